"""People who asked to be forgotten: nothing of them reaches a snapshot, their orders stay as sums without a customer.

A shop remembers a keyed print of what it was given (HMAC-SHA-256, RFC 2104), never the key, the address or the number
itself. Every build looks for accounts with such a print; accounts that are one person are forgotten together.
"""

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from customary import standard
from customary.intake.readers import PER_FILE

KEY = "forgotten"
REASON = "erased at the person's wish"
# What a person did that is no sale goes; what was sold stays without the person.
GONE = ("customers", "identities", "consents", "events", "tickets", "responses", "assignments")
_ORDERED = ("orders", "order_items", "returns", "payments", "shipments")


@dataclass(frozen=True)
class Erasure:
    """The prints of those who are to be forgotten, and the shop's secret that makes them."""

    prints: frozenset[str]
    secret: bytes

    def has(self, texts: Iterable[str | None]) -> bool:
        """Whether one of an account's keys, addresses and numbers has such a print."""
        return any(print_of(self.secret, text) in self.prints for text in texts if text)


def print_of(secret: bytes, text: str) -> str:
    """The print of a key, an e-mail address or a phone number, however it is spelled."""
    return hmac.digest(secret, _plain(text).encode(), "sha256").hex()


def _plain(text: str) -> str:
    """Lower case without blanks around; of what is written like a phone number its last ten digits."""
    bare = text.strip().lower()
    digits = re.sub(r"\D", "", bare)
    is_phone = re.fullmatch(r"[+(]?[\d ()/.-]{7,}", bare) and len(digits) >= 10
    return digits[-10:].lstrip("0") if is_phone else bare


def find(con: duckdb.DuckDBPyConnection, erasure: Erasure) -> list[str]:
    """The accounts to be forgotten, by any of their keys; to be asked before accounts are merged."""
    rows = con.execute("select customer_id, email, phone from customers").fetchall()
    rows += con.execute("select customer_id, value, null from identities").fetchall()
    for name in _tables_with("customer_id"):
        rows += con.execute(f'select distinct customer_id, null, null from "{name}"').fetchall()
    return sorted({account for account, *more in rows if account and erasure.has((account, *more))})


def _tables_with(column: str) -> list[str]:
    return [name for name, table in standard.tables().items() if any(c.name == column for c in table.columns)]


def erase(con: duckdb.DuckDBPyConnection, accounts: Sequence[str], erasure: Erasure) -> None:
    """Take the people behind some accounts out of all tables; books of their records say how many and why."""
    if not accounts:
        return
    con.register("_accounts", pa.table({"account_id": list(accounts)}))
    con.execute(
        """create or replace temp table _people as
        with person as (select coalesce(m.customer_id, a.account_id) as customer_id
            from _accounts a left join merges m using (account_id))
        select customer_id from person union select account_id from merges where customer_id in (from person)"""
    )
    con.unregister("_accounts")
    _hide_orders(con, erasure.secret)
    con.execute("update customers set referred_by = null where referred_by in (from _people)")
    for name in GONE:
        _take_out(con, name)
    con.execute("delete from merges where customer_id in (from _people) or account_id in (from _people)")
    con.execute("drop table _people")


def _hide_orders(con: duckdb.DuckDBPyConnection, secret: bytes) -> None:
    """Orders, their lines and what came back lose the customer, and their numbers become ones that nobody else has."""
    found = con.execute("select order_id from orders where customer_id in (from _people)").fetchall()
    numbers = {order: "erased-" + hmac.digest(secret, order.encode(), "sha256").hex()[:16] for (order,) in found}
    con.register("_numbers", pa.table({"order_id": list(numbers), "hidden": list(numbers.values())}))
    for name in ("orders", "returns"):
        _count(con, name, "customer_id in (from _people)")
    con.execute("update orders set customer_id = null, region = null where customer_id in (from _people)")
    con.execute("update returns set customer_id = null where customer_id in (from _people)")
    for name in _ORDERED:
        con.execute(f'update "{name}" set order_id = hidden from _numbers n where "{name}".order_id = n.order_id')
    con.unregister("_numbers")


def _take_out(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Delete a person's rows of one table, of events those of their devices too; each record says why it is gone."""
    whose = "customer_id in (from _people)"
    if name == "events":
        whose += " or (customer_id is null and visitor_id in (select visitor_id from events where customer_id in "
        whose += "(from _people)))"
    _count(con, name, whose)
    con.execute(
        f"insert into quarantine select null, (_record // {PER_FILE})::INTEGER, '{name}', _record, null, ? "
        f'from "{name}" where {whose}',
        [REASON],
    )
    con.execute(f'delete from "{name}" where {whose}')


def _count(con: duckdb.DuckDBPyConnection, name: str, whose: str) -> None:
    """Remember how many records of a person each file has."""
    con.execute(
        f'insert into erased select (_record // {PER_FILE})::INTEGER, count(*) from "{name}" where {whose} group by 1'
    )


def files_with(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, int]]:
    """The adopted files that still hold records of forgotten people, and how many."""
    yield from con.execute(
        "select file_name, sum(e.record_count)::BIGINT from erased e join files using (file_no) "
        "group by all order by all"
    ).fetchall()


def erasure_of(settings: Mapping[str, Any], secret: bytes) -> Erasure:
    """What a shop's settings say of who is to be forgotten."""
    return Erasure(frozenset(settings.get(KEY, ())), secret)
