"""The verb: windows, periods, splits, selections, and what it refuses to answer."""

from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from given import answer, returned, sold, told, value
from hypothesis import given, settings
from hypothesis import strategies as some

from customary import (
    acquisition_cost,
    average_order_value,
    buyer_count,
    buyer_rate,
    customer_count,
    measure,
    net_revenue,
    order_count,
    ordered_revenue,
    purchase_day_count,
    repeat_purchase_rate,
    returned_revenue,
    returning_buyer_rate,
    revenue_per_buyer,
    session_count,
)
from customary.declare import METRICS
from customary.errors import Refused, UnknownName

# --- days belong to the shop ---------------------------------------------------------------------

ZONES = {"Asia/Shanghai": 8, "America/New_York": -5, "Pacific/Auckland": 13}


def utc(local, hours):
    """The UTC clock of a wall clock that is `hours` ahead of it."""
    return str(datetime.fromisoformat(local) - timedelta(hours=hours))


@pytest.fixture(scope="module", params=ZONES)
def around_midnight(request, tiny_shop):
    """A shop whose clocks are written in UTC: something at 23:30 and something at 00:10 by its own clock."""
    late, early = (utc(at, ZONES[request.param]) for at in ("2025-01-14 23:30", "2025-01-15 00:10"))
    return tiny_shop(
        orders=[sold("late", "ann", late, 1), sold("early", "ben", early, 2)],
        returns=[returned("r", "late", "ann", early, 1)],
        events=[
            {"event_id": "e1", "visitor_id": "v1", "occurred_at": late, "event_name": "page_view"},
            {"event_id": "e2", "visitor_id": "v2", "occurred_at": early, "event_name": "page_view"},
        ],
        time_zone=request.param,
        clocks={"orders": "UTC", "events": "UTC", "returns": "UTC"},
        as_of="2025-02-01",
    )


@pytest.mark.parametrize("metric", [order_count, session_count], ids=lambda metric: metric.name)
def test_midnight_is_the_shops_own(around_midnight, metric):
    """23:30 belongs to the old day and 00:10 to the new one, wherever the shop is."""
    days = {row["day"]: row[metric.name] for row in answer(around_midnight, metric, every="day")}
    assert days[date(2025, 1, 14)] == 1
    assert days[date(2025, 1, 15)] == 1
    assert value(around_midnight, metric, during=("2025-01-14", "2025-01-15")) == 1
    assert value(around_midnight, metric, during=("2025-01-15", "2025-01-16")) == 1


def test_a_next_day_return_is_on_the_next_day(around_midnight):
    """A return counts on the day it came back by the shop's clock, not by UTC."""
    assert value(around_midnight, returned_revenue, during=("2025-01-14", "2025-01-15")) == 0
    assert value(around_midnight, returned_revenue, during=("2025-01-15", "2025-01-16")) == 1


@pytest.fixture(scope="module")
def dst_shop(tiny_shop):
    """New York in spring and autumn 2025: one order an hour, in UTC, on the days the clocks change."""
    hours = [datetime(2025, 3, 9, 5) + timedelta(hours=n) for n in range(23)]  # 00:00 EST … 23:00 EDT
    hours += [datetime(2025, 11, 2, 4) + timedelta(hours=n) for n in range(25)]  # 00:00 EDT … 23:00 EST
    orders = [sold(f"o{n}", "ann", str(at), 1) for n, at in enumerate(hours)]
    return tiny_shop(orders=orders, time_zone="America/New_York", clocks={"orders": "UTC"}, as_of="2025-11-03")


def test_the_day_the_clocks_change_has_23_or_25_hours(dst_shop):
    """No order falls out of the short day, none of the long day into its neighbour."""
    days = {row["day"]: row["order_count"] for row in answer(dst_shop, order_count, every="day")}
    assert days[date(2025, 3, 9)] == 23
    assert days[date(2025, 11, 2)] == 25
    assert sum(days.values()) == 48


