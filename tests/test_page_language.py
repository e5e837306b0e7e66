"""A page speaks the language of its reader's link; the gateway brings whoever has not said to the one preferred."""

import importlib.util
import re
import threading

import httpx
import pandas as pd
import pytest
from loops import run_apart
from samples import thirds
from test_page_components import shop_of
from test_translations import NOT_YET

from customary import open_shop
from customary.charts import columns, numbers, theme
from customary.language import reader_language
from customary.page import headers
from customary.page.choices import options_by_text
from customary.page.reader import unknown_language, with_language, writing_for
from customary.places import NOTEBOOKS
from customary.serve.gateway import Gateway
from customary.serve.languages import COOKIE, preferred_language
from customary.units import COUNT, DAYS, MONEY

CHAPTERS = [path.stem for path in sorted(NOTEBOOKS.glob("[0-9]*.py")) if f"notebooks/{path.name}" not in NOT_YET]
# Latin words that Chinese readers read as they are: what the trade, code and other makers call things.
LATIN = {
    "ABC",
    "App",
    "BG",
    "CNY",
    "CSV",
    "English",
    "GA4",
    "Kaplan",
    "Meier",
    "NBD",
    "NPS",
    "PNG",
    "RFM",
    "SVG",
    "VIP",
    "Wilson",
    "customary",
}


