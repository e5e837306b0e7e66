"""One person, one portrait: the labels, tags and next best action of every customer, stored beside the frames."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from customary import segments as _segments  # noqa: F401  (fills the list of segments)
from customary.declare import SEGMENTS, frame
from customary.errors import Refused
from customary.frames.calendar import epoch_day
from customary.frames.tags import TAGS, UNKNOWN, labels, shared_facts, tags
from customary.rules.book import RuleBook
from customary.rules.reading import Case, case, in_case
from customary.rules.references import check_labels
from customary.segments import DERIVED, add_scores, is_undated_buyer, score_bounds


def actions(shop_rules: RuleBook) -> list[Mapping[str, Any]]:
    """The actions of actions.toml in their order; the last one has no `when` and takes everybody else."""
    told: list[Mapping[str, Any]] = shop_rules["actions"]["actions"]
    if not told or "when" in told[-1] or not all("when" in action for action in told[:-1]):
        where = shop_rules.place("actions", "actions")
        raise Refused("{where}every action needs a `when`, and the last one none: it takes everybody else", where=where)
    return told


def _case(action: Mapping[str, Any], t: ir.Table, shop_rules: RuleBook) -> Case:
    """Whom an action is for; a column or a label that does not exist is refused with the nearest that does."""
    try:
        wanted = case(action["when"], tuple(t.columns))
        check_labels(shop_rules, wanted)
    except (Refused, LookupError) as error:
        raise Refused(
            "{place}action “{name}”: {error}",
            place=shop_rules.place("actions", "actions"),
            name=action["name"],
            error=error,
        ) from error
    return wanted


def next_best_action(t: ir.Table, shop_rules: RuleBook) -> ir.StringValue:
    """The first action whose case holds for a row of customers with their labels and tags.

    NULL for who bought at times that nobody knows: what to do next hangs on how long ago that was.
    """
    *first, last = actions(shop_rules)
    cases = [(_case(action, t, shop_rules), action["name"]) for action in first]
    return ibis.cases(
        (is_undated_buyer(t), ibis.null("string")),
        *((in_case(wanted, {n: t[n] for n in wanted}), name) for wanted, name in cases),
        else_=last["name"],
    )


def counting_rows(*frames: ir.Table) -> list[ir.Table]:
    """The rows of each frame that count."""
    return [t.filter(t.left_out_because.isnull()) for t in frames]


def common_facts(
    customers: ir.Table, orders: ir.Table, items: ir.Table, sessions: ir.Table, shop_rules: RuleBook
) -> dict[str, ir.Table]:
    """What portraits know of all customers at once: a few rows, so that portraits can be made of some at a time."""
    bought, lines, visits = counting_rows(orders, items, sessions)
    return {"scores": score_bounds(customers), **shared_facts(bought, lines, visits, shop_rules["tags"])}


def draw_portraits(
    customers: ir.Table,
    orders: ir.Table,
    items: ir.Table,
    sessions: ir.Table,
    as_of: date | ir.DateValue,
    shop_rules: RuleBook,
    known: Mapping[str, ir.Table],
) -> ir.Table:
    """The portraits of some customers by their own rows, and by what is `known` of all: see `common_facts`."""
    bought, lines, visits = counting_rows(orders, items, sessions)
    today = epoch_day(ibis.date(as_of))
    own = tags(customers, bought, lines, visits, today, shop_rules["tags"], known)
    t = add_scores(customers, known["scores"])
    groups = {name: segment.label(t, shop_rules) for name, segment in SEGMENTS.items()}
    t = t.mutate(**groups).left_join(own, "customer_id").drop("customer_id_right")
    t = t.mutate(next_best_action=next_best_action(t, shop_rules))
    kept = [name for name in own.columns if name != "customer_id"]
    return t.select("customer_id", *DERIVED, *groups, *kept, "next_best_action", "left_out_because")


def label_values(values: Mapping[str, Iterable[str]], shop_rules: RuleBook) -> dict[str, list[str]]:
    """Each column of labels → all that can stand in it, in the order of the alphabet; `values` are those of orders."""
    usual = {"payment": "payment_method"}
    limits = shop_rules["tags"]
    tagged = {f"{name}_tag": [UNKNOWN, *labels(limits, name), *values.get(usual.get(name, name), [])] for name in TAGS}
    named = {name: segment.labels(shop_rules) for name, segment in SEGMENTS.items()}
    told = {**named, **tagged, "next_best_action": [action["name"] for action in actions(shop_rules)]}
    return {name: sorted(set(found)) for name, found in told.items()}


@frame("one row per customer, as of the as-of date", key="customer_id", time=False)
def portraits(
    customers: ir.Table,
    orders: ir.Table,
    items: ir.Table,
    sessions: ir.Table,
    as_of: date | ir.DateValue,
    shop_rules: RuleBook,
) -> ir.Table:
    """A customer in labels: RFM scores, every segment, preference tags with their evidence, and what to do next.

    Attributes and behaviour stay in the customers frame, under the same `customer_id`. Scores are 1 to 5 among the
    buyers, 0 for who never bought.
    """
    known = common_facts(customers, orders, items, sessions, shop_rules)
    return draw_portraits(customers, orders, items, sessions, as_of, shop_rules, known)
