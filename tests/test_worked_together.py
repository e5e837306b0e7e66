"""Files beside each other, and columns that can be read in two ways: a few rows each, decided by eye.

Judges intake/recognise/together, intake/recognise/ways, intake/recognise/feeds, intake/recognise/kinds and
intake/amounts.
"""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from customary.engine import memory_database
from customary.intake import amounts, instants
from customary.intake.recognise import feeds, together, ways
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import Meaning
from customary.intake.recognise.systems import System


def file(name, kind, columns, *rows, **told):
    """A file of a kind whose columns mean what they are called; rows of texts set apart by commas."""
    names = tuple(columns.split(", "))
    body = tuple(tuple(row.split(", ")) for row in rows)
    look = Look(Path(name), "utf-8", ",", 0, True, names, body)
    return Recognition(look, kind, {each: Meaning(each, each, "", 1.0) for each in names}, **told)


STEPS = file("steps.csv", "steps", "customer_id, page", "ann, cart", "ben, cart")
PEOPLE = file("people.csv", "customers", "customer_id, time", "ann, 2025-01-01", "ben, 2025-01-02")


def dated(*others, one=STEPS):
    """By which file a file of pages is dated, and what is asked."""
    kept, _left, asked = together.settle([one, *others])
    return kept[0].dated_by[0], [text for text in asked if "and not when" in str(text)]


# --- people who reached a page -------------------------------------------------------------------


def test_people_who_reached_a_page_are_dated_by_the_one_file_that_knows_their_day():
    """One file gives each person a day; with two nobody knows which, without one the shop is asked."""
    assert dated(PEOPLE) == ("people.csv", [])
    (found, _people), _, _ = together.settle([STEPS, PEOPLE])
    assert found.dated_by[1] == 'select "customer_id" as _who, "time" as _day from {raw}'
    name, (asked,) = dated()
    assert name == "" and "steps.csv says who reached “page” and not when" in str(asked)
    assert dated(PEOPLE, file("more.csv", *shape(PEOPLE)))[0] == ""


def shape(one):
    """Kind, columns and rows of a file."""
    return one.kind, ", ".join(one.look.columns), *(", ".join(row) for row in one.look.rows)


@pytest.mark.parametrize(
    "other",
    [
        file("a.csv", "orders", "customer_id, time", "ann, 2025-01-01"),  # no list of people
        file("a.csv", "customers", "customer_id, city", "ann, Oslo"),  # no day
        file("a.csv", "customers", "customer_id, time", "ann, 2025-01-01", "ann, 2025-01-02"),  # twice in it
        file("a.csv", "customers", "visitor_id, time", "ann, 2025-01-01"),  # other people
    ],
)
def test_a_file_that_does_not_give_each_person_one_day_dates_nobody(other):
    """Then it is asked for one."""
    assert dated(other)[0] == "" and len(dated(other)[1]) == 1


def test_only_pages_are_dated_by_others():
    """Orders keep their own time."""
    kept, _, asked = together.settle([file("o.csv", "orders", "order_id, time", "1, 2025-01-01"), PEOPLE])
    assert [one.dated_by for one in kept] == [("", ""), ("", "")] and asked == []


# --- lines and orders ----------------------------------------------------------------------------


@pytest.mark.parametrize(("shared", "kind"), [(4, "lines"), (3, "mixed")])
def test_lines_are_of_the_file_that_has_four_of_five_of_their_orders(shared, kind):
    """Four of the five orders stand in the other file: its lines. Three: orders of their own."""
    owner = file("o.csv", "orders", "order_id", *(str(n) for n in range(shared)))
    own = file("l.csv", "mixed", "order_id", *"01234")
    kept, _, _ = together.settle([own, owner])
    assert kept[0].kind == kind
    told, _, _ = together.settle([replace(own, is_told=True), owner])
    assert told[0].kind == "mixed"
    empty = file("l.csv", "mixed", "total", "5")
    assert together.settle([empty, owner])[0][0].kind == "mixed"


