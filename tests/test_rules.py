"""The rules of a shop: read from top to bottom, proved, overridden per shop, edited, and kept with a snapshot."""

import json
from collections import Counter
from datetime import date
from itertools import product

import ibis
import pytest
from given import answer, sold, told
from hypothesis import given, settings
from hypothesis import strategies as some
from typer.testing import CliRunner

from customary import customer_count, net_revenue, open_shop
from customary.cli import app
from customary.declare import SEGMENTS
from customary.errors import Refused, UnknownName
from customary.intake.adopt import adopt
from customary.intake.source import source_named
from customary.places import DATA
from customary.publish.rules import rules_of
from customary.query.goals import aims, scorecard
from customary.query.rulebook import desk, mismatch, proposal
from customary.rules.book import RuleBook, with_text
from customary.rules.proof import faults, findings, prove, stretches, unreachable_labels
from customary.rules.ranges import Rules
from customary.rules.reading import parse_toml, read
from customary.rules.references import check_references
from customary.rules.writing import rescale, toml
from customary.shop import Shop

DEFAULTS = RuleBook.from_files(DATA)
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
    return read(parse_toml(text, "tiers"), "tier", columns, text)


def ladder(*labels, **more):
    """A set called tier of labels (name, case or cases); a case of None is left out."""
    told_ = [{"name": name, **({} if when is None else {"when": when})} for name, when in labels]
    return read({"tier": {"labels": told_, **more}}, "tier")


# --- reading -------------------------------------------------------------------------------------


def test_a_bound_belongs_to_the_label_it_opens():
    """From is inside, to is outside; unknown is nowhere unless it is let in."""
    high, low = rules().labels
    assert [high.cases[0]["spend"].covers(value) for value in (9.99, 10, None)] == [False, True, False]
    assert [low.cases[0]["spend"].covers(value) for value in (9.99, 10, None)] == [True, False, True]
    assert high.text == "spend from 10" and low.text == "spend below 10 or unknown"


def test_a_case_may_stand_alone_and_the_last_label_without():
    """`when` is one case or a list of cases; the last label may have none, for everybody else."""
    found = ladder(("high", {"spend": {"from": 10}}), ("low", None))
    assert [len(label.cases) for label in found.labels] == [1, 0]
    assert found.labels[1].text == "everybody else"


def test_tables_and_charts_may_have_an_order_of_their_own():
    """Read from top to bottom, shown as `order` says; it names every label once."""
    steps = (("lost", {"days": {"from": 90}}), ("new", None))
    assert ladder(*steps).names == ("lost", "new")
    assert ladder(*steps, order=["new", "lost"]).names == ("new", "lost")
    assert [label.name for label in ladder(*steps, order=["new", "lost"]).in_order] == ["new", "lost"]
    with pytest.raises(Refused, match="names every label once"):
        ladder(*steps, order=["new", "late"])


