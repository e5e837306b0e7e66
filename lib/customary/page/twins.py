"""Two fields that say one thing, so that neither is ever dead: whichever a viewer touches, the other follows.

marimo has no public way to set a field from Python; what its own editor does for it is private, hence alone in this
room, and a test holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Twins:
    """The fields of a bar that follow each other, once the bar is made.

    After a change the browser sends the field, then all fields as it remembers them; marimo may pass on the second
    alone. It remembers of a twin what was before the other made it follow, until it has heard of that: such an echo is
    no wish of the viewer.
    """

    def __init__(self, *names: str) -> None:
        self._names = names
        self._bar: Any = None
        self._remembered: dict[str, Any] = {}
        self._echoes: dict[str, Any] = {}
        self._has_shown = False

    def join(self, bar: Any) -> None:
        """Speak to the fields of this bar from now on, and take its changes through `Twins`."""
        self._bar, convert = bar, bar._convert_value
        self._remembered = {name: as_from_browser(bar.elements[name]._value_frontend) for name in self._names}
        bar._convert_value = lambda value: self._convert(convert, value)
        bar.hears_nothing_new = self._hears_nothing_new

    def _convert(self, convert: Any, value: Mapping[str, Any]) -> Any:
        wishes = {name: one for name, one in value.items() if len(value) == 1 or not self._is_echo(name, one)}
        self._remembered |= {name: one for name, one in wishes.items() if name in self._names}
        found = convert(wishes)
        if len(value) > 1:
            self._echoes = {}
        if self._has_shown:
            self._has_shown = False
            fields = {name: as_from_browser(element._value_frontend) for name, element in self._bar.elements.items()}
            _tell(self._bar, fields)
        return found

    def _hears_nothing_new(self, value: Mapping[str, Any]) -> bool:
        """Whether all that the bar is told holds already, or is an echo; then the echoes have come."""
        held = {name: as_from_browser(element._value_frontend) for name, element in self._bar.elements.items()}
        is_old = all(one == held[name] or self._is_echo(name, one) for name, one in value.items())
        if is_old:
            self._echoes = {}
        return is_old

    def _is_echo(self, name: str, value: Any) -> bool:
        if name not in self._names:
            return False
        return bool(value == self._remembered[name] or (name in self._echoes and value == self._echoes[name]))

    def value(self, name: str) -> Any:
        """What a field holds now; None before there is a bar."""
        return self._bar.elements[name].value if self._bar is not None else None

    def show(self, name: str, value: Any) -> None:
        """Let a field hold a value and show it, as if the viewer had chosen it, but call nobody for it.

        `value` is as the browser sends it. A bar that is still being made is left as it is.
        """
        if self._bar is None:
            return
        element = self._bar.elements[name]
        self._echoes[name], self._remembered[name] = self._remembered[name], value
        self._has_shown = True
        element._update_value(value)
        _tell(element, value)


def as_from_browser(value: Any) -> Any:
    """A value as it comes from the browser, which knows no tuples."""
    return list(value) if isinstance(value, tuple) else value


def _tell(element: Any, value: Any) -> None:
    """Let the browser show a value in an element."""
    element._send_message({"type": "marimo-ui-value-update", "value": value}, buffers=None)
