"""Filters: whom a page speaks of is named, may be several, can be taken away; what is asked in vain is said."""

import datetime as dt
import re
from dataclasses import replace
from urllib.parse import parse_qs

import altair as alt
import pandas as pd
import pytest
from worked_examples import sold

from customary import measure, page
from customary.charts import line_over_time, ranked_bars
from customary.page import crossing, filters, links, markup, tables
from customary.page.chips import chips_markup
from customary.page.choice import ASKED, choose
from customary.page.offers import MOST_CHOSEN, MOST_LISTED, Offer
from customary.query.address import UNKNOWN
from customary.query.selection import MOST_VALUES
from customary.query.workbook import about

TODAY, FIRST = dt.date(2024, 5, 18), dt.date(2022, 1, 1)
PLACES = ("France", "Spain", "Peru, north", UNKNOWN)
OFFER = Offer(TODAY, FIRST, ("channel",), {"country": PLACES}, unknown=frozenset({"country"}))
LAST_QUARTER = {"period": "last quarter", "compare": "same period last year", "split": "channel", "country": "Spain"}


def many(count):
    """An offer of a filter with so many values."""
    return Offer(TODAY, FIRST, (), {"city": tuple(f"city {number}" for number in range(count))})


def by_link(query, offer=OFFER):
    """The choice of a bar that has just been opened by a link."""
    return choose(offer, page.controls(offer, links.answers_of_query(query)).value)


# ---- what a page offers --------------------------------------------------------------------------------------


def test_an_offer_names_what_differs_among_the_rows_that_count(worked_shop):
    """Two countries count: CN, twice, before DE; nobody's channel is known, so there is no filter by it."""
    found = page.offer(worked_shop, "country", "channel")
    assert tuple(found.wheres) == found.splits == ("country",)
    assert [name for name in found.wheres["country"] if name != UNKNOWN] == ["CN", "DE"]
    assert found.first_day == worked_shop.snapshot.first_on


def test_what_only_splits_is_no_filter(worked_shop):
    """A page may be split by a column without a filter by it, and filtered without being split."""
    split = page.offer(worked_shop, split_by=("country",))
    assert (split.wheres, split.splits) == ({}, ("country",))
    assert page.offer(worked_shop, "country", splits=False).splits == ()


@pytest.fixture(scope="module")
def odd_shop(tiny_shop):
    """Five orders: two of an app, one of the web, one of nobody knows what, one of a shop that writes "unknown"."""
    channels = ["app", "app", "web", None, "unknown"]
    rows = [sold(str(n), "ann", "2025-01-05", paid_amount=10, channel=channel) for n, channel in enumerate(channels)]
    return tiny_shop(orders=rows, as_of="2025-02-01", name="odd")


def test_what_is_not_known_is_a_value(odd_shop):
    """Two of five orders say no channel: one is empty, one says "unknown" itself. The filter means both."""
    offer = page.offer(odd_shop, "channel")
    assert set(offer.wheres["channel"]) == {"app", "web", UNKNOWN}
    for values, count in (([UNKNOWN], 2), (["app", "web"], 3), (["app", UNKNOWN], 4), ([], 5)):
        choice = choose(offer, {"period": "all", "channel": values})
        assert measure(odd_shop, "order_count", **choice.query_options).first["order_count"] == count


def test_a_shop_with_one_order_has_nothing_to_filter_by(tiny_shop):
    """One order has one country: the page speaks of the whole shop, and a link to another country says so."""
    rows = [sold("1", "ann", "2025-01-05", paid_amount=10, country="FR")]
    offer = page.offer(tiny_shop(orders=rows, as_of="2025-02-01", name="one"), "country", "channel")
    assert (offer.wheres, offer.splits) == ({}, ())
    (note,) = by_link("country=ES", offer).notes
    assert note == "The link filters by Country, which this page does not offer: it shows all."


# ---- a choice ------------------------------------------------------------------------------------------------


