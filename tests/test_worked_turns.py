"""Where a rule turns: at one, at nothing, at the last that still fits, on as few rows as show it.

Judges query/key_figures, query/withholding, query/answer, query/selection, query/conditions, studies/shared/wanted,
studies/tiers/next_tier, studies/funnel/any_order, studies/funnel/instants, studies/funnel/outcomes,
studies/products/prices, studies/lifecycle/stages, frames/orders, frames/returns, frames/feeds, frames/visits,
stats/intervals, models/regular, intake/report_of_shop, intake/recognise/look and intake/recognise/compose.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest
from in_memory import read, table
from logs import log
from paper_shop import PaperShop

from customary.errors import Refused
from customary.frames import feeds, orders, returns, visits
from customary.intake import report_of_shop
from customary.intake.recognise import compose, look
from customary.models import regular
from customary.models.fit import no_fit
from customary.places import DATA
from customary.query import conditions, key_figures, selection, withholding
from customary.query.answer import Answer
from customary.query.question import Question
from customary.query.recipes import recipe_of
from customary.rules.book import RuleBook
from customary.stats.intervals import wilson
from customary.studies.funnel.any_order import one_per_unit
from customary.studies.funnel.instants import instants_of
from customary.studies.funnel.outcomes import outcomes_of
from customary.studies.funnel.rules import FunnelRules, may_meet_both
from customary.studies.paths.lines import with_next
from customary.studies.shared.conditions import Condition, Conditions
from customary.studies.shared.cuts import KEYS
from customary.studies.shared.spans import MICRO
from customary.studies.shared.wanted import WantedEvents, is_wanted
from customary.studies.tiers import next_tier

RULES = RuleBook.from_files(DATA)
QUARTER = (date(2025, 1, 1), date(2025, 4, 1))


def shop_of(columns, *rows, **told):
    """A shop on paper with orders of these columns."""
    customers = "customer_id string, marketing_consent string, left_out_because string"
    return PaperShop({"orders": (columns, *rows), "customers": (customers,)}, **told)


def answered(shop, columns, *rows):
    """An answer with these rows."""
    recipe = recipe_of(None, lambda _scope: table(columns, *rows))
    return Answer(shop, Question.to(shop, ("x",)), recipe, accounts=tuple, definitions=())


# --- key figures ---------------------------------------------------------------------------------

SOLD = "order_id string, customer_id string, day_on date, net_amount float64, left_out_because string"


def sold(*rows, **told):
    """A shop whose orders are (day, customer, amount)."""
    return shop_of(SOLD, *((f"o{n}", who, day, amount, None) for n, (day, who, amount) in enumerate(rows)), **told)


def figure(shop, name="average_order_value", during=QUARTER):
    """Text and note of a key figure; None where there is none."""
    found = key_figures.key_figure(shop, name, during)
    return found and (found.text, found.note)


def test_a_figure_of_the_window_needs_no_note():
    """Ten and twenty are fifteen on average."""
    shop = sold(("2025-01-05", "ann", 10), ("2025-02-05", "ben", 20), first_on="2024-01-01")
    assert figure(shop) == ("¥15", "")


def test_where_a_window_knows_nothing_the_one_before_speaks():
    """Nothing was sold this quarter, ten in the last: that is told with its name. Before it nobody looks."""
    assert figure(sold(("2024-11-05", "ann", 10), first_on="2024-01-01")) == ("¥10", "Q4 2024")
    assert figure(sold(("2024-08-05", "ann", 10), first_on="2024-01-01")) is None


def test_a_window_that_begins_before_the_data_end_is_known():
    """The data begin on the day that the window ends: nothing of it is seen. A day earlier something is."""
    for first_on, is_known in (("2025-04-01", False), ("2025-03-31", True)):
        assert (figure(sold(("2025-03-31", "ann", 10), first_on=first_on)) is not None) is is_known


def test_a_figure_is_a_metric_or_a_column():
    """A metric by its name, a study or the goals by a column."""
    assert [key_figures.is_known_figure(name) for name in ("order_count", "luck", "goals.x", "order_status.x")] == [
        True,
        False,
        True,
        True,
    ]


# --- what a viewer sees --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "count", "total"),
    [("analyst", 0, None), ("analyst", 1, 5), ("stakeholder", 9, None), ("stakeholder", 10, 50)],
)
def test_a_sum_is_of_as_many_as_may_be_shown(audience, count, total):
    """Five each: an analyst hears of one, a viewer of ten; of nobody there is no sum."""
    rows = [(f"c{n}", 5) for n in range(count)]
    shop = shop_of(SOLD, audience=audience)
    assert answered(shop, "customer_id string, spend int64", *rows).sum_of("spend") == total


def test_marks_of_fetched_rows_are_counted():
    """Two of three are withheld; two are emptied; where nothing is marked none is."""
    for mark in withholding.MARKS:
        assert withholding.marks_in(pa.table({"x": [1, 2, 3], mark: [True, None, True]})) == 2
    assert withholding.marks_in(pa.table({"x": [1, 2, 3]})) == 0
    assert withholding.fetched_to_show(pa.table({"x": [1, 2], "is_emptied": [True, False]})).to_pylist() == [
        {"x": 1},
        {"x": 2},
    ]


def test_rows_of_customers_are_somebodys():
    """A return that names no customer is nobody's where it names an order, and may be anybody's where it names none."""
    t = table("n int64, customer_id string, order_id string", (1, "ann", "o1"), (2, None, "o2"), (3, None, None))
    assert read(selection.rows_of_customers("returns", t), "n") == [(1,), (3,)]
    assert read(selection.rows_of_customers("orders", t), "n") == [(1,)]


# --- conditions on events ------------------------------------------------------------------------

EVENTS = "event_name string, product_id string, page string, day_on date, left_out_because string"


def events_shop(*rows):
    """A shop with events of (name, product, page)."""
    return PaperShop({"events": (EVENTS, *((*row, "2025-01-01", None) for row in rows))})


def test_what_no_event_says_cannot_be_held(monkeypatch):
    """No event has a page: refused; products are known; a column that is not there is left to the study."""
    shop = events_shop(("view", "p1", None), ("view", None, None))
    conditions._check_is_known(shop, ["product_id", "nowhere"])
    with pytest.raises(Refused, match="no event of this shop says its page"):
        conditions._check_is_known(shop, ["product_id", "page"])


def test_names_in_an_option_stand_between_commas():
    """Blanks around them are none of them."""
    assert conditions._names_in("page, channel ,") == ["page", "channel"]
    assert conditions._names_in(None) == [] == conditions._names_in("")


def test_an_event_is_wanted_for_any_of_its_names():
    """Of A, B and C the first and the last; where nothing is said all."""
    events = log(("ann", "10:00", "A"), ("ann", "10:01", "B"), ("ann", "10:02", "C"))
    wanted = WantedEvents(["event_name=A", "event_name=C"])
    assert read(events.filter(is_wanted(events, wanted)), "event_name") == [("A",), ("C",)]
    assert len(read(events.filter(is_wanted(events, WantedEvents())), "event_name")) == 3


# --- tiers ------------------------------------------------------------------------


def test_two_tiers_have_a_next_one_and_one_has_none():
    """Rich and the others: whoever is none lacks what is missing; with one tier there is nothing to come to."""
    two = """[value_tier]
