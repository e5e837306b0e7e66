"""Questions to a shop on paper: a handful of rows, every answer computed in the head.

Judges query/preview.
"""

from dataclasses import replace
from datetime import date, datetime

import ibis
import pytest
from in_memory import read, table
from paper_shop import PaperShop

from customary.columns import Column
from customary.declare import METRICS, STUDIES
from customary.errors import Refused, UnknownName
from customary.query import (
    accounts,
    export,
    goals,
    groups,
    known,
    lists,
    measure,
    method,
    notes,
    parameters,
    passport,
    rulebook,
    selection,
    withholding,
)
from customary.query import study as studies
from customary.query.answer import Answer
from customary.query.question import Definition, Question
from customary.query.recipes import recipe_of
from customary.query.selection import Scope, scope_of
from customary.units import COUNT, KEY, LABEL, RATE

JANUARY, FEBRUARY = (date(2025, 1, 1), date(2025, 2, 1)), (date(2025, 2, 1), date(2025, 3, 1))
MARCH = (date(2025, 3, 1), date(2025, 4, 1))
ORDERS = "order_id string, customer_id string, day_on date, net_amount float64, country string, left_out_because string"
SOLD = (
    ("o1", "ann", "2025-01-05", 10, "DE", None),
    ("o2", "ann", "2025-02-01", 20, "DE", None),
    ("o3", "ben", "2025-02-28", None, "DE", None),
    ("o4", "ben", "2025-03-01", 40, "FR", None),
    ("o5", "cai", "2025-02-10", 99, "DE", "not paid"),
    ("o6", "cai", "2025-02-11", 50, "FR", None),
    ("o7", "cai", "2025-02-12", 60, None, None),
)
LEDGER = (
    "file_no int64, outcome string, reason string, record_count int64",
    (1, "loaded as", "orders", 7),
    (1, "loaded as", "products", 3),
    (1, "quarantined", "no day", 2),
    (2, "loaded as", "events", 8),
    (2, "quarantined", "no name", 9),
    (3, "loaded as", "orders", 1),
    (3, "quarantined", "no day", 5),
)
CUSTOMERS = ("customer_id string, city string, marketing_consent string, left_out_because string",)


def recipe_for(t):
    """What the rows of a table are put together by, of which nothing is bound."""
    return recipe_of(None, lambda _scope: t)


def shop_of(*orders, customers=(), **told):
    """A shop on paper with these orders, else with the seven above."""
    frames = {
        "orders": (ORDERS, *(orders or SOLD)),
        "customers": (*CUSTOMERS, *customers),
        "ledger": LEDGER,
        **told.pop("frames", {}),
    }
    return PaperShop(frames, **told)


def ids(t, column="order_id"):
    """The keys of a table's rows, in order of the alphabet."""
    return sorted(t[column].to_pyarrow().to_pylist())


# --- rows in and out -----------------------------------------------------------------------------


def test_counted_and_left_out_are_all_the_rows_there_were():
    """February's Germans: o2 and o3, of which o3 has no amount; each of the others for its first reason.

    The 7 quarantined and the 3 that became products stand in the same files; those of file 2 do not.
    """
    found = accounts.accounts_of(shop_of(), "orders", Scope(during=FEBRUARY, where=(("country", ("DE",)),)))
    assert found.left_out == {
        "not paid": 1,
        "outside 2025-02-01 … 2025-03-01": 2,
        "not in the selection country = DE": 2,
        "quarantined: no day": 7,
        "loaded as products": 3,
    }
    assert (found.source_rows, found.counted_rows, found.unpriced_rows) == (17, 2, 1)
    assert found.counted_text == "2 counted of 17, 1 of them of unknown amount"
    assert accounts.accounts_of(shop_of(SOLD[4]), "orders", Scope()).unpriced_rows == 0
    person = (("ann", "Oslo", None, None),)
    profiles = accounts.accounts_of(shop_of(customers=person), "customers", Scope(during=FEBRUARY))
    assert (profiles.counted_rows, profiles.left_out, profiles.unpriced_rows) == (1, {}, 0)
    whole = accounts.accounts_of(shop_of(), "orders", Scope())
    assert (whole.source_rows, whole.counted_rows, whole.unpriced_rows) == (17, 6, 1)
    assert accounts.accounts_of(shop_of(SOLD[4]), "orders", Scope()).counted_rows == 0


def test_a_study_of_what_is_left_out_counts_it():
    """Of seven orders six are of a known country or none: only those outside the window are not counted."""
    found = accounts.whole_accounts_of(shop_of(), "orders", Scope(during=FEBRUARY))
    assert (found.counted_rows, found.source_rows) == (5, 17)
    assert found.left_out["outside the window or the selection"] == 2
    assert (
        "outside the window or the selection" not in accounts.whole_accounts_of(shop_of(), "orders", Scope()).left_out
    )


def test_accounts_of_several_frames_add_up():
    """3 of 5 and 1 of 4, reason by reason; nothing is unpriced unless it is said."""
    one = accounts.Accounts("orders", "one row per order", 5, 3, {"a": 2}, 1)
    two = accounts.Accounts("items", "one row per line", 4, 1, {"a": 1, "b": 2})
    assert accounts.total([one, two]) == accounts.Accounts(
        "orders, items", "orders – one row per order; items – one row per line", 9, 4, {"a": 3, "b": 2}, 1
    )
    assert two.counted_text == "1 counted of 4"


def test_books_count_their_entries():
    """They are what the build wrote; nothing of them is left out."""
    found = accounts.accounts_of(shop_of(), "ledger", Scope())
    assert (found.counted_rows, found.source_rows, found.left_out) == (7, 7, {})


# --- what is asked for ---------------------------------------------------------------------------


def test_a_window_is_half_open_and_selections_narrow_each_other():
    """February begins with its first day and ends before 1 March; unknown is a value like others."""
    rows = selection.frame_rows(shop_of(), "orders", Scope(during=FEBRUARY))
    assert ids(rows.counting_rows()) == ["o2", "o3", "o6", "o7"] and ids(rows.in_scope()) == [
        "o2",
        "o3",
        "o5",
        "o6",
        "o7",
    ]

    def found(**where):
        return ids(selection.frame_rows(shop_of(), "orders", scope_of(where=where)).counting_rows())

    assert found(country="FR") == ["o4", "o6"] == found(country=("FR", "FR"))
    assert found(country=None) == ["o7"] and found(country=["FR", None]) == ["o4", "o6", "o7"]
    assert found(country={"FR", "DE"}, customer_id=frozenset({"ann"})) == ["o1", "o2"]
    assert found(country=[]) == [] and found() == ["o1", "o2", "o3", "o4", "o6", "o7"]
    assert found(net_amount="40") == ["o4"] == found(net_amount="40.0") and found(day_on="2025-03-01") == ["o4"]
    assert found(net_amount="-4.5") == [] == found(net_amount=41)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"net_amount": "4.0.5"}, "net_amount is a number, not “4.0.5”"),
        ({"net_amount": "much"}, "net_amount is a number, not “much”"),
        ({"is_new": "maybe"}, "is_new is true or false, not “maybe”"),
    ],
)
def test_a_value_is_of_its_columns_kind(where, said):
    """A number has one dot at most; yes and no are true and false."""
    t = table("net_amount float64, is_new boolean, country string", (1, True, "DE"))
    ((name, wanted),) = where.items()
    with pytest.raises(Refused, match=said):
        selection._as_literal(t[name], wanted)
    for name, right in (("is_new", "True"), ("is_new", "false"), ("is_new", True), ("country", "4.0.5")):
        assert t.select(x=selection._as_literal(t[name], right)).to_pyarrow()["x"][0].as_py() is not None


