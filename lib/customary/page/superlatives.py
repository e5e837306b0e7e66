"""Which group a sentence may call the highest or lowest: the one way to a superlative, by the rows of its figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from customary.cell_texts import named_value
from customary.columns import Column
from customary.errors import Refused
from customary.frame_columns import DeclaredColumns
from customary.language import is_nothing
from customary.models import extremes
from customary.query.groups import OTHER
from customary.units import COUNT, RATE
from customary.wording import all_of, say, wording

FEWEST = 30  # observations below which a group is not named
NOBODY = "No group stands clearly apart"


@dataclass(frozen=True)
class Standing:
    """Groups that may be named, with the texts of their values; `labels` is empty where none may be."""

    labels: tuple[str, ...] = ()
    value: str = ""

    def say(self, template: str, none: str = NOBODY, **values: str) -> str:
        """The template with `names` ("email and push") and `value`; `none` where no group may be named.

        Both are said in the reader's language, other values of the template as they are given.
        """
        return say(template, names=all_of(self.labels), value=self.value, **values) if self.labels else wording(none)


def highest(frame: pd.DataFrame, label: str, value: str, *, n: str = "", fewest: int = FEWEST) -> Standing:
    """The groups of `frame` whose `value` is significantly above that of every other, named by the column `label`.

    The interval is the one that the value's column declares; without one, Wilson's for a rate of `n` (by default the
    declared column), and Poisson's for a count. A value with neither is refused: say it by `first_of`. Groups of fewer
    than `fewest` and those without a name are no candidates; a figure's rows are the only rows looked at.
    """
    return _standing(frame, label, value, n, fewest, 1.0)


def lowest(frame: pd.DataFrame, label: str, value: str, *, n: str = "", fewest: int = FEWEST) -> Standing:
    """The groups whose `value` is significantly below that of every other; see `highest`."""
    return _standing(frame, label, value, n, fewest, -1.0)


def first_of(frame: pd.DataFrame, label: str, value: str) -> Standing:
    """Those of the rows with the greatest value, for sums that are counted whole: ties share the place.

    Such a sum has no interval, so that it says nothing beyond these rows: a sentence names them as “of the … shown”.
    """
    rows = _candidates(frame, label, value)
    places = extremes.share_first_place(rows[value].to_numpy(float))
    is_shared = len(places) > extremes.MOST or len(places) == len(rows) > 1
    return _standing_of(rows, label, value, places[:0] if is_shared else places)


def _candidates(frame: pd.DataFrame, label: str, value: str) -> pd.DataFrame:
    """The rows with a value and a name; “other” gathers what is left and is no group that could stand first."""
    return frame[frame[value].notna() & frame[label].notna() & frame[label].ne(OTHER)]


def _standing(frame: pd.DataFrame, label: str, value: str, n: str, fewest: int, sign: float) -> Standing:
    column = DeclaredColumns.of(frame).column(value)
    sized = n or (column.n if column.n in frame.columns else "")
    rows = _candidates(frame, label, value)
    rows = rows[(rows[sized] if sized else rows[value]) >= fewest] if sized or column.unit == COUNT else rows
    lows, highs = _ends(rows, column, value, sized)
    is_known = ~(np.isnan(lows) | np.isnan(highs))
    rows, lows, highs = rows[is_known], lows[is_known], highs[is_known]
    values = rows[value].to_numpy(float)
    ends = (lows, highs) if sign > 0 else (-highs, -lows)
    return _standing_of(rows, label, value, extremes.stand_apart(sign * values, *ends))


def _ends(rows: pd.DataFrame, column: Column, value: str, sized: str) -> tuple[np.ndarray, np.ndarray]:
    """The interval of each row: the declared one, else that of a rate of `sized`, or of a count."""
    if column.low in rows.columns and column.high in rows.columns:
        return rows[column.low].to_numpy(float), rows[column.high].to_numpy(float)
    values = rows[value].to_numpy(float)
    if column.unit == RATE and sized:
        return extremes.proportion_ends(values, rows[sized].to_numpy(float))
    if column.unit == COUNT:
        return extremes.count_ends(values)
    raise Refused(
        "{value} has no interval, so that no group can be called highest by it: name its first by first_of", value=value
    )


def _standing_of(rows: pd.DataFrame, label: str, value: str, places: np.ndarray) -> Standing:
    found, declared = rows.iloc[places], DeclaredColumns.of(rows)
    if not len(found) or is_nothing(found[value].iloc[0]):
        return Standing()
    column, measure = declared.column(label, is_number=False), declared.column(value).unit
    names = tuple(column.unit.text(named_value(column, name)) for name in found[label])
    values = dict.fromkeys(measure.text(one, declared.currency) for one in found[value])
    return Standing(names, all_of(values))
