"""What the playbook offers today: for each play how many customers it would address, or why it can address nobody."""

from dataclasses import dataclass

from customary.errors import Refused
from customary.query.answer import Answer
from customary.query.playbook import Play, plays
from customary.query.selection import Where
from customary.query.study import study
from customary.shop import Shop


@dataclass(frozen=True)
class OpenPlay:
    """A play as of the snapshot: its list, or in a sentence why there is none."""

    play: Play
    answer: Answer | None
    why_not: str = ""

    @property
    def size_text(self) -> str:
        """How many customers it would address, in words; “–” where it can address nobody."""
        return self.answer.size_text if self.answer else "–"


def open_plays(shop: Shop, where: Where | None = None) -> tuple[OpenPlay, ...]:
    """Every play of the shop in the playbook's order, among the customers of a selection or all of them.

    Who refused marketing is in none of them.
    """
    return tuple(_open(shop, play, where) for play in plays(shop.rules))


def _open(shop: Shop, play: Play, where: Where | None) -> OpenPlay:
    try:
        answer = study(shop, play.study, where=where, **play.options)
        answer.rows_total  # noqa: B018  (a model that lacks its rows refuses here, and not while the page is drawn)
    except Refused as error:
        return OpenPlay(play, None, str(error))
    return OpenPlay(play, answer)
