"""The daily chain: what is new comes in, is built, and lists go out; cut off wherever, it ends as if it never was."""

import csv
import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from customary import open_shop
from customary.campaigns import Ledger
from customary.campaigns.runs import FILE, runs
from customary.cli import app
from customary.cli.chain import pace_lines
from customary.intake.settings import read_settings, write_settings
from customary.publish.pseudonyms import secret_of
from customary.query.pace import Timeliness, pace_of_figures, pace_of_list
from customary.shop import Shop

NAME, OUT = "daily", "out"
HEAD = "order_id,customer_id,created_at,total\n"


def orders(month, first, count):
    """A file of a month's orders, each of a customer of their own."""
    rows = [f"{n},c{n},2025-0{month}-{1 + n % 28:02d} 10:00:00,{10 + n % 7}" for n in range(first, first + count)]
    return HEAD + "\n".join(rows) + "\n"


def say(*words, code=0):
    """What a command writes; it must end with this code."""
    run = CliRunner().invoke(app, list(words))
    assert run.exit_code == code, run.output
    return run.output


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A shop built of January that sends the play “second purchase” to a folder of its own; February lies ready."""
    export, shops = tmp_path_factory.mktemp("export"), tmp_path_factory.mktemp("chain")
    (export / "january.csv").write_text(orders(1, 0, 40))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTOMARY_SHOPS", str(shops))
        say("adopt", str(export), "--name", NAME, "--yes")
        folder = shops / NAME
        told = read_settings(folder)
        files = told.pop("files")
        write_settings(folder, {**told, "deliveries": {"second purchase": OUT}}, files)
        (folder / OUT).mkdir()
        say("build", NAME)
    secret_of(folder)  # by which lots are drawn: all copies have the same
    (export / "february.csv").write_text(orders(2, 40, 30))
    return shops


@pytest.fixture
def daily(begun, tmp_path, monkeypatch):
    """A copy of that shop, to refresh."""
    shops = tmp_path / "shops"
    shutil.copytree(begun, shops, symlinks=True)
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(shops))
    return shops / NAME


def outcome(folder):
    """Of each list its members with their arms, and the customers of each file that went out."""
    ledger = Ledger(folder)
    members = {
        one.list_id: [(m.customer_id, m.arm) for m in ledger.find(one.list_id).members] for one in ledger.lists()
    }
    files = {}
    for path in sorted((folder / OUT).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            files[path.stem] = [row["customer_id"] for row in csv.DictReader(lines)]
    return members, files, open_shop(NAME).snapshot.rows["orders"]


@pytest.fixture(scope="module")
def uninterrupted(begun, tmp_path_factory):
    """What a refresh that nobody cuts off ends with."""
    shops = tmp_path_factory.mktemp("whole") / "shops"
    shutil.copytree(begun, shops, symlinks=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTOMARY_SHOPS", str(shops))
        said = say("refresh", NAME)
        found = outcome(shops / NAME)
    members, files, rows = found
    ((name, contacted),) = files.items()
    assert rows == 70 and contacted == [who for who, arm in members[name] if arm == "contacted"]
    return said, shops / NAME, found


def test_a_refresh_takes_in_builds_and_sends(uninterrupted):
    """February comes in, the list goes out, and the steps are said and remembered with their seconds."""
    said, folder, (members, _files, _rows) = uninterrupted
    assert "new: february.csv" in said and "took: looking for what is new" in said
    ((name, listed),) = members.items()
    (run,) = runs(folder)
    assert set(run["seconds"]) == {"files", "feedback", "build", "lists"}
    assert min(run["seconds"][step] for step in ("files", "build", "lists")) > 0
    contacted = sum(arm == "contacted" for _who, arm in listed)
    assert (run["new_files"], run["lists"]) == (1, {name: contacted}) and run["as_of"] == "2025-03-01"


def test_a_refresh_says_how_old_the_data_were_against_what_is_wanted(uninterrupted):
    """The orders end with February 2025: figures and list came long after the 72 and 12 hours, and that is said."""
    said, _folder, (members, _files, _rows) = uninterrupted
    assert "72 hours are wanted: too late" in said
    assert f"{next(iter(members))}: delivered" in said and "12 hours are wanted: too late" in said


def test_a_second_refresh_sends_nothing_again(daily):
    """Nothing is new, the list went out already, and there is still one file."""
    say("refresh", NAME)
    before = outcome(daily)
    again = say("refresh", NAME)
    assert "nothing is new" in again and "went out already" in again
    assert outcome(daily) == before and [run["lists"] != {} for run in runs(daily)] == [True, False]


STEPS = {
    "before files are listed": "customary.intake.adopt.write_settings",
    "before the build": "customary.publish.snapshots._fill",
    "before publishing": "customary.publish.snapshots._seal",
    "before the list is written down": "customary.campaigns.ledger.Ledger.add",
    "before the delivery is noted": "customary.campaigns.ledger.Ledger.begin",
    "before it leaves": "customary.campaigns.targets.Folder.send",
    "before its arrival is noted": "customary.campaigns.ledger.Ledger.finish",
    "before the run is remembered": "customary.campaigns.runs.remember",
}
# A refresh in which one function kills its process, as a power cut does: nothing is tidied up.
KILLED = """
import os, pkgutil, signal, sys
from customary.cli import main
place, name = sys.argv.pop(1).rsplit(".", 1)
setattr(pkgutil.resolve_name(place), name, lambda *parts, **more: os.kill(os.getpid(), signal.SIGKILL))
main()
"""


def kill_at(step):
    """A refresh of its own process that is killed at a step."""
    done = subprocess.run([sys.executable, "-c", KILLED, STEPS[step], "refresh", NAME], env=os.environ, check=False)
    return done.returncode


@pytest.mark.parametrize(
    "step",
    [step if step == "before its arrival is noted" else pytest.param(step, marks=pytest.mark.slow) for step in STEPS],
)
def test_killed_at_a_step_the_next_refresh_ends_as_if_it_never_was(daily, uninterrupted, step):
    """The same orders, the same list with the same hold-out, one file with each customer once, nobody on another."""
    assert kill_at(step) == -signal.SIGKILL
    say("refresh", NAME)
    members, files, rows = outcome(daily)
    assert (members, files, rows) == uninterrupted[2]
    sent = [who for people in files.values() for who in people]
    assert len(sent) == len(set(sent)) > 0


def test_one_that_cannot_go_out_is_a_fault_and_keeps_the_figures(daily):
    """Its folder is gone: the shop is built all the same, the exit code is 1, and the next refresh sends it."""
    (daily / OUT).rmdir()
    assert "is no folder" in say("refresh", NAME, code=1)
    assert open_shop(NAME).snapshot.rows["orders"] == 70
    (daily / OUT).mkdir()
    assert "second purchase" in say("refresh", NAME) and len([*(daily / OUT).glob("*.csv")]) == 1


def test_a_damaged_history_begins_anew_and_stops_nothing(daily):
    """Half a line was written when the power went: the other runs stay."""
    (daily / FILE).write_text('{"began_at": "2025-01-01"}\n{"began')
    assert [run["began_at"] for run in runs(daily)] == ["2025-01-01"]


@pytest.mark.parametrize(("hours", "is_met"), [(71.9, True), (72.1, False)])
def test_figures_are_in_time_within_three_days(uninterrupted, monkeypatch, hours, is_met):
    """Of data that end with February: published so many hours into March, by the shop's clock."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(uninterrupted[1].parent))
    shop = open_shop(NAME)
    end = datetime.fromisoformat(f"{shop.as_of}T00:00:00+00:00")
    shop = Shop(NAME, replaced(shop.snapshot, built_at=end + timedelta(hours=hours)))
    assert shop.time_zone == "UTC" and pace_of_figures(shop).is_met is is_met
    assert (pace_of_list(shop, 12.0).is_met, pace_of_list(shop, 12.1).is_met) == (True, False)


def replaced(snapshot, **facts):
    """A snapshot with other facts."""
    return type(snapshot)(**{**vars(snapshot), **facts})


def test_of_a_day_that_is_fixed_by_hand_no_pace_is_told(uninterrupted, monkeypatch):
    """Nobody knows when the data ended that a fixed day leaves out: neither met nor missed."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(uninterrupted[1].parent))
    shop = open_shop(NAME)
    fixed = replaced(shop.snapshot, facts={**shop.snapshot.facts, "is_as_of_given": True})
    assert pace_of_figures(Shop(NAME, fixed)) == Timeliness(None, 72) and Timeliness(None, 72).is_met is None
    (line,) = pace_lines(Shop(NAME, fixed), [])
    assert line.startswith("the day of the data is fixed by hand")
