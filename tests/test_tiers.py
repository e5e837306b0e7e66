"""What is asked of tiers: scores, who moved, how few matter, what care costs."""

from datetime import date

import ibis
import pytest
from given import line, returned, sold, told
from hypothesis import given, settings
from hypothesis import strategies as some

from customary.declare import SEGMENTS
from customary.errors import Refused, UnknownName

_engine = ibis.duckdb.connect()


# --- scores --------------------------------------------------------------------------------------


def test_weights_make_the_mean_of_the_scores(demo_shop):
    """Weights 2, 1, 1: twice recency, plus frequency, plus money, over four."""
    for row in told(demo_shop, "rfm", weights="2,1,1"):
        assert row["weighted_score"] == pytest.approx((2 * row["r_score"] + row["f_score"] + row["m_score"]) / 4)


def test_money_may_be_the_mean_of_an_order(worked_shop):
    """Ann's 85 in three orders are less an order than Cai's 80 in one."""
    score = {row["customer_id"]: row["m_score"] for row in told(worked_shop, "rfm", bins=3, amount="mean")}
    whole = {row["customer_id"]: row["m_score"] for row in told(worked_shop, "rfm", bins=3)}
    assert score["cai"] > score["ann"] and whole["ann"] > whole["cai"]


@pytest.mark.parametrize("weights", ["1,1", "0,0,0", "a,b,c", ""])
def test_weights_that_are_none_are_refused(worked_shop, weights):
    """Three numbers, not all 0."""
    with pytest.raises(Refused, match="weights"):
        told(worked_shop, "rfm", weights=weights)


def test_a_composite_score_ranks_by_what_is_asked(worked_shop):
    """By spend alone: Ann 85, Cai 80, Ben 27 – shares of the others that have strictly less: 100, 50, 0."""
    rows = told(worked_shop, "composite_score", columns="ordered_spend", weights="1")
    assert [(r["customer_id"], r["composite_score"]) for r in rows] == [("ann", 100), ("cai", 50), ("ben", 0)]
    turned = told(worked_shop, "composite_score", columns="ordered_spend", weights="-1")
    assert [row["customer_id"] for row in turned] == ["ben", "cai", "ann"]
    with pytest.raises(UnknownName, match="ordered_spend"):
        told(worked_shop, "composite_score", columns="ordred_spend", weights="1")


# --- concentration -------------------------------------------------------------------------------


def spenders(*amounts):
    """Customers who spent these amounts."""
    rows = [{"customer_id": f"c{n}", "is_buyer": True, "ordered_spend": float(a)} for n, a in enumerate(amounts)]
    return ibis.memtable(rows, schema={"customer_id": "string", "is_buyer": "boolean", "ordered_spend": "float64"})


def concentrated(*amounts):
    """The one row of `concentration` over these amounts."""
    from customary.studies.care import concentration

    (row,) = _engine.to_pyarrow(concentration(spenders(*amounts))).to_pylist()
    return row


def test_concentration_by_hand():
    """Of 6, 2, 1 and 1 the top 10 % is 0.4 of the biggest: 2.4 of 10; the top 20 % 4.8; Gini 0.4 by its mean gap."""
    row = concentrated(1, 6, 2, 1)
    assert (row["buyer_count"], row["spend"]) == (4, 10)
    assert row["top_1_share"] == pytest.approx(0.024)
    assert row["top_10_share"] == pytest.approx(0.24) and row["top_20_share"] == pytest.approx(0.48)
    gaps = sum(abs(a - b) for a in (6, 2, 1, 1) for b in (6, 2, 1, 1))
    assert row["gini"] == pytest.approx(gaps / (2 * 4 * 4 * 2.5))


def test_equal_spenders_are_not_concentrated():
    """All equal: the top tenth holds a tenth, Gini is 0; one alone holds everything, nobody nothing at all."""
    row = concentrated(*[5] * 7)
    assert row["gini"] == pytest.approx(0) and row["top_10_share"] == pytest.approx(0.1)
    assert concentrated(8)["top_1_share"] == pytest.approx(0.01) and concentrated(8)["gini"] == pytest.approx(0)
    assert concentrated()["gini"] is None and concentrated(0, 0)["top_10_share"] is None


