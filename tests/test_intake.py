"""Files in: every record is loaded or set aside with its reason, and nothing is guessed."""

import csv
import io
from itertools import count

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from given import line, returned, sold, value
from hypothesis import given, settings
from hypothesis import strategies as some

import customary as c
from customary import intake, standard
from customary.engine import connect
from customary.errors import Refused, UnknownName
from customary.intake.adopt import recognise
from customary.intake.lines import physical_lines
from customary.places import shops_folder

RETAIL = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
HEADER = ",".join(RETAIL)
MUG = "536365,85123A,MUG,6,2010-12-01 08:26:00,2.55,17850,United Kingdom"
LAMP = "536366,71053,LAMP,2,2010-12-02 08:28:00,3.39,17850,United Kingdom"
BACK = "C536379,85123A,MUG,-1,2010-12-02 09:41:00,2.55,17850,United Kingdom"
_names = count(1)


def written(folder, text, name="lines.csv", encoding="utf-8"):
    """A file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def adopted(paths, source="online_retail", **told):
    """A new shop folder with these files; gives the folder and the settings."""
    folder = shops_folder() / f"intake{next(_names)}"
    intake.adopt(paths, intake.source_named(source), folder, told)
    return folder, standard.read_toml(folder / "shop.toml")


def loaded(paths, source="online_retail", **told):
    """A database with the canonical tables and books of these files."""
    folder, found = adopted(paths, source, **told)
    con = duckdb.connect()
    intake.load(con, intake.Order(intake.source_named(source), found, folder), lambda step, amount: None)
    return con


def counts(con, table):
    """How many rows a table has."""
    return con.execute(f"select count(*) from {table}").fetchone()[0]


def reasons(con):
    """Reason → how many records were set aside for it."""
    return dict(con.execute("select reason, count(*) from quarantine group by 1").fetchall())


def balanced(con):
    """Whether every record of every file was loaded or quarantined exactly once."""
    (records,) = con.execute("select sum(record_count) from files").fetchone()
    (reached,) = con.execute("select sum(record_count) from ledger").fetchone()
    return records == reached


# --- reading -------------------------------------------------------------------------------------


def test_a_record_with_a_wrong_number_of_fields_is_set_aside(tmp_path):
    """Too few or too many fields: quarantined with its line, the others are loaded."""
    con = loaded([written(tmp_path, f"{HEADER}\n{MUG}\n536367,SHORT\n{LAMP},extra\n{LAMP}\n")])
    assert counts(con, "order_items") == 2
    assert reasons(con) == {"2 fields where the header has 8": 1, "9 fields where the header has 8": 1}
    assert [row[0] for row in con.execute("select line from quarantine order by line").fetchall()] == [3, 4]
    assert balanced(con)


def test_an_unclosed_quote_costs_one_record(tmp_path):
    """What stands before and after it is loaded; the line that opens the quote is set aside with its number."""
    con = loaded([written(tmp_path, f'{HEADER}\n{MUG}\n536367,"LAMP,1\n{LAMP}\n')])
    assert counts(con, "order_items") == 2
    assert con.execute("select line, reason from quarantine").fetchall() == [(3, "a quote opens and is not closed")]
    assert balanced(con)


def test_quoted_line_breaks_and_commas_are_text(tmp_path):
    """A field in quotes may hold what it likes."""
    con = loaded(
        [written(tmp_path, f"{HEADER}\n{MUG.replace('MUG', chr(34) + 'MUG, big' + chr(10) + 'blue' + chr(34))}\n")]
    )
    assert con.execute("select product_name from products").fetchone() == ("MUG, big\nblue",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_letter(tmp_path, encoding):
    """A file from a spreadsheet begins with a mark; its first column is still found."""
    con = loaded([written(tmp_path, f"{HEADER}\n{MUG}\n", encoding=encoding)])
    assert counts(con, "order_items") == 1


def test_an_undeclared_encoding_is_refused(tmp_path):
    """Nothing is guessed: bytes that are no UTF-8 are named, with what to write."""
    path = written(tmp_path, f"{HEADER}\n{MUG.replace('MUG', 'CAFÉ')}\n".encode("latin-1"))
    with pytest.raises(Refused, match="encoding"):
        loaded([path])


def test_an_empty_file_is_refused(tmp_path):
    """A file without a header is no file of any source."""
    with pytest.raises(Refused, match="empty"):
        adopted([written(tmp_path, "")])


def test_a_file_with_a_header_only_has_no_orders(tmp_path):
    """There is nothing to count, and the refusal says so."""
    with pytest.raises(Refused, match="nothing in these files that happened"):
        loaded([written(tmp_path, f"{HEADER}\n")])


def test_a_missing_column_is_named(tmp_path):
    """The message says which column of which table is not there."""
    text = f"{HEADER.replace('UnitPrice', 'Price')}\n{MUG}\n"
    with pytest.raises(Refused, match="“invoice_lines” lacks UnitPrice"):
        adopted([written(tmp_path, text)])


def test_blank_lines_are_no_records(tmp_path):
    """An editor's last empty line is neither loaded nor quarantined."""
    con = loaded([written(tmp_path, f"{HEADER}\n{MUG}\n\n{LAMP}\n\n")])
    assert counts(con, "order_items") == 2 and reasons(con) == {} and balanced(con)


