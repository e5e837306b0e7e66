"""No superlative that misleads: who may be called highest, and that every chapter asks before it says so."""

import ast
import re

import numpy as np
import pandas as pd
import pytest
from test_sentences import NOTEBOOKS, cells, every_chapter, named, names_in, shows, targets_of

from customary.columns import Column
from customary.errors import Refused
from customary.frame_columns import DeclaredColumns
from customary.models.extremes import count_ends, proportion_ends, stand_apart, widening
from customary.page.superlatives import NOBODY, first_of, highest, lowest
from customary.units import COUNT, MONEY, MONTH, RATE, SCORE

DECLARED = (
    Column("rate", RATE, "Rate", "比率", n="n"),
    Column("orders", COUNT, "Orders", "订单数"),
    Column("revenue", MONEY, "Revenue", "销售额"),
    Column("month_on", MONTH, "Month", "月"),
    Column("score", SCORE, "Score", "分", low="low", high="high"),
)
SUPERLATIVE = re.compile(
    r"\b((?<!at )most(?! likely)|(?<!at )least|highest|lowest|largest|longest|fastest|slowest|biggest|smallest|best|"
    r"worst|widest|strongest|furthest|busiest|grows?|leads?|comes first|more than any)\b",
    re.I,
)
FILLED = re.compile(r"\{\w+\}")
CHOOSERS = ("highest", "lowest", "first_of")


def rows_of(*rows, columns=("name", "rate", "n")):
    """Rows whose columns are declared as an answer declares them."""
    frame = pd.DataFrame(list(rows), columns=list(columns))
    frame.attrs[DeclaredColumns.NAME] = DeclaredColumns(DECLARED, "EUR")
    return frame


# --- who may be named ----------------------------------------------------------------------------


def test_a_clear_difference_is_named_with_its_value():
    """Half of 1,000 against a tenth of 1,000 each: email is highest."""
    found = highest(rows_of(("email", 0.5, 1000), ("push", 0.1, 1000), ("ads", 0.1, 1000)), "name", "rate")
    assert found.say("{names}: {value}") == "email: 50.0%"


def test_few_observations_lead_nothing():
    """28 of 25,108 views are no ground for a first place; without them nobody else stands apart either."""
    frame = rows_of(("odd", 0.9, 28), ("home", 0.31, 12_540), ("cart", 0.30, 12_540))
    assert highest(frame, "name", "rate").labels == ()
    assert highest(frame, "name", "rate").say("{names} leads") == NOBODY


def test_an_overlap_is_not_named():
    """55 of 100 against 50 of 100 may be chance."""
    assert highest(rows_of(("a", 0.55, 100), ("b", 0.50, 100)), "name", "rate").labels == ()


def test_two_that_cannot_be_told_apart_share_the_place():
    """Half and 49 % of a thousand, the other two at a tenth: both are named with their values."""
    frame = rows_of(("a", 0.50, 1000), ("b", 0.49, 1000), ("c", 0.10, 1000), ("d", 0.11, 1000))
    assert highest(frame, "name", "rate").say("{names}: {value}") == "a and b: 50.0% and 49.0%"


def test_the_lowest_is_chosen_alike():
    """One tenth against halves of a thousand."""
    frame = rows_of(("a", 0.50, 1000), ("b", 0.49, 1000), ("c", 0.10, 1000))
    assert lowest(frame, "name", "rate").labels == ("c",)


def test_a_declared_interval_is_the_one_that_counts():
    """Scores 9 and 5: apart where both are known to ±1, not where they are known to ±3."""
    columns = ("name", "score", "low", "high")
    assert highest(rows_of(("a", 9, 8, 10), ("b", 5, 4, 6), columns=columns), "name", "score").labels == ("a",)
    assert highest(rows_of(("a", 9, 6, 12), ("b", 5, 2, 8), columns=columns), "name", "score").labels == ()


def test_counts_are_compared_as_counts():
    """400 orders against 300 are more; 31 against 30 are not."""
    assert highest(rows_of(("a", 400), ("b", 300), columns=("name", "orders")), "name", "orders").labels == ("a",)
    assert highest(rows_of(("a", 31), ("b", 30), columns=("name", "orders")), "name", "orders").labels == ()


