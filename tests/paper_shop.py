"""A shop on paper: frames written as rows, no file and no build, for the questions that shops are asked."""

from datetime import date
from itertools import count
from pathlib import Path
from types import SimpleNamespace

from in_memory import table

from customary.places import DATA
from customary.rules.book import RuleBook

_numbers = count(1)


class PaperShop:
    """What questions need of a shop: its frames, its days, its rules and its viewer."""

    def __init__(self, frames, *, first_on="2025-01-01", as_of="2025-04-01", audience="analyst", rules=(), **told):
        number = next(_numbers)
        self._keeps_shapes = True
        self.name, self.audience, self._viewer = f"paper{number}", audience, (audience, "")
        self.as_of, self.currency = date.fromisoformat(as_of), told.get("currency", "CNY")
        self.time_zone, self.week_start = "UTC", told.get("week_start", "monday")
        self._frames = {name: table(*rows) for name, rows in frames.items()}
        self.rules = RuleBook({**RuleBook.from_files(DATA).defaults, **dict(rules)}, {}, shop=self.name)
        self.snapshot = SimpleNamespace(
            path=Path(self.name) / "1" / "shop.duckdb",
            sha256=self.name,
            folder=Path(self.name),
            version="1",
            title="Paper",
            first_on=date.fromisoformat(first_on),
            rows={name: len(rows) - 1 for name, rows in frames.items()},
            own=SimpleNamespace(metrics={}, columns={}, version=""),
        )

    def frame(self, name):
        """A frame with all its rows."""
        return self._frames[name]

    def fetch(self, expression):
        """The rows of an expression as Arrow."""
        return expression.to_pyarrow()
