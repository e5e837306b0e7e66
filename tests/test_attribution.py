"""Orders shared out to the channels before them, and carts that were left, computed in the head.

Judges studies/shared/cuts, studies/shared/spans, studies/shared/splits and studies/shared/windows.
"""

import math
from datetime import date

import pytest
from given import sold, told
from in_memory import read, table
from logs import log

from customary.errors import Refused, UnknownName
from customary.models.removal import GOAL, NOTHING, START, removal_shares, steps_of
from customary.studies.paths import abandonment, attribution
from customary.studies.paths.attribution import HALF_LIFE_US, MODELS, channel_steps

ORDERS = "order_id string, customer_id string, ordered_at timestamp, net_amount decimal(12,2), left_out_because string"
SESSIONS = (
    "session_id string, visitor_id string, customer_id string, started_at timestamp, channel string, "
    "left_out_because string"
)
BOTH = frozenset({"orders", "sessions"})
# One order of 100 on 11 April: e-mail 40 days before, search 20, e-mail 3, direct 1.
ORDER = table(ORDERS, ("o1", "ann", "2025-04-11 12:00", 100, None))
A1 = [("2025-03-02 12:00", "Email"), ("2025-03-22 12:00", "Search"), ("2025-04-08 12:00", "Email")]
A1 += [("2025-04-10 12:00", "direct")]


def visits(*rows, who="ann"):
    """Visits of a customer by their start and channel."""
    return table(SESSIONS, *((f"{who}{n}", who, who, at, channel, None) for n, (at, channel) in enumerate(rows)))


def owed(model, rows=A1, orders=ORDER, removals=None, **options):
    """Channel → orders and revenue that it is owed."""
    found = attribution(orders, log(), visits(*rows), BOTH, removals or {}, model=model, **options)
    return {
        channel: (count, revenue) for channel, count, revenue in read(found, "channel", "conversion_count", "revenue")
    }


@pytest.mark.parametrize(
    ("model", "look_back", "email", "search", "direct"),
    [
        ("last", "30d", 0, 0, 100),
        ("last_non_direct", "30d", 100, 0, 0),
        ("first", "30d", 0, 100, 0),
        ("first", "90d", 100, 0, 0),
        ("linear", "30d", 33.3, 33.3, 33.3),
        ("linear", "90d", 50, 25, 25),
        ("position", "30d", 20, 40, 40),
        ("time_decay", "30d", 41.6, 7.7, 50.7),
    ],
)
def test_each_rule_owes_the_order_to_others(model, look_back, email, search, direct):
    """Within 30 days: search 20 days before, e-mail 3, direct 1; within 90 days e-mail 40 days before as well."""
    found = {name: round(revenue, 1) for name, (_count, revenue) in owed(model, look_back=look_back).items()}
    assert found == {"Email": email, "Search": search, "direct": direct, "(untracked)": 0}


@pytest.mark.parametrize("model", MODELS)
def test_all_rows_are_all_orders(model):
    """Ann's order has visits before it, Ben's has none, Cai's came on an unknown way: three orders, 175 in all."""
    orders = table(
        ORDERS,
        *(("o1", "ann", "2025-04-11 12:00", 100, None), ("o2", "ben", "2025-04-11 12:00", 50, None)),
        ("o3", "cai", "2025-04-11 12:00", 25, None),
    )
    rows = [("ann", at, channel) for at, channel in A1] + [("cai", "2025-04-11 11:00", None)]
    sessions = table(SESSIONS, *((f"s{n}", who, who, at, channel, None) for n, (who, at, channel) in enumerate(rows)))
    removals = {"Email": 0.5, "Search": 0.25, "(untracked)": 0.25}
    found = attribution(orders, log(), sessions, BOTH, removals, model=model)
    rows = read(found, "channel", "conversion_count", "revenue", "conversion_share")
    assert sum(row[1] for row in rows) == pytest.approx(3, abs=1e-3) and sum(
        row[2] or 0 for row in rows
    ) == pytest.approx(175)
    assert sum(row[3] for row in rows) == pytest.approx(1, abs=1e-3)
    if model != "removal_effect":
        assert {row[0]: row[1:3] for row in rows}["(untracked)"] == (2, 75)


def test_a_touch_a_week_earlier_is_owed_half_as_much():
    """To the second: a visit at the order and one of seven days before have two thirds and one third of it."""
    rows = [("2025-04-04 12:00", "Email"), ("2025-04-11 12:00", "Search")]
    at = -math.log(2) / HALF_LIFE_US
    assert math.exp(at * 7 * 24 * 60 * 60 * 1_000_000) == pytest.approx(0.5, rel=1e-9)
    found = owed("time_decay", rows)
    assert found["Email"][1] == pytest.approx(100 / 3, abs=1e-3) and found["Search"][1] == pytest.approx(
        200 / 3, abs=1e-3
    )