# --- periods -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week_start", "first"),
    [("monday", date(2025, 1, 6)), ("sunday", date(2025, 1, 5)), ("saturday", date(2025, 1, 4))],
)
def test_a_week_begins_where_the_shop_says(tiny_shop, week_start, first):
    """Wednesday 8 January is in the week of the Monday, Sunday or Saturday before; empty weeks are shown."""
    orders = [sold("o1", "ann", "2025-01-08 12:00", 1), sold("o2", "ann", "2025-01-22 12:00", 1)]
    shop = tiny_shop(orders=orders, week_start=week_start, as_of="2025-01-23")
    weeks = answer(shop, order_count, every="week")
    assert [(row["week"], row["order_count"]) for row in weeks] == [
        (first, 1),
        (first + timedelta(days=7), 0),
        (first + timedelta(days=14), 1),
    ]
    assert [row["is_complete"] for row in weeks] == [False, True, False]


@pytest.fixture(scope="module")
def years_shop(tiny_shop):
    """Orders in January and April 2024, nothing until May 2025; as of 15 May."""
    orders = [
        sold("o1", "ann", "2024-01-01 10:00", 10, country="CN", channel="app"),
        sold("o2", "ann", "2024-04-30 23:59:59", 20, country="CN", channel="web"),
        sold("o3", "ben", "2025-05-01 00:00", 30, country=None, channel="web"),
        sold("o4", "ben", "2025-05-14 10:00", 40, country=None, channel="web"),
        sold("o5", "cat", "2025-05-14 10:00", 50, country="DE", channel="app"),
    ]
    returns = [returned("r1", None, "dan", "2025-05-02", 7, country="FR")]  # a country without orders
    return tiny_shop(orders=orders, returns=returns, as_of="2025-05-15")


def test_months_without_a_row_are_shown_as_zero(years_shop):
    """Seventeen months from the first order to the as-of date, none skipped; the last is not over."""
    months = answer(years_shop, order_count, average_order_value, every="month")
    assert len(months) == 17
    assert months[1] == {"month": date(2024, 2, 1), "is_complete": True, "order_count": 0, "average_order_value": None}
    assert [row["is_complete"] for row in months] == [True] * 16 + [False]


def test_quarters_and_years_begin_on_their_first_day(years_shop):
    """A period is named by its first day and complete when the data reach over it."""
    quarters = answer(years_shop, order_count, every="quarter")
    assert [row["order_count"] for row in quarters] == [1, 1, 0, 0, 0, 3]
    assert quarters[-1]["quarter"] == date(2025, 4, 1) and not quarters[-1]["is_complete"]
    years = answer(years_shop, order_count, every="year")
    assert years == [
        {"year": date(2024, 1, 1), "is_complete": True, "order_count": 2},
        {"year": date(2025, 1, 1), "is_complete": False, "order_count": 3},
    ]


def test_a_period_cut_by_the_window_is_not_complete(years_shop):
    """A month of which the window sees only a part is marked."""
    months = answer(years_shop, order_count, every="month", during=("2024-04-15", "2024-06-01"))
    assert [(row["month"].month, row["is_complete"]) for row in months] == [(4, False), (5, True)]


def test_windows_are_half_open(years_shop):
    """The first day is inside, the second just outside; neighbouring windows share nothing and lose nothing."""
    assert value(years_shop, order_count, during=("2024-04-30", "2025-05-01")) == 1
    assert value(years_shop, order_count, during=(date(2025, 5, 1), date(2025, 5, 14))) == 1


def test_customer_months_are_known_by_month_at_the_finest(years_shop):
    """A frame of months has no days: asking for them is refused, not answered with the first of each month."""
    for every in ("day", "week"):
        with pytest.raises(Refused, match="month, quarter and year"):
            measure(years_shop, returning_buyer_rate, every=every)


# --- splits --------------------------------------------------------------------------------------


def test_rows_without_a_value_keep_their_own_group(years_shop):
    """The NULL group is a group: not lost, and one even where several frames have it."""
    rows = answer(years_shop, ordered_revenue, returned_revenue, by="country")
    assert {row["country"]: row["ordered_revenue"] for row in rows} == {"CN": 30, "DE": 50, "FR": 0, None: 70}
    assert len(rows) == 4