def test_a_split_names_a_column_once():
    """And a period that there is."""
    assert scope_of(["country", "day_on"], "week").keys == ("country", "day_on", "week")
    with pytest.raises(Refused, match="the split names a column twice: country, country"):
        scope_of(["country", "country"])
    with pytest.raises(UnknownName):
        scope_of(every="fortnight")
    assert scope_of("country").by == ("country",) and scope_of(where=None).where == ()


def test_an_item_has_the_columns_of_its_order_and_of_its_customer():
    """The line of o1 is German; one of no known order is of no country; an order belongs to nothing."""
    frames = {
        "items": (
            "order_item_id string, order_id string, left_out_because string",
            ("l1", "o1", None),
            ("l9", "x", None),
        )
    }
    shop = shop_of(customers=(("ann", "Oslo", None, None),), frames=frames)
    rows = selection.with_column(shop, shop.frame("items"), "country", "items")
    assert sorted(read(rows, "order_item_id", "country"), key=str) == [("l1", "DE"), ("l9", None)]
    assert (selection.owner_of(shop, "items"), selection.owner_of(shop, "orders")) == ("orders", "")
    towns = selection.with_column(shop, shop.frame("orders"), "city", "orders")
    assert sorted(read(towns, "order_id", "city"))[:3] == [("o1", "Oslo"), ("o2", "Oslo"), ("o3", None)]
    with pytest.raises(UnknownName, match="column of items"):
        selection.with_column(shop, shop.frame("items"), "cuntry", "items")
    assert selection.frame_with(shop, "country") == "orders" and selection.frame_with(shop, "city") == "customers"


def test_the_commonest_values_come_first(monkeypatch):
    """Three Germans, two French, one unknown at the end of its equals; too many are None."""
    rows = (*SOLD, ("o8", "x", "2025-01-01", 1, "AT", None))
    assert selection.values_of(shop_of(*rows), "country", "orders") == ("DE", "FR", "AT", None)
    monkeypatch.setattr(selection, "MOST_VALUES", 3)
    assert selection.values_of(shop_of(), "country", "orders") == ("DE", "FR", None)
    assert selection.values_of(shop_of(*rows), "country", "orders") is None


def test_a_value_that_stands_nowhere_is_refused_with_the_nearest():
    """“FX” is near “FR”; a value that only the customers have is a fair question; numbers are not looked up."""
    frames = {
        "tickets": ("ticket_id string, country string, left_out_because string", ("t1", "DE", None), ("t2", "NO", None))
    }
    shop = shop_of(frames=frames)
    selection.check_values(shop, ["orders"], [("country", ["DE", "FR"]), ("country", [None]), ("net_amount", ["12"])])
    selection.check_values(shop, ["orders"], [("country", ["NO"])])
    for wrong in (["FX"], ["DE", "FX"], ["NO", "FX"]):
        with pytest.raises(UnknownName, match="value of country"):
            selection.check_values(shop, ["orders"], [("country", wrong)])


def test_a_profile_is_not_cut_by_what_its_orders_were():
    """Of customers only the city is a condition; of orders both are."""
    shop = shop_of()
    asked = scope_of(where={"city": "Oslo", "net_amount": 1})
    assert selection.where_known(shop, "customers", asked).where == (("city", ("Oslo",)),)
    assert selection.where_known(shop, "orders", asked) == asked


# --- periods -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "week_start", "starts"),
    [
        ("day", "monday", ["2025-02-05", "2025-02-06", "2025-02-07", "2025-02-08", "2025-02-09"]),
        ("week", "monday", ["2025-02-03"]),
        ("week", "sunday", ["2025-02-02", "2025-02-09"]),
        ("week", "thursday", ["2025-01-30", "2025-02-06"]),
        ("month", "monday", ["2025-02-01"]),
        ("quarter", "monday", ["2025-01-01"]),
        ("year", "monday", ["2025-01-01"]),
    ],
)
def test_every_period_of_a_window_is_there(every, week_start, starts):
    """5 February 2025 is a Wednesday, the 9th a Sunday; each period is called by its first day."""
    shop = shop_of(week_start=week_start)
    scope = Scope(every=every, during=(date(2025, 2, 5), date(2025, 2, 10)))
    found = measure._blank_periods(shop, scope)[every].to_pyarrow().to_pylist()
    assert sorted(map(str, found)) == starts


def test_periods_reach_from_the_first_day_to_the_last():
    """A window that begins before the data or ends behind them is cut to them; quarters begin in January and April."""
    shop = shop_of(first_on="2025-01-20", as_of="2025-05-02")

    def starts(every, during=None):
        return sorted(
            map(str, measure._blank_periods(shop, Scope(every=every, during=during))[every].to_pyarrow().to_pylist())
        )

    assert starts("month") == ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01"]
    assert starts("month", (date(2024, 1, 1), date(2025, 2, 1))) == ["2025-01-01"]
    assert starts("quarter") == ["2025-01-01", "2025-04-01"]
    assert starts("day", (date(2025, 4, 30), date(2026, 1, 1))) == ["2025-04-30", "2025-05-01"]


@pytest.mark.parametrize(
    ("every", "start", "during", "is_complete"),
    [
        ("day", "2025-03-31", None, True),
        ("week", "2025-03-24", None, True),
        ("week", "2025-03-25", None, True),
        ("week", "2025-03-26", None, False),
        ("month", "2025-03-01", None, True),
        ("month", "2025-04-01", None, False),
        ("quarter", "2025-01-01", None, True),
        ("quarter", "2025-02-01", None, False),
        ("year", "2024-04-01", None, False),
        ("month", "2024-12-01", None, False),
        ("month", "2025-01-01", None, True),
        ("month", "2025-02-01", FEBRUARY, True),
        ("month", "2025-01-01", FEBRUARY, False),
        ("month", "2025-03-01", FEBRUARY, False),
    ],
)
def test_a_period_is_complete_within_data_and_window(every, start, during, is_complete):
    """From 1 January to 31 March 2025 there are data."""
    t = table("start date", (start,))
    found = t.select(x=measure._is_complete(shop_of(), Scope(every=every, during=during), t.start))
    assert read(found) == [(is_complete,)]


def test_a_year_is_complete_after_twelve_months():
    """Not after thirteen; half a year is none."""
    shop = shop_of(first_on="2024-01-01", as_of="2025-01-01")
    t = table("start date", ("2024-01-01",))
    assert read(t.select(x=measure._is_complete(shop, Scope(every="year"), t.start))) == [(True,)]


def test_the_window_before_needs_data():
    """March has a February; January has nothing before it; without a window all of the data have nothing before."""
    shop = shop_of()
    assert measure._comparison_window(shop, Scope(during=MARCH), "previous") == FEBRUARY
    assert measure._comparison_window(shop, Scope(during=FEBRUARY), "previous") == JANUARY
    assert measure._comparison_window(shop, Scope(during=MARCH), None) is None
    for during, compare in ((JANUARY, "previous"), (None, "previous"), (MARCH, "year")):
        with pytest.raises(Refused, match="begin before the data do"):
            measure._comparison_window(shop, Scope(during=during), compare)


