"""A shop's rules and its own customers: where they are edited, and whether bounds in money suit its currency."""

from dataclasses import dataclass

import ibis.expr.types as ir
from ibis import _

from customary.declare import SEGMENTS
from customary.errors import Refused
from customary.rules.editing import Desk
from customary.rules.ranges import Rules
from customary.rules.writing import rescale, toml
from customary.segments import DERIVED
from customary.shop import Shop
from customary.wording import say, word

TIER, SPEND = "value_tier", "year_net_spend"
TOPS = (0.05, 0.20)  # the shares of the year's buyers that the highest bound in money, and the next one, open


def desk(shop: Shop) -> Desk:
    """Where the shop's rules are edited; rules may name the columns of its customers, and the scores."""
    columns = dict(shop.frame("customers").schema().items()) | dict.fromkeys(DERIVED)
    return Desk(shop.snapshot.folder, shop.rules, shop.audience, columns)


@dataclass(frozen=True)
class Proposal:
    """Bounds of the value tiers in the shop's own currency: `bounds` from the highest down, and what they rest on."""

    bounds: tuple[float, ...]
    buyer_count: int
    toml: str


@dataclass(frozen=True)
class Mismatch:
    """The value tiers are bounded in another currency than the shop's: what the bounds make of its customers."""

    written_in: str
    currency: str
    place: str
    label: str
    label_count: int
    customer_count: int

    @property
    def text(self) -> str:
        """What is the matter, in a sentence."""
        return say(
            "The value tiers ({place}) are bounded in {written_in}, this shop sells in {currency}: "
            "{n:,} of its {total:,} customers are “{label}”.",
            place=_place_text(self.place),
            written_in=self.written_in,
            currency=self.currency,
            n=self.label_count,
            total=self.customer_count,
            label=word(self.label),
        )


def _place_text(place: str) -> str:
    """A place in a file in the reader's language: "data/tiers.toml, line 9"."""
    file, _, number = place.partition(", line ")
    return say("{file}, line {number}", file=file, number=number) if number else place


def mismatch(shop: Shop) -> Mismatch | None:
    """Whether the bounds of the value tiers are meant in another currency than the shop's; None where they are not."""
    rules = shop.rules.set(TIER)
    if rules.currency in ("", shop.currency) or SPEND not in rules.columns:
        return None
    people = _people(shop)
    t = people.group_by(label=SEGMENTS[TIER].label(people, shop.rules)).agg(n=_.count()).order_by(_.n.desc())
    rows = shop.fetch(t).to_pylist()
    known = [row for row in rows if row["label"] is not None]
    if not known:
        return None
    place = rules.place.removesuffix(", ").removesuffix(": ")
    return Mismatch(
        rules.currency, shop.currency, place, known[0]["label"], known[0]["n"], sum(row["n"] for row in rows)
    )


def proposal(shop: Shop) -> Proposal:
    """Bounds of the value tiers that the shop's own customers suggest, as a file that may stand in its folder.

    The bounds in money of the rules in force are moved to where the top 5% and the top 20% of the year's buyers
    begin, in two significant digits; all others stay. Refused where that makes no tiers.
    """
    rules = shop.rules.set(TIER)
    steps = sorted(_bounds(rules), reverse=True)
    if len(steps) != len(TOPS):
        raise Refused(
            "[{table}] has {n} bounds of {column}; proposals are made for {wanted}",
            table=TIER,
            n=len(steps),
            column=SPEND,
            wanted=len(TOPS),
        )
    people = _people(shop).filter(_.year_order_count > 0)
    spend = people[SPEND].cast("float64")
    asked = people.agg(n=people.count(), **{f"top{n}": spend.quantile(1 - top) for n, top in enumerate(TOPS)})
    (found,) = shop.fetch(asked).to_pylist()
    if not found["n"]:
        raise Refused("nobody is known to have bought in the last year, so no bounds of tiers can be proposed")
    bounds = tuple(_round(found[f"top{n}"] or 0.0) for n in range(len(TOPS)))
    if not bounds[0] > bounds[1] > 0:
        raise Refused("the {n:,} buyers of the last year spent too much alike to propose bounds of tiers", n=found["n"])
    moved = rescale(rules, SPEND, dict(zip(steps, bounds, strict=True)), shop.currency)
    head = (
        f"# Proposed from the net spend of the {found['n']:,} buyers of the 365 days to {shop.as_of}: the top 5% and\n"
        f"# the top 20% of them begin at these bounds, in {shop.currency}, rounded to two digits.\n"
    )
    return Proposal(bounds, found["n"], head + toml(moved))


def _people(shop: Shop) -> ir.Table:
    return shop.frame("customers").filter(_.left_out_because.isnull())


def _bounds(rules: Rules) -> set[float]:
    """All bounds of the year's net spend."""
    ranges = (case[SPEND] for label in rules.labels for case in label.cases if SPEND in case)
    return {bound for r in ranges for bound in (r.low, r.high) if bound is not None}


def _round(amount: float) -> float:
    """Two significant digits: 1,234 is 1,200."""
    return float(f"{amount:.2g}")
