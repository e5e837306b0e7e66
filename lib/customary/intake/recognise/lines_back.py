"""Lines that take something back: goods that came back, by pieces below zero or by the word of their row."""

from collections.abc import Mapping

from customary.intake.readers import quote
from customary.intake.recognise.composition import Composition, person, select_text
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.row_kinds import is_back_row


def has_lines_back(found: Recognition) -> bool:
    """Whether pieces below zero stand among the lines: goods that came back."""
    column = found.column("quantity")
    is_below = column is not None and any(value.startswith("-") for value in found.look.values(column))
    return is_below or is_back_row(found) is not None


def is_sale(found: Recognition) -> str:
    """SQL: whether a line sells something; of goods that come back the pieces are below zero."""
    return f"not coalesce({is_back(found)}, false)" if has_lines_back(found) else "true"


def is_back(found: Recognition) -> str:
    """SQL: whether a line takes something back: by its row's own word, or with pieces below zero."""
    return is_back_row(found) or f"try_cast({quote(str(found.column('quantity')))} as bigint) < 0"


def add_lines_back(found: Recognition, made: Composition, line: Mapping[str, str | None], back: str) -> None:
    """Lines that take something back as returns, dated where the file dates its lines, else as their order is.

    `back` is SQL for where their records come from.
    """
    day, number = found.column("order_time", "time", "paid_time"), found.column("quantity")
    count = f"abs(try_cast({quote(number)} as bigint))" if number else "1"
    columns = {
        "_record": "_record",
        "return_id": "cast(_record as varchar)",
        "order_id": None if day else line["order_id"],
        "customer_id": person(found),
        "returned_at": quote(day) if day else None,
        "product_id": line["product_id"],
        "quantity": count,
        "refund_amount": f"{count} * abs(try_cast({line['unit_price']} as decimal(18, 4)))",
        "rejected_because": line["rejected_because"],
    }
    select = select_text(columns, back)
    made.add("returns", "one row per line below zero", select, ["pieces below zero came back"], carries=True)
