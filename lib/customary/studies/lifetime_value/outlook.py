"""From which day a forecast looks ahead and how far, and where a back-test cuts the past in two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from customary.dates import as_day, day_number
from customary.declare import fit
from customary.errors import Refused, unknown_name

FURTHEST = 3653  # days: ten years; beyond, a forecast says more of its model than of the customers
UNITS: Mapping[str, float] = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}  # in days


def days_in(unit: str) -> float:
    """The days of a unit of time; a month is a twelfth of a year."""
    if unit not in UNITS:
        raise unknown_name(unit, UNITS, "unit of time")
    return UNITS[unit]


@dataclass(frozen=True)
class Outlook:
    """What was known at the end of `until_day`, and the `horizon` that lay ahead of it, in units of `length` days."""

    until_day: int
    length: float
    horizon: float

    @property
    def horizon_days(self) -> int:
        """What lies ahead, in whole days."""
        return round(self.horizon * self.length)

    @property
    def end_day(self) -> int:
        """The last day of what lies ahead."""
        return self.until_day + self.horizon_days

    def cut(self, day: int, days: int) -> "Outlook":
        """The outlook from the end of another day on so many days."""
        return Outlook(day, self.length, days / self.length)


@dataclass(frozen=True)
class Outlooks:
    """The forecast's own outlook `now`, and two from which back-tests hold a forecast against what came.

    `within` holds out the last part of what the forecast knows, `tested` is what a back-test is asked for: the same,
    or the forecast of a day in the past against what has come since.
    """

    now: Outlook
    within: Outlook
    tested: Outlook


@fit()
def last_day(as_of: date, first_on: date, *, until: str = "") -> int:
    """The last day that a forecast knows, as a number: `until`, by default the last one before the as-of date."""
    if not until:
        return day_number(as_of) - 1
    day = as_day(until)
    if day >= as_of:
        raise Refused("{day} was not observed: the data end before {as_of}", day=day, as_of=as_of)
    if day < first_on:
        raise Refused("nothing was sold by {day}: the data begin on {first_on}", day=day, first_on=first_on)
    return day_number(day)


def _hold_out(now: Outlook, first_on: date, holdout: int) -> Outlook:
    """The last `holdout` units are held out, by default the horizon, or half of the log where that is shorter."""
    log_days = now.until_day - day_number(first_on) + 1
    days = min(round(holdout * now.length) or now.horizon_days, log_days // 2)
    return now.cut(now.until_day - days, days)


@fit()
def outlooks(
    last_day: int, as_of: date, first_on: date, *, unit: str = "week", horizon: int = 52, holdout: int = 0
) -> Outlooks:
    """The outlook of a forecast and those of its back-tests."""
    if horizon < 1:
        raise Refused(
            "a horizon of {horizon:g} ({unit}) is none: look at least one ahead",
            horizon=horizon,
            unit=unit,
        )
    if horizon * days_in(unit) > FURTHEST:
        most = int(FURTHEST / days_in(unit))
        raise Refused(
            "a horizon of {horizon:,} ({unit}) is too far: look at most ten years ahead, {most:,}",
            horizon=horizon,
            unit=unit,
            most=most,
        )
    now, observed = Outlook(last_day, days_in(unit), horizon), day_number(as_of) - 1
    within = _hold_out(now, first_on, 0)
    if last_day < observed:
        tested = now.cut(last_day, min(now.horizon_days, observed - last_day))
    else:
        tested = _hold_out(now, first_on, holdout)
    return Outlooks(now, within, tested)
