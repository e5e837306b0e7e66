"""A question of a reader's own: read out of a link part by part, answered by the catalogue only, shown and shared."""

import re

import pytest
from chapters import opened, stands, text_of
from given import sold
from samples import thirds

from customary.declare import METRICS, STUDIES
from customary.page.explore.asking import offer
from customary.page.explore.drawing import draw, shape_of
from customary.page.explore.showing import _grid_markup
from customary.page.offers import EVERY_FIGURE, NO_FIGURE
from customary.query.address import in_one_text, parts_of, parts_of_question, read_query, write_query
from customary.query.catalogue import split_names, study_names
from customary.query.exploration import Exploration, ask, read_exploration
from customary.query.pivots import pivot
from customary.query.sorting import RowOrder, read_order, rows_in_order
from customary.shop import Shop, open_shop

STEM = "28_explore"


def words(outputs):
    """What the cells say, without their markup."""
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", re.sub(r"<marimo-[^>]*>", " ", text_of(outputs))))


def explored(shop, audience="stakeholder", **address):
    """The chapter by a link: what it says in words, and what was asked."""
    _chapter, outputs, names = opened(STEM, shop, audience, address)
    assert stands(text_of(outputs)), address
    return words(outputs), names["asked"]


@pytest.fixture(scope="module")
def two_countries(tiny_shop):
    """In DE 12 orders of 10 by app and 24 of 40 by web, in FR 12 of 100 by app; each buyer buys once."""
    rows = [sold(f"d{n}", f"dan{n}", "2025-01-05 10:00", 10, country="DE", channel="app") for n in range(12)]
    rows += [sold(f"w{n}", f"wil{n}", "2025-01-06 10:00", 40, country="DE", channel="web") for n in range(24)]
    rows += [sold(f"f{n}", f"fay{n}", "2025-02-07 10:00", 100, country="FR", channel="app") for n in range(12)]
    return tiny_shop(orders=rows, as_of="2025-03-01", name="two_countries")


def for_viewers(shop):
    """The same shop as a stakeholder sees it."""
    return Shop(shop.name, shop.snapshot, "stakeholder")


# --- what a link asks -------------------------------------------------------------------------------------------


def test_a_link_asks_for_metrics_splits_and_a_period(two_countries):
    """Each part is read by its name; a column's earlier name still means the same."""
    asked = {"ask": "net_revenue,order_count", "by": "country,usual_os", "every": "month"}
    found = read_exploration(two_countries, asked)
    assert found.exploration.names == ("net_revenue", "order_count")
    assert (found.exploration.by, found.exploration.every, found.notes) == (("country", "last_os"), "month", ())


def test_a_question_that_no_period_cuts_offers_none(two_countries):
    """Sales go by days; the tier that a customer has today does not."""
    dated = [offer(two_countries, Exploration((name,)), {}).dated for name in ("net_revenue", "tiers")]
    assert dated == [EVERY_FIGURE, NO_FIGURE]


def test_a_name_that_nobody_bears_is_said_with_the_nearest(two_countries):
    """What is not in the catalogue is left out, never passed on; the rest of the question stands."""
    found = read_exploration(two_countries, {"ask": "net_revenu,order_count", "by": "county;drop table orders"})
    assert found.exploration.names == ("order_count",) and found.exploration.by == ()
    assert "net_revenue" in found.notes[0] and "country" in found.notes[1]


def test_at_most_three_splits(two_countries):
    """A fourth is left out, and said."""
    found = read_exploration(two_countries, {"ask": "order_count", "by": "country,channel,device,region"})
    assert found.exploration.by == ("country", "channel", "device")
    assert found.notes == ("At most 3 splits: the others are left out.",)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("bins:4", {"bins": "4"}),
        ("bins:four", {}),
        ("bins:1e300", {}),
        ("bins:nan", {}),
        ("bin:4", {}),
        ("during:2025-01-01..2025-02-01", {}),
    ],
)
def test_an_option_is_of_the_kind_of_its_default(two_countries, given, kept):
    """A number of this world for a number, a name that the study has; its days are the page's. What is not is said."""
    found = read_exploration(two_countries, {"ask": "rfm_ties", "with": given})
    assert dict(found.exploration.options) == kept
    assert bool(found.notes) is not bool(kept)


def test_values_with_commas_and_backslashes_travel_in_one_text():
    """What is written together is read apart again."""
    values = ("a,b", "c\\d", "中国", "x y")
    assert parts_of(in_one_text(values)) == values


