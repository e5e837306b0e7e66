"""What a shop declares for itself beside its files: columns in `columns.toml`, metrics in `metrics.py`.

Neither may bear a name that is shipped. `metrics.py` is run as it stands, like any program: only put code there that
you trust.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from customary import columns, declare
from customary.columns import Column
from customary.declare import METRICS, Metric
from customary.errors import Refused

COLUMNS, CODE = "columns.toml", "metrics.py"


@dataclass(frozen=True)
class Own:
    """A shop's own columns and metrics by name; `problem` says in a sentence what could not be read, "" if all was.

    `version` differs as soon as one of the files does.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    problem: str = ""
    version: str = ""


def own_of(folder: Path) -> Own:
    """What the shop in `folder` declares for itself, read again as soon as one of its files changes."""
    return _own_as_of(folder, _digest(folder / COLUMNS), _digest(folder / CODE))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@lru_cache(maxsize=32)
def _own_as_of(folder: Path, columns_digest: str, code_digest: str) -> Own:
    found: dict[str, Column] = {}
    made: dict[str, Metric] = {}
    problems = []
    if columns_digest:
        try:
            found = _columns(folder / COLUMNS)
        except (Refused, LookupError, ValueError) as error:
            problems.append(f"{folder.name}/{COLUMNS} is not used: {error}")
    if code_digest:
        try:
            made = _metrics(folder / CODE)
        except Exception as error:  # whatever a shop's own code does wrong is said by name, and the rest works
            problems.append(f"{folder.name}/{CODE} is not used: {type(error).__name__}: {error}")
    own = {name: columns.of_metric(metric) for name, metric in made.items()}
    return Own({**found, **own}, made, "; ".join(problems), columns_digest + code_digest)


def _columns(path: Path) -> dict[str, Column]:
    found = columns.read(path)
    for name in found:
        if columns.find(name) is not None:
            raise Refused(f"column {name} is shipped: give yours another name")
    return found


def _metrics(path: Path) -> dict[str, Metric]:
    """Run the file with the decorators writing into a list of its own; a shipped name is refused."""
    module = ModuleType(f"customary_own_{path.parent.name}")
    module.__file__ = str(path)
    made: dict[str, Metric] = {}
    with declare.collecting(made):
        exec(compile(path.read_text("utf-8"), str(path), "exec"), module.__dict__)
    for name in made:
        if name in METRICS or columns.find(name) is not None:
            raise Refused(f"metric {name} bears a shipped name: give yours another one")
    return made
