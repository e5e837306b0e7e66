"""A shop's shop.toml: what the shop is, what it decided, which files it took in; anything else is refused."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from customary import standard
from customary.errors import Refused, unknown_name
from customary.intake.readings import reading_named
from customary.intake.rewriting import reading_of_raw
from customary.intake.source import Source, source_of
from customary.places import DATA
from customary.rules.book import RuleBook, check_settings
from customary.wording import say, word, wording

FILE = "shop.toml"
PLAIN = (
    *("title", "source", "currency", "time_zone", "week_start"),
    *("as_of", "rates", "identity", "unnamed_orders", "undated_refunds", "engine", "feedback"),
)
LISTS = ("origins", "forgotten", "taken_back")
NOTED = ("adopted_on",)  # what adoption notes for itself
ANSWERS = ("columns", "statuses", "tables")  # what was said of files when they were recognised
TABLES = ("decisions", "charges", "readings", "repeats", "apart", "deliveries", *ANSWERS, "files")


def read_settings(folder: Path) -> dict[str, Any]:
    """The settings of the shop in `folder`; empty where it has none yet.

    Raises `Refused`, with what was probably meant, where something stands there that nobody reads: it would be lost
    when more files are adopted.
    """
    path = folder / FILE
    told = standard.read_toml(path) if path.exists() else {}
    check_settings(told, RuleBook.from_files(DATA), folder.name)
    for name, said in told.items():
        if name not in (*PLAIN, *LISTS, *NOTED, *TABLES):
            raise Refused(
                "{shop}/{file}: {error}",
                shop=folder.name,
                file=FILE,
                error=unknown_name(name, (*PLAIN, *LISTS, *TABLES), "setting"),
            )
        if not _is_right(name, said):
            raise Refused(
                "{shop}/{file}: {name} is {kind}",
                shop=folder.name,
                file=FILE,
                name=name,
                kind=wording(_KINDS.get(name, "a text in quotation marks")),
            )
    return told


_KINDS = {
    "decisions": 'a table of texts, such as [decisions] with duplicates = "keep"',
    "charges": 'a table of texts, such as [charges] with POST = "postage"',
    "readings": 'a table of texts, such as [readings] with "orders.ordered_at" = "day first"',
    "repeats": 'a table of texts, such as [repeats] with orders = "first wins"',
    "columns": 'a table of texts, such as [columns] with "orders:order_id" = "No"',
    "statuses": 'a table of texts, such as [statuses] with "on hold" = "unpaid"',
    "tables": 'a table of texts, such as [tables] with "archive.csv" = "orders"',
    "apart": 'a table of texts, such as [apart] with C000123 = "a cousin of the same name"',
    "deliveries": 'a table of texts, such as [deliveries] with "second purchase" = "/exports/lists as mailchimp"',
    "forgotten": "a list of texts, which `customary forget` writes",
    "taken_back": "a list of texts, which `customary undo` writes",
    "origins": 'a list of texts, such as origins = ["/exports/shop"]',
    "files": "a list of tables, each with path, raw and sha256",
    "as_of": "a day such as 2025-01-31",
}


def _is_right(name: str, said: Any) -> bool:
    if name == "files":
        parts = ("path", "raw", "sha256")
        return isinstance(said, list) and all(isinstance(f, Mapping) and set(parts) <= set(f) for f in said)
    if name in LISTS:
        return isinstance(said, list) and all(isinstance(one, str) for one in said)
    if name in TABLES:
        return isinstance(said, Mapping) and all(isinstance(option, str) for option in said.values())
    return isinstance(said, str) or (name == "as_of" and isinstance(said, date))


def _quote(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)  # JSON strings and numbers are TOML; days become text


def _key(name: str) -> str:
    """A key of TOML: bare where it may be, else in quotation marks."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quote(name)


def write_settings(folder: Path, told: Mapping[str, Any], files: Sequence[Mapping[str, str]]) -> None:
    """Write shop.toml in one step: what the shop is, its decisions, its files in order of arrival."""
    lines = [f"{key} = {_quote(value)}" for key, value in told.items() if not isinstance(value, Mapping)]
    for key, value in told.items():
        if isinstance(value, Mapping) and value:
            lines += ["", f"[{key}]", *(f"{_key(name)} = {_quote(option)}" for name, option in value.items())]
    for file in files:
        lines += ["", "[[files]]", *(f"{key} = {_quote(value)}" for key, value in file.items())]
    aside = folder / f".{FILE}.{uuid.uuid4().hex}.tmp"
    aside.write_text("\n".join(lines) + "\n", "utf-8")
    aside.replace(folder / FILE)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What became of the settings, one sentence each; nothing of files that came in addition."""
    if not before:
        return
    for name in PLAIN:
        yield from _change(word(name.replace("_", " ")), before.get(name), after.get(name))
    old, new = before.get("decisions", {}), after.get("decisions", {})
    for name in dict.fromkeys((*old, *new)):
        yield from _change(say("decision {name}", name=name), old.get(name), new.get(name))
    kept = {file["path"]: file["raw"] for file in after.get("files", [])}
    for file in before.get("files", []):
        if file["path"] not in kept:
            yield say("{path} is no longer counted; its copy stays in the shop's folder", path=file["path"])
        else:
            yield from _change(file["path"], file["raw"], kept[file["path"]])


def _change(what: str, old: object, new: object) -> Iterator[str]:
    if old != new and str(old) != str(new):
        before, after = (word("none") if value is None else value for value in (old, new))
        yield say("{what}: {before} → {after}", what=what, before=before, after=after)


def remember_readings(folder: Path, given: Sequence[str]) -> None:
    """Write readings into the shop's shop.toml: `orders.ordered_at=day-first`, `sales.ordered=epoch-ms` for a raw one.

    Raises `Refused` for a column that the standard has not and for a reading that is none.
    """
    if not given:
        return
    settings = read_settings(folder)
    files = settings.pop("files", [])
    source = source_of(folder, settings["source"]) if "source" in settings else None
    settings["readings"] = {**settings.get("readings", {}), **readings_of(given, source)}
    write_settings(folder, settings, files)


def readings_of(given: Sequence[str], source: Source | None) -> dict[str, str]:
    """Readings as they are typed, `table.column=reading`, by column; `source` tells the raw tables there are."""
    raws = {raw.name: raw.columns for raw in source.raw} if source else {}
    return dict(_reading(one, raws) for one in given)


def _reading(text: str, raws: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    column, _, name = text.partition("=")
    table, _, field = column.strip().partition(".")
    tables = standard.declared_tables().items()
    known = {name: [one.name for one in found.columns] for name, found in tables} | dict(raws)
    if table not in known:
        raise unknown_name(table, known, "table")
    if field not in known[table]:
        raise unknown_name(field, known[table], "column of {table}", table=table)
    return f"{table}.{field}", reading_of_raw(name) if table in raws else reading_named(name)
