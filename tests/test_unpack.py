"""What a shop names as its files – archives, workbooks, databases, JSON, addresses – and the tables that come out."""

import gzip
import http.server
import json
import sqlite3
import threading
import zipfile
from functools import partial

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import real_data
from servers import mariadb, postgres
from typer.testing import CliRunner

from customary.cli import app
from customary.errors import Refused
from customary.intake import readers
from customary.intake.load import BOOKS
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.look import look
from customary.intake.recognise.propose import propose
from customary.intake.source import Raw
from customary.intake.unpack import archives, gather

ORDERS = "order_id,customer_id,created_at,total\n1,ann,2024-01-05 10:00:00,20.50\n2,bob,2024-01-16 11:00:00,30\n"
CUSTOMERS = "customer_id,city\nann,Bonn\nbob,Köln\n"


def names(paths):
    """What the files are called."""
    return [path.name for path in paths]


def kinds(paths):
    """Which table each file is taken for."""
    return {one.look.path.name: one.kind for one in propose(paths, Answers()).found}


# --- folders and archives ------------------------------------------------------------------------


def test_a_folder_gives_its_tables_and_those_of_its_folders(tmp_path):
    """Two tables, one a folder deeper; what is hidden and what is no table stay out."""
    (tmp_path / "deeper").mkdir()
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "deeper" / "customers.csv").write_text(CUSTOMERS)
    (tmp_path / ".hidden.csv").write_text(CUSTOMERS)
    (tmp_path / "notes.md").write_text("none")
    assert names(gather([str(tmp_path)], tmp_path / "scratch")) == ["customers.csv", "orders.csv"]


def test_a_folder_without_a_table_is_refused(tmp_path):
    """The sentence names the kinds of file that are looked for."""
    with pytest.raises(Refused, match=r"there is no \.csv"):
        gather([str(tmp_path)], tmp_path / "scratch")


