"""The line that says which figure a file holds, in each kind of file that a page hands out, and out of it again.

A workbook has it in its properties, a PNG in a text chunk, an SVG in its metadata. A CSV has no place for it: a line
before the headings or after the rows is a row to Excel and to pandas, and a column of its own changes the table. There
the name of the file bears the snapshot, the hash of the definition and, as far as a name may be long, the question.
"""

import base64
import re
import zipfile
import zlib
from html import unescape
from pathlib import Path

from customary.errors import Refused
from customary.query.address import LONGEST, read_query, write_query
from customary.query.answer import Answer
from customary.query.origin import DEFINITION, SHOP, SIGN, SNAPSHOT, Origin, origin_of, read_origin

PROPERTIES = "docProps/core.xml"  # where a workbook keeps what it is
MOST_BYTES = 1_000_000  # of what is looked at in a file: ours have a few hundred
LONGEST_NAME = 230  # bytes of a file's name: most systems take 255, of which a browser at work wants a few
_PNG, _TEXT = b"\x89PNG\r\n\x1a\n", b"tEXt"
# "net-revenue__20260101T120000000000-0123456789ab_0123456789ab__YXNrPW5ldA.csv", as a browser may number it: " (1)".
_NAMED = re.compile(r"__(\d{8}T\d+-[0-9a-f]+)_([0-9a-f]{12})(?:__([\w-]+))?(?: ?\(\d+\))?\.csv\Z", re.ASCII)


def name_of_csv(answer: Answer, name: str) -> str:
    """The name of a CSV file that says which figure it is; the question is left out where it is too long for a name."""
    origin = origin_of(answer)
    marked = f"{name}__{origin.snapshot}_{origin.definition}"
    question = write_query({**origin.parts, SHOP: origin.shop}).encode()
    code = base64.urlsafe_b64encode(question).decode().rstrip("=")
    whole = f"{marked}__{code}"
    return f"{whole if len(whole.encode()) <= LONGEST_NAME else marked}.csv"


def origins_in(path: Path) -> tuple[Origin, ...]:
    """The origins that a file of ours says; raises `Refused` for another file."""
    try:
        said = _text_of_file(path)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise Refused("{file} is no file of a figure that was downloaded here", file=path.name) from error
    lines = [line.removeprefix(SIGN)[:LONGEST] for line in said.split() if line.startswith(SIGN)]
    if not lines:
        raise Refused("{file} does not say which figure it holds: it was not downloaded here", file=path.name)
    return tuple(map(read_origin, lines))


def _text_of_file(path: Path) -> str:
    """What a file says of itself, by its kind."""
    if path.suffix.lower() == ".csv":
        return _said_by_name(path.name)
    with path.open("rb") as file:
        begins = file.read(len(_PNG))
    if begins == _PNG:
        return _said_by_png(path)
    if begins.lstrip().startswith(b"<"):
        return _inside(path.read_bytes()[:MOST_BYTES].decode("utf-8", "replace"), "metadata")
    with zipfile.ZipFile(path) as book, book.open(PROPERTIES) as properties:
        return _inside(properties.read(MOST_BYTES).decode("utf-8", "replace"), "dc:identifier")


def _inside(text: str, name: str) -> str:
    """What stands in the elements of that name."""
    return unescape(" ".join(re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)))


def _said_by_name(name: str) -> str:
    found = _NAMED.search(name)
    if not found or not found[3]:
        return ""
    question = base64.urlsafe_b64decode(found[3] + "=" * (-len(found[3]) % 4)).decode()
    return SIGN + write_query({**read_query(question), SNAPSHOT: found[1], DEFINITION: found[2]})


def _said_by_png(path: Path) -> str:
    """The texts of a picture's text chunks: length, kind, keyword, NUL, text, checksum."""
    content, at, texts = path.read_bytes()[:MOST_BYTES], len(_PNG), []
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if kind == _TEXT:
            texts.append(content[at + 8 : at + 8 + size].partition(b"\0")[2].decode("latin-1"))
        at += 12 + size
    return " ".join(texts)