def test_rows_of_a_comparison_are_in_order():
    """By period, then by group, the unknown last."""
    t = table(
        "country string, month date, n int64", (None, "2025-01-01", 1), ("FR", "2025-02-01", 2), ("DE", "2025-01-01", 3)
    )
    assert read(measure._order_rows(t, Scope(("country",), "month")), "n") == [(3,), (1,), (2,)]


# --- small groups --------------------------------------------------------------------------------


def test_a_person_is_a_customer_or_a_visitor():
    """Visitor 7 is not customer 7; a frame that knows neither has no people."""
    t = table("customer_id string, visitor_id string", ("7", "7"), (None, "7"), (None, None))
    assert read(t.select(who=groups.person_of(t))) == [("7",), ("visitor 7",), (None,)]
    assert groups.person_of(table("x string", ("a",))) is None
    frames = {"orders": t, "visits": table("customer_id string, visitor_id string", ("7", "1"), ("8", "1"))}
    assert read(groups.sizes_of(frames, [])) == [(3,)]
    assert groups.sizes_of({"spend": table("x string", ("a",))}, []) is None
    twice = {"orders": table("customer_id string", ("ann",), ("ann",))}
    assert read(groups.sizes_of(twice, [])) == [(1,)]


MERGED = "country string, customer_count int64"


@pytest.mark.parametrize(
    ("sizes", "marked"),
    [
        ({"A": 40, "B": 12, "C": 3}, ["B", "C"]),  # 3 are too few, and alone they would be what is missing
        ({"A": 40, "B": 12, "C": 10}, []),
        ({"A": 40, "B": 5, "C": 5}, ["B", "C"]),
        ({"A": 40, "B": 9, "C": 1}, ["B", "C"]),
        ({"A": 40, "B": 0, "C": 3}, ["A", "C"]),  # nobody is no help
        ({"A": 40, "B": 10, "C": 9}, ["B", "C"]),
        ({"A": 40, "B": 0}, []),
        ({"A": 9}, ["A"]),
        ({"A": 40, "B": 12, "C": 1}, ["B", "C"]),
        ({"A": 40, "B": 1, "C": 9}, ["B", "C"]),
        ({"A": 8, "B": 1, "C": 1, "D": 12}, ["A", "B", "C"]),  # together they are ten
    ],
)
def test_groups_of_fewer_than_ten_are_merged_until_they_are_ten(sizes, marked):
    """The next smallest goes with them."""
    found = groups.mark_small_groups(table(MERGED, *sizes.items()), "customer_count", ["country"], 10, "is_small")
    assert ids(found.filter(found.is_small), "country") == marked


def test_equals_are_marked_in_order_of_their_names():
    """Of two groups of twelve the one whose name comes first is merged; the unknown one last."""
    for names, first in ((("B", "A"), "A"), (("A", None), "A")):
        t = table(MERGED, *((name, 12) for name in names), ("C", 3))
        found = groups.mark_small_groups(t, "customer_count", ["country"], 10, "is_small")
        assert ids(found.filter(found.is_small), "country") == [first, "C"]


def test_a_mark_is_that_of_the_rows_group():
    """An unknown label is a label; a row whose group is not listed is not marked."""
    t = table("country string, n int64", ("A", 1), (None, 2), ("C", 3))
    marks = table("country string, is_small boolean", ("A", True), (None, True))
    assert sorted(read(groups.with_mark(t, marks, ["country"], "is_small"), "n", "is_small")) == [
        (1, True),
        (2, True),
        (3, False),
    ]
    two = table("country string, year int64", ("A", 1), ("A", 2), ("B", 1))
    both = groups.with_mark(
        two, table("country string, year int64, m boolean", ("A", 1, True)), ["country", "year"], "m"
    )
    assert sorted(read(both)) == [("A", 1, True), ("A", 2, False), ("B", 1, False)]
    one = table("is_small boolean", (True,))
    assert read(groups.with_mark(t, one, [], "is_small"), "is_small") == [(True,)] * 3


def test_merged_labels_are_other_and_numbers_unknown():
    """Three buy in A, twelve in B, forty in C; the years of a merged group are not said."""
    rows = [
        (f"{name}{n}", name, year)
        for name, size, year in (("A", 3, 1), ("B", 12, 2), ("C", 40, 3))
        for n in range(size)
    ]
    frames = {"orders": table("customer_id string, country string, year int64", *rows)}
    merged = groups.merge_small_groups(frames, ["country"], None, 10)["orders"]
    assert sorted(set(read(merged, "country"))) == [("C",), ("other",)]
    years = groups.merge_small_groups(frames, ["year"], None, 10)["orders"]
    assert sorted(set(read(years, "year")), key=str) == [(3,), (None,)]
    of_years = groups.merge_small_groups(frames, ["country"], "year", 10)["orders"]
    assert sorted(set(read(of_years, "country", "year"))) == [("B", 2), ("C", 3), ("other", 1)]
    spend = {"spend": table("channel string", ("ads",))}
    assert groups.merge_small_groups(spend, ["channel"], None, 10) == spend


SIZES = [
    Column("label", LABEL, "Label", "标签"),
    Column("people", COUNT, "People", "人数", people="group"),
    Column("came", COUNT, "Came", "到店人数", people="part"),
    Column("came_rate", RATE, "Share", "占比", n="people", low="came_low"),
    Column("came_low", RATE, "Low", "下限"),
]


def shown(*rows, columns=SIZES):
    """The rows of a study that a viewer sees."""
    kinds = {LABEL: "string", KEY: "string", COUNT: "int64", RATE: "float64"}
    t = table(", ".join(f"{column.name} {kinds[column.unit]}" for column in columns), *rows)
    return read(withholding.rows_to_show(withholding.withhold_small_groups(t, columns, 10)))


def test_what_rests_on_few_is_emptied_and_the_rest_stays():
    """9 of 40 are not said, nor their share, nor the end of its interval; 10 are, and 0 are; −9 are nine as well."""
    assert shown(("a", 40, 9, 0.2, 0.1)) == [("a", 40, None, None, None)]
    assert shown(("a", 40, -9, 0.2, 0.1)) == [("a", 40, None, None, None)]
    assert shown(("a", 40, 10, 0.25, 0.1)) == [("a", 40, 10, 0.25, 0.1)]
    assert shown(("a", 40, 0, 0.0, 0.0)) == [("a", 40, 0, 0.0, 0.0)]
    assert shown(("a", 40, None, 0.25, 0.1)) == [("a", 40, None, 0.25, 0.1)]
    assert shown(("a", 40, None, 0.2, 0.1)) == [("a", 40, None, None, None)]  # a fifth of 40 are 8


def test_rows_stay_in_their_order_and_small_ones_go():
    """The order of the answer is kept; nobody is no small group."""
    rows = [("z", 40, 10, 0.25, 0.1), ("a", 12, 12, 1.0, 0.1), ("k", 50, 10, 0.2, 0.1)]
    assert shown(*rows) == rows
    assert shown(*rows, ("c", 3, 0, 0.0, 0.0)) == [rows[0], rows[2]]
    nobody = ("n", 0, 0, 0.0, 0.0)
    assert shown(*rows, nobody) == [*rows, nobody]
    assert shown(*rows, ("u", None, 0, 0.0, 0.0)) == [*rows, ("u", None, 0, 0.0, 0.0)]


