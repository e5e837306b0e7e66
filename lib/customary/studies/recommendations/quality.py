"""How good recommendations are: each way held to orders that were kept back, beside what needs no model."""

from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import fit, study
from customary.stats.intervals import Z, clamp, share, wilson
from customary.studies.recommendations.interests import Memory, purchases_of, views_of
from customary.studies.recommendations.trials import VALIDATION, Kept, keep_back
from customary.studies.recommendations.ways import BASELINES, POPULAR, WAYS, baselines, lists_of

PEOPLE = 2_000  # customers who are tried, those who bought last: enough for an interval of two points


def ways_of(present_frames: frozenset[str]) -> tuple[str, ...]:
    """The ways that this shop can be tried with: without a log nothing was looked at."""
    return tuple(name for name, way in WAYS.items() if "events" in present_frames or not way.knows_views)


def _lists(kept: Kept, ways: tuple[str, ...], memory: Memory, places: int, with_baselines: bool) -> ir.Table:
    asked = kept.answers.select("trial", "customer_id").distinct()
    found = {way: lists_of(WAYS[way], kept.purchases, kept.views, asked, memory, places) for way in ways}
    found |= baselines(kept.purchases, asked, memory, places) if with_baselines else {}
    parts = [t.mutate(method=ibis.literal(name)) for name, t in found.items()]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _hits(lists: ir.Table, answers: ir.Table, ways: tuple[str, ...]) -> ir.Table:
    """Method, trial and customer → how many products the order had, and how many of them were recommended."""
    methods = ibis.array(list(ways)).unnest().name("method").as_table()
    keys = ("trial", "customer_id", "product_id", "method")
    wanted = answers.cross_join(methods).select(*keys)
    listed = lists.select(**{f"listed_{key}": lists[key] for key in keys})
    t = wanted.left_join(listed, [wanted[key] == listed[f"listed_{key}"] for key in keys])
    return t.group_by("trial", "method", "customer_id").agg(wanted=_.count(), hit=_.listed_product_id.count())


def _recalls(hits: ir.Table) -> ir.Table:
    t = hits.mutate(recall=share(hits.hit, hits.wanted))
    t = t.group_by("trial", "method").agg(
        customer_count=_.count(),
        hit_count=(_.hit > 0).cast("int64").sum(),
        recall_rate=_.recall.mean().round(12),  # two ways as good as each other are so however they were added up
        spread=_.recall.std(how="sample"),
    )
    half = Z * t.spread / t.customer_count.cast("float64").sqrt()
    low, high = wilson(t.hit_count, t.customer_count)
    return t.mutate(
        hit_rate=share(t.hit_count, t.customer_count),
        low_hit_rate=low,
        high_hit_rate=high,
        low_recall_rate=clamp(t.recall_rate - half, 0.0),
        high_recall_rate=clamp(t.recall_rate + half, most=1.0),
    ).drop("spread")


def _reach(lists: ir.Table, purchases: ir.Table) -> ir.Table:
    """Trial and method → the share of products that anybody is recommended, and how little known they are.

    Novelty is the mean of −log₂ of the share of customers who had bought the product (Vargas, Castells 2011), in bits.
    """
    known = purchases.select("trial", "product_id", "customer_id").distinct()
    buyers = known.group_by("trial", "product_id").agg(buyers=_.count())
    whole = known.group_by("trial").agg(people=_.customer_id.nunique(), products=_.product_id.nunique())
    t = lists.inner_join(whole, "trial").left_join(buyers, ["trial", "product_id"], rname="{name}_of_buyers")
    t = t.mutate(bits=-share(t.buyers, t.people).log2())
    t = t.group_by("trial", "method").agg(
        shown=_.product_id.nunique(), products=_.products.max(), novelty=_.bits.mean(), offered=_.count()
    )
    return t.mutate(coverage_rate=share(t.shown, t.products)).drop("shown").rename(product_count="products")


def validation_recalls(
    named_items: ir.Table,
    events: ir.Table,
    present_frames: frozenset[str],
    *,
    half_life: float = 90.0,
    seen: float = 0.2,
) -> ir.Table:
    """The recall of each way on the order before the last, of which the way is chosen."""
    purchases, ways = purchases_of(named_items), ways_of(present_frames)
    kept = keep_back(purchases, views_of(events), PEOPLE, (VALIDATION,))
    lists = _lists(kept, ways, Memory(half_life, seen), 10, with_baselines=False)
    return _recalls(_hits(lists, kept.answers, ways)).select("method", "recall_rate").order_by("method")


@fit(table=validation_recalls)
def best_way(columns: dict[str, Any]) -> dict[str, str]:
    """The way to recommend that found most of the orders it was validated on; the first one where none could be."""
    recalls = dict(zip(map(str, columns["method"]), columns["recall_rate"], strict=True))
    best = max(WAYS, key=lambda way: recalls.get(way, -1.0))  # of equal ones the first
    return {"method": best}


@study(zh="推荐效果回测", source="B-098, C-020", rests_on="dates")
def recommendation_quality(
    named_items: ir.Table,
    events: ir.Table,
    present_frames: frozenset[str],
    *,
    places: int = 10,
    half_life: float = 90.0,
    seen: float = 0.2,
) -> ir.Table:
    """Ways to recommend, held to orders they knew nothing of: how much of the order was among `places` products.

    Tried are the customers with three orders or more, at most the 2,000 who bought last. The way with the best recall
    on the order before the last (“validation”) is chosen; what it is worth is said by the last one (“test”), which
    nothing was chosen by. `recall_rate` is the mean over customers of the share of the order's products, with its 95 %
    interval; `hit_rate` the share of customers with one product or more; beside them stand the products that most
    customers bought, the customer's own once more, and any. Other customers' later orders are known in every trial.
    """
    ways, memory = ways_of(present_frames), Memory(half_life, seen)
    purchases = purchases_of(named_items)
    kept = keep_back(purchases, views_of(events), PEOPLE)
    names = (*ways, *BASELINES)
    lists = _lists(kept, ways, memory, places, with_baselines=True)
    t = _recalls(_hits(lists, kept.answers, names))
    reach = _reach(lists, kept.purchases)
    t = t.left_join(reach, ["trial", "method"], rname="{name}_of_reach").drop("trial_of_reach", "method_of_reach")
    return _with_choice(t, ways)


def _with_choice(t: ir.Table, ways: tuple[str, ...]) -> ir.Table:
    """The rows with `is_chosen`, by validation alone, and how many times the popular products' recall each has."""
    place = ibis.cases(*((t.method == name, n) for n, name in enumerate((*ways, *BASELINES))))
    t = t.mutate(place=place)
    judged = t.filter((t.trial == VALIDATION) & (t.place < len(ways)))
    best = ibis.row_number().over(order_by=[ibis.desc(judged.recall_rate), judged.place])
    judged = judged.mutate(best=best).filter(_.best == 0).select(chosen="method")
    t = t.left_join(judged, t.method == judged.chosen)
    popular = t.recall_rate.max(where=t.method == POPULAR).over(group_by=t.trial)
    t = t.mutate(is_chosen=t.chosen.notnull(), against_popular=share(t.recall_rate, popular))
    t = t.relocate("trial", "method", "is_chosen", "customer_count").drop("chosen")
    return t.order_by(ibis.desc("trial"), ibis.desc("recall_rate"), "place").drop("place")
