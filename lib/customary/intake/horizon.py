"""Until when a shop's data reach: the end of the last day that is plausible, over every table of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

import duckdb

from customary import standard
from customary.errors import Refused
from customary.intake.conform import FILE_NO
from customary.intake.readers import PER_FILE, quote
from customary.intake.readings import Undecided
from customary.reasons import ADOPTED_THEN, INSTANTS, LAST_DAY, LAST_DAY_MISTYPED, reason_text

HAPPENED = ("orders", "events", "returns", "tickets", "responses")
# Tables that date a shop in which nothing happened: what was spent, planned or written down.
WRITTEN = ("spend", "assignments", "customers", "consents")
# Days beyond a gap that is longer than both, with at most this share of the rows (or one), are mistyped.
GAP_DAYS, GAP_TIMES = 90, 20
MISTYPED, DOUBTFUL = 0.001, 0.01
FEWEST = 30  # rows below which nothing is called implausible


@dataclass(frozen=True)
class Horizon:
    """The first day that is not in the data any more, why it is that one, and the longest gap before it."""

    as_of: date
    because: str
    gap_days: int = 0
    gap_ends_on: date | None = None


Days = Sequence[tuple[date, int]]  # each day on which something happened, with the rows that are of it, in order


def _clocks(table: standard.CanonicalTable) -> list[str]:
    """The wall clocks of a table, its own first."""
    return [quote(name.removesuffix("_at") + "_local") for name in table.times]


def days(con: duckdb.DuckDBPyConnection, tables: Sequence[str] = HAPPENED) -> Days:
    """Every day on which something happened in any of these tables, and how many rows are of it.

    A row is of the day of its own clock; the other instants that it names, such as a delivery, count as days without
    rows.
    """
    parts = [
        f"select {clock}::DATE as day, {int(not place)} as rows from {quote(name)} where {clock} is not null"
        for name in tables
        for place, clock in enumerate(_clocks(standard.tables()[name]))
    ]
    union = " union all ".join(parts)
    found = con.execute(f"select day, sum(rows)::BIGINT from ({union}) group by day order by day").fetchall()
    return [(day, count) for day, count in found]


def _beyond(found: Days) -> int:
    """Where the days begin that lie beyond an implausible gap; behind the last one if none does."""
    gaps = [(after - before).days for (before, _), (after, _) in pairwise(found)]
    limit = max(GAP_DAYS, GAP_TIMES * median(gaps)) if gaps else GAP_DAYS
    total = sum(count for _, count in found)
    for place, gap in enumerate(gaps, 1):
        rows = sum(count for _, count in found[place:])
        if gap > limit and rows <= max(1, DOUBTFUL * total):
            return place
    return len(found)


def horizon(found: Days) -> Horizon:
    """The default as-of: the day after the last plausible one; files are whole to that day's end.

    Raises `Undecided` where a few rows lie so far beyond the others that they may be mistyped or may be true.
    """
    total = sum(count for _, count in found)
    place = _beyond(found) if total >= FEWEST else len(found)
    last, rows = found[place - 1][0], sum(count for _, count in found[place:])
    if rows > max(1, MISTYPED * total):
        raise Undecided(
            "{rows:,} of {total:,} rows lie {days:,} days after {last} and all others: build "
            "again with --as-of {early} if they are mistyped, or with --as-of {late} if they "
            "are true",
            rows=rows,
            total=total,
            days=(found[place][0] - last).days,
            last=last,
            early=last + timedelta(1),
            late=found[-1][0] + timedelta(1),
        )
    gap, ends_on = _longest_gap(found[:place])
    because = LAST_DAY_MISTYPED if place < len(found) else LAST_DAY
    because = because.format(day=last, count=rows or INSTANTS, on=found[-1][0])
    return Horizon(last + timedelta(1), because, gap, ends_on)


def _longest_gap(found: Days) -> tuple[int, date | None]:
    steps = [((after - before).days, after) for (before, _), (after, _) in pairwise(found)]
    return max(steps, default=(0, None))


def set_aside_implausible(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Quarantine what happened after the horizon, saying how long after the others; later instants are emptied."""
    for name in HAPPENED:
        table = standard.tables()[name]
        main, *others = _clocks(table)
        days_later = f"({main}::DATE - DATE '{as_of}')"
        later = f"case when {days_later} > 730 then {days_later} // 365 || ' years' else {days_later} || ' days' end"
        for time, clock in zip(table.times[1:], others, strict=True):
            con.execute(
                f"""insert into emptied select '{name}', '{time}', {FILE_NO}, '{time} is long after all others',
                    count(*), min(_record) % {PER_FILE}
                from {quote(name)} where {clock} >= '{as_of}' and {main} < '{as_of}' group by all"""
            )
        con.execute(
            f"""insert into quarantine select null, {FILE_NO}, '{name}', _record, _record % {PER_FILE},
                '{table.time} is ' || strftime({main}, '%Y-%m-%d') || ', ' || {later} || ' after all others'
            from {quote(name)} where {main} >= '{as_of}'"""
        )
        con.execute(f"delete from {quote(name)} where {main} >= '{as_of}'")


def last_day(con: duckdb.DuckDBPyConnection, adopted_on: str | None = None) -> Horizon:
    """The horizon of the loaded tables; without any time in them the day of adoption.

    Refused, with the first reason of the quarantine, where no row was loaded.
    """
    if found := days(con) or days(con, WRITTEN):
        return horizon(found)
    if _is_empty(con):
        raise _nothing_happened(con)
    if adopted_on is None:
        raise Undecided("no file says when anything happened: build again with --as-of DAY, the day they were taken")
    return Horizon(date.fromisoformat(adopted_on), ADOPTED_THEN)


def _is_empty(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether no canonical table has a row."""
    counts = " + ".join(f"(select count(*) from {quote(name)})" for name in standard.tables())
    return con.execute(f"select {counts}").fetchone() == (0,)


def _nothing_happened(con: duckdb.DuckDBPyConnection) -> Refused:
    """The error for files without a row that is loaded, with the commonest reason why."""
    reason = con.execute(
        "select reason, count(*), min(line) from quarantine group by 1 order by 2 desc, 1 limit 1"
    ).fetchone()
    template = "there is nothing in these files that happened at a time"
    if not reason or not reason[2]:
        return Refused(template)
    template = "there is nothing in these files that happened at a time: {n:,} × “{reason}”, first in line {line:,}"
    return Refused(template, n=reason[1], reason=reason_text(reason[0]), line=reason[2])


def remember(con: duckdb.DuckDBPyConnection, reach: Horizon) -> None:
    """Write the horizon and its reason into the book `horizon`, for whoever tells of the build."""
    con.execute("create or replace table horizon (as_of DATE, because VARCHAR, gap_days INTEGER, gap_ends_on DATE)")
    con.execute(
        "insert into horizon values (?, ?, ?, ?)", [reach.as_of, reach.because, reach.gap_days, reach.gap_ends_on]
    )
