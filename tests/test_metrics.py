"""Every metric against arithmetic that a reader can do in the head.

Judges metrics/aggregate, metrics/items, metrics/lifecycle, metrics/orders, metrics/people and metrics/visits.
"""

import pytest
import worked_examples
from given import value

from customary.declare import METRICS, metric_named
from customary.frames import FRAMES
from customary.metrics import __all__ as PUBLIC


@pytest.fixture(scope="module")
def shop(worked_shop):
    return worked_shop


def test_every_metric_has_a_worked_example():
    """No metric without a number that somebody computed by hand."""
    assert set(worked_examples.EXPECTED) == set(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_gives_what_the_hand_gives(shop, name):
    """The figure of the worked example."""
    assert value(shop, METRICS[name]) == pytest.approx(worked_examples.EXPECTED[name])


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_says_everything_about_itself(name):
    """Unit, Chinese term, a definition that is one sentence, and the source line."""
    metric = METRICS[name]
    assert metric.unit.name and metric.zh.strip() and metric.source.strip()
    assert any("一" <= letter <= "鿿" for letter in metric.zh), f"{name}: {metric.zh} is not Chinese"
    assert metric.definition.endswith(".") and len(metric.definition) > 10


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_needs_one_frame_or_other_metrics(name):
    """A formula speaks of one frame, or of metrics, never of both."""
    needs = METRICS[name].needs
    assert needs
    assert (len(needs) == 1 and needs[0] in FRAMES) or all(need in METRICS for need in needs)


@pytest.mark.parametrize("name", METRICS)
def test_a_rate_names_what_it_is_a_share_of(name):
    """`per` is a metric that counts; without it a rate has no n."""
    metric = METRICS[name]
    if metric.per:
        assert metric_named(metric.per).unit.name == "count"


def test_every_metric_is_public():
    """What the list of metrics holds can be imported from customary by its own name."""
    assert set(PUBLIC) == set(METRICS)
