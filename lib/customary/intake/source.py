"""What a source promises: its raw files (source.toml) and one SELECT per canonical table, decisions in its header."""

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from customary import standard
from customary.errors import Refused, unknown_name
from customary.intake.rewriting import reading_of_raw
from customary.places import QUERIES

CHARGES = "charges"  # the table in which SELECTs look up the codes that are no products: code, charge
OWN = "own"  # what the source of a shop is called that was recognised from its files
_DECISION = re.compile(r"^--\s*decision\s+(\w+):\s*([\w |]+?)\s*(?:[–-]\s*(.*))?$", re.MULTILINE)


@dataclass(frozen=True)
class Raw:
    """A raw table: the file it comes from and the canonical tables its records become or feed."""

    name: str
    files: tuple[str, ...]
    columns: tuple[str, ...]
    header: bool = True
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str = ""  # of a workbook; the first that holds something where none is named
    skip: int = 0  # lines above the header that are no part of the table
    required: bool = True
    becomes: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)  # column → how its text is read
    amounts: tuple[str, ...] = ()  # columns whose numbers SELECTs compute with
    system: str = ""  # where the file comes from: shop system, payment provider, carrier, industry, social, partner …
    owner: str = ""  # who keeps it
    cadence: str = ""  # how often a new one comes
    third_party: bool = False  # whether it comes from others: industry, social media, a partner
    basis: str = ""  # then, on which lawful basis it is used

    def read_as(self, declared: Mapping[str, str]) -> "Raw":
        """The same raw table with a shop's own readings, `declared` by table.column, in place of the source's."""
        own = {c: declared[f"{self.name}.{c}"] for c in self.columns if f"{self.name}.{c}" in declared}
        return replace(self, readings={**self.readings, **own}) if own else self

    def has_name_like(self, file_name: str) -> bool:
        """Whether the file's name fits one of the patterns."""
        return any(fnmatch.fnmatch(file_name.lower(), pattern.lower()) for pattern in self.files)


@dataclass(frozen=True)
class Decision:
    """A switch that the author of a source left to the shop: the first option is the default."""

    name: str
    options: tuple[str, ...]
    why: str

    def choose(self, wanted: Mapping[str, str]) -> str:
        """The option the shop chose, else the default; an unknown option is refused."""
        choice = wanted.get(self.name, self.options[0])
        if choice not in self.options:
            raise Refused(
                "decision {name} is one of {names}, not “{choice}”",
                name=self.name,
                names=" | ".join(self.options),
                choice=choice,
            )
        return choice


@dataclass(frozen=True)
class Source:
    """A kind of shop system: raw tables in, canonical tables out."""

    name: str
    title: str
    about: str
    currency: str
    time_zone: str
    week_start: str
    clocks: Mapping[str, str]
    charges: Mapping[str, str]  # code that stands where a product would → what it charges for
    raw: tuple[Raw, ...]
    queries: Mapping[str, str]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The switches in the SQL headers, each once."""
        found: dict[str, Decision] = {}
        for sql in self.queries.values():
            for name, options, why in _DECISION.findall(sql):
                found.setdefault(name, Decision(name, tuple(o.strip() for o in options.split("|")), why))
        return tuple(found.values())


def _raw(name: str, told: dict[str, Any]) -> Raw:
    lists: dict[str, Any] = {
        k: tuple(told[k]) for k in ("files", "columns", "becomes", "feeds", "amounts") if k in told
    }
    readings = {column: reading_of_raw(said) for column, said in told.get("readings", {}).items()}
    if strange := set(readings) - set(told["columns"]):
        raise unknown_name(strange.pop(), told["columns"], "column of raw.{name}", name=name)
    if told.get("third_party") and not told.get("basis"):
        raise Refused("raw.{name} comes from others: say with basis = … on which lawful basis it is used", name=name)
    return Raw(name=name, **{**told, **lists, "readings": readings})


def sources() -> tuple[str, ...]:
    """The names of all sources: folders of queries/ with a source.toml."""
    return tuple(sorted(path.parent.name for path in QUERIES.glob("*/source.toml")))


def source_named(name: str) -> Source:
    """The source called `name`; otherwise an error with the nearest names."""
    if name not in sources():
        raise unknown_name(name, sources(), "source")
    return read_source(QUERIES / name, name)


def source_of(folder: Path, name: str) -> Source:
    """The source of the shop in `folder`: its own, recognised from its files, else the shipped one called `name`."""
    own = folder / "source"
    return read_source(own, name) if name == OWN and (own / "source.toml").is_file() else source_named(name)


def read_source(folder: Path, name: str) -> Source:
    """The source in a folder of source.toml and SELECTs."""
    told = standard.read_toml(folder / "source.toml")
    if taken := set(told["raw"]) & {*standard.declared_tables(), CHARGES}:
        raise Refused(
            "source “{name}”: a raw table cannot be called {names}, as another table is", name=name, names=taken
        )
    queries = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.sql"))}
    strange = set(queries) - set(standard.declared_tables())
    if strange:
        raise unknown_name(strange.pop(), standard.declared_tables(), "canonical table")
    return Source(
        name=name,
        title=told["title"],
        about=told.get("about", ""),
        currency=told.get("currency", ""),
        time_zone=told.get("time_zone", "UTC"),
        week_start=told.get("week_start", "monday"),
        clocks=told.get("clocks", {}),
        charges=told.get("charges", {}),
        raw=tuple(_raw(raw, spec) for raw, spec in told["raw"].items()),
        queries=queries,
    )
