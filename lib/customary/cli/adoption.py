"""Taking in a shop's files: by the source that is named, by a shipped one that fits, else recognised and asked."""

import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from customary.cli.options import AsOf, Readings, answers_of, decisions
from customary.cli.progress import progress
from customary.cli.sentences import usage_error
from customary.errors import Refused, unknown_name

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help="Files, folders, zip archives, databases (files or postgres://), http://."),
]


def _name(text: str) -> str:
    """A shop's name is a folder's name and part of commands."""
    if not re.fullmatch(r"\w[\w-]*", text):
        raise usage_error(f"“{text}” cannot name a shop: use letters, digits, - and _")
    return text


def _zone(text: str) -> str:
    from zoneinfo import available_timezones

    if text not in available_timezones():
        raise unknown_name(text, available_timezones(), "time zone")
    return text


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text.upper()):
        raise usage_error(f"“{text}” is not a currency: write three letters, such as EUR")
    return text.upper()


def _week_start(text: str) -> str:
    from customary.shop import WEEKDAYS

    if text.lower() not in WEEKDAYS:
        raise unknown_name(text, WEEKDAYS, "weekday")
    return text.lower()


class Unnamed(StrEnum):
    """What becomes of orders that name no customer."""

    APART = "apart"
    COUNT = "count"


Name = Annotated[str, typer.Option(parser=_name, metavar="SHOP", help="What the shop is called in commands.")]
SourceName = Annotated[
    str | None, typer.Option(help="What system the files come from; without it they are recognised.")
]
Columns = Annotated[
    list[str],
    typer.Option(
        metavar="[FILE:]MEANING=COLUMN,…",
        help="What columns are: order_id=No,customer_id=Client; of several files: orders:order_id=No,time=Date.",
    ),
]
Tables = Annotated[
    list[str],
    typer.Option(metavar="FILE=KIND", help="What a file is: orders, lines, customers, events … or none to leave it."),
]
Statuses = Annotated[
    list[str], typer.Option(metavar="WORD=paid", help="What a status of orders means: paid or unpaid.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Take the proposal without asking.")]
Try = Annotated[bool, typer.Option("--try", help="Show what would be taken in, and change nothing.")]
Zone = Annotated[str | None, typer.Option(parser=_zone, metavar="ZONE", help="Europe/Berlin …")]
Currency = Annotated[str | None, typer.Option(parser=_currency, metavar="CODE", help="EUR …")]
WeekStart = Annotated[str | None, typer.Option(parser=_week_start, metavar="DAY", help="monday …")]
Rates = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="CSV with currency, valid_from, rate: what other currencies are worth."),
]
Decide = Annotated[
    list[str], typer.Option(metavar="NAME=OPTION", help="What the source leaves open: duplicates=leave_out.")
]
UnnamedOrders = Annotated[
    Unnamed | None, typer.Option(help="What becomes of orders without a customer: beside sales, or counted in them.")
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Change a shop that is there: its source, or these files for all before.")
]


def adopt(
    name: Name,
    source: SourceName = None,
    columns: Columns = [],  # noqa: B006
    table: Tables = [],  # noqa: B006
    status: Statuses = [],  # noqa: B006
    yes: Yes = False,
    try_only: Try = False,
    title: Annotated[str | None, typer.Option(help="What the shop is called on pages.")] = None,
    as_of: AsOf = None,
    time_zone: Zone = None,
    currency: Currency = None,
    week_start: WeekStart = None,
    unnamed_orders: UnnamedOrders = None,
    rates: Rates = None,
    decide: Decide = [],  # noqa: B006
    reading: Readings = [],  # noqa: B006
    replace: Replace = False,
    files: Files = [],  # noqa: B006
) -> None:
    """Take in a shop's files; what they are is recognised.

    CSV and text (any delimiter and encoding, .gz), Excel, JSON, Parquet, SQLite and DuckDB files, zip archives, folders
    of these, http(s):// addresses and databases (postgres://name@host/shop, mysql://name@host/shop). What a file is and
    what its columns mean is told by their names and values, shown, and asked where it is open. The files are copied.
    More may follow later; one that is there already changes nothing. With --replace the files named take the place of
    all before; without any, the shop's own are recognised anew, by another source perhaps.
    """
    from customary.intake.origins import remember_origins
    from customary.intake.unpack import gather
    from customary.places import shop_path, shops_folder

    _check_files(files, replace)
    folder = shop_path(name) if replace else shops_folder() / name
    told = {"title": title, "as_of": as_of and as_of.isoformat(), "time_zone": time_zone, "currency": currency}
    told |= {"week_start": week_start, "unnamed_orders": unnamed_orders}
    with tempfile.TemporaryDirectory() as scratch:
        with progress("looking for tables"):
            paths = gather(files, Path(scratch))
        asked = _Asked(folder, _answers(columns, status, table), is_agreed=yes, is_trial=try_only, replaces=replace)
        plan = _plan(paths, source, asked)
        if try_only:
            typer.echo("nothing was changed")
            return
        settings = {**{key: value for key, value in told.items() if value is not None}, **plan.answers}
        _take_in(plan, folder, settings | _own_settings(folder, plan.source, decide, reading), rates, replace=replace)
    remember_origins(folder, files, replace=replace)
    typer.echo(f"next: customary build {name}")


