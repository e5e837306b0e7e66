"""The engine certificate: every frame, metric and study on another engine, value by value beside DuckDB's.

What is compared is what readers have: the published snapshot. The typed tables are loaded from the same files once
more, copied onto the other engine, and everything derived from them is computed there by the same expressions.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from customary.declare import FRAMES, METRICS, STUDIES
from customary.engines.certificate import (
    CANNOT,
    DIFFERS,
    EQUAL,
    FILE,
    FRAME,
    METRIC,
    STUDY,
    TOLERANCE,
    Certificate,
    Verdict,
    write_certificate,
)
from customary.errors import Refused, UnknownName
from customary.publish import files
from customary.query.answer import Answer
from customary.query.measure import measure
from customary.query.study import study
from customary.shop import Shop
from customary.wording import say

_KEEPS_ORDER = (ops.Project, ops.Filter, ops.DropColumns, ops.Limit)
Rows = list[dict[str, Any]]
Told = Callable[[str, float], None]


def compare_shops(ours: Shop, theirs: Shop, engine: str, names: Iterable[tuple[str, str]], tell: Told) -> list[Verdict]:
    """A line for each of `names` – kind and name – of a shop and the same shop on an engine."""
    return [_line(ours, theirs, engine, kind, name, tell) for kind, name in names]


def everything() -> list[tuple[str, str]]:
    """Kind and name of all that is compared: stored frames, metrics, studies with their defaults."""
    stored = [name for name, frame in FRAMES.items() if not frame.derived]
    return [*((FRAME, name) for name in stored), *((METRIC, name) for name in METRICS), *((STUDY, n) for n in STUDIES)]


def _line(ours: Shop, theirs: Shop, engine: str, kind: str, name: str, tell: Told) -> Verdict:
    tell(say("comparing {name}", name=name), 0)
    wanted, is_ordered = _answer(ours, kind, name)
    try:
        found, _same = _answer(theirs, kind, name)
    except Exception as error:  # whatever an engine cannot do is what the certificate is to say
        return Verdict(engine, kind, name, CANNOT, f"{type(error).__name__}: {_first_line(error)}")
    if isinstance(found, str) and not isinstance(wanted, str):
        return Verdict(engine, kind, name, CANNOT, f"{Refused.__name__}: {found}")
    difference = difference_between(wanted, found, is_ordered)
    return Verdict(engine, kind, name, DIFFERS if difference else EQUAL, difference)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]


def _answer(shop: Shop, kind: str, name: str) -> tuple[Rows | str, bool]:
    """The rows of a definition, and whether their order is part of it; or the sentence by which it is refused."""
    try:
        if kind == FRAME:
            return shop.fetch(shop.frame(name)).to_pylist(), False
        answer = measure(shop, name) if kind == METRIC else study(shop, name)
        return _rows_of(answer), has_order(answer.table)
    except (Refused, UnknownName) as error:
        return str(error), False


def _rows_of(answer: Answer) -> Rows:
    found: pa.Table = answer.to_pyarrow()
    return found.to_pylist()


def has_order(table: ir.Table) -> bool:
    """Whether an expression says in which order its rows come."""
    op = table.op()
    while isinstance(op, _KEEPS_ORDER):
        op = op.parent
    return isinstance(op, ops.Sort)


def difference_between(wanted: Rows | str, found: Rows | str, is_ordered: bool) -> str:
    """The first difference in words, "" where there is none; rows without an order are put into one."""
    if isinstance(wanted, str) or isinstance(found, str):
        return "" if wanted == found else f"refused here: {wanted}"
    if len(wanted) != len(found):
        return f"{len(wanted)} rows, and {len(found)} there"
    pairs = (
        zip(wanted, found, strict=True)
        if is_ordered
        else zip(_rows_in_order(wanted), _rows_in_order(found), strict=True)
    )
    return next(filter(None, (_first_in(number, one, other) for number, (one, other) in enumerate(pairs, 1))), "")


def _rows_in_order(rows: Rows) -> Rows:
    """Rows in an order of their own: by all that is exact, then by numbers as far as they are compared."""
    return sorted(rows, key=_places)


def _places(row: Mapping[str, Any]) -> list[tuple[bool, str]]:
    exact_first = sorted(row, key=lambda name: (isinstance(row[name], float), name))
    return [_place(row[name]) for name in exact_first]


def _place(value: Any) -> tuple[bool, str]:
    return value is None, f"{value:.8g}" if isinstance(value, float) else str(value)


def _first_in(number: int, one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    if one.keys() != other.keys():
        return f"columns {', '.join(sorted(one.keys() ^ other.keys()))} on one side only"
    name = next((name for name in one if not are_alike(one[name], other[name])), None)
    return "" if name is None else f"row {number}, {name}: {one[name]}, and {other[name]} there"


def are_alike(one: Any, other: Any) -> bool:
    """Whether two values are equal, floats but for the order in which they were added up."""
    if isinstance(one, float) and isinstance(other, float):
        is_close = math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        return is_close or (math.isnan(one) and math.isnan(other))
    if isinstance(one, Sequence) and not isinstance(one, str) and isinstance(other, Sequence):
        return len(one) == len(other) and all(map(are_alike, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def keep(folder: Path, certificate: Certificate) -> None:
    """Write the certificate beside the shop, in one step."""
    files.replace(folder / FILE, write_certificate(certificate))
