"""Tags: what orders, order lines and visits say of a customer's habits and tastes, each with its evidence.

A tag is three columns: `<name>_tag`, the label, "unknown" where the evidence is thin; `<name>_share`, the share of the
evidence that speaks for it (or that the label was read from); `<name>_count`, the evidence. Thresholds: data/tags.toml.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary import standard
from customary.frames.calendar import epoch_day

UNKNOWN = "unknown"
TAGS = ("category", "range", "price", "novelty", "promotion", "return", "channel", "payment", "device", "day", "hour")
_DAYS, _CODES = 100_000, 100_000  # places in the key of `_usual`: days since 1970 and different values stay below
Parts = dict[str, tuple[ir.Value, ir.Value, ir.Value]]  # tag → label, share, evidence


def limits() -> Mapping[str, Any]:
    """What data/tags.toml says of each tag: names, evidence wanted, bounds."""
    return standard.rules("tags")


def _usual(rows: ir.Table, name: str) -> ir.Table:
    """Customer → the value of `name` met most often; of equals the one met last, then the last by name.

    Count, last day and the value's place in the alphabet make one number, so that its maximum is the answer on every
    engine: no ordered window over all customers, no chance among ties.
    """
    known = rows.filter(rows[name].notnull())
    values = known.select(value=known[name]).distinct()
    values = values.mutate(code=ibis.row_number().over(order_by=values.value))
    t = known.group_by("customer_id", value=known[name]).agg(times=_.count(), last=ibis.greatest(_.day.max(), 0))
    t = t.inner_join(values, "value")
    key = (t.times.cast("int64") * _DAYS + t.last) * _CODES + t.code
    t = t.group_by("customer_id").agg(best=key.max(), evidence=t.times.sum())
    t = t.mutate(code=_.best % _CODES).inner_join(values, "code")
    times = (t.best // (_DAYS * _CODES)).cast("float64")
    return t.select(**{"owner": t.customer_id, name: t.value, f"{name}_n": t.evidence, f"{name}_top": times})


def _among(names: list[str], counts: list[ir.Value]) -> tuple[ir.StringValue, ir.Value, ir.Value]:
    """The name with the greatest count (of equals the first), its share, and the sum."""
    most, whole = ibis.greatest(*counts), sum(counts[1:], start=counts[0])
    label = ibis.cases(*((count == most, name) for name, count in zip(names, counts, strict=True)))
    return label, most.cast("float64") / whole.nullif(0), whole


def _banded(share: ir.Value, limit: Mapping[str, Any]) -> ir.StringValue:
    *lower, last = limit["labels"]
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


def _lines(items: ir.Table) -> ir.Table:
    """Customer → counts of lines by the third of their category's prices, and of products new when bought."""
    limit, new = limits()["price"], limits()["novelty"]
    t = items.mutate(category=items.category.fill_null(UNKNOWN), price=items.unit_price.cast("float64"))
    bounds = [at["to"] for at in limit["thirds"][:-1]]
    edges = t.group_by("category").agg(**{f"edge{n}": t.price.quantile(to) for n, to in enumerate(bounds)})
    t = t.inner_join(edges, "category")
    place = sum((t.price > t[f"edge{n}"]).cast("int8") for n in range(len(bounds)))
    age = t.day - epoch_day(t.launched_on)
    counts = {f"third{n}": (place == n).sum() for n in range(len(bounds) + 1)}
    return t.group_by(owner=t.customer_id).agg(
        **counts, launched=age.count(), new=((age >= 0) & (age < new["days"])).sum()
    )


def _orders(orders: ir.Table, as_of_day: int) -> ir.Table:
    """Customer → spend on discount, weekends, parts of the day, and returns of orders old enough to judge."""
    t, ripe = orders, orders.day <= as_of_day - limits()["return"]["days"]
    parts = enumerate(_cuts(limits()["hour"]["parts"], t.hour))
    spend = ibis.greatest(t.net_amount, 0)
    return t.group_by(owner=t.customer_id).agg(
        ordered=t.count(),
        spent=spend.sum(),
        discounted=spend.sum(where=t.discount_amount > 0),
        weekend=(t.weekday >= 5).sum(),
        ripe=ripe.sum(),
        returned=(ripe & t.is_returned).sum(),
        **{f"hour{n}": inside.sum() for n, inside in parts},
    )


def _ratio(part: ir.Value, whole: ir.Value) -> ir.FloatingValue:
    return part.cast("float64").fill_null(0) / whole.cast("float64").nullif(0)


def _said(t: ir.Table) -> Parts:
    """Each tag's label before thin evidence is taken out, its share and its evidence."""
    limit = limits()
    usual = {name: (t[name], t[f"{name}_top"] / t[f"{name}_n"], t[f"{name}_n"]) for name in ("channel", "device")}
    usual["category"] = (t.category, t.category_top / t.category_n, t.category_n)
    usual["payment"] = (t.payment_method, t.payment_method_top / t.payment_method_n, t.payment_method_n)
    thirds, parts = limit["price"]["thirds"], limit["hour"]["parts"]
    shares = {
        "range": (usual["category"][1], t.category_n),
        "novelty": (_ratio(t.new, t.launched), t.launched),
        "promotion": (_ratio(t.discounted, t.spent), t.ordered),
        "return": (_ratio(t.returned, t.ripe), t.ripe),
        "day": (_ratio(t.weekend, t.ordered), t.ordered),
    }
    return {
        **usual,
        "price": _among([at["name"] for at in thirds], [t[f"third{n}"] for n in range(len(thirds))]),
        "hour": _among([at["name"] for at in parts], [t[f"hour{n}"] for n in range(len(parts))]),
        **{name: (_banded(share, limit[name]), share, n) for name, (share, n) in shares.items()},
    }


def tags(people: ir.Table, orders: ir.Table, items: ir.Table, sessions: ir.Table, as_of_day: int) -> ir.Table:
    """One row per customer of `people` (a table of `customer_id`) with three columns per tag.

    `orders`, `items` and `sessions` are the rows to learn from, those that count; `as_of_day` is the day after the
    last of them, in days since 1970.
    """
    seen = sessions.filter(sessions.customer_id.notnull())
    parts = (
        _orders(orders, as_of_day),
        _lines(items),
        _usual(items, "category"),
        _usual(orders, "channel"),
        _usual(orders, "payment_method"),
        _usual(seen, "device"),
    )
    t = people.select("customer_id")
    for part in parts:
        t = t.left_join(part, t.customer_id == part.owner).drop("owner")
    columns: dict[str, ir.Value] = {}
    said = _said(t)
    for name in TAGS:
        label, share, evidence = said[name]
        enough = (evidence >= limits()[name]["least"]) & label.notnull()
        columns[f"{name}_tag"] = ibis.cases((enough.fill_null(False), label), else_=UNKNOWN)
        columns[f"{name}_share"] = share
        columns[f"{name}_count"] = evidence.fill_null(0).cast("int64")
    return t.select("customer_id", **columns)
