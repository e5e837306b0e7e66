"""The one figure that a chapter shows of itself: a metric over a window, or a column of a study's first row."""

from dataclasses import dataclass
from datetime import timedelta

from customary.dates import Window, last_whole, previous
from customary.declare import FRAMES, METRICS, STUDIES, Metric
from customary.errors import Refused
from customary.language import format_quarter
from customary.metrics.aggregate import bases_of
from customary.query.answer import Answer
from customary.query.goals import follow_days, goals
from customary.query.measure import current_metric, measure
from customary.query.study import study
from customary.shop import Shop
from customary.units import is_nothing
from customary.wording import say, word

LABELS = ("label", "rfm_segment", "value_tier", "stage")  # columns that say whom a row speaks of


@dataclass(frozen=True)
class KeyFigure:
    """A chapter's figure, its texts finished: "34.2%", "Repeat purchase rate", "n 5,347"."""

    text: str
    label: str
    note: str
    answer: Answer


def key_figure(shop: Shop, figure: str, during: Window) -> KeyFigure | None:
    """The figure called `figure`, a metric or `study.column`; None where this shop does not know it.

    A metric that still moves after its window is taken over the last whole quarter in which it moves no more.
    """
    try:
        name, _, column = figure.partition(".")
        found = _of_column(shop, name, column) if column else _of_metric(shop, name, during)
    except Refused:
        return None
    return found


def _of_metric(shop: Shop, name: str, during: Window) -> KeyFigure | None:
    metric, follow = current_metric(shop, name), follow_days(name, shop.rules)
    first = last_whole(shop.as_of - timedelta(days=follow), "quarter") if follow else during
    asked = (metric, metric.per) if metric.per else (metric,)
    # Who bought last quarter is followed into this one: then the quarter before is the last that is known.
    for window in (first, previous(first)) if _has_time(shop, metric) else (None,):
        answer = measure(shop, *asked, during=window)
        if answer.is_withheld or (window and window[1] <= shop.snapshot.first_on):
            return None
        if not is_nothing(answer.first[metric.name]):
            return _figure_of(answer, metric, window if window != during else None)
    return None


def _has_time(shop: Shop, metric: Metric) -> bool:
    """Whether a window changes it; profiles stand as of a day."""
    return all(FRAMES[name].time for name in bases_of([metric], shop.snapshot.own.metrics))


def _figure_of(answer: Answer, metric: Metric, window: Window | None) -> KeyFigure:
    """The figure with its n, and with its window where that is not the one asked for."""
    n = answer.first.get(metric.per) if metric.per else None
    notes = [format_quarter(window[0])] if window else []
    notes += [] if n is None else [say("n {n:,}", n=int(n))]
    return KeyFigure(answer.text(metric.name), answer.column(metric.name).label(), " · ".join(notes), answer)


def _of_column(shop: Shop, name: str, column: str) -> KeyFigure | None:
    """A number of the first row; of a column of yes and no, how many of all rows say yes."""
    answer = goals(shop) if name == "goals" else study(shop, name)
    if answer.is_withheld or not answer.rows_total:
        return None
    declared = answer.column(column)
    if declared.unit.name == "flag":
        known = [row[column] for row in answer.to_pylist() if row[column] is not None]
        text = say("{n:,} of {total:,}", n=sum(known), total=len(known))
        return KeyFigure(text, declared.label(), "", answer) if known else None
    row = answer.first
    if is_nothing(row[column]):
        return None
    whom = next((str(row[label]) for label in LABELS if row.get(label) not in (None, "all")), "")
    return KeyFigure(answer.text(column), declared.label(), word(whom) if whom else "", answer)


def is_known_figure(figure: str) -> bool:
    """Whether a chapter's comment names a metric or a study's column; the column shows when it is asked."""
    name, _, column = figure.partition(".")
    return name in STUDIES or name == "goals" if column else name in METRICS
