"""Publishing: versioned, checked, swapped in one step; a snapshot is read-only and locked."""

import hashlib
import json
import shutil
import threading
from datetime import date

import duckdb
import pytest
from conftest import built_from_rows
from given import sold, value

import customary as c
from customary.engine import connect
from customary.errors import Refused, UnknownName
from customary.places import shop_path, shops_folder
from customary.publish import sweep
from customary.publish.lock import build_lock
from customary.query import checks
from customary.shop import LAYOUT, WEEKDAYS, current_snapshot, open_shop

SETTINGS = {"title": "Versions", "source": "template", "currency": "EUR", "time_zone": "UTC", "week_start": "monday"}


def published(name, *amounts, **settings):
    """A new snapshot of the shop with one order for each amount."""
    orders = [sold(f"o{n}", f"c{n}", f"2025-01-0{n} 10:00", amount) for n, amount in enumerate(amounts, 1)]
    return built_from_rows(name, {**SETTINGS, **settings}, {"orders": orders})


@pytest.fixture(scope="module")
def versions(shops):
    """A shop published twice: the first shop object stayed open, the second was opened after."""
    old = published("versions", 10)
    assert value(old, c.net_revenue) == 10
    return old, published("versions", 10, 20)


def test_an_open_shop_keeps_its_snapshot(versions):
    """Readers never see half a change: who opened the old one goes on reading it."""
    old, new = versions
    assert (value(old, c.net_revenue), value(new, c.net_revenue)) == (10, 30)
    assert value(old, c.average_order_value) == 10  # asked only now, after the swap
    assert old.snapshot.version != new.snapshot.version


def test_the_pointer_names_the_newest_version(versions):
    """Both versions are on disk; the pointer names one, which remembers its predecessor."""
    old, new = versions
    folder = shop_path("versions")
    found = sorted(path.name for path in (folder / "snapshots").iterdir())
    assert {old.snapshot.version, new.snapshot.version} <= set(found)
    snapshot = current_snapshot(folder)
    assert snapshot.version == new.snapshot.version
    assert snapshot.facts["previous"] == old.snapshot.version
    manifest = json.loads((snapshot.path.parent / "manifest.json").read_text("utf-8"))
    assert manifest["sha256"][:12] == snapshot.version.split("-")[1]


@pytest.mark.usefixtures("versions")
def test_a_failed_build_leaves_the_old_snapshot(monkeypatch):
    """Whatever goes wrong, readers keep what they had, and nothing half-made stays behind."""
    before = current_snapshot(shop_path("versions"))

    def broken(path, sql):
        raise Refused("the books do not balance")

    monkeypatch.setattr(checks, "verify", broken)
    with pytest.raises(Refused, match="do not balance"):
        published("versions", 99)
    assert current_snapshot(shop_path("versions")) == before
    assert not list((shop_path("versions") / "snapshots").glob(".build-*"))


def test_the_checks_refuse_books_that_do_not_balance(tmp_path):
    """Lines that do not sum to their orders stop a publication, and the equation is named."""
    broken = tmp_path / "shop.duckdb"
    with duckdb.connect(str(broken)) as con:
        con.execute("create table orders (order_id text, left_out_because text, line_count int, gross_amount int)")
        con.execute("create table items (order_item_id text, left_out_because text, gross_amount int)")
        con.execute("insert into orders values ('o1', null, 1, 10)")
        con.execute("insert into items values ('l1', null, 9)")
    with pytest.raises(Refused, match="order lines sum to 9 but their orders to 10"):
        checks.verify(broken)


def test_a_shop_in_which_no_order_counts_is_not_published(shops):
    """All left out is nothing to show: refused, with the reason."""
    with pytest.raises(Refused, match="no order of this shop counts"):
        built_from_rows("unpaid", SETTINGS, {"orders": [sold("o1", "ann", "2025-01-01", 1, paid_at=None)]})


@pytest.mark.usefixtures("versions")
def test_only_one_build_at_a_time():
    """The second is refused at once and told why; after the first it may."""
    folder = shop_path("versions")
    with build_lock(folder), pytest.raises(Refused, match="being built"):
        published("versions", 1)
    with build_lock(folder):
        pass


