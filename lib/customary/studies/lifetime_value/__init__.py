"""What customers will bring: forecasts with their back-tests."""

from customary.studies.lifetime_value.active import alive_share
from customary.studies.lifetime_value.backtests import (
    lifetime_value_backtest,
    lifetime_value_conditional,
    lifetime_value_tracking,
)
from customary.studies.lifetime_value.historic import historic_value
from customary.studies.lifetime_value.soundness import lifetime_value_fits, spend_independence
from customary.studies.lifetime_value.value import lifetime_value, lifetime_value_spread
from customary.studies.lifetime_value.value_at_risk import value_at_risk

__all__ = [
    "alive_share",
    "historic_value",
    "lifetime_value",
    "lifetime_value_backtest",
    "lifetime_value_conditional",
    "lifetime_value_fits",
    "lifetime_value_spread",
    "lifetime_value_tracking",
    "spend_independence",
    "value_at_risk",
]
