"""Ways through a shop as a reader chooses to look at them: one picture at a time, because each reads the whole log."""

from __future__ import annotations

from customary.page.choice import Choice
from customary.page.switches import Switch
from customary.query.answer import Answer
from customary.query.study import study
from customary.shop import Shop
from customary.wording import wording

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
