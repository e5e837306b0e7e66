"""Rules of tiers: read, proved, edited; and what is asked of tiers – who moved, how few matter, what care costs."""

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import ibis
import pytest
from given import answer, line, returned, sold, told
from hypothesis import given, settings
from hypothesis import strategies as some
from typer.testing import CliRunner

from customary import customer_count, page, standard
from customary.cli import app
from customary.declare import SEGMENTS
from customary.errors import Refused, UnknownName
from customary.query.study import study
from customary.rules import editing as rulebook
from customary.rules import published
from customary.rules.proof import faults, proved
from customary.rules.reading import parsed, read
from customary.segments import value_tier

DATA = Path(standard.DATA)
RULE = """[tier]
zh = "层级"

[[tier.labels]]
name = "high"
when = [{ spend = { from = 10 } }]

[[tier.labels]]
name = "low"
when = [{ spend = { to = 10, or_unknown = true } }]
"""


def rules(text=RULE, columns=("spend", "count")):
    """The rules called tier of a text."""
    return read(parsed(text, "tiers"), "tier", columns, text)


# --- reading -------------------------------------------------------------------------------------


def test_a_bound_belongs_to_the_label_it_opens():
    """From is inside, to is outside; unknown is nowhere unless it is let in."""
    high, low = rules().labels
    assert [high.cases[0]["spend"].covers(value) for value in (9.99, 10, None)] == [False, True, False]
    assert [low.cases[0]["spend"].covers(value) for value in (9.99, 10, None)] == [True, False, True]
    assert high.text == "spend from 10" and low.text == "spend below 10 or unknown"


