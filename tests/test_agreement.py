"""One name, one number: what a study calls by a metric's name is that metric, or its column says what else it is."""

import pytest
from samples import thirds

from customary import columns, measure, study
from customary.declare import METRICS, STUDIES
from customary.metrics.aggregate import bases_of
from customary.query.selection import column_names
from customary.shop import BOOKS

OF_FRAMES = [name for name in STUDIES if not set(STUDIES[name].needs) <= set(BOOKS)]


def splits(answer, metric, shop):
    """The columns by which the metric can be split like the answer is; none where they do not name its rows."""
    known = [set(column_names(shop, frame)) for frame in bases_of([METRICS[metric]])]
    keys = [c.name for c in answer.columns if not c.unit.is_number and all(c.name in names for names in known)]
    rows = answer.to_pylist()
    return keys if keys and len({tuple(row[key] for key in keys) for row in rows}) == len(rows) else []


def shared_names(answer):
    """The columns that bear a metric's name and have no declaration of their own in this study."""
    own = columns.all_columns()
    return [c.name for c in answer.columns if c.name in METRICS and f"{answer.name}.{c.name}" not in own]


def by_group(rows, keys, name):
    """Group → value of a column, unknown and nothing alike."""
    return {tuple(row[key] for key in keys): float(row[name] or 0) for row in rows}


def held(answer, shop):
    """Metric → the columns to split it by, for all that is held against a metric in an answer."""
    found = {metric: splits(answer, metric, shop) for metric in shared_names(answer)}
    return {metric: keys for metric, keys in found.items() if keys}


@pytest.mark.parametrize("name", thirds(OF_FRAMES, 1))
def test_what_bears_a_metrics_name_is_that_metric(demo_shop, name):
    """Group by group, on the demo shop."""
    answer = study(demo_shop, name)
    for metric, keys in held(answer, demo_shop).items():
        theirs = by_group(answer.to_pylist(), keys, metric)
        mine = by_group(measure(demo_shop, metric, by=keys).to_pylist(), keys, metric)
        assert theirs == pytest.approx({group: mine.get(group, 0) for group in theirs}), f"{metric} by {keys}"


def test_the_law_reaches_many_columns(demo_shop):
    """It is no empty law: these studies alone have seven columns that it holds against their metrics."""
    names = ("discount_weeks", "visit_mix", "tiers", "rfm_segments")
    assert sum(len(held(study(demo_shop, name), demo_shop)) for name in names) == 7
