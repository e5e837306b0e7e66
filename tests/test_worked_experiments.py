"""Experiments on three to ten customers: who is watched to the end, what an arm changed, what each day could say.

Judges studies/experiments (outcomes, effects, looks, register), models/experiments and models/looks.
"""

from datetime import date
from math import exp, log, sqrt

import numpy as np
import pytest
from in_memory import read, table

from customary.errors import Refused, UnknownName
from customary.models.experiments import Arm, Effect, compare, sample_ratio
from customary.models.looks import always_valid, bounds
from customary.studies.experiments import effects, looks, register
from customary.studies.shared import outcomes
from customary.studies.shared.arms import arm_moments, cap_outcomes, with_control

END = 1_738_281_600  # the first second of 2025-01-31 in UTC: what happened before it is known
DAY = 86_400
START = END - 30 * DAY
PUT = "experiment string, customer_id string, arm string, day_on date, ts_s int64, play string"
SOLD = "customer_id string, net_amount decimal(18,2), refund_amount decimal(18,2), ts_s int64, left_out_because string"
WHOLE = frozenset({"orders"})
SHOP = (date(2025, 1, 31), "UTC", WHOLE)


def arms(*rows):
    """(customer, arm, seconds after the first of January), all of one experiment."""
    told = (("banner", who, arm, "2025-01-01", None if at is None else START + at, None) for who, arm, at in rows)
    return table(PUT, *told)


def orders(*rows):
    """(customer, amount, what was refunded of it, seconds after the first of January), all counted."""
    return table(SOLD, *((who, amount, back, START + at, None) for who, amount, back, at in rows))


def units(assignments, sold, outcome="bought"):
    """Customer → outcome, the same before, and whether thirty days could be watched."""
    asked = outcomes.question_of(assignments, WHOLE, *SHOP[:2], outcome, "30d")
    found = outcomes.units_of(assignments, sold, asked).order_by("customer_id")
    return {who: rest for who, *rest in read(found, "customer_id", "outcome", "before", "is_mature")}


# --- what became of each -------------------------------------------------------------------------

ANN = arms(("ann", "new", 0))
ANNS = orders(
    ("ann", 5, None, 0),  # at the very second
    ("ann", 7, 2, 30 * DAY - 1),
    ("ann", 100, None, 30 * DAY),  # over
    ("ann", 11, None, -1),
    ("ann", 13, None, -30 * DAY),  # the first second of “before”
    ("ann", 100, None, -30 * DAY - 1),
)


def test_thirty_days_begin_with_the_second_and_end_before_it():
    """Within: 5 and 7 − 2; before: 11 and 13; the hundreds lie a second outside."""
    assert units(ANN, ANNS, "net_revenue") == {"ann": [10, 24, True]}
    assert units(ANN, ANNS, "order_count") == {"ann": [2, 2, True]}
    assert units(ANN, ANNS, "bought") == {"ann": [1, 1, True]}


def test_who_is_watched_to_the_very_end_is_mature():
    """Ann's thirty days end with the last second, Ben's one second later; of Cai nobody knows when they began."""
    found = units(arms(("ann", "new", 0), ("ben", "new", 1), ("cai", "new", None)), orders())
    assert found == {"ann": [0, 0, True], "ben": [0, 0, False], "cai": [0, 0, False]}


def test_an_order_that_does_not_count_is_no_outcome():
    """A test order bought nothing."""
    left_out = table(SOLD, ("ann", 5, None, START, "test order"))
    assert units(ANN, left_out) == {"ann": [0, 0, True]}


def test_one_price_that_nobody_knows_leaves_the_sum_unknown():
    """5 and unknown are unknown, and two orders all the same."""
    sold = orders(("ann", 5, None, 0), ("ann", None, None, 1))
    assert units(ANN, sold, "net_revenue") == {"ann": [None, 0, True]}
    assert units(ANN, sold, "order_count") == {"ann": [2, 0, True]}


