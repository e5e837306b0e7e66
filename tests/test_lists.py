"""Lists of customers to address: who is on them, and who is left off and counted; rows about single people."""

import pytest
from given import returned, sold
from typed import say, told

from customary import measure, study
from customary.columns import all_columns
from customary.declare import STUDIES
from customary.errors import Refused
from customary.shop import Shop, open_shop

LISTS = [name for name in STUDIES if STUDIES[name].is_list]
NOT_TO_ADDRESS = {"rfm", "composite_score", "customer_intervals", "lifetime_value", "portrait", "timeline", "alike"}
NOT_TO_ADDRESS |= {"funnel_people"}  # to look closer at


def word(who, is_granted, at, purpose="marketing"):
    """One word of a customer on a purpose."""
    return {"customer_id": who, "purpose": purpose, "is_granted": is_granted, "recorded_at": at}


BUYERS = ("ann", "ben", "cai", "dan", "eva")
ORDERS = [sold(f"o{n}", who, "2025-03-01 10:00", 10 + n, paid_amount=10 + n) for n, who in enumerate(BUYERS)]
CONSENTS = [
    word("ann", True, "2025-01-01 09:00"),
    word("ben", True, "2025-01-01 09:00"),
    word("ben", False, "2025-02-01 09:00"),  # changed his mind
    word("cai", False, "2025-01-01 09:00"),
    word("cai", True, "2025-02-01 09:00"),  # and so did she
    word("dan", True, "2025-02-01 09:00"),
    word("dan", False, "2025-02-01 09:00"),  # two words of one instant: the refusal holds
]  # Eva was never asked


def on_list(shop):
    return {row["customer_id"] for row in study(shop, "first_time_buyers").to_pylist()}


def test_the_latest_word_decides_and_of_two_at_once_the_refusal(tiny_shop):
    """Ann and Cai said yes last; Ben said no last, Dan said both at once, Eva nothing: left off, and counted."""
    shop = tiny_shop(orders=ORDERS, consents=CONSENTS)
    assert on_list(shop) == {"ann", "cai"}
    answer = study(shop, "first_time_buyers")
    assert answer.omissions == {"refused marketing": 2, "never answered about marketing": 1}
    assert (answer.rows_total, answer.whole.rows_total) == (2, 5)


def test_of_words_without_a_day_a_refusal_holds(tiny_shop):
    """Nobody knows which word was Ben's last, nor Cai's: both said no once. Ann and Dan said yes and nothing else."""
    words = [word(who, yes, None) for who, yes in [("ann", True), ("ben", True), ("ben", False), ("dan", True)]]
    shop = tiny_shop(orders=ORDERS, consents=[*words, word("cai", False, None), word("cai", True, "2025-02-01 09:00")])
    assert on_list(shop) == {"ann", "dan"}


def test_who_never_answered_is_listed_where_the_shop_says_so(tiny_shop):
    """Eva is on the list, Ben and Dan are not."""
    shop = tiny_shop(orders=ORDERS, consents=CONSENTS)
    (shop.snapshot.folder / "privacy.toml").write_text('[lists]\nno_answer = "list"\n')
    assert on_list(open_shop(shop.name)) == {"ann", "cai", "eva"}


def test_a_shop_without_consents_lists_everybody_as_unknown(tiny_shop):
    """Nobody was asked: all five, and each bears that nothing is known."""
    shop = tiny_shop(orders=ORDERS)
    assert on_list(shop) == set(BUYERS)
    by_word = measure(shop, "customer_count", by="marketing_consent").to_pylist()
    assert by_word == [{"marketing_consent": "unknown", "customer_count": 5}]


def test_a_refusal_of_analysis_says_nothing_about_marketing(tiny_shop):
    """Only words on marketing count for lists."""
    shop = tiny_shop(orders=ORDERS, consents=[*CONSENTS, word("ann", False, "2025-03-01 09:00", purpose="analytics")])
    assert on_list(shop) == {"cai"}  # Ann is in no figure at all


@pytest.mark.parametrize("name", LISTS)
def test_nobody_who_refused_marketing_is_on_a_list(demo_shop, name):
    """On every list, in its order: the whole without those left off."""
    answer = study(demo_shop, name)
    who = [row["customer_id"] for row in answer.to_pylist()]
    words = demo_shop.frame("customers").select("customer_id", "marketing_consent")
    allowed = {
        row["customer_id"] for row in demo_shop.fetch(words).to_pylist() if row["marketing_consent"] == "granted"
    }
    everybody = [row["customer_id"] for row in answer.whole.to_pylist()]
    assert who == [one for one in everybody if one in allowed]
    assert len(set(who)) + sum(answer.omissions.values()) == len(set(everybody))