def test_a_choice_is_ready_to_measure_and_to_link():
    """Window, selection, split, rhythm, comparison, words and link of one choice."""
    choice = choose(OFFER, LAST_QUARTER)
    window = (dt.date(2024, 1, 1), dt.date(2024, 4, 1))
    assert choice.query_options == {"during": window, "where": {"country": ("Spain",)}}
    assert choice.against == (dt.date(2023, 1, 1), dt.date(2023, 4, 1))
    assert (choice.by, choice.every, choice.comparison) == (("channel",), "week", "year")
    assert choice.query == "period=last+quarter&compare=same+period+last+year&split=channel&country=Spain"
    assert choice.text == "2024-01-01 – 2024-03-31, against 2023-01-01 – 2023-03-31"


@pytest.mark.parametrize(("compare", "asked"), [("previous period", "previous"), ("nothing", None)])
def test_a_comparison_is_asked_of_measure_in_its_words(compare, asked):
    """`measure` says "previous" where the bar says "previous period"; nothing is nothing."""
    assert choose(OFFER, {"period": "last quarter", "compare": compare}).comparison == asked


def test_no_comparison_is_asked_where_the_data_do_not_reach():
    """The whole history has no earlier period, whatever the bar says."""
    assert choose(OFFER, {"period": "all", "compare": "previous period"}).comparison is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        {"split": "password"},
        {"country": "Mars"},
        {"country": ["Mars", 3, None]},
        {"country": {"Spain": 1}},
        {"compare": 3, "between": [1, 2], "extra": "x"},
        {"period": "custom dates", "between": ("2024-03-01", "2024-02-01")},
        {"period": ["all"], ASKED: 7},
        {ASKED: "period=%ff&country=%00"},
    ],
)
def test_a_choice_never_leaves_the_offer(value):
    """Whatever a viewer sends, only offered answers come out."""
    found = choose(OFFER, value)
    assert replace(found, notes=()) == choose(OFFER, {})
    assert found.query == ""


def test_several_values_are_one_filter():
    """In the order of the offer, each once; their words are joined by "or"."""
    choice = choose(OFFER, {"country": ["Spain", "France", "Spain"]})
    assert choice.where == {"country": ("France", "Spain")}
    assert choice.population_text == "only Country = France or Spain"
    assert choice.query == "country=France,Spain"


def test_unknown_is_none_for_measure():
    """Beside a value, and alone; where every row has a value, "unknown" is a word like any other."""
    assert choose(OFFER, {"country": ["Spain", UNKNOWN]}).where == {"country": ("Spain", None)}
    plain = Offer(TODAY, FIRST, (), {"country": ("France", UNKNOWN)})
    assert choose(plain, {"country": [UNKNOWN]}).where == {"country": (UNKNOWN,)}


# ---- links ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("country=France", ("France",)),
        ("country=France,Spain", ("France", "Spain")),
        ("country=France&country=Spain", ("France", "Spain")),
        ("country=Peru,+north", ("Peru, north",)),
        ("country=Peru,+north&country=unknown", ("Peru, north", None)),
    ],
)
def test_a_link_may_ask_for_several_values(query, values):
    """By a comma or one after the other; a value that has a comma of its own is one."""
    assert by_link(query).where == {"country": values}
    assert by_link(query).notes == ()


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "custom dates", "between": ("2023-01-05", "2023-02-01"), "split": "channel"},
        {"country": ["France", "Peru, north", UNKNOWN], "period": "all"},
    ],
)
def test_the_address_round_trips(asked):
    """The link of a choice leads back to the same choice."""
    choice = choose(OFFER, asked)
    assert by_link(choice.query) == choice


