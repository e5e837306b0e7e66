"""What a file is, by a few names and values that a reader checks by eye: nothing is read from a disk.

Judges intake/recognise/values, intake/recognise/together, intake/recognise/own_columns, intake/heads,
intake/recognise/clocks, intake/recognise/prices and intake/recognise/refunds.
"""

from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from customary.errors import Refused
from customary.intake.recognise import (
    composition,
    kinds,
    look,
    meanings,
    others,
    payment,
    prices,
    propose,
    sums,
)
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.compose import compose
from customary.intake.recognise.kinds import _is_mixed, _is_orders, _is_returns, recognise
from customary.intake.recognise.meanings import Meaning
from customary.intake.recognise.propose import _part
from customary.intake.recognise.shipped import fitting_source
from customary.intake.recognise.systems import System, system_of
from customary.intake.recognise.values import Values, _is_checked, amount_reading
from customary.intake.unpack.gather import _files_below

DAY = "2024-01-05"


def seen(columns, *rows):
    """A file as it looks: names set apart by commas, rows of texts set apart by commas."""
    names = tuple(columns.split(", "))
    body = tuple(tuple(row.split(", ")) for row in rows)
    assert all(len(row) == len(names) for row in body)
    return look.Look(Path("file.csv"), "utf-8", ",", 0, True, names, body)


def meant(columns, *rows):
    """Meaning → (column, confidence)."""
    found = recognise(seen(columns, *rows)).meanings
    return {name: (one.column, one.confidence) for name, one in found.items()}


# --- which table a file is -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "rows", "kind"),
    [
        ("order id, date", [f"1, {DAY}"], "orders"),
        ("order id, total", ["1, 10"], "orders"),  # no day: nobody knows when
        ("order id, total, x, y", [f"1, 10, {DAY}, {DAY}"], ""),  # of two days nobody knows which is the order's
        ("respondent, how likely are you to recommend us", ["1, 9", "2, 3"], "responses"),
        ("order id, quantity, product id", ["1, 2, MUG"], "lines"),
        ("order id, quantity", ["1, 2"], ""),  # of what?
        ("quantity, product id", ["2, MUG"], ""),  # of which order?
        ("order id, date, quantity, product id", [f"1, {DAY}, 2, MUG"], "mixed"),
        ("order id, date, product id", [f"1, {DAY}, MUG", f"2, {DAY}, MUG"], "orders"),
        ("order id, date, product id", [f"1, {DAY}, MUG", f"1, {DAY}, BOWL"], "mixed"),
        ("date, product id, quantity", [f"{DAY}, MUG, 2"], ""),
        ("return id, returned at, refund amount", [f"1, {DAY}, 9"], "returns"),
        ("return id, date", [f"1, {DAY}"], "returns"),
        ("order id, date, refund amount", [f"1, {DAY}, 9"], "returns"),
        ("order id, date, refund amount, total", [f"1, {DAY}, 9, 20"], "orders"),
        ("return id, refund amount", ["1, 9"], ""),  # when?
        ("customer id, date, total", [f"ann, {DAY}, 10", f"ann, {DAY}, 20"], "purchases"),
        ("customer id, date, total, city", [f"ann, {DAY}, 10, Oslo"], "purchases"),
        ("customer id, date", [f"ann, {DAY}"], "purchases"),
        ("customer id, date, city", [f"ann, {DAY}, Oslo"], "customers"),
        ("customer id, date, x, y", [f"ann, {DAY}, a, b"], "purchases"),  # person and day in four columns
        ("customer id, date, x, y, z", [f"ann, {DAY}, a, b, c"], "customers"),  # a wider table is of people
        ("date, total", [f"{DAY}, 10"], ""),  # whose?
        ("customer id, total", ["ann, 10", "ann, 20"], ""),
        ("customer id, city", ["ann, Oslo", "ben, Oslo"], "customers"),
        ("customer id, city", ["ann, Oslo", "ann, Rome"], ""),  # one person twice
        ("order id, customer id", ["1, ann"], ""),
        ("product id, category", ["MUG, cups", "BOWL, cups"], "products"),
        ("product id, category", ["MUG, cups", "MUG, bowls"], ""),
        ("date, cost, campaign", [f"{DAY}, 9, spring"], "spend"),
        ("cost, campaign", ["9, spring"], "spend"),  # whenever it was
        ("customer id, date, cost", [f"ann, {DAY}, 9"], "purchases"),
        ("ticket id, date", [f"1, {DAY}"], "tickets"),
        ("ticket id, subject", ["1, late"], ""),
        ("visitor id, event, time", [f"v, view, {DAY}"], "events"),
        ("event, time", [f"view, {DAY}"], ""),  # whose?
        ("visitor id, event", ["v, view"], ""),
        ("date, score", [f"{DAY}, 10"], "responses"),
        ("date, score", [f"{DAY}, 11"], ""),  # no scale goes so far
        ("date, score", [f"{DAY}, 10.5"], ""),
        ("date, score", [f"{DAY}, "], ""),  # nobody answered
        ("score, comment", ["10, fine"], ""),
        ("visitor id, basket", ["v, basket", "w, basket"], "steps"),  # who came so far
        ("visitor id, basket", ["v, basket", "w, checkout"], ""),
        ("visitor id, basket, x", ["v, basket, a", "w, basket, b"], ""),  # and something else of them
    ],
)
def test_a_file_is_what_its_columns_make_it(columns, rows, kind):
    """A table has the columns without which it would be another one, and a key that repeats or does not."""
    assert recognise(seen(columns, *rows)).kind == kind


