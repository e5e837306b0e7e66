"""What few people did is not shown to whoever is no analyst: not by a selection, not in a row, not in a cell.

A column that counts people says so (`people` in data/columns): “group” where the row is about them, “part” where they
are some of these. A row about a small group is withheld whole; a small part is emptied, with what rests on it alone.
So is a rate that gives such a part away, by being multiplied with its n, and what gives the few away who are not in it:
95 of 100 tell of five.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from customary.cache import cached_per_snapshot
from customary.columns import Column
from customary.declare import HEADS, METRICS, Metric
from customary.metrics.aggregate import bases_of, with_needs
from customary.query.groups import SIZE, mark_small_groups, person_of, sizes_of, with_mark
from customary.query.lists import ANALYST
from customary.query.recipes import Recipe, column_names_of, fetch_rows, recipe_of
from customary.query.selection import Scope, frame_rows, is_among, where_known, with_column
from customary.shop import Shop
from customary.units import KEY, LABEL, RATE
from customary.wording import say

WITHHELD = "is_withheld"  # marks a row that is not handed out
EMPTIED = "is_emptied"  # marks a row that is handed out without its figures
MARKS = (WITHHELD, EMPTIED)


def fewest_people(shop: Shop) -> int:
    """How many people a group must have to be shown to this audience; an analyst sees every group."""
    return 0 if shop.audience == ANALYST else int(shop.rules["privacy"]["groups"]["fewest"])


@cached_per_snapshot
def _count_people(shop: Shop, frame: str, scope: Scope) -> int:
    if person_of(shop.frame(frame)) is None:
        return 0

    def count(scope: Scope) -> ir.Table:
        rows = frame_rows(shop, frame, scope).counting_rows()
        return rows.select(who=person_of(rows)).agg(people=_.who.nunique())

    return int(fetch_rows(shop, recipe_of(("people", frame), count, scope))["people"][0].as_py())


@cached_per_snapshot
def _count_people_left(shop: Shop, frame: str, scope: Scope, name: str) -> int:
    """How many people stand behind what a selection leaves over by one of its columns, the others as they are."""
    if person_of(shop.frame(frame)) is None:
        return 0

    def count(scope: Scope) -> ir.Table:
        others = tuple(pair for pair in scope.where if pair[0] != name)
        rows = with_column(shop, frame_rows(shop, frame, replace(scope, where=others)).counting_rows(), name, frame)
        rest = rows.filter(~is_among(rows[name], dict(scope.where)[name]).fill_null(False))
        return rest.select(who=person_of(rest)).agg(people=_.who.nunique())

    return int(fetch_rows(shop, recipe_of(("people left", frame, name), count, scope))["people"][0].as_py())


def is_too_small(shop: Shop, frames: Iterable[str], scope: Scope) -> bool:
    """Whether a few people, and nobody else, stand behind the rows of a selection, or behind what it leaves over.

    Never for an analyst. Whoever sees 50 and then, with one value less, 45 has seen five: so a selection that leaves
    few over by one of its columns is as small as theirs. Where nobody does, nothing is revealed: that answer is empty
    anyhow. Profiles that the selection does not cut do not make it larger.
    """
    fewest = fewest_people(shop)
    cut = [frame for frame in frames if where_known(shop, frame, scope) == scope] if fewest else []
    if 0 < max((_count_people(shop, frame, scope) for frame in cut), default=0) < fewest:
        return True
    left = (max(_count_people_left(shop, frame, scope, name) for frame in cut) for name, _ in scope.where if cut)
    return any(0 < most < fewest for most in left)


def _is_few(value: ir.NumericValue, fewest: int) -> ir.BooleanValue:
    size = value.abs()
    return ((size > 0) & (size < fewest)).fill_null(False)


def _gives_few_away(rate: ir.NumericValue, n: ir.NumericValue, fewest: int) -> ir.BooleanValue:
    """Whether a share of `n` is of few people, or of all but a few: of 100, 0.05 and 0.95 tell of five."""
    part, whole = (rate.cast("float64") * n.cast("float64")).round(), n.cast("float64")
    return _is_few(part, fewest) | _is_few(whole - part, fewest)


def shares_of_people(columns: Sequence[Column]) -> list[Column]:
    """The rates of an answer that are shares of people, and stand beside the number that they are a share of."""
    heads = {column.name for column in columns if column.people in HEADS}
    rates = [column for column in columns if column.unit is RATE and column.n and column.people != "none"]
    return [column for column in rates if column.n in heads or column.people == "share"]


def _few_cells(
    t: ir.Table, columns: Sequence[Column], parts: Sequence[str], fewest: int
) -> Iterator[tuple[ir.BooleanValue, Column | None, str]]:
    """Where a part is small or a rate gives one away: the column, and the name of what is emptied there."""
    heads = {column.name for column in columns if column.people in HEADS}
    wholes = {column.name: column.n for column in columns if column.n in heads}
    for part in parts:
        tells_few = _is_few(t[part], fewest)
        if part in wholes:
            tells_few |= _is_few(t[wholes[part]] - t[part], fewest)
        yield tells_few, None, part
        yield from ((tells_few, column, column.name) for column in columns if part in column.rests_on)
        yield from ((_is_few(t[part], fewest), column, column.name) for column in columns if column.n == part)
    for column in shares_of_people(columns):
        yield _gives_few_away(t[column.name], t[column.n], fewest), column, column.name


def _without_few(t: ir.Table, columns: Sequence[Column], parts: Sequence[str], fewest: int) -> ir.Table:
    """The rows with small parts emptied, and with them the figures that say or give away a small part."""
    emptied: dict[str, ir.Value] = {}
    for is_few, column, cell in _few_cells(t, columns, parts, fewest):
        names = (cell, column.low, column.high) if column else (cell,)
        for name in filter(None, names):
            emptied[name] = ibis.cases((is_few, ibis.null(t[name].type())), else_=emptied.get(name, t[name]))
    return t.mutate(**emptied) if emptied else t


def withhold_small_groups(t: ir.Table, columns: Sequence[Column], fewest: int) -> ir.Table:
    """The rows of a study, those about groups of fewer than `fewest` people marked in a column `is_withheld`.

    Where a total less the other rows would be so few, the next smallest row is marked as well. Rows that name a thing,
    such as a product, are about that thing: only their small counts of people are emptied.
    """
    if any(column.personal for column in columns):
        return t  # whoever may see single people sees all of them; nobody else sees a row
    is_about_things = any(column.unit is KEY for column in columns)
    groups = [column.name for column in columns if column.people == "group" and not is_about_things]
    parts = [column.name for column in columns if column.people in HEADS and column.name not in groups]
    t = _without_few(t, columns, parts, fewest)
    if not groups:
        return t
    keys = [column.name for column in columns if column.unit is LABEL and not column.hidden]
    sizes = reduce(ibis.least, [t[name].nullif(0) for name in groups])
    t = t.mutate(place_in_answer=ibis.row_number(), smallest_group=sizes.fill_null(0))
    return (
        mark_small_groups(t, "smallest_group", keys, fewest, WITHHELD)
        .order_by("place_in_answer")
        .drop("place_in_answer", "smallest_group")
    )


def heads_behind(wanted: Iterable[Metric], own: Mapping[str, Metric]) -> dict[str, tuple[str, ...]]:
    """Metric → the counts of people that it is, is computed from, or is a share of, on the frames it is counted on."""
    known = {**own, **METRICS}
    found = {}
    for metric in wanted:
        bases = set(bases_of([metric], own))
        per = [known[metric.per]] if metric.per and set(bases_of([known[metric.per]], own)) <= bases else []
        behind = with_needs([metric, *per], own)
        found[metric.name] = tuple(name for name, each in behind.items() if each.people in HEADS)
    return found


def shares_behind(wanted: Iterable[Metric], heads: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Metric → the count of people that it is a share of, among its `heads`."""
    rates = [metric for metric in wanted if metric.unit is RATE and metric.people != "none"]
    return {metric.name: metric.per for metric in rates if metric.per and metric.per in heads[metric.name]}


