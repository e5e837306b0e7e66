"""Scores that have a closed form, as expressions: the engine works them out per customer, nothing travels."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

SPARED = {"bgnbd": 1, "mbgnbd": 0}  # how many purchases cannot be the last: the first one is spared, or none
STEEPEST = 700.0  # e to the power of more would be no number


def _floats(t: ir.Table, *names: str) -> tuple[ir.FloatingValue, ...]:
    """Whole numbers as floats: DuckDB reads a parameter as a decimal, which times a whole number overflows."""
    return tuple(t[name].cast("float64") for name in names)


def alive(t: ir.Table, model: str, parameters: Mapping[str, float], length: float) -> ir.FloatingValue:
    """P(alive at T) by BG/NBD or MBG/NBD of histories in days; the parameters are in units of `length` days.

    1 / (1 + a/(b+k-1)·((alpha+T)/(alpha+t_x))^(r+x)), k the purchases that could have been the last (Fader, Hardie,
    Lee 2005, eq. 7); where there is none, nobody can have left.
    """
    r, alpha, a, b = (parameters[letter] for letter in ("r", "alpha", "a", "b"))
    repeats, last, age = _floats(t, "repeats", "last_age_days", "age_days")
    k = repeats + (1 - SPARED[model])
    grown = ((alpha * length + age) / (alpha * length + last)).ln() * (repeats + r)
    grown = ibis.least(grown, STEEPEST).exp()
    return ibis.cases((k == 0, 1.0), else_=1 / (1 + grown * a / (b + ibis.greatest(k - 1, 0))))


def buys(
    t: ir.Table, alive: ir.FloatingValue, parameters: Mapping[str, float], length: float, days: float
) -> ir.FloatingValue:
    """P(at least one purchase in so many days), for somebody alive who may leave only at a purchase."""
    r, alpha = parameters["r"], parameters["alpha"]
    repeats, age = _floats(t, "repeats", "age_days")
    from_now = alpha * length + age
    silent = ((from_now / (from_now + days)).ln() * (repeats + r)).exp()
    return alive * (1 - silent)


def spend(t: ir.Table, parameters: Mapping[str, float]) -> ir.FloatingValue:
    """E[spend per purchase day] by Gamma-Gamma: one-time buyers get the mean of all, others are drawn towards it.

    p·(gamma + x·m)/(p·x + q - 1) (Fader, Hardie 2013, eq. 5).
    """
    p, q, gamma = (parameters[letter] for letter in ("p", "q", "gamma"))
    # Whose spend is unknown is as one of whom no repeat was seen.
    repeats = ibis.cases((t.mean_spend.isnull(), 0.0), else_=t.repeats.cast("float64"))
    own = repeats * ibis.greatest(t.mean_spend.fill_null(0.0), 0.0)
    return p * (gamma + own) / (p * repeats + (q - 1))
