"""What the amounts of a file of orders are of: an order, which each of its rows repeats, or each of its lines."""

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from customary.intake.readers import quote
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.row_kinds import is_back_row
from customary.intake.recognise.sums import (
    HALF_A_CENT,
    amount,
    is_before_discount,
    is_fraction,
    is_less_already,
    numbers,
    parts_of_total,
    whose_discount,
)
from customary.wording import say

# Of orders of several rows, the share in which an amount is the same in all, from which on it is the order's, and up to
# which it is a line's; between, and where fewer orders tell, nobody but the shop knows.
OF_ORDER, OF_LINE, FEWEST = 0.9, 0.5, 3
# By its name: of the order as a whole.
_WHOLE = re.compile(r"\border|grand|invoice|\bcart|订单|总|bestell|pedido|commande|gesamt", re.IGNORECASE)
_HEAD = ("order_id", "order_time", "time", "customer_id", "email")
_LINE = ("product_id", "product_name", "quantity", "unit_price", "line_amount")
LESS = 0.05  # the share of lines that cost less than price times quantity, from which on their amount is believed


def _orders_of_rows(found: Recognition) -> list[str]:
    """The order of each row; one that goes on with the order above has its number."""
    goes_on = is_continued(found)
    orders: list[str] = []
    for number in found.order_numbers():
        orders.append(number or (orders[-1] if orders and goes_on else ""))
    return orders


def is_continued(found: Recognition) -> bool:
    """Whether rows without an order number, day and person go on with the order above, as Odoo and ERPNext write."""
    if found.kind != "mixed" or found.select:
        return False
    heads, lines = ([found.look.columns.index(c) for n in names if (c := found.column(n))] for names in (_HEAD, _LINE))
    below = [row for row in found.look.rows if not row[heads[0]].strip()]
    is_below = all(not any(row[n].strip() for n in heads) and any(row[n].strip() for n in lines) for row in below)
    return bool(below) and is_below and bool(found.look.rows[0][heads[0]].strip())


def whole_order_rows(found: Recognition, product: str | None) -> str | None:
    """SQL for the reason that leaves out a row of the whole order above rows of its products; None without any."""
    names = [c for name in ("product_id", "product_name") if (c := found.column(name))]
    places = [found.look.columns.index(column) for column in names]
    told: dict[str, set[bool]] = defaultdict(set)
    for order, row in zip(_orders_of_rows(found), found.look.rows, strict=True):
        told[order].add(any(row[place].strip() for place in places))
    if product is None or found.kind != "mixed" or all(len(kinds) < 2 for kinds in told.values()):
        return None
    order = quote(str(found.column("order_id")))
    is_whole = f"{product} is null and count({product}) over (partition by {order}) > 0"
    return f"case when {is_whole} then 'a row of the whole order, whose lines stand beside it' end"


def fill_down(found: Recognition, raw: str) -> str:
    """SQL for the raw table, given in SQL, with each order's number in all of its rows; "" where it stands there."""
    if not is_continued(found):
        return ""
    order = quote(str(found.column("order_id")))
    above = f"last_value({order} ignore nulls) over (partition by _file order by _record)"
    return f"(select * replace ({above} as {order}) from {raw})"


def _groups(found: Recognition, column: str) -> list[set[str]]:
    """The values of a column in each order that says it in several rows, those without an amount left out."""
    place = found.look.columns.index(column)
    told: dict[str, list[str]] = defaultdict(list)
    for order, row in zip(_orders_of_rows(found), found.look.rows, strict=True):
        if order and row[place].strip():
            told[order].append(row[place].strip())
    return [set(v) for v in told.values() if len(v) > 1 and any(re.search("[1-9]", one) for one in v)]


def _share_repeated(found: Recognition, column: str) -> tuple[float, int]:
    """In which share of the orders of several rows all say the same, and of how many."""
    groups = _groups(found, column)
    return (sum(len(one) == 1 for one in groups) / len(groups) if groups else 0.0), len(groups)


def is_of_order(found: Recognition, column: str) -> bool:
    """Whether an amount is repeated in every row of its order: adding the rows up would count it several times."""
    share, count = _share_repeated(found, column)
    if not count or _is_said_to_be_of_lines(found, column):
        return False
    is_clear = count >= FEWEST or _is_said(found, column) or bool(_WHOLE.search(column))
    return share >= OF_ORDER and is_clear


def _is_said(found: Recognition, column: str) -> bool:
    return any(m.column == column and m.confidence == 1.0 for m in found.meanings.values())


