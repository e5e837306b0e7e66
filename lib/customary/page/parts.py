"""The fixed parts of a page: question, notes, sentences, action, exercise, definitions."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence

import marimo as mo

from customary.page.filters import Choice
from customary.page.headers import ANSWER, header
from customary.page.markup import Markup, element, fill_template, join, show
from customary.page.passports import fold
from customary.page.tables import download, table_markup
from customary.query.answer import Answer
from customary.query.question import Definition
from customary.query.withholding import fewest_people, is_too_small
from customary.shop import Shop
from customary.wording import say

_WIDEN = "– widen the period or take a filter away."


def question(
    shop: Shop,
    chapter: str,
    title: str,
    passage: str = "",
    *,
    choice: Choice | None = None,
    serves: str = "",
    needs: str = "",
) -> mo.Html:
    """The page's head and its question as the title; for analysts the goal it serves and the tables it reads.

    `chapter` is the stem of the page, `passage` what the method says about the question, `choice` whom the page speaks
    of and the filters that go into every link, `needs` the tables with commas between. Viewers hear where a selection
    is of so few people that its figures are not shown.
    """
    facts = [f"Serves: {serves}" if serves else "", f"Reads: {needs}" if needs else ""]
    is_told = any(facts) and shop.audience == "analyst"
    note = element("p", " · ".join(fact for fact in facts if fact), kind="cy-note") if is_told else ""
    said = element("p", passage, kind="cy-passage") if passage else ""
    query, population = (choice.query, choice.population_text) if choice else ("", "")
    chips = [population, choice.text] if choice else []
    head = Markup(header(shop, chapter, query=query, population=population, period="".join(chips[1:])).text)
    shown = element("div", join(element("span", chip) for chip in chips), kind="cy-chips") if chips else ""
    section = element("section", element("h1", title), said, shown, note, kind="cy-question", id=ANSWER)
    return show(join([head, section, _too_few(shop, choice)]))


def _too_few(shop: Shop, choice: Choice | None) -> Markup:
    """That a selection is of too few people to be shown to this viewer; nothing where it is not."""
    if choice is None or not is_too_small(shop, (choice.frame,), choice.scope):
        return Markup()
    fewest = fewest_people(shop)
    return Markup(notice(f"Fewer than {fewest} customers in this selection: not shown", _WIDEN).text)


def missing(table: str, adds: str) -> mo.Html:
    """A kind note where a table is absent: what it would add, and how to bring it."""
    return notice(
        f"This shop has no {table.replace('_', ' ')} yet.",
        f"With that this page would show {adds}. Adopt a file that has it, and the page fills itself.",
    )


def empty(what: str = "orders") -> mo.Html:
    """What stands where a selection has nothing in it."""
    return notice(f"No {what} to show in this selection", _WIDEN)


def notice(first: str, rest: str) -> mo.Html:
    """A note in the place of a figure: what is the matter, in bold, and what to do."""
    return show(element("div", element("b", first), " ", rest, kind="cy-notice", role="note"))


def sentence(template: str, *answers: Answer, **values: object) -> mo.Html:
    """Computed prose: "{a} of {b} buyers came back", the values bold and escaped; floats need a format.

    `answers` are what the values were read from: their passports are folded behind the sentence. A name of the template
    that `values` lack is a column of the first of them that has it: its value in the first row, in its unit.
    """
    return show(_said_markup(template, answers, values))


def _said_markup(template: str, answers: tuple[Answer, ...], values: Mapping[str, object]) -> Markup:
    text = fill_template(template, **_read(template, answers, values))
    return element("div", element("p", text), fold(answers), kind="cy-sentence")


def _read(template: str, answers: tuple[Answer, ...], values: Mapping[str, object]) -> dict[str, object]:
    """The values given, and of the first rows of the answers those that the template names besides."""
    asked = {name for _text, name, _form, _conversion in string.Formatter().parse(template) if name} - set(values)
    found = [(answer, asked & {column.name for column in answer.columns}) for answer in answers if asked]
    return {name: answer.text(name) for answer, names in reversed(found) for name in names} | dict(values)


def finding(heading: str, template: str, *answers: Answer, **values: object) -> mo.Html:
    """A section's heading with its computed sentence beneath, as `sentence` writes it."""
    return show(element("section", element("h2", heading), _said_markup(template, answers, values), kind="cy-finding"))


def action(
    title: str,
    text: str,
    answer: Answer | None = None,
    *,
    beside: Sequence[Answer] = (),
    columns: Sequence[str] = (),
    most: int = 0,
    file_name: str = "",
) -> mo.Html:
    """So what: what to do, and the list to do it with, to look at (`most` rows, `columns`) and to take along whole.

    `beside` are the other answers that title or text read: their passports stand with the list's own.
    """
    parts: list[Markup] = [element("h2", title), element("p", text)]
    if answer is not None:
        link = element("div", download(answer, file_name or answer.name), kind="cy-download")
        parts += [
            table_markup(answer, most=most, columns=columns),
            element("div", fold(dict.fromkeys([answer, *beside])), link, kind="cy-quiet"),
        ]
    return show(element("section", element("div", say("So what"), kind="cy-eyebrow"), *parts, kind="cy-action"))


def exercise(text: str, title: str = "Exercise") -> mo.Html:
    """Something for the reader to try, folded away until it is wanted."""
    paragraphs = [element("p", part) for part in text.strip().split("\n\n")]
    return show(element("details", element("summary", title), join(paragraphs), kind="cy-exercise"))


def definitions(*answers: Answer) -> mo.Html:
    """Every metric, segment and study of the answers a page shows, once, in their own words.

    Where each stands in the method is for analysts.
    """
    found = {said.name: said for answer in answers for said in answer.definitions}
    is_analyst = bool(answers) and answers[0].shop.audience == "analyst"
    names = ["Name", "中文", "Definition", "Unit", *(["Source"] if is_analyst else [])]
    head = [element("th", name, scope="col") for name in names]
    rows = [_definition_row(said, is_analyst) for said in found.values()]
    body = element("table", element("thead", element("tr", join(head))), element("tbody", join(rows)))
    scrolling = element("div", element("div", body, kind="cy-scroll"), kind="cy-table")
    return show(element("details", element("summary", "Definitions"), scrolling, kind="cy-definitions"))


def _definition_row(said: Definition, is_analyst: bool) -> Markup:
    cells: Iterable[Markup] = (
        element("th", said.title, scope="row"),
        element("td", said.zh, lang="zh"),
        element("td", said.text),
        element("td", said.unit or said.kind),
        element("td", said.source) if is_analyst else Markup(),
    )
    return element("tr", join(cells))
