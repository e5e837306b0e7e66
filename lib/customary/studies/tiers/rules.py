"""A set of rules under the lens: what it leaves open or says twice, and who would move if it were changed."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.rules.book import RuleBook, with_text
from customary.rules.proof import Stretch, cells, stretches
from customary.rules.ranges import Rules
from customary.segments import label, resolve_facts
from customary.stats.intervals import share_of_all
from customary.studies.shared.labels import rank_of

KINDS = {0: "hole", 1: "one label"}


def _places(customers: ir.Table, rules: Rules) -> ir.IntegerValue:
    """Which combination of stretches a customer falls into, numbered as `cells` counts them."""
    facts = resolve_facts(customers, rules.columns)
    number = ibis.literal(0, "int64")
    for column in rules.columns:
        parts = stretches(rules, column)
        where = ibis.cases(*((part.holds(facts), n) for n, part in enumerate(parts)))
        number = number * len(parts) + where
    return number


def _row(number: int, rules: Rules, cell: tuple[Stretch, ...], labels: tuple[str, ...]) -> dict[str, object]:
    """One combination of values: the labels it may have, and whether that is a fault."""
    kind = KINDS.get(len(labels), "overlap")
    # The first label wins; in a set that is only looked at nobody has said which.
    shown = labels[:1] if rules.is_published else labels
    return {
        "cell": number,
        "kind": kind,
        "label": " and ".join(shown),
        "other_labels": ", ".join(labels[len(shown) :]),
        "values": ", ".join(stretch.text for stretch in cell),
        "is_fault": kind == "hole" or (kind == "overlap" and not rules.is_published),
        **{f"of_{stretch.column}": stretch.said for stretch in cell},
    }


@study(zh="层级规则检验", source="B-058", shown=400, rests_on=("amounts", "dates"))
def tier_rule(customers: ir.Table, shop_rules: RuleBook, *, rules: str = "value_tier_as_written") -> ir.Table:
    """Every combination of values that a set of rules can tell apart: its label, or that it is a hole or an overlap.

    In an overlap the first label wins, `other_labels` would name the customer as well; it is a fault only in a set that
    labels nobody. Faults stand first, each by its customers; `cell_total` says how many combinations there are.
    The list is a proof: between two bounds nothing changes that the rules could see.
    """
    found = shop_rules.set(rules)
    rows = [_row(number, found, cell, labels) for number, (cell, labels) in enumerate(cells(found))]
    counted = customers.select("year_net_spend", number=_places(customers, found))
    counted = counted.group_by("number").agg(customer_count=_.count(), net_spend=_.year_net_spend.sum())
    t = ibis.memtable(rows)
    t = t.left_join(counted, t.cell == counted.number).drop("number")
    t = t.mutate(
        customer_count=t.customer_count.fill_null(0),
        year_net_spend=t.net_spend.fill_null(0).cast("float64"),
        cell_total=t.count().over(ibis.window()),
    ).drop("net_spend")
    return t.order_by(ibis.desc("is_fault"), ibis.desc("customer_count"), "cell")


def _both(customers: ir.Table, shop_rules: RuleBook, rules: str, text: str) -> tuple[ir.Table, tuple[str, ...]]:
    """Customers with the label in force and the one that `text` would give; and all labels, in the new order."""
    now = shop_rules.set(rules)
    then = with_text(shop_rules, shop_rules.sets[rules], text).set(rules) if text else now
    t = customers.mutate(label_before=label(customers, now), label_after=label(customers, then))
    names = tuple(dict.fromkeys([*then.names, *now.names]))
    return t.mutate(year_spend=t.year_net_spend.cast("float64")), names


@study(zh="规则变更的流向", source="C-045")
def rule_moves(customers: ir.Table, shop_rules: RuleBook, *, rules: str = "value_tier", text: str = "") -> ir.Table:
    """Who would move where if the shop's file of the rules read as `text`: customers and their year's net spend.

    Without a text nobody moves. One with a hole, a label that nobody can bear, an unknown column or a typo is refused.
    """
    t, names = _both(customers, shop_rules, rules, text)
    t = t.group_by("label_before", "label_after").agg(customer_count=_.count(), year_net_spend=_.year_spend.sum())
    t = t.mutate(is_moved=~t.label_before.identical_to(t.label_after))
    return t.order_by(rank_of(t.label_before, names), rank_of(t.label_after, names))


@study(zh="规则变更的影响", source="C-045", rests_on="amounts")
def rule_effect(customers: ir.Table, shop_rules: RuleBook, *, rules: str = "value_tier", text: str = "") -> ir.Table:
    """Customers and net spend of the year in each tier, before and after the rules read as in `text`."""
    t, names = _both(customers, shop_rules, rules, text)
    parts = [
        t.group_by(label=t[f"label_{side}"]).agg(
            **{
                f"customers_{which}": (_.count() if which == side else ibis.literal(0, "int64"))
                for which in ("before", "after")
            },
            **{
                f"revenue_{which}": (_.year_spend.sum() if which == side else ibis.null("float64"))
                for which in ("before", "after")
            },
        )
        for side in ("before", "after")
    ]
    both = ibis.union(*parts)
    sums = both.group_by("label").agg(**{name: both[name].sum() for name in both.columns if name != "label"})
    revenue = {
        f"revenue_{side}": ibis.cases((sums[f"customers_{side}"] == 0, 0.0), else_=sums[f"revenue_{side}"])
        for side in ("before", "after")
    }
    sums = sums.mutate(**revenue)
    return sums.mutate(
        customer_change=sums.customers_after - sums.customers_before,
        revenue_change=sums.revenue_after - sums.revenue_before,
        revenue_share=share_of_all(sums.revenue_after),
    ).order_by(rank_of(sums.label, names))
