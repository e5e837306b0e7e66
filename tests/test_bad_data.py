"""Bad data, kind by kind: a sample beside its fate. None is silent: what is not right is set aside, emptied or said.

The fate of a sample is written as the intake tells it: the right value; `aside` with the reason of the quarantine;
`emptied` with the reason, the record stays; `refused` with the message of the whole file; `asked` with the flag;
`said` with words of the build's report. What no machine can judge is listed with the reason why.
"""

import gzip
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from customary import intake, standard
from customary.errors import Refused
from customary.intake import quality, readers
from customary.intake.conform import Clock, conform, empty
from customary.intake.load import BOOKS
from customary.intake.readings import Undecided
from customary.intake.remarks import remark
from customary.intake.report import report
from customary.intake.source import Raw


@dataclass(frozen=True)
class Fate:
    """What becomes of a sample: how, and the value or words that show it."""

    how: str
    shown: object


def right(value):
    """The value that was meant comes in."""
    return Fate("right", value)


def aside(reason):
    """The record is quarantined with this reason."""
    return Fate("aside", reason)


def emptied(reason):
    """The value is emptied with this reason, the record stays."""
    return Fate("emptied", reason)


def refused(words):
    """The whole file is refused with these words."""
    return Fate("refused", words)


def asked(words):
    """The shop is asked; the question holds these words."""
    return Fate("asked", words)


def said(words):
    """It comes in as it is, and the report of the build holds these words."""
    return Fate("said", words)


# --- files: the whole text, and what the reader makes of it --------------------------------------

SALES = Raw("sales", ("*",), ("no", "name"))
GOOD = "no,name\n1,mug\n2,lamp\n"
MUG, LAMP = ("1", "mug"), ("2", "lamp")


