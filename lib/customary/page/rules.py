"""Rules on a page: in words for everybody, as text for analysts, with the effect of a change before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import marimo as mo

from customary.charts import heatmap
from customary.errors import Refused
from customary.language import reader_language
from customary.page.figures import figure
from customary.page.markup import element, join, show
from customary.query.reference.rules import bounds, condition
from customary.query.rulebook import desk, mismatch, proposal
from customary.query.study import study
from customary.rules.proof import stretches
from customary.rules.ranges import Label
from customary.shop import Shop
from customary.units import MONEY
from customary.wording import join_sentences, say, word, wording

_CHANGE = "Change a bound in the text and its effect stands here before anything is saved."
_READ = "Analysts change them in the edited page; here they are read."
GOAL = "Raise customer value contribution"


def in_words(shop: Shop, rules: str) -> mo.Html:
    """Each label of the rules in force in the order in which they are read, its 中文 and its cases in words."""
    found = shop.rules.set(rules)
    head = element("tr", join(element("th", name, scope="col") for name in (say("Label"), say("Who"))))
    rows = [
        element("tr", element("td", word(each.name, column=rules)), element("td", _condition(each)))
        for each in found.labels
    ]
    body = element("table", element("thead", head), element("tbody", join(rows)))
    return show(element("div", element("div", body, kind="cy-scroll"), kind="cy-table"))


def _condition(label: Label) -> str:
    return condition(label).zh if reader_language() == "zh" else label.text


def stretch_texts(shop: Shop, rules: str, column: str) -> dict[str, str]:
    """How `tier_rule` writes the stretches of a column → the same in the reader's language: "below 2" → "< 2"."""
    found = stretches(shop.rules.set(rules), column)
    if reader_language() != "zh":
        return {each.said: each.said for each in found}
    return {each.said: bounds(each.range).zh if each.range else word("unknown") for each in found}


def currency_notice(shop: Shop) -> mo.Html:
    """What to know where the tiers are bounded in another currency than the shop's; nothing where they are not."""
    found = mismatch(shop)
    if found is None:
        return show(element("span"))
    try:
        own = proposal(shop)
    except Refused as error:
        return _notice(found.text, str(error))
    high, low = (MONEY.text(bound, shop.currency) for bound in own.bounds)
    said = say(
        "Of its {n:,} buyers of the year the top 5% begin at {high}, the top 20% at {low}.",
        n=own.buyer_count,
        high=high,
        low=low,
    )
    more = say("Change the bounds below.") if shop.audience == "analyst" else ""
    return _notice(found.text, join_sentences((said, more)))


def editor(shop: Shop, rules: str) -> Any:
    """The text of the file that holds the rules: an analyst may change it, everybody else reads it."""
    file, mine = shop.rules.sets[rules], shop.audience == "analyst"
    own = say("the shop's own") if desk(shop).can_restore(file) else say("the default, saved as the shop's own")
    use = say("change it and see below who would move") if mine else say("read only")
    label = f"{file}.toml – {own} – {use}"
    text = shop.rules.text(file)
    return mo.ui.code_editor(text, language="toml", disabled=not mine, min_height=180, max_height=380, label=label)


@dataclass(frozen=True)
class RuleChange:
    """A text that may become the rules: what is wrong with it, and its effect to look at."""

    file: str
    text: str
    base: str
    fault: str
    effect: mo.Html

    @property
    def can_be_saved(self) -> bool:
        """Whether it differs from the rules in force and nothing is wrong with it."""
        return self.text != self.base and not self.fault


def check(shop: Shop, rules: str, text: str, where: Mapping[str, Any] | None = None) -> RuleChange:
    """What a text would do as rules: its first mistake with the line, or who would move and what each tier would hold.

    Only an analyst's text is looked at; to everybody else the rules stand as they are.
    """
    file = shop.rules.sets[rules]
    base = shop.rules.text(file)
    if shop.audience != "analyst" or text == base:
        said = [wording(_CHANGE if shop.audience == "analyst" else _READ), _unpublished_note(shop)]
        rest = join_sentences(said)
        return RuleChange(file, base, base, "", _notice(say("The rules stand as they are."), rest))
    if wrong := desk(shop).fault(file, text):
        return RuleChange(file, text, base, wrong, _notice(say("This cannot become the rule:"), wrong))
    return RuleChange(file, text, base, "", _effect(shop, rules, text, dict(where or {})))


