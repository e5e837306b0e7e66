"""Orders whose files say no dates: what needs no time is known, what does is unknown or refused."""

import random
from datetime import date, datetime, timedelta

import pytest
from given import line, value
from samples import thirds
from typer.testing import CliRunner

import customary as c
from customary import open_shop
from customary.cli import app
from customary.declare import METRICS, STUDIES
from customary.errors import Refused, Unknown
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.propose import propose
from customary.query.measure import measure
from customary.query.study import study

# Ann bought twice for 30 in all, Ben once for 30; the order that was cancelled counts nowhere.
ORDERS = "Order No,Customer,Status,Total\n1,ann,paid,10\n2,ann,paid,20\n3,ben,paid,30\n4,cy,cancelled,5.50\n"
LINES = "Order No,Product,Quantity,Unit price\n1,mug,1,10\n2,mug,2,10\n3,pot,3,10\n"
# Tags weigh what was bought by its age where it has one, and all of it alike where it has none.
BY_AGE = {"tag_mix", "portrait", "tag_neighbours"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A file of orders and one of their lines, taken in and built as one types it."""
    folder = tmp_path_factory.mktemp("undated")
    files = [folder / "orders.csv", folder / "lines.csv"]
    for path, text in zip(files, (ORDERS, LINES), strict=True):
        path.write_text(text)
    words = ["adopt", *map(str, files), "--name", "no_days", "--yes", "--as-of", "2025-04-01"]
    adopted = CliRunner().invoke(app, words)
    built = CliRunner().invoke(app, ["build", "no_days"])
    assert (adopted.exit_code, built.exit_code) == (0, 0), adopted.output + built.output
    assert "orders.csv: no column says when" in adopted.output and "unless --as-of DAY" in adopted.output
    return open_shop("no_days")


def test_what_needs_no_time_is_known(shop):
    """Three orders of two buyers, 60 in all, 20 each; of two buyers one ordered twice; six pieces."""
    known = (c.order_count, c.gross_revenue, c.average_order_value, c.buyer_count, c.orders_per_buyer, c.unit_count)
    assert [value(shop, one) for one in known] == [3, 60, 20, 2, 1.5, 6]
    assert [row["product_id"] for row in study(shop, "products").to_pylist()] == ["mug", "pot"]


def test_the_shell_says_that_there_are_no_dates(shop):
    """Not that a figure is of the days from its as-of day until before that very day."""
    said = CliRunner().invoke(app, ["measure", shop.name, "order_count"]).output
    assert said.splitlines()[0] == f"{shop.name} · no dates · as of 2025-04-01"


def test_what_needs_time_is_unknown_and_not_zero(shop):
    """Who is new, on how many days they bought, and who came back."""
    unknown = (c.new_buyer_count, c.purchase_day_count, c.repeat_purchase_rate, c.retention_rate, c.churn_rate)
    assert [value(shop, one) for one in unknown] == [None] * 5
    (ann,) = (row for row in shop.fetch(shop.frame("customers")).to_pylist() if row["customer_id"] == "ann")
    assert (ann["order_count"], ann["net_spend"]) == (2, 30)
    assert {ann[name] for name in ("year_net_spend", "year_order_count", "repurchase_count", "last_order_on")} == {None}


def test_nobody_is_in_a_tier_of_the_last_year(shop):
    """Nor in a stage, nor is there a next action: the label is unknown, which is not the lowest one."""
    assert [row["value_tier"] for row in measure(shop, c.buyer_count, by="value_tier").to_pylist()] == [None]
    told = {row["next_best_action"] for row in shop.fetch(shop.frame("portraits")).to_pylist()}
    assert None in told


def test_it_stands_as_of_the_day_that_is_told(shop):
    """The day given; without one it is the day of adoption, and the build says so."""
    assert shop.as_of == date(2025, 4, 1)


@pytest.mark.parametrize("asked", [{"every": "month"}, {"during": ("2025-01-01", "2025-02-01")}])
def test_periods_and_windows_are_refused_in_a_sentence(shop, asked):
    """With what would answer it."""
    with pytest.raises(Unknown, match=f"the orders of this shop have no dates, so `{next(iter(asked))}` cannot cut"):
        measure(shop, c.order_count, **asked)


def test_a_study_in_a_window_is_refused_too(shop):
    """And one that is about time, in any case."""
    with pytest.raises(Unknown, match="have no dates, so `during`"):
        study(shop, "products", during=("2025-01-01", "2025-02-01"))
    with pytest.raises(Unknown, match="do not say when its orders were placed"):
        study(shop, "rfm_segments").to_pylist()


SPEND = "Channel,Campaign,Cost\nads,spring,100\nads,spring,50\nmail,spring,30\n"


def test_spend_without_dates_is_known_in_all_and_not_by_month(tmp_path):
    """180 in all, 150 of it for ads: of two alike nobody knows whether they are one, so both count."""
    path = tmp_path / "ads.csv"
    path.write_text(SPEND)
    words = ["adopt", str(path), "--name", "ads_of_no_day", "--yes", "--as-of", "2025-04-01"]
    adopted = CliRunner().invoke(app, words)
    built = CliRunner().invoke(app, ["build", "ads_of_no_day"])
    assert (adopted.exit_code, built.exit_code) == (0, 0), adopted.output + built.output
    assert "ads.csv: no column says when" in adopted.output
    shop = open_shop("ads_of_no_day")
    rows = measure(shop, c.marketing_cost, by="acquisition_channel").to_pylist()
    assert {row["acquisition_channel"]: row["marketing_cost"] for row in rows} == {"ads": 150, "mail": 30}
    with pytest.raises(Unknown, match="have no dates, so `every`"):
        measure(shop, c.marketing_cost, every="month")


def test_lines_alone_are_orders_of_nobody(tmp_path):
    """Of which no file says who bought: the orders are made of their lines."""
    path = tmp_path / "lines.csv"
    path.write_text(LINES)
    assert [one.kind for one in propose([path], Answers()).found] == ["mixed"]


def test_orders_without_dates_are_none_beside_orders_with_them(tmp_path):
    """They would be the same orders once more, or something else."""
    dated, undated = tmp_path / "dated.csv", tmp_path / "undated.csv"
    dated.write_text("Order No,Order Date,Customer,Total\n1,2024-05-06,ann,10\n2,2024-05-07,ben,20\n")
    undated.write_text(ORDERS)
    made = propose([dated, undated], Answers())
    assert ([one.look.path.name for one in made.found], [name for name, _ in made.left]) == (
        ["dated.csv"],
        ["undated.csv"],
    )


def dated_twins(tiny_shop):
    """One shop of 60 orders without dates, and two with them that differ in the dates alone."""
    dice = random.Random(4)
    numbers = range(60)
    sold = [
        {"order_id": f"o{n}", "customer_id": f"c{dice.randrange(15)}", "gross_amount": 10 + n, "country": "DE"}
        for n in numbers
    ]
    lines = [line(f"l{n}", f"o{n}", f"p{dice.randrange(4)}", 1 + n % 3, 5) for n in numbers]
    goods = [{"product_id": f"p{n}", "product_name": f"Thing {n}", "category": "ab"[n % 2]} for n in range(4)]
    rest = {"order_items": lines, "products": goods, "as_of": "2025-04-01", "currency": "EUR"}
    yield tiny_shop(orders=sold, name="twin_of_no_day", **rest)
    for name, seed in (("twin_one", 1), ("twin_two", 2)):
        days = random.Random(seed)
        times = [(datetime(2024, 1, 1) + timedelta(hours=days.randrange(10_000))).isoformat(" ") for _ in numbers]
        dated = [{**row, "ordered_at": at, "paid_at": at} for row, at in zip(sold, times, strict=True)]
        yield tiny_shop(orders=dated, name=name, **rest)


@pytest.fixture(scope="module")
def twins(tiny_shop):
    """The three of `dated_twins`."""
    return list(dated_twins(tiny_shop))


def rows_of(shop, name):
    """What a metric or study answers; None where it is refused."""
    try:
        return (measure if name in METRICS else study)(shop, name).to_pylist()
    except (Refused, LookupError):
        return None


def values(rows, column):
    """The values of a column, in an order of their own."""
    return sorted(str(round(row[column], 6) if isinstance(row[column], float) else row[column]) for row in rows)


@pytest.mark.parametrize("name", thirds(sorted({*METRICS, *STUDIES} - BY_AGE)))
def test_nothing_is_said_that_dates_would_change(twins, name):
    """A column with a value is the same in both dated twins, and is theirs."""
    undated, one, other = twins
    rows = rows_of(undated, name)
    if not rows:
        return
    told = [column for column in rows[0] if any(row[column] is not None for row in rows)]
    dated, again = rows_of(one, name), rows_of(other, name)
    assert dated is not None and again is not None, "refused with dates and answered without"
    for column in told:
        assert values(rows, column) == values(dated, column) == values(again, column), column
