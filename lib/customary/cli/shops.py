"""Commands that keep a shop: adopt, build, serve, and the list of shops."""

import os
import time
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from customary.cli.options import AsOf, Readings, ShopName
from customary.cli.progress import progress
from customary.errors import Refused
from customary.wording import say

_AGES = ((86400, "1 day", "{n} days"), (3600, "1 hour", "{n} hours"), (60, "1 minute", "{n} minutes"))
Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")]

AuditFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Where to note who took what; else audit.jsonl in the shop's folder."),
]
BasePath = Annotated[
    str, typer.Option(metavar="PATH", help="The path below which a proxy shows the server, such as /analytics.")
]
QuerySeconds = Annotated[
    float, typer.Option(min=0, help="How long a reader's question may take before it is stopped; 0: for ever.")
]
Workers = Annotated[
    int, typer.Option(min=1, max=64, help="How many processes run the chapters: as many as processors, for crowds.")
]
JsonLogs = Annotated[
    bool, typer.Option("--json-logs", help="Write the log as lines of JSON, in which no library quotes a value.")
]


def build(
    shop: ShopName,
    as_of: AsOf = None,
    reading: Readings = [],  # noqa: B006
    accept: Annotated[
        str, typer.Option(metavar="REASON", help="Publish what misses its standards, and show this reason on pages.")
    ] = "",
    engine: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Compute its frames there: postgres://name@host:5432/database.")
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
    with progress(say("building {shop}", shop=shop)) as tell:
        snapshot = build_shop(shop, tell, as_of.isoformat() if as_of else None, accept, engine)
    _report(shop, snapshot)
    took = time.monotonic() - start
    said = "{shop} was built in {seconds:.1f} s: snapshot {snapshot}"
    typer.echo(say(said, shop=shop, seconds=took, snapshot=snapshot))
    typer.echo(say("next: {command}", command=f"customary serve {shop}"))


class Size(StrEnum):
    """How large the demo shop at scale is."""

    S = "S"
    M = "M"
    L = "L"


def demo(
    scale: Annotated[
        Size,
        typer.Option(help="S: 20,000 customers and a million events; M: 1 and 20 million; L: 5 and 100 million."),
    ] = Size.S,
) -> None:
    """Invent a large shop, to time answers on.

    The same scale gives the same files, byte for byte. `customary build demo` invents the one whose truth is known.
    """
    from customary.cli.ready import make_demo_at_scale

    start = time.monotonic()
    with progress(say("inventing a shop of scale {scale}", scale=scale.value)) as tell:
        name = make_demo_at_scale(scale.value, tell)
    typer.echo(say("{shop} was invented in {seconds:.1f} s", shop=name, seconds=time.monotonic() - start))
    typer.echo(say("next: {command}", command=f"customary build {name}"))


def _report(shop: str, snapshot: Any) -> None:
    from customary.cli.ready import misfit
    from customary.cli.tables import without_controls
    from customary.shop import open_shop

    for line in snapshot.facts.get("report", ()):
        typer.echo(without_controls(line))
    if accepted := snapshot.facts.get("accepted"):
        from customary.reasons import reason_text

        problems = say("; ").join(map(reason_text, accepted["problems"]))
        typer.echo(say("published all the same ({reason}): {problems}", reason=accepted["reason"], problems=problems))
    if hidden := snapshot.facts.get("pseudonyms"):
        said = "{n:,} keys are e-mail addresses or phone numbers: the snapshot has pseudonyms in their place"
        typer.echo(say(said, n=hidden))
        typer.echo(say("whose one is: customary pseudonym {shop} KEY", shop=shop))
    for line in misfit(open_shop(shop)):
        typer.echo(line)


def pseudonym(
    shop: ShopName,
    key: Annotated[str, typer.Argument(metavar="KEY", help="A customer's own key, or a pseudonym such as p_0f3a….")],
) -> None:
    """Say whose a pseudonym is, or what a key became.

    Keys that are e-mail addresses or phone numbers never reach a snapshot; which is whose lies in the shop's folder
    beside the raw files, and who may not read those cannot look it up.
    """
    from customary.places import shop_path
    from customary.publish import pseudonyms

    found = pseudonyms.look_up(shop_path(shop), key)
    if found is None:
        raise Refused(
            "the snapshot of shop “{shop}” has no pseudonym for this key, nor is this one of its pseudonyms", shop=shop
        )
    typer.echo(found)


def serve(
    shop: ShopName,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 shows it to the network.")] = "127.0.0.1",
    port: Port = 2718,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name that readers open the server by; may be repeated.")
    ] = None,
    audit: AuditFile = None,
    base_path: BasePath = "",
    query_seconds: QuerySeconds = 8,
    workers: Workers = 1,
    json_logs: JsonLogs = False,
    build_if_missing: Annotated[
        bool, typer.Option("--build-if-missing", help="Build the shop first if it never was, or by another version.")
    ] = False,
) -> None:
    """Show a shop's chapters in the browser, read-only, until Ctrl-C."""
    os.environ.update({"CUSTOMARY_BASE_PATH": base_path} if base_path else {})  # before the addresses are made of it
    from customary.cli.ready import ensure_snapshot
    from customary.places import shop_path
    from customary.serve import run
    from customary.serve.names import LOOPBACK, host_names

    host_names(allow_host or ())  # before the shop is built, which may take minutes
    with progress(say("opening {shop}", shop=shop)) as tell:
        ensure_snapshot(shop, tell if build_if_missing else None)
    if host not in LOOPBACK and not allow_host:
        typer.echo(say("Readers may open this server by its address only; for a name start it with --allow-host NAME."))
    noted = audit or shop_path(shop) / "audit.jsonl"
    run.serve(
        shop,
        host=host,
        port=port,
        allow_hosts=allow_host or (),
        audit_file=noted,
        query_seconds=query_seconds,
        workers=workers,
        json_logs=json_logs,
    )


