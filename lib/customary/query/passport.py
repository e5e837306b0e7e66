"""What a figure is made of: its definition, its query, the rows it counts and leaves out, with the reason."""

import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import ibis.expr.types as ir

from customary.cache import cached_per_snapshot
from customary.dates import WindowLike
from customary.declare import METRICS, STUDIES, Metric
from customary.metrics.aggregate import bases_of
from customary.query.accounts import Accounts, total
from customary.query.answer import Answer
from customary.query.measure import current_metric, measure
from customary.query.selection import Where, frame_rows, scope_of
from customary.query.study import study
from customary.shop import Shop


@dataclass(frozen=True)
class Passport:
    """Everything behind a figure. `left_out` maps each reason to its rows; counted + left out = source rows.

    `kind` is "metric" or "study"; a figure of several frames adds their rows up, `frames` holds each alone.
    `rules` is the hash of the rules in force, which the snapshot was built with if `rules_are_published`.
    """

    name: str
    kind: str
    zh: str
    definition: str
    unit: str
    source: str
    formula: str
    value: Any
    sql: str
    source_rows: int
    counted_rows: int
    left_out: Mapping[str, int]
    frames: tuple[Accounts, ...]
    question: str
    as_of: str
    snapshot: str
    rules: str
    rules_are_published: bool

    @property
    def metric(self) -> str:
        """The metric's name."""
        return self.name

    def to_dict(self) -> dict[str, Any]:
        """The passport as plain data, ready for JSON; the name stands under its kind, as `metric` or `study`."""
        facts = asdict(self)
        return {facts.pop("kind"): facts.pop("name"), **facts}


def _formula(answer: Answer) -> str:
    """The body of a metric's function, or the whole of a study's."""
    if answer.question.is_study:
        return _source(STUDIES[answer.name].question).strip() if answer.name in STUDIES else ""
    return formula_of(current_metric(answer.shop, answer.name))


def formula_text(answer: Answer) -> str:
    """The formula of each metric of an answer under its name, or the whole of its study."""
    if answer.question.is_study:
        return _formula(answer)
    metrics = [current_metric(answer.shop, name) for name in answer.question.names]
    return "\n".join(f"{metric.name} = {formula_of(metric)}" for metric in metrics)


def formula_of(metric: Metric) -> str:
    """The body of a metric's function, as it is written."""
    source = _source(metric.formula)
    return source[source.index("return ") + len("return ") :].strip()


def _source(function: Any) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function))
    except OSError:  # a function made in a notebook or by a shop's own code has no file to read
        return f"return {function.__name__}"


def passport_of(answer: Answer) -> Passport:
    """The passport of any answer: of its study, or of its first metric."""
    named = next(d for d in answer.definitions if d.name == answer.name)
    accounts, rows = total(answer.accounts), answer.to_pyarrow()
    is_figure = not answer.question.is_study and rows.num_rows == 1
    return Passport(
        name=answer.name,
        kind=named.kind,
        zh=named.zh,
        definition=named.text,
        unit=named.unit,
        source=named.source,
        formula=_formula(answer),
        value=rows[answer.name][0].as_py() if is_figure else None,
        sql=answer.sql(),
        source_rows=accounts.source_rows,
        counted_rows=accounts.counted_rows,
        left_out=accounts.left_out,
        frames=answer.accounts,
        question=answer.question.text,
        as_of=answer.question.as_of.isoformat(),
        snapshot=answer.question.snapshot,
        rules=answer.question.rules,
        rules_are_published=answer.question.rules_are_published,
    )


@cached_per_snapshot
def _build_passport(shop: Shop, name: str, is_study: bool, during: WindowLike | None, where: Where | None) -> Passport:
    ask = study if is_study else measure
    return passport_of(ask(shop, name, during=during, where=where))


def passport(
    shop: Shop, which: Metric | str, *, during: WindowLike | None = None, where: Where | None = None
) -> Passport:
    """The passport of a metric, or of a study by its name, over a window and a selection."""
    name = which if isinstance(which, str) else which.name
    return _build_passport(shop, name, name in STUDIES and name not in METRICS, during, where)


def rows(shop: Shop, metric: Metric | str, *, during: WindowLike | None = None, where: Where | None = None) -> ir.Table:
    """The rows behind a number: those of its first frame that count, for a look at what was added up."""
    scope = scope_of(during=during, where=where)
    return frame_rows(
        shop, bases_of([current_metric(shop, metric)], shop.snapshot.own.metrics)[0], scope
    ).counting_rows()
