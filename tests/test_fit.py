"""From a shop's orders to purchase histories, fits and scores, and the command that tells them."""

import json
from datetime import date, timedelta

import ibis
import numpy as np
import pytest
from given import sold
from simulated import in_days, simulated
from typer.testing import CliRunner

from customary import fit
from customary.cli import app
from customary.errors import Refused, UnknownName
from customary.models import btyd
from customary.models.gammagamma import GAMMAGAMMA
from customary.studies.lifetime_value import fitting
from customary.studies.lifetime_value.fitting import histories_of, left_truncated
from customary.studies.lifetime_value.scoring import scores
from customary.studies.shared.histories import spends

ORDERS = [
    sold("1", "anna", "2025-01-01 09:00:00", 40),
    sold("2", "anna", "2025-01-11 09:00:00", 10),
    sold("3", "anna", "2025-01-11 20:00:00", 20),  # the same day: one purchase of 30
    sold("4", "anna", "2025-02-10 09:00:00", 50),
    sold("5", "bert", "2025-01-21 09:00:00", 99),
    {**sold("6", "bert", "2025-01-25 09:00:00", 99), "paid_at": None},  # does not count
    sold("7", "cleo", "2025-03-01 00:30:00", 15),
    sold("8", "dora", "2025-01-05 09:00:00", 20, channel="app"),
    sold("9", "dora", "2025-01-06 09:00:00", 0),  # nothing paid is a purchase all the same
]
PEOPLE = [
    {"customer_id": "anna", "registered_at": "2024-06-01 00:00:00"},
    {"customer_id": "bert", "registered_at": "2025-01-20 00:00:00"},
    {"customer_id": "cleo"},
    {"customer_id": "dora", "registered_at": "2025-01-01 00:00:00"},
]


@pytest.fixture(scope="module")
def shop(tiny_shop):
    """Four customers until the first of March."""
    return tiny_shop(orders=ORDERS, customers=PEOPLE, as_of="2025-03-02")


def _visits(number, repeats, last_age, age):
    """Orders of one customer with this history, the days between the first and the last evenly spread."""
    begun = date(2025, 6, 1) - timedelta(days=1 + int(age))
    days = {0, *np.linspace(0, last_age, repeats + 1).astype(int).tolist()}
    return [
        sold(f"{number}-{day}", f"c{number:04}", f"{begun + timedelta(days=day)} 10:00:00", 5 + (number + day) % 30)
        for day in sorted(days)
    ]


@pytest.fixture(scope="module")
def rhythm(tiny_shop):
    """Eight hundred customers who buy and leave as BG/NBD says."""
    rng = np.random.default_rng(3)
    lives = in_days(simulated("bgnbd", 39 - rng.uniform(0, 12, 800), rng))
    orders = [order for n, life in enumerate(zip(*lives.values(), strict=True)) for order in _visits(n, *life)]
    return tiny_shop(orders=orders, as_of="2025-06-01", name="rhythm")


def histories(shop, **asked):
    """x, t_x, T and mean spend by customer."""
    rows = shop.fetch(histories_of(shop, **asked)).to_pylist()
    return {
        row["customer_id"]: (row["repeats"], row["last_age_days"], row["age_days"], row["mean_spend"]) for row in rows
    }


def say(*words, code=0):
    """Type a command; its output, after its exit code was checked and no traceback seen."""
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "100"})
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done


# --- histories --------------------------------------------------------------------------------------


def test_a_history_counts_days_after_the_first_until_the_last_day_observed(shop):
    """Orders of a day are one purchase, unpaid ones none; the last day observed is inside, and T runs up to it."""
    assert histories(shop) == {
        "anna": (2, 40, 59, 40.0),  # (30 + 50) / 2: the first order is no repeat
        "bert": (0, 0, 39, None),
        "cleo": (0, 0, 0, None),
        "dora": (1, 1, 55, 0.0),
    }


