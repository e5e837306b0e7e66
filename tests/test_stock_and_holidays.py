"""Lists that wait for something: goods that are in stock, and holidays of the shop's calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from given import sold, told

from customary.campaigns import Ledger, draw
from customary.campaigns.due import Due, send_due
from customary.campaigns.formats import FORMS
from customary.campaigns.stock import stock_states
from customary.errors import Refused, UnknownName
from customary.places import DATA
from customary.query.playbook import Play, check_play, play_named
from customary.rules.book import RuleBook
from customary.studies.seasons.greetings import greeting_days, next_greeting

NOW = datetime(2025, 6, 1, 10, tzinfo=UTC)
GREETINGS = RuleBook.from_files(DATA)["seasons"]["greeting"]


def good(name, category, pieces):
    """A product of a category with so many pieces in stock, None where nobody says."""
    return {"product_id": name, "product_name": name, "category": category, "stock_count": pieces}


@pytest.fixture(scope="module")
def shop(tiny_shop):
    """Lamps are gone, of rugs one is left, of pens one is gone and of one nobody knows; five bought thrice."""
    stock = {"l1": ("lamps", 0), "l2": ("lamps", -1), "r1": ("rugs", 0), "r2": ("rugs", 1)}
    stock |= {"p1": ("pens", 0), "p2": ("pens", None)}
    products = [good(name, category, pieces) for name, (category, pieces) in stock.items()]
    tastes = {"ann": "l1", "bob": "l2", "cy": "r1", "dee": "p1"}
    orders = [sold(f"{who}{n}", who, f"2025-05-0{n + 1} 12:00", 10) for who in (*tastes, "eve") for n in range(3)]
    lines = [
        {"order_item_id": f"{who}{n}", "order_id": f"{who}{n}", "product_id": item, "quantity": 1, "unit_price": 10}
        for who, item in tastes.items()
        for n in range(3)
    ]
    tables = {"products": products, "orders": orders, "order_items": lines}
    return tiny_shop(**tables, customers=[{"customer_id": who} for who in (*tastes, "eve")], as_of="2025-06-01")


def offering(*goods):
    """A play for everybody who bought, with an offer of these goods."""
    options = {"age": 0, "state": "kept"}
    facts = {"study": "retention_people", "options": options, "score": "", "offer": "a coupon", "sent_by": "e-mail"}
    return check_play(Play("goods", "", contact_cost=0.0, hold_out=0.0, most=100, rest_days=30, goods=goods, **facts))


def test_what_is_left_of_a_category_is_its_pieces_and_unknown_is_not_nothing(shop):
    """One rug is left; no lamp; of pens one is gone, and the other one's stock is not told."""
    states = {"lamps": "out of stock", "rugs": "in stock", "pens": "stock not known"}
    assert stock_states(shop, "category") == states


@pytest.mark.parametrize("named", ["category=lamps", "product=r1"])
def test_an_offer_of_what_is_gone_is_suspended(shop, tmp_path, named):
    """Of all lamps, or of a rug of which none is left, though another is: nothing is drawn."""
    ledger = Ledger(tmp_path)
    with pytest.raises(Refused, match="of which nothing is in stock: the play is suspended"):
        draw(shop, offering(named), ledger, NOW)
    assert ledger.lists() == []


def test_unknown_stock_is_told_and_keeps_nobody_off(shop, tmp_path):
    """Pens are offered to all five, and the list says that their stock is not known; of rugs nothing is to say."""
    drawn = draw(shop, offering("category=pens", "product=r2"), Ledger(tmp_path), NOW)
    assert len(drawn.members) == 5 and drawn.left_off == {}
    assert drawn.question.endswith("; the stock of pens is not known")


def test_a_customer_whose_favourite_category_is_gone_is_left_off(shop, tmp_path):
    """Ann and Bob want lamps; Cy's rugs are there; Dee's pens and what Eve wants nobody knows."""
    drawn = draw(shop, offering("favourite_category"), Ledger(tmp_path), NOW)
    assert {member.customer_id for member in drawn.members} == {"cy", "dee", "eve"}
    assert drawn.left_off == {"whose favourite category is out of stock": 2} and drawn.candidates == 5
    assert drawn.question.endswith("favourite category of 2 customers is not known")


def test_goods_that_are_none_are_refused(shop, tmp_path):
    """A category that is misspelt, and a word that names none."""
    with pytest.raises(UnknownName, match="did you mean lamps"):
        draw(shop, offering("category=lamp"), Ledger(tmp_path), NOW)
    with pytest.raises(Refused, match="goods are product=ID"):
        offering("colour=red")


def test_a_calendar_knows_fixed_days_and_those_that_move():
    """Spring Festival was on 29 January 2025 and on 17 February 2026; Thanksgiving is the fourth Thursday."""
    found = {year: dict(map(reversed, greeting_days(GREETINGS, year, "CN"))) for year in (2025, 2026)}
    assert [found[year]["Spring Festival"] for year in (2025, 2026)] == [date(2025, 1, 29), date(2026, 2, 17)]
    assert found[2025]["New Year"] == date(2025, 1, 1) and "Christmas" not in found[2025]
    assert (date(2026, 11, 26), "Thanksgiving") in [*greeting_days(GREETINGS, 2026, "US")]
    assert [name for _day, name in greeting_days(GREETINGS, 2026, "")] == ["New Year"]


@pytest.mark.parametrize(
    ("as_of", "coming"),
    [("2025-12-28", None), ("2025-12-29", (date(2026, 1, 1), "New Year")), ("2026-01-02", None)],
)
def test_a_holiday_is_greeted_from_three_days_before_it_until_its_day(as_of, coming):
    """New Year's from 29 December on, over the turn of the year; on the second of January it is past."""
    assert next_greeting(GREETINGS, date.fromisoformat(as_of), 3, "CN") == coming


def test_buyers_are_greeted_and_on_other_days_nobody_which_is_no_fault(tiny_shop, tmp_path):
    """On 28 January 2025 in Shanghai Ann, who bought, is greeted for the Spring Festival; in June the play waits."""
    people = [{"customer_id": "ann"}, {"customer_id": "bob"}]
    orders, zone = [sold("o", "ann", "2025-01-05 12:00", 10)], {"time_zone": "Asia/Shanghai"}
    shop = tiny_shop(customers=people, orders=orders, as_of="2025-01-28", **zone)
    (row,) = told(shop, "holiday_greetings")
    assert (row["customer_id"], row["holiday"], str(row["holiday_on"])) == ("ann", "Spring Festival", "2025-01-29")
    june = tiny_shop(customers=people, orders=orders, as_of="2025-06-10", **zone)
    assert told(june, "holiday_greetings") == []
    play = replace(play_named(june.rules, "holiday greeting"), hold_out=0.0)
    (sent,) = send_due(june, Ledger(tmp_path), [Due(play, str(tmp_path), FORMS["plain"])], lambda: NOW)
    assert not sent.is_fault and "nobody is left" in sent.why_not
