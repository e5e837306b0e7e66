"""What customers are worth: so far, from now on, and how far earlier forecasts were from what came."""

import json
from datetime import date, timedelta

import duckdb
import ibis
import numpy as np
import pytest
from given import returned, sold, told
from typer.testing import CliRunner

from customary import fit
from customary.cli import app
from customary.errors import Refused, UnknownName
from customary.models import btyd
from customary.models.accuracy import accuracy, ranking
from customary.models.alternatives import OwnRate
from customary.models.grading import area_under_curve
from customary.models.histories import Histories
from customary.query.parameters import fetch_fit
from customary.query.selection import Scope
from customary.query.study import beside, study
from customary.studies.lifetime_value import closed
from customary.studies.lifetime_value.candidates import CANDIDATES

CDNOW = {"until": "1997-09-30", "horizon": 39}


def one(shop, which, **options):
    """The only row of a study."""
    (row,) = told(shop, which, **options)
    return row


def by_key(rows, key):
    return {row[key]: row for row in rows}


# --- so far --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three(tiny_shop):
    """Ann: 100 on 1 January, 50 on 15 February, 20 of it back on 20 March. Ben: 40 on 31 January. Cai: 10 in March."""
    return tiny_shop(
        orders=[
            sold("o1", "ann", "2025-01-01 10:00", 100),
            sold("o2", "ann", "2025-02-15 10:00", 50),
            sold("o3", "ben", "2025-01-31 10:00", 40),
            sold("o4", "cai", "2025-03-20 10:00", 10),
        ],
        returns=[returned("r1", "o2", "ann", "2025-03-20 10:00", 20)],
        as_of="2025-04-01",
    )


def test_value_by_age_is_what_the_first_months_brought(three):
    """January: 140 on the first days; Ann's 50 falls into her second month; the refund lowers only her third."""
    rows = {(r["cohort_month"].month, r["age_months"]): r for r in told(three, "historic_value", by="cohort_month")}
    assert [rows[1, age]["value_so_far"] for age in (0, 1)] == [140, 140]
    assert (rows[1, 1]["customer_count"], rows[1, 1]["value_per_customer"]) == (2, 70)
    assert rows[3, 0]["value_so_far"] == 10


def test_an_age_counts_only_those_who_have_reached_it(three):
    """Ben was watched for 60 days, no two months of 30.4: at age 2 Ann stands alone, and it says so."""
    row = {r["age_months"]: r for r in told(three, "historic_value") if r["group_size"] == 3}[2]
    assert (row["customer_count"], row["value_so_far"], row["is_complete"]) == (1, 130 + 20, False)
    assert (2, 1) not in {
        (r["age_months"], r["customer_count"]) for r in told(three, "historic_value") if r["is_complete"]
    }


def test_a_refund_counts_at_the_age_it_came(three):
    """20 March is Ann's 79th day, in her third month: age 2 still has the whole 150, and there is no age 3 yet."""
    rows = told(three, "historic_value", by="customer_id")
    assert [(r["age_months"], r["value_so_far"]) for r in rows if r["customer_id"] == "ann"] == [
        (0, 100),
        (1, 100),
        (2, 150),
    ]


def test_margin_is_a_share_of_value(three):
    """A third of revenue left is a third of the value; none at all is refused."""
    whole, third = (told(three, "historic_value", margin=m) for m in (1.0, 0.25))
    assert [r["value_so_far"] for r in third] == [r["value_so_far"] / 4 for r in whole]
    with pytest.raises(Refused, match="margin"):
        told(three, "historic_value", margin=0)


def test_first_days_of_all_groups_are_all_first_days(demo_shop):
    """At age 0 every buyer counts, whatever splits them, those without a value included."""
    sums = {
        by: sum(r["value_so_far"] for r in told(demo_shop, "historic_value", by=by) if r["age_months"] == 0)
        for by in ("cohort_month", "cohort_quarter", "acquisition_channel", "value_tier", "is_buyer")
    }
    assert all(total == pytest.approx(sums["is_buyer"]) for total in sums.values())
    counts = [r["group_size"] for r in told(demo_shop, "historic_value", by="acquisition_channel", max_age=0)]
    assert sum(counts) == one(demo_shop, "lifetime_value", by="everybody")["customer_count"]


