"""How long a reader's query may run, and how one is stopped: by the clock, or because nobody waits for it any more.

DuckDB stops a query when its cursor is told to from another thread. One thread looks four times a second which of the
running ones are over their time.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import duckdb

from customary.errors import Refused

LOOK_SECONDS = 0.25
_unlimited: ContextVar[bool] = ContextVar("what is prepared for all readers takes the time it needs", default=False)


class Stopped(Refused):
    """A query that took too long, or whose reader has left."""


@dataclass(eq=False)
class Running:
    """A query that runs now: its cursor, the thread that waits for it, when it must be over, why it was stopped."""

    cursor: duckdb.DuckDBPyConnection
    thread: int
    ends: float
    stopped_by: str = ""


@dataclass
class Patience:
    """The running queries of this process; `seconds` is how long each may take, 0 for as long as it likes."""

    seconds: float = 0
    _running: set[Running] = field(default_factory=set)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _watcher: threading.Thread | None = None

    def limit(self, seconds: float) -> None:
        """Let readers' queries of this process take so long at most; a server sets it once."""
        self.seconds = seconds
        if seconds and self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="patience", daemon=True)
            self._watcher.start()

    @contextmanager
    def watch(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Run one query on the cursor within it; raises Stopped, in a sentence, for one that was stopped."""
        limit = 0.0 if _unlimited.get() else self.seconds
        one = Running(cursor, threading.get_ident(), time.monotonic() + limit if limit else float("inf"))
        with self._guard:
            self._running.add(one)
        try:
            yield
        except duckdb.InterruptException:
            raise _reason_to_stop(one, limit) from None
        finally:
            with self._guard:
                self._running.discard(one)

    def leave(self, thread: int) -> int:
        """Stop what a thread waits for, as its reader has left; how many queries that were."""
        return self._stop([one for one in self._now() if one.thread == thread], "reader")

    def _now(self) -> list[Running]:
        with self._guard:
            return list(self._running)

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self._stop([one for one in self._now() if one.ends < time.monotonic()], "clock")

    def _stop(self, found: list[Running], why: str) -> int:
        """Under the guard: a cursor whose query has ended meanwhile may be in the next one already."""
        with self._guard:
            stopped = [one for one in found if one in self._running]
            for one in stopped:
                one.stopped_by = one.stopped_by or why
                one.cursor.interrupt()
        return len(stopped)


def _reason_to_stop(one: Running, limit: float) -> Stopped:
    if one.stopped_by == "clock":
        told = "this question took longer than {seconds:g} seconds and was stopped: ask for fewer days or fewer splits"
        return Stopped(told, seconds=limit)
    return Stopped("this question was stopped, as nobody waited for its answer")


patience = Patience()


@contextmanager
def without_limit() -> Iterator[None]:
    """Within it queries take the time they need: what is prepared once for all readers."""
    token = _unlimited.set(True)
    try:
        yield
    finally:
        _unlimited.reset(token)
