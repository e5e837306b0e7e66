"""The ledger of a shop's lists: who was drawn, who was held out, what went where, and whom nobody may address.

One SQLite file in the shop's folder, readable for its owner alone. What stands in it is never changed, only added to:
a list is drawn once, delivered once by each way, and its hold-out stays what it was. Customers stand here under the
shop's own keys, which the next build finds among the assignments (`intake/contacted.py`).
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from customary.errors import Refused, unknown_name
from customary.intake.contacted import FILE

_TABLES = """
create table if not exists lists (list_id TEXT PRIMARY KEY, play TEXT, offer TEXT, sent_by TEXT, contact_cost REAL,
    hold_out REAL, drawn_at TEXT, as_of TEXT, snapshot TEXT, definition TEXT, question TEXT, candidates INTEGER,
    left_off TEXT, delivered_at TEXT);
create table if not exists members (list_id TEXT REFERENCES lists, customer_id TEXT, place INTEGER, score REAL,
    stratum INTEGER, arm TEXT, PRIMARY KEY (list_id, customer_id));
create table if not exists deliveries (list_id TEXT REFERENCES lists, target TEXT, began_at TEXT, ended_at TEXT,
    attempts INTEGER, sent INTEGER, left_off TEXT, PRIMARY KEY (list_id, target));
create table if not exists suppressed (customer_id TEXT PRIMARY KEY, reason TEXT, since TEXT);
create table if not exists feedback (list_id TEXT REFERENCES lists, customer_id TEXT, event TEXT, at TEXT,
    PRIMARY KEY (list_id, customer_id, event, at));
