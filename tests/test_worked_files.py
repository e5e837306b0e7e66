"""From a file to a canonical table, one value at a time: what is kept, what is emptied, what is set aside.

Judges intake/workbooks, intake/old_workbooks, intake/extracts, intake/amounts, intake/instants, intake/keys,
intake/quotes, intake/staged and intake/strays.
"""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from customary import standard
from customary.errors import Refused, UnknownName
from customary.intake import conform, extracts, heads, identity, rates, readers, readings, repeats, settings, source
from customary.intake.adopt import _own_copy, adopt, recognise, sha256
from customary.intake.conform import Clock
from customary.intake.lines import Layout, read_records
from customary.intake.load import BOOKS, Order, _check_bytes, _engine_text, check_account
from customary.intake.old_workbooks import _error
from customary.intake.source import Raw

UTC_CLOCK = Clock("UTC", "UTC")


def conformed(name, clock=UTC_CLOCK, which=repeats.LATEST, **columns):
    """A database in which a canonical table was made of these columns; text unless they are typed arrays."""
    con = duckdb.connect()
    con.execute(BOOKS)
    arrays = {
        key: value if isinstance(value, pa.Array) else pa.array(value, pa.string()) for key, value in columns.items()
    }
    con.register("given", pa.table(arrays))
    con.execute("create table _staged as select * from given")
    conform.conform(con, "_staged", standard.tables()[name], clock, {}, which)
    return con


def asked(con, sql):
    """The rows of a query."""
    return con.execute(sql).fetchall()


AT = {"order_id": ["o1"], "ordered_at": ["2024-03-05 10:00"]}


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        ["2024-03-05 18:00"],
        ["2024-03-05 10:00Z"],
        pa.array([datetime(2024, 3, 5, 18)], pa.timestamp("us")),
        pa.array([datetime(2024, 3, 5, 10, tzinfo=UTC)], pa.timestamp("us", "UTC")),
        pa.array([1_709_632_800], pa.int64()),
        pa.array([1_709_632_800_000], pa.int64()),
    ],
)
def test_an_instant_is_kept_in_utc_and_on_the_shops_clock(given):
    """18:00 in Shanghai is 10:00 in UTC and 11:00 in Berlin, where the shop is."""
    con = conformed("orders", Clock("Asia/Shanghai", "Europe/Berlin"), order_id=["o1"], ordered_at=given)
    assert asked(con, "select ordered_at, ordered_local from orders") == [
        (datetime(2024, 3, 5, 10), datetime(2024, 3, 5, 11))
    ]


def test_a_typed_number_is_a_flag_an_amount_or_an_instant_by_its_column():
    """1 is true and 0 is not; 1,709,632,800 is an amount as well as 10:00 on 5 March; no amount is infinite."""
    one = [pa.array([value], pa.int64()) for value in (0, 1, 1_709_632_800)]
    for flag, said in ((one[0], False), (one[1], True)):
        con = conformed("orders", **AT, is_test=flag, gross_amount=one[2])
        assert asked(con, "select is_test, gross_amount from orders") == [(said, 1_709_632_800)]
    con = conformed("orders", order_id=["o1"], ordered_at=one[2], gross_amount=pa.array([float("inf")]))
    assert asked(con, "select ordered_at, gross_amount from orders") == [(datetime(2024, 3, 5, 10), None)]


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("05/03/2024", "%d/%m/%Y", date(2024, 3, 5)),
        ("am 05.03.24", "am %d.%m.%y", date(2024, 3, 5)),
        ("5 March", "%d/%m/%Y", None),
    ],
)
def test_a_format_says_where_day_and_month_stand(text, form, day):
    """With words before it or not; what is not written so is no day."""
    born = next(column for column in standard.tables()["customers"].columns if column.name == "birth_on")
    assert asked(duckdb.connect(), f"select {readings.value(born, form, 'UTC')} from (select '{text}' birth_on)") == [
        (day,)
    ]


def test_a_shop_in_utc_has_one_clock():
    """As written, typed or not."""
    for given in (["2024-03-05 10:00"], pa.array([datetime(2024, 3, 5, 10)], pa.timestamp("us"))):
        con = conformed("orders", order_id=["o1"], ordered_at=given)
        assert asked(con, "select ordered_at = ordered_local, ordered_at from orders") == [
            (True, datetime(2024, 3, 5, 10))
        ]


