"""Goals, plays and the numbers of a spreadsheet, one at a time, computed in the head.

Judges query/goals, query/playbook, query/numbers, query/checks and query/known.
"""

import datetime as dt
import io
from datetime import date
from types import SimpleNamespace

import duckdb
import openpyxl
import pytest
from in_memory import table
from openpyxl import Workbook
from paper_shop import PaperShop

from customary.declare import FRAMES, METRICS
from customary.errors import Refused, UnknownName
from customary.query import checks, workbook
from customary.query.answer import Answer
from customary.query.goals import Aim, GoalScore, aims, mature_on
from customary.query.known import BUYERS, PROFILES, is_known
from customary.query.numbers import FormattedNumber, spreadsheet_number
from customary.query.passport import formula_of
from customary.query.playbook import play_named, plays
from customary.query.question import Definition, Question
from customary.query.recipes import recipe_of
from customary.units import COUNT, MINUS, MONEY, POINTS, RATE

JANUARY, FEBRUARY = (date(2025, 1, 1), date(2025, 2, 1)), (date(2025, 2, 1), date(2025, 3, 1))


def scored(value, target, *, direction="up", before=None, is_mature=True):
    """An aim of February as it stands."""
    aim = Aim("g", "目标", METRICS["net_revenue"], "month", direction, target, None)
    return GoalScore(aim, FEBRUARY, JANUARY, value, before, target, None, is_mature)


# --- goals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "target", "direction", "met", "distance"),
    [
        (100, 100, "up", True, 0),
        (99, 100, "up", False, -0.01),
        (150, 100, "up", True, 0.5),
        (100, 100, "down", True, 0),
        (101, 100, "down", False, -0.01),
        (50, 100, "down", True, 0.5),
        (-50, -100, "up", True, 0.5),
        (None, 100, "up", None, None),
        (100, None, "up", None, None),
        (1, 0, "up", True, None),
    ],
)
def test_a_goal_is_met_at_its_target(value, target, direction, met, distance):
    """Reached is enough, whichever way is better; the distance is a share of the target, below 0 where it is missed."""
    found = scored(value, target, direction=direction)
    assert found.is_met is met and found.distance == (None if distance is None else pytest.approx(distance))
    assert scored(value, target, direction=direction, is_mature=False).is_met is None


@pytest.mark.parametrize(
    ("value", "before", "change"), [(150, 100, 0.5), (50, 100, -0.5), (-50, -100, 0.5), (1, 0, None), (None, 1, None)]
)
def test_a_change_is_a_share_of_what_was_before(value, before, change):
    """From −100 to −50 is half better; from nothing there is no share."""
    assert scored(value, 1, before=before).change == change


def test_a_target_is_a_value_or_so_much_more_than_before():
    """A tenth more than 200 is 220; a fixed target asks nobody; without a before there is none."""
    aim = Aim("g", "目标", METRICS["net_revenue"], "month", "up", None, 0.1)
    assert aim.target_from(200) == pytest.approx(220) and aim.target_from(None) is None
    assert Aim("g", "目标", METRICS["net_revenue"], "month", "up", 5.0, None).target_from(200) == 5.0
    assert Aim("g", "目标", METRICS["net_revenue"], "month", "up", None, None).target_from(200) is None


class Rules(dict):
    """A shop's rules with goals of its own."""

    def place(self, *_names):
        return ""


def told(**aim):
    """Rules with one goal of one aim."""
    whole = {"metric": "net_revenue", "window": "month", "direction": "up", "target": 1, **aim}
    kept = {name: value for name, value in whole.items() if value is not None}
    goal = {"key": "k", "en": "more", "zh": "更多", "aims": [kept]}
    return Rules(goals={"goal": [goal], "follow_days": {"net_revenue": 30}})


def test_an_aim_as_it_is_written():
    """A target or a change, a metric that moves for 30 more days, and nothing that does not exist."""
    (aim,) = aims(told())
    assert (aim.goal, aim.metric.name, aim.target, aim.change, aim.follow_days) == ("more", "net_revenue", 1, None, 30)
    (aim,) = aims(told(target=None, change=0.2))
    assert (aim.target, aim.change) == (None, 0.2)
    for wrong in ({"change": 0.2}, {"target": None}, {"direction": "sideways"}, {"window": "moon"}, {"metric": "luck"}):
        with pytest.raises(Refused, match="goal “k”"):
            list(aims(told(**wrong)))


