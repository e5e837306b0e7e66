"""Funnels asked of a shop: names, columns of others, the shell, and a real log with known figures."""

import pytest
from given import sold
from typed import refused, told

from customary.errors import Refused, UnknownName
from customary.query.study import study

STEPS = ("catalog", "cart", "payment_done")
SHOPPING = [word for name in STEPS for word in ("--step", f"event={name}")]


def event(number, who, at, name, **more):
    """One event of a customer; the source calls its events otherwise."""
    source = {"view_item": "detail", "purchase": "payment_done"}.get(name, name)
    facts = {"event_id": f"e{number}", "customer_id": who, "visitor_id": who, "occurred_at": f"2025-03-01 {at}"}
    return {**facts, "event_name": name, "source_event_name": source, **more}


@pytest.fixture(scope="module")
def shop(tiny_shop):
    """Ann of China looked at a lamp and bought, Ben of Germany looked at a cup; a visitor looked at both."""
    events = [
        event(1, "ann", "10:00", "view_item", product_id="lamp", device="phone"),
        event(2, "ann", "10:05", "purchase", product_id="lamp", device="desk"),
        event(3, "ben", "10:00", "view_item", product_id="cup", device="phone"),
        event(4, None, "10:00", "view_item", product_id="cup", visitor_id="v"),
        event(5, None, "10:01", "view_item", product_id="lamp", visitor_id="v"),
    ]
    return tiny_shop(
        name="funnelled",
        as_of="2025-04-01",
        time_zone="UTC",
        events=events,
        customers=[{"customer_id": "ann", "country": "CN"}, {"customer_id": "ben", "country": "DE"}],
        products=[{"product_id": "lamp", "category": "light"}, {"product_id": "cup", "category": "kitchen"}],
        orders=[sold("o1", "ann", "2025-03-01 10:05", 5)],
    )


def counts(shop, *step, **options):
    """How many got to each step, by the answer's order."""
    return [row["customer_count"] for row in study(shop, "funnel", step=list(step), **options).to_pylist()]


def test_an_event_is_known_by_both_its_names(shop):
    """The source's own name and the one it was mapped to are one event."""
    assert counts(shop, "event=detail", "event=payment_done") == counts(shop, "event=view_item", "event=purchase")
    assert counts(shop, "event=detail", "event=view_item") == [3, 1]  # two names, so a second event is needed


def test_the_product_of_an_event_may_be_asked_for(shop):
    """The lamp was seen by two, of whom one bought; the cup was seen by two others."""
    assert counts(shop, "event=view_item,category=light", "event=purchase") == [2, 1]
    assert counts(shop, "event=view_item,product_id=cup", "event=purchase") == [2, 0]


def test_a_split_by_what_is_known_of_the_customer(shop):
    """By country; the visitor's is not known."""
    rows = study(shop, "funnel", step=["event=view_item", "event=purchase"], by="country").to_pylist()
    assert [(row["country"], row["customer_count"]) for row in rows] == [
        *(("CN", 1), ("CN", 1), ("DE", 1), ("DE", 0), (None, 1), (None, 0))
    ]
    assert counts(shop, "event=view_item", "event=purchase", where={"country": "DE"}) == [1, 0]
    assert counts(shop, "event=view_item", "event=purchase", where={"country": []}) == [0, 0]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("event=purchas", "purchase"),
        ("event=purchase,devise=desk", "device"),
        ("event=purchase,device=desc", "desk"),
        ("event=purchase,category=kitchn", "kitchen"),
    ],
)
def test_what_never_occurs_is_refused_with_the_nearest(shop, step, said):
    """An event, a column or a value that nobody has cannot be a step."""
    with pytest.raises(UnknownName, match=said):
        counts(shop, "event=view_item", step)


def test_what_no_event_says_cannot_be_held(shop):
    """Nobody's page is known here: that nobody got on would be no fact; the product is, and Ann held to hers."""
    with pytest.raises(Refused, match="says its page"):
        counts(shop, "event=view_item", "event=purchase", hold="page")
    assert counts(shop, "event=view_item", "event=purchase", hold="product_id") == [3, 1]


