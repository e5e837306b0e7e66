"""What contacting a buyer costs and brings: assumptions of data/churn.toml, or the reader's own."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from customary.dates import YEAR
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.studies.churn.cuts import Cut

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Contact:
    """`cost` of one contact, `value` of keeping a buyer (0: what each one spent) and the share of the lost it keeps."""

    cost: float
    value: float
    saved_rate: float


def _number(name: str, given: Any, default: float) -> float:
    """A number that may come as text; the rules' own where none is given."""
    try:
        return float(default if given is None else given)
    except (TypeError, ValueError) as error:
        raise Refused("{name} is a number, not “{given}”", name=name, given=given) from error


def contact(shop_rules: RuleBook, cost: float | None, value: float, saved_rate: float | None) -> Contact:
    """A contact; what is not given is as data/churn.toml says. Refuses negative costs and shares outside 0 to 1."""
    rules = shop_rules["churn"]["score"]
    found = Contact(_number("cost", cost, rules["cost"]), value, _number("saved_rate", saved_rate, rules["saved_rate"]))
    if not (found.cost >= 0 and found.value >= 0 and 0 <= found.saved_rate <= 1):
        raise Refused("cost and value are 0 or more, saved_rate is a share from 0 to 1")
    return found


def year_spend(cut: Cut) -> Array:
    """What each buyer spent in the 365 days before the cut, less what was refunded in them; NaN where unknown."""
    net: Array = cut.facts["year_spend"] - cut.facts.get("year_refund", 0.0)
    return net


def sum_known(amounts: Array) -> float:
    """The sum of the amounts that are known; NaN where there are some and none is."""
    known = amounts[~np.isnan(amounts)]
    return float("nan") if len(amounts) and not len(known) else float(known.sum())


def worth_keeping(cut: Cut, horizon: int, value: float) -> Array:
    """What keeping each buyer brings within a horizon: `value`, or where it is 0 what they spent in as many days."""
    own: Array = np.maximum(year_spend(cut), 0.0) * horizon / YEAR
    return np.full(len(own), value) if value else own
