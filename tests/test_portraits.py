"""One person, one portrait: tags with their evidence, actions by explicit rules, and nobody on a published page."""

import importlib.util
import json
import os
import re
from pathlib import Path

import duckdb
import pytest
from given import answer, line, returned, sold, told

from customary import customer_count, net_revenue
from customary.declare import SEGMENTS
from customary.engine import writable_backend
from customary.errors import Refused, UnknownName
from customary.portraits import actions, portraits
from customary.publish import portraits as drawing
from customary.rules.book import RuleBook

PAGE = Path(__file__).resolve().parent.parent / "notebooks" / "10_customers.py"
PRODUCTS = [
    *({"product_id": f"tea{n}", "category": "tea"} for n in (1, 2, 3)),
    *({"product_id": f"cup{n}", "category": "cups"} for n in (1, 2, 3)),
]


def bought(who, number, day, product, price, **more):
    """An order of one line, its number after its customer."""
    order = sold(f"{who}{number}", who, f"2025-{day} 20:00", payment_method="card", **more)
    return order, line(f"l{who}{number}", f"{who}{number}", product, 1, price)


@pytest.fixture(scope="module")
def taste(tiny_shop):
    """Ann bought tea three times and a cup once, in the evening; Ben one cup; Cai tea and cups alike; Dan nothing."""
    made = [
        # Saturday, Sunday, Monday, Tuesday
        bought("ann", 1, "01-04", "tea1", 10, channel="app", discount_amount=1),
        bought("ann", 2, "01-05", "tea2", 20, channel="app", discount_amount=2),
        bought("ann", 3, "01-06", "tea3", 30, channel="site"),
        bought("ann", 4, "01-07", "cup1", 40, channel="app"),
        bought("ben", 1, "01-08", "cup2", 50, channel="site"),
        bought("cai", 1, "01-09", "tea1", 10, channel="app"),
        bought("cai", 2, "01-10", "cup3", 60, channel="site"),
    ]
    orders, lines = zip(*made, strict=True)
    return tiny_shop(
        customers=[{"customer_id": who} for who in ("ann", "ben", "cai", "dan")],
        orders=list(orders),
        order_items=list(lines),
        products=PRODUCTS,
        returns=[returned("r1", "ann1", "ann", "2025-01-20 10:00", 5), returned("r2", "ann2", "ann", "2025-01-20", 5)],
        as_of="2025-03-01",
        name="taste",
    )


def of(shop, who):
    """The stored portrait of one customer."""
    t = shop.frame("portraits")
    (row,) = shop.fetch(t.filter(t.customer_id == who)).to_pylist()
    return row


def test_a_tag_is_what_was_bought_most_often(taste):
    """Three of Ann's four lines are tea: tea, on three quarters of four lines."""
    ann = of(taste, "ann")
    assert (ann["category_tag"], ann["category_share"], ann["category_evidence"]) == ("tea", 0.75, 4)
    assert (ann["channel_tag"], ann["channel_share"]) == ("app", 0.75)
    assert (ann["payment_tag"], ann["payment_share"], ann["payment_evidence"]) == ("card", 1.0, 4)
    assert (ann["hour_tag"], ann["hour_share"]) == ("evening", 1.0)
    assert (ann["range_tag"], ann["range_share"]) == ("one category", 0.75)


def test_a_share_tag_reads_its_band(taste):
    """27 of the 97 that Ann paid were in discounted orders; two of four orders on a weekend; two of four came back."""
    ann = of(taste, "ann")
    assert (ann["promotion_tag"], ann["promotion_evidence"]) == ("now and then", 4)
    assert ann["promotion_share"] == pytest.approx(27 / 97)
    assert (ann["day_tag"], ann["day_share"]) == ("any day", 0.5)
    assert (ann["return_tag"], ann["return_share"], ann["return_evidence"]) == ("return-prone", 0.5, 4)


def test_prices_are_held_against_their_own_category(taste):
    """Tea at 10, 10, 20, 30 and cups at 40, 50, 60: Ann's cup is cheap for a cup though it cost more than any tea."""
    ann = of(taste, "ann")
    assert (ann["price_tag"], ann["price_share"], ann["price_evidence"]) == ("low", 0.5, 4)