zh = "z"
labels = [
    { name = "rich", zh = "富", when = { year_net_spend = { from = 100 } } },
    { name = "others", zh = "其他" },
]
"""
    columns = (
        "customer_id string, year_net_spend float64, year_repurchase_count int64, year_order_count int64, "
        "days_since_last_order int32, favourite_category string, country string, region string"
    )
    people = table(columns, ("ann", 75, 1, 2, 9, None, None, None), ("ben", 100, 1, 2, 9, None, None, None))
    book = RuleBook({**RULES.defaults, "tiers": two}, {})
    assert read(next_tier(people, book), "customer_id", "missing_year_net_spend", "distance") == [("ann", 25, 0.25)]
    one = two.replace('    { name = "rich", zh = "富", when = { year_net_spend = { from = 100 } } },\n', "")
    with pytest.raises(Refused, match="one tier only"):
        next_tier(people, RuleBook({**RULES.defaults, "tiers": one}, {}))


# --- funnels -------------------------------------------------------------------------------------


def minutes(found, *columns):
    """The rows of an outcome, its times in minutes after ten o'clock of 1 March 2025."""
    ten = int(datetime(2025, 3, 1, 10, tzinfo=UTC).timestamp())
    return [
        tuple(
            value if name == "depth" else (value // MICRO - ten) / 60 for name, value in zip(columns, row, strict=True)
        )
        for row in read(found, *columns)
    ]


def rules(*names, **asked):
    """The rules of a funnel of these events, all of whose windows are over."""
    return FunnelRules(Conditions(f"event_name={name}" for name in names), end_us=1 << 60, **asked)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("page=a", "page=b", False),  # one event has one page
        ("page=a", "page=b,page=a", True),
        ("page=a", "device=phone", True),
        ("page=a,device=phone", "page=a,device=desktop", False),
        ("event=view", "event=cart", True),  # by the vocabulary and by the source's own name
    ],
)
def test_no_event_has_two_values_of_one_column(one, other, both):
    """Conditions that ask different values of one column have no event in common; of different columns they may."""
    assert may_meet_both(Condition(one), Condition(other)) is both


def test_seconds_until_the_next_step_of_a_visit():
    """A minute and a half, and nothing after the last; another visit begins anew."""
    columns = ", ".join(f"{key} int64" for key in KEYS) + ", no int64, at_us int64, name string"
    here, there = (1,) * len(KEYS), (2,) * len(KEYS)
    t = table(columns, (*here, 0, 5_000_000, "a"), (*here, 1, 95_000_000, "b"), (*there, 0, 96_000_000, "c"))
    found = with_next(t).order_by("at_us")
    assert read(found, "following", "seconds") == [("b", 90), (None, None), (None, None)]


