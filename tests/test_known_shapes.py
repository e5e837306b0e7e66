"""A question of a known shape is neither composed nor compiled again, and its answer is the one that it always had."""

import json
import math
import threading
from datetime import date, datetime
from decimal import Decimal

import duckdb
import ibis
import pytest
from given import sold
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import thirds

from customary import measure, study
from customary.cache import shared
from customary.declare import METRICS, STUDIES, metric
from customary.errors import Refused, UnknownName
from customary.query import recipes
from customary.query.recipes import STEERED, fetch_rows, recipe_of, shape_of
from customary.query.selection import Scope, frame_rows, values_of
from customary.shapes import store
from customary.shop import BOOKS, Shop, open_shop
from customary.units import COUNT

JANUARY, LATER = ("2025-01-01", "2025-02-01"), ("2025-01-15", "2025-03-20")
OF_THE_BUILD = [name for name in STUDIES if set(STUDIES[name].needs) <= set(BOOKS)]
OF_SHOPS = [name for name in STUDIES if name not in OF_THE_BUILD]
# What is learned first → what is then asked of the shape that is known.
ASKED = {
    "a window": ({"during": JANUARY}, {"during": LATER}),
    "a value": ({"where": {"country": "CN"}}, {"where": {"country": "DE"}}),
    "values, unknown too": (
        {"during": LATER, "where": {"country": ["CN", "DE", None]}},
        {"during": JANUARY, "where": {"country": ["DE", "DE", None]}},
    ),
}
# Their windows decide how they are put together: a model learns from the rows first, or rows are made in memory.
BY_THEIR_WINDOWS = {
    *("alive_share", "lifetime_value", "lifetime_value_backtest", "lifetime_value_conditional", "lifetime_value_fits"),
    *("lifetime_value_spread", "lifetime_value_tracking", "value_at_risk", "product_returns"),
    *("churn_backtest", "churn_cost", "churn_lift", "churn_reliability", "churn_score", "churn_totals"),
    *(
        "experiment_chances",
        "experiment_effect",
        "experiment_looks",
        "experiment_plan",
        "experiment_segments",
        "experiments",
        "uplift",
        "uplift_curve",
        "uplift_fifths",
        "goal_actions",
        "list_results",
    ),  # what is tested stands in the statement
    *("next_product", "recommended_products"),  # the way to recommend is chosen by a trial first
    "what_to_change",  # what was written down of changes stands in the statement
    *("churn_weights", "satisfaction_effects", "driver_certainty", "migration", "seasons", "season_buyers"),
    "tier_rule",
}


def forget():
    """This process knows no answer and no shape any more, as if it had just begun."""
    shared.__init__(shared._limit)


@pytest.fixture(autouse=True)
def running(monkeypatch, request):
    """Code of which no other test has kept a shape, with no definitions but the house's; the process begins."""
    monkeypatch.setattr(recipes.source, "fingerprint", lambda: request.node.name)
    monkeypatch.setattr(recipes, "_is_all_ours", lambda: True)
    monkeypatch.setattr(recipes, "generation", lambda: 0)
    forget()
    yield
    forget()


@pytest.fixture
def compiled(monkeypatch):
    """What was compiled as a shape, in order."""
    found, compiling = [], recipes._compile
    monkeypatch.setattr(recipes, "_compile", lambda recipe: found.append(recipe.about) or compiling(recipe))
    return found


def kept_files(shop):
    """The shapes beside a shop's snapshot."""
    return sorted((shop.snapshot.path.parent / store.FOLDER).glob("*"))


def told(shop, verb, name, asked):
    """All that an answer says, or why it is refused."""
    try:
        found = verb(shop, name, **asked)
        return found.to_pylist(), found.columns, found.accounts, found.omissions_text, found.rows_total
    except (Refused, UnknownName) as error:
        return str(error)
    except duckdb.Error as error:
        return type(error).__name__  # a day is no number: its text quotes the query


