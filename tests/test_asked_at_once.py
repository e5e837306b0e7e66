"""What only the shop can answer is asked when its files are adopted, with the flag that answers it, not at a build."""

import pytest
from typer.testing import CliRunner

from customary.cli import app
from customary.intake import trial
from customary.intake.recognise.values import is_open

DATED = "Order No,Order Date,Customer,Total\n"
LONG_AGO = "".join(f"{n},2024-01-{n % 28 + 1:02},c{n},9.50\n" for n in range(400))
LATER = "".join(f"{n},2026-05-0{n % 9 + 1},c{n},9.50\n" for n in range(401, 404))


def adopted(tmp_path, name, text, *flags):
    """What became of adopting one file of orders."""
    path = tmp_path / f"{name}.csv"
    path.write_text(text)
    return CliRunner().invoke(app, ["adopt", str(path), "--name", name, "--yes", *flags])


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("ask_amount", f"{DATED}1,2024-05-06,ann,1.234\n2,2024-05-07,ben,2.500\n", "orders.gross_amount=1.234,56"),
        ("ask_day", f"{DATED}1,03/04/2024,ann,10.00\n2,04/05/2024,ben,20.00\n", "orders.ordered_at=day-first"),
        (
            "ask_part",
            "Order No,Order Date,Customer,Shipping,Total\n1,2024-05-06,ann,1.50,1.234\n2,2024-05-07,ben,2.50,2.500\n",
            "orders_file.Total=1.234,56",
        ),
    ],
)
def test_two_readings_are_asked_about_at_adoption(tmp_path, name, text, answer):
    """Exit code 2 and the flag; with the flag nothing is open, and the shop can be built."""
    asked = adopted(tmp_path, name, text)
    assert asked.exit_code == 2 and f"--reading {answer}" in asked.stderr
    assert adopted(tmp_path, name, text, "--reading", answer).exit_code == 0
    assert CliRunner().invoke(app, ["build", name]).exit_code == 0


def test_days_that_may_be_mistyped_are_asked_about_at_adoption(tmp_path):
    """Three of 403 orders lie two years after the others."""
    asked = adopted(tmp_path, "ask_until", DATED + LONG_AGO + LATER)
    assert asked.exit_code == 2 and "--as-of" in asked.stderr


def test_what_the_values_decide_is_not_asked(tmp_path):
    """One amount with a comma and two digits behind it says what the dot of the other is."""
    told = f'{DATED}1,2024-05-06,ann,"1.234"\n2,2024-05-07,ben,"2,50"\n'
    assert adopted(tmp_path, "ask_nothing", told).exit_code == 0


def test_a_large_file_is_tried_where_its_first_rows_leave_something_open(tmp_path, monkeypatch):
    """It takes as long as a build's reading, so it is done only where it is likely to tell."""
    monkeypatch.setattr(trial, "SMALL", 0)
    asked = adopted(tmp_path, "ask_large", f"{DATED}1,03/04/2024,ann,10.00\n2,04/05/2024,ben,20.00\n")
    assert asked.exit_code == 2
    monkeypatch.setattr(trial, "load", lambda *_: pytest.fail("read again"))
    assert adopted(tmp_path, "ask_none", f"{DATED}1,2024-05-06,ann,1.50\n").exit_code == 0


@pytest.mark.parametrize(
    ("values", "is_so"),
    [
        (["1.234", "2.500"], True),
        (["$1,234", "$9"], True),
        (["1.234", "2,5"], False),
        (["1.50"], False),
        (["0.125"], False),
        (["03/04/2024", "05/06/2024 10:00"], True),
        (["03/04/2024", "13/06/2024"], False),
        (["04/03/2024", "06/13/2024"], False),
        (["12/12/2024"], True),
        (["1,234", "2.5"], False),
        (["2024-03-04"], False),
        ([], False),
    ],
)
def test_what_first_rows_leave_open(values, is_so):
    """Three digits behind the only mark; a day and a month up to 12."""
    assert is_open(values) is is_so