def test_purchases_without_numbers_are_left_beside_orders():
    """Alone they are taken, and where the shop says so."""
    bought = file("p.csv", "purchases", "time, total", "2025-01-01, 5")
    orders = file("o.csv", "orders", "order_id, time", "1, 2025-01-01")
    kept, ((name, why),), _ = together.settle([bought, orders])
    assert [one.look.path.name for one in kept] == ["o.csv"] and name == "p.csv" and "o.csv has the orders" in str(why)
    assert len(together.settle([bought])[0]) == 1
    assert len(together.settle([replace(bought, is_told=True), orders])[0]) == 2


def test_a_file_that_is_nothing_says_what_is_seen_in_it():
    """Twelve of its thirteen columns are named."""
    one = replace(file("x.csv", "", ", ".join("abcdefghijklm")), meanings={})
    _, ((_, why),), _ = together.settle([one])
    assert "recognised no column" in str(why) and str(why).endswith("it has a, b, c, d, e, f, g, h, i, j, k, l")


def test_what_a_system_or_the_shop_leaves_is_left_with_the_reason():
    """“none” by the shop, “none” by what is known of the system."""
    system = System("S", ("a",), kind="none", because="it is a summary")
    _, left, _ = together.settle([file("a.csv", "none", "a", is_told=True), file("b.csv", "none", "a", system=system)])
    assert [(name, str(why)) for name, why in left] == [
        ("a.csv", "you say so"),
        ("b.csv", "it is a summary; --table 'b.csv=KIND' takes it in"),
    ]


def questions(*files):
    """What the shop is asked of some files."""
    return [str(text) for text in together.settle(files)[2]]


def test_a_name_of_no_sale_is_asked_about():
    """Abandoned carts of a kind that counts; not where the shop said what they are, nor of customers."""
    carts = file("abandoned_carts.csv", "orders", "order_id", "1")
    assert questions(carts) == [
        "is abandoned_carts.csv of sales, as its name says not? --table 'abandoned_carts.csv=orders' or "
        "'abandoned_carts.csv=none'"
    ]
    assert questions(replace(carts, is_told=True)) == []
    assert questions(file("draft.csv", "customers", "customer_id", "1")) == []
    assert questions(file("orders.csv", "orders", "order_id", "1")) == []


def test_two_makes_of_orders_are_asked_about():
    """Three of five columns are the same: one make. Two of five: two. Files of one system are always of one."""
    one = file("a.csv", "orders", "order_id, b, c", "1, 2, 3")
    alike = file("b.csv", "orders", "order_id, b, c, d, e", "1, 2, 3, 4, 5")
    other = file("b.csv", "orders", "order_id, b, d, e", "1, 2, 4, 5")
    assert questions(one, alike) == []
    (asked,) = questions(one, other)
    assert asked.startswith("a.csv and b.csv are both orders of different makes; which count?")
    assert "--table 'a.csv=orders' or '=none'" in asked and "--table 'b.csv=orders' or '=none'" in asked
    assert questions(replace(one, is_told=True), replace(other, is_told=True)) == []
    (asked,) = questions(replace(one, is_told=True), other)
    assert "--table 'a.csv" not in asked and "a.csv and b.csv" in asked
    system = System("S", ("b",))
    assert questions(replace(one, system=system), replace(other, system=system)) == []
    assert len(questions(replace(one, system=system), replace(alike, system=System("T", ("b",))))) == 1
    assert len(questions(replace(one, system=system), alike)) == 1


