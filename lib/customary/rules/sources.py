"""The rules that a source brings for its shops: its instrumentation plan, in a file beside its SELECTs."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from customary.places import QUERIES
from customary.rules.reading import parse_toml
from customary.rules.shape import check_shape
from customary.standard import read_toml

FILES = ("tracking",)  # what a source may know better than the code; every other rule is the shop's alone
OWN = "own"  # what the source of a shop is called that was recognised from its files: it lies in the shop's folder


@dataclass(frozen=True)
class SourceRules:
    """The texts of a source by the name of their file, and the folder that they stand in, for messages."""

    folder: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """Where a file of the source stands, "" where it brings none."""
        return f"{self.folder}/{name}.toml" if name in self.texts else ""

    def check(self, defaults: Mapping[str, str]) -> Self:
        """Itself; raises `Refused` where a text is not of the shape of the default that it replaces, whole."""
        for name, text in self.texts.items():
            where = self.place(name)
            told = parse_toml(text, where.removesuffix(".toml"))
            check_shape(told, [parse_toml(defaults[name], f"data/{name}")], where)
        return self


def source_of_shop(shop: Path) -> Path | None:
    """The folder of the source of the shop in a folder; none where it has no settings yet."""
    settings = shop / "shop.toml"
    name = str(read_toml(settings).get("source", "")) if settings.is_file() else ""
    found = shop / "source" if name == OWN else QUERIES / name
    return found if name and found.is_dir() else None


def rules_of_source(folder: Path) -> SourceRules:
    """What the source in a folder brings."""
    found = {name: folder / f"{name}.toml" for name in FILES}
    texts = {name: path.read_text("utf-8") for name, path in found.items() if path.is_file()}
    return SourceRules(f"{folder.parent.name}/{folder.name}", texts)


def stamps_of_source(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """What changes when a file that the source in a folder brings is written, replaced or taken away."""
    found = []
    for name in FILES:
        with suppress(FileNotFoundError):
            at = (folder / f"{name}.toml").stat()
            found.append((name, at.st_mtime_ns, at.st_ino, at.st_size))
    return tuple(found)