def test_thin_evidence_is_unknown(taste):
    """One order says nothing of habits: Ben's tags are unknown, and the evidence says why."""
    ben, dan = of(taste, "ben"), of(taste, "dan")
    assert {ben[name] for name in ben if name.endswith("_tag")} == {"unknown"}
    assert ben["category_evidence"] == 1 and ben["category_share"] == 1
    assert {dan[name] for name in dan if name.endswith("_evidence")} == {0}


def test_of_equals_the_latest_is_usual(taste):
    """Cai bought tea once and then a cup once: the cup, and the site it was bought on."""
    cai = of(taste, "cai")
    assert (cai["category_tag"], cai["category_share"], cai["channel_tag"]) == ("cups", 0.5, "site")


def test_every_segment_is_a_label_of_the_portrait(taste):
    """A new segment needs nothing else to stand in every portrait, and it says there what it says everywhere."""
    customers, t = taste.frame("customers"), taste.frame("portraits")
    for name, found in SEGMENTS.items():
        own = {
            r["customer_id"]: r["label"]
            for r in taste.fetch(customers.select("customer_id", label=found.label(customers, taste.rules))).to_pylist()
        }
        assert own == {r["customer_id"]: r[name] for r in taste.fetch(t.select("customer_id", name)).to_pylist()}