@pytest.mark.parametrize(
    "query",
    [
        "ask=net_revenue,order_count&by=country,channel&period=all",
        "ask=average_order_value&every=month&period=custom dates&between=2025-01-05_2025-02-10",
        "ask=rfm_ties&with=bins:3&period=all",
        "ask=concentration&period=all",
    ],
)
def test_the_link_of_an_answer_asks_the_same_again(two_countries, query):
    """From link to answer to link to answer: names, split, days and options, and so the rows, are the same."""
    _said, first = explored("two_countries", "analyst", **read_query(query))
    link = read_query(write_query(parts_of_question(first.answer.question)))
    _said, again = explored("two_countries", "analyst", **link)
    assert again.answer.question == first.answer.question
    assert again.answer.to_pylist() == first.answer.to_pylist()


def test_a_filter_of_the_link_cuts_the_answer_and_stays_in_it(two_countries):
    """36 orders are of DE; a value that nobody has is said."""
    said, asked = explored("two_countries", ask="order_count", country="DE", period="all", channel="app,till")
    assert asked.answer.first["order_count"] == 12
    assert "‘till’ is not in this shop" in said
    link = parts_of_question(asked.answer.question)
    assert (link["country"], link["channel"]) == ("DE", "app")


# --- who may ask what -------------------------------------------------------------------------------------------


def test_a_viewer_is_offered_no_list_of_people(two_countries):
    """Studies that list customers, or ask after one, are the analysts'; a link to one is answered with the usual."""
    viewers, analysts = study_names(for_viewers(two_countries)), study_names(two_countries)
    assert {"churn_score", "timeline", "birthdays"} <= set(analysts) - set(viewers)
    found = read_exploration(for_viewers(two_countries), {"ask": "churn_score"})
    assert found.exploration.names == ("net_revenue",)
    assert found.notes == ("churn_score shows single customers, which only analysts see: left out.",)


def test_a_study_of_single_people_shows_a_viewer_no_row(two_countries):
    """`rfm` has a row per buyer: an analyst sees the key, a viewer hears how many there are and that is all."""
    said, _asked = explored("two_countries", ask="rfm")
    assert "48 rows about single people, for analysts only" in said and "dan0" not in said
    assert "dan0" in explored("two_countries", "analyst", ask="rfm")[0]


@pytest.mark.parametrize("given", ["step:customer_id=dan0;event=purchase", "by:visitor_id", "by:order_id"])
def test_a_viewer_asks_no_option_by_single_people(two_countries, given):
    """A step of one customer, a split by visitors: refused in words before anything is asked; an analyst may."""
    asked = {"ask": "funnel", "with": given}
    found = read_exploration(for_viewers(two_countries), asked)
    assert found.exploration.options == {} and "which only analysts may" in found.notes[0]
    assert read_exploration(two_countries, asked).exploration.options


def test_no_split_is_by_a_key_or_a_person(two_countries):
    """Whatever the audience: a metric is split by what names groups."""
    offered = split_names(two_countries, ["net_revenue"])
    assert "country" in offered
    assert not {"customer_id", "order_id", "email", "phone", "left_out_because"} & set(offered)


def test_a_country_of_one_buyer_is_shown_to_analysts_alone(plain_shop):
    """Zoe is the only buyer of FR: for viewers she is merged with the next smallest, in figure, grid and table."""
    address = {"ask": "order_count,buyer_count", "by": "country,channel", "period": "all"}
    said, asked = explored(plain_shop, **address)
    assert "till" not in said and "kiosk" not in said
    counts = [row["buyer_count"] for row in asked.answer.to_pylist()]
    assert all(count is None or count >= 10 for count in counts)
    assert "till" in explored(plain_shop, "analyst", **address)[0]


# --- how it is shown --------------------------------------------------------------------------------------------


def test_the_total_of_a_grid_is_measured_and_not_the_mean_of_its_cells(two_countries):
    """DE: 12 orders of 10 by app, 24 of 40 by web: 30 over all, where the mean of both cells would say 25."""
    answer = ask(
        two_countries,
        read_exploration(two_countries, {"ask": "average_order_value", "by": "country,channel"}).exploration,
    )
    found = pivot(answer, "average_order_value")
    assert (found.down, found.across, found.heads) == (("country",), "channel", ("app", "web"))
    assert found.rows == ((("DE",), ("10.00", "40.00")), (("FR",), ("100.00", "")))
    assert found.totals == {("DE",): "30.00", ("FR",): "100.00"}


