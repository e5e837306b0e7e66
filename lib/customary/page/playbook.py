"""The playbook on a page: what could go out today, to how many, by which way."""

from collections.abc import Sequence

import marimo as mo

from customary.language import reader_language
from customary.page.markup import Markup, element, join, show
from customary.query.open_plays import OpenPlay
from customary.query.playbook import Play
from customary.wording import say, word


def play_name(play: Play) -> str:
    """A play's name in the reader's language."""
    return play.zh if reader_language() == "zh" and play.zh else play.name


def playbook(found: Sequence[OpenPlay]) -> mo.Html:
    """Every play with how many customers it would address, or why it cannot; what is offered, and by which way."""
    headings = {say("Play"): "", say("Customers today"): "cy-number", say("Offer"): "", say("Sent by"): ""}
    headings[say("Held out")] = "cy-number"
    head = join(element("th", text, kind=kind, scope="col") for text, kind in headings.items())
    body = join(_row(each) for each in found)
    table = element("table", element("thead", element("tr", head)), element("tbody", body))
    scrolling = element("div", table, kind="cy-scroll", tabindex="0", role="group", aria_label=say("Table"))
    caption = element("h3", say("Plays, and how many customers each would address"))
    parts = (element("figcaption", caption), element("div", scrolling, kind="cy-table"))
    return show(element("figure", *parts, kind="cy-figure"))


def _row(each: OpenPlay) -> Markup:
    play = each.play
    offer = element("td", word(play.offer) if each.answer else each.why_not)
    held = say("{share} %", share=f"{100 * play.hold_out:.0f}")
    cells = [element("td", play_name(play)), element("td", each.size_text, kind="cy-number"), offer]
    cells += [element("td", word(play.sent_by)), element("td", held, kind="cy-number")]
    return element("tr", join(cells))
