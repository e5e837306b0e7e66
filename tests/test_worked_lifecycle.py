"""The lifecycle on a handful of rows: curves, flows, retention, warnings, computed in the head.

Judges studies/lifecycle/repeats, studies/lifecycle/conversion, studies/shared/labels, stats/survival and
studies/shared/windows.
"""

from datetime import date
from math import exp, log, sqrt

import ibis
import pytest
from in_memory import read, table

from customary.errors import Refused
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.lifecycle import (
    channel_costs,
    customer_intervals,
    early_warning,
    engagement_groups,
    first_purchase_conversion,
    intervals,
    lifecycle_flow,
    purchase_curve,
    repeat_within,
    retention,
    second_purchase,
    stage_variants,
    stages,
)

RULES = RuleBook.from_files(DATA)
AS_OF = date(1970, 4, 11)  # day 100, so that days can be written as numbers; the last day watched is 99
ORDER = "order_id string, customer_id string, day int32, day_on date, ts_s int64, month_idx int32, cohort_on date"


def on(day):
    """The date of a day since 1970."""
    return str(date.fromordinal(date(1970, 1, 1).toordinal() + day))


def orders(**days):
    """Orders by customer: the days on which they bought."""
    rows = []
    for who, bought in days.items():
        born = date.fromisoformat(on(min(bought))).replace(day=1)
        for n, day in enumerate(bought):
            month = date.fromisoformat(on(day))
            index = month.year * 12 + month.month - 1
            rows.append((f"{who}{n}", who, day, on(day), day * 86_400 + n, index, str(born)))
    return table(ORDER, *rows)


def buyers(**days):
    """The customers who placed these orders; “nobody” did not."""
    rows = [(who, True, min(bought), on(min(bought))) for who, bought in days.items()]
    return table(
        "customer_id string, is_buyer boolean, first_day int32, first_order_on date",
        *rows,
        ("nobody", False, None, None),
    )


# --- intervals -----------------------------------------------------------------------------------

# Ann waits 10 and 20 days, then is watched for 69 in vain; Ben waits 10, then 79; Cai is watched for 15.
BOUGHT = {"ann": [0, 10, 30, 30], "ben": [10, 20], "cai": [84]}


def test_the_curve_of_purchases():
    """Six waits. After 10 days 2 of 6 are over, after 20 one of the 3 still watched: 1 − 4/6 · 2/3 = 5/9."""
    found = read(purchase_curve(orders(**BOUGHT), AS_OF))
    assert found == [
        (10, 2, 6, 0.3333),
        (15, 0, 4, 0.3333),
        (20, 1, 3, 0.5556),
        (69, 0, 2, 0.5556),
        (79, 0, 1, 0.5556),
    ]


def test_intervals_with_the_open_ones_weighed_in():
    """Seen: 10, 10 and 20, 13.33 on average and 10 in the middle; with the open ones half have come after 20 days."""
    assert read(intervals(orders(**BOUGHT), buyers(**BOUGHT), AS_OF, RULES)) == [("all", 3, 3, 13.3333, 10, 20)]


def test_intervals_by_label_stand_in_order():
    """By cohort: January's Ann and Ben waited 10, 10 and 20 days, half of them 20; March's Cai waits."""
    stranger = orders(**BOUGHT, zoe=[84])
    found = intervals(stranger, buyers(**BOUGHT), AS_OF, RULES, by="cohort")
    assert read(found, "label", "gap_count", "open_count", "km_median_days") == [
        ("1970-01-01", 3, 2, 20),
        ("1970-03-01", 0, 1, None),
        (None, 0, 1, None),
    ]


def test_two_orders_of_a_day_are_a_gap_of_nothing_if_orders_are_asked_for():
    """Ann's two orders of day 30 are 0 days apart."""
    found = intervals(orders(**BOUGHT), buyers(**BOUGHT), AS_OF, RULES, occasion="order")
    assert read(found, "gap_count", "open_count", "mean_days") == [(4, 3, 10)]
    with pytest.raises(Refused, match="an occasion is one of day, order"):
        intervals(orders(**BOUGHT), buyers(**BOUGHT), AS_OF, RULES, occasion="week")


