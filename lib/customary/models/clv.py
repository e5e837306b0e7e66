"""Customer lifetime value: the margin of expected purchases, period by period, worth less the later it comes."""

import numpy as np
from numpy.typing import ArrayLike

from customary.errors import Refused
from customary.models.btyd import Model
from customary.models.fit import Array, Fit
from customary.models.histories import Histories


def discounted_value(
    model: Model,
    fit: Fit,
    histories: Histories,
    spend: ArrayLike,
    *,
    periods: int,
    length: float,
    margin: float,
    discount: float,
) -> Array:
    """Σ over k = 1…`periods` of margin · E[purchases in period k] · spend / (1 + discount)^k, per row, in money.

    A period is `length` units of the fit's ages long, and `discount` is the rate per period: d = (1 + yearly)^(period
    in years) - 1. What a period brings counts as received at its end. `spend` is the expected spend per purchase.
    """
    if periods < 1 or not length > 0:
        raise Refused("a lifetime value looks at least one period of some length ahead")
    if not 0 < margin <= 1:
        raise Refused("a margin of {margin:g} is none: a share of the price above 0 and up to 1", margin=margin)
    if not discount >= 0:
        raise Refused("a discount rate of {discount:g} is none: a rate per period, 0 or more", discount=discount)
    so_far = np.zeros(len(histories))
    worth = np.zeros(len(histories))
    for k in range(1, periods + 1):
        by_then = model.expected_purchases(fit, histories, k * length)
        worth += (by_then - so_far) / (1 + discount) ** k
        so_far = by_then
    return np.asarray(margin * worth * np.asarray(spend, float))


def per_period(yearly: float, periods_a_year: float) -> float:
    """The discount rate per period that makes `yearly` in a year."""
    return float((1 + yearly) ** (1 / periods_a_year) - 1)
