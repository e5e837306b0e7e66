"""Shops for tests: tiny ones written as Python rows, real ones from CUSTOMARY_REAL_DATA, the demo."""

import gc
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import chapters
import chromium
import live_server
import pyarrow as pa
import pytest
import worked_examples
from typed import say

from customary import intake, publish, standard
from customary.intake.conform import Clock, conform, empty
from customary.intake.load import BOOKS, settle
from customary.intake.readers import PER_FILE
from customary.intake.settings import write_settings
from customary.intake.source import Raw
from customary.language import ask_reader
from customary.places import shops_folder
from customary.shop import Shop, open_shop

browser = chromium.browser  # one for all test files of a process: a second would find the first one running
# One of each for all test files of a process: every server that starts works through all chapters once.
stand_in_server, shop_server = live_server.stand_in_server, live_server.shop_server
chapter_shops, plain_shop, odd_words_shop = chapters.chapter_shops, chapters.plain_shop, chapters.odd_words_shop

LARGE = {
    "demo_shop",
    "big_demo",
    "giftshop",
    "cdnow",
    "olist",
    "served_shop",
    "whole_demo",
    "true_demo",
    "chapter_shops",
    "shop_server",
}
# Fixture → group of its files: what is built, served or compiled for one of them is there for all.
TOGETHER = {
    "true_demo": "truth",
    "giftshop": "truth",
    "shop_server": "server",
    "chapter_shops": "chapters",
    "worked_shop": "worked",
}
Rows = Sequence[Mapping[str, Any]]
GIVEN = tuple(Raw(name=name, files=(), columns=(), becomes=(name,)) for name in standard.declared_tables())


def pytest_configure() -> None:
    """Look for garbage less often: what Ibis builds for one question alone sets off the collector dozens of times."""
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in its own hook of this name
def pytest_collection_modifyitems(items: Sequence[Any]) -> None:
    """Keep the tests of a file in one process, and those of all chapters, which are opened once for all of them.

    So are those that ask the server of a shop: one that starts draws every page; and those of the shop whose truth is
    known, which takes long to build; and those that put every question to the shop of the worked examples. Mark as
    `large` what asks for a shop of hundreds of customers, by a fixture or by its name in a parameter, and as `browser`
    what looks at a page.
    """
    groups = {item.path: item.path.stem for item in items}
    for item in items:
        asked = _asked_for(item)
        groups[item.path] = next((TOGETHER[name] for name in TOGETHER if name in asked), groups[item.path])
    for item in items:
        item.add_marker(pytest.mark.xdist_group(groups[item.path]))
        if LARGE & _asked_for(item):
            item.add_marker("large")
        if "browser" in item.fixturenames:
            item.add_marker("browser")


def _asked_for(item: Any) -> set[str]:
    """The fixtures that a test asks for, by itself or by their names in its parameters."""
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return {*item.fixturenames, *(value for value in given if isinstance(value, str))}


@pytest.fixture(autouse=True)
def _ask_nobody_elses_reader():
    """A test that has run a command, or asked for a language, leaves no other test in it: pages ask their link."""
    pages = sys.modules.get("customary.page.reader")
    ask_reader(pages.language_in_link if pages else lambda: "en")


def _columns(rows: Rows) -> Iterable[str]:
    return dict.fromkeys(name for row in rows for name in row)


def _as_text(rows: Rows, base: int) -> pa.Table:
    """The rows as a file would bring them: text columns and the number of each record."""
    columns = {
        name: pa.array([None if row.get(name) is None else str(row[name]) for row in rows], pa.string())
        for name in _columns(rows)
    }
    return pa.table({**columns, "_record": pa.array(range(base, base + len(rows)), pa.int64())})


def _stage(con, number, table, rows, clock):
    told = [number, f"{table.name}.rows", table.name, len(rows), len(rows)]
    con.execute("insert into files values (?, ?, ?, ?, ?, 0, 0)", told)
    if not rows:
        empty(con, table)
        return
    con.register("_given", _as_text(rows, number * PER_FILE))
    con.execute("create or replace temp table _staged as from _given")
    conform(con, "_staged", table, clock, {})


def load_rows(tables: Mapping[str, Rows], settings: Mapping[str, Any], clocks: Mapping[str, str]):
    """What `intake.load` does with files, done with rows: the same conforming, settling and books."""

    def load(con) -> date:
        con.execute(BOOKS)
        for number, (name, table) in enumerate(standard.declared_tables().items(), 1):
            zone = settings["time_zone"]
            _stage(con, number, table, tables.get(name, []), Clock(clocks.get(name, zone), zone))
        return settle(con, settings, GIVEN, lambda step, amount: None)

    return load


def built_from_rows(name: str, settings: Mapping[str, Any], tables: Mapping[str, Rows], clocks=()) -> Shop:
    """Publish a shop made of Python rows and open it."""
    folder = shops_folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    write_settings(folder, settings, [])
    publish.publish(folder, dict(settings), load_rows(tables, settings, dict(clocks)), lambda step, amount: None)
    return open_shop(name)


@pytest.fixture(scope="session", autouse=True)
def shops(tmp_path_factory) -> Path:
    """All shops of the tests live in one temporary folder; nobody's own shops are touched."""
    folder = tmp_path_factory.mktemp("shops")
    before = os.environ.get("CUSTOMARY_SHOPS")
    os.environ["CUSTOMARY_SHOPS"] = str(folder)
    yield folder
    if before is None:
        del os.environ["CUSTOMARY_SHOPS"]
    else:
        os.environ["CUSTOMARY_SHOPS"] = before


