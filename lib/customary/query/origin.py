"""Where a figure that was taken away came from: shop, snapshot, definition and the question, as one line in its file.

A file brought back asks its question again; what has changed since – another shop, a newer snapshot, another meaning –
is said and never passed over.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from customary.cache import as_key, shared
from customary.declare import METRICS, STUDIES
from customary.query.address import parts_of_question, read_query, write_query
from customary.query.answer import Answer
from customary.shop import Shop
from customary.wording import say

SIGN = "customary:?"  # begins the line of a figure
SHOP, SNAPSHOT, DEFINITION = "of_shop", "of_snapshot", "of_definition"
MOST_LETTERS = 80  # of a name out of a file that are repeated


@dataclass(frozen=True)
class Origin:
    """Whose figure it is, of which snapshot, under which meaning (a hash), and the question as parts of an address."""

    shop: str
    snapshot: str
    definition: str
    parts: Mapping[str, str]

    @property
    def query(self) -> str:
        """The query of the link that asks it again and says where it came from."""
        own = {SHOP: self.shop, SNAPSHOT: self.snapshot, DEFINITION: self.definition}
        return write_query({**self.parts, **own})


def definition_hash(answer: Answer) -> str:
    """Twelve letters: others as soon as a definition, a formula or a rule behind the answer is another one."""
    key = "definition", as_key(answer.question), answer.shop.audience
    return shared.answer(key, partial(_digest, answer))


def _digest(answer: Answer) -> str:
    said = [(one.name, one.text, one.unit) for one in answer.definitions]
    return hashlib.sha256(repr((said, [*_formulas(answer)], answer.question.rules)).encode()).hexdigest()[:12]


def _formulas(answer: Answer) -> Iterator[str]:
    """The source of each metric or of the study; its name where there is none to read, as of one made in a notebook."""
    for name in answer.question.names:
        function = _function(answer, name)
        try:
            yield inspect.getsource(function) if function else name
        except OSError:
            yield name


def _function(answer: Answer, name: str) -> Callable[..., Any] | None:
    if answer.question.is_study:
        return STUDIES[name].question if name in STUDIES else None
    known = {**answer.shop.snapshot.own.metrics, **METRICS}
    return known[name].formula if name in known else None


def origin_of(answer: Answer) -> Origin:
    """The origin of an answer as it stands."""
    question = answer.question
    return Origin(question.shop, question.snapshot, definition_hash(answer), parts_of_question(question))


def origin_lines(answers: Iterable[Answer]) -> str:
    """The origins of the figures of one file, with spaces between, which no query has."""
    return " ".join(SIGN + origin_of(answer).query for answer in answers)


def read_origin(query: str) -> Origin:
    """The origin that a query says; what it does not say is empty."""
    parts = read_query(query)
    shop, snapshot, definition = (parts.pop(name, "") for name in (SHOP, SNAPSHOT, DEFINITION))
    return Origin(shop, snapshot, definition, parts)


def notes_on_origin(answer: Answer, origin: Origin) -> tuple[str, ...]:
    """What has changed since a figure was taken away; nothing where it is the same figure."""
    return tuple(_notes(answer.shop, origin, definition_hash(answer)))


def _notes(shop: Shop, origin: Origin, definition: str) -> Iterator[str]:
    if origin.shop and origin.shop != shop.name:
        yield say(
            "The file is of the shop “{theirs}”: the figures here are of “{ours}”.", theirs=origin.shop, ours=shop.name
        )
    elif origin.snapshot and origin.snapshot != shop.snapshot.version:
        template = "The file was made of the snapshot {then}: the figures here are of {now} and may differ."
        yield say(template, then=origin.snapshot[:MOST_LETTERS], now=shop.snapshot.version)
    if origin.definition and origin.definition != definition:
        yield say("Its definition, or a rule behind it, has changed since the file was made.")
