"""The buy-till-you-die view of the same customers: who may still be alive, and who buys within a horizon."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from customary.models.churn import odds
from customary.models.histories import Histories

if TYPE_CHECKING:
    from customary.models.btyd import Model
    from customary.models.fit import Fit

Array = NDArray[np.float64]
Facts = Mapping[str, Any]
WEEK = 7.0


def _models() -> "tuple[Model, ...]":
    """BG/NBD and MBG/NBD, of equally many parameters; SciPy is imported only where something is fitted or scored."""
    from customary.models.betageometric import BGNBD, MBGNBD

    return BGNBD, MBGNBD


def _model(fit: "Fit") -> "Model":
    """The model of a fit."""
    return next(model for model in _models() if model.name == fit.model)


def _histories(facts: Facts) -> tuple[Histories, NDArray[np.intp]]:
    """The different histories with their counts, and each customer's place among them."""
    first, since = facts["age_days"], facts["days_since_last_order"]
    rows = np.column_stack([facts["purchase_day_count"] - 1, first - since, first - 1])  # the cut itself is not over
    found, place, count = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    return Histories(found[:, 0], found[:, 1], found[:, 2], count, unit=WEEK), place.ravel()


def fit_buying(facts: Facts) -> "Fit":
    """The likelier of BG/NBD and MBG/NBD that the histories at a cut identify; where they identify none, BG/NBD's.

    BG/NBD spares the first purchase: by it nobody who bought once has left (Fader, Hardie and Lee 2005). Whether that
    is so the data say: MBG/NBD (Batislam and others 2007) does not spare it.
    """
    seen = _histories(facts)[0]
    fits = [model.fit(seen) for model in _models()]
    return max((one for one in fits if one.identified), key=lambda one: one.log_likelihood, default=fits[0])


def purchase_log_odds(fit: "Fit", facts: Facts, horizon: int) -> Array:
    """Log-odds that each customer buys at least once within the horizon."""
    found, place = _histories(facts)
    return odds(_model(fit).purchase_probability(fit, found, horizon / WEEK))[place]


def alive(fit: "Fit", facts: Facts) -> Array:
    """The probability that each customer has not left for good."""
    found, place = _histories(facts)
    return _model(fit).alive(fit, found)[place]
