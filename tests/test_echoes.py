"""A change of a filter is computed once, though the browser says it twice; nothing that is new is passed over."""

from types import SimpleNamespace

import marimo as mo
import pytest
from loops import run_apart
from marimo._runtime import context
from marimo._runtime.commands import UpdateUIElementCommand
from marimo._runtime.runtime import Kernel

from customary.page.twins import Twins
from customary.serve import echoes


def bar_of(**fields):
    """A bar of fields as a page has it."""
    return mo.Html(" ".join(f"{{{name}}}" for name in fields)).batch(**fields)


@pytest.fixture
def bar():
    """A field of text and one of two dates."""
    return bar_of(name=mo.ui.text(value="ann"), days=mo.ui.date_range(value=("2025-01-01", "2025-01-31")))


TOLD = {"name": "ann", "days": ["2025-01-01", "2025-01-31"]}


def test_what_every_field_holds_is_no_news(bar):
    """All fields as they stand: an echo, and so is the whole bar after a field was changed by itself."""
    assert echoes.is_echo(bar, TOLD)
    bar._update({"name": "bob"})
    assert echoes.is_echo(bar, {**TOLD, "name": "bob"})
    assert not echoes.is_echo(bar, TOLD)


def test_a_changed_field_is_news(bar):
    """One field that says something else is enough."""
    assert not echoes.is_echo(bar, {**TOLD, "name": "bob"})
    assert not echoes.is_echo(bar, {**TOLD, "days": ["2025-01-01", "2025-02-28"]})


@pytest.mark.parametrize("value", [{"name": "ann"}, {**TOLD, "more": 1}, "ann", None])
def test_a_message_about_less_or_more_is_passed_on(bar, value):
    """Only a message about every field of the bar, and no other, can be an echo."""
    assert not echoes.is_echo(bar, value)


def test_a_button_that_is_pressed_again_is_news():
    """A field that stands alone is never an echo: a click says what the last one said."""
    assert not echoes.is_echo(mo.ui.run_button(), True)
    assert not echoes.is_echo(mo.ui.text(value="ann"), "ann")
    assert not echoes.is_echo(None, TOLD)


def test_a_twin_may_lag_behind():
    """Of a period that followed its dates the browser still says the one before: no news, the first time only."""
    period = mo.ui.dropdown(["a year", "chosen"], value="a year")
    bar, twins = bar_of(period=period, days=mo.ui.text(value="all")), Twins("period", "days")
    twins.join(bar)
    bar._update({"days": "May"})
    twins.show("period", ["chosen"])
    assert echoes.is_echo(bar, {"period": ["a year"], "days": "May"})
    assert not echoes.is_echo(bar, {"period": ["a year"], "days": "May"})


@pytest.fixture
def heard(monkeypatch, bar):
    """What marimo's own kernel is told, with a bar of this name among its elements."""
    told = []

    async def take(self, request, *, notify_frontend):
        told.append(dict(request.ids_and_values))
        return True

    monkeypatch.setattr(Kernel, "set_ui_element_value", take)
    known = {"bar": bar, "field": bar.elements["name"]}
    registry = SimpleNamespace(ui_element_registry=SimpleNamespace(get_object=known.__getitem__))
    monkeypatch.setattr(context, "get_context", lambda: registry)
    assert echoes.skip_echoes() and echoes.skip_echoes()  # twice is once
    return told


def told_kernel(**values):
    """A kernel hears of these elements; whether it had to do anything."""
    request = UpdateUIElementCommand(object_ids=list(values), values=list(values.values()))
    return run_apart(lambda: Kernel.set_ui_element_value(None, request, notify_frontend=False))


def test_a_kernel_hears_what_is_new_and_nothing_else(heard):
    """The field comes through, its echo does not; of both in one message the field does; what is gone comes through."""
    assert told_kernel(field="bob") and heard == [{"field": "bob"}]
    assert not told_kernel(bar=TOLD) and len(heard) == 1
    assert told_kernel(bar=TOLD, gone=1) and heard[1:] == [{"gone": 1}]
