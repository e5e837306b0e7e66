"""A figure that was taken away says where it came from, and opened again it is that figure, or says what changed."""

import io
import re
import zipfile

import pytest
from chapters import first_view, text_of
from given import sold
from openpyxl import load_workbook
from test_explore import explored
from typed import refused, say, told

from customary.declare import METRICS
from customary.errors import Refused
from customary.page.drill import explore_link
from customary.page.workbooks import MOST_CELLS, chapter_markup, workbook_markup
from customary.query.address import EXPLORE, read_query
from customary.query.answer import Answer
from customary.query.export import as_csv_cell, to_xlsx
from customary.query.measure import measure
from customary.query.origin import Origin, definition_hash, notes_on_origin, origin_of, read_origin
from customary.query.study import study
from customary.query.taken_files import origins_in
from customary.query.workbook import chapter_bytes
from customary.shop import Shop


@pytest.fixture(scope="module")
def shop(tiny_shop):
    """Twelve orders of 10 in DE in January, twelve of 20 in FR in February."""
    rows = [sold(f"d{n}", f"d{n}", "2025-01-05 10:00", 10, country="DE") for n in range(12)]
    rows += [sold(f"f{n}", f"f{n}", "2025-02-05 10:00", 20, country="FR") for n in range(12)]
    return tiny_shop(orders=rows, as_of="2025-03-01", name="taken_away")


def saved(folder, content, name="figure.xlsx"):
    """The content as a file."""
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.fixture
def answer(shop):
    """Orders of January by country, only DE."""
    return measure(shop, "order_count", by="country", during=("2025-01-05", "2025-02-01"), where={"country": "DE"})


def test_a_workbook_says_shop_snapshot_definition_and_question(answer, tmp_path):
    """Read from the file alone, the question is the one that was asked."""
    (found,) = origins_in(saved(tmp_path, to_xlsx(answer)))
    assert found == origin_of(answer)
    assert (found.shop, found.snapshot) == ("taken_away", answer.question.snapshot)
    assert found.parts == {
        "ask": "order_count",
        "by": "country",
        "period": "custom dates",
        "between": "2025-01-05_2025-01-31",
        "country": "DE",
    }


def test_a_workbook_brought_back_is_that_very_figure(answer, tmp_path):
    """By its link on the page, and by the command: the same rows, and nothing to say."""
    path = saved(tmp_path, to_xlsx(answer))
    (found,) = origins_in(path)
    _said, asked = explored("taken_away", "analyst", **read_query(found.query))
    assert asked.answer.to_pylist() == answer.to_pylist() == [{"country": "DE", "order_count": 12}]
    assert asked.choice.notes == ()
    assert told("passport", str(path))["question"] == answer.question.text


@pytest.mark.parametrize(
    ("changed", "note"),
    [
        ({"shop": "elsewhere"}, "of the shop “elsewhere”"),
        ({"snapshot": "20200101T000000-0"}, "the snapshot 20200101T000000-0"),
        ({"definition": "0" * 12}, "has changed since"),
        ({}, ""),
    ],
)
def test_what_changed_since_is_said(answer, changed, note):
    """Another shop, an older snapshot, another meaning: each in a sentence; the same figure says nothing."""
    origin = origin_of(answer)
    facts = {"shop": origin.shop, "snapshot": origin.snapshot, "definition": origin.definition, **changed}
    other = Origin(**facts, parts=origin.parts)
    notes = " ".join(notes_on_origin(answer, other))
    assert note in notes and bool(notes) is bool(note)
    assert note in explored("taken_away", "analyst", **read_query(other.query))[0]


def test_the_hash_tells_another_formula(shop, monkeypatch):
    """The same name with another definition or another body has another hash; the same has the same."""
    first, again = (definition_hash(measure(shop, "order_count", by="country")) for _ in range(2))
    assert first == again and first != definition_hash(measure(shop, "buyer_count", by="country"))
    assert re.fullmatch("[0-9a-f]{12}", first)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 none", b"a,b\n1,2\n"])
def test_another_file_is_refused_in_a_sentence(tmp_path, content):
    """What is no workbook of ours says nothing of a figure."""
    path = saved(tmp_path, content)
    with pytest.raises(Refused, match=r"figure\.xlsx"):
        origins_in(path)
    assert "figure.xlsx" in refused("passport", str(path))