MISTAKES = {
    "an unknown column": (RULE.replace("spend = { to", "spent = { to"), "line 10: .*“low”.*spent.*did you mean spend"),
    "a typo in a range": (RULE.replace("from = 10", "form = 10"), "line 6: .*“high”.*form.*did you mean from"),
    "a typo in a label": (RULE.replace("when = [{ spend = { from", "wehn = [{ spend = { from"), "line 5: .*wehn"),
    "a typo in a set": (RULE.replace("[[tier.labels]]", "[[tier.lables]]"), "line 1: .*lables.*did you mean labels"),
    "a text as bound": (RULE.replace("from = 10", 'from = "10"'), "line 6: .*bounded by '10', which is no number"),
    "an empty range": (RULE.replace("{ from = 10 }", "{ from = 10, to = 10 }"), "line 6: .*is empty"),
    "an empty case": (RULE.replace("{ spend = { from = 10 } }", "{}"), "line 5: .*empty case holds for everybody"),
    "a name twice": (RULE.replace('"low"', '"high"'), "line 9: .*another label of this name"),
    "no TOML": (RULE.replace('zh = "层级"', "zh = 层级"), "no TOML.*line 2"),
    "no range": (RULE.replace("{ from = 10 }", "{ or_unknown = true }"), "line 6: .*without from, to or is"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line(mistake):
    """Whoever edits rules reads where it is wrong and what was meant."""
    text, said = MISTAKES[mistake]
    with pytest.raises((Refused, UnknownName), match=said):
        rules(text)


# --- proof ---------------------------------------------------------------------------------------


def test_a_hole_and_an_overlap_are_named():
    """Between 10 and 20 nobody, at 30 both; the first of them stands in the error."""
    text = RULE.replace("from = 10", "from = 20").replace("to = 10, or_unknown = true", "to = 10")
    assert [fault.text for fault in faults(rules(text))] == ["spend from 10 to below 20", "spend unknown"]
    with pytest.raises(Refused, match=r"2 holes and 0 overlaps: a customer with spend from 10 to below 20 .* no label"):
        proved(rules(text))
    twice = RULE.replace("from = 10", "from = 5")
    with pytest.raises(Refused, match=r"0 holes and 1 overlaps.*spend from 5 to below 10 would get both high and low"):
        proved(rules(twice))


def test_yes_and_no_are_proved_too():
    """True, false and unknown are all there is; a text among the values is refused, for it cannot be proved."""
    told_ = {"tier": {"labels": [{"name": "yes", "when": [{"is_buyer": {"is": True}}]}]}}
    assert [fault.text for fault in faults(read(told_, "tier"))] == ["is buyer is false", "is buyer unknown"]
    told_["tier"]["labels"].append({"name": "no", "when": [{"is_buyer": {"is": [False], "or_unknown": True}}]})
    assert proved(read(told_, "tier")).names == ("yes", "no")
    named = {"tier": {"labels": [{"name": "cn", "when": [{"country": {"is": "CN"}}]}]}}
    with pytest.raises(Refused, match="numbers and yes/no only"):
        proved(read(named, "tier"))


def test_every_published_set_is_total_and_exclusive():
    """What labels customers is proved; the rule as the documents write it has 13 holes and labels nobody."""
    for name, file in published.files().items():
        found = published.written(file, name)
        assert (not faults(found)) is found.is_published, name
    assert len(faults(published.written("tiers", "value_tier_as_written"))) == 13


ranges = some.builds(
    lambda low, width, unknown: {
        **({} if low is None else {"from": low}),
        **({} if width is None else {"to": (low or 0) + width}),
        **({"or_unknown": True} if unknown else {}),
    },
    some.none() | some.integers(-2, 4),
    some.none() | some.integers(1, 4),
    some.booleans(),
)
cases = some.lists(some.dictionaries(some.sampled_from(["spend", "count"]), ranges, max_size=2), max_size=3)
texts = some.lists(cases, min_size=1, max_size=4)
people = some.lists(some.tuples(some.none() | some.integers(-4, 9), some.none() | some.integers(-4, 9)), min_size=1)
_engine = ibis.duckdb.connect()


def _labels(rule, customers):
    rows = [{"spend": spend, "count": count} for spend, count in customers]
    table = ibis.memtable(rows, schema={"spend": "int64", "count": "int64"})
    holds = {f"is_{label.name}": label.holds(table) for label in rule.labels}
    return _engine.to_pyarrow(table.select(label=rule.label(table), **holds)).to_pylist()


@settings(max_examples=150, deadline=None)
@given(texts, people)
def test_any_rules_are_refused_or_give_everybody_one_label(drawn, customers):
    """Whatever a file says: a sentence, or for every customer, unknown values too, exactly one label in the engine."""
    told_ = {"tier": {"labels": [{"name": f"t{n}", "when": when} for n, when in enumerate(drawn)]}}
    try:
        rule = proved(read(told_, "tier", ["spend", "count"]))
    except Refused as error:
        assert str(error).startswith("[tier]")
        return
    for row in _labels(rule, customers):
        assert row["label"] in rule.names
        assert sum(row[f"is_{name}"] for name in rule.names) == 1


@settings(max_examples=60, deadline=None)
@given(some.lists(some.integers(-5, 30), min_size=1, max_size=4, unique=True), people)
def test_cut_points_in_order_always_make_rules(cuts, customers):
    """Any bounds, from the greatest down, are total and exclusive, and the label is the highest that is reached."""
    steps = sorted(cuts, reverse=True)
    labels = [{"name": f"from {steps[0]}", "when": [{"spend": {"from": steps[0]}}]}]
    labels += [{"name": f"from {low}", "when": [{"spend": {"from": low, "to": high}}]} for high, low in pairwise(steps)]
    labels.append({"name": "rest", "when": [{"spend": {"to": steps[-1], "or_unknown": True}}]})
    rule = proved(read({"tier": {"labels": labels}}, "tier", ["spend"]))
    for row, (spend, _count) in zip(_labels(rule, customers), customers, strict=True):
        reached = [step for step in steps if spend is not None and spend >= step]
        assert row["label"] == (f"from {reached[0]}" if reached else "rest")


# --- editing -------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A folder of rules of one's own: what is saved there changes nobody else's."""
    for path in DATA.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(standard, "DATA", tmp_path)
    return tmp_path / "tiers.toml"


def lowered(book):
    """The rules with the lower bound at 20 instead of 3,000."""
    return book.read_text("utf-8").replace("3000", "20")


def eased(book):
    """The same, and one repurchase is enough for the tier above basic."""
    text = lowered(book).replace("year_repurchase_count = { from = 2", "year_repurchase_count = { from = 1")
    return text.replace("year_repurchase_count = { to = 2", "year_repurchase_count = { to = 1")


def test_a_saved_rule_is_in_force_at_once(book, worked_shop):
    """Ann spent 60 in the year, on two days: basic by the old rule and by the new one, which wants two repurchases."""
    text = eased(book)
    before = answer(worked_shop, customer_count, by="value_tier")
    rulebook.save(worked_shop, "value_tier", text, base=book.read_text("utf-8"))
    assert before != answer(worked_shop, customer_count, by="value_tier")
    ann = answer(worked_shop, customer_count, by="value_tier", where={"customer_id": "ann"})
    assert ann == [{"value_tier": "potential", "customer_count": 1}]


def test_answers_given_before_are_not_given_again(book, worked_shop):
    """A remembered answer is remembered under the rules it was given by."""
    old = page.studied(worked_shop, "tiers").frame
    new_names = book.read_text("utf-8").replace('name = "basic"', 'name = "new here"')
    rulebook.save(worked_shop, "value_tier", new_names, base=book.read_text("utf-8"))
    assert "new here" in set(page.studied(worked_shop, "tiers").frame.value_tier) - set(old.value_tier)
    assert SEGMENTS["value_tier"].labels[-1] == "new here"


def test_undo_brings_back_the_version_before(book, worked_shop):
    """The last save is taken back, and taking it back can be taken back."""
    first = book.read_text("utf-8")
    assert not rulebook.can_undo("value_tier")
    rulebook.save(worked_shop, "value_tier", lowered(book), base=first)
    second = book.read_text("utf-8")
    rulebook.undo(worked_shop, "value_tier")
    assert book.read_text("utf-8") == first
    rulebook.undo(worked_shop, "value_tier")
    assert book.read_text("utf-8") == second != first


BROKEN = {
    "a hole": (("{ to = 3000, or_unknown", "{ to = 2000, or_unknown"), r"line 8: \[value_tier\] has .* holes"),
    "an overlap": (("{ to = 3000, or_unknown", "{ to = 4000, or_unknown"), r"line 8: \[value_tier\] .* overlaps"),
    "an unknown column": (("{ year_net_spend = { from = 10000 }", "{ year_nett_spend = { from = 10000 }"), "line 14"),
    "a typo": (("year_repurchase_count = { from = 5 } }]", "year_repurchase_count = { frm = 5 } }]"), "line 14: .*frm"),
    "broken TOML": (("[value_tier]", "[value_tier"), "line 8"),
    "a text column": (("year_net_spend", "favourite_category"), "favourite_category holds string"),
    "a set gone": (("rfm_tier", "other"), "rfm_tier.*no longer in the text"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_faulty_rule_changes_nothing(book, worked_shop, fault):
    """Hole, overlap, unknown column, typo, TOML: one sentence with the line, the file and its folder as they were."""
    (old, new), said = BROKEN[fault]
    before = book.read_text("utf-8")
    assert old in before
    files = sorted(path.name for path in book.parent.iterdir())
    with pytest.raises(Refused, match=said):
        rulebook.save(worked_shop, "value_tier", before.replace(old, new), base=before)
    assert book.read_text("utf-8") == before
    assert sorted(path.name for path in book.parent.iterdir()) == files


def test_who_edits_an_old_text_is_told(book, worked_shop):
    """Two edit at once: the second is refused, the first one's rule stands."""
    base = book.read_text("utf-8")
    rulebook.save(worked_shop, "value_tier", lowered(book), base=base)
    with pytest.raises(Refused, match="somebody else"):
        rulebook.save(worked_shop, "value_tier", base.replace("10000", "9000"), base=base)
    assert book.read_text("utf-8") == base.replace("3000", "20")


def test_a_reader_changes_nothing(book, worked_shop, monkeypatch):
    """For an audience other than analysts a text is neither looked at nor saved."""
    monkeypatch.setattr(worked_shop, "audience", "stakeholder")
    base = book.read_text("utf-8")
    seen = page.proposed(worked_shop, "value_tier", lowered(book))
    assert (seen.text, seen.can_be_saved) == (base, False)
    assert page.rule_editor(worked_shop, "value_tier")._component_args["disabled"]
    with pytest.raises(Refused, match="analysts only"):
        rulebook.save(worked_shop, "value_tier", lowered(book), base=base)
    with pytest.raises(Refused, match="analysts only"):
        rulebook.undo(worked_shop, "value_tier")


def test_a_rule_broken_by_hand_labels_nobody(book, worked_shop):
    """A file that was edited outside is refused with its place as soon as somebody asks; nothing is half applied."""
    book.write_text(book.read_text("utf-8").replace("{ to = 3000, or_unknown", "{ to = 2000, or_unknown"), "utf-8")
    with pytest.raises(Refused, match=r"data/tiers.toml, line 8: \[value_tier\]"):
        answer(worked_shop, customer_count, by="value_tier")


def test_the_effect_is_shown_before_saving(book, worked_shop):
    """Who would move where adds up to who there is and who there would be; the file is still the old one."""
    text = eased(book)
    moves = told(worked_shop, "rule_moves", text=text)
    moved = [(row["before"], row["after"], row["customer_count"]) for row in moves if row["is_moved"]]
    assert moved == [("basic", "potential", 1)]
    effect = {row["label"]: row for row in told(worked_shop, "rule_effect", text=text)}
    assert effect["potential"]["customers_before"] == 0 and effect["potential"]["customers_after"] == 1
    assert sum(row["customer_change"] for row in effect.values()) == 0
    assert sum(row["revenue_change"] for row in effect.values()) == pytest.approx(0)
    assert effect["potential"]["revenue_after"] == pytest.approx(85 - 30)  # o1 45, o2 10, o3 30, and r1 brought back
    seen = page.proposed(worked_shop, "value_tier", text)
    assert seen.can_be_saved and "1 of 4 customers would change" in seen.shown.text
    assert "no longer" not in book.read_text("utf-8") and "3000" in book.read_text("utf-8")


def test_pressing_save_saves_and_asks_the_page_again(book, worked_shop):
    """The button's press writes the file once and calls the page; no press does neither; a refusal is a sentence."""
    calls = []
    proposal = page.proposed(worked_shop, "value_tier", lowered(book))
    page.rule_saved(worked_shop, proposal, {"save": False, "undo": False}, lambda: calls.append(1))
    assert "3000" in book.read_text("utf-8") and not calls
    assert "Done" in page.rule_saved(worked_shop, proposal, {"save": True}, lambda: calls.append(1)).text
    assert "3000" not in book.read_text("utf-8") and calls == [1]
    assert "Nothing was changed" in page.rule_saved(worked_shop, proposal, {"save": True}, lambda: calls.append(1)).text
    assert calls == [1]


# --- the command ---------------------------------------------------------------------------------


def typed(*words):
    """What `customary rules …` prints, and its exit code."""
    done = CliRunner().invoke(app, ["rules", *words], env={"COLUMNS": "250"})
    return done.output, done.exit_code


def test_the_command_proves_all_rules(worked_shop):
    """Every set with its verdict; holes of the text in words, with the customers of a shop in each."""
    out, code = typed()
    assert code == 0 and "total and exclusive" in out and "13 of 13 rows" in out
    out, code = typed("value_tier_as_written", "--shop", worked_shop.name, "--format", "json")
    found = json.loads(out)
    assert code == 0 and found["rules"][0]["hole_count"] == 13
    assert all(fault["kind"] == "hole" and fault["customer_count"] == 0 for fault in found["faults"])


def test_the_command_fails_where_a_published_rule_does(book):
    """Exit code 1 and the hole, so that a build can stop on it."""
    book.write_text(book.read_text("utf-8").replace("{ to = 3000, or_unknown", "{ to = 2000, or_unknown"), "utf-8")
    out, code = typed("value_tier")
    assert code == 1 and "faulty" in out and "year net spend from 2,000 to below 3,000" in out
    book.write_text(book.read_text("utf-8").replace("or_unknown = true", "or_unknwn = true"), "utf-8")
    out, code = typed("value_tier")
    assert code == 1 and "line 28: " in out and "or_unknwn" in out


# --- scores --------------------------------------------------------------------------------------


def test_weights_make_the_mean_of_the_scores(demo_shop):
    """Weights 2, 1, 1: twice recency, plus frequency, plus money, over four."""
    for row in told(demo_shop, "rfm", weights="2,1,1"):
        assert row["weighted_score"] == pytest.approx((2 * row["r_score"] + row["f_score"] + row["m_score"]) / 4)


def test_money_may_be_the_mean_of_an_order(worked_shop):
    """Ann's 85 in three orders are less an order than Cai's 80 in one."""
    score = {row["customer_id"]: row["m_score"] for row in told(worked_shop, "rfm", bins=3, amount="mean")}
    whole = {row["customer_id"]: row["m_score"] for row in told(worked_shop, "rfm", bins=3)}
    assert score["cai"] > score["ann"] and whole["ann"] > whole["cai"]


@pytest.mark.parametrize("weights", ["1,1", "0,0,0", "a,b,c", ""])
def test_weights_that_are_none_are_refused(worked_shop, weights):
    """Three numbers, not all 0."""
    with pytest.raises(Refused, match="weights"):
        study(worked_shop, "rfm", weights=weights)


def test_a_composite_score_ranks_by_what_is_asked(worked_shop):
    """By spend alone: Ann 85, Cai 80, Ben 27 – shares of the others that have strictly less: 100, 50, 0."""
    rows = told(worked_shop, "composite_score", columns="ordered_spend", weights="1")
    assert [(r["customer_id"], r["composite_score"]) for r in rows] == [("ann", 100), ("cai", 50), ("ben", 0)]
    turned = told(worked_shop, "composite_score", columns="ordered_spend", weights="-1")
    assert [row["customer_id"] for row in turned] == ["ben", "cai", "ann"]
    with pytest.raises(UnknownName, match="ordered_spend"):
        study(worked_shop, "composite_score", columns="ordred_spend", weights="1")


# --- concentration -------------------------------------------------------------------------------


def spenders(*amounts):
    """Customers who spent these amounts."""
    rows = [{"customer_id": f"c{n}", "is_buyer": True, "ordered_spend": float(a)} for n, a in enumerate(amounts)]
    return ibis.memtable(rows, schema={"customer_id": "string", "is_buyer": "boolean", "ordered_spend": "float64"})


def concentrated(*amounts):
    """The one row of `concentration` over these amounts."""
    from customary.studies.care import concentration

    (row,) = _engine.to_pyarrow(concentration(spenders(*amounts))).to_pylist()
    return row


def test_concentration_by_hand():
    """Of 6, 2, 1 and 1 the top 10 % is 0.4 of the biggest: 2.4 of 10; the top 20 % 4.8; Gini 0.4 by its mean gap."""
    row = concentrated(1, 6, 2, 1)
    assert (row["buyer_count"], row["spend"]) == (4, 10)
    assert row["top_1_share"] == pytest.approx(0.024)
    assert row["top_10_share"] == pytest.approx(0.24) and row["top_20_share"] == pytest.approx(0.48)
    gaps = sum(abs(a - b) for a in (6, 2, 1, 1) for b in (6, 2, 1, 1))
    assert row["gini"] == pytest.approx(gaps / (2 * 4 * 4 * 2.5))


def test_equal_spenders_are_not_concentrated():
    """All equal: the top tenth holds a tenth, Gini is 0; one alone holds everything, nobody nothing at all."""
    row = concentrated(*[5] * 7)
    assert row["gini"] == pytest.approx(0) and row["top_10_share"] == pytest.approx(0.1)
    assert concentrated(8)["top_1_share"] == pytest.approx(0.01) and concentrated(8)["gini"] == pytest.approx(0)
    assert concentrated()["gini"] is None and concentrated(0, 0)["top_10_share"] is None


@settings(max_examples=30, deadline=None)
@given(some.lists(some.integers(0, 1000), min_size=1, max_size=30).filter(any))
def test_gini_is_half_the_relative_mean_difference(amounts):
    """The sum over ranks equals the definition over all pairs; top shares grow with the top."""
    row, n = concentrated(*amounts), len(amounts)
    gaps = sum(abs(a - b) for a in amounts for b in amounts)
    assert row["gini"] == pytest.approx(gaps / (2 * n * sum(amounts)), abs=1e-9)
    shares = [row[f"top_{top}_share"] for top in (1, 10, 20)]
    assert shares == sorted(shares) and shares[0] >= 0.01 - 1e-9 and shares[-1] <= 1 + 1e-9


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 20])
def test_a_lorenz_curve_ends_at_one(worked_shop, steps):
    """From the smallest spender up, shares rise to everybody and everything, and never above the diagonal."""
    rows = told(worked_shop, "lorenz", steps=steps)
    assert rows[-1]["buyer_share"] == pytest.approx(1) and rows[-1]["spend_share"] == pytest.approx(1)
    assert all(row["spend_share"] <= row["buyer_share"] + 1e-9 for row in rows)


def test_abc_by_hand(worked_shop):
    """Ann 85, Cai 80, Ben 27 of 192: Cai crosses 80 % from 44 % and is A; Ben begins at 86 % and is B."""
    rows = {row["abc"]: row for row in told(worked_shop, "abc")}
    assert {name: row["thing_count"] for name, row in rows.items()} == {"A": 2, "B": 1}
    products = {row["abc"]: row["thing_count"] for row in told(worked_shop, "abc", of="products", a=0.5)}
    assert products == {"A": 1, "B": 1}  # lamp 60 of 117, and mug 57 begins at 51 %
    with pytest.raises(Refused, match="in order"):
        study(worked_shop, "abc", a=0.9, b=0.5)


# --- migration -----------------------------------------------------------------------------------

MOVES = [
    *(sold(f"r{n}", "riser", f"2025-0{n}-10 10:00", 2_500) for n in range(1, 7)),  # 2024: nothing much
    sold("r0", "riser", "2024-02-10 10:00", 100),
    *(sold(f"f{n}", "faller", f"2024-0{n}-10 10:00", 3_000) for n in range(1, 7)),
    sold("n1", "newcomer", "2025-05-05 10:00", 50),
]


@pytest.fixture(scope="module")
def moving(tiny_shop):
    """One who rises, one who falls, one who stays, one who comes; a refund of 2025 for an order of 2024."""
    orders = [*MOVES]
    orders += [sold("s1", "stayer", "2024-03-10 10:00", 100), sold("s2", "stayer", "2025-03-10 10:00", 100)]
    back = [returned("b1", "f6", "faller", "2025-02-01 10:00", 3_000)]
    return tiny_shop(orders=orders, returns=back, as_of="2025-08-01")


def test_migration_by_hand(moving):
    """A year before, the faller was at 18,000 with five repurchases and the riser at 100; today it is the other way."""
    rows = {(row["before"], row["after"]): row for row in told(moving, "migration")}
    assert {pair: row["move"] for pair, row in rows.items()} == {
        ("high value", "basic"): "fell",
        ("basic", "high value"): "rose",
        ("basic", "basic"): "stayed",
        ("not yet known", "basic"): "new",
    }
    assert rows["basic", "basic"]["from_share"] == 0.5 and rows["basic", "basic"]["from_count"] == 2
    assert rows["high value", "basic"]["year_net_spend_before"] == 18_000  # the refund came later
    assert rows["basic", "basic"]["seen_days"] == 204  # from 10 January to 1 August 2024
    low, high = rows["basic", "basic"]["low_share"], rows["basic", "basic"]["high_share"]
    assert 0 < low < 0.5 < high < 1


def test_an_earlier_tier_knows_nothing_of_later(demo_shop):
    """The tier worked out for the as-of date is the tier of today, customer by customer counted."""
    rows = told(demo_shop, "migration", days=200)
    for name in SEGMENTS["value_tier"].labels:
        after = sum(row["customer_count"] for row in rows if row["after"] == name)
        (today,) = [row["customer_count"] for row in told(demo_shop, "tiers") if row["value_tier"] == name] or [0]
        assert after == today


def test_the_past_is_what_it_was(tiny_shop):
    """Tiers of an earlier date, worked out today, are those that a shop built on that date shows."""
    late = {**sold("p", "late payer", "2024-06-01 10:00", 90_000), "paid_at": "2024-09-01 10:00"}
    then = tiny_shop(orders=[*MOVES, late], as_of="2024-08-01")
    now = tiny_shop(orders=[*MOVES, late], as_of="2025-08-01")
    rows = told(now, "migration")
    worked_out = {}
    for row in rows:
        worked_out[row["before"]] = worked_out.get(row["before"], 0) + row["customer_count"]
    bought = {row["value_tier"]: row["year_buyer_count"] for row in told(then, "tiers")}
    assert {name: count for name, count in worked_out.items() if name != "not yet known"} == bought


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"at": "2030-01-01"}, "after"),
        ({"days": 0}, "not before"),
        ({"at": "soon"}, "not a day"),
        ({"segment": "value_teir"}, "value_tier"),
    ],
)
def test_dates_that_are_none_are_refused(moving, asked, said):
    """No date after the data, no two dates in the wrong order, no unknown segment."""
    with pytest.raises((Refused, UnknownName), match=said):
        study(moving, "migration", **asked)


