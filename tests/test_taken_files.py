"""Files that a page hands out – CSV, PNG, SVG – say which figure they hold, open as it again, and the log names it."""

import base64
import io
import json
import re

import pandas as pd
import pytest
from chromium import visit
from given import sold
from live_server import TESTS, is_drawn, live_server, wait_for
from typed import refused, told

from customary.errors import Refused
from customary.query.export import to_csv_bytes
from customary.query.measure import measure
from customary.query.origin import SIGN, origin_of
from customary.query.taken_files import LONGEST_NAME, name_of_csv, origins_in
from customary.serve.downloads import downloads_in, figure_in, known_figure

PAGES = TESTS / "fixtures" / "figure_pages"
SERVE = (
    "import pathlib, sys; from customary.serve.run import serve; "
    "serve(sys.argv[1], port=0, notebooks=pathlib.Path(sys.argv[2]), audit_file=pathlib.Path(sys.argv[3]))"
)
# Lets go of a file with that name and that content over the page.
DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, composed: true }));
}"""


@pytest.fixture(scope="module")
def shop(tiny_shop):
    """Twelve orders in DE and fourteen in FR, all in January."""
    orders = [sold(f"d{n}", f"d{n}", "2025-01-05 10:00", 10, country="DE") for n in range(12)]
    orders += [sold(f"f{n}", f"f{n}", "2025-01-06 10:00", 20, country="FR") for n in range(14)]
    return tiny_shop(orders=orders, as_of="2025-02-01", name="handed_out")


@pytest.fixture(scope="module")
def answer(shop):
    """The answer of the page's figure."""
    return measure(shop, "order_count", by="country", during=("2025-01-05", "2025-02-01"))


# --- the name of a CSV -----------------------------------------------------------------------------------


def test_a_csv_is_read_by_pandas_as_it_was(answer):
    """Its content has nothing but the headings and the rows: what it is stands in its name."""
    rows = pd.read_csv(io.BytesIO(to_csv_bytes(answer)))
    assert list(rows.columns) == ["country", "order_count"] and rows.order_count.tolist() == [12, 14]


@pytest.mark.parametrize("renamed", ["{name}.csv", "{name} (1).csv", "{name}(2).csv"])
def test_the_name_of_a_csv_says_which_figure_it_is(answer, tmp_path, renamed):
    """Shop, snapshot, definition and question are read back, also where a browser has numbered it."""
    name = name_of_csv(answer, "orders").removesuffix(".csv")
    path = tmp_path / renamed.format(name=name)
    path.write_bytes(to_csv_bytes(answer))
    assert origins_in(path) == (origin_of(answer),)
    assert origin_of(answer).snapshot in name and origin_of(answer).definition in name
    assert re.fullmatch(r"[\w-]+", name, re.ASCII)
    assert told("passport", str(path))["question"] == answer.question.text


def test_a_question_that_is_too_long_for_a_name_is_left_out(shop, tmp_path):
    """Snapshot and hash still stand there; brought back, the file says that it does not hold the question."""
    countries = {"country": ["DE", "FR"], "channel": [None], "region": [None]}
    long = measure(shop, "order_count", "net_revenue", "buyer_count", "average_order_value", by=("country", "channel"))
    assert len(name_of_csv(long, "orders")) <= LONGEST_NAME + len(".csv")
    longer = measure(
        shop, "order_count", by="country", every="day", where=countries, during=("2025-01-05", "2025-02-01")
    )
    path = tmp_path / name_of_csv(longer, "a" * 60)
    path.write_text("country\n")
    assert origin_of(longer).snapshot in path.name and len(path.name) <= LONGEST_NAME
    with pytest.raises(Refused, match="does not say which figure"):
        origins_in(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sales.csv", b"a,b\n1,2\n"),
        ("x__20250101T000000-0123456789ab_0123456789ab__%%%.csv", b""),
        ("cut.png", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt"),
        ("other.svg", b"<svg><metadata>none</metadata></svg>"),
        ("other.svg", b"<svg"),
    ],
)
def test_a_file_of_somebody_else_is_refused_in_a_sentence(tmp_path, name, content):
    """Neither a traceback nor a figure."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused, match="downloaded here"):
        origins_in(path)
    assert name in refused("passport", str(path))


# --- what the log says -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("net_revenue_country-ann_2025-01-01_2025-01-31__20250101T0-0_0.csv", "net_revenue"),
        ("net_revenue_of_orders_2025-01-01.csv", "net_revenue_of_orders"),
        ("04_visits.xlsx", "04_visits"),
        ("missed-goals_customer-ann.csv", "missed-goals"),
    ],
)
def test_the_log_names_the_figure_and_nobody(name, figure):
    """The longest known name with which the file's begins; what was selected is not written down."""
    assert figure_in(name, "04_visits") == figure