def test_of_two_counts_of_people_the_smaller_one_decides():
    """Forty came and nine left: the row is about few; nobody left is no few."""
    columns = [*SIZES[:2], Column("gone", COUNT, "Gone", "离开人数", people="group")]
    assert shown(("a", 40, 9), columns=columns) == [] == shown(("a", 9, 40), columns=columns)
    assert shown(("a", 40, 0), columns=columns) == [("a", 40, 0)]


def test_a_thing_is_shown_and_its_buyers_are_not():
    """A product of three buyers; and single people are not marked, for nobody but analysts sees them."""
    thing = [Column("product_id", KEY, "Product", "商品编号"), SIZES[1]]
    assert shown(("mug", 3), columns=thing) == [("mug", None)]
    person = [Column("customer_id", LABEL, "Customer", "客户", personal=True), SIZES[1]]
    assert shown(("ann", 3), columns=person) == [("ann", 3)]


def test_figures_of_few_are_emptied_group_by_group():
    """Nine buy in A: none of their figures is said. In B forty buy, nine of them again: only that is not said."""
    rows = (
        [(f"a{n}", "A") for n in range(9)] + [(f"b{n}", "B") for n in range(40)] + [(f"c{n}", "C") for n in range(12)]
    )
    frames = {"orders": table("customer_id string, country string", *rows)}
    t = table(
        "country string, buyer_count int64, again int64, rate float64",
        ("A", 9, 9, 1.0),
        ("B", 40, 9, 0.2),
        ("C", 12, 12, 1.0),
        ("D", 90, 90, 1.0),
    )
    heads = {"buyer_count": ["buyer_count"], "again": ["again"], "rate": ["buyer_count", "again"]}
    found = withholding.empty_small_groups(t, frames, ["country"], heads, {}, 10)
    assert sorted(read(found)) == [
        ("A", None, None, None, True),
        ("B", 40, None, None, True),
        ("C", None, None, None, True),  # 12 with the 9
        ("D", 90, 90, 1.0, False),
    ]
    spend = {"spend": table("channel string", ("ads",))}
    assert read(withholding.empty_small_groups(table("x int64", (1,)), spend, [], {"x": []}, {}, 10)) == [(1, False)]


def test_rows_that_are_withheld_are_counted():
    """Two of three; of an answer without marks none; a whole selection of few has a sentence of its own."""
    shop = shop_of(audience="stakeholder")
    t = table("x int64, is_withheld boolean", (1, True), (2, True), (3, False))
    assert (
        withholding.count_marked(shop, recipe_for(t)) == 2
        and withholding.count_marked(shop, recipe_for(t.drop("is_withheld"))) == 0
    )
    assert withholding.count_marked(shop, recipe_for(t.filter(t.x > 3))) == 0
    assert read(withholding.rows_to_show(withholding.withhold_all(t))) == [] and read(withholding.rows_to_show(t)) == [
        (3,)
    ]
    assert withholding.fetched_to_show(t.to_pyarrow()).to_pylist() == [{"x": 3}]
    assert withholding.in_words(shop, False, lambda: 2) == "2 rows not shown: fewer than 10 customers each"
    assert withholding.in_words(shop, False, lambda: 1) == "1 row not shown: fewer than 10 customers each"
    assert withholding.in_words(shop, False, lambda: 0) == "" == withholding.in_words(shop_of(), True, lambda: 2)
    assert withholding.in_words(shop, True, lambda: 2) == "fewer than 10 customers, in it or left over: not shown"


def test_a_selection_of_few_people_is_too_small():
    """Nine buyers are, ten are not, nobody is not; for an analyst nothing is."""
    for count, is_small in ((0, False), (1, True), (9, True), (10, False)):
        rows = [(f"o{n}", f"c{n}", "2025-02-01", 1, "DE", None) for n in range(count)] or [SOLD[4]]
        assert withholding.is_too_small(shop_of(*rows, audience="stakeholder"), ["orders"], Scope()) is is_small
        assert not withholding.is_too_small(shop_of(*rows), ["orders"], Scope())
    spend = {"spend": ("spent_at string, day_on date, left_out_because string", ("s", "2025-01-01", None))}
    assert not withholding.is_too_small(shop_of(frames=spend, audience="stakeholder"), ["spend"], Scope())


# --- whom a shop may address ---------------------------------------------------------------------

SAID = [
    ("ann", None, "granted", None),
    ("ben", None, "refused", None),
    ("cai", None, "no answer", None),
    ("dan", None, "refused", None),
]


def test_a_list_keeps_its_order_and_leaves_off_who_refused():
    """Dan, Cai, Ben and Ann: only Ann said yes; two refused, one never answered, the larger number first."""
    shop = shop_of(customers=SAID)
    t = table("customer_id string", *((who,) for who in ("dan", "cai", "ben", "ann", "ann")))
    assert read(lists.cut_to_list(shop, t)) == [("ann",), ("ann",)]
    assert list(lists.count_omissions(shop, recipe_for(t)).items()) == [
        ("refused marketing", 2),
        ("never answered about marketing", 1),
    ]
    lenient = shop_of(customers=SAID, rules={"privacy": '[lists]\nno_answer = "list"\n[groups]\nfewest = 10'})
    assert read(lists.cut_to_list(lenient, t)) == [("cai",), ("ann",), ("ann",)]
    assert lists.count_omissions(lenient, recipe_for(t)) == {"refused marketing": 2}
    yes = shop_of(customers=[SAID[0]])
    assert lists.count_omissions(yes, recipe_for(table("customer_id string", ("ann",)))) == {}


def test_only_analysts_see_single_customers():
    """Groups are for everybody."""
    viewer = shop_of(audience="stakeholder")
    with pytest.raises(Refused, match="which only analysts see"):
        lists.check_audience(viewer, "x", True)
    for shop, is_about_people in ((viewer, False), (shop_of(), True), (shop_of(), False)):
        lists.check_audience(shop, "x", is_about_people)


# --- goals ---------------------------------------------------------------------------------------


def goal(metric, **aim):
    """A goals.toml with one goal of one aim."""
    facts = "\n".join(f"{name} = {value!r}" for name, value in {"direction": "up", **aim}.items())
    return f'[[goal]]\nkey = "k"\nen = "e"\nzh = "z"\n[[goal.aims]]\nmetric = "{metric}"\n{facts}\n'


def scores(monkeypatch, *aims, by_month=(), follow="", **asked):
    """The scorecard of a shop on paper whose figures are given by the first day of the window."""
    shop = shop_of(
        rules={"goals": "".join(aims) + f"[follow_days]\n{follow}"},
        first_on="2024-12-15",
        as_of=asked.pop("as_of", "2025-03-31"),
    )
    monkeypatch.setattr(goals, "_measure", lambda shop, metrics, during: dict(by_month).get(str(during[0]), {}))
    return shop, goals.scorecard(shop, **asked)


FIGURES = {
    "2025-01-01": {"order_count": 10, "average_order_value": 20.0},
    "2025-02-01": {"order_count": 12, "average_order_value": 18.0},
    "2025-03-01": {"order_count": 9, "average_order_value": 30.0},
}