def test_a_window_of_intervals_watches_to_its_end():
    """Until day 30: Ann's 10, then 19 in vain, Ben's 10, then 9; nothing from before day 10 when it begins there."""
    until = ("1970-01-01", on(30))
    assert read(purchase_curve(orders(**BOUGHT), AS_OF, during=until), "days", "gap_count", "at_risk") == [
        (9, 0, 4),
        (10, 2, 3),
        (19, 0, 1),
    ]
    later = (on(10), on(31))
    assert read(purchase_curve(orders(**BOUGHT), AS_OF, during=later), "days", "gap_count") == [
        (0, 0),
        (10, 1),
        (20, 1),
    ]


def test_nothing_after_the_as_of_day_is_seen():
    """Dan's second purchase on day 100 has not happened yet."""
    assert read(purchase_curve(orders(dan=[90, 100]), AS_OF), "days", "gap_count") == [(9, 0)]


# --- the second purchase -------------------------------------------------------------------------

# Ann again after 10 days, Ben after 40, Cai never in 99, Dan never in 20, Eve after 15 but seen for 19 only.
FIRSTS = {"ann": [0, 10, 50], "ben": [0, 40], "cai": [0], "dan": [79], "eve": [80, 95]}


def test_a_second_purchase_within_days_asks_those_watched_so_long():
    """Within 20 days, with first orders from the log's first months flagged: 4 watched, Ann of them; Eve in no rate.

    Naively 2 of 5. The curve: 10 days 1/5, 15 days 1/4 of the rest: 1 − 4/5 · 3/4 = 0.4.
    """
    found = repeat_within(buyers(**FIRSTS), orders(**FIRSTS), AS_OF, date(1970, 1, 1), RULES, days=20)
    columns = ("customer_count", "immature_count", "truncated_count", "mature_count", "repeat_count")
    assert read(found, *columns, "repeat_rate", "naive_rate", "km_rate") == [(5, 1, 5, 4, 1, 0.25, 0.4, 0.4)]


def test_who_came_back_too_late_did_not_come_back_within_the_days():
    """Ben after 40 days is none within 39, who was watched for 99; of Dan, who was watched for 20, nobody knows yet."""
    for who, rate in (("ben", 0), ("dan", None)):
        alone = {who: FIRSTS[who]}
        found = repeat_within(buyers(**alone), orders(**alone), AS_OF, date(1970, 1, 1), RULES, days=39)
        assert read(found, "customer_count", "repeat_rate", "km_rate") == [(1, rate, rate)]


@pytest.mark.parametrize(
    ("days", "mature", "came"), [(19, 5, 2), (20, 4, 1), (39, 3, 1), (40, 3, 2), (99, 3, 2), (100, 0, 0)]
)
def test_the_last_day_of_the_window_is_in_it(days, mature, came):
    """Eve was seen for 19 days, Ben came on the 40th; day 0 was watched for 99 days and not for 100."""
    found = repeat_within(buyers(**FIRSTS), orders(**FIRSTS), AS_OF, date(1970, 1, 1), RULES, days=days)
    assert read(found, "mature_count", "repeat_count") == [(mature, came)]


def test_the_first_three_months_of_a_log_may_hide_earlier_purchases():
    """A log from January: first orders of March may be later ones, those of April are not. From December: not."""
    early = {"ann": [89], "ben": [90]}  # 31 March and 1 April
    flagged = [
        read(repeat_within(buyers(**early), orders(**early), AS_OF, began, RULES), "truncated_count")
        for began in (date(1970, 1, 1), date(1969, 12, 1))
    ]
    assert flagged == [[(1,)], [(0,)]]


