"""The laws of the house, each over all metrics, frames, segments and studies that exist."""

from collections import defaultdict
from datetime import timedelta
from functools import cache

import ibis
import pytest
import worked_examples
from given import line, returned, sold, told, value
from samples import thirds

from customary import measure, study
from customary.declare import METRICS, SEGMENTS, STUDIES
from customary.errors import Refused, UnknownName
from customary.frames import FRAMES, PERIODS
from customary.metrics.aggregate import base_of, frame_of
from customary.metrics.aggregate import with_needs as closed
from customary.query.accounts import accounts_of as accounts
from customary.query.measure import known_periods
from customary.query.passport import passport, rows
from customary.query.selection import scope_of as question
from customary.shop import BOOKS

UNRELATED = ("tickets", "responses", "events", "spend", "assignments")
STORED = [name for name, frame in FRAMES.items() if not frame.derived]


def bases(metric):
    """The stored frames that a metric counts on, at whatever distance."""
    return frozenset(base_of(frame) for needed in closed([metric]).values() if (frame := frame_of(needed)))


def together():
    """Metrics that count on the same frames can be asked in one question."""
    groups = defaultdict(list)
    for metric in METRICS.values():
        groups[bases(metric)].append(metric)
    return groups


def known(shop, frame):
    """The columns that a frame can be split by: its own, the customer's, the segments."""
    own = set(shop.frame(frame).columns)
    return own | set(shop.frame("customers").columns) | set(SEGMENTS) if "customer_id" in own else own


def split_for(shop, frames):
    """A column that all these frames know."""
    return "country" if all("country" in known(shop, name) for name in frames) else "channel"


def periods_for(shop, frames):
    """The periods by which all these frames can be split; profiles have none."""
    if not all(FRAMES[name].time for name in frames):
        return []
    return [every for every in PERIODS if all(every in known_periods(shop, name) for name in frames)]


def _by_metric(metrics, answer):
    keys = [name for name in answer.column_names if name not in METRICS]
    lines = answer.to_pylist()
    return {m.name: [(*(row[k] for k in keys), row[m.name]) for row in lines] for m in metrics}


@cache
def answers(shop):
    """Metric → all that is told of it: plain, by a split, by month."""
    found = defaultdict(list)
    for frames, metrics in together().items():
        questions = [{}, {"by": split_for(shop, frames)}]
        questions += [{"every": "month"}] if periods_for(shop, frames) else []
        for asked in questions:
            for name, lines in _by_metric(metrics, measure(shop, *metrics, **asked).to_pyarrow()).items():
                found[name].append(lines)
    return found


every_metric = pytest.mark.parametrize("name", METRICS)
every_stored_frame = pytest.mark.parametrize("name", STORED)
both_shops = pytest.mark.parametrize("shop", ["worked_shop", "demo_shop"], indirect=True)


@pytest.fixture
def shop(request):
    """The worked example, and the demo where it exists."""
    return request.getfixturevalue(request.param)


# --- what may not matter ------------------------------------------------------------------------

