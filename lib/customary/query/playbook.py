"""The plays of a shop: which list each one addresses, with what, by which way, and how many are held out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from customary.dates import Window
from customary.declare import STUDIES
from customary.errors import Refused, unknown_name
from customary.rules.book import RuleBook

FILE, LIST = "playbook", "plays"
FAVOURITE = "favourite_category"  # as goods of an offer: each customer's own
# Study whose figures are cells → the list of the people who stand behind one of them.
CELLS = {"funnel": "funnel_people", "funnel_drop_offs": "funnel_people", "retention": "retention_people"}
CELL_EXAMPLES = {
    "funnel": "at=2,state=stopped",
    "funnel_drop_offs": "at=2,state=stopped",
    "retention": "label=2025-03,age=2,state=kept",
}
PEOPLE = ("funnel_people",)  # to look closer at; a play may address them all the same, cut by consent


@dataclass(frozen=True)
class Play:
    """One play of playbook.toml, or an audience that an analyst put together.

    `options` are the study's, `where` and `during` cut what it looks at; `score` is the column that is kept with each
    customer, "" for none. From `score_from` and below `score_below` it must be, where they are said.
    """

    name: str
    zh: str
    study: str
    options: Mapping[str, Any]
    score: str
    offer: str
    sent_by: str
    contact_cost: float
    hold_out: float
    most: int
    rest_days: int
    goal: str = ""  # the key of the goal that it serves
    score_from: float | None = None
    score_below: float | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
    during: Window | None = None
    goods: tuple[str, ...] = ()  # what the offer names: "product=ID", "category=NAME", "favourite_category"


def plays(shop_rules: RuleBook) -> tuple[Play, ...]:
    """All plays, each checked: a study that lists customers, options it has, a goal of the shop's, numbers that can be.

    Raises `Refused` or `UnknownName` with the place in the file.
    """
    found, goals = [], [goal["key"] for goal in shop_rules["goals"]["goal"]]
    for told in shop_rules[FILE][LIST]:
        try:
            found.append(_play(told, goals))
        except (Refused, LookupError) as error:
            place = shop_rules.place(FILE, LIST)
            raise Refused("{place}play “{name}”: {error}", place=place, name=told["name"], error=error) from error
    names = [play.name for play in found]
    for name in (name for name in names if names.count(name) > 1):
        raise Refused("{place}two plays are called “{name}”", place=shop_rules.place(FILE, LIST), name=name)
    return tuple(found)


def play_named(shop_rules: RuleBook, name: str) -> Play:
    """The play of that name; otherwise an error with the nearest."""
    found = {play.name: play for play in plays(shop_rules)}
    if name not in found:
        raise unknown_name(name, found, "play")
    return found[name]


def _play(told: Mapping[str, Any], goals: list[str]) -> Play:
    lists = [*(name for name, study in STUDIES.items() if study.is_list), *PEOPLE]
    if told["study"] not in lists:
        raise unknown_name(told["study"], lists, "list of customers")
    options = _options(told["options"])
    for name in options:
        if name not in STUDIES[told["study"]].options:
            raise unknown_name(name, STUDIES[told["study"]].options, "option of {study}", study=told["study"])
    if told.get("goal") and told["goal"] not in goals:
        raise unknown_name(told["goal"], goals, "goal")
    return check_play(Play(**{**told, "options": options, "goods": tuple(told.get("goods", ()))}))


def _options(texts: Iterable[str]) -> dict[str, Any]:
    """Options as a play writes them, "at=2"; one that is said several times, such as a step, is a list."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, _sign, value = text.partition("=")
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def check_play(play: Play) -> Play:
    """The play, if its numbers are such as can be; raises `Refused` in a sentence."""
    if not 0 <= play.hold_out <= 0.5:
        raise Refused("hold_out is a share from 0 to 0.5, not {share}", share=play.hold_out)
    if play.most < 1 or play.rest_days < 0 or play.contact_cost < 0:
        raise Refused("most is at least 1; rest_days and contact_cost are not below 0")
    for good in play.goods:
        if good != FAVOURITE and good.partition("=")[0] not in ("product", "category"):
            raise Refused("goods are product=ID, category=NAME or favourite_category, not “{good}”", good=good)
    if (play.score_from is not None or play.score_below is not None) and not play.score:
        raise Refused("a band from … below … is one of scores: say of which column")
    return play
