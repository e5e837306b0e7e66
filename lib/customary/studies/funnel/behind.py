"""Who stands behind a funnel's numbers: what people did instead of the next step, and who they are."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import Window
from customary.declare import study
from customary.errors import Refused, unknown_name
from customary.frames.places import AUTOMATIC
from customary.stats.intervals import share
from customary.studies.funnel.counts import label_of
from customary.studies.funnel.instants import with_units
from customary.studies.funnel.outcomes import outcomes_of, time_name
from customary.studies.funnel.rules import NO_CONDITIONS, USUAL_WITHIN, FunnelRules, rules_of
from customary.studies.shared.conditions import Conditions
from customary.studies.shared.people import with_person
from customary.studies.shared.spans import MICRO

NOTHING_MORE = "(nothing more)"
CUSTOMER, VISITOR = "customer ", "visitor "  # what a person_id begins with
STATES = ("stopped", "reached")


@study(zh="漏斗流失去向", source="C-012, A-009", shown=50)
def funnel_drop_offs(
    asked_events: ir.Table,
    as_of: date,
    time_zone: str,
    *,
    step: Conditions = NO_CONDITIONS,
    order: str = "sequential",
    entry: str = "first",
    unit: str = "people",
    within: str = USUAL_WITHIN,
    clock: str = "first",
    grace: int = 0,
    exclude: Conditions = NO_CONDITIONS,
    exclude_mode: str = "step",
    hold: str = "",
    during: Window | None = None,
) -> ir.Table:
    """What those who got no further did next instead: their next event within the window, with count and share.

    Asked like the funnel. The next event is the first at a later instant than the last step they came to; of several
    at one instant the first by name. Events that tags send by themselves are passed over.
    """
    rules = rules_of(
        step, order, entry, unit, within, clock, grace, exclude, exclude_mode, hold, during, as_of, time_zone
    )
    found = with_units(asked_events, rules)
    stopped = _stops(outcomes_of(asked_events, rules), rules)
    return _following(stopped, found.filter(_.name.notin(AUTOMATIC)), rules)


@study(zh="漏斗步骤人员名单", source="C-012, A-086", shown=100)
def funnel_people(
    asked_events: ir.Table,
    as_of: date,
    time_zone: str,
    *,
    step: Conditions = NO_CONDITIONS,
    order: str = "sequential",
    entry: str = "first",
    unit: str = "people",
    within: str = USUAL_WITHIN,
    clock: str = "first",
    grace: int = 0,
    exclude: Conditions = NO_CONDITIONS,
    exclude_mode: str = "step",
    hold: str = "",
    during: Window | None = None,
    at: int = 0,
    state: str = "stopped",
) -> ir.Table:
    """Who stopped at a step of a funnel, or reached it, with when they entered and when they came to their last step.

    Asked like the funnel; `at` is the number of the step, 0 for all, `state` “stopped” or “reached”. Whoever is no
    known customer is a visitor. It is for looking closer: whom to address is what lists of actions say.
    """
    if state not in STATES:
        raise unknown_name(state, STATES, "state")
    rules = rules_of(
        step, order, entry, unit, within, clock, grace, exclude, exclude_mode, hold, during, as_of, time_zone
    )
    if not 0 <= at <= rules.count:
        raise Refused("the funnel has {count} steps: at is the number of one of them, or 0 for all", count=rules.count)
    t = outcomes_of(asked_events, rules).filter(_.depth > 0)
    if at:
        t = t.filter(t.depth == at if state == "stopped" else t.depth >= at)
    return _people(_with_names(t, asked_events), rules)


def _stops(outcomes: ir.Table, rules: FunnelRules) -> ir.Table:
    """The units that came to a step and not to the last, with when they came to it and until when it was open."""
    t = outcomes.filter((outcomes.depth > 0) & (outcomes.depth < rules.count))
    came = ibis.cases(*((t.depth == n, t[time_name(n)]) for n in range(1, rules.count)))
    t = t.mutate(stopped_us=came)
    begins = t.stopped_us if rules.clock == "prior" else t.entry_us
    return t.mutate(closes_us=begins + rules.window_us)


def _following(stopped: ir.Table, events: ir.Table, rules: FunnelRules) -> ir.Table:
    """Step and next event → how many, and of how many who stopped there."""
    whose = "unit" if rules.unit == "sessions" else "person_no"
    e = events.select(whose=events[whose], later_us="at_us", name="name")
    later = [stopped[whose] == e.whose, e.later_us > stopped.stopped_us, e.later_us <= stopped.closes_us]
    t = stopped.inner_join(e, later).group_by("unit").agg(next_us=_.later_us.min(), at_least=_.whose.min())
    t = t.inner_join(e, [t.at_least == e.whose, t.next_us == e.later_us]).group_by("unit").agg(name=_.name.min())
    names = t.select(next_unit="unit", name="name")
    t = stopped.left_join(names, stopped.unit == names.next_unit)
    t = t.mutate(following=t.name.fill_null(NOTHING_MORE))
    t = t.group_by("depth", "following").agg(customer_count=_.count())
    t = t.mutate(stopped_count=t.customer_count.sum().over(group_by=t.depth))
    labels = ibis.cases(*((t.depth == n, label_of(rules, n)) for n in range(1, rules.count)))
    t = t.mutate(step=t.depth, label=labels, share=share(t.customer_count, t.stopped_count))
    facts = ("step", "label", "following", "customer_count", "share", "stopped_count")
    return t.order_by("step", ibis.desc("customer_count"), "following").select(*facts)


def _with_names(t: ir.Table, events: ir.Table) -> ir.Table:
    """The units with `person_id`, which says who a person is."""
    names = with_person(events).select(named_no="person_no", person_id="person_id").distinct()
    return t.inner_join(names, t.person_no == names.named_no).drop("named_no")


def _whose(t: ir.Table, mark: str) -> ir.StringValue:
    """The number behind a person's mark, nothing for a person of the other kind."""
    return ibis.cases((t.person_id.startswith(mark), t.person_id.substr(len(mark))))


def _instant(at_us: ir.IntegerValue) -> ir.TimestampValue:
    """The whole second of a moment counted from 1970."""
    return ibis.timestamp("1970-01-01 00:00:00") + (at_us // MICRO).cast("int64").as_interval("s")


def _people(t: ir.Table, rules: FunnelRules) -> ir.Table:
    steps = range(1, rules.count + 1)
    came = ibis.cases(*((t.depth == n, t[time_name(n)]) for n in steps))
    t = t.mutate(
        customer_id=_whose(t, CUSTOMER),
        visitor_id=_whose(t, VISITOR),
        step=t.depth,
        label=ibis.cases(*((t.depth == n, label_of(rules, n)) for n in steps)),
        entered_at=_instant(t.entry_us),
        reached_at=_instant(came),
    )
    order = [ibis.desc("step"), ibis.desc("entered_at"), "person_id", "unit"]
    return t.order_by(*order).select("customer_id", "visitor_id", "step", "label", "entered_at", "reached_at")
