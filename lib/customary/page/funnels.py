"""A funnel as a reader chooses it: steps that events of the shop can be, and rules that go together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from customary.frames.places import AUTOMATIC
from customary.page.choice import Choice
from customary.page.crossing import draw_for
from customary.page.switches import Switch, with_switches
from customary.query.selection import values_of
from customary.shop import Shop
from customary.wording import say, word, wording

USUAL = ("view_item", "add_to_cart", "begin_checkout", "purchase")  # the way to a purchase, as far as the shop has it
NO_STEP = "-"
MOST_STEPS, MOST_NAMES = 5, 60
TOOLS = {
    "ga4": "Google Analytics 4",
    "mixpanel": "Mixpanel",
    "amplitude": "Amplitude",
    "posthog": "PostHog",
    "sensors": "Sensors 神策",
}


def step_switches(shop: Shop) -> tuple[Switch, ...]:
    """One switch per step of a funnel, `step1` to `step5`, from the third on it may stay empty; none without events.

    The defaults are the usual way to a purchase, and of a shop that knows it under no such names its two commonest
    events; the commonest 60 names can be chosen.
    """
    names = [name for name in values_of(shop, "event_name", "events") or () if _can_be_step(name)][:MOST_NAMES]
    usual = [name for name in USUAL if name in names]
    usual = usual if len(usual) > 1 else [*names[:2], *names[:1]][:2]
    return tuple(_switch(number, usual, names) for number in range(1, MOST_STEPS + 1)) if names else ()


def _can_be_step(name: str | None) -> bool:
    """Whether an event's name can be asked for; “=” would be read as another condition."""
    return bool(name) and name not in (*AUTOMATIC, NO_STEP) and "=" not in str(name)


def _switch(number: int, usual: list[str], names: list[str]) -> Switch:
    offered = [*usual[number - 1 : number], *([NO_STEP] if number > 2 else []), *names]
    options = {name: wording("(no step)") if name == NO_STEP else word(name) for name in offered}
    return Switch(f"step{number}", say("Step {n}", n=number), options)


def rule_switches() -> tuple[Switch, ...]:
    """How entries are counted – window, unit, beginning, order – and the tool whose count stands beside."""
    spans = {"7d": wording("7 days"), "30m": wording("30 minutes"), "1d": wording("1 day"), "30d": wording("30 days")}
    units = {"people": wording("people"), "sessions": wording("each visit"), "entries": wording("each entry")}
    entries = {"first": wording("the first one"), "best": wording("the one that came furthest")}
    orders = {
        "sequential": wording("one after the other"),
        "strict": wording("nothing else between"),
        "any": wording("in any order"),
    }
    return (
        Switch("within", wording("All steps within"), spans),
        Switch("counted", wording("What is counted"), units),
        Switch("begin", wording("Of several beginnings"), entries),
        Switch("follow", wording("How steps follow"), orders),
        Switch("beside", wording("Beside ours, as counted by"), {"": wording("nobody")} | TOOLS),
    )


def steps_of(answers: Mapping[str, str]) -> list[str]:
    """The events that are the steps, in order, without the places that stay empty."""
    names = [answers.get(f"step{number}", NO_STEP) for number in range(1, MOST_STEPS + 1)]
    return [name for name in names if name != NO_STEP]


def clashes(answers: Mapping[str, str]) -> bool:
    """Whether entries are asked for in a way that has no meaning: each begins where the last one ended, in order."""
    return answers["counted"] == "entries" and (answers["follow"] != "sequential" or answers["begin"] != "first")


def funnel_options(answers: Mapping[str, str]) -> dict[str, Any]:
    """The answers as the studies of a funnel take them; where they clash, people are counted."""
    return {
        "step": [f"event={name}" for name in steps_of(answers)],
        "within": answers["within"],
        "unit": "people" if clashes(answers) else answers["counted"],
        "entry": answers["begin"],
        "order": answers["follow"],
    }


def choose_funnel(
    choice: Choice, switches: Iterable[Switch], answers: Mapping[str, str], address: Any = None
) -> Choice:
    """The choice with the funnel in its links, and a note on what does not go together."""
    kept = with_switches(choice, switches, answers, address)
    return draw_for(replace(kept, notes=(*kept.notes, *_notes(answers))))


def _notes(answers: Mapping[str, str]) -> Iterator[str]:
    if clashes(answers):
        yield say("Entries can only be counted one after the other and from the first one on: people are counted.")
    if answers["beside"] and not tool_beside(answers):
        yield say("Other tools count people or visits, one step after the other: choose that to see them beside ours.")


def rules_text(switches: Iterable[Switch], answers: Mapping[str, str]) -> str:
    """By which rules is counted, in a sentence for under a chart."""
    texts = {switch.name: switch.options[answers[switch.name]] for switch in switches}
    template = (
        "All steps within {within}, {follow}; of several beginnings {begin} counts; those not over yet are left out."
    )
    return say(template, within=texts["within"], follow=texts["follow"], begin=texts["begin"])


def tool_beside(answers: Mapping[str, str]) -> str:
    """The tool whose count can stand beside ours; "" where none is asked, or none counts such a funnel."""
    is_alike = answers["follow"] == "sequential" and answers["counted"] != "entries"
    return answers["beside"] if is_alike else ""


def step_labels(answers: Mapping[str, str]) -> dict[int, str]:
    """Number of a step → what it is called: "2. add to cart", in any order "2 of 4 steps"."""
    names = steps_of(answers)
    if answers["follow"] == "any":
        return {n: say("{n} of {total} steps", n=n, total=len(names)) for n in range(1, len(names) + 1)}
    return {n: say("{n}. {step}", n=n, step=word(name)) for n, name in enumerate(names, 1)}


def reading_labels() -> dict[str, str]:
    """What the rows are called of a funnel beside another tool's: ours, each rule as it changes, the tool."""
    causes = {
        "ours": wording("ours"),
        "maturity": wording("those not over yet count as well"),
        "entry rule": wording("which of several beginnings counts"),
        "window": wording("how long it may take"),
        "grace": wording("events of nearly one instant"),
        "exclusions": wording("what excludes a person"),
        "date range": wording("which steps the period cuts"),
    }
    return causes | TOOLS