@settings(max_examples=30, deadline=None)
@given(some.lists(some.integers(0, 1000), min_size=1, max_size=30).filter(any))
def test_gini_is_half_the_relative_mean_difference(amounts):
    """The sum over ranks equals the definition over all pairs; top shares grow with the top."""
    row, n = concentrated(*amounts), len(amounts)
    gaps = sum(abs(a - b) for a in amounts for b in amounts)
    assert row["gini"] == pytest.approx(gaps / (2 * n * sum(amounts)), abs=1e-9)
    shares = [row[f"top_{top}_share"] for top in (1, 10, 20)]
    assert shares == sorted(shares) and shares[0] >= 0.01 - 1e-9 and shares[-1] <= 1 + 1e-9


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 20])
def test_a_lorenz_curve_ends_at_one(worked_shop, steps):
    """From the smallest spender up, shares rise to everybody and everything, and never above the diagonal."""
    rows = told(worked_shop, "lorenz", steps=steps)
    assert rows[-1]["buyer_share"] == pytest.approx(1) and rows[-1]["spend_share"] == pytest.approx(1)
    assert all(row["spend_share"] <= row["buyer_share"] + 1e-9 for row in rows)


def test_abc_by_hand(worked_shop):
    """Ann 85, Cai 80, Ben 27 of 192: Cai crosses 80 % from 44 % and is A; Ben begins at 86 % and is B."""
    rows = {row["abc"]: row for row in told(worked_shop, "abc")}
    assert {name: row["thing_count"] for name, row in rows.items()} == {"A": 2, "B": 1}
    products = {row["abc"]: row["thing_count"] for row in told(worked_shop, "abc", of="products", a=0.5)}
    assert products == {"A": 1, "B": 1}  # lamp 60 of 117, and mug 57 begins at 51 %
    with pytest.raises(Refused, match="in order"):
        told(worked_shop, "abc", a=0.9, b=0.5)


# --- migration -----------------------------------------------------------------------------------

MOVES = [
    *(sold(f"r{n}", "riser", f"2025-0{n}-10 10:00", 2_500) for n in range(1, 7)),  # 2024: nothing much
    sold("r0", "riser", "2024-02-10 10:00", 100),
    *(sold(f"f{n}", "faller", f"2024-0{n}-10 10:00", 3_000) for n in range(1, 7)),
    sold("n1", "newcomer", "2025-05-05 10:00", 50),
]


@pytest.fixture(scope="module")
def moving(tiny_shop):
    """One who rises, one who falls, one who stays, one who comes; a refund of 2025 for an order of 2024."""
    orders = [*MOVES]
    orders += [sold("s1", "stayer", "2024-03-10 10:00", 100), sold("s2", "stayer", "2025-03-10 10:00", 100)]
    back = [returned("b1", "f6", "faller", "2025-02-01 10:00", 3_000)]
    return tiny_shop(orders=orders, returns=back, as_of="2025-08-01")


def test_migration_by_hand(moving):
    """A year before, the faller was at 18,000 with five repurchases and the riser at 100; today it is the other way."""
    rows = {(row["label_before"], row["label_after"]): row for row in told(moving, "migration")}
    assert {pair: row["move"] for pair, row in rows.items()} == {
        ("high value", "basic"): "fell",
        ("basic", "high value"): "rose",
        ("basic", "basic"): "stayed",
        ("not yet known", "basic"): "new",
    }
    assert rows["basic", "basic"]["from_share"] == 0.5 and rows["basic", "basic"]["from_count"] == 2
    assert rows["high value", "basic"]["year_net_spend_before"] == 18_000  # the refund came later
    assert rows["basic", "basic"]["seen_days"] == 204  # from 10 January to 1 August 2024
    low, high = rows["basic", "basic"]["low_share"], rows["basic", "basic"]["high_share"]
    assert 0 < low < 0.5 < high < 1


def test_an_earlier_tier_knows_nothing_of_later(demo_shop):
    """The tier worked out for the as-of date is the tier of today, customer by customer counted."""
    rows = told(demo_shop, "migration", days=200)
    for name in SEGMENTS["value_tier"].labels(demo_shop.rules):
        after = sum(row["customer_count"] for row in rows if row["label_after"] == name)
        (today,) = [row["customer_count"] for row in told(demo_shop, "tiers") if row["value_tier"] == name] or [0]
        assert after == today


def test_the_past_is_what_it_was(tiny_shop):
    """Tiers of an earlier date, worked out today, are those that a shop built on that date shows."""
    late = {**sold("p", "late payer", "2024-06-01 10:00", 90_000), "paid_at": "2024-09-01 10:00"}
    then = tiny_shop(orders=[*MOVES, late], as_of="2024-08-01")
    now = tiny_shop(orders=[*MOVES, late], as_of="2025-08-01")
    rows = told(now, "migration")
    worked_out = {}
    for row in rows:
        worked_out[row["label_before"]] = worked_out.get(row["label_before"], 0) + row["customer_count"]
    bought = {row["value_tier"]: row["year_buyer_count"] for row in told(then, "tiers")}
    assert {name: count for name, count in worked_out.items() if name != "not yet known"} == bought


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"at": "2030-01-01"}, "after"),
        ({"days": 0}, "not before"),
        ({"at": "soon"}, "not a day"),
        ({"segment": "value_teir"}, "value_tier"),
    ],
)
def test_dates_that_are_none_are_refused(moving, asked, said):
    """No date after the data, no two dates in the wrong order, no unknown segment."""
    with pytest.raises((Refused, UnknownName), match=said):
        told(moving, "migration", **asked)


