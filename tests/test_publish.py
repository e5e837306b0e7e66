"""Publishing: versioned, checked, swapped in one step; a snapshot is read-only and locked."""

import json
import threading

import duckdb
import pytest
from conftest import built_from_rows
from given import sold, value

import customary as c
from customary.engine import connect
from customary.errors import Refused, UnknownName
from customary.places import shop_path, shops_folder
from customary.publish import snapshots as publish
from customary.publish.lock import build_lock
from customary.query import checks
from customary.shop import WEEKDAYS, current, open_shop

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
    snapshot = current(folder)
    assert snapshot.version == new.snapshot.version
    assert snapshot.facts["previous"] == old.snapshot.version
    manifest = json.loads((snapshot.path.parent / "manifest.json").read_text("utf-8"))
    assert manifest["sha256"][:12] == snapshot.version.split("-")[1]


@pytest.mark.usefixtures("versions")
def test_a_failed_build_leaves_the_old_snapshot(monkeypatch):
    """Whatever goes wrong, readers keep what they had, and nothing half-made stays behind."""
    before = current(shop_path("versions"))

    def broken(path):
        raise Refused("the books do not balance")

    monkeypatch.setattr(checks, "verified", broken)
    with pytest.raises(Refused, match="do not balance"):
        published("versions", 99)
    assert current(shop_path("versions")) == before
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
        checks.verified(broken)


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
    monkeypatch.setattr(publish, "KEEP", 1)
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
    answer = first.fetch(c.measure(first, c.order_count))
    second = open_shop("versions")
    assert second.fetch(c.measure(second, c.order_count)) is answer
    assert old.fetch(c.measure(old, c.order_count)).to_pylist() == [{"order_count": 1}]
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


def test_an_unknown_frame_offers_the_nearest(versions):
    """Frames are asked for by name."""
    with pytest.raises(UnknownName, match="orders"):
        versions[1].frame("order")


def test_weekdays_begin_on_monday():
    """0 is Monday, as in the calendar of the frames."""
    assert WEEKDAYS[0] == "monday" and len(WEEKDAYS) == 7