# --- alternatives and grades ---------------------------------------------------------------------


def test_the_own_rate_goes_on():
    """Two repeats in ten weeks are one in five more; who is younger than five weeks counts as five weeks old."""
    rate, seen = OwnRate("naive"), Histories([2, 1, 0], [8, 1, 0], [10, 1, 3])
    assert rate.expected_purchases(rate.as_fit(3, 5), seen, 5).tolist() == [1, 1, 0]
    assert rate.expected_purchases(rate.as_fit(3, 5, season=2.0), seen, 5).tolist() == [2, 2, 0]


def test_grades_by_hand():
    """Expected 1 and 3, came 2 and 2 and the second for two customers: total 7 for 6, errors of 1 each."""
    found = accuracy([1, 3], [2, 2], [1, 2])
    assert (found.expected_total, found.actual_total, found.mae, found.rmse) == (7, 6, 1, 1)
    assert found.error_rate == pytest.approx(1 / 6) and found.correlation != found.correlation


def test_equal_scores_are_half_right():
    """Bought at .9 and .5, not at .5 and .1: three pairs right, one a tie."""
    scores, bought = np.array([0.9, 0.5, 0.1]), np.array([1.0, 1, 0])
    assert ranking(scores, bought, np.array([0.0, 1, 1])) == 3.5 / 4


def test_an_area_counts_pairs():
    """Groups of some who bought and some who did not: of all pairs, those in the right order, and ties half."""
    draw = np.random.default_rng(7)
    scores, bought, stayed = draw.integers(0, 12, 40) / 12, draw.integers(0, 5, 40), draw.integers(0, 30, 40)
    right = (scores[:, None] > scores) + (scores[:, None] == scores) / 2
    pairs = bought @ right @ stayed / (bought.sum() * stayed.sum())
    assert ranking(scores, bought, stayed) == pytest.approx(pairs, abs=1e-12)
    people = [(1, s) for s in np.repeat(scores, bought)] + [(0, s) for s in np.repeat(scores, stayed)]
    assert area_under_curve(*zip(*people, strict=True)) == pytest.approx(pairs, abs=1e-12)


def test_an_area_needs_both_and_every_score():
    """Where all bought, where nobody did, where a score is missing, there is no order to grade."""
    two, none = np.array([1.0, 2]), np.zeros(2)
    assert np.isnan([ranking(two, two, none), ranking(two, none, two), ranking(np.array([np.inf, 1]), two, two)]).all()
    assert np.isnan(ranking(np.array([np.nan, 1]), two, two))


def test_nobody_has_no_grade():
    """Without a customer there is no error to speak of."""
    assert np.isnan(accuracy([], [], []).rmse)


def test_a_season_is_how_busy_the_same_weeks_were_a_year_ago(tiny_shop):
    """60 purchase days in the year, 30 of them in the 13 weeks that lie ahead again: twice the usual pace."""
    end = date(2024, 12, 31)
    ago = [*range(363, 363 - 60, -2), *range(240, 240 - 60, -2)]
    orders = [sold(f"o{n}", f"c{n % 7}", f"{end - timedelta(days=n)} 10:00", 5) for n in ago]
    shop = tiny_shop(orders=[*orders, sold("o", "old", "2023-06-01 10:00", 5)], as_of="2025-01-01")
    naive, seasonal = (
        sum(r["expected_purchases"] for r in told(shop, "lifetime_value", model=name, horizon=13))
        for name in ("naive", "seasonal")
    )
    assert seasonal == pytest.approx(naive * (30 / 91) / (60 / 364))


# --- closed forms --------------------------------------------------------------------------------

SEEN = [(0, 0, 0), (0, 0, 400), (1, 0, 10), (1, 300, 300), (3, 10, 700), (60, 20, 900), (250, 365, 366)]


