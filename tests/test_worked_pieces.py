"""What is read in parts and put together again: each record keeps its file and its line, each cell its place.

Judges intake/raws, intake/workbooks and intake/uploads.
"""

import io
import zipfile
from types import SimpleNamespace

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customary.errors import Refused
from customary.intake import raws, uploads, workbooks
from customary.intake.raws import PER_FILE, RawPart
from customary.intake.source import Raw

SALES = Raw("sales", (), ("no", "total"))


def part(folder, number, *rows, kinds=("VARCHAR", "VARCHAR"), line="_line", aside=()):
    """A file of the raw table: rows of (number, total) on lines 2, 3, …; those set aside have a reason."""
    path = folder / f"{number}.parquet"
    columns = [[row[n] for row in rows] for n in (0, 1)]
    told = {"c0": columns[0], "c1": columns[1], "_line": range(2, 2 + len(rows))}
    reasons = pa.array([aside[n] if n < len(aside) else None for n in range(len(rows))], pa.string())
    pq.write_table(pa.table({**told, "_reason": reasons}), path)
    count = sum(reason is not None for reason in aside)
    return RawPart(number, str(path), ["c0", "c1"], list(kinds), line, len(rows) - count, count)


def sold(*parts, without=""):
    """The rows of the raw table of some parts, with their file and their line."""
    con = duckdb.connect()
    raws.create_raw(con, SALES)
    assert con.execute("from sales").fetchall() == []
    con.execute("create table twice as select 7::BIGINT * 4294967296 + 2 as _record")
    for one in parts:
        raws.add(con, SALES, one)
    raws.define(con, SALES, without)
    return con.execute(
        f"select no, total, _file, _record - _file::BIGINT * {PER_FILE} from sales order by 3, 4"
    ).fetchall()


def test_records_of_several_files_know_theirs(tmp_path):
    """Files 7 and 9 of one shape: each record has the number of its own file, and the line that it stands on."""
    parts = part(tmp_path, 7, ("1", "5"), ("2", "6")), part(tmp_path, 9, ("3", "7"))
    assert sold(*parts) == [("1", "5", 7, 2), ("2", "6", 7, 3), ("3", "7", 9, 2)]
    assert sold(parts[1]) == [("3", "7", 9, 2)] and sold() == []
    assert sold(*parts, without="twice") == [("2", "6", 7, 3), ("3", "7", 9, 2)]


def test_what_is_set_aside_is_no_row(tmp_path):
    """Of two records one has a reason."""
    assert sold(part(tmp_path, 7, ("1", "5"), ("2", "6"), aside=("broken",))) == [("2", "6", 7, 3)]


def test_columns_of_different_types_are_text(tmp_path):
    """A total is a number in one file and text in the other; of one type it stays what it is."""
    numbers, texts = part(tmp_path, 7, ("1", 5), kinds=("VARCHAR", "BIGINT")), part(tmp_path, 9, ("3", "7"))
    assert [row[1] for row in sold(numbers, texts)] == ["5", "7"]
    assert [row[1] for row in sold(numbers)] == [5]


def test_an_empty_file_changes_no_type(tmp_path):
    """What has no record has no say; where no file has one the columns are there all the same."""
    numbers = part(tmp_path, 7, ("1", 5), kinds=("VARCHAR", "BIGINT"))
    empty = part(tmp_path, 9)
    assert [row[1] for row in sold(empty, numbers)] == [5] and sold(empty) == []


def test_a_file_that_is_read_where_it_stands_counts_its_rows(tmp_path):
    """The first row of a Parquet file is line 1."""
    one, other = (part(tmp_path, n, ("1", "5"), ("2", "6"), line=raws.ROW) for n in (7, 9))
    assert [row[2:] for row in sold(one, other)] == [(7, 1), (7, 2), (9, 1), (9, 2)]
    assert one.shape != other.shape and part(tmp_path, 7).shape == part(tmp_path, 9).shape


# --- workbooks -----------------------------------------------------------------------------------

ROWS = '<row><c r="A1" t="e"><v>#N/A</v></c></row><row><c r="B2" t="s"><v>0</v></c><c r="C2" t="e"/></row><end/>'


def book(text):
    """A workbook's file with one sheet."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        made.writestr("sheet", text)
    return zipfile.ZipFile(kept)


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
def test_failed_cells_are_counted_whatever_the_pieces(monkeypatch, size):
    """Two of three failed, wherever a piece ends; pieces of rows are the whole text, each of them ends with a row."""
    monkeypatch.setattr(workbooks, "PIECE", size)
    assert workbooks._count_in(book(ROWS), "sheet") == 2
    pieces = list(workbooks._pieces(book(ROWS), "sheet"))
    assert b"".join(pieces).decode() == ROWS
    assert all(piece.endswith(b"</row>") for piece in pieces[:-1] if piece)


@pytest.mark.parametrize(("letters", "place"), [("A", 0), ("B", 1), ("Z", 25), ("AA", 26), ("AZ", 51), ("BA", 52)])
def test_columns_of_a_sheet_are_counted_with_letters(letters, place):
    """Behind Z comes AA."""
    assert workbooks._column(letters) == place


def test_rows_of_a_sheet_are_counted_down_to_the_last():
    """The reader counts from 0: the last is 4, so there are five; of nothing there is none."""
    assert (
        workbooks._row_count(SimpleNamespace(end=(4, 9))) == 5 and workbooks._row_count(SimpleNamespace(end=None)) == 0
    )


# --- files from a page ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("orders.CSV", "orders.csv"),
        ("C:\\new\\orders.csv", "orders.csv"),
        ("../../etc/orders.csv", "orders.csv"),
        ("..orders.csv", "orders.csv"),
        ("o\x00rders.csv ", "orders.csv"),
        ("x" * 100 + ".csv", "x" * 100 + ".csv"),
        ("x" * 101 + ".csv", "x" * 100 + ".csv"),
    ],
)
def test_a_name_is_its_last_part_in_a_hundred_letters(told, name):
    """Without folders, without what is not printed, its end in small letters."""
    assert uploads.plain_name(told) == name


def test_a_name_of_no_table_is_refused():
    """It is told, of a long one a hundred letters."""
    with pytest.raises(Refused, match=f"“{'x' * 100}” is no file of tables"):
        uploads.plain_name("x" * 101 + ".exe")


def test_files_from_a_page_are_few_and_small(monkeypatch):
    """Two files of two bytes, three together; one more of each is refused, and so is an empty one."""
    for name, most in (("MOST_FILES", 2), ("MOST_BYTES", 2), ("MOST_TOGETHER", 3)):
        monkeypatch.setattr(uploads, name, most)
    uploads._check_sizes([("a", b"12"), ("b", b"1")])
    for given, why in (
        ([("a", b"1")] * 3, "these are 3 files: drop at most 2"),
        ([("a", b"123")], "a has 3 bytes and a page takes 2"),
        ([("a", b"12"), ("b", b"12")], "more than 3 bytes together"),
        ([("a", b"")], "a is empty"),
    ):
        with pytest.raises(Refused, match=why):
            uploads._check_sizes(given)
