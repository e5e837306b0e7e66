"""Intake in the small: until when data reach, what a build says of them; each formula computed in the head.

Judges intake/report_of_shop, intake/report_words and intake/taking.
"""

import gzip
import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest

from customary import standard
from customary.errors import Refused, UnknownName
from customary.intake import (
    contacted,
    horizon,
    identity,
    instants,
    keys,
    matching,
    quality,
    readers,
    readings,
    report,
    settings,
    source,
    strays,
    taking,
    texts,
    workbooks,
)
from customary.intake.conform import empty
from customary.intake.erasure import Erasure, print_of
from customary.intake.load import BOOKS
from customary.intake.readers import PER_FILE
from customary.intake.readings import Undecided

NEW_YEAR = date(2024, 1, 1)


def tables():
    """A database with the books and every canonical table, all of them empty."""
    con = duckdb.connect()
    con.execute(BOOKS + identity.BOOKS)
    con.execute("create table ledger (outcome text, record_count bigint)")
    for table in standard.declared_tables().values():
        empty(con, table)
    horizon.remember(con, horizon.Horizon(NEW_YEAR, "the shop says so"))
    quality.inspect(con)
    return con


def put(con, table, *rows):
    """Rows, each a dictionary, into a table."""
    for row in rows:
        marks = ", ".join("?" * len(row))
        con.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))


def line_with(con, piece):
    """The one line of a build's report that has these words; "" where none has."""
    found = [line for line in report.report(con) if piece in line]
    assert len(found) < 2
    return "".join(found)


# --- times ---------------------------------------------------------------------------------------

