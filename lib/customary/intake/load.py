"""From adopted files to canonical tables in one DuckDB file: read, stage, conform, cut, account for every record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import duckdb

from customary import standard
from customary.engine import lean_memory, with_memory
from customary.errors import Refused
from customary.intake import (
    computed,
    contacted,
    discounts,
    erasure,
    extracts,
    horizon,
    identity,
    rates,
    raws,
    readers,
    remarks,
    repeats,
    undated,
)
from customary.intake.adopt import sha256
from customary.intake.conform import conform, cut, empty
from customary.intake.source import CHARGES, OWN, Raw, Source
from customary.intake.spreading import spread
from customary.intake.staged import Clock
from customary.own import tables_of
from customary.reasons import SHOP_SAYS
from customary.wording import say, word

BOOKS = """
create or replace table files (file_no INTEGER, file_name VARCHAR, raw_table VARCHAR, record_count BIGINT,
    line_count BIGINT, header_count BIGINT, blank_count BIGINT);
create or replace table quarantine
    (raw_table VARCHAR, file_no INTEGER, table_name VARCHAR, _record BIGINT, line BIGINT, reason VARCHAR);
create or replace table emptied
    (table_name VARCHAR, column_name VARCHAR, file_no INTEGER, reason VARCHAR, record_count BIGINT, line BIGINT);
create or replace table given_columns (table_name VARCHAR, column_name VARCHAR);
create or replace table faulty (table_name VARCHAR, record_count BIGINT);
create or replace table becomes (raw_table VARCHAR, table_name VARCHAR);
create or replace table remarks (table_name VARCHAR, reason VARCHAR, record_count BIGINT, line BIGINT);
create or replace table erased (file_no INTEGER, record_count BIGINT);
create or replace table readings (table_name VARCHAR, column_name VARCHAR, reading VARCHAR, because VARCHAR);
"""


# How plans name joins that compare all rows with all: a table of 200,000 customers takes a minute for it, not a second.
LOOPS = ("NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN")
SLOW_JOIN = "its SELECT compares all rows with all (a nested loop): join by equality, and filter the rest afterwards"


@dataclass(frozen=True)
class Order:
    """What to load: the source, the shop's own settings and its files with their raw tables."""

    source: Source
    settings: Mapping[str, Any]
    folder: Path

    @cached_property
    def tables(self) -> Mapping[str, standard.CanonicalTable]:
        """The canonical tables with the columns that the shop declared for itself."""
        return tables_of(self.folder)

    @cached_property
    def readings(self) -> Mapping[str, str]:
        """How the shop says that columns are read, by table.column."""
        return spread(self.settings.get("readings", {}), self.source)

    def files(self) -> list[readers.AdoptedFile]:
        """The adopted files in order of arrival."""
        declared = self.settings.get("readings", {})
        known = {raw.name: raw.read_as(declared) for raw in self.source.raw}
        given = self.settings.get("files", [])
        for file in given:
            if file["raw"] not in known:
                raise Refused(
                    "{path} was adopted as “{raw}”, which source “{name}” has no longer: `customary "
                    "adopt --replace --source {name} --name {shop}` looks again",
                    path=file["path"],
                    raw=file["raw"],
                    name=self.source.name,
                    shop=self.folder.name,
                )
        # An extract holds what the file holds, also of people who asked to be forgotten: then none is kept.
        kept_in = None if self.settings.get("erasure") else self.folder / extracts.FOLDER
        return [
            readers.AdoptedFile(self.folder / file["path"], n, known[file["raw"]], file["sha256"], kept_in)
            for n, file in enumerate(given, 1)
        ]


def _check_bytes(path: Path, told: str) -> None:
    """Refuse a file that is gone, or not byte for byte what was adopted: it grew, was edited or is damaged."""
    if not path.exists():
        raise Refused("{file} is gone from the shop's files: adopt it again", file=path.name)
    if sha256(path) != told:
        raise Refused("{file} is not what was adopted, its bytes have changed since: adopt it again", file=path.name)


