"""One label per customer: boundaries, holes and ties."""

import ibis
import pytest
from given import answer, sold, told
from hypothesis import given, settings
from hypothesis import strategies as some

from customary import customer_count, ordered_revenue
from customary.stats.quantiles import bounds, score, score_within

DAYS = [f"2025-{month:02d}-10 10:00" for month in range(1, 8)]

# customer → (net spend of the trailing year, repurchases in it, tier that the published rule gives)
TIERS = {
    "below": (2_999.99, 2, "basic"),
    "at 3000": (3_000, 2, "potential"),
    "below 10000": (9_999.99, 5, "potential"),
    "at 10000": (10_000, 5, "high value"),  # D5: a bound belongs to the tier it opens
    "one repurchase": (3_000, 1, "basic"),
    "four repurchases": (10_000, 4, "potential"),
    "nothing": (0, 0, "basic"),
    # D6: the holes of B-056…B-058, in no tier of the original rule
    "hole 12000 with 3": (12_000, 3, "potential"),
    "hole 2000 with 4": (2_000, 4, "basic"),
    "hole 5000 with 1": (5_000, 1, "basic"),
}
HOLES = {"hole 12000 with 3", "hole 2000 with 4", "hole 5000 with 1", "one repurchase", "four repurchases"}
HOLES |= {"below", "below 10000"}


def _purchases(who, spend, repurchases):
    """`repurchases` + 1 orders on different days that amount to `spend`."""
    yield sold(f"{who} 0", who, DAYS[0], spend)
    yield from (sold(f"{who} {n}", who, DAYS[n], 0) for n in range(1, repurchases + 1))


@pytest.fixture(scope="module")
def tiered(tiny_shop):
    """Everybody of TIERS, with an old purchase that no longer counts and a second order on one day."""
    orders = [row for who, (spend, times, _) in TIERS.items() for row in _purchases(who, spend, times)]
    orders.append(sold("old", "below", "2024-07-31 23:59", 50_000))  # 366 days before: outside the year
    orders.append(sold("same day", "one repurchase", DAYS[0].replace("10:00", "12:00"), 0))
    return tiny_shop(orders=orders, as_of="2025-08-01")


@pytest.mark.parametrize("who", TIERS)
def test_a_customer_is_in_the_lower_of_two_levels(tiered, who):
    """3,000 and 10,000 belong to the tier they open, so do 2 and 5 repurchases; holes fall to the lower level."""
    (row,) = answer(tiered, customer_count, by="value_tier", where={"customer_id": who})
    assert row["value_tier"] == TIERS[who][2]


def test_the_holes_of_the_original_rule_are_counted(tiered):
    """Where spend and repurchases name different tiers, the original rule names none: shown, not hidden."""
    rows = told(tiered, "tier_rule")
    assert sum(row["customer_count"] for row in rows if row["kind"] == "hole") == len(HOLES)
    assert sum(row["customer_count"] for row in rows) == len(TIERS)
    assert {row["kind"] for row in rows} == {"hole", "one label"}


HOLE_OF = {
    "hole 12000 with 3": "year net spend from 10,000, year repurchase count from 2 to below 5",
    "hole 2000 with 4": "year net spend below 3,000, year repurchase count from 2 to below 5",
    "hole 5000 with 1": "year net spend from 3,000 to below 10,000, year repurchase count below 2",
}


@pytest.mark.parametrize("who", HOLE_OF)
def test_the_three_holes_of_the_text_are_found(tiered, who):
    """12,000 with 3 repurchases, 2,000 with 4 and 5,000 with 1 are in no tier of B-056…B-058."""
    hole = [row for row in told(tiered, "tier_rule", where={"customer_id": who}) if row["customer_count"]]
    assert [(row["kind"], row["values"]) for row in hole] == [("hole", HOLE_OF[who])]


