"""Votes, reviews, drivers, problem products, new products and referrals against what a hand computes."""

import csv
from math import sqrt

import ibis
import numpy as np
import pytest
from conftest import real_data
from given import line, returned, sold, told, value
from scipy.stats import binomtest

from customary import net_promoter_score, nps_answer_count
from customary.errors import Refused, UnknownName
from customary.models.linear import fit_grouped
from customary.query.study import beside
from customary.stats.intervals import wilson
from customary.stats.shrinkage import shrink

ORDERS = [sold("o1", "ann", "2025-01-01 10:00", 10)]


def answered(response_id, customer_id, score, at="2025-01-05 10:00", survey="nps", **more):
    """An answer to a survey."""
    return {
        "response_id": response_id,
        "customer_id": customer_id,
        "survey": survey,
        "answered_at": at,
        "score": score,
        **more,
    }


def heard(tiny_shop, responses, **more):
    """A shop with one order and these answers."""
    return tiny_shop(**{"orders": ORDERS, "responses": responses, "as_of": "2025-03-01", **more})


def rows_of(table):
    """The rows of a table that needs no shop."""
    return ibis.duckdb.connect().to_pyarrow(table).to_pylist()


# --- recommendation ------------------------------------------------------------------------------


def test_nps_of_a_published_survey(tiny_shop):
    """Ninety-three French answers about brands: 36 promoters, 32 passives, 25 detractors, 11.83."""
    with (real_data() / "nps_brands" / "perso.csv").open(encoding="utf-8-sig") as file:
        scores = [int(row[4]) for row in list(csv.reader(file))[1:]]
    shop = heard(tiny_shop, [answered(f"a{n}", None, s) for n, s in enumerate(scores)])
    (row,) = told(shop, "nps")
    counts = [row[name] for name in ("answer_count", "promoter_count", "passive_count", "detractor_count")]
    assert counts == [93, 36, 32, 25] and row["nps"] == pytest.approx(11.83, abs=0.005)


def test_the_interval_is_the_closed_form(tiny_shop):
    """Of twelve half promoters, a quarter passives, a quarter detractors: variance (1/2 + 1/4 − 1/16) / 12."""
    votes = [answered(f"a{n}", f"c{n}", score) for n, score in enumerate((10, 9, 8, 0) * 3)]
    (row,) = told(heard(tiny_shop, votes), "nps")
    half = 196 * sqrt((0.75 - 0.0625) / 12)
    assert (row["nps"], row["low"], row["high"]) == pytest.approx((25, 25 - half, 25 + half))


def test_one_answer_has_a_score_and_no_interval(tiny_shop):
    """Of one voter nobody knows how far chance reaches."""
    (row,) = told(heard(tiny_shop, [answered("a1", "ann", 10)]), "nps")
    assert (row["nps"], row["low"], row["high"]) == (100, None, None)


TWICE = [answered("a1", "ann", 0), answered("a2", "ann", 10, at="2025-02-05 10:00"), answered("a3", None, 9)]


def test_the_last_answer_of_a_voter_counts(tiny_shop):
    """Ann first gave 0, then 10; an answer without a customer is a voter of its own."""
    shop = heard(tiny_shop, TWICE, as_of="2025-03-01")
    (last,), (every,) = told(shop, "nps"), told(shop, "nps", answers="all")
    assert (last["answer_count"], last["nps"], last["answers_per_voter"]) == (2, 100, 1.5)
    assert (every["answer_count"], every["nps"]) == (3, pytest.approx(100 / 3))
    assert (value(shop, net_promoter_score), value(shop, nps_answer_count)) == (100, 2)


def test_each_month_has_its_own_last_answer(tiny_shop):
    """Split by month, Ann's 0 is January's and her 10 February's; a month that is not over is marked."""
    rows = told(heard(tiny_shop, TWICE, as_of="2025-02-10"), "nps", every="month")
    assert [(r["month"].month, r["is_complete"], r["nps"]) for r in rows] == [(1, True, 0), (2, False, 100)]


