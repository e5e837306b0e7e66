"""Commands for lists that go out: what the playbook offers, a list drawn, delivered, and what it brought."""

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from customary.cli.options import AnswerForm, AnswerFormat, ShopName, day
from customary.cli.output import write
from customary.cli.progress import progress, working
from customary.cli.sentences import PlainErrors, usage_error
from customary.wording import say, word, wording

if TYPE_CHECKING:
    from datetime import datetime

    from customary.campaigns.ledger import DrawnList
    from customary.query.playbook import Play
    from customary.shop import Shop

lists = typer.Typer(
    cls=PlainErrors,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Draw lists of customers, deliver them, and see what they brought.",
)
Name = Annotated[str, typer.Argument(metavar="LIST", help="A list's name, as `lists show` tells it.")]

Place = Annotated[
    str,
    typer.Option(metavar="FOLDER|URL", help="A folder, sftp://user@host/folder, or the https address of a webhook."),
]


@lists.command()
def show(shop: ShopName) -> None:
    """The plays of a shop with how many customers each addresses today, and every list that was drawn."""
    from customary.campaigns import Ledger
    from customary.cli.tables import grid
    from customary.query.playbook import plays

    opened = _shop_named(shop)
    with progress(wording("counting who is on each list")) as tell:
        lines = [
            (play.name, *_size(opened, play, tell), word(play.sent_by), play.offer) for play in plays(opened.rules)
        ]
    headings = (say("play"), say("customers"), say("sent by"), say("offer"))
    grid(headings, lines, (False, True, False, False))
    drawn = Ledger(opened.snapshot.folder).lists()
    if drawn:
        _show_drawn(opened, drawn)
    typer.echo(say("next: customary lists draw {shop} PLAY", shop=shop))


def _size(opened: "Shop", play: "Play", tell: Any) -> tuple[str]:
    """How many customers a play addresses today, or why it can address nobody."""
    from customary.errors import Refused
    from customary.query.study import study

    tell(play.name)
    try:
        return (study(opened, play.study, **play.options).size_text,)
    except Refused as error:
        return (say("none: {why}", why=str(error)),)


def _show_drawn(opened: "Shop", drawn: "list[DrawnList]") -> None:
    """Every list with when it was drawn and arrived, and how many hours that was after the end of its data."""
    from customary.campaigns.due import hours_after_data
    from customary.cli.tables import grid

    headings = (say("list"), say("drawn"), say("delivered"), say("hours after the data"), say("held out"))
    lines = []
    for each in drawn:
        hours, arrived = hours_after_data(opened, each), (each.delivered_at or say("not yet"))[:10]
        after = "–" if hours is None else f"{hours:,.1f}"
        lines.append((each.list_id, each.drawn_at[:10], arrived, after, f"{each.hold_out:.0%}"))
    typer.echo("")
    grid(headings, lines, (False, False, False, True, True))


@lists.command()
def draw(
    shop: ShopName,
    play: Annotated[str, typer.Argument(metavar="PLAY", help="A play's name, such as “second purchase”.")],
) -> None:
    """Draw a play's list: who is on it, who is left off and why, and who is held out by lot.

    It is written into the shop's ledger and stays as it is; nothing leaves this machine.
    """
    from customary.query.playbook import play_named

    opened = _shop_named(shop)
    draw_and_tell(opened, play_named(opened.rules, play))


def draw_and_tell(opened: "Shop", play: "Play") -> None:
    """Draw a list into the shop's ledger and say whom it holds, who is left off, and what comes next."""
    from customary.campaigns import Ledger
    from customary.campaigns import draw as draw_list
    from customary.campaigns.drawing import CONTACTED, HELD_OUT
    from customary.shop import now

    with progress(wording("drawing the list")):
        drawn = draw_list(opened, play, Ledger(opened.snapshot.folder), now())
    typer.echo(
        say(
            "{name}: {n:,} of {total:,} customers to contact, {held:,} held out by lot",
            name=drawn.list_id,
            n=len(drawn.of_arm(CONTACTED)),
            total=drawn.candidates,
            held=len(drawn.of_arm(HELD_OUT)),
        )
    )
    _show_reasons(drawn.left_off)
    typer.echo(say("asked: {question}", question=drawn.question))
    if not drawn.of_arm(HELD_OUT):
        typer.echo(wording("Nobody is held out: what the list brings cannot be attributed to it."))
    typer.echo(say("next: customary lists deliver {shop} {name} --to FOLDER", shop=opened.name, name=drawn.list_id))


def _show_reasons(left_off: dict[str, int]) -> None:
    for reason, n in left_off.items():
        typer.echo(say("left off: {n:,} {reason}", n=n, reason=word(reason)))


