"""A shop's past as windows: what was known when each began, and who bought before it ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from customary.cache import Cache
from customary.errors import Refused
from customary.shop import Shop, sql_of
from customary.studies.churn.features import (
    COLUMNS,
    LOOK,
    SEASONAL,
    YEAR,
    Tables,
    features,
    known_before,
    outcome,
    proved_blind,
)

Array = NDArray[np.float64]
Days = tuple[date | str, date | str]
EPOCH = date(1970, 1, 1)
NAMES = ("orders", "returns", "sessions", "tickets")
_kept = Cache()


@dataclass(frozen=True)
class Cut:
    """What was known of each buyer when `day` began: facts by column, and `bought` within the horizon since."""

    day: int
    customers: tuple[str, ...]
    facts: Mapping[str, Array]
    bought: Array

    @property
    def rarer(self) -> int:
        """How many bought, or did not: the smaller number."""
        bought = int(self.bought.sum())
        return min(bought, len(self.customers) - bought)


def _built(tables: Tables, day: int, horizon: int) -> Any:
    return features(known_before(tables, day), day, horizon)


@dataclass(frozen=True)
class History:
    """The tables of a shop until `end` (days since 1970, not inside), seen in windows of `horizon` days."""

    shop: Shop
    tables: Tables
    end: int
    horizon: int

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What makes it another history: the snapshot, the rows looked at, the end and the horizon."""
        asked = (sql_of(self.shop, table) for table in self.tables.values())
        return (str(self.shop.snapshot.path), *asked, self.end, self.horizon)

    def remembered(self, what: str, day: int, make: Callable[[], Any]) -> Any:
        """The answer to `make()` about a day, worked out once per process."""
        return _kept.answer((what, day, *self.key), make)

    @cached_property
    def begins(self) -> Mapping[str, int]:
        """Table → the day of its first row; tables without rows are not in it."""
        found: Mapping[str, int] = self.remembered("begins", 0, self._first_days)
        return found

    def _first_days(self) -> Mapping[str, int]:
        first = {n: self.shop.fetch(t.agg(d=t.day.min())).to_pylist()[0]["d"] for n, t in self.tables.items()}
        return {name: day for name, day in first.items() if day is not None}

    def cut(self, day: int) -> Cut:
        """Buyers known when `day` began, in the order of their ids."""
        found: Cut = self.remembered("cut", day, lambda: self._cut(day))
        return found

    def _cut(self, day: int) -> Cut:
        later = outcome(self.tables["orders"], day, self.horizon).rename(later_id="customer_id")
        t = _built(self.tables, day, self.horizon)
        t = t.left_join(later, t.customer_id == later.later_id)
        t = t.mutate(bought=t.later_id.notnull().cast("float64")).drop("later_id").order_by("customer_id")
        rows = self.shop.fetch(t)
        facts = {n: rows[n].to_numpy().astype(float) for n in rows.column_names if n not in ("customer_id", "bought")}
        return Cut(day, tuple(rows["customer_id"].to_pylist()), facts, rows["bought"].to_numpy().astype(float))

    def columns(self, day: int) -> tuple[str, ...]:
        """The columns of a score that is learned at `day`: of tables that were there long enough before."""
        there = [n for n, first in self.begins.items() if n == "orders" or first <= day - LOOK]
        seasonal = SEASONAL if self.begins["orders"] <= day - YEAR - self.horizon else ()
        return (*(column for name in there for column in COLUMNS[name]), *seasonal)

    def prove_blind(self, day: int) -> None:
        """Refuse the features if any of them sees what comes after `day`."""
        build = partial(_built, horizon=self.horizon)

        def proof() -> bool:
            proved_blind(self.shop.fetch, build, self.tables, day)
            return True

        self.remembered("blind", day, proof)


def _day(value: date | str) -> int:
    """Days since 1970."""
    return ((value if isinstance(value, date) else date.fromisoformat(value)) - EPOCH).days


def history(shop: Shop, tables: Sequence[ir.Table], as_of: date, during: Days | None, horizon: int) -> History:
    """The shop's past in windows, from its tables in the order of `NAMES`; those without rows are left out.

    A chosen period keeps to its own rows, and its end takes the place of as-of.
    """
    if not 7 <= horizon <= YEAR:
        raise Refused("horizon is 7 to 365 days")
    there = {n: t for n, t in zip(NAMES, tables, strict=True) if n == "orders" or shop.snapshot.rows[n]}
    if during is None:
        return History(shop, there, _day(as_of), horizon)
    start, end = (_day(day) for day in during)
    if start >= end:
        raise Refused(f"the window from {during[0]} to {during[1]} holds no day")
    inside = {name: t.filter((t.day >= start) & (t.day < end)) for name, t in there.items()}
    return History(shop, inside, min(end, _day(as_of)), horizon)