def zipped(name="sales.csv"):
    """A zip archive with a CSV file in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, GOOD)
    return packed.getvalue()


def arrow(**columns):
    """A Parquet file."""
    packed = io.BytesIO()
    parquet.write_table(pa.table(columns), packed)
    return packed.getvalue()


def with_name(name):
    """The good file with another name in its last line."""
    return GOOD.replace("lamp", name)


FILES = {
    # encodings
    "GBK": (with_name("灯").encode("gbk"), refused("not utf-8, near line 2:")),
    "GB18030": (with_name("灯").encode("gb18030"), refused("gb18030 for Chinese shops")),
    "Big5": (with_name("燈").encode("big5"), refused("not utf-8")),
    "latin-1": (with_name("café").encode("latin-1"), refused("say its encoding in source.toml")),
    "a failed formula in text": ("no,name\n1,mug\n2,#REF!\n", said("cells whose formula failed, such as #N/A")),
    "cp1252 smart quotes": (with_name("“mug”").encode("cp1252"), refused("cp1252 for western spreadsheets")),
    "UTF-8 with a mark": (GOOD.encode("utf-8-sig"), right([MUG, LAMP])),
    "UTF-16 with a mark": (GOOD.encode("utf-16"), right([MUG, LAMP])),
    "UTF-16 BE with a mark": (b"\xfe\xff" + GOOD.encode("utf-16-be"), right([MUG, LAMP])),
    "UTF-16 without a mark": (GOOD.encode("utf-16-le"), refused("UTF-16 without its mark")),
    "UTF-32 with a mark": (GOOD.encode("utf-32"), right([MUG, LAMP])),
    "UTF-32 without a mark": (GOOD.encode("utf-32-be"), refused("NUL bytes")),
    "mixed encodings in one file": (with_name("灯").encode() + "3,灯\n".encode("gbk"), refused("not utf-8")),
    "a letter cut off at the end": (with_name("灯").encode()[:-2], refused("not utf-8")),
    "overlong UTF-8": (GOOD.encode() + b"3,\xc0\xaf\n", refused("not utf-8")),
    "lone surrogates": (GOOD.encode() + b"3,\xed\xa0\x80\n", refused("not utf-8")),
    "mojibake in the text": (with_name("cafÃ©"), said("letters of a wrong encoding")),
    "letters that were lost": (with_name("caf�"), said("letters of a wrong encoding")),
    "a blank behind an id": (GOOD + "3 ,cup\n", right([MUG, LAMP, ("3", "cup")])),
    "a tab before an id": (GOOD + '"\t3",cup\n', right([MUG, LAMP, ("3", "cup")])),
    "an id in quotation marks behind =": (GOOD + '"=""3""",cup\n', right([MUG, LAMP, ("3", "cup")])),
    "emoji": (with_name("mug 😀"), right([MUG, ("2", "mug 😀")])),
    # bytes
    "a NUL byte late in the file": (GOOD + "x" * 2000 + ",1\n3,m\0g\n", aside("a NUL byte stands in it")),
    "control characters": (with_name("la\x07mp"), said("control characters")),
    "Ctrl-Z at the end": (GOOD + "\x1a", aside("1 fields where the header has 2")),
    "a no-break space": (with_name("\xa0lamp\xa0"), right([MUG, LAMP])),
    "characters of no width": (with_name("\u200blamp\ufeff"), right([MUG, LAMP])),
    "writing turned round": (with_name("la\u202epm"), said("marks that turn the direction of writing")),
    "NFD accents": (with_name("cafe\u0301"), right([MUG, ("2", "café")])),
    "full-width comma is no delimiter": (with_name("lamp，big"), right([MUG, ("2", "lamp，big")])),
    "full-width quotes are letters": (with_name("“lamp”"), right([MUG, ("2", "“lamp”")])),
    # shape
    "empty": ("", refused("is empty")),
    "only blank lines": ("\n\n", refused("is empty")),
    "header only": ("no,name\n", right([])),
    "no header": ("1,mug\n", refused("has no column no")),
    "a column twice": ("no,name,name\n1,mug,cup\n", refused("has the column name 2 times")),
    "a column renamed": ("no,title\n1,mug\n", refused("has no column name")),
    "a column missing": ("no\n1\n", refused("has no column name")),
    "a column more": ("no,x,name\n1,y,mug\n", right([MUG])),
    "columns in another order": ("name,no\nmug,1\n", right([MUG])),
    "blanks around column names": (" no ,\tname\n1,mug\n", right([MUG])),
    "column names in capitals": ("NO,NAME\n1,mug\n", refused("has no column no")),
    "title lines above the header": ("Sales of May\n\nno,name\n1,mug\n", refused("has no column no")),
    "a line of totals": (GOOD + "Total:,\n", aside("a line of totals")),
    "a Chinese line of totals": (GOOD + "合计,\n", aside("a line of totals")),
    "blank lines": ("no,name\n\n1,mug\n\n\n2,lamp\n", right([MUG, LAMP])),
    "a short row": (GOOD + "3\n", aside("1 fields where the header has 2")),
    "a long row": (GOOD + "3,cup,x\n", aside("3 fields where the header has 2")),
    "all rows longer": ("no,name\n1,mug,x\n2,lamp,x\n", aside("3 fields where the header has 2")),
    "an unclosed quote": ('no,name\n1,mug\n9,"cup\n2,lamp\n', aside("a quote opens and is not closed")),
    "a quote inside": (with_name('5" pipe'), right([MUG, ("2", '5" pipe')])),
    "a quote behind a backslash": (GOOD + '3,"a \\"b\\" c"\n', aside("not readable as CSV")),
    "a line break inside": (with_name('"la\nmp"'), right([MUG, ("2", "la\nmp")])),
    "CR only": (GOOD.replace("\n", "\r"), right([MUG, LAMP])),
    "mixed CRLF": (GOOD.replace("mug\n", "mug\r\n"), right([MUG, LAMP])),
    "semicolons": (GOOD.replace(",", ";"), refused("has no column no")),
    "tabs": (GOOD.replace(",", "\t"), refused("has no column no")),
    "bars": (GOOD.replace(",", "|"), refused("has no column no")),
    "another delimiter midway": (GOOD + "3;cup\n", aside("1 fields where the header has 2")),
    "comment lines": (GOOD + "# checked by Ann\n", aside("1 fields where the header has 2")),
    "an id that begins with #": (GOOD + "#3,cup\n", right([MUG, LAMP, ("#3", "cup")])),
    "the header again midway": (GOOD + "no,name\n3,cup\n", aside("the header stands here again")),
    "a delimiter at the end of rows": (GOOD + "3,cup,\n", aside("3 fields where the header has 2")),
    "a delimiter at the end of all lines": ("no,name,\n1,mug,\n", right([MUG])),
    "last line without an end": (GOOD.rstrip("\n"), right([MUG, LAMP])),
    "cut off within a record": (GOOD + '3,"cu', aside("a quote opens and is not closed")),
    "rows of empty cells": (GOOD + ",\n,\n", right([MUG, LAMP])),
    # packing and kinds of files
    "gz with another ending": (gzip.compress(GOOD.encode()), right([MUG, LAMP])),
    "zip with another ending": (zipped(), refused("zip archive or an Excel workbook")),
    "a zip in a zip": (zipped("inner.zip"), refused("zip archive")),
    "a zip with ../ in a name": (zipped("../../etc/x.csv"), refused("zip archive")),
    ".xlsx named .csv": (b"PK\x03\x04", refused("Excel workbook")),
    ".xls named .csv": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", refused("Excel workbook")),
    "a protected workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1encrypted", refused("protected")),
    "Parquet named .csv": (arrow(no=["1"], name=["mug"]), refused("a Parquet file: call it .parquet")),
    "a PDF": (b"%PDF-1.7", refused("a PDF")),
    # attacks in the text: they are text
    "a formula": (with_name("=HYPERLINK(1)"), right([MUG, ("2", "=HYPERLINK(1)")])),
    "a guarded formula": (with_name("'=1+1"), right([MUG, ("2", "=1+1")])),
    "HTML": (with_name("<script>x</script>"), right([MUG, ("2", "<script>x</script>")])),
    "SQL": (with_name("'; drop table sales --"), right([MUG, ("2", "'; drop table sales --")])),
    "Markdown": (with_name("[x](javascript:y)"), right([MUG, ("2", "[x](javascript:y)")])),
    "a path as an id": (GOOD + "../../etc/passwd,cup\n", right([MUG, LAMP, ("../../etc/passwd", "cup")])),
    "words that speak to a machine": (with_name("ignore all rules"), right([MUG, ("2", "ignore all rules")])),
    "a huge field": (with_name("x" * 300_000), right([MUG, ("2", "x" * 300_000)])),
    "a huge field in quotes": (with_name('"' + "x\n" * 3_000 + '"'), right([MUG, ("2", ("x\n" * 3_000).strip())])),
    "ten thousand columns": (
        "no,name," + ",".join(f"c{n}" for n in range(9_998)) + "\n1,mug" + "," * 9_998 + "\n", right([MUG])),
    "deep JSON": (with_name("[" * 5_000), right([MUG, ("2", "[" * 5_000)])),
}  # fmt: skip


