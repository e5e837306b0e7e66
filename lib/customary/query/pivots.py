"""An answer with one of its keys across: a grid of texts, its totals asked for and never added up.

A rate over all is no sum and no mean of the rates of its parts, so each total is a question of its own at its grain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from customary.query.answer import Answer
from customary.query.groups import OTHER
from customary.query.measure import measure
from customary.wording import word

MOST_ACROSS, MOST_DOWN = 24, 50  # heads and rows that a grid shows
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Pivot:
    """A grid: the keys down, the values of the key across as `heads`, the cells as texts, and how many there are.

    `totals` holds the cells of the total column by the labels of its row, `bottom` those of the total row below `heads`
    and `whole` the total of all; they are empty where a total would tell what is not shown.
    """

    value: str
    down: tuple[str, ...]
    across: str
    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    heads_total: int
    rows_total: int
    totals: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    bottom: tuple[str, ...] = ()
    whole: str = ""


def can_be_pivoted(answer: Answer) -> bool:
    """Whether an answer has two keys at least, so that one can stand across: metrics by two columns, or by a period."""
    return not answer.question.is_study and len(answer.keys) > 1


def pivot(answer: Answer, value: str) -> Pivot:
    """The grid of one metric of an answer: its last key across, the others down.

    Of more heads or rows than a grid shows the first ones are kept – of periods the last ones – and the number of all.
    """
    *down, across = answer.keys
    records = answer.to_pylist()
    columns = [row[across] for row in records]
    heads = _kept_heads(list(dict.fromkeys(columns)), answer, across)
    lines: dict[Key, dict[Any, str]] = {}
    for row in records:
        line = lines.setdefault(tuple(row[name] for name in down), {})
        line[row[across]] = answer.cell(value, row)
    texts = {key: tuple(cells.get(head, "") for head in heads) for key, cells in [*lines.items()][:MOST_DOWN]}
    return Pivot(
        value=value,
        down=tuple(down),
        across=across,
        heads=tuple(_text(answer, across, head) for head in heads),
        rows=tuple((_texts(answer, down, key), cells) for key, cells in texts.items()),
        heads_total=len(set(columns)),
        rows_total=len(lines),
        totals=_totals(answer, value, down),
        bottom=_bottom(answer, value, across, set(columns), heads),
        whole=_whole(answer, value),
    )


def _kept_heads(found: list[Any], answer: Answer, across: str) -> list[Any]:
    """The heads in their own order; too many periods are cut at the beginning, too many labels at the end."""
    ordered = sorted(found, key=lambda head: (head is None, head))
    return ordered[-MOST_ACROSS:] if across == answer.question.every else ordered[:MOST_ACROSS]


def _text(answer: Answer, name: str, value: Any) -> str:
    return answer.cell(name, {name: value}) if value is not None else word("unknown")


def _texts(answer: Answer, names: Sequence[str], key: Key) -> tuple[str, ...]:
    return tuple(_text(answer, name, value) for name, value in zip(names, key, strict=True))


def _cut(answer: Answer, value: str, **split: Any) -> Answer:
    """One metric of an answer over the same period and selection, split otherwise."""
    question = answer.question
    return measure(answer.shop, value, during=question.during, where=dict(question.where), **split)


def _bottom(answer: Answer, value: str, across: str, columns: set[Any], heads: Sequence[Any]) -> tuple[str, ...]:
    """The metric by the key across alone, below its heads; nothing where the heads stand for other groups there.

    That is so where small groups are merged: “other” by two columns is not “other” by one.
    """
    if answer.withheld_text:
        return ()
    split: dict[str, Any] = {"every": across} if across == answer.question.every else {"by": across}
    found = _cut(answer, value, **split)
    cells = {row[across]: found.cell(value, row) for row in found.to_pylist()}
    is_alike = not found.withheld_text and columns <= set(cells) and (OTHER not in columns or not split.get("by"))
    return tuple(cells[head] for head in heads) if is_alike else ()


def _whole(answer: Answer, value: str) -> str:
    """The metric over everything that the grid is about; "" where figures are withheld."""
    if answer.withheld_text:
        return ""
    found = _cut(answer, value)
    return "" if found.withheld_text else found.cell(value, found.to_pylist()[0])


def _totals(answer: Answer, value: str, down: Sequence[str]) -> dict[tuple[str, ...], str]:
    """The metric by the keys down alone, over the same period and selection; nothing where figures are withheld."""
    if answer.withheld_text or not down:
        return {}
    whole = _cut(answer, value, by=answer.question.by[: len(down)])
    if whole.withheld_text:
        return {}
    return {_texts(whole, down, tuple(row[name] for name in down)): whole.cell(value, row) for row in whole.to_pylist()}
