"""Statements of a build are remembered: never composed twice for one shape, and never taken for another shape."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import ibis
import pytest
import worked_examples
from conftest import load_rows
from given import sold

from customary import declare, publish, source
from customary.errors import Refused
from customary.intake.settings import write_settings
from customary.places import DATA
from customary.publish import statements
from customary.publish.statements import Statements
from customary.query.equations import proof

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {"title": "Shapes", "source": "template", "currency": "CNY", "time_zone": "Asia/Shanghai"}


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """The source was not edited lately, and this process remembers nothing yet."""
    monkeypatch.setattr(declare, "READ_AT", float("inf"))
    monkeypatch.setattr(statements, "_REMEMBERED", {})


def build(folder, *, week_start="monday", as_of=worked_examples.AS_OF, tables=worked_examples.TABLES):
    """The contents of a snapshot built in a shops folder: table → its columns with their types, and its rows."""
    shop = folder / "shop"
    shop.mkdir(parents=True, exist_ok=True)
    settings = {**SETTINGS, "week_start": week_start, "as_of": str(as_of)}
    write_settings(shop, settings, [])
    snapshot = publish.publish(shop, settings, load_rows(tables, settings, {}), lambda step, amount: None)
    return contents(snapshot.path)


def contents(path):
    """Everything that a snapshot holds, save the history of its inspections, which grows with every build."""
    with duckdb.connect(str(path), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()]
        return {
            name: (con.execute(f"describe {name}").fetchall(), con.execute(f"from {name} order by all").fetchall())
            for name in names
            if name != "inspections"
        }


@pytest.fixture(autouse=True, scope="module")
def _without_equations():
    """Those of equations bear the day and which frames are empty: `test_equations` looks at them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(proof, "prove", lambda shop, sql: [])
        yield


def build_afresh(folder, **how):
    """The same by a process that remembers nothing, in a folder where nothing lies."""
    statements._REMEMBERED.clear()
    return build(folder / "afresh", **how)


def remembered(folder):
    """The files of statements in a shops folder."""
    return sorted((folder / ".statements").glob("*.json"))


def forbid_composing(monkeypatch):
    """From now on nothing may be composed."""

    def compose(expression):
        raise AssertionError("a statement was composed again")

    monkeypatch.setattr(ibis.duckdb, "compile", compose)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A shops folder in which a shop was built once, and what that gave."""
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(declare, "READ_AT", float("inf"))
        return folder, build(folder)


@pytest.fixture
def second(first, tmp_path):
    """A folder of its own for a test, with the memory of that build on its disk."""
    shutil.copytree(first[0] / ".statements", tmp_path / "shops" / ".statements")
    return tmp_path / "shops"


def test_a_second_build_composes_nothing(first, tmp_path, monkeypatch):
    """With another day and other rows, from the disk or in one process: the same statements give what they should."""
    build(tmp_path, as_of="2025-05-01", tables={"orders": [sold("o1", "ann", "2025-03-03 10:00", 12)]})
    forbid_composing(monkeypatch)
    assert build(tmp_path) == first[1]
    statements._REMEMBERED.clear()
    assert build(tmp_path) == first[1]
    assert len(remembered(tmp_path)) == 1


def test_the_day_is_no_part_of_a_statement(second):
    """As of another day the customers stand otherwise, by the same SQL."""
    early, late = (build(second, as_of=day) for day in ("2025-03-01", "2026-03-01"))
    assert len(remembered(second)) == 1 and early["customers"] != late["customers"]
    (text,) = (path.read_text("utf-8") for path in remembered(second))
    assert "GETVARIABLE('as_of_date')" in text and "2025-03" not in text


def test_another_first_day_of_the_week_is_another_statement(first, second, tmp_path):
    """Weeks that begin on Sunday are not answered by those that begin on Monday."""
    after = build(second, week_start="sunday")
    assert after != first[1] and after == build_afresh(tmp_path, week_start="sunday")
    assert len(remembered(second)) == 2


def test_a_changed_rule_is_another_statement(first, second, tmp_path, monkeypatch):
    """Whatever is edited, a default or the shop's own rule, of frames or of portraits: the next build follows it."""
    rules = tmp_path / "rules"
    shutil.copytree(DATA, rules, ignore=shutil.ignore_patterns("shops"))
    monkeypatch.setattr(publish.rules, "DATA", rules)
    text = (rules / "actions.toml").read_text("utf-8")
    assert "win the first order" in text
    (rules / "actions.toml").write_text(text.replace("win the first order", "greet"), "utf-8")
    for folder in (second, tmp_path / "afresh"):
        (folder / "shop").mkdir(parents=True)
        (folder / "shop" / "stages.toml").write_text("[retention]\nmonths = 1\n", "utf-8")
    after = build(second)
    assert {name for name in after if after[name] != first[1][name]} == {"months", "portraits", "rules"}
    assert after == build_afresh(tmp_path) and len(remembered(second)) == 2


