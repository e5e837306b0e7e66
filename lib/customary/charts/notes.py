"""Dated notes on a chart over time: a thin dashed rule each, a label as on a flag, and all of them in words.

How wide a chart will be is only known in the browser. So its labels are laid out twice, and the browser chooses: texts
for a wide picture, if they all have room there, else numbers; the words beneath the title name every number.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd
from altair.utils.schemapi import UndefinedType

from customary.charts import columns, numbers, theme
from customary.frame_columns import DeclaredColumns
from customary.notes import DatedNote
from customary.wording import say

WIDE, NARROW = 560, 240  # pixels of a picture that has room for texts, and of one on a phone
ROW, MOST_ROWS = 14, 3  # pixels of a row of labels above the picture
_LETTER, _BETWEEN, _LABEL_MOST = 6.4, 8, 18
_HIDDEN = -1  # the row of a label that found no room
_LENGTHS = {"day": {"days": 1}, "week": {"weeks": 1}, "month": {"months": 1}, "quarter": {"months": 3}}

type AnyChart = alt.Chart | alt.LayerChart


@dataclass(frozen=True)
class PlacedNote:
    """A note where it stands, at `moment`; its label, and the label's row in a wide and in a narrow picture."""

    note: DatedNote
    number: int
    moment: pd.Timestamp
    label: str
    wide: int
    narrow: int


def placed_notes(
    frame: pd.DataFrame, moments: pd.Series, room: int = 0, *, by_period: bool = False
) -> list[PlacedNote]:
    """The notes that the frame carries for the time between the first moment and the end of the last period.

    One that began before is drawn where the picture begins, one within the last period where that is drawn;
    `by_period`: each where its period begins. `room` is what a label may take, in pixels, right of the last moment.
    """
    known = sorted(set(moments.dropna()))
    found = _within(DeclaredColumns.of(frame).notes, known)
    stands = [min(max(pd.Timestamp(note.starts_on), known[0]), known[-1]) for note in found]
    stands = [max(moment for moment in known if moment <= stand) for stand in stands] if by_period else stands
    texts, short = [_short(note.text) for note in found], [str(number) for number in range(1, len(found) + 1)]
    wide = _rows(_places(stands, known, WIDE - room), [_width(text) for text in texts], WIDE)
    narrow = _rows(_places(stands, known, NARROW), [_width(text) for text in short], NARROW + ROW)
    if _HIDDEN in wide:
        texts, wide = short, narrow
    parts = zip(found, range(1, len(found) + 1), stands, texts, wide, narrow, strict=True)
    return [PlacedNote(*part) for part in parts]


def _within(notes: Sequence[DatedNote], known: list[pd.Timestamp]) -> list[DatedNote]:
    if not known:
        return []
    end = known[-1] + pd.DateOffset(**_LENGTHS.get(numbers.step_of(known), {"years": 1}))
    return [n for n in notes if pd.Timestamp(n.ends_on) >= known[0] and pd.Timestamp(n.starts_on) < end]


def _places(stands: list[pd.Timestamp], known: list[pd.Timestamp], width: float) -> list[float]:
    """Where the moments stand in a picture of that width, in pixels from its left edge."""
    span = (known[-1] - known[0]) / pd.Timedelta(days=1) if known else 0
    return [width * ((moment - known[0]) / pd.Timedelta(days=1)) / (span or 1) for moment in stands]


def _short(text: str) -> str:
    return text if len(text) <= _LABEL_MOST else text[: _LABEL_MOST - 1].rstrip() + "…"


def _width(text: str) -> float:
    """About how many pixels a label takes, with the gap behind it; a Chinese character is twice a letter."""
    return _BETWEEN + sum(_LETTER * (1 + (unicodedata.east_asian_width(letter) in "WF")) for letter in text)


