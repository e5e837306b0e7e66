"""marimo's elements as plain HTML: what a cell has put out, to look at before any script of marimo's has come.

Text stays as it was escaped; only the elements whose names begin with `marimo-` are replaced. A control looks as it
will and says its value; touching it makes the page live.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup, escape

from customary.page.markup import element
from customary.wording import say

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass(frozen=True)
class Picture:
    """The place of a chart, with its Vega-Lite specification."""

    specification: dict[str, Any]


@dataclass
class _Fold:
    """An accordion while it is read: the headings still to come and how deep in it the reader is."""

    labels: list[str]
    depth: int = 0


def plain(cell: str) -> list[str | Picture]:
    """The pieces of a cell's HTML in their order: text, and the places of charts."""
    reader = _PlainWriter()
    reader.feed(cell)
    reader.close()
    return reader.pieces


class _PlainWriter(HTMLParser):
    """Passes everything on as it was written, and says marimo's elements in HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[str | Picture] = []
        self.folds: list[_Fold] = []
        self.label, self.is_label = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass on a tag, or say what a control shows."""
        told = dict(attrs)
        if tag.startswith("marimo-"):
            return self._begin(tag.removeprefix("marimo-"), _read(told))
        self.is_label = told.get("class") == "cy-label"
        if self.is_label:
            self.label = ""
        self._step_in(tag)
        self.pieces.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass on an element that has no end, as drawings have them."""
        if tag.startswith("marimo-"):
            return self._begin(tag.removeprefix("marimo-"), _read(dict(attrs)))
        self.pieces.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Pass on the end of a tag; marimo's elements have been said at their beginning."""
        self.is_label = False
        if tag == "marimo-accordion":
            self.folds.pop()
        if tag.startswith("marimo-"):
            return
        self.pieces.append(f"</{tag}>")
        if self.folds:
            self.folds[-1].depth -= 1
            if not self.folds[-1].depth:
                self.pieces.append("</details>")

    def handle_data(self, data: str) -> None:
        """Pass on text, and remember it where it is the name of the control that follows."""
        self.label += html.unescape(data) if self.is_label else ""
        self.pieces.append(data)

    def handle_entityref(self, name: str) -> None:
        """Pass on `&amp;` and the like as they stand."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Pass on `&#39;` and the like as they stand."""
        self.handle_data(f"&#{name};")

    def _begin(self, name: str, told: dict[str, Any]) -> None:
        if name == "accordion":
            self.folds.append(_Fold([_text(label) for label in told.get("labels") or []]))
        elif name == "vega":
            self.pieces.append(Picture(told["spec"]))
        elif name not in _WRAPPERS:
            label = _text(told.get("label")) or self.label
            said = _CONTROLS.get(name, _value_control)(told, label)
            if name not in _OWN_LABEL and told.get("label"):
                said = element("label", element("span", label, kind="cy-label"), said)
            self.pieces.append(str(said))

    def _step_in(self, tag: str) -> None:
        """Count how deep an accordion is read; each of its parts begins with its heading."""
        if not self.folds or tag in _VOID:
            return
        fold = self.folds[-1]
        if not fold.depth and fold.labels:
            self.pieces.append(f"<details>{element('summary', fold.labels.pop(0))}")
        fold.depth += 1


def _read(attributes: Mapping[str, str | None]) -> dict[str, Any]:
    """What marimo says of an element: each `data-` attribute is JSON."""
    found: dict[str, Any] = {}
    for name, said in attributes.items():
        if name.startswith("data-") and said is not None:
            found[name.removeprefix("data-")] = json.loads(said)
    return found


def _text(label: object) -> str:
    """A label's words: marimo keeps it as HTML."""
    reader = _Words()
    reader.feed(str(label or ""))
    reader.close()
    return "".join(reader.words).strip()


@dataclass
class _Words(HTMLParser):
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _dropdown(told: dict[str, Any], label: str) -> Markup:
    """A list to choose from; the first one is what a link without it means."""
    chosen = set(told.get("initial-value") or [])
    options = [element("option", one, value=one, selected=one in chosen) for one in told.get("options") or []]
    return element("select", *options, kind="cy-control", aria_label=label or None, disabled=bool(told.get("disabled")))


def _value_control(told: dict[str, Any], label: str) -> Markup:
    """Any other control: its value as a button, which makes the page live."""
    value = told.get("initial-value")
    parts = value if isinstance(value, list) else [value]
    texts = [_part_text(part) for part in parts if part is not None and part != ""]
    between = " – " if len(texts) == 2 else ", "
    name = between.join(texts) or label or say("Choose")
    # Whoever hears the name of a button must hear what it shows as well.
    heard = say("{name}: {text}", name=label, text=name) if label and texts else None
    return element("button", name, kind="cy-control", type="button", data_touch="control", aria_label=heard)


def _part_text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _button(told: dict[str, Any], label: str) -> Markup:
    return element(
        "button",
        label,
        kind="cy-control",
        type="button",
        data_touch="control",
        disabled=bool(told.get("disabled")),
    )


def _download(told: dict[str, Any], label: str) -> Markup:
    """The file itself is not in the page: it is fetched once the page is live."""
    return element("button", label or "CSV", kind="cy-file", type="button", data_touch="download")


def _code(told: dict[str, Any], label: str) -> Markup:
    """A text that is read: no colours before marimo's editor has come."""
    said = element("div", label, kind="cy-note") if label else Markup()
    code, name = element("code", told.get("initial-value")), label or say("Text")
    # It scrolls within itself: whoever has no mouse must be able to get there.
    return Markup(said + element("pre", code, kind="cy-code", tabindex="0", role="group", aria_label=name))


def _switch(told: dict[str, Any], label: str) -> Markup:
    box = Markup('<input type="checkbox"{} data-touch="control">').format(
        Markup(" checked" if told.get("initial-value") else "")
    )
    return element("label", box, " ", escape(label), kind="cy-switch")


_WRAPPERS = frozenset({"ui-element", "dict", "array", "batch"})  # what they hold stands inside them
_OWN_LABEL = frozenset({"download", "code-editor", "button", "run-button", "switch", "checkbox"})
_CONTROLS: dict[str, Callable[[dict[str, Any], str], Markup]] = {
    "dropdown": _dropdown,
    "download": _download,
    "code-editor": _code,
    "button": _button,
    "run-button": _button,
    "switch": _switch,
    "checkbox": _switch,
}