def test_of_two_answers_in_one_second_the_greater_number_is_the_last(tiny_shop):
    """A tie is broken the same way at every run."""
    votes = [answered("a2", "ann", 0), answered("a1", "ann", 10)]
    assert told(heard(tiny_shop, votes), "nps")[0]["nps"] == -100


@pytest.mark.parametrize("asked", [{}, {"during": ("2025-03-01", "2025-09-01")}])
def test_study_and_metric_agree(demo_shop, asked):
    """One definition, two ways to ask."""
    (row,) = told(demo_shop, "nps", **asked)
    assert row["nps"] == pytest.approx(value(demo_shop, net_promoter_score, **asked))
    assert row["answer_count"] == value(demo_shop, nps_answer_count, **asked)


def test_a_split_keeps_who_has_no_value(tiny_shop):
    """Voters of no country are a group of their own, and the groups hold every voter."""
    people = [{"customer_id": "ann", "country": "CN"}, {"customer_id": "ben"}]
    votes = [answered("a1", "ann", 10), answered("a2", "ben", 0)]
    shop = heard(tiny_shop, votes, customers=people)
    assert [(r["country"], r["nps"]) for r in told(shop, "nps", by="country")] == [("CN", 100), (None, -100)]
    assert sum(r["answer_count"] for r in told(shop, "nps", by="value_tier")) == 2


def test_nonsense_is_refused(worked_shop):
    """A split, a period, a rule that nobody knows is answered in words."""
    with pytest.raises(UnknownName, match="country"):
        told(worked_shop, "nps", by="contry")
    with pytest.raises(UnknownName, match="month"):
        told(worked_shop, "nps", every="mont")
    with pytest.raises(Refused, match="last"):
        told(worked_shop, "nps", answers="first")
    with pytest.raises(Refused, match="window"):
        told(worked_shop, "vote_loyalty", during="yesterday")


@pytest.mark.parametrize(("survey", "score"), [("nps", 11), ("csat", 0), ("review", 6)])
def test_a_score_outside_its_scale_is_left_out_with_its_reason(tiny_shop, survey, score):
    """Eleven of ten is no enthusiasm but a fault; the row stays and says so."""
    shop = heard(tiny_shop, [answered("a1", "ann", score, survey=survey)])
    assert shop.fetch(shop.frame("responses"))["left_out_because"].to_pylist() == ["score outside its scale"]


# --- satisfaction and who answers ----------------------------------------------------------------


@pytest.mark.parametrize(("hits", "n"), [(0, 5), (2, 3), (7, 10), (50, 50)])
def test_the_interval_of_a_share_is_wilsons(hits, n):
    """Against SciPy's own."""
    t = ibis.memtable([{"hits": hits, "n": n}])
    low, high = wilson(t.hits, t.n)
    (row,) = rows_of(t.select(low=low, high=high))
    expected = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high), abs=1e-4)


def test_a_share_of_nothing_has_no_interval(worked_shop):
    """Nobody answered: no rate and no bounds, instead of 0 to 1."""
    (row,) = told(worked_shop, "satisfaction", during=("2020-01-01", "2020-02-01"))
    assert row["answer_count"] == 0
    assert row["satisfied_rate"] is row["low_rate"] is row["high_rate"] is None


def test_satisfaction_by_hand(worked_shop):
    """5, 4 and 2: two of three are satisfied."""
    (row,) = told(worked_shop, "satisfaction")
    assert (row["answer_count"], row["satisfied_count"], row["satisfied_rate"]) == (3, 2, pytest.approx(2 / 3))


def test_who_could_not_answer_yet_is_not_asked(tiny_shop):
    """Two parcels came long ago, one was voted on; the one of yesterday may still be."""
    orders = [
        sold("o1", "ann", "2025-01-01 10:00", 10, delivered_at="2025-01-03 10:00", channel="site"),
        sold("o2", "ben", "2025-01-01 10:00", 10, delivered_at="2025-01-03 10:00", channel="site"),
        sold("o3", "cai", "2025-01-29 10:00", 10, delivered_at="2025-01-31 10:00", channel="site"),
        sold("o4", "dan", "2025-01-01 10:00", 10, channel="site"),  # never arrived
        sold("o5", "eve", "2025-01-01 10:00", 10, channel="store"),  # carried home
    ]
    shop = tiny_shop(orders=orders, responses=[answered("a1", "ann", 9, order_id="o1")], as_of="2025-02-01")
    rows = {row["survey"]: row for row in told(shop, "response_rates")}
    nps = rows["nps"]
    assert (nps["asked_count"], nps["answered_count"], nps["response_rate"]) == (3, 1, pytest.approx(1 / 3))
    assert rows["review"]["response_rate"] is rows["csat"]["response_rate"] is None  # no such survey here


