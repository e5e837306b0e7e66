"""The values of a declared column as a reader knows them: in their unit, in the reader's language."""

from collections.abc import Collection, Mapping
from typing import Any

from customary.columns import Column, find, of_metric
from customary.declare import METRICS
from customary.language import known_language
from customary.reasons import is_kept, reason_text
from customary.units import LABEL, Unit, is_nothing
from customary.wording import word

UNKNOWN = "unknown"  # a group whose key nobody knows


def unit_in(column: Column, row: Mapping[str, Any]) -> Unit:
    """The unit of a column in one row: its own, or that of the metric which the row names."""
    named = METRICS.get(str(row.get(column.unit_of))) if column.unit_of else None
    return named.unit if named else column.unit


def named_value(column: Column, value: Any, language: str = "") -> Any:
    """A value as a reader knows it: a metric by its name, a word of ours in the reader's language, all else as it is.

    Keys, names and places are the shop's own; a label may be the name of a column, such as "landing_page".
    """
    if not column.may_be_ours or not isinstance(value, str) or value in METRICS:
        return of_metric(METRICS[value]).label(language) if column.may_be_ours and value in METRICS else value
    if known_language(language) == "en":
        return value.replace("_", " ") if column.unit is LABEL and "_" in value and find(value) else value
    return reason_text(value, language) if is_kept(column.name, value) else word(value, language, column=column.name)


def cell(
    column: Column, row: Mapping[str, Any], currency: str = "", language: str = "", keys: Collection[str] = ()
) -> str:
    """The text of a column in one row; where rows have different units, each value brings its own.

    A group of `keys` that has no name is unknown.
    """
    unit, value = unit_in(column, row), row[column.name]
    if column.name in keys and is_nothing(value):
        return word(UNKNOWN, language)
    value = named_value(column, value, language)
    return unit.cell(value, language) if unit is column.unit else unit.text(value, currency, language)


def sentence_text(column: Column, row: Mapping[str, Any], currency: str = "", language: str = "") -> str:
    """The value of a column in one row as a sentence says it, with its unit."""
    value = named_value(column, row.get(column.name), language)
    return unit_in(column, row).text(value, currency, language)