def test_a_filter_of_other_pages_travels_on_and_is_said():
    """A page that cannot filter by the channel says so and keeps it in its links for those that can."""
    choice = by_link("channel=app&channel=web&country=Spain&session_id=s_1")
    assert choice.where == {"country": ("Spain",)}
    assert parse_qs(choice.query) == {"country": ["Spain"], "channel": ["app,web"]}
    assert choice.notes == ("The link filters by Order channel, which this page does not offer: it shows all.",)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("country=Narnia&country=France", "Country: ‘Narnia’ is not in this shop; shown: France."),
        ("country=Narnia,Oz", "Country: ‘Narnia’, ‘Oz’ are not in this shop; shown: all."),
        (
            "period=since+ever",
            "The link asks for the period “since ever”, which is not known here; shown: last 12 months.",
        ),
        ("split=password", "The link asks for the split by “password”, which is not known here; shown: nothing."),
        (
            "period=custom+dates&between=2024-03-01_2024-02-01",
            "The custom dates are the wrong way round: 2024-03-01 comes after 2024-02-01; shown: last 12 months.",
        ),
        ("period=custom+dates", "The custom dates are not filled in; shown: last 12 months."),
        ("period=custom+dates&between=soon", "The custom dates are not filled in; shown: last 12 months."),
        (
            "period=custom+dates&between=1990-01-01_1990-02-01",
            "There are no data from 1990-01-01 to 1990-02-01: they reach from 2022-01-01 to 2024-05-17; shown: "
            "last 12 months.",
        ),
        (
            "period=custom+dates&between=2021-01-01_2022-02-01",
            "The custom dates reach beyond the data; shown: 2022-01-01 to 2022-02-01.",
        ),
    ],
)
def test_what_is_asked_in_vain_is_said_with_what_is_shown(query, note):
    """In words, and never taken for everything in silence."""
    assert by_link(query).notes == (note,)


def test_what_a_link_asked_in_vain_is_said_until_something_else_is_chosen():
    """Who chooses Spain after a link to Narnia is no longer told that all is shown."""
    bar = page.controls(OFFER, {"country": "Narnia"})
    assert choose(OFFER, bar.value).notes == ("Country: ‘Narnia’ is not in this shop; shown: all.",)
    bar._update({"country": ["Spain"]})
    assert choose(OFFER, bar.value).notes == ()


# ---- many and long values ------------------------------------------------------------------------------------


def test_of_many_values_the_field_lists_the_commonest_and_says_of_how_many():
    """Ten thousand cities: 200 and the last in the list, said; a link reaches each of the others."""
    offer = many(10_000)
    bar = page.controls(offer, {"city": "city 5000"})
    assert f"The {MOST_LISTED} commonest of 10,000 values; a link reaches the others." in bar.text
    assert len(bar.elements["city"].options) == MOST_LISTED + 2
    assert choose(offer, bar.value).where == {"city": ("city 5000",)}


def test_beyond_what_is_known_a_value_is_not_called_absent(tiny_shop):
    """Nobody has looked at the ten-thousand-and-first city: the page says among which it has looked."""
    offer = replace(many(MOST_VALUES), uncounted=frozenset({"city"}))
    (note,) = by_link("city=Ur", offer).notes
    assert note == "City: ‘Ur’ is not among the 10,000 commonest values; shown: all."


def test_a_filter_holds_as_many_values_as_an_address_can_carry():
    """Forty asked for, thirty shown, and said."""
    choice = choose(many(50), {"city": [f"city {number}" for number in range(40)]})
    assert len(choice.where["city"]) == MOST_CHOSEN
    (note,) = choice.notes
    assert note == "City: 40 values are asked for, a filter holds 30; shown: the 30 commonest of them."


def test_labels_of_200_letters_are_shortened_and_stay_apart():
    """Two products whose names differ in their last letter are two options; the value itself is whole."""
    long = ("a" * 199 + "b", "a" * 199 + "c")
    shown = filters.labels_of(Offer(TODAY, FIRST, (), {"city": long}), "city", long)
    assert tuple(shown.values()) == long
    assert all(len(label) <= 64 for label in shown)
    offer = Offer(TODAY, FIRST, (), {"city": long})
    assert choose(offer, {"city": long[1]}).where == {"city": (long[1],)}


@pytest.mark.parametrize("name", ["a\\,b\\", ",", "שלום 12", "👟 sneaker 👩‍👩‍👧", "<b>&", "a=b&c=d", "x,y", "{0}"])
def test_any_name_is_a_value(name):
    """From right to left, of emoji, of what means something in an address: it filters, travels, and keeps to itself."""
    offer = Offer(TODAY, FIRST, (), {"city": (name, "Ur")})
    assert by_link(choose(offer, {"city": [name, "Ur"]}).query, offer).where == {"city": (name, "Ur")}
    choice = by_link(choose(offer, {"city": name}).query, offer)
    assert choice.where == {"city": (name,)}
    assert f'<bdi title="{markup.escape(name)}">{markup.escape(name)}</bdi>' in chips_markup(choice)


