"""The rules in the reference: which label a customer gets, in the columns' own names and in signs."""

from collections.abc import Iterator
from dataclasses import dataclass

from customary.columns import find
from customary.query.reference.entries import Text
from customary.rules.book import RuleBook
from customary.rules.proof import stretches
from customary.rules.ranges import Case, Label, Range, Rules

REST = Text("everybody else", "其余客户")
_VALUES = {True: Text("yes", "是"), False: Text("no", "否")}


@dataclass(frozen=True)
class LabelSet:
    """A set of labels: label and condition, from the first to the last; a set that is not in force labels nobody."""

    name: str
    title: Text
    file: str
    labels: tuple[tuple[Text, Text], ...]
    is_in_force: bool


def _join(parts: list[Text], between: Text) -> Text:
    return Text(between.en.join(part.en for part in parts), between.zh.join(part.zh for part in parts))


def bounds(found: Range) -> Text:
    """A range in signs: "≥ 3,000 and < 10,000"."""
    if found.values:
        texts = [_VALUES.get(value, Text(str(value), str(value))) for value in found.values]
        return _join([Text("= ", "＝"), _join(texts, Text(" or ", "或"))], Text("", ""))
    low = [] if found.low is None else [f"≥ {found.low:,g}"]
    high = [] if found.high is None else [f"< {found.high:,g}"]
    return _join([Text(sign, sign) for sign in low + high], Text(" and ", " 且 "))


def _title(name: str) -> Text:
    column = find(name, "customers")
    return Text(column.en, column.zh) if column else Text(name, name)


def _range(name: str, found: Range) -> Text:
    unknown = [Text("or unknown", "或未知")] if found.or_unknown else []
    return _join([_title(name), bounds(found), *unknown], Text(" ", " "))


def _case(case: Case) -> Text:
    return _join([_range(name, found) for name, found in case.items()], Text(", ", "，"))


def condition(label: Label) -> Text:
    """When a customer bears the label: all ranges of one of its cases; everybody else where it has none."""
    return _join([_case(case) for case in label.cases], Text(" – or ", "；或 ")) if label.cases else REST


def stretch_texts(rules: Rules) -> dict[str, Text]:
    """Each stretch between two cut points of a set, as a proof writes it → the same in both languages."""
    unknown = {name: Text(f"{name} unknown", f"{_title(name).zh}未知") for name in rules.columns}
    each = (one for name in rules.columns for one in stretches(rules, name))
    return {one.text: _range(one.column, one.range) if one.range else unknown[one.column] for one in each}


def label_sets(book: RuleBook) -> Iterator[LabelSet]:
    """Every set of labels of a book, in the order of its files."""
    for name, file in book.sets.items():
        found = book.set(name)
        labels = tuple((Text(label.name, label.zh), condition(label)) for label in found.labels)
        title = Text(name.replace("_", " ").capitalize(), found.zh)
        yield LabelSet(name, title, f"{file}.toml", labels, found.is_published)
