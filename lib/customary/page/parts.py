"""The fixed parts of a page: question, notes, sentences, action, exercise, definitions."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping, Sequence

import marimo as mo

from customary.page.chips import chips_markup
from customary.page.choice import Choice
from customary.page.headers import ANSWER, header
from customary.page.markup import Markup, element, fill_template, join, keep_days, show, value_text
from customary.page.passports import fold
from customary.page.tables import download, table_markup
from customary.page.workbooks import chapter_markup
from customary.query.answer import Answer
from customary.query.question import Definition
from customary.query.withholding import fewest_people, is_too_small
from customary.shop import Shop
from customary.wording import Finished, filled_parts, join_sentences, say, word, wording

# What every answer knows of itself, for the places of its sentences.
_FACTS: Mapping[str, Callable[[Answer], object]] = {
    "currency": lambda answer: answer.shop.currency,
    "as_of": lambda answer: answer.shop.as_of,
    "during": lambda answer: answer.question.during_text,
    "total_rows": lambda answer: answer.rows_total,
}


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
    facts = [
        say("Serves: {goals}", goals=wording(serves)) if serves else "",
        say("Reads: {tables}", tables=_tables(needs)) if needs else "",
    ]
    is_told = any(facts) and shop.audience == "analyst"
    note = element("p", " · ".join(fact for fact in facts if fact), kind="cy-note") if is_told else ""
    said = element("p", wording(passage), kind="cy-passage") if passage else ""
    query, population = (choice.query, choice.population_text) if choice else ("", "")
    period = choice.period_text if choice else ""
    head = Markup(header(shop, chapter, query=query, population=population, period=period).text)
    section = element("section", element("h1", wording(title)), said, note, kind="cy-question", id=ANSWER)
    return show(join([head, section, chips_markup(choice), _too_few(shop, choice)]))


def _too_few(shop: Shop, choice: Choice | None) -> Markup:
    """That a selection is of too few people to be shown to this viewer; nothing where it is not."""
    if choice is None or not is_too_small(shop, (choice.frame,), choice.scope):
        return Markup()
    fewest = fewest_people(shop)
    first = say("Fewer than {fewest} customers in this selection: not shown", fewest=fewest)
    return Markup(_note(first, _widen()).text)


def _widen() -> str:
    return say("– widen the period or take a filter away.")


def _tables(names: str) -> str:
    """The names of tables, as a page's comments list them, in the reader's language."""
    return say(", ").join(word(name.strip()) for name in names.split(","))


def missing(table: str, adds: str) -> mo.Html:
    """A kind note where a table is absent: what it would add, and how to bring it."""
    return _note(
        say("This shop has no {table} yet.", table=word(table.replace("_", " "))),
        say(
            "With that this page would show {adds}. Adopt a file that has it, and the page fills itself.",
            adds=wording(adds),
        ),
    )


def empty(what: str = "orders") -> mo.Html:
    """What stands where a selection has nothing in it."""
    return _note(say("No {what} to show in this selection", what=word(what)), _widen())


def notice(first: str, rest: str) -> mo.Html:
    """A note in the place of a figure: what is the matter, in bold, and what to do; both are said by `wording`."""
    return _note(wording(first), wording(rest))


def _note(first: str, rest: str) -> mo.Html:
    return show(element("div", element("b", first), " ", rest, kind="cy-notice", role="note"))


def sentence(template: str, *answers: Answer, **values: object) -> mo.Html:
    """Computed prose: "{a} of {b} buyers came back", the values bold and escaped; floats need a format.

    `answers` are what the values were read from: their passports are folded behind the sentence. A name of the template
    that `values` lack is a column of the first of them that has it: its value in the first row, in its unit.
    A sentence that only says that there is nothing is not said of answers whose rows are withheld: they say so instead.
    """
    if answers and not _places(wording(template)) - set(_FACTS) and all(one.withheld_text for one in answers):
        return show(_said_markup("{not_shown}.", answers, {"not_shown": answers[0].withheld_text}))
    return show(_said_markup(template, answers, values))


def fill_line(template: str | Sequence[str], answers: Sequence[Answer], values: Mapping[str, object]) -> str:
    """A title or a line in the reader's language, its places filled as those of a sentence; several are joined.

    What is finished already, and what names a place that nobody fills, is read as it stands.
    """
    if not isinstance(template, str):
        return join_sentences(fill_line(part, answers, values) for part in template)
    said = template if isinstance(template, Finished) else wording(template)
    known = _read(said, answers, values) if _places(said) else {}
    if isinstance(template, Finished) or not _places(said) <= set(known):
        return said
    return "".join(text for text, _is_value in filled_parts(said, known, value_text))


def _places(template: str) -> set[str]:
    """The names of a template's places; of a text that is no template, none."""
    try:
        return {name for _text, name, _form, _conversion in string.Formatter().parse(template) if name}
    except ValueError:
        return set()


