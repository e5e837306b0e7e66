"""Who takes part in campaigns: visits that one brought, and what is clicked and bought in them."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.stats.intervals import share, wilson
from customary.studies.shared.follows import visit_keys
from customary.studies.shared.windows import inside

PROMOTIONS = {"seen": "view_promotion", "clicked": "select_promotion"}


@study(zh="营销活动参与", source="A-061", shown=50, rests_on="campaigns")
def campaign_participation(events: ir.Table, *, during: WindowLike | None = None) -> ir.Table:
    """Visits and visitors by the campaign that brought them: who took part, clicked a promotion, filled a cart, bought.

    A visit takes part in the campaign that its events name (`utm_campaign`); one that names several is in each. Visits
    that name none are the NULL group. `visitor_share` is of all visitors of the window: people of several campaigns are
    in each, so shares do not add up. That a visit bought does not say that the campaign made it buy: see `experiments`.
    """
    t = inside(events, during).filter(_.visit_no.notnull())
    keys, total = visit_keys(t), t.agg(everybody=_.visitor_id.nunique())
    named = {name: (t.event_name == event).any() for name, event in PROMOTIONS.items()}
    v = t.group_by(*keys, "campaign").agg(
        who=t.visitor_id.max(),
        has_cart=(t.event_name == "add_to_cart").any(),
        bought=(t.event_name == "purchase").any(),
        day_on=t.day_on.min(),
        **named,
    )
    in_several = v.count().over(group_by=[v[key] for key in keys]) > 1
    v = v.mutate(in_several=in_several).filter(_.campaign.notnull() | ~_.in_several)
    t = v.group_by("campaign").agg(
        session_count=_.count(),
        visitor_count=_.who.nunique(),
        promotion_seen_count=_.seen.cast("int32").sum().cast("int64"),
        promotion_clicked_count=_.clicked.cast("int32").sum().cast("int64"),
        cart_count=_.has_cart.cast("int32").sum().cast("int64"),
        bought_count=_.bought.cast("int32").sum().cast("int64"),
        first_on=_.day_on.min(),
        last_on=_.day_on.max(),
    )
    t = t.cross_join(total)
    low, high = wilson(t.bought_count, t.session_count)
    t = t.mutate(visitor_share=share(t.visitor_count, t.everybody), bought_rate=share(t.bought_count, t.session_count))
    t = t.mutate(low_bought_rate=low, high_bought_rate=high).drop("everybody")
    t = t.relocate("visitor_share", after="visitor_count")
    return t.order_by(ibis.desc("session_count"), ibis.asc("campaign", nulls_first=False))
