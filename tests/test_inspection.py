"""A shop's data against their standards, from build to build, and the manual that says what the standards are."""

from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from customary import standard
from customary.cli import app
from customary.intake.source import read_source
from customary.places import shops_folder
from customary.publish.inspections import FILE, Inspection, by_month, drifts

HEAD = "order_id,customer_id,created_at,total\n"


def say(*words, code=0):
    """What a command writes; it must end with that code."""
    run = CliRunner().invoke(app, list(words))
    assert run.exit_code == code, run.output
    return run.output


def orders(bad, good=100):
    """A file of orders of which the first `bad` have no time."""
    rows = [f"{n},c{n % 7},{'' if n < bad else f'2024-01-{n % 28 + 1:02}'},10\n" for n in range(good + bad)]
    return HEAD + "".join(rows)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A function that builds a shop from a file of orders."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))

    def build(text):
        (tmp_path / "orders.csv").write_text(text)
        replace = ["--replace"] if (shops_folder() / "kept").exists() else []
        say("adopt", str(tmp_path / "orders.csv"), "--name", "kept", "--yes", *replace)
        say("build", "kept", "--accept", "a test")
        return shops_folder() / "kept"

    return build


def test_an_inspection_says_how_tables_stand(shop):
    """100 orders of 102 have a time: 98.0 % complete where 95 % is wanted, by chance 93.1 to 99.5; all is met."""
    shop(orders(bad=2))
    said = say("inspect", "kept")
    assert "98.0% [93.1%, 99.5%]" in said and "met" in said
    assert "no earlier inspection" in said


def test_a_missed_standard_is_an_exit_code(shop):
    """Of 150 orders 50 have no time: a job that inspects every month fails."""
    shop(orders(bad=50))
    assert "missed" in say("inspect", "kept", code=1)


def test_a_reason_that_drifts_is_said(shop):
    """First 1 of 101 records has no time, then 12 of 112: more than chance explains, though the standard may hold."""
    shop(orders(bad=1))
    shop(orders(bad=12))
    said = say("inspect", "kept", code=1)
    assert "drift: ordered_at is missing – 12 of 112 records (10.7%), before 1 (1.0%)" in said


def test_the_same_reasons_do_not_drift(shop):
    """Two builds of one file: nothing grew."""
    shop(orders(bad=2))
    shop(orders(bad=2))
    assert "no reason sets more records aside" in say("inspect", "kept")


def inspection(month, records, **reasons):
    """An inspection of 2024 with so many records and reasons."""
    return Inspection(datetime(2024, month, 5, tzinfo=UTC), date(2024, month, 5), records, {}, reasons)


def test_a_drift_needs_more_than_chance():
    """2 of 100 after 1 of 100 may be chance; 20 after 1 is none; a smaller share never drifts."""
    before = inspection(1, 100, late=1)
    assert list(drifts(before, inspection(2, 100, late=2))) == []
    (found,) = drifts(before, inspection(2, 100, late=20))
    assert (found.reason, found.before, found.now) == ("late", 1, 20)
    assert list(drifts(inspection(1, 100, late=20), inspection(2, 1000, late=20))) == []


def test_a_new_reason_drifts_from_nothing():
    """Ten records are set aside for what was never seen."""
    (found,) = drifts(inspection(1, 100), inspection(2, 100, torn=10))
    assert (found.reason, found.before, found.of_before) == ("torn", 0, 100)


def test_a_month_is_its_last_inspection():
    """Two in January, one in March."""
    found = by_month([inspection(1, 10), inspection(1, 20), inspection(3, 30)])
    assert [one.records for one in found] == [20, 30]


def test_a_damaged_history_is_said(shop):
    """Which file, and that it can begin anew."""
    folder = shop(orders(bad=0))
    (folder / FILE).write_text("{")
    assert "inspections.jsonl is damaged" in say("inspect", "kept", code=1)


def test_a_shop_that_was_never_built_was_never_inspected(tmp_path, monkeypatch):
    """Said with the command that does it."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    (tmp_path / "orders.csv").write_text(orders(bad=0))
    say("adopt", str(tmp_path / "orders.csv"), "--name", "kept", "--yes")
    assert "was not inspected yet" in say("inspect", "kept", code=1)


# --- the manual ----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", standard.declared_tables().values(), ids=lambda table: table.name)
def test_every_table_says_who_keeps_it_and_what_counts(table):
    """Owner, cadence, key, counting basis and grain, each in both languages."""
    parts = [
        *(f"{part}{end}" for part in ("owner", "cadence", "coding", "counting") for end in ("", "_zh")),
        "grain_zh",
    ]
    assert sorted(table.manual) == sorted(parts) and all(table.manual.values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_manual_names_every_field(language):
    """Each field of each table with its label in the language asked for."""
    said = say("standards", "--lang", language)
    for table in standard.declared_tables().values():
        for field in table.columns:
            label = field.zh if language == "zh" else field.en
            assert f"| {field.name} | {label.replace('|', chr(92) + '|')} |" in said


def test_the_manual_of_a_shop_says_how_it_stands_and_where_it_comes_from(shop, tmp_path):
    """100 of 102 orders are complete; their amounts stand in 100 of 100 loaded ones, in the shop's currency."""
    folder = shop(orders(bad=2))
    source = folder / "source" / "source.toml"
    declared = 'owner = "Till team"\ncadence = "daily"\nsystem = "till"\nbasis = "contract"\n'
    source.write_text(source.read_text().replace("[raw.orders_file]\n", f"[raw.orders_file]\n{declared}"))
    assert read_source(folder / "source", "own").raw[0].owner == "Till team"
    say("standards", "kept", "--out", str(tmp_path / "manual.html"))
    text = (tmp_path / "manual.html").read_text("utf-8")
    assert "complete 98.0% [93.1%, 99.5%], n = 102" in text
    assert "<td>gross_amount</td>" in text and "<td>€</td>" in text
    assert "<td>Till team</td><td>daily</td><td>orders</td><td>contract</td>" in text
    assert "not in this shop" in text


def test_the_manual_refuses_other_endings_and_languages(tmp_path):
    """.pdf is neither; de is no language of ours."""
    assert "neither .html nor .md" in say("standards", "--out", str(tmp_path / "manual.pdf"), code=2)
    assert "no language is called “de”" in say("standards", "--lang", "de", code=1)
