"""What PostgreSQL is asked: Ibis's compiler, and in one place what it lacks or means otherwise than DuckDB.

Each rule below gives an expression the meaning that it has on DuckDB; none of them is known to a study.
"""

from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import sqlglot.expressions as sge
from ibis.backends.postgres import Backend as _Backend

BINARY = '"C"'  # the collation in which texts follow each other by their letters' numbers, whatever the database's own

# Letters to change between two texts. PostgreSQL has it in an extension that few databases load; this one lives as
# long as the connection.
LEVENSHTEIN = """
create or replace function pg_temp.levenshtein(one text, other text) returns integer language plpgsql immutable strict
as $$
declare
    above integer[] := array(select generate_series(0, length(other)));
    along integer[];
begin
    for i in 1 .. length(one) loop
        along := array[i];
        for j in 1 .. length(other) loop
            along := along || least(
                above[j + 1] + 1,
                along[j] + 1,
                above[j] + (substr(one, i, 1) <> substr(other, j, 1))::integer
            );
        end loop;
        above := along;
    end loop;
    return above[length(other) + 1];
end $$
"""


class PostgresCompiler(type(_Backend.compiler)):  # type: ignore[misc]  # its class is only reached through the backend
    """PostgreSQL's compiler with the meanings of DuckDB."""

    def visit_Select(self, op: Any, *, qualified: Any, **parts: Any) -> Any:
        """Rows chosen by a window: sqlglot asks them of a subquery, in which their tables have no name any more."""
        for predicate in qualified:
            _forget_tables(predicate)
        return super().visit_Select(op, qualified=qualified, **parts)

    def visit_Cast(self, op: ops.Cast, *, arg: Any, to: dt.DataType) -> Any:
        """Yes and no become a number of any kind by way of the one kind that PostgreSQL knows."""
        if op.arg.dtype.is_boolean() and to.is_numeric():
            return self.cast(self.cast(arg, dt.int32), to)
        made = super().visit_Cast(op, arg=arg, to=to)
        return self._with_point(made) if op.arg.dtype.is_floating() and to.is_string() else made

    def _with_point(self, text: Any) -> Any:
        """A float as a text has a point, also where it is a whole number."""
        is_whole = sge.RegexpLike(this=text, expression=sge.convert("^-?[0-9]+$"))
        return self.if_(is_whole, sge.DPipe(this=text, expression=sge.convert(".0")), text)

    def visit_Divide(self, op: ops.Divide, *, left: Any, right: Any) -> Any:
        """A share of whole numbers is not rounded down, and one of nothing stops nobody: it is infinite, or none."""
        above = self.cast(left, dt.float64)
        parts = self.binop(sge.Div, above, right)
        if isinstance(op.right, ops.Literal) and op.right.value:
            return parts
        return self.if_(right.eq(0), self.binop(sge.Mul, above.copy(), self.POS_INF), parts)

    def visit_SortKey(self, op: ops.SortKey, *, arg: Any, ascending: bool, nulls_first: bool) -> Any:
        """Texts in the order of their letters' numbers."""
        ordered = self._binary(op.arg, arg)
        return super().visit_SortKey(op, arg=ordered, ascending=ascending, nulls_first=nulls_first)

    def visit_Min(self, op: ops.Min, *, arg: Any, where: Any) -> Any:
        """The first of texts in that order."""
        return super().visit_Min(op, arg=self._binary(op.arg, arg), where=where)

    def visit_Max(self, op: ops.Max, *, arg: Any, where: Any) -> Any:
        """The last of texts in that order."""
        return super().visit_Max(op, arg=self._binary(op.arg, arg), where=where)

    def _binary(self, op: ops.Value, text: Any) -> Any:
        return sge.Collate(this=text, expression=sge.Var(this=BINARY)) if op.dtype.is_string() else text

    def visit_HexDigest(self, op: ops.HexDigest, *, arg: Any, how: str) -> Any:
        """A text's MD5; other prints are not asked for."""
        if how != "md5":
            raise NotImplementedError(f"PostgreSQL is asked for no print but MD5, not {how}")
        return self.f.md5(arg)

    def visit_TimestampFromUNIX(self, op: ops.TimestampFromUNIX, *, arg: Any, unit: Any) -> Any:
        """An instant by its seconds since 1970, in the time of the tables, UTC."""
        if unit.short != "s":
            raise NotImplementedError(f"PostgreSQL is asked for instants by seconds, not by {unit.short}")
        return sge.AtTimeZone(this=self.f.anon.to_timestamp(arg), zone=sge.convert("UTC"))

    def visit_NonNullLiteral(self, op: ops.Literal, *, value: Any, dtype: dt.DataType) -> Any:
        """A list without anything in it says of what it is one."""
        if dtype.is_array() and not value:
            return self.cast(self.f.array(), dtype)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_Levenshtein(self, op: ops.Levenshtein, *, left: Any, right: Any) -> Any:
        """Letters to change, by a function of our own."""
        return self.f.anon["pg_temp.levenshtein"](self.cast(left, dt.string), self.cast(right, dt.string))


def _forget_tables(predicate: sge.Expression) -> None:
    for column in predicate.find_all(sge.Column):
        if not column.find_ancestor(sge.Window):
            column.set("table", None)


class PostgresBackend(_Backend):  # type: ignore[misc]  # Ibis ships no types
    """Ibis over a connection to PostgreSQL, compiled by the rules above."""

    compiler = PostgresCompiler()

    def compile(self, expr: Any, /, **_options: Any) -> str:
        """The query of an expression; a part that stands in two places is written twice, so it must not be changed."""
        return str(self.compiler.to_sqlglot(expr).sql(dialect=self.dialect))
