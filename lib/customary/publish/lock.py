"""A shop's build lock: one build at a time, on every system, and given back by the system if the build dies."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from customary.errors import Refused


def _lock(file: IO[str]) -> None:
    """Lock an open file until it is closed; raises at once, as systems do, if another process has it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # only here: Windows has no such module

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Only one build of the shop in `folder` at a time; the second is refused at once."""
    with (folder / "build.lock").open("a") as file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            raise Refused(
                "shop “{shop}” is being built by somebody else: wait until that build has ended", shop=folder.name
            ) from error
        yield
