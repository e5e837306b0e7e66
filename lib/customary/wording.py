"""What a reader is told, in the reader's language: sentences with named places, and words of ours that are values.

The English sentence is written where it is said and is its own key; its Chinese stands in the gettext catalogues of
`data/language/zh/`, one for each room and each chapter. A sentence that nobody has translated is said in English.
"""

import re
import string
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, reduce
from pathlib import Path
from typing import Any

from customary import language as languages
from customary.language import known_language

_RULES = languages.CATALOGUES.parent  # whose labels bear a Chinese name of their own
_STARTS_LATIN, _ENDS_LATIN = re.compile(r"[A-Za-z0-9£$€¥−+]|--[a-z]"), re.compile(r"[A-Za-z0-9]\Z")
_LEFTWARD, _ISOLATED = re.compile(r"[\u0590-\u08ff]"), "\u2068{}\u2069"  # Hebrew, Arabic; a part that keeps to itself
_STARTS_CHINESE, _ENDS_CHINESE = re.compile(r"(?![年月日万亿])[\u4e00-\u9fff]"), re.compile(r"[\u4e00-\u9fff]\Z")
WORD = "word"  # the context of a value of ours, such as a lifecycle stage or "unknown"


class Finished(str):
    """A text that is ready to be read: whatever braces it has came with a value, and are no places to fill."""

    __slots__ = ()

    def _marimo_serialize_(self) -> str:
        return str(self)  # marimo would write it as an object without fields: the choice of a list would be empty


def say(template: str, language: str = "", **values: Any) -> Finished:
    """The sentence in the reader's language, its places filled by `str.format`: say("{n} of {total}", n=3, total=9).

    Values are texts that are ready to be read – `answer.text(...)`, `format_number(...)` – or plain counts: `{n:,}`.
    """
    return Finished("".join(text for text, _is_value in filled_parts(wording(template, language), values)))


def write_value(value: Any, form: str) -> str:
    """A value by its format; where the format asks for no decimals, a whole number has none: 593, not 593.0.

    Counts become floats in a column in which some are not known. A count that is a finished text stands as it is.
    """
    if form == "," and isinstance(value, Finished):
        return value
    is_whole = form == "," and isinstance(value, float) and value.is_integer()
    return format(int(value) if is_whole else value, form)


def filled_parts(
    template: str, values: Mapping[str, Any], write: Callable[[Any, str], str] = write_value
) -> Iterator[tuple[str, bool]]:
    """The literals of a template and its values, written by their formats; whether a text is a value.

    In Chinese a space parts a character from Latin letters and digits: it is put where a value begins or ends. A value
    that runs from right to left keeps to itself, or the number behind it would stand before it.
    """
    last = ""
    for literal, name, form, _conversion in string.Formatter().parse(template):
        if _ENDS_LATIN.search(last) and _STARTS_CHINESE.match(literal):
            yield " ", False
        yield literal, False
        if name is None:
            return
        last = write(values[name], form or "")
        if _STARTS_LATIN.match(last) and _ENDS_CHINESE.search(literal):
            yield " ", False
        yield _ISOLATED.format(last) if _LEFTWARD.search(last) else last, True


def any_of(parts: Iterable[str], language: str = "") -> str:
    """Texts of which one holds: "France or unknown", "France, Italy or unknown"; "" for none."""
    return _join_with("{first} or {more}", list(parts), language)


def all_of(parts: Iterable[str], language: str = "") -> str:
    """Texts that belong together: "email and push", "email, post and push"; "" for none."""
    return _join_with("{first} and {more}", list(parts), language)


def _join_with(template: str, parts: list[str], language: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    first = say(", ", language).join(str(part) for part in parts[:-1])
    return say(template, language, first=first, more=parts[-1])


def join_sentences(parts: Iterable[str]) -> Finished:
    """Whole sentences one after the other, those that are empty left out."""
    told = [Finished(part) for part in parts if part]
    return reduce(lambda first, more: say("{first} {more}", first=first, more=more), told) if told else Finished()


def wording(template: str, language: str = "") -> str:
    """The sentence in the reader's language with its places still open; in English where it has no translation."""
    return _sentences(known_language(language)).get(("", template), template)


def word(value: Any, language: str = "", column: str = "") -> str:
    """A value as a reader knows it: a label of ours in the reader's language, a shop's own word as it stands.

    `column` is whose value it is: a label that stands in several sets of rules may be called otherwise in each.
    """
    text, language = str(value), known_language(language)
    if language == languages.LANGUAGES[0]:
        return text
    labels = _labels(_RULES)
    own = labels.get((column, text)) if column else None
    return own or _sentences(language).get((WORD, text)) or labels.get(("", text), text)


def every_word(value: Any, language: str = "") -> tuple[str, ...]:
    """All texts by which a value may be known in a language: one for each set of labels that has it."""
    text, language = str(value), known_language(language)
    if language == languages.LANGUAGES[0]:
        return (text,)
    labels = [chinese for (_owner, name), chinese in _labels(_RULES).items() if name == text]
    return tuple(dict.fromkeys([word(text, language), *labels]))


@cache
def _labels(folder: Path) -> Mapping[tuple[str, str], str]:
    """Set of labels and name → its Chinese, of all that the rules in `folder` declare; "" is the first set of all."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("*.toml")):
        for owner, part in tomllib.loads(path.read_text("utf-8")).items():
            for name, chinese in _named_parts(part):
                found.setdefault((owner, name), chinese)
                found.setdefault(("", name), chinese)
    return found


def _named_parts(part: Any) -> Iterator[tuple[str, str]]:
    """What bears a name in both languages within a part of a rules file, at any depth."""
    if isinstance(part, list):
        for each in part:
            yield from _named_parts(each)
    elif isinstance(part, dict):
        name = part.get("name") or part.get("en") or part.get("offer")
        if name and part.get("zh"):
            yield str(name), str(part["zh"])
        for each in part.values():
            yield from _named_parts(each)


def _sentences(language: str) -> Mapping[tuple[str, str], str]:
    """Context and English → translation; nothing for English, which is its own."""
    return {} if language == languages.LANGUAGES[0] else _read(languages.CATALOGUES / language)


@cache
def _read(folder: Path) -> Mapping[tuple[str, str], str]:
    """The finished entries of all catalogues in a folder; two that translate one text differently are refused."""
    from babel.messages.pofile import read_po

    found: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if message.id and message.string and not message.fuzzy:
                    _add(found, (message.context or "", str(message.id)), str(message.string), path.name)
    return found


def _add(found: dict[tuple[str, str], str], key: tuple[str, str], translation: str, place: str) -> None:
    if found.setdefault(key, translation) != translation:
        raise ValueError(f"{place}: “{key[1]}” is translated otherwise in another catalogue")
