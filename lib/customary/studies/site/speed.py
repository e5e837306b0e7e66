"""How fast the site is for those who use it, and whether those who wait buy less."""

from collections.abc import Mapping
from functools import reduce
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import unknown_name
from customary.rules.book import RuleBook
from customary.stats.intervals import shares
from customary.studies.shared.follows import visit_keys
from customary.studies.shared.windows import inside

TIMES = ("load_ms", "lcp_ms", "inp_ms", "cls")
DAY = "day"
WAYS = ("page", "device", "browser", "os", "network", "platform", DAY)
TAIL = 0.75  # the percentile at which Core Web Vitals are judged


def _with_times(events: ir.Table) -> ir.Table:
    """Events with the four times, empty where the log has no such column."""
    absent = {name: ibis.null("float64") for name in TIMES if name not in events.columns}
    return events.mutate(**absent)


@study(zh="页面性能", source="C-056, C-058", shown=50)
def page_speed(
    events: ir.Table, shop_rules: RuleBook, *, by: str = "page", during: WindowLike | None = None
) -> ir.Table:
    """How fast pages are for three of four views: load time and Core Web Vitals by page, device, network or day.

    The 75th percentile of what visitors' browsers measured, with the number of measured views; none is given for fewer
    than `site.toml` says. `rating` is the worst of those vitals that are known: good, needs improvement or poor by the
    thresholds of web.dev/vitals. Only events that bear one of the measures are here.
    """
    if by not in WAYS:
        raise unknown_name(by, WAYS, "way to split page speed")
    rules = shop_rules["site"]
    t = inside(_with_times(events), during)
    t = t.filter(reduce(lambda a, b: a | b, (t[name].notnull() for name in TIMES)))
    counts = {f"{name}_count": t[name].count() for name in TIMES}
    t = t.group_by(label=t.day_on.cast("string") if by == DAY else t[by]).agg(
        view_count=t.count(), **counts, **{f"p75_{name}": t[name].cast("float64").quantile(TAIL) for name in TIMES}
    )
    enough = {f"p75_{n}": ibis.cases((t[f"{n}_count"] >= rules["speed"]["fewest"], t[f"p75_{n}"])) for n in TIMES}
    t = t.mutate(**enough)
    t = t.mutate(rating=_rating(t, rules["vitals"]), group_total=t.count().over(ibis.window()))
    pairs = [column for name in TIMES for column in (f"p75_{name}", f"{name}_count")]
    return t.select("label", "rating", "view_count", *pairs, "group_total").order_by(ibis.desc("view_count"), "label")


def _rating(t: ir.Table, vitals: Mapping[str, Mapping[str, Any]]) -> ir.StringValue:
    """The worst of the vitals that are known; none where none is."""
    values = {name: t[f"p75_{name}"] for name in vitals}
    is_poor = reduce(lambda a, b: a | b, ((v > vitals[n]["poor"]).fill_null(False) for n, v in values.items()))
    is_slow = reduce(lambda a, b: a | b, ((v > vitals[n]["good"]).fill_null(False) for n, v in values.items()))
    is_known = reduce(lambda a, b: a | b, (v.notnull() for v in values.values()))
    return ibis.cases((is_poor, "poor"), (is_slow, "needs improvement"), (is_known, "good"))


@study(zh="加载速度与转化", source="C-056")
def speed_bands(events: ir.Table, shop_rules: RuleBook, *, during: WindowLike | None = None) -> ir.Table:
    """Visits by how long their pages took to load: how many, and what share of them bought.

    A visit is in the band of the median load time of its pages; those without a measured one are the NULL group. Who
    waits on an old phone differs in more than waiting: it shows where to look, not what faster pages would bring.
    """
    t = inside(_with_times(events), during)
    v = t.group_by(visit_keys(t)).agg(
        load=t.load_ms.cast("float64").median(),
        bought=(t.event_name == "purchase").any(),
        customer_id=t.visitor_id.max(),
    )
    v = v.mutate(known=v.load.count().over(ibis.window())).filter(_.known > 0)
    bands = shop_rules["site"]["speed"]["bands"]
    edges = [f"{end / 1000:g}" for end in bands]
    names = [f"< {edges[0]} s", *(f"{a}–{b} s" for a, b in pairwise(edges)), f"≥ {edges[-1]} s"]
    place = [(v.load < end, n) for n, end in enumerate(bands)]
    v = v.mutate(position=ibis.cases((v.load.isnull(), ibis.null("int8")), *place, else_=len(bands)).cast("int8"))
    t = shares(v, ["position"], v.bought)
    t = t.rename(session_count="n", purchases="event_count", visit_conversion_rate="rate")
    t = t.mutate(label=ibis.cases(*((t.position == n, name) for n, name in enumerate(names))))
    t = t.relocate("position", "label", "session_count", "purchases")
    return t.order_by(ibis.asc("position", nulls_first=False))
