"""What a shop declares for itself beside its files: columns in `columns.toml`, metrics in `metrics.py`.

Neither may bear a name that is shipped. `metrics.py` is run as it stands, like any program: only put code there that
you trust.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from customary import columns, declare, standard
from customary.columns import Column
from customary.declare import METRICS, Metric
from customary.errors import Refused, unknown_name
from customary.standard import CanonicalTable, Field

COLUMNS, CODE = "columns.toml", "metrics.py"
FRAMELESS = ("consents", "identities")  # tables whose columns reach no frame
# The type in which a shop's own column of this unit is kept.
TYPES = {
    **dict.fromkeys(("label", "text", "key"), "string"),
    **dict.fromkeys(("count", "hour", "weekday"), "integer"),
    **dict.fromkeys(("rate", "points", "ratio", "score", "days", "seconds"), "number"),
    "money": "money",
    "date": "date",
    "flag": "boolean",
}


@dataclass(frozen=True)
class Own:
    """A shop's own columns and metrics by name; `problem` says in a sentence what could not be read, "" if all was.

    `version` differs as soon as one of the files does.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    problem: str = ""
    version: str = ""


def own_of(folder: Path) -> Own:
    """What the shop in `folder` declares for itself, read again as soon as one of its files changes."""
    return _own_as_of(folder, _digest(folder / COLUMNS), _digest(folder / CODE))


def _digest(path: Path) -> str:
    try:
        told = path.stat()
    except OSError:
        return ""
    return _digest_as_of(path, told.st_ino, told.st_mtime_ns, told.st_ctime_ns, told.st_size)


@lru_cache(maxsize=64)
def _digest_as_of(path: Path, *state: int) -> str:
    """A file is read again when the file system says that it was touched: every answer asks for this."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@lru_cache(maxsize=32)
def _own_as_of(folder: Path, columns_digest: str, code_digest: str) -> Own:
    found: dict[str, Column] = {}
    made: dict[str, Metric] = {}
    problems = []
    if columns_digest:
        try:
            found = _columns(folder / COLUMNS)
        except (Refused, LookupError, ValueError) as error:
            problems.append(f"{folder.name}/{COLUMNS} is not used: {error}")
    if code_digest:
        try:
            made = _metrics(folder / CODE)
        except Exception as error:  # whatever a shop's own code does wrong is said by name, and the rest works
            problems.append(f"{folder.name}/{CODE} is not used: {type(error).__name__}: {error}")
    own = {name: columns.of_metric(metric) for name, metric in made.items()}
    return Own({**found, **own}, made, "; ".join(problems), columns_digest + code_digest)


def _columns(path: Path) -> dict[str, Column]:
    found = columns.read(path)
    for name, column in found.items():
        if columns.find(name) is not None:
            raise Refused("column {name} is shipped: give yours another name", name=name)
        if column.table:
            _check_table(replace(column, name=name))
    return found


def _check_table(column: Column) -> None:
    """A column that a table brings: a plain name, a table that has a frame, a unit that a file can hold."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", column.name):
        raise Refused(
            "“{column}” cannot name a column: write small letters, digits and _, as in loyalty_level",
            column=column.name,
        )
    known = [name for name in standard.tables() if name not in FRAMELESS]
    if column.table not in known:
        raise unknown_name(column.table, known, "table for column {column}", column=column.name)
    if column.unit.name not in TYPES:
        raise unknown_name(
            column.unit.name, TYPES, "unit for column {column} of {table}", column=column.name, table=column.table
        )


def tables_of(folder: Path) -> Mapping[str, CanonicalTable]:
    """The canonical tables as the shop in `folder` fills them: the standard's columns, then its own.

    Raises `Refused` in a sentence where its columns.toml is wrong: a build goes by it, or not at all.
    """
    path = folder / COLUMNS
    try:
        found = _columns(path) if path.is_file() else {}
    except (Refused, LookupError, ValueError) as error:
        raise Refused("{shop}/{file}: {error}", shop=folder.name, file=COLUMNS, error=error) from error
    return {name: _with_own(table, found) for name, table in standard.tables().items()}


def _with_own(table: CanonicalTable, found: Mapping[str, Column]) -> CanonicalTable:
    mine = [column for column in found.values() if column.table == table.name]
    fields = tuple(
        Field(one.name, TYPES[one.unit.name], one.en, one.zh, personal=one.personal, is_own=True) for one in mine
    )
    return replace(table, columns=(*table.columns, *fields))


def _metrics(path: Path) -> dict[str, Metric]:
    """Run the file with the decorators writing into a list of its own; a shipped name is refused."""
    module = ModuleType(f"customary_own_{path.parent.name}")
    module.__file__ = str(path)
    made: dict[str, Metric] = {}
    with declare.collecting(made):
        exec(compile(path.read_text("utf-8"), str(path), "exec"), module.__dict__)
    for name in made:
        if name in METRICS or columns.find(name) is not None:
            raise Refused("metric {name} bears a shipped name: give yours another one", name=name)
    return made
