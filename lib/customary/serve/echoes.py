"""A change of a field reaches marimo twice: the field alone, then all fields of its bar. The second is no news.

marimo would run every cell behind the bar once more for it, which doubles what a new filter costs.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import wraps
from typing import Any

from customary.page.twins import as_from_browser

log = logging.getLogger(__name__)


def skip_echoes() -> bool:
    """Let marimo's kernels pass over what a bar of fields holds already; False if marimo has moved what we build on."""
    try:
        # Private, hence alone in this room and held by a test.
        from marimo._runtime.commands import UpdateUIElementCommand
        from marimo._runtime.context import get_context
        from marimo._runtime.runtime import Kernel
    except ImportError:
        log.warning("marimo has moved its kernel: each change of a filter is computed twice")
        return False
    take = getattr(Kernel.set_ui_element_value, "__wrapped__", Kernel.set_ui_element_value)

    @wraps(take)
    async def take_news(self: Any, request: Any, **options: Any) -> bool:
        known = get_context().ui_element_registry
        news = [(one, value) for one, value in request.ids_and_values if not is_echo(_element(known, one), value)]
        if not news:
            return False
        ids, values = map(list, zip(*news, strict=True))
        told = UpdateUIElementCommand(object_ids=ids, values=values, request=request.request, token=request.token)
        return bool(await take(self, told, **options))

    Kernel.set_ui_element_value = take_news  # type: ignore[method-assign]
    return True


def _element(known: Any, name: str) -> Any:
    """The element of this name, None for one that is gone."""
    try:
        return known.get_object(name)
    except KeyError:
        return None


def is_echo(element: Any, value: Any) -> bool:
    """Whether a message about all fields of a bar says of each what it holds already."""
    fields = getattr(element, "elements", None)
    if not isinstance(fields, Mapping) or not isinstance(value, Mapping) or fields.keys() != value.keys():
        return False
    hears_nothing_new = getattr(element, "hears_nothing_new", None)
    if hears_nothing_new is not None:
        return bool(hears_nothing_new(value))
    return all(as_from_browser(fields[name]._value_frontend) == one for name, one in value.items())
