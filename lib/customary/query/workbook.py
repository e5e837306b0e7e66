"""An answer as a workbook: numbers as numbers, dates as dates, text never a formula, and a sheet “About”."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from customary.cell_texts import unit_in
from customary.columns import Column, find
from customary.dates import in_words
from customary.errors import Refused
from customary.language import reader_language, translate
from customary.query.accounts import Accounts
from customary.query.answer import Answer
from customary.query.numbers import spreadsheet_number
from customary.query.origin import definition_hash, origin_lines
from customary.query.preview import rows_text
from customary.query.selection import where_in_words
from customary.reasons import reason_text
from customary.units import NOTHING
from customary.wording import say, word

_BESIDE = {"en": (("en", "Beside it"), ("zh", "未计入")), "zh": (("zh", "未计入"),)}
MOST_ROWS = 1_048_575  # what a sheet holds below its headings
MOST_LETTERS = 32_767  # what a cell holds
WIDEST = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what no sheet may hold
_BOLD, _TOP, _RIGHT = Font(bold=True), Alignment(vertical="top", wrap_text=True), Alignment(horizontal="right")
_DATES = {
    "month": "[$-409]mmmm yyyy",
    "year": "yyyy",
    "instant": "yyyy-mm-dd hh:mm",
}


def _text(sheet: Any, text: str, font: Font | None = None) -> Any:
    """A cell of text; whatever it begins with, no spreadsheet calculates it."""
    if len(text) > MOST_LETTERS:
        raise Refused(
            "a cell of a sheet holds {most:,} letters, one here has {n:,}: take csv", most=MOST_LETTERS, n=len(text)
        )
    cell = WriteOnlyCell(sheet, _CONTROL.sub(" ", text))
    cell.data_type = "s"
    cell.quotePrefix = True
    if font:
        cell.font = font
    return cell


def _date_format(value: dt.date, unit: str) -> str:
    if unit == "quarter":
        return f'"Q{(value.month + 2) // 3} "yyyy'
    has_time = isinstance(value, dt.datetime) and value.time() != dt.time()
    return _DATES.get(unit, _DATES["instant"] if has_time else "yyyy-mm-dd")


def _date(sheet: Any, value: dt.date, unit: str) -> Any:
    """A cell with a date; instants are the shop's own wall clock, which a spreadsheet's dates are as well."""
    cell = WriteOnlyCell(sheet, value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value)
    cell.number_format = _date_format(value, unit)
    return cell


def _number(sheet: Any, value: float | int, pattern: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = pattern
    return cell


def _cell(sheet: Any, answer: Answer, column: Column, row: Mapping[str, Any]) -> Any:
    """A cell that reads as it does on a page, with the value itself behind it wherever a sheet can hold it."""
    value, text, unit = row[column.name], answer.cell(column.name, row), unit_in(column, row)
    if isinstance(value, dt.date) and value.year >= 1900:  # a sheet knows no date before 1900
        return _date(sheet, value, unit.name)
    number = None if text == NOTHING or value is None else spreadsheet_number(value, unit, text)
    if number:
        return _number(sheet, number.value, number.pattern)
    cell = _text(sheet, text)
    if column.unit.is_number:
        cell.alignment = _RIGHT
    return cell


def _width(texts: Iterable[str]) -> int:
    return min(WIDEST, max((len(text) for text in texts), default=0) + 2)


def _sheet_name(text: str) -> str:
    """A name that a sheet may have: 31 letters, none of those that lead to other sheets."""
    return re.sub(r"[\[\]:*?/\\']", " ", text)[:31]


def _rows_sheet(book: Workbook, name: str, answer: Answer) -> None:
    """All rows of an answer under their headings."""
    if answer.rows_total > MOST_ROWS:
        raise Refused(
            "a sheet holds {most:,} rows, this answer has {total:,}: take csv", most=MOST_ROWS, total=answer.rows_total
        )
    sheet = book.create_sheet(_sheet_name(name))
    columns = [column for column in answer.columns if not column.hidden]
    titles = list(answer.titles().values())
    samples = [list(column) for column in zip(*answer.cells(50), strict=True)] or [[] for _ in titles]
    for number, (title, texts) in enumerate(zip(titles, samples, strict=True), 1):
        sheet.column_dimensions[get_column_letter(number)].width = _width([title, *texts])
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, title, _BOLD) for title in titles])
    for row in answer.to_pylist():
        sheet.append([_cell(sheet, answer, column, row) for column in columns])


def _accounts_text(accounts: Accounts) -> str:
    grain = translate(f"frame:{accounts.frame}", accounts.grain)
    counted = say("{text} ({source})", text=accounts.counted_text, source=grain)
    if not accounts.left_out:
        return counted
    reasons = [say("{n:,} {reason}", n=count, reason=_reason(why)) for why, count in accounts.left_out.items()]
    return say("{counted}; left out: {reasons}", counted=counted, reasons=say(", ").join(reasons))


def _reason(reason: str) -> str:
    return reason if reader_language() == "en" else reason_text(reason)


def _population(answer: Answer) -> str:
    """The selection under the names that a page gives its filters, and the days."""
    question = answer.question
    columns = {name: find(name, question.frame) for name, _values in question.where}
    named = [(column.label() if (column := columns[name]) else name, values) for name, values in question.where]
    days = in_words(question.during) if question.during else say("all days")
    return f"{where_in_words(named) or say('the whole shop')} · {days}"


def about(answer: Answer) -> Iterator[tuple[str, str]]:
    """What an answer is, as label and text: question, snapshot, n of N, definitions, columns, accounts."""
    question, total = answer.question, answer.rows_total
    yield say("Shop"), question.title
    yield say("Question"), question.text
    yield say("Whom it speaks of"), _population(answer)
    yield say("As of"), str(question.as_of)
    yield say("Snapshot"), question.snapshot
    yield say("Hash of the definition"), definition_hash(answer)
    yield say("Rows"), rows_text(total, total)
    if answer.omissions:
        yield say("Not on the list"), answer.omissions_text
    if answer.withheld_text:
        yield say("Not shown"), answer.withheld_text
    for language, label in _BESIDE[reader_language()]:
        if said := answer.beside_text(language):
            yield label, said
    for definition in answer.definitions:
        is_chinese = reader_language() == "zh"
        yield definition.zh if is_chinese else f"{definition.title} {definition.zh}", definition.text_in()
    meanings = {column.name: column.meaning_in() for column in answer.columns if column.meaning}
    for name, title in answer.titles().items():
        if name in meanings and name not in answer.question.names:
            yield title, meanings[name]
    for accounts in answer.accounts:
        yield say("Rows of {frame}", frame=word(accounts.frame)), _accounts_text(accounts)


def _about_sheet(book: Workbook, *answers: Answer) -> None:
    """What each answer is, one below the other."""
    sheet = book.create_sheet(say("About"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 32, 100
    for label, text in (line for answer in answers for line in (*about(answer), ("", ""))):
        cells = [_text(sheet, label, _BOLD), _text(sheet, text)]
        for cell in cells:
            cell.alignment = _TOP
        sheet.append(cells)


def workbook_bytes(answer: Answer) -> bytes:
    """The workbook: all rows, then “About”, then whatever must stand beside the answer, such as a back-test."""
    book = _book_of(answer)
    _rows_sheet(book, answer.name.replace("_", " ").capitalize(), answer)
    _about_sheet(book, answer)
    for key, companion in answer.companions.items():
        _rows_sheet(book, key.replace("_", " ").capitalize(), companion)
    return _bytes_of(book)


def chapter_bytes(answers: Sequence[Answer]) -> bytes:
    """One workbook of several answers: a sheet each, under a number where names are alike, then “About” them all."""
    book = _book_of(*answers)
    for number, answer in enumerate(answers, 1):
        _rows_sheet(book, f"{number} {answer.name.replace('_', ' ').capitalize()}", answer)
    _about_sheet(book, *answers)
    return _bytes_of(book)


def _book_of(*answers: Answer) -> Workbook:
    """An empty workbook that says in its properties which figures it holds, so that it can be opened as them again."""
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.identifier = "customary", origin_lines(answers)
    return book


def _bytes_of(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain_workbook_bytes(name: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A workbook of rows that are no answer, on one sheet: numbers are numbers, all else text, nothing a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(name))
    sheet.freeze_panes = "A2"
    if len(rows) > MOST_ROWS:
        raise Refused("a sheet holds {most:,} rows, these are {total:,}: take csv", most=MOST_ROWS, total=len(rows))
    sheet.append([_text(sheet, title, _BOLD) for title in (rows[0] if rows else ())])
    for row in rows:
        sheet.append([_plain_cell(sheet, value) for value in row.values()])
    return _bytes_of(book)


def _plain_cell(sheet: Any, value: Any) -> Any:
    if value is None or value == "":
        return None
    return value if type(value) in (int, float) else _text(sheet, str(value))
