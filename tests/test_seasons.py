"""The calendar and what it does: festivals on their days, uplift against the days around, who buys only then."""

from datetime import date, timedelta
from math import sqrt

import pytest
from given import sold, told

from customary.errors import Refused
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.seasons import almanac

SEASONS = RuleBook.from_files(DATA)["seasons"]


def events(first_year, last_year, country):
    """Seasons of the default and public holidays."""
    return almanac.events(SEASONS["season"], first_year, last_year, country)


def country_of(time_zone, asked=""):
    """The country by the time zones of the default."""
    return almanac.country_of(time_zone, SEASONS["countries"], asked)


def on(name, year, country):
    """The first and the last day of an event."""
    (found,) = [event for event in events(year, year, country) if event.name == name]
    return found.starts_on, found.ends_on - timedelta(days=1)


# --- the calendar --------------------------------------------------------------------------------


@pytest.mark.parametrize("year, day", [(2010, 26), (2011, 25), (2017, 24), (2024, 29), (2025, 28)])
def test_black_friday_is_the_day_after_the_fourth_thursday(year, day):
    """With the Thursday before it and the Monday after it."""
    first, last = on("Black Friday", year, "US")
    assert (first, last) == (date(year, 11, day - 1), date(year, 11, day) + timedelta(days=3))


@pytest.mark.parametrize("year, day", [(2024, date(2024, 2, 10)), (2025, date(2025, 1, 29)), (1997, date(1997, 2, 7))])
def test_chinese_new_year_moves_with_the_moon(year, day):
    """Six days before the first day of the Spring Festival to seven after it."""
    assert on("Chinese New Year", year, "CN") == (day - timedelta(days=6), day + timedelta(days=7))


def test_fixed_seasons_lie_where_they_are_declared():
    """双十一 is 1 to 11 November and 618 is 1 to 18 June, in China and not in Britain."""
    assert on("Double Eleven", 2025, "CN") == (date(2025, 11, 1), date(2025, 11, 11))
    assert on("618", 2025, "CN") == (date(2025, 6, 1), date(2025, 6, 18))
    assert not {event.name for event in events(2025, 2025, "GB")} & {"Double Eleven", "618"}


def test_public_holidays_in_a_row_are_one():
    """Germany's Christmas days are one event; a country that is not known has none."""
    assert [e.ends_on - e.starts_on for e in events(2025, 2025, "DE") if e.starts_on == date(2025, 12, 25)] == [
        timedelta(days=2)
    ]
    assert not [event for event in events(2025, 2025, "") if event.kind == "public holiday"]


def test_a_shops_country_is_asked_for_or_told_by_its_zone():
    """Shanghai is in China; an unknown place has no country; a country that is none is refused."""
    assert country_of("Asia/Shanghai") == "CN" and country_of("Asia/Shanghai", "de") == "DE"
    assert country_of("Antarctica/Troll") == ""
    with pytest.raises(Refused, match="two letters"):
        country_of("Asia/Shanghai", "Atlantis")


# --- what seasons do -----------------------------------------------------------------------------


def days(first, last):
    """Every day from the first to the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.fixture(scope="module")
def november(tiny_shop):
    """One order a day from October to December 2024, three a day from 1 to 11 November.

    Ann buys on all days; Eve buys on 5 November only, Fay on 5 and 6 November, Gus on 3 October only.
    """
    orders, single = (
        [],
        {date(2024, 11, 5): ("eve", "fay"), date(2024, 11, 6): ("fay", "ann"), date(2024, 10, 3): ("gus",)},
    )
    for day in days(date(2024, 10, 1), date(2024, 12, 9)):
        busy = date(2024, 11, 1) <= day <= date(2024, 11, 11)
        extra = single.get(day, ("ann", "ann") if busy else ())
        buyers = extra if day == date(2024, 10, 3) else ("ann", *extra)
        orders += [sold(f"{day}{n}", who, f"{day} 10:00", 10) for n, who in enumerate(buyers)]
    return tiny_shop(orders=orders, as_of="2024-12-10")


def test_an_uplift_is_held_against_the_days_around(november):
    """Three orders a day against one: three times as many, 22 orders beyond what the days around would have brought."""
    (row,) = told(november, "seasons")
    assert (row["event"], row["zh"], row["is_whole"]) == ("Double Eleven", "双十一", True)
    assert (row["day_count"], row["order_count"], row["around_count"]) == (11, 33, 28)
    assert row["uplift"] == pytest.approx(3) and row["extra_orders"] == pytest.approx(22)
    assert 1 < row["uplift_low"] < 3 < row["uplift_high"]


def test_a_season_at_the_edge_of_the_data_is_not_whole(november):
    """Cut at 11 November there is no week after it; its figures are told, and that it is not whole."""
    (row,) = told(november, "seasons", during=("2024-10-01", "2024-11-12"))
    assert row["order_count"] == 33 and not row["is_whole"]


def test_a_shut_shop_sold_surely_less(tiny_shop):
    """No order on New Year's Day among days of ten: 0, and at most a good third with 95 %."""
    orders = [
        sold(f"{day}{n}", f"c{n}", f"{day} 10:00", 1)
        for day in days(date(2024, 12, 10), date(2025, 1, 20))
        if day != date(2025, 1, 1)
        for n in range(10)
    ]
    shop = tiny_shop(orders=orders, as_of="2025-01-21")
    (row,) = [r for r in told(shop, "seasons", kind="public holiday") if r["starts_on"] == date(2025, 1, 1)]
    assert (row["uplift"], row["uplift_low"]) == (0, 0) and 0.3 < row["uplift_high"] < 0.4


