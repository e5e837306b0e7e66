"""The top of every page: whose shop, as of when, how old, for whom, and the way to the other chapters."""

from __future__ import annotations

import marimo as mo

from customary.language import format_date
from customary.page.chapters import Chapter, chapters
from customary.page.markup import Markup, element, join, show
from customary.places import NOTEBOOKS
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
        f"as of {shop.as_of}",
        _age(shop),
        f"for {shop.audience}s",
        _unpublished_mark(shop),
        _acceptance(shop),
    ]
    line = join([element("span", fact) for fact in facts if fact])
    skip = element("a", say("Skip to the answer"), kind="cy-skip", href=f"#{ANSWER}")
    title = element("a", shop.snapshot.title, kind="cy-shop", href="/")
    top = element("div", title, element("div", line, kind="cy-facts"), kind="cy-top")
    links = [_link(one, chapter, query) for one in chapters(mo.notebook_dir() or NOTEBOOKS)]
    parts = [skip, top, _navigation(links), element("nav", kind="cy-sections", aria_label=say("On this page"))]
    return show(element("header", join(parts), kind="cy-header", data_paper=_source(shop, population, period)))


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
    said = "built today" if days < 1 else f"built {days} day{'s' if days > 1 else ''} ago"
    if days > STALE_DAYS:
        return element("span", f"▲ {said} – newer data may exist", kind="cy-bad")
    return element("span", said)


def _acceptance(shop: Shop) -> Markup | None:
    """What misses its standards and was published all the same, with the shop's reason."""
    accepted = shop.snapshot.facts.get("accepted")
    if not accepted:
        return None
    said = f"▲ {'; '.join(accepted['problems'])} – accepted: {accepted['reason']}"
    return element("span", said, kind="cy-bad")


def _unpublished_mark(shop: Shop) -> Markup | None:
    """The mark of rules that differ from those the snapshot was built with: only analysts see what they make of it."""
    if shop.rules.is_published:
        return None
    return element("span", "▲ rules changed since the build – not published", kind="cy-bad")


def _link(one: Chapter, here: str, query: str) -> Markup:
    address = _address(one, query)
    return element("a", one.title, href=address, aria_current="page" if one.stem == here else None)


def _address(one: Chapter, query: str) -> str:
    """Where a chapter stands: a folder of the server, or a file in an analyst's editor."""
    if mo.app_meta().mode == "edit":
        return f"/?file={one.path.name}" + (f"&{query}" if query else "")
    return f"/{one.stem}/" + (f"?{query}" if query else "")
