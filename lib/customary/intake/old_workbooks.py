"""Failed formulas in workbooks of the old kind (.xls), which the reader gives as blank cells: where, and what they say.

An .xls is a small file system ([MS-CFB]); its stream `Workbook` is a row of records ([MS-XLS]), each with its kind and
length. Nothing else is read of them than where sheets begin and which cells hold an error.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
Failed = dict[int, dict[int, str]]
_LAST = 0xFFFFFFFA  # from here on a sector's number is a mark, such as the end of a chain
_FORMULA, _EOF, _SHEET, _ERROR, _BEGIN = 0x0006, 0x000A, 0x0085, 0x0205, 0x0809


def failed_cells(path: Path) -> dict[str, Failed]:
    """Sheet → row → column, both from 0, → the words of a formula that failed there; {} of what is no .xls."""
    data = path.read_bytes()
    if not data.startswith(MAGIC):
        return {}
    try:
        stream = _stream(data, ("Workbook", "Book"))
        return {name: dict(_failures(stream, start)) for name, start in _sheets(stream)}
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}  # damaged, or of a kind without such records: the reader itself says so


def _stream(data: bytes, names: tuple[str, ...]) -> bytes:
    """The bytes of the first stream of that name."""
    size, small = (1 << power for power in struct.unpack_from("<HH", data, 30))
    first, least = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 56)[0]
    table = _table(data, size)
    folder = _chain(data, table, first, size, 512)
    entries = [folder[at : at + 128] for at in range(0, len(folder), 128)]
    for entry in entries:
        called = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le")
        start, length = struct.unpack_from("<II", entry, 116)
        if called in names and length >= least:
            return _chain(data, table, start, size, 512)[:length]
        if called in names:
            packed = _chain(data, table, struct.unpack_from("<I", entries[0], 116)[0], size, 512)
            links = _chain(data, table, struct.unpack_from("<I", data, 60)[0], size, 512)
            return _chain(packed, struct.unpack(f"<{len(links) // 4}I", links), start, small, 0)[:length]
    return b""


def _table(data: bytes, size: int) -> tuple[int, ...]:
    """Which sector follows each sector."""
    places = list(struct.unpack_from("<109I", data, 76))
    more = struct.unpack_from("<I", data, 68)[0]
    while more < _LAST:
        *found, more = struct.unpack_from(f"<{size // 4}I", data, 512 + more * size)
        places += found
    parts = [data[512 + place * size : 512 + (place + 1) * size] for place in places if place < _LAST]
    return struct.unpack(f"<{len(parts) * size // 4}I", b"".join(parts))


def _chain(data: bytes, table: tuple[int, ...], start: int, size: int, before: int) -> bytes:
    """The sectors of a chain, one after the other; one that goes in a circle ends."""
    parts: list[bytes] = []
    while start < _LAST and len(parts) <= len(table):
        parts.append(data[before + start * size : before + (start + 1) * size])
        start = table[start]
    return b"".join(parts)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of the records from a place on."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Name and place of each sheet."""
    is_new = struct.unpack_from("<H", stream, 4)[0] == 0x0600
    for kind, told in _records(stream, 0):
        if kind == _EOF:
            return
        if kind == _SHEET and is_new:
            wide = told[7] & 1
            yield told[8 : 8 + told[6] * (1 + wide)].decode("utf-16-le" if wide else "latin-1"), _start(told)
        elif kind == _SHEET:
            yield told[7 : 7 + told[6]].decode("cp1252"), _start(told)


def _start(told: bytes) -> int:
    return int(struct.unpack_from("<I", told)[0])


def _failures(stream: bytes, start: int) -> Iterator[tuple[int, dict[int, str]]]:
    """Row and its failed cells of the sheet that begins at a place."""
    found: Failed = {}
    depth = 0  # a chart within a sheet begins and ends within it
    for kind, told in _records(stream, start):
        depth += (kind == _BEGIN) - (kind == _EOF)
        if depth == 0:
            break
        if (code := _error(kind, told)) is not None:
            row, column = struct.unpack_from("<HH", told)
            found.setdefault(row, {})[column] = ERRORS.get(code, "#N/A")
    yield from found.items()


def _error(kind: int, told: bytes) -> int | None:
    """The code of an error that a cell holds, by itself or as what its formula came to; None for any other record."""
    if kind == _ERROR and told[7]:
        return told[6]
    is_failed = kind == _FORMULA and told[6] == 2 and told[12:14] == b"\xff\xff"
    return told[8] if is_failed else None
