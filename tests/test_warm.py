"""What the server remembers of a chapter's file: it is read once, and each viewer has a list of cells of his own."""

import os

import pytest
from marimo._ast import load
from marimo._session.notebook.file_manager import AppFileManager

from customary.places import NOTEBOOKS
from customary.serve.warm import remember_notebooks

CHAPTER = """import marimo

app = marimo.App(width="full")


@app.cell
def question():
    answer = {answer}
    return (answer,)
"""


@pytest.fixture
def readings(monkeypatch):
    """The files that marimo has read since the test began, in order; afterwards it reads as it did before."""
    found, read = [], getattr(load.load_app, "__wrapped__", load.load_app)
    monkeypatch.setattr(load, "load_app", lambda path: found.append(str(path)) or read(path))
    assert remember_notebooks()
    return found


@pytest.fixture
def chapter(tmp_path):
    """A notebook of one cell."""
    path = tmp_path / "01_question.py"
    path.write_text(CHAPTER.format(answer=1), "utf-8")
    return path


def test_a_chapter_is_read_for_its_first_viewer_alone(chapter, readings):
    """Two viewers are given the same cells by one reading."""
    one, other = (AppFileManager(chapter).app for _viewer in range(2))
    assert readings == [str(chapter)]
    assert [*one.cell_manager.codes()] == [*other.cell_manager.codes()] == ["answer = 1"]
    assert [*one.cell_manager.cell_ids()] == [*other.cell_manager.cell_ids()]


def test_a_chapter_that_was_edited_is_read_again(chapter, readings):
    """Whoever opens it next is given the new text; who has it open keeps the old one."""
    before = AppFileManager(chapter).app
    chapter.write_text(CHAPTER.format(answer=22), "utf-8")
    os.utime(chapter, ns=(1, 1))
    assert [*AppFileManager(chapter).app.cell_manager.codes()] == ["answer = 22"]
    assert [*before.cell_manager.codes()] == ["answer = 1"] and len(readings) == 2


def test_what_one_viewer_changes_is_no_other_viewers(chapter, readings):
    """Neither the settings nor the list of cells."""
    one, other = (AppFileManager(chapter).app for _viewer in range(2))
    one.update_config({"width": "compact"})
    one.with_data(cell_ids=["new"], codes=["answer = 3"], names=["question"], configs=[*one.cell_manager.configs()])
    assert other.config.width == "full" and [*other.cell_manager.codes()] == ["answer = 1"]
    assert AppFileManager(chapter).app.config.width == "full" and len(readings) == 1


def test_a_chapter_as_it_is_remembered_is_the_one_in_its_file(readings):
    """Names, codes and settings of a real one."""
    path = NOTEBOOKS / "01_goals.py"
    read = load.load_app.__wrapped__(path)
    for _viewer in range(2):
        app = AppFileManager(path).app
        assert [*app.cell_manager.names()] == [*read._cell_manager.names()]
        assert [*app.cell_manager.codes()] == [*read._cell_manager.codes()]
        assert app.config.asdict() == read._config.asdict()


def test_a_file_that_is_not_there_is_still_refused(tmp_path, readings):
    """As marimo refuses it."""
    with pytest.raises(FileNotFoundError):
        load.load_app(tmp_path / "gone.py")