def test_of_several_values_held_the_farthest_counts_then_the_latest_entry_then_the_least_value():
    """p1 came to step 1 alone; of p2 from 3, p3 and p4 from 4 the last two entered later, and p3 is less than p4."""
    rows = [(7, "p4", 2, 4), (7, "p1", 1, 9), (7, "p2", 2, 3), (7, "p3", 2, 4), (8, "p1", 0, 1)]
    found = one_per_unit(table("unit int64, held string, depth int32, entry_us int64", *rows))
    assert sorted(read(found)) == [(7, "p3", 2, 4), (8, "p1", 0, 1)]


def test_steps_in_any_order_are_done_when_they_are_done():
    """C at ten, A ten minutes later, B at twenty past: one, two, three done, each at its own time."""
    events = log(("ann", "10:00", "C"), ("ann", "10:10", "A"), ("ann", "10:20", "B"))
    for entry in ("first", "best"):
        found = outcomes_of(events, rules("A", "B", "C", order="any", entry=entry))
        assert minutes(found, "depth", "entry_us", "at_1", "at_2", "at_3") == [(3, 0, 0, 10, 20)]


def test_steps_in_order_are_come_to_one_after_the_other():
    """A at ten, B five minutes later and again at ten past: the first B counts, and it is two of two."""
    events = log(("ann", "10:00", "A"), ("ann", "10:05", "B"), ("ann", "10:10", "B"))
    found = outcomes_of(events, rules("A", "B"))
    assert minutes(found, "depth", "entry_us", "at_1", "at_2") == [(2, 0, 0, 5)]


def test_events_of_one_instant_are_counted_and_others_do_not_stand_between():
    """Two A and a B at ten: one instant with two of the one, one of the other, three in all. X is no step."""
    events = log(("ann", "10:00", "A"), ("ann", "10:00", "A"), ("ann", "10:00", "B"), ("ann", "10:05", "X"))
    assert read(instants_of(events, rules("A", "B")), "n_0", "n_1", "event_count", "is_candidate") == [(2, 1, 3, True)]
    strict = instants_of(events, rules("A", "B", order="strict")).order_by("at_us")
    assert read(strict, "n_0", "n_1", "event_count", "is_candidate") == [(2, 1, 3, True), (0, 0, 1, False)]


def test_a_value_is_that_of_the_step():
    """A by web, B by app: the first step's is web, the last one's app; of any step both."""
    events = log(("ann", "10:00", "A", {"channel": "web"}), ("ann", "10:05", "B", {"channel": "app"}))
    for touch, values in (("first", ["web"]), ("last", ["app"]), ("any", ["app", "web"])):
        found = outcomes_of(events, rules("A", "B").split(["channel"], touch, ""))
        assert sorted(value for (value,) in read(found, "channel")) == values
    alone = outcomes_of(log(("ann", "10:00", "A", {"channel": "web"})), rules("A", "B").split(["channel"], "last", ""))
    assert read(alone, "depth", "channel") == [(1, "web")]
    held = log(("ann", "10:00", "A", {"channel": "a"}), ("ann", "10:05", "B", {"channel": "b"}))
    assert read(outcomes_of(held, rules("A", "B", hold=("channel",))), "depth") == [(1,)]


def test_an_entry_is_over_when_its_window_is():
    """A window of an hour from ten ends at eleven: as of eleven it is over, a microsecond before it is not."""
    eleven = int(datetime(2025, 3, 1, 11, tzinfo=UTC).timestamp()) * MICRO
    events = log(("ann", "10:00", "A"))
    for end, depth in ((eleven, 1), (eleven - 1, 0)):
        asked = replace(rules("A", "B"), window_us=3600 * MICRO, end_us=end)
        assert read(outcomes_of(events, asked), "depth") == [(depth,)]
        assert read(outcomes_of(events, replace(asked, takes_open=True)), "depth") == [(1,)]
    half_past = eleven - 1800 * MICRO  # a visit ends after half an hour of silence
    for end, depth in ((half_past, 1), (half_past - 1, 0)):
        asked = replace(rules("A", "B"), window_us=3600 * MICRO, end_us=end, unit="sessions")
        assert read(outcomes_of(events, asked), "depth") == [(depth,)]


# --- frames --------------------------------------------------------------------------------------