def test_a_value_without_an_interval_is_refused():
    """Revenue has none: it may only be named as the first of those shown."""
    frame = rows_of(("a", 20.0), ("b", 10.0), columns=("name", "revenue"))
    with pytest.raises(Refused, match="first_of"):
        highest(frame, "name", "revenue")
    assert first_of(frame, "name", "revenue").labels == ("a",)


def test_a_tie_for_the_first_place_names_all_or_nobody():
    """Of 10, 10 and 5 both tens are named; where all are equal nobody is first."""
    columns = ("name", "revenue")
    assert first_of(rows_of(("a", 10), ("b", 10), ("c", 5), columns=columns), "name", "revenue").labels == ("a", "b")
    assert first_of(rows_of(("a", 10), ("b", 10), columns=columns), "name", "revenue").labels == ()


def test_what_has_no_name_or_no_value_is_no_candidate():
    """The group without a name is the largest and is not called by one; nothing at all says nothing."""
    frame = rows_of((None, 900), ("a", 400), ("b", 100), columns=("name", "orders"))
    assert highest(frame, "name", "orders").labels == ("a",)
    assert highest(frame.head(0), "name", "orders").labels == first_of(frame.head(0), "name", "orders").labels == ()


def test_a_group_is_named_as_its_column_writes_it():
    """A month reads as a month, not as the instant that a data frame makes of it."""
    frame = rows_of(
        (pd.Timestamp("2025-03-01"), 9.0), (pd.Timestamp("2025-04-01"), 5.0), columns=("month_on", "revenue")
    )
    assert first_of(frame, "month_on", "revenue").say("{names}: {value}") == "March 2025: €9"


def test_one_group_alone_is_not_the_highest():
    """There is nothing that it would be higher than."""
    assert highest(rows_of(("a", 0.5, 1000)), "name", "rate").labels == ()


def test_chance_is_named_in_one_of_twenty_looks_at_most():
    """Twelve groups with the same true rate, 400 times: fewer than 5 % of the looks name anybody, as is promised."""
    draw = np.random.default_rng(7)
    rates = draw.binomial(500, 0.2, (400, 12)) / 500
    named_ones = sum(len(stand_apart(row, *proportion_ends(row, np.full(12, 500.0)))) > 0 for row in rates)
    assert named_ones <= 20


def test_the_intervals_are_the_published_ones():
    """Wilson of 5 in 10 is 0.237 to 0.763, Garwood of 10 is 4.795 to 18.39; 66 pairs widen by 3.36 / 1.96."""
    low, high = proportion_ends(np.array([0.5]), np.array([10.0]))
    assert (low[0], high[0]) == (pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4))
    low, high = count_ends(np.array([10.0, 0.0]))
    assert (low[0], high[0], low[1]) == (pytest.approx(4.795, abs=1e-3), pytest.approx(18.390, abs=1e-3), 0)
    assert widening(2) == pytest.approx(1) and widening(12) == pytest.approx(3.366 / 1.960, abs=2e-3)


# --- every chapter asks --------------------------------------------------------------------------