VISITS = table(
    f"{PUT}, visits string, _record int64",
    ("mail", "ann", "sent", "2025-01-01", None, None, "3", 1),
    ("mail", "ben", "sent", "2025-01-01", None, None, "many", 2),
    ("mail", "cai", "none", "2025-01-01", None, None, None, 3),
)


def test_a_column_that_came_with_the_arms_is_an_outcome():
    """3 is 3, “many” is no number and nothing is nothing; nobody waits for thirty days, and there is no before."""
    assert outcomes.own_columns(VISITS.columns) == ["visits"]
    found = units(VISITS, orders(), "visits")
    assert found == {"ann": [3, None, True], "ben": [None, None, True], "cai": [None, None, True]}


def test_without_orders_nobody_is_known_to_have_bought():
    """The columns that came with the arms are named, where there are any; they can be asked without orders."""
    nowhere = (date(2025, 1, 31), "UTC")
    with pytest.raises(Refused, match=r"known to have bought$"):
        outcomes.question_of(ANN, frozenset(), *nowhere, "bought", "30d")
    with pytest.raises(Refused, match=r"name a column of the arms as the outcome: visits$"):
        outcomes.question_of(VISITS, frozenset(), *nowhere, "bought", "30d")
    asked = outcomes.question_of(VISITS, frozenset(), *nowhere, "visits", "2d")
    assert (asked.outcome, asked.seconds, asked.end_s) == ("visits", 2 * DAY, END)


def test_an_experiment_that_nobody_ran_is_refused_unless_nobody_ran_any():
    """Of “a” and “b” one is asked for; “c” is neither. Where there are none, “c” has no rows."""
    columns = {"experiment": ["a", "a", "b"], "arm": ["x", "y", "x"]}
    of_a = [{"experiment": "a", "arm": "x"}, {"experiment": "a", "arm": "y"}]
    assert outcomes.by_experiment(columns, "a") == {"a": of_a}
    assert list(outcomes.by_experiment(columns, "")) == ["a", "b"]
    with pytest.raises(UnknownName, match="no experiment is called “c”"):
        outcomes.by_experiment(columns, "c")
    assert outcomes.by_experiment({"experiment": [], "arm": []}, "c") == {}


def test_two_arms_that_are_called_like_a_control_tell_none():
    """“Control ” is one whatever its case; with “none” beside it nobody knows which."""
    assert outcomes.control_of("x", ["new", "Control "], "") == "Control "
    with pytest.raises(Refused, match="arms: control, none"):
        outcomes.control_of("x", ["none", "control"], "")


# --- moments -------------------------------------------------------------------------------------


def test_a_cap_is_the_quantile_of_its_own_experiment():
    """Of 0, 4 and 10 the median is 4, before of 0, 2 and 8 it is 2; of the other experiment's 50 it is 50."""
    t = table(
        "experiment string, outcome float64, before float64", *(("a", 0, 0), ("a", 4, 2), ("a", 10, 8), ("b", 50, 50))
    )
    found = cap_outcomes(t, 0.5).order_by("experiment", "outcome", "before")
    assert read(found) == [("a", 0, 0), ("a", 4, 2), ("a", 4, 2), ("b", 50, 50)]
    assert cap_outcomes(t, 1) is t
    for cap in (0, 1.01):
        with pytest.raises(Refused, match="quantile above 0 and up to 1"):
            cap_outcomes(t, cap)


FIVE = arms(("ann", "new", 0), ("ben", "new", 0), ("cai", "old", 0), ("dan", "old", 0), ("eve", "late", 1))
SALES = orders(
    *(("ann", 10, None, 1), ("ann", 2, None, -1)),
    *(("ben", 20, None, 1), ("ben", 4, None, -1)),
    *(("cai", 1, None, 1), ("eve", 9, None, 2)),
)


