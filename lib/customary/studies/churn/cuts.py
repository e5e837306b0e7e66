"""The cut days of a shop's past, and the buyers known at each: what was known of them, and who bought since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from ibis import _
from numpy.typing import NDArray

from customary.dates import YEAR, Window, day_number
from customary.declare import fit
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.studies.churn import features
from customary.studies.churn.features import COLUMNS, KEY, LOOK, SEASONAL, Tables, at_cuts, outcome

Array = NDArray[np.float64]
MOST_BUYERS = 100_000  # known at a past cut; of more, a sample by the hash of their keys is learned from and graded
MOST_ROWS = 1_000_000  # of all past cuts together
BESIDE = (*KEY, "bought", "known_count")


# --- options -------------------------------------------------------------------------------------


def horizon_of(shop_rules: RuleBook, horizon: int = 0) -> int:
    """Days in which a buyer buys again or not; 0 is what data/churn.toml says."""
    days: int = horizon or shop_rules["churn"]["score"]["horizon"]
    if not 7 <= days <= YEAR:
        raise Refused("horizon is 7 to 365 days")
    return days


def windows_of(shop_rules: RuleBook, windows: int = 0) -> int:
    """How many past windows a back-test looks at; 0 is what data/churn.toml says."""
    count: int = windows or shop_rules["churn"]["score"]["backtest_windows"]
    if not 1 <= count <= 12:
        raise Refused("a back-test looks at 1 to 12 windows")
    return count


def end_of(as_of: date, during: Window | None) -> int:
    """The day after the last one looked at, in days since 1970: as-of, or the end of a window before it."""
    return min(day_number(during[1]), day_number(as_of)) if during else day_number(as_of)


def known_tables(
    orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    present_frames: frozenset[str],
    during: Window | None,
) -> Tables:
    """The tables that have rows, by name (orders always), inside the window if there is one."""
    named = {"orders": orders, "returns": returns, "sessions": sessions, "tickets": tickets}
    there = {name: t for name, t in named.items() if name == "orders" or name in present_frames}
    if during is None:
        return there
    start, end = (day_number(day) for day in during)
    return {name: t.filter((t.day >= start) & (t.day < end)) for name, t in there.items()}


def past_days(end: int, horizon: int, windows: int) -> list[int]:
    """The past cut days, earliest first, behind the score of `end` and of so many windows before it.

    A score is learned two horizons before its day, calibrated one horizon before, and compares last year's two seasons,
    or, where there were none, the season that ends with the two before it.
    """
    scored = [end - back * horizon for back in range(windows + 1)]
    backs = (horizon, 2 * horizon, 3 * horizon, YEAR, YEAR + horizon)
    behind = {day - back for day in scored for back in backs}
    return sorted(behind.union(scored[1:]))


# --- buyers at a cut -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Cut:
    """Buyers known when `day` began, in the order of their keys: facts by column, and `bought` within the horizon.

    `known_count` is how many were known; more than `customers` where these are a sample.
    """

    day: int
    customers: NDArray[Any]
    facts: Mapping[str, Array]
    bought: Array
    known_count: int

    @property
    def rarer(self) -> int:
        """How many bought, or did not: the smaller number."""
        bought = int(self.bought.sum())
        return min(bought, len(self.customers) - bought)

    @property
    def scale(self) -> float:
        """How many buyers each of these stands for: 1 unless they are a sample."""
        return self.known_count / len(self.customers) if len(self.customers) else 1.0


@dataclass(frozen=True)
class Past:
    """A shop's buyers at each past cut, its columns by name and sorted by cut; `began` has each table's first day.

    `end` is the day (since 1970) after the last one looked at, `horizon` is in days.
    """

    end: int
    horizon: int
    began: Mapping[str, int]
    columns: Mapping[str, NDArray[Any]]

    def cut(self, day: int) -> Cut:
        """The buyers known when `day` began."""
        return _cut(self.columns, day)

    def features(self, day: int, proved: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of a score learned at `day`: proved blind, of tables that were there long enough before."""
        there = [name for name, first in self.began.items() if name == "orders" or first <= day - LOOK]
        seasonal = SEASONAL if self.began["orders"] <= day - YEAR - self.horizon else ()
        names = (*(column for name in there for column in COLUMNS[name]), *seasonal)
        return tuple(name for name in names if name in proved)