def test_parquet_is_read_like_text(tmp_path):
    """A Parquet file of the same columns gives the same lines."""
    fields = zip(RETAIL, zip(*(MUG.split(","), LAMP.split(",")), strict=True), strict=True)
    parquet.write_table(pa.table({name: list(cells) for name, cells in fields}), tmp_path / "lines.parquet")
    con = loaded([tmp_path / "lines.parquet"])
    assert counts(con, "order_items") == 2 and balanced(con)


def test_parquet_needs_no_luck(tmp_path):
    """The reader imports what it uses: Parquet works whatever else was imported before."""
    import ast
    from pathlib import Path

    tree = ast.parse(Path(intake.__file__).with_name("heads.py").read_text("utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert "pyarrow.parquet" in imported


# --- conforming ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (MUG.replace(",6,", ",six,"), "quantity is not a whole number"),
        (MUG.replace(",6,", ",2.5,"), "quantity is not a whole number"),
        (MUG.replace("2.55", '"2,55"'), "unit_price is not an amount"),
        (MUG.replace("2.55", ""), "unit_price is missing"),
    ],
)
def test_what_is_no_value_is_set_aside_with_its_reason(tmp_path, broken, reason):
    """Never cast to something near, never 0: the record goes to quarantine in words."""
    good = "\n".join(LAMP.replace("536366", f"53636{n}") for n in (6, 7, 8))
    con = loaded([written(tmp_path, f"{HEADER}\n{good}\n{broken}\n")])
    assert reasons(con) == {reason: 1}
    assert counts(con, "order_items") == 3 and balanced(con)


def test_an_order_without_a_readable_time_is_set_aside(tmp_path):
    """Its lines stay in the books and are left out, because their order is unknown."""
    con = loaded([written(tmp_path, f"{HEADER}\n{LAMP}\n{MUG.replace('2010-12-01', 'yesterday')}\n")])
    assert reasons(con) == {"ordered_at is not a time": 1}
    assert counts(con, "orders") == 1 and counts(con, "order_items") == 2


def test_an_invoice_in_a_second_file_is_loaded_once(tmp_path):
    """Deliveries overlap: what an earlier file brought is set aside, and said."""
    first = written(tmp_path, f"{HEADER}\n{MUG}\n{BACK}\n", "first.csv")
    second = written(tmp_path, f"{HEADER}\n{MUG}\n{LAMP}\n{BACK}\n", "second.csv")
    con = loaded([first, second])
    assert counts(con, "order_items") == 2 and counts(con, "returns") == 1
    assert reasons(con) == {"the same record stood in an earlier file": 2}
    assert balanced(con)


def test_the_same_file_twice_changes_nothing(tmp_path):
    """The same bytes, under another name too, are known by their fingerprint."""
    folder, before = adopted([written(tmp_path, f"{HEADER}\n{MUG}\n")])
    again = written(tmp_path, f"{HEADER}\n{MUG}\n", "copy.csv")
    (outcome,) = intake.adopt([again], intake.source_named("online_retail"), folder)
    assert not outcome.is_new
    assert standard.read_toml(folder / "shop.toml") == before
    assert len(list((folder / "files").iterdir())) == 1


