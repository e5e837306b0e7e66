"""Carts between two builds: drawn from files that came since, sent once, and how fresh that was is measured."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from customary import shop as shop_room
from customary.campaigns import Ledger
from customary.campaigns.runs import runs
from customary.campaigns.watching import open_carts
from customary.cli import app
from customary.intake.recent import Act, Fingerprints, MicroBatch
from customary.intake.settings import read_settings, write_settings

NOON = datetime(2025, 3, 11, 12, tzinfo=UTC)
THREE, WEEK = timedelta(hours=3), timedelta(days=7)
EVENTS = "event_id,customer_id,visitor_id,occurred_at,event_name,product_id\n"


def put_in(who, hours, visitor=None):
    """Something put into a cart so many hours before noon."""
    return Act(who, visitor, NOON - timedelta(hours=hours), "lamp")


@pytest.mark.parametrize(
    ("added", "bought", "waits"),
    [
        ([4, 5], [], True),
        ([2, 5], [], False),  # still choosing
        ([4, 5], [1], False),  # bought an hour ago
        ([4, 5], [4.5], False),  # bought after the first addition
        ([4, 5], [6], True),  # bought before
        ([200], [], False),  # longer ago than a week
    ],
)
def test_a_cart_waits_by_the_rule_of_the_study(added, bought, waits):
    """The last addition three hours to seven days ago, and nothing bought since the first."""
    acts = MicroBatch([put_in("ann", h) for h in added], [put_in("ann", h) for h in bought])
    assert ("ann" in open_carts(acts, {}, NOON, THREE, WEEK)) is waits


def test_a_visitor_is_who_said_so_and_nobody_else():
    """v1 is Ann, who bought by telephone since; v2 is nobody that is known."""
    batch = MicroBatch([put_in(None, 4, "v1"), put_in(None, 4, "v2")], [put_in("ann", 1)])
    assert open_carts(batch, {"v1": "ann"}, NOON, THREE, WEEK) == {}
    assert [*open_carts(MicroBatch(batch.added), {"v1": "ann"}, NOON, THREE, WEEK)] == ["ann"]


def test_a_file_is_read_for_its_fingerprint_once_until_it_changes(tmp_path, monkeypatch):
    """Looked at twice it is read once; a row more is another file."""
    path, read = tmp_path / "a.csv", []
    path.write_text("a\n")
    known = Fingerprints()
    monkeypatch.setattr("customary.intake.recent.sha256", lambda one: read.append(one) or str(len(read)))
    assert known.of(path) == known.of(path) == "1"
    path.write_text("a\nb\n")
    assert known.of(path) == "2"


def say(*words, code=0):
    """What a command writes; it must end with this code."""
    run = CliRunner().invoke(app, list(words))
    assert run.exit_code == code, run.output
    return run.output


def event(number, who, visitor, at, name, product=""):
    """A line of the log."""
    return f"{number},{who},{visitor},{at},{name},{product}\n"


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """A shop that knows Ann and Bob, with a log until 10 March, a play for carts, and the clock at noon of the 11th."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    monkeypatch.setattr(shop_room, "now", lambda: NOON)
    export = tmp_path / "export"
    export.mkdir()
    days = [
        event(n, "ann" if n % 2 else "bob", f"v{n % 2}", f"2025-03-{n:02d} 10:00:00", "view_item") for n in range(1, 11)
    ]
    (export / "log.csv").write_text(EVENTS + "".join(days))
    (export / "orders.csv").write_text(
        "order_id,customer_id,created_at,total\n1,ann,2025-03-01 11:00:00,5\n2,bob,2025-03-02 11:00:00,5\n"
    )
    say("adopt", str(export), "--name", "watched", "--yes")
    folder = tmp_path / "shops" / "watched"
    told = read_settings(folder)
    files = told.pop("files")
    write_settings(folder, {**told, "time_zone": "UTC", "deliveries": {"cart abandoned": "out"}}, files)
    (folder / "out").mkdir()
    say("build", "watched")
    return folder, export


def sent(folder):
    """The customers of every file that went out."""
    for path in sorted((folder / "out").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from (row["customer_id"] for row in csv.DictReader(lines))


def test_who_left_a_cart_is_reminded_from_the_file_that_came_since(watched):
    """Ann put a lamp in at eight; at noon she is on a list, or held out, once, and how old the records were is said.

    Bob chose at eleven and is not reminded; the shop is not built anew.
    """
    folder, export = watched
    before = read_settings(folder)["files"]
    (export / "more.csv").write_text(
        EVENTS
        + event(11, "", "v1", "2025-03-11 08:00:00", "add_to_cart", "lamp")
        + event(12, "bob", "v0", "2025-03-11 11:00:00", "add_to_cart", "lamp")
        + event(13, "", "v9", "2025-03-11 07:00:00", "add_to_cart", "lamp")
    )
    said = say("refresh", "watched", "--watch", "1", "--batches", "2")
    (drawn,) = Ledger(folder).lists()
    members = Ledger(folder).find(drawn.list_id).members
    assert [member.customer_id for member in members] == ["ann"] and drawn.left_off == {"not known as customers": 1}
    assert [*sent(folder)] == [member.customer_id for member in members if member.arm == "contacted"]
    assert "records until 2025-03-11 11:00:00 UTC, 3,600 s old when they had been acted on, 60 s are wanted" in said
    assert {run["lag_seconds"] for run in runs(folder)} == {3600.0}
    assert read_settings(folder)["files"] == before


def test_without_a_play_of_carts_there_is_nothing_to_watch_for(watched):
    """Refused at once, and nothing is sent."""
    folder, _export = watched
    told = read_settings(folder)
    files = told.pop("files")
    write_settings(folder, {**told, "deliveries": {"second purchase": "out"}}, files)
    said = say("refresh", "watched", "--watch", "1", code=1)  # for ever, were it not refused
    assert "nothing to watch for" in said
    assert Ledger(folder).lists() == [] and [*sent(folder)] == []


def test_a_list_that_could_not_leave_leaves_with_the_next_batch(watched):
    """Its folder is gone at the first look: the list that was drawn then is the one that goes out, once."""
    folder, export = watched
    (export / "more.csv").write_text(EVENTS + event(11, "ann", "v1", "2025-03-11 08:00:00", "add_to_cart", "lamp"))
    (folder / "out").rmdir()
    say("refresh", "watched", "--watch", "1", "--batches", "1")
    (drawn,) = Ledger(folder).lists()
    assert drawn.delivered_at is None
    (folder / "out").mkdir()
    say("refresh", "watched", "--watch", "1", "--batches", "2")
    (again,) = Ledger(folder).lists()
    contacted = [
        member.customer_id for member in Ledger(folder).find(drawn.list_id).members if member.arm == "contacted"
    ]
    assert [*sent(folder)] == contacted and again.list_id == drawn.list_id
    assert again.delivered_at is not None  # one whom the lot held out is compared with, and nothing is sent
