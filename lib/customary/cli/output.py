"""Answers on stdout: a table for people, csv and json for programs."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from customary.cli.options import Format
from customary.cli.progress import note

if TYPE_CHECKING:
    from customary.query.answer import Answer


def write_json(record: Mapping[str, Any]) -> None:
    """One JSON document and nothing else."""
    from customary.query.export import as_json

    json.dump(as_json(record), sys.stdout, ensure_ascii=False, indent=1, allow_nan=False, default=str)
    sys.stdout.write("\n")


def write_csv(columns: list[str], rows: list[dict[str, Any]]) -> None:
    """Rows as CSV."""
    from customary.query.export import to_csv

    sys.stdout.write(to_csv(columns, rows))


def write(answer: "Answer", form: Format, limit: int | None) -> None:
    """The answer in the form asked for; only a table is ever cut, and says so."""
    if form is Format.json:
        from customary.query.export import to_record

        write_json(to_record(answer))
    elif form is Format.csv:
        write_csv([column.name for column in answer.columns], answer.to_pylist())
    else:
        from customary.cli.tables import show

        show(answer, limit)


def finish(answer: "Answer", form: Format, limit: int | None, is_empty: bool) -> None:
    """Write the answer and end; where not one row stands behind it, say so and end with exit code 1."""
    if is_empty and form is Format.table:
        from customary.cli.tables import show_heading

        show_heading(answer)
        typer.echo("no data in this selection\n0 of 0 rows")
    else:
        write(answer, form, limit)
    if is_empty:
        note("no data in this selection: widen --during or leave out a --where")
        raise typer.Exit(1)


def note_no_effect(what: str, why: str) -> None:
    """Say that something typed has no effect, and why."""
    note(f"note: {what} has no effect: {why}")