@pytest.mark.parametrize("model", ["bgnbd", "mbgnbd"])
def test_the_engine_scores_as_the_model_does(cdnow, model):
    """P(alive) and P(a purchase) as expressions are those of the model, to 1e-9, also at the edges."""
    found, by_name = fit(cdnow, model, until="1997-09-30"), btyd.MODELS[model]
    t = ibis.memtable([dict(zip(("repeats", "last_age_days", "age_days"), row, strict=True)) for row in SEEN])
    alive = closed.alive(t, model, found.parameters, 7)
    buys = closed.buys(t, alive, found.parameters, 7, 273)
    rows = ibis.duckdb.connect().to_pyarrow(t.select(*t.columns, alive=alive, buys=buys))
    histories = Histories(*np.array(SEEN).T, unit=7)
    assert rows["alive"].to_numpy() == pytest.approx(by_name.alive(found, histories), abs=1e-9)
    assert rows["buys"].to_numpy() == pytest.approx(by_name.purchase_probability(found, histories, 39), abs=1e-9)


def test_one_purchase_is_worth_the_mean_of_all(cdnow):
    """Fader and Hardie's customers 1 to 4: 24.66, 18.91 and twice 35.17, the mean, whatever the first order was."""
    rows = by_key(told(cdnow, "lifetime_value", **CDNOW), "customer_id")
    spends = [rows[f"{n:04}"]["expected_order_value"] for n in (1, 2, 3, 4)]
    assert spends == pytest.approx([24.66, 18.91, 35.17, 35.17], abs=0.01)
    assert [rows[f"{n:04}"]["repeats"] for n in (3, 4)] == [0, 0]


def test_a_repeat_buyer_of_the_same_mean_is_drawn_less():
    """The more often 100 was spent, the nearer to 100; a single purchase of 100 says least (mean of all 35)."""
    t = ibis.memtable([{"repeats": x, "mean_spend": 100.0} for x in (0, 1, 5, 50)])
    spend = closed.spend(t, {"p": 6.25, "q": 3.74, "gamma": 15.44})
    values = ibis.duckdb.connect().to_pyarrow(t.select(spend=spend))["spend"].to_pylist()
    assert values == sorted(values) and values[0] == pytest.approx(6.25 * 15.44 / 2.74) and values[-1] < 100


# --- real shops ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "published"), [("bgnbd", -0.040), ("paretonbd", -0.015)])
def test_cdnow_is_tracked_to_week_78(cdnow, model, published):
    """Learned on 39 weeks, the total after 78 is off by no more than in the papers (Fader, Hardie, Lee 2005)."""
    last = told(cdnow, "lifetime_value_tracking", model=model, **CDNOW)[-1]
    assert (last["week_no"], last["ends_on"], last["model"]) == (78, date(1998, 6, 30), model)
    assert abs(last["error_rate"]) < 0.05 and last["error_rate"] == pytest.approx(published, abs=0.002)


def test_the_back_test_holds_every_model_against_what_came(cdnow):
    """1,882 purchase days came; the models beat the own rate continued; one of them is recommended."""
    rows = by_key(told(cdnow, "lifetime_value_backtest", **CDNOW), "model")
    assert {row["actual_total"] for row in rows.values()} == {1882}
    assert all(rows[name]["rmse"] < rows["naive"]["rmse"] for name in ("bgnbd", "mbgnbd", "paretonbd"))
    assert [row["is_recommended"] for row in rows.values()].count(True) == 1
    assert rows["bgnbd"]["tracked_error_rate"] == pytest.approx(-0.040, abs=0.002)
    assert not rows["seasonal"]["is_identified"] and "no whole year" in rows["seasonal"]["why"]


def test_the_conditional_plot_holds_every_customer(cdnow):
    """By repeats before: all 2,357 customers and all 1,882 purchase days, expected as in the back-test."""
    rows = told(cdnow, "lifetime_value_conditional", model="bgnbd", **CDNOW)
    assert sum(row["customer_count"] for row in rows) == 2357 and rows[-1]["repeats_before"] == "7+"
    assert sum(row["customer_count"] * row["actual_purchases"] for row in rows) == pytest.approx(1882)
    expected = by_key(told(cdnow, "lifetime_value_backtest", **CDNOW), "model")["bgnbd"]["expected_total"]
    assert sum(row["customer_count"] * row["expected_purchases"] for row in rows) == pytest.approx(expected)


