"""What a column says that each row is, as settlements and tills write it: a sale, a refund, or neither, such as a fee.

Its values decide, whatever it is called: some say a sale and some a refund. Amounts of refunds may be above zero there.
"""

import re

from customary.intake.readers import quote
from customary.intake.recognise.kinds import Recognition
from customary.standard import rules

MOST = 12  # different values; a column of more is of something else
FILL = 0.95
NO_SALE = "its row says that it is neither a sale nor a refund"
SALES = ("orders", "mixed", "purchases", "lines")


def kind_column(found: Recognition) -> str | None:
    """The column that says of each row whether it is a sale or a refund; None without one."""
    if found.kind not in SALES or (found.system and found.system.kind):
        return None
    back, sale = (re.compile(_pattern(which)) for which in ("back", "sale"))
    for column in found.spare_columns:
        values = [value.lower() for value in found.look.values(column)]
        distinct = set(values)
        kinds = {"back" if back.search(one) else "sale" if sale.search(one) else "" for one in distinct}
        if len(distinct) <= MOST and {"back", "sale"} <= kinds and len(values) >= FILL * len(found.look.rows):
            return column
    return None


def _pattern(which: str) -> str:
    """The words of a kind as one pattern that the engine reads as well; Latin ones begin a word."""
    words = rules("recognition")["row_kinds"][which]
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    others = "|".join(re.escape(word) for word in words if not word.isascii())
    return rf"(^|[^a-z])({latin})|{others}"


def is_back_row(found: Recognition) -> str | None:
    """SQL: whether a row is a refund by its own word; None without a column that says so."""
    column = kind_column(found)
    return column and f"coalesce({_says(column, 'back')}, false)"


def is_other_row(found: Recognition) -> str | None:
    """SQL: whether a row is neither a sale nor a refund; None without a column that says so."""
    column = kind_column(found)
    return column and f"coalesce(not ({_says(column, 'back')}) and not ({_says(column, 'sale')}), false)"


def no_sale(found: Recognition) -> str | None:
    """SQL for the reason that keeps such a row out; None without one."""
    other = is_other_row(found)
    return other and f"case when {other} then '{NO_SALE}' end"


def _says(column: str, which: str) -> str:
    return f"regexp_matches(lower({quote(column)}::VARCHAR), '{_pattern(which)}')"
