"""What a figure, a sentence or a list is made of, folded away until it is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from customary.declare import METRICS
from customary.language import LANGUAGES, reader_language
from customary.page.drill import explore_markup
from customary.page.markup import Markup, element, escape, join
from customary.page.reader import HTML, NAMES
from customary.query.accounts import TABLE_OF, Accounts
from customary.query.answer import Answer
from customary.query.goals import goal_of
from customary.query.origin import definition_hash
from customary.query.passport import formula_text
from customary.query.question import Definition
from customary.reasons import reason_text
from customary.wording import say, word


def passport_markup(answer: Answer) -> Markup:
    """Definitions, the question in words, rows counted and left out by frame, and for analysts the query."""
    is_analyst = answer.shop.audience == "analyst"
    terms = [_term(say("Definition"), _definition(each, is_analyst)) for each in answer.definitions]
    terms += [_term(*_other_language(each)) for each in answer.definitions]
    terms.append(_term(say("Question"), escape(answer.question.text)))
    terms += [_term(say("Rows of {frame}", frame=word(part.frame)), _rows(part)) for part in answer.accounts]
    terms.append(_term(say("Snapshot"), escape(answer.question.snapshot)))
    terms += [_term(say("Quality"), said) for said in _quality(answer)]
    terms += [_term(say("Goal"), escape(said)) for said in _goals(answer)]
    if is_analyst:
        terms.append(_term(say("Rules"), escape(answer.question.rules_text)))
        terms.append(_term(say("Hash of the definition"), escape(definition_hash(answer))))
    code = _code(answer) if is_analyst else Markup()
    return element("div", element("dl", join(terms)), code, kind="cy-passport")


def _code(answer: Answer) -> Markup:
    """The formula as it is written, and the query that it becomes."""
    texts = {say("Formula"): formula_text(answer), say("Query"): answer.sql()}
    folds = [
        element("details", element("summary", name), element("pre", element("code", text)))
        for name, text in texts.items()
    ]
    return join(folds)


def _goals(answer: Answer) -> Iterator[str]:
    """What the shop aims at with the metrics of an answer, where it has a goal in numbers."""
    known = {**answer.shop.snapshot.own.metrics, **METRICS}
    for name in answer.question.names:
        aim = goal_of(known[name], answer.shop.rules) if name in known else None
        if aim and (said := aim.text(answer.shop.currency)):
            yield said


def fold(answers: Iterable[Answer]) -> Markup:
    """The passports behind a sentence or a list; nothing where it rests on no answer."""
    behind = list(answers)
    parts = [join([passport_markup(answer), explore_markup(answer)]) for answer in behind]
    return open_passports(behind, join(parts), "cy-why") if parts else Markup()


def open_passports(answers: Iterable[Answer], inside: Markup, kind: str = "") -> Markup:
    """Passports folded away; whose they are stands there for the audit log, which is told when they are opened."""
    names = " ".join(dict.fromkeys(answer.name for answer in answers))
    return element("details", element("summary", say("Passport")), inside, kind=kind, data_passport=names)


def _term(name: str, fact: Markup) -> Markup:
    return join([element("dt", name), element("dd", fact)])


def _other_language(said: Definition) -> tuple[str, Markup]:
    """The same definition in the language in which the page is not."""
    other = next(language for language in LANGUAGES if language != reader_language())
    text = say("{name}: {text}", other, name=said.label(other), text=said.text_in(other))
    return NAMES[other], element("span", text, lang=HTML[other])


def _quality(answer: Answer) -> Iterator[Markup]:
    """What misses its standard among the tables that the figure reads; nothing where all meet theirs."""
    found = answer.shop.snapshot.facts.get("inspection", {}).get("tables", {})
    for part in answer.accounts:
        table = TABLE_OF.get(part.frame, part.frame)
        if table in found and not found[table]["is_met"]:
            yield escape(say("▲ {table} miss their data standard", table=word(table.replace("_", " "))))


def _definition(said: Definition, is_analyst: bool) -> Markup:
    """Name and text; where it stands in the method only for analysts."""
    text = say("{name}: {text}", name=said.label(), text=said.text_in())
    return escape(say("{text} ({source})", text=text, source=said.source) if is_analyst and said.source else text)


def _rows(part: Accounts) -> Markup:
    counted = escape(part.counted_text)
    return join([counted, _reasons_text(part.left_out)], " · ") if part.left_out else counted


def _reasons_text(reasons: Mapping[str, int]) -> Markup:
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    return join(
        [escape(say("{n:,} {reason}", n=count, reason=reason_text(reason))) for reason, count in ordered], " · "
    )