def zipped(path, members):
    """A zip archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_an_archive_gives_its_tables_under_names_that_stay_inside(tmp_path):
    """Two tables in folders, one of them trying to leave; what a Mac adds and a text for people stay out."""
    path = zipped(
        tmp_path / "export.zip",
        {"export/orders.csv": ORDERS, "../../customers.csv": CUSTOMERS, "__MACOSX/x.csv": "a", "readme.md": "hi"},
    )
    found = gather([str(path)], tmp_path / "scratch")
    assert kinds(found) == {"orders.csv": "orders", "customers.csv": "customers"}
    assert {one.parent for one in found} == {tmp_path / "scratch"}


def test_an_archive_in_an_archive_is_opened_too(tmp_path):
    """The order stands two boxes deep."""
    inner = zipped(tmp_path / "inner.zip", {"orders.csv": ORDERS})
    outer = zipped(tmp_path / "outer.zip", {"inner.zip": inner.read_bytes()})
    assert kinds(gather([str(outer)], tmp_path / "scratch")) == {"orders.csv": "orders"}


def test_two_members_of_one_name_are_two_files(tmp_path):
    """January's and February's orders both stay."""
    path = zipped(tmp_path / "all.zip", {"jan/orders.csv": ORDERS, "feb/orders.csv": ORDERS.replace("-01-", "-02-")})
    assert names(gather([str(path)], tmp_path / "scratch")) == ["orders.csv", "orders (2).csv"]


def test_an_archive_without_a_table_says_what_it_holds(tmp_path):
    """A picture is no table."""
    path = zipped(tmp_path / "all.zip", {"a.png": "x"})
    with pytest.raises(Refused, match=r"all\.zip holds no table: \.png"):
        gather([str(path)], tmp_path / "scratch")


def test_an_archive_that_unpacks_to_far_more_is_refused(tmp_path, monkeypatch):
    """A million zeros pack to a thousand bytes: with a bound of 200 times that is no export, and nothing is written."""
    monkeypatch.setattr(archives, "LEAST_BYTES", 1000)
    path = zipped(tmp_path / "bomb.zip", {"orders.csv": "0" * 1_000_000})
    with pytest.raises(Refused, match="that is no export"):
        gather([str(path)], tmp_path / "scratch")
    assert not (tmp_path / "scratch").exists()


def test_a_damaged_archive_is_refused_by_name(tmp_path):
    """A byte in the middle is another one."""
    path = zipped(tmp_path / "all.zip", {"orders.csv": ORDERS * 50})
    told = bytearray(path.read_bytes())
    told[60] ^= 0xFF
    path.write_bytes(told)
    with pytest.raises(Refused, match=r"all\.zip: orders\.csv is damaged"):
        gather([str(path)], tmp_path / "scratch")


# --- workbooks -----------------------------------------------------------------------------------


def test_each_sheet_of_a_workbook_is_a_table(tmp_path):
    """A dictionary of one column is none; orders and customers are; a whole number stays whole."""
    book = openpyxl.Workbook()
    book.active.title = "About"
    book.active.append(["exported in January"])
    for title, rows in {
        "Orders": [["order_id", "customer_id", "created_at", "total"], [1, 17850, "2024-01-05 10:00:00", 20.5]],
        "People": [["customer_id", "city"], [17850, "Bonn"]],
    }.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "shop.xlsx")
    found = gather([str(tmp_path / "shop.xlsx")], tmp_path / "scratch")
    assert kinds(found) == {"shop.Orders.csv": "orders", "shop.People.csv": "customers"}
    assert look(found[0]).values("customer_id") == ["17850"]


def test_a_failed_formula_in_one_of_several_sheets_is_counted(tmp_path):
    """The sheets of orders and people have two and one: their cells are blank, their numbers stand in the remarks."""
    book, people = openpyxl.Workbook(), [["customer_id", "city"], ["ann", "#N/A"], ["bob", "Bonn"]]
    book.active.title = "Orders & more"
    for row in (["order_id", "customer_id", "total"], [1, "ann", "#DIV/0!"], [2, "#REF!", 20.5]):
        book.active.append(row)
    sheet = book.create_sheet("People")
    for row in people:
        sheet.append(row)
    book.save(tmp_path / "shop.xlsx")
    con = duckdb.connect()
    con.execute(BOOKS)
    for number, path in enumerate(gather([str(tmp_path / "shop.xlsx")], tmp_path / "scratch"), 1):
        raw = Raw(f"sheet_{number}", ("*",), look(path).columns)
        readers.create_raw(con, raw)
        readers.read_file(con, readers.AdoptedFile(path, number, raw), lambda step, amount: None)
    assert con.execute("select customer_id, total from sheet_1").fetchall() == [("ann", None), (None, "20.5")]
    assert con.execute("select city from sheet_2").fetchall() == [(None,), ("Bonn",)]
    told = con.execute("select reason, record_count from remarks order by table_name").fetchall()
    said = "cells whose formula failed, such as #N/A, which are blank"
    assert told == [(f"{said} (shop.Orders _ more.csv)", 2), (f"{said} (shop.People.csv)", 1)]


def test_a_workbook_of_one_sheet_stays_as_it_is(tmp_path):
    """Its own reader takes it, lines and all."""
    book = openpyxl.Workbook()
    book.active.append(["order_id", "total"])
    book.save(tmp_path / "one.xlsx")
    assert gather([str(tmp_path / "one.xlsx")], tmp_path / "scratch") == [tmp_path / "one.xlsx"]


# --- databases -----------------------------------------------------------------------------------


def test_the_tables_of_a_sqlite_file_come_as_they_stand(tmp_path):
    """Numbers, texts and nothing; a table's name may hold quotes; whatever the file is called."""
    with sqlite3.connect(tmp_path / "shop.data") as con:
        con.execute('create table "or""ders" (order_id, customer_id, created_at, total)')
        con.execute(
            """insert into "or""ders" values (1, 'ann', '2024-01-05 10:00:00', 20.5), (2, null, '2024-01-06', 3)"""
        )
    found = gather([str(tmp_path / "shop.data")], tmp_path / "scratch")
    assert names(found) == ["shop.or_ders.csv"]
    assert look(found[0]).rows == (("1", "ann", "2024-01-05 10:00:00", "20.5"), ("2", "", "2024-01-06", "3"))


def test_the_tables_of_a_duckdb_file_keep_their_types(tmp_path):
    """A time is a time, a decimal a decimal; views stay out."""
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("create table orders as select 1 as order_id, timestamp '2024-01-05 10:00' as at, 20.50 as total")
        con.execute("create view spy as select * from orders")
    (found,) = gather([str(tmp_path / "shop.duckdb")], tmp_path / "scratch")
    assert pq.read_schema(found).types == [pa.int32(), pa.timestamp("us"), pa.decimal128(4, 2)]


