"""Pages that are drawn once: what is in them, where they are kept, and when they are drawn anew."""

import base64
import gzip
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
import static_shop
from every import ROOT
from live_server import TESTS
from static_shop import CANARY

from customary import shop as shops_room
from customary import shown
from customary.serve.static import keys, pictures, renewal
from customary.serve.static.document import theme_of
from customary.serve.static.keys import page_key
from customary.serve.static.pictures import fit
from customary.serve.static.plain import Picture, plain
from customary.serve.static.process import NotDrawn, Painter, one_painter
from customary.serve.static.renewal import StaticPages
from customary.serve.static.store import FOLDER, PageStore
from customary.shop import current_snapshot, open_shop, use_shop
from customary.shown import show_snapshot

PAGES = TESTS / "fixtures" / "static_pages"


def csv_chart(text, **parse):
    """A bar chart of CSV rows as marimo writes it: the table lies in its own address."""
    address = "data:text/csv;base64," + base64.b64encode(text.encode()).decode()
    axes = {"x": {"field": "n", "type": "quantitative"}, "y": {"field": "name", "type": "nominal"}}
    return {
        "mark": "bar",
        "width": "container",
        "encoding": axes,
        "data": {"url": address, "format": {"type": "csv", "parse": parse}},
    }


# Plain HTML ---------------------------------------------------------------------------------------------


def test_a_list_to_choose_from_stays_one_and_bears_its_name():
    """marimo's dropdown becomes a list with the same answers; the name is that of the label before it."""
    cell = (
        '<div data-link="source_channel"><span class="cy-label">Channel</span>'
        "<marimo-ui-element object-id='a'><marimo-dropdown data-initial-value='[\"app\"]' data-label='null' "
        'data-options=\'["all","app"]\'></marimo-dropdown></marimo-ui-element></div>'
    )
    (html,) = ["".join(map(str, plain(cell)))]
    assert html == (
        '<div data-link="source_channel"><span class="cy-label">Channel</span>'
        '<select class="cy-control" aria-label="Channel"><option value="all">all</option>'
        '<option value="app" selected>app</option></select></div>'
    )


def test_text_stays_as_it_was_escaped():
    """What a shop says in angle brackets is text before and after, inside marimo's elements as well."""
    evil = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;Söhne&#39;"
    assert "".join(plain(f"<p>{evil}</p>")) == f"<p>{evil}</p>"
    option = "<marimo-dropdown data-options='[\"&lt;script&gt;\"]' data-initial-value='[]'></marimo-dropdown>"
    assert "<script" not in "".join(plain(option))
    assert "&lt;script&gt;" in "".join(plain(option))


def test_a_chart_leaves_its_place_and_its_specification():
    """Text before, the chart, text after."""
    pieces = plain('<i>a</i><marimo-vega data-spec=\'{"mark":"bar"}\'></marimo-vega><i>b</i>')
    assert [piece for piece in pieces if isinstance(piece, Picture)] == [Picture({"mark": "bar"})]
    assert "".join(piece for piece in pieces if isinstance(piece, str)) == "<i>a</i><i>b</i>"


def test_a_file_to_download_is_not_in_the_page():
    """The rows come when the page is live; until then there is a button."""
    html = "".join(plain("<marimo-download data-data='\"data:text/csv;base64,c2VjcmV0\"' data-label='\"CSV\"'>"))
    assert "c2VjcmV0" not in html
    assert html == '<button class="cy-file" type="button" data-touch="download">CSV</button>'


def test_an_accordion_folds_each_of_its_parts():
    """Two headings, two parts: two folds."""
    cell = '<marimo-accordion data-labels=\'["One","Two"]\'><div><p>1</p></div><div>2</div></marimo-accordion>'
    assert "".join(plain(cell)) == (
        "<details><summary>One</summary><div><p>1</p></div></details><details><summary>Two</summary><div>2</div></details>"
    )


