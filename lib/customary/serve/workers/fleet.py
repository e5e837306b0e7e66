"""The workers of a server: started, watched, started again; each reader goes to the same one every time."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.types import Receive, Scope, Send

from customary.serve.gateway import OWNER
from customary.serve.workers.remote import RemoteWorker

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
START_SECONDS = 90.0
OWNERS = 20_000  # readers whose worker is remembered
MODULE = "customary.serve.workers.worker"


@dataclass
class Fleet:
    """ASGI app in the place of the chapters. `told` is what each worker needs to know; `folder` holds the sockets."""

    count: int
    told: Mapping[str, Any]
    folder: Path
    workers: list[RemoteWorker] = field(init=False)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _places: OrderedDict[str, int] = field(default_factory=OrderedDict)
    _is_ending: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.workers = [RemoteWorker(self.folder / f"worker-{number}") for number in range(self.count)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to its reader's worker."""
        await self.workers[self.worker_of(scope.get(OWNER, ""))](scope, receive, send)

    def worker_of(self, owner: str) -> int:
        """The number of a reader's worker: the one it had, else the one with the least to do."""
        if owner in self._places:
            self._places.move_to_end(owner)
            return self._places[owner]
        shares = [list(self._places.values()).count(number) for number in range(self.count)]
        found = min(range(self.count), key=lambda number: (self.workers[number].busy, shares[number]))
        if owner:
            self._places[owner] = found
            while len(self._places) > OWNERS:
                self._places.popitem(last=False)
        return found

    # What the gateway asks of the chapters' kernels: a worker checks itself whether a session runs.

    def is_running(self, stem: str, session: str) -> bool:
        """True: the worker looks when it gets the request, and answers 404."""
        return True

    def end(self, stem: str, session: str) -> None:
        """End a session, wherever it is."""
        self._tell_all("end", stem=stem, session=session)

    def leave(self, stem: str, session: str) -> None:
        """Stop what a session waits for, wherever it is."""
        self._tell_all("leave", stem=stem, session=session)

    async def end_all(self) -> None:
        """Workers end by themselves when the gateway does."""

    def _tell_all(self, what: str, **facts: str) -> None:
        loop = asyncio.get_running_loop()
        for worker in self.workers:
            task = loop.create_task(worker.tell(what, **facts))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    # Processes.

    def is_alive(self) -> bool:
        """Whether every worker runs and listens."""
        return all(process.poll() is None for process in self._processes) and all(
            worker.place.exists() for worker in self.workers
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """The workers, from when all of them listen until the end of it. One that dies is started again."""
        self._processes += [self._start(number) for number in range(self.count)]
        try:
            self._wait()
            threading.Thread(target=self._watch, name="workers", daemon=True).start()
            yield
        finally:
            self._is_ending.set()
            for process in self._processes:
                if process.stdin:
                    process.stdin.close()  # a worker ends when nobody holds the other end
            for process in self._processes:
                _end(process)

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        self.workers[number].place.unlink(missing_ok=True)
        process = subprocess.Popen([sys.executable, "-m", MODULE], stdin=subprocess.PIPE)
        told = {**self.told, "number": number, "place": str(self.workers[number].place)}
        assert process.stdin
        process.stdin.write(json.dumps(told).encode() + b"\n")
        process.stdin.flush()
        return process

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self.is_alive():
            if time.monotonic() > until or any(process.poll() is not None for process in self._processes):
                raise OSError("a worker did not start")
            time.sleep(0.05)

    def _watch(self) -> None:
        while not self._is_ending.wait(LOOK_SECONDS):
            for number, process in enumerate(self._processes):
                if process.poll() is not None and not self._is_ending.is_set():
                    log.error("worker %d ended with %s and is started again", number, process.returncode)
                    self._processes[number] = self._start(number)


def _end(process: subprocess.Popen[bytes], seconds: float = 5) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def fleet_of(count: int, told: Mapping[str, Any]) -> Iterator[Fleet]:
    """A running fleet whose sockets lie in a folder of their own, which nobody else may enter."""
    with TemporaryDirectory(prefix="customary-") as folder:
        fleet = Fleet(count, told, Path(folder))
        with fleet.running():
            yield fleet