def test_a_month_may_be_judged_when_its_returns_have_come():
    """February with 30 days more: on 31 March; what is not named in the file, at once."""
    assert mature_on("net_revenue", FEBRUARY, told()) == date(2025, 3, 31)
    assert mature_on("order_count", FEBRUARY, told()) == date(2025, 3, 1)


# --- numbers of a spreadsheet --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "text", "shown"),
    [
        (1280, COUNT, "1,280", (1280, "#,##0")),
        (1_234_567, COUNT, "1.2M", (1_234_567, '#,##0.0,,"M"')),
        (12_345, COUNT, "12k", (12_345, '#,##0,"k"')),
        (12.3, COUNT, "12.3 days", (12.3, '#,##0.0" days"')),
        (1280.5, MONEY, "£1,280.50", (1280.5, '"£"#,##0.00')),
        (-1280.5, MONEY, f"{MINUS}£1,280.50", (-1280.5, f'"£"#,##0.00;"{MINUS}""£"#,##0.00')),
        (-0.001, MONEY, "£0.00", (-0.001, '"£"#,##0.00;"£"#,##0.00')),
        (0.07, RATE, "7.0", (7, "#,##0.0")),
        (0.07, RATE, "7.0%", (0.07, "#,##0.0%")),
        (0.341, POINTS, "34.1", (34.1, "#,##0.0")),
        (90, COUNT, "1 min 30 s", (90 / 86_400, '[m]" min "ss" s"')),
        (0, COUNT, "Monday", (0, '"Monday"')),
        (0, COUNT, "0", (0, "#,##0")),
    ],
)
def test_a_number_reads_in_a_spreadsheet_as_on_the_page(value, unit, text, shown):
    """The format writes what the page writes; rates are in the percent that their heading names."""
    assert spreadsheet_number(value, unit, text) == FormattedNumber(pytest.approx(shown[0]), shown[1])


@pytest.mark.parametrize("value", [True, "7", float("nan"), float("inf")])
def test_what_is_no_number_has_no_format(value):
    """Yes and no, text, nothing, and more than everything."""
    assert spreadsheet_number(value, COUNT, "7") is None


# --- workbooks -----------------------------------------------------------------------------------


def opened(*rows, columns="country string, order_count int64"):
    """The workbook of an answer with these rows, as a spreadsheet opens it."""
    shop = PaperShop({"orders": ("order_id string",)})
    question = Question.to(shop, ("order_count",), by=("country",))
    told = (Definition("order_count", "metric", "How many.", "订单数", ""),)
    recipe = recipe_of(None, lambda _scope: table(columns, *rows))
    answer = Answer(shop, question, recipe, accounts=tuple, definitions=told)
    return openpyxl.load_workbook(io.BytesIO(workbook.workbook_bytes(answer)))


def test_a_workbook_has_its_rows_and_what_they_are():
    """Headings, then rows; a sheet “About” with labels of 32 and texts of 100 letters' width."""
    book = opened(("DE", 3), ("a much longer name of a country", 40))
    rows, about = book.worksheets
    assert [[cell.value for cell in row] for row in rows.iter_rows(min_row=2)] == [
        ["DE", 3],
        ["a much longer name of a country", 40],
    ]
    assert (rows.title, about.title, rows.freeze_panes) == ("Order count", "About", "A2")
    assert rows.column_dimensions["A"].width == len("a much longer name of a country") + 2
    assert rows.column_dimensions["B"].width == len(rows["B1"].value) + 2
    assert (about.column_dimensions["A"].width, about.column_dimensions["B"].width) == (32, 100)
    told = {row[0].value: row[1].value for row in about.iter_rows()}
    assert told["Rows"] == "2 of 2 rows" and told["Order count 订单数"] == "How many." and "Not shown" not in told


def test_a_column_is_as_wide_as_its_first_fifty_texts():
    """The fifty-first decides nothing; no column is wider than 60."""
    rows = [("DE", n) for n in range(50)]
    short = opened(*rows).worksheets[0].column_dimensions["A"].width
    assert opened(*rows, ("x" * 40, 1)).worksheets[0].column_dimensions["A"].width == short
    assert opened(*rows[1:], ("x" * 40, 1)).worksheets[0].column_dimensions["A"].width == 42
    assert [workbook._width(texts) for texts in ([], ["abc", "a"], ["x" * 58], ["x" * 59])] == [2, 5, 60, 60]