def test_the_curve_to_the_second_purchase_with_greenwoods_interval():
    """Of 5 one is back on day 10: 0.2. Greenwood: 1/(5 · 4) = 0.05; on the scale of log(−log) ± 1.96 √0.05 / ln 0.8."""
    found = second_purchase(buyers(**FIRSTS), orders(**FIRSTS), AS_OF, date(1970, 1, 1), RULES)
    columns = ("days", "again_count", "at_risk", "bought_again_rate")
    assert read(found, *columns) == [
        (10, 1, 5, 0.2),
        (15, 1, 4, 0.4),
        (20, 0, 3, 0.4),
        (40, 1, 2, 0.7),
        (99, 0, 1, 0.7),
    ]
    wide = 1.96 * sqrt(0.05) / -log(0.8)
    bounds = read(found, "low_rate", "high_rate")[0]
    assert bounds == pytest.approx((1 - 0.8 ** exp(-wide), 1 - 0.8 ** exp(wide)), abs=1e-4)
    assert read(found, "customer_count", "truncated_count")[0] == (5, 5)


def test_a_window_of_first_purchases_keeps_what_followed():
    """First orders of days 0 to 78 only: Ann, Ben and Cai, of whom two came again, after the window or in it."""
    found = repeat_within(
        buyers(**FIRSTS), orders(**FIRSTS), AS_OF, date(1970, 1, 1), RULES, days=40, during=("1970-01-01", on(30))
    )
    assert read(found, "customer_count", "repeat_count") == [(3, 2)]


# --- flows ---------------------------------------------------------------------------------------

# Ann in January, February and April; Ben in January; Cai in March and April.
FLOWS = {"ann": [0, 31, 91], "ben": [1], "cai": [60, 99]}


def test_months_new_returning_and_back():
    """January 2 new; February Ann, so 1 of 2 stayed away; March Cai, new; April Cai again and Ann back after a pause.

    On 11 April the month is not over. A log from 1 January is burning in until the end of March.
    """
    found = lifecycle_flow(orders(**FLOWS), AS_OF, date(1970, 1, 1), RULES)
    columns = ("active_count", "new_count", "returning_count", "resurrecting_count", "dormant_count")
    assert read(found, *columns) == [(2, 2, 0, 0, 0), (1, 0, 1, 0, 1), (1, 1, 0, 0, 1), (2, 0, 1, 1, 0)]
    assert read(found, "returning_rate", "is_complete", "is_burn_in") == [
        (None, True, True),
        (0.5, True, True),
        (0, True, True),
        (1, False, False),
    ]
    assert read(found, "period_on")[0] == (date(1970, 1, 1),)


def test_a_month_is_complete_when_it_was_seen_from_its_first_day_to_its_last():
    """Seen from 2 January to 31 March, as of 1 April: January lacks a day, and April has not begun."""
    found = lifecycle_flow(orders(ann=[1, 31, 60]), date(1970, 4, 1), date(1970, 1, 2), RULES)
    assert read(found, "period_on", "is_complete") == [
        (date(1970, 1, 1), False),
        (date(1970, 2, 1), True),
        (date(1970, 3, 1), True),
    ]


def test_quarters_hold_three_months_and_years_twelve():
    """Two quarters: Ann and Ben, then Ann and Cai; Cai was new in the first as well. One year for all."""
    found = lifecycle_flow(orders(**FLOWS), AS_OF, date(1970, 1, 1), RULES, every="quarter")
    assert read(found, "period_on", "active_count", "returning_count", "dormant_count") == [
        (date(1970, 1, 1), 3, 0, 0),
        (date(1970, 4, 1), 2, 2, 1),
    ]
    found = lifecycle_flow(orders(**FLOWS), AS_OF, date(1970, 1, 1), RULES, every="year")
    assert read(found, "period_on", "new_count") == [(date(1970, 1, 1), 3)]


def test_a_month_without_anybody_has_a_row():
    """In February nobody bought, and the one of January is dormant; in March she is back after a pause."""
    found = lifecycle_flow(orders(ann=[0, 60]), date(1970, 4, 1), date(1970, 1, 1), RULES)
    assert read(found, "active_count", "dormant_count", "resurrecting_count") == [(1, 0, 0), (0, 1, 0), (1, 0, 1)]


def test_a_window_of_flows_shows_every_month_it_touches():
    """From 28 February to 1 March, the 2nd not in it: two months, with the numbers they always have."""
    found = lifecycle_flow(orders(**FLOWS), AS_OF, date(1970, 1, 1), RULES, during=("1970-02-28", "1970-03-02"))
    assert read(found, "period_on", "dormant_count") == [(date(1970, 2, 1), 1), (date(1970, 3, 1), 1)]
    found = lifecycle_flow(orders(**FLOWS), AS_OF, date(1970, 1, 1), RULES, during=("1970-02-28", "1970-03-01"))
    assert read(found, "period_on") == [(date(1970, 2, 1),)]


