"""The house stands: imports only go down, and no room knows what it may not know."""

import ast

from every import ROOT, every, shown

LIB = ROOT / "lib" / "customary"
MODULES = sorted(LIB.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))

# Floor of each room. A floor's own order, where one room serves another on it, stands behind the point.
FLOORS = {
    "language": 0,
    "wording": 0.01,
    "errors": 0.02,  # what it refuses is said in the reader's language
    "reasons": 0.03,  # what a snapshot keeps in English, told in the reader's language
    "notes": 0,
    "units": 0.05,
    "dates": 0.1,
    "lazy": 0,
    "registry": 0,
    "places": 0.1,
    "regions": 0.2,
    "cache": 0.1,
    "standard": 0.2,
    "definitions": 0.1,
    "source": 0.3,
    "declare": 0.2,
    "renamed": 0.1,
    "columns": 0.3,
    "cell_texts": 0.35,
    "frame_columns": 0.4,
    "compiler": 0.05,
    "dialects": 0.1,
    "engine": 1,
    "own": 1.5,  # a shop holds what it declared for itself
    "shown": 0,
    "fingerprints": 1.6,
    "patience": 1,
    "sight": 1.6,  # a shop shows its frames as its viewer sees them
    "shop": 2,
    "shapes": 2,
    "engines": 2.2,  # a shop over tables that live elsewhere is a shop
    "rules": 1.9,  # a shop holds its rules, so they stand just below it
    "intake": 2,
    "demo": 2,
    "stats": 2.5,  # a customer's rhythm is a quantile of survival, so frames stand on the statistics
    "models": 3,
    "frames": 3,
    "segments": 4,
    "metrics": 4,
    "portraits": 4.5,  # a frame of everything known of a customer, labels included, so it stands above the segments
    "studies": 5,
    "query": 6,
    "charts": 7,
    "publish": 8,
    "page": 8,
    "campaigns": 8.5,  # lists are joined with the contacts that a publication keeps
    "serve": 9,
    "cli": 10,
    "__main__": 11,
    "__init__": 11,  # the public face sees everything, and nobody below looks back at it
}
# Siblings that may see each other, and why.
EXCEPTIONS: dict[tuple[str, str], str] = {("page", "publish"): "an analyst's page takes in files and builds a shop"}
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


every_module, every_notebook = every(MODULES), every(NOTEBOOKS)


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


@every([p for p in MODULES if p.parent.parent.name == "studies"])
def test_a_subject_knows_no_other_subject(path):
    """A folder of studies sees itself and what all share."""
    subjects = {name.split(".")[2] for name in imported(path) if name.startswith("customary.studies.")}
    assert subjects <= {path.parent.name, "shared"}


@every_module
def test_nobody_looks_back_at_the_public_face(path):
    """`import customary` inside the library would be a circle; only the face itself names the whole."""
    assert "customary" not in set(imported(path))


@every([p for p in MODULES if room(p) in IBIS_ONLY])
def test_meaning_knows_ibis_only(path):
    """Frames, segments, metrics and studies say what things mean: no engine, no pandas, no drawing, no files."""
    forbidden = {"duckdb", "pandas", "pyarrow", "altair", "marimo", "os", "pathlib", "time", "sqlite3"}
    assert not packages_imported(path) & forbidden


@every([p for p in MODULES if room(p) in IBIS_ONLY])
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


@every([p for p in MODULES if room(p) == "models"])
def test_models_know_arrays_only(path):
    """A model is numpy and scipy: arrays in, a fit out."""
    assert not packages_imported(path) & {"ibis", "duckdb", "pandas", "altair", "marimo"}
    assert not rooms_imported(path) - {"models", "errors"}


@every([p for p in MODULES if room(p) == "charts"])
def test_charts_know_no_ibis_and_no_shop(path):
    """A chart draws what it is given, and remembers what it drew."""
    assert "ibis" not in packages_imported(path)
    assert not rooms_imported(path) - {
        "cache",
        "charts",
        "units",
        "cell_texts",
        "columns",
        "frame_columns",
        "standard",
        "notes",
        "regions",
        "language",
        "wording",
    }


@every_module
def test_marimo_lives_in_page_and_serve(path):
    """Nothing below a page knows that there are notebooks."""
    if room(path) not in {"page", "serve", "cli"}:
        assert "marimo" not in packages_imported(path)


@every_module
def test_the_environment_is_read_in_two_rooms(path):
    """`os.environ` is read by places.py and shop.py only, and by the floors that start processes."""
    if room(path) in {"places", "shop", "serve", "cli"}:
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
