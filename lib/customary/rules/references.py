"""Rules that speak of the labels of other rules: actions and services name tiers and stages, which must be there."""

from collections.abc import Mapping
from typing import Any

from customary.errors import Refused, unknown_name
from customary.rules.book import RuleBook
from customary.rules.ranges import Case
from customary.rules.reading import case
from customary.wording import word

# file, list in it, what an entry of it is called
LISTS = (("actions", "actions", "action"), ("services", "services", "service"))


def check_label(book: RuleBook, name: str, label: str) -> None:
    """Refuse a label that the set of rules does not have, with the nearest that it has."""
    labels = book.set(name).names
    if label not in labels:
        raise unknown_name(label, labels, "label of {name}", name=name)


def check_labels(book: RuleBook, wanted: Case) -> None:
    """The same for every label that a case asks for."""
    for name in [column for column in wanted if column in book.sets]:
        for label in wanted[name].values:
            check_label(book, name, str(label))


def _check_entry(book: RuleBook, entry: Mapping[str, Any]) -> None:
    if entry.get("segment") in book.sets:
        check_label(book, entry["segment"], entry["label"])
    if "when" in entry:
        check_labels(book, case(entry["when"]))


def check_references(book: RuleBook) -> None:
    """Refuse actions and services for labels that nobody can bear, with the file and what was probably meant."""
    for file, name, kind in LISTS:
        for entry in book[file][name]:
            try:
                _check_entry(book, entry)
            except (Refused, LookupError) as error:
                raise Refused(
                    "{place}{kind} “{name}”: {error}",
                    place=book.place(file, name),
                    kind=word(kind),
                    name=entry["name"],
                    error=error,
                ) from error
