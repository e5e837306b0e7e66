"""A proposal for a shop's files: what each is, what its columns mean, what is open; and the source that it makes."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from customary.errors import Refused
from customary.intake.readers import quote
from customary.intake.readings import Undecided
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.compose import check_needs, compose, unused_columns
from customary.intake.recognise.composition import Composition
from customary.intake.recognise.currencies import (
    currency_by_language,
    currency_of,
    mixed_signs,
    own_currency,
    two_currencies,
    zone_of,
)
from customary.intake.recognise.kinds import TITLES, Recognition
from customary.intake.recognise.look import Look, look
from customary.intake.recognise.meanings import AMOUNTS, values_of
from customary.intake.recognise.others import survey_of
from customary.intake.recognise.own_columns import declare_own_columns, own_columns
from customary.intake.recognise.payment import unknown_statuses
from customary.intake.recognise.pieces import pieces_or_money
from customary.intake.recognise.prices import (
    lack_of_amounts,
    lack_of_prices,
    lacks_amounts,
    lacks_prices,
    open_discount,
    whose_amount,
)
from customary.intake.recognise.statuses_back import lack_of_refunds
from customary.intake.recognise.systems import NONE
from customary.intake.recognise.together import settle
from customary.intake.recognise.values import amount_reading
from customary.intake.recognise.without_days import files_without_days
from customary.intake.recognise.zones import unknown_zones, zone_by_column
from customary.intake.source import OWN, Source, read_source
from customary.wording import say, word


@dataclass(frozen=True)
class SourceProposal:
    """What the files of a shop are taken for; `open` are the questions that nobody but the shop can answer.

    `words` are the statuses of orders among them, of which nobody knows whether they are paid.
    """

    found: Sequence[Recognition]
    open: Sequence[str]
    left: Sequence[tuple[str, str]] = ()  # files of a folder that are no table of a shop, and why
    answers: Answers = field(default_factory=Answers)
    words: Sequence[str] = ()

    def rows(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        """One row per column that is used: file, table, column, meaning, confidence, evidence."""
        for one in self.found:
            unused = unused_columns(one)
            used = [meaning for meaning in one.meanings.values() if meaning.column not in unused]
            for meaning in sorted(used, key=lambda m: one.look.columns.index(m.column)):
                known = word(meaning.name.replace("_", " "), column="meaning")
                share = f"{meaning.confidence:.0%}"
                yield one.look.path.name, word(TITLES[one.kind]), meaning.column, known, share, meaning.because
            for own in own_columns(one):
                because = say("the standard has not; it groups" if own.is_declared else "the standard calls it so")
                yield one.look.path.name, word(TITLES[one.kind]), own.column, own.name, "", because

    def lines_without_price(self) -> Iterator[str]:
        """What is said of each file whose lines do not come in, as nothing tells what one cost."""
        yield from (lack_of_prices(one) for one in self.found if lacks_prices(one))
        yield from (lack_of_amounts(one) for one in self.found if lacks_amounts(one))
        yield from filter(None, map(lack_of_refunds, self.found))

    def files_without_days(self) -> Iterator[str]:
        """What is said of each file that says no time, and of the day on which all stands where no file says one."""
        yield from files_without_days(self.found)

    def spare_columns(self) -> Iterator[tuple[str, str]]:
        """File and the columns that are not kept, for each file that has some."""
        for one in self.found:
            kept = {own.column for own in own_columns(one)}
            left = [column for column in one.spare_columns if column not in kept]
            if left := [*left, *unused_columns(one)]:
                yield one.look.path.name, say(", ").join(left)


def propose(paths: Sequence[Path], answers: Answers, before: Answers | None = None) -> SourceProposal:
    """What the files are; `answers` are what the shop says of them, `before` what it said of files and columns earlier.

    Raises `Refused` where none of the files is a table of a shop.
    """
    looks, left = _looks(paths)
    looks = [_with_rows_alike(one, looks) for one in looks]
    answers.check(looks)
    answers = answers.after(before or Answers(), looks)
    found = [answers.recognise(one) for one in looks]
    answers.check_kinds(found)
    known, spare, asked = settle(found)
    left += spare
    if not known:
        raise Refused(say("; ").join(say("{file} {why}", file=name, why=why) for name, why in left[:3]))
    for one in known:
        check_needs(one)
    unknown = sorted({status for one in known for status in unknown_statuses(one)} - set(answers.statuses))
    template = "is an order with status “{status}” paid? --status '{status}=paid' or '{status}=unpaid'"
    asked += [say(template, status=status) for status in unknown]
    asked += [
        question for one in known for ask in (whose_amount, open_discount, pieces_or_money) if (question := ask(one))
    ]
    return SourceProposal(
        known,
        [*asked, *two_currencies(known), *mixed_signs(known), *_long_scales(known), *unknown_zones(known)],
        left,
        answers,
        unknown,
    )


def _long_scales(known: Sequence[Recognition]) -> list[str]:
    """A question where a satisfaction is not told from 1 to 5, as its figures are."""
    told = [(one, *survey_of(one)) for one in known if one.kind == "responses" and not one.is_told]
    template = (
        "“{column}” in {file} is a satisfaction that reaches {most:.0f}, and figures of it are of 1 to 5: rescale it, "
        "or leave the file with --table '{file}={none}'"
    )
    return [
        say(template, column=one.column("score"), file=one.look.path.name, most=highest, none=NONE)
        for one, survey, highest in told
        if survey == "csat" and highest > 5
    ]


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
        raise Refused(say("; ").join(say("{file} {why}", file=name, why=why) for name, why in left[:3]))
    return looks, left


def _with_rows_alike(one: Look, looks: Sequence[Look]) -> Look:
    """A look with the rows of all files of its make, so that files of one make are taken for the same."""
    rows = [row for other in looks if _make(other) == _make(one) for row in other.rows]
    return replace(one, rows=tuple(rows))


def _make(look: Look) -> tuple[object, ...]:
    """What files of one make have in common: their columns, and how they are read."""
    return look.columns, look.delimiter, look.encoding, look.skip, look.has_header


def check_open(proposal: SourceProposal) -> None:
    """Refuse a proposal with open questions, naming the flags that answer them."""
    if proposal.open:
        raise Undecided(say("; ").join(proposal.open))


def _toml_list(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def raw_tables(found: Sequence[Recognition]) -> dict[str, list[Recognition]]:
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
        f"columns = {_toml_list(_wanted_columns(members[0]))}",
        f"delimiter = {json.dumps(seen.delimiter)}",
        f"encoding = {json.dumps(seen.encoding)}",
    ]
    lines += [f"skip = {seen.skip}  # lines above the header"] if seen.skip else []
    lines += [] if seen.has_header else ["header = false"]
    lines += [f"becomes = {_toml_list(made.becomes)}"] if made.becomes else []
    lines += [f"feeds = {_toml_list(made.feeds)}"] if made.feeds else []
    computed = [
        column
        for column in dict.fromkeys(seen.columns)
        if f"try_cast({quote(column)} as " in "".join(made.selects.values())
    ]
    lines += [f"amounts = {_toml_list(computed)}"] if computed and not members[0].select else []
    readings = _readings(members[0])
    lines += ["", f"[raw.{name}.readings]", *readings] if readings else []
    return "\n".join(["", *lines])


def _wanted_columns(found: Recognition) -> list[str]:
    """The columns that are read: not those without a name, nor one that stands there twice and means nothing."""
    names, taken = found.look.columns, {one.column for one in found.meanings.values()}
    if found.select or not found.look.has_header:
        return list(names)
    return [name for name in names if name in taken or (name and names.count(name) == 1)]


def _readings(found: Recognition) -> list[str]:
    """How the amounts of a file are read where they are not plain: SELECTs that add or divide them need numbers."""
    names = found.meanings if found.select else (*AMOUNTS, "quantity")
    columns = [found.meanings[name].column for name in names if name in found.meanings]
    seen = {column: values_of(found.look, column) for column in columns}
    told = {column: amount_reading(values.given) for column, values in seen.items() if values.is_amount}
    if found.system:
        own = {found.system.column(name, found.look.columns): text for name, text in found.system.readings.items()}
        told |= {column: text for column, text in own.items() if column}
    return [f"{json.dumps(column, ensure_ascii=False)} = {json.dumps(told[column])}" for column in told if told[column]]


def _tables(made: Mapping[str, Composition]) -> dict[str, str]:
    """Canonical table → its SELECT: of all files that carry it, else of all that feed it."""
    texts = {}
    for table in {table for one in made.values() for table in one.selects}:
        carry = [one for one in made.values() if one.brings(table)]
        used = carry or [one for one in made.values() if table in one.feeds]
        for one in made.values():
            if one not in used and table in one.feeds:
                one.feeds.remove(table)
        header = [_header(one, table) for one in used]
        body = "\nunion all by name\n".join(_part(one.selects[table], len(used)) for one in used)
        texts[table] = "\n".join([*header, body, ""])
    return texts


def _header(one: Composition, table: str) -> str:
    """The comment above a SELECT: what it reads, and every decision."""
    return "\n".join([f"-- source:  {one.file or one.raw}", *(f"-- {line}" for line in one.decided[table])])


def _part(select: str, count: int) -> str:
    """A SELECT as a part of a union; one that begins with its own tables is put in brackets."""
    return f"select * from (\n{select}\n)" if count > 1 and select.startswith("with ") else select


def _prefer_refunds_of_lines(made: Mapping[str, Composition]) -> None:
    """Where lines say what of them was refunded, their orders' sums of refunds would count it twice."""
    finer = [name for name, one in made.items() if one.kind == "lines" and "returns" in one.feeds]
    for name, one in made.items():
        if finer and name not in finer and "returns" in one.feeds:
            one.feeds.remove("returns")
            one.selects.pop("returns")


