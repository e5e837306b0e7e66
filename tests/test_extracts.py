"""What was read of a file is kept: a build reads only what is new, and a clean source is conformed in one pass.

Judges intake/keys.
"""

import random
from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest

from customary import standard
from customary.cli.progress import Pace
from customary.engine import LEAN, USUAL, lean_memory, with_memory
from customary.intake import amounts, conform, extracts, instants, readers
from customary.intake.cells import are_bare
from customary.intake.extracts import Done
from customary.intake.load import BOOKS, Order, load
from customary.intake.readings import Undecided
from customary.intake.source import Raw, Source

RAW = Raw("sales", (), ("no", "day", "price"), becomes=("orders",))
SELECT = "select no as order_id, day as ordered_at, price as gross_amount, _record from sales"
ROWS = ["1,2024-01-05,5.00", "2,2024-01-06,6.00", "3,2024-01-06,x"]


def shop(folder, *files):
    """A shop of some files, each a list of rows, and what is to be loaded of it."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    listed = []
    for number, rows in enumerate(files):
        path = folder / "files" / f"{number}.csv"
        path.write_text("\n".join(["no,day,price", *rows, ""]), "utf-8")
        listed.append({"path": f"files/{path.name}", "raw": "sales", "sha256": readers_print(path)})
    source = Source("test", "Test", "", "EUR", "UTC", "monday", {}, {}, (RAW,), {"orders": SELECT})
    return Order(source, {"currency": "EUR", "time_zone": "UTC", "files": listed}, folder)


def readers_print(path):
    """The fingerprint of a file."""
    from customary.intake.adopt import sha256

    return sha256(path)


def orders(order):
    """The orders after a load: number, day and amount; and how many values were emptied."""
    with duckdb.connect() as con:
        load(con, order, lambda step, amount: None)
        emptied = con.execute("select coalesce(sum(record_count), 0)::INTEGER from emptied").fetchone()[0]
        rows = con.execute("select order_id, ordered_at::DATE::VARCHAR, gross_amount::DOUBLE from orders order by 1")
        return rows.fetchall(), emptied


def test_a_file_is_read_once(tmp_path, monkeypatch):
    """The second build has the same orders, though nothing can be read any more; a new file is."""
    first = orders(shop(tmp_path, ROWS))
    assert first == ([("1", "2024-01-05", 5.0), ("2", "2024-01-06", 6.0), ("3", "2024-01-06", None)], 1)
    read, seen = readers.read_text, []

    def told(con, given, *rest):
        seen.append(given.path.name)
        read(con, given, *rest)

    monkeypatch.setattr(readers, "read_text", told)
    assert orders(shop(tmp_path, ROWS)) == first and seen == []
    rows, _ = orders(shop(tmp_path, ROWS, ["4,2024-01-07,7.00"]))
    assert [row[0] for row in rows] == ["1", "2", "3", "4"] and seen == ["1.csv"]


def test_extracts_of_files_that_are_gone_go(tmp_path):
    """One file, then another in its place: one extract each time, and no half one."""
    orders(shop(tmp_path, ROWS))
    before = {path.name for path in (tmp_path / "extracts").iterdir()}
    orders(shop(tmp_path, ROWS[:1]))
    after = {path.name for path in (tmp_path / "extracts").iterdir()}
    assert len(before) == len(after) == 1 and before != after


def test_another_reading_is_another_extract(tmp_path):
    """A column that declares how it is read, or another delimiter; the same twice is the same place."""
    path = tmp_path / "a.csv"
    other = (replace(RAW, delimiter=";"), replace(RAW, readings={"day": "epoch s"}))
    places = [extracts.place(tmp_path, path, "abc", raw) for raw in (RAW, RAW, *other)]
    assert places[0] == places[1] and len(set(places)) == 3
    assert extracts.place(None, path, "abc", RAW) != extracts.place(None, path, "abc", RAW)


def test_a_damaged_extract_is_read_again(tmp_path):
    """Cut off in the middle, or empty: as good as none."""
    first = orders(shop(tmp_path, ROWS))
    (kept,) = (tmp_path / "extracts").iterdir()
    for damage in (kept.read_bytes()[:50], b""):
        kept.write_bytes(damage)
        assert extracts.find(kept) is None and orders(shop(tmp_path, ROWS)) == first


def test_records_set_aside_stay_so(tmp_path):
    """A record of two fields and a header that stands there again, in the first build and in the next."""
    order = shop(tmp_path, [*ROWS, "9,2024-01-06", "no,day,price"])
    for _ in range(2):
        with duckdb.connect() as con:
            load(con, order, lambda step, amount: None)
            found = con.execute("select line, reason from quarantine order by line").fetchall()
            assert found == [(5, "2 fields where the header has 3"), (6, "the header stands here again")]
            assert con.execute("select record_count, line_count from files").fetchall() == [(5, 6)]


def test_a_record_in_two_files_is_one(tmp_path):
    """The second file has two records of the first and one of its own, and one is twice in itself."""
    order = shop(tmp_path, ROWS, [*ROWS[:2], "4,2024-01-07,7.00", "4,2024-01-07,7.00"])
    with duckdb.connect() as con:
        load(con, order, lambda step, amount: None)
        found = con.execute("select reason, count(*) from quarantine group by 1 order by 1").fetchall()
    assert found == [("repeated order_id", 1), ("the same record stood in an earlier file", 2)]


VALUES = {
    "ordered_at": ["2024-01-05 10:00:00", "2024-01-05", "2024/1/5 9:05", "2024-01-05T10:00:00.5",
        "12024-01-05 10:00:00", "2024-01-05 10:00:00Z", "2024-01-05 10:00+02",
        "infinity", "epoch", "2024-13-05", "", "x", "0044-03-15 (BC)"],
    "gross_amount": ["5", "5.00", "-5.5", "+5", ".5", "5.", "1.234", "0.123", "1234.567", "1,5", "5 €", "1e3", "x"],
    "promised_on": ["2024-01-05", "2024-01-05 10:00:00", "5.3.2024", "45000", "1709632800"],
    "order_id": ["1", "1.0", "1.23E+17", "１２", "a+b", "x"],
    "customer_id": ["1", "guest", "unknown@x.example", "GUEST", "0", "c1"],
}  # fmt: skip


def canonical(con, values):
    """What conforming makes of some values of columns: the orders and the books."""
    con.execute(BOOKS)
    names = list(values)
    con.register("_given", pa.table({**values, "_record": pa.array(range(len(values[names[0]])), pa.int64())}))
    con.execute("create or replace temp table _staged as from _given")
    chosen = conform.conform(con, "_staged", standard.tables()["orders"], UTC, {})
    books = [con.execute(f"from {name} order by all").fetchall() for name in ("orders", "quarantine", "emptied")]
    return books, sorted((one.column, one.reading, one.because) for one in chosen)


UTC = conform.Clock("UTC", "UTC")


PLAIN = {
    "order_id": ["a1", "a2", "a3"],
    "customer_id": ["c1", "c2", "c3"],
    "ordered_at": ["2024-01-05 10:00:00"] * 3,
    "gross_amount": ["5.00"] * 3,
    "promised_on": ["2024-01-05"] * 3,
}


def outcome(values):
    """What conforming makes of some values, or what it asks."""
    with duckdb.connect() as con:
        try:
            return canonical(con, values)
        except Undecided as question:
            return str(question)


@pytest.mark.parametrize("column", VALUES)
def test_the_quick_way_gives_what_the_careful_one_gives(column, monkeypatch):
    """Two values of a column at a time among plain ones: orders, quarantine, emptied fields, readings and questions."""
    dice, write = random.Random(1), conform._write
    for first in VALUES[column]:
        rows = {**PLAIN, column: [first, dice.choice(VALUES[column]), PLAIN[column][2]]}
        quick = outcome(rows)
        with monkeypatch.context() as careful:
            careful.setattr(conform, "_write", lambda con, staged: write(con, staged) and not staged.assumed)
            assert quick == outcome(rows), rows[column]


def test_a_clean_source_is_written_once(monkeypatch):
    """Plain values everywhere: one pass; a doubtful one among them: a second, careful one."""
    write, seen = conform._write, []
    monkeypatch.setattr(
        conform, "_write", lambda con, staged: (seen.append(len(staged.assumed)), write(con, staged))[1]
    )
    outcome(PLAIN)
    assert seen == [5]
    outcome({**PLAIN, "gross_amount": ["5.00", "5.00", "5 €"]})
    assert seen == [5, 5, 0]


def test_undoubted_is_plain_and_not_doubtful():
    """Over random texts of digits, signs and marks."""
    dice = random.Random(1)
    texts = ["".join(dice.choice("0123+-.,5 ") for _ in range(dice.randint(0, 7))) for _ in range(20_000)]
    with duckdb.connect() as con:
        con.register("_given", pa.table({"t": texts}))
        quick, careful = amounts.is_undoubted("t"), f"{amounts.is_plain('t')} and not {amounts.is_doubtful('t')}"
        assert con.execute(f"select count(*) from _given where ({quick}) <> ({careful})").fetchone() == (0,)
        assert con.execute(f"select count(*) > 100 from _given where {quick}").fetchone() == (True,)


def test_a_time_written_as_the_engine_writes_it_is_plain():
    """What is told from the cast is what the pattern says."""
    with duckdb.connect() as con:
        con.register("_given", pa.table({"t": VALUES["ordered_at"]}))
        doubtful = instants.is_doubtful("t", "try_cast(t as TIMESTAMP)")
        found = con.execute(f"select t from _given where ({doubtful}) is distinct from (not {instants.is_plain('t')})")
        assert found.fetchall() == []


@pytest.mark.parametrize(
    ("texts", "is_bare"),
    [
        (["a", "b c", None], True),
        (["é", "李雷"], True),
        ([], True),
        ([None], True),
        (["a", " b"], False),
        (["a "], False),
        (["'1"], False),
        (['="1"'], False),
        ([""], False),
        (["e\u0301"], False),
        (["a\u00a0b"], False),
    ],
)
def test_texts_that_need_no_cleaning(texts, is_bare):
    """Where it says so, cleaning changes none of them."""
    array = pa.array(["x", *texts], pa.string())[1:]
    assert are_bare(array) is is_bare
    with duckdb.connect() as con:
        con.register("_given", pa.table({"t": array}))
        changed = con.execute(f"select count(*) from _given where {readers.clean('t')} is distinct from t").fetchone()[
            0
        ]
    assert not (is_bare and changed)


def test_a_pace_says_rate_and_time_left():
    """A tenth of a million lines at the start, half of them ten seconds later: 40,000 a second, 12 seconds left."""
    pace = Pace()
    assert pace.text("reading a.csv", Done.of(100_000, 0.1), 5) == "reading a.csv · 100,000"
    assert pace.text("reading a.csv", Done.of(500_000, 0.5), 15) == (
        "reading a.csv · 500,000 · 40,000 a second · 12 s left"
    )
    assert pace.text("reading b.gz", 10, 16) == "reading b.gz · 10"
    assert pace.text("reading b.gz", 30, 18) == "reading b.gz · 30 · 10 a second"
    assert pace.text("conforming orders", 0, 19) == "conforming orders"


def test_little_memory_is_used_and_given_back():
    """Within the intake the engine has little, afterwards what working areas have; work that needs more gets it."""
    with duckdb.connect() as con:
        limit = "select current_setting('memory_limit')"
        con.execute(f"set memory_limit = '{USUAL}'")
        usual, seen = con.execute(limit).fetchone(), []

        def work():
            seen.append(con.execute(limit).fetchone())
            if len(seen) == 1:
                raise duckdb.OutOfMemoryException("too little")
            return "done"

        with lean_memory(con):
            assert with_memory(con, work) == "done" and seen[0] != seen[1] == usual
            assert con.execute(limit).fetchone() == seen[0] and LEAN.endswith("MB")
        assert con.execute(limit).fetchone() == usual
