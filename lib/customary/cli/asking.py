"""From what was typed to what the library is asked, and what its answer rests on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import ibis.expr.datatypes as dt

from customary.cli.options import Selection, Window
from customary.declare import SEGMENTS, Metric, Study
from customary.errors import Refused, nearest
from customary.frames import FRAMES
from customary.query.measure import base_of, closed, frame_of
from customary.query.selection import asked_of, column, question
from customary.shop import Shop

MOST = 10_000  # different values of a column among which a near miss is looked for
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def bases(metrics: Iterable[Metric]) -> list[str]:
    """The stored frames that metrics are counted on, each once."""
    frames = (frame_of(metric) for metric in closed(metrics).values())
    return list(dict.fromkeys(base_of(frame) for frame in frames if frame))


def unwindowed(frames: Iterable[str]) -> bool:
    """Whether one of the frames stands as of a day, so that no window cuts it."""
    return any(not FRAMES[name].time for name in frames)


def cuttable(study: Study, is_cut: bool) -> list[str]:
    """The frames of a study that a window or selection cuts; refused where the study speaks of all rows anyhow."""
    found = [name for name in study.needs if name in FRAMES]
    whole = [name for name in study.needs if name.startswith("all_")]
    if is_cut and (whole or not found):
        raise Refused(f"{study.name} accounts for every row of the shop: ask it without --during and --where")
    return [base_of(FRAMES[name]) for name in found]


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


def _spoken(kind: dt.DataType) -> str:
    if kind.is_boolean():
        return "yes or no"
    if kind.is_numeric():
        return "whole numbers" if kind.is_integer() else "numbers"
    return "days such as 2025-01-31" if kind.is_date() else "times such as 2025-01-31T12:00"


def value(text: str | None, name: str, kind: dt.DataType) -> Any:
    """A typed word in the type of its column; a label that a segment does not have is refused with the nearest."""
    if text is None:
        return None
    if name in SEGMENTS:
        if text not in SEGMENTS[name].labels:
            raise nearest(text, SEGMENTS[name].labels, f"label of {name}")
        return text
    try:
        return _cast(text, kind)
    except (KeyError, ValueError, InvalidOperation) as error:
        raise Refused(f"{name} holds {_spoken(kind)}, not “{text}”") from error


def typed(shop: Shop, frames: Sequence[str], given: Selection) -> dict[str, list[Any]]:
    """The selection with values in the types of their columns; each column must be known to every frame."""
    found: dict[str, list[Any]] = {}
    for name, texts in given.items():
        kinds = [column(shop, shop.frame(frame), name, frame)[name].type() for frame in frames]
        found[name] = [value(text, name, kinds[0]) for text in texts]
    return found


def unheard(shop: Shop, frames: Sequence[str], where: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Why a selection may be empty: texts that never stand in their column, with the nearest that do."""
    for name, wanted in where.items():
        texts = [text for text in wanted if isinstance(text, str) and name not in SEGMENTS]
        if texts and frames:
            held = column(shop, shop.frame(frames[0]), name, frames[0]).select(name).distinct().limit(MOST)
            known = {text for text in shop.fetch(held)[name].to_pylist() if text is not None}
            strange = [text for text in texts if text not in known and 0 < len(known) < MOST - 1]
            yield from (str(nearest(text, known, name)) for text in strange)


def is_empty(
    shop: Shop,
    frames: Iterable[str],
    rows: Sequence[Mapping[str, Any]],
    metrics: Iterable[str],
    during: Window | None,
    where: Mapping[str, Any],
) -> bool:
    """Whether not one row stands behind an answer; only asked where all figures are nought or none."""
    if any(row[name] not in (None, 0) for name in metrics for row in rows):
        return False
    asked = question(during=during, where=where)
    counts = (asked_of(shop, frame, asked).rows().count().name("n").as_table() for frame in frames)
    return not any(shop.fetch(count).to_pylist()[0]["n"] for count in counts)
