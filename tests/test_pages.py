"""Every chapter runs on a full shop and on one that has orders only; their studies give what a hand computes."""

import re
from datetime import date

import ibis
import pytest
from chapters import STEMS, first_view, stands, text_of
from given import line
from samples import thirds

from customary.page import choice as choices
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.serve.static.plain import plain
from customary.studies.lifecycle.gaps import intervals
from customary.studies.products.prices import price_bands
from customary.studies.tiers.rfm import rfm_ties

RULES = RuleBook.from_files(DATA)


@pytest.mark.parametrize(
    ("shop", "audience", "stem"),
    [
        pytest.param(*view, *part.values, marks=part.marks)
        for number, view in enumerate([("full", "stakeholder"), ("full", "analyst"), ("few", "stakeholder")])
        for part in thirds(STEMS, number, 3 if number else 1)
    ],
)
def test_a_chapter_runs_and_answers(chapter_shops, stem, shop, audience):
    """Every cell runs; there are sentences and figures, or a kind note where the chapter's table is absent."""
    outputs = first_view(stem, shop, audience)[1]
    said = text_of(outputs)
    assert "Definitions" in said
    assert ("cy-sentence" in said and "cy-figure" in said) or (shop == "few" and "cy-notice" in said)
    assert "nan" not in said.lower().split()
    assert "[{}" not in said, "a list to choose from has no words"
    assert all(plain(one.text) for one in outputs if getattr(one, "text", "")), "it cannot be drawn"


@pytest.mark.parametrize("stem", thirds(STEMS, 1, 6))
def test_a_chapter_stands_over_odd_words(odd_words_shop, stem):
    """Products, channels and events called like code or nothing, and no two visits in a row: every cell runs.

    Others are tried with filters, by tests/test_chapter_filters.py.
    """
    assert stands(text_of(first_view(stem, "odd_words")[1]))


@pytest.fixture(scope="module")
def undated_shop(tiny_shop):
    """An experiment and nothing else, whose file does not say when anybody was assigned."""
    arms = [{"experiment": "mail", "customer_id": f"c{n}", "arm": ("sent", "control")[n % 2]} for n in range(60)]
    return str(tiny_shop(assignments=arms, as_of="2025-04-01", name="undated").name)


@pytest.mark.parametrize("stem", thirds(STEMS))
def test_a_chapter_opens_where_nothing_has_a_date(undated_shop, stem):
    """There is one day to choose, on which nothing happened: no cell fails, and what is lacking is said kindly."""
    said = text_of(first_view(stem, "undated")[1])
    assert stands(said) or "cy-notice" in said


@pytest.fixture(scope="module")
def undated_orders_shop(tiny_shop):
    """Orders with their lines, buyers and amounts, and no time in any of them."""
    sold = [{"order_id": f"o{n}", "customer_id": f"c{n % 40}", "country": ("DE", "FR")[n % 2]} for n in range(120)]
    lines = [line(f"l{n}", f"o{n % 120}", ("mug", "pot", "pen")[n % 3], 1 + n % 2, 5 + n % 7) for n in range(240)]
    goods = [{"product_id": name, "product_name": name, "category": name[0]} for name in ("mug", "pot", "pen")]
    told = {"orders": sold, "order_items": lines, "products": goods}
    return str(tiny_shop(**told, as_of="2025-04-01", currency="EUR", name="undated_orders").name)


@pytest.mark.parametrize("stem", thirds(STEMS, 1))
def test_a_chapter_opens_where_orders_have_no_date(undated_orders_shop, stem):
    """What needs no time is shown, of what does it is said what would answer it."""
    said = text_of(first_view(stem, "undated_orders")[1])
    assert stands(said) or "cy-notice" in said


@pytest.fixture(scope="module")
def undated_events_shop(tiny_shop):
    """What people did in numbered visits, and no time in any of it."""
    names = ("page_view", "view_item", "add_to_cart", "purchase")
    who = [{"visitor_id": f"u{n % 20}", "session_id": f"s{n % 50}"} for n in range(200)]
    told = [{"event_id": f"e{n}", "event_name": names[n % 4], "page": f"/{n % 3}", **one} for n, one in enumerate(who)]
    return str(tiny_shop(events=told, as_of="2025-04-01", currency="EUR", name="undated_events").name)


