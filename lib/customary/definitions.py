"""`help(net_revenue)`: what a metric, a frame, a segment or a study of that name means, in both languages."""

from collections.abc import Iterator, Mapping
from typing import Any

from customary.language import translate

# What is said below a definition, and the attribute that knows it.
FACTS: Mapping[str, str] = {
    "中文": "zh",
    "unit": "unit",
    "key": "key",
    "options": "options",
    "reads": "needs",
    "share of": "per",
    "source": "source",
}


def _fact_text(fact: Any) -> str:
    """A fact as a line has it: names after commas, options with their defaults, a unit by its name."""
    if isinstance(fact, Mapping):
        return ", ".join(f"{name}={value!r}" for name, value in fact.items())
    if isinstance(fact, tuple):
        return ", ".join(fact)
    return str(getattr(fact, "name", fact) or "")


def _facts(thing: Any) -> Iterator[str]:
    for label, attribute in FACTS.items():
        if text := _fact_text(getattr(thing, attribute, "")):
            yield f"{label}: {text}"


def definition_text(kind: str, thing: Any) -> str:
    """The definition in English and, where the catalogue has it, in Chinese; below them each fact on a line."""
    text: str = thing.grain if kind == "frame" else thing.definition
    texts = dict.fromkeys([text, translate(f"{kind}:{thing.name}", text, "zh")])
    return "\n".join([*texts, "", *_facts(thing)])


class Documentation:
    """The `__doc__` of a class: asked by the class it is the class's own, asked by an instance that one's definition.

    It is put together when somebody asks, so that a declaration does not wait for the catalogue.
    """

    def __init__(self, of_class: str, kind: str) -> None:
        self.of_class, self.kind = of_class, kind

    def __get__(self, instance: Any, owner: type) -> str:
        return self.of_class if instance is None else definition_text(self.kind, instance)


def documents_itself[T](cls: type[T]) -> type[T]:
    """Let `help` of an instance show its definition instead of what its class is."""
    cls.__doc__ = Documentation(cls.__doc__ or "", cls.__name__.lower())  # type: ignore[assignment]
    return cls