def test_a_control_that_nobody_foresaw_says_its_value():
    """A slider is a button with its value, which makes the page live."""
    html = "".join(plain("<marimo-slider data-initial-value='3.0' data-label='\"Weeks\"'></marimo-slider>"))
    control = '<button class="cy-control" type="button" data-touch="control" aria-label="Weeks: 3">3</button>'
    assert html == f'<label><span class="cy-label">Weeks</span>{control}</label>'


# Pictures -----------------------------------------------------------------------------------------------


def test_a_chart_carries_its_rows_in_their_types():
    """ "007" stays text, a number is one, an empty cell is nothing."""
    chart = fit(csv_chart("name,n,is_new\n007,1.5,true\nbob,,false\n", n="number", is_new="boolean"), 330)
    assert chart["data"]["values"] == [
        {"name": "007", "n": 1.5, "is_new": True},
        {"name": "bob", "n": None, "is_new": False},
    ]
    assert (chart["width"], chart["autosize"]["type"]) == (330, "fit-x")


def test_a_picture_is_drawn_for_every_width_and_takes_the_ink_of_its_page():
    """Text and axes are `currentColor`, so that one picture serves both themes; names do not meet in one page."""
    (first, second) = pictures.pictures(
        [csv_chart("name,n\n<b>&,3\n", n="number"), csv_chart("name,n\nx,1\n", n="number")]
    )
    assert len(first) == len(pictures.WIDTHS)
    assert all('fill="currentColor"' in svg and "#000" not in svg for svg in [*first, *second])
    assert "&lt;b&gt;&amp;" in first[0] and "<b>" not in first[0]
    assert all(f'width="{width}"' in svg for width, svg in zip(pictures.WIDTHS, first, strict=True))


def test_a_chart_with_data_elsewhere_is_not_drawn():
    """Nothing is fetched: neither from another server nor from this machine's disk."""
    elsewhere = {**csv_chart(""), "data": {"url": "file:///etc/passwd", "format": {"type": "csv"}}}
    with pytest.raises(NotDrawn, match="elsewhere"):
        pictures.pictures([elsewhere])


def test_a_chart_that_vega_refuses_is_said():
    """The reason is the drawing's last line."""
    with pytest.raises(NotDrawn):
        pictures.pictures([{"mark": {"type": "no such mark"}, "data": {"values": []}, "encoding": 7}])


def test_a_refused_chart_does_not_end_the_drawing():
    """The next one is drawn by the same process; one that was killed is followed by another."""
    refused = {"mark": {"type": "no such mark"}, "data": {"values": []}, "encoding": 7}
    with one_painter() as painter:
        with pytest.raises(NotDrawn):
            pictures.pictures([refused])
        process = painter._process
        assert len(pictures.pictures([csv_chart("name,n\nstill here,1\n")])) == 1
        assert painter._process is process and process.poll() is None
        process.kill()
        process.wait()
        with pytest.raises(NotDrawn):
            pictures.pictures([csv_chart("name,n\nlost,1\n")])
        assert len(pictures.pictures([csv_chart("name,n\nlost,1\n")])) == 1
    assert painter._process is None


def test_a_drawing_that_takes_too_long_is_given_up():
    """No page waits for ever, and it is said how long was waited."""
    with pytest.raises(NotDrawn, match=r"within 0\.01 seconds"):
        Painter(seconds=0.01).draw(pictures.CONFIG, [fit(csv_chart("name,n\nx,1\n"), 330)])


@pytest.mark.parametrize(("label", "width"), [("iiiiiiiiii", 28), ("mmmmmmmmmm", 106), ("微信支付宝", 60)])
def test_a_label_is_given_the_room_that_it_takes(label, width):
    """At 12 px: ten i of Inter take 28 px, ten m 106, five ideographs an em each; whatever fonts a machine has."""
    narrow, wide = csv_chart("name,n\na,1\n"), csv_chart(f"name,n\n{label},1\n")
    for one in (narrow, wide):
        one["config"] = {"font": "Inter Variable", "axis": {"labelFontSize": 12, "labelLimit": 500}}
    (one,), (other,) = ([_left(svg) for svg in drawn[:1]] for drawn in pictures.pictures([narrow, wide]))
    assert other - one == pytest.approx(width - 7, abs=2)


