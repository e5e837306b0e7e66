"""Scores, tiers and rules on a handful of customers, computed in the head.

Judges studies/tiers/sizes and studies/tiers/migration.
"""

from datetime import date

import pytest
from in_memory import read, table

from customary.errors import Refused, UnknownName
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.tiers import (
    composite_bands,
    composite_score,
    migration,
    next_tier,
    rfm,
    rfm_grid,
    rfm_segments,
    rfm_ties,
    rule_effect,
    rule_moves,
    tier_categories,
    tier_outcomes,
    tier_readings,
    tier_rule,
    tiers,
)
from customary.studies.tiers.migration import standing_on

RULES = RuleBook.from_files(DATA)
DECIMAL = "decimal(18,4)"

# --- scores --------------------------------------------------------------------------------------

BUYER = (
    "customer_id string, is_buyer boolean, days_since_last_order int32, order_count int64, purchase_day_count int64, "
    "gross_spend float64, ordered_spend float64, net_spend float64"
)


def buyer(who, ago, orders, spend, *, days=None, net=None):
    """A buyer: days since the last order, orders, spend."""
    return (who, True, ago, orders, days or orders, spend, spend, spend if net is None else net)


# Bought last 1, 2, 3, 4 and 5 days ago; 4, 1, 1, 1 and 2 orders; for 90, 80, 10, 10 and 60.
FIVE = (buyer("a", 1, 4, 90), buyer("b", 2, 1, 80), buyer("c", 3, 1, 10), buyer("d", 4, 1, 10), buyer("e", 5, 2, 60))
NEVER = ("z", False, None, 0, 0, 0, 0, 0)


def test_scores_of_five_buyers():
    """The latest scores 5. Of orders three have one, the least: 1 each; then e with 3 below it, 4; a, 5.

    Spend of 10 scores 1 twice, 60 has two below and scores 3, 80 four, 90 five. Written beside each other: a is 555.
    """
    found = rfm(table(BUYER, *FIVE, NEVER))
    assert read(found, "customer_id", "r_score", "f_score", "m_score", "rfm_score", "weighted_score") == [
        ("a", 5, 5, 5, 555, 5),
        ("b", 4, 1, 4, 414, 3),
        ("c", 3, 1, 1, 311, 1.6667),
        ("d", 2, 1, 1, 211, 1.3333),
        ("e", 1, 4, 3, 143, 2.6667),
    ]


def test_weights_of_scores():
    """b scores 4, 1, 4: with weights 2, −1, 1 that is (8 − 1 + 4) / 4."""
    assert read(rfm(table(BUYER, *FIVE), weights="2,-1,1"), "weighted_score")[1] == (2.75,)


def test_ten_bins_need_three_digits_each():
    """With ten bins a scores 9 on all, as the fifth of five; it is written 009 009 009."""
    assert read(rfm(table(BUYER, *FIVE), bins=10), "r_score", "rfm_score")[0] == (9, 9_009_009)
    assert read(rfm(table(BUYER, *FIVE), bins=9), "r_score", "rfm_score")[0] == (8, 888)


@pytest.mark.parametrize("bins", [2, 100])
def test_the_least_and_the_most_bins(bins):
    """Both are allowed, one more or less is not."""
    assert len(read(rfm(table(BUYER, *FIVE), bins=bins))) == 5
    with pytest.raises(Refused, match="2 to 100 bins"):
        rfm(table(BUYER, *FIVE), bins=1 if bins == 2 else 101)


def test_purchase_days_and_mean_spend_can_be_scored():
    """a's four orders were of one day and 90 / 4 is 22.5 an order: fewer days than e's two, less than b's 80."""
    people = (buyer("a", 1, 4, 90, days=1), *FIVE[1:])
    found = rfm(table(BUYER, *people), frequency="purchase_day_count", amount="mean")
    assert read(found, "customer_id", "f_score", "m_score") == [
        ("a", 1, 3),
        ("b", 1, 5),
        ("c", 1, 1),
        ("d", 1, 1),
        ("e", 5, 4),
    ]


def test_the_grid_holds_every_buyer():
    """In two bins c, d and e bought long ago, a and b lately; a and e have several orders.

    So c and d share a cell: 20 spent, 3.5 days ago, an order each.
    """
    found = rfm_grid(table(BUYER, *FIVE, NEVER), bins=2)
    assert read(found) == [(1, 1, 2, 20, 3.5, 1), (1, 2, 1, 60, 5, 2), (2, 1, 1, 80, 2, 1), (2, 2, 1, 90, 1, 4)]