def test_until_cuts_what_came_later(shop):
    """On the tenth of February anna's last purchase is in, the day before it is not; who came later is not there."""
    assert histories(shop, until="2025-02-10")["anna"] == (2, 40, 40, 40.0)
    assert histories(shop, until="2025-02-09")["anna"] == (1, 10, 39, 30.0)
    assert "cleo" not in histories(shop, until="2025-02-28")


def test_a_selection_speaks_of_its_orders(shop):
    """Only what was bought in the app."""
    assert histories(shop, where={"channel": "app"}) == {"dora": (0, 0, 55, None)}


def test_who_was_registered_before_the_log_began_is_marked(shop):
    """The first purchase seen of anna may not be her first; cleo's date is unknown, dora came on the first day."""
    rows = shop.fetch(histories_of(shop)).to_pylist()
    assert {row["customer_id"] for row in rows if row["is_left_truncated"]} == {"anna"}
    assert left_truncated(shop) == 1 and left_truncated(shop, where={"channel": "app"}) == 0


@pytest.mark.parametrize("until", ["2025-03-02", "2030-01-01", "2024-12-31", "soon"])
def test_a_day_that_was_not_observed_is_refused(shop, until):
    """The as-of date itself is not in the data, nor is what lies before the first order."""
    with pytest.raises(Refused, match=r"observed|nothing was sold|is not a day"):
        fit(shop, "bgnbd", until=until)


# --- fits and scores --------------------------------------------------------------------------------


def test_every_model_of_the_library_can_be_asked_for():
    """The names that `fit` takes are those of the models."""
    assert set(fitting.MODELS) == {*btyd.MODELS, GAMMAGAMMA.name}


def test_a_fit_knows_its_model_and_unit(rhythm):
    """An unknown model or unit names the nearest."""
    with pytest.raises(UnknownName, match="paretonbd"):
        fit(rhythm, "paretonb")
    with pytest.raises(UnknownName, match="week"):
        fit(rhythm, "bgnbd", unit="weak")
    week, day = fit(rhythm, "bgnbd"), fit(rhythm, "bgnbd", unit="day")
    assert week.identified and week.customers == 800
    assert day.parameters["alpha"] == pytest.approx(7 * week.parameters["alpha"], rel=1e-6)


def test_zero_value_days_count_as_purchases_but_say_nothing_of_spend(shop):
    """Dora bought again for nothing: she is in the models of buying, and not in the one of spending."""
    assert fit(shop, "bgnbd").customers == 4
    assert fit(shop, "gammagamma").customers == 1 and "only one customer" in fit(shop, "gammagamma").why


def test_only_a_positive_mean_has_a_logarithm(shop):
    """Mean spends of 0 and below, and one-time buyers, are not among the spends; the others keep mean and variance."""
    rows = [(1, -5.0), (2, 0.0), (0, None), (1, 20.0), (1, 19.9), (3, 20.0)]
    given = ibis.memtable(
        [{"repeats": x, "mean_spend": m} for x, m in rows], schema={"repeats": "int", "mean_spend": "float"}
    )
    single, other = shop.fetch(spends(given)).to_pylist()
    assert (single["repeats"], single["customer_count"]) == (1, 2)
    assert single["mean_log"] == pytest.approx(np.log([20.0, 19.9]).mean())
    assert single["variance_log"] == pytest.approx(np.log([20.0, 19.9]).var(), rel=1e-6)
    assert (other["repeats"], other["customer_count"], other["variance_log"]) == (3, 1, 0.0)


def test_scores_are_joined_to_every_customer(rhythm):
    """One row per customer, equal histories with equal scores, probabilities within [0, 1]."""
    rows = rhythm.fetch(scores(rhythm, "bgnbd", horizon_days=91)).to_pylist()
    assert len(rows) == len({row["customer_id"] for row in rows}) == 800
    by_history = {}
    for row in rows:
        told = (row["alive_rate"], row["buys_again_rate"], row["expected_purchases"])
        assert 0 <= told[1] <= told[0] <= 1 and told[1] <= told[2]
        key = (row["repeats"], row["last_age_days"], row["age_days"])
        assert by_history.setdefault(key, told) == told


