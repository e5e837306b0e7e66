"""The form of a question: what is asked, how it is split, by which period, with which options, drawn as what.

It begins as the address says and writes each change back to it, so that a link shares the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import marimo as mo

from customary.declare import STUDIES
from customary.language import translate
from customary.page.explore.drawing import AUTOMATIC, KINDS
from customary.page.links import texts
from customary.page.markup import Markup, element, join, label_text
from customary.query.address import ASK, BY, EVERY, WITH, in_one_text
from customary.query.catalogue import metric_names, period_names, split_names, study_names
from customary.query.exploration import (
    MOST_METRICS,
    MOST_SPLITS,
    Exploration,
    LinkReading,
    option_names,
    read_exploration,
)
from customary.query.question import name_of
from customary.shop import Shop
from customary.wording import say, word, wording

CHART, SORT, START = "chart", "sort", "start"  # further parts of the address
BESIDE = "beside"  # the field of the other metrics; in the address they stand with the first one
NO_PERIOD = "-"
_OF_ANOTHER = (BY, WITH, SORT, START)  # parts that say nothing of another question


def address_now() -> dict[str, object]:
    """The parts of the reader's address."""
    address = mo.query_params()
    return {name: address.get(name) for name in address}


def read_address(shop: Shop) -> LinkReading:
    """What the reader's link asks for, as far as this shop and this audience know it."""
    return read_exploration(shop, address_now())


def subject_field(shop: Shop, found: LinkReading, address: Any = None) -> Any:
    """The choice of one metric or study by its name; it can be searched by typing."""
    address = mo.query_params() if address is None else address
    shown = subject_names(shop)

    def write(name: str) -> None:
        for part in (*_OF_ANOTHER, EVERY):
            _write(address, part, "")
        _write(address, ASK, name)

    first = found.exploration.names[0]
    return mo.ui.dropdown(
        shown,
        value=next(text for text, name in shown.items() if name == first),
        label=label_text(say("Metric or study")),
        allow_select_none=False,
        searchable=True,
        on_change=write,
        full_width=True,
    )


def subject_names(shop: Shop) -> dict[str, str]:
    """Text → name of every metric and study that this audience may ask; two that read alike keep their own names."""
    found: dict[str, str] = {}
    own = shop.snapshot.own.columns
    texts = [(name, own[name].label() if name in own else name_of(name)) for name in metric_names(shop)]
    texts += [(name, say("Study: {name}", name=_study_label(name))) for name in study_names(shop)]
    for name, text in sorted(texts, key=lambda pair: (pair[0] in STUDIES, pair[1])):
        found[text if text not in found else f"{text} ({name})"] = name
    return found


def _study_label(name: str) -> str:
    label = name_of(name)
    return label[:1].upper() + label[1:]


def about(shop: Shop, subject: str | None, found: LinkReading) -> LinkReading:
    """The question about what the field says: that of the link as long as it is about the same."""
    if subject in (None, found.exploration.names[0]):
        return found
    return read_exploration(shop, {ASK: subject})


def form(shop: Shop, wanted: Exploration, address: Any = None) -> Any:
    """The rest of the question as a marimo element; its `.value` goes through `read_form`."""
    address = mo.query_params() if address is None else address
    parts = _study_fields(wanted, address) if wanted.is_study else _metric_fields(shop, wanted, address)
    asked = next(iter(texts(address.get(CHART))), "")
    kinds = {wording(text): kind for kind, text in KINDS.items()}
    chosen = asked if asked in KINDS else AUTOMATIC
    parts[CHART] = _dropdown(kinds, chosen, say("Drawn as"), _writer(address, CHART, AUTOMATIC))
    held = [element("div", Markup(f"{{{name}}}"), kind="cy-field") for name in parts]
    return mo.Html(str(element("div", join(held), kind="cy-fields cy-explore"))).batch(**parts)


def _metric_fields(shop: Shop, wanted: Exploration, address: Any) -> dict[str, Any]:
    """Other metrics beside the first one, the split, the period."""
    first = wanted.names[0]
    others = {name_of(name): name for name in metric_names(shop) if name != first}
    splits = {_column_text(shop, name): name for name in split_names(shop, wanted.names)}
    periods = period_names(shop, wanted.names)

    def write_names(names: Iterable[str]) -> None:
        _write(address, ASK, in_one_text([first, *names]))

    def write_splits(names: Iterable[str]) -> None:
        _write(address, BY, in_one_text(names))

    parts = {
        BESIDE: _several(others, wanted.names[1:], say("Beside it"), MOST_METRICS - 1, write_names),
        BY: _several(splits, wanted.by, say("Split by, up to three"), MOST_SPLITS, write_splits),
    }
    if periods:
        shown = {word(name): name for name in periods}
        shown = {wording("(not over time)"): NO_PERIOD, **shown}
        parts[EVERY] = _dropdown(
            shown, wanted.every or NO_PERIOD, say("Over time by"), _writer(address, EVERY, NO_PERIOD)
        )
    return parts