def test_ranks_would_set_equals_apart():
    """In five ranks of one each, the three with one order get three different scores; the two who spent 10, two."""
    found = rfm_ties(table(BUYER, *FIVE, NEVER))
    assert read(found) == [("frequency", 5, 3, 3), ("recency", 5, 5, 0), ("spend", 5, 4, 2)]


def test_segments_by_scores():
    """a (5, 5) is best; b (4, 1) is recent; c and d (3 and 2, 1) are asleep; e (1, 4) is slipping. Spend 250 in all."""
    found = rfm_segments(table(BUYER, *FIVE, NEVER), RULES)
    columns = ("rfm_segment", "buyer_count", "net_spend", "spend_per_buyer", "days_since_last_order", "buyer_share")
    assert read(found, *columns, "spend_share") == [
        ("best", 1, 90, 90, 1, 0.2, 0.36),
        ("recent", 1, 80, 80, 2, 0.2, 0.32),
        ("slipping", 1, 60, 60, 5, 0.2, 0.24),
        ("asleep", 2, 20, 10, 3.5, 0.4, 0.08),
    ]
    assert read(found, "orders_per_buyer") == [(4,), (1,), (2,), (1,)]


def test_a_composite_is_the_weighted_mean_of_percentile_ranks():
    """Spend: 4, 3, 0, 0 and 2 of four have less; days: of them 4, 3, 2, 1, 0 waited longer. Weights 3 and −1.

    a (300 + 100) / 4 = 100, b 75, e (150 + 0) / 4 = 37.5, c (0 + 50) / 4 = 12.5, d 6.25.
    """
    found = composite_score(table(BUYER, *FIVE, NEVER), columns="ordered_spend, days_since_last_order", weights="3,-1")
    assert read(found, "customer_id", "composite_score", "band", "customer_total") == [
        ("a", 100, 5, 5),
        ("b", 75, 4, 5),
        ("e", 37.5, 3, 5),
        ("c", 12.5, 2, 5),
        ("d", 6.25, 1, 5),
    ]


def test_who_has_no_number_ranks_last_and_one_alone_nowhere():
    """An unknown number is worth 0 of 100; a single buyer cannot be above anybody."""
    people = (buyer("a", 1, 1, 10), buyer("b", None, 1, 10))
    found = composite_score(table(BUYER, *people), columns="days_since_last_order", weights="-1")
    assert read(found, "customer_id", "composite_score")[-1] == ("b", 0)
    assert read(composite_score(table(BUYER, people[0])), "composite_score", "band") == [(0, 1)]


def test_bands_of_a_composite():
    """By spend alone in two bands: b, e and a have 3, 2 and 4 of four below; 2 of 5 is still the lower half."""
    found = composite_bands(table(BUYER, *FIVE, NEVER), columns="ordered_spend", weights="1", bins=2)
    assert read(found) == [(2, 2, 75, 170, 2.5, 0.4, 0.68), (1, 3, 0, 80, 1.3333, 0.6, 0.32)]


# --- tiers ---------------------------------------------------------------------------------------

TIERED = (
    f"customer_id string, year_net_spend {DECIMAL}, year_repurchase_count int64, year_order_count int64, "
    "year_purchase_day_count int64, days_since_last_order int32, favourite_category string, country string, "
    "region string"
)


def tiered(who, spend, repurchases, *, orders=None, days=None):
    """Net spend of the year and purchase days after the first; by default an order a day."""
    days = repurchases + 1 if days is None else days
    return (who, spend, repurchases, days if orders is None else orders, days, 9, None, None, None)


PEOPLE = (
    tiered("high", 10_000, 5),
    tiered("rich", 9_999.99, 5),
    tiered("often", 3_000, 9),
    tiered("rare", 50_000, 1),
    tiered("little", 2_999.99, 2),
    tiered("nobody", 0, 0, days=0),
)


def test_both_bounds_of_a_tier_must_be_reached():
    """10,000 and five repurchases open the first, 3,000 and two the second; a cent or a day less does not."""
    found = tiers(table(TIERED, *PEOPLE), RULES)
    columns = ("value_tier", "customer_count", "year_buyer_count", "year_net_spend", "spend_per_year_buyer")
    assert read(found, *columns, "customer_share") == [
        ("high value", 1, 1, 10_000, 10_000, 0.1667),
        ("potential", 2, 2, 12_999.99, 6_499.995, 0.3333),
        ("basic", 3, 2, 52_999.99, 26_499.995, 0.5),
    ]
    assert sum(share for (share,) in read(found, "spend_share")) == pytest.approx(1, abs=1e-3)