# ---- the bar -------------------------------------------------------------------------------------------------


def test_the_bar_offers_what_may_be_chosen():
    """One element per choice, and the link; an untouched bar is the default choice."""
    bar = page.controls(OFFER, {})
    assert list(bar.value) == ["period", "between", "compare", "split", "country", ASKED]
    assert choose(OFFER, bar.value) == choose(OFFER, {})


def test_a_page_without_dimensions_has_a_short_bar():
    """Where nothing differs there is nothing to filter or split by."""
    assert list(page.controls(Offer(TODAY, FIRST), {}).value) == ["period", "between", "compare", ASKED]


def test_neither_field_of_the_period_is_dead():
    """Who picks a period moves the dates, who moves the dates picks "custom dates"; the address says the same."""
    address = {}
    bar = page.controls(OFFER, address)
    bar._update({"period": ["last quarter"]})
    assert bar.value["between"] == (dt.date(2024, 1, 1), dt.date(2024, 3, 31))
    assert address == {"period": "last quarter"}
    bar._update({"between": ["2024-02-01", "2024-02-29"]})
    assert bar.value["period"] == "custom dates"
    assert address == {"period": "custom dates", "between": "2024-02-01_2024-02-29"}
    assert choose(OFFER, bar.value).during == (dt.date(2024, 2, 1), dt.date(2024, 3, 1))
    bar._update({"period": ["last 12 months"]})
    assert (address, choose(OFFER, bar.value)) == ({}, choose(OFFER, {}))


def test_what_the_browser_remembers_of_a_field_is_no_wish():
    """After a change the browser sends all fields, of the dates those before they followed: the period stands."""
    bar = page.controls(OFFER, {})
    before = {"period": ["last quarter"], "between": ["2023-05-18", "2024-05-17"], "country": []}
    bar._update({"period": ["last quarter"]})
    bar._update(before)
    assert choose(OFFER, bar.value).during == (dt.date(2024, 1, 1), dt.date(2024, 4, 1))
    together = page.controls(OFFER, {})  # marimo may pass on the second message alone
    together._update(before)
    assert choose(OFFER, together.value).during == (dt.date(2024, 1, 1), dt.date(2024, 4, 1))
    together._update({**before, "between": ["2024-02-01", "2024-02-29"]})
    assert choose(OFFER, together.value).during == (dt.date(2024, 2, 1), dt.date(2024, 3, 1))


def test_an_emptied_filter_is_everybody():
    """The address forgets it, and the page says "the whole shop"."""
    address = {"country": ["France", "Spain"]}
    bar = page.controls(OFFER, address)
    bar._update({"country": []})
    assert address == {}
    assert choose(OFFER, bar.value).population_text == "the whole shop"


# ---- chips ---------------------------------------------------------------------------------------------------


def shown_chips(choice):
    """The chips of a page as text, and where each leads."""
    text = str(chips_markup(choice))
    items = re.findall(r"<li[^>]*>(.*?)</li>", text)
    return [
        (re.sub(r"<[^>]+>", "", one), (re.findall(r'href="([^"]*)"', one) or [""])[0].replace("&amp;", "&"))
        for one in items
    ]


def test_chips_name_the_population_and_each_can_be_taken_away():
    """Two countries are two chips: without the one the other stays; a reset leaves nothing."""
    choice = choose(OFFER, {"period": "last quarter", "country": ["France", "Spain"]})
    assert shown_chips(choice) == [
        ("Period last quarter: 2024-01-01 – 2024-03-31×", "?country=France,Spain"),
        ("Country France×", "?period=last+quarter&country=Spain"),
        ("Country Spain×", "?period=last+quarter&country=France"),
        ("Reset all", "?"),
    ]


def test_the_whole_shop_is_named_and_cannot_be_taken_away():
    """Nothing to reset, no cross."""
    assert shown_chips(choose(OFFER, {})) == [
        ("Period last 12 months: 2023-05-18 – 2024-05-17", ""),
        ("the whole shop", ""),
    ]


