"""The one place for language: definitions in Chinese, and numbers, money and dates as English and Chinese write them.

Texts stand in gettext catalogues, `<language>.po` in `CATALOGUES`. An entry's context names what it speaks of
("metric:net_revenue"), its msgid is the definition as the code has it, its msgstr the same in the other language. A
definition that was edited since no longer matches, and its English stands until somebody translates it again.
Babel is imported where it is used: whoever asks for no text, sign or date does not wait for it.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel import Locale

CATALOGUES = Path(__file__).resolve().parents[2] / "data" / "language"
LANGUAGES = ("en", "zh")
NOTHING = "–"
MINUS = "−"

type Number = float | Decimal | None
type Day = dt.date | None

# Group and decimal marks as Babel has them (a test compares): with Babel itself a number takes twenty times as long,
# and the first one waits for its import.
_MARKS: Mapping[str, tuple[str, str]] = {"en": (",", "."), "zh": (",", ".")}
_SCALES: Mapping[str, tuple[tuple[int, str], ...]] = {
    "en": ((1_000, "k"), (1_000_000, "M"), (1_000_000_000, "B")),
    "zh": ((10_000, "万"), (100_000_000, "亿"), (1_000_000_000_000, "万亿")),
}
_SHORT_FROM = 10_000  # smaller numbers are written out: 9,876 is as short as 9.9k and says more
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"day": "day", "days": "days", "points": "points", "minutes": "min", "seconds": "s"},
    "zh": {"day": "天", "days": "天", "points": "个百分点", "minutes": "分", "seconds": "秒"},
}
_PATTERNS: Mapping[str, Mapping[str, str]] = {
    "en": {"date": "d MMMM y", "month": "MMMM y", "quarter": "QQQ y", "weekday": "EEEE"},
    "zh": {"date": "y年M月d日", "month": "y年M月", "quarter": "y年QQQQ", "weekday": "EEEE"},
}
# One sign, one currency, in both languages: ¥ is the yuan, so the yen says whose it is. The commonest stand here as
# Babel has them (a test compares), so that an amount in them does not wait for its import.
_SIGNS = {"CNY": "¥", "JPY": "JP¥", "GBP": "£", "EUR": "€", "USD": "$", "BRL": "R$"}


@dataclass(frozen=True)
class Untranslated:
    """Contexts without a current translation: `absent` have none, those of `stale` translate an earlier text.

    `unknown` are entries of the catalogue that speak of nothing that exists.
    """

    absent: tuple[str, ...]
    stale: tuple[str, ...]
    unknown: tuple[str, ...]


@cache
def _catalogue(path: Path) -> Mapping[str, tuple[str, str]]:
    """Context → its text and translation, of the entries that a translator has finished (not marked fuzzy)."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        messages = list(read_po(file, abort_invalid=True))
    return {m.context: (str(m.id), str(m.string)) for m in messages if m.context and m.string and not m.fuzzy}


def _entries(language: str, folder: Path | None) -> Mapping[str, tuple[str, str]]:
    """The entries of a language's catalogue in `folder`, by default `CATALOGUES` as it stands now."""
    return _catalogue((folder or CATALOGUES) / f"{known_language(language)}.po")


class _Reader:
    """Whom this process asks for the language of whoever reads; English until somebody says."""

    ask: Callable[[], str] = staticmethod(lambda: LANGUAGES[0])


def reader_language() -> str:
    """The language of whoever reads: of a page's link, of the command line; English where nobody says."""
    asked = _Reader.ask()
    return asked if asked in LANGUAGES else LANGUAGES[0]


def ask_reader(ask: Callable[[], str]) -> None:
    """From now on `ask()` says which language the reader has; it is asked each time: one process has many readers."""
    _Reader.ask = staticmethod(ask)


def known_language(language: str = "") -> str:
    """The language that is asked for, the reader's own where none is; a ValueError for one that nobody has."""
    language = language or reader_language()
    if language not in LANGUAGES:
        raise ValueError(f"no language is called “{language}” – known: {', '.join(LANGUAGES)}")
    return language


