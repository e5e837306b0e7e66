"""The command that writes the reference: every metric, study, frame, segment, column and rule in one HTML file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from customary.cli.progress import progress

if TYPE_CHECKING:
    from customary.shop import Shop

DEMO = "demo"


def reference(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where index.html is written; made if it is not there.")],
    shop: Annotated[
        str, typer.Option(metavar="SHOP", help="Whose answers lend their columns; without it the demo, if it is built.")
    ] = "",
) -> None:
    """All that is defined, in English and 中文, as one HTML file.

    It needs no network and no server. The columns of studies are those of their answers over a shop.
    """
    from customary.errors import Refused

    if out.exists() and not out.is_dir():
        raise Refused("{out} is a file: name a folder, in which index.html is written", out=out)
    with progress("writing the reference"):
        from customary.query.reference import reference as document

        opened = _shop_asked(shop)
        text = document(opened)
        out.mkdir(parents=True, exist_ok=True)
        (out / "index.html").write_text(text, "utf-8")
    basis = f"columns as {opened.name} answers" if opened else "no shop is built: studies without all their columns"
    typer.echo(" · ".join([str(out / "index.html"), f"{len(text.encode()) / 1e6:.1f} MB", basis]))


def _shop_asked(name: str) -> "Shop | None":
    """The shop of that name; without a name the demo, or none where it was never built."""
    from customary.places import shops, shops_folder
    from customary.shop import current_snapshot, open_shop

    if name:
        return open_shop(name)
    return open_shop(DEMO) if DEMO in shops() and current_snapshot(shops_folder() / DEMO) else None
