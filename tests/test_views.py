"""Saved views of a shop: links by name, a board in an order of its own, and each as a chapter that asks the same."""

import importlib.util

import pytest
from chapters import opened, text_of
from given import sold
from test_explore import STEM, explored
from typed import refused, say

from customary.errors import Refused
from customary.page.explore.asking import inquiry_of_link
from customary.page.explore.board import keep, keeper
from customary.page.explore.notebook import write_chapter
from customary.query.address import read_query
from customary.query.chapter_text import chapter_text
from customary.query.exploration import ask, read_exploration
from customary.query.views import (
    FILE,
    MOST_ON_BOARD,
    SavedView,
    SavedViews,
    arrange_board,
    read_views,
    remove_view,
    save_view,
    views_of,
    views_toml,
)
from customary.shop import Shop


@pytest.fixture(scope="module")
def kept_shop(tiny_shop):
    """Twelve orders in DE, twelve in FR."""
    rows = [
        sold(f"{place}{n}", f"{place}{n}", "2025-01-05 10:00", 10, country=place)
        for place in ("DE", "FR")
        for n in range(12)
    ]
    return tiny_shop(orders=rows, as_of="2025-03-01", name="kept_views")


@pytest.fixture
def shop(kept_shop):
    """The same shop without any view."""
    (kept_shop.snapshot.folder / FILE).unlink(missing_ok=True)
    return kept_shop


def test_what_is_saved_is_there_and_asks_the_same(shop):
    """A view is its link: read again it is the same question with the same rows."""
    save_view(shop, "Orders by country", "/28_explore/?ask=order_count&by=country&period=all")
    (view,) = views_of(shop).views
    assert (view.name, view.link) == ("orders-by-country", "ask=order_count&by=country&period=all")
    _said, asked = explored(shop.name, **read_query(view.link))
    assert asked.answer.to_pylist() == [{"country": "DE", "order_count": 12}, {"country": "FR", "order_count": 12}]


def test_the_board_has_an_order_of_its_own(shop):
    """The second view saved stands first; one that is removed is on it no longer."""
    for title in ("One", "Two", "Three"):
        save_view(shop, title, "ask=order_count")
    arrange_board(shop, ["two", "one"])
    assert [view.title for view in views_of(shop).on_board] == ["Two", "One"]
    remove_view(shop, "two")
    assert [view.title for view in views_of(shop).on_board] == ["One"]
    with pytest.raises(LookupError, match="three"):
        arrange_board(shop, ["thre"])
    with pytest.raises(Refused, match=f"{MOST_ON_BOARD} views"):
        for n in range(MOST_ON_BOARD + 1):
            save_view(shop, f"v{n}", "ask=order_count")
        arrange_board(shop, [f"v{n}" for n in range(MOST_ON_BOARD + 1)])


def test_a_view_whose_column_is_gone_says_so_with_the_nearest(shop):
    """Somebody renamed `country`: page, board and command say what is left out and what was probably meant."""
    view = SavedView("by-land", "By land", "ask=order_count&by=contry&period=all")
    (shop.snapshot.folder / FILE).write_text(views_toml(SavedViews((view,), ("by-land",))), "utf-8")
    said = explored(shop.name)[0]
    assert "no column to split by is called “contry” – did you mean country" in said
    assert "contry" in say("views", shop.name).output
    assert "did you mean country" in explored(shop.name, **read_query(view.link))[0]


def test_a_view_of_an_earlier_name_means_the_same(shop):
    """A column that was renamed and is remembered is read by its earlier name, without a word."""
    save_view(shop, "By system", "ask=order_count&by=usual_os&period=all")
    said, asked = explored(shop.name, **read_query(views_of(shop).views[0].link))
    assert asked.exploration.by == ("last_os",) and "Left out" not in said


def test_a_view_without_an_answer_stands_on_the_board_as_a_note(shop):
    """A study that this shop cannot answer says why in the figure's place; the page stands."""
    view = SavedView("back", "What came back", "ask=return_reasons&period=all")
    (shop.snapshot.folder / FILE).write_text(views_toml(SavedViews((view,), ("back",))), "utf-8")
    assert "What came back" in explored(shop.name)[0]


@pytest.mark.parametrize("text", ["board = [", "\udcff", 'views = 3\nboard = "x"', "[views.a]\ntitle = 1"])
def test_a_file_that_cannot_be_read_is_said_and_never_written_over(shop, text):
    """The page stands without it; to save is refused, so that nothing an analyst wrote is lost."""
    path = shop.snapshot.folder / FILE
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    explored(shop.name)
    if read_views(path).problem:
        assert "views.toml" in explored(shop.name)[0]
        with pytest.raises(Refused, match="nothing was saved"):
            save_view(shop, "x", "ask=order_count")
        assert path.read_bytes() == text.encode("utf-8", "surrogateescape")
    path.unlink()


def test_only_analysts_change_views(shop):
    """A viewer reads them; neither the page nor the library writes for one."""
    viewer = Shop(shop.name, shop.snapshot, "stakeholder")
    with pytest.raises(Refused, match="only analysts"):
        save_view(viewer, "x", "ask=order_count")
    asked = explored(shop.name)[1]
    assert keep(viewer, asked, "x").text == "" and not views_of(shop).views
    assert "Saved." in keep(shop, asked, "Month by month").text


