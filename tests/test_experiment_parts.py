"""Experiments looked at from more sides: per order, group by group, and as a chance to be better."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
import tea_tasting
from given import sold, told
from scipy import stats
from test_experiments import effect, put

from customary.errors import Refused, UnknownName
from customary.models.experiments import Arm, RatioArm, benjamini_hochberg, compare_ratios
from customary.models.posterior import believe, posterior
from customary.studies.experiments.ratios import PARTS, ratio_arm_of

COUNTRIES = {"t0": "DE", "t1": "DE", "t2": "FR", "t3": "FR", "c0": "DE", "c1": "DE", "c2": "FR", "c3": None}


@pytest.fixture(scope="module")
def banner(tiny_shop):
    """Four see a banner, four do not. Banner: t0 orders for 100 and 20, t1 for 60. Control: c0 orders for 40."""
    arms = [put(who, "banner" if who[0] == "t" else "control") for who in COUNTRIES]
    orders = [
        sold("o1", "t0", "2025-01-11", 100),
        sold("o2", "t0", "2025-01-12", 20),
        sold("o3", "t1", "2025-01-12", 60),
        sold("o4", "c0", "2025-01-12", 40),
        sold("o5", "c0", "2025-01-09", 10),  # before
    ]
    people = [{"customer_id": who, "country": where} for who, where in COUNTRIES.items()]
    return tiny_shop(assignments=arms, orders=orders, customers=people, as_of="2025-04-01")


# --- per order -----------------------------------------------------------------------------------


def test_the_value_of_an_order_is_told_per_order(banner):
    """Banner: 180 over three orders is 60, not the average of t0's 60 and t1's 60 by chance; control 40 over one."""
    arms = effect(banner, outcome="average_order_value")
    assert (arms["banner"]["average"], arms["control"]["average"]) == (60.0, 40.0)
    assert (arms["banner"]["difference"], arms["banner"]["relative_difference"]) == (20.0, 0.5)
    assert (arms["banner"]["did_count"], arms["control"]["did_count"]) == (2, 1)
    assert arms["banner"]["verdict"] == "too few"


def test_who_ordered_nothing_counts_in_the_spread_alone(banner):
    """Of each arm n·(y − Rx)/Σx has the delta method's variance: t0 and t1 0, 0; control all on the line: no test."""
    arms = effect(banner, outcome="average_order_value")
    left = np.array([120 - 60 * 2, 60 - 60 * 1, 0, 0])
    assert left.var(ddof=1) == 0 and arms["banner"]["low_difference"] == pytest.approx(20.0)


def test_a_high_order_is_capped_before_it_is_divided(banner):
    """Of 0, 0, 0, 0, 0, 40, 60 and 120 three quarters are up to 45: 90 over three orders, and 40 over one."""
    arms = effect(banner, outcome="average_order_value", cap=0.75)
    assert (arms["banner"]["average"], arms["control"]["average"]) == (30.0, 40.0)


def test_a_mistyped_ratio_is_named(banner):
    """The nearest outcome is offered."""
    with pytest.raises(UnknownName, match="average_order_value"):
        effect(banner, outcome="average_order_valu")


def moments(y, x, y0, x0):
    """An arm's customers as the studies hand them over."""
    parts = dict(zip(PARTS, (y, x, y0, x0), strict=True))
    row = {"customer_count": len(y)} | {name: part.mean() for name, part in parts.items()}
    row |= {f"{name}_variance": part.var(ddof=1) for name, part in parts.items()}
    row |= {f"{a}_with_{b}": np.cov(parts[a], parts[b])[0, 1] for a in parts for b in parts if a != b}
    return ratio_arm_of(row)


@pytest.fixture(scope="module")
def many():
    """3,000 customers an arm: orders, revenue, and both before; the treated spend a tenth more per order."""
    rng = np.random.default_rng(7)
    arms = []
    for lift in (1.0, 1.1):
        x0 = rng.poisson(1.0, 3_000).astype(float)
        x = rng.poisson(0.5 + 0.7 * x0).astype(float)
        taste = rng.gamma(8, 5, 3_000)
        arms.append((x * taste * lift + rng.normal(0, 1, 3_000) * (x > 0), x, x0 * taste, x0))
    return arms


