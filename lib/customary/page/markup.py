"""HTML that escapes by itself: text from a shop or a viewer can never become markup.

`element` escapes every child and attribute that is not already `Markup`, so forgetting is not possible. Only
this room makes `Markup` out of strings, and only of marimo's own elements and of drawings made of numbers.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from typing import Any

import marimo as mo
import markupsafe
from markupsafe import Markup

from customary.wording import filled_parts, write_value

__all__ = [
    "Markup",
    "element",
    "embed",
    "escape",
    "fill_template",
    "fill_with_markup",
    "join",
    "keep_days",
    "label_text",
    "show",
]

_DAY = re.compile(r"\b(\d{4}-\d\d-\d\d)\b")
_VOID = frozenset({"br", "hr", "col", "wbr"})


def escape(text: object) -> Markup:
    """The text as HTML; `Markup` passes unchanged, None is nothing."""
    return Markup() if text is None else markupsafe.escape(text)


def join(parts: Iterable[object], between: str = "") -> Markup:
    """The parts one after the other, each escaped unless it is Markup."""
    return escape(between).join(escape(part) for part in parts)


def element(name: str, *children: object, kind: str = "", **attributes: object) -> Markup:
    """One HTML element with class `kind`; attributes that are None or False are left out.

    A trailing underscore protects Python words (`for_`), inner ones become hyphens. `href` must lead to a
    place on this server, else it is refused with ValueError: no address out of data leaves the page.
    """
    spelled = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    href = spelled.get("href")
    if href is not None and (not str(href).startswith(("/", "#", "?")) or str(href).startswith(("//", "/\\"))):
        raise ValueError(f"a link leads to a place on this server, not to {href!r}")
    given = {"class": kind or None, **spelled}
    said = "".join(
        f" {key}" if value is True else f' {key}="{escape(value)}"'
        for key, value in given.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{join(children)}</{name}>")


def keep_days(text: object) -> Markup:
    """The text with its days each on one line: "2025-12-31" never breaks behind a hyphen."""
    return Markup(_DAY.sub(r'<span class="cy-day">\1</span>', escape(text)))


def label_text(text: str) -> str:
    """A text as the label of a marimo control, which reads Markdown and HTML: all but letters and digits escaped."""
    return "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in text)


def show(markup: Markup) -> mo.Html:
    """The markup as something a cell can show."""
    if not isinstance(markup, Markup):
        raise TypeError("only Markup is shown; build it with `element`")
    return mo.Html(str(markup))  # a plain string: marimo writes subclasses of str as objects


def embed(widget: object) -> Markup:
    """A marimo element's own HTML, to stand inside ours."""
    return Markup(mo.as_html(widget).text)


def fill_template(template: str, **values: object) -> Markup:
    """The template with its `{names}` replaced by the values, bold and escaped; `{name:,.0f}` formats.

    Only plain names: attributes, indexes and conversions are refused (ValueError), and so is a float without
    a format, because nobody wants to read 0.3333333333.
    """
    for _literal, name, _form, conversion in string.Formatter().parse(template):
        if name is not None and (not name.isidentifier() or conversion):
            raise ValueError(f"a sentence takes plain names, not {{{name}}}")
        if name is not None and name not in values:
            raise ValueError(f"the sentence has no value for {{{name}}}")
    parts = filled_parts(template, values, value_text)
    return join(element("b", keep_days(text)) if is_value else text for text, is_value in parts)


def fill_with_markup(template: str, **parts: Markup) -> Markup:
    """The template with its `{names}` replaced by what is markup already: a link, a command, a control."""
    return join(text for text, _is_value in filled_parts(template, parts, lambda part, _form: part))


def value_text(value: Any, form: str) -> str:
    """A value in a sentence: whole numbers in groups of three, others by their format; a raw float is refused."""
    if isinstance(value, float) and not form:
        raise ValueError(f"{value!r} is a raw number: give a text (unit.text) or a format")
    if isinstance(value, int) and not isinstance(value, bool) and not form:
        return f"{value:,}"
    return write_value(value, form)
