"""The rows behind an answer, frame by frame: counted + left out for each reason = source rows, always."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.cache import cached_per_snapshot
from customary.declare import FRAMES
from customary.frames import FRAMES as _stored  # noqa: F401  (fills the list of frames)
from customary.frames.orders import UNNAMED
from customary.query.recipes import fetch_rows, recipe_of
from customary.query.selection import FrameRows, Scope, frame_rows, rows_of_customers
from customary.reasons import NOT_SELECTED
from customary.shop import BOOKS, Shop
from customary.wording import say

# The raw records of a frame stand in the ledger under the canonical table it is made of.
TABLE_OF = {"items": "order_items"}


@dataclass(frozen=True)
class Accounts:
    """The rows of one frame: counted + left out = source rows, always.

    `unpriced_rows` of the counted ones are orders whose amount nobody knows: they are orders, but in no sum of money.
    """

    frame: str
    grain: str
    source_rows: int
    counted_rows: int
    left_out: Mapping[str, int]
    unpriced_rows: int = 0

    @property
    def counted_text(self) -> str:
        """How many rows count, in words: "5 counted of 12, 2 of them of unknown amount"."""
        counted, total, unpriced = self.counted_rows, self.source_rows, self.unpriced_rows
        if not unpriced:
            return say("{counted:,} counted of {total:,}", counted=counted, total=total)
        return say(
            "{counted:,} counted of {total:,}, {unpriced:,} of them of unknown amount",
            counted=counted,
            total=total,
            unpriced=unpriced,
        )


def _reason(rows: FrameRows, scope: Scope) -> ir.StringValue:
    reasons = [(rows.table.left_out_because.notnull(), rows.table.left_out_because)]
    if rows.window is not None and scope.during:
        reasons.append((~rows.window, f"outside {scope.during[0]} … {scope.during[1]}"))
    if rows.selection is not None:
        reasons.append((~rows.selection, f"{NOT_SELECTED} {scope.where_text}"))
    return ibis.cases(*reasons)


def _elsewhere(shop: Shop, frame: str) -> dict[str, int]:
    """Records of the same raw files that are no rows of this frame: quarantined, or loaded as something else."""
    loaded = ("loaded as", TABLE_OF.get(frame, frame))
    ledger = shop.fetch(shop.frame("ledger")).to_pylist()
    files = {line["file_no"] for line in ledger if (line["outcome"], line["reason"]) == loaded}
    found: dict[str, int] = {}
    for line in ledger:
        if line["file_no"] in files and (line["outcome"], line["reason"]) != loaded:
            mark = " " if line["outcome"] == "loaded as" else ": "
            reason = f"{line['outcome']}{mark}{line['reason']}"
            found[reason] = found.get(reason, 0) + line["record_count"]
    return found


def _count_unpriced(t: ir.Table, frame: str) -> ir.IntegerValue:
    """How many rows are orders whose amount nobody knows."""
    return t.net_amount.isnull().sum() if frame == "orders" else ibis.literal(0)


@cached_per_snapshot
def accounts_of(shop: Shop, frame: str, scope: Scope) -> Accounts:
    """How the rows of a stored frame fall into counted and left out for one question."""
    if frame in BOOKS:
        count = shop.fetch(shop.frame(frame).agg(row_count=_.count()))["row_count"][0].as_py()
        return Accounts(frame, "one row per entry of the build's books", count, count, {})

    def count_by_reason(scope: Scope) -> ir.Table:
        rows = frame_rows(shop, frame, scope)
        t = rows.table.mutate(reason=_reason(rows, scope))
        counts = t.group_by("reason").agg(row_count=t.count(), unpriced_count=_count_unpriced(t, frame))
        return counts.order_by("reason")

    found = fetch_rows(shop, recipe_of(("accounts", frame), count_by_reason, scope)).to_pylist()
    lines = {line["reason"]: line for line in found}
    counts_here = lines.pop(None, {"row_count": 0, "unpriced_count": 0})
    counted, unpriced_rows = counts_here["row_count"], counts_here["unpriced_count"]
    left_out = {**{reason: line["row_count"] for reason, line in lines.items()}, **_elsewhere(shop, frame)}
    source_rows = counted + sum(left_out.values())
    return Accounts(frame, FRAMES[frame].grain, source_rows, counted, left_out, unpriced_rows)


@cached_per_snapshot
def customers_accounts_of(shop: Shop, frame: str, scope: Scope) -> Accounts:
    """The same for a study of customers: rows that count, but name none, are left out of it."""
    found = accounts_of(shop, frame, scope)

    def count(scope: Scope) -> ir.Table:
        named = rows_of_customers(frame, frame_rows(shop, frame, scope).counting_rows())
        return named.agg(row_count=named.count(), unpriced_count=_count_unpriced(named, frame))

    counts = fetch_rows(shop, recipe_of(("customers' accounts", frame), count, scope)).to_pylist()[0]
    without = found.counted_rows - counts["row_count"]
    if not without:
        return found
    left_out = {**found.left_out, UNNAMED: found.left_out.get(UNNAMED, 0) + without}
    return replace(
        found, counted_rows=counts["row_count"], left_out=left_out, unpriced_rows=counts["unpriced_count"] or 0
    )


@cached_per_snapshot
def whole_accounts_of(shop: Shop, frame: str, scope: Scope) -> Accounts:
    """The same for a study that speaks of the rows left out as well: only those outside the scope are not counted."""

    def count(scope: Scope) -> ir.Table:
        return frame_rows(shop, frame, scope).in_scope().agg(row_count=_.count())

    total, counted = (
        fetch_rows(shop, recipe_of(("whole accounts", frame), count, part))["row_count"][0].as_py()
        for part in (replace(scope, during=None, where=()), scope)
    )
    outside = {"outside the window or the selection": total - counted} if total > counted else {}
    left_out = {**outside, **_elsewhere(shop, frame)}
    return Accounts(frame, FRAMES[frame].grain, counted + sum(left_out.values()), counted, left_out)


def total(parts: Iterable[Accounts]) -> Accounts:
    """The accounts of several frames added up, reason by reason."""
    found = list(parts)
    left_out: dict[str, int] = {}
    for part in found:
        for reason, count in part.left_out.items():
            left_out[reason] = left_out.get(reason, 0) + count
    names = ", ".join(part.frame for part in found)
    grains = "; ".join(f"{part.frame} – {part.grain}" for part in found)
    source, counted = sum(part.source_rows for part in found), sum(part.counted_rows for part in found)
    return Accounts(names, grains, source, counted, left_out, sum(part.unpriced_rows for part in found))