@pytest.mark.parametrize(
    ("names", "is_so"),
    [
        ("refund, order_id", True),  # of the orders' own days
        ("refund", False),
        ("order_id", False),
        ("refund, order_id, total", False),
        ("refund, order_id, quantity", False),
        ("refund_time", True),
        ("refund_id, time", True),
        ("refund, time", True),
        ("refund, time, total", False),
        ("refund, time, goods", False),
        ("time", False),
    ],
)
def test_returns_have_numbers_or_days_of_refunds(names, is_so):
    """An amount that was refunded is of returns only where no total of an order stands beside it."""
    assert _is_returns(seen("a"), _found(names)) is is_so


def _found(names, confidence=0.5):
    """Meanings, each of a column of its own."""
    return {name: Meaning(name, name, "", confidence) for name in names.split(", ")}


@pytest.mark.parametrize(
    ("names", "confidence", "is_so"),
    [
        ("order_id, time", 0.9, True),
        ("order_id, time", 0.89, False),
        ("order_id, time, total", 0.5, True),
        ("order_id, time, email", 0.5, True),
        ("order_id, total", 1.0, False),
        ("time, total", 1.0, False),
    ],
)
def test_orders_have_a_number_and_a_day(names, confidence, is_so):
    """And where the number is not called by its very name an amount or a person too."""
    assert _is_orders(seen("a"), _found(names, confidence)) is is_so


@pytest.mark.parametrize(
    ("names", "rows", "is_so"),
    [
        ("order_id, time, product_id, quantity", ["1, x", "2, y"], True),
        ("order_id, time, product_id", ["1, x", "2, y"], False),  # each order once: a product of the order
        ("order_id, time, product_id", ["1, x", "1, y"], True),
        ("order_id, time, quantity", ["1, x", "1, y"], False),
        ("order_id, product_id, quantity", ["1, x", "1, y"], False),
        ("time, product_id, quantity", ["1, x", "1, y"], False),
    ],
)
def test_orders_and_lines_in_one_have_products(names, rows, is_so):
    """With pieces or prices, or with an order on several rows."""
    assert _is_mixed(seen("order_id, x", *rows), _found(names)) is is_so


@pytest.mark.parametrize(
    ("select", "count", "is_in_brackets"),
    [("with x as (…) from x", 2, True), ("with x as (…) from x", 1, False), ("select 1", 2, False)],
)
def test_only_what_begins_with_tables_of_its_own_needs_brackets_in_a_union(select, count, is_in_brackets):
    """Alone it stands as it is."""
    assert _part(select, count) == (f"select * from (\n{select}\n)" if is_in_brackets else select)


@pytest.mark.parametrize(
    ("columns", "answers", "score"),
    [
        ("date, would you recommend us", ["10", "0"], ("would you recommend us", 0.9)),
        ("date, would you recommend us", ["11", "0"], None),
        ("date, would you recommend us", ["yes", "no"], None),
        ("date, would you recommend us", ["", ""], None),
        ("date, how many cats", ["2", "3"], None),
    ],
)
def test_a_recommendation_is_asked_for_and_answered_from_0_to_10(columns, answers, score):
    """The question says so and every answer is a whole number of at most 10."""
    assert meant(columns, *(f"{DAY}, {answer}" for answer in answers)).get("score") == score


def test_what_the_shop_says_is_not_doubted():
    """A column is what the shop calls it, and nothing else at the same time."""
    found = recognise(seen("order id, date", f"1, {DAY}"), {"ticket_id": "order id"})
    assert found.kind == "tickets" and found.meanings["ticket_id"].confidence == 1.0
    assert set(found.meanings) == {"ticket_id", "time"}
    assert found.column("paid_time", "time") == "date" and found.column("paid_time") is None


def test_spare_columns_mean_nothing_here():
    """In the order of the file."""
    assert recognise(seen("b, order id, date, a", f"x, 1, {DAY}, y")).spare_columns == ["b", "a"]


# --- what a column means -------------------------------------------------------------------------


def test_a_name_proposes_and_its_ends_too():
    """The whole name is surer than its last words; Chinese has tails of two letters and more, not of one."""
    assert meant("order id, our shop date", f"1, {DAY}") == {
        "order_id": ("order id", 0.95),
        "time": ("our shop date", 0.6),
    }
    assert meant("shop date", DAY) == {"time": ("shop date", 0.6)}
    assert meant("我的城市", "奥斯陆") == {"city": ("我的城市", 0.6)}
    assert meant("我城市", "奥斯陆") == {"city": ("我城市", 0.6)}
    assert meant("居住市", "奥斯陆") == {} == meant("都市", "奥斯陆")


def test_what_is_only_expected_is_no_time():
    """Neither an estimated day, nor a name that is hidden by an underscore; a second time is not guessed."""
    assert meant("order date, estimated delivery date", f"{DAY}, {DAY}") == {"order_time": ("order date", 0.95)}
    assert meant("_our date", DAY) == {}


def test_of_two_columns_that_mean_one_thing_the_better_known_holds():
    """“order id” stands before “order” in the list of spellings, wherever it stands in the file."""
    assert meant("order, order id, date", f"7, 1, {DAY}")["order_id"] == ("order id", 0.95)
    assert meant("big order, order id, date", f"7, 1, {DAY}")["order_id"] == ("order id", 0.95)


