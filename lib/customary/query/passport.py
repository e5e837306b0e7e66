"""What a number is made of: its definition, its SQL, the rows it counts and the rows it leaves out, with the reason."""

import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.cache import once
from customary.declare import Metric
from customary.frames import FRAMES
from customary.query.measure import base_of, closed, frame_of, measure
from customary.query.selection import Asked, Question, Where, Window, asked_of, question
from customary.shop import Shop

# The raw records of a frame stand in the ledger under the canonical table it is made of.
TABLE_OF = {"items": "order_items"}


@dataclass(frozen=True)
class Accounts:
    """The rows of one frame: counted + left out = source rows, always."""

    frame: str
    grain: str
    source_rows: int
    counted_rows: int
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Passport:
    """Everything behind one number. `left_out` maps each reason to its rows; counted + left out = source rows."""

    metric: str
    zh: str
    definition: str
    unit: str
    source: str
    formula: str
    value: Any
    sql: str
    source_rows: int
    counted_rows: int
    left_out: Mapping[str, int]
    frames: tuple[Accounts, ...]
    as_of: str
    snapshot: str

    def told(self) -> dict[str, Any]:
        """The passport as plain data, ready for JSON."""
        return asdict(self)


def _why(row: Asked, asked: Question) -> ir.StringValue:
    reasons = [(row.table.left_out_because.notnull(), row.table.left_out_because)]
    if row.window is not None and asked.during:
        reasons.append((~row.window, f"outside {asked.during[0]} … {asked.during[1]}"))
    if row.selection is not None:
        chosen = "; ".join(f"{name} = {' or '.join(map(str, wanted))}" for name, wanted in asked.where)
        reasons.append((~row.selection, f"not in the selection {chosen}"))
    return ibis.cases(*reasons)


def _elsewhere(shop: Shop, frame: str) -> dict[str, int]:
    """Records of the same raw files that are no rows of this frame: quarantined, or loaded as something else."""
    table = TABLE_OF.get(frame, frame)
    ledger = shop.fetch(shop.frame("ledger")).to_pylist()
    files = {line["file_no"] for line in ledger if (line["outcome"], line["reason"]) == ("loaded as", table)}
    lines = [
        line
        for line in ledger
        if line["file_no"] in files and (line["outcome"], line["reason"]) != ("loaded as", table)
    ]
    found: dict[str, int] = {}
    for line in lines:
        reason = (
            f"{line['outcome']} {line['reason']}"
            if line["outcome"] == "loaded as"
            else f"quarantined: {line['reason']}"
        )
        found[reason] = found.get(reason, 0) + line["record_count"]
    return found


@once
def accounts(shop: Shop, frame: str, asked: Question) -> Accounts:
    """How the rows of a stored frame fall into counted and left out for one question."""
    found = asked_of(shop, frame, asked)
    counts = found.table.mutate(why=_why(found, asked)).group_by("why").agg(n=_.count()).order_by("why")
    rows = {line["why"]: line["n"] for line in shop.fetch(counts).to_pylist()}
    counted = rows.pop(None, 0)
    left_out = {**rows, **_elsewhere(shop, frame)}
    return Accounts(frame, FRAMES[frame].grain, counted + sum(left_out.values()), counted, left_out)


def _formula(metric: Metric) -> str:
    source = textwrap.dedent(inspect.getsource(metric.formula))
    return source[source.index("return ") + len("return ") :].strip()


def _stored_frames(metric: Metric) -> Iterator[str]:
    seen: dict[str, None] = {}
    for needed in closed([metric]).values():
        if frame := frame_of(needed):
            seen[base_of(frame)] = None
    return iter(seen)


@once
def passport(shop: Shop, metric: Metric, *, during: Window | None = None, where: Where | None = None) -> Passport:
    """The passport of one number: the metric over a window and a selection, as `measure` computes it.

    With several frames (net revenue has orders and returns) the rows of all are added up; `frames` holds each alone.
    """
    asked = question(during=during, where=where)
    expression = measure(shop, metric, during=during, where=where)
    answer, sql = shop.fetch(expression).to_pylist(), shop.sql(expression)
    parts = tuple(accounts(shop, frame, asked) for frame in _stored_frames(metric))
    left_out: dict[str, int] = {}
    for part in parts:
        for reason, count in part.left_out.items():
            left_out[reason] = left_out.get(reason, 0) + count
    return Passport(
        metric=metric.name,
        zh=metric.zh,
        definition=metric.definition,
        unit=metric.unit.name,
        source=metric.source,
        formula=_formula(metric),
        value=answer[0][metric.name],
        sql=sql,
        source_rows=sum(part.source_rows for part in parts),
        counted_rows=sum(part.counted_rows for part in parts),
        left_out=left_out,
        frames=parts,
        as_of=shop.as_of.isoformat(),
        snapshot=str(shop.snapshot),
    )


def rows(shop: Shop, metric: Metric, *, during: Window | None = None, where: Where | None = None) -> ir.Table:
    """The rows behind a number: those of its first frame that count, for a look at what was added up."""
    asked = question(during=during, where=where)
    return asked_of(shop, next(_stored_frames(metric)), asked).rows()
