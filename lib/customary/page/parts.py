"""The fixed parts of a page: question, notes, sentences, action, exercise, definitions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import marimo as mo
import pandas as pd

from customary.page.markup import Markup, element, filled, joined, shown
from customary.page.sheets import Sheet, as_sheet, download, table_markup


def question(title: str, passage: str = "", serves: str = "", needs: Iterable[str] = ()) -> mo.Html:
    """The question as the page's title, what the method says about it, the goal it serves, the tables it needs."""
    tables = ", ".join(needs)
    facts = [f"Serves: {serves}" if serves else "", f"Reads: {tables}" if tables else ""]
    note = element("p", " · ".join(fact for fact in facts if fact), kind="cy-note") if any(facts) else ""
    said = element("p", passage, kind="cy-passage") if passage else ""
    return shown(element("section", element("h1", title), said, note, kind="cy-question"))


def missing(table: str, adds: str) -> mo.Html:
    """A kind note where a table is absent: what it would add, and how to bring it."""
    return _notice(
        f"This shop has no {table.replace('_', ' ')} yet.",
        f"With that table this page would show {adds}. Adopt a file that has it, and the page fills itself.",
    )


def empty(what: str = "orders") -> mo.Html:
    """What stands where a selection has nothing in it."""
    return _notice(f"No {what} in this selection", "– widen the period or take a filter away.")


def _notice(first: str, rest: str) -> mo.Html:
    return shown(element("div", element("b", first), " ", rest, kind="cy-notice", role="note"))


def sentence(template: str, **values: object) -> mo.Html:
    """Computed prose: "{a} of {b} buyers came back", the values bold and escaped; floats need a format."""
    return shown(element("p", filled(template, **values), kind="cy-sentence"))


def finding(heading: str, template: str, **values: object) -> mo.Html:
    """A section's heading with its computed sentence beneath."""
    said = element("p", filled(template, **values), kind="cy-sentence")
    return shown(element("section", element("h2", heading), said, kind="cy-finding"))


def action(title: str, text: str, table: Sheet | pd.DataFrame | None = None, file_name: str = "list") -> mo.Html:
    """So what: what to do, and the list to do it with, to look at and to take along."""
    parts: list[Markup] = [element("h2", title), element("p", text)]
    if table is not None:
        content = as_sheet(table)
        parts += [
            table_markup(content),
            element("div", download(content.frame, file_name), kind="cy-download"),
        ]
    return shown(element("section", element("div", "So what", kind="cy-eyebrow"), *parts, kind="cy-action"))


def exercise(text: str, title: str = "Exercise") -> mo.Html:
    """Something for the reader to try, folded away until it is wanted."""
    paragraphs = [element("p", part) for part in text.strip().split("\n\n")]
    return shown(element("details", element("summary", title), joined(paragraphs), kind="cy-exercise"))


def _unit(metric: Any) -> str:
    """A metric's unit; what has none says what it is: a segment, a study."""
    unit = getattr(metric, "unit", type(metric).__name__.lower())
    return str(getattr(unit, "name", unit))


def definitions(metrics: Iterable[Any]) -> mo.Html:
    """Every metric, segment and study of the page: name · 中文 · definition · unit · source, from themselves."""
    rows = [
        element(
            "tr",
            element("th", metric.name.replace("_", " ").capitalize(), scope="row"),
            element("td", metric.zh, lang="zh"),
            element("td", metric.definition),
            element("td", _unit(metric)),
            element("td", metric.source),
        )
        for metric in metrics
    ]
    head = [element("th", name, scope="col") for name in ("Name", "中文", "Definition", "Unit", "Source")]
    body = element("table", element("thead", element("tr", joined(head))), element("tbody", joined(rows)))
    scrolling = element("div", body, kind="cy-scroll")
    return shown(
        element(
            "details",
            element("summary", "Definitions"),
            element("div", scrolling, kind="cy-table"),
            kind="cy-definitions",
        )
    )