def test_an_aim_looks_at_the_last_whole_window_that_moves_no_more(monkeypatch):
    """As of 31 March, February is the last whole month; with 30 days to follow it is January until 30 March ends."""
    aim = goal("order_count", window="month", target=10)
    _, (score,) = scores(monkeypatch, aim, by_month=FIGURES)
    assert (score.during, score.against, score.value, score.before, score.is_met) == (FEBRUARY, JANUARY, 12, 10, True)
    _, (score,) = scores(monkeypatch, aim, by_month=FIGURES, follow="order_count = 30", as_of="2025-03-30")
    assert (score.during, score.value) == (JANUARY, 10)
    _, (score,) = scores(monkeypatch, aim, by_month=FIGURES, follow="order_count = 30")
    assert (score.during, score.is_mature) == (FEBRUARY, True)


def test_a_window_that_is_given_is_judged_when_it_is_mature(monkeypatch):
    """February with 30 days more may be judged on 31 March and not on the 30th; against what is given, or before."""
    aim = goal("order_count", window="quarter", change=0.5)
    for as_of, is_mature in (("2025-03-31", True), ("2025-03-30", False)):
        _, (score,) = scores(
            monkeypatch, aim, by_month=FIGURES, follow="order_count = 30", as_of=as_of, during=FEBRUARY
        )
        assert (score.during, score.against, score.is_mature, score.target) == (FEBRUARY, JANUARY, is_mature, 15)
        assert score.is_met is (False if is_mature else None)
    _, (score,) = scores(monkeypatch, aim, by_month=FIGURES, during=JANUARY, against=MARCH)
    assert (score.against, score.before) == (MARCH, 9)


def test_a_score_is_told_with_both_windows_and_its_n(monkeypatch):
    """In the order of the file; a rate with the count it rests on, none where that is unknown."""
    two = goal("order_count", window="month", target=12), goal("average_order_value", window="quarter", target=9)
    _, found = scores(monkeypatch, *two, by_month=FIGURES, during=FEBRUARY)
    assert [score.aim.metric.name for score in found] == ["order_count", "average_order_value"]
    assert {
        name: value for name, value in found[0].to_dict().items() if name not in ("goal", "distance", "change")
    } == {
        "metric": "order_count",
        "start": FEBRUARY[0],
        "end": FEBRUARY[1],
        "before_start": JANUARY[0],
        "before_end": JANUARY[1],
        "value": 12,
        "before": 10,
        "target": 12.0,
        "better": "up",
        "is_mature": True,
        "is_met": True,
        "n": None,
    }
    rate = goal("buyer_rate", window="month", target=1)
    per = METRICS["buyer_rate"].per
    _, (score,) = scores(monkeypatch, rate, by_month={"2025-02-01": {"buyer_rate": 0.5, per: 8}}, during=FEBRUARY)
    assert score.n == 8 and isinstance(score.n, int)
    _, (score,) = scores(monkeypatch, rate, by_month={}, during=FEBRUARY)
    assert (score.n, score.value) == (None, None)


def test_the_goals_missed_by_most_stand_first(monkeypatch):
    """Half missed, then a thirteenth missed; a target of 0 has no distance and stands behind them."""
    aims = [goal("order_count", window="month", target=t) for t in (13.0, 24.0)]
    aims += [goal("buyer_count", window="month", target=1.0), goal("unit_count", window="month", target=0.0)]
    figures = {"2025-02-01": {"order_count": 12, "unit_count": -3}}
    shop, _ = scores(monkeypatch, aims[0], by_month=figures)
    first, second = (scores(monkeypatch, aim, by_month=figures, during=FEBRUARY)[1][0] for aim in aims[:2])
    assert (round(first.distance, 3), second.distance) == (-0.077, -0.5)
    monkeypatch.setattr(goals, "scorecard", lambda *asked: (first, zero, second))
    zero = scores_of(monkeypatch, aims[3], figures)
    assert goals.missed_goals(shop).table.to_pyarrow()["target"].to_pylist() == [24.0, 13.0, 0.0]


def scores_of(monkeypatch, aim, figures):
    """One score by hand."""
    metric = METRICS["unit_count"]
    whole = goals.Aim("e", "z", metric, "month", "up", 0.0, None)
    return goals.GoalScore(whole, FEBRUARY, JANUARY, -3, None, 0.0, None)


def test_before_the_first_day_nothing_is_known():
    """The shop began on 15 December: December is known, November is not."""
    shop = shop_of(first_on="2024-12-15")
    december = (date(2024, 12, 1), date(2025, 1, 1))
    assert goals._measure(shop, [METRICS["order_count"]], (date(2024, 11, 1), date(2024, 12, 1))) == {}
    assert goals._measure(shop, [METRICS["order_count"]], (date(2024, 11, 30), date(2025, 1, 1))) == {}
    assert goals._measure(shop, [METRICS["order_count"]], december)["order_count"] == 0
    assert goals._measure(shop, [METRICS["order_count"]], FEBRUARY)["order_count"] == 4


def test_an_aim_moves_no_more_unless_it_is_said():
    """Nothing is followed by default, and a metric serves the first aim that names it."""
    assert goals.Aim("e", "z", METRICS["order_count"], "month", "up", 1.0, None).follow_days == 0
    shop = shop_of(rules={"goals": goal("order_count", window="month", target=3) + "[follow_days]"})
    assert goals.goal_of(METRICS["order_count"], shop.rules).target == 3
    assert goals.goal_of(METRICS["net_revenue"], shop.rules) is None


# --- answers -------------------------------------------------------------------------------------


def answered(rows, *, shop=None, columns="buyer_count int64, order_count int64", names=("order_count",), **told):
    """An answer with these rows."""
    shop = shop or shop_of()
    question = Question.to(shop, names, is_study=told.pop("is_study", False))
    definitions = tuple(Definition(name, "metric", f"what {name} is", "", "") for name in (*names, "other"))
    return Answer(shop, question, recipe_for(table(columns, *rows)), accounts=tuple, definitions=definitions, **told)


def test_an_answer_has_its_rows_and_a_table_shows_some():
    """Of three rows a table shows two; 0 is all; the first row is the first."""
    three = [(1, 5), (2, 6), (3, 7)]
    whole = answered(three)
    assert (whole.rows_total, whole.head().num_rows, whole.head(0).num_rows, whole.head(2).num_rows) == (3, 3, 3, 2)
    assert whole.first == {"buyer_count": 1, "order_count": 5} and whole.name == "order_count"
    cut = answered(three, shown=2)
    assert (cut.rows_total, cut.head().num_rows, cut.head(0).num_rows, cut.head(1).num_rows) == (3, 2, 3, 1)
    assert cut.to_pandas().shape[0] == 3 and cut.to_pandas(None).shape[0] == 2
    assert answered([]).first == {"buyer_count": None, "order_count": None}
    assert (whole.companions, whole.earlier_names, whole.whole is whole) == ({}, {}, True)
    assert repr(whole) == "Answer('order count · all days until 2025-04-01', rows=3)"


def test_an_answer_says_what_it_means():
    """One name in its words, several each with its title."""
    assert answered([]).definition == "what order_count is"
    assert answered([], names=("order_count", "net_revenue")).definition == (
        "Order count: what order_count is Net revenue: what net_revenue is"
    )


