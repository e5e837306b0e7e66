"""The books of a build: the quality of its tables, and where every record of every file went."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.stats.intervals import share

LOADED, FOLDED, QUARANTINED = "loaded as", "folded into", "quarantined"


@study(zh="数据质量", source="B-042, B-043")
def data_quality(quality: ir.Table) -> ir.Table:
    """Completeness and accuracy of every table against what the standard wants, those that miss it first.

    Rates of the records judged; a record that passes every rule may still be untrue.
    """
    t = quality.select(
        "table_name",
        "zh",
        "loaded_count",
        "judged_count",
        "missing_count",
        "faulty_count",
        "completeness",
        "completeness_wanted",
        "accuracy",
        "accuracy_wanted",
        "is_met",
    )
    return t.order_by("is_met", "accuracy", "completeness", "table_name")


@study(zh="来源文件", source="A-091")
def source_files(files: ir.Table, ledger: ir.Table) -> ir.Table:
    """Every adopted file: its records, how many were loaded or folded into other tables, how many quarantined.

    Records in = loaded + quarantined, always; a file whose records became nothing has 0 of both.
    """
    went = ledger.group_by(ledger_no=ledger.file_no).agg(
        loaded_count=_.record_count.sum(where=_.outcome.isin([LOADED, FOLDED])),
        quarantined_count=_.record_count.sum(where=_.outcome == QUARANTINED),
    )
    t = files.left_join(went, files.file_no == went.ledger_no)
    t = t.mutate(
        loaded_count=t.loaded_count.fill_null(0).cast("int64"),
        quarantined_count=t.quarantined_count.fill_null(0).cast("int64"),
    )
    rate = share(t.quarantined_count, t.record_count)
    t = t.mutate(quarantined_rate=rate)
    names = ("file_name", "raw_table", "record_count", "loaded_count", "quarantined_count", "quarantined_rate")
    return t.order_by(ibis.desc("record_count"), "file_no").select(*names)


@study(zh="记录去向", source="A-091", shown=25)
def record_ledger(ledger: ir.Table) -> ir.Table:
    """Where the records of every file went: quarantined and why, the most first; then loaded or folded into what."""
    t = ledger.mutate(position=(ledger.outcome == QUARANTINED).ifelse(0, 1).cast("int8"))
    t = t.order_by("position", ibis.desc("record_count"), "file_no", "reason")
    return t.select("position", "file_name", "raw_table", "outcome", "reason", "record_count")
