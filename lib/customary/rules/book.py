"""The rules of one shop: the defaults that come with the code, and the shop's own tables in their place.

A file of the shop, `<shop>/tiers.toml`, is laid over the default of the same name **table by table**: a table or key at
its top stands in place of the default's, whole – a list such as `[[goal]]`, a set of labels, a table of thresholds –
and what it does not name stays as it is. So that a typo changes nothing silently, a table that the default does not
have is refused with the nearest name, and so is one that has other keys than the default's.

A source may bring a file of its own, `queries/<source>/tracking.toml`: it is the default of the shops of that source.
"""

import difflib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from customary.errors import Refused, unknown_name
from customary.rules.proof import prove
from customary.rules.reading import Rules, parse_toml, place, read, sets
from customary.rules.shape import check_shape
from customary.rules.sources import SourceRules, rules_of_source, source_of_shop, stamps_of_source

# Tables whose keys a shop chooses: metrics, currencies, time zones, languages, events.
FREE = (
    ("channels", "acquisition"),
    ("goals", "follow_days"),
    ("intent", "points"),
    ("price_bands", "price"),
    ("seasons", "countries"),
    ("voice", "stop_words"),
)
OTHERS = ("shop", "columns", "notes", "views", "access")  # files of a shop that hold no rules

Texts = Mapping[str, str]
Stamps = tuple[tuple[str, int, int, int], ...]


class RuleBook:
    """All rules and thresholds of one shop, by the name of their file: "tiers", "stages", "goals" …

    `defaults` and `own` are the texts as they were written, name → TOML. `shop` is the name of its folder, for
    messages; `published` is the hash of the book that its snapshot was built with, if that is known. What its `source`
    brings is a default like the others.
    """

    def __init__(
        self,
        defaults: Texts,
        own: Texts | None = None,
        *,
        shop: str = "",
        published: str = "",
        source: SourceRules | None = None,
    ) -> None:
        self.source = source.check(defaults) if source else SourceRules()
        self.defaults, self.own = {**defaults, **self.source.texts}, dict(own or {})
        self._shop, self._published = shop, published
        self._tables: dict[str, Mapping[str, Any]] = {}
        self._sets: dict[str, Rules] = {}

    @classmethod
    def from_files(cls, defaults: Path, shop: Path | None = None, *, published: str = "") -> "RuleBook":
        """The book of the files of two folders as they stand now; they are read again only where one has changed."""
        special = _stamps(shop) if shop else ()
        source = _source_as_of(shop, special) if shop else None
        brought = stamps_of_source(source) if source else ()
        return _book_as_of(defaults, shop, published, source, _stamps(defaults), special, brought)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files of rules."""
        return tuple(sorted(self.defaults))

    @cached_property
    def hash(self) -> str:
        """Twelve letters: others as soon as a single letter of a text is another one."""
        texts = [sorted(self.defaults.items()), sorted(self.own.items())]
        return hashlib.sha256(repr(texts).encode()).hexdigest()[:12]

    @property
    def is_published(self) -> bool:
        """Whether the snapshot was built with these very texts; true as well where that is not known."""
        return self._published in ("", self.hash)

    def text(self, name: str) -> str:
        """The shop's own file as its people wrote it; where it has none, the default."""
        self._check_name(name)
        own = self.own.get(name, "")
        return self.defaults[name] if is_blank(own) else own

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        """The rules in the file called `name`: the shop's own tables, and the default's where it has none."""
        if name not in self._tables:
            self._check_name(name)
            default = parse_toml(self.defaults[name], f"data/{name}")
            self._tables[name] = {**default, **self._own_tables(name, default)}
        return self._tables[name]

    @cached_property
    def sets(self) -> Mapping[str, str]:
        """Every set of labels → the file that it stands in."""
        return {found: name for name in self.names for found in sets(self[name])}

    def set(self, name: str) -> Rules:
        """The labels called `name`, proved to give everybody one unless they are only looked at (`published = false`).

        Raises `Refused` with the place in the file where they are wrong; nothing is labelled by half a rule.
        """
        if name not in self.sets:
            raise unknown_name(name, self.sets, "set of rules")
        if name not in self._sets:
            file = self.sets[name]
            where, text = self._origin(file, name)
            try:
                found = read(self[file], name, text=text)
                found = prove(found, text) if found.is_published else found
            except Refused as error:
                raise Refused("{where}, {error}", where=where, error=error) from error
            self._sets[name] = replace(found, place=self.place(file, name))
        return self._sets[name]

    def place(self, name: str, table: str) -> str:
        """Where a table in force stands, for messages: "data/tiers.toml, line 8: "."""
        where, text = self._origin(name, table)
        return f"{where}, {place(text, table)}"

    def _check_name(self, name: str) -> None:
        if name not in self.defaults:
            raise unknown_name(name, self.defaults, "file of rules")

    def _own_tables(self, name: str, default: Mapping[str, Any]) -> Mapping[str, Any]:
        """The shop's own tables of a file, each of the shape of the default's that it replaces."""
        text, where = self.own.get(name, ""), f"{self._shop or 'shop'}/{name}.toml"
        own = parse_toml(text, where.removesuffix(".toml"))
        for table, told in own.items():
            at = f"{where}, {place(text, table)}[{table}]"
            if table not in default:
                raise Refused(
                    "{at}: {error}", at=at, error=unknown_name(table, default, "table of {name}.toml", name=name)
                )
            if table in sets(default):
                if table not in sets(own):
                    raise Refused("{at}: it has no labels", at=at)
                continue
            check_shape(told, [default[table]], at, free=(name, table) in FREE)
        return own

    def _origin(self, name: str, table: str) -> tuple[str, str]:
        """What the file is called in which a table in force stands, and its text."""
        own = self.own.get(name, "")
        if table in parse_toml(own, name):
            return f"{self._shop or 'shop'}/{name}.toml", own
        return self.source.place(name) or f"data/{name}.toml", self.defaults[name]

    def is_silent(self, name: str) -> bool:
        """Whether neither the shop nor its source says anything in a file: what holds is the default of the code."""
        return is_blank(self.own.get(name, "")) and name not in self.source.texts


