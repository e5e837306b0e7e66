"""Experiments: what an arm changed, computed in the head and on Hillstrom's campaign; arms drawn wrongly are named."""

import numpy as np
import pytest
from conftest import real_data
from given import returned, sold, told
from scipy import stats
from typed import say

from customary import open_shop
from customary.errors import Refused, UnknownName
from customary.models.experiments import Arm, compare, holm, sample_ratio
from customary.models.looks import always_valid, bounds, spending
from customary.page.experiments import experiment_switches
from customary.page.links import is_filter


def put(customer, arm, day="2025-01-10", experiment="banner"):
    """A customer who was put into an arm."""
    return {"experiment": experiment, "customer_id": customer, "arm": arm, "assigned_at": f"{day} 10:00"}


@pytest.fixture(scope="module")
def banner(tiny_shop):
    """Four customers see a banner and four do not, on the 10th; two more are assigned too late to be watched."""
    arms = [put(f"t{n}", "banner") for n in range(4)] + [put(f"c{n}", "control") for n in range(4)]
    arms += [put("t9", "banner", "2025-03-20"), put("c9", "control", "2025-03-20")]
    orders = [
        sold("o1", "t0", "2025-01-10 10:00", 100),  # at the very moment: within
        sold("o2", "t1", "2025-02-09 09:59", 60),  # a minute before the 30 days are over
        sold("o3", "t2", "2025-02-09 10:00", 500),  # just over
        sold("o4", "c0", "2025-01-12 10:00", 40),
        sold("o5", "c0", "2025-01-13 10:00", 40),
        sold("o6", "t0", "2025-01-09 10:00", 70),  # before
        sold("o7", "t9", "2025-03-21 10:00", 900),
    ]
    backs = [returned("r1", "o1", "t0", "2025-01-20", 30)]
    return tiny_shop(assignments=arms, orders=orders, returns=backs, as_of="2025-04-01")


def effect(shop, **asked):
    """The treated arm's row and the control's."""
    rows = told(shop, "experiment_effect", **asked)
    return {row["arm"]: row for row in rows}


def test_who_bought_within_the_window_counts(banner):
    """t0 and t1 of four did, c0 of four: 50 % against 25 %; t9 and c9 could not be watched for thirty days."""
    arms = effect(banner)
    assert (arms["banner"]["average"], arms["control"]["average"]) == (0.5, 0.25)
    assert arms["banner"]["difference"] == 0.25 and arms["banner"]["relative_difference"] == 1.0
    counts = ("assigned_count", "customer_count", "immature_count", "unknown_count")
    assert [arms["banner"][name] for name in counts] == [5, 4, 1, 0]
    assert arms["banner"]["verdict"] == "too few" and arms["control"]["verdict"] is None


def test_money_is_counted_after_refunds_and_per_customer(banner):
    """Banner: 100 − 30 and 60 over four customers is 32.50; control: 80 over four is 20."""
    arms = effect(banner, outcome="net_revenue")
    assert (arms["banner"]["average"], arms["control"]["average"]) == (32.5, 20.0)
    t = stats.ttest_ind([70, 60, 0, 0], [80, 0, 0, 0], equal_var=False)
    assert arms["banner"]["statistic"] == pytest.approx(t.statistic) and arms["banner"]["p_value"] == pytest.approx(
        t.pvalue
    )


def test_a_viewer_is_not_told_what_few_of_an_arm_did(tiny_shop, monkeypatch):
    """Six of thirty in the control bought: their average, and every difference from it, is told to analysts only."""
    arms = [put(f"t{n}", "banner") for n in range(30)] + [put(f"c{n}", "control") for n in range(30)]
    orders = [
        sold(f"o {who}", who, "2025-01-12", 5) for who in [f"t{n}" for n in range(12)] + [f"c{n}" for n in range(6)]
    ]
    shop = tiny_shop(assignments=arms, orders=orders, as_of="2025-04-01")
    few = ("difference", "low_difference", "relative_difference", "high_relative", "statistic", "p_value")
    assert None not in [effect(shop)["banner"][name] for name in few]
    monkeypatch.setenv("CUSTOMARY_AUDIENCE", "stakeholder")
    arms = effect(open_shop(shop.name))
    assert (arms["banner"]["average"], arms["control"]["average"]) == (0.4, None)
    assert [arms["banner"][name] for name in few] == [None] * len(few)


def test_orders_are_counted_each(banner):
    """Banner 1 + 1 over four, control 2 over four; within 60 days o3 counts too."""
    assert effect(banner, outcome="order_count")["control"]["average"] == 0.5
    assert effect(banner, outcome="order_count", within="60d")["banner"]["average"] == 0.75


