"""Whom a play addresses today: the customers behind its study, in its band of scores, who may be written to."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from customary.declare import STUDIES
from customary.errors import Refused, unknown_name
from customary.query.answer import Answer
from customary.query.lists import ANALYST, KEY, REASONS, cut_to_list, omissions_of
from customary.query.playbook import Play
from customary.query.study import study
from customary.shop import Shop

NOBODY_KNOWN = "not known as customers"
NO_SCORE, OUTSIDE = "of unknown score", "outside the band of scores"


@dataclass(frozen=True)
class People:
    """The rows of those who may be addressed, in their order, and who is left off and why."""

    rows: list[dict[str, Any]]
    left_off: Counter[str]


@dataclass(frozen=True)
class Audience:
    """The answer that a play asks, and the people behind it."""

    answer: Answer
    people: People


def candidates(shop: Shop, play: Play) -> Audience:
    """The customers whom a play may address, each once, in the order of its study.

    A study of people that is no list – who stopped at a step, who did not come back – is cut by consent as lists are.
    Raises `Refused` for a study that names no customers and for viewers, `UnknownName` for a score that it has not.
    """
    if shop.audience != ANALYST:
        raise Refused("only analysts draw lists of customers")
    answer = study(shop, play.study, during=play.during, where=play.where or None, **play.options)
    names = [column.name for column in answer.columns]
    if KEY not in names:
        raise Refused("{study} names no customers: ask for a list, or for a cell of one", study=play.study)
    if play.score and play.score not in names:
        raise unknown_name(play.score, names, "column of {study}", study=play.study)
    left_off = _omissions(shop, answer)
    once = {row[KEY]: row for row in reversed(_to_address(shop, answer))}
    return Audience(answer, People(_in_band(list(once.values())[::-1], play, left_off), left_off))


def _to_address(shop: Shop, answer: Answer) -> list[dict[str, Any]]:
    """The rows of customers who may be addressed, in their order."""
    if STUDIES[answer.name].is_list:
        return answer.to_pylist()
    found: list[dict[str, Any]] = shop.fetch(cut_to_list(shop, answer.table)).to_pylist()
    return found


def _omissions(shop: Shop, answer: Answer) -> Counter[str]:
    """Why people behind the answer are not addressed → how many they are."""
    if STUDIES[answer.name].is_list:
        return Counter(answer.omissions)
    people = answer.table
    words = shop.fetch(omissions_of(shop, people)).to_pylist()
    counts = Counter({REASONS[row["marketing_consent"]]: row["n"] for row in words})
    (row,) = shop.fetch(people.agg(n=people[KEY].isnull().cast("int64").sum().fill_null(0))).to_pylist()
    return counts + Counter({NOBODY_KNOWN: row["n"]})


def _in_band(rows: list[dict[str, Any]], play: Play, left_off: Counter[str]) -> list[dict[str, Any]]:
    """The rows whose score lies in the play's band; the others are counted, one of unknown score lies in none."""
    low, high = play.score_from, play.score_below
    if low is None and high is None:
        return rows
    kept = []
    for row in rows:
        score = row[play.score]
        if score is None:
            left_off[NO_SCORE] += 1
        elif (low is None or score >= low) and (high is None or score < high):
            kept.append(row)
        else:
            left_off[OUTSIDE] += 1
    return kept