def test_a_sheet_holds_so_much_and_no_more():
    """32,767 letters in a cell, 1,048,575 rows below the headings, 31 letters of a name."""
    sheet = Workbook(write_only=True).create_sheet("x")
    assert workbook._text(sheet, "a" * 32_767).value == "a" * 32_767
    with pytest.raises(Refused, match="holds 32,767 letters, one here has 32,768"):
        workbook._text(sheet, "a" * 32_768)
    told = {"columns": [], "titles": dict, "cells": lambda limit: [], "to_pylist": list}
    book = Workbook(write_only=True)
    workbook._rows_sheet(book, "x", SimpleNamespace(rows_total=1_048_575, **told))
    book.save(io.BytesIO())
    with pytest.raises(Refused, match="holds 1,048,575 rows, this answer has 1,048,576"):
        workbook._rows_sheet(Workbook(write_only=True), "x", SimpleNamespace(rows_total=1_048_576, **told))
    assert workbook._sheet_name("a/b?" + "x" * 40) == "a b " + "x" * 27


@pytest.mark.parametrize(
    ("value", "unit", "pattern"),
    [
        *(
            (date(2025, month, 1), "quarter", f'"Q{quarter} "yyyy')
            for month, quarter in ((1, 1), (3, 1), (4, 2), (12, 4))
        ),
        (date(2025, 3, 1), "month", "[$-409]mmmm yyyy"),
        (date(2025, 3, 1), "date", "yyyy-mm-dd"),
        (dt.datetime(2025, 3, 1), "date", "yyyy-mm-dd"),
        (dt.datetime(2025, 3, 1, 10), "date", "yyyy-mm-dd hh:mm"),
        (dt.datetime(2025, 3, 1), "instant", "yyyy-mm-dd hh:mm"),
    ],
)
def test_a_date_is_shown_as_its_unit_is(value, unit, pattern):
    """A quarter by its number; a time only where there is one."""
    assert workbook._date_format(value, unit) == pattern


def test_a_sheet_knows_no_date_before_1900():
    """The last day of 1899 is a text, the first of 1900 a date."""
    rows = opened(
        (date(1899, 12, 31).isoformat(), 1), ("1900-01-01", 2), columns="day date, order_count int64"
    ).worksheets[0]
    assert [rows["A2"].is_date, rows["A3"].is_date] == [False, True] and "1899" in rows["A2"].value


def test_a_formula_is_told_without_its_return():
    """The body of the function, as it is written."""
    assert formula_of(METRICS["order_count"]) == "orders.count()"


# --- what must hold before a snapshot is published -----------------------------------------------

SOUND = {
    "orders": "('o1', null, 1, 10, 10, 10, date '2025-01-01'), ('o2', 'not paid', 0, 99, 99, 0, date '2025-01-01')",
    "items": "('i1', null, 10), ('i2', 'not paid', 99)",
    "customers": "('ann', 10)",
}
COLUMNS = {
    "orders": "order_id text, left_out_because text, line_count int, gross_amount int, net_amount int, "
    "refund_amount int, day_on date",
    "items": "order_item_id text, left_out_because text, gross_amount int",
    "customers": "customer_id text, ordered_spend int",
}


def snapshot(folder, **rows):
    """A finished snapshot of two orders, one of which counts, with other rows where they are given.

    All orders are Ann's, but those whose number begins with u: they name nobody.
    """
    path = folder / "shop.duckdb"
    with duckdb.connect(str(path)) as con:
        for name, columns in COLUMNS.items():
            con.execute(f"create table {name} ({columns})")
            con.execute(f"insert into {name} values {rows.get(name, SOUND[name])}")
        con.execute("alter table orders add column customer_id text default 'ann'")
        con.execute("update orders set customer_id = null where order_id like 'u%'")
    return path


def test_a_sound_snapshot_passes(tmp_path):
    """A refund of all that an order was worth is no fault, nor what is left out of every sum.

    Of three orders that count one has no lines, so that 10 + 20 of two orders stand against their lines and 10 + 20 +
    50 against the customers; the first of them is of 1 January. Where no line counts 0 is 0.
    """
    assert checks.verify(snapshot(tmp_path)) == {"first_on": "2025-01-01"}
    more = "('o3', null, 2, 20, 20, 5, date '2025-01-02'), ('o4', null, 0, 50, 50, 0, date '2025-01-03')"
    three = {
        "orders": f"{SOUND['orders']}, {more}",
        "items": f"{SOUND['items']}, ('i3', null, 15), ('i4', null, 5)",
        "customers": "('ann', 10), ('ben', 70)",
    }
    (tmp_path / "more").mkdir()
    assert checks.verify(snapshot(tmp_path / "more", **three)) == {"first_on": "2025-01-01"}
    (tmp_path / "bare").mkdir()
    bare = {"orders": "('o4', null, 0, 50, 50, 0, date '2025-01-03')", "items": "('i2', 'not paid', 99)"}
    assert checks.verify(snapshot(tmp_path / "bare", **bare, customers="('ann', 50)"))


