"""What comes back: shares of orders that are old enough, what to expect of the others, goods that truly return."""

from datetime import date, timedelta

import numpy as np
import pytest
from conftest import adopted
from given import answer, line, returned, sold, told, value

import customary as c
from customary import demo
from customary.errors import Refused, Unknown
from customary.models import shrinkage
from customary.query.study import beside

NOVEMBER = date(2025, 11, 1)


@pytest.fixture(scope="module")
def goods(shops, tmp_path_factory):
    """The demo shop with 3,000 customers, without its visits: as it ends, and as it stood on 1 December."""
    folder = tmp_path_factory.mktemp("goods")
    demo.generate(folder, customers=3000)
    files = [folder / "files" / name for name in demo.RAW_FILES if name != "weblog.parquet"]
    ends = {"goods_end": str(demo.AS_OF), "goods_then": "2025-12-01"}
    return {name: adopted(name, "demo", files, as_of=as_of) for name, as_of in ends.items()}


def month(shop, which=NOVEMBER, **options):
    """The row of a month in the study of returns."""
    (row,) = [row for row in told(shop, "returns", **options) if row["month_on"] == which]
    return row


# --- by hand -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handful(tiny_shop):
    """Four orders of January, one back after 10 days; two of 20 March, one back after 5 days; as of 1 April."""
    orders = [sold(f"j{n}", f"c{n}", f"2025-01-0{n} 10:00") for n in (1, 2, 3, 4)]
    orders += [sold(f"m{n}", f"d{n}", "2025-03-20 10:00") for n in (1, 2)]
    lines = [line(f"l{row['order_id']}", row["order_id"], "mug", 2, 10) for row in orders]
    back = [
        returned("r1", "j1", "c1", "2025-01-11 10:00", 10, product_id="mug", quantity=1),
        returned("r2", "m1", "d1", "2025-03-25 10:00", 20, product_id="mug", quantity=2),
    ]
    return tiny_shop(orders=orders, order_items=lines, returns=back, as_of="2025-04-01")


def test_a_month_is_mature_when_all_its_orders_had_their_time(handful):
    """With a window of 30 days January is done, 1 of 4 came back; March has had 12 days and has no rate yet."""
    january, march = (month(handful, date(2025, n, 1), window_days=30) for n in (1, 3))
    assert (january["is_mature"], january["return_rate"]) == (True, 0.25)
    assert 0 < january["low_rate"] < 0.25 < january["high_rate"] < 1
    assert (march["is_mature"], march["naive_rate"], march["return_rate"], march["low_rate"]) == (
        False,
        0.5,
        None,
        None,
    )


def test_the_as_of_day_itself_was_not_seen(handful):
    """On 1 April orders of 20 March were watched for 11 days after theirs: a window of 11 days is over, 12 are not."""
    ripe = {days: month(handful, date(2025, 3, 1), window_days=days)["is_mature"] for days in (11, 12)}
    assert ripe == {11: True, 12: False}


def test_a_fresh_month_is_raised_by_how_far_its_orders_are(handful):
    """Of six orders one came back on day 5 and one of five on day 10: by day 12 all that will come is there."""
    assert [(r["days"], r["at_risk"]) for r in told(handful, "return_curve") if r["returned_count"]] == [
        (5, 6),
        (10, 5),
    ]
    assert month(handful, date(2025, 3, 1), window_days=30)["expected_rate"] == pytest.approx(0.5)


def test_orders_pieces_and_value_have_rates_of_their_own(handful):
    """Of January's orders 1 of 4, of its pieces 1 of 8, of its value 10 of 80; the naive ones count March too."""
    rows = {row["basis"]: row for row in told(handful, "return_rates", window_days=30)}
    assert [rows[b]["return_rate"] for b in ("orders", "units", "value")] == pytest.approx([1 / 4, 1 / 8, 1 / 8])
    assert [rows[b]["naive_rate"] for b in ("orders", "units", "value")] == pytest.approx([1 / 3, 1 / 4, 1 / 4])
    assert all(
        row["order_count"] == 4 and row["low_rate"] < row["return_rate"] < row["high_rate"] for row in rows.values()
    )


