"""Progress on stderr: a moving line in a terminal, one line per step elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from customary.wording import say

Tell = Callable[..., None]


def note(text: str) -> None:
    """A remark beside the answer: stdout stays for the answer alone."""
    print(text, file=sys.stderr)


def _plain_progress() -> Tell:
    last = ""

    def tell(step: str, amount: float = 0) -> None:
        nonlocal last
        if step != last:
            last = step
            note(step)

    return tell


@dataclass
class Pace:
    """How fast a step goes: since when, and from which amount on."""

    step: str = ""
    since: float = 0
    start: float = 0
    share: float = 0

    def text(self, step: str, amount: float, now: float) -> str:
        """A step with what is done of it, how many a second, and how long it takes yet where its share is known."""
        share = getattr(amount, "share", None) or 0
        if step != self.step:
            self.step, self.since, self.start, self.share = step, now, amount, share
        told, passed = [step, f"{amount:,.0f}"] if amount else [step], now - self.since
        if passed >= SURE and amount > self.start:
            told.append(say("{n:,.0f} a second", n=(amount - self.start) / passed))
            if share > self.share:
                told.append(say("{time} left", time=_span(passed * (1 - share) / (share - self.share))))
        return " · ".join(told)


SURE = 1.0  # seconds below which a pace says nothing


def _span(seconds: float) -> str:
    return say("{n:.0f} s", n=seconds) if seconds < 90 else say("{n:.0f} min", n=seconds / 60)


@contextmanager
def progress(start: str) -> Iterator[Tell]:
    """A function `tell(step, amount)` for those who work long; what it shows is gone afterwards in a terminal."""
    if not sys.stderr.isatty():
        yield _plain_progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(20), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=4, transient=True) as shown:
        task, pace = shown.add_task(start, total=None), Pace()

        def tell(step: str, amount: float = 0) -> None:
            shown.update(task, description=pace.text(step, amount, time.monotonic()))

        yield tell


@contextmanager
def working(what: str) -> Iterator[None]:
    """The same for a single step, and silent outside a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with progress(what):
        yield