def test_spend_per_purchase_read_as_lifetime_value_puts_one_time_buyers_first(cdnow):
    """The wrong method ranks them above half of the repeat buyers; they bring less, and lifetime value says so."""
    after = cdnow.frame("orders").filter(ibis._.day_on > date(1997, 9, 30))
    brought = after.group_by("customer_id").agg(spend=after.net_amount.sum().cast("float64"))
    came = {row["customer_id"]: row["spend"] for row in cdnow.fetch(brought).to_pylist()}
    rows = told(cdnow, "lifetime_value", model="bgnbd", discount=0, **CDNOW)
    once = [row for row in rows if row["repeats"] == 0]
    below = [row for row in rows if row["repeats"] and row["expected_order_value"] < once[0]["expected_order_value"]]
    assert len(below) > 0.5 * (len(rows) - len(once))

    def mean(group, value):
        return sum(value(row) for row in group) / len(group)

    for value in (lambda row: row["lifetime_value"], lambda row: came.get(row["customer_id"], 0.0)):
        assert mean(once, value) < 0.5 * mean(below, value)


def test_spend_and_frequency_of_cdnow_are_not_quite_independent(cdnow):
    """Correlation .1139 (Fader, Hardie 2013): its interval excludes 0, and it explains 1.3 % of the differences."""
    row = one(cdnow, "spend_independence", until="1997-09-30")
    assert row["customer_count"] == 946 and row["correlation"] == pytest.approx(0.1139, abs=5e-5)
    assert 0 < row["lower"] < row["correlation"] < row["upper"] and not row["is_independent"]
    assert row["explained_share"] == pytest.approx(0.013, abs=1e-3)