def test_a_window_gives_both_dates(moving):
    """The two ends of `during` are the two dates."""
    rows = told(moving, "migration", during=("2024-08-01", "2025-08-01"))
    assert rows == told(moving, "migration")
    assert {(row["first_on"], row["second_on"]) for row in rows} == {(date(2024, 8, 1), date(2025, 8, 1))}


def test_outcomes_are_of_later(moving):
    """Of the high-value customers of August 2024 none bought in the year after; of the two basic ones both did."""
    rows = {row["label"]: row for row in told(moving, "tier_outcomes", days=365)}
    assert (rows["high value"]["bought_count"], rows["basic"]["bought_count"]) == (0, 2)
    assert rows["basic"]["ordered_revenue"] == 15_100
    assert rows["high value"]["low_rate"] == 0 and rows["high value"]["high_rate"] > 0.5


# --- next tier, contrast, care, budget -------------------------------------------------------------


def test_the_next_tier_says_what_is_missing(tiny_shop):
    """9,000 with five repurchases lack 1,000; 12,000 with three lack two: a tenth is nearer than two fifths."""
    orders = [sold(f"a{n}", "ann", f"2025-0{n + 1}-10 10:00", 1_500) for n in range(6)]
    orders += [sold(f"b{n}", "ben", f"2025-0{n + 1}-10 10:00", 3_000) for n in range(4)]
    rows = told(tiny_shop(orders=orders, as_of="2025-08-01"), "next_tier")
    facts = ("customer_id", "missing_year_net_spend", "missing_year_repurchase_count", "distance")
    assert [tuple(row[name] for name in facts) for row in rows] == [
        ("ann", 1_000, 0, pytest.approx(0.1)),
        ("ben", 0, 2, pytest.approx(0.4)),
    ]