MISTAKES = {
    "an unknown column": (RULE.replace("spend = { to", "spent = { to"), "line 10: .*“low”.*spent.*did you mean spend"),
    "a typo in a range": (RULE.replace("from = 10", "form = 10"), "line 6: .*“high”.*form.*did you mean from"),
    "a typo in a label": (RULE.replace("when = [{ spend = { from", "wehn = [{ spend = { from"), "line 5: .*wehn"),
    "a typo in a set": (RULE.replace("[[tier.labels]]", "[[tier.lables]]"), "line 1: .*lables.*did you mean labels"),
    "a text as bound": (RULE.replace("from = 10", 'from = "10"'), "line 6: .*bounded by '10', which is no number"),
    "an empty range": (RULE.replace("{ from = 10 }", "{ from = 10, to = 10 }"), "line 6: .*is empty"),
    "an empty case": (RULE.replace("{ spend = { from = 10 } }", "{}"), "line 5: .*empty case holds for everybody"),
    "no case in the list": (RULE.replace("[{ spend = { from = 10 } }]", "[]"), "line 5: .*a case or a list of cases"),
    "no `when` above the last": (RULE.replace("when = [{ spend = { from = 10 } }]\n", ""), "line 5: .*only the last"),
    "a name twice": (RULE.replace('"low"', '"high"'), "line 9: .*another label of this name"),
    "no TOML": (RULE.replace('zh = "层级"', "zh = 层级"), "no TOML.*line 2"),
    "labels that are no list": ("[tier]\nlabels = 3\n", r"line 1: \[tier\]: a set of rules is written \[\[tier.labels"),
    "no range": (RULE.replace("{ from = 10 }", "{ or_unknown = true }"), "line 6: .*without from, to or is"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line(mistake):
    """Whoever edits rules reads where it is wrong and what was meant."""
    text, said = MISTAKES[mistake]
    with pytest.raises((Refused, UnknownName), match=said):
        rules(text)


def test_an_order_before_the_labels_does_not_move_the_line_of_a_mistake():
    """The names in `order` are not the places where the labels stand."""
    text = RULE.replace('zh = "层级"', 'order = ["low", "high"]').replace("spend = { to", "spent = { to")
    with pytest.raises(Refused, match="line 10: "):
        rules(text)


# --- first match wins ----------------------------------------------------------------------------


def test_the_first_label_that_holds_wins():
    """At 25 both hold and the upper one is borne; at 15 the lower one; below, and where nothing is known, the last."""
    steps = ladder(("high", {"spend": {"from": 20}}), ("middle", {"spend": {"from": 10}}), ("low", None))
    rows = ibis.memtable({"spend": [25.0, 20.0, 15.0, 10.0, 5.0, None]})
    found = _engine.to_pyarrow(rows.select(label=steps.label(rows))).column(0).to_pylist()
    assert found == ["high", "high", "middle", "middle", "low", "low"]
    assert [steps.candidates({"spend": value})[0] for value in (25, 15, None)] == ["high", "middle", "low"]


def test_a_hole_is_named_with_its_line():
    """Between 10 and 20 nobody, and none who is unknown; the first of the holes stands in the error."""
    text = RULE.replace("from = 10", "from = 20").replace("to = 10, or_unknown = true", "to = 10")
    assert [fault.text for fault in faults(rules(text))] == ["spend from 10 to below 20", "spend unknown"]
    with pytest.raises(Refused, match=r"line 1: \[tier\] has 2 holes: .* spend from 10 to below 20 would get no label"):
        prove(rules(text), text)


def test_an_overlap_is_listed_and_no_fault():
    """From 5 to 10 both hold: the upper one wins, and the list says so."""
    found = rules(RULE.replace("from = 10", "from = 5"))
    assert prove(found) is found and not faults(found)
    assert [(each.kind, each.text, each.labels) for each in findings(found)] == [
        ("overlap", "spend from 5 to below 10", ("high", "low"))
    ]


def test_in_a_set_that_is_only_looked_at_an_overlap_is_a_fault():
    """Nobody says which of two labels wins where no label is borne."""
    found = ladder(("one", {"spend": {"from": 5}}), ("two", {"spend": {"from": 9}}), published=False)
    assert {fault.kind for fault in faults(found)} == {"hole", "overlap"}


def test_a_label_that_nobody_can_bear_is_refused_by_name_and_line():
    """Whoever spends 20 has spent 10 before: written below, the label of 20 is never reached."""
    text = RULE.replace("[{ spend = { to = 10, or_unknown = true } }]", "{ spend = { from = 20 } }")
    text += '\n[[tier.labels]]\nname = "rest"\n'
    assert unreachable_labels(rules(text)) == ("low",)
    with pytest.raises(Refused, match=r"line 9: \[tier\], label “low” is never reached"):
        prove(rules(text), text)


def test_everybody_else_after_everybody_is_never_reached():
    """High and low name all there are, unknown as well: a third label for everybody else is nobody's."""
    with pytest.raises(Refused, match="“rest” is never reached"):
        prove(rules(RULE + '\n[[tier.labels]]\nname = "rest"\n'))


def test_yes_and_no_are_proved_too():
    """True, false and unknown are all there is; a text among the values is refused, for it cannot be proved."""
    half = ladder(("yes", {"is_buyer": {"is": True}}))
    assert [fault.text for fault in faults(half)] == ["is buyer is false", "is buyer unknown"]
    whole = ladder(("yes", {"is_buyer": {"is": True}}), ("no", {"is_buyer": {"is": [False], "or_unknown": True}}))
    assert prove(whole).names == ("yes", "no")
    with pytest.raises(Refused, match="numbers and yes/no only"):
        prove(ladder(("cn", {"country": {"is": "CN"}})))


def test_every_published_default_is_proved():
    """What labels customers is total and every label reached; the rule as it is written has 13 holes."""
    for name in DEFAULTS.sets:
        found = DEFAULTS.set(name)
        assert bool(faults(found)) is not found.is_published and (
            not found.is_published or not unreachable_labels(found)
        ), name
    assert len(faults(DEFAULTS.set("value_tier_as_written"))) == 13


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
texts = some.lists(some.none() | cases, min_size=1, max_size=4)
people = some.lists(some.tuples(some.none() | some.integers(-4, 9), some.none() | some.integers(-4, 9)), min_size=1)
_engine = ibis.duckdb.connect()


def _labels(rule, customers):
    """Each customer with the label borne, and the names of all whose case holds."""
    rows = [{"spend": spend, "count": count} for spend, count in customers]
    table = ibis.memtable(rows, schema={"spend": "int64", "count": "int64"})
    found = _engine.to_pyarrow(table.select("spend", "count", label=rule.label(table))).to_pylist()
    return [(row["label"], rule.candidates({"spend": row["spend"], "count": row["count"]})) for row in found]


@settings(max_examples=200, deadline=None)
@given(texts, people)
def test_any_rules_are_refused_or_give_everybody_the_first_label_that_holds(drawn, customers):
    """Whatever a file says: a sentence, or for everybody, unknown values too, a label, in the engine as in words."""
    labels = [{"name": f"t{n}", **({} if when is None else {"when": when})} for n, when in enumerate(drawn)]
    try:
        rule = prove(read({"tier": {"labels": labels}}, "tier", ["spend", "count"]))
    except Refused as error:
        assert str(error).startswith("[tier]")
        return
    for borne, candidates in _labels(rule, customers):
        assert borne == candidates[0]


@settings(max_examples=60, deadline=None)
@given(some.lists(some.integers(-5, 30), min_size=1, max_size=4, unique=True), people)
def test_bounds_from_the_greatest_down_always_make_rules(cuts, customers):
    """Any bounds, each written once: the label is the highest that is reached, and every label is somebody's."""
    steps = sorted(cuts, reverse=True)
    rule = prove(ladder(*((f"from {low}", {"spend": {"from": low}}) for low in steps), ("rest", None)))
    for (borne, _all), (spend, _count) in zip(_labels(rule, customers), customers, strict=True):
        reached = [step for step in steps if spend is not None and spend >= step]
        assert borne == (f"from {reached[0]}" if reached else "rest")


# The defaults written out so that every combination of values is in one case only: what the short ones must mean.
NOT_LATE = {"late_ratio": {"to": 1, "or_unknown": True}, "visit_drop": {"to": 0.5, "or_unknown": True}}
NOT_LOST = {"lost_ratio": {"to": 1, "or_unknown": True}, "days_since_last_order": {"to": 365, "or_unknown": True}}
SEEN = {"days_since_last_seen": {"to": 180, "or_unknown": True}}
WRITTEN_OUT = {
    "value_tier": [
        ("high value", [{"year_net_spend": {"from": 10000}, "year_repurchase_count": {"from": 5}}]),
        (
            "potential",
            [
                {"year_net_spend": {"from": 3000, "to": 10000}, "year_repurchase_count": {"from": 2}},
                {"year_net_spend": {"from": 10000}, "year_repurchase_count": {"from": 2, "to": 5}},
            ],
        ),
        (
            "basic",
            [
                {"year_net_spend": {"to": 3000, "or_unknown": True}},
                {"year_net_spend": {"from": 3000}, "year_repurchase_count": {"to": 2, "or_unknown": True}},
            ],
        ),
    ],
    "lifecycle_stage": [
        ("acquisition", [{"purchase_day_count": {"to": 1, "or_unknown": True}}]),
        ("growth", [{"purchase_day_count": {"from": 1, "to": 5}, **NOT_LATE, **NOT_LOST}]),
        ("maturity", [{"purchase_day_count": {"from": 5}, **NOT_LATE, **NOT_LOST}]),
        (
            "decline",
            [
                {"purchase_day_count": {"from": 1}, "late_ratio": {"from": 1}, **NOT_LOST},
                {
                    "purchase_day_count": {"from": 1},
                    "late_ratio": {"to": 1, "or_unknown": True},
                    "visit_drop": {"from": 0.5},
                    **NOT_LOST,
                },
            ],
        ),
        (
            "lost",
            [
                {"purchase_day_count": {"from": 1}, "lost_ratio": {"from": 1}},
                {
                    "purchase_day_count": {"from": 1},
                    "lost_ratio": {"to": 1, "or_unknown": True},
                    "days_since_last_order": {"from": 365},
                },
            ],
        ),
    ],
    "rfm_segment": [
        ("best", [{"r_score": {"from": 4}, "f_score": {"from": 4}}]),
        (
            "loyal",
            [
                {"r_score": {"from": 4}, "f_score": {"from": 3, "to": 4}},
                {"r_score": {"from": 3, "to": 4}, "f_score": {"from": 3}},
            ],
        ),
        ("recent", [{"r_score": {"from": 4}, "f_score": {"to": 3, "or_unknown": True}}]),
        ("slipping", [{"r_score": {"from": 1, "to": 3}, "f_score": {"from": 3}}]),
        ("asleep", [{"r_score": {"from": 1, "to": 4}, "f_score": {"to": 3, "or_unknown": True}}]),
        ("no purchase", [{"r_score": {"to": 1, "or_unknown": True}}]),
    ],
    "engagement_group": [
        ("loyal", [{**SEEN, "year_purchase_day_count": {"from": 4}, "year_spend_ratio": {"from": 1}}]),
        (
            "active",
            [
                {
                    **SEEN,
                    "year_purchase_day_count": {"to": 4, "or_unknown": True},
                    "recent_visit_count": {"from": 3},
                },
                {
                    **SEEN,
                    "year_purchase_day_count": {"from": 4},
                    "year_spend_ratio": {"to": 1, "or_unknown": True},
                },
            ],
        ),
        (
            "basic",
            [
                {
                    **SEEN,
                    "year_purchase_day_count": {"to": 4, "or_unknown": True},
                    "recent_visit_count": {"to": 3, "or_unknown": True},
                },
                {
                    "days_since_last_seen": {"from": 180},
                    "purchase_day_count": {"to": 2, "or_unknown": True},
                    "visit_count": {"to": 3, "or_unknown": True},
                },
            ],
        ),
        (
            "lost",
            [
                {"days_since_last_seen": {"from": 180}, "purchase_day_count": {"from": 2}},
                {
                    "days_since_last_seen": {"from": 180},
                    "purchase_day_count": {"to": 2, "or_unknown": True},
                    "visit_count": {"from": 3},
                },
            ],
        ),
    ],
}


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_the_short_defaults_mean_what_they_mean_written_out(name):
    """Over every combination of values that either can tell apart, the short rules give the label of the long ones."""
    short, long = DEFAULTS.set(name), ladder(*WRITTEN_OUT[name])
    assert not findings(long) and short.names == long.names
    both = Rules(name, "", short.labels + long.labels)
    for cell in product(*(stretches(both, column) for column in both.columns)):
        at = {stretch.column: stretch.sample for stretch in cell}
        assert short.candidates(at)[0] == long.candidates(at)[0], at


# --- the book: defaults and the shop's own -------------------------------------------------------

CARE = "[abc]\na = 0.5\nb = 0.9\n"


def own(**texts):
    """The defaults with these files of the shop over them."""
    return RuleBook(DEFAULTS.defaults, texts, shop="mine")


def test_a_table_of_the_shop_stands_in_place_of_the_defaults():
    """[abc] is the shop's, [first_time] the default's; other files are untouched."""
    book = own(care=CARE)
    assert book["care"]["abc"] == {"a": 0.5, "b": 0.9}
    assert book["care"]["first_time"] == DEFAULTS["care"]["first_time"]
    assert book["tiers"] == DEFAULTS["tiers"]
    assert book.text("care") == CARE and book.text("tiers") == DEFAULTS.text("tiers")


def test_a_set_of_labels_is_replaced_whole():
    """One label instead of three: nothing of the default's stays in it, the other sets of the file do."""
    book = own(tiers='[value_tier]\nlabels = [{ name = "all alike" }]\n')
    assert book.set("value_tier").names == ("all alike",) and not book.set("value_tier").currency
    assert book.set("rfm_tier") == DEFAULTS.set("rfm_tier")


def test_a_file_of_comments_changes_nothing():
    """The default is in force, and is what an editor shows."""
    book = own(care="# nothing of our own\n\n")
    assert book["care"] == DEFAULTS["care"] and book.text("care") == DEFAULTS.text("care")


def test_currencies_and_time_zones_are_no_names_of_ours():
    """A shop may bound the prices of a currency that the default does not know; its value is still looked at."""
    assert own(price_bands="[price]\nSEK = [100, 500]\n")["price_bands"]["price"] == {"SEK": [100, 500]}
    with pytest.raises(Refused, match=r"\[price\], SEK is a list, not a number"):
        own(price_bands="[price]\nSEK = 100\n")["price_bands"]


AIM = '{ metric = "net_revenue", window = "year", direction = "up", change = 0.5 }'
GOAL = f'[[goal]]\nkey = "grow"\nen = "Grow"\nzh = "增长"\nlines = "ours"\naims = [{AIM}]\n'
WRONG = {
    "a table nobody has": ({"care": "[abd]\na = 0.5\nb = 0.9\n"}, "mine/care.toml, line 1: .*abd.*did you mean abc"),
    "a key nobody has": ({"care": "\n[abc]\na = 0.5\nc = 0.9\n"}, r"mine/care.toml, line 2: \[abc\].*“c”"),
    "a key that is missing": ({"care": "[abc]\na = 0.5\n"}, r"\[abc\] lacks b"),
    "a text for a number": ({"care": '[abc]\na = "half"\nb = 0.9\n'}, r"\[abc\], a is a number, not a text"),
    "a number for a table": ({"care": "abc = 3\n"}, r"\[abc\] is a table, not a number"),
    "true for a number": ({"care": "[abc]\na = true\nb = 0.9\n"}, "is a number, not true or false"),
    "a typo in a list": ({"goals": GOAL.replace("window =", "windwo =")}, "goal.*number 1, aims, number 1: .*windwo"),
    "a set without labels": ({"tiers": "\n[value_tier]\nzh = '层级'\n"}, r"mine/tiers.toml, line 2: .* has no labels"),
    "no TOML": ({"care": "[abc]\na = \n"}, "mine/care.toml is no TOML.*line 2"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_of_the_shop_is_refused_with_its_place(what):
    """File, line and the nearest name; nothing falls back to a default in silence."""
    texts_, said = WRONG[what]
    with pytest.raises((Refused, UnknownName), match=said):
        for name in texts_:
            own(**texts_)[name]


def test_a_file_with_nearly_the_name_of_one_is_a_typo(tmp_path):
    """teirs.toml would be read by nobody; shop.toml and a file of something else are none of the rules' business."""
    for name in ("shop", "columns", "notes", "recipes"):
        (tmp_path / f"{name}.toml").write_text("a = 1\n", "utf-8")
    assert RuleBook.from_files(DATA, tmp_path).own == {}
    (tmp_path / "teirs.toml").write_text("", "utf-8")
    with pytest.raises(Refused, match=r"teirs.*did you mean tiers"):
        RuleBook.from_files(DATA, tmp_path)


def test_a_book_is_read_again_only_where_a_file_has_changed(tmp_path):
    """The very same book while nothing changes; another hash as soon as a letter does."""
    first = RuleBook.from_files(DATA, tmp_path)
    assert RuleBook.from_files(DATA, tmp_path) is first
    (tmp_path / "care.toml").write_text(CARE, "utf-8")
    second = RuleBook.from_files(DATA, tmp_path)
    assert second["care"]["abc"]["a"] == 0.5 and second.hash != first.hash
    (tmp_path / "care.toml").unlink()
    assert RuleBook.from_files(DATA, tmp_path).hash == first.hash


def test_a_book_knows_whether_it_is_published():
    """Equal texts, equal hash; where nobody knows what was published nothing is marked."""
    mine = own(care=CARE)
    assert RuleBook(DEFAULTS.defaults, {"care": CARE}, published=mine.hash).is_published
    assert not RuleBook(DEFAULTS.defaults, {}, published=mine.hash).is_published
    assert RuleBook(DEFAULTS.defaults).is_published


def test_unknown_names_are_answered_with_the_nearest():
    """A file or a set that is none."""
    with pytest.raises(UnknownName, match="did you mean tiers"):
        DEFAULTS["teirs"]
    with pytest.raises(UnknownName, match="did you mean value_tier"):
        DEFAULTS.set("value_teir")


def test_an_error_of_a_set_names_the_file_it_stands_in():
    """The shop's file for the shop's table, the default's for the default's."""
    lost = '\n[value_tier]\nlabels = [{ name = "rich", when = { year_net_spend = { from = 5 } } }]\n'
    with pytest.raises(Refused, match=r"^mine/tiers.toml, line 2: \[value_tier\] has 2 holes"):
        own(tiers=lost).set("value_tier")
    assert own(tiers=lost).set("rfm_tier").place.startswith("data/tiers.toml, line ")


# --- a shop and its snapshot ---------------------------------------------------------------------

ORDERS = [sold("a", "ann", "2025-01-05 10:00", 60), sold("b", "ben", "2025-02-05 10:00", 40)]


@pytest.fixture
def small(tiny_shop):
    """A new shop of two orders, whose folder nobody else uses."""
    return tiny_shop(orders=ORDERS, as_of="2025-03-01")


def put(shop, **texts_):
    """Write files of the shop's own, as a person would."""
    for name, text in texts_.items():
        (shop.snapshot.folder / f"{name}.toml").write_text(text, "utf-8")


def seen_by(shop, audience):
    """The same snapshot as another audience sees it."""
    return Shop(shop.name, shop.snapshot, audience)


RICHER = """[value_tier]
labels = [
    { name = "high value", when = { year_net_spend = { from = 50 } } },
    { name = "potential", when = { year_net_spend = { from = 45 } } },
    { name = "basic" },
]
"""


def tiers_of(shop):
    """Label → customers by the rules that hold for this reader; answers would merge groups as small as these."""
    t = shop.frame("customers")
    labels = shop.fetch(t.select(tier=SEGMENTS["value_tier"].label(t, shop.rules)))["tier"].to_pylist()
    return dict(Counter(labels))


def test_an_analyst_reads_the_files_and_everybody_else_the_snapshot(small):
    """An edit acts at once on the analyst's answers, marked; readers keep what was published with the numbers."""
    put(small, tiers=RICHER)
    reader = seen_by(small, "stakeholder")
    assert not small.rules.is_published and tiers_of(small) == {"high value": 1, "basic": 1}
    assert reader.rules.is_published and tiers_of(reader) == {"basic": 2}


def test_a_build_keeps_the_rules_it_was_built_with(small, tiny_shop):
    """After the next build readers go by the shop's own rules, and portraits were drawn by them."""
    put(small, tiers=RICHER)
    again = tiny_shop(orders=ORDERS, as_of="2025-03-01", name=small.name)
    assert again.rules.is_published and again.snapshot.rules_hash == again.rules.hash
    assert tiers_of(seen_by(again, "stakeholder")) == {"high value": 1, "basic": 1}
    portraits = again.fetch(again.frame("portraits")).to_pylist()
    assert sorted(row["value_tier"] for row in portraits) == ["basic", "high value"]


def test_thresholds_of_a_build_are_the_shops_own(small, tiny_shop):
    """With `fewest` at 1 a single visit before is enough to speak of a decline."""
    put(small, stages="[interactions]\ndays = 90\nfewest = 1\n")
    visit = {"event_id": "v", "visitor_id": "ann", "customer_id": "ann", "event_name": "page_view"}
    visits = [{**visit, "occurred_at": "2024-11-01 12:00"}]
    shop = tiny_shop(orders=ORDERS, events=visits, as_of="2025-03-01", name=small.name)
    (ann,) = [row for row in shop.fetch(shop.frame("customers")).to_pylist() if row["customer_id"] == "ann"]
    assert ann["visit_drop"] == 1


def test_studies_go_by_the_shops_own_thresholds(small):
    """The first 50 % of the revenue are A: Ann alone, who brought 60 of 100."""
    before = {row["abc"]: row["thing_count"] for row in told(small, "abc")}
    put(small, care=CARE)
    assert before == {"A": 2} and {row["abc"]: row["thing_count"] for row in told(small, "abc")} == {"A": 1, "B": 1}


def test_a_snapshot_of_before_goes_by_the_files(small, monkeypatch):
    """Built by a version that kept no rules: the files are read, and nothing is marked."""
    monkeypatch.delitem(small.snapshot.facts, "rules_hash")
    reader = seen_by(small, "stakeholder")
    assert reader.rules.hash == RuleBook.from_files(DATA, small.snapshot.folder).hash and small.rules.is_published


def test_a_file_that_came_after_a_snapshot_is_the_default(small):
    """New code may need rules that a snapshot of before has not: the default stands in for them."""
    kept = small.fetch(small.frame("rules")).to_pylist()
    assert {row["file"] for row in kept if not row["is_own"]} == set(DEFAULTS.names)
    reader = seen_by(small, "stakeholder")
    reader._backend = ibis.duckdb.connect()
    reader._backend.con.execute("create table rules as select 'care' as file, $1 as text, false as is_own", [CARE])
    assert reader._published_rules()["care"]["abc"]["a"] == 0.5
    assert reader._published_rules().set("value_tier") == DEFAULTS.set("value_tier")


# --- goals ---------------------------------------------------------------------------------------


def test_goals_are_the_shops_own(small):
    """The list of goals is replaced whole: one aim, half as much again as in the window before."""
    put(small, goals=GOAL)
    (score,) = scorecard(small)
    assert (score.aim.goal, score.aim.metric, score.aim.change) == ("Grow", net_revenue, 0.5)


RETURNS_GOAL = GOAL.replace("net_revenue", "return_rate_by_order").replace("year", "month")


def test_a_goal_that_returns_still_move_is_judged_by_the_last_window_that_is_over(small):
    """As of 1 March with 30 days to follow: January was followed for 29, December is judged; with 28 it is January."""
    put(small, goals=RETURNS_GOAL)
    (score,) = scorecard(small)
    assert (score.during, score.is_mature) == ((date(2024, 12, 1), date(2025, 1, 1)), True)
    put(small, goals=RETURNS_GOAL + "[follow_days]\nreturn_rate_by_order = 28\n")
    (score,) = scorecard(small)
    assert score.during == (date(2025, 1, 1), date(2025, 2, 1))


def test_no_verdict_on_a_window_that_is_too_young(small):
    """Whatever January's returns are on 1 March, nothing says yet whether the goal is reached."""
    put(small, goals=RETURNS_GOAL)
    (score,) = scorecard(small, (date(2025, 1, 1), date(2025, 2, 1)), (date(2025, 1, 1), date(2025, 2, 1)))
    assert (score.is_mature, score.is_met, score.n) == (False, None, 1)


def test_an_unknown_metric_in_a_goal_is_refused_on_use_and_at_the_build(small, tiny_shop):
    """One sentence with the file, the goal and the nearest metric; the snapshot of before stays."""
    put(small, goals="\n" + GOAL.replace("net_revenue", "net_revenu"))
    said = (
        rf"^{small.name}/goals.toml, line 2: goal “grow”: no metric is called “net_revenu” – did you mean net_revenue"
    )
    with pytest.raises(Refused, match=said):
        scorecard(small)
    with pytest.raises(Refused, match=said):
        tiny_shop(orders=ORDERS, as_of="2025-03-01", name=small.name)
    assert open_shop(small.name).snapshot.version == small.snapshot.version


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"up"', '"upp"', "direction.*did you mean up"),
        ('"year"', '"yaer"', "window.*did you mean year"),
        ("change = 0.5", "change = 0.5, target = 3", "either a target or a change"),
    ],
)
def test_a_goal_that_cannot_be_read_is_refused(old, new, said):
    """Direction, window, target or change."""
    with pytest.raises(Refused, match=f"mine/goals.toml.*{said}"):
        list(aims(own(goals=GOAL.replace(old, new))))


def test_a_build_proves_every_set_first(small):
    """A label that nobody can bear stops it before a file is read."""
    put(small, tiers='[rfm_tier]\nlabels = [{ name = "a" }, { name = "b", when = { r_score = { from = 1 } } }]\n')
    with pytest.raises(Refused, match=rf"{small.name}/tiers.toml, line 2: .*“a”: it needs a `when`"):
        rules_of(small.snapshot.folder)


def test_rules_among_the_settings_are_refused(small):
    """[goals.net_revenue] in shop.toml would be read by nobody, and the next adoption would spoil it."""
    path = small.snapshot.folder / "shop.toml"
    path.write_text(path.read_text("utf-8") + "\n[goals.net_revenue]\ntarget = 5\n", "utf-8")
    said = rf"{small.name}/shop.toml: \[goals\] is read by nobody there – goals stand in {small.name}/goals.toml"
    with pytest.raises(Refused, match=said):
        rules_of(small.snapshot.folder)
    with pytest.raises(Refused, match=said):
        adopt([], source_named("template"), small.snapshot.folder)


def test_actions_and_services_are_for_labels_that_there_are():
    """A service for a tier that nobody bears is a mistake of the file that names it."""
    rich = '{ name = "high value", when = { year_net_spend = { from = 1 } } }'
    gone = f'[value_tier]\nlabels = [{rich}, {{ name = "rest" }}]\n'
    with pytest.raises(Refused, match=r"data/actions.toml, line 6: action “call in person”: no label of value_tier"):
        check_references(own(tiers=gone))
    services = DEFAULTS.text("services").replace('label = "potential"', 'label = "potentail"')
    with pytest.raises(Refused, match=r"mine/services.toml, .*“exclusive coupon”: .*did you mean potential"):
        check_references(own(services=services))
    check_references(DEFAULTS)


# --- editing -------------------------------------------------------------------------------------

TIERS = DEFAULTS.text("tiers")


def lowered(text=TIERS):
    """The rules with the lower bound at 20 instead of 3,000."""
    return text.replace("year_net_spend = { from = 3000 }", "year_net_spend = { from = 20 }")


def eased(text=TIERS):
    """The same, and one repurchase is enough for the tier above basic."""
    return lowered(text).replace("year_repurchase_count = { from = 2 }", "year_repurchase_count = { from = 1 }")


@pytest.fixture
def edited(worked_shop):
    """The worked shop; what is saved in its folder is taken away again."""
    files = [worked_shop.snapshot.folder / f"tiers.toml{ending}" for ending in ("", ".before")]
    assert not any(file.exists() for file in files)
    yield worked_shop
    for file in files:
        file.unlink(missing_ok=True)


def text_of(shop):
    """The shop's own tiers as they stand in its folder; None where it has none."""
    path = shop.snapshot.folder / "tiers.toml"
    return path.read_text("utf-8") if path.exists() else None


def test_a_saved_rule_is_in_force_at_once(edited):
    """Ann spent 60 in the year, on two days: basic by the default, potential where one repurchase and 20 are enough."""
    before = answer(edited, customer_count, by="value_tier")
    desk(edited).save("tiers", eased(), base=TIERS)
    assert before != answer(edited, customer_count, by="value_tier")
    ann = answer(edited, customer_count, by="value_tier", where={"customer_id": "ann"})
    assert ann == [{"value_tier": "potential", "customer_count": 1}]
    assert (DATA / "tiers.toml").read_text("utf-8") == TIERS


def test_answers_given_before_are_not_given_again(edited):
    """A remembered answer is remembered under the rules it was given by."""
    old = {row["value_tier"] for row in told(edited, "tiers")}
    middle = '    { name = "middle", when = { year_net_spend = { from = 20 } } },\n'
    basic = '    { name = "basic", zh = "基础客户" },\n'
    desk(edited).save("tiers", TIERS.replace(basic, middle + basic), base=TIERS)
    assert {row["value_tier"] for row in told(edited, "tiers")} - old == {"middle"}
    assert SEGMENTS["value_tier"].labels(edited.rules) == ("high value", "potential", "middle", "basic")


def test_undo_brings_back_the_version_before(edited):
    """The last change is taken back, and taking it back can be taken back; before the first there was no own file."""
    assert not desk(edited).can_undo("tiers")
    desk(edited).save("tiers", lowered(), base=TIERS)
    desk(edited).undo("tiers")
    assert text_of(edited) is None and edited.rules.is_published
    desk(edited).undo("tiers")
    assert text_of(edited) == lowered()


def test_back_to_the_default(edited):
    """The shop's own file goes, and can be had again."""
    with pytest.raises(Refused, match="is the default already"):
        desk(edited).restore("tiers")
    desk(edited).save("tiers", lowered(), base=TIERS)
    desk(edited).restore("tiers")
    assert text_of(edited) is None and not desk(edited).can_restore("tiers")
    desk(edited).undo("tiers")
    assert text_of(edited) == lowered()


BROKEN = {
    "a hole": ('    { name = "basic", zh = "基础客户" },\n', "", r"line 9: \[value_tier\] has .* holes"),
    "a label nobody can bear": ("{ from = 10000 }, year_re", "{ from = 10 }, year_re", "“potential” is never reached"),
    "an unknown column": ("{ year_net_spend = { from = 3000 }", "{ year_nett_spend = { from = 3000 }", "line 14"),
    "a typo": ("year_repurchase_count = { from = 5 }", "year_repurchase_count = { frm = 5 }", "line 13: .*frm"),
    "broken TOML": ("[value_tier]", "[value_tier", "line 9"),
    "a text column": ("{ year_net_spend", "{ favourite_category", "favourite_category holds string"),
    "a table nobody has": ("[rfm_tier]", "[rfm_tear]", "rfm_tear.*did you mean rfm_tier"),
    "a label that an action is for": ('"potential"', '"promise"', "actions.toml, .* “call in person”.*“potential”"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_faulty_rule_changes_nothing(edited, fault):
    """One sentence with the line, and the folder as it was."""
    old, new, said = BROKEN[fault]
    assert old in TIERS
    files = sorted(path.name for path in edited.snapshot.folder.iterdir())
    text = TIERS.replace(old, new) if fault != "a label nobody can bear" else TIERS.replace(old, new, 1)
    if fault == "a label nobody can bear":
        text = text.replace("{ from = 5 } } },", "{ from = 1 } } },", 1)
    with pytest.raises(Refused, match=said):
        desk(edited).save("tiers", text, base=TIERS)
    assert sorted(path.name for path in edited.snapshot.folder.iterdir()) == files


def test_who_edits_an_old_text_is_told(edited):
    """Two edit at once: the second is refused, the first one's rule stands."""
    desk(edited).save("tiers", lowered(), base=TIERS)
    with pytest.raises(Refused, match="somebody else"):
        desk(edited).save("tiers", TIERS.replace("10000", "9000"), base=TIERS)
    assert text_of(edited) == lowered()


def test_a_reader_changes_nothing(edited):
    """For an audience other than analysts a text is neither looked at nor saved."""
    reader = seen_by(edited, "stakeholder")
    for change in (
        lambda: desk(reader).save("tiers", lowered(), base=TIERS),
        lambda: desk(reader).undo("tiers"),
        lambda: desk(reader).restore("tiers"),
    ):
        with pytest.raises(Refused, match="analysts only"):
            change()


def test_a_rule_broken_by_hand_labels_nobody(edited):
    """A file that was edited outside is refused with its place as soon as somebody asks; nothing is half applied."""
    put(edited, tiers=TIERS.replace('    { name = "basic", zh = "基础客户" },\n', ""))
    with pytest.raises(Refused, match=r"worked/tiers.toml, line 9: \[value_tier\]"):
        answer(edited, customer_count, by="value_tier")


def test_the_effect_is_shown_before_saving(edited):
    """Who would move where adds up to who there is and who there would be; the rules are still the old ones."""
    moves = told(edited, "rule_moves", text=eased())
    moved = [(row["label_before"], row["label_after"], row["customer_count"]) for row in moves if row["is_moved"]]
    assert moved == [("basic", "potential", 1)]
    effect = {row["label"]: row for row in told(edited, "rule_effect", text=eased())}
    assert effect["potential"]["customers_before"] == 0 and effect["potential"]["customers_after"] == 1
    assert sum(row["customer_change"] for row in effect.values()) == 0
    assert sum(row["revenue_change"] for row in effect.values()) == pytest.approx(0)
    assert effect["potential"]["revenue_after"] == pytest.approx(85 - 30)  # o1 45, o2 10, o3 30, and r1 brought back
    assert text_of(edited) is None


# --- currencies ----------------------------------------------------------------------------------


def spenders(currency, tiny_shop):
    """A hundred buyers of one order each, of 10, 20, … 1,000."""
    orders = [sold(f"o{n}", f"c{n:03}", "2025-01-05 10:00", 10 * n) for n in range(1, 101)]
    return tiny_shop(orders=orders, as_of="2025-03-01", currency=currency)


@pytest.fixture(scope="module")
def foreign(tiny_shop):
    """A shop that sells in euros, with the tiers of the default, which are bounded in yuan."""
    return spenders("EUR", tiny_shop)


def test_a_shop_in_another_currency_is_told_so(foreign, worked_shop):
    """All hundred are basic, and the bounds are yuan: said, not changed."""
    found = mismatch(foreign)
    assert (found.written_in, found.currency, found.label) == ("CNY", "EUR", "basic")
    assert (found.label_count, found.customer_count) == (100, 100)
    assert "bounded in CNY, this shop sells in EUR: 100 of its 100 customers are “basic”" in found.text
    assert "data/tiers.toml" in found.text and mismatch(worked_shop) is None


def test_bounds_are_proposed_from_the_shops_own_customers(foreign):
    """Of 10, 20 … 1,000 the top 5 % begin at 950.5 and the top 20 % at 802: 950 and 800 in two digits."""
    found = proposal(foreign)
    assert found.bounds == (950, 800) and found.buyer_count == 100
    rules_ = with_text(foreign.rules, "tiers", found.toml).set("value_tier")
    assert rules_.currency == "EUR" and rules_.names == ("high value", "potential", "basic")
    assert rules_.labels[0].text == "year net spend from 950, year repurchase count from 5"
    assert rules_.labels[1].text == "year net spend from 800, year repurchase count from 2"


def test_alike_spenders_make_no_tiers(tiny_shop):
    """Where all spent the same there is nothing to propose, and it is said."""
    orders = [sold(f"o{n}", f"c{n}", "2025-01-05 10:00", 10) for n in range(5)]
    with pytest.raises(Refused, match="too much alike"):
        proposal(tiny_shop(orders=orders, as_of="2025-03-01", currency="EUR"))


def test_a_written_set_reads_as_the_same_rules():
    """Every default, written as TOML and read again, is what it was; new bounds are only those of the column."""
    for name in DEFAULTS.sets:
        found = DEFAULTS.set(name)
        again = read(parse_toml(toml(found), "x"), name)
        assert (again.labels, again.order, again.is_published) == (found.labels, found.order, found.is_published)
    moved = rescale(DEFAULTS.set("value_tier"), "year_net_spend", {10000: 5.0, 3000: 2.5}, "EUR")
    assert [label.cases[0]["year_net_spend"].low for label in moved.labels[:2]] == [5.0, 2.5]
    assert moved.labels[0].cases[0]["year_repurchase_count"].low == 5


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


def test_the_command_lists_overlaps_as_information(worked_shop):
    """Who is high value would be potential too, were that label above: said, with head counts, and no fault."""
    out, code = typed("value_tier", "--shop", worked_shop.name, "--format", "json")
    found = json.loads(out)
    assert code == 0 and not found["faults"]
    assert [(row["label"], row["other_labels"], row["customer_count"]) for row in found["overlaps"]] == [
        ("high value", "potential", 0)
    ]


def test_the_command_fails_where_a_published_rule_does(edited):
    """Exit code 1 and the hole, so that a build can stop on it."""
    put(edited, tiers=TIERS.replace('    { name = "basic", zh = "基础客户" },\n', ""))
    out, code = typed("value_tier", "--shop", edited.name)
    assert code == 1 and "faulty" in out and "year net spend below 3,000" in out
    put(edited, tiers=TIERS.replace("{ from = 5 }", "{ frm = 5 }"))
    out, code = typed("value_tier", "--shop", edited.name)
    assert code == 1 and "line 13: " in out and "frm" in out
    assert typed("value_tier")[1] == 0


def test_the_command_proposes_bounds_and_writes_them_if_asked(tiny_shop):
    """Printed as a file that may stand in the shop's folder; written only with --write, and never over its own."""
    shop = spenders("EUR", tiny_shop)
    out, code = typed("--propose", shop.name)
    assert code == 0 and parse_toml(out, "tiers")["value_tier"]["currency"] == "EUR" and text_of(shop) is None
    out, code = typed("--propose", shop.name, "--write")
    assert code == 0 and "customary build" in out
    assert shop.rules.set("value_tier").currency == "EUR" and mismatch(shop) is None
    out, code = typed("--propose", shop.name, "--write")
    assert code == 1 and "of its own already" in out
