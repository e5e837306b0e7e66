"""A chart is put together once for equal rows and equal wishes, and its element is written once for equal links."""

import altair as alt
import marimo as mo
import pandas as pd
import pytest
from given import sold
from hypothesis import given, settings
from hypothesis import strategies as st

from customary import charts, measure, page
from customary.cache import shared
from customary.charts.heard import say_marks
from customary.charts.recall import digest_of
from customary.columns import Column
from customary.frame_columns import DeclaredColumns
from customary.language import ask_reader
from customary.page import crossing, filters, plotting
from customary.units import COUNT, DAYS


@pytest.fixture(autouse=True)
def empty_store():
    """Nothing was drawn yet."""
    shared.__init__(shared._limit)
    yield
    shared.__init__(shared._limit)


def rows(*values, names=("app", "web")):
    """Names and their values, made anew."""
    return pd.DataFrame({"channel": list(names), "orders": list(values)})


def bars(frame, **wishes):
    """The rows as bars."""
    return charts.ranked_bars(frame, "channel", "orders", **wishes)


def test_equal_rows_are_drawn_once():
    """Two frames that were made apart and hold the same give the same chart."""
    assert bars(rows(3, 2)) is bars(rows(3, 2))


@pytest.mark.parametrize(
    "other",
    [
        lambda: bars(rows(3, 1)),
        lambda: bars(rows(3, 2, names=("app", "shop"))),
        lambda: bars(rows(3.0, 2.0)),
        lambda: bars(rows(3, 2).iloc[::-1]),
        lambda: bars(rows(3, 2), unit=DAYS),
        lambda: bars(rows(3, 2), highlight=["app"]),
        lambda: charts.dot_plot(rows(3, 2).assign(kind="a"), "channel", "orders", "kind"),
    ],
    ids=["a value", "a name", "a type", "the order", "the unit", "what the title speaks of", "another chart"],
)
def test_whatever_differs_is_drawn_anew(other):
    """A value, a name, a type, the order of the rows, a wish: each makes another picture."""
    assert digest_of(other()) != digest_of(bars(rows(3, 2)))


def test_another_declaration_is_another_chart():
    """What the column means decides how its values are written: 3 and 3 days are not the same."""
    counted, waited = rows(3, 2), rows(3, 2)
    waited.attrs[DeclaredColumns.NAME] = DeclaredColumns([Column("orders", DAYS, "Days", "天数")])
    assert bars(counted).to_dict() != bars(waited).to_dict()


def test_each_language_has_its_own():
    """A chart that was drawn in English is not shown to a Chinese reader."""
    english = bars(rows(3, None))
    ask_reader(lambda: "zh")
    chinese = bars(rows(3, None))
    assert chinese is not english and bars(rows(3, None)) is chinese


def test_a_chart_that_is_changed_is_another():
    """Altair changes copies, and a copy says nothing of what the first was drawn from."""
    drawn = bars(rows(3, 2))
    assert digest_of(drawn) and not digest_of(drawn.properties(height=10)) and not digest_of(drawn.copy())


def test_what_cannot_be_written_down_is_drawn_each_time():
    """Rows that hold a function have no digest; they have a chart."""
    odd = pd.DataFrame({"channel": [lambda: 1], "orders": [1]})
    assert isinstance(bars(odd), alt.LayerChart) and not digest_of(bars(odd))


def test_small_pictures_are_told_apart():
    """Each of several has a digest of its own."""
    days = pd.to_datetime(["2025-01-01", "2025-02-01"])
    frame = pd.DataFrame({"month": [*days, *days], "orders": [1, 2, 3, 4], "channel": ["app", "app", "web", "web"]})
    one, other = charts.small_multiples(frame, "month", "orders", "channel")
    assert digest_of(one) != digest_of(other) and digest_of(one)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 3)), min_size=1, max_size=4))
def test_a_recalled_chart_is_the_one_that_is_drawn_anew(pairs):
    """Over any names and values: what the store gives is, letter by letter, what the rows give."""
    frame = pd.DataFrame(pairs, columns=["channel", "orders"])
    assert bars(frame).to_dict() == charts.ranked_bars.__wrapped__(frame, "channel", "orders").to_dict()


# ---- its element ---------------------------------------------------------------------------------------------


@pytest.fixture
def by_channel(tiny_shop):
    """Three orders by channel on a page that filters by it, and the offer of that page."""
    orders = [sold(str(n), "ann", "2025-01-05", channel=channel) for n, channel in enumerate(["app", "app", "web"])]
    shop = tiny_shop(orders=orders, as_of="2025-02-01", name="three")
    offer = page.offer(shop, "channel")
    choice = filters.choose(offer, {"period": "all"})
    return measure(shop, "order_count", by="channel", **choice.query_options), offer


def bars_of(answer):
    """The answer's bars."""
    return charts.ranked_bars(answer.to_pandas(), "channel", "order_count", unit=COUNT)


def element_of(answer):
    """The element of the answer's bars."""
    return plotting.linked_element(bars_of(answer), answer, crossing.crossing_of(answer))


def test_an_element_is_the_one_that_marimo_makes(by_channel):
    """The same specification under the same names, and what its marks say: marimo only writes it each time anew."""
    answer = by_channel[0]
    ours = element_of(answer)
    linked = crossing.linked_chart(bars_of(answer), answer, crossing.crossing_of(answer))
    plotting.fix_charts()
    theirs = mo.ui.altair_chart(linked, chart_selection=False, legend_selection=False)
    told = {**theirs._component_args, "spec": say_marks(theirs._component_args["spec"])}
    assert ours._component_args == told and ours.name == theirs.name
    assert ours.value == []


def test_equal_rows_with_other_links_are_written_anew(by_channel):
    """A page where a channel is chosen has the link back, and its own period."""
    answer, offer = by_channel
    first = element_of(answer)._component_args["spec"]
    assert element_of(answer)._component_args["spec"] is first
    filters.choose(offer, {"period": "all", "channel": "app"})
    again = element_of(answer)._component_args["spec"]
    assert again != first and again["layer"] == first["layer"]
