"""The instrumentation plan held against the log: what is missing, new, misspelt or out of range."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import Refused
from customary.frames.places import AUTOMATIC, OWN_NAME, name_of
from customary.rules.book import RuleBook
from customary.rules.ranges import Range
from customary.rules.tracking import FILE, PlannedEvent, planned_events
from customary.stats.intervals import share
from customary.studies.shared.windows import inside

# What may be said of an event or a property, the most urgent first.
MISSING, ABSENT, MISSPELT, UNFILLED, OUTSIDE, NEW, PLANNED = (
    "missing",
    "not in the log",
    "misspelt",
    "property missing",
    "out of range",
    "new event",
    "as planned",
)
STATES = (MISSING, ABSENT, MISSPELT, UNFILLED, OUTSIDE, NEW, PLANNED)
COUNTS = ("event_count", "faulty_count")
FACTS = ("state", "name", "property", *COUNTS, "example", "nearest", "owner", "version", "last_on")
TYPES = {**dict.fromkeys(COUNTS, "int64"), "last_on": "date"}
SIGNS = r"[\s_\-./:]"  # what two spellings of one name may differ by without a letter being wrong


@study(zh="埋点方案核对", source="A-105…A-106", shown=50)
def instrumentation(
    events: ir.Table, as_of: date, shop_rules: RuleBook, *, during: WindowLike | None = None
) -> ir.Table:
    """The instrumentation plan against the log of the last days: what is missing, new, misspelt or out of range.

    The plan is `tracking.toml`; of its events each is as planned or missing, and a property is missing where events of
    the name leave it empty, or out of range. An event that no entry means is misspelt where few letters are different
    from one that is planned – none but signs and capitals, one of five, two of nine – and new otherwise. `faulty_share`
    is of the events of that name, with an example: the page, or the value. What tags send by themselves is not judged.
    """
    rules = shop_rules[FILE]
    plan = planned_events(rules)
    t = inside(events, during or (as_of - timedelta(days=rules["window"]["days"]), as_of))
    t = t.mutate(place=_place_of(t, plan), name=name_of(t))
    parts = [_judge_events(t, plan), *_judge_properties(t, plan), _judge_other_names(t, plan)]
    found = ibis.union(*parts).cross_join(t.agg(all_count=_.count()))
    order = ibis.cases(*((found.state == state, n) for n, state in enumerate(STATES, 1)))
    found = found.mutate(
        position=order.cast("int8"),
        event_share=share(found.event_count, found.all_count),
        faulty_share=share(found.faulty_count, found.event_count),
    )
    found = found.rename(event_name="name", plan_version="version").drop("all_count")
    found = found.relocate("position").relocate("event_share", after="event_count")
    found = found.relocate("faulty_share", after="faulty_count")
    return found.order_by("position", ibis.desc("event_count"), "event_name", "property")


def _place_of(t: ir.Table, plan: Sequence[PlannedEvent]) -> ir.IntegerValue:
    """Which entry of the plan means an event, by its name in the vocabulary or in the source; empty for none."""
    own = t[OWN_NAME] if OWN_NAME in t.columns else t.event_name
    names = [((t.event_name == event.name) | (own == event.name).fill_null(False), n) for n, event in enumerate(plan)]
    return ibis.cases(*names).cast("int32") if names else ibis.null("int32")


def _entries(plan: Sequence[PlannedEvent]) -> ir.Table:
    """The entries of the plan as rows, by their place."""
    places = ibis.literal(list(range(len(plan))), "array<int32>").unnest().name("entry").as_table()

    def pick(*texts: str) -> ir.StringValue:
        told = [(places.entry == n, text) for n, text in enumerate(texts) if text]
        return ibis.cases(*told) if told else ibis.null("string")

    return places.mutate(
        planned=pick(*(event.name for event in plan)),
        owner=pick(*(event.owner for event in plan)),
        version=pick(*(event.version for event in plan)),
    )


def _row(t: ir.Table, **facts: ir.Value) -> ir.Table:
    """The columns that every part has, in one order and of one type; what is not given is empty."""
    values = {name: facts.get(name, ibis.null()) for name in FACTS}
    return t.select(**{name: value.cast(TYPES.get(name, "string")) for name, value in values.items()})


def _judge_events(t: ir.Table, plan: Sequence[PlannedEvent]) -> ir.Table:
    """One row per event of the plan: whether it came, how often and when last."""
    seen = t.group_by("place").agg(times=_.count(), last_on=_.day_on.max(), page=_.page.max())
    entries = _entries(plan)
    e = entries.left_join(seen, entries.entry == seen.place)
    state = ibis.cases((e.times.isnull(), MISSING), else_=PLANNED)
    facts = {"owner": e.owner, "version": e.version, "last_on": e.last_on, "example": e.page}
    return _row(e, state=state, name=e.planned, event_count=e.times.fill_null(0), **facts)


def _judge_properties(t: ir.Table, plan: Sequence[PlannedEvent]) -> Iterator[ir.Table]:
    """For each property of the plan the events that leave it empty, or have it out of range."""
    for name in dict.fromkeys(name for event in plan for name in event.properties):
        asking = {n: event for n, event in enumerate(plan) if name in event.properties}
        of_name = t.filter(t.place.isin(list(asking)))
        if name not in t.columns:
            yield _faults(of_name, plan, name, ABSENT, ibis.literal(True), ibis.null("string"))
            continue
        value = of_name[name]
        required = [n for n, event in asking.items() if name in event.required]
        is_empty = value.isnull() & of_name.place.isin(required) if required else ibis.literal(False)
        yield _faults(of_name, plan, name, UNFILLED, is_empty, of_name.page)
        ranges = {n: event.values[name] for n, event in asking.items() if name in event.values}
        if ranges:
            yield _faults(of_name, plan, name, OUTSIDE, _is_outside(of_name, name, ranges), _as_example(value))


def _is_outside(t: ir.Table, name: str, ranges: dict[int, Range]) -> ir.BooleanValue:
    """Whether a value that is known is none that its event may have."""
    if not t[name].type().is_numeric() and any((r.low, r.high) != (None, None) for r in ranges.values()):
        raise Refused("the instrumentation plan bounds {name} by numbers, and it is none", name=name)
    is_sound = [(t.place == n, range_.holds(t[name])) for n, range_ in ranges.items()]
    return t[name].notnull() & ~ibis.cases(*is_sound, else_=True)


def _as_example(value: ir.Value) -> ir.StringValue:
    """A value as an example; a text that may be somebody's own is not shown."""
    text = value.cast("string")
    if not value.type().is_string():
        return text
    return ibis.cases((text.re_search(r"@|[0-9]{5,}"), "(with numbers or addresses)"), else_=text)


