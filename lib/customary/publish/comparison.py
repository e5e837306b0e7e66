"""What differs between two snapshots of a shop: rows, records that were set aside, figures of the time both know."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from customary.dates import Window
from customary.declare import METRICS
from customary.errors import Refused, unknown_name
from customary.fingerprints import verify_file
from customary.intake import report_words
from customary.language import format_month
from customary.places import shop_path
from customary.query.measure import measure
from customary.shop import Shop, Snapshot, fitting, kept_snapshots
from customary.wording import say, word

FIGURES = ("net_revenue", "order_count", "buyer_count", "returned_revenue")


@dataclass(frozen=True)
class Difference:
    """One thing that is another in the newer snapshot: what, and both values; None where a snapshot has none."""

    what: str
    old: float | None
    new: float | None
    unit: str = "count"

    @property
    def change(self) -> float:
        """New less old, a missing one counted as nothing."""
        return (self.new or 0) - (self.old or 0)


@dataclass(frozen=True)
class Comparison:
    """Two snapshots and what differs between them, up to the older one's as-of date where figures are meant."""

    old: Snapshot
    new: Snapshot
    rows: Sequence[Difference]
    records: Sequence[Difference]
    figures: Sequence[Difference]


def compare(name: str, old: str = "", new: str = "") -> Comparison:
    """Two kept snapshots of a shop, by their names: by default the current one and the one before it.

    Raises `UnknownName` for a snapshot that is not kept, `Refused` where there is only one.
    """
    kept = {one.version: one for one in kept_snapshots(shop_path(name))}
    if len(kept) < 2:
        raise Refused("shop “{name}” has one snapshot only: build it again when its files have changed", name=name)
    newer = _pick(kept, new, 0)
    older = _pick(kept, old, list(kept).index(newer.version) + 1)
    shops = [Shop(name, verify_file(fitting(one))) for one in (older, newer)]
    return Comparison(
        older,
        newer,
        list(_differences(_by_table(older.rows), _by_table(newer.rows))),
        list(_differences(_records(shops[0]), _records(shops[1]))),
        list(_figures(shops[0], shops[1])),
    )


def _pick(kept: Mapping[str, Snapshot], name: str, place: int) -> Snapshot:
    if name and name not in kept:
        raise unknown_name(name, kept, "snapshot")
    if not name and place >= len(kept):
        raise Refused("there is no older snapshot to compare with")
    return kept[name or list(kept)[place]]


def _by_table(rows: Mapping[str, float]) -> dict[str, float]:
    """The rows of each frame, by what the reader calls it."""
    return {report_words.table_text(name): count for name, count in rows.items()}


def _differences(old: Mapping[str, float], new: Mapping[str, float], unit: str = "count") -> Iterator[Difference]:
    for what in dict.fromkeys((*old, *new)):
        if old.get(what) != new.get(what):
            yield Difference(what, old.get(what), new.get(what), unit)


def _records(shop: Shop) -> dict[str, float]:
    """Outcome and reason → records, over all files."""
    ledger = shop.frame("ledger")
    found = shop.fetch(ledger.group_by("outcome", "reason").agg(record_count=ledger.record_count.sum()))
    return {_record_text(row["outcome"], row["reason"]): row["record_count"] for row in found.to_pylist()}


def _record_text(outcome: str, reason: str) -> str:
    """What became of a record and as what, or why."""
    return say("{outcome} {reason}", outcome=word(outcome), reason=report_words.reason_in_words(reason))


def _figures(old: Shop, new: Shop) -> Iterator[Difference]:
    """Each headline figure in all, then by month, of the time that both snapshots know."""
    until = min(old.as_of, new.as_of)
    first = min(old.snapshot.first_on, new.snapshot.first_on)
    if first >= until:
        return
    window = (first, until)
    for metric in FIGURES:
        unit = METRICS[metric].unit.name
        for every in (None, "month"):
            yield from _differences(_by(old, metric, window, every), _by(new, metric, window, every), unit)


def _by(shop: Shop, metric: str, window: Window, every: str | None = None) -> dict[str, float]:
    """Label → value of a metric, months by name; without unknown ones."""
    found = measure(shop, metric, every=every, during=window).to_pyarrow().to_pylist()
    last, title = (window[1] - timedelta(days=1)).isoformat(), word(metric.replace("_", " "))
    whole = say("{figure} until {day}", figure=title, day=last)
    return {
        say("{figure} {month}", figure=title, month=format_month(row[every])) if every else whole: float(row[metric])
        for row in found
        if row[metric] is not None
    }
