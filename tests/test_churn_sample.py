"""The churn score on a smaller sample of the invented shop; test_churn_score.py has the whole one for `make slow`."""

import pytest
from given import told


@pytest.fixture(scope="module")
def graded(big_demo):
    """The back-test of 5,000 customers, the latest window first."""
    return told(big_demo, "churn_backtest")


def test_the_score_of_a_sample_is_calibrated(graded):
    """What was said a horizon ago came within 5 points on average: a quarter of the customers is known half as well."""
    assert graded and all(row["calibration_error"] <= 0.05 for row in graded)


def test_the_score_of_a_sample_beats_the_naive_rule(graded):
    """Better in order than ninety days of silence, and better as a probability than knowing nothing."""
    for row in graded:
        assert row["area_under_curve"] > row["naive_area_under_curve"] + 0.03
        assert row["brier"] < row["base_rate_brier"] < row["naive_brier"]