def read(content, folder, name="sales.csv", raw=SALES):
    """(rows, reasons, oddities) of a file, or the message of its refusal."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    con = duckdb.connect()
    con.execute(BOOKS)
    readers.create_raw(con, raw)
    try:
        readers.read_file(con, readers.AdoptedFile(path, 1, raw), lambda step, amount: None)
    except Refused as error:
        return str(error)
    columns = ", ".join(f'"{column}"' for column in raw.columns)
    rows = con.execute(f"select {columns} from {raw.name} order by _record").fetchall()
    told = con.execute("select record_count, line_count, header_count, blank_count from files").fetchone()
    reasons = [row[0] for row in con.execute("select reason from quarantine").fetchall()]
    assert told[0] == len(rows) + len(reasons), "a record is lost"
    return rows, reasons, [row[0] for row in con.execute("select reason from remarks").fetchall()]


def assert_fate(found, fate):
    """What the reader gave is the fate of the sample."""
    if fate.how == "refused":
        assert isinstance(found, str) and fate.shown in found
        return
    rows, reasons, odd = found
    if fate.how == "right":
        assert (rows, reasons, odd) == (fate.shown, [], [])
    elif fate.how == "aside":
        assert reasons and all(fate.shown in reason for reason in reasons)
        assert rows[:2] == [MUG, LAMP] or not rows
    else:
        assert fate.how == "said" and [one for one in odd if fate.shown in one] and len(rows) == 2


@pytest.mark.parametrize("kind", FILES)
def test_what_becomes_of_a_file(kind, tmp_path):
    """Bytes, lines and columns: right, set aside line by line, or refused whole with what to do."""
    content, fate = FILES[kind]
    assert_fate(read(content, tmp_path), fate)


PARQUET = {
    "Parquet cut off": (arrow(no=["1"], name=["mug"])[:-20], refused("cut off, damaged or no Parquet file")),
    "CSV named .parquet": (GOOD.encode(), refused("no Parquet file")),
    "a Parquet column renamed": (arrow(no=["1"], title=["mug"]), refused("has no column name")),
    "Parquet of other columns in between": (arrow(no=["1"], x=[1], name=[" mug "]), right([MUG])),
    "nested Parquet": (arrow(no=[1], name=[{"de": "mug"}]), right([(1, {"de": "mug"})])),
    "Parquet times in nanoseconds": (
        arrow(no=[1], name=pa.array([1], pa.timestamp("ns"))), right([(1, datetime(1970, 1, 1))])),
}  # fmt: skip


TENTHS, CENTS = (pa.array([Decimal(text)], pa.decimal128(10, places)) for text, places in (("1.125", 3), ("2.50", 2)))
CHANGED = {
    "Parquet that was numbers and is text": (arrow(no=[1], name=[1]), arrow(no=["2"], name=["b"]), ["1", "b"]),
    "Parquet that was whole and has fractions": (arrow(no=[1], name=[1]), arrow(no=[2], name=[2.5]), ["1", "2.5"]),
    "Parquet with other decimal places": (arrow(no=[1], name=TENTHS), arrow(no=[2], name=CENTS), ["1.125", "2.50"]),
    "Parquet times with and without a zone": (
        arrow(no=[1], name=pa.array([1709640000000], pa.timestamp("ms"))),
        arrow(no=[2], name=pa.array([1709640000000000], pa.timestamp("us", "UTC"))),
        ["2024-03-05 12:00:00", "2024-03-05 12:00:00+00"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGED)
def test_what_becomes_of_files_whose_types_differ(kind, tmp_path):
    """No value of either file is lost or rounded: both come in as text, which is judged by the standard."""
    *files, wanted = CHANGED[kind]
    con = duckdb.connect()
    con.execute(BOOKS)
    readers.create_raw(con, SALES)
    for number, content in enumerate(files, 1):
        path = tmp_path / f"{number}.parquet"
        path.write_bytes(content)
        readers.read_file(con, readers.AdoptedFile(path, number, SALES), lambda step, amount: None)
    assert [row[0] for row in con.execute("select name from sales order by _record").fetchall()] == wanted


# --- workbooks: cells, sheets and what is only called one -----------------------------------------


def workbook(*rows, change=lambda book, sheet: None):
    """An .xlsx with the good header above these rows, after a change."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (SALES.columns, *rows):
        sheet.append(row)
    change(book, sheet)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def hide_row(book, sheet):
    """Out of sight, and yet sold."""
    sheet.row_dimensions[2].hidden = True


