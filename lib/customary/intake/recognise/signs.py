"""Signs of currencies beside amounts: in the first rows, and in all others, where a shop that began abroad has them."""

import re
from collections.abc import Iterator, Sequence

from customary.intake.recognise.every_row import rows_that_hold
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import AMOUNTS, CODES

_SIGNS = {"$": "USD", "US$": "USD", "R$": "BRL", "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB"}
_SIGNS |= {code: code for code in CODES.split("|")}
_BESIDE = re.compile(r"[^A-Z$€£₹₽]")
# By one of these a row that has an amount in a currency is found before it is read.
_MARKS, _LETTERS = ({sign: sign.encode() for sign in signs} for signs in ("$€£₹₽", CODES.split("|")))


def _code(value: str) -> str | None:
    """The currency whose sign or letters stand beside an amount; of a sign that several use, the likeliest."""
    return _SIGNS.get(_BESIDE.sub("", value)) if re.search(r"\d", value) else None


def by_signs(one: Recognition) -> set[str]:
    """The currencies whose signs stand beside the amounts in the first rows."""
    columns = [one.meanings[name].column for name in AMOUNTS if name in one.meanings]
    return {code for column in columns for value in one.look.values(column) if (code := _code(value))}


def by_all_signs(one: Recognition) -> set[str]:
    """The same in all rows of a file: those with another sign than the first rows have are looked at, no others."""
    columns = [one.meanings[name].column for name in AMOUNTS if name in one.meanings]
    places, found = [one.look.columns.index(column) for column in columns], by_signs(one)
    for row in _rows_with_signs(one.look, columns, found) if places else ():
        if len(row) == len(one.look.columns):
            found |= {code for place in places if (code := _code(row[place].strip()))}
    return found


def _rows_with_signs(look: Look, columns: Sequence[str], known: set[str]) -> Iterator[Sequence[str]]:
    """The rows of a file that hold, in a column of amounts, a sign of a currency which is not known in it yet.

    Letters such as EUR are looked for where the first rows have a currency beside their amounts: it takes its time.
    """
    sought = {**_MARKS, **_LETTERS} if known else _MARKS
    marks = [mark for sign, mark in sought.items() if _SIGNS[sign] not in known]
    return rows_that_hold(look, columns, lambda text: any(mark in text for mark in marks))