BUILD = """
import sys
sys.path.insert(0, {tests!r})
from test_statements import build
from customary import declare
from pathlib import Path
declare.READ_AT = float("inf")
import hashlib
print(hashlib.sha256(repr(build(Path(sys.argv[1]))["customers"]).encode()).hexdigest())
"""


def customers_by(lib, folder):
    """The fingerprint of the customers frame that a process with another copy of the library builds."""
    code = BUILD.format(tests=str(ROOT / "tests"))
    words = [sys.executable, "-c", code, str(folder)]
    env = {**os.environ, "PYTHONPATH": str(lib)}
    return subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout.strip()


def test_changed_source_is_another_statement(tmp_path):
    """What a frame rests on was edited between two processes: the second builds by its own text."""
    for name in ("lib", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("shops", "__pycache__"))
    before = customers_by(tmp_path / "lib", tmp_path / "both")
    dates = tmp_path / "lib" / "customary" / "dates.py"
    text = dates.read_text("utf-8")
    dates.write_text(text.replace("YEAR = 365", "YEAR = 7"), "utf-8")  # of spend that is lately
    after = customers_by(tmp_path / "lib", tmp_path / "both")
    assert len(remembered(tmp_path / "both")) == 2
    assert after == customers_by(tmp_path / "lib", tmp_path / "alone") != before


def test_code_that_was_edited_after_it_was_read_remembers_nothing(tmp_path, monkeypatch):
    """Nobody knows which text is running: everything is composed, nothing is kept."""
    monkeypatch.setattr(declare, "READ_AT", 0)
    assert source.fingerprint() is None
    build(tmp_path)
    assert remembered(tmp_path) == []


def test_no_statement_comes_from_a_room_whose_source_is_not_looked_at():
    """Whoever publishes loads none of the rooms that the fingerprint passes over."""
    code = "import sys, customary.publish; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    rooms = {name.split(".")[1] for name in done.stdout.split() if name.startswith("customary.")}
    assert "frames" in rooms and not rooms & set(source.ABOVE)


def test_a_damaged_memory_is_made_anew(first, second):
    """Half a file is no file; an earlier build of this shape may have remembered steps that this one never takes."""
    (file,) = remembered(second)
    text = file.read_text("utf-8")
    file.write_text(text[: len(text) // 2], "utf-8")
    assert build(second) == first[1]
    again = json.loads(file.read_text("utf-8"))
    assert "frame orders" in again and again.items() <= json.loads(text).items()


def test_a_failed_build_is_not_remembered(tmp_path):
    """What was never proved is not kept."""
    with pytest.raises(Refused, match="no order of this shop counts"):
        build(tmp_path, tables={"orders": [sold("o1", "ann", "2025-01-01", 1, paid_at=None)]})
    assert remembered(tmp_path) == []


def test_the_oldest_memories_go(tmp_path, monkeypatch):
    """A few shapes are remembered; more would only fill the disk."""
    monkeypatch.setattr(statements, "KEEP", 2)
    for n in range(4):
        one = Statements(tmp_path / ".statements", lambda n=n: f"key{n}")
        one.sql("a step", lambda: ibis.table({"a": "int"}, name="t"))
        one.remember()
        os.utime(tmp_path / ".statements" / f"key{n}.json", (n, n))
    assert {path.stem for path in remembered(tmp_path)} == {"key2", "key3"} and len(statements._REMEMBERED) == 2


def test_rows_of_an_expression_are_no_statement():
    """A text cannot hold rows that only this process has."""
    with pytest.raises(TypeError, match="register"):
        Statements().sql("a step", lambda: ibis.memtable({"a": [1]}))
