"""What a number is made of: definition, formula, SQL, and every row with its fate."""

import json

import duckdb
import pytest
import worked_examples
from given import value

import customary as c
from customary.declare import METRICS
from customary.query.passport import passport, rows


@pytest.mark.parametrize("name", METRICS)
def test_a_passport_bears_the_figure_and_its_words(worked_shop, name):
    """The value of `measure`, the metric's own words, and the formula as it is written."""
    card = passport(worked_shop, METRICS[name])
    assert card.value == pytest.approx(worked_examples.EXPECTED[name])
    assert (card.metric, card.definition, card.zh) == (name, METRICS[name].definition, METRICS[name].zh)
    assert card.formula and not card.formula.startswith("return ") and "@metric" not in card.formula
    assert card.as_of == worked_examples.AS_OF and card.snapshot == worked_shop.snapshot.version
    assert json.loads(json.dumps(card.to_dict()))["metric"] == name


@pytest.mark.parametrize("name", METRICS)
def test_the_sql_of_a_passport_runs_elsewhere(worked_shop, name, tmp_path):
    """Pasted into another DuckDB session on the snapshot, the SQL gives the figure."""
    copy = tmp_path / "shop.duckdb"
    copy.write_bytes(worked_shop.snapshot.path.read_bytes())
    with duckdb.connect(str(copy), read_only=True) as con:
        (figure,) = con.execute(passport(worked_shop, METRICS[name]).sql).fetchone()
    assert figure == pytest.approx(worked_examples.EXPECTED[name])


def test_a_passport_says_why_rows_are_left_out(worked_shop):
    """Seven orders are left out, each for its reason; outside the window comes after what was out anyway."""
    card = passport(worked_shop, c.order_count, during=("2025-01-01", "2025-02-01"))
    assert card.value == card.counted_rows == 3
    assert card.left_out == {
        "test order": 1,
        "test account": 1,
        "no consent to analysis": 1,
        "no customer": 1,
        "cancelled before payment": 1,
        "not paid": 1,
        "no line of it counts": 1,
        "outside 2025-01-01 … 2025-02-01": 2,
    }


def test_a_passport_names_the_selection(worked_shop):
    """Rows that were not selected say of what selection."""
    card = passport(worked_shop, c.order_count, where={"country": ["CN", None]})
    assert card.left_out["not in the selection country = CN or unknown"] == 1
    assert card.counted_rows == 4


def test_a_figure_of_several_frames_adds_their_rows(worked_shop):
    """Net revenue has orders and returns; each frame has its own accounts."""
    card = passport(worked_shop, c.net_revenue)
    assert {part.frame: part.source_rows for part in card.frames} == {"orders": 12, "returns": 6}
    assert card.source_rows == 18 and card.counted_rows == 5 + 3


def test_the_rows_behind_a_figure_can_be_read(worked_shop):
    """Five orders behind five orders, by name."""
    ids = worked_shop.fetch(rows(worked_shop, c.order_count).select("order_id")).column(0).to_pylist()
    assert sorted(ids) == ["o1", "o2", "o3", "o4", "o5"]


def test_a_return_finds_the_latest_order_that_counts(worked_shop):
    """Ben's mug came back without an order number: it is of o4, not of the later test order or the empty one."""
    t = worked_shop.frame("returns")
    links = {r["return_id"]: (r["order_id"], r["link"]) for r in worked_shop.fetch(t).to_pylist()}
    assert links["r1"] == ("o1", "named")
    assert links["r2"] == ("o4", "found")
    assert links["r6"] == (None, None)
    assert value(worked_shop, c.return_rate_by_order, where={"customer_id": "ben"}) == 1