def test_a_window_gives_both_dates(moving):
    """The two ends of `during` are the two dates."""
    rows = told(moving, "migration", during=("2024-08-01", "2025-08-01"))
    assert rows == told(moving, "migration")
    assert {(row["first_on"], row["second_on"]) for row in rows} == {(date(2024, 8, 1), date(2025, 8, 1))}


def test_outcomes_are_of_later(moving):
    """Of the high-value customers of August 2024 none bought in the year after; of the two basic ones both did."""
    rows = {row["label"]: row for row in told(moving, "tier_outcomes", days=365)}
    assert (rows["high value"]["bought_count"], rows["basic"]["bought_count"]) == (0, 2)
    assert rows["basic"]["ordered_revenue"] == 15_100
    assert rows["high value"]["low_rate"] == 0 and rows["high value"]["high_rate"] > 0.5


# --- next tier, contrast, care, budget -------------------------------------------------------------


def test_the_next_tier_says_what_is_missing(tiny_shop):
    """9,000 with five repurchases lack 1,000; 12,000 with three lack two: a tenth is nearer than two fifths."""
    orders = [sold(f"a{n}", "ann", f"2025-0{n + 1}-10 10:00", 1_500) for n in range(6)]
    orders += [sold(f"b{n}", "ben", f"2025-0{n + 1}-10 10:00", 3_000) for n in range(4)]
    rows = told(tiny_shop(orders=orders, as_of="2025-08-01"), "next_tier")
    facts = ("customer_id", "missing_year_net_spend", "missing_year_repurchase_count", "distance")
    assert [tuple(row[name] for name in facts) for row in rows] == [
        ("ann", 1_000, 0, pytest.approx(0.1)),
        ("ben", 0, 2, pytest.approx(0.4)),
    ]


def test_a_contrast_compares_two_groups(tiny_shop):
    """Forty big spenders from search against forty small ones from ads: the share differs by one, the mean by 90."""
    people = [
        {"customer_id": f"{kind}{n}", "acquisition_channel": channel, "registered_at": "2025-01-01 10:00"}
        for kind, channel in (("a", "search"), ("b", "ads"))
        for n in range(40)
    ]
    orders = [
        row
        for n in range(40)
        for row in (
            *(sold(f"a{n} {k}", f"a{n}", f"2025-0{k}-02 10:00", 2_000 + n) for k in range(1, 7)),
            sold(f"b{n}", f"b{n}", "2025-02-02 10:00", 100 + n),
        )
    ]
    rows = told(tiny_shop(customers=people, orders=orders, as_of="2025-08-01"), "contrast", segment="value_tier")
    share = next(row for row in rows if row["label"] == "search")
    assert (share["first_value"], share["second_value"], share["difference"]) == (1, 0, 1)
    assert share["verdict"] == "higher" and 0 < share["low_difference"] < share["high_difference"] <= 1
    value = next(row for row in rows if row["name"] == "average order value")
    assert value["difference"] == pytest.approx(1_900) and value["first_count"] == value["second_count"] == 40
    assert {row["name"] for row in rows if row["is_defining"]} == {
        "orders placed",
        "spend after discounts",
        "days since the last order",
    }


def test_nobody_is_compared_with_themselves(demo_shop):
    """Two groups are two; a label that does not exist is answered with the nearest."""
    with pytest.raises(Refused, match="itself"):
        told(demo_shop, "contrast", segment="rfm_tier", first="loyal", second="loyal")
    with pytest.raises(UnknownName, match="loyal"):
        told(demo_shop, "contrast", segment="rfm_tier", first="loyl")


def test_services_say_who_gets_them(demo_shop):
    """Every service of the list with the people it is for; a list handed on has as many."""
    rows = {row["name"]: row for row in told(demo_shop, "services")}
    asked = {"B-067", "B-068", "B-069", "B-070", "B-071", "C-068", "C-070", "C-072"}
    assert asked <= {row["source"] for row in rows.values()}
    tiers = {row["value_tier"]: row["customer_count"] for row in told(demo_shop, "tiers")}
    assert rows["VIP agent"]["customer_count"] == tiers.get("high value", 0)
    coupons = told(demo_shop, "service_list", service="exclusive coupon", n=3)
    assert coupons[0]["customer_total"] == rows["exclusive coupon"]["customer_count"] == tiers["potential"]
    with pytest.raises(UnknownName, match="VIP agent"):
        told(demo_shop, "service_list", service="VIP agnt")