def test_leftovers_are_swept_and_old_versions_go(shops, monkeypatch):
    """What a crash left is removed; of the versions the newest stay, the current and its predecessor always."""
    first = published("swept", 1).snapshot
    folder = first.path.parents[2]
    (folder / "snapshots" / ".build-crashed").mkdir()
    (folder / ".current.abc.tmp").write_text("{", "utf-8")
    monkeypatch.setattr(sweep, "KEEP", 1)
    later = [published("swept", *range(1, n)).snapshot.version for n in (3, 4, 5)]
    assert {path.name for path in (folder / "snapshots").iterdir()} == set(later)  # the first is gone
    assert not list(folder.glob(".*.tmp"))


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to '{folder}/out.csv'",
        "attach '{folder}/other.duckdb'",
        "insert into orders select * from orders",
        "drop table orders",
        "set threads = 8",
        "set enable_external_access = true",
        "select * from read_text('{folder}/secret.txt')",
        "select * from '{folder}/secret.csv'",
        "install httpfs",
    ],
)
def test_a_snapshot_is_read_only_and_locked(versions, tmp_path, sql):
    """Nobody writes, reaches a file or changes a setting through a viewer's connection."""
    (tmp_path / "secret.txt").write_text("x", "utf-8")
    (tmp_path / "secret.csv").write_text("a\n1\n", "utf-8")
    with pytest.raises(duckdb.Error):
        connect(versions[1].snapshot.path).con.execute(sql.format(folder=tmp_path))


def test_viewers_in_threads_get_their_own_answers(versions):
    """Eight viewers at once, each with a shop of its own, each with the right number every time."""
    wrong, days = [], [f"2025-01-0{n}" for n in (1, 2)]

    def view(n):
        shop = open_shop("versions")
        for _ in range(4):
            day = n % 2
            found = value(shop, c.net_revenue, during=(days[day], f"2025-01-0{day + 2}"))
            if found != (10, 20)[day]:
                wrong.append((n, found))

    viewers = [threading.Thread(target=view, args=(n,)) for n in range(8)]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join()
    assert wrong == []


def test_equal_questions_are_asked_once(versions, monkeypatch):
    """The second viewer gets the first one's answer; another snapshot is another question."""
    old, new = versions
    first = open_shop("versions")
    answer = c.measure(first, c.order_count).to_pyarrow()
    second = open_shop("versions")
    assert c.measure(second, c.order_count).to_pyarrow() is answer
    assert c.measure(old, c.order_count).to_pylist() == [{"order_count": 1}]
    assert new.snapshot.version == second.snapshot.version


def test_an_unknown_shop_offers_the_nearest(versions):
    """A typo is answered with the name that was meant."""
    with pytest.raises(UnknownName, match="versions"):
        open_shop("version")


def test_a_shop_that_was_never_built_says_how(shops):
    """Adopted and not built: the sentence names the command."""
    (shops_folder() / "adopted").mkdir()
    (shops_folder() / "adopted" / "shop.toml").write_text('source = "template"\n', "utf-8")
    with pytest.raises(Refused, match="customary build adopted"):
        open_shop("adopted")


# --- notes ----------------------------------------------------------------------------------------

NOTES = """# what happened
[[note]]
on = 2025-11-01
until = 2025-11-11
en = "Double Eleven"
zh = "双十一"

[[note]]
on = 2025-03-10
zh = "召回优惠券"
"""


def noted(text, name="noted"):
    """A shop of one order with these notes."""
    (shops_folder() / name).mkdir(exist_ok=True)
    (shops_folder() / name / "notes.toml").write_text(text, "utf-8")
    return published(name, 1)


def test_notes_are_a_book_of_the_snapshot(versions):
    """By their days; a note of one day ends on it, a language that is not there is unknown; without notes no row."""
    shop = noted(NOTES)
    assert shop.fetch(shop.frame("notes")).to_pylist() == [
        {"starts_on": date(2025, 3, 10), "ends_on": date(2025, 3, 10), "text": None, "text_zh": "召回优惠券"},
        {"starts_on": date(2025, 11, 1), "ends_on": date(2025, 11, 11), "text": "Double Eleven", "text_zh": "双十一"},
    ]
    assert versions[1].fetch(versions[1].frame("notes")).num_rows == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("on = 2025-03-10", "on = 2025-03-99", "line 9"),
        ("on = 2025-03-10", "on = tomorrow", "line 9"),
        ("on = 2025-03-10", 'on = "10 March"', "line 9: “on” is a day such as 2025-11-11"),
        ("on = 2025-03-10\n", "", "line 8: a note needs its day"),
        ("on = 2025-03-10", "on = 2025-03-10\nuntil = 2025-03-01", "line 10: the note ends on 2025-03-01, before"),
        ('zh = "召回优惠券"', "", "line 8: a note needs a text"),
        ('zh = "召回优惠券"', "zh = 5", "line 10: “zh” is a text"),
        ("until = ", "untill = ", "line 4: .*did you mean until"),
        ("[[note]]\non = 2025-03-10", "[[notes]]\non = 2025-03-10", "line 8: .*did you mean note"),
        ("[[note]]\non = 2025-11-01", "[note]\non = 2025-11-01", "no TOML"),
    ],
)
def test_wrong_notes_are_refused_with_their_line(shops, old, new, said):
    """Before anything is built, in a sentence that names the file."""
    assert old in NOTES
    with pytest.raises(Refused, match=rf"misnoted/notes.toml.*{said}"):
        noted(NOTES.replace(old, new), "misnoted")


# --- another version ------------------------------------------------------------------------------