FAULTS = (
    "excluded_because string, is_test boolean, is_test_account boolean, refuses boolean, cancelled_at timestamp, "
    "paid_at timestamp, written_count int64, card_count int64, line_count int64, nobody boolean"
)
EARLY, LATE = "2025-01-01", "2025-01-02"


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ((None, None, None, None, None, EARLY, None, None, None, False), None),  # without lines
        ((None, None, None, None, None, EARLY, 2, 0, 1, False), None),  # one of two lines counts
        (("twice", True, True, True, EARLY, None, 1, 1, 0, True), "twice"),
        ((None, True, True, True, EARLY, None, 1, 1, 0, True), "test order"),
        ((None, False, True, True, EARLY, None, 1, 1, 0, True), "test account"),
        ((None, False, False, True, EARLY, None, 1, 1, 0, True), "no consent to analysis"),
        ((None, None, None, None, EARLY, LATE, 1, 0, 1, False), "cancelled before payment"),
        ((None, None, None, None, EARLY, EARLY, 1, 0, 1, False), "cancelled before payment"),  # in the same instant
        ((None, None, None, None, LATE, EARLY, 1, 0, 1, False), None),
        ((None, None, None, None, EARLY, None, 1, 0, 1, False), "cancelled before payment"),
        ((None, None, None, None, None, None, 1, 0, 1, False), "not paid"),
        ((None, None, None, None, None, EARLY, 1, 1, 0, False), "only gift cards were sold"),
        ((None, None, None, None, None, EARLY, 2, 1, 0, False), "no line of it counts"),
        ((None, None, None, None, None, EARLY, 1, 0, 0, False), "no line of it counts"),
        ((None, None, None, None, None, EARLY, 1, 0, 1, True), orders.UNNAMED),
    ],
)
def test_an_order_is_left_out_for_its_first_fault(facts, fault):
    """Of several the first in this order; that it names nobody is said last."""
    t = table(FAULTS, facts)
    assert read(t.select(fault=orders._order_fault(t, t.nobody, ibis.literal(True)))) == [(fault,)]


def test_a_visit_is_left_out_with_any_of_its_events():
    """Of several reasons the last by its name; a visit of two views in ten seconds, and one of nine seconds."""
    seen = log(
        ("ann", "10:00:00", "page_view", {"left_out_because": "known bot"}),
        ("ann", "10:00:05", "page_view", {"left_out_because": "test account"}),
        ("ben", "10:00:00", "page_view"),
        ("ben", "10:00:09", "scroll"),
        ("cai", "10:00:00", "page_view"),
        ("cai", "10:00:10", "scroll"),
    ).mutate(**{name: ibis.null("string") for name in ("os", "browser", "network", "platform", "bot_sign")})
    first = seen.ts_s == seen.ts_s.min().over(group_by=seen.visitor_id)
    seen = seen.mutate(is_start=first, is_end=~first)
    columns = ("visitor_id", "left_out_because", "duration_seconds", "view_count", "is_bounce", "is_engaged")
    assert sorted(read(visits.sessions.build(seen, 0), *columns)) == [
        ("ann", "test account", 5, 2, False, True),
        ("ben", None, 9, 1, True, False),
        ("cai", None, 10, 1, True, True),
    ]


def test_fees_are_what_is_known_of_them():
    """Shipping 3 and tax 2, one of them, neither."""
    t = table("shipping_amount float64, tax_amount float64", (3, 2), (None, 2), (3, None), (None, None))
    assert read(t.select(fees=orders._fees(t))) == [(5,), (2,), (3,), (0,)]


REFUND = "return_id string, order_id string, returned_at timestamp, refund_amount float64, excluded_because string"
WORTH = (
    "order_id string, gross_amount float64, discount_amount float64, shipping_amount float64, tax_amount float64, "
    "is_test boolean"
)
NO_LINE = (
    "order_id string, quantity int64, unit_price float64, discount_amount float64, is_gift_card boolean, "
    "charge string, excluded_because string"
)


@pytest.mark.parametrize(
    ("worth", "asked", "borne"),
    [
        ((30, None, None, None), (20, 20), [(20, 0), (10, 0)]),  # of 30, ten are left for the second
        ((30, None, 3, 2), (20, 20), [(20, 0), (10, 5)]),  # then shipping and tax
        ((30, None, None, 2), (30, 1), [(30, 0), (0, 1)]),
        ((30, 10, None, None), (30, 0), [(20, 0), (0, 0)]),  # ten were a discount
        ((None, None, None, None), (30, 5), [(30, 0), (5, 0)]),  # what it was worth is unknown: no limit
    ],
)
def test_refunds_never_exceed_their_order(worth, asked, borne):
    """The goods bear first, then the fees as far as they are known, in the order of time."""
    t = table(REFUND, *((f"r{n}", "o", f"2025-01-0{n}", amount, None) for n, amount in enumerate(asked, 1)))
    found = returns._cap_refunds(t, table(WORTH, ("o", *worth, False)), table(NO_LINE))
    told = read(found.order_by("return_id"), "order_refund_amount", "fee_refund_amount")
    assert [tuple(map(float, row)) for row in told] == borne


def test_a_refund_of_no_known_order_bears_nothing():
    """So does one that does not count."""
    t = table(REFUND, ("r1", "x", "2025-01-01", 9, None), ("r2", "o", "2025-01-01", 9, "twice"))
    found = returns._cap_refunds(t, table(WORTH, ("o", 30, None, None, None, False)), table(NO_LINE))
    told = read(found.order_by("return_id"), "order_refund_amount", "fee_refund_amount")
    assert [tuple(map(float, row)) for row in told] == [(0, 0), (0, 0)]


