"""Proof that a set of rules is total and exclusive, or the list of its holes and overlaps.

Between two neighbouring cut points nothing that a rule can see changes, so one value of each stretch stands for all of
it: trying every combination of stretches is a proof, not a sample.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from math import inf, nextafter, prod
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.errors import Refused
from customary.rules.ranges import Facts, Range, Rules

MOST = 50_000  # combinations; a rule that needs more cannot be read by people either


@dataclass(frozen=True)
class Stretch:
    """Values of a column between which no rule distinguishes: a range, or unknown."""

    column: str
    said: str
    sample: Any
    range: Range | None

    @property
    def text(self) -> str:
        """The stretch in words: "year net spend from 3,000 to below 10,000"."""
        return f"{self.column.replace('_', ' ')} {self.said}"

    def holds(self, facts: Facts) -> ir.BooleanValue:
        """Whether a row's value lies in it."""
        value = facts[self.column]
        return value.isnull() if self.range is None else self.range.holds(value)


@dataclass(frozen=True)
class Fault:
    """A combination of stretches that no label names (a hole) or several do (an overlap)."""

    cell: tuple[Stretch, ...]
    labels: tuple[str, ...]

    @property
    def kind(self) -> str:
        """ "hole" or "overlap"."""
        return "overlap" if self.labels else "hole"

    @property
    def text(self) -> str:
        """The combination in words."""
        return ", ".join(stretch.text for stretch in self.cell)

    def holds(self, facts: Facts) -> ir.BooleanValue:
        """Whether a row falls into it."""
        return ibis.and_(*(stretch.holds(facts) for stretch in self.cell))


def _numeric(column: str, ranges: list[Range]) -> Iterator[Stretch]:
    cuts = sorted({bound for r in ranges for bound in (r.low, r.high) if bound is not None})
    ranges = [Range(high=cuts[0]), *(Range(low, high) for low, high in pairwise(cuts)), Range(low=cuts[-1])]
    for each in ranges:
        sample = each.low if each.low is not None else nextafter(cuts[0], -inf)
        yield Stretch(column, each.text, sample, each)


def _yes_or_no(column: str, ranges: list[Range], rules: Rules) -> Iterator[Stretch]:
    if not all(isinstance(value, bool) for r in ranges for value in r.values):
        raise Refused(f"[{rules.name}] names values of {column}; rules can be proved over numbers and yes/no only")
    for value in (True, False):
        told = Range(values=(value,))
        yield Stretch(column, told.text, value, told)


def stretches(rules: Rules, column: str) -> tuple[Stretch, ...]:
    """The stretches of a column that the rules can tell apart, unknown last."""
    ranges = [case[column] for label in rules.labels for case in label.cases if column in case]
    if {bool(r.values) for r in ranges} == {True, False}:
        raise Refused(f"[{rules.name}] bounds {column} in one case and names its values in another")
    found = _yes_or_no(column, ranges, rules) if ranges[0].values else _numeric(column, ranges)
    return (*found, Stretch(column, "unknown", None, None))


def cells(rules: Rules) -> Iterator[tuple[tuple[Stretch, ...], tuple[str, ...]]]:
    """Every combination of stretches that the rules can tell apart, with the labels it gets: one, if all is well."""
    columns = [stretches(rules, column) for column in rules.columns]
    if (size := prod(len(column) for column in columns)) > MOST:
        raise Refused(f"[{rules.name}] has {size:,} combinations of bounds; more than {MOST:,} are not read by anybody")
    for cell in product(*columns):
        at = {stretch.column: stretch.sample for stretch in cell}
        yield (
            cell,
            tuple(
                label.name
                for label in rules.labels
                if any(all(r.covers(at[name]) for name, r in case.items()) for case in label.cases)
            ),
        )


def faults(rules: Rules) -> tuple[Fault, ...]:
    """Every combination that no label or more than one label names; none means total and exclusive, proved."""
    return tuple(Fault(cell, labels) for cell, labels in cells(rules) if len(labels) != 1)


def proved(rules: Rules, where: str = "") -> Rules:
    """The rules themselves if they are total and exclusive; otherwise an error that names the first fault.

    `where` is the place in a file, such as "line 12: ".
    """
    wrong = faults(rules)
    if wrong:
        first = wrong[0]
        which = f"both {' and '.join(first.labels)}" if first.labels else "no label at all"
        holes = sum(fault.kind == "hole" for fault in wrong)
        raise Refused(
            f"{where}[{rules.name}] has {holes} holes and {len(wrong) - holes} overlaps: "
            f"a customer with {first.text} would get {which}"
        )
    return rules
