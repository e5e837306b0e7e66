"""Portraits of five million customers: seconds to build, memory, and how fast the stored frame is filtered.

The orders are invented in the engine, straight as frames: what is timed are our own expressions over them. Run as a
script: `portraits.py [customers]`; prints a table, asserts nothing.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

import duckdb  # noqa: E402
import ibis  # noqa: E402
from memory import peak  # noqa: E402

from customary import standard  # noqa: E402
from customary.engine import writable_backend  # noqa: E402
from customary.frames import ASIDE, FRAMES, ORDER, Compose, write  # noqa: E402
from customary.intake.conform import empty  # noqa: E402
from customary.places import DATA  # noqa: E402
from customary.publish import portray  # noqa: E402
from customary.publish.tables import Tables  # noqa: E402
from customary.rules.book import RuleBook  # noqa: E402

AS_OF, DAYS = date(2025, 1, 1), 730
RULES = RuleBook.from_files(DATA)
LIMITS = ("600MB", "1GB", "2GB", "4GB")  # of the engine; the process itself takes about 300 MB more
TURNS = 20
SPLITS = ("value_tier", "rfm_segment", "next_best_action", "category_tag", "price_tag", "promotion_tag", "channel_tag")

# Lomax tails (α = 1.9): most buy never or once, a few hundreds of times; a customer's lines keep to two categories.
PEOPLE = """
create macro draw(a, b, c) as hash(hash(a, b, c));
create table people as select n, printf('C%08d', n) as customer_id, (draw(n, 0, 'first') % {days})::int as first_day,
  least(400, (2.6 * (pow((draw(n, 0, 'often') % 1000000 + 1) / 1000001.0, -1 / 1.9) - 1)))::int as order_count
from range({customers}) t(n);
insert into customers by name select customer_id, 'CN' as country from people;"""
ORDERS = """
insert into made.orders by name
select printf('O%08d-%d', n, i) as order_id, customer_id, i + 1 as order_number, i = 0 as is_first_order,
  {start} + day as day, date '1970-01-01' + ({start} + day) as day_on, (day + 4) % 7 as weekday,
  draw(n, i, 'hour') % 24 as hour, ({start} + day) * 86400::bigint + i as ts_s,
  1 + draw(n, i, 'lines') % 2 as line_count,
  ((500 + draw(n, i, 'value') % 30000) / 100.0)::decimal(18, 4) as gross_amount, gross_amount as net_amount,
  case when draw(n, i, 'offer') % 3 = 0 then gross_amount / 10 else 0 end as discount_amount,
  draw(n, i, 'back') % 12 = 0 as is_returned,
  ['app', 'site', 'store', 'mini-program'][1 + ((n + (draw(n, i, 'where') % 10 = 0)::int) % 4)::int] as channel,
  ['WeChat Pay', 'Alipay', 'credit card', 'UnionPay'][1 + ((n + (draw(n, i, 'pay') % 8 = 0)::int) % 4)::int]
    as payment_method
from (select *, (first_day + ({days} - first_day) * (i + draw(n, i, 'day') % 1000 / 1000.0) / order_count)::int as day
      from (select *, unnest(range(order_count)) as i from people where order_count > 0))
order by day"""
ITEMS = """
insert into made.items by name
select order_id || '-' || line as order_item_id, order_id, customer_id, day, day_on, ts_s, net_amount, gross_amount,
  'category ' || (draw(customer_id, line % 2, 'taste') % 12) as category,
  1 + draw(order_id, line, 'price') % 200 as unit_price, 1 as quantity,
  day_on - 30 * (draw(order_id, line, 'age') % 20)::int as launched_on
