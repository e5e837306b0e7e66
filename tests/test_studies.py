"""Questions of another shape: cohorts, funnels, concentration and the books."""

import pytest
import worked_examples
from given import answer, line, sold, told

from customary import gross_revenue, net_revenue, order_count, session_count, total_revenue
from customary.declare import STUDIES
from customary.errors import Refused, UnknownName
from customary.query.export import to_record
from customary.query.measure import measure
from customary.query.study import study, study_named


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_says_what_it_is(name):
    """Definition, Chinese term and source line, as a metric does."""
    found = STUDIES[name]
    assert found.definition.endswith(".") and found.source
    assert any("一" <= letter <= "鿿" for letter in found.zh)


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_has_an_answer_in_a_stable_order(worked_shop, name):
    """Asked twice, it gives the same rows in the same order."""
    assert worked_shop.fetch(study(worked_shop, name).table).to_pylist() == told(worked_shop, name)


# --- cohorts -------------------------------------------------------------------------------------


def test_an_earlier_name_of_a_column_is_understood(worked_shop):
    """Split, selection, a study's `by` and the keys of JSON: `usual_payment` is what `last_payment_method` is now."""
    earlier = to_record(measure(worked_shop, "order_count", by="usual_payment", where={"usual_payment": [None]}))
    now = to_record(
        measure(worked_shop, "order_count", by="last_payment_method", where={"last_payment_method": [None]})
    )
    assert [{**row, "usual_payment": row["last_payment_method"]} for row in now["rows"]] == earlier["rows"] != []
    assert told(worked_shop, "retention", by="usual_device") == told(worked_shop, "retention", by="last_device")


def test_cohorts_are_retention_by_cohort(worked_shop):
    """The earlier study is retention by cohort: one definition, in which a month that is not over is none."""
    assert told(worked_shop, "cohorts") == told(worked_shop, "retention", by="cohort", max_age=24)


def test_an_earlier_name_keeps_its_json_keys(worked_shop):
    """Who asked for cohorts yesterday finds the same keys today."""
    rows = to_record(study(worked_shop, "cohorts"))["rows"]
    assert rows and all(row["cohort_on"] == row["label"] and row["buyer_count"] == row["kept_count"] for row in rows)


# --- visits --------------------------------------------------------------------------------------


def test_the_funnel_by_hand(worked_shop):
    """Three visits, two with a cart (of which one skipped the product page), one purchase."""
    rows = told(worked_shop, "visit_funnel")
    assert [row["session_count"] for row in rows] == [3, 2, 2, 1, 1]
    assert [row["overall_rate"] for row in rows] == pytest.approx([1, 2 / 3, 2 / 3, 1 / 3, 1 / 3])


@pytest.mark.parametrize("shop", ["worked_shop", "demo_shop"])
def test_a_funnel_only_narrows(request, shop):
    """Each step holds at most the one before, and the first is the number of visits."""
    shop = request.getfixturevalue(shop)
    counts = [row["session_count"] for row in told(shop, "visit_funnel")]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == answer(shop, session_count)[0]["session_count"]


def test_page_flow_shares_sum_to_one(worked_shop):
    """What follows an event, the end of the visit included, is all that follows it."""
    shares = {}
    for row in told(worked_shop, "page_flow"):
        shares[row["event_name"]] = shares.get(row["event_name"], 0) + row["share"]
    assert shares and all(share == pytest.approx(1) for share in shares.values())


def test_the_time_on_a_page_rests_on_views_that_went_on(tiny_shop):
    """Three visits leave /a after 10, 20 and 30 seconds, a fourth ends there: 20 s of three views, ± 1.96 × 10 ÷ √3."""
    seen = [(visitor, f"2025-03-01 10:00:0{n}", "/a") for n, visitor in enumerate("stuv")]
    seen += [("s", "2025-03-01 10:00:10", "/b"), ("t", "2025-03-01 10:00:21", "/b"), ("u", "2025-03-01 10:00:32", "/b")]
    names = ("visitor_id", "occurred_at", "page", "event_id", "event_name")
    events = [dict(zip(names, (*row, f"e{n}", "page_view"), strict=True)) for n, row in enumerate(seen)]
    shop = tiny_shop(events=events, orders=[sold("o1", "ann", "2025-03-01 10:00", 5)], as_of="2025-04-01")
    row = next(row for row in told(shop, "pages") if row["page"] == "/a")
    assert (row["view_count"], row["dwell_count"], row["dwell_seconds"]) == (4, 3, 20)
    half = 1.96 * 10 / 3**0.5
    assert (row["low_dwell_seconds"], row["high_dwell_seconds"]) == (pytest.approx(20 - half), pytest.approx(20 + half))


