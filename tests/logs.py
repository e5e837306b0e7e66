"""A log of events written as rows, as the frame of events holds it, for studies that read it."""

from datetime import UTC, datetime, timedelta

from in_memory import table

COLUMNS = (
    "event_id string, visitor_id string, customer_id string, event_name string, page string, channel string, "
    "campaign string, device string, product_id string, search_term string, session_id string, visit_no int32, "
    "occurred_at timestamp, "
    "occurred_local timestamp, ts_s int64, day int32, month_idx int32, hour int32, weekday int32, day_on date, "
    "month_on date, left_out_because string"
)
EPOCH = datetime(1970, 1, 1)


def _instant(text):
    """A time; what names no day is of 1 March 2025, a Saturday."""
    return datetime.fromisoformat(text if "-" in text else f"2025-03-01 {text}")


def _visit_numbers(rows):
    """Row → its visit, cut after half an hour of silence of its person."""
    last, found = {}, {}
    for n, at, who in sorted((_instant(at), n, who) for n, (who, at, *_rest) in enumerate(rows)):
        before, number = last.get(who, (None, 0))
        number += before is None or n - before > timedelta(minutes=30)
        last[who], found[at] = (n, number), number
    return found


def log(*rows, hours=0, **same):
    """`log(("ann", "10:00", "catalog"), ("ann", "2025-03-02 10:05", "cart", {"page": "/cart"}))`, customers all.

    The shop's clock is `hours` ahead of UTC, in which the times are given; `same` is what all rows have alike.
    """
    numbers, found = _visit_numbers(rows), []
    for n, (who, text, name, *more) in enumerate(rows):
        at = _instant(text)
        local = at + timedelta(hours=hours)
        day = (local - EPOCH).days
        facts = {
            **dict.fromkeys(part.split()[0] for part in COLUMNS.split(", ")),
            **{"event_id": f"e{n:06d}", "visitor_id": who, "customer_id": who, "event_name": name},
            **{"visit_no": numbers[n], "occurred_at": str(at), "occurred_local": str(local)},
            **{"ts_s": int(at.replace(tzinfo=UTC).timestamp()), "day": day, "hour": local.hour},
            **{"month_idx": local.year * 12 + local.month - 1, "weekday": (day + 3) % 7},
            **{"day_on": str(local.date()), "month_on": str(local.date().replace(day=1))},
        }
        found.append(tuple({**facts, **same, **(more[0] if more else {})}.values()))
    return table(COLUMNS, *found)
