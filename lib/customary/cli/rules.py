"""The command that proves rules: everybody gets a label and every label somebody, or where that fails."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from customary.cli.options import Form, Format
from customary.cli.output import write_csv, write_json
from customary.cli.progress import working
from customary.language import reader_language
from customary.wording import say, word

if TYPE_CHECKING:
    from customary.rules.book import RuleBook
    from customary.shop import Shop

_Row = dict[str, Any]
SETS = ("rules", "zh", "file", "labels", "combination_count", "hole_count", "overlap_count", "verdict")
FINDINGS = ("rules", "kind", "label", "other_labels", "values", "customer_count", "year_net_spend")
SOUND, LOOKED_AT = "total and exclusive", "has faults, labels nobody"


def _examine(book: "RuleBook", name: str) -> _Row:
    """One set of rules on one line; what cannot even be read says why."""
    from customary.errors import Refused
    from customary.rules.proof import cells, faults
    from customary.rules.reading import read

    file = book.sets[name]
    row: _Row = {"rules": name, "zh": "", "file": book.place(file, name).split(",")[0], "labels": ""}
    try:
        found = read(book[file], name)
        counts = [len(labels) for _cell, labels in cells(found)]
        row |= {"zh": found.zh, "labels": ", ".join(found.names), "combination_count": len(counts)}
        row |= {"hole_count": counts.count(0), "overlap_count": sum(count > 1 for count in counts)}
        book.set(name)
    except Refused as error:
        blank = {"combination_count": None, "hole_count": None, "overlap_count": None}
        return blank | row | {"verdict": f"faulty: {error}"}
    return row | {"verdict": LOOKED_AT if not found.is_published and faults(found) else SOUND}


def _findings(book: "RuleBook", name: str, shop: "Shop | None") -> list[_Row]:
    """The holes and overlaps of a set that can be read, with the customers of a shop in each if one is named."""
    from customary.rules.proof import faults, findings
    from customary.rules.reading import read

    if shop is not None:
        from customary.query.study import study

        rows = study(shop, "tier_rule", rules=name).to_pylist()
        known = [row for row in rows if row["kind"] != "one label"]
        return [
            {**{key: row.get(key) for key in FINDINGS}, "rules": name, "is_fault": row["is_fault"]} for row in known
        ]
    found = read(book[book.sets[name]], name)
    wrong = {fault.cell for fault in faults(found)}
    return [
        {
            "rules": name,
            "kind": each.kind,
            "label": " and ".join(each.labels[:1] if found.is_published else each.labels),
            "other_labels": ", ".join(each.labels[1:] if found.is_published else ()),
            "values": each.text,
            "customer_count": None,
            "year_net_spend": None,
            "is_fault": each.cell in wrong,
        }
        for each in findings(found)
    ]


def _with_conditions(book: "RuleBook", found: list[_Row]) -> list[_Row]:
    """The same findings with their conditions in the reader's language."""
    if not found or reader_language() == "en":
        return found
    from customary.query.reference.rules import stretch_texts
    from customary.rules.reading import read

    names = {row["rules"] for row in found}
    texts = {text: said.zh for name in names for text, said in stretch_texts(read(book[book.sets[name]], name)).items()}
    return [row | {"values": "，".join(map(texts.__getitem__, row["values"].split(", ")))} for row in found]


def _text(value: Any) -> str:
    """A cell in the reader's language, label by label where it is a list of them."""
    whole = word(value)
    return whole if whole != str(value) else say(", ").join(map(word, whole.split(", ")))


