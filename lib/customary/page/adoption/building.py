"""Building a shop from a page: its files are taken in, a snapshot is made, and what came of it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import marimo as mo

from customary.errors import Refused, UnknownName
from customary.intake.readings import Undecided
from customary.intake.taking import source_to_take, take_in
from customary.page.adoption.drafts import ShopDraft
from customary.page.adoption.files import check_analyst, without_flags
from customary.page.markup import Markup, element, fill_with_markup, join, show
from customary.page.parts import notice
from customary.publish import build as build_snapshot
from customary.publish.acceptance import NotAccepted
from customary.query.measure import measure
from customary.reasons import reason_text
from customary.shop import Shop, Snapshot, open_shop
from customary.wording import join_sentences, say, word, wording


@dataclass(frozen=True)
class BuildStanding:
    """What came of the last build: `report` to be shown, and where it stopped what is asked before the next.

    `asked` are columns that can be read in several ways, with these; `problems` what needs a reason; `answers` what was
    answered so far.
    """

    report: mo.Html | None = None
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


def build_button(made: ShopDraft) -> Any:
    """The button that builds; without effect while something is open."""
    return mo.ui.run_button(label=say("Take the files in and build"), kind="success", disabled=bool(made.open))


def open_note(made: ShopDraft) -> mo.Html:
    """What has to be said before the files can be taken in."""
    if made.open:
        return notice("Before it can be built:", join_sentences(made.open))
    return notice("Nothing is open.", "The files are copied; what you dropped stays as it is.")


def build(shop: Shop, made: ShopDraft, answers: Mapping[str, str], settle: Callable[[BuildStanding], object]) -> None:
    """Take the files of a draft in and build the shop; `settle` is told what came of it, good or bad.

    `answers` are those that made the draft agreed; a `reason` among them publishes what misses its standards.
    """
    check_analyst(shop)
    try:
        with mo.status.spinner(title=say("Taking the files in"), remove_on_exit=True) as shown:
            report = _take_and_build(shop, made, answers.get("reason", ""), shown)
    except Undecided as error:
        asked = {error.column: error.readings} if error.column else {}
        settle(BuildStanding(_stop_note(str(error)), asked=asked, answers=dict(answers)))
    except NotAccepted as error:
        told = say("; ").join(map(reason_text, error.problems))
        said = say("{problems}. If that is right, say above why, and build again.", problems=told)
        settle(BuildStanding(_stop_note(said), problems=error.problems, answers=dict(answers)))
    except (Refused, UnknownName, OSError) as error:
        settle(BuildStanding(_stop_note(str(error)), answers=dict(answers)))
    else:
        settle(BuildStanding(report, answers=dict(answers)))


def _stop_note(text: str) -> mo.Html:
    return notice("It was not built; readers see what they saw before:", without_flags(text))


def _take_and_build(shop: Shop, made: ShopDraft, reason: str, shown: Any) -> mo.Html:
    if made.open or made.plan is None or made.folder is None:
        raise Refused(join_sentences(made.open) or say("there is nothing to build"))
    made.folder.mkdir(parents=True, exist_ok=True)
    source = source_to_take(made.plan, made.folder)
    take_in(made.plan, source, made.folder, made.settings, replaces=made.replaces)

    def tell(step: str, amount: float = 0) -> None:
        shown.update(title=say("Building"), subtitle=f"{word(step)} · {amount:,.0f}" if amount else word(step))

    return _report(shop, made.folder.name, build_snapshot(made.folder.name, tell, accepted=reason))


def _report(shop: Shop, name: str, snapshot: Snapshot) -> mo.Html:
    """What was built: its first figures, the lines of the build, and how to look at it."""
    lines = [element("li", line) for line in snapshot.facts.get("report", ())]
    head = element("h2", say("{shop} is built", shop=snapshot.title))
    parts = [head, element("p", _figures(name, snapshot)), element("p", _way(shop, name)), element("ul", join(lines))]
    return show(element("section", *parts, kind="cy-finding"))


def _figures(name: str, snapshot: Snapshot) -> str:
    if not snapshot.rows.get("orders"):
        return say("It has no orders; its tables have {n:,} rows.", n=sum(snapshot.rows.values()))
    found = measure(open_shop(name), "order_count", "buyer_count", "net_revenue")
    return say(
        "Orders: {orders}; buyers: {buyers}; net revenue: {revenue}; everything before {as_of}.",
        orders=found.text("order_count"),
        buyers=found.text("buyer_count"),
        revenue=found.text("net_revenue"),
        as_of=snapshot.facts["as_of"],
    )


def _way(shop: Shop, name: str) -> Markup:
    """How to look at the shop: here where it is this one, else by its own editor or server."""
    if name == shop.name:
        start = element("a", say("the start"), href="/?file=00_start.py")
        template = wording("Look at it from {start}; a chapter that is open already shows it once it is run again.")
        return fill_with_markup(template, start=start)
    edit, serve = (element("code", f"customary {verb} {name}") for verb in ("edit", "serve"))
    template = wording("Look at it with {edit}; show it to others with {serve}.")
    return fill_with_markup(template, edit=edit, serve=serve)