def test_two_files_of_one_name_are_both_kept(tmp_path):
    """A monthly export always has the same name; the second does not overwrite the first."""
    folder, _ = adopted([written(tmp_path, f"{HEADER}\n{MUG}\n")])
    intake.adopt([written(tmp_path, f"{HEADER}\n{LAMP}\n")], intake.source_named("online_retail"), folder)
    assert len(list((folder / "files").iterdir())) == 2


def test_all_files_are_adopted_or_none(tmp_path):
    """One stranger among them, and nothing has happened."""
    folder = shops_folder() / "not_adopted"
    good, bad = written(tmp_path, f"{HEADER}\n{MUG}\n"), written(tmp_path, "a,b\n1,2\n", "other.csv")
    with pytest.raises(Refused, match=r"other\.csv"):
        intake.adopt([good, bad], intake.source_named("online_retail"), folder)
    assert not folder.exists()


def test_what_is_only_called_a_workbook_is_refused(tmp_path):
    """The bytes are no workbook, and the refusal says so."""
    with pytest.raises(Refused, match="cannot be read as one"):
        recognise(written(tmp_path, b"PK", "lines.xlsx"), intake.source_named("online_retail"))


@pytest.mark.parametrize(("choice", "excluded"), [(None, 0), ("keep", 0), ("leave_out", 1)])
def test_repetitions_are_kept_or_left_out_as_the_shop_decides(tmp_path, choice, excluded):
    """A switch in shop.toml, the first option by default; the line stays in the books either way."""
    told = {"decisions": {"duplicates": choice}} if choice else {}
    con = loaded([written(tmp_path, f"{HEADER}\n{MUG}\n{MUG}\n{LAMP}\n")], **told)
    assert counts(con, "order_items") == 3
    assert counts(con, "order_items where is_repeated") == 1
    assert counts(con, "order_items where excluded_because is not null") == excluded


def test_an_unknown_decision_is_refused(tmp_path):
    """Only the options that the author of the source named."""
    with pytest.raises(Refused, match="one of keep"):
        loaded([written(tmp_path, f"{HEADER}\n{MUG}\n")], decisions={"duplicates": "maybe"})


def test_an_unknown_source_offers_the_nearest():
    """A typo is answered with the name that was meant."""
    with pytest.raises(UnknownName, match="online_retail"):
        intake.source_named("online_retial")


SALES = "order_no,customer_no,ordered,status,ship_country\n1,ann,2025-01-01 10:00,paid,DE\n"
LINES = "order_no,line_no,sku,pieces,price\n1,1,mug,2,10\n"


def test_an_optional_file_may_be_missing(tmp_path):
    """Without refunds and members the shop opens with empty tables of the right columns."""
    con = loaded([written(tmp_path, SALES, "sales.csv"), written(tmp_path, LINES, "lines.csv")], "template")
    assert (counts(con, "orders"), counts(con, "order_items")) == (1, 1)
    for name, table in standard.tables().items():
        columns = {row[0] for row in con.execute(f"describe {name}").fetchall()}
        assert {column.name for column in table.columns} <= columns


def test_a_required_file_that_is_missing_is_named(tmp_path):
    """Sales without lines: the refusal says what to adopt."""
    with pytest.raises(Refused, match="sale_lines"):
        loaded([written(tmp_path, SALES, "sales.csv")], "template")