def test_the_totals_below_a_grid_are_measured_too(two_countries):
    """App: 12 of 10 and 12 of 100 are 55 over all, web 40, and all 48 orders 47.50: no sum and no mean of cells."""
    asked = {"ask": "average_order_value", "by": "country,channel"}
    found = pivot(ask(two_countries, read_exploration(two_countries, asked).exploration), "average_order_value")
    assert (found.bottom, found.whole) == (("55.00", "40.00"), "47.50")
    said = explored("two_countries", "analyst", **asked)[0]
    assert "measured over the whole row or column" in said and "47.50" in said


def test_the_totals_below_a_grid_over_time_are_those_of_its_periods(two_countries):
    """January has 36 buyers in DE and none in FR, February 12 in FR."""
    asked = {"ask": "buyer_count", "by": "country", "every": "month"}
    found = pivot(ask(two_countries, read_exploration(two_countries, asked).exploration), "buyer_count")
    assert dict(zip(found.heads, found.bottom, strict=True)) == {"January 2025": "36", "February 2025": "12"}
    assert found.whole == "48"


def test_a_grid_of_ten_thousand_columns_shows_a_few_of_them(two_countries, monkeypatch):
    """24 heads and that there are 10,000, each with a total; so many rows are said by the answer, not made here."""
    asked = {"ask": "order_count", "by": "country,channel"}
    answer = ask(two_countries, read_exploration(two_countries, asked).exploration)
    rows = [{"country": "DE", "channel": f"way {n:05}", "order_count": 1} for n in range(10_000)]
    monkeypatch.setattr(type(answer), "to_pylist", lambda _answer: rows)
    found = pivot(answer, "order_count")
    assert (len(found.heads), found.heads_total, found.heads[0]) == (24, 10_000, "way 00000")
    assert found.bottom == ("1",) * 24
    assert "24 of 10,000 columns" in _grid_markup(answer, found)


def test_reset_all_stands_only_where_something_is_set(two_countries):
    """As the chapter opens there is nothing to take back; a split or a filter is taken back by it."""
    assert "Reset all" not in explored("two_countries", "analyst")[0]
    assert "Reset all" in explored("two_countries", "analyst", by="country")[0]
    assert "Reset all" in explored("two_countries", "analyst", country="DE")[0]


def test_a_grid_tells_no_total_where_a_cell_is_withheld(plain_shop):
    """A total less the cells that are shown would tell the one that is not: viewers have none, analysts have."""
    analyst = open_shop(plain_shop)
    wanted = read_exploration(analyst, {"ask": "buyer_count", "by": "country,channel"}).exploration
    told = ask(for_viewers(analyst), wanted)
    assert pivot(ask(analyst, wanted), "buyer_count").totals
    assert not told.withheld_text or not pivot(told, "buyer_count").totals
    assert pivot(ask(analyst, wanted), "buyer_count").bottom
    assert not told.withheld_text or not pivot(told, "buyer_count").bottom


def test_a_grid_of_many_columns_says_how_many(tiny_shop):
    """Thirty channels across: 24 are shown of 30, and it says so; the table has all."""
    rows = [sold(f"o{n}", f"c{n}", "2025-01-05 10:00", 10, country="DE", channel=f"way{n:02}") for n in range(30)]
    shop = tiny_shop(orders=rows, as_of="2025-03-01", name="many_ways")
    said, asked = explored(shop.name, "analyst", ask="order_count", by="country,channel", period="all")
    assert "24 of 30 columns" in said and asked.answer.rows_total == 30


def test_rows_are_sorted_with_the_unknown_last(tiny_shop):
    """Both ways round: b has no amount; a and c are equal and keep their order."""
    rows = [sold("1", "x", "2025-01-05 10:00", 5, country="a"), sold("2", "y", "2025-01-05 10:00", None, country="b")]
    rows += [sold("3", "z", "2025-01-05 10:00", 5, country="c"), sold("4", "z", "2025-01-06 10:00", 7, country="d")]
    shop = tiny_shop(orders=rows, as_of="2025-03-01", name="unsorted")
    answer = ask(shop, read_exploration(shop, {"ask": "average_order_value", "by": "country"}).exploration)
    up, down = (rows_in_order(answer, RowOrder("average_order_value", way), 10) for way in (False, True))
    assert "".join(row["country"] for row in up) == "acdb"
    assert "".join(row["country"] for row in down) == "dacb"