def _unpublished_note(shop: Shop) -> str:
    """That others still see the rules of the last build, where they do."""
    if shop.rules.is_published:
        return ""
    return say(
        "Not published: other readers see the rules of the last build until `customary build {shop}`.", shop=shop.name
    )


def _effect(shop: Shop, rules: str, text: str, where: Mapping[str, Any]) -> mo.Html:
    moves = study(shop, "rule_moves", rules=rules, text=text, where=where)
    effect = study(shop, "rule_effect", rules=rules, text=text, where=where)
    cells, labels = moves.to_pandas(), list(effect.to_pandas().label)
    moved = cells[cells.is_moved]
    people, everybody = int(moved.customer_count.sum()), int(cells.customer_count.sum())
    matrix = figure(
        moves,
        heatmap(
            cells,
            "label_after",
            "label_before",
            "customer_count",
            marked="is_moved",
            height=240,
            x_order=labels,
            y_order=labels,
        ),
        say("{n:,} of {total:,} customers would change their tier", n=people, total=everybody),
        say(
            "Customers by tier now (down) and then (across), as of {day}; amber moves. n = {total:,}.",
            day=shop.as_of,
            total=everybody,
        ),
        goal=GOAL,
    )
    lines = figure(
        effect,
        None,
        say(
            "They spent {amount} in the last year",
            amount=MONEY.text(float(moved.year_net_spend.sum()), shop.currency),
        ),
        say(
            "Customers and net spend of the last 365 days in each tier before and after the change, as of {day}.",
            day=shop.as_of,
        ),
        goal=GOAL,
    )
    return mo.vstack([matrix, lines])


def buttons(shop: Shop, change: RuleChange) -> Any:
    """Save the change, undo the last one, or go back to the default; each only when it would do something."""
    mine, here = shop.audience == "analyst", desk(shop)
    save = mo.ui.run_button(label=say("Save the rules"), kind="success", disabled=not (mine and change.can_be_saved))
    undo = mo.ui.run_button(label=say("Undo the last change"), disabled=not (mine and here.can_undo(change.file)))
    restore = mo.ui.run_button(label=say("Back to the default"), disabled=not (mine and here.can_restore(change.file)))
    return mo.ui.dictionary({"save": save, "undo": undo, "restore": restore})


def _carry_out(shop: Shop, change: RuleChange, pressed: Mapping[str, Any]) -> str:
    """Do what was pressed; what to say of it, nothing where nothing was."""
    here = desk(shop)
    if pressed.get("save"):
        here.save(change.file, change.text, base=change.base)
        return say("Your pages now answer by the new rules; the version before can be brought back.")
    if pressed.get("undo"):
        here.undo(change.file)
        return say("The version before the last change is in force again on your pages.")
    if pressed.get("restore"):
        here.restore(change.file)
        return say("The default is in force again on your pages.")
    return ""


def save(shop: Shop, change: RuleChange, pressed: Mapping[str, Any], again: Callable[[], object]) -> mo.Html:
    """Do what was pressed and say so; `again` lets the rest of the page answer by the new rules."""
    try:
        said = _carry_out(shop, change, pressed)
    except (Refused, OSError) as error:
        return _notice(say("Nothing was changed."), str(error))
    if not said:
        return show(element("span"))
    later = say("Other readers see them after `customary build {shop}`.", shop=shop.name)
    said = say("{first} {more}", first=said, more=later)
    mo.status.toast(say("Done."), said)  # the page answers anew at once, and this note with it
    again()
    return _notice(say("Done."), said)


def _notice(first: str, rest: str) -> mo.Html:
    return show(element("div", element("b", first), " ", rest, kind="cy-notice", role="note"))
