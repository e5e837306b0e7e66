"""What the code says to readers: every English sentence that it hands to the functions that translate, by its file."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORD = "word"
# Function → the places of its arguments that are sentences, and their names.
SENTENCES: Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "say": ((0,), ("template", "none")),
    "wording": ((0,), ()),
    "count_of": ((1, 2), ()),
    "question": ((2, 3), ("title", "passage", "serves")),
    "sentence": ((0,), ()),
    "finding": ((0, 1), ()),
    "action": ((0, 1), ("title", "text")),
    "missing": ((1,), ()),
    "notice": ((0, 1), ()),
    "figure": ((2, 3), ("title", "subtitle", "goal")),
    "Refused": ((0,), ()),
    "Undecided": ((0,), ()),
    "Outdated": ((0,), ()),
    "Stopped": ((0,), ()),
    "NotAccepted": ((0,), ()),
    "Unbalanced": ((0,), ()),
    "unknown_fact": ((0,), ()),
    "usage_error": ((0,), ()),
    "echo": ((0,), ()),
    "unknown_name": ((2,), ()),
}
PARAGRAPHS = ("exercise",)
WORDS: Mapping[str, int] = {"word": 0, "empty": 0, "missing": 0}
ENDINGS = ("_title", "_label")  # of keywords whose values are words on a chart


@dataclass
class Said:
    """The sentences of one file with the line of each, and the lines where a sentence is put together outside."""

    sentences: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    glued: list[int] = field(default_factory=list)


def files() -> list[Path]:
    """Whatever speaks to a reader: the library and the chapters."""
    return sorted([*(ROOT / "lib" / "customary").rglob("*.py"), *(ROOT / "notebooks").glob("*.py")])


def said_in(path: Path) -> Said:
    """What the code of one file hands to the functions that translate."""
    tree, found = ast.parse(path.read_text("utf-8")), Said()
    known = _assigned(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _read_call(node, known, found)
        if isinstance(node, ast.FunctionDef) and "charts" in path.parts:
            for name, default in _defaults(node):
                if name.endswith(ENDINGS):
                    _add(default, known, found)
    return found


def texts_in(path: Path) -> set[str]:
    """Every literal text of one file, and the paragraphs of each; whatever is said is among them."""
    tree = ast.parse(path.read_text("utf-8"))
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found | {" ".join(part.split()) for text in found for part in text.split("\n\n")}


def _assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """Name → what is assigned to it anywhere in the file."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _note(target, node.value, found)
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            _note(node.target, node.value, found)
        if isinstance(node, ast.For):
            _note(node.target, node.iter, found)
    return found


def _note(target: ast.expr, value: ast.expr, found: dict[str, list[ast.expr]]) -> None:
    if isinstance(target, ast.Name):
        found.setdefault(target.id, []).append(value)
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            _note(one, its, found)


def _defaults(node: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    given = node.args
    pairs = zip(reversed([*given.posonlyargs, *given.args]), reversed(given.defaults), strict=False)
    for arg, default in [*pairs, *zip(given.kwonlyargs, given.kw_defaults, strict=True)]:
        if default is not None:
            yield arg.arg, default


def _read_call(node: ast.Call, known: dict[str, list[ast.expr]], found: Said) -> None:
    is_method = isinstance(node.func, ast.Attribute)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    places, names = SENTENCES.get(name, ((), ()))
    if name == "say" and is_method:
        places = (0, 1)
    asked = [node.args[place] for place in places if place < len(node.args)]
    asked += [key.value for key in node.keywords if key.arg in names or _is_title(key.arg or "")]
    for value in asked:
        _add(value, known, found)
    if name in PARAGRAPHS:
        for text in _texts(node.args[0], known, found):
            for part in text.strip().split("\n\n"):
                found.sentences.setdefault(" ".join(part.split()), node.lineno)
    if name in WORDS and len(node.args) > WORDS[name]:
        for text in _texts(node.args[WORDS[name]], known, Said()):
            found.words.setdefault(text.replace("_", " "), node.lineno)


def _is_title(keyword: str) -> bool:
    return keyword.endswith(ENDINGS) and keyword != "app_title"


def _add(value: ast.expr, known: dict[str, list[ast.expr]], found: Said) -> None:
    for text in _texts(value, known, found):
        if any(letter.isalpha() for letter in text) or len(text) > 1:
            found.sentences.setdefault(text, value.lineno)


def _texts(value: ast.expr, known: dict[str, list[ast.expr]], found: Said, depth: int = 0) -> list[str]:
    """The literal texts that an expression may be; what is glued together is noted by its line."""
    if isinstance(value, ast.Constant):
        return [value.value] if isinstance(value.value, str) and value.value else []
    if isinstance(value, ast.JoinedStr) or (isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add)):
        found.glued.append(value.lineno)
        return []
    parts: list[ast.expr] = []
    if isinstance(value, ast.IfExp):
        parts = [value.body, value.orelse]
    elif isinstance(value, ast.BoolOp):
        parts = value.values
    elif isinstance(value, ast.Tuple | ast.List):
        parts = value.elts
    elif isinstance(value, ast.Dict):
        parts = value.values
    elif isinstance(value, ast.Subscript):
        parts = [value.value]
    elif isinstance(value, ast.Name) and depth < 3:
        parts = known.get(value.id, [])
    return [text for part in parts for text in _texts(part, known, found, depth + 1)]