def _left(svg):
    """Where the plot begins: right of the labels."""
    return float(re.search(r'transform="translate\(([\d.]+),', svg)[1])


# The store ----------------------------------------------------------------------------------------------


def test_a_kept_page_is_read_again_packed(tmp_path):
    """What is kept is what a browser unpacks, and its tag is that of its content."""
    store = PageStore(tmp_path)
    kept = store.keep("06_orders-1.en", "<p>1</p>")
    assert kept and gzip.decompress(kept.packed) == b"<p>1</p>" == kept.text
    assert store.read("06_orders-1.en") == kept
    assert store.read("06_orders-2.en") is None


@pytest.mark.parametrize(
    "damage", [b"", b"no gzip at all", gzip.compress(b"<p>1</p>" * 99)[:-9]], ids=["empty", "no gzip", "cut off"]
)
def test_a_damaged_page_is_none(tmp_path, damage):
    """Half a file, an empty one, another one: it is drawn again."""
    store = PageStore(tmp_path)
    store.keep("a.en", "<p>1</p>")
    (tmp_path / FOLDER / "a.en.html.gz").write_bytes(damage)
    assert store.read("a.en") is None


def test_only_the_pages_wanted_stay(tmp_path):
    """Pages of earlier code or of yesterday go, and so do files that were never finished."""
    store = PageStore(tmp_path)
    for name in ("a-1.en", "a-2.en", "b-1.en"):
        store.keep(name, name)
    (tmp_path / FOLDER / ".half.tmp").write_text("half")
    store.keep_only({"a-2.en", "b-1.en"})
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == ["a-2.en.html.gz", "b-1.en.html.gz"]


def test_a_folder_that_cannot_be_written_keeps_nothing_and_refuses_nothing(tmp_path):
    """Readers have the page from memory."""
    (tmp_path / FOLDER).write_text("not a folder")
    page = PageStore(tmp_path).keep("a.en", "<p>1</p>")
    assert page and page.text == b"<p>1</p>"
    assert PageStore(tmp_path).read("a.en") is None


# A shop's pages -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fifty(tiny_shop):
    """A shop of fifty customers, published."""
    return tiny_shop(**static_shop.tables(), as_of="2025-04-01", name="fifty")


@pytest.fixture
def stakeholders(fifty, monkeypatch):
    """This process as a server for stakeholders of the shop, for as long as a test runs."""
    monkeypatch.setattr(shops_room, "_default", {})
    monkeypatch.setattr(shown, "_shown", {})
    use_shop("fifty", "stakeholder")
    return fifty


@pytest.fixture
def pages(stakeholders, monkeypatch):
    """The pages of the shop, drawn in English."""
    monkeypatch.setattr(renewal, "LANGUAGES", ("en",))
    found = StaticPages(PAGES, "fifty")
    found.renew()
    yield found
    shutil.rmtree(stakeholders.snapshot.path.parent / FOLDER, ignore_errors=True)


def test_a_page_shows_what_the_live_one_shows(pages):
    """Header, filters, sentence, picture, table and definitions; and no element of marimo's."""
    html = pages.find("01_sales", "en").text.decode()
    for said in ("Tiny", "50 orders", "Order count", "cy-control", "<svg", "<table", "Definitions"):
        assert said in html, said
    assert "<marimo-" not in html
    assert html.count("<script") == 1, "only our own script, from its own address"


def test_nothing_that_a_stakeholder_may_not_see_is_in_a_page(pages):
    """No row about a person, no query, no path of the server, and nothing of the shop's runs."""
    html = pages.find("01_sales", "en").text.decode()
    assert CANARY not in html
    assert "for analysts only" in html
    assert "SELECT" not in html
    assert str(ROOT) not in html
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html


def test_an_analysts_view_is_never_drawn(fifty, monkeypatch):
    """The same shop, seen by an analyst: the live page has the list, and no page is kept."""
    monkeypatch.setattr(shops_room, "_default", {})
    monkeypatch.setattr(shown, "_shown", {})
    use_shop("fifty", "analyst")
    found = StaticPages(PAGES, "fifty")
    found.renew()
    assert found.find("01_sales", "en") is None
    assert not (fifty.snapshot.path.parent / FOLDER).exists()


