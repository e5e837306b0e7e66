"""Ways through a shop as a reader chooses to look at them: one picture at a time, because each reads the whole log."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from customary.page.choice import Choice
from customary.page.switches import Switch
from customary.query.answer import Answer
from customary.query.study import study
from customary.shop import Shop
from customary.studies.paths.touches import UNTRACKED
from customary.wording import word, wording

NAMES = 10  # events with a row of their own; rarer ones are one, which says how many it holds


def interest_switches() -> tuple[Switch, Switch]:
    """What is looked at, categories or products, and which picture of the ways is drawn."""
    things = {"categories": wording("categories"), "products": wording("products")}
    ways = {
        "follows": wording("what follows what"),
        "steps": wording("what comes first, second, third"),
        "paths": wording("whole ways"),
        "buyers": wording("what buyers do otherwise"),
    }
    return Switch("things", wording("Look at"), things), Switch("ways", wording("Ways through the shop"), ways)


def study_ways(shop: Shop, way: str, choice: Choice) -> Answer:
    """The study behind a picture of the ways, by its name in `interest_switches`."""
    asked = choice.query_options
    answers = {
        "follows": study(shop, "transitions", most=NAMES, **asked),
        "steps": study(shop, "step_matrix", most=NAMES, **asked),
        "paths": study(shop, "paths", **asked),
        "buyers": study(shop, "transition_contrast", **asked),
    }
    return answers[way]


def rule_labels() -> dict[str, str]:
    """Four rules by which orders are owed to visits → what they are called."""
    return {
        "first": wording("first visit"),
        "last_non_direct": wording("last, not direct"),
        "linear": wording("all visits alike"),
        "removal_effect": wording("removal effect"),
    }


def shares_by_rule(owed: Mapping[str, Answer], main: str) -> pd.DataFrame:
    """The rows of the rule `main` with the share of orders that each channel is owed by every rule, a column for each.

    The columns are called as `rule_labels` calls the rules, the channels as the reader knows them.
    """
    rows, labels = owed[main].to_pandas(), rule_labels()
    for rule, answer in owed.items():
        shares = answer.to_pandas().set_index("channel").conversion_share
        rows[labels[rule]] = shares.reindex(rows.channel).to_numpy()
    named = [wording("(untracked)") if name == UNTRACKED else str(word(name)) for name in rows.channel]
    return rows.assign(channel=named)
