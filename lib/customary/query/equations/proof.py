"""Whether the equations hold in a snapshot: both sides compared place by place, and what differs said by name."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import isclose
from typing import Any

import ibis.expr.types as ir

from customary.errors import Refused, Unknown, UnknownName
from customary.query.equations.entries import EQUATIONS, Equation
from customary.query.known import is_known
from customary.shop import Shop
from customary.wording import say, word, wording

# The SQL of an expression that bears a name, and what steers how it is put together.
Sql = Callable[[str, str, Callable[[], ir.Table]], str]
MOST_PLACES = 3  # of those that differ are named
HALF_A_CENT, ROUNDING = 0.005, 1e-9  # sums of binary fractions differ in their last digits


class Unbalanced(Refused):
    """Two chapters say different things of the same: the snapshot is not published."""


@dataclass(frozen=True)
class Imbalance:
    """A place in which the two sides of an equation differ; a side that is not known is None."""

    place: str
    here: float | None
    there: float | None


@dataclass(frozen=True)
class Proof:
    """What an equation says of a snapshot: in how many places it was asked, the sum of each side, what differs."""

    name: str
    place_count: int
    here: float
    there: float
    differences: tuple[Imbalance, ...]

    def facts(self) -> dict[str, Any]:
        """As it stands in a snapshot's facts, once it holds."""
        return {"name": self.name, "place_count": self.place_count, "here": self.here, "there": self.there}


def prove(shop: Shop, sql: Sql, equations: Iterable[Equation] = EQUATIONS) -> list[dict[str, Any]]:
    """Ask all equations of which the shop's files say something; gives the facts, raises `Unbalanced` at the first.

    `sql` gives the SQL of an expression by a name of its own, which may be remembered from an earlier snapshot. What a
    study refuses to answer at all, two chapters cannot answer differently.
    """
    asked = [one for one in equations if all(is_known(shop, fact) for fact in one.rests_on)]
    found = []
    for one in asked:
        with suppress(Unknown, UnknownName):
            found.append((one, proof_of(shop, one, sql)))
    return [check(one, proof).facts() for one, proof in found]


def check(equation: Equation, proof: Proof) -> Proof:
    """The proof itself where both sides are equal; raises `Unbalanced` with the name, both numbers and the places."""
    if not proof.differences:
        return proof
    raise Unbalanced(
        "the equation “{name}” does not hold: {differences}; nothing was published",
        name=wording(equation.name),
        differences=differences_text(equation, proof.differences),
    )


def differences_text(equation: Equation, differences: tuple[Imbalance, ...]) -> str:
    """The first places that differ with both numbers, and how many more there are."""
    told = [_difference_text(equation, one) for one in differences[:MOST_PLACES]]
    if more := len(differences) - len(told):
        told.append(say("{n:,} more", n=more))
    return say("; ").join(told)


def _difference_text(equation: Equation, found: Imbalance) -> str:
    return say(
        "{place} – {here_name} {here}, {there_name} {there}, difference {difference}",
        place=word(found.place),
        here_name=wording(equation.here),
        here=number_text(found.here),
        there_name=wording(equation.there),
        there=number_text(found.there),
        difference=number_text(None if None in (found.here, found.there) else _less(found)),
    )


def _less(found: Imbalance) -> float:
    return (found.here or 0) - (found.there or 0)


def number_text(value: float | None) -> str:
    """A side as it is said: whole numbers without decimals, what is not known by that word."""
    if value is None:
        return word("unknown")
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def proof_of(shop: Shop, equation: Equation, sql: Sql) -> Proof:
    """Both sides of an equation in a snapshot, place by place."""
    name, about = f"equation {equation.name}", _steering(shop, equation)
    here = _amounts(shop, sql(f"{name} here", about, lambda: equation.here_side(shop)))
    there = _amounts(shop, sql(f"{name} there", about, lambda: equation.there_side(shop)))
    places = sorted({*here, *there})
    found = [Imbalance(place, here.get(place, 0.0), there.get(place, 0.0)) for place in places]
    differences = tuple(one for one in found if not _is_equal(one))
    return Proof(equation.name, len(places), _sum(here), _sum(there), differences)


def _sum(side: Mapping[str, float | None]) -> float:
    return sum(amount or 0.0 for amount in side.values())


def _steering(shop: Shop, equation: Equation) -> str:
    """What steers how its sides are put together: some facts, and which frames are empty."""
    facts = {"as_of": shop.as_of, "first_on": shop.snapshot.first_on, "time_zone": shop.time_zone}
    empty = [name for name, count in shop.snapshot.rows.items() if not count]
    return " ".join([*(str(facts[name]) for name in equation.steered_by), "without", *sorted(empty)])


def _is_equal(found: Imbalance) -> bool:
    """Equal but for rounding; what neither side knows is equal, what one side alone knows is not."""
    if found.here is None or found.there is None:
        return found.here is found.there
    return isclose(found.here, found.there, rel_tol=ROUNDING, abs_tol=HALF_A_CENT)


def _amounts(shop: Shop, sql: str) -> dict[str, float | None]:
    """Place → amount of a side."""
    rows = shop._backend.con.execute(sql).fetchall()
    return {str(place): amount for place, amount in rows}
