"""Text files line by line: each is a header, blank, part of a record or broken; one bad quote costs one record.

All of this is read without a database, as the reader gives it: the cells of a record by the line it begins on.
"""

import csv
import gzip
import io
import random

import duckdb
import pyarrow as pa
import pytest
from fuzzed import complaints, fuzz, layout, read, written
from hypothesis import given, settings
from hypothesis import strategies as some

from customary.errors import Refused
from customary.intake.lines import physical_lines, read_records
from customary.intake.quotes import has_bare_cells
from customary.intake.readers import clean
from customary.intake.texts import utf8_blocks

OPEN = "a quote opens and is not closed"

# What stands in the file, how many columns it has, the records by their first line, the broken lines with the reason,
# and how many lines are blank.
EXAMPLES = {
    "plain": ("1,mug\n2,lamp\n", 2, {1: ["1", "mug"], 2: ["2", "lamp"]}, {}, 0),
    "the last line has no end": ("1,mug\n2,lamp", 2, {1: ["1", "mug"], 2: ["2", "lamp"]}, {}, 0),
    "Windows ends": ("1,mug\r\n2,lamp\r\n", 2, {1: ["1", "mug"], 2: ["2", "lamp"]}, {}, 0),
    "CR only": ("1,mug\r2,lamp\r", 2, {1: ["1", "mug"], 2: ["2", "lamp"]}, {}, 0),
    "mixed ends": ("1,a\r\n2,b\n3,c\r4,d", 2, {1: ["1", "a"], 2: ["2", "b"], 3: ["3", "c"], 4: ["4", "d"]}, {}, 0),
    "a comma in quotes": ('1,"mug, big"\n2,lamp\n', 2, {1: ["1", "mug, big"], 2: ["2", "lamp"]}, {}, 0),
    "doubled quotes": ('1,"5"" pipe"\n2,lamp\n', 2, {1: ["1", '5" pipe'], 2: ["2", "lamp"]}, {}, 0),
    "a quote inside a word": ('1,5" pipe\n2,lamp\n', 2, {1: ["1", '5" pipe'], 2: ["2", "lamp"]}, {}, 0),
    "an empty text in quotes": ('1,""\n"",lamp\n', 2, {1: ["1", ""], 2: ["", "lamp"]}, {}, 0),
    "a text of two lines": ('1,"mug\nblue"\n2,lamp\n', 2, {1: ["1", "mug\nblue"], 3: ["2", "lamp"]}, {}, 0),
    "a text of three lines": ('1,"a\n\nb"\n2,c\n', 2, {1: ["1", "a\n\nb"], 4: ["2", "c"]}, {}, 0),
    "an unclosed quote": ('1,mug\n2,"lamp\n3,cup\n4,pan\n', 2,
                          {1: ["1", "mug"], 3: ["3", "cup"], 4: ["4", "pan"]}, {2: OPEN}, 0),
    "an unclosed quote in the last line": ('1,mug\n2,"lamp', 2, {1: ["1", "mug"]}, {2: OPEN}, 0),
    "an unclosed quote that a later record seems to close": (
        '1,"mug\n2,b\n3,c\n4,"d"\n', 2, {2: ["2", "b"], 3: ["3", "c"], 4: ["4", "d"]}, {1: OPEN}, 0),
    "a letter after the closing quote": ('1,"mug"s\n2,lamp\n', 2, {2: ["2", "lamp"]},
                                         {1: "not readable as CSV: ',' expected after '\"'"}, 0),
    "a letter after an empty text": ('1,""s\n2,lamp\n', 2, {2: ["2", "lamp"]},
                                     {1: "not readable as CSV: ',' expected after '\"'"}, 0),
    "too few fields": ("1\n2,lamp\n", 2, {2: ["2", "lamp"]}, {1: "1 fields where the header has 2"}, 0),
    "too many fields": ("1,mug,x\n2,lamp\n", 2, {2: ["2", "lamp"]}, {1: "3 fields where the header has 2"}, 0),
    "another delimiter from here on": ("1,mug\n2;lamp\n", 2, {1: ["1", "mug"]},
                                       {2: "1 fields where the header has 2"}, 0),
    "blank lines": ("\n1,mug\n\n  \n2,lamp\n\n", 2, {2: ["1", "mug"], 5: ["2", "lamp"]}, {}, 4),
    "rows of commas, as spreadsheets leave them": ('1,mug\n,\n"",\n2,lamp\n', 2,
                                                   {1: ["1", "mug"], 4: ["2", "lamp"]}, {}, 2),
    "a NUL byte": ("1,mug\n2,la\0mp\n3,cup\n", 2, {1: ["1", "mug"], 3: ["3", "cup"]},
                   {2: "a NUL byte stands in it, so that it is damaged or no text"}, 0),
    "nothing": ("", 2, {}, {}, 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXAMPLES)
def test_each_line_is_in_one_place(kind):
    """Records, broken records and blank lines of a few lines that can be read by eye."""
    text, width, records, broken, blank = EXAMPLES[kind]
    found = read(text, width)
    assert (found.records, found.broken, found.blank_count) == (records, broken, blank)
    assert found.line_count == len(physical_lines(text))
    assert list(complaints(text, width, found)) == []


@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_where_a_block_ends_changes_nothing(kind, size):
    """Read byte by byte or all at once: the same records in the same lines."""
    text, width, *_ = EXAMPLES[kind]
    assert read(text, width, size) == read(text, width)


text_of_lines = some.lists(
    some.sampled_from(["a", "é", ",", '"', '""', "\n", "\r\n", "\r", ",", " ", "1,x\n"]), max_size=40
).map("".join)


@settings(max_examples=150, deadline=None)
@given(text_of_lines, some.sampled_from([1, 2, 3, 9]), some.integers(1, 25))
def test_any_text_is_read_alike_in_blocks_of_any_size(text, width, size):
    """Whatever stands there: every line once, and the size of a block decides nothing."""
    found = read(text, width)
    assert list(complaints(text, width, found)) == []
    assert read(text, width, size) == found


def test_no_line_of_ten_thousand_files_is_lost():
    """Quotes too many, too few and where they do not belong: lines add up, no whole record is lost."""
    assert fuzz(10_000) == []


def test_the_files_that_are_read_hold_what_does_harm():
    """Among a thousand of them there are unclosed quotes, texts of several lines and broken records in numbers."""
    dice = random.Random(1)
    files = [written(dice) for _ in range(1_000)]
    assert sum(text.count('"') % 2 for text, _ in files) > 100
    assert sum(bool(read(text, width).broken) for text, width in files) > 200
    assert sum("two\nlines" in text for text, _ in files) > 200


def test_a_complaint_is_made_where_a_line_is_lost():
    """What checks the reader is no yes-man: a record taken away, or one line too few, is noticed."""
    text = "1,mug\n2,lamp\n"
    found = read(text, 2)
    del found.records[2]
    assert len(list(complaints(text, 2, found))) == 2
    found.line_count = 1
    assert len(list(complaints(text, 2, found))) == 3


def test_in_a_wide_file_one_whole_line_shows_that_a_quote_was_left_open():
    """Nine columns do not come about by chance within a text; of two columns it takes two lines in a row."""
    whole = ",".join("123456789") + "\n"
    wide = read('1,"2' + ",x" * 7 + "\n" + whole + '",3\n', 9)
    assert wide.broken == {1: OPEN, 3: "not readable as CSV: unexpected end of data"} or set(wide.broken) == {1, 3}
    assert wide.records == {2: list("123456789")}
    assert read('1,"see\na,b\n"\n', 2).records == {1: ["1", "see\na,b\n"]}


def test_columns_set_with_blanks():
    """As many blanks as it takes; a quote is then a letter like any other."""
    found = read('1  mug\n 2\tlamp \n3 "big mug\n', 2, delimiter="whitespace")
    assert found.records == {1: ["1", "mug"], 2: ["2", "lamp"]}
    assert found.broken == {3: "3 fields where the header has 2"}


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(delimiter):
    """Semicolon, tab and bar cut columns; a comma is then part of a text."""
    text = f'1{delimiter}"a{delimiter}b"\n2{delimiter}c,d\n'
    assert read(text, 2, delimiter=delimiter).records == {1: ["1", f"a{delimiter}b"], 2: ["2", "c,d"]}


def test_only_wanted_columns_are_given():
    """The third and the first of three, in that order; broken lines are still those of all three."""
    blocks = iter([b"1,x,mug\n2,lamp\n3,y,cup\n"])
    (part,) = read_records(blocks, type(layout(3))(3, ",", (2, 0)), 10)
    assert [column.to_pylist() for column in part.cells.columns] == [["mug", "cup"], ["1", "3"]]
    assert part.lines.to_pylist() == [10, 12] and [one.line for one in part.broken] == [11]


def test_a_text_of_more_lines_than_a_record_may_have_costs_one_line(monkeypatch):
    """A longer record is an unclosed quote: its first line is broken and reading resumes at the second."""
    monkeypatch.setattr("customary.intake.lines.LONGEST", 3)
    found = read('1,"a\nb\nc\nd"\n2,mug\n', 2)
    assert found.broken[1] == OPEN and found.records == {5: ["2", "mug"]}
    assert sorted(found.broken) == [1, 2, 3, 4]


# --- bytes ---------------------------------------------------------------------------------------


def texts(path, encoding="utf-8", size=5):
    """What a file's blocks say together."""
    return b"".join(utf8_blocks(path, encoding, size)).decode()


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-8"),
        ("utf-32", "utf-8"),
        ("utf-16-le", "utf-16-le"),
        ("gb18030", "gb18030"),
        ("big5", "big5"),
        ("cp1252", "cp1252"),
        ("cp932", "cp932"),
    ],
)
def test_an_encoding_is_declared_or_marked(tmp_path, encoding, declared):
    """A byte-order mark says what it is; otherwise what was declared holds, in blocks of any size."""
    text = {"cp1252": "Café “x” €", "cp932": "日本"}.get(encoding, "中文 2024")
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert texts(tmp_path / "a.csv", declared) == text


