"""The demo shop: same contents every run, every SELECT runs, dirt as recorded, stories as planted."""

import tomllib
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from customary.cli import ready
from customary.demo import AS_OF, RAW_FILES, TRUTH_FILES, generate
from customary.demo.build import STAMP
from customary.studies.shared.outcomes import OF_LISTS

ROOT = Path(__file__).parents[1]
QUERIES = ROOT / "queries" / "demo"
SOURCE = tomllib.loads((QUERIES / "source.toml").read_text(encoding="utf-8"))
STANDARD = {f.stem: tomllib.loads(f.read_text(encoding="utf-8")) for f in (ROOT / "data/standard").glob("*.toml")}
TABLES = sorted(STANDARD)
TYPES = {
    "number": "double",
    "money": "decimal(18,2)",
    "timestamp": "timestamp",
    "integer": "bigint",
    "date": "date",
    "boolean": "boolean",
}

# A record that the re-sent batch, the collector or the CRM wrote twice is no new order, line, event or customer.
ORDERS = "(select distinct on (order_id) * from staged_orders)"
ITEMS = """(select distinct on (order_item_id) * from staged_order_items
    where rejected_because is null and try_cast(quantity as int) is not null)"""


def load(folder: Path) -> duckdb.DuckDBPyConnection:
    """Raw tables as the intake shows them, each canonical SELECT as `staged_<table>`, the truth as `truth_<name>`."""
    connection = duckdb.connect()
    for number, name in enumerate(RAW_FILES):
        path = folder / "files" / name
        csv = f"read_csv('{path}', header=true, all_varchar=true, delim=',', quote='\"', ignore_errors=true)"
        reader = f"'{path}'" if path.suffix == ".parquet" else csv
        connection.execute(
            f"create table {path.stem} as select *, {number} as _file,"
            f" {number} * 1000000000::bigint + row_number() over () as _record from {reader}"
        )
    for table in TABLES:
        sql = (QUERIES / f"{table}.sql").read_text(encoding="utf-8")
        connection.execute(f"create table staged_{table} as {sql}")
    for name in TRUTH_FILES:
        connection.execute(f"create table truth_{Path(name).stem} as from '{folder / 'truth' / name}'")
    return connection


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo")
    generate(place, customers=3_000)
    return place