@pytest.mark.parametrize("shop", ["taste", "demo_shop"])
def test_a_few_at_a_time_are_the_same_portraits(request, shop, monkeypatch):
    """Drawn together or in parts, stored as words or as text: scores and prices are held against everybody's."""
    shop = request.getfixturevalue(shop)
    names, facts = ("customers", "orders", "items", "sessions"), {"as_of": shop.as_of, "shop_rules": shop.rules}
    whole = shop.fetch(portraits.build(**{name: shop.frame(name) for name in names}, **facts))
    monkeypatch.setattr(drawing, "AT_A_TIME", whole.num_rows // 4)
    with duckdb.connect() as con:
        con.execute(f"attach '{shop.snapshot.path}' as shop (read_only)")
        made = {name: writable_backend(con).table(name, database=("shop", "main")) for name in names}
        drawing.portray(con, made, shop.as_of, shop.rules, "drawn")
        parts = writable_backend(con).to_pyarrow(writable_backend(con).table("drawn"))
    assert parts.cast(whole.schema).sort_by("customer_id") == whole.sort_by("customer_id")


# --- the next best action ------------------------------------------------------------------------


def test_the_first_rule_that_holds_is_the_action(taste):
    """Dan never bought. Ann sends back half of what she buys, but bought daily and then not for weeks: she is lost."""
    assert of(taste, "dan")["next_best_action"] == "win the first order"
    ann = of(taste, "ann")
    assert (ann["return_tag"], ann["lifecycle_stage"], ann["next_best_action"]) == ("return-prone", "lost", "let rest")


@pytest.mark.parametrize("shop", ["worked_shop", "demo_shop"])
def test_everybody_has_one_action_and_no_other_than_the_rules_name(request, shop):
    """Total by its last rule: actions split the customers, and revenue, without a remainder."""
    shop = request.getfixturevalue(shop)
    rows = answer(shop, customer_count, net_revenue, by="next_best_action")
    (whole,) = answer(shop, customer_count, net_revenue)
    assert {row["next_best_action"] for row in rows} <= {action["name"] for action in actions(shop.rules)}
    for name in ("customer_count", "net_revenue"):
        assert sum(row[name] or 0 for row in rows) == pytest.approx(whole[name])


def test_a_tag_selects_rows_of_any_frame(taste):
    """What stands in a portrait is at once a split and a selection: Ann's three teas and her cup."""
    (row,) = answer(
        taste, net_revenue, by="category_tag", where={"category_tag": "tea"}, during=("2025-01-01", "2025-01-15")
    )
    assert row == {"category_tag": "tea", "net_revenue": 97}
    with pytest.raises(UnknownName, match="category_tag"):
        answer(taste, net_revenue, by="category_tags")


ACTION = {"zh": "", "do": "", "why": ""}


def as_toml(value):
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {as_toml(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value)


def with_actions(shop, *told_of):
    """The shop's rules with these actions of its own."""
    tables = ["[[actions]]\n" + "\n".join(f"{k} = {as_toml(v)}" for k, v in action.items()) for action in told_of]
    return RuleBook(shop.rules.defaults, {"actions": "\n".join(tables)})


WRONG = {
    "an unknown column": ({"moods": {"is": "good"}}, "column"),
    "a label nobody has": ({"lifecycle_stage": {"is": "declining"}}, "decline"),
    "an empty range": ({"order_count": {"from": 3, "to": 2}}, "empty"),
    "a typo": ({"order_count": {"frm": 3}}, "from"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_rule_is_refused_with_its_place(taste, what):
    """The error names the file, the action and what was probably meant; nothing is half applied."""
    from customary.portraits import next_best_action

    case, said = WRONG[what]
    wrong = with_actions(taste, {**ACTION, "name": "do it", "when": case}, {**ACTION, "name": "rest"})
    t = taste.frame("portraits").inner_join(taste.frame("customers"), "customer_id")
    with pytest.raises(Refused, match=said) as error:
        next_best_action(t, wrong)
    assert "shop/actions.toml, line 1: action “do it”" in str(error.value)


def test_actions_without_a_last_resort_are_refused(taste):
    """A list in which every action has a case could leave somebody with none."""
    with pytest.raises(Refused, match="everybody else"):
        actions(with_actions(taste, {**ACTION, "name": "do it", "when": {"order_count": {"from": 1}}}))


# --- one person ----------------------------------------------------------------------------------


def test_a_portrait_tells_all_parts_with_the_evidence(taste):
    """Attributes, behaviour, value, segments, tags and the action; unknown attributes have no value."""
    rows = told(taste, "portrait", customer_id="ann")
    assert list(dict.fromkeys(row["part"] for row in rows)) == [
        "who",
        "behaviour",
        "value",
        "segments",
        "tags",
        "action",
    ]
    by_name = {row["name"]: row for row in rows}
    assert by_name["orders"]["label"] == "4" and by_name["gender"]["label"] is None
    assert (
        by_name["category bought most often"]["label"],
        by_name["category bought most often"]["evidence_count"],
    ) == ("tea", 4)


def test_without_a_number_somebody_worth_a_call_is_shown(taste):
    """Nobody is in decline here, or all are: the biggest spender among those who come first."""
    rows = told(taste, "portrait")
    spend = {row["customer_id"]: row["net_spend"] for row in taste.fetch(taste.frame("customers")).to_pylist()}
    late = {who for who in spend if of(taste, who)["lifecycle_stage"] == "decline"}
    assert {row["customer_id"] for row in rows} == {max(late or spend, key=spend.__getitem__)}


def test_a_timeline_holds_everything_latest_first(taste):
    """Four orders and two returns of Ann's, each with its amount; every row says of how many."""
    rows = told(taste, "timeline", customer_id="ann")
    assert [row["kind"] for row in rows] == ["return", "return", *["order"] * 4]
    assert [row["amount"] for row in rows] == [-5, -5, 40, 30, 18, 9]
    assert {row["row_total"] for row in rows} == {6}


def test_a_number_that_nobody_has_offers_the_nearest(taste):
    """No portrait, no timeline, and the numbers that look like it."""
    assert told(taste, "portrait", customer_id="anne") == told(taste, "timeline", customer_id="anne") == []
    assert told(taste, "alike", customer_id="anne", n=1)[0]["customer_id"] == "ann"


# --- tags of many --------------------------------------------------------------------------------


def test_small_groups_are_hidden_and_counted(taste):
    """Four customers are fewer than five: no group of them is shown, and it is said how many groups that are."""
    assert told(taste, "portrait_cells") == told(taste, "tag_mix") == told(taste, "next_actions") == []
    shown = told(taste, "portrait_cells", by="category_tag", and_by="value_tier", fewest=1)
    assert sum(row["customer_count"] for row in shown) == 4 and {row["hidden_count"] for row in shown} == {0}


@pytest.mark.parametrize("fewest", [1, 5, 40])
def test_no_hidden_cell_can_be_reckoned(demo_shop, fewest):
    """A cell that is hidden alone would be the total less the others: where one is, two are."""
    for which in ("portrait_cells", "next_actions"):
        rows = told(demo_shop, which, fewest=fewest)
        assert all(row["customer_count"] >= fewest for row in rows)
        assert all(row["hidden_count"] != 1 for row in rows)


def test_tags_are_judged_by_what_came_after(taste):
    """Cut before Ann's last order nobody has evidence on both sides: no rate is invented."""
    rows = told(taste, "tag_quality", holdout_days=53)
    assert all(row["customer_count"] == 0 and row["accuracy_rate"] is None for row in rows)
    assert {row["verdict"] for row in rows} == {"no evidence"}


@pytest.fixture(scope="module")
def faithful(tiny_shop):
    """Six customers buy twice before the cut and twice after it: four keep to tea, one to cups, one changes to cups."""
    habits = {"a": "tt", "b": "tt", "c": "tt", "d": "tt", "e": "cc", "f": "tc"}
    product = {"t": "tea1", "c": "cup1"}
    made = [
        bought(who, f"{half}{n}", f"{'01' if half == 0 else '02'}-1{n}", product[habit[half]], 10)
        for who, habit in habits.items()
        for half in (0, 1)
        for n in (0, 1)
    ]
    orders, lines = zip(*made, strict=True)
    return tiny_shop(orders=list(orders), order_items=list(lines), products=PRODUCTS, as_of="2025-03-01")


def test_accuracy_by_hand(faithful):
    """Five of six categories held; “tea” for everybody would have been right for four."""
    row = told(faithful, "tag_quality", holdout_days=28)[0]
    assert (row["tag"], row["customer_count"], row["right_count"]) == ("category bought most often", 6, 5)
    assert row["accuracy_rate"] == pytest.approx(5 / 6) and row["base_rate"] == pytest.approx(4 / 6)
    # Wilson (1927) for 5 of 6
    assert (row["low_rate"], row["high_rate"]) == pytest.approx((0.4365, 0.9699), abs=1e-4)
    assert row["verdict"] == "not clear" and row["stated_share"] == 1


# --- against the truth ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known_taste(true_demo):
    """A demo shop of 3,000 customers, and beside each portrait what its person truly likes."""
    shop, folder = true_demo
    return shop, truth(folder, shop)


def truth(folder, shop):
    """Portraits beside the truth of the person behind them."""
    import pandas as pd

    people, buyers = (pd.read_parquet(folder / f"{name}.parquet") for name in ("people", "buyers"))
    known = people.merge(buyers, on="person")
    return shop.fetch(shop.frame("portraits")).to_pandas().merge(known, left_on="customer_id", right_on="cust_no")


def test_the_favourite_category_is_the_true_one_more_often_than_the_commonest(known_taste):
    """Over half of the known favourites are true, several times what the commonest category would get."""
    _shop, rows = known_taste
    rows = rows[rows.category_tag != "unknown"]
    right = (rows.category_tag == rows.favourite_category).mean()
    commonest = rows.favourite_category.value_counts(normalize=True).iloc[0]
    assert len(rows) > 1_000 and right > 0.6 > 3 * commonest


def test_promotion_shares_rank_customers_as_their_true_sensitivity_does(known_taste):
    """The rank correlation is clearly above nothing; the more evidence, the closer."""
    _shop, rows = known_taste
    few = rows[rows.promotion_evidence >= 3]
    many = rows[rows.promotion_evidence >= 10]
    found = [part.promotion_share.corr(part.promotion_sensitivity, method="spearman") for part in (few, many)]
    assert found[0] > 0.3 and found[1] > found[0]


def test_some_tags_predict_and_others_are_said_not_to(known_taste):
    """Category, channel and payment beat the commonest label on held-out days; shares of chance do not."""
    shop, _rows = known_taste
    verdicts = {row["tag"]: row["verdict"] for row in told(shop, "tag_quality")}
    assert {verdicts[tag] for tag in ("category bought most often", "usual channel", "usual payment")} == {"better"}
    assert "better" not in {verdicts["usual days"], verdicts["promotions"]}


# --- the page ------------------------------------------------------------------------------------


def page_for(audience, shop):
    """Everything that the cells of the page put out for an audience."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CUSTOMARY_SHOP", shop.name)
        patched.setenv("CUSTOMARY_AUDIENCE", audience)
        patched.setenv("CUSTOMARY_SHOPS", os.environ["CUSTOMARY_SHOPS"])
        found = importlib.util.spec_from_file_location("chapter_10", PAGE)
        chapter = importlib.util.module_from_spec(found)
        found.loader.exec_module(chapter)
        return " ".join(getattr(one, "text", "") for one in chapter.app.run()[0] if one is not None)


def test_a_published_page_names_nobody(demo_shop):
    """An analyst finds customers by number; on a published page not one number stands, in no table and no download."""
    t = demo_shop.frame("customers")
    numbers = set(demo_shop.fetch(t.select("customer_id"))["customer_id"].to_pylist())
    for audience, named in (("analyst", True), ("stakeholder", False)):
        words = set(re.findall(r"[\w\-]+", page_for(audience, demo_shop)))
        assert bool(words & numbers) is named
