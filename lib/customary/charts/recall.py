"""A chart is drawn once: equal rows and equal wishes give the chart that was drawn before, which nobody changes.

To put a chart together takes thirty times as long as to compare its rows with those of before. What is drawn carries
the digest of all that it depends on, so that whoever writes it out can do that once as well.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

import pandas as pd

from customary.cache import as_key, shared
from customary.frame_columns import DeclaredColumns
from customary.language import reader_language

_DIGEST = "_digest_of_its_parts"  # an attribute that no copy of a chart inherits: whoever changes one, copies it


@dataclass(frozen=True)
class _Drawn:
    """A chart, or several, and how many bytes its rows hold."""

    chart: Any
    nbytes: int


def draw_once[**P, C](draw: Callable[P, C]) -> Callable[P, C]:
    """Let a chart be drawn once for equal rows, declarations and wishes, in each language."""

    @wraps(draw)
    def recall(*args: P.args, **options: P.kwargs) -> C:
        digest = _digest((draw.__module__, draw.__name__, reader_language(), *_parts([*args, *options.items()])))
        if not digest:
            return draw(*args, **options)

        def make() -> _Drawn:
            size = sum(int(one.memory_usage(deep=True).sum()) for one in args if isinstance(one, pd.DataFrame))
            return _Drawn(_with_digest(draw(*args, **options), digest), size)

        found: C = shared.answer(("chart", digest), make).chart
        return found

    return recall


def digest_of(chart: Any) -> str:
    """The digest of all that a chart depends on; "" for one that was not drawn here, or was changed afterwards."""
    return str(vars(chart).get(_DIGEST, ""))


def _with_digest(chart: Any, digest: str) -> Any:
    if isinstance(chart, tuple):
        return tuple(_with_digest(one, f"{digest}-{place}") for place, one in enumerate(chart))
    object.__setattr__(chart, _DIGEST, digest)  # Altair's own would make it a part of the specification
    return chart


def _parts(given: Any) -> Iterator[Hashable]:
    """Every part of what a chart is drawn from, as something to be digested."""
    for part in given:
        if isinstance(part, pd.DataFrame):
            declared = DeclaredColumns.of(part)
            yield tuple((str(name), part[name].array) for name in part.columns)
            yield part.index.array
            yield as_key(declared.columns), declared.currency, as_key(declared.notes)
        elif isinstance(part, tuple) and any(isinstance(one, pd.DataFrame) for one in part):
            yield from _parts(part)
        else:
            yield as_key(part)


def _digest(parts: Any) -> str:
    """The digest of these parts; "" where one of them cannot be written down, such as a function."""
    written = io.BytesIO()
    writer = pickle.Pickler(written)
    writer.fast = True  # equal values are written alike, whether or not they are one object
    try:
        writer.dump(parts)
    except (pickle.PicklingError, AttributeError, TypeError):
        return ""
    return hashlib.sha256(written.getbuffer()).hexdigest()
