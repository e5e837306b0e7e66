"""A shop's dated notes, for what is drawn over time."""

from collections.abc import Iterable

from customary.cache import cached_per_snapshot
from customary.columns import Column
from customary.notes import DatedNote
from customary.shop import Outdated, Shop
from customary.units import DATE, INSTANT, MONTH, QUARTER, YEAR

_TIMES = {unit.name for unit in (DATE, INSTANT, MONTH, QUARTER, YEAR)}


def notes_beside(shop: Shop, columns: Iterable[Column]) -> tuple[DatedNote, ...]:
    """The shop's notes by their days, if one of the columns is a time; they are in English where they are in both."""
    return _notes(shop) if any(column.unit.name in _TIMES for column in columns) else ()


@cached_per_snapshot
def _notes(shop: Shop) -> tuple[DatedNote, ...]:
    try:
        rows = shop.fetch(shop.frame("notes")).to_pylist()
    except Outdated:  # a snapshot of before notes were kept answers everything else
        return ()
    notes = [DatedNote(row["starts_on"], row["ends_on"], _on_one_line(row["text"] or row["text_zh"])) for row in rows]
    return tuple(sorted(notes, key=lambda note: (note.starts_on, note.ends_on)))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