def test_what_cannot_be_a_value_is_emptied_and_its_record_stays():
    """Of three orders one was paid before there were shops, one is no amount, one is right: each reason is counted."""
    con = conformed(
        "orders",
        order_id=["o1", "o2", "o3"],
        ordered_at=["2024-03-05"] * 3,
        paid_at=["1989-12-31", "1990-01-01", "2100-01-01"],
        delivered_at=["2100-01-02", None, "never"],
        gross_amount=["ten", "5", "7"],
        is_test=["yes", "perhaps", "no"],
    )
    told = asked(
        con, "select order_id, paid_at is null, delivered_at is null, gross_amount::int, is_test from orders order by 1"
    )
    assert told == [("o1", True, True, None, True), ("o2", False, True, 5, None), ("o3", False, True, 7, False)]
    assert sorted(asked(con, "select column_name, reason, record_count from emptied")) == [
        ("delivered_at", "delivered_at is after 2100-01-01", 1),
        ("delivered_at", "delivered_at is not a time", 1),
        ("gross_amount", "gross_amount is not an amount", 1),
        ("is_test", "is_test is not yes or no", 1),
        ("paid_at", "paid_at is before 1990-01-01", 1),
    ]
    assert asked(con, "from faulty") == [("orders", 3)] and asked(con, "select count(*) from quarantine") == [(0,)]


def test_where_nothing_is_odd_nothing_is_counted():
    """No rule is broken by a plain order, nor by no order at all."""
    con = conformed("orders", **AT)
    assert asked(con, "from emptied") == [] and asked(con, "from faulty") == [("orders", 0)]
    none = conformed("orders", order_id=[], ordered_at=[])
    assert asked(none, "from emptied") == [] and asked(none, "select count(*) from orders") == [(0,)]


def test_a_required_column_decides_whether_a_record_is_loaded():
    """A key that is missing or shortened, a day that is none or too early: set aside with the first reason."""
    con = conformed(
        "orders",
        order_id=["o1", None, "1.23E+17", "o4", "o5", "o6"],
        ordered_at=["2024-03-05", "2024-03-05", "2024-03-05", "soon", "1989-12-31", None],
    )
    assert asked(con, "select order_id from orders") == [("o1",)]
    assert sorted(reason for (reason,) in asked(con, "select reason from quarantine")) == [
        "order_id is missing",
        "order_id was shortened by a spreadsheet, as in 1.23E+17: export it as text",
        "ordered_at is before 1990-01-01",
        "ordered_at is missing",
        "ordered_at is not a time",
    ]


def test_a_column_that_is_not_given_is_unknown_and_no_fault():
    """No amount, no payment: NULL, and nothing is counted; what the source gives at all is noted."""
    con = conformed("orders", **AT)
    assert asked(con, "select paid_at, gross_amount, customer_id from orders") == [(None, None, None)]
    assert sorted(asked(con, "from given_columns")) == [("orders", "order_id"), ("orders", "ordered_at")]


def test_a_word_that_is_none_of_the_allowed_is_emptied_or_costs_its_record():
    """A ticket of another kind is a ticket; an answer to another survey is none."""
    con = conformed("tickets", ticket_id=["t1", "t2"], opened_at=["2024-03-05"] * 2, kind=["praise", "poem"])
    assert asked(con, "select ticket_id, kind from tickets order by 1") == [("t1", "praise"), ("t2", None)]
    con = conformed("responses", response_id=["r1", "r2"], answered_at=["2024-03-05"] * 2, survey=["nps", "quiz"])
    assert asked(con, "select response_id from responses") == [("r1",)]
    assert asked(con, "select reason from quarantine") == [("survey is none of the allowed values",)]


def test_keys_are_texts_and_labels_stay_as_they_are():
    """17850.0 is customer 17850; a channel called 17850.0 is called so."""
    con = conformed("orders", **AT, customer_id=["17850.0"], channel=["17850.0"])
    assert asked(con, "select customer_id, channel from orders") == [("17850", "17850.0")]
    typed = conformed("orders", **AT, customer_id=pa.array([17850], pa.int64()))
    assert asked(typed, "select customer_id from orders") == [("17850",)]


def test_typed_values_are_cast():
    """A number, a flag and a day that a Parquet file brings in their own types."""
    con = conformed(
        "orders",
        **AT,
        gross_amount=pa.array([12.5], pa.float64()),
        is_test=pa.array([True], pa.bool_()),
        promised_on=pa.array([date(2024, 3, 9)], pa.date32()),
    )
    assert asked(con, "select gross_amount::double, is_test, promised_on from orders") == [
        (12.5, True, date(2024, 3, 9))
    ]


def test_a_number_that_comes_as_one_is_no_text():
    """A ten-thousandth, written 0.0001 or 1e-04; what is no number is unknown, and so is what is without end."""
    given = pa.array([1e-4, 12_345_678.25, float("nan"), float("inf")], pa.float64())
    con = conformed("orders", order_id=list("abcd"), ordered_at=AT["ordered_at"] * 4, gross_amount=given)
    found = asked(con, "select gross_amount::double from orders order by order_id")
    assert found == [(1e-4,), (12_345_678.25,), (None,), (None,)]