def test_what_tiers_spend_on():
    """High: 30 on lamps, 10 on mugs. Basic: 20 on mugs, 40 on vases. Lamps and mugs bring 30 each, so vases lead.

    With the biggest one alone, vases, all else are others.
    """
    people = table(TIERED, PEOPLE[0], PEOPLE[3])
    lines = table(
        "customer_id string, category string, net_amount float64",
        ("high", "lamp", 30),
        ("high", "mug", 10),
        ("rare", "mug", 20),
        ("rare", None, 40),
    )
    assert read(tier_categories(lines, people, RULES)) == [
        ("basic", "unknown", 40, 0.6667),
        ("high value", "lamp", 30, 0.75),
        ("basic", "mug", 20, 0.3333),
        ("high value", "mug", 10, 0.25),
    ]
    assert read(tier_categories(lines, people, RULES, categories=1)) == [
        ("basic", "unknown", 40, 0.6667),
        ("basic", "others", 20, 0.3333),
        ("high value", "others", 40, 1),
    ]


def test_other_readings_of_the_rule():
    """Five repurchase days and six orders at 10,500; three days, six orders at 12,000; two days and orders at 3,200.

    Ours: high, potential, basic. Orders after the first: the second has 5 and moves up. All days: the third has 2.
    All orders: both. Bounds 10 % higher: 10,500 / 1.1 is below 10,000. Lower: nobody's repurchases change.
    """
    people = (tiered("a", 10_500, 5), tiered("b", 12_000, 2, orders=6), tiered("c", 3_200, 1))
    found = tier_readings(table(TIERED, *people), RULES)
    assert read(found, "reading", "high value", "potential", "basic", "moved_up", "moved_down") == [
        ("days after the first", 1, 1, 1, 0, 0),
        ("orders after the first", 2, 0, 1, 1, 0),
        ("all purchase days", 1, 2, 0, 1, 0),
        ("all orders", 2, 1, 0, 2, 0),
        ("bounds 10% higher", 0, 2, 1, 0, 1),
        ("bounds 10% lower", 1, 1, 1, 0, 0),
    ]


def test_the_first_of_a_year_is_no_order_after_the_first():
    """Where one repurchase makes a better customer, one order in the year is none, and none is none."""
    labels = (
        '{ name = "back", zh = "回", when = { year_repurchase_count = { from = 1 } } }, { name = "once", zh = "一" }'
    )
    rules = RuleBook(RULES.defaults, {"tiers": f'[value_tier]\nzh = "级"\ncurrency = "CNY"\nlabels = [{labels}]'})
    people = (tiered("a", 9, 0), tiered("b", 9, 0, orders=0), tiered("c", 9, 0, orders=2))
    assert read(tier_readings(table(TIERED, *people), rules), "reading", "back")[1] == ("orders after the first", 1)


def test_bounds_ten_percent_lower_open_the_tier_earlier():
    """9,000 is 90 % of 10,000, a cent less is not."""
    people = (tiered("a", 9_000, 5), tiered("b", 8_999.99, 5))
    assert read(tier_readings(table(TIERED, *people), RULES), "high value", "moved_up")[-1] == (1, 1)


def test_what_the_next_tier_lacks():
    """Potential, who bought in the year, nearest first: 500 of 10,000 is 5 %, one of five repurchases 20 %.

    By spend and count both: the greater share counts. Who is high or basic, or did not buy, is not here.
    """
    people = (
        tiered("near", 9_500, 5),
        tiered("once more", 12_000, 4),
        tiered("both", 4_000, 3),
        tiered("high", 10_000, 5),
        tiered("basic", 100, 1),
        tiered("asleep", 5_000, 3, orders=0),
    )
    found = next_tier(table(TIERED, *people), RULES)
    columns = ("customer_id", "missing_year_net_spend", "missing_year_repurchase_count", "distance", "customer_total")
    assert read(found, *columns) == [("near", 500, 0, 0.05, 3), ("once more", 0, 1, 0.2, 3), ("both", 6_000, 2, 0.6, 3)]


