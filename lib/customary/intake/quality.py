"""Tables against the standard: how complete, how accurate, and whether the thresholds are met (M30, B-042, B-043)."""

import duckdb

from customary import standard

# A record that was merged, came in again or lies after the as-of date is no fault of the data.
_JUDGED = """
create or replace table quality as
with placed as (
    select coalesce(q.table_name, b.table_name) as table_name, reason
    from quarantine q left join becomes b on q.table_name is null and b.raw_table = q.raw_table
), aside as (
    select table_name, count(*) filter (reason like '% is missing') as missing_count,
        count(*) filter (reason not like '% is missing'
            and reason not like '% an earlier file%' and reason not like 'a later file %'
            and reason not like 'another line of the file %'
            and reason not like 'erased %' and reason <> 'after the as-of date') as broken_count
    from placed group by table_name
), damaged as (select table_name, sum(record_count)::BIGINT as emptied_count from faulty group by table_name)
select r.table_name, r.zh, r.loaded_count, coalesce(missing_count, 0) as missing_count,
    coalesce(broken_count, 0) + coalesce(emptied_count, 0) as faulty_count,
    loaded_count + coalesce(missing_count, 0) + coalesce(broken_count, 0) as judged_count,
    1 - coalesce(missing_count, 0) / judged_count as completeness,
    1 - faulty_count / judged_count as accuracy,
    r.completeness_wanted, r.accuracy_wanted,
    completeness >= completeness_wanted and accuracy >= accuracy_wanted as is_met
from rows_of r left join aside using (table_name) left join damaged using (table_name)
where judged_count > 0
order by is_met, r.table_name
"""


def inspect(con: duckdb.DuckDBPyConnection) -> None:
    """Write the book `quality`: one row per canonical table or feed with records.

    Completeness is the share of records in which nothing required is missing, accuracy the share that breaks no other
    rule of the standard; unreadable records and emptied fields break one. Passing the rules is not yet being true.
    `is_met` holds both against the table's thresholds.
    """
    con.execute(
        "create or replace temp table rows_of (table_name VARCHAR, zh VARCHAR, loaded_count BIGINT, "
        "completeness_wanted DOUBLE, accuracy_wanted DOUBLE)"
    )
    for table in standard.declared_tables().values():
        con.execute(
            f'insert into rows_of select ?, ?, count(*), ?, ? from "{table.name}"',
            [table.name, table.zh, table.completeness, table.accuracy],
        )
    con.execute(_JUDGED)
    con.execute("drop table rows_of")
