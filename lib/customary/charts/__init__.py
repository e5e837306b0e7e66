"""Charts: a small pandas frame in, an Altair chart out. No formulas, no shop; columns come finished."""

from customary.charts.alluvial import alluvial
from customary.charts.bars import funnel_bars, ranked_bars, stacked_bars
from customary.charts.curves import curve, gain_curve, reliability
from customary.charts.dots import dot_plot
from customary.charts.flows import flow_bars
from customary.charts.forecasts import expected_and_actual, tracking_lines
from customary.charts.grids import cohort_heatmap, heatmap
from customary.charts.intervals import ranked_intervals
from customary.charts.lines import line_over_time, stacked_area_over_time
from customary.charts.multiples import small_multiples
from customary.charts.sparks import sparkline
from customary.charts.spread import histogram, lorenz, scatter_quadrants
from customary.charts.theme import install
from customary.charts.tiles import region_map
from customary.charts.waits import waiting_curve
from customary.charts.waterfalls import waterfall

__all__ = [
    "alluvial",
    "cohort_heatmap",
    "curve",
    "dot_plot",
    "expected_and_actual",
    "flow_bars",
    "funnel_bars",
    "gain_curve",
    "heatmap",
    "histogram",
    "install",
    "line_over_time",
    "lorenz",
    "ranked_bars",
    "ranked_intervals",
    "region_map",
    "reliability",
    "scatter_quadrants",
    "small_multiples",
    "sparkline",
    "stacked_area_over_time",
    "stacked_bars",
    "tracking_lines",
    "waiting_curve",
    "waterfall",
]
