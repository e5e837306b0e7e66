"""What rules are made of: ranges of columns, cases of ranges, labels with cases, sets of labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

type Facts = ir.Table | Mapping[str, ir.Value]


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

    @property
    def text(self) -> str:
        """The range in words: "from 3,000 to below 10,000", "below 2 or unknown"."""
        if self.values:
            said = "is " + " or ".join({True: "true", False: "false"}.get(v, str(v)) for v in self.values)
        elif self.low is None:
            said = f"below {self.high:,g}"
        else:
            said = f"from {self.low:,g}" + (f" to below {self.high:,g}" if self.high is not None else "")
        return said + (" or unknown" if self.or_unknown else "")


Case = Mapping[str, Range]


def in_case(case: Case, facts: Facts) -> ir.BooleanValue:
    """Whether a row lies in all ranges of a case."""
    return reduce(lambda a, b: a & b, (r.holds(facts[name]) for name, r in case.items()))


@dataclass(frozen=True)
class Label:
    """One label and the cases in which a customer bears it."""

    name: str
    zh: str
    cases: tuple[Case, ...]

    def holds(self, facts: Facts) -> ir.BooleanValue:
        """Whether a row bears the label; `facts` is a table, or the values themselves by name."""
        return reduce(lambda a, b: a | b, (in_case(case, facts) for case in self.cases))

    @property
    def text(self) -> str:
        """Its cases in words, such as "year net spend from 10,000, year repurchase count from 5"."""
        cases = (", ".join(f"{name.replace('_', ' ')} {r.text}" for name, r in case.items()) for case in self.cases)
        return " – or ".join(cases)


@dataclass(frozen=True)
class Rules:
    """A named set of labels, best first."""

    name: str
    zh: str
    labels: tuple[Label, ...]
    is_published: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The labels' names in their order."""
        return tuple(label.name for label in self.labels)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rules look at, each once."""
        ranges = (name for label in self.labels for case in label.cases for name in case)
        return tuple(dict.fromkeys(ranges))

    def label(self, facts: Facts) -> ir.StringValue:
        """The label of each row; NULL where no label holds, the first where several do."""
        return ibis.cases(*((label.holds(facts), label.name) for label in self.labels))
