"""The log held against its instrumentation plan, as a figure of a page."""

from __future__ import annotations

import marimo as mo

from customary.page.figures import figure
from customary.page.parts import missing
from customary.query.answer import Answer

FINE = ("as planned", "new event")
MOST = 15


def plan_figure(answer: Answer) -> mo.Html:
    """How many planned events came, how many faults there are, and each with its share, its example and its owner.

    `answer` is of the study `instrumentation`; a shop without events hears what they would add.
    """
    if not answer.shop.snapshot.rows["events"]:
        return missing("events", "whether site and app record what they should")
    rows = answer.to_pandas()
    planned = rows[rows.property.isna() & rows.state.isin(("as planned", "missing"))]
    return figure(
        answer,
        None,
        "{came} of {planned} planned events came; faults: {faults}",
        "The log of the last days before the as-of date held against the instrumentation plan, tracking.toml; the "
        "filters do not cut it. What is missing or misspelt here is missing in every figure of visits.",
        came=int((planned.state == "as planned").sum()),
        planned=len(planned),
        faults=int((~rows.state.isin(FINE)).sum()),
        most=MOST,
        goal="Figures that can be trusted",
    )
