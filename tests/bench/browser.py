"""How long a reader waits: address → first chart, and slider → redrawn chart. Run as a script; prints a table.

Wall times on a busy machine say little by themselves: the load average is printed with them.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

from chromium import Visit, chromium, visit  # noqa: E402
from live_server import live_server, serve_stand_in  # noqa: E402
from playwright.sync_api import Browser  # noqa: E402

TIMES = 3
GOALS = {"first chart, new reader": 5.0, "first chart, second chapter": 5.0, "slider → chart": 1.0}


@dataclass(frozen=True)
class Wait:
    """Seconds a reader waited for `what`, each time it was tried."""

    what: str
    seconds: tuple[float, ...]

    def __str__(self) -> str:
        goal = GOALS.get(self.what)
        told = f"   goal {goal:.1f} s" if goal else ""
        return f"{self.what:32} median {median(self.seconds):5.2f} s   worst {max(self.seconds):5.2f} s{told}"


def waits(address: str, pages: tuple[str, str], times: int = TIMES) -> Iterator[Wait]:
    """Measure a running server: `pages` are two chapters, the second with a slider before its first chart."""
    with chromium() as browser:
        tries = [_one_reader(browser, address, pages) for _ in range(times)]
    for place, what in enumerate(GOALS):
        yield Wait(what, tuple(seconds[place] for seconds in tries))


def _one_reader(browser: Browser, address: str, pages: tuple[str, str]) -> tuple[float, float, float]:
    """A reader with an empty cache opens one chapter, then the other, and moves its slider."""
    begun = time.perf_counter()
    with visit(browser, f"{address}{pages[0]}/") as seen:
        seen.wait_for_charts(1)
        first = time.perf_counter() - begun
        begun = time.perf_counter()
        seen.page.goto(f"{address}{pages[1]}/", wait_until="commit")
        seen.wait_for_charts(1)
        return first, time.perf_counter() - begun, _slider(seen)


def _slider(seen: Visit) -> float:
    seen.settled()
    before = seen.pictures()[0]
    seen.page.get_by_role("slider").first.focus()
    begun = time.perf_counter()
    seen.page.keyboard.press("ArrowRight")
    while (seen.pictures() or [before])[0] == before:
        if time.perf_counter() - begun > 30:
            raise AssertionError("the chart did not change")
    return time.perf_counter() - begun


def main() -> None:
    """Serve the fixture pages and print the waits."""
    begun = time.perf_counter()
    with live_server(*serve_stand_in()) as server:
        print(Wait("start → first answer", (time.perf_counter() - begun,)))
        for wait in waits(server.address, ("01_one_chart", "02_slider")):
            print(wait)
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
