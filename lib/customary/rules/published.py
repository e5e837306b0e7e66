"""The rules in force: read from their file, checked against what is known of customers, and proved, once per edit."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ibis.expr.types as ir

from customary import standard
from customary.errors import Refused, nearest
from customary.rules.proof import proved
from customary.rules.reading import Rules, parsed, place, read, sets
from customary.segments.facts import DERIVED, known


@lru_cache(maxsize=64)
def _read(text: str, file: str, name: str, proof: bool) -> Rules:
    found = read(parsed(text, file), name, text=text)
    return proved(found, place(text, name)) if proof and found.is_published else found


@lru_cache(maxsize=64)
def _rules(file: str, name: str, proof: bool, _stamp: object) -> Rules:
    try:
        return _read(standard.rules_text(file), file, name, proof)
    except Refused as error:
        raise Refused(f"data/{file}.toml, {error}") from error


def published(file: str, name: str) -> Rules:
    """The rules called `name` of data/<file>.toml as they stand now, proved unless they are only looked at.

    Raises `Refused` with the place in the file where they are wrong; nothing is labelled by half a rule.
    """
    return _rules(file, name, True, standard.stamp(file))


def written(file: str, name: str) -> Rules:
    """The same without the proof: for looking at holes and overlaps, never for labels."""
    return _rules(file, name, False, standard.stamp(file))


def label(customers: ir.Table, file: str, name: str) -> ir.StringValue:
    """The label that the rules in force give each customer."""
    rules = published(file, name)
    return rules.label(known(customers, rules.columns))


def files() -> Mapping[str, str]:
    """Every set of rules there is: its name → the file it stands in."""
    return {name: file for file in standard.rule_files() for name in sets(parsed(standard.rules_text(file), file))}


def file_of(name: str) -> str:
    """The file that holds the set of rules called `name`; otherwise an error with the nearest names."""
    found = files()
    if name not in found:
        raise nearest(name, found, "set of rules")
    return found[name]


def _fits(rules: Rules, kinds: Mapping[str, Any]) -> None:
    """A bound needs a number, true and false a yes-or-no column."""
    for label in rules.labels:
        for column, wanted in ((name, r) for case in label.cases for name, r in case.items()):
            kind = kinds.get(column)
            if kind is not None and not (kind.is_boolean() if wanted.values else kind.is_numeric()):
                said = "named true or false" if wanted.values else "bounded by numbers"
                raise Refused(f"[{rules.name}], label “{label.name}”: {column} holds {kind} and cannot be {said}")


def checked(text: str, file: str, kinds: Mapping[str, Any]) -> Mapping[str, Rules]:
    """Every set of rules in a text that may become the file, each read, checked and, if published, proved.

    `kinds` are the columns of the customers frame with their types. Raises `Refused` with the line of the mistake.
    """
    told = parsed(text, file)
    names = sets(told)
    if lost := set(sets(parsed(standard.rules_text(file), file))) - set(names):
        raise Refused(f"[{min(lost)}] is no longer in the text: other pages need it")
    found = {}
    for name in names:
        rules = read(told, name, [*kinds, *DERIVED], text)
        _fits(rules, kinds)
        found[name] = proved(rules, place(text, name)) if rules.is_published else rules
    return found