def test_a_raw_table_never_bears_the_name_of_a_canonical_one(tmp_path, monkeypatch):
    """Else the one would overwrite the other: such a source is refused when it is read."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "source.toml").write_text('title = "x"\n[raw.orders]\nfiles = ["*"]\ncolumns = ["a"]\n', "utf-8")
    monkeypatch.setattr("customary.intake.source.QUERIES", tmp_path)
    with pytest.raises(Refused, match="orders"):
        intake.source_named("mine")


cell = some.sampled_from(["", "x", "1", "-3", "2.5", "a,b", 'say "hi"', "line\nbreak", "2025-01-01 10:00", "é"])
fields = some.lists(cell, min_size=1, max_size=7)


@settings(max_examples=12, deadline=None)
@given(some.lists(fields, max_size=12), some.booleans())
def test_records_in_are_records_loaded_and_quarantined(tmp_path_factory, records, is_torn):
    """Whatever a file holds, each of its records is in exactly one place."""
    folder = tmp_path_factory.mktemp("dirty")
    text = io.StringIO()
    csv.writer(text).writerows(records)
    lines = written(folder, LINES + text.getvalue() + ('9,"torn' if is_torn else ""), "lines.csv")
    con = loaded([written(folder, SALES, "sales.csv"), lines], "template")
    told = "select record_count, line_count, header_count, blank_count from files where raw_table = 'sale_lines'"
    given_records, line_count, headers, blank = con.execute(told).fetchone()
    set_aside = counts(con, "quarantine")
    assert counts(con, "order_items") + set_aside == given_records
    assert line_count == len(physical_lines(lines.read_bytes().decode())) and headers == 1
    assert given_records + blank <= line_count - headers
    assert balanced(con)
    con.close()


# --- people --------------------------------------------------------------------------------------

SECRET = "canary-7f3a"
PEOPLE = [
    {"customer_id": "a1", "phone": "+86 138-0000-0001", "registered_at": "2025-01-01", "name": SECRET},
    {
        "customer_id": "a2",
        "phone": "13800000001",
        "email": f"{SECRET}@example.org",
        "registered_at": "2025-01-02",
        "name": SECRET.upper(),
    },
    {
        "customer_id": "b1",
        "email": f"{SECRET.upper()}@example.org",
        "registered_at": "2025-01-03",
        "name": SECRET,
    },
    *({"customer_id": f"crowd{n}", "phone": "4000000000", "registered_at": "2025-01-04"} for n in range(5)),
    {"customer_id": "a0", "phone": "13800000001", "registered_at": "2025-06-01", "country": "FR"},  # after as-of
]
PURCHASES = [
    sold("o1", "a1", "2025-02-01 10:00", 10),
    sold("o2", "a2", "2025-02-02 10:00", 10),
    sold("o3", "b1", "2025-02-03 10:00", 10),
    *(sold(f"p{n}", f"crowd{n}", "2025-02-03 10:00", 10) for n in range(5)),
]


@pytest.fixture(scope="module")
def people_shop(tiny_shop):
    """Three accounts of one person, five that share the shop's own number, and one that comes later."""
    return tiny_shop(
        customers=PEOPLE,
        orders=PURCHASES,
        tickets=[{"ticket_id": "t", "opened_at": "2025-02-01", "message": SECRET}],
        responses=[{"response_id": "r", "survey": "csat", "answered_at": "2025-02-01", "score": 5, "comment": SECRET}],
        identities=[{"customer_id": "a1", "kind": "device", "value": SECRET}],
        assignments=[
            {"experiment": "x", "customer_id": "a1", "arm": "treated", "assigned_at": "2025-02-01"},
            {"experiment": "x", "customer_id": "a2", "arm": "control", "assigned_at": "2025-02-02"},
        ],
        as_of="2025-03-01",
    )


def test_accounts_of_one_person_are_one_customer(people_shop):
    """The same phone with and without +86, the same e-mail in capitals: one buyer with three orders."""
    merges = people_shop.fetch(people_shop.frame("merges")).to_pylist()
    assert {row["account_id"]: row["customer_id"] for row in merges} == {"a2": "a1", "b1": "a1"}
    assert value(people_shop, c.order_count, where={"customer_id": "a1"}) == 3
    assert value(people_shop, c.buyer_count) == 6


def test_a_number_shared_by_a_crowd_ties_nobody(people_shop):
    """Five accounts with the hotline's number stay five people."""
    merges = people_shop.fetch(people_shop.frame("merges")).to_pylist()
    assert not [row for row in merges if row["account_id"].startswith("crowd")]


def test_an_account_from_the_future_merges_with_nobody(people_shop):
    """It is not known yet at the as-of date, so that it can neither count nor rename anybody."""
    ids = people_shop.fetch(people_shop.frame("customers").select("customer_id")).column(0).to_pylist()
    assert "a0" not in ids and "a1" in ids


def test_merged_accounts_are_once_in_an_experiment(people_shop):
    """One person assigned through two accounts stands in the arm of the first; the other is set aside and said."""
    rows = people_shop.fetch(people_shop.frame("assignments")).to_pylist()
    assert [(row["customer_id"], row["arm"]) for row in rows] == [("a1", "treated")]
    set_aside = people_shop.fetch(people_shop.frame("quarantine")).to_pylist()
    assert [row["reason"] for row in set_aside if row["table_name"] == "assignments"]


