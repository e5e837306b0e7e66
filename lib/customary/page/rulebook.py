"""Rules on a page: in words for everybody, as text for analysts, with the effect of a change before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import marimo as mo
import pandas as pd

from customary.charts import heatmap
from customary.errors import Refused
from customary.page.answers import studied
from customary.page.markup import element, shown
from customary.page.sheets import Sheet, sheet, table
from customary.query.rulebook import desk, mismatch, proposal
from customary.shop import Shop
from customary.units import MONEY, RATE

_CHANGE = "Change a bound in the text and its effect stands here before anything is saved."
_READ = "Analysts change them in the edited page; here they are read."


def rules_sheet(shop: Shop, rules: str) -> Sheet:
    """Each label of the rules in force in the order in which they are read, its 中文 and its cases in words."""
    found = shop.rules.set(rules)
    rows = [{"label": each.name, "zh": each.zh, "who": each.text} for each in found.labels]
    return sheet(pd.DataFrame(rows), names={"label": found.name.replace("_", " ").capitalize(), "zh": "中文"})


def currency_notice(shop: Shop) -> mo.Html:
    """What to know where the tiers are bounded in another currency than the shop's; nothing where they are not."""
    found = mismatch(shop)
    if found is None:
        return shown(element("span"))
    try:
        own = proposal(shop)
    except Refused as error:
        return _notice(found.text, str(error))
    high, low = (MONEY.text(bound, shop.currency) for bound in own.bounds)
    said = f"Of its {own.buyer_count:,} buyers of the year the top 5 % begin at {high}, the top 20 % at {low}."
    return _notice(found.text, said + (" Change the bounds below." if shop.audience == "analyst" else ""))


def rule_editor(shop: Shop, rules: str) -> Any:
    """The text of the file that holds the rules: an analyst may change it, everybody else reads it."""
    file, mine = shop.rules.sets[rules], shop.audience == "analyst"
    own = "the shop's own" if desk(shop).can_restore(file) else "the default, saved as the shop's own"
    label = f"{file}.toml – {own} – " + ("change it and see below who would move" if mine else "read only")
    text = shop.rules.text(file)
    return mo.ui.code_editor(text, language="toml", disabled=not mine, min_height=180, max_height=380, label=label)


@dataclass(frozen=True)
class Proposal:
    """A text that may become the rules: what is wrong with it, and its effect to look at."""

    file: str
    text: str
    base: str
    fault: str
    shown: mo.Html

    @property
    def can_be_saved(self) -> bool:
        """Whether it differs from the rules in force and nothing is wrong with it."""
        return self.text != self.base and not self.fault


def proposed(shop: Shop, rules: str, text: str, where: Mapping[str, Any] | None = None) -> Proposal:
    """What a text would do as rules: its first mistake with the line, or who would move and what each tier would hold.

    Only an analyst's text is looked at; to everybody else the rules stand as they are.
    """
    file = shop.rules.sets[rules]
    base = shop.rules.text(file)
    if shop.audience != "analyst" or text == base:
        said = _CHANGE if shop.audience == "analyst" else _READ
        return Proposal(file, base, base, "", _notice("The rules stand as they are.", f"{said}{_unpublished(shop)}"))
    if wrong := desk(shop).fault(file, text):
        return Proposal(file, text, base, wrong, _notice("This cannot become the rule:", wrong))
    return Proposal(file, text, base, "", _effect(shop, rules, text, dict(where or {})))


def _unpublished(shop: Shop) -> str:
    """That others still see the rules of the last build, where they do."""
    if shop.rules.is_published:
        return ""
    return f" Not published: other readers see the rules of the last build until `customary build {shop.name}`."


def _effect(shop: Shop, rules: str, text: str, where: Mapping[str, Any]) -> mo.Html:
    moves = studied(shop, "rule_moves", rules=rules, text=text, where=where)
    effect = studied(shop, "rule_effect", rules=rules, text=text, where=where)
    moved = moves.frame[moves.frame.is_moved]
    people, everybody = int(moved.customer_count.sum()), int(moves.frame.customer_count.sum())
    order: dict[str, Any] = {"x_order": list(effect.frame.label), "y_order": list(effect.frame.label)}
    matrix = moves.figure(
        f"{people:,} of {everybody:,} customers would change their tier",
        heatmap(moves.frame, "after", "before", "customer_count", marked="is_moved", height=240, **order),
        f"Customers by tier now (down) and then (across), as of {shop.as_of}; amber moves. n = {everybody:,}.",
        goal="Raise customer value contribution",
    )
    units = {name: MONEY for name in ("revenue_before", "revenue_after", "revenue_change")} | {"revenue_share": RATE}
    lines = effect.figure(
        f"They spent {MONEY.text(float(moved.year_net_spend.sum()), shop.currency)} in the last year",
        table(sheet(effect.frame, units=units, currency=shop.currency, names={"label": "Tier"})),
        f"Customers and net spend of the last 365 days in each tier before and after the change, as of {shop.as_of}.",
        goal="Raise customer value contribution",
    )
    return mo.vstack([matrix, lines])


def rule_buttons(shop: Shop, proposal: Proposal) -> Any:
    """Save the proposal, undo the last change, or go back to the default; each only when it would do something."""
    mine, here = shop.audience == "analyst", desk(shop)
    save = mo.ui.run_button(label="Save the rules", kind="success", disabled=not (mine and proposal.can_be_saved))
    undo = mo.ui.run_button(label="Undo the last change", disabled=not (mine and here.can_undo(proposal.file)))
    restore = mo.ui.run_button(label="Back to the default", disabled=not (mine and here.can_restore(proposal.file)))
    return mo.ui.dictionary({"save": save, "undo": undo, "restore": restore})


def rule_saved(shop: Shop, proposal: Proposal, pressed: Mapping[str, Any], again: Callable[[], object]) -> mo.Html:
    """Do what was pressed and say so; `again` lets the rest of the page answer by the new rules."""
    here, build = desk(shop), f"Other readers see them after `customary build {shop.name}`."
    try:
        if pressed.get("save"):
            here.save(proposal.file, proposal.text, base=proposal.base)
            said = f"Your pages now answer by the new rules; the version before can be brought back. {build}"
        elif pressed.get("undo"):
            here.undo(proposal.file)
            said = f"The version before the last change is in force again on your pages. {build}"
        elif pressed.get("restore"):
            here.restore(proposal.file)
            said = f"The default is in force again on your pages. {build}"
        else:
            return shown(element("span"))
    except (Refused, OSError) as error:
        return _notice("Nothing was changed.", str(error))
    mo.status.toast("Done.", said)  # the page answers anew at once, and this note with it
    again()
    return _notice("Done.", said)


def _notice(first: str, rest: str) -> mo.Html:
    return shown(element("div", element("b", first), " ", rest, kind="cy-notice", role="note"))
