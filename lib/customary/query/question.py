"""What was asked and what its names mean: the checked question of an answer, and its definitions in their own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from customary import dates
from customary.dates import Window
from customary.query.selection import where_in_words
from customary.shop import Shop


@dataclass(frozen=True)
class Definition:
    """What a name of an answer means: a metric, a study or a segment in its own words."""

    name: str
    kind: str
    text: str
    zh: str
    source: str
    unit: str = ""

    @property
    def title(self) -> str:
        """The name as a heading."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Question:
    """What was asked, complete and checked: of which shop and snapshot, over which rows, under which rules."""

    shop: str
    title: str
    snapshot: str
    as_of: date
    names: tuple[str, ...]
    is_study: bool = False
    by: tuple[str, ...] = ()
    every: str | None = None
    during: Window | None = None
    against: Window | None = None
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    rules: str = ""
    rules_are_published: bool = True
    frame: str = ""  # whose columns the split and the selection name, where it is one

    @classmethod
    def to(cls, shop: Shop, names: tuple[str, ...], **asked: Any) -> "Question":
        """A question to a shop as it stands: its snapshot, its day and the hash of the rules in force are noted."""
        return cls(
            shop=shop.name,
            title=shop.snapshot.title,
            snapshot=shop.snapshot.version,
            as_of=shop.as_of,
            names=names,
            rules=shop.rules.hash,
            rules_are_published=shop.rules.is_published,
            **asked,
        )

    @property
    def rules_text(self) -> str:
        """The rules in force by their hash, and whether the snapshot was built with others."""
        return self.rules if self.rules_are_published else f"{self.rules} (not published)"

    @property
    def where_text(self) -> str:
        """The selection in words; "" for everything."""
        return where_in_words(self.where)

    @property
    def text(self) -> str:
        """The question in words: what, split by what, over which days, of which rows, with which options."""
        names = ", ".join(name.replace("_", " ") for name in self.names)
        split = " and ".join(part.replace("_", " ") for part in (*self.by, self.every) if part)
        parts = [
            names + (f" by {split}" if split else ""),
            dates.in_words(self.during) if self.during else f"all days until {self.as_of}",
            f"against {dates.in_words(self.against)}" if self.against else "",
            self.where_text,
            ", ".join(f"{name} {value}" for name, value in self.options.items() if value not in ("", None)),
        ]
        return " · ".join(part for part in parts if part)