def test_what_a_select_sets_aside_or_leaves_out_has_its_reason():
    """`rejected_because` costs the record, `excluded_because` stays with it."""
    con = conformed(
        "orders",
        order_id=["o1", "o2"],
        ordered_at=["2024-03-05"] * 2,
        rejected_because=["odd", None],
        excluded_because=[None, "test"],
    )
    assert asked(con, "select order_id, excluded_because from orders") == [("o2", "test")]
    assert asked(con, "select reason from quarantine") == [("odd",)]


def test_a_column_that_nobody_knows_is_refused_with_how_to_keep_it():
    """And a table without what the standard requires."""
    with pytest.raises(Refused, match=r'gross_amout = \{ table = "orders"'):
        conformed("orders", **AT, gross_amout=["1"])
    with pytest.raises(Refused, match=r"orders.sql gives no order_id, which the standard requires"):
        conformed("orders", ordered_at=["2024-03-05"])


LINES_OF_FILES = [file * readers.PER_FILE + line for file in (1, 2) for line in (2, 3)]


@pytest.mark.parametrize(
    ("which", "kept", "why"),
    [
        (repeats.LATEST, "b2", {(1, 2): repeats.NEWER, (1, 3): "a later file brings a newer state of this"}),
        (repeats.FIRST, "a", {(1, 3): "repeated", (2, 2): "an earlier file had this"}),
    ],
)
def test_of_a_repeated_key_one_record_stays(which, kept, why):
    """Among files the latest or the first, as the shop says; within one the newest state or the first."""
    con = conformed(
        "orders",
        which=which,
        order_id=["o1"] * 4,
        ordered_at=["2024-03-05"] * 4,
        channel=["a", "a2", "b", "b2"],
        _record=pa.array(LINES_OF_FILES),
    )
    why |= {(2, 2): repeats.NEWER} if which == repeats.LATEST else {(2, 3): "an earlier file had this"}
    assert asked(con, "select channel from orders") == [(kept,)]
    told = asked(con, "select file_no, line, reason from quarantine")
    assert {(file, line): reason for file, line, reason in told} == {at: f"{said} order_id" for at, said in why.items()}


STATES = {"order_id": ["o1", "o2", "o1", "o1"], "channel": ["a", "x", "b", "b"]}


@pytest.mark.parametrize(
    ("days", "kept", "aside"),
    [
        (["2024-03-05", "2024-03-06", "2024-03-05", "2024-03-05"], "b", [(2, "newer"), (5, "repeated")]),
        (["2024-03-05", "2024-03-01", "2024-03-05", "2024-03-05"], "b", [(2, "newer"), (5, "repeated")]),
        (["2024-03-05", "2024-03-06", "2024-03-05", "2024-03-07"], "a", [(4, "repeated"), (5, "repeated")]),
    ],
)
def test_of_the_states_of_an_order_in_one_file_the_newest_holds(days, kept, aside):
    """Line 2 says a, lines 4 and 5 say b of the same moment: b. Of another day nobody knows that it is a state."""
    records = pa.array([readers.PER_FILE + line for line in (2, 3, 4, 5)])
    con = conformed("orders", **STATES, ordered_at=days, _record=records)
    assert asked(con, "select channel from orders where order_id = 'o1'") == [(kept,)]
    said = {"newer": f"{repeats.NEWER} order_id", "repeated": "repeated order_id"}
    told = asked(con, "select line, reason from quarantine")
    assert sorted(told) == [(line, said[why]) for line, why in aside]


def test_in_a_file_whose_newest_orders_come_first_the_first_line_is_the_newest_state():
    """The days fall from line to line: what stands above came later."""
    days = ["2024-03-08", "2024-03-07", "2024-03-07", "2024-03-06", "2024-03-05"]
    con = conformed(
        "orders",
        order_id=["o4", "o1", "o1", "o2", "o3"],
        ordered_at=days,
        channel=["x", "paid", "open", "x", "x"],
        _record=pa.array([readers.PER_FILE + line for line in range(2, 7)]),
    )
    assert asked(con, "select channel from orders where order_id = 'o1'") == [("paid",)]


def test_where_the_first_wins_it_does_within_a_file_too():
    """A shop that says so keeps the state that came first, and the others are repeats."""
    con = conformed(
        "orders",
        which=repeats.FIRST,
        **STATES,
        ordered_at=["2024-03-05"] * 4,
        _record=pa.array([readers.PER_FILE + line for line in (2, 3, 4, 5)]),
    )
    assert asked(con, "select channel from orders where order_id = 'o1'") == [("a",)]


