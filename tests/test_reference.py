"""The reference: everything that has a name stands in it once, in both languages, and it needs nothing else."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest
from markupsafe import escape
from typer.testing import CliRunner

from customary import columns
from customary import studies as _studies  # noqa: F401  (fills the list of studies)
from customary.cli import app
from customary.declare import FRAMES, METRICS, SEGMENTS, STUDIES
from customary.language import translate
from customary.places import DATA
from customary.portraits import portraits as _portraits  # noqa: F401  (fills the list of frames)
from customary.query.reference import reference
from customary.query.study import study
from customary.rules.book import RuleBook

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
DEFINITIONS = {
    **{("metric", name): found.definition for name, found in METRICS.items()},
    **{("study", name): found.definition for name, found in STUDIES.items()},
    **{("segment", name): found.definition for name, found in SEGMENTS.items()},
    **{("frame", name): found.grain for name, found in FRAMES.items()},
}
every_name = pytest.mark.parametrize(("kind", "name"), DEFINITIONS)


class Articles(HTMLParser):
    """The text of each element that has an anchor, by its anchor, and every attribute of the page."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.attributes, self._open = {}, [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.attributes += attrs
        anchor = dict(attrs).get("id")
        if anchor and tag in ("article", "tr", "details"):
            assert anchor not in self.texts, f"two places are called {anchor}"
            self._open = anchor
            self.texts[anchor] = ""

    def handle_data(self, data):
        if self._open:
            self.texts[self._open] += data


@pytest.fixture(scope="module")
def page():
    """The reference without any shop."""
    return reference()


@pytest.fixture(scope="module")
def articles(page):
    """What stands under each anchor."""
    return Articles(page)


@pytest.fixture(scope="module")
def of_a_shop(worked_shop):
    """What stands under each anchor where a shop answers."""
    return Articles(reference(worked_shop)).texts


@every_name
def test_every_name_is_defined_in_both_languages(articles, kind, name):
    """Under an anchor of its own: the definition as the code has it, and its Chinese."""
    text = articles.texts[f"{kind}-{name}"]
    english = DEFINITIONS[kind, name]
    assert english in text
    assert translate(f"{kind}:{name}", english, "zh") in text


@pytest.mark.parametrize("key", columns.all_columns())
def test_every_declared_column_is_listed(articles, key):
    """Both names, the unit, and the sentence in both languages if it has one."""
    column = columns.all_columns()[key]
    text = articles.texts[f"column-{key}"]
    assert all(part in text for part in (column.en, column.zh, column.unit.name))
    assert column.meaning in text and column.meaning_in("zh") in text


def test_the_manual_says_how_customers_are_numbered(articles):
    """After the earliest account, and by a pseudonym where the number itself is personal, in both languages."""
    text = articles.texts["column-customer_id"]
    assert "earliest account" in text and "a pseudonym of it" in text and "本人最早账号的编号" in text


def test_the_manual_says_what_spend_counts(articles):
    """After discounts and returns for the net spend, before returns for the ordered one, in both languages."""
    assert "after discounts and returns" in articles.texts["column-net_spend"]
    assert "Before returns" in articles.texts["column-ordered_spend"]
    assert all("退货" in articles.texts[f"column-{name}"] for name in ("net_spend", "ordered_spend"))


@pytest.mark.parametrize("name", RuleBook.from_files(DATA).sets)
def test_every_set_of_rules_is_listed_with_its_labels(articles, name):
    """Each label in both languages, as the rules have them."""
    text = articles.texts[f"rules-{name}"]
    for label in RuleBook.from_files(DATA).set(name).labels:
        assert label.name in text and label.zh in text


def test_a_condition_is_said_with_the_columns_names(articles):
    """Bounds stand in signs, after the column's own name in each language."""
    text = articles.texts["rules-value_tier"]
    spend = columns.find("year_net_spend", "customers")
    assert f"{spend.en} ≥ 10,000" in text and f"{spend.zh} ≥ 10,000" in text
    assert "everybody else" in text and "其余客户" in text


