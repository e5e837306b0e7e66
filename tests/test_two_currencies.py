"""Amounts in two currencies by their signs are asked about wherever in a file the second one stands."""

import gzip

import pytest

from customary.intake.recognise.answers import Answers
from customary.intake.recognise.look import SAMPLE_ROWS
from customary.intake.recognise.propose import propose

HEAD = "Order No,Order Date,Customer,Total,Note\n"


def orders(last, sign="$"):
    """More orders than a first look sees, and a last one."""
    rows = "".join(f"{n},2024-05-06,c{n},{sign}9.50,\n" for n in range(SAMPLE_ROWS + 50))
    return f"{HEAD}{rows}99999,2024-05-07,ann,{last}\n"


def asked(tmp_path, text, encoding="utf-8"):
    """What is asked of a file of orders."""
    path = tmp_path / "orders.csv"
    path.write_bytes(text.encode(encoding))
    return propose([path], Answers()).open


@pytest.mark.parametrize("last", ["€7.00,", '"7,00 €",', "EUR 7.00,", "£7.00,thanks"])
def test_a_sign_below_the_first_rows_is_seen(tmp_path, last):
    """Dollars, and one order in euro or pounds."""
    (question,) = asked(tmp_path, orders(last))
    assert "orders.csv has amounts in" in question and "USD" in question


def test_a_sign_below_amounts_without_any_is_one_currency(tmp_path):
    """Nothing says that the others are in another."""
    assert asked(tmp_path, orders("€7.00,", sign="")) == []


def test_a_sign_in_a_remark_is_no_amount(tmp_path):
    """Nor is one in a file of another encoding taken for something else."""
    assert asked(tmp_path, orders("$7.00,gave €5 back")) == []
    assert len(asked(tmp_path, orders("€7.00,"), "utf-16")) == 1


def test_a_packed_file_is_looked_through_as_well(tmp_path):
    """As it is unpacked."""
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(orders("€7.00,").encode()))
    assert len(propose([path], Answers()).open) == 1