def test_nothing_from_the_as_of_day_on_is_seen():
    """The first instant of that day is after it, the last of the day before is not; a later delivery is forgotten."""
    con = conformed(
        "orders",
        order_id=["o1", "o2"],
        ordered_at=["2024-03-04 23:59:59", "2024-03-05 00:00"],
        paid_at=["2024-03-05 00:00", None],
        delivered_at=["2024-03-04 23:59:59", None],
    )
    conform.cut(con, standard.tables()["orders"], "2024-03-05")
    assert asked(con, "select order_id, paid_at, paid_local, delivered_at is null from orders") == [
        ("o1", None, None, False)
    ]
    assert asked(con, "select reason from quarantine") == [("after the as-of date",)]
    conform.cut(con, standard.tables()["products"], "2024-03-05")  # has no time and is not asked for one


def test_an_empty_table_has_the_columns_of_a_full_one():
    """In the same order and of the same types."""
    full = conformed("orders", **AT)
    bare = duckdb.connect()
    conform.empty(bare, standard.tables()["orders"])
    described = [row[:2] for row in asked(bare, "describe orders")]
    given = [row[:2] for row in asked(full, "describe orders")]
    assert [name for name, _ in described] == [name for name, _ in given] and dict(described) == dict(given)


# --- files ---------------------------------------------------------------------------------------

SALES = Raw("sales", ("sales*.csv",), ("id", "price"))


def read(folder, content, raw=SALES, name="sales.csv", file_no=2, before=()):
    """(database, count) after reading one file, or several, into a raw table."""
    con = duckdb.connect()
    con.execute(BOOKS)
    readers.create_raw(con, raw)
    for number, text in enumerate([*before, content], file_no - len(before)):
        path = folder / f"{number}{name}"
        write = path.write_bytes if isinstance(text, bytes) else path.write_text
        if isinstance(text, str | bytes):
            write(text)
        else:
            parquet.write_table(text, path)
        count = readers.read_file(con, readers.AdoptedFile(path, number, raw), lambda step, amount: None)
    return con, count


def test_every_record_knows_its_file_and_line(tmp_path):
    """Two blank lines, a header, two records, one of too many fields: six lines, three records."""
    con, count = read(tmp_path, "\n\nid,price\n1,5\n2,6,7\n3,8\n")
    assert (count.records, count.lines, count.headers, count.blank) == (3, 6, 1, 2)
    assert asked(con, f"select id, _file, _record - 2 * {readers.PER_FILE} from sales order by 1") == [
        ("1", 2, 4),
        ("3", 2, 6),
    ]
    assert asked(con, f"select line, _record - 2 * {readers.PER_FILE}, reason from quarantine") == [
        (5, 5, "3 fields where the header has 2")
    ]
    assert asked(con, "select file_no, record_count, line_count, header_count, blank_count from files") == [
        (2, 3, 6, 1, 2)
    ]
    assert readers.PER_FILE == 4_294_967_296 and readers.Count() == readers.Count(0, 0, 0, 0)


def test_lines_above_a_header_are_skipped(tmp_path):
    """A title, a blank line, then the header in two lines of one quoted name; the blank one is counted."""
    raw = Raw("sales", (), ("id", "the\nprice"), skip=1)
    con, count = read(tmp_path, 'Title\n\nid,"the\nprice"\n1,5\n', raw)
    assert (count.records, count.lines, count.headers, count.blank) == (1, 5, 4 - 1, 1)
    assert asked(con, f"select id, _record - 2 * {readers.PER_FILE} from sales") == [("1", 5)]
    with pytest.raises(Refused, match="is empty"):
        read(tmp_path, "Title\n\n\n", raw)


def test_a_file_without_a_header_begins_with_its_first_line(tmp_path):
    """Set with blanks, as many as it takes; its columns are those of the contract."""
    raw = Raw("sales", (), ("id", "price"), header=False, delimiter="whitespace")
    con, count = read(tmp_path, "1  5\n2 6\n", raw)
    assert (count.records, count.lines, count.headers) == (2, 2, 0)
    assert asked(con, f"select id, price, _record - 2 * {readers.PER_FILE} from sales order by 1") == [
        ("1", "5", 1),
        ("2", "6", 2),
    ]
    headed = Raw("sales", (), ("id", "price"), delimiter="whitespace")
    assert asked(read(tmp_path, "price   id\n5 1\n", headed)[0], "select id, price from sales") == [("1", "5")]


@pytest.mark.parametrize("code", [0xA0, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x3000, 0xFEFF, 32, 9])
def test_what_stands_around_a_value_is_no_part_of_it(tmp_path, code):
    """Blanks of all kinds and marks of no width, around names and values."""
    con, _ = read(tmp_path, f"x,{chr(code)}id{chr(code)},price\ny,{chr(code)}1{chr(code)},5\n")
    assert asked(con, "select id, price from sales") == [("1", "5")]


