"""Charts: a small pandas frame in, an Altair chart out. No formulas, no shop; columns come finished."""

from customary.charts.bars import funnel_bars, ranked_bars, stacked_bars
from customary.charts.forecasts import expected_and_actual, tracked
from customary.charts.grids import cohort_heatmap, heatmap
from customary.charts.intervals import ranked_intervals
from customary.charts.lines import line_over_time, stacked_area_over_time
from customary.charts.sparks import sparkline
from customary.charts.spread import histogram, lorenz, scatter_quadrants
from customary.charts.theme import install
from customary.charts.waterfalls import waterfall

__all__ = [
    "cohort_heatmap",
    "expected_and_actual",
    "funnel_bars",
    "heatmap",
    "histogram",
    "install",
    "line_over_time",
    "lorenz",
    "ranked_bars",
    "ranked_intervals",
    "scatter_quadrants",
    "sparkline",
    "stacked_area_over_time",
    "stacked_bars",
    "tracked",
    "waterfall",
]
