"""Exchange rates: a table per shop, kept with its fingerprint; amounts in another currency are converted by it once.

A rate table is a CSV file with the columns currency, valid_from and rate: one unit of `currency` is worth `rate` of the
shop's own from that day on, until the currency's next line. An order, its lines, its payments and its returns are
converted at the day of the order. A currency without a rate stops the build: an unknown rate is never 0 and never 1.
"""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from customary.errors import Refused
from customary.wording import word

COLUMNS = ("currency", "valid_from", "rate")
_PAID = ("gross_amount", "discount_amount", "shipping_amount", "tax_amount", "paid_amount", "gift_card_amount")
_READ = """
create or replace temp table _rates as
select upper(trim(currency)) as currency, try_cast(valid_from as DATE) as valid_from,
    try_cast(rate as DECIMAL(18, 8)) as rate
from read_csv(?, header = true, all_varchar = true, strict_mode = true)
"""
# The rate that was valid on a row's own day: the latest line at or before it.
_RATED = """
create or replace temp table {name} as
select t.rowid as row, t.foreign_currency as currency, t.on_day, r.rate
from (select rowid, currency as foreign_currency, {day}::DATE as on_day from {table} where {which}) t
asof left join _rates r on r.currency = t.foreign_currency and r.valid_from <= t.on_day
where t.foreign_currency <> '{own}'
"""
# A payment in the money of its order names none any more; one of no order is held against the shop's own.
_OWN_MONEY = """
update payments set currency = nullif(upper(trim(currency)), coalesce(
    (select max(coalesce(o.currency, ?)) from orders o where o.order_id = payments.order_id), ?))
"""


def _check_rates(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The table `_rates`, every line of it a currency, a day and a rate above zero, and no day twice."""
    try:
        con.execute(_READ, [str(path)])
    except duckdb.Error as error:
        raise Refused("{file} is no rate table: it needs the columns {names}", file=path.name, names=COLUMNS) from error
    found = con.execute(
        "select count(*) from _rates where currency is null or valid_from is null or coalesce(rate, 0) <= 0"
    ).fetchone()
    if found and found[0]:
        raise Refused(
            "{file}: {n:,} lines lack a currency, a day such as 2025-01-31 or a rate above zero",
            file=path.name,
            n=found[0],
        )
    twice = con.execute("select currency, valid_from from _rates group by all having count(*) > 1 order by all limit 1")
    if line := twice.fetchone():
        raise Refused(
            "{file} gives {currency} two rates from {day} on: keep one", file=path.name, currency=line[0], day=line[1]
        )


def adopt_rates(path: Path, folder: Path) -> str:
    """Check a rate table, keep a copy in the shop's folder under a name of its own, and give its place there."""
    if not path.is_file():
        raise Refused("there is no file {path}", path=path)
    with duckdb.connect() as con:
        _check_rates(con, path)
    (folder / "rates").mkdir(parents=True, exist_ok=True)
    kept = folder / "rates" / f"{path.stem}-{_fingerprint(path)}.csv"
    if not kept.exists():
        shutil.copyfile(path, kept)
    return f"rates/{kept.name}"


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def version(settings: Mapping[str, Any]) -> str:
    """The name and fingerprint of the shop's rate table, or nothing where it has none."""
    if not settings.get("rates"):
        return ""
    path = Path(settings["rates"])
    if not path.is_file():
        raise Refused(
            "the rate table {file} is gone from the shop's files: adopt it again with --rates", file=path.name
        )
    mark = _fingerprint(path)
    return f"{path.stem.removesuffix(f'-{mark}')} ({mark})"


_NO_TABLE = (
    "{n:,} {things} are in {currency} and the shop counts in {own}, but the shop has no rate table: "
    "adopt one that has {currency} from {first} on with --rates FILE"
)
_NO_CURRENCY = (
    "{n:,} {things} are in {currency} and the shop counts in {own}, but the rate table {table} has no {currency}: "
    "adopt one that has {currency} from {first} on with --rates FILE"
)
_TOO_LATE = (
    "{n:,} {things} are in {currency} and the shop counts in {own}, but the rate table {table} begins at {known_from}, "
    "the first of them is of {first}: adopt one that has {currency} from {first} on with --rates FILE"
)


def _refuse_unrated(con: duckdb.DuckDBPyConnection, name: str, things: str, own: str, table: str) -> None:
    """One sentence about the first currency that cannot be converted: which, how many rows, and what to do."""
    found = con.execute(
        f"""select n.currency, count(*), min(n.on_day),
            (select min(valid_from) from _rates r where r.currency = n.currency)
        from {name} n where n.rate is null group by 1 order by 2 desc, 1 limit 1"""
    ).fetchone()
    if found is None:
        return
    currency, count, first, known_from = found
    places = {"n": count, "things": word(things), "currency": currency, "own": own, "table": table, "first": first}
    if not table:
        raise Refused(_NO_TABLE, **places)
    raise Refused(_TOO_LATE if known_from else _NO_CURRENCY, known_from=known_from, **places)


def _convert(con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...], rated: str, on: str) -> None:
    amounts = ", ".join(f"{name} = cast({name} * r.rate as DECIMAL(18, 4))" for name in columns)
    con.execute(f"update {table} set {amounts} from {rated} r where {on}")


def convert(con: duckdb.DuckDBPyConnection, settings: Mapping[str, Any]) -> None:
    """Bring all amounts into the shop's currency; rows that name none are in it already.

    Raises `Refused`, naming currency and count, where a rate is missing. The column `currency` keeps what was paid in.
    """
    own, told = str(settings["currency"]).upper(), version(settings)
    if told:
        _check_rates(con, Path(settings["rates"]))
    else:
        con.execute("create or replace temp table _rates (currency VARCHAR, valid_from DATE, rate DECIMAL(18, 8))")
    for table in ("orders", "returns"):
        con.execute(f"update {table} set currency = upper(trim(currency)) where currency <> upper(trim(currency))")
    loose = "order_id is null or order_id not in (select order_id from orders)"
    if con.execute("from returns limit 1").fetchone() is None:
        loose = "false"
    con.execute(_RATED.format(name="_orders", table="orders", day="ordered_local", which="true", own=own))
    con.execute(_RATED.format(name="_loose", table="returns", day="returned_local", which=loose, own=own))
    _refuse_unrated(con, "_orders", "orders", own, told)
    _refuse_unrated(con, "_loose", "returns", own, told)
    con.execute(
        "create or replace temp table _of_order as "
        "select o.order_id, r.rate from orders o join _orders r on o.rowid = r.row"
    )
    _convert(con, "returns", ("refund_amount",), "_of_order", "returns.order_id = r.order_id")
    _convert(con, "returns", ("refund_amount",), "_loose", "returns.rowid = r.row")
    lines = ("unit_price", "discount_amount")
    _convert(con, "order_items", lines, "_of_order", "order_items.order_id = r.order_id")
    if con.execute("select 1 from payments limit 1").fetchone():  # the join reads all orders, be there none
        con.execute(_OWN_MONEY, [own, own])
    paid = "payments.order_id = r.order_id and payments.currency is null"
    _convert(con, "payments", ("amount", "fee_amount"), "_of_order", paid)
    _convert(con, "orders", _PAID, "_orders", "orders.rowid = r.row")
    for name in ("_rates", "_orders", "_loose", "_of_order"):
        con.execute(f"drop table {name}")
