"""Tables of a database by name, each looked at only when asked for: a build that knows its SQL asks for none."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends.sql.datatypes import DuckDBType


@cache
def _type(name: str) -> Any:
    """The Ibis type of a column; parsing the name of one takes longer than looking at a whole table."""
    return DuckDBType.from_string(name)


class Tables(Mapping[str, ir.Table]):
    """The tables called `names` in the schema `place` of a connection, or where it stands by itself.

    Those called `apart` stand by themselves in any case.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        names: Iterable[str],
        place: tuple[str, str] | None = None,
        apart: Iterable[str] = (),
    ) -> None:
        self._con, self._names, self._place, self._apart = con, tuple(names), place, frozenset(apart)
        self._known: dict[str, ir.Table] = {}

    def __getitem__(self, name: str) -> ir.Table:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = self._describe(name)
        return self._known[name]

    def _describe(self, name: str) -> ir.Table:
        catalog, schema = (None, None) if name in self._apart or not self._place else self._place
        parts = [f'"{part}"' for part in (catalog, schema, name) if part]
        columns = self._con.execute(f"describe {'.'.join(parts)}").fetchall()
        return ibis.table(
            {column: _type(kind) for column, kind, *_rest in columns}, name=name, catalog=catalog, database=schema
        )

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
