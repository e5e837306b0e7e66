"""What comes out of boxes: archives, documents, servers, databases and sheets, and what naming calls their tables.

Judges intake/unpack/naming, documents, archives, servers, databases and sheets, intake/erasure, and the sentences of
query/beside and query/undated.
"""

import gzip
import json
import sqlite3
import zipfile
from decimal import Decimal

import pytest

from customary.errors import Refused
from customary.intake import documents, erasure
from customary.intake.unpack import archives, databases, servers, sheets
from customary.intake.unpack import documents as nested
from customary.intake.unpack.naming import key_of, place_for
from customary.query.beside import Beside, text_beside
from customary.query.undated import UndatedRefunds

# --- naming --------------------------------------------------------------------------------------


def test_a_table_gets_a_free_name_below_its_owner(tmp_path):
    """shop.orders.csv, then (2), then (3); signs that no file may bear become one line, a name of dots is “table”."""
    names = []
    for _ in range(3):
        path = place_for(tmp_path / "new" / "deep", "shop", "orders", ".csv")
        path.touch()
        names.append(path.name)
    assert names == ["shop.orders.csv", "shop.orders (2).csv", "shop.orders (3).csv"]
    assert place_for(tmp_path, "a/b:c", "", ".csv").name == "a_b_c.csv"
    assert place_for(tmp_path, " ..", "", ".csv").name == "table.csv"


def test_by_what_the_rows_inside_a_record_know_it():
    """Its own order_id or order_number; its id is an order's in a file of orders, a parent's where nobody says."""
    assert key_of(["id", "order_id"], "x") == ("order_id", "order_id")
    assert key_of(["order_number"], "x") == ("order_number", "order_number") and key_of(["name"], "orders") is None
    assert [key_of(["id"], owner) for owner in ("Orders_2025", "customers", "rows")] == [
        ("order_id", "id"),
        ("customer_id", "id"),
        ("parent_id", "id"),
    ]


# --- documents -----------------------------------------------------------------------------------


def lines(path):
    """The records of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def unpacked(tmp_path, text, name="orders.json"):
    """Name → records of every table in a document."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return {one.name: lines(one) for one in nested.tables(path, tmp_path / "out")}


def test_the_lines_of_orders_become_a_table_with_their_order(tmp_path):
    """Order 7 holds two lines: each bears order_id 7. A list of named values, or of numbers, is none."""
    orders = [{"id": 7, "items": [{"sku": "a"}, {"sku": "b"}], "tags": [1], "more": [{"key": "k", "value": 1}]}]
    found = unpacked(tmp_path, json.dumps(orders))
    assert found == {
        "orders.jsonl": orders,
        "orders.items.jsonl": [{"sku": "a", "order_id": 7}, {"sku": "b", "order_id": 7}],
    }


def test_an_object_is_its_lists_or_its_one_record(tmp_path):
    """{"orders": […], "page": 1} is the list; with a key of its own, or without a list, it is one record."""
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir(), (tmp_path / "c").mkdir()
    assert unpacked(tmp_path / "a", '{"sales": [{"x": 1}], "page": 1}') == {"orders.sales.jsonl": [{"x": 1}]}
    with_key = unpacked(tmp_path / "b", '{"order_id": 5, "items": [{"x": 1}]}')
    assert with_key["orders.items.jsonl"] == [{"x": 1, "order_id": 5}] and len(with_key["orders.jsonl"]) == 1
    assert unpacked(tmp_path / "c", '{"a": 1}') == {"orders.jsonl": [{"a": 1}]}


@pytest.mark.parametrize("text", ["[]", "[1, 2]", '"a"', '[{"a": 1}, 2]'])
def test_a_document_without_objects_is_no_table(tmp_path, text):
    """A list of nothing, of numbers, or of both kinds."""
    with pytest.raises(Refused, match="no list of objects"):
        unpacked(tmp_path, text)


