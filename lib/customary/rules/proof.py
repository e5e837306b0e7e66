"""Proof that a set of rules labels everybody and that every label is reached, or where it does not.

The first label whose case holds wins, so nobody has two. Between two neighbouring cut points nothing that a rule can
see changes, so one value of each stretch stands for all of it: trying all combinations of stretches is a proof.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from math import inf, nextafter, prod
from typing import Any

import ibis.expr.types as ir

from customary.errors import Refused
from customary.rules.ranges import Facts, Range, Rules
from customary.rules.reading import place

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
class Finding:
    """A combination of stretches that no label names (a hole) or several do (an overlap: the first of them wins)."""

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


def _numeric(column: str, ranges: list[Range]) -> Iterator[Stretch]:
    cuts = sorted({bound for r in ranges for bound in (r.low, r.high) if bound is not None})
    ranges = [Range(high=cuts[0]), *(Range(low, high) for low, high in pairwise(cuts)), Range(low=cuts[-1])]
    for each in ranges:
        sample = each.low if each.low is not None else nextafter(cuts[0], -inf)
        yield Stretch(column, each.text, sample, each)


def _yes_or_no(column: str, ranges: list[Range], rules: Rules) -> Iterator[Stretch]:
    if not all(isinstance(value, bool) for r in ranges for value in r.values):
        raise Refused(
            "[{rules}] names values of {column}; rules can be proved over numbers and yes/no only",
            rules=rules.name,
            column=column,
        )
    for value in (True, False):
        told = Range(values=(value,))
        yield Stretch(column, told.text, value, told)


def stretches(rules: Rules, column: str) -> tuple[Stretch, ...]:
    """The stretches of a column that the rules can tell apart, unknown last."""
    ranges = [case[column] for label in rules.labels for case in label.cases if column in case]
    if {bool(r.values) for r in ranges} == {True, False}:
        raise Refused(
            "[{rules}] bounds {column} in one case and names its values in another", rules=rules.name, column=column
        )
    found = _yes_or_no(column, ranges, rules) if ranges[0].values else _numeric(column, ranges)
    return (*found, Stretch(column, "unknown", None, None))


def cells(rules: Rules) -> Iterator[tuple[tuple[Stretch, ...], tuple[str, ...]]]:
    """Every combination of stretches that the rules can tell apart, with the labels that name it, the winner first."""
    columns = [stretches(rules, column) for column in rules.columns]
    if (size := prod(len(column) for column in columns)) > MOST:
        raise Refused(
            "[{rules}] has {size:,} combinations of bounds; more than {most:,} are not read by anybody",
            rules=rules.name,
            size=size,
            most=MOST,
        )
    for cell in product(*columns):
        yield cell, rules.candidates({stretch.column: stretch.sample for stretch in cell})


def findings(rules: Rules) -> tuple[Finding, ...]:
    """Every combination that no label or more than one label names."""
    return tuple(Finding(cell, labels) for cell, labels in cells(rules) if len(labels) != 1)


def faults(rules: Rules) -> tuple[Finding, ...]:
    """What is wrong: combinations without a label; in a set that is only looked at, those with several as well."""
    return tuple(found for found in findings(rules) if found.kind == "hole" or not rules.is_published)


def unreachable_labels(rules: Rules) -> tuple[str, ...]:
    """The labels that nobody can bear, because others above them name all whom they would name."""
    reached = {labels[0] for _cell, labels in cells(rules) if labels}
    return tuple(label.name for label in rules.labels if label.name not in reached)


def prove(rules: Rules, text: str = "") -> Rules:
    """The rules themselves if they label everybody and every label is reached; otherwise an error that says where not.

    `text` is the file they stand in, for the number of the line.
    """
    if wrong := [found for found in findings(rules) if found.kind == "hole"]:
        template = "{place}[{rules}] has {n} holes: a customer with {text} would get no label at all"
        if len(wrong) == 1:
            template = "{place}[{rules}] has a hole: a customer with {text} would get no label at all"
        where = place(text, rules.name)
        raise Refused(template, place=where, rules=rules.name, n=len(wrong), text=wrong[0].text)
    if lost := unreachable_labels(rules):
        raise Refused(
            "{place}[{rules}], label “{lost}” is never reached: whoever it names bears a label above it already",
            place=place(text, rules.name, lost[0]),
            rules=rules.name,
            lost=lost[0],
        )
    return rules
