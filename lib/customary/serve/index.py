"""The front page of one shop: its state, what changed, what to do, and the chapters. Plain HTML; data are escaped."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from markupsafe import Markup, escape

from customary.language import format_date, reader_language
from customary.page.chapters import Chapter
from customary.query.address import EXPLORE, FIND
from customary.query.search import MOST_LETTERS
from customary.serve.assets import FONT_LINKS
from customary.serve.front.periods import address
from customary.serve.storefront import ShopSummary, age_in_words
from customary.wording import say, word

_STYLE = files("customary.serve").joinpath("index.css").read_text(encoding="utf-8")
STALE_DAYS = 7
REFRESH_SECONDS = 3
LIVE, ABOUT = "00_start", "02_data"  # the chapters that show the page's own figures, and where the data stand
_HTML = {"en": "en", "zh": "zh-Hans"}  # "zh" alone may fetch Japanese shapes of the characters


def index_page(store: ShopSummary, chapters: Iterable[Chapter]) -> str:
    """The whole HTML document, in the reader's language."""
    listed = list(chapters)
    waits = Markup('<meta http-equiv="refresh" content="{}">').format(REFRESH_SECONDS) if store.is_drawing else ""
    title = escape(store.title)
    return f"""<!doctype html>
<html lang="{_HTML[reader_language()]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
{waits}{FONT_LINKS}<link rel="icon" href="data:,">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<a class="skip" href="#state">{escape(say("Skip to the figures"))}</a>
<header>
<div class="whose"><h1>{title}</h1>{_languages()}</div>
<p class="standing">{_status(store, listed)}</p>
{_search(listed)}</header>
<main>
{_state(store, listed)}
{_columns(store)}
{_chapters(store, listed)}
</main>
</body>
</html>
"""


def _languages() -> Markup:
    """The way to this page in each language; the one it is in is marked."""
    here, names = reader_language(), (("en", "English"), ("zh", "中文"))
    links = Markup(" ").join(
        Markup('<a href="?lang={}" lang="{}" hreflang="{}"{}>{}</a>').format(
            one, _HTML[one], _HTML[one], Markup(' aria-current="true"') if one == here else "", name
        )
        for one, name in names
    )
    return Markup('<nav class="languages" aria-label="{}">{}</nav>').format(say("Language"), links)


def _search(chapters: list[Chapter]) -> Markup:
    """A field that leads to what Explore finds: metrics, studies, columns, pages, for analysts customers too."""
    if EXPLORE not in {chapter.stem for chapter in chapters}:
        return Markup()
    language = Markup('<input type="hidden" name="lang" value="{}">').format(reader_language())
    return Markup(
        '<form class="search" role="search" action="{}/" method="get">{}<label>{} '
        '<input type="search" name="{}" maxlength="{}" required></label> <button>{}</button></form>\n'
    ).format(EXPLORE, language, say("Search metrics, studies, columns and pages"), FIND, MOST_LETTERS, say("Search"))


def _status(store: ShopSummary, chapters: list[Chapter]) -> Markup:
    """As of when, how fresh and how far to be trusted, in one line."""
    said = []
    if store.as_of is not None:
        day = Markup('<time datetime="{}">{}</time>').format(store.as_of, format_date(store.as_of))
        said.append(escape(say("Counts everything before {day}", day="\0")).replace("\0", day))
    if store.age is not None:
        said.append(_freshness(store))
    if store.drawn and store.drawn.trust:
        said.append(_about(store.drawn.trust, chapters))
    if store.accepted:
        said.append(Markup('<span class="bad">{}</span>').format(say("accepted: {reason}", reason=store.accepted)))
    return Markup(" · ").join(said) or escape(say("No snapshot yet"))


def _freshness(store: ShopSummary) -> Markup:
    assert store.age is not None
    said = say("snapshot {age} old", age=age_in_words(store.age))
    if store.age.days <= STALE_DAYS:
        return escape(said)
    return Markup('<span class="bad">▲ {}</span>').format(say("{snapshot} – newer data may exist", snapshot=said))


