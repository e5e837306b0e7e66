"""Recommended services: which group gets which, who is in it now, and the list to act on."""

from typing import Any

import ibis
import ibis.expr.types as ir

from customary.declare import SEGMENTS, study
from customary.errors import Refused, unknown_name
from customary.rules.book import RuleBook
from customary.rules.reading import case, in_case
from customary.segments import resolve_facts
from customary.studies.shared.labels import label_named, segment_named

TOLD = ("segment", "label", "name", "zh", "source", "act")


def _services(shop_rules: RuleBook) -> list[dict[str, Any]]:
    """The lines of services.toml whose segment is there."""
    return [line for line in shop_rules["services"]["services"] if line["segment"] in SEGMENTS]


def _add_labels(customers: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """Customers with the label of every segment that a service asks for."""
    names = dict.fromkeys(line["segment"] for line in _services(shop_rules))
    return customers.mutate(**{f"of_{name}": SEGMENTS[name].label(customers, shop_rules) for name in names})


def _gets(labelled: ir.Table, line: dict[str, Any], shop_rules: RuleBook) -> ir.BooleanValue:
    """Who gets a service: the customers of its label in the case it is narrowed to."""
    try:
        label = label_named(line["label"], segment_named(line["segment"]), shop_rules, 0)
        wanted = case(line["when"]) if "when" in line else {}
        facts = resolve_facts(labelled, wanted)
    except (Refused, LookupError) as error:
        where = shop_rules.place("services", "services")
        raise Refused("{where}service “{name}”: {error}", where=where, name=line["name"], error=error) from error
    chosen = labelled[f"of_{line['segment']}"] == label
    return chosen & in_case(wanted, facts) if wanted else chosen


@study(zh="层级服务清单", source="B-067…B-071", rests_on=("amounts", "dates"))
def services(customers: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """Which service is recommended for which tier, and how many customers are to get it today.

    The services and their groups stand in services.toml; `act` says what to do.
    """
    labelled, parts = _add_labels(customers, shop_rules), []
    for position, line in enumerate(_services(shop_rules)):
        t = labelled.filter(_gets(labelled, line, shop_rules))
        row = t.agg(
            customer_count=t.count(),
            year_buyer_count=(t.year_order_count > 0).sum().fill_null(0),
            year_net_spend=t.year_net_spend.sum().fill_null(0).cast("float64"),
        )
        told = {name: ibis.literal(str(line.get(name, ""))) for name in TOLD}
        parts.append(row.select(position=ibis.literal(position, "int32"), **told, **{c: row[c] for c in row.columns}))
    return ibis.union(*parts).order_by("position")


@study(zh="服务名单", source="B-072", shown=100, is_list=True, rests_on="amounts")
def service_list(customers: ir.Table, shop_rules: RuleBook, *, service: str = "VIP agent") -> ir.Table:
    """The customers who are to get a service, the biggest spenders of the year first: a list to hand on.

    `customer_total` says how many there are. Shop numbers only: no name, mail or phone is in a snapshot.
    """
    lines = {line["name"]: line for line in _services(shop_rules)}
    if service not in lines:
        raise unknown_name(service, lines, "service")
    labelled = _add_labels(customers, shop_rules)
    t = labelled.filter(_gets(labelled, lines[service], shop_rules))
    t = t.mutate(
        year_net_spend=t.year_net_spend.cast("float64"),
        service=ibis.literal(service),
        zh=ibis.literal(str(lines[service].get("zh", ""))),
        customer_total=t.count().over(ibis.window()),
    )
    facts = ("customer_id", "service", "zh", "year_net_spend", "year_order_count", "days_since_last_order")
    known_too = ("favourite_category", "country", "region", "customer_total")
    return t.select(*facts, *known_too).order_by(ibis.desc("year_net_spend"), "customer_id")
