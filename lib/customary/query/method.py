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
    """One line of the method: what it asks for, and the references that meet it (none while it is open)."""

    id: str
    section: str
    kind: str
    english: str
    chinese: str
    chapter: str
    note: str
    met_by: str

    @property
    def references(self) -> tuple[str, ...]:
        """What meets it, such as `metric:net_revenue` or `page:06_orders#finding_time`."""
        return tuple(self.met_by.split())


@dataclass(frozen=True)
class Coverage:
    """One chapter of the method: how many lines it has and how many are met."""

    chapter: str
    title: str
    zh: str
    lines: int
    met: int
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
        met = sum(1 for line in here if line.met_by)
        yield Coverage(key, title, zh, len(here), met, met / len(here) if here else 0.0)
