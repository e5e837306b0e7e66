"""From a caller's frame to a chart's own: chosen columns under fixed names, texts and dates finished.

Fixed names, because Vega reads dots and brackets in a field's name as a path; finished, because a chart
shows what was computed and computes nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any
from unicodedata import east_asian_width

import altair as alt
import pandas as pd

from customary.cell_texts import named_value
from customary.columns import Column, fallback, find
from customary.frame_columns import DeclaredColumns
from customary.language import reader_language
from customary.wording import every_word, word, wording

UNKNOWN = "unknown"
_ROLES = "roles"  # under this name rows remember the column that each role was
# What the frame being drawn declares: a tooltip's title is the name of one of its columns, or words.
_drawn: ContextVar[DeclaredColumns] = ContextVar("drawn")


class Roles(dict[str, Column]):
    """Which column each role of a chart's rows was."""

    def __deepcopy__(self, memo: object) -> Roles:
        return self  # every step of pandas copies `attrs`: what never changes need not be copied


def default_units[**P, C](value: str) -> Callable[[Callable[P, C]], Callable[P, C]]:
    """Let a chart read unit, currency and n of its column from what the frame declares, where nobody says otherwise.

    `value` is the name of the parameter that names the column.
    """

    def decorate(chart: Callable[P, C]) -> Callable[P, C]:
        signature = inspect.signature(chart)

        @wraps(chart)
        def draw(*args: P.args, **options: P.kwargs) -> C:
            given = signature.bind_partial(*args, **options).arguments
            known = _declaration(given["frame"], str(given.get(value)))
            extra: Any = {name: said for name, said in known.items() if name in signature.parameters}
            token = _drawn.set(DeclaredColumns.of(given["frame"]))
            try:
                return chart(*args, **(extra | options))
            finally:
                _drawn.reset(token)

        return draw

    return decorate


def _declaration(frame: pd.DataFrame, name: str) -> dict[str, Any]:
    """The unit, the currency and the n of a column, as far as the frame declares them."""
    declared = DeclaredColumns.of(frame)
    column = declared.columns.get(name)
    if column is None or not column.unit.is_number:
        return {}
    found: dict[str, Any] = {"unit": column.unit, "currency": declared.currency}
    return {**found, "n": column.n} if column.n in frame.columns else found


def select(frame: pd.DataFrame, **columns: str | None) -> pd.DataFrame:
    """The columns named by `columns` under their roles' names; roles given as None are left out.

    Decimals become floats. An absent column is a KeyError that names it and what there is.
    """
    wanted = {role: name for role, name in columns.items() if name is not None}
    absent = [name for name in wanted.values() if name not in frame.columns]
    if absent:
        raise KeyError(f"no column {', '.join(absent)}; there are {', '.join(map(str, frame.columns))}")
    rows = pd.DataFrame({role: frame[name].to_numpy() for role, name in wanted.items()})
    declared = DeclaredColumns.of(frame)
    rows.attrs[_ROLES] = Roles((role, declared.column(name, is_number=False)) for role, name in wanted.items())
    return rows


def numeric(frame: pd.DataFrame, *roles: str) -> pd.DataFrame:
    """The frame with these columns as floats, where it has them (Decimals do not travel to Vega)."""
    return frame.assign(**{role: pd.to_numeric(frame[role]).astype(float) for role in roles if role in frame})


def as_text(frame: pd.DataFrame, *roles: str) -> pd.DataFrame:
    """The frame with these columns as text, where it has them; no value is "unknown", never dropped.

    Words of ours are in the reader's language.
    """
    return frame.assign(**{role: _texts(frame[role], _column_of(frame, role)) for role in roles if role in frame})


def _column_of(frame: pd.DataFrame, role: str) -> Column:
    found: Column = frame.attrs.get(_ROLES, {}).get(role) or fallback(role, is_number=False)
    return found


def _texts(values: pd.Series, column: Column) -> pd.Series:
    """The values as text; those of a column of the shop's own words stand as they are, but for "unknown"."""
    texts = values.astype(object).where(values.notna(), UNKNOWN).astype(str)
    is_flag = not column.unit.is_number and column.unit.name == "flag"
    said = {text: word(text) if text == UNKNOWN or is_flag else named_value(column, text) for text in set(texts)}
    return texts.map(said)


def letters(texts: pd.Series) -> int:
    """How many Latin letters the widest of the texts is wide; a Chinese character counts twice."""
    wide = [len(text) + sum(east_asian_width(letter) in "WF" for letter in text) for text in texts]
    return max(wide, default=0)


def title_text(title: str) -> str:
    """A title in the reader's language: that of the column which bears this name, else the words themselves."""
    declared = _drawn.get(DeclaredColumns(())).columns.get(title) or find(title)
    if reader_language() == "en":
        return declared.label() if declared and "_" in title else title
    spoken = wording(title.replace("_", " "))
    return declared.label() if declared else wording(title) if spoken == title.replace("_", " ") else spoken


def as_dates(frame: pd.DataFrame, role: str = "time") -> pd.DataFrame:
    """The frame with this column as midnight timestamps without zone."""
    return frame.assign(**{role: pd.to_datetime(frame[role]).dt.tz_localize(None).dt.normalize()})


def iso_days(moments: pd.Series) -> pd.Series:
    """Dates as ISO text: the one form that every browser reads as the same day."""
    return moments.dt.strftime("%Y-%m-%d")


def is_whole(frame: pd.DataFrame, column: str = "is_complete") -> pd.Series:
    """Which periods are over; all are where the frame does not say."""
    if column not in frame.columns:
        return pd.Series(True, index=range(len(frame)))
    return frame[column].astype(object).fillna(True).astype(bool).reset_index(drop=True)


def in_order(names: pd.Series, order: list[str] | None) -> list[str]:
    """Names in the asked order, those nobody asked about after them as they come."""
    present = list(dict.fromkeys(names))
    first = [text for name in order or [] for text in every_word(name) if text in present]
    return first + [name for name in present if name not in first]


def tooltip(role: str, title: str, form: str | None = None) -> alt.Tooltip:
    """A tooltip line. Its title is capitalised: Vega's tooltip draws a line called "image" as a picture."""
    words = title_text(title).replace("_", " ").strip() or role
    text = words if words == "n" else words[:1].upper() + words[1:]
    return alt.Tooltip(role, title=text, format=form) if form else alt.Tooltip(role, title=text)


def tooltips(*lines: tuple[str, str], n: str | None = None) -> list[alt.Tooltip]:
    """Tooltip lines from (field, title) pairs, with the count last where there is one."""
    return [*(tooltip(role, title) for role, title in lines), *([tooltip("n:Q", "n", ",")] if n else [])]
