"""The way from any figure into the chapter Explore, with the figure's question filled in."""

from __future__ import annotations

from customary.declare import STUDIES
from customary.page.headers import chapter_address
from customary.page.markup import Markup, element
from customary.page.reader import with_language
from customary.query.address import EXPLORE, parts_of_question, write_query
from customary.query.answer import Answer
from customary.query.catalogue import study_names
from customary.wording import say


def explore_link(answer: Answer) -> str:
    """Where the chapter Explore asks the question of an answer again; "" for a question that it cannot ask.

    A comparison with an earlier period is not carried along: there it is chosen anew.
    """
    question = answer.question
    if question.is_study and question.names[0] not in study_names(answer.shop):
        return ""
    if not question.is_study and any(name in STUDIES for name in question.names):
        return ""
    return chapter_address(EXPLORE, with_language(write_query(parts_of_question(question))))


def explore_markup(answer: Answer) -> Markup:
    """A quiet link beside a figure's passport; nothing where there is no such question."""
    link = explore_link(answer)
    title = say("Ask this again, with a split, a filter or a period of your own")
    return element("a", say("Explore"), href=link, kind="cy-explore-link", title=title) if link else Markup()
