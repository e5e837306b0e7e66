"""Every chapter runs on a full shop and on one that has orders only; their studies give what a hand computes."""

import importlib.util
import os
import re
from datetime import date
from pathlib import Path

import ibis
import marimo as mo
import pytest

from customary import demo, intake, publish
from customary.page import choice as choices
from customary.page import filters, periods
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.serve.static.plain import plain
from customary.studies.lifecycle.gaps import intervals
from customary.studies.products.prices import price_bands
from customary.studies.tiers.rfm import rfm_ties

RULES = RuleBook.from_files(DATA)
NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
both = pytest.mark.parametrize("stem", [path.stem for path in sorted(NOTEBOOKS.glob("[0-9]*.py"))])


@pytest.fixture(scope="module")
def two_shops(tmp_path_factory):
    """A small demo shop and one with three orders and nothing else, in a folder of their own."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTOMARY_SHOPS", str(folder / "shops"))
        demo.generate(folder / "made", customers=200)
        files = [folder / "made" / "files" / name for name in demo.RAW_FILES]
        source = intake.source_named("demo")
        intake.adopt(files, source, folder / "shops" / "full", {"as_of": str(demo.AS_OF)})
        few = folder / "cdnow_few.txt"
        few.write_text(" 00001 1 19970101 1 10.00\n 00001 1 19970201 1 30.00\n 00002 2 19970115 1 20.00\n")
        intake.adopt([few], intake.source_named("cdnow"), folder / "shops" / "few", {})
        for name in ("full", "few"):
            publish.build(name, accepted="a small demo holds as much dirt as a large one")
        yield folder / "shops"


def opened(stem, shop, audience="stakeholder", address=None):
    """A chapter over a shop, opened by a link with these choices, and what its cells put out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTOMARY_SHOP", shop)
        patch.setenv("CUSTOMARY_AUDIENCE", audience)
        patch.setattr(filters.mo, "query_params", lambda: dict(address or {}))
        found = importlib.util.spec_from_file_location(f"chapter_{stem}", NOTEBOOKS / f"{stem}.py")
        chapter = importlib.util.module_from_spec(found)
        found.loader.exec_module(chapter)
        return chapter, chapter.app.run()[0]


def text_of(outputs):
    """All that the cells say."""
    return " ".join(getattr(one, "text", "") for one in outputs if one is not None)


@both
@pytest.mark.parametrize(("shop", "audience"), [("full", "analyst"), ("full", "stakeholder"), ("few", "stakeholder")])
def test_a_chapter_runs_and_answers(two_shops, stem, shop, audience):
    """Every cell runs; there are sentences and figures, or a kind note where the chapter's table is absent."""
    outputs = opened(stem, shop, audience)[1]
    said = text_of(outputs)
    assert "Definitions" in said
    assert ("cy-sentence" in said and "cy-figure" in said) or (shop == "few" and "cy-notice" in said)
    assert "nan" not in said.lower().split()
    assert "[{}" not in said, "a list to choose from has no words"
    assert all(plain(one.text) for one in outputs if getattr(one, "text", "")), "it cannot be drawn"


def test_where_no_model_is_identified_no_parameter_is_said_to_be(two_shops):
    """Three orders bound no parameter: the forecast check counts five models out and shows none."""
    said = re.sub("<[^>]*>", "", text_of(opened("19_forecast_check", "few", "analyst")[1]))
    assert "5 of 5 models are not identified" in said and "Parameters that the data bound" not in said


def links(offer):
    """Links that choose something, one choice each: every split and period, the commonest and rarest of each filter.

    With CUSTOMARY_EVERY_VALUE set, every value of each filter.
    """
    every = bool(os.environ.get("CUSTOMARY_EVERY_VALUE"))
    for name, values in offer.wheres.items():
        chosen = values if every else dict.fromkeys([values[0], values[-1]])
        yield from ({offer.name_in_links(name): value} for value in chosen)
    yield from ({"split": name} for name in offer.splits)
    yield from ({"period": name} for name in (periods.PRESETS if every else ["last 30 days"]))
    several = {offer.name_in_links(name): list(values[:2]) for name, values in offer.wheres.items()}
    yield from [several] if several else []


@both
def test_every_filter_leaves_every_cell_standing(two_shops, stem):
    """Whatever a reader chooses in the bar, no cell of the chapter fails, and none says "nan"."""
    chapter, _outputs = opened(stem, "full")
    for link in links(chapter.offer):
        said = text_of(opened(stem, "full", address=link)[1])
        assert "Definitions" in said and "nan" not in said.lower().split(), link


