"""Metrics, frames, segments and studies: what each is, the decorators that make them, and where they are listed."""

import inspect
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from keyword import iskeyword
from typing import Any, Protocol

from customary.definitions import documents_itself
from customary.errors import Refused, unknown_name
from customary.registry import Registry
from customary.units import Unit

# A count of people: those whom the row is about, or some of these. A rate whose n counts people is a share of them,
# unless it says “none”; “share” is said by one whose n counts something else.
HEADS = ("group", "part")
PEOPLE = ("", *HEADS, "share", "none")
READ_AT = time.time()  # when this process began to read the house: a file edited later may not be what runs


@documents_itself
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
    people: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the formula's parameters: one frame, or metrics."""
        return tuple(inspect.signature(self.formula).parameters)

    def __call__(self, *columns: Any) -> Any:
        return self.formula(*columns)


@documents_itself
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


class Book(Protocol):
    """What a segment asks of a shop's rules: the proved labels called by its name."""

    def set(self, name: str) -> Any:
        """The rules of that name."""


@documents_itself
@dataclass(frozen=True)
class Segment:
    """One label per customer, by the shop's rules of the segment's name; total and exclusive.

    The formula takes customers and its rules; `label` and `labels` take the shop's whole book of rules.
    """

    name: str
    definition: str
    zh: str
    source: str
    formula: Callable[..., Any] = field(repr=False)

    def labels(self, shop_rules: Book) -> tuple[str, ...]:
        """Its labels in the order of tables and charts, as these rules have them."""
        names: tuple[str, ...] = shop_rules.set(self.name).names
        return names

    def label(self, customers: Any, shop_rules: Book) -> Any:
        """The label of each customer by these rules."""
        return self.formula(customers, shop_rules.set(self.name))


@documents_itself
@dataclass(frozen=True)
class Study:
    """An analysis that is more than a metric: frames in, an Ibis table out; keyword parameters are its options.

    `beside` names studies whose answers must stand beside its own, such as a forecast's back-test: key → study.
    `shown` is the number of rows that a table shows, 0 for all; the answer itself is never cut. `is_list` says that its
    rows are customers to be addressed: whoever refused marketing is left off. `rests_on` names facts without which
    there is nothing to answer, such as "amounts": see `query/known.py`.
    """

    name: str
    definition: str
    zh: str
    source: str
    question: Callable[..., Any] = field(repr=False)
    beside: Mapping[str, str] = field(default_factory=dict)
    shown: int = 0
    is_list: bool = False
    rests_on: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the frames and facts it looks at."""
        return tuple(p.name for p in _parameters(self.question, keyword=False))

    @property
    def options(self) -> dict[str, Any]:
        """Its options and their defaults; one that Python keeps for itself, such as `from`, ends in _ in the code."""
        return {p.name.removesuffix("_"): p.default for p in _parameters(self.question, keyword=True)}

    def __call__(self, *tables: Any, **options: Any) -> Any:
        return self.question(*tables, **{name + "_" * iskeyword(name): value for name, value in options.items()})


def _parameters(function: Callable[..., Any], keyword: bool) -> tuple[inspect.Parameter, ...]:
    """The parameters of a function: those that must be named, or the others."""
    found = inspect.signature(function).parameters.values()
    return tuple(p for p in found if (p.kind is p.KEYWORD_ONLY) is keyword)


@dataclass(frozen=True)
class FitDefinition:
    """A model of a shop: a table of the few numbers it learns from, and what is learned from the table's columns.

    `table` takes frames and gives an Ibis expression, `model` takes its columns as arrays by name; both may name
    options (keyword-only), and `model` other fits or facts after the columns. Without a table `model` takes only these.
    """

    name: str
    definition: str
    table: Callable[..., Any] | None = field(repr=False)
    model: Callable[..., Any] = field(repr=False)

    @property
    def table_needs(self) -> tuple[str, ...]:
        """The names of the frames and facts its table is made of."""
        return tuple(p.name for p in _parameters(self.table, keyword=False)) if self.table else ()

    @property
    def model_needs(self) -> tuple[str, ...]:
        """The names of the fits and facts that the model needs besides the columns of its table."""
        names = tuple(p.name for p in _parameters(self.model, keyword=False))
        return names[1:] if self.table else names

    @property
    def options(self) -> dict[str, Any]:
        """The options of table and model with their defaults."""
        functions = [self.table, self.model] if self.table else [self.model]
        return {p.name: p.default for function in functions for p in _parameters(function, keyword=True)}


METRICS: Registry[Metric] = Registry("customary.metrics")
FRAMES: dict[str, Frame] = {}
SEGMENTS: Registry[Segment] = Registry("customary.segments")
STUDIES: Registry[Study] = Registry("customary.studies")
FITS: Registry[FitDefinition] = Registry("customary.studies")


_edits = count(1)
_generation = 0


def generation() -> int:
    """How often a registered definition was put in the place of an earlier one; answers of before are not current."""
    return _generation


_collected: ContextVar[dict[str, Metric] | None] = ContextVar("_collected", default=None)


@contextmanager
def collecting(made: dict[str, Metric]) -> Iterator[None]:
    """Let `@metric` write into `made` instead of the list of all metrics: a shop's own stay its own."""
    token = _collected.set(made)
    try:
        yield
    finally:
        _collected.reset(token)