def test_no_personal_column_reaches_the_snapshot(people_shop):
    """No table of the published file has one, and the bytes of the file hold none of the values."""
    personal = {column.name for table in standard.tables().values() for column in table.columns if column.personal}
    asked = connect(people_shop.snapshot.path).con
    columns = asked.execute("select table_name, column_name from duckdb_columns() where not internal").fetchall()
    assert not [(table, column) for table, column in columns if column in personal]
    content = people_shop.snapshot.path.read_bytes().lower()
    assert SECRET.encode() not in content
    assert b"13800000001" not in content
    manifest = people_shop.snapshot.path.with_name("manifest.json").read_text("utf-8")
    assert SECRET not in manifest.lower()


def test_who_refuses_analysis_is_left_out_everywhere(tiny_shop):
    """The latest word counts: no order, line, return, visit or profile of the refuser is in a figure."""
    said = [("2025-01-01", True), ("2025-02-01", False)]
    shop = tiny_shop(
        customers=[{"customer_id": "rex"}, {"customer_id": "ann"}],
        consents=[
            {
                "customer_id": who,
                "purpose": "analytics",
                "is_granted": word if who == "rex" else not word,
                "recorded_at": at,
            }
            for at, word in said
            for who in ("rex", "ann")
        ],
        orders=[sold("o1", "rex", "2025-01-05"), sold("o2", "ann", "2025-01-05")],
        order_items=[line("l1", "o1", "mug", 1, 10), line("l2", "o2", "mug", 1, 10)],
        returns=[returned("r1", "o1", "rex", "2025-01-07", 10), returned("r2", "o2", "ann", "2025-01-07", 3)],
        as_of="2025-03-01",
    )
    for metric, expected in ((c.order_count, 1), (c.item_count, 1), (c.returned_revenue, 3), (c.customer_count, 1)):
        assert value(shop, metric) == expected
    for frame in ("orders", "items", "returns", "customers"):
        why = shop.fetch(shop.frame(frame).select("left_out_because")).column(0).to_pylist()
        assert why.count("no consent to analysis") == 1


def test_rows_from_the_as_of_date_on_are_set_aside(tmp_path):
    """The first instant of the as-of day is outside, the last of the day before inside; both are accounted for."""
    sales = SALES + "2,ann,2025-01-02 23:59:59,paid,DE\n3,ann,2025-01-03 00:00,paid,DE\n"
    con = loaded(
        [written(tmp_path, sales, "sales.csv"), written(tmp_path, LINES, "lines.csv")], "template", as_of="2025-01-03"
    )
    assert counts(con, "orders") == 2
    assert reasons(con) == {"after the as-of date": 1}
    assert balanced(con)


def test_customers_folded_from_later_records_are_not_known_yet(tmp_path):
    """A buyer whose first line comes after the as-of date does not exist, and nobody has moved yet."""
    later = [
        MUG.replace("17850,United Kingdom", "99999,France").replace("536365", "9"),
        LAMP.replace("United Kingdom", "Spain"),
    ]
    text = "\n".join([HEADER, MUG, *(row.replace("2010-12-0", "2011-12-0").replace("536366", "8") for row in later)])
    con = loaded([written(tmp_path, text + "\n")], as_of="2011-01-01")
    assert con.execute("select customer_id, country from customers").fetchall() == [("17850", "United Kingdom")]


def test_copies_of_online_retail_write_american_days(tmp_path):
    """12/13/2010 8:26 says itself that the month comes first: the orders are dated, not set aside."""
    lines = [
        one.replace("2010-12-01 08:26:00", "12/1/2010 8:26").replace("2010-12-02", "12/13/2010") for one in (MUG, LAMP)
    ]
    con = loaded([written(tmp_path, "\n".join([HEADER, *lines, ""]))])
    found = con.execute("select order_id, ordered_local::DATE::VARCHAR from orders order by 1").fetchall()
    assert (found, reasons(con)) == ([("536365", "2010-12-01"), ("536366", "2010-12-13")], {})
