"""What is typed after the options that several commands share, and what it means."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from customary.cli.sentences import usage_error
from customary.dates import COMPARES, Window, as_day, as_window
from customary.errors import Refused, unknown_name

Selection = dict[str, list[str | None]]


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"


class AnswerFormat(StrEnum):
    """How the answer of a metric or a study is written: as others are, or as a workbook."""

    table = "table"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"


def day(text: str) -> date:
    """A day written as 2025-01-31."""
    try:
        return as_day(text)
    except Refused as error:
        raise usage_error(str(error)) from error


def window(text: str | None) -> Window | None:
    """Two days with two dots between: the first is inside, the second just outside."""
    try:
        return None if text is None else as_window(text)
    except Refused as error:
        raise usage_error(str(error)) from error


def splits(by: Iterable[str]) -> tuple[str, ...]:
    """The columns of all `--by`, comma lists taken apart."""
    return tuple(name.strip() for names in by for name in names.split(",") if name.strip())


def selection(where: Iterable[str]) -> Selection:
    """`--where` by column: a column named twice may have either value, an empty value means none."""
    found: Selection = {}
    for text in where:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise usage_error("“{text}” selects nothing: write --where column=value", text=text)
        found.setdefault(name.strip(), []).append(value.strip() or None)
    return found


def decisions(decide: Iterable[str], known: Iterable[Any]) -> dict[str, str]:
    """`--decide name=option` checked against the decisions that the source leaves open."""
    open_ones = {decision.name: decision for decision in known}
    found = {}
    for text in decide:
        name, _sign, option = text.partition("=")
        if name not in open_ones:
            raise (
                unknown_name(name, open_ones, "decision")
                if open_ones
                else usage_error("this source leaves nothing to decide: leave out --decide {text}", text=text)
            )
        found[name] = open_ones[name].choose({name: option})
    return found


def own_options(words: Sequence[str]) -> dict[str, Any]:
    """A study's own options, `--max-age 12` or `--max-age=12`, by name; two days with dots are a window.

    One that is given repeatedly is a list of what was given, in that order.
    """
    found: dict[str, list[Any]] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        name, sign, value = word.partition("=")
        if not re.fullmatch(r"--[a-z][\w-]*", name):
            raise usage_error("“{word}” is not understood: a study's options are written --name value", word=word)
        if not sign:
            if not left or left[0].startswith("--"):
                raise usage_error("{name} needs a value: write {name} VALUE", name=name)
            value = left.pop(0)
        given = found.setdefault(name.removeprefix("--").replace("-", "_"), [])
        given.append(window(value) if re.fullmatch(r"[\d-]*\.\.[\d-]*", value) else value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _shop_names(incomplete: str) -> list[str]:
    """The shops whose names begin so: what a shell offers after a Tab."""
    from customary.places import shops

    return [name for name in shops() if name.startswith(incomplete)]


ShopName = Annotated[
    str,
    typer.Argument(metavar="SHOP", help="A shop's name; `customary shops` lists them.", autocompletion=_shop_names),
]
During = Annotated[
    str | None,
    typer.Option(
        metavar="DAY..DAY",
        help="Only this window: its first day and the day after its last, 2011-01-01..2011-12-10.",
    ),
]
Where = Annotated[
    list[str],
    typer.Option(
        metavar="COLUMN=VALUE",
        help="Only rows with this value; `column=` means none. Repeat: other columns and, same column or.",
    ),
]
Form = Annotated[Format, typer.Option("--format", help="csv and json are for programs: raw and never cut.")]
AnswerForm = Annotated[
    AnswerFormat, typer.Option("--format", help="csv, json and xlsx are raw and never cut; xlsx goes into --out FILE.")
]
Out = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The workbook to write with --format xlsx, such as sales.xlsx.")
]
Limit = Annotated[
    int | None, typer.Option(min=0, help="How many rows a table shows, 50 or as the study says; 0 shows all.")
]
Compare = Annotated[
    str | None,
    typer.Option(metavar="|".join(COMPARES), help="Set each figure beside the window before, or a year before."),
]
AsOf = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DAY", help="Everything before this day counts, e.g. 2026-01-01."),
]


def answers_of(given: Iterable[str]) -> dict[str, str]:
    """What is typed as NAME=VALUE, several with commas between, by name."""
    parts = [part for text in given for part in text.split(",") if part.strip()]
    wrong = next((part for part in parts if "=" not in part), None)
    if wrong:
        raise usage_error("“{wrong}” is no NAME=VALUE", wrong=wrong)
    return {name.strip(): value.strip() for name, _, value in (part.partition("=") for part in parts)}


Readings = Annotated[
    list[str],
    typer.Option(
        metavar="TABLE.COLUMN=READING",
        help="How a column's text is read where its values cannot tell: orders.ordered_at=day-first.",
    ),
]
