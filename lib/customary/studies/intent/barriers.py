"""What visits met that ended without a purchase, beside those that bought."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import unknown_name
from customary.rules.book import RuleBook
from customary.stats.intervals import shares
from customary.studies.intent.before import places, until_purchase
from customary.studies.shared.follows import visit_keys, with_follows
from customary.studies.shared.windows import inside

# What may stand in the way: its name, and the words for it
BARRIERS = (
    ("search_repeated", "a search that was repeated", "重复搜索"),
    ("out_of_stock", "a product out of stock", "商品缺货"),
    ("slow_pages", "slow pages", "页面缓慢"),
    ("error", "an error", "出错"),
    ("checkout_again", "checkout begun again", "反复结账"),
    ("asked_service", "a question to service", "咨询客服"),
    ("late_promise", "a late delivery promise", "承诺送达较晚"),
)
ERRORS = ("error", "exception", "app_exception", "page_not_found", "payment_failed", "checkout_error")
STEPS = ("page_view", "view_item", "add_to_cart", "begin_checkout")
SEARCHES = ("search", "view_search_results")


@study(zh="购买障碍", source="C-013, A-050", rests_on="visits")
def purchase_barriers(
    events: ir.Table,
    whole_events: ir.Table,
    products: ir.Table,
    shop_rules: RuleBook,
    *,
    step: str = "view_item",
    during: WindowLike | None = None,
) -> ir.Table:
    """What visits met that got to a step and dropped out, beside visits that bought: shares with n and interval.

    `step` is what a visit has done: view_item, add_to_cart or begin_checkout; page_view takes all. What came after the
    purchase does not count. A search was repeated where the next thing done was another one; pages are slow where their
    median load time is in the slowest band of `site.toml`; stock is that of the catalogue now, not of then. What log
    and catalogue do not tell is not known in this shop, and empty: a delivery promise stands in orders alone, so
    that nobody knows what those saw who did not order. Whoever stays longer meets more of everything, and what is met
    more often by those who dropped out need not be why: it shows where to look.
    """
    if step not in STEPS:
        raise unknown_name(step, STEPS, "step")
    known, speed = _what_is_known(whole_events, products), shop_rules["site"]["speed"]
    visits = _visits(inside(with_follows(events), during), products, speed, step)
    rows = visits.cross_join(known).cross_join(places(len(BARRIERS)))
    rows = rows.mutate(met=_pick(rows, "met"), is_known=_pick(rows, "knows").fill_null(False))
    found = shares(rows.filter(rows.is_known), ["place", "bought"], rows.met)
    return _beside(found, known.cross_join(places(len(BARRIERS))))


def _pick(t: ir.Table, kind: str) -> ir.Value:
    return ibis.cases(*((t.place == n, t[f"{kind}_{name}"]) for n, (name, _en, _zh) in enumerate(BARRIERS, 1)))


def _what_is_known(events: ir.Table, products: ir.Table) -> ir.Table:
    """One row: of which barriers the log and the catalogue of this shop tell anything."""

    def names(*wanted: str) -> ir.BooleanValue:
        return events.event_name.isin(wanted).any()

    loads = events.load_ms.notnull().any() if "load_ms" in events.columns else ibis.literal(False)
    of_log = events.agg(
        knows_search_repeated=names(*SEARCHES),
        knows_slow_pages=loads,
        knows_error=names(*ERRORS),
        knows_checkout_again=names("begin_checkout"),
        knows_asked_service=names("contact_service"),
        knows_late_promise=ibis.literal(False),
    )
    has_stock = "stock_count" in products.columns
    stock = products.stock_count.notnull().any() if has_stock else ibis.literal(False)
    return of_log.cross_join(products.agg(knows_out_of_stock=stock))


def _visits(events: ir.Table, products: ir.Table, speed: Mapping[str, list[int]], step: str) -> ir.Table:
    """Visits that got to the step: whether they bought, and which barriers they met before."""
    t = until_purchase(_with_stock(events, products))
    load = t.load_ms.cast("float64") if "load_ms" in t.columns else ibis.null("float64")
    again = t.event_name.isin(SEARCHES) & t.next_event.isin(SEARCHES)
    v = t.mutate(load=load, again=again.fill_null(False))
    v = v.group_by(visit_keys(t)).agg(
        customer_id=_.visitor_id.max(),
        bought=_.bought.any(),
        got_there=ibis.literal(True) if step == "page_view" else (_.event_name == step).any(),
        met_search_repeated=_.again.any(),
        met_out_of_stock=_.is_out.any(),
        load=_.load.median(),
        met_error=_.event_name.isin(ERRORS).any(),
        checkouts=(_.event_name == "begin_checkout").sum(),
        met_asked_service=(_.event_name == "contact_service").any(),
        met_late_promise=ibis.literal(False),
    )
    slow = ibis.cases((v.load.notnull(), v.load >= speed["bands"][-1]))
    return v.filter(v.got_there).mutate(met_slow_pages=slow, met_checkout_again=v.checkouts > 1)


def _with_stock(events: ir.Table, products: ir.Table) -> ir.Table:
    """Events with `is_out`: whether they are about a product that the catalogue says is out of stock."""
    if "stock_count" not in products.columns:
        return events.mutate(is_out=ibis.literal(False))
    out = products.filter(products.stock_count <= 0).select(gone="product_id")
    t = events.left_join(out, events.product_id == out.gone)
    return t.mutate(is_out=t.gone.notnull()).drop("gone")


def _beside(found: ir.Table, lines: ir.Table) -> ir.Table:
    """A row per barrier: those who dropped out beside those who bought; empty where nothing is known."""
    t = lines.select("place", is_known=_pick(lines, "knows").fill_null(False))
    for part, side in (("dropped", found.filter(~found.bought)), ("bought", found.filter(found.bought))):
        of_side = {
            f"{part}_place": side.place,
            f"{part}_count": side.n,
            f"{part}_met_count": side.event_count,
            f"{part}_rate": side.rate,
            f"low_{part}_rate": side.low,
            f"high_{part}_rate": side.high,
        }
        side = side.select(**of_side)
        t = t.left_join(side, t.place == side[f"{part}_place"]).drop(f"{part}_place")
    above, below = t.low_dropped_rate > t.high_bought_rate, t.high_dropped_rate < t.low_bought_rate
    words = {
        key: ibis.cases(*((t.place == n, one[at]) for n, one in enumerate(BARRIERS, 1)))
        for at, key in ((1, "barrier"), (2, "zh"))
    }
    verdict = ibis.cases((~t.is_known, "not known in this shop"), (above, "above"), (below, "below"), else_="not clear")
    t = t.mutate(**words, verdict=verdict, position=t.place.cast("int8"))
    return t.drop("place", "is_known").relocate("position", "barrier", "zh", "verdict").order_by("position")
