"""A day in one column and the time of day in another, as tills and many exports write them."""

import duckdb
import pytest

from customary.intake.recognise.answers import Answers
from customary.intake.recognise.clocks import clock_text
from customary.intake.recognise.propose import propose, write_source

TILL = """Order ID,Date,Time,Customer ID,Total
1,2024-03-05,14:33:10,ann,10.00
2,2024-03-06,2:33 PM,bob,20.00
3,2024-03-07,1433,ann,30.00
4,2024-03-08,,bob,40.00
"""
MOMENTS = ["2024-03-05 14:33:10", "2024-03-06 14:33:00", "2024-03-07 14:33:00", "2024-03-08"]


def proposed(folder, text):
    """What a file with this text is taken for."""
    path = folder / "till.csv"
    path.write_text(text, "utf-8")
    return propose([path], Answers())


def meanings(proposal):
    """Column → what it means."""
    return {one.column: one.name for one in proposal.found[0].meanings.values()}


def ordered(folder, text):
    """When each order was, by the SELECT of a file with this text, and the SELECT itself."""
    source = write_source(proposed(folder, text), folder / "shop", "Shop", {})
    select = (folder / "shop" / "source" / "orders.sql").read_text("utf-8")
    con = duckdb.connect()
    con.execute(
        f"create view {source.raw[0].name} as select *, 1 as _file, row_number() over () as _record "
        f"from read_csv('{folder / 'till.csv'}', all_varchar = true)"
    )
    return [row[0] for row in con.execute(f"select ordered_at from ({select}) order by order_id").fetchall()], select


def test_day_and_time_together_are_the_moment(tmp_path):
    """Three ways to write 14:33; a row without a time has its day alone. The proposal and the SELECT say so."""
    assert meanings(proposed(tmp_path, TILL)) | {"Date": "time", "Time": "clock"} == meanings(proposed(tmp_path, TILL))
    found, select = ordered(tmp_path, TILL)
    assert found == MOMENTS
    assert "-- decided: “Date” and “Time” together are the moment" in select.splitlines()


def test_days_of_a_spreadsheet_lose_their_midnight(tmp_path):
    """A spreadsheet writes a day as its midnight; the time of day takes its place."""
    assert ordered(tmp_path, TILL.replace("-05,", "-05 00:00:00,"))[0] == MOMENTS


def test_a_time_alone_is_no_date(tmp_path):
    """Beside a moment that has its own time of day, or without any day, a time of day means nothing."""
    own = TILL.replace("-05,", "-05 09:00:00,")
    assert "Time" not in meanings(proposed(tmp_path, own))
    assert ordered(tmp_path, own)[0][0] == "2024-03-05 09:00:00"
    without = "\n".join(",".join(line.split(",")[:1] + line.split(",")[2:]) for line in TILL.splitlines())
    proposal = propose([_beside(tmp_path, without), *_log(tmp_path)], Answers())
    assert [name for name, _why in proposal.left] == ["alone.csv"]


def _beside(folder, text):
    path = folder / "alone.csv"
    path.write_text(text, "utf-8")
    return path


def _log(folder):
    path = folder / "till.csv"
    path.write_text(TILL, "utf-8")
    return [path]


def test_minutes_of_a_delivery_are_no_time_of_day(tmp_path):
    """A name that only ends so may say how long something took."""
    assert "Delivery time" not in meanings(proposed(tmp_path, TILL.replace("Time", "Delivery time")))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *[("14:33:10", "14:33:10"), ("14:33", "14:33:00"), ("1433", "14:33:00"), ("933", "09:33:00")],
        *[("143310", "14:33:10"), ("2:33 PM", "14:33:00"), ("2:33pm", "14:33:00"), ("12:05 AM", "00:05:00")],
        *[("noon", "noon"), ("25:99", "25:99")],
    ],
)
def test_how_a_time_of_day_is_read(written, read):
    """What is no time of day stays as it is, so that the build says that the moment is none."""
    assert duckdb.sql(f"select {clock_text(repr(written))}").fetchone() == (read,)
