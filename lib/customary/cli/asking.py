"""From what was typed to what the library is asked, and what its answer rests on."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import ibis.expr.datatypes as dt

from customary import renamed
from customary.cli.options import Selection
from customary.declare import FRAMES, SEGMENTS, Study
from customary.errors import Refused
from customary.metrics.aggregate import base_of
from customary.query.answer import Answer
from customary.query.parameters import WHOLE, frames_of
from customary.query.selection import check_columns, with_column
from customary.shop import Shop
from customary.wording import word

_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def has_profiles(frames: Iterable[str]) -> bool:
    """Whether one of the frames stands as of a day, so that no window cuts it."""
    return any(not FRAMES[name].time for name in frames)


def frames_to_cut(study: Study, is_cut: bool) -> list[str]:
    """The frames of a study that a window or selection cuts; refused where the study speaks of all rows anyhow."""
    behind = [frame for name in study.needs for frame in frames_of(name) if not frame.startswith(WHOLE)]
    found = [name for name in behind if name in FRAMES]
    if is_cut and (len(found) < len(behind) or not found):
        raise Refused(
            "{study} accounts for every row of the shop: ask it without --during and --where", study=study.name
        )
    return list(dict.fromkeys(base_of(FRAMES[name]) for name in found))


def _cast(text: str, kind: dt.DataType) -> Any:
    if kind.is_boolean():
        return _YES_NO[text.lower()]
    if kind.is_integer():
        return int(text)
    if kind.is_numeric():
        return Decimal(text)
    if kind.is_date():
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if kind.is_timestamp() else text


def _kind_in_words(kind: dt.DataType) -> str:
    if kind.is_boolean():
        return "yes or no"
    if kind.is_numeric():
        return "whole numbers" if kind.is_integer() else "numbers"
    return "days such as 2025-01-31" if kind.is_date() else "times such as 2025-01-31T12:00"


def _parse_value(text: str | None, name: str, kind: dt.DataType) -> Any:
    """A typed word in the type of its column."""
    if text is None or name in SEGMENTS:
        return text
    try:
        return _cast(text, kind)
    except (KeyError, ValueError, InvalidOperation) as error:
        raise Refused(
            "{name} holds {kind}, not “{text}”", name=name, kind=word(_kind_in_words(kind)), text=text
        ) from error


def parse_selection(shop: Shop, frames: Sequence[str], given: Selection) -> dict[str, list[Any]]:
    """The selection with values in the types of their columns; each column must be known to every frame."""
    found: dict[str, list[Any]] = {}
    for typed, texts in given.items():
        name = renamed.column(typed)
        for frame in frames:
            check_columns(shop, frame, [name])
        kind = with_column(shop, shop.frame(frames[0]), name, frames[0])[name].type() if frames else dt.string
        found[name] = [_parse_value(text, name, kind) for text in texts]
    return found


def is_empty(answer: Answer) -> bool:
    """Whether not one row stands behind an answer; its frames are only counted where all figures are 0 or nothing."""
    if answer.question.is_study:
        return not answer.rows_total
    figures = [row[name] for row in answer.to_pylist() for name in answer.question.names]
    return not any(figures) and not any(part.counted_rows for part in answer.accounts)