FUTURE = {
    "customers": [{"customer_id": "zoe", "country": "FR", "registered_at": "2025-04-03 10:00"}],
    "consents": [
        {"customer_id": "ann", "purpose": "analytics", "is_granted": False, "recorded_at": "2025-04-02 10:00"}
    ],
    "orders": [sold("f1", "ann", "2025-04-01 00:00", 500, country="CN"), sold("f2", "zoe", "2025-05-03 10:00", 70)],
    "order_items": [line("fl1", "f1", "lamp", 9, 30)],
    "returns": [returned("fr1", "o3", "ann", "2025-04-01 00:00", 30), returned("fr2", "f1", "ann", "2025-06-01", 9)],
    "events": [
        {"event_id": "f1", "visitor_id": "v1", "occurred_at": "2025-04-01 00:00", "event_name": "page_view"},
        {"event_id": "f2", "visitor_id": "v9", "occurred_at": "2025-04-09 00:00", "event_name": "purchase"},
    ],
    "tickets": [{"ticket_id": "f1", "customer_id": "ann", "opened_at": "2025-04-01 00:00", "kind": "complaint"}],
    "responses": [{"response_id": "f1", "survey": "nps", "answered_at": "2025-04-01", "score": 0}],
    "spend": [{"spent_at": "2025-04-01", "channel": "search", "campaign": "x", "amount": 1000}],
    "assignments": [{"experiment": "later", "customer_id": "ann", "arm": "treated", "assigned_at": "2025-04-01 00:00"}],
}
# What becomes of known orders after the as-of date: o3 is cancelled, o5 arrives late, o8 is paid at last.
FATE = {
    "o3": {"cancelled_at": "2025-04-02 10:00"},
    "o5": {"delivered_at": "2025-04-02 10:00", "promised_on": "2025-03-10"},
    "o8": {"paid_at": "2025-04-02 10:00"},
}


@pytest.fixture(scope="session")
def later_shop(tiny_shop):
    """The worked example with everything that happens after its as-of date."""
    tables = {name: [*rows, *FUTURE.get(name, [])] for name, rows in worked_examples.TABLES.items()}
    tables["orders"] = [{**row, **FATE.get(row["order_id"], {})} for row in tables["orders"]]
    return tiny_shop(**tables, as_of=worked_examples.AS_OF)


@pytest.fixture(scope="session")
def reversed_shop(tiny_shop):
    """The worked example with every file upside down."""
    return tiny_shop(**{name: rows[::-1] for name, rows in worked_examples.TABLES.items()}, as_of="2025-04-01")


@pytest.fixture(scope="session")
def doubled_shop(tiny_shop):
    """The worked example with every record sent twice."""
    return tiny_shop(**{name: [*rows, *rows] for name, rows in worked_examples.TABLES.items()}, as_of="2025-04-01")


@pytest.fixture(scope="session")
def grown_shop(tiny_shop):
    """The worked example with twice as many tickets, answers, events, costs and assignments, each a new one."""
    keys = {"tickets": "ticket_id", "responses": "response_id", "events": "event_id"}
    keys |= {"spend": "campaign", "assignments": "experiment"}
    tables = dict(worked_examples.TABLES)
    for name in UNRELATED:
        tables[name] = [*tables[name], *({**row, keys[name]: f"new {row[keys[name]]}"} for row in tables[name])]
    return tiny_shop(**tables, as_of="2025-04-01")


@pytest.fixture(scope="session")
def disturbed_shop(tiny_shop):
    """All of it at once: what happens after the as-of date, every record twice, and the files upside down."""
    tables = {name: [*rows, *FUTURE.get(name, [])] for name, rows in worked_examples.TABLES.items()}
    tables["orders"] = [{**row, **FATE.get(row["order_id"], {})} for row in tables["orders"]]
    return tiny_shop(**{name: [*rows, *rows][::-1] for name, rows in tables.items()}, as_of=worked_examples.AS_OF)


@every_metric
def test_neither_future_nor_order_nor_repeats_change_a_figure(worked_shop, disturbed_shop, name):
    """The three laws at once; `make slow` asks of each by itself."""
    assert answers(disturbed_shop)[name] == answers(worked_shop)[name]


@pytest.mark.slow
@every_metric
def test_the_future_does_not_change_the_past(worked_shop, later_shop, name):
    """Rows and instants after the as-of date change nothing."""
    assert answers(later_shop)[name] == answers(worked_shop)[name]


@pytest.mark.slow
@every_metric
def test_row_order_does_not_matter(worked_shop, reversed_shop, name):
    """The same records in another order are the same shop."""
    assert answers(reversed_shop)[name] == answers(worked_shop)[name]


@pytest.mark.slow
@every_metric
def test_a_record_sent_twice_counts_once(worked_shop, doubled_shop, name):
    """A repeated key is set aside, so that a second delivery changes nothing."""
    assert answers(doubled_shop)[name] == answers(worked_shop)[name]


