"""The analyst's bench: copies of the chapters that an analyst may change, and the way back."""

import json
import tomllib

import pytest
from typer.testing import CliRunner

from customary.cli import app
from customary.errors import Refused, UnknownName
from customary.page import headers
from customary.serve import bench

VISITS = "# chapter: Visits\nimport marimo\nfirst = 1\nlast = 9\n"
SETTINGS = """[project]
name = "x"

[tool.marimo.runtime]
auto_instantiate = true

[tool.marimo.display]
custom_css = ["notebooks/theme.css"]

[tool.ruff]
line-length = 120
"""


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A folder of two shipped chapters, and an adopted shop `mine` whose analyst has not begun yet."""
    notebooks, shops = tmp_path / "content" / "notebooks", tmp_path / "shops"
    notebooks.mkdir(parents=True)
    (notebooks / "01_goals.py").write_text("goals = 1\n", "utf-8")
    (notebooks / "04_visits.py").write_text(VISITS, "utf-8")
    (notebooks / "theme.css").write_text("", "utf-8")
    (notebooks.parent / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (shops / "mine").mkdir(parents=True)
    (shops / "mine" / "shop.toml").write_text('title = "Mine"\n', "utf-8")
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(shops))
    monkeypatch.setattr(bench, "NOTEBOOKS", notebooks)
    return notebooks


def own(name="04_visits"):
    """The analyst's file."""
    return bench.bench_folder("mine") / f"{name}.py"


def states():
    """What became of each chapter, by name."""
    return {name: copy.state for name, copy in bench.chapter_copies("mine").items()}


def typed(*words, code=0):
    """What a command writes on stdout."""
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "100"})
    assert done.exit_code == code, done.output
    return done.stdout if code == 0 else done.stderr


def test_the_first_time_all_chapters_are_copied_byte_for_byte(shipped):
    """Windows line ends stay as well; the second time nothing is left to copy."""
    (shipped / "01_goals.py").write_bytes(b"goals = 1\r\n")
    assert bench.set_up("mine").copied == ("01_goals", "04_visits")
    assert own("01_goals").read_bytes() == b"goals = 1\r\n" and own().read_text("utf-8") == VISITS
    again = bench.set_up("mine")
    assert (again.copied, again.refreshed, again.kept) == ((), (), ())
    assert states() == {"01_goals": "as shipped", "04_visits": "as shipped"}


def test_a_read_only_original_gives_a_copy_that_can_be_written(shipped):
    """Where the package is installed read-only, as by an administrator."""
    (shipped / "04_visits.py").chmod(0o444)
    bench.set_up("mine")
    assert own().stat().st_mode & 0o200


def test_a_chapter_that_the_analyst_left_alone_follows_the_shipped_one(shipped):
    """It is said to be older first, and refreshed with the next `edit`."""
    bench.set_up("mine")
    (shipped / "04_visits.py").write_text(VISITS + "more = 2\n", "utf-8")
    assert states()["04_visits"] == "shipped version is newer"
    assert bench.set_up("mine").refreshed == ("04_visits",)
    assert own().read_text("utf-8") == VISITS + "more = 2\n" and states()["04_visits"] == "as shipped"


def test_a_changed_chapter_is_kept_when_a_newer_one_is_shipped(shipped):
    """Kept, and said each time, as long as nobody has decided."""
    bench.set_up("mine")
    own().write_text(VISITS.replace("first = 1", "first = 7"), "utf-8")
    assert states()["04_visits"] == "changed" and bench.set_up("mine").kept == ()
    (shipped / "04_visits.py").write_text(VISITS + "more = 2\n", "utf-8")
    for _time in range(2):
        assert bench.set_up("mine").kept == ("04_visits",)
        assert states()["04_visits"] == "changed, shipped version is newer"
    assert "first = 7" in own().read_text("utf-8")


def test_without_the_memory_of_copying_nothing_of_the_analyst_is_lost(shipped):
    """A damaged memory makes every difference the analyst's."""
    bench.set_up("mine")
    own().write_text("mine = 1\n", "utf-8")
    (own().parent / bench.STAMPS).write_text("{", "utf-8")
    (shipped / "04_visits.py").write_text(VISITS + "more = 2\n", "utf-8")
    assert states()["04_visits"] == "changed"
    bench.set_up("mine")
    assert own().read_text("utf-8") == "mine = 1\n"


