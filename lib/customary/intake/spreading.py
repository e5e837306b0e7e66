"""One answer for one column: what a shop says of how a date is read holds wherever a SELECT takes the same column.

`orders.ordered_at` and `orders.paid_at` are often one column of the file; nobody is asked twice about it.
"""

import re
from collections.abc import Iterator, Mapping

from customary import standard
from customary.intake.readings import DAYS, NUMBERS
from customary.intake.source import Source

_GIVEN = re.compile(r"^\s+(.+?) as (\w+),?$", re.MULTILINE)
_NAME = re.compile(r'"((?:[^"]|"")+)"')


def spread(declared: Mapping[str, str], source: Source) -> dict[str, str]:
    """Readings by `table.column`, with the same for all columns of their kind that come from the same raw column."""
    origins = {name: told for name, told in _origins(source) if told}
    found = dict(declared)
    for column, reading in declared.items():
        for other, told in origins.items():
            if other not in found and _kind(other) == _kind(column) and told & origins.get(column, set()):
                found[other] = reading
    return found


def _origins(source: Source) -> Iterator[tuple[str, set[tuple[str, str]]]]:
    """(table.column, the raw columns that its SELECT names), each with its raw table."""
    raws = {raw.name: set(raw.columns) for raw in source.raw}
    for table, text in source.queries.items():
        used = [name for name in raws if f'"{name}"' in text]
        for sql, name in _GIVEN.findall(text):
            named = set(_NAME.findall(sql))
            yield f"{table}.{name}", {(raw, column) for raw in used for column in named & raws[raw]}


def _kind(column: str) -> str:
    """Whether a column of a canonical table holds times or numbers; its own name where it holds neither."""
    table, _, name = column.partition(".")
    known = standard.declared_tables().get(table)
    field = next((one for one in known.columns if one.name == name), None) if known else None
    kind = field.type if field else ""
    return "days" if kind in DAYS else "numbers" if kind in NUMBERS else column
