"""What a shop has changed because of what customers said, `changes.toml`: of what, who answers for it, since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from customary.errors import Refused, unknown_name

FILE = "changes"
ABOUT, STATES = ("product", "category", "topic"), ("planned", "done", "dropped")
TEXTS = ("name", "about", "of", "what", "owner", "state")


@dataclass(frozen=True)
class Change:
    """One change: `of` is the number of the product, or the name of the category or topic; planned ones have no day."""

    name: str
    about: str
    of: str
    what: str
    owner: str
    state: str
    since: date | None = None


def changes_of(rules: Mapping[str, Any]) -> tuple[Change, ...]:
    """The changes of a shop in their order; raises `Refused` with the change where one cannot be."""
    found = tuple(_change(told, number) for number, told in enumerate(rules["changes"], 1))
    names = [change.name for change in found]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise Refused("two changes are called “{name}”", name=twice)
    return found


def _change(told: Mapping[str, Any], number: int) -> Change:
    name = str(told.get("name") or number)
    try:
        _check(told)
    except (Refused, LookupError) as error:
        raise Refused("change “{name}”: {error}", name=name, error=error) from error
    return Change(**told)


def _check(told: Mapping[str, Any]) -> None:
    for key in told:
        if key not in (*TEXTS, "since"):
            raise unknown_name(key, (*TEXTS, "since"), "key of a change")
    for key in TEXTS:
        if not isinstance(told.get(key), str) or not told[key].strip():
            raise Refused("{key} is a text, and it is missing", key=key)
    for key, known in (("about", ABOUT), ("state", STATES)):
        if told[key] not in known:
            raise unknown_name(told[key], known, "{key} of a change", key=key)
    if told["state"] == "done" and type(told.get("since")) is not date:
        raise Refused("what is done has a first day, such as since = 2025-06-01")