def test_a_figure_of_few_is_said_to_be_of_few():
    """An emptied count of buyers is “fewer than 10” to a viewer and unknown to an analyst; of orders it is unknown."""
    for audience, buyers in (("stakeholder", "fewer than 10"), ("analyst", "–")):
        found = answered([(None, None), (5, 6)], shop=shop_of(audience=audience))
        assert (found.text("buyer_count"), found.text("order_count")) == (buyers, "–")
        assert (found.text("buyer_count", 12), found.text("order_count", 0)) == ("12", "0")


def test_what_only_serves_order_is_not_shown():
    """A table has headings and cells for the columns that a reader sees."""
    found = answered([(1, 5)], columns="position int64, order_count int64")
    assert [column.name for column in found.columns if column.hidden] == ["position"]
    assert list(found.titles()) == ["order_count"] and found.cells() == [["5"]]


def test_a_page_of_an_answer_says_how_much_of_it_is_there():
    """Fifty rows where nothing else is said; two of three where two are shown."""
    assert "<p>50 of 60 rows · " in answered([(n, n) for n in range(60)])._repr_html_()
    assert "<p>2 of 3 rows · " in answered([(1, 1), (2, 2), (3, 3)], shown=2)._repr_html_()


def test_a_small_number_of_people_is_no_number_for_viewers():
    """Nine customers are fewer than ten; ten and none are said; of things every number is."""
    columns = "customer_id string"
    for count, said in ((0, "0"), (1, "fewer than 10"), (9, "fewer than 10"), (10, "10")):
        rows = [(f"c{n}",) for n in range(count)]
        viewer = shop_of(audience="stakeholder")
        assert answered(rows, shop=viewer, columns=columns, names=("x",)).size_text == said
        assert answered(rows, columns=columns, names=("x",)).size_text == str(count)
    assert answered([(1, 1)], shop=shop_of(audience="stakeholder")).size_text == "1"


def test_whom_a_list_leaves_off_is_told():
    """Ten refused: ten are said; nine never answered: a viewer hears “fewer than 10”, an analyst nine."""
    people = [(f"r{n}", None, "refused", None) for n in range(10)] + [
        (f"q{n}", None, "no answer", None) for n in range(9)
    ]
    for audience, nine in (("analyst", "9"), ("stakeholder", "fewer than 10")):
        shop = shop_of(customers=people, audience=audience)
        everybody = answered([(who,) for who, *_ in people], shop=shop, columns="customer_id string", names=("x",))
        some = answered([], shop=shop, columns="customer_id string", names=("x",), whole=everybody)
        assert some.omissions_text == f"10 left off: refused marketing; {nine} left off: never answered about marketing"
        assert some.whole is everybody and everybody.omissions == {}


def test_a_withheld_study_has_no_rows_and_a_withheld_figure_has_its_own():
    """A study about few has no row for viewers; a metric's answer empties its cells itself."""

    def asked(**told):
        return answered([(1, 5)], shop=shop_of(audience="stakeholder"), **told)

    study = asked(is_study=True, is_withheld=lambda: True)
    assert study.rows_total == 0 and study.accounts == ()
    assert asked(is_withheld=lambda: True).rows_total == 1
    assert asked(is_study=True).rows_total == 1


# --- parameters, facts, rules --------------------------------------------------------------------


def test_a_parameter_is_a_frame_a_book_or_a_fact():
    """`orders` are those that count, `all_orders` all, `whole_orders` whatever the window; books are as they are."""
    shop = shop_of()
    scope = Scope(during=FEBRUARY)
    assert ids(parameters.value_of(shop, "orders", scope, {})) == ["o2", "o3", "o6", "o7"]
    assert ids(parameters.value_of(shop, "all_orders", scope, {})) == ["o2", "o3", "o5", "o6", "o7"]
    assert len(ids(parameters.value_of(shop, "whole_orders", scope, {}))) == 7
    assert parameters.value_of(shop, "ledger", scope, {}).count().to_pyarrow().as_py() == 7
    assert parameters.value_of(shop, "as_of", scope, {}) == date(2025, 4, 1)
    assert parameters.value_of(shop, "present_frames", scope, {}) == {"orders", "ledger"}
    with pytest.raises(UnknownName):
        parameters.value_of(shop, "order", scope, {})
    assert parameters.frames_of("grouped_customers") == ("whole_customers",)
    assert [parameters.frames_of(name) for name in ("orders", "ledger", "all_orders", "whole_orders", "as_of")] == [
        ("orders",),
        ("ledger",),
        ("all_orders",),
        ("whole_orders",),
        (),
    ]


def test_rows_that_do_not_fit_in_memory_are_refused(monkeypatch):
    """Three may come in, a fourth is not cut off in silence."""
    monkeypatch.setattr(parameters, "MOST_ROWS", 3)
    t = table("x int64", (1,), (2,), (3,))
    assert list(parameters._columns(shop_of(), "fit", recipe_for(t))["x"]) == [1, 2, 3]
    with pytest.raises(Refused, match="fit would need more than 3 rows in memory"):
        parameters._columns(shop_of(), "fit", recipe_for(table("x int64", (1,), (2,), (3,), (4,))))


def test_a_fact_is_known_where_one_row_that_counts_says_it():
    """Only an order that does not count has an amount: nothing is known; without a return nobody is asked which."""
    returns = {"returns": ("return_id string, refund_amount float64, left_out_because string",)}
    assert known.is_known(shop_of(), "amounts")
    unpriced = [("o1", "ann", "2025-01-05", None, None, None), SOLD[4]]
    assert not known.is_known(shop_of(*unpriced), "amounts")
    assert known.is_known(shop_of(frames=returns), "returned orders") and not known.is_known(
        shop_of(frames=returns), "returns"
    )
    known.check_known(shop_of(), "x", ["amounts"])
    with pytest.raises(
        Refused, match="“a b” cannot be answered: the files of this shop do not say what orders were worth"
    ):
        known.check_known(shop_of(*unpriced), "a_b", ["amounts"])
    with pytest.raises(UnknownName):
        known.is_known(shop_of(), "luck")


SPEND = (
    "customer_id string, year_net_spend float64, year_order_count int64, year_repurchase_count int64, "
    "left_out_because string"
)


def buyers(*spends, left_out=(), currency="EUR"):
    """A shop whose customers spent so much in the year; nobody bought where it is 0."""
    rows = [(f"c{n}", float(spend), int(spend > 0), 9, None) for n, spend in enumerate(spends)]
    rows += [(f"x{n}", float(spend), 1, 9, "test") for n, spend in enumerate(left_out)]
    return PaperShop({"customers": (SPEND, *rows)}, currency=currency)


def test_bounds_are_proposed_where_the_top_buyers_begin():
    """Of 101 buyers of 0 to 10,000 in steps of 100 the top 5 % begin at 9,500 and the top 20 % at 8,000.

    Who did not buy, and who is left out, decides nothing.
    """
    found = rulebook.proposal(buyers(*([0] * 50), *range(100, 10_200, 100), left_out=[1e9] * 30))
    assert (found.bounds, found.buyer_count) == ((9_600.0, 8_100.0), 101)
    assert found.toml.startswith(
        "# Proposed from the net spend of the 101 buyers of the 365 days to 2025-04-01: the top 5% and\n"
    )
    assert "from = 9600" in found.toml and 'currency = "EUR"' in found.toml
    for alike, why in (((100, 100, 100), "too much alike"), ((), "nobody is known to have bought")):
        with pytest.raises(Refused, match=why):
            rulebook.proposal(buyers(*alike))
    nothing = [(f"c{n}", 100.0 if n < 11 else 0.0, 1, 9, None) for n in range(101)]  # ninety got all of it back
    with pytest.raises(Refused, match="too much alike"):
        rulebook.proposal(PaperShop({"customers": (SPEND, *nothing)}))


