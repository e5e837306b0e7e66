"""How one finds one's way in the site: dead ends, back-steps, loops, and products whose page nobody opens."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.frames.places import instant_us
from customary.rules.book import RuleBook
from customary.stats.intervals import shares
from customary.studies.shared.follows import visit_keys, with_follows
from customary.studies.shared.people import in_time
from customary.studies.shared.windows import inside


@study(zh="站内导航", source="C-057", shown=50)
def navigation(events: ir.Table, shop_rules: RuleBook, *, during: WindowLike | None = None) -> ir.Table:
    """Pages by where they lead: how often visits end there without a purchase, go straight back, or run in circles.

    A dead end is a view after which nothing else is seen in a visit that does not buy; a back-step a view after which
    the page before it is seen again; a loop a visit that opens the page as often as `site.toml` says, or more.
    `landing_rate` is the share of views that a visit begins with: nothing on the site had to lead there. Intervals
    allow for views of one visitor being alike. Pages of few views are not here, as `page_total` says.
    """
    rules = shop_rules["site"]["pages"]
    views = _views(events).pipe(inside, during)
    pages = views.group_by("page").agg(
        view_count=_.count(), landing_rate=_.is_landing.cast("int32").cast("float64").mean()
    )
    pages = pages.mutate(page_total=pages.count().over(ibis.window()))
    pages = pages.filter(_.view_count >= rules["fewest"])
    visits = views.group_by("page", *visit_keys(views)).agg(times=_.count(), customer_id=_.customer_id.max())
    for name, rows, is_so in (
        ("dead_end", views, views.is_dead_end),
        ("back", views, views.goes_back),
        ("loop", visits, visits.times >= rules["loop_times"]),
    ):
        counted = {"visit_count": "n"} if name == "loop" else {}
        ends = {f"{name}_rate": "rate", f"low_{name}_rate": "low", f"high_{name}_rate": "high"}
        found = shares(rows, ["page"], is_so).select(rated="page", **counted, **ends)
        pages = pages.left_join(found, pages.page == found.rated).drop("rated")
    pages = pages.relocate("visit_count", after="view_count").relocate("page_total", after="high_loop_rate")
    return pages.order_by(ibis.desc("view_count"), "page")


def _views(events: ir.Table) -> ir.Table:
    """Views of pages with the one before and after in their visit: whether it is landed on, a dead end, a back-step.

    `customer_id` is the visitor, whose views are alike.
    """
    t = with_follows(events)
    t = t if "at_us" in t.columns else t.mutate(at_us=instant_us(t.occurred_at))
    keys = visit_keys(t)
    bought = t.filter(t.event_name == "purchase").select(**{f"buying_{key}": key for key in keys}).distinct()
    v = t.filter(t.opens_page)
    line = ibis.window(group_by=[v[key] for key in keys], order_by=in_time(v))
    v = v.select(
        *keys,
        "page",
        "day_on",
        customer_id="visitor_id",
        before=v.page.lag().over(line),
        after=v.page.lead().over(line),
    )
    v = v.left_join(bought, [v[key] == bought[f"buying_{key}"] for key in keys])
    return v.mutate(
        is_landing=v.before.isnull(),
        is_dead_end=v.after.isnull() & v[f"buying_{keys[0]}"].isnull(),
        goes_back=(v.after == v.before).fill_null(False),
    ).drop("before", "after", *(f"buying_{key}" for key in keys))


@study(zh="无人浏览的商品", source="C-057", shown=50)
def unseen_products(events: ir.Table, products: ir.Table, items: ir.Table) -> ir.Table:
    """Products of the catalogue whose page nobody opened in the window: what the site does not lead to.

    Those that were sold all the same stand first: people order them without their page. `unseen_total` is their number,
    `catalogue_total` that of all products. Where no view names a product nothing is known, and nothing is here.
    """
    views = events.filter((events.event_name == "view_item") & events.product_id.notnull())
    seen = views.select(seen_id="product_id").distinct()
    sold = items.group_by(sold_id="product_id").agg(order_count=_.order_id.nunique())
    t = products.select("product_id", "product_name", "category")
    t = t.mutate(catalogue_total=t.count().over(ibis.window()))
    t = t.cross_join(seen.agg(seen_total=_.count())).filter(_.seen_total > 0)
    t = t.anti_join(seen, t.product_id == seen.seen_id)
    t = t.left_join(sold, t.product_id == sold.sold_id).drop("sold_id", "seen_total")
    t = t.mutate(order_count=_.order_count.fill_null(0), unseen_total=_.count().over(ibis.window()))
    t = t.select("product_id", "product_name", "category", "order_count", "unseen_total", "catalogue_total")
    return t.order_by(ibis.desc("order_count"), "product_id")
