"""Rules that label customers, read from TOML from top to bottom: the first label whose case holds is the customer's.

```toml
[value_tier]
zh = "价值层级"
labels = [
    { name = "high value", zh = "高价值客户", when = { net_spend = { from = 10000 }, order_count = { from = 5 } } },
    { name = "potential", zh = "潜力客户", when = [{ net_spend = { from = 3000 } }, { order_count = { from = 9 } }] },
    { name = "basic", zh = "基础客户" },
]
```

`when` is a case, or a list of cases of which one is enough; a case holds where all its ranges do. The last label may
have none: it takes everybody else. A range is `from` (inside) and `to` (outside), or `is` (a value or a list of them);
an unknown value is in a range only if it says `or_unknown = true`. Tables and charts show the labels as they stand, or
as `order` says. `currency` is the one that bounds in money are meant in; `published = false` marks a set that is only
looked at, so that it may have holes. Whether everybody gets a label, and every label somebody, is shown in `proof`.
A mistake is an error that says in which line it stands.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from customary.errors import Refused, unknown_name
from customary.rules.ranges import Case, Label, Range, Rules, in_case

__all__ = ["Case", "Label", "Range", "Rules", "case", "in_case", "parse_toml", "place", "read", "sets"]

RANGE = ("from", "to", "is", "or_unknown")
SET = ("zh", "published", "labels", "order", "currency")
LABEL = ("name", "zh", "when")


class _Position:
    """A finger that moves through the text from word to word, so that an error can say its line."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def move(self, word: str, pattern: str = "") -> None:
        """To just behind the next `word` (or what matches `pattern`); stays where it is if there is none."""
        found = re.compile(pattern or rf"\b{re.escape(word)}(?!\w)", re.MULTILINE).search(self.text, self.at)
        self.at = found.end() if found else self.at

    @property
    def line(self) -> str:
        """ "line 12: ", or nothing where no text is known."""
        return f"line {self.text.count(chr(10), 0, self.at) + 1}: " if self.text else ""


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The TOML text of the file `name`; a broken one is refused with the line that tomllib gives."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused("{name}.toml is no TOML: {error}", name=name, error=error) from error


def _no_typo(told: Iterable[str], known: tuple[str, ...], what: str) -> None:
    """Other keys may stand there for other readers; one that is nearly ours is a typo."""
    for key in told:
        if key not in known and difflib.get_close_matches(key, known, n=1, cutoff=0.7):
            raise unknown_name(key, known, what)


def _bound(column: str, told: Any) -> float | None:
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not isfinite(told):
        raise Refused("{column} is bounded by {told}, which is no number", column=column, told=repr(told))
    return told


def _range(column: str, told: Any) -> Range:
    if not isinstance(told, Mapping):
        raise Refused(
            "{column} needs a range such as {{ from = 10, to = 20 }}, not {told}", column=column, told=repr(told)
        )
    for key in told:
        if key not in RANGE:
            raise unknown_name(key, RANGE, "part of a range of {column}", column=column)
    if not set(told) & {"from", "to", "is"}:
        raise Refused("{column} has a range without from, to or is", column=column)
    if "is" in told and set(told) & {"from", "to"}:
        raise Refused("{column} is bounded and named in one range: write two cases", column=column)
    if not isinstance(told.get("or_unknown", False), bool):
        raise Refused(
            "or_unknown of {column} is true or false, not {told}",
            column=column,
            told=repr(told["or_unknown"]),
        )
    low, high = _bound(column, told.get("from")), _bound(column, told.get("to"))
    if low is not None and high is not None and low >= high:
        raise Refused("the range of {column} from {low:g} to {high:g} is empty", column=column, low=low, high=high)
    wanted = told.get("is", ())
    values = tuple(wanted) if isinstance(wanted, list | tuple) else (wanted,)
    if "is" in told and not values:
        raise Refused("{column} is one of nothing: name at least one value", column=column)
    return Range(low, high, values, bool(told.get("or_unknown", False)))


def case(told: Any, columns: tuple[str, ...] | None = None, at: _Position | None = None) -> Case:
    """One case: column → range. `columns` are those that exist, if they shall be checked."""
    if not isinstance(told, Mapping):
        raise Refused("a case is written {{ column = {{ from = 10 }} }}, not {told}", told=repr(told))
    if not told:
        raise Refused("an empty case holds for everybody: name at least one range")
    found = {}
    for column, range_ in told.items():
        if at:
            at.move(column)
        if columns is not None and column not in columns:
            raise unknown_name(column, columns, "column of customers")
        found[column] = _range(column, range_)
    return found


