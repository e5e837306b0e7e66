"""What a score rests on, in words: the columns of a customer, grouped into themes, and the sentence of each theme."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customary.words import MONEY

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Facts = Mapping[str, Any]

# Column of the score → its theme. Shares are taken as they are, everything else as the logarithm of one more.
THEMES = {
    "days_since_last_order": "rhythm",
    "overdue_ratio": "rhythm",
    "gap_days": "rhythm",
    "buying_odds": "rhythm",
    "purchase_day_count": "orders",
    "late_purchase_day_count": "trend",
    "early_purchase_day_count": "trend",
    "season_purchase_day_count": "season",
    "age_days": "age",
    "spend": "spend",
    "discount_share": "discount",
    "return_day_count": "returns",
    "year_refund": "returns",
    "late_visit_count": "visits",
    "early_visit_count": "visits",
    "cart_visit_count": "visits",
    "complaint_count": "complaints",
}
AS_THEY_ARE = ("discount_share", "buying_odds")


def columns(facts: Facts, names: Sequence[str]) -> Array:
    """The score's columns of customers: logarithms, so that ten times as much is one step wherever it begins."""
    found = [facts[n] if n in AS_THEY_ARE else np.log1p(np.maximum(facts[n], 0.0)) for n in names]
    return np.column_stack(found)


def _times(count: float, one: str) -> str:
    return f"{count:.0f} {one}{'' if count == 1 else 's'}"


def _rhythm(f: Facts, _currency: str) -> str:
    since = f"{_times(f['days_since_last_order'], 'day')} since the last order"
    return f"{since}, {f['overdue_ratio']:.1f} usual gaps" if f["overdue_ratio"] >= 0.05 else since


def _visits(f: Facts, _currency: str) -> str:
    cart = f", {f['cart_visit_count']:.0f} with a cart" if f["cart_visit_count"] else ""
    late, early = f["late_visit_count"], f["early_visit_count"]
    return f"{_times(late, 'visit')} in the last 30 days, {early:.0f} in the 60 before{cart}"


SENTENCES: dict[str, Callable[[Facts, str], str]] = {
    "rhythm": _rhythm,
    "orders": lambda f, _c: f"bought on {_times(f['purchase_day_count'], 'day')} so far",
    "trend": lambda f, _c: (
        f"{_times(f['late_purchase_day_count'], 'purchase day')} in the last 90 days, "
        f"{f['early_purchase_day_count']:.0f} in the 90 before"
    ),
    "season": lambda f, _c: f"{_times(f['season_purchase_day_count'], 'purchase day')} in this season last year",
    "age": lambda f, _c: f"first bought {_times(f['age_days'], 'day')} ago",
    "spend": lambda f, c: f"spent {MONEY.text(f['spend'], c)} so far",
    "discount": lambda f, _c: f"{100 * f['discount_share']:.0f} % discount on average",
    "returns": lambda f, _c: f"sent something back on {_times(f['return_day_count'], 'day')}",
    "visits": _visits,
    "complaints": lambda f, _c: f"{_times(f['complaint_count'], 'complaint')} in the last year",
}


def strongest(contributions: Array, names: Sequence[str], most: int = 3) -> tuple[list[str], Places, Array]:
    """The themes, and for each customer the `most` strongest (their places, strongest first) with what they add."""
    themes = list(dict.fromkeys(THEMES[name] for name in names))
    sums = np.column_stack(
        [contributions[:, [THEMES[name] == theme for name in names]].sum(axis=1) for theme in themes]
    )
    order = np.argsort(-np.abs(sums), axis=1, kind="stable")[:, :most]
    return themes, order, np.take_along_axis(sums, order, axis=1)


def reasons(facts: Facts, contributions: Array, names: Sequence[str], currency: str, most: int = 3) -> list[list[str]]:
    """For each customer the strongest themes in words: "+ …" raises the risk of losing them, "− …" lowers it."""
    themes, order, adds = strongest(contributions, names, most)
    told = []
    for n, (places, amounts) in enumerate(zip(order, adds, strict=True)):
        own = {name: values[n] for name, values in facts.items()}
        told.append(
            [
                f"{'−' if amount > 0 else '+'} {SENTENCES[themes[place]](own, currency)}"
                for place, amount in zip(places, amounts, strict=True)
            ]
        )
    return told