def _column_text(shop: Shop, name: str) -> str:
    own = shop.snapshot.own.columns.get(name)
    return own.label() if own else name_of(name)


def _study_fields(wanted: Exploration, address: Any) -> dict[str, Any]:
    """A field for each option of a study, of the kind of its default; empty means the default."""
    name = wanted.names[0]
    given = dict(wanted.options)

    def write(option: str, value: Any) -> None:
        given[option] = "" if value is None else str(value)
        said = {one: text for one, text in given.items() if text and text != default_text(name, one)}
        _write(address, WITH, in_one_text(f"{one}:{text}" for one, text in said.items()))

    return {
        f"option_{option}": _option_field(name, option, given.get(option, ""), write) for option in option_names(name)
    }


def default_text(name: str, option: str) -> str:
    """The default of an option as it is typed."""
    default = STUDIES[name].options[option]
    if isinstance(default, tuple):
        return ";".join(map(str, default))
    return str(default).lower() if isinstance(default, bool) else "" if default is None else str(default)


def _option_field(name: str, option: str, text: str, write: Callable[[str, Any], None]) -> Any:
    default = default_text(name, option)
    label = _option_label(option)

    def note(value: Any) -> None:
        write(option, value)

    if isinstance(STUDIES[name].options[option], bool):
        shown = {word("yes"): "true", word("no"): "false"}
        return _dropdown(shown, text.lower() if text.lower() in shown.values() else default, label, note)
    hint = default or ("2025-01-01..2025-04-01" if option == "against" else "")
    return mo.ui.text(value=text, placeholder=hint, label=label_text(label), on_change=note, full_width=True)


def _option_label(option: str) -> str:
    said = translate(f"option:{option}", option).replace("_", " ")
    return said[:1].upper() + said[1:]


def read_form(shop: Shop, wanted: Exploration, value: object) -> LinkReading:
    """The question that the fields hold, each part checked again: a viewer can send anything."""
    given: Mapping[str, object] = value if isinstance(value, Mapping) else {}
    first = wanted.names[0]
    if wanted.is_study:
        said = {one: given.get(f"option_{one}") for one in option_names(first)}
        options = {
            one: text
            for one, text in said.items()
            if isinstance(text, str) and text not in ("", default_text(first, one))
        }
        return read_exploration(shop, Exploration((first,), options=options).parts)
    every = given.get(EVERY)
    asked = {ASK: [first, *texts(given.get(BESIDE))], BY: [*texts(given.get(BY))]}
    return read_exploration(shop, {**asked, EVERY: "" if every == NO_PERIOD else every})


def chart_kind(value: object) -> str:
    """The kind of chart that the fields ask for."""
    kind = value.get(CHART) if isinstance(value, Mapping) else None
    return kind if isinstance(kind, str) and kind in KINDS else AUTOMATIC


def _dropdown(shown: Mapping[str, str], chosen: str, label: str, on_change: Callable[[Any], None]) -> Any:
    return mo.ui.dropdown(
        dict(shown),
        value=next(text for text, value in shown.items() if value == chosen),
        label=label_text(label),
        allow_select_none=False,
        on_change=on_change,
        full_width=True,
    )


def _several(
    shown: Mapping[str, str], chosen: Iterable[str], label: str, most: int, on_change: Callable[[Any], None]
) -> Any:
    names = {value: text for text, value in shown.items()}
    return mo.ui.multiselect(
        dict(shown),
        value=[names[value] for value in chosen if value in names],
        label=label_text(label),
        max_selections=most,
        on_change=on_change,
        full_width=True,
    )


def _writer(address: Any, name: str, default: str) -> Callable[[Any], None]:
    return lambda value: _write(address, name, "" if value in (None, default) else str(value))


def _write(address: Any, name: str, text: str) -> None:
    """Write a part of the address, or take it out where it is empty."""
    if text:
        address[name] = text
    elif name in address:
        del address[name]
