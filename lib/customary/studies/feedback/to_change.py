"""What to change: every product and service topic with what speaks for it, who answers for it, and what came of it."""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from customary.declare import study
from customary.errors import unknown_name
from customary.rules.book import RuleBook
from customary.rules.changes import FILE, Change, changes_of
from customary.studies.feedback.changes import HEADS, change_effects
from customary.studies.feedback.evidence import COUNTS, EVIDENCE, KEYS, products, together, topics
from customary.studies.feedback.sides import FIGURES

VERDICTS = {figure: f"{figure.replace(' ', '_')}_verdict" for figure in FIGURES}
OPEN = "open"  # the state of what nobody has decided on
LEAST = 5  # signs of any kind below which there is nothing to decide


@study(zh="改什么", source="A-027, C-030, C-050, C-065, C-079", shown=50, rests_on="dates")
def what_to_change(
    orders: ir.Table,
    items: ir.Table,
    tickets: ir.Table,
    responses: ir.Table,
    events: ir.Table,
    as_of: date,
    present_frames: frozenset[str],
    shop_rules: RuleBook,
    *,
    about: str = "",
    least: int = LEAST,
) -> ir.Table:
    """What customers want changed, product by product and topic by topic, with who answers for it and what came of it.

    The counts are orders that came back, that somebody complained of or whose buyer would not recommend the shop,
    reviews of two stars or less, and searches for the product by name. `sign_count` says how many of returns,
    complaints and low reviews are beyond the usual of the category (Wilson), or, of a topic, whether it had complaints
    in three months or more: those come back and are worth preventing. Owner, state and day are those of `changes.toml`;
    the verdicts those of `change_effects`, against what was left alone: not called a cause where there is nothing to
    compare with. `about` is “product” or “topic”; what fewer than `least` signs speak for is left out, unless a
    change names it.
    """
    rule = shop_rules["voice"]["problems"]
    parts = {
        "product": products(items, tickets, responses, events, rule),
        "topic": topics(tickets, orders, responses),
    }
    if about not in ("", *parts):
        raise unknown_name(about, parts, "subject")
    t = together([part for name, part in parts.items() if about in ("", name)])
    evidence = sum(t[name].fill_null(0) for name in EVIDENCE)
    effects = change_effects(orders, items, tickets, as_of, present_frames, shop_rules)
    t = _with_changes(t.mutate(evidence_count=evidence), changes_of(shop_rules[FILE]), effects)
    t = t.filter((t.evidence_count >= least) | (t.change_state != OPEN))
    unknown = {"returned_count": "returns", "complaint_count": "tickets", "search_count": "events"}
    lacking = [name for name, frame in unknown.items() if frame not in present_frames]
    lacking += ["low_review_count", "detractor_count"] if "responses" not in present_frames else []
    t = t.mutate(**{name: ibis.null("int64") for name in lacking})
    is_open = (t.change_state == OPEN).cast("int64")
    front = (*KEYS, "sign_count", "evidence_count", *COUNTS, "search_count", "month_count")
    t = t.select(*front, *(name for name in t.columns if name not in front))
    return t.order_by(is_open * t.sign_count == 0, ibis.desc("sign_count"), ibis.desc("evidence_count"), "change_of")


def _with_changes(t: ir.Table, changes: Sequence[Change], effects: ir.Table) -> ir.Table:
    """The latest change of each product and topic, and what became of it; what nobody decided on is open."""
    latest = {(change.about, change.of): change for change in changes}  # the last one written down
    told = {
        column: _pick(t, {place: getattr(change, key) for place, change in latest.items()})
        for key, column in HEADS.items()
        if key not in ("about", "of")
    }
    t = t.mutate(**told)
    t = t.mutate(change_state=t.change_state.fill_null(OPEN))
    seen = effects.group_by(effect_of="change_name").agg(
        **{column: effects.verdict.max(where=effects.figure == figure) for figure, column in VERDICTS.items()}
    )
    return t.left_join(seen, t.change_name == seen.effect_of).drop("effect_of")


def _pick(t: ir.Table, values: dict[tuple[str, str], str | date | None]) -> ir.Value:
    cases = [
        ((t.change_about == about) & (t.change_of == of), ibis.literal(value)) for (about, of), value in values.items()
    ]
    return ibis.cases(*cases) if cases else ibis.null("string")