def _cases(told: Any, columns: tuple[str, ...] | None, at: _Position) -> tuple[Case, ...]:
    """The cases under `when`: one, or a list of them."""
    if isinstance(told, Mapping):
        return (case(told, columns, at),)
    if not isinstance(told, list) or not told:
        raise Refused("`when` is a case or a list of cases: {example}", example="{ column = { from = 10 } }")
    return tuple(case(one, columns, at) for one in told)


def _label(told: Mapping[str, Any], columns: tuple[str, ...] | None, at: _Position) -> Label:
    _no_typo(told, LABEL, "part of a label")
    if "name" not in told:
        raise Refused("a label needs a name")
    cases = _cases(told["when"], columns, at) if "when" in told else ()
    return Label(str(told["name"]), str(told.get("zh", "")), cases)


def _labels(told: list[Any], name: str, columns: tuple[str, ...] | None, at: _Position) -> Iterator[Label]:
    seen: list[str] = []
    for number, label in enumerate(told, 1):
        named = isinstance(label, Mapping) and "name" in label
        called = str(label["name"]) if named else f"number {number}"
        try:
            if not isinstance(label, Mapping):
                raise Refused("a label is a table with a name and cases, not {label}", label=repr(label))
            if named:
                at.move(called, _name_pattern(called))
            if called in seen:
                raise Refused("there is another label of this name")
            found = _label(label, columns, at)
            if not found.cases and number < len(told):
                raise Refused("it needs a `when`: only the last label may have none, for everybody else")
            yield found
        except (Refused, LookupError) as error:
            raise Refused(
                "{line}[{name}], label “{called}”: {error}", line=at.line, name=name, called=called, error=error
            ) from error
        seen.append(called)


def _name_pattern(label: str) -> str:
    """The pattern of the place where a label is given its name."""
    return rf"""name\s*=\s*["']{re.escape(label)}["']"""


def _at(text: str, name: str) -> _Position:
    at = _Position(text)
    at.move(name, rf"^[ \t]*\[+\s*{re.escape(name)}\b")
    return at


def place(text: str, name: str, label: str = "") -> str:
    """Where a set of rules, or one of its labels, stands in the text of its file: "line 12: "."""
    at = _at(text, name)
    if label:
        at.move(label, _name_pattern(label))
    return at.line


def _check_table(found: Any, name: str) -> Mapping[str, Any]:
    """The table of a set of rules, if all but its labels is well."""
    if not isinstance(found, Mapping) or not isinstance(found.get("labels", []), list):
        raise Refused("a set of rules is written [[{name}.labels]] with a name and cases", name=name)
    _no_typo(found, SET, "part of a set of rules")
    if not found.get("labels"):
        raise Refused("it has no labels")
    if not isinstance(found.get("published", True), bool):
        raise Refused("published is true or false, not {published}", published=repr(found["published"]))
    return found


def _order(told: Mapping[str, Any], labels: tuple[Label, ...], name: str, text: str) -> tuple[str, ...]:
    """The order of tables and charts: every label once, or nothing where it is that of reading."""
    order = tuple(map(str, told.get("order", ())))
    if order and sorted(order) != sorted(label.name for label in labels):
        raise Refused("{place}[{name}]: `order` names every label once", place=place(text, name), name=name)
    return order


def read(told: Mapping[str, Any], name: str, columns: Iterable[str] | None = None, text: str = "") -> Rules:
    """The rules called `name` of a TOML file's contents; a mistake is an error that says where it stands.

    `columns` are those that exist, if they shall be checked; `text` is the file, for line numbers.
    """
    if name not in told:
        raise unknown_name(name, told, "set of rules")
    at = _at(text, name)
    try:
        found = _check_table(told[name], name)
    except (Refused, LookupError) as error:
        raise Refused("{line}[{name}]: {error}", line=at.line, name=name, error=error) from error
    known = None if columns is None else tuple(columns)
    labels = tuple(_labels(found["labels"], name, known, at))
    return Rules(
        name,
        str(found.get("zh", "")),
        labels,
        is_published=found.get("published", True),
        order=_order(found, labels, name, text),
        currency=str(found.get("currency", "")),
    )


def sets(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of a file's tables that are sets of rules: those with labels, or with what is nearly that word."""
    tables = {name: table for name, table in told.items() if isinstance(table, Mapping)}
    return tuple(name for name, table in tables.items() if difflib.get_close_matches("labels", table, 1, 0.8))
