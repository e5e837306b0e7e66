"""What a viewer may choose, as the viewer reads it: periods, comparisons, splits and values in the reader's language.

In links and in answers a choice keeps its English name, so that a link says the same to readers of both languages.
"""

from __future__ import annotations

from collections.abc import Iterable

from customary.cell_texts import named_value
from customary.columns import fallback, find
from customary.query.question import name_of
from customary.wording import word

EVERYONE = "all"


def choice_text(name: str, value: str, frame: str = "") -> str:
    """The text of one option of the control `name`: a period, a comparison, a column to split by, or a value."""
    if name == "split" and find(value, frame):
        return name_of(value, frame)
    if name in ("period", "compare", "split") or value == EVERYONE:
        return word(value)
    return str(named_value(find(name, frame) or fallback(name, is_number=False), value))


def options_by_text(name: str, values: Iterable[str], frame: str = "") -> dict[str, str]:
    """Text → value of the options of a control, in their order; two that would read alike keep their own names."""
    known: dict[str, str] = {}
    for value in values:
        text = choice_text(name, value, frame)
        known[text if text not in known else value] = value
    return known