def test_a_contrast_compares_two_groups(tiny_shop):
    """Forty big spenders from search against forty small ones from ads: the share differs by one, the mean by 90."""
    people = [
        {"customer_id": f"{kind}{n}", "acquisition_channel": channel, "registered_at": "2025-01-01 10:00"}
        for kind, channel in (("a", "search"), ("b", "ads"))
        for n in range(40)
    ]
    orders = [
        row
        for n in range(40)
        for row in (
            *(sold(f"a{n} {k}", f"a{n}", f"2025-0{k}-02 10:00", 2_000 + n) for k in range(1, 7)),
            sold(f"b{n}", f"b{n}", "2025-02-02 10:00", 100 + n),
        )
    ]
    rows = told(tiny_shop(customers=people, orders=orders, as_of="2025-08-01"), "contrast", segment="value_tier")
    share = next(row for row in rows if row["value"] == "search")
    assert (share["first_value"], share["second_value"], share["difference"]) == (1, 0, 1)
    assert share["verdict"] == "higher" and 0 < share["low_difference"] < share["high_difference"] <= 1
    value = next(row for row in rows if row["name"] == "average order value")
    assert value["difference"] == pytest.approx(1_900) and value["first_count"] == value["second_count"] == 40
    assert {row["name"] for row in rows if row["is_defining"]} == {"orders", "spend", "days since the last order"}


