"""Tables as a reader wants them: own HTML, numbers right and in full, units in the header, "n of N" below.

And their CSV, written so that no cell of it can become a formula in a spreadsheet.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import numbers as kinds
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import marimo as mo
import pandas as pd

from customary.charts.numbers import sign
from customary.declare import METRICS
from customary.page.markup import Markup, element, embedded, joined, shown
from customary.units import DAYS, RATE, SECONDS, Unit

MOST_ROWS = 25
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
# Full-width forms are formulas too in some spreadsheets' locales.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_HEADER_UNITS = {"rate": "%", "days": "days", "seconds": "s"}
_ENDINGS = {"rate": RATE, "share": RATE, "seconds": SECONDS, "days": DAYS}  # as names are made
_FORMS = {"money": "{:,.2f}", "count": "{:,.0f}", "days": "{:,.1f}", "seconds": "{:,.0f}", "ratio": "{:,.2f}"}


@dataclass(frozen=True)
class Sheet:
    """A table with what its columns mean: `units` and `names` by column, `of` all rows there would be."""

    frame: pd.DataFrame
    units: Mapping[str, Unit] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    of: int | None = None
    most: int = MOST_ROWS

    def unit(self, column: str) -> Unit | None:
        """The unit said for a column, else that of the metric it is named after, else what its ending says."""
        known = METRICS.get(column)
        ending = str(column).rpartition("_")[2]
        return self.units.get(column) or (known.unit if known else _ENDINGS.get(ending))

    def title(self, column: str) -> str:
        """The column's heading with its unit: "Net revenue (£)", "Repeat purchase rate (%)"."""
        name = self.names.get(column) or str(column).replace("_", " ").capitalize()
        unit = self.unit(column)
        said = sign(self.currency).strip() if unit and unit.name == "money" else ""
        said = said or _HEADER_UNITS.get(unit.name if unit else "", "")
        return f"{name} ({said})" if said else name


def sheet(
    frame: pd.DataFrame,
    *,
    units: Mapping[str, Unit] | None = None,
    names: Mapping[str, str] | None = None,
    currency: str = "",
    of: int | None = None,
    most: int = MOST_ROWS,
) -> Sheet:
    """A frame with its columns' units (by default their metrics') and headings; `most` rows are shown.

    `of` is the number of rows before the caller cut them; the line below says "n of N rows".
    """
    return Sheet(frame, dict(units or {}), dict(names or {}), currency, of, most)


def table(content: Sheet | pd.DataFrame) -> mo.Html:
    """The table as something a cell can show; it scrolls within itself, the page never does."""
    return shown(table_markup(as_sheet(content)))


def as_sheet(content: Sheet | pd.DataFrame) -> Sheet:
    """The content as a sheet; a bare frame has only its metrics' units."""
    return content if isinstance(content, Sheet) else Sheet(content)


def table_markup(content: Sheet) -> Markup:
    """The table's HTML."""
    frame = content.frame
    right = {column: _is_number(frame[column], content.unit(column)) for column in frame.columns}
    head = [element("th", content.title(c), kind="cy-number" if right[c] else "", scope="col") for c in right]
    rows = [
        element(
            "tr",
            joined(
                element("td", written(value, content.unit(c)), kind="cy-number" if right[c] else "")
                for c, value in zip(right, record, strict=True)
            ),
        )
        for record in frame.head(content.most).itertuples(index=False, name=None)
    ]
    body = element("table", element("thead", element("tr", joined(head))), element("tbody", joined(rows)))
    scrolling = element("div", body, kind="cy-scroll", tabindex="0", role="region", aria_label="Table")
    return element("div", scrolling, element("div", _counted(content), kind="cy-note"), kind="cy-table")


def _counted(content: Sheet) -> str:
    everything = max(content.of or 0, len(content.frame))
    return f"{min(content.most, len(content.frame)):,} of {everything:,} rows"


def _is_number(values: pd.Series, unit: Unit | None) -> bool:
    return unit is not None or (pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values))


def written(value: Any, unit: Unit | None) -> str:
    """A cell's text: at most as many digits as the unit bears, "–" for nothing, never a raw float."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value) or value is pd.NA:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d" if value.time() == dt.time() else "%Y-%m-%d %H:%M")
    if not isinstance(value, kinds.Number) and not hasattr(value, "as_tuple"):
        return str(value)
    if unit is None:
        return f"{value:,}" if isinstance(value, kinds.Integral) else _unsigned(f"{float(value):,.2f}")
    text = f"{100 * float(value):.1f}" if unit.name == "rate" else _FORMS[unit.name].format(value)
    return _unsigned(text)


def _unsigned(text: str) -> str:
    """The number as it stands, but without a sign where it rounds to nothing."""
    return text if text.strip("-0.,") else text.removeprefix("-")


def framed(rows: Iterable[Any]) -> pd.DataFrame:
    """Dataclass rows as a table, a column per field."""
    return pd.DataFrame([asdict(row) for row in rows])


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """All rows as UTF-8 CSV with a mark for spreadsheets; text that could be a formula begins with '."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(str(column)) for column in frame.columns])
    for record in frame.itertuples(index=False, name=None):
        writer.writerow([harmless(value) for value in record])
    return out.getvalue().encode("utf-8-sig")


def harmless(value: Any) -> Any:
    """The value for a CSV cell: numbers as they are, nothing as empty, formula-like text behind a '."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, kinds.Number):
        return value
    text = str(value)
    if _PLAIN_NUMBER.match(text):
        return text
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def download(frame: pd.DataFrame, file_name: str) -> Markup:
    """A quiet button that hands out the frame's CSV under a plain file name."""
    name = re.sub(r"[^\w\-]+", "-", file_name.removesuffix(".csv")).strip("-_").lower() or "table"
    return embedded(mo.download(csv_bytes(frame), filename=f"{name}.csv", mimetype="text/csv", label="CSV"))
