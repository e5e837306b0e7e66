"""Rules edited by an analyst: checked whole, written in one step, and taken back as easily."""

import os
from pathlib import Path

from customary import standard
from customary.errors import Refused
from customary.rules.published import checked, file_of
from customary.shop import Shop


def _before(file: str) -> Path:
    """Where the version before the last save is kept."""
    path = standard.rules_path(file)
    return path.with_name(f"{path.name}.before")


def _put(path: Path, text: str) -> None:
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


def _allowed(shop: Shop) -> None:
    if shop.audience != "analyst":
        raise Refused("rules are changed by analysts only: here they are read")


def fault(shop: Shop, rules: str, text: str) -> str:
    """What is wrong with a text that may become the file of these rules, with its line; nothing if all is well."""
    try:
        checked(text, file_of(rules), dict(shop.frame("customers").schema().items()))
    except (Refused, LookupError) as error:
        return str(error)
    return ""


def save(shop: Shop, rules: str, text: str, *, base: str) -> None:
    """Make `text` the file that holds these rules; the version before is kept beside it.

    Refused with the line if anything in the text is wrong, and if the file is no longer the `base` that was edited.
    Answers given before are not given again: they are remembered under the rules that were in force.
    """
    _allowed(shop)
    file = file_of(rules)
    if wrong := fault(shop, rules, text):
        raise Refused(f"{file}.toml was not changed – {wrong}")
    now = standard.rules_text(file)
    if now != base:
        raise Refused(f"{file}.toml was not changed – somebody else has changed it meanwhile: open the page again")
    _put(_before(file), now)
    _put(standard.rules_path(file), text)


def can_undo(rules: str) -> bool:
    """Whether there is a version before the last save that differs from the one in force."""
    before = _before(file_of(rules))
    return before.is_file() and before.read_text("utf-8") != standard.rules_text(file_of(rules))


def undo(shop: Shop, rules: str) -> None:
    """Bring back the version before the last save; asked again, this brings back what was undone."""
    _allowed(shop)
    file = file_of(rules)
    if not can_undo(rules):
        raise Refused(f"there is no earlier version of {file}.toml to go back to")
    text, now = _before(file).read_text("utf-8"), standard.rules_text(file)
    if wrong := fault(shop, rules, text):
        raise Refused(f"{file}.toml was not changed – the earlier version no longer fits: {wrong}")
    _put(_before(file), now)
    _put(standard.rules_path(file), text)
