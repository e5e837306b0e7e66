"""The buy-till-you-die models by name: each tells who is still a customer, and how often each will buy."""

from collections.abc import Mapping
from typing import Protocol

from numpy.typing import ArrayLike

from customary.models.betageometric import BGNBD, MBGNBD
from customary.models.fit import Array, Fit
from customary.models.histories import Histories
from customary.models.paretonbd import PARETONBD


class Model(Protocol):
    """What every one of them can do; horizons and times are in the unit of the ages that were fitted."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def letters(self) -> tuple[str, ...]:
        """Its parameters' letters."""

    def fit(self, histories: Histories) -> Fit:
        """The most likely parameters, and whether the data identify them."""

    def log_likelihood(self, values: ArrayLike, histories: Histories) -> float:
        """The log-likelihood of the histories at given parameters, in the order of the letters."""

    def alive(self, fit: Fit, histories: Histories) -> Array:
        """P(still a customer at T) of each row."""

    def purchase_probability(self, fit: Fit, histories: Histories, horizon: float) -> Array:
        """P(at least one purchase within the horizon after T) of each row."""

    def expected_purchases(self, fit: Fit, histories: Histories, horizon: float) -> Array:
        """E[purchases within the horizon after T] of each row."""

    def cumulative(self, fit: Fit, times: ArrayLike) -> Array:
        """E[repeat purchases of a new customer by each of the times]."""


MODELS: Mapping[str, Model] = {model.name: model for model in (BGNBD, MBGNBD, PARETONBD)}
