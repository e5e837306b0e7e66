"""A shop is changed, removed, pruned, or was built by another version: typed as people type it, and mistyped."""

import json
import shutil
import tomllib

import duckdb
import pytest
from typed import refused, say, told
from typer.testing import CliRunner

from customary.cli import app
from customary.engine import disconnect
from customary.publish.lock import build_lock

SALES = """order_no,customer_no,ordered,status,ship_country
1,a,2025-01-05 10:00:00,paid,DE
2,b,2025-01-20 11:00:00,paid,FR
3,a,2025-02-03 12:00:00,paid,DE
6,d,notadate,paid,DE
"""
LINES = """order_no,line_no,sku,pieces,price
1,1,A,2,10.00
2,1,B,1,5.50
3,1,A,1,10.00
6,1,A,1,10.00
"""
INVOICES = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536366,22633,MUG,2,2010-12-02 08:28:00,1.85,13047,France
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with the files of two kinds of shops."""
    folder = tmp_path_factory.mktemp("files")
    for name, text in {"sales.csv": SALES, "lines.csv": LINES, "online_retail.csv": INVOICES}.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def no_shops(tmp_path, monkeypatch):
    """A place where nobody has made a shop yet."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path))
    return tmp_path


# --- a shop is changed ----------------------------------------------------------------------------


@pytest.fixture
def mine(files, no_shops):
    """The folder of a shop adopted from two files, not built yet."""
    say("adopt", f"{files}/sales.csv", f"{files}/lines.csv", "--source", "template", "--name", "mine")
    return no_shops / "mine"


def listed(folder):
    """The files that a shop lists, with their fingerprints."""
    told = tomllib.loads((folder / "shop.toml").read_text("utf-8"))
    return {file["path"]: file["sha256"] for file in told["files"]}


def test_changed_settings_are_said(mine, files):
    """What was, and what is from now on; an adoption that changes nothing says nothing of changes."""
    words = ("adopt", f"{files}/sales.csv", "--source", "template", "--name", "mine")
    assert "changed" not in say(*words).stdout
    page = say(*words, "--currency", "usd", "--decide", "duplicates=leave_out").stdout
    assert "changed: currency: EUR → USD" in page
    assert "changed: decision duplicates: none → leave_out" in page


def test_other_files_take_the_place_of_those_before(mine, files, tmp_path):
    """With --replace: what is named is all there is; the same bytes keep their fingerprint, copies are kept."""
    before = listed(mine)
    sales = tmp_path / "sales.csv"
    sales.write_text(SALES.replace("6,d,notadate", "6,d,2025-03-02 10:00:00"), "utf-8")
    page = say("adopt", str(sales), f"{files}/lines.csv", "--source", "template", "--name", "mine", "--replace").stdout
    assert "lines.csv → sale_lines, already adopted" in page
    assert "changed: files/sales.csv is no longer counted; its copy stays in the shop's folder" in page
    after = listed(mine)
    assert len(after) == 2 and after["files/lines.csv"] == before["files/lines.csv"]
    assert (mine / "files" / "sales.csv").read_text("utf-8") == SALES
    say("build", "mine")
    assert told("measure", "mine", "buyer_count")["rows"] == [{"buyer_count": 3}]


def test_another_source_takes_other_files(files, no_shops):
    """Only with --replace: what the shop said of itself stays, what was the old source's own goes."""
    say("adopt", f"{files}/online_retail.csv", "--source", "online_retail", "--name", "moved", "--title", "Moved")
    before = (no_shops / "moved" / "shop.toml").read_text("utf-8")
    words = ("adopt", f"{files}/sales.csv", f"{files}/lines.csv", "--source", "template", "--name", "moved")
    assert "give the other one a new name, or change this one with --replace" in refused(*words)
    assert "lacks" in refused("adopt", "--source", "template", "--name", "moved", "--replace")
    assert (no_shops / "moved" / "shop.toml").read_text("utf-8") == before, "an adoption that fails changes nothing"
    page = say(*words, "--replace").stdout
    assert "changed: source: online_retail → template" in page and "changed: currency: GBP → EUR" in page
    assert 'title = "Moved"' in (no_shops / "moved" / "shop.toml").read_text("utf-8")
    say("build", "moved")
    assert told("measure", "moved", "order_count")["rows"] == [{"order_count": 3}]


@pytest.mark.parametrize(
    ("typed", "hint", "code"),
    [
        ("adopt --source template --name mine", "name at least one file", 2),
        ("adopt --source template --name mne --replace", "did you mean mine", 1),
        ("adopt --source templat --name mine --replace", "did you mean template", 1),
        ("remove mne", "did you mean mine", 1),
        ("remove ../mine --yes", "did you mean mine", 1),
        ("prune mne", "did you mean mine", 1),
        ("prune mine --keep 0", "--keep", 2),
        ("prune mine --dryrun", "--dry-run", 2),
    ],
)
def test_a_slip_of_the_pen_changes_nothing(mine, typed, hint, code):
    """One sentence with what was meant; every file of the shop is still there."""
    before = sorted(mine.rglob("*"))
    assert hint in refused(*typed.split(), code=code)
    assert sorted(mine.rglob("*")) == before


