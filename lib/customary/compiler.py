"""Ibis's compiler for DuckDB, over one walk through an expression where Ibis takes three: the same SQL.

Ibis lowers what an engine lacks, then turns relations into SELECTs, then marks what is asked twice, and makes every
node anew each time. Here a node passes both sets of rules when it is reached, and what is asked twice is noted while
the text is put together. The rules are Ibis's own; what is asked five times is marked as computed once.
"""

import itertools
import operator
from collections.abc import Mapping
from functools import cache, lru_cache, reduce
from typing import Any

import ibis.expr.operations as ops
import sqlglot.expressions as sge
from ibis.backends.duckdb import Backend
from ibis.backends.sql import rewrites
from ibis.backends.sql.compilers._compat import WITH_ARG
from ibis.common.collections import FrozenOrderedDict
from ibis.common.graph import Graph
from ibis.common.patterns import InstanceOf, NoMatch, Pattern

# DuckDB decides by itself what it computes once, and computed a part that ten others ask ten times. A part asked less
# often is left to it: read through, a filter or a choice of columns reaches its tables.
COMPUTED_ONCE = 5
_SHARED = (ops.Aggregate, ops.JoinChain, ops.Set, ops.Limit, ops.Sample, rewrites.Select)
_NEVER_COUNTED = (ops.Field, ops.CountStar, ops.CountDistinctStar)
_TO_SELECTS: Pattern = reduce(
    operator.or_,
    (
        rewrites.remove_aliases,
        rewrites.project_to_select,
        rewrites.filter_to_select,
        rewrites.sort_to_select,
        rewrites.distinct_to_select,
        rewrites.fill_null_to_select,
        rewrites.drop_null_to_select,
        rewrites.drop_columns_to_select,
        rewrites.first_to_firstvalue,
    ),
)


class Compiler(type(Backend.compiler)):  # type: ignore[misc]  # its class is only reached through the backend
    """DuckDB's compiler, for expressions without parameters: a question's values have places instead."""

    def translate(self, op: ops.Node, *, params: Mapping[Any, Any]) -> sge.Expression:
        """The SELECT of a relation; its shared parts are common table expressions."""
        if params:
            raise TypeError("an expression with parameters of Ibis is not compiled here: give its values a place")
        root = op.replace(self._lower)
        writer = _Writer(self, root, _times_asked(root))
        return _with_shared_parts(self, root.map(writer.write)[root], writer.shared)

    def _lower(self, node: ops.Node, changed: Mapping[str, Any] | None) -> ops.Node:
        """A node over its lowered parts, lowered itself."""
        lowered = node.__recreate__(changed) if changed else node
        for rules in _rules(self):
            found = rules.match(lowered, {})
            lowered = lowered if found is NoMatch else found
        return lowered


@cache
def _rules(compiler: Compiler) -> tuple[Pattern, ...]:
    """What a node passes one after the other: the engine's substitutes, the engine's rules, the SELECTs."""
    return reduce(operator.or_, compiler.lowered_ops.values()), reduce(operator.or_, compiler.rewrites), _TO_SELECTS


def _times_asked(root: ops.Node) -> dict[ops.Node, int]:
    """Of each part that Ibis writes once and asks by its name: how many nodes ask it (`rewrites.extract_ctes`)."""
    asking = Graph.from_bfs(root, filter=~InstanceOf(_NEVER_COUNTED)).invert()
    return {
        node: len(by)
        for node, by in asking.items()
        if isinstance(node, ops.AliasedRelation) or (len(by) > 1 and isinstance(node, _SHARED))
    }


class _Writer:
    """Writes the nodes of one expression, parts first; `shared` are the common table expressions found so far."""

    def __init__(self, compiler: Compiler, root: ops.Node, times_asked: Mapping[ops.Node, int]) -> None:
        self._compiler, self._root, self._times_asked = compiler, root, times_asked
        self._numbers = itertools.count()
        self.shared: list[sge.CTE] = []

    def write(self, node: ops.Node, _written: Mapping[ops.Node, Any], **parts: Any) -> Any:
        """A node as text; a relation below the root has a name of its own."""
        text = self._compiler.visit_node(node, **parts)
        if node is self._root or not isinstance(node, ops.Relation):
            return text
        name = node.name if isinstance(node, ops.AliasedRelation) else self._next_name()
        part = self._name(text, name)
        return self._share(part, name, self._times_asked[node]) if node in self._times_asked else part

    def _next_name(self) -> str:
        return f"t{next(self._numbers)}"

    def _name(self, text: Any, name: str) -> Any:
        alias = sge.to_identifier(name, quoted=True)
        if hasattr(text, "subquery") and not isinstance(text, sge.Subquery):
            return text.subquery(alias, copy=False)
        return text.as_(alias, quoted=True, table=isinstance(text, sge.Table))

    def _share(self, part: Any, name: str, times: int) -> Any:
        this = part.this if "alias" in part.args else part
        keeps = True if times >= COMPUTED_ONCE else None
        self.shared.append(sge.CTE(alias=sge.to_identifier(name, quoted=True), this=this, materialized=keeps))
        return sge.table_(name, quoted=True).as_(self._next_name(), quoted=True, table=True)


def _with_shared_parts(compiler: Compiler, text: Any, shared: list[sge.CTE]) -> Any:
    """The outermost SELECT with its common table expressions, its own last."""
    if isinstance(text, sge.Table):
        text = sge.select(sge.Star(), copy=False).from_(text, copy=False)
    select = text.this if isinstance(text, sge.Subquery) else text
    every = [*shared, *select.ctes]
    select.args.pop(WITH_ARG, None)
    for part in every:
        told = {"dialect": compiler.dialect, "materialized": part.args.get("materialized"), "copy": False}
        select = select.with_(part.args["alias"], as_=part.args["this"], **told)
    return select


@lru_cache(maxsize=4096)
def _fields(relation: ops.Relation) -> FrozenOrderedDict:
    make = ops.Field.__recreate__  # the way that needs no signature: both arguments are named
    return FrozenOrderedDict({name: make({"rel": relation, "name": name}) for name in relation.schema})


def install() -> None:
    """Let the backend compile by it, and let a relation make its fields once: Ibis makes them at every look."""
    Backend.compiler = Compiler()
    ops.Relation.fields = property(_fields)
