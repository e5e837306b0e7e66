"""Switches: fields of one chapter of which one answer each is chosen, beside its filters; they travel in its link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import marimo as mo

from customary.page import links
from customary.page.choice import Choice
from customary.page.crossing import draw_for
from customary.page.faults import short
from customary.page.markup import Markup, element, join, label_text
from customary.wording import say


@dataclass(frozen=True, eq=False)
class Switch:
    """A question with a few answers: its name in links, what it is called, and value → text, the default first.

    Label and texts come finished, in the reader's language.
    """

    name: str
    label: str
    options: Mapping[str, str]

    @property
    def default(self) -> str:
        """What holds where nobody has chosen."""
        return next(iter(self.options))

    def values_by_text(self) -> dict[str, str]:
        """Text → value, in the order of the answers; two that would read alike keep their own names."""
        found: dict[str, str] = {}
        for value, text in self.options.items():
            found[text if text not in found else value] = value
        return found


def switch_bar(switches: Iterable[Switch], address: Any = None) -> Any:
    """The switches in a row as a marimo element; its `.value` goes through `read_switches`. Begins as the address says.

    Each change is written back to the `address`, by default the browser's; defaults are not.
    """
    address = mo.query_params() if address is None else address
    parts = {switch.name: _field(switch, address) for switch in switches}
    held = [element("div", Markup(f"{{{name}}}"), kind="cy-field") for name in parts]
    return mo.Html(str(element("div", join(held), kind="cy-fields"))).batch(**parts)


def _field(switch: Switch, address: Any) -> Any:
    shown = switch.values_by_text()
    asked = _text_in(switch, address)
    value = asked if asked in switch.options else switch.default
    return mo.ui.dropdown(
        shown,
        value=next(text for text, one in shown.items() if one == value),
        label=label_text(switch.label),
        allow_select_none=False,
        on_change=_writer(address, switch),
        full_width=True,
    )


def _text_in(switch: Switch, address: Mapping[str, object]) -> str:
    """What an address asks of a switch; "" for nothing. Of a name said twice the first counts."""
    return next(iter(links.texts(address.get(switch.name))), "")


def _writer(address: Any, switch: Switch) -> Callable[[Any], None]:
    def write(value: Any) -> None:
        if value not in (None, switch.default):
            address[switch.name] = value
        elif switch.name in address:
            del address[switch.name]

    return write


def read_switches(switches: Iterable[Switch], value: object) -> dict[str, str]:
    """Name → answer, each checked again: a viewer can send anything, and what is no answer is the default."""
    given: Mapping[str, object] = value if isinstance(value, Mapping) else {}
    found = {switch.name: (switch, str(given.get(switch.name))) for switch in switches}
    return {name: text if text in switch.options else switch.default for name, (switch, text) in found.items()}


def with_switches(
    choice: Choice, switches: Iterable[Switch], answers: Mapping[str, str], address: Any = None
) -> Choice:
    """The choice whose links keep the answers that are no defaults; its notes say what the address asks in vain."""
    known, address = list(switches), mo.query_params() if address is None else address
    own = {switch.name: answers[switch.name] for switch in known if answers[switch.name] != switch.default}
    asked = {switch: _text_in(switch, address) for switch in known}
    notes = [_note(switch, text) for switch, text in asked.items() if text and text not in switch.options]
    return with_parts(choice, own, notes)


def with_parts(choice: Choice, own: Mapping[str, str], notes: Iterable[str] = ()) -> Choice:
    """The choice whose links keep these parts of an address as well, and which says these notes."""
    chips = [replace(one, without=_with(one.without, own)) if one.without is not None else one for one in choice.chips]
    kept = replace(choice, others={**choice.others, **own}, query=_with(choice.query, own), chips=tuple(chips))
    return draw_for(replace(kept, notes=(*choice.notes, *notes)))


def _with(query: str, own: Mapping[str, str]) -> str:
    return "&".join(part for part in (query, urlencode(own, safe=",")) if part)


def _note(switch: Switch, asked: str) -> str:
    template = "{what}: ‘{value}’ is no answer here; shown: {shown}."
    return say(template, what=switch.label, value=short(asked), shown=switch.options[switch.default])
