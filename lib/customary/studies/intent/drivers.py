"""Which behaviours tell visits that buy from those that do not, among visits that did as much."""

from collections.abc import Sequence
from statistics import NormalDist

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.stats.intervals import share
from customary.studies.intent.before import is_browsing, places, until_purchase
from customary.studies.shared.follows import visit_keys
from customary.studies.shared.windows import inside

# GA4 names, with the words for them
BEHAVIOURS = (
    ("search", "searched", "搜索"),
    ("view_item_list", "looked through lists", "浏览列表"),
    ("view_review", "read reviews", "查看评论"),
    ("add_to_wishlist", "put on the wishlist", "收藏商品"),
    ("share", "shared", "分享"),
    ("contact_service", "asked service", "发起咨询"),
    ("select_promotion", "followed a promotion", "点击活动"),
)
DOUBT = 0.05  # how often at most any of the verdicts is wrong where no behaviour makes a difference
# How many things a visit did: each number up to ten is a stratum of its own, more are taken together.
STRATA = ((10, None), (15, 11), (25, 12))
MANY = 13
NO_SPREAD = 1e-9  # visitors who add less than this to a difference are alike, and say nothing of how others spread


def _stratum(done: ir.IntegerValue) -> ir.IntegerValue:
    tests = [(done <= most, done if name is None else ibis.literal(name)) for most, name in STRATA]
    return ibis.cases(*tests, else_=MANY)


@study(zh="转化驱动行为", source="C-013, A-062", rests_on="visits")
def conversion_drivers(events: ir.Table, whole_events: ir.Table, *, during: WindowLike | None = None) -> ir.Table:
    """Which behaviours tell visits that buy from those that do not, among visits that did equally many things.

    What comes with a purchase or after it does not count, nor do the steps of buying themselves. Whoever stays longer
    does more of everything: `adjusted_difference` is the conversion with the behaviour less that without it among
    visits of equally many things done before, averaged over these numbers (Mantel and Haenszel 1959; Greenland and
    Robins 1985), with visits of one visitor as one observation. Several behaviours are judged, so the intervals are
    those of Holm's procedure (1979): that any of them is called clear by chance happens in 5 % of cases at most. It
    shows what goes with buying, not what brings it about: who already means to buy may read more reviews. Within a
    number of things done, more of one is less of another. A behaviour that the log never names is not here.
    """
    names = [name for name, _en, _zh in BEHAVIOURS]
    known = whole_events.agg(**{f"knows_{name}": (_.event_name == name).any() for name in names})
    rows = _spread(_visits(inside(events, during), names).cross_join(known))
    return _with_verdicts(_differences(rows)).order_by(ibis.desc("adjusted_difference"), "event_name")


def _visits(events: ir.Table, names: Sequence[str]) -> ir.Table:
    """Visits that did anything before they bought: whether they bought, their stratum, which behaviours they show."""
    t = until_purchase(events)
    t = t.filter(is_browsing(t))
    v = t.group_by(visit_keys(t)).agg(
        visitor=_.visitor_id.max(),
        bought=_.bought.any(),
        done=_.count(),
        **{f"with_{name}": (_.event_name == name).any() for name in names},
    )
    return v.mutate(stratum=_stratum(v.done).cast("int8"), y=v.bought.cast("float64"))


def _spread(visits: ir.Table) -> ir.Table:
    """A row per visit and behaviour that the log knows: `x` whether the visit shows it, `y` whether it bought."""
    t = visits.cross_join(places(len(BEHAVIOURS)))

    def pick(kind: str) -> ir.Value:
        return ibis.cases(*((t.place == n, t[f"{kind}_{name}"]) for n, (name, _e, _z) in enumerate(BEHAVIOURS, 1)))

    t = t.mutate(x=pick("with"), known=pick("knows"))
    return t.filter(t.known.fill_null(False)).select("place", "stratum", "visitor", "x", "y")


def _differences(rows: ir.Table) -> ir.Table:
    """Behaviour → conversions, adjusted difference and its standard error."""
    cells = rows.group_by("place", "stratum").agg(
        n1=_.x.cast("float64").sum(),
        n0=(~_.x).cast("float64").sum(),
        p1=_.y.mean(where=_.x),
        p0=_.y.mean(where=~_.x),
    )
    cells = cells.filter((cells.n1 > 0) & (cells.n0 > 0))
    cells = cells.mutate(weight=cells.n1 * cells.n0 / (cells.n1 + cells.n0))
    t = cells.group_by("place").agg(
        adjusted_difference=share((_.weight * (_.p1 - _.p0)).sum(), _.weight.sum()),
        compared_count=(_.n1 + _.n0).sum().cast("int64"),
        whole=_.weight.sum(),
    )
    crude = rows.group_by("place").agg(
        visit_count=_.x.cast("int64").sum(),
        conversion_with=_.y.mean(where=_.x),
        conversion_without=_.y.mean(where=~_.x),
    )
    t = crude.left_join(t, "place").drop("place_right").left_join(_spreads(rows, cells), "place").drop("place_right")
    error = share(t.square.sqrt(), t.whole)
    return t.mutate(error=ibis.cases((error > NO_SPREAD, error))).drop("square", "whole")


def _spreads(rows: ir.Table, cells: ir.Table) -> ir.Table:
    """Behaviour → the summed squares of what each visitor's visits add to the difference, as one observation."""
    t = rows.inner_join(cells, ["place", "stratum"])
    own = ibis.cases((t.x, (t.y - t.p1) / t.n1), else_=(t.p0 - t.y) / t.n0) * t.weight
    t = t.mutate(own=own).group_by("place", "visitor").agg(own=_.own.sum())
    t = t.group_by("place").agg(square=(_.own * _.own).sum(), visitors=_.count())
    return t.mutate(square=share(t.square * t.visitors, t.visitors - 1)).drop("visitors")


def _with_verdicts(t: ir.Table) -> ir.Table:
    """With words, Holm's intervals and verdicts: the clearest first, and none after one that is not clear."""
    t = t.mutate(z=share(t.adjusted_difference, t.error).abs(), left=t.count().over(ibis.window()))
    t = t.mutate(rank=ibis.row_number().over(order_by=[ibis.desc(t.z.fill_null(-1.0)), t.place]))
    bounds = [NormalDist().inv_cdf(1 - DOUBT / (2 * n)) for n in range(1, len(BEHAVIOURS) + 1)]
    bound = ibis.cases(*((t.left - t.rank == n, bounds[n - 1]) for n in range(1, len(bounds) + 1)))
    t = t.mutate(low=t.adjusted_difference - bound * t.error, high=t.adjusted_difference + bound * t.error)
    is_clear = ((t.low > 0) | (t.high < 0)).fill_null(False)
    so_far = is_clear.cast("int8").min().over(ibis.cumulative_window(order_by=t.rank))
    signs = (((so_far == 1) & (t.low > 0), "above"), ((so_far == 1) & (t.high < 0), "below"))
    words = {
        key: ibis.cases(*((t.place == n, behaviour[at]) for n, behaviour in enumerate(BEHAVIOURS, 1)))
        for at, key in enumerate(("event_name", "action", "zh"))
    }
    facts = ("visit_count", "conversion_with", "conversion_without", "compared_count", "adjusted_difference")
    ends = {"low_adjusted_difference": t.low, "high_adjusted_difference": t.high}
    return t.select(**words, **{name: t[name] for name in facts}, **ends, verdict=ibis.cases(*signs, else_="not clear"))
