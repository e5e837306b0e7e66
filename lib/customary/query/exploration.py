"""What a reader asks of a shop by choosing, out of a link that may be years old or anybody's: checked part by part.

Nothing of it is ever SQL: names are looked up in the catalogue, values are literals, and what is not known is left out
and said, with the nearest name that is.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from customary import renamed
from customary.dates import WindowLike
from customary.declare import STUDIES
from customary.errors import Refused, UnknownName, unknown_name
from customary.query.address import ASK, BY, EVERY, WITH, asked_parts, parts_of
from customary.query.answer import Answer
from customary.query.catalogue import (
    column_named,
    frames_to_cut,
    is_dated,
    metric_names,
    period_names,
    split_names,
    study_names,
)
from customary.query.lists import ANALYST
from customary.query.measure import measure
from customary.query.selection import Where
from customary.query.study import YES, study
from customary.shop import Shop
from customary.units import KEY
from customary.wording import say

MOST_METRICS, MOST_SPLITS = 4, 3
MOST_LETTERS, MOST_VALUES = 400, 20  # of an option, and of a list that is one
GREATEST = 1_000_000.0  # a number of an option: beyond it no question of a shop makes sense
USUAL = ("net_revenue", "order_count", "session_count", "customer_count")  # what is shown where nothing is asked


@dataclass(frozen=True)
class Exploration:
    """What is asked: metrics, or one study with its options; split by columns, by a period. All names are known."""

    names: tuple[str, ...]
    by: tuple[str, ...] = ()
    every: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_study(self) -> bool:
        """Whether it is a study."""
        return self.names[0] in STUDIES

    @property
    def parts(self) -> dict[str, str]:
        """The same by the names of an address."""
        return asked_parts(self.names, self.by, self.every, self.options)


@dataclass(frozen=True)
class LinkReading:
    """An exploration and what of the address it leaves out, each in a sentence with what would be understood."""

    exploration: Exploration
    notes: tuple[str, ...] = ()


def read_exploration(shop: Shop, asked: Mapping[str, object]) -> LinkReading:
    """What an address asks for as far as the catalogue knows it; without anything, the usual metric."""
    notes: list[str] = []
    names = tuple(_known_names(shop, _texts(asked, ASK), notes))
    if not names and not any(_texts(asked, part) for part in (BY, EVERY)):
        return LinkReading(_usual(shop), tuple(notes))
    names = names or usual_names(shop)
    if names[0] in STUDIES:
        options = dict(_known_options(shop, names[0], _texts(asked, WITH), notes))
        return LinkReading(Exploration(names, options=options), tuple(notes))
    by = tuple(
        _keep_known(map(renamed.column, _texts(asked, BY)), split_names(shop, names), "column to split by", notes)
    )
    every = tuple(_keep_known(_texts(asked, EVERY), period_names(shop, names), "period", notes))
    if len(by) > MOST_SPLITS:
        notes.append(say("At most {most} splits: the others are left out.", most=MOST_SPLITS))
    return LinkReading(Exploration(names, by[:MOST_SPLITS], "".join(every[:1])), tuple(notes))


def _usual(shop: Shop) -> Exploration:
    """The usual metric month by month, where its rows say when they were."""
    names = usual_names(shop)
    return Exploration(names, every="month" if "month" in period_names(shop, names) else "")


def usual_names(shop: Shop) -> tuple[str, ...]:
    """The metric that is shown where nothing is asked: the first of the usual ones that the shop has rows for."""
    known = metric_names(shop)
    return next(((name,) for name in (*USUAL, *known) if name in known), ("table_coverage",))


def _texts(asked: Mapping[str, object], name: str) -> tuple[str, ...]:
    """The values of a part of an address, each once; what is no text is none."""
    value = asked.get(name)
    given = value if isinstance(value, list | tuple) else [value]
    found = [part for text in given if isinstance(text, str) for part in parts_of(text)]
    return tuple(dict.fromkeys(part for part in found if part))


def _keep_known(asked: Iterable[str], known: Iterable[str], kind: str, notes: list[str]) -> Iterator[str]:
    """The names that are known; of the others a note says so, with the nearest."""
    names = tuple(known)
    for name in dict.fromkeys(asked):
        if name in names:
            yield name
        else:
            notes.append(_omission(unknown_name(name[:MOST_LETTERS], names, kind)))


def _omission(error: Exception) -> str:
    return say("Left out: {error}", error=str(error))


def _known_names(shop: Shop, asked: Iterable[str], notes: list[str]) -> list[str]:
    """Metrics, or one study: the first name says which of both."""
    metrics, studies = metric_names(shop), study_names(shop)
    now = [renamed.STUDIES[name].name if name in renamed.STUDIES else name for name in asked]
    for name in now:
        if name in STUDIES and name not in studies:
            notes.append(say("{name} shows single customers, which only analysts see: left out.", name=name))
    asked = [name for name in now if name in studies or name not in STUDIES]
    found = list(_keep_known(asked, (*metrics, *studies), "metric or study", notes))
    if found and found[0] in STUDIES:
        return found[:1]
    return [name for name in found if name in metrics][:MOST_METRICS]


def _known_options(shop: Shop, name: str, asked: Iterable[str], notes: list[str]) -> Iterator[tuple[str, str]]:
    """The options of a study that it has, with values of the kind that it takes."""
    known = option_names(name)
    for option, value in (_pair(part) for part in asked):
        option = renamed.OPTIONS.get((name, option), option)
        try:
            if option not in known:
                raise unknown_name(option[:MOST_LETTERS], known or ("no options",), "option of {study}", study=name)
            option_value(name, option, value)
            _check_nobody(shop, option, value)
        except (Refused, UnknownName) as error:
            notes.append(_omission(error))
            continue
        yield option, value


def option_names(name: str) -> tuple[str, ...]:
    """The options of a study that a reader fills in; its period is the page's."""
    return tuple(option for option in STUDIES[name].options if option != "during")