# --- retention -----------------------------------------------------------------------------------


def test_retention_counts_whole_months_of_the_calendar():
    """Months 0 to 2 of January's two are over on 11 April, months 0 of March's one: 3/3, then 1 of 2, then 0 of 2."""
    found = retention(buyers(**FLOWS), orders(**FLOWS), AS_OF, RULES)
    assert read(found, "age_months", "customer_count", "kept_count", "retention_rate", "label_size") == [
        (0, 3, 3, 1, 3),
        (1, 2, 1, 0.5, 3),
        (2, 2, 0, 0, 3),
    ]


def test_retention_on_or_after_looks_ahead():
    """Ann came in month 3, which is not over, but it shows that she was still there in month 2."""
    found = retention(buyers(**FLOWS), orders(**FLOWS), AS_OF, RULES, kind="on_or_after")
    assert read(found, "age_months", "kept_count") == [(0, 3), (1, 1), (2, 1)]


def test_a_rolling_month_has_thirty_days():
    """Eve came on day 29 (month 0) and Flo on day 30 (month 1) of their own; of 100 days three months are over."""
    days = {"eve": [0, 29], "flo": [0, 30]}
    found = retention(buyers(**days), orders(**days), AS_OF, RULES, clock="rolling")
    assert read(found, "age_months", "customer_count", "kept_count") == [(0, 2, 2), (1, 2, 1), (2, 2, 0)]
    assert len(read(retention(buyers(eve=[10]), orders(eve=[10]), AS_OF, RULES, clock="rolling"))) == 3
    assert len(read(retention(buyers(eve=[11]), orders(eve=[11]), AS_OF, RULES, clock="rolling"))) == 2


def test_retention_stops_at_the_age_asked_for():
    """Months 0 and 1 of January's and March's cohorts, each by itself."""
    found = retention(buyers(**FLOWS), orders(**FLOWS), AS_OF, RULES, by="cohort", max_age=1)
    assert read(found, "label", "age_months", "customer_count", "kept_count", "retention_rate") == [
        ("1970-01-01", 0, 2, 2, 1),
        ("1970-01-01", 1, 2, 1, 0.5),
        ("1970-03-01", 0, 1, 1, 1),
    ]
    with pytest.raises(Refused, match="kind is one of exact, on_or_after"):
        retention(buyers(**FLOWS), orders(**FLOWS), AS_OF, RULES, kind="near")


# --- from visitor to buyer -----------------------------------------------------------------------

SEEN = "customer_id string, visitor_id string, channel string, day int32, day_on date, ts_s int64"


def seen(who, day, channel="mail", visitor=None, second=0):
    """A visit of a customer, or of a stranger known by a cookie."""
    return (who, visitor or f"cookie of {who}", channel, day, on(day), day * 86_400 + second)


def test_new_visitors_who_bought_within_thirty_days():
    """By the channel of the first visit, until day 99.

    Mail: Ann bought on the 30th day, Ben on the 31st, a stranger never: 1 of 3. Search: Cai on the day itself; Dan
    was seen on day 70 and is not watched for 30 days yet. Eve had bought before she was first seen. Of Flo's two
    cookies the first says where she came from.
    """
    visits = (
        seen("ann", 0),
        seen("ben", 0),
        seen(None, 0, visitor="v"),
        seen("cai", 5, "search"),
        seen("dan", 70, "search"),
        seen("eve", 50, "search"),
        seen("flo", 10, None, "v1", second=1),
        seen("flo", 10, "search", "v2", second=2),
    )
    bought = {"ann": [30], "ben": [31], "cai": [5], "dan": [71], "eve": [49]}
    found = first_purchase_conversion(table(SEEN, *visits), buyers(**bought), AS_OF)
    columns = ("channel", "visitor_count", "first_buyer_count", "immature_count", "first_purchase_rate")
    assert read(found, *columns) == [
        ("mail", 3, 1, 0, 0.3333),
        ("search", 1, 1, 1, 1),
        ("unknown", 1, 0, 0, 0),
    ]


