"""Rules on a page: an analyst edits them, everybody else reads them, and a change shows its effect first."""

import pytest
from given import sold

from customary import page
from customary.page.headers import header
from customary.places import DATA
from customary.query.rulebook import desk
from customary.shop import Shop

TIERS = (DATA / "tiers.toml").read_text("utf-8")
LOWERED = TIERS.replace("year_net_spend = { from = 3000 }", "year_net_spend = { from = 20 }")
EASED = LOWERED.replace("year_repurchase_count = { from = 2 }", "year_repurchase_count = { from = 1 }")


@pytest.fixture
def edited(worked_shop):
    """The worked shop; what is saved in its folder is taken away again."""
    yield worked_shop
    for ending in ("", ".before"):
        (worked_shop.snapshot.folder / f"tiers.toml{ending}").unlink(missing_ok=True)


def reader_of(shop):
    """The same snapshot as a stakeholder sees it."""
    return Shop(shop.name, shop.snapshot, "stakeholder")


def text_of(shop):
    """The shop's own tiers as they stand in its folder; None where it has none."""
    path = shop.snapshot.folder / "tiers.toml"
    return path.read_text("utf-8") if path.exists() else None


def test_a_reader_edits_nothing(edited):
    """For an audience other than analysts a text is not looked at, and the editor is closed."""
    reader = reader_of(edited)
    seen = page.rules.check(reader, "value_tier", LOWERED)
    assert (seen.text, seen.can_be_saved) == (TIERS, False)
    assert page.rules.editor(reader, "value_tier")._component_args["disabled"]
    assert not page.rules.editor(edited, "value_tier")._component_args["disabled"]


def test_a_change_shows_its_effect_before_it_is_saved(edited):
    """Ann would rise, and the file is still the old one; a mistake is a sentence in its place."""
    seen = page.rules.check(edited, "value_tier", EASED)
    assert seen.can_be_saved and "1 of 4 customers would change" in seen.effect.text
    wrong = page.rules.check(edited, "value_tier", TIERS.replace("from = 3000", "frm = 3000"))
    assert not wrong.can_be_saved and "line 14" in wrong.effect.text and text_of(edited) is None


def test_pressing_a_button_does_it_and_asks_the_page_again(edited):
    """A press writes once and calls the page; no press does neither; a refusal is a sentence."""
    calls = []

    def press(name):
        return page.rules.save(edited, change, {name: True}, lambda: calls.append(name)).text

    change = page.rules.check(edited, "value_tier", LOWERED)
    page.rules.save(edited, change, {"save": False, "undo": False}, lambda: calls.append("none"))
    assert text_of(edited) is None and not calls
    assert "Done" in press("save") and text_of(edited) == LOWERED
    assert "Nothing was changed" in press("save")
    assert "Done" in press("restore") and text_of(edited) is None
    assert "Done" in press("undo") and text_of(edited) == LOWERED
    assert calls == ["save", "restore", "undo"]


def test_changed_rules_are_marked_until_the_next_build(edited):
    """The head of an analyst's page says so; a reader's does not."""
    assert "not published" not in header(edited, "09_tiers").text
    desk(edited).save("tiers", LOWERED, base=TIERS)
    assert "not published" in header(edited, "09_tiers").text
    assert "not published" not in header(reader_of(edited), "09_tiers").text


def test_bounds_in_another_currency_are_noticed(tiny_shop, worked_shop):
    """A hundred buyers in euros, all basic by bounds in yuan: said, with the bounds that their own spend suggests."""
    orders = [sold(f"o{n}", f"c{n:03}", "2025-01-05 10:00", 10 * n) for n in range(1, 101)]
    shown = page.rules.currency_notice(tiny_shop(orders=orders, as_of="2025-03-01", currency="EUR")).text
    assert "bounded in CNY" in shown and "€950" in shown and "€800" in shown
    assert "bounded in" not in page.rules.currency_notice(worked_shop).text
