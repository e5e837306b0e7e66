"""What a build keeps and yet finds odd: it may be true, so nothing is changed, but it is counted and said."""

from dataclasses import dataclass

import duckdb

from customary.intake.readers import PER_FILE, quote


@dataclass(frozen=True)
class Rule:
    """Something odd about the rows of a canonical table: a condition in SQL on `t`, and what is said of it."""

    table: str
    reason: str
    condition: str
    join: str = ""


_ORDER_OF = "join orders o using (order_id)"
_SUMS = """join orders o using (order_id) join (
    select order_id, sum(quantity * unit_price) as amount from order_items where quantity > 0 group by order_id
) i using (order_id)"""
RULES = (
    Rule("orders", "paid before it was ordered", "t.paid_at < t.ordered_at"),
    Rule("orders", "delivered before it was ordered", "t.delivered_at < t.ordered_at"),
    Rule("orders", "cancelled before it was ordered", "t.cancelled_at < t.ordered_at"),
    Rule("orders", "an amount below zero", "t.gross_amount < 0"),
    Rule("orders", "a discount of more than the whole", "t.discount_amount > t.gross_amount + t.discount_amount"),
    Rule("order_items", "a price of zero", "t.unit_price = 0"),
    Rule("order_items", "a price below zero", "t.unit_price < 0"),
    Rule("order_items", "a quantity of zero", "t.quantity = 0"),
    Rule("order_items", "a quantity of a million or more", "abs(t.quantity) >= 1000000"),
    Rule("returns", "a refund below zero", "t.refund_amount < 0"),
    Rule("returns", "a refund before its order", "t.returned_at < o.ordered_at", _ORDER_OF),
    Rule("returns", "a refund of more than its order's lines", "t.refund_amount > i.amount", _SUMS),
    Rule(
        "returns",
        "a refund of no known order",
        "t.order_id is not null and o.order_id is null",
        "left join orders o using (order_id)",
    ),
    Rule("consents", "nobody knows when: a refusal among them holds", "t.recorded_at is null"),
    Rule("tickets", "closed before it was opened", "t.closed_at < t.opened_at"),
    Rule("customers", "born after joining", "t.birth_on > t.registered_at::DATE"),
    Rule("customers", "an e-mail address that is none", "t.email not like '%_@_%._%' or t.email like '%@%@%'"),
    Rule(
        "customers", "a phone number of fewer than 7 digits", "length(regexp_replace(t.phone, '[^0-9*]', '', 'g')) < 7"
    ),
)


def remark(con: duckdb.DuckDBPyConnection) -> None:
    """Add to the book `remarks` how many loaded rows each rule finds odd, with the first line; nothing is changed."""
    filled = {name for name in {rule.table for rule in RULES} if con.execute(f"from {quote(name)} limit 1").fetchone()}
    for rule in [rule for rule in RULES if rule.table in filled]:
        con.execute(
            f"""insert into remarks select '{rule.table}', ?, count(*), min(t._record) % {PER_FILE}
            from {quote(rule.table)} t {rule.join} where {rule.condition} having count(*) > 0""",
            [rule.reason],
        )
