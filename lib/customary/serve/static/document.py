"""A chapter's cells as one HTML document that needs nothing but a script and a style sheet of ours."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import marimo as mo
from markupsafe import escape

from customary.serve.assets import FONT_LINKS
from customary.serve.static.files import script_tag, style
from customary.serve.static.pictures import WIDTHS, pictures
from customary.serve.static.plain import Picture, plain

SETTINGS = "pyproject.toml"
LANG = {"en": "en", "zh": "zh-Hans"}


def document(outputs: Iterable[Any], *, title: str, theme: str, language: str) -> str:
    """The page of a chapter: what its cells put out, in their order, with a picture for every chart.

    `title` is the window's, `theme` the chapters' style sheet. Raises NotDrawn where a chart needs a browser.
    """
    cells = [plain(mo.as_html(output).text) for output in outputs if output is not None]
    drawn = iter(pictures([piece.specification for cell in cells for piece in cell if isinstance(piece, Picture)]))
    body = "\n".join(_cell(cell, drawn) for cell in cells)
    return f"""<!doctype html>
<html lang="{LANG[language]}" data-static>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>{escape(title)}</title>
<style id="cy-static-style">{theme}
{style()}</style>
{FONT_LINKS}
{script_tag()}
</head>
<body>
<main id="cy-static">
{body}
</main>
</body>
</html>
"""


def theme_of(notebooks: Path) -> str:
    """The style sheet of the chapters in a folder, as marimo takes it from the project's settings; "" without any."""
    settings = next((up / SETTINGS for up in notebooks.parents if (up / SETTINGS).is_file()), None)
    if settings is None:
        return ""
    display = tomllib.loads(settings.read_text("utf-8")).get("tool", {}).get("marimo", {}).get("display", {})
    files = [settings.parent / name for name in display.get("custom_css", [])]
    return "\n".join(path.read_text("utf-8") for path in files if path.is_file())


def _cell(pieces: Sequence[str | Picture], drawn: Iterable[list[str]]) -> str:
    """A cell with the next pictures in the places of its charts."""
    source = iter(drawn)
    return f'<div class="cy-cell">{"".join(p if isinstance(p, str) else _pictures(next(source)) for p in pieces)}</div>'


def _pictures(widths: list[str]) -> str:
    """The same picture for places of different width; the style sheet shows one of them."""
    shown = (f'<div class="cy-at-{width}">{svg}</div>' for width, svg in zip(WIDTHS, widths, strict=True))
    return f'<div class="cy-pictures">{"".join(shown)}</div>'
