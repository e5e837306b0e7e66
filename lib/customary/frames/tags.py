"""Tags: what orders, order lines and visits say of a customer's habits and tastes, each with its evidence.

A tag is three columns: `<name>_tag`, the label, "unknown" where the evidence is thin; `<name>_share`, the share of the
evidence that speaks for it (or that the label was read from); `<name>_evidence`, how much was counted. Thresholds stand
in tags.toml: `limits` is what it says of each tag.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.stats.intervals import share

UNKNOWN = "unknown"
TAGS = ("category", "range", "price", "promotion", "return", "channel", "payment", "device", "day", "hour")
_DAYS, _CODES = 100_000, 100_000  # places in the key of `_usual`: days since 1970 and different values stay below
USUAL = {"channel": "orders", "payment_method": "orders", "category": "items", "device": "sessions"}
Facts = Mapping[str, ir.BooleanValue]
Limits = Mapping[str, Any]
Parts = dict[str, tuple[ir.Value, ir.Value, ir.Value]]  # tag → label, share, evidence


def labels(limits: Limits, name: str) -> list[str]:
    """The labels of a tag that data/tags.toml names; none where they are values of the orders."""
    told = limits[name]
    return [at["name"] for at in told.get("bands", told.get("thirds", told.get("parts", [])))]


def _codes(rows: ir.Table, name: str) -> ir.Table:
    """The different values of a column, each with its place in the alphabet."""
    values = rows.filter(rows[name].notnull()).select(known=rows[name]).distinct()
    return values.select("known", code=ibis.row_number().over(order_by=values.known))


def _edges(items: ir.Table, limits: Limits) -> ir.Table:
    """Category → the prices at which its middle and its upper third begin.

    A price that is an edge is not above it: an edge has no more places than a price, however an engine comes to it.
    """
    bounds = [at["to"] for at in limits["price"]["thirds"][:-1]]
    t = items.select(shelf=items.category.fill_null(UNKNOWN), price=items.unit_price.cast("float64")).group_by("shelf")
    return t.agg(**{f"edge{n}": _.price.quantile(to).round(4) for n, to in enumerate(bounds)})


def shared_facts(orders: ir.Table, items: ir.Table, sessions: ir.Table, limits: Limits) -> dict[str, ir.Table]:
    """The few rows in which all customers meet: places in the alphabet, and the prices of the categories.

    What nobody in particular bought is no yardstick for customers.
    """
    orders, items = (t.filter(t.customer_id.notnull()) for t in (orders, items))
    rows = {"orders": orders, "items": items, "sessions": sessions}
    return {**{name: _codes(rows[source], name) for name, source in USUAL.items()}, "edges": _edges(items, limits)}


def _usual(rows: ir.Table, name: str, codes: ir.Table, facts: Facts, **parts: ir.Value) -> ir.Table:
    """Customer → the value of `name` met most often; ties to the one met last, then by name; facts counted and sums.

    Count, last day and the value's place in the alphabet make one number, so that its maximum is the answer on every
    engine: no ordered window over all customers, no chance among ties. The parts ride along: one pass, not two.
    """
    t = rows.select("customer_id", "day", value=rows[name], **facts, **parts)
    sums = {fact: t.count(where=t[fact]) for fact in facts} | {part: t[part].sum() for part in parts}
    t = t.group_by("customer_id", "value").agg(times=t.count(), last=t.day.max(), **sums)
    t = t.left_join(codes, t.value == codes.known)
    key = (t.times.cast("int64") * _DAYS + ibis.greatest(t.last, 0)) * _CODES + t.code
    known = t.times.sum(where=t.code.notnull())
    t = t.group_by(owner=t.customer_id).agg(best=key.max(), evidence=known, **{part: t[part].sum() for part in sums})
    t = t.mutate(place=t.best % _CODES)
    t = t.left_join(codes, t.place == codes.code)
    times = (t.best // (_DAYS * _CODES)).cast("float64")
    own = {name: t.known, f"{name}_n": t.evidence, f"{name}_top": times}
    return t.select("owner", **own, **{part: t[part] for part in sums})


def _greatest(names: list[str], counts: list[ir.Value]) -> tuple[ir.StringValue, ir.Value, ir.Value]:
    """The name with the greatest count (of equals the first), its share, and the sum."""
    most, whole = ibis.greatest(*counts), sum(counts[1:], start=counts[0])
    label = ibis.cases(*((count == most, name) for name, count in zip(names, counts, strict=True)))
    return label, share(most, whole), whole


def _band(share: ir.Value, limit: Mapping[str, Any]) -> ir.StringValue:
    *lower, last = limit["bands"]
    return ibis.cases(
        (share.isnull(), ibis.null("string")), *((share < at["to"], at["name"]) for at in lower), else_=last["name"]
    )


def _cuts(parts: list[Mapping[str, Any]], value: ir.Value) -> Iterator[ir.BooleanValue]:
    """Whether a number lies in each of the parts, which end just below their `to`."""
    below = None
    for part in parts:
        inside = value < part["to"] if "to" in part else value.notnull()
        yield inside if below is None else inside & (value >= below)
        below = part.get("to")


def _lines(items: ir.Table, codes: ir.Table, edges: ir.Table) -> ir.Table:
    """Customer → the usual category, and lines by the third of their category's prices."""
    t = items.select("customer_id", "day", "category", shelf=items.category.fill_null(UNKNOWN), price=items.unit_price)
    t = t.inner_join(edges, "shelf")
    bounds = [name for name in edges.columns if name != "shelf"]
    place = sum((t.price.cast("float64") > t[name]).cast("int8") for name in bounds)
    return _usual(t, "category", codes, {f"third{n}": place == n for n in range(len(bounds) + 1)})