def test_nobody_is_compared_with_themselves(demo_shop):
    """Two groups are two; a label that does not exist is answered with the nearest."""
    with pytest.raises(Refused, match="itself"):
        study(demo_shop, "contrast", segment="rfm_tier", first="loyal", second="loyal")
    with pytest.raises(UnknownName, match="loyal"):
        study(demo_shop, "contrast", segment="rfm_tier", first="loyl")


def test_services_say_who_gets_them(demo_shop):
    """Every service of the list with the people it is for; a list handed on has as many."""
    rows = {row["name"]: row for row in told(demo_shop, "services")}
    asked = {"B-067", "B-068", "B-069", "B-070", "B-071", "C-068", "C-070", "C-072"}
    assert asked <= {row["source"] for row in rows.values()}
    tiers = {row["value_tier"]: row["customer_count"] for row in told(demo_shop, "tiers")}
    assert rows["VIP agent"]["customer_count"] == tiers.get("high value", 0)
    coupons = told(demo_shop, "service_list", service="exclusive coupon", n=3)
    assert coupons[0]["customer_total"] == rows["exclusive coupon"]["customer_count"] == tiers["potential"]
    with pytest.raises(UnknownName, match="VIP agent"):
        study(demo_shop, "service_list", service="VIP agnt")


def test_a_pair_by_hand(tiny_shop):
    """Three bought a mug, two of them a lamp as well; of four buyers two have a lamp: two thirds against a half."""
    orders = [sold(f"o{who}", who, "2025-01-05 10:00") for who in "abcd"]
    lines = [line(f"m{who}", f"o{who}", "mug", 1, 5) for who in "abc"] + [
        line(f"l{who}", f"o{who}", "lamp", 1, 5) for who in "ab"
    ]
    lines.append(line("pd", "od", "pin", 1, 5))
    shop = tiny_shop(orders=orders, order_items=lines, as_of="2025-08-01")
    row = told(shop, "product_pairs", product="mug", fewest=1)[0]
    assert (row["second_id"], row["both_count"], row["open_count"]) == ("lamp", 2, 1)
    assert row["both_rate"] == pytest.approx(2 / 3) and row["usual_rate"] == 0.5
    assert row["lift"] == pytest.approx(4 / 3) and row["low_rate"] < 2 / 3 < row["high_rate"]


