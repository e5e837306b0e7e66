"""What only the shop can say of its files, each question with its choices, and columns read both ways to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marimo as mo

from customary.intake.recognise.ways import TwoWays
from customary.intake.source import Decision
from customary.page.adoption.building import BuildStanding
from customary.page.adoption.drafts import ShopDraft
from customary.page.markup import Markup, element, embed, escape, fill_with_markup, join, show
from customary.wording import say, word, wording


def _status_options() -> dict[str, str]:
    """What can be said of a status of orders."""
    return {str(say("– say –")): "", str(say("paid")): "paid", str(say("not paid")): "unpaid"}


def ask(made: ShopDraft, standing: BuildStanding) -> Any:
    """The choices that answer what is open, by question; what was answered before a build that stopped is kept."""
    found = dict(_choices(made, standing))
    if standing.problems:
        found["reason"] = mo.ui.text(label=say("It is right all the same, because"), full_width=True)
    return mo.ui.dictionary(found)


def _choices(made: ShopDraft, standing: BuildStanding) -> Iterator[tuple[str, Any]]:
    known = standing.answers
    for way in made.ways:
        yield f"reading:{way.key}", _reading(way.readings, known.get(f"reading:{way.key}") or way.reading)
    for column, readings in standing.asked.items():
        yield f"reading:{column}", _reading(readings, known.get(f"reading:{column}", ""))
    for status in made.plan.proposal.words if made.plan and made.plan.proposal else ():
        yield f"status:{status}", _status(status, known.get(f"status:{status}", ""))
    for one in made.plan.source.decisions if made.plan and made.plan.source else ():
        yield f"decision:{one.name}", _decision(one, known.get(f"decision:{one.name}", one.options[0]))


def _status(status: str, told: str) -> Any:
    options = _status_options()
    label = say("An order with status “{status}” is", status=status)
    return mo.ui.dropdown(options, next(text for text, value in options.items() if value == told), label=label)


def _decision(one: Decision, told: str) -> Any:
    options = {word(option.replace("_", " ")): option for option in one.options}
    label = say("{name}: {text}", name=word(one.name.replace("_", " ")), text=wording(one.why))
    return mo.ui.dropdown(options, word(told.replace("_", " ")), label=label)


def _reading(readings: tuple[str, ...], chosen: str) -> Any:
    open_choice = str(say("– say –"))  # plain: marimo writes subclasses of str as objects
    options = {open_choice: "", **{word(one): one for one in readings}}
    return mo.ui.dropdown(options, word(chosen) if chosen else open_choice, label=say("is read"))


def question_form(made: ShopDraft, standing: BuildStanding, choices: Any) -> mo.Html:
    """The questions with their choices: columns first, each with its first rows both ways."""
    tables = [_both_ways(way, choices[f"reading:{way.key}"]) for way in made.ways]
    asked = [element("div", element("b", name), " ", embed(choices[f"reading:{name}"])) for name in standing.asked]
    shown = {f"reading:{way.key}" for way in made.ways} | {f"reading:{name}" for name in standing.asked}
    others = [element("div", embed(one)) for key, one in choices.elements.items() if key not in shown]
    remark = made.plan.remark if made.plan else ""
    said = element("p", say("{sentence}.", sentence=remark[:1].upper() + remark[1:]), kind="cy-note") if remark else ""
    parts = [part for part in (said, *tables, *asked, *others) if part]
    return show(join(parts)) if parts else show(element("p", say("No question is open."), kind="cy-note"))


def _both_ways(way: TwoWays, choice: Any) -> Markup:
    """The first rows of a column as they are written and as they would be read, one way and the other."""
    said = zip(way.readings, way.counts, strict=True)
    names = [say("As written"), *(_way_title(name, count) for name, count in said)]
    head = element("tr", join(element("th", name, scope="col") for name in names))
    rows = [element("tr", join(element("td", cell or say("no value")) for cell in row)) for row in way.rows]
    body = element("table", element("thead", head), element("tbody", join(rows)))
    template = wording("{column} of {file} {choice}")
    title = fill_with_markup(template, column=element("b", way.column), file=escape(way.file), choice=embed(choice))
    return element("div", element("div", title), element("div", body, kind="cy-scroll"), kind="cy-table")


def _way_title(reading: str, count: int) -> str:
    """A reading and how many of the first values allow no other."""
    return say("{reading} – said by {n:,}", reading=word(reading), n=count) if count else word(reading)
