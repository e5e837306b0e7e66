"""Stages, engagement groups, flows, retention, the second purchase and early warning."""

from datetime import date
from math import exp, log

import duckdb
import ibis
import numpy as np
import pytest
from given import answer, sold, told, value
from sklearn.metrics import roc_auc_score

import customary as c
from customary.declare import SEGMENTS
from customary.errors import Refused, UnknownName
from customary.places import DATA

_engine = ibis.duckdb.connect()


def bought(who, *days):
    """One order a day; days are ISO text."""
    return [sold(f"{who} {n}", who, f"{day} 10:00", 10) for n, day in enumerate(days)]


# --- the rhythm of a customer --------------------------------------------------------------------

# Ann: gaps of 10, 20, 30 and 40 days, then silence since 11 April. Ben: one gap of 10. Cai and Dan: none.
RHYTHM = [
    *bought("ann", "2025-01-01", "2025-01-11", "2025-01-31", "2025-03-02", "2025-04-11"),
    *bought("ben", "2025-01-01", "2025-01-11"),
    *bought("cai", "2025-04-20"),
]


@pytest.fixture(scope="module")
def paced(tiny_shop):
    """Three buyers and one who never bought, as of 1 May."""
    return tiny_shop(orders=RHYTHM, customers=[{"customer_id": "dan"}], as_of="2025-05-01")


def standing(shop):
    """Customer → the columns of the profile."""
    return {row["customer_id"]: row for row in shop.fetch(shop.frame("customers")).to_pylist()}


def test_intervals_lie_between_purchase_days(paced):
    """Ann has four with a median of 25, Ben one of 10, Cai and Dan none."""
    people = standing(paced)
    assert {who: row["gap_count"] for who, row in people.items()} == {"ann": 4, "ben": 1, "cai": 0, "dan": 0}
    assert people["ann"]["usual_gap_days"] == 25 and people["ben"]["usual_gap_days"] == 10
    assert people["cai"]["usual_gap_days"] is None and people["dan"]["late_ratio"] is None


def test_late_is_the_own_quantile_weighed_with_the_shops(paced):
    """Three quarters of Ann's four intervals end within 32.5 days, of all returns within 30: (4 × 32.5 + 30) / 5.

    All waits: 10, 10, 20, 30, 40 days that ended; 10, 19 and 109 days still open. Of eight at risk two come at 10, one
    of five at 20, one of four at 30, one of three at 40 (19 is no longer watched): 75 %, 60 %, 45 %, 30 % still open.
    0.75 × 70 % = 52.5 % are back at 30 days: 1 − 45 % = 55 %.
    """
    people = standing(paced)
    assert people["ann"]["late_after_days"] == pytest.approx((4 * 32.5 + 30) / 5)
    assert people["ben"]["late_after_days"] == pytest.approx((1 * 10 + 30) / 2)
    assert people["cai"]["late_after_days"] == 30
    assert people["ann"]["late_ratio"] == pytest.approx(20 / 32)  # 20 days since 11 April
    assert people["ben"]["late_ratio"] == pytest.approx(110 / 20)


def test_stages_by_hand(paced):
    """Ann's fifth purchase day is 20 days ago and she is late after 32: mature. Ben is lost, Cai grows, Dan is new."""
    rows = answer(paced, c.customer_count, by=["customer_id", "lifecycle_stage"])
    stages = {row["customer_id"]: row["lifecycle_stage"] for row in rows}
    assert stages == {"ann": "maturity", "ben": "lost", "cai": "growth", "dan": "acquisition"}


def test_fixed_days_are_the_same_for_everybody(paced):
    """By fixed days Ben, silent for 110 days, is only declining."""
    rows = answer(paced, c.customer_count, by=["customer_id", "lifecycle_stage_by_days"])
    stages = {row["customer_id"]: row["lifecycle_stage_by_days"] for row in rows}
    assert stages == {"ann": "maturity", "ben": "decline", "cai": "growth", "dan": "acquisition"}
    differing = [row for row in told(paced, "stage_variants") if not row["is_same"]]
    assert [(row["lifecycle_stage"], row["lifecycle_stage_by_days"]) for row in differing] == [("lost", "decline")]