def test_bounds_of_another_currency_are_told():
    """Two of three are “basic” in yuan; in yuan's own shop nothing is the matter, nor where nobody is."""
    found = rulebook.mismatch(buyers(20_000, 1, 2))
    assert found.text.endswith("are bounded in CNY, this shop sells in EUR: 2 of its 3 customers are “basic”.")
    assert rulebook.mismatch(buyers(20_000, 1, currency="CNY")) is None is rulebook.mismatch(buyers(left_out=[1]))


def test_a_note_is_one_line_in_the_readers_language_where_it_can_be():
    """By its days; a note in one language alone is read in it by everybody."""
    frames = {
        "notes": (
            "starts_on date, ends_on date, text string, text_zh string",
            ("2025-02-01", "2025-02-02", "b\n c", "乙"),
            ("2025-01-01", "2025-01-02", None, "甲"),
        )
    }
    shop = shop_of(frames=frames)
    assert [note.text for note in notes._notes(shop, "en")] == ["甲", "b c"]
    assert [note.text for note in notes._notes(shop, "zh")] == ["甲", "乙"]


def test_a_line_of_the_method_is_met_by_something_and_wholly(monkeypatch):
    """Two of three lines of a chapter: one is met, one only partly; a chapter without lines is met by nothing."""
    line = method.Line("1", "", "", "", "", "G", "", "metric:x page:y")
    assert line.is_met and line.references == ("metric:x", "page:y")
    partly, none = method.Line(*["1"] * 5, "G", "", "x", "more"), method.Line(*["1"] * 5, "G", "", "")
    assert not partly.is_met and not none.is_met
    monkeypatch.setattr(method, "lines", lambda: (line, partly, none))
    found = {one.chapter: one for one in method.coverage()}
    assert (found["G"].lines, found["G"].met, found["G"].partly, found["G"].met_rate) == (3, 1, 1, 1 / 3)
    assert (found["D"].lines, found["D"].met_rate) == (0, 0.0)


# --- options of studies --------------------------------------------------------------------------


def test_a_comparison_explains_the_last_year_against_the_one_before():
    """365 days to the as-of day, and the 365 before; what is given is kept."""
    tree, day = STUDIES["driver_tree"], date(2025, 4, 1)
    year = (date(2024, 4, 1), day)
    assert studies._with_windows(tree, {}, day) == {"during": year, "against": (date(2023, 4, 1), date(2024, 4, 1))}
    assert studies._with_windows(tree, {"during": FEBRUARY, "against": None}, day)["against"] == JANUARY
    assert studies._with_windows(tree, {"during": MARCH, "against": JANUARY}, day) == {
        "during": MARCH,
        "against": JANUARY,
    }
    assert studies._with_windows(STUDIES["completeness"], {}, day) == {}


def test_a_split_may_have_the_earlier_name_of_a_column(monkeypatch):
    """The first and the second split; another text is no column."""
    monkeypatch.setattr(studies.renamed, "column", lambda name: {"old": "new"}.get(name, name))
    of_groups = STUDIES["attribute_groups"]
    assert [studies._option(of_groups, name, "old") for name in ("by", "and_by")] == ["new", "new"]
    assert studies._option(STUDIES["product_pairs"], "product", "old") == "old"


def test_an_option_is_of_its_defaults_kind():
    """Text becomes a number or a window; nonsense and unknown names are refused."""
    gaps, tree = STUDIES["attribute_gaps"], STUDIES["driver_tree"]
    assert studies._option(gaps, "fewest", "12") == 12 and studies._option(gaps, "z", "2") == 2.0
    assert (
        studies._option(tree, "during", "2025-02-01..2025-03-01") == FEBRUARY
        and studies._option(tree, "during", "") is None
    )
    against = STUDIES["problem_products"]
    assert studies._option(against, "against", "category") == "category"
    with pytest.raises(Refused, match="option fewest of attribute_gaps is like 30, not 'few'"):
        studies._option(gaps, "fewest", "few")
    with pytest.raises(UnknownName):
        studies._option(gaps, "fewst", 1)
    with pytest.raises(UnknownName, match="completeness"):
        studies._option(STUDIES["completeness"], "x", 1)


def test_a_table_shows_as_many_rows_as_it_is_told():
    """0 is all; the study's own number where nothing is said; less than none is refused."""
    ledger = STUDIES["record_ledger"]
    assert [studies._rows_to_show(ledger, {"n": n}) for n in (0, 1, "7", None)] == [0, 1, 7, 25]
    assert studies._rows_to_show(STUDIES["completeness"], {}) == 0
    with pytest.raises(Refused, match="0 for all, not -1"):
        studies._rows_to_show(ledger, {"n": -1})
    with pytest.raises(Refused, match="a number of rows like 25, not 'x'"):
        studies._rows_to_show(ledger, {"n": "x"})
    with pytest.raises(Refused, match="a number of rows like 50, not 'x'"):
        studies._rows_to_show(STUDIES["completeness"], {"n": "x"})


STATUS = (
    "order_id string, customer_id string, day_on date, net_amount float64, country string, cancelled_at timestamp, "
    "paid_at timestamp, is_cancelled boolean, is_returned boolean, is_refunded_in_full boolean, "
    "left_out_because string, ordered_at timestamp"
)
PAID = "2025-02-01 10:00"


def ended(*countries, day="2025-02-01", **told):
    """A shop with an order of each country, each of another customer, the last one not paid."""
    rows = [
        (f"o{n}", f"c{n}", day, 10, where, None, PAID if n else None, *[False] * 3, None if n else "not paid", PAID)
        for n, where in reversed(list(enumerate(countries)))
    ]
    returns = ("return_id string, customer_id string, day_on date, refund_amount float64, left_out_because string",)
    items = ("order_item_id string, order_id string, customer_id string, day_on date, left_out_because string",)
    frames = {
        "orders": (STATUS, *rows),
        "items": (*items, ("l1", "o1", "c1", "2025-02-01", None), ("l2", "o1", "c1", "2025-01-01", None)),
        "returns": (*returns, ("r1", "c1", "2025-02-01", 4, None), ("r2", "c1", "2025-01-01", 4, None)),
    }
    return shop_of(frames={**frames, **told.pop("frames", {})}, **told)


def test_a_study_answers_from_the_rows_that_it_is_asked_for():
    """Of three orders of February one was never paid; January had none; Germany two."""
    shop = ended("DE", "DE", "FR")
    found = studies.study(shop, "order_status", during=FEBRUARY)
    assert read(found.table, "order_status", "order_count") == [("successful", 2), ("not paid", 1)]
    assert (found.question.during, found.question.frame, found.question.against) == (FEBRUARY, "orders", None)
    assert studies.study(shop, "order_status", during=JANUARY).rows_total == 0
    german = studies.study(shop, "order_status", where={"country": "DE"})
    assert read(german.table, "order_count") == [(1,), (1,)] and german.question.where_text == "country = DE"
    (told,) = found.accounts
    assert (told.frame, told.counted_rows) == ("orders", 3)


