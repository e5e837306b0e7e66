"""What contacting buyers would have cost and brought where the outcome is known."""

from typing import Any

import ibis.expr.types as ir
import numpy as np

from customary.dates import Window
from customary.declare import study
from customary.models import grading
from customary.models.grading import Gain
from customary.rules.book import RuleBook
from customary.stats.arrays import table_of
from customary.studies.churn.contacts import Contact, contact, worth_keeping
from customary.studies.churn.repurchase import Forecast

STEPS = 20
COST = {
    "list_share": "float64",
    "contact_count": "int64",
    "lost_count": "int64",
    "contact_cost": "float64",
    "saved_revenue": "float64",
    "net_gain": "float64",
    "is_best": "boolean",
}


def _gains(found: Forecast, one: Contact) -> list[Gain]:
    """What lists of each length cost and bring, the most revenue at risk first; nothing without a score."""
    if found.chance is None:
        return []
    worth = worth_keeping(found.cut, found.horizon, one.value)
    shares = [step / STEPS for step in range(STEPS + 1)]
    is_known = ~np.isnan(worth)
    if not is_known.any():
        return []
    lost, first, worth = ((1 - found.cut.bought)[is_known], ((1 - found.chance) * worth)[is_known], worth[is_known])
    return grading.gains(lost, worth, first, shares, cost=one.cost, saved_rate=one.saved_rate)


@study(zh="成本收益曲线", source="M33", rests_on="dates")
def churn_cost(
    graded_forecast: Forecast,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    cost: float | None = None,
    value: float = 0.0,
    saved_rate: float | None = None,
    during: Window | None = None,
) -> ir.Table:
    """What contacting the buyers with the most revenue at risk would have cost and brought, by the length of the list.

    `cost` is one contact, `saved_rate` the share of the lost whom it wins back – an assumption until an experiment
    tells – and `value` what one of them is worth; 0 takes what each one spent in the year before,
    net, in as many days as the horizon has. Costs and rates that are not given are those of data/churn.toml. Of more
    than 100,000 buyers a sample is counted, and its numbers are scaled up to all.
    """
    found = graded_forecast
    rows, scale = _gains(found, contact(shop_rules, cost, value, saved_rate)), found.cut.scale
    best = max(rows, key=lambda gain: gain.net, default=None)
    columns: dict[str, Any] = {
        "list_share": [gain.share for gain in rows],
        "contact_count": [round(gain.people * scale) for gain in rows],
        "lost_count": [round(gain.lost * scale) for gain in rows],
        "contact_cost": [gain.cost * scale for gain in rows],
        "saved_revenue": [gain.saved * scale for gain in rows],
        "net_gain": [gain.net * scale for gain in rows],
        "is_best": [gain is best for gain in rows],
    }
    return table_of(columns, COST).order_by("list_share")