def alike(one, other):
    """Equal value by value, sums of floats but for the order in which two threads add them."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(one) and math.isnan(other))
    return one == other


def three_answers(shop, verb, name, first, then):
    """An answer with every value in its text, by a shape learned from other values, and after a restart."""
    with pytest.MonkeyPatch.context() as without:
        without.setattr(recipes, "shape_of", lambda shop, recipe: STEERED)
        plain = told(shop, verb, name, then)
    forget()
    told(shop, verb, name, first)
    by_shape = told(shop, verb, name, then)
    forget()
    return plain, by_shape, told(shop, verb, name, then)


def are_alike(plain, by_shape, from_disk):
    """Whether the shape, new or from the disk, changes nothing."""
    return alike(plain, by_shape) and alike(plain, from_disk)


every_asked = pytest.mark.parametrize("asked", ASKED)
# The ordinary run asks a sixth of the studies, of those that have no shape one, and of a metric what holds window and
# values; the slow one all.
A_FEW = {*[name for name in OF_SHOPS[::6] if name not in BY_THEIR_WINDOWS], "alive_share"}
some_studies = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in A_FEW else pytest.mark.slow) for name in OF_SHOPS]
)
some_asked = pytest.mark.parametrize(
    "asked", [pytest.param(asked, marks=() if "values" in asked else pytest.mark.slow) for asked in ASKED]
)


@some_asked
@pytest.mark.parametrize("name", thirds(METRICS, step=6))
def test_a_metric_by_a_known_shape_is_the_same(worked_shop, name, asked):
    """Learned from January, asked of spring; from China, asked of Germany; cold, warm and after a restart."""
    first, then = ASKED[asked]
    assert are_alike(*three_answers(worked_shop, measure, name, first, then))


@some_studies
def test_a_study_by_a_known_shape_is_the_same(worked_shop, name):
    """A window and several values, one of them unknown: cold, warm and after a restart."""
    assert are_alike(*three_answers(worked_shop, study, name, *ASKED["values, unknown too"]))


@pytest.mark.parametrize("name", ["net_revenue", "buyer_count", "visit_conversion_rate", "return_rate_by_value"])
@pytest.mark.parametrize("every", thirds(["day", "week", "month", None], 2))
def test_split_and_compared_metrics_by_a_known_shape_are_the_same(worked_shop, name, every):
    """By country, by period, by both, against the days before; for whoever sees everybody and for whoever does not."""
    reader = Shop(worked_shop.name, worked_shop.snapshot, "stakeholder")
    then = {"during": LATER, "where": {"country": ["DE", None]}}
    for more in ({"every": every}, {"every": every, "by": "country"}):
        first = {"during": ("2025-02-01", "2025-03-01"), "where": {"country": ["CN", None]}}
        for shop in (worked_shop, reader):
            assert are_alike(*three_answers(shop, measure, name, first | more, then | more))
    late = ("2025-03-01", "2025-03-15")
    compared = {"every": every, "compare": "previous"}
    early = ("2025-02-10", "2025-03-01")
    questions = ({"during": during, **compared} for during in (early, late))
    assert are_alike(*three_answers(worked_shop, measure, name, *questions))


def test_a_shape_that_keeps_its_first_values_is_found(worked_shop, monkeypatch):
    """The laws can fail: bound to the window that it was learned from, a shape gives January’s sales for spring."""
    first, then = ASKED["a window"]
    learned = recipes._values(recipe_of(None, None, Scope(during=tuple(map(date.fromisoformat, JANUARY)))))
    monkeypatch.setattr(recipes, "_values", lambda recipe: learned)
    assert not are_alike(*three_answers(worked_shop, measure, "net_revenue", first, then))


def of_many(shop, asked):
    """A question of ASKED, put to the channel of a customer's first order, with two of its values."""
    one, other, *_ = (value for value in values_of(shop, "first_channel", "orders") if value)
    names = {"country": "first_channel", "CN": one, "DE": other, None: None}
    where = {
        names[name]: [names[value] for value in wanted] if isinstance(wanted, list) else names[wanted]
        for name, wanted in asked.get("where", {}).items()
    }
    return {**asked, "where": where}