def translate(context: str, text: str, language: str = "", folder: Path | None = None) -> str:
    """`text` in `language`; the text itself in English, and where nobody has translated it as it now stands.

    `context` names what it speaks of, such as "metric:net_revenue". An unknown language is a ValueError.
    """
    if known_language(language) == "en":
        return text
    source, translation = _entries(language, folder).get(context, ("", ""))
    return translation if source == text else text


def translation_gaps(texts: Mapping[str, str], language: str = "zh", folder: Path | None = None) -> Untranslated:
    """What the catalogue lacks of `texts` (context → text as it now stands), and what it has beyond them."""
    entries = _entries(language, folder)
    return Untranslated(
        absent=tuple(context for context in texts if context not in entries),
        stale=tuple(context for context, text in texts.items() if context in entries and entries[context][0] != text),
        unknown=tuple(context for context in entries if context not in texts),
    )


def is_nothing(value: Any) -> bool:
    """Whether there is no value to write: None, NaN of Python or NumPy however it is held, pandas' NA and NaT."""
    if getattr(value, "shape", None) == ():  # NumPy's scalars and arrays of no dimension
        value = value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return not hasattr(value, "__len__") and bool(value != value)  # a text or a list is something


@cache
def _locale(language: str) -> "Locale":
    from babel import Locale

    return Locale.parse(language)


def _round(value: Decimal, digits: int) -> Decimal:
    """Half away from zero, as a shopkeeper and a spreadsheet round: 0.125 becomes 0.13."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP) if value.is_finite() else value


def _plain(size: Decimal, language: str, most: int, least: int = 0) -> str:
    """A number that is not negative, in groups of three, with `least` to `most` decimals."""
    if not size.is_finite():
        return "∞"
    group, point = _MARKS[known_language(language)]
    whole, _, decimals = f"{_round(size, most):,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return whole.replace(",", group) + (point + decimals if decimals else "")


def _with_sign(value: Decimal, text: str) -> str:
    """`text`, which writes the size of `value`, with a minus where it is negative and does not round to nothing."""
    return MINUS + text if value < 0 and any(c in "123456789∞" for c in text) else text


def _decimal(value: Any) -> Decimal:
    """A number of Python, NumPy or a database as the decimal that it prints as."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def format_number(value: Number, language: str = "", most: int = 2, least: int = 0) -> str:
    """The number in full, "1,234.5", with at most `most` and at least `least` decimals; a dash where there is none.

    A column of a table that should stand in line takes `least` = `most`.
    """
    if is_nothing(value):
        return NOTHING
    number = _decimal(value)
    return _with_sign(number, _plain(abs(number), language, most, least))


def format_percent(value: Number, language: str = "", most: int = 1, least: int = 0) -> str:
    """A share between 0 and 1 in percent: "34.1%", without a space in both languages."""
    return NOTHING if is_nothing(value) else format_number(100 * _decimal(value), language, most, least) + "%"


def format_points(value: Number, language: str = "", most: int = 1, least: int = 0) -> str:
    """A difference of two shares: "−1.2 points", "−1.2 个百分点"."""
    if is_nothing(value):
        return NOTHING
    return f"{format_number(100 * _decimal(value), language, most, least)} {_WORDS[known_language(language)]['points']}"


def format_days(value: Number, language: str = "", most: int = 1, least: int = 0) -> str:
    """A number of days: "12.3 days", "1 day", "12.3 天"."""
    if is_nothing(value):
        return NOTHING
    text = format_number(value, language, most, least)
    return f"{text} {_WORDS[known_language(language)]['day' if text.strip(MINUS) == '1' else 'days']}"


def format_duration(seconds: Number, language: str = "") -> str:
    """Seconds as "2 min 05 s" or "45 s", "2 分 05 秒" or "45 秒"."""
    if is_nothing(seconds):
        return NOTHING
    words, number = _WORDS[known_language(language)], _decimal(seconds)
    minutes, rest = divmod(int(_round(abs(number), 0)), 60)
    whole = f"{_plain(Decimal(minutes), language, 0)} {words['minutes']} {rest:02d} {words['seconds']}"
    return _with_sign(number, whole if minutes else f"{rest} {words['seconds']}")


