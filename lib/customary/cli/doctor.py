"""The command that looks whether a server could run here, before somebody relies on it."""

from typing import Annotated

import typer

from customary.cli.shops import Port
from customary.wording import say

_SIGNS = {"good": "✓", "note": "·", "fault": "✗"}


def doctor(
    shop: Annotated[str, typer.Argument(metavar="SHOP", help="A shop's name; without one, all of them.")] = "",
    host: Annotated[str, typer.Option(help="The address that the server is to listen on.")] = "127.0.0.1",
    port: Port = 2718,
) -> None:
    """Say whether a server can run here, and what mends what is wrong.

    Looked at are packages, fonts, disk, clock and port, and the shops with their fingerprints. Exits with 1 if anything
    is wrong.
    """
    from customary.cli.tables import without_controls
    from customary.serve.health.examination import examine

    faults = 0
    for found in examine(shop, host, port):
        faults += found.verdict == "fault"
        typer.echo(" ".join([_SIGNS[found.verdict], without_controls(found.said)]))
        if found.mend:
            typer.echo(" ".join(["  →", without_controls(found.mend)]))
    typer.echo(say("all is well") if not faults else say("{n:,} to mend", n=faults))
    if faults:
        raise typer.Exit(1)
