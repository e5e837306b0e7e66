"""What visitors look for and do not find: searches with what came after them in the visit."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.frames.places import instant_us
from customary.stats.intervals import share, wilson
from customary.studies.shared.follows import visit_keys
from customary.studies.shared.windows import inside

SEARCHES = ("search", "view_search_results")
PERSONAL = r"@|[0-9]{5,}"  # an address or a long number in a term may be somebody's own
FOLLOWS = {"opened": "view_item", "carted": "add_to_cart", "bought": "purchase"}


@study(zh="搜索后续行为", source="C-008, A-054", shown=30, rests_on=("visits", "event times"))
def search_outcomes(events: ir.Table, *, during: WindowLike | None = None) -> ir.Table:
    """What came after a search in its visit: was a product opened, put into the cart, bought; the vain ones first.

    One row per term, written alike; a visit counts once, from its first search of the term on. `unmet_rate` is the
    share of these visits that opened no product afterwards, with its interval: what people want and the shop does not
    show them, or names otherwise. `no_result_count` is known where events tell the number of results (`result_count`),
    otherwise unknown and not zero. That a product was opened does not say it was the one searched for.
    """
    t = _in_order(inside(events, during).filter(_.visit_no.notnull()))
    keys = visit_keys(t)
    lasts = t.group_by(keys).agg(
        **{f"last_{name}": t.place.max(where=t.event_name == event) for name, event in FOLLOWS.items()}
    )
    v = _first_searches(t, keys).left_join(lasts, keys, rname="{name}_of_visit")
    v = v.mutate(**{f"has_{name}": (v[f"last_{name}"] > v.place).fill_null(False) for name in FOLLOWS})
    counts = {f"{name}_count": v[f"has_{name}"].cast("int32").sum().cast("int64") for name in FOLLOWS}
    t = v.group_by("term").agg(
        search_count=_.searches.sum().cast("int64"),
        visit_count=_.count(),
        visitor_count=_.who.nunique(),
        **counts,
        no_result_count=_.empty_handed.sum().cast("int64"),
    )
    return _with_rates(t).order_by(ibis.desc("unmet_count"), ibis.desc("visit_count"), "term")


def _in_order(t: ir.Table) -> ir.Table:
    """Events with `place`, their number in time; those of one instant by their own numbers."""
    if "event_no" in t.columns:
        return t.mutate(place=t.event_no)
    return t.mutate(place=ibis.row_number().over(order_by=[instant_us(t.occurred_at), t.event_id]))


def _first_searches(t: ir.Table, keys: list[str]) -> ir.Table:
    """Visit and term → its searches, the place of the first, and those without a result where that is known."""
    t = t.filter(t.event_name.isin(SEARCHES) & t.search_term.notnull())
    written = t.search_term.strip().lower()
    term = ibis.cases((written.re_search(PERSONAL), "(with numbers or addresses)"), else_=written)
    is_empty = (t.result_count == 0).cast("int32") if "result_count" in t.columns else ibis.null("int32")
    t = t.mutate(term=term, is_empty=is_empty)
    return t.group_by("term", *keys).agg(
        who=_.visitor_id.max(), searches=_.count(), place=_.place.min(), empty_handed=_.is_empty.max()
    )


def _with_rates(t: ir.Table) -> ir.Table:
    t = t.mutate(unmet_count=t.visit_count - t.opened_count)
    low, high = wilson(t.unmet_count, t.visit_count)
    return t.mutate(
        unmet_rate=share(t.unmet_count, t.visit_count),
        low_unmet_rate=low,
        high_unmet_rate=high,
        bought_rate=share(t.bought_count, t.visit_count),
        term_total=t.count().over(ibis.window()),
    )