@every_metric
def test_another_table_cannot_fan_out_a_figure(worked_shop, grown_shop, name):
    """More rows in a table that a metric does not count on change nothing: each frame keeps its own grain."""
    if bases(METRICS[name]) & {*UNRELATED, "sessions"}:
        assert answers(grown_shop)[name] is not None
    else:
        assert answers(grown_shop)[name] == answers(worked_shop)[name]


@pytest.mark.parametrize("which", thirds(STUDIES, 2))
@pytest.mark.parametrize(
    "other",
    [
        "disturbed_shop",
        *(pytest.param(f"{how}_shop", marks=pytest.mark.slow) for how in ("later", "reversed", "doubled")),
    ],
)
def test_studies_obey_the_same_laws(worked_shop, request, which, other):
    """Neither the future, nor row order, nor a second delivery changes a study; only the books tell of them."""
    answer = told(request.getfixturevalue(other), which)
    if which in {"accounts", "revenue_bridge", "repeated_lines", *OF_THE_BUILD}:
        assert answer is not None
    else:
        assert answer == told(worked_shop, which)


# --- frames --------------------------------------------------------------------------------------


@both_shops
@every_stored_frame
def test_the_key_of_a_frame_is_unique(shop, name):
    """One row per what the frame says it is."""
    table, key = shop.frame(name), list(FRAMES[name].key)
    doubled = table.group_by(key).agg(n=ibis._.count()).filter(ibis._.n > 1)
    assert shop.fetch(doubled).num_rows == 0
    assert shop.fetch(table.filter(table[key[0]].isnull())).num_rows == 0


@both_shops
@every_stored_frame
def test_every_row_counts_or_says_why_not(shop, name):
    """`left_out_because` is empty or a reason in words, never blank."""
    table = shop.frame(name)
    reasons = shop.fetch(table.select("left_out_because").distinct()).column(0).to_pylist()
    assert all(reason is None or reason.strip() for reason in reasons)


@pytest.mark.parametrize("name", worked_examples.TABLES)
def test_no_row_is_lost_between_table_and_frame(worked_shop, name):
    """A frame made of one table has exactly its rows, counted or not."""
    frame = {"order_items": "items"}.get(name, name)
    if frame not in FRAMES or frame == "customers":
        pytest.skip(f"{name} is folded into other frames")
    assert worked_shop.snapshot.rows[frame] == len(worked_examples.TABLES[name])


# --- metrics -------------------------------------------------------------------------------------


@both_shops
@pytest.mark.parametrize("name", [m.name for m in METRICS.values() if m.unit.name == "rate"])
def test_rates_lie_between_0_and_1(shop, name):
    """However it is split, a rate is a share."""
    for lines in answers(shop)[name]:
        assert all(line[-1] is None or 0 <= line[-1] <= 1 for line in lines)


OF_THE_CUSTOMER = {"gender", "age_band", "favourite_category", "is_buyer", *SEGMENTS}


def splittable(shop, frames):
    """Columns by which these frames can be split: their own text, yes/no and dates, some of the customer, segments."""
    types = {}
    for name in frames:
        types |= dict(shop.frame(name).schema().items())
    plain = {name for name, kind in types.items() if kind.is_string() or kind.is_boolean() or kind.is_date()}
    shared = set.intersection(*(known(shop, name) for name in frames))
    return sorted(((plain | OF_THE_CUSTOMER) & shared) - set(METRICS) - {"left_out_because"})


ADDITIVE = sorted({frozenset(bases(m)) for m in METRICS.values() if m.additive}, key=sorted)


