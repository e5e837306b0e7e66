"""When orders were written and paid: by a time of payment, by a status, or, where a file has no time, not at all."""

import re
from collections import defaultdict
from collections.abc import Callable

from customary.intake.readers import quote
from customary.intake.recognise.composition import Composition, sql_text
from customary.intake.recognise.kinds import Recognition
from customary.standard import rules

Fold = Callable[[str], str]
_DOUBT = "its status does not say whether it is paid"


def when(found: Recognition) -> str | None:
    """SQL for the time of an order by its row; None in a file that says none."""
    column = found.column("order_time", "time", "event_time", "paid_time")
    return quote(column) if column else None


def _pieces(kind: str) -> str:
    return sql_text("|".join(re.escape(piece) for piece in rules("recognition")["status"][kind]))


def unknown_statuses(found: Recognition) -> list[str]:
    """The statuses of a file of orders of which nobody knows whether they are paid."""
    column = found.column("status")
    if column is None or found.select or found.kind not in ("orders", "mixed", "purchases"):
        return []
    pieces = [piece for words in rules("recognition")["status"].values() for piece in words]
    return sorted({v for v in found.look.values(column) if not any(piece in v.lower() for piece in pieces)})


def payment(found: Recognition, made: Composition, fold: Fold) -> tuple[str | None, str]:
    """SQL for when an order was paid, None where the file has no time, and the decision in words."""
    ordered = when(found)
    if column := found.column("paid_time"):
        return fold(quote(column)), f"an order is paid where “{column}” says when"
    if column := found.column("status"):
        said = (
            f"“{column}” tells which orders were paid; one with a word that nobody knows is left out with that reason"
        )
        if ordered and is_of_lines(found, column):
            return f"max({_time_paid(quote(column), ordered, made)})", f"{said}; an order whose any line is paid is"
        return (_time_paid(fold(quote(column)), fold(ordered), made) if ordered else None), said
    said = "the file knows no payments: an order is paid when it is written"
    return (fold(ordered), said) if ordered else (None, "the file knows no payments and no time: its orders are paid")


def _time_paid(status: str, ordered: str, made: Composition) -> str:
    """SQL for the time of an order if its status says that it is paid."""
    status = f"lower({status})"
    own = "".join(
        f" when {status} = {sql_text(word.lower())} then {ordered if meaning == 'paid' else 'null'}"
        for word, meaning in made.statuses.items()
    )
    paid = f"{status} is null or regexp_matches({status}, {_pieces('paid')})"
    return f"case{own} when {_is_unpaid(status)} then null when {paid} then {ordered} end"


def _is_unpaid(status: str) -> str:
    return f"regexp_matches({status}, {_pieces('cancelled')}) or regexp_matches({status}, {_pieces('unpaid')})"


def doubt(found: Recognition, made: Composition, fold: Fold) -> str | None:
    """SQL for the reason that leaves out an order: of its status nobody said whether it is paid, or it is not.

    That it is not stands there only where no time does: a time of payment that is lacking says the same.
    """
    column = found.column("status")
    if column is None or found.column("paid_time") or is_of_lines(found, column):
        return None
    status = f"lower({fold(quote(column))})"
    unpaid = "" if when(found) else _why_unpaid(status, made)
    return f"case {unpaid}when not ({_is_told(status, made)}) then '{_DOUBT}' end"


def line_doubt(found: Recognition, made: Composition) -> str | None:
    """SQL for the reason that leaves out a line: it was cancelled, not paid, or nobody said; None without statuses.

    Of lines whose orders stand in another file, only what is cancelled or not paid stays out: what else their statuses
    are about is not known. What was cancelled after its payment is a refund.
    """
    column = found.column("status")
    if column is None or found.column("paid_time") or not is_of_lines(found, column):
        return None
    status = f"lower({quote(column)})"
    doubt = f"when not ({_is_told(status, made)}) then '{_DOUBT}' " if found.kind == "mixed" else ""
    return f"case {_why_unpaid(status, made)}{doubt}end"


def is_of_lines(found: Recognition, column: str) -> bool:
    """Whether a status is of each line: the rows of some order say different ones."""
    if found.kind not in ("mixed", "lines"):
        return False
    place, told = found.look.columns.index(column), defaultdict(set)
    for order, row in zip(found.order_numbers(), found.look.rows, strict=True):
        told[order].add(row[place].strip())
    return any(len(statuses - {""}) > 1 for order, statuses in told.items() if order)


def _is_told(status: str, made: Composition) -> str:
    """SQL: whether a status is one of which it is known whether an order is paid."""
    pieces = " or ".join(f"regexp_matches({status}, {_pieces(kind)})" for kind in ("cancelled", "unpaid", "paid"))
    told = ", ".join(sql_text(word.lower()) for word in made.statuses) or "''"
    return f"{pieces} or {status} in ({told})"


def _why_unpaid(status: str, made: Composition) -> str:
    """SQL branches for an order whose status says that it is not paid; the shop's own words go first."""
    own = "".join(
        f"when {status} = {sql_text(word.lower())} then {'null' if meaning == 'paid' else sql_text('not paid')} "
        for word, meaning in made.statuses.items()
    )
    return f"{own}when {_is_unpaid(status)} then 'not paid' "
