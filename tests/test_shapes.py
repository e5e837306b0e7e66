"""The SQL of a question depends on its shape alone: another window only changes literals, never what is around."""

import re

import pytest
import sqlglot
from samples import thirds
from sqlglot import exp

from customary import measure, study
from customary.declare import METRICS, STUDIES
from customary.shop import BOOKS

JANUARY, LONGER = ("2025-01-01", "2025-02-01"), ("2025-01-15", "2025-03-20")


def shape(sql):
    """A query with a question mark for every literal, and one name for tables of rows that a fit has given."""

    def blank(node):
        is_value = isinstance(node, exp.Literal | exp.Boolean | exp.Null) or (
            isinstance(node, exp.Cast | exp.Neg) and isinstance(node.this, exp.Literal)
        )
        return exp.Placeholder() if is_value else node

    blanked = sqlglot.parse_one(sql, read="duckdb").transform(blank).sql("duckdb")
    return re.sub(r"ibis_\w*memtable_\w+", "rows", blanked)


def test_the_shape_of_a_query_forgets_its_values_and_nothing_else():
    """Two thresholds are one shape, two columns are two."""
    assert shape("select a from t where b > 3") == shape("select a from t where b > 40")
    assert shape("select a from t where b > 3") != shape("select a from t where c > 3")


@pytest.mark.parametrize("name", METRICS)
def test_two_windows_of_a_metric_are_one_shape(worked_shop, name):
    """What was compiled for January serves for any other days."""
    one, other = (measure(worked_shop, name, during=window).sql() for window in (JANUARY, LONGER))
    assert one != other or "2025" not in one
    assert shape(one) == shape(other)


OF_SHOPS = [name for name in STUDIES if not set(STUDIES[name].needs) <= set(BOOKS)]


# That studies are one shape tests/test_known_shapes.py proves, with places for the days; here two texts are compared.
@pytest.mark.parametrize("name", thirds(OF_SHOPS, 3, 6))
def test_two_windows_of_a_study_are_one_shape(worked_shop, name):
    """No study asks Python what the days are before it says what to do with them."""
    one, other = (study(worked_shop, name, during=window).sql() for window in (JANUARY, LONGER))
    assert shape(one) == shape(other)
