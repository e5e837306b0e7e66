"""The command line as a new user types it, and mistypes it."""

import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest
from chromium import visit
from live_server import REAL_PAGES, live_server
from typed import refused, say, told
from typer.testing import CliRunner

from customary.cli import app
from customary.cli.options import own_options, selection, splits, window
from customary.cli.output import write_csv
from customary.cli.tables import fold_name
from customary.declare import METRICS, STUDIES
from customary.engine import disconnect
from customary.query.export import as_json

LIB = Path(__file__).resolve().parent.parent / "lib"
SALES = """order_no,customer_no,ordered,status,ship_country,note
1,a,2025-01-05 10:00:00,paid,DE,x
2,b,2025-01-20 11:00:00,paid,FR,x
3,a,2025-02-03 12:00:00,paid,DE,x
4,c,2025-02-10 09:00:00,open,,x
5,c,2025-03-01 09:00:00,paid,=cmd(),x
6,d,notadate,paid,DE,x
"""
LINES = """order_no,line_no,sku,pieces,price
1,1,A,2,10.00
2,1,B,1,5.50
3,1,A,1,10.00
4,1,A,1,10.00
5,1,C,3,1.00
"""
INVOICES = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536366,22633,MUG,2,2010-12-02 08:28:00,1.85,13047,France
C536379,85123A,LANTERN,-1,2010-12-02 09:41:00,2.55,17850,United Kingdom
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with a shop's files, and one that belongs to nobody."""
    folder = tmp_path_factory.mktemp("files")
    for name, text in {
        "sales.csv": SALES,
        "lines.csv": LINES,
        "online_retail.csv": INVOICES,
        "odd.csv": "a,b\n1,2\n",
    }.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module", autouse=True)
def shops_here(tmp_path_factory):
    """The shops of this file live in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTOMARY_SHOPS", str(tmp_path_factory.mktemp("cli_shops")))
        yield Path(os.environ["CUSTOMARY_SHOPS"])


@pytest.fixture(scope="module")
def tiny(files, shops_here):
    """A shop adopted and built by command."""
    say(
        "adopt",
        f"{files}/sales.csv",
        f"{files}/lines.csv",
        "--source",
        "template",
        "--name",
        "tiny",
        "--currency",
        "usd",
    )
    say("build", "tiny")
    return "tiny"


@pytest.fixture
def no_shops(tmp_path, monkeypatch):
    """A place where nobody has made a shop yet."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path))
    return tmp_path


# --- the first minutes ----------------------------------------------------------------------------


def test_help_names_every_command():
    """Help comes for `customary`, `customary --help` and each command."""
    commands = ("sources", "adopt", "build", "serve", "edit", "chapters", "shops", "pseudonym", "prune", "remove")
    commands += ("metrics", "measure", "studies", "study", "fit", "passport", "method", "demo", "doctor")
    for page in (say().stdout, say("--help").stdout):
        assert all(f"\n  {name} " in page for name in commands)
        assert "..." not in page.split("Commands:")[1], "a command's first sentence is too long for 80 columns"
    assert all(say(name, "--help").stdout.startswith(f"Usage: customary {name}") for name in commands)


PAGES = {"altair", "marimo", "uvicorn"}
ANSWERS = {"ibis", "duckdb", "pyarrow", "sqlglot", "customary.query", "customary.metrics"}
FOR_STUDIES = {"customary.studies", "holidays", "jieba", "pandas", "scipy", "sklearn"}