SOUGHT = (
    "return_id string, order_id string, customer_id string, product_id string, charge string, returned_at timestamp, "
    "refund_amount float64, excluded_because string"
)
BOUGHT = (
    "order_id string, customer_id string, ordered_at timestamp, paid_at timestamp, is_test boolean, "
    "gross_amount float64, discount_amount float64, shipping_amount float64, tax_amount float64, "
    "excluded_because string"
)
LINE = (
    "order_id string, product_id string, charge string, quantity int64, unit_price float64, discount_amount float64, "
    "is_gift_card boolean, excluded_because string"
)


def bought(name, at, *, who="ann", paid=True, test=None, out=None):
    """An order, paid at once."""
    return (name, who, at, at if paid else None, test, None, None, None, None, out)


def linked(*sought, orders=(), lines=()):
    """Return → its order and how that was found; each return is (name, order, customer, product, day)."""
    back = table(SOUGHT, *((name, order, who, thing, None, day, 1, None) for name, order, who, thing, day in sought))
    known = table(LINE, *((order, thing, None, 1, price, None, card, None) for order, thing, price, card in lines))
    found = returns.link_orders(back, table(BOUGHT, *orders), known)
    return {name: (order, link) for name, order, link in read(found, "return_id", "order_id", "link")}


MUGS = [("o1", "mug", 9, None), ("o2", "mug", 9, None), ("o3", "mug", 9, None), ("o1", "pan", 9, None)]


def test_a_return_is_of_the_latest_earlier_order_of_that_thing():
    """Of mugs of 1, 5 and 9 January that of the 5th came back on the 7th; the pan is of the 1st; a pot of nothing."""
    three = [bought("o1", "2025-01-01"), bought("o2", "2025-01-05"), bought("o3", "2025-01-09")]
    found = linked(
        ("named", "o3", "ann", "mug", "2025-01-07"),
        ("mug", None, "ann", "mug", "2025-01-07"),
        ("same instant", None, "ann", "mug", "2025-01-05"),
        ("pan", None, "ann", "pan", "2025-01-07"),
        ("pot", None, "ann", "pot", "2025-01-07"),
        ("too early", None, "ann", "mug", "2024-12-31"),
        ("of another", None, "ben", "mug", "2025-01-07"),
        ("of nobody", None, None, "mug", "2025-01-07"),
        ("nothing", None, "ann", None, "2025-01-07"),
        orders=three,
        lines=MUGS,
    )
    assert found == {
        "named": ("o3", "named"),
        "mug": ("o2", "found"),
        "same instant": ("o2", "found"),
        "pan": ("o1", "found"),
        **dict.fromkeys(("pot", "too early", "of another", "of nobody", "nothing"), (None, None)),
    }


@pytest.mark.parametrize(
    ("order", "price", "card"),
    [
        (bought("o2", "2025-01-05", paid=False), 9, None),
        (bought("o2", "2025-01-05", test=True), 9, None),
        (bought("o2", "2025-01-05", out="twice"), 9, None),
        (bought("o2", "2025-01-05"), 0, None),
        (bought("o2", "2025-01-05"), 9, True),
    ],
)
def test_what_was_never_paid_cannot_come_back(order, price, card):
    """Nor what was tried out, what counts for nothing, a gift and a card: the order before it is meant."""
    lines = [MUGS[0], ("o2", "mug", price, card)]
    found = linked(("r", None, "ann", "mug", "2025-01-07"), orders=[bought("o1", "2025-01-01"), order], lines=lines)
    assert found == {"r": ("o1", "found")}


CAME_BACK = (
    "order_id string, order_refund_amount float64, charge string, quantity int64, returned_local timestamp, "
    "is_undated boolean, excluded_because string"
)


def test_what_came_back_of_an_order():
    """Two mugs on the 3rd and 5th, postage on the 2nd, one mug undated: 3 returns of 4 pieces, 10 in all, from the 3rd.

    What is excluded, or of no order, is none of it.
    """
    back = table(
        CAME_BACK,
        ("o", 3, None, 1, "2025-01-05", None, None),
        ("o", 4, None, 2, "2025-01-03", False, None),
        ("o", 1, "postage", 9, "2025-01-02", None, None),
        ("o", 2, None, 1, "2025-01-01", True, None),
        ("o", 9, None, 9, "2025-01-01", None, "twice"),
        (None, 9, None, 9, "2025-01-01", None, None),
    )
    assert read(orders._refunds(back)) == [("o", 10, 3, 4, datetime(2025, 1, 3))]


