"""What a shop's files say at all: a study of something of which they say nothing is refused, not answered with 0."""

from collections.abc import Iterable

from ibis import _

from customary.cache import cached_per_snapshot
from customary.declare import FRAMES
from customary.errors import unknown_fact, unknown_name
from customary.shop import Shop
from customary.wording import word

# Fact → the frame and column that hold it, what is not known without it, and what a source would have to give.
FACTS: dict[str, tuple[str, str, str, str]] = {
    "amounts": ("orders", "net_amount", "what orders were worth", "an amount for each order, or prices of their lines"),
    "discounts": ("orders", "discount_amount", "what was taken off the price", "discounts of orders or of their lines"),
    "returns": ("returns", "refund_amount", "what came back", "the returns of its orders"),
    "returned orders": ("orders", "is_returned", "which orders came back", "returns that name their order"),
    "returned lines": ("items", "is_returned", "which goods came back", "returns that name their order and product"),
}
DATES = "dates"
_WHEN = ("orders", "day", "when its orders were placed", "the day of each order")
BUYERS, PROFILES = "buyers", "profiles"
_WHO = ("orders", "customer_id", "who bought", "the customer of each order")
EVENTS, VISITS, TIMES = "events", "visits", "event times"
CAMPAIGNS = "campaigns"
FACTS |= {
    BUYERS: _WHO,
    PROFILES: _WHO,
    DATES: _WHEN,
    EVENTS: ("events", "event_name", "what visitors did", "the name of each event"),
    VISITS: (
        "events",
        "visit_no",
        "which events were of one visit",
        "the time of each event, or the number of its visit",
    ),
    CAMPAIGNS: ("events", "campaign", "which campaign brought a visit", "the campaign of each visit (utm_campaign)"),
    TIMES: ("events", "day_on", "when its events happened", "the time of each event"),
}
OF_EVENTS = (EVENTS, VISITS, TIMES)
_UNLESS_THERE = (
    BUYERS,
    PROFILES,
    DATES,
    CAMPAIGNS,
    *OF_EVENTS,
)  # where there is no row at all, nothing is said to be missing
OF_RETURNS = ("returned orders", "returned lines")


@cached_per_snapshot
def is_known(shop: Shop, fact: str) -> bool:
    """Whether a single row that counts says something of a fact.

    A shop without any return is not asked which orders came back, one without any order not who bought, and profiles
    of customers are known where a list of customers tells them. One without any event is not asked when they were.
    """
    if fact not in FACTS:
        raise unknown_name(fact, FACTS, "fact that a study can rest on")
    frame, column, _said, _wanted = FACTS[fact]
    if fact in OF_EVENTS and not shop.snapshot.rows["events"]:
        return True
    if fact in OF_RETURNS and not shop.snapshot.rows["returns"]:
        return True  # nothing came back that could be of an order or not: those studies say so with an empty table
    if fact == PROFILES and shop.snapshot.rows["customers"]:
        return True
    rows = shop.frame(frame).filter(_.left_out_because.isnull())
    counts = shop.fetch(rows.agg(known=rows[column].count(), row_count=rows.count())).to_pylist()[0]
    return counts["known"] > 0 or (fact in _UNLESS_THERE and not counts["row_count"])


@cached_per_snapshot
def has_days(shop: Shop, frame: str) -> bool:
    """Whether a row of a frame says on which day it was; a frame without rows is not asked."""
    if not FRAMES[frame].time or not shop.snapshot.rows.get(frame):
        return True
    rows = shop.frame(frame)
    return bool(shop.fetch(rows.agg(known=rows.day_on.count())).to_pylist()[0]["known"])


def check_days(shop: Shop, frames: Iterable[str], asked: str) -> None:
    """Refuse to cut or split by days what does not say when it was; `asked` is what was asked: `during`, `every`."""
    for frame in (frame for frame in frames if not has_days(shop, frame)):
        raise unknown_fact(
            "the {frame} of this shop have no dates, so `{asked}` cannot cut or split them: ask without it; a source "
            "that says when they were would answer it",
            frame=word(frame),
            asked=asked,
        )


def check_known(shop: Shop, asked: str, facts: Iterable[str]) -> None:
    """Refuse a question that rests on something of which the shop's files say nothing, with what would answer it."""
    for fact in (fact for fact in facts if not is_known(shop, fact)):
        _frame, _column, said, wanted = FACTS[fact]
        raise unknown_fact(
            "“{name}” cannot be answered: the files of this shop do not say {fact}; a source "
            "that gives {wanted} would answer it",
            name=word(asked.replace("_", " ")),
            fact=word(said),
            wanted=word(wanted),
        )
