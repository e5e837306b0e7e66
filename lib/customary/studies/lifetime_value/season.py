"""How busy the time ahead is: what the same weeks were a year ago, against the whole year before the forecast."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir

from customary.dates import Window, day_number
from customary.declare import fit
from customary.studies.lifetime_value.outlook import Outlook, Outlooks
from customary.studies.shared.histories import purchases_of

YEAR = 364  # days: whole weeks, so that the same weekdays are compared


@dataclass(frozen=True)
class Season:
    """How many times as busy as usual the time ahead is; `why` says what keeps that from being known."""

    level: float = 1.0
    why: str = ""


@dataclass(frozen=True)
class Seasons:
    """The season of each outlook."""

    now: Season
    within: Season
    tested: Season


def _by_name(outlooks: Outlooks) -> dict[str, Outlook]:
    return {"now": outlooks.now, "within": outlooks.within, "tested": outlooks.tested}


def _days_ahead(outlook: Outlook) -> int:
    return min(outlook.horizon_days, YEAR)


def season_days(
    named_orders: ir.Table, whole_customers: ir.Table, outlooks: Outlooks, *, during: Window | None = None
) -> ir.Table:
    """One row: purchase days of the year before each outlook, and those in the weeks that lie ahead again."""
    days = purchases_of(named_orders, whole_customers, during).select("customer_id", "day").distinct()
    counts = {}
    for name, outlook in _by_name(outlooks).items():
        since = outlook.until_day - YEAR
        is_of_year = (days.day > since) & (days.day <= outlook.until_day)
        counts[f"{name}_year"] = is_of_year.sum().fill_null(0)
        counts[f"{name}_ahead"] = (is_of_year & (days.day <= since + _days_ahead(outlook))).sum().fill_null(0)
    return days.agg(**counts)


def _season(outlook: Outlook, first_on: date, year: int, ahead: int) -> Season:
    days = _days_ahead(outlook)
    if outlook.until_day - YEAR < day_number(first_on) - 1:
        return Season(why="the log holds no whole year before the forecast, so no season can be seen")
    if not year or not days:
        return Season(why="nobody bought in the year before the forecast")
    return Season((ahead / days) / (year / YEAR))


@fit(table=season_days)
def seasons(columns: Mapping[str, Any], outlooks: Outlooks, first_on: date) -> Seasons:
    """How much busier than the whole year before was what a year ago lay ahead, seen from each outlook."""
    found = {
        name: _season(outlook, first_on, int(columns[f"{name}_year"][0]), int(columns[f"{name}_ahead"][0]))
        for name, outlook in _by_name(outlooks).items()
    }
    return Seasons(**found)