def test_the_way_up_from_the_lowest_tier():
    """Basic lacks 3,000 and two repurchases for potential; high value has no tier above."""
    people = (tiered("a", 1_500, 2), tiered("b", 3_000, 1))
    found = next_tier(table(TIERED, *people), RULES, tier="basic")
    assert read(found, "customer_id", "distance") == [("a", 0.5), ("b", 0.5)][::-1]
    with pytest.raises(UnknownName, match="tier with one above it"):
        next_tier(table(TIERED, *people), RULES, tier="high value")


def test_a_rule_as_written_has_holes():
    """10,000 with three repurchases is in no tier of B-056…B-058, nor is 100 with five."""
    found = tier_rule(table(TIERED, tiered("a", 10_000, 3), tiered("b", 100, 5), tiered("c", 100, 1)), RULES)
    faults = [row for row in read(found, "kind", "label", "is_fault", "customer_count", "year_net_spend") if row[3]]
    assert faults == [
        ("hole", "", True, 1, 100),
        ("hole", "", True, 1, 10_000),
        ("one label", "basic", False, 1, 100),
    ]
    assert {total for (total,) in read(found, "cell_total")} == {len(read(found))}


LOWER = """
[value_tier]
zh = "价值层级"
currency = "CNY"

[[value_tier.labels]]
name = "high value"
zh = "高价值客户"
when = { year_net_spend = { from = 9000 }, year_repurchase_count = { from = 5 } }

[[value_tier.labels]]
name = "basic"
zh = "基础客户"
"""


def test_who_moves_when_the_rule_is_changed():
    """From 9,000 on, and no tier in the middle: “rich” rises, “often” falls to basic, the others stay."""
    people = table(TIERED, *PEOPLE)
    moves = read(rule_moves(people, RULES, text=LOWER), "label_before", "label_after", "customer_count", "is_moved")
    assert moves == [
        ("high value", "high value", 1, False),
        ("basic", "basic", 3, False),
        ("potential", "high value", 1, True),
        ("potential", "basic", 1, True),
    ]
    effect = rule_effect(people, RULES, text=LOWER)
    columns = ("label", "customers_before", "customers_after", "customer_change", "revenue_change")
    assert read(effect, *columns) == [
        ("high value", 1, 2, 1, 9_999.99),
        ("basic", 3, 4, 1, 3_000),
        ("potential", 2, 0, -2, -12_999.99),
    ]
    assert sum(share for (share,) in read(effect, "revenue_share")) == pytest.approx(1, abs=1e-3)


# --- tiers at two dates --------------------------------------------------------------------------

ORDERED = (
    f"customer_id string, day int32, ts_s int64, ordered_local timestamp, paid_at timestamp, gross_amount {DECIMAL}, "
    f"net_amount {DECIMAL}"
)
BACK = f"customer_id string, day int32, refund_amount {DECIMAL}"
WHO = "customer_id string, registered_at timestamp, is_buyer boolean"


def on(day, time="10:00"):
    """A time of a day since 1970."""
    return f"{date.fromordinal(date(1970, 1, 1).toordinal() + day)} {time}"


def placed(who, day, amount, paid=None):
    """An order of 10 o'clock by a clock that is UTC's, paid at once or on another day."""
    return (who, day, day * 86_400 + 36_000, on(day), on(day if paid is None else paid), amount + 1, amount)


DAY_400 = date(1971, 2, 5)


def test_a_standing_knows_only_what_was_before():
    """On day 400: an order of 399 is known, one of 400 is not; the year began on day 35.

    Spent in it 20 + 30, before it 10; refunds of 5 in it, 2 before it, 9 on the day itself. Purchases of three days, of
    which two in the year.
    """
    orders = (placed("ann", 34, 10), placed("ann", 35, 20), placed("ann", 399, 30), placed("ann", 400, 40))
    back = (("ann", 34, 2), ("ann", 35, 5), ("ann", 400, 9))
    found = standing_on(table(WHO, ("ann", None, True)), table(ORDERED, *orders), table(BACK, *back), DAY_400)
    columns = ("days_since_last_order", "order_count", "gross_spend", "ordered_spend", "net_spend", "year_net_spend")
    assert [tuple(map(float, row)) for row in read(found, *columns)] == [(1, 3, 63, 60, 53, 45)]
    counts = ("purchase_day_count", "repurchase_count", "year_order_count", "year_repurchase_count")
    assert read(found, *counts) == [(3, 2, 2, 1)]