def test_lines_under_the_name_of_a_document(tmp_path):
    """Objects line by line are copied, also where the last of them was cut off; one broken line of one is damage."""
    assert unpacked(tmp_path, '{"a": 1}\n\n{"a": 2}\n')["orders.jsonl"] == [{"a": 1}, {"a": 2}]
    first = "".join(f'{{"a": {n}}}\n' for n in range(4))
    path = tmp_path / "cut.json"
    path.write_text(first + '{"a": ')
    assert nested.tables(path, tmp_path / "out")[0].read_text() == first + '{"a": '
    for broken in ('{"a": ', '{"a": 1}\n{"b"\n{"c"\n'):
        with pytest.raises(Refused, match="not readable as JSON"):
            unpacked(tmp_path, broken, "broken.json")


def test_packed_documents_are_read_and_large_ones_refused(tmp_path, monkeypatch):
    """orders.json.gz gives orders.jsonl. A document of as many bytes as are held is read, of one more it is not."""
    assert unpacked(tmp_path, gzip.compress(b'[{"a": 1}]'), "orders.json.gz") == {"orders.jsonl": [{"a": 1}]}
    monkeypatch.setattr(nested, "MOST_BYTES", len('[{"a": 1}]'))
    assert unpacked(tmp_path, '[{"a": 1}]', "b.json")
    with pytest.raises(Refused, match="11 bytes"):
        unpacked(tmp_path, '[{"a": 12}]', "c.json")
    assert [nested.is_document(tmp_path / name) for name in ("A.JSON", "a.ndjson", "a.jsonl.gz", "a.csv")] == [
        True,
        True,
        True,
        False,
    ]


def test_what_is_nested_bears_its_path():
    """{"device": {"os": …}} is device.os; named values are columns; of several typed values the given one counts."""
    record = {
        "device": {"os": "iOS", "old": None},
        "params": [{"key": "page", "value": {"string_value": None, "int_value": 7}}],
        "is_new": True,
        "is_old": False,
        "sizes": [1, 2],
        "none": [],
    }
    assert dict(documents.flatten(record)) == {
        "device.os": "iOS",
        "device.old": "",
        "params.page": "7",
        "is_new": "true",
        "is_old": "false",
        "sizes": "[1, 2]",
        "none": "[]",
    }
    assert dict(documents.flatten({"a": {"int_value": None}, "b": {}, "c": {"x_value": 1, "y": 2}})) == {
        "a": "",
        "c.x_value": "1",
        "c.y": "2",
    }
    assert documents.record_of("[1]") == "no JSON object" and documents.record_of("{").startswith("not readable")
    assert not documents.is_named_list([{"key": 1}]) and not documents.is_named_list([])