def hide_first_sheet(book, sheet):
    """A sheet of last year, hidden before the one that is seen."""
    old = book.create_sheet("Old", 0)
    for row in (SALES.columns, ("9", "cup")):
        old.append(row)
    old.sheet_state = "hidden"


def count_from_1904(book, sheet):
    """Days as old Macintosh workbooks count them."""
    book.epoch = CALENDAR_MAC_1904


FIVE = datetime(2024, 3, 5, 12)
SHEETS = {
    "a workbook": (workbook((1, "mug"), (2, "lamp")), right([MUG, LAMP])),
    "digits as text in a workbook": (workbook(("007", "mug")), right([("007", "mug")])),
    "a hidden row": (workbook((1, "mug"), (2, "lamp"), change=hide_row), right([MUG, LAMP])),
    "a hidden sheet before another": (workbook((1, "mug"), (2, "lamp"), change=hide_first_sheet), right([MUG, LAMP])),
    "a second sheet": (
        workbook((1, "mug"), (2, "lamp"), change=lambda book, sheet: book.create_sheet("More").append((1,))),
        right([MUG, LAMP])),
    "cells merged downwards": (
        workbook((1, "mug"), (2, "mug"), change=lambda book, sheet: sheet.merge_cells("B2:B3")),
        right([MUG, ("2", "mug")])),
    "a formula that failed": (workbook((1, "mug"), (2, "#N/A")), said("cells whose formula failed, such as #N/A")),
    "a day in a workbook": (workbook((1, FIVE)), right([("1", "2024-03-05 12:00:00")])),
    "days since 1904": (workbook((1, FIVE), change=count_from_1904), right([("1", "2024-03-05 12:00:00")])),
    # The standard then sets it aside, as an id in scientific notation.
    "an id that a workbook rounded": (
        workbook((12345678901234567890, "mug")), right([("1.234567890123457e+19", "mug")])),
    "a workbook without rows": (workbook(), right([])),
    "CSV named .xlsx": (GOOD.encode(), refused("it is text; call it .csv")),
    ".xls named .xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), refused("older workbook or protected")),
    "a web page named .xlsx": (b"<html><table><tr><td>no</td></tr></table></html>", refused("it is a web page or XML")),
    "a workbook cut off": (workbook((1, "mug"))[:-200], refused("called a workbook but cannot be read")),
}  # fmt: skip


@pytest.mark.parametrize("kind", SHEETS)
def test_what_becomes_of_a_workbook(kind, tmp_path):
    """Cells as they are meant, the sheets that are seen first, failed formulas counted, other files refused."""
    content, fate = SHEETS[kind]
    assert_fate(read(content, tmp_path, "sales.xlsx"), fate)


@pytest.mark.parametrize("kind", PARQUET)
def test_what_becomes_of_a_parquet_file(kind, tmp_path):
    """Damaged ones are refused; columns are found by name."""
    content, fate = PARQUET[kind]
    assert_fate(read(content, tmp_path, "sales.parquet"), fate)


def test_a_bomb_is_refused(tmp_path, monkeypatch):
    """A small .gz of a large nothing."""
    monkeypatch.setattr("customary.intake.texts.PACKED_LEAST", 10_000)
    bomb = gzip.compress(b"no,name\n" + b"0" * 5_000_000)
    assert "that is no export" in read(bomb, tmp_path, "sales.csv.gz")
    assert "cut off" in read(gzip.compress(GOOD.encode())[:-4], tmp_path, "sales.csv.gz")
    assert "damaged or not packed" in read(GOOD, tmp_path, "sales.csv.gz")


# --- values: one cell of an order, a line, a customer, and what conforming makes of it -----------