def test_tiers_add_up_to_all_customers_and_all_spend(tiered):
    """Shares sum to one, customers to all."""
    rows = told(tiered, "tiers")
    assert sum(row["customer_count"] for row in rows) == len(TIERS)
    assert sum(row["customer_share"] for row in rows) == pytest.approx(1)
    assert sum(row["spend_share"] for row in rows) == pytest.approx(1)
    assert [row["value_tier"] for row in rows] == ["high value", "potential", "basic"]


def test_a_segment_splits_every_metric_of_customers(tiered):
    """A new segment is at once available to every metric that knows customers."""
    rows = {row["value_tier"]: row["ordered_revenue"] for row in answer(tiered, ordered_revenue, by="value_tier")}
    assert rows["high value"] == 10_000


# --- scores --------------------------------------------------------------------------------------

_engine = ibis.duckdb.connect()


@settings(max_examples=30, deadline=None)
@given(some.lists(some.integers(0, 12), min_size=1, max_size=40), some.integers(2, 10))
def test_equal_values_share_a_score(values, bins):
    """For any number of bins: equal values one score, greater values never a lower one, scores from 1 to bins."""
    table = ibis.memtable({"value": values, "counts": [True] * len(values)})
    scored = table.select("value", score=score(table.value, table.counts, bins))
    found = sorted((row["value"], row["score"]) for row in _engine.to_pyarrow(scored).to_pylist())
    assert len({number for number, _ in found}) == len(set(found))
    assert [points for _, points in found] == sorted(points for _, points in found)
    assert all(1 <= points <= bins for _, points in found)
    n = len(values)
    assert all(points == sum(v < number for v in values) * bins // n + 1 for number, points in found)


@settings(max_examples=30, deadline=None)
@given(some.lists(some.integers(0, 12), min_size=1, max_size=40), some.integers(2, 10))
def test_bounds_give_the_same_scores(values, bins):
    """Whether rows are ranked or held against the bounds of their group: not one score differs."""
    table = ibis.memtable({"value": values, "counts": [True] * len(values)})
    t = table.cross_join(bounds(table, bins, value=table.value))
    within = score_within(t.value, [t[f"value_{k}"] for k in range(2, bins + 1)])
    rows = _engine.to_pyarrow(t.select(ranked=score(t.value, t.counts, bins), within=within)).to_pylist()
    assert [row["ranked"] for row in rows] == [row["within"] for row in rows]


@pytest.fixture(scope="module")
def ties(tiny_shop):
    """Eight customers bought once on one day, two more often."""
    orders = [sold(f"o{n}", f"once{n}", DAYS[0], 10) for n in range(8)]
    orders += [sold(f"a{n}", "ann", DAYS[n], 50) for n in range(4)] + [
        sold(f"b{n}", "ben", DAYS[n], 50) for n in range(2)
    ]
    return tiny_shop(orders=orders, customers=[{"customer_id": "dan"}], as_of="2025-08-01")


@pytest.mark.parametrize("bins", [2, 3, 5, 10])
def test_customers_tied_at_one_order_get_one_score(ties, bins):
    """NTILE would split them by chance; here eight equal customers are equal in R, F and M."""
    rows = told(ties, "rfm", bins=bins)
    once = {(row["r_score"], row["f_score"], row["m_score"]) for row in rows if row["customer_id"].startswith("once")}
    assert once == {(1, 1, 1)}
    best = next(row for row in rows if row["customer_id"] == "ann")
    assert best["f_score"] == max(row["f_score"] for row in rows) > 1


def test_who_never_bought_has_no_score(ties):
    """Scores compare buyers; the others are a group of their own."""
    assert "dan" not in {row["customer_id"] for row in told(ties, "rfm")}
    split = {row["rfm_segment"]: row["customer_count"] for row in answer(ties, customer_count, by="rfm_segment")}
    assert split == {"no purchase": 1, "asleep": 8, "best": 2}


def test_the_grid_holds_every_buyer(ties):
    """Cells of recency by frequency add up to the buyers and their spend."""
    rows = told(ties, "rfm_grid")
    assert sum(row["buyer_count"] for row in rows) == 10
    assert sum(row["spend"] for row in rows) == 80 + 200 + 100
