"""Equations between chapters: what two of them say of the same is the same, or nothing is published.

On the shop of worked_examples.py: Ann spent 85 and brought back 30, Ben 27 and 10, Cai 80 and 5, so 192 − 45 = 147 is
the net spend of all tiers and the net revenue of customers. Each equation is broken on purpose by one unit.
"""

from dataclasses import replace
from datetime import date
from functools import wraps

import ibis
import pytest
from conftest import built_from_rows
from given import sold, value
from typed import say

import customary as c
from customary.declare import STUDIES
from customary.errors import Refused
from customary.places import shop_path
from customary.publish import snapshots
from customary.publish.statements import Statements
from customary.query.checks import compile_once
from customary.query.equations.entries import EQUATIONS
from customary.query.equations.proof import Imbalance, Unbalanced, check, differences_text, proof_of, prove
from customary.shop import Shop, current_snapshot

NAMED = {one.name: one for one in EQUATIONS}
# Equation → the study on one of its sides, the column in which it says one too many, and what is then said.
BROKEN = {
    "headline figures": (
        "revenue_bridge",
        "amount",
        "in the bridge from the files 148, the headline figure 147",
    ),
    "value tiers": ("tiers", "year_net_spend", "net revenue of customers 147"),
    "groups of customers": ("stages", "customer_count", "lifecycle stages – customers in all groups"),
    "flow of buyers": ("lifecycle_flow", "new_count", "2025-01-01 – buyers by the flow of the month 3, buyers in the"),
    "cohort triangle": ("retention", "kept_count", "2025-01-01 – buyers of all months in the triangle"),
    "first step of the funnel": ("funnel", "immature_count", "view_item – people in step 1, mature or not"),
    "visits": ("visit_mix", "session_count", "visits by source – visits in the chapter"),
    "lists": ("services", "customer_count", "people counted for it"),
}


def compose_anew(name, _about, compose):
    """The SQL of a side, remembered from nowhere."""
    return compile_once(name, compose)


def falsified(name, column):
    """A study that says one more in a column of each of its rows."""
    found = STUDIES[name]

    @wraps(found.question)
    def question(*tables, **options):
        t = found.question(*tables, **options)
        return t.mutate(**{column: t[column] + 1})

    return replace(found, question=question)


@pytest.mark.parametrize("name", NAMED)
def test_an_equation_holds_in_the_worked_shop(worked_shop, name):
    """Both sides say something, and the same."""
    proof = proof_of(worked_shop, NAMED[name], compose_anew)
    assert proof.differences == () and proof.here == pytest.approx(proof.there) and proof.here > 0


def test_the_tiers_of_the_worked_shop_hold_147(worked_shop):
    """(45 + 10 + 30) − 30 + 27 − 10 + 80 − 5."""
    proof = proof_of(worked_shop, NAMED["value tiers"], compose_anew)
    assert (proof.here, proof.there) == (147, 147)


@pytest.mark.parametrize("name", NAMED)
def test_an_equation_that_is_broken_is_named(worked_shop, monkeypatch, name):
    """A study says one too many: the refusal has the equation's name, both numbers, the difference and the place."""
    study, column, said = BROKEN[name]
    monkeypatch.setitem(STUDIES, study, falsified(study, column))
    with pytest.raises(Unbalanced) as refusal:
        prove(worked_shop, compose_anew, [NAMED[name]])
    text = str(refusal.value)
    assert f"“{name}”" in text and said in text and "difference" in text and "nothing was published" in text


@pytest.mark.parametrize("name", NAMED)
def test_the_amount_of_a_difference_is_what_was_added(worked_shop, monkeypatch, name):
    """One in each falsified row of a place, no more and no less."""
    study, column, _said = BROKEN[name]
    monkeypatch.setitem(STUDIES, study, falsified(study, column))
    proof = proof_of(worked_shop, NAMED[name], compose_anew)
    assert proof.differences and all((one.here - one.there) % 1 == 0 for one in proof.differences)
    assert sum(one.here - one.there for one in proof.differences) == pytest.approx(proof.here - proof.there)


def test_more_places_than_are_said_are_counted():
    """Of five months that differ three are said with both numbers, and that there are two more."""
    many = tuple(Imbalance(f"2025-0{n}-01", float(n), 0.0) for n in range(1, 6))
    said = differences_text(NAMED["flow of buyers"], many)
    assert "2025-03-01" in said and "2025-04-01" not in said and said.endswith("2 more")