@both
def test_an_emptied_control_is_answered_in_a_sentence(two_shops, stem, monkeypatch):
    """Whoever clears each number, text and date of a chapter, or types a number out of range, sees no failed cell."""
    emptied = {mo.ui.number: None, mo.ui.text: "", mo.ui.date_range: None, mo.ui.code_editor: ""}
    strange = {mo.ui.number: -1e15, mo.ui.text: "' or 1=1 --"}
    for values in (emptied, strange):
        with monkeypatch.context() as patch:
            for control, value in values.items():
                patch.setattr(control, "value", property(lambda _self, value=value: value))
            assert "Definitions" in text_of(opened(stem, "full", "analyst")[1])


def test_an_emptied_number_is_asked_for_and_not_taken_as_nothing(two_shops, monkeypatch):
    """Without a budget there is no plan, and a contact without a cost is not free."""
    monkeypatch.setattr(mo.ui.number, "value", property(lambda _self: None))
    assert "Type a budget between" in text_of(opened("13_care", "full")[1])
    said = text_of(opened("15_churn", "full")[1])
    assert "Type what a contact costs" in said or "No score can be given" in said


@both
def test_a_page_names_its_population_and_what_a_link_asks_in_vain(two_shops, stem):
    """The header says whom the page speaks of; a value that nobody has is said, and is not taken for everybody."""
    chapter, outputs = opened(stem, "full", address={"period": "since ever"})
    said = text_of(outputs)
    assert "the whole shop" in said
    asked_in_vain = "The link asks for the period “since ever”, which is not known here; shown:" in said
    assert asked_in_vain or "cy-filters" not in said  # a chapter without filters goes by no link
    for name, values in list(chapter.offer.wheres.items())[:1]:
        link, label = chapter.offer.name_in_links(name), chapter.offer.label(name)
        said = text_of(opened(stem, "full", address={link: values[0]})[1])
        assert f"only {label} = {values[0]}" in said and "not in this shop" not in said
        said = text_of(opened(stem, "full", address={link: "Atlantis"})[1])
        assert f"{label}: ‘Atlantis’ is not in this shop; shown: all." in said


def test_the_channel_of_a_visit_is_not_that_of_an_order(two_shops):
    """Two columns of one name have two names on pages and in links, so that one never filters by the other."""
    visits, sales = opened("04_visits", "full")[0].offer, opened("07_returns", "full")[0].offer
    assert (visits.label("channel"), sales.label("channel")) == ("Source channel", "Order channel")
    assert (visits.name_in_links("channel"), sales.name_in_links("channel")) == ("source_channel", "channel")
    value = visits.wheres["channel"][0]
    assert choices.choose(visits, {"asked": f"source_channel={value}", "channel": [value]}).notes == ()
    assert choices.choose(visits, {"channel": value}).query == f"source_channel={value}"


def orders(*rows):
    """Orders as (customer, day of January)."""
    days = [{"customer_id": who, "day_on": date(2025, 1, day), "day": 20089 + day - 1} for who, day in rows]
    return ibis.memtable(days, schema={"customer_id": "string", "day_on": "date", "day": "int32"})


def test_open_gaps_make_the_median_longer():
    """Ann waits 2 and 4 days and then 23 in vain; Ben waits 9 days in vain: seen median 3, with the open ones 4."""
    people = ibis.memtable({"customer_id": ["ann", "ben"]})
    t = intervals(orders(("ann", 1), ("ann", 3), ("ann", 7), ("ben", 21)), people, date(2025, 1, 31), RULES)
    (row,) = t.to_pandas().to_dict("records")
    assert (row["gap_count"], row["open_count"], row["median_days"]) == (2, 2, 3)
    # Four at risk, one comes on day 2 (3/4 open), one of three on day 4 (1/2 open).
    assert row["km_median_days"] == 4


def test_equal_prices_share_a_band():
    """Three lines at 1 and one at 9: two bands, not split among the equals."""
    rows = [
        {"category": "a", "net_amount": p, "gross_amount": p, "quantity": 1, "unit_price": p, "charge": None}
        for p in (1.0, 1.0, 1.0, 9.0)
    ]
    told = price_bands(ibis.memtable(rows), "CNY", RULES, bands=2).to_pandas()
    assert told[["band", "spend"]].to_dict("records") == [{"band": 1, "spend": 3.0}, {"band": 2, "spend": 9.0}]


def test_ranks_split_equals_and_the_count_says_how_many():
    """Four buyers with one order each would get two NTILE scores; their four different spends would not be split."""
    rows = [
        {
            "customer_id": str(n),
            "is_buyer": True,
            "order_count": 1,
            "days_since_last_order": 5,
            "ordered_spend": float(n),
        }
        for n in range(4)
    ]
    told = rfm_ties(ibis.memtable(rows), bins=2).to_pandas().set_index("part").split_count.to_dict()
    assert told == {"frequency": 4, "recency": 4, "spend": 0}
