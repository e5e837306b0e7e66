"""What a build says of machines among the visitors, in one line."""

from typing import Any

import duckdb

from customary.frames.bots import FILE
from customary.language import format_percent
from customary.publish.statements import Statements
from customary.publish.tables import Tables
from customary.rules.book import RuleBook
from customary.studies.site import suspects
from customary.wording import say

COUNTED = "they count: `--where bot_sign=none` leaves them out of an answer, bots.toml out of all"
LEFT_OUT = "bots.toml leaves them out of every figure"


def lines(con: duckdb.DuckDBPyConnection, rules: RuleBook, statements: Statements) -> list[str]:
    """One line where a visitor says that it is a machine or behaves like one; else none.

    Reads the frame of events that the build has just written.
    """
    events = Tables(con, ("events",), ("final", "main"))["events"]
    sql = statements.sql("suspects", lambda: suspects(events))
    (row,) = con.execute(sql).to_arrow_table().to_pylist()
    parts = [*_who_says_so(row), *_who_behaves_so(row, bool(rules[FILE]["suspects"]["left_out"]))]
    return [say("machines among the visitors: {parts}", parts=say("; ").join(parts))] if parts else []


def _who_says_so(row: dict[str, Any]) -> list[str]:
    if not row["known"]:
        return []
    counts = {"n": row["known"], "events": row["known_events"]}
    return [say("{n:,} say so, with {events:,} events, left out of every figure", **counts)]


def _who_behaves_so(row: dict[str, Any], is_left_out: bool) -> list[str]:
    if not row["suspected"]:
        return []
    return [
        say(
            "{n:,} behave like one, with {events:,} events, {share} of all – {outcome}",
            n=row["suspected"],
            events=row["suspected_events"],
            share=format_percent(row["suspected_events"] / row["all_events"]),
            outcome=say(LEFT_OUT if is_left_out else COUNTED),
        )
    ]