def test_a_single_purchase_has_a_home(tiny_shop):
    """Nobody ever came back, so nobody is late before the cap: one purchase is growth, after a year lost."""
    orders = [*bought("new", "2025-04-20"), *bought("old", "2024-03-01")]
    shop = tiny_shop(orders=orders, as_of="2025-05-01")
    rows = answer(shop, c.customer_count, by=["customer_id", "lifecycle_stage"])
    assert {row["customer_id"]: row["lifecycle_stage"] for row in rows} == {"new": "growth", "old": "lost"}
    assert told(shop, "early_warning") == []


def seen(who, *days):
    """One visit a day."""
    stamp = {"visitor_id": who, "customer_id": who, "event_name": "page_view"}
    return [{"event_id": f"{who} {day}", "occurred_at": f"{day} 12:00", **stamp} for day in days]


VISITS = [
    *seen("ann", "2025-01-10", "2025-01-20", "2025-01-30", "2025-02-25"),  # 1 of 90 days, 3 of the 90 before
    *seen("cai", "2025-01-10", "2025-04-21"),
]


@pytest.fixture(scope="module")
def visited(tiny_shop):
    """The same buyers with their visits."""
    return tiny_shop(orders=RHYTHM, customers=[{"customer_id": "dan"}], events=VISITS, as_of="2025-05-01")


def test_fewer_visits_are_a_decline(visited):
    """Ann is on pace, but came once in the last 90 days after three visits in the 90 before; Cai's one says nothing."""
    people = standing(visited)
    assert people["ann"]["visit_drop"] == pytest.approx(2 / 3) and people["cai"]["visit_drop"] is None
    assert SEGMENTS["lifecycle_stage"].labels(visited.rules)[3] == "decline"
    assert value(visited, c.customer_count, where={"lifecycle_stage": "decline"}) == 1


def test_a_warning_says_since_when(visited):
    """Until 30 April Ann's visit of 30 January was one of the last 90 days; on 1 May it is one of the 90 before."""
    (row,) = told(visited, "early_warning")
    assert row["customer_id"] == "ann" and row["customer_total"] == row["signal_count"] == 1
    assert row["late_on"] is None and row["slowed_on"] is None
    assert row["quiet_on"] == date(2025, 5, 1)


def test_a_slower_customer_is_warned_of_on_the_day_it_showed(tiny_shop):
    """Eve came every 10 days, four times, then after 40: three times her median was over on day 30 of that wait."""
    days = ["2025-01-01", "2025-01-11", "2025-01-21", "2025-01-31", "2025-02-10", "2025-03-22"]
    shop = tiny_shop(orders=bought("eve", *days), as_of="2025-03-25")
    (row,) = told(shop, "early_warning")
    assert row["slowed_on"] == date(2025, 3, 12) and row["late_on"] is None and row["last_gap_days"] == 40
    assert row["usual_gap_days"] == 10


def test_the_late_are_warned_of_on_their_own_day(tiny_shop):
    """Fay's only interval is 10 days, three quarters of the shop's end within 20: late on the fifteenth day.

    Hal came every 20 days, then after 60; he is late 20 days after his last purchase, and slower since the sixtieth
    day of his last wait.
    """
    hal = ["2024-07-03", "2024-07-23", "2024-08-12", "2024-09-01", "2024-09-21", "2024-10-11", "2024-12-10"]
    hal.insert(0, "2024-06-13")
    orders = [*bought("fay", "2024-12-21", "2024-12-31"), *bought("hal", *hal)]
    rows = {row["customer_id"]: row for row in told(tiny_shop(orders=orders, as_of="2025-01-20"), "early_warning")}
    assert {who: (row["late_on"], row["slowed_on"]) for who, row in rows.items()} == {
        "fay": (date(2025, 1, 15), None),
        "hal": (date(2024, 12, 30), date(2024, 12, 10)),
    }


# --- rules of stages -----------------------------------------------------------------------------

STAGES = (DATA / "stages.toml").read_text("utf-8")