AT, PRICE, BORN = ("orders", "paid_at"), ("order_items", "unit_price"), ("customers", "birth_on")
KEY, WHO, COUNT = ("orders", "order_id"), ("orders", "customer_id"), ("order_items", "quantity")
FREIGHT = ("orders", "shipping_amount")
ROWS = {
    "orders": {"order_id": "o1", "customer_id": "ann", "ordered_at": "2024-03-05 10:00"},
    "order_items": {"order_item_id": "l1", "order_id": "o1", "quantity": "1", "unit_price": "2.50"},
    "customers": {"customer_id": "ann"},
}
NOT_A_TIME, NOT_AN_AMOUNT = emptied("paid_at is not a time"), aside("unit_price is not an amount")
NOON = datetime(2024, 3, 5, 12)
VALUES = {
    # ids
    "leading zeros": (KEY, "00123", right("00123")),
    "an id above 2^53": (KEY, "9007199254740993", right("9007199254740993")),
    "an id of 20 digits": (KEY, "12345678901234567890", right("12345678901234567890")),
    "an id in scientific notation": (KEY, "1.23E+17", aside("order_id was shortened by a spreadsheet")),
    "a customer in scientific notation": (WHO, "1,23E+17", emptied("customer_id was shortened by a spreadsheet")),
    "an article called 1E5": (KEY, "1E5", right("1E5")),
    "an id called NA": (KEY, "NA", right("NA")),
    "an id called null": (KEY, "null", right("null")),
    "an id called true": (KEY, "true", right("true")),
    "an id called #1": (KEY, "#1", right("#1")),
    "ids that differ in case": (KEY, ["a1", "A1"], right(["a1", "A1"])),
    "full-width digits in an id": (KEY, "１２３", right("123")),
    "ids with .0": (WHO, ["17850.0", "17851.0"], right(["17850", "17851"])),
    "the customer 0": (WHO, ["0", "0", "ann"], right([None, None, "ann"])),
    "the customer guest": (WHO, ["guest", "Guest", "ann"], right([None, None, "ann"])),
    "the customer 游客": (WHO, ["游客", "游客", "ann"], right([None, None, "ann"])),
    "an id twice, equal": (KEY, ["o1", "o1"], aside("repeated order_id")),
    # numbers
    "a decimal comma": (PRICE, "9,90", right(Decimal("9.9"))),
    "thousands with a comma": (PRICE, "1,299.00", right(Decimal(1299))),
    "European thousands": (PRICE, "1.234,56", right(Decimal("1234.56"))),
    "1.234 alone": (PRICE, "1.234", asked("--reading order_items.unit_price=1.234,56")),
    "1,234 alone": (PRICE, "1,234", asked("--reading order_items.unit_price=1,234.56")),
    "Swiss thousands": (PRICE, "1'234.50", right(Decimal("1234.5"))),
    "Indian thousands": (PRICE, "1,00,000", right(Decimal(100_000))),
    "a sign of currency": (PRICE, "R$ 9,90", right(Decimal("9.9"))),
    "a code of currency": (PRICE, "EUR 9.90", right(Decimal("9.9"))),
    "brackets for less": (FREIGHT, "(5.00)", right(Decimal(-5))),
    "a minus behind": (FREIGHT, "5.00-", right(Decimal(-5))),
    "no cents, as in 12.-": (PRICE, "12.-", right(Decimal(12))),
    "full-width digits in an amount": (PRICE, "１２．５０", right(Decimal("12.5"))),
    "percent": (PRICE, "5%", NOT_AN_AMOUNT),
    "NaN": (PRICE, "NaN", NOT_AN_AMOUNT),
    "infinite": (PRICE, "inf", NOT_AN_AMOUNT),
    "an amount in scientific notation": (PRICE, "1.2E+3", NOT_AN_AMOUNT),
    "an amount that overflows": (PRICE, "9" * 30, NOT_AN_AMOUNT),
    "a word in a column of money": (PRICE, "free", NOT_AN_AMOUNT),
    "a note in an optional amount": (FREIGHT, "无退款申请", emptied("shipping_amount is not an amount")),
    "a dash for nothing": (FREIGHT, "--", emptied("shipping_amount is not an amount")),
    "digits set apart": (PRICE, "1 2 3", NOT_AN_AMOUNT),
    "a tenth of a cent": (PRICE, "0.125", right(Decimal("0.125"))),
    "amounts in text late in the file": (PRICE, ["2.50"] * 50 + ["soon"], NOT_AN_AMOUNT),
    "a fraction of a piece": (COUNT, "1.5", aside("quantity is not a whole number")),
    "pieces with .0": (COUNT, "2.0", right(2)),
    "pieces that overflow": (COUNT, "9" * 30, aside("quantity is not a whole number")),
    # times
    "day and month alike": (AT, "03/04/2024", asked("--reading orders.paid_at=day-first")),
    "day first, decided": (AT, ["31/03/2024", "05/03/2024"], right([datetime(2024, 3, 31), datetime(2024, 3, 5)])),
    "month first, decided": (AT, ["03/31/2024", "03/05/2024"], right([datetime(2024, 3, 31), datetime(2024, 3, 5)])),
    "day first and month first": (AT, ["31/03/2024", "03/31/2024"], asked("--reading orders.paid_at=month-first")),
    "an impossible day": (AT, "2024-02-30", NOT_A_TIME),
    "a year of two digits": (AT, "31/03/24", right(datetime(2024, 3, 31))),
    "a spreadsheet's day number": (AT, "45356.5", right(NOON)),
    "1970": (AT, "1970-01-01", emptied("paid_at is before 1990-01-01")),
    "9999": (AT, "9999-12-31", emptied("paid_at is after 2100-01-01")),
    "0000-00-00": (AT, "0000-00-00", NOT_A_TIME),
    "0001-01-01": (AT, "0001-01-01 00:00:00", emptied("paid_at is before 1990-01-01")),
    "an offset": (AT, "2024-03-05 14:00+02:00", right(NOON)),
    "Z": (AT, "2024-03-05T12:00:00Z", right(NOON)),
    "a zone of two meanings": (AT, "2024-03-05 12:00 CST", NOT_A_TIME),
    "a leap second": (AT, "2016-12-31 23:59:60", NOT_A_TIME),
    "24:00": (AT, "2024-03-05 24:00", right(datetime(2024, 3, 6))),
    "2024年3月5日": (AT, "2024年3月5日 下午12:00", right(NOON)),
    "a Buddhist year": (AT, "2567-03-05", emptied("paid_at is after 2100-01-01")),
    "a year of Taiwan": (AT, "113-03-05", NOT_A_TIME),
    "seconds since 1970": (AT, "1709640000", right(NOON)),
    "s, ms and us mixed": (AT, ["1709640000", "1709640000000", "1709640000000000"], right([NOON] * 3)),
    "a time only": (AT, "12:00", NOT_A_TIME),
    "born before 1900": (BORN, "1884-06-01", emptied("birth_on is before 1900-01-01")),
    "born on no day": (BORN, "1987-02-30", emptied("birth_on is not a date")),
    "a required time that is none": (("orders", "ordered_at"), "yesterday", aside("ordered_at is not a time")),
    "a required time that is missing": (("orders", "ordered_at"), None, aside("ordered_at is missing")),
    "a flag that is none": (("orders", "is_test"), "perhaps", emptied("is_test is not yes or no")),
}


