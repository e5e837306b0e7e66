"""The table that says what each dropped file is and each of its columns means, with a choice in every row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marimo as mo

from customary.intake.recognise.answers import Answers
from customary.intake.recognise.edits import answers_by_edits
from customary.intake.recognise.kinds import TITLES, Recognition
from customary.intake.recognise.meanings import meaning_names
from customary.intake.recognise.own_columns import own_columns
from customary.intake.recognise.systems import NONE
from customary.page.adoption.files import DroppedFiles
from customary.page.markup import Markup, element, embed, escape, fill_with_markup, join, show
from customary.wording import say, word, wording

AS_IT_IS = "="
EXAMPLES, LONGEST = 3, 40  # values of a column, and letters of each


def _kinds() -> dict[str, str]:
    """What a file can be."""
    titles = {word(title): kind for kind, title in TITLES.items()}
    return _plain({say("– say what it is –"): "", **titles, say("leave it out"): NONE})


def _meanings(one: Recognition) -> dict[str, str]:
    """What can be chosen for a column; one of a system whose own SELECTs read it may also stay as the system has it."""
    own: dict[str, str] = {say("– as {system} has it –", system=one.select.name): AS_IT_IS} if one.select else {}
    known = {word(name.replace("_", " "), column="meaning"): name for name in meaning_names()}
    return _plain({**own, say("– not used –"): "", **known})


def _plain(options: Mapping[str, str]) -> dict[str, str]:
    """Choices as a control takes them: marimo writes subclasses of str as objects."""
    return {str(label): value for label, value in options.items()}


def _label(options: Mapping[str, str], value: str) -> str:
    return next(label for label, told in options.items() if told == value)


def _names(one: Recognition) -> dict[str, str]:
    """Column → what it means, of those that mean something."""
    return {meaning.column: meaning.name for meaning in one.meanings.values()}


def editor(files: DroppedFiles) -> Any:
    """A choice for each file, called `file:`, and for each of its columns, `file:column`, as it was recognised."""
    made: dict[str, Any] = {}
    kinds = _kinds()
    for one in files.found:
        name, known, meanings = one.look.path.name, _names(one), _meanings(one)
        made[f"{name}:"] = mo.ui.dropdown(kinds, _label(kinds, one.kind))
        for column in one.look.columns:
            chosen = _label(meanings, AS_IT_IS if one.select else known.get(column, ""))
            made[f"{name}:{column}"] = mo.ui.dropdown(meanings, chosen, searchable=True)
    return mo.ui.dictionary(made)


def answers_of_table(files: DroppedFiles, choices: Mapping[str, str], words: Mapping[str, str]) -> Answers:
    """The answers by which the files become what the table says; `words` are statuses of orders, paid or unpaid."""
    kinds: dict[str, str] = {}
    meanings: dict[tuple[str, str], str] = {}
    for one in files.found:
        name = one.look.path.name
        kinds[name] = choices[f"{name}:"]
        said = {column: choices[f"{name}:{column}"] for column in one.look.columns}
        meanings |= {(name, column): meaning for column, meaning in said.items() if meaning != AS_IT_IS}
    return answers_by_edits(files.found, kinds, meanings, words)


def edit_table(files: DroppedFiles, choices: Any) -> mo.Html:
    """The table in which every choice can be changed: column, first values, meaning, how sure, and why."""
    return show(join(_file_table(one, choices) for one in files.found))


def _file_table(one: Recognition, choices: Any) -> Markup:
    name, known = one.look.path.name, _names(one)
    titles = (say("Column"), say("For example"), say("Is"), say("Because"))
    head = element("tr", join(element("th", text, scope="col") for text in titles))
    columns = sorted(one.look.columns, key=lambda column: column not in known)
    rows = [_row(one, column, choices[f"{name}:{column}"]) for column in columns]
    body = element("table", element("thead", head), element("tbody", join(rows)))
    title = _file_title(one, embed(choices[f"{name}:"]))
    return element("div", element("div", title), element("div", body, kind="cy-scroll"), kind="cy-table")


def _file_title(one: Recognition, choice: Markup) -> Markup:
    file = element("b", one.look.path.name)
    if one.system is None:
        return fill_with_markup(wording("{file} is: {choice}"), file=file, choice=choice)
    template = wording("{file}, an export of {system}, is: {choice}")
    return fill_with_markup(template, file=file, system=escape(one.system.name), choice=choice)


def _row(one: Recognition, column: str, choice: Any) -> Markup:
    examples = ", ".join(dict.fromkeys(value[:LONGEST] for value in one.look.values(column)[:EXAMPLES]))
    cells = (column, examples, embed(choice), _because(one, column))
    return element("tr", join(element("td", cell) for cell in cells))


def _because(one: Recognition, column: str) -> str:
    """Why a column is taken for what it is, and how sure that is."""
    meaning = next((each for each in one.meanings.values() if each.column == column), None)
    if meaning:
        return say("{why}: {share:.0%} sure", why=meaning.because, share=meaning.confidence)
    own = next((each for each in own_columns(one) if each.column == column), None) if one.kind else None
    return say("kept as a column of the shop's own, {name}", name=own.name) if own else ""
