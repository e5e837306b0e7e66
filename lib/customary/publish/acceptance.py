"""What must be right before readers see a build; a shop may accept what is not, with a reason that is shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

import duckdb

from customary import standard
from customary.errors import Refused
from customary.reasons import LOSES, MISSES, MOVES, reason_text
from customary.wording import say

# Orders, buyers and sales of what happened before a day; the lines are the amount where an order has some.
_HEADLINES = """
with lines as (
    select order_id, sum(quantity * unit_price)::DOUBLE as amount from order_items
    where excluded_because is null and quantity > 0 and unit_price > 0 group by order_id
)
select count(*), count(distinct customer_id), sum(coalesce(l.amount, o.gross_amount))::DOUBLE
from orders o left join lines l using (order_id)
where excluded_because is null and ordered_local < ?
"""


class NotAccepted(Refused):
    """A build that is not published: what is wrong with it, and how to publish it all the same.

    `problems` are what is wrong alone, one sentence each.
    """

    problems: Sequence[str] = ()


@dataclass(frozen=True)
class Headlines:
    """Orders, buyers and sales of all that happened before `until`."""

    until: date
    orders: int
    buyers: int
    sales: float | None

    def facts(self) -> dict[str, Any]:
        """As they stand in a snapshot's facts."""
        return {"until": self.until.isoformat(), "orders": self.orders, "buyers": self.buyers, "sales": self.sales}


def headlines(con: duckdb.DuckDBPyConnection, until: date) -> Headlines:
    """The headlines of a loaded database until before a day."""
    found = con.execute(_HEADLINES, [until]).fetchone() or (0, 0, None)
    return Headlines(until, *found)


def _most(share: float, count: int) -> float:
    """The upper end of Wilson's 95% interval of a share (1927): what a table of so many records may really be."""
    z = 1.959964
    middle, spread = share + z * z / (2 * count), z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle + spread) / (1 + z * z / count)


def _standards(con: duckdb.DuckDBPyConnection, rules: Mapping[str, float]) -> Iterator[str]:
    """What is wrong with the tables: records lost, and standards that are missed by more than chance explains."""
    rows = con.execute(
        "select table_name, judged_count, loaded_count, completeness, accuracy, completeness_wanted, accuracy_wanted "
        "from quality"
    )
    for name, judged, loaded, completeness, accuracy, *wanted in rows.fetchall():
        lost, is_required = 1 - loaded / judged, standard.declared_tables()[name].required
        if judged < rules["fewest_records"] and not (is_required and lost == 1):  # none is left, of however few
            continue
        if is_required and lost > rules["lost"]:
            yield LOSES.format(table=name, lost=f"{judged - loaded:,}", judged=f"{judged:,}")
        elif _most(completeness, judged) < wanted[0] or _most(accuracy, judged) < wanted[1]:
            shares = {"completeness": f"{completeness:.1%}", "accuracy": f"{accuracy:.1%}"}
            yield MISSES.format(table=name, judged=f"{judged:,}", **shares)


def _moves(now: Headlines, before: Mapping[str, Any], rules: Mapping[str, float]) -> Iterator[str]:
    """Headlines of the time that the last snapshot knew, where they are another now."""
    if before["orders"] < rules["fewest_records"]:
        return
    for name in ("orders", "buyers", "sales"):
        old, new = before.get(name), getattr(now, name)
        if old and new is not None and abs(new / old - 1) > rules["moved"]:
            change = f"{new / old - 1:+.1%}"
            yield MOVES.format(figure=name, day=now.until, old=f"{old:,.0f}", new=f"{new:,.0f}", change=change)


def problems(con: duckdb.DuckDBPyConnection, before: Mapping[str, Any] | None) -> list[str]:
    """What speaks against publishing a loaded database; `before` are the headlines of the last snapshot, if any."""
    rules = standard.rules("acceptance")["publish"]
    found = list(_standards(con, rules))
    if before:
        found += _moves(headlines(con, date.fromisoformat(before["until"])), before, rules)
    return found


def problems_text(found: Iterable[str]) -> str:
    """The problems of a build in one line, in the reader's language."""
    return say("; ").join(map(reason_text, found))


def accept(found: list[str], reason: str, shop: str) -> dict[str, Any]:
    """What a snapshot remembers of problems that the shop accepts; refused where there are some and no reason.

    Raises `NotAccepted` with all problems in one sentence.
    """
    if found and not reason:
        error = NotAccepted(
            "nothing was published: {names}. If that is right, `customary build {shop} --accept "
            '"why"` publishes it and shows your reason',
            names=problems_text(found),
            shop=shop,
        )
        error.problems = found
        raise error
    return {"reason": reason, "problems": found} if found else {}
