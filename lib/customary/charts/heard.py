"""What a chart says to those who hear it: each mark what its tooltip says, in the reader's language.

Left alone, Vega reads out every field it draws by ("value: 0.34; split: line; ink: currentColor"), in English, and
gives a mark that draws by none the role of a picture without a name. So a mark with a tooltip says that; one without,
or that says the same as the mark beneath it, is silent, and so are axes and legends: their words stand with the marks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from customary.units import NOTHING

_PARTS = ("layer", "hconcat", "vconcat", "concat")


def say_marks(specification: dict[str, Any]) -> dict[str, Any]:
    """The specification with what every mark of it says; one that draws nothing at all passes unchanged."""
    return _say_part(specification, None, set())


def _say_part(part: dict[str, Any], data: Any, said: set[str]) -> dict[str, Any]:
    """A part of a chart; `data` is what it draws if it has no rows of its own, `said` what other layers say."""
    written, rows = dict(part), part.get("data", data)
    for name in _PARTS:
        if name in written:
            written[name] = _say_all(written[name], rows)
    if "mark" in written:
        told = "" if _is_empty(rows) else _sentence(part)
        heard = {"description": {"expr": told}} if told and told not in said else {"aria": False}
        written["mark"] = {**({"type": part["mark"]} if isinstance(part["mark"], str) else part["mark"]), **heard}
    return written


def _say_all(parts: list[dict[str, Any]], data: Any) -> list[dict[str, Any]]:
    """The parts in their order: of layers that say the same the first one does, before those of a few rows alone."""
    spoken: dict[int, dict[str, Any]] = {}
    said: set[str] = set()
    for place, part in sorted(enumerate(parts), key=lambda each: "transform" in each[1]):
        spoken[place] = _say_part(part, data, said)
        said |= set() if "transform" in part else {_sentence(part)}
    return [spoken[place] for place in range(len(parts))]


def _is_empty(data: Any) -> bool:
    """Whether a table has no rows: its marks would be a picture without a name."""
    return isinstance(data, dict) and data.get("values") == []


def _sentence(part: Mapping[str, Any]) -> str:
    """The Vega expression of a part's tooltip in words: "Period: March 2024; Net revenue: £1,200"; "" for none."""
    parts = [_part(field) for field in _fields(part.get("encoding", {}).get("tooltip"))]
    return " + '; ' + ".join(parts)


def _fields(tooltip: Any) -> Iterator[Mapping[str, Any]]:
    for field in tooltip if isinstance(tooltip, list) else [tooltip]:
        if isinstance(field, dict) and "field" in field:
            yield field


def _part(field: Mapping[str, Any]) -> str:
    """The title of a field and its value, written as the tooltip writes it; a dash where there is none."""
    datum = f"datum[{json.dumps(field['field'])}]"
    value = f"format({datum}, {json.dumps(field['format'])})" if "format" in field else datum
    title = json.dumps(f"{field.get('title', field['field'])}: ", ensure_ascii=False)
    return f"{title} + (isValid({datum}) ? {value} : {json.dumps(NOTHING, ensure_ascii=False)})"
