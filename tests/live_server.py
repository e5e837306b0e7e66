"""A real server in a process of its own, for tests that need a browser or many viewers."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

TESTS = Path(__file__).parent
PROJECT = TESTS.parent
STAND_IN_PAGES = TESTS / "fixtures" / "notebooks"
REAL_PAGES = PROJECT / "notebooks"
# Serves a published shop by name, on whatever port is free: SERVE_SHOP SHOP PAGES.
SERVE_SHOP = (
    "import pathlib, sys; from customary.serve.run import serve; "
    "serve(sys.argv[1], port=0, notebooks=pathlib.Path(sys.argv[2]))"
)


@dataclass(frozen=True)
class LiveServer:
    """`address` ends with a slash; `said` is everything the process has printed."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """Standard output and errors so far."""
        return self.log.read_text(encoding="utf-8")

    def stop(self, seconds: float = 30) -> int:
        """Ctrl-C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(seconds)


@contextmanager
def live_server(
    command: Sequence[str], environment: Mapping[str, str], log: Path, python: str = sys.executable
) -> Iterator[LiveServer]:
    """Run `command` by `python` until it prints an address; ends it (and only it) afterwards."""
    paths = os.pathsep.join([str(PROJECT / "lib"), str(TESTS / "fixtures")])
    with log.open("wb") as out:
        process = subprocess.Popen(
            [python, *command],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": paths, **environment},
            # The server must not depend on where it is started.
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        yield LiveServer(_address(process, log), process, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(process: subprocess.Popen[bytes], log: Path, seconds: float = 90) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"http://\S+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


def wait_for(happened: Callable[[], object], seconds: float = 120) -> None:
    """Ask until `happened()`; a crowded machine draws a page in a minute."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.2)


def is_drawn(address: str) -> bool:
    """Whether a chapter is answered as it was drawn, without a session."""
    return "data-static" in httpx.get(address).text


def serve_stand_in(*names: str) -> tuple[list[str], dict[str, str], Path]:
    """Command, environment and log for the fixture pages over the stand-in shop, to be opened by `names` as well."""
    folder = Path(tempfile.mkdtemp(prefix="customary-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [str(TESTS / "fixtures" / "serve_stand_in.py"), "0", *names]
    return command, {"STAND_IN_SHOP": str(folder / "stand_in.duckdb")}, folder / "server.log"


@pytest.fixture(scope="session")
def stand_in_server() -> Iterator[LiveServer]:
    """The fixture pages, served."""
    with live_server(*serve_stand_in()) as server:
        yield server


@pytest.fixture(scope="session")
def shop_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real chapters over the shop that `served_shop` (a published shop's name) stands for."""
    shop = request.getfixturevalue("served_shop")
    log = tmp_path_factory.mktemp("served") / "server.log"
    with live_server(["-c", SERVE_SHOP, shop, str(REAL_PAGES)], {}, log) as server:
        yield server


def some_pages() -> list[Any]:
    """The fixtures' pages and every sixth real chapter; `make slow` looks at the others as well."""
    return [
        pytest.param(*page, marks=pytest.mark.slow if _is_other(number, page) else ()) for number, page in _numbered()
    ]


def other_pages() -> list[Any]:
    """The fixtures' pages and every sixth of the real chapters; `make slow` looks at the others as well."""
    is_next = {page: page[0] != "shop_server" or number % 6 == 1 for number, page in _numbered()}
    return [pytest.param(*page, marks=() if is_next[page] else pytest.mark.slow) for _number, page in _numbered()]


def _numbered() -> list[tuple[int, tuple[str, str]]]:
    return list(enumerate(pages()))


def _is_other(number: int, page: tuple[str, str]) -> bool:
    return page[0] == "shop_server" and number % 6 != 4


def pages() -> list[tuple[str, str]]:
    """(server fixture, chapter) of every page to look at: the fixtures', and the real ones there are."""
    folders = {"stand_in_server": STAND_IN_PAGES, "shop_server": REAL_PAGES}
    return [
        (server, path.stem) for server, folder in folders.items() for path in sorted(folder.glob("[0-9][0-9]_*.py"))
    ]
