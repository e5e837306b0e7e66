"""What a file has and the standard has not: kept as columns of the shop's own where their values are few."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from customary import columns, standard
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.meanings import plain
from customary.own import COLUMNS

# To group and filter by, a column has at least two values, not too many, none long, and each several times on average.
FEWEST, MOST, LONGEST, TIMES = 2, 50, 60, 2
TABLES = {
    "orders": "orders",
    "purchases": "orders",
    "mixed": "orders",
    "lines": "order_items",
    "customers": "customers",
    "products": "products",
    "returns": "returns",
    "events": "events",
    "tickets": "tickets",
    "responses": "responses",
    "assignments": "assignments",
}
_NAMED = ("events", "customers", "products", "returns")  # whose columns may bear the standard's own names
_PERSONAL = re.compile(
    r"name|mail|phone|mobile|\btel|fax|address|street|zip|post.?code|birth|\bip\b|passport|iban|card|account|password"
    r"|note|comment|message|remark|latitude|longitude|姓名|电话|手机|地址|邮|备注|留言|身份|straße|strasse|plz|rua|endereço|"
    r"calle|dirección|adresse|住所|氏名",
    re.IGNORECASE,
)
_MARKS = re.compile(r"@|\d{7,}|https?://")


@dataclass(frozen=True)
class OwnColumn:
    """A column of a file that the shop keeps for itself: what it is called there and here, and its table.

    `is_declared` is false where the standard has the column under that very name.
    """

    column: str
    name: str
    table: str
    is_declared: bool = True


def _is_constant_by_order(found: Recognition, column: str) -> bool:
    """Whether all rows of an order that say something in a column say the same."""
    place, told = found.look.columns.index(column), defaultdict(set)
    for order, row in zip(found.order_numbers(), found.look.rows, strict=True):
        if row[place].strip():
            told[order].add(row[place])
    return all(len(values) == 1 for values in told.values())


def _is_to_group_by(found: Recognition, column: str) -> bool:
    """Whether the values of a column make groups and say nothing of a single person."""
    values = found.look.values(column)
    counts = Counter(values)
    return (
        FEWEST <= len(counts) <= MOST
        and len(values) >= TIMES * len(counts)
        and max(map(len, counts)) <= LONGEST
        and not _PERSONAL.search(column)
        and not any(_MARKS.search(value) for value in counts)
    )


def _name(column: str, place: int, table: str) -> str:
    """A plain name for a column: small letters, digits and _; one of the standard's gets the table before it."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W_A-Z]+|\d+", column)
    bare = re.sub(r"[^a-z0-9_]", "", "_".join(words).lower())
    bare = bare if re.match("[a-z]", bare) else f"{table}_column_{place + 1}"
    return bare if columns.find(bare) is None else f"{table}_{bare}"


def _fields(found: Recognition, table: str, spare: Iterable[str]) -> dict[str, str]:
    """Column → the standard's field of that very name, or of one that is as good, where nothing else fills it."""
    optional = {plain(field.name): field.name for field in standard.tables()[table].columns if not field.required}
    others = standard.rules("recognition")["fields"].get(table, {})
    optional |= {plain(spelling): name for name, spellings in others.items() for spelling in spellings}
    taken = set(found.meanings)
    return {c: optional[plain(c)] for c in spare if plain(c) in optional and optional[plain(c)] not in taken}


def own_columns(found: Recognition) -> Sequence[OwnColumn]:
    """The columns of a file beyond the standard that are worth keeping, in the order of the file."""
    table = TABLES.get(found.kind)
    if table is None or found.select:
        return []
    names = found.look.columns
    spare = [column for column in found.spare_columns if not column.startswith("_") and names.count(column) == 1]
    fields = _fields(found, table, spare) if found.kind in _NAMED else {}
    kept = [OwnColumn(column, name, table, is_declared=False) for column, name in fields.items()]
    for column in spare:
        if column not in fields and _is_to_group_by(found, column):
            where = table if found.kind != "mixed" or _is_constant_by_order(found, column) else "order_items"
            name = _name(column, found.look.columns.index(column), where)
            if columns.find(name) is None and name not in {one.name for one in kept}:
                kept.append(OwnColumn(column, name, where))
    return kept


def _title(column: str) -> str:
    return re.sub(r"[\s_.]+", " ", column).strip().capitalize()


def declare_own_columns(found: Iterable[OwnColumn], folder: Path) -> None:
    """Write the columns into the shop's columns.toml, beside those that stand there; a name that is there stays."""
    path = folder / COLUMNS
    before = path.read_text("utf-8") if path.is_file() else ""
    there = set(standard.read_toml(path)) if path.is_file() else set()
    new: Mapping[str, OwnColumn] = {one.name: one for one in found if one.is_declared and one.name not in there}
    lines = [_declaration(one) for one in new.values()]
    if lines:
        head = before.rstrip() or "# Columns that this shop's files have and the standard has not."
        path.write_text("\n".join([head, *lines, ""]), "utf-8")


def _declaration(one: OwnColumn) -> str:
    title = json.dumps(_title(one.column), ensure_ascii=False)
    return f'{one.name} = {{ table = "{one.table}", unit = "label", en = {title}, zh = {title} }}'
