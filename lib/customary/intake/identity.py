"""One person, one customer: accounts that share a key and agree are merged, each merge with its evidence.

Keys are normalised phones, e-mails and declared accounts; junk and masked ones tie nobody. Who is one person is for a
matcher to say (`matching`). Merges stand in `merges`; the raw files keep every account, and a shop may forbid a merge.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb

from customary import standard
from customary.errors import unknown_name
from customary.intake.keys import is_placeholder
from customary.intake.matching import AGREEMENT, EXACT_KEYS, MATCHERS, NO_MERGE, Account, Key, Matcher, Merge
from customary.intake.readers import PER_FILE
from customary.wording import wording

FACTS = ("orders", "events", "returns", "tickets", "responses", "consents", "assignments")
BOOKS = """
create or replace table merges (account_id VARCHAR, customer_id VARCHAR, because VARCHAR);
create or replace table merged (table_name VARCHAR, file_no INTEGER, _record BIGINT);
create or replace table identity_moves (rule VARCHAR, merged_count BIGINT, customer_count BIGINT, buyer_count BIGINT,
    repeat_buyer_count BIGINT, orders_per_buyer DOUBLE);
"""
# An e-mail is compared without case; a phone by its last ten digits, so that +86 138…, 0086138… and 138… are one.
# No phone: masks (138****0001), 1.38888888E+10, fewer than 7 or more than 15 digits, eight times the same digit or
# digits in a row such as 12345678.
_PHONE = "right(ltrim(regexp_replace(value, '[^0-9]', '', 'g'), '0'), 10)"
_RUNS = "|".join([*(f"{digit}{{8}}|^{digit}+$" for digit in range(10)), "12345678", "23456789", "87654321", "98765432"])
_IS_PHONE = f"""regexp_full_match(value, '\\s*[+(]?[0-9][-0-9 ()./+]*') and not regexp_matches(value, '[eE*xX]')
    and length(regexp_replace(value, '[^0-9]', '', 'g')) between 7 and 15 and length({_PHONE}) >= 7
    and not regexp_matches(regexp_replace(value, '[^0-9]', '', 'g'), '{_RUNS}')"""
_IS_EMAIL = "regexp_full_match(lower(trim(value)), '[^@\\s*]+@[^@\\s*]+[.][^@\\s*.]+')"
_KEYS = f"""
create or replace temp table _keys as
with given as (
    select customer_id, 'email' as kind, email as value from customers
    union all select customer_id, 'phone', phone from customers
    union all select customer_id, kind, value from identities
), alike as (
    select distinct customer_id, kind, case
        when {is_placeholder("trim(value)")} or trim(value) = '' then null
        when kind = 'email' then case when {_IS_EMAIL} then lower(trim(value)) end
        when kind = 'phone' then case when {_IS_PHONE} then {_PHONE} end
        when regexp_matches(value, '^[0*#]+$|[*]{{2}}') then null else trim(value) end as value
    from given
)
select customer_id, kind, value from alike where value is not null
qualify count(*) over (partition by kind, value) > 1
"""


def _found(con: duckdb.DuckDBPyConnection) -> tuple[list[Account], list[Key]]:
    """The accounts that share a key, and their keys."""
    con.execute(_KEYS)
    keys = [Key(*row) for row in con.execute("select customer_id, kind, value from _keys").fetchall()]
    rows = con.execute(
        "select k.customer_id, name, birth_on, city, registered_at from (select distinct customer_id from _keys) k "
        "left join customers c using (customer_id)"
    ).fetchall()
    return [Account(*row) for row in rows], keys


def rule_of(settings: Mapping[str, Any]) -> str:
    """How a shop wants accounts merged: by agreeing evidence unless it says otherwise."""
    told: str = settings.get("identity", AGREEMENT)
    if told not in MATCHERS:
        raise unknown_name(told, MATCHERS, "way of merging accounts")
    return told


def _without(accounts: Sequence[Account], apart: Mapping[str, str]) -> list[Account]:
    """The accounts that the shop does not keep apart."""
    return [one for one in accounts if one.account_id not in apart]


def _match_kinds(accounts: Sequence[Account], keys: Sequence[Key], matcher: Matcher) -> list[Merge]:
    known = {one.account_id for one in accounts}
    return matcher(accounts, [key for key in keys if key.account_id in known])


def resolve(
    con: duckdb.DuckDBPyConnection, settings: Mapping[str, Any], progress: Callable[[str, float], None]
) -> None:
    """Give every account its person: facts point to the person, `merges` keeps account, person and evidence.

    The customers table keeps one row per person; the others' records are in `merged`. `[apart]` of shop.toml names
    accounts that are never merged, `identity` another rule. `identity_moves` tells what each rule would make of it.
    """
    con.execute(BOOKS)
    accounts, keys = _found(con)
    if not keys:
        return
    progress(wording("resolving identities"), len(keys))
    accounts = _without(accounts, settings.get("apart", {}))
    for rule, matcher in MATCHERS.items():
        merges = _match_kinds(accounts, keys, matcher)
        _write(con, merges)
        con.execute(f"insert into identity_moves {_MOVES}", [rule])
        if rule == rule_of(settings):
            chosen = merges
    _write(con, chosen)
    _apply(con)


def _write(con: duckdb.DuckDBPyConnection, merges: Sequence[Merge]) -> None:
    con.execute("delete from merges")
    rows = [[m.account_id, m.customer_id, m.because] for m in merges]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    con.execute("insert into merges select unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[])", columns)


# What a rule makes of customers and buyers, before anything is changed.
_MOVES = """
with bought as (
    select coalesce(m.customer_id, o.customer_id) as person, count(*) as n
    from orders o left join merges m on m.account_id = o.customer_id
    where o.customer_id is not null and o.excluded_because is null group by 1
)
select ?, (select count(*) from merges),
    (select count(*) from customers) - (select count(*) from customers c join merges m on m.account_id = c.customer_id),
    count(*), count(*) filter (where n > 1), sum(n) / nullif(count(*), 0) from bought
