"""What was changed because of what customers said, and whether it has helped.

Judges studies/feedback and rules/changes.
"""

from datetime import date, timedelta

import pytest
from in_memory import read, table

from customary.errors import Refused, UnknownName
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.rules.changes import changes_of
from customary.studies.feedback import change_effects

CHANGE = """
[[changes]]
name = "softer lining"
about = "product"
of = "boot"
what = "another lining"
owner = "purchasing"
state = "done"
since = 2025-03-01

[watch]
days = 30
follow_days = 10
repeat_days = 20
fewest = 2
"""
BEGIN, AS_OF = date(2025, 3, 1), date(2025, 6, 1)
SHOES = {"boot": "shoes", "sandal": "shoes", "mug": "kitchen"}


def book(text=CHANGE):
    """The default rules with the changes of a shop."""
    return RuleBook(RuleBook.from_files(DATA).defaults, {"changes": text}, shop="mine")


def day(days):
    """So many days after the change began, as frames count days."""
    return (BEGIN - date(1970, 1, 1)).days + days


def shop_of(*bought, cases=()):
    """Orders, lines and cases of rows (days from the change, product, days until it came back, days until the next)."""
    numbered = list(enumerate(bought))
    orders = [(f"o{n}", f"c{n}", day(at), until) for n, (at, _product, _back, until) in numbered]
    lines = [(f"o{n}", f"c{n}", product, SHOES[product], back) for n, (_at, product, back, _until) in numbered]
    told = [("complaint", order, topic, day(at)) for order, topic, at in cases]
    return (
        table("order_id string, customer_id string, day int32, days_to_next int32", *orders),
        table(
            "order_id string, customer_id string, product_id string, category string, return_delay_days int32", *lines
        ),
        table("kind string, order_id string, topic string, day int32", *told),
    )


def effects(shop, *columns, text=CHANGE, as_of=AS_OF, frames=("orders", "returns", "tickets")):
    """The rows of the study in these columns."""
    return read(change_effects(*shop, as_of, frozenset(frames), book(text)), *columns)


RATES = ("figure", "before_rate", "after_rate", "other_before_rate", "other_after_rate", "effect_points")


def test_an_effect_is_the_move_less_that_of_the_other_goods():
    """Boots came back in 2 of 2 orders and then in 1 of 2, sandals in 1 of 2 and then in none: −1/2 less −1/2 is 0."""
    before = [(-5, "boot", 3, None), (-4, "boot", 9, None), (-3, "sandal", 1, None), (-2, "sandal", None, None)]
    after = [(0, "boot", 3, None), (1, "boot", None, None), (2, "sandal", None, None), (3, "sandal", None, None)]
    assert effects(shop_of(*before, *after), *RATES)[0] == ("returns", 1, 0.5, 0.5, 0, 0)


def test_what_came_back_late_does_not_count():
    """Ten days count, eleven do not, before and after alike; the mug is of another category."""
    rows = [(-5, "boot", 10, None), (-5, "boot", 11, None), (5, "boot", 10, None), (5, "mug", 1, None)]
    assert effects(shop_of(*rows), *RATES)[0] == ("returns", 0.5, 1, None, None, None)


def test_days_outside_do_not_count():
    """Thirty days before and thirty from the first day on: −31 and 30 are out."""
    rows = [(-31, "boot", 1, None), (-30, "boot", None, None), (29, "boot", None, None), (30, "boot", 1, None)]
    assert effects(shop_of(*rows), "before_order_count", "after_order_count", "after_rate")[0] == (1, 1, 0)


def test_a_next_order_in_time():
    """One of two boots brought a next order within twenty days, and so did both sandals after it."""
    before = [(-9, "boot", None, 20), (-9, "boot", None, 21), (-9, "sandal", None, None)]
    after = [(9, "boot", None, 1), (9, "sandal", None, 2)]
    assert effects(shop_of(*before, *after), *RATES)[2] == ("next orders", 0.5, 1, 0, 1, -0.5)


def test_a_complaint_in_time():
    """About the first of two orders somebody complained on the tenth day, about the second on the eleventh."""
    cases = [("o0", "product quality", 0), ("o1", "product quality", 1)]
    shop = shop_of((-10, "boot", None, None), (-10, "boot", None, None), (0, "boot", None, None), cases=cases)
    assert effects(shop, *RATES)[1][:3] == ("complaints", 0.5, 0)


TOPIC = CHANGE.replace('"product"', '"topic"').replace('"boot"', '"delivery"')


def test_a_topic_is_held_against_the_other_topics():
    """Delivery was complained of in 1 of 2 orders before and in none after, another topic in none and in 1 of 2."""
    cases = [("o0", "delivery", -4), ("o2", "invoice", 6)]
    shop = shop_of(*((at, "mug", None, None) for at in (-5, -5, 5, 5)), cases=cases)
    assert effects(shop, *RATES, text=TOPIC) == [("complaints", 0.5, 0, 0, 0.5, -1)]