@pytest.fixture(scope="session")
def tiny_shop(shops) -> Callable[..., Shop]:
    """A factory: `tiny_shop(orders=[…], returns=[…], as_of="2025-04-01", time_zone="Asia/Shanghai")`.

    Rows pass the real conforming, identity, cutting, frames, checks and publication. Times are the shop's wall
    clock unless `clocks` names another zone for a table; `rates` is a file of exchange rates; `unnamed_orders` is what
    becomes of orders without a customer, `undated_refunds` when refunds without a date count. Every row may also bear
    `excluded_because`.
    """
    numbers = count(1)

    def made(
        *,
        as_of=None,
        time_zone="Asia/Shanghai",
        week_start="monday",
        currency="CNY",
        clocks=(),
        name=None,
        rates=None,
        unnamed_orders=None,
        undated_refunds=None,
        engine=None,
        **tables,
    ) -> Shop:
        unknown = set(tables) - set(standard.declared_tables())
        assert not unknown, f"no canonical table is called {unknown}"
        settings = {
            "title": "Tiny",
            "source": "template",
            "currency": currency,
            "time_zone": time_zone,
            "week_start": week_start,
            **({"as_of": as_of} if as_of else {}),
            **({"rates": str(rates)} if rates else {}),
            **({"unnamed_orders": unnamed_orders} if unnamed_orders else {}),
            **({"undated_refunds": undated_refunds} if undated_refunds else {}),
            **({"engine": engine} if engine else {}),
        }
        return built_from_rows(name or f"tiny{next(numbers)}", settings, tables, clocks)

    return made


# --- real data and the demo ----------------------------------------------------------------------


def real_data() -> Path:
    """The folder of real data; without it a test is skipped, or fails where it is required."""
    folder = os.environ.get("CUSTOMARY_REAL_DATA")
    if folder and Path(folder).is_dir():
        return Path(folder)
    if "real" in os.environ.get("CUSTOMARY_REQUIRE", ""):
        pytest.fail("real data is required: CUSTOMARY_REAL_DATA names no folder")
    pytest.skip("CUSTOMARY_REAL_DATA names no folder with real data")


def adopted(name: str, source: str, files: Sequence[Path], **settings: Any) -> Shop:
    """A shop adopted from files and built, as `customary adopt` and `customary build` do it."""
    intake.adopt(files, intake.source_named(source), shops_folder() / name, settings)
    publish.build(name)
    return open_shop(name)


@pytest.fixture(scope="session")
def giftshop(shops) -> Shop:
    """Online Retail: 541,909 lines of a gift shop."""
    return adopted("giftshop", "online_retail", [real_data() / "online_retail" / "online_retail.csv.gz"])


@pytest.fixture(scope="session")
def cdnow(shops) -> Shop:
    """CDNOW: 6,919 purchases of 2,357 customers."""
    return adopted("cdnow", "cdnow", [real_data() / "cdnow_sample" / "CDNOW_sample.txt"])


@pytest.fixture(scope="session")
def olist(shops) -> Shop:
    """Olist: 3,000 orders of a marketplace, as it stood when the last review had come in."""
    files = sorted((real_data() / "olist_sample_3000").glob("*.csv"))
    return adopted("olist", "olist", files, as_of="2018-12-01")


@pytest.fixture(scope="session")
def onlineshop(shops) -> Shop:
    """The log of an online shop: 35,381 events of 3,751 people in half a year, without pages, devices and orders."""
    path = real_data() / "retentioneering" / "simple-onlineshop.csv"
    columns = "customer_id=user_id,event_name=event,event_time=timestamp"
    say("adopt", str(path), "--name", "onlineshop", "--columns", columns, "--as-of", "2020-04-30", "--yes")
    say("build", "onlineshop")
    return open_shop("onlineshop")


@pytest.fixture(scope="session")
def demo_shop(shops, tmp_path_factory) -> Shop:
    """The invented shop with 500 customers."""
    demo = pytest.importorskip("customary.demo", reason="customary.demo is not merged yet")
    folder = tmp_path_factory.mktemp("demo")
    demo.generate(folder, customers=500)
    return adopted("demo", "demo", [folder / "files" / name for name in demo.RAW_FILES], as_of=str(demo.AS_OF))


@pytest.fixture(scope="session")
def big_demo(shops, tmp_path_factory) -> Shop:
    """The invented shop with 5,000 customers, for what few customers cannot show."""
    demo = pytest.importorskip("customary.demo", reason="customary.demo is not merged yet")
    folder = tmp_path_factory.mktemp("big_demo")
    demo.generate(folder, customers=5_000)
    return adopted("big_demo", "demo", [folder / "files" / name for name in demo.RAW_FILES], as_of=str(demo.AS_OF))


@pytest.fixture(scope="session")
def true_demo(shops, tmp_path_factory) -> tuple[Shop, Path]:
    """The invented shop with 3,000 customers, and the folder of what is true of each, which no figure is told."""
    demo = pytest.importorskip("customary.demo", reason="customary.demo is not merged yet")
    folder = tmp_path_factory.mktemp("true_demo")
    demo.generate(folder, customers=3_000)
    files = [folder / "files" / name for name in demo.RAW_FILES]
    return adopted("true_demo", "demo", files, as_of=str(demo.AS_OF)), folder / "truth"


@pytest.fixture(scope="session")
def worked_shop(tiny_shop) -> Shop:
    """The shop of worked_examples.py, which a reader can compute in the head."""
    return tiny_shop(**worked_examples.TABLES, as_of=worked_examples.AS_OF, name="worked")


@pytest.fixture(scope="session")
def served_shop(demo_shop) -> str:
    """The name of the published shop that the real chapters are served over."""
    return demo_shop.name