def _read(con: duckdb.DuckDBPyConnection, order: Order, progress: readers.Progress) -> None:
    for raw in order.source.raw:
        readers.create_raw(con, raw)
    files = order.files()
    # A shop's own source was made from its files: one that was taken back leaves its table empty.
    needed = [raw for raw in order.source.raw if raw.required and order.source.name != OWN]
    lacking = [raw.name for raw in needed if all(file.raw.name != raw.name for file in files)]
    if lacking:
        raise Refused(
            "source “{source}” also needs a file for {names}: adopt it first", source=order.source.name, names=lacking
        )
    for given in files:
        _check_bytes(given.path, given.fingerprint)
        readers.take_in(con, given, progress)
    for raw in order.source.raw:
        raws.define(con, raw)
        with_memory(con, partial(repeats.set_aside_again, con, raw))
        computed.read(con, raw)
    places = [extracts.place(file.kept_in, file.path, file.fingerprint, file.raw) for file in files]
    extracts.sweep(order.folder / extracts.FOLDER, places)


def _has_files(order: Order, table: str) -> bool:
    """Whether the shop has a file for a table; of one whose files are all missing nothing is known.

    A SELECT that no raw table says it becomes or feeds is not judged.
    """
    its = {raw.name for raw in order.source.raw if table in (*raw.becomes, *raw.feeds)}
    return not its or any(file["raw"] in its for file in order.settings.get("files", []))


def _conform(con: duckdb.DuckDBPyConnection, order: Order, table: standard.CanonicalTable) -> None:
    sql, zone = order.source.queries.get(table.name), order.settings["time_zone"]
    if sql is None or not _has_files(order, table.name):
        empty(con, table)
        return
    try:
        warn_of_loops(con, table.name, sql)
        con.execute(f"create or replace temp view _staged as {sql}")
        clock = Clock(order.source.clocks.get(table.name, zone), zone)
        which, declared = repeats.rule(order.settings, table), order.readings
        chosen = with_memory(con, lambda: conform(con, "_staged", table, clock, declared, which))
    except duckdb.Error as error:
        raise Refused(
            "{where}: {error}", where=f"queries/{order.source.name}/{table.name}.sql", error=_engine_text(error)
        ) from error
    for one in chosen:
        con.execute("insert into readings values (?, ?, ?, ?)", [one.table, one.column, one.reading, one.because])


def warn_of_loops(con: duckdb.DuckDBPyConnection, table: str, sql: str) -> None:
    """Remark on a SELECT whose plan compares every row of one table with every row of another."""
    plan = str((con.execute(f"explain {sql}").fetchone() or ("", ""))[1])
    if any(loop in plan for loop in LOOPS):
        con.execute("insert into remarks values (?, ?, ?, null)", [table, SLOW_JOIN, plan.count("_SCAN")])