def test_the_response_rate_stands_beside_the_score(worked_shop):
    """A score without who answered is half a figure."""
    assert set(beside(worked_shop, "nps")) == {"response_rates"}
    assert set(beside(worked_shop, "satisfaction_drivers")) == {"joint_effects"}


def test_promoters_who_bought_again(tiny_shop):
    """Ann promised and came on day 30; Ben promised and came too late; Cai's ninety days are not over."""
    votes = [answered("a1", "ann", 10), answered("a2", "ben", 9), answered("a3", "cai", 10, at="2025-05-01 10:00")]
    again = [sold("o2", "ann", "2025-02-04 10:00", 5), sold("o3", "ben", "2025-04-06 10:00", 5)]
    shop = tiny_shop(orders=[*ORDERS, *again], responses=votes, as_of="2025-06-01")
    (row,) = told(shop, "vote_loyalty")
    assert (row["vote"], row["voter_count"], row["buyer_count"]) == ("promoters", 2, 1)


# --- reviews and problem products ----------------------------------------------------------------


def reviewed(product_id, *scores):
    """Reviews of one product."""
    return [
        answered(f"{product_id}-{n}", f"c{n}", score, survey="review", product_id=product_id)
        for n, score in enumerate(scores)
    ]


def test_one_bad_review_does_not_condemn(tiny_shop):
    """By raw average the single star is the worst product; chance taken out, it is the one with forty of them."""
    good = [row for n in range(30) for row in reviewed(f"good{n}", *[5, 4, 5, 4, 3] * 4)]
    rows = [*good, *reviewed("unlucky", 1), *reviewed("broken", *[2, 3] * 20)]
    told_of = {row["product_id"]: row for row in told(heard(tiny_shop, rows), "review_products")}
    assert min(told_of, key=lambda name: told_of[name]["mean_score"]) == "unlucky"
    assert min(told_of, key=lambda name: told_of[name]["score"]) == "broken"
    assert told_of["broken"]["verdict"] == "truly low"
    assert told_of["unlucky"]["mean_score"] < told_of["unlucky"]["score"]
    assert told_of["broken"]["product_total"] == 32


def test_products_that_do_not_differ_are_all_the_average(tiny_shop):
    """Where chance explains all differences nobody is truly low."""
    rows = [row for n in range(5) for row in reviewed(f"p{n}", 3, 4, 5)]
    found = told(heard(tiny_shop, rows), "review_products")
    assert {row["score"] for row in found} == {4} and {row["verdict"] for row in found} == {"not clear"}


def test_shrinkage_finds_the_variance_it_was_made_with():
    """400 groups with standard deviation 0.5 around 4: the drawn means miss the true ones less than the raw do."""
    chance = np.random.default_rng(7)
    sizes, truth = chance.integers(1, 40, 400), chance.normal(4, 0.5, 400)
    raw = truth + chance.normal(0, 1, 400) / np.sqrt(sizes)
    t = ibis.memtable([{"m": float(m), "n": int(n)} for m, n in zip(raw, sizes, strict=True)])
    rows = rows_of(shrink(t, "m", "n", ibis.literal(1.0)))
    found = {(row["m"], row["n"]): row for row in rows}
    ours = np.array([found[float(m), int(n)]["m_drawn"] for m, n in zip(raw, sizes, strict=True)])
    spread = np.array([found[float(m), int(n)]["m_sd"] for m, n in zip(raw, sizes, strict=True)])
    assert np.mean((ours - truth) ** 2) < 0.7 * np.mean((raw - truth) ** 2)
    assert 0.92 < np.mean(np.abs(ours - truth) < 1.96 * spread) < 0.98


