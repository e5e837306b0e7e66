"""What was asked and what its names mean: the checked question of an answer, and its definitions in their own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from customary import dates
from customary.columns import find
from customary.dates import Window
from customary.declare import STUDIES
from customary.language import known_language, reader_language, translate
from customary.query.selection import where_in_words
from customary.shop import Shop
from customary.wording import all_of, say, word, wording


def name_of(name: str, frame: str = "", language: str = "") -> str:
    """What a study, a metric or a column is called in a language, by default the reader's; nobody's stands as it is."""
    if name in STUDIES and known_language(language) == "zh":
        return STUDIES[name].zh
    found = find(name, frame)
    return found.label(language) if found else name.replace("_", " ")


def _option(name: str, value: Any) -> str:
    """An option of a study and its value, as the reader calls them; in English by the name that is typed."""
    return f"{translate(f'option:{name}', name)} {word(value) if isinstance(value, str) else value}"


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
        """The name as a heading, in English."""
        return self.name.replace("_", " ").capitalize()

    def label(self, language: str = "") -> str:
        """The name as a heading in a language, by default the reader's."""
        return self.zh if self.zh and known_language(language) == "zh" else self.title

    def text_in(self, language: str = "") -> str:
        """The definition in a language, by default the reader's; in English where nobody has translated it."""
        return translate(f"{self.kind}:{self.name}", wording(self.text, language), language)


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
        return self.rules if self.rules_are_published else say("{rules} (not published)", rules=self.rules)

    @property
    def where_text(self) -> str:
        """The selection in words; "" for everything."""
        return where_in_words(self.where)

    @property
    def during_text(self) -> str:
        """The days that were asked for, in words."""
        return dates.in_words(self.during) if self.during else say("all days until {day}", day=self.as_of)

    @property
    def text(self) -> str:
        """The question in words: what, split by what, over which days, of which rows, with which options."""
        names = say(", ").join(map(self._name_of, self.names))
        split = all_of(self._name_of(part) for part in (*self.by, self.every) if part)
        parts = [
            say("{names} by {split}", names=names, split=split) if split else names,
            self.during_text,
            say("against {window}", window=dates.in_words(self.against)) if self.against else "",
            self.where_text,
            say(", ").join(_option(name, value) for name, value in self.options.items() if value not in ("", None)),
        ]
        return " · ".join(part for part in parts if part)

    def _name_of(self, name: str) -> str:
        """What a figure, a study or a column is called: in English its name as it is typed, without underscores."""
        return name.replace("_", " ") if reader_language() == "en" else name_of(name, self.frame)