MONTHS = {
    1: "jan ene gen January Januar janvier enero",
    2: "feb fév fev February",
    3: "mar mär March",
    4: "apr avr abr April",
    5: "may mai mag",
    6: "juin jun giu June Juni",
    7: "juil jul lug July Juli",
    8: "aug aoû ago August",
    9: "sep set September",
    10: "oct okt out ott October",
    11: "nov November",
    12: "dec dez déc dic December",
}
HOURS_EAST = {"PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "EST": -5, "EDT": -4, "CET": 1, "CEST": 2, "JST": 9, "HKT": 8}


def instant_of(text, reading=""):
    """The instant in UTC that a text means."""
    return duckdb.execute(f"select {instants.instant('x', 'UTC', reading)} from (select ? as x)", [text]).fetchone()[0]


@pytest.mark.parametrize("month", MONTHS)
def test_a_month_is_called_so_in_six_languages(month):
    """Before its day and behind it."""
    for name in MONTHS[month].split():
        assert instant_of(f"7 {name} 2024") == instant_of(f"{name} 7, 2024") == datetime(2024, month, 7), name


@pytest.mark.parametrize("zone", HOURS_EAST)
def test_a_zone_lies_so_many_hours_east_of_greenwich(zone):
    """Noon there is so many hours earlier or later in UTC."""
    assert instant_of(f"2024-03-05 12:00 {zone}") == datetime(2024, 3, 5, 12) - timedelta(hours=HOURS_EAST[zone])


@pytest.mark.parametrize(
    ("values", "reading", "because"),
    [
        (["13/04/2024", "03/04/2024"], "day first", "1 value says so"),
        (["04/13/2024", "03/04/2024"], "month first", "1 value says so"),
        (["12/13/2024", "12/12/2024"], "month first", "1 value says so"),
        (["13/12/2024", "12/12/2024"], "day first", "1 value says so"),
        (["3.4.2024", "5.4.2024"], "day first", "dots stand between the numbers"),
    ],
)
def test_a_thirteenth_decides_which_number_is_the_day(values, reading, because):
    """There is no thirteenth month; a twelfth decides nothing."""
    con = duckdb.connect()
    con.execute("create table _staged as select unnest(?) as ordered_at", [values])
    chosen = readings.choose(con, "_staged", standard.tables()["orders"], {"ordered_at": "VARCHAR"}, {})
    assert (chosen["ordered_at"].reading, chosen["ordered_at"].because) == (reading, because)


@pytest.mark.parametrize(
    ("day_first", "month_first", "is_split"),
    [(1, 0, False), (1, 2, True), (1, 3, False), (2, 3, True), (2, 200, False), (3, 200, True), (0, 1, False)],
)
def test_one_against_three_may_be_faulty_and_one_in_a_hundred(day_first, month_first, is_split):
    """1 against 2 is asked about, 1 against 3 is a mistake; 2 of 200 are, 3 of 200 are asked about."""
    con = duckdb.connect()
    days = ["13/04/2024"] * day_first + ["04/13/2024"] * month_first
    con.execute("create table _staged as select unnest(?) as ordered_at", [days])
    ask = (con, "_staged", standard.tables()["orders"], {"ordered_at": "VARCHAR"}, {})
    if is_split:
        with pytest.raises(Undecided):
            readings.choose(*ask)
    else:
        more = "day first" if day_first > month_first else "month first"
        assert readings.choose(*ask)["ordered_at"].reading == more


@pytest.mark.parametrize(
    ("values", "reading"),
    [
        (["1.5", "1.234"], "1,234.56"),
        (["1,5", "1.234"], "1.234,56"),
        (["1,5", "1,5", "1,5", "1.5"], "1.234,56"),
        (["1.5", "1.5", "1.5", "1,5"], "1,234.56"),
    ],
)
def test_the_more_of_two_decimal_marks_holds(values, reading):
    """Three against one: the one is faulty."""
    con = duckdb.connect()
    con.execute("create table _staged as select unnest(?) as gross_amount", [values])
    chosen = readings.choose(con, "_staged", standard.tables()["orders"], {"gross_amount": "VARCHAR"}, {})
    assert chosen["gross_amount"].reading == reading


def test_two_decimal_marks_that_contradict_each_other_are_asked_about():
    """One of each: neither is called faulty; and a reading that is none is refused with those that are."""
    con = duckdb.connect()
    con.execute("create table _staged as select unnest(['1.5', '1,5']) as gross_amount")
    with pytest.raises(Undecided, match="can be read as"):
        readings.choose(con, "_staged", standard.tables()["orders"], {"gross_amount": "VARCHAR"}, {})
    told = r"write day first, month first, 1,234.56, 1.234,56, as written or a format such as %d/%m/%Y$"
    with pytest.raises(Refused, match=told):
        readings.reading_named("backwards")
    assert Undecided("x").exit_code == 2


# --- keys ----------------------------------------------------------------------------------------


def key_readings(table="orders", **columns):
    """Column → how its keys are read, and why."""
    con = duckdb.connect()
    con.execute(
        f"create table _staged as select {', '.join(f'unnest(?) as {name}' for name in columns)}", [*columns.values()]
    )
    found = keys.choose(con, "_staged", standard.tables()[table], dict.fromkeys(columns, "VARCHAR"), {})
    return {name: (one.reading, one.because) for name, one in found.items()}


def test_each_key_column_is_looked_at_by_itself():
    """17850.0 is 17850 where all are whole numbers; two customers called 0 are nobody."""
    assert key_readings(order_id=["1.0", "2", "3.0"], customer_id=["0", "guest", "ann"]) == {
        "order_id": ("without .0", "all keys are whole numbers, 2 of them written with .0"),
        "customer_id": ("no customer where it says so", "2 of 3 are 0, guest or the like"),
    }
    assert key_readings(order_id=["1.0", "a2"], customer_id=["0", "ann"]) == {
        "order_id": ("as written", ""),
        "customer_id": ("as written", ""),
    }
    assert key_readings(order_id=["1.0"], customer_id=["0"])["customer_id"] == ("as written", "")
    assert key_readings("customers", customer_id=["0", "ann"])["customer_id"][0] == "no customer where it says so"
    assert key_readings("customers", customer_id=["ann", "ben"])["customer_id"] == ("as written", "")
    assert key_readings(order_id=["１", "a"])["order_id"] == ("", "")  # wide digits are made narrow


# --- until when data reach -----------------------------------------------------------------------


def daily(count, rows=1, step=1):
    """So many days, one after another, with so many rows each."""
    return [(NEW_YEAR + timedelta(step * n), rows) for n in range(count)]


def reach(*days):
    """Until when these days reach: the as-of day, counted from New Year, and the longest gap."""
    found = horizon.horizon(days)
    return (found.as_of - NEW_YEAR).days, found.gap_days


def later(days, rows):
    """A day so long after New Year, with so many rows."""
    return NEW_YEAR + timedelta(days), rows


def test_a_day_long_after_all_others_is_mistyped():
    """One row 91 days later is beyond, one 90 days later is not; the as-of day is the one after the last."""
    assert reach(*daily(30)) == (30, 1)
    assert reach(*daily(30), later(29 + 90, 1)) == (120, 90)
    assert reach(*daily(30), later(29 + 91, 1)) == (30, 1)
    found = horizon.horizon([*daily(30), later(29 + 91, 1)])
    assert found.because == "the last day with data is 2024-01-30; 1 beyond it, until 2024-04-30, are mistyped"
    assert horizon.horizon([*daily(30), later(500, 0)]).because.endswith(
        "; instants beyond it, until 2025-05-15, are mistyped"
    )


def test_a_shop_that_sells_every_ten_days_has_longer_gaps():
    """Twenty times the usual gap of 10 days are 200."""
    assert reach(*daily(40, step=10), later(390 + 200, 1)) == (591, 200)
    assert reach(*daily(40, step=10), later(390 + 201, 1)) == (391, 10)


def test_few_rows_are_too_few_to_call_one_mistyped():
    """Of 29 rows none is implausible, of 30 one is."""
    assert reach(*daily(28), later(500, 1)) == (501, 473)
    assert reach(*daily(29), later(500, 1)) == (29, 1)
    assert reach(later(0, 1)) == (1, 0)
    found = horizon.horizon([later(0, 1)])
    assert (found.because, found.gap_ends_on) == ("the last day with data is 2024-01-01", None)


def test_of_a_day_that_the_shop_names_no_gap_is_known():
    """The book of the horizon keeps the day and the reason."""
    con = tables()
    assert con.execute("from horizon").fetchall() == [(NEW_YEAR, "the shop says so", 0, None)]


def test_of_a_hundred_rows_one_may_be_mistyped_of_a_thousand_one_surely_is():
    """Up to 1 in 1,000 beyond a gap is set aside, up to 1 in 100 is asked about, more is believed."""
    assert reach(*daily(29, 99), later(29, 126), later(500, 3)) == (30, 1)  # 3 of 3,000
    with pytest.raises(Undecided, match=r"^4 of 3,001 rows lie 471 days after 2024-01-30 and all others: "):
        reach(*daily(29, 99), later(29, 126), later(500, 4))
    with pytest.raises(Undecided, match="--as-of 2024-01-31 if they are mistyped, or with --as-of 2025-05-16 if"):
        reach(*daily(30, 10), later(500, 3))
    with pytest.raises(Undecided):
        reach(*daily(33, 9), later(500, 3))  # 3 of 300
    assert reach(*daily(33, 9), later(500, 4)) == (501, 468)
    assert reach(*daily(40), later(500, 2)) == (501, 461)  # two of few are believed
    with pytest.raises(Undecided):
        reach(*daily(33, 9), later(500, 2))


def test_days_are_those_of_the_rows_and_of_what_befell_them():
    """An order of the 2nd that was delivered on the 5th: one row of the 2nd; the 5th is a day without rows."""
    con = tables()
    put(con, "orders", {"ordered_local": "2024-01-02 23:59", "delivered_local": "2024-01-05 08:00"})
    put(con, "events", {"occurred_local": "2024-01-02 10:00"})
    assert horizon.days(con) == [(date(2024, 1, 2), 2), (date(2024, 1, 5), 0)]
    assert horizon.last_day(con).as_of == date(2024, 1, 6)


def test_what_is_after_the_horizon_is_set_aside_and_told():
    """730 days later is told in days, 731 in years; a late delivery is forgotten, its order stays."""
    con = tables()
    put(
        con,
        "orders",
        {"order_id": "o1", "ordered_local": "2024-01-01 10:00", "delivered_local": "2024-01-08 10:00", "_record": 5},
        {"order_id": "o2", "ordered_local": "2026-01-07 10:00", "_record": 6},
        {"order_id": "o3", "ordered_local": "2026-01-08 10:00", "_record": 7},
    )
    horizon.set_aside_implausible(con, date(2024, 1, 8))
    told = con.execute("select line, reason from quarantine order by line").fetchall()
    assert told == [
        (6, "ordered_at is 2026-01-07, 730 days after all others"),
        (7, "ordered_at is 2026-01-08, 2 years after all others"),
    ]
    assert con.execute("select column_name, reason, record_count, line from emptied").fetchall() == [
        ("delivered_at", "delivered_at is long after all others", 1, 5)
    ]
    assert con.execute("select order_id from orders").fetchall() == [("o1",)]


def test_where_nothing_happened_the_commonest_reason_is_told():
    """With its number and first line."""
    con = tables()
    with pytest.raises(Refused, match=r"that happened at a time$"):
        horizon.last_day(con)
    put(
        con,
        "quarantine",
        {"line": 9, "reason": "no day"},
        {"line": 7, "reason": "no day"},
        {"line": 2, "reason": "odd"},
    )
    with pytest.raises(Refused, match=r"that happened at a time: 2 × “no day”, first in line 7$"):
        horizon.last_day(con)


# --- what a build says ---------------------------------------------------------------------------


def test_twelve_lines_are_shown_and_none_is_lost():
    """Of thirteen the tenth and eleventh stand in one; the last two keep their places.

    Twelve lines are the same folded or not, so that nobody can tell which is done to them.
    """
    lines = [f"line {n}" for n in range(1, 14)]
    assert report.fold(lines[:12]) == lines[:12]
    assert report.fold(lines) == [*lines[:9], "line 10; line 11", "line 12", "line 13"]


def test_files_and_records_are_counted():
    """One file is a file, two are files; blank lines and headers are told where there are some."""
    con = tables()
    assert report.report(con)[0] == "0 files, 0 lines: 0 records – 0 loaded"
    put(con, "files", {"file_no": 1, "record_count": 1, "line_count": 1, "header_count": 0, "blank_count": 0})
    put(con, "ledger", {"outcome": "loaded as", "record_count": 1})
    assert report.report(con)[0] == "1 file, 1 line: 1 record – 1 loaded"
    put(con, "files", {"file_no": 2, "record_count": 9, "line_count": 1_012, "header_count": 1, "blank_count": 1_002})
    put(con, "ledger", {"outcome": "folded into", "record_count": 4})
    told = "2 files, 1,013 lines: 1 header, 1,002 blank, 10 records – 1 loaded, 4 folded into other tables"
    assert report.report(con)[0] == told
    con.execute("update files set header_count = 0")
    assert "0 headers, 1,002 blank, " in report.report(con)[0]


def aside(reason, *lines, file_no=1):
    """Records that were set aside for a reason."""
    return [{"file_no": file_no, "line": line, "reason": reason} for line in lines]


def test_three_reasons_are_told_and_the_others_counted():
    """The commonest first, with file and line; of a fourth and a fifth only how many."""
    con = tables()
    assert report.report(con)[1] == "nothing was quarantined"
    put(con, "files", {"file_no": 1, "file_name": "a.csv"}, {"file_no": 2, "file_name": "b.csv"})
    put(con, "quarantine", *aside("no day", 4, 3, 8), *aside("odd", 5, 6), *aside("no key", 7))
    told = "no day: 3 records in a.csv, first in line 3; odd: 2 records in a.csv, first in line 5"
    assert line_with(con, "because") == f"quarantined because {told}; no key: 1 record in a.csv, first in line 7"
    put(con, "quarantine", *aside("no day", 9, file_no=2), *aside("x", 1), *aside("y", 1))
    assert line_with(con, "because").startswith(
        "quarantined because no day: 4 records in a.csv and 1 other file, first"
    )
    assert line_with(con, "because").endswith("; 2 other reasons: 2 records")


def test_what_comes_in_again_is_no_fault():
    """It is told on a line of its own, the commonest first."""
    con = tables()
    put(
        con,
        "quarantine",
        *aside("the same record stood in an earlier file", 3),
        *aside("an order already loaded", 4, 5),
    )
    assert report.report(con)[1] == "nothing was quarantined"
    told = "an order already loaded, 2 records; the same record stood in an earlier file, 1 record"
    assert line_with(con, "came in again") == f"came in again: {told}"


def test_repeated_lines_and_discounts_are_told_with_their_sums():
    """Two lines of 2 × 3 repeat another: 12; a voucher of −5 is a discount."""
    con = tables()
    line = {"order_id": "o", "quantity": 2, "unit_price": 3, "is_repeated": True}
    put(con, "orders", {"order_id": "o"})
    put(con, "order_items", line)
    assert line_with(con, "repeat").startswith(
        "1 order line repeats another of the same file exactly and counts, 6.00 in all"
    )
    put(con, "order_items", line, {"order_id": "o", "quantity": 1, "unit_price": -5, "excluded_because": report.REASON})
    assert line_with(con, "repeat").startswith("2 order lines repeat another of the same file exactly and count, 12.00")
    assert line_with(con, "below zero") == (
        "1 line below zero of things that are never sold, 5.00 in all: discounts of their orders"
    )
    put(con, "order_items", {"order_id": "x", "quantity": 4, "unit_price": 1})
    assert line_with(con, "no known order") == "1 order line (4.00) of no known order, such as x: left out"


def test_three_odd_things_are_told_and_the_others_counted():
    """Values that were emptied and values that were kept, the commonest first; readings and names of events as well."""
    con = tables()
    odd = [{"table_name": "t", "reason": f"r{n}", "record_count": n, "line": 7} for n in (1, 2, 3)]
    put(con, "emptied", *odd)
    told = "r3 (t), 3, first in line 7; r2 (t), 2, first in line 7; r1 (t), 1, first in line 7"
    assert line_with(con, "emptied") == f"emptied because {told} – the records stay"
    put(con, "remarks", *odd, {"table_name": "t", "reason": "r0", "record_count": 1})
    assert line_with(con, "odd and kept").endswith("r0 (t), 1; 1 other reason")
    read = [{"table_name": "t", "column_name": f"c{n}", "reading": "day first", "because": "so"} for n in (1, 2, 3)]
    put(con, "readings", *read)
    assert line_with(con, "read ") == "read t.c1 day first (so); t.c2 day first (so); t.c3 day first (so)"
    put(con, "readings", {"table_name": "u", "column_name": "c", "reading": "1,234.56", "because": "so"})
    assert line_with(con, "read ").endswith("; 1 more")
    put(con, "events", *({"event_name": name} for name in ("c", "b", "a", "a", "view_item")))
    assert line_with(con, "vocabulary") == "event names outside the vocabulary, kept as they are: a (2), b (1), c (1)"
    put(con, "events", {"event_name": "d"})
    assert line_with(con, "vocabulary").endswith("b (1), c (1) and 1 more")


def test_a_till_is_noticed_by_its_share_of_orders():
    """More than three orders and more than 5 % of them: 4 of 79, not 4 of 80 and not 3 of 3."""
    for of_one, of_others, is_told in ((3, 0, False), (4, 0, True), (4, 75, True), (4, 76, False)):
        con = tables()
        ids = ["till"] * of_one + [f"c{n}" for n in range(of_others)]
        put(con, "orders", *({"order_id": str(n), "customer_id": who} for n, who in enumerate(ids)))
        told = f"one customer has {of_one} of {of_one + of_others} orders, as tills and guests do" if is_told else ""
        assert line_with(con, "one customer has") == told
    put(con, "orders", {"order_id": "x"})
    said = line_with(con, "without a customer")
    assert said.startswith("1 of 81 orders without a customer: beside sales and outside all customer figures")


def test_merges_are_told_with_what_they_move():
    """Two accounts of one customer, and the buyers that each rule would leave."""
    con = tables()
    put(con, "merges", *({"account_id": a, "customer_id": "ann", "because": "email"} for a in ("a2", "a3")))
    put(con, "identity_moves", {"rule": "no merge", "buyer_count": 1_003}, {"rule": "exact keys", "buyer_count": 9})
    told = "2 accounts merged into 1 customer (email: 2); buyers: 1,003 by no merge, 9 by exact keys"
    assert line_with(con, "merged") == told


def test_standards_and_the_longest_gap_are_told_last():
    """A gap of one day is none."""
    con = tables()
    put(con, "orders", {"order_id": "o", "customer_id": "ann"})
    quality.inspect(con)
    assert report.report(con)[-2:] == ["data standards met by the one table", "as of 2024-01-01: the shop says so"]
    put(con, "quarantine", {"table_name": "orders", "reason": "ordered_at is missing"})
    quality.inspect(con)
    horizon.remember(con, horizon.Horizon(NEW_YEAR, "so", 1, NEW_YEAR))
    assert report.report(con)[-2:] == [
        "data standards not met by orders (complete 50.0%, accurate 100.0% of 2)",
        "as of 2024-01-01: so",
    ]
    horizon.remember(con, horizon.Horizon(NEW_YEAR, "so", 2, date(2023, 12, 5)))
    assert report.report(con)[-1] == "as of 2024-01-01: so; longest gap 2 days, until 2023-12-05"


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "others", "is_total"),
    [
        ("Total:", ["9", None, None], True),
        ("合计", [None, None, None], True),
        ("Total", ["9", "8", None], False),  # more than half of its cells say something
        ("Totally", [None, None, None], False),
    ],
)
def test_a_line_of_totals_is_no_record(first, others, is_total):
    """Its first cell says so and at most half of its cells say anything; the header may stand there once more."""
    raw = source.Raw("r", (), ("a", "b", "c", "d"))
    sql = strays.reason_sql(raw, ["x", "y", "z", "w"])
    cells = "select ? as x, ? as y, ? as z, ? as w"
    assert duckdb.execute(f"select {sql} from ({cells})", [first, *others]).fetchone()[0] == (
        strays.TOTAL if is_total else None
    )
    again = duckdb.execute(f"select {sql} from ({cells})", ["a", "b", "c", "d"]).fetchone()[0]
    assert again == strays.HEADER_AGAIN