def test_a_window_asked_for_is_one_of_assignments(banner):
    """Of who was assigned until the 11th the orders of February count too; who was assigned in March is not there."""
    arms = effect(banner, during=("2025-01-01", "2025-01-12"))
    assert (arms["banner"]["average"], arms["control"]["average"]) == (0.5, 0.25)
    assert arms["banner"]["assigned_count"] == 4


def test_a_high_outcome_counts_as_the_quantile(banner):
    """Of 0, 0, 0, 0, 0, 60, 70 and 80 the median is 0: capped there, nothing is left of either arm."""
    arms = effect(banner, outcome="net_revenue", cap=0.5)
    assert (arms["banner"]["average"], arms["control"]["average"]) == (0.0, 0.0)
    assert arms["banner"]["difference"] is None and arms["banner"]["verdict"] == "too few"
    with pytest.raises(Refused, match="quantile above 0"):
        effect(banner, outcome="net_revenue", cap=1.5)


def test_what_was_before_is_taken_out(banner):
    """t0 alone bought before, and bought after: adjusted for it the arms differ by less."""
    plain, adjusted = (effect(banner, outcome="net_revenue", adjust=on)["banner"]["difference"] for on in (False, True))
    after = np.array([70, 60, 0, 0, 80, 0, 0, 0.0])
    before = np.array([70, 0, 0, 0, 0, 0, 0, 0.0])
    both = Arm(8, after.mean(), after.var(ddof=1), before.mean(), before.var(ddof=1), np.cov(after, before)[0, 1])
    theta = both.covariance / both.before_variance
    assert plain == 12.5 and adjusted == pytest.approx(12.5 - theta * (before[:4].mean() - before[4:].mean()))


def test_an_outcome_that_nobody_knows_is_not_zero(tiny_shop):
    """b's order has no price: b is left out and counted; who bought nothing has 0."""
    arms = [put(name, arm) for name, arm in (("a", "new"), ("b", "new"), ("c", "control"), ("d", "control"))]
    orders = [
        sold("o1", "a", "2025-01-11 10:00", 8),
        sold("o2", "b", "2025-01-11 10:00"),
        sold("o3", "c", "2025-01-11", 6),
    ]
    shop = tiny_shop(assignments=arms, orders=orders, as_of="2025-04-01")
    new = effect(shop, outcome="net_revenue")["new"]
    assert (new["customer_count"], new["unknown_count"], new["average"]) == (1, 1, 8.0)
    assert effect(shop, outcome="bought")["new"]["average"] == 1.0


def test_names_that_nobody_has_are_refused_with_the_nearest(banner):
    """An outcome, an experiment, a control that is not there."""
    with pytest.raises(UnknownName, match="did you mean bought"):
        effect(banner, outcome="bougt")
    with pytest.raises(UnknownName, match="no experiment is called “baner” – did you mean banner"):
        effect(banner, experiment="baner")
    with pytest.raises(UnknownName, match="no arm is called “x” – known: banner, control"):
        effect(banner, control="x")


def test_a_control_that_no_name_tells_is_asked_for(tiny_shop):
    """“a” and “b”: nobody can know which was left alone, until it is said."""
    orders = [sold(f"o{n}", f"c{n}", "2025-01-11 10:00", 9) for n in range(3)]
    shop = tiny_shop(assignments=[put(f"c{n}", "ab"[n % 2]) for n in range(9)], orders=orders, as_of="2025-04-01")
    with pytest.raises(Refused, match=r"which arm of “banner” is the control .* arms: a, b"):
        effect(shop)
    assert effect(shop, control="b")["a"]["control_arm"] == "b"


def test_arms_that_are_not_as_drawn_are_named(tiny_shop):
    """60 and 40 of 100 are an accident once in 22 times; 90 and 10 are none, unless nine to one was meant."""
    sizes = {"fair": (60, 40), "skewed": (90, 10)}
    arms = [
        put(f"{name}{n}", "new" if n < new else "control", experiment=name)
        for name, (new, _old) in sizes.items()
        for n in range(100)
    ]
    shop = tiny_shop(assignments=arms, as_of="2025-04-01")
    rows = {row["experiment"]: row for row in told(shop, "experiments") if row["arm"] == "new"}
    assert rows["fair"]["ratio_p_value"] == pytest.approx(0.0455, abs=1e-4) and rows["fair"]["is_drawn_as_meant"]
    assert not rows["skewed"]["is_drawn_as_meant"] and rows["skewed"]["expected_count"] == 50
    meant = told(shop, "experiments", experiment="skewed", shares="new=9,control=1")
    assert [row["expected_count"] for row in meant] == [10, 90] and meant[0]["is_drawn_as_meant"]
    with pytest.raises(UnknownName, match="no arm is called “control”"):
        told(shop, "experiments", shares="new=9,old=1")
    with pytest.raises(Refused, match="shares are parts by arm"):
        told(shop, "experiments", shares="half")


