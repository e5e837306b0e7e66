"""The command that proves rules: every set total and exclusive, or its holes and overlaps with their customers."""

import sys
from typing import Annotated, Any

import typer

from customary.cli.options import Form, Format
from customary.cli.output import write_csv, write_json
from customary.cli.progress import working

_Row = dict[str, Any]
SETS = ("rules", "zh", "file", "labels", "combination_count", "hole_count", "overlap_count", "verdict")
FAULTS = ("rules", "kind", "label", "values", "customer_count", "year_net_spend")


def _verdict(published: bool, holes: int, overlaps: int) -> str:
    said = "total and exclusive" if not holes + overlaps else "faulty" if published else "has faults, labels nobody"
    return said


def _examined(name: str, file: str) -> _Row:
    """One set of rules on one line; what cannot even be read says why."""
    from customary.errors import Refused
    from customary.rules.proof import cells
    from customary.rules.published import written

    row: _Row = {"rules": name, "zh": "", "file": f"data/{file}.toml", "labels": ""}
    try:
        found = written(file, name)
        counts = [len(labels) for _cell, labels in cells(found)]
    except Refused as error:
        return row | {"combination_count": None, "hole_count": None, "overlap_count": None, "verdict": str(error)}
    holes, overlaps = counts.count(0), sum(count > 1 for count in counts)
    told = {"combination_count": len(counts), "hole_count": holes, "overlap_count": overlaps}
    row |= {"zh": found.zh, "labels": ", ".join(found.names)}
    return row | told | {"verdict": _verdict(found.is_published, holes, overlaps)}


def _faults(name: str, file: str, shop: Any) -> list[_Row]:
    """The holes and overlaps of one set, with the customers of a shop in each if one is named."""
    if shop is not None:
        from customary.query.study import study

        rows = study(shop, "tier_rule", rules=name).to_pylist()
        return [{**{key: row.get(key) for key in FAULTS}, "rules": name} for row in rows if row["is_fault"]]
    from customary.rules.proof import faults
    from customary.rules.published import written

    blank = {"customer_count": None, "year_net_spend": None}
    found = faults(written(file, name))
    return [{"rules": name, "kind": f.kind, "label": " and ".join(f.labels), "values": f.text, **blank} for f in found]


def _tables(shop: Any, sets: list[_Row], wrong: list[_Row]) -> None:
    from customary.cli.tables import grid

    cells = [tuple("–" if row[key] is None else str(row[key]) for key in SETS) for row in sets]
    grid(tuple(key.replace("_count", "s") for key in SETS), cells, (False,) * 4 + (True,) * 3 + (False,))
    if wrong:
        keys = FAULTS if shop is not None else FAULTS[:4]
        lines = [
            tuple(f"{row[key]:,.0f}" if isinstance(row[key], int | float) else str(row[key]) for key in keys)
            for row in wrong
        ]
        typer.echo("")
        grid(keys, lines, (False,) * 4 + (True,) * (len(keys) - 4))
        typer.echo(f"{len(wrong)} of {len(wrong)} rows")


def rules(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A set of rules; without it all of them.")] = "",
    shop: Annotated[str, typer.Option(metavar="SHOP", help="Count the customers of this shop in each fault.")] = "",
    form: Form = Format.table,
) -> None:
    """Prove the rules of tiers and stages, or list their holes.

    A set is total and exclusive, or its holes and overlaps are listed, with the customers in them if a shop is named.
    Ends with code 1 if a set that labels customers is faulty.
    """
    with working("proving"):
        from customary.rules.published import file_of, files
        from customary.shop import open_shop

        known = {name: file_of(name)} if name else dict(files())
        sets = [_examined(each, file) for each, file in known.items()]
        opened = open_shop(shop) if shop else None
        readable = [row["rules"] for row in sets if row["hole_count"] or row["overlap_count"]]
        wrong = [row for each in readable for row in _faults(each, known[each], opened)]
    if form is Format.json:
        write_json({"shop": opened.name if opened else None, "rules": sets, "faults": wrong})
    elif form is Format.csv:
        write_csv(list(FAULTS if name else SETS), wrong if name else sets)
    else:
        _tables(opened, sets, wrong)
    allowed = ("total and exclusive", "has faults, labels nobody")
    if any(row["verdict"] not in allowed for row in sets):
        sys.stdout.flush()
        raise typer.Exit(1)