def test_a_database_without_a_table_is_refused(tmp_path):
    """Nothing in it is a shop's."""
    with duckdb.connect(str(tmp_path / "empty.duckdb")):
        pass
    with pytest.raises(Refused, match="is a database without a table"):
        gather([str(tmp_path / "empty.duckdb")], tmp_path / "scratch")


SERVED = "create table orders (order_id int, customer_id varchar(9), created_at timestamp, total decimal(9, 2))"
FILLED = "insert into orders values (1, 'ann', '2024-01-05 10:00:00', 20.50), (2, null, '2024-01-16 11:00:00', 30)"
COPIED = (("1", "ann", "2024-01-05 10:00:00", "20.50"), ("2", "", "2024-01-16 11:00:00", "30.00"))


def test_the_tables_of_a_postgres_server_come_as_files(tmp_path):
    """One schema's tables; another schema is asked for in the address."""
    import psycopg

    with postgres() as address:
        with psycopg.connect(address, autocommit=True) as con:
            con.execute(SERVED)
            con.execute(FILLED)
            con.execute("create schema other; create table other.people (customer_id text, city text)")
        (orders,) = gather([address], tmp_path / "scratch")
        assert (orders.name, look(orders).rows) == ("postgres.orders.csv", COPIED)
        assert names(gather([f"{address}?schema=other"], tmp_path / "scratch")) == ["postgres.people.csv"]
        with pytest.raises(Refused, match="has no table in schema nothing"):
            gather([f"{address}?schema=nothing"], tmp_path / "scratch")
        with pytest.raises(Refused, match='role "stranger" does not exist') as said:
            gather([address.replace("owner@", "stranger:secret@")], tmp_path / "scratch")
        assert "secret" not in str(said.value)


def test_the_tables_of_a_mysql_server_come_as_files(tmp_path):
    """Those of the database that the address names."""
    import pymysql

    with mariadb() as address:
        port = int(address.split(":")[-1].split("/")[0])
        with pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=True) as con, con.cursor() as cursor:
            for statement in ("create database shop", "use shop", SERVED, FILLED):
                cursor.execute(statement)
        (orders,) = gather([address.replace("/mysql", "/shop")], tmp_path / "scratch")
        assert (orders.name, look(orders).rows) == ("shop.orders.csv", COPIED)


def test_a_server_that_is_not_there_is_said(tmp_path):
    """The address, and what went wrong; a database must be named."""
    with pytest.raises(Refused, match=r"the database shop on 127\.0\.0\.1:1 cannot be read"):
        gather(["postgres://me:secret@127.0.0.1:1/shop"], tmp_path)
    with pytest.raises(Refused, match="names no database"):
        gather(["mysql://127.0.0.1"], tmp_path)
    with pytest.raises(Refused, match="ftp:// is no address that is read"):
        gather(["ftp://127.0.0.1/orders.csv"], tmp_path)


# --- JSON ----------------------------------------------------------------------------------------

ORDER = {
    "id": 1,
    "created_at": "2024-01-05T10:00:00Z",
    "total_price": "20.50",
    "customer": {"id": 7, "city": "Bonn"},
    "line_items": [{"sku": "MUG", "quantity": 2, "price": "10.25"}],
}


@pytest.mark.parametrize("document", [[ORDER], {"orders": [ORDER]}, ORDER], ids=["list", "object of lists", "object"])
def test_a_document_of_orders_is_orders_and_their_lines(tmp_path, document):
    """What is nested is named by its path; a line knows its order."""
    (tmp_path / "orders.json").write_text(json.dumps(document))
    orders, lines = gather([str(tmp_path / "orders.json")], tmp_path / "scratch")
    assert look(orders).values("customer.city") == ["Bonn"]
    assert (look(lines).values("order_id"), look(lines).values("sku")) == (["1"], ["MUG"])


def test_json_lines_under_the_name_of_json_are_read(tmp_path):
    """Two objects on two lines are no document."""
    (tmp_path / "events.json").write_text('{"event": "view"}\n{"event": "cart"}\n')
    (found,) = gather([str(tmp_path / "events.json")], tmp_path / "scratch")
    assert look(found).values("event") == ["view", "cart"]