def test_options_of_a_study_stand_with_their_defaults(articles):
    """As the shell takes them."""
    text = articles.texts["study-lifetime_value"]
    for name, value in STUDIES["lifetime_value"].options.items():
        default = "DAY..DAY" if value is None else value
        assert f"--{name.replace('_', '-')} {default}" in text


@pytest.mark.parametrize("name", ["returns", "retention", "lifecycle_flow", "action_list"])
def test_a_shop_lends_the_columns_of_its_answers(worked_shop, of_a_shop, name):
    """Every column of the study's answer is in its table, by both names."""
    for column in study(worked_shop, name).columns:
        text = of_a_shop[f"study-{name}"]
        assert column.name in text and column.en in text and column.zh in text


def test_a_shop_lends_the_columns_of_its_frames(worked_shop, of_a_shop):
    """All columns that a snapshot holds."""
    for name in worked_shop.snapshot.rows:
        assert all(column in of_a_shop[f"frame-{name}"] for column in worked_shop.frame(name).columns)


def test_without_a_shop_the_page_says_what_is_not_listed(page, of_a_shop):
    """No list of columns passes for the whole of an answer's."""
    assert "No shop was asked" in page and "未打开任何店铺" in page
    assert "Only the columns that this study declares" not in of_a_shop["study-returns"]


def test_the_page_asks_for_nothing_else(page, articles):
    """No address, no file beside it: it can be sent by mail and opened without a network."""
    assert not re.search(r"https?:|//\w+\.\w+|@import|url\(", page)
    assert not [value for name, value in articles.attributes if name == "src"]
    links = [value for name, value in articles.attributes if name == "href"]
    assert links and all(link.startswith("#") for link in links)


def test_every_link_leads_somewhere(articles):
    """Whatever a name reads or stands beside is on the page."""
    anchors = {value for name, value in articles.attributes if name == "id"}
    assert {value[1:] for name, value in articles.attributes if name == "href"} <= anchors


def test_no_text_becomes_markup(monkeypatch):
    """A definition, a Chinese name or a method's code may hold anything: it stands there as text."""
    evil = dataclasses.replace(METRICS["net_revenue"], definition=EVIL, zh=EVIL, source=EVIL)
    monkeypatch.setitem(METRICS, "net_revenue", evil)
    monkeypatch.setitem(FRAMES, "orders", dataclasses.replace(FRAMES["orders"], grain=EVIL))
    found = reference()
    assert EVIL not in found and "<img" not in found and found.count("<script>") == 1
    assert found.count(str(escape(EVIL))) >= 4


# --- the command ----------------------------------------------------------------------------------


def run(*words):
    """Type a command."""
    return CliRunner().invoke(app, list(words))


def test_the_command_writes_one_file(tmp_path, worked_shop):
    """The folder is made, and the shop named whose answers lent their columns."""
    done = run("reference", "--out", str(tmp_path / "new" / "folder"), "--shop", worked_shop.name)
    assert done.exit_code == 0, done.output
    (written,) = (tmp_path / "new" / "folder").iterdir()
    assert written.name == "index.html"
    assert f"as “{worked_shop.name}” answers them" in written.read_text("utf-8")
    assert f"columns as {worked_shop.name} answers" in done.stdout


def test_the_command_does_without_a_shop(tmp_path, monkeypatch):
    """Where no demo was built, it says what is missing."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "nowhere"))
    done = run("reference", "--out", str(tmp_path))
    assert done.exit_code == 0 and "no shop is built" in done.stdout


def test_a_file_is_no_folder(tmp_path):
    """It is refused in a sentence, and stays as it was."""
    path = tmp_path / "notes.txt"
    path.write_text("mine", "utf-8")
    done = run("reference", "--out", str(path))
    assert done.exit_code == 1 and "name a folder" in done.stderr
    assert path.read_text("utf-8") == "mine"
