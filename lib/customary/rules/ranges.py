"""What rules are made of: ranges of columns, cases of ranges, labels with cases, sets of labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.errors import Refused

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
    """One label and the cases in which a customer may bear it; without a case it is for everybody else."""

    name: str
    zh: str
    cases: tuple[Case, ...] = ()

    def holds(self, facts: Facts) -> ir.BooleanValue:
        """Whether one of its cases holds for a row; `facts` is a table, or the values themselves by name."""
        return ibis.or_(*(in_case(case, facts) for case in self.cases))

    def covers(self, facts: Mapping[str, Any]) -> bool:
        """The same for plain values, None for unknown."""
        return any(all(r.covers(facts[name]) for name, r in case.items()) for case in self.cases)

    @property
    def text(self) -> str:
        """Its cases in words, such as "year net spend from 10,000, year repurchase count from 5"."""
        cases = (", ".join(f"{name.replace('_', ' ')} {r.text}" for name, r in case.items()) for case in self.cases)
        return " – or ".join(cases) or "everybody else"


@dataclass(frozen=True)
class Rules:
    """A named set of labels, read from the first to the last: the first whose case holds is the customer's.

    `order` is the order of tables and charts where it is not that of reading. Bounds in money are meant in `currency`,
    or in the shop's own where it says none. A set that is not published labels nobody: it is only looked at. `place` is
    where the set stands, for messages: "data/tiers.toml, ".
    """

    name: str
    zh: str
    labels: tuple[Label, ...]
    is_published: bool = True
    order: tuple[str, ...] = ()
    currency: str = ""
    place: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The labels' names in the order of tables and charts."""
        return self.order or tuple(label.name for label in self.labels)

    @property
    def in_order(self) -> tuple[Label, ...]:
        """The labels in that order."""
        known = {label.name: label for label in self.labels}
        return tuple(known[name] for name in self.names)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rules look at, each once."""
        ranges = (name for label in self.labels for case in label.cases for name in case)
        return tuple(dict.fromkeys(ranges))

    def label(self, facts: Facts) -> ir.StringValue:
        """The label of each row: the first whose case holds, else that of everybody else, else NULL."""
        cases = [(label.holds(facts), label.name) for label in self.labels if label.cases]
        rest = next((label.name for label in self.labels if not label.cases), None)
        otherwise = ibis.null("string") if rest is None else ibis.literal(rest)
        return ibis.cases(*cases, else_=otherwise) if cases else otherwise

    def candidates(self, facts: Mapping[str, Any]) -> tuple[str, ...]:
        """The labels with a case that holds for plain values, the one that wins first; of nobody's, everybody else's.

        None at all is a hole, several are an overlap.
        """
        found = tuple(label.name for label in self.labels if label.covers(facts))
        return found or tuple(label.name for label in self.labels if not label.cases)


def check_kinds(rules: Rules, kinds: Mapping[str, Any]) -> None:
    """Refuse a bound on a column that holds no numbers, and true or false for one that holds something else.

    `kinds` are the types of the columns; one that is not among them is not looked at.
    """
    for label in rules.labels:
        for column, wanted in ((name, r) for case in label.cases for name, r in case.items()):
            kind = kinds.get(column)
            if kind is not None and not (kind.is_boolean() if wanted.values else kind.is_numeric()):
                template = "label “{label}”: {column} holds {kind} and cannot be bounded by numbers"
                if wanted.values:
                    template = "label “{label}”: {column} holds {kind} and cannot be named true or false"
                raise Refused(template, label=label.name, column=column, kind=kind)
