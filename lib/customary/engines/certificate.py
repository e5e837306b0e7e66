"""What came of holding other engines against DuckDB: a line for each definition, kept beside the shop."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE = "certificate.jsonl"  # first what was compared, then a line for each definition
TOLERANCE = 1e-9  # of floats, relative; sums are added up in another order on every engine
EQUAL, DIFFERS, CANNOT = "equal", "differs", "cannot"
FRAME, METRIC, STUDY = "frame", "metric", "study"


@dataclass(frozen=True)
class Verdict:
    """What came of one definition on one engine; `detail` says where it differs first, or why it cannot be asked."""

    engine: str
    kind: str
    name: str
    verdict: str
    detail: str = ""


@dataclass(frozen=True)
class Certificate:
    """What was compared of a shop: its snapshot, the engines with their versions, and a line for each definition."""

    snapshot: str
    engines: Mapping[str, str]
    lines: tuple[Verdict, ...]

    def count(self, engine: str, kind: str) -> tuple[int, int]:
        """How many definitions of a kind are equal on an engine, and of how many."""
        found = [line for line in self.lines if (line.engine, line.kind) == (engine, kind)]
        return sum(line.verdict == EQUAL for line in found), len(found)

    @property
    def exceptions(self) -> list[Verdict]:
        """The definitions that are not equal."""
        return [line for line in self.lines if line.verdict != EQUAL]

    @property
    def kinds_of_failure(self) -> Counter[str]:
        """How often each kind of error stands behind what an engine cannot do."""
        return Counter(line.detail.partition(":")[0] for line in self.lines if line.verdict == CANNOT)

    def summary(self) -> dict[str, Any]:
        """What was compared and how much of it is equal, for programs."""
        told = {engine: {kind: self.count(engine, kind) for kind in (FRAME, METRIC, STUDY)} for engine in self.engines}
        counts = {
            engine: {kind: {"equal": n, "of": of} for kind, (n, of) in found.items()} for engine, found in told.items()
        }
        return {"snapshot": self.snapshot, "tolerance": TOLERANCE, "engines": dict(self.engines), "counts": counts}

    def facts(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {**self.summary(), "lines": [asdict(line) for line in self.lines]}


def write_certificate(certificate: Certificate) -> str:
    """A certificate as text."""
    told = [certificate.summary(), *(asdict(line) for line in certificate.lines)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in told)


def recall_certificate(folder: Path) -> Certificate | None:
    """The certificate of a shop; none where it was never certified, or what is there is none."""
    try:
        about, *lines = map(json.loads, (folder / FILE).read_text("utf-8").splitlines())
        return Certificate(about["snapshot"], about["engines"], tuple(Verdict(**line) for line in lines))
    except (OSError, ValueError, LookupError, TypeError):
        return None
