"""What a build did with the files, in at most twelve lines that a shopkeeper understands."""

from collections.abc import Iterator
from functools import partial

import duckdb

from customary.intake import erasure
from customary.intake.discounts import REASON
from customary.intake.readings import phrase
from customary.intake.repeats import AGAIN
from customary.intake.report_of_shop import accounts, events, last_day, merges, orphans, standards, undated_refunds
from customary.intake.report_words import SHOWN, count_of, count_records, first_line, reason_in_words, rows, table_text
from customary.wording import say

MOST = 12
# What is set aside in the normal course of things, and no fault.
_NO_FAULT = f"""reason = '{AGAIN}' or reason like '%already loaded%'
    or reason like '% file % this %'"""
_ERASED = "reason like 'erased %'"


def report(con: duckdb.DuckDBPyConnection, unnamed_orders: str = "apart") -> list[str]:
    """The lines about files, records, repeats, emptied fields, readings, orphans, events, the biggest account and time.

    In the language of whoever builds; the books themselves keep their reasons in English. Reads the books and the
    canonical tables of a loaded database; nothing in it names a person. `unnamed_orders` is what the shop does with
    orders that name no customer, "apart" or "count".
    """
    parts = (
        _files,
        _aside,
        _repeats,
        _left_of_erased,
        _emptying,
        _readings,
        _remarks,
        merges,
        orphans,
        events,
        undated_refunds,
        partial(accounts, unnamed_orders=unnamed_orders),
        standards,
        last_day,
    )
    return fold([line for part in parts for line in part(con)])


def fold(lines: list[str]) -> list[str]:
    """At most twelve lines, none of them lost: those too many stand in one, before standards and date."""
    if len(lines) <= MOST:
        return lines
    return [*lines[: MOST - 3], say("; ").join(lines[MOST - 3 : -2]), *lines[-2:]]


def with_lines(lines: list[str], more: list[str]) -> list[str]:
    """A report with what a build found later, before standards and date."""
    return fold([*lines[:-2], *more, *lines[-2:]])