def test_a_forecast_has_its_back_test_beside_it(cdnow):
    """The same question: horizon and last day are those of the forecast."""
    found = {key: t.to_pylist() for key, t in beside(cdnow, "lifetime_value", **CDNOW, margin=0.3).items()}
    assert set(found) == {"backtest", "fits", "spend_independence"}
    assert found["backtest"] == told(cdnow, "lifetime_value_backtest", **CDNOW)
    letters = {row["letter"]: row["estimate"] for row in found["fits"] if row["model"] == "bgnbd"}
    assert letters == pytest.approx({"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}, rel=1e-3)


def test_a_model_that_is_not_identified_is_never_used(giftshop):
    """One year of the gift shop bounds leaving only where gaps count: the other three models give way, told why.

    The model of regular buyers is nearer than the own rate customer by customer, and misses the total of the half-year
    held out by a tenth where that misses it by two fifths.
    """
    fits = told(giftshop, "lifetime_value_fits")
    loose = {row["model"] for row in fits if not row["is_identified"]}
    assert loose == {"bgnbd", "mbgnbd", "paretonbd"} and all(row["why"] for row in fits if row["model"] in loose)
    assert all(row["lower"] is None for row in fits if row["model"] in loose)
    for model in ("best", "bgnbd"):
        row = one(giftshop, "lifetime_value", model=model, by="everybody")
        assert row["model"] == "mbgcnbd" and 0 < row["p_alive"] < 1 and row["lifetime_value"] > 0
    rows = by_key(told(giftshop, "lifetime_value_backtest"), "model")
    assert [name for name, row in rows.items() if row["is_recommended"]] == ["mbgcnbd"]
    assert rows["mbgcnbd"]["rmse"] < rows["naive"]["rmse"]
    assert rows["mbgcnbd"]["error_rate"] == pytest.approx(-0.096, abs=5e-3)
    assert rows["naive"]["error_rate"] == pytest.approx(-0.408, abs=5e-3)


def test_the_command_writes_the_back_test_beside_the_forecast(cdnow):
    """`customary study SHOP lifetime_value … --format json`: rows, and under `backtest` the models' errors."""
    words = ("--until", "1997-09-30", "--horizon", "39", "--format", "json")
    done = CliRunner().invoke(app, ["study", cdnow.name, "lifetime_value", *words])
    said = json.loads(done.stdout)
    assert done.exit_code == 0 and len(said["rows"]) == said["rows_total"] == 2357
    assert {row["model"] for row in said["backtest"]} == set(CANDIDATES)
    assert {row["actual_total"] for row in said["backtest"]} == {1882}


# --- a shop whose truth is known -----------------------------------------------------------------


@pytest.fixture(scope="module")
def known(true_demo):
    """A demo shop with 3,000 accounts, and per customer the forecast beside the buyer's true rates and fate."""
    shop, folder = true_demo
    forecasts = study(shop, "lifetime_value", model="bgnbd", horizon=52).to_pyarrow()
    with duckdb.connect() as connection:
        connection.register("forecasts", forecasts)
        truth = f"'{folder}/people.parquet' p join '{folder}/buyers.parquet' b using (person)"
        rows = connection.execute(f"from forecasts f join {truth} on cust_no = f.customer_id").to_arrow_table()
    return shop, {name: rows[name].to_numpy() for name in rows.column_names}


def test_who_is_still_a_customer_is_told_nearly_as_well_as_can_be(known):
    """AUC of P(alive) at least nine tenths of an oracle's that knows each buyer's rate and chance of leaving."""
    _shop, t = known
    rate, leaves = t["purchase_rate_per_day"], t["dropout_probability"]
    silent = np.minimum(rate * (t["age_days"] - t["last_age_days"]), 600)
    oracle = np.where(t["repeats"] == 0, 1.0, 1 / (1 + leaves / (1 - leaves) * np.exp(silent)))
    alive = t["is_alive_at_as_of"].astype(float)
    alive_by_model = np.where(
        np.isnan(t["p_alive"]), 1.0, t["p_alive"]
    )  # who bought once: BG/NBD's premise, no finding
    best, ours = (ranking(score, alive, 1 - alive) for score in (oracle, alive_by_model))
    assert best > 0.9 and ours > 0.9 * best
    by_silence = ranking(-(t["age_days"] - t["last_age_days"]).astype(float), alive, 1 - alive)
    assert ours > by_silence + 0.1


def test_what_is_expected_is_what_is_true(known):
    """In total within 10 % of the purchases that the true rates promise, and in order far better than the own rate."""
    shop, t = known
    rate, leaves = t["purchase_rate_per_day"], t["dropout_probability"]
    true = t["is_alive_at_as_of"] * -np.expm1(-rate * leaves * 364) / leaves
    assert t["expected_purchases"].sum() == pytest.approx(true.sum(), rel=0.10)
    naive = {r["customer_id"]: r["expected_purchases"] for r in told(shop, "lifetime_value", model="naive")}
    own = np.array([naive[who] for who in t["customer_id"]])
    ours, theirs = (np.corrcoef(score, true)[0, 1] for score in (t["expected_purchases"], own))
    assert ours > 0.6 and ours > theirs + 0.05


# --- questions -----------------------------------------------------------------------------------


def test_groups_hold_everybody(demo_shop):
    """By channel, tier, cohort, first category or first product: all customers and all value, NULLs included."""
    whole = one(demo_shop, "lifetime_value", by="everybody")
    for by in ("acquisition_channel", "value_tier", "cohort_month", "first_category", "first_product"):
        rows = told(demo_shop, "lifetime_value", by=by)
        assert sum(row["customer_count"] for row in rows) == whole["customer_count"]
        assert sum(row["lifetime_value_total"] for row in rows) == pytest.approx(whole["lifetime_value_total"])
        assert all(row["low"] is None or row["low"] <= row["lifetime_value"] <= row["high"] for row in rows)


def test_the_list_is_the_whole_and_a_cut_says_of_how_many(demo_shop):
    """The most valuable first; a table shows ten where ten are asked for, and the answer still holds all."""
    rows, ten = told(demo_shop, "lifetime_value"), study(demo_shop, "lifetime_value", n=10)
    shown = ten.head().to_pylist()
    assert shown == rows[:10] and {row["customer_total"] for row in shown} == {len(rows)}
    assert ten.rows_total == len(ten.to_pylist()) == len(rows)
    assert [r["lifetime_value"] for r in rows] == sorted((r["lifetime_value"] for r in rows), reverse=True)
    spread = told(demo_shop, "lifetime_value_spread")
    assert sum(row["customer_count"] for row in spread) == len(rows)


def test_groups_may_be_any_column_that_customers_have(demo_shop):
    """Their own, a segment's, or one that only the portraits know; a cohort is the study's own."""
    everybody = one(demo_shop, "lifetime_value", by="everybody")["customer_count"]
    for by in ("country", "lifecycle_stage", "last_device", "cohort_quarter"):
        assert sum(row["customer_count"] for row in told(demo_shop, "lifetime_value", by=by)) == everybody


def test_a_selection_cuts_what_is_counted_and_nothing_that_is_looked_up(tiny_shop):
    """In the app Ann paid 30 and got 10 of it back; what she returned of the web order is no business of the app's."""
    orders = [
        sold("1", "ann", "2025-01-01 10:00", 30, channel="app"),
        sold("2", "ann", "2025-01-09 10:00", 50, channel="web"),
        sold("3", "ben", "2025-01-02 10:00", 40, channel="web"),
    ]
    returns = [
        returned("r1", "1", "ann", "2025-01-20 10:00", 10),
        returned("r2", "2", "ann", "2025-01-20 10:00", 20),
    ]
    shop = tiny_shop(orders=orders, returns=returns, as_of="2025-02-01")
    answer = study(shop, "lifetime_value", where={"channel": "app"})
    (row,) = answer.to_pylist()
    assert (row["customer_id"], row["repeats"], row["net_spend"]) == ("ann", 0, 20)
    counted = {part.frame: (part.counted_rows, part.source_rows) for part in answer.accounts}
    assert (counted["orders"], counted["returns"], counted["customers"]) == ((1, 3), (1, 2), (2, 2))


def test_a_back_test_of_today_is_the_one_that_chose_the_model(demo_shop):
    """Nothing is fitted twice; with a day in the past the two hold out different times."""
    chosen, asked = (fetch_fit(demo_shop, name, Scope(), {}) for name in ("backtest_within", "lifetime_backtest"))
    assert asked is chosen
    past = {"until": str(demo_shop.as_of - timedelta(days=200))}
    chosen, asked = (fetch_fit(demo_shop, name, Scope(), past) for name in ("backtest_within", "lifetime_backtest"))
    assert chosen.cut.end_day == asked.cut.until_day


def test_value_follows_margin_time_and_discount(demo_shop):
    """Half the margin is half the value; less time or a higher discount is less; a discount of 0 is plain product."""
    asked = {"by": "everybody", "model": "bgnbd"}
    whole, plain = (one(demo_shop, "lifetime_value", discount=d, **asked)["lifetime_value"] for d in (0.1, 0.0))
    assert one(demo_shop, "lifetime_value", margin=0.5, **asked)["lifetime_value"] == pytest.approx(whole / 2)
    assert one(demo_shop, "lifetime_value", horizon=26, **asked)["lifetime_value"] < whole < plain < 1.1 * whole
    rows = told(demo_shop, "lifetime_value", model="bgnbd", discount=0)
    assert all(r["lifetime_value"] == pytest.approx(r["expected_purchases"] * r["expected_order_value"]) for r in rows)


@pytest.mark.parametrize(("unit", "horizon"), [("day", 364), ("month", 12)])
def test_the_unit_of_time_changes_no_value(demo_shop, unit, horizon):
    """52 weeks, 364 days, 12 months: the same to within the odd day."""
    weeks = one(demo_shop, "lifetime_value", by="everybody", model="bgnbd")["lifetime_value"]
    other = one(demo_shop, "lifetime_value", by="everybody", model="bgnbd", unit=unit, horizon=horizon)
    assert other["lifetime_value"] == pytest.approx(weeks, rel=1e-6 if unit == "day" else 0.01)


def test_a_forecast_does_not_look_ahead(tiny_shop):
    """Made as of a day in the past, it is the same in a shop that knows nothing later; also which model is best."""
    rng = np.random.default_rng(7)
    days = [(f"c{c}", int(d)) for c in range(60) for d in np.cumsum(rng.exponential(25, 1 + c % 9)) + c]
    orders = [
        sold(f"o{n}", who, f"{date(2024, 1, 1) + timedelta(days=d)} 10:00", 10) for n, (who, d) in enumerate(days)
    ]
    early = [order for order in orders if order["ordered_at"] < "2024-07-01"]
    later, sooner = tiny_shop(orders=orders, as_of="2025-01-01"), tiny_shop(orders=early, as_of="2024-07-01")
    assert len(early) < len(orders)
    asked = {"until": "2024-06-30", "horizon": 8}
    assert told(later, "lifetime_value", **asked) == told(sooner, "lifetime_value", **asked)


def test_whom_to_look_after(demo_shop):
    """P(alive) of each has fallen, the greatest loss first; where no model speaks, those long silent."""
    rows = told(demo_shop, "value_at_risk", model="paretonbd")
    assert rows and all(row["p_alive"] < row["p_alive_before"] for row in rows)
    losses = [row["value_at_risk"] for row in rows]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == pytest.approx(rows[0]["lifetime_value"] * (1 - rows[0]["p_alive"]))
    plain = told(demo_shop, "value_at_risk", model="naive")
    assert plain and all(row["overdue"] > 1 and row["value_at_risk"] is None for row in plain)


def test_nonsense_is_refused_in_a_sentence(demo_shop):
    """An unknown model, unit or column names the nearest; a late day, no horizon or decades, no margin say why."""
    for wrong in ({"model": "bgnbx"}, {"unit": "weak"}, {"by": "chanel"}):
        with pytest.raises(UnknownName):
            told(demo_shop, "lifetime_value", **wrong)
    for wrong in (
        {"until": "2031-01-01"},
        {"until": "soon"},
        {"horizon": 0},
        {"horizon": 999},
        {"margin": 2.0},
        {"discount": -0.1},
    ):
        with pytest.raises(Refused):
            told(demo_shop, "lifetime_value", **wrong)


STUDIES = ("lifetime_value_backtest", "lifetime_value_tracking", "lifetime_value_conditional", "lifetime_value_fits")


@pytest.mark.parametrize(
    "days",
    [
        [("a", 0)],
        [("a", 0), ("b", 3), ("c", 9)],
        [("a", 29), ("b", 29)],
        [("a", 0), ("a", 29), ("b", 1), ("b", 29)],
        [("a", 0), ("a", 0), ("a", 5), ("b", 1)],
    ],
    ids=["one customer", "all bought once", "all of age 0", "all on the last day", "twice on a day"],
)
def test_odd_shops_have_an_answer(tiny_shop, days):
    """Nothing can be learned from them: the own rate speaks, and nobody is worth a made-up sum."""
    orders = [
        sold(f"o{n}", who, f"{date(2025, 1, 1) + timedelta(days=d)} 10:00", 10) for n, (who, d) in enumerate(days)
    ]
    shop = tiny_shop(orders=orders, as_of="2025-01-31")
    rows = told(shop, "lifetime_value", horizon=2)
    assert {row["customer_id"] for row in rows} == {who for who, _day in days}
    assert all(row["model"] == "naive" and 0 <= row["lifetime_value"] <= 200 for row in rows)
    assert all(row["lifetime_value"] == 0 for row in rows if row["repeats"] == 0)
    assert all(told(shop, which, horizon=2) is not None for which in STUDIES)


def test_free_orders_and_refunds_above_sales_do_not_break_a_value(tiny_shop):
    """Orders of nothing have no value; what came back is not expected to come in."""
    orders = [sold(f"o{n}", f"c{n % 4}", f"2025-01-{1 + 2 * n:02} 10:00", 0 if n % 4 else 10) for n in range(12)]
    shop = tiny_shop(orders=orders, returns=[returned("r", "o0", "c0", "2025-01-20 10:00", 10)], as_of="2025-02-01")
    assert all(row["lifetime_value"] >= 0 for row in told(shop, "lifetime_value"))
    spent = by_key(told(shop, "lifetime_value"), "customer_id")["c0"]["net_spend"]
    assert spent == 20
