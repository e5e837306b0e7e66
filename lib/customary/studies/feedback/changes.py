"""Whether what was changed has helped: orders after a change against those before, beside what was left alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce

import ibis
import ibis.expr.types as ir

from customary.dates import day_number
from customary.declare import study
from customary.rules.book import RuleBook
from customary.rules.changes import FILE, Change, changes_of
from customary.stats.intervals import shares
from customary.studies.feedback.sides import FIGURES, FIGURES_OF, RULE_OF, is_seen, sides_of

NEEDS = {"returns": "returns", "complaints": "tickets", "next orders": "orders"}  # figure → frame that tells of it
# Each of the four rates and its sign in the effect: what the change touches and what it leaves alone, after and before.
CELLS = {
    "after": (True, True, 1),
    "before": (True, False, -1),
    "other_after": (False, True, -1),
    "other_before": (False, False, 1),
}
KEYS = ("change_no", "figure_no")
# What a row of `_cells` holds, and of which type.
CELL = {
    **{"change_no": "int32", "figure_no": "int32", "is_subject": "boolean", "is_after": "boolean"},
    **{"is_running": "boolean", "n": "int64", "rate": "float64", "low": "float64", "high": "float64"},
}
# Key of a change → the column that it is told in.
HEADS = {
    **{"name": "change_name", "about": "change_about", "of": "change_of"},
    **{"what": "change_text", "owner": "change_owner", "state": "change_state"},
}


@study(zh="改进措施的成效", source="A-027, C-030, C-065, C-080", rests_on="dates")
def change_effects(
    orders: ir.Table,
    items: ir.Table,
    tickets: ir.Table,
    as_of: date,
    present_frames: frozenset[str],
    shop_rules: RuleBook,
) -> ir.Table:
    """What became of returns, complaints and next orders after each change of `changes.toml`, beside what stayed as is.

    Of orders placed in so many days before the change and after it, the share with a return, a complaint or a next
    order within the days that `changes.toml` gives both; an order that is younger is not yet counted. The effect is
    what that share moved by, less what it moved by for the other goods of the category, the other categories or the
    other topics. Its interval is put together from Wilson's of the four rates (Zou and Donner, 2008), orders of one
    customer taken as alike. What else changed on the same day for these goods alone is in it: it is no experiment.
    """
    watch, changes = shop_rules[FILE]["watch"], changes_of(shop_rules[FILE])
    known = tuple(figure for figure in FIGURES if NEEDS[figure] in present_frames)
    parts = [orders.limit(0).select(**{name: ibis.null(kind) for name, kind in CELL.items()})]
    seen = [orders.limit(0).select(seen_no=ibis.null("int32"), is_seen=ibis.null("boolean"))]
    done = {number: change for number, change in enumerate(changes) if change.state == "done"}
    for number, change in done.items():
        sides = sides_of(change, list(done.values()), items, orders, tickets, watch)
        parts += _cells(sides, number, change, known, as_of, watch)
        seen.append(is_seen(change, items, tickets).mutate(seen_no=ibis.literal(number, "int32")))
    t, found = _entries(changes), _effects(ibis.union(*parts) if len(parts) > 1 else parts[0])
    t = t.left_join(found, t.change_no == found.change_no).drop("change_no_right")
    of = ibis.union(*(each.select("seen_no", "is_seen") for each in seen)) if done else seen[0]
    t = t.left_join(of, t.change_no == of.seen_no).drop("seen_no")
    return _with_verdict(t, watch["fewest"]).order_by("change_no", "figure_no").drop(*KEYS)


def _cells(
    t: ir.Table, number: int, change: Change, known: Sequence[str], as_of: date, watch: Mapping[str, int]
) -> list[ir.Table]:
    """The four rates of each figure of a change: a table per figure, a row per side and time that has orders."""
    begin, today = day_number(change.since or as_of), day_number(as_of)
    near = t.filter((t.day >= begin - watch["days"]) & (t.day < begin + watch["days"]))
    near = near.mutate(is_after=near.day >= begin)
    found = []
    for figure in (name for name in FIGURES_OF[change.about] if name in known):
        follow = watch[RULE_OF[figure]]
        done = near.filter(near.day + follow < today)
        rates = shares(done, ["is_subject", "is_after"], done[figure])
        keys = {"change_no": number, "figure_no": FIGURES.index(figure)}
        places = {name: ibis.literal(value, "int32") for name, value in keys.items()}
        told = rates.mutate(**places, is_running=ibis.literal(begin + watch["days"] + follow > today))
        found.append(told.select(**{name: told[name].cast(kind) for name, kind in CELL.items()}))
    return found


def _effects(cells: ir.Table) -> ir.Table:
    """One row per change and figure: the four rates with their orders, and the effect with its interval."""
    told: dict[str, ir.Value] = {"is_running": cells.is_running.any()}
    for cell, (is_subject, is_after, _sign) in CELLS.items():
        here = (cells.is_subject == is_subject) & (cells.is_after == is_after)
        told |= {f"{cell}_{name}": cells[name].max(where=here) for name in ("rate", "low", "high")}
        told[f"{cell}_order_count"] = cells.n.sum(where=here)
    t = cells.group_by(KEYS).agg(**told)
    effect = sum(sign * t[f"{cell}_rate"] for cell, (_subject, _after, sign) in CELLS.items())
    below, above = (_spread(t, end) for end in (1, -1))
    t = t.mutate(
        effect_points=effect, low_effect_points=effect - below.sqrt(), high_effect_points=effect + above.sqrt()
    )
    return t.drop(*(f"{cell}_{end}" for cell in CELLS for end in ("low", "high")))


def _spread(t: ir.Table, end: int) -> ir.FloatingValue:
    """How far the effect reaches below (1) or above (−1), squared: a rate that is taken off counts by its other end."""
    parts = []
    for cell, (_subject, _after, sign) in CELLS.items():
        rate, low, high = (t[f"{cell}_{name}"] for name in ("rate", "low", "high"))
        parts.append((rate - low) ** 2 if sign == end else (high - rate) ** 2)
    return reduce(lambda one, other: one + other, parts)


def _entries(changes: Sequence[Change]) -> ir.Table:
    """The changes as rows, in their order."""
    t = ibis.literal(list(range(len(changes))), "array<int32>").unnest().name("change_no").as_table()

    def pick(values: Sequence[str | date | None], kind: str) -> ir.Value:
        told = [(t.change_no == n, ibis.literal(value, kind)) for n, value in enumerate(values) if value]
        return ibis.cases(*told) if told else ibis.null(kind)

    texts = {name: pick([getattr(change, key) for change in changes], "string") for key, name in HEADS.items()}
    return t.mutate(**texts, since_on=pick([change.since for change in changes], "date"))


def _with_verdict(t: ir.Table, fewest: int) -> ir.Table:
    """Name the figure, and say what the interval allows; of a change that is planned or dropped there is nothing."""
    is_done, counts = t.change_state == "done", [f"{cell}_order_count" for cell in CELLS]
    t = t.mutate(**{name: ibis.cases((is_done, t[name].fill_null(0))) for name in counts})
    figure = ibis.cases(*((t.figure_no == n, name) for n, name in enumerate(FIGURES)))
    verdict = ibis.cases(
        (~is_done, ibis.null("string")),
        (~t.is_seen.fill_null(False), "not in this shop"),
        (t.is_running.fill_null(False), "still running"),
        (ibis.least(t.before_order_count, t.after_order_count) < fewest, "too few orders"),
        (ibis.least(t.other_before_order_count, t.other_after_order_count) < fewest, "nothing to compare with"),
        (t.low_effect_points > 0, "more"),
        (t.high_effect_points < 0, "fewer"),
        else_="no difference shown",
    )
    t = t.mutate(figure=figure, verdict=verdict)
    return t.relocate(*HEADS.values(), "since_on", "figure", "verdict", "effect_points", "low_effect_points").drop(
        "is_running", "is_seen"
    )