def _is_said_to_be_of_lines(found: Recognition, column: str) -> bool:
    return found.column("line_amount") == column or found.column("unit_price") == column


def whose_amount(found: Recognition) -> str | None:
    """Whether the total of a file of lines is the order's, as a question with its flags; None where it is clear."""
    column = found.column("total")
    if found.kind not in ("mixed", "lines") or found.select or column is None or _has_prices(found):
        return None
    share, count = _share_repeated(found, column)
    is_open = OF_LINE < share < OF_ORDER or (share >= OF_ORDER and count < FEWEST and not _WHOLE.search(column))
    if not count or not is_open or _is_said(found, column):
        return None
    template = (
        "is “{column}” in {file} what the whole order cost, repeated in each of its rows, or what each row cost? "
        "--columns '{file}:total={column}' or '{file}:line_amount={column}'"
    )
    return say(template, column=column, file=found.look.path.name)


def discount_to_take_off(found: Recognition) -> str | None:
    """The column of the discount that what the goods of an order, or its lines, cost is not yet less."""
    column = found.column("discount")
    has_lines = found.kind in ("mixed", "lines")
    if column is None or found.system:
        return column if found.kind == "mixed" else None
    if has_lines and (line := _of_line(found)) and line in line_price(found)[1]:
        return column if is_before_discount(found, line) else None
    if has_lines and not lacks_prices(found):
        return column  # price times pieces: nothing is taken off a price
    whole = found.column("goods", "total", "line_amount")
    return column if whole and is_before_discount(found, whole) else None


def discount_within(found: Recognition) -> str | None:
    """The column of a discount that an order's amount is less already, where other amounts of its rows prove it."""
    column, whole = found.column("discount"), found.column("goods", "total", "line_amount")
    if column is None or whole is None or found.kind != "orders" or found.system or is_fraction(found, column):
        return None
    return column if is_less_already(found, column, whole) else None


def open_discount(found: Recognition) -> str | None:
    """A question where nothing tells whether a discount is taken off already."""
    if found.kind in ("mixed", "lines") and (line := _of_line(found)) and line in line_price(found)[1]:
        return whose_discount(found, line)
    if found.kind in ("orders", "purchases") or (found.kind == "mixed" and lacks_prices(found)):
        discount = found.column("discount")
        is_share = discount is not None and is_fraction(found, discount)
        return whose_discount(found, found.column("goods", *(("total",) if is_share else ())))
    return None


def lacks_prices(found: Recognition) -> bool:
    """Whether a file has lines of orders and no column that says what one cost: its products do not come in."""
    return found.kind in ("mixed", "lines") and not found.select and line_price(found)[0] is None


def lack_of_prices(found: Recognition) -> str:
    """What is said of such a file."""
    name = found.look.path.name
    return say("{file}: no column says what each line cost, so its products and pieces stay out", file=name)


def lacks_amounts(found: Recognition) -> bool:
    """Whether a file has orders and no column that says what one cost."""
    return found.kind in ("orders", "purchases") and not found.select and goods(found)[0] is None


def lack_of_amounts(found: Recognition) -> str:
    """What is said of such a file."""
    return say("{file}: no column says what an order cost, so sales are unknown", file=found.look.path.name)


def _has_prices(found: Recognition) -> bool:
    return found.column("unit_price", "line_amount") is not None


def below_zero(found: Recognition) -> str | None:
    """SQL: whether an order is a refund, by its row's own word or as one below zero; None in a file without any."""
    if back := is_back_row(found):
        return back
    column = found.column("goods", "total", "line_amount")
    if column is None or not any(
        re.match(r"[^\d.,]*[-(]", value) or value.endswith("-") for value in found.look.values(column)
    ):
        return None
    return f"coalesce({amount(column)} < 0, false)"


def sum_or_repeat(found: Recognition, column: str, is_number: bool = False) -> str:
    """SQL for what an order's rows say of it together: their sum where each line has an amount of its own, else one."""
    share, count = _share_repeated(found, column) if found.kind == "mixed" else (0.0, 0)
    one = amount(column) if is_number else quote(column)
    return f"sum({amount(column)})" if count and share <= OF_LINE else f"min({one})"