"""


@dataclass(frozen=True)
class Member:
    """A customer of a list: the place and score there, the stratum it was drawn in, and the arm."""

    customer_id: str
    place: int
    score: float | None
    stratum: int
    arm: str


@dataclass(frozen=True)
class DrawnList:
    """A list as it was drawn: what it is, from what it was made, and who is on it or held out."""

    list_id: str
    play: str
    offer: str
    sent_by: str
    contact_cost: float
    hold_out: float
    drawn_at: str
    as_of: str
    snapshot: str
    definition: str
    question: str
    candidates: int
    left_off: dict[str, int]
    delivered_at: str | None = None
    members: Sequence[Member] = ()

    def of_arm(self, arm: str) -> list[Member]:
        """The members of one arm, in the order of the list."""
        return [member for member in self.members if member.arm == arm]


@dataclass(frozen=True)
class Feedback:
    """What somebody on a list did with its message: delivered, opened, clicked or unsubscribed, and when in UTC."""

    list_id: str
    customer_id: str
    event: str
    at: str


class Ledger:
    """The ledger in a shop's folder; it is made with the first list."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are all kept or, on an error, none."""
        if not self.path.exists():
            self.path.touch(0o600)
        con = sqlite3.connect(self.path, timeout=30)
        try:
            con.row_factory = sqlite3.Row
            con.executescript(_TABLES)
            with con:
                yield con
        finally:
            con.close()

    def lists(self) -> list[DrawnList]:
        """All lists, the latest first, without their members."""
        if not self.path.exists():
            return []
        with self._open() as con:
            rows = con.execute("select * from lists order by drawn_at desc, list_id desc").fetchall()
            return [_list_in(row) for row in rows]

    def find(self, list_id: str) -> DrawnList:
        """The list of that name with its members; otherwise an error with the nearest name."""
        known = {each.list_id: each for each in self.lists()}
        if list_id not in known:
            raise unknown_name(list_id, known, "list") if known else Refused("no list was drawn yet")
        with self._open() as con:
            asked = "select * from members where list_id = ? order by place"
            members = [Member(*tuple(row)[1:]) for row in con.execute(asked, [list_id])]
        return DrawnList(**{**vars(known[list_id]), "members": members})

    def add(self, drawn: DrawnList, known: int) -> None:
        """Write down a list with all its members, or nothing of it; a name that is there is refused.

        `known` is how many lists there were when its members were chosen: another that was drawn meanwhile may hold
        some of them, so that nothing is written either.
        """
        told = {**vars(drawn), "left_off": json.dumps(drawn.left_off)}
        del told["members"]
        with self._open() as con:
            con.execute("begin immediate")
            (there,) = con.execute("select count(*) from lists").fetchone()
            if there != known:
                raise Refused("another list of the shop was drawn meanwhile: draw {name} again", name=drawn.list_id)
            if con.execute("select 1 from lists where list_id = ?", [drawn.list_id]).fetchone():
                raise Refused("a list is called {name} already: lists keep their names", name=drawn.list_id)
            con.execute(
                f"insert into lists ({', '.join(told)}) values ({', '.join('?' * len(told))})", [*told.values()]
            )
            rows = [(drawn.list_id, m.customer_id, m.place, m.score, m.stratum, m.arm) for m in drawn.members]
            con.executemany("insert into members values (?, ?, ?, ?, ?, ?)", rows)

    def busy(self, now: datetime, rest_days: int) -> set[str]:
        """Customers on lists drawn and not delivered yet, or delivered in the last days, in whatever arm."""
        since = (now - timedelta(days=rest_days)).isoformat()
        asked = (
            "select distinct customer_id from members join lists using (list_id) "
            "where delivered_at is null or delivered_at > ?"
        )
        return self._keys(asked, [since])

    def suppressions(self) -> set[str]:
        """Customers whom no list may address."""
        return self._keys("select customer_id from suppressed", [])

    def customers(self) -> set[str]:
        """All customers in the ledger, of whatever list, and those suppressed."""
        return self._keys("select customer_id from members union select customer_id from suppressed", [])

    def _keys(self, asked: str, values: list[Any]) -> set[str]:
        if not self.path.exists():
            return set()
        with self._open() as con:
            return {key for (key,) in con.execute(asked, values)}

    def suppress(self, customers: Iterable[str], reason: str, now: datetime) -> int:
        """Put customers on no list from now on; gives how many were not suppressed before."""
        with self._open() as con:
            rows = [(key, reason, now.isoformat()) for key in customers]
            return con.executemany("insert or ignore into suppressed values (?, ?, ?)", rows).rowcount

    def drop(self, list_id: str) -> None:
        """Take back a list that was not delivered; a delivered one stays."""
        self.find(list_id)
        with self._open() as con:
            if con.execute("select 1 from deliveries where list_id = ?", [list_id]).fetchone():
                raise Refused("{name} was delivered, or its delivery began: it stays in the ledger", name=list_id)
            for table in ("members", "lists"):
                con.execute(f"delete from {table} where list_id = ?", [list_id])

    def delivery(self, list_id: str, target: str) -> dict[str, Any] | None:
        """The delivery of a list to a target; None where none began."""
        with self._open() as con:
            asked = "select * from deliveries where list_id = ? and target = ?"
            row = con.execute(asked, [list_id, target]).fetchone()
            return dict(row) if row else None

    def begin(self, list_id: str, target: str, now: datetime) -> None:
        """Note that a delivery begins, before anything is sent; one that began earlier goes on."""
        with self._open() as con:
            con.execute(
                "insert or ignore into deliveries values (?, ?, ?, null, 0, null, null)",
                [list_id, target, now.isoformat()],
            )

    def count_attempt(self, list_id: str, target: str) -> None:
        """Note one more attempt to deliver."""
        with self._open() as con:
            con.execute(
                "update deliveries set attempts = attempts + 1 where list_id = ? and target = ?", [list_id, target]
            )

    def finish(self, list_id: str, target: str, sent: int, left_off: dict[str, int], now: datetime) -> None:
        """Note that a list arrived; its first arrival is when its customers count as contacted."""
        with self._open() as con:
            con.execute(
                "update deliveries set ended_at = ?, sent = ?, left_off = ? where list_id = ? and target = ?",
                [now.isoformat(), sent, json.dumps(left_off), list_id, target],
            )
            con.execute(
                "update lists set delivered_at = ? where list_id = ? and delivered_at is null",
                [now.isoformat(), list_id],
            )

    def add_feedback(self, found: Iterable[Feedback]) -> int:
        """Write down what came back; gives how many were not there before."""
        rows = [(one.list_id, one.customer_id, one.event, one.at) for one in found]
        with self._open() as con:
            return con.executemany("insert or ignore into feedback values (?, ?, ?, ?)", rows).rowcount if rows else 0

    def forget(self, customers: Iterable[str]) -> int:
        """Take customers out of every list and of those suppressed; gives in how many places they stood."""
        if not self.path.exists():
            return 0
        keys = [(key,) for key in customers]
        with self._open() as con:
            for table in ("members", "suppressed", "feedback"):
                con.executemany(f"delete from {table} where customer_id = ?", keys)
            return con.total_changes


def _list_in(row: sqlite3.Row) -> DrawnList:
    return DrawnList(**{**dict(row), "left_off": json.loads(row["left_off"])})
