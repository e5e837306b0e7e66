"""The SELECTs of refunds: files of their own, sums beside orders, and orders below zero."""

import re

from customary.intake.readers import quote
from customary.intake.recognise.composition import Composition, person, select_text, sql_text
from customary.intake.recognise.every_row import rows_that_hold
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.look import Look
from customary.intake.recognise.payment import when
from customary.intake.recognise.prices import below_zero, goods
from customary.intake.recognise.sums import above_zero, is_below_zero
from customary.standard import rules
from customary.wording import say


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
        "refund_amount": f"-try_cast({gross} as decimal(18, 4))",
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


def _pieces(which: str) -> str:
    return "|".join(map(re.escape, rules("recognition")["refunded"][which]))


def _statuses_back(found: Recognition) -> tuple[list[str], list[str]]:
    """The statuses of a file that say that an order came back as a whole, and in part, of all its rows."""
    column = found.column("status")
    if column is None or found.select or found.column("refund", "refund_id"):
        return [], []
    values = {*found.look.values(column), *_later_statuses(found.look, column)}
    back = sorted(value for value in values if re.search(_pieces("whole"), value.lower()))
    part = [value for value in back if re.search(_pieces("part"), value.lower())]
    return [value for value in back if value not in part], part


def _later_statuses(look: Look, column: str) -> set[str]:
    """The cells of a column in all rows that hold a word of what came back."""
    words, place = re.compile(_pieces("whole")), look.columns.index(column)
    told = rows_that_hold(look, lambda text: bool(words.search(text.decode("utf-8", "ignore").lower())))
    return {row[place].strip() for row in told if len(row) == len(look.columns)}


def add_refunds_by_status(found: Recognition, made: Composition, gross: str | None, discount: str | None) -> None:
    """Orders that came back as a whole by their status, where the file has no column of what was refunded.

    `gross` and `discount` are SQL for what their goods cost and what was taken off it.
    """
    whole, _part = _statuses_back(found)
    if not whole or gross is None or "returns" in made.selects:
        return
    order, status = quote(str(found.column("order_id"))), quote(str(found.column("status")))
    less = f" - coalesce(try_cast({discount} as decimal(18, 4)), 0)" if discount else ""
    columns = {
        "return_id": f"'refund-' || {order}",
        "order_id": order,
        "customer_id": person(found),
        "refund_amount": f"try_cast({gross} as decimal(18, 4)){less}",
    }
    is_back = " and ".join(
        f"{'not ' if which == 'part' else ''}regexp_matches(lower({status}), {sql_text(_pieces(which))})"
        for which in ("whole", "part")
    )
    said = (
        f"{' and '.join(f'“{one}”' for one in whole)}: the whole order came back, on a day that the file does not say"
    )
    select = select_text(columns, f"from {made.records}\nwhere {is_back}")
    made.add("returns", "one row per order that came back", select, [said], carries=False)


def lack_of_refunds(found: Recognition) -> str:
    """What is said of statuses by which orders came back while nothing says how much; "" without any.

    The whole of an order is known where a file has one row for each.
    """
    whole, part = _statuses_back(found) if found.kind in ("orders", "mixed", "purchases") else ([], [])
    told = part if found.kind == "orders" else [*whole, *part]
    if not told:
        return ""
    template = "{file}: {statuses} says that something came back and not how much: sales are without that taken off"
    return say(template, file=found.look.path.name, statuses=say(", ").join(f"“{one}”" for one in told))


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