@pytest.mark.parametrize(
    ("column", "values", "meaning"),
    [
        ("order date", [DAY, DAY, DAY, DAY, "soon"], "order_time"),
        ("order date", [DAY, DAY, DAY, "soon", "soon"], None),
        ("order date", ["45296", "45297"], "order_time"),  # a spreadsheet's day numbers
        ("total", ["10", "9.5", "€3", "1,200.00", "free"], "total"),
        ("total", ["10", "9.5", "€3", "free", "free"], None),
        ("total", ["20240105", "20240106", "20240107", "20240108", "x"], "time"),  # days by digits
        ("quantity", ["1", "2", "3", "4", "many"], "quantity"),
        ("quantity", ["1", "2", "3", "few", "many"], "quantity"),  # no line is one piece for want of a number
        ("email", ["a@b.no", "b@b.no", "c@b.no", "d@b.no", "none"], "email"),
        ("email", ["a@b.no", "b@b.no", "c@b.no", "none", "none"], None),
        ("order date", ["", ""], "order_time"),  # nothing speaks against it
    ],
)
def test_four_of_five_values_must_agree(column, values, meaning):
    """A column called a date holds dates: 80 % are enough, less are not; one called a quantity is one in any case."""
    found = recognise(seen(f"{column}, x", *(f"{value}, -" for value in values))).meanings
    assert {name for name, one in found.items() if one.column == column} == ({meaning} if meaning else set())


def test_a_column_nobody_knows_by_name_is_known_by_its_values():
    """Where only one can be it: the only days, the only addresses; not beside a time that has a name."""
    assert meant("customer id, x", f"ann, {DAY}")["time"] == ("x", 0.7)
    assert meant("x, y", f"a@b.no, {DAY}") == {"email": ("x", 0.7), "time": ("y", 0.7)}
    assert "time" not in meant("x, y", f"{DAY}, {DAY}")
    assert "time" not in meant("order date, x", f"{DAY}, {DAY}")
    assert meant("order date, x", f"{DAY}, a@b.no")["email"] == ("x", 0.7)
    assert meant("email, x", "a@b.no, c@b.no")["email"] == ("email", 0.95)
    assert meant("_x", DAY) == {}
    assert meant("x", DAY) == {"time": ("x", 0.7)}
    assert "time" not in meant("x", *[DAY] * 3, "a", "b") and "time" in meant("x", *[DAY] * 4, "b")
    assert "email" not in meant("x", *["a@b.no"] * 3, "a", "b") and "email" in meant("x", *["a@b.no"] * 4, "b")


def test_a_well_known_system_calls_its_columns_by_their_names():
    """UCI's file is known by three columns, in pounds; with one of them missing it is anybody's."""
    known = seen("StockCode, Description, Quantity, when", f"1, MUG, 2, {DAY}")
    assert meanings.meanings(known, system_of(known))["product_name"] == meanings.Meaning(
        "Description", "product_name", "UCI Online Retail calls it so", 1.0
    )
    assert system_of(known).currency == "GBP"
    assert system_of(seen("StockCode, Quantity", "1, 2")) is None


@pytest.mark.parametrize(
    ("values", "is_amount"),
    [
        ("5 6 7 8 x", True),  # four of five
        ("5 6 7 x x", False),
        ("5 6 7 20240105 20240106", True),
        ("5 20240105 20240106 20240107 20240108", False),  # digits, and four of five are days
    ],
)
def test_amounts_are_numbers_and_no_days(values, is_amount):
    """Four of five decide."""
    assert Values(values.split(), 5).is_amount is is_amount


def test_bare_days_have_no_time_but_midnight():
    """Four of five are days; one with a time of day, and none of them is bare."""
    days = ["2024-01-05", "2024-01-06 00:00:00", "2024-01-07", "2024-01-08"]
    assert Values([*days, "x"], 5).are_bare_days and not Values([*days[:3], "x"], 4).are_bare_days
    assert not Values([*days, "2024-01-09 10:00"], 5).are_bare_days


def test_names_are_compared_without_marks():
    """Case, blanks and dashes do not matter; a name of marks alone stays itself."""
    assert meanings.plain("Order - ID (#)") == "orderid" and meanings.plain("#") == "#"


# --- values --------------------------------------------------------------------------------------


def test_shares_are_of_the_values_that_are_there():
    """Two of four are addresses; one of five rows is blank; nothing of nothing is nothing."""
    some = Values(["a@b.no", "c@d.se", "x", "x"], 5)
    assert (some.emails, some.fill, some.distinct, some.is_unique) == (0.5, 0.8, 3, False)
    none = Values([], 0)
    assert (none.emails, none.fill, none.is_unique) == (0.0, 0.0, False)
    assert Values(["1", "2"], 2).is_unique and not Values(["1", "2"], 3).is_unique
    assert not Values([], 3).is_unique and Values(["5", "6", "x"], 3).wholes == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("values", "reading"),
    [
        (["12.5", "3"], None),
        (["1,234.56"], "1,234.56"),
        (["1.234,56"], "1.234,56"),
        (["1.234,56", "1,234.56"], None),
        (["1,234"], None),
        (["12,5", "3.000"], "1.234,56"),
    ],
)
def test_the_last_mark_decides_how_amounts_are_read(values, reading):
    """One or two digits behind a mark are decimals; where rows say both, or neither, nothing is decided here."""
    assert amount_reading(values) == reading


# --- a first look --------------------------------------------------------------------------------


