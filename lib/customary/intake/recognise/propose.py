"""A proposal for a shop's files: what each is, what its columns mean, what is open; and the source that it makes."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from customary.errors import Refused
from customary.intake.readings import Undecided
from customary.intake.recognise.compose import compose
from customary.intake.recognise.composition import Composition
from customary.intake.recognise.kinds import TITLES, Recognition, recognise
from customary.intake.recognise.look import Look, look
from customary.intake.recognise.meanings import AMOUNTS, system_of
from customary.intake.recognise.orders import unknown_statuses
from customary.intake.recognise.values import amount_reading
from customary.intake.source import OWN, Source, read_source
from customary.standard import rules

SHORT = {"person": "customer_id", "event": "event_name", "product": "product_id", "session": "session_id"}  # of a log
SUFFIXES = (".csv", ".txt", ".tsv", ".gz", ".parquet", ".xlsx", ".xls")


@dataclass(frozen=True)
class SourceProposal:
    """What the files of a shop are taken for; `open` are the questions that nobody but the shop can answer."""

    found: Sequence[Recognition]
    open: Sequence[str]
    left: Sequence[tuple[str, str]] = ()  # files of a folder that are no table of a shop, and why

    def rows(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        """One row per column that is used: file, table, column, meaning, confidence, evidence."""
        for one in self.found:
            for meaning in sorted(one.meanings.values(), key=lambda m: one.look.columns.index(m.column)):
                known = meaning.name.replace("_", " ")
                share = f"{meaning.confidence:.0%}"
                yield one.look.path.name, TITLES[one.kind], meaning.column, known, share, meaning.because

    def spare_columns(self) -> Iterator[tuple[str, str]]:
        """File and the columns that are not kept, for each file that has some."""
        for one in self.found:
            if one.spare_columns:
                yield one.look.path.name, ", ".join(one.spare_columns)


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files named, and for a folder the tables in it."""
    found = [
        file
        for path in paths
        for file in (sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES) if path.is_dir() else [path])
    ]
    if not found:
        raise Refused(f"there is no {', '.join(SUFFIXES)} file in {', '.join(map(str, paths))}")
    return found


def propose(paths: Sequence[Path], given: Mapping[str, str], statuses: Mapping[str, str]) -> SourceProposal:
    """What the files are; `given` (meaning → column) and `statuses` (word → paid, unpaid) are the shop's answers.

    Raises `Refused` where none of the files is a table of a shop.
    """
    looks = [look(path) for path in files_in(paths)]
    given = {SHORT.get(meaning, meaning): column for meaning, column in given.items()}
    _check_given(looks, given)
    found = [recognise(one, {m: c for m, c in given.items() if c in one.columns}) for one in looks]
    known = [one for one in found if one.kind]
    left = [(one.look.path.name, _nothing(one)) for one in found if not one.kind]
    if not known:
        raise Refused(f"{left[0][0]} {left[0][1]}")
    unknown = sorted({status for one in known for status in unknown_statuses(one)} - set(statuses))
    asked = [f"is an order with status “{word}” paid? --status '{word}=paid' or '{word}=unpaid'" for word in unknown]
    return SourceProposal(known, asked, left)


def _check_given(looks: Sequence[Look], given: Mapping[str, str]) -> None:
    known = rules("recognition")["names"]
    for meaning, column in given.items():
        if meaning not in known:
            raise Refused(f"“{meaning}” is no meaning of a column: {', '.join(known)}")
        if all(column not in one.columns for one in looks):
            raise Refused(f"no file has a column “{column}”: {', '.join(looks[0].columns)}")


def _nothing(found: Recognition) -> str:
    """Why a file is nothing of a shop, and how to say what it is."""
    seen = ", ".join(f"{one.column} ({one.name.replace('_', ' ')})" for one in found.meanings.values()) or "no column"
    return (
        f"is no table of a shop that is known here: recognised {seen}. Say what its columns "
        f"are with --columns order_id=…,customer_id=…,time=…,total=…; it has {', '.join(found.look.columns[:12])}"
    )


def check_open(proposal: SourceProposal) -> None:
    """Refuse a proposal with open questions, naming the flags that answer them."""
    if proposal.open:
        raise Undecided("; ".join(proposal.open))


