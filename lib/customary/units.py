"""Units: what a column holds, and how a value of it is written – short in a sentence, in full in a table."""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NOTHING = "–"
MINUS = "−"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SIGNS = {"GBP": "£", "USD": "$", "EUR": "€", "CNY": "¥", "BRL": "R$", "JPY": "¥"}


def sign(currency: str) -> str:
    """The sign of a currency code: "£" for GBP, "CHF " for CHF, "" for none."""
    return _SIGNS.get(currency, f"{currency} " if currency else "")


def _short(value: float) -> str:
    for limit, letter in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if value >= limit:
            return f"{value / limit if limit > 1e4 else value / 1e3:,.3g}{letter}"
    return f"{value:,.0f}" if float(value).is_integer() or value >= 1000 else f"{value:,.2f}"


def _with_sign(value: float, text: str) -> str:
    """A minus in front where the value is below zero and does not round to nothing."""
    return MINUS + text if value < 0 and text.strip("0.,") else text


def _money(value: float, currency: str) -> str:
    return _with_sign(value, sign(currency) + _short(abs(value)))


def _count(value: float) -> str:
    size = abs(value)
    return _with_sign(value, f"{size:,.0f}" if size < 1e6 else _short(size))


def _rate(value: float) -> str:
    return _with_sign(value, f"{100 * abs(value):.1f}") + " %"


def _plain(value: float, digits: int) -> str:
    return _with_sign(value, f"{abs(value):,.{digits}f}")


def _duration(value: float) -> str:
    minutes, seconds = divmod(round(abs(value)), 60)
    return _with_sign(value, f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s")


_TEXTS: Mapping[str, Callable[[float, str], str]] = {
    "money": _money,
    "count": lambda value, _currency: _count(value),
    "rate": lambda value, _currency: _rate(value),
    "points": lambda value, _currency: f"{_plain(100 * value, 1)} points",
    "days": lambda value, _currency: f"{_plain(value, 1)} days",
    "seconds": lambda value, _currency: _duration(value),
    "ratio": lambda value, _currency: _plain(value, 2),
    "score": lambda value, _currency: f"{value:,.0f}" if float(value).is_integer() else _plain(value, 2),
    "hour": lambda value, _currency: f"{value:.0f}",
    "weekday": lambda value, _currency: WEEKDAYS[int(value)],
}
_CELLS: Mapping[str, Callable[[float], str]] = {
    "money": lambda value: _plain(value, 2),
    "count": lambda value: _plain(value, 0),
    "rate": lambda value: _plain(100 * value, 1),
    "points": lambda value: _plain(100 * value, 1),
    "days": lambda value: _plain(value, 1) if value % 1 else _plain(value, 0),
    "seconds": lambda value: _plain(value, 0),
}
_HEADINGS = {"rate": "%", "points": "points", "days": "days", "seconds": "s"}


def is_nothing(value: Any) -> bool:
    """Whether there is no value: None, NaN, NaT."""
    return value is None or (value != value) is True or type(value).__name__ in ("NAType", "NaTType")


@dataclass(frozen=True)
class Unit:
    """What a column holds. `text(value, currency)` is for a sentence, `cell(value)` for a table that names the unit."""

    name: str
    zh: str
    is_number: bool = True

    def text(self, value: Any, currency: str = "") -> str:
        """The value with its unit: "£1.2M", "34.1 %", "12.3 days", "November 2025"; nothing is a dash, never 0."""
        if is_nothing(value):
            return NOTHING
        if not self.is_number or self.name not in _TEXTS or isinstance(value, str):
            return self.cell(value)
        return _TEXTS[self.name](float(value), currency)

    def cell(self, value: Any) -> str:
        """The value in full without its unit, which stands in the heading; a dash for nothing."""
        if is_nothing(value):
            return NOTHING
        if self.is_number and not isinstance(value, str | bool):
            number = float(value)
            return str(number) if math.isinf(number) else _CELLS.get(self.name, self._as_text)(number)
        return _word(value, self.name)

    def _as_text(self, value: float) -> str:
        return _TEXTS[self.name](value, "") if self.name in _TEXTS else f"{value:,.2f}"

    def heading(self, currency: str = "") -> str:
        """What a heading says of the unit: "£", "%", "days"; nothing for counts and words."""
        return sign(currency).strip() if self.name == "money" else _HEADINGS.get(self.name, "")


def _word(value: Any, unit: str) -> str:
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, dt.date):
        return _day(value, unit)
    return str(value)


def _day(value: dt.date, unit: str) -> str:
    """A day, or the period that begins on it; an instant keeps its minutes."""
    if unit == "month":
        return f"{value:%b %Y}"
    if unit == "quarter":
        return f"Q{(value.month + 2) // 3} {value:%Y}"
    if unit == "year":
        return f"{value:%Y}"
    if isinstance(value, dt.datetime) and (unit == "instant" or value.time() != dt.time()):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}"


MONEY = Unit("money", "金额")
COUNT = Unit("count", "数量")
RATE = Unit("rate", "比率")
POINTS = Unit("points", "百分点")
DAYS = Unit("days", "天")
SECONDS = Unit("seconds", "秒")
RATIO = Unit("ratio", "比值")
SCORE = Unit("score", "分")
HOUR = Unit("hour", "时")
WEEKDAY = Unit("weekday", "星期")
MIXED = Unit("mixed", "随指标")
TEXT = Unit("text", "文本", is_number=False)
KEY = Unit("key", "编号", is_number=False)
LABEL = Unit("label", "标签", is_number=False)
DATE = Unit("date", "日期", is_number=False)
MONTH = Unit("month", "月", is_number=False)
QUARTER = Unit("quarter", "季度", is_number=False)
YEAR = Unit("year", "年", is_number=False)
INSTANT = Unit("instant", "时刻", is_number=False)
FLAG = Unit("flag", "是否", is_number=False)
LIST = Unit("list", "列表", is_number=False)

UNITS: Mapping[str, Unit] = {
    unit.name: unit
    for unit in (
        *(MONEY, COUNT, RATE, POINTS, DAYS, SECONDS, RATIO, SCORE, HOUR, WEEKDAY, MIXED),
        *(TEXT, KEY, LABEL, DATE, MONTH, QUARTER, YEAR, INSTANT, FLAG, LIST),
    )
}
