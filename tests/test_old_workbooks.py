"""Workbooks of the old kind (.xls): formulas that failed are blank cells, counted and said, as in .xlsx.

Judges intake/old_workbooks.
"""

import struct

import pytest
from taken import rows, taken

from customary.intake import old_workbooks, workbooks

SECTOR = 512
HEAD = ("order_id", "customer_id", "created_at", "total")


def record(kind, content):
    """A record of a workbook: its kind, its length, what is in it."""
    return struct.pack("<HH", kind, len(content)) + content


def cell(row, column, value):
    """A cell with a text, a number, an error by its code, or a formula that came to an error."""
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return record(0x0204, place + struct.pack("<HB", len(value), 0) + value.encode("latin-1"))
    if isinstance(value, float):
        return record(0x0203, place + struct.pack("<d", value))
    if value < 0:
        result = struct.pack("<BBBBBBH", 2, 0, -value, 0, 0, 0, 0xFFFF)
        return record(0x0006, place + result + struct.pack("<HIH", 0, 0, 3) + b"\x1c" + bytes([-value, 0]))
    return record(0x0205, place + bytes([value, 1]))


def workbook(**sheets):
    """The bytes of an .xls with sheets of rows: one stream in a file system of sectors."""
    begin = struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)
    made = {
        name: record(0x0809, begin[:2] + struct.pack("<H", 16) + begin[4:])
        + record(0x0200, struct.pack("<IIHHH", 0, len(told), 0, 4, 0))
        + b"".join(cell(r, c, value) for r, row in enumerate(told) for c, value in enumerate(row) if value is not None)
        + record(0x000A, b"")
        for name, told in sheets.items()
    }
    names = [(struct.pack("<BB", len(name), 0) + name.encode("latin-1")) for name in made]
    head = record(0x0809, begin)
    at = len(head) + sum(len(name) + 10 for name in names) + 4
    listed = b""
    for name, text in zip(names, made.values(), strict=True):
        listed += record(0x0085, struct.pack("<IH", at, 0) + name)
        at += len(text)
    stream = head + listed + record(0x000A, b"") + b"".join(made.values())
    return file_system(stream.ljust(4096, b"\0"))