@lists.command()
def deliver(
    shop: ShopName,
    name: Name,
    to: Place,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="plain|mailchimp|klaviyo|wecom",
            help="Whose import takes the file; as a workbook where .xlsx follows: wecom.xlsx.",
        ),
    ] = "plain",
    on: Annotated[
        str | None, typer.Option(metavar="DAY", help="The day it reached its customers, where that was before today.")
    ] = None,
) -> None:
    """Deliver a drawn list, once: to a folder, by SFTP, or to a signed webhook that is asked again until it answers.

    Consent is asked once more; contacts are joined now, from the shop's own store.
    """
    from customary.campaigns import Ledger
    from customary.campaigns import deliver as deliver_list
    from customary.campaigns.due import place_of
    from customary.campaigns.formats import FORMS
    from customary.errors import unknown_name

    if form not in FORMS:
        raise unknown_name(form, FORMS, "format")
    opened = _shop_named(shop)
    at = _instant(opened, on)
    ledger = Ledger(opened.snapshot.folder)
    drawn = ledger.find(name)
    with progress(wording("delivering the list")):
        target, where = place_of(opened, ledger, drawn.list_id, to if "://" in to else str(Path(to).resolve()))
        sent, left_off = deliver_list(opened, ledger, drawn, FORMS[form], target, where, at)
    typer.echo(say("{n:,} customers of {name} went to {where}", n=sent, name=name, where=where))
    _show_reasons(left_off)
    typer.echo(
        say("next: customary refresh {shop} when new orders are in, then customary lists report {shop}", shop=shop)
    )


def _instant(opened: "Shop", on: str | None) -> "datetime":
    """Now, or the beginning of a day by the shop's clock; a day to come is refused."""
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    from customary.shop import now

    if on is None:
        return now()
    at = datetime.combine(day(on), time(), ZoneInfo(opened.time_zone))
    if at > now():
        raise usage_error("{on} is still to come: a list counts from the day on which it reached its customers", on=on)
    return at.astimezone(UTC)


@lists.command()
def run(shop: ShopName) -> None:
    """Draw and deliver every play that the shop's settings name, as each `refresh` does at its end.

    A play is drawn once as of a day and delivered once to its place: run again, this goes on where it ended. The exit
    code is 1 where a list could not go out; a play that has nobody to address today is no fault.
    """
    from customary.campaigns.due import due_plays
    from customary.cli.chain import send_lists
    from customary.intake.settings import read_settings

    opened = _shop_named(shop)
    if not due_plays(opened, read_settings(opened.snapshot.folder)):
        typer.echo(wording("no play goes out by itself: name some under [deliveries] in the shop's shop.toml"))
    elif any(one.is_fault for one in send_lists(shop)):
        raise typer.Exit(1)


@lists.command()
def drop(shop: ShopName, name: Name) -> None:
    """Take back a list that was drawn and not delivered: its customers may be on other lists again."""
    from customary.campaigns import Ledger
    from customary.places import shop_path

    Ledger(shop_path(shop)).drop(name)
    typer.echo(say("{name} is no list any more", name=name))


@lists.command()
def suppress(
    shop: ShopName,
    customers: Annotated[
        list[str], typer.Argument(metavar="CUSTOMER…", help="Customers' keys, as in the shop's files.")
    ],
    reason: Annotated[str, typer.Option(help="Why, in the ledger's words.")] = "asked for it",
) -> None:
    """Put customers on no list from now on, whatever their consent says."""
    from customary.campaigns import Ledger
    from customary.places import shop_path
    from customary.publish import pseudonyms
    from customary.shop import now

    folder = shop_path(shop)
    keys = pseudonyms.keys(folder)
    n = Ledger(folder).suppress([keys.get(key, key) for key in customers], reason, now())
    typer.echo(say("customers on no list from now on: {n:,}", n=n))


@lists.command()
def feedback(
    shop: ShopName,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="CSV: list_id, event, occurred_at, customer_id or email.")
    ],
) -> None:
    """Take in what came back of delivered lists: delivered, opened, clicked, unsubscribed.

    Whoever unsubscribed is on no list from then on. The next build counts it; a folder under `feedback` in shop.toml is
    read by each refresh.
    """
    from customary.cli.chain import tell_feedback

    for path in files:
        if not path.is_file():
            raise usage_error("there is no file {path}", path=path)
    tell_feedback(shop, files)
    typer.echo(say("next: customary refresh {shop}, then customary lists report {shop}", shop=shop))


@lists.command()
def report(shop: ShopName, form: AnswerForm = AnswerFormat.table) -> None:
    """What every delivered list brought beyond the customers who were held out, as of the shop's last build."""
    from customary.query.study import study

    with working("comparing who was contacted with who was held out"):
        answer = study(_shop_named(shop), "list_results")
    if not answer.rows_total:
        typer.echo(
            say("no list was delivered before the last build: customary refresh {shop} reads what is new", shop=shop)
        )
        return
    write(answer, form, None)


def _shop_named(shop: str) -> "Shop":
    from customary.cli.opening import open_asked

    return open_asked(shop)
