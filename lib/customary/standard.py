"""The customer data standards: canonical tables, their columns and thresholds, read from data/standard/*.toml."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from customary.places import DATA

SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "money": "DECIMAL(18, 4)",  # exact; four places because tills quote tenths of a cent
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "number": "DOUBLE",
}
SPOKEN = {
    "integer": "a whole number",
    "money": "an amount",
    "timestamp": "a time",
    "date": "a date",
    "boolean": "yes or no",
    "number": "a number",
}
# Before the name of a shop's own column while a build runs: no name that frames use on the way begins so.
OWN = "shops_own_"


@dataclass(frozen=True)
class Field:
    """One column of a canonical table."""

    name: str
    type: str
    en: str
    zh: str
    required: bool = False
    personal: bool = False
    low: str | int | float | None = None  # the first day, or the least number, that can be
    high: str | int | float | None = None
    allowed: tuple[str, ...] = ()
    is_own: bool = False  # a shop declared it for itself

    @property
    def sql_type(self) -> str:
        """Its type in the snapshot."""
        return SQL_TYPES[self.type]

    @property
    def stored_name(self) -> str:
        """What it is called in the tables of a build."""
        return f"{OWN}{self.name}" if self.is_own else self.name

    @property
    def is_kept(self) -> bool:
        """Whether tables have it: what is personal and a shop's own serves nothing, and is not even loaded."""
        return not (self.is_own and self.personal)


@dataclass(frozen=True)
class CanonicalTable:
    """One canonical table: what a row is, its key, its clock and its columns."""

    name: str
    grain: str
    zh: str
    required: bool
    key: tuple[str, ...]
    time: str | None
    adds: str
    completeness: float
    accuracy: float
    manual: Mapping[str, str]  # who keeps it, how often, how its key is formed and what counts; …_zh in Chinese
    columns: tuple[Field, ...]
    opens_undated: bool = False  # a source that gives no time at all is taken in, and when it was is unknown

    def column(self, name: str) -> Field:
        """The column called `name`; KeyError if there is none."""
        return {c.name: c for c in self.columns}[name]

    @property
    def times(self) -> tuple[str, ...]:
        """Names of its instants, the main one first."""
        names = [c.name for c in self.columns if c.type == "timestamp"]
        return tuple(sorted(names, key=lambda n: n != self.time))


def read_toml(path: Path) -> dict[str, Any]:
    """One TOML file as a dictionary; a broken file raises with its path."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _table(path: Path) -> CanonicalTable:
    told = read_toml(path)
    columns = tuple(
        Field(name, **{**spec, "allowed": tuple(spec.get("allowed", ()))}) for name, spec in told.pop("columns").items()
    )
    return CanonicalTable(
        name=path.stem, columns=columns, time=told.pop("time", None), key=tuple(told.pop("key")), **told
    )


@cache
def tables() -> Mapping[str, CanonicalTable]:
    """The canonical tables by name, orders first because every shop has them."""
    found = [_table(path) for path in sorted((DATA / "standard").glob("*.toml"))]
    return {table.name: table for table in sorted(found, key=lambda t: not t.required)}


@cache
def feeds() -> Mapping[str, CanonicalTable]:
    """What others report of a shop's orders, declared like canonical tables: payments, shipments.

    No figure rests on them; a build holds them against the orders and says where they differ.
    """
    return {path.stem: _table(path) for path in sorted((DATA / "standard" / "feeds").glob("*.toml"))}


def declared_tables() -> Mapping[str, CanonicalTable]:
    """The canonical tables and the feeds beside them: all that a source may give."""
    return {**tables(), **feeds()}


Stamp = tuple[int, int, int]


@cache
def _rules_as_of(path: Path, _version: Stamp) -> Mapping[str, Any]:
    return read_toml(path)


def _stamp(told: os.stat_result) -> Stamp:
    """What changes when a file is written or replaced, even twice within one tick of the clock."""
    return told.st_mtime_ns, told.st_ino, told.st_size


def rules(name: str) -> Mapping[str, Any]:
    """The default thresholds of data/<name>.toml; what a shop goes by are its own, in `shop.rules`.

    A file that was edited is read again.
    """
    path = DATA / f"{name}.toml"
    return _rules_as_of(path, _stamp(path.stat()))
