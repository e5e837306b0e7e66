"""Commands that free space: a whole shop, or the snapshots that nobody reads any longer."""

import sys
from typing import Annotated

import typer

from customary.cli.options import ShopName
from customary.cli.progress import note
from customary.errors import Refused
from customary.wording import say, word, wording


def _room(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def remove(
    shop: ShopName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a shop: its adopted files, snapshots and settings.

    What goes is shown first, and asked for. Never while the shop is built.
    """
    from customary import publish
    from customary.cli.tables import grid, without_controls

    parts = publish.holdings(shop)
    lines = [(without_controls(word(part.name)), f"{part.count:,}", _room(part.bytes)) for part in parts if part.count]
    grid((say("of shop {shop}", shop=shop), say("number"), say("size")), lines, (False, True, True))
    if not (yes or ask_to_confirm(say("remove shop {shop} with all of this, for good?", shop=shop))):
        typer.echo(wording("nothing was removed"))
        raise typer.Exit(1)
    typer.echo(say("{shop} was removed: {room} are free again", shop=shop, room=_room(publish.remove(shop))))


def ask_to_confirm(question: str) -> bool:
    """Whether somebody says yes; where nobody is there to answer, nobody did."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        note("")
    return answer.strip().lower() in ("y", "yes")


def prune(
    shop: Annotated[str, typer.Argument(metavar="SHOP", help="A shop's name; without one, all of them.")] = "",
    keep: Annotated[
        int, typer.Option(min=1, metavar="N", help="How many snapshots stay: always the current and the one before.")
    ] = 2,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
) -> None:
    """Remove old snapshots, of one shop or of all.

    The current snapshot and the one before it always stay, and so do all adopted files.
    """
    from customary import publish
    from customary.cli.tables import grid
    from customary.places import shops

    found: list[tuple[str, publish.Part]] = []
    busy = []
    for name in [shop] if shop else shops():
        try:
            found += [(name, part) for part in publish.prune(name, keep, dry_run=dry_run)]
        except Refused as error:
            if shop:
                raise
            busy.append(str(error))
    if found:
        lines = [(name, part.name, _room(part.bytes)) for name, part in found]
        grid((say("shop"), say("snapshot"), say("size")), lines, (False, False, True))
    freed = _room(sum(part.bytes for _name, part in found))
    template = "{freed} would be free again" if dry_run else "{freed} are free again"
    typer.echo(say(template if found else "no snapshot is old", freed=freed))
    for text in busy:
        note(text)
    if busy:
        raise typer.Exit(1)
