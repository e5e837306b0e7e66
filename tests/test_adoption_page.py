"""The page by which analysts take in files: what is dropped is not believed, what is open is asked, nobody else may."""

import gzip
import importlib.util
import io
import socket
import zipfile
from types import SimpleNamespace

import pytest
from chromium import visit
from live_server import live_server
from starlette.testclient import TestClient

from customary.errors import Refused
from customary.intake import uploads
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.edits import answers_by_edits
from customary.intake.recognise.look import look
from customary.intake.recognise.propose import propose
from customary.intake.recognise.ways import two_ways
from customary.page import adoption
from customary.page.adoption.files import without_flags
from customary.page.adoption.table import answers_of_table
from customary.page.chapters import chapters
from customary.places import NOTEBOOKS, shops_folder
from customary.serve import app as serve
from customary.shop import Shop, current_snapshot, open_shop

ORDERS = """order no,customer,date,total
1,ann,03/04/2025,1.234
2,bob,05/06/2025,2.500
3,ann,07/08/2025,3.000
"""


@pytest.fixture(scope="module")
def analyst(tiny_shop):
    """The shop from whose editor an analyst brings another one; one built shop serves all tests, none changes it."""
    order = {"order_id": "1", "customer_id": "a", "ordered_at": "2025-01-01", "paid_at": "2025-01-01"}
    return tiny_shop(name="open", orders=[{**order, "gross_amount": "5"}])


def upload(name, content):
    """A dropped file as marimo gives it."""
    return SimpleNamespace(name=name, contents=content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("orders.csv", "orders.csv"),
        ("../../etc/orders.csv", "orders.csv"),
        ("C:\\temp\\orders.CSV", "orders.csv"),
        (".ssh.csv", "ssh.csv"),
        ("or\x00de\u202ers\n.csv", "orders.csv"),
        ("订单.csv.gz", "订单.csv.gz"),
        ("a" * 300 + ".csv", "a" * 100 + ".csv"),
    ],
)
def test_a_name_loses_its_folders_and_what_is_not_printed(told, kept, tmp_path):
    """A file lies where it was put, under a name of letters."""
    assert uploads.plain_name(told) == kept
    assert [path.parent for path in uploads.keep_uploads([(told, b"x")], tmp_path)] == [tmp_path]


