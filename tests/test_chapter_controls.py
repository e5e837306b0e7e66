"""Whoever clears a control of a chapter, or types what it cannot take, is answered in a sentence."""

import marimo as mo
import pytest
from chapters import STEMS, opened, text_of

from customary.places import NOTEBOOKS

CLEARED = {mo.ui.number: None, mo.ui.text: "", mo.ui.date_range: None, mo.ui.code_editor: ""}
STRANGE = {mo.ui.number: -1e15, mo.ui.text: "' or 1=1 --"}

FIELDS = ("mo.ui.number", "mo.ui.text", "code_editor")
OF_THEIR_OWN = [s for s in STEMS if any(field in (NOTEBOOKS / f"{s}.py").read_text("utf-8") for field in FIELDS)]


def rarely(stem):
    """The mark of a chapter that only `make slow` tries."""
    return () if stem in OF_THEIR_OWN or STEMS.index(stem) % 6 == 0 else pytest.mark.slow


@pytest.mark.parametrize(
    ("stem", "values"),
    [
        # Most chapters have the same bar and no field of their own: the ordinary run tries each sixth of them.
        *(pytest.param(stem, CLEARED, id=f"{stem}-emptied", marks=rarely(stem)) for stem in STEMS),
        *(pytest.param(stem, STRANGE, id=f"{stem}-strange", marks=rarely(stem)) for stem in STEMS),
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
