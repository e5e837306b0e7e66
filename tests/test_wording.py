"""What a reader is told is told in the reader's language."""

import pytest

from customary import language, wording
from customary.errors import Refused, unknown_name
from customary.language import ask_reader, format_compact, format_days, reader_language
from customary.models.reasons import SENTENCES
from customary.query.reasons import reason_in
from customary.units import RATE
from customary.wording import say, word

CATALOGUE = """msgid ""
msgstr "Language: zh\\n"

msgid "{n:,} of {total:,} customers"
msgstr "共 {total:,} 位客户，其中 {n:,} 位"

#, fuzzy
msgid "Not finished"
msgstr "未"

msgctxt "word"
msgid "late"
msgstr "延迟"
"""


@pytest.fixture
def catalogues(tmp_path, monkeypatch):
    """A folder of catalogues with one file in Chinese."""
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "page.po").write_text(CATALOGUE, "utf-8")
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    return tmp_path / "zh"


@pytest.fixture
def chinese_reader():
    """A reader of Chinese, for as long as a test runs."""
    ask_reader(lambda: "zh")
    yield
    ask_reader(lambda: "en")


def test_a_sentence_has_its_own_order_in_each_language(catalogues):
    """Places are known by name, so a translation may turn them round."""
    assert say("{n:,} of {total:,} customers", n=1204, total=5659) == "1,204 of 5,659 customers"
    assert say("{n:,} of {total:,} customers", "zh", n=1204, total=5659) == "共 5,659 位客户，其中 1,204 位"


def test_what_nobody_has_translated_is_said_in_english(catalogues):
    """An entry that its translator has not finished is none."""
    assert say("Not finished", "zh") == "Not finished"
    assert say("Nowhere: {n}", "zh", n=3) == "Nowhere: 3"


def test_a_word_of_ours_is_translated_and_a_word_of_the_shop_is_not(catalogues):
    """A sentence that reads like a word is no word."""
    assert word("late", "zh") == "延迟"
    assert word("late") == "late"
    assert word("Liaoning", "zh") == "Liaoning"
    assert say("late", "zh") == "late"


def test_a_reader_is_asked_each_time(catalogues, chinese_reader):
    """Nobody is told in the language of the reader before."""
    assert (word("late"), format_days(3), format_compact(45_000), RATE.text(0.5)) == ("延迟", "3 天", "4.5万", "50.0%")
    ask_reader(lambda: "en")
    assert (word("late"), format_days(3), format_compact(45_000)) == ("late", "3 days", "45k")


def test_a_refusal_is_told_in_the_readers_language(chinese_reader):
    """Its names in a row, its kind of name and the line of its place too; another's sentence and braces stand."""
    template = "{table}.sql gives no {names}, which the standard requires"
    assert str(Refused(template, table="orders", names=["a", "b"])) == "orders.sql 没有给出标准要求的 a、b"
    unknown = unknown_name("ordr", ["orders"], "column of {frame}", frame="items")
    assert str(unknown) == "没有名为“ordr”的 items 的列——是不是 orders？"
    assert str(Refused("{where}: {error}", where="shop/tiers.toml, line 7: [a]", error=unknown)) == (
        f"shop/tiers.toml，第 7 行：[a]：{unknown}"
    )
    assert str(Refused("a sentence of {somebody} else")) == "a sentence of {somebody} else"


def test_an_unknown_language_is_english():
    """A link may say anything."""
    ask_reader(lambda: "xx")
    try:
        assert reader_language() == "en"
    finally:
        ask_reader(lambda: "en")


def test_two_translations_of_one_sentence_are_refused(catalogues):
    """Else the file that is read last would decide."""
    twice = 'msgid ""\nmsgstr "Language: zh\\n"\n\nmsgctxt "word"\nmsgid "late"\nmsgstr "晚"\n'
    (catalogues / "start.po").write_text(twice, "utf-8")
    wording._read.cache_clear()
    with pytest.raises(ValueError, match="“late” is translated otherwise"):
        word("late", "zh")
    wording._read.cache_clear()


def test_a_model_says_in_chinese_why_it_is_not_sound():
    """Its sentence is known again with the parameter and the number in it; one that nobody translated stands."""
    chinese = [reason_in(each.format(letter="alpha", slope="3e-07", factor="1,200"), "zh") for each in SENTENCES]
    assert chinese == [
        "alpha 趋于极端：数据没有给出界限",
        "似然沿 alpha 方向是平的：其他取值同样能解释数据",
        "对最优参数的搜索没有收敛（斜率仍为 3e-07）",
        "alpha 最多只能确定到上下 1,200 倍以内",
    ]
    assert reason_in("nobody bought a second time", "zh") == "没有人买过第二次"
    assert reason_in("alpha is in bloom", "zh") == "alpha is in bloom"
    assert reason_in("alpha runs off: the data set no bound to it", "en").startswith("alpha runs off")