@dataclass(frozen=True)
class _Asked:
    """For which shop files are taken in, what was answered beforehand, and whether it is agreed or only a trial.

    `answers` is None where nothing was typed, not even `--columns ""`.
    """

    folder: Path
    answers: Any
    is_agreed: bool
    is_trial: bool
    replaces: bool


@dataclass(frozen=True)
class _Plan:
    """The source by which files are taken in and the files; `renews` where those before are taken in anew with it."""

    source: Any
    paths: Sequence[Path]
    renews: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)


def _answers(columns: list[str], status: list[str], table: list[str]) -> Any:
    """What was typed of columns, statuses and files."""
    from customary.intake.recognise.answers import Answers, columns_of

    if not (columns or status or table):
        return None
    return Answers(columns_of(columns), answers_of(status), answers_of(table))


def _own_settings(folder: Path, kind: Any, decide: list[str], reading: list[str]) -> dict[str, Any]:
    """What the shop decided of what its source leaves open, and how its columns are read, the latest word last."""
    from customary.intake.settings import read_settings, readings_of

    before = read_settings(folder).get("readings", {})
    return {
        "decisions": decisions(decide, kind.decisions),
        "readings": {**before, **readings_of(reading, kind)},
    }


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    from customary.intake.settings import changes

    return [f"changed: {said}" for said in changes(before, after)]


def _take_in(plan: _Plan, folder: Path, settings: dict[str, Any], rates: Path | None, *, replace: bool) -> None:
    """Copy the files into the shop, and say of each what it is and of the settings what changed."""
    from customary import intake
    from customary.intake.settings import read_settings

    before = read_settings(folder)
    with progress("recognising and copying files"):
        outcome = intake.adopt(plan.paths, plan.source, folder, settings, rates, replace=replace or plan.renews)
    for line in [*map(_recognition_text, outcome), *_changes(before, read_settings(folder))]:
        typer.echo(line)


def _check_files(files: list[str], replace: bool) -> None:
    if not files and not replace:
        raise usage_error("name at least one file, or change a shop that is there with --replace")


def _plan(paths: Sequence[Path], named: str | None, asked: _Asked) -> _Plan:
    """By which source the files are taken in: the one that is named or the shop's, a shipped one, else its own."""
    from customary import intake
    from customary.intake.adopt import own_copies
    from customary.intake.recognise.shipped import fits, fitting_source
    from customary.intake.settings import read_settings
    from customary.intake.source import OWN

    told = named or read_settings(asked.folder).get("source")
    if told and asked.answers is None:
        source = intake.source_of(asked.folder, told)
        if told != OWN or fits(source, paths):
            return _Plan(source, paths)
        typer.echo("some of these files are of a new kind: all of the shop's are looked at again")
        return _recognise([*own_copies(asked.folder), *paths], asked, renews=True)
    if told == OWN and not asked.replaces:
        return _recognise([*own_copies(asked.folder), *paths], asked, renews=True)
    fitting = None if asked.answers is not None else fitting_source(paths)
    if fitting is None:
        return _recognise(paths, asked)
    typer.echo(f"recognised as {fitting.title} (source {fitting.name})")
    return _Plan(fitting, paths)


def _recognise(paths: Sequence[Path], asked: _Asked, *, renews: bool = False) -> _Plan:
    """Show what the files are taken for, ask where somebody is there to answer, and write the shop's own source."""
    from customary.intake.recognise.answers import Answers
    from customary.intake.recognise.propose import check_open, propose, write_source
    from customary.intake.settings import read_settings

    before = Answers.of_settings(read_settings(asked.folder))
    with progress("recognising files"):
        proposal = propose(paths, asked.answers or Answers(), before)
    _show(proposal)
    check_open(proposal)
    if asked.is_trial:
        return _Plan(None, ())
    if not asked.is_agreed and sys.stdin.isatty() and not typer.confirm("take the files in like this?", default=True):
        raise Refused("nothing was changed; say what columns are with --columns MEANING=COLUMN,…")
    made = write_source(proposal, asked.folder, asked.folder.name, proposal.answers.statuses)
    typer.echo(
        f"the decisions stand in {asked.folder.name}/source/, to be read and edited; amounts are in {made.currency} "
        f"and days begin in {made.time_zone} unless --currency and --time-zone say otherwise"
    )
    return _Plan(made, [one.look.path for one in proposal.found], renews, asdict(proposal.answers))


def _show(proposal: Any) -> None:
    from customary.cli.tables import grid, without_controls

    headings = ("file", "table", "column", "meaning", "sure", "because")
    rows = [tuple(map(without_controls, row)) for row in proposal.rows()]
    grid(headings, rows, (False, False, False, False, True, False))
    for file, columns in proposal.spare_columns():
        typer.echo(without_controls(f"{file}: not kept {columns}"))
    for file, why in proposal.left:
        typer.echo(without_controls(f"{file}: not taken in, {why}"))


def _recognition_text(adopted: Any) -> str:
    unused = f" (unused columns: {', '.join(adopted.unused_columns)})" if adopted.unused_columns else ""
    return f"{adopted.path.name} → {adopted.raw}{'' if adopted.is_new else ', already adopted'}{unused}"
