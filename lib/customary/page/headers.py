"""The top of every page: whose shop, as of when, how old, for whom, and the way to the other chapters."""

from __future__ import annotations

import marimo as mo

from customary.language import LANGUAGES, format_date, reader_language
from customary.page.chapters import Chapter, chapters
from customary.page.markup import Markup, element, join, show
from customary.page.reader import HTML, NAMES, unknown_language, with_language
from customary.places import NOTEBOOKS, base_path
from customary.query.address import EXPLORE
from customary.reasons import reason_text
from customary.shop import Shop, now
from customary.wording import say

ANSWER = "cy-answer"  # the place on the page to which its first link leads
STALE_DAYS = 7


def header(shop: Shop, chapter: str, *, query: str = "", population: str = "", period: str = "") -> mo.Html:
    """The page's head: the shop, its date and age, the audience, and links to all chapters.

    `chapter` is the stem of this page; `query` is `Choice.query`: it goes into every link, so the filters stay with
    the reader; `population` and `period` say whom the page speaks of and when, for the foot of a printed sheet, which
    has no filter bar. A snapshot built more than a week ago is marked, in words,
    and so are rules that an analyst has changed since.
    """
    facts: list[object] = [
        say("as of {day}", day=shop.as_of),
        _age(shop),
        say("for analysts") if shop.audience == "analyst" else say("for viewers"),
        _unpublished_mark(shop),
        _acceptance(shop),
    ]
    line = join([element("span", fact) for fact in facts if fact])
    skip = element("a", say("Skip to the answer"), kind="cy-skip", href=f"#{ANSWER}")
    title = element("a", shop.snapshot.title, kind="cy-shop", href=chapter_address(None, with_language()))
    top = element("div", title, element("div", line, kind="cy-facts"), _languages(chapter, query), kind="cy-top")
    links = [_link(one, chapter, query) for one in chapters(mo.notebook_dir() or NOTEBOOKS)]
    links += [_link_to_adoption(chapter)] if shop.audience == "analyst" and mo.app_meta().mode == "edit" else []
    sections = element("nav", kind="cy-sections", aria_label=say("On this page"))
    parts = [skip, top, _navigation(links), _unknown_language(), sections]
    paper, explore = _source(shop, population, period), chapter_address(EXPLORE, with_language())
    no_figure = say("This file does not say which figure it holds: it was not downloaded here, or was named anew.")
    told = {"data_paper": paper, "data_explore": explore, "data_no_figure": no_figure}
    return show(element("header", join(parts), kind="cy-header", **told))


def _languages(chapter: str, query: str) -> Markup:
    """The way to this page, with its filters, in the other language."""
    links = [
        element(
            "a",
            NAMES[language],
            href=chapter_address(chapter, with_language(query, language)),
            lang=HTML[language],
            hreflang=HTML[language],
            aria_current="true" if language == reader_language() else None,
        )
        for language in LANGUAGES
    ]
    return element("nav", join(links, " "), kind="cy-languages", aria_label=say("Language"))


def _unknown_language() -> Markup:
    """What is said where a link asks for a language in which there are no pages."""
    if not (asked := unknown_language()):
        return Markup()
    said = say(
        "The link asks for the language “{asked}”, which there is not here: the page is in English.", asked=asked
    )
    return element("div", said, kind="cy-notice", role="alert")


def _navigation(links: list[Markup]) -> Markup:
    """All chapters twice: on one line that scrolls, with the reader's own in view, and as a list to unfold."""
    if not links:
        return Markup()
    line = element("div", join(links), kind="cy-line")
    summary = element("summary", say("All chapters"))
    every = element("details", summary, element("div", join(links), kind="cy-list"), kind="cy-all")
    return element("nav", line, every, kind="cy-nav", aria_label=say("Chapters"))


def _source(shop: Shop, *of_whom: str) -> str:
    """Where printed figures come from, for the foot of every sheet."""
    snapshot = say("built {day}", day=format_date(shop.snapshot.built_at.date()))
    until = say("everything before {day}", day=format_date(shop.as_of))
    return " · ".join(part for part in (shop.snapshot.title, *of_whom, until, snapshot) if part)


def _age(shop: Shop) -> Markup:
    """How long ago the snapshot was built; an old one is marked in words."""
    days = (now() - shop.snapshot.built_at).days
    said = say("built today") if days < 1 else say("built 1 day ago") if days == 1 else ""
    said = said or say("built {days:,} days ago", days=days)
    if days > STALE_DAYS:
        return element("span", say("▲ {built} – newer data may exist", built=said), kind="cy-bad")
    return element("span", said)


def _acceptance(shop: Shop) -> Markup | None:
    """What misses its standards and was published all the same, with the shop's reason."""
    accepted = shop.snapshot.facts.get("accepted")
    if not accepted:
        return None
    problems = say("; ").join(map(reason_text, accepted["problems"]))
    said = say("▲ {problems} – accepted: {reason}", problems=problems, reason=accepted["reason"])
    return element("span", said, kind="cy-bad")


def _unpublished_mark(shop: Shop) -> Markup | None:
    """The mark of rules that differ from those the snapshot was built with: only analysts see what they make of it."""
    if shop.rules.is_published:
        return None
    return element("span", say("▲ rules changed since the build – not published"), kind="cy-bad")


def _link(one: Chapter, here: str, query: str) -> Markup:
    address = chapter_address(one.stem, with_language(query))
    return element("a", one.name, href=address, aria_current="page" if one.stem == here else None)


def chapter_address(stem: str | None, query: str) -> str:
    """Where a chapter stands, or the index of all: a folder of the server, or a file in an analyst's editor."""
    if stem is not None and mo.app_meta().mode == "edit":
        return f"/?file={stem}.py" + (f"&{query}" if query else "")
    return base_path() + (f"/{stem}/" if stem else "/") + (f"?{query}" if query else "")


def _link_to_adoption(here: str) -> Markup:
    """The way to the page that takes in files, which is in an analyst's editor only."""
    current = "page" if here == "adopt" else None
    address = chapter_address("adopt", with_language())
    return element("a", say("Take in files"), href=address, aria_current=current)
