"""Groups of customers as a page shows them: how big they are, and who moved between them."""

from __future__ import annotations

from collections.abc import Sequence

import marimo as mo

from customary.charts import alluvial, heatmap, ranked_bars
from customary.declare import Segment
from customary.frames.people import YEAR
from customary.page.answers import Answer
from customary.page.figures import two_up
from customary.page.parts import empty
from customary.units import COUNT, MONEY, RATE

GOAL = "Raise customer value contribution"
MEASURES = {"spend of the year before": "year_net_spend_before", "customers": "customer_count"}


def group_sizes(answer: Answer, segment: Segment, until: object) -> mo.Html:
    """The labels of a segmentation by their customers and by their spend, side by side; `answer` is of `tiers`."""
    rows, spoken = answer.frame, segment.name.replace("_", " ")
    alone = "" if len(rows) > 1 else " – nobody bears another label"
    figures = []
    for share, of, n, who in (
        ("customer_share", "customers", "customer_count", "customers"),
        ("spend_share", "net spend", "year_buyer_count", "buyers of the year"),
    ):
        bars = ranked_bars(
            rows, segment.name, share, unit=RATE, n=n, colour=segment.name, as_given=True, height=40 + 40 * len(rows)
        )
        title = f"{str(rows[segment.name].iloc[0]).capitalize()}: {RATE.text(rows[share].iloc[0])} of the {of}{alone}"
        said = f"Share of {of} by {spoken} {segment.zh}, last 365 days to {until}; n = {rows[n].sum():,} {who}."
        figures.append(answer.figure(title, bars, f"{said} {segment.definition}", goal=GOAL))
    return two_up(*figures)


def _too_young(seen_days: int) -> str:
    """The warning that the earlier labels knew less than a year."""
    if seen_days >= YEAR:
        return ""
    return f" At the first date only {max(seen_days, 0):,} days of orders were known: its labels are too low."


def migrated(answer: Answer, segment: Segment, labels: Sequence[str], measure: str) -> mo.Html:
    """Who moved between two dates, as bands and as a matrix; `labels` in their order, `measure` one of `MEASURES`."""
    rows, order = answer.frame, list(labels)
    known = rows[rows.move != "new"]
    if not len(known):
        return empty("customers who were known at the earlier date")
    n, everybody = int(known.customer_count.sum()), int(rows.customer_count.sum())
    counts = {move: int(known[known.move == move].customer_count.sum()) for move in ("stayed", "rose", "fell")}
    first, second = str(known.first_on.iloc[0])[:10], str(known.second_on.iloc[0])[:10]
    bands = alluvial(
        *(known, "before", "after", MEASURES[measure]),
        order=order,
        unit=COUNT if measure == "customers" else MONEY,
        currency="" if measure == "customers" else answer.currency,
        before_title=first,
        after_title=second,
    )
    flow = answer.figure(
        f"{RATE.text(counts['stayed'] / n)} stayed, {counts['rose']:,} rose and {counts['fell']:,} fell",
        bands,
        f"Customers from {first} to {second}, bands by {measure}; n = {n:,} known at both, {everybody - n:,} came "
        f"since. Each label knows only what had happened before its date.{_too_young(int(known.seen_days.iloc[0]))}",
        goal=GOAL,
    )
    across = f"at {second}"
    cells = heatmap(
        *(rows.rename(columns={"after": across}), across, "before", "from_share"),
        unit=RATE,
        n="customer_count",
        x_order=order,
        y_order=[*order, "not yet known"],
        height=340,
    )
    matrix = answer.figure(
        "Of each group of the earlier date, where it went",
        cells,
        f"Per cent of the group of {first} (down) by the group of {second} (across); n = {everybody:,} customers. The "
        "table has the intervals (Wilson).",
        goal=GOAL,
    )
    return two_up(flow, matrix)