from (select *, unnest(range(line_count::bigint)) as line from made.orders)"""


def invented(con: duckdb.DuckDBPyConnection, customers: int) -> None:
    """Canonical tables, and in the schema `made` the frames over them with orders and lines of our invention."""
    con.execute("create schema made")
    backend = writable_backend(con)
    for table in standard.tables().values():
        empty(con, table)

    def keep(name: str, compose: Compose) -> None:
        con.execute(f"create table made.{name} as {backend.compile(compose())}")

    place = (con.execute("select current_database()").fetchone() or ("",))[0], "made"
    tables, made = Tables(con, standard.tables()), Tables(con, (*ASIDE, *ORDER), place)
    write(tables, {"as_of": AS_OF, "week_start": 0, "shop_rules": RULES}, made, keep)
    start = (AS_OF - date(1970, 1, 1)).days - DAYS
    for statement in (PEOPLE, ORDERS, ITEMS):
        con.execute(statement.format(customers=customers, days=DAYS, start=start))


def spent(con: duckdb.DuckDBPyConnection, work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of some work, its writing to the file included."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    work()
    con.execute("checkpoint")
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, cpu


def customers_built(con: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """Seconds of building the customers frame over the invented orders."""
    backend, frame = writable_backend(con), FRAMES["customers"]
    known = {need: backend.table(need, database="made") for need in frame.needs if need in FRAMES}
    known |= {name: backend.table(name, database="main") for name in ("customers", "consents")}
    sql = backend.compile(frame.build(**known, as_of=AS_OF, shop_rules=RULES))
    return spent(con, lambda: con.execute(f"create or replace table made.customers as {sql}"))


def portraits_built(con: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """Seconds of drawing the portraits, as publishing does it."""
    backend = writable_backend(con)
    made = {name: backend.table(name, database="made") for name in ("customers", "orders", "items", "sessions")}
    con.execute("drop table if exists made.portraits")
    return spent(con, lambda: portray(con, made, AS_OF, RULES, "made.portraits"))


def filters(con: duckdb.DuckDBPyConnection) -> list[float]:
    """Seconds of twenty questions to the stored portraits: a selection, grouped and counted."""
    backend, found = writable_backend(con), []
    table = backend.table("portraits", database="made")
    for turn in range(TURNS):
        chosen, split = SPLITS[turn % len(SPLITS)], SPLITS[(turn + 1 + turn // len(SPLITS)) % len(SPLITS)]
        begun = time.perf_counter()
        t = table.filter(table[chosen] != "unknown", table.m_score == turn % 5 + 1)
        backend.to_pyarrow(t.group_by(split).agg(customer_count=ibis._.count()))
        found.append(time.perf_counter() - begun)
    return found


def timed(file: Path, limit: str) -> None:
    """Open the invented shop with little memory and print what building and filtering the portraits take."""
    spill = {"temp_directory": str(file.parent / "spill")}
    with duckdb.connect(str(file), config={"threads": "2", "memory_limit": limit, **spill}) as con:
        wall, cpu = portraits_built(con)
        print(f"{'RFM, tiers, stages, portraits':<44}{wall:9.3f} s   {cpu:7.1f} CPU s   goal ≤ 30 s", flush=True)
        print(f"{f'memory at its peak, limit {limit}':<44}{peak():9.2f} GB  goal ≤ 1 GB", flush=True)
        found = filters(con)
        print(f"{'a filter with a split':<44}{median(found):9.3f} s   worst {max(found):.3f} s   goal ≤ 0.100 s")


def invent(file: Path, customers: int) -> None:
    """Make the shop and its customers frame, which portraits start from."""
    with duckdb.connect(str(file), config={"threads": "2"}) as con:
        invented(con, customers)
        orders = con.execute("select count(*) from made.orders").fetchone()
        wall, cpu = customers_built(con)
        print(f"{customers:,} customers, {orders[0] if orders else 0:,} orders; load {os.getloadavg()[0]:.1f}")
        print(f"{'the customers frame they start from':<44}{wall:9.3f} s   {cpu:7.1f} CPU s", flush=True)


def main() -> None:
    """Invent with plenty of memory; then build and filter in a process with little, or with more where that fails."""
    if len(sys.argv) == 3:
        timed(Path(sys.argv[1]), sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shop.duckdb"
        invent(file, int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
        for limit in LIMITS:
            done = subprocess.run([sys.executable, __file__, str(file), limit], check=False, stderr=subprocess.PIPE)
            if done.returncode == 0:
                return
            print(f"{f'with {limit} of memory it could not be built':<44}", flush=True)


if __name__ == "__main__":
    main()