def test_a_figure_that_nobody_knows_is_not_written_down():
    """A name comes from a browser: only those of the house are kept."""
    assert known_figure("net_revenue") == "net_revenue" and known_figure("mrs_secret") == "of this shop"


def test_buttons_are_found_in_what_a_page_is_told():
    """By the number of the button, and by that of the file where there is one."""
    said = (
        "x <marimo-ui-element object-id='a-1' random-id='r'><marimo-download data-label='y' "
        "data-data='&quot;./@file/12-abc.csv&quot;' data-filename='&quot;orders_x.csv&quot;'></marimo-download>"
        "<marimo-ui-element object-id='b-2'><marimo-download data-data='&quot;&quot;' "
        "data-filename='&quot;rfm.xlsx&quot;'></marimo-download>"
    )
    found = dict(downloads_in(said))
    assert found == {"a-1": "orders_x.csv", "12-abc.csv": "orders_x.csv", "b-2": "rfm.xlsx"}


# --- in a browser ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(shop, tmp_path_factory):
    """One page with one figure, drawn, with an audit log."""
    folder = tmp_path_factory.mktemp("handed_out")
    with live_server(["-c", SERVE, shop.name, str(PAGES), str(folder / "audit.jsonl")], {}, folder / "log") as found:
        wait_for(lambda: is_drawn(f"{found.address}01_bars/"))
        yield found


@pytest.fixture(scope="module")
def taken(browser, server, tmp_path_factory):
    """What the buttons hand out, by kind, and the page's complaints."""
    folder, files = tmp_path_factory.mktemp("taken"), {}
    with visit(browser, f"{server.address}01_bars/", width=1040) as seen:
        for kind in ("svg", "png"):
            with seen.page.expect_download() as download:
                seen.page.click(f"button[data-take={kind}]")
            files[kind] = folder / download.value.suggested_filename
            download.value.save_as(files[kind])
        seen.page.click(".cy-quiet details[data-passport] > summary")
        wait_for(lambda: any(one["event"] == "passport" for one in audit_of(server)), 10)
        return files, list(seen.complaints)


def audit_of(server):
    """What the server has noted so far."""
    return [json.loads(line) for line in (server.log.parent / "audit.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_picture_says_which_figure_it_is(taken, answer, kind):
    """Read from the file alone, it is the very question, of that snapshot under that definition."""
    files, complaints = taken
    assert origins_in(files[kind]) == (origin_of(answer),) and complaints == []
    assert files[kind].name == f"order_count_2025-01-05_2025-01-31.{kind}"


def test_a_picture_shows_the_chart(taken):
    """The SVG has the labels of both bars and its title; the PNG is one, sharper than the screen."""
    files, _complaints = taken
    text = files["svg"].read_text("utf-8")
    assert all(said in text for said in ("Orders by country", ">DE<", ">FR<", f"<metadata>{SIGN}"))
    head = files["png"].read_bytes()[:24]
    assert head.startswith(b"\x89PNG") and int.from_bytes(head[16:20]) > 1_000


def test_the_log_names_pictures_and_passports(taken, server):
    """Which figure was taken along and whose passport was opened, and by whom."""
    noted = [(one["event"], one.get("kind"), one.get("figure")) for one in audit_of(server) if "figure" in one]
    assert noted == [("file", "svg", "order_count"), ("file", "png", "order_count"), ("passport", None, "order_count")]


@pytest.mark.parametrize("kind", ["svg", "png", "csv"])
def test_a_file_dropped_on_a_page_opens_as_its_figure(browser, server, taken, answer, kind):
    """The address is that of Explore, with the question and where the file came from."""
    files, _complaints = taken
    name, content = (name_of_csv(answer, "orders"), b"x") if kind == "csv" else (kind, files[kind].read_bytes())
    with visit(browser, f"{server.address}01_bars/", width=1040) as seen:
        seen.page.evaluate(DROP, [name, base64.b64encode(content).decode()])
        seen.page.wait_for_url("**/28_explore/**", timeout=10_000)
        query = seen.page.url.partition("?")[2]
    assert "ask=order_count" in query and f"of_definition={origin_of(answer).definition}" in query


def test_a_file_of_somebody_else_dropped_says_so(browser, server):
    """The page stays, and says that the file holds no figure of ours."""
    with visit(browser, f"{server.address}01_bars/", width=1040) as seen:
        seen.page.evaluate(DROP, ["sales.csv", base64.b64encode(b"a,b\n1,2\n").decode()])
        seen.page.wait_for_selector(".cy-notice[role=alert]", timeout=10_000)
        assert "does not say which figure" in seen.page.inner_text(".cy-notice[role=alert]")