def test_what_a_study_reads_whole_is_told_whole():
    """Of two lines and two returns one each is of February: the returns are read whatever the window."""
    lines, back = studies._accounts(ended("DE"), STUDIES["products"], Scope(during=FEBRUARY))
    assert (lines.frame, lines.counted_rows, back.frame, back.counted_rows) == ("items", 1, "returns", 2)
    (book,) = studies._accounts(ended("DE"), STUDIES["record_ledger"], Scope(during=FEBRUARY))
    assert (book.frame, book.counted_rows) == ("ledger", 7)


def test_a_selection_that_a_study_cannot_make_is_refused():
    """Books know no window; a country that stands nowhere and a column that orders have not are named."""
    shop = ended("DE", "FR")
    studies._check(shop, STUDIES["record_ledger"], Scope())
    for scope in (Scope(during=FEBRUARY), scope_of(where={"country": "DE"})):
        with pytest.raises(Refused, match="record_ledger reads what the build counted, all of it"):
            studies._check(shop, STUDIES["record_ledger"], scope)
        studies._check(shop, STUDIES["order_status"], scope)
    for where in ({"country": "XX"}, {"cuntry": "DE"}):
        with pytest.raises(UnknownName):
            studies._check(shop, STUDIES["order_status"], scope_of(where=where))
    studies._check(shop, STUDIES["products"], scope_of(where={"country": "DE"}))


def test_a_study_of_few_people_is_withheld_from_viewers():
    """Nine buyers are few, ten are not; either window of a comparison may be of few; what is read whole is not cut."""
    for count, is_few in ((9, True), (10, False)):
        shop = ended(*["DE"] * (count + 1), audience="stakeholder")
        assert studies._is_about_few(shop, STUDIES["order_status"], Scope(), {}) is is_few
        assert studies._is_about_few(shop, STUDIES["driver_tree"], Scope(), {"during": FEBRUARY}) is is_few
        both = {"during": JANUARY, "against": FEBRUARY}
        returns = {"returns": ("return_id string, customer_id string, day_on date, left_out_because string",)}
        shop = ended(*["DE"] * (count + 1), audience="stakeholder", frames=returns)
        assert studies._is_about_few(shop, STUDIES["driver_tree"], Scope(), both) is is_few
    assert not studies._is_about_few(ended("DE", "DE"), STUDIES["order_status"], Scope(), {})


def test_small_groups_of_a_split_are_merged_before_a_study_sees_them():
    """Three Italians and twelve French are others to a viewer; frames without the column stay as they are."""
    shop = ended(*["DE"] * 40, *["FR"] * 12, *["IT"] * 3, audience="stakeholder")
    parts = {"orders": shop.frame("orders"), "returns": shop.frame("returns"), "as_of": shop.as_of}
    merged = studies._with_merged_groups(shop, parts, {"by": "country", "and_by": ""})
    assert sorted(set(read(merged["orders"], "country"))) == [("DE",), ("other",)]
    assert merged["returns"] is parts["returns"] and merged["as_of"] == shop.as_of
    assert studies._with_merged_groups(shop, parts, {"by": ""}) is parts
    mine = ended("DE", "IT")
    assert studies._with_merged_groups(mine, parts, {"by": "country"}) is parts


def test_periods_of_a_frame_are_none_finer_than_its_key():
    """Orders have days, customer-months begin with months, customers have none."""
    months = {"months": ("customer_id string, month_on date, year_on date, day_on date, left_out_because string",)}
    shop = shop_of(frames=months)
    assert measure.known_periods(shop, "orders") == ["day"] and measure.known_periods(shop, "months") == [
        "month",
        "year",
    ]
    measure._check_period(shop, "orders", "day")
    with pytest.raises(Refused, match="orders cannot be split by week: they are known by day"):
        measure._check_period(shop, "orders", "week")
    with pytest.raises(Refused, match="customers stand as of 2025-04-01 and have no month"):
        measure._check_period(shop, "customers", "month")


def test_a_metric_is_measured_by_period_and_group():
    """January 1, February 4, March 1 order; by country and against the month before; a metric is no split."""
    shop = shop_of(frames={"orders": (f"{ORDERS}, month_on date", *((*row, f"{row[2][:8]}01") for row in SOLD))})
    found = measure.measure(shop, "order_count", every="month")
    assert read(found.table, "order_count", "is_complete") == [(1, True), (4, True), (1, True)]
    by = measure.measure(shop, "order_count", by="country", during=FEBRUARY)
    assert read(by.table) == [("DE", 2), ("FR", 1), (None, 1)] and by.question.frame == "orders"
    before = measure.measure(shop, "order_count", by="country", during=MARCH, compare="previous")
    assert ("FR", 1, 1) in read(before.table, "country", "order_count", "order_count_before")
    for question in ({"by": "order_count"}, {}):
        with pytest.raises(Refused):
            measure.measure(shop, *(["order_count"] if question else []), **question)


def test_a_passport_bears_a_figure_where_there_is_one(monkeypatch):
    """Six orders count of seventeen; a split and a study of one row have no one figure; a shop's own is a metric."""
    monkeypatch.setattr(Answer, "sql", lambda self: "select")
    shop = shop_of()
    found = passport.passport(shop, "order_count")
    assert (found.kind, found.value, found.counted_rows, found.source_rows) == ("metric", 6, 6, 17)
    assert passport.passport_of(measure.measure(shop, "order_count", by="country")).value is None
    one = passport.passport(ended("DE"), "order_status")
    assert (one.kind, one.value, one.name) == ("study", None, "order_status")
    shop.snapshot.own.columns["own_orders"] = Column("own_orders", COUNT, "Own orders", "自有订单")
    shop.snapshot.own.metrics["own_orders"] = replace(METRICS["order_count"], name="own_orders")
    assert passport.passport(shop, "own_orders").kind == "metric"
    assert ids(passport.rows(shop, "order_count", during=FEBRUARY)) == ["o2", "o3", "o6", "o7"]


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (float("nan"), ""),
        (True, "true"),
        (7, 7),
        ("=1+1", "'=1+1"),
        (" @x", "' @x"),
        ("-5", "-5"),
        ("-x", "'-x"),
        ("1e5", "1e5"),
        (datetime(2025, 1, 2, 3), "2025-01-02T03:00:00"),
    ],
)
def test_a_cell_of_a_csv_is_never_a_formula(value, cell):
    """A number, even one in letters, is a number; what a spreadsheet would run begins with '."""
    assert export.as_csv_cell(value) == cell


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("inf"), None),
        (float("-inf"), None),
        (2.5, 2.5),
        ([1, (2,)], [1, [2]]),
        ({1: date(2025, 1, 2)}, {"1": "2025-01-02"}),
    ],
)
def test_a_value_as_json(value, plain):
    """What has no end is null; days are text; keys are text."""
    assert export.as_json(value) == plain


def test_an_exact_number_is_whole_where_it_is():
    """2.00 is 2, 2.50 is 2.5."""
    whole, half = ibis.literal(2).cast("decimal(9, 2)"), ibis.literal(2.5).cast("decimal(9, 2)")
    assert repr(export.as_json(whole.to_pyarrow().as_py())) == "2" and export.as_json(half.to_pyarrow().as_py()) == 2.5
