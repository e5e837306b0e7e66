"""What fewer than ten people did is shown to analysts only: in no study, metric, selection, total, page or file."""

import ast
from pathlib import Path

import ibis
import pytest
from given import line, returned, sold
from ibis import _
from samples import thirds
from typed import say, told

from customary import measure, study
from customary.columns import Column, all_columns, columns_of
from customary.declare import HEADS, METRICS, STUDIES
from customary.errors import Refused
from customary.query.export import to_record
from customary.query.groups import mark_small_groups
from customary.query.withholding import rows_to_show, shares_of_people, withhold_small_groups
from customary.query.workbook import about
from customary.shop import Shop
from customary.units import COUNT, KEY, LABEL, MONEY, RATE

PLACES = {"DE": 30, "FR": 12, "IT": 3}
PEOPLE = [
    {"customer_id": f"{place}{n}", "country": place, "gender": "female" if n % 5 == 0 else "male"}
    for place, people in PLACES.items()
    for n in range(people)
]


@pytest.fixture(scope="module")
def countries(tiny_shop):
    """Thirty customers in Germany (6 women), twelve in France (3), three in Italy (1); each bought for 10 in March."""
    orders = [
        sold(f"o{n}", one["customer_id"], "2025-03-01 10:00", 10, country=one["country"])
        for n, one in enumerate(PEOPLE)
    ]
    back = [returned("r1", "o0", "DE0", "2025-03-01 12:00", 4, country="DE")]
    return tiny_shop(customers=PEOPLE, orders=orders, returns=back, as_of="2025-04-01")


def viewer_of(shop):
    return Shop(shop.name, shop.snapshot, "stakeholder")


# --- studies -------------------------------------------------------------------------------------


def test_a_split_of_a_study_is_merged_and_computed_anew(countries):
    """Three Italians would be what is missing from the total: with the French they are “other”, 15 who spent 150."""
    shown = {row["label"]: row for row in study(viewer_of(countries), "attribute_groups", by="country").to_pylist()}
    assert {place: row["customer_count"] for place, row in shown.items()} == {"DE": 30, "other": 15}
    assert shown["other"]["net_revenue"] == 150 and shown["DE"]["net_revenue"] == 296
    mine = study(countries, "attribute_groups", by="country").to_pylist()
    assert [row["customer_count"] for row in mine] == [30, 12, 3]


SIZES = [
    Column("label", LABEL, "Label", "标签"),
    Column("people", COUNT, "People", "人数", people="group"),
    Column("came", COUNT, "Came", "到店人数", people="part"),
    Column("came_rate", RATE, "Share", "占比", n="came"),
    Column("spend", MONEY, "Spend", "消费"),
]


def shown_of(rows, columns=SIZES, fewest=10):
    t = ibis.memtable(rows, columns=[column.name for column in columns])
    return rows_to_show(withhold_small_groups(t, columns, fewest)).to_pandas().astype(object).to_dict("records")


def labels_of(rows):
    return [row["label"] for row in rows]


def test_a_row_about_few_is_withheld_and_so_is_what_a_total_would_give_away():
    """Of 40, 12 and 3 people only the 40 are shown: 55 less 40 are fifteen, not three. Of 40, 12 and 13 all are."""
    rows = [("a", 40, 20, 0.5, 1.0), ("b", 12, 10, 0.8, 1.0), ("c", 3, 0, 0.0, 1.0)]
    assert labels_of(shown_of(rows)) == ["a"]
    assert labels_of(shown_of([*rows[:2], ("c", 13, 0, 0.0, 1.0)])) == ["a", "b", "c"]
    assert labels_of(shown_of([("a", 40, 20, 0.5, 1.0), ("b", 9, 9, 1.0, 1.0), ("c", 2, 0, 0.0, 1.0)])) == ["a"]


def test_a_small_part_is_emptied_with_what_rests_on_it():
    """Nine of forty came: neither how many nor a rate over them stands there; the forty and their spend do."""
    (row,) = shown_of([("a", 40, 9, 0.5, 7.0)])
    assert row["people"] == 40 and row["spend"] == 7.0
    assert row["came"] is None or row["came"] != row["came"]
    assert row["came_rate"] is None or row["came_rate"] != row["came_rate"]
    assert shown_of([("a", 40, 10, 0.5, 7.0)])[0]["came"] == 10
    assert shown_of([("a", 40, 0, 0.0, 7.0)])[0]["came"] == 0


