"""What the values of a column look like, from its first rows: times, amounts, whole numbers, e-mails, keys."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from customary.intake.amounts import PIECES

# The codes of currencies (ISO 4217): FUR-1 is a product and no amount, whatever three letters it begins with.
_ISO = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK "
    "HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RMB "
    "RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS "
    "UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL"
)
_MONEY = (
    rf"(?:{_ISO.replace(' ', '|')}|[A-Z]{{0,2}}\$|[€£¥￥₽₹৳₩₺元円₴₪₫₱₦฿]|kr\.?|Rs\.?|руб\.?|р\.|zł|Kč|Ft|лв\.?|грн\.?)?"
)
_AMOUNT = re.compile(rf"[(+-]?\s*{_MONEY}\s*[+-]?\d[\d.,'\u00a0\u202f ]*\s*{_MONEY}\s*\)?-?")
_PERCENT = re.compile(r"[+-]?\s*\d{1,3}(?:[.,]\d+)?\s*[%％]")
_PIECES = re.compile(rf"[+-]?\d[\d.,]*\s*(?:{PIECES})|[xX×]\s*\d+")
_WHOLE = re.compile(r"[+-]?\d+(?:\.0+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_PHONE = re.compile(r"\+?[\d\s()/-]{7,20}")
_DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}.*"  # begins with its year
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?:\D.*)?"  # begins with a day or a month
    r"|(?:19|20)\d{6}(?:[T ]?\d{4,6})?"  # digits alone
    r"|\d{1,2} de [A-Za-zç]+ (?:de )?\d{4}.*"  # 5 de março de 2024
    r"|(?:[A-Za-z]{3,9}[ -]\d{1,2}|\d{1,2}[ .-]+[A-Za-zäéû]{3,9})[ ,.-]+\d{2,4}.*"  # the month by name
)
_EPOCH = re.compile(r"1\d{9}|1\d{12}|1\d{15}|1\d{18}")
_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?\s*(?:[AaPp][Mm])?|(?:[01]?\d|2[0-3])[0-5]\d(?:[0-5]\d)?"
)
_HOUR = re.compile(r"[01]?\d|2[0-3]")
_MIDNIGHT = re.compile(r"[ T]00:00(?::00)?")
_WITH_CLOCK = re.compile(r".*\d:\d\d.*|\d{8}[T ]?\d{4,6}")
_SERIAL = re.compile(r"[3-6]\d{4}(?:\.\d+)?")


YES = ("true", "yes", "y", "1", "是", "有", "ja", "oui", "sí", "si", "sim", "tak")
_NO = ("false", "no", "n", "0", "否", "无", "nein", "non", "não", "nie")
_YES_OR_NO = tuple(word for word in (*YES, *_NO) if not word.isdigit())
_OF_BANK = re.compile(r"[\dxX*•-]*[xX*•]{2,}[\dxX*• -]*|\d{4}|\d{13,19}")
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_COMMA_LAST, _DOT_LAST = re.compile(r"\d,\d{1,2}(?!\d)"), re.compile(r"\d\.\d{1,2}(?!\d)")


def amount_reading(values: Sequence[str]) -> str | None:
    """How amounts that are not plainly written are read, where the first rows decide: `1.234,56` or `1,234.56`.

    None where all are plain, or where the rows say both or neither: then the build decides by all of them, or asks.
    """
    if all(_PLAIN.fullmatch(value) for value in values):
        return None
    if not any("," in value or "." in value for value in values):
        return "1,234.56"  # signs and blanks only: $50
    comma, dot = (any(pattern.search(value) for value in values) for pattern in (_COMMA_LAST, _DOT_LAST))
    return {(True, False): "1.234,56", (False, True): "1,234.56"}.get((comma, dot))


_PAIR = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](?:\d{4}|\d{2})(?:\D.*)?")
_EITHER = re.compile(r"\D*[1-9]\d{0,2}[.,]\d{3}\D*")


def is_open(values: Sequence[str]) -> bool:
    """Whether some values can be read in two ways, 1.234 or 03/04/2024, and no other one decides it."""
    days = [(int(pair[1]), int(pair[2])) for value in values if (pair := _PAIR.fullmatch(value))]
    if days:
        return all(first <= 12 and second <= 12 for first, second in days)
    has_doubt = any(map(_EITHER.fullmatch, values))
    return has_doubt and not any(_COMMA_LAST.search(value) or _DOT_LAST.search(value) for value in values)


MOST = 0.8


def _is_checked(number: str) -> bool:
    """Whether the last of a card's digits is the one that the others ask for (Luhn); a masked one has none to ask."""
    if not number.isdigit():
        return True
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


