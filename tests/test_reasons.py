"""What is kept in English in a snapshot is told in the reader's language, with what stands in it."""

import re
import string

import pytest
from every import ROOT

from customary import standard
from customary.intake.load import SLOW_JOIN
from customary.intake.remarks import RULES
from customary.intake.staged import Clock, Staged, _faults, emptying
from customary.publish.acceptance import problems_text
from customary.reasons import SET_ASIDE, TEMPLATES, reason_text, retell
from customary.wording import say, wording

CJK = re.compile("[\u4e00-\u9fff]")
SAMPLES = {"column": "order_id", "day": "2042-01-01", "on": "2042-01-01", "n": "17", "days": "12 days"}
SAMPLES |= {"horizon": "90 days", "kind": "a number", "file": "a.csv", "total": "9", "table": "orders"}


@pytest.mark.parametrize(
    ("kept", "chinese"),
    [
        ("ordered_at is 2042-01-01, 17 years after all others", "ordered_at 为 2042-01-01，比其他所有值晚 17 年"),
        ("ordered_at is 2025-06-01, 45 days after all others", "ordered_at 为 2025-06-01，比其他所有值晚 45 天"),
        ("unit_price is not a number", "unit_price 不是有效的数字"),
        ("repeated order_id, product_id", "order_id, product_id 重复"),
        ("7 fields where the header has 9", "有 7 列，表头为 9 列"),
        ("quarantined: order_id is missing", "隔离：order_id 缺失"),
        ("no sale: payout", "不是销售：payout"),
        ("+ 1 day since the only purchase", "+ 距唯一一次购买 1 天"),
        ("− spent £20 so far", "− 至今消费 £20"),
        ("the shop's own reason", "the shop's own reason"),
    ],
)
def test_a_kept_sentence_is_known_again(kept, chinese):
    """Numbers, days and columns stand as they are, words of ours do not; in English it stands as it was kept."""
    assert reason_text(kept, "zh") == chinese
    assert reason_text(kept, "en") == kept.replace("_", " ")


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_template_is_known_again_as_itself(template):
    """No template before it takes its sentence for its own, and each has its Chinese."""
    names = [name for _text, name, _form, _turn in string.Formatter().parse(template) if name]
    kept = template.format(**{name: SAMPLES.get(name, "5") for name in names})
    assert wording(template, "zh") != template
    assert retell(kept, TEMPLATES, "en") == kept
    spoken = {"days": "12 天", "horizon": "90 天", "kind": "数字", "table": "订单"}
    assert reason_text(kept, "zh") == say(template, "zh", **{n: spoken.get(n, SAMPLES.get(n, "5")) for n in names})


def _staged_reasons():
    """Whatever the staging of a table of text can say of its records and of their values."""
    for name, table in standard.declared_tables().items():
        staged = Staged(name, table, Clock("UTC", "UTC"), {column.name: "VARCHAR" for column in table.columns})
        yield from (branch.rpartition(" then '")[2].removesuffix("'") for branch in _faults(staged))
        yield from (reason for _column, _condition, reason in emptying(staged))


def _query_reasons():
    """The reasons that the SELECTs of shipped sources write: quoted after `then`, in a case that ends as a reason."""
    for path in (ROOT / "queries").rglob("*.sql"):
        for case in re.findall(
            r"\bcase\b((?:(?!\bcase\b).)*?)end\s+as (?:excluded|rejected)_because", path.read_text("utf-8"), re.S
        ):
            for text in re.findall(r"then '([^']+)'( \|\| )?", case):
                yield text[0] + ("payout" if text[1] else "")


def test_every_reason_that_a_build_writes_has_chinese():
    """Of the standard's columns, of the shipped SELECTs, and of what is kept though it is odd."""
    reasons = {*_staged_reasons(), *_query_reasons(), *(rule.reason for rule in RULES), SLOW_JOIN}
    assert len(reasons) > 100
    assert {reason for reason in reasons if not CJK.search(reason_text(reason, "zh"))} == set()


def test_problems_of_a_build_are_told():
    """What is accepted is kept in English, and each reader is told of it in words."""
    kept = ["orders loses 12 of 100 records", "sales until 2025-01-31 move from 1,000 to 1,500 (+50.0%)"]
    assert problems_text(kept) == "; ".join(kept)
    assert reason_text(kept[0], "zh") == "订单的 100 条记录中丢失 12 条"


def test_reasons_are_sentences_of_ours_only():
    """A value of a column that merely reads alike stands as it is: a name begins small and has no blank."""
    assert reason_text("the zip of the coat is missing", "zh") == "the zip of the coat is missing"
    assert len(set(SET_ASIDE)) == len(SET_ASIDE)
