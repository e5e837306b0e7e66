"""Adopt a shop's files: recognise each by its header, keep a copy, write the shop's own shop.toml."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from customary import standard
from customary.errors import Refused
from customary.intake import rates
from customary.intake.readers import header_of
from customary.intake.source import Raw, Source
from customary.places import DATA
from customary.rules.book import RuleBook, check_settings


@dataclass(frozen=True)
class Adopted:
    """What came of one file: the raw table it serves, or that the same bytes were there before."""

    path: Path
    raw: str
    is_new: bool
    unused_columns: tuple[str, ...]


def sha256(path: Path) -> str:
    """The fingerprint of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fits(path: Path, raw: Raw) -> bool:
    if not raw.header and path.suffix != ".parquet":
        return raw.named_like(path.name)
    try:
        return set(raw.columns) <= set(header_of(path, raw))
    except (Refused, UnicodeDecodeError):
        return False


def _missing(path: Path, raw: Raw) -> str:
    if not raw.header:
        return f"“{raw.name}” has no header and is known by its name, {' or '.join(raw.files)}"
    try:
        lacking = [name for name in raw.columns if name not in header_of(path, raw)]
    except Refused as error:
        return str(error)
    return f"“{raw.name}” lacks {', '.join(lacking[:6])}"


def recognised(path: Path, source: Source) -> Raw:
    """The raw table whose columns the file's header holds; a fitting name decides among several."""
    if not path.is_file():
        raise Refused(f"there is no file {path}")
    if path.suffix in (".xlsx", ".xls"):
        raise Refused(f"{path.name} is an Excel workbook: save its sheet as CSV (UTF-8) and adopt that")
    fitting = [raw for raw in source.raw if _fits(path, raw)]
    if fitting:
        return next((raw for raw in fitting if raw.named_like(path.name)), fitting[0])
    nearest_raw = next((raw for raw in source.raw if raw.named_like(path.name)), source.raw[0])
    raise Refused(f"{path.name} is not a file of source “{source.name}”: {_missing(path, nearest_raw)}")


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)  # JSON strings, numbers, lists are TOML; days become text


def write_shop(folder: Path, told: Mapping[str, object], files: Sequence[Mapping[str, str]]) -> None:
    """Write shop.toml: what the shop is, its decisions, its files in order of arrival."""
    plain = [f"{key} = {_quoted(value)}" for key, value in told.items() if not isinstance(value, Mapping)]
    for key, value in told.items():
        if isinstance(value, Mapping) and value:
            plain += ["", f"[{key}]", *(f"{name} = {_quoted(option)}" for name, option in value.items())]
    for file in files:
        plain += ["", "[[files]]", *(f"{key} = {_quoted(value)}" for key, value in file.items())]
    (folder / "shop.toml").write_text("\n".join(plain) + "\n", "utf-8")


def _copied(path: Path, folder: Path, fingerprint: str) -> Path:
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
    settings: Mapping[str, object] | None = None,
    rate_table: Path | None = None,
) -> list[Adopted]:
    """Take files into the shop at `folder`: recognised first (all or none), copied, listed in shop.toml.

    A file whose bytes were adopted before changes nothing. `settings` override the source's title, currency,
    time zone, week start, as-of date and decisions. `rate_table` is the CSV file by which amounts in other currencies
    are converted; the latest one given holds.
    """
    raws = [recognised(path, source) for path in paths]
    shop_file = folder / "shop.toml"
    told = dict(standard.read_toml(shop_file)) if shop_file.exists() else {}
    check_settings(told, RuleBook.from_files(DATA), folder.name)
    if told and told["source"] != source.name:
        raise Refused(f"shop “{folder.name}” was adopted from source “{told['source']}”; give the other one a new name")
    files = list(told.pop("files", []))
    defaults = {"title": folder.name, "source": source.name, "currency": source.currency}
    defaults |= {"time_zone": source.time_zone, "week_start": source.week_start}
    (folder / "files").mkdir(parents=True, exist_ok=True)
    rated = {"rates": rates.adopted(rate_table, folder)} if rate_table else {}
    outcome = []
    for path, raw in zip(paths, raws, strict=True):
        fingerprint = sha256(path)
        is_new = all(file["sha256"] != fingerprint for file in files)
        if is_new:
            kept = _copied(path, folder / "files", fingerprint)
            files.append({"path": f"files/{kept.name}", "raw": raw.name, "sha256": fingerprint})
        unused = tuple(name for name in header_of(path, raw) if name not in raw.columns)
        outcome.append(Adopted(path, raw.name, is_new, unused))
    write_shop(folder, {**defaults, **told, **rated, **(settings or {})}, files)
    return outcome