def shops() -> None:
    """The shops that are here, how old and how big they are."""
    from customary.places import shops as names

    known = names()
    if not known:
        typer.echo(say("no shop yet – next: customary build demo, or customary adopt FILES… --source NAME --name SHOP"))
        return
    from customary.cli.tables import grid, without_controls

    headings = [say("name"), say("title"), say("source"), say("as of"), say("age"), say("orders"), say("size")]
    lines = [tuple(map(without_controls, _line(name))) for name in known]
    grid(headings, lines, (False, False, False, False, False, True, True))
    typer.echo(say("{shown:,} of {total:,} rows", shown=len(known), total=len(known)))


def _line(name: str) -> tuple[str, ...]:
    from customary.places import shops_folder
    from customary.shop import LAYOUT, current_snapshot, now
    from customary.standard import read_toml

    folder = shops_folder() / name
    try:
        told, snapshot = read_toml(folder / "shop.toml"), current_snapshot(folder)
    except ValueError as error:
        return name, say("unreadable: {fault}", fault=error), "–", "–", "–", "–", "–"
    head = name, str(told.get("title", name)), str(told.get("source", "–"))
    if snapshot is None:
        return *head, str(told.get("as_of", "–")), say("not built"), "–", "–"
    size = snapshot.path.stat().st_size if snapshot.path.exists() else 0
    fits = snapshot.layout == LAYOUT
    age = _age((now() - snapshot.built_at).total_seconds()) if fits else say("build it again")
    as_of = str(date.fromisoformat(snapshot.facts["as_of"]))
    return *head, as_of, age, f"{snapshot.rows.get('orders', 0):,}", f"{size / 1e6:,.1f} MB"


def _age(seconds: float) -> str:
    for limit, one, many in _AGES:
        if seconds >= limit:
            n = int(seconds // limit)
            return say(one) if n == 1 else say(many, n=n)
    return say("new")
