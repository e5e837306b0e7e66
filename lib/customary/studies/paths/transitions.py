"""What follows what within a visit, and where visits that convert go differently."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.stats.intervals import share, share_of_all, wilson
from customary.studies.paths.lines import LineRule, check_count, lines_of, merge_rare_names, with_next
from customary.studies.shared.cuts import KEYS
from customary.studies.shared.wanted import WantedEvents

NAMES = 100  # names shown by themselves, where nobody says
STRICT = 2.58  # the interval of 99 %, because many transitions are looked at
PURCHASE = WantedEvents("event=purchase")


@study(zh="行为流转", source="A-048", shown=50)
def transitions(
    asked_events: ir.Table,
    *,
    of: str = "events",
    collapse: str = "on",
    gap: str = "",
    split: str = "",
    most: int = NAMES,
    during: WindowLike | None = None,
) -> ir.Table:
    """What directly follows what within a visit: how often, by how many people, and the time between.

    `of` "events" or "pages"; the same thing several times in a row is one step unless `collapse` is "off". Visits are
    cut as in `sessions`. Names beyond the `most` commonest are one, which says how many of how many it holds; what GA4
    sends by itself (session_start, first_visit, user_engagement) is no step.
    """
    t = lines_of(asked_events, LineRule(of, collapse, gap, split), during)
    t = with_next(merge_rare_names(t, check_count(most, "most")))
    t = t.filter(t.following.notnull()).group_by("name", "following", "name_total")
    t = t.agg(
        transition_count=_.count(),
        customer_count=_.person_no.nunique(),
        median_seconds=_.seconds.median(),
    )
    t = t.mutate(
        share_out=share_of_all(t.transition_count, t.name),
        share_in=share_of_all(t.transition_count, t.following),
        pair_total=t.count().over(ibis.window()),
    )
    t = t.rename({"from": "name", "to": "following"})
    t = t.relocate("from", "to", "transition_count", "customer_count", "share_out", "share_in")
    return t.order_by(ibis.desc("transition_count"), "from", "to")


@study(zh="转化与未转化的流转差异", source="C-055", shown=50)
def transition_contrast(
    asked_events: ir.Table,
    *,
    converted: WantedEvents = PURCHASE,
    of: str = "events",
    collapse: str = "on",
    gap: str = "",
    split: str = "",
    least: int = 10,
    during: WindowLike | None = None,
) -> ir.Table:
    """Which transitions visits that convert make more often than the others, before they convert.

    A visit converts with its first event that `converted` means, a purchase by default; steps from there on are not
    looked at, because they would only say that it did. Transitions of fewer than `least` visits are left out, as
    `pair_total` says. The interval is the one of 99 %, because many are looked at. It shows where such visits differ,
    not why.
    """
    check_count(least, "least")
    t = lines_of(asked_events, LineRule(of, collapse, gap, split), during, {"is_goal": converted})
    t = t.mutate(goal=ibis.cases((t.is_goal, t.at_us)))
    t = t.mutate(goal=t.goal.min().over(group_by=[t[key] for key in KEYS]))
    visits = t.select(*KEYS, has_converted=t.goal.notnull()).distinct()
    totals = visits.agg(
        converted_total=visits.has_converted.cast("int32").sum(),
        other_total=(~visits.has_converted).cast("int32").sum(),
    )
    t = with_next(t.filter(t.goal.isnull() | (t.at_us < t.goal)))
    pairs = t.filter(t.following.notnull()).mutate(has_converted=t.goal.notnull())
    pairs = pairs.select(*KEYS, "name", "following", "has_converted").distinct()
    pairs = pairs.group_by("name", "following").agg(
        converted_count=_.has_converted.cast("int32").sum(),
        other_count=(~_.has_converted).cast("int32").sum(),
    )
    pairs = pairs.mutate(pair_total=pairs.count().over(ibis.window()))
    t = pairs.filter(pairs.converted_count + pairs.other_count >= least).cross_join(totals)
    t = _with_difference(t).rename({"from": "name", "to": "following"})
    return t.relocate("from", "to").order_by(ibis.desc("rate_difference"), "from", "to")


def _with_difference(t: ir.Table) -> ir.Table:
    """Both shares and their difference with its interval (Newcombe 1998, method 10)."""
    p, q = share(t.converted_count, t.converted_total), share(t.other_count, t.other_total)
    (p_low, p_high), (q_low, q_high) = (
        wilson(t.converted_count, t.converted_total, STRICT),
        wilson(t.other_count, t.other_total, STRICT),
    )
    return t.mutate(
        converted_share=p,
        other_share=q,
        rate_difference=p - q,
        low_difference=p - q - ((p - p_low) ** 2 + (q_high - q) ** 2).sqrt(),
        high_difference=p - q + ((p_high - p) ** 2 + (q - q_low) ** 2).sqrt(),
    )