def conformed(place, samples):
    """(values, reasons of the quarantine, reasons of emptying) of a column with these samples."""
    table, column = place
    con = duckdb.connect()
    con.execute(BOOKS)
    names = list(dict.fromkeys([*ROWS[table], column]))
    con.execute(f"create table _staged ({', '.join(f'{name} VARCHAR' for name in names)}, _record BIGINT)")
    for number, sample in enumerate(samples, 1):
        key = standard.tables()[table].key[0]
        row = {**ROWS[table], key: f"k{number}", column: sample}
        con.execute(f"insert into _staged values ({', '.join('?' * len(names))}, {number})", [row[n] for n in names])
    conform(con, "_staged", standard.tables()[table], Clock("UTC", "UTC"), {})
    return tuple(
        [row[0] for row in con.execute(sql).fetchall()]
        for sql in (
            f"select {column} from {table} order by _record",
            "select reason from quarantine",
            "select reason from emptied",
        )
    )


# --- rows that contradict themselves: kept, counted and said ---------------------------------------

ORDER = {"order_id": "o1", "ordered_at": "2024-03-05 10:00"}
ODD = {
    "paid before it was ordered": {"orders": {**ORDER, "paid_at": "2024-03-04 10:00"}},
    "delivered before it was ordered": {"orders": {**ORDER, "delivered_at": "2024-03-04 10:00"}},
    "cancelled before it was ordered": {"orders": {**ORDER, "cancelled_at": "2024-03-04 10:00"}},
    "an amount below zero": {"orders": {**ORDER, "gross_amount": "-5"}},
    "a discount of more than the whole": {"orders": {**ORDER, "gross_amount": "-1", "discount_amount": "11"}},
    "an e-mail address that is none": {"customers": {"customer_id": "ann", "email": "ann at home"}},
    "a phone number of fewer than 7 digits": {"customers": {"customer_id": "ann", "phone": "1234"}},
    "nobody knows when: a refusal among them holds": {
        "consents": {"customer_id": "ann", "purpose": "marketing", "is_granted": "no"}
    },
    "closed before it was opened": {
        "tickets": {"ticket_id": "t", "opened_at": "2024-03-05 10:00", "closed_at": "2024-03-04 10:00"}
    },
}


def canonical(tables):
    """The connection with all canonical tables, each of a row of texts or empty."""
    con = duckdb.connect()
    con.execute(BOOKS)
    for name, table in standard.tables().items():
        row = tables.get(name)
        if row is None:
            empty(con, table)
            continue
        columns = ", ".join(f"'{value}'::VARCHAR as {column}" for column, value in row.items())
        con.execute(f"create or replace table _staged as select {columns}, 1::BIGINT as _record")
        conform(con, "_staged", table, Clock("UTC", "UTC"), {})
    return con


@pytest.mark.parametrize("kind", ODD)
def test_what_becomes_of_a_row_that_contradicts_itself(kind):
    """It stays, as it may be true, and the build says how many there are."""
    con = canonical(ODD[kind])
    remark(con)
    assert kind in [row[0] for row in con.execute("select reason from remarks").fetchall()]
    (name,) = ODD[kind]
    assert con.execute(f"select count(*) from {name}").fetchone() == (1,)


def test_a_plain_row_is_not_remarked_on():
    """The words above come from the samples."""
    con = canonical(
        {"orders": ORDER, "customers": {"customer_id": "ann", "email": "a+x@b.example", "phone": "0086 13800138001"}}
    )
    remark(con)
    assert con.execute("select * from remarks").fetchall() == []