def test_a_figure_that_gives_small_parts_away_is_emptied_with_its_interval():
    """A difference between two arms of forty: nine of one came, 31 of the other so that nine did not, ten, nobody."""
    arms = ("came", "others_came")
    columns = [
        Column("label", LABEL, "Label", "标签"),
        Column("people", COUNT, "People", "人数", people="group"),
        *(Column(name, COUNT, "Came", "到店人数", people="part", n="people") for name in arms),
        Column("gap", MONEY, "Gap", "差", low="least", high="most", rests_on=arms),
        *(Column(name, MONEY, "End", "端") for name in ("least", "most")),
    ]
    rows = [("a", 40, 9, 20, 1.0, 0.0, 2.0), ("b", 40, 20, 31, 1.0, 0.0, 2.0), ("c", 40, 10, 0, 1.0, 0.0, 2.0)]
    found = shown_of(rows, columns)
    none = [None] * 3
    assert [[None if row[name] != row[name] else row[name] for name in ("gap", "least", "most")] for row in found] == [
        none,
        none,
        [1.0, 0.0, 2.0],
    ]


def test_a_rate_that_gives_a_small_part_away_is_emptied():
    """0.05 of 100 people are five: the rate and its interval go, without any column that counts the five.

    So do 0.95, which tell of the five who did not. 0.1 and 0.9 of 100 stay, as do nobody and everybody; a forecast's
    error of 5 % is no share of anybody.
    """
    rate = {"n": "people", "low": "least", "high": "most"}
    columns = [
        Column("label", LABEL, "Label", "标签"),
        Column("people", COUNT, "People", "人数", people="group"),
        Column("came_rate", RATE, "Share", "占比", **rate),
        Column("least", RATE, "Least", "下限"),
        Column("most", RATE, "Most", "上限"),
        Column("error", RATE, "Error", "误差", n="people", people="none"),
    ]
    rows = [("a", 100, 0.05, 0.02, 0.11, 0.05), ("b", 100, 0.1, 0.05, 0.17, 0.05), ("c", 100, 0.0, 0.0, 0.04, 0.05)]
    rows += [("d", 100, 0.95, 0.89, 0.98, 0.05), ("e", 100, 0.9, 0.83, 0.94, 0.05), ("f", 100, 1.0, 0.96, 1.0, 0.05)]
    t = ibis.memtable(rows, columns=[column.name for column in columns])
    found = rows_to_show(withhold_small_groups(t, columns, 10)).order_by("label").to_pyarrow().to_pylist()
    assert [tuple(row.values())[2:] for row in found] == [
        (None, None, None, 0.05),
        (0.1, 0.05, 0.17, 0.05),
        (0.0, 0.0, 0.04, 0.05),
        (None, None, None, 0.05),
        (0.9, 0.83, 0.94, 0.05),
        (1.0, 0.96, 1.0, 0.05),
    ]


def test_a_part_that_leaves_few_over_is_emptied():
    """35 of 40 came: five did not. 30 of 40 leave ten, and 40 of 40 nobody."""
    columns = [
        Column("people", COUNT, "People", "人数", people="group"),
        Column("came", COUNT, "Came", "到店人数", n="people", people="part"),
    ]
    t = ibis.memtable([(40, 35), (40, 30), (40, 40)], columns=["people", "came"])
    assert [row["came"] for row in rows_to_show(withhold_small_groups(t, columns, 10)).to_pyarrow().to_pylist()] == [
        None,
        30,
        40,
    ]


def test_a_chance_is_no_share_of_people():
    """That an arm is better with a chance of 0.9993 is not that 1,281 of its 1,282 customers are anything."""
    columns = columns_of(["customer_count", "did_count", "control_did_count", "better_rate"], "experiment_chances")
    t = ibis.memtable([(1_282, 469, 377, 0.9993)], columns=[column.name for column in columns])
    (row,) = rows_to_show(withhold_small_groups(t, columns, 10)).to_pyarrow().to_pylist()
    assert row["better_rate"] == 0.9993


