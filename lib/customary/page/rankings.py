"""A ranking: the commonest figure – bars of one value by group, with the table of all that is known of the groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marimo as mo
import pandas as pd

from customary.charts import ranked_bars, theme
from customary.page.figures import figure
from customary.page.sheets import Sheet, sheet
from customary.units import COUNT, MONEY, Unit

TOTAL = "_total"  # a study that cuts its rows says of how many in such a column
_INNER = ("position", "and_label", "average")
_MONEY = {name: MONEY for name in ("low", "high", "gap", "potential", "net_spend")}
_NAMES = {"low": "From", "high": "To", "zh": "中文"}


def ranking(
    title: str,
    frame: pd.DataFrame,
    label: str,
    value: str,
    subtitle: str = "",
    *,
    unit: Unit = COUNT,
    currency: str = "",
    n: str | None = None,
    most: int = 20,
    height: int = theme.HEIGHT,
    passport: Any = None,
    goal: str = "",
    units: Mapping[str, Unit] | None = None,
    names: Mapping[str, str] | None = None,
) -> mo.Html:
    """Bars of `value` by `label` in the frame's order, at most `most` of them; the table has every column and row.

    The subtitle ends with "n of N" where bars were cut, here or by the study (a column `…_total`).
    """
    whole = of(frame)
    drawn = frame.head(most)
    cut = f"{len(drawn):,} of {whole:,} shown" if len(drawn) < whole else ""
    bars = ranked_bars(drawn, label, value, unit=unit, currency=currency, n=n, as_given=True, height=height)
    return figure(
        title,
        bars,
        " · ".join(part for part in (subtitle, cut) if part),
        passport=passport,
        table=told(frame, currency=currency, units=units, names=names),
        goal=goal,
    )


def of(frame: pd.DataFrame) -> int:
    """How many rows there would be: what the study's `…_total` column says, else the frame's own."""
    totals = [column for column in frame.columns if str(column).endswith(TOTAL)]
    return int(frame[totals[0]].iloc[0]) if totals and len(frame) else len(frame)


def told(
    frame: pd.DataFrame,
    *,
    currency: str = "",
    units: Mapping[str, Unit] | None = None,
    names: Mapping[str, str] | None = None,
) -> Sheet:
    """A study's answer as a sheet: without the columns that only serve its order or say how many rows there would be.

    With a `currency` the bounds and gaps of the studies are amounts.
    """
    aside = [column for column in frame.columns if column in _INNER or str(column).endswith(TOTAL)]
    known = {**(_MONEY if currency else {}), **(units or {})}
    return sheet(
        frame.drop(columns=aside), currency=currency, units=known, names={**_NAMES, **(names or {})}, of=of(frame)
    )