def test_a_group_without_buyers_has_no_revenue_per_buyer(years_shop):
    """Returns in a country without orders: the money is there, the ratio is not."""
    rows = {row["country"]: row for row in answer(years_shop, revenue_per_buyer, net_revenue, by="country")}
    assert rows["FR"] == {"country": "FR", "revenue_per_buyer": None, "net_revenue": -7}
    assert rows[None]["revenue_per_buyer"] == 70


def test_several_splits_make_one_group_each_combination(years_shop):
    """Only combinations that occur, in order, splits before metrics."""
    rows = answer(years_shop, order_count, by=("channel", "country"))
    assert [tuple(row.values()) for row in rows] == [
        ("app", "CN", 1),
        ("app", "DE", 1),
        ("web", "CN", 1),
        ("web", None, 2),
    ]


def test_ratios_are_recomputed_at_the_grain_asked_for(years_shop):
    """The average of a whole is not the average of averages."""
    assert value(years_shop, average_order_value) == pytest.approx(150 / 5)
    parts = answer(years_shop, average_order_value, by="country")
    assert [row["average_order_value"] for row in parts] == [15, 50, 35]


def test_people_are_counted_anew_in_every_group(years_shop):
    """Ann bought in two channels and is one buyer in each, one in all."""
    assert [row["buyer_count"] for row in answer(years_shop, buyer_count, by="channel")] == [2, 2]
    assert value(years_shop, buyer_count) == 3


def test_a_segment_is_a_split_and_a_selection(years_shop):
    """What can split can select, and both say the same."""
    split = {row["value_tier"]: row["order_count"] for row in answer(years_shop, order_count, by="value_tier")}
    assert split == {"basic": 5}
    assert value(years_shop, order_count, where={"value_tier": "basic"}) == 5
    assert value(years_shop, order_count, where={"value_tier": "high value"}) == 0
    assert value(years_shop, customer_count, where={"rfm_segment": "no purchase"}) == 0


def test_a_split_by_person_keeps_the_people_apart(years_shop):
    """The key of a derived frame can be the split."""
    rows = answer(years_shop, repeat_purchase_rate, by="customer_id")
    assert {row["customer_id"]: row["repeat_purchase_rate"] for row in rows} == {"ann": 1, "ben": 1, "cat": 0}


# --- selections ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "orders"),
    [("CN", 2), (["CN", "DE"], 3), (None, 2), (["DE", None], 3), ([], 0), (("CN",), 2)],
)
def test_a_selection_is_a_value_a_list_or_nothing(years_shop, wanted, orders):
    """None selects the rows without a value, an empty list nothing."""
    assert value(years_shop, order_count, where={"country": wanted}) == orders


def test_an_unknown_value_of_a_selection_is_refused_with_the_nearest(years_shop):
    """A value that never stands in its column is a mistake, for metrics and studies alike."""
    for ask in (
        lambda where: answer(years_shop, order_count, where=where),
        lambda where: told(years_shop, "hours", where=where),
    ):
        with pytest.raises(UnknownName, match="did you mean CN"):
            ask({"country": "CNN"})


def test_selections_narrow_each_other(years_shop):
    """Two conditions are both met."""
    assert value(years_shop, order_count, where={"country": None, "channel": "web"}) == 2
    assert value(years_shop, order_count, where={"country": None, "channel": "app"}) == 0


# --- what is refused -----------------------------------------------------------------------------


def test_an_unknown_column_offers_the_nearest(years_shop):
    """A typo is answered with the name that was meant."""
    with pytest.raises(UnknownName, match="country"):
        measure(years_shop, order_count, by="contry")
    with pytest.raises(UnknownName, match="value_tier"):
        measure(years_shop, order_count, where={"value_teir": "basic"})


