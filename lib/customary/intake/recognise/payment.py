"""When orders were written and paid: by a time of payment, by a status, or, where a file has no time, not at all."""

import re
from collections.abc import Callable

from customary.intake.readers import quote
from customary.intake.recognise.composition import Composition, sql_text
from customary.intake.recognise.kinds import Recognition
from customary.standard import rules

Fold = Callable[[str], str]


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
    if column is None or found.column("paid_time"):
        return None
    status = f"lower({fold(quote(column))})"
    pieces = " or ".join(f"regexp_matches({status}, {_pieces(kind)})" for kind in ("cancelled", "unpaid", "paid"))
    told = ", ".join(sql_text(word.lower()) for word in made.statuses) or "''"
    unpaid = "" if when(found) else _why_unpaid(status, made)
    is_told = f"{pieces} or {status} in ({told})"
    return f"case {unpaid}when not ({is_told}) then 'its status does not say whether it is paid' end"


def _why_unpaid(status: str, made: Composition) -> str:
    """SQL branches for an order whose status says that it is not paid; the shop's own words go first."""
    own = "".join(
        f"when {status} = {sql_text(word.lower())} then {'null' if meaning == 'paid' else sql_text('not paid')} "
        for word, meaning in made.statuses.items()
    )
    return f"{own}when {_is_unpaid(status)} then 'not paid' "