@pytest.mark.parametrize("which", ["pages", "products", "page_flow"])
def test_a_cut_list_says_of_how_many(worked_shop, which):
    """n of N: the first row of three is told to be one of three."""
    first = study(worked_shop, which, n=1)
    (total,) = {row[name] for row in first.to_pylist() for name in row if name.endswith("_total")}
    assert first.shown == 1 and len(first.cells(first.shown)) == 1
    assert first.rows_total == total == len(first.to_pylist())


# --- orders --------------------------------------------------------------------------------------


def test_order_values_and_hours_hold_every_order(worked_shop):
    """Bands and hours are only other ways to lay out the same five orders."""
    (whole,) = answer(worked_shop, order_count)
    for which in ("order_values", "hours"):
        assert sum(row["order_count"] for row in told(worked_shop, which)) == whole["order_count"]


def test_a_gap_lies_between_two_purchase_days(worked_shop):
    """Ann's 36 days from 5 January to 10 February; two orders on one day make no gap."""
    assert told(worked_shop, "purchase_intervals") == [{"week_no": 5, "gap_count": 1, "mean_days": 36}]


# --- books ---------------------------------------------------------------------------------------


def test_the_accounts_hold_every_row_with_its_reason(worked_shop):
    """Twelve orders, nine lines, six returns: counted, or left out for a reason in words."""
    rows = told(worked_shop, "accounts")
    totals = {
        frame: sum(r["row_count"] for r in rows if r["frame"] == frame) for frame in ("orders", "items", "returns")
    }
    assert totals == {"orders": 12, "items": 9, "returns": 6}
    why = {row["reason"]: row["row_count"] for row in rows if row["frame"] == "orders"}
    assert why == {
        None: 5,
        "test order": 1,
        "test account": 1,
        "no consent to analysis": 1,
        "no customer": 1,
        "cancelled before payment": 1,
        "not paid": 1,
        "no line of it counts": 1,
    }


@pytest.mark.parametrize("shop", ["worked_shop", "demo_shop"])
def test_the_accounts_agree_with_the_ledger(request, shop):
    """Every row loaded is counted or left out; rows folded from other records may come on top; no record is lost."""
    shop = request.getfixturevalue(shop)
    rows = told(shop, "accounts")
    ledger = shop.fetch(shop.frame("ledger")).to_pylist()
    for table, frame in (("orders", "orders"), ("order_items", "items"), ("returns", "returns")):
        loaded = sum(r["record_count"] for r in ledger if (r["outcome"], r["reason"]) == ("loaded as", table))
        told_of = sum(r["row_count"] for r in rows if r["frame"] == frame and r["outcome"] != "quarantined")
        assert loaded <= told_of == shop.snapshot.rows[frame]
    files = shop.fetch(shop.frame("files")).to_pylist()
    assert sum(file["record_count"] for file in files) == sum(row["record_count"] for row in ledger)


@pytest.mark.parametrize("shop", ["worked_shop", "demo_shop"])
@pytest.mark.parametrize("cut", [{}, {"during": ("2025-01-01", "2025-02-01")}, {"where": {"country": None}}])
def test_the_revenue_bridge_adds_up(request, shop, cut):
    """Whatever is asked, each subtotal is the sum of the steps before it, and they are the metrics' own figures."""
    shop = request.getfixturevalue(shop)
    step = {row["position"]: row["amount"] for row in told(shop, "revenue_bridge", **cut)}
    assert sum(step[n] for n in (1, 2, 3, 4)) == pytest.approx(step[5])
    assert step[5] + step[6] + step[7] == pytest.approx(step[8])
    assert step[8] + step[9] + step[10] + step[11] == pytest.approx(step[12])
    assert step[1] + step[2] + step[7] + step[11] + step[13] == pytest.approx(step[14])
    (figures,) = answer(shop, gross_revenue, net_revenue, total_revenue, **cut)
    assert step[5] == pytest.approx(figures["gross_revenue"])
    assert step[8] == pytest.approx(figures["net_revenue"])
    assert step[12] == pytest.approx(figures["total_revenue"] or 0)


