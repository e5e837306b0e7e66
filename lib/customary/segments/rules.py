"""Rules that label customers, read from TOML: a label holds where one of its cases does, a case where all ranges do.

```toml
[value_tier]
zh = "价值层级"

[[value_tier.labels]]                 # best first; the order is that of tables and charts
name = "potential"
zh = "潜力客户"
when = [                              # any of these cases
    { year_net_spend = { from = 3000, to = 10000 }, year_repurchase_count = { from = 2 } },
    { year_net_spend = { from = 10000 }, year_repurchase_count = { from = 2, to = 5 } },
]
```

A range is `from` (inside) and `to` (outside), or `is` (a value or a list of them); an unknown value is in a range only
if it says `or_unknown = true`. Whether a set of rules is total and exclusive is proved in `lint`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from customary import standard
from customary.words import Refused, nearest

KEYS = ("from", "to", "is", "or_unknown")


@dataclass(frozen=True)
class Range:
    """What a column must be: at least `low`, below `high`, or one of `values`; `or_unknown` lets NULL in."""

    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] = ()
    or_unknown: bool = False

    def holds(self, value: ir.Value) -> ir.BooleanValue:
        """Whether a column's value is in the range; never NULL."""
        tests = [value.isin(self.values)] if self.values else []
        tests += [] if self.low is None else [value >= self.low]
        tests += [] if self.high is None else [value < self.high]
        inside = reduce(lambda a, b: a & b, tests) if tests else value.notnull()
        return inside.fill_null(self.or_unknown)

    def covers(self, value: Any) -> bool:
        """The same for a plain value, None for unknown."""
        if value is None:
            return self.or_unknown
        if self.values:
            return value in self.values
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


Case = Mapping[str, Range]


@dataclass(frozen=True)
class Label:
    """One label and the cases in which a customer bears it."""

    name: str
    zh: str
    cases: tuple[Case, ...]

    def holds(self, table: ir.Table) -> ir.BooleanValue:
        """Whether a row bears the label."""
        return reduce(
            lambda a, b: a | b,
            (reduce(lambda a, b: a & b, (r.holds(table[name]) for name, r in case.items())) for case in self.cases),
        )


@dataclass(frozen=True)
class Rules:
    """A named set of labels, best first."""

    name: str
    zh: str
    labels: tuple[Label, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The labels' names in their order."""
        return tuple(label.name for label in self.labels)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rules look at, each once."""
        ranges = (name for label in self.labels for case in label.cases for name in case)
        return tuple(dict.fromkeys(ranges))

    def label(self, table: ir.Table) -> ir.StringValue:
        """The label of each row; NULL where no label holds, the first where several do."""
        return ibis.cases(*((label.holds(table), label.name) for label in self.labels))


def _bound(column: str, told: Any) -> float | None:
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise Refused(f"{column} is bounded by {told!r}, which is no number")
    return told


def _range(column: str, told: Any) -> Range:
    if not isinstance(told, Mapping):
        raise Refused(f"{column} needs a range such as {{ from = 10, to = 20 }}, not {told!r}")
    for key in told:
        if key not in KEYS:
            raise nearest(key, KEYS, f"part of a range of {column}")
    if not set(told) & {"from", "to", "is"}:
        raise Refused(f"{column} has a range without from, to or is")
    low, high = _bound(column, told.get("from")), _bound(column, told.get("to"))
    if low is not None and high is not None and low >= high:
        raise Refused(f"the range of {column} from {low:g} to {high:g} is empty")
    wanted = told.get("is", ())
    values = tuple(wanted) if isinstance(wanted, list | tuple) else (wanted,)
    return Range(low, high, values, bool(told.get("or_unknown", False)))


def _label(told: Mapping[str, Any], columns: Iterable[str] | None) -> Label:
    if "name" not in told or not told.get("when"):
        raise Refused("a label needs a name and at least one case under `when`")
    for case in told["when"]:
        for column in case:
            if columns is not None and column not in columns:
                raise nearest(column, columns, "column of customers")
        if not case:
            raise Refused("an empty case holds for everybody: name at least one range")
    cases = tuple({column: _range(column, range_) for column, range_ in case.items()} for case in told["when"])
    return Label(str(told["name"]), str(told.get("zh", "")), cases)


def read(told: Mapping[str, Any], name: str, columns: Iterable[str] | None = None, text: str = "") -> Rules:
    """The rules called `name` of a TOML file's contents; a mistake is an error that says where it stands.

    `columns` are those that exist, if they shall be checked; `text` is the file, for line numbers.
    """
    if name not in told:
        raise nearest(name, told, "set of rules")
    known = None if columns is None else tuple(columns)
    labels: list[Label] = []
    for number, label in enumerate(told[name].get("labels", ()), 1):
        called = str(label.get("name", f"number {number}"))
        try:
            labels.append(_label(label, known))
        except (Refused, LookupError) as error:
            line = f"line {standard.line_of(text, f'[{name}', called)}: " if text else ""
            raise Refused(f"{line}[{name}], label “{called}”: {error}") from error
        if called in [other.name for other in labels[:-1]]:
            raise Refused(f"[{name}] names the label “{called}” twice")
    if not labels:
        raise Refused(f"[{name}] has no labels")
    return Rules(name, str(told[name].get("zh", "")), tuple(labels))