def test_a_table_of_one_column_may_have_a_total():
    """One cell is half of it, whatever the arithmetic says."""
    sql = strays.reason_sql(source.Raw("r", (), ("it's",), header=False), ["x"])
    assert duckdb.execute(f"select {sql} from (select 'Sum' as x)").fetchone()[0] == strays.TOTAL
    assert duckdb.execute(f"select {sql} from (select 'it''s' as x)").fetchone()[0] is None
    again = strays.reason_sql(source.Raw("r", (), ("it's",)), ["x"])
    assert duckdb.execute(f"select {again} from (select 'it''s' as x)").fetchone()[0] == strays.HEADER_AGAIN
    two = strays.reason_sql(source.Raw("r", (), ("a", "b")), ["x", "y"])
    assert duckdb.execute(f"select {two} from (select 'Sum' as x, '9' as y)").fetchone()[0] is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (3.0, "3"),
        (3.5, "3.5"),
        (1e15, "1000000000000000.0"),
        (999_999_999_999_999.0, "999999999999999"),
        (-1e15, "-1000000000000000.0"),
        (datetime(2024, 1, 5, 10), "2024-01-05 10:00:00"),
        (None, ""),
        ("#DIV/0!", ""),
        ("#N/A", ""),
        ("#NAME?", ""),
        ("#1", "#1"),
        ("Wow!", "Wow!"),
    ],
)
def test_a_cell_of_a_workbook_as_text(value, text):
    """Whole numbers without .0 as long as they are exact; a broken formula is nothing; #1 is an order's number."""
    assert workbooks.cell_text(value) == text


