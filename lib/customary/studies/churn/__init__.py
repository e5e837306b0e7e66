"""Who is being lost: the churn score and its back-test."""

from customary.studies.churn import blindness as _proof  # noqa: F401  (declares the fit that proves the features)
from customary.studies.churn.backtest import churn_backtest, churn_lift, churn_reliability
from customary.studies.churn.gains import churn_cost
from customary.studies.churn.score import churn_score, churn_weights
from customary.studies.churn.totals import churn_totals

__all__ = [
    "churn_backtest",
    "churn_cost",
    "churn_lift",
    "churn_reliability",
    "churn_score",
    "churn_totals",
    "churn_weights",
]
