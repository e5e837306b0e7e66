"""The method's KPIs: what each is counted from, and that none is said to be reached by what nobody can attribute.

Judges query/kpis and its file kpis.toml.
"""

from datetime import date, timedelta

import pytest
from given import sold
from test_action import on_list

from customary.query import kpis as room
from customary.query import method
from customary.query.kpis import KPIS, KpiReading, kpis

LINES = [f"B-{number:03}" for number in range(4, 13)]


@pytest.fixture(scope="module")
def recalled(tiny_shop):
    """Of forty contacted twenty ordered, of sixty held out six; a second list held nobody out."""
    rows = [on_list(f"t{n}", "contacted", data_until="2025-01-09") for n in range(40)]
    rows += [on_list(f"h{n}", "hold-out", data_until="2025-01-09") for n in range(60)]
    rows += [on_list("late", "contacted", "2025-01-20", experiment="none held", data_until="2025-01-10")]
    buyers = [f"t{n}" for n in range(20)] + [f"h{n}" for n in range(6)]
    orders = [sold(f"o {who}", who, "2025-01-20 10:00", 10) for who in buyers]
    return tiny_shop(assignments=rows, orders=orders, as_of="2025-04-01")


def by_line(shop):
    """Line of the method → its row."""
    return {row["method_line"]: row for row in kpis(shop).to_pylist()}


def test_every_target_of_the_method_has_a_formula_and_what_it_needs(recalled):
    """B-004 to B-012, each with the words of both; those lines stand in the checklist."""
    rows = by_line(recalled)
    assert list(rows) == LINES and {line.id for line in method.lines()} >= set(LINES)
    assert all(row["kpi_formula"] and row["needed"] and row["verdict"] for row in rows.values())


def test_conversion_is_held_against_who_was_held_out(recalled):
    """20 of 40 against 6 of 60: 50 %, a baseline of 10 %, 13.5 % wanted; the interval is above it."""
    row = by_line(recalled)["B-009"]
    assert (row["today_rate"], row["baseline_rate"], row["n"]) == (0.5, pytest.approx(0.1), 40)
    assert row["wanted_rate"] == pytest.approx(0.135) and row["low_today"] > 0.135 and row["verdict"] == "reached"


def test_a_loop_is_closed_by_a_hold_out(recalled):
    """One of two lists held somebody out; one of two arrived within three days of its data."""
    rows = by_line(recalled)
    assert (rows["B-007"]["today_rate"], rows["B-007"]["verdict"]) == (0.5, "not reached")
    assert (rows["B-005"]["today_rate"], rows["B-005"]["n"]) == (0.5, 2)


def test_what_nobody_measured_is_unknown_and_not_nothing(recalled):
    """Two whole years of orders are not there, and no survey went to a random half: neither is 0 %."""
    rows = by_line(recalled)
    for line in ("B-011", "B-012"):
        assert (rows[line]["today_rate"], rows[line]["verdict"]) == (None, "not attributable")
    assert (rows["B-010"]["today_rate"], rows["B-010"]["verdict"]) == (None, "unknown")


def test_a_shop_without_lists_claims_nothing(tiny_shop):
    """No list was delivered: no rate of lists is told, and no goal was served."""
    rows = by_line(tiny_shop(orders=[sold("o", "a", "2025-01-05", 10)], as_of="2025-04-01"))
    assert [rows[line]["today_rate"] for line in ("B-005", "B-007", "B-009")] == [None, None, None]
    assert (rows["B-006"]["today_rate"], rows["B-006"]["n"]) == (0, 5)


@pytest.mark.parametrize(
    ("reading", "is_caused", "said"),
    [
        (KpiReading(0.5), False, "reached"),
        (KpiReading(0.49), False, "not reached"),
        (KpiReading(0.6), True, "not attributable"),
        (KpiReading(0.6, low=0.5, high=0.7, is_attributed=True), True, "reached"),
        (KpiReading(0.6, low=0.4, high=0.8, is_attributed=True), True, "not clear"),
        (KpiReading(0.4, low=0.3, high=0.5, is_attributed=True), True, "not clear"),
        (KpiReading(0.4, low=0.3, high=0.49, is_attributed=True), True, "not reached"),
        (KpiReading(), False, "unknown"),
    ],
)
def test_a_verdict_never_claims_more_than_its_interval(reading, is_caused, said):
    """Wanted is 0.5: reached by the whole interval, missed by the whole interval, or not clear."""
    assert room._verdict(0.5, reading, is_caused) == said


def test_support_of_growth_is_the_lists_part_of_what_was_gained(monkeypatch):
    """Revenue grew from 1,000 to 1,500; lists brought 100 ± 30 of it: 20 %, from 14 to 26; without growth nothing."""
    goal = {"told_list_count": 1, "incremental_revenue": 100, "high_incremental_revenue": 130}
    years = {0: 1500, 365: 1000}
    monkeypatch.setattr(room, "_goals", lambda shop: [goal, {"told_list_count": 0, "incremental_revenue": None}])
    monkeypatch.setattr(room, "_revenue", lambda shop, start, end: years[(date(2026, 1, 1) - end).days])
    shop = type("Told", (), {"as_of": date(2026, 1, 1)})
    found = KPIS["growth"].read(shop)
    assert (found.today, found.low, found.high) == pytest.approx((0.2, 0.14, 0.26)) and found.is_attributed
    years[0] = 900
    assert KPIS["growth"].read(shop) == KpiReading()


def test_half_a_year_is_no_year(recalled):
    """Before the shop's first day nothing is known, whatever a query would add up."""
    first = recalled.snapshot.first_on
    assert room._revenue(recalled, first - timedelta(days=1), recalled.as_of) is None
    assert float(room._revenue(recalled, first, recalled.as_of)) == 260