def test_whatever_is_called_a_chance_tells_of_nobody():
    """Chances and probabilities are declared to count no people, or the surest of them would be withheld."""
    said = [one for one in all_columns().values() if one.en.startswith(("Chance", "Probability")) and one.unit is RATE]
    assert said and [one.name for one in said if one.n and one.people != "none"] == []


def test_a_rate_of_orders_may_be_a_share_of_people():
    """First orders are each one buyer's: 0.2 of 30 orders are six new buyers, though the orders are no people."""
    columns = [
        Column("orders", COUNT, "Orders", "订单数"),
        Column("new", RATE, "New", "新客", n="orders", people="share"),
    ]
    t = ibis.memtable([(30, 0.2), (50, 0.2)], columns=["orders", "new"])
    found = rows_to_show(withhold_small_groups(t, columns, 10)).order_by("orders").to_pyarrow().to_pylist()
    assert [row["new"] for row in found] == [None, 0.2]


def test_a_metric_that_gives_a_small_part_away_is_emptied(tiny_shop):
    """Of thirty buyers of March four bought twice: 4/30 is not said to viewers. Of forty in April ten did: it is."""
    orders = [sold(f"m{n}", f"c{n}", "2025-03-01", 10) for n in range(30)]
    orders += [sold(f"n{n}", f"c{n}", "2025-03-09", 10) for n in range(4)]
    orders += [sold(f"a{n}", f"d{n}", "2025-04-01", 10) for n in range(40)]
    orders += [sold(f"b{n}", f"d{n}", "2025-04-09", 10) for n in range(10)]
    shop = tiny_shop(orders=orders, as_of="2025-05-01")
    rates = [row["repeat_purchase_rate"] for row in measure(shop, "repeat_purchase_rate", every="month").to_pylist()]
    assert rates == [pytest.approx(4 / 30), 0.25]
    shown = measure(viewer_of(shop), "repeat_purchase_rate", every="month").to_pylist()
    assert [row["repeat_purchase_rate"] for row in shown] == [None, 0.25]


def test_a_class_of_few_customers_is_withheld_and_one_of_few_products_is_not(tiny_shop):
    """Two buy for 1,000 each and forty for 10: the two are A, which viewers do not see, nor the next class with them.

    Of products each is a class of one; a product is nobody.
    """
    orders = [sold(f"o{n}", f"c{n}", "2025-03-01", 1000 if n < 2 else 10) for n in range(42)]
    lines = [line(f"l{n}", f"o{n}", "gold" if n < 2 else "tin", 1, 1000 if n < 2 else 10) for n in range(42)]
    shop = tiny_shop(orders=orders, order_items=lines, as_of="2025-04-01")
    sizes = {row["abc"]: row["thing_count"] for row in study(shop, "abc", of="customers").to_pylist()}
    assert sizes["A"] == 2 and sum(sizes.values()) == 42
    assert study(viewer_of(shop), "abc", of="customers").to_pylist() == []
    assert len(study(viewer_of(shop), "abc", of="products").to_pylist()) == 2


def test_a_row_about_a_thing_stays():
    """A product that three people bought is still a product; only how many bought it is not said."""
    columns = [Column("product_id", KEY, "Product", "商品编号"), *SIZES[1:]]
    (row,) = shown_of([("mug", 3, 3, 1.0, 30.0)], columns)
    assert (row["product_id"], row["spend"]) == ("mug", 30.0)
    assert row["people"] is None or row["people"] != row["people"]


def test_two_splits_hide_in_both_totals():
    """The 3 of (b, y) would follow from the total of b and from that of y: the next smallest of both are marked."""
    cells = [("a", "x", 50), ("a", "y", 20), ("b", "x", 30), ("b", "y", 3), ("c", "x", 40), ("c", "y", 60)]
    t = ibis.memtable(cells, columns=["one", "two", "size"])
    rows = mark_small_groups(t, "size", ["one", "two"], 10, "few").to_pandas()
    hidden = {(row.one, row.two) for row in rows.itertuples() if row.few}
    assert hidden == {("b", "y"), ("b", "x"), ("a", "y")}


def test_two_splits_of_a_metric_hide_in_both_totals(countries):
    """No total over country or gender less what is shown of it leaves one to nine."""
    viewer = viewer_of(countries)
    rows = measure(viewer, "customer_count", by=["country", "gender"]).to_pylist()
    assert all(row["customer_count"] >= 10 for row in rows) and sum(row["customer_count"] for row in rows) == 45
    for split in ("country", "gender"):
        for total in measure(viewer, "customer_count", by=split).to_pylist():
            shown = sum(row["customer_count"] for row in rows if row[split] == total[split])
            assert not 0 < total["customer_count"] - shown < 10, total