def moments(*names, outcome="net_revenue"):
    """Arm → these moments."""
    return {
        arm: rest for arm, *rest in read(effects.experiment_moments(FIVE, SALES, *SHOP, outcome=outcome), "arm", *names)
    }


def test_mean_variance_and_covariance_of_two():
    """New: 10 and 20 after 2 and 4: means 15 and 3, variances 50 and 2, covariance 10. Old: 1 and 0, nothing before."""
    names = ("average", "variance", "before_average", "before_variance", "covariance")
    found = moments(*names)
    assert found == {"late": [None] * 5, "new": [15, 50, 3, 2, 10], "old": [0.5, 0.5, 0, 0, 0]}


def test_who_is_watched_too_briefly_is_counted_aside():
    """Eve was assigned a second too late: her arm has one customer, of whom none counts."""
    counts = ("assigned_count", "customer_count", "immature_count", "unknown_count")
    assert moments(*counts) == {"late": [1, 0, 1, 0], "new": [2, 2, 0, 0], "old": [2, 2, 0, 0]}


def test_an_outcome_that_nobody_knows_is_counted_aside():
    """Of five two are known, two are not, and one, who was watched too briefly, is not asked; a share needs all known.

    Of the others one did nothing and one did 2: not a share, one who did.
    """
    t = table(
        "experiment string, arm string, outcome float64, before float64, is_mature boolean",
        *(("a", "new", outcome, 0, True) for outcome in (0, 2, None, None)),
        ("a", "new", None, 0, False),
    )
    counts = ("assigned_count", "customer_count", "immature_count", "unknown_count", "did_count", "average", "is_share")
    assert read(arm_moments(t), *counts) == [(5, 2, 1, 2, 1, 1, False)]


def test_outcomes_of_none_and_one_alone_are_a_share():
    """Who bought is a share; 10 and 20 are none; 1 and 0 of money look like one."""
    assert moments("is_share", outcome="bought") == {"late": [None], "new": [True], "old": [True]}
    assert moments("is_share") == {"late": [None], "new": [False], "old": [True]}


# --- effects -------------------------------------------------------------------------------------

NOTHING = {"before_average": None, "before_variance": float("nan"), "covariance": None}


def fitted(*rows, **options):
    """(experiment, arm, customers, mean, variance): each arm's control, effect and adjusted p-value."""
    names = ("experiment", "arm", "customer_count", "average", "variance")
    told = [{**dict(zip(names, row, strict=True)), "is_share": False, **NOTHING} for row in rows]
    return effects.arm_effects.model({name: [row[name] for row in told] for name in told[0]}, **options)


def test_every_arm_is_held_against_the_control_of_its_own_experiment():
    """20 and 14 against 10, and in another experiment 3 against 5; of an arm of nobody nothing is told."""
    rows = [
        ("a", "control", 9, 10, 9),
        ("a", "far", 9, 20, 9),
        ("a", "near", 9, 14, 9),
        ("a", "none yet", 0, None, None),
    ]
    found = fitted(*rows, ("b", "control", 9, 5, 9), ("b", "new", 9, 3, 9))
    assert {key: each and each.difference for key, (_base, each, _p) in found.items()} == {
        ("a", "control"): None,
        ("a", "far"): 10,
        ("a", "near"): 4,
        ("a", "none yet"): None,
        ("b", "control"): None,
        ("b", "new"): -2,
    }
    assert {base for base, _effect, _p in found.values()} == {"control"}


