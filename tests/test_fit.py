"""From a shop's orders to purchase histories, fits and scores, and the command that tells them."""

import json
from datetime import date, timedelta

import ibis
import numpy as np
import pytest
from given import sold, told
from simulated import in_days, simulated
from typed import say

from customary import fit
from customary.declare import FITS
from customary.errors import Refused, UnknownName
from customary.models import btyd
from customary.models.gammagamma import GAMMAGAMMA
from customary.models.histories import Histories
from customary.query import fit as fits
from customary.query.fit import count_left_truncated, histories_of
from customary.query.parameters import fetch_fit, options_of
from customary.query.selection import Scope
from customary.stats.arrays import table_of
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
    assert count_left_truncated(shop) == 1 and count_left_truncated(shop, where={"channel": "app"}) == 0


@pytest.mark.parametrize("until", ["2025-03-02", "2030-01-01", "2024-12-31", "soon"])
def test_a_day_that_was_not_observed_is_refused(shop, until):
    """The as-of date itself is not in the data, nor is what lies before the first order."""
    with pytest.raises(Refused, match=r"observed|nothing was sold|is not a day"):
        fit(shop, "bgnbd", until=until)


# --- fits and scores --------------------------------------------------------------------------------


def test_every_model_of_the_library_can_be_asked_for():
    """The names that `fit` takes are those of the models."""
    assert set(fits.MODELS) == {*btyd.MODELS, GAMMAGAMMA.name}


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
    rows = told(rhythm, "lifetime_value", model="paretonbd", horizon=13)
    assert len(rows) == len({row["customer_id"] for row in rows}) == 800
    by_history = {}
    for row in rows:
        scores = (row["p_alive"], row["p_purchase"], row["expected_purchases"])
        assert 0 <= scores[1] <= scores[0] <= 1 and scores[1] <= scores[2]
        key = (row["repeats"], row["last_age_days"], row["age_days"])
        assert by_history.setdefault(key, scores) == scores


def test_scores_without_parameters_are_empty(shop):
    """Where nobody bought twice the models know nothing, and what is no number is empty in the engine."""
    life = btyd.MODELS["mbgnbd"]
    seen = Histories([0, 0], [0, 0], [9, 7])
    found = life.fit(seen)
    assert "second time" in found.why
    scores = table_of({"id": [1, 2], "p_alive": life.alive(found, seen)}, {"id": "int64", "p_alive": "float64"})
    assert [row["p_alive"] for row in shop.fetch(scores).to_pylist()] == [None, None]


def test_a_table_of_arrays_has_the_types_it_is_given(shop):
    """Days, texts and truths as well as numbers; None and what is no number are empty."""
    types = {"place": "int64", "on": "date", "why": "string", "holds": "boolean", "share": "float64"}
    columns = {
        "place": np.array([1, 2]),
        "on": np.array([0, 59]).astype("datetime64[D]"),
        "why": [None, "few"],
        "holds": [True, None],
        "share": [0.5, float("nan")],
    }
    assert shop.fetch(table_of(columns, types).order_by("place")).to_pylist() == [
        {"place": 1, "on": date(1970, 1, 1), "why": None, "holds": True, "share": 0.5},
        {"place": 2, "on": date(1970, 3, 1), "why": "few", "holds": None, "share": None},
    ]


# --- fits by name -----------------------------------------------------------------------------------


def test_a_fit_is_made_once_however_it_is_asked_for(rhythm):
    """By the verb and as a study's parameter, with a default said or not: the very same fit."""
    found = fit(rhythm, "bgnbd")
    assert fetch_fit(rhythm, "bgnbd", Scope(), {}) is found
    assert fetch_fit(rhythm, "bgnbd", Scope(), {"unit": "week", "horizon": 13}) is found
    assert fit(rhythm, "bgnbd", unit="day") is not found


def behind(name):
    """A fit and all fits it needs, at whatever distance."""
    definition = FITS[name]
    needs = [need for need in (*definition.table_needs, *definition.model_needs) if need in FITS]
    return {name}.union(*(behind(need) for need in needs))


@pytest.mark.parametrize("name", FITS)
def test_an_option_has_one_default_in_a_fit_and_all_that_it_needs(name):
    """They are given the same options, so they must not differ in what they take unsaid."""
    for part in behind(name):
        assert FITS[part].options.items() <= options_of(FITS[name]).items()


def test_no_model_is_fitted_that_nobody_asked_for(rhythm):
    """The models of a day share their histories, and each is fitted when a reader wants it."""
    asked = {"until": "2025-03-31", "model": "bgnbd"}
    told(rhythm, "lifetime_value", **asked)
    models = fetch_fit(rhythm, "purchase_models", Scope(), asked)
    assert set(models._fits) == {"bgnbd"}
    assert fit(rhythm, "bgnbd", until="2025-03-31") is models.fit("bgnbd")


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


def test_a_value_that_never_stands_in_its_column_is_refused(shop):
    """One sentence with the nearest value that does."""
    done = say("fit", shop.name, "bgnbd", "--where", "channel=ap", code=1)
    assert done.stdout == "" and "did you mean app" in done.stderr


def test_a_selection_that_nobody_meets_has_no_customer(shop):
    """Nobody is no error: nothing is identified, and it says why."""
    found = fit(shop, "bgnbd", where={"channel": "app", "order_id": "1"})
    assert (found.customers, found.identified) == (0, False) and "there is no customer" in found.why


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