def _imported(*words):
    """The modules that are there once a process of its own has run a command."""
    code = (
        f"import sys; sys.argv = ['customary', *{words!r}]\n"
        "from customary.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=_env(), check=True)
    return set(done.stderr.split())


def test_help_is_in_the_readers_language():
    """The help of every command says each of its sentences, headings and options' marks in Chinese."""
    pages = [say("--lang", "zh", "--help").stdout]
    names = [line.split()[0] for line in pages[0].partition("命令:")[2].splitlines() if line.strip()]
    pages += [say("--lang", "zh", name, "--help").stdout for name in names]
    of_lists = ("show", "draw", "deliver", "drop", "suppress", "report")
    pages += [say("--lang", "zh", "lists", name, "--help").stdout for name in of_lists]
    assert len(names) >= 25 and all(page.startswith("用法： customary") for page in pages)
    english = re.compile(r"(?<!-)\b(the|and|of|with|this|what|default:|required)\b|Options:|Arguments:")
    assert [line for page in pages for line in page.splitlines() if english.search(line)] == []


def test_help_needs_nothing_that_answers():
    """`customary --help` comes at once: no engine, no definition, no page and no colours are imported for it."""
    assert not _imported("--help") & (PAGES | ANSWERS | FOR_STUDIES | {"rich", "importlib.metadata"})


def test_lists_need_no_pages():
    """`customary sources` starts without charts, the notebook server and the editor."""
    assert not _imported("sources") & PAGES


def test_a_figure_needs_no_study(tiny):
    """`customary measure` imports the engine and the metrics, and neither a study nor what only studies use."""
    found = _imported("measure", tiny, "net_revenue")
    assert found >= {"duckdb", "customary.metrics"}
    assert not found & (PAGES | FOR_STUDIES)
    assert "ibis.backends.sql.compilers.duckdb" in found and "ibis.backends.sql.compilers.mysql" not in found
    assert "pyarrow.compute" not in found, "what comes in the right types needs no cast"


def test_a_list_is_whole_in_a_process_of_its_own():
    """Nothing was imported before: `customary metrics` and `customary studies` still know all."""
    for word, known in (("metrics", METRICS), ("studies", STUDIES)):
        done = subprocess.run(
            [sys.executable, "-m", "customary", word], capture_output=True, text=True, env=_env(), check=True
        )
        assert done.stdout.endswith(f"{len(known)} of {len(known)} rows\n")


def test_the_version_is_the_installed_one():
    """`customary --version` says what the metadata of the package say; so does `python -m customary`."""
    said = f"customary {version('customary')}\n"
    assert say("--version").stdout == said
    words = [sys.executable, "-m", "customary", "--version"]
    assert subprocess.run(words, capture_output=True, text=True, env=_env(), check=True).stdout == said


def _offered(*words):
    """What a shell offers after these words."""
    told = {"_CUSTOMARY_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    command = [sys.executable, "-m", "customary"]
    done = subprocess.run(command, capture_output=True, text=True, env={**_env(), **told}, check=True)
    return set(done.stdout.split())


def test_a_shell_completes_commands_options_and_shops(tiny):
    """After Tab: the commands that begin so, a command's options, the shops that are here."""
    assert _offered("customary", "me") == {"measure", "metrics", "method"}
    assert "--during" in _offered("customary", "measure", tiny, "order_count", "--d")
    assert tiny in _offered("customary", "build", tiny[:2])


def test_the_shell_is_told_how_to_complete(monkeypatch):
    """`--show-completion` writes the script that a shell reads; which shell runs the tests is not looked at."""
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    assert "complete -o default -F _customary_completion customary" in say("--show-completion", "bash").stdout


def test_without_a_shop_the_next_command_is_said(no_shops):
    """An empty house says how to fill it."""
    assert "customary build demo" in say("shops").stdout
    assert "customary build demo" in refused("measure", "mine", "order_count")
    assert "customary build demo" in refused("build", "mine")


def test_sources_metrics_and_studies_are_listed():
    """The lists say what each thing is, in both languages, and can be searched."""
    assert "InvoiceNo" in say("sources").stdout and "duplicates=keep|leave_out" in say("sources").stdout
    page = say("metrics").stdout
    assert "average_order_value" in page and "笔单价" in page and "Net revenue" in page
    found = say("metrics", "--search", "复购").stdout
    assert "repeat_purchase_rate" in found and "gross_revenue" not in found
    assert "0 of" in say("metrics", "--search", "xyzzy").stdout
    assert "--max-age 12" in say("studies", "--search", "retention").stdout


def test_adopting_says_what_was_recognised_and_what_to_type_next(files, no_shops):
    """Each file with its raw table and unused columns; the second time it is there already."""
    words = ("adopt", f"{files}/sales.csv", "--source", "template", "--name", "mine")
    page = say(*words, "--decide", "duplicates=leave_out", "--as-of", "2025-04-01", "--title", "My shop").stdout
    assert "sales.csv → sales (unused columns: note)" in page and "next: customary build mine" in page
    settings = no_shops / "mine" / "shop.toml"
    settings.write_text(settings.read_text("utf-8").replace('"2025-04-01"', "2025-04-01"), "utf-8")
    again = say(*words, "--time-zone", "Asia/Shanghai").stdout
    assert "already adopted" in again
    kept = settings.read_text("utf-8")
    assert 'duplicates = "leave_out"' in kept and 'as_of = "2025-04-01"' in kept and "Asia/Shanghai" in kept
    assert "not built" in say("shops").stdout
    assert "also needs a file for sale_lines" in refused("build", "mine")


def test_building_reports_rows_quarantine_and_the_next_command(tiny):
    """Files, lines and records, what was set aside with reason and line, the snapshot, the next command."""
    page = say("build", tiny, "--as-of", "2025-04-01").stdout
    assert "records – " in page and "quarantined because ordered_at is not a time: 1 record in sales.csv" in page
    assert "first in line" in page and "as of 2025-04-01: the shop says so" in page
    assert "snapshot 2" in page and page.endswith("next: customary serve tiny\n")
    assert say("build", tiny).exit_code == 0
    line = next(line for line in say("shops").stdout.splitlines() if line.startswith("tiny"))
    assert line.split()[1:4] == ["tiny", "template", "2025-03-02"] and line.endswith("MB")


def test_another_source_is_adopted_and_measured_the_same_way(files):
    """Online Retail: one file becomes orders and returns."""
    say("adopt", f"{files}/online_retail.csv", "--source", "online_retail", "--name", "gifts")
    say("build", "gifts")
    assert told("measure", "gifts", "net_revenue")["rows"] == [{"net_revenue": pytest.approx(6 * 2.55 + 3.7 - 2.55)}]


# --- answers --------------------------------------------------------------------------------------


def test_json_carries_columns_rows_and_where_they_come_from(tiny):
    """Columns bear metrics' names, dates are ISO, none is null, and the snapshot is named."""
    found = told("measure", tiny, "gross_revenue", "repeat_purchase_rate", "--by", "country", "--every", "month")
    assert found["columns"] == [
        *("country", "month", "is_complete"),
        *("gross_revenue", "repeat_purchase_rate", "buyer_count"),
    ]
    assert found["rows_total"] == len(found["rows"]) == 4 and found["as_of"] == "2025-03-02" and found["snapshot"]
    assert found["rows"][0]["month"] == "2025-01-01" and found["rows"][0]["is_complete"] is False


def test_a_rate_brings_its_denominator_once(tiny):
    """Asked for or not, the denominator stands there once."""
    assert told("measure", tiny, "repeat_purchase_rate")["columns"] == ["repeat_purchase_rate", "buyer_count"]
    both = told("measure", tiny, "buyer_count", "repeat_purchase_rate", "returning_buyer_rate")["columns"]
    assert both.count("buyer_count") == 1 and both[0] == "buyer_count"


def test_windows_and_selections_reach_the_library(tiny):
    """A half-open window; two values of one column are either, another column narrows, an empty value is none."""
    assert told("measure", tiny, "order_count", "--during", "2025-01-01..2025-02-03")["rows"] == [{"order_count": 2}]
    either = ("--where", "country=DE", "--where", "country=FR")
    assert told("measure", tiny, "order_count", *either)["rows"] == [{"order_count": 3}]
    assert told("measure", tiny, "order_count", *either, "--where", "is_first_order=yes")["rows"] == [
        {"order_count": 2}
    ]
    assert told("measure", tiny, "order_count", "--where", "country=", code=1)["rows"] == [{"order_count": 0}]


def test_a_table_is_formatted_and_never_cut_in_silence(tiny):
    """Units, heading and “n of N rows”; csv is raw and whole."""
    page = say("measure", tiny, "gross_revenue", "--by", "country", "--limit", "2").stdout
    assert page.splitlines()[0] == "tiny · from 2025-01-05 until before 2025-03-02 · as of 2025-03-02"
    assert "Gross revenue ($)" in page and " 30.00\n" in page and page.endswith("2 of 3 rows – --limit 0 shows all\n")
    assert say("measure", tiny, "gross_revenue", "--by", "country", "--limit", "0").stdout.endswith("3 of 3 rows\n")
    raw = say("measure", tiny, "gross_revenue", "--by", "country", "--limit", "2", "--format", "csv").stdout
    assert list(csv.reader(io.StringIO(raw))) == [
        ["country", "gross_revenue"],
        ["'=cmd()", "3.0"],
        ["DE", "30.0"],
        ["FR", "5.5"],
    ]


def test_a_wide_answer_comes_in_blocks_that_fit(tiny):
    """At 80 columns no line is longer, and each block repeats the split."""
    names = ("gross_revenue", "ordered_revenue", "average_order_value", "median_order_value", "return_rate_by_value")
    page = say("measure", tiny, *names, "--by", "country,value_tier", "--every", "month", width=80).stdout
    assert max(map(len, page.splitlines())) <= 80
    assert page.count("Value tier") == 2


@pytest.mark.parametrize(
    "typed",
    [
        "measure tiny order_count --by country --where country=",
        "measure tiny order_count --during 2020-01-01..2020-02-01",
        "study tiny products --during 2020-01-01..2020-02-01",
    ],
)
def test_a_selection_without_rows_is_said_and_ends_with_1(tiny, typed):
    """No data is no failure of the program, but a script must notice it: one sentence, exit code 1."""
    done = say(*typed.split(), code=1)
    assert "no data in this selection" in done.stdout and "widen --during" in done.stderr


def test_a_question_that_the_data_never_answer_is_no_matter_of_the_selection(tiny):
    """Nothing was narrowed, so there is nothing to widen: the log names no page."""
    done = say("study", tiny, "pages", code=1)
    assert "standards" in done.stderr and "--during" not in done.stderr


def test_a_value_that_never_stands_there_is_named_with_the_nearest(tiny):
    """FRR is no country of this shop, FR is; a sum of 0 over orders is not nothing."""
    assert "did you mean FR" in say("measure", tiny, "order_count", "--where", "country=FRR", code=1).stderr
    assert "no data" not in say("measure", tiny, "discount_total").stdout


def test_a_window_that_cuts_nothing_is_said(tiny):
    """Customers stand as of a day: the window is not passed over in silence."""
    assert "has no effect" in say("measure", tiny, "customer_count", "--during", "2025-01-01..2025-02-01").stderr


def test_studies_take_their_own_options(tiny):
    """--name value or --name=value, underscores or dashes, checked by the study."""
    found = told("study", tiny, "retention", "--max-age", "1")
    assert found["columns"][0] == "label" and {row["age_months"] for row in found["rows"]} <= {0, 1}
    assert told("study", tiny, "products", "--n=1", "--where", "country=DE")["rows_total"] == 1
    assert "max_age" in refused("study", tiny, "retention", "--max-ag", "3")
    assert "like 100" in refused("study", tiny, "products", "--n", "many")
    assert "--n VALUE" in refused("study", tiny, "products", "--n", code=2)
    assert "after its name" in refused("study", "--n", "5", tiny, "products", code=2)
    assert "every row" in refused("study", tiny, "accounts", "--during", "2025-01-01..2025-02-01")


def test_a_passport_accounts_for_every_row(tiny):
    """counted + left out = source rows, in JSON, CSV and on the card."""
    found = told("passport", tiny, "order_count", "--where", "country=DE")
    assert found["source_rows"] == found["counted_rows"] + sum(found["left_out"].values())
    assert found["sql"].startswith("SELECT") and found["definition"]
    rows = list(csv.DictReader(io.StringIO(say("passport", tiny, "order_count", "--format", "csv").stdout)))
    assert rows[0] == {"outcome": "counted", "reason": "", "row_count": "4"}
    card = say("passport", tiny, "order_count").stdout
    assert "left out: not paid" in card and "SELECT" in card and "订单数" in card


# --- mistyped -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "hint", "code"),
    [
        ("mesure tiny order_count", "'measure'", 2),
        ("measure tny order_count", "did you mean tiny", 1),
        ("measure tiny order_cont", "order_count", 1),
        ("measure tiny order_count --by contry", "did you mean country", 1),
        ("measure tiny order_count --every moth", "month", 1),
        ("measure tiny order_count --during 2025", "2025-01-01..2025-04-01", 2),
        ("measure tiny order_count --during 2025-02-01..2025-01-01", "holds no day", 2),
        ("measure tiny order_count --where country", "--where column=value", 2),
        ("measure tiny order_count --where contry=DE", "did you mean country", 1),
        ("measure tiny order_count --where is_first_order=perhaps", "yes or no", 1),
        ("measure tiny order_count --where hour=noon", "whole numbers", 1),
        ("measure tiny order_count --where day_on=May", "days such as", 1),
        ("measure tiny order_count --where value_tier=hihg", "high value", 1),
        ("measure tiny order_count --format yaml", "'csv'", 2),
        ("measure tiny", "customary measure --help", 2),
        ("study tiny cohort", "did you mean cohorts", 1),
        ("passport tiny order_cont", "order_count", 1),
        ("build tny", "did you mean tiny", 1),
        ("build tiny --as-of soon", "2025-01-31", 2),
        ("serve tny", "did you mean tiny", 1),
        ("measure tiny order_count --limmit 3", "--limit", 2),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(tiny, typed, hint, code):
    """One sentence, the nearest valid name, an exit code, no traceback."""
    assert hint in refused(*typed.split(), code=code)


def test_no_shop_is_called_nothing(tiny):
    """An empty name is refused, never answered for another shop."""
    assert "no shop is called “”" in refused("measure", "", "order_count")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("odd.csv --source template --name x", "lacks order_no"),
        ("nothing.csv --source template --name x", "there is no file"),
        ("nowhere.csv --name x", "there is no file"),
        ("sales.csv --name x --columns ordre=order_no", "no meaning of a column"),
        ("sales.csv --source templat --name x", "did you mean template"),
        ("sales.csv --source template --name ../x", "letters, digits"),
        ("sales.csv --source template --name x --time-zone Europe/Berln", "Europe/Berlin"),
        ("sales.csv --source template --name x --currency euro", "three letters"),
        ("sales.csv --source template --name x --week-start mon", "monday"),
        ("sales.csv --source template --name x --decide duplicate=keep", "duplicates"),
        ("sales.csv --source template --name x --decide duplicates=no", "keep | leave_out"),
    ],
)
def test_an_adoption_that_fails_leaves_no_shop(files, no_shops, monkeypatch, typed, hint):
    """Said in a sentence, and nothing was written."""
    monkeypatch.chdir(files)
    done = CliRunner().invoke(app, ["adopt", *typed.split()])
    assert done.exit_code in (1, 2) and hint in done.stderr and "Traceback" not in done.output
    assert list(no_shops.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("measure hurt order_count", "head"),
        ("study hurt hours", "all"),
        ("serve hurt", "head"),
        ("serve hurt", "middle"),
        ("measure hurt order_count", "middle"),  # it need not touch the damaged block
        ("passport hurt hours", "middle"),
        ("rules --shop hurt", "middle"),
        ("values hurt country", "middle"),
        ("reference --shop hurt --out nowhere", "middle"),
        ("edit hurt", "all"),
    ],
)
def test_a_damaged_snapshot_is_said_and_how_to_mend_it(files, no_shops, typed, part):
    """Whatever part of the file was overwritten, or if it is gone: one sentence, and a new build mends it."""
    say("adopt", f"{files}/online_retail.csv", "--source", "online_retail", "--name", "hurt")
    say("build", "hurt")
    (file,) = no_shops.glob("hurt/snapshots/*/shop.duckdb")
    _damage(file, part)
    assert "`customary build hurt`" in refused(*typed.split())
    say("build", "hurt")
    assert told("measure", "hurt", "order_count")["rows"] == [{"order_count": 2}]