def looked(folder, text, name="file.csv"):
    """The look of a file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return look.look(path)


@pytest.mark.parametrize(
    ("cells", "is_header"),
    [
        (["order", "date"], True),
        (["order", "2024-01-05"], False),
        (["order", "a@b.no"], False),
        (["order", "12.50"], False),
        (["", "date", "x"], False),
        (["order", "", "x"], False),
        (["order", "date", ""], True),  # only the first two must be named
    ],
)
def test_a_header_has_names_and_no_values(cells, is_header):
    """No cell is a number, a day or an address; the first two say something."""
    assert look.is_header(cells) is is_header


@pytest.mark.parametrize(
    ("text", "delimiter", "columns"),
    [
        ("a,b\n1,2\n", ",", ("a", "b")),
        ("a;b,c\n1;2\n3;4\n5;6\n", ";", ("a", "b,c")),
        ("a;b;c,d\n1;2;3,4\n", ";", ("a", "b", "c,d")),  # three columns beat two
        ("a,b,c;d\n1,2,3;4\n5,6,7\n8,9,10\n", ",", ("a", "b", "c;d")),
        ("a b\n1  2\n3 4\n", "whitespace", ("a", "b")),
        ("a|b\n1|2\n", "|", ("a", "b")),
    ],
)
def test_the_mark_that_cuts_most_lines_alike_is_the_delimiter(tmp_path, text, delimiter, columns):
    """Nine lines of ten alike come first, then the larger number of columns."""
    found = looked(tmp_path, text)
    assert (found.delimiter, found.columns) == (delimiter, columns)


def test_half_of_the_lines_make_a_table_of_commas_and_nine_in_ten_one_of_blanks(tmp_path):
    """Two lines of four with a comma are enough; of blanks, nine of ten lines must agree; a single column is none."""
    assert looked(tmp_path, "a,b\n1,2\n3\n4\n").delimiter == ","
    with pytest.raises(Refused, match="no column in common"):
        looked(tmp_path, "a,b\n3\n4\n")
    assert looked(tmp_path, "a b\n" * 9 + "c\n").delimiter == "whitespace"
    for text in ("a b\n" * 8 + "c\n", "a\nb\nc\n"):
        with pytest.raises(Refused, match="no column in common"):
            looked(tmp_path, text)


def test_a_table_begins_where_rows_have_its_width(tmp_path):
    """Below a title and a blank row; after more than 15 such lines nobody looks for it any further."""
    found = looked(tmp_path, "Orders of May\n,\norder,day\n1,2024-01-05\n2,2024-01-06\n")
    assert (found.skip, found.columns, found.has_header, len(found.rows)) == (2, ("order", "day"), True, 2)
    table = "order,day\n" + "1,2024-01-05\n" * 20
    assert (
        looked(tmp_path, "Shop,Oslo\norder,day,total\n1,2024-01-05,9\n2,2024-01-06,8\n").skip == 1
    )  # a remark in two cells
    assert looked(tmp_path, "title\n" * 15 + table).skip == 15
    assert looked(tmp_path, "title\n" * 16 + table).skip == 0


def test_a_table_without_names_counts_its_columns(tmp_path):
    """From one; the first row is then a row like the others, and a row of another width is left out of the look."""
    found = looked(tmp_path, "1,2024-01-05\n2,2024-01-06\n3,2024-01-07,x\n")
    assert (found.has_header, found.columns, len(found.rows)) == (False, ("column_1", "column_2"), 2)
    assert found.values("column_1") == ["1", "2"]


def test_a_look_takes_two_thousand_rows(tmp_path):
    """Of 2,010 rows the last ten are not looked at; of 2,000 below a title all are."""
    assert len(looked(tmp_path, "a,b\n" + "1,2\n" * 2_010).rows) == 2_000
    assert len(looked(tmp_path, "title\n" + "a,b\n" + "1,2\n" * 2_000).rows) == 2_000


def test_only_the_first_215_lines_decide_the_delimiter(tmp_path):
    """A comma in every one of them, and afterwards more semicolons than commas."""
    assert looked(tmp_path, "a,b\n" * 215 + "a;b;c\n" * 500).delimiter == ","
    assert looked(tmp_path, "a,b\n" * 10 + "a;b;c\n" * 500).delimiter == ";"


def test_of_two_widths_as_frequent_the_wider_is_the_tables(tmp_path):
    """Two lines of two columns, two of three: three columns by commas beat two by semicolons."""
    assert looked(tmp_path, "a,b\nc,d\ne;f,g,h\ni;j,k,l\n").delimiter == ","


def test_nine_in_ten_lines_alike_beat_more_columns(tmp_path):
    """Nine of ten lines have two columns by semicolons, eight have three by commas."""
    assert looked(tmp_path, "a;b,c,d\n" * 8 + "a;b\n" + "ab\n").delimiter == ";"


def workbook(folder, *rows):
    """A workbook of one sheet with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "file.xlsx")
    return look.look(folder / "file.xlsx")


def test_a_table_in_a_workbook_begins_where_more_than_half_of_its_cells_are_filled(tmp_path):
    """Below a title over two of four columns; blank rows are none; without names the columns are counted."""
    found = workbook(tmp_path, ["Orders", "of May"], ["order", "day", "city", ""], [1, 2, 3, None], [], [4, 5, 6, 7])
    assert found.columns == ("order", "day", "city", "")
    assert found.rows == (("1", "2", "3", ""), ("4", "5", "6", "7"))
    assert (found.skip, found.has_header, found.delimiter) == (1, True, ",")
    plain = workbook(tmp_path, [1, 2], [3, 4])
    assert (plain.columns, plain.has_header) == (("column_1", "column_2"), False)
    assert plain.rows == (("1", "2"), ("3", "4"))


