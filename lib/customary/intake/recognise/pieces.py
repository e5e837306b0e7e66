"""Amounts that may be pieces: “Amount” is money in most files, and how many in some that have a price beside it."""

from decimal import Decimal
from statistics import median

from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.meanings import plain
from customary.intake.recognise.sums import numbers
from customary.wording import say

NAMES = ("amount", "amt", "units amount")
SALES = ("orders", "mixed", "purchases")
FEW = 10  # the usual number of pieces is not above it


def pieces_or_money(found: Recognition) -> str | None:
    """A question where the total of a file has small whole numbers and a price stands beside it, and no pieces."""
    total, price = found.column("total"), found.column("unit_price")
    if found.kind not in SALES or found.system or found.is_told or total is None or price is None:
        return None
    if found.column("quantity") or plain(total) not in NAMES or not _are_small(found, total):
        return None
    template = (
        "is “{total}” in {file} money or pieces? --columns '{file}:total={total}', or "
        "'{file}:quantity={total},total={price}' if “{price}” is what all of them cost, or "
        "'{file}:quantity={total},unit_price={price},total=' if it is what one costs"
    )
    return say(template, total=total, price=price, file=found.look.path.name)


def _are_small(found: Recognition, column: str) -> bool:
    told = [number for number in numbers(found, column) if number is not None]
    return bool(told) and all(number == int(number) for number in told) and median(told) <= Decimal(FEW)
