"""Where a shop's files come from, so that a refresh finds what is new there; and the last adoption taken back."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from customary.errors import Refused
from customary.intake.adopt import sha256
from customary.intake.settings import read_settings, write_settings
from customary.intake.source import OWN, source_of

KEY, TAKEN_BACK = "origins", "taken_back"


def _place(named: str) -> str:
    """A place as it is remembered: files by their whole path, addresses without a password."""
    if "://" not in named:
        return str(Path(named).resolve())
    parts = urlsplit(named)
    host = parts.netloc.rpartition("@")[2]
    user = parts.username
    return urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))


def remember_origins(folder: Path, named: Sequence[str], *, replace: bool = False) -> None:
    """Write the places that were named into shop.toml, beside those of earlier times unless they are replaced."""
    told = read_settings(folder)
    files = told.pop("files", [])
    before = [] if replace and named else told.get(KEY, [])
    told[KEY] = list(dict.fromkeys([*before, *map(_place, named)]))
    write_settings(folder, told, files)


def origins_of(folder: Path) -> list[str]:
    """The places that a shop's files came from.

    Raises `Refused` where none is known: the shop was adopted before places were remembered.
    """
    found = read_settings(folder).get(KEY, [])
    if not found:
        raise Refused(
            "shop “{shop}” does not know where its files came from: adopt them once more by name", shop=folder.name
        )
    return list(found)


def own_name(file: Mapping[str, Any]) -> str:
    """What a listed file was called by its people, without the mark that tells it from another of that name."""
    return Path(file["path"]).name.removeprefix(f"{file['sha256'][:8]}-")


def take_back(folder: Path, count: int = 1) -> list[str]:
    """The last files of a shop taken off its list, the latest first; their copies stay in the folder until removed.

    Raises `Refused` where that would leave the shop without a file, or without one that its source cannot do without.
    """
    told = read_settings(folder)
    files = told.pop("files", [])
    if count >= len(files):
        raise Refused(
            "shop “{shop}” has {n} files: `customary remove {shop}` removes it whole", shop=folder.name, n=len(files)
        )
    _check_needed(folder, told["source"], files[:-count])
    told[TAKEN_BACK] = [*told.get(TAKEN_BACK, []), *(file["sha256"] for file in files[-count:])]
    write_settings(folder, told, files[:-count])
    return [file["path"] for file in reversed(files[-count:])]


def without_taken_back(folder: Path, paths: Sequence[Path]) -> list[Path]:
    """The files at a shop's places but those that it took back: a refresh does not bring them in again."""
    gone = read_settings(folder).get(TAKEN_BACK, [])
    return [path for path in paths if sha256(path) not in gone] if gone else list(paths)


def _check_needed(folder: Path, name: str, files: Sequence[Mapping[str, Any]]) -> None:
    """Refuse to leave a shop that cannot be built: a shipped source needs a file of each kind that it requires."""
    source = source_of(folder, name)
    there = {file["raw"] for file in files}
    lacking = [raw.name for raw in source.raw if raw.required and raw.name not in there]
    if lacking and name != OWN:
        raise Refused(
            "source “{source}” cannot do without {names}: give the right file in its place with "
            "`customary adopt --replace --name {shop} FILES`, or `customary remove {shop}` removes it whole",
            source=name,
            names=lacking,
            shop=folder.name,
        )


def tables_without_files(folder: Path) -> list[str]:
    """The canonical tables for which the shop's source has SELECTs and none of its listed files has records."""
    told = read_settings(folder)
    source = source_of(folder, told["source"])
    listed = {file["raw"] for file in told.get("files", [])}
    bring = {raw.name: {*raw.becomes, *raw.feeds} for raw in source.raw}
    filled = {table for name, tables in bring.items() if name in listed for table in tables}
    known = {table for tables in bring.values() for table in tables}
    return [table for table in source.queries if table in known - filled]


def drop_older(folder: Path, unpacked: Sequence[Path]) -> None:
    """Of tables that were unpacked anew, as a database's, the copies of earlier times are no longer counted."""
    told = read_settings(folder)
    files = told.pop("files", [])
    last = {own_name(file): place for place, file in enumerate(files)}
    renewed = {path.name for path in unpacked}
    kept = [file for place, file in enumerate(files) if own_name(file) not in renewed or last[own_name(file)] == place]
    if len(kept) < len(files):
        write_settings(folder, told, kept)
