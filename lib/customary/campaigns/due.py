"""The lists that go out by themselves after a build: each play of the settings is drawn once and delivered once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from customary.campaigns.delivery import deliver, end_of_data
from customary.campaigns.drawing import NobodyLeft, draw
from customary.campaigns.formats import FORMS, Form
from customary.campaigns.ledger import DrawnList, Ledger
from customary.campaigns.sftp import Sftp
from customary.campaigns.targets import Folder, Target, Webhook
from customary.errors import Refused, unknown_name
from customary.publish.pseudonyms import secret_of
from customary.query.playbook import Play, play_named
from customary.shop import Shop

SETTING = "deliveries"
SFTP = "sftp://"
AS = " as "  # between a place and the form of the file: "/exports/lists as mailchimp"


@dataclass(frozen=True)
class Due:
    """A play that goes out after every build: to which place, in which form."""

    play: Play
    to: str
    form: Form


@dataclass(frozen=True)
class Sent:
    """What became of a play that was due: its list, how many went out, or why none did; `is_new` if it went out now.

    `is_fault` says that somebody has to look why not; that a play has nobody to address today is none.
    """

    play: str
    list_id: str = ""
    count: int = 0
    is_new: bool = False
    why_not: str = ""
    is_fault: bool = False


def due_plays(shop: Shop, settings: Mapping[str, Mapping[str, str]]) -> list[Due]:
    """The plays that the shop's settings deliver; a play or a form that is none is refused with the nearest."""
    return [_due(shop, name, text) for name, text in settings.get(SETTING, {}).items()]


def _due(shop: Shop, name: str, text: str) -> Due:
    to, _, form = text.partition(AS)
    if form and form not in FORMS:
        raise unknown_name(form, FORMS, "format")
    return Due(play_named(shop.rules, name), to.strip(), FORMS[form or "plain"])


def place_of(shop: Shop, ledger: Ledger, list_id: str, to: str) -> tuple[Target, str]:
    """The place that a list goes to, and what the ledger calls it; a relative folder lies in the shop's."""
    folder = shop.snapshot.folder
    if "://" not in to:
        path = (folder / Path(to)).resolve()
        return Folder(path), str(path)

    def count() -> None:
        ledger.count_attempt(list_id, to)

    if to.startswith(SFTP):
        return Sftp(to, attempt=count), to
    return Webhook(to, secret_of(folder), attempt=count), to


def send_due(shop: Shop, ledger: Ledger, due: list[Due], now: Callable[[], datetime]) -> Iterator[Sent]:
    """Draw and deliver every play that is due, one after the other.

    A play is drawn once as of a day: whoever runs this again, after a fault or a kill at whatever step, goes on where
    it ended, and nobody is contacted twice. One play that cannot go out does not keep the others back.
    """
    for one in due:
        try:
            yield _send(shop, ledger, one, now)
        except Refused as error:
            yield Sent(one.play.name, why_not=str(error), is_fault=not isinstance(error, NobodyLeft))


def _send(shop: Shop, ledger: Ledger, one: Due, now: Callable[[], datetime]) -> Sent:
    known = _of_this_day(ledger, one.play.name, shop)
    drawn = ledger.find(known.list_id) if known else draw(shop, one.play, ledger, now())
    _target, where = place_of(shop, ledger, drawn.list_id, one.to)
    done = ledger.delivery(drawn.list_id, where)
    if done and done["ended_at"]:
        return Sent(one.play.name, drawn.list_id, done["sent"])
    return Sent(one.play.name, drawn.list_id, deliver_to(shop, ledger, one, drawn, now()), is_new=True)


def deliver_to(shop: Shop, ledger: Ledger, one: Due, drawn: DrawnList, now: datetime) -> int:
    """Deliver a list to the place and in the form of a play that is due; gives how many went out."""
    target, where = place_of(shop, ledger, drawn.list_id, one.to)
    count, _left_off = deliver(shop, ledger, drawn, one.form, target, where, now)
    return count


def _of_this_day(ledger: Ledger, play: str, shop: Shop) -> DrawnList | None:
    """The list of a play that was drawn as of the shop's day, if there is one."""
    as_of = shop.as_of.isoformat()
    return next((each for each in ledger.lists() if each.play == play and each.as_of == as_of), None)


def hours_after_data(shop: Shop, drawn: DrawnList) -> float | None:
    """Hours from the end of the data that a list was drawn from until it arrived (M37); None before it did."""
    if drawn.delivered_at is None or not drawn.as_of:
        return None
    return (datetime.fromisoformat(drawn.delivered_at) - end_of_data(shop, drawn)).total_seconds() / 3600