def _about(trust: str, chapters: list[Chapter]) -> Markup:
    if ABOUT not in {chapter.stem for chapter in chapters}:
        return escape(trust)
    return Markup('<a href="{}">{}</a>').format(address(ABOUT), trust)


def _state(store: ShopSummary, chapters: list[Chapter]) -> Markup:
    """The figures, or word of why there are none yet."""
    if store.drawn and store.drawn.state:
        live = (
            Markup()
            if LIVE not in {one.stem for one in chapters}
            else Markup('<p class="more"><a href="{}">{}</a></p>').format(
                address(LIVE), say("Explore these figures by period, channel and customer")
            )
        )
        return Markup('<section class="state" id="state">{}{}</section>').format(Markup(store.drawn.state), live)
    if store.is_drawing:
        said = say("The figures of this snapshot are being worked out; they appear here by themselves.")
        bones = Markup('<div class="tiles" aria-hidden="true">{}</div>').format(
            Markup('<div class="tile bone"></div>') * 5
        )
        return Markup('<section class="state" id="state"><p class="lede" role="status">{}</p>{}</section>').format(
            said, bones
        )
    if store.drawn:
        said = say("The figures of this page could not be worked out; the chapters below have theirs.")
        return Markup('<section class="state" id="state"><p class="lede" role="alert">{}</p></section>').format(said)
    return Markup('<div id="state"></div>')


def _columns(store: ShopSummary) -> Markup:
    """What changed and what to do, side by side; what is still being worked out says so."""
    if not store.drawn or not store.drawn.state:
        return Markup()
    waiting = Markup('<p class="quiet">{}</p>').format(say("Being worked out …"))
    parts = ((say("What changed and why"), store.drawn.changes), (say("What to do"), store.drawn.todo))
    sections = Markup().join(
        Markup("<section><h2>{}</h2>{}</section>").format(title, Markup(body) or waiting) for title, body in parts
    )
    return Markup('<div class="two">{}</div>').format(sections)


def _chapters(store: ShopSummary, chapters: list[Chapter]) -> Markup:
    if not chapters:
        said = say("No chapters yet: pages are the files notebooks/NN_name.py.")
        return Markup('<p class="quiet">{}</p>').format(said)
    cards = Markup("\n").join(_card(chapter, store) for chapter in chapters if chapter.stem != LIVE)
    return Markup('<section><h2>{}</h2><div class="cards">\n{}\n</div></section>').format(say("Chapters"), cards)


def _card(chapter: Chapter, store: ShopSummary) -> Markup:
    figure = store.drawn.figures.get(chapter.stem) if store.drawn else None
    absent = [name for name in chapter.needs if not store.holds(name)]
    is_dim = chapter.needs[:1] == tuple(absent[:1]) != () and figure is None  # the first is what it cannot do without
    title = chapter.zh if reader_language() == "zh" and chapter.zh else chapter.title
    question = Markup('<p class="question">{}</p>').format(say(chapter.question)) if chapter.question else ""
    return Markup('<a class="card{}" href="{}"><span class="number">{}</span><h3>{}</h3>{}{}{}</a>').format(
        " dim" if is_dim else "",
        address(chapter.stem),
        chapter.number,
        title,
        _figure(figure),
        question,
        _missing(absent),
    )


def _figure(figure: tuple[str, str, str] | None) -> Markup:
    """The chapter's own figure: the number, what it is, and what it rests on."""
    if figure is None:
        return Markup()
    text, label, note = figure
    small = Markup(' <span class="note">· {}</span>').format(note) if note else ""
    return Markup('<p class="figure"><b>{}</b> <span class="label">{}</span>{}</p>').format(text, label, small)


def _missing(absent: list[str]) -> Markup:
    """What the shop has not that the chapter reads, in words and not by colour alone."""
    if not absent:
        return Markup()
    tables = say(", ").join(word(name.replace("_", " ")) for name in absent)
    return Markup('<p class="missing">{}</p>').format(say("Not in this shop: {tables}", tables=tables))