def test_how_often_a_product_of_an_order_came_back():
    """Twice, first on the 3rd; what is undated has no day, what is excluded or names no order or product is none."""
    columns = (
        "order_id string, product_id string, returned_local timestamp, is_undated boolean, excluded_because string"
    )
    back = table(
        columns,
        ("o", "mug", "2025-01-05", None, None),
        ("o", "mug", "2025-01-03", False, None),
        ("o", "pan", "2025-01-03", True, None),
        ("o", "mug", "2025-01-01", None, "twice"),
        ("o", None, "2025-01-01", None, None),
        (None, "mug", "2025-01-01", None, None),
    )
    assert sorted(read(orders._first_returns(back))) == [("o", "mug", 2, datetime(2025, 1, 3)), ("o", "pan", 1, None)]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ((5, 1, 1, 10, 2), (5, True, False, 1)),
        ((10, 2, 2, 10, 2), (10, True, True, 2)),
        ((0, 1, 1, 0, 1), (0, True, True, 1)),  # of an order worth nothing nothing is all of it
        ((3, 0, None, 10, 2), (3, False, False, 0)),  # postage alone came back
        ((5, 1, 9, 10, 2), (5, True, False, 2)),  # no more pieces than were sold
        ((5, 1, 1, None, None), (5, True, False, 0)),
        ((None, None, None, 10, 2), (0, False, False, 0)),
    ],
)
def test_an_order_and_what_came_back_of_it(facts, told):
    """Refund, whether a piece came back and whether all of the money did, pieces; unknown where nobody writes it."""
    columns = "refund_sum float64, return_count int64, returned_sum int64, net_amount float64, unit_count int64"
    t, names = table(columns, facts), ("refund_amount", "is_returned", "is_refunded_in_full", "returned_unit_count")
    for known, said in ((table("x int64", (1,)), told), (table("x int64"), (None,) * 4)):
        (row,) = read(t.select(**orders._what_came_back(t, known)), *names)
        assert row == said


def test_orders_are_held_against_a_feed_within_its_days():
    """The feed speaks of 2 and 3 January: o1 of the first is not asked for; an empty feed asks for nobody."""
    columns = "order_id string, ordered_local timestamp, left_out_because string"
    known = table(
        columns,
        ("o1", "2025-01-01 10:00", None),
        ("o2", "2025-01-02 10:00", None),
        ("o3", "2025-01-03 10:00", None),
        ("o4", "2025-01-02 10:00", "not paid"),
    )
    feed = "order_id string, paid_local timestamp"
    reported = "reported_id string, record_count int64"
    told = feeds._with_orders(
        known, table(feed, ("o2", "2025-01-02"), ("x", "2025-01-03")), table(reported), "paid_local"
    )
    assert sorted(read(told, "order_id")) == [("o2",), ("o3",)]
    assert read(feeds._with_orders(known, table(feed), table(reported), "paid_local"), "order_id") == []
    named = feeds._with_orders(known, table(feed), table(reported, ("o1", 1), ("x", 2)), "paid_local")
    assert sorted(read(named, "order_id", "reported_id"), key=str) == [("o1", "o1"), (None, "x")]


# --- statistics and models -----------------------------------------------------------------------


def test_the_interval_of_all_ends_at_one_and_that_of_none_begins_at_nothing():
    """To the last digit, of one to sixty."""
    t = table("n int64", *((n,) for n in range(1, 61)))
    found = t.select(low=wilson(t.n - t.n, t.n)[0], high=wilson(t.n, t.n)[1]).to_pyarrow().to_pydict()
    assert set(found["low"]) == {0.0} and set(found["high"]) == {1.0}


def test_regularity_is_raised_until_two_steps_bring_nothing(monkeypatch):
    """Likelihoods 1, 3, 2, 2.5: the second is the best and the fourth ends it; climbing for ever it ends at 12."""
    asked = []

    def fitted(likelihoods):
        def fit_with(_self, _histories, k, _gaps):
            asked.append(k)
            return SimpleNamespace(parameters={"k": k}, log_likelihood=likelihoods(k))

        asked.clear()
        monkeypatch.setattr(regular.RegularBuyers, "fit_with", fit_with)
        return regular.REGULAR.fit(SimpleNamespace(doubt=""), 0.0).parameters["k"]

    assert fitted({1: 1, 2: 3, 3: 2, 4: 2.5}.get) == 2 and asked == [1, 2, 3, 4]
    assert fitted(lambda k: k) == 12 and asked[-1] == 12
    assert fitted(lambda k: 0) == 1 and asked == [1, 2, 3]  # of equals the least
    assert fitted({1: 1, 2: 0, 3: 2, 4: 1, 5: 1}.get) == 3 and asked[-1] == 5


def test_with_one_tick_a_purchase_the_model_is_mbg_nbd(monkeypatch):
    """k = 1 is fitted as that model is, whose letters follow the k; any other k is climbed."""
    made = replace(no_fit("m", regular.FREE, 5, "by hand"), parameters=dict(zip("rαab", (1.0, 2, 3, 4), strict=True)))
    monkeypatch.setattr(type(regular.MBGNBD), "fit", lambda _self, _histories: made)
    monkeypatch.setattr(regular.RegularBuyers, "_climb", lambda _self, _histories, k: replace(made, customers=k))
    nobody = SimpleNamespace(count=np.array([0.0]), repeats=np.array([0.0]))
    found = [regular.REGULAR.fit_with(nobody, k, 0.0) for k in (1, 2)]
    assert [(one.customers, list(one.parameters.values())) for one in found] == [
        (5, [1, 1, 2, 3, 4]),
        (2, [2, 1, 2, 3, 4]),
    ]


