"""One person: everything known of a customer in rows, and everything that happened in time order."""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import SEGMENTS, study
from customary.frames.tags import TAGS
from customary.rules.book import RuleBook
from customary.studies.shared.facts import ATTRIBUTES

# part, column, English, 中文
BEHAVIOUR = (
    ("first_order_on", "first order", "首次消费日期"),
    ("last_order_on", "last order", "最近消费时间"),
    ("days_since_last_order", "days since the last order", "距上次消费天数"),
    ("order_count", "orders", "订单数"),
    ("return_count", "returns", "退货数"),
    ("visit_count", "visits", "访问次数"),
    ("last_visit_on", "last visit", "最近访问"),
)
VALUE = (
    ("net_spend", "net spend so far", "累计净消费"),
    ("year_net_spend", "net spend of the last 365 days", "近一年净消费"),
    ("year_repurchase_count", "repurchases of the last 365 days", "近一年复购次数"),
    ("r_score", "recency score", "R分值"),
    ("f_score", "frequency score", "F分值"),
    ("m_score", "monetary score", "M分值"),
)
USUAL = ("usual_", "favourite_")  # attributes that the tags tell better, with their evidence


def with_portraits(portraits: ir.Table, customers: ir.Table) -> ir.Table:
    """Customers with their portraits beside them."""
    own = [name for name in portraits.columns if name not in customers.columns or name == "customer_id"]
    return customers.inner_join(portraits.select(own), "customer_id")


def find_customer(portraits: ir.Table, customers: ir.Table, customer_id: str) -> ir.Table:
    """The customer with that number; without one the biggest spender in decline, else the biggest spender."""
    t = with_portraits(portraits, customers)
    if customer_id:
        return t.filter(t.customer_id == customer_id)
    late = (t.lifecycle_stage == "decline").cast("int8")
    return t.order_by(ibis.desc(late), ibis.desc(t.net_spend), t.customer_id).limit(1)


def _row(t: ir.Table, part: str, name: str, zh: str, value: ir.Value, **evidence: ir.Value) -> ir.Table:
    number = value.cast("float64").round(2) if value.type().is_decimal() else value
    return t.select(
        "customer_id",
        part=ibis.literal(part),
        name=ibis.literal(name),
        zh=ibis.literal(zh),
        label=number.cast("string"),
        share=evidence.get("share", ibis.null("float64")).cast("float64"),
        evidence_count=evidence.get("count", ibis.null("int64")).cast("int64"),
    )


def _rows(t: ir.Table, limits: Mapping[str, Any]) -> Iterator[ir.Table]:
    """The portrait, row by row, in reading order."""
    for column, en, zh, _source in ATTRIBUTES:
        if not column.startswith(USUAL):
            yield _row(t, "who", en, zh, t[column])
    yield from (_row(t, "behaviour", en, zh, t[column]) for column, en, zh in BEHAVIOUR)
    yield from (_row(t, "value", en, zh, t[column]) for column, en, zh in VALUE)
    for name, found in SEGMENTS.items():
        if name in t.columns:
            yield _row(t, "segments", name.replace("_", " "), found.zh, t[name])
    for name in TAGS:
        told = limits[name]
        evidence = {"share": t[f"{name}_share"], "count": t[f"{name}_evidence"]}
        yield _row(t, "tags", told["en"], told["zh"], t[f"{name}_tag"], **evidence)
    yield _row(t, "action", "next best action", "下一步行动", t.next_best_action)


@study(zh="客户画像", source="B-064")
def portrait(portraits: ir.Table, customers: ir.Table, shop_rules: RuleBook, *, customer_id: str = "") -> ir.Table:
    """Everything known of one customer: attributes, behaviour, value, segments, tags with their evidence, next action.

    Without a `customer_id`: the biggest spender in decline. An unknown attribute has no value; `share` is how
    much of the `evidence_count` speaks for a tag.
    """
    t = find_customer(portraits, customers, customer_id)
    rows = [row.mutate(position=ibis.literal(n, "int16")) for n, row in enumerate(_rows(t, shop_rules["tags"]), 1)]
    return ibis.union(*rows).order_by("position")


