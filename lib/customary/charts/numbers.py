"""Numbers and dates as a chart writes them: short on axes and labels, exact in tooltips."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import altair as alt
import pandas as pd

from customary.charts import columns
from customary.language import (
    format_days,
    format_month,
    format_number,
    format_percent,
    format_points,
    format_quarter,
    reader_language,
)
from customary.units import MINUS, NOTHING, Unit, is_nothing, sign
from customary.wording import say, word

MOST_LABELS = 7
_BEYOND: Mapping[str, Mapping[str, str]] = {
    "en": {"rate": "%", "days": " d", "seconds": " s"},
    "zh": {"rate": "%", "days": " 天", "seconds": " 秒"},
}
# Vega writes k, M and G, which Chinese readers do not count in.
_SIZES = {
    "en": "replace(format({v}, {v} < 1 ? '~g' : '~s'), 'G', 'B')",
    "zh": "({v} >= 1e8 ? format({v} / 1e8, '~g') + '亿' : {v} >= 1e4 ? format({v} / 1e4, '~g') + '万' : "
    "{v} < 1 ? format({v}, '~g') : format({v}, ',.2~f'))",
}
_DATES: Mapping[str, Mapping[str, str]] = {
    "en": {"day": "%Y-%m-%d", "week": "week of %Y-%m-%d", "month": "%B %Y", "year": "%Y"},
    "zh": {"day": "%Y-%m-%d", "week": "%Y-%m-%d 当周", "month": "%Y年%-m月", "year": "%Y年"},
}
_TIMES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "year": "utcFormat(datum.value, '%Y')",
        "quarter": "'Q' + (floor(utcmonth(datum.value) / 3) + 1) + utcFormat(datum.value, ' %Y')",
        "month": "utcFormat(datum.value, utcmonth(datum.value) == 0 || datum.index == 0 ? '%b %Y' : '%b')",
        "day": "utcFormat(datum.value, datum.index == 0 ? '%-d %b %Y' : '%-d %b')",
    },
    "zh": {
        "year": "utcFormat(datum.value, '%Y年')",
        "quarter": "utcFormat(datum.value, '%Y年') + ['一', '二', '三', '四'][floor(utcmonth(datum.value) / 3)] "
        "+ '季度'",
        "month": "utcFormat(datum.value, utcmonth(datum.value) == 0 || datum.index == 0 ? '%Y年%-m月' : '%-m月')",
        "day": "utcFormat(datum.value, datum.index == 0 ? '%Y年%-m月%-d日' : '%-m月%-d日')",
    },
}
_EXACT: Mapping[str, Callable[[float, str], str]] = {
    "money": lambda value, currency: _amount(value, currency),
    "rate": lambda value, _currency: format_percent(value, most=2, least=2),
    "points": lambda value, _currency: format_points(value, most=2, least=2),
    "count": lambda value, _currency: format_number(value, most=0),
    "days": lambda value, _currency: format_days(value, most=2, least=2),
    "seconds": lambda value, _currency: say("{n} s", n=format_number(value, most=1, least=1)),
    "ratio": lambda value, _currency: format_number(value, most=3, least=3),
}


def short(value: float | None, unit: Unit, currency: str = "") -> str:
    """The value for a label: "£1.2M", "34.1%", "–" if there is none."""
    return unit.text(value, currency)


def exact(value: float | None, unit: Unit, currency: str = "") -> str:
    """The value for a tooltip, in full: "£1,234,567.89", "34.12%", "–" if there is none."""
    if value is None or is_nothing(value):
        return NOTHING
    write = _EXACT.get(unit.name)
    return write(value, currency) if write else format_number(value, most=4)


def _amount(value: float, currency: str) -> str:
    """An amount to the penny, whatever its size."""
    text = format_number(abs(value), most=2, least=2)
    return f"{MINUS if value < 0 and text != '0.00' else ''}{sign(currency)}{text}"


def axis_text(unit: Unit, currency: str = "") -> str:
    """The Vega expression that writes an axis label of this unit; a currency enters as quoted text only."""
    if unit.name in ("rate", "points"):
        after = "%" if unit.name == "rate" else ""
        return f"format(datum.value * 100, '~g') + '{after}'"
    body = _SIZES[reader_language()].format(v="abs(datum.value)")
    before = json.dumps(sign(currency)) if unit.name == "money" else "''"
    after = json.dumps(_BEYOND[reader_language()].get(unit.name, ""), ensure_ascii=False)
    return f"(datum.value < 0 ? '−' : '') + {before} + {body} + {after}"


def axis(unit: Unit, currency: str = "", title: str | None = None, grid: bool = True) -> alt.Axis:
    """An axis whose labels carry the unit."""
    said = title if title is None else columns.title_text(title)
    return alt.Axis(labelExpr=axis_text(unit, currency), title=said, grid=grid)


def step_of(times: Sequence[pd.Timestamp]) -> str:
    """The rhythm of a row of dates: "day", "week", "month", "quarter" or "year", from its usual gap."""
    moments = pd.Series(sorted(set(times)))
    gap = moments.diff().dt.days.median() if len(moments) > 1 else 1
    limits = ((4, "day"), (20, "week"), (60, "month"), (200, "quarter"))
    return next((name for most, name in limits if gap <= most), "year")


def date_text(moment: pd.Timestamp, step: str) -> str:
    """A period: "2024-03-01", "week of 2024-03-04", "March 2024", "Q1 2024" or "2024"; "2024年3月" in Chinese."""
    language = reader_language()
    if pd.isna(moment):
        return word("unknown")
    if step == "quarter":
        return f"Q{moment.quarter} {moment.year}" if language == "en" else format_quarter(moment, language)
    if step == "month" and language != "en":
        return format_month(moment, language)
    return moment.strftime(_DATES[language][step])


def ticks(moments: pd.Series, step: str) -> list[pd.Timestamp]:
    """At most seven of the periods that are there, evenly apart and, for months and quarters, on round ones."""
    every = sorted(set(moments))
    strides = {"month": (1, 3, 6, 12), "quarter": (1, 4)}.get(step)
    if not strides:
        return every[:: max(1, -(-len(every) // MOST_LABELS))]
    per_year = strides[-1]
    stride = next((s for s in strides if len(every) / s <= MOST_LABELS), per_year)
    found = [m for m in every if (m.month - 1) * per_year // 12 % stride == 0]
    years = -(-len(found) // MOST_LABELS)
    return [m for m in found if m.year % years == 0] if years > 1 else found


def time_axis(moments: pd.Series, step: str) -> alt.Axis:
    """A time axis labelled at `ticks`."""
    values = [alt.DateTime(year=m.year, month=m.month, date=m.day, utc=True) for m in ticks(moments, step)]
    return alt.Axis(title=None, labelExpr=time_axis_text(step), values=values, labelOverlap="greedy")


def time_axis_text(step: str) -> str:
    """The Vega expression for a time axis: short months, the year said where it begins."""
    return _TIMES[reader_language()]["day" if step == "week" else step]
