"""Units: how a number is written for a reader."""

from dataclasses import dataclass

_SIGNS = {"GBP": "£", "USD": "$", "EUR": "€", "CNY": "¥", "BRL": "R$", "JPY": "¥"}


def _short(value: float) -> str:
    for limit, letter in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            return f"{value / limit if limit > 1e4 else value / 1e3:,.3g}{letter}"
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:,.2f}"


def _duration(value: float) -> str:
    minutes, seconds = divmod(round(value), 60)
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


@dataclass(frozen=True)
class Unit:
    """How a number is written: `text(value, currency)` gives "£1.2M", "34.1 %", "12.3 days" or "–"."""

    name: str
    zh: str

    def text(self, value: float | None, currency: str = "") -> str:
        """The value as a reader expects it; None and NaN are a dash, never 0."""
        if value is None or value != value:
            return "–"
        sign = _SIGNS.get(currency, f"{currency} " if currency else "")
        return {
            "money": lambda: f"{'−' if value < 0 else ''}{sign}{_short(abs(value))}",
            "count": lambda: f"{value:,.0f}" if abs(value) < 1e6 else _short(value),
            "rate": lambda: f"{100 * value:.1f} %",
            "days": lambda: f"{value:,.1f} days",
            "seconds": lambda: _duration(value),
            "ratio": lambda: f"{value:,.2f}",
        }[self.name]()


MONEY = Unit("money", "金额")
COUNT = Unit("count", "数量")
RATE = Unit("rate", "比率")
DAYS = Unit("days", "天")
SECONDS = Unit("seconds", "秒")
RATIO = Unit("ratio", "比值")
