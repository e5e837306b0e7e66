"""What may forecast: four models of buying and leaving, and two alternatives that a model has to beat."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from customary.errors import unknown_name
from customary.studies.lifetime_value.outlook import Outlook
from customary.studies.lifetime_value.season import Season

if TYPE_CHECKING:  # SciPy comes when something is forecast, not when customary is imported
    from customary.models.fit import Fit
    from customary.models.histories import Histories

Array = NDArray[np.float64]
REGULAR = "mbgcnbd"  # for customers who buy at regular intervals, it learns from the gaps as well
BTYD, ALTERNATIVES = ("bgnbd", "mbgnbd", "paretonbd", REGULAR), ("naive", "seasonal")
CANDIDATES = (*BTYD, *ALTERNATIVES)
BEST = "best"


def candidate_named(name: str) -> Any:
    """The model or the alternative called `name`."""
    from customary.models.alternatives import ALTERNATIVES as own_rates
    from customary.models.btyd import MODELS
    from customary.models.regular import REGULAR as REGULAR_BUYERS

    if name not in CANDIDATES:
        raise unknown_name(name, (*CANDIDATES, BEST), "model")
    return {**MODELS, **own_rates, REGULAR: REGULAR_BUYERS}[name]


@dataclass(frozen=True)
class PurchaseModels:
    """The models of buying and leaving for the distinct histories of one day, each fitted when it is first asked for.

    `groups` are the histories in whole days with their numbers of customers; `length` is the days of the unit in which
    the models count.
    """

    groups: Mapping[str, Array]
    length: float
    _fits: dict[str, "Fit"] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def histories(self) -> "Histories":
        """The histories as the models read them."""
        return histories_in(self.groups, self.length)

    def fit(self, name: str) -> "Fit":
        """The fit of one that needs the histories alone."""
        if name not in self._fits:
            self._fits[name] = candidate_named(name).fit(self.histories)
        return self._fits[name]

    def fit_regular(self, log_gaps: float) -> "Fit":
        """The fit of the model of regular buyers; `log_gaps` is Σ log of everybody's gaps in days."""
        if REGULAR not in self._fits:
            seen = self.histories
            in_units = log_gaps - float(seen.count @ seen.repeats) * np.log(self.length)
            self._fits[REGULAR] = candidate_named(REGULAR).fit(seen, in_units)
        return self._fits[REGULAR]


def histories_in(groups: Mapping[str, Array], length: float) -> "Histories":
    """Grouped histories in whole days as the models read them, in units of `length` days."""
    from customary.models.histories import Histories

    columns = (groups[name] for name in ("repeats", "last_age_days", "age_days", "customer_count"))
    return Histories(*columns, unit=length)


@dataclass(frozen=True)
class Candidates:
    """All that may forecast from one outlook, each with its fit; `log_gaps` are those known by then, in days."""

    purchases: PurchaseModels
    outlook: Outlook
    season: Season
    log_gaps: float

    def fit(self, name: str) -> "Fit":
        """The fit of a model, or the settings of an alternative."""
        if name in BTYD:
            return self.purchases.fit_regular(self.log_gaps) if name == REGULAR else self.purchases.fit(name)
        season = self.season if name == "seasonal" else Season()
        customers = self.purchases.histories.customers
        return candidate_named(name).as_fit(customers, self.outlook.horizon, season.level, season.why)

    def is_sound(self, name: str) -> bool:
        """Whether the data identify a candidate; an unknown name is refused with the nearest."""
        candidate_named(name)
        return self.fit(name).identified

    def expected_purchases(
        self, name: str, histories: "Histories | None" = None, horizon: float | None = None
    ) -> Array:
        """The purchases expected of each history within the outlook, or within another horizon."""
        among = self.purchases.histories if histories is None else histories
        span = self.outlook.horizon if horizon is None else horizon
        return candidate_named(name).expected_purchases(self.fit(name), among, span)
