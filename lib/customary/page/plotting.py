"""Altair's process-wide settings, and a chart as marimo shows it.

Altair keeps its theme and its data transformer in globals, and every viewer is a thread of one process: what
one switches, all see. So both are set once, and no chart is ever shown but through `linked_element`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import altair as alt
import marimo as mo

from customary.cache import shared
from customary.charts import theme
from customary.charts.heard import say_marks
from customary.charts.recall import digest_of
from customary.page.crossing import Crossing, linked_chart, links_behind
from customary.query.answer import Answer

# marimo leaves an active transformer alone only if its name begins with its own.
TRANSFORMER = "marimo_customary"


def fix_charts() -> None:
    """Fix theme and data transformer for this process.

    Without it `mo.ui.altair_chart` switches the transformer for a moment, and another viewer's chart drawn in
    that moment gets the wrong data. Safe to call again.
    """
    theme.install()

    def written_rows(data: Any, **_options: object) -> dict[str, Any]:
        """The rows within the specification: a number is a number and a text a text, "007" no less than "2024-01".

        marimo would put them into a file of the viewer's session, but a specification is remembered for other viewers.
        """
        return dict(alt.to_values(data))

    alt.data_transformers.register(TRANSFORMER, written_rows)
    alt.data_transformers.enable(TRANSFORMER)
    alt.data_transformers.consolidate_datasets = False  # rows stand where they are drawn


def linked_element(chart: alt.Chart | alt.LayerChart, answer: Answer, crossing: Crossing, title: str = "") -> Any:
    """The chart of an answer as a marimo element whose marks lead to the page of them alone.

    Its specification is written once for equal rows and equal links. `title` is what those hear who do not see it.
    """
    write = partial(_write, chart, answer, crossing)
    digest = digest_of(chart)
    key = "specification", digest, links_behind(answer, crossing)
    written: dict[str, Any] = shared.answer(key, write) if digest else write()
    told = " ".join(text for text in (title, written.get("description", "")) if text)
    return _Picture({**written, "description": told} if told else written)


def _write(chart: alt.Chart | alt.LayerChart, answer: Answer, crossing: Crossing) -> dict[str, Any]:
    return _specification(linked_chart(chart, answer, crossing))


def _specification(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    if alt.data_transformers.active != TRANSFORMER:
        fix_charts()  # someone set another one after us: put ours back, once, rather than race
    written: dict[str, Any] = chart.to_dict(validate=False)
    return say_marks(written)


class _Picture(mo.ui.altair_chart):
    """marimo's own element of a chart whose specification is written already: it would write it each time anew."""

    def __init__(self, specification: dict[str, Any]) -> None:
        said = {"spec": specification, "chart-selection": False, "field-selection": False}
        super(mo.ui.altair_chart, self).__init__(
            component_name=self.name,
            initial_value={},
            label="",
            args={**said, "embed-options": alt.renderers.options.get("embed_options") or {}},
            on_change=None,
        )

    def _convert_value(self, value: object) -> list[dict[str, Any]]:
        return []  # nothing can be selected