"""


def moves(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """How the headline numbers stand under no merge, exact keys and agreeing evidence: one row per rule.

    Merged accounts, customers, buyers, buyers of more than one order and orders per buyer, of all that was loaded;
    [] where no two accounts share a key.
    """
    found = con.execute("from identity_moves")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _apply(con: duckdb.DuckDBPyConnection) -> None:
    """Let facts point to the person and take the other accounts' rows out of `customers`."""
    for table in FACTS:
        con.execute(
            f"update {table} set customer_id = m.customer_id from merges m where {table}.customer_id = m.account_id"
        )
    con.execute(
        "update customers set referred_by = m.customer_id from merges m where customers.referred_by = m.account_id"
    )
    for sql in _once_each():
        con.execute(sql)
    is_merged = "from customers where customer_id in (select account_id from merges)"
    con.execute(f"insert into merged select 'customers', (_record // {PER_FILE})::INTEGER, _record {is_merged}")
    con.execute(f"delete {is_merged}")


def _once_each() -> Iterator[str]:
    """Two accounts of one person may bring one key twice, as in one experiment: the earliest stays."""
    for table in (found for name, found in standard.tables().items() if name in FACTS and "customer_id" in found.key):
        key = ", ".join(table.key)
        later = (
            f"select rowid from {table.name} "
            f"qualify row_number() over (partition by {key} order by {table.time}, _record, rowid) > 1"
        )
        yield (
            f"insert into quarantine select null, (_record // {PER_FILE})::INTEGER, '{table.name}', _record, null, "
            f"'repeated {key} after merging' from {table.name} where rowid in ({later})"
        )
        yield f"delete from {table.name} where rowid in ({later})"


__all__ = ["AGREEMENT", "EXACT_KEYS", "NO_MERGE", "moves", "resolve", "rule_of"]
