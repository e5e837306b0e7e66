"""The parts of a front page that take seconds: worked out once for a snapshot and a language, as finished HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from customary.errors import Refused
from customary.page.chapters import Chapter
from customary.query.key_figures import KeyFigure, key_figure
from customary.query.study import study
from customary.serve.front.changes import changes
from customary.serve.front.periods import FrontPeriod, front_period
from customary.serve.front.tiles import state
from customary.serve.front.todo import todo
from customary.shop import Shop
from customary.wording import say


@dataclass(frozen=True)
class Drawn:
    """What stands on the front page beside its frame: HTML of three sections, the line of trust, the cards' figures.

    `figures` maps a chapter's stem to its figure's text, label and note; `tables` are the canonical tables with rows.
    """

    state: str = ""
    changes: str = ""
    todo: str = ""
    trust: str = ""
    figures: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    tables: frozenset[str] = frozenset()


def draw(shop: Shop, chapters: Iterable[Chapter]) -> Iterator[Drawn]:
    """The parts in the reader's language, over all that the shop's tables allow; what takes longer comes later."""
    listed = tuple(chapters)
    stems, period = tuple(chapter.stem for chapter in listed), front_period(shop)
    drawn = Drawn(state=str(state(shop, period)), trust=_trust(shop), tables=_tables(shop))
    yield drawn
    drawn = replace(drawn, changes=str(changes(shop, period, stems)))
    yield drawn
    drawn = replace(drawn, figures=_figures(shop, period, listed))
    yield drawn
    yield replace(drawn, todo=str(todo(shop, stems)))


def _figures(shop: Shop, period: FrontPeriod, chapters: Iterable[Chapter]) -> dict[str, tuple[str, str, str]]:
    found: dict[str, KeyFigure | None] = {
        one.stem: key_figure(shop, one.figure, period.during) for one in chapters if one.figure
    }
    return {stem: (each.text, each.label, each.note) for stem, each in found.items() if each}


def _tables(shop: Shop) -> frozenset[str]:
    """The canonical tables that the build brought rows of, whatever frames were made of them."""
    rows = study(shop, "table_coverage").to_pylist()
    return frozenset(row["table_name"] for row in rows if row["source_row_count"])


def _trust(shop: Shop) -> str:
    """How many tables meet their standards, and what was accepted all the same."""
    try:
        rows = study(shop, "data_quality").to_pylist()
    except Refused:
        rows = []
    met = sum(bool(row["is_met"]) for row in rows)
    if not rows:
        return say("no table was checked against a standard")
    if met == len(rows) == 1:
        return say("its one table meets its data standard")
    if met == len(rows):
        return say("all {tables} tables meet their data standards", tables=len(rows))
    return say("{met} of {tables} tables meet their data standards", met=met, tables=len(rows))