def goods(bad=True):
    """Two products in 60 orders each; of one half come back and a quarter are complained of."""
    orders, lines, back, cases = [], [], [], []
    for n in range(120):
        product = "lamp" if n % 2 else "mug"
        orders.append(sold(f"o{n:03}", f"c{n}", "2025-01-05 10:00"))
        lines.append(line(f"l{n:03}", f"o{n:03}", product, 1, 10))
        if bad and n % 4 == 1:
            back.append(returned(f"r{n}", f"o{n:03}", f"c{n}", "2025-01-15 10:00", 10, product_id="lamp", quantity=1))
            cases.append(
                {"ticket_id": f"t{n}", "order_id": f"o{n:03}", "opened_at": "2025-01-15 10:00", "kind": "complaint"}
            )
    return {"orders": orders, "order_items": lines, "returns": back, "tickets": cases}


def test_a_product_with_two_bad_signals_is_a_problem(tiny_shop):
    """The lamp comes back and is complained of; the mug is fine."""
    lamp, mug = told(tiny_shop(**goods(), as_of="2025-04-01"), "problem_products")
    assert (lamp["product_id"], lamp["is_problem"], lamp["bad_signal_count"]) == ("lamp", True, 2)
    assert (lamp["return_rate"], lamp["complaint_rate"], lamp["order_count"]) == (0.5, 0.5, 60)
    assert (mug["product_id"], mug["is_problem"], mug["bad_signal_count"]) == ("mug", False, 0)


def test_a_complaint_about_the_parcel_is_not_about_the_goods(tiny_shop):
    """What the shop's own rule names as no matter of the goods does not count against a product."""
    tables = goods()
    tables["tickets"] = [{**case, "topic": "delivery"} for case in tables["tickets"]]
    rows = told(tiny_shop(**tables, as_of="2025-04-01"), "problem_products")
    assert {row["complaint_rate"] for row in rows} == {0} and not any(row["is_problem"] for row in rows)


def test_orders_that_may_still_come_back_are_not_judged(tiny_shop):
    """Twenty-five days after the sale nothing is known yet."""
    assert told(tiny_shop(**goods(bad=False), as_of="2025-01-30"), "problem_products") == []


def test_what_nobody_writes_down_is_unknown(tiny_shop):
    """Without returns and cases there are no rates of them, instead of perfect ones."""
    rows = told(tiny_shop(**goods(bad=False), as_of="2025-04-01"), "problem_products")
    assert {(row["return_rate"], row["complaint_rate"], row["complaint_low_rate"]) for row in rows} == {
        (None, None, None)
    }


YEAR = {"during": ("2025-05-01", "2026-01-01")}


def test_the_bad_headphones_are_found(big_demo):
    """Planted in May 2025: their reviews are the lowest, and they are the one product that all signals name."""
    worst = told(big_demo, "review_products", **YEAR)[0]
    assert (worst["product_id"], worst["verdict"]) == ("P01291", "truly low")
    problems = [row["product_id"] for row in told(big_demo, "problem_products", **YEAR) if row["is_problem"]]
    assert problems == ["P01291"]


# --- drivers -------------------------------------------------------------------------------------


def test_late_parcels_cost_what_was_planted(big_demo):
    """Three points of ten for a late parcel, two for a return; the interval of the joint effect holds them."""
    effects = {row["level"]: row for row in told(big_demo, "satisfaction_effects")}
    for level, planted in (("late", -3), ("returned", -2)):
        assert effects[level]["effect"] == pytest.approx(planted, abs=0.5)
        assert effects[level]["most_effect"] < -1


def test_a_complaint_is_the_late_parcels_shadow(big_demo):
    """By itself a complaint goes with two points less; held equal with the parcel and the return it is no driver."""
    alone = next(row for row in told(big_demo, "satisfaction_drivers") if row["level"] == "complained")
    equal = next(row for row in told(big_demo, "satisfaction_effects") if row["level"] == "complained")
    assert alone["verdict"] == "below" and alone["difference"] < -1.5
    assert equal["least_effect"] < 0 < equal["most_effect"] or abs(equal["effect"]) < 0.6


