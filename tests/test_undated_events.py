"""A log of events that says no time: who did what is known, what came before what is not, and that is said.

Judges frames/visits, frames/places, query/known and intake/recognise/no_days.
"""

import random
from datetime import datetime, timedelta

import pytest
from given import value
from typer.testing import CliRunner

import customary as c
from customary import measure, open_shop
from customary.cli import app
from customary.declare import METRICS, STUDIES
from customary.errors import Refused, Unknown
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.propose import propose
from customary.query.study import study

# Ann looks at the mug, puts it into the cart and buys it on another visit; Ben looks at both; Cy at a page and the pot.
LOG = """user_id,event,page,product_id,session_id
ann,view_item,/mug,mug,s1
ann,add_to_cart,/mug,mug,s1
ben,view_item,/mug,mug,s2
ben,view_item,/pot,pot,s3
cy,page_view,/,,s4
ann,purchase,/done,mug,s5
cy,view_item,/pot,pot,s4
"""
UNNUMBERED = "".join(line.rpartition(",")[0] + "\n" for line in LOG.splitlines())


def opened(folder, text, name):
    """The log taken in and built as one types it."""
    path = folder / "log.csv"
    path.write_text(text)
    adopted = CliRunner().invoke(app, ["adopt", str(path), "--name", name, "--yes", "--as-of", "2025-04-01"])
    built = CliRunner().invoke(app, ["build", name])
    assert (adopted.exit_code, built.exit_code) == (0, 0), adopted.output + built.output
    assert "log.csv: no column says when" in adopted.output
    return open_shop(name)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A log of persons, events and pages alone."""
    return opened(tmp_path_factory.mktemp("log"), UNNUMBERED, "log_of_no_time")


@pytest.fixture(scope="module")
def numbered(tmp_path_factory):
    """The same log with the numbers of the visits."""
    return opened(tmp_path_factory.mktemp("numbered"), LOG, "log_of_visits")


def test_events_and_people_are_known(shop):
    """Seven events of three people; four views of a product, by all three."""
    assert [value(shop, one) for one in (c.event_count, c.person_count)] == [7, 3]
    rows = measure(shop, c.event_count, c.person_count, by="event_name").to_pylist()
    told = {row["event_name"]: (row["event_count"], row["person_count"]) for row in rows}
    assert told == {"add_to_cart": (1, 1), "page_view": (1, 1), "purchase": (1, 1), "view_item": (4, 3)}


@pytest.mark.parametrize(
    ("by", "told"),
    [("page", {"/": 1, "/done": 1, "/mug": 3, "/pot": 2}), ("product_id", {None: 1, "mug": 4, "pot": 2})],
)
def test_events_by_page_and_product(shop, by, told):
    """What nobody names is a group of its own."""
    assert {row[by]: row["event_count"] for row in measure(shop, c.event_count, by=by).to_pylist()} == told


def test_what_was_looked_at_is_known(shop):
    """The mug by Ann and Ben, the pot by Ben and Cy."""
    rows = study(shop, "product_views", of="products").to_pylist()
    assert [(row["label"], row["view_count"], row["visitor_count"]) for row in rows] == [("mug", 2, 2), ("pot", 2, 2)]


def test_visits_are_unknown_where_nothing_tells_them(shop):
    """Not 0, and not one per person."""
    unknown = (c.session_count, c.visitor_count, c.bounce_rate, c.pages_per_visit, c.visit_conversion_rate)
    assert [value(shop, one) for one in (*unknown, c.average_dwell_time)] == [None] * 6


def test_numbered_visits_are_counted(numbered):
    """Five visits of three people, one of two views, one with a cart, another with a purchase."""
    counted = (c.session_count, c.visitor_count, c.bounce_rate, c.add_to_cart_rate, c.visit_conversion_rate)
    assert [value(numbered, one) for one in counted] == [5, 3, 0.8, 0.2, 0.2]
    rows = study(numbered, "visit_frequency").to_pylist()
    assert [(row["label"], row["visitor_count"]) for row in rows] == [("1 visit", 1), ("2 visits", 2)]


def test_how_long_a_numbered_visit_was_and_how_it_began_is_unknown(numbered):
    """Nobody timed it, so it is not a short one; each of its events could be the first, so it has no landing page."""
    assert [value(numbered, one) for one in (c.average_visit_duration, c.unengaged_rate, c.average_dwell_time)] == [
        None
    ] * 3
    rows = numbered.fetch(numbered.frame("sessions")).to_pylist()
    unknown = ("started_at", "duration_seconds", "landing_page", "exit_page", "is_engaged", "day_on")
    assert {row[name] for row in rows for name in unknown} == {None}
    assert sorted(row["view_count"] for row in rows) == [0, 1, 1, 1, 2]


ABOUT_ORDER = ("funnel", "paths", "sessions", "page_flow", "visitor_retention", "flows", "transitions", "pages")


@pytest.mark.parametrize("name", [*ABOUT_ORDER, "event_intervals", "visit_hours", "visit_mix", "attribution"])
def test_what_needs_an_order_of_time_is_refused_in_a_sentence(numbered, name):
    """With what would answer it, whether visits are numbered or not."""
    with pytest.raises(Unknown, match="do not say when its events happened; a source that gives the time of each"):
        study(numbered, name).to_pylist()


@pytest.mark.parametrize("name", ["visit_funnel", "visit_frequency", "interactions", "search_terms"])
def test_what_needs_visits_is_refused_where_none_is_known(shop, name):
    """A number of the visit would do."""
    with pytest.raises(Unknown, match="which events were of one visit; a source that gives the time of each event, or"):
        study(shop, name).to_pylist()


@pytest.mark.parametrize("asked", [{"every": "month"}, {"during": ("2025-01-01", "2025-02-01")}])
def test_periods_and_windows_are_refused(shop, asked):
    """In the sentence that orders without dates have."""
    with pytest.raises(Unknown, match="the events of this shop have no dates, so"):
        measure(shop, c.event_count, **asked)


@pytest.fixture(scope="module")
def twins(tiny_shop):
    """A log of 80 events in numbered visits without times, and two with times that differ in these alone."""
    dice = random.Random(5)
    names = ("page_view", "view_item", "add_to_cart", "purchase", "search")
    told = [_event(n, names[dice.randrange(5)], f"u{dice.randrange(9)}", dice.randrange(4)) for n in range(80)]
    rest = {"as_of": "2025-04-01", "currency": "EUR"}
    made = [tiny_shop(events=told, name="events_of_no_time", **rest)]
    for name, seed in (("events_one", 1), ("events_two", 2)):
        times = random.Random(seed)
        at = [datetime(2024, 1, 1) + timedelta(minutes=times.randrange(500_000)) for _ in told]
        dated = [{**row, "occurred_at": time.isoformat(" ")} for row, time in zip(told, at, strict=True)]
        made.append(tiny_shop(events=dated, name=name, **rest))
    return made


def _event(number, name, who, visit):
    thing = {"product_id": f"p{number % 3}", "page": f"/{number % 5}", "search_term": f"t{number % 2}"}
    who = {"visitor_id": who, "customer_id": who, "session_id": f"{who}-{visit}"}
    return {"event_id": f"e{number}", "event_name": name, **who, **thing, "device": "phone"}


def rows_of(shop, name):
    """What a metric or study answers; None where it is refused."""
    try:
        return (measure if name in METRICS else study)(shop, name).to_pylist()
    except (Refused, LookupError):
        return None


def values(rows, column):
    """The values of a column, in an order of their own."""
    return sorted(str(round(row[column], 6) if isinstance(row[column], float) else row[column]) for row in rows)


OF_EVENTS = [
    name for name, one in {**METRICS, **STUDIES}.items() if {"events", "asked_events", "sessions"} & {*one.needs}
]


@pytest.mark.parametrize("name", OF_EVENTS)
def test_nothing_is_said_that_times_would_change(twins, name):
    """A column with a value is the same in both dated twins, and is theirs."""
    undated, one, other = twins
    rows = rows_of(undated, name)
    if not rows:
        return
    told = [column for column in rows[0] if any(row[column] is not None for row in rows)]
    dated, again = rows_of(one, name), rows_of(other, name)
    assert dated is not None and again is not None, "refused with times and answered without"
    for column in told:
        assert values(rows, column) == values(dated, column) == values(again, column), column


def test_a_table_of_people_and_what_each_bought_is_no_log(tmp_path):
    """Orders with an amount in each row stay orders, and names that stand once each are no events."""
    sold, single = tmp_path / "sold.csv", tmp_path / "single.csv"
    sold.write_text("Order No,user_id,event,Total\n1,ann,sale,10\n2,ben,sale,20\n")
    single.write_text("user_id,event\nann,birthday\nben,wedding\n")
    assert [one.kind for one in propose([sold], Answers()).found] == ["orders"]
    with pytest.raises(Refused, match="is no table of a shop"):
        propose([single], Answers())


def test_days_of_which_nobody_says_what_they_are_keep_a_log_out(tmp_path):
    """They may be the events'."""
    path = tmp_path / "log.csv"
    path.write_text("user_id,event,foo,bar\nann,view,2024-05-06,2024-05-08\nben,view,2024-05-07,2024-05-09\n")
    with pytest.raises(Refused, match="is no table of a shop"):
        propose([path], Answers())