def test_a_ratio_is_that_of_the_delta_method_by_hand(many):
    """The variance of y/x is that of (y − Rx)/x̄ over n, and the test Welch's: to seven digits."""
    (y0, x0, *_), (y1, x1, *_) = many
    control, treated = (moments(*arm) for arm in many)
    found = compare_ratios(control, treated)
    ratios = [y.sum() / x.sum() for y, x in ((y0, x0), (y1, x1))]
    lines = [(y - r * x) / x.mean() + r for (y, x), r in zip(((y0, x0), (y1, x1)), ratios, strict=True)]
    by_hand = stats.ttest_ind(lines[1], lines[0], equal_var=False)
    assert (found.difference, found.statistic, found.p_value) == pytest.approx(
        (ratios[1] - ratios[0], by_hand.statistic, by_hand.pvalue), rel=1e-7
    )


@pytest.mark.parametrize("adjust", [False, True])
def test_a_ratio_is_that_of_tea_tasting_on_the_rows(many, adjust):
    """From moments or from rows, with what was before taken out or not: to seven digits."""
    rows = pd.concat(pd.DataFrame(dict(zip(PARTS, arm, strict=True))).assign(variant=n) for n, arm in enumerate(many))
    more = {"numer_covariate": "before", "denom_covariate": "before_per"} if adjust else {}
    metric = tea_tasting.RatioOfMeans("outcome", "per", **more, equal_var=False, use_t=True)
    theirs = tea_tasting.Experiment(r=metric).analyze(rows)["r"]
    ours = compare_ratios(*(moments(*arm) for arm in many), adjust=adjust)
    assert (ours.difference, ours.low, ours.high, ours.p_value) == pytest.approx(
        (theirs.effect_size, theirs.effect_size_ci_lower, theirs.effect_size_ci_upper, theirs.pvalue), rel=1e-7
    )


def test_without_orders_there_is_no_value_of_one():
    """An arm in which nobody ordered has nothing to divide by; one in which nothing varies no test."""
    nothing = dict.fromkeys(PARTS, 0.0)
    empty = RatioArm(50, nothing, nothing, {})
    some = RatioArm(50, {**nothing, "outcome": 3.0, "per": 1.0}, {**nothing, "outcome": 2.0}, {})
    assert compare_ratios(empty, some) is None and compare_ratios(some, empty) is None
    alike = RatioArm(50, {**nothing, "outcome": 3.0, "per": 1.0}, nothing, {})
    assert compare_ratios(alike, alike) is None


# --- group by group ------------------------------------------------------------------------------


def segments(shop, **asked):
    """Group and arm → row."""
    return {(row["label"], row["arm"]): row for row in told(shop, "experiment_segments", **asked)}


def test_each_group_has_a_control_of_its_own(banner):
    """Germany: both of two with the banner bought, one of two without. France: nobody. c3's country is not known."""
    found = segments(banner)
    assert [found["DE", arm]["average"] for arm in ("banner", "control")] == [1.0, 0.5]
    assert found["DE", "banner"]["difference"] == 0.5 and found["DE", "control"]["difference"] is None
    assert [found["FR", arm]["customer_count"] for arm in ("banner", "control")] == [2, 1]
    assert found["FR", "banner"]["difference"] is None and found["FR", "banner"]["verdict"] == "too few"
    assert found[None, "control"]["customer_count"] == 1 and (None, "banner") not in found


def test_the_largest_group_stands_first_and_the_unknown_one_last(banner):
    """Four of Germany, three of France, one of nobody knows where; in each the control, then the arm."""
    assert [*segments(banner)] == [(land, arm) for land in ("DE", "FR") for arm in ("control", "banner")] + [
        (None, "control")
    ]