def _rows(places: list[float], widths: list[float], end: float) -> list[int]:
    """The row of each label, the lowest is 0, so that none lies upon another or upon another's pole.

    From right to left, each in the lowest row where it ends before the next one begins: whatever is below a label
    begins right of its pole.
    """
    rows, free = [_HIDDEN] * len(places), [end] * MOST_ROWS
    for index in sorted(range(len(places)), key=lambda index: (places[index], index), reverse=True):
        fitting = [row for row in range(MOST_ROWS) if places[index] + widths[index] <= free[row]]
        if fitting:
            rows[index] = fitting[0]
            free[: fitting[0] + 1] = [min(place, places[index]) for place in free[: fitting[0] + 1]]
    return rows


def day_text(placed: PlacedNote) -> str:
    """The day on which a note is drawn, as dates travel to a chart."""
    return placed.moment.strftime("%Y-%m-%d")


def bands(placed: list[PlacedNote], moments: pd.Series) -> list[alt.Chart]:
    """What lasted is a quiet band behind the picture, from its first day to its last; nothing where all was short."""
    end = moments.max()
    spans = [(one, min(pd.Timestamp(one.note.ends_on), end)) for one in placed]
    rows = pd.DataFrame(
        [
            {"from": day_text(one), "until": last.strftime("%Y-%m-%d"), "words": one.note.words}
            for one, last in spans
            if last > one.moment
        ]
    )
    if rows.empty:
        return []
    band = alt.Chart(rows).mark_rect(color=theme.QUIET, opacity=0.14)
    return [
        band.encode(x=alt.X("from:T", title=None), x2=alt.X2("until"), tooltip=columns.tooltips(("words:N", "note")))
    ]


def marks(placed: list[PlacedNote], x: alt.X, value: Callable[[PlacedNote], str] = day_text) -> list[alt.Chart]:
    """Rules and labels, none where there are no notes; `x` draws the field `at`, where each has the text `value`."""
    if not placed:
        return []
    rows = pd.DataFrame(
        {
            "at": [value(one) for one in placed],
            "label": [one.label for one in placed],
            "number": [str(one.number) for one in placed],
            "wide_row": [one.wide for one in placed],
            "narrow_row": [one.narrow for one in placed],
            "note": [one.note.words for one in placed],
        }
    )
    is_wide = f"width > {WIDE}"
    row = f"({is_wide} ? datum.wide_row : datum.narrow_row)"
    base = alt.Chart(rows).encode(x=x, tooltip=columns.tooltips(("note:N", say("note"))))
    rule = base.mark_rule(
        strokeDash=[3, 3],
        strokeWidth=1,
        color=theme.QUIET,
        y=alt.ExprRef(f"-{ROW} * ({row} + 1)"),
        y2=alt.ExprRef("height"),
    )
    text = base.mark_text(
        align="left",
        baseline="middle",
        fontSize=11,
        opacity=0.85,
        dx=3,
        y=alt.ExprRef(f"-{ROW} * ({row} + 0.5)"),
        text=alt.ExprRef(f"{row} < 0 ? '' : {is_wide} ? datum.label : datum.number"),
    )
    return [rule, text]


def with_words[C: (alt.Chart, alt.LayerChart)](chart: C, placed: list[PlacedNote]) -> C:
    """The chart with its notes as its text alternative: how many there are, and each by number, days and name."""
    if not placed:
        return chart
    said = say("; ").join(f"({one.number}) {one.note.words}" for one in placed)
    if len(placed) == 1:
        return chart.properties(description=say("1 note on the time line: {notes}", notes=said))
    return chart.properties(description=say("{n} notes on the time line: {notes}", n=len(placed), notes=said))


def legend(placed: list[PlacedNote]) -> alt.Legend | UndefinedType:
    """A legend that stands above the labels of the notes; the usual one where there are none."""
    if not placed:
        return alt.Undefined
    return alt.Legend(offset=8 + ROW * (1 + max(max(one.wide, one.narrow) for one in placed)))


def lay_over(chart: alt.Chart, drawn: list[alt.Chart], placed: list[PlacedNote], height: int) -> AnyChart:
    """The chart as wide as its place on the page, under the notes drawn for it where there are any."""
    if not placed:
        return chart.properties(width="container", height=height)
    return with_words(theme.layer(chart, *drawn, height=height), placed)