@pytest.fixture
def edited(paced):
    """A function that puts edited stages into the shop's folder; they are taken away again."""
    path = paced.snapshot.folder / "stages.toml"

    def put(before, after):
        assert before in STAGES
        path.write_text(STAGES.replace(before, after, 1), "utf-8")

    yield put
    path.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('    { name = "growth", zh = "成长期" },\n', "", "names every label once"),
        ("lost_ratio = { from = 1 }", "purchase_day_count = { from = 1 }", "“decline” is never reached"),
        ("late_ratio = { from = 1 }", "lateness = { from = 1 }", "lateness"),
        ("late_ratio = { from = 1 }", "late_ratio = { form = 1 }", "form"),
        ("late_ratio = { from = 1 }", "late_ratio = { from = one }", "line"),
    ],
    ids=["a label gone", "unreachable", "unknown column", "typo", "no TOML"],
)
def test_a_faulty_rule_is_refused_with_its_place(paced, edited, before, after, said):
    """A hole, an unreachable label, an unknown column or a typo names the file and the fault; nothing is labelled."""
    edited(before, after)
    with pytest.raises((Refused, UnknownName), match=said) as error:
        answer(paced, c.customer_count, by="lifecycle_stage")
    assert f"{paced.name}/stages.toml" in str(error.value)


def test_an_edited_bound_holds_at_once(paced, edited):
    """Mature from six purchase days on, by one edit: Ann's five are growth again."""
    people = paced.frame("customers").filter(ibis._.customer_id == "ann")

    def stage():
        label = SEGMENTS["lifecycle_stage"].label(people, paced.rules)
        return paced.fetch(people.select(stage=label)).column(0).to_pylist()

    assert stage() == ["maturity"]
    edited("purchase_day_count = { from = 5 }", "purchase_day_count = { from = 6 }")
    assert stage() == ["growth"]


# --- engagement ----------------------------------------------------------------------------------

ENGAGED = [
    *(sold(f"l{n}", "loyal", f"2025-0{n}-01 10:00", 100) for n in range(1, 5)),
    *(sold(f"c{n}", "cheap", f"2025-0{n}-01 10:00", 1) for n in range(1, 5)),
    *(sold(f"g{n}", "gone", f"2024-0{n}-01 10:00", 100) for n in range(1, 3)),
    sold("o1", "once", "2024-03-01 10:00", 10),
]


def test_engagement_groups_by_hand(tiny_shop):
    """Loyal: four purchase days, spend above average. Active: as often for less. Lost: two old ones. Basic: one."""
    shop = tiny_shop(
        orders=ENGAGED,
        customers=[{"customer_id": "browser"}, {"customer_id": "passer"}],
        events=seen("browser", "2025-04-01", "2025-04-02", "2025-04-03") + seen("passer", "2025-04-01"),
        as_of="2025-05-01",
    )
    rows = answer(shop, c.customer_count, by=["customer_id", "engagement_group"])
    assert {row["customer_id"]: row["engagement_group"] for row in rows} == {
        "loyal": "loyal",
        "cheap": "active",
        "gone": "lost",
        "once": "basic",
        "browser": "active",  # browses often and buys nothing
        "passer": "basic",
    }
    groups = told(shop, "engagement_groups")
    assert [row["engagement_group"] for row in groups] == ["loyal", "active", "basic", "lost"]
    assert sum(row["customer_share"] for row in groups) == pytest.approx(1)
    assert groups[0]["spend_share"] == pytest.approx(400 / 404)


# --- stages as a table ---------------------------------------------------------------------------


def test_every_stage_has_a_row_and_they_hold_everybody(paced):
    """Five rows in their order, one customer in four of them; nobody declines."""
    rows = told(paced, "stages")
    assert [row["stage"] for row in rows] == ["acquisition", "growth", "maturity", "decline", "lost"]
    assert [row["customer_count"] for row in rows] == [1, 1, 1, 0, 1]
    assert sum(row["customer_share"] for row in rows) == pytest.approx(1)
    assert rows[2]["usual_gap_days"] == 25 and rows[2]["order_count"] == 5
    assert {row["recent_visits"] for row in rows} == {None}  # nobody counts visits here, which is not none
    assert [row["single_purchase_count"] for row in rows] == [0, 1, 0, 0, 0]  # Cai, whom the written stages leave out


