"""The command for saved views: what a shop keeps, its board, and a view as a chapter of one's own."""

from typing import TYPE_CHECKING, Annotated

import typer

from customary.cli.options import ShopName
from customary.cli.sentences import usage_error
from customary.wording import say, word

if TYPE_CHECKING:
    from customary.shop import Shop


def views(
    shop: ShopName,
    save: Annotated[str, typer.Option(metavar="TITLE", help="Save the question of --link under this title.")] = "",
    link: Annotated[
        str, typer.Option(metavar="LINK", help="A link of the chapter Explore, or what follows its question mark.")
    ] = "",
    remove: Annotated[str, typer.Option(metavar="VIEW", help="Forget a saved view.")] = "",
    board: Annotated[
        str, typer.Option(metavar="VIEW,…", help="Show these views on the board, in this order; “-” empties it.")
    ] = "",
    notebook: Annotated[
        str, typer.Option(metavar="VIEW", help="Write a chapter of your own that asks this view's question.")
    ] = "",
) -> None:
    """The saved views of a shop: questions by name, and its board.

    A view is a link of the chapter Explore under a name; the board shows some of them in an order of your own.
    """
    from customary.cli.opening import open_asked
    from customary.query import views as rooms

    if sum(map(bool, (save, remove, board, notebook))) > 1:
        raise usage_error("ask for one of --save, --remove, --board and --notebook")
    if bool(save) is not bool(link):
        raise usage_error("write both: --save TITLE --link LINK")
    opened = open_asked(shop)
    if save:
        typer.echo(say("saved: {name}", name=rooms.save_view(opened, save, link).name))
    elif remove:
        typer.echo(say("removed: {name}", name=rooms.remove_view(opened, remove).name))
    elif board:
        _arrange(opened, board)
    elif notebook:
        _write_notebook(opened, notebook)
    else:
        _show(opened)


def _arrange(shop: "Shop", board: str) -> None:
    from customary.query.views import arrange_board

    names = [name.strip() for name in board.split(",") if name.strip() not in ("", "-")]
    found = arrange_board(shop, names)
    typer.echo(say("on the board: {names}", names=say(", ").join(found.board) or word("nothing")))


def _show(shop: "Shop") -> None:
    """Each view with its title, its place on the board, its link, and what the shop no longer knows of it."""
    from customary.cli.tables import grid
    from customary.query.views import notes_on, views_of

    found = views_of(shop)
    if found.problem:
        typer.echo(found.problem)
    places = {name: f"{n}" for n, name in enumerate(found.board, 1)}
    rows = [(view.name, view.title, places.get(view.name, ""), view.link) for view in found.views]
    grid(tuple(map(word, ("view", "title", "board", "link"))), rows, (False, False, True, False))
    for view in found.views:
        for note in notes_on(shop, view):
            typer.echo(say("{name}: {text}", name=view.name, text=note))
    typer.echo(say("{shown:,} of {total:,} rows", shown=len(rows), total=len(rows)))
    typer.echo(say("next: customary views {shop} --save TITLE --link LINK", shop=shop.name))


def _write_notebook(shop: "Shop", name: str) -> None:
    from customary.errors import Refused
    from customary.page.explore.asking import inquiry_of_link
    from customary.page.explore.notebook import write_chapter
    from customary.query.views import view_named, views_of
    from customary.serve.bench import set_up

    view = view_named(views_of(shop), name)
    asked = inquiry_of_link(shop, view.link)
    if asked.answer is None:
        raise Refused("{name} has no answer: {fault}", name=name, fault=asked.fault)
    folder = set_up(shop.name).folder
    stem = write_chapter(folder, asked.answer, view.title, asked.kind)
    typer.echo(say("the chapter: {path}", path=folder / f"{stem}.py"))
    typer.echo(say("next: customary edit {shop} {chapter}", shop=shop.name, chapter=stem))
