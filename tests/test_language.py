"""The one place for language: every definition has current Chinese, and numbers read as each language writes them."""

import datetime as dt
import math
import re
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from babel import Locale
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from customary import language
from customary import studies as _studies  # noqa: F401  (fills the list of studies)
from customary.columns import all_columns
from customary.declare import FRAMES, METRICS, SEGMENTS, STUDIES
from customary.language import (
    currency_sign,
    format_compact,
    format_date,
    format_days,
    format_duration,
    format_iso_date,
    format_money,
    format_month,
    format_number,
    format_percent,
    format_points,
    format_quarter,
    format_weekday,
    translate,
    translation_gaps,
)
from customary.portraits import portraits as _portraits  # noqa: F401  (fills the list of frames)

DEFINITIONS = {
    **{f"metric:{name}": found.definition for name, found in METRICS.items()},
    **{f"segment:{name}": found.definition for name, found in SEGMENTS.items()},
    **{f"study:{name}": found.definition for name, found in STUDIES.items()},
}
GRAINS = {f"frame:{name}": found.grain for name, found in FRAMES.items()}
MEANINGS = {f"column:{key}": column.meaning for key, column in all_columns().items() if column.meaning}
OPTIONS = {f"option:{name}": name for found in STUDIES.values() for name in found.options}
TEXTS = {**DEFINITIONS, **GRAINS, **MEANINGS, **OPTIONS}
CJK = "[\u4e00-\u9fff]"

every_definition = pytest.mark.parametrize("context", DEFINITIONS)
every_text = pytest.mark.parametrize("context", TEXTS)


def chinese(context):
    """The Chinese of a definition, a grain or a column's meaning as it stands today."""
    return translate(context, TEXTS[context], "zh")


# --- the catalogue ----------------------------------------------------------------------------------------------


def test_every_text_has_chinese_of_today():
    """Nothing is absent, nothing translates an earlier docstring, nothing speaks of what no longer exists."""
    assert translation_gaps(TEXTS) == language.Untranslated((), (), ())


def test_the_catalogue_is_gettexts():
    """It is read by Babel as Chinese in UTF-8 with one plural form, and no entry stands in it twice."""
    path = language.CATALOGUES / "zh.po"
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    assert (str(catalogue.locale), catalogue.charset, catalogue.num_plurals) == ("zh", "utf-8", 1)
    contexts = re.findall(r'^msgctxt "(.+)"$', path.read_text("utf-8"), re.M)
    assert len(contexts) == len(set(contexts)) == len(catalogue)


@every_definition
def test_a_chinese_definition_is_one_chinese_sentence(context):
    """It is Chinese, ends with its full stop, and has no other."""
    text = chinese(context)
    assert len(re.findall(CJK, text)) >= 5
    assert text.endswith("。") and text.count("。") == 1


@every_text
def test_chinese_follows_its_own_typography(context):
    """A space between Chinese and Latin or digits, none beside full-width marks, no half-width ones, no “您”."""
    text = chinese(context)
    assert not re.search(f"{CJK}[A-Za-z0-9`]|[A-Za-z0-9`]{CJK}", text), "a space is missing"
    assert not re.search(r"\s[，。：；（）“”、]|[，。：；（）“”、]\s", text), "a space too many"
    assert not re.search(f"{CJK}[,.:;()!?]|[,.:;()!?]{CJK}|[您你！]", text)


@every_text
def test_chinese_uses_the_terms_of_the_field(context):
    """Words that mean something else beside ours: users, sessions, deadlines, a discount that may be read reversed."""
    assert not re.search("用户|会话|截止|剔除|遗漏|折扣率|同比|环比|召回率|收入|司机|护照", chinese(context))


@every_definition
def test_numbers_and_names_of_options_are_the_same_in_both_languages(context):
    """What the English definition says in digits or in code, the Chinese says too."""
    for pattern in (r"\d(?:[\d,]*\d)?", r"`\w+`", r"\b[A-Z]\d\b"):
        english = set(re.findall(pattern, DEFINITIONS[context]))
        assert english <= set(re.findall(pattern, chinese(context)))


def test_definitions_that_differ_in_english_differ_in_chinese():
    """No two definitions share a Chinese sentence, unless they share the English one."""
    assert len({chinese(context) for context in DEFINITIONS}) == len(set(DEFINITIONS.values()))


@pytest.fixture
def catalogue(tmp_path):
    """A folder with a small catalogue: one entry, and one that its translator has not finished."""
    entries = (
        'msgid ""\nmsgstr "Language: zh\\n"\n\nmsgctxt "metric:a"\nmsgid "Apples sold."\nmsgstr "售出的苹果数。"\n'
    )
    unfinished = '\n#, fuzzy\nmsgctxt "metric:b"\nmsgid "Pears sold."\nmsgstr "售出的桃。"\n'
    (tmp_path / "zh.po").write_text(entries + unfinished, "utf-8")
    return tmp_path


