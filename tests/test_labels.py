"""One cell, one label, one text: on a page and in its print, in the shell, in a workbook and where a notebook shows it.

CSV and JSON are for programs: machine names and raw numbers, with units and labels under `declared`.
"""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook
from samples import thirds
from spreadsheet import shown

from customary import studies as _studies  # noqa: F401  (fills the list of studies)
from customary.cli import output, tables
from customary.cli.options import AnswerFormat
from customary.declare import STUDIES
from customary.page.tables import table_markup
from customary.query.export import as_json, to_csv_bytes, to_record, to_xlsx
from customary.query.measure import measure
from customary.query.study import study

MEASURES = {
    "one row": {"metrics": ["net_revenue", "repeat_purchase_rate", "average_visit_duration"]},
    "every month": {"metrics": ["net_revenue", "order_count", "return_rate_by_value"], "every": "month"},
    "every quarter": {"metrics": ["order_count"], "every": "quarter"},
    "every year": {"metrics": ["order_count"], "every": "year"},
    "every day": {"metrics": ["ordered_revenue", "session_count"], "every": "day"},
    "with an unknown group": {"metrics": ["net_revenue", "units_per_order", "cancelled_order_rate"], "by": "country"},
    "by a segment": {"metrics": ["customer_count", "average_customer_spend"], "by": "value_tier"},
    "by a flag": {"metrics": ["order_count"], "by": "is_first_order"},
    "compared": {
        "metrics": ["net_revenue", "net_promoter_score"],
        "during": ("2025-03-01", "2025-04-01"),
        "compare": "previous",
    },
}
every_answer = pytest.mark.parametrize("asked", [*(f"measure {name}" for name in MEASURES), *thirds(STUDIES)])


@pytest.fixture
def answer(worked_shop, asked):
    """The answer to a question of that name."""
    if asked in STUDIES:
        return study(worked_shop, asked)
    question = dict(MEASURES[asked.removeprefix("measure ")])
    return measure(worked_shop, *question.pop("metrics"), **question)


def expected(answer):
    """Headings and texts of all rows, as an answer itself has them."""
    return list(answer.titles().values()), answer.cells(0)


class Table(HTMLParser):
    """The texts of the headings and the cells of one HTML table."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.rows, self._open = [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self._open = ""

    def handle_data(self, data):
        if self._open is not None:
            self._open += data

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            (self.headings if tag == "th" else self.rows[-1]).append(self._open)
            self._open = None


def read(html):
    """Headings and rows of an HTML table; the row of headings is none of them."""
    found = Table(str(html))
    return found.headings, [row for row in found.rows if row]


@every_answer
def test_a_page_and_its_print(answer):
    """The table under a figure, which is also what a browser prints."""
    assert read(table_markup(answer, most=10_000)) == expected(answer)


@every_answer
def test_a_frame_made_of_it(answer):
    """A data frame that a chapter filters or sorts still reads the same, whatever pandas made of its values."""
    assert read(table_markup(answer.to_pandas(), most=10_000)) == expected(answer)


@every_answer
def test_a_notebook(answer):
    """What a notebook shows of an answer is the first rows of the same."""
    headings, rows = expected(answer)
    assert read(answer._repr_html_()) == (headings, rows[: answer.shown or 50])


def line_pattern(cells):
    """What the line looks like that holds these texts in this order."""
    return re.compile(
        r"\s*"
        + r"\s+".join(re.escape(tables.without_controls(text).strip()) for text in cells if text.strip())
        + r"\s*"
    )


@every_answer
def test_the_shell(answer, capsys, monkeypatch):
    """On a terminal that is wide enough, a line for each row; an answer of one row has a line for each figure."""
    monkeypatch.setenv("COLUMNS", "20000")
    tables._show_rows(answer, 0)
    written = [line for line in capsys.readouterr().out.splitlines() if line.strip(" ─")]
    headings, rows = expected(answer)
    if answer.rows_total == 1 and not answer.keys:
        chinese = [column.zh for column in answer.columns if not column.hidden]
        lines = [["name", "中文", "value"], *map(list, zip(headings, chinese, rows[0], strict=True))]
    else:
        lines = [headings, *rows]
    assert answer.omissions_text in written[-1]
    below = 1 + bool(answer.omissions) + bool(answer.beside_text())
    for line, cells in zip(written[:-below], lines, strict=True):
        assert line_pattern(cells).fullmatch(line), (line, cells)


@every_answer
def test_a_workbook(answer):
    """Headings and what the number formats show; nothing is cut, and no text is a formula."""
    book = load_workbook(io.BytesIO(to_xlsx(answer)))
    headings, *rows = [[shown(cell) for cell in row] for row in book.worksheets[0].iter_rows()]
    assert (headings, rows) == expected(answer)


@every_answer
def test_programs_read_raw_numbers_under_machine_names(answer):
    """CSV and JSON: names as in code, values as they are; JSON says under `declared` what they mean."""
    names = [column.name for column in answer.columns]
    heading, *lines = csv.reader(io.StringIO(to_csv_bytes(answer).decode("utf-8-sig")))
    assert heading == names and len(lines) == answer.rows_total
    record = json.loads(json.dumps(as_json(to_record(answer)), default=str))
    assert record["columns"] == names and len(record["rows"]) == answer.rows_total
    rows = [{name: row[name] for name in names} for row in record["rows"]]  # besides, columns bear their earlier names
    assert rows == json.loads(json.dumps(as_json(answer.to_pylist()), default=str))
    for column in answer.columns:
        told = record["declared"][column.name]
        assert (told["unit"], told["en"], told["zh"]) == (column.unit.name, column.en, column.zh)


def test_a_number_stays_a_number_in_csv(worked_shop):
    """147 is 147, not “147.00”."""
    text = to_csv_bytes(measure(worked_shop, "net_revenue", "repeat_purchase_rate")).decode("utf-8-sig")
    assert text.splitlines() == ["net_revenue,repeat_purchase_rate", "147.0,0.3333333333333333"]


def test_all_forms_are_written_by_the_commands(worked_shop, capsys, tmp_path):
    """The same answer in each form that `measure` and `study` know."""
    answer = measure(worked_shop, "net_revenue")
    for form in AnswerFormat:
        out = tmp_path / "a.xlsx" if form is AnswerFormat.xlsx else None
        output.write(answer, form, None, out)
        assert capsys.readouterr().out