def many(before, after, others=(20, 20), n=40):
    """A shop in which so many of n boots came back before and after, and so many of n sandals."""
    rows = []
    for product, at, back in (
        ("boot", -5, before),
        ("boot", 5, after),
        ("sandal", -5, others[0]),
        ("sandal", 5, others[1]),
    ):
        rows += [(at, product, 1 if number < back else None, None) for number in range(n)]
    return shop_of(*rows)


@pytest.mark.parametrize(
    ("before", "after", "verdict"), [(30, 5, "fewer"), (5, 30, "more"), (20, 19, "no difference shown")]
)
def test_a_verdict_goes_by_the_interval(before, after, verdict):
    """From 30 to 5 of 40 that came back is fewer, one less is not shown."""
    found = effects(many(before, after), "verdict", "low_effect_points", "effect_points", "high_effect_points")[0]
    assert found[0] == verdict and found[1] < found[2] == (after - before) / 40 < found[3]


def test_an_interval_adds_wilsons_ends():
    """Of 40 boots none came back before and after, of the sandals 20 and 20: each end reaches as far as these rates do.

    Wilson: none of 40 reaches up to .0876; 20 of 40 customers, whose spread is theirs by 39, .1497 to either side:
    √(.0876² + 2 × .1497²) = .2292.
    """
    found = effects(many(0, 0), "low_effect_points", "high_effect_points")[0]
    assert found == pytest.approx((-0.2292, 0.2292), abs=1e-4)


def test_a_change_is_judged_when_its_last_order_was_followed():
    """Thirty days of orders and ten to come back: on the fortieth day it is judged, on the one before it is running."""
    done = BEGIN + timedelta(days=40)
    assert [effects(many(30, 5), "verdict", as_of=day)[0] for day in (done, done - timedelta(days=1))] == [
        ("fewer",),
        ("still running",),
    ]


def test_few_orders_have_no_verdict():
    """One boot is not two; and without other shoes there is nothing to compare with."""
    assert effects(shop_of((-5, "boot", 1, None), (5, "boot", None, None)), "verdict")[0] == ("too few orders",)
    boots = [(at, "boot", None, None) for at in (-5, -5, 5, 5)]
    assert effects(shop_of(*boots), "verdict")[0] == ("nothing to compare with",)


def test_what_another_change_is_about_is_no_comparison():
    """Sandals were changed as well: no boot is held against them."""
    both = CHANGE + CHANGE.split("[watch]")[0].replace("softer lining", "other sole").replace('"boot"', '"sandal"')
    assert effects(many(30, 5), "change_name", "other_before_order_count", text=both)[0] == ("softer lining", 0)


def test_what_is_only_planned_is_left_alone_so_far():
    """Sandals are to be changed: until then boots are held against them."""
    plan = CHANGE.split("[watch]")[0].replace("softer lining", "other sole").replace('"boot"', '"sandal"')
    both = CHANGE + plan.replace('"done"', '"planned"').replace("since = 2025-03-01\n", "")
    assert effects(many(30, 5), "change_name", "other_before_order_count", text=both)[0] == ("softer lining", 40)


@pytest.mark.parametrize("text", [CHANGE.replace('"boot"', '"bot"'), TOPIC.replace('"delivery"', '"delivry"')])
def test_a_name_that_nothing_bears_is_no_verdict(text):
    """Neither “too few orders” nor “no difference”: the shop sells no such product, and no case is about the topic."""
    shop = shop_of(*((at, "mug", None, None) for at in (-5, -5, 5, 5)), cases=[("o0", "delivery", -4)])
    assert {verdict for (verdict,) in effects(shop, "verdict", text=text)} == {"not in this shop"}


def test_what_nobody_writes_down_is_not_told():
    """Without returns in the files there is no rate of them, not one of 0."""
    assert [row[0] for row in effects(many(0, 0), "figure", frames=("orders",))] == ["next orders"]


def test_what_is_planned_is_there_without_figures():
    """With its owner and state, and nothing else."""
    planned = CHANGE.replace('"done"', '"planned"').replace("since = 2025-03-01\n", "")
    columns = ("change_name", "change_owner", "change_state", "since_on", "figure", "verdict", "after_order_count")
    assert effects(many(1, 1), *columns, text=planned) == [
        ("softer lining", "purchasing", "planned", None, None, None, None)
    ]


def test_a_shop_without_changes_has_no_row():
    """The list that comes with the code is empty."""
    assert read(change_effects(*many(1, 1), AS_OF, frozenset(("orders",)), RuleBook.from_files(DATA))) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (CHANGE.replace('"product"', '"prodct"'), "change “softer lining”: no about of a change is called “prodct”"),
        (CHANGE.replace('"done"', '"dne"'), "did you mean done"),
        (CHANGE.replace("since = 2025-03-01\n", ""), "what is done has a first day"),
        (CHANGE.replace('owner = "purchasing"\n', ""), "owner is a text, and it is missing"),
        (CHANGE.replace("owner", "ownr"), "did you mean owner"),
        (CHANGE + CHANGE.split("[watch]")[0], "two changes are called “softer lining”"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_its_name(wrong, said):
    """Nothing is left out in silence."""
    with pytest.raises((Refused, UnknownName), match=said):
        changes_of(book(wrong)["changes"])