def test_the_difference_is_a_patch_from_shipped_to_own(shipped):
    """One line changed, one added: two lines more, one less."""
    bench.set_up("mine")
    own().write_text(VISITS.replace("first = 1", "first = 7") + "more = 2", "utf-8")
    assert bench.chapter_copy("mine", "04_visits").line_counts() == (2, 1)
    assert typed("chapters", "mine", "--diff", "04_visits.py") == (
        "--- shipped/04_visits.py\n+++ chapters/04_visits.py\n@@ -1,4 +1,5 @@\n # chapter: Visits\n import marimo\n"
        "-first = 1\n+first = 7\n last = 9\n+more = 2\n"
    )
    assert typed("chapters", "mine", "--diff", "01_goals") == ""


def test_putting_back_keeps_the_analysts_version_and_says_where(shipped):
    """Numbered where an earlier one lies there already."""
    bench.set_up("mine")
    for number, place in enumerate(("04_visits.py.bak", "04_visits.py.bak2", "04_visits.py.bak3")):
        own().write_text(f"mine = {number}\n", "utf-8")
        assert place in typed("chapters", "mine", "--restore", "04_visits").split()[-1]
        assert own().with_name(place).read_text("utf-8") == f"mine = {number}\n"
        assert own().read_text("utf-8") == VISITS
    assert "nothing to put back" in typed("chapters", "mine", "--restore", "04_visits", code=1)


def test_putting_back_decides_for_the_newer_chapter(shipped):
    """Afterwards the copy follows the shipped chapter again."""
    bench.set_up("mine")
    own().write_text("mine = 1\n", "utf-8")
    (shipped / "04_visits.py").write_text("newer = 1\n", "utf-8")
    bench.restore(bench.chapter_copy("mine", "04_visits"))
    (shipped / "04_visits.py").write_text("newest = 1\n", "utf-8")
    assert bench.set_up("mine").refreshed == ("04_visits",)


def test_a_chapter_of_the_analysts_own_is_listed_and_left_alone(shipped):
    """It has no shipped version to compare with or to put back."""
    bench.set_up("mine")
    own("20_mine").write_text("x = 1\n", "utf-8")
    bench.set_up("mine")
    assert states()["20_mine"] == "your own chapter"
    with pytest.raises(Refused, match="no chapter of that name is shipped"):
        bench.restore(bench.chapter_copy("mine", "20_mine"))


def test_the_list_says_of_each_chapter_what_became_of_it(shipped):
    """As shipped, or changed by how many lines; before the first `edit` nothing is copied."""
    assert typed("chapters", "mine").count("not copied yet") == 2
    bench.set_up("mine")
    own().write_text(VISITS + "a = 1\nb = 2\n", "utf-8")
    lines = [line.split() for line in typed("chapters", "mine").splitlines()]
    assert ["01_goals", "as", "shipped"] in lines and ["04_visits", "changed", "+2", "-0"] in lines


def test_an_unknown_chapter_is_refused_with_the_nearest(shipped):
    """By the list's options and by the editor alike."""
    with pytest.raises(UnknownName, match="did you mean 04_visits"):
        bench.chapter_copy("mine", "04_visit")
    for option in ("--diff", "--restore"):
        assert "did you mean 04_visits" in typed("chapters", "mine", option, "visits", code=1)


def test_the_editor_finds_the_shipped_settings_and_style(shipped):
    """It reads them from its folder: marimo's only, and the style by its whole path."""
    told = tomllib.loads((bench.set_up("mine").folder / "pyproject.toml").read_text("utf-8"))
    display = {"custom_css": [str(shipped / "theme.css")]}
    assert told == {"tool": {"marimo": {"runtime": {"auto_instantiate": True}, "display": display}}}


def test_the_memory_is_the_hash_of_what_was_copied(shipped):
    """sha256 of `goals = 1` and a line end."""
    folder = bench.set_up("mine").folder
    told = json.loads((folder / bench.STAMPS).read_text("utf-8"))
    assert told["01_goals"] == "2c592e8500e0c7982104b15e68fcc96ec04bfb2bc303da99bea1765ba996b8d5"


def test_links_between_chapters_lead_to_the_editors_files(worked_shop, monkeypatch):
    """Under the editor a chapter is a file, on the server a folder; the filters go along in both."""

    class Meta:
        mode = "edit"

    monkeypatch.setattr(headers.mo, "notebook_dir", lambda: None)
    monkeypatch.setattr(headers.mo, "app_meta", Meta)
    edited = headers.header(worked_shop, "06_orders", query="split=channel").text
    assert 'href="/?file=01_goals.py&amp;split=channel"' in edited and 'href="/01_goals/' not in edited
    Meta.mode = "run"
    assert 'href="/01_goals/?split=channel"' in headers.header(worked_shop, "06_orders", query="split=channel").text