def test_a_pair_by_hand(tiny_shop):
    """Three bought a mug, two of them a lamp as well; of four buyers two have a lamp: two thirds against a half."""
    orders = [sold(f"o{who}", who, "2025-01-05 10:00") for who in "abcd"]
    lines = [line(f"m{who}", f"o{who}", "mug", 1, 5) for who in "abc"] + [
        line(f"l{who}", f"o{who}", "lamp", 1, 5) for who in "ab"
    ]
    lines.append(line("pd", "od", "pin", 1, 5))
    shop = tiny_shop(orders=orders, order_items=lines, as_of="2025-08-01")
    row = told(shop, "product_pairs", product="mug", fewest=1)[0]
    assert (row["second_id"], row["both_count"], row["open_count"]) == ("lamp", 2, 1)
    assert row["both_rate"] == pytest.approx(2 / 3) and row["usual_rate"] == 0.5
    assert row["lift"] == pytest.approx(4 / 3) and row["low_rate"] < 2 / 3 < row["high_rate"]


CARE_ORDERS = [
    sold("1", "fresh", "2025-07-20 10:00", 10),
    sold("2", "late", "2025-07-10 10:00", 10, delivered_at="2025-07-20 10:00", promised_on="2025-07-15"),
    sold("3", "old", "2025-01-10 10:00", 10),
    *(sold(f"w{n}", "waited for", f"2025-0{n}-01 10:00", 3_000) for n in range(1, 7)),
    *(sold(f"q{n}", "quiet", f"2025-07-{n:02d} 10:00", 3_000) for n in range(10, 31, 4)),
]


@pytest.fixture(scope="module")
def caring(tiny_shop):
    """Two recent first-time buyers, one long ago; two of high value, one with a complaint."""
    tickets = [{"ticket_id": "t", "customer_id": "waited for", "opened_at": "2025-07-01 10:00", "kind": "complaint"}]
    return tiny_shop(orders=CARE_ORDERS, tickets=tickets, as_of="2025-08-01")


def test_first_time_buyers_with_trouble_come_first(caring):
    """The late parcel before the fresh one; who bought in January is no longer new."""
    rows = told(caring, "first_time_buyers")
    assert [(row["customer_id"], row["sign"]) for row in rows] == [("late", "delivered late"), ("fresh", "none")]
    assert rows[0]["customer_total"] == 2 and rows[0]["trouble_total"] == 1


def test_a_good_customer_with_signs_is_listed(caring):
    """Every 30 days and now silent for 61, with a complaint: two signs. Every four days and silent for two: none."""
    (row,) = told(caring, "high_value_care")
    assert (row["customer_id"], row["sign_count"], row["tier_total"]) == ("waited for", 2, 2)
    assert row["is_overdue"] and row["has_complained"] and not row["has_returned"]
    assert row["usual_gap_days"] == pytest.approx(151 / 5)


def budgeted(shop, **options):
    """Tier → its line of the budget."""
    return {row["value_tier"]: row for row in told(shop, "tier_budget", **options)}


def test_a_budget_by_hand(caring):
    """Two of high value, orders worth 3,000: 0.08 × 3,000 × 0.35 − 5 = 79 each; the basic ones would lose money."""
    high, basic = (budgeted(caring)[name] for name in ("high value", "basic"))
    assert high["order_value"] == 3_000 and high["order_value_error"] == 0
    assert high["profit_per_contact"] == pytest.approx(79) and high["contacted_count"] == 2
    assert high["expected_profit"] == pytest.approx(158)
    assert (high["low"], high["high"]) == (pytest.approx(53), pytest.approx(263))
    assert basic["contacted_count"] == 0 and basic["expected_profit"] == 0


def test_a_budget_is_not_overspent(demo_shop):
    """Whatever the budget: never more is spent, more budget never brings less, and none brings nothing."""
    earned = []
    for budget in (0, 10, 50, 1_000_000):
        rows = budgeted(demo_shop, budget=float(budget)).values()
        assert sum(row["expected_spend"] for row in rows) <= budget + 1e-6
        assert all(row["low"] <= row["expected_profit"] <= row["high"] for row in rows)
        earned.append(sum(row["expected_profit"] for row in rows))
    assert earned == sorted(earned) and earned[0] == 0 < earned[-1]


def test_a_wrong_assumption_is_refused_with_its_place(caring):
    """A response rate outside its own range is a mistake in the shop's file, and said so."""
    path = caring.snapshot.folder / "budget.toml"
    text = caring.rules.text("budget")
    path.write_text(text.replace("response_rate = 0.08", "response_rate = 0.8"), "utf-8")
    try:
        with pytest.raises(Refused, match=rf"{caring.name}/budget.toml, line 4: tier “high value”"):
            told(caring, "tier_budget")
    finally:
        path.unlink()