def test_a_visitor_of_day_69_was_watched_for_thirty_days():
    """The last day watched is 99, so that one of day 70 is too young."""
    visits = table(SEEN, seen("ann", 69), seen("ben", 70))
    found = first_purchase_conversion(visits, buyers(ann=[70], ben=[70]), AS_OF)
    assert read(found, "visitor_count", "immature_count") == [(1, 1)]


def test_a_window_cuts_by_the_first_visit():
    """Ann came on day 10 and again on 20, Ben on day 20 first: a window of day 20 alone has Ben."""
    visits = table(SEEN, seen("ann", 10), seen("ann", 20), seen("ben", 20))
    found = first_purchase_conversion(visits, buyers(ben=[21]), AS_OF, during=(on(20), on(21)))
    assert read(found, "visitor_count", "first_buyer_count") == [(1, 1)]


def test_what_a_visitor_and_a_buyer_of_a_channel_cost():
    """Mail spent 60 on three visitors, of whom one is too young and one of two bought: 20 each, so a buyer costs 40.

    Search cost nothing that is known. Radio spent 9 on nobody who came. What was spent before visits were watched, and
    what the window leaves out, brought none of them. Nobody knows what a selection of visits cost.
    """
    visits = table(SEEN, seen("ann", 10), seen("ben", 11), seen("cai", 95), seen("dan", 12, "search"))
    days = ((10, "mail", 40), (95, "mail", 20), (30, "radio", 9), (9, "mail", 1000), (99, "mail", 500))
    spend = table(
        "day int32, day_on date, acquisition_channel string, amount decimal(12,2), left_out_because string",
        *((day, on(day), channel, amount, None) for day, channel, amount in days),
    )
    everything = visits.mutate(left_out_because=ibis.null("string"))
    found = channel_costs(visits, everything, buyers(ann=[12]), spend, AS_OF, during=(on(0), on(99)))
    columns = ("channel", "watched_cost", "visitor_count", "immature_count", "first_purchase_rate")
    assert read(found, *columns, "cost_per_visitor", "cost_per_first_buyer") == [
        ("mail", 60, 2, 1, 0.5, 20, 40),
        ("radio", 9, 0, 0, None, None, None),
        ("search", None, 1, 0, 0, None, None),
    ]
    (low, high) = read(found, "low_cost_per_first_buyer", "high_cost_per_first_buyer")[0]
    assert (low, high) == (pytest.approx(20 / 0.9055, rel=1e-3), pytest.approx(20 / 0.0945, rel=1e-3))
    some = channel_costs(visits.filter(visits.channel == "mail"), everything, buyers(ann=[12]), spend, AS_OF)
    assert read(some, "channel", "watched_cost", "cost_per_visitor") == [("mail", None, None)]


# --- warnings ------------------------------------------------------------------------------------

PERSON = (
    "customer_id string, is_buyer boolean, purchase_day_count int64, gap_count int64, lost_ratio float64, "
    "late_ratio float64, visit_drop float64, days_since_last_order int32, late_after_days float64, "
    "usual_gap_days float64, year_net_spend float64, recent_visit_count int64, earlier_visit_count int64"
)


def customer(who, *, gaps=3, late=0.5, lost=0.2, drop=None, ago=10, after=20.0, spend=10):
    """A buyer with so many intervals, by default on pace."""
    return (who, True, gaps + 1, gaps, lost, late, drop, ago, after, 10.0, spend, 1, 2)


NO_VISITS = table("customer_id string, day int32")