@pytest.mark.parametrize("frames", ADDITIVE, ids=lambda frames: "+".join(sorted(frames)))
def test_additive_metrics_sum_over_every_split(worked_shop, frames):
    """What is split by a column, those without a value included, adds up to the whole."""
    metrics = [m for m in together()[frames] if m.additive]
    whole = measure(worked_shop, *metrics).to_pylist()[0]
    for column in splittable(worked_shop, frames):
        parts = measure(worked_shop, *metrics, by=column).to_pylist()
        for metric in metrics:
            total = sum(part[metric.name] or 0 for part in parts)
            assert total == pytest.approx(whole[metric.name]), f"{metric.name} by {column}"


@both_shops
@pytest.mark.parametrize("frames", ADDITIVE, ids=lambda frames: "+".join(sorted(frames)))
def test_additive_metrics_sum_over_periods_and_segments(shop, frames):
    """Days, weeks, months, quarters and years add up to the whole, and so do tiers within months."""
    metrics = [m for m in together()[frames] if m.additive]
    whole = measure(shop, *metrics).to_pylist()[0]
    questions = [{"every": every} for every in periods_for(shop, frames)]
    if all("customer_id" in shop.frame(name).columns for name in frames):
        questions += [{"by": name, **({"every": "month"} if questions else {})} for name in SEGMENTS]
    for asked in questions:
        parts = measure(shop, *metrics, **asked).to_pylist()
        for metric in metrics:
            total = sum(part[metric.name] or 0 for part in parts)
            assert total == pytest.approx(whole[metric.name]), f"{metric.name}: {asked}"


# --- passports -----------------------------------------------------------------------------------

ASKED = {
    "plain": {},
    "during": {"during": ("2025-01-01", "2025-02-01")},
    "where": {"where": ["CN", None]},
    "both": {"during": ("2025-02-01", "2025-03-01"), "where": ["CN", None]},
}


def _question(shop, frames, asked):
    """A question of ASKED, its selection put to a column that these frames know, with a value of that column."""
    column = "category" if frames == ["products"] else split_for(shop, frames)
    values = {"country": asked.get("where"), "category": ["kitchen", None]}
    where = {column: values.get(column, ["search", None])}
    return {**asked, **({"where": where} if "where" in asked else {})}


def source_rows(shop, frame, times=1):
    """How many rows a frame has to account for: those given, or those made of them."""
    if frame in {"sessions", "months", "portraits"}:
        return shop.snapshot.rows[frame]
    table = {"items": "order_items"}.get(frame, frame)
    unlisted = 1 if frame == "customers" else 0  # Cai stands on an order only
    return len(worked_examples.TABLES[table]) * times + unlisted


@pytest.mark.parametrize("times", [1, 2], ids=["sent once", "sent twice"])
@pytest.mark.parametrize("asked", ASKED)
@every_stored_frame
def test_counted_and_left_out_are_the_source_rows(worked_shop, doubled_shop, name, asked, times):
    """Whatever is asked of a frame, its rows counted and its rows left out are all the rows there are."""
    shop = {1: worked_shop, 2: doubled_shop}[times]
    part = accounts(shop, name, question(**_question(shop, [name], ASKED[asked])))
    assert part.source_rows == source_rows(shop, name, times)
    assert part.counted_rows + sum(part.left_out.values()) == part.source_rows
    assert all(reason and count > 0 for reason, count in part.left_out.items())


@every_metric
@pytest.mark.parametrize("asked", ["plain", "both"])
def test_a_passport_accounts_for_all_rows_and_shows_those_that_count(worked_shop, name, asked):
    """Counted and left out are all; and the formula applied to the rows shown gives the figure."""
    metric = METRICS[name]
    asked_here = _question(worked_shop, bases(metric), ASKED[asked])
    card = passport(worked_shop, metric, **asked_here)
    assert card.source_rows == sum(source_rows(worked_shop, part.frame) for part in card.frames)
    assert card.counted_rows + sum(card.left_out.values()) == card.source_rows
    if (frame := frame_of(metric)) and not frame.derived:
        t = rows(worked_shop, metric, **asked_here)
        (again,) = worked_shop.fetch(t.agg(again=metric(t), n=t.count())).to_pylist()
        assert again["n"] == card.counted_rows
        assert float(again["again"] or 0) == pytest.approx(card.value or 0)