def test_a_packed_file_is_known_by_its_bytes(tmp_path):
    """A .gz that lost its ending is unpacked all the same."""
    (tmp_path / "a.csv").write_bytes(gzip.compress(b"1,mug\n"))
    assert texts(tmp_path / "a.csv") == "1,mug\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04rest", "zip archive or an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel workbook"),
        (b"PAR1....", "Parquet"),
        (b"SQLite format 3\0...", "SQLite"),
        ("1,mug\n".encode("utf-16-le"), "NUL bytes.*UTF-16 without its mark"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, content, reason):
    """A workbook, an archive or a database called .csv is not read as if it were text; the refusal says what it is."""
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(Refused, match=reason):
        texts(tmp_path / "a.csv")


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_of_nothing_is_nothing(tmp_path, content):
    """No bytes, or a byte-order mark alone."""
    (tmp_path / "a.csv").write_bytes(content)
    assert texts(tmp_path / "a.csv") == ""


def test_a_packed_file_is_read_as_if_it_were_not(tmp_path):
    """The text of a .gz; of several packed one after the other, all."""
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"1,mug\n") + gzip.compress(b"2,lamp\n"))
    assert texts(tmp_path / "a.csv.gz") == "1,mug\n2,lamp\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(b"1,mug\n" * 1000)[:-9], "cut off"),
        (b"1,mug\n", "damaged or not packed"),
        (gzip.compress(b"1,mug\n2,lamp\n")[:12] + b"\0\0\0\0garbage", "damaged|cut off"),
    ],
    ids=["cut off", "not packed", "damaged"],  # packed bytes hold the time of packing
)
def test_a_damaged_packed_file_is_refused(tmp_path, content, reason):
    """Cut off, called .gz and none, or damaged: refused with the reason before anything is built."""
    (tmp_path / "a.csv.gz").write_bytes(content)
    with pytest.raises(Refused, match=reason):
        texts(tmp_path / "a.csv.gz")


