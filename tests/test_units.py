"""Units: what a value of each reads like, in a sentence and in a table, in both languages."""

import datetime as dt
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from customary.query.measure import measure
from customary.units import (
    COUNT,
    DAYS,
    FLAG,
    HOURS,
    KEY,
    LABEL,
    LIST,
    MONEY,
    MONTH,
    POINTS,
    QUARTER,
    RATE,
    SCORE,
    SECONDS,
    UNITS,
    WEEKDAY,
    YEAR,
    is_nothing,
)

DAY = dt.date(2025, 11, 1)
NOTHINGS = [None, math.nan, Decimal("nan"), pd.NA, pd.NaT]
NOTHINGS += [np.float64("nan"), np.float32("nan"), np.array(math.nan)]
NOTHINGS += [np.datetime64("NaT", "D"), np.timedelta64("NaT", "D")]
SOMETHINGS = [0, 0.0, False, "", "NaN", [], [math.nan], np.float64(0), np.array(0.0), np.array([math.nan]), Decimal(0)]


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (1_234_567, MONEY, "£1.23M", "£123.5万"),
        (-34_512, MONEY, "−£34.5k", "−£3.5万"),
        (999_960, MONEY, "£1M", "£100万"),
        (999_499, MONEY, "£999k", "£99.9万"),
        (999_999_999, COUNT, "1B", "10亿"),
        (1.2e12, MONEY, "£1,200B", "£1.2万亿"),
        (-math.inf, MONEY, "−£∞", "−£∞"),
        (1_280.5, MONEY, "£1,281", "£1,281"),
        (49.9, MONEY, "£49.90", "£49.90"),
        (123_456, COUNT, "123,456", "123,456"),
        (0.341, RATE, "34.1%", "34.1%"),
        (0.34, RATE, "34.0%", "34.0%"),
        (-0.012, POINTS, "−1.2 points", "−1.2 个百分点"),
        (12.34, DAYS, "12.3 days", "12.3 天"),
        (79.0, HOURS, "79 hours", "79 小时"),
        (7.55, HOURS, "7.6 hours", "7.6 小时"),
        (125, SECONDS, "2 min 05 s", "2 分 05 秒"),
        (0, WEEKDAY, "Monday", "星期一"),
        (True, FLAG, "yes", "是"),
        (DAY, MONTH, "November 2025", "2025年11月"),
        (DAY, QUARTER, "Q4 2025", "2025年第四季度"),
        (DAY, YEAR, "2025", "2025年"),
    ],
)
def test_a_value_in_a_sentence(value, unit, english, chinese):
    """With its unit; percent without a space in both languages."""
    assert (unit.text(value, "GBP"), unit.text(value, "GBP", "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1_234_567.891, MONEY, "1,234,567.89"),
        (-0.001, MONEY, "0.00"),
        (0.125, MONEY, "0.13"),
        (0.341, RATE, "34.1"),
        (1, RATE, "100.0"),
        (-3, SCORE, "−3"),
        (12, DAYS, "12"),
        (12.04, DAYS, "12.0"),
        (math.inf, MONEY, "∞"),
        (-math.inf, RATE, "−∞"),
    ],
)
def test_a_value_in_a_table(value, unit, text):
    """In full and without its unit, which stands in the heading; halves round as in a spreadsheet, minus is a minus."""
    assert unit.cell(value) == unit.cell(value, "zh") == text


@pytest.mark.parametrize("unit", UNITS.values(), ids=lambda unit: unit.name)
@pytest.mark.parametrize("nothing", NOTHINGS, ids=repr)
def test_nothing_is_a_dash(unit, nothing):
    """Never 0 and never "nan", whoever says that there is nothing."""
    assert unit.text(nothing, "GBP") == unit.cell(nothing) == unit.text(nothing, "GBP", "zh") == "–"


@pytest.mark.parametrize(
    "value", [0, 0.0, False, "", "NaN", [], [math.nan], np.float64(0), np.array(0.0), Decimal(0)], ids=repr
)
def test_what_is_there_is_no_dash(value):
    """Zero, no, an empty text and a list are something."""
    assert not is_nothing(value)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (np.array(["mug", "lamp"]), LIST, "mug, lamp"),
        (12.0, KEY, "12"),
        (np.float64(12), LABEL, "12"),
        (np.bool_(True), FLAG, "yes"),
        (pd.Timestamp("2025-11-01"), MONTH, "November 2025"),
    ],
)
def test_what_pandas_made_of_a_value_reads_the_same(value, unit, text):
    """A list is an array there, and a whole number beside a missing one is a float."""
    assert unit.cell(value) == unit.text(value) == text


def test_an_answer_speaks_both_languages(worked_shop):
    """Headings and texts; English where nothing is said."""
    answer = measure(worked_shop, "order_count", "net_revenue", by="country", every="month")
    assert list(answer.titles("zh").values())[-2:] == ["订单数", "净销售额 (¥)"]
    rows = answer.cells(0, "zh")
    assert rows != answer.cells(0) == answer.cells(0, "en")
    assert "2025年1月" in {text for row in rows for text in row} and "未知" in {text for row in rows for text in row}
    assert answer.text("net_revenue", 1_234_567, "zh") == "¥123.5万"
