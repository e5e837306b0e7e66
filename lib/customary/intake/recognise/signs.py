"""Signs of currencies beside amounts: in the first rows, and in all others, where a shop that began abroad has them."""

import csv
import re
from collections.abc import Iterator, Sequence

from customary.intake.documents import is_json_lines
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import AMOUNTS, CODES
from customary.intake.texts import utf8_blocks
from customary.intake.workbooks import is_workbook, rows

_SIGNS = {"$": "USD", "US$": "USD", "R$": "BRL", "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB"}
_SIGNS |= {code: code for code in CODES.split("|")}
_BESIDE = re.compile(r"[^A-Z$€£₹₽]")
# By one of these a row that has an amount in a currency is found before it is read.
_MARKS, _LETTERS = ({sign: sign.encode() for sign in signs} for signs in ("$€£₹₽", CODES.split("|")))


def _code(value: str) -> str | None:
    """The currency whose sign or letters stand beside an amount; of a sign that several use, the likeliest."""
    return _SIGNS.get(_BESIDE.sub("", value)) if re.search(r"\d", value) else None


def by_signs(one: Recognition) -> set[str]:
    """The currencies whose signs stand beside the amounts in the first rows."""
    columns = [one.meanings[name].column for name in AMOUNTS if name in one.meanings]
    return {code for column in columns for value in one.look.values(column) if (code := _code(value))}


def by_all_signs(one: Recognition) -> set[str]:
    """The same in all rows of a file: those with another sign than the first rows have are looked at, no others."""
    places = [one.look.columns.index(one.meanings[name].column) for name in AMOUNTS if name in one.meanings]
    found = by_signs(one)
    for row in _rows_with_signs(one.look, found) if places else ():
        if len(row) == len(one.look.columns):
            found |= {code for place in places if (code := _code(row[place].strip()))}
    return found


def _rows_with_signs(look: Look, known: set[str]) -> Iterator[Sequence[str]]:
    """The rows of a file that hold a sign of a currency which is not known in it yet.

    Letters such as EUR are looked for where the first rows have a currency beside their amounts: it takes its time.
    """
    if look.path.suffix.lower() == ".parquet" or is_json_lines(look.path):
        return
    if is_workbook(look.path):
        yield from rows(look.path)
        return
    sought = {**_MARKS, **_LETTERS} if known else _MARKS
    marks = [mark for sign, mark in sought.items() if _SIGNS[sign] not in known]
    for lines in _blocks_of_lines(look):
        if any(mark in lines for mark in marks):
            told = [line for line in lines.split(b"\n") if any(mark in line for mark in marks)]
            yield from _cells(look, told)


def _blocks_of_lines(look: Look) -> Iterator[bytes]:
    """The text of a file in UTF-8, in blocks of whole lines."""
    rest = b""
    for block in utf8_blocks(look.path, look.encoding):
        whole, newline, after = block.rpartition(b"\n")
        if newline:
            yield rest + whole
        rest = after if newline else rest + after
    yield rest


def _cells(look: Look, lines: Sequence[bytes]) -> Iterator[Sequence[str]]:
    """Single lines as rows; a record over several lines is none of them."""
    for line in lines:
        text = line.decode("utf-8", "ignore").rstrip("\r")
        try:
            yield text.split() if look.delimiter == "whitespace" else next(csv.reader([text], delimiter=look.delimiter))
        except (csv.Error, StopIteration):
            continue
