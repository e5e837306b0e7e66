"""Every number that a chapter shows names the answer it was read from, so that its passport is at hand."""

import ast
import re
from pathlib import Path

import pytest

from customary.declare import METRICS, SEGMENTS, STUDIES

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
every_chapter = pytest.mark.parametrize("stem", [path.stem for path in sorted(NOTEBOOKS.glob("[0-9]*.py"))])

CODE = re.compile(r"\b([A-D]-?\d{1,3}|M\d{1,2})\b")
ASKS = {"study", "measure", "goals", "missed_goals"}  # what gives an answer
# Values that no answer gives: settings, when the snapshot was made, and how much of the method is covered.
SETTINGS = {"as_of", "built_at", "method_lines", "method_lines_met"}
# What a page shows words and numbers with, and which of its arguments are answers.
SHOWS = {"sentence": slice(1, None), "finding": slice(2, None), "figure": slice(0, 1), "action": slice(2, 3)}


def cells(stem):
    """The cells of a chapter."""
    module = ast.parse((NOTEBOOKS / f"{stem}.py").read_text("utf-8"))
    return [node for node in module.body if isinstance(node, ast.FunctionDef)]


def named(call, *names):
    """Whether a node is a call of one of these names, alone or of a module."""
    if not isinstance(call, ast.Call):
        return False
    return getattr(call.func, "id", getattr(call.func, "attr", "")) in names


def names_in(node):
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def targets_of(node):
    """Names that an assignment or a comprehension's loop gives a value, each with what it is given."""
    if isinstance(node, ast.comprehension):
        return [(node.target, node.iter)]
    targets, value = node.targets, node.value
    if isinstance(targets[0], ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(targets[0].elts, value.elts, strict=True))
    return [(targets[0], value)]


def answers_of(stem):
    """The names under which a chapter keeps answers, across its cells."""
    assignments = (node for cell in cells(stem) for node in ast.walk(cell) if isinstance(node, ast.Assign))
    pairs = [pair for node in assignments for pair in targets_of(node)]
    asked = [target for target, value in pairs if any(named(one, *ASKS) for one in ast.walk(value))]
    return {name for target in asked for name in names_in(target)}


def sources(cell, answers):
    """What each name of a cell was read from: the answers, by way of its own assignments and loops."""
    read = {name: {name} for name in answers}
    for node in ast.walk(cell):
        if isinstance(node, ast.Assign | ast.comprehension):
            for target, value in targets_of(node):
                found = set().union(*(read.get(name, set()) for name in names_in(value)))
                for name in names_in(target) - answers:
                    read[name] = read.get(name, set()) | found
    return read


def shows(cell):
    """The calls of a cell that put words or figures on the page: page.sentence, finding, figure, action."""
    return [node for node in ast.walk(cell) if named(node, *SHOWS) and ast.unparse(node.func).startswith("page.")]


def unnamed(cell, answers):
    """Per call the answers that it reads and does not name."""
    read = sources(cell, answers)
    for call in shows(cell):
        given = [*call.args[SHOWS[call.func.attr]], *(word.value for word in call.keywords if word.arg == "beside")]
        every = [*call.args, *(word.value for word in call.keywords)]
        told, passed = (
            set().union(*(read.get(n, set()) for a in args for n in names_in(a))) for args in (every, given)
        )
        if told - passed:
            yield cell.name, call.lineno, sorted(told - passed)


@every_chapter
def test_what_is_shown_names_every_answer_it_reads(stem):
    """A sentence, figure or list passes on each answer that its words, numbers and chart were read from."""
    answers = answers_of(stem)
    assert [missing for cell in cells(stem) for missing in unnamed(cell, answers)] == []


@every_chapter
def test_a_sentence_with_a_number_has_an_answer(stem):
    """A sentence with values names at least one answer, unless all of them are settings."""
    for cell in cells(stem):
        for call in shows(cell):
            values = {word.arg for word in call.keywords} - SETTINGS
            is_bare = call.func.attr in ("sentence", "finding") and not call.args[SHOWS[call.func.attr]]
            assert not (is_bare and values), f"{stem}.{cell.name}, line {call.lineno}: {sorted(values)} from no answer"


@every_chapter
def test_no_number_gets_past_these_parts(stem):
    """A chapter writes no prose by other means; notes and exercises are fixed text or name a setting."""
    for cell in cells(stem):
        for node in ast.walk(cell):
            assert not named(node, "md", "Html", "stat", "callout"), f"{stem}.{cell.name}, line {node.lineno}"
            if named(node, "exercise"):
                assert isinstance(node.args[0], ast.Constant)


def test_the_law_can_be_broken():
    """A sentence that reads an answer by way of a row and names another one is found."""
    code = "def finding(a, b):\n    _row = a.first\n    page.sentence('{x} of {y}', b, x=_row['n'], y=b.text('n'))\n"
    assert list(unnamed(ast.parse(code).body[0], {"a", "b"})) == [("finding", 3, ["a"])]


def test_no_definition_speaks_in_codes():
    """Readers see definitions: a code of the method's lines, such as A-065, belongs into `source`."""
    texts = {name: one.definition for kind in (METRICS, SEGMENTS, STUDIES) for name, one in kind.items()}
    assert {name: text for name, text in texts.items() if CODE.search(text)} == {}
