"""Histories, spends and their likelihoods on one to four customers, computed in the head."""

import numpy as np
import pytest

from customary.models import histories
from customary.models.gammagamma import GAMMAGAMMA, _GammaGammaLikelihood
from customary.models.histories import Histories, Spends


@pytest.mark.parametrize(
    ("values", "repeats", "spend", "density"),
    [
        ((1, 2, 1), 1, 1, 2 / 8),  # Γ(3)/(Γ(1)·Γ(2)) = 2, over (1 + 1)³
        ((1, 2, 1), 2, 1, 24 / 81),  # Γ(4)/(Γ(2)·Γ(2)) = 6, times 2² over (1 + 2)⁴
        ((2, 2, 1), 1, 3, 18 / 256),  # 6 · 3 over (1 + 3)⁴
        ((1, 2, 3), 1, 1, 18 / 64),  # 2 · 3² over (3 + 1)³
    ],
)
def test_a_spend_is_as_likely_as_its_density(values, repeats, spend, density):
    """Γ(px+q)/(Γ(px)·Γ(q)) · gamma^q · m^(px-1) · x^(px) / (gamma+x·m)^(px+q), and of two such customers its square."""
    one = GAMMAGAMMA.log_likelihood(values, Spends.of([repeats], [spend]))
    two = GAMMAGAMMA.log_likelihood(values, Spends.of([repeats] * 2, [spend] * 2))
    assert (one, two) == (pytest.approx(np.log(density)), pytest.approx(2 * np.log(density)))


def test_slopes_of_spends_are_those_of_their_likelihood():
    """The analytic gradient is what differences of the likelihood come to, with variance inside a group too."""
    total = _GammaGammaLikelihood(Spends([1, 2, 5], [0.5, 1.0, 2.0], [0.1, 0.0, 0.3], [3, 1, 2]))
    theta, steps = np.array([0.3, 0.9, -0.4]), 1e-5 * np.eye(3)
    differences = [(total(theta + step)[0] - total(theta - step)[0]) / 2e-5 for step in steps]
    assert total(theta)[1] == pytest.approx(differences, rel=1e-6, abs=1e-6)


FOUR = Histories([1, 1, 2, 0], [3.2, 3.6, 3.2, 0], [20.2, 20.6, 20.2, 24], [1, 3, 1, 1])


def test_neighbours_become_one_at_their_mean(monkeypatch):
    """An age of 24 has steps of 1: one at 3.2 of 20.2 and three at 3.6 of 20.6 are four at 3.5 of 20.5.

    Who bought twice is no neighbour of who bought once.
    """
    monkeypatch.setattr(histories, "FEW", 4)
    found = FOUR.coarse()
    rows = zip(found.repeats, found.last_age.round(6), found.age.round(6), found.count, strict=True)
    assert sorted(rows) == [(0, 0, 24, 1), (1, 3.5, 20.5, 4), (2, 3.2, 20.2, 1)]


def test_few_rows_stay_as_they_are(monkeypatch):
    """Four rows are fewer than five."""
    monkeypatch.setattr(histories, "FEW", 5)
    assert FOUR.coarse() is FOUR


def test_two_customers_can_be_learned_from():
    """One cannot, nobody cannot; of spend alike."""
    assert Histories([1, 0], [3, 0], [9, 9]).doubt == "" == Spends.of([1, 1], [5, 6]).doubt
    assert Histories([1], [3], [9]).doubt == "there is only one customer"
    assert Histories([], [], []).doubt == "there is no customer to learn from"
    assert Spends.of([1], [5]).doubt == "only one customer bought a second time"
    assert Spends.of([], []).doubt == "nobody bought a second time"


@pytest.mark.parametrize(
    ("last", "age", "doubt"),
    [
        ((0, 0), (0, 0), "nobody was observed beyond the first purchase (every age is 0)"),
        ((0, 0), (0, 9), "nobody bought a second time"),
        ((9, 8), (9, 8), "every last purchase falls on the last day observed, so nobody can be seen to have left"),
        ((9, 8), (9, 9), ""),
    ],
)
def test_why_nothing_can_be_learned(last, age, doubt):
    """Two customers: never watched, never again, seen to the end; one day after the last purchase suffices."""
    assert Histories([int(day > 0) for day in last], last, age).doubt == doubt