# --- feeds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shared", "kind"), [(1, "payments"), (0, "orders")])
def test_a_report_of_payments_speaks_of_half_of_its_orders(shared, kind):
    """One of two numbers stands in the orders beside it: a feed. None: a file of its own."""
    report = file("p.csv", "orders", "Order ID, Amount, Transaction ID, Fee", "1, 5, t1, 1", "2, 5, t2, 1")
    names = {"order_id": "Order ID"}
    report = replace(report, meanings={name: Meaning(c, name, "", 1.0) for name, c in names.items()})
    orders = file("o.csv", "orders", "order_id", "1" if shared else "9")
    assert set(feeds.feed_meanings(report.look, "payments")) == {"order_id", "payment_amount", "payment_id", "fee"}
    assert [one.kind for one in feeds.as_feeds([report, orders])] == [kind, "orders"]
    assert [one.kind for one in feeds.as_feeds([replace(report, is_told=True), orders])] == ["orders", "orders"]
    assert [one.kind for one in feeds.as_feeds([report])] == ["orders"]
    # A list of returns stays one where a system's own SELECTs read it, and only such a list does.
    own = System("S", ("a",), select="s")
    for one, is_feed in ((replace(report, kind="returns"), True), (replace(report, kind="returns", system=own), False)):
        assert feeds.as_feeds([one, orders])[0].kind == ("payments" if is_feed and shared else "returns")
    assert feeds.as_feeds([replace(report, system=own), orders])[0].kind == kind


# --- what can be read in two ways ----------------------------------------------------------------


def both_ways(*files):
    """The columns of some files that can be read in two ways."""
    return ways.two_ways(SimpleNamespace(found=list(files)))


def test_a_day_and_a_month_are_shown_both_ways():
    """03/04 is in April or in March; 25/12 has one reading, so that the day stands first. Doubtful ones come first."""
    (way,) = both_ways(file("o.csv", "orders", "order_id, time", "1, 2025-01-01", "2, 25/12/2024", "3, 03/04/2025"))
    assert (way.file, way.column, way.readings) == ("o.csv", "time", ways.DAYS)
    assert way.rows == (
        ("25/12/2024", "25 December 2024", ""),
        ("03/04/2025", "3 April 2025", "4 March 2025"),
        ("2025-01-01", "1 January 2025", "1 January 2025"),
    )
    assert way.counts == (1, 0) and way.reading == instants.DAY_FIRST
    assert way.key == f"{way.raw}.time"


@pytest.mark.parametrize(
    ("counts", "reading"),
    [((1, 0), "day first"), ((0, 1), "month first"), ((0, 0), ""), ((5, 5), ""), ((0, 2), "month first")],
)
def test_the_more_part_of_the_rows_decides(counts, reading):
    """Where they say nothing or both, only the shop can."""
    assert ways.TwoWays("f", "r", "c", ways.DAYS, (), counts).reading == reading


def test_amounts_are_shown_both_ways():
    """1.234 is a thousand or one and a bit; 12.50 is written with a dot whoever reads it."""
    (way,) = both_ways(file("o.csv", "orders", "order_id, total", "1, 1.234", "2, 12.50"))
    assert way.readings == ways.MARKS and ("1.234", "1.23", "1234.00") in way.rows
    assert both_ways(file("o.csv", "orders", "order_id, total", "1, 12.50", "2, 3.10")) == []
    assert both_ways(file("o.csv", "orders", "order_id, total", "1, 12", "2, 3")) == []
    (comma,) = both_ways(file("o.csv", "orders", "order_id, total", "1, 12,50"))
    assert comma.reading == amounts.COMMA


def test_what_a_system_reads_is_no_question():
    """Its readings are known; other columns are nothing to read."""
    system = System("S", ("a",), readings={"time": "day first"})
    assert both_ways(file("o.csv", "orders", "order_id, time", "1, 03/04/2025", system=system)) == []
    assert both_ways(file("o.csv", "orders", "order_id, city", "1, 03/04/2025")) == []


def test_twenty_rows_are_shown():
    """Of thirty."""
    rows = [f"{n}, 03/04/20{n:02}" for n in range(30)]
    (way,) = both_ways(file("o.csv", "orders", "order_id, time", *rows))
    assert len(way.rows) == 20 and way.rows[0][0] == "03/04/2000"


def test_what_can_be_read_one_way_only_is_counted():
    """Of four days two have a day above 12 in front, one behind, one could be either."""
    with memory_database() as con:
        assert ways._counts(con, ["25/12/2024", "26/12/2024", "12/25/2024", "03/04/2025"], ways.DAYS) == (2, 1)
        assert ways._counts(con, [], ways.DAYS) == (0, 0)
