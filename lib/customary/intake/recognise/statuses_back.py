"""Orders and lines that came back by their status, where a file has no column of what was refunded.

A status of refunded takes the whole back; so does one of cancelled beside a time of payment: what was paid and then
cancelled was paid back (D: an order that was paid counts, and its refund beside it). On which day, no file says.
"""

import re
from collections.abc import Mapping

from customary.intake.readers import quote
from customary.intake.recognise.composition import Composition, person, select_text, sql_text
from customary.intake.recognise.every_row import rows_that_hold
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import AGREE, values_of
from customary.intake.recognise.prices import below_zero, lacks_prices
from customary.intake.recognise.sums import numbers
from customary.intake.recognise.values import YES
from customary.standard import rules
from customary.wording import say

_NAMED = re.compile(
    r"refund|\breturn(ed|s)?\b|charge.?back|erstatt|retour|rembours|reembols|estorno|devol|rimbors|zwrot|возврат"
    r"|退款|退货|返金|返品|환불|반품",
    re.IGNORECASE,
)
_DONE = re.compile(r"approved|refunded|returned|completed|成功|已退", re.IGNORECASE)  # a request alone is none yet
SALES = ("orders", "mixed", "purchases", "lines")


def _words(found: Recognition, which: str) -> str:
    """The pieces of statuses as one pattern: those of what came back as a whole, or in part."""
    told = rules("recognition")
    cancelled = told["status"]["cancelled"] if which == "whole" and found.column("paid_time") else []
    return "|".join(map(re.escape, [*told["refunded"][which], *cancelled]))


def _statuses_back(found: Recognition) -> tuple[list[str], list[str]]:
    """The statuses of a file that say that something came back, as a whole and in part, of all its rows."""
    column = found.column("status")
    if column is None or found.select or found.column("refund", "refund_id"):
        return [], []
    words = re.compile(_words(found, "whole"))
    values = {*found.look.values(column), *_later_statuses(found.look, column, words)}
    back = sorted(value for value in values if words.search(value.lower()))
    part = [value for value in back if re.search(_words(found, "part"), value.lower())]
    return [value for value in back if value not in part], part


def _later_statuses(look: Look, column: str, words: re.Pattern[str]) -> set[str]:
    """The cells of a column in all rows that hold a word of what came back."""
    place = look.columns.index(column)
    told = rows_that_hold(look, [column], lambda text: bool(words.search(text.decode("utf-8", "ignore").lower())))
    return {row[place].strip() for row in told if len(row) == len(look.columns)}


def _is_back(found: Recognition, status: str) -> str:
    """SQL: whether a status says that the whole came back; one of cancelled does where a time of payment stands."""
    low = f"lower({status})"
    whole, part = (f"regexp_matches({low}, {sql_text(_words(found, which))})" for which in ("whole", "part"))
    paid = found.column("paid_time")
    return f"coalesce({whole} and not {part}{f' and {quote(paid)} is not null' if paid else ''}, false)"


def _decision(whole: list[str], what: str) -> str:
    statuses = " and ".join(f"“{one}”" for one in whole)
    return f"{statuses}: the whole {what} came back, on a day that the file does not say"


def add_orders_back_by_status(found: Recognition, made: Composition, gross: str | None, discount: str | None) -> None:
    """Orders, one a record, that came back as a whole by their status.

    `gross` and `discount` are SQL for what their goods cost and what was taken off it.
    """
    whole, _part = _statuses_back(found)
    if not whole or gross is None or "returns" in made.selects:
        return
    number = found.column("order_id")
    order = quote(number) if number else "cast(_record as varchar)"
    less = f" - coalesce(try_cast({discount} as decimal(18, 4)), 0)" if discount else ""
    columns = {
        "return_id": f"'refund-' || {order}",
        "order_id": order,
        "customer_id": person(found),
        "refund_amount": f"try_cast({gross} as decimal(18, 4)){less}",
    }
    select = select_text(columns, f"from {made.records}\nwhere {_is_back(found, quote(str(found.column('status'))))}")
    made.add("returns", "one row per order that came back", select, [_decision(whole, "order")], carries=False)


