"""A proposal for a shop's files: what each is, what its columns mean, what is open; and the source that it makes."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from customary.errors import Refused
from customary.intake.readings import Undecided
from customary.intake.recognise.compose import compose
from customary.intake.recognise.composition import Composition
from customary.intake.recognise.kinds import TITLES, Recognition, recognise
from customary.intake.recognise.look import Look, look
from customary.intake.recognise.meanings import AMOUNTS, system_of
from customary.intake.recognise.orders import unknown_statuses
from customary.intake.recognise.own_columns import declare_own_columns, own_columns
from customary.intake.recognise.values import amount_reading
from customary.intake.source import OWN, Source, read_source
from customary.standard import rules

SHORT = {"person": "customer_id", "event": "event_name", "product": "product_id", "session": "session_id"}  # of a log


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
            for own in own_columns(one):
                because = "the standard has not; it groups" if own.is_declared else "the standard calls it so"
                yield one.look.path.name, TITLES[one.kind], own.column, own.name, "", because

    def spare_columns(self) -> Iterator[tuple[str, str]]:
        """File and the columns that are not kept, for each file that has some."""
        for one in self.found:
            kept = {own.column for own in own_columns(one)}
            if left := [column for column in one.spare_columns if column not in kept]:
                yield one.look.path.name, ", ".join(left)


def propose(paths: Sequence[Path], given: Mapping[str, str], statuses: Mapping[str, str]) -> SourceProposal:
    """What the files are; `given` (meaning → column) and `statuses` (word → paid, unpaid) are the shop's answers.

    Raises `Refused` where none of the files is a table of a shop.
    """
    looks, left = _looks(paths)
    looks = [_with_rows_alike(one, looks) for one in looks]
    given = {SHORT.get(meaning, meaning): column for meaning, column in given.items()}
    _check_given(looks, given)
    found = [recognise(one, {m: c for m, c in given.items() if c in one.columns}) for one in looks]
    known = [one for one in found if one.kind]
    left += [(one.look.path.name, _nothing(one)) for one in found if not one.kind]
    if not known:
        raise Refused("; ".join(f"{name} {why}" for name, why in left[:3]))
    unknown = sorted({status for one in known for status in unknown_statuses(one)} - set(statuses))
    asked = [f"is an order with status “{word}” paid? --status '{word}=paid' or '{word}=unpaid'" for word in unknown]
    return SourceProposal(known, asked, left)


def _looks(paths: Sequence[Path]) -> tuple[list[Look], list[tuple[str, str]]]:
    """The files that hold a table, and those that hold none, with the reason; a single one is refused with it."""
    looks, left = [], []
    for path in paths:
        try:
            looks.append(look(path))
        except Refused as error:
            if len(paths) == 1:
                raise
            left.append((path.name, str(error).removeprefix(f"{path.name} ").removeprefix(f"{path.name}: ")))
    if not looks:
        raise Refused("; ".join(f"{name} {why}" for name, why in left[:3]))
    return looks, left


def _with_rows_alike(one: Look, looks: Sequence[Look]) -> Look:
    """A look with the rows of all files of its make, so that files of one make are taken for the same."""
    rows = [row for other in looks if _make(other) == _make(one) for row in other.rows]
    return replace(one, rows=tuple(rows))


def _make(look: Look) -> tuple[object, ...]:
    """What files of one make have in common: their columns, and how they are read."""
    return look.columns, look.delimiter, look.encoding, look.skip, look.has_header


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
        groups.setdefault((one.kind, *_make(one.look)), []).append(one)
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
    declare_own_columns((own for one in proposal.found for own in own_columns(one)), folder)
    for table, text in tables.items():
        (target / f"{table}.sql").write_text(text, "utf-8")
    return read_source(target, OWN)
