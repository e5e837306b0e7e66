"""The most memory that this process has held, and no other before it.

`getrusage` will not do: what the parent held until it started us is carried over into our `ru_maxrss`, so that a
small process started by a large one would seem to be large. The kernel's high-water mark of our own memory is not.
"""

from pathlib import Path

STATUS = Path("/proc/self/status")


def peak() -> float:
    """The greatest resident memory so far, in GB; NaN where the system does not tell (it is Linux that does)."""
    if not STATUS.exists():
        return float("nan")
    lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 2**20  # it is written in kB


if __name__ == "__main__":
    print(peak())