def _check_nobody(shop: Shop, option: str, text: str) -> None:
    """Refuse a viewer's option that speaks of single people or orders, such as a step of one customer."""
    if shop.audience == ANALYST:
        return
    for word in re.findall(r"\w+", text):
        found = column_named(shop, word)
        if found and (found.personal or (found.unit is KEY and not word.startswith("product"))):
            raise Refused("{option} asks by {column}, which only analysts may", option=option, column=word)


def _pair(part: str) -> tuple[str, str]:
    option, _sign, value = part.partition(":")
    return option.strip(), value.strip()


def option_value(name: str, option: str, text: str) -> Any:
    """The text of an option in the type of its default; a list is parted by semicolons. Raises `Refused`."""
    default = STUDIES[name].options[option]
    if len(text) > MOST_LETTERS:
        raise Refused("option {name} of {study} is too long", name=option, study=name)
    if isinstance(default, tuple):
        return [part.strip() for part in text.split(";") if part.strip()][:MOST_VALUES]
    if isinstance(default, bool):
        return _of_kind(name, option, text, YES.get(text.lower()))
    if isinstance(default, int | float) or (default is None and option not in ("during", "against")):
        return _of_kind(name, option, text, _number(text, isinstance(default, int)))
    return text


def _of_kind(name: str, option: str, text: str, value: Any) -> Any:
    if value is None:
        raise Refused(
            "option {name} of {study} is like {default}, not {value}",
            name=option,
            study=name,
            default=repr(STUDIES[name].options[option]),
            value=repr(text),
        )
    return value


def _number(text: str, is_whole: bool) -> float | int | None:
    """A number that an option can be; None for what is none, or none of this world."""
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value) or abs(value) > GREATEST or (is_whole and not value.is_integer()):
        return None
    return int(value) if is_whole else value


def ask(
    shop: Shop,
    wanted: Exploration,
    during: WindowLike | None = None,
    where: Where | None = None,
    compare: str | None = None,
) -> Answer:
    """The answer to an exploration over a period and a selection, as far as these cut it.

    Raises `Refused` or `UnknownName`, now or when its rows are asked for, in a sentence.
    """
    during = during if is_dated(shop, wanted.names) else None
    where = where if frames_to_cut(shop, wanted.names) else None
    if not wanted.is_study:
        by, every = wanted.by, wanted.every or None
        return measure(shop, *wanted.names, by=by, every=every, during=during, where=where, compare=compare)
    name = wanted.names[0]
    options = {option: option_value(name, option, text) for option, text in wanted.options.items() if text}
    return study(shop, name, during=during, where=where, **options)
