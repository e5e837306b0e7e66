"""Whatever a reader chooses in the bar of a chapter, its cells stand, and it says whom it speaks of.

A few links of each chapter are tried over a full shop, one with orders alone and one with odd words; `make slow` tries
every value of every filter, split, period, comparison and switch over all three.
"""

import pytest
from chapters import (
    STEMS,
    every_chapter,
    every_link,
    first_view,
    in_link,
    offer_of,
    opened,
    some_links,
    stands,
    switch_links,
    text_of,
)
from samples import thirds

from customary.page import periods
from customary.page.choice import value_text

SHOPS = ["chapter_shops", "plain_shop", "odd_words_shop"]
NAMES = {"chapter_shops": "full", "plain_shop": "plain", "odd_words_shop": "odd_words"}
every_shop = pytest.mark.parametrize("kind", SHOPS)


@pytest.fixture
def shop(request, kind):
    """The name of a shop of this kind."""
    request.getfixturevalue(kind)
    return NAMES[kind]


def failed_links(stem, shop, links):
    """The links by which a chapter does not stand."""
    return [link for link in links if not stands(text_of(opened(stem, shop, address=link)[1]))]


@pytest.mark.parametrize(
    ("kind", "stem"),
    [
        pytest.param(kind, *part.values, marks=part.marks)
        for number, kind in enumerate(SHOPS)
        for part in thirds(STEMS, number, 6)
    ],
)
def test_some_filters_leave_every_cell_standing(shop, stem):
    """The rarest values together in a short time, by a split; one day, elsewhere: no cell fails, none says "nan"."""
    tried = [*some_links(offer_of(first_view(stem, shop)))]
    assert failed_links(stem, shop, tried if shop == "full" else tried[:1]) == []


@pytest.mark.slow
@every_chapter
@every_shop
def test_every_filter_leaves_every_cell_standing(shop, stem):
    """Every offered value, two filters at once, values nobody has, every split, period, comparison and switch."""
    view = first_view(stem, shop)
    names = view[2]
    links = [*every_link(offer_of(view)), *switch_links(names.get("fields", ()))]
    assert failed_links(stem, shop, links) == []


@pytest.mark.parametrize("stem", ["21_funnel", "22_interest"])
def test_the_switches_of_a_chapter_leave_every_cell_standing(chapter_shops, stem):
    """The last answer of each switch, and one that is no answer, which is said."""
    fields = first_view(stem, "full")[2]["fields"]
    assert failed_links(stem, "full", ({field.name: [*field.options][-1]} for field in fields)) == []
    said = text_of(opened(stem, "full", address={fields[0].name: "Atlantis"})[1])
    assert f"{fields[0].label}: ‘Atlantis’ is no answer here" in said


@pytest.mark.parametrize("stem", thirds(STEMS, 2, 6))
def test_a_page_names_its_population_and_what_a_link_asks_in_vain(chapter_shops, stem):
    """The header says whom the page speaks of; a value that nobody has is said, and is not taken for everybody."""
    view = first_view(stem, "full")
    offer = offer_of(view)
    assert "the whole shop" in text_of(view[1])
    named = {offer.name_in_links(name): (name, values[-1]) for name, values in offer.wheres.items()}
    address = {link: f"{in_link(value)},Atlantis" for link, (_name, value) in named.items()}
    said = text_of(opened(stem, "full", address={"period": "since ever", **address})[1])
    asked_in_vain = "The link asks for the period “since ever”, which is not known here; shown:" in said
    assert asked_in_vain or "cy-filters" not in said  # a chapter without filters goes by no link
    for name, value in named.values():
        label, shown = offer.label(name), value_text(offer, name, value)
        assert f"{label} = {shown}" in said
        assert f"{label}: ‘Atlantis’ is not in this shop; shown: {shown}." in said


def test_a_day_without_a_buyer_has_no_tiers(odd_words_shop):
    """The last day of a shop, on which nobody bought: the finding on tiers says that there is no order."""
    last = first_view("09_tiers", "odd_words")[0].offer.last_day
    address = {"period": periods.CUSTOM, "between": f"{last}_{last}"}
    assert stands(text_of(opened("09_tiers", "odd_words", address=address)[1]))


def test_of_values_that_nobody_has_everybody_is_shown(chapter_shops):
    """A filter of which no value is left means all, and says so."""
    chapter = first_view("06_orders", "full")[0]
    label = chapter.offer.label("region")
    said = text_of(opened("06_orders", "full", address={"region": "Atlantis"})[1])
    assert f"{label}: ‘Atlantis’ is not in this shop; shown: all." in said