def _orders(orders: ir.Table, codes: ir.Table, as_of_day: int | ir.IntegerValue, limits: Limits) -> ir.Table:
    """Customer → the usual channel, spend on discount, weekends, parts of the day, and what came back in time."""
    t, ripe = orders, (orders.day <= as_of_day - limits["return"]["days"]) & orders.is_returned.notnull()
    spend = ibis.cases((t.net_amount < 0, 0), else_=t.net_amount).cast("decimal(18, 4)")
    told = ibis.cases((t.discount_amount.notnull(), spend))
    facts = {"ordered": t.day.notnull(), "weekend": t.weekday >= 5, "ripe": ripe, "returned": ripe & t.is_returned}
    facts |= {f"hour{n}": inside for n, inside in enumerate(_cuts(limits["hour"]["parts"], t.hour))}
    return _usual(t, "channel", codes, facts, spent=told, discounted=ibis.cases((t.discount_amount > 0, spend)))


def _ratio(part: ir.Value, whole: ir.Value) -> ir.FloatingValue:
    return share(part.cast("float64").fill_null(0), whole)


def _tag_labels(t: ir.Table, limits: Limits) -> Parts:
    """Each tag's label before thin evidence is taken out, its share and its evidence."""
    usual = {name: (t[name], t[f"{name}_top"] / t[f"{name}_n"], t[f"{name}_n"]) for name in ("channel", "device")}
    usual["category"] = (t.category, t.category_top / t.category_n, t.category_n)
    usual["payment"] = (t.payment_method, t.payment_method_top / t.payment_method_n, t.payment_method_n)
    thirds, parts = limits["price"]["thirds"], limits["hour"]["parts"]
    shares = {
        "range": (usual["category"][1], t.category_n),
        "promotion": (_ratio(t.discounted, t.spent), t.ordered),
        "return": (_ratio(t.returned, t.ripe), t.ripe),
        "day": (_ratio(t.weekend, t.ordered), t.ordered),
    }
    return {
        **usual,
        "price": _greatest([at["name"] for at in thirds], [t[f"third{n}"] for n in range(len(thirds))]),
        "hour": _greatest([at["name"] for at in parts], [t[f"hour{n}"] for n in range(len(parts))]),
        **{name: (_band(share, limits[name]), share, n) for name, (share, n) in shares.items()},
    }


def tags(
    people: ir.Table,
    orders: ir.Table,
    items: ir.Table,
    sessions: ir.Table,
    as_of_day: int | ir.IntegerValue,
    limits: Limits,
    known: Mapping[str, ir.Table] | None = None,
) -> ir.Table:
    """One row per customer of `people` (a table of `customer_id`) with three columns per tag.

    `orders`, `items` and `sessions` are the rows to learn from, those that count; `as_of_day` is the day after the
    last of them, in days since 1970; `limits` is tags.toml. Where they are those of a part of the customers, `known`
    are the yardsticks of all of them.
    """
    orders, items = (t.filter(t.customer_id.notnull()) for t in (orders, items))
    at = known or shared_facts(orders, items, sessions, limits)
    parts = (
        _orders(orders, at["channel"], as_of_day, limits),
        _lines(items, at["category"], at["edges"]),
        _usual(orders, "payment_method", at["payment_method"], {}),
        _usual(sessions.filter(sessions.customer_id.notnull()), "device", at["device"], {}),
    )
    t = people.select("customer_id")
    for part in parts:
        t = t.left_join(part, t.customer_id == part.owner).drop("owner")
    columns: dict[str, ir.Value] = {}
    said = _tag_labels(t, limits)
    for name in TAGS:
        label, share, evidence = said[name]
        enough = (evidence >= limits[name]["least"]) & label.notnull()
        columns[f"{name}_tag"] = ibis.cases((enough.fill_null(False), label), else_=UNKNOWN)
        columns[f"{name}_share"] = share
        columns[f"{name}_evidence"] = evidence.fill_null(0).cast("int32")
    return t.select("customer_id", **columns)