@pytest.mark.parametrize("shop", ["worked_shop", "demo_shop"])
@pytest.mark.parametrize("variant", ["relative", "by_days"])
def test_stages_add_up_to_all_customers_and_all_spend(request, shop, variant):
    """Whichever rule: the heads are all heads, the spend is all spend, and both rules differ by the same heads."""
    shop = request.getfixturevalue(shop)
    rows = told(shop, "stages", variant=variant)
    assert sum(row["customer_count"] for row in rows) == value(shop, c.customer_count)
    differing = sum(row["customer_count"] for row in told(shop, "stage_variants") if not row["is_same"])
    assert sum(row["differing_count"] for row in rows) == differing


# --- flows ---------------------------------------------------------------------------------------

FLOWING = [
    *bought("ann", "2025-01-05", "2025-02-05", "2025-04-05"),  # new, returning, –, resurrecting
    *bought("ben", "2025-01-06"),  # new, then dormant
    *bought("cai", "2025-04-07"),  # new
]


def test_flows_by_hand(tiny_shop):
    """January: two new. February: Ann returns, Ben is dormant. March: nobody, Ann dormant. April: one back, one new."""
    rows = told(tiny_shop(orders=FLOWING, as_of="2025-05-01"), "lifecycle_flow")
    names = ("active_count", "new_count", "returning_count", "resurrecting_count", "dormant_count")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (2, 2, 0, 0, 0),
        (1, 0, 1, 0, 1),
        (0, 0, 0, 0, 1),
        (2, 1, 0, 1, 0),
    ]
    assert [row["is_burn_in"] for row in rows] == [True, True, True, False]


def test_a_running_month_is_marked(tiny_shop):
    """On 20 April, April is not over; January began before the log did."""
    rows = told(tiny_shop(orders=FLOWING, as_of="2025-04-20"), "lifecycle_flow")
    assert [row["is_complete"] for row in rows] == [False, True, True, False]


def closes(rows):
    """Active = new + returning + resurrecting, and dormant = active of the period before − returning."""
    for before, row in zip([None, *rows], rows, strict=False):
        assert row["active_count"] == row["new_count"] + row["returning_count"] + row["resurrecting_count"]
        assert row["dormant_count"] == (before["active_count"] if before else 0) - row["returning_count"]
        assert all(row[name] >= 0 for name in row if name.endswith("_count") and row[name] is not None)


@pytest.mark.parametrize("every", ["month", "quarter", "year"])
def test_flows_close_on_the_demo(demo_shop, every):
    """The equations hold, the active are the buyers that the metric counts, the new are the first orders."""
    rows = told(demo_shop, "lifecycle_flow", every=every)
    closes(rows)
    found = answer(demo_shop, c.buyer_count, c.new_buyer_count, every=every)
    assert [(row["active_count"], row["new_count"]) for row in rows] == [
        (row["buyer_count"], row["new_buyer_count"]) for row in found
    ]


def test_a_window_shows_its_periods_and_changes_none(demo_shop):
    """The flow of a quarter is three rows of the whole flow: who came in it is no newer for being looked at alone."""
    whole = told(demo_shop, "lifecycle_flow")
    part = told(demo_shop, "lifecycle_flow", during=("2025-04-01", "2025-07-01"))
    assert len(part) == 3 and all(row in whole for row in part)


@pytest.mark.real
def test_flows_close_on_online_retail(giftshop):
    """Thirteen months; December 2010 is all new, 885 of them; December 2011 is not over."""
    rows = told(giftshop, "lifecycle_flow")
    closes(rows)
    assert len(rows) == 13 and rows[0]["new_count"] == rows[0]["active_count"] == 885
    assert rows[1]["returning_count"] == 324
    assert not rows[-1]["is_complete"] and all(row["is_complete"] for row in rows[:-1])


# --- retention -----------------------------------------------------------------------------------


@pytest.mark.real
def test_the_december_cohort_of_online_retail(giftshop):
    """885 → 324 286 340 321 352 321 309 313 350 331 445, and nothing of December 2011, which is not over."""
    rows = [row for row in told(giftshop, "retention", by="cohort") if row["label"] == "2010-12-01"]
    assert [row["kept_count"] for row in rows] == [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445]
    assert {row["customer_count"] for row in rows} == {885}


