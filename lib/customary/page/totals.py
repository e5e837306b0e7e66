"""Sums of rows in a sentence: where what few people did is not shown, a sum says that it is the least it can be."""

import pandas as pd

from customary.query.answer import Answer
from customary.query.withholding import fewest_people
from customary.wording import Finished, say


def part_text(answer: Answer, column: str, part: pd.DataFrame) -> Finished:
    """The sum of a column over some rows of an answer; of no row a viewer hears that it may be too few to be shown."""
    if part.empty and fewest_people(answer.shop) > 0:
        return say("none or too few to be shown")
    return Finished(answer.text(column, part[column].sum()))


def sum_text(answer: Answer, counts: "pd.Series[float]") -> Finished:
    """The sum of a column of counts of an answer as a sentence says it: "189", or "at least 161".

    The latter where rows or cells about few people are left out of what a viewer receives; nothing is below zero there.
    """
    total = f"{int(counts.sum()):,}"
    is_cut = bool(answer.withheld_text) or (fewest_people(answer.shop) > 0 and bool(counts.isna().any()))
    return say("at least {n}", n=total) if is_cut else Finished(total)
