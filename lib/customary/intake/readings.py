"""How the text of a column is read: what its values decide is taken and told, what they cannot decide is asked."""

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from customary.errors import Refused
from customary.intake import amounts, instants
from customary.intake.readers import quote
from customary.reasons import DOTS, SHOP_SAYS, VALUE_SAYS, VALUES_SAY
from customary.standard import CanonicalTable, Field
from customary.wording import any_of, say, word

PLAIN = ""
AS_WRITTEN = "as written"
NUMBERS = ("money", "number", "integer")
DAYS = ("timestamp", "date")
NAMES = (instants.DAY_FIRST, instants.MONTH_FIRST, amounts.DOT, amounts.COMMA, AS_WRITTEN)
# So many values, or one against three, may speak against the reading of all others; they are then faulty themselves.
STRAY, AGAINST = 0.01, 3


def is_split(one: int, other: int) -> bool:
    """Whether values of a column contradict each other so often that neither side can be called faulty."""
    fewer, more = sorted((one, other))
    return fewer > max(1, STRAY * more) or (fewer > 0 and more < AGAINST)


class Undecided(Refused):
    """A column can be read in two ways, and only the shop knows which; the message ends with the answer to type.

    `column` is the column that is asked about, `readings` are what it may be; none where the question is another.
    """

    exit_code = 2
    column = ""
    readings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """How one column of a canonical table is read, and what decided it, as snapshots keep it: in English."""

    table: str
    column: str
    reading: str
    because: str


def phrase(reading: str) -> str:
    """A reading within a sentence."""
    if reading[:1].isdigit() or reading.startswith("%"):
        return say("as {reading}", reading=reading)
    return word(reading)


def reading_named(text: str) -> str:
    """The reading a shop names, blanks or dashes between its words; a format such as %d/%m/%Y is one too."""
    name = text.strip()
    if name.replace("-", " ") in NAMES:
        return name.replace("-", " ")
    if name in NAMES or re.search("%[dmbY]", name):
        return name
    raise Refused(
        "“{text}” is no reading: write {names}, {last} or a format such as %d/%m/%Y",
        text=text,
        names=NAMES[:-1],
        last=AS_WRITTEN,
    )


def is_text(kind: str | None) -> bool:
    """Whether a staged column has to be read: text, or digits where a time stands."""
    return kind == "VARCHAR"


def _is_odd(column: Field) -> str:
    """SQL: whether a value of this column is not plainly what it should be, or could be two things."""
    text = quote(column.name)
    if column.type in DAYS:
        return f"not {instants.is_plain(text)}"
    return f"not {amounts.is_undoubted(text)}"


def odd_columns(con: duckdb.DuckDBPyConnection, staged: str, columns: list[Field]) -> list[Field]:
    """The columns that hold a value which needs a closer look."""
    if not columns:
        return []
    counts = ", ".join(f"count(*) filter (where {_is_odd(column)})" for column in columns)
    found = con.execute(f"select {counts} from {quote(staged)}").fetchone() or ()
    return [column for column, count in zip(columns, found, strict=True) if count]


def has_readings(column: Field, kind: str | None) -> bool:
    """Whether the text of a column of this type may be read in several ways."""
    return is_text(kind) and column.type in (*NUMBERS, *DAYS)


def wall(column: Field) -> str:
    """The name of the column that holds the wall clock of a text column, by the engine's own reading."""
    return quote(f"_wall_{column.name}")


def is_doubtful(column: Field) -> str:
    """SQL: whether a value of a text column is not plainly what it should be, where its `wall` stands beside it."""
    text = quote(column.name)
    return instants.is_doubtful(text, wall(column)) if column.type in DAYS else f"not {amounts.is_undoubted(text)}"


def plain_value(column: Field, zone: str) -> str:
    """SQL for the value of a text column in which nothing is doubtful; the same as `value` read plainly."""
    text = quote(column.name)
    if column.type == "timestamp":
        return instants.utc(wall(column), zone)
    if column.type == "date":
        return f"cast({wall(column)} as DATE)"
    if column.type == "integer":
        return f"case when contains({text}, '.') then {value(column, PLAIN, zone)} else try_cast({text} as BIGINT) end"
    return value(column, PLAIN, zone)


def declared_readings(
    table: CanonicalTable, columns: Iterable[Field], declared: Mapping[str, str]
) -> dict[str, Chosen]:
    """The readings that the shop declares for columns of a table, by column; `declared` is by `table.column`."""
    named = {column.name: declared.get(f"{table.name}.{column.name}") for column in columns}
    return {name: Chosen(table.name, name, told, SHOP_SAYS) for name, told in named.items() if told}


def choose(
    con: duckdb.DuckDBPyConnection,
    staged: str,
    table: CanonicalTable,
    kinds: Mapping[str, str],
    declared: Mapping[str, str],
) -> dict[str, Chosen]:
    """How each text column of a staged table is read where that is not plain; `declared` (`table.column`) wins.

    Raises `Undecided` with the sentence and the flag for the first column that has two readings.
    """
    asked = [c for c in table.columns if has_readings(c, kinds.get(c.name))]
    found = declared_readings(table, asked, declared)
    open_ones: list[tuple[Field, Undecided]] = []
    for column in odd_columns(con, staged, [c for c in asked if c.name not in found]):
        try:
            chosen = (_choose_days if column.type in DAYS else choose_marks)(con, staged, table.name, column)
        except Undecided as question:
            open_ones.append((column, question))
        else:
            found |= {column.name: chosen} if chosen else {}
    return found | {column.name: _as_beside(con, staged, column, found, question) for column, question in open_ones}


