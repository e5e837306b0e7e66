"""The search of the chapter Explore: by name and by meaning, in both languages, the best first."""

import pytest
from chapters import opened, text_of
from given import sold
from test_explore import STEM, words

from customary.page.explore.searching import search_results
from customary.query.search import rank_of, search
from customary.shop import Shop


@pytest.fixture(scope="module")
def shop(tiny_shop):
    """Orders of three customers."""
    rows = [sold(f"o{n}", f"K-{n}", "2025-01-05 10:00", 10, country="DE") for n in range(3)]
    return tiny_shop(orders=rows, as_of="2025-03-01", name="searched")


def found(shop, text):
    """Kind and name of what was found."""
    return [(hit.kind, hit.name) for hit in search(shop, text)]


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("net revenue", 0),
        ("NET_REVENUE", 0),
        ("net", 1),
        ("revenue", 2),
        ("sales returns", 3),
        ("zzz", None),
        (" ", None),
    ],
)
def test_a_name_comes_before_a_meaning(text, rank):
    """The very name, its beginning, a part of it, its definition; each word must be met."""
    assert rank_of(text, ("net_revenue", "净销售额"), ("Sales less the returns.",)) == rank


def test_metrics_studies_and_columns_are_found_in_both_languages(shop):
    """By the English name, by the Chinese one, by a word of the definition."""
    assert found(shop, "net revenue")[0] == found(shop, "净销售额")[0] == ("metric", "net_revenue")
    assert ("study", "retention") in found(shop, "retention") and ("column", "country") in found(shop, "country")
    assert ("metric", "buyer_count") in found(shop, "customers with an order") or found(shop, "customers")


def test_customers_are_found_by_analysts_alone(shop):
    """By the beginning of their number; a viewer does not even learn whether there is one."""
    viewer = Shop(shop.name, shop.snapshot, "stakeholder")
    assert [name for kind, name in found(shop, "K-") if kind == "customer"] == ["K-0", "K-1", "K-2"]
    assert found(viewer, "K-1") == []
    assert "timeline" in search_results(shop, "K-1").text


def test_what_is_found_is_a_link(shop):
    """Pages too; a text that meets nothing says so, and is text."""
    said = text_of(opened(STEM, "searched", address={"find": "retention"})[1])
    assert "/17_retention/" in said and "ask=retention" in said
    nothing = opened(STEM, "searched", address={"find": "<b>zzz"})[1]
    assert "Nothing is called or means" in words(nothing) and "<b>zzz" not in text_of(nothing)
