"""What a reader can choose to ask of a shop: metrics and studies by name, columns to split and filter by, periods."""

from collections.abc import Iterable, Sequence

from customary import metrics as _metrics  # noqa: F401  (fills the list of metrics)
from customary import studies as _studies  # noqa: F401  (fills the list of studies)
from customary.cache import cached_per_snapshot
from customary.columns import Column, find
from customary.declare import FRAMES, METRICS, STUDIES, Metric, Study
from customary.metrics.aggregate import base_of, bases_of
from customary.query.known import has_days
from customary.query.lists import ANALYST
from customary.query.measure import known_periods
from customary.query.parameters import WHOLE, frames_of
from customary.query.selection import column_names
from customary.shop import BOOKS, Shop
from customary.units import FLAG, LABEL, TEXT

GROUPS = (LABEL, TEXT, FLAG)  # units of columns whose values name groups
OF_ONE_PERSON = frozenset({"customer", "customer_id"})  # options that name somebody
_PLUMBING = frozenset({"left_out_because", "currency", "link", "source_event_name"})  # they say how a row was read
MOST_FILTERS = 8


def metric_names(shop: Shop) -> tuple[str, ...]:
    """The metrics that some rows of the shop speak of, the shop's own among them, by name."""
    own = shop.snapshot.own.metrics
    known = {**own, **METRICS}
    return tuple(sorted(name for name, found in known.items() if _has_rows(shop, bases_of([found], own))))


def study_names(shop: Shop) -> tuple[str, ...]:
    """The studies that this audience may ask by name: for viewers none that lists people or asks after one."""
    return tuple(sorted(name for name, found in STUDIES.items() if _is_for(shop, found)))


def _is_for(shop: Shop, study: Study) -> bool:
    return shop.audience == ANALYST or not (study.is_list or OF_ONE_PERSON & set(study.options))


def _has_rows(shop: Shop, frames: Iterable[str]) -> bool:
    return any(shop.snapshot.rows.get(frame) for frame in frames)


def frames_to_cut(shop: Shop, names: Sequence[str]) -> tuple[str, ...]:
    """The frames that a period, a filter or a split of these metrics, or of one study, cuts; none where nothing does.

    A study that reads a book of the build, or only whole frames, speaks of all rows whatever is chosen.
    """
    if names and names[0] in STUDIES:
        return _frames_of_study(STUDIES[names[0]])
    known: dict[str, Metric] = {**shop.snapshot.own.metrics, **METRICS}
    return tuple(bases_of([known[name] for name in names], shop.snapshot.own.metrics))


def _frames_of_study(study: Study) -> tuple[str, ...]:
    behind = [frame for need in study.needs for frame in frames_of(need) if not frame.startswith(WHOLE)]
    if not behind or any(frame in BOOKS for frame in behind):
        return ()
    found = dict.fromkeys(base_of(FRAMES[name]) for name in (frame.removeprefix("all_") for frame in behind))
    return tuple(sorted(found, key=lambda frame: not FRAMES[frame].time))


def is_dated(shop: Shop, names: Sequence[str]) -> bool:
    """Whether a period cuts the answer: one of its frames has a time."""
    return any(FRAMES[frame].time for frame in frames_to_cut(shop, names))


def split_names(shop: Shop, names: Sequence[str]) -> tuple[str, ...]:
    """The columns that these metrics can be split by: those that name groups on each of their frames."""
    frames = frames_to_cut(shop, names)
    found = [_groups_on(shop, frame) for frame in frames]
    shared = found[0] if found else ()
    return tuple(name for name in shared if all(name in other for other in found) and name not in names)


def filter_names(shop: Shop, names: Sequence[str]) -> tuple[str, ...]:
    """The columns that a page offers as filters for these metrics or this study: the first frame's own, a few."""
    frames = _frames_that_select(shop, names)
    if not frames:
        return ()
    own = frozenset(shop.frame(frames[0]).columns)
    found = [name for name in selectable_names(shop, names) if name in own]
    return tuple(sorted(found, key=lambda name: name.startswith(("is_", "has_"))))[:MOST_FILTERS]


def selectable_names(shop: Shop, names: Sequence[str]) -> tuple[str, ...]:
    """All columns by which these metrics or this study can be filtered, by a link at least."""
    frames = _frames_that_select(shop, names)
    if not frames:
        return ()
    return tuple(
        name for name in _groups_on(shop, frames[0]) if all(name in column_names(shop, frame) for frame in frames[1:])
    )


def _frames_that_select(shop: Shop, names: Sequence[str]) -> tuple[str, ...]:
    """The frames that must know a filter's column: profiles stand as they are where other rows have a time."""
    frames = frames_to_cut(shop, names)
    timed = tuple(frame for frame in frames if FRAMES[frame].time)
    return timed or frames


def period_names(shop: Shop, names: Sequence[str]) -> tuple[str, ...]:
    """The periods that these metrics can be shown by, the finest first; none where a frame has no days."""
    frames = frames_to_cut(shop, names)
    if not frames or any(not FRAMES[frame].time or not has_days(shop, frame) for frame in frames):
        return ()
    found = [known_periods(shop, frame) for frame in frames]
    return tuple(every for every in found[0] if all(every in other for other in found))


@cached_per_snapshot
def _groups_on(shop: Shop, frame: str) -> tuple[str, ...]:
    """The columns of a frame, its owner's and its customers' that name groups and no person."""
    return tuple(name for name in column_names(shop, frame) if _names_groups(shop, name, frame))


def _names_groups(shop: Shop, name: str, frame: str) -> bool:
    found = column_named(shop, name, frame)
    return found is not None and found.unit in GROUPS and not found.personal and name not in _PLUMBING


def column_named(shop: Shop, name: str, frame: str = "") -> Column | None:
    """The declaration of a column of a frame, shipped or the shop's own; None for one that nobody declared."""
    return shop.snapshot.own.columns.get(name) or find(name, frame)