def test_what_the_events_of_a_step_never_say_cannot_be_held(tiny_shop):
    """The log names the lamp where it is looked at and never where it is bought: that none was would be no fact."""
    events = [event(1, "ann", "10:00", "view_item", product_id="lamp"), event(2, "ann", "10:05", "purchase")]
    shop = tiny_shop(name="unsaid", as_of="2025-04-01", events=events)
    with pytest.raises(Refused, match=r"step “purchase” says its product_id"):
        study(shop, "funnel", step=["event=view_item", "event=purchase"], hold="product_id")


def test_the_shell_takes_steps_one_by_one(shop):
    """Repeated --step, and --as; what takes one value refuses two."""
    words = ("study", shop.name, "funnel", "--step", "event=detail", "--step", "event=payment_done")
    rows = told(*words, "--by", "device", "--within", "1h")["rows"]
    assert [(row["step"], row["label"], row["device"], row["customer_count"]) for row in rows] == [
        *((1, "detail", "phone", 2), (2, "payment_done", "phone", 1)),
        *((1, "detail", None, 1), (2, "payment_done", None, 0)),
    ]
    assert {"conversion_rate", "step_rate", "median_seconds", "median_seconds_km", "immature_count"} <= set(rows[0])
    assert {row["reading"] for row in told(*words, "--as", "mixpanel")["rows"]} >= {"ours", "maturity", "mixpanel"}
    assert "one within, not several: 1h, 2h" in refused(*words, "--within", "1h", "--within", "2h")
    assert "event=purchase" in refused("study", shop.name, "funnel", "--step", "detail")


def test_a_viewer_is_not_told_of_few(shop):
    """Three people are too few for whoever is no analyst, in a count and in a list."""
    from customary.shop import Shop

    viewer = Shop(shop.name, shop.snapshot, "viewer")
    assert study(viewer, "funnel", step=["event=view_item", "event=purchase"], by="device").cells() == []
    with pytest.raises(Refused, match="analysts"):
        study(viewer, "funnel_people").cells()


# --- a real log -----------------------------------------------------------------------------------

FIVE = ("catalog", "cart", "delivery_choice", "payment_choice", "payment_done")


@pytest.mark.parametrize(
    ("names", "options", "expected"),
    [
        (STEPS, {}, [3079, 1490, 450]),
        (STEPS, {"within": "1h"}, [3611, 1608, 469]),
        (STEPS, {"within": "1h", "entry": "best"}, [3611, 1924, 653]),
        (STEPS, {"within": "30m", "entry": "best"}, [3611, 1924, 653]),
        (STEPS, {"within": "1h", "entry": "best", "order": "strict"}, [3611, 1324, 0]),
        (STEPS, {"unit": "sessions"}, [5540, 2457, 706]),
        (FIVE, {"within": "1h", "entry": "best"}, [3611, 1924, 1356, 958, 653]),
        (("view_item_list", "add_to_cart", "purchase"), {}, [3079, 1490, 450]),
    ],
)
def test_a_real_log_gives_the_figures_of_others(onlineshop, names, options, expected):
    """ClickHouse's windowFunnel, retentioneering and hand-written SQL say the same of 35,381 events."""
    assert counts(onlineshop, *(f"event={name}" for name in names), **options) == expected


@pytest.mark.parametrize(
    ("tool", "within", "expected"),
    [("mixpanel", "1h", 469), ("mixpanel", "1d", 475), ("mixpanel", "7d", 524), ("posthog", "14d", 653)],
)
def test_a_real_log_as_others_count_it(onlineshop, tool, within, expected):
    """Without maturity the first entry's 469, 475 and 524, the best chain's 653: as they were counted elsewhere."""
    step = [f"event={name}" for name in STEPS]
    rows = study(onlineshop, "funnel", step=step, within=within, as_=tool).to_pylist()
    last = [row for row in rows if row["step"] == 3]
    assert last[-1]["customer_count"] == expected
    assert last[0]["customer_count"] + sum(row["count_change"] for row in last[1:-1]) == expected


def test_entries_that_are_not_over_are_counted_apart(onlineshop):
    """532 people entered in the last week; the shell says so on the first row."""
    rows = told("study", onlineshop.name, "funnel", *SHOPPING, "--by", "device")["rows"]
    assert [row["immature_count"] for row in rows] == [532, None, None]