def test_a_letter_next_to_a_blank_is_a_letter(tmp_path):
    """¡ and the dashes beside the marks of no width stay."""
    letters = "".join(map(chr, (0xA1, 0x2010, 0x2061, 0x3001)))
    con, _ = read(tmp_path, f"id,price\n{letters}1{letters},5\n")
    assert asked(con, "select id from sales") == [(f"{letters}1{letters}",)]


def test_a_parquet_file_keeps_types_and_counts_rows(tmp_path):
    """From 1; texts are cleaned, a later file of another type makes text of a column, whichever comes first."""
    first = pa.table({"id": [" 1 ", "2"], "price": [5, 6]})
    con, count = read(tmp_path, first, name="sales.parquet")
    assert (count.records, count.lines, count.headers) == (2, 2, 0)
    assert asked(con, f"select id, price, _file, _record - 2 * {readers.PER_FILE} from sales") == [
        ("1", 5, 2, 1),
        ("2", 6, 2, 2),
    ]
    second = pa.table({"id": ["3"], "price": ["7 €"]})
    con, count = read(tmp_path, second, name="sales.parquet", before=[first])
    assert count.records == 1 and asked(con, "select price from sales order by id") == [("5",), ("6",), ("7 €",)]
    con, _ = read(tmp_path, first, name="sales.parquet", before=[second])
    assert asked(con, "select price from sales order by id") == [("5",), ("6",), ("7 €",)]
    con, _ = read(tmp_path, first, name="sales.parquet", before=[first])
    assert asked(con, "select distinct typeof(price) from sales") == [("BIGINT",)]


def test_a_declared_column_of_a_parquet_file_is_rewritten(tmp_path):
    """Seconds since 1970 become a time in text, whatever type they had."""
    raw = Raw("sales", (), ("id", "price"), readings={"id": "epoch s"})
    con, _ = read(tmp_path, pa.table({"id": [1_709_632_800], "price": [5]}), raw, name="sales.parquet")
    assert asked(con, "select id, price from sales") == [("2024-03-05 10:00:00Z", 5)]


def test_rows_of_a_workbook_count_as_lines(tmp_path):
    """A title, the header, a record, a blank row, a record."""
    book, path = openpyxl.Workbook(), tmp_path / "sales.xlsx"
    for row in (["Title", None], ["id", "price"], [1, 5], [None, None], [2, 6]):
        book.active.append(row)
    book.save(path)
    raw, con = Raw("sales", (), ("price", "id"), skip=1), duckdb.connect()
    con.execute(BOOKS)
    readers.create_raw(con, raw)
    count = readers.read_file(con, readers.AdoptedFile(path, 1, raw), lambda step, amount: None)
    assert (count.records, count.lines, count.headers, count.blank) == (2, 5, 2, 1)
    assert asked(con, f"select id, price, _record - {readers.PER_FILE} from sales order by 1") == [
        ("1", "5", 3),
        ("2", "6", 5),
    ]
    assert heads.header_of(path, raw) == ["id", "price"]


def test_records_come_in_batches_worth_an_insert(monkeypatch):
    """Of parts of 2, 1 and 4 records with batches of three: the first two together; bare ones never with others."""
    monkeypatch.setattr(readers, "CHUNK", 3)
    told = ((2, True), (1, True), (4, True), (1, True), (1, False), (1, True))
    parts = [SimpleNamespace(cells=SimpleNamespace(num_rows=n), bare=bare) for n, bare in told]
    batches = [[part.cells.num_rows for part in batch] for batch in readers._batches(iter(parts))]
    assert batches == [[2, 1], [4], [1], [1], [1]]


# --- adopting ------------------------------------------------------------------------------------


def kind_of(*raws):
    """A source of these raw tables."""
    return source.Source("s", "S", "", "EUR", "UTC", "monday", {}, {}, raws, {})


def written(folder, name, text):
    """A file with this text."""
    path = folder / name
    path.write_text(text)
    return path


def test_a_file_is_known_by_its_columns_and_of_several_by_its_name(tmp_path):
    """More columns than are wanted do no harm; without a header the name decides, as its people wrote it."""
    a, b = Raw("a", ("x*.csv",), ("id",)), Raw("b", ("y*.csv",), ("id",))
    bare = Raw("bare", ("z*.txt",), ("id",), header=False)
    kind = kind_of(a, b, bare)
    assert recognise(written(tmp_path, "y1.csv", "id,more\n1,2\n"), kind).name == "b"
    assert recognise(written(tmp_path, "q.csv", "id\n1\n"), kind).name == "a"
    assert recognise(tmp_path / "q.csv", kind, "Y.csv").name == "b"
    assert recognise(written(tmp_path, "z.txt", "1\n"), kind).name == "bare"
    with pytest.raises(Refused, match=r"there is no file"):
        recognise(tmp_path / "none.csv", kind)