def test_a_page_of_the_table_begins_where_the_link_says(two_countries):
    """25 rows a page: the second one of 48 begins with row 26 and ends with the last; nonsense is the first one."""
    answer = ask(two_countries, read_exploration(two_countries, {"ask": "rfm"}).exploration)
    assert [read_order(answer, "", start, 25).start for start in ("25", "30", "-1", "x", "9" * 12, "99")] == [
        25,
        25,
        0,
        0,
        0,
        25,
    ]
    said, _asked = explored("two_countries", "analyst", ask="rfm", start="25", sort="-spend")
    assert "rows 26 to 48 of 48" in said and "Rows before" in said and "Rows after" not in said


@pytest.mark.parametrize(
    ("by", "every", "kind", "mark"),
    [
        ("", "month", "auto", "line"),
        ("country", "", "auto", "bar"),
        ("country,channel", "", "auto", "rect"),
        ("country", "month", "area", "area"),
        ("country,channel", "", "stacked", "bar"),
    ],
)
def test_an_answer_is_drawn_by_its_shape_or_as_it_is_asked(two_countries, by, every, kind, mark):
    """Time is a line, one split bars, two a heatmap; areas and stacks where values add up."""
    wanted = read_exploration(two_countries, {"ask": "net_revenue", "by": by, "every": every}).exploration
    chart = draw(ask(two_countries, wanted), kind).chart.to_dict()
    assert mark in str([layer.get("mark") for layer in chart.get("layer", [chart])])


def test_what_does_not_add_up_is_not_stacked(two_countries):
    """A mean order value of two channels is no sum: the page says why it draws none."""
    said, _asked = explored(
        "two_countries", ask="average_order_value", by="country,channel", chart="stacked", period="all"
    )
    assert "cannot be drawn as stacked bars" in said and "values that add up" in said


def test_the_number_of_a_step_is_not_what_is_drawn(chapter_shops):
    """A funnel is drawn by how many got to each step, not by 1, 2, 3."""
    _said, asked = explored("full", "analyst", ask="funnel")
    assert shape_of(asked.answer).value == "customer_count"


# --- the whole catalogue ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", thirds(sorted(STUDIES), 1, 12))
@pytest.mark.parametrize("audience", ["stakeholder", "analyst"])
def test_every_study_is_answered_or_refused_in_words(chapter_shops, name, audience):
    """With its defaults each study of the catalogue is a chapter whose cells all stand."""
    _said, asked = explored("full", audience, ask=name)
    is_offered = name in study_names(Shop("full", open_shop("full").snapshot, audience))
    assert (asked.exploration.names == (name,)) == is_offered
    assert asked.answer is not None or asked.fault


@pytest.mark.parametrize("name", thirds(sorted(METRICS), 2, 12))
def test_every_metric_is_split_by_what_it_is_offered_by(chapter_shops, name):
    """By its first and its last split together, and by its coarsest period."""
    shop = for_viewers(open_shop("full"))
    splits = split_names(shop, [name])
    _said, asked = explored("full", ask=name, by=f"{splits[0]},{splits[-1]}", every="year")
    assert asked.exploration.names == (name,) and asked.exploration.by == (splits[0], splits[-1])
    assert asked.answer is not None or asked.fault


@pytest.mark.parametrize(
    "odd", ["'; drop table orders; --", "{n}", "__import__('os')", "%00", "9" * 300, "<script>x</script>"]
)
def test_whatever_a_link_says_is_a_name_or_left_out(chapter_shops, odd):
    """Odd words in every part of it: each is left out and the page stands, with nothing of them as markup."""
    parts = ("ask", "by", "every", "with", "chart", "sort", "start", "country", "period")
    _chapter, outputs, _names = opened(STEM, "full", address=dict.fromkeys(parts, odd))
    assert stands(text_of(outputs)) and "<script>x" not in text_of(outputs)


def test_a_heading_says_labels_as_a_sentence_does(two_countries):
    """Only its first letter is a capital, whatever stands at the head of a column."""
    said, _asked = explored(two_countries.name, ask="net_revenue,order_count", by="country", every="month")
    assert "Net revenue and order count by country and month" in said
