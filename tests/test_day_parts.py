"""A day in several columns: year, month and day, with an hour beside or without, are one moment.

Judges intake/recognise/day_parts, clocks and without_days.
"""

import pytest
from taken import proposed, rows, taken

NUMBERS = (("2024", "5", "6"), ("2024", "11", "23"), ("2023", "12", "31"))
NAMES = (("2024", "May", "6"), ("2024", "November", "23"), ("2023", "Dec", "31"))
HEADS = {
    "English": "Order No,Order Year,Order Month,Order Day,Customer,Total",
    "plain": "Order No,year,month,day,Customer,Total",
    "one word each": "Order No,SaleYear,SaleMonth,SaleDay,Customer,Total",
    "Spanish": "Order No,año,mes,día,Customer,Total",
    "Chinese": "Order No,年,月,日,Customer,Total",
}
WHEN = "select order_id, strftime(ordered_local, '%Y-%m-%d %H:%M') from orders order by 1"
DAYS = [("1", "2024-05-06 00:00"), ("2", "2024-11-23 00:00"), ("3", "2023-12-31 00:00")]


def orders(head, parts, hours=("", "", "")):
    """Three orders of 10, 20 and 30, dated by their parts."""
    lines = [",".join([str(n), *day, f"c{n}", f"{n}0"]) for n, day in enumerate(parts, 1)]
    return "\n".join([head, *(line + hour for line, hour in zip(lines, hours, strict=True)), ""])


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("parts", [NUMBERS, NAMES], ids=["numbers", "names"])
def test_year_month_and_day_are_one_day(tmp_path, head, parts):
    """Whatever the columns are called, and whether the month is a number or a name."""
    assert rows(taken(tmp_path, {"orders.csv": orders(head, parts)}), WHEN) == DAYS


def test_an_hour_stands_beside_the_day(tmp_path):
    """One o'clock at night is written 1 or 01."""
    text = orders(f"{HEADS['plain']},hour", NUMBERS, (",14", ",1", ",01"))
    moments = [("1", "2024-05-06 14:00"), ("2", "2024-11-23 01:00"), ("3", "2023-12-31 01:00")]
    assert rows(taken(tmp_path, {"orders.csv": text}), WHEN) == moments


def test_an_hour_stands_beside_a_date(tmp_path):
    """A date in one column, the hour in another; 24 is no hour."""
    text = "Order No,date,hour,Customer,Total\n1,2024-05-06,14,ann,10\n2,2024-05-07,0,ben,20\n"
    moments = [("1", "2024-05-06 14:00"), ("2", "2024-05-07 00:00")]
    assert rows(taken(tmp_path, {"orders.csv": text}), WHEN) == moments
    (found,) = proposed(tmp_path, {"orders.csv": text.replace(",14,", ",24,").replace(",0,", ",25,")}).found
    assert found.column("clock") is None


@pytest.mark.parametrize(
    "parts",
    [
        (("2024", "13", "6"), ("2024", "14", "23"), ("2023", "15", "31")),  # no months
        (("2024", "2", "30"), ("2024", "4", "31"), ("2023", "12", "41")),  # no days
        (("24", "5", "6"), ("24", "11", "23"), ("23", "12", "31")),  # the first three years of our time
        (("2024", "", "6"), ("", "11", "23"), ("2023", "12", "")),  # parts are lacking
    ],
)
def test_parts_that_are_no_day_are_none(tmp_path, parts):
    """By their values, whatever they are called: the orders come in without dates."""
    proposal = proposed(tmp_path, {"orders.csv": orders(HEADS["plain"], parts)})
    assert proposal.found[0].column("time") is None and any(
        "no column says when" in s for s in proposal.files_without_days()
    )


def test_a_row_without_its_month_is_set_aside_alone(tmp_path):
    """The others, in five of six rows whole, are dated."""
    day = [f"{n},2024,{n},15,c{n},10\n" for n in range(1, 6)]
    con = taken(
        tmp_path, {"orders.csv": "Order No,year,month,day,Customer,Total\n" + "".join(day) + "6,2024,,15,c6,10\n"}
    )
    assert rows(con, "select count(*), min(strftime(ordered_local, '%d')) from orders") == [(5, "15")]
    assert rows(con, "select line, reason from quarantine") == [(7, "ordered_at is missing")]


def test_a_date_beside_its_parts_is_the_date(tmp_path):
    """Reports repeat the year and the month of a date: the date is whole."""
    text = (
        "Order No,Order Date,year,month,day,Customer,Total\n1,2024-05-06,2023,1,1,ann,10\n2,2024-05-07,2023,1,1,ben,2\n"
    )
    assert rows(taken(tmp_path, {"orders.csv": text}), WHEN) == [("1", "2024-05-06 00:00"), ("2", "2024-05-07 00:00")]


def test_a_year_and_a_month_are_no_day(tmp_path):
    """The day is not invented, and that is said."""
    text = "Order No,year,month,Customer,Total\n1,2024,5,ann,10\n2,2024,6,ben,20\n"
    proposal = proposed(tmp_path, {"orders.csv": text})
    assert proposal.found[0].column("time") is None
    assert any("a year and a month stand there and no day" in said for said in proposal.files_without_days())


def test_parts_are_no_columns_of_the_shops_own(tmp_path):
    """They are the day: nothing groups by them besides."""
    text = "Order No,year,month,day,Customer,Total\n" + "".join(f"{n},2024,{1 + n % 2},15,c,1\n" for n in range(20))
    proposal = proposed(tmp_path, {"orders.csv": text})
    assert list(proposal.spare_columns()) == []
    assert [row[2] for row in proposal.rows()] == ["Order No", "year", "Customer", "Total"]
