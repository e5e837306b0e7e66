"""The SELECTs of files of orders, their and of their lines."""

from collections.abc import Callable
from dataclasses import replace

from customary.intake.readers import quote
from customary.intake.recognise.composition import Composition, person, select_text, sql_text
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.lines_back import add_lines_back, has_lines_back, is_back, is_sale
from customary.intake.recognise.payment import doubt, line_doubt, payment, when
from customary.intake.recognise.prices import (
    below_zero,
    discount_to_take_off,
    discount_within,
    goods,
    goods_of_rows,
    is_of_order,
    line_price,
    sum_or_repeat,
    whole_order_rows,
)
from customary.intake.recognise.refunds import add_orders_back, add_refunds
from customary.intake.recognise.row_kinds import is_other_row, no_sale
from customary.intake.recognise.statuses_back import add_lines_back_by_status, add_orders_back_by_status
from customary.intake.recognise.sums import above_zero, amount, is_below_zero, is_fraction, share_off
from customary.intake.repeats import ANEW


def _as_it_is(text: str) -> str:
    return text


def _fold(text: str) -> str:
    """SQL for what an order's rows say together: Shopify writes it in the first, others in every one."""
    return f"min({text})"


_OF_ORDERS = {
    "currency": "currency",
    "shipping_amount": "shipping",
    "tax_amount": "tax",
    "channel": "channel",
    "device": "device",
    "payment_method": "payment_method",
    "country": "country",
    "region": "region",
    "cancelled_at": "cancelled_time",
    "delivered_at": "delivered_time",
}
_FEES = {"shipping_amount": "shipping", "tax_amount": "tax"}


def _order_columns(found: Recognition, made: Composition, fold: Callable[[str], str]) -> dict[str, str | None]:
    plain = {name: fold(quote(column)) for name, one in _OF_ORDERS.items() if (column := found.column(one))}
    if found.kind == "mixed":
        plain |= {name: sum_or_repeat(found, column) for name, one in _FEES.items() if (column := found.column(one))}
    who, ordered = person(found), when(found)
    return {
        "customer_id": fold(who) if who else None,
        "ordered_at": fold(ordered) if ordered else None,
        "paid_at": payment(found, made, fold)[0],
        "excluded_because": doubt(found, made, fold),
        "currency": sql_text(made.currency) if made.currency else None,
        "discount_amount": _discount(found),
        **plain,
        **{name: fold(column) for name, column in made.own_of("orders").items()},
    }


def _discount(found: Recognition) -> str | None:
    """SQL for the discount of an order, above zero; None where what its goods cost is less that already."""
    column = discount_to_take_off(found)
    if column is None:
        return None
    if is_fraction(found, column):
        return _share_off(found, column)
    if found.kind != "mixed":
        return above_zero(found, column)
    return f"{'-' if is_below_zero(found, column) else ''}{sum_or_repeat(found, column, is_below_zero(found, column))}"


def _share_off(found: Recognition, column: str) -> str:
    """SQL for a discount that is told as a share of the price, such as 0.2 or 20 %."""
    price, count = found.column("unit_price"), found.column("quantity")
    whole = found.column("line_amount", "goods", "total")
    of = f"{amount(price)} * {amount(count) if count else 1}" if price else amount(str(whole))
    return f"{'sum' if found.kind == 'mixed' else ''}({share_off(found, column, of)})"


def _line_discount(found: Recognition) -> str | None:
    """SQL for the discount of a line, above zero; None where what the line cost is less that already."""
    column = found.column("line_discount")
    if column is None and found.kind == "lines":
        column = discount_to_take_off(found)
    if column is None:
        return None
    told = _share_off(replace(found, kind="lines"), column) if is_fraction(found, column) else above_zero(found, column)
    if found.kind != "lines" or not is_of_order(found, column) or is_fraction(found, column):
        return told
    order = quote(str(found.column("order_id")))
    return f"case when row_number() over (partition by {order} order by _record) = 1 then {told} end"


def _before_discount(found: Recognition, gross: str | None) -> dict[str, str | None]:
    """SQL for an amount with the discount put on again that is proven to be off it, and for that discount."""
    column = discount_within(found)
    if column is None or gross is None:
        return {"gross_amount": gross}
    off = f"abs({amount(column)})"
    whole = f"try_cast({gross} as decimal(18, 4)) + coalesce({off}, 0)"
    return {"gross_amount": whole, "discount_amount": off}


def orders(found: Recognition, made: Composition) -> None:
    """Orders, one a record, and what was refunded of them."""
    gross, decision = goods(found)
    columns = {
        "_record": "_record",
        "order_id": quote(str(found.column("order_id"))),
        "rejected_because": no_sale(found),
        **_order_columns(found, made, _as_it_is),
        **_before_discount(found, gross),
    }
    decided = [payment(found, made, _as_it_is)[1], decision]
    made.add("orders", "one row per order", select_text(columns, _sales(found, made)), decided, carries=True)
    add_orders_back(found, made, payment(found, made, _as_it_is)[0])
    add_refunds(found, made)
    add_orders_back_by_status(found, made, columns["gross_amount"], columns["discount_amount"])


def purchases(found: Recognition, made: Composition) -> None:
    """Purchases without order numbers: every record is an order."""
    gross, decision = goods(found)
    columns = {
        "_record": "_record",
        "order_id": "cast(_record as varchar)",
        "rejected_because": no_sale(found),
        **_order_columns(found, made, _as_it_is),
        "gross_amount": gross,
    }
    decided = ["there is no order number: every record is a purchase", payment(found, made, _as_it_is)[1], decision]
    made.add("orders", "one row per purchase", select_text(columns, _sales(found, made)), decided, carries=True)
    add_orders_back(found, made, payment(found, made, _as_it_is)[0])
    add_orders_back_by_status(found, made, gross, columns["discount_amount"])


