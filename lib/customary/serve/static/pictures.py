"""A chart's specification as an SVG picture for both themes, drawn by a process of its own."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from customary.serve.static.process import NotDrawn, one_painter

# A picture cannot ask how wide its place is: it is drawn for a phone, for half a page, a tablet and a whole page, and
# the style sheet shows the one that fits. All four together weigh less, packed, than one chart with its data.
WIDTHS = (330, 490, 720, 1040)
# What the reader's theme gives to a live chart is the ink of the text around it here.
_INK = {"labelColor": "currentColor", "titleColor": "currentColor"}
CONFIG = {
    "axis": {**_INK, "gridColor": "currentColor", "domainColor": "currentColor", "tickColor": "currentColor"},
    "legend": _INK,
    "header": _INK,
    "title": {"color": "currentColor", "subtitleColor": "currentColor"},
    "text": {"color": "currentColor"},
}
MOST_DRAWN = 1_000  # charts whose pictures are remembered, packed: about 5 kB each
# Inter's widths, and an em for each ideograph, which the drawing process knows: it has no web fonts, and another font's
# widths would leave too little room. The picture bears no font, it has the page's.
MEASURED_BY = "Customary Widths"

# Tomorrow's page and the one in the other language have mostly the same charts.
_drawn: dict[bytes, bytes] = {}


def pictures(specifications: Sequence[dict[str, Any]]) -> list[list[str]]:
    """For each Vega-Lite specification its SVG in each of `WIDTHS`; one that was drawn lately is not drawn again.

    Raises NotDrawn where one has data that only a browser could fetch, or where the drawing fails.
    """
    keys = [hashlib.sha256(json.dumps(one, sort_keys=True).encode()).digest() for one in specifications]
    missing = {key: one for key, one in zip(keys, specifications, strict=True) if key not in _drawn}
    tasks = [fit(one, width) for one in missing.values() for width in WIDTHS]
    drawn = _draw(tasks) if tasks else []
    for place, key in enumerate(missing):
        _drawn[key] = _pack(drawn[place * len(WIDTHS) : (place + 1) * len(WIDTHS)])
    found = [_unpack(_drawn[key]) for key in keys]
    while len(_drawn) > MOST_DRAWN:
        del _drawn[next(iter(_drawn))]
    return [[_unique(svg, f"{place}-{width}") for width, svg in enumerate(one)] for place, one in enumerate(found)]


def _pack(widths: list[str]) -> bytes:
    return zlib.compress(json.dumps(widths).encode())


def _unpack(packed: bytes) -> list[str]:
    widths: list[str] = json.loads(zlib.decompress(packed))
    return widths


def fit(specification: dict[str, Any], width: int) -> dict[str, Any]:
    """The specification with its data inside, its width in pixels where it would ask its place for them, and a font
    that the drawing process can measure."""
    text = json.dumps(specification).replace("containerSize()[0]", str(width))
    fitted: dict[str, Any] = json.loads(text)
    fitted["config"] = {**fitted.get("config", {}), "font": MEASURED_BY}
    for part in _parts(fitted):
        if part.get("width") == "container":
            part.update(width=width, autosize={"type": "fit-x", "contains": "padding"})
        data = part.get("data")
        if isinstance(data, dict) and "url" in data:
            part["data"] = {"values": _rows(data)}
    return fitted


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a specification, itself included."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _parts(part)


def _rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table that lies in its own address, each value in the type that the format says."""
    head, _, body = str(data["url"]).partition(",")
    if not head.startswith("data:text/csv") or not head.endswith(";base64"):
        raise NotDrawn("a chart's data lie elsewhere")
    kinds = (data.get("format") or {}).get("parse") or {}
    table = csv.DictReader(io.StringIO(base64.b64decode(body).decode("utf-8-sig"), newline=""))
    return [{name: _value(text, kinds.get(name, "string")) for name, text in row.items()} for row in table]


def _value(text: str | None, kind: str) -> str | float | bool | None:
    """As Vega's own reader takes a cell: an empty one is nothing."""
    if not text:
        return None
    if kind == "boolean":
        return text.casefold() not in ("false", "0")
    if kind != "number":
        return text
    number = float(text)
    return number if math.isfinite(number) else None


def _draw(tasks: list[dict[str, Any]]) -> list[str]:
    """The SVG of each task, by a process that lets everybody else on the machine go first."""
    with one_painter() as painter:
        return painter.draw(CONFIG, tasks)


def _unique(svg: str, place: str) -> str:
    """The picture with names of its own, or one picture's clip would cut another; and in the page's font."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="p{place}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#p{place}-\1)", svg)
    svg = re.sub(r'(xlink:)?href="#([^"]+)"', rf'\1href="#p{place}-\2"', svg)
    return re.sub(r' font-family="[^"]*"', "", svg)