def currency_sign(currency: str, language: str = "") -> str:
    """What stands before an amount: "£" for GBP, "¥" for CNY, "JP¥" for JPY, "CHF " for CHF, "" for no currency."""
    return _sign(currency, known_language(language))


@cache
def _sign(currency: str, language: str) -> str:
    from babel.numbers import get_currency_symbol

    sign = _SIGNS.get(currency) or (get_currency_symbol(currency, _locale(language)) if currency else "")
    return f"{sign} " if sign[-1:].isalpha() else sign


def _amount(size: Decimal, currency: str, language: str) -> str:
    """An amount in full without its sign: whole, or with the decimals of its currency, but never with one of two."""
    from babel.numbers import get_currency_precision

    digits = get_currency_precision(currency) if currency else 2
    rounded = _round(size, digits)
    return _plain(rounded, language, digits, 0 if rounded == rounded.to_integral_value() else digits)


def format_money(value: Number, currency: str, language: str = "") -> str:
    """The amount in full with its currency's sign: "£1,280", "£1,280.50", "−¥320"; a dash where there is none."""
    if is_nothing(value):
        return NOTHING
    number = _decimal(value)
    return _with_sign(number, currency_sign(currency, language) + _amount(abs(number), currency, language))


def format_compact(value: Number, language: str = "", currency: str = "") -> str:
    """The number as short as a sentence, a tile or an axis wants it, with the sign of a currency if there is one.

    From 10,000 on with one decimal at most: "34.5k", "£1.2M", "3B"; in Chinese "3.5万", "¥123.5万", "1.2亿". Smaller
    ones are written out: "9,876", "£49.99", "2.5".
    """
    if is_nothing(value):
        return NOTHING
    number = _decimal(value)
    return _with_sign(number, currency_sign(currency, language) + _short(abs(number), currency, language))


def _short(size: Decimal, currency: str, language: str) -> str:
    if not size.is_finite() or _round(size, 0) < _SHORT_FROM:
        return _full_number(size, currency, language)
    scales = _SCALES[known_language(language)]
    for (scale, letter), (following, _) in pairwise(scales):
        # Rounding may reach the next scale: 999,960 is 1M and not 1,000k.
        if _round(size / scale, 1) < following // scale:
            return _plain(size / scale, language, 1) + letter
    scale, letter = scales[-1]
    return _plain(size / scale, language, 1) + letter


def _full_number(size: Decimal, currency: str, language: str) -> str:
    if size >= 1_000 or not size.is_finite():
        return _plain(size, language, 0)
    return _amount(size, currency, language) if currency else _plain(size, language, 2)


def _format_day(value: Day, part: str, language: str) -> str:
    from babel.dates import format_date as babel_date

    pattern = _PATTERNS[known_language(language)][part]
    return NOTHING if is_nothing(value) else babel_date(value, pattern, _locale(known_language(language)))


def format_date(value: Day, language: str = "") -> str:
    """A day in a sentence or a heading: "1 November 2025", "2025年11月1日"."""
    return _format_day(value, "date", language)


def format_iso_date(value: Day) -> str:
    """A day in a table, a file or a window, alike in both languages: "2025-11-01"."""
    return NOTHING if value is None or is_nothing(value) else f"{value:%Y-%m-%d}"


def format_month(value: Day, language: str = "") -> str:
    """The month of a day: "November 2025", "2025年11月"."""
    return _format_day(value, "month", language)


def format_quarter(value: Day, language: str = "") -> str:
    """The quarter of a day: "Q4 2025", "2025年第四季度"."""
    return _format_day(value, "quarter", language)


def format_weekday(number: int, language: str = "") -> str:
    """The day of the week, 0 = Monday: "Monday", "星期一"."""
    return _format_day(dt.date(2024, 1, 1 + int(number)), "weekday", language)  # 1 January 2024 was a Monday
