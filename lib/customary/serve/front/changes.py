"""What changed and why, in sentences: each says no more than its interval and opens the chapter on the same days."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from customary.language import format_compact
from customary.page.markup import element, join
from customary.page.passports import fold
from customary.query.findings import SureFinding, what_changed
from customary.serve.front.periods import FrontPeriod, address, days_query, words_of
from customary.serve.front.pictures import interval
from customary.shop import Shop
from customary.wording import say

# Metric → the chapter that shows it, and the sentences of a rise and of a fall.
_TOLD: Mapping[str, tuple[str, str, str]] = {
    "net_revenue": (
        "01_goals",
        "Net revenue rose by {amount}: {after} instead of {before} in {earlier}.",
        "Net revenue fell by {amount}: {after} instead of {before} in {earlier}.",
    ),
    "buyer_count": (
        "17_retention",
        "More people bought, {after} instead of {before}: that alone brought {amount}.",
        "Fewer people bought, {after} instead of {before}: that alone cost {amount}.",
    ),
    "orders_per_buyer": (
        "08_lifecycle",
        "Buyers ordered more often, {after} times instead of {before}: that alone brought {amount}.",
        "Buyers ordered less often, {after} times instead of {before}: that alone cost {amount}.",
    ),
    "average_order_value": (
        "06_orders",
        "Orders were larger, {after} instead of {before}: that alone brought {amount}.",
        "Orders were smaller, {after} instead of {before}: that alone cost {amount}.",
    ),
    "returned_revenue": (
        "07_returns",
        "Less was refunded, {after} instead of {before}: that left {amount} more.",
        "More was refunded, {after} instead of {before}: that took {amount}.",
    ),
    "order_count": (
        "06_orders",
        "{when} had {value} orders, more than season and growth let expect.",
        "{when} had {value} orders, fewer than season and growth let expect.",
    ),
    "ordered_revenue": (
        "06_orders",
        "{when} brought {value} of sales, more than season and growth let expect.",
        "{when} brought {value} of sales, less than season and growth let expect.",
    ),
    "session_count": (
        "04_visits",
        "{when} had {value} visits, more than season and growth let expect.",
        "{when} had {value} visits, fewer than season and growth let expect.",
    ),
}


def changes(shop: Shop, period: FrontPeriod, stems: tuple[str, ...]) -> Markup:
    """The list of findings; where nothing changed surely, that is said."""
    found = what_changed(shop, period.during, period.against) if period.is_dated else ()
    if not found:
        return element("p", _nothing(period), kind="quiet")
    items = [_item(shop, finding, period, stems) for finding in found]
    rest = Markup() if len(found) > 2 else element("p", say("Nothing else changed beyond chance."), kind="quiet")
    return join([element("ol", join(items), kind="findings"), rest])


def _nothing(period: FrontPeriod) -> str:
    if not period.is_dated:
        return say("Nothing in this shop's tables has a day, so no change can be told.")
    if period.against is None:
        return say(
            "There is no earlier period to compare {when} with, so nothing is said to have changed.",
            when=words_of(period.during),
        )
    return say(
        "Nothing changed beyond chance between {earlier} and {when}, and the last month and week were as season and "
        "growth let expect, as far as the data reach back.",
        earlier=words_of(period.against),
        when=words_of(period.during),
    )


def _item(shop: Shop, finding: SureFinding, period: FrontPeriod, stems: tuple[str, ...]) -> Markup:
    stem, *_sentences = _TOLD[finding.about]
    query = days_query(finding.during) if finding.is_surprise else period.query
    said = sentence(finding, shop.currency)
    # A shop's own folder of chapters need not have ours.
    head = Markup('<a href="{}">{}</a>').format(address(stem, query), said) if stem in stems else said
    drawing, bounds = _surprise_bounds(finding) if finding.is_surprise else _driver_bounds(finding, shop.currency)
    return element(
        "li", element("p", head, kind="said"), drawing, element("p", bounds, kind="note"), fold([finding.answer])
    )


def sentence(finding: SureFinding, currency: str) -> str:
    """The finding in words; its direction is that of its interval."""
    _stem, rise, fall = _TOLD[finding.about]
    row = finding.row
    if finding.is_surprise:
        template = rise if row["value"] > row["expected"] else fall
        return say(template, when=words_of(finding.during), value=_in_unit(finding, "value"))
    template = rise if row["contribution"] > 0 else fall
    return say(
        template,
        amount=format_compact(abs(row["contribution"]), currency=currency),
        after=_in_unit(finding, "after"),
        before=_in_unit(finding, "before"),
        earlier=words_of(finding.against) if finding.against else "",
    )


def _in_unit(finding: SureFinding, column: str) -> str:
    return finding.answer.cell(column, finding.row)


def _driver_bounds(finding: SureFinding, currency: str) -> tuple[Markup, str]:
    row = finding.row
    low, high = (format_compact(row[f"{end}_contribution"], currency=currency) for end in ("low", "high"))
    drawn = interval(row["low_contribution"], row["high_contribution"], row["contribution"])
    return drawn, say("95% interval: {low} to {high}; the dotted line is no change", low=low, high=high)


def _surprise_bounds(finding: SureFinding) -> tuple[Markup, str]:
    row = finding.row
    low, high = (finding.answer.cell(f"{end}_expected", row) for end in ("low", "high"))
    drawn = interval(row["low_expected"], row["high_expected"], row["value"], None)
    return drawn, say(
        "Expected were {low} to {high} (99% interval, from {before} a year before)",
        low=low,
        high=high,
        before=_in_unit(finding, "year_before"),
    )
