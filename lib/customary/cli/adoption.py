"""Taking in a shop's files: by the source that is named, by a shipped one that fits, else recognised and asked."""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from customary.cli.options import AsOf, Readings, answers_of, decisions
from customary.cli.progress import progress
from customary.cli.sentences import usage_error
from customary.errors import Refused, unknown_name
from customary.wording import all_of, say, word, wording

if TYPE_CHECKING:
    from customary.intake.taking import TakingPlan

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help="Files, folders, zip archives, databases (files or postgres://), http://."),
]


def _name(text: str) -> str:
    from customary.intake.taking import shop_name

    return _check(shop_name, text)


def _zone(text: str) -> str:
    from customary.intake.taking import time_zone

    return time_zone(text)


def _currency(text: str) -> str:
    from customary.intake.taking import currency

    return _check(currency, text)


def _check(check: Callable[[str], str], text: str) -> str:
    """What the check makes of a word of the command; one that it refuses is a mistake in the command."""
    try:
        return check(text)
    except Refused as error:
        raise usage_error(str(error)) from error


def _week_start(text: str) -> str:
    from customary.shop import WEEKDAYS

    if text.lower() not in WEEKDAYS:
        raise unknown_name(text, WEEKDAYS, "weekday")
    return text.lower()


def _refund_rule(text: str) -> str:
    from customary.intake.undated import rule_named

    return _check(rule_named, text)


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
UndatedRefunds = Annotated[
    str | None,
    typer.Option(
        parser=_refund_rule,
        metavar="RULE",
        help="When refunds without a date count: order-date, 14-days after it (or so), or leave-out.",
    ),
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
    undated_refunds: UndatedRefunds = None,
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
    from customary.places import shop_path, shops_folder

    _check_files(files, replace)
    folder = shop_path(name) if replace else shops_folder() / name
    told = {"title": title, "as_of": as_of and as_of.isoformat(), "time_zone": time_zone, "currency": currency}
    told |= {"week_start": week_start, "unnamed_orders": unnamed_orders, "undated_refunds": undated_refunds}
    with tempfile.TemporaryDirectory() as scratch:
        plan = _plan(_tables(files, Path(scratch)), folder, source, _answers(columns, status, table), replace)
        _show(plan)
        if try_only:
            _try(plan, folder)
            return
        settings = {key: value for key, value in told.items() if value is not None}
        made = _agree(plan, folder, settings, is_agreed=yes)
        _take_in(plan, made, folder, settings | _own_settings(folder, made, decide, reading), rates, replace)
    remember_origins(folder, files, replace=replace)
    _ask_now(plan, folder)
    typer.echo(say("next: customary build {name}", name=name))


def _try(plan: "TakingPlan", folder: Path) -> None:
    """What a known source would make of each file, as `_show` says it of recognised ones."""
    from customary.intake.adopt import try_files

    for one in try_files(plan.paths, plan.source, folder) if plan.source else ():
        typer.echo(_recognition_text(one))
    typer.echo(wording("nothing was changed"))


def _tables(files: list[str], scratch: Path) -> list[Path]:
    """Everything that was named, as files of one table each."""
    from customary.intake.unpack import gather

    with progress(wording("looking for tables")):
        return gather(files, scratch)


def _answers(columns: list[str], status: list[str], table: list[str]) -> Any:
    """What was typed of columns, statuses and files; None where nothing was, not even `--columns ""`."""
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


def _take_in(
    plan: "TakingPlan", source: Any, folder: Path, settings: dict[str, Any], rates: Path | None, replace: bool
) -> None:
    """Copy the files into the shop, and say of each what it is and of the settings what changed."""
    from customary.intake.taking import take_in

    with progress(wording("recognising and copying files")):
        taken = take_in(plan, source, folder, settings, rates, replaces=replace)
    for line in [*map(_recognition_text, taken.files), *(say("changed: {what}", what=said) for said in taken.changes)]:
        typer.echo(line)


def _ask_now(plan: "TakingPlan", folder: Path) -> None:
    """Ask what a build would ask: the files are taken in, and the command ends with the flag that answers it."""
    from customary.intake.trial import question

    with progress(wording("trying the files")):
        asked = question(folder, plan.proposal.found if plan.proposal else ())
    if asked is not None:
        typer.echo(wording("the files are taken in; one question is open before they can be built"))
        raise asked


def _check_files(files: list[str], replace: bool) -> None:
    if not files and not replace:
        raise usage_error("name at least one file, or change a shop that is there with --replace")


def _plan(paths: Sequence[Path], folder: Path, named: str | None, answers: Any, replace: bool) -> "TakingPlan":
    """By which source the files are taken in: the one that is named or the shop's, a shipped one, else its own."""
    from customary.intake.taking import plan_taking

    with progress(wording("recognising files")):
        plan = plan_taking(paths, folder, named=named, answers=answers, replaces=replace)
    if plan.remark:
        typer.echo(plan.remark)
    return plan


def _agree(plan: "TakingPlan", folder: Path, given: Mapping[str, Any], *, is_agreed: bool) -> Any:
    """The source of a plan: what was recognised is agreed where somebody is there to answer, and written."""
    from customary.intake.taking import source_to_take

    if plan.proposal is None:
        return plan.source
    if (
        not is_agreed
        and sys.stdin.isatty()
        and not typer.confirm(wording("take the files in like this?"), default=True)
    ):
        raise Refused("nothing was changed; say what columns are with --columns MEANING=COLUMN,…")
    made = source_to_take(plan, folder)
    typer.echo(say("the decisions stand in {shop}/source/, to be read and edited", shop=folder.name))
    chosen = {name: given.get(name, getattr(made, name)) for name in ("currency", "time_zone")}
    flags = all_of([f"--{name.replace('_', '-')}" for name in chosen if name not in given])
    said = say("amounts are in {currency} and days begin in {time_zone}", **chosen)
    typer.echo(say("{what}; change it with {flags}", what=said, flags=flags) if flags else said)
    return made


def _show(plan: "TakingPlan") -> None:
    """What the files are taken for; refused with the flags that answer where a question is open."""
    from customary.cli.tables import grid, without_controls
    from customary.intake.recognise.propose import check_open

    if plan.proposal is None:
        return
    headings = tuple(map(word, ("file", "table", "column", "meaning", "sure", "because")))
    rows = [tuple(map(without_controls, row)) for row in plan.proposal.rows()]
    grid(headings, rows, (False, False, False, False, True, False))
    for file, columns in plan.proposal.spare_columns():
        typer.echo(without_controls(say("{file}: not kept {columns}", file=file, columns=columns)))
    for said in (*plan.proposal.lines_without_price(), *plan.proposal.files_without_days()):
        typer.echo(without_controls(said))
    for file, why in plan.proposal.left:
        typer.echo(without_controls(say("{file}: not taken in, {why}", file=file, why=why)))
    check_open(plan.proposal)


def _recognition_text(adopted: Any) -> str:
    template = "{file} → {raw}" if adopted.is_new else "{file} → {raw}, already adopted"
    said = say(template, file=adopted.path.name, raw=adopted.raw)
    columns = say(", ").join(adopted.unused_columns)
    return say("{said} (unused columns: {columns})", said=said, columns=columns) if columns else said