def test_what_nobody_in_particular_bought_is_no_customers_spend(tmp_path):
    """10 of Ann's and 70 of an order without a customer: her spend is 10, and 80 would be refused."""
    orders = f"{SOUND['orders']}, ('u1', null, 0, 70, 70, 0, date '2025-01-03')"
    assert checks.verify(snapshot(tmp_path, orders=orders))
    (tmp_path / "wrong").mkdir()
    with pytest.raises(Refused, match="orders of customers amount to 10 but customers' spend to 80"):
        checks.verify(snapshot(tmp_path / "wrong", orders=orders, customers="('ann', 80)"))


@pytest.mark.parametrize(
    ("net", "refund", "is_sound"),
    [(1, 1, True), (1, 2, False), (0, 0, True), (0, 1, False), (-5, 0, True), (-5, 1, False), ("null", 5, True)],
)
def test_a_refund_is_at_most_what_an_order_was_worth(tmp_path, net, refund, is_sound):
    """An order worth nothing, or less, has nothing to give back; of an unknown worth nothing can be said."""
    rows = {"orders": f"('o1', null, 0, {net}, {net}, {refund}, date '2025-01-01')", "items": "('i', 'odd', 1)"}
    path = snapshot(tmp_path, **rows, customers=f"('ann', {net})")
    if is_sound:
        assert checks.verify(path)
    else:
        with pytest.raises(Refused, match="1 orders are refunded beyond"):
            checks.verify(path)


def test_where_nothing_counts_nothing_is_published(tmp_path):
    """Neither orders that were all left out, nor nothing at all; visits alone have a first day."""
    nothing = {"items": "('i2', 'not paid', 99)", "customers": "('ann', 0)"}
    with pytest.raises(Refused, match="no order of this shop counts"):
        checks.verify(snapshot(tmp_path, orders="('o2', 'not paid', 0, 9, 9, 0, date '2025-01-01')", **nothing))
    for days, said in ((("2025-01-09", "2025-01-08"), "2025-01-08"), ((), "nothing of this shop counts")):
        folder = tmp_path / said
        folder.mkdir()
        path = snapshot(folder, orders="('o', 'x', 0, 0, 0, 0, null)", **nothing)
        with duckdb.connect(str(path)) as con:
            for name in ("orders", "customers"):
                con.execute(f"delete from {name}")
            for frame in (
                FRAMES[name]
                for name in ("sessions", "tickets", "responses", "returns", "spend", "assignments", "events")
            ):
                keys = ", ".join(f"null::text as {key}" for key in frame.key)
                con.execute(f"create table {frame.name} as select {keys}, null::date as day_on limit 0")
            for day in days:
                con.execute(f"insert into sessions values ('{day}', '{day}')")
        if days:
            assert checks.verify(path) == {"first_on": said}
        else:
            with pytest.raises(Refused, match=said):
                checks.verify(path)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"items": "('i1', null, 4), ('i1', null, 6)"}, "frame items has 1 repeated keys"),
        ({"items": "('i1', null, 11)"}, "order lines sum to 11 but their orders to 10"),
        ({"customers": "('ann', 9)"}, "orders of customers amount to 10 but customers' spend to 9"),
        ({"orders": "('o1', null, 1, 10, 10, 11, date '2025-01-01')"}, "1 orders are refunded beyond"),
        (
            {
                "orders": "('o1', null, 1, 10, 10, 11, date '2025-01-01'), "
                "('o2', null, 1, 10, 10, 20, date '2025-01-01'), ('o3', null, 1, 10, 10, 10, date '2025-01-01')",
                "items": "('i1', null, 30)",
                "customers": "('ann', 30)",
            },
            "2 orders are refunded beyond",
        ),
    ],
)
def test_a_snapshot_that_does_not_add_up_is_refused(tmp_path, rows, said):
    """One repeated key, one unit too much or too little, is enough."""
    with pytest.raises(Refused, match=said):
        checks.verify(snapshot(tmp_path, **rows))


