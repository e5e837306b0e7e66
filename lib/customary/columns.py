"""Declared columns: what each column of a frame or an answer means, said once for page, shell, file and print.

A metric is a column and declares itself; a field of a canonical table stands in data/standard; every other column in
data/columns/*.toml, `study.name` or `frame.name` where a name means something else there. What follows from a parent –
the ends of its interval – needs no entry.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from customary import standard
from customary.declare import HEADS, METRICS, PEOPLE, SEGMENTS, Metric
from customary.errors import Refused, unknown_name
from customary.language import known_language, translate
from customary.places import DATA
from customary.units import (
    COUNT,
    DATE,
    FLAG,
    INSTANT,
    KEY,
    LABEL,
    MONEY,
    MONTH,
    QUARTER,
    RATIO,
    TEXT,
    UNITS,
    YEAR,
    Unit,
)
from customary.wording import wording

# Columns of words that only the shop knows: what it sells, where, and what people wrote.
SHOPS_WORDS = frozenset(
    {
        *("because_name", "campaign", "city", "comment", "country", "exit_page", "experiment", "file_name"),
        *("first_name", "first_product", "landing_page", "page", "product_name", "region", "second_name"),
        *("search_term", "term", "text", "text_zh", "words"),
    }
)
_ENDS = {"low": ("lower end", "下限"), "high": ("upper end", "上限")}
_FIELDS = {
    **{"string": TEXT, "integer": COUNT, "number": RATIO, "money": MONEY},
    **{"timestamp": INSTANT, "date": DATE, "boolean": FLAG},
}
_PERIODS = {
    "day": (DATE, "日"),
    "week": (DATE, "周"),
    "month": (MONTH, "月"),
    "quarter": (QUARTER, "季度"),
    "year": (YEAR, "年"),
}


@dataclass(frozen=True)
class Column:
    """A declared column: its unit, its names, a sentence where they do not say enough, and the columns beside it.

    `n` names the column of the number it rests on, `low` and `high` those of its interval of `level`, `before` the one
    of the compared period. `rests_on` names counts of people that it gives away: it is not shown where one is of few.
    `unit_of` names a column that says, row by row, the metric whose unit it has. `context` is where the catalogues have
    its meaning; one that stands in none, a shop's own, says it in `meaning_zh`. `table` is the canonical table that
    brings a shop's own column; `people` says whether it counts people (`declare.PEOPLE`).
    """

    name: str
    unit: Unit
    en: str
    zh: str
    meaning: str = ""
    n: str = ""
    low: str = ""
    high: str = ""
    level: float = 0.95
    before: str = ""
    unit_of: str = ""
    hidden: bool = False
    personal: bool = False
    people: str = ""
    rests_on: tuple[str, ...] = ()
    table: str = ""
    meaning_zh: str = ""
    context: str = ""

    @property
    def may_be_ours(self) -> bool:
        """Whether its values may be words of ours, such as a stage or a channel, and not only the shop's own."""
        return self.unit in (LABEL, TEXT) and not self.personal and self.name not in SHOPS_WORDS

    def meaning_in(self, language: str = "") -> str:
        """The sentence in a language; as it was written where nobody has translated it, empty where there is none."""
        if known_language(language) == "zh" and self.meaning_zh:
            return self.meaning_zh
        return translate(self.context, self.meaning, language) if self.meaning else ""

    def label(self, language: str = "") -> str:
        """Its name in a language: "Net revenue", "净销售额"."""
        return self.zh if known_language(language) == "zh" else self.en

    def title(self, currency: str = "", language: str = "") -> str:
        """The heading with its unit: "Net revenue (£)", "净销售额 (£)"."""
        name, unit = self.label(language), self.unit.heading(currency, language)
        return f"{name} ({unit})" if unit else name

    def record(self) -> dict[str, object]:
        """The declaration as plain data, what is empty left out."""
        facts: dict[str, object] = {"unit": self.unit.name, "en": self.en, "zh": self.zh, "meaning": self.meaning}
        facts |= {"n": self.n, "low": self.low, "high": self.high, "before": self.before, "unit_of": self.unit_of}
        return {key: value for key, value in facts.items() if value}


def _column(name: str, given: Mapping[str, Any], where: str) -> Column:
    known = set(Column.__dataclass_fields__) - {"name", "context"}
    for key in given:
        if key not in known:
            raise unknown_name(key, known, "part of column {name} in {where}", name=name, where=where)
    for key in ("unit", "en", "zh"):
        if not given.get(key):
            raise Refused("{where}: column {name} has no {key}", where=where, name=name, key=key)
    if given.get("people", "") not in PEOPLE:
        raise unknown_name(
            str(given["people"]), PEOPLE, "kind of people that {name} in {where} counts", name=name, where=where
        )
    if given["unit"] not in UNITS:
        raise unknown_name(str(given["unit"]), UNITS, "unit of {name} in {where}", name=name, where=where)
    stated = {**given, "unit": UNITS[given["unit"]], "rests_on": tuple(given.get("rests_on", ()))}
    return Column(name.rpartition(".")[2], **stated, context=f"column:{name}")


def read(path: Path) -> dict[str, Column]:
    """The columns that one TOML file declares, by key; a mistake is refused with the file and the column."""
    return {key: _column(key, given, path.name) for key, given in standard.read_toml(path).items()}