def _as_beside(
    con: duckdb.DuckDBPyConnection, staged: str, column: Field, found: Mapping[str, Chosen], question: Undecided
) -> Chosen:
    """The reading of another column whose text this one repeats where it has any; otherwise the question is raised.

    Of the days of orders, which their values decide, those that were paid may not be enough to decide them again.
    """
    for name, chosen in found.items():
        if chosen.reading in question.readings:
            differs = f"{quote(column.name)} <> coalesce({quote(name)}, '')"
            if con.execute(f"select 1 from {quote(staged)} where {differs} limit 1").fetchone() is None:
                return Chosen(chosen.table, column.name, chosen.reading, chosen.because)
    raise question


def _counts(con: duckdb.DuckDBPyConnection, staged: str, evidence: str) -> tuple[int, ...]:
    return tuple(con.execute(f"select {evidence} from {quote(staged)}").fetchone() or ())


def _by_values(*counts: int) -> str:
    """That the values of the reading which most of them need decided it."""
    most = max(counts)
    return (VALUE_SAYS if most == 1 else VALUES_SAY).format(count=f"{most:,}")


def _example(con: duckdb.DuckDBPyConnection, staged: str, column: Field, which: str) -> str:
    found = con.execute(f"select min({quote(column.name)}) from {quote(staged)} where {which}").fetchone()
    return str(found[0]) if found else ""


def _choose_days(con: duckdb.DuckDBPyConnection, staged: str, table: str, column: Field) -> Chosen | None:
    text = quote(column.name)
    seen = instants.DayEvidence(*_counts(con, staged, instants.evidence(text)))
    sure = seen.day_first + seen.month_first
    if not sure and not seen.either:
        return Chosen(table, column.name, PLAIN, "")
    if not sure and seen.with_dots == seen.either:
        return Chosen(table, column.name, instants.DAY_FIRST, DOTS)
    if not sure or is_split(seen.day_first, seen.month_first):
        example = _example(con, staged, column, instants.is_pair(text))
        raise _question(table, column, example, instants.DAY_FIRST, instants.MONTH_FIRST)
    reading = instants.DAY_FIRST if seen.day_first > seen.month_first else instants.MONTH_FIRST
    return Chosen(table, column.name, reading, _by_values(seen.day_first, seen.month_first))


def choose_marks(con: duckdb.DuckDBPyConnection, staged: str, table: str, column: Field) -> Chosen | None:
    """How the numbers of a column are read, by its values; `Undecided` where these allow both readings."""
    text = quote(column.name)
    whole = column.type == "integer"
    seen = amounts.AmountEvidence(*_counts(con, staged, (amounts.whole_evidence if whole else amounts.evidence)(text)))
    sure = seen.dot + seen.comma
    if not sure and not seen.either:
        return Chosen(table, column.name, amounts.DOT, "")
    if not sure or is_split(seen.dot, seen.comma):
        example = _example(con, staged, column, amounts.is_doubtful(text) if seen.either else amounts.is_marked(text))
        raise _question(table, column, example, amounts.DOT, amounts.COMMA)
    reading = amounts.DOT if seen.dot > seen.comma else amounts.COMMA
    return Chosen(table, column.name, reading, _by_values(seen.dot, seen.comma))


def _question(table: str, column: Field, example: str, *readings: str) -> Undecided:
    answers = (f"{table}.{column.name}={name.replace(' ', '-')}" for name in readings)
    flags = any_of(f"--reading {shlex.quote(answer)}" for answer in answers)
    question = Undecided(
        "{table}.{column}: “{example}” can be read {names}, and no other value of the column "
        "decides it: build again with {flags}",
        table=table,
        column=column.name,
        example=example,
        names=any_of(map(phrase, readings)),
        flags=flags,
    )
    question.column, question.readings = f"{table}.{column.name}", readings
    return question


def value(column: Field, reading: str, zone: str) -> str:
    """SQL for the value of a text column in its own type by a reading; instants are in UTC. NULL where it is none."""
    text = quote(column.name)
    if column.type == "timestamp":
        return _utc(text, reading, zone)
    if column.type == "date":
        return f"cast({_utc(text, reading, 'UTC')} as DATE)"
    number = text if reading == PLAIN else amounts.number_text(text, reading)
    if column.type == "integer":
        whole = f"regexp_replace({number}, '[.]0*$', '')"
        return f"case when regexp_full_match({whole}, '[-+]?[0-9]+') then try_cast({whole} as BIGINT) end"
    cast = f"try_cast({number} as {column.sql_type})"
    return f"case when isfinite({cast}) then {cast} end" if column.type == "number" else cast


def _utc(text: str, reading: str, zone: str) -> str:
    if reading.startswith("%") or " %" in reading:
        wall = f"try_strptime({text}, '{reading.replace("'", "''")}')"
        return wall if zone == "UTC" else f"timezone('UTC', timezone('{zone}', {wall}))"
    return instants.instant(text, zone, "" if reading == PLAIN else reading)
