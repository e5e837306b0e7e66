"""The house stands: imports only go down, and no room knows what it may not know."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIB = ROOT / "lib" / "customary"
MODULES = sorted(LIB.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))

# Floor of each room. Selection says which rows a question means and is asked by measure, half a floor above it;
# passport and study ask through measure, so they stand half a floor above that.
FLOORS = {
    "words": 0,
    "standard": 0,
    "results": 0.5,  # answers are remembered per rules in force, which the standard knows
    "shop": 1,
    "intake": 1,
    "quality": 1,
    "demo": 1,
    "method": 1,
    "almanac": 1,
    "frames": 2,
    "segments": 3,
    "metrics": 3,
    "studies": 3,
    "models": 3,
    "portraits": 3.2,  # a frame of everything known of a customer, labels included, so it stands above the segments
    "selection": 3.5,
    "measure": 4,
    "forecasts": 4,  # studies that fit a model: they ask the engine for its few numbers, and score in it
    "topics": 4,
    "checks": 4,
    "charts": 4,
    "passport": 4.5,
    "study": 4.5,
    "publish": 5,
    "rulebook": 5,
    "goals": 5,
    "page": 5,
    "serve": 6,
    "cli": 6,
    "__main__": 7,
    "__init__": 7,  # the public face sees everything, and nobody below looks back at it
}
# Siblings that may see each other, and why.
EXCEPTIONS = {
    ("page", "goals"): "a headline stands against its goal",
    ("studies", "segments"): "some studies are about the rules themselves: their holes, their change, the way up",
    ("page", "rulebook"): "an analyst edits the rules on a page",
    ("cli", "serve"): "one command starts the server",
}
IBIS_ONLY = ("frames", "segments", "metrics", "studies")


def room(path):
    """The room a module of the library belongs to."""
    return path.relative_to(LIB).parts[0].removesuffix(".py")


def imported(path):
    """The modules that a file imports anywhere, inside functions too; `from customary import x` is customary.x."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively: say customary.…"
            inner = node.module == "customary"
            yield from (f"customary.{name.name}" for name in node.names) if inner else [node.module]


def rooms_imported(path):
    """The rooms of the library that a file imports."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("customary.")}


def packages_imported(path):
    """The top-level packages that a file imports."""
    return {name.split(".")[0] for name in imported(path)}


def shown(path):
    return str(path.relative_to(ROOT))


every_module = pytest.mark.parametrize("path", MODULES, ids=shown)
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=shown)


@every_module
def test_every_module_has_a_floor(path):
    """A new room is given its floor here, on purpose."""
    assert room(path) in FLOORS


@every_module
def test_imports_only_go_down(path):
    """A room sees the floors below it and itself; never a sibling, never a floor above."""
    own = room(path)
    for other in rooms_imported(path) - {own}:
        below = FLOORS.get(other, 99) < FLOORS[own]
        assert below or (own, other) in EXCEPTIONS, f"{own} (floor {FLOORS[own]}) imports {other}"


@every_module
def test_nobody_looks_back_at_the_public_face(path):
    """`import customary` inside the library would be a circle; only the face itself names the whole."""
    assert "customary" not in set(imported(path))


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in IBIS_ONLY], ids=shown)
def test_meaning_knows_ibis_only(path):
    """Frames, segments, metrics and studies say what things mean: no engine, no pandas, no drawing, no files."""
    forbidden = {"duckdb", "pandas", "pyarrow", "altair", "marimo", "os", "pathlib", "time", "sqlite3"}
    assert not packages_imported(path) & forbidden


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in IBIS_ONLY], ids=shown)
def test_meaning_never_asks_the_engine(path):
    """An expression is handed up; only the shop executes it, and nothing here asks what day it is."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
        assert called not in {
            "execute",
            "to_pandas",
            "to_pyarrow",
            "today",
            "now",
            "utcnow",
            "sql",
            "raw_sql",
        }


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) == "models"], ids=shown)
def test_models_know_arrays_only(path):
    """A model is numpy and scipy: arrays in, a fit out."""
    assert not packages_imported(path) & {"ibis", "duckdb", "pandas", "altair", "marimo"}
    assert not rooms_imported(path) - {"models", "words"}


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) == "charts"], ids=shown)
def test_charts_know_no_ibis_and_no_shop(path):
    """A chart draws what it is given."""
    assert "ibis" not in packages_imported(path)
    assert not rooms_imported(path) - {"charts", "words", "standard"}


@every_module
def test_marimo_lives_in_page_and_serve(path):
    """Nothing below a page knows that there are notebooks."""
    if room(path) not in {"page", "serve", "cli"}:
        assert "marimo" not in packages_imported(path)


@every_module
def test_the_environment_is_read_in_the_shop(path):
    """`os.environ` is read by shop.py only, and by the floors that start processes."""
    if room(path) in {"shop", "serve", "cli"}:
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        assert not (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}), shown(path)


# --- notebooks -----------------------------------------------------------------------------------


@every_notebook
def test_a_notebook_knows_customary_and_marimo(path):
    """A chapter imports the library and marimo, never another chapter."""
    known = {"customary", "marimo", "ibis"}
    assert packages_imported(path) <= known


@every_notebook
def test_a_notebook_defines_nothing(path):
    """What deserves a name lives in the library: a chapter's only functions are its cells."""
    tree = ast.parse(path.read_text("utf-8"))
    cells = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    defined = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) and node not in cells
    ]
    assert not [node.name for node in defined]


@every_notebook
def test_a_notebook_restates_no_metric(path):
    """No SQL and no `group_by`: a chapter asks for metrics and studies by name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"group_by", "groupby", "sql", "aggregate", "agg"}, shown(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = " ".join(node.value.lower().split())
            assert not (text.startswith("select ") and " from " in text), shown(path)