def test_english_is_the_text_itself(catalogue):
    """No catalogue is asked for English."""
    assert translate("metric:a", "Apples sold.", "en", catalogue) == "Apples sold."


def test_a_text_is_translated_where_the_catalogue_has_it(catalogue):
    """The context names the entry."""
    assert translate("metric:a", "Apples sold.", "zh", catalogue) == "售出的苹果数。"


@pytest.mark.parametrize(
    ("context", "text"), [("metric:a", "Apples sold and kept."), ("metric:b", "Pears sold."), ("metric:c", "Plums.")]
)
def test_english_stands_where_there_is_no_current_translation(catalogue, context, text):
    """Of an edited docstring, of an unfinished entry, of none: never a sentence about something else."""
    assert translate(context, text, "zh", catalogue) == text


def test_what_lacks_a_translation_is_named(catalogue):
    """Stale, absent and unknown entries are told apart; an unfinished one is absent."""
    texts = {"metric:a": "Apples sold and kept.", "metric:b": "Pears sold."}
    assert translation_gaps(texts, "zh", catalogue) == language.Untranslated(("metric:b",), ("metric:a",), ())
    assert translation_gaps({}, "zh", catalogue).unknown == ("metric:a",)


def test_the_folder_of_catalogues_can_be_replaced(catalogue, monkeypatch):
    """`CATALOGUES` is read when a text is asked for, not when the module is imported."""
    monkeypatch.setattr(language, "CATALOGUES", catalogue)
    assert translate("metric:a", "Apples sold.", "zh") == "售出的苹果数。"


@pytest.mark.parametrize("write", [lambda: translate("metric:a", "", "fr"), lambda: format_compact(1e6, "fr")])
def test_an_unknown_language_is_refused(write):
    """It never passes for English."""
    with pytest.raises(ValueError, match="“fr” – known: en, zh"):
        write()


def test_importing_it_does_not_import_babel():
    """Whoever asks for no text, sign or date does not wait for Babel."""
    code = "import sys, customary.language as l; l.format_number(1.5); assert 'babel' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# --- numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "english", "chinese_text"),
    [
        (1234567.8, "1.2M", "123.5万"),
        (34512, "34.5k", "3.5万"),
        (9999.4, "9,999", "9,999"),
        (9999.6, "10k", "1万"),
        (999_960, "1M", "100万"),
        (950_000, "950k", "95万"),
        (99_999_999, "100M", "1亿"),
        (123_456_789, "123.5M", "1.2亿"),
        (2_500_000_000_000, "2,500B", "2.5万亿"),
        (-1_234_567.8, "−1.2M", "−123.5万"),
        (1234.5, "1,235", "1,235"),
        (12.5, "12.5", "12.5"),
        (7, "7", "7"),
        (0, "0", "0"),
        (None, "–", "–"),
    ],
)
def test_short_numbers(value, english, chinese_text):
    """From 10,000 on k, M and B, 万, 亿 and 万亿, with one decimal where it says something; rounding may climb."""
    assert format_compact(value, "en") == english
    assert format_compact(value, "zh") == chinese_text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234567.891, "1,234,567.89"), (1280, "1,280"), (2.50, "2.5"), (-320, "−320"), (0, "0"), (None, "–")],
)
def test_numbers_in_full(value, text):
    """Groups of three, at most two decimals, no trailing zero, a real minus; alike in both languages."""
    assert format_number(value, "en") == format_number(value, "zh") == text


def test_a_column_may_keep_its_decimals():
    """Where figures stand beneath each other, all of them have as many."""
    assert [format_number(value, most=2, least=2) for value in (2, 2.5, 2.345)] == ["2.00", "2.50", "2.35"]


@pytest.mark.parametrize(("value", "text"), [(0.125, "0.13"), (-0.125, "−0.13"), (1.005, "1.01"), (-0.004, "0")])
def test_halves_are_rounded_away_from_zero(value, text):
    """As a spreadsheet does; what rounds to nothing has no minus."""
    assert format_number(value) == text


@pytest.mark.parametrize("nothing", [None, math.nan, np.float64("nan"), Decimal("NaN"), pd.NA, pd.NaT])
def test_nothing_is_a_dash(nothing):
    """Never 0, whoever says that there is nothing."""
    money, percent = format_money(nothing, "GBP", "zh"), format_percent(nothing)
    assert {format_number(nothing), format_compact(nothing, "zh"), money, percent, format_days(nothing)} == {"–"}


@pytest.mark.parametrize("value", [7, 7.0, Decimal("7.0000"), np.int64(7), np.float64(7), np.float32(7)])
def test_a_number_is_a_number_whoever_holds_it(value):
    """Python's, a database's and NumPy's."""
    assert format_number(value) == "7"