# The clocks of a shop in Berlin: an hour that does not exist, and one that happens twice.
CLOCKS = {
    "an hour that the clock leaves out": (
        "2024-03-31 02:30",
        datetime(2024, 3, 31, 1, 30),
        datetime(2024, 3, 31, 3, 30),
    ),
    "an hour that the clock has twice": (
        "2024-10-27 02:30",
        datetime(2024, 10, 27, 1, 30),
        datetime(2024, 10, 27, 2, 30),
    ),
}


@pytest.mark.parametrize("kind", CLOCKS)
def test_what_becomes_of_an_hour_when_clocks_are_set(kind):
    """The left-out hour is the one after it; of the hour that comes twice it is the second. The day is right."""
    written, instant, wall = CLOCKS[kind]
    con = duckdb.connect()
    con.execute(BOOKS)
    con.execute(f"create table _staged as select 'o1' as order_id, '{written}' as ordered_at, 1::BIGINT as _record")
    conform(con, "_staged", standard.tables()["orders"], Clock("Europe/Berlin", "Europe/Berlin"), {})
    assert con.execute("select ordered_at, ordered_local from orders").fetchall() == [(instant, wall)]


@pytest.mark.parametrize("kind", VALUES)
def test_what_becomes_of_a_value(kind):
    """Ids, numbers and times: read right, set aside, emptied or asked."""
    place, sample, fate = VALUES[kind]
    samples = sample if isinstance(sample, list) else [sample]
    if fate.how == "asked":
        with pytest.raises(Undecided) as question:
            conformed(place, samples)
        assert fate.shown in str(question.value)
        return
    values, reasons, empty = conformed(place, samples)
    if fate.how == "right":
        assert (values if isinstance(sample, list) else values[0]) == fate.shown and not reasons and not empty
    elif fate.how == "aside":
        assert len(reasons) == 1 and fate.shown in reasons[0] and len(values) == len(samples) - 1
    else:
        assert [one for one in empty if fate.shown in one] and values[-1] is None and not reasons


# --- shops: files that are each in order, and together are not -----------------------------------

ORDERS = "order_no,customer_no,ordered,status,ship_country\n"
LINES = "order_no,line_no,sku,pieces,price\n"
REFUNDS = "refund_no,order_no,customer_no,refunded,amount,why\n"
MEMBERS = "customer_no,joined,born,sex,town\n"
DAYS = "".join(f"o{n},c{n},2024-03-{n:02} 10:00,paid,DE\n" for n in range(1, 32))
BOUGHT = "".join(f"o{n},1,mug,2,10\n" for n in range(1, 32))
SHOP = {"sales.csv": ORDERS + DAYS, "lines.csv": LINES + BOUGHT}
_made = iter(range(10_000))


def shop(folder, files):
    """The connection of a shop with these files beside the good ones."""
    paths = []
    for name, text in {**SHOP, **files}.items():
        path = folder / name
        path.write_text(text, "utf-8")
        paths.append(path)
    source = intake.source_named("template")
    intake.adopt(paths, source, folder / f"shop{next(_made)}")
    return folder / f"shop{next(_made) - 1}", source


def loaded(folder, files):
    """The lines of the report and the reasons of the quarantine of a shop with these files."""
    place, source = shop(folder, files)
    con = duckdb.connect()
    intake.load(con, intake.Order(source, standard.read_toml(place / "shop.toml"), place), lambda step, amount: None)
    quality.inspect(con)
    reasons = [row[0] for row in con.execute("select distinct reason from quarantine").fetchall()]
    return "\n".join(report(con)), reasons


