"""A question as a chapter of its own: the source of a notebook that asks it in so many words, ready to be changed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from customary.query.question import Question

FIRST, LAST = 50, 99  # the numbers of an analyst's own chapters: shipped ones stand before them
_TEMPLATE = """# chapter: {heading}
# question: {heading}
# goal: Figures that can be trusted
# needs: {frame}

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title={title})

with app.setup(hide_code=True):
    from customary import {verb}, open_shop, page
    from customary.page import explore

    shop = open_shop()


@app.cell(hide_code=True)
def question():
    page.question(shop, {stem}, {title})
    return


@app.cell
def ask():
    answer = {call}
    return (answer,)


@app.cell
def finding_answer(answer):
    page.figure(answer, explore.chart(answer, {kind}), {title})
    return


@app.cell(hide_code=True)
def definitions(answer):
    page.definitions(answer)
    return


if __name__ == "__main__":
    app.run()
"""


def chapter_text(question: Question, title: str, stem: str, kind: str = "auto") -> str:
    """The source of a notebook that asks a checked question: its verb, its names and values as they are written.

    Whatever the title or a value holds, it stands in the source as a text and is never run.
    """
    said = " ".join(title.split()) or question.names[0]
    return _TEMPLATE.format(
        heading=said,
        frame=question.frame or "orders",
        title=_python(said),
        stem=_python(stem),
        verb="study" if question.is_study else "measure",
        call=_call(question),
        kind=_python(kind),
    )


def _call(question: Question) -> str:
    arguments = ["shop", *map(_python, question.names), *_keywords(question)]
    lines = "".join(f"        {argument},\n" for argument in arguments)
    return f"{'study' if question.is_study else 'measure'}(\n{lines}    )"


def _keywords(question: Question) -> Iterator[str]:
    """What cuts and splits the question, as keywords; a study's options under their names in the code."""
    if question.by:
        yield f"by={_python(list(question.by))}"
    if question.every:
        yield f"every={_python(question.every)}"
    if question.during:
        yield f"during={_python([day.isoformat() for day in question.during])}"
    if question.where:
        yield f"where={_python({name: list(values) for name, values in question.where})}"
    for name, value in question.options.items():
        if value not in (None, ()):
            yield f"{_keyword(name)}={_python(_plain(value))}"


def _keyword(name: str) -> str:
    return f"{name}_" if name in ("as", "from", "return") else name


def _plain(value: object) -> object:
    """A value of an option as Python writes it: a list of texts, a number, a text."""
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return value if isinstance(value, bool | int | float) else str(value)


def _python(value: object) -> str:
    """A value as Python source, texts in double quotes as JSON writes them, which Python reads alike."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_python, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_python(key)}: {_python(one)}" for key, one in value.items()) + "}"
    return repr(value)


def free_stem(folder: Path, title: str) -> str:
    """The name of a new chapter in a folder: the first number from 50 on that is free, and the title's letters."""
    taken = {path.name[:2] for path in folder.glob("[0-9][0-9]_*.py")}
    number = next((n for n in range(FIRST, LAST + 1) if f"{n}" not in taken), LAST)
    letters = re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_")[:40] or "question"
    return f"{number}_{letters}"
