"""What a build says of the log against the instrumentation plan of the shop or its source, in one line."""

from collections.abc import Mapping
from typing import Any

import duckdb

from customary.language import format_percent
from customary.publish.statements import Statements
from customary.publish.tables import Tables
from customary.publish.variables import as_of
from customary.query.answer import Answer
from customary.query.study import study
from customary.rules.book import RuleBook
from customary.rules.tracking import FILE
from customary.shop import Shop
from customary.studies.site import instrumentation
from customary.wording import say

SHOWN = 3  # faults of one kind that are named
# State → what a build says of it; `what` are the first of its rows, as `_text` has them.
SAYINGS = {
    "missing": "missing: {what}",
    "not in the log": "properties not in the log: {what}",
    "misspelt": "misspelt: {what}",
    "property missing": "properties missing: {what}",
    "out of range": "out of range: {what}",
    "new event": "new: {what}",
}


def lines(con: duckdb.DuckDBPyConnection, rules: RuleBook, statements: Statements) -> list[str]:
    """One line where the shop or its source has a plan: that the log is as planned, or how it differs; else none.

    Reads the frame of events that the build has just written.
    """
    if rules.is_silent(FILE):
        return []
    events = Tables(con, ("events",), ("final", "main"))["events"]
    events = events.filter(events.left_out_because.isnull())
    sql = statements.sql("instrumentation", lambda: instrumentation(events, as_of(), rules))
    rows = con.execute(sql).to_arrow_table().to_pylist()
    parts = [_part(saying, [row for row in rows if row["state"] == state]) for state, saying in SAYINGS.items()]
    told = say("; ").join(part for part in parts if part)
    return [say("instrumentation plan: {told}", told=told or say("the log is as planned"))]


def held_against_plan(shop: Shop) -> Answer | None:
    """The answer of the study `instrumentation`; none where neither the shop nor its source planned anything."""
    if shop.rules.is_silent(FILE) or not shop.snapshot.rows["events"]:
        return None
    return study(shop, "instrumentation")


def _part(saying: str, rows: list[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    named = [_text(row) for row in rows[:SHOWN]]
    more = [say("{n:,} more", n=len(rows) - SHOWN)] if len(rows) > SHOWN else []
    return say(saying, what=say(", ").join([*named, *more]))


def _text(row: Mapping[str, Any]) -> str:
    """A fault in few words: the event, its property, what was probably meant, the share it has, and an example."""
    name = ".".join(filter(None, (row["event_name"], row["property"])))
    if row["nearest"]:
        name = say("{name} for {nearest}", name=name, nearest=row["nearest"])
    if not row["event_count"]:
        return name
    part = format_percent(row["faulty_share"] if row["faulty_count"] else row["event_share"])
    if not row["example"]:
        return f"{name} {part}"
    return say("{name} {part}, such as {example}", name=name, part=part, example=row["example"])
