"""Before an experiment: how many customers it takes, by hand, and found as often as was said."""

from statistics import NormalDist

import numpy as np
import pytest
from given import sold, told

from customary.errors import Refused, UnknownName
from customary.models.design import Baseline, customers_needed, power_of
from customary.models.experiments import Arm, compare

TENTH = Baseline(0.1, 0.09, is_share=True)


def test_a_tenth_and_a_fifth_more_take_3839_in_each_arm():
    """(1.960 + 0.842)² · (0.1 · 0.9 + 0.12 · 0.88) / 0.02² is 3,838.1: 7,677 in both arms."""
    assert customers_needed(TENTH, 0.2, 0.5, 0.8) == 7677
    assert power_of(TENTH, 0.2, 0.5, 7677) == pytest.approx(0.8, abs=1e-4)


def test_an_uneven_hold_out_takes_more():
    """A tenth in the control: 7.849 · (0.1056 / 0.9 + 0.09 / 0.1) / 0.0004 = 19,963; amounts keep their variance."""
    z = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
    assert customers_needed(TENTH, 0.2, 0.1, 0.8) == int(z * z * (0.1056 / 0.9 + 0.9) / 0.0004) + 1
    assert customers_needed(Baseline(10, 100), 0.1, 0.5, 0.8) == int(z * z * 400) + 1


def test_where_nothing_varies_or_a_share_would_exceed_one_nothing_is_needed_to_see():
    """Nobody bought; everybody did; 0.6 and half of it are 0.9, and twice as much cannot be."""
    assert customers_needed(Baseline(0, 0, is_share=True), 0.1, 0.5, 0.8) is None
    assert customers_needed(Baseline(1, 0, is_share=True), 0.1, 0.5, 0.8) is None
    assert customers_needed(Baseline(0.6, 0.24, is_share=True), 1.0, 0.5, 0.8) is None
    assert power_of(TENTH, 0.2, 0.5, 0) is None


def test_an_effect_is_found_as_often_as_was_said():
    """A share of a tenth that becomes 0.12, 7,677 customers: of 2,000 experiments 80 % find it, within 3 points."""
    rng, n = np.random.default_rng(20), 7677 // 2
    hits = rng.binomial(n, [0.1, 0.12], size=(2000, 2)) / n
    found = [compare(_arm(n, low), _arm(n, high)) for low, high in hits]
    assert np.mean([one is not None and one.low > 0 for one in found]) == pytest.approx(0.8, abs=0.03)


def _arm(count, mean):
    return Arm(count, mean, mean * (1 - mean) * count / (count - 1), is_share=True)


@pytest.fixture(scope="module")
def monthly(tiny_shop):
    """Up to the end of March: of ten buyers of the year before March two ordered again; one came first in March."""
    first = [sold(f"f{n}", f"c{n}", "2024-06-01 10:00", 10) for n in range(10)]
    again = [sold("a0", "c0", "2025-03-10 10:00", 30), sold("a1", "c1", "2025-03-20 10:00", 50)]
    old = sold("old", "gone", "2024-02-01 10:00", 10)
    return tiny_shop(orders=[*first, *again, old, sold("new", "new", "2025-03-11 10:00", 9)], as_of="2025-04-01")


def test_the_baseline_is_what_the_buyers_of_a_year_did_lately(monthly):
    """Two of ten bought in the 30 days; who came first in March was no buyer before, who left a year ago is none."""
    rows = told(monthly, "experiment_plan")
    assert [row["relative_lift"] for row in rows] == [0.02, 0.05, 0.1, 0.2, 0.5]
    assert {(row["average"], row["available_count"]) for row in rows} == {(0.2, 10)}
    half = rows[-1]
    assert half["expected_average"] == pytest.approx(0.3) and half["is_reachable"] is False
    variance = 2 * 8 / 10 / 9
    assert half["needed_count"] == customers_needed(Baseline(0.2, variance, is_share=True), 0.5, 0.5, 0.8)


def test_a_plan_is_for_the_customers_that_were_asked_for(monthly):
    """Of c0, c1 and c2 two ordered again; of a customer who is nobody there is nothing to plan."""
    of_three = told(monthly, "experiment_plan", where={"customer_id": ["c0", "c1", "c2"]})
    assert {(row["available_count"], row["did_count"]) for row in of_three} == {(3, 2)}
    assert told(monthly, "experiment_plan", where={"customer_id": []}) == []


def test_amounts_are_planned_for_by_their_own_spread(monthly):
    """80 of revenue by ten customers: 8 each."""
    assert {row["average"] for row in told(monthly, "experiment_plan", outcome="net_revenue")} == {8.0}


def test_what_cannot_be_planned_is_refused(monthly):
    """A hold-out of nobody or everybody, a chance below a coin's, an outcome that came with arms that are not there."""
    for options in ({"control_share": 0.0}, {"control_share": 1.0}, {"power": 0.4}, {"power": 1.0}):
        with pytest.raises(Refused):
            told(monthly, "experiment_plan", **options)
    with pytest.raises(UnknownName, match="did you mean order_count"):
        told(monthly, "experiment_plan", outcome="order_cont")