def test_what_an_arm_can_change_is_no_group(banner):
    """A tier, a stage or what was spent: whoever moved because of the arm would be in another group than before."""
    for name in ("value_tier", "lifecycle_stage", "ordered_spend"):
        with pytest.raises(UnknownName, match="column known before an experiment"):
            segments(banner, by=name)


def test_one_experiment_is_told_alone(tiny_shop):
    """Two were run; who asks for one hears of no other."""
    arms = [
        put(f"{arm}{n}", arm, experiment=name) for name in ("a", "b") for arm in ("on", "control") for n in range(4)
    ]
    shop = tiny_shop(assignments=arms, orders=[sold("o1", "on0", "2025-01-12", 5)], as_of="2025-04-01")
    for which in ("experiment_segments", "experiment_chances", "experiment_effect"):
        assert {row["experiment"] for row in told(shop, which, experiment="b")} == {"b"}


def test_what_chance_finds_among_many_groups_is_not_clear():
    """Of 0.01, 0.02, 0.03 and 0.5: fourfold for the first, each later rank less; none is below one of a lower rank."""
    found = benjamini_hochberg({"a": 0.02, "b": 0.5, "c": 0.01, "d": 0.03})
    assert found == pytest.approx({"c": 0.04, "a": 0.04, "d": 0.04, "b": 0.5})
    assert benjamini_hochberg({}) == {} and benjamini_hochberg({"a": 0.9, "b": 0.95})["a"] == 0.95


def test_twenty_groups_without_effect_are_hardly_ever_clear():
    """In 400 experiments without effect a group is found in about one of twenty, plain p-values find one in most."""
    p = np.random.default_rng(3).uniform(size=(400, 20))
    assert 0.02 < np.mean([min(benjamini_hochberg(dict(enumerate(row))).values()) <= 0.05 for row in p]) < 0.08
    assert (p.min(axis=1) <= 0.05).mean() > 0.5


def test_a_clear_group_is_told_and_an_even_one_not(tiny_shop):
    """In Germany 60 of 100 bought with the banner and 30 without; in France 30 of 100 either way."""
    people, arms, orders = [], [], []
    for country, bought in (("DE", {"banner": 60, "control": 30}), ("FR", {"banner": 30, "control": 30})):
        for arm, many in bought.items():
            who = [f"{country}{arm}{n}" for n in range(100)]
            people += [{"customer_id": one, "country": country} for one in who]
            arms += [put(one, arm) for one in who]
            orders += [sold(f"o{one}", one, "2025-01-12", 5) for one in who[:many]]
    shop = tiny_shop(assignments=arms, orders=orders, customers=people, as_of="2025-04-01")
    found = segments(shop)
    assert found["DE", "banner"]["verdict"] == "above" and found["FR", "banner"]["verdict"] == "not clear"
    z = 0.3 / np.sqrt(0.45 * 0.55 * 0.02)
    p = 2 * stats.norm.sf(z)
    assert found["DE", "banner"]["adjusted_p_value"] == pytest.approx(2 * p)
    assert segments(shop, false_rate=1e-9)["DE", "banner"]["verdict"] == "not clear"


# --- a chance to be better -----------------------------------------------------------------------


def share(count, did):
    """An arm of which so many did."""
    mean = did / count
    return Arm(count, mean, mean * (1 - mean) * count / (count - 1), is_share=True)


def test_the_chance_to_be_better_is_the_published_sum():
    """Of 40 of 100 against 30 of 100: Miller's closed sum of beta functions (2015, equation 6)."""
    from scipy.special import betaln

    a, b, c, d = 41, 61, 31, 71  # treated and control, each begun with one of either
    places = np.arange(a)
    by_sum = np.exp(betaln(c + places, b + d) - np.log(b + places) - betaln(1 + places, b) - betaln(c, d)).sum()
    found = believe(share(100, 30), share(100, 40))
    assert found.better == pytest.approx(by_sum, abs=1e-5)
    assert found.difference == pytest.approx(41 / 102 - 31 / 102)