def test_a_look_at_a_workbook_takes_two_thousand_rows(tmp_path, monkeypatch):
    """Here three, and fifteen lines above them may be titles."""
    monkeypatch.setattr(look, "SAMPLE_ROWS", 3)
    assert len(workbook(tmp_path, *[["title", None, None]] * 14, ["a", "b", "c"], *[[1, 2, 3]] * 5).rows) == 3


def test_a_parquet_file_has_names_and_no_lines_above(tmp_path):
    """Unknown is an empty text, as in a file of commas."""
    path = tmp_path / "file.parquet"
    parquet.write_table(pa.table({"order": [1, None], "day": ["x", "y"]}), path)
    found = look.look(path)
    assert (found.skip, found.columns, found.rows) == (0, ("order", "day"), (("1", "x"), ("", "y")))


def test_a_line_cut_by_the_end_of_the_look_is_no_row(tmp_path, monkeypatch):
    """Eleven letters are looked at: the line that they cut off is left out; of a whole file no line is."""
    monkeypatch.setattr(look, "SAMPLE_BYTES", 11)
    monkeypatch.setattr(
        look, "raw_blocks", lambda path, size: iter([path.read_bytes()[:size], path.read_bytes()[size:]])
    )
    assert looked(tmp_path, "a,b\n1,2\n3,45\n6,7\n").rows == (("1", "2"),)
    assert looked(tmp_path, "a,b\n1,2\n3,").rows == (("1", "2"), ("3", ""))


def test_an_encoding_is_marked_or_utf8_or_the_likeliest(tmp_path):
    """Bytes that are no UTF-8 are of the likeliest encoding of shops; a letter cut at the end decides nothing."""
    assert looked(tmp_path, "\ufefforder,day\n1,2\n").encoding == "utf-8"
    assert looked(tmp_path, "订单编号,买家会员名\n1,王伟\n2,李娜\n".encode("gb18030")).encoding == "gb18030"
    assert looked(tmp_path, "order,day\n1,é\n".encode() + b"2,\xc3").encoding == "utf-8"
    assert looked(tmp_path, "order,day\n1,é\n".encode() + b"\xc3").encoding == "utf-8"


# --- what becomes of it --------------------------------------------------------------------------


def test_a_person_is_the_first_key_that_a_row_has():
    """Number, e-mail without case, phone; a placeholder is passed over; one key alone needs no choice."""
    assert composition.person(recognise(seen("date, total", f"{DAY}, 1"))) is None
    assert composition.person(recognise(seen("email, date", f"a@b.no, {DAY}"))) == 'lower("email")'
    text = composition.person(recognise(seen("phone, email, date", f"1, a@b.no, {DAY}")))
    assert text == 'coalesce(lower("email"), "phone")'
    assert composition.person(recognise(seen("customer id, date", f"ann, {DAY}"))).startswith("case when not ")


def test_a_survey_of_more_than_five_is_a_recommendation():
    """Five stars are stars, six points are not."""
    for highest, survey in (("5", "review"), ("6", "nps")):
        made = composition.Composition("raw")
        others.responses(recognise(seen("date, score", f"{DAY}, {highest}", f"{DAY}, 1")), made)
        assert f"'{survey}' as survey" in made.selects["responses"]


def test_a_status_nobody_knows_is_asked_once():
    """“paid” and “cancelled” are known pieces, “on the moon” is not; only of files of orders."""
    found = recognise(
        seen("order id, date, status", f"1, {DAY}, PAID", f"2, {DAY}, moon", f"3, {DAY}, moon", f"4, {DAY}, cancelled")
    )
    assert payment.unknown_statuses(found) == ["moon"]
    customers = kinds.Recognition(found.look, "customers", found.meanings)
    assert payment.unknown_statuses(customers) == []
    assert payment.unknown_statuses(recognise(seen("order id, date", f"1, {DAY}"))) == []


def test_one_currency_is_the_currency():
    """Two are none, and neither are no files that say one."""
    euro = recognise(seen("order id, date, currency", f"1, {DAY}, eur", f"2, {DAY}, EUR"))
    pound = recognise(seen("order id, date, currency", f"1, {DAY}, GBP"))
    silent = recognise(seen("order id, date", f"1, {DAY}"))
    assert propose.currency_of([euro, silent]) == "EUR"
    assert propose.currency_of([euro, pound]) is None is propose.currency_of([silent])
    assert propose.currency_of([recognise(seen("StockCode, Description, Quantity", "1, a, 2"))]) == "GBP"


# --- the SELECTs ---------------------------------------------------------------------------------


class Composed:
    """What a file becomes: its SELECTs over a raw table of its rows, and the decisions in words."""

    def __init__(self, columns, *rows, statuses=()):
        self.found = recognise(seen(columns, *rows))
        self.made = compose(self.found, "raw", dict(statuses))
        self.con = duckdb.connect()
        names = ", ".join(f'"{name}" varchar' for name in self.found.look.columns)
        self.con.execute(f"create table raw ({names}, _file integer, _file_count integer, _record bigint)")
        for number, row in enumerate(self.found.look.rows, 1):
            marks = ", ".join("?" * (len(row) + 3))
            self.con.execute(f"insert into raw values ({marks})", [*(cell or None for cell in row), 1, 1, number])

    def rows(self, name, *columns):
        """The rows of a canonical table, numbers as floats."""
        found = self.con.execute(
            f"select {', '.join(columns)} from ({self.made.selects[name]}) order by all"
        ).fetchall()
        return [tuple(float(v) if type(v).__name__ == "Decimal" else v for v in row) for row in found]