def test_each_day_says_what_was_known_by_then(tiny_shop):
    """Two a day and arm: on the first nobody varies; on the second 3 of 4 against 1 of 4; the end has the whole."""
    days = ("2025-01-10", "2025-01-11", "2025-01-12")
    arms = [put(f"{arm}{day[-1]}{n}", arm, day) for day in days for arm in ("new", "control") for n in range(2)]
    bought = ("new00", "new01", "new10", "control10", "new20", "control20", "control21")
    orders = [sold(f"o{n}", name, "2025-01-13 10:00", 5) for n, name in enumerate(bought)]
    shop = tiny_shop(assignments=arms, orders=orders, as_of="2025-04-01")
    rows = told(shop, "experiment_looks")
    assert [str(row["day_on"]) for row in rows] == list(days)[1:]
    assert [row["difference"] for row in rows] == [pytest.approx(0.5), pytest.approx(4 / 6 - 3 / 6)]
    assert [row["customer_count"] for row in rows] == [4, 6] and not any(row["is_past_bound"] for row in rows)
    assert rows[0]["bound"] > rows[1]["bound"] > 1.96


def test_no_switch_of_the_chapter_is_taken_for_a_filter(banner):
    """A link that chooses an outcome is not said to filter by one."""
    assert [switch.name for switch in experiment_switches(banner) if is_filter(switch.name)] == []


# ---- formulas ----------------------------------------------------------------------------------------------


def share(count, mean):
    """An arm of which this share did."""
    return Arm(count, mean, mean * (1 - mean) * count / (count - 1), is_share=True)


def test_ten_customers_an_arm_as_others_compute_it():
    """0.5 against 0.6 of ten each: z = 0.1 / √(0.55 · 0.45 · 0.2) = 0.45, p = 0.65, and far too few to say anything."""
    found = compare(share(10, 0.5), share(10, 0.6))
    assert found.statistic == pytest.approx(0.4495, abs=1e-4) and found.p_value == pytest.approx(0.653, abs=1e-3)
    assert found.is_rough and not compare(share(10, 0.5), share(10, 0.5)).is_rough


def test_nothing_is_relative_to_nothing():
    """Nobody of the control bought, or it lost money: the difference stands, no percentage of it is told."""
    for control in (share(40, 0.0), Arm(40, -3.0, 4.0)):
        found = compare(control, share(40, 0.25))
        assert (found.relative, found.low_relative, found.high_relative) == (None, None, None)
        assert found.difference == pytest.approx(0.25 - control.mean) and found.low < found.difference < found.high


def test_several_arms_are_allowed_for():
    """Holm: the smallest of three counts thrice, the next twice, none less than the one before it."""
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == {"a": 0.03, "c": 0.06, "b": 0.06}
    assert holm({"a": 0.6, "b": 0.7}) == {"a": 1.0, "b": 1.0} and holm({}) == {}


def test_arms_too_small_to_be_judged_are_not():
    """One arm, or one that expects fewer than five, has no p-value; even arms have 1."""
    assert sample_ratio([50], [1]) is None and sample_ratio([6, 2], [1, 1]) is None
    assert sample_ratio([50, 50], [1, 1]) == 1.0


def test_bounds_are_the_published_ones():
    """Five looks alike apart, Lan and DeMets' spending after O'Brien and Fleming; a single look is the usual 1.96."""
    assert bounds([0.2, 0.4, 0.6, 0.8, 1.0]) == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-4)
    assert bounds([1.0]) == pytest.approx([1.95996], abs=1e-5)
    assert spending(np.array([1.0])) == pytest.approx([0.05])


def test_thirty_looks_at_nothing_fool_only_who_stops_at_the_first_alarm():
    """4,000 experiments without effect: peeking is wrong in over a fifth, the bounds in 5.5 % at most."""
    walks = np.random.default_rng(11).normal(size=(4_000, 30)).cumsum(axis=1)
    looks = np.arange(1, 31)
    z = walks / np.sqrt(looks)
    assert (abs(z) > 1.96).any(axis=1).mean() >= 0.20
    assert (abs(z) > bounds(looks / 30)).any(axis=1).mean() <= 0.055
    variances = np.broadcast_to(1 / looks, walks.shape)
    for spread in (0.1, 0.5, 2.0):
        assert (always_valid(walks / looks, variances, spread) < 0.05).any(axis=1).mean() <= 0.05


