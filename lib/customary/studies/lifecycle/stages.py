"""The five lifecycle stages: how many customers stand in each, and what each stage is steered by."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import SEGMENTS, study
from customary.errors import unknown_name
from customary.rules.book import RuleBook
from customary.rules.ranges import Label
from customary.stats.intervals import share, share_of_all
from customary.studies.shared.labels import rank_of

VARIANTS = {"relative": "lifecycle_stage", "by_days": "lifecycle_stage_by_days"}


def _facts(staged: ir.Table) -> ir.Table:
    """Stage → head count and the behaviour that B-078…B-084 steer it by."""
    t = staged
    spend, buyer = t.ordered_spend.cast("float64"), t.is_buyer
    known = t.category_count > 0
    return t.group_by("stage").agg(
        customer_count=t.count(),
        differing_count=(t.stage != t.other).sum(),
        buyer_count=buyer.sum(),
        single_purchase_count=(t.purchase_day_count == 1).sum(),
        order_count=t.order_count.sum(),
        year_net_spend=t.year_net_spend.sum().cast("float64"),
        average_order_value=share(spend.sum(), t.order_count.sum(where=spend.notnull())),
        orders_per_buyer=t.order_count.cast("float64").mean(where=buyer),
        usual_gap_days=t.usual_gap_days.quantile(0.5),
        days_since_last_order=t.days_since_last_order.cast("float64").quantile(0.5),
        repeat_rate=(t.purchase_day_count >= 2).cast("float64").mean(where=buyer),
        cross_purchase_rate=(t.category_count >= 2).cast("float64").mean(where=known),
        recent_visits=_recent_visits(t),
    )


def _recent_visits(t: ir.Table) -> ir.FloatingScalar:
    """Visits per customer in the last days; unknown, not 0, where the shop sees no visits at all."""
    return t.recent_visit_count.cast("float64").mean(where=t.all_visits > 0)


def _row(position: int, label: Label) -> ir.Table:
    """A stage by itself, so that one without a customer is shown as well."""
    t = ibis.literal(position, "int8").name("position").as_table()
    return t.mutate(name=ibis.literal(label.name), zh=ibis.literal(label.zh))


@study(zh="生命周期阶段分布", source="B-073…B-078", rests_on="dates")
def stages(customers: ir.Table, shop_rules: RuleBook, *, variant: str = "relative") -> ir.Table:
    """Customers in each lifecycle stage, with what they spent and how they behave; the shares add up to one.

    `variant` "relative" judges customers by their own rhythm, "by_days" all alike; `differing_count` of a stage stand
    in another one by the other rule, `single_purchase_count` bought on one day only: the written stages begin with
    several purchases and name none for them while they are on pace. Gap and days since the last order are medians.
    """
    if variant not in VARIANTS:
        raise unknown_name(variant, VARIANTS, "variant")
    mine, other = VARIANTS[variant], next(name for key, name in VARIANTS.items() if key != variant)
    staged = customers.mutate(
        stage=SEGMENTS[mine].label(customers, shop_rules),
        other=SEGMENTS[other].label(customers, shop_rules),
        all_visits=customers.visit_count.sum().over(ibis.window()),
    )
    spine = ibis.union(*(_row(n, label) for n, label in enumerate(shop_rules.set(mine).in_order, 1)))
    facts = _facts(staged)
    t = spine.left_join(facts, spine.name == facts.stage).drop("stage").rename(stage="name")
    counts = [name for name in t.columns if name.endswith("_count")]
    tells_spend = customers.year_net_spend.count().as_scalar() > 0
    t = t.mutate(
        **{name: t[name].fill_null(0) for name in counts},
        year_net_spend=ibis.cases((t.customer_count.isnull() & tells_spend, 0.0), else_=t.year_net_spend),
    )
    return t.mutate(
        customer_share=share_of_all(t.customer_count),
        spend_share=share_of_all(t.year_net_spend),
    ).order_by("position")


@study(zh="两种阶段口径对照", source="B-077", rests_on="dates")
def stage_variants(customers: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """Customers by stage under both rules: own rhythm, and fixed days; who is not on the diagonal differs."""
    t = customers.mutate(**{name: SEGMENTS[name].label(customers, shop_rules) for name in VARIANTS.values()})
    t = t.group_by(*VARIANTS.values()).agg(customer_count=_.count())
    t = t.mutate(is_same=t.lifecycle_stage == t.lifecycle_stage_by_days)
    return t.order_by(*VARIANTS.values())


@study(zh="参与度分层分布", source="C-066…C-073", rests_on="dates")
def engagement_groups(customers: ir.Table, shop_rules: RuleBook) -> ir.Table:
    """Customers in each engagement group, what they spent in the trailing year, how often they bought and visited.

    The shares add up to one.
    """
    group = SEGMENTS["engagement_group"]
    t = customers.mutate(
        engagement_group=group.label(customers, shop_rules),
        all_visits=customers.visit_count.sum().over(ibis.window()),
    )
    t = t.group_by("engagement_group").agg(
        customer_count=_.count(),
        year_net_spend=_.year_net_spend.sum().cast("float64"),
        year_purchase_days=_.year_purchase_day_count.fill_null(0).cast("float64").mean(),
        recent_visits=_recent_visits(t),
    )
    t = t.mutate(
        customer_share=share_of_all(t.customer_count),
        spend_share=share_of_all(t.year_net_spend),
    )
    return t.order_by(rank_of(t.engagement_group, group.labels(shop_rules)))