def _said_markup(template: str, answers: tuple[Answer, ...], values: Mapping[str, object]) -> Markup:
    said = wording(template)
    text = fill_template(said, **_read(said, answers, values))
    return element("div", element("p", text), fold(answers), kind="cy-sentence")


def _read(template: str, answers: Sequence[Answer], values: Mapping[str, object]) -> dict[str, object]:
    """The values given, of the first rows of the answers those that the template names besides, and standing facts:

    `currency`, `as_of`, `during` and `total_rows` are those of the first answer.
    """
    asked = _places(template) - set(values)
    found = [(answer, asked & {column.name for column in answer.columns}) for answer in answers if asked]
    columns = {name: answer.text(name) for answer, names in reversed(found) for name in names}
    return (
        {name: fact(answers[0]) for name, fact in _FACTS.items() if name in asked and answers} | columns | dict(values)
    )


def finding(heading: str, template: str, *answers: Answer, **values: object) -> mo.Html:
    """A section's heading with its computed sentence beneath, as `sentence` writes it."""
    return show(
        element("section", element("h2", wording(heading)), _said_markup(template, answers, values), kind="cy-finding")
    )


def action(
    title: str,
    text: str,
    answer: Answer | None = None,
    *,
    beside: Sequence[Answer] = (),
    columns: Sequence[str] = (),
    most: int = 0,
    file_name: str = "",
    **values: object,
) -> mo.Html:
    """So what: what to do, and the list to do it with, to look at (`most` rows, `columns`) and to take along whole.

    `beside` are the other answers that title or text read: their passports stand with the list's own. Places of title
    and text are filled by `values` and by the answers' first rows, as those of a sentence.
    """
    answers = [*([answer] if answer else []), *beside]
    parts = [
        element("h2", fill_line(title, answers, values)),
        element("p", keep_days(fill_line(text, answers, values))),
    ]
    if answer is not None:
        link = element("div", download(answer, file_name or answer.name), kind="cy-download")
        parts += [
            table_markup(answer, most=most, columns=columns),
            element("div", fold(dict.fromkeys([answer, *beside])), link, kind="cy-quiet"),
        ]
    return show(element("section", element("div", say("So what"), kind="cy-eyebrow"), *parts, kind="cy-action"))


def exercise(text: str, title: str = "Exercise") -> mo.Html:
    """Something for the reader to try, folded away until it is wanted."""
    paragraphs = [element("p", wording(" ".join(part.split()))) for part in text.strip().split("\n\n")]
    return show(element("details", element("summary", wording(title)), join(paragraphs), kind="cy-exercise"))


def definitions(*asked: Answer | None) -> mo.Html:
    """Every metric, segment and study of the answers a page shows, once, in their own words; all of it as a workbook.

    What this shop's files do not answer is None and passed over. Where each stands in the method is for analysts.
    """
    answers = [answer for answer in asked if answer]
    found = {said.name: said for answer in answers for said in answer.definitions}
    is_analyst = bool(answers) and answers[0].shop.audience == "analyst"
    names = [wording(name) for name in ("Name", "Definition", "Unit", *(["Source"] if is_analyst else []))]
    head = [element("th", name, scope="col") for name in names]
    rows = [_definition_row(said, is_analyst) for said in found.values()]
    body = element("table", element("thead", element("tr", join(head))), element("tbody", join(rows)))
    scrolling = element("div", element("div", body, kind="cy-scroll"), kind="cy-table")
    book = chapter_markup(answers, "chapter")
    taken = element("div", book, kind="cy-download") if book else Markup()
    return show(element("details", element("summary", say("Definitions")), scrolling, taken, kind="cy-definitions"))


def _definition_row(said: Definition, is_analyst: bool) -> Markup:
    cells: Iterable[Markup] = (
        element("th", said.label(), scope="row"),
        element("td", said.text_in()),
        element("td", word(said.unit or said.kind)),
        element("td", said.source) if is_analyst else Markup(),
    )
    return element("tr", join(cells))
