"""What a build did with the files, in at most twelve lines that a shopkeeper understands."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import duckdb

from customary.intake import erasure
from customary.intake.discounts import REASON
from customary.intake.events import vocabulary
from customary.intake.readings import phrase
from customary.intake.repeats import AGAIN
from customary.intake.undated import LEFT_OUT

MOST = 12
SHOWN = 3  # reasons, readings and names in full; the others are counted
# What is set aside in the normal course of things, and no fault.
_NO_FAULT = f"""reason = '{AGAIN}' or reason like '%already loaded%'
    or reason like '% file % this %'"""
_ERASED = "reason like 'erased %'"
WHALE = 0.05  # the share of all orders from which on one customer is said to have them


def report(con: duckdb.DuckDBPyConnection, unnamed_orders: str = "apart") -> list[str]:
    """The lines about files, records, repeats, emptied fields, readings, orphans, events, the biggest account and time.

    Reads the books and the canonical tables of a loaded database; nothing in it names a person. `unnamed_orders` is
    what the shop does with orders that name no customer, "apart" or "count".
    """
    parts = (
        _files,
        _aside,
        _repeats,
        _left_of_erased,
        _emptying,
        _readings,
        _remarks,
        _merges,
        _orphans,
        _events,
        _count_undated,
        partial(_accounts, unnamed_orders=unnamed_orders),
        _standards,
        _horizon,
    )
    return fold([line for part in parts for line in part(con)])


def fold(lines: list[str]) -> list[str]:
    """At most twelve lines, none of them lost: those too many stand in one, before standards and date."""
    if len(lines) <= MOST:
        return lines
    return [*lines[: MOST - 3], "; ".join(lines[MOST - 3 : -2]), *lines[-2:]]


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return con.execute(sql).fetchall()


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _files(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    ((files, lines, headers, blank, records),) = _rows(
        con,
        "select count(*), coalesce(sum(line_count), 0)::BIGINT, coalesce(sum(header_count), 0)::BIGINT, "
        "coalesce(sum(blank_count), 0)::BIGINT, coalesce(sum(record_count), 0)::BIGINT from files",
    )
    aside = f"{_plural(headers, 'header')}, {blank:,} blank, " if headers or blank else ""
    loaded = _rows(con, "select sum(record_count)::BIGINT from ledger where outcome = 'loaded as'")[0][0] or 0
    folded = _rows(con, "select sum(record_count)::BIGINT from ledger where outcome = 'folded into'")[0][0] or 0
    more = f", {folded:,} folded into other tables" if folded else ""
    yield f"{_plural(files, 'file')}, {lines:,} lines: {aside}{_plural(records, 'record')} – {loaded:,} loaded{more}"


def _aside(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = _rows(
        con,
        f"""select reason, count(*) as n, coalesce(min(file_name), '') as file, min(line),
            count(distinct coalesce(file_name, '')) as files
        from quarantine q left join files f on f.file_no = coalesce(q.file_no, q._record // 4294967296)
        where not ({_NO_FAULT} or {_ERASED}) group by reason order by n desc, reason""",
    )
    if not found:
        yield "nothing was quarantined"
        return
    shown = [
        f"{reason}: {_plural(count, 'record')}{f' in {file}' if file else ''}"
        f"{f' and {_plural(files - 1, "other file")}' if files > 1 else ''}{_first(line)}"
        for reason, count, file, line, files in found[:SHOWN]
    ]
    rest = found[SHOWN:]
    more = f"; {_plural(len(rest), 'other reason')}: {sum(row[1] for row in rest):,} records" if rest else ""
    yield f"quarantined because {'; '.join(shown)}{more}"


def _first(line: int | None) -> str:
    return f", first in line {line:,}" if line else ""


def _repeats(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = _rows(
        con,
        f"select reason, count(*) from quarantine where ({_NO_FAULT}) group by reason order by 2 desc, 1",
    )
    if found:
        yield "came in again: " + "; ".join(f"{reason}, {_plural(count, 'record')}" for reason, count in found[:SHOWN])
    ((lines, amount),) = _rows(
        con,
        "select count(*), coalesce(sum(quantity * unit_price), 0)::DOUBLE from order_items "
        "where is_repeated and excluded_because is null",
    )
    ((below, off),) = _rows(
        con,
        "select count(*), coalesce(-sum(quantity * unit_price), 0)::DOUBLE from order_items "
        f"where excluded_because = '{REASON}'",
    )
    if below:
        said = f"{_plural(below, 'line')} below zero of things that are never sold, {off:,.2f} in all"
        yield f"{said}: discounts of their orders"
    if lines:
        yield (
            f"{_plural(lines, 'order line')} repeat{'s' if lines == 1 else ''} another of the same file exactly and "
            f"count, {amount:,.2f} in all: [decisions] of shop.toml may leave them out"
        )


def _left_of_erased(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """What of forgotten people still stands in the adopted files."""
    if found := list(erasure.files_with(con)):
        told = ", ".join(f"{file} ({_plural(count, 'record')})" for file, count in found)
        yield f"forgotten people are in no table; the shop's copies still hold them: {told}"


def _commonest(con: duckdb.DuckDBPyConnection, book: str) -> str:
    """The reasons of a book of odd values, the commonest first: table, number and first line of each."""
    found = _rows(
        con,
        f"select table_name, reason, sum(record_count)::BIGINT as n, min(line) from {book} "
        "group by 1, 2 order by n desc, 1, 2",
    )
    shown = [f"{reason} ({table}), {count:,}{_first(line)}" for table, reason, count, line in found[:SHOWN]]
    more = f"; {_plural(len(found) - SHOWN, 'other reason')}" if len(found) > SHOWN else ""
    return "; ".join(shown) + more


def _emptying(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    if found := _commonest(con, "emptied"):
        yield f"emptied because {found} – the records stay"


def _remarks(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    if found := _commonest(con, "remarks"):
        yield f"odd and kept: {found}"


def _readings(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = _rows(con, "select table_name, column_name, reading, because from readings order by all")
    if found:
        shown = [f"{t}.{column} {phrase(reading)} ({why})" for t, column, reading, why in found[:SHOWN]]
        more = f"; {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        yield f"read {'; '.join(shown)}{more}"


def _merges(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    ((accounts, people),) = _rows(con, "select count(*), count(distinct customer_id) from merges")
    if accounts:
        why = _rows(con, "select because, count(*) as n from merges group by 1 order by n desc, 1")
        shown = "; ".join(f"{because}: {count:,}" for because, count in why[:SHOWN])
        moves = ", ".join(f"{n:,} by {rule}" for rule, n in _rows(con, "select rule, buyer_count from identity_moves"))
        yield f"{_plural(accounts, 'account')} merged into {_plural(people, 'customer')} ({shown}); buyers: {moves}"


def _orphans(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    ((lines, amount, example),) = _rows(
        con,
        "select count(*), coalesce(sum(quantity * unit_price), 0)::DOUBLE, min(order_id) from order_items "
        "where order_id not in (select order_id from orders)",
    )
    if lines:
        yield f"{_plural(lines, 'order line')} ({amount:,.2f}) of no known order, such as {example}: left out"


def _count_undated(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Refunds that stand on a day which no file gives, and how the shop says otherwise."""
    ((count, amount, days, left),) = _rows(
        con,
        f"""select count(*), coalesce(sum(refund_amount), 0)::DOUBLE,
            max(date_diff('day', ordered_local, returned_local)),
            coalesce(bool_or(r.excluded_because = '{LEFT_OUT}'), false)
        from returns r join orders using (order_id) where is_undated""",
    )
    if not count:
        return
    said = f"{_plural(count, 'refund')} ({amount:,.2f}) without a date"
    rule = f"up to {_plural(days, 'day')} after their orders, as you said" if days else "on the days of their orders"
    yield f"{said}: left out, as you said" if left else f"{said}: they count {rule}; adopt --undated-refunds changes it"


def _events(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    known = ", ".join(f"'{name}'" for name in vocabulary())
    found = _rows(
        con,
        f"select event_name, count(*) from events where event_name not in ({known}) group by 1 order by 2 desc, 1",
    )
    if found:
        shown = ", ".join(f"{name} ({count:,})" for name, count in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        yield f"event names outside the vocabulary, kept as they are: {shown}{more}"


def _accounts(con: duckdb.DuckDBPyConnection, unnamed_orders: str) -> Iterator[str]:
    """The account with an odd share of the orders, and the orders without one."""
    if lines := [*_whale(con), *_without_customer(con, unnamed_orders)]:
        yield "; ".join(lines)


def _without_customer(con: duckdb.DuckDBPyConnection, unnamed_orders: str) -> Iterator[str]:
    """What becomes of orders that name no customer, and what would change it."""
    ((without, orders),) = _rows(con, "select count(*) filter (where customer_id is null), count(*) from orders")
    said = f"{without:,} of {_plural(orders, 'order')} without a customer"
    if not without:
        return
    if without == orders:
        yield f"{said}: orders and sales count, all customer figures are unknown"
    elif unnamed_orders == "count":
        yield f'{said}: in sales, as unnamed_orders = "count" says, and outside all customer figures'
    else:
        yield f'{said}: beside sales and outside all customer figures; unnamed_orders = "count" counts them in sales'


def _whale(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = _rows(
        con,
        "select count(*) as n, sum(count(*)) over () as total from orders where customer_id is not null "
        "group by customer_id order by n desc limit 1",
    )
    if found and found[0][0] > max(3, WHALE * found[0][1]):
        n, total = found[0]
        yield f"one customer has {n:,} of {total:,} orders, as tills and guests do"


def _standards(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = _rows(con, "select table_name, completeness, accuracy, is_met, judged_count from quality order by 1")
    unmet = [
        f"{name} (complete {complete:.1%}, accurate {accurate:.1%} of {n:,})"
        for name, complete, accurate, is_met, n in found
        if not is_met
    ]
    if unmet:
        yield f"data standards not met by {', '.join(unmet)}"
    elif found:
        yield f"data standards met by all {len(found)} tables"


def _horizon(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    ((as_of, because, gap, ends_on),) = _rows(con, "from horizon")
    longest = f"; longest gap {_plural(gap, 'day')}, until {ends_on}" if gap and gap > 1 else ""
    yield f"as of {as_of}: {because}{longest}"
