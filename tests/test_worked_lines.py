"""A text that is cut into records while its blocks end wherever they end; every line is counted with a finger.

Judges intake/lines, intake/quotes, intake/cells and intake/origins.
"""

import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customary.errors import Refused
from customary.intake import lines, origins
from customary.intake.cells import are_bare, bare_columns
from customary.intake.lines import Layout, physical_lines, read_records, sort_rows
from customary.intake.settings import read_settings, write_settings

PAIR = Layout(2, ",", (0, 1))


def parts(*blocks, layout=PAIR, first_line=1):
    """What each block gave: the records by their line, the broken lines, how many lines it stands on, blank ones."""
    return [
        (
            dict(zip(part.lines.to_pylist(), (list(row.values()) for row in part.cells.to_pylist()), strict=True)),
            [one.line for one in part.broken],
            part.line_count,
            part.blank_count,
        )
        for part in read_records(iter([block.encode() for block in blocks]), layout, first_line)
    ]


# --- blocks --------------------------------------------------------------------------------------


def test_a_record_that_goes_on_waits_for_the_next_block():
    """Line 5 is whole; the record of line 6 ends in the second block, so that line 8 follows it."""
    first, second = parts('0,"p ""q"""\n1,"a\nb', 'c"\n2,x\n', first_line=5)
    assert first == ({5: ["0", 'p "q"']}, [], 1, 0)
    assert second == ({6: ["1", "a\nbc"], 8: ["2", "x"]}, [], 3, 0)


def test_an_open_quote_before_whole_records_is_broken_at_once():
    """Two whole lines behind it show that nobody closed it: it does not wait for the next block."""
    first, second = parts('0,"p ""q"""\n1,"a\n2,b\n3,c\n', "4,d\n")
    assert first == ({1: ["0", 'p "q"'], 3: ["2", "b"], 4: ["3", "c"]}, [2], 4, 0)
    assert second == ({5: ["4", "d"]}, [], 1, 0)


def test_an_open_quote_in_the_last_block_is_broken():
    """There is no next block to close it."""
    assert parts('0,"p ""q"""\n1,"a\n') == [({1: ["0", 'p "q"']}, [2], 2, 0)]


@pytest.mark.parametrize(
    ("width", "whole", "broken"),
    [(2, 1, []), (2, 2, [1]), (7, 1, []), (7, 2, [1]), (8, 1, [1])],
)
def test_of_eight_columns_one_whole_line_shows_an_open_quote(width, whole, broken):
    """Of fewer it takes two: one line may well be part of a text."""
    row = ",".join("x" * width)
    text = row.replace("x", '"x', 1) + "\n" + (row + "\n") * whole + row.replace("x", 'y"', 1) + "\n"
    ((records, found, count, _blank),) = parts(text, layout=Layout(width, ",", (0,)))
    assert found[:1] == broken and count == whole + 2
    assert (1 in records) is (not broken)


def test_a_record_has_at_most_five_thousand_lines():
    """A text of 5,000 lines is read, one of 5,001 is a quote that nobody closed."""
    for count, is_read in ((5_000, True), (5_001, False)):
        text = '1,"' + "\n" * (count - 1) + '"\n'
        records = parts(text)[0][0]
        assert (1 in records) is is_read


def test_a_cell_has_at_most_sixteen_million_letters():
    """2²⁴ of them are read by the careful reader, one more is not."""
    for count, is_read in ((1 << 24, True), ((1 << 24) + 1, False)):
        given = csv.reader([f'"{"x" * count}"'])
        if is_read:
            assert len(next(given)[0]) == count
        else:
            with pytest.raises(csv.Error, match="limit"):
                next(given)


def test_a_block_has_as_many_records_as_lines_or_is_read_with_care():
    """A line too short, one too long: the fast reader would leave them out."""
    assert parts("1,a\n2\n3,c\n") == [({1: ["1", "a"], 3: ["3", "c"]}, [2], 3, 0)]
    assert parts("1,a\n2,b,b\n3,c\n") == [({1: ["1", "a"], 3: ["3", "c"]}, [2], 3, 0)]
    assert lines._read_block(b"1,a\n2\n", PAIR, False) is None
    assert lines._read_block(b'1,"a\nb"\n', PAIR, False) is None
    assert lines._read_block(b'1,"a ""b"""\n2,c\n', PAIR, False).num_rows == 2


def test_plain_quotes_need_no_care():
    """Doubled quotes are whole records; a quote that opens within a word makes the block odd."""
    assert not lines._has_odd_quotes(b'1,"a ""b"""\n2,c\n', PAIR)
    assert lines._has_odd_quotes(b'1,"a\n2,c\n', PAIR)


def test_blank_lines_are_counted():
    """Delimiters alone are blank as well; a blank line has no record."""
    assert parts("1,a\n\n,\n2,b\n") == [({1: ["1", "a"], 4: ["2", "b"]}, [], 4, 2)]


def test_a_line_without_an_end_is_the_last():
    """Two blocks, the second without an end of line; then the same text in blocks of one letter."""
    assert [part[0] for part in parts("1,a\n2,", "b")] == [{1: ["1", "a"]}, {2: ["2", "b"]}]
    found = {}
    for part in parts(*"1,a\n2,b\n3,c"):
        found |= part[0]
    assert found == {1: ["1", "a"], 2: ["2", "b"], 3: ["3", "c"]}