def test_repeated_lines_are_shown(tiny_shop):
    """Three equal lines are one line and two repetitions; one of them the source left out."""
    lines = [line(f"l{n}", "o1", "mug", 1, 10, is_repeated=n > 0) for n in range(3)]
    lines[2]["excluded_because"] = "exact repetition of an earlier line"
    shop = tiny_shop(orders=[sold("o1", "ann", "2025-01-01 10:00")], order_items=lines, as_of="2025-02-01")
    assert told(shop, "repeated_lines") == [
        {"outcome": "counted", "line_count": 1, "amount": 10},
        {"outcome": "exact repetition of an earlier line", "line_count": 1, "amount": 10},
    ]
    assert answer(shop, gross_revenue) == [{"gross_revenue": 20}]


# --- how a study is asked ------------------------------------------------------------------------


def test_unknown_studies_and_options_offer_the_nearest(worked_shop):
    """A typo is answered with the name that was meant."""
    with pytest.raises(UnknownName, match="cohorts"):
        study_named("cohort")
    with pytest.raises(UnknownName, match="max_age"):
        study(worked_shop, "cohorts", maxage=3).to_pylist()


def test_options_take_text_and_refuse_nonsense(worked_shop):
    """A command line knows text only; what is no number is refused in words."""
    assert told(worked_shop, "lorenz", steps="2") == told(worked_shop, "lorenz", steps=2)
    with pytest.raises(Refused, match="steps"):
        study(worked_shop, "lorenz", steps="many").to_pylist()
    with pytest.raises(Refused, match="bins"):
        told(worked_shop, "rfm", bins=1)
    with pytest.raises(Refused, match="frequency"):
        told(worked_shop, "rfm", frequency="often")


@pytest.mark.parametrize(
    ("text", "meant"), [("false", False), ("No", False), ("0", False), ("TRUE", True), ("yes", True)]
)
def test_yes_and_no_are_taken_from_text(worked_shop, text, meant):
    """Any text but an empty one is true to Python; what is neither yes nor no is refused."""
    assert study(worked_shop, "next_product", explore=text).question.options["explore"] is meant
    with pytest.raises(Refused, match="option explore of next_product is like True, not 'fals'"):
        study(worked_shop, "next_product", explore="fals")


def test_the_drivers_add_up_to_the_change(worked_shop):
    """Buyers, orders per buyer, order value and returns explain the change of net revenue without a remainder."""
    rows = {row["driver"]: row for row in told(worked_shop, "driver_tree")}
    parts = ("buyer_count", "orders_per_buyer", "average_order_value", "returned_revenue")
    change = rows["net_revenue"]["after"] - rows["net_revenue"]["before"]
    assert sum(rows[part]["contribution"] for part in parts) == pytest.approx(change)
    assert rows["net_revenue"]["after"] == pytest.approx(worked_examples.EXPECTED["net_revenue"])


# How many rows a table shows where nobody says; all others are short by nature and shown whole.
SHOWN = {
    3: {"alike"},
    25: {"payment_differences", "delivery_differences", "record_ledger"},
    30: {"search_terms", "search_outcomes"},
    50: {
        *("funnel_drop_offs", "attribution", "abandonment", "behaviour_groups", "event_intervals", "transitions"),
        *("transition_contrast", "paths", "product_launches", "product_pairs", "review_products", "problem_products"),
        *("product_returns", "stickiness", "pages", "product_views", "page_flow", "sessions", "visit_mix"),
        *("basket_pairs", "recommended_products", "rising_demand"),
        *("instrumentation", "navigation", "unseen_products", "page_speed", "campaign_participation", "what_to_change"),
    },
    60: {"distribution", "step_matrix"},
    62: {"active_people"},
    100: {
        *("first_time_buyers", "high_value_care", "service_list", "action_list", "funnel_people", "customer_intervals"),
        *("early_warning", "value_at_risk", "products", "next_tier", "composite_score"),
        *("birthdays", "open_carts", "next_product", "intent_score", "retention_people"),
        "holiday_greetings",
    },
    200: {"timeline", "visitor_retention"},
    400: {"tier_rule"},
}


@pytest.mark.parametrize("name", STUDIES)
def test_a_table_shows_a_number_of_rows_that_was_chosen(name):
    """Whoever lets a list show more or fewer rows changes what readers see, and says so here."""
    assert STUDIES[name].shown == next((rows for rows, names in SHOWN.items() if name in names), 0)