def test_beside_each_arm_stands_how_many_of_its_control_did_it():
    """5 of experiment a and 2 of b; where groups are told apart, 4 here and 1 there, and none where it has nobody."""
    columns = "experiment string, label string, arm string, control_arm string, did_count int64"
    rows = [("a", "x", "old", "old", 5), ("a", "x", "new", "old", 9), ("b", "x", "plain", "plain", 2)]
    found = with_control(table(columns, *rows)).order_by("experiment", "arm")
    assert read(found, "arm", "control_did_count") == [("new", 5), ("old", 5), ("plain", 2)]
    rows = [("a", "x", "old", "old", 4), ("a", "x", "new", "old", 9)]
    rows += [("a", "y", "old", "old", 1), ("a", "y", "new", "old", 7), ("a", "z", "new", "old", 3)]
    found = with_control(table(columns, *rows), "label").order_by("label", "arm")
    assert read(found, "control_did_count") == [(4,), (4,), (1,), (1,), (None,)]


def test_p_values_are_adjusted_for_the_arms_that_have_one():
    """Two arms have an effect: the smaller p-value counts twice, and the other once."""
    rows = [
        ("a", "control", 9, 10, 9),
        ("a", "far", 9, 20, 9),
        ("a", "near", 9, 14, 9),
        ("a", "none yet", 0, None, None),
    ]
    found = fitted(*rows)
    _base, far, doubled = found["a", "far"]
    assert doubled == pytest.approx(2 * far.p_value) and found["a", "near"][2] == found["a", "near"][1].p_value
    assert found["a", "none yet"][1:] == found["a", "control"][1:] == (None, None)


def test_only_asked_for_what_was_before_is_taken_out():
    """Before the new arm had 2 more and after 2 more, one for one: nothing is left of it."""
    columns = {
        **{"experiment": ["a", "a"], "arm": ["control", "new"], "customer_count": [9, 9], "is_share": [False, False]},
        **{"average": [10, 12], "variance": [4, 4]},
        **{"before_average": [0, 2], "before_variance": [3, 3], "covariance": [3, 3]},
    }
    plain, adjusted = (effects.arm_effects.model(columns, adjust=on)["a", "new"][1] for on in (False, True))
    assert (plain.difference, adjusted.difference) == pytest.approx((2, 0))


def effect(low, high, is_rough=False):
    """An effect with this interval."""
    return Effect((low + high) / 2, low, high, None, None, None, 1.0, 0.5, is_rough)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (effect(0.1, 2), "above"),
        (effect(0, 2), "not clear"),
        (effect(-1, 2), "not clear"),
        (effect(-2, 0), "not clear"),
        (effect(-2, -0.1), "below"),
        (effect(0.1, 2, is_rough=True), "too few"),
        (None, "too few"),
    ],
)
def test_a_verdict_needs_an_interval_without_zero(found, said):
    """An interval that ends at zero holds it."""
    assert effects.verdict_of(found) == said


def test_the_control_stands_first_and_says_nothing_of_itself():
    """“old” after “late” and “new” by its letters, and before them as the control."""
    told = {("banner", "new"): ("old", effect(13, 16), 0.04), ("banner", "old"): ("old", None, None)}
    told["banner", "late"] = ("old", None, None)
    names = ("arm", "control_arm", "average", "difference", "adjusted_p_value", "verdict")
    found = effects.experiment_effect(FIVE, SALES, *SHOP, told, outcome="net_revenue")
    assert read(found, *names) == [
        ("old", "old", 0.5, None, None, None),
        ("late", "old", None, None, None, "too few"),
        ("new", "old", 15, 14.5, 0.04, "above"),
    ]


def test_two_customers_that_vary_can_be_compared():
    """One customer, or arms of which neither varies, allow no test; one arm that varies is enough."""
    two, still = Arm(2, 5.0, 2.0), Arm(2, 3.0, 0.0)
    assert compare(two, two) and compare(still, two) and compare(two, still)
    assert compare(Arm(1, 5.0, 2.0), two) is None and compare(two, Arm(1, 5.0, 2.0)) is None
    assert compare(still, still) is None


