"""SELECTs that compare all rows with all: said at the build with the mend, and shipped nowhere."""

import duckdb
import pytest

from customary.intake.load import BOOKS, SLOW_JOIN, warn_of_loops
from customary.intake.readers import create_raw
from customary.intake.source import CHARGES, source_named, sources

TABLES = "create table a as select range as x, range as y from range(50); create table b as from a"
FAST = "select a.x from a join b on a.x = b.x where a.y < b.y"
SLOW = "select a.x from a left join b on a.x = b.x and a.y > 5"


def remarks(con):
    """What is remarked on, by table."""
    return con.execute("select table_name, reason from remarks").fetchall()


@pytest.mark.parametrize(("sql", "said"), [(FAST, []), (SLOW, [("orders", SLOW_JOIN)])], ids=["equality", "loop"])
def test_a_join_of_all_with_all_is_remarked_on(sql, said):
    """A join by equality is none; a condition on the left side of a left join makes one."""
    with duckdb.connect() as con:
        con.execute(BOOKS)
        con.execute(TABLES)
        warn_of_loops(con, "orders", sql)
        assert remarks(con) == said


@pytest.mark.parametrize("name", sources())
def test_no_shipped_select_compares_all_rows_with_all(name):
    """The plan of every SELECT of every shipped source over its raw tables."""
    source = source_named(name)
    with duckdb.connect() as con:
        con.execute(BOOKS)
        con.execute(f"create temp table {CHARGES} (code VARCHAR, charge VARCHAR)")
        for raw in source.raw:
            create_raw(con, raw)
        for table, sql in source.queries.items():
            warn_of_loops(con, table, sql)
        assert remarks(con) == []
