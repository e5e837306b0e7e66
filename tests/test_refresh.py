"""A shop that goes on: what is new at its places, what that moved, and the last adoption taken back."""

import sqlite3

import pytest
from typer.testing import CliRunner

from customary.cli import app
from customary.intake.origins import own_name, remember_origins
from customary.intake.settings import read_settings
from customary.places import shops_folder

HEAD = "order_id,customer_id,created_at,total,branch\n"
JANUARY = HEAD + "1,ann,2024-01-05 10:00:00,10,north\n2,bob,2024-01-06 10:00:00,20,south\n3,ann,2024-01-31,5,north\n"
LATE = HEAD + "4,cay,2024-01-20 10:00:00,100,south\n5,ann,2024-02-01 10:00:00,7,south\n"


@pytest.fixture
def export(tmp_path, monkeypatch):
    """A folder of exports with January's orders, adopted and built as shop `late`."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "january.csv").write_text(JANUARY)
    say("adopt", str(folder), "--name", "late", "--yes")
    say("build", "late")
    return folder


def say(*words, fails=False):
    """What a command writes; it must end well unless it `fails`."""
    run = CliRunner().invoke(app, list(words))
    assert (run.exit_code != 0) == fails, run.output
    return run.output


def told(name="late"):
    """The names of the files that a shop counts."""
    return [own_name(file) for file in read_settings(shops_folder() / name)["files"]]


def test_a_refresh_takes_in_what_is_new_and_says_what_moved(export):
    """A late order of 100 comes with February: January's revenue goes from 35 to 135, its buyers from 2 to 3."""
    assert "nothing is new" in say("refresh", "late")
    (export / "february.csv").write_text(LATE)
    said = say("refresh", "late")
    assert "new: february.csv" in said
    rows = {line.split("  ")[0]: line.split() for line in said.splitlines()}
    assert rows["net revenue January 2024"][-3:] == ["€35", "€135", "+€100"]
    assert rows["buyer count January 2024"][-3:] == ["2", "3", "+1"]
    assert rows["orders"][-3:] == ["3", "5", "+2"]
    assert "nothing is new" in say("refresh", "late")


def test_a_folder_that_was_emptied_has_nothing_new(export):
    """Whoever moves away what was taken in leaves an empty folder: the daily refresh goes on, no file is lost."""
    (export / "january.csv").unlink()
    assert "nothing is new" in say("refresh", "late") and told() == ["january.csv"]
    assert "there is no" in say("adopt", str(export), "--name", "late", "--yes", fails=True)


def test_a_trial_says_what_a_known_source_makes_of_files(export):
    """February is of the shop's orders, January is there already; nothing is changed by asking."""
    (export / "february.csv").write_text(LATE)
    said = say("adopt", str(export), "--name", "late", "--try").splitlines()
    assert "february.csv → orders_file" in said and "january.csv → orders_file, already adopted" in said
    assert said[-1] == "nothing was changed" and told() == ["january.csv"]


def test_a_file_of_a_new_kind_is_not_guessed_by_a_refresh(export):
    """Customers come to a shop of orders: said by name; named by hand they come in, and all files are looked at."""
    (export / "people.csv").write_text("customer_id,city\nann,Bonn\nbob,Köln\n")
    assert "people.csv is of a kind that the shop had not" in say("refresh", "late", fails=True)
    assert "nothing was changed" in say("adopt", str(export), "--name", "late", "--try")
    assert told() == ["january.csv"]
    say("adopt", str(export / "people.csv"), "--name", "late", "--yes")
    assert told() == ["january.csv", "people.csv"]
    say("build", "late")
    assert '"city": "Bonn",\n   "order_count": 2' in say(
        "measure", "late", "order_count", "--by", "city", "--format", "json"
    )


def test_the_last_adoption_is_taken_back(export):
    """February goes again, and its copy stays; the only file of a shop does not go."""
    (export / "february.csv").write_text(LATE)
    say("refresh", "late")
    assert "files/february.csv is no longer counted" in say("undo", "late")
    assert told() == ["january.csv"] and (shops_folder() / "late" / "files" / "february.csv").exists()
    assert "removes it whole" in say("undo", "late", fails=True)


def test_two_snapshots_of_the_same_files_do_not_differ(export):
    """Built twice: no row, no record, no figure; a snapshot that is not kept is refused with those that are."""
    say("build", "late")
    said = say("compare", "late")
    assert [f"{what}: no difference" in said for what in ("rows", "records", ", which both know")] == [True] * 3
    assert "no snapshot is called “then”" in say("compare", "late", "--old", "then", fails=True)


def test_one_snapshot_is_nothing_to_compare_with(export):
    """Said in a sentence."""
    assert "has one snapshot only" in say("compare", "late", fails=True)


def test_a_database_is_read_as_it_stands_now(tmp_path, monkeypatch):
    """An order more and one gone: what the table holds now counts, not both states."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    with sqlite3.connect(tmp_path / "shop.db") as con:
        con.execute("create table orders (order_id, customer_id, created_at, total)")
        con.execute("insert into orders values (1, 'ann', '2024-01-05', 10), (2, 'bob', '2024-01-06', 20)")
    say("adopt", str(tmp_path / "shop.db"), "--name", "stored", "--yes")
    say("build", "stored")
    with sqlite3.connect(tmp_path / "shop.db") as con:
        con.execute("delete from orders where order_id = 1")
        con.execute("insert into orders values (3, 'cay', '2024-01-07', 40)")
    say("refresh", "stored")
    assert told("stored") == ["shop.orders.csv"]
    assert '"net_revenue": 60' in say("measure", "stored", "net_revenue", "--format", "json")


def test_an_address_is_remembered_without_its_password(export):
    """Whoever reads shop.toml learns the place and the user."""
    remember_origins(shops_folder() / "late", ["postgres://me:secret@db.example:5432/shop?schema=x"])
    assert read_settings(shops_folder() / "late")["origins"] == [
        str(export),
        "postgres://me@db.example:5432/shop?schema=x",
    ]
