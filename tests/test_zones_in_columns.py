"""A column that names the time zone of each row: its times are read in it, or the shop is asked; never passed over."""

from datetime import datetime

import pytest
from typer.testing import CliRunner

from customary import open_shop
from customary.cli import app
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.propose import propose
from customary.intake.recognise.zones import mark

# A till in New York and one in Los Angeles: 23:30 there and 20:30 here are one moment.
TILLS = """Date,Time,Time Zone,Net Sales,Transaction ID,Customer ID
2024-05-06,23:30:00,Eastern Time (US & Canada),10.00,a1,c1
2024-05-06,20:30:00,Pacific Time (US & Canada),20.00,a2,c2
2024-05-08,12:00:00,Eastern Time (US & Canada),30.00,a3,c1
"""
ORDERS = "Order No,Order Date,Timezone,Customer,Total\n1,{0},{1},ann,10\n2,{0},{1},ben,20\n"


def moments(tmp_path, name, text, *flags):
    """The instant in UTC and the shop's clock of each order of one file."""
    path = tmp_path / f"{name}.csv"
    path.write_text(text)
    for words in (["adopt", str(path), "--name", name, "--yes", *flags], ["build", name]):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
    shop = open_shop(name)
    rows = shop.fetch(shop.frame("orders")).to_pylist()
    return shop.time_zone, [(row["ordered_at"], row["ordered_local"]) for row in rows]


def test_each_row_is_in_its_own_zone(tmp_path):
    """Both are 03:30 in UTC; the shop's days begin where most rows are."""
    zone, times = moments(tmp_path, "two_tills", TILLS)
    assert zone == "America/New_York"
    assert times[:2] == [(datetime(2024, 5, 7, 3, 30), datetime(2024, 5, 6, 23, 30))] * 2


def test_the_shops_own_zone_does_not_move_its_times(tmp_path):
    """Told that days begin in Berlin, the same moments are there: 05:30 of the next day."""
    _, times = moments(tmp_path, "till_abroad", TILLS, "--time-zone", "Europe/Berlin")
    assert times[0] == (datetime(2024, 5, 7, 3, 30), datetime(2024, 5, 7, 5, 30))


@pytest.mark.parametrize(
    ("written", "zone", "utc"),
    [
        ("2024-05-06 12:00", "Europe/Berlin", datetime(2024, 5, 6, 10)),
        ("13/05/2024 12:00", "Asia/Tokyo", datetime(2024, 5, 13, 3)),
        ("2024-05-06 12:00", "GMT+02:00", datetime(2024, 5, 6, 10)),
        ("2024-05-06 12:00", "PDT", datetime(2024, 5, 6, 19)),
        ("2024-05-06 12:00 +0200", "America/New_York", datetime(2024, 5, 6, 10)),  # the time says it itself
        ("2024-05-06", "America/Los_Angeles", datetime(2024, 5, 6, 7)),  # a day alone is the shop's day
        ("1714989600", "America/New_York", datetime(2024, 5, 6, 10)),  # seconds since 1970 are of no zone
    ],
)
def test_a_zone_goes_with_any_way_to_write_a_time(tmp_path, written, zone, utc):
    """Names of the IANA, offsets, abbreviations that mean one."""
    name = "zone_" + "".join(filter(str.isalnum, f"{written}{zone}")).lower()
    _, times = moments(tmp_path, name, ORDERS.format(written, zone))
    assert times[0][0] == utc


def test_a_name_that_means_several_zones_is_asked_about(tmp_path):
    """CST is of Chicago and of Shanghai; passed over, the times are the shop's."""
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS.format("2024-05-06 12:00", "CST"))
    (asked,) = propose([path], Answers()).open
    assert "CST is none that is known" in asked and "--columns 'orders.csv:zone='" in asked
    assert propose([path], Answers({"orders.csv:zone": ""})).open == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Eastern Time (US & Canada)", " ⟦America/New_York⟧"),
        ("(GMT-05:00) Eastern Time (US & Canada)", " ⟦America/New_York⟧"),
        ("europe/berlin", " ⟦Europe/Berlin⟧"),
        ("UTC+08:00", " +08:00"),
        ("cest", " CEST"),
        ("IST", ""),
        ("Atlantis", ""),
    ],
)
def test_what_stands_behind_a_time(text, told):
    """Nothing where the name is not known, or is of several."""
    assert mark(text) == told


NAMED = "Order No,{0},Customer,Total\n1,2024-05-06 12:00,ann,10\n2,2024-05-07 01:00,ben,20\n"


@pytest.mark.parametrize(
    ("column", "zone", "utc"),
    [
        ("Order Date (UTC+8)", "Etc/GMT-8", datetime(2024, 5, 6, 4)),
        ("Order Date (GMT-03:00)", "Etc/GMT+3", datetime(2024, 5, 6, 15)),
        ("Order Date [Europe/Berlin]", "Europe/Berlin", datetime(2024, 5, 6, 10)),
        ("Order Date UTC", "UTC", datetime(2024, 5, 6, 12)),
        (
            "Order Date (PDT)",
            "UTC",
            datetime(2024, 5, 6, 19),
        ),  # a day of summer: where the shop's begin it does not say
        ("Order Date (local)", "UTC", datetime(2024, 5, 6, 12)),
    ],
)
def test_the_name_of_a_column_may_say_its_zone(tmp_path, column, zone, utc):
    """Its times are read in it, and the shop's days begin there where it is a place or whole hours beside UTC."""
    name = "named " + "".join(filter(str.isalnum, column)).lower()
    known, times = moments(tmp_path, name.replace(" ", "_"), NAMED.format(column))
    assert (known, times[0][0]) == (zone, utc)


def test_a_column_whose_name_means_several_zones_is_asked_about(tmp_path):
    """CST is Chicago's and Shanghai's."""
    path = tmp_path / "cst.csv"
    path.write_text(NAMED.format("Order Date (CST)"))
    done = CliRunner().invoke(app, ["adopt", str(path), "--name", "cst", "--yes"])
    assert done.exit_code == 2 and "may mean several time zones" in done.output
