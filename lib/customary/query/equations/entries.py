"""The equations themselves: each has a name, two sides that are counted on different ways, and what these are called.

A side is a table of places (a month, a step, a list) with one amount each; a place that a side lacks has 0 there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import YEAR, month_number
from customary.declare import SEGMENTS
from customary.query.measure import measure
from customary.query.study import study
from customary.shop import Shop
from customary.studies.funnel.rules import USUAL

Side = Callable[[Shop], ir.Table]
MOST_AGE = 12  # months of a cohort that its triangle has


@dataclass(frozen=True)
class Equation:
    """Two sides by what they are called in words.

    `rests_on` are the facts without which it says nothing; `steered_by` are those of a shop that decide how its sides
    are put together: with others the SQL is another one.
    """

    name: str
    here: str
    there: str
    here_side: Side
    there_side: Side
    rests_on: tuple[str, ...]
    steered_by: tuple[str, ...] = ()


def _row(place: str, amount: ir.Value) -> ir.Table:
    """A side of one place."""
    return amount.cast("float64").name("amount").as_table().mutate(place=ibis.literal(place)).select("place", "amount")


def _rows(t: ir.Table, place: ir.Value, amount: ir.Value) -> ir.Table:
    """A side of a place per group."""
    t = t.select(place=place.cast("string"), part=amount.cast("float64"))
    return t.group_by("place").agg(amount=_.part.sum())


def _union(sides: Iterable[ir.Table]) -> ir.Table:
    return ibis.union(*sides)


def _counting(shop: Shop, frame: str) -> ir.Table:
    t = shop.frame(frame)
    return t.filter(t.left_out_because.isnull())


def _rows_of_customers(shop: Shop, frame: str) -> ir.Table:
    return _counting(shop, frame).filter(_.customer_id.notnull())


def _answer(shop: Shop, name: str, **options: Any) -> ir.Table:
    """All rows of a study, of a list before it is cut to those who may be addressed."""
    return study(shop, name, **options).whole.table


# --- value tiers and net revenue -------------------------------------------------------------------


def _spend_of_tiers(shop: Shop) -> ir.Table:
    return _row("last 365 days", _answer(shop, "tiers").year_net_spend.sum())


def _net_revenue_of_customers(shop: Shop) -> ir.Table:
    """Orders less refunds of the last 365 days, of everybody whose spend is known."""
    start = ibis.literal(shop.as_of - timedelta(days=YEAR))
    unknown = _counting(shop, "customers").filter(_.year_net_spend.isnull())
    paid = _rows_of_customers(shop, "orders").filter(_.day_on >= start).select("customer_id", amount=_.net_amount)
    back = _rows_of_customers(shop, "returns").filter(_.day_on >= start).select("customer_id", amount=-_.refund_amount)
    moves = ibis.union(*(t.mutate(amount=t.amount.cast("decimal(38, 4)")) for t in (paid, back)))
    moves = moves.semi_join(_counting(shop, "customers"), "customer_id").anti_join(unknown, "customer_id")
    return _row("last 365 days", moves.amount.sum().fill_null(0))


# --- everybody stands in one group -----------------------------------------------------------------

_GROUPS = {"tiers": "value tiers", "stages": "lifecycle stages", "engagement_groups": "engagement groups"}


def _people_of_groups(shop: Shop) -> ir.Table:
    return _union(_row(place, _answer(shop, name).customer_count.sum().fill_null(0)) for name, place in _GROUPS.items())


def _people(shop: Shop) -> ir.Table:
    customers = _counting(shop, "customers").count()
    return _union(_row(place, customers) for place in _GROUPS.values())


# --- the flow of buyers ----------------------------------------------------------------------------


def _flow_of_buyers(shop: Shop) -> ir.Table:
    """Those of the month before, less who stayed away, plus who came and who came back."""
    t = _answer(shop, "lifecycle_flow")
    kept = t.previous_active_count.fill_null(0) - t.dormant_count
    return _rows(t, t.period_on, kept + t.new_count + t.resurrecting_count)


def _buyers_by_month(shop: Shop) -> ir.Table:
    t = _rows_of_customers(shop, "orders").filter(_.month_on.notnull())
    t = t.select("customer_id", "month_on").distinct()
    return _rows(t, t.month_on, ibis.literal(1))


# --- the funnel ------------------------------------------------------------------------------------


def _people_of_the_first_step(shop: Shop) -> ir.Table:
    first = _answer(shop, "funnel").filter(_.step == 1)
    return _rows(first, first.label, first.customer_count + first.immature_count)


def _people_who_did_it(shop: Shop) -> ir.Table:
    name = USUAL[0].partition("=")[2]
    t = _counting(shop, "events").filter(_.event_name == name)
    return _row(name, t.person_no.nunique())


# --- visits ----------------------------------------------------------------------------------------

_OF_VISITS = {
    "visit_mix": "visits by source",
    "visit_hours": "visits by hour",
    "visit_frequency": "visits by frequency",
    "visit_funnel": "funnel of visits",
}


def _visits_of_chapters(shop: Shop) -> ir.Table:
    answers = {name: _answer(shop, name) for name in _OF_VISITS}
    answers["visit_funnel"] = answers["visit_funnel"].filter(_.position == 1)
    return _union(_row(_OF_VISITS[name], t.session_count.sum().fill_null(0)) for name, t in answers.items())


def _visits(shop: Shop) -> ir.Table:
    visits = _counting(shop, "sessions").count()
    return _union(_row(place, visits) for place in _OF_VISITS.values())


# --- the cohort triangle ---------------------------------------------------------------------------


def _buyers_of_the_triangle(shop: Shop) -> ir.Table:
    t = _answer(shop, "retention", by="cohort", max_age=MOST_AGE)
    return _rows(t, t.label, t.kept_count)


def _buyers_of_the_ledger(shop: Shop) -> ir.Table:
    """Customers by month of a purchase, of the months that are over, under the month of their first order."""
    t = _counting(shop, "months")
    t = t.filter((t.age_months <= MOST_AGE) & (t.month_idx < month_number(shop.as_of)))
    return _rows(t, t.cohort_on, ibis.literal(1))


# --- lists and their counts ------------------------------------------------------------------------


def _services(shop: Shop) -> list[str]:
    """The first service of each segmentation: the others are cut from the same labels."""
    first: dict[str, str] = {}
    for line in shop.rules["services"]["services"]:
        first.setdefault(line["segment"], str(line["name"]))
    return [name for segment, name in first.items() if segment in SEGMENTS]


def _people_on_lists(shop: Shop) -> ir.Table:
    lists = {name: _answer(shop, "service_list", service=name) for name in _services(shop)}
    return _union(_row(name, t.count()) for name, t in lists.items())


def _people_of_services(shop: Shop) -> ir.Table:
    t = _answer(shop, "services").filter(_.name.isin(_services(shop)))
    return _rows(t, t.name, t.customer_count)


# --- headline figures ------------------------------------------------------------------------------

_HEADLINES = {"gross revenue": "gross_revenue", "net revenue": "net_revenue", "total revenue": "total_revenue"}


def _steps_of_the_bridge(shop: Shop) -> ir.Table:
    t = _answer(shop, "revenue_bridge").filter(_.step.isin([*_HEADLINES]))
    return _rows(t, t.step, t.amount)


def _headlines(shop: Shop) -> ir.Table:
    t = measure(shop, *_HEADLINES.values()).table
    return _union(_rows(t, ibis.literal(place), t[name]) for place, name in _HEADLINES.items())


EQUATIONS = (
    Equation(
        "headline figures",
        "revenue in the bridge from the files",
        "the headline figure",
        _steps_of_the_bridge,
        _headlines,
        ("amounts",),
    ),
    Equation(
        "value tiers",
        "net spend of all value tiers",
        "net revenue of customers",
        _spend_of_tiers,
        _net_revenue_of_customers,
        ("amounts", "dates", "profiles"),
        ("as_of",),
    ),
    Equation(
        "groups of customers",
        "customers in all groups",
        "customers of the shop",
        _people_of_groups,
        _people,
        ("amounts", "dates", "profiles"),
    ),
    Equation(
        "flow of buyers",
        "buyers by the flow of the month",
        "buyers in the orders of the month",
        _flow_of_buyers,
        _buyers_by_month,
        ("dates", "buyers"),
        ("as_of", "first_on"),
    ),
    Equation(
        "cohort triangle",
        "buyers of all months in the triangle",
        "buyers of all months in the ledger of orders",
        _buyers_of_the_triangle,
        _buyers_of_the_ledger,
        ("dates", "buyers", "profiles"),
        ("as_of",),
    ),
    Equation(
        "first step of the funnel",
        "people in step 1, mature or not",
        "people who did it",
        _people_of_the_first_step,
        _people_who_did_it,
        ("events", "event times"),
        ("as_of", "time_zone"),
    ),
    Equation(
        "visits", "visits in the chapter", "visits of the shop", _visits_of_chapters, _visits, ("visits", "event times")
    ),
    Equation(
        "lists",
        "people on the list",
        "people counted for it",
        _people_on_lists,
        _people_of_services,
        ("amounts", "dates", "profiles"),
    ),
)