def test_a_status_says_whether_an_order_is_paid():
    """“paid” is, “cancelled” and “pending” are not, nothing is; the shop says of “moon” and “sun”, nobody of “mars”."""
    words = ("PAID", "cancelled", "pending", "", "moon", "Sun", "mars")
    rows = [f"{n}, {DAY}, {word}" for n, word in enumerate(words)]
    file = Composed("order id, date, status", *rows, statuses={"moon": "paid", "sun": "unpaid"})
    told = file.rows("orders", "order_id", "paid_at is not null", "excluded_because is not null")
    assert [row[1] for row in told] == [True, False, False, True, True, False, False]
    assert [row[2] for row in told] == [False] * 6 + [True]
    assert "“status” tells which orders were paid" in "".join(file.made.decided["orders"])
    silent = Composed("order id, date, status", *rows[:1])
    assert silent.rows("orders", "excluded_because") == [(None,)]


def test_a_day_of_payment_says_more_than_a_status():
    """Paid where it stands; no status leaves an order out then; a file without both is paid as it is written."""
    file = Composed("order id, date, paid at, status", f"1, {DAY}, {DAY}, mars", f"2, {DAY}, , paid")
    assert file.rows("orders", "order_id", "paid_at") == [("1", DAY), ("2", None)]
    assert "excluded_because" not in file.made.selects["orders"]
    assert Composed("order id, date", f"1, {DAY}").rows("orders", "paid_at") == [(DAY,)]


def test_goods_are_what_was_paid_without_freight_and_tax():
    """100 with 5 of freight and 3 of tax are 92; alone they are 100; named goods are what they are."""
    assert Composed("order id, date, total", f"1, {DAY}, 100").rows("orders", "gross_amount") == [("100",)]
    file = Composed("order id, date, total, shipping, tax", f"1, {DAY}, 100, 5, 3", f"2, {DAY}, 10, , ")
    assert file.rows("orders", "order_id", "gross_amount") == [("1", 92.0), ("2", 10.0)]
    assert file.made.decided["orders"][-1] == "decided: “total” is what was paid, with shipping and tax in it"
    goods = Composed("order id, date, subtotal, total", f"1, {DAY}, 90, 100")
    assert goods.rows("orders", "gross_amount") == [("90",)] and "returns" not in goods.made.selects


def test_a_purchase_is_known_by_its_record():
    """The second record is purchase 2, paid when it is written, and the header says so."""
    file = Composed("customer id, date, total", f"ann, {DAY}, 5", f"ann, {DAY}, 6")
    assert file.rows("orders", "order_id", "gross_amount") == [("1", "5"), ("2", "6")]
    assert file.made.decided["orders"][1:3] == [
        "decided: there is no order number: every record is a purchase",
        "decided: the file knows no payments: an order is paid when it is written",
    ]


def test_a_price_is_an_amount_by_its_pieces():
    """30 for three are 10 each, for none nobody knows; without pieces an amount is of one; a named price is a price."""
    file = Composed("order id, product id, line amount, quantity", "1, MUG, 30, 3", "2, MUG, 30, 0")
    assert file.rows("order_items", "order_id", "unit_price") == [("1", 10.0), ("2", None)]
    alone = Composed("order id, product id, line amount", "1, MUG, 30", "2, BOWL, 4")
    assert alone.rows("order_items", "order_item_id", "quantity", "unit_price") == [("1-1", 1, "30"), ("2-2", 1, "4")]
    priced = Composed("order id, product id, unit price, quantity, line no", "1, MUG, 7, 3, 9")
    assert priced.rows("order_items", "order_item_id", "unit_price") == [("1-9", "7")]
    assert "returns" not in priced.made.selects


def test_pieces_below_zero_are_returns_where_they_are_dated():
    """Two of three mugs came back for 20; without a day they are of their order, and no sale either."""
    file = Composed(
        "order id, date, product id, quantity, unit price", f"1, {DAY}, MUG, 3, 10", f"2, {DAY}, MUG, -2, 10"
    )
    assert file.rows("returns", "return_id", "quantity", "refund_amount") == [("2", 2, 20.0)]
    assert file.rows("order_items", "order_id", "quantity") == [("1", "3")] and file.rows("orders", "order_id") == [
        ("1",)
    ]
    assert file.made.decided["orders"][-1] == "decided: the file knows no payments: an order is paid when it is written"
    undated = Composed("order id, product id, quantity, unit price", "1, MUG, -2, 10", "1, MUG, 3, 10")
    assert undated.rows("returns", "order_id", "quantity", "refund_amount") == [("1", 2, 20.0)]
    assert "returned_at" not in undated.made.selects["returns"] and undated.rows("order_items", "quantity") == [("3",)]
    whole = Composed("order id, date, product id, quantity, unit price", f"1, {DAY}, MUG, 3, 10")
    assert "returns" not in whole.made.selects