async def _page(scope, receive, send):
    """A page of marimo's, as far as its language goes."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b'<html lang="en"><p>.</p></html>'})


class Open:
    """Sessions that have room for everybody."""

    def check_room(self, visitor):
        """Nobody is refused."""


@pytest.fixture
def get():
    """Asks the gateway for an address as a browser does; it answers whatever it redirects to, unfollowed."""
    gateway = Gateway(_page, ["06_orders"], Open())

    def ask(path, **headers):
        async def once():
            client = httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://localhost")
            async with client:
                return await client.get(path, headers=headers)

        return run_apart(once)

    return ask


# ---- whose language ----------------------------------------------------------------------------------------


def test_every_link_keeps_the_language_and_the_filters(monkeypatch):
    """To the other chapters and to the index; the switch changes the language alone."""
    monkeypatch.setattr(headers.mo, "notebook_dir", lambda: None)
    with writing_for("zh"):
        shown = headers.header(shop_of(), "06_orders", query="period=all").text
    assert (
        'href="/08_lifecycle/?period=all&amp;lang=zh"' in shown
        and ">交易行为<" in shown
        and 'href="/?lang=zh"' in shown
    )
    assert '<a href="/06_orders/?period=all&amp;lang=en" lang="en" hreflang="en">English</a>' in shown
    assert "截至 2024-05-18" in shown


def test_english_needs_no_word_in_the_link():
    """A link that says nothing is English; one that says so keeps saying it, or the cookie would win again."""
    assert (with_language("period=all"), with_language("lang=zh", "en")) == ("period=all", "lang=en")
    with writing_for("en"):
        assert with_language("period=all") == "period=all&lang=en"


def test_an_unknown_language_is_said_and_english_shown():
    """It never passes in silence."""
    with writing_for("fr"):
        shown = headers.header(shop_of(), "06_orders").text
        assert (reader_language(), unknown_language()) == ("en", "fr")
    assert "The link asks for the language “fr”" in shown and "lang=fr" not in shown


def test_two_readers_at_once_read_their_own_language():
    """Each thread asks for itself: one reader's language never reaches another's page."""
    heard, together = {}, threading.Barrier(2)

    def read(language):
        with writing_for(language):
            together.wait()
            heard[language] = [reader_language() for _ in range(100)]

    threads = [threading.Thread(target=read, args=(language,)) for language in ("en", "zh")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert heard == {"en": ["en"] * 100, "zh": ["zh"] * 100}


# ---- the gateway -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", "zh;q=0.2,en;q=0.7", "en"),
        ("", "fr-FR,fr;q=0.9,zh-TW;q=0.5", "zh"),
        ("", "zh;q=0,de", "en"),
        ("", "*;q=x,,zh-Hans-CN", "zh"),
        (f"{COOKIE}=en", "zh-CN", "en"),
        (f"a=b; {COOKIE}=zh; c=d", "en", "zh"),
        (f"{COOKIE}=zhx", "en", "en"),
    ],
)
def test_the_language_of_whoever_has_not_said(cookie, accepted, language):
    """What was chosen last in this browser, else what it prefers, else English; nonsense is nothing."""
    assert preferred_language({b"cookie": cookie, b"accept-language": accepted}) == language


def test_who_prefers_chinese_is_brought_there_with_the_filters(get):
    """By a link below whatever a proxy puts before it, once, and kept by no cache."""
    answer = get("/06_orders/?period=all", **{"accept-language": "zh-CN"})
    assert (answer.status_code, answer.headers["location"]) == (307, "?period=all&lang=zh")
    assert answer.headers["cache-control"] == "no-store"
    assert get("/", **{"accept-language": "zh-CN"}).headers["location"] == "?lang=zh"
    assert get("/06_orders/", **{"accept-language": "en"}).status_code == 200


def test_a_link_chooses_and_is_remembered(get):
    """The page says its language to whoever reads it aloud, and a year long the browser says it to us."""
    answer = get("/06_orders/?lang=zh")
    assert answer.text.startswith('<html lang="zh-Hans">')
    assert f"{COOKIE}=zh; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]
    assert get("/06_orders/?lang=en", **{"accept-language": "zh"}).text.startswith('<html lang="en">')


def test_a_language_that_nobody_speaks_is_not_remembered(get):
    """Its link is answered; the page says what is amiss."""
    answer = get("/06_orders/?lang=fr", **{"accept-language": "zh"})
    assert answer.status_code == 200 and COOKIE not in answer.headers["set-cookie"]


# ---- charts and choices ------------------------------------------------------------------------------------


def test_a_chart_speaks_the_readers_language():
    """Words of ours on it, names of columns, numbers on its axes, months."""
    frame = pd.DataFrame({"lifecycle_stage": ["lost", None], "order_count": [3, 4]})
    with writing_for("zh"):
        rows = columns.as_text(columns.select(frame, label="lifecycle_stage"), "label")
        assert list(rows["label"]) == ["流失期", "未知"]
        assert columns.in_order(rows["label"], ["lost"]) == ["流失期", "未知"]
        assert theme.colours(["流失期"]) == [theme.ROSE]
        assert columns.tooltip("value:Q", "order_count").to_dict()["title"] == "订单数"
        assert numbers.date_text(pd.Timestamp("2024-03-01"), "month") == "2024年3月"
        assert "万" in numbers.axis_text(MONEY, "CNY") and "天" in numbers.axis_text(DAYS)
        assert numbers.exact(3.5, DAYS) == "3.50 天"
    assert "'~s'" in numbers.axis_text(COUNT)


def test_names_of_the_shop_stand_as_they_are():
    """A product called “search” is no channel, and a city called “other” no rest."""
    frame = pd.DataFrame({"product_name": ["search"], "city": ["other"], "channel": ["search"]})
    with writing_for("zh"):
        rows = columns.select(frame, product="product_name", city="city", channel="channel")
        assert list(columns.as_text(rows, "product", "city", "channel").iloc[0]) == ["search", "other", "搜索"]


def test_a_choice_is_read_in_the_readers_language_and_means_the_same():
    """Options bear their text; what they stand for is what links carry."""
    with writing_for("zh"):
        assert options_by_text("period", ["last 30 days", "all"]) == {"近 30 天": "last 30 days", "全部": "all"}
        assert options_by_text("split", ["nothing", "channel"], "orders") == {"不选": "nothing", "下单渠道": "channel"}
    assert options_by_text("channel", ["all", "site"]) == {"all": "all", "site": "site"}


# ---- whole chapters ----------------------------------------------------------------------------------------


def chinese_outputs(stem):
    """What the cells of a chapter put out for a reader of Chinese."""
    found = importlib.util.spec_from_file_location(f"chinese_{stem}", NOTEBOOKS / f"{stem}.py")
    chapter = importlib.util.module_from_spec(found)
    with writing_for("zh"):
        found.loader.exec_module(chapter)
        return [getattr(one, "text", "") for one in chapter.app.run()[0] if one is not None]


def words_of(html):
    """The English words of a page's text, without passports and tables, whose rows are data."""
    html = re.sub(r'<div class="cy-(?:passport|table)">.*?</table>', " ", html, flags=re.S)
    html = re.sub(
        r'<dl>.*?</dl>|<details class="cy-why"[^>]*>.*?</dl>|<code>.*?</code>|<pre>.*?</pre>', " ", html, flags=re.S
    )
    return set(re.findall(r"(?<![\w/.-])[A-Za-z]{3,}(?![\w/.-])", re.sub(r"<[^>]*>", " ", html)))


@pytest.mark.parametrize("stem", thirds(CHAPTERS, 0, 2))
def test_a_chapter_in_chinese_has_no_english_word(stem, chapter_shops, monkeypatch):
    """But for names of the shop's own, code, and what the trade calls by Latin letters."""
    shop = open_shop("full")
    monkeypatch.setenv("CUSTOMARY_SHOP", shop.name)
    monkeypatch.setenv("CUSTOMARY_AUDIENCE", "viewer")
    asked = (("orders", "region"), ("products", "product_name"), ("products", "category"), ("customers", "last_os"))
    found = [shop.fetch(shop.frame(frame).select(name).distinct())[name] for frame, name in asked]
    names = [shop.snapshot.title, *(str(name) for column in found for name in column.to_pylist())]
    own = {word for name in [*names, "demo"] for word in name.split()}
    assert words_of(" ".join(chinese_outputs(stem))) - LATIN - own == set()