def check_settings(told: Mapping[str, Any], book: RuleBook, shop: str) -> None:
    """Refuse rules among the settings of a shop, where nobody would read them: they stand in files of their own."""
    for name in told:
        if name in book.names:
            raise Refused(
                "{shop}/shop.toml: [{name}] is read by nobody there – {name} stand in {shop}/{name}.toml",
                shop=shop,
                name=name,
            )


def is_blank(text: str) -> bool:
    """Whether a text holds nothing but comments, so that the default is in force."""
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def with_text(book: RuleBook, name: str, text: str) -> RuleBook:
    """The book as it would be if the shop's file called `name` held that text."""
    return RuleBook(book.defaults, {**book.own, name: text}, shop=book._shop, source=book.source)


def _stamps(folder: Path) -> Stamps:
    """What changes when a file of a folder is written or replaced, even twice within one tick of the clock."""
    with os.scandir(folder) as found:
        told = [(file.name, file.stat()) for file in found if file.name.endswith(".toml")]
    return tuple(sorted((name, at.st_mtime_ns, at.st_ino, at.st_size) for name, at in told))


@lru_cache(maxsize=64)
def _source_as_of(shop: Path, _stamps: Stamps) -> Path | None:
    return source_of_shop(shop)


@lru_cache(maxsize=64)
def _book_as_of(
    defaults: Path,
    shop: Path | None,
    published: str,
    source: Path | None,
    common: Stamps,
    special: Stamps,
    _of_source: Stamps,
) -> RuleBook:
    names = [Path(stamp[0]).stem for stamp in common]
    theirs = [Path(stamp[0]).stem for stamp in special]
    for name in theirs:
        if name not in (*names, *OTHERS) and difflib.get_close_matches(name, names, 1, 0.75):
            raise Refused(
                "{at}: {error}",
                at=f"{shop.name if shop else ''}/{name}.toml",
                error=unknown_name(name, names, "file of rules"),
            )
    texts = {name: (defaults / f"{name}.toml").read_text("utf-8") for name in names}
    own = {name: (shop / f"{name}.toml").read_text("utf-8") for name in theirs if shop and name in names}
    brought = rules_of_source(source) if source else None
    return RuleBook(texts, own, shop=shop.name if shop else "", published=published, source=brought)
