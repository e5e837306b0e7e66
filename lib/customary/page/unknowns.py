"""What a shop's files do not say, as a note on the page instead of an error."""

from __future__ import annotations

import marimo as mo

from customary.errors import Unknown, show_unknown_as
from customary.page.parts import notice
from customary.wording import say


class UnknownOnPage(Unknown, mo.MarimoStopError):
    """Stops the cell that asked, as `mo.stop` does, and leaves a note in its place; the other cells stand."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.output = notice("Not known here.", say("{sentence}.", sentence=sentence))


def show_unknowns() -> None:
    """Let every refusal of something unknown be a note in the place of the cell that asked. Safe to call again."""
    show_unknown_as(UnknownOnPage)
