"""The demo shop at scale: the same bytes every time, slices that need no other, a shop to put any question to."""

import json
from hashlib import sha256

import duckdb
import pytest
from typer.testing import CliRunner

from customary.cli import app
from customary.demo import scale as at_scale
from customary.demo.scale import SCALES, Scale, generate_at_scale

FEW = Scale(600, 30_000, 10.8)


def digests(folder):
    """Name → fingerprint of each file."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted((folder / "files").iterdir())}


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """Scale S, written with two threads and with four."""
    folders = [tmp_path_factory.mktemp(f"threads{n}") for n in (2, 4)]
    for folder, threads in zip(folders, (2, 4), strict=True):
        generate_at_scale(folder, SCALES["S"], threads=threads)
    return folders


def rows(folder, table):
    """A table of the generated files, with all its slices."""
    return f"read_parquet('{folder}/files/{table}_*.parquet')"


def one(sql):
    """The only cell of an answer."""
    return duckdb.sql(sql).fetchone()[0]


def test_scale_s_is_the_same_byte_for_byte_whatever_the_number_of_threads(twice):
    """Every draw is a hash of what it is about, so neither the run nor the threads leave a trace in the files."""
    first, second = map(digests, twice)
    assert first == second and len(first) == 6


def test_scale_s_has_the_customers_and_about_the_events_that_it_says(twice):
    """20,000 customers and a million events, within 3 %."""
    folder, size = twice[0], SCALES["S"]
    assert one(f"select count(distinct customer_no) from {rows(folder, 'customers')}") == size.customers == 20_000
    assert one(f"select count(*) from {rows(folder, 'events')}") == pytest.approx(size.events, rel=0.03)


def test_every_order_of_the_logs_half_year_ends_a_visit(twice):
    """Shop and log tell of the same purchases, at the same second; the first two hours' visits began before the log."""
    orders, events = rows(twice[0], "orders"), rows(twice[0], "events")
    unseen = f"""select count(*) from {orders} o anti join (from {events} where event = 'purchase') e
        on e.customer_no = o.customer_no and e.at_local = o.ordered_at where o.ordered_at >= '2025-07-01 02:00:00'"""
    assert one(unseen) == 0
    assert one(f"select count(*) from {events} where event = 'purchase'") > 10_000


def test_numbers_name_one_thing_each(twice):
    """No order, line or event has another's number."""
    for table, key in (("orders", "order_no"), ("lines", "line_no"), ("events", "event_no")):
        assert one(f"select count(*) - count(distinct {key}) from {rows(twice[0], table)}") == 0


def test_what_an_order_costs_is_the_sum_of_its_lines(twice):
    """Goods are the lines' quantity times price; nothing is paid for an order that was cancelled."""
    orders, lines = rows(twice[0], "orders"), rows(twice[0], "lines")
    sums = f"(select order_no, sum(quantity * price) as s from {lines} group by 1)"
    assert one(f"select count(*) from {orders} join {sums} using (order_no) where s <> goods") == 0
    assert one(f"select count(*) from {orders} where (cancelled_at is not null) <> (paid = 0)") == 0


def test_a_slice_needs_no_other(tmp_path, monkeypatch):
    """600 customers in one slice or in three of 200 are the same customers, orders, lines, returns and events."""
    generate_at_scale(tmp_path / "one", FEW)
    monkeypatch.setattr(at_scale, "SLICE", 200)
    generate_at_scale(tmp_path / "three", FEW)
    assert len(list((tmp_path / "three" / "files").glob("events_*"))) == 3
    for table in at_scale.TABLES:
        first, second = rows(tmp_path / "one", table), rows(tmp_path / "three", table)
        assert one(f"select count(*) from {first}") == one(f"select count(*) from {second}") > 0
        assert one(f"select count(*) from (from {first} except from {second})") == 0


@pytest.fixture
def say(tmp_path, monkeypatch):
    """The command line, with an empty place for shops, and a scale S of 600 customers."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path))
    monkeypatch.setitem(SCALES, "S", FEW)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_a_shop_at_scale_is_built_and_asked_as_any_other(say):
    """Its typed files come in whole – nothing is set aside –, and figures are those of its files."""
    assert "next: customary build demo-s" in say("demo", "--scale", "S").output
    assert "nothing was quarantined" in say("build", "demo-s").output
    facts = ("session_count", "visit_conversion_rate")
    (row,) = json.loads(say("measure", "demo-s", *facts, "--format", "json").stdout)["rows"]
    steps = json.loads(say("study", "demo-s", "visit_funnel", "--format", "json").stdout)["rows"]
    assert row["session_count"] == steps[0]["session_count"]
    assert row["visit_conversion_rate"] == pytest.approx(steps[-1]["session_count"] / steps[0]["session_count"])


def test_a_shop_at_scale_that_is_here_is_not_written_over(say):
    """Its snapshots would no longer be of its files."""
    say("demo", "--scale", "S")
    again = say("demo", "--scale", "S")
    assert again.exit_code == 1 and "demo-s" in again.output and "customary remove demo-s" in again.output