def test_who_bought_only_in_a_season(november):
    """Eve once and Fay on two days; Gus never in one; Ann in and out; nobody is forgotten."""
    found = {(r["purchase_days"].split()[0], r["bought"]): r["buyer_count"] for r in told(november, "season_buyers")}
    assert found == {
        ("one", "only in seasons"): 1,
        ("one", "never in a season"): 1,
        ("several", "only in seasons"): 1,
        ("several", "in and out of seasons"): 1,
    }


def test_season_buyers_are_held_against_chance(november):
    """With 14 of 73 purchase days in season, two one-time buyers would give 2 × 14/73 who bought only then."""
    rows = told(november, "season_buyers")
    in_season, whole = 11 + 3, 69 + 4  # Ann's eleven days, Eve's, Fay's two; and Gus outside
    (eve,) = [r for r in rows if r["purchase_days"] == "one purchase day" and r["bought"] == "only in seasons"]
    assert eve["expected_count"] == pytest.approx(2 * in_season / whole)
    assert sum(r["buyer_share"] for r in rows) == pytest.approx(1) == sum(r["spend_share"] for r in rows)


def test_the_index_of_an_even_year_is_one(tiny_shop):
    """One order every day of 2024: each month and weekday is the average day; a day without an order counts as one."""
    orders = [sold(str(day), "ann", f"{day} 10:00", 1) for day in days(date(2024, 1, 1), date(2024, 12, 31))]
    found = told(tiny_shop(orders=orders, as_of="2025-01-01"), "season_grid")
    assert len(found) == 84 and {row["season_index"] for row in found} == {1.0}
    assert sum(row["day_count"] for row in found) == 366 == sum(row["order_count"] for row in found)
    gaps = told(tiny_shop(orders=[orders[0], orders[7], orders[14]], as_of="2025-01-01"), "season_grid")
    mondays = [row for row in gaps if row["weekday"] == 0]
    assert [(r["day_count"], r["season_index"]) for r in mondays] == [(3, 5.0)]  # 3 orders in 15 days, all on Mondays


def test_the_index_is_as_sure_as_days_are_alike(tiny_shop):
    """Two weeks with two orders a day, but Mondays with 1 and 3: all scatter is (−1)² + 1² = 2 over 14 − 7 days.

    The average day has 2, so that the variance is 2 / 7 / 2 of the mean: Mondays, the mean of two days, are known to
    ± 1.96 √(2 ÷ 14 × 2 ÷ 2), half of which is the index's, as 2 orders are an index of 1.
    """
    counts = {day: 2 for day in days(date(2024, 1, 1), date(2024, 1, 14))}
    counts |= {date(2024, 1, 1): 1, date(2024, 1, 8): 3}
    orders = [sold(f"{day}-{n}", "ann", f"{day} 10:00", 1) for day, count in counts.items() for n in range(count)]
    (monday,) = [
        row for row in told(tiny_shop(orders=orders, as_of="2024-01-15"), "season_grid") if row["weekday"] == 0
    ]
    half = 1.96 * sqrt(2 / 14 * 2 / 2) / 2
    assert monday["season_index"] == 1
    assert (monday["low_index"], monday["high_index"]) == (pytest.approx(1 - half), pytest.approx(1 + half))


def test_the_demo_knows_its_festivals(demo_shop):
    """双十一 and 618 lift orders, Chinese New Year lowers them, in both years."""
    rows = [row for row in told(demo_shop, "seasons") if row["is_whole"]]
    uplift = {(row["event"], row["starts_on"].year): row["uplift"] for row in rows}
    assert all(uplift[event, year] > 1 for event in ("Double Eleven", "618") for year in (2024, 2025))
    assert uplift["Chinese New Year", 2025] < 1


def test_a_kind_that_is_none_is_refused(november):
    """Seasons or public holidays, nothing else."""
    for which in ("seasons", "season_buyers"):
        with pytest.raises(Refused, match="public holiday"):
            told(november, which, kind="birthday")
