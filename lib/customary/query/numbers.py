"""How a spreadsheet shows a number so that it reads as the same cell does on a page: its value and its format.

A number stays a number. Rates and points are written in the percent that their heading names; where rows have different
units, the value brings its own, and the format holds its sign and its word.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from customary.units import MINUS, Unit

# "£1.2M", "34.1%", "−1,280.50", "12.3 days": what stands before the digits, digits, decimals, and what follows.
_NUMBER = re.compile(r"(?P<before>\D*?)(?P<whole>\d[\d,]*)(\.(?P<decimals>\d+))?(?P<after>\D*)")
_SCALES = {"k": ",", "M": ",,", "B": ",,,"}
_DURATION = '[m]" min "ss" s"'
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class FormattedNumber:
    """A number and the format under which a spreadsheet shows it."""

    value: float | int
    pattern: str


def _quote(text: str) -> str:
    """Text that a format shows as it is."""
    return f'"{text}"' if text else ""


def _with_minus(pattern: str, is_negative: bool, has_minus: bool) -> str:
    """The format with our own minus for what is below zero; none where it rounds to nothing."""
    if not is_negative:
        return pattern
    return f'{pattern};"{MINUS}"{pattern}' if has_minus else f"{pattern};{pattern}"


def _pattern(found: re.Match[str]) -> str:
    """The format that writes a number as the text has it: signs and words quoted, thousands as a scale, percent."""
    decimals, after = found["decimals"], found["after"]
    digits = "#,##0" + (f".{'0' * len(decimals)}" if decimals else "")
    word, percent = after.partition("%")[:2]
    return _quote(found["before"]) + digits + _SCALES.get(after, "") + _quote(word) + percent


def _in_percent(value: float | int) -> float:
    return float(100 * Decimal(str(value)))  # 100 × 0.07 is not quite 7


def spreadsheet_number(value: Any, unit: Unit, text: str) -> FormattedNumber | None:
    """The number behind a cell whose text is `text`; None where a spreadsheet has no number for it.

    `unit` is what the value of this row is measured in.
    """
    if not unit.is_number or isinstance(value, str | bool) or not math.isfinite(value):
        return None
    number = value if isinstance(value, int) else float(value)
    size = text.removeprefix(MINUS)
    is_negative, has_minus = number < 0, text != size
    if " min " in size:
        return FormattedNumber(number / _SECONDS_A_DAY, _with_minus(_DURATION, is_negative, has_minus))
    found = _NUMBER.fullmatch(size)
    if found is None:  # a weekday has a name
        return FormattedNumber(number, _quote(text))
    if unit.name in ("rate", "points") and "%" not in size:
        number = _in_percent(number)
    return FormattedNumber(number, _with_minus(_pattern(found), is_negative, has_minus))