def test_what_a_file_lacks_is_named(tmp_path):
    """The first six columns of the table that its name or nothing points to."""
    wide = Raw("wide", ("w*.csv",), tuple("abcdefgh"))
    kind = kind_of(Raw("narrow", ("n*.csv",), ("k",)), wide, Raw("bare", ("z*.txt",), ("id",), header=False))
    for name, said in (("w.csv", "“wide” lacks b, c, d, e, f, g$"), ("q.csv", "“narrow” lacks k$")):
        with pytest.raises(Refused, match=said):
            recognise(written(tmp_path, name, "a\n1\n"), kind)
    with pytest.raises(Refused, match=r"“bare” has no header and is known by its name, z\*.txt"):
        recognise(written(tmp_path, "q.txt", "1\n"), kind_of(Raw("bare", ("z*.txt",), ("id",), header=False)))


def test_a_file_is_listed_once_and_two_of_one_name_are_kept_apart(tmp_path):
    """The same bytes again change nothing; other bytes of the same name get the first eight letters of their print."""
    kind, shop = kind_of(SALES), tmp_path / "shop"
    first = written(tmp_path, "sales.csv", "id,price,more\n1,5,x\n")
    (taken,) = adopt([first], kind, shop)
    assert (taken.raw, taken.is_new, taken.unused_columns) == ("sales", True, ("more",))
    (again,) = adopt([first], kind, shop)
    assert not again.is_new and len(settings.read_settings(shop)["files"]) == 1
    (tmp_path / "b").mkdir()
    second = written(tmp_path / "b", "sales.csv", "id,price\n2,6\n")
    adopt([second], kind, shop, {"title": "Mine", "decisions": {"d": "x"}})
    told = settings.read_settings(shop)
    print_of = sha256(second)
    assert [file["path"] for file in told["files"]] == ["files/sales.csv", f"files/{print_of[:8]}-sales.csv"]
    assert (told["title"], told["currency"], told["decisions"]) == ("Mine", "EUR", {"d": "x"})
    assert _own_copy(shop, told["files"][1]) == (shop / told["files"][1]["path"], "sales.csv")
    written(shop / "files", "sales.csv", "changed")
    with pytest.raises(Refused, match="is not what was adopted"):
        _own_copy(shop, told["files"][0])
    with pytest.raises(Refused, match="is not what was adopted"):
        _own_copy(shop, {"path": "files/gone.csv", "sha256": "x"})
    (shop / "files" / "sales.csv").write_bytes(first.read_bytes())
    adopt([shop / "files" / "sales.csv"], kind, shop)  # its own copy is not copied onto itself


def test_a_shop_changes_its_source_only_when_it_says_so(tmp_path):
    """What came from the old one goes with it, what the shop chose stays; its files are recognised anew."""
    shop, retail = tmp_path / "shop", source.source_named("online_retail")
    path = written(tmp_path, "a.csv", ",".join(retail.raw[0].columns) + ",id,price\n")
    adopt([path], retail, shop, {"title": "Mine", "decisions": {"duplicates": "keep"}})
    other = kind_of(SALES)
    with pytest.raises(Refused, match="was adopted from source “online_retail”"):
        adopt([path], other, shop)
    adopt([], other, shop, replace=True)
    told = settings.read_settings(shop)
    assert (told["source"], told["title"], told["currency"], told["time_zone"]) == ("s", "Mine", "EUR", "UTC")
    assert told.get("decisions", {}) == {} and [file["raw"] for file in told["files"]] == ["sales"]


# --- rates and sources ---------------------------------------------------------------------------


def test_a_rate_table_is_checked_and_known_by_its_print(tmp_path):
    """Two lines without a rate are two; the day that stands there twice is named; a gone table is missed."""
    bad = written(tmp_path, "bad.csv", "currency,valid_from,rate\nEUR,2024-01-01,0\nUSD,soon,1\nGBP,2024-01-01,2\n")
    with pytest.raises(Refused, match=r"bad.csv: 2 lines lack a currency"):
        rates.adopt_rates(bad, tmp_path)
    twice = written(tmp_path, "twice.csv", "currency,valid_from,rate\n" + "eur,2024-01-01,1\n" * 2)
    with pytest.raises(Refused, match=r"twice.csv gives EUR two rates from 2024-01-01 on"):
        rates.adopt_rates(twice, tmp_path)
    with pytest.raises(Refused, match=r"there is no file"):
        rates.adopt_rates(tmp_path / "none.csv", tmp_path)
    good = written(tmp_path, "good.csv", "currency,valid_from,rate\nEUR,2024-01-01,1.1\n")
    kept = rates.adopt_rates(good, tmp_path)
    mark = sha256(good)[:12]
    assert kept == f"rates/good-{mark}.csv" and (tmp_path / kept).read_text() == good.read_text()
    assert rates.version({"rates": str(tmp_path / kept)}) == f"good ({mark})"
    assert rates.version({}) == "" == rates.version({"rates": ""})
    with pytest.raises(Refused, match=r"the rate table gone.csv is gone"):
        rates.version({"rates": str(tmp_path / "gone.csv")})