def test_a_lone_return_ends_a_line_unless_the_block_ends_there():
    """What follows a return at the end of a block may be its line feed."""
    assert [part[0] for part in parts("1,a\r\n2,b\r", "\n3,c\r\n")] == [{1: ["1", "a"]}, {2: ["2", "b"], 3: ["3", "c"]}]
    assert lines._cut(b"ab\rc", False) == 3 and lines._cut(b"ab\r", False) == 0 and lines._cut(b"ab", True) == 2
    assert lines._cut(b"\rab", False) == 1 and lines._cut(b"\nab", False) == 1
    assert physical_lines("a\r\nb\rc\nd") == ["a\r\n", "b\r", "c\n", "d"]


def test_cells_of_a_sheet_are_sorted_as_lines_are():
    """Row 3 of two, row 4 too short, row 5 blank, row 6 told to be broken."""
    found = sort_rows([["1", "a"], ["2"], ["", " "], "a formula failed"], PAIR, 3)
    assert (found.lines.to_pylist(), found.line_count, found.blank_count) == ([3], 4, 1)
    assert [(one.line, one.reason) for one in found.broken] == [
        (4, "1 fields where the header has 2"),
        (6, "a formula failed"),
    ]


# --- cells that need no cleaning -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "is_bare"),
    [
        (["a", "b c"], True),
        ([], True),
        ([None], True),
        (["a", None, "b"], True),
        (["a", ""], False),
        ([""], False),
        ([" a", "b"], False),
        (["a", "b "], False),
        (["a ", "b"], False),
        (["a", "'b"], False),
        (["a", "=b"], False),
        (["a\u00a0b"], False),
        (["für"], True),
    ],
)
def test_texts_are_bare_where_nothing_stands_around_them(texts, is_bare):
    """The first letter of each and its last; an empty text is none."""
    assert are_bare(pa.array(texts, pa.string())) is is_bare


def test_a_slice_of_texts_is_judged_by_itself():
    """Of four only the middle two are looked at: what stands before and behind them is not theirs."""
    texts = pa.array(["e\u0301", "b", "c", "e\u0301"], pa.string())
    assert not are_bare(texts) and are_bare(texts.slice(1, 2))
    assert not are_bare(texts.slice(0, 2)) and not are_bare(texts.slice(2, 2))


def test_a_column_is_bare_where_all_its_groups_are(tmp_path):
    """The blank stands in the second group of rows."""
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": ["x", "y"], "b": ["x", " y"], "c": ["x", "y"]}), path, row_group_size=1)
    assert bare_columns(path, ["a", "b", "c"]) == ["a", "c"] and bare_columns(path, ["b"]) == []


# --- where files come from -----------------------------------------------------------------------


def listed(folder, *names, **told):
    """A shop whose list has these files."""
    files = [{"path": name, "raw": "purchases", "sha256": f"{n}" * 64} for n, name in enumerate(names)]
    write_settings(folder, {"title": "T", "source": "cdnow", **told}, files)
    return folder


def test_the_places_of_files_are_remembered_once_and_without_a_password(tmp_path):
    """Named twice it is there once; asked anew it replaces the others, asked for nothing it does not."""
    shop = listed(tmp_path, "a.csv")
    with pytest.raises(Refused, match="does not know where its files came from"):
        origins.origins_of(shop)
    origins.remember_origins(shop, ["mysql://me:secret@host:1/db", "mysql://host/db", "mysql://host/db"])
    assert origins.origins_of(shop) == ["mysql://me@host:1/db", "mysql://host/db"]
    origins.remember_origins(shop, [], replace=True)
    assert origins.origins_of(shop) == ["mysql://me@host:1/db", "mysql://host/db"]
    origins.remember_origins(shop, ["mysql://other/db"], replace=True)
    assert origins.origins_of(shop) == ["mysql://other/db"]
    assert [file["path"] for file in read_settings(shop)["files"]] == ["a.csv"]


def test_a_place_is_a_whole_path(tmp_path, monkeypatch):
    """What was named from within a folder is found from anywhere."""
    monkeypatch.chdir(tmp_path)
    assert origins._place("a.csv") == str((tmp_path / "a.csv").resolve())


def test_the_last_files_are_taken_back_and_never_the_first(tmp_path):
    """Of three the last two, the latest first; of one left none."""
    shop = listed(tmp_path, "a.csv", "b.csv", "c.csv")
    with pytest.raises(Refused, match="has 3 files"):
        origins.take_back(shop, 3)
    assert origins.take_back(shop, 2) == ["c.csv", "b.csv"]
    with pytest.raises(Refused, match="has 1 files"):
        origins.take_back(shop)
    assert [file["path"] for file in read_settings(shop)["files"]] == ["a.csv"]
    assert origins.take_back(listed(tmp_path, "a.csv", "b.csv")) == ["b.csv"]


def test_a_table_unpacked_anew_takes_the_place_of_its_earlier_copy(tmp_path):
    """Its first eight letters of the print tell copies apart: of two called orders the later counts; others stay."""
    files = [
        {"path": "files/11111111-orders.csv", "raw": "orders", "sha256": "1" * 64},
        {"path": "files/more.csv", "raw": "orders", "sha256": "2" * 64},
        {"path": "files/33333333-orders.csv", "raw": "orders", "sha256": "3" * 64},
    ]
    write_settings(tmp_path, {"title": "T", "source": "template"}, files)
    assert origins.own_name(files[0]) == "orders.csv" and origins.own_name(files[1]) == "more.csv"
    origins.drop_older(tmp_path, [tmp_path / "more.csv"])
    assert len(read_settings(tmp_path)["files"]) == 3
    origins.drop_older(tmp_path, [tmp_path / "orders.csv"])
    assert [file["path"] for file in read_settings(tmp_path)["files"]] == [
        "files/more.csv",
        "files/33333333-orders.csv",
    ]