def test_an_effect_is_found_by_the_bounds_and_more_rarely_by_what_always_holds():
    """A drift of half a standard deviation over thirty looks: the bounds find most of it."""
    walks = (np.random.default_rng(12).normal(size=(2_000, 30)) + 0.5).cumsum(axis=1)
    looks = np.arange(1, 31)
    by_bounds = (abs(walks / np.sqrt(looks)) > bounds(looks / 30)).any(axis=1).mean()
    valid = always_valid(walks / looks, np.broadcast_to(1 / looks, walks.shape), 0.5)
    assert by_bounds > 0.7 and 0.2 < (valid < 0.05).any(axis=1).mean() < by_bounds


def test_means_are_those_of_welch_and_cuped_those_of_its_authors():
    """5,000 customers an arm with what they did before: Welch's t of scipy, and y − θx by hand, to seven digits."""
    rng = np.random.default_rng(13)
    before = rng.gamma(2, 10, size=(2, 5_000))
    after = 0.7 * before + rng.normal(0, 5, size=before.shape) + np.array([[0.0], [0.4]])
    arms = [Arm(5_000, y.mean(), y.var(ddof=1)) for y in after]
    t = stats.ttest_ind(after[1], after[0], equal_var=False)
    found = compare(*arms)
    assert (found.statistic, found.p_value) == pytest.approx((t.statistic, t.pvalue), rel=1e-9)
    known = [
        Arm(5_000, y.mean(), y.var(ddof=1), x.mean(), x.var(ddof=1), np.cov(x, y)[0, 1])
        for x, y in zip(before, after, strict=True)
    ]
    theta = np.cov(before.ravel(), after.ravel())[0, 1] / before.ravel().var(ddof=1)
    rest = after - theta * (before - before.mean())
    by_hand = stats.ttest_ind(rest[1], rest[0], equal_var=False)
    adjusted = compare(*known)
    assert (adjusted.difference, adjusted.statistic) == pytest.approx(
        (rest[1].mean() - rest[0].mean(), by_hand.statistic), rel=1e-7
    )
    assert adjusted.high - adjusted.low < 0.5 * (found.high - found.low)


# ---- a real campaign ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def campaign(shops):
    """Hillstrom's: 64,000 customers, two e-mails and none, with what each did; it says no dates."""
    say(
        "adopt",
        str(real_data() / "hillstrom" / "hillstrom.csv"),
        "--name",
        "hillstrom",
        "--yes",
        "--as-of",
        "2008-04-01",
    )
    say("build", "hillstrom")
    return open_shop("hillstrom")


@pytest.mark.real
@pytest.mark.parametrize(
    ("outcome", "averages", "statistics"),
    [
        ("visit", (0.1828, 0.1514, 0.1062), (22.49, 13.95)),
        ("conversion", (0.01253, 0.00884, 0.00573), (7.385, 3.780)),
        ("assignments_spend", (1.4226, 1.0772, 0.6528), (5.300, 3.256)),
    ],
)
def test_hillstroms_campaign(campaign, outcome, averages, statistics):
    """Visits and purchases by z, spend by Welch's t: the published figures."""
    arms = effect(campaign, outcome=outcome)
    order = ("Mens E-Mail", "Womens E-Mail", "No E-Mail")
    assert [arms[name]["average"] for name in order] == pytest.approx(averages, rel=1e-3)
    assert [arms[name]["statistic"] for name in order[:2]] == pytest.approx(statistics, rel=5e-4)
    assert {arms[name]["verdict"] for name in order[:2]} == {"above"}


@pytest.mark.real
def test_hillstroms_campaign_by_what_came_with_it(campaign):
    """The mail to men brought visits in each of its three channels, all six groups allowed for."""
    rows = told(campaign, "experiment_segments", outcome="visit", by="assignments_channel")
    assert {row["label"] for row in rows} == {"Multichannel", "Phone", "Web"}
    assert {row["verdict"] for row in rows if row["arm"] == "Mens E-Mail"} == {"above"}
    assert sum(row["customer_count"] for row in rows) == 64_000
    with pytest.raises(Refused, match="conversion are numbers"):
        told(campaign, "experiment_segments", outcome="visit", by="conversion")  # what the mail brought about


@pytest.mark.real
def test_a_campaign_without_dates_is_not_followed_by_the_day(campaign):
    """Nobody knows when the e-mails went out, nor has the shop orders: both are said."""
    with pytest.raises(Refused, match="nobody knows when customers were put into the arms"):
        told(campaign, "experiment_looks", outcome="visit")
    with pytest.raises(Refused, match=r"this shop has no orders.*visit, conversion"):
        told(campaign, "experiment_effect")
    assert {row["is_drawn_as_meant"] for row in told(campaign, "experiments")} == {True}