# ---- from a figure and back ----------------------------------------------------------------------------------


@pytest.fixture
def by_channel(odd_shop):
    """Orders by channel of the odd shop, drawn for a page that filters by it."""
    offer = page.offer(odd_shop, "channel")
    choice = filters.choose(offer, {"period": "all"})
    return offer, measure(odd_shop, "order_count", by="channel", **choice.query_options)


def test_a_row_of_a_table_leads_to_the_page_of_it_alone_and_back(by_channel):
    """A link on each channel, the unknown one too; where a channel is chosen already its link takes it away."""
    offer, answer = by_channel
    shown = page.figure(answer, None, "Orders").text
    for value in ("app", "web", UNKNOWN):
        assert f'href="?period=all&amp;channel={value}"' in shown
    filters.choose(offer, {"period": "all", "channel": "app"})
    shown = page.figure(answer, None, "Orders").text
    assert 'href="?period=all"' in shown and 'href="?period=all&amp;channel=web"' in shown


def test_a_mark_of_a_chart_leads_where_its_row_does(by_channel):
    """Each bar carries the link of its channel."""
    _offer, answer = by_channel
    drawn = crossing.linked_chart(
        ranked_bars(answer.to_pandas(), "channel", "order_count"), answer, crossing.crossing_of(answer)
    )
    rows = drawn.data.set_index("label")[crossing.LINK].to_dict()
    assert rows["app"] == "?period=all&channel=app"
    assert drawn.layer[0].encoding.href.shorthand == f"{crossing.LINK}:N"


def test_a_group_that_is_no_value_leads_nowhere(by_channel):
    """Beside two channels, "too few to show" is a bar without a link."""
    rows = pd.DataFrame({"channel": ["app", "web", "too few to show"], "orders": [3, 2, 1]})
    answer = by_channel[1]
    drawn = crossing.linked_chart(ranked_bars(rows, "channel", "orders"), answer, crossing.crossing_of(answer))
    links = drawn.data.set_index("label")[crossing.LINK].dropna()
    assert links.to_dict() == {"app": "?period=all&channel=app", "web": "?period=all&channel=web"}


def test_a_point_of_a_line_leads_to_its_days(odd_shop):
    """January's point leads to January; the line itself is one mark and leads nowhere."""
    choice = filters.choose(page.offer(odd_shop, "channel"), {"period": "all"})
    answer = measure(odd_shop, "order_count", every="month", **choice.query_options)
    chart = line_over_time(answer.to_pandas(), "month", "order_count")
    drawn = crossing.linked_chart(chart, answer, crossing.crossing_of(answer))
    linked = [layer for layer in drawn.layer if not isinstance(layer.encoding.href, alt.utils.schemapi.UndefinedType)]
    assert [crossing._mark_of(layer) for layer in linked] == ["point"]
    (link,) = linked[0].data[crossing.LINK]
    assert parse_qs(link[1:])["between"] == ["2025-01-05_2025-01-31"]


def test_a_figure_of_something_else_has_no_links(by_channel):
    """A chart whose names are no values of a filter is left as it is."""
    chart = ranked_bars(pd.DataFrame({"a": ["Mars"], "b": [1.0]}), "a", "b")
    assert crossing.LINK not in crossing.linked_chart(chart, by_channel[1], crossing.crossing_of(by_channel[1])).data


# ---- what is taken along -------------------------------------------------------------------------------------


def test_a_file_says_whom_it_is_about(odd_shop):
    """By its name as CSV, on its sheet “About” as a workbook; the whole shop is named as well."""
    choice = choose(page.offer(odd_shop, "channel"), {"period": "all", "channel": ["app", UNKNOWN]})
    answer = measure(odd_shop, "order_count", **choice.query_options)
    named = "orders_channel-app-unknown-or-unknown_2025-01-05_2025-01-31_"
    assert named in tables.download(answer, "Orders")  # what follows says of which snapshot and definition
    facts = dict(about(answer))
    assert facts["Whom it speaks of"] == "Order channel = app, unknown or unknown · 2025-01-05 – 2025-01-31"
    assert dict(about(measure(odd_shop, "order_count")))["Whom it speaks of"] == "the whole shop · all days"