def test_uploads_are_limited_in_number_and_size(tmp_path, monkeypatch):
    """What is no table, empty, too large, too much or too many is refused in a sentence, and nothing is written."""
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    monkeypatch.setattr(uploads, "MOST_TOGETHER", 25)
    monkeypatch.setattr(uploads, "MOST_FILES", 4)
    refused = {
        "no file of tables": [("photo.png", b"x")],
        "a.csv is empty": [("a.csv", b"")],
        "a.csv has 11 bytes and a page takes 10": [("a.csv", b"x" * 11)],
        "more than 25 bytes together": [(f"{n}.csv", bytes([n]) * 10) for n in range(3)],
        "these are 5 files": [(f"{n}.csv", b"x") for n in range(5)],
    }
    for sentence, given in refused.items():
        with pytest.raises(Refused, match=sentence):
            uploads.keep_uploads(given, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_same_bytes_are_kept_once_and_two_of_one_name_both(tmp_path):
    """a.csv twice with the same content is one file; with another content it is a second one."""
    kept = uploads.keep_uploads([("a.csv", b"x"), ("b.csv", b"x"), ("a.csv", b"y")], tmp_path)
    assert [(path.name, path.read_bytes()) for path in kept] == [("a.csv", b"x"), ("a (2).csv", b"y")]


def bomb():
    """A zip archive of a table of 300 million blanks."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("big.csv", "w") as member:
        for _ in range(300):
            member.write(b" " * 1_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("bomb.zip", bomb, "that is no export"),
        ("cut.csv.gz", lambda: gzip.compress(ORDERS.encode() * 100)[:60], "cut.csv.gz"),
        ("photo.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "photo.csv"),
        ("not.zip", lambda: b"PK\x03\x04 no archive at all", "not.zip"),
        ("book.xlsx", lambda: b"PK\x03\x04 no workbook either", "book.xlsx"),
    ],
)
def test_what_the_command_line_refuses_the_page_refuses_in_a_sentence(analyst, name, content, sentence):
    """Nothing comes in, the note says which file and why, and names no folder of this machine."""
    came = adoption.unpack(analyst, [upload(name, content())])
    assert not came.found and sentence in came.fault
    said = adoption.files_note(came).text
    assert "Nothing was taken in" in said and "/tmp" not in said and "dropped" not in said


def test_days_and_amounts_are_shown_both_ways(tmp_path):
    """03/04/2025 is 3 April or 4 March, 1.234 is 1.23 or 1234; nothing decides them, so the page asks."""
    (tmp_path / "orders.csv").write_text(ORDERS)
    day, total = two_ways(propose([tmp_path / "orders.csv"], Answers()))
    assert (day.column, day.reading, day.rows[0]) == ("date", "", ("03/04/2025", "3 April 2025", "4 March 2025"))
    assert (total.column, total.reading, total.rows[0]) == ("total", "", ("1.234", "1.23", "1234.00"))


def test_a_value_that_allows_one_reading_decides_and_plain_ones_are_not_shown(tmp_path):
    """15/06/2025 has no month 15, and 10.00 is no thousand."""
    (tmp_path / "orders.csv").write_text(
        "order no,customer,date,total\n1,ann,03/04/2025,10.00\n2,bob,15/06/2025,9.50\n"
    )
    (day,) = two_ways(propose([tmp_path / "orders.csv"], Answers()))
    assert (day.reading, day.counts, day.rows[1]) == ("day first", (1, 0), ("15/06/2025", "15 June 2025", ""))


def test_only_what_was_changed_becomes_an_answer(tmp_path):
    """No change is no answer; another meaning, none and another kind are one each; two of one meaning are refused."""
    (tmp_path / "orders.csv").write_text(ORDERS)
    found = [Answers().recognise(look(tmp_path / "orders.csv"))]
    same = answers_by_edits(found, {"orders.csv": "orders"}, {}, {})
    assert not same
    goods = answers_by_edits(found, {}, {("orders.csv", "total"): "goods"}, {})
    assert goods.columns == {"orders.csv:goods": "total", "orders.csv:total": ""}
    unused = answers_by_edits(found, {"orders.csv": "none"}, {("orders.csv", "customer"): ""}, {"held": "paid"})
    assert unused == Answers({"orders.csv:customer_id": ""}, {"held": "paid"}, {"orders.csv": "none"})
    with pytest.raises(Refused, match="“date” and “total” cannot both be the total"):
        answers_by_edits(found, {}, {("orders.csv", "date"): "total"}, {})


def test_a_meaning_without_a_column_has_none(tmp_path):
    """`total=` says that no column is the total, whatever one is called."""
    (tmp_path / "orders.csv").write_text(ORDERS)
    one = propose([tmp_path / "orders.csv"], Answers({"orders.csv:total": ""})).found[0]
    assert one.column("total") is None and one.column("order_id") == "order no"


def test_a_sentence_loses_what_is_typed_elsewhere():
    """Flags are for a command line; the page has the choice."""
    assert without_flags("is x of sales? --table 'x=orders' or 'x=none'") == "is x of sales? Choose it on this page."
    assert without_flags("x is empty") == "x is empty"
    assert without_flags("x 没有日期：请用 --columns orders:when=… 说明；现有的列：a") == (
        "x 没有日期；现有的列：a. Choose it on this page."
    )


def taken_in(shop, *, name="door", files=None, choose=(), answer=(), built=True):
    """A shop taken in as the page's cells do it: what came of the last step, and what the build said."""
    came = adoption.unpack(shop, files or [upload("orders.csv", ORDERS)])
    form = {**adoption.about(shop).value, "name": name}
    made = adoption.draft(shop, came, {**adoption.editor(came).value, **dict(choose)}, form)
    asked = adoption.ask(made, adoption.BuildStanding())
    said = {**asked.value, **dict(answer)}
    agreed, heard = adoption.agree(shop, made, said), []
    if built:
        adoption.build(shop, agreed, said, heard.append)
    return agreed, heard[-1] if heard else None


BOTH = {"reading:orders_file.date": "day first", "reading:orders_file.total": "1.234,56"}


def test_files_become_a_shop_by_the_readings_that_were_chosen(analyst):
    """Day first and thousands: ann bought for 1,234 on 3 April and for 3,000 on 7 August."""
    agreed, standing = taken_in(analyst, answer=BOTH)
    assert agreed.open == [] and "Orders: 3; buyers: 2" in standing.report.text, standing.report.text
    rows = open_shop("door").frame("orders").order_by("order_id").execute()
    assert [str(day)[:10] for day in rows.ordered_at] == ["2025-04-03", "2025-06-05", "2025-08-07"]
    assert rows.net_amount.astype(float).tolist() == [1234.0, 2500.0, 3000.0]


def test_an_open_question_stops_the_build_and_leaves_nothing(analyst):
    """Without an answer to both columns nothing is written, not even a folder."""
    agreed, standing = taken_in(analyst, name="ajar", answer={"reading:orders_file.date": "day first"})
    assert agreed.open == ["How is “total” of orders.csv to be read?"]
    assert "It was not built" in standing.report.text and not (shops_folder() / "ajar").exists()


def test_a_status_nobody_knows_is_asked_with_its_two_answers(analyst):
    """“wobbly” is paid or not: as not paid, its order stays out."""
    text = "order no,customer,date,total,status\n1,ann,2025-04-03,10,paid\n2,bob,2025-05-03,20,wobbly\n"
    given = {"files": [upload("orders.csv", text)], "name": "wobble"}
    agreed, _ = taken_in(analyst, **given, built=False)
    assert len(agreed.open) == 1 and "wobbly" in agreed.open[0] and "--" not in agreed.open[0]
    _, standing = taken_in(analyst, **given, answer={"status:wobbly": "unpaid"})
    assert "Orders: 1; buyers: 1" in standing.report.text, standing.report.text


def test_a_column_can_be_given_another_meaning(analyst):
    """What is called “ref” is the order number once the table says so."""
    text = "ref,customer,date,total\nA,ann,2025-04-03,10\nB,bob,2025-05-03,20\n"
    _, standing = taken_in(
        analyst,
        name="ref",
        files=[upload("sales.csv", text)],
        choose={"sales.csv:ref": "order_id", "sales.csv:": "orders"},
    )
    assert "Orders: 2; buyers: 2" in standing.report.text, standing.report.text


def test_a_shop_that_misses_its_standard_is_published_with_a_reason_only(analyst):
    """Of 200 orders 20 have no time: the problems are told, and a reason publishes."""
    rows = [f"{n},ann,{'2025-04-03' if n % 10 else 'never'},10" for n in range(200)]
    given = {"files": [upload("orders.csv", "\n".join(["order no,customer,order date,total", *rows]))], "name": "half"}
    _, standing = taken_in(analyst, **given)
    assert standing.problems and current_snapshot(shops_folder() / "half") is None
    _, standing = taken_in(analyst, **given, answer={"reason": "half of it was lost"})
    assert "Orders: 180; buyers: 1" in standing.report.text, standing.report.text


def test_a_shops_name_is_no_way_out(analyst):
    """../x is refused, as on the command line."""
    agreed, _ = taken_in(analyst, name="../x", built=False)
    assert "cannot name a shop" in agreed.open[0]


@pytest.mark.parametrize("call", ["drop", "about", "unpack", "draft", "agree", "build"])
def test_nobody_but_an_analyst_takes_in_files(analyst, call):
    """Each function that touches a file or a shop refuses a stakeholder."""
    shop, heard = Shop(analyst.name, analyst.snapshot), []
    came = adoption.unpack(shop, [upload("orders.csv", ORDERS)])
    form, choices = {**adoption.about(shop).value, "name": "stolen"}, adoption.editor(came).value
    made = adoption.agree(shop, adoption.draft(shop, came, choices, form), BOTH)
    shop.audience = "stakeholder"
    calls = {
        "drop": lambda: adoption.drop(shop),
        "about": lambda: adoption.about(shop),
        "unpack": lambda: adoption.unpack(shop, [upload("a.csv", ORDERS)]),
        "draft": lambda: adoption.draft(shop, came, choices, form),
        "agree": lambda: adoption.agree(shop, made, {}),
        "build": lambda: adoption.build(shop, made, BOTH, heard.append),
    }
    with pytest.raises(Refused, match="taken in by analysts"):
        calls[call]()
    assert heard == [] and not (shops_folder() / "stolen").exists()


def test_no_server_shows_the_page(analyst):
    """It is no chapter: the app for readers has no address for it, whatever its name is written like."""
    served = TestClient(serve.app(NOTEBOOKS, analyst.name), base_url="http://127.0.0.1")
    assert (NOTEBOOKS / "adopt.py").is_file()
    for address in ("/adopt/", "/adopt", "/adopt.py", "/?file=adopt.py", "/02_data/?file=adopt.py"):
        said = served.get(address, follow_redirects=True)
        assert "page.adoption" not in said.text and "Take in files" not in said.text, address
    assert served.get("/adopt/").status_code == 404
    assert all(chapter.stem != "adopt" for chapter in chapters(NOTEBOOKS))


@pytest.mark.parametrize("audience", ["analyst", "stakeholder"])
def test_the_page_itself_stands_for_analysts_only(analyst, audience, monkeypatch):
    """Every cell runs for an analyst; a stakeholder who opens the file itself gets a note and no place to drop."""
    monkeypatch.setenv("CUSTOMARY_SHOP", analyst.name)
    monkeypatch.setenv("CUSTOMARY_AUDIENCE", audience)
    found = importlib.util.spec_from_file_location("adopt_page", NOTEBOOKS / "adopt.py")
    page = importlib.util.module_from_spec(found)
    found.loader.exec_module(page)
    said = " ".join(getattr(one, "text", "") for one in page.app.run()[0] if one is not None)
    assert ("marimo-file" in said) is (audience == "analyst")
    assert ("taken in by analysts" in said) is (audience == "stakeholder")


def free_port():
    """A port that nobody has at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def edited(analyst, tmp_path, shops):
    """The page as an analyst has it, in a process of its own."""
    command = ["-m", "marimo", "run", str(NOTEBOOKS / "adopt.py"), "--headless", "--no-token"]
    told = {"CUSTOMARY_SHOP": analyst.name, "CUSTOMARY_SHOPS": str(shops)}
    with live_server([*command, "--port", str(free_port())], told, tmp_path / "log") as server:
        yield server


def test_a_file_is_dropped_read_and_built_in_a_browser(browser, edited, tmp_path):
    """A shopkeeper drops orders, says how dates and amounts are read, builds, and sees three orders."""
    (tmp_path / "orders.csv").write_text(ORDERS)
    with visit(browser, edited.address) as seen:
        page = seen.page
        page.set_input_files("input[type=file]", tmp_path / "orders.csv")
        page.get_by_text("orders.csv has 4 columns").wait_for()
        page.get_by_label("Short name of the shop").fill("browsed")
        page.get_by_label("Short name of the shop").press("Tab")
        page.get_by_text("How is “date” of orders.csv to be read?").wait_for()
        assert page.get_by_text("4 March 2025").is_visible() and page.get_by_text("1234.00").is_visible()
        page.get_by_label("is read").nth(0).select_option("day first")
        page.get_by_text("How is “date” of orders.csv to be read?").wait_for(state="detached")
        page.get_by_label("is read").nth(1).select_option("1.234,56")
        page.get_by_text("Nothing is open.").wait_for()
        page.get_by_role("button", name="Take the files in and build").click()
        page.get_by_text("Orders: 3; buyers: 2").wait_for(timeout=60_000)
        assert seen.overflow() == 0
    assert len(open_shop("browsed").frame("orders").execute()) == 3


STRIPE = """id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Fee,Status,Description,Customer Email
ch_1,2024-01-05 10:00:00,30.00,0.00,eur,true,1.00,Paid,Mug,a@x.example
"""


def test_columns_of_a_well_known_export_stay_as_the_system_has_them(analyst):
    """Stripe's payments are read by SELECTs of their own; nothing chosen is no answer, a meaning chosen is one."""
    came = adoption.unpack(analyst, [upload("payments.csv", STRIPE)])
    choices = adoption.editor(came).value
    assert "as Stripe payments has it" in adoption.edit_table(came, adoption.editor(came)).text
    assert not answers_of_table(came, choices, {})
    changed = answers_of_table(came, {**choices, "payments.csv:Amount": "total"}, {})
    assert changed.columns == {"payments.csv:total": "Amount"}
    with pytest.raises(Refused, match="is read as Stripe payments writes it"):
        answers_of_table(came, {**choices, "payments.csv:Amount": ""}, {})
