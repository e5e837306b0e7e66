"""How an answer is drawn: as its shape suggests, or as the reader asks where it can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from customary import charts
from customary.charts.theme import MOST_SERIES
from customary.declare import METRICS
from customary.page.tables import is_for
from customary.query.answer import Answer
from customary.units import DATE, MONTH, QUARTER, YEAR
from customary.wording import say, wording

AUTOMATIC = "auto"
KINDS = {
    AUTOMATIC: "as it suits the answer",
    "lines": "lines over time",
    "area": "areas over time",
    "bars": "bars",
    "stacked": "stacked bars",
    "heatmap": "a heatmap",
    "table": "a table only",
}
MOST_BARS, MOST_CELLS, MOST_READ = 30, 400, 5_000
NAME = "group_name"  # the column of a drawing that names a row by all its labels
_PLACES = frozenset({"position", "step", "age", "bin", "band", "hour", "weekday", "week_no", "month_no", "digit"})
_OF_TIME = (DATE, MONTH, QUARTER, YEAR)


@dataclass(frozen=True)
class Drawing:
    """A chart, the rows it shows, and a note where it shows less than all or something else than was asked."""

    chart: Any = None
    named_rows: pd.DataFrame | None = None
    note: str = ""

    @property
    def rows(self) -> pd.DataFrame | None:
        """The rows that are drawn, as the table beneath shows them."""
        return None if self.named_rows is None else self.named_rows.drop(columns=NAME)


@dataclass(frozen=True)
class Drawable:
    """What can be drawn of an answer: its rows, the column of its time, those of its labels, the value."""

    answer: Answer
    rows: pd.DataFrame
    time: str
    labels: tuple[str, ...]
    value: str

    @property
    def adds_up(self) -> bool:
        """Whether values of disjoint groups add up, so that they may be stacked."""
        known = {**self.answer.shop.snapshot.own.metrics, **METRICS}
        return self.value in known and known[self.value].additive


def draw(answer: Answer, kind: str, value: str = "") -> Drawing:
    """The chart of an answer as `kind`, of the column `value` or the first number; a table where it cannot be drawn."""
    if kind == "table" or not is_for(answer) or answer.rows_total > MOST_READ:
        return Drawing()
    shape = shape_of(answer, value)
    if shape is None or shape.rows.empty:
        return Drawing()
    wanted = _suitable(shape) if kind == AUTOMATIC else kind
    found = _DRAWERS[wanted](shape) if wanted in _DRAWERS else None
    if found or kind == AUTOMATIC:
        return found or Drawing()
    return Drawing(
        note=say("This answer cannot be drawn as {kind}: {why}", kind=wording(KINDS[kind]), why=_WHY[kind]())
    )


def shape_of(answer: Answer, value: str = "") -> Drawable | None:
    """The parts of an answer that can be drawn; None where it has no number, or nothing to name its rows by."""
    shown = [column for column in answer.columns if not column.hidden]
    numbers = [column.name for column in shown if column.unit.is_number and column.name not in (*answer.keys, *_PLACES)]
    numbers = [*(name for name in answer.question.names if name in numbers), *numbers]
    names = answer.keys or tuple(c.name for c in shown if not c.unit.is_number and c.name != "is_complete")
    times = [name for name in names if answer.column(name).unit in _OF_TIME or name == answer.question.every]
    if not numbers or not names:
        return None
    rows = answer.to_pandas()
    labels = tuple(name for name in names if name not in times[:1])
    labels = labels if answer.keys else _naming(rows, times[:1], labels)
    return Drawable(
        answer, _with_names(answer, rows, labels), "".join(times[:1]), labels, value if value in numbers else numbers[0]
    )


def _naming(rows: pd.DataFrame, times: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """The first of the labels by which no two rows are alike, as few as it takes; all where they do not suffice."""
    for n in range(len(labels) + 1):
        if [*times, *labels[:n]] and not rows.duplicated([*times, *labels[:n]]).any():
            return tuple(labels[:n])
    return tuple(labels)


def _with_names(answer: Answer, rows: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """The rows with a text that names each by all its labels."""
    records = rows[list(labels)].to_dict("records")
    texts = [" · ".join(_label_text(answer, name, row) for name in labels) for row in records]
    return rows.assign(**{NAME: texts})


def _label_text(answer: Answer, name: str, row: dict[Any, Any]) -> str:
    value = row[name]
    return say("unknown") if value is None or value != value else answer.cell(name, row)


def _suitable(shape: Drawable) -> str:
    """The kind of chart that an answer suggests: time is a line, one label bars, two a heatmap."""
    if shape.time:
        return "lines" if shape.rows[NAME].nunique() <= MOST_SERIES or len(shape.labels) < 2 else "bars"
    return "heatmap" if len(shape.labels) == 2 and not shape.answer.question.is_study else "bars"


def _lines(shape: Drawable) -> Drawing | None:
    if not shape.time or shape.rows.duplicated([shape.time, NAME]).any():
        return None
    rows, names = shape.rows.dropna(subset=[shape.time]), _greatest(shape, MOST_SERIES)
    if not shape.labels:
        return Drawing(charts.line_over_time(rows, shape.time, shape.value), shape.rows)
    kept = rows[rows[NAME].isin(names)]
    return Drawing(
        charts.line_over_time(kept, shape.time, shape.value, split=NAME, order=names), kept, _omission(shape, names)
    )


def _area(shape: Drawable) -> Drawing | None:
    if not shape.time or not shape.labels or not shape.adds_up:
        return None
    names = _greatest(shape, MOST_SERIES)
    kept = shape.rows[shape.rows[NAME].isin(names)].dropna(subset=[shape.time])
    chart = charts.stacked_area_over_time(kept, shape.time, shape.value, NAME, order=names)
    return Drawing(chart, kept, _omission(shape, names))


def _bars(shape: Drawable) -> Drawing | None:
    if shape.time:
        shape = _named_by_time(shape)
    if shape.rows[NAME].duplicated().any():
        return None
    rows = shape.rows.dropna(subset=[shape.value])
    is_given = bool(shape.time) or shape.answer.question.is_study
    rows = rows if is_given else rows.sort_values(shape.value, ascending=False, kind="stable")
    kept = rows.tail(MOST_BARS) if shape.time else rows.head(MOST_BARS)
    chart = charts.ranked_bars(kept, NAME, shape.value, as_given=True)
    return Drawing(chart, kept, _first_of(len(kept), len(shape.rows))) if len(kept) else None


def _named_by_time(shape: Drawable) -> Drawable:
    """The same with each row named by its period as well, as a bar has no axis of time."""
    records = shape.rows[[shape.time]].to_dict("records")
    texts = [shape.answer.cell(shape.time, row) for row in records]
    both = [" · ".join(filter(None, pair)) for pair in zip(texts, shape.rows[NAME], strict=True)]
    return Drawable(shape.answer, shape.rows.assign(**{NAME: both}), shape.time, shape.labels, shape.value)


def _stack(shape: Drawable) -> Drawing | None:
    across = [*([shape.time] if shape.time else []), *shape.labels]
    if len(across) != 2 or not shape.adds_up or shape.rows[across[0]].nunique() > MOST_BARS:
        return None
    rows = shape.rows.dropna(subset=[across[0]])
    if rows[across[1]].nunique(dropna=False) > MOST_SERIES:
        return None
    return Drawing(charts.stacked_bars(rows, across[0], shape.value, across[1]), rows)


def _heatmap(shape: Drawable) -> Drawing | None:
    across = [*shape.labels, *([shape.time] if shape.time else [])]
    if len(across) != 2 or len(shape.rows) > MOST_CELLS or shape.rows.duplicated(across).any():
        return None
    title = shape.answer.column(across[1]).label()
    return Drawing(charts.heatmap(shape.rows, across[1], across[0], shape.value, x_title=title), shape.rows)


def _greatest(shape: Drawable, most: int) -> list[str]:
    """The names with the greatest values in all, in that order: what is drawn where not all can be."""
    sizes = shape.rows.groupby(NAME, sort=False)[shape.value].sum().sort_values(ascending=False, kind="stable")
    return [str(name) for name in sizes.index[:most]]


def _omission(shape: Drawable, names: Sequence[str]) -> str:
    return _first_of(len(names), shape.rows[NAME].nunique())


def _first_of(shown: int, total: int) -> str:
    if shown >= total:
        return ""
    return say("Drawn: {shown} of {total:,}; the table and the download have all.", shown=shown, total=total)


_DRAWERS: dict[str, Callable[[Drawable], Drawing | None]] = {
    "lines": _lines,
    "area": _area,
    "bars": _bars,
    "stacked": _stack,
    "heatmap": _heatmap,
}
_WHY: dict[str, Callable[[], str]] = {
    "lines": lambda: say("it does not go over time, or several rows share a point."),
    "area": lambda: say("that takes a period, a split, and values that add up."),
    "bars": lambda: say("several of its rows bear one name."),
    "stacked": lambda: say("that takes two splits of few values, and values that add up."),
    "heatmap": lambda: say("that takes two splits, or one and a period, of few values."),
}
