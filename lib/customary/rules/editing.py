"""Rules edited by an analyst: checked whole, written into the shop's own file in one step, and taken back as easily."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customary.errors import Refused
from customary.rules.book import RuleBook, is_blank, with_text
from customary.rules.proof import prove
from customary.rules.ranges import check_kinds
from customary.rules.reading import parse_toml, read, sets
from customary.rules.references import check_references


@dataclass(frozen=True)
class Desk:
    """Where the rules of one shop are edited: its folder, the rules in force, who edits.

    `columns` are what rules may name, with their types (None where the type is not known). The defaults that come with
    the code are never written: the shop's own file stands in their place, and without one they are in force.
    """

    folder: Path
    book: RuleBook
    audience: str
    columns: Mapping[str, Any]

    def fault(self, file: str, text: str) -> str:
        """What is wrong with a text that may become the shop's file, with its line; nothing if all is well."""
        try:
            self._check(file, text)
        except (Refused, LookupError) as error:
            return str(error)
        return ""

    def save(self, file: str, text: str, *, base: str) -> None:
        """Make `text` the shop's file; the version before is kept beside it.

        Refused with the line if anything in the text is wrong, and if the rules are no longer the `base` that was
        edited. Answers given before are not given again: they are remembered under the rules that were in force.
        """
        self._check_audience()
        if wrong := self.fault(file, text):
            raise Refused("{file}.toml was not changed – {wrong}", file=file, wrong=wrong)
        now = self._now(file)
        if (self.book.defaults[file] if is_blank(now) else now) != base:
            raise Refused(
                "{file}.toml was not changed – somebody else has changed it meanwhile: open the page again", file=file
            )
        self._replace(file, text)

    def can_undo(self, file: str) -> bool:
        """Whether there is a version before the last change that differs from the one in force."""
        before = self._path(file, ".before")
        return before.is_file() and before.read_text("utf-8") != self._now(file)

    def undo(self, file: str) -> None:
        """Bring back the version before the last change; asked again, this brings back what was undone."""
        self._check_audience()
        if not self.can_undo(file):
            raise Refused("there is no earlier version of {file}.toml to go back to", file=file)
        text = self._path(file, ".before").read_text("utf-8")
        if wrong := self.fault(file, text):
            raise Refused(
                "{file}.toml was not changed – the earlier version no longer fits: {wrong}", file=file, wrong=wrong
            )
        self._replace(file, text)

    def can_restore(self, file: str) -> bool:
        """Whether the shop has tables of its own in that file."""
        return not is_blank(self._now(file))

    def restore(self, file: str) -> None:
        """Go back to the default that comes with the code; this can be undone like any change."""
        self._check_audience()
        if not self.can_restore(file):
            raise Refused("{file}.toml is the default already", file=file)
        self._replace(file, "")

    def _check_audience(self) -> None:
        if self.audience != "analyst":
            raise Refused("rules are changed by analysts only: here they are read")

    def _check(self, file: str, text: str) -> None:
        """Every table like the default's, every set readable and proved, and no label gone that other rules name."""
        told, then = parse_toml(text, file), with_text(self.book, file, text)
        then[file]
        for name in sets(told):
            rules = read(told, name, self.columns, text)
            check_kinds(rules, self.columns)
            if rules.is_published:
                prove(rules, text)
        check_references(then)

    def _path(self, file: str, ending: str = "") -> Path:
        return self.folder / f"{file}.toml{ending}"

    def _now(self, file: str) -> str:
        """The shop's own file as it stands at this moment; nothing where it has none."""
        path = self._path(file)
        return path.read_text("utf-8") if path.is_file() else ""

    def _replace(self, file: str, text: str) -> None:
        replace_file(self._path(file, ".before"), self._now(file))
        if is_blank(text):
            self._path(file).unlink(missing_ok=True)
        else:
            replace_file(self._path(file), text)


def replace_file(path: Path, text: str) -> None:
    """Replace a file in one step: readers see the old text or the new one, never half."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
