"""Answers for programs and spreadsheets: JSON with declared columns, CSV and XLSX in which no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from customary.query.answer import Answer
from customary.units import is_nothing

_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d.,]*(e[+-]?\d+)?\Z", re.IGNORECASE)
# Full-width forms are formulas too in some spreadsheets' locales.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_UNSEEN = "\ufeff\u200b\u200e\u200f\u2060"  # what may stand before a sign without being seen, and is no space


def as_json(value: Any) -> Any:
    """A value as JSON knows it: dates in ISO form, NaN and infinities null, exact numbers plain."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not float("-inf") < value < float("inf"):
        return None
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    return value


def to_record(answer: Answer) -> dict[str, Any]:
    """The whole answer as plain data: raw rows under machine names, units and labels under `declared`.

    What must stand beside it is a key of its own, such as `backtest`.
    """
    question = answer.question
    return {
        "shop": question.shop,
        "as_of": question.as_of,
        "snapshot": question.snapshot,
        "question": question.text,
        "during": question.during,
        "against": question.against,
        "where": {name: list(values) for name, values in question.where},
        "columns": [column.name for column in answer.columns],
        "declared": {column.name: column.record() for column in answer.columns},
        "definitions": {definition.name: definition.text for definition in answer.definitions},
        "rows_total": answer.rows_total,
        "left_off": answer.omissions,
        "withheld": answer.withheld_text,
        "notes": {language: said for language in ("en", "zh") if (said := answer.beside_text(language))},
        "rows": [{**row, **_under_earlier_names(answer, row)} for row in answer.to_pylist()],
        **{key: companion.to_pylist() for key, companion in answer.companions.items()},
    }


def _under_earlier_names(answer: Answer, row: Mapping[str, Any]) -> dict[str, Any]:
    return {earlier: row[name] for earlier, name in answer.earlier_names.items()}


def as_csv_cell(value: Any) -> Any:
    """A CSV cell: numbers as they are, nothing as empty; text that a spreadsheet would run begins with '."""
    if is_nothing(value):
        return ""
    value = as_json(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if not isinstance(value, str) or _PLAIN_NUMBER.match(text):
        return value
    begins = text.startswith(_FORMULA) or _begin(text).startswith(_FORMULA)
    return f"'{text}" if begins else text


def _begin(text: str) -> str:
    """The text from its first letter that is seen."""
    return text.strip().strip(_UNSEEN).strip()


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV under their machine names: raw numbers, an empty cell for none, never cut."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([as_csv_cell(str(name)) for name in columns])
    writer.writerows([as_csv_cell(row[name]) for name in columns] for row in rows)
    return out.getvalue()


def to_csv_bytes(answer: Answer) -> bytes:
    """All rows of an answer as UTF-8 CSV with the mark by which spreadsheets know it."""
    names = [column.name for column in answer.columns]
    return to_csv(names, answer.to_pylist()).encode("utf-8-sig")


def to_xlsx(answer: Answer) -> bytes:
    """All rows of an answer as a workbook that reads like the page, with a sheet “About” that says what it is.

    Refused where a sheet cannot hold it whole: more than 1,048,575 rows, or a text of more than 32,767 letters.
    """
    from customary.query.workbook import workbook_bytes  # openpyxl: who asks for no workbook does not wait for it

    return workbook_bytes(answer)
