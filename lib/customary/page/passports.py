"""What a figure, a sentence or a list is made of, folded away until it is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from customary.page.drill import explore_markup
from customary.page.markup import Markup, element, escape, join
from customary.query.accounts import Accounts
from customary.query.answer import Answer
from customary.query.origin import definition_hash
from customary.query.question import Definition
from customary.reasons import reason_text
from customary.wording import say, word


def passport_markup(answer: Answer) -> Markup:
    """Definitions, the question in words, rows counted and left out by frame, and for analysts the query."""
    is_analyst = answer.shop.audience == "analyst"
    terms = [_term(say("Definition"), _definition(each, is_analyst)) for each in answer.definitions]
    terms.append(_term(say("Question"), escape(answer.question.text)))
    terms += [_term(say("Rows of {frame}", frame=word(part.frame)), _rows(part)) for part in answer.accounts]
    if is_analyst:
        terms.append(_term(say("Rules"), escape(answer.question.rules_text)))
        terms.append(_term(say("Hash of the definition"), escape(definition_hash(answer))))
    query = _query(answer) if is_analyst else Markup()
    return element("div", element("dl", join(terms)), query, kind="cy-passport")


def _query(answer: Answer) -> Markup:
    return element("details", element("summary", say("Query")), element("pre", element("code", answer.sql())))


def fold(answers: Iterable[Answer]) -> Markup:
    """The passports behind a sentence or a list; nothing where it rests on no answer."""
    parts = [join([passport_markup(answer), explore_markup(answer)]) for answer in answers]
    if not parts:
        return Markup()
    return element("details", element("summary", say("Passport")), join(parts), kind="cy-why")


def _term(name: str, fact: Markup) -> Markup:
    return join([element("dt", name), element("dd", fact)])


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
