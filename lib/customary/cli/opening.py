"""A shop opened for a question; what is wrong with its own files is said on the way, and the rest works."""

import typer

from customary.shop import Shop, open_shop


def open_asked(name: str | None) -> Shop:
    """The shop as it was published last; on stderr, which of its own columns and metrics are not used, and why."""
    shop = open_shop(name)
    if shop.snapshot.own.problem:
        typer.echo(shop.snapshot.own.problem, err=True)
    return shop