def test_equal_arms_are_even_and_the_loss_mirrors():
    """Alike: one half, and no difference. Turned round: the chances sum to one, the losses differ by the difference."""
    alike = believe(share(100, 30), share(100, 30))
    assert (alike.better, alike.difference) == pytest.approx((0.5, 0.0), abs=1e-6)
    assert alike.low == pytest.approx(-alike.high, abs=1e-5)
    one, other = believe(share(100, 30), share(100, 40)), believe(share(100, 40), share(100, 30))
    assert one.better + other.better == pytest.approx(1, abs=1e-5)
    assert other.loss - one.loss == pytest.approx(one.difference, abs=1e-6)


@pytest.mark.parametrize("arms", [(share(80, 20), share(90, 30)), (Arm(30, 10.0, 40.0), Arm(40, 12.0, 90.0))])
def test_beliefs_are_those_of_a_million_draws(arms):
    """Shares and amounts alike, drawn from both posteriors."""
    rng = np.random.default_rng(5)
    base, other = (posterior(arm).rvs(size=1_000_000, random_state=rng) for arm in arms)
    found, gain = believe(*arms), other - base
    assert found.better == pytest.approx((gain > 0).mean(), abs=2e-3)
    assert found.loss == pytest.approx(-gain[gain < 0].sum() / gain.size, rel=2e-2)
    spread = gain.std()
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(gain, [0.025, 0.975])), abs=0.01 * spread)


def test_an_average_of_three_has_two_degrees_of_freedom():
    """Of 10 with a variance of 3 in three customers, an error of 1: Student's 0.75 quantile of two is √(2/3)."""
    believed = posterior(Arm(3, 10.0, 3.0))
    assert believed.cdf(10 + sqrt(2 / 3)) == pytest.approx(0.75)
    assert posterior(share(2, 1)).cdf(0.5) == pytest.approx(0.5)  # Beta(2, 2)


def test_the_difference_is_found_on_either_side_of_nothing():
    """100 lost each against 100 won each, and the other way round: 200 apart, 2·√(1/50 + 1/50) more or less."""
    found, turned = (
        believe(Arm(50, -100.0, 1.0), Arm(50, 100.0, 1.0)),
        believe(Arm(50, 100.0, 1.0), Arm(50, -100.0, 1.0)),
    )
    assert (found.low, found.high) == pytest.approx((200 - 0.4, 200 + 0.4), abs=0.02)
    assert (turned.low, turned.high) == pytest.approx((-200 - 0.4, -200 + 0.4), abs=0.02)


def test_a_control_of_whom_nobody_did_is_believed_to_do_a_little():
    """None of eight twice: even. Four of eight against none: Beta(5, 5) is above Beta(1, 9) nearly always."""
    assert believe(share(8, 0), share(8, 0)).better == pytest.approx(0.5, abs=1e-6)
    found = believe(share(8, 0), share(8, 4))
    assert found.difference == pytest.approx(0.5 - 0.1) and found.better > 0.98


def test_of_too_few_nothing_is_believed():
    """Two customers, or an arm in which all are alike; of three something is."""
    assert believe(share(2, 1), share(50, 10)) is None is believe(share(50, 10), share(2, 1))
    assert believe(share(3, 1), share(3, 1)).better == pytest.approx(0.5, abs=1e-6)
    assert believe(Arm(50, 3.0, 0.0), Arm(50, 3.0, 1.0)) is None


def test_the_study_tells_the_chance_of_each_arm(banner):
    """Two of four against one of four: posteriors Beta(3, 3) and Beta(2, 4)."""
    arms = {row["arm"]: row for row in told(banner, "experiment_chances")}
    draws = np.random.default_rng(1)
    better = (draws.beta(3, 3, 400_000) > draws.beta(2, 4, 400_000)).mean()
    assert arms["banner"]["better_rate"] == pytest.approx(better, abs=3e-3)
    assert arms["control"]["better_rate"] is None and arms["control"]["control_arm"] == "control"
    with pytest.raises(Refused, match="told per order"):
        told(banner, "experiment_chances", outcome="average_order_value")
