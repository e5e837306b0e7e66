"""The rules of a funnel as they are asked: steps, order, window, entry, unit; checked, and in whole microseconds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import combinations

from customary.dates import Window
from customary.errors import Refused, unknown_name
from customary.studies.shared.conditions import EVENT, Condition, Conditions
from customary.studies.shared.spans import MICRO, midnight_us, span_seconds
from customary.wording import word


class Usual(str):
    """A default that can be told from the same text asked for."""

    __slots__ = ()


CHOICES = {
    "order": ("sequential", "strict", "any"),
    "entry": ("first", "best"),
    "unit": ("people", "sessions", "entries"),
    "clock": ("first", "prior"),
    "exclude_mode": ("step", "person"),
    "touch": ("first", "last", "any"),
}
PERIODS = {"day": "day_on", "month": "month_on"}  # those that events know
USUAL_WITHIN = Usual("7d")  # where no window is asked
MOST_STEPS = 20
MOST_GRACE = 3600  # seconds
NO_CONDITIONS = Conditions()
USUAL = ("event_name=view_item", "event_name=add_to_cart", "event_name=purchase")  # the steps where none are named


@dataclass(frozen=True)
class FunnelRules:
    """What counts as a step, and what as having got there; times in microseconds since 1970."""

    steps: Conditions
    order: str = "sequential"
    entry: str = "first"
    unit: str = "people"
    window_us: int = span_seconds(USUAL_WITHIN, "within") * MICRO
    clock: str = "first"
    grace_us: int = 0
    exclude: Conditions = NO_CONDITIONS
    exclude_mode: str = "step"
    hold: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    touch: str = "first"
    every: str = ""
    during: Window | None = None
    end_us: int = 0
    takes_open: bool = False  # entries whose window is not over count as well, as other tools have it
    cuts_steps: bool = False  # `during` cuts all steps, not only entries

    @property
    def count(self) -> int:
        """How many steps there are."""
        return len(self.steps)

    @property
    def keys(self) -> tuple[str, ...]:
        """What a chain belongs to: its unit, and the value it holds where it holds one."""
        return ("unit", "held") if self.hold else ("unit",)

    @property
    def without_exclusions(self) -> "FunnelRules":
        """The same rules as if nothing were excluded."""
        return replace(self, exclude=NO_CONDITIONS)

    def split(self, by: Sequence[str], touch: str, every: str) -> "FunnelRules":
        """The same rules, the units split by columns at the step that `touch` names, and by the period of the entry."""
        check_choice("touch", touch)
        if every and every not in PERIODS:
            raise unknown_name(every, PERIODS, "period of entries")
        return replace(self, by=tuple(by), touch=touch, every=every)

    @cached_property
    def kinds(self) -> tuple[Condition, ...]:
        """The different conditions among the steps."""
        return tuple({condition.parts: condition for condition in self.steps}.values())

    @cached_property
    def kind_of(self) -> tuple[int, ...]:
        """For each step the place of its condition among the kinds."""
        places = {kind.parts: place for place, kind in enumerate(self.kinds)}
        return tuple(places[condition.parts] for condition in self.steps)

    @cached_property
    def families(self) -> tuple[tuple[int, ...], ...]:
        """The kinds in families: an event may meet several kinds of one family, and none of two."""
        found: list[set[int]] = []
        for place, kind in enumerate(self.kinds):
            related = [one for one in found if any(may_meet_both(kind, self.kinds[other]) for other in one)]
            found = [one for one in found if one not in related] + [{place}.union(*related)]
        return tuple(tuple(sorted(one)) for one in found)

    @cached_property
    def unions(self) -> tuple[tuple[int, ...], ...]:
        """The groups of kinds whose events must be counted together, so that no event serves two steps."""
        return tuple(group for family in self.families for group in groups_of(family))


def groups_of(family: Sequence[int]) -> list[tuple[int, ...]]:
    """All groups of one kind or more in a family."""
    return [group for size in range(1, len(family) + 1) for group in combinations(family, size)]


def may_meet_both(one: Condition, other: Condition) -> bool:
    """Whether an event could meet both conditions: not where they ask different values of one column."""
    theirs = dict(other.parts)
    # The vocabulary's name and the source's may be of one event: two names differ only where they are of one column.
    both = [(name, values) for name, values in one.parts if name in theirs and name != EVENT]
    return all(set(values) & set(theirs[name]) for name, values in both)


def rules_of(
    step: Conditions,
    order: str,
    entry: str,
    unit: str,
    within: str,
    clock: str,
    grace: int,
    exclude: Conditions,
    exclude_mode: str,
    hold: str,
    during: Window | None,
    as_of: date,
    time_zone: str,
) -> FunnelRules:
    """The options of a funnel, checked; raises `Refused` or `UnknownName` with what to write instead."""
    chosen = {"order": order, "entry": entry, "unit": unit, "clock": clock, "exclude_mode": exclude_mode}
    for name, value in chosen.items():
        check_choice(name, value)
    found = FunnelRules(
        step or Conditions(USUAL),
        order=order,
        entry=entry,
        unit=unit,
        window_us=span_seconds(within, "within") * MICRO,
        clock=clock,
        grace_us=grace * MICRO,
        exclude=exclude,
        exclude_mode=exclude_mode,
        hold=tuple(name.strip() for name in hold.split(",") if name.strip()),
        during=during,
        end_us=midnight_us(as_of, time_zone),
    )
    check_together(found)
    return found


def check_choice(name: str, value: str) -> None:
    """Refuse a value that is none of those the option has, with the nearest."""
    if value not in CHOICES[name]:
        raise unknown_name(value, CHOICES[name], name)


def check_together(rules: FunnelRules) -> None:
    """Refuse a combination that has no meaning, in a sentence."""
    if rules.count < 2 or rules.count > MOST_STEPS:
        raise Refused(
            "a funnel has 2 to {most} steps, not {count}: name each with --step event=…",
            most=MOST_STEPS,
            count=rules.count,
        )
    if not 0 <= rules.grace_us <= MOST_GRACE * MICRO:
        raise Refused("grace is a number of seconds from 0 to {most}", most=MOST_GRACE)
    if rules.order != "sequential":
        _check_plain(rules)
    if rules.unit == "entries":
        _check_entries(rules)
    if rules.grace_us and _has_distant_twins(rules):
        raise Refused("with grace an event could serve two steps that are no neighbours: ask with --grace 0")


def _check_plain(rules: FunnelRules) -> None:
    """What only a funnel in sequential order can have."""
    extra = {
        "--grace": rules.grace_us,
        "--exclude": rules.exclude,
        "--unit entries": rules.unit == "entries",
        "--hold": rules.hold and rules.order == "strict",
        "--clock prior": rules.clock == "prior" and rules.order == "any",
    }
    wrong = next((name for name, is_asked in extra.items() if is_asked), None)
    if wrong:
        raise Refused(
            "{wrong} has no meaning in {order} order: leave it out, or ask for --order sequential",
            wrong=wrong,
            order=word(rules.order),
        )


def _check_entries(rules: FunnelRules) -> None:
    """Entries follow each other: each begins at the first step after the end of the last."""
    extra = {
        "--clock prior": rules.clock == "prior",
        "--entry best": rules.entry == "best",
        "--grace": rules.grace_us,
        "--hold": rules.hold,
    }
    wrong = next((name for name, is_asked in extra.items() if is_asked), None)
    if wrong:
        raise Refused(
            "an entry begins at the first step after the last one ended: ask for entries without {wrong}", wrong=wrong
        )


def _has_distant_twins(rules: FunnelRules) -> bool:
    """Whether one event could meet two steps that are not neighbours."""
    pairs = combinations(range(rules.count), 2)
    return any(b - a > 1 and may_meet_both(rules.steps[a], rules.steps[b]) for a, b in pairs)
