"""A crowd: `python tests/load.py SHOP [READERS [WORKERS]]`.

Readers of drawn pages arrive four a second, and three of ten make one live. A live viewer changes the period of the
page five times and thinks eight seconds in between; one of ten changes asks for days that nobody asked for before. Two
viewers with the same choices must see the same figures: who does not has a wrong answer. Memory is what all processes
of the server hold together, shared pages once.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from live_server import REAL_PAGES, LiveServer, live_server
from websocket_viewer import Viewer

ARRIVALS, THINK, MOVES, LIVE_OF_TEN, NEW_OF_TEN = 4.0, 8.0, 5, 3, 1
CHAPTERS = ("06_orders", "04_visits", "09_tiers", "07_returns")
AFTER = 120.0
SERVE = (
    "import pathlib, sys; from customary.serve.run import serve; "
    "serve(sys.argv[1], port=0, notebooks=pathlib.Path(sys.argv[2]), workers=int(sys.argv[3]))"
)
_FIELD = re.compile(r"<marimo-ui-element object-id='([^']+)'[^>]*>\s*<marimo-(dropdown|date-range)\b([^>]*)")


@dataclass
class Crowd:
    """What the readers of one run saw: seconds by kind, figures by page and choices, errors."""

    address: str
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"page": [], "live": [], "move": []})
    figures: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, begun: float) -> None:
        """Keep how long something took."""
        with self.guard:
            self.seconds[kind].append(time.monotonic() - begun)

    def see(self, page: str, choices: str, viewer: Viewer) -> None:
        """Keep what a viewer sees of the figures under these choices."""
        with self.guard:
            self.errors += viewer.errors()
            self.figures.setdefault((page, choices), set()).add(viewer.shown_in("headline"))

    def wrong(self) -> int:
        """Of how many questions two viewers saw different figures."""
        return sum(len(found) > 1 for found in self.figures.values())


class Reader(Viewer):
    """A viewer that finds the controls of a chapter."""

    def fields(self) -> dict[str, tuple[str, dict[str, object]]]:
        """Kind of control → the first one of that kind: its id and what marimo says of it."""
        found: dict[str, tuple[str, dict[str, object]]] = {}
        for name, kind, said in _FIELD.findall(self.cell("controls")):
            told = {key: json.loads(unescape(value)) for key, value in re.findall(r"data-([\w-]+)='([^']*)'", said)}
            found.setdefault(kind, (name, told))
        return found

    def shown_in(self, cell: str) -> str:
        """The figures of a cell, without what differs between two viewers of the same."""
        return re.sub(r"object-id='[^']+'|random-id='[^']+'|@file/[\w.-]+", "", self.cell(cell))


def read(crowd: Crowd, number: int, chance: random.Random) -> None:
    """One reader: the front page and two chapters; three of ten make a chapter live."""
    with httpx.Client(base_url=crowd.address, timeout=60, headers={"accept": "text/html"}) as client:
        for path in ("", *(f"{stem}/" for stem in chance.sample(CHAPTERS, 2))):
            begun = time.monotonic()
            client.get("/" + path).raise_for_status()
            crowd.note("page", begun)
            time.sleep(chance.random())
    if number % 10 < LIVE_OF_TEN:
        look(crowd, CHAPTERS[number % len(CHAPTERS)], chance)


def look(crowd: Crowd, stem: str, chance: random.Random) -> None:
    """One live viewer: opens a chapter, changes its period, thinks, and leaves."""
    viewer, begun = Reader(f"{crowd.address}{stem}/"), time.monotonic()
    try:
        viewer.open()
        crowd.note("live", begun)
        crowd.see(stem, "", viewer)
        for _ in range(MOVES):
            time.sleep(THINK)
            choices, values = move(viewer, chance)
            begun = time.monotonic()
            viewer.set(values)
            crowd.note("move", begun)
            crowd.see(stem, choices, viewer)
    finally:
        viewer.close()


def move(viewer: Reader, chance: random.Random) -> tuple[str, dict[str, object]]:
    """A change of the period: one of those on offer, or days that nobody asked for before."""
    fields = viewer.fields()
    name, told = fields["dropdown"]
    offered = [str(each) for each in told["options"]]  # type: ignore[attr-defined]
    if "date-range" in fields and chance.random() < NEW_OF_TEN / 10:
        days, said = fields["date-range"]
        first = date.fromisoformat(str(said["start"])) + timedelta(days=chance.randrange(300))
        window = [str(first), str(first + timedelta(days=30 + chance.randrange(60)))]
        return f"{window}", {days: window, name: [offered[-1]]}
    period = chance.choice(offered[:-1])
    return period, {name: [period]}


def held(server: LiveServer) -> float:
    """The MB that a server and its workers hold."""
    pids = [server.process.pid]
    for task in Path(f"/proc/{server.process.pid}/task").iterdir():
        pids += [int(pid) for pid in (task / "children").read_text("utf-8").split()]
    return sum(_pss(pid) for pid in pids) / 1024


def _pss(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])  # type: ignore[index]


def p95(seconds: Sequence[float]) -> str:
    """The 95th percentile with its n; the largest of a few."""
    if not seconds:
        return "–"
    found = statistics.quantiles(seconds, n=20)[-1] if len(seconds) >= 20 else max(seconds)
    return f"median {statistics.median(seconds):.2f} s, p95 {found:.2f} s (n = {len(seconds)})"


def wait_until_quiet(server: LiveServer, seconds: float = 900) -> None:
    """Until every chapter is drawn and the server has nothing left to do: a crowd meets a server that is warm."""
    until, quiet = time.monotonic() + seconds, 0
    while quiet < 5 and time.monotonic() < until:
        before = used(server)
        time.sleep(2)
        quiet = quiet + 1 if used(server) - before < 0.2 else 0


def used(server: LiveServer) -> float:
    """Processor seconds of a server and its workers."""
    total = 0
    for task in Path(f"/proc/{server.process.pid}/task").iterdir():
        for pid in (task / "children").read_text("utf-8").split():
            total += _ticks(int(pid))
    return (total + _ticks(server.process.pid)) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def arrive(crowd: Crowd, readers: int) -> float:
    """Let the readers come, four a second, and wait for the last to leave; the seconds that took."""
    begun, threads = time.monotonic(), []
    for number in range(readers):
        thread = threading.Thread(target=_guarded, args=(crowd, number))
        thread.start()
        threads.append(thread)
        time.sleep(1 / ARRIVALS)
    for thread in threads:
        thread.join()
    return time.monotonic() - begun


def _guarded(crowd: Crowd, number: int) -> None:
    try:
        read(crowd, number, random.Random(number))
    except Exception as error:  # a reader who fails is a figure of the report, not its end
        with crowd.guard:
            crowd.errors.append(f"{type(error).__name__}: {error}")


def report(crowd: Crowd, memory: Iterable[tuple[str, float]]) -> None:
    """Print what was measured."""
    for kind, said in (("page", "drawn pages"), ("live", "first live page"), ("move", "moves")):
        print(f"{said}: {p95(crowd.seconds[kind])}")
    asked, seen = len(crowd.figures), sum(len(found) for found in crowd.figures.values())
    print(
        f"wrong answers: {crowd.wrong()} of {asked} questions ({seen} different pictures); errors: {len(crowd.errors)}"
    )
    for error in crowd.errors[:5]:
        print(f"  {error[:200]}")
    for what, megabytes in memory:
        print(f"{what}: {megabytes:,.0f} MB")
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")


def main(shop: str, readers: int = 100, workers: int = 2) -> None:
    """One run, printed."""
    with TemporaryDirectory() as folder:
        command = ["-c", SERVE, shop, str(REAL_PAGES), str(workers)]
        with live_server(command, {}, Path(folder) / "log") as server:
            wait_until_quiet(server)
            before, crowd = held(server), Crowd(server.address)
            print(f"{readers} readers, {workers} workers, load at the start {os.getloadavg()[0]:.1f}", flush=True)
            arrive(crowd, readers)
            peak = held(server)
            time.sleep(AFTER)
            after = held(server)
            report(crowd, [("before", before), ("as the last left", peak), ("two minutes later", after)])


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:4]))
