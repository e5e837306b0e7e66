"""The filter bar: period, comparison, split and where. It travels from page to page in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import ibis
import marimo as mo
from ibis import _

from customary import renamed
from customary.cache import cached_per_snapshot
from customary.columns import find
from customary.dates import Window, in_words
from customary.page import periods
from customary.page.markup import Markup, element, join, label_text
from customary.query.selection import Scope
from customary.shop import Shop
from customary.wording import say

# One name, two columns: a visit's channel is where it came from, an order's the way it was placed. A link that filters
# by the one must not filter the other page by the other.
IN_LINKS = {("sessions", "channel"): "source_channel"}
NO_SPLIT = "nothing"
EVERYONE = "all"
_MOST_OPTIONS = 200
_CHOICES = {"period": "the period", "compare": "the comparison", "split": "the split by"}


@dataclass(frozen=True)
class Offer:
    """What this page lets a viewer choose from: days covered, dimensions to split by, values to filter by."""

    as_of: dt.date
    first_day: dt.date
    splits: tuple[str, ...] = ()
    wheres: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    period: str = periods.DEFAULT
    compare: str = periods.PREVIOUS
    frame: str = "orders"

    def name_in_links(self, name: str) -> str:
        """What a filter of this page is called in an address."""
        return IN_LINKS.get((self.frame, name), name)

    def label(self, name: str) -> str:
        """What a filter of this page is called on it: the column's declared name in its frame."""
        declared = find(name, self.frame)
        return declared.en if declared else name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Choice:
    """What a viewer chose, checked: ready for `measure` (during, by, every, where) and for links (query)."""

    during: Window
    against: Window | None
    compare: str
    by: tuple[str, ...]
    where: dict[str, str]
    every: str
    query: str
    frame: str = "orders"
    population_text: str = ""

    @property
    def query_options(self) -> dict[str, Any]:
        """Window and selection as both verbs take them."""
        return {"during": self.during, "where": self.where}

    @property
    def scope(self) -> Scope:
        """Window and selection as they cut the frame whose columns the page filters by."""
        return Scope(during=self.during, where=tuple((name, (value,)) for name, value in self.where.items()))

    @property
    def comparison(self) -> str | None:
        """What `measure` sets beside its values (`compare=`): "previous", "year" or nothing."""
        if self.against is None:
            return None
        return "year" if self.compare == periods.LAST_YEAR else "previous"

    @property
    def during_text(self) -> str:
        """The period in words."""
        return in_words(self.during)

    @property
    def text(self) -> str:
        """The period in words, and what it is compared with."""
        against = f", against {in_words(self.against)}" if self.against else ""
        return in_words(self.during) + against

    @property
    def against_text(self) -> str:
        """What a change is a change from: "on the previous period", or why there is no comparison."""
        if self.against is not None:
            return f"on the {self.compare}"
        return "" if self.compare == periods.NOTHING else f"no data for the {self.compare}"


