"""What only the shop can say of its files, each question with its choices, and columns read both ways to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marimo as mo

from customary.intake.recognise.ways import TwoWays
from customary.page.adoption.building import BuildStanding
from customary.page.adoption.drafts import ShopDraft
from customary.page.markup import Markup, element, embed, join, show

_PAID = {"– say –": "", "paid": "paid", "not paid": "unpaid"}


def ask(made: ShopDraft, standing: BuildStanding) -> Any:
    """The choices that answer what is open, by question; what was answered before a build that stopped is kept."""
    found = dict(_choices(made, standing))
    if standing.problems:
        found["reason"] = mo.ui.text(label="It is right all the same, because", full_width=True)
    return mo.ui.dictionary(found)


def _choices(made: ShopDraft, standing: BuildStanding) -> Iterator[tuple[str, Any]]:
    known = standing.answers
    for way in made.ways:
        yield f"reading:{way.key}", _reading(way.readings, known.get(f"reading:{way.key}") or way.reading)
    for column, readings in standing.asked.items():
        yield f"reading:{column}", _reading(readings, known.get(f"reading:{column}", ""))
    for word in made.plan.proposal.words if made.plan and made.plan.proposal else ():
        label = next(label for label, told in _PAID.items() if told == known.get(f"status:{word}", ""))
        yield f"status:{word}", mo.ui.dropdown(_PAID, label, label=f"An order with status “{word}” is")
    for one in made.plan.source.decisions if made.plan and made.plan.source else ():
        options = {option.replace("_", " "): option for option in one.options}
        chosen = known.get(f"decision:{one.name}", one.options[0]).replace("_", " ")
        yield f"decision:{one.name}", mo.ui.dropdown(options, chosen, label=f"{one.name.replace('_', ' ')}: {one.why}")


def _reading(readings: tuple[str, ...], chosen: str) -> Any:
    options = {"– say –": "", **{one: one for one in readings}}
    return mo.ui.dropdown(options, chosen or "– say –", label="is read")


def question_form(made: ShopDraft, standing: BuildStanding, choices: Any) -> mo.Html:
    """The questions with their choices: columns first, each with its first rows both ways."""
    tables = [_both_ways(way, choices[f"reading:{way.key}"]) for way in made.ways]
    asked = [element("div", element("b", name), " ", embed(choices[f"reading:{name}"])) for name in standing.asked]
    shown = {f"reading:{way.key}" for way in made.ways} | {f"reading:{name}" for name in standing.asked}
    others = [element("div", embed(one)) for key, one in choices.elements.items() if key not in shown]
    remark = made.plan.remark if made.plan else ""
    said = element("p", f"{remark[:1].upper()}{remark[1:]}.", kind="cy-note") if remark else ""
    parts = [part for part in (said, *tables, *asked, *others) if part]
    return show(join(parts)) if parts else show(element("p", "No question is open.", kind="cy-note"))


def _both_ways(way: TwoWays, choice: Any) -> Markup:
    """The first rows of a column as they are written and as they would be read, one way and the other."""
    said = zip(way.readings, way.counts, strict=True)
    names = ["As written", *(f"{name}{f' – said by {count:,}' if count else ''}" for name, count in said)]
    head = element("tr", join(element("th", name, scope="col") for name in names))
    rows = [element("tr", join(element("td", cell or "no value") for cell in row)) for row in way.rows]
    body = element("table", element("thead", head), element("tbody", join(rows)))
    title = element("div", element("b", way.column), f" of {way.file} ", embed(choice))
    return element("div", title, element("div", body, kind="cy-scroll"), kind="cy-table")
