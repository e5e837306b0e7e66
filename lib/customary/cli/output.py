"""Answers on stdout: a table for people, csv and json for programs."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from customary.cli.options import AnswerFormat
from customary.cli.progress import note
from customary.cli.sentences import usage_error
from customary.errors import Refused
from customary.wording import say, wording

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


def check_out(form: AnswerFormat, out: Path | None) -> None:
    """Refuse, before anything is computed, a workbook without a file and a file without a workbook."""
    if form is AnswerFormat.xlsx and out is None:
        raise usage_error(say("--format xlsx needs a file: write --out sales.xlsx"))
    if form is not AnswerFormat.xlsx and out is not None:
        raise usage_error(say("--out goes with --format xlsx: everything else is written to the standard output"))


def write(answer: "Answer", form: AnswerFormat, limit: int | None, out: Path | None = None) -> None:
    """The answer in the form asked for; only a table is ever cut, and says so."""
    if out is not None:
        _write_workbook(answer, out)
    elif form is AnswerFormat.json:
        from customary.query.export import to_record

        write_json(to_record(answer))
    elif form is AnswerFormat.csv:
        write_csv([column.name for column in answer.columns], answer.to_pylist())
    else:
        from customary.cli.tables import show

        show(answer, limit)


def _write_workbook(answer: "Answer", out: Path) -> None:
    """The workbook in its file, whole or not at all."""
    from customary.query.export import to_xlsx

    content = to_xlsx(answer)
    if not out.parent.is_dir():
        raise Refused(say("there is no folder {folder}: make it first", folder=out.parent))
    out.write_bytes(content)
    from customary.query.preview import rows_text

    typer.echo(" · ".join([str(out), rows_text(answer.rows_total, answer.rows_total)]))


def finish(answer: "Answer", form: AnswerFormat, limit: int | None, is_empty: bool, out: Path | None = None) -> None:
    """Write the answer and end; where not one row stands behind it, say so and end with exit code 1."""
    if is_empty and form is AnswerFormat.table:
        from customary.cli.tables import show_heading

        show_heading(answer)
        typer.echo(answer.withheld_text or say("no data in this selection"))
        typer.echo(say("{shown:,} of {total:,} rows", shown=0, total=0))
    else:
        write(answer, form, limit, out)
    if is_empty:
        said = answer.withheld_text or say("no data in this selection")
        asked = answer.question
        is_narrow = asked.during or asked.where or asked.options.get("during")
        hint = "{nothing}: widen --during or leave out a --where"
        if not is_narrow:
            hint = "{nothing}: there is none, or the data do not say it; `customary standards` lists what they can say"
        note(say(hint, nothing=said))
        raise typer.Exit(1)


def note_no_effect(what: str, why: str) -> None:
    """Say that something typed has no effect, and why."""
    note(say("note: {what} has no effect: {why}", what=wording(what), why=why))