def _damage(file, part):
    """Overwrite a part of a file with noise, or remove it; this process has not opened it yet."""
    disconnect(file)
    size = file.stat().st_size
    file.chmod(0o600)
    if part == "all":
        file.unlink()
        return
    with file.open("r+b") as open_file:
        open_file.seek(0 if part == "head" else size // 2)
        open_file.write(b"\xa5" * 20_000)


def test_a_broken_shop_file_is_said_and_hides_no_other_shop(files, no_shops):
    """TOML errors come out as a sentence; the list of shops goes on."""
    for name in ("good", "bad"):
        say("adopt", f"{files}/online_retail.csv", "--source", "online_retail", "--name", name)
    (no_shops / "bad" / "shop.toml").write_text("title = ", "utf-8")
    assert "shop.toml" in refused("build", "bad")
    page = say("shops").stdout
    assert "good" in page and "unreadable" in page


def test_debug_shows_the_whole_traceback(tiny):
    """With --debug anywhere the error itself comes out."""
    done = CliRunner().invoke(app, ["measure", tiny, "order_cont", "--debug"])
    assert done.exit_code != 0 and type(done.exception).__name__ == "UnknownName"


# --- the demo and the server ----------------------------------------------------------------------


def test_the_demo_is_made_where_it_is_missing(no_shops, monkeypatch):
    """`serve demo --build-if-missing` invents, adopts, builds and serves; without the flag it refuses."""
    from customary.cli import ready
    from customary.serve import run

    calls = []
    monkeypatch.setattr(ready, "CUSTOMERS", 500)
    monkeypatch.setattr(run, "serve", lambda name, host, port, **more: calls.append((name, host, port)))
    assert "customary build demo" in refused("serve", "demo")
    done = say("serve", "demo", "--build-if-missing", "--port", "2800")
    assert calls == [("demo", "127.0.0.1", 2800)] and done.stdout == ""
    assert "inventing the demo shop" in done.stderr
    before = (no_shops / "demo" / "current").read_text("utf-8")
    say("serve", "demo", "--build-if-missing")
    assert (no_shops / "demo" / "current").read_text("utf-8") == before, "what is there is served, not built anew"
    found = told("measure", "demo", "order_count")
    assert found["as_of"] == "2026-01-01" and found["rows"][0]["order_count"] > 100


def test_edit_hands_over_the_copies_and_its_exit_status_is_the_editors(tiny, monkeypatch):
    """The folder of copies, the port and the chapter; a misspelt chapter opens nothing."""
    from customary.serve import run

    calls = []
    monkeypatch.setattr(run, "edit", lambda *given, **named: calls.append((*given, *named.values())) or 3)
    folder = Path(os.environ["CUSTOMARY_SHOPS"]) / "tiny" / "chapters"
    assert "viewers keep reading the shipped chapters" in say("edit", tiny, code=3).stdout
    say("edit", tiny, "04_visits", "--port", "2800", code=3)
    assert calls == [("tiny", folder, 2719, ""), ("tiny", folder, 2800, "04_visits")]
    assert "did you mean 04_visits" in refused("edit", tiny, "04_visit") and len(calls) == 2


@pytest.mark.browser
def test_edit_opens_the_shop_that_was_named(tiny, tmp_path, browser):
    """The chapter asked for, of that shop; a link leads to its neighbour, and what is saved is the copy alone."""
    with _editor(tiny, "16_products", tmp_path / "editor.log") as address:
        before = {path.name: path.read_bytes() for path in REAL_PAGES.glob("*.*")}
        copy = Path(os.environ["CUSTOMARY_SHOPS"], "tiny", "chapters", "01_goals.py")
        with visit(browser, address) as seen:
            page = seen.page
            page.wait_for_selector(".cy-shop", timeout=120_000)
            assert page.title() == "Products" and page.inner_text(".cy-shop") == tiny
            page.click(".cy-nav a:has-text('Goals')")
            page.wait_for_selector(".cy-nav a[aria-current=page]:has-text('Goals')", timeout=120_000)
            assert page.title() == "Goals" and "?file=01_goals.py" in page.url
            page.locator(".cm-content").nth(1).click()
            page.keyboard.press("Control+End")
            page.keyboard.type("\n# a scratch line")
            page.keyboard.press("Control+s")
            _wait_for(lambda: "# a scratch line" in copy.read_text("utf-8"))
        assert {path.name: path.read_bytes() for path in REAL_PAGES.glob("*.*")} == before
        page = say("chapters", tiny).stdout
        assert [line.split()[1:3] for line in page.splitlines() if line.startswith("01_goals")] == [["changed", "+1"]]


@contextmanager
def _editor(shop, chapter, log):
    """The editor as `customary edit` starts it, on a free port: the address it would open in the browser."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    # The browser is `true`: an address is printed, and nothing is opened.
    with live_server(["-m", "customary", "edit", shop, chapter, "--port", port], {"BROWSER": "true %s"}, log) as server:
        _wait_for(lambda: "the chapter: " in server.said())
        yield server.said().split("the chapter: ")[1].split()[0]
        os.killpg(server.process.pid, signal.SIGTERM)


def _wait_for(holds, seconds=60):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def test_the_method_is_counted_by_chapter():
    """How many of the method's lines each chapter meets, and in all."""
    page = say("method").stdout
    assert "chapter" in page and page.endswith("checklist.csv says what is missing\n") and " 0 lines met" not in page


# --- a process of its own -------------------------------------------------------------------------


def _env():
    return {**os.environ, "PYTHONPATH": str(LIB), "PYTHONIOENCODING": ""}


def test_a_reader_that_has_enough_ends_the_command_quietly(tiny):
    """`customary … | head -1` leaves no complaint."""
    code = "from customary.cli import main; main()"
    words = [sys.executable, "-c", code, "metrics"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_env()) as done:
        done.stdout.close()
        assert done.stderr.read() == b""


def test_json_is_alone_on_stdout_and_utf8_in_every_locale(tiny):
    """Piped output is UTF-8 whatever the terminal speaks."""
    code = "from customary.cli import main; main()"
    words = [sys.executable, "-c", code, "passport", tiny, "order_count", "--format", "json"]
    done = subprocess.run(words, capture_output=True, env={**_env(), "LC_ALL": "C", "PYTHONUTF8": "0"}, check=True)
    assert json.loads(done.stdout.decode("utf-8"))["zh"] == "订单数"


# --- small parts ----------------------------------------------------------------------------------


def test_options_mean_what_is_typed():
    """Comma lists, repeated selections, windows, a study's own options."""
    assert splits(["country, value_tier", "age_band"]) == ("country", "value_tier", "age_band")
    assert selection(["a=1", "a=", "b=x=y"]) == {"a": ["1", None], "b": ["x=y"]}
    assert window("2025-01-01..2025-02-01") == (date(2025, 1, 1), date(2025, 2, 1))
    assert own_options(["--max-age", "3", "--spend=net_spend"]) == {"max_age": "3", "spend": "net_spend"}


def test_values_are_plain_and_formulas_harmless(capsys):
    """No NaN, no infinity, no formula; numbers stay numbers."""
    from decimal import Decimal

    odd = (Decimal("3.0000"), float("nan"), float("inf"), date(2025, 1, 1))
    assert [as_json(value) for value in odd] == [3, None, None, "2025-01-01"]
    cells = ["=1+1", "+x", "-x", "@x", "-5", "+4.2", -5, True, None]
    write_csv(["cell"], [{"cell": cell} for cell in cells])
    written = [row[0] if row else "" for row in csv.reader(io.StringIO(capsys.readouterr().out))][1:]
    assert written == ["'=1+1", "'+x", "'-x", "'@x", "-5", "+4.2", "-5", "true", ""]


def test_long_names_break_after_underscores():
    """A heading is folded, never cut."""
    assert fold_name("visit_cart_abandonment_rate", 12) == "visit_cart_\nabandonment_\nrate"
