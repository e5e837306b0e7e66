"""The history of a shop's inspections: one line per published build, kept when old snapshots go."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from scipy.stats import fisher_exact

from customary.errors import Refused

FILE = "inspections.jsonl"
KEPT = 24  # inspections of which a snapshot holds the tables
BOOK = pa.schema(
    [
        ("built_on", pa.date32()),
        ("position", pa.int32()),
        ("table_name", pa.string()),
        ("judged_count", pa.int64()),
        ("missing_count", pa.int64()),
        ("faulty_count", pa.int64()),
        ("source_row_count", pa.int64()),
        ("linked_count", pa.int64()),
        ("is_met", pa.bool_()),
    ]
)
SURE = 0.01  # a drift of reasons is said where chance alone would bring it once in a hundred inspections
TIMES = 1.5  # and where the share has at least grown by half


@dataclass(frozen=True)
class Inspection:
    """What one build found: when, as of when, and the state of its tables, fields and reasons."""

    built_at: datetime
    as_of: date
    records: int
    tables: Mapping[str, Mapping[str, Any]]
    reasons: Mapping[str, int]

    @property
    def misses(self) -> list[str]:
        """The tables that miss their standard."""
        return [name for name, facts in self.tables.items() if not facts["is_met"]]


@dataclass(frozen=True)
class Drift:
    """A reason for which more records are set aside than before: both counts, each of how many records."""

    reason: str
    before: int
    of_before: int
    now: int
    of_now: int


def remember(folder: Path, built_at: datetime, as_of: date, found: Mapping[str, Any]) -> None:
    """Add the inspection of a build to the shop's history."""
    line = {"built_at": built_at.isoformat(), "as_of": as_of.isoformat(), **found}
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def inspections(folder: Path) -> list[Inspection]:
    """All inspections of a shop, the oldest first.

    Raises `Refused` where there is none yet, or where the history was damaged by hand.
    """
    path = folder / FILE
    if not path.is_file():
        raise Refused("shop “{shop}” was not inspected yet: `customary build {shop}` does it", shop=folder.name)
    try:
        return [_read(json.loads(line)) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(
            "{shop}/{file} is damaged: {error}; without it the history begins anew",
            shop=folder.name,
            file=FILE,
            error=error,
        ) from error


def book(folder: Path, now: Inspection) -> pa.Table:
    """The tables of this inspection and of those before as rows, `position` 0 for this one, 1 for the one before."""
    before = inspections(folder) if (folder / FILE).is_file() else []
    latest = [now, *reversed(before)][:KEPT]
    rows = [
        {
            "built_on": one.built_at.date(),
            "position": place,
            "table_name": name,
            **{key: facts.get(key) for key in BOOK.names[3:]},
            "source_row_count": facts["row_count"],
        }
        for place, one in enumerate(latest)
        for name, facts in one.tables.items()
    ]
    return pa.Table.from_pylist(rows, schema=BOOK)


def of_build(built_at: datetime, as_of: date, found: Mapping[str, Any]) -> Inspection:
    """What a build found, as `intake.inspection` gives it."""
    return Inspection(built_at, as_of, int(found["records"]), found["tables"], found["reasons"])


def _read(told: Mapping[str, Any]) -> Inspection:
    return of_build(datetime.fromisoformat(told["built_at"]), date.fromisoformat(told["as_of"]), told)


def by_month(found: Sequence[Inspection]) -> list[Inspection]:
    """The last inspection of each month in which there was one, the oldest first."""
    return list({(one.built_at.year, one.built_at.month): one for one in found}.values())


def drifts(before: Inspection, now: Inspection) -> Iterator[Drift]:
    """The reasons that take a larger share of the records than before, by more than chance explains.

    Fisher's exact test (1935), one-sided, its level divided by the number of reasons.
    """
    level = SURE / max(len(now.reasons), 1)
    for reason, count in now.reasons.items():
        drift = Drift(reason, before.reasons.get(reason, 0), before.records, count, now.records)
        if _has_grown(drift) and _chance(drift) < level:
            yield drift


def _has_grown(drift: Drift) -> bool:
    return drift.now * drift.of_before > TIMES * drift.before * drift.of_now


def _chance(drift: Drift) -> float:
    table = [[drift.now, drift.of_now - drift.now], [drift.before, drift.of_before - drift.before]]
    return float(fisher_exact(table, alternative="greater").pvalue)
