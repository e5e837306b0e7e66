"""Which of all metrics and studies a shop's tables can answer, and how many more a missing table would."""

from collections.abc import Iterator, Mapping
from functools import cache

import pyarrow as pa

from customary import metrics as _metrics  # noqa: F401  (fills the list of metrics)
from customary import standard
from customary.declare import FRAMES, METRICS, STUDIES
from customary.metrics.aggregate import base_of
from customary.query.parameters import WHOLE, frames_of
from customary.query.study import study_named

# The canonical table that a frame is made of, where it bears another name.
_TABLES = {"items": "order_items", "sessions": "events", "months": "orders", "portraits": "orders"}
BOOK = pa.schema(
    [
        ("table_name", pa.string()),
        ("zh", pa.string()),
        ("source_row_count", pa.int64()),
        ("question_count", pa.int64()),
        ("answerable_count", pa.int64()),
        ("would_add_count", pa.int64()),
        ("all_answerable_count", pa.int64()),
        ("all_question_count", pa.int64()),
    ]
)


def _table_of(frame: str) -> str:
    name = frame.removeprefix("all_").removeprefix(WHOLE)
    base = base_of(FRAMES[name]) if name in FRAMES else name
    return _TABLES.get(base, base)


def _tables(names: Iterator[str]) -> frozenset[str]:
    """The canonical tables behind some parameters; of profiles and books there are always some."""
    found = {_table_of(frame) for name in names for frame in frames_of(name)}
    return frozenset(found & set(standard.tables()) - {"customers", "consents", "identities"})


def _metric_needs(name: str) -> Iterator[str]:
    for need in METRICS[name].needs:
        yield from _metric_needs(need) if need in METRICS else (need,)


def _without_returns(tables: frozenset[str]) -> frozenset[str]:
    """What is asked of other tables has an answer where nothing came back, too: then returns only refine it."""
    return tables - {"returns"} or tables


def _study_needs(name: str) -> frozenset[str]:
    asked = study_named(name)
    found = _tables(iter(asked.needs))
    return found if ".returns" in asked.question.__module__ else _without_returns(found)


@cache
def questions() -> Mapping[str, frozenset[str]]:
    """Every metric and study → the canonical tables without which it has no answer."""
    found = {name: _without_returns(_tables(_metric_needs(name))) for name in METRICS}
    return found | {name: _study_needs(name) for name in STUDIES}


def book(rows: Mapping[str, int]) -> pa.Table:
    """Table by table: its rows, the questions that need it, those of them that have an answer, and what it would add.

    `rows` are the rows of each canonical table. `would_add_count` is how many questions a table that is missing would
    answer together with those that are there. Each row says how many of all questions have an answer.
    """
    asked, there = questions().values(), {name for name, count in rows.items() if count}
    answered = sum(needs <= there for needs in asked)
    found = [
        {
            "table_name": name,
            "zh": table.zh,
            "source_row_count": rows.get(name, 0),
            "question_count": sum(name in needs for needs in asked),
            "answerable_count": sum(name in needs and needs <= there for needs in asked),
            "would_add_count": sum(name in needs and needs <= {*there, name} for needs in asked) * (name not in there),
            "all_answerable_count": answered,
            "all_question_count": len(asked),
        }
        for name, table in standard.tables().items()
    ]
    return pa.Table.from_pylist(found, schema=BOOK)
