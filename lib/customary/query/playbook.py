"""The plays of a shop: which list each one addresses, with what, by which way, and how many are held out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from customary.declare import STUDIES
from customary.errors import Refused, unknown_name
from customary.rules.book import RuleBook

FILE, LIST = "playbook", "plays"


@dataclass(frozen=True)
class Play:
    """One play of playbook.toml. `options` are the study's; `score` is the column that is kept with each customer."""

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
    lists = [name for name, study in STUDIES.items() if study.is_list]
    if told["study"] not in lists:
        raise unknown_name(told["study"], lists, "list of customers")
    options = dict(text.partition("=")[::2] for text in told["options"])
    for name in options:
        if name not in STUDIES[told["study"]].options:
            raise unknown_name(name, STUDIES[told["study"]].options, "option of {study}", study=told["study"])
    if told.get("goal") and told["goal"] not in goals:
        raise unknown_name(told["goal"], goals, "goal")
    if not 0 <= told["hold_out"] <= 0.5:
        raise Refused("hold_out is a share from 0 to 0.5, not {share}", share=told["hold_out"])
    if told["most"] < 1 or told["rest_days"] < 0 or told["contact_cost"] < 0:
        raise Refused("most is at least 1; rest_days and contact_cost are not below 0")
    return Play(**{**told, "options": options})