def test_scores_without_parameters_are_empty(tiny_shop):
    """Where nobody bought twice there is nothing to tell, and nothing breaks."""
    shop = tiny_shop(orders=[sold("1", "a", "2025-01-01 09:00:00", 5), sold("2", "b", "2025-01-03 09:00:00", 5)])
    assert "second time" in fit(shop, "mbgnbd").why
    rows = shop.fetch(scores(shop, "mbgnbd")).to_pylist()
    assert [row["alive_rate"] for row in rows] == [None, None]


# --- the command ------------------------------------------------------------------------------------


def test_the_command_tells_parameters_errors_and_whether_they_are_identified(rhythm):
    """One JSON document: letters, errors, likelihood, customers, and why where it is not sound."""
    told = json.loads(say("fit", rhythm.name, "bgnbd", "--until", "2025-04-30", "--format", "json").stdout)
    found = fit(rhythm, "bgnbd", until="2025-04-30")
    assert list(told) == [
        *("shop", "as_of", "snapshot", "model", "unit", "until", "parameters", "standard_errors"),
        *("log_likelihood", "customers", "identified", "why", "left_truncated"),
    ]
    assert told["parameters"] == found.parameters and list(told["parameters"]) == ["r", "alpha", "a", "b"]
    assert told["identified"] is found.identified and told["why"] == (found.why or None)
    assert (told["customers"], told["until"], told["unit"]) == (found.customers, "2025-04-30", "week")


@pytest.mark.real
def test_the_command_gives_the_published_figures(cdnow):
    """CDNOW until the end of September 1997, in weeks, as a table and for programs."""
    words = ("fit", "cdnow", "bgnbd", "--until", "1997-09-30", "--unit", "week")
    told = json.loads(say(*words, "--format", "json").stdout)
    assert told["parameters"]["alpha"] == pytest.approx(4.4136, rel=1e-3) and told["why"] is None
    page = say(*words).stdout
    assert "4.4136" in page and "-9,582.43" in page and "not identified" not in page
    assert say(*words, "--format", "csv").stdout.splitlines()[0] == "parameter,value,standard_error"


def test_what_is_not_identified_is_said_before_all_else(shop):
    """The first line of the table; in JSON, none instead of a number that means nothing."""
    assert say("fit", shop.name, "gammagamma").stdout.startswith("not identified: only one customer")
    told = json.loads(say("fit", shop.name, "gammagamma", "--format", "json").stdout)
    assert told["identified"] is False and told["parameters"] == {"p": None, "q": None, "gamma": None}


def test_a_selection_that_nobody_meets_is_answered_with_what_was_meant(shop):
    """No customer is no error; the nearest value that exists is named."""
    done = say("fit", shop.name, "bgnbd", "--where", "channel=ap")
    assert "there is no customer" in done.stdout and "did you mean app" in done.stderr


@pytest.mark.parametrize(
    ("typed", "hint", "code"),
    [
        ("fit rythm bgnbd", "did you mean rhythm", 1),
        ("fit rhythm bgndb", "bgnbd", 1),
        ("fit rhythm bgnbd --unit weeks", "did you mean week", 1),
        ("fit rhythm bgnbd --until soon", "2025-01-31", 2),
        ("fit rhythm bgnbd --until 2031-01-01", "not observed", 1),
        ("fit rhythm bgnbd --where chanel=app", "channel", 1),
        ("fit rhythm", "customary fit --help", 2),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(rhythm, typed, hint, code):
    """One sentence on stderr, an exit code, nothing on stdout."""
    done = say(*typed.split(), code=code)
    assert done.stdout == "" and hint in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.strip()]) == 1