CARE_ORDERS = [
    sold("1", "fresh", "2025-07-20 10:00", 10),
    sold("2", "late", "2025-07-10 10:00", 10, delivered_at="2025-07-20 10:00", promised_on="2025-07-15"),
    sold("3", "old", "2025-01-10 10:00", 10),
    *(sold(f"w{n}", "waited for", f"2025-0{n}-01 10:00", 3_000) for n in range(1, 7)),
    *(sold(f"q{n}", "quiet", f"2025-07-{n:02d} 10:00", 3_000) for n in range(10, 31, 4)),
]


@pytest.fixture(scope="module")
def caring(tiny_shop):
    """Two recent first-time buyers, one long ago; two of high value, one with a complaint."""
    tickets = [{"ticket_id": "t", "customer_id": "waited for", "opened_at": "2025-07-01 10:00", "kind": "complaint"}]
    return tiny_shop(orders=CARE_ORDERS, tickets=tickets, as_of="2025-08-01")


def test_first_time_buyers_with_trouble_come_first(caring):
    """The late parcel before the fresh one; who bought in January is no longer new."""
    rows = told(caring, "first_time_buyers")
    assert [(row["customer_id"], row["sign"]) for row in rows] == [("late", "delivered late"), ("fresh", "none")]
    assert rows[0]["customer_total"] == 2 and rows[0]["trouble_total"] == 1