def file_system(stream):
    """A file of sectors: its head, one table of what follows what, a folder, and the stream `Workbook`."""
    count = -(-len(stream) // SECTOR)
    follow = [0xFFFFFFFD, 0xFFFFFFFE, *(range(3, 2 + count)), 0xFFFFFFFE]
    table = struct.pack(f"<{SECTOR // 4}I", *follow, *[0xFFFFFFFF] * (SECTOR // 4 - len(follow)))
    head = old_workbooks.MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(name, kind, child, start, size):
        text = (name + "\0").encode("utf-16-le")
        links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return (
            text.ljust(64, b"\0") + struct.pack("<H", len(text)) + links + bytes(36) + struct.pack("<IQ", start, size)
        )

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    return head + table + folder.ljust(SECTOR, b"\0") + stream.ljust(count * SECTOR, b"\0")


ORDERS = [HEAD, ("1", "C1", "2024-03-05", 9.5), ("2", "C2", "2024-03-06", 42), ("3", "C3", "2024-03-07", -23)]


def test_a_failed_formula_is_blank_and_counted(tmp_path):
    """9.50, #N/A by itself and #REF! of a formula: one amount, two blank ones, and the build says two."""
    con = taken(tmp_path, {"orders.xls": workbook(Orders=ORDERS)})
    assert rows(con, "select order_id, gross_amount from orders order by 1") == [("1", 9.5), ("2", None), ("3", None)]
    assert rows(con, "select record_count from remarks where reason like 'cells whose formula failed%'") == [(2,)]


def test_each_of_several_sheets_has_its_own(tmp_path):
    """Two sheets with two failed cells each, in words where they are taken apart: four are said."""
    february = [HEAD, *((f"{n}0", *more) for n, *more in ORDERS[1:])]
    con = taken(tmp_path, {"orders.xls": workbook(Jan=ORDERS, Feb=february)})
    assert rows(con, "select count(*), sum(gross_amount) from orders") == [(6, 19.0)]
    assert rows(con, "select sum(record_count) from remarks where reason like 'cells whose formula failed%'") == [(4,)]


@pytest.mark.parametrize(("code", "said"), old_workbooks.ERRORS.items())
def test_every_error_has_its_words(tmp_path, code, said):
    """The seven errors of a spreadsheet, in the cell that holds them; the reader gives a blank one."""
    path = tmp_path / "one.xls"
    path.write_bytes(workbook(One=[("a", "b"), ("1", code), ("2", -code if code else code)]))
    assert old_workbooks.failed_cells(path) == {"One": {1: {1: said}, 2: {1: said}}}
    assert list(workbooks.rows(path)) == [["a", "b"], ["1", ""], ["2", ""]]
    assert workbooks.count_failed(path) == 2


def test_what_is_no_old_workbook_has_none(tmp_path):
    """Text, an empty file and one that is cut off within its head: no cells, and no error of ours."""
    whole = workbook(One=[("a", "b"), ("1", 42)])
    for name, content in {"text": b"a,b\n1,2\n", "empty": b"", "head": whole[:40], "stream": whole[:1600]}.items():
        (tmp_path / name).write_bytes(content)
        assert old_workbooks.failed_cells(tmp_path / name) in ({}, {"One": {}})


# --- the file system within ----------------------------------------------------------------------

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def test_a_chain_is_its_sectors_in_their_order():
    """Behind a head of four bytes three sectors of two: 0, then 2, then 1; a chain that begins at its end is empty."""
    data, table = b"headAABBCC", (2, END, 1)
    assert old_workbooks._chain(data, table, 0, 2, 4) == b"AACCBB"
    assert old_workbooks._chain(data, table, 1, 2, 4) == b"BB" and old_workbooks._chain(data, table, END, 2, 4) == b""
    assert set(old_workbooks._chain(data, (0,), 0, 2, 4)) == {ord("A")}  # it goes in a circle, and ends


def test_the_table_goes_on_in_sectors_of_its_own():
    """The head names sector 0, and sector 1, which names sector 2: two parts of the table, one after the other."""
    head = bytearray(SECTOR)
    struct.pack_into("<I", head, 68, 1)
    struct.pack_into("<109I", head, 76, 0, *[FREE] * 108)
    first, last = (struct.pack("<128I", *[n] * 128) for n in (7, 9))
    more = struct.pack("<128I", 2, *[FREE] * 126, END)
    assert old_workbooks._table(bytes(head) + first + more + last, SECTOR) == (7,) * 128 + (9,) * 128


def folder_entry(name, start, length):
    """An entry of the folder: a name, where its stream begins, how long it is."""
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0") + struct.pack("<H", len(text)) + bytes(50) + struct.pack("<II", start, length) + bytes(4)
    )


def with_small_stream(length, name="Book"):
    """A file of sectors 0 to 4: table, folder, where small streams lie, which follows which, and a stream of Z.

    The small one lies in the pieces 0, 2 and 1 of 64 bytes: of A, of C and of B.
    """
    head = bytearray(SECTOR)
    struct.pack_into("<HH", head, 30, 9, 6)
    struct.pack_into("<I", head, 48, 1)
    struct.pack_into("<III", head, 56, 200, 3, 1)
    struct.pack_into("<I", head, 68, END)
    struct.pack_into("<109I", head, 76, 0, *[FREE] * 108)
    table = struct.pack("<128I", *[END] * 5, *[FREE] * 123)
    folder = folder_entry("Root Entry", 2, 192) + folder_entry("Other", 4, 300)
    folder += folder_entry(name, 0 if length < 200 else 4, length)
    small = b"".join(letter * 64 for letter in (b"A", b"B", b"C"))
    parts = table, folder, small, struct.pack("<128I", 2, END, 1, *[FREE] * 125), b"Z" * SECTOR
    return bytes(head) + b"".join(part.ljust(SECTOR, b"\0") for part in parts)


def test_a_short_stream_lies_in_small_pieces():
    """Of 150 bytes: 64 A, 64 C and 22 B; from 200 on a stream has sectors of its own; another name has none."""
    names = ("Workbook", "Book")
    assert old_workbooks._stream(with_small_stream(150), names) == b"A" * 64 + b"C" * 64 + b"B" * 22
    assert old_workbooks._stream(with_small_stream(199), names)[:1] == b"A"
    assert old_workbooks._stream(with_small_stream(200), names) == b"Z" * 200
    assert old_workbooks._stream(with_small_stream(300, name="Words"), names) == b""


def test_records_have_a_kind_and_a_length():
    """The last may be empty; what is too short to be one is none."""
    stream = record(1, b"ab") + record(10, b"")
    assert list(old_workbooks._records(stream, 0)) == [(1, b"ab"), (10, b"")]
    assert list(old_workbooks._records(stream + b"abc", 6)) == [(10, b"")]


def sheet(place, name):
    """The record of a sheet: where it begins and its name."""
    return record(0x0085, struct.pack("<IH", place, 0) + name)


def test_sheets_are_named_in_the_letters_of_their_time():
    """Since 1997 in narrow or wide letters, each behind its number of letters and which; before in those of Windows."""
    end = record(0x000A, b"") + sheet(5, b"\x01\0Z")
    new = record(0x0809, struct.pack("<HH", 0x0600, 5)) + sheet(300, b"\x02\0Ab")
    new += sheet(70_000, b"\x02\1" + "订单".encode("utf-16-le")) + end
    assert list(old_workbooks._sheets(new)) == [("Ab", 300), ("订单", 70_000)]
    old = record(0x0809, struct.pack("<HH", 0x0500, 5)) + sheet(7, b"\x02\x80b") + end
    assert list(old_workbooks._sheets(old)) == [("€b", 7)]


def test_a_chart_within_a_sheet_does_not_end_it():
    """Cells before and behind the chart are the sheet's, that behind the sheet's end is not; 99 is no error's code."""
    begin, end = record(0x0809, b""), record(0x000A, b"")
    stream = b"xx" + begin + cell(1, 2, 42) + begin + end + cell(1, 3, 7) + cell(4, 0, 99) + end + cell(9, 9, 7)
    assert dict(old_workbooks._failures(stream, 2)) == {1: {2: "#N/A", 3: "#DIV/0!"}, 4: {0: "#N/A"}}
