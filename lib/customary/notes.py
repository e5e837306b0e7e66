"""A shop's dated notes, as they are drawn on what is shown over time."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DatedNote:
    """What happened to a shop on a day or on several, the last one included."""

    starts_on: date
    ends_on: date
    text: str

    @property
    def words(self) -> str:
        """Its days and its text: "2025-11-01 – 2025-11-11 Double Eleven"."""
        days = f"{self.starts_on} – {self.ends_on}" if self.ends_on > self.starts_on else f"{self.starts_on}"
        return f"{days} {self.text}"