def _register[T](registry: MutableMapping[str, T], name: str, found: T) -> T:
    """Put a definition in its registry; one that is edited takes the place of the earlier one at once."""
    global _generation
    is_known = registry.has_made(name) if isinstance(registry, Registry) else name in registry
    if is_known:
        _generation = next(_edits)
    registry[name] = found
    return found


def _first_sentence(function: Callable[..., Any]) -> str:
    text = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
    if not text:
        raise Refused("{function} has no definition: its docstring is the definition", function=function.__name__)
    return text


def metric(
    unit: Unit, *, zh: str, source: str, additive: bool = False, per: str | None = None, people: str = ""
) -> Callable[[Callable[..., Any]], Metric]:
    """Make a metric of a function: its name, docstring, parameter and body say everything else.

    `additive` promises that values of disjoint groups add up; `per` names the metric a rate is a share of (its n);
    `people` marks a count of people as a column does, “group” or “part”, and a rate that is no share of them, “none”.
    """

    def decorate(formula: Callable[..., Any]) -> Metric:
        found = Metric(formula.__name__, _first_sentence(formula), unit, zh, source, additive, per, formula, people)
        own = _collected.get()
        if own is not None:
            own[found.name] = found
            return found
        return _register(METRICS, found.name, found)

    return decorate


def frame(
    grain: str, *, key: str | tuple[str, ...], time: bool = True, derived: bool = False
) -> Callable[[Callable[..., Any]], Frame]:
    """Make a frame of a function whose parameters name the tables, frames and facts it is built from."""

    def decorate(build: Callable[..., Any]) -> Frame:
        keys = (key,) if isinstance(key, str) else key
        found = Frame(build.__name__, grain, keys, time, derived, build)
        return _register(FRAMES, found.name, found)

    return decorate


def segment(*, zh: str, source: str) -> Callable[[Callable[..., Any]], Segment]:
    """Make a segment of a function: customers frame and its rules in, one label per customer out."""

    def decorate(formula: Callable[..., Any]) -> Segment:
        found = Segment(formula.__name__, _first_sentence(formula), zh, source, formula)
        return _register(SEGMENTS, found.name, found)

    return decorate


def study(
    *,
    zh: str,
    source: str,
    beside: Mapping[str, str] | None = None,
    shown: int = 0,
    is_list: bool = False,
    rests_on: str | tuple[str, ...] = (),
) -> Callable[[Callable[..., Any]], Study]:
    """Make a study of a function: positional parameters name frames and fits, keyword ones are options with defaults.

    `shown` is how many rows a table shows, 0 for all; `is_list`, `rests_on` and the rest are as `Study` has them.
    """

    def decorate(question: Callable[..., Any]) -> Study:
        name, said = question.__name__, _first_sentence(question)
        facts = (rests_on,) if isinstance(rests_on, str) else rests_on
        found = Study(name, said, zh, source, question, beside or {}, shown, is_list, facts)
        return _register(STUDIES, found.name, found)

    return decorate


def fit(*, table: Callable[..., Any] | None = None) -> Callable[[Callable[..., Any]], FitDefinition]:
    """Make a fit of a function: arrays in, a frozen fit out; `table` says which numbers of the shop it learns from.

    A study, or another fit, that names it as a parameter is given what the function returns.
    """

    def decorate(model: Callable[..., Any]) -> FitDefinition:
        found = FitDefinition(model.__name__, _first_sentence(model), table, model)
        return _register(FITS, found.name, found)

    return decorate


def metric_named(name: str, own: Mapping[str, Metric] | None = None) -> Metric:
    """The metric called `name`, shipped or among a shop's `own`; otherwise an error with the nearest names."""
    known = {**(own or {}), **METRICS}
    if name not in known:
        raise unknown_name(name, known, "metric")
    return known[name]