def test_retention_by_hand(tiny_shop):
    """Ann buys in months 0, 1 and 3, Ben in month 0 of January; Cai in April. Of two, one is there after one month."""
    shop = tiny_shop(orders=FLOWING, as_of="2025-05-01")
    rows = told(shop, "retention", by="cohort")
    assert [(row["label"], row["age_months"], row["customer_count"], row["kept_count"]) for row in rows] == [
        *(("2025-01-01", age, 2, kept) for age, kept in enumerate((2, 1, 0, 1))),
        ("2025-04-01", 0, 1, 1),
    ]
    later = told(shop, "retention", kind="on_or_after")
    assert [(row["customer_count"], row["kept_count"]) for row in later] == [(3, 3), (2, 1), (2, 1), (2, 1)]


def test_an_immature_month_is_in_no_denominator(tiny_shop):
    """On 30 April the fourth calendar month is not over; by rolling months of 30 days three of Ann's four are."""
    shop = tiny_shop(orders=FLOWING, as_of="2025-04-30")
    assert max(row["age_months"] for row in told(shop, "retention")) == 2
    rolling = told(shop, "retention", clock="rolling")
    # Watched: Ann 115 days, Ben 114, Cai 23. Ann came on days 0, 31 and 90.
    assert [(row["age_months"], row["customer_count"], row["kept_count"]) for row in rolling] == [
        (0, 2, 2),
        (1, 2, 1),
        (2, 2, 0),
    ]


@pytest.mark.parametrize("clock", ["calendar", "rolling"])
def test_on_or_after_is_never_below_exact_and_only_falls(demo_shop, clock):
    """Who is there in month k is there on or after it; later months ask for more."""
    asked = {"clock": clock, "by": "cohort", "max_age": 30}
    exact = {(row["label"], row["age_months"]): row for row in told(demo_shop, "retention", **asked)}
    later = told(demo_shop, "retention", kind="on_or_after", **asked)
    assert {(row["label"], row["age_months"]) for row in later} == set(exact)
    for row in later:
        assert row["kept_count"] >= exact[row["label"], row["age_months"]]["kept_count"]
        assert row["low_rate"] <= row["retention_rate"] <= row["high_rate"]
        assert row["kept_count"] <= row["customer_count"]


def test_retention_and_churn_share_one_base(tiny_shop):
    """January's two and February's one were followed for three months by June: Ann's January and hers only stay.

    Ann buys in January, February and April: January is retained by February, February by April. Ben is not.
    """
    shop = tiny_shop(orders=FLOWING, as_of="2025-06-01")
    assert value(shop, c.watched_month_count) == 3
    assert value(shop, c.retention_rate) == pytest.approx(2 / 3)
    assert value(shop, c.churn_rate) == pytest.approx(1 / 3)
    by_month = answer(shop, c.retention_rate, c.churn_rate, every="month")
    told_of = {row["month"].month: (row["retention_rate"], row["churn_rate"]) for row in by_month}
    assert told_of[1] == (0.5, 0.5) and told_of[2] == (1, 0) and told_of[4] == (None, None)


# --- the second purchase -------------------------------------------------------------------------

# Five customers: again after 2, 4 and 4 days; watched in vain for 3 and for 9.
FIVE = [
    *bought("two", "2025-01-01", "2025-01-03"),
    *bought("four", "2025-01-01", "2025-01-05"),
    *bought("also four", "2025-01-02", "2025-01-06", "2025-01-07"),
    *bought("three in vain", "2025-01-07"),
    *bought("nine in vain", "2025-01-01"),
]


@pytest.fixture(scope="module")
def five(tiny_shop):
    """As of 11 January: the last day watched is the 10th."""
    return tiny_shop(orders=FIVE, as_of="2025-01-11")


def test_kaplan_meier_by_hand(five):
    """Day 2: 1 of 5 came back, 4/5 wait. Day 3: one no longer watched. Day 4: 2 of 3, so 4/5 × 1/3 = 4/15 wait."""
    rows = {row["days"]: row for row in told(five, "second_purchase")}
    assert {day: row["at_risk"] for day, row in rows.items()} == {2: 5, 3: 4, 4: 3, 9: 1}
    waiting = {day: 1 - row["bought_again_rate"] for day, row in rows.items()}
    assert waiting == pytest.approx({2: 4 / 5, 3: 4 / 5, 4: 4 / 15, 9: 4 / 15})


