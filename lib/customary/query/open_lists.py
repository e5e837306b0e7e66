"""What there is to do: the lists that are open today, with how many customers they hold and what these are worth."""

from dataclasses import dataclass

from customary.errors import Refused
from customary.query.answer import Answer
from customary.query.study import study
from customary.shop import Shop

# The lists in the order of what they are worth doing, and the column that says what is at stake.
LISTS = {
    "value_at_risk": "value_at_risk",
    "high_value_care": "year_net_spend",
    "early_warning": "year_net_spend",
    "next_tier": "spend",
    "first_time_buyers": "spend",
}


@dataclass(frozen=True)
class OpenList:
    """A list of customers to address: how many, in words, and what is at stake; the answer bears its definition.

    `amount` is None where too few people stand behind it or amounts are unknown.
    """

    name: str
    answer: Answer
    size: int
    size_text: str
    amount: float | None


def open_lists(shop: Shop) -> tuple[OpenList, ...]:
    """The lists that this shop can make, those that hold nobody too; who refused marketing is in none of them.

    Empty where it can make none: without orders, or where so few stand behind all of it that nothing is shown.
    """
    if not shop.snapshot.rows["orders"]:
        return ()
    found = [_open(shop, name, column) for name, column in LISTS.items()]
    return tuple(each for each in found if each)


def _open(shop: Shop, name: str, column: str) -> OpenList | None:
    try:
        answer = study(shop, name)
        if answer.is_withheld:
            return None
        return OpenList(name, answer, answer.rows_total, answer.size_text, answer.sum_of(column))
    except Refused:  # it lacks a table, a fact or a model
        return None
