"""The shop that dropped files are to become: its name and clock, the plan, and what still stands against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import marimo as mo

from customary.errors import Refused, UnknownName
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.ways import TwoWays, two_ways
from customary.intake.settings import read_settings
from customary.intake.taking import TakingPlan, currency, plan_taking, shop_name, time_zone
from customary.page.adoption.files import DroppedFiles, check_analyst, without_flags
from customary.page.adoption.table import answers_of_table
from customary.places import shops_folder
from customary.shop import Shop, current_snapshot
from customary.wording import say

_ADD, _REPLACE = "add", "replace"


def about(shop: Shop) -> Any:
    """What the shop is called, its money and its clock; empty ones are told by the files."""
    check_analyst(shop)
    told = say("add these files to what it has"), say("let these files take the place of all before")
    add, put = map(str, told)  # plain: marimo writes subclasses of str as objects
    parts: dict[str, Any] = {
        "name": mo.ui.text(label=say("Short name of the shop"), placeholder="my-shop"),
        "title": mo.ui.text(label=say("Name on its pages")),
        "currency": mo.ui.text(label=say("Currency"), placeholder="EUR"),
        "time_zone": mo.ui.text(label=say("Time zone"), placeholder="Europe/Berlin"),
        "as_of": mo.ui.text(label=say("Count until (usually empty)"), placeholder="2026-01-31"),
        "how": mo.ui.dropdown({add: _ADD, put: _REPLACE}, add, label=say("Where there is such a shop")),
    }
    return mo.ui.dictionary(parts)


def about_form(parts: Any) -> mo.Html:
    """The fields of `about` beside each other."""
    return mo.hstack(list(parts.elements.values()), justify="start", wrap=True)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Refused(say("“{text}” is not a day: write it like 2026-01-31", text=text)) from error


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "title": str,
    "currency": currency,
    "time_zone": time_zone,
    "as_of": _day,
}


@dataclass(frozen=True)
class ShopDraft:
    """A shop that files are to become: where, by which plan and settings; `open` says what stands against it.

    `ways` are the columns that can be read in two ways; `replan` makes the plan anew with what words mean.
    """

    folder: Path | None = None
    plan: TakingPlan | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    replaces: bool = False
    ways: Sequence[TwoWays] = ()
    open: Sequence[str] = ()
    replan: Callable[[Mapping[str, str]], TakingPlan] | None = None


def draft(shop: Shop, files: DroppedFiles, choices: Mapping[str, str], told: Mapping[str, str]) -> ShopDraft:
    """What the files become by the choices of the table and the words of the form."""
    check_analyst(shop)
    if not files.found:
        return ShopDraft(open=[say("Drop a file first.")])
    if not told["name"].strip():
        return ShopDraft(open=[say("Give the shop a short name, such as my-shop.")])
    try:
        return _draft(files, choices, told)
    except (Refused, UnknownName) as error:
        return ShopDraft(open=[without_flags(str(error))])


def _draft(files: DroppedFiles, choices: Mapping[str, str], told: Mapping[str, str]) -> ShopDraft:
    folder = shops_folder() / shop_name(told["name"].strip())
    replaces = told["how"] == _REPLACE or not _is_built(folder)

    def replan(words: Mapping[str, str]) -> TakingPlan:
        answers: Answers = answers_of_table(files, choices, words)
        return plan_taking(files.paths, folder, answers=answers or None, replaces=replaces)

    plan = replan({})
    settings = {name: check(told[name].strip()) for name, check in _CHECKS.items() if told[name].strip()}
    ways = two_ways(plan.proposal) if plan.proposal else ()
    return ShopDraft(folder, plan, settings, replaces, ways, (), replan)


def _is_built(folder: Path) -> bool:
    """Whether there is such a shop to add to: files of one that never was built are given anew."""
    return folder.is_dir() and bool(read_settings(folder)) and current_snapshot(folder) is not None


def agree(shop: Shop, made: ShopDraft, answers: Mapping[str, str]) -> ShopDraft:
    """The draft with what was answered to its questions; those without an answer stand in `open`."""
    check_analyst(shop)
    if made.plan is None or made.replan is None or made.folder is None:
        return made
    told = {key.removeprefix("status:"): word for key, word in answers.items() if key.startswith("status:") and word}
    try:
        plan = made.replan(told)
    except (Refused, UnknownName) as error:
        return replace(made, open=[without_flags(str(error))])
    unread = [way for way in made.ways if not answers.get(f"reading:{way.key}")]
    asked = [without_flags(text) for text in (plan.proposal.open if plan.proposal else ())]
    asked += [say("How is “{column}” of {file} to be read?", column=way.column, file=way.file) for way in unread]
    return replace(made, plan=plan, open=asked, settings={**made.settings, **_settings(made, answers)})


def _settings(made: ShopDraft, answers: Mapping[str, str]) -> dict[str, Any]:
    """Readings and decisions as a shop notes them; a reading that the values decide is left to the build."""
    decided = {way.key: way.reading for way in made.ways}
    readings = {
        key.removeprefix("reading:"): said
        for key, said in answers.items()
        if key.startswith("reading:") and said and decided.get(key.removeprefix("reading:")) != said
    }
    before = read_settings(made.folder).get("readings", {}) if made.folder else {}
    decisions = {key.removeprefix("decision:"): said for key, said in answers.items() if key.startswith("decision:")}
    return {"readings": {**before, **readings}, "decisions": decisions}
