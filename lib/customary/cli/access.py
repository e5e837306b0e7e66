"""Commands for who may read a shop: links, passwords, and what each audience sees."""

import getpass
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from customary.cli.options import ShopName
from customary.errors import Refused, unknown_name
from customary.wording import say

access = typer.Typer(
    help="Who may read a shop's pages: links, passwords, audiences.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
DAYS = 7
Person = Annotated[str, typer.Argument(metavar="PERSON", help="A name under [people] in the shop's access.toml.")]


@access.command()
def link(
    shop: ShopName,
    person: Person,
    days: Annotated[int, typer.Option(min=1, max=366, help="For how many days the link lets somebody in.")] = DAYS,
    address: Annotated[
        str, typer.Option(metavar="URL", help="The address by which readers open the server.")
    ] = "http://127.0.0.1:2718",
) -> None:
    """Make a link that lets one person in.

    Whoever has it comes in as that person, until it expires or the name is taken out of access.toml.
    """
    from customary.serve.access.tokens import LINK, Token, access_key, write_token

    folder = _folder_with(shop, person, "link")
    begins = int(time.time())
    ends = begins + days * 86_400
    token = write_token(Token(LINK, person, begins, ends), access_key(folder))
    typer.echo("".join([address.rstrip("/"), "/sign-in/link?token=", token]))
    typer.echo(say("holds until {time}", time=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(ends))), err=True)


@access.command()
def password(shop: ShopName, person: Person) -> None:
    """Set a person's password; it is asked for, or read as one line from a pipe.

    Only its hash is kept, in a file that the owner of the shop's folder alone can read.
    """
    from customary.serve.access.passwords import keep_password

    folder = _folder_with(shop, person, "password")
    is_typed = sys.stdin.isatty()
    word = getpass.getpass(say("password of {person}: ", person=person)) if is_typed else sys.stdin.readline()
    file = keep_password(folder, person, word.rstrip("\r\n"))
    typer.echo(say("kept in {file}", file=str(file)))


@access.command()
def show(shop: ShopName) -> None:
    """Show who may read a shop, by which audience, and what that one sees."""
    from customary.cli.tables import grid, without_controls
    from customary.places import shop_path
    from customary.serve.access.book import read_access

    book = read_access(shop_path(shop))
    if not book.ways:
        typer.echo(say("without access.toml nobody is asked: whoever reaches the server reads as a stakeholder"))
        return
    lines = []
    for person, audience in book.people.items():
        viewer = book.audiences[audience]
        rules = "; ".join(f"{column} = {' | '.join(values)}" for column, values in viewer.sight.rows)
        lines.append((person, audience, viewer.audience, rules or "–", ", ".join(viewer.sight.hidden) or "–"))
    headings = (say("person"), say("audience"), say("sees"), say("only rows with"), say("hidden columns"))
    grid(headings, [tuple(map(without_controls, line)) for line in lines], (False,) * len(headings))


def _folder_with(shop: str, person: str, way: str) -> Path:
    """The shop's folder, if its book lets this person in by this way."""
    from customary.places import shop_path
    from customary.serve.access.book import FILE, read_access

    folder = shop_path(shop)
    book = read_access(folder)
    if way not in book.ways:
        raise Refused("{file} of shop {shop} does not let people in by {way}", file=FILE, shop=shop, way=say(way))
    if person not in book.people:
        raise unknown_name(person, book.people, "person")
    return folder