def _event_rows(t: ir.Table, kind: str, zh: str, at: str, what: ir.Value, **more: ir.Value) -> ir.Table:
    counted = t.filter(t.left_out_because.isnull() & t.customer_id.notnull())
    return counted.select(
        owner="customer_id",
        happened_at=counted[f"{at}_local"],
        kind=ibis.literal(kind),
        zh=ibis.literal(zh),
        what=what,
        detail=more.get("detail", ibis.null("string")).cast("string"),
        amount=more.get("amount", ibis.null("float64")).cast("float64"),
    )


def _words(*parts: ir.StringValue) -> ir.StringValue:
    """The parts that are known, one after the other."""
    told = [(", " + part).fill_null("") for part in parts]
    text = told[0]
    for part in told[1:]:
        text = text + part
    return text.substr(2)


def _dealings(customers: ir.Table, orders: ir.Table, returns: ir.Table, sessions: ir.Table) -> Iterator[ir.Table]:
    """What customers did in the shop: registered, ordered, brought back, visited."""
    yield _event_rows(customers, "registered", "注册", "registered", _words(customers.acquisition_channel))
    paid, paying = orders.net_amount.cast("float64"), _words(orders.channel, orders.payment_method)
    yield _event_rows(orders, "order", "下单", "ordered", orders.order_id, amount=paid, detail=paying)
    back, why = -returns.refund_amount.cast("float64"), _words(returns.product_name, returns.reason)
    yield _event_rows(returns, "return", "退货", "returned", returns.return_id, amount=back, detail=why)
    visit = _words(sessions.channel, sessions.device, sessions.view_count.cast("string") + " pages seen")
    yield _event_rows(sessions, "visit", "访问", "started", visit)


def _talks(tickets: ir.Table, responses: ir.Table, assignments: ir.Table) -> Iterator[ir.Table]:
    """What was said on either side: service cases, answers, campaigns."""
    case, score = _words(tickets.kind, tickets.topic), responses.score.cast("string").fill_null("no answer")
    yield _event_rows(tickets, "service case", "客服", "opened", case, detail=tickets.contact)
    yield _event_rows(responses, "answer", "反馈", "answered", responses.survey, detail=score)
    yield _event_rows(assignments, "campaign", "活动", "assigned", assignments.experiment, detail=assignments.arm)


@study(zh="客户时间线", source="C-043", shown=200, rests_on="dates")
def timeline(
    portraits: ir.Table,
    customers: ir.Table,
    named_orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    responses: ir.Table,
    assignments: ir.Table,
    *,
    customer_id: str = "",
) -> ir.Table:
    """Everything that is known to have happened to one customer, the latest first; `row_total` says of how many.

    Registration, orders, returns, visits, service cases, answers and campaign assignments, on the shop's own clock.
    """
    one = find_customer(portraits, customers, customer_id).select(owner="customer_id")
    parts = [*_dealings(customers, named_orders, returns, sessions), *_talks(tickets, responses, assignments)]
    t = ibis.union(*parts).filter(_.happened_at.notnull()).inner_join(one, "owner").rename(customer_id="owner")
    t = t.mutate(row_total=t.count().over(ibis.window()))
    return t.order_by(ibis.desc("happened_at"), "kind", "what", "detail", "amount")


@study(zh="相近编号", source="B-064", shown=3)
def alike(customers: ir.Table, *, customer_id: str = "") -> ir.Table:
    """The customer numbers nearest to one that does not exist: fewest letters to change."""
    t = customers.select("customer_id", distance=customers.customer_id.levenshtein(ibis.literal(customer_id)))
    return t.order_by("distance", "customer_id")
