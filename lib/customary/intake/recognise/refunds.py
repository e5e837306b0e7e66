"""The SELECTs of refunds: files of their own, sums beside orders, and orders below zero."""

from customary.intake.readers import quote
from customary.intake.recognise.composition import Composition, person, select_text
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.payment import when
from customary.intake.recognise.prices import below_zero, goods
from customary.intake.recognise.row_kinds import is_back_row
from customary.intake.recognise.sums import above_zero, is_below_zero


def add_orders_back(found: Recognition, made: Composition, paid: str | None) -> None:
    """Orders below zero as refunds on their date, of the order that has the same number where there is one.

    `paid` is SQL for when one was paid, NULL where its status says that it was not; None in a file without a time.
    """
    back, order, gross = below_zero(found), found.column("order_id"), goods(found)[0]
    if back is None or "returns" in made.selects:
        return
    number = quote(order) if order else None
    is_of_sale = f"case when max({back}::int) over of_order > min({back}::int) over of_order then {number} end"
    columns = {
        "_record": "_record",
        "return_id": "'refund-' || _record",
        "order_id": is_of_sale if order else None,
        "customer_id": person(found),
        "returned_at": when(found),
        "refund_amount": f"{'abs' if is_back_row(found) else '-'}(try_cast({gross} as decimal(18, 4)))",
        "excluded_because": f"case when {paid} is null then 'a refund that was not paid out' end" if paid else None,
    }
    window = f"\nwindow of_order as (partition by {number})" if order else ""
    select = select_text(columns, f"from {made.records}{window}\nqualify {back}")
    only = f"select * from (\n{select}\n)"
    made.add("returns", "one row per order below zero", only, ["an order below zero is a refund"], carries=True)


def add_refunds(found: Recognition, made: Composition) -> None:
    """Refunds that stand beside their order without a date of their own."""
    column = found.column("refund")
    if column is None or "returns" in made.selects:
        return
    order, who = quote(str(found.column("order_id"))), person(found)
    columns = {
        "return_id": f"'refund-' || {order}",
        "order_id": order,
        "customer_id": f"max({who})" if who else None,
        "refund_amount": f"max({above_zero(found, column)})",
    }
    nothing = f"coalesce(try_cast({quote(column)} as double), 1) <> 0"
    source = f"from {made.records}\nwhere {quote(column)} is not null and {nothing}\ngroup by {order}"
    decided = [f"“{column}” is what was refunded of an order, without a date: it counts as undated_refunds says"]
    made.add("returns", "one row per refunded order", select_text(columns, source), decided, carries=False)


def returns(found: Recognition, made: Composition) -> None:
    """Refunds with dates or numbers of their own."""
    own, order, product = found.column("refund_id"), found.column("order_id"), found.column("product_id")
    count, who, day = found.column("quantity"), person(found), found.column("refund_time", "time", "order_time")
    columns = {
        "_record": "_record",
        "return_id": quote(own) if own else "cast(_record as varchar)",
        "order_id": quote(order) if order else None,
        "customer_id": who,
        "returned_at": quote(day) if day else None,
        "product_id": quote(product) if product else None,
        "quantity": quote(count) if count else None,
        "refund_amount": above_zero(found, str(found.column("refund", "total", "line_amount"))),
        **made.own_of("returns"),
    }
    select = select_text(columns, f"from {made.records}")
    written = (
        "written below zero"
        if is_below_zero(found, str(found.column("refund", "total", "line_amount")))
        else "positive"
    )
    made.add("returns", "one row per refund", select, [f"amounts are {written}"], carries=True)