def empty_small_groups(
    t: ir.Table,
    frames: Mapping[str, ir.Table],
    keys: Sequence[str],
    heads: Mapping[str, Sequence[str]],
    shares: Mapping[str, str],
    fewest: int,
) -> ir.Table:
    """The groups of `keys` with a mark `is_emptied` where figures were taken out because few people stand behind them.

    All figures of a group go where few people stand behind its rows in all `frames` together, and each one that is, or
    rests on, a count of few. `heads` are these counts by figure, `shares` what it is a share of, if it is.
    """
    sizes = sizes_of(frames, keys)
    if sizes is None:
        return t.mutate(**{EMPTIED: ibis.literal(False)})
    t = with_mark(t, mark_small_groups(sizes, SIZE, keys, fewest, "is_small"), keys, "is_small")
    is_few = {
        name: reduce(lambda a, b: a | b, (_is_few(t[head], fewest) for head in behind), t.is_small)
        for name, behind in heads.items()
    }
    for name, per in shares.items():
        is_few[name] |= _gives_few_away(t[name], t[per], fewest)
    emptied = {name: ibis.cases((few, ibis.null(t[name].type())), else_=t[name]) for name, few in is_few.items()}
    return t.mutate(**emptied, **{EMPTIED: reduce(lambda a, b: a | b, is_few.values())}).drop("is_small")


