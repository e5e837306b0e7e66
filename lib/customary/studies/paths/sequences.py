"""Ways through a visit: its sequence of steps, and what stands at which step."""

from functools import reduce

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.stats.intervals import share_of_all
from customary.studies.paths.lines import MOST_STEPS, LineRule, check_count, lines_of, merge_rare_names
from customary.studies.paths.transitions import NAMES
from customary.studies.shared.cuts import ENDS, KEYS
from customary.studies.shared.wanted import WantedEvents

ANY = WantedEvents()
ARROW, GAP = " > ", "…"


def _between(t: ir.Table, start: WantedEvents, end: WantedEvents) -> ir.Table:
    """The steps of each visit from its first `start` to the first `end` after it; visits without them are left out.

    `is_from` and `is_to` say which steps are meant by them.
    """
    visit = [t[key] for key in KEYS]
    first = t.no.min(where=t.is_from).over(group_by=visit)
    t = t.mutate(first=first if start else ibis.literal(0, "int32"))
    is_end = t.is_to & ((t.no > t.first) if start else ibis.literal(True))
    visit = [t[key] for key in KEYS]
    last = t.no.min(where=is_end).over(group_by=visit) if end else t.no.max().over(group_by=visit)
    t = t.mutate(last=last)
    t = t.filter(t.first.notnull() & t.last.notnull() & (t.no >= t.first) & (t.no <= t.last))
    return t.mutate(place=(t.no - t.first).cast("int32"), length=(t.last - t.first + 1).cast("int32"))


def _text(t: ir.Table, head: int, tail: int) -> ir.Table:
    """One row per visit with its steps as one text: the first `head`, the last `tail`, … for what lies between."""
    steps = head + tail
    from_end = t.length - 1 - t.place
    is_shown = (t.length <= steps) | (t.place < head) | (from_end < tail)
    slot = ibis.cases(((t.length <= steps) | (t.place < head), t.place), else_=steps - 1 - from_end)
    t = t.mutate(slot=slot).filter(is_shown)
    names = {f"step{n}": t.name.max(where=t.slot == n) for n in range(steps)}
    t = t.group_by(*KEYS).agg(person_no=t.person_no.max(), length=t.length.max(), **names)
    parts: list[ir.StringValue] = [ibis.coalesce(t[f"step{n}"] + ARROW, "") for n in range(steps)]
    parts.insert(head, ibis.cases((t.length > steps, GAP + ARROW), else_=""))
    text = reduce(lambda a, b: a + b, parts)
    return t.select(*KEYS, "person_no", sequence=text.substr(0, text.length() - len(ARROW)))


@study(zh="行为路径", source="A-048", shown=50)
def paths(
    asked_events: ir.Table,
    *,
    from_: WantedEvents = ANY,
    to: WantedEvents = ANY,
    steps: int = 5,
    least: int = 1,
    of: str = "events",
    collapse: str = "on",
    gap: str = "",
    split: str = "",
    during: WindowLike | None = None,
) -> ir.Table:
    """The ways that visits take: their steps in a row, with the visits and the people that went them.

    A way begins at the visit's first event that `from` means, or with the visit; it ends at the first one after it that
    `to` means, or with the visit. Of longer ways `steps` steps are shown, with … for the others: the first ones, the
    last ones before `to`, both where both are asked. Ways of fewer than `least` visits are one row, which says how many
    of how many it holds. Steps are as in `transitions`.
    """
    check_count(least, "least")
    check_count(steps, "steps", 2, MOST_STEPS)
    rule, ends = LineRule(of, collapse, gap, split), {"is_from": from_, "is_to": to}
    t = _between(lines_of(asked_events, rule, during, ends), from_, to)
    head = 0 if to and not from_ else steps - steps // 2 if to else steps
    visits = _text(t, head, steps - head)
    counts = visits.group_by("sequence").agg(times=_.count())
    counts = counts.mutate(is_rare=counts.times < least, path_total=counts.count().over(ibis.window()))
    rare = counts.is_rare.cast("int32").sum().over(ibis.window())
    other = "(other: " + rare.cast("string") + " of " + counts.path_total.cast("string") + ")"
    counts = counts.select(
        "path_total", "is_rare", known="sequence", shown=ibis.cases((counts.is_rare, other), else_=counts.sequence)
    )
    t = visits.inner_join(counts, visits.sequence == counts.known)
    t = t.mutate(sequence=t.shown).group_by("sequence", "is_rare", "path_total")
    t = t.agg(session_count=_.count(), customer_count=_.person_no.nunique())
    t = t.mutate(session_share=share_of_all(t.session_count))
    t = t.order_by("is_rare", ibis.desc("session_count"), "sequence").drop("is_rare")
    return t.relocate("sequence", "session_count", "customer_count", "session_share")


@study(zh="逐步行为矩阵", source="A-048", shown=60)
def step_matrix(
    asked_events: ir.Table,
    *,
    from_: WantedEvents = ANY,
    steps: int = 6,
    most: int = NAMES,
    of: str = "events",
    collapse: str = "on",
    gap: str = "",
    split: str = "",
    during: WindowLike | None = None,
) -> ir.Table:
    """What visits do at their first, second, third … step, and how many have ended by then.

    Step 1 is how the visit begins, or its first event that `from` means; visits without it are left out. The shares of
    a step add up to 100 % of these visits. Steps are as in `transitions`.
    """
    check_count(steps, "steps", 1, MOST_STEPS)
    rule, ends = LineRule(of, collapse, gap, split), {"is_from": from_, "is_to": ANY}
    t = lines_of(asked_events, rule, during, ends)
    t = _between(merge_rare_names(t, check_count(most, "most")), from_, ANY)
    visits = t.group_by(*KEYS).agg(person_no=_.person_no.max(), length=_.length.max())
    numbers = ibis.range(0, steps).unnest().cast("int32").name("place").as_table()
    ended = visits.cross_join(numbers)
    ended = ended.filter(ended.place >= ended.length).select("place", "person_no", name=ibis.literal(ENDS))
    t = ibis.union(t.filter(t.place < steps).select("place", "person_no", "name"), ended)
    t = t.group_by("place", "name").agg(session_count=_.count(), customer_count=_.person_no.nunique())
    t = t.select(
        "session_count",
        "customer_count",
        step_no=(t.place + 1).cast("int32"),
        event_name=t.name,
        session_share=share_of_all(t.session_count, t.place),
    )
    t = t.relocate("step_no", "event_name")
    return t.order_by("step_no", ibis.desc("session_count"), "event_name")
