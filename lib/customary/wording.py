"""What a reader is told, in the reader's language: sentences with named places, and words of ours that are values.

The English sentence is written where it is said and is its own key; its Chinese stands in the gettext catalogues of
`data/language/zh/`, one for each room and each chapter. A sentence that nobody has translated is said in English.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from customary import language as languages
from customary.language import known_language

WORD = "word"  # the context of a value of ours, such as a lifecycle stage or "unknown"


def say(template: str, language: str = "", **values: Any) -> str:
    """The sentence in the reader's language, its places filled by `str.format`: say("{n} of {total}", n=3, total=9).

    Values are texts that are ready to be read – `answer.text(...)`, `format_number(...)` – or plain counts: `{n:,}`.
    """
    return wording(template, language).format(**values)


def wording(template: str, language: str = "") -> str:
    """The sentence in the reader's language with its places still open; in English where it has no translation."""
    return _sentences(known_language(language)).get(("", template), template)


def word(value: Any, language: str = "") -> str:
    """A value as a reader knows it: a label of ours in the reader's language, a shop's own word as it stands."""
    return _sentences(known_language(language)).get((WORD, str(value)), str(value))


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
