"""What a figure, a sentence or a list is made of, folded away until it is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from customary.page.markup import Markup, element, escape, join
from customary.query.accounts import Accounts
from customary.query.answer import Answer
from customary.query.question import Definition


def passport_markup(answer: Answer) -> Markup:
    """Definitions, the question in words, rows counted and left out by frame, and for analysts the query."""
    is_analyst = answer.shop.audience == "analyst"
    terms = [_term("Definition", _definition(each, is_analyst)) for each in answer.definitions]
    terms.append(_term("Question", escape(answer.question.text)))
    terms += [_term(f"Rows of {part.frame}", _rows(part)) for part in answer.accounts]
    if is_analyst:
        terms.append(_term("Rules", escape(answer.question.rules_text)))
    query = _query(answer) if is_analyst else Markup()
    return element("div", element("dl", join(terms)), query, kind="cy-passport")


def _query(answer: Answer) -> Markup:
    return element("details", element("summary", "Query"), element("pre", element("code", answer.sql())))


def fold(answers: Iterable[Answer]) -> Markup:
    """The passports behind a sentence or a list; nothing where it rests on no answer."""
    parts = [passport_markup(answer) for answer in answers]
    if not parts:
        return Markup()
    return element("details", element("summary", "Passport"), join(parts), kind="cy-why")


def _term(name: str, fact: Markup) -> Markup:
    return join([element("dt", name), element("dd", fact)])


def _definition(said: Definition, is_analyst: bool) -> Markup:
    """Name, text and 中文; where it stands in the method only for analysts."""
    zh = element("span", said.zh, kind="cy-zh", lang="zh") if said.zh else ""
    source = f" ({said.source})" if is_analyst and said.source else ""
    return join([f"{said.title}: {said.text}{source}", zh], " ")


def _rows(part: Accounts) -> Markup:
    counted = escape(part.counted_text)
    return join([counted, _reasons_text(part.left_out)], " · ") if part.left_out else counted


def _reasons_text(reasons: Mapping[str, int]) -> Markup:
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    return join([escape(f"{count:,} {reason.replace('_', ' ')}") for reason, count in ordered], " · ")