def test_the_interval_is_that_of_95_percent():
    """5 of 10 and 6 of 10: 0.1 ± 1.96 · √(0.55 · 0.45 · 0.2) = 0.1 ± 0.436, a fifth more than the control."""
    control, treated = Arm(10, 0.5, 0.25 * 10 / 9, is_share=True), Arm(10, 0.6, 0.24 * 10 / 9, is_share=True)
    found = compare(control, treated)
    assert (found.low, found.high) == pytest.approx((0.1 - 0.436, 0.1 + 0.436), abs=5e-4)
    assert found.relative == pytest.approx(0.2) and found.low_relative < 0 < found.high_relative


def test_an_arm_of_amounts_is_no_share_even_beside_one():
    """Where one arm has other outcomes than 0 and 1 both are tested as averages: 2 / √(1 + 1) with 9 each."""
    found = compare(Arm(9, 1.0, 9.0, is_share=True), Arm(9, 3.0, 9.0))
    assert found.statistic == pytest.approx(sqrt(2)) and not found.is_rough


def test_the_rarer_of_those_who_did_and_did_not():
    """3 of 10 did; of 8 of 10 the two who did not."""
    assert Arm(10, 0.3, 0.2).rarest == pytest.approx(3) and Arm(10, 0.8, 0.2).rarest == pytest.approx(2)


def test_arms_that_expect_five_have_a_p_value():
    """Ten by halves are five each, eleven by ten to one no five for the smaller."""
    assert sample_ratio([5, 5], [1, 1]) == 1 and sample_ratio([10, 1], [10, 1]) is None
    assert sample_ratio([30, 10], [3, 1]) == 1


# --- day by day ----------------------------------------------------------------------------------

DAYS = [np.datetime64(f"2025-01-0{n}") for n in (1, 2, 3)]


def sums(arm, *days):
    """(day, outcomes) of an arm: how many, of whom not 0, their sum and that of their squares."""
    return [
        {"arm": arm, "day_on": DAYS[day - 1], "n": len(x), "did": sum(v != 0 for v in x)}
        | {"total": sum(x), "squares": sum(v * v for v in x)}
        for day, x in days
    ]


CONTROL = sums("control", (1, [0, 2]), (3, [4]))
NEW = sums("new", (1, [10, 12]), (3, [14]))


def test_sums_of_a_day_are_those_of_who_is_known():
    """Of 10 and 20 the squares are 500; Eve, who cannot be watched, is not there."""
    found = looks.daily_sums(FIVE, SALES, *SHOP, outcome="net_revenue")
    assert read(found, "arm", "n", "did", "total", "squares") == [("new", 2, 2, 30, 500), ("old", 2, 1, 1, 1)]


def test_all_customers_up_to_a_day_count():
    """0 and 2: mean 1, variance of the mean 2 / 2; nobody on the second; with 4 mean 2 and 4 / 3."""
    found = looks._running(CONTROL, DAYS)
    assert found["n"].tolist() == [2, 2, 3] and found["mean"].tolist() == [1, 1, 2]
    assert found["variance"] == pytest.approx([1, 1, 4 / 3])


def test_a_look_holds_one_arm_against_the_other():
    """10 apart on each day, variance 1 + 1 and at last 8 / 3; of six customers four are two thirds."""
    control, new = looks._running(CONTROL, DAYS), looks._running(NEW, DAYS)
    first, _second, last = looks._looks(control, new, 0)
    assert [look["look"] for look in (first, last)] == [0, 2]
    assert (last["customer_count"], last["control_count"], last["difference"]) == (3, 3, 10)
    assert (last["did_count"], last["control_did_count"]) == (3, 2)
    assert first["z_score"] == pytest.approx(10 / sqrt(2)) and last["z_score"] == pytest.approx(10 / sqrt(8 / 3))
    assert first["low_difference"] == pytest.approx(10 - 1.96 * sqrt(2))
    assert first["high_difference"] == pytest.approx(10 + 1.96 * sqrt(2))
    assert [look["bound"] for look in (first, last)] == pytest.approx(list(bounds([4 / 6, 1])))


