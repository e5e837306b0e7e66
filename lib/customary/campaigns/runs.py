"""What each refresh did: its steps with their seconds, the snapshot it published, and the lists that went out."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from customary.publish import files

FILE = "refreshes.jsonl"
KEPT = 400  # refreshes that are remembered: a year of one a day


@dataclass
class Run:
    """A refresh: when it began, the seconds of each step that ended, and what came of it."""

    began_at: str
    seconds: dict[str, float] = field(default_factory=dict)
    new_files: int = 0
    snapshot: str = ""
    as_of: str = ""
    lag_seconds: float | None = None  # of a micro-batch: how old its latest record was when lists had gone out
    lists: dict[str, int] = field(default_factory=dict)  # name of a list → how many it went to, of those sent now

    @contextmanager
    def step(self, name: str, clock: Callable[[], float]) -> Iterator[None]:
        """Measure a step by a clock of seconds; one that fails is measured too."""
        start = clock()
        try:
            yield
        finally:
            self.seconds[name] = round(clock() - start, 3)


def begin(now: datetime) -> Run:
    """A run that begins now."""
    return Run(now.isoformat())


def remember(folder: Path, run: Run) -> None:
    """Add a run to the shop's history, in one step; a history that cannot be read begins anew."""
    lines = [*map(json.dumps, runs(folder)), json.dumps(asdict(run))][-KEPT:]
    files.replace(folder / FILE, "\n".join(lines) + "\n")


def runs(folder: Path) -> list[dict[str, Any]]:
    """All runs that are remembered, the oldest first; lines that are none are passed over."""
    path = folder / FILE
    found = []
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        found += [told] if isinstance(told, dict) else []
    return found