def words_of(node):
    """The text of a string or of the fixed parts of a computed one, {} for what is computed; "" for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def is_computed(text):
    """Whether a text has something filled in: only such a one says what it does of these very data."""
    return "{" in text


def chosen(cell):
    """The texts of a cell that a chooser fills in or ends, by their identity."""
    sums = [node for node in ast.walk(cell) if isinstance(node, ast.BinOp) and named(node.right, "say")]
    calls = [node for node in ast.walk(cell) if named(node, "say")]
    return {id(part) for whole in [*sums, *calls] for part in ast.walk(whole)}


def titles(cell):
    """What a cell claims: the titles of its figures and actions, its findings and sentences."""
    at = {"sentence": slice(0, 1), "finding": slice(1, 2), "figure": slice(2, 3), "action": slice(0, 1)}
    claims = [part for call in shows(cell) for part in call.args[at[call.func.attr]]]
    used = set().union(*(names_in(part) for part in claims)) if claims else set()
    assigned = [node for node in ast.walk(cell) if isinstance(node, ast.Assign)]
    return [*claims, *(node.value for node in assigned if names_in(node.targets[0]) & used)]


def unasked(cell):
    """Computed claims of a cell that use a superlative without having asked who may be named."""
    free, parts = chosen(cell), [part for claim in titles(cell) for part in ast.walk(claim)]
    inner = {id(part) for whole in parts if isinstance(whole, ast.JoinedStr) for part in whole.values}
    texts = [words_of(part) for part in parts if id(part) not in free | inner]
    return sorted({text for text in texts if is_computed(text) and SUPERLATIVE.search(FILLED.sub("", text))})


def drawn(cell):
    """The names of the frames that a cell's charts draw or whose rows its figures show."""
    calls = [node for node in ast.walk(cell) if isinstance(node, ast.Call)]
    charts = [call.args[0] for call in calls if ast.unparse(call.func).startswith("charts.") and call.args]
    framed = [word.value for call in calls for word in call.keywords if word.arg == "frame"]
    answers = [call.args[0] for call in shows(cell) if call.func.attr == "figure"]
    return set().union(*(names_in(part) for part in [*charts, *framed, *answers])) if calls else set()


def rows_behind(cell, name):
    """The names that a name of a cell was made of, itself among them."""
    nodes = [node for node in ast.walk(cell) if isinstance(node, ast.Assign | ast.comprehension)]
    pairs = [pair for node in nodes for pair in targets_of(node)]
    found, before = {name}, set()
    while found != before:
        before = set(found)
        found |= set().union(*(names_in(value) for target, value in pairs if names_in(target) & before))
    return found


# Sentences about the order of a list or the method's own words, which name no group: (chapter, what is said).
ORDERS: dict[str, tuple[str, ...]] = {
    "05_rfm": ("buyers have the top score on both",),
    "09_tiers": ("The biggest tenth of", "{n} tiers, the best first", "customers who lack the least"),
    "13_care": ("the biggest fifth of",),
    "20_best_customers": ("The biggest tenth of",),
    "16_products": ("of the {shown} lowest are significantly below",),
}


@every_chapter
def test_a_superlative_asks_who_may_be_named(stem):
    """What a title or sentence calls the most, the highest or the best was chosen by highest, lowest or first_of."""
    said = {text for cell in cells(stem) for text in unasked(cell)}
    known = ORDERS.get(stem, ())
    assert sorted(text for text in said if not any(part in text for part in known)) == []
    assert [part for part in known if not any(part in text for text in said)] == []


@every_chapter
def test_who_is_named_stands_in_the_figure(stem):
    """The rows asked are those that the cell's chart draws or its figure shows: the group can be found there.

    A cell that draws nothing hands its words to one that does.
    """
    for cell in (one for one in cells(stem) if drawn(one)):
        for call in (node for node in ast.walk(cell) if named(node, *CHOOSERS)):
            asked = names_in(call.args[0])
            own = {name for name in asked if name.startswith("_") or name in ("rows", "part", "known")}
            behind = set().union(*(rows_behind(cell, name) for name in own))
            assert behind & drawn(cell), f"{stem}.{cell.name}, line {call.lineno}: {sorted(asked)} are not drawn"


def test_the_law_finds_a_bare_superlative():
    """A title that says “most” of the first row is found; one that asked is not."""
    bare = "def finding(a):\n    _rows = a.to_pandas()\n    page.figure(a, None, f'{_rows.x.iloc[0]} sells most')\n"
    asks = "def finding(a):\n    page.figure(a, None, highest(a.to_pandas(), 'x', 'y').say('{names} sells most'))\n"
    assert unasked(ast.parse(bare).body[0]) == ["{} sells most"]
    assert unasked(ast.parse(asks).body[0]) == []


def test_many_chapters_ask():
    """The law is about something: most chapters name a group."""
    asking = [path for path in NOTEBOOKS.glob("[0-9]*.py") if "superlatives import" in path.read_text("utf-8")]
    assert len(asking) >= 12