def test_what_rounds_is_equal_and_what_is_unknown_is_not_zero(worked_shop):
    """A binary fraction is no difference, half a unit is one, and unknown against 0 is one as well."""
    equation = NAMED["value tiers"]
    sides = {"near": "147.0000000001", "far": "147.5", "unknown": "null"}
    found = {
        name: proof_of(worked_shop, equation, lambda side, _about, _compose, amount=amount: _one(side, amount))
        for name, amount in sides.items()
    }
    assert found["near"].differences == ()
    assert [one.here for one in found["far"].differences] == [147.5]
    assert [(one.here, one.there) for one in found["unknown"].differences] == [(None, 147)]


def _one(side, amount):
    """The SQL of a side of one place: 147 on the other side, the given amount here."""
    return f"select 'a place', ({amount if side.endswith(' here') else 147})::double"


OTHER_FACTS = {"as_of": "2026-06-05", "first_on": "2023-02-03", "time_zone": "Europe/Berlin"}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("fact", OTHER_FACTS)
def test_what_is_not_said_to_steer_an_equation_does_not(worked_shop, name, fact):
    """A shop of another day, beginning or clock is asked the same SQL, or the equation names that fact."""
    facts = {**worked_shop.snapshot.facts, fact: OTHER_FACTS[fact]}
    first_on = date.fromisoformat(facts["first_on"])
    other = Shop(worked_shop.name, replace(worked_shop.snapshot, facts=facts, first_on=first_on))
    equation = NAMED[name]
    for side in (equation.here_side, equation.there_side):
        texts = {compile_once(name, lambda shop=shop, side=side: side(shop)) for shop in (worked_shop, other)}
        assert len(texts) == 1 or fact in equation.steered_by


def test_only_the_latest_day_of_an_equation_is_remembered():
    """The SQL of yesterday is not asked today, and does not heap up."""
    known, asked = Statements(), []

    def compose(day):
        asked.append(day)
        return ibis.literal(day).as_table()

    texts = [
        known.sql_for("equation", day, lambda day=day: compose(day)) for day in ("1 May", "1 May", "2 May", "1 May")
    ]
    assert asked == ["1 May", "2 May", "1 May"] and texts[0] == texts[1] == texts[3] != texts[2]


ORDERS = [sold("o1", "ann", "2025-01-01 10:00", 10), sold("o2", "ben", "2025-01-02 10:00", 20)]
SETTINGS = {"title": "Even", "source": "template", "currency": "EUR", "time_zone": "UTC", "week_start": "monday"}


@pytest.fixture(scope="module")
def even(shops):
    """A published shop of two orders, without visits."""
    return built_from_rows("even", SETTINGS, {"orders": ORDERS})


def test_a_build_with_a_broken_equation_publishes_nothing(even, monkeypatch):
    """The former snapshot stays, nothing half-made is left, and readers go on reading."""
    before = current_snapshot(shop_path("even"))
    monkeypatch.setattr(snapshots, "key_of", lambda *facts: lambda: None)  # its statements are composed anew
    monkeypatch.setitem(STUDIES, "tiers", falsified("tiers", "year_net_spend"))
    with pytest.raises(Refused, match="“value tiers” does not hold: last 365 days – net spend of all value tiers"):
        built_from_rows("even", SETTINGS, {"orders": ORDERS})
    assert current_snapshot(shop_path("even")) == before and value(c.open_shop("even"), c.net_revenue) == 30
    assert not list((shop_path("even") / "snapshots").glob(".build-*"))


@pytest.mark.usefixtures("even")
def test_inspect_lists_what_a_build_proved():
    """Each equation with both sides; those about visits say nothing in a shop without any."""
    proved = {one["name"]: one for one in current_snapshot(shop_path("even")).facts["equations"]}
    assert {"value tiers", "flow of buyers", "lists"} <= set(proved) <= set(NAMED)
    said = say("inspect", "even").stdout
    assert all(name in said for name in proved) and "equations between chapters hold" in said
    assert proved["value tiers"]["here"] == proved["value tiers"]["there"] == 30


def test_an_equation_that_holds_is_the_proof_itself(worked_shop):
    """What is checked comes back as it was."""
    proof = proof_of(worked_shop, NAMED["visits"], compose_anew)
    assert check(NAMED["visits"], proof) is proof