def withhold_all(t: ir.Table) -> ir.Table:
    """The rows, all of them marked: a selection of few people."""
    return t.drop(*(mark for mark in MARKS if mark in t.columns)).mutate(**{WITHHELD: ibis.literal(True)})


def empty_all(t: ir.Table, keys: Sequence[str]) -> ir.Table:
    """The groups without any figure, all of them marked: a selection of few people, or one that leaves few over."""
    figures = [name for name in t.columns if name not in (*keys, *MARKS)]
    emptied = {name: ibis.null(t[name].type()) for name in figures}
    return t.mutate(**emptied, **{EMPTIED: ibis.literal(True)})


def rows_to_show(t: ir.Table) -> ir.Table:
    """The rows that are handed out, without marks."""
    t = t.filter(~t[WITHHELD]) if WITHHELD in t.columns else t
    return t.drop(*(mark for mark in MARKS if mark in t.columns))


def fetched_to_show(rows: pa.Table) -> pa.Table:
    """The same of rows that were fetched."""
    if WITHHELD in rows.column_names:
        import pyarrow.compute as pc  # what is withheld from nobody does not wait for it

        rows = rows.filter(pc.invert(rows[WITHHELD]))
    return rows.drop_columns([mark for mark in MARKS if mark in rows.column_names])


def marks_in(rows: pa.Table) -> int:
    """How many of the rows that were fetched are withheld or emptied."""
    marks = [mark for mark in MARKS if mark in rows.column_names]
    return sum(map(bool, rows[marks[0]].to_pylist())) if marks else 0


def count_marked(shop: Shop, rows: Recipe) -> int:
    """How many rows are withheld or emptied."""
    marks = [mark for mark in MARKS if mark in column_names_of(shop, rows)]
    if not marks:
        return 0
    asked = rows.then("marked", lambda t: t.agg(marked=t[marks[0]].cast("int64").sum().fill_null(0)))
    return int(fetch_rows(shop, asked)["marked"][0].as_py())


def in_words(shop: Shop, is_all: bool, count: Callable[[], int]) -> str:
    """What is not shown, and why: "2 rows not shown: fewer than 10 customers each"; "" where all is."""
    fewest = fewest_people(shop)
    if not fewest:
        return ""
    if is_all:
        return say("fewer than {fewest} customers, in it or left over: not shown", fewest=fewest)
    found = count()
    if found == 1:
        return say("1 row not shown: fewer than {fewest} customers each", fewest=fewest)
    return say("{n:,} rows not shown: fewer than {fewest} customers each", n=found, fewest=fewest) if found else ""


def fewer_than(fewest: int, language: str = "") -> str:
    """What is said of a count of people that is not shown."""
    return say("fewer than {fewest}", language, fewest=fewest)
