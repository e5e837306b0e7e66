"""How the amounts of a file add up: whether a discount is taken off already, and what the total of an order holds.

The first rows are reckoned with: subtotal − discount + shipping = total says that a subtotal is before the discount.
Where they do not tell, a name such as “Net sales” does; where that does not either, the shop is asked.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from customary.intake.readers import quote
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.meanings import values_of
from customary.intake.recognise.values import amount_reading
from customary.wording import say

HALF_A_CENT = Decimal("0.011")
FITS = 0.8  # of the rows that can tell, the share that must fit
_NET = re.compile(
    r"\bnet\b|netto|\bneto|\bht\b|excl|before tax|without tax|after discount|不含税|税前|税抜|折后|实", re.IGNORECASE
)
_GROSS = re.compile(r"gross sales|before discount|list price|原价|折前|吊牌", re.IGNORECASE)
Row = tuple[Decimal, ...]


def amount(column: str) -> str:
    """SQL for the number in a column."""
    return f"try_cast({quote(column)} as decimal(18, 4))"


def numbers(found: Recognition, column: str) -> list[Decimal | None]:
    """The amounts of a column, row by row."""
    place, comma = found.look.columns.index(column), amount_reading(found.look.values(column)) == "1.234,56"
    return [_number(row[place], comma) for row in found.look.rows]


def _number(text: str, comma: bool) -> Decimal | None:
    bare = re.sub(r"[^\d,.-]", "", text)
    bare = bare.replace(".", "").replace(",", ".") if comma else bare.replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?-?", bare):
        return None
    is_less = "-" in bare or re.fullmatch(r"\s*\(.*\)\s*", text) is not None
    number = Decimal(bare.strip("-")) / (100 if has_percent(text) else 1)
    return -number if is_less else number


def has_percent(text: str) -> bool:
    """Whether a discount is written in percent: 10%."""
    return text.rstrip().endswith(("%", "％"))


def is_below_zero(found: Recognition, column: str) -> bool:
    """Whether a column of discounts or refunds writes them below zero."""
    told = [number for number in numbers(found, column) if number]
    return bool(told) and sum(number < 0 for number in told) >= FITS * len(told)


def above_zero(found: Recognition, column: str) -> str:
    """SQL for a discount or refund, which is above zero however it is written."""
    return f"-{amount(column)}" if is_below_zero(found, column) else quote(column)


def share_off(found: Recognition, column: str, of: str) -> str:
    """SQL for a discount told as a share, 20 % or 0.2, of an amount in SQL; one in a row without % is that amount."""
    if not any(map(has_percent, found.look.values(column))):
        return f"{amount(column)} * {of}"
    digits = f"replace(regexp_replace({quote(column)}::VARCHAR, '[^0-9.,]', '', 'g'), ',', '.')"
    number = f"try_cast({digits} as decimal(18, 6))"
    return f"case when regexp_matches({quote(column)}::VARCHAR, '[%％]') then {number} / 100 * {of} else {number} end"


def is_fraction(found: Recognition, column: str) -> bool:
    """Whether a column of discounts tells shares of the price, 20 % or 0.2 where nothing adds up by it as amounts."""
    if any(map(has_percent, found.look.values(column))):
        return True
    told = [abs(number) for number in numbers(found, column) if number]
    if not told or max(told) > 1 or all(number == int(number) for number in told) or _is_said(found, column):
        return False
    wholes = [one for name in ("line_amount", "goods", "total") if (one := found.column(name))]
    return not any(_by_sums(found, column, one) for one in wholes)


def _share(rows: Sequence[Row], fits: Callable[[Row], Decimal]) -> float:
    """In which share of the rows an equation holds; it is given as what should be nothing."""
    return sum(abs(fits(row)) <= HALF_A_CENT for row in rows) / len(rows) if rows else 0.0


def _rows(found: Recognition, discount: str, *columns: str | None) -> list[Row]:
    """Discount, above zero, and these amounts of the rows that have a discount; a column that is not there is 0.

    A row that gives back what was sold has all of them turned around.
    """
    told = [numbers(found, one) if one else [Decimal(0)] * len(found.look.rows) for one in (discount, *columns)]
    rows = [tuple(number or Decimal(0) for number in row) for row in zip(*told, strict=True)]
    return [(abs(row[0]), *(-one if row[-1] < 0 else one for one in row[1:])) for row in rows if row[0]]


def _spare_amounts(found: Recognition) -> list[str]:
    return [column for column in found.spare_columns if column and values_of(found.look, column).is_amount]


def is_before_discount(found: Recognition, column: str) -> bool | None:
    """Whether an amount, of goods or of a line, is from before the discount beside it; None where nothing tells."""
    discount = found.column("discount")
    if discount is None or not any(numbers(found, discount)):
        return False
    if _is_said(found, discount):
        return True
    if told := _by_sums(found, discount, column):
        return told == "before"
    if is_fraction(found, discount):
        return _before_share(found, discount, column)
    if _GROSS.search(column) or _NET.search(column):
        return bool(_GROSS.search(column))
    return None


def _before_share(found: Recognition, discount: str, column: str) -> bool | None:
    """Whether an amount is from before a discount told as a share of it, by price times pieces."""
    price, count = found.column("unit_price"), found.column("quantity")
    if price is None or count is None:
        return _before_share_of_total(found, discount, column)
    rows = _rows(found, discount, price, count, column)
    before = _share(rows, lambda r: r[1] * r[2] - r[3])
    told = _verdict(before, _share(rows, lambda r: r[1] * r[2] * (1 - r[0]) - r[3]))
    return told == "before" if told else None


def _before_share_of_total(found: Recognition, discount: str, column: str) -> bool | None:
    """The same of an order without prices, by what it cost in all, with its shipping and tax or without."""
    total = found.column("total")
    if total is None or total == column:
        return None
    told = [_rows(found, discount, column, found.column("shipping"), tax, total) for tax in (None, found.column("tax"))]
    before = max(_share(rows, lambda r: r[1] * (1 - r[0]) + r[2] + r[3] - r[4]) for rows in told)
    verdict = _verdict(before, max(_share(rows, lambda r: r[1] + r[2] + r[3] - r[4]) for rows in told))
    return verdict == "before" if verdict else None


def _is_said(found: Recognition, column: str) -> bool:
    """Whether the shop itself says what a column is."""
    return not found.system and any(m.column == column and m.confidence == 1.0 for m in found.meanings.values())


def _verdict(before: float, after: float) -> str:
    return "before" if before >= FITS > after else "after" if after >= FITS > before else ""


def _by_sums(found: Recognition, discount: str, column: str) -> str:
    """Whether an amount is from "before" or "after" a discount, by what adds up; "" where nothing does."""
    told = _by_total(found, discount, column) or _by_price(found, discount, column)
    return told or _by_other(found, discount, column)


def is_less_already(found: Recognition, discount: str, column: str) -> bool:
    """Whether other amounts of the rows prove that one is from after the discount."""
    return _by_sums(found, discount, column) == "after"


def _by_total(found: Recognition, discount: str, goods: str) -> str:
    """By what the order cost in all: goods, less the discount or not, with or without tax, and shipping."""
    total = found.column("total")
    if total is None or total == goods:
        return ""
    shipping, tax = found.column("shipping"), found.column("tax")
    told = [_rows(found, discount, goods, shipping, one, total) for one in (None, tax)]
    before = max(_share(rows, lambda r: r[1] - r[0] + r[2] + r[3] - r[4]) for rows in told)
    return _verdict(before, max(_share(rows, lambda r: r[1] + r[2] + r[3] - r[4]) for rows in told))


def _by_price(found: Recognition, discount: str, line: str) -> str:
    """By price times pieces, of a line."""
    price, count = found.column("unit_price"), found.column("quantity")
    if price is None or count is None or price == line:
        return ""
    rows = _rows(found, discount, price, count, line)
    before = _share(rows, lambda r: r[1] * r[2] - r[3])
    return _verdict(before, _share(rows, lambda r: r[1] * r[2] - r[0] - r[3]))


def _by_other(found: Recognition, discount: str, column: str) -> str:
    """By another amount of the file that is the same with the discount taken off, or put on."""
    told = [_rows(found, discount, column, other) for other in _spare_amounts(found)]
    before = max((_share(rows, lambda r: r[1] - r[0] - r[2]) for rows in told), default=0.0)
    return _verdict(before, max((_share(rows, lambda r: r[1] + r[0] - r[2]) for rows in told), default=0.0))


def parts_of_total(found: Recognition, total: str) -> list[str]:
    """The columns of shipping and tax that are part of a total, by what adds up, else by its name."""
    beside = [column for name in ("shipping", "tax") if (column := found.column(name))]
    if not beside or _NET.search(total):
        return []
    told = [numbers(found, one) for one in (total, *beside)]
    for other in _spare_amounts(found):
        rows = [
            tuple(Decimal(0) if number is None else number for number in row)
            for row in zip(*told, numbers(found, other), strict=True)
            if any(row[1:-1])
        ]
        if _share(rows, lambda r: sum(r[:-1], Decimal(0)) - r[-1]) >= FITS:
            return []
    return beside


def whose_discount(found: Recognition, column: str | None) -> str | None:
    """A question where nothing tells whether the amount in `column` has the discount beside it taken off."""
    discount = found.column("discount")
    if found.system or column is None or discount is None or is_before_discount(found, column) is not None:
        return None
    template = (
        "is “{discount}” in {file} taken off “{column}” already, or still to be taken off? "
        "--columns '{file}:discount=' or '{file}:discount={discount}'"
    )
    return say(template, discount=discount, column=column, file=found.look.path.name)
