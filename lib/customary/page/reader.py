"""Whose language a page speaks: that of the link by which its reader came, asked anew of the kernel that runs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import parse_qsl, urlencode

import marimo as mo

from customary.language import LANGUAGES, ask_reader, reader_language

LINK = "lang"  # what an address calls the language
HTML = {"en": "en", "zh": "zh-Hans"}  # "zh" alone may fetch Japanese shapes of the characters
NAMES = {"en": "English", "zh": "中文"}

# What is written outside of a marimo kernel – the index, a page drawn after a publish – says for whom it is written.
_written_for: ContextVar[str] = ContextVar("written_for", default="")


@contextmanager
def writing_for(language: str) -> Iterator[None]:
    """Within it everything is said in that language: what a server writes without a kernel says for whom."""
    token = _written_for.set(language)
    try:
        yield
    finally:
        _written_for.reset(token)


def language_in_link() -> str:
    """What the link says about the language, known or not; "" where it says nothing.

    One process serves many readers, each in a thread with a kernel of its own: nothing is kept here between two asks.
    """
    if said := _written_for.get():
        return said
    if not mo.running_in_notebook():
        return ""
    found = mo.query_params().get(LINK) or ""
    return found if isinstance(found, str) else found[-1]


def speak_to_readers() -> None:
    """Let whatever this process says on a page be in the language of the page's link. Safe to call again."""
    ask_reader(language_in_link)


def with_language(query: str = "", language: str = "") -> str:
    """A query for a link that keeps the reader's language, or changes it to `language`; English is said where asked."""
    pairs = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != LINK]
    spoken = language or (reader_language() if language_in_link() in LANGUAGES else "")
    return urlencode([*pairs, (LINK, spoken)] if spoken else pairs)


def unknown_language() -> str:
    """The language that the link asks for and nobody has written the pages in; "" where there is none such."""
    said = language_in_link()
    return "" if said in ("", *LANGUAGES) else said