def test_of_two_touches_each_has_half():
    """By position: two touches half each, one touch all, and four 40, 10, 10, 40."""
    two = [("2025-04-01", "a"), ("2025-04-02", "b")]
    assert {name: part[0] for name, part in owed("position", two).items() if name in "ab"} == {"a": 0.5, "b": 0.5}
    four = [*two, ("2025-04-03", "c"), ("2025-04-04", "d")]
    found = {name: part[0] for name, part in owed("position", four).items() if name in "abcd"}
    assert found == {"a": 0.4, "b": 0.1, "c": 0.1, "d": 0.4}


def test_direct_alone_is_owed_what_it_touched():
    """Without any other channel the last direct visit has it; a visit of unknown channel is no other channel."""
    rows = [("2025-04-01", None), ("2025-04-02", "direct")]
    assert owed("last_non_direct", rows)["direct"][0] == 1
    assert owed("last_non_direct", [("2025-04-01", "mail"), ("2025-04-02", None)])["mail"][0] == 1


def test_the_look_back_ends_at_its_length_and_at_the_order():
    """Exactly 30 days before is in time, a second earlier is not; a visit after the order owes nothing."""
    assert "mail" in owed("last", [("2025-03-12 12:00:00", "mail")])
    assert "mail" not in owed("last", [("2025-03-12 11:59:59", "mail")])
    assert "mail" not in owed("last", [("2025-04-11 12:00:01", "mail")])


def test_a_shop_without_orders_has_the_purchases_of_its_log():
    """Their worth is unknown, not 0."""
    events = log(("ann", "2025-04-11 12:00", "purchase"))
    found = attribution(ORDER.limit(0), events, visits(*A1), frozenset({"events"}), {}, model="linear")
    assert {row[0]: row[1:] for row in read(found, "channel", "conversion_count", "revenue")}["Search"] == (
        0.3333,
        None,
    )


def test_unknown_models_and_spans_are_refused():
    """With the nearest name, or what a span looks like."""
    with pytest.raises(UnknownName, match="linear"):
        owed("lineal")
    with pytest.raises(Refused, match="look_back"):
        owed("linear", look_back="30")


# --- removal effects -----------------------------------------------------------------------------


def test_removal_effects_by_hand():
    """Journeys A > B > order, A > order, B > nothing, A > nothing: the chance to convert is one half.

    From A (3 visits): order, B or nothing, a third each; from B (2): order or nothing, half each. A starts three of
    four journeys: ¾ (⅓ + ⅓ · ½) + ¼ · ½ = ½. Without A ⅛ is left, ¾ lost; without B ¾ · ⅓ = ¼ is left, ½ lost: 3 to 2.
    """
    steps = [(START, "A", 3), (START, "B", 1), ("A", "B", 1), ("A", GOAL, 1), ("A", NOTHING, 1)]
    steps += [("B", GOAL, 1), ("B", NOTHING, 1)]
    assert removal_shares(steps) == pytest.approx({"A": 0.6, "B": 0.4})
    assert removal_shares([(START, "A", 2), ("A", NOTHING, 2)]) == {} == removal_shares([])


def test_steps_are_counted_between_visits():
    """Ann: A then B, then her order; Ben: A and no order. A touch after the order leads to nothing."""
    rows = [
        ("ann", "2025-04-01", "A"),
        ("ann", "2025-04-02", "B"),
        ("ann", "2025-04-20", "B"),
        ("ben", "2025-04-01", "A"),
    ]
    sessions = table(SESSIONS, *((f"s{n}", who, who, at, channel, None) for n, (who, at, channel) in enumerate(rows)))
    found = channel_steps(ORDER, log(), sessions, BOTH)
    assert sorted(read(found)) == [
        (START, "A", 2),
        (START, "B", 1),
        ("A", "(nothing)", 1),
        ("A", "B", 1),
        ("B", "(conversion)", 1),
        ("B", "(nothing)", 1),
    ]
    columns = {name: found.to_pandas()[name].to_numpy() for name in found.columns}
    assert set(removal_shares(steps_of(columns))) == {"A", "B"}


def test_removal_effects_share_out_what_was_touched():
    """Both channels before Ann's order: three fifths and two fifths of it."""
    rows = [("2025-04-01", "A"), ("2025-04-02", "B")]
    found = owed("removal_effect", rows, removals={"A": 0.6, "B": 0.4})
    assert (found["A"], found["B"]) == ((0.6, 60), (0.4, 40))


# --- carts ---------------------------------------------------------------------------------------

NO_ORDERS = table(ORDERS)
PRODUCTS = table("product_id string, list_price decimal(12,2)", ("mug", 10), ("lamp", 30), ("pin", None))
NOW = date(2025, 3, 10)
LEFT = ("stage", "cart_count", "abandoned_count", "bought_count", "immature_count")


