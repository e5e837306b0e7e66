"""Switches of a chapter and the funnel they make: checked again, kept in links, never a combination without sense."""

import datetime as dt
from itertools import product
from urllib.parse import parse_qs

import pytest

from customary import study
from customary.page.choice import choose
from customary.page.funnels import (
    choose_funnel,
    funnel_options,
    reading_labels,
    rule_switches,
    step_labels,
    step_switches,
    steps_of,
    tool_beside,
)
from customary.page.offers import Offer
from customary.page.switches import Switch, read_switches, switch_bar, with_switches
from customary.studies.funnel.vendors import CAUSES, OURS, VENDORS

SIZE = Switch("size", "Size", {"small": "Small", "large": "Large"})
OFFER = Offer(dt.date(2024, 5, 18), dt.date(2022, 1, 1), (), {"country": ("France", "Spain")})
PLAIN = {"step1": "a", "step2": "b", "step3": "-", "step4": "c", "step5": "-", "within": "7d"}
PLAIN |= {"counted": "people", "begin": "first", "follow": "sequential", "beside": ""}


@pytest.fixture(scope="module")
def looking_shop(tiny_shop):
    """Ann opens a list twice, then looks and buys; the page's tag sends a start of the visit by itself."""
    names = ["session_start", "view_item_list", "view_item_list", "view_item", "purchase"]
    rows = [
        {"event_id": str(n), "visitor_id": "v", "event_name": name, "occurred_at": f"2025-01-05 10:0{n}"}
        for n, name in enumerate(names)
    ]
    return tiny_shop(events=rows, as_of="2025-02-01", name="looking")


def test_a_switch_begins_as_the_link_says():
    """The link says large; without one, or with an answer that there is not, it is the first."""
    assert switch_bar([SIZE], {"size": "large"}).value == {"size": "large"}
    assert switch_bar([SIZE], {}).value == switch_bar([SIZE], {"size": "huge"}).value == {"size": "small"}


def test_what_a_viewer_sends_is_checked_again():
    """Nothing but a known answer gets through, whatever is sent."""
    assert read_switches([SIZE], {"size": "large", "more": "x"}) == {"size": "large"}
    for sent in ({"size": "1 or 1=1"}, {"size": None}, None, "large"):
        assert read_switches([SIZE], sent) == {"size": "small"}


def test_a_chosen_answer_stays_in_every_link_of_the_page():
    """In the page's query, in the chip that takes a country away, in the link to another country; a default is not."""
    choice = choose(OFFER, {"country": "Spain"})
    kept = with_switches(choice, [SIZE], {"size": "large"}, {})
    links = [kept.query, kept.chips[-1].without, kept.query_with({"country": ("France",)})]
    assert [parse_qs(link)["size"] for link in links] == [["large"]] * 3
    assert with_switches(choice, [SIZE], {"size": "small"}, {}).query == choice.query


def test_an_answer_asked_in_vain_is_said():
    """Huge is no size: the page says so, and what it shows instead."""
    notes = with_switches(choose(OFFER, {}), [SIZE], {"size": "small"}, {"size": "huge"}).notes
    assert notes == ("Size: ‘huge’ is no answer here; shown: Small.",)


def test_the_usual_steps_are_those_the_shop_has(looking_shop, worked_shop):
    """It has views and purchases and no carts: these are its two steps; what tags send by themselves is none."""
    switches = step_switches(looking_shop)
    assert [switch.default for switch in switches] == ["view_item", "purchase", "-", "-", "-"]
    assert set(switches[0].options) == {"view_item", "purchase", "view_item_list"}


def test_a_shop_with_one_event_has_a_funnel_of_two(tiny_shop):
    """Two steps of one event need two events: the funnel is asked, not refused."""
    rows = [{"event_id": "1", "visitor_id": "v", "event_name": "search", "occurred_at": "2025-01-05 10:00"}]
    shop = tiny_shop(events=rows, as_of="2025-02-01", name="one_event")
    answers = read_switches([*step_switches(shop), *rule_switches()], {})
    assert study(shop, "funnel", **funnel_options(answers)).to_pandas().customer_count.tolist() == [1, 0]


def test_an_empty_place_is_no_step():
    """The third and the fifth place are empty: three steps, numbered as they are counted."""
    assert steps_of(PLAIN) == ["a", "b", "c"]
    assert step_labels(PLAIN) == {1: "1. a", 2: "2. b", 3: "3. c"}
    assert step_labels(PLAIN | {"follow": "any"})[2] == "2 of 3 steps"


def test_rules_that_do_not_go_together_are_said_and_not_refused():
    """Entries follow each other: of the best one, or in any order, people are counted, and the page says so."""
    for odd in ({"begin": "best"}, {"follow": "any"}):
        answers = PLAIN | {"counted": "entries"} | odd
        assert funnel_options(answers)["unit"] == "people"
        assert "people are counted" in choose_funnel(choose(OFFER, {}), [], answers, {}).notes[-1]
    assert funnel_options(PLAIN | {"counted": "entries"})["unit"] == "entries"


def test_every_combination_on_offer_is_one_the_study_takes(looking_shop):
    """Whatever is chosen, the funnel and the tool beside it are counted: no answer leads to a refusal."""
    steps, rules = step_switches(looking_shop), rule_switches()
    defaults = read_switches([*steps, *rules], {})
    chosen = {switch.name: list(switch.options) for switch in rules}
    for counted, begin, follow in product(chosen["counted"], chosen["begin"], chosen["follow"]):
        answers = defaults | {"counted": counted, "begin": begin, "follow": follow, "beside": "mixpanel"}
        options = funnel_options(answers)
        assert study(looking_shop, "funnel", **options).rows_total == 2
        if tool := tool_beside(answers):
            assert study(looking_shop, "funnel", as_=tool, **options).rows_total == 2 * (len(CAUSES) + 2)


def test_every_row_beside_another_tool_has_a_name():
    """Ours, each cause and each tool."""
    assert set(reading_labels()) == {OURS, *CAUSES, *VENDORS}
