"""Progress on stderr: a moving line in a terminal, one line per step elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
        task = shown.add_task(start, total=None)

        def tell(step: str, amount: float = 0) -> None:
            shown.update(task, description=f"{step} · {amount:,.0f}" if amount else step)

        yield tell


@contextmanager
def working(what: str) -> Iterator[None]:
    """The same for a single step, and silent outside a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with progress(what):
        yield
