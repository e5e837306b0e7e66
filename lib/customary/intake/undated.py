"""Refunds whose date the files do not give: they stand by their order's day, marked, or by the rule the shop chose."""

import re
from datetime import date

import duckdb

from customary.errors import Refused
from customary.intake.conform import FILE_NO
from customary.intake.readers import PER_FILE

SETTING = "undated_refunds"
ORDER_DATE, LEAVE_OUT = "order date", "leave out"
LEFT_OUT = "refund without a date"
UNPLACED = "returned_at is missing, and it names no order that is known"
_DAYS = re.compile(r"(\d{1,3}) days?")
MOST_DAYS = 365


def rule_named(text: str) -> str:
    """A rule for the date of such refunds, as it is kept: "order date", "14 days" after it, or "leave out"."""
    rule = " ".join(re.split(r"[\s_-]+", text.strip().lower()))
    found = _DAYS.fullmatch(rule)
    if rule in (ORDER_DATE, LEAVE_OUT) or (found and int(found[1]) <= MOST_DAYS):
        return rule
    said = "undated_refunds is “order date”, “14 days” (up to {most}) or “leave out”, not “{text}”"
    raise Refused(said, most=MOST_DAYS, text=text)


def place_refunds(con: duckdb.DuckDBPyConnection, rule: str, as_of: date) -> None:
    """Date the refunds that have no date by their order's, and mark each as `is_undated`.

    By “14 days” a refund counts so many days after its order, yet within the days that are seen, as the file knows of
    it. One of no known order is quarantined: nothing tells when it was.
    """
    if con.execute("select 1 from returns where returned_at is null limit 1").fetchone() is None:
        return
    stray = "returned_at is null and (order_id is null or order_id not in (select order_id from orders))"
    con.execute(
        f"""insert into quarantine select null, {FILE_NO}, 'returns', _record, _record % {PER_FILE}, '{UNPLACED}'
        from returns where {stray}"""
    )
    con.execute(f"delete from returns where {stray}")
    found = _DAYS.fullmatch(rule)
    con.execute(
        f"""update returns set is_undated = true, returned_at = o.ordered_at + later, returned_local = o.local + later,
            excluded_because = coalesce(excluded_because, case when $is_left then '{LEFT_OUT}' end)
        from (
            select order_id, ordered_at, ordered_local as local,
                least(to_days($days), $as_of::TIMESTAMP - interval 1 second - ordered_local) as later
            from orders
        ) o where returns.order_id = o.order_id and returned_at is null""",
        {"is_left": rule == LEAVE_OUT, "days": int(found[1]) if found else 0, "as_of": as_of.isoformat()},
    )