def _files(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    ((files, lines, headers, blank, records),) = rows(
        con,
        "select count(*), coalesce(sum(line_count), 0)::BIGINT, coalesce(sum(header_count), 0)::BIGINT, "
        "coalesce(sum(blank_count), 0)::BIGINT, coalesce(sum(record_count), 0)::BIGINT from files",
    )
    loaded, folded = (_sum_of(con, outcome) for outcome in ("loaded as", "folded into"))
    told = [count_of(headers, "{n:,} header", "{n:,} headers"), say("{n:,} blank", n=blank)] if headers or blank else []
    done = [say("{n:,} loaded", n=loaded)]
    done += [say("{n:,} folded into other tables", n=folded)] if folded else []
    yield say(
        "{files}, {lines}: {parts} – {done}",
        files=count_of(files, "{n:,} file", "{n:,} files"),
        lines=count_of(lines, "{n:,} line", "{n:,} lines"),
        parts=say(", ").join([*told, count_records(records)]),
        done=say(", ").join(done),
    )


def _sum_of(con: duckdb.DuckDBPyConnection, outcome: str) -> int:
    return rows(con, f"select sum(record_count)::BIGINT from ledger where outcome = '{outcome}'")[0][0] or 0


def _aside(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = rows(
        con,
        f"""select reason, count(*) as n, coalesce(min(file_name), '') as file, min(line),
            count(distinct coalesce(file_name, '')) as files
        from quarantine q left join files f on f.file_no = coalesce(q.file_no, q._record // 4294967296)
        where not ({_NO_FAULT} or {_ERASED}) group by reason order by n desc, reason""",
    )
    if not found:
        yield say("nothing was quarantined")
        return
    told = [_set_aside(*row) for row in found[:SHOWN]]
    if rest := found[SHOWN:]:
        n = count_records(sum(row[1] for row in rest))
        told.append(
            say(
                "{reasons}: {records}",
                reasons=count_of(len(rest), "{n:,} other reason", "{n:,} other reasons"),
                records=n,
            )
        )
    yield say("quarantined because {reasons}", reasons=say("; ").join(told))


def _set_aside(reason: str, count: int, file: str, line: int | None, files: int) -> str:
    """A reason with the number of its records, their file and the first line."""
    template = "{reason}: {records}{first}"
    if file:
        template = "{reason}: {records} in {file}{first}"
    if files > 1:
        template = "{reason}: {records} in {file} and {n:,} other files{first}"
    if files == 2:
        template = "{reason}: {records} in {file} and {n:,} other file{first}"
    records, first = count_records(count), first_line(line)
    return say(template, reason=reason_in_words(reason), records=records, file=file, n=files - 1, first=first)


def _repeats(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = rows(
        con,
        f"select reason, count(*) from quarantine where ({_NO_FAULT}) group by reason order by 2 desc, 1",
    )
    if found:
        again = [
            say(
                "{reason}, {records}",
                reason=reason_in_words(reason),
                records=count_records(n),
            )
            for reason, n in found[:SHOWN]
        ]
        yield say("came in again: {reasons}", reasons=say("; ").join(again))
    yield from _discounts(con)
    yield from _repeated_lines(con)


def _repeated_lines(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    ((lines, amount),) = rows(
        con,
        "select count(*), coalesce(sum(quantity * unit_price), 0)::DOUBLE from order_items "
        "where is_repeated and excluded_because is null",
    )
    template = (
        "{n:,} order lines repeat another of the same file exactly and count, {amount:,.2f} in all: "
        "[decisions] of shop.toml may leave them out"
    )
    if lines == 1:
        template = (
            "{n:,} order line repeats another of the same file exactly and counts, {amount:,.2f} in all: "
            "[decisions] of shop.toml may leave it out"
        )
    if lines:
        yield say(template, n=lines, amount=amount)


def _discounts(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Lines below zero that were taken for discounts of their orders."""
    ((below, off),) = rows(
        con,
        "select count(*), coalesce(-sum(quantity * unit_price), 0)::DOUBLE from order_items "
        f"where excluded_because = '{REASON}'",
    )
    template = "{lines} below zero of things that are never sold, {amount:,.2f} in all: discounts of their orders"
    if below:
        yield say(template, lines=count_of(below, "{n:,} line", "{n:,} lines"), amount=off)


def _left_of_erased(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What of forgotten people still stands in the adopted files."""
    if found := list(erasure.files_with(con)):
        told = [say("{file} ({records})", file=file, records=count_records(count)) for file, count in found]
        template = "forgotten people are in no table; the shop's copies still hold them: {files}"
        yield say(template, files=say(", ").join(told))


def _commonest(con: duckdb.DuckDBPyConnection, book: str) -> str:
    """The reasons of a book of odd values, the commonest first: table, number and first line of each."""
    found = rows(
        con,
        f"select table_name, reason, sum(record_count)::BIGINT as n, min(line) from {book} "
        "group by 1, 2 order by n desc, 1, 2",
    )
    told = [_odd(*row) for row in found[:SHOWN]]
    told += [count_of(len(found) - SHOWN, "{n:,} other reason", "{n:,} other reasons")] if len(found) > SHOWN else []
    return say("; ").join(told)


def _odd(table: str, reason: str, count: int, line: int | None) -> str:
    """A reason with its table, the number of its records and the first line."""
    first, called = first_line(line), table_text(table)
    return say(
        "{reason} ({table}), {n:,}{first}",
        reason=reason_in_words(reason),
        table=called,
        n=count,
        first=first,
    )


def _emptying(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    if found := _commonest(con, "emptied"):
        yield say("emptied because {reasons} – the records stay", reasons=found)


def _remarks(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    if found := _commonest(con, "remarks"):
        yield say("odd and kept: {reasons}", reasons=found)


def _readings(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = rows(con, "select table_name, column_name, reading, because from readings order by all")
    template = "{column} {reading} ({reason})"
    told = [
        say(template, column=f"{table}.{column}", reading=phrase(reading), reason=reason_in_words(because))
        for table, column, reading, because in found[:SHOWN]
    ]
    told += [say("{n:,} more", n=len(found) - SHOWN)] if len(found) > SHOWN else []
    if told:
        yield say("read {columns}", columns=say("; ").join(told))