def test_a_difference_by_hand(tiny_shop):
    """Late 2 and 4, on time 8 and 10: six points, with Welch's interval 1.96 √(2/2 + 2/2)."""
    orders, votes = [], []
    for n, (score, day) in enumerate(((2, 9), (4, 9), (8, 4), (10, 4))):
        came = {"delivered_at": f"2025-01-0{day} 10:00", "promised_on": "2025-01-05"}
        orders.append(sold(f"o{n}", f"c{n}", "2025-01-01 10:00", 10, **came))
        votes.append(answered(f"a{n}", f"c{n}", score, at="2025-01-20 10:00", order_id=f"o{n}"))
    rows = told(tiny_shop(orders=orders, responses=votes, as_of="2025-02-01"), "satisfaction_drivers", fewest=2)
    late = next(row for row in rows if row["level"] == "late")
    assert (late["mean_score"], late["other_score"], late["difference"]) == (3, 9, -6)
    assert late["most_difference"] == pytest.approx(-6 + 1.96 * sqrt(2))


def test_grouped_least_squares_is_least_squares():
    """From counts, sums and squares of 12 groups as from 500 rows: coefficients, HC1 errors, R²."""
    chance = np.random.default_rng(1)
    rows = np.column_stack([np.ones(500), chance.integers(0, 2, 500), chance.integers(0, 3, 500)]).astype(float)
    y = rows @ [7, -3, 0.5] + chance.normal(0, 1 + rows[:, 1], 500)
    design, group = np.unique(rows, axis=0, return_inverse=True)
    sums = [np.bincount(group.ravel(), weights=w) for w in (np.ones(500), y, y**2)]
    fit = fit_grouped(design, *sums)
    beta = np.linalg.lstsq(rows, y, rcond=None)[0]
    left, bread = y - rows @ beta, np.linalg.inv(rows.T @ rows)
    robust = bread @ (rows.T * left**2 @ rows) @ bread * 500 / 497
    assert fit.coefficients == pytest.approx(beta) and fit.standard_errors == pytest.approx(np.sqrt(np.diag(robust)))
    assert fit.r_squared == pytest.approx(1 - left.var() / y.var()) and fit.observations == 500


def test_what_the_data_cannot_tell_apart_is_not_told():
    """Two columns that are always equal: one gets the effect, the other none, and nothing fails."""
    fit = fit_grouped(np.array([[1.0, 0, 0], [1, 1, 1]]), *(np.array(v, float) for v in ([5, 5], [10, 20], [30, 90])))
    assert fit.coefficients[:2] == pytest.approx([2, 2]) and np.isnan(fit.coefficients[2])


# --- the market ----------------------------------------------------------------------------------


def launch():
    """A lamp launched on 1 March. Ann and Ben were active before, Ann tries it in time; Cai is new, Dan too late."""
    orders = [
        *(sold("o1", "ann", "2025-01-10 10:00"), sold("o2", "ben", "2025-02-10 10:00")),
        *(sold("o3", "ann", "2025-03-05 10:00"), sold("o4", "cai", "2025-03-06 10:00")),
        *(sold("o5", "dan", "2025-02-01 10:00"), sold("o6", "dan", "2025-06-01 10:00")),
    ]
    bought = {"o1": "mug", "o2": "mug", "o3": "lamp", "o4": "lamp", "o5": "mug", "o6": "lamp"}
    goods_known = [
        {"product_id": "lamp", "launched_on": "2025-03-01"},
        {"product_id": "mug", "launched_on": "2020-01-01"},
    ]
    lines = [line(f"l{order}", order, product, 1, 10) for order, product in bought.items()]
    return {"orders": orders, "order_items": lines, "products": goods_known}