def test_a_cancellation_before_delivery_is_no_return(tiny_shop):
    """The refund of an order that never left the house is in no return rate, nor is the order."""
    orders = [
        sold("o1", "ann", "2025-01-01 10:00", 10, cancelled_at="2025-01-02 10:00"),
        sold("o2", "ben", "2025-01-01 10:00", 10),
    ]
    back = [returned("r1", "o1", "ann", "2025-01-02 10:00", 10)]
    shop = tiny_shop(orders=orders, returns=back, as_of="2025-04-01")
    found = month(shop, date(2025, 1, 1))
    assert (found["order_count"], found["returned_count"]) == (1, 0)
    assert value(shop, c.returned_revenue) == 10


def test_a_window_of_returns_does_not_cut_what_came_later(handful):
    """Asked for January's orders, their returns count whenever they came; m1's do not."""
    found = told(handful, "returns", during=("2025-01-01", "2025-01-05"))
    assert [(r["order_count"], r["returned_count"]) for r in found] == [(4, 1)]


def test_reasons_and_links_hold_every_return(worked_shop):
    """Reasons, none included, and ways of finding the order are only other ways to lay out three returns."""
    assert sum(row["return_count"] for row in told(worked_shop, "return_reasons")) == 3
    assert {row["link"]: row["return_count"] for row in told(worked_shop, "return_delays")} == {
        "found": 1,
        "named": 1,
        "no order": 1,
    }


def test_returns_bring_their_summary_and_curve(handful):
    """`customary study SHOP returns --format json` has both beside the months."""
    assert set(beside(handful, "returns")) == {"summary", "curve"}
    for which in ("returns", "return_rates", "product_returns"):
        with pytest.raises(Refused, match="window"):
            told(handful, which, window_days=-1)


def test_a_shop_without_returns_has_no_rate_of_nought(tiny_shop):
    """Nobody watched what came back: no month, no rate, rather than the good news of 0."""
    shop = tiny_shop(orders=[sold("a", "ann", "2025-01-05 10:00", 10)], as_of="2025-06-01")
    assert told(shop, "returns") == [] and told(shop, "return_curve") == []
    assert {row["return_rate"] for row in told(shop, "return_rates")} == {None}


def test_pieces_come_back_at_most_once(tiny_shop):
    """Five mugs booked back of an order of two are two."""
    shop = tiny_shop(
        orders=[sold("o1", "ann", "2025-01-01 10:00")],
        order_items=[line("l1", "o1", "mug", 2, 10)],
        returns=[returned("r1", "o1", "ann", "2025-01-05 10:00", 20, product_id="mug", quantity=5)],
        as_of="2025-04-01",
    )
    assert value(shop, c.return_rate_by_unit) == 1


# --- on the demo, whose end is known -------------------------------------------------------------


def test_the_naive_rate_of_fresh_orders_fails_and_the_expected_one_does_not(goods):
    """On 1 December November looks a sixth too good; what was expected then is what it came to, within a twentieth."""
    then, came = month(goods["goods_then"]), month(goods["goods_end"])
    assert came["is_mature"] and not then["is_mature"] and then["return_rate"] is None
    assert then["naive_rate"] < came["return_rate"] * 5 / 6
    assert then["expected_rate"] == pytest.approx(came["return_rate"], rel=0.05)