def test_a_customer_is_late_on_the_day_after_the_allowed_ones():
    """Ann last bought on day 70 and is late after 20.5 days, on the 91st. Ben's ratio is just below 1; Cai is lost."""
    listed = table(
        PERSON,
        customer("ann", ago=30, late=1.0, after=20.5),
        customer("ben", ago=30, late=0.99),
        customer("cai", ago=80, late=2.0, lost=1.0),
        customer("dan", gaps=0, late=1.5),  # with one purchase there is no rhythm to be late by
        customer("eve", gaps=1, ago=30, late=1.2, after=20.5, spend=1),
    )
    found = early_warning(listed, orders(zoe=[0]), NO_VISITS, AS_OF, RULES)
    assert read(found, "customer_id", "late_on", "slowed_on", "quiet_on", "signal_count", "customer_total") == [
        ("ann", date.fromisoformat(on(91)), None, None, 1, 2),
        ("eve", date.fromisoformat(on(91)), None, None, 1, 2),
    ]


def test_a_customer_slows_when_the_last_interval_is_three_usual_ones():
    """Every 5 days, then 15: on day 30, three times the median, it showed. Not Ben's 14, nor Cai's two gaps."""
    days = {"ann": [0, 5, 10, 15, 30], "ben": [0, 5, 10, 15, 29], "cai": [0, 5, 10, 40]}
    listed = table(PERSON, *(customer(who, spend=spend) for who, spend in (("ann", 1), ("ben", 2), ("cai", 3))))
    found = early_warning(listed, orders(**days), NO_VISITS, AS_OF, RULES)
    assert read(found, "customer_id", "last_gap_days", "slowed_on") == [("ann", 15, date.fromisoformat(on(30)))]


def test_visits_that_fell_by_half_are_told_with_their_day():
    """Visits on days 1,000 to 1,003, then 1,050 and 1,051: half or less since day 1,094.

    On day 1,093 the last 90 days held 3 as those before, on 1,094 2 and 4. Older visits are in neither.
    """
    as_of = date.fromisoformat(on(1180))
    days = (910, 911, 912, 1000, 1001, 1002, 1003, 1050, 1051)
    visits = table("customer_id string, day int32", *(("ann", day) for day in days))
    listed = table(PERSON, customer("ann", drop=0.5), customer("ben", drop=0.49))
    found = early_warning(listed, orders(zoe=[0]), visits, as_of, RULES)
    assert read(found, "customer_id", "quiet_on", "signal_count") == [("ann", date.fromisoformat(on(1094)), 1)]


def test_the_biggest_spenders_are_warned_of_first():
    """By the year's spend, then by name."""
    late = {"late": 1.0, "ago": 20}
    listed = table(
        PERSON, customer("a", spend=1, **late), customer("c", spend=9, **late), customer("b", spend=9, **late)
    )
    found = early_warning(listed, orders(zoe=[0]), NO_VISITS, AS_OF, RULES)
    assert read(found, "customer_id", "customer_total") == [("b", 3), ("c", 3), ("a", 3)]


# --- stages --------------------------------------------------------------------------------------

STAGED = (
    "customer_id string, is_buyer boolean, purchase_day_count int64, order_count int64, gap_count int64, "
    "days_since_last_order int32, late_ratio float64, lost_ratio float64, visit_drop float64, usual_gap_days float64, "
    "late_after_days float64, lost_after_days float64, category_count int64, ordered_spend float64, "
    "year_net_spend float64, year_purchase_day_count int64, year_spend_ratio float64, visit_count int64, "
    "recent_visit_count int64, days_since_last_seen int32"
)


def staged(who, purchases, ago=None, late=None, lost=None, *, drop=None, gap=None, categories=0, spend=0, visits=0):
    """A customer: purchase days, days since the last, and how these stand to being late and lost."""
    orders = 2 * purchases
    seen = (purchases, None, 3 * visits, visits, ago)
    rhythm = (max(purchases - 1, 0), ago, late, lost, drop, gap, 20.0, 40.0)
    return (who, purchases > 0, purchases, orders, *rhythm, categories, spend, spend / 2, *seen)


CROWD = (
    staged("never", 0),
    staged("once", 1, 10, 0.5, 0.2, categories=1, spend=10),
    staged("growing", 2, 10, 0.5, 0.2, gap=10, categories=2, spend=40, visits=2),
    staged("also growing", 4, 20, 0.9, 0.2, gap=30, categories=1, spend=60),
    staged("mature", 5, 89, 0.9, 0.2, gap=50, spend=100),
    staged("late", 5, 90, 1.0, 0.9, gap=7, spend=100),
    staged("quiet", 2, 10, 0.5, 0.2, drop=0.5, gap=9),
    staged("lost", 9, 100, 3.0, 1.0, gap=5),
    staged("long gone", 9, 365, 0.5, 0.5, gap=300),
)