def test_a_product_is_called_as_most_lines_call_it():
    """MUG is “Mug” twice and “Cup” once; where only a name is known it is the key and the name."""
    rows = [f"{n}, MUG, {name}, 1" for n, name in enumerate(("Mug", "Mug", "Cup"))]
    file = Composed("order id, product id, product name, unit price", *rows)
    assert file.rows("products", "product_id", "product_name") == [("MUG", "Mug")]
    names = Composed("order id, product name, unit price", "1, Mug, 1")
    assert names.rows("products", "product_id", "product_name") == [("Mug", "Mug")]
    keys = Composed("order id, product id, unit price", "1, MUG, 1")
    assert keys.rows("products", "product_id", "product_name") == [("MUG", "MUG")]


def test_a_refund_beside_its_order_has_no_date():
    """20 of order 1, nothing of order 2 and 0 of order 3; lines below zero are returns already."""
    file = Composed("order id, date, total, refunded amount", f"1, {DAY}, 50, 20", f"2, {DAY}, 9, ", f"3, {DAY}, 9, 0")
    assert file.rows("returns", "return_id", "order_id", "refund_amount") == [("refund-1", "1", "20")]
    assert "returned_at" not in file.made.selects["returns"]
    assert file.made.decided["returns"][-1].endswith("without a date: it counts as undated_refunds says")
    both = Composed("order id, date, product id, quantity, unit price, refunded amount", f"1, {DAY}, MUG, -2, 10, 5")
    assert both.rows("returns", "return_id") == [("1",)]


def test_events_are_called_by_the_vocabulary():
    """A cart is add_to_cart and the header says so; view_item is called so already; a person is a visitor."""
    file = Composed("visitor id, user id, event, time", f"v, , cart, {DAY}", f", ann, view_item, {DAY}")
    assert file.rows("events", "event_name", "visitor_id", "customer_id") == [
        ("add_to_cart", "v", None),
        ("view_item", "ann", "ann"),
    ]
    assert file.made.decided["events"][1:] == ["decided: cart is add_to_cart"]
    alone = Composed("visitor id, event, time", f"v, view_item, {DAY}")
    assert alone.rows("events", "event_name", "visitor_id") == [("view_item", "v")]
    assert Composed("user id, event, time", f"ann, view_item, {DAY}").rows("events", "visitor_id") == [("ann",)]


def test_an_answer_is_told_by_the_highest():
    """4.5 stars of five; ten of ten; none at all reaches 0."""
    for score, told in (("4.5", "4: stars"), ("10", "10: a recommendation from 0 to 10"), ("", "0: stars")):
        made = composition.Composition("raw")
        others.responses(recognise(seen("date, score", f"{DAY}, {score}")), made)
        assert made.decided["responses"][1] == f"decided: “score” reaches {told}"


# --- the source ----------------------------------------------------------------------------------


def proposed(folder, given=None, statuses=None, **texts):
    """The proposal for files with these texts."""
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return propose.propose(sorted(folder.glob("*.csv")), Answers(given or {}, statuses or {}))


def test_files_of_one_make_are_one_table_and_another_make_is_a_second(tmp_path):
    """May and June have the same columns, July has one more: two tables of orders, and nothing is doubled."""
    made = proposed(
        tmp_path,
        may=f"order id,date,total\n1,{DAY},5\n",
        june=f"order id,date,total\n2,{DAY},5\n",
        july=f"order id,date,total,city\n3,{DAY},5,Oslo\n",
    )
    source = propose.write_source(made, tmp_path, "Mine", {})
    assert {raw.name: raw.files for raw in source.raw} == {
        "orders_file": ("july.csv",),
        "orders_file_2": ("june.csv", "may.csv"),
    }
    assert (source.currency, source.time_zone, source.title) == ("EUR", "UTC", "Mine")
    assert source.queries["orders"].count("union all by name") == 1
    assert source.queries["orders"].startswith('-- source:  "orders_file"\n-- grain:   one row per order\n')


def test_a_table_is_made_of_the_file_that_carries_it(tmp_path):
    """Products of their own file, not those named in lines; the lines then feed nothing that they do not carry."""
    made = proposed(
        tmp_path,
        lines="order id,product id,quantity,unit price\n1,MUG,2,5\n",
        goods="product id,category\nMUG,cups\n",
        orders=f"order id,date\n1,{DAY}\n",
    )
    source = propose.write_source(made, tmp_path, "Mine", {})
    assert {raw.name: (raw.becomes, raw.feeds) for raw in source.raw} == {
        "products_file": (("products",), ()),
        "lines_file": (("order_items",), ()),
        "orders_file": (("orders",), ()),
    }
    alone = tmp_path / "alone"
    alone.mkdir()
    source = propose.write_source(
        proposed(alone, lines="order id,product id,quantity,unit price\n1,MUG,2,5\n"), alone, "Mine", {}
    )
    assert source.raw[0].feeds == ("products", "orders") and "group by" in source.queries["products"]


def test_how_a_file_is_read_is_written_down(tmp_path):
    """A title above, no header, amounts with a comma, a system's currency and clock."""
    made = proposed(tmp_path, a="title\n\norder id;date;total\n1;2024-01-05;12,50\n2;2024-01-06;3,20\n")
    (raw,) = propose.write_source(made, tmp_path, "Mine", {}).raw
    assert (raw.skip, raw.header, raw.delimiter, dict(raw.readings)) == (2, True, ";", {"total": "1.234,56"})
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.csv").write_text("InvoiceNo,StockCode,Description,Quantity,when\n1,MUG,Mug,2,2024-01-05\n")
    source = propose.write_source(propose.propose([other / "b.csv"], Answers()), other, "Theirs", {})
    assert (source.currency, source.time_zone) == ("GBP", "Europe/London")


