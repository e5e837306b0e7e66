"""The same answers from what the build has counted already: see frames/cubes."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.frames.cubes import DOINGS
from customary.stats.intervals import share
from customary.studies.shared.windows import date_value, days_of, inside
from customary.studies.visits.pages import rank_flow, rank_pages
from customary.studies.visits.sources import answer_by_action


def pages_from(page_days: ir.Table, *, during: WindowLike | None = None) -> ir.Table:
    """What `pages` answers, of `page_days`."""
    t = inside(page_days, during)
    is_new = t.previous_on.isnull()
    if during:
        is_new = is_new | (t.previous_on < date_value(days_of(during)[0]))
    t = t.mutate(newcomers=ibis.cases((is_new, t.visitor_count), else_=0)).group_by("page")
    t = t.agg(
        view_count=_.view_count.sum().cast("int64"),
        visitor_count=_.newcomers.sum().cast("int64"),
        seconds=_.seconds.sum(),
        squares=_.squares.sum(),
        dwell_count=_.dwell_count.sum().cast("int64"),
    )
    n = t.dwell_count.cast("float64")
    mean, exits = share(t.seconds, n), t.view_count - t.dwell_count
    around = t.squares - n * mean * mean
    spread = ibis.cases((n > 1, ibis.cases((around > 0, around / (n - 1).nullif(0)), else_=0.0).sqrt()))
    t = t.mutate(dwell_seconds=mean, spread=spread, exit_count=exits, exit_rate=share(exits, t.view_count))
    names = ("page", "view_count", "visitor_count", "dwell_seconds", "dwell_count", "spread", "exit_count", "exit_rate")
    return rank_pages(t.select(*names))


def page_flow_from(flow_days: ir.Table, *, during: WindowLike | None = None) -> ir.Table:
    """What `page_flow` answers, of `flow_days`."""
    t = inside(flow_days, during).group_by("event_name", "next_event")
    return rank_flow(t.agg(pair_count=_.pair_count.sum().cast("int64")))


def interactions_from(doing_days: ir.Table, event_names: ir.Table, *, during: WindowLike | None = None) -> ir.Table:
    """What `interactions` answers, of `doing_days` and the names of all events."""
    t = inside(doing_days, during)
    together, apart = t.filter(t.apart.isnull()), _put_together(t.filter(t.apart.notnull()))
    totals = ibis.union(*(_sum_all(each) for each in (together, apart)))
    return answer_by_action(_sum_all(totals), event_names)


def _put_together(t: ir.Table) -> ir.Table:
    """One row per visit that stands in several: what it did in the selected ones, as if it were one."""
    counts = {"bought": t.bought.max()}
    for name in DOINGS:
        counts |= {f"n_{name}": t[f"n_{name}"].sum().cast("int64"), f"with_{name}": t[f"with_{name}"].max()}
    v = t.group_by("apart").agg(visits=t.visits.max(), **counts)
    return v.mutate(**{f"bought_{name}": v[f"with_{name}"] * v.bought for name in DOINGS})


def _sum_all(t: ir.Table) -> ir.Table:
    names = ["visits", "bought", *(f"{kind}_{name}" for name in DOINGS for kind in ("n", "with", "bought"))]
    return t.agg(**{name: t[name].sum().cast("int64").fill_null(0) for name in names})
