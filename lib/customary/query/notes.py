"""A shop's dated notes, for what is drawn over time."""

from collections.abc import Iterable

from customary.cache import cached_per_snapshot
from customary.columns import Column
from customary.language import reader_language
from customary.notes import DatedNote
from customary.shop import Outdated, Shop
from customary.units import DATE, INSTANT, MONTH, QUARTER, YEAR

_TIMES = {unit.name for unit in (DATE, INSTANT, MONTH, QUARTER, YEAR)}


def notes_beside(shop: Shop, columns: Iterable[Column]) -> tuple[DatedNote, ...]:
    """The shop's notes by their days, if one of the columns is a time, in the reader's language where they have it."""
    return _notes(shop, reader_language()) if any(column.unit.name in _TIMES for column in columns) else ()


@cached_per_snapshot
def _notes(shop: Shop, language: str) -> tuple[DatedNote, ...]:
    try:
        rows = shop.fetch(shop.frame("notes")).to_pylist()
    except Outdated:  # a snapshot of before notes were kept answers everything else
        return ()
    texts = ("text_zh", "text") if language == "zh" else ("text", "text_zh")
    notes = [DatedNote(row["starts_on"], row["ends_on"], _on_one_line(row[texts[0]] or row[texts[1]])) for row in rows]
    return tuple(sorted(notes, key=lambda note: (note.starts_on, note.ends_on)))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
