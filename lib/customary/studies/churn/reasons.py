"""What a score rests on, in words: the columns of a customer, grouped into themes, and the sentence of each theme."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customary.language import format_days
from customary.reasons import (
    COMPLAINTS,
    DISCOUNT,
    IN_SEASON,
    LAST,
    LAST_LATE,
    ONE_COMPLAINT,
    ONE_IN_SEASON,
    ONE_VISIT,
    ONE_VISIT_WITH_CART,
    ONLY,
    ONLY_LATE,
    SENT_BACK,
    SPEND,
    TREND,
    VISITS,
    VISITS_WITH_CART,
)
from customary.units import MONEY

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Facts = Mapping[str, Any]

# Column of the score → its theme. Columns that measure nearly the same, as all those of when and how often somebody
# bought, are one theme: apart, each would only correct the others, and its sign would mislead.
THEMES = {
    "days_since_last_order": "purchases",
    "overdue_ratio": "purchases",
    "gap_days": "purchases",
    "age_days": "purchases",
    "purchase_day_count": "purchases",
    "purchase_probability": "purchases",
    "season_purchase_day_count": "season",
    "spend": "spend",
    "spend_trend": "trend",
    "discount_share": "discount",
    "return_share": "returns",
    "year_refund": "returns",
    "late_visit_count": "visits",
    "early_visit_count": "visits",
    "cart_visit_count": "visits",
    "complaint_count": "complaints",
}
# Everything else is looked at as the logarithm of one more.
AS_THEY_ARE = ("discount_share", "return_share", "spend_trend", "purchase_probability")


def columns(facts: Facts, names: Sequence[str]) -> Array:
    """The score's columns of customers: logarithms, so that ten times as much is one step wherever it begins."""
    found = [facts[n] if n in AS_THEY_ARE else np.log1p(np.maximum(facts[n], 0.0)) for n in names]
    return np.column_stack(found)


def _count_text(count: float, one: str, several: str) -> str:
    return (one if count == 1 else several).format(count=f"{count:.0f}")


def _purchases(f: Facts, _currency: str) -> str:
    count, is_late = f["purchase_day_count"], f["overdue_ratio"] >= 0.05
    template = (ONLY_LATE if is_late else ONLY) if count == 1 else (LAST_LATE if is_late else LAST)
    days = format_days(f["days_since_last_order"], "en", most=0)
    return template.format(days=days, count=f"{count:.0f}", gaps=f"{f['overdue_ratio']:.1f}")


def _money(amount: float, currency: str) -> str:
    """An amount as it is kept, whoever reads it later."""
    return MONEY.text(amount, currency, "en")


def _trend(f: Facts, currency: str) -> str:
    return TREND.format(late=_money(f["late_spend"], currency), early=_money(f["early_spend"], currency))


def _visits(f: Facts, _currency: str) -> str:
    late, early, carts = f["late_visit_count"], f["early_visit_count"], f["cart_visit_count"]
    if not late + early:
        return "no visit in 90 days"
    one, several = (ONE_VISIT_WITH_CART, VISITS_WITH_CART) if carts else (ONE_VISIT, VISITS)
    return (one if late == 1 else several).format(late=f"{late:.0f}", early=f"{early:.0f}", carts=f"{carts:.0f}")


SENTENCES: dict[str, Callable[[Facts, str], str]] = {
    "purchases": _purchases,
    "trend": _trend,
    "season": lambda f, _c: _count_text(f["season_purchase_day_count"], ONE_IN_SEASON, IN_SEASON),
    "spend": lambda f, c: SPEND.format(spend=_money(f["spend"], c)),
    "discount": lambda f, _c: DISCOUNT.format(share=f"{100 * f['discount_share']:.0f}%"),
    "returns": lambda f, _c: SENT_BACK.format(share=f"{100 * f['return_share']:.0f}%"),
    "visits": _visits,
    "complaints": lambda f, _c: _count_text(f["complaint_count"], ONE_COMPLAINT, COMPLAINTS),
}


def strongest(contributions: Array, names: Sequence[str], most: int = 3) -> tuple[list[str], Places, Array]:
    """The themes, and for each customer the `most` strongest (their places, strongest first) with what they add."""
    themes = list(dict.fromkeys(THEMES[name] for name in names))
    sums = np.column_stack(
        [contributions[:, [THEMES[name] == theme for name in names]].sum(axis=1) for theme in themes]
    )
    order = np.argsort(-np.abs(sums), axis=1, kind="stable")[:, :most]
    return themes, order, np.take_along_axis(sums, order, axis=1)


def reasons(
    facts: Facts, contributions: Array, names: Sequence[str], currency: str, *, most: int = 3, least: float = 0.0
) -> list[list[str | None]]:
    """For each customer the strongest themes in words: "+ …" raises the risk of losing them, "− …" lowers it.

    What moves the log-odds by less than `least` is no reason; its place stays empty.
    """
    themes, order, adds = strongest(contributions, names, most)
    found: list[list[str | None]] = []
    for n, (places, amounts) in enumerate(zip(order, adds, strict=True)):
        own = {name: values[n] for name, values in facts.items()}
        texts = [
            f"{'−' if amount > 0 else '+'} {SENTENCES[themes[place]](own, currency)}"
            for place, amount in zip(places, amounts, strict=True)
            if abs(amount) >= least
        ]
        found.append([*texts, *[None] * (most - len(texts))])
    return found
