"""What is looked at before a server is trusted, of the machine: Python, packages, fonts, port, clock, open files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from customary.places import CONTENT
from customary.serve.assets import FONT_FOLDER, FONT_SHEET
from customary.serve.health.findings import Health, fault, good, note
from customary.serve.run import PortTaken, bind_socket
from customary.shop import now

OLDEST_PYTHON = (3, 12)
LOCK = CONTENT / ".ci" / "locks" / "app.txt"
FEWEST_FILES = 2_048  # open at once: a page with its session needs four
PATIENCE = timedelta(minutes=5)
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)([^\\\n]*)", re.MULTILINE)


def python_health() -> Health:
    """Whether this Python is one that the server was tried on."""
    here = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return fault("Python {version} is too old", "install Python 3.12 or newer, then run make app", version=here)
    return good("Python {version}", version=here)


def package_health(lock: Path = LOCK) -> Iterator[Health]:
    """Whether what is installed is what was locked and tested; a package of another system may be missing."""
    if not lock.is_file():
        yield note("the packages are not compared: only a checkout has the list of those that were tested")
        return
    pins = _PIN.findall(lock.read_text("utf-8"))
    wrong = [
        (name, wanted, _installed_version(name)) for name, wanted, marker in pins if _differs(name, wanted, marker)
    ]
    for name, wanted, found in wrong:
        if found:
            told = "{name} {found} is installed, {wanted} was tested"
        else:
            told = "{name} is not installed, {wanted} was tested"
        yield fault(told, "run make app, which installs what was tested", name=name, found=found, wanted=wanted)
    if not wrong:
        yield good("{n} packages are those that were tested", n=len(pins))


def _differs(name: str, wanted: str, marker: str) -> bool:
    found = _installed_version(name)
    return found != wanted if found else ";" not in marker


def _installed_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def font_health(folder: Path = FONT_FOLDER) -> Health:
    """Whether the fonts lie there that pages and drawn charts name. No browser is needed to serve."""
    sheet = folder / FONT_SHEET
    wanted = re.findall(r"url\(\"?'?([\w-]+\.woff2)", sheet.read_text("utf-8")) if sheet.is_file() else []
    missing = [name for name in wanted if not (folder / name).is_file()]
    if missing or not wanted:
        told = "fonts are missing: {names}"
        return fault(told, "install customary anew: they come with it", names=missing or [FONT_SHEET])
    return good("{n} fonts are here", n=len(wanted))


def port_health(host: str, port: int) -> Health:
    """Whether a server could listen there now."""
    try:
        bind_socket(host, port).close()
    except PortTaken as error:
        return note("{fault}", "where that is this server itself, all is well", fault=str(error))
    return good("port {port} on {host} is free", port=port, host=host)


def clock_health() -> Health:
    """Whether the clock can be right: it is not before the time at which the code was written."""
    written = Path(__file__).stat().st_mtime
    if now().timestamp() < written - PATIENCE.total_seconds():
        told = "the clock says {time}, which is before this code was written"
        return fault(told, "set the clock: sign-in links and ages rest on it", time=_minute())
    return good("the clock says {time}", time=_minute())


def _minute() -> str:
    return now().strftime("%Y-%m-%d %H:%M UTC")


def open_files_health() -> Health:
    """Whether the system lets a process have enough files open for a hundred readers."""
    if sys.platform == "win32":
        return good("the system sets no limit of open files")
    import resource  # only here: Windows has no such module

    _now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < FEWEST_FILES:
        mend = "raise it: LimitNOFILE=8192 in the systemd unit, ulimit -n 8192 in a shell"
        return fault("a process may have {n:,} files open: too few for a hundred readers", mend, n=most)
    return good("a process may have enough files open")
