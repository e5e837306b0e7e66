"""What the models read: purchase histories and spends, each distinct one once with the number of its customers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from customary.errors import Refused

Array = NDArray[np.float64]
Places = NDArray[np.intp]
FEW, STEPS = 1024, 24  # rows that need no coarser form, and into how many steps that divides an age


def _column(values: ArrayLike, name: str) -> Array:
    found = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if found.ndim != 1 or not np.isfinite(found).all():
        raise Refused("{name} holds something that is no number", name=name)
    if (found < 0).any():
        raise Refused("{name} holds a negative number ({least:g})", name=name, least=found.min())
    return found


def _counts(count: ArrayLike | None, like: Array) -> Array:
    found = np.ones_like(like) if count is None else _column(count, "count")
    if (found == 0).any():
        raise Refused("count holds a history of no customer")
    return found


def _same_length(**columns: Array) -> None:
    if len({len(column) for column in columns.values()}) > 1:
        raise Refused("{names} differ in length", names=list(columns))


@dataclass(frozen=True)
class Distinct:
    """A column's different values, and the place of each row's value among them."""

    values: Array
    places: Places

    def total(self, weights: Array) -> Array:
        """The rows' weights, added up by value."""
        return np.bincount(self.places, weights=weights, minlength=len(self.values))


def distinct(column: Array) -> Distinct:
    """The different values of a column; whole numbers, as days are, need no sorting."""
    whole = column.astype(np.intp)
    if not len(column) or column.max() > 1e6 or (whole != column).any():
        values, places = np.unique(column, return_inverse=True)
        return Distinct(values, places)
    seen = np.zeros(whole.max() + 1, dtype=bool)
    seen[whole] = True
    return Distinct(np.flatnonzero(seen).astype(np.float64), (np.cumsum(seen) - 1)[whole])


class Histories:
    """Repeat purchases x, age at the last one t_x, age T, and how many customers share them (all of one length).

    Ages are told in the unit that the parameters shall have, or in days to be divided by `unit` (7 for weeks).
    Raises `Refused` where a history cannot be.
    """

    def __init__(
        self,
        repeats: ArrayLike,
        last_age: ArrayLike,
        age: ArrayLike,
        count: ArrayLike | None = None,
        *,
        unit: float = 1.0,
    ) -> None:
        self.repeats = _column(repeats, "repeats")
        last, whole = _column(last_age, "last_age"), _column(age, "age")
        self.count = _counts(count, self.repeats)
        _same_length(repeats=self.repeats, last_age=last, age=whole, count=self.count)
        if (self.repeats != np.floor(self.repeats)).any():
            raise Refused("repeats are whole numbers: purchases after the first")
        if (last > whole).any():
            raise Refused("a last purchase lies after the end of what was observed (last_age > age)")
        if (last[self.repeats == 0] > 0).any():
            raise Refused("a customer without repeat purchases has a last_age above 0")
        if not unit > 0:
            raise Refused("a unit of {unit:g} days is none", unit=unit)
        self._days = last, whole
        self._unit = unit

    def __len__(self) -> int:
        return len(self.repeats)

    @cached_property
    def last_age(self) -> Array:
        """Age at the last purchase t_x of each row."""
        return self._days[0] / self._unit

    @cached_property
    def age(self) -> Array:
        """Age T of each row."""
        return self._days[1] / self._unit

    @cached_property
    def customers(self) -> float:
        """How many customers there are."""
        return float(self.count.sum())

    @cached_property
    def by_repeats(self) -> Distinct:
        """The different x."""
        return distinct(self.repeats)

    @cached_property
    def by_last_age(self) -> Distinct:
        """The different t_x."""
        found = distinct(self._days[0])
        return Distinct(found.values / self._unit, found.places)

    @cached_property
    def by_age(self) -> Distinct:
        """The different T."""
        found = distinct(self._days[1])
        return Distinct(found.values / self._unit, found.places)

    def watch_longer(self, longer: float) -> "Histories":
        """The same customers, had they been watched so much longer without a purchase."""
        return Histories(self.repeats, self.last_age, self.age + longer, self.count)

    def coarse(self) -> "Histories":
        """About the same customers in far fewer rows: neighbours in both ages become one, at their mean."""
        if len(self) < FEW:
            return self
        width = self.age.max() / STEPS
        across, along = (self.last_age / width).astype(np.intp), (self.age / width).astype(np.intp)
        number = (self.by_repeats.places * (STEPS + 1) + across) * (STEPS + 1) + along
        cells = distinct(number.astype(np.float64))
        count = cells.total(self.count)
        repeats, last, age = (
            cells.total(self.count * column) / count for column in (self.repeats, self.last_age, self.age)
        )
        return Histories(np.round(repeats), np.minimum(last, age), age, count)

    @property
    def doubt(self) -> str:
        """Why no model can be fitted to them, in a sentence; empty where nothing speaks against it."""
        if self.customers < 2:
            return "there is only one customer" if len(self) else "there is no customer to learn from"
        if not (self.age > 0).any():
            return "nobody was observed beyond the first purchase (every age is 0)"
        if not (self.repeats > 0).any():
            return "nobody bought a second time"
        if (self.last_age == self.age).all():
            return "every last purchase falls on the last day observed, so nobody can be seen to have left"
        return ""

    @property
    def scale(self) -> tuple[float, float]:
        """Mean repeat purchases and mean age: the scale of whatever is fitted."""
        repeats, age = np.average(self.repeats, weights=self.count), np.average(self.age, weights=self.count)
        return float(repeats), float(age)


class Spends:
    """Mean spend per repeat purchase, in groups: repeats x, mean and variance of its logarithm, number of customers.

    Single customers are groups of variance 0. Raises `Refused` for repeats below 1 and for unequal lengths.
    """

    def __init__(
        self,
        repeats: ArrayLike,
        mean_log: ArrayLike,
        variance_log: ArrayLike | None = None,
        count: ArrayLike | None = None,
    ) -> None:
        self.repeats = _column(repeats, "repeats")
        self.mean_log = np.atleast_1d(np.asarray(mean_log, dtype=np.float64))
        nought = np.zeros_like(self.repeats)
        self.variance_log = nought if variance_log is None else _column(variance_log, "variance_log")
        self.count = _counts(count, self.repeats)
        _same_length(repeats=self.repeats, mean_log=self.mean_log, variance_log=self.variance_log, count=self.count)
        if not np.isfinite(self.mean_log).all():
            raise Refused("mean_log holds something that is no number")
        if (self.repeats < 1).any():
            raise Refused("spend is only known of customers who bought again (repeats of at least 1)")

    @classmethod
    def of(cls, repeats: ArrayLike, mean_spend: ArrayLike) -> "Spends":
        """Single customers by their mean spend, which must be above 0."""
        spend = _column(mean_spend, "mean_spend")
        if (spend == 0).any():
            raise Refused("mean_spend holds a spend of 0: leave out who paid nothing")
        return cls(repeats, np.log(spend))

    def __len__(self) -> int:
        return len(self.repeats)

    @cached_property
    def customers(self) -> float:
        """How many customers there are."""
        return float(self.count.sum())

    @cached_property
    def by_repeats(self) -> Distinct:
        """The different x."""
        return distinct(self.repeats)

    @property
    def doubt(self) -> str:
        """Why no model can be fitted to them, in a sentence; empty where nothing speaks against it."""
        if self.customers < 2:
            return "only one customer bought a second time" if len(self) else "nobody bought a second time"
        if np.ptp(self.mean_log) == 0 and not self.variance_log.any():
            return "everybody spends the same"
        return ""
