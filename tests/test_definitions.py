"""`help` of whatever has a name shows what it means."""

import pydoc
import subprocess
import sys

import pytest

import customary
from customary import studies as _studies  # noqa: F401  (fills the list of studies)
from customary.declare import FRAMES, METRICS, SEGMENTS, STUDIES, Metric, metric
from customary.language import translate
from customary.units import COUNT

DEFINED = {
    **{f"metric:{name}": found for name, found in METRICS.items()},
    **{f"segment:{name}": found for name, found in SEGMENTS.items()},
    **{f"study:{name}": found for name, found in STUDIES.items()},
    **{f"frame:{name}": found for name, found in FRAMES.items()},
}


def shown(thing):
    """What `help` writes, without bold letters."""
    return pydoc.render_doc(thing, renderer=pydoc.plaintext)


@pytest.mark.parametrize("context", DEFINED)
def test_help_shows_the_definition_in_both_languages(context):
    """The docstring it was declared with, and its Chinese."""
    thing = DEFINED[context]
    text = thing.grain if context.startswith("frame") else thing.definition
    assert text in shown(thing)
    assert translate(context, text, "zh") in shown(thing)


def test_help_of_a_public_metric():
    """Its name, Chinese name, unit, source, and what it reads."""
    text = shown(customary.net_revenue)
    for fact in (
        "net_revenue",
        "中文: 净销售额",
        "unit: money",
        "reads: ordered_revenue, returned_revenue",
        "source: M1",
    ):
        assert fact in text
    assert "share of" not in text
    assert "share of: named_order_count" in shown(customary.repeat_order_rate)


def test_help_by_path_is_the_same():
    """`help("customary.net_revenue")`, as one types it in a shell."""
    assert customary.net_revenue.definition in shown("customary.net_revenue")


def test_help_of_a_study_names_its_options():
    """With their defaults."""
    text = shown(STUDIES["early_warning"])
    assert all(f"{name}={value!r}" in text for name, value in STUDIES["early_warning"].options.items())


def test_the_class_keeps_its_own_docstring():
    """What a metric is, is another question than what one of them means."""
    assert Metric.__doc__.startswith("A named function of one frame")
    assert "A named function of one frame" in shown(Metric)


def test_a_metric_without_chinese_is_defined_in_english_once():
    """A shop's own metric, which nobody has translated."""

    def big_order_count(orders):
        """Orders of 100 and more."""
        return (orders.net_amount >= 100).sum()

    try:
        found = metric(COUNT, zh="大额订单数", source="own")(big_order_count)
    finally:
        METRICS.pop("big_order_count", None)
    assert found.__doc__.count("Orders of 100 and more.") == 1 and "中文: 大额订单数" in found.__doc__


def test_declaring_reads_no_catalogue():
    """The catalogue is opened when somebody asks for help, not when the library is imported."""
    code = "import sys, customary; assert 'babel' not in sys.modules; customary.net_revenue.__doc__"
    subprocess.run([sys.executable, "-c", code], check=True)
