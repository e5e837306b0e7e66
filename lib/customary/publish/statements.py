"""The SQL of every step of a build, composed once: the next build of the same shape takes it from memory or disk.

Composing and compiling an expression costs far more than running it on a small shop. What differs from build to build
is a variable (see `variables`), so that the text stays the same; whatever else the text depends on is part of the key.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from customary import source, standard
from customary.publish import files
from customary.rules.book import RuleBook

KEEP = 8  # keys that are remembered, in memory and on the disk
Steps = dict[str, dict[str, str]]  # step → the statements it needs by name
Key = Callable[[], str | None]
VERSIONS = (duckdb.__version__, ibis.__version__, version("sqlglot"))
_REMEMBERED: dict[str, Steps] = {}


def key_of(con: duckdb.DuckDBPyConnection, week_start: int, unnamed_orders: str, rules: RuleBook) -> Key:
    """What gives the fingerprint of all that the statements of a build over `con` depend on.

    That is the house's source, the standard, the rules of the build, the composers' versions, the week's first day,
    whether orders without a customer count, and the columns of the tables in `con`. None: it is not known, as the
    source was edited while it ran.
    """
    columns = con.execute(
        "select table_name, column_name, data_type from duckdb_columns() where database_name = 'memory' "
        "and not internal and list_contains(?, table_name) order by table_name, column_index",
        [list(standard.declared_tables())],
    ).fetchall()
    told = (repr(standard.declared_tables()), rules.defaults, rules.own, VERSIONS, week_start, unnamed_orders, columns)
    return partial(_key, json.dumps(told, sort_keys=True))


def _key(told: str) -> str | None:
    code = source.fingerprint()
    return hashlib.sha256(f"{code}\n{told}".encode()).hexdigest() if code else None


def _text(step: str, expression: ir.Expr) -> str:
    if expression.op().find(ops.InMemoryTable):
        raise TypeError(f"{step} brings rows of its own, which no SQL text holds: register them as a table")
    return str(ibis.duckdb.compile(expression))


class Statements:
    """The SQL of one build, step by step: remembered, or composed when a step is taken for the first time."""

    def __init__(self, folder: Path | None = None, key: Key = lambda: None) -> None:
        """Without a key nothing is remembered; `folder` is where files of statements lie."""
        self._key, known_as = key, key()
        self._file = folder / f"{known_as}.json" if folder and known_as else None
        self._known: Steps = dict(self._recall())
        self._is_new = False

    def _recall(self) -> Steps:
        if self._file is None:
            return {}
        if self._file.name not in _REMEMBERED and self._file.exists():
            try:
                _remember(self._file.name, json.loads(self._file.read_text("utf-8")))
            except ValueError:
                return {}  # a file that was damaged: its statements are composed and written anew
        return _REMEMBERED.get(self._file.name, {})

    def queries(self, step: str, compose: Callable[[], Mapping[str, ir.Expr]]) -> dict[str, str]:
        """The statements of a step by name; `compose` is only called when they are not known."""
        if step not in self._known:
            self._known[step] = {name: _text(step, expression) for name, expression in compose().items()}
            self._is_new = True
        return self._known[step]

    def sql(self, step: str, compose: Callable[[], ir.Expr]) -> str:
        """The one statement of a step."""
        return self.queries(step, lambda: {step: compose()})[step]

    def sql_for(self, step: str, about: str, compose: Callable[[], ir.Expr]) -> str:
        """The one statement of a step whose text depends on `about`, such as a day; only the latest is remembered."""
        if about not in self._known.get(step, {}):
            self._known[step] = {about: _text(step, compose())}
            self._is_new = True
        return self._known[step][about]

    def remember(self) -> None:
        """Keep new statements for the next build, unless the source was edited while they were composed."""
        if self._file is None or (self._file.exists() and not self._is_new) or self._file.stem != self._key():
            return
        _remember(self._file.name, self._known)
        self._file.parent.mkdir(exist_ok=True)
        files.replace(self._file, json.dumps(self._known))
        newest = sorted(self._file.parent.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in newest[KEEP:]:
            old.unlink(missing_ok=True)


def _remember(name: str, steps: Steps) -> None:
    _REMEMBERED[name] = steps
    while len(_REMEMBERED) > KEEP:
        _REMEMBERED.pop(next(iter(_REMEMBERED)))
