"""Workbooks: numbers and dates are numbers and dates, text is never a formula, and the second sheet says what it is."""

import datetime as dt
import io

import pytest
from given import sold
from openpyxl import load_workbook
from spreadsheet import shown, shown_number
from typer.testing import CliRunner

from customary.cli import app
from customary.errors import Refused
from customary.query import workbook
from customary.query.export import to_xlsx
from customary.query.measure import measure
from customary.query.numbers import spreadsheet_number
from customary.query.study import study
from customary.units import COUNT, DAYS, LABEL, MONEY, POINTS, RATE, SCORE, SECONDS, WEEKDAY


def opened(answer):
    """The workbook of an answer, as a spreadsheet opens it."""
    return load_workbook(io.BytesIO(to_xlsx(answer)))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1280.5, MONEY, "1,280.50"),
        (-1280.5, MONEY, "−1,280.50"),
        (-0.001, MONEY, "0.00"),
        (12, COUNT, "12"),
        (0.341, RATE, "34.1"),
        (-0.07, POINTS, "−7.0"),
        (1_234_567, MONEY, "£1.23M"),
        (-34_512, MONEY, "−£34.5k"),
        (0.341, RATE, "34.1 %"),
        (0.341, RATE, "34.1%"),
        (-0.012, POINTS, "−1.2 points"),
        (12.34, DAYS, "12.3 days"),
        (125, SECONDS, "2 min 05 s"),
        (-125, SECONDS, "−2 min 05 s"),
        (45, SECONDS, "45 s"),
        (0, WEEKDAY, "Monday"),
        (7.25, SCORE, "7.25"),
    ],
)
def test_a_number_is_shown_as_its_text(value, unit, text):
    """The format writes the same letters, and behind them is the number."""
    found = spreadsheet_number(value, unit, text)
    assert shown_number(found.value, found.pattern) == text


def test_what_is_no_number_stays_text():
    """A label, a number without end."""
    assert spreadsheet_number("7", LABEL, "7") is None
    assert spreadsheet_number(float("inf"), MONEY, "∞") is None


@pytest.fixture(scope="module")
def hostile_shop(tiny_shop):
    """A shop whose countries are written by somebody who wants to be calculated."""
    countries = ["=1+1", "@SUM(A1)", "#N/A", "\x07bell", "+49", None]
    orders = [sold(f"o{n}", f"c{n}", "2025-01-02 10:00", 10 + n, country=c) for n, c in enumerate(countries)]
    return tiny_shop(orders=orders, as_of="2025-02-01", currency="GBP")


def test_text_is_never_a_formula(hostile_shop):
    """It stays text, whatever it begins with, and keeps its letters."""
    sheet = opened(measure(hostile_shop, "order_count", by="country")).worksheets[0]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"} and all(cell.quotePrefix for cell in cells)
    assert {"=1+1", "@SUM(A1)", "#N/A", "+49", "unknown"} <= {cell.value for cell in cells}


def test_numbers_can_be_added_up(hostile_shop):
    """The amounts themselves, not their texts."""
    sheet = opened(measure(hostile_shop, "net_revenue", by="country")).worksheets[0]
    assert sheet["B1"].value == "Net revenue (£)"
    assert sum(row[1].value for row in sheet.iter_rows(min_row=2)) == 75  # 10 + 11 + … + 15


def test_dates_are_dates(worked_shop):
    """A month is its first day, shown as a month."""
    sheet = opened(measure(worked_shop, "order_count", every="month")).worksheets[0]
    assert sheet["A2"].is_date and sheet["A2"].value == dt.datetime(2025, 1, 1)
    assert shown(sheet["A2"]) == "January 2025"


def test_about_says_what_the_workbook_is(worked_shop):
    """Question, snapshot, n of N, definitions, and the rows counted and left out."""
    answer = measure(worked_shop, "net_revenue", by="country", where={"country": "DE"})
    rows = {row[0].value: row[1].value for row in opened(answer)["About"].iter_rows()}
    assert rows["Question"] == answer.question.text and "country = DE" in rows["Question"]
    assert rows["Rows"] == "1 of 1 rows" and rows["Snapshot"] == worked_shop.snapshot.version
    assert rows["Net revenue 净销售额"] == answer.definition
    assert rows["Rows of orders"].startswith("1 counted of 12") and "left out: " in rows["Rows of orders"]


def test_a_list_says_whom_it_leaves_off(tiny_shop):
    """Ann said yes and Ben no: one row, and the sheet “About” counts the other."""
    said = [("ann", True), ("ben", False)]
    consents = [
        {"customer_id": who, "purpose": "marketing", "is_granted": yes, "recorded_at": "2025-01-01 09:00"}
        for who, yes in said
    ]
    orders = [sold(f"o{who}", who, "2025-03-01 10:00", 10, paid_amount=10) for who, _yes in said]
    book = opened(study(tiny_shop(orders=orders, consents=consents), "first_time_buyers"))
    assert book.worksheets[0].max_row == 2
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Not on the list"] == "1 left off: refused marketing"


def test_a_list_that_pages_cut_is_whole(worked_shop):
    """All rows are there, however few a table shows."""
    answer = study(worked_shop, "hours", n=1)
    assert opened(answer).worksheets[0].max_row == 1 + answer.rows_total > 2


def test_a_back_test_stands_beside_its_forecast(worked_shop):
    """On a sheet of its own."""
    answer = study(worked_shop, "lifetime_value")
    beside = [key.replace("_", " ").capitalize() for key in answer.companions]
    assert "Backtest" in beside and opened(answer).sheetnames == ["Lifetime value", "About", *beside]


def test_what_a_sheet_cannot_hold_is_refused(worked_shop, monkeypatch):
    """Never cut in silence: the sentence says what to take instead."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    with pytest.raises(Refused, match="this answer has 3: take csv"):
        to_xlsx(measure(worked_shop, "order_count", by="country"))
    monkeypatch.undo()
    monkeypatch.setattr(workbook, "MOST_LETTERS", 3)
    with pytest.raises(Refused, match="a cell of a sheet holds 3 letters"):
        to_xlsx(measure(worked_shop, "order_count", by="country"))


# --- the command ----------------------------------------------------------------------------------


def run(*words):
    """Type a command."""
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize(
    "words", [("measure", "worked", "net_revenue", "--by", "country"), ("study", "worked", "hours")]
)
def test_a_command_writes_the_workbook(worked_shop, tmp_path, words):
    """`--format xlsx --out FILE`; what was written is said on one line."""
    out = tmp_path / "answer.xlsx"
    done = run(*words, "--format", "xlsx", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert "answer.xlsx · " in done.stdout and "About" in load_workbook(out).sheetnames


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("--format", "xlsx"), "needs a file"), (("--format", "csv", "--out", "a.csv"), "--out goes with --format xlsx")],
)
def test_a_file_and_a_workbook_belong_together(worked_shop, words, sentence):
    """Refused before anything is computed."""
    done = run("measure", "worked", "net_revenue", *words)
    assert done.exit_code == 2 and sentence in done.stderr
