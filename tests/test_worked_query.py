"""Goals and the numbers of a spreadsheet, one at a time, computed in the head."""

from datetime import date

import duckdb
import pytest

from customary.declare import METRICS
from customary.errors import Refused
from customary.query import checks
from customary.query.goals import Aim, GoalScore, aims, mature_on
from customary.query.numbers import FormattedNumber, spreadsheet_number
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
    ],
)
def test_a_number_reads_in_a_spreadsheet_as_on_the_page(value, unit, text, shown):
    """The format writes what the page writes; rates are in the percent that their heading names."""
    assert spreadsheet_number(value, unit, text) == FormattedNumber(pytest.approx(shown[0]), shown[1])


@pytest.mark.parametrize("value", [True, "7", float("nan"), float("inf")])
def test_what_is_no_number_has_no_format(value):
    """Yes and no, text, nothing, and more than everything."""
    assert spreadsheet_number(value, COUNT, "7") is None


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
    """A finished snapshot of two orders, one of which counts, with other rows where they are named."""
    path = folder / "shop.duckdb"
    with duckdb.connect(str(path)) as con:
        for name, columns in COLUMNS.items():
            con.execute(f"create table {name} ({columns})")
            con.execute(f"insert into {name} values {rows.get(name, SOUND[name])}")
    return path


def test_a_sound_snapshot_passes(tmp_path):
    """A refund of all that an order was worth is no fault, nor what is left out of every sum."""
    assert checks.verify(snapshot(tmp_path))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"items": "('i1', null, 4), ('i1', null, 6)"}, "frame items has 1 repeated keys"),
        ({"items": "('i1', null, 11)"}, "order lines sum to 11 but their orders to 10"),
        ({"customers": "('ann', 9)"}, "orders amount to 10 but customers' spend to 9"),
        ({"orders": "('o1', null, 1, 10, 10, 11, date '2025-01-01')"}, "1 orders are refunded beyond"),
    ],
)
def test_a_snapshot_that_does_not_add_up_is_refused(tmp_path, rows, said):
    """One repeated key, one unit too much or too little, is enough."""
    with pytest.raises(Refused, match=said):
        checks.verify(snapshot(tmp_path, **rows))