@pytest.mark.slow
@every_asked
@pytest.mark.parametrize("audience", ["analyst", "stakeholder"])
@pytest.mark.parametrize("name", OF_SHOPS)
def test_a_study_of_many_by_a_known_shape_is_the_same(demo_shop, name, audience, asked):
    """Every study of five hundred customers, for both audiences, with all that stands beside it."""
    shop = Shop(demo_shop.name, demo_shop.snapshot, audience)
    assert are_alike(*three_answers(shop, study, name, *(of_many(shop, part) for part in ASKED[asked])))


@pytest.mark.slow
@every_asked
@pytest.mark.parametrize("audience", ["analyst", "stakeholder"])
@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_many_by_a_known_shape_is_the_same(demo_shop, name, audience, asked):
    """Every metric of five hundred customers, for both audiences, all together and by value tier."""
    shop = Shop(demo_shop.name, demo_shop.snapshot, audience)
    for more in ({}, {"by": "value_tier"}):
        assert are_alike(
            *three_answers(shop, measure, name, *({**of_many(shop, part), **more} for part in ASKED[asked]))
        )


@pytest.mark.parametrize("name", thirds(OF_SHOPS, 1, 6))
def test_the_window_of_a_study_is_bound_but_for_those_that_learn_from_it(worked_shop, name):
    """A study that asks Python about its days is compiled for each window: one more is put on the list on purpose."""
    answer = study(worked_shop, name, during=JANUARY)
    try:
        is_bound = bool(shape_of(worked_shop, answer._with_marks).sql)
    except Refused:
        return  # this shop cannot say it, whatever the window
    assert is_bound != (name in BY_THEIR_WINDOWS)


@pytest.mark.parametrize("name", thirds(METRICS, 1, 6))
def test_the_values_of_a_metric_are_bound(worked_shop, name):
    """No metric is compiled again for another window or another country."""
    try:
        answer = measure(worked_shop, name, during=JANUARY, where={"country": "CN"})
    except UnknownName:
        answer = measure(worked_shop, name, during=JANUARY)
    shape = shape_of(worked_shop, answer._with_marks)
    assert shape.sql and "2025" not in shape.sql and "'CN'" not in shape.sql


def test_another_window_is_not_compiled_again(worked_shop, compiled):
    """Four questions, two shapes; and a new process compiles none."""
    for during in (JANUARY, LATER):
        for every in ("month", None):
            measure(worked_shop, "net_revenue", every=every, during=during).to_pylist()
    assert len(compiled) == 2
    forget()
    measure(worked_shop, "net_revenue", during=("2025-02-02", "2025-03-03")).to_pylist()
    assert len(compiled) == 2


def test_other_code_other_rules_and_another_viewer_are_other_shapes(worked_shop, compiled, monkeypatch):
    """Nobody is answered by the text that another version of the code has made."""
    ask = lambda shop: measure(shop, "buyer_count", during=JANUARY).to_pylist()  # noqa: E731
    # Of a small shop a viewer sees no figure: what is asked then is made of the question, and is another shape.
    asked = lambda: [about for about in compiled if "measure" in (about[0], about[0][0])]  # noqa: E731
    ask(worked_shop)
    ask(Shop(worked_shop.name, worked_shop.snapshot, "stakeholder"))
    assert len(asked()) == 2
    forget()
    monkeypatch.setattr(recipes.source, "fingerprint", lambda: "the code of tomorrow")
    ask(worked_shop)
    assert len(asked()) == 3


# --- values that are not what they look like --------------------------------------------------------

NASTY = [
    "$where0",
    "$during_a",
    "where0",
    "'; drop table orders; --",
    "it's",
    '"',
    "${where0}",
    ":where0",
    "?",
    "",
    "\\",
    "😀",
]


@pytest.fixture(scope="module")
def nasty_shop(tiny_shop):
    """One order from each of the countries, each worth one more than the one before."""
    orders = [
        sold(f"o{n}", f"c{n}", "2025-01-05 10:00", n + 1, country=country or None) for n, country in enumerate(NASTY)
    ]
    return tiny_shop(orders=orders, name="nasty")


