"""The targets that the method's documents set: formula, baseline, today, and what it would take to attribute them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import ibis

from customary.declare import METRICS
from customary.errors import unknown_name
from customary.query.answer import Answer
from customary.query.measure import accounts_behind, define, measure
from customary.query.question import Definition, Question
from customary.query.recipes import recipe_of
from customary.query.selection import Scope
from customary.query.study import study
from customary.shop import Shop

FILE = "kpis"
_MEANING = "The method's targets with formula, baseline and today's value, and what it would take to attribute them."
Z = 1.959964
PACE_HOURS = 72  # “within three days”, in the words of the target itself


@dataclass(frozen=True)
class KpiReading:
    """What a target stands at: of how many, where it stood before, and the interval where there is one."""

    today: float | None = None
    baseline: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    is_attributed: bool = False


@dataclass(frozen=True)
class Kpi:
    """How a target is counted, in words, by whom it is read, and what would be needed to say that analysis did it."""

    name: str
    formula: str
    needed: str
    read: Callable[[Shop], KpiReading]


@dataclass(frozen=True)
class KpiRow:
    """A target as it stands."""

    kpi_name: str
    method_line: str
    kpi_formula: str
    baseline_rate: float | None
    today_rate: float | None
    low_today: float | None
    high_today: float | None
    wanted_rate: float | None
    n: int | None
    verdict: str
    needed: str


def _ratio(part: Any, whole: Any) -> float | None:
    return float(part) / float(whole) if part is not None and whole else None


def _numbers(values: Any) -> list[float]:
    return [float(value) for value in values if value is not None and value == value]


def _integration(shop: Shop) -> KpiReading:
    rows = study(shop, "data_integration").to_pylist()
    total = sum(row["source_row_count"] for row in rows)
    has_first = bool(rows) and all(row["first_rate"] is not None for row in rows)
    before = sum(row["first_rate"] * row["source_row_count"] for row in rows) if has_first else None
    return KpiReading(_ratio(sum(row["linked_count"] for row in rows), total), _ratio(before, total), n=total or None)


def _lists(shop: Shop) -> list[dict[str, Any]]:
    """The delivered lists; none where the shop has no assignments or no orders."""
    has = shop.snapshot.rows["assignments"] and shop.snapshot.rows["orders"]
    return study(shop, "list_results").to_pylist() if has else []


def _goals(shop: Shop) -> list[dict[str, Any]]:
    has = shop.snapshot.rows["assignments"] and shop.snapshot.rows["orders"]
    return study(shop, "goal_actions").to_pylist() if has else []


def _pace(shop: Shop) -> KpiReading:
    hours = _numbers(row["hours_after_data"] for row in _lists(shop))
    return KpiReading(_ratio(sum(each <= PACE_HOURS for each in hours), len(hours)), n=len(hours) or None)


def _plans(shop: Shop) -> KpiReading:
    goals = len(shop.rules["goals"]["goal"])
    served = sum(row["list_count"] > 0 for row in _goals(shop)[:goals])
    return KpiReading(_ratio(served, goals), n=goals)


def _loop(shop: Shop) -> KpiReading:
    lists = _lists(shop)
    return KpiReading(_ratio(sum(row["held_count"] > 0 for row in lists), len(lists)), n=len(lists) or None)


def _profiles(shop: Shop) -> KpiReading:
    rows = study(shop, "tag_quality").to_pylist() if shop.snapshot.rows["orders"] else []
    rows = [row for row in rows if row["accuracy_rate"] is not None and row["base_rate"] is not None]
    n = sum(row["customer_count"] for row in rows)
    today, base = (sum(row[name] * row["customer_count"] for row in rows) for name in ("accuracy_rate", "base_rate"))
    return KpiReading(_ratio(today, n), _ratio(base, n), n=n or None)


def _conversion(shop: Shop) -> KpiReading:
    """Who bought of the contacted and of the held out; the ends allow for chance in both."""
    lists = [row for row in _lists(shop) if row["held_watched_count"] and row["contacted_watched_count"]]
    lists = [row for row in lists if row["held_rate"] is not None and row["contacted_rate"] is not None]
    n, held_n = (sum(row[name] for row in lists) for name in ("contacted_watched_count", "held_watched_count"))
    if not n:
        return KpiReading()
    # The held-out of each list are weighed as its contacted are: lists with few of them count no more than they should.
    rates = [
        sum(row[name] * row["contacted_watched_count"] for row in lists) / n for name in ("contacted_rate", "held_rate")
    ]
    today, held = rates
    half = Z * (today * (1 - today) / n + held * (1 - held) / held_n) ** 0.5
    return KpiReading(today, held, today - half, today + half, n, is_attributed=True)


def _growth(shop: Shop) -> KpiReading:
    """Incremental revenue of lists with a hold-out, as a share of the growth of net revenue over a year (M36)."""
    middle = shop.as_of - timedelta(days=365)
    now, before = (_revenue(shop, middle, shop.as_of), _revenue(shop, middle - timedelta(days=365), middle))
    rows = [row for row in _goals(shop) if row["told_list_count"]]
    grown = float(now) - float(before) if now is not None and before is not None else 0.0
    if grown <= 0 or not rows:
        return KpiReading()
    total = sum(float(row["incremental_revenue"]) for row in rows)
    half = sum((float(row["high_incremental_revenue"]) - float(row["incremental_revenue"])) ** 2 for row in rows) ** 0.5
    n = sum(row["told_list_count"] for row in rows)
    return KpiReading(total / grown, None, (total - half) / grown, (total + half) / grown, n, is_attributed=True)


def _revenue(shop: Shop, start: date, end: date) -> Any:
    if start < shop.snapshot.first_on:
        return None  # a year that is not whole is no year
    return measure(shop, "net_revenue", during=(start, end)).first.get("net_revenue")


def _no_reading(shop: Shop) -> KpiReading:
    return KpiReading()


KPIS: Mapping[str, Kpi] = {
    "integration": Kpi(
        "data integration",
        "records that name a customer ÷ records, today against the first build that is remembered",
        "nothing: it is counted, not caused",
        _integration,
    ),
    "pace": Kpi(
        "analysis within three days",
        "lists delivered within 72 hours of the end of their data ÷ lists delivered",
        "nothing: it is counted, not caused",
        _pace,
    ),
    "plans": Kpi(
        "plans landed",
        "goals for which a list was delivered ÷ goals",
        "a list delivered for each goal",
        _plans,
    ),
    "loop": Kpi(
        "closed loop",
        "delivered lists with a hold-out ÷ delivered lists",
        "a hold-out drawn by lot for every list",
        _loop,
    ),
    "profiles": Kpi(
        "profile accuracy",
        "tags that came true ÷ tags judged; the baseline calls everybody by the commonest label",
        "the accuracy before the work began: no document says it",
        _profiles,
    ),
    "conversion": Kpi(
        "marketing conversion",
        "contacted customers who bought ÷ contacted; the baseline is who was held out by lot",
        "a hold-out in every list, large enough for its interval",
        _conversion,
    ),
    "chain": Kpi(
        "full-chain analysis",
        "no formula: it names no number",
        "the shop says which number it means",
        _no_reading,
    ),
    "satisfaction": Kpi(
        "part of analysis in satisfaction",
        "rise of satisfaction due to lists with a hold-out ÷ rise of satisfaction",
        "the same survey to a random half who get the action and to those who do not",
        _no_reading,
    ),
    "growth": Kpi(
        "support of growth",
        "incremental revenue of lists with a hold-out ÷ growth of net revenue over a year",
        "a hold-out in every list, and two whole years of orders",
        _growth,
    ),
}


def _wanted_rate(told: Mapping[str, Any], reading: KpiReading) -> float | None:
    if "value" in told:
        return float(told["value"])
    return None if reading.baseline is None else reading.baseline * (1 + float(told["change"]))


JUDGED = ("reached", "not reached", "not clear")  # verdicts of a KPI whose value is known


def _verdict(wanted: float | None, reading: KpiReading, is_caused: bool) -> str:
    """What may be said: what an action is to have caused is only reached where lots decided who got it."""
    if is_caused and not reading.is_attributed:
        return "not attributable"
    if reading.today is None or wanted is None:
        return "unknown"
    low, high = (reading.today if end is None else end for end in (reading.low, reading.high))
    return "reached" if low >= wanted else "not reached" if high < wanted else "not clear"


CAUSED = ("conversion", "satisfaction", "growth")


def _rows(shop: Shop) -> Iterator[KpiRow]:
    for told in shop.rules[FILE]["kpis"]:
        key = str(told["key"])
        if key not in KPIS:
            raise unknown_name(key, KPIS, "KPI")
        target, reading = KPIS[key], KPIS[key].read(shop)
        wanted = _wanted_rate(told, reading)
        ends = (reading.low, reading.high)
        said = _verdict(wanted, reading, key in CAUSED)
        place = (target.name, str(told["line"]), target.formula, reading.baseline, reading.today)
        yield KpiRow(*place, *ends, wanted, reading.n, said, target.needed)


SCHEMA = {
    **dict.fromkeys(("kpi_name", "method_line", "kpi_formula"), "string"),
    **dict.fromkeys(("baseline_rate", "today_rate", "low_today", "high_today", "wanted_rate"), "float64"),
    **{"n": "int64", "verdict": "string", "needed": "string"},
}


def kpis(shop: Shop) -> Answer:
    """Every KPI of kpis.toml with its formula, baseline, today's value and what it would take to attribute it."""
    metrics = [METRICS["net_revenue"]]
    question = Question.to(shop, ("kpis",), is_study=True)
    return Answer(
        shop,
        question,
        recipe_of(None, lambda _: ibis.memtable([asdict(row) for row in _rows(shop)], schema=ibis.schema(SCHEMA))),
        accounts=lambda: accounts_behind(shop, metrics, Scope()),
        definitions=(
            Definition("kpis", "study", _MEANING, "方法文件的指标", "B-004…B-012"),
            *map(define, metrics),
        ),
    )
