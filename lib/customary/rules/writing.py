"""A set of rules as TOML, and with other bounds: for proposals that a person reads before they are in force."""

import json
from collections.abc import Mapping
from dataclasses import replace

from customary.rules.ranges import Case, Label, Range, Rules


def rescale(rules: Rules, column: str, bounds: Mapping[float, float], currency: str) -> Rules:
    """The same rules with every bound of `column` replaced, old → new, and meant in `currency`."""

    def move(case: Case) -> Case:
        return {name: _move(wanted, bounds) if name == column else wanted for name, wanted in case.items()}

    labels = tuple(replace(label, cases=tuple(map(move, label.cases))) for label in rules.labels)
    return replace(rules, labels=labels, currency=currency)


def _move(wanted: Range, bounds: Mapping[float, float]) -> Range:
    low, high = (None if bound is None else bounds[bound] for bound in (wanted.low, wanted.high))
    return replace(wanted, low=low, high=high)


def toml(rules: Rules) -> str:
    """The set as it is written in a file, a label a line."""
    keys = {"zh": rules.zh, "currency": rules.currency, "order": list(rules.order)}
    lines = [f"[{rules.name}]", *(f"{key} = {_value(value)}" for key, value in keys.items() if value)]
    lines += [] if rules.is_published else ["published = false"]
    return "\n".join([*lines, "labels = [", *(f"    {_label(label)}," for label in rules.labels), "]"]) + "\n"


def _label(label: Label) -> str:
    cases = [_case(case) for case in label.cases]
    when = cases[0] if len(cases) == 1 else f"[{', '.join(cases)}]"
    parts = {"name": _value(label.name), **({"zh": _value(label.zh)} if label.zh else {})}
    return _table({**parts, **({"when": when} if cases else {})})


def _case(case: Case) -> str:
    return _table({name: _range(wanted) for name, wanted in case.items()})


def _range(wanted: Range) -> str:
    bounds = {"from": wanted.low, "to": wanted.high, "is": list(wanted.values) or None}
    told = {key: _value(value) for key, value in bounds.items() if value is not None}
    return _table({**told, **({"or_unknown": "true"} if wanted.or_unknown else {})})


def _table(parts: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in parts.items()) + " }"


def _value(value: object) -> str:
    """A text, a list, true or false, or a number without needless zeros."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