@pytest.mark.parametrize("stem", ["04_visits", "21_funnel", "22_interest", "17_retention", "00_start", "02_data"])
def test_a_chapter_opens_where_events_have_no_time(undated_events_shop, stem):
    """Those about visits, and about the shop as a whole."""
    said = text_of(first_view(stem, "undated_events")[1])
    assert stands(said) or "cy-notice" in said


def test_a_page_says_that_its_period_is_none(undated_orders_shop):
    """All 120 orders are on it, whatever period a link asks for."""
    _view, outputs, _ = first_view("06_orders", "undated_orders")
    said = re.sub("<[^>]*>", "", text_of(outputs))
    assert "40 buyers placed 120 orders" in said and "none: the files say no dates" in said


def test_where_no_model_is_identified_no_parameter_is_said_to_be(chapter_shops):
    """Three orders bound no parameter: the forecast check counts five models out and shows none."""
    said = re.sub("<[^>]*>", "", text_of(first_view("19_forecast_check", "few", "analyst")[1]))
    assert "5 of 5 models are not identified" in said and "Parameters that the data bound" not in said


def test_the_channel_of_a_visit_is_not_that_of_an_order(chapter_shops):
    """Two columns of one name have two names on pages and in links, so that one never filters by the other."""
    visits, sales = (first_view(stem, "full")[0].offer for stem in ("04_visits", "07_returns"))
    assert (visits.label("channel"), sales.label("channel")) == ("Source channel", "Order channel")
    assert (visits.name_in_links("channel"), sales.name_in_links("channel")) == ("source_channel", "channel")
    value = visits.wheres["channel"][0]
    assert choices.choose(visits, {"asked": f"source_channel={value}", "channel": [value]}).notes == ()
    assert choices.choose(visits, {"channel": value}).query == f"source_channel={value}"


def orders(*rows):
    """Orders as (customer, day of January)."""
    days = [{"customer_id": who, "day_on": date(2025, 1, day), "day": 20089 + day - 1} for who, day in rows]
    return ibis.memtable(days, schema={"customer_id": "string", "day_on": "date", "day": "int32"})


def test_open_gaps_make_the_median_longer():
    """Ann waits 2 and 4 days and then 23 in vain; Ben waits 9 days in vain: seen median 3, with the open ones 4."""
    people = ibis.memtable({"customer_id": ["ann", "ben"]})
    t = intervals(orders(("ann", 1), ("ann", 3), ("ann", 7), ("ben", 21)), people, date(2025, 1, 31), RULES)
    (row,) = t.to_pandas().to_dict("records")
    assert (row["gap_count"], row["open_count"], row["median_days"]) == (2, 2, 3)
    # Four at risk, one comes on day 2 (3/4 open), one of three on day 4 (1/2 open).
    assert row["km_median_days"] == 4


def test_equal_prices_share_a_band():
    """Three lines at 1 and one at 9: two bands, not split among the equals."""
    rows = [
        {"category": "a", "net_amount": p, "gross_amount": p, "quantity": 1, "unit_price": p, "charge": None}
        for p in (1.0, 1.0, 1.0, 9.0)
    ]
    told = price_bands(ibis.memtable(rows), "CNY", RULES, bands=2).to_pandas()
    assert told[["band", "spend"]].to_dict("records") == [{"band": 1, "spend": 3.0}, {"band": 2, "spend": 9.0}]


def test_ranks_split_equals_and_the_count_says_how_many():
    """Four buyers with one order each would get two NTILE scores; their four different spends would not be split."""
    rows = [
        {
            "customer_id": str(n),
            "is_buyer": True,
            "order_count": 1,
            "days_since_last_order": 5,
            "ordered_spend": float(n),
        }
        for n in range(4)
    ]
    told = rfm_ties(ibis.memtable(rows), bins=2).to_pandas().set_index("part").split_count.to_dict()
    assert told == {"frequency": 4, "recency": 4, "spend": 0}
