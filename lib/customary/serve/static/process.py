"""The drawing process as the server has it: one for each call, or one for all pages of a snapshot.

Its JavaScript engine takes 140 MB and half a second to start, and would keep the server's lock while it works; a
process that ends again takes neither from those who read.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import IO, Any

SECONDS = 300  # for the pictures of one chapter; a crowded machine takes a tenth of that


class NotDrawn(RuntimeError):
    """A chart that cannot be drawn without a browser; its page stays live."""


@dataclass
class Painter:
    """A drawing process, begun with the first picture; one that failed is followed by another."""

    seconds: float = SECONDS
    _process: subprocess.Popen[str] | None = None
    _errors: IO[str] | None = None

    def draw(self, config: dict[str, Any], tasks: list[dict[str, Any]]) -> list[str]:
        """Each Vega-Lite specification as SVG. Raises NotDrawn for one that is refused, and after `seconds`."""
        process = self._process = self._process or self._begin()
        late = threading.Timer(self.seconds, process.kill)
        late.start()
        try:
            answered = _ask(process, json.dumps({"config": config, "tasks": tasks}, allow_nan=False))
        finally:
            late.cancel()
        if not answered:
            raise NotDrawn(self._last_words())
        told: dict[str, Any] = json.loads(answered)
        if "error" in told:
            raise NotDrawn(told["error"].strip().splitlines()[-1])
        drawn: list[str] = told["pictures"]
        return drawn

    def end(self) -> None:
        """Let the process go; another one begins with the next picture."""
        if self._process and self._errors:
            self._process.kill()
            self._process.communicate()
            self._errors.close()
        self._process = self._errors = None

    def _begin(self) -> subprocess.Popen[str]:
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 – it is closed with the process
        return subprocess.Popen(
            [sys.executable, "-m", "customary.serve.static.draw"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
        )

    def _last_words(self) -> str:
        assert self._process and self._errors
        self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().strip().splitlines()
        self.end()
        return said[-1] if said else f"its charts were not drawn within {self.seconds:g} seconds"


def _ask(process: subprocess.Popen[str], line: str) -> str:
    """What the process answers; "" where it has ended."""
    assert process.stdin and process.stdout
    try:
        process.stdin.write(line + "\n")
        process.stdin.flush()
        return process.stdout.readline()
    except BrokenPipeError:
        return ""


_painter: ContextVar[Painter | None] = ContextVar("painter", default=None)


@contextmanager
def one_painter() -> Iterator[Painter]:
    """All that is drawn inside is drawn by one process, which ends afterwards."""
    if outer := _painter.get():
        yield outer
        return
    painter = Painter()
    token = _painter.set(painter)
    try:
        yield painter
    finally:
        _painter.reset(token)
        painter.end()