def test_a_sheet_is_the_one_that_is_named_or_the_first_that_holds_something(tmp_path, monkeypatch):
    """One that is full to its last row was cut there; one with a row to spare is whole."""
    book, path = openpyxl.Workbook(), tmp_path / "a.xlsx"
    for name in ("one", "two"):
        book.create_sheet(name).append([name])
    book.save(path)
    assert workbooks.sheets(path) == ["one", "two"]
    assert list(workbooks.rows(path)) == [["one"]] and list(workbooks.rows(path, "two")) == [["two"]]
    monkeypatch.setattr(workbooks, "MOST_ROWS", {".xlsx": 2})
    assert list(workbooks.rows(path)) == [["one"]]
    monkeypatch.setattr(workbooks, "MOST_ROWS", {".xlsx": 1})
    with pytest.raises(Refused, match="is full to its last row"):
        list(workbooks.rows(path))


def test_a_nul_in_the_first_thousand_bytes_is_no_text(tmp_path):
    """In the 1,024th byte it is, in the 1,025th it is damage of a line; what is declared as UTF-16 is full of them."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * 1_023 + b"\0")
    with pytest.raises(Refused, match="holds NUL bytes"):
        list(texts.utf8_blocks(path, "utf-8"))
    path.write_bytes(b"a" * 1_024 + b"\0")
    assert len(b"".join(texts.utf8_blocks(path, "utf-8"))) == 1_025
    path.write_bytes("a,b\n".encode("utf-16-le"))
    assert b"".join(texts.utf8_blocks(path, "utf-16-le")) == b"a,b\n"


def test_a_packed_file_may_be_200_times_as_large(tmp_path, monkeypatch):
    """At least so many bytes are always allowed; beyond 200 times its size it is no export."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"0" * 100_000))
    monkeypatch.setattr(texts, "PACKED_LEAST", 99_999)
    monkeypatch.setattr(texts, "PACKED_MOST", 1)
    with pytest.raises(Refused, match="unpacks to more than 1 times its size"):
        list(texts.utf8_blocks(path, "utf-8"))
    monkeypatch.setattr(texts, "PACKED_LEAST", 100_000)
    assert len(b"".join(texts.utf8_blocks(path, "utf-8"))) == 100_000
    monkeypatch.setattr(texts, "PACKED_LEAST", 0)
    monkeypatch.setattr(texts, "PACKED_MOST", 100_000 // path.stat().st_size + 1)
    assert len(b"".join(texts.utf8_blocks(path, "utf-8"))) == 100_000


def test_a_plain_file_may_be_as_large_as_it_is(tmp_path, monkeypatch):
    """What was never packed does not unpack to anything."""
    monkeypatch.setattr(texts, "PACKED_LEAST", 1)
    monkeypatch.setattr(texts, "PACKED_MOST", 0)
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    assert b"".join(texts.utf8_blocks(path, "utf-8")) == b"a,b\n1,2\n"


def test_oddities_are_counted_in_places():
    """Two wrong letters in two blocks, three control characters, one mark of direction."""
    turning = texts.Oddities()
    marks = [*range(0x2028, 0x2030), *range(0x2064, 0x206C)]  # the first two and the last of each are none
    assert list(turning.watch(iter(["".join(map(chr, marks)).encode()])))
    assert turning.found == {"marks that turn the direction of writing": 5 + 4}
    odd = texts.Oddities()
    assert len(list(odd.watch(iter(["Ã© and Ã¼\x07\x7f\x01\t\n".encode(), "\u202eabc Ã©".encode()])))) == 2
    assert odd.found == {
        "letters of a wrong encoding, such as Ã© or �": 3,
        "control characters": 3,
        "marks that turn the direction of writing": 1,
    }


def test_a_text_of_another_encoding_is_refused_near_its_line(tmp_path):
    """The third line holds what is no GB18030."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\nb\n\xff\xff\n")
    with pytest.raises(Refused, match=r"a.csv is not gb18030, near line 1: "):
        list(texts.utf8_blocks(path, "gb18030"))
    with pytest.raises(Refused, match=r"a.csv is not gb18030, near line 3: "):
        list(texts.utf8_blocks(path, "gb18030", 4))


# --- settings ------------------------------------------------------------------------------------


def test_changes_of_a_shop_are_told_one_by_one():
    """What was given, what was taken away, what became another; a day and its text are the same."""
    before = {"title": "A", "as_of": date(2024, 1, 1), "decisions": {"d": "x"}, "files": [{"path": "f", "raw": "r"}]}
    after = {"title": "B", "as_of": "2024-01-01", "week_start": "monday", "decisions": {"e": "y"}, "files": []}
    assert list(settings.changes(before, after)) == [
        "title: A → B",
        "week start: none → monday",
        "decision d: x → none",
        "decision e: none → y",
        "f is no longer counted; its copy stays in the shop's folder",
    ]
    moved = {**before, "files": [{"path": "f", "raw": "s"}, {"path": "g", "raw": "r"}]}
    assert list(settings.changes(before, moved)) == ["f: r → s"]
    assert list(settings.changes({}, after)) == [] == list(settings.changes(before, before))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('titel = "x"', "setting"),
        ("title = 5", "title is a text in quotation marks"),
        ("as_of = 5", "as_of is a day such as"),
        ("decisions = 5", "decisions is a table of texts"),
        ("[decisions]\nd = 5", "decisions is a table of texts"),
        ('origins = "/exports"', "origins is a list of texts"),
        ("origins = [5]", "origins is a list of texts"),
        ("files = 5", "files is a list of tables"),
        ('[[files]]\npath = "f"\nraw = "r"', "files is a list of tables"),
        ("files = [5]", "files is a list of tables"),
        ("title = 2024-01-01", "title is a text in quotation marks"),
    ],
)
def test_what_nobody_reads_is_refused(tmp_path, text, said):
    """With what belongs there; what is right is read."""
    (tmp_path / "shop.toml").write_text(text)
    with pytest.raises((Refused, UnknownName), match=said):
        settings.read_settings(tmp_path)
    right = 'title = "x"\nas_of = 2024-01-01\n[decisions]\nd = "y"\n[[files]]\npath = "f"\nraw = "r"\nsha256 = "s"'
    (tmp_path / "shop.toml").write_text(right)
    assert settings.read_settings(tmp_path)["as_of"] == date(2024, 1, 1)


def test_a_decision_has_a_default_and_known_options():
    """The first option holds where the shop says nothing; none is made up."""
    decision = source.Decision("d", ("keep", "drop"), "")
    assert (decision.choose({}), decision.choose({"d": "drop"})) == ("keep", "drop")
    with pytest.raises(Refused, match=r"decision d is one of keep \| drop, not “x”"):
        decision.choose({"d": "x"})


# --- who is one person ---------------------------------------------------------------------------


def test_the_account_that_joined_first_gives_the_person_its_number():
    """Before one that joined later, and before one of which nobody knows when; the shorter number, then the smaller."""
    early, late, unknown = (
        matching.Account(n, None, None, None, day)
        for n, day in (("a3", datetime(2024, 1, 1)), ("a2", datetime(2024, 1, 2)), ("a1", None))
    )
    together = [matching.Key(a.account_id, "email", "x@y.no") for a in (early, late, unknown)]
    merged = matching.by_agreement([early, late, unknown], together)
    assert [(m.account_id, m.customer_id, m.because) for m in merged] == [("a1", "a3", "email"), ("a2", "a3", "email")]


def test_the_order_of_columns_is_counted_from_the_file():
    """A wanted column is found wherever it stands, refused where it is not or stands twice."""
    given = readers.AdoptedFile(path=Path("x.csv"), file_no=1, raw=source.Raw("r", (), ("b", "a")))
    assert readers._positions(["a", "c", "b"], given) == (2, 0)
    with pytest.raises(Refused, match="has the column a 2 times"):
        readers._positions(["a", "a", "b"], given)
    with pytest.raises(Refused, match="has no column b"):
        readers._positions(["a"], given)


# --- by which source files are taken in ----------------------------------------------------------

KEPT, NEW = Path("kept.csv"), Path("new.csv")
OWN = source.OWN


@pytest.fixture
def taken_as(monkeypatch, tmp_path):
    """By which source new files of a shop are taken in; or which files are looked at, and whether all is renewed."""

    def asked(told, *, fits, replaces=False, named=None, answers=None, known=None, paths=(NEW,)):
        monkeypatch.setattr(taking, "read_settings", lambda folder: {"source": told} if told else {})
        monkeypatch.setattr(taking, "fits", lambda one, paths: fits)
        monkeypatch.setattr(taking, "source_named", lambda name: name)
        monkeypatch.setattr(taking, "source_of", lambda folder, name: name)
        monkeypatch.setattr(taking, "own_copies", lambda folder: [KEPT])
        monkeypatch.setattr(taking, "fitting_source", lambda paths: known)
        monkeypatch.setattr(
            taking, "_recognise", lambda paths, folder, answers, renews=False, remark="": (list(paths), renews)
        )
        plan = taking.plan_taking(paths, tmp_path, named=named, answers=answers, replaces=replaces)
        return plan if isinstance(plan, tuple) else plan.source

    return asked


def test_files_of_a_shops_source_are_taken_in_by_it(taken_as):
    """A shipped source takes what does not fit, too, and refuses it later; one that is named is followed always."""
    assert [taken_as("olist", fits=fits) for fits in (True, False)] == ["olist", "olist"]
    assert (
        taken_as("olist", fits=True, replaces=True) == taken_as("olist", fits=False, replaces=True, paths=()) == "olist"
    )
    assert (
        taken_as("olist", fits=False, replaces=True, named="cdnow")
        == taken_as(None, fits=False, named="cdnow")
        == "cdnow"
    )
    assert taken_as(OWN, fits=True) == OWN


def test_what_no_longer_fits_is_looked_at_anew(taken_as):
    """A shop of its own source looks at all its files again; one that replaces them at the new ones alone."""
    assert taken_as(OWN, fits=False) == ([KEPT, NEW], True)
    assert taken_as(OWN, fits=True, replaces=True) == taken_as("olist", fits=False, replaces=True) == ([NEW], True)
    assert taken_as(OWN, fits=True, replaces=True, paths=()) == ([KEPT], True)


def test_answers_have_files_looked_at(taken_as):
    """Those of before too where the shop's source is its own; a source that knows the files is not asked."""
    told = taking.Answers()
    assert taken_as(OWN, fits=True, answers=told) == ([KEPT, NEW], True)
    assert taken_as("olist", fits=True, answers=told) == taken_as(None, fits=False, answers=told) == ([NEW], False)


def test_a_new_shop_is_of_the_source_that_knows_its_files(taken_as):
    """Where one does; else they are looked at."""
    known = taking.source_named("olist")
    assert taken_as(None, fits=False, known=known) is known
    assert taken_as(None, fits=False) == ([NEW], False)


# --- who is to be forgotten ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        (" Ann@X.org ", "ann@x.org", True),
        ("+49 (170) 123-4567", "0170 1234567", True),  # the last ten digits
        ("030 123 45 67", "0301234567", True),  # ten digits are a number
        ("123 456 789", "123456789", False),  # nine may be anything
        ("K-1701234567", "1701234567", False),
        ("1701234567", "2701234567", False),
    ],
)
def test_a_print_is_of_a_key_however_it_is_spelled(one, other, are_same):
    """Case and blanks around it do not matter, nor how a phone number is written."""
    forgotten = Erasure(frozenset([print_of(b"secret", one)]), b"secret")
    assert forgotten.has([None, "", other]) is are_same
    assert not forgotten.has([None, ""]) and print_of(b"secret", one) != print_of(b"another", one)