def test_a_study_of_single_customers_is_a_list_or_says_why_not(worked_shop):
    """Whoever adds a study with a row per customer decides whether it is a list to act on."""
    personal = {key for key, column in all_columns().items() if column.personal}
    per_customer = {name for name in STUDIES if personal & set(study(worked_shop, name).whole.table.columns)}
    assert per_customer == {*LISTS, *NOT_TO_ADDRESS}


def test_who_is_left_off_is_counted_once(tiny_shop, monkeypatch):
    """Another reader of the same list hears the number that is known."""
    shop = tiny_shop(orders=ORDERS, consents=CONSENTS)
    known = study(shop, "first_time_buyers").omissions
    monkeypatch.setattr("customary.query.answer.count_omissions", None)
    assert study(open_shop(shop.name), "first_time_buyers").omissions == known != {}


def test_the_shell_says_whom_a_list_leaves_off(tiny_shop):
    """Under the table, and in JSON by reason."""
    shop = tiny_shop(orders=ORDERS, consents=CONSENTS)
    said = say("study", shop.name, "first_time_buyers").stdout.splitlines()
    assert said[-2:] == ["2 of 2 rows", "2 left off: refused marketing; 1 left off: never answered about marketing"]
    typed = told("study", shop.name, "first_time_buyers")
    assert typed["left_off"] == {"refused marketing": 2, "never answered about marketing": 1}


def test_a_viewer_hears_how_many_and_sees_nobody(tiny_shop):
    """A row about one person is refused to whoever is no analyst, by the runner; the count is no secret."""
    crowd = [sold(f"p{n}", f"fay{n}", "2025-03-01 10:00", 5) for n in range(10)]
    agreed = [word(f"fay{n}", True, "2025-01-01 09:00") for n in range(10)]
    shop = tiny_shop(orders=[*ORDERS, *crowd], consents=[*CONSENTS, *agreed])
    assert study(shop, "first_time_buyers").to_pylist()  # an analyst has asked before: what is known is not handed over
    answer = study(Shop(shop.name, shop.snapshot, "stakeholder"), "first_time_buyers")
    assert (answer.rows_total, answer.omissions["refused marketing"]) == (12, 2)
    for read in (answer.to_pylist, answer.head, answer.sql, answer.to_pandas, lambda: answer.table):
        with pytest.raises(Refused, match="only analysts see"):
            read()


# --- groups --------------------------------------------------------------------------------------

PLACES = {"DE": 15, "FR": 12, "IT": 3}
PEOPLE = [{"customer_id": f"{place}{n}", "country": place} for place, people in PLACES.items() for n in range(people)]


@pytest.fixture(scope="module")
def thirty(tiny_shop):
    """Fifteen customers in Germany, twelve in France, three in Italy; each bought for 10, one German gave 4 back."""
    orders = [
        sold(f"o{n}", one["customer_id"], "2025-03-01 10:00", 10, country=one["country"])
        for n, one in enumerate(PEOPLE)
    ]
    back = [returned("r1", "o0", "DE0", "2025-03-01 12:00", 4, country="DE")]
    return tiny_shop(customers=PEOPLE, orders=orders, returns=back, as_of="2025-04-01")


def by_country(shop, *metrics, **asked):
    rows = measure(shop, *metrics, by="country", **asked).to_pylist()
    return {row["country"]: tuple(row[metric] for metric in metrics) for row in rows}


def viewer_of(shop):
    return Shop(shop.name, shop.snapshot, "stakeholder")


def test_small_groups_are_merged_until_no_subtraction_reveals_them(thirty):
    """Three Italians alone would be what is missing from the total: the French, the next smallest, join them."""
    assert by_country(thirty, "customer_count") == {"DE": (15,), "FR": (12,), "IT": (3,)}
    assert by_country(viewer_of(thirty), "customer_count") == {"DE": (15,), "other": (15,)}


def test_merged_groups_are_the_same_in_every_frame(thirty):
    """Orders and returns speak of one “other”, whoever of it brought something back."""
    found = by_country(viewer_of(thirty), "order_count", "returned_revenue", "net_revenue")
    assert found == {"DE": (15, 4, 146), "other": (15, 0, 150)}


def test_merging_adds_nothing_and_loses_nothing(thirty):
    """By period and by two columns at once the parts add up to the whole, in groups of ten and more."""
    rows = measure(viewer_of(thirty), "order_count", "buyer_count", by=["country", "gender"], every="month").to_pylist()
    whole = measure(thirty, "order_count", during=("2025-03-01", "2025-04-01")).first["order_count"]
    assert sum(row["order_count"] for row in rows) == whole == 30
    assert all(row["buyer_count"] >= 10 for row in rows)