def test_an_order_counts_once_it_is_paid():
    """Placed on day 390 and paid on day 400: not known on day 400, but the one paid on 399 is; nor one paid ahead."""
    orders = (placed("ann", 390, 10, paid=400), placed("ben", 390, 10, paid=399), placed("cai", 400, 10, paid=399))
    people = table(WHO, ("ann", None, True), ("ben", None, True), ("cai", None, True))
    found = standing_on(people, table(ORDERED, *orders), table(BACK), DAY_400)
    assert read(found, "customer_id", "is_buyer") == [("ben", True)]


@pytest.mark.parametrize(("paid", "known"), [("15:59", [("ann",)]), ("16:00", [])])
def test_the_day_of_payment_is_of_the_shops_clock(paid, known):
    """The shop is eight hours ahead of UTC: what is paid at 16:00 there is paid on its next day, day 400."""
    order = ("ann", 399, 399 * 86_400 + 28_800, on(399, "16:00"), on(399, paid), 10, 10)
    found = standing_on(table(WHO, ("ann", None, True)), table(ORDERED, order), table(BACK), DAY_400)
    assert read(found, "customer_id") == known


def test_who_is_known_on_a_day():
    """Registered before it, or bought before it, or never bought and registered nobody knows when."""
    people = table(
        WHO,
        ("early", on(399), True),
        ("late", on(400), True),
        ("bought", on(400), True),
        ("stranger", None, False),
        ("unknown", None, True),
    )
    found = standing_on(people, table(ORDERED, placed("bought", 399, 10)), table(BACK), DAY_400)
    assert sorted(read(found, "customer_id")) == [("bought",), ("early",), ("stranger",)]


SIX = [("riser", day, 2_000) for day in range(401, 407)]


def test_moves_between_two_dates():
    """On day 400 three are basic; by day 410 one of them bought for 12,000 on six days, and one came who is new.

    So a third of basic (3 people) rose; the log began on day 390, so that 10 days of the past were known.
    """
    orders = [placed(who, day, amount) for who, day, amount in SIX]
    orders += [placed(who, 390, 10) for who in ("riser", "stayer", "sleeper")] + [placed("new", 409, 10)]
    people = table(WHO, *((who, None, True) for who in ("riser", "stayer", "sleeper", "new")))
    found = migration(people, table(ORDERED, *orders), table(BACK), date(1971, 2, 15), RULES, days=10)
    columns = ("label_before", "label_after", "move", "customer_count", "from_count", "from_share", "seen_days")
    assert read(found, *columns) == [
        ("basic", "high value", "rose", 1, 3, 0.3333, 10),
        ("basic", "basic", "stayed", 2, 3, 0.6667, 10),
        ("not yet known", "basic", "new", 1, 1, 1, 10),
    ]
    spends = ("year_net_spend_before", "year_net_spend_after")
    assert read(found, *spends) == [(10, 12_010), (20, 20), (0, 10)]
    assert read(found, "first_on", "second_on")[0] == (date(1971, 2, 5), date(1971, 2, 15))


def test_who_falls():
    """High on day 500, with all of it older than a year on day 800."""
    people, orders = table(WHO, ("riser", None, True)), [placed(*row) for row in SIX]
    found = migration(
        people, table(ORDERED, *orders), table(BACK), date(1972, 3, 12), RULES, during=(on(500)[:10], on(800)[:10])
    )
    assert read(found, "label_before", "label_after", "move") == [("high value", "basic", "fell")]


def test_what_a_tier_did_afterwards():
    """On day 407: one high, two basic. In the 10 days from it, the first included and the last not, both tiers bought.

    High: 100 on day 407. Basic: 30 on day 416 of one of two; 999 on day 417 is too late, on day 406 too early.
    """
    orders = [placed(who, day, amount) for who, day, amount in SIX]
    orders += [placed("a", 390, 10), placed("b", 406, 20), placed("riser", 407, 100)]
    orders += [placed("a", 416, 30), placed("b", 417, 999)]
    people = table(WHO, *((who, None, True) for who in ("riser", "a", "b")))
    found = tier_outcomes(people, table(ORDERED, *orders), table(BACK), date(1971, 2, 22), RULES, days=10)
    columns = ("label", "customer_count", "bought_count", "bought_rate", "ordered_revenue", "revenue_per_customer")
    assert read(found, *columns, "revenue_share") == [
        ("high value", 1, 1, 1, 100, 100, 0.7692),
        ("basic", 2, 1, 0.5, 30, 15, 0.2308),
    ]