def test_what_was_recognised_is_told_column_by_column(tmp_path):
    """In the order of the file, with the confidence in percent; columns that mean nothing beside it."""
    made = proposed(tmp_path, a=f"colour,our shop date,order id\nred,{DAY},1\n")
    assert [row[2:5] for row in made.rows()] == [("our shop date", "time", "60%"), ("order id", "order id", "95%")]
    assert list(made.spare_columns()) == [("a.csv", "colour")]
    propose.check_open(made)


def test_what_is_open_is_asked_with_the_flag_that_answers_it(tmp_path):
    """A word that nobody knows is asked; one that the shop has answered is not."""
    text = f"order id,date,status\n1,{DAY},mars\n2,{DAY},moon\n"
    made = proposed(tmp_path, statuses={"moon": "paid"}, a=text)
    assert made.open == ["is an order with status “mars” paid? --status 'mars=paid' or 'mars=unpaid'"]
    with pytest.raises(Refused, match="is an order with status “mars” paid"):
        propose.check_open(made)


def test_a_meaning_that_is_none_and_a_column_that_no_file_has_are_refused(tmp_path):
    """A column that only one of two files has is right."""
    texts = {"a": f"order id,date\n1,{DAY}\n", "b": f"order id,date,q\n2,{DAY},7\n"}
    assert len(proposed(tmp_path, {"total": "q"}, **texts).found) == 2
    for given, said in (({"luck": "q"}, "“luck” is no meaning"), ({"total": "z"}, "no file has a column “z”")):
        with pytest.raises(Refused, match=said):
            proposed(tmp_path, given, **texts)


def test_of_a_folder_only_tables_are_taken(tmp_path):
    """In order of their names; a folder without any is refused."""
    for name in ("b.csv", "a.XLSX", "c.pdf"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in _files_below(tmp_path)] == ["a.XLSX", "b.csv"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match=r"there is no .csv, "):
        _files_below(tmp_path / "empty")


def test_a_shipped_source_is_taken_where_it_alone_fits(tmp_path):
    """CDNOW's file is known by its name, what nobody knows is not."""
    path = tmp_path / "a.csv"
    path.write_text(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,M,x,1,d,1,7,FR\n"
    )
    assert fitting_source([path]).name == "online_retail"
    path.write_text("a,b\n1,2\n")
    assert fitting_source([path]) is None


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        ("18", True),  # 8 + twice 1
        ("17", False),
        ("59", True),  # 9 + 10 - 9
        ("91", True),  # 1 + 18 - 9: ten
        ("79927398713", True),  # the usual example: 70
        ("79927398710", False),
        ("**** 1234", True),  # a masked one has none to check
    ],
)
def test_the_last_digit_of_a_card_follows_from_the_others(number, is_right):
    """Every second digit from the last but one is doubled, less 9 where that is above 9; all together end in 0."""
    assert _is_checked(number) is is_right


@pytest.mark.parametrize(
    ("kind", "columns", "system", "taken_off"),
    [
        ("orders", "order_id, total, discount", None, "discount"),
        ("orders", "order_id, total, discount", "shop", None),  # a system that is known says itself what is less what
        ("mixed", "order_id, total, discount", "shop", "discount"),
        ("orders", "order_id, total", None, None),
        ("mixed", "order_id, total", "shop", None),
    ],
)
def test_a_discount_that_is_not_yet_off_is_taken_off(kind, columns, system, taken_off):
    """10 less 2, told of a total from before the discount."""
    told = {name: meanings.Meaning(name, name, "", 1.0) for name in columns.split(", ")}
    known = System(system, ()) if system else None
    values = ", ".join(["1", "10", "2"][: len(told)])
    found = kinds.Recognition(seen(columns, values), kind, told, known)
    assert prices.discount_to_take_off(found) == taken_off


@pytest.mark.parametrize(
    ("written", "is_below"),
    [
        (["-1"] * 5, True),
        (["-1"] * 4 + ["1"], True),  # four of five are enough
        (["-1"] + ["1"] * 4, False),
        (["-1", "0", "0"], True),  # nothing off says nothing of the sign
        (["0", "0"], False),
    ],
)
def test_discounts_are_below_zero_where_most_are(written, is_below):
    """By those that are not zero."""
    found = kinds.Recognition(
        seen("off", *written), "orders", {"discount": meanings.Meaning("discount", "off", "", 1.0)}
    )
    assert sums.is_below_zero(found, "off") is is_below


def test_of_one_file_no_later_file_is_looked_for():
    """That a raw table is of one file is known before its SELECT runs: its rows are gone through once, in no window."""
    made = Composed("order no, date, product, quantity, unit price", f"1, {DAY}, Mug, 1, 5", f"1, {DAY}, Pot, 1, 7")
    made.con.execute("alter table raw rename to rows")
    for count, scans in ((1, 1), (2, 2)):
        rest = f"1 as _file, {count} as _file_count, _record"
        names = ", ".join(f'"{name}"' for name in made.found.look.columns)
        made.con.execute(f"create or replace view raw as select {names}, {rest} from rows")
        plan = str(made.con.execute(f"explain {made.made.selects['order_items']}").fetchall())
        assert (plan.count("SEQ_SCAN"), plan.count("WINDOW")) == (scans, 0)
