"""How many are still customers: models chosen by likelihood and by who bought again, never by one model's premise."""

from datetime import date, timedelta

import numpy as np
import pytest
from given import sold, told
from simulated import simulated

from customary.models.fit import Fit
from customary.models.histories import Histories
from customary.studies.lifetime_value.active import LeavingModel, LeavingModels

DAYS = 560
NONE = float("nan")


def standing(name, log_likelihood, alive, expected, identified=True):
    """A model of four parameters that says P(alive) of a one-time and of a repeat buyer."""
    fit = Fit(name, dict.fromkeys("rabc", 1.0), {}, log_likelihood, 100, identified, "", NONE, NONE, ())
    return LeavingModel(name, fit, np.array(alive), expected)


def of_hundred(*models, bought_rate=0.34):
    """Seventy one-time buyers and thirty who bought again."""
    return LeavingModels(models, Histories([0, 3], [0, 40], [50, 50], [70, 30]), bought_rate, 100.0)


def test_one_time_buyers_are_no_stock_of_bgnbd():
    """By BG/NBD all 70 one-time buyers live: 70 + 0.6·30 = 88 of 100, a premise. MBG/NBD: 0.2·70 + 0.5·30 = 29."""
    found = of_hundred(standing("bgnbd", -110, [1.0, 0.6], 0.5), standing("mbgnbd", -100, [0.2, 0.5], 0.3))
    assert found.best == "mbgnbd" and found.ends == (pytest.approx(0.29), pytest.approx(0.29))
    assert found.share(found.models[0], np.array([0.0, 1.0])) == pytest.approx(0.6)


def test_the_most_likely_premise_is_an_end_of_the_range():
    """Where the data themselves speak for BG/NBD, nobody may have left after the first purchase: up to 88 of 100."""
    found = of_hundred(standing("bgnbd", -90, [1.0, 0.6], 0.5), standing("mbgnbd", -100, [0.2, 0.5], 0.3))
    assert found.best == "mbgnbd" and found.ends == (pytest.approx(0.29), pytest.approx(0.88))


def test_the_likeliest_of_those_that_foresaw_the_buyers_is_recommended():
    """34 of 100 bought. The likeliest had expected 80 of them, 45 points off; of the two near, the likelier speaks."""
    far, near, unlikely = (
        standing("mbgcnbd", -80, [0.9, 0.9], 0.80),
        standing("mbgnbd", -100, [0.2, 0.5], 0.31),
        standing("paretonbd", -120, [0.3, 0.5], 0.34),
    )
    assert of_hundred(far, near, unlikely).best == "mbgnbd"


def test_an_unidentified_model_neither_speaks_nor_widens_the_range():
    """It has no share; alone, nobody knows."""
    sound, unsound = standing("mbgnbd", -100, [0.2, 0.5], 0.3), standing("paretonbd", -50, [0.9, 0.9], NONE, False)
    assert of_hundred(sound, unsound).ends == (pytest.approx(0.29), pytest.approx(0.29))
    assert of_hundred(unsound).best is None and np.isnan(of_hundred(unsound).ends).all()


@pytest.fixture(scope="module")
def grocer(tiny_shop):
    """Customers of whom many never come back after the first purchase, and who of them truly still is one."""
    rng = np.random.default_rng(11)
    people = 2500
    began = rng.integers(0, 180, people)
    age = (DAYS - began) / 7
    lives = simulated("mbgnbd", age, rng, values=(1.2, 4.0, 0.6, 0.9))
    first = date(2023, 6, 1)
    orders = []
    for n in range(people):
        orders.append(sold(f"f{n}", f"c{n:04}", f"{first + timedelta(days=int(began[n]))} 10:00", 20))
        gaps = int(lives.repeats[n])
        # In between, any days do: the model sees how many purchases there were, and the last.
        last = int(np.clip(np.ceil(lives.last_age[n] * 7), gaps, DAYS - began[n] - 1)) if gaps else 0
        inner = rng.choice(np.arange(1, last), gaps - 1, replace=False) if gaps > 1 else []
        days = [*inner, last] if gaps else []
        orders += [
            sold(f"r{n}-{k}", f"c{n:04}", f"{first + timedelta(days=int(began[n] + day))} 10:00", 20)
            for k, day in enumerate(days)
        ]
    shop = tiny_shop(orders=orders, as_of=str(first + timedelta(days=DAYS)), name="grocer")
    return shop, float(lives.is_alive.mean())


def test_a_shop_whose_customers_never_come_back_does_not_hear_that_they_stay(grocer):
    """The truth lies at the recommended share, within 4 points; BG/NBD would have said far more, and says nothing."""
    shop, truth = grocer
    rows = {row["model"]: row for row in told(shop, "alive_share")}
    first = told(shop, "alive_share")[0]
    assert first["is_recommended"] and first["model"] != "bgnbd"
    assert first["alive_share"] == pytest.approx(truth, abs=0.04)
    assert rows["bgnbd"]["alive_share"] is None and rows["bgnbd"]["repeater_alive_share"] is not None
    assert first["low_alive_share"] - 0.04 <= truth <= first["high_alive_share"] + 0.04
    spared = rows["bgnbd"]["repeater_alive_share"] * first["repeater_count"]
    premise = (spared + first["customer_count"] - first["repeater_count"]) / first["customer_count"]
    assert premise > truth + 0.15


def test_what_bgnbd_takes_for_granted_is_not_told_of_anybody(grocer):
    """Asked for BG/NBD by name: one-time buyers have no P(alive), so a mean over groups is one of repeat buyers."""
    rows = told(grocer[0], "lifetime_value", model="bgnbd")
    assert {row["p_alive"] for row in rows if not row["repeats"]} == {None}
    again = [row["p_alive"] for row in rows if row["repeats"]]
    assert all(0 <= one <= 1 for one in again)
    (everybody,) = told(grocer[0], "lifetime_value", model="bgnbd", by="everybody")
    assert everybody["p_alive"] == pytest.approx(np.mean(again))


@pytest.mark.real
def test_the_models_of_cdnow_agree_on_two_fifths(cdnow):
    """MBG/NBD, MBG/CNBD-k and Pareto/NBD: 42 to 43 %, with k = 1, for nobody buys records by the clock."""
    first, *others = told(cdnow, "alive_share")
    assert first["is_recommended"] and (first["low_alive_share"], first["high_alive_share"]) == (
        pytest.approx(0.415, abs=2e-3),
        pytest.approx(0.432, abs=2e-3),
    )
    assert next(row for row in others if row["model"] == "bgnbd")["alive_share"] is None


@pytest.mark.real
def test_regular_buyers_identify_what_the_gift_shop_left_open(giftshop):
    """One year of Online Retail identifies no model of random purchases; that of regular ones it does."""
    first, *others = told(giftshop, "alive_share")
    assert first["model"] == "mbgcnbd" and first["is_recommended"]
    assert not any(row["is_identified"] for row in others)
    assert first["alive_share"] >= first["bought_rate"]
