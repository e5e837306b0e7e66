"""Figures: a finding in words, the chart that shows it, and one quiet row – passport, table, download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

import altair as alt
import marimo as mo
import pandas as pd

from customary.page.markup import Markup, element, embedded, escaped, joined, shown
from customary.page.plotting import drawn
from customary.page.sheets import Sheet, as_sheet, download, table_markup


def figure(
    title: str,
    chart: Any,
    subtitle: str = "",
    *,
    passport: Any = None,
    table: Sheet | pd.DataFrame | None = None,
    goal: str = "",
    file_name: str = "",
) -> mo.Html:
    """A figure. `title` is the finding, computed, in words; `subtitle` measure, unit, period and n.

    `chart` is an Altair chart, or anything marimo shows. `passport` is a mapping or dataclass with
    definition, zh, unit, source, sql, source_rows, counted_rows and left_out {reason: n}; `table` is the
    table behind it, which is also what is downloaded; `goal` the goal the figure serves.
    """
    content = None if table is None else as_sheet(table)
    head = element("figcaption", element("h3", title), element("p", subtitle, kind="cy-subtitle") if subtitle else "")
    quiet = [
        element("details", element("summary", "Passport"), passport_markup(passport)) if passport else Markup(),
        element("details", element("summary", "Table"), table_markup(content)) if content else Markup(),
        element("div", download(content.frame, file_name or title), kind="cy-download") if content else Markup(),
        element("span", f"Goal: {goal}", kind="cy-goal") if goal else Markup(),
    ]
    row = element("div", joined(quiet), kind="cy-quiet") if any(quiet) else Markup()
    return shown(element("figure", head, element("div", _drawn(chart), kind="cy-chart"), row, kind="cy-figure"))


def _drawn(chart: Any) -> Markup:
    if isinstance(chart, alt.Chart | alt.LayerChart):
        return embedded(drawn(chart))
    return embedded(chart)


def two_up(*figures: mo.Html) -> mo.Html:
    """Figures beside each other from 900 px on, below each other on anything narrower."""
    return shown(element("div", joined(Markup(figure.text) for figure in figures), kind="cy-two-up"))


def passport_markup(passport: Any) -> Markup:
    """What a number is made of: definition, rows counted, rows left out by reason, and the query."""
    said: Mapping[str, Any] = passport if isinstance(passport, Mapping) else _spoken(passport)
    definition = joined([said.get("definition", ""), _zh(said.get("zh"))], " ")
    facts = [
        ("Definition", definition),
        ("Unit", said.get("unit")),
        ("Source", said.get("source")),
        ("Rows", _rows(said)),
        ("Left out", _left_out(said.get("left_out") or {})),
    ]
    terms = [joined([element("dt", name), element("dd", _named(fact))]) for name, fact in facts if fact]
    sql = said.get("sql")
    query = element("details", element("summary", "Query"), element("pre", element("code", sql))) if sql else ""
    return element("div", element("dl", joined(terms)), query, kind="cy-passport")


def _spoken(passport: Any) -> dict[str, Any]:
    if is_dataclass(passport) and not isinstance(passport, type):
        return asdict(passport)
    raise TypeError("a passport is a mapping or a dataclass")


def _named(fact: Any) -> Any:
    """A unit says its name; everything else itself."""
    return getattr(fact, "name", fact)


def _zh(term: object) -> Markup:
    return element("span", term, kind="cy-zh", lang="zh") if term else Markup()


def _rows(said: Mapping[str, Any]) -> str:
    counted, source = said.get("counted_rows"), said.get("source_rows")
    if counted is None or source is None:
        return ""
    return f"{counted:,} counted of {source:,}"


def _left_out(reasons: Mapping[str, int]) -> Markup:
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    return joined([escaped(f"{count:,} {reason.replace('_', ' ')}") for reason, count in ordered], " · ")