def test_who_tries_a_new_product(tiny_shop):
    """One of three active customers bought it within 90 days; a product older than the data is not new."""
    shop = tiny_shop(**launch(), as_of="2025-07-01")
    (row,) = told(shop, "product_launches")
    assert (row["product_id"], row["active_count"], row["trier_count"], row["buyer_count"]) == ("lamp", 3, 1, 2)
    assert row["trial_rate"] == pytest.approx(1 / 3)
    (everybody,) = told(shop, "new_product_trial")
    assert (everybody["active_count"], everybody["trier_count"], everybody["launch_count"]) == (3, 1, 1)


def test_a_young_launch_has_no_rate_yet(tiny_shop):
    """Thirty days after the launch those who have not bought may still do."""
    shop = tiny_shop(**launch(), as_of="2025-03-31")
    (row,) = told(shop, "product_launches")
    assert (row["is_mature"], row["trial_rate"], row["trier_count"]) == (False, None, 1)
    assert told(shop, "new_product_trial")[0]["trial_rate"] is None


def test_growth_against_the_year_before(tiny_shop):
    """Lamps went from 10 to 30, mugs are new; what has no category is a group too."""
    days = {"o1": "2024-03-01 10:00", "o2": "2025-03-01 10:00", "o3": "2025-03-02 10:00", "o4": "2023-03-01 10:00"}
    orders = [sold(order, "ann", day) for order, day in days.items()]
    lines = [line("l1", "o1", "lamp", 1, 10), line("l2", "o2", "lamp", 3, 10), line("l3", "o2", "mug", 1, 60)]
    lines += [line("l4", "o3", "pin", 1, 10), line("l5", "o4", "lamp", 1, 99)]
    known = [{"product_id": "lamp", "category": "home"}, {"product_id": "mug", "category": "kitchen"}]
    shop = tiny_shop(orders=orders, order_items=lines, products=known, as_of="2025-04-01")
    rows = {row["category"]: row for row in told(shop, "category_growth")}
    assert (rows["home"]["growth_rate"], rows["kitchen"]["growth_rate"]) == (2, None)
    assert [rows[name]["revenue_share"] for name in ("home", "kitchen", None)] == pytest.approx([0.3, 0.6, 0.1])
    assert rows["home"]["before_share"] == 1 and rows["home"]["is_whole"]


# --- referrals -----------------------------------------------------------------------------------


def test_who_brings_customers(tiny_shop):
    """Ann brought Ben, who bought; Cai named himself; Dan named Ben but never bought; Eve's first order is young."""
    people = [
        *({"customer_id": "ann"}, {"customer_id": "ben", "referred_by": "ann"}),
        *({"customer_id": "cai", "referred_by": "cai"}, {"customer_id": "dan", "referred_by": "ben"}),
        {"customer_id": "eve", "acquisition_channel": "referral"},
    ]
    orders = [sold(f"o{who}", who, "2025-01-05 10:00", 10) for who in ("ann", "ben", "cai")]
    shop = tiny_shop(
        customers=people, orders=[*orders, sold("oeve", "eve", "2025-05-20 10:00", 10)], as_of="2025-06-01"
    )
    (row,) = told(shop, "referrals")
    assert (row["buyer_count"], row["referrer_count"], row["referred_count"], row["by_channel_count"]) == (3, 1, 1, 1)
    assert row["referral_rate"] == pytest.approx(1 / 3)


def test_a_referrer_is_one_person_with_all_their_accounts(tiny_shop):
    """Ben names Ann's second account; the merge makes it Ann."""
    people = [
        *({"customer_id": "ann", "email": "ann@mail.example"}, {"customer_id": "ann2", "email": "ANN@mail.example"}),
        {"customer_id": "ben", "referred_by": "ann2"},
    ]
    orders = [sold(f"o{who}", who, "2025-01-05 10:00", 10) for who in ("ann", "ben")]
    (row,) = told(tiny_shop(customers=people, orders=orders, as_of="2025-06-01"), "referrals")
    assert (row["referrer_count"], row["buyer_count"]) == (1, 2)


def test_without_referrers_the_rate_is_unknown(worked_shop):
    """No customer names one: unknown, which is not 0."""
    (row,) = told(worked_shop, "referrals")
    assert row["referral_rate"] is row["low_rate"] is None