# --- segments ------------------------------------------------------------------------------------


@both_shops
@pytest.mark.parametrize("name", SEGMENTS)
def test_a_segment_puts_every_customer_into_one_of_its_labels(shop, name):
    """Total and exclusive: one label each, and no other than the segment names."""
    customers = shop.frame("customers")
    labels = shop.fetch(customers.select(label=SEGMENTS[name].label(customers, shop.rules))).column(0).to_pylist()
    assert len(labels) == shop.snapshot.rows["customers"]
    assert set(labels) <= set(SEGMENTS[name].labels(shop.rules))


# --- nothing there -------------------------------------------------------------------------------

NOWHEN = ("1999-01-01", "1999-02-01")


@pytest.mark.parametrize("name", thirds(METRICS))
def test_an_empty_selection_answers_no_data(worked_shop, name):
    """Nobody there: 0, nothing or no row, in every shape of question, never an exception."""
    metric = METRICS[name]
    frames = bases(metric)
    nobody: dict = {split_for(worked_shop, frames): []}
    assert not value(worked_shop, metric, where=nobody)
    assert measure(worked_shop, metric, by=list(nobody), where=nobody).to_pyarrow().num_rows == 0
    for every in periods_for(worked_shop, frames)[-2:]:
        lines = measure(worked_shop, metric, every=every, where=nobody).to_pylist()
        assert not any(line[name] for line in lines)
    if periods_for(worked_shop, frames):
        assert not value(worked_shop, metric, during=NOWHEN)
        assert measure(worked_shop, metric, every="month", during=NOWHEN).to_pyarrow().num_rows == 0


OF_RULES = {"goal_actions", "tier_rule"}  # they count plays and bounds, which are there without a customer
OF_THE_BUILD = [name for name in STUDIES if set(STUDIES[name].needs) <= set(BOOKS)]


@pytest.mark.parametrize("which", thirds(name for name in STUDIES if name not in OF_THE_BUILD))
def test_an_empty_study_answers_no_data(worked_shop, which):
    """A study of nobody counts nobody and nothing of theirs; one of a time before the shop has an answer."""
    answer = study(worked_shop, which, where={"customer_id": []})
    counts = [column.name for column in answer.columns if column.name.endswith("_count")]
    rows = answer.to_pylist()
    assert [(name, row[name]) for row in rows for name in counts if row[name]] == [] or which in OF_RULES
    assert told(worked_shop, which, during=NOWHEN) is not None


@pytest.mark.parametrize("which", OF_THE_BUILD)
def test_a_study_of_the_build_has_no_selection(worked_shop, which):
    """What the build counted cannot be cut by customer or by day, and says so."""
    for asked in ({"where": {"customer_id": []}}, {"during": NOWHEN}):
        with pytest.raises(Refused, match="ask without `where` and `during`"):
            told(worked_shop, which, **asked)


def test_a_value_that_only_other_frames_hold_is_a_fair_question(worked_shop):
    """No ticket names a country: none came from China; Atlantis is refused, with the countries there are."""
    assert value(worked_shop, METRICS["complaint_count"], where={"country": "CN"}) == 0
    with pytest.raises(UnknownName, match="known: CN, DE"):
        value(worked_shop, METRICS["complaint_count"], where={"country": "Atlantis"})


def test_a_window_of_no_day_is_refused(worked_shop):
    """Half-open: from a day to itself holds nothing, and from a day to an earlier one neither."""
    day = worked_shop.snapshot.first_on
    for end in (day, day - timedelta(days=1)):
        with pytest.raises(Refused, match="holds no day"):
            value(worked_shop, METRICS["order_count"], during=(day, end))
    assert value(worked_shop, METRICS["order_count"], during=(day, day + timedelta(days=1))) == 2
