"""Two groups of customers side by side on a page: what differs clearly, and what does not."""

from __future__ import annotations

import marimo as mo
import pandas as pd

from customary.charts import ranked_intervals
from customary.page.answers import Answer
from customary.page.figures import figure
from customary.page.parts import empty
from customary.page.sheets import sheet, table
from customary.units import RATE

_MOST = 12
_ATTRIBUTE = ("name", "value", "first_value", "first_count", "second_value", "second_count", "verdict")
_BEHAVIOUR = ("name", "zh", "first_value", "first_count", "second_value", "second_count", "difference", "verdict")


def contrasted(answer: Answer, subtitle: str, goal: str = "") -> tuple[mo.Html, mo.Html]:
    """A `contrast` as two figures: attributes whose shares differ clearly, and behaviour line by line.

    What the groups are sorted by is marked in the table: that difference says nothing new.
    """
    if not len(answer.frame):
        return empty("groups of enough customers"), empty("groups of enough customers")
    return _traits(answer, subtitle, goal), _ways(answer, subtitle, goal)


def _names(rows: pd.DataFrame) -> tuple[str, str, dict[str, str]]:
    """The two groups, and the headings of their columns."""
    first, second = str(rows["first"].iloc[0]), str(rows["second"].iloc[0])
    heads = {"first_value": first.capitalize(), "second_value": second.capitalize(), "zh": "中文"}
    return first, second, heads | {"first_count": f"n {first}", "second_count": f"n {second}"}


def _traits(answer: Answer, subtitle: str, goal: str) -> mo.Html:
    first, second, heads = _names(answer.frame)
    rows = answer.frame[answer.frame.kind == "attribute"]
    clear = rows[rows.verdict != "not clear"]
    clear = clear.assign(trait=clear.name + ": " + clear.value.astype(str))
    title = f"No attribute sets {first} clearly apart from {second}"
    if len(clear):
        title = f"{first.capitalize()} against {second}: {clear.trait.iloc[0]} differs most"
    drawn, ends = clear.head(_MOST), ("low_difference", "high_difference")
    bars = ranked_intervals(
        drawn, "trait", "difference", *ends, unit=RATE, n="first_count", average=0, height=max(180, 30 * len(drawn))
    )
    units = {"first_value": RATE, "second_value": RATE, "difference": RATE, ends[0]: RATE, ends[1]: RATE}
    return figure(
        title,
        bars if len(drawn) else empty("clear differences"),
        f"Share among {first} minus share among {second}, points of per cent with the 99 % interval (Newcombe); "
        f"{len(drawn)} of {len(clear)} clear ones of {len(rows)} values. {subtitle}",
        passport=answer.passport,
        table=sheet(rows[[*_ATTRIBUTE, "difference", *ends]], units=units, names=heads),
        goal=goal,
        file_name="contrast-attributes",
    )


def _ways(answer: Answer, subtitle: str, goal: str) -> mo.Html:
    first, second, heads = _names(answer.frame)
    rows = answer.frame[answer.frame.kind == "behaviour"]
    free = rows[~rows.is_defining & (rows.verdict != "not clear")]
    lines = [f"{name} {verdict}" for name, verdict in zip(free.name, free.verdict, strict=True)]
    told = "; ".join(lines[:3]) + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")
    heads |= {"name": "Behaviour", "is_defining": "Sorted by it"}
    return figure(
        f"{first.capitalize()} against {second}: {told}" if told else f"{first.capitalize()} act like {second}",
        table(sheet(rows[[*_BEHAVIOUR, "is_defining"]], names=heads)),
        f"Means per customer; clear is what its 99 % interval keeps apart from nothing (Welch). {subtitle}",
        passport=answer.passport,
        table=sheet(rows.drop(columns=["value", "first", "second"]), names=heads),
        goal=goal,
        file_name="contrast-behaviour",
    )
