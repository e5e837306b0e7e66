"""Publishing a shop of one order: CPU seconds when its statements are composed, and when they are remembered.

Run as a script; prints a table, asserts nothing. Each figure is the least of some turns of one run.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

from conftest import built_from_rows  # noqa: E402
from given import sold  # noqa: E402

from customary.places import shops_folder  # noqa: E402
from customary.publish import statements  # noqa: E402

TURNS = 5
SETTINGS = {"title": "One", "source": "template", "currency": "EUR", "time_zone": "UTC", "week_start": "monday"}


def publish() -> float:
    """CPU seconds of publishing one order."""
    begun = time.process_time()
    built_from_rows("one", SETTINGS, {"orders": [sold("o1", "ann", "2025-01-01 10:00", 10)]})
    return time.process_time() - begun


def publish_anew() -> float:
    """The same by who remembers nothing, neither in the process nor on the disk."""
    statements._REMEMBERED.clear()
    shutil.rmtree(shops_folder() / ".statements", ignore_errors=True)
    return publish()


def publish_in_a_new_process() -> float:
    """The same by who finds its statements on the disk."""
    statements._REMEMBERED.clear()
    return publish()


def main() -> None:
    """Three figures and what they are of the first."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CUSTOMARY_SHOPS"] = folder
        publish()  # imports what is imported once
        composed = min(publish_anew() for _turn in range(TURNS))
        on_disk = min(publish_in_a_new_process() for _turn in range(TURNS))
        in_memory = min(publish() for _turn in range(TURNS))
    found = {"composed": composed, "remembered on the disk": on_disk, "remembered in the process": in_memory}
    for name, seconds in found.items():
        print(f"{f'one order, statements {name}':<50}{seconds:7.2f} CPU s{seconds / composed:8.0%}")


if __name__ == "__main__":
    main()