def test_stages_of_a_crowd():
    """Who never bought is acquired; a ratio of 1 is late or lost, and 365 days are lost whatever the rhythm.

    From five purchase days on one is mature. In growth three bought on 1, 2 and 4 days, in twice as many orders: 110
    over 14 orders; the middle of gaps of 10 and 30 is 20. One of the three has two categories, one visited twice.
    """
    found = stages(table(STAGED, *CROWD), RULES)
    columns = ("stage", "customer_count", "buyer_count", "single_purchase_count", "order_count", "year_net_spend")
    assert read(found, *columns) == [
        ("acquisition", 1, 0, 0, 0, 0),
        ("growth", 3, 3, 1, 14, 55),
        ("maturity", 1, 1, 0, 10, 50),
        ("decline", 2, 2, 0, 14, 50),
        ("lost", 2, 2, 0, 36, 0),
    ]
    behaviour = ("average_order_value", "orders_per_buyer", "usual_gap_days", "days_since_last_order")
    assert read(found, *behaviour)[1] == (7.8571, 4.6667, 20, 10)
    rates = ("repeat_rate", "cross_purchase_rate", "recent_visits", "customer_share", "spend_share")
    assert read(found, *rates)[:2] == [
        (None, None, 0, 0.1111, 0),
        (0.6667, 0.3333, 0.6667, 0.3333, 0.3548),
    ]


def test_stages_by_fixed_days():
    """Late from 90 days on, lost from 180: “lost” of 100 days is only late, “quiet” of ten still grows."""
    found = stages(table(STAGED, *CROWD), RULES, variant="by_days")
    assert read(found, "stage", "customer_count", "differing_count") == [
        ("acquisition", 1, 0),
        ("growth", 4, 1),
        ("maturity", 1, 0),
        ("decline", 2, 1),
        ("lost", 1, 0),
    ]
    both = stage_variants(table(STAGED, *CROWD), RULES)
    columns = ("lifecycle_stage", "lifecycle_stage_by_days", "customer_count", "is_same")
    assert [row for row in read(both, *columns) if not row[3]] == [
        ("decline", "growth", 1, False),
        ("lost", "decline", 1, False),
    ]


def test_a_stage_without_anybody_has_a_row_and_no_visit_is_unknown():
    """One customer of a shop that sees no visits, who spent 5 in the year: in the empty stages nobody spent."""
    found = stages(table(STAGED, CROWD[1]), RULES)
    assert read(found, "customer_count", "recent_visits", "customer_share")[:2] == [(0, None, 0), (1, None, 1)]
    assert read(found, "year_net_spend", "spend_share")[:3] == [(0, 0), (5, 1), (0, 0)]


def test_the_most_overdue_stand_first():
    """By how late they are, then by number; of how many is told."""
    found = customer_intervals(table(STAGED, *CROWD))
    columns = ("customer_id", "late_ratio", "customer_total")
    assert read(found, *columns)[:3] == [("lost", 3, 8), ("late", 1, 8), ("also growing", 0.9, 8)]


def test_engagement_groups_with_their_shares():
    """Two are active, of five and four purchase days in the year; all of the 100 spent is theirs.

    One is lost, and the basic one has no purchase day at all. Nobody is loyal: that takes the average spend.
    """
    crowd = (CROWD[4], staged("often", 4, 10, 0.5, 0.2, spend=100, visits=1), CROWD[8], CROWD[0])
    found = engagement_groups(table(STAGED, *crowd), RULES)
    columns = ("engagement_group", "customer_count", "year_net_spend", "year_purchase_days", "customer_share")
    assert read(found, *columns, "spend_share", "recent_visits") == [
        ("active", 2, 100, 4.5, 0.5, 1, 0.5),
        ("basic", 1, 0, 0, 0.25, 0, 0),
        ("lost", 1, 0, 9, 0.25, 0, 0),
    ]
