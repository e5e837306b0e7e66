"""What to do: the lists that are open, with their size and what is at stake; never a row about one person."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from customary.language import format_compact
from customary.page.markup import element, join
from customary.page.passports import fold
from customary.query.open_lists import OpenList, open_lists
from customary.serve.front.periods import address
from customary.shop import Shop
from customary.wording import say

# List → the chapter that has it, what to do, and what its amount is.
_TOLD: Mapping[str, tuple[str, str, str]] = {
    "value_at_risk": (
        "11_lifetime_value",
        "Win back customers who are drifting away",
        "{amount} of expected value at risk",
    ),
    "high_value_care": (
        "13_care",
        "Call the best customers who show a sign of trouble",
        "They spent {amount} in the last year",
    ),
    "early_warning": (
        "08_lifecycle",
        "Write to buyers who are late or have gone quiet",
        "They spent {amount} in the last year",
    ),
    "next_tier": (
        "09_tiers",
        "Lift those who are nearest to the best tier",
        "They spent {amount} in the last year",
    ),
    "first_time_buyers": (
        "13_care",
        "Help first-time buyers to a second order",
        "Their first orders brought {amount}",
    ),
}


def todo(shop: Shop, stems: tuple[str, ...]) -> Markup:
    """The open lists, each with its chapter; where there is none, that is said."""
    made = open_lists(shop)
    found = [each for each in made if each.size]
    if found:
        return element("ul", join(_item(shop, each, stems) for each in found), kind="lists")
    none = say("No list is open: nobody who may be addressed needs anything today.")
    few = say("There are no lists yet: they need orders that name their customers, and enough of them.")
    return element("p", none if made else few, kind="quiet")


def _item(shop: Shop, each: OpenList, stems: tuple[str, ...]) -> Markup:
    stem, act, worth = _TOLD[each.name]
    said = say(act)
    head = Markup('<a href="{}">{}</a>').format(address(stem), said) if stem in stems else said
    amount = say(worth, amount=format_compact(each.amount, currency=shop.currency)) if each.amount else ""
    is_number = each.size_text[:1].isdigit()
    count = element("span", each.size_text, kind="size" if is_number else "unit")
    people = element("span", say("customers"), kind="unit")
    words = element("div", element("p", head, kind="said"), element("p", amount, kind="note"), fold([each.answer]))
    return element("li", element("p", count, " ", people, kind="count"), words)
