"""Value tiers of B-056…B-058, made total and exclusive."""

import ibis
import ibis.expr.types as ir

from customary import standard
from customary.words import segment

LEVELS = standard.rules("tiers")["value_tier"]["levels"]
NAMES = tuple(level["name"] for level in LEVELS)


def _named(level: ir.IntegerValue) -> ir.StringValue:
    return ibis.cases(*((level == n, name) for n, name in enumerate(NAMES)))


def _reached(value: ir.Value, bound: str) -> ir.IntegerValue:
    """The highest level whose bound the value reaches; a bound belongs to the level it opens (D5)."""
    steps = [(value >= LEVELS[n][bound], n) for n in reversed(range(1, len(LEVELS)))]
    return ibis.cases(*steps, else_=0)


@segment(zh="消费额层级", source="B-047", labels=NAMES)
def spend_level(customers: ir.Table) -> ir.StringValue:
    """The tier that net spend of the trailing 365 days alone would give (D4)."""
    return _named(_reached(customers.year_net_spend, "spend"))


@segment(zh="复购次数层级", source="B-048", labels=NAMES)
def repurchase_level(customers: ir.Table) -> ir.StringValue:
    """The tier that the trailing year's repurchases alone would give: purchase days after the first (D3)."""
    return _named(_reached(customers.year_repurchase_count, "repurchases"))


@segment(zh="价值层级", source="B-056…B-058", labels=NAMES)
def value_tier(customers: ir.Table) -> ir.StringValue:
    """The lower of two levels: net spend of the trailing 365 days, and repurchases in them (D4, D6)."""
    spend = _reached(customers.year_net_spend, "spend")
    return _named(ibis.least(spend, _reached(customers.year_repurchase_count, "repurchases")))
