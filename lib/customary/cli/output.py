"""Answers on stdout: a table for people, csv and json for programs."""

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from customary.cli.options import Format, Window
from customary.cli.progress import note
from customary.units import COUNT, DAYS, RATE, SECONDS, Unit

if TYPE_CHECKING:
    from customary.shop import Shop

_ENDINGS = {
    "_rate": RATE,
    "_share": RATE,
    "_count": COUNT,
    "_total": COUNT,
    "_days": DAYS,
    "_seconds": SECONDS,
}
_NUMBER = re.compile(r"[+-]?(\d[\d,. ]*)(e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """Rows for the reader with all that must stand beside them; the first `keys` columns name a row.

    `beside` holds the rows of its companions, such as a forecast's back-test.
    """

    shop: "Shop"
    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    during: Window | None = None
    keys: int = 0
    units: Mapping[str, Unit] = field(default_factory=dict)
    is_empty: bool = False
    where: tuple[str, ...] = ()
    beside: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    def unit(self, column: str) -> Unit | None:
        """The unit of a column: its metric's, else the one its name ends in."""
        return self.units.get(column) or next((u for e, u in _ENDINGS.items() if column.endswith(e)), None)

    @property
    def heading(self) -> str:
        """Shop, window, selection and as-of date on one line."""
        start, end = self.during or (self.shop.snapshot.first_on, self.shop.as_of)
        name, title = self.shop.name, self.shop.snapshot.title
        title = title if title == name else f"{title} ({name})"
        chosen = "".join(f" · {text}" for text in self.where)
        return f"{title} · from {start} until before {end}{chosen} · as of {self.shop.as_of}"


def plain(value: Any) -> Any:
    """A value as JSON knows it: dates in ISO form, NaN and infinities null, exact numbers plain."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not float("-inf") < value < float("inf"):
        return None
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def write_json(told: Mapping[str, Any]) -> None:
    """One JSON document and nothing else."""
    json.dump(plain(told), sys.stdout, ensure_ascii=False, indent=1, allow_nan=False, default=str)
    sys.stdout.write("\n")


def _cell(value: Any) -> Any:
    """A CSV cell; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    value = plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def plain_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as CSV: raw numbers, an empty cell for none."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)


def write_csv(answer: Answer) -> None:
    """The whole answer as CSV."""
    plain_csv(answer.columns, answer.rows)


def write(answer: Answer, form: Format, limit: int) -> None:
    """The answer in the form asked for; only a table is ever cut, and says so."""
    if form is Format.json:
        write_json(
            {
                "shop": answer.shop.name,
                "as_of": answer.shop.as_of,
                "snapshot": str(answer.shop.snapshot),
                "during": answer.during,
                "columns": answer.columns,
                "rows_total": len(answer.rows),
                "rows": answer.rows,
                **answer.beside,
            }
        )
    elif form is Format.csv:
        write_csv(answer)
    else:
        from customary.cli.tables import show

        show(answer, limit)


def finish(answer: Answer, form: Format, limit: int) -> None:
    """Write the answer and end; where not one row stands behind it, say so and end with exit code 1."""
    write(answer, form, limit)
    if answer.is_empty or not answer.rows:
        note("no data in this selection: widen --during or leave out a --where")
        raise typer.Exit(1)


def unread(what: str, why: str) -> None:
    """Say that something typed has no effect, and why."""
    note(f"note: {what} has no effect: {why}")
