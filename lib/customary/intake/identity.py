"""One person, one customer: accounts that share a guarded exact key are merged, and each merge is written down.

Keys are normalised phones, e-mails and declared account keys. A key shared by more than `CROWD` accounts is a shop's
own number or junk and ties nobody together. Merges stand in `merges`; the raw files keep every account.
"""

from collections.abc import Callable

import duckdb

from customary import standard

CROWD = 4
FACTS = ("orders", "events", "returns", "tickets", "responses", "consents", "assignments")

# An e-mail is compared without case, a phone as its last eleven digits (Chinese numbers with or without +86).
_KEYS = f"""
create or replace temp table _keys as
with given as (
    select customer_id, 'email' as kind, lower(email) as value from customers where email like '%_@_%._%'
    union select customer_id, 'phone', right(regexp_replace(phone, '[^0-9]', '', 'g'), 11) from customers
        where length(regexp_replace(phone, '[^0-9]', '', 'g')) >= 8
    union select customer_id, kind, case when kind = 'email' then lower(value)
        when kind = 'phone' then right(regexp_replace(value, '[^0-9]', '', 'g'), 11) else value end from identities
)
select distinct customer_id, kind, value, kind || ':' || value as key from given where value is not null
qualify count(distinct customer_id) over (partition by kind, value) between 2 and {CROWD}
"""


def _groups(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Account → the smallest account it is tied to through keys (union–find)."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for account, key in pairs:
        one, other = sorted((root("a" + account), root("k" + key)))
        parent[other] = one
    members = {node[1:]: root(node) for node in list(parent) if node.startswith("a")}
    firsts: dict[str, str] = {}
    for account, group in members.items():
        firsts[group] = min(account, firsts.get(group, account))
    return {account: firsts[group] for account, group in members.items()}


def _once_each(con: duckdb.DuckDBPyConnection) -> None:
    """Two accounts of one person may bring one key twice, as in one experiment: the earliest stays."""
    for table in (found for name, found in standard.tables().items() if name in FACTS and "customer_id" in found.key):
        key = ", ".join(table.key)
        later = (
            f"select rowid from {table.name} "
            f"qualify row_number() over (partition by {key} order by {table.time}, _record, rowid) > 1"
        )
        con.execute(
            f"insert into quarantine select null, (_record // 4294967296)::INTEGER, '{table.name}', _record, null, "
            f"'repeated {key} after merging' from {table.name} where rowid in ({later})"
        )
        con.execute(f"delete from {table.name} where rowid in ({later})")


def resolve(con: duckdb.DuckDBPyConnection, progress: Callable[[str, float], None]) -> None:
    """Give every account its person: facts point to the person, `merges` keeps account, person and key.

    The customers table keeps one row per person; the other accounts' rows go to quarantine as merged.
    """
    con.execute("create or replace table merges (account_id VARCHAR, customer_id VARCHAR, because VARCHAR)")
    con.execute(_KEYS)
    pairs = con.execute("select customer_id, key from _keys").fetchall()
    if not pairs:
        return
    progress("resolving identities", len(pairs))
    merged = [(account, person) for account, person in _groups(pairs).items() if account != person]
    con.executemany("insert into merges values (?, ?, null)", merged) if merged else None
    con.execute(
        "update merges set because = k.kinds from (select customer_id, string_agg(distinct kind, ', ' order by kind) "
        "as kinds from _keys group by 1) k where k.customer_id = merges.account_id"
    )
    for table in FACTS:
        con.execute(
            f"update {table} set customer_id = m.customer_id from merges m where {table}.customer_id = m.account_id"
        )
    con.execute(
        "update customers set referred_by = m.customer_id from merges m where customers.referred_by = m.account_id"
    )
    _once_each(con)
    con.execute(
        "insert into quarantine select null, (_record // 4294967296)::INTEGER, 'customers', _record, null, "
        "'merged into another account of the same person' from customers "
        "where customer_id in (select account_id from merges)"
    )
    con.execute("delete from customers where customer_id in (select account_id from merges)")
