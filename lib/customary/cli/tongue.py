"""In which language the command line speaks: as `--lang` says before the command, else as the environment does."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from customary.errors import unknown_name
from customary.language import LANGUAGES
from customary.wording import wording

OPTION = "--lang"


def language_of(environment: Mapping[str, str]) -> str:
    """The language that the environment asks for, in the order in which gettext reads it; English for all others."""
    said = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    asked = [said] if said.split(".")[0] in ("", "C", "POSIX") else [*environment.get("LANGUAGE", "").split(":"), said]
    spoken = (code.partition("_")[0].partition(".")[0] for code in asked)
    return next((code for code in spoken if code in LANGUAGES), LANGUAGES[0])


def spoken_language(words: Sequence[str]) -> tuple[str, list[str]]:
    """The language to speak and the words of the command line without `--lang`, which stands before the command."""
    left = list(words)
    for number, word in enumerate(left):
        if not word.startswith("-"):
            break
        name, sign, value = word.partition("=")
        if name == OPTION:
            given = value if sign else "".join(left[number + 1 : number + 2])
            rest = left[:number] + left[number + (1 if sign else 2) :]
            if given not in LANGUAGES:
                raise unknown_name(given, LANGUAGES, "language")
            return given, rest
    return language_of(os.environ), left


def translate_help(command: Any) -> None:
    """The help of a command, of its options and of the commands below it in the reader's language."""
    if command.help:
        command.help = "\n\n".join(wording(" ".join(part.split())) for part in command.help.split("\n\n"))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = wording(parameter.help)
    command.context_class = _context_in_reader_language(command.context_class)
    for below in getattr(command, "commands", {}).values():
        translate_help(below)


def _context_in_reader_language(known: type) -> type:
    """The class of a command's context whose help has its headings in the reader's language too."""
    formatter: type = known.formatter_class  # type: ignore[attr-defined]

    class Formatter(formatter):  # type: ignore[misc]  # known only when the help is asked for
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, wording(prefix or "Usage:") + " ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(wording(heading))

        def write_dl(self, rows: Sequence[tuple[str, str]], *given: Any, **named: Any) -> None:
            super().write_dl([(name, _help_text(text)) for name, text in rows], *given, **named)

    return type("Context", (known,), {"formatter_class": Formatter})


def _help_text(text: str) -> str:
    """What stands beside an option's name, with the words that every option may have: required, its default."""
    for word in ("[required]", "default:", "Show this message and exit."):
        text = text.replace(word, wording(word))
    return text
