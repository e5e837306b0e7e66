"""The line of steps of each visit: its events or pages in the order in which they happened."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.errors import Refused, unknown_name
from customary.studies.shared.cuts import AUTOMATIC, KEYS, cut_visits
from customary.studies.shared.wanted import name_of
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


def lines_of(events: ir.Table, rule: LineRule, during: WindowLike | None = None) -> ir.Table:
    """One row per step of a visit: `name`, its place `no` from 0, its person and instant.

    `following` is the name of the step after it in the visit and `seconds` the time until then, empty at its end.
    Of one instant, steps are taken by their names: the order of a file decides nothing. `during` takes the visits that
    began in it.
    """
    t = cut_visits(events, rule.gap, rule.split)
    t = _begun_inside(t, during) if during else t
    t = t.filter(t.page.notnull()).mutate(name=_.page) if rule.of == "pages" else t.mutate(name=name_of(t))
    t = t.filter(t.event_name.notin(AUTOMATIC)) if rule.of == "events" else t
    if rule.collapse == "on":
        t = t.mutate(is_new=(t.name != t.name.lag().over(ibis.window(**_line(t)))).fill_null(True)).filter(_.is_new)
    return t.mutate(no=ibis.row_number().over(ibis.window(**_line(t))).cast("int32"))


def _begun_inside(t: ir.Table, during: WindowLike) -> ir.Table:
    """The steps of visits that began in the window: a list of visits costs less than to mark each of their events."""
    visits = t.group_by(**{f"of_{key}": t[key] for key in KEYS}).agg(began_on=_.day_on.min())
    visits = inside(visits, during, "began_on")
    return t.semi_join(visits, [t[key].identical_to(visits[f"of_{key}"]) for key in KEYS])


def _line(t: ir.Table) -> dict[str, list[ir.Value]]:
    return {"group_by": [t[key] for key in KEYS], "order_by": [t.at_us, t.name, t.event_id]}


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
