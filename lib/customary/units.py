"""Units: what a column holds, and how a value of it is written – short in a sentence, in full in a table."""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from customary.language import (
    MINUS,
    NOTHING,
    currency_sign,
    format_compact,
    format_days,
    format_duration,
    format_month,
    format_number,
    format_percent,
    format_points,
    format_quarter,
    format_weekday,
    is_nothing,
    known_language,
)

__all__ = ["MINUS", "NOTHING", "UNITS", "WEEKDAYS", "Unit", "is_nothing", "sign"]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_FROM = 10_000  # smaller amounts are written out
_LETTERS = ((1e3, "k"), (1e6, "M"), (1e9, "B"))


def sign(currency: str) -> str:
    """The sign of a currency code: "£" for GBP, "CHF " for CHF, "" for none."""
    return currency_sign(currency)


def _short(size: float, currency: str) -> str:
    """An English amount that is not negative: three digits and a letter from 10,000 on."""
    if math.isinf(size):
        return sign(currency) + "∞"
    if size >= _SHORT_FROM:
        return sign(currency) + _three_digits(size)
    decimals = 0 if float(size).is_integer() or size >= 1000 else 2
    return sign(currency) + format_number(size, "en", decimals, decimals)


def _three_digits(size: float) -> str:
    """Such as 34.5k, 1.23M and 3B; what rounds to 1,000k is 1M."""
    fitting = (pair for pair in _LETTERS if float(f"{size / pair[0]:.3g}") < 1000)
    scale, letter = next(fitting, _LETTERS[-1])
    return f"{float(f'{size / scale:.3g}'):,.12g}{letter}"


def _compact(value: float, currency: str, language: str) -> str:
    if language != "en":
        return format_compact(value, language, currency)
    text = _short(abs(value), currency)
    return MINUS + text if value < 0 and any(digit in text for digit in "123456789∞") else text


def _count(value: float, language: str) -> str:
    return format_number(value, language, 0) if abs(value) < 1e6 else _compact(value, "", language)


def _score(value: float, language: str) -> str:
    decimals = 0 if float(value).is_integer() else 2
    return format_number(value, language, decimals, decimals)


def _tenths(value: float, language: str) -> str:
    """Whole where it is whole, else to a tenth."""
    return format_number(value, language, 1, 1 if value % 1 else 0)


def _weekday(value: float, language: str) -> str:
    return WEEKDAYS[int(value)] if language == "en" else format_weekday(int(value), language)


_TEXTS: Mapping[str, Callable[[float, str, str], str]] = {
    "money": _compact,
    "count": lambda value, _currency, language: _count(value, language),
    "rate": lambda value, _currency, language: format_percent(value, language, 1, 1),
    "points": lambda value, _currency, language: format_points(value, language, 1, 1),
    "days": lambda value, _currency, language: format_days(value, language, 1, 1),
    "hours": lambda value, _currency, language: f"{_tenths(value, language)} {_HEADINGS[language]['hours']}",
    "seconds": lambda value, _currency, language: format_duration(value, language),
    "ratio": lambda value, _currency, language: format_number(value, language, 2, 2),
    "score": lambda value, _currency, language: _score(value, language),
    "hour": lambda value, _currency, language: format_number(value, language, 0),
    "weekday": lambda value, _currency, language: _weekday(value, language),
}
_CELLS: Mapping[str, Callable[[float, str], str]] = {
    "money": lambda value, language: format_number(value, language, 2, 2),
    "count": lambda value, language: format_number(value, language, 0),
    "rate": lambda value, language: format_percent(value, language, 1, 1).removesuffix("%"),
    "points": lambda value, language: format_percent(value, language, 1, 1).removesuffix("%"),
    "days": lambda value, language: _tenths(value, language),
    "hours": lambda value, language: _tenths(value, language),
    "seconds": lambda value, language: format_number(value, language, 0),
}
_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "en": {"rate": "%", "points": "points", "days": "days", "hours": "hours", "seconds": "s"},
    "zh": {"rate": "%", "points": "百分点", "days": "天", "hours": "小时", "seconds": "秒"},
}
_FLAGS: Mapping[str, tuple[str, str]] = {"en": ("yes", "no"), "zh": ("是", "否")}


@dataclass(frozen=True)
class Unit:
    """What a column holds. `text(value, currency)` is for a sentence, `cell(value)` for a table that names the unit."""

    name: str
    zh: str
    is_number: bool = True

    def text(self, value: Any, currency: str = "", language: str = "") -> str:
        """The value with its unit: "£1.2M", "34.1%", "12.3 days", "November 2025"; nothing is a dash, never 0."""
        if is_nothing(value):
            return NOTHING
        language = known_language(language)
        if not self.is_number or self.name not in _TEXTS or isinstance(value, str):
            return self.cell(value, language)
        return _TEXTS[self.name](float(value), currency, language)

    def cell(self, value: Any, language: str = "") -> str:
        """The value in full without its unit, which stands in the heading; a dash for nothing."""
        if is_nothing(value):
            return NOTHING
        language = known_language(language)
        if self.is_number and not isinstance(value, str | bool):
            return _CELLS.get(self.name, self._as_text)(float(value), language)
        return _word(value, self.name, language)

    def _as_text(self, value: float, language: str) -> str:
        if self.name in _TEXTS:
            return _TEXTS[self.name](value, "", language)
        return format_number(value, language, 4 if abs(value) < 1 else 2, 2)  # a share among amounts keeps its figures

    def heading(self, currency: str = "", language: str = "") -> str:
        """What a heading says of the unit: "£", "%", "days"; nothing for counts and words."""
        return (
            sign(currency).strip() if self.name == "money" else _HEADINGS[known_language(language)].get(self.name, "")
        )


def _word(value: Any, unit: str, language: str) -> str:
    """A value without a unit; what NumPy or pandas hold in a type of their own reads as it did before."""
    if hasattr(value, "tolist") and type(value).__name__ != "datetime64":  # an instant of NumPy's becomes a number
        value = value.tolist()
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a key beside which another is missing
    if isinstance(value, bool):
        return _FLAGS[language][0 if value else 1]
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(map(str, value))
    if isinstance(value, dt.date):
        return _day(value, unit, language)
    return str(value)


def _day(value: dt.date, unit: str, language: str) -> str:
    """A day, or the period that begins on it; an instant keeps its minutes. Days are alike in all languages."""
    if unit in ("month", "quarter", "year"):
        return _period(value, unit, language)
    if isinstance(value, dt.datetime) and (unit == "instant" or value.time() != dt.time()):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}"


def _period(value: dt.date, unit: str, language: str) -> str:
    """The month, quarter or year that begins on a day: "November 2025", "Q4 2025"; "2025年11月"."""
    if unit == "year":
        return f"{value:%Y}" if language == "en" else f"{value:%Y}年"
    if language != "en":
        return format_month(value, language) if unit == "month" else format_quarter(value, language)
    return f"{value:%B %Y}" if unit == "month" else f"Q{(value.month + 2) // 3} {value:%Y}"


MONEY = Unit("money", "金额")
COUNT = Unit("count", "数量")
RATE = Unit("rate", "比率")
POINTS = Unit("points", "百分点")
DAYS = Unit("days", "天")
HOURS = Unit("hours", "小时")
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
        *(MONEY, COUNT, RATE, POINTS, DAYS, HOURS, SECONDS, RATIO, SCORE, HOUR, WEEKDAY, MIXED),
        *(TEXT, KEY, LABEL, DATE, MONTH, QUARTER, YEAR, INSTANT, FLAG, LIST),
    )
}
