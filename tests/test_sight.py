"""What a viewer sees of the frames: rules on rows and columns, carried by the query itself."""

import pytest

from customary import measure
from customary.shop import Shop, open_shop
from customary.sight import Sight, Viewer, ask_viewer

GERMAN = Sight(rows=(("country", ("DE",)),))


def seen(shop, sight, audience="analyst"):
    """The same shop as somebody with these rules sees it."""
    return Shop(shop.name, shop.snapshot, audience, sight)


def values(shop, frame, column):
    """The values of a column of a frame, as its viewer has them."""
    return sorted(map(str, shop.fetch(shop.frame(frame).select(column))[column].to_pylist()))


def test_a_row_is_seen_by_its_own_value(worked_shop):
    """Ben's orders are German, those left out included; Ann's are Chinese, and of Cai's nobody knows the country."""
    assert values(seen(worked_shop, GERMAN), "orders", "order_id") == [*("o11", "o12", "o4", "o6", "o7", "o8", "o9")]


def test_a_row_without_the_column_is_seen_with_what_it_belongs_to(worked_shop):
    """Tickets know no country: those of German customers are seen, and those of nobody are not."""
    german = seen(worked_shop, GERMAN)
    theirs = set(values(german, "customers", "customer_id"))
    assert theirs <= {"ben", "rex"} and "ben" in theirs
    assert set(values(german, "tickets", "customer_id")) <= theirs
    assert set(values(german, "months", "customer_id")) <= theirs


def test_what_belongs_to_nobody_is_not_seen(worked_shop):
    """Spend and the lists of a build tell of all countries together, so nothing of them is shown; goods are goods."""
    german = seen(worked_shop, GERMAN)
    for frame in ("spend", "files", "quarantine", "ledger", "merges"):
        assert german.fetch(german.frame(frame)).num_rows == 0, frame
    assert values(german, "products", "product_id") == values(worked_shop, "products", "product_id")


def test_figures_are_of_the_rows_that_are_seen(worked_shop):
    """Net revenue is 27 less a refund of 10 in Germany; the split by country names no other."""
    assert measure(worked_shop, "net_revenue").first["net_revenue"] > 100
    german = seen(worked_shop, GERMAN)
    assert float(measure(german, "net_revenue").first["net_revenue"]) == 17
    assert measure(german, "order_count", by="country").to_pyarrow()["country"].to_pylist() == ["DE"]
    assert measure(german, "order_count", where={"country": "DE"}).first["order_count"] == 1


def test_a_rule_on_a_column_that_nothing_has_shows_nothing(worked_shop):
    """A slip of the pen in a rule closes the door; it does not open it."""
    lost = seen(worked_shop, Sight(rows=(("contry", ("DE",)),)))
    assert values(lost, "orders", "order_id") == [] and values(lost, "customers", "customer_id") == []


def test_two_rules_hold_together(worked_shop):
    """German and of channel "nothing": nobody."""
    both = Sight(rows=(("country", ("DE",)), ("channel", ("nothing",))))
    assert values(seen(worked_shop, both), "orders", "order_id") == []


def test_a_hidden_column_is_unknown(worked_shop):
    """In every frame, or in the one that is named; what rests on it is unknown, and no row is lost."""
    hidden = seen(worked_shop, Sight(hidden=("country", "orders.net_amount")))
    assert set(values(hidden, "orders", "country")) == set(values(hidden, "customers", "country")) == {"None"}
    assert set(values(hidden, "orders", "net_amount")) == {"None"}
    assert values(hidden, "orders", "order_id") == values(worked_shop, "orders", "order_id")
    assert measure(hidden, "order_count", by="country").to_pyarrow()["country"].to_pylist() == [None]


def test_viewers_do_not_share_answers(worked_shop):
    """The same question of three viewers, one after the other and back again."""
    chinese = Sight(rows=(("country", ("CN",)),))
    viewers = [worked_shop, seen(worked_shop, GERMAN), seen(worked_shop, chinese), seen(worked_shop, GERMAN)]
    found = [measure(viewer, "order_count").first["order_count"] for viewer in viewers]
    assert found[1] == found[3] == 1 and len(set(found)) == 3


@pytest.fixture
def asked():
    """Who looks is asked of the test, and of nobody afterwards."""
    yield ask_viewer
    ask_viewer(lambda: None)


def test_a_page_opens_the_shop_of_its_reader(worked_shop, asked, monkeypatch):
    """`open_shop()` of a page asks who looks; by name, as in a shell, nobody is asked."""
    monkeypatch.setenv("CUSTOMARY_SHOP", worked_shop.name)
    asked(lambda: Viewer("stakeholder", GERMAN))
    page = open_shop()
    assert page.audience == "stakeholder" and page.fetch(page.frame("ledger")).num_rows == 0
    assert open_shop(worked_shop.name).fetch(worked_shop.frame("ledger")).num_rows > 0
