"""What the build counts beforehand gives the answers of the studies themselves. Judges frames/cubes and query/cubes."""

from datetime import date

import ibis
import pytest
from in_memory import read, table
from test_places import random_log, with_stored

from customary import study
from customary.frames.cubes import CUBES
from customary.query import cubes
from customary.shop import Shop, cube_of
from customary.sight import Sight
from customary.studies.visits import interactions, page_flow, pages

# March has visits across midnight: windows that cut them, and one of a single day.
WINDOWS = (None, (date(2025, 3, 8), date(2025, 3, 15)), (date(2025, 3, 9), date(2025, 3, 10)))
ASKED = ("pages", "page_flow", "interactions")


@pytest.fixture(scope="module")
def counted():
    """A log with what the build stores of it, and its cubes."""
    events = with_stored(random_log(3))
    events = events.mutate(bot_sign=ibis.literal("none"), platform=ibis.literal(None, "string"))
    events = ibis.memtable(events.to_pyarrow())
    return events, {name: ibis.memtable(count(events).to_pyarrow()) for name, count in CUBES.items()}


def answers(name, events, known, during):
    """The rows of a study of the events, and from the cubes."""
    asked = {"pages": pages, "page_flow": page_flow}
    first, others, answer = cubes.ANSWERS[name]
    whole = (events[0],) if name == "interactions" else ()
    plain = asked.get(name, interactions)(events[1], *whole, during=during)
    found = answer(known(first), *map(known, others), during=during)
    return read(plain), read(found.select(*plain.columns))


@pytest.mark.parametrize("during", WINDOWS, ids=str)
@pytest.mark.parametrize("name", ASKED)
def test_a_cube_gives_what_the_study_counts(counted, name, during):
    """Whatever the window, and of visits that it cuts in two."""
    events, found = counted
    plain, fast = answers(name, (events, events), found.__getitem__, during)
    assert plain and plain == fast


@pytest.mark.parametrize("value", ["pc", None])
@pytest.mark.parametrize("name", ["page_flow", "interactions"])
def test_a_cube_may_be_selected_from(counted, name, value):
    """By a way of the visit, and where it is unknown."""
    events, found = counted
    way = "device" if value else "channel"
    some = {key: cube.filter(_is(cube, way, value)) if way in cube.columns else cube for key, cube in found.items()}
    plain, fast = answers(name, (events, events.filter(_is(events, way, value))), some.__getitem__, None)
    assert plain and plain == fast


def _is(t, way, value):
    return t[way] == value if value else t[way].isnull()


def test_a_visitor_of_two_days_is_one_of_both():
    """Ann saw the page on the 1st and the 3rd, Ben on the 3rd: two visitors in March, and two on the 3rd."""
    cube = table(
        "page string, day_on date, previous_on date, visitor_count int64, view_count int32, seconds float64, "
        "squares float64, dwell_count int32",
        ("/", "2025-03-01", None, 1, 1, 0, 0, 0),
        ("/", "2025-03-03", "2025-03-01", 1, 1, 0, 0, 0),
        ("/", "2025-03-03", None, 1, 1, 0, 0, 0),
    )
    march, third = (date(2025, 3, 1), date(2025, 4, 1)), (date(2025, 3, 3), date(2025, 3, 4))
    found = {
        during: read(cubes.pages_from(cube, during=during), "view_count", "visitor_count") for during in (march, third)
    }
    assert found == {march: [(3, 2)], third: [(2, 2)]}


# --- in a shop -----------------------------------------------------------------------------------------

OPTIONS = (
    {},
    {"during": ("2025-07-01", "2025-08-01")},
    {"where": {"channel": "search"}},
    {"where": {"browser": "Edge"}},
)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("name", ASKED)
def test_a_shop_answers_alike_with_cubes_and_without(demo_shop, monkeypatch, name, options):
    """Nobody is told whence an answer came; a selection that no cube knows is put to the events themselves."""
    fast = read_answer(study(demo_shop, name, **options))
    plain_shop = Shop(demo_shop.name, demo_shop.snapshot)
    plain_shop._keeps_shapes = False  # as of a shop whose frames stand elsewhere: it has no cubes
    assert cube_of(plain_shop, "page_days") is None and cube_of(demo_shop, "page_days") is not None
    assert fast and fast == read_answer(study(plain_shop, name, **options))


def read_answer(answer):
    """The rows, with floats as far as they are meant."""
    return [tuple(round(v, 6) if isinstance(v, float) else v for v in row.values()) for row in answer.to_pylist()]


def test_whoever_sees_a_part_is_answered_from_that_part(demo_shop):
    """A viewer of one region's rows, or of all but a column, has no cube: they were counted over everybody."""
    for sight in (Sight(rows=(("region", ("North",)),)), Sight(hidden=("channel",))):
        assert cube_of(Shop(demo_shop.name, demo_shop.snapshot, "stakeholder", sight), "flow_days") is None
