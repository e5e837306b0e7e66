"""What is compiled over one walk is what Ibis compiles over three, word for word but for what is computed once."""

import re

import ibis
import ibis.expr.operations as ops
import pytest
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

from customary.compiler import Compiler
from customary.declare import METRICS, STUDIES
from customary.query.measure import measure
from customary.query.study import study

T = ibis.table({"who": "string", "day": "date", "amount": "float64"}, name="orders")
U = ibis.table({"who": "string", "city": "string"}, name="people")


def sql_of(compiler, expression):
    """The SQL of an expression."""
    return str(compiler.to_sqlglot(expression).sql(dialect="duckdb"))


def words_of(compiler, expression):
    """The words of the SQL, in no order: that of shared parts and of columns left out goes by chance in Ibis."""
    unnumbered = re.sub(r'"t\d+"', "t", sql_of(compiler, expression)).replace(" MATERIALIZED", "")
    return sorted(re.findall(r"[^\s,()]+|[()]", unnumbered))


def are_alike(expression):
    """Whether both compilers say the same of an expression."""
    return words_of(Compiler(), expression) == words_of(DuckDBCompiler(), expression)


TWICE = T.group_by("who").aggregate(spent=T.amount.sum())
BY_DAY = ibis.window(group_by=T.who, order_by=T.day)
EXPRESSIONS = {
    "a table": T,
    "some columns": T.select("who"),
    "rows that pass": T.filter(T.amount > 3),
    "rows in order": T.order_by(T.amount.desc()),
    "different rows": T.distinct(),
    "a column left out": T.drop("day"),
    "holes filled": T.fill_null({"amount": 0.0}),
    "rows without holes": T.drop_null(),
    "the first of each": T.mutate(first=T.amount.first().over(BY_DAY)),
    "numbers from one on": T.mutate(n=ibis.row_number().over(BY_DAY) + 1),
    "numbers of no order": T.mutate(n=ibis.row_number().over(ibis.window(group_by=T.who))),
    "a part asked twice": TWICE.join(TWICE.filter(TWICE.spent > 3).view(), "who"),
    "a part asked by two": TWICE.cross_join(TWICE.aggregate(all=TWICE.spent.sum())),
    "two tables": T.left_join(U, "who"),
    "one below the other": T.union(T.filter(T.amount > 3)),
    "nothing to choose from": T.filter(T.who.isin([])),
    "a capital letter": T.mutate(name=T.who.capitalize()),
    "steps of an amount": T.mutate(step=T.amount.bucket([0, 10, 20])),
    "another name": T.alias("mine").select("who"),
    "the first three": T.limit(3),
    "a sum of each month": T.group_by(month=T.day.truncate("M")).aggregate(all=T.amount.sum()),
    "whether there is one": T.filter(T.who.isin(U.who)),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_walk_gives_the_text_of_three(name):
    """Each kind of node, and each rule of Ibis that a study can meet."""
    assert are_alike(EXPRESSIONS[name])


def test_what_is_asked_twice_is_written_once():
    """A part of two places is a common table expression of its own."""
    assert sql_of(Compiler(), EXPRESSIONS["a part asked by two"]).count("GROUP BY") == 1


@pytest.mark.parametrize(("times", "is_kept"), [(4, False), (5, True)])
def test_what_is_asked_five_times_is_computed_once(times, is_kept):
    """DuckDB would compute it five times; what is asked less often is left to it."""
    asked = (TWICE.filter(TWICE.spent > least).aggregate(n=TWICE.spent.count()) for least in range(times))
    assert (" MATERIALIZED " in sql_of(Compiler(), ibis.union(*asked))) == is_kept


@pytest.mark.large
def test_questions_of_a_shop_give_the_text_of_three_walks(worked_shop):
    """Each fourth metric and study of the shop of worked examples."""
    names, studies = [*METRICS][::4], [*STUDIES][::4]
    asked = [*(measure(worked_shop, name) for name in names), *(study(worked_shop, name) for name in studies)]
    assert [answer.name for answer in asked if not are_alike(answer.table)] == []


def test_a_relation_makes_its_fields_once():
    """Who looks twice sees the same fields: making them is a third of all nodes that are made."""
    relation = T.select("who").op()
    assert relation.fields["who"] is relation.fields["who"]
    assert relation.fields["who"] == ops.Field(relation, "who")


def test_parameters_of_ibis_are_refused():
    """A value has a place here; a parameter of Ibis would be written into the text."""
    value = ibis.param("float64")
    with pytest.raises(TypeError, match="parameters of Ibis"):
        Compiler().to_sqlglot(T.filter(T.amount > value), params={value: 3.0})