def goods(found: Recognition) -> tuple[str | None, str]:
    """SQL for what the goods of an order cost, by its row, and the decision in words."""
    if column := found.column("goods"):
        told = "before" if is_before_discount(found, column) else "after"
        return quote(column), f"“{column}” is the amount of the goods, {told} discounts"
    total = found.column("total", "line_amount")
    if total is None:
        return _price_of_all(found)
    beside, before = parts_of_total(found, total), ", before discounts" if is_before_discount(found, total) else ""
    if not beside:
        return quote(total), f"“{total}” is the amount of the goods{before}"
    less = "".join(f" - coalesce({amount(column)}, 0)" for column in beside)
    return f"{amount(total)}{less}", f"“{total}” is what was paid, with {' and '.join(beside)} in it{before}"


def _price_of_all(found: Recognition) -> tuple[str | None, str]:
    """SQL for price times pieces of a purchase that has no other amount."""
    price, count = found.column("unit_price"), found.column("quantity")
    if found.kind != "purchases" or price is None or count is None:
        return None, "the file knows no amounts: they are unknown"
    return f"{amount(price)} * {amount(count)}", f"“{price}” times “{count}” is the amount"


def goods_of_rows(found: Recognition) -> tuple[str | None, str]:
    """SQL for what the goods of an order cost, by its several rows that have no prices, and the decision in words."""
    if column := found.column("goods"):
        return f"min({quote(column)})", f"“{column}” is the amount of the order's goods, repeated in its rows"
    total = found.column("total")
    if total is None:
        return None, "the file knows no amounts: they are unknown"
    beside = parts_of_total(found, total)
    less = "".join(f" - coalesce(try_cast({sum_or_repeat(found, one)} as decimal(18, 4)), 0)" for one in beside)
    within = f", with {' and '.join(beside)} in it" if beside else ""
    said = f"“{total}” is the order's, repeated in its rows{within}: what each line cost is not known"
    return f"min({amount(total)}){less}", said


def _of_line(found: Recognition) -> str | None:
    """The column of what a line cost in all."""
    if column := found.column("line_amount"):
        return column
    for name in ("goods", "total"):
        column = found.column(name)
        if column and not is_of_order(found, column) and (name == "total" or _differs(found, column)):
            return column
    return None


def _differs(found: Recognition, column: str) -> bool:
    """Whether the rows of orders say different amounts, or no order has several: then its goods are its one line's."""
    share, count = _share_repeated(found, column)
    return share <= OF_LINE and (bool(count) or _has_one_row_each(found))


def _has_one_row_each(found: Recognition) -> bool:
    orders = list(filter(None, _orders_of_rows(found)))
    return bool(orders) and len(set(orders)) == len(orders)


def line_price(found: Recognition) -> tuple[str | None, str]:
    """SQL for the price of one piece, and the decision in words."""
    price, count, whole = found.column("unit_price"), found.column("quantity"), _of_line(found)
    if price and not (whole and count and _costs_less(found, price, count, whole)):
        return quote(price), f"“{price}” is the price of one piece"
    if whole and count:
        less = f", which is less than “{price}” times “{count}”" if price else ""
        return (
            f"{_of_goods(found, whole) or amount(whole)} / nullif({amount(count)}, 0)",
            f"“{whole}” is the amount of a line{less}",
        )
    said = f"“{whole}” is the amount of a line of one piece"
    return (_of_goods(found, whole) or quote(whole), said) if whole else (None, "no prices")


def _of_goods(found: Recognition, whole: str) -> str:
    """SQL for the total of an order of one row without the shipping and tax in it; "" where none are in it."""
    beside = parts_of_total(found, whole) if whole == found.column("total") and _has_one_row_each(found) else []
    less = "".join(f" - coalesce({amount(column)}, 0)" for column in beside)
    return f"({amount(whole)}{less})" if less else ""


def _costs_less(found: Recognition, price: str, count: str, whole: str) -> bool:
    """Whether lines cost less than price times quantity, as lines with a discount do of which no column tells."""
    discount = found.column("discount")
    if (
        found.column("line_discount")
        or whole == found.column("total")
        or (discount and is_before_discount(found, whole))
    ):
        return False
    if discount and is_before_discount(found, whole) is False and not found.system and any(numbers(found, discount)):
        return False  # price times pieces less the discount is the line
    rows: Sequence[tuple[Decimal | None, ...]] = list(
        zip(*(numbers(found, one) for one in (price, count, whole)), strict=True)
    )
    told = [(p * n, w) for p, n, w in rows if p is not None and n is not None and w is not None]
    less = sum(HALF_A_CENT * 2 < product - w < product for product, w in told)
    return bool(told) and less >= LESS * len(told) and all(w <= product + HALF_A_CENT * 2 for product, w in told)
