"""Under which path of its name the server is reached: `/analytics` behind a proxy that has others beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from customary.errors import Refused
from customary.places import base_path

_PATH = re.compile(r"(?:/[\w~-][\w.~-]*)*", re.ASCII)


def check_base(told: str) -> str:
    """A path as `--base-path` takes it: "/analytics", or "" for none. Raises Refused for anything else."""
    path = told.rstrip("/")
    if not _PATH.fullmatch(path):
        raise Refused("--base-path takes a path such as /analytics: “{path}”", path=told)
    return path


# Of the process, and set before it starts: addresses that browsers keep for a year are made of it once.
BASE = check_base(base_path())


@dataclass(frozen=True)
class BelowBase:
    """ASGI middleware that takes the base path off what is asked for, whether or not the proxy has done so."""

    app: ASGIApp
    base: str = BASE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on by its path below the base."""
        path = scope.get("path", "")
        if self.base and (path == self.base or path.startswith(f"{self.base}/")):
            below = path.removeprefix(self.base) or "/"
            scope = {**scope, "path": below, "raw_path": below.encode()}
        await self.app(scope, receive, send)