def test_ticks_without_a_purchase_add_up():
    """At p = 2 and z = 0.5: 1, then 2·0.5 = 1, then 1·3·0.5/2 = 0.75."""
    terms = list(regular._alive_terms(np.array([2.0]), np.array([0.5]), 3))
    assert [float(term[0]) for term in terms] == [1, 1, 0.75]
    assert float(regular._log_sum(np.array([0.0]), np.array([0.0]))[0]) == pytest.approx(np.log(2))


# --- what a build and a first look say -----------------------------------------------------------


def said(of, *customers, **asked):
    """What a build says of orders of these customers."""
    con = duckdb.connect()
    con.execute("create table orders (customer_id text)")
    for who in customers:
        con.execute("insert into orders values (?)", [who])
    return list(getattr(report_of_shop, of)(con, **asked))


@pytest.mark.parametrize(
    ("own", "others", "is_told"),
    [(4, 0, True), (3, 0, False), (4, 76, False), (4, 75, True), (5, 95, False), (6, 94, True)],
)
def test_a_customer_with_a_twentieth_of_the_orders_is_told(own, others, is_told):
    """More than three orders, and more than one in twenty: 4 of 79 are, 4 of 80 are not."""
    found = said("_whale", *["till"] * own, *(f"c{n}" for n in range(others)))
    assert found == ([f"one customer has {own} of {own + others} orders, as tills and guests do"] if is_told else [])


def test_orders_without_a_customer_are_told_with_what_becomes_of_them():
    """One of two, all of two, none of two; beside sales or in them."""
    (beside,) = said("_without_customer", "ann", None, unnamed_orders="apart")
    assert beside.startswith("1 of 2 orders without a customer: beside sales")
    (counted,) = said("_without_customer", "ann", None, unnamed_orders="count")
    assert counted.startswith("1 of 2 orders without a customer: in sales")
    (all_of_them,) = said("_without_customer", None, None, unnamed_orders="apart")
    assert "all customer figures are unknown" in all_of_them
    assert said("_without_customer", "ann", "ben", unnamed_orders="apart") == []


def test_a_table_of_another_kind_begins_at_its_top(tmp_path):
    """JSON lines and Parquet have no lines above their names, and are UTF-8."""
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": 1, "b": "x"}\n{"a": 2}\n')
    found = look.look(path)
    assert (found.skip, found.has_header, found.columns, found.rows) == (0, True, ("a", "b"), (("1", "x"), ("2", "")))


def test_what_a_table_lacks_is_named_with_its_first_two_names():
    """Payments need an order and an amount: the first name is the meaning, the first two are flags."""
    columns = tuple("abcdefghijklm")
    one = SimpleNamespace(
        select=None,
        kind="payments",
        column=lambda *names: "a" if "order_id" in names else None,
        look=SimpleNamespace(path=SimpleNamespace(name="p.csv"), columns=columns),
    )
    with pytest.raises(Refused) as caught:
        compose.check_needs(one)
    assert "without payment amount" in str(caught.value)
    assert "--columns payments:payment_amount=… or --columns payments:total=…" in str(caught.value)
    assert str(caught.value).rstrip(".").endswith("k and l") or "l" in str(caught.value)
    compose.check_needs(SimpleNamespace(select="own", kind="payments"))


# --- feeds ---------------------------------------------------------------------------------------

PAID = (
    "order_id string, ordered_local timestamp, left_out_because string, net_amount decimal(18,4), "
    "shipping_amount decimal(18,4), total_amount decimal(18,4), paid_amount decimal(18,4)"
)
PAYMENT = "order_id string, amount decimal(18,4), currency string, paid_local timestamp"
DAY = "2025-01-02 10:00"


@pytest.mark.parametrize(
    ("payments", "outcome", "told"),
    [
        ((40,), "agrees", (40, 40, None, 0, 1)),
        ((20, 20), "agrees", (40, 40, None, 0, 2)),
        ((35,), "agrees", (35, 35, None, 0, 1)),  # its prices hold the tax of 5
        ((20,), "paid less", (35, 20, None, -15, 1)),
        ((50,), "paid more", (40, 50, None, 10, 1)),
        ((40.0049,), "agrees", (40, 40.0049, None, 0.0049, 1)),
        ((40.005,), "paid more", (40, 40.005, None, 0.005, 1)),
        ((39.99,), "paid less", (40, 39.99, None, -0.01, 1)),
        ((40, -40), "agrees", (40, 40, 40, 0, 2)),  # paid, and given back later
        ((-5,), "nothing was paid", (35, None, 5, -35, 1)),
        ((0,), "nothing was paid", (35, None, None, -35, 1)),
        ((), "nothing was paid", (35, None, None, -35, 0)),
    ],
)
def test_an_order_of_thirty_with_five_of_shipping_and_five_of_tax(payments, outcome, told):
    """It should bring 40, or 35 where that is nearer; refunds are apart, and half a cent is a difference."""
    sold = table(PAID, ("o", DAY, None, 30, 5, 40, None))
    edges = [("x", 1, None, "2025-01-01"), ("x", 1, None, "2025-01-03")]
    reported = table(PAYMENT, *(("o", amount, None, DAY) for amount in payments), *edges)
    found = feeds.payment_matches(sold, reported)
    columns = ("order_amount", "paid_amount", "refunded_amount", "difference_amount", "record_count")
    (row,) = read(found.filter(found.order_id == "o"), "outcome", *columns)
    assert row[0] == OUTCOMES[outcome]
    assert [None if value is None else float(value) for value in row[1:]] == [*told]