def test_a_page_is_drawn_once(pages, monkeypatch):
    """A second look draws nothing, and a server that is started again finds the page on the disk."""
    monkeypatch.setattr(renewal, "document", lambda *_, **__: pytest.fail("a page was drawn again"))
    pages.renew()
    again = StaticPages(PAGES, "fifty")
    again.renew()
    assert again.find("01_sales", "en") == pages.find("01_sales", "en")


def test_a_page_depends_on_all_that_it_shows(stakeholders, tmp_path, monkeypatch):
    """Another chapter's text, another snapshot, another code, another day: another name; else the same."""
    (tmp_path / "chapters").mkdir()
    shutil.copy(PAGES / "01_sales.py", tmp_path / "chapters")
    (chapter,) = renewal.chapters(tmp_path / "chapters")
    snapshot = stakeholders.snapshot

    def named(shown):
        return page_key(chapter, shown, theme_of(tmp_path / "chapters"))

    names = [named(snapshot)]
    assert named(snapshot) == names[0]
    names.append(named(replace(snapshot, version="another")))
    names.append(named(replace(snapshot, built_at=snapshot.built_at - timedelta(days=1))))
    with monkeypatch.context() as patch:
        patch.setattr(keys, "code_digest", lambda: "another")
        names.append(named(snapshot))
    (tmp_path / "pyproject.toml").write_text('[tool.marimo.display]\ncustom_css = ["mine.css"]')
    (tmp_path / "mine.css").write_text("b { color: red }")
    names.append(named(snapshot))
    chapter.path.write_text(chapter.path.read_text("utf-8") + "\n# changed\n", "utf-8")
    names.append(named(snapshot))
    assert len(set(names)) == len(names)


def test_a_new_snapshot_is_shown_when_its_pages_are_ready(pages, tiny_shop, monkeypatch):
    """While they are drawn, readers have page and answers of the one before; then both change, and the old pages go."""
    before, seen = pages.find("01_sales", "en"), []
    draw = renewal.document

    def drawing(*told, **options):
        others = Thread(target=lambda: seen.append((pages.find("01_sales", "en").etag, open_shop().snapshot.version)))
        others.start()
        others.join()
        return draw(*told, **options)

    monkeypatch.setattr(renewal, "document", drawing)
    old = current_snapshot(pages._shown.folder)
    fewer = static_shop.tables()
    fewer["orders"] = fewer["orders"][:-1]
    tiny_shop(**fewer, as_of="2025-04-01", name="fifty")
    new = current_snapshot(old.folder)
    assert open_shop().snapshot.version == old.version
    pages.renew()
    assert seen == [(before.etag, old.version)]
    assert open_shop().snapshot.version == new.version
    assert "49 orders" in pages.find("01_sales", "en").text.decode()


def test_a_snapshot_that_is_gone_is_shown_no_longer(stakeholders, tmp_path):
    """It may have held somebody who is to be forgotten: readers have the current one at once."""
    gone = replace(stakeholders.snapshot, path=stakeholders.snapshot.path.parents[1] / "gone" / "shop.duckdb")
    show_snapshot(gone)
    assert open_shop().snapshot.version == current_snapshot(stakeholders.snapshot.folder).version


def test_the_drawing_process_needs_nothing_of_the_house():
    """It starts quickly: neither marimo nor DuckDB is read by it."""
    heavy = "[name for name in ('marimo', 'duckdb', 'pandas') if name in sys.modules]"
    code = f"import sys, customary.serve.static.draw; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_text_that_scrolls_is_reached_by_keyboard():
    """A file of rules is longer than its place: whoever has no mouse can scroll it, and hears what it is."""
    cell = "<marimo-code-editor data-initial-value='\"a = 1\"' data-label='\"Rules\"'></marimo-code-editor>"
    html = "".join(map(str, plain(cell)))
    assert 'tabindex="0"' in html and 'aria-label="Rules"' in html and "<code>a = 1</code>" in html
