"""A question as an address carries it: what is asked, split, filtered and when; read again by nobody's trust.

The same text stands in a link, in a shop's saved views and in a workbook that was taken away: there is one notation.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from customary.dates import Window
from customary.query.question import Question

EXPLORE = "28_explore"  # the chapter that answers such an address
# One name, two columns: a visit's channel is where it came from, an order's the way it was placed. A link that filters
# by the one must not filter the other page by the other.
IN_LINKS = {("sessions", "channel"): "source_channel"}
UNKNOWN = "unknown"  # as a value: the rows of which it is not known
CUSTOM, ALL = "custom dates", "all"  # periods: dates of one's own, and all days
ASK, BY, EVERY, WITH = "ask", "by", "every", "with"
FIND = "find"  # what is searched for
LONGEST = 8_000  # letters of an address that are read: browsers and servers cut longer ones
_SPECIAL = re.compile(r"[,\\]")
_PARTS, _ESCAPED = re.compile(r"(?:\\.|[^,\\])+", re.S), re.compile(r"\\(.)", re.S)


def in_one_text(values: Iterable[str]) -> str:
    """Values as one text that `parts_of` takes apart again: of a name said twice in an address marimo keeps one."""
    return ",".join(_SPECIAL.sub(r"\\\g<0>", value) for value in values)


def parts_of(text: str) -> tuple[str, ...]:
    """The values of one text: "app,web" is two; a comma of a value itself stands behind a backslash."""
    return tuple(map(plain_part, raw_parts(text)))


def raw_parts(text: str) -> list[str]:
    """The same as they are written, with their backslashes."""
    found: list[str] = _PARTS.findall(text)
    return found


def plain_part(part: str) -> str:
    """A part of a list without its backslashes."""
    return _ESCAPED.sub(r"\1", part).strip()


def name_in_links(name: str, frame: str) -> str:
    """What a filter by a column of a frame is called in an address."""
    return IN_LINKS.get((frame, name), name)


def asked_parts(
    names: Iterable[str], by: Iterable[str] = (), every: str = "", options: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What is asked, without filters and period, by the names of an address; what is empty is left out."""
    given = [f"{name}:{value}" for name, value in (options or {}).items()]
    said = {ASK: in_one_text(names), BY: in_one_text(by), EVERY: every, WITH: in_one_text(given)}
    return {name: text for name, text in said.items() if text}


def parts_of_question(question: Question) -> dict[str, str]:
    """A checked question by the names of an address: asked again of the same snapshot, the answer is the same."""
    options = {name: _option_text(value) for name, value in question.options.items() if value not in (None, ())}
    asked = asked_parts(question.names, question.by, question.every or "", options)
    return {**asked, **_period(question.during), **_filters(question)}


def _option_text(value: Any) -> str:
    return ";".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _period(during: Window | None) -> dict[str, str]:
    if during is None:
        return {"period": ALL}
    last = during[1].fromordinal(during[1].toordinal() - 1)
    return {"period": CUSTOM, "between": f"{during[0].isoformat()}_{last.isoformat()}"}


def _filters(question: Question) -> dict[str, str]:
    return {
        name_in_links(name, question.frame): in_one_text(_value_text(value) for value in values)
        for name, values in question.where
    }


def _value_text(value: Any) -> str:
    if value is None:
        return UNKNOWN
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_query(parts: Mapping[str, str]) -> str:
    """The parts as the query of an address."""
    return urlencode(parts, safe=",")


def read_query(query: str) -> dict[str, str]:
    """The parts of an address's query, the first of each name; only so many letters of it are read."""
    return {name: values[0] for name, values in parse_qs(query[:LONGEST], keep_blank_values=True).items()}