def test_greenwood_by_hand(five):
    """After day 4 the variance is S² (1/(5·4) + 2/(3·1)); on the scale of log(−log S) the ends are S^exp(±1.96 σ)."""
    row = told(five, "second_purchase")[2]
    stay, spread = 4 / 15, (1 / 20 + 2 / 3) ** 0.5
    wide = 1.96 * spread / abs(log(stay))
    assert row["low_rate"] == pytest.approx(1 - stay ** exp(-wide))
    assert row["high_rate"] == pytest.approx(1 - stay ** exp(wide))


def test_a_rate_within_days_asks_the_mature(five):
    """Within 4 days: of the four watched that long three came back. The naive rate divides by all five."""
    (row,) = told(five, "repeat_within", days=4)
    assert (row["customer_count"], row["mature_count"], row["immature_count"], row["repeat_count"]) == (5, 4, 1, 3)
    assert row["repeat_rate"] == pytest.approx(3 / 4) and row["naive_rate"] == pytest.approx(3 / 5)
    assert row["km_rate"] == pytest.approx(11 / 15)
    # Wilson, 3 of 4
    assert (row["low_rate"], row["high_rate"]) == (pytest.approx(0.3006, abs=1e-4), pytest.approx(0.9544, abs=1e-4))


def test_first_purchases_of_the_first_months_are_flagged(tiny_shop):
    """A log that begins in January may hide what was before: first purchases until March are counted apart."""
    orders = [*bought("ann", "2025-01-05"), *bought("ben", "2025-03-31"), *bought("cai", "2025-04-01")]
    (row,) = told(tiny_shop(orders=orders, as_of="2025-06-01"), "repeat_within", days=30)
    assert (row["customer_count"], row["truncated_count"]) == (3, 2)


def test_curves_of_groups_hold_everybody(demo_shop):
    """By channel, gender or cohort: the sizes of the curves add up to the buyers, those without a value included."""
    whole = told(demo_shop, "second_purchase")[0]["customer_count"]
    for by in ("acquisition_channel", "gender", "cohort", "value_tier"):
        sizes = {row["label"]: row["customer_count"] for row in told(demo_shop, "second_purchase", by=by)}
        assert sum(sizes.values()) == whole


# --- intervals -----------------------------------------------------------------------------------


def test_the_mean_of_observed_gaps_is_too_short(tiny_shop):
    """Sixteen customers buy every 10, 20 … 80 days and are watched for 100: the short rhythms fill the mean.

    Half of them have intervals over 45 days. The mean of the gaps seen says 24, Kaplan–Meier's median is nearer.
    """
    days = [f"2025-{1 + n // 28:02d}-{1 + n % 28:02d}" for n in range(100)]
    orders = [row for k in range(16) for row in bought(f"c{k}", *days[k % 10 :: 10 * (1 + k % 8)])]
    (row,) = told(tiny_shop(orders=orders, as_of="2025-04-17"), "intervals")
    assert row["mean_days"] < 30 < 45
    assert row["km_median_days"] >= row["median_days"]


def test_orders_of_one_day_are_one_occasion_or_two(worked_shop):
    """Ann's two orders of 5 January: one purchase day, or a gap of 0 days when orders are counted."""
    (day,), (order,) = told(worked_shop, "intervals"), told(worked_shop, "intervals", occasion="order")
    assert (day["gap_count"], day["mean_days"]) == (1, 36)
    assert (order["gap_count"], order["mean_days"]) == (2, 18)
    assert day["open_count"] == order["open_count"] == 3


def test_customer_intervals_say_of_how_many(paced):
    """The most overdue first: Ben, 5.5 times past his day; n of N."""
    row, *_others = told(paced, "customer_intervals")
    assert row["customer_id"] == "ben" and row["customer_total"] == 3 and row["late_ratio"] == pytest.approx(5.5)


# --- channels ------------------------------------------------------------------------------------


