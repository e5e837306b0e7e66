"""The state of the data: which tables there are, what they answer, how they stood at earlier builds, who is who."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.stats.intervals import share


@study(zh="数据整合率", source="B-004, M30")
def data_integration(inspections: ir.Table) -> ir.Table:
    """The share of records that name a customer, table by table, today and at the first inspection that is remembered.

    `relative_change` is how much larger the share has become; it is empty with a single inspection.
    """
    t = inspections.filter(inspections.linked_count.notnull(), inspections.source_row_count > 0)
    oldest = t.position.max().over(ibis.window(group_by=t.table_name))
    rate = share(t.linked_count, t.source_row_count)
    t = t.mutate(integration_rate=rate, is_first=(t.position == oldest) & (t.position > 0))
    first = t.filter(t.is_first).select(first_name="table_name", first_rate="integration_rate", first_on="built_on")
    now = t.filter(t.position == 0)
    now = now.left_join(first, now.table_name == first.first_name)
    change = share(now.integration_rate, now.first_rate) - 1
    names = ("table_name", "source_row_count", "linked_count", "integration_rate", "first_on", "first_rate")
    return (
        now.mutate(relative_change=change).select(*names, "relative_change").order_by("integration_rate", "table_name")
    )


@study(zh="数据巡检记录", source="B-042, B-043")
def inspection_history(inspections: ir.Table) -> ir.Table:
    """What the last builds found: records judged, completeness and accuracy of all tables, the newest first."""
    t = inspections.group_by("position", "built_on").agg(
        judged_count=_.judged_count.sum(),
        missing_count=_.missing_count.sum(),
        faulty_count=_.faulty_count.sum(),
        missed_count=(~_.is_met).sum(),
    )
    judged = t.judged_count.cast("float64").nullif(0)
    t = t.mutate(completeness=1 - t.missing_count / judged, accuracy=1 - t.faulty_count / judged)
    names = ("position", "built_on", "judged_count", "completeness", "accuracy", "missed_count")
    return t.select(*names).order_by("position")


@study(zh="账号合并规则对照", source="M32")
def identity_rules(identity_moves: ir.Table) -> ir.Table:
    """Customers and buyers under each rule of merging accounts: none, exact keys, keys with agreeing names."""
    return identity_moves.order_by("merged_count", "rule").select(
        "rule", "merged_count", "customer_count", "buyer_count", "repeat_buyer_count", "orders_per_buyer"
    )


@study(zh="数据表覆盖", source="B-002")
def table_coverage(coverage: ir.Table) -> ir.Table:
    """Table by table: its rows, how many metrics and studies need it, how many of them have an answer or would have."""
    t = coverage.order_by(ibis.desc("would_add_count"), ibis.desc("question_count"), "table_name")
    counts = ("question_count", "answerable_count", "would_add_count", "all_answerable_count", "all_question_count")
    return t.select("table_name", "zh", "source_row_count", *counts)
