"""Whoever clears a control of a chapter, or types what it cannot take, is answered in a sentence."""

import marimo as mo
import pytest
from chapters import STEMS, opened, text_of

CLEARED = {mo.ui.number: None, mo.ui.text: "", mo.ui.date_range: None, mo.ui.code_editor: ""}
STRANGE = {mo.ui.number: -1e15, mo.ui.text: "' or 1=1 --"}


@pytest.mark.parametrize(
    ("stem", "values"),
    [
        *(pytest.param(stem, CLEARED, id=f"{stem}-emptied") for stem in STEMS),
        # The ordinary run types strange things into each third chapter, the slow one into all.
        *(
            pytest.param(stem, STRANGE, id=f"{stem}-strange", marks=pytest.mark.slow if number % 3 else ())
            for number, stem in enumerate(STEMS)
        ),
    ],
)
def test_an_emptied_control_is_answered_in_a_sentence(chapter_shops, stem, values, monkeypatch):
    """Whoever clears each number, text and date of a chapter, or types a number out of range, sees no failed cell."""
    for control, value in values.items():
        monkeypatch.setattr(control, "value", property(lambda _self, value=value: value))
    assert "Definitions" in text_of(opened(stem, "full", "analyst")[1])


def test_an_emptied_number_is_asked_for_and_not_taken_as_nothing(chapter_shops, monkeypatch):
    """Without a budget there is no plan, and a contact without a cost is not free."""
    monkeypatch.setattr(mo.ui.number, "value", property(lambda _self: None))
    assert "Type a budget between" in text_of(opened("13_care", "full")[1])
    said = text_of(opened("15_churn", "full")[1])
    assert "Type what a contact costs" in said or "No score can be given" in said
