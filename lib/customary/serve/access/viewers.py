"""What the reader of a page sees: asked of the page's own request, each time a shop is opened in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import marimo as mo

from customary.errors import Refused
from customary.serve.access.desk import AccessDesk
from customary.sight import EVERYTHING, Viewer


@dataclass(frozen=True)
class Readership:
    """What is drawn once for all readers, and for whom of them it is right."""

    desk: AccessDesk | None = None

    def has_rules(self, person: str) -> bool:
        """Whether somebody sees a part of the shop only, or nobody knows."""
        viewer = self._viewer(person)
        return viewer is None or viewer.sight != EVERYTHING

    def sees_drawn(self, person: str) -> bool:
        """Whether pages that were drawn for stakeholders who see all are this person's, no more and no less."""
        return self._viewer(person) == Viewer()

    def _viewer(self, person: str) -> Viewer | None:
        return self.desk.book.viewer_of(person) if self.desk and self.desk.book.ways else Viewer()


def viewer_of_page(desk: AccessDesk) -> Callable[[], Viewer | None]:
    """For `ask_viewer`: the viewer whom the door let in to this page; None where nobody is asked who they are.

    What is drawn for all readers is drawn without a page, and for a stakeholder. A page without a person is refused:
    nobody is shown more than the book says because something went missing on the way.
    """

    def ask() -> Viewer | None:
        if not desk.book.ways or not mo.running_in_notebook():
            return None
        request = mo.app_meta().request
        user = request.user if request else None
        viewer = desk.book.viewer_of(str(user.get("name", ""))) if isinstance(user, dict) else None
        if viewer is None:
            raise Refused("nobody is signed in here: sign in again, then open this page anew")
        return viewer

    return ask