@dataclass(frozen=True)
class Values:
    """The values of a column in the first rows, without blanks, and how many rows were looked at."""

    given: Sequence[str]
    row_count: int

    def share(self, fits: Callable[[str], object]) -> float:
        """Which share of the values fits."""
        return sum(1 for value in self.given if fits(value)) / len(self.given) if self.given else 0.0

    @cached_property
    def times(self) -> float:
        """The share of values that are dates or times, digits since 1970 included."""
        return self.share(lambda value: _DATE.fullmatch(value) or _EPOCH.fullmatch(value))

    @cached_property
    def clocks(self) -> float:
        """The share of values that are times of day: 14:33:10, 2:33 PM or 1433."""
        return self.share(_CLOCK.fullmatch)

    @cached_property
    def hours(self) -> float:
        """The share of values that are hours of the day, 0 to 23."""
        return self.share(_HOUR.fullmatch)

    @property
    def are_bare_days(self) -> bool:
        """Whether the values are dates and none of them has a time of day, midnights apart."""
        days = [_MIDNIGHT.sub("", value) for value in self.given]
        return self.share(_DATE.fullmatch) >= MOST and not any(_WITH_CLOCK.fullmatch(day) for day in days)

    @cached_property
    def serials(self) -> float:
        """The share of values that could be a spreadsheet's day numbers."""
        return self.share(_SERIAL.fullmatch)

    @cached_property
    def amounts(self) -> float:
        """The share of values that are numbers, with or without a currency."""
        return self.share(_AMOUNT.fullmatch)

    @cached_property
    def pieces(self) -> float:
        """The share of values that are numbers with what pieces are called beside them: 2 pcs, 2件, x2."""
        return self.share(_PIECES.fullmatch)

    @cached_property
    def percents(self) -> float:
        """The share of values that are percent: 10%, -12,5 %."""
        return self.share(_PERCENT.fullmatch)

    @property
    def is_amount(self) -> bool:
        """Whether most values are amounts and no times."""
        return self.amounts >= MOST and self.times < MOST

    @cached_property
    def wholes(self) -> float:
        """The share of values that are whole numbers."""
        return self.share(_WHOLE.fullmatch)

    @cached_property
    def emails(self) -> float:
        """The share of values that are e-mail addresses."""
        return self.share(_EMAIL.fullmatch)

    @cached_property
    def phones(self) -> float:
        """The share of values that could be telephone numbers."""
        return self.share(_PHONE.fullmatch)

    @cached_property
    def flags(self) -> float:
        """The share of values that say yes or no in a word."""
        return self.share(lambda value: value.lower() in _YES_OR_NO)

    @cached_property
    def bank_cards(self) -> float:
        """The share of values that are a bank's cards: masked, the last four digits, or with a right check digit."""
        return self.share(lambda value: _OF_BANK.fullmatch(value) and (len(value) < 13 or _is_checked(value)))

    @cached_property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(set(self.given))

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return bool(self.given) and self.distinct == len(self.given) == self.row_count

    @property
    def fill(self) -> float:
        """The share of rows that have a value."""
        return len(self.given) / self.row_count if self.row_count else 0.0