def test_a_number_without_end_is_said_as_one():
    """A ratio to nothing does not break a table."""
    assert (format_number(math.inf), format_compact(-math.inf, "zh", "CNY")) == ("∞", "−¥∞")


@pytest.mark.parametrize("code", ["en", "zh"])
def test_full_numbers_are_as_babel_writes_them(code):
    """Our marks of groups and decimals are those of the locale."""
    for value in (Decimal("0.5"), Decimal("1234.25"), Decimal("1234567"), Decimal("98765432.1")):
        assert format_number(value, code) == format_decimal(value, "#,##0.##", Locale.parse(code))


@pytest.mark.parametrize(
    ("value", "text"), [(0.341, "34.1%"), (0.34, "34%"), (1, "100%"), (0, "0%"), (-0.0125, "−1.3%"), (3.4, "340%")]
)
def test_percent(value, text):
    """Without a space in both languages, and without “.0”."""
    assert format_percent(value, "en") == format_percent(value, "zh") == text


@pytest.mark.parametrize(
    ("write", "english", "chinese_text"),
    [
        (lambda code: format_points(-0.012, code), "−1.2 points", "−1.2 个百分点"),
        (lambda code: format_days(12.34, code), "12.3 days", "12.3 天"),
        (lambda code: format_days(1.04, code), "1 day", "1 天"),
        (lambda code: format_duration(125.4, code), "2 min 05 s", "2 分 05 秒"),
        (lambda code: format_duration(45, code), "45 s", "45 秒"),
        (lambda code: format_duration(119.6, code), "2 min 00 s", "2 分 00 秒"),
    ],
)
def test_numbers_with_a_word(write, english, chinese_text):
    """A space stands between the number and its word in both languages."""
    assert (write("en"), write("zh")) == (english, chinese_text)


# --- money ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (1280, "GBP", "£1,280"),
        (1280.5, "GBP", "£1,280.50"),
        (1280.5, "EUR", "€1,280.50"),
        (-320, "CNY", "−¥320"),
        (1280.5, "JPY", "JP¥1,281"),
        (1280, "CHF", "CHF 1,280"),
        (1234567.8, "CNY", "¥1,234,567.80"),
        (0, "GBP", "£0"),
        (1280, "", "1,280"),
        (None, "GBP", "–"),
    ],
)
def test_money_in_full(value, currency, text):
    """Whole, or with the decimals of its currency; the minus before the sign; alike in both languages."""
    assert format_money(value, currency, "en") == format_money(value, currency, "zh") == text


@pytest.mark.parametrize(
    ("value", "currency", "english", "chinese_text"),
    [
        (1234567.8, "GBP", "£1.2M", "£123.5万"),
        (1234567.8, "CNY", "¥1.2M", "¥123.5万"),
        (123_456_789, "JPY", "JP¥123.5M", "JP¥1.2亿"),
        (-34512, "EUR", "−€34.5k", "−€3.5万"),
        (49.99, "GBP", "£49.99", "£49.99"),
        (49.5, "CNY", "¥49.50", "¥49.50"),
        (1280.5, "CNY", "¥1,281", "¥1,281"),
    ],
)
def test_short_money(value, currency, english, chinese_text):
    """A short number with a sign; below a thousand the pence count."""
    assert format_compact(value, "en", currency) == english
    assert format_compact(value, "zh", currency) == chinese_text


def test_yuan_and_yen_bear_two_signs():
    """Both are written ¥ at home; here one sign is one currency."""
    assert [currency_sign(code, "zh") for code in ("CNY", "JPY", "GBP", "EUR")] == ["¥", "JP¥", "£", "€"]
    assert currency_sign("CNY", "en") != currency_sign("JPY", "en")


# --- dates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "english", "chinese_text"),
    [
        (format_date, "1 November 2025", "2025年11月1日"),
        (format_month, "November 2025", "2025年11月"),
        (format_quarter, "Q4 2025", "2025年第四季度"),
    ],
)
def test_dates(write, english, chinese_text):
    """A day, a month and a quarter as a sentence has them, be they a date, an instant or pandas' own."""
    for day in (dt.date(2025, 11, 1), dt.datetime(2025, 11, 1, 23, 30), pd.Timestamp("2025-11-01")):
        assert (write(day, "en"), write(day, "zh")) == (english, chinese_text)
    assert {write(None, "zh"), write(pd.NaT, "en")} == {"–"}


def test_tables_and_windows_have_iso_dates():
    """Alike in both languages."""
    assert (format_iso_date(dt.date(2025, 11, 1)), format_iso_date(None)) == ("2025-11-01", "–")


def test_weekdays_begin_with_monday():
    """0 is Monday, as in every column called weekday."""
    assert [format_weekday(day) for day in (0, 6)] == ["Monday", "Sunday"]
    assert [format_weekday(day, "zh") for day in (0, 6)] == ["星期一", "星期日"]
