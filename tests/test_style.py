"""Sizes, names and the two checkers: what keeps the code readable is tested like everything else."""

import ast
import re
import subprocess
import sys
from functools import cache

import pytest
from every import ROOT, every, shown

MODULES = sorted((ROOT / "lib" / "customary").rglob("*.py"))
TESTS = sorted(set((ROOT / "tests").glob("test_*.py")) - {ROOT / "tests" / "test_demo.py"})  # its names are the facts
QUERIES = sorted((ROOT / "queries").rglob("*.sql"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
BANNED = re.compile(r"^(utils?|helpers?|.*_?manager|get_.*|calc_.*|df)$")


@cache
def tree(path):
    return ast.parse(path.read_text("utf-8"))


def functions(path):
    """Every function of a file with its length in lines, decorators and docstring included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            yield node, (node.end_lineno or first) - first + 1


every_module, every_notebook = every(MODULES), every(NOTEBOOKS)


@every_module
def test_a_module_fits_on_a_few_screens(path):
    """At most 300 lines."""
    assert len(path.read_text("utf-8").splitlines()) <= 300


@every_module
def test_a_function_fits_on_a_screen(path):
    """At most 40 lines of code; what a docstring needs beyond that is not counted against it."""
    long = {
        node.name: length - len((ast.get_docstring(node, clean=False) or "").splitlines())
        for node, length in functions(path)
    }
    assert {name: lines for name, lines in long.items() if lines > 40} == {}


@every(QUERIES)
def test_a_query_fits_on_a_screen(path):
    """At most 60 lines, and its header says source, grain and what was decided."""
    sql = path.read_text("utf-8")
    assert len(sql.splitlines()) <= 60
    assert re.search(r"^-- source:", sql, re.M) and re.search(r"^-- grain:", sql, re.M)


@every_notebook
def test_a_chapter_fits_its_size(path):
    """At most 300 lines, a cell at most 25; what grows beyond that is about to be two subjects."""
    assert len(path.read_text("utf-8").splitlines()) <= 300
    cells = {node.name: node.end_lineno - node.lineno for node, _ in functions(path) if node.decorator_list}
    assert {name: lines for name, lines in cells.items() if lines > 25} == {}


@every_module
def test_every_public_function_says_what_it_gives(path):
    """Modules, public classes and public functions have a docstring."""
    assert ast.get_docstring(tree(path)), f"{shown(path)} has no docstring"
    public = [
        node
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def _names(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


@every_module
def test_no_name_says_nothing(path):
    """No utils, helpers, managers, get_…, calc_… or df: a noun gives a value, a verb acts."""
    assert not BANNED.match(path.stem)
    assert [name for name in _names(path) if BANNED.match(name.lower())] == []


@every_module
def test_no_error_is_swallowed(path):
    """No bare `except`, and none that only passes."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{shown(path)}:{node.lineno}"
            assert not all(isinstance(line, ast.Pass) for line in node.body), f"{shown(path)}:{node.lineno}"


@every_module
def test_nothing_names_a_machine(path):
    """No absolute path of anybody's machine."""
    assert not re.search(r"[\"'](/home/|/Users/|/work/|/root/|/tmp/|[A-Z]:\\\\)", path.read_text("utf-8"))


@every(TESTS)
def test_every_test_states_its_law(path):
    """A test reads like a fact: its docstring is the fact."""
    silent = [node.name for node, _ in functions(path) if node.name.startswith("test_") and not ast.get_docstring(node)]
    assert silent == []


@every(TESTS)
def test_a_coroutine_has_a_thread_of_its_own(path):
    """A loop begun in a test's own thread meets the one that a browser keeps there, in whichever order they come."""
    begun = {"run", "get_event_loop", "new_event_loop", "run_until_complete"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in begun and isinstance(node.value, ast.Name):
            assert node.value.id not in {"asyncio", "anyio"}, f"{shown(path)}:{node.lineno}: tests/loops.py"


def _checker(*words):
    """Run a checker of this environment on the whole project."""
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if "No module named" in done.stderr:
        pytest.fail(f"{words[0]} is not installed: it belongs to the test environment")
    return done


def test_ruff_finds_nothing():
    """The linter is content."""
    done = _checker("ruff", "check", "--no-cache", "--output-format=concise", ".")
    assert done.returncode == 0, done.stdout


def test_ruff_would_change_nothing():
    """Every file is written the way the formatter writes it."""
    done = _checker("ruff", "format", "--no-cache", "--check", ".")
    assert done.returncode == 0, done.stdout


def test_mypy_finds_nothing():
    """The type checker is content, strictly."""
    done = _checker("mypy")
    assert done.returncode == 0, done.stdout