def test_the_fields_of_all_lines(tmp_path, monkeypatch):
    """A field of a later line is a column too; two are not more than two; a file of blank lines holds nothing."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n\n[1]\n{"b": 2}\n{"a": 3}')
    assert documents.columns(path) == ["a", "b"]
    assert list(documents.lines_of(path))[-1] == '{"a": 3}'
    assert [documents._cells(text, ["b", "a"]) for text in (" ", '{"a": 1}', "[")][:2] == [[], ["", "1"]]
    monkeypatch.setattr(documents, "MOST_COLUMNS", 2)
    documents._columns.cache_clear()
    assert documents.columns(path) == ["a", "b"]
    path.write_text('{"a": 1, "b": 2, "c": 3}')
    with pytest.raises(Refused, match="more than 2"):
        documents.columns(path)
    path.write_text("\n\n")
    with pytest.raises(Refused, match="no JSON object"):
        documents.columns(path)


# --- archives ------------------------------------------------------------------------------------


def archive(path, **members):
    """A zip archive of texts by name."""
    with zipfile.ZipFile(path, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return path


def test_the_tables_of_an_archive_come_out_without_their_folders(tmp_path):
    """a/orders.csv is orders.csv; a read-me and what a Mac adds stay in; a workbook is no archive."""
    path = archive(tmp_path / "x.zip", **{"a/orders.csv": "id\n1", "readme.md": "", "__MACOSX/orders.csv": "no"})
    assert archives.is_archive(path) and not archives.is_archive(archive(tmp_path / "x.parquet", **{"a.csv": ""}))
    assert not archives.is_archive(archive(tmp_path / "book.xlsx", **{"[Content_Types].xml": ""}))
    (found,) = archives.tables(path, tmp_path / "out")
    assert (found.name, found.read_text()) == ("orders.csv", "id\n1")
    (tmp_path / "plain.csv").write_text("id")
    assert not archives.is_archive(tmp_path / "plain.csv")


def member(name="a.csv", size=1, flags=0):
    """A member of an archive as its index tells it."""
    found = zipfile.ZipInfo(name)
    found.file_size, found.flag_bits = size, flags
    return found


def test_an_archive_is_no_bomb_and_no_lock(tmp_path, monkeypatch):
    """Of 10 bytes 200 times as much may come, or 3,000 at least; 2,000 files; locked, or without tables, is refused."""
    path = tmp_path / "x.zip"
    path.write_bytes(b"0123456789")
    check = archives._check
    monkeypatch.setattr(archives, "LEAST_BYTES", 100)
    assert check(path, [], [member(size=1500), member(size=500)]) is None
    many = [member()] * 2000
    assert check(path, many, many) is None
    for wrong in ([member(size=1501), member(size=500)], [*many, member()]):
        with pytest.raises(Refused, match="no export"):
            check(path, [], wrong)
    monkeypatch.setattr(archives, "LEAST_BYTES", 3000)
    assert check(path, [], [member(size=3000)]) is None
    monkeypatch.setattr(archives, "MOST_BYTES", 2999)
    with pytest.raises(Refused, match="3,000 bytes"):
        check(path, [], [member(size=3000)])
    with pytest.raises(Refused, match="locked"):
        check(path, [], [member(), member(flags=9)])
    assert check(path, [], [member(flags=8)]) is None
    with pytest.raises(Refused, match=r"holds no table: \.md"):
        check(path, [member("b.md")], [])
    with pytest.raises(Refused, match="is empty"):
        check(path, [], [])


# --- databases ---------------------------------------------------------------------------------


def test_the_tables_of_a_database_in_a_file(tmp_path):
    """A table with a quote in its name, a blank for what is no text; SQLite's own tables stay in, none is refused."""
    path = tmp_path / "shop.db"
    con = sqlite3.connect(path)
    con.execute('create table "a""b" (n integer primary key autoincrement, x blob)')
    con.execute('insert into "a""b" (x) values (?), (null), (7)', [b"raw"])
    con.commit()
    assert databases.is_sqlite(path) and not databases.is_duckdb(path)
    (found,) = databases.sqlite_tables(path, tmp_path / "out")
    assert found.read_text().split() == ["n,x", "1,", "2,", "3,7"]
    con.execute('drop table "a""b"')
    con.commit()
    con.close()
    with pytest.raises(Refused, match="without a table"):
        databases.sqlite_tables(path, tmp_path / "out")


def test_a_database_is_known_by_its_first_bytes(tmp_path):
    """DuckDB's mark stands behind eight bytes, whatever the file is called."""
    path = tmp_path / "x.csv"
    for start, is_duckdb in ((b"12345678DUCK", True), (b"1234567DUCK", False), (b"123456789DUCK", False), (b"", False)):
        path.write_bytes(start)
        assert databases.is_duckdb(path) is is_duckdb and not databases.is_sqlite(path)
    assert databases.is_server("mysql://db/x") and not databases.is_server("shop.db")


# --- sheets and servers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "is_table"),
    [([["a", "b"], ["1", ""]], True), ([["a", "b"]], False), ([["a", ""], ["1", ""]], False), ([], False)],
)
def test_a_sheet_is_a_table_from_two_rows_and_columns_on(monkeypatch, rows, is_table):
    """A single row or a single column is none."""
    monkeypatch.setattr(sheets.workbooks, "rows", lambda path, sheet: iter(rows))
    assert sheets._is_table(None, "x") is is_table