def _faults(
    t: ir.Table, plan: Sequence[PlannedEvent], name: str, state: str, is_faulty: ir.BooleanValue, example: ir.Value
) -> ir.Table:
    """One row per event of the plan with a fault of one property: of how many events, with an example."""
    t = t.mutate(is_faulty=is_faulty, seen=example)
    t = t.group_by("place").agg(
        times=_.count(),
        faulty=_.is_faulty.cast("int32").sum(),
        example=_.seen.max(where=_.is_faulty),
        last_on=_.day_on.max(where=_.is_faulty),
    )
    entries = _entries(plan)
    e = t.filter(t.faulty > 0).inner_join(entries, _.place == entries.entry)
    facts = {"owner": e.owner, "version": e.version, "last_on": e.last_on, "example": e.example}
    counts = {"event_count": e.times, "faulty_count": e.faulty}
    return _row(e, state=ibis.literal(state), name=e.planned, property=ibis.literal(name), **counts, **facts)


def _judge_other_names(t: ir.Table, plan: Sequence[PlannedEvent]) -> ir.Table:
    """One row per name that no entry means, with the entry that is nearest to it."""
    u = t.filter(t.place.isnull() & t.event_name.notin(AUTOMATIC)).group_by("name")
    u = u.agg(times=_.count(), last_on=_.day_on.max(), page=_.page.max())
    pairs = u.cross_join(_entries(plan))
    said, planned = _letters(pairs.name), _letters(pairs.planned)
    pairs = pairs.mutate(distance=said.levenshtein(planned).cast("int32"), length=planned.length().cast("int32"))
    nearest = ibis.row_number().over(group_by=pairs.name, order_by=[pairs.distance, pairs.entry])
    pairs = pairs.mutate(rank=nearest).filter(_.rank == 0)
    pairs = pairs.select(
        near_name="name", nearest="planned", **{n: n for n in ("distance", "length", "owner", "version")}
    )
    e = u.left_join(pairs, u.name == pairs.near_name)
    allowed = ibis.cases((e.length >= 9, 2), (e.length >= 5, 1), else_=0)
    is_near = (e.distance <= allowed).fill_null(False)
    near = {key: ibis.cases((is_near, e[key])) for key in ("nearest", "owner", "version")}
    state = ibis.cases((is_near, MISSPELT), else_=NEW)
    return _row(e, state=state, name=e.name, event_count=e.times, example=e.page, last_on=e.last_on, **near)


def _letters(name: ir.StringValue) -> ir.StringValue:
    """A name in small letters, without the signs between its words."""
    return name.lower().re_replace(SIGNS, "")