@pytest.mark.parametrize(
    ("title", "link"),
    [("", "ask=order_count"), ("x" * 121, "ask=order_count"), ("x", "by=country"), ("x", "ask=nothing")],
)
def test_what_asks_nothing_is_not_saved(shop, title, link):
    """A view has a title, and a link that this shop understands whole."""
    with pytest.raises(Refused):
        save_view(shop, title, link)
    assert not (shop.snapshot.folder / FILE).exists()


def test_the_form_of_the_editor_keeps_the_question_as_a_view(shop):
    """An analyst has a field and a button; what is sent is saved under its title and asks the same."""
    asked = inquiry_of_link(shop, "ask=order_count&by=country")
    assert "marimo-form" in keeper(shop, asked).text
    assert "Saved." in keep(shop, asked, "Orders by country").text
    (view,) = views_of(shop).views
    assert view.title == "Orders by country"
    again = inquiry_of_link(shop, view.link)
    assert again.answer.to_pylist() == asked.answer.to_pylist()


def test_the_form_of_the_editor_says_why_nothing_was_saved(shop):
    """Without a title; before the button is pressed it says nothing at all."""
    asked = inquiry_of_link(shop, "ask=order_count&by=country")
    assert "Not saved." in keep(shop, asked, "  ").text
    assert keep(shop, asked, None).text == "" and views_of(shop).views == ()


def test_a_viewer_has_no_form_and_saves_nothing(shop):
    """Whatever is sent under its name."""
    viewer = Shop(shop.name, shop.snapshot, "stakeholder")
    asked = inquiry_of_link(viewer, "ask=order_count&by=country")
    assert "marimo-form" not in keeper(viewer, asked).text
    assert keep(viewer, asked, "Orders by country").text == "" and views_of(shop).views == ()


def test_any_title_survives_its_file(shop):
    """Quotes, backslashes, braces, Chinese, markup: read again they are the same, on a page they are text."""
    titles = ['"quoted" \\ {n}', "按国家\x7f", "<script>x</script>"]
    views = tuple(SavedView(f"v {n}", title, "ask=order_count") for n, title in enumerate(titles))
    path = shop.snapshot.folder / FILE
    path.write_text(views_toml(SavedViews(views, ("v 0",))), "utf-8")
    assert read_views(path).views == views
    assert "<script>x" not in text_of(opened(STEM, shop.name)[1])


def test_the_command_keeps_lists_arranges_and_forgets(shop):
    """What `customary views` says of each step."""
    assert (
        "saved: by-country"
        in say("views", shop.name, "--save", "By country", "--link", "ask=order_count&by=country").output
    )
    assert "on the board: by-country" in say("views", shop.name, "--board", "by-country").output
    assert "By country" in say("views", shop.name).output
    assert "by-country" in refused("views", shop.name, "--remove", "by-contry")
    assert "removed: by-country" in say("views", shop.name, "--remove", "by-country").output
    assert "write both" in refused("views", shop.name, "--save", "x", code=2)


# --- as a notebook ----------------------------------------------------------------------------------------------


def run_chapter(path):
    """The names that the cells of a notebook define."""
    found = importlib.util.spec_from_file_location(path.stem, path)
    chapter = importlib.util.module_from_spec(found)
    found.loader.exec_module(chapter)
    return chapter.app.run()


@pytest.mark.parametrize(
    "asked",
    [
        {"ask": "order_count,buyer_count", "by": "country", "every": "month"},
        {"ask": "rfm_ties", "with": "bins:3"},
        {"ask": "concentration"},
    ],
)
def test_a_notebook_asks_the_very_question(shop, tmp_path, monkeypatch, asked):
    """It is written, it runs, and its answer has the question and the rows of the one it was written from."""
    answer = ask(
        shop,
        read_exploration(shop, asked).exploration,
        ("2025-01-01", "2025-02-01"),
        {"country": "DE"} if "by" in asked else None,
    )
    stem = write_chapter(tmp_path, answer, 'A "title" \\ {n}\nof two lines')
    monkeypatch.setenv("CUSTOMARY_SHOP", shop.name)
    outputs, names = run_chapter(tmp_path / f"{stem}.py")
    assert names["answer"].question == answer.question
    assert names["answer"].to_pylist() == answer.to_pylist()
    assert "cy-figure" in " ".join(one.text for one in outputs if one is not None)


def test_nothing_in_a_question_is_run_as_code(shop, monkeypatch, tmp_path):
    """A value or a title like code stands in the source as a text."""
    code = '"); import os; os.mkdir("x") #'
    answer = ask(shop, read_exploration(shop, {"ask": "order_count"}).exploration)
    text = chapter_text(answer.question, f"{code}\n{code}", "50_x")
    assert compile(text, "50_x.py", "exec")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CUSTOMARY_SHOP", shop.name)
    (tmp_path / "50_x.py").write_text(text, "utf-8")
    run_chapter(tmp_path / "50_x.py")
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".py" and path.name != "__pycache__"] == []


def test_a_new_notebook_takes_no_name_that_is_there(shop, tmp_path):
    """The second one of the same question stands beside the first."""
    answer = ask(shop, read_exploration(shop, {"ask": "order_count"}).exploration)
    assert [write_chapter(tmp_path, answer, "x") for _ in range(2)] == ["50_order_count", "51_order_count"]


def test_the_command_writes_a_view_as_a_chapter_of_ones_own(shop):
    """It lies with the analyst's copies, and is listed as the analyst's own."""
    save_view(shop, "Orders", "ask=order_count&every=month&period=all")
    assert "50_order_count.py" in say("views", shop.name, "--notebook", "orders", width=300).output.replace("\n", "")
    assert "50_order_count" in say("chapters", shop.name).output
