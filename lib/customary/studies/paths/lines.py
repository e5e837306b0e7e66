"""The line of steps of each visit: its events or pages in the order in which they happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.errors import Refused, unknown_name
from customary.frames.places import AUTOMATIC, name_of
from customary.studies.shared.cuts import KEYS, cut_visits
from customary.studies.shared.people import parts_of
from customary.studies.shared.wanted import WantedEvents, is_wanted
from customary.studies.shared.windows import inside

SUBJECTS = ("events", "pages")
COLLAPSE = ("on", "off")
MOST_STEPS = 20  # of a sequence that is shown


@dataclass(frozen=True)
class LineRule:
    """What the steps of a visit are, and what ends it.

    `of` "events" or "pages"; `collapse` "on" makes one step of the same thing in a row; `gap` and `split` cut visits.
    """

    of: str
    collapse: str
    gap: str = ""
    split: str = ""

    def __post_init__(self) -> None:
        if self.of not in SUBJECTS:
            raise unknown_name(self.of, SUBJECTS, "kind of step")
        if self.collapse not in COLLAPSE:
            raise unknown_name(self.collapse, COLLAPSE, "way to treat repeats")


def check_count(value: int, name: str, least: int = 1, most: int | None = None) -> int:
    """A whole number from `least` up, to `most` where there is one; anything else is refused by its name."""
    if value < least or (most is not None and value > most):
        template = "{name} is a number from {least} to {most}, not {value}"
        if not most:
            template = "{name} is a number from {least} up, not {value}"
        raise Refused(template, name=name, least=least, most=most, value=value)
    return value


def lines_of(
    events: ir.Table,
    rule: LineRule,
    during: WindowLike | None = None,
    marks: Mapping[str, WantedEvents] | None = None,
) -> ir.Table:
    """One row per step of a visit: `name`, its place `no` from 0, its person and instant, whether it is as `marks` say.

    `following` is the name of the step after it in the visit and `seconds` the time until then, empty at its end.
    Of one instant, steps are taken by their names: the order of a file decides nothing. `during` takes the visits that
    began in it.
    """
    given = {name: is_wanted(events, wanted) for name, wanted in (marks or {}).items()}
    name = events.page if rule.of == "pages" else name_of(events)
    is_step = events.page.notnull() if rule.of == "pages" else events.event_name.notin(AUTOMATIC)
    t = events.mutate(name=name, is_step=is_step, **given)
    t = t.select(
        *parts_of(t, "day", "day_on", "campaign"), "name", "is_step", *given
    )  # windows carry what they are given
    t = cut_visits(t, rule.gap, rule.split)
    t = (_begun_inside(t, during) if during else t).filter(_.is_step)
    order = _order(t, rule)
    t = t.select(*dict.fromkeys((*KEYS, "person_no", "at_us", "name", *given, *order)))
    if rule.collapse == "on":
        t = t.mutate(is_new=(t.name != t.name.lag().over(_line(t, order))).fill_null(True)).filter(_.is_new)
    return t.mutate(no=ibis.row_number().over(_line(t, order)).cast("int32"))


def _begun_inside(t: ir.Table, during: WindowLike) -> ir.Table:
    """The steps of visits that began in the window: a list of visits costs less than to mark each of their events."""
    visits = t.group_by(**{f"of_{key}": t[key] for key in KEYS}).agg(began_on=_.day_on.min())
    visits = inside(visits, during, "began_on")
    return t.semi_join(visits, [t[key].identical_to(visits[f"of_{key}"]) for key in KEYS])


def _order(t: ir.Table, rule: LineRule) -> tuple[str, ...]:
    """The columns that order the steps of a visit: the place that the build gave each event of its own visits."""
    is_stored = "step_no" in t.columns and rule.of == "events" and not rule.gap
    return ("step_no",) if is_stored else ("at_us", "name", "event_id")


def _line(t: ir.Table, order: Iterable[str]) -> Any:
    return ibis.window(group_by=[t[key] for key in KEYS], order_by=[t[name] for name in order])


def with_next(t: ir.Table) -> ir.Table:
    """Steps with the one that follows in the visit, `following`, and the seconds until then; both empty at its end."""
    line = ibis.window(group_by=[t[key] for key in KEYS], order_by=t.no)
    seconds = (t.at_us.lead().over(line) - t.at_us).cast("float64") / 1e6
    return t.mutate(following=t.name.lead().over(line), seconds=seconds)


def merge_rare_names(t: ir.Table, most: int) -> ir.Table:
    """Steps with the names beyond the `most` commonest as one, which says how many of how many it holds."""
    names = t.group_by("name").agg(times=_.count())
    names = names.mutate(place=ibis.row_number().over(order_by=[ibis.desc("times"), "name"]))
    names = names.mutate(name_total=names.count().over(ibis.window()))
    rest = (names.name_total - most).cast("string") + " of " + names.name_total.cast("string")
    shown = ibis.cases((names.place < most, names.name), else_="(other: " + rest + ")")
    names = names.select(known_name="name", shown_name=shown, name_total="name_total")
    joined = t.inner_join(names, t.name == names.known_name)
    return joined.mutate(name=joined.shown_name).drop("known_name", "shown_name")