def write_source(proposal: SourceProposal, folder: Path, title: str, statuses: Mapping[str, str]) -> Source:
    """Write source.toml and the SELECTs of a proposal into the shop's folder, for an analyst to edit."""
    groups = raw_tables(proposal.found)
    raws = {one.look.path.name: (name, one) for name, members in groups.items() for one in members}
    made = {
        name: compose(members[0], name, statuses, raws, own_currency(members[0], proposal.found))
        for name, members in groups.items()
    }
    _prefer_refunds_of_lines(made)
    tables = _tables(made)
    target = folder / "source"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    head = [
        "# Proposed from the shop's files by their names and values; edit it, then `customary build` again.",
        f"title = {json.dumps(title, ensure_ascii=False)}",
        f'currency = "{currency_of(proposal.found) or currency_by_language(proposal.found)}"',
        f'time_zone = "{zone_by_column(proposal.found) or zone_of(proposal.found)}"',
        'week_start = "monday"',
    ]
    texts = [_raw_text(name, members, made[name]) for name, members in groups.items()]
    (target / "source.toml").write_text("\n".join([*head, *texts, ""]), "utf-8")
    declare_own_columns((own for one in proposal.found for own in own_columns(one)), folder)
    for table, text in tables.items():
        (target / f"{table}.sql").write_text(text, "utf-8")
    return read_source(target, OWN)
