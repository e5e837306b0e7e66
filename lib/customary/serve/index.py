"""The index page: the chapters of one shop as cards. Plain HTML; everything said by data is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from markupsafe import escape

from customary.language import format_date
from customary.page.chapters import Chapter
from customary.serve.storefront import ShopSummary, age_in_words

_STYLE = files("customary.serve").joinpath("index.css").read_text(encoding="utf-8")


def index_page(store: ShopSummary, chapters: Iterable[Chapter]) -> str:
    """The whole HTML document."""
    cards = "\n".join(_card(chapter, store) for chapter in chapters)
    body = cards or '<p class="empty">No chapters yet: pages are the files notebooks/NN_name.py.</p>'
    title = escape(store.title)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p class="standing">{_status(store)}</p>
</header>
<main>
{body}
</main>
</body>
</html>
"""


def _status(store: ShopSummary) -> str:
    said = []
    if store.as_of is not None:
        day = store.as_of
        said.append(f'Counts everything before <time datetime="{day}">{format_date(day)}</time>')
    if store.age is not None:
        said.append(f"snapshot {age_in_words(store.age)} old")
    return " · ".join(said) or "No snapshot yet"


def _card(chapter: Chapter, store: ShopSummary) -> str:
    zh = f' <span class="zh" lang="zh">{escape(chapter.zh)}</span>' if chapter.zh else ""
    question = f'<p class="question">{escape(chapter.question)}</p>' if chapter.question else ""
    goal = f'<p class="goal"><span>Goal</span> {escape(chapter.goal)}</p>' if chapter.goal else ""
    return (
        f'<a class="card" href="{chapter.stem}/"><span class="number">{chapter.number}</span>'
        f"<h2>{escape(chapter.title)}{zh}</h2>{question}{goal}{_needs(chapter.needs, store)}</a>"
    )


def _needs(needs: tuple[str, ...], store: ShopSummary) -> str:
    """The tables a chapter reads; a missing one is said in words, not by colour."""
    if not needs:
        return ""
    items = "".join(_need(name, store.holds(name)) for name in needs)
    return f'<ul class="needs" aria-label="Tables this chapter reads">{items}</ul>'


def _need(table: str, held: bool) -> str:
    name = escape(table)
    return f"<li>{name}</li>" if held else f'<li class="missing">{name} – not in this shop</li>'
