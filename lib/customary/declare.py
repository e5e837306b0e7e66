"""Metrics, frames, segments and studies: what each is, the decorators that make them, and where they are listed."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from customary.errors import Refused, nearest
from customary.registry import Registry
from customary.units import Unit


def _document(made: object, text: str) -> None:
    """Let `help(made)` and an editor show what it means, not of which class it is."""
    object.__setattr__(made, "__doc__", text)


@dataclass(frozen=True)
class Metric:
    """A named function of one frame, or of other metrics. Calling it applies the formula to columns."""

    name: str
    definition: str
    unit: Unit
    zh: str
    source: str
    additive: bool
    per: str | None
    formula: Callable[..., Any] = field(repr=False)

    def __post_init__(self) -> None:
        _document(self, f"{self.definition}\n\n{self.zh} · {self.unit.name} · source: {self.source}")

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the formula's parameters: one frame, or metrics."""
        return tuple(inspect.signature(self.formula).parameters)

    def __call__(self, *columns: Any) -> Any:
        return self.formula(*columns)


@dataclass(frozen=True)
class Frame:
    """One row per something, with a stated key; `derived` frames are made after the window is cut."""

    name: str
    grain: str
    key: tuple[str, ...]
    time: bool
    derived: bool
    build: Callable[..., Any] = field(repr=False)

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the tables, frames and facts it is built from."""
        return tuple(inspect.signature(self.build).parameters)


@dataclass(frozen=True)
class Segment:
    """One label per customer, computed from the customers frame; total and exclusive.

    `named` are its labels, best first, or what reads them from a file of rules that may be edited.
    """

    name: str
    definition: str
    zh: str
    source: str
    named: tuple[str, ...] | Callable[[], tuple[str, ...]] = field(repr=False)
    rule: Callable[..., Any] = field(repr=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """Its labels in the order of tables and charts, as the rules stand now."""
        return self.named() if callable(self.named) else self.named


@dataclass(frozen=True)
class Study:
    """A question of another shape: frames in, an Ibis table out; keyword parameters are its options.

    `beside` names studies whose answers must stand beside its own, such as a forecast's back-test: key → study.
    """

    name: str
    definition: str
    zh: str
    source: str
    question: Callable[..., Any] = field(repr=False)
    beside: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _document(self, f"{inspect.getdoc(self.question)}\n\n{self.zh} · source: {self.source}")

    def _parameters(self, keyword: bool) -> tuple[inspect.Parameter, ...]:
        found = inspect.signature(self.question).parameters.values()
        return tuple(p for p in found if (p.kind is p.KEYWORD_ONLY) is keyword)

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the frames and facts it looks at."""
        return tuple(p.name for p in self._parameters(keyword=False))

    @property
    def options(self) -> dict[str, Any]:
        """Its options and their defaults."""
        return {p.name: p.default for p in self._parameters(keyword=True)}

    def __call__(self, *tables: Any, **options: Any) -> Any:
        return self.question(*tables, **options)


METRICS: Registry[Metric] = Registry("customary.metrics")
FRAMES: dict[str, Frame] = {}
SEGMENTS: Registry[Segment] = Registry("customary.segments")
STUDIES: Registry[Study] = Registry("customary.studies")


def _first_sentence(function: Callable[..., Any]) -> str:
    text = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
    if not text:
        raise Refused(f"{function.__name__} has no definition: its docstring is the definition")
    return text


def metric(
    unit: Unit, *, zh: str, source: str, additive: bool = False, per: str | None = None
) -> Callable[[Callable[..., Any]], Metric]:
    """Make a metric of a function: its name, docstring, parameter and body say everything else.

    `additive` promises that values of disjoint groups add up; `per` names the metric a rate is a share of (its n).
    """

    def made(formula: Callable[..., Any]) -> Metric:
        found = Metric(formula.__name__, _first_sentence(formula), unit, zh, source, additive, per, formula)
        return METRICS.setdefault(found.name, found)

    return made


def frame(
    grain: str, *, key: str | tuple[str, ...], time: bool = True, derived: bool = False
) -> Callable[[Callable[..., Any]], Frame]:
    """Make a frame of a function whose parameters name the tables, frames and facts it is built from."""

    def made(build: Callable[..., Any]) -> Frame:
        keys = (key,) if isinstance(key, str) else key
        return FRAMES.setdefault(build.__name__, Frame(build.__name__, grain, keys, time, derived, build))

    return made


def segment(
    *, zh: str, source: str, labels: Iterable[str] | Callable[[], tuple[str, ...]]
) -> Callable[[Callable[..., Any]], Segment]:
    """Make a segment of a function: customers frame in, one label per customer out."""
    named = labels if callable(labels) else tuple(labels)

    def made(rule: Callable[..., Any]) -> Segment:
        found = Segment(rule.__name__, _first_sentence(rule), zh, source, named, rule)
        return SEGMENTS.setdefault(found.name, found)

    return made


def study(*, zh: str, source: str, beside: Mapping[str, str] | None = None) -> Callable[[Callable[..., Any]], Study]:
    """Make a study of a function: positional parameters name frames, keyword ones are options with defaults."""

    def made(question: Callable[..., Any]) -> Study:
        found = Study(question.__name__, _first_sentence(question), zh, source, question, beside or {})
        return STUDIES.setdefault(found.name, found)

    return made


def metric_named(name: str) -> Metric:
    """The metric called `name`; otherwise an error with the nearest names."""
    if name not in METRICS:
        raise nearest(name, METRICS, "metric")
    return METRICS[name]
