"""Commands that keep a shop: adopt, build, serve, and the list of shops."""

import re
import time
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from customary.cli.options import AsOf, ShopName, decisions
from customary.cli.progress import progress
from customary.cli.sentences import usage_error
from customary.errors import Refused, unknown_name

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV (also .gz), text or Parquet files.")]
Readings = Annotated[
    list[str],
    typer.Option(
        metavar="TABLE.COLUMN=READING",
        help="How a column's text is read where its values cannot tell: orders.ordered_at=day-first.",
    ),
]
Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")]


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


def adopt(
    source: Annotated[str, typer.Option(help="What system they come from; `customary sources` lists them.")],
    name: Annotated[str, typer.Option(parser=_name, metavar="SHOP", help="What the shop is called in commands.")],
    title: Annotated[str | None, typer.Option(help="What the shop is called on pages.")] = None,
    as_of: AsOf = None,
    time_zone: Annotated[str | None, typer.Option(parser=_zone, metavar="ZONE", help="Europe/Berlin …")] = None,
    currency: Annotated[str | None, typer.Option(parser=_currency, metavar="CODE", help="EUR …")] = None,
    week_start: Annotated[str | None, typer.Option(parser=_week_start, metavar="DAY", help="monday …")] = None,
    rates: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV with currency, valid_from, rate: what other currencies are worth."),
    ] = None,
    decide: Annotated[
        list[str],
        typer.Option(metavar="NAME=OPTION", help="What the source leaves open: duplicates=leave_out."),
    ] = [],  # noqa: B006
    reading: Readings = [],  # noqa: B006
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Change a shop that is there: its source, or these files for all before."),
    ] = False,
    files: Files = [],  # noqa: B006
) -> None:
    """Take in a shop's files; each is recognised by its header.

    The files are copied. More may follow later; one that is there already changes nothing. With --replace the files
    named take the place of all before; without any, the shop's own are recognised anew, by another source perhaps.
    """
    from customary import intake
    from customary.intake.settings import changes, read_settings, remember_readings
    from customary.places import shop_path, shops_folder

    _check_files(files, replace)
    kind = intake.source_named(source)
    folder = shop_path(name) if replace else shops_folder() / name
    given = {"title": title, "as_of": as_of and as_of.isoformat(), "time_zone": time_zone}
    given |= {"currency": currency, "week_start": week_start}
    settings: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    settings["decisions"] = decisions(decide, kind.decisions)
    before = read_settings(folder)
    with progress("recognising and copying files"):
        outcome = intake.adopt(files, kind, folder, settings, rates, replace=replace)
    remember_readings(folder, reading)
    lines = [*map(_recognition_text, outcome), *(f"changed: {said}" for said in changes(before, read_settings(folder)))]
    typer.echo("\n".join([*lines, f"next: customary build {name}"]))


def _check_files(files: list[Path], replace: bool) -> None:
    if not files and not replace:
        raise usage_error("name at least one file, or change a shop that is there with --replace")
    for path in files:
        if path.is_dir():
            raise Refused(f"{path} is a folder: name the files in it, such as {path}/*.csv")


def _recognition_text(adopted: Any) -> str:
    unused = f" (unused columns: {', '.join(adopted.unused_columns)})" if adopted.unused_columns else ""
    return f"{adopted.path.name} → {adopted.raw}{'' if adopted.is_new else ', already adopted'}{unused}"


def build(
    shop: ShopName,
    as_of: AsOf = None,
    reading: Readings = [],  # noqa: B006
    accept: Annotated[
        str, typer.Option(metavar="REASON", help="Publish what misses its standards, and show this reason on pages.")
    ] = "",
) -> None:
    """Build a shop from its files and publish it.

    Readers see the old state until then. `customary build demo` invents the demo shop where there is none.
    """
    from customary.cli.ready import build_shop
    from customary.intake.settings import remember_readings
    from customary.places import shop_path

    if reading:
        remember_readings(shop_path(shop), reading)
    start = time.monotonic()
    with progress(f"building {shop}") as tell:
        snapshot = build_shop(shop, tell, as_of.isoformat() if as_of else None, accept)
    _report(shop, snapshot)
    typer.echo(f"{shop} was built in {time.monotonic() - start:.1f} s: snapshot {snapshot}")
    typer.echo(f"next: customary serve {shop}")


def _report(shop: str, snapshot: Any) -> None:
    from customary.cli.ready import misfit
    from customary.cli.tables import without_controls
    from customary.shop import open_shop

    for line in snapshot.facts.get("report", ()):
        typer.echo(without_controls(line))
    if accepted := snapshot.facts.get("accepted"):
        typer.echo(f"published all the same ({accepted['reason']}): {'; '.join(accepted['problems'])}")
    for line in misfit(open_shop(shop)):
        typer.echo(line)


def serve(
    shop: ShopName,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 shows it to the network.")] = "127.0.0.1",
    port: Port = 2718,
    build_if_missing: Annotated[
        bool, typer.Option("--build-if-missing", help="Build the shop first if it never was, or by another version.")
    ] = False,
) -> None:
    """Show a shop's chapters in the browser, read-only, until Ctrl-C."""
    from customary.cli.ready import ensure_snapshot
    from customary.serve import run

    with progress(f"opening {shop}") as tell:
        ensure_snapshot(shop, tell if build_if_missing else None)
    run.serve(shop, host=host, port=port)


def shops() -> None:
    """The shops that are here, how old and how big they are."""
    from customary.places import shops as names

    known = names()
    if not known:
        typer.echo("no shop yet – next: customary build demo, or customary adopt FILES… --source NAME --name SHOP")
        return
    from customary.cli.tables import grid, without_controls

    headings = ("name", "title", "source", "as of", "age", "orders", "size")
    lines = [tuple(map(without_controls, _line(name))) for name in known]
    grid(headings, lines, (False, False, False, False, False, True, True))
    typer.echo(f"{len(known)} of {len(known)} rows")


def _line(name: str) -> tuple[str, ...]:
    from customary.places import shops_folder
    from customary.shop import LAYOUT, current_snapshot, now
    from customary.standard import read_toml

    folder = shops_folder() / name
    try:
        told, snapshot = read_toml(folder / "shop.toml"), current_snapshot(folder)
    except ValueError as error:
        return name, f"unreadable: {error}", "–", "–", "–", "–", "–"
    head = name, str(told.get("title", name)), str(told.get("source", "–"))
    if snapshot is None:
        return *head, str(told.get("as_of", "–")), "not built", "–", "–"
    size = snapshot.path.stat().st_size if snapshot.path.exists() else 0
    fits = snapshot.layout == LAYOUT
    age = _age((now() - snapshot.built_at).total_seconds()) if fits else "build it again"
    as_of = str(date.fromisoformat(snapshot.facts["as_of"]))
    return *head, as_of, age, f"{snapshot.rows.get('orders', 0):,}", f"{size / 1e6:,.1f} MB"


def _age(seconds: float) -> str:
    for limit, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= limit:
            n = int(seconds // limit)
            return f"{n} {word}{'s' if n > 1 else ''}"
    return "new"
