"""Texts that studies and frames write into columns themselves are words of ours: each has its Chinese."""

import ast
import re
from importlib import import_module

import pytest
from every import ROOT

from customary.reasons import reason_text

LIB = ROOT / "lib" / "customary"
FILES = sorted(
    [*(LIB / "studies").rglob("*.py"), *(LIB / "frames").rglob("*.py"), LIB / "segments.py", LIB / "portraits.py"]
)
CJK = re.compile("[\u4e00-\u9fff]")
# Parts of keys, of which a reader sees the key alone, and codes that are alike in both languages.
KEYS = {"answer ", "customer ", "visitor ", "purchase ", "order ", "ticket ", "response "}


def texts_of(value, module):
    """The texts that an expression is: a literal, or a constant of the module or of one that it imports from."""
    found = None
    if isinstance(value, ast.Constant):
        found = value.value
    elif isinstance(value, ast.Name):
        found = getattr(module, value.id, None)
    elif (
        isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name) and isinstance(value.slice, ast.Constant)
    ):
        known = getattr(module, value.value.id, ())
        found = known[value.slice.value] if isinstance(known, tuple | dict) and known else None
    return [found] if isinstance(found, str) else []


def texts_of_all(cases, module):
    """The texts of a constant from which cases are made one by one: *((age < top, name) for top, name in AGES)."""
    made = cases.value
    known = (
        getattr(module, getattr(made.generators[0].iter, "id", ""), ()) if isinstance(made, ast.GeneratorExp) else ()
    )
    return [text for row in known if isinstance(row, tuple) for text in row if isinstance(text, str)]


def labels_in(path):
    """What the file writes into columns: literals, what stands for nothing, and the outcomes of cases."""
    name = ".".join(path.relative_to(LIB.parent).with_suffix("").parts)
    module = import_module(name.removesuffix(".__init__"))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        values = node.args[:1] if called in ("literal", "fill_null") else node.args if called == "ifelse" else []
        if called == "cases":
            values = [pair.elts[1] for pair in node.args if isinstance(pair, ast.Tuple) and len(pair.elts) == 2]
            values += [key.value for key in node.keywords if key.arg == "else_"]
            yield from (
                text for each in node.args if isinstance(each, ast.Starred) for text in texts_of_all(each, module)
            )
        for value in values:
            yield from texts_of(value, module)


def is_shown(text):
    """Whether it has a word in it and stands alone: a code, a mark and a part of a key do not."""
    return bool(re.search("[a-z]{2}", text)) and text not in KEYS


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIB)))
def test_what_a_study_writes_into_a_column_has_chinese(path):
    """A reader of Chinese meets no English label in a table or on a chart, whatever the shop has."""
    english = {text for text in labels_in(path) if is_shown(text) and not CJK.search(reason_text(text, "zh"))}
    assert english == set()


def test_the_law_sees_labels():
    """The ends of visits, what nobody knows, and outcomes of cases are among what it finds."""
    found = {text for path in FILES for text in labels_in(path)}
    assert {"(visit ends)", "unknown", "not clear", "left out"} <= found
    assert len({text for text in found if is_shown(text)}) > 80