def _toml_list(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _groups(found: Sequence[Recognition]) -> dict[str, list[Recognition]]:
    """Raw table → the files of one make: the same columns, read the same way."""
    groups: dict[tuple[object, ...], list[Recognition]] = {}
    for one in found:
        key = (one.kind, one.look.columns, one.look.delimiter, one.look.encoding, one.look.skip, one.look.has_header)
        groups.setdefault(key, []).append(one)
    counts: dict[str, int] = {}
    named = {}
    for members in groups.values():
        kind = members[0].kind
        counts[kind] = counts.get(kind, 0) + 1
        named[f"{kind}_file{'' if counts[kind] == 1 else f'_{counts[kind]}'}"] = members
    return named


def _raw_text(name: str, members: Sequence[Recognition], made: Composition) -> str:
    """The part of source.toml that describes one raw table."""
    seen = members[0].look
    lines = [
        f"[raw.{name}]",
        f"files = {_toml_list([one.look.path.name for one in members])}",
        f"columns = {_toml_list(seen.columns)}",
        f"delimiter = {json.dumps(seen.delimiter)}",
        f"encoding = {json.dumps(seen.encoding)}",
    ]
    lines += [f"skip = {seen.skip}  # lines above the header"] if seen.skip else []
    lines += [] if seen.has_header else ["header = false"]
    lines += [f"becomes = {_toml_list(made.becomes)}"] if made.becomes else []
    lines += [f"feeds = {_toml_list(made.feeds)}"] if made.feeds else []
    readings = _readings(members[0])
    lines += ["", f"[raw.{name}.readings]", *readings] if readings else []
    return "\n".join(["", *lines])


def _readings(found: Recognition) -> list[str]:
    """How the amounts of a file are read where they are not plain: SELECTs that add or divide them need numbers."""
    columns = [found.meanings[name].column for name in (*AMOUNTS, "quantity") if name in found.meanings]
    told = {column: amount_reading(found.look.values(column)) for column in columns}
    return [f"{json.dumps(column, ensure_ascii=False)} = {json.dumps(told[column])}" for column in told if told[column]]


def _tables(made: Mapping[str, Composition]) -> dict[str, str]:
    """Canonical table → its SELECT: of all files that carry it, else of all that feed it."""
    texts = {}
    for table in {table for one in made.values() for table in one.selects}:
        carry = [one for one in made.values() if table in one.becomes]
        used = carry or [one for one in made.values() if table in one.feeds]
        for one in made.values():
            if one not in used and table in one.feeds:
                one.feeds.remove(table)
        header = [f"-- source:  {one.raw}\n" + "\n".join(f"-- {line}" for line in one.decided[table]) for one in used]
        body = "\nunion all by name\n".join(one.selects[table] for one in used)
        texts[table] = "\n".join([*header, body, ""])
    return texts


def currency_of(found: Sequence[Recognition]) -> str | None:
    """The one currency that the files or their systems name, if they name one."""
    named = {v.upper() for one in found if (column := one.column("currency")) for v in one.look.values(column)}
    named = named or {str(code) for one in found if (code := system_of(one.look).get("currency"))}
    return named.pop() if len(named) == 1 else None


def _zone_of(found: Sequence[Recognition]) -> str:
    """The time zone of the system that the files come from; UTC where they say nothing."""
    named = {str(zone) for one in found if (zone := system_of(one.look).get("time_zone"))}
    return named.pop() if len(named) == 1 else "UTC"


def write_source(proposal: SourceProposal, folder: Path, title: str, statuses: Mapping[str, str]) -> Source:
    """Write source.toml and the SELECTs of a proposal into the shop's folder, for an analyst to edit."""
    made = {name: compose(members[0], name, statuses) for name, members in _groups(proposal.found).items()}
    tables = _tables(made)
    target = folder / "source"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    head = [
        "# Proposed from the shop's files by their names and values; edit it, then `customary build` again.",
        f"title = {json.dumps(title, ensure_ascii=False)}",
        f'currency = "{currency_of(proposal.found) or "EUR"}"',
        f'time_zone = "{_zone_of(proposal.found)}"',
        'week_start = "monday"',
    ]
    raws = [_raw_text(name, members, made[name]) for name, members in _groups(proposal.found).items()]
    (target / "source.toml").write_text("\n".join([*head, *raws, ""]), "utf-8")
    for table, text in tables.items():
        (target / f"{table}.sql").write_text(text, "utf-8")
    return read_source(target, OWN)