def test_named_values_are_columns(tmp_path):
    """As Google writes an event's parameters, one value in one of several types."""
    event = {"event_params": [{"key": "page", "value": {"string_value": "/a", "int_value": None}}], "user": None}
    (tmp_path / "events.jsonl").write_text(json.dumps(event) + "\n")
    (found,) = gather([str(tmp_path / "events.jsonl")], tmp_path / "scratch")
    assert (look(found).columns, look(found).rows) == (("event_params.page", "user"), (("/a", ""),))


def test_json_that_is_no_table_is_refused(tmp_path):
    """A list of numbers, and a file that breaks off."""
    (tmp_path / "numbers.json").write_text("[1, 2]")
    with pytest.raises(Refused, match="no list of objects"):
        gather([str(tmp_path / "numbers.json")], tmp_path / "scratch")
    (tmp_path / "cut.json").write_text('[{"order_id": 1}, {"ord')
    with pytest.raises(Refused, match="not readable as JSON"):
        gather([str(tmp_path / "cut.json")], tmp_path / "scratch")


LINES = (
    '{"order_id": 1, "customer_id": "ann", "created_at": "2024-01-05 10:00:00", "total": 20.5}\n'
    "\n"
    '{"order_id": 2, "customer_id": "bob", "created_at": "2024-01-16\n'
    '["no", "object"]\n'
    '{"order_id": 3, "customer_id": "bob", "created_at": "2024-01-17 10:00:00", "total": 10, "gift": true}\n'
)


def build(tmp_path, monkeypatch, path):
    """What adopting and building a file says."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    run = CliRunner().invoke(app, ["adopt", str(path), "--name", "lines", "--yes"])
    assert run.exit_code == 0, run.output
    return CliRunner().invoke(app, ["build", "lines", "--accept", "a test"]).output


@pytest.mark.parametrize("name", ["orders.jsonl", "orders.ndjson.gz"])
def test_every_line_of_json_lines_is_accounted_for(tmp_path, monkeypatch, name):
    """Five lines: two orders, a blank one, one that breaks off and one that is no object, by line and reason."""
    text = LINES.encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    said = build(tmp_path, monkeypatch, tmp_path / name)
    assert "5 lines: 0 headers, 1 blank, 4 records – 2 loaded" in said
    assert "not readable as JSON" in said and "no JSON object" in said
    assert "line 3" in said and "line 4" in said


# --- nested Parquet ------------------------------------------------------------------------------


def test_a_nested_parquet_file_is_flat_with_its_rows_in_order(tmp_path):
    """Structs by path, named values by name and in one type, other lists as JSON."""
    value = {"string_value": None, "int_value": 7}
    rows = [
        {"name": "view", "params": [{"key": "session", "value": value}], "device": {"os": "iOS"}, "items": [1, 2]},
        {"name": "cart", "params": [], "device": None, "items": []},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "events.parquet")
    (found,) = gather([str(tmp_path / "events.parquet")], tmp_path / "scratch")
    assert pq.read_table(found).to_pylist() == [
        {"name": "view", "params.session": "7", "device.os": "iOS", "items": "[1,2]"},
        {"name": "cart", "params.session": None, "device.os": None, "items": "[]"},
    ]


def test_the_events_of_google_analytics_open(tmp_path):
    """24,219 events, 7,498 of them page views, as the file holds them; each with a page."""
    (found,) = gather([str(real_data() / "ga4_sample")], tmp_path / "scratch")
    table = pq.read_table(found, columns=["event_name", "event_params.page_location", "device.category"])
    names = table["event_name"].to_pylist()
    assert (table.num_rows, names.count("page_view"), names.count("purchase")) == (24_219, 7_498, 624)
    assert table["event_params.page_location"].null_count < 100


# --- addresses -----------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path):
    """A web server on loopback over a folder with orders.csv; gives its address."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "orders.csv").write_text(ORDERS)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *told):
            """Nothing of the tests' own requests on the terminal."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_file_at_an_address_is_fetched(site, tmp_path):
    """Byte for byte, under its own name."""
    (found,) = gather([f"{site}/orders.csv"], tmp_path / "scratch")
    assert (found.name, found.read_text()) == ("orders.csv", ORDERS)


def test_an_address_without_a_file_is_refused(site, tmp_path):
    """The status is said; a key in the address is not."""
    with pytest.raises(Refused, match="answers 404") as said:
        gather([f"{site}/nothing.csv?key=secret"], tmp_path / "scratch")
    assert "secret" not in str(said.value)
