"""What actions brought to each goal, as a figure of a page."""

from __future__ import annotations

import marimo as mo

from customary.page.figures import figure
from customary.page.parts import sentence
from customary.query.answer import Answer
from customary.studies.action.goals import NO_GOAL

NONE = "No list was delivered before the last build: what actions brought to a goal cannot be told yet."
COUNTS = ["goal", "play_count", "list_count", "told_list_count"]
BROUGHT = ["incremental_orders", "low_incremental_orders", "high_incremental_orders", "incremental_revenue", "verdict"]
MOST = 10


def served_goals_figure(answer: Answer | None) -> mo.Html:
    """For how many goals lists went out, and what they brought; in a sentence where none did.

    `answer` is of the study `goal_actions`, None in a shop without lists or without orders.
    """
    if answer is None:
        return sentence(NONE)
    rows = answer.to_pandas()
    goals = rows[rows.goal != NO_GOAL]
    if not rows.list_count.sum():
        return sentence(NONE, answer)
    return figure(
        answer,
        None,
        "Lists were delivered for {n} of {goals} goals; for {more} they clearly brought orders",
        "Whole shop, all lists delivered so far: orders and net revenue within 30 days beyond those of the customers "
        "held out. Lists without a hold-out are counted and add nothing.",
        n=int((goals.list_count > 0).sum()),
        goals=len(goals),
        more=int((goals.verdict == "more").sum()),
        frame=rows[[*COUNTS, *BROUGHT]],
        most=MOST,
        goal="all five goals",
    )
