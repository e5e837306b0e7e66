"""What a page lets a viewer choose from: the days covered, columns to split by, values to filter by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis
from ibis import _

from customary.cache import cached_per_snapshot
from customary.columns import find
from customary.declare import FRAMES
from customary.page import periods
from customary.query.address import IN_LINKS, UNKNOWN
from customary.query.known import has_days
from customary.query.selection import MOST_VALUES
from customary.shop import Shop

NO_SPLIT = "nothing"
MOST_LISTED = 200  # values that a field lists; the others are reached by a link or by the words in a table
MOST_CHOSEN = 30  # values of one filter: more make no address that every browser and server takes


# Which figures of a page go by the period that a viewer chooses.
EVERY_FIGURE, TILES, NO_FIGURE = "every figure", "the figures at the top", "no figure"


@dataclass(frozen=True)
class Offer:
    """What this page lets a viewer choose from: days covered, dimensions to split by, values to filter by.

    `dated` says which of its figures go by the period: `EVERY_FIGURE`, the `TILES` at its top, or `NO_FIGURE`.
    `wheres` holds all values of each filter, the commonest first and `UNKNOWN` last, where there are rows without one;
    `uncounted` are the filters with more values than are known here.
    """

    as_of: dt.date
    first_day: dt.date
    splits: tuple[str, ...] = ()
    wheres: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    period: str = periods.DEFAULT
    compare: str = periods.PREVIOUS
    frame: str = "orders"
    unknown: frozenset[str] = frozenset()
    uncounted: frozenset[str] = frozenset()
    dated: str = EVERY_FIGURE
    knows_days: bool = True  # whether the rows that the page is about say when they were

    @property
    def last_day(self) -> dt.date:
        """The last day that a viewer can choose."""
        return max(self.as_of - dt.timedelta(days=1), self.first_day)

    def name_in_links(self, name: str) -> str:
        """What a filter of this page is called in an address."""
        return IN_LINKS.get((self.frame, name), name)

    def label(self, name: str) -> str:
        """What a filter of this page is called on it: the column's declared name in its frame."""
        return label_of(name, self.frame)

    def where_values(self, name: str, values: tuple[str, ...]) -> tuple[str | None, ...]:
        """Chosen values as `measure` takes them: None stands for what is not known."""
        if UNKNOWN not in values or name not in self.unknown:
            return values
        said = [value for value in values if value != UNKNOWN or self._is_said(name)]
        return (*said, None)

    def _is_said(self, name: str) -> bool:
        """Whether some rows of a column say "unknown" themselves, so that the word stands among the others."""
        return UNKNOWN in self.wheres[name][:-1]


def label_of(name: str, frame: str = "") -> str:
    """The declared name of a column in the reader's language, or its own as words."""
    declared = find(name, frame)
    return declared.label() if declared else name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class _Values:
    """The values of a column among the rows that count, the commonest first."""

    texts: tuple[str, ...]
    has_unknown: bool
    is_cut: bool

    @property
    def choices(self) -> tuple[str, ...]:
        """What a viewer may choose; a value that says "unknown" itself stands before the rows that say nothing."""
        return (*self.texts, UNKNOWN) if self.has_unknown else self.texts


@cached_per_snapshot
def _varying(shop: Shop, frame: str, names: tuple[str, ...]) -> dict[str, _Values]:
    """Those columns of a frame that hold at least two values among the rows that count."""
    counted = shop.frame(frame)
    counted = counted.filter(counted.left_out_because.isnull())
    found = {}
    for name in names:
        counts = counted.group_by(name).agg(row_count=_.count())
        ordered = counts.order_by(counts[name].notnull(), ibis.desc("row_count"), name)  # the unknown first: never cut
        values = shop.fetch(ordered.limit(MOST_VALUES + 2))[name].to_pylist()
        known = [str(value) for value in values if value is not None]
        if len(known) > 1:
            is_cut = len(known) > MOST_VALUES
            found[name] = _Values(tuple(known[:MOST_VALUES]), None in values, is_cut)
    return found


def _knows_days(shop: Shop, frame: str) -> bool:
    """Whether a period can cut a page: by the frame whose columns it filters by, by orders where that has no days."""
    is_of_time = FRAMES[frame].time and bool(shop.snapshot.rows.get(frame))
    return has_days(shop, frame if is_of_time else "orders")


def offer(
    shop: Shop,
    *names: str,
    frame: str = "orders",
    splits: bool = True,
    segments: tuple[str, ...] = (),
    split_by: tuple[str, ...] = (),
    period: str = periods.DEFAULT,
    compare: str = periods.PREVIOUS,
    first_day: dt.date | None = None,
    dated: str = EVERY_FIGURE,
) -> Offer:
    """The offer of a page over this shop: filters by those columns of a frame that hold at least two values.

    With `splits` the page can be split by them as well; by those of `split_by` it can be split only, and by `segments`
    in any case. Data begin on `first_day`, by default the snapshot's first; `period` and `compare` are the page's
    defaults, `dated` says what goes by them.
    """
    found = _varying(shop, frame, names)
    return Offer(
        as_of=shop.as_of,
        # A shop whose files say no dates begins on the day on which it ends: there is still a day to choose.
        first_day=min(first_day or shop.snapshot.first_on, shop.as_of - dt.timedelta(days=1)),
        splits=(*segments, *(found if splits else ()), *_varying(shop, frame, split_by)),
        wheres={name: values.choices for name, values in found.items()},
        period=period,
        compare=compare,
        frame=frame,
        unknown=frozenset(name for name, values in found.items() if values.has_unknown),
        uncounted=frozenset(name for name, values in found.items() if values.is_cut),
        dated=dated,
        knows_days=_knows_days(shop, frame),
    )