@cache
def all_columns() -> Mapping[str, Column]:
    """All columns of data/columns/*.toml by key: a name, or `study.name`; one key stands in one file only."""
    found: dict[str, Column] = {}
    for path in sorted((DATA / "columns").glob("*.toml")):
        here = read(path)
        if both := set(found) & set(here):
            raise Refused(
                "{file}: column {column} is declared in another file already", file=path.name, column=min(both)
            )
        found |= here
    return found


@cache
def _fields() -> Mapping[str, Column]:
    """The fields of the canonical tables and feeds, the first table that has a name speaks for it."""
    found: dict[str, Column] = {}
    for table in standard.declared_tables().values():
        for field in table.columns:
            unit = KEY if field.name.endswith("_id") else LABEL if field.allowed else _FIELDS[field.type]
            column = Column(field.name, unit, field.en, field.zh, personal=field.personal)
            found.setdefault(field.name, column)
    return found


def of_metric(metric: Metric) -> Column:
    """A metric as the column of its answer."""
    en = metric.name.replace("_", " ").capitalize()
    context = f"metric:{metric.name}"
    column = Column(metric.name, metric.unit, en, metric.zh, metric.definition, n=metric.per or "", context=context)
    return replace(column, people=metric.people)


def _period(name: str) -> Column | None:
    if name not in _PERIODS:
        return None
    unit, zh = _PERIODS[name]
    return Column(name, unit, name.capitalize(), zh)


def _of_segment(name: str) -> Column | None:
    if name not in SEGMENTS:
        return None
    segment = SEGMENTS[name]
    en = name.replace("_", " ").capitalize()
    return Column(name, LABEL, en, segment.zh, segment.definition, context=f"segment:{name}")


def find(name: str, owner: str = "", own: Mapping[str, Column] | None = None) -> Column | None:
    """The declaration of a column of `owner` (a study or a frame), or None; `own` are columns of one shop."""
    known, shops = all_columns(), own or {}
    if f"{owner}.{name}" in known:
        return known[f"{owner}.{name}"]
    if name in METRICS:
        return of_metric(METRICS[name])
    found = known.get(name) or _fields().get(name) or _of_segment(name) or _period(name) or shops.get(name)
    return found or known.get(f"customers.{name}") or known.get(f"portraits.{name}") or _of_family(name, owner)


def _of_family(name: str, owner: str) -> Column | None:
    """A column whose name a rule of the shop makes up: `tier_rule.of_*` speaks for every column of that beginning."""
    for key, column in all_columns().items():
        family = key.removeprefix(f"{owner}.")
        if family != key and family.endswith("*") and name.startswith(family[:-1]):
            made = name.removeprefix(family[:-1]).replace("_", " ")
            return replace(column, name=name, en=column.en.replace("…", made), zh=column.zh.replace("…", made))
    return None


def _end_of(parent: Column, name: str, end: str) -> Column:
    """The lower or upper end of a column's interval."""
    en, zh = _ENDS[end]
    level = f"{100 * parent.level:g}%"
    meaning = f"{en.capitalize()} of the {level} confidence interval of: {parent.en}."
    title = f"{parent.en}, {en} ({level})"
    chinese = f"{parent.zh}的 {level} 置信区间{zh}。"
    return Column(name, parent.unit, title, f"{parent.zh}{zh}", meaning, unit_of=parent.unit_of, meaning_zh=chinese)


def _derive(name: str, parents: Iterable[Column]) -> Column | None:
    """The end of another column's interval, or its value in the compared period."""
    for parent in parents:
        for end in _ENDS:
            if name in (getattr(parent, end), f"{end}_{parent.name}"):
                return _end_of(parent, name, end)
        if name in (parent.before, f"{parent.name}_before"):
            title, people = f"{parent.en}, before", "part" if parent.people in HEADS else parent.people
            return Column(name, parent.unit, title, f"{parent.zh}(对比期)", unit_of=parent.unit_of, people=people)
    return None


def columns_of(names: Iterable[str], owner: str = "", own: Mapping[str, Column] | None = None) -> tuple[Column, ...]:
    """The declarations of an answer's columns in their order; a column that is declared nowhere is refused by name."""
    wanted = list(names)
    found = {name: column for name in wanted if (column := find(name, owner, own))}
    for name in wanted:
        if name not in found:
            column = _derive(name, list(found.values()))
            if column is None:
                of = owner or wording("the answer")
                raise Refused(
                    "column {name} of {owner} is declared nowhere: add it to data/columns", name=name, owner=of
                )
            found[name] = column
    return tuple(_beside(found[name], found) for name in wanted)


def _beside(column: Column, found: Mapping[str, Column]) -> Column:
    """The column with the names of those that its answer does have beside it."""

    def there(name: str, otherwise: str = "") -> str:
        return name if name in found else otherwise if otherwise in found else ""

    return replace(
        column,
        n=there(column.n),
        low=there(column.low, f"low_{column.name}"),
        high=there(column.high, f"high_{column.name}"),
        before=there(column.before),
        unit_of=there(column.unit_of),
    )


def overrides_of(owner: str) -> Iterator[tuple[str, Column]]:
    """The overrides of one study or frame: name → declaration."""
    return ((column.name, column) for key, column in all_columns().items() if key.startswith(f"{owner}."))


def fallback(name: str, is_number: bool) -> Column:
    """A column nobody declared, for what is shown while it is being written: its name, no unit."""
    return Column(name, RATIO if is_number else TEXT, name.replace("_", " ").capitalize(), name)