def test_what_the_engine_says_is_told_with_its_place():
    """The first line, the line of SQL and the caret below it; without a place the first line alone."""
    error = duckdb.Error("Binder Error: no x\n\nCandidates: y\n\nLINE 1: select x\n               ^\nmore")
    assert _engine_text(error) == "Binder Error: no x\nLINE 1: select x\n               ^"
    assert _engine_text(duckdb.Error("Binder Error: no x\nmore")) == "Binder Error: no x"


def test_files_are_numbered_in_order_of_arrival(tmp_path):
    """From 1; one of a raw table that the source has no longer is refused."""
    told = {
        "files": [
            {"path": "files/a.csv", "raw": "sales", "sha256": "x"},
            {"path": "files/b.csv", "raw": "sales", "sha256": "y"},
        ]
    }
    order = Order(kind_of(SALES), told, tmp_path)
    assert [(file.file_no, file.path.name) for file in order.files()] == [(1, "a.csv"), (2, "b.csv")]
    with pytest.raises(Refused, match="was adopted as “sales”"):
        Order(kind_of(Raw("other", (), ("id",))), told, tmp_path).files()
    with pytest.raises(Refused, match=r"a.csv is gone from the shop's files"):
        _check_bytes(tmp_path / "a.csv", "x")
    path = written(tmp_path, "b.csv", "1")
    with pytest.raises(Refused, match="its bytes have changed since"):
        _check_bytes(path, "y")
    _check_bytes(path, sha256(path))


def test_a_records_way_is_accounted_for():
    """Three records: two loaded, one set aside; a file that feeds others is folded; a lost record stops the build."""
    con = duckdb.connect()
    con.execute(BOOKS + identity.BOOKS)
    con.execute(f"create table orders as select unnest([{readers.PER_FILE} + 2, {readers.PER_FILE} + 3]) as _record")
    con.execute(
        "insert into files values (1, 'a.csv', 'sales', 3, 4, 1, 0), (2, 'b.csv', 'more', 5, 6, 1, 0), "
        "(3, 'c.csv', 'odd', 2, 3, 1, 0)"
    )
    con.execute(f"insert into quarantine values ('sales', 1, null, {readers.PER_FILE} + 4, 4, 'no day')")
    con.execute(f"insert into quarantine values ('more', 2, null, {2 * readers.PER_FILE} + 4, 4, 'no day')")
    raws = [Raw("sales", (), (), becomes=("orders",)), Raw("more", (), (), feeds=("products",)), Raw("odd", (), ())]
    check_account(con, raws)
    assert sorted(asked(con, "select file_no, outcome, reason, record_count from ledger")) == [
        (1, "loaded as", "orders", 2),
        (1, "quarantined", "no day", 1),
        (2, "folded into", "products", 4),
        (2, "quarantined", "no day", 1),
        (3, "not read", "", 2),
    ]
    assert sorted(asked(con, "from becomes"), key=str) == [("more", None), ("odd", None), ("sales", "orders")]
    con.execute("delete from orders where _record % 2 = 0")
    with pytest.raises(Refused, match=r"a.csv holds 3 records but 2 are accounted for"):
        check_account(con, raws)


def test_a_source_says_which_columns_its_readings_are_of(tmp_path):
    """A reading of a column that is not there is refused; so is a raw table that is called as a canonical one."""
    text = (
        'title = "S"\n[raw.sales]\nfiles = ["a.csv"]\ncolumns = ["id", "at"]\n[raw.sales.readings]\n{} = "day-first"\n'
    )
    written(tmp_path, "source.toml", text.format("at"))
    found = source.read_source(tmp_path, "s")
    assert (found.raw[0].readings, found.raw[0].skip, found.time_zone) == ({"at": "day first"}, 0, "UTC")
    assert found.raw[0].has_name_like("A.CSV") and not found.raw[0].has_name_like("b.csv")
    written(tmp_path, "source.toml", text.format("when"))
    with pytest.raises(UnknownName, match=r"column of raw.sales"):
        source.read_source(tmp_path, "s")
    written(tmp_path, "source.toml", text.format("at").replace("raw.sales", "raw.orders"))
    with pytest.raises(Refused, match="a raw table cannot be called orders"):
        source.read_source(tmp_path, "s")
    written(tmp_path, "source.toml", text.format("at"))
    written(tmp_path, "order.sql", "select 1")
    with pytest.raises(UnknownName, match="canonical table"):
        source.read_source(tmp_path, "s")