@pytest.mark.parametrize(
    ("added", "hint"),
    [
        ("[decision]\nduplicates = 'keep'\n", "did you mean decisions"),
        ("[campaigns.spring]\nbudget = 5\n", "no setting is called “campaigns”"),
        ("[goals.net_revenue]\ntarget = 5\n", "mine/goals.toml"),
        ("[decisions.duplicates]\nhow = 'keep'\n", "decisions is a table of texts"),
    ],
)
def test_what_nobody_reads_in_a_shop_file_is_refused_and_kept(mine, files, added, hint):
    """Neither adopting nor building passes it over, and not a letter of the file is changed."""
    path = mine / "shop.toml"
    path.write_text(path.read_text("utf-8") + "\n" + added, "utf-8")
    text = path.read_text("utf-8")
    assert hint in refused("adopt", f"{files}/sales.csv", "--source", "template", "--name", "mine")
    assert hint in refused("build", "mine")
    assert path.read_text("utf-8") == text


def test_a_raw_table_that_its_source_has_no_longer_is_said(mine):
    """A mapping that was renamed: the sentence names the command that looks at the files again, and it helps."""
    path = mine / "shop.toml"
    path.write_text(path.read_text("utf-8").replace('raw = "sales"', 'raw = "tills"'), "utf-8")
    said = refused("build", "mine")
    assert "`customary adopt --replace --source template --name mine`" in said
    page = say("adopt", "--replace", "--source", "template", "--name", "mine").stdout
    assert "changed: files/sales.csv: tills → sales" in page
    say("build", "mine")


def test_a_copy_that_was_edited_is_not_taken_for_what_was_adopted(mine):
    """Its fingerprint tells."""
    with (mine / "files" / "sales.csv").open("a") as file:
        file.write("7,e,2025-03-01 10:00:00,paid,DE\n")
    assert "is not what was adopted" in refused("adopt", "--replace", "--source", "template", "--name", "mine")


# --- a shop is removed ----------------------------------------------------------------------------


@pytest.fixture
def four(files, no_shops):
    """The folder of a shop that was built four times."""
    say("adopt", f"{files}/online_retail.csv", "--source", "online_retail", "--name", "four")
    for _ in range(4):
        say("build", "four")
    return no_shops / "four"


def versions(folder):
    """The snapshots of a shop, oldest first."""
    return sorted(path.name for path in (folder / "snapshots").iterdir())


def test_prune_keeps_what_readers_may_have(four):
    """The current snapshot and the one before it stay, however few shall; the others go, and their bytes are said."""
    before = versions(four)
    page = say("prune", "four", "--keep", "3", "--dry-run").stdout
    assert before[0] in page and before[1] not in page and "would be free again" in page
    assert versions(four) == before
    page = say("prune", "--keep", "1").stdout
    assert before[0] in page and before[1] in page and "are free again" in page
    assert versions(four) == before[2:]
    assert told("measure", "four", "order_count")["rows"] == [{"order_count": 2}]
    assert say("prune").stdout == "no snapshot is old\n"


def test_remove_shows_what_goes_and_asks(four):
    """Files, snapshots and own settings with their sizes; no answer is no, and so is no."""
    (four / "notes.toml").write_text("", "utf-8")
    for answer in ("n\n", "", "perhaps\n"):
        done = CliRunner().invoke(app, ["remove", "four"], input=answer)
        assert done.exit_code == 1 and "nothing was removed" in done.stdout and "for good? [y/N]" in done.stderr
        assert "notes.toml, shop.toml" in done.stdout and "snapshots" in done.stdout and four.exists()
    done = CliRunner().invoke(app, ["remove", "four"], input="y\n")
    assert done.exit_code == 0 and "four was removed" in done.stdout and not four.exists()
    assert "no shop yet" in say("shops").stdout


def test_remove_does_not_ask_twice(four):
    """With --yes nothing is asked."""
    done = say("remove", "four", "--yes")
    assert "four was removed" in done.stdout and done.stderr == "" and not four.exists()


@pytest.mark.parametrize("typed", ["remove four --yes", "prune four", "remove four"])
def test_nothing_goes_while_a_shop_is_built(four, typed):
    """The build has the shop's lock; afterwards it may."""
    before = versions(four)
    with build_lock(four):
        assert "being built" in refused(*typed.split())
    assert versions(four) == before


def test_prune_passes_over_a_shop_that_is_built(four):
    """Of several shops the others are pruned; the one that is built is said."""
    shutil.copytree(four, four.parent / "five")
    with build_lock(four.parent / "five"):
        done = say("prune", code=1)
    assert (
        "“five” is being built" in done.stderr and len(versions(four)) == 2 and len(versions(four.parent / "five")) == 4
    )


# --- a snapshot of another version ----------------------------------------------------------------


@pytest.mark.parametrize("part", ["layout", "rows"])
def test_a_snapshot_of_another_version_is_said(four, part):
    """Whoever asks it for something: one sentence with the command that builds it again."""
    pointer = json.loads((four / "current").read_text("utf-8"))
    pointer.pop(part)
    (four / "current").write_text(json.dumps({**pointer, "built_by": "0.0.1"}), "utf-8")
    file = four / "snapshots" / pointer["version"] / "shop.duckdb"
    disconnect(file)  # whoever built it here also looked at it
    with duckdb.connect(str(file)) as con:
        con.execute("drop table months")
        con.execute("alter table orders drop column is_first_order")
    asked = "measure four order_count|study four hours|passport four order_count|goals four|values four country"
    for typed in [
        *asked.split("|"),
        "fit four bgnbd",
        "columns frame:orders --shop four",
        "rules --propose four",
        "serve four",
        "edit four",
    ]:
        assert "shop “four” was built by version 0.0.1; build it again: `customary build four`" in refused(
            *typed.split()
        )
    assert "build" in say("shops").stdout
    say("build", "four")
    assert told("measure", "four", "order_count")["rows"] == [{"order_count": 2}]
