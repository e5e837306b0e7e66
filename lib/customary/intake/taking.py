"""Taking in a shop's files: by the source that is named or that knows them, else by what their columns say.

The command line and the page decide here alike; what they show and how they ask is their own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from customary.errors import Refused, unknown_name
from customary.intake.adopt import Adoption, adopt, own_copies
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.propose import SourceProposal, check_open, propose, write_source
from customary.intake.recognise.shipped import fits, fitting_source
from customary.intake.settings import changes, read_settings
from customary.intake.source import OWN, Source, source_named, source_of
from customary.wording import say


@dataclass(frozen=True)
class TakingPlan:
    """By which source files are taken in: one that knows them, or the shop's own, to be made from `proposal`.

    `renews` where those of before are taken in anew with it, and `earlier` is the shop's own source until then;
    `remark` says why it is so.
    """

    paths: Sequence[Path]
    source: Source | None = None
    proposal: SourceProposal | None = None
    renews: bool = False
    remark: str = ""
    earlier: Source | None = None


def shop_name(text: str) -> str:
    """The name of a shop, which is a folder's name and part of commands; another is refused."""
    if not re.fullmatch(r"\w[\w-]{0,59}", text):
        raise Refused(say("“{text}” cannot name a shop: use letters, digits, - and _, at most 60", text=text))
    return text


def time_zone(text: str) -> str:
    """The name of a time zone such as Europe/Berlin; another is refused with the nearest."""
    if text not in available_timezones():
        raise unknown_name(text, available_timezones(), "time zone")
    return text


def currency(text: str) -> str:
    """A currency's three letters, capital ones; anything else is refused."""
    if not re.fullmatch(r"[A-Z]{3}", text.upper()):
        raise Refused(say("“{text}” is not a currency: write three letters, such as EUR", text=text))
    return text.upper()


def plan_taking(
    paths: Sequence[Path], folder: Path, *, named: str | None = None, answers: Answers | None = None, replaces: bool
) -> TakingPlan:
    """How files become those of the shop in `folder`: by the source `named` or the shop's, a shipped one, its own.

    `answers` are what the shop says of the files; with them they are always looked at. A shop that replaces its files,
    or has them recognised anew, keeps nothing of its own source of before. Raises `Refused` where none of the files is
    a table of a shop.
    """
    told = named or read_settings(folder).get("source")
    is_anew = (
        replaces and named is None and (told == OWN or bool(paths and told and not fits(source_named(told), paths)))
    )
    if told and answers is None and not is_anew:
        source = source_of(folder, told)
        if told != OWN or fits(source, paths):
            return TakingPlan(paths, source)
        remark = say("some of these files are of a new kind: all of the shop's are looked at again")
        return _recognise([*own_copies(folder), *paths], folder, None, renews=True, remark=remark)
    if told == OWN and not (replaces and paths):
        return _recognise([*own_copies(folder), *paths], folder, answers, renews=True)
    fitting = None if answers is not None else fitting_source(paths)
    if fitting is None:
        return _recognise(paths, folder, answers, renews=is_anew)
    remark = say("recognised as {title} (source {name})", title=fitting.title, name=fitting.name)
    return TakingPlan(paths, fitting, remark=remark)


def _recognise(
    paths: Sequence[Path], folder: Path, answers: Answers | None, *, renews: bool = False, remark: str = ""
) -> TakingPlan:
    before = Answers.of_settings(read_settings(folder))
    proposal = propose(paths, answers or Answers(), before)
    earlier = source_of(folder, OWN) if renews and (folder / "source" / "source.toml").is_file() else None
    return TakingPlan([one.look.path for one in proposal.found], None, proposal, renews, remark, earlier)


@dataclass(frozen=True)
class Taken:
    """What came of taking in: the source, each file, and what became of the shop's settings, a sentence each."""

    source: Source
    files: Sequence[Adoption]
    changes: Sequence[str]


def source_to_take(plan: TakingPlan, folder: Path) -> Source:
    """The source of a plan; the shop's own is written into its folder. Refused while a question is open."""
    if plan.source is not None:
        return plan.source
    assert plan.proposal is not None, "a plan has a source or a proposal of one"
    check_open(plan.proposal)
    return write_source(plan.proposal, folder, folder.name, plan.proposal.answers.statuses)


def take_in(
    plan: TakingPlan,
    source: Source,
    folder: Path,
    settings: Mapping[str, Any],
    rates: Path | None = None,
    *,
    replaces: bool,
) -> Taken:
    """Copy the files of a plan into the shop and note its settings; `source` is what `source_to_take` gave.

    `settings` are what is told of the shop itself; `rates` is the file of what other currencies are worth.
    """
    before = read_settings(folder)
    told = {**({} if plan.proposal is None else asdict(plan.proposal.answers)), **settings}
    is_anew = replaces or plan.renews
    files = adopt(plan.paths, source, folder, told, rates, replace=is_anew, earlier=plan.earlier)
    return Taken(source, files, list(changes(before, read_settings(folder))))