@pytest.mark.parametrize("country", [text for text in NASTY if text])
def test_a_value_is_never_read_as_a_query(nasty_shop, country):
    """Values that look like places, quotes and commands find the one order that bears them."""
    measure(nasty_shop, "ordered_revenue", where={"country": "it's"}, during=JANUARY).to_pylist()
    found = measure(nasty_shop, "ordered_revenue", where={"country": country}, during=JANUARY).to_pylist()
    assert found == [{"ordered_revenue": float(NASTY.index(country) + 1)}]
    assert not any(
        country in file.read_text("utf-8")
        for file in kept_files(nasty_shop)
        if len(country) > 6 and country not in ("$where0", "$during_a")
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(st.text(max_size=12) | st.sampled_from(NASTY) | st.none(), max_size=4))
def test_any_text_is_compared_as_it_is(nasty_shop, wanted):
    """Whatever is asked for, those orders are counted whose country it is, and no others."""

    def count(scope):
        rows = frame_rows(nasty_shop, "orders", scope).counting_rows()
        return rows.agg(n=rows.count())

    recipe = recipe_of("any text", count, Scope(where=(("country", tuple(wanted)),)))
    present = [country or None for country in NASTY]
    assert fetch_rows(nasty_shop, recipe)["n"][0].as_py() == sum(country in set(wanted) for country in present)


TYPED = [
    *(
        (True, False),
        (1, 2),
        (200, 100),
        (70_000, 40_000),
        (2**40, 2**39),
        (-3, -4),
        (0.5, 30.0),
        ("5", "2"),
        (None, None),
    ),
    *((date(2025, 1, 5), date(2025, 2, 10)), (datetime(2025, 1, 5, 10), datetime(2025, 1, 5, 0))),
    (Decimal("1.50"), Decimal("30.00")),
]


@pytest.mark.parametrize(("first", "value"), TYPED, ids=repr)
def test_a_value_of_each_type_means_what_it_meant(worked_shop, first, value):
    """Numbers, days, moments and texts of numbers select the rows they always did, or are refused as ever."""
    for column in ("line_count", "net_amount", "day_on", "is_first_order", "country"):
        questions = ({"where": {column: [each]}} for each in (first, value))
        assert are_alike(*three_answers(worked_shop, measure, "order_count", *questions))


def test_a_long_list_is_compiled_with_its_values(worked_shop, compiled):
    """A hundred values are a list of somebody's own, which nobody asks for twice: no shape is made of it."""
    recipe = measure(worked_shop, "order_count", where={"line_count": list(range(100))})._with_marks
    assert shape_of(worked_shop, recipe) == STEERED and not compiled
    assert fetch_rows(worked_shop, recipe)["order_count"].to_pylist() == [5]


def test_a_text_for_a_number_is_still_refused(worked_shop):
    """What was learned from “2” lines refuses “many” lines."""
    measure(worked_shop, "order_count", where={"line_count": "2"}).to_pylist()
    with pytest.raises(Refused, match="is a number, not “many”"):
        measure(worked_shop, "order_count", where={"line_count": "many"}).to_pylist()


# --- what steers Python -----------------------------------------------------------------------------


def test_a_value_that_python_looks_at_is_not_bound(worked_shop):
    """Whoever branches on a day gets the branch of that very day."""

    def weeks_or_days(scope):
        t = frame_rows(worked_shop, "orders", scope).counting_rows()
        return t.agg(n=t.count() * (7 if scope.during[1] > date(2025, 2, 1) else 1))

    for start, end, expected in (("2025-01-01", "2025-02-01", 3), ("2025-01-01", "2025-02-02", 21)):
        during = (date.fromisoformat(start), date.fromisoformat(end))
        recipe = recipe_of("a branch", weeks_or_days, Scope(during=during))
        assert shape_of(worked_shop, recipe) == STEERED
        assert fetch_rows(worked_shop, recipe)["n"][0].as_py() == expected


