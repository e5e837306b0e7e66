"""The bytes of a text file as UTF-8, block by block: declared encoding, byte-order mark, gz and their limits."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from customary.errors import Refused
from customary.wording import word

BLOCK = 1 << 19
# A file that is this much larger than what it was packed into is no export: a bomb of zeros reaches about 1,000.
PACKED_LEAST, PACKED_MOST = 1 << 28, 200
# The marks of UTF-32 begin like those of UTF-16 and are looked for first.
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
GZ = b"\x1f\x8b"
# How files begin that are no text, whatever they are called.
_NO_TEXT = {
    b"PK\x03\x04": "a zip archive or an Excel workbook (.xlsx): unpack it, or save its sheet as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "an Excel workbook (.xls) or a protected one: save its sheet as CSV (UTF-8)",
    b"PAR1": "a Parquet file: call it .parquet",
    b"SQLite format 3\0": "a SQLite database: export its tables",
    b"%PDF": "a PDF: export the figures as CSV",
}


def _starts(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def is_packed(path: Path) -> bool:
    """Whether a file is packed with gzip: by its name or, whatever it is called, by its first bytes."""
    return path.suffix.lower() == ".gz" or _starts(path).startswith(GZ)


def raw_blocks(path: Path, size: int) -> Iterator[bytes]:
    """The bytes of a file in blocks, those of a .gz unpacked; refused where it is plainly no text, cut off or no gz."""
    start = _starts(path)
    if kind := next((kind for mark, kind in _NO_TEXT.items() if start.startswith(mark)), None):
        raise Refused("{file} is {kind}", file=path.name, kind=word(kind))
    try:
        with cast(BinaryIO, gzip.open(path) if is_packed(path) else path.open("rb")) as file:
            while block := file.read(size):
                yield block
    except EOFError as error:
        raise Refused("{file} is cut off: its end is missing, export or copy it again", file=path.name) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refused(
            "{file} is called .gz but is damaged or not packed: {error}", file=path.name, error=error
        ) from error


def _unpack(path: Path, size: int) -> Iterator[bytes]:
    """The bytes of a file, those of a .gz unpacked; refused where it is far larger than it looks."""
    packed, count, has_limit = path.stat().st_size, 0, is_packed(path)
    for block in raw_blocks(path, size):
        count += len(block)
        if has_limit and count > max(PACKED_LEAST, PACKED_MOST * packed):
            raise Refused(
                "{file} unpacks to more than {most} times its size: that is no export", file=path.name, most=PACKED_MOST
            )
        yield block


def _mark(start: bytes) -> tuple[bytes, str | None]:
    return next(((mark, name) for mark, name in MARKS.items() if start.startswith(mark)), (b"", None))


def utf8_blocks(path: Path, encoding: str, size: int = BLOCK) -> Iterator[bytes]:
    """A text file in UTF-8 blocks without its byte-order mark, which wins over the declared encoding.

    Nothing is guessed. Raises `Refused` with the line where the bytes are not of that encoding; blocks that are said
    to be UTF-8 already are checked by whoever reads them.
    """
    blocks = _unpack(path, size)
    first = next(blocks, b"")
    mark, marked = _mark(first)
    known = marked or encoding
    if b"\0" in first[: 1 << 10] and codecs.lookup(known).name == "utf-8":
        raise Refused(
            "{file} holds NUL bytes: it is no text, or UTF-16 without its mark; say its encoding", file=path.name
        )
    decode = _as_they_are if codecs.lookup(known).name == "utf-8" else _decode
    yield from decode(_from(first[len(mark) :], blocks), path, known)


def _from(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _as_they_are(blocks: Iterator[bytes], path: Path, encoding: str) -> Iterator[bytes]:
    return blocks


def _decode(blocks: Iterator[bytes], path: Path, encoding: str) -> Iterator[bytes]:
    decoder, lines = codecs.getincrementaldecoder(encoding)(), 1
    try:
        for block in blocks:
            text = decoder.decode(block)
            lines += text.count("\n")
            yield text.encode()
        yield decoder.decode(b"", final=True).encode()
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        raise encoding_error(path, encoding, lines) from error


# Letters that come about when UTF-8 is read as something else and written again, and the mark for a lost letter.
_WRONG = tuple(
    text.encode() for text in ("Ã©", "Ã¨", "Ã¼", "Ã¤", "Ã¶", "ÃŸ", "Ã±", "Ã§", "â€™", "â€“", "ï»¿", "锟斤拷", "\ufffd")
)
_TURNING = tuple(chr(code).encode() for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# How the odd ones begin: where no such beginning is, nothing has to be counted.
_WRONG_STARTS = tuple({text.decode()[0].encode() for text in _WRONG})
_TURNING_STARTS = tuple({text[:2] for text in _TURNING})
_ASCII = bytes(range(0x80))
# Control characters that stand in texts by right, or are spoken of elsewhere.
_USUAL_CONTROL = b"\t\n\r\0"


def beyond_ascii(block: bytes) -> bytes:
    """The bytes of a text in UTF-8 that are no ASCII: whatever letters stand together there stand together here."""
    return b"" if block.isascii() else block.translate(None, _ASCII)


def _count_control(block: bytes) -> int:
    """How many control characters a block has that stand in no text by right."""
    letters = np.frombuffer(block, np.uint8)
    below = np.count_nonzero(letters < 0x20) - sum(np.count_nonzero(letters == code) for code in _USUAL_CONTROL)
    return int(below + np.count_nonzero(letters == 0x7F))


@dataclass
class Oddities:
    """What is odd about the bytes of a text and may yet be meant: reason → in how many places."""

    found: dict[str, int] = field(default_factory=dict)
    seen: int = 0  # bytes that were looked through
    has_marks: bool = False  # whether a # was among them, as failed formulas begin with

    def watch(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks as they come, looked through on the way."""
        for block in blocks:
            letters = beyond_ascii(block)
            self.has_marks = self.has_marks or b"#" in block
            if any(start in letters for start in _WRONG_STARTS):
                self._count("letters of a wrong encoding, such as Ã© or �", sum(map(block.count, _WRONG)))
            if any(start in letters for start in _TURNING_STARTS):
                self._count("marks that turn the direction of writing", sum(map(block.count, _TURNING)))
            self._count("control characters", _count_control(block))
            self.seen += len(block)
            yield block

    def _count(self, reason: str, places: int) -> None:
        if places:
            self.found[reason] = self.found.get(reason, 0) + places


def encoding_error(path: Path, encoding: str, line: int) -> Refused:
    """The error for bytes that are not of the encoding that was declared, at or after a line."""
    return Refused(
        "{file} is not {encoding}, near line {line:,}: say its encoding in source.toml "
        "(gb18030 for Chinese shops, cp1252 for western spreadsheets)",
        file=path.name,
        encoding=encoding,
        line=line,
    )
