"""The rules that a snapshot is built with: checked before anything is read, and kept in it for its readers."""

from pathlib import Path

import pyarrow as pa

from customary.places import DATA
from customary.portraits import actions
from customary.query.goals import aims
from customary.query.playbook import plays
from customary.rules import changes, tracking
from customary.rules.book import RuleBook, check_settings
from customary.rules.references import check_references
from customary.standard import read_toml

BOOK = pa.schema([("file", pa.string()), ("text", pa.string()), ("is_own", pa.bool_())])


def rules_of(folder: Path) -> RuleBook:
    """The rules of the shop in that folder as they stand now, each file read and each set of labels proved.

    Raises `Refused` or `UnknownName` with the file where one is wrong: nothing is built by half a rule.
    """
    found = RuleBook.from_files(DATA, folder)
    check_settings(read_toml(folder / "shop.toml"), found, folder.name)
    for name in found.names:
        found[name]
    for name in found.sets:
        found.set(name)
    list(aims(found))
    actions(found)
    plays(found)
    changes.changes_of(found[changes.FILE])
    tracking.planned_events(found[tracking.FILE])
    check_references(found)
    return found


def book(shop_rules: RuleBook) -> pa.Table:
    """The book `rules`: every text by the name of its file, the defaults and the shop's own."""
    rows = [
        {"file": name, "text": text, "is_own": is_own}
        for is_own, texts in ((False, shop_rules.defaults), (True, shop_rules.own))
        for name, text in sorted(texts.items())
    ]
    return pa.Table.from_pylist(rows, schema=BOOK)