def test_the_planted_product_is_found_and_a_raw_list_is_led_by_small_ones(goods):
    """P01291 had a bad batch from May 2025: first of all by what is sure, while raw shares put rarities before it."""
    found = told(goods["goods_end"], "product_returns", during=("2025-05-01", "2026-01-01"), n=10_000)
    assert len(found) == found[0]["product_total"]
    first = found[0]
    assert first["product_id"] == "P01291" and first["is_high"] and first["order_count"] >= 50
    raw = sorted(found, key=lambda row: -row["raw_rate"])[:10]
    assert raw[0]["product_id"] != "P01291"
    assert sum(row["order_count"] < 10 for row in raw) >= 5 and not any(
        row["is_high"] for row in raw if row["order_count"] < 5
    )


def test_shrunk_rates_lie_between_the_raw_one_and_the_shops(goods):
    """Every product is drawn towards the mean of all, those of few orders the most; intervals hold their value."""
    for row in told(goods["goods_end"], "product_returns", n=10_000):
        assert row["low_rate"] < row["shrunk_rate"] < row["high_rate"]
        if row["order_count"] < 3 and row["raw_rate"] > 0.5:
            assert row["shrunk_rate"] < row["raw_rate"] / 2


def test_every_mature_line_is_compared(goods):
    """The products' orders are the distinct pairs of order and product that had the window to come back in."""
    shop = goods["goods_end"]
    found = told(shop, "product_returns", window_days=30, n=10_000)
    until = shop.as_of - timedelta(days=30)
    pairs = shop.frame("items").filter(lambda t: t.left_out_because.isnull() & (t.day_on < until))
    whole = shop.fetch(pairs.select("order_id", "product_id").distinct()).num_rows
    assert sum(row["order_count"] for row in found) == whole


def test_product_returns_without_any_return_say_nothing(tiny_shop):
    """Nobody watched what came back: no product has a rate of 0 %, and no order."""
    shop = tiny_shop(
        orders=[sold("o1", "ann", "2025-01-01 10:00")], order_items=[line("l1", "o1", "mug", 1, 10)], as_of="2025-04-01"
    )
    with pytest.raises(Unknown, match="do not say what came back"):
        told(shop, "product_returns")
    assert answer(shop, c.return_rate_by_order) == [{"return_rate_by_order": None}]


# --- the model -----------------------------------------------------------------------------------


def test_the_prior_that_made_the_counts_is_found_again():
    """4,000 groups of 50 drawn from Beta(2, 18): mean .1 and weight 20, within a few per cent."""
    random = np.random.default_rng(7)
    trials = np.full(4000, 50.0)
    prior = shrinkage.fit(random.binomial(50, random.beta(2, 18, 4000)).astype(float), trials)
    assert prior.mean == pytest.approx(0.1, rel=0.03) and prior.weight == pytest.approx(20, rel=0.1)


def test_intervals_cover_the_true_shares_as_often_as_they_say():
    """Of 4,000 true shares drawn from the prior 95 % lie inside, however small the group; raw extremes do not."""
    random = np.random.default_rng(11)
    truth, trials = random.beta(2, 18, 4000), random.integers(1, 80, 4000).astype(float)
    events = random.binomial(trials.astype(int), truth).astype(float)
    prior = shrinkage.fit(events, trials)
    mean, low, high = prior.posterior(events, trials)
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.95, abs=0.015)
    assert ((mean - truth) ** 2).mean() < 0.5 * ((events / trials - truth) ** 2).mean()


def test_nothing_is_fitted_to_nothing():
    """No group, no event, or nothing but events: there is no prior."""
    for events, trials in (([], []), ([0, 0], [5, 9]), ([5, 9], [5, 9]), ([0], [0])):
        assert shrinkage.fit(np.array(events, float), np.array(trials, float)) is None


def test_groups_that_differ_by_chance_alone_are_drawn_together():
    """A thousand groups with one true share of .2: the prior weighs more than any group of 30."""
    random = np.random.default_rng(3)
    prior = shrinkage.fit(random.binomial(30, 0.2, 1000).astype(float), np.full(1000, 30.0))
    assert prior.mean == pytest.approx(0.2, abs=0.01) and prior.weight > 300
