"""What a model has to beat: everybody goes on buying at the own rate so far, all year long or by season."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from customary.models.fit import Array, Fit
from customary.models.histories import Histories

LETTERS = ("least_age", "season")


@dataclass(frozen=True)
class OwnRate:
    """Repeats so far per time so far, continued; it knows nothing of leaving, so it says no P(alive)."""

    name: str
    letters: tuple[str, ...] = LETTERS

    def as_fit(self, customers: float, least_age: float, season: float = 1.0, why: str = "") -> Fit:
        """Its settings as a fit. `season` says how much busier the time ahead is, `why` what keeps it from being used.

        Who is younger than `least_age` is counted as that old: two purchases in the first week are no hundred a year.
        """
        nothing = float("nan")
        return Fit(
            model=self.name,
            parameters=dict(zip(LETTERS, (least_age, season), strict=True)),
            standard_errors=dict.fromkeys(LETTERS, nothing),
            log_likelihood=nothing,
            customers=round(customers),
            identified=not why,
            why=why,
            gradient=nothing,
            condition=nothing,
            covariance=(),
        )

    def alive(self, fit: Fit, histories: Histories) -> Array:
        """Nothing is known of it."""
        return np.full(len(histories), np.nan)

    def purchase_probability(self, fit: Fit, histories: Histories, horizon: float) -> Array:
        """Nothing is known of it."""
        return np.full(len(histories), np.nan)

    def expected_purchases(self, fit: Fit, histories: Histories, horizon: float) -> Array:
        """Purchases within the horizon at the own rate."""
        least_age, season = fit.values
        age = np.maximum(histories.age, least_age)
        rate = np.divide(histories.repeats, age, out=np.zeros_like(age), where=age > 0)
        return np.asarray(season * horizon * rate)

    def cumulative(self, fit: Fit, times: ArrayLike) -> Array:
        """Nothing is known of a customer who has bought but once."""
        return np.full(len(np.atleast_1d(times)), np.nan)


ALTERNATIVES = {name: OwnRate(name) for name in ("naive", "seasonal")}
