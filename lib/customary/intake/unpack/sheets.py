"""Workbooks with several sheets: each sheet that holds a table as a file of its own."""

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path

from customary.intake import workbooks
from customary.intake.unpack import stacked
from customary.intake.unpack.naming import place_for


def has_many(path: Path) -> bool:
    """Whether a file is a workbook with more than one sheet that holds something."""
    return workbooks.is_workbook(path) and len(workbooks.sheets(path)) > 1


def tables(path: Path, scratch: Path) -> list[Path]:
    """The tables on the sheets of a workbook as CSV, a row a line; a single column or row is none."""
    named = [sheet for sheet in workbooks.sheets(path) if _is_table(path, sheet)]
    return [target for sheet in named for target in _write(path, sheet, scratch)]


def _is_table(path: Path, sheet: str) -> bool:
    start = list(itertools.islice(workbooks.rows(path, sheet), 50))
    return len(start) > 1 and any(sum(map(bool, row)) > 1 for row in start)


def _write(path: Path, sheet: str, scratch: Path) -> list[Path]:
    targets: list[Path] = []
    for table in stacked.tables_in(_rows(path, sheet)):
        targets.append(place_for(scratch, path.stem, sheet, ".csv"))
        with targets[-1].open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
    return targets


def _rows(path: Path, sheet: str) -> Iterator[list[str]]:
    """The rows of a sheet; a formula that failed stands there in its own words, which a build counts and leaves out."""
    failed = workbooks.failed_cells(path, sheet)
    for number, row in enumerate(workbooks.rows(path, sheet)):
        for column, said in failed.get(number, {}).items():
            row[column] = said
        yield row