def test_a_bomb_is_no_export(tmp_path, monkeypatch):
    """A file that unpacks to far more than exports do is refused while it is read."""
    monkeypatch.setattr("customary.intake.texts.PACKED_LEAST", 1_000)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"0" * 1_000_000))
    with pytest.raises(Refused, match="no export"):
        texts(tmp_path / "a.csv.gz", size=10_000)


def test_bytes_of_another_encoding_are_refused_with_their_line(tmp_path):
    """The second line is no GB18030 and the refusal says near which line."""
    (tmp_path / "a.csv").write_bytes(b"1,mug\n2,\xff\xff\n")
    with pytest.raises(Refused, match="near line 2"):
        texts(tmp_path / "a.csv", "gb18030", 6)


# --- cells that need no cleaning -----------------------------------------------------------------


@pytest.mark.parametrize(
    "block",
    [
        b"1,a b,2024-01-05 10:00:00\n2,,x\n",
        b'1,"a,b",c\n',
        "1,Köln,北京\n".encode(),
        b"it's,o'clock\n",
        b"a=b,c\n",
    ],
)
def test_bare_cells_are_known(block):
    """Blanks and apostrophes within a value, blank cells, plain quotes and letters of any script."""
    assert has_bare_cells(block, ",")


@pytest.mark.parametrize(
    "block",
    [
        b" 1,a\n",
        b"1, a\n",
        b"1,a \n",
        b"1,a \r\n",
        b"1 ,a\n",
        b'1," a"\n',
        b'1,"a "\n',
        b"1,\ta\n",
        b'1,="007"\n',
        b"1,'+49\n",
        b"'1,a\n",
        b'1,"\'+49"\n',
        b"1,a\v\n",
        b"1,a\f\n",
        "1,a\u00a0\n".encode(),
        "1,\u200ba\n".encode(),
        "1,a\u3000\n".encode(),
        "1,Ko\u0308ln\n".encode(),
        "1,\ufeffa\n".encode(),
    ],
)
def test_what_needs_cleaning_is_never_called_bare(block):
    """Blanks of all kinds around a value, guards of spreadsheets, letters in parts."""
    assert not has_bare_cells(block, ",")


@given(
    some.lists(
        some.lists(some.text("a1 \t'\"=\u00a0\u3000ö", max_size=5), min_size=2, max_size=2), min_size=1, max_size=5
    )
)
def test_bare_and_cleaned_cells_are_the_same(rows):
    """Whatever is called bare, cleaning would not change: a law over random cells as a CSV writer writes them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    block = text.getvalue().encode()
    if has_bare_cells(block, ","):
        with duckdb.connect() as con:
            con.register("cells", pa.table({"a": [row[0] for row in rows], "b": [row[1] for row in rows]}))
            changed = con.execute(
                f"select count(*) from cells where {clean('a')} is distinct from nullif(a, '') "
                f"or {clean('b')} is distinct from nullif(b, '')"
            ).fetchone()
        assert changed == (0,)
