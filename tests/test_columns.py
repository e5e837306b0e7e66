"""Declared columns: every column of every frame and every answer means something, said once."""

import pytest
from given import sold

from customary import columns, declare
from customary.declare import METRICS, STUDIES
from customary.errors import Refused, UnknownName
from customary.query.measure import measure
from customary.query.selection import column_names
from customary.query.study import study
from customary.shop import BOOKS
from customary.units import UNITS

KINDS = {"flag": "boolean", "date": "date", "month": "date", "quarter": "date", "year": "date", "instant": "timestamp"}


def kind_fits(column, kind):
    """Whether a unit can be that of a column of this type."""
    if column.unit.name in KINDS:
        return getattr(kind, f"is_{KINDS[column.unit.name]}")() or kind.is_timestamp() or kind.is_null()
    if column.unit.is_number:
        return kind.is_numeric() or kind.is_null()
    return True


@pytest.mark.parametrize("which", STUDIES)
def test_every_column_of_a_study_is_declared(worked_shop, which):
    """Unit, English and 中文 for each, and the unit fits what the engine answers."""
    answer = study(worked_shop, which)
    kinds = answer.table.schema()
    for column in answer.columns:
        assert column.en and column.zh, column.name
        assert kind_fits(column, kinds[column.name]), (column.name, column.unit.name, kinds[column.name])


def test_every_column_of_a_frame_is_declared(worked_shop):
    """The stored frames, what they are split by, and the books of a build."""
    for frame in worked_shop.snapshot.rows:
        found = columns.columns_of(column_names(worked_shop, frame), frame)
        assert all(column.en and column.zh for column in found)
    for book in BOOKS:
        assert columns.columns_of(worked_shop.frame(book).columns, book)


@pytest.mark.parametrize("key", columns.all_columns())
def test_a_declaration_is_complete(key):
    """A known unit, names in both languages, no unit in the English name, and Chinese that is Chinese."""
    column = columns.all_columns()[key]
    assert column.unit.name in UNITS
    assert column.en[0].isupper() or not column.en[0].isalpha()
    assert "(%)" not in column.en and not column.en.endswith(".")
    assert any("一" <= letter <= "鿿" or letter.isupper() for letter in column.zh), key
    assert not column.meaning or column.meaning.endswith(".")


def test_one_name_is_never_text_here_and_a_number_there():
    """A column's name promises a kind: what is a number in one answer is no word in another."""
    kinds: dict[str, set[bool]] = {}
    for key, column in columns.all_columns().items():
        kinds.setdefault(key.rpartition(".")[2], set()).add(column.unit.is_number)
    assert not {name for name, found in kinds.items() if len(found) > 1} - KNOWN_DOUBLE


# A date when figures are asked by `every="day"`, and the number of the day, by which frames are cut fast.
# The step of a funnel is its number beside its label, as its contract has it; a bridge of revenue names its steps.
KNOWN_DOUBLE = {"day", "step"}


def test_a_meaning_in_both_languages(tmp_path):
    """From the catalogue, made for the ends of an interval, or said by a shop's own column; else as it is."""
    low, plain = columns.columns_of(["net_revenue", "low_net_revenue"])[1], columns.all_columns()["week"]
    assert (plain.meaning_in(), plain.meaning_in("zh")) == ("First day of the week.", "一周的第一天。")
    assert low.meaning_in() == "Lower end of the 95% confidence interval of: Net revenue."
    assert low.meaning_in("zh") == "净销售额的 95% 置信区间下限。"
    (tmp_path / "columns.toml").write_text(
        'level = { unit = "label", en = "Level", zh = "等级", meaning = "Of the club.", meaning_zh = "会员等级。" }\n'
        'code = { unit = "label", en = "Code", zh = "代码", meaning = "Of the campaign." }\n'
    )
    own = columns.read(tmp_path / "columns.toml")
    assert (own["level"].meaning_in("zh"), own["code"].meaning_in("zh")) == ("会员等级。", "Of the campaign.")
    with pytest.raises(UnknownName, match="context"):
        columns._column("x", {"unit": "label", "en": "X", "zh": "X", "context": "metric:net_revenue"}, "columns.toml")


def test_the_ends_of_an_interval_need_no_entry(worked_shop):
    """They are derived: unit of their parent, its name, and the level in words."""
    by_name = {column.name: column for column in study(worked_shop, "retention").columns}
    low = by_name["low_rate"]
    assert low.unit.name == "rate" and "lower end (95%)" in low.en
    assert by_name["retention_rate"].low == "low_rate" and by_name["retention_rate"].n == "customer_count"


def test_a_compared_value_is_the_metrics_own(worked_shop):
    """`<metric>_before` has the metric's unit and says that it is the window before."""
    answer = measure(worked_shop, "net_revenue", during=("2025-03-01", "2025-04-01"), compare="previous")
    before = answer.column("net_revenue_before")
    assert before.unit is METRICS["net_revenue"].unit and before.en.endswith("before")