def test_a_workbook_of_somebody_else_does_not_say_which_figure_it_holds(tmp_path):
    """A sheet made elsewhere is none of ours, whatever its cells say."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("docProps/core.xml", "<x><dc:identifier>urn:isbn:1</dc:identifier></x>")
    with pytest.raises(Refused, match="does not say which figure"):
        origins_in(saved(tmp_path, out.getvalue()))


def test_a_chapters_workbook_has_a_sheet_for_each_figure(shop, tmp_path):
    """Two figures of one name stand on two sheets, and both can be opened again."""
    answers = [measure(shop, "order_count", by="country"), measure(shop, "order_count", every="month")]
    path = saved(tmp_path, chapter_bytes(answers))
    assert load_workbook(path).sheetnames == ["1 Order count", "2 Order count", "About"]
    assert [origin.parts.get("by") for origin in origins_in(path)] == ["country", None]


def test_no_workbook_is_written_before_it_is_asked_for(chapter_shops, monkeypatch):
    """A chapter that opens writes none, however many buttons it has."""

    def fail(*_given):
        raise AssertionError("written too early")

    monkeypatch.setattr("customary.page.workbooks.to_xlsx", fail)
    said = text_of(first_view("05_rfm", "full", "analyst")[1])
    assert "XLSX" in said


def test_too_many_cells_are_said_and_not_written(answer, monkeypatch):
    """A million cells: a sentence with what to take in place of a button; one cell fewer than the bound has one."""
    columns = len(answer.titles())
    monkeypatch.setattr(Answer, "rows_total", 1_000_000 // columns)
    said = workbook_markup(answer)
    assert "1,000,000 cells are too many" in said and "CSV" in said and "marimo-download" not in said
    monkeypatch.setattr(Answer, "rows_total", MOST_CELLS // columns)
    assert "marimo-download" in workbook_markup(answer)


def test_viewers_take_no_list_of_people_along(shop):
    """Neither alone nor within the workbook of a chapter."""
    viewer = Shop(shop.name, shop.snapshot, "stakeholder")
    people = study(viewer, "rfm")
    assert workbook_markup(people) == "" and chapter_markup([people], "chapter") == ""
    assert chapter_markup([study(shop, "rfm")], "chapter")


@pytest.mark.parametrize("text", [" =1+1", "\u3000=1+1", "＝1+1", "\ufeff=1+1", "\t=1", "=1"])
def test_no_cell_of_a_csv_is_run_whatever_stands_before_it(text):
    """Spaces of any width before a sign, and the sign in full width."""
    assert as_csv_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("which", "options"),
    [
        ("order_count", {"by": "country"}),
        ("average_order_value", {"every": "month", "where": {"country": ["DE", "FR"]}}),
        ("rfm_ties", {"bins": 3}),
        ("concentration", {}),
    ],
)
def test_a_figure_of_any_chapter_leads_into_explore_with_its_question(shop, which, options):
    """The link beside its passport asks the same there: same days, same rows of the same population."""
    ask = measure if which in METRICS else study
    before = ask(shop, which, during=("2025-01-01", "2025-02-15") if ask is measure else None, **options)
    address, _sign, query = explore_link(before).partition("?")
    assert address == f"/{EXPLORE}/"
    _said, asked = explored("taken_away", "analyst", **read_query(query))
    assert asked.answer.to_pylist() == before.to_pylist()


def test_a_viewers_figure_leads_to_no_question_of_analysts(shop):
    """A list of people has no link for viewers; for analysts it has."""
    viewer = Shop(shop.name, shop.snapshot, "stakeholder")
    assert explore_link(study(viewer, "first_time_buyers")) == ""
    assert explore_link(study(shop, "first_time_buyers"))


def test_figures_and_sentences_have_the_link(chapter_shops):
    """In a chapter of the method: beside figures, and in the fold behind a sentence."""
    said = text_of(first_view("05_rfm", "full")[1])
    assert said.count("cy-explore-link") > said.count('class="cy-figure"') > 0


def test_an_origin_is_read_as_it_is_written(answer):
    """Spaces, signs and Chinese in values survive the line of a file."""
    origin = Origin("a shop", "s&1", "h=2", {"ask": "order_count", "country": "中国,a\\,b"})
    assert read_origin(origin.query) == origin and " " not in origin.query


def test_the_command_says_what_is_missing():
    """Without a name it wants a file."""
    assert "a file that was downloaded" in refused("passport", "taken_away", code=2)
    assert "Traceback" not in say("passport", "nothing.xlsx", code=1).output
