"""Other engines that a shop's tables may live in: the same expressions, compiled and answered there.

An engine keeps tables by name, makes new ones of expressions, and gives the rows of an expression. What an engine does
otherwise than DuckDB is put right in its own compiler, in one place, so that an expression means one thing everywhere.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

import ibis.expr.types as ir
import pyarrow as pa

from customary.errors import Refused, unknown_name

__all__ = ["NAMES", "Engine", "engine_at", "name_of", "passing_place"]
NAMES = ("postgres",)
_SCHEMES = {"postgres": "postgres", "postgresql": "postgres"}


class Engine(Protocol):
    """Tables in a place of their own on another engine, and the rows of expressions over them."""

    name: str
    version: str

    def load(self, name: str, rows: pa.Table) -> None:
        """A new table with these rows."""

    def keep(self, name: str, expression: ir.Table) -> None:
        """A new table with the rows of an expression, computed there."""

    def table(self, name: str) -> ir.Table:
        """A table by name, for expressions."""

    def fetch(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression as Arrow."""

    def sql(self, expression: ir.Table) -> str:
        """The query of an expression, as this engine is asked it."""

    def drop(self) -> None:
        """Remove the place with all its tables."""

    def close(self) -> None:
        """Let go of the connection; tables stay."""


def name_of(address: str) -> str:
    """The engine that an address means: postgres://name:password@host:5432/database."""
    scheme = address.partition("://")[0]
    if "://" not in address or scheme not in _SCHEMES:
        raise unknown_name(scheme, NAMES, "engine")
    return _SCHEMES[scheme]


def engine_at(address: str, place: str) -> Engine:
    """The engine at an address, with the tables in `place`, which is made where it is not there yet.

    Raises `Refused` where nothing answers there.
    """
    if not place.isidentifier():
        raise Refused("“{place}” is no name for a place of tables", place=place)
    name_of(address)
    from customary.engines.postgres import Postgres  # with it come its driver and its compiler

    return Postgres(address, place)


@contextmanager
def passing_place(address: str) -> Iterator[Engine]:
    """An engine with a place of its own, which is removed afterwards whatever happened."""
    engine = engine_at(address, f"customary_{uuid.uuid4().hex[:12]}")
    try:
        yield engine
    finally:
        with suppress(Refused):  # an engine that is lost has said so already
            engine.drop()
        engine.close()