def add_lines_back_by_status(
    found: Recognition, made: Composition, line: Mapping[str, str | None], sales: str, discount: str | None
) -> None:
    """Lines that came back by their status: price times pieces, less the discounts of the line and of its order.

    `line` are the columns of the lines, `sales` SQL for the records that are one, `discount` SQL for the discount of
    an order over its rows, of which a line bears the share that it has of the order.
    """
    whole, _part = _statuses_back(found)
    if not whole or "returns" in made.selects:
        return
    worth = f"{_number(line['quantity'])} * {_number(line['unit_price'])}"
    worth += f" - coalesce({_number(line['discount_amount'])}, 0)" if line["discount_amount"] else ""
    less = f" * (1 - coalesce({_number(f'{discount} over sale')}, 0) / nullif(sum({worth}) over sale, 0))"
    columns = {
        "return_id": "'refund-' || _record",
        "order_id": line["order_id"],
        "customer_id": person(found),
        "product_id": line["product_id"],
        "quantity": line["quantity"],
        "refund_amount": f"cast(({worth}){less if discount else ''} as decimal(18, 4))",
    }
    back = _is_back(found, _status_of_line(found))
    select = f"{select_text(columns, sales)} and {back}"
    if " over sale" in select:
        select = f"{select_text(columns, sales)}\nwindow sale as (partition by {line['order_id']})\nqualify {back}"
    made.add("returns", "one row per line that came back", select, [_decision(whole, "line")], carries=False)


def _number(text: str | None) -> str:
    return f"try_cast({text} as decimal(18, 4))"


def _status_of_line(found: Recognition) -> str:
    """SQL for the status of a line: the order's where only its first row says one, else the row's own."""
    status = quote(str(found.column("status")))
    return f"max({status}) over sale" if _is_of_first_rows(found) else status


def _is_of_first_rows(found: Recognition) -> bool:
    """Whether orders of several rows say their status in the first of them alone."""
    place, seen, is_blank = found.look.columns.index(str(found.column("status"))), "", False
    for order, row in zip(found.order_numbers(), found.look.rows, strict=True):
        is_later, seen = bool(order) and order == seen, order
        if is_later and row[place].strip():
            return False
        is_blank = is_blank or is_later
    return is_blank


def _spare_refunds(found: Recognition) -> list[str]:
    """The columns that speak of refunds by their names and values while nothing that is read takes any off."""
    refund = found.column("refund")
    if found.select or found.column("refund_id") or (refund and any(numbers(found, refund))) or below_zero(found):
        return []
    return [column for column in found.spare_columns if _NAMED.search(column) and _says_some(found, column)]


def _says_some(found: Recognition, column: str) -> bool:
    """Whether a column has an amount, a yes, or a word of what is done in some row."""
    values = values_of(found.look, column)
    if values.flags >= AGREE:
        return any(value.lower() in YES for value in values.given)
    if values.is_amount:
        return any(numbers(found, column))
    return any(_DONE.search(value) for value in values.given)


def lack_of_refunds(found: Recognition) -> str:
    """What is said of statuses and columns by which something came back while nothing says how much; "" without any.

    The whole of an order is known where a file has one row for each, that of a line where it has prices.
    """
    whole, part = _statuses_back(found) if found.kind in SALES else ([], [])
    told = [*whole, *part] if lacks_prices(found) else part
    told += [] if whole or found.kind not in SALES else _spare_refunds(found)
    if not told:
        return ""
    template = "{file}: {statuses} says that something came back and not how much: sales are without that taken off"
    return say(template, file=found.look.path.name, statuses=say(", ").join(f"“{one}”" for one in told))
