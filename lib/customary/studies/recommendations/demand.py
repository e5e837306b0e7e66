"""Demand that sales do not follow: what more people search and look at than before, held against what is ordered."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import unknown_name
from customary.stats.intervals import share
from customary.studies.shared.people import with_person
from customary.studies.shared.windows import day_count, days_of

THINGS = {"categories": "category", "products": "product_name"}
SEEN = ("view_item", "add_to_cart", "add_to_wishlist")
DAYS = 90
LEVEL = 0.05


@dataclass(frozen=True)
class Windows:
    """The days looked at and as many just before, as numbers of days since 1970: [before, start) and [start, end)."""

    before: ir.IntegerValue
    start: ir.IntegerValue
    end: ir.IntegerValue

    def sides(self, t: ir.Table) -> ir.Table:
        """Rows of either window, `is_now` those of the later one."""
        return t.filter((t.day >= self.before) & (t.day < self.end)).mutate(is_now=_.day >= self.start)


def windows_of(as_of: date, during: WindowLike | None) -> Windows:
    """The window asked for, by default the last 90 days, and the one of the same length that ends where it begins."""
    start, end = map(day_count, days_of(during or (as_of - timedelta(days=DAYS), as_of)))
    return Windows(start - (end - start), start, end)


def _with_label(t: ir.Table, products: ir.Table, thing: str) -> ir.Table:
    known = products.select("product_id", "category", "product_name")
    t = t.left_join(known, "product_id").drop("product_id_right")
    label = t.category if thing == "category" else ibis.coalesce(t.product_name, t.product_id)
    return t.mutate(label=label).filter(_.label.notnull())


def _interest(events: ir.Table, products: ir.Table, thing: str) -> ir.Table:
    """Label, person and day: who looked at a product of it, or searched for its category or a kind of it by name."""
    t = with_person(events)
    seen = t.filter(t.event_name.isin(SEEN) & t.product_id.notnull())
    seen = _with_label(seen.select("product_id", "person_id", "day"), products, thing).select(
        "label", "person_id", "day"
    )
    if thing != "category":
        return seen
    names = [products.select("category", term=products[name].strip().lower()) for name in ("category", "subcategory")]
    terms = ibis.union(*names).filter(_.term.notnull() & _.category.notnull()).distinct()
    searched = t.filter((t.event_name == "search") & t.search_term.notnull())
    searched = searched.select("person_id", "day", term=searched.search_term.strip().lower()).inner_join(terms, "term")
    return ibis.union(seen, searched.select("person_id", "day", label="category").select(*seen.columns))


def _upper_quantile(p: ir.FloatingValue) -> ir.FloatingValue:
    """The normal quantile of 1 − p for p ≤ 0.5, within 0.00045 (Abramowitz, Stegun 1964, 26.2.23)."""
    t = (-2.0 * p.ln()).sqrt()
    above = 2.515517 + t * (0.802853 + t * 0.010328)
    return t - above / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)))


def _with_lead(t: ir.Table) -> ir.Table:
    """Growth of both, their ratio, and the interval that holds for all groups together (Bonferroni).

    Half a unit is added to each count, so that one of zero has a logarithm (Haldane 1956); its variance is that of
    counts of single people and orders, 1/n.
    """
    half = ibis.literal(0.5)
    now, before = t.visitor_count + half, t.visitor_count_before + half
    sold, sold_before = t.order_count + half, t.order_count_before + half
    lead = (now / before / (sold / sold_before)).ln()
    error = (1 / now + 1 / before + 1 / sold + 1 / sold_before).sqrt()
    t = t.mutate(lead=lead, error=error, group_total=t.count().over(ibis.window()))
    wide = t.error * _upper_quantile(LEVEL / 2 / t.group_total.cast("float64"))
    t = t.mutate(
        visitor_growth=share(t.visitor_count, t.visitor_count_before) - 1,
        order_growth=share(t.order_count, t.order_count_before) - 1,
        lead_ratio=t.lead.exp(),
        low_lead_ratio=(t.lead - wide).exp(),
        high_lead_ratio=(t.lead + wide).exp(),
    )
    return t.drop("lead", "error")


def _verdict(t: ir.Table) -> ir.StringValue:
    """Above where interest outgrew sales, and more so than in the shop as a whole; below where sales did."""
    most = ibis.cases((t.shop_ratio > 1, t.shop_ratio), else_=1.0)
    least = ibis.cases((t.shop_ratio < 1, t.shop_ratio), else_=1.0)
    return ibis.cases(
        (~t.is_whole.fill_null(False), "too early"),
        (t.low_lead_ratio > most, "above"),
        (t.high_lead_ratio < least, "below"),
        else_="not clear",
    )


@study(zh="高潜力需求", source="B-100, A-026", shown=50, rests_on="dates")
def rising_demand(
    events: ir.Table,
    items: ir.Table,
    whole_products: ir.Table,
    as_of: date,
    *,
    of: str = "categories",
    fewest: int = 50,
    during: WindowLike | None = None,
) -> ir.Table:
    """Categories or products that more people search and look at than before, though orders do not keep up.

    The last 90 days, or `during`, are held against as many days just before. Interest is counted in people – once each,
    however often they look, searches for a category or a kind of product by name included – and sales in orders.
    `lead_ratio` is the growth of interest over the growth of orders; its 95 % interval is widened so that all groups
    together are wrong in 5 % of such tables (Bonferroni). “above” is a group whose interest outgrew its orders, by more
    than in the shop as a whole (`shop_ratio`). Groups with fewer than `fewest` people in both windows are left out, and
    where log or orders do not reach back to the earlier window it is too early to say. Interest is not yet demand: look
    at price, stock and page first.
    """
    if of not in THINGS:
        raise unknown_name(of, THINGS, "thing that is in demand")
    windows = windows_of(as_of, during)
    interest = _interest(events, whole_products, THINGS[of])
    seen = windows.sides(interest)
    sold = windows.sides(_with_label(items.select("product_id", "order_id", "day"), whole_products, THINGS[of]))
    t = _comparison(seen, sold).filter(_.visitor_count + _.visitor_count_before >= fewest)
    reach = interest.agg(first_seen=_.day.min()).cross_join(items.agg(first_sold=_.day.min()))
    shop = _comparison(seen.mutate(label=ibis.literal("")), sold.mutate(label=ibis.literal("")))
    shop = _with_lead(shop).select(shop_ratio="lead_ratio")
    t = _with_lead(t).cross_join(shop).cross_join(reach)
    t = t.mutate(is_whole=(t.first_seen <= windows.before) & (t.first_sold <= windows.before))
    t = t.mutate(verdict=_verdict(t)).drop("first_seen", "first_sold")
    return t.order_by(ibis.desc("low_lead_ratio"), "label")


def _comparison(seen: ir.Table, sold: ir.Table) -> ir.Table:
    """Label → people who showed interest, and orders, in both windows; labels that nobody looked at are not here."""
    visitors = seen.group_by("label").agg(
        visitor_count=_.person_id.nunique(where=_.is_now), visitor_count_before=_.person_id.nunique(where=~_.is_now)
    )
    orders = sold.group_by(sold_label="label").agg(
        order_count=_.order_id.nunique(where=_.is_now), order_count_before=_.order_id.nunique(where=~_.is_now)
    )
    t = visitors.left_join(orders, visitors.label == orders.sold_label).drop("sold_label")
    return t.mutate(order_count=t.order_count.fill_null(0), order_count_before=t.order_count_before.fill_null(0))
