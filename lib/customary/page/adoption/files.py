"""Files that an analyst drops on a page: unpacked, looked at, never believed."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import marimo as mo

from customary.errors import Refused
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.look import look
from customary.intake.recognise.prices import lack_of_prices, lacks_prices
from customary.intake.unpack.gather import gather
from customary.intake.unpack.naming import SUFFIXES
from customary.intake.uploads import MOST_BYTES, keep_uploads
from customary.page.parts import notice
from customary.shop import Shop
from customary.wording import join_sentences, say, wording

NOBODY_ELSE = "Files are taken in by analysts, in `customary edit`: here nothing can be brought or changed."
# Where a sentence begins to say what to type on a command line.
_FLAGS = re.compile(
    r"[：；][^：；]{0,40}?--[a-z][^；]*"
    r"|[:;,.]?\s*(?:(?:say|build|convert|leave|name|or)\b[^;:]{0,60}?\b(?:with|it)\s*,?\s*)?--[a-z][^;]*"
)


def without_flags(text: str) -> str:
    """A sentence of the command line without what to type there; where something was cut, the page has the choice."""
    told = _FLAGS.sub("", text).strip(" ;:,；：，")
    if told == text.strip():
        return told
    asked = told if told.endswith(("?", "？")) else say("{sentence}.", sentence=told)
    return join_sentences([asked, say("Choose it on this page.")])


def check_analyst(shop: Shop) -> None:
    """Refuse everybody but an analyst."""
    if shop.audience != "analyst":
        raise Refused(wording(NOBODY_ELSE))


def refusal() -> mo.Html:
    """What stands in the place of the page for everybody but analysts."""
    return notice("Not here.", NOBODY_ELSE)


def drop(shop: Shop) -> Any:
    """Where files are dropped; for analysts only."""
    check_analyst(shop)
    label = say("Drop the shop's files here, or choose them: at most {most} MB each", most=MOST_BYTES // 1_000_000)
    return mo.ui.file(filetypes=list(SUFFIXES), multiple=True, kind="area", max_size=MOST_BYTES, label=label)


@dataclass(frozen=True)
class DroppedFiles:
    """Files that were dropped, unpacked into a folder that ends with this, and what each was recognised as.

    `left` are those that hold no table, and why; `fault` says why nothing at all came in.
    """

    scratch: tempfile.TemporaryDirectory[str] | None = None
    found: Sequence[Recognition] = ()
    left: Sequence[tuple[str, str]] = ()
    fault: str = ""

    @property
    def paths(self) -> list[Path]:
        """The files that hold a table."""
        return [one.look.path for one in self.found]


def unpack(shop: Shop, uploads: Sequence[Any]) -> DroppedFiles:
    """What was dropped – each with a name and contents – as files of one table each, looked at for the first time."""
    check_analyst(shop)
    if not uploads:
        return DroppedFiles()
    scratch = tempfile.TemporaryDirectory(prefix="customary-")
    try:
        kept = keep_uploads(((one.name, one.contents) for one in uploads), Path(scratch.name) / "dropped")
        paths = gather([str(path) for path in kept], Path(scratch.name) / "unpacked")
    except (Refused, OSError) as error:
        return DroppedFiles(fault=_words(error, scratch.name))
    found, left = _first_looks(paths, scratch.name)
    fault = "" if found else say("; ").join(say("{name}: {text}", name=name, text=why) for name, why in left)
    return DroppedFiles(scratch, found, left, fault)


def _words(error: Exception, folder: str) -> str:
    """An error in a sentence, without folders that the reader never saw and without what to type elsewhere."""
    return without_flags(re.sub(re.escape(folder) + r"/(?:dropped|unpacked)/", "", str(error)))


def _first_looks(paths: Sequence[Path], folder: str) -> tuple[list[Recognition], list[tuple[str, str]]]:
    found, left = [], []
    for path in paths:
        try:
            found.append(Answers().recognise(look(path)))
        except Refused as error:
            left.append((path.name, _words(error, folder).removeprefix(path.name).lstrip(": ")))
    return found, left


def files_note(files: DroppedFiles) -> mo.Html:
    """What came in, or why nothing of it can be taken in."""
    if files.fault:
        return notice("Nothing was taken in:", files.fault)
    if not files.found:
        return notice("No file yet.", "Orders alone are enough; a folder of exports may come as one .zip.")
    said = [say("{file} has {n} columns", file=one.look.path.name, n=len(one.look.columns)) for one in files.found]
    left = [say("{file} is left, it {why}", file=name, why=why) for name, why in files.left]
    lacks = [lack_of_prices(one) for one in files.found if lacks_prices(one)]
    count, told = len(files.found), say("; ").join([*said, *lacks, *left])
    return notice(say("Tables that came in: {n}.", n=count), say("{sentence}.", sentence=told))
