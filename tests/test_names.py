"""Names of functions and classes: a verb or a noun says what it does or gives; one class bears one name."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "lib" / "customary").rglob("*.py"))

# Past participles that do not end in -ed. Those that are the verb itself or a noun as well are none: cut, read, put,
# set, split, cast, spread; a bound (of a range) and a hit stay nouns.
_IRREGULAR = """
    begun bent bitten blown born borne bought bred broken brought built burnt came caught chosen crept dealt done drawn
    driven eaten fallen fed felt flown forgotten fought frozen given gone grown heard held hidden hung kept known laid
    lain led left lent lit lost made meant met paid proven ridden risen rung said sat seen sent sewn shaken shone shorn
    shown shrunk slain slept sold sought spelt spent spoilt spoken spun stolen stood struck stuck sung sunk swept sworn
    taken taught thought thrown told torn unbroken understood unheard unknown unseen unspoken untold won worn woven
    written
"""
IRREGULAR = frozenset(_IRREGULAR.split())
NO_PARTICIPLES = frozenset({"bed", "embed", "feed", "hundred", "need", "red", "seed", "shed", "speed", "weed"})
# Behind these a participle stays a participle: they name no thing, only where, when or how.
_PREPOSITIONS = """
    about again alike alone apart as aside at away back before below beside blind by down for from here in into now of
    off on once out over so then there to together under up with within without
"""
PREPOSITIONS = frozenset(_PREPOSITIONS.split())
EXCEPTIONS: dict[str, str] = {}  # name → why it may be one


def words(name):
    """The words of a name: snake_case and CamelCase alike."""
    return [word for word in re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_") if word]


def is_participle(word):
    """Whether a word is a past participle by itself."""
    return word in IRREGULAR or (word.endswith("ed") and word not in NO_PARTICIPLES)


def is_bare(name):
    """Whether a name is a participle, alone or only with prepositions: `told`, `_counted`, `asked_of`."""
    first, *rest = words(name) or [""]
    return is_participle(first) and all(word in PREPOSITIONS for word in rest)


def definitions(kinds):
    """Name → the places that define it, methods and inner functions included."""
    found = defaultdict(list)
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, kinds):
                found[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


@pytest.mark.parametrize(
    "name", ["told", "_counted", "asked_of", "left_out", "unheard", "unwindowed", "_brought_back", "proved_blind"]
)
def test_a_bare_participle_is_noticed(name):
    """A participle is one with an underscore before it, a prefix, or a preposition behind it."""
    assert is_bare(name)


@pytest.mark.parametrize("name", ["stacked_bars", "clustered_ratio", "read", "cut", "set", "need", "expected_spend"])
def test_a_verb_or_a_noun_is_not_mistaken_for_one(name):
    """A participle before a noun names a thing, and some verbs look like one."""
    assert not is_bare(name)


def test_no_function_bears_a_bare_participle():
    """Functions and methods are verbs or nouns; a colleague need not look up what `told` gives."""
    functions = definitions((ast.FunctionDef, ast.AsyncFunctionDef))
    assert {name: places for name, places in functions.items() if is_bare(name) and name not in EXCEPTIONS} == {}


def test_no_two_classes_share_a_name():
    """Who reads a class's name in an error or in a signature knows which one is meant."""
    assert {name: places for name, places in definitions(ast.ClassDef).items() if len(places) > 1} == {}