def carts(events, orders=NO_ORDERS, columns=LEFT, **options):
    """The row of carts."""
    return read(abandonment(events, orders, PRODUCTS, NOW, **options), *columns)[0]


def test_a_cart_is_left_when_no_order_comes_in_time():
    """Ann buys 24 hours after her cart, Ben a second later, Cai never; Dan's cart of yesterday noon is too fresh."""
    events = log(
        ("ann", "2025-03-01 10:00:00", "add_to_cart"),
        ("ann", "2025-03-02 10:00:00", "purchase"),
        ("ben", "2025-03-01 10:00:00", "add_to_cart"),
        ("ben", "2025-03-02 10:00:01", "purchase"),
        ("cai", "2025-03-09 00:00:00", "add_to_cart"),
        ("dan", "2025-03-09 12:00:00", "add_to_cart"),
    )
    assert carts(events) == ("cart", 3, 2, 1, 1)
    assert carts(events, within="25h") == ("cart", 2, 0, 2, 2)
    columns = ("recoverable_count", "abandonment_rate", "customer_count")
    assert carts(events, columns=columns) == (1, 0.6667, 3)


def test_an_order_by_telephone_counts():
    """No purchase stands in the log, but the customer ordered; an order that does not count is none."""
    events = log(("ann", "2025-03-01 10:00", "add_to_cart"), ("ben", "2025-03-01 10:00", "add_to_cart"))
    orders = table(
        ORDERS, ("o1", "ann", "2025-03-01 15:00", 5, None), ("o2", "ben", "2025-03-01 15:00", 5, "test order")
    )
    assert carts(events, orders) == ("cart", 2, 1, 1, 0)


def test_people_have_one_cart_a_day():
    """Two visits with a cart on Saturday and one on Sunday: three carts of visits, two of person and day."""
    events = log(*(("ann", at, "add_to_cart") for at in ("10:00", "15:00", "2025-03-02 10:00")))
    assert carts(events)[1] == 3 and carts(events, unit="people")[1] == 2


def test_a_checkout_is_a_stage_of_its_own():
    """One of two carts got to the checkout, which was left."""
    events = log(
        *(("ann", "10:00", "add_to_cart"), ("ann", "10:05", "begin_checkout"), ("ben", "10:00", "add_to_cart")),
        ("ben", "10:02", "purchase"),
    )
    rows = read(abandonment(events, NO_ORDERS, PRODUCTS, NOW), *LEFT)
    assert rows == [("cart", 2, 1, 1, 0), ("checkout", 1, 1, 0, 0)]


def test_what_a_cart_held():
    """Ann left two mugs and a lamp, 50; Ben a pin without a price; a visitor without a name cannot be won back."""
    nameless = {"customer_id": None, "product_id": "mug"}
    events = log(
        *(("ann", f"10:0{n}", "add_to_cart", {"product_id": name}) for n, name in enumerate(("mug", "mug", "lamp"))),
        ("ben", "10:00", "add_to_cart", {"product_id": "pin"}),
        ("cookie", "10:00", "add_to_cart", nameless),
    )
    columns = ("abandoned_count", "abandoned_value", "valued_count", "recoverable_count", "recoverable_value")
    assert carts(events, columns=columns) == (3, 60, 2, 2, 50)


def test_nothing_was_left_where_there_was_nothing():
    """No cart: no rate is claimed; carts of another day are none of the window."""
    columns = ("cart_count", "abandonment_rate", "immature_count")
    assert carts(log(("ann", "10:00", "page_view")), columns=columns) == (0, None, 0)
    events = log(("ann", "10:00", "add_to_cart"))
    assert carts(events, columns=columns, during=("2025-03-02", "2025-03-03")) == (0, None, 0)
    with pytest.raises(UnknownName, match="sessions"):
        carts(events, unit="session")
    with pytest.raises(Refused, match="within"):
        carts(events, within="0h")


def test_attribution_of_a_shop(tiny_shop):
    """From the shell to the fit: Ann came by mail and then by herself, and bought for 10."""
    names = ("event_id", "visitor_id", "customer_id", "occurred_at", "channel", "event_name")
    rows = [("e1", "v", None, "2025-03-01 10:00", "mail", "page_view")]
    rows += [("e2", "v", "ann", "2025-03-02 10:00", "direct", "page_view")]
    events = [dict(zip(names, row, strict=True)) for row in rows]
    shop = tiny_shop(events=events, orders=[sold("o1", "ann", "2025-03-02 10:05", 10)], as_of="2025-04-01")
    for model, mail in (("last_non_direct", 1), ("last", 0), ("removal_effect", 0.5)):
        found = {row["channel"]: row["conversion_count"] for row in told(shop, "attribution", model=model)}
        assert (found["mail"], found["mail"] + found["direct"]) == (mail, 1)
