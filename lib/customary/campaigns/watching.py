"""Triggers between two builds: carts of a micro-batch that wait without an order are drawn and sent within minutes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ibis import _

from customary.campaigns.delivery import consenting
from customary.campaigns.drawing import ListQuestion, NobodyLeft, draw_from
from customary.campaigns.due import Due, deliver_to
from customary.campaigns.ledger import DrawnList, Ledger
from customary.declare import STUDIES
from customary.errors import Refused
from customary.intake.recent import Act, MicroBatch
from customary.query.audiences import NOBODY_KNOWN, People
from customary.query.lists import KEY
from customary.shop import Shop
from customary.studies.shared.spans import span_seconds

TRIGGER = "open_carts"  # the study whose rule is kept: at least `after`, at most `within`, and nothing bought since
NOT_YET = "not addressable by the last build"
PERSON = "customer "


@dataclass(frozen=True)
class Cart:
    """A cart of a customer: since when, the last addition, and the products in it."""

    opened: datetime
    last: datetime
    products: frozenset[str | None]


def open_carts(
    batch: MicroBatch, known: Mapping[str, str], now: datetime, after: timedelta, within: timedelta
) -> dict[str, Cart]:
    """Customer → cart whose last addition is so long ago, and no longer, after whose first one nothing was bought.

    `known` says who visitors are; whoever is nobody's customer has no cart here.
    """
    added: dict[str, list[Act]] = {}
    for act in batch.added:
        added.setdefault(_whose(act, known), []).append(act)
    bought: dict[str, datetime] = {}
    for act in batch.bought:
        who = _whose(act, known)
        bought[who] = max(act.at, bought.get(who, act.at))
    carts = {who: _cart(acts) for who, acts in added.items() if who}
    return {
        who: cart
        for who, cart in carts.items()
        if after <= now - cart.last <= within and (who not in bought or bought[who] < cart.opened)
    }


def _whose(act: Act, known: Mapping[str, str]) -> str:
    return act.customer_id or known.get(act.visitor_id or "", "")


def _cart(acts: list[Act]) -> Cart:
    times = [act.at for act in acts]
    return Cart(min(times), max(times), frozenset(act.product_id for act in acts))


def known_visitors(shop: Shop, batch: MicroBatch) -> dict[str, str]:
    """Visitor → customer: as the batch says, else as the last build knows them."""
    wanted = sorted({act.visitor_id for act in (*batch.added, *batch.bought) if act.visitor_id})
    events = shop.frame("events")
    if not wanted or not {"visitor_id", "person_id"} <= set(events.columns):
        return dict(batch.known or {})
    asked = events.filter(events.visitor_id.isin(wanted) & events.person_id.startswith(PERSON))
    rows = shop.fetch(asked.group_by("visitor_id").agg(person=_.person_id.max())).to_pylist()
    return {row["visitor_id"]: row["person"].removeprefix(PERSON) for row in rows} | dict(batch.known or {})


def people_waiting(shop: Shop, batch: MicroBatch, due: Due, now: datetime) -> People:
    """Whose carts wait by the play's rule, the fullest first, and who else put something in and is left off."""
    options = {**STUDIES[TRIGGER].options, **due.play.options}
    after, within = (timedelta(seconds=span_seconds(str(options[name]), name)) for name in ("after", "within"))
    known = known_visitors(shop, batch)
    carts, allowed, prices = open_carts(batch, known, now, after, within), consenting(shop), _prices(shop)
    rows = [_row(who, cart, prices, now) for who, cart in carts.items() if who in allowed]
    rows.sort(key=lambda row: (-(row["cart_value"] or 0), row["hours_since_cart"], row[KEY]))
    nobody = {act.visitor_id for act in batch.added if not _whose(act, known)}
    left_off = Counter({NOT_YET: len(carts) - len(rows), NOBODY_KNOWN: len(nobody)})
    return People(rows, +left_off)


def _prices(shop: Shop) -> dict[str | None, float]:
    products = shop.frame("products")
    asked = products.filter(products.list_price.notnull()).select(
        "product_id", price=products.list_price.cast("float64")
    )
    return {row["product_id"]: row["price"] for row in shop.fetch(asked).to_pylist()}


def _row(who: str, cart: Cart, prices: Mapping[str | None, float], now: datetime) -> dict[str, Any]:
    """A customer as `open_carts` lists one; a cart with a product of unknown price has no value."""
    is_known = all(product in prices for product in cart.products)
    value = sum(prices[product] for product in cart.products) if is_known else None
    hours = int((now - cart.last).total_seconds() // 3600)
    return {KEY: who, "cart_on": cart.last.date(), "hours_since_cart": hours, "cart_value": value} | {
        "cart_product_count": len(cart.products)
    }


@dataclass
class Outcome:
    """What a micro-batch sent: the lists that went out with how many customers, and why others did not."""

    sent: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def send_waiting(shop: Shop, ledger: Ledger, due: Due, batch: MicroBatch, now: datetime) -> Outcome:
    """Send what an earlier batch drew and did not send, then draw and send who waits now.

    Whoever is on a list drawn or delivered within the play's days of rest is on none now: nobody is reminded twice.
    A list that cannot go out keeps no other back.
    """
    outcome = Outcome()
    for each in reversed(ledger.lists()):
        if each.play == due.play.name and each.delivered_at is None:
            _send(shop, ledger, due, ledger.find(each.list_id), now, outcome)
    asked = ListQuestion(STUDIES[TRIGGER].definition, f"{TRIGGER} · {now.isoformat(timespec='seconds')}")
    try:
        drawn = draw_from(shop, due.play, people_waiting(shop, batch, due, now), asked, ledger, now)
    except NobodyLeft:
        return outcome
    _send(shop, ledger, due, drawn, now, outcome)
    return outcome


def _send(shop: Shop, ledger: Ledger, due: Due, drawn: DrawnList, now: datetime, outcome: Outcome) -> None:
    try:
        outcome.sent[drawn.list_id] = deliver_to(shop, ledger, due, drawn, now)
    except Refused as error:
        outcome.faults.append(str(error))