def test_effects_of_a_tenth_of_a_standard_deviation_are_looked_for():
    """Outcomes two apart have a standard deviation of 2: effects of 0.2 are thought likely before the start."""
    found = looks._looks(looks._running(CONTROL, DAYS), looks._running(NEW, DAYS), 0)
    wanted = always_valid(np.full(3, 10.0), np.array([2, 2, 8 / 3]), 0.2)
    assert [look["always_valid_p_value"] for look in found] == pytest.approx(list(wanted))


def test_more_customers_planned_move_the_bound_away():
    """Of twelve planned, four and six are a third and a half; fewer planned than there are count as those there are."""
    control, new = looks._running(CONTROL[:1], DAYS[:1]), looks._running(NEW[:1], DAYS[:1])
    (alone,) = looks._looks(control, new, 0)
    (third,) = looks._looks(control, new, 12)
    (few,) = looks._looks(control, new, 3)
    assert [alone["bound"], few["bound"]] == pytest.approx([1.96, 1.96], abs=1e-3)
    assert third["bound"] == pytest.approx(bounds([1 / 3])[0])


def test_a_day_that_brought_nobody_is_no_new_look():
    """Nobody came on the second day: what is known is as far from the bound as on the first, and no nearer."""
    looked = looks._looks(looks._running(CONTROL, DAYS), looks._running(NEW, DAYS), 0)
    assert looked[1]["bound"] == looked[0]["bound"] and looked[1]["is_past_bound"]
    alike = looks._running(sums("old", (1, [0, 2]), (3, [5])), DAYS)
    assert [look["is_past_bound"] for look in looks._looks(alike, looks._running(CONTROL, DAYS), 0)] == [False] * 3


def test_a_look_that_knows_no_more_has_the_bound_of_the_one_before():
    """Two looks at a half and one at the end are a look at a half and one at the end; so is one a hair later."""
    half, end = bounds([0.5, 1])
    assert bounds([0.5, 0.5, 1]) == pytest.approx([half, half, end])
    assert bounds([0.5, 0.5 + 1e-7, 1]) == pytest.approx([half, half, end])


def test_the_first_of_very_many_moves_no_bound_but_its_own():
    """At a ten thousandth of the information 2.24 is wanted of the walk, which is 224 of z; later bounds stay."""
    half, end = bounds([0.5, 1])
    assert bounds([0.0001, 0.5, 1]) == pytest.approx([224.14, half, end], rel=1e-4)
    assert bounds([0.0001, 0.01]) == pytest.approx([224.1, 22.38], rel=1e-3)


def test_an_arm_that_lost_is_past_its_bound_too():
    """10 less than the control is as sure as 10 more."""
    control, new = looks._running(CONTROL, DAYS), looks._running(NEW, DAYS)
    assert [look["is_past_bound"] for look in looks._looks(new, control, 0)] == [True, True, True]
    assert looks._looks(new, control, 0)[0]["z_score"] < -7


def test_before_both_arms_have_two_there_is_no_look():
    """One customer, or two alike, do not vary."""
    one, alike = sums("new", (1, [3]), (2, [5])), sums("control", (1, [3, 3]))
    control, new = looks._running(alike, DAYS), looks._running(one, DAYS)
    assert [look["look"] for look in looks._looks(control, new, 0)] == [1, 2]
    assert looks._looks(control, control, 0) == []


def test_who_has_no_day_is_not_followed_by_the_day():
    """Of a customer without a day the rest is looked at; of a control that is named every other arm is told."""
    blank = [{**row, "day_on": np.datetime64("NaT", "D")} for row in sums("new", (1, [100, 900]))]
    rows = [*CONTROL, *NEW, *blank]
    found = list(looks._of_experiment("x", rows, "", 0))
    assert [(row["arm"], row["control_arm"], row["day_on"], row["difference"]) for row in found] == [
        ("new", "control", date(2025, 1, day), 10) for day in (1, 3)
    ]
    assert {row["arm"] for row in looks._of_experiment("x", rows, "new", 0)} == {"control"}
    with pytest.raises(Refused, match="nobody knows when customers were put into the arms of “x”"):
        list(looks._of_experiment("x", blank, "", 0))