def _cut(columns: Mapping[str, NDArray[Any]], day: int) -> Cut:
    """The rows of one cut day, of columns that are sorted by it."""
    first, last = np.searchsorted(columns["cut_day"], [day, day + 1])
    own = {name: column[first:last] for name, column in columns.items()}
    facts = {name: column.astype(float, copy=False) for name, column in own.items() if name not in BESIDE}
    known = int(own["known_count"][0]) if last > first else 0
    return Cut(day, own["customer_id"], facts, own["bought"].astype(float, copy=False), known)


# --- fits ----------------------------------------------------------------------------------------


def first_days(
    named_orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    present_frames: frozenset[str],
    *,
    during: Window | None = None,
) -> ir.Table:
    """One row per table that has rows: its name and its first day."""
    tables = known_tables(named_orders, returns, sessions, tickets, present_frames, during)
    found = [t.agg(first_day=t.day.min()).mutate(table=ibis.literal(name)) for name, t in tables.items()]
    return ibis.union(*found).filter(_.first_day.notnull())


@fit(table=first_days)
def table_begins(columns: Mapping[str, Any]) -> Mapping[str, int]:
    """Table → its first day in days since 1970; tables without rows are not in it."""
    found = dict(zip(columns["table"].tolist(), columns["first_day"].tolist(), strict=True))
    return {name: int(found[name]) for name in COLUMNS if name in found}


def buyers_at_past_cuts(
    named_orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    present_frames: frozenset[str],
    as_of: date,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    windows: int = 0,
    during: Window | None = None,
) -> ir.Table:
    """One row per past cut and buyer known then, sorted so: facts, `bought`, and `known_count`, the buyers of the cut.

    Of more than `MOST_BUYERS` the cut holds a sample, always the same: those with the lowest hash of their keys.
    """
    known = known_tables(named_orders, returns, sessions, tickets, present_frames, during)
    span = horizon_of(shop_rules, horizon)
    days = past_days(end_of(as_of, during), span, windows_of(shop_rules, windows))
    tables = at_cuts(known, days)
    later = outcome(tables["orders"], span).mutate(bought=ibis.literal(1.0))
    t = features.facts(tables, span).left_join(later, KEY).drop(f"{key}_right" for key in KEY)
    of_cut = ibis.window(group_by=t.cut_day)
    place = ibis.row_number().over(group_by=t.cut_day, order_by=[t.customer_id.hexdigest("md5"), t.customer_id])
    t = t.mutate(bought=t.bought.fill_null(0.0), known_count=t.count().over(of_cut), place=place)
    most = min(MOST_BUYERS, MOST_ROWS // len(days))
    return t.filter(t.place < most).drop("place").order_by(*KEY)


@fit(table=buyers_at_past_cuts)
def past_buyers(
    columns: Mapping[str, Any],
    table_begins: Mapping[str, int],
    as_of: date,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    during: Window | None = None,
) -> Past:
    """Buyers at the past cuts that the churn score and its back-test learn from, and whether they bought since."""
    return Past(end_of(as_of, during), horizon_of(shop_rules, horizon), table_begins, columns)


def buyers_at_the_end(
    named_orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    present_frames: frozenset[str],
    as_of: date,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    during: Window | None = None,
) -> ir.Table:
    """One row per buyer known at the end, in the order of their keys, none left out: the facts that are scored."""
    known = known_tables(named_orders, returns, sessions, tickets, present_frames, during)
    t = features.facts(at_cuts(known, [end_of(as_of, during)]), horizon_of(shop_rules, horizon))
    return t.mutate(bought=ibis.literal(0.0), known_count=t.count().over(ibis.window())).order_by("customer_id")


@fit(table=buyers_at_the_end)
def todays_buyers(columns: Mapping[str, Any], as_of: date, *, during: Window | None = None) -> Cut:
    """Every buyer as known at the end: the facts that today's churn score is made of; nobody has bought since."""
    return _cut(columns, end_of(as_of, during))
