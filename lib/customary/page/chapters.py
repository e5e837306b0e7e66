"""What a page says about itself in its first comments, read without running it.

A page file `notebooks/NN_name.py` begins with

    # chapter: Goals
    # 中文: 目标
    # question: What are we trying to reach, and how far off are we?
    # goal: Grow net revenue per buyer
    # needs: orders, customers
    # figure: repeat_purchase_rate

`figure` is what the chapter shows of itself on the start page: a metric, or a column of a study's first row.
Only these comments are read: a page with a mistake in its code is still listed,
and listing pages never runs one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from customary.language import reader_language

_FILE = re.compile(r"\d\d_[a-z0-9_]+\.py\Z")
_LINE = re.compile(r"#\s*(chapter|中文|question|goal|needs|figure)\s*[:：]\s*(.*\S)\s*\Z")


@dataclass(frozen=True)
class Chapter:
    """One page: its file, its place in the address (`stem`) and what its header comments say."""

    path: Path
    stem: str
    title: str
    zh: str
    question: str
    goal: str
    needs: tuple[str, ...]
    figure: str = ""

    @property
    def name(self) -> str:
        """Its title in the reader's language."""
        return self.zh if self.zh and reader_language() == "zh" else self.title

    @property
    def number(self) -> str:
        """The two digits that order the chapters, as text: "05"."""
        return self.stem[:2]


def chapter(path: Path) -> Chapter:
    """The chapter in `path`. A field without its comment is empty; the title falls back on the file name."""
    said = _comments(path.read_text(encoding="utf-8").splitlines())
    return Chapter(
        path=path,
        stem=path.stem,
        title=said.get("chapter") or path.stem[3:].replace("_", " ").capitalize(),
        zh=said.get("中文", ""),
        question=said.get("question", ""),
        goal=said.get("goal", ""),
        needs=tuple(name.strip() for name in said.get("needs", "").split(",") if name.strip()),
        figure=said.get("figure", ""),
    )


def chapters(folder: Path) -> tuple[Chapter, ...]:
    """All chapters of a folder in their order; files not named NN_name.py are not pages."""
    return tuple(chapter(path) for path in sorted(folder.glob("*.py")) if _FILE.match(path.name))


def _comments(lines: Iterable[str]) -> dict[str, str]:
    """The `key: value` comments above the first line of code."""
    said: dict[str, str] = {}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            break
        if found := _LINE.match(line):
            said.setdefault(found[1], found[2])
    return said