def test_an_answer_with_an_undeclared_column_is_refused():
    """The mistake is named with what to do."""
    with pytest.raises(Refused, match="column strange of returns is declared nowhere"):
        columns.columns_of(["strange"], "returns")


def test_a_mistake_in_a_declaration_names_file_and_column(tmp_path):
    """An unknown unit, a missing name, a key that is nearly one of ours."""
    path = tmp_path / "mine.toml"
    for text, words in (
        ('a = { unit = "mony", en = "A", zh = "甲" }', "money"),
        ('a = { unit = "money", zh = "甲" }', "has no en"),
        ('a = { unit = "money", en = "A", zh = "甲", meening = "x" }', "meaning"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises((Refused, UnknownName), match=words):
            columns.read(path)


# --- a shop's own ---------------------------------------------------------------------------------

OWN_METRIC = '''
from customary import metric
from customary.units import COUNT

@metric(COUNT, zh="大额订单数", source="own", additive=True)
def big_order_count(orders):
    """Orders of 100 and more."""
    return (orders.net_amount >= 100).sum()
'''


@pytest.fixture
def own_shop(tiny_shop):
    """A shop of two orders, of 150 and of 50."""
    orders = [sold("1", "ann", "2025-01-01", 150), sold("2", "ben", "2025-01-02", 50)]
    return tiny_shop(orders=orders, as_of="2025-02-01")


def test_an_own_metric_is_found_for_its_shop(own_shop, worked_shop):
    """By name, like the shipped ones; another shop does not know it."""
    (own_shop.snapshot.folder / "metrics.py").write_text(OWN_METRIC, "utf-8")
    assert measure(own_shop, "big_order_count").first["big_order_count"] == 1
    assert measure(own_shop, "big_order_count").column("big_order_count").zh == "大额订单数"
    with pytest.raises(UnknownName):
        measure(worked_shop, "big_order_count")
    assert "big_order_count" not in METRICS


def test_an_edited_own_metric_answers_anew(own_shop):
    """The file is read again as soon as it changes."""
    path = own_shop.snapshot.folder / "metrics.py"
    path.write_text(OWN_METRIC, "utf-8")
    assert measure(own_shop, "big_order_count").first["big_order_count"] == 1
    path.write_text(OWN_METRIC.replace(">= 100", ">= 10"), "utf-8")
    assert measure(own_shop, "big_order_count").first["big_order_count"] == 2


def test_an_own_metric_never_overrides_a_shipped_one(own_shop):
    """It is refused by name, and the shipped one answers as ever."""
    text = OWN_METRIC.replace("big_order_count", "order_count")
    (own_shop.snapshot.folder / "metrics.py").write_text(text, "utf-8")
    assert "order_count bears a shipped name" in own_shop.snapshot.own.problem
    assert measure(own_shop, "order_count").first["order_count"] == 2


def test_own_code_that_fails_is_named_and_the_rest_works(own_shop):
    """A mistake in metrics.py is said in a sentence; every shipped figure stands."""
    (own_shop.snapshot.folder / "metrics.py").write_text("import nothing_of_that_name", "utf-8")
    assert "metrics.py is not used: ModuleNotFoundError" in own_shop.snapshot.own.problem
    assert measure(own_shop, "order_count").first["order_count"] == 2


def test_own_columns_may_not_bear_shipped_names(own_shop):
    """A column of one's own gets a name of its own."""
    path = own_shop.snapshot.folder / "columns.toml"
    path.write_text('channel = { unit = "label", en = "Channel", zh = "渠道" }', "utf-8")
    assert "channel is shipped" in own_shop.snapshot.own.problem
    path.write_text('loyalty_level = { unit = "label", en = "Loyalty level", zh = "会员等级" }', "utf-8")
    assert own_shop.snapshot.own.columns["loyalty_level"].zh == "会员等级" and not own_shop.snapshot.own.problem


# --- edits show at once ---------------------------------------------------------------------------


def test_an_edited_metric_answers_anew(worked_shop):
    """A definition that is put in the place of an earlier one answers at once, whoever still holds the earlier one."""
    earlier = METRICS["order_count"]
    before = measure(worked_shop, earlier).first["order_count"]

    def order_count(orders):
        """Orders, twice."""
        return orders.count() * 2

    try:
        declare.metric(earlier.unit, zh=earlier.zh, source=earlier.source, additive=True)(order_count)
        assert measure(worked_shop, earlier).first["order_count"] == 2 * before
    finally:
        declare.metric(earlier.unit, zh=earlier.zh, source=earlier.source, additive=True)(earlier.formula)
    assert measure(worked_shop, "order_count").first["order_count"] == before


@pytest.mark.parametrize("key", [key for key, column in columns.all_columns().items() if column.rests_on])
def test_what_a_column_gives_away_is_a_declared_count_of_people(key):
    """A name that nobody declares would protect nobody."""
    known = {column.name: column.people for column in columns.all_columns().values()}
    assert [known.get(name) for name in columns.all_columns()[key].rests_on] == ["part"] * len(
        columns.all_columns()[key].rests_on
    )