# --- selections ----------------------------------------------------------------------------------


def test_a_selection_of_few_has_a_sentence_and_no_figures(countries):
    """Three Italians: no count, no revenue, no rows counted; an analyst sees all of it, a viewer the twelve French."""
    viewer, said = viewer_of(countries), "fewer than 10 customers, in it or left over: not shown"
    answer = measure(viewer, "net_revenue", "customer_count", where={"country": "IT"})
    assert answer.first == {"net_revenue": None, "customer_count": None}
    assert (answer.withheld_text, answer.accounts) == (said, ())
    found = study(viewer, "tiers", where={"country": "IT"})
    assert (found.to_pylist(), found.rows_total, found.withheld_text) == ([], 0, said)
    assert measure(countries, "net_revenue", where={"country": "IT"}).first == {"net_revenue": 30.0}
    assert measure(viewer, "net_revenue", where={"country": "FR"}).first == {"net_revenue": 120.0}


def test_files_say_it_too(countries):
    """JSON and a workbook's “About” carry the sentence."""
    answer = measure(viewer_of(countries), "net_revenue", where={"country": "IT"})
    assert to_record(answer)["withheld"] == "fewer than 10 customers, in it or left over: not shown"
    assert dict(about(answer))["Not shown"] == "fewer than 10 customers, in it or left over: not shown"


def test_the_shell_says_it(countries, monkeypatch):
    """In place of figures, with the exit code of an empty answer; an analyst's JSON says that nothing is withheld."""
    assert told("measure", countries.name, "net_revenue")["withheld"] == ""
    monkeypatch.setenv("CUSTOMARY_AUDIENCE", "stakeholder")
    heard = say("measure", countries.name, "net_revenue", "--where", "country=IT", code=1)
    assert (
        "fewer than 10 customers, in it or left over: not shown" in heard.stdout
        and "30" not in heard.stdout.splitlines()[-2]
    )


def test_days_of_few_buyers_are_emptied(tiny_shop):
    """Eleven buy on one day, twelve on the next, three on the third: the third and, by subtraction, the first go."""
    orders = [
        sold(f"o{day}-{n}", f"c{n}", f"2025-03-0{day} 10:00", 10)
        for day, people in ((1, 11), (2, 12), (3, 3))
        for n in range(people)
    ]
    shop = tiny_shop(orders=orders, as_of="2025-03-04")
    rows = measure(viewer_of(shop), "order_count", every="day").to_pylist()
    assert [row["order_count"] for row in rows] == [None, 12, None]


# --- the law -------------------------------------------------------------------------------------

SPLITS = ("country", "region", "gender", "age_band", "acquisition_channel", "channel", "value_tier", "cohort", "topic")
CHAPTERS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("[0-9]*.py"))


def filters_of(page):
    """The columns that a chapter offers as filters: what it names in `page.offer`."""
    for call in ast.walk(ast.parse(page.read_text("utf-8"))):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "page.offer":
            yield from (word.value for word in call.args[1:] if isinstance(word, ast.Constant))


FILTERS = sorted({name for page in CHAPTERS for name in filters_of(page)})


def is_few(value):
    return value is not None and 0 < abs(value) < 10


def faults_of(answer):
    """The cells that count one to nine people, the rates over so few, and those that give so few away."""
    counts = {column.name for column in answer.columns if column.people in HEADS}
    rests = {column.name: column.n for column in answer.columns if column.n in counts}
    shares = {column.name: column.n for column in shares_of_people(answer.columns)}
    for row in answer.to_pylist():
        yield from ((name, row[name]) for name in counts if is_few(row[name]))
        yield from ((name, row[n]) for name, n in rests.items() if row[name] is not None and is_few(row[n]))
        known = ((name, row[name] * row[n]) for name, n in shares.items() if None not in (row[name], row[n]))
        yield from ((name, size) for name, size in known if is_few(round(size)))
        yield from ((name, row[n]) for name, n in shares.items() if leaves_few(row[name], row[n]))


