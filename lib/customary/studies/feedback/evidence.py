"""What speaks for a change: returns, complaints, low reviews, detractors and searches, by product and by topic."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.stats.intervals import share, wilson

LOW_STARS, DETRACTOR = 2, 6  # the highest score that is one
COUNTS = ("order_count", "returned_count", "complaint_count", "low_review_count", "detractor_count")
EVIDENCE = COUNTS[1:]
RECURRING = 3  # months of those looked at with complaints of a topic: less is an incident
KEYS = ("change_about", "change_of", "subject_name", "category")


def products(
    items: ir.Table, tickets: ir.Table, responses: ir.Table, events: ir.Table, rule: Mapping[str, Any]
) -> ir.Table:
    """A row per product that was ordered: the orders behind each sign, and signs that are beyond its category's usual.

    A complaint or a detractor counts for every product of the order; complaints of topics that the rule calls no fault
    of goods do not. Searches are those for the product's very name.
    """
    lines = items.filter(items.product_id.notnull())
    lines = lines.group_by("order_id", "product_id").agg(
        product_name=_.product_name.min(),
        category=_.category.min(),
        is_back=_.return_delay_days.notnull().any(),
    )
    cases = tickets.filter((tickets.kind == "complaint") & tickets.order_id.notnull())
    cases = cases.filter(cases.topic.isnull() | cases.topic.notin(rule["not_about_goods"]))
    angry = responses.filter(
        (responses.survey == "nps") & (responses.score <= DETRACTOR) & responses.order_id.notnull()
    )
    for name, found in {"is_complained_of": cases, "is_detracted": angry}.items():
        orders = found.select(of_order="order_id").distinct().mutate(**{name: ibis.literal(True)})
        lines = lines.left_join(orders, lines.order_id == orders.of_order).drop("of_order")
    t = lines.group_by(change_of=lines.product_id).agg(
        subject_name=_.product_name.min(),
        category=_.category.min(),
        order_count=_.count(),
        returned_count=_.is_back.sum().fill_null(0),
        complaint_count=_.is_complained_of.fill_null(False).sum(),
        detractor_count=_.is_detracted.fill_null(False).sum(),
    )
    t = _with_reviews(t, responses)
    return _with_signs(_with_searches(t, events)).mutate(change_about=ibis.literal("product"))


def _with_reviews(t: ir.Table, responses: ir.Table) -> ir.Table:
    reviews = responses.filter((responses.survey == "review") & responses.product_id.notnull())
    reviews = reviews.group_by(reviewed_id="product_id").agg(
        review_count=_.count(), low_review_count=(_.score <= LOW_STARS).sum().fill_null(0)
    )
    t = t.left_join(reviews, t.change_of == reviews.reviewed_id).drop("reviewed_id")
    return t.mutate(**{name: t[name].fill_null(0) for name in ("review_count", "low_review_count")})


def _with_searches(t: ir.Table, events: ir.Table) -> ir.Table:
    searched = events.filter((events.event_name == "search") & events.search_term.notnull())
    searched = searched.group_by(term=searched.search_term.strip().lower()).agg(search_count=_.count())
    t = t.left_join(searched, t.subject_name.strip().lower() == searched.term).drop("term")
    return t.mutate(search_count=t.search_count.fill_null(0))


def _with_signs(t: ir.Table) -> ir.Table:
    """How many of the signs are beyond the usual of the category, whose interval they leave below."""
    among = ibis.window(group_by=t.category)
    parts = (
        ("returned_count", "order_count"),
        ("complaint_count", "order_count"),
        ("low_review_count", "review_count"),
    )
    signs = []
    for part, whole in parts:
        usual = share(t[part].sum().over(among), t[whole].sum().over(among))
        signs.append((wilson(t[part], t[whole])[0] > usual).fill_null(False).cast("int64"))
    return t.mutate(sign_count=signs[0] + signs[1] + signs[2])


def topics(tickets: ir.Table, orders: ir.Table, responses: ir.Table) -> ir.Table:
    """A row per topic of the service: its complaints, the months that had any, and what else befell those orders."""
    cases = tickets.filter((tickets.kind == "complaint") & tickets.topic.notnull())
    angry = responses.filter(
        (responses.survey == "nps") & (responses.score <= DETRACTOR) & responses.order_id.notnull()
    )
    facts = orders.select(of_order="order_id", is_back=orders.is_returned.fill_null(False))
    t = cases.left_join(facts, cases.order_id == facts.of_order).drop("of_order")
    unhappy = angry.select(of_order="order_id").distinct().mutate(is_detracted=ibis.literal(True))
    t = t.left_join(unhappy, t.order_id == unhappy.of_order).drop("of_order")
    t = t.group_by(change_of=t.topic).agg(
        complaint_count=_.count(),
        month_count=_.month_on.nunique(),
        returned_count=_.order_id.nunique(where=_.is_back.fill_null(False)),
        detractor_count=_.order_id.nunique(where=_.is_detracted.fill_null(False)),
    )
    t = t.cross_join(orders.agg(order_count=_.count()))
    sign = (t.month_count >= RECURRING).cast("int64")
    return t.mutate(
        change_about=ibis.literal("topic"),
        subject_name=t.change_of,
        category=ibis.null("string"),
        low_review_count=ibis.null("int64"),
        search_count=ibis.null("int64"),
        sign_count=sign,
    )


def together(parts: Sequence[ir.Table]) -> ir.Table:
    """Products and topics as rows of one table; of products no months are told."""
    names = (*KEYS, *COUNTS, "search_count", "sign_count", "month_count")
    kinds = {name: "string" for name in KEYS} | {name: "int64" for name in names[len(KEYS) :]}
    told = [t if "month_count" in t.columns else t.mutate(month_count=ibis.null("int64")) for t in parts]
    return ibis.union(*(t.select(**{name: t[name].cast(kind) for name, kind in kinds.items()}) for t in told))