# --- what a shop says at all ---------------------------------------------------------------------

NAMED = "customer_id string, net_amount float64, is_returned boolean, left_out_because string"


def saying(*orders, customers=0, returns=0):
    """A shop with these orders, and so many customers and returns."""
    frames = {"orders": (NAMED, *orders), "customers": ("customer_id string", *[("ann",)] * customers)}
    return PaperShop({**frames, "returns": ("refund_amount float64, left_out_because string", *[(1, None)] * returns)})


@pytest.mark.parametrize(
    ("shop", "fact", "known"),
    [
        (saying(("ann", 5, None, None)), BUYERS, True),
        (saying((None, 5, None, None)), BUYERS, False),
        (saying((None, 5, None, None), customers=1), BUYERS, False),  # a list of customers says not who bought …
        (saying((None, 5, None, None), customers=1), PROFILES, True),  # … but who they are
        (saying((None, 5, None, None)), PROFILES, False),
        (saying(("ann", 5, None, None)), PROFILES, True),
        (saying(), BUYERS, True),  # nobody bought, which is known
        (saying(), PROFILES, True),
        (saying(), "amounts", False),
        (saying(("ann", None, None, None)), "amounts", False),
        (saying(("ann", 5, None, None)), "amounts", True),
        (saying(("ann", 5, None, "test order")), "amounts", False),
        (saying(("ann", 5, None, None)), "returned orders", True),  # nothing came back at all
        (saying(("ann", 5, None, None), returns=1), "returned orders", False),
        (saying(("ann", 5, False, None), returns=1), "returned orders", True),
    ],
)
def test_a_fact_is_known_where_one_row_that_counts_says_it(shop, fact, known):
    """One order that names its customer, its amount or whether it came back; of nothing there is nothing to know."""
    assert is_known(shop, fact) is known


# --- plays ---------------------------------------------------------------------------------------

GREETING = {"name": "greeting", "zh": "问候", "study": "birthdays", "options": [], "score": "net_spend", "offer": "x"}
GREETING |= {"sent_by": "e-mail", "contact_cost": 0.0, "hold_out": 0.5, "most": 1, "rest_days": 0}


class Playbook(dict):
    """Rules that hold these plays, each the greeting with something else in it."""

    def __init__(self, *changes):
        """`changes` are what differs, play by play."""
        goals = {"goal": [{"key": "keep"}]}
        super().__init__(playbook={"plays": [{**GREETING, **change} for change in changes]}, goals=goals)

    def place(self, *_names):
        """Nobody asks where they stand."""
        return ""


def test_a_play_may_cost_nothing_hold_out_half_and_address_one():
    """The ends of what can be are in it; options are those of the study, as text."""
    (play,) = plays(Playbook({"options": ["month=5"]}))
    assert (play.options, play.hold_out, play.most, play.rest_days) == ({"month": "5"}, 0.5, 1, 0)
    assert plays(Playbook({"hold_out": 0, "contact_cost": 0.5, "rest_days": 1, "most": 2}))[0].hold_out == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hold_out": 0.51}, "from 0 to 0.5, not 0.51"),
        ({"hold_out": -0.01}, "from 0 to 0.5"),
        ({"most": 0}, "most is at least 1"),
        ({"rest_days": -1}, "not below 0"),
        ({"contact_cost": -0.5}, "not below 0"),
        ({"study": "birthday"}, "did you mean birthdays"),
        ({"study": "returns"}, "list of customers"),  # a study, and no list
        ({"options": ["mont=5"]}, "did you mean month"),
        ({"goal": "keeps"}, "did you mean keep"),
    ],
)
def test_a_play_that_cannot_be_is_refused_with_its_name(change, said):
    """Whatever is wrong with it."""
    with pytest.raises(Refused, match=said) as refusal:
        plays(Playbook({}, {"name": "odd", **change}))
    assert "play “odd”" in str(refusal.value)


def test_a_play_has_a_name_of_its_own():
    """Two of one name are refused; a name that none has is answered with the nearest."""
    with pytest.raises(Refused, match="two plays are called “greeting”"):
        plays(Playbook({}, {}))
    assert play_named(Playbook({}, {"name": "other"}), "other").name == "other"
    with pytest.raises(UnknownName, match="did you mean greeting"):
        play_named(Playbook({}), "greting")
