"""What `import customary` gives: the verb, the shop, the decorator and every metric, nothing else."""

import ast
import pydoc
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

import customary
from customary.declare import METRICS
from customary.shop import Shop


def test_the_public_names():
    """Exported names are a promise: a new one is added here on purpose, metrics come by themselves."""
    assert set(customary.__all__) == {"Shop", "fit", "measure", "metric", "open_shop", "passport", "study", *METRICS}


def test_every_public_name_exists():
    """What is promised is there, and nothing twice."""
    assert len(customary.__all__) == len(set(customary.__all__))
    assert all(hasattr(customary, name) for name in customary.__all__)


def test_a_metric_is_imported_by_its_own_name():
    """`from customary import net_revenue` is the metric of that name, in a process where no test registered its own."""
    code = "import customary; from customary.declare import METRICS\n"
    code += "print(len(METRICS), all(getattr(customary, name) is metric for name, metric in METRICS.items()))"
    known, same = _in_a_process(code)
    assert int(known) >= 70 and same == "True"


def test_the_face_is_short():
    """At most 25 lines: it says what there is and does nothing."""
    assert len(Path(customary.__file__).read_text("utf-8").splitlines()) <= 25


def _in_a_process(code):
    """Run code in a process of its own that finds this tree; its output, in words."""
    path = [str(Path(customary.__file__).parents[1]), *sys.path]
    code = f"import sys; sys.path[:0] = {path!r}\n{code}"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.split()


def test_the_version_is_told():
    """`customary.__version__` is the installed version: it is written down once, in pyproject.toml."""
    assert customary.__version__ == version("customary")


def test_names_are_listed_before_they_are_used():
    """`dir` and a star import know every public name in a process that has used none; dir knows the version too."""
    assert _in_a_process("import customary; print(*dir(customary))") == sorted(
        [*customary.__all__, "__all__", "__version__"]
    )
    starred = set(_in_a_process("from customary import *; print(*vars())"))
    assert starred >= set(customary.__all__)


def test_importing_the_face_imports_no_other_module():
    """What is not used is not imported: neither metrics nor the engine; a submodule can be had by name as well."""
    code = "import customary; print(*sorted(m for m in sys.modules if m.startswith('customary')))"
    assert _in_a_process(code) == ["customary", "customary.lazy"]
    code = "import customary; print(customary.units.MONEY.name, 'customary.metrics' in sys.modules)"
    assert _in_a_process(code) == ["money", "False"]


def test_an_unknown_name_is_an_attribute_error():
    """As of any module, so that `hasattr` works; nothing private is looked for in the metrics."""
    with pytest.raises(AttributeError, match="no attribute 'net_revenu'"):
        _ = customary.net_revenu
    assert not hasattr(customary, "_hidden")


def test_editors_see_the_same_names_as_users():
    """What type checkers read and what is imported at first use are one list."""
    tree = ast.parse(Path(customary.__file__).read_text("utf-8"))
    (branch,) = [node for node in tree.body if isinstance(node, ast.If)]
    imported = {name.asname for node in branch.body if isinstance(node, ast.ImportFrom) for name in node.names}
    assert imported - {None} == set(customary.__all__) - set(METRICS)


def test_another_engine_is_there_when_it_is_asked_for():
    """Compilers that were not imported with DuckDB's come when a dialect, one of them or all of them are named."""
    code = """
import ibis, customary.engine
missing = "ibis.backends.sql.compilers.mysql" not in sys.modules
import ibis.backends.sql.compilers as compilers
from ibis.backends.sql.compilers import *
one = ibis.to_sql(ibis.table({"a": "int"}, name="t").a.sum(), dialect="mysql")
print(missing, "`a`" in one, compilers.trino.compiler.dialect.__name__, BigQueryCompiler.__name__)
"""
    assert _in_a_process(code) == ["True", "True", "Trino", "BigQueryCompiler"]


def test_help_shows_what_a_metric_means():
    """`help(net_revenue)` says its definition and its Chinese name, not how metrics are built."""
    text = pydoc.plain(pydoc.render_doc(customary.net_revenue))
    assert customary.net_revenue.definition in " ".join(text.split())
    assert "净销售额" in text and "formula(" not in text


# --- lists that fill themselves ------------------------------------------------------------------


def test_a_missing_name_fills_the_list(tmp_path, monkeypatch):
    """What was put in is found at once; a name that is missing, or a look at all, imports the module that makes all."""
    (tmp_path / "shelf.py").write_text("from customary.registry import Registry\nSHELF = Registry('shelf_makers')\n")
    (tmp_path / "shelf_makers.py").write_text("from shelf import SHELF\nSHELF['late'] = 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    shelf = import_module("shelf").SHELF
    shelf["early"] = 1
    assert shelf["early"] == 1 and "shelf_makers" not in sys.modules
    assert "never" not in shelf and dict(shelf) == {"early": 1, "late": 2}


def test_a_shop_has_at_most_ten_public_names(worked_shop):
    """Thin: settings, frames and answers, no analytics."""
    public = {name for name in (*dir(Shop), *vars(worked_shop)) if not name.startswith("_")}
    settings = {"name", "as_of", "currency", "time_zone", "week_start", "audience", "snapshot"}
    assert public == settings | {"frame", "fetch", "rules"}


def test_importing_opens_nothing():
    """No shop, no file, no pandas is needed to import customary; a page opens its shop itself."""
    code = "from customary import *; print({'pandas', 'altair', 'marimo', 'scipy'} & set(sys.modules) or 'nothing')"
    assert _in_a_process(code) == ["nothing"]
