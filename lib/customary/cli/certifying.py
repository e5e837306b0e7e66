"""The command that holds other engines against DuckDB, and its table."""

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from customary.cli.options import Form, Format, ShopName
from customary.cli.progress import progress
from customary.wording import say, word

if TYPE_CHECKING:
    from customary.engines.certificate import Certificate

PLACES = "CUSTOMARY_{name}"  # where an engine is that was named without an address
MOST = 30  # exceptions that the table names
Engines = Annotated[
    str,
    typer.Option(
        metavar="NAMES",
        help="Engines or their addresses, with commas: postgres://name@host:5432/database. One without an address is "
        "where CUSTOMARY_POSTGRES says.",
    ),
]


def certify(shop: ShopName, engines: Engines = "duckdb,postgres", form: Form = Format.table) -> None:
    """Compare what other engines say of a shop with DuckDB.

    Every frame, metric and study, value by value. The shop's typed tables are copied into a place of their own on each
    engine, which is removed afterwards; the certificate is kept beside the shop. The exit code is 1 where something
    differs or cannot be asked.
    """
    from customary.engines import NAMES
    from customary.publish.certify import addresses_of
    from customary.publish.certify import certify as certify_on
    from customary.shop import open_shop

    known = {name: os.environ.get(PLACES.format(name=name.upper()), "") for name in NAMES}
    addresses = addresses_of(engines, known)
    with progress(say("certifying {shop}", shop=shop)) as tell:
        found = certify_on(open_shop(shop), addresses, tell)
    if form is Format.table:
        show_certificate(found)
    else:
        typer.echo(json.dumps(found.facts(), ensure_ascii=False, indent=1))
    if found.exceptions:
        raise typer.Exit(1)


def show_certificate(found: "Certificate") -> None:
    """How much is equal on each engine, then what is not, with its reason."""
    from customary.cli.tables import grid, without_controls
    from customary.engines.certificate import FRAME, METRIC, STUDY

    compared = dict.fromkeys(line.engine for line in found.lines)
    counts = {engine: [found.count(engine, kind) for kind in (FRAME, METRIC, STUDY)] for engine in compared}
    rows = [
        (found.engines[engine], *(say("{n} of {of}", n=n, of=of) for n, of in parts))
        for engine, parts in counts.items()
    ]
    grid(tuple(map(word, ("engine", "frames", "metrics", "studies"))), rows, (False, True, True, True))
    wrong = [(line.engine, line.name, word(line.verdict), without_controls(line.detail)) for line in found.exceptions]
    if wrong:
        headings = tuple(map(word, ("engine", "name", "verdict", "reason")))
        grid(headings, wrong[:MOST], (False, False, False, False), keys=2)
    if len(wrong) > MOST:
        typer.echo(say("and {n} more: --format json has all", n=len(wrong) - MOST))