@pytest.mark.parametrize(("count", "many"), [(1, False), (2, True)])
def test_two_sheets_are_many(monkeypatch, count, many):
    """One sheet is the file itself; what is no workbook has none."""
    monkeypatch.setattr(sheets.workbooks, "sheets", lambda path: ["x"] * count)
    monkeypatch.setattr(sheets.workbooks, "is_workbook", lambda path: True)
    assert sheets.has_many(None) is many
    monkeypatch.setattr(sheets.workbooks, "is_workbook", lambda path: False)
    assert not sheets.has_many(None)


def test_the_address_of_a_server_and_what_it_leaves_out():
    """Everything told, with signs in quotes undone; then only the database, on this machine at the usual port."""
    assert servers._parts("postgres://me%40x:p%2Fw@db:6543/shop", 5432) == {
        "host": "db",
        "port": 6543,
        "user": "me@x",
        "password": "p/w",
        "database": "shop",
    }
    usual = {"host": "127.0.0.1", "port": 3306, "user": "", "password": "", "database": "shop"}
    assert servers._parts("mysql:///shop", 3306) == usual
    with pytest.raises(Refused, match="names no database"):
        servers._parts("mysql://db/", 3306)


def test_the_schema_that_an_address_asks_for():
    """?schema=sales%20x among others; without it the usual one."""
    assert servers._schema("postgres://db/shop?ssl&x=1&schema=sales%20x=y", "public") == "sales x=y"
    assert servers._schema("postgres://db/shop?ssl", "public") == "public"


def test_a_server_that_refuses_tells_no_password():
    """The first line of what it said, the password taken out; an error without words is called by its kind."""
    told = {"password": "secret", "database": "shop", "host": "db", "port": 1}
    assert str(servers._refusal(told, ValueError("no secret here\nmore"))).endswith("cannot be read: no … here")
    assert str(servers._refusal(told | {"password": ""}, ValueError())).endswith("cannot be read: ValueError")
    assert servers._some([1], told, "public") == [1]
    with pytest.raises(Refused, match="no table in schema public"):
        servers._some([], told, "public")


# --- who is to be forgotten ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (" Ann@X.com", "ann@x.com ", True),
        ("+49 (171) 234-5678", "0171 2345678", True),  # the last ten digits, less a nought in front
        ("171 234 567", "0171 234 567", False),  # nine digits are no phone number
        ("0171234567", "171234567", True),  # ten are one: the nought goes; nine stay as they are
        ("c-1712345678", "1712345678", False),
    ],
)
def test_a_print_is_of_the_person_not_of_the_spelling(one, other, is_same):
    """Small letters without blanks; of a phone number ten digits. Another secret makes another print."""
    found = [erasure.print_of(b"secret", text) for text in (one, other)]
    assert (found[0] == found[1]) is is_same and erasure.print_of(b"other", one) != found[0]
    told = erasure.erasure_of({"forgotten": [found[0]]}, b"secret")
    assert told.has([None, "", other]) is is_same and not told.has([None, ""])


# --- what is said of it --------------------------------------------------------------------------


def test_orders_without_a_customer_in_words():
    """None is nothing; one is an order, two are orders; without an amount only their number is said."""
    assert Beside(0, Decimal(5)).text("EUR") == ""
    assert Beside(1, None).text("EUR") == "plus 1 order without a customer"
    assert Beside(2, Decimal(200)).text("EUR") == "plus €200 (2 orders) without a customer"
    one, none = Beside(1, None), Beside(0, None)
    assert text_beside([one, none, one], "EUR", "en") == "; ".join(["plus 1 order without a customer"] * 2)


def test_refunds_without_a_date_in_words():
    """Of two customers where two may be spoken of; of one, no number is said; without an amount none."""
    said = UndatedRefunds(2, 2, Decimal(100), 2).text("EUR")
    assert said == "2 refunds (€100) have no date of their own and count by their orders’"
    assert UndatedRefunds(1, 1, None, 1).text("EUR") == "1 refund has no date of its own and counts by its order’s"
    assert UndatedRefunds(2, 1, Decimal(100), 2).text("EUR").startswith("some refunds, of fewer than 2 customers")
    assert UndatedRefunds(0, 0, None, 2).text("EUR") == ""