def test_conversion_by_first_channel_by_hand(tiny_shop):
    """Two came by search: one buys within 30 days, one too late. One by e-mail is watched for ten days only."""
    events = [
        {**row, "channel": "search"}
        for row in seen("ann", "2025-01-01", "2025-02-01") + seen("ben", "2025-01-01") + seen("old", "2025-02-01")
    ]
    events += [{**row, "channel": "email"} for row in seen("cai", "2025-04-20")]
    orders = [*bought("ann", "2025-01-20"), *bought("ben", "2025-03-01"), *bought("old", "2025-01-05")]
    shop = tiny_shop(orders=orders, events=events, as_of="2025-05-01")
    rows = {row["channel"]: row for row in told(shop, "first_purchase_conversion")}
    assert (rows["search"]["visitor_count"], rows["search"]["first_buyer_count"]) == (2, 1)  # old had bought before
    assert (rows["email"]["visitor_count"], rows["email"]["immature_count"]) == (0, 1)
    assert rows["email"]["first_purchase_rate"] is None


# --- against the truth ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(true_demo):
    """The invented shop with 3,000 customers, and what is true of each buyer."""
    shop, folder = true_demo
    truth = duckdb.sql(
        f"""select cust_no as customer_id, is_alive_at_as_of, purchase_rate_per_day, dropout_probability
        from '{folder}/people.parquet' join '{folder}/buyers.parquet' using (person)"""
    ).df()
    people = shop.frame("customers").filter(ibis._.is_buyer)
    labels = {name: SEGMENTS[name].label(people, shop.rules) for name in ("lifecycle_stage", "lifecycle_stage_by_days")}
    facts = ("customer_id", "days_since_last_order", "lost_ratio", "purchase_day_count")
    return shop, shop.fetch(people.select(*facts, **labels)).to_pandas().merge(truth, on="customer_id")


def test_own_rhythm_tells_the_living_from_the_dead_better_than_fixed_days(graded):
    """Days since the last order, alike for all, rank the truly alive worse than days by each buyer's own rhythm."""
    _shop, people = graded
    alive = people.is_alive_at_as_of.astype(bool)
    assert len(people) > 1500 and 0.5 < alive.mean() < 0.9
    own, fixed = (roc_auc_score(alive, -people[name]) for name in ("lost_ratio", "days_since_last_order"))
    assert own > fixed + 0.05 and own > 0.75


def test_the_relative_stage_is_right_more_often(graded):
    """“Lost” against the truth: accuracy, and the mean of both kinds of right, under both rules."""
    _shop, people = graded
    dead = ~people.is_alive_at_as_of.astype(bool)
    right = {}
    for name in ("lifecycle_stage", "lifecycle_stage_by_days"):
        lost = people[name] == "lost"
        right[name] = ((lost == dead).mean(), (lost[dead].mean() + (~lost[~dead]).mean()) / 2)
    assert right["lifecycle_stage"][0] > right["lifecycle_stage_by_days"][0] + 0.03
    assert right["lifecycle_stage"][1] > right["lifecycle_stage_by_days"][1] + 0.03


def test_the_warned_are_really_dying(graded):
    """Among buyers not yet lost, those with a warning are dead more often than those without."""
    shop, people = graded
    here = people[people.lifecycle_stage != "lost"]
    warned = here.customer_id.isin([row["customer_id"] for row in told(shop, "early_warning", n=10_000)])
    alive = here.is_alive_at_as_of.astype(bool)
    assert warned.sum() > 100 and alive[~warned].mean() > alive[warned].mean() + 0.1


def test_the_median_wait_is_the_true_one_and_the_naive_one_is_not(graded):
    """After a purchase half of all waits are over on day d, where the mean of p + (1 − p) e^(−λ d) is one half.

    λ is each buyer's true rate, p the chance of dropping out after a purchase. Kaplan–Meier finds d; the median of
    the closed gaps is far too short.
    """
    shop, people = graded
    (row,) = told(shop, "intervals")
    rate, gone = people.purchase_rate_per_day.to_numpy(), people.dropout_probability.to_numpy()
    waiting = [
        np.average(gone + (1 - gone) * np.exp(-rate * day), weights=people.purchase_day_count) for day in range(200)
    ]
    true_days = next(day for day, share in enumerate(waiting) if share <= 0.5)
    assert row["km_median_days"] == pytest.approx(true_days, rel=0.15)
    assert row["median_days"] < 0.75 * true_days