# --- lists that were delivered -------------------------------------------------------------------


def delivered(folder, *members, cost=2.5):
    """A shop's ledger with one list of these (customer, arm, instant), and one that was not delivered."""
    with sqlite3.connect(folder / contacted.FILE) as con:
        con.execute(
            "create table lists (list_id, play, offer, sent_by, contact_cost, as_of, delivered_at)",
        )
        con.execute("create table members (list_id, customer_id, arm, place)")
        at = members[0][2]
        con.execute("insert into lists values ('one', 'recall', 'x', 'e-mail', ?, '2025-01-10', ?)", [cost, at])
        con.execute("insert into lists values ('two', 'recall', 'x', 'e-mail', ?, '2025-01-10', null)", [cost])
        rows = [(who, arm, place) for place, (who, arm, _at) in enumerate(members)]
        con.executemany("insert into members values ('one', ?, ?, ?)", rows)
        con.execute("insert into members values ('two', 'zoe', 'contacted', 0)")


def test_members_of_delivered_lists_are_assignments(tmp_path):
    """Ann was contacted for 2.5, ben held out for nothing, at 18 UTC, which is two in the morning of the 11th in China.

    Cai is in an experiment of that name by the shop's own files already; zoe's list was not delivered. The file is the
    third one of the books, its records 1 to 3.
    """
    delivered(
        tmp_path,
        *(
            (who, arm, "2025-01-10T18:00:00+00:00")
            for who, arm in (("ann", "contacted"), ("ben", "hold-out"), ("cai", "contacted"))
        ),
    )
    con = duckdb.connect()
    con.execute(BOOKS)
    empty(con, standard.tables()["assignments"])
    con.execute("insert into files select 2, 'own.csv', 'own', 1, 1, 0, 0")
    con.execute("insert into assignments by name select 'one' as experiment, 'cai' as customer_id, 'new' as arm")
    contacted.add_lists(con, tmp_path, "Asia/Shanghai")
    found = con.execute(
        "select customer_id, arm, contact_amount::DOUBLE, assigned_at, assigned_local, data_until, _record "
        "from assignments where play = 'recall' order by 1"
    ).fetchall()
    times = (datetime(2025, 1, 10, 18), datetime(2025, 1, 11, 2), date(2025, 1, 10))
    first = 3 * PER_FILE + 1
    assert found == [("ann", "contacted", 2.5, *times, first), ("ben", "hold-out", 0, *times, first + 1)]
    assert con.execute("select file_no, file_name from files where file_no > 2").fetchall() == [(3, contacted.FILE)]
    assert con.execute("select _record, reason from quarantine").fetchall() == [
        (first + 2, "an experiment of the shop's files has this name")
    ]


def test_a_shop_that_delivered_nothing_has_no_lists(tmp_path):
    """No ledger at all: the books stay as they were."""
    con = duckdb.connect()
    con.execute(BOOKS)
    contacted.add_lists(con, tmp_path, "UTC")
    assert con.execute("from files").fetchall() == []