def test_an_unknown_period_offers_the_nearest(years_shop):
    """Months, not monthly."""
    with pytest.raises(UnknownName, match="month"):
        measure(years_shop, order_count, every="monthly")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"during": ("2025-02-01", "2025-01-01")}, "holds no day"),
        ({"during": ("2025-02-30", "2025-03-01")}, "not a day"),
        ({"during": "2025"}, "not a window"),
        ({"by": ("country", "country")}, "twice"),
        ({"by": "order_count"}, "order_count"),
        ({"where": {"hour": "noon"}}, "noon"),
    ],
)
def test_a_question_without_an_honest_answer_is_refused(years_shop, question, words):
    """The refusal says in one sentence what is wrong."""
    with pytest.raises(Refused, match=words):
        answer(years_shop, order_count, **question)


def test_a_profile_has_no_periods(years_shop):
    """Customers stand as of a day; their number by month would be a lie."""
    with pytest.raises(Refused, match="without `every`"):
        measure(years_shop, buyer_rate, every="month")


def test_a_split_that_a_frame_does_not_know_is_refused(years_shop):
    """Marketing cost has no customers, so it has no tiers."""
    with pytest.raises(UnknownName, match="column of spend"):
        measure(years_shop, acquisition_cost, by="value_tier")


def test_nothing_asked_is_refused(years_shop):
    """A question names at least one metric."""
    with pytest.raises(Refused, match="at least one metric"):
        measure(years_shop)


def test_a_metric_named_twice_is_answered_once(years_shop):
    """Asking twice does not double anything."""
    assert answer(years_shop, order_count, order_count) == [{"order_count": 5}]


def test_metrics_of_metrics_bring_their_own_parts(years_shop):
    """Only what was asked for is shown; what it is computed from stays behind."""
    assert answer(years_shop, revenue_per_buyer) == [{"revenue_per_buyer": pytest.approx(143 / 3)}]


# --- against plain Python ------------------------------------------------------------------------

FIRST = date(2024, 11, 1)
PLACES = ["CN", "DE", None]


def _pseudo_orders():
    """Three hundred orders that look random and are always the same."""
    state = 7
    for n in range(300):
        draws = []
        for _ in range(5):
            state = (state * 48_271) % 2_147_483_647
            draws.append(state)
        day = FIRST + timedelta(days=draws[0] % 130)
        at = f"{day} {draws[1] % 24:02d}:30:00"
        yield sold(f"o{n:03d}", f"c{draws[2] % 60}", at, draws[3] % 500, country=PLACES[draws[4] % 3])


@pytest.fixture(scope="module")
def many_orders():
    return list(_pseudo_orders())


@pytest.fixture(scope="module")
def many(tiny_shop, many_orders):
    return tiny_shop(orders=many_orders, as_of="2025-04-01")


def _oracle(orders, window, places, by, every):
    """What a reader with pencil and paper would answer: (group) → sums."""
    groups = defaultdict(list)
    for row in orders:
        day = date.fromisoformat(row["ordered_at"][:10])
        if (window and not window[0] <= day < window[1]) or (places is not None and row["country"] not in places):
            continue
        period = {"month": day.replace(day=1), "day": day, None: None}[every]
        groups[(row["country"] if by else None, period)].append((row, day))
    for key, lines in groups.items():
        days = {(row["customer_id"], day) for row, day in lines}
        people = {row["customer_id"] for row, _ in lines}
        revenue = sum(row["gross_amount"] for row, _ in lines)
        twice = sum(1 for person in people if len([who for who, _ in days if who == person]) > 1)
        yield key, (len(lines), revenue, len(people), len(days), revenue / len(people), twice / len(people))


ASKED = [METRICS[name] for name in ("order_count", "net_revenue", "buyer_count")]
ASKED += [purchase_day_count, revenue_per_buyer, repeat_purchase_rate]
windows = some.none() | some.tuples(some.integers(-10, 140), some.integers(1, 60)).map(
    lambda span: (FIRST + timedelta(days=span[0]), FIRST + timedelta(days=span[0] + span[1]))
)
selections = some.none() | some.lists(some.sampled_from(PLACES), unique=True)