def leaves_few(share, n):
    """Whether a share of n people is of all but one to nine."""
    return None not in (share, n) and is_few(n - round(share * n))


def rarest(shop, names=FILTERS):
    """Selections of few: the rarest value of each filter."""
    for name in names:
        frame = next(frame for frame in ("customers", "orders", "sessions") if name in shop.frame(frame).columns)
        t = shop.frame(frame)
        counts = shop.fetch(t.filter(t[name].notnull()).group_by(name).agg(n=_.count()).order_by("n").limit(1))
        yield from ({name: value} for value in counts[name].to_pylist())


def questions(shop, name, splits, filters):
    """What may be asked of a study: as it is, by the splits, of the small selections."""
    yield {}
    if "by" in STUDIES[name].options:
        yield from ({"by": split} for split in splits)
    yield from ({"where": where} for where in rarest(shop, filters))


def answers_without_few(shop, name, splits, filters):
    """How many questions a study answers, none of them with a cell about few; None for a study of single people."""
    answers = 0
    for asked in questions(shop, name, splits, filters):
        try:
            answer = study(shop, name, **asked)
            if answer.is_about_single_people:
                return None
            assert not list(faults_of(answer)), asked
            answers += 1
        except (Refused, LookupError):
            assert asked, "the study answers where nothing is split or selected"
    return answers


def turn(values, name, names=STUDIES):
    """One of several values for each name, the next one for the next name: each has its turn."""
    return [values[list(names).index(name) % len(values)]]


def test_the_chapters_filters_are_found():
    """Those of visits, of orders and of customers."""
    assert {"device", "platform", "currency", "country", "region", "gender", "acquisition_channel"} <= set(FILTERS)


@pytest.mark.parametrize("name", thirds(STUDIES))
def test_no_cell_of_a_study_counts_few_people(demo_shop, name):
    """As it is, and a sample: over one split and the rarest value of one filter, in turn; what is refused is none.

    All splits and filters for each study take minutes: they are asked in the test below.
    """
    assert answers_without_few(viewer_of(demo_shop), name, turn(SPLITS, name), turn(FILTERS, name)) != 0


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIES)
def test_no_cell_of_a_study_counts_few_people_however_it_is_asked(demo_shop, name):
    """Over every split, and of the rarest value of every filter that a chapter offers."""
    assert answers_without_few(viewer_of(demo_shop), name, SPLITS, FILTERS) != 0


@pytest.mark.parametrize("name", [name for name in METRICS if METRICS[name].people or METRICS[name].per])
def test_no_figure_counts_few_people(demo_shop, name):
    """A count of people, and a rate beside its n: by every split, by month, of few by a filter in turn."""
    viewer, metric = viewer_of(demo_shop), METRICS[name]
    asked = [name, *([metric.per] if metric.per else [])]
    frames = {"by": SPLITS, "every": ("month",), "where": tuple(rarest(viewer, turn(FILTERS, name, METRICS)))}
    answers = 0
    for option, values in frames.items():
        for value in values:
            try:
                assert not list(faults_of(measure(viewer, *asked, **{option: value}))), (option, value)
                answers += 1
            except (Refused, LookupError):
                continue
    assert answers


ENDINGS = ("人数", "客户数", "访客数", "买家数", "者数")
# Customers or products, as asked; a number that chance would give, nobody in particular.
NO_HEADS = {"thing_count", "expected_count"}


@pytest.mark.parametrize("key", all_columns())
def test_a_count_of_people_says_that_it_is_one(key):
    """A count whose Chinese name counts heads is marked, so that the runner can withhold it; nothing else is."""
    column = all_columns()[key]
    if column.unit is not COUNT or column.name in NO_HEADS:
        assert column.unit is COUNT or column.people not in HEADS, key
        return
    assert (column.people in HEADS) >= column.zh.endswith(ENDINGS), key


def test_metrics_that_count_people_say_so():
    """Customers, buyers, visitors, people of events, voters, complaining customers, shoppers, all month by month."""
    marked = {name for name, metric in METRICS.items() if metric.people in HEADS}
    assert marked == {
        "customer_count",
        "buyer_count",
        "priced_buyer_count",
        "new_buyer_count",
        "visitor_count",
        "person_count",
        "nps_answer_count",
        "complaining_customer_count",
        "shopper_count",
        "watched_month_count",
        "followed_month_count",
    }