def test_a_good_customer_with_signs_is_listed(caring):
    """Every 30 days and now silent for 61, with a complaint: two signs. Every four days and silent for two: none."""
    (row,) = told(caring, "high_value_care")
    assert (row["customer_id"], row["sign_count"], row["tier_total"]) == ("waited for", 2, 2)
    assert row["is_overdue"] and row["has_complained"] and not row["has_returned"]
    assert row["usual_gap_days"] == pytest.approx(151 / 5)


def budgeted(shop, **options):
    """Tier → its line of the budget."""
    return {row["value_tier"]: row for row in told(shop, "tier_budget", **options)}


def test_a_budget_by_hand(book, caring):
    """Two of high value, orders worth 3,000: 0.08 × 3,000 × 0.35 − 5 = 79 each; the basic ones would lose money."""
    high, basic = (budgeted(caring)[name] for name in ("high value", "basic"))
    assert high["order_value"] == 3_000 and high["order_value_error"] == 0
    assert high["profit_per_contact"] == pytest.approx(79) and high["contacted_count"] == 2
    assert high["expected_profit"] == pytest.approx(158)
    assert (high["low"], high["high"]) == (pytest.approx(53), pytest.approx(263))
    assert basic["contacted_count"] == 0 and basic["expected_profit"] == 0


def test_a_budget_is_not_overspent(demo_shop):
    """Whatever the budget: never more is spent, more budget never brings less, and none brings nothing."""
    earned = []
    for budget in (0, 10, 50, 1_000_000):
        rows = budgeted(demo_shop, budget=float(budget)).values()
        assert sum(row["expected_spend"] for row in rows) <= budget + 1e-6
        assert all(row["low"] <= row["expected_profit"] <= row["high"] for row in rows)
        earned.append(sum(row["expected_profit"] for row in rows))
    assert earned == sorted(earned) and earned[0] == 0 < earned[-1]


def test_a_wrong_assumption_is_refused_with_its_place(book, caring):
    """A response rate outside its own range is a mistake in the file, and said so."""
    path = book.with_name("budget.toml")
    path.write_text(path.read_text("utf-8").replace("response_rate = 0.08", "response_rate = 0.8"), "utf-8")
    with pytest.raises(Refused, match=r"data/budget.toml, tier “high value”"):
        study(caring, "tier_budget")


def test_value_tier_is_what_the_file_says(worked_shop):
    """The segment has no bounds of its own."""
    assert value_tier.labels == tuple(label["name"] for label in standard.rules("tiers")["value_tier"]["labels"])