def test_fewer_than_nobody_cannot_be_planned():
    """−1 is refused; 0 and 1 are not."""
    with pytest.raises(Refused, match="planned is the number of customers"):
        looks.experiment_looks(FIVE, [], planned=-1)
    assert read(looks.experiment_looks(FIVE, [], planned=0)) == read(looks.experiment_looks(FIVE, [], planned=1)) == []


def test_what_always_holds_is_the_mixture_of_likely_effects():
    """d = 2, v = 1, τ = 2: Λ = √(1/5) · e^(4·4 / (2·1·5)); at v = 2 √(2/6) · e^(4·4 / (2·2·6)), which is weaker."""
    first, second = 1 / (sqrt(1 / 5) * exp(1.6)), 1 / (sqrt(2 / 6) * exp(16 / 24))
    d, v = np.array([2.0, 2.0]), np.array([1.0, 2.0])
    assert always_valid(d[:1], v[:1], 2.0) == pytest.approx([first])
    assert always_valid(d[::-1], v[::-1], 2.0) == pytest.approx([second, first])
    assert always_valid(d, v, 2.0) == pytest.approx([first, first])  # what was once known stays known
    assert first == pytest.approx(exp(-(0.5 * log(1 / 5) + 1.6)))


def test_without_variance_nothing_is_known():
    """Where nobody varies the p-value is 1; and it is never more."""
    assert always_valid(np.array([9.0, 0.0]), np.array([0.0, 1.0]), 2.0).tolist() == [1, 1]


# --- the register --------------------------------------------------------------------------------


def test_parts_are_numbers_by_arm():
    """Halves are parts, blanks do not count; two points, no name or no number are none."""
    assert register.shares_of("new=1.5, old = 2") == {"new": 1.5, "old": 2}
    assert register.shares_of("") == {} and register.shares_of("a=b=2") == {"a=b": 2}
    for text in ("a=1.5.2", " =2", "a=", "a", "a=-1"):
        with pytest.raises(Refused, match="shares are parts by arm"):
            register.shares_of(text)


def test_an_arm_is_expected_by_its_part_of_all():
    """Of 40 three quarters are 30; without parts all are alike."""
    columns = {"experiment": ["a", "a"], "arm": ["new", "old"], "customer_count": [30, 10]}
    meant = register.arm_ratios.model(columns, shares="new=3,old=1")
    assert meant == {("a", "new"): (30, 1), ("a", "old"): (10, 1)}
    alike = register.arm_ratios.model(columns)
    assert [expected for expected, _p in alike.values()] == [20, 20]


def test_arms_as_uneven_as_once_in_a_thousand_are_still_chance():
    """0.001 is drawn as meant, less is not; where nobody can tell, nothing is said. Two of three are in “new”."""
    t = table(
        PUT,
        ("a", "ann", "new", "2025-01-02", None, None),
        ("a", "ben", "new", "2025-01-01", None, None),
        ("a", "cai", "old", None, None, None),
        ("b", "ann", "new", "2025-01-09", None, None),
    )
    ratios = {("a", "new"): (1.5, 0.001), ("a", "old"): (1.5, 0.0009), ("b", "new"): (1.0, None)}
    names = ("arm", "customer_count", "customer_share", "first_on", "last_on", "undated_count", "is_drawn_as_meant")
    assert read(register.experiments(t, ratios), *names) == [
        ("new", 2, 0.6667, date(2025, 1, 1), date(2025, 1, 2), 0, True),
        ("old", 1, 0.3333, None, None, 1, False),
        ("new", 1, 1, date(2025, 1, 9), date(2025, 1, 9), 0, None),
    ]