def test_a_shops_own_source_is_read_from_its_folder(tmp_path):
    """Where it is called “own” and stands there; a shipped one otherwise."""
    (tmp_path / "source").mkdir()
    written(tmp_path / "source", "source.toml", 'title = "Mine"\n[raw.sales]\nfiles = []\ncolumns = ["id"]\n')
    assert source.source_of(tmp_path, "own").title == "Mine"
    assert source.source_of(tmp_path, "online_retail").name == "online_retail"
    with pytest.raises(UnknownName):
        source.source_of(tmp_path / "elsewhere", "own")


def test_settings_are_written_as_they_are_read(tmp_path):
    """Texts, a table of texts, the files; what is empty is left out; nothing is written where nothing is said."""
    told = {"title": "A “b”", "as_of": date(2024, 1, 1), "decisions": {"a key": "x"}, "repeats": {}}
    files = [{"path": "f", "raw": "sales", "sha256": "s"}]
    settings.write_settings(tmp_path, told, files)
    assert (tmp_path / "shop.toml").read_text("utf-8") == (
        'title = "A “b”"\nas_of = "2024-01-01"\n\n[decisions]\n"a key" = "x"\n\n'
        '[[files]]\npath = "f"\nraw = "sales"\nsha256 = "s"\n'
    )
    before = (tmp_path / "shop.toml").stat().st_mtime_ns
    settings.remember_readings(tmp_path, [])
    assert (tmp_path / "shop.toml").stat().st_mtime_ns == before
    settings.remember_readings(tmp_path, ["orders.ordered_at=day-first"])
    assert settings.read_settings(tmp_path)["readings"] == {"orders.ordered_at": "day first"}
    own = kind_of(SALES)
    assert settings.readings_of(["sales.id=epoch-ms"], own) == {"sales.id": "epoch ms"}


def test_lines_of_a_text_are_numbered_from_the_one_that_is_named():
    """A reader that begins at line 7 says so."""
    (part,) = read_records(iter([b"1,2\n3,4\n"]), Layout(2, ",", (1,)), 7)
    assert part.lines.to_pylist() == [7, 8] and part.cells.to_pylist() == [{"c1": "2"}, {"c1": "4"}]


# --- old workbooks and extracts ------------------------------------------------------------------

CELL = bytes(6)  # row, column and format of a cell
NUMBER, BOOLEAN_OR_ERROR, FORMULA = 0x0203, 0x0205, 0x0006


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (BOOLEAN_OR_ERROR, b"\x07\x01", 7),  # #DIV/0!
        (BOOLEAN_OR_ERROR, b"\x01\x00", None),  # true
        (FORMULA, b"\x02\0\x2a\0\0\0\xff\xff", 42),  # came to #N/A
        (FORMULA, b"\x01\0\x2a\0\0\0\xff\xff", None),  # came to true
        (FORMULA, b"\x02\0\x2a\0\0\0\x00\x40", None),  # came to a number
        (NUMBER, b"\x02\0\x2a\0\0\0\xff\xff", None),
        (NUMBER, b"\x07\x01\0\0\0\0\0\0", None),
    ],
)
def test_a_cell_that_failed_is_an_error_or_a_formula_that_came_to_one(kind, value, code):
    """A value of two bytes says by the second that it is an error; a formula's by 2 at its head and ones at its end."""
    assert _error(kind, CELL + value + bytes(8)) == code


def test_an_extract_is_written_in_groups_of_so_many_rows(tmp_path, monkeypatch):
    """Of groups of two: three records, one that is none, and three more are three groups of two and one of one."""
    monkeypatch.setattr(extracts, "ROWS", 2)
    path = tmp_path / "extracts" / "one.parquet"
    with extracts.writing(path, 1) as writer:
        for first, count in ((1, 3), (5, 3)):
            lines = range(first, first + count)
            cells = pa.chunked_array([pa.array([f"line {n}" for n in lines])])
            writer.add([cells], pa.chunked_array([pa.array(lines, pa.int64())]))
            if first == 1:
                writer.set_aside([4], ["broken"])
    found = parquet.ParquetFile(path)
    assert [found.metadata.row_group(n).num_rows for n in range(found.num_row_groups)] == [2, 2, 2, 1]
    assert found.read().column("_line").to_pylist() == [1, 2, 3, 4, 5, 6, 7]
    assert found.read().column("c0").to_pylist()[2:5] == ["line 3", None, "line 5"]
    assert extracts.find(path).aside_count == 1
