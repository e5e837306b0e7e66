"""Commands that say what columns mean and which values they hold."""

from typing import Annotated, Any

import typer

from customary.cli.options import Form, Format, ShopName
from customary.cli.output import write_csv, write_json
from customary.cli.progress import working
from customary.wording import say, word

FACTS = ("column", "of", "unit", "name", "中文", "meaning")


def columns(
    of: Annotated[
        str, typer.Argument(metavar="[frame:NAME|study:NAME]", help="One frame or one study; without it all columns.")
    ] = "",
    shop: Annotated[
        str, typer.Option(metavar="SHOP", help="The shop whose frames are listed, its own columns too.")
    ] = "",
    search: Annotated[str, typer.Option(help="Only those whose name, label, 中文 or meaning mentions this.")] = "",
    form: Form = Format.table,
) -> None:
    """Declared columns: unit, names in both languages, meaning.

    `customary columns frame:orders` lists what `--by` and `--where` understand for orders.
    """
    with working("reading the columns"):
        rows = [row for row in _rows(of, shop) if search.casefold() in " ".join(row.values()).casefold()]
    if form is Format.json:
        write_json({"columns": rows, "rows_total": len(rows)})
    elif form is Format.csv:
        write_csv(list(FACTS), rows)
    else:
        _show(rows)


def _row(column: Any, owner: str) -> dict[str, str]:
    facts = (column.name, owner, column.unit.name, column.en, column.zh, column.meaning_in())
    return dict(zip(FACTS, facts, strict=True))


def _rows(of: str, shop: str) -> list[dict[str, str]]:
    from customary.columns import all_columns

    kind, colon, name = of.partition(":")
    if not of:
        return [_row(column, key.rpartition(".")[0]) for key, column in all_columns().items()]
    if not colon or kind not in ("frame", "study"):
        from customary.cli.sentences import usage_error

        raise usage_error("“{of}” is neither frame:NAME nor study:NAME, such as frame:orders or study:returns", of=of)
    return _of_frame(name, shop) if kind == "frame" else _of_study(name, shop)


def _of_frame(name: str, shop: str) -> list[dict[str, str]]:
    from customary.cli.opening import open_asked
    from customary.columns import columns_of
    from customary.query.selection import column_names

    opened = open_asked(shop or None)
    return [
        _row(column, f"frame:{name}")
        for column in columns_of(column_names(opened, name), name, opened.snapshot.own.columns)
    ]


def _of_study(name: str, shop: str) -> list[dict[str, str]]:
    from customary.cli.opening import open_asked
    from customary.query.study import study

    return [_row(column, f"study:{name}") for column in study(open_asked(shop or None), name).columns]


def _show(rows: list[dict[str, str]]) -> None:
    from customary.cli.tables import grid, without_controls

    cells = [[without_controls(row[fact]) for fact in FACTS] for row in rows]
    grid(tuple(map(word, FACTS)), cells, (False,) * len(FACTS))
    typer.echo(say("{shown:,} of {total:,} rows", shown=len(rows), total=len(rows)))


def values(
    shop: ShopName,
    column: Annotated[
        str, typer.Argument(metavar="COLUMN", help="A column; `customary columns frame:orders` lists them.")
    ],
    frame: Annotated[str, typer.Option(metavar="FRAME", help="The frame whose rows are looked at.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="How many values are shown; 0 shows all.")] = 50,
) -> None:
    """What a filter on a column may be, the commonest value first."""
    with working("looking"):
        from customary import renamed
        from customary.cli.opening import open_asked
        from customary.query.selection import MOST_VALUES, check_columns, frame_with, values_of

        opened, column = open_asked(shop), renamed.column(column)
        frame = frame or frame_with(opened, column)
        check_columns(opened, frame, [column])
        found = values_of(opened, column, frame)
    if found is None:
        typer.echo(
            say(
                "{column} of {frame} has more than {most:,} different values",
                column=column,
                frame=frame,
                most=MOST_VALUES,
            )
        )
        return
    for value in found[: limit or None]:
        typer.echo(say("(unknown) – write --where {column}=", column=column) if value is None else str(value))
    shown = min(limit or len(found), len(found))
    typer.echo(
        say("{shown:,} of {n:,} values of {column} in {frame}", shown=shown, n=len(found), column=column, frame=frame)
    )
