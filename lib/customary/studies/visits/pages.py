"""Visits: how far they got, which pages they saw, and in which order."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import unknown_name
from customary.frames.places import AUTOMATIC
from customary.stats.intervals import Z, clamp, share, share_of_all
from customary.studies.shared.cuts import ENDS
from customary.studies.shared.follows import with_follows
from customary.studies.shared.windows import inside

STEPS = (
    ("visit", "访问"),
    ("saw a product", "浏览商品"),
    ("added to cart", "加入购物车"),
    ("began checkout", "开始结账"),
    ("purchased", "购买"),
)


@study(zh="访问转化漏斗", source="A-009", rests_on="visits")
def visit_funnel(sessions: ir.Table) -> ir.Table:
    """Visits that got to each step or beyond it, a later one implying the earlier; the study funnel implies nothing."""
    t = sessions
    reached = ibis.cases(
        (t.has_purchase, 5), (t.has_begin_checkout, 4), (t.has_add_to_cart, 3), (t.has_view_item, 2), else_=1
    )
    counts = t.mutate(reached=reached).agg(**{f"s{n}": (_.reached >= n).sum() for n in range(1, len(STEPS) + 1)})
    parts = [
        counts.select(
            position=ibis.literal(n, "int8"),
            step=ibis.literal(name),
            zh=ibis.literal(zh),
            session_count=counts[f"s{n}"],
        )
        for n, (name, zh) in enumerate(STEPS, 1)
    ]
    f = ibis.union(*parts).mutate(session_count=_.session_count.fill_null(0))
    before = f.session_count.lag().over(order_by=f.position)
    first = f.session_count.max().over(ibis.window())
    return f.mutate(
        step_rate=share(f.session_count, before),
        overall_rate=share(f.session_count, first),
    ).order_by("position")


THINGS = {"categories": "category", "products": "product_name"}


@study(zh="页面排行", source="C-011", shown=50)
def pages(events: ir.Table, *, during: WindowLike | None = None) -> ir.Table:
    """The pages seen most: views, visitors, seconds until the next page, share of views that ended the visit.

    A page is seen from the first event on it to the first event on another one, however many happen in between;
    how long the last page of a visit was read is not known, so that the time rests on `dwell_count` views. `during`
    takes the views that began in it, and what came after them is known all the same.
    """
    t = inside(with_follows(events), during).filter(_.opens_page)
    t = t.group_by("page").agg(
        view_count=_.count(),
        visitor_count=_.visitor_id.nunique(),
        dwell_seconds=_.page_seconds.mean(),
        dwell_count=_.page_seconds.count(),
        spread=_.page_seconds.std(how="sample"),
        exit_count=_.page_seconds.isnull().sum(),
        exit_rate=_.page_seconds.isnull().cast("float64").mean(),
    )
    return rank_pages(t)


def rank_pages(t: ir.Table) -> ir.Table:
    """Pages with their counts and the spread of their seconds: with the interval of the mean, the most seen first."""
    half = Z * t.spread / t.dwell_count.nullif(0).cast("float64").sqrt()
    t = t.mutate(
        low_dwell_seconds=clamp(t.dwell_seconds - half, 0.0),
        high_dwell_seconds=t.dwell_seconds + half,
        page_total=t.count().over(ibis.window()),
    )
    return t.drop("spread").order_by(ibis.desc("view_count"), "page")


@study(zh="浏览商品", source="A-051…A-052", shown=50, rests_on="events")
def product_views(events: ir.Table, products: ir.Table, *, of: str = "categories") -> ir.Table:
    """Categories or products whose pages were opened most: views, visitors, and the share of all views of products.

    A product that no catalogue lists has its number for a name and no category: the NULL group. `group_total` says of
    how many.
    """
    if of not in THINGS:
        raise unknown_name(of, THINGS, "thing that is looked at")
    t = events.filter((events.event_name == "view_item") & events.product_id.notnull())
    t = t.select("product_id", "visitor_id").left_join(
        products.select("product_id", "product_name", "category"), "product_id"
    )
    t = t.mutate(product_name=ibis.coalesce(t.product_name, t.product_id))
    t = t.group_by(label=t[THINGS[of]]).agg(view_count=_.count(), visitor_count=_.visitor_id.nunique())
    t = t.mutate(view_share=share_of_all(t.view_count), group_total=t.count().over(ibis.window()))
    return t.order_by(ibis.desc("view_count"), "label")


@study(zh="浏览路径", source="A-048", shown=50)
def page_flow(events: ir.Table, *, during: WindowLike | None = None) -> ir.Table:
    """What follows what within a visit: pairs of events with their count and the share among what follows the first.

    A selection, or `during`, is of the first of the two; what follows it may be outside.
    """
    t = inside(with_follows(events), during).filter(_.event_name.notin(AUTOMATIC))
    return rank_flow(t.group_by("event_name", "next_event").agg(pair_count=_.count()))


def rank_flow(t: ir.Table) -> ir.Table:
    """Pairs of an event and the next with their count: with the share among what follows, the commonest first."""
    t = t.mutate(following=t.next_event.fill_null(ENDS)).select("event_name", "following", "pair_count")
    return t.mutate(share=share_of_all(t.pair_count, t.event_name), pair_total=t.count().over(ibis.window())).order_by(
        ibis.desc("pair_count"), "event_name", "following"
    )
