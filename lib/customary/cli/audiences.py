"""The command that draws a list of an analyst's own: of a cell, a saved view, a band of scores or a selection."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from customary.cli.campaigns import draw_and_tell, lists
from customary.cli.options import During, ShopName, Where, answers_of, selection, window
from customary.cli.sentences import usage_error

if TYPE_CHECKING:
    from customary.shop import Shop

__all__ = ["audience", "lists"]


Name = Annotated[str, typer.Argument(metavar="NAME", help="What the list is called in the ledger.")]
Offer = Annotated[str, typer.Option(metavar="TEXT", help="What they are offered.")]
Study = Annotated[str, typer.Option(metavar="STUDY", help="The people of a study, or behind it: funnel, retention.")]
View = Annotated[str, typer.Option(metavar="VIEW", help="The people behind a saved view.")]
Link = Annotated[str, typer.Option(metavar="LINK", help="The people behind a link of the chapter Explore.")]
Cell = Annotated[
    list[str],
    typer.Option(
        metavar="NAME=VALUE,…",
        help="Which of them: at=2,state=stopped of a funnel; label=2025-03,age=2,state=kept of retention.",
    ),
]
Score = Annotated[str, typer.Option(metavar="COLUMN", help="The column that is kept with each of them.")]
ScoreFrom = Annotated[float | None, typer.Option("--from", help="Only from this score on.")]
ScoreBelow = Annotated[float | None, typer.Option("--below", help="Only below this score.")]
SentBy = Annotated[str, typer.Option(metavar="WAY", help="By which way they are addressed.")]
ContactCost = Annotated[float, typer.Option(help="What a contact costs, in the shop's currency.")]
HoldOut = Annotated[float, typer.Option(help="The share who get nothing, by lot.")]
Most = Annotated[int, typer.Option(help="How many are taken at most.")]
RestDays = Annotated[int, typer.Option(help="Days since the last list that somebody was on.")]


@lists.command()
def audience(
    shop: ShopName,
    name: Name,
    offer: Offer,
    study: Study = "",
    view: View = "",
    link: Link = "",
    cell: Cell = [],  # noqa: B006
    where: Where = [],  # noqa: B006
    during: During = None,
    score: Score = "",
    score_from: ScoreFrom = None,
    score_below: ScoreBelow = None,
    sent_by: SentBy = "e-mail",
    contact_cost: ContactCost = 0.0,
    hold_out: HoldOut = 0.2,
    most: Most = 5000,
    rest_days: RestDays = 30,
) -> None:
    """Draw a list of people that no play names: of a cell, a saved view, a band of scores, a selection.

    Consent, days of rest and the hold-out are as for plays; the ledger keeps the hash of what defines it.
    """
    from customary.cli.opening import open_asked
    from customary.errors import Refused
    from customary.query.playbook import Play, check_play, plays

    if sum(map(bool, (study, view, link))) != 1:
        raise usage_error("say whom: one of --study STUDY, --view VIEW and --link LINK")
    if not study and (where or during):
        raise usage_error("a view or a link has its own period and filters: leave out --where and --during")
    opened = open_asked(shop)
    if name in {play.name for play in plays(opened.rules)}:
        raise Refused("a play is called {name}: draw it, or call this list otherwise", name=name)
    people = _of_study(opened, study, cell, where, during) if study else _of_link(opened, view, link, cell)
    limits: dict[str, Any] = {"contact_cost": contact_cost, "hold_out": hold_out, "most": most, "rest_days": rest_days}
    band: dict[str, Any] = {"score": score, "score_from": score_from, "score_below": score_below}
    draw_and_tell(opened, check_play(Play(name=name, zh="", offer=offer, sent_by=sent_by, **limits, **band, **people)))


def _of_study(opened: "Shop", study: str, cell: list[str], where: list[str], during: str | None) -> dict[str, Any]:
    """The people of a study as it is typed, its options among `cell`."""
    from customary.campaigns.audiences import people_of_cell
    from customary.cli.asking import frames_to_cut, parse_selection
    from customary.declare import STUDIES

    people = people_of_cell(study, {}, answers_of(cell))
    period, given = window(during), selection(where)
    frames = frames_to_cut(STUDIES[people["study"]], bool(period or given))
    return {**people, "where": parse_selection(opened, frames, given), "during": period}


def _of_link(opened: "Shop", view: str, link: str, cell: list[str]) -> dict[str, Any]:
    from customary.campaigns.audiences import people_of_link
    from customary.query.views import view_named, views_of

    query = view_named(views_of(opened), view).link if view else link.partition("?")[2] or link
    return people_of_link(opened, query, answers_of(cell))