def _engine_text(error: duckdb.Error) -> str:
    """What the engine says about a SELECT: the first line, and the line of SQL with its caret."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    place = next((n for n, line in enumerate(lines) if line.startswith("LINE ")), None)
    return lines[0] if place is None else "\n".join([lines[0], *lines[place : place + 2]])


def _list_charges(con: duckdb.DuckDBPyConnection, order: Order) -> None:
    """The codes that stand where a product would and are none, for the SELECTs: the source's list, then the shop's."""
    con.execute(f"create or replace temp table {CHARGES} (code VARCHAR, charge VARCHAR)")
    codes = {**order.source.charges, **order.settings.get(CHARGES, {})}
    for code, charge in codes.items():
        con.execute(f"insert into {CHARGES} values (?, ?)", [code, charge])


def stage(con: duckdb.DuckDBPyConnection, order: Order, progress: readers.Progress) -> None:
    """The canonical tables of what was read, each by its SELECT."""
    con.execute("set variable as_of = ?::TIMESTAMP", [order.settings.get("as_of")])
    for decision in order.source.decisions:
        chosen = decision.choose(order.settings.get("decisions", {}))
        con.execute(f"set variable {decision.name} = '{chosen}'")
    _list_charges(con, order)
    for name, table in {**order.tables, **standard.feeds()}.items():
        progress(say("conforming {name}", name=word(name.replace("_", " "))), 0)
        _conform(con, order, table)
    con.execute("drop view if exists _staged")
    con.execute("drop table if exists _staged_rows")
    con.execute(f"drop table {CHARGES}")


def check_account(con: duckdb.DuckDBPyConnection, raws: Sequence[Raw]) -> None:
    """Write the `ledger`: where the records of each file went; one that goes nowhere, or twice, stops the build."""
    con.execute(
        "create or replace table ledger (file_no INTEGER, file_name VARCHAR, raw_table VARCHAR, "
        "outcome VARCHAR, reason VARCHAR, record_count BIGINT)"
    )
    for raw in raws:
        con.executemany("insert into becomes values (?, ?)", [(raw.name, name) for name in raw.becomes or (None,)])
        if not raw.becomes:
            con.execute(
                f"insert into ledger select f.file_no, f.file_name, f.raw_table, "
                f"'{'folded into' if raw.feeds else 'not read'}', ?, "
                "f.record_count - (select count(*) from quarantine q where q.raw_table = f.raw_table and "
                "q.file_no = f.file_no) from files f where f.raw_table = ?",
                [", ".join(raw.feeds), raw.name],
            )
            continue
        for name in raw.becomes:
            con.execute(
                f"insert into ledger select f.file_no, f.file_name, f.raw_table, 'loaded as', ?, count(*) "
                f"from {readers.quote(name)} t join files f on f.file_no = t._record // {readers.PER_FILE} "
                f"where f.raw_table = ? group by all",
                [name, raw.name],
            )
    con.execute(
        f"insert into ledger select f.file_no, f.file_name, f.raw_table, 'quarantined', q.reason, count(*) "
        f"from quarantine q join files f on f.file_no = q._record // {readers.PER_FILE} group by all"
    )
    con.execute(
        "insert into ledger select f.file_no, f.file_name, f.raw_table, 'merged', "
        "'another account of the same person', count(*) from merged join files f using (file_no) group by all"
    )
    _balance(con, raws)


def _balance(con: duckdb.DuckDBPyConnection, raws: Sequence[Raw]) -> None:
    gaps = con.execute(
        """select f.file_name, f.record_count, coalesce(sum(l.record_count), 0)::BIGINT as reached
        from files f left join ledger l using (file_no) where list_contains(?, f.raw_table)
        group by f.file_no, f.file_name, f.record_count having reached <> f.record_count""",
        [[raw.name for raw in raws if raw.becomes]],
    ).fetchall()
    for name, records, reached in gaps:
        raise Refused(
            "{name} holds {records:,} records but {reached:,} are accounted for: its SELECTs lose or double some",
            name=name,
            records=records,
            reached=reached,
        )


def settle(
    con: duckdb.DuckDBPyConnection,
    settings: Mapping[str, Any],
    given: Sequence[Raw],
    progress: readers.Progress,
) -> date:
    """Settle the canonical tables: cut at the as-of date, one currency, one customer a person, every record known."""
    told = settings.get("as_of")
    reach = (
        horizon.Horizon(date.fromisoformat(str(told)), SHOP_SAYS)
        if told
        else horizon.last_day(con, settings.get("adopted_on"))
    )
    if not told:
        horizon.set_aside_implausible(con, reach.as_of)
    as_of = reach.as_of
    horizon.remember(con, reach)
    for table in standard.declared_tables().values():
        cut(con, table, as_of.isoformat())
    undated.place_refunds(con, undated.rule_named(settings.get(undated.SETTING, undated.ORDER_DATE)), as_of)
    discounts.count_as_discounts(con)
    rates.convert(con, settings)
    remarks.remark(con)
    wanted: erasure.Erasure | None = settings.get("erasure")
    accounts = erasure.find(con, wanted) if wanted else []
    identity.resolve(con, settings, progress)
    if wanted:
        erasure.erase(con, accounts, wanted)
    check_account(con, given)
    return as_of


def load(con: duckdb.DuckDBPyConnection, order: Order, progress: readers.Progress) -> date:
    """Fill a new database with the canonical tables, `quarantine`, `files`, `ledger`; returns the as-of date.

    `given_columns` says which columns of each table the source has at all, be they blank in every record.

    Raises `Refused` in one sentence when a file, a SELECT or the accounts are not right.
    """
    con.execute(BOOKS)
    with lean_memory(con):
        _read(con, order, progress)
        stage(con, order, progress)
        for raw in order.source.raw:
            computed.judge(con, raw)
        contacted.add_lists(con, order.folder, order.settings["time_zone"])
        as_of = settle(con, order.settings, (*order.source.raw, contacted.LISTS), progress)
    raws.drop(con, order.source.raw)
    return as_of
