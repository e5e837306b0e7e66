"""Adopt a shop's files: recognise each by its header, keep a copy, list it in the shop's shop.toml."""

import hashlib
import shutil
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from customary.errors import Refused
from customary.intake import rates
from customary.intake.heads import header_of
from customary.intake.settings import read_settings, write_settings
from customary.intake.source import Raw, Source, source_named, sources
from customary.intake.workbooks import is_workbook, sheets
from customary.wording import any_of, say


@dataclass(frozen=True)
class Adoption:
    """What came of one file: the raw table it serves, or that the same bytes were there before."""

    path: Path
    raw: str
    is_new: bool
    unused_columns: tuple[str, ...]


def sha256(path: Path) -> str:
    """The fingerprint of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fits(path: Path, raw: Raw, name: str) -> bool:
    if not raw.header and path.suffix != ".parquet":
        return raw.has_name_like(name)
    try:
        return set(raw.columns) <= set(header_of(path, raw))
    except (Refused, UnicodeDecodeError):
        return False


def _missing(path: Path, raw: Raw) -> str:
    if not raw.header:
        template = "“{raw}” has no header and is known by its name, {files}"
        return say(template, raw=raw.name, files=any_of(raw.files))
    try:
        lacking = [name for name in raw.columns if name not in header_of(path, raw)]
    except Refused as error:
        return str(error)
    return say("“{raw}” lacks {names}", raw=raw.name, names=say(", ").join(lacking[:6]))


def recognise(path: Path, source: Source, name: str = "") -> Raw:
    """The raw table whose columns the file's header holds; a fitting name decides among several.

    `name` is what the file was called by its people, where that is not its name here.
    """
    name = name or path.name
    if not path.is_file():
        raise Refused("there is no file {path}", path=path)
    if is_workbook(path):
        sheets(path)
    fitting = [raw for raw in source.raw if _fits(path, raw, name)]
    if fitting:
        return next((raw for raw in fitting if raw.has_name_like(name)), fitting[0])
    nearest_raw = next((raw for raw in source.raw if raw.has_name_like(name)), source.raw[0])
    raise Refused(
        "{file} is not a file of source “{source}”: {why}",
        file=path.name,
        source=source.name,
        why=_missing(path, nearest_raw),
    )


def try_files(paths: Sequence[Path], source: Source, folder: Path) -> list[Adoption]:
    """What would come of each file if it were adopted; nothing is changed."""
    before = {file["sha256"] for file in read_settings(folder).get("files", [])}
    raws = [(path, recognise(path, source)) for path in paths]
    return [Adoption(path, raw.name, sha256(path) not in before, _unused_columns(path, raw)) for path, raw in raws]


def _unused_columns(path: Path, raw: Raw) -> tuple[str, ...]:
    return tuple(name for name in header_of(path, raw) if name not in raw.columns)


def _copy(path: Path, folder: Path, fingerprint: str) -> Path:
    """A copy under the file's own name, or with the fingerprint's start where another file has that name."""
    target = folder / path.name
    if target.exists() and sha256(target) != fingerprint:
        target = folder / f"{fingerprint[:8]}-{path.name}"
    if path.resolve() != target.resolve():
        shutil.copyfile(path, target)
    return target


def adopt(
    paths: Sequence[Path],
    source: Source,
    folder: Path,
    settings: Mapping[str, Any] | None = None,
    rate_table: Path | None = None,
    *,
    replace: bool = False,
    earlier: Source | None = None,
) -> list[Adoption]:
    """Take files into the shop at `folder`: recognised first (all or none), copied, listed in shop.toml.

    A file whose bytes were adopted before changes nothing. `settings` override the source's title, currency,
    time zone, week start, as-of date and decisions. `rate_table` is the CSV file by which amounts in other currencies
    are converted; the latest one given holds. With `replace` the shop may change its source: the files given take the
    place of those before, and without any the shop's own are recognised anew; what the shop's own source said `earlier`
    of currency, time zone and week is then what it says now.
    """
    told = read_settings(folder)
    files = list(told.pop("files", []))
    if told.get("source", source.name) != source.name:
        if not replace:
            raise Refused(
                "shop “{shop}” was adopted from source “{source}”: give the other one a new name, or "
                "change this one with --replace",
                shop=folder.name,
                source=told["source"],
            )
        told = _of_another_source(told, source)
    told = _without_defaults(told, earlier) if earlier else told
    given = [(path, path.name) for path in paths] or [_own_copy(folder, file) for file in files]
    raws = [(path, recognise(path, source, name)) for path, name in given]
    (folder / "files").mkdir(parents=True, exist_ok=True)
    rated = {"rates": rates.adopt_rates(rate_table, folder)} if rate_table else {}
    before, listed = {file["sha256"] for file in files}, [] if replace else files
    outcome = [_take(path, raw, folder, before, listed) for path, raw in raws]
    chosen = {**told, "source": source.name, **rated, **(settings or {})}
    decided = {**told.get("decisions", {}), **chosen.pop("decisions", {})}
    given_again = {file["sha256"] for file in listed}
    if taken_back := chosen.pop("taken_back", []):
        chosen["taken_back"] = [mark for mark in taken_back if mark not in given_again]
    chosen["adopted_on"] = date.today().isoformat()
    write_settings(folder, {**_defaults(source, folder), **chosen, "decisions": decided}, listed)
    return outcome


def _defaults(source: Source, folder: Path) -> dict[str, Any]:
    return {
        "title": folder.name,
        "source": source.name,
        "currency": source.currency,
        "time_zone": source.time_zone,
        "week_start": source.week_start,
    }


def _take(path: Path, raw: Raw, folder: Path, before: Container[str], listed: list[dict[str, str]]) -> Adoption:
    """Copy a file and list it, unless the same bytes are listed already; `before` are the prints of earlier times."""
    fingerprint = sha256(path)
    if all(file["sha256"] != fingerprint for file in listed):
        kept = _copy(path, folder / "files", fingerprint)
        listed.append({"path": f"files/{kept.name}", "raw": raw.name, "sha256": fingerprint})
    return Adoption(path, raw.name, fingerprint not in before, _unused_columns(path, raw))


def _of_another_source(told: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """Settings without what came from the old source only: its defaults, decisions that the new one does not ask."""
    kept = _without_defaults(told, source_named(told["source"])) if told["source"] in sources() else dict(told)
    asked = {decision.name: decision.options for decision in source.decisions}
    decided = kept.pop("decisions", {})
    return {**kept, "decisions": {name: option for name, option in decided.items() if option in asked.get(name, ())}}


def _without_defaults(told: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """Settings without what a source says by itself."""
    given = ("currency", "time_zone", "week_start")
    return {name: value for name, value in told.items() if name not in given or value != getattr(source, name)}


def own_copies(folder: Path) -> list[Path]:
    """The shop's copies of the files that it counts, each byte for byte what was adopted."""
    return [_own_copy(folder, file)[0] for file in read_settings(folder).get("files", [])]


def _own_copy(folder: Path, file: Mapping[str, str]) -> tuple[Path, str]:
    """The shop's copy of a file that it adopted, byte for byte, and what the file was called by its people."""
    path = folder / file["path"]
    if not path.is_file() or sha256(path) != file["sha256"]:
        raise Refused("{shop}/{path} is not what was adopted: name the files anew", shop=folder.name, path=file["path"])
    return path, path.name.removeprefix(f"{file['sha256'][:8]}-")