LAYOUTS = {11: "1565c0db6b1f"}  # the number in shop.py → the tables and columns that it stands for


def columns_of(shop):
    """The tables of a snapshot with their columns and types, as one short text; labels are labels, whichever."""
    rows = shop._backend.con.execute(
        "select table_name, column_name, regexp_replace(data_type, '^ENUM.*', 'ENUM') from duckdb_columns() "
        "where schema_name = 'main' and not internal order by table_name, column_name"
    ).fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:12]


def test_the_layout_is_raised_with_the_columns(versions):
    """Whoever adds, drops or renames a stored column raises LAYOUT in shop.py and writes what it stands for above."""
    assert {LAYOUT: columns_of(versions[1])} == LAYOUTS


@pytest.fixture
def other(versions, tmp_path, monkeypatch):
    """The folder of a copy of the shop, called “other”, in a house of its own."""
    folder = shutil.copytree(shop_path("versions"), tmp_path / "other")
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path))
    return folder


def doctor(folder, **changes):
    """Let the pointer of a shop say something else: None takes a part away."""
    told = {**json.loads((folder / "current").read_text("utf-8")), **changes}
    told = {part: said for part, said in told.items() if said is not None}
    (folder / "current").write_text(json.dumps(told), "utf-8")


@pytest.mark.parametrize(
    ("changes", "by"),
    [
        ({"layout": LAYOUT + 1, "built_by": "9.0"}, "version 9.0"),
        ({"layout": None, "built_by": None}, "another version"),
        ({"rows": None, "built_by": "0.1"}, "version 0.1"),
        ({"facts": {"title": "Old"}, "built_by": "0.1"}, "version 0.1"),
    ],
)
def test_a_snapshot_of_another_version_is_refused_in_one_sentence(other, changes, by):
    """Who built it, and the command that builds it again, which then works: whatever its pointer lacks."""
    doctor(other, **changes)
    with pytest.raises(Refused, match=f"“other” was built by {by}; build it again: `customary build other`"):
        open_shop("other")
    assert value(published("other", 7), c.net_revenue) == 7


def test_a_table_that_a_snapshot_lacks_is_no_traceback(other):
    """A frame of which only the pointer tells, as of an older version: built by it, build it again."""
    file = current_snapshot(other).path
    file.chmod(0o640)
    with duckdb.connect(str(file)) as con:
        con.execute("drop table months")
    doctor(other, sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    with pytest.raises(Refused, match="`customary build other`"):
        open_shop("other").frame("months")


DAMAGES = {
    "empty": "",
    "half": '{"version": "20',
    "nothing": "null",
    "a list": "[]",
    "facts in a number": {"facts": 0},
    "facts in a list": {"facts": []},
    "a version that is no name": {"version": {}},
    "a version elsewhere": {"version": "../../versions"},
    "a version that is gone": {"version": "20200101T000000000000-abcdef123456"},
    "no time": {"built_at": "yesterday"},
    "rows in a list": {"rows": [1]},
    "no layout": {"layout": "two"},
    "another fingerprint": {"sha256": "0" * 64},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_pointer_that_cannot_be_read_is_mended_by_a_build(other, damage):
    """Whatever it says instead: one sentence; no snapshot is removed that readers may have, and a build mends it."""
    before = set((other / "snapshots").iterdir())
    said = DAMAGES[damage]
    (other / "current").write_text(said, "utf-8") if isinstance(said, str) else doctor(other, **said)
    with pytest.raises(Refused, match="“other” is damaged: `customary build other`"):
        open_shop("other")
    assert value(published("other", 7), c.net_revenue) == 7
    assert before < set((other / "snapshots").iterdir())


def test_a_pointer_that_is_a_folder_is_mended_too(other):
    """A sync service or a slip of the hand: what is in it goes."""
    (other / "current").unlink()
    (other / "current" / "deeper").mkdir(parents=True)
    with pytest.raises(Refused, match="“other” is damaged"):
        open_shop("other")
    assert value(published("other", 7), c.net_revenue) == 7


def test_every_reader_checks_the_fingerprint(other):
    """One bit of the file turned, in a block that no question touches: refused, whoever opens it, until it is back."""
    file = current_snapshot(other).path
    whole = file.read_bytes()
    assert value(open_shop("other"), c.net_revenue) == 30
    file.chmod(0o640)
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Refused, match="“other” is damaged"):
        open_shop("other")
    file.write_bytes(whole)
    assert value(open_shop("other"), c.net_revenue) == 30


def test_an_unknown_frame_offers_the_nearest(versions):
    """Frames are asked for by name."""
    with pytest.raises(UnknownName, match="orders"):
        versions[1].frame("order")


def test_weekdays_begin_on_monday():
    """0 is Monday, as in the calendar of the frames."""
    assert WEEKDAYS[0] == "monday" and len(WEEKDAYS) == 7