SHOPS = {
    "an order dated 2042": (
        {"sales.csv": ORDERS + DAYS + "x,c,2042-03-05,paid,DE\n"}, aside("17 years after all others")),
    "an order before the shop existed": (
        {"sales.csv": ORDERS + DAYS + "x,c,1990-03-05,paid,DE\n"}, said("longest gap")),
    "lines of no known order": ({"lines.csv": LINES + BOUGHT + "x,1,mug,2,10\n"}, said("of no known order, such as x")),
    "an equal line twice": (
        {"lines.csv": LINES + BOUGHT + "o1,1,mug,2,10\n"}, said("repeats another of the same file")),
    "an order twice, with other contents": (
        {"sales.csv": ORDERS + DAYS + "o1,c9,2024-03-09,paid,FR\n"}, aside("repeated order_id")),
    "two exports that overlap": (
        {"sales2.csv": ORDERS + DAYS + "x,c,2024-03-31,paid,DE\n"}, aside("the same record stood in an earlier file")),
    "a later state of an order": (
        {"sales2.csv": ORDERS + "o1,c1,2024-03-01 10:00,open,DE\n"}, aside("a later file brings a newer state")),
    "a refund of no known order": (
        {"refunds.csv": REFUNDS + "r,x,c1,2024-03-09,5,\n"}, said("a refund of no known order (returns), 1, first")),
    "a refund before its order": (
        {"refunds.csv": REFUNDS + "r,o9,c9,2024-03-02,5,\n"}, said("a refund before its order (returns), 1")),
    "a refund larger than its order": (
        {"refunds.csv": REFUNDS + "r,o9,c9,2024-03-19,500,\n"}, said("a refund of more than its order's lines")),
    "a negative refund": ({"refunds.csv": REFUNDS + "r,o9,c9,2024-03-19,-5,\n"}, said("a refund below zero")),
    "a refund without a date": (
        {"refunds.csv": REFUNDS + "r,o9,c9,,5,\n"},
        said("1 refund (5.00) without a date: they count on the days of their orders")),
    "a refund without a date and of no known order": (
        {"refunds.csv": REFUNDS + "r,x,c9,,5,\n"}, aside("returned_at is missing, and it names no order")),
    "a refund dated by a word": (
        {"refunds.csv": REFUNDS + "r,o9,c9,soon,5,\n"}, said("returned_at is not a time (returns), 1")),
    "a negative price": ({"lines.csv": LINES + BOUGHT + "o1,2,mug,1,-3\n"}, said("a price below zero")),
    "a price of zero": ({"lines.csv": LINES + BOUGHT + "o1,2,bag,1,0\n"}, said("a price of zero")),
    "a quantity of zero": ({"lines.csv": LINES + BOUGHT + "o1,2,mug,0,3\n"}, said("a quantity of zero")),
    "a quantity of 1e9": ({"lines.csv": LINES + BOUGHT + "o1,2,mug,1000000000,3\n"}, said("a million or more")),
    "born after joining": ({"members.csv": MEMBERS + "c1,2024-03-01,2030-01-01,,\n"}, said("born after joining")),
    "a till's account": (
        {"sales.csv": ORDERS + DAYS + "".join(f"t{n},till,2024-03-05,paid,DE\n" for n in range(40))},
        said("one customer has 40 of 71 orders, as tills and guests do")),
    "orders without a customer": (
        {"sales.csv": ORDERS + DAYS + "x,,2024-03-05,paid,DE\n"}, said("1 of 32 orders without a customer")),
    "a total in the lines": ({"lines.csv": LINES + BOUGHT + "Total,,,62,620\n"}, aside("a line of totals")),
}  # fmt: skip


@pytest.mark.parametrize("kind", SHOPS)
def test_what_becomes_of_a_shop(kind, tmp_path):
    """Files that contradict each other or themselves: said in the report of the build, or set aside with the reason."""
    files, fate = SHOPS[kind]
    text, reasons = loaded(tmp_path, files)
    if fate.how == "said":
        assert fate.shown in text
    else:
        assert [reason for reason in reasons if fate.shown in reason]
    assert len(text.splitlines()) <= 12


def test_a_good_shop_has_nothing_to_be_said(tmp_path):
    """Without bad data no line of the report tells of any: the words above come from the samples."""
    text, reasons = loaded(tmp_path, {})
    assert reasons == [] and "nothing was quarantined" in text
    assert not [word for word in ("odd and kept", "known order", "repeat", "emptied", "tills") if word in text]


@pytest.mark.parametrize("change", ["grown", "edited", "gone"])
def test_a_file_that_changed_since_it_was_adopted_is_refused(change, tmp_path):
    """Each build holds the bytes against the fingerprint of their adoption."""
    place, source = shop(tmp_path, {})
    path = place / "files" / "sales.csv"
    if change == "gone":
        path.unlink()
    else:
        path.write_text(ORDERS + DAYS + ("x,c,2024-03-05,paid,DE\n" if change == "grown" else "\n"), "utf-8")
    order = intake.Order(source, standard.read_toml(place / "shop.toml"), place)
    with pytest.raises(Refused, match="gone" if change == "gone" else "bytes have changed"):
        intake.load(duckdb.connect(), order, lambda step, amount: None)


# --- what no machine can judge -------------------------------------------------------------------

NOT_JUDGED = {
    "cut off exactly behind a record": "such a file is a whole file; the longest gap and moved headlines are said",
    "an id used again for somebody else": "two people of one number look like one; exports with names show it",
    "test, staff and bot orders": "the source decides with is_test and its decisions; a large account is said",
    "cents against units": "a column of cents is a column of amounts; the accepted headlines show a factor of 100",
    "several currencies without a column": "an amount does not say its currency; the source states the shop's",
    "amount is not price times quantity": "the standard keeps price and quantity, and the amount is their product",
    "tax in or out of prices": "both are amounts; the source states it in its decisions",
    "no zone written": "the clock is the shop's own, which the shop states",
    "month ends in cohorts": "a matter of figures, not of files: periods are shop-local",
    "events that come late": "they are events of their day; a next build restates it",
    "personal data in free text": "comments stay out of snapshots altogether",
    "a formula that was never calculated": "the workbook holds no value for it: the cell is blank for every reader",
    "masks and shared numbers": "identity ties nobody by them: test_identity",
}


def test_all_kinds_have_a_fate():
    """The table holds them all, once each, and says why for what it does not judge."""
    kinds = [*FILES, *PARQUET, *CHANGED, *SHEETS, *VALUES, *ODD, *CLOCKS, *SHOPS, *NOT_JUDGED]
    assert len(kinds) == len(set(kinds)) >= 220
    assert all(NOT_JUDGED.values())
