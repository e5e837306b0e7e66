"""The memory that the bench prints is that of the process it speaks of."""

import subprocess
import sys
from pathlib import Path

import pytest

MEMORY = Path(__file__).parent / "bench" / "memory.py"
HELD = 300  # MB
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's own high-water mark")


def said(code):
    """What a process prints that runs this code beside memory.py."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=MEMORY.parent, capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


@needs_proc
def test_what_a_parent_held_is_not_its_childs():
    """A parent of 300 MB starts a child that holds next to nothing: `ru_maxrss` calls it large, we do not."""
    child = "import resource, memory; print(memory.peak(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)"
    start = "subprocess.run([sys.executable, '-c', child], check=True)"
    ours, theirs = said(f"import subprocess, sys; held = b'x' * ({HELD} * 2**20); child = {child!r}; {start}")
    assert ours < 0.1 < HELD / 1024 < theirs


@needs_proc
def test_memory_that_was_given_back_is_still_the_peak():
    """300 MB more while they were held and ever after."""
    before, held, after = said(
        "import memory\n"
        "print(memory.peak())\n"
        f"held = b'x' * ({HELD} * 2**20)\n"
        "print(memory.peak())\n"
        "del held\n"
        "print(memory.peak())"
    )
    assert (
        before < 0.1
        and held - before == pytest.approx(HELD / 1024, rel=0.05)
        and after == pytest.approx(held, rel=0.05)
    )