@pytest.fixture(scope="module")
def shop(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with load(folder) as connection:
        yield connection


def one(shop: duckdb.DuckDBPyConnection, sql: str) -> float:
    """The single value of a query."""
    row = shop.execute(sql).fetchone()
    assert row is not None
    return row[0]


def planted(shop: duckdb.DuckDBPyConnection, kind: str, file: str = "%") -> int:
    sql = f"select coalesce(sum(row_count), 0)::int from truth_dirt where kind = '{kind}' and file like '{file}'"
    return int(one(shop, sql))


# The same shop every time


def fingerprints(place: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(place.rglob("*.*"))}


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    generate(tmp_path / "one", customers=500)
    generate(tmp_path / "two", customers=500)
    assert fingerprints(tmp_path / "one") == fingerprints(tmp_path / "two")


@pytest.mark.slow
def test_the_full_shop_has_about_a_million_events(tmp_path: Path) -> None:
    steps: list[str] = []
    generate(tmp_path, progress=steps.append)
    rows = duckdb.sql(f"select count(*) from '{tmp_path}/files/weblog.parquet'").fetchall()[0][0]
    assert 900_000 < rows < 1_200_000
    assert steps[0] == "draws" and steps[-1] == "writing files"


def test_a_small_shop_loads_and_a_tiny_one_is_refused(tmp_path: Path) -> None:
    generate(tmp_path, customers=100)
    with load(tmp_path) as small:
        assert one(small, "select count(*) from staged_orders") > 100
    with pytest.raises(ValueError, match="at least 100"):
        generate(tmp_path, customers=10)


# The staging SQL


def test_source_names_every_raw_file_and_its_columns(shop: duckdb.DuckDBPyConnection) -> None:
    assert {Path(n).stem for n in RAW_FILES} == set(SOURCE["raw"])
    for table, raw in SOURCE["raw"].items():
        assert [c for c in shop.table(table).columns if c[0] != "_"] == raw["columns"], table


# The demo's log numbers no visits, names no campaigns and speaks the vocabulary itself; its lists went out elsewhere.
IN_NO_FILE = {"is_repeated", "charge", "is_undated", "stock_count", *OF_LISTS}
IN_NO_LOG = {"session_id", "traffic_source", "traffic_medium", "campaign", "source_event_name"}
IN_NO_LOG |= {"inp_ms", "cls", "result_count"}


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_those_of_the_standard(shop: duckdb.DuckDBPyConnection, table: str) -> None:
    columns = set(shop.table(f"staged_{table}").columns) - {"_record", "rejected_because"}
    assert columns == set(STANDARD[table]["columns"]) - IN_NO_FILE - (IN_NO_LOG if table == "events" else set())


def test_pages_load_by_network_and_device(shop: duckdb.DuckDBPyConnection) -> None:
    """Three of four pages are there soonest on a fixed line and latest on 4G; actions have no time of their own."""
    sql = "select network from staged_events where load_ms is not null group by 1 order by quantile_cont(load_ms, 0.75)"
    assert [network for (network,) in shop.execute(sql).fetchall()] == ["fixed", "wifi", "5G", "4G"]
    assert one(shop, "select count(*) from staged_events where event_name = 'add_to_cart' and load_ms is not null") == 0


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_casts_to_the_standard_but_the_planted(shop: duckdb.DuckDBPyConnection, table: str) -> None:
    kinds = {"birth_on": "impossible birth date", "opened_at": "impossible date", "quantity": "quantity not a number"}
    for column, words in STANDARD[table]["columns"].items():
        if column not in shop.table(f"staged_{table}").columns or words["type"] == "string":
            continue
        failed = f"{column} is not null and try_cast({column}::varchar as {TYPES[words['type']]}) is null"
        expected = planted(shop, kinds[column]) if column in kinds and table != "returns" else 0
        assert one(shop, f"select count(*) from staged_{table} where {failed}") == expected, column


@pytest.mark.parametrize("table", TABLES)
def test_keys_are_unique_apart_from_the_planted_dirt(shop: duckdb.DuckDBPyConnection, table: str) -> None:
    kinds = {
        "customers": "exact duplicate",
        "orders": "order delivered twice",
        "order_items": "line delivered twice",
        "events": "event delivered twice",
    }
    surplus = one(shop, f"select count(*) - count(distinct ({', '.join(STANDARD[table]['key'])})) from staged_{table}")
    assert surplus == (planted(shop, kinds[table]) if table in kinds else 0)
    assert surplus > 0 or table not in kinds


def test_every_raw_record_is_in_the_table_it_becomes(shop: duckdb.DuckDBPyConnection) -> None:
    for raw, contract in SOURCE["raw"].items():
        for table in contract.get("becomes", []):
            assert one(shop, f"select count(*) from {raw} anti join staged_{table} using (_record)") == 0, raw
            assert one(shop, f"select count(_record) - count(distinct _record) from staged_{table}") == 0, table


# Books that add up


def test_orders_are_the_sum_of_their_lines(shop: duckdb.DuckDBPyConnection) -> None:
    wrong = f"""
        with summed as (
            select order_id, sum(quantity::int * unit_price::decimal(18, 2)) as gross,
                sum(discount_amount::decimal(18, 2)) as discount from {ITEMS} group by 1
        )
        select count(*) from {ORDERS} o left join summed s using (order_id)
        where s.gross is null or s.gross <> gross_amount::decimal(18, 2)
           or s.discount <> o.discount_amount::decimal(18, 2)
           or paid_at is not null and paid_amount::decimal(18, 2)
               <> s.gross - s.discount + shipping_amount::decimal(18, 2) + tax_amount::decimal(18, 2)"""
    assert one(shop, wrong) == 0


def test_returns_never_exceed_the_order_nor_come_before_it(shop: duckdb.DuckDBPyConnection) -> None:
    wrong_money = f"""
        with back as (
            select order_id, sum(refund_amount::decimal(18, 2)) as refund, min(returned_at) as first_at,
                min(refund_amount::decimal(18, 2)) as least_refund
            from staged_returns where rejected_because is null group by 1
        )
        select count(*) from back left join {ORDERS} using (order_id)
        where paid_amount is null or refund > paid_amount::decimal(18, 2) or least_refund <= 0
           or first_at < ordered_at or cancelled_at is not null"""
    wrong_quantity = f"""
        select count(*) from (select order_id, product_id, sum(quantity::int) as n from staged_returns
            where rejected_because is null group by all) r
        left join (select order_id, product_id, sum(quantity::int) as n from {ITEMS} group by all) i
            using (order_id, product_id) where i.n is null or r.n > i.n or r.n < 1"""
    assert one(shop, wrong_money) == 0
    assert one(shop, wrong_quantity) == 0
    both = f"staged_returns r join {ITEMS} i using (order_id, product_id)"
    partial = f"select count(*) from {both} where r.quantity::int < i.quantity::int"
    assert one(shop, partial) > 0


def test_nothing_happens_out_of_order_or_after_as_of(shop: duckdb.DuckDBPyConnection) -> None:
    wrong = "paid_at < ordered_at or cancelled_at < ordered_at or delivered_at < paid_at"
    assert one(shop, f"select count(*) from staged_orders where {wrong}") == 0
    late = one(shop, f"select count(*) from staged_orders where ordered_at >= '{AS_OF}'")
    assert late == planted(shop, "order after as_of", "erp_orders.csv")
    for table in ["returns", "tickets", "responses", "consents", "spend", "assignments"]:
        assert one(shop, f"select count(*) from staged_{table} where {STANDARD[table]['time']} >= '{AS_OF}'") == 0
    early = """select count(*) from staged_orders o join staged_customers c using (customer_id)
        join truth_people p on p.cust_no = customer_id
        where p.is_first_account and o.ordered_at < c.registered_at and not o.is_test"""
    assert one(shop, early) == 0


def test_the_till_leads_to_the_right_person(shop: duckdb.DuckDBPyConnection) -> None:
    unknown = """select count(*) from staged_orders o join till_receipts t on t.receipt_no = o.order_id
        where (member_phone is not null or card_no is not null) and customer_id is null"""
    assert one(shop, unknown) == 0
    assert one(shop, "select count(*) from staged_orders where channel = 'store' and customer_id is null") > 0
    miscounted = f"""select count(*) from truth_buyers left join (
            select person, count(*) as n from {ORDERS} join truth_people on cust_no = customer_id
            where ordered_at < '{AS_OF}' group by 1) using (person)
        where coalesce(n, 0) <> placed_order_count + campaign_order_count"""
    assert one(shop, miscounted) == 0


def test_every_online_order_of_the_log_has_its_purchase_event(shop: duckdb.DuckDBPyConnection) -> None:
    online = f"""(from {ORDERS} where channel <> 'store' and not is_test
        and ordered_at >= '2025-04-01' and ordered_at < '{AS_OF}')"""
    missing = f"""select count(*) from {online} o where not exists (from staged_events e
        where event_name = 'purchase' and occurred_at = o.ordered_at::timestamp - interval 8 hour
        and e.customer_id is not distinct from o.customer_id)"""
    assert one(shop, missing) == 0
    purchases = one(shop, "select count(distinct event_id) from staged_events where event_name = 'purchase'")
    assert purchases == one(shop, f"select count(*) from {online}")


def test_the_funnel_narrows_and_many_visits_are_nameless(shop: duckdb.DuckDBPyConnection) -> None:
    steps = ["session_start", "view_item", "add_to_cart", "begin_checkout", "purchase"]
    sql = "select count(distinct visitor_id) from staged_events where event_name = '{}' and visitor_id[1] = 'v'"
    people = [one(shop, sql.format(step)) for step in steps]
    assert all(later < 0.9 * earlier for earlier, later in pairwise(people)), people
    assert 0.4 < one(shop, "select avg((customer_id is null)::int) from staged_events") < 0.75


KINDS = {
    "events.channel": {"ads", "affiliate", "direct", "email", "referral", "search", "social"},
    "events.device": {"pc", "phone", "tablet"},
    "events.os": {"Android", "HarmonyOS", "Linux", "Windows", "iOS", "macOS"},
    "events.network": {"4G", "5G", "fixed", "wifi"},
    "events.platform": {"app", "mini-program", "site"},
    "orders.channel": {"app", "mini-program", "site", "store"},
    "tickets.contact": {"WeChat", "chat", "e-mail", "phone"},
    "responses.survey": {"csat", "nps", "review"},
}


@pytest.mark.parametrize("column", KINDS)
def test_the_log_knows_sources_devices_and_touchpoints(shop: duckdb.DuckDBPyConnection, column: str) -> None:
    """Each way to come, to look, to buy and to ask that the method names is in the sample, under its own name."""
    table, _, name = column.partition(".")
    rows = shop.execute(f"select distinct {name} from staged_{table} where {name} is not null").fetchall()
    assert {value for (value,) in rows} == KINDS[column]


# The dirt is what the truth says

DIRT = {
    "exact duplicate": "select count(*) - count(distinct cust_no) from crm_customers",
    "birth before 1900": "select count(*) from crm_customers where birth_date < '1900'",
    "invalid phone": "select count(*) from crm_customers where length(mobile) < 11",
    "invalid e-mail": r"select count(*) from crm_customers where not regexp_matches(mail, '^[^@]+@[^@]+[.]\w+$')",
    "phone shared by many": "select count(distinct cust_no) from crm_customers where mobile = '13800000000'",
    "blank attributes": "select count(distinct cust_no) from crm_customers where full_name = ' '",
    "test account": "select count(*) from staged_customers where is_test",
    "gender spelled otherwise": "select count(*) from crm_customers where sex not in ('female', 'male', ' ')",
    "negative quantity": "select count(*) from staged_order_items where rejected_because like 'quantity%'",
    "line without an order": "select count(*) from staged_order_items where rejected_because = 'no such order'",
    "refund for an unknown order": "select count(*) from staged_returns where rejected_because = 'no such order'",
    "bot that says so": "select count(*) from staged_events where is_bot",
    "bot in disguise": "select count(*) from staged_events where visitor_id[1] = 'b' and not is_bot",
    "event after as_of": "select count(*) from staged_events where occurred_at >= '2025-12-31 16:00:00'",
}


@pytest.mark.parametrize("kind", DIRT)
def test_dirt_is_counted_rightly(shop: duckdb.DuckDBPyConnection, kind: str) -> None:
    assert one(shop, DIRT[kind]) == planted(shop, kind) > 0


def test_malformed_records_are_the_only_ones_the_reader_loses(shop: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for name in ["service_tickets.csv", "erp_returns.csv", "erp_orders.csv"]:
        records = len((folder / "files" / name).read_text(encoding="utf-8").splitlines()) - 1
        lost = records - one(shop, f"select count(*) from {Path(name).stem}")
        assert lost == planted(shop, "wrong number of fields", name)


# The stories can be found


def test_the_payment_incident_and_the_late_deliveries_show(shop: duckdb.DuckDBPyConnection) -> None:
    unpaid = """select avg((paid_at is null)::int) from staged_orders
        where payment_method = 'Alipay' and channel <> 'store'
        and ordered_at {} between '2025-09-10' and '2025-09-14'"""
    assert one(shop, unpaid.format("")) > 0.3 > 0.08 > one(shop, unpaid.format("not"))
    late = """select avg((delivered_at::date > promised_on::date)::int) from staged_orders
        where delivered_at is not null and ordered_at {} between '2024-11-09' and '2024-11-21'"""
    assert one(shop, late.format("")) > 0.25 > 0.12 > one(shop, late.format("not"))


def test_the_bad_headphones_show(shop: duckdb.DuckDBPyConnection) -> None:
    rate = """select count(distinct return_id) / count(distinct order_item_id) from staged_order_items i
        join staged_orders o using (order_id) left join staged_returns r using (order_id, product_id)
        where product_id = 'P01291' and o.delivered_at is not null and ordered_at {} '2025-05-01'"""
    assert one(shop, rate.format(">=")) > one(shop, rate.format("<")) + 0.15


def test_affiliate_buyers_are_worth_less_and_one_city_grows(shop: duckdb.DuckDBPyConnection) -> None:
    worth = """select sum(paid_amount::double) / count(distinct customer_id) from staged_orders o
        join staged_customers using (customer_id) where acquisition_channel {} 'affiliate' and not o.is_test"""
    assert one(shop, worth.format("=")) < 0.5 * one(shop, worth.format("<>"))
    hefei = "select avg((city = 'Hefei')::int) from staged_customers where registered_at between '{}' and '{}'"
    assert one(shop, hefei.format("2025-10", "2026")) > 2 * one(shop, hefei.format("2024", "2025"))


def test_campaigns_are_randomised_and_one_has_no_effect(shop: duckdb.DuckDBPyConnection) -> None:
    assert one(shop, "select count(*) from truth_campaigns where has_no_effect") == 1
    excess = "abs(treated_count - control_count) > 4 * sqrt(treated_count + control_count)"
    assert one(shop, f"select count(*) from truth_campaigns where {excess}") == 0


@pytest.fixture
def small_demo(tmp_path, monkeypatch):
    """The folder of the shop `demo`, invented with two hundred customers; nothing of it is published."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path))
    monkeypatch.setattr(ready, "CUSTOMERS", 200)
    ready.make_demo(lambda step: None)
    return tmp_path / "demo"


def test_a_demo_of_another_version_is_invented_anew_and_keeps_what_people_wrote(small_demo, monkeypatch):
    """Its files are those of this version, its settings and notes are those it had; a second build invents nothing."""
    monkeypatch.setattr(ready, "build", lambda name, tell, **more: tell("built"))
    log, notes, settings = (small_demo / name for name in ("files/erp_orders.csv", "notes.toml", "shop.toml"))
    orders = log.read_bytes()
    log.write_text("order_no\n1\n")
    notes.write_text(notes.read_text("utf-8") + "# ours\n", "utf-8")
    settings.write_text(settings.read_text("utf-8").replace("Demo shop", "Our demo"), "utf-8")
    (small_demo / STAMP).write_text("the version before\n")
    told: list[object] = []
    ready.build_shop("demo", told.append)
    assert log.read_bytes() == orders
    assert "Our demo" in settings.read_text("utf-8") and "# ours" in notes.read_text("utf-8")
    assert str(told[0]).startswith("inventing the demo shop anew")
    told.clear()
    ready.build_shop("demo", told.append)
    assert told == ["built"]


def test_a_shop_of_ones_own_that_is_called_demo_is_left_alone(small_demo, monkeypatch):
    """It is of another source."""
    monkeypatch.setattr(ready, "build", lambda name, tell, **more: tell("built"))
    settings = small_demo / "shop.toml"
    settings.write_text(settings.read_text("utf-8").replace('source = "demo"', 'source = "template"'), "utf-8")
    (small_demo / STAMP).unlink()
    told: list[object] = []
    ready.build_shop("demo", told.append)
    assert told == ["built"]