OUTCOMES = {
    "agrees": feeds.AGREES,
    "paid less": feeds.PAID_LESS,
    "paid more": feeds.PAID_MORE,
    "nothing was paid": feeds.NOTHING_PAID,
}


@pytest.mark.parametrize(
    ("order", "payment", "outcome"),
    [
        (("o", DAY, None, 30, 5, 40, 12), ("o", 12, None, DAY), feeds.AGREES),  # the books say what was paid
        (("o", DAY, None, 30, 5, 40, None), ("o", 40, "USD", DAY), feeds.OTHER_CURRENCY),
        (("o", DAY, "test order", 30, 5, 40, None), ("o", 40, None, DAY), feeds.NOT_COUNTED),
        (("o", DAY, None, None, None, None, None), ("o", 40, None, DAY), feeds.UNKNOWN),
        (("o", "2025-02-01", None, 30, 5, 40, None), ("x", 40, None, DAY), feeds.NO_ORDER),
        (("o", "2025-02-01", None, 30, 5, 40, None), (None, 40, None, DAY), feeds.NO_NUMBER),
    ],
)
def test_what_cannot_be_held_against_an_order_says_why(order, payment, outcome):
    """One payment and one order."""
    found = feeds.payment_matches(table(PAID, order), table(PAYMENT, payment))
    assert read(found, "outcome") == [(outcome,)]


SENT = "order_id string, ordered_local timestamp, left_out_because string, delivered_local timestamp, promised_on date"
PARCEL = "order_id string, shipped_local timestamp, delivered_at timestamp, delivered_local timestamp, promised_on date"


@pytest.mark.parametrize(
    ("arrived", "promised", "parcels", "outcome", "days"),
    [
        ("2025-01-05", "2025-01-06", [("2025-01-05", "2025-01-06")], feeds.AGREES, 0),
        ("2025-01-05", None, [("2025-01-04", None)], feeds.EARLIER, -1),
        ("2025-01-05", None, [("2025-01-04", None), ("2025-01-07", None)], feeds.LATER, 2),  # the last of two
        ("2025-01-05", None, [("2025-01-04", None), (None, None)], feeds.ONLY_ORDER, None),  # one is on its way
        (None, None, [("2025-01-04", None)], feeds.ONLY_CARRIER, None),
        (None, None, [(None, None)], feeds.UNDERWAY, None),
        ("2025-01-05", "2025-01-06", [("2025-01-05", "2025-01-07")], feeds.OTHER_PROMISE, 0),
        ("2025-01-05", None, [], feeds.NO_PARCEL, None),
    ],
)
def test_an_order_is_delivered_with_its_last_parcel(arrived, promised, parcels, outcome, days):
    """Days later than the order's books; another promise only where the days agree."""
    sold = table(SENT, ("o", DAY, None, arrived, promised))
    edges = [("x", "2025-01-01", None, None, None), ("x", "2025-01-03", None, None, None)]
    reported = table(PARCEL, *(("o", DAY, came, came, day) for came, day in parcels), *edges)
    found = feeds.delivery_matches(sold, reported)
    assert read(found.filter(found.order_id == "o"), "outcome", "difference_days", "record_count") == [
        (outcome, days, len(parcels))
    ]


@pytest.mark.parametrize(
    ("backs", "strangers", "of_nobody"),
    [
        ([("named", "ann"), (None, None)], 1, [False, True]),
        ([("named", "ann"), (None, None)], 0, [False, False]),  # every order names its customer
        ([(None, None), (None, None)], 1, [False, False]),  # no return names anybody: these are of orders that count
        ([(None, "ann"), (None, None)], 1, [False, True]),
        ([("found", None), (None, None)], 1, [True, True]),
    ],
)
def test_a_return_of_nobody_is_of_an_order_of_nobody(backs, strangers, of_nobody):
    """Where other returns are named and an order stays out for want of a customer."""
    t = table("link string, customer_id string", *backs)
    sold = table("left_out_because string", (None,), *[(orders.UNNAMED,)] * strangers)
    assert [row for (row,) in read(t.select(x=returns._is_of_nobody(t, sold)))] == of_nobody