@settings(max_examples=25, deadline=None)
@given(windows, selections, some.booleans(), some.sampled_from(["month", "day", None]))
def test_measure_agrees_with_plain_python(many, many_orders, window, places, by, every):
    """Any window, selection, split and period: the same numbers as a loop over the rows."""
    question = {"by": "country"} if by else {}
    question |= {"every": every} if every else {}
    question |= {"during": window} if window else {}
    question |= {"where": {"country": places}} if places is not None else {}
    expected = dict(_oracle(many_orders, window, places, by, every))
    rows = answer(many, *ASKED, **question)
    found = {
        (row.get("country"), row.get(every)): tuple(row[metric.name] for metric in ASKED)
        for row in rows
        if row["order_count"]
    }
    assert {key: pytest.approx(numbers) for key, numbers in expected.items()} == found
    if not by:
        empty = [row for row in rows if not row["order_count"]]
        assert all(row["net_revenue"] == 0 and row["revenue_per_buyer"] is None for row in empty)


# --- what a new buyer cost, by the channel that brought them ---------------------------------------


def test_acquisition_cost_meets_the_channel_that_brought_the_buyer(tiny_shop):
    """Ads are billed as “google”: 60 for the two they brought in January, 40 for one of social; Dan is untracked."""
    came = {"ann": "ads", "ben": "ads", "cai": "social"}
    tables = {
        "customers": [{"customer_id": who, "acquisition_channel": channel} for who, channel in came.items()],
        "orders": [sold(f"o{who}", who, "2025-01-05 10:00", 10) for who in (*came, "dan")],
        "spend": [
            {"spent_at": "2025-01-02", "channel": "google", "campaign": "a", "amount": 60},
            {"spent_at": "2025-01-03", "channel": "social", "campaign": "b", "amount": 40},
        ],
    }
    shop = tiny_shop(**tables, as_of="2025-02-01")
    (shop.snapshot.folder / "channels.toml").write_text('[acquisition]\ngoogle = "ads"\n', "utf-8")
    shop = tiny_shop(**tables, as_of="2025-02-01", name=shop.name)
    rows = measure(shop, acquisition_cost, "new_buyer_count", by="acquisition_channel", every="month").to_pylist()
    found = {row["acquisition_channel"]: (row["acquisition_cost"], row["new_buyer_count"]) for row in rows}
    assert found == {"ads": (30, 2), "social": (40, 1), None: (None, 1)}


def test_a_group_without_a_row_in_one_window_has_sums_of_nothing_there(tiny_shop):
    """France bought in February only, Spain in March only: 0 orders in the other month, and no average of none."""
    orders = [
        sold("first", "ann", "2025-01-31", 1, country="IT"),
        sold("a", "ann", "2025-02-03", 10, country="FR"),
        sold("b", "ben", "2025-03-03", 20, country="ES"),
        sold("c", "cem", "2025-03-04", 40, country="ES"),
    ]
    shop = tiny_shop(orders=orders, as_of="2025-04-01")
    march, asked = ("2025-03-01", "2025-04-01"), ("order_count", "net_revenue", "average_order_value")
    found = measure(shop, *asked, by="country", during=march, compare="previous").to_pylist()
    names = [name for metric in asked for name in (f"{metric}_before", metric)]
    assert {row["country"]: [row[name] for name in names] for row in found} == {
        "ES": [0, 2, 0, 60, None, 30],
        "FR": [1, 0, 10, 0, 10, None],
    }


def test_amounts_that_nobody_knows_are_not_0_in_either_window(tiny_shop):
    """The source gives no amounts: a country without an order in a month has no revenue of 0 there."""
    orders = [
        sold("first", "ann", "2025-01-31", None, country="IT"),
        sold("a", "ann", "2025-02-03", None, country="FR"),
        sold("b", "ben", "2025-03-03", None, country="ES"),
    ]
    shop = tiny_shop(orders=orders, as_of="2025-04-01")
    march = ("2025-03-01", "2025-04-01")
    found = measure(shop, "order_count", "net_revenue", by="country", during=march, compare="previous").to_pylist()
    assert [(row["order_count"], row["order_count_before"]) for row in found] == [(1, 0), (0, 1)]
    assert {row[name] for row in found for name in ("net_revenue", "net_revenue_before")} == {None}
