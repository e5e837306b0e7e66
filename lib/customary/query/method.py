"""The method's checklist: the 317 lines of its three source documents, and what here meets each of them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from customary.places import DATA

CHAPTERS = {
    "G": ("Goals", "分析目标"),
    "D": ("Data and integration", "数据整合"),
    "I": ("Identity and portrait", "客户画像"),
    "A": ("Attributes", "基础属性"),
    "B": ("Behaviour", "行为分析"),
    "T": ("Transactions", "交易分析"),
    "V": ("Value and loyalty", "价值与忠诚"),
    "L": ("Lifecycle and churn", "生命周期与流失"),
    "X": ("Activation", "运营行动"),
    "E": ("Experiments", "实验"),
    "R": ("Recommendation", "推荐"),
    "F": ("Feedback, service, product", "反馈与服务"),
    "W": ("Site experience", "站点体验"),
    "Q": ("Governance and privacy", "治理与隐私"),
    "P": ("Publishing and tools", "发布与工具"),
    "K": ("Teaching", "教学"),
}


@dataclass(frozen=True)
class Line:
    """One line of the method: what it asks for, what meets it here (nothing while it is open), and what is missing.

    A line that is met `partly` says what is missing and is not counted as met.
    """

    id: str
    section: str
    kind: str
    english: str
    chinese: str
    chapter: str
    note: str
    met_by: str
    partly: str = ""

    @property
    def is_met(self) -> bool:
        """Whether something here does all that the line asks for."""
        return bool(self.met_by) and not self.partly

    @property
    def references(self) -> tuple[str, ...]:
        """What meets it, such as `metric:net_revenue` or `page:06_orders#finding_time`."""
        return tuple(self.met_by.split())


@dataclass(frozen=True)
class Coverage:
    """One chapter of the method: how many lines it has, how many are met, and how many in part."""

    chapter: str
    title: str
    zh: str
    lines: int
    met: int
    partly: int
    met_rate: float


@cache
def lines() -> tuple[Line, ...]:
    """Every line of data/method/checklist.csv, in the order of the documents."""
    with (DATA / "method" / "checklist.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Line(**row) for row in csv.DictReader(file))


def coverage() -> Iterator[Coverage]:
    """Lines and lines met, chapter by chapter."""
    for key, (title, zh) in CHAPTERS.items():
        here = [line for line in lines() if line.chapter == key]
        met, partly = sum(line.is_met for line in here), sum(bool(line.partly) for line in here)
        yield Coverage(key, title, zh, len(here), met, partly, met / len(here) if here else 0.0)