def _tables(shop: "Shop | None", sets: list[_Row], found: list[_Row]) -> None:
    from customary.cli.tables import grid

    cells = [tuple("–" if row[key] is None else _text(row[key]) for key in SETS) for row in sets]
    grid(tuple(word(key.replace("_count", "s")) for key in SETS), cells, (False,) * 4 + (True,) * 3 + (False,))
    if found:
        keys = FINDINGS if shop is not None else FINDINGS[:5]
        lines = [
            tuple(f"{row[key]:,.0f}" if isinstance(row[key], int | float) else _text(row[key]) for key in keys)
            for row in found
        ]
        typer.echo("")
        grid(tuple(word(key.replace("_", " ")) for key in keys), lines, (False,) * 5 + (True,) * (len(keys) - 5))
        typer.echo(say("{shown:,} of {total:,} rows", shown=len(found), total=len(found)))


def _propose(name: str, is_written: bool) -> None:
    """Print bounds of the value tiers from a shop's own customers, as a file; put them into its folder if asked."""
    from customary.errors import Refused
    from customary.query.rulebook import TIER, desk, proposal
    from customary.rules.reading import parse_toml
    from customary.shop import open_shop

    shop = open_shop(name)
    found = proposal(shop)
    typer.echo(found.toml, nl=False)
    if not is_written:
        return
    file = shop.rules.sets[TIER]
    own = shop.rules.own.get(file, "")
    if TIER in parse_toml(own, file):
        raise Refused(
            "{name}/{file}.toml has a [{table}] of its own already: change it there, or take it out first",
            name=name,
            file=file,
            table=TIER,
        )
    base = shop.rules.text(file)
    desk(shop).save(file, f"{own.rstrip()}\n\n{found.toml}".lstrip(), base=base)
    typer.echo(say("written to {name}/{file}.toml – next: customary build {name}", name=name, file=file), err=True)


def rules(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A set of rules; without it all of them.")] = "",
    shop: Annotated[str, typer.Option(metavar="SHOP", help="The rules of this shop, with its customers in each.")] = "",
    propose: Annotated[
        str, typer.Option(metavar="SHOP", help="Print bounds of the value tiers from this shop's own customers.")
    ] = "",
    write: Annotated[bool, typer.Option("--write", help="With --propose: put them into the shop's folder.")] = False,
    form: Form = Format.table,
) -> None:
    """Prove the rules of tiers and stages, or list their holes.

    The first label whose case holds is the customer's. A set gives everybody a label, or its holes are listed; a set
    asked for by name lists its overlaps too. Ends with code 1 if a set that labels customers is faulty.
    """
    if write and not propose:
        raise typer.BadParameter("--write goes with --propose SHOP")
    if propose:
        _propose(propose, write)
        return
    with working("proving"):
        from customary.errors import unknown_name
        from customary.places import DATA
        from customary.rules.book import RuleBook
        from customary.shop import open_shop

        opened = open_shop(shop) if shop else None
        book = opened.rules if opened else RuleBook.from_files(DATA)
        if name and name not in book.sets:
            raise unknown_name(name, book.sets, "set of rules")
        sets = [_examine(book, each) for each in ([name] if name else book.sets)]
        sound = [row["rules"] for row in sets if not str(row["verdict"]).startswith("faulty")]
        readable = [row["rules"] for row in sets if row["hole_count"] or row["overlap_count"]]
        found = [row for each in readable for row in _findings(book, each, opened if each in sound else None)]
    faults = [row for row in found if row.pop("is_fault")]
    if form is Format.json:
        overlaps = [row for row in found if row not in faults]
        write_json({"shop": opened.name if opened else None, "rules": sets, "faults": faults, "overlaps": overlaps})
    elif form is Format.csv:
        write_csv(list(FINDINGS if name else SETS), found if name else sets)
    else:
        _tables(opened, sets, _with_conditions(book, found if name else faults))
        _notice(opened)
    if len(sound) < len(sets):
        sys.stdout.flush()
        raise typer.Exit(1)


def _notice(shop: "Shop | None") -> None:
    """Say it if the shop's tiers are bounded in another currency than its own, with bounds that would suit it."""
    if shop is None:
        return
    from customary.cli.ready import misfit

    for line in misfit(shop):
        typer.echo(line)