def test_a_value_that_python_writes_down_is_not_bound(worked_shop):
    """A day that ends up as a text is no place: the text would be the place's name."""

    def with_text(scope):
        t = frame_rows(worked_shop, "orders", scope).counting_rows()
        return t.agg(n=t.count(), since=ibis.literal(f"since {scope.during[0]}"))

    recipe = recipe_of("a text", with_text, Scope(during=(date(2025, 1, 1), date(2025, 2, 1))))
    assert shape_of(worked_shop, recipe) == STEERED
    assert fetch_rows(worked_shop, recipe)["since"][0].as_py() == "since 2025-01-01"


# --- the store --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage", ["", "{", "null", "[]", '{"proof": 1}', '{"proof": "x", "shape": {"sql": "select 1"}}']
)
def test_a_damaged_file_is_as_good_as_none(worked_shop, compiled, damage):
    """Half a file, an empty one, another thing altogether: compiled anew, the same answer, and written again."""
    ask = lambda: measure(worked_shop, "order_count", during=JANUARY).to_pylist()  # noqa: E731
    others = kept_files(worked_shop)
    expected = ask()
    for file in set(kept_files(worked_shop)) - set(others):
        file.write_text(damage, "utf-8")
    before = len(compiled)
    forget()
    assert ask() == expected and len(compiled) > before
    forget()
    before = len(compiled)
    assert ask() == expected and len(compiled) == before


def test_a_text_that_was_changed_is_not_run(worked_shop):
    """A query in which one number was changed is no longer what was proved."""
    others = kept_files(worked_shop)
    expected = measure(worked_shop, "order_count", during=JANUARY).to_pylist()
    changed = set(kept_files(worked_shop)) - set(others)
    assert changed
    for file in changed:
        told = json.loads(file.read_text("utf-8"))
        told["shape"]["sql"] = told["shape"]["sql"].replace("COUNT(*)", "COUNT(*) + 1")
        file.write_text(json.dumps(told), "utf-8")
    forget()
    assert measure(worked_shop, "order_count", during=JANUARY).to_pylist() == expected


def test_the_store_stays_small(worked_shop, monkeypatch):
    """The oldest go when there are more than so many."""
    monkeypatch.setattr(store, "MOST", 5)
    for name in list(METRICS)[:12]:
        measure(worked_shop, name).to_pylist()
    assert len(kept_files(worked_shop)) <= 5


def test_a_folder_that_is_not_ours_to_write_in_is_left_alone(worked_shop, monkeypatch):
    """No file, no error, the same answer."""

    def refused(*_args, **_options):
        raise PermissionError

    monkeypatch.setattr(store.Path, "mkdir", refused)
    assert measure(worked_shop, "order_count", during=("2025-01-02", "2025-01-30")).to_pylist()


def test_definitions_of_others_are_not_kept(worked_shop, monkeypatch):
    """A metric of a notebook may be another one tomorrow, without a word in the house's source."""
    monkeypatch.undo()
    monkeypatch.setattr(recipes.source, "fingerprint", lambda: "code of others")
    before = kept_files(worked_shop)

    @metric(COUNT, zh="测试", source="A-001")
    def order_count_of_a_notebook(orders):
        """The number of orders, as a notebook counts them."""
        return orders.count()

    try:
        answer = measure(worked_shop, order_count_of_a_notebook, during=("2025-01-03", "2025-01-29"))
        assert shape_of(worked_shop, answer._with_marks).sql
        assert kept_files(worked_shop) == before
    finally:
        del METRICS["order_count_of_a_notebook"]


def test_many_readers_of_one_shape_get_their_own_answers(worked_shop):
    """Eight threads, each with a shop and a window of its own: nobody is given another's days."""
    windows = [("2025-01-01", f"2025-{month:02}-{day:02}") for month in (1, 2, 3) for day in (6, 12, 21)]
    expected = {window: measure(worked_shop, "order_count", during=window).to_pylist() for window in windows}
    forget()
    wrong = []

    def ask(offset):
        shop = open_shop(worked_shop.name)
        for window in windows[offset:] + windows[:offset]:
            if measure(shop, "order_count", during=window).to_pylist() != expected[window]:
                wrong.append(window)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
