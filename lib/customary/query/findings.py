"""What changed and why: the few findings worth a sentence, and none whose interval crosses nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from typing import Any

from customary.dates import Window, months_later
from customary.errors import Refused
from customary.query.answer import Answer
from customary.query.study import study
from customary.shop import Shop

MOST = 3
TOTAL = "net_revenue"
SUBJECTS = {"order_count": "orders", "ordered_revenue": "orders", "session_count": "visits"}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class SureFinding:
    """One thing that surely changed: the row it is said of, the answer that the row is from, and its window.

    `about` is the metric: of a driver with `contribution` and its interval, or of a surprise with what was `expected`.
    """

    about: str
    row: Row
    answer: Answer
    during: Window
    against: Window | None = None

    @property
    def is_surprise(self) -> bool:
        """Whether season and growth did not let expect it; otherwise it is a driver of the change of net revenue."""
        return "expected" in self.row


def sure_drivers(rows: Iterable[Row]) -> list[Row]:
    """The drivers whose interval lies wholly on one side of nothing: net revenue itself first, then the largest."""
    sure = [row for row in rows if row["low_contribution"] is not None and not _crosses_nothing(row)]
    return sorted(sure, key=lambda row: (row["driver"] != TOTAL, -abs(row["contribution"])))


def _crosses_nothing(row: Row) -> bool:
    return bool(row["low_contribution"] <= 0 <= row["high_contribution"])


def surprises_apart(rows: Iterable[Row]) -> list[Row]:
    """The surprises, the most surprising first; of one subject only that: orders and their sales tell one story."""
    found = sorted((row for row in rows if row["is_surprise"]), key=_surprise, reverse=True)
    return list({SUBJECTS[row["measure"]]: row for row in reversed(found)}.values())[::-1]


def _surprise(row: Row) -> float:
    """How many half widths of its interval a value lies from what was expected, on the logarithm."""
    if not row["value"]:
        return float("inf")
    return abs(log(row["value"] / row["expected"])) / log(row["high_expected"] / row["expected"])


def choose(drivers: Iterable[Row], surprises: Iterable[Row], most: int = MOST) -> list[Row]:
    """The total and the driver that explains most of it, then the greatest surprise, then what else is sure."""
    sure, apart = sure_drivers(drivers), surprises_apart(surprises)
    return [*sure[:2], *apart[:1], *sure[2:], *apart[1:]][:most]


def what_changed(shop: Shop, during: Window, against: Window | None) -> tuple[SureFinding, ...]:
    """At most three findings of a window against another, and of the last whole month and week; perhaps none.

    What a shop's tables do not allow is asked and left out: without amounts there are no drivers, without a year and a
    half there is no season.
    """
    found = []
    if against and (drivers := _ask(shop, "driver_certainty", during=during, against=against)):
        found = [SureFinding(row["driver"], row, drivers, during, against) for row in drivers.to_pylist()]
    for every in ("month", "week"):
        if answer := _ask(shop, "surprises", every=every):
            rows = answer.to_pylist()
            found += [SureFinding(row["measure"], row, answer, _whole(row["start_on"], every)) for row in rows]
    origin = {id(each.row): each for each in found}
    told = [each.row for each in found]
    chosen = choose([row for row in told if "driver" in row], [row for row in told if "measure" in row])
    return tuple(origin[id(row)] for row in chosen)


def _ask(shop: Shop, name: str, **options: Any) -> Answer | None:
    """The answer of a study; nothing where this shop cannot answer it."""
    try:
        answer = study(shop, name, **options)
        return None if answer.is_withheld or not answer.rows_total else answer
    except Refused:
        return None


def _whole(start: date, every: str) -> Window:
    return start, months_later(start, 1) if every == "month" else start + timedelta(days=7)
