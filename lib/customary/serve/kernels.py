"""marimo's own register of running pages, one for each chapter: asked, and told which to end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.routing import Mount

from customary.patience import patience


class KernelRegister(Protocol):
    """What sessions ask of the chapters' kernels, wherever these run."""

    def is_running(self, stem: str, session: str) -> bool:
        """Whether a session of a chapter is still kept."""

    def end(self, stem: str, session: str) -> None:
        """End a session now."""

    def leave(self, stem: str, session: str) -> None:
        """Stop what a session waits for."""


@dataclass(frozen=True)
class Kernels:
    """What runs behind the chapters of `pages`, which marimo built."""

    pages: Starlette

    def is_running(self, stem: str, session: str) -> bool:
        """Whether marimo still keeps this session of a chapter."""
        register = self._registers().get(stem)
        return register is not None and register.get_session(session) is not None

    def end(self, stem: str, session: str) -> None:
        """End a session now; one that is gone already is nothing to end."""
        if register := self._registers().get(stem):
            register.close_session(session)

    def leave(self, stem: str, session: str) -> None:
        """Stop the query that a session waits for: its reader is gone. What comes after it is within its time."""
        register = self._registers().get(stem)
        found = register.get_session(session) if register else None
        kernel = getattr(found, "_kernel_manager", None)
        thread = getattr(getattr(kernel, "kernel_task", None), "ident", None)
        if thread is not None:
            patience.leave(thread)

    def count(self) -> int:
        """How many pages are kept."""
        return sum(len(register.sessions) for register in self._registers().values())

    async def end_all(self) -> None:
        """End every viewer's session, as the server ends."""
        for register in self._registers().values():
            await register.shutdown()

    def _registers(self) -> dict[str, Any]:
        found = {}
        for route in self.pages.routes:
            register = getattr(getattr(getattr(route, "app", None), "state", None), "session_manager", None)
            if isinstance(route, Mount) and register is not None:
                found[route.path.strip("/")] = register
        return found