def _sales(found: Recognition, made: Composition) -> str:
    """What orders come from: all records, or those that are no refund."""
    back = below_zero(found)
    return f"from {made.records}" + (f"\nwhere not {back}" if back else "")


def _first_day(found: Recognition) -> str | None:
    """SQL for the day of an order as its rows have it, without the time of day; None where they have none."""
    column = found.column("order_time", "time", "paid_time") if found.kind == "mixed" else None
    return f"regexp_replace({quote(column)}::VARCHAR, '[T ].*$', '')" if column else None


def _with_last_file(found: Recognition, made: Composition, which: str) -> str:
    """SQL for the records, beside each the last file that brings its order and the day of it there.

    Only records of which `which`, in SQL, is true are looked at. Both are NULL where there is one file only: then
    nothing is grouped, while a window over all rows would cost as much as all else that is done with them.
    """
    order, day = quote(str(found.column("order_id"))), _first_day(found)
    last_day = f", arg_max({day}, _file) as _last_day" if day else ""
    return (
        f"{made.records} left join (\n"
        f"    select {order}, max(_file) as _last_file{last_day}\n"
        f"    from {made.records}\n"
        f"    where _file_count > 1 and {which}\n"
        f"    group by {order}\n"
        f") using ({order})"
    )


def _of_which(found: Recognition, made: Composition, which: str) -> str:
    """SQL for the records of which something is true, beside each the last file that brings its order."""
    return f"from {_with_last_file(found, made, which)}\nwhere {which}"


def _anew(found: Recognition) -> str:
    """SQL for the reason that leaves out the lines of an order that a later file brings anew, or of another day's."""
    day = _first_day(found)
    other = f"when _file < _last_file and {day} <> _last_day then {sql_text(ANEW)} " if day else ""
    return f"case {other}when _file < _last_file then 'a later file brings this order anew' end"


def lines(found: Recognition, made: Composition) -> None:
    """Lines of orders, and the products in them."""
    order = quote(str(found.column("order_id")))
    own, number, count = found.column("line_id"), found.column("line_number"), found.column("quantity")
    key = quote(own) if own else f"{order} || '-' || {quote(number) if number else '_record'}"
    price, decision = line_price(found)
    if price is None:
        return
    product = _product(found)
    columns = {
        "_record": "_record",
        "order_item_id": key,
        "order_id": order,
        "product_id": product,
        "quantity": quote(count) if count else "1",
        "unit_price": price,
        "discount_amount": _line_discount(found),
        "excluded_because": _why_not(whole_order_rows(found, product), line_doubt(found, made)),
        "rejected_because": _why_not(no_sale(found), _anew(found)),
        **made.own_of("order_items"),
    }
    select = select_text(columns, _of_which(found, made, is_sale(found)))
    made.add("order_items", "one row per order line", select, [decision], carries=True)
    if has_lines_back(found):
        add_lines_back(found, made, columns, _of_which(found, made, is_back(found)))
    if found.column("refund") is None:
        newest = f"{_of_which(found, made, is_sale(found))} and _file = coalesce(_last_file, _file)"
        discount = _discount(found) if found.kind == "mixed" else None
        add_lines_back_by_status(found, made, columns, newest, discount)
    _add_products(found, made)


def _why_not(*reasons: str | None) -> str | None:
    """SQL for the first of several reasons; None without any."""
    told = list(filter(None, reasons))
    return f"coalesce({', '.join(told)})" if len(told) > 1 else next(iter(told), None)


def _product(found: Recognition) -> str | None:
    """SQL for what is sold: its number, in rows without one its name."""
    number, name = found.column("product_id"), found.column("product_name")
    if number and name and len(found.look.values(number)) < len(found.look.rows):
        return f"coalesce({quote(number)}, {quote(name)})"
    column = number or name
    return quote(column) if column else None


def _add_products(found: Recognition, made: Composition) -> None:
    product, name = _product(found), found.column("product_name")
    if product is None:
        return
    columns = {
        "product_id": product,
        "product_name": f"mode({quote(name)})" if name and quote(name) != product else product,
        "category": f"mode({quote(column)})" if (column := found.column("category")) else None,
    }
    source = f"from {made.records}\nwhere {product} is not null\ngroup by {product}"
    made.add("products", "one row per product", select_text(columns, source), ["named as most lines do"], carries=False)


def orders_with_lines(found: Recognition, made: Composition) -> None:
    """Orders with their lines in one file."""
    lines(found, made)
    order = quote(str(found.column("order_id")))
    gross, decision = (None, "") if "order_items" in made.selects else goods_of_rows(found)
    columns = {
        "order_id": order,
        **_order_columns(found, made, _fold),
        "gross_amount": gross,
    }
    other = is_other_row(found)
    sales = f"{order} is not null and {is_sale(found)}{f' and not {other}' if other else ''}"
    newest = f"{_of_which(found, made, sales)} and _file = coalesce(_last_file, _file)"
    source = f"from (\n    {newest}\n)\ngroup by {order}"
    first = "several rows are one order; what only its first row says holds for it"
    decided = [first, *([decision] if decision else []), payment(found, made, _fold)[1]]
    made.add("orders", "one row per order", select_text(columns, source), decided, carries=False)
    add_refunds(found, made)
