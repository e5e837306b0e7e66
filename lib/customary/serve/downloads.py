"""Which figure a download is, for the audit log: by the name of its file, without whom or when it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from customary import metrics, studies
from customary.declare import METRICS, STUDIES

MOST_LETTERS = 80
_BEFORE = re.compile(r"object-id='([\w-]+)'")
_FILE_NAME = re.compile(r"data-filename='&quot;([^'&]+)&quot;'")
_ADDRESS = re.compile(r"@file/(\d+-[\w-]+\.\w+)")
_ELEMENT = "<marimo-download "
KINDS = ("passport", "png", "svg")  # what a browser shows or makes by itself, and tells of
_LISTS = (metrics, studies)  # which fill the registries when they are imported


def downloads_in(said: str) -> Iterator[tuple[str, str]]:
    """The buttons that a message to a page brings: their own number and that of their file, with the file's name."""
    before, *parts = said.split(_ELEMENT)
    for part in parts:
        tag = part.partition(">")[0]
        if named := _FILE_NAME.search(tag):
            numbers = [*_BEFORE.findall(before)[-1:], *_ADDRESS.findall(tag)]
            yield from ((number, named[1]) for number in numbers)
        before = part


def figure_in(file_name: str, stem: str) -> str:
    """The metric or study behind a file's name, the chapter of a chapter's workbook, else the name's first part.

    What follows in the name – a selection, days – may be about a customer and is not written down.
    """
    known = [name for name in (*METRICS, *STUDIES, stem) if _begins_with(file_name, name)]
    return max(known, key=len, default=re.split(r"[_.]", file_name)[0][:MOST_LETTERS])


def _begins_with(file_name: str, name: str) -> bool:
    return file_name.startswith(name) and file_name[len(name) : len(name) + 1] in ("", "_", ".")


def known_figure(name: str) -> str:
    """The name of a figure that a browser tells; one that only this shop knows is called that."""
    return name if name in METRICS or name in STUDIES else "of this shop"