@cached_per_snapshot
def _varying(shop: Shop, frame: str, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Those columns of a frame that hold at least two values among the rows that count, the commonest first."""
    counted = shop.frame(frame)
    counted = counted.filter(counted.left_out_because.isnull())
    found = {}
    for name in names:
        counts = counted.filter(counted[name].notnull()).group_by(name).agg(row_count=_.count())
        known = shop.fetch(counts.order_by(ibis.desc("row_count"), name).limit(_MOST_OPTIONS))[name].to_pylist()
        if len(known) > 1:
            found[name] = tuple(map(str, known))
    return found


def offer(
    shop: Shop,
    *names: str,
    frame: str = "orders",
    splits: bool = True,
    segments: tuple[str, ...] = (),
    split_by: tuple[str, ...] = (),
    period: str = periods.DEFAULT,
    compare: str = periods.PREVIOUS,
    first_day: dt.date | None = None,
) -> Offer:
    """The offer of a page over this shop: filters by those columns of a frame that hold at least two values.

    With `splits` the page can be split by them as well; by those of `split_by` it can be split only, and by `segments`
    in any case. Data begin on `first_day`, by default the snapshot's first; `period` and `compare` are the page's
    defaults.
    """
    values = _varying(shop, frame, names)
    first = min(first_day or shop.snapshot.first_on, shop.as_of)
    ways = (*segments, *(values if splits else ()), *_varying(shop, frame, split_by))
    return Offer(shop.as_of, first, ways, values, period, compare, frame)


def controls(offer: Offer, address: Any = None) -> Any:
    """The filter bar as a marimo element; its `.value` goes through `choose`. Begins as the address says.

    Each change is written back to the `address` (by default the browser's), so links keep it; defaults are not.
    """
    address = mo.query_params() if address is None else address
    asked = {name: address.get(name) for name in address}
    parts = _elements(offer, _check(offer, _from_address(offer, asked)), address)
    fields = [
        element("div", Markup(f"{{{name}}}"), kind="cy-field cy-wide" if name == "between" else "cy-field")
        for name in parts
    ]
    notes = [element("div", text, kind="cy-notice", role="alert") for text in unknown_in_link(offer, asked)]
    bar = element(
        "details",
        element("summary", "Filters"),
        element("div", join(fields), kind="cy-fields"),
        kind="cy-filters",
    )
    # What a link says goes through a template: its braces are text.
    said = Markup(str(join(notes)).replace("{", "{{").replace("}", "}}"))
    return mo.Html(str(join([said, bar]))).batch(**parts)


def unknown_in_link(offer: Offer, asked: Mapping[str, object]) -> list[str]:
    """What a link asks for and this page cannot do, in words: a value nobody has, a filter that it does not offer."""
    options, given = _options(offer), _from_address(offer, asked)
    notes = [_fault_in_link(offer, options, name, value) for name, value in given.items() if value is not None]
    return [note for note in notes if note]


def _fault_in_link(offer: Offer, options: Mapping[str, tuple[str, ...]], name: str, value: object) -> str:
    """What is wrong with one answer of a link, and what is shown instead; "" for nothing."""
    if name == "between":
        text = "_".join(map(str, value)) if isinstance(value, list) else value
        known = periods.dates(value) is not None
        return "" if known else f"The link asks for the days “{text}”, which are no two dates: they are ignored."
    if name in options:
        what = _CHOICES.get(name) or offer.label(name)
        instead = "the page shows all" if options[name][0] == EVERYONE else f"the page shows “{options[name][0]}”"
        known = value in options[name]
        return "" if known else f"The link asks for {what} “{value}”, which is not known here: {instead}."
    if find(name) is None:  # the address carries what is marimo's as well
        return ""
    return f"The link filters by {offer.label(name)}, which this page does not offer: it shows all."


def choose(offer: Offer, value: object) -> Choice:
    """The choice a bar's `value` means, every part checked against the offer again; never raises."""
    good = _check(offer, value)
    during = periods.period(good, offer.as_of, offer.first_day)
    return Choice(
        during=during,
        against=periods.compared_period(good["compare"], during, offer.first_day),
        compare=good["compare"],
        by=() if good["split"] == NO_SPLIT else (good["split"],),
        where={name: good[name] for name in offer.wheres if good[name] != EVERYONE},
        every=periods.default_every(during),
        query=urlencode(_for_address(offer, good)),
        frame=offer.frame,
        population_text=_population(offer, good),
    )


def _population(offer: Offer, good: Mapping[str, Any]) -> str:
    """Whom the page speaks of, in words: "only Country = France · Order channel = app", or the whole shop."""
    chosen = [f"{offer.label(name)} = {good[name]}" for name in offer.wheres if good[name] != EVERYONE]
    return f"only {' · '.join(chosen)}" if chosen else "the whole shop"


def _options(offer: Offer) -> dict[str, tuple[str, ...]]:
    """The allowed answers of each choice, the default first."""
    return {
        "period": (offer.period, *[name for name in periods.PRESETS if name != offer.period]),
        "compare": (offer.compare, *[name for name in periods.COMPARES if name != offer.compare]),
        "split": (NO_SPLIT, *offer.splits),
        **{name: (EVERYONE, *values) for name, values in offer.wheres.items()},
    }


def _check(offer: Offer, value: object) -> dict[str, Any]:
    """The value with unknown answers replaced by defaults and dates moved inside the data."""
    asked = value if isinstance(value, Mapping) else {}
    good: dict[str, Any] = {
        name: asked.get(name) if asked.get(name) in allowed else allowed[0] for name, allowed in _options(offer).items()
    }
    last = max(offer.as_of - dt.timedelta(days=1), offer.first_day)
    start, end = periods.dates(asked.get("between")) or (offer.first_day, last)
    good["between"] = (min(max(start, offer.first_day), last), min(max(end, offer.first_day), last))
    return good


def _from_address(offer: Offer, asked: Mapping[str, object]) -> dict[str, object]:
    """The answers of an address; a link that was kept with a column's earlier name still says the same."""
    between = asked.get("between")
    own = {offer.name_in_links(name): name for name in offer.wheres}
    elsewhere = set(offer.wheres) - set(own)  # a filter of this name belongs to other pages
    now = {renamed.column(own.get(name, name)): value for name, value in asked.items() if name not in elsewhere}
    if isinstance(split := asked.get("split"), str):
        now["split"] = renamed.column(split)
    return {**now, "between": between.split("_") if isinstance(between, str) else None}


def _for_address(offer: Offer, good: Mapping[str, Any]) -> dict[str, str]:
    """The choices that are not defaults, as the address carries them."""
    options = _options(offer)
    said = {offer.name_in_links(name): good[name] for name, allowed in options.items() if good[name] != allowed[0]}
    if good["period"] == periods.CUSTOM:
        said["between"] = "_".join(day.isoformat() for day in good["between"])
    return said


def _elements(offer: Offer, good: Mapping[str, Any], address: Any) -> dict[str, Any]:
    """One marimo element per choice, in reading order."""
    options = _options(offer)
    last = max(offer.as_of - dt.timedelta(days=1), offer.first_day)
    made = {
        name: mo.ui.dropdown(
            list(allowed),
            value=good[name],
            allow_select_none=False,
            on_change=_writer(address, offer.name_in_links(name), allowed[0]),
            label=_control_label(offer, name),
            full_width=True,
        )
        for name, allowed in options.items()
        if len(allowed) > 1
    }
    between = mo.ui.date_range(
        offer.first_day,
        last,
        value=good["between"],
        label=_control_label(offer, "between"),
        full_width=True,
        on_change=_writer(address, "between", (offer.first_day, last)),
    )
    return {"period": made.pop("period"), "between": between, **made}


def _control_label(offer: Offer, name: str) -> str:
    """What a control is called, to be seen and to be read aloud."""
    labels = {"period": "Period", "between": "Custom dates", "compare": "Compare with", "split": "Split by"}
    return label_text(say(labels[name]) if name in labels else offer.label(name))


def _writer(address: Any, name: str, default: object) -> Callable[[Any], None]:
    """Writes a changed answer to the address, or takes it out when it is the default again."""

    def write(value: Any) -> None:
        if value == default or value is None:
            if name in address:
                del address[name]
            return
        address[name] = "_".join(day.isoformat() for day in value) if isinstance(value, tuple) else str(value)

    return write
