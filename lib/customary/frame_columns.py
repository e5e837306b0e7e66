"""What the columns of a data frame mean, for charts and tables that get a frame and no answer."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from customary.columns import Column, fallback
from customary.notes import DatedNote
from customary.units import Unit


class DeclaredColumns:
    """What the columns of a data frame mean, carried along in the frame's `attrs` however it is filtered or sorted.

    `notes` are the shop's, for what is drawn over time.
    """

    NAME = "customary"

    def __init__(
        self,
        columns: Iterable[Column],
        currency: str = "",
        rows_total: int | None = None,
        keys: Collection[str] = (),
        notes: Sequence[DatedNote] = (),
    ) -> None:
        self.columns = {column.name: column for column in columns}
        self.currency, self.rows_total, self.keys, self.notes = currency, rows_total, keys, tuple(notes)

    def __deepcopy__(self, memo: object) -> "DeclaredColumns":
        return self  # every step of pandas copies `attrs`; what never changes need not be copied

    @classmethod
    def of(cls, frame: Any) -> "DeclaredColumns":
        """The declarations that a frame carries; none where nobody gave it any."""
        found = getattr(frame, "attrs", {}).get(cls.NAME)
        return found if isinstance(found, cls) else cls(())

    def column(self, name: str, is_number: bool = True) -> Column:
        """The declaration of a column; for one that was made on the way, its name says all there is."""
        return self.columns.get(name) or fallback(name, is_number)

    def unit(self, name: str) -> Unit | None:
        """The unit of a column, None where nobody declared it."""
        return self.columns[name].unit if name in self.columns else None
