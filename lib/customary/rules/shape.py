"""What a shop's own table must look like: like the default's, so that a typo is an error and never a silent default."""

from collections.abc import Mapping, Sequence
from typing import Any

from customary.errors import Refused, unknown_name
from customary.wording import all_of, any_of, word

FREE = ("when", "labels", "values")  # cases and labels have a reader of their own


def _kind(value: Any) -> str:
    """What a TOML value is, in a word."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list) else "a text" if isinstance(value, str) else "a date"


def _check_keys(told: Mapping[str, Any], examples: Sequence[Mapping[str, Any]], where: str) -> None:
    """Every key is one that an example has, and none is missing that all of them have."""
    known = list(dict.fromkeys(key for example in examples for key in example))
    for key in told:
        if key not in known:
            raise Refused("{where}: {error}", where=where, error=unknown_name(key, known, "key"))
    if missing := [key for key in known if key not in told and all(key in example for example in examples)]:
        raise Refused(
            "{where} lacks {names}: a table of the shop replaces the default's whole",
            where=where,
            names=all_of(missing),
        )


def check_shape(told: Any, examples: Sequence[Any], where: str, *, free: bool = False) -> None:
    """Refuse a value that is not of the kind of its examples, a table that has other keys than theirs.

    `free` says that the keys of the table are not names of ours: any will do, and each value is like the others.
    """
    kinds = list(dict.fromkeys(map(_kind, examples)))
    if _kind(told) not in kinds:
        raise Refused(
            "{where} is {names}, not {kind}", where=where, names=any_of(map(word, kinds)), kind=word(_kind(told))
        )
    alike = [example for example in examples if _kind(example) == _kind(told)]
    if isinstance(told, list):
        among = [item for example in alike for item in example]
        for number, item in enumerate(told if among else [], 1):
            check_shape(item, among, f"{where}, number {number}")
    elif isinstance(told, Mapping):
        if not free:
            _check_keys(told, alike, where)
        for key, value in told.items():
            if key not in FREE:
                among = [e for example in alike for k, e in example.items() if free or k == key]
                check_shape(value, among, f"{where}, {key}")
