"""Errors as one sentence that says what to do; the traceback only for `--debug`."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from customary.cli.tongue import language_of, spoken_language, translate_help
from customary.errors import Refused, UnknownName, refusal_text
from customary.language import LANGUAGES, ask_reader
from customary.wording import say, wording

AGAIN = "run it again with --debug to see where"
_ENGINES = ("duckdb", "_duckdb", "ibis", "pyarrow")


def usage_error(template: str, /, **values: Any) -> typer.BadParameter:
    """The error for something that was typed wrongly; ends with exit code 2."""
    return typer.BadParameter(refusal_text(template, **values))


def _message(error: Exception) -> str:
    if isinstance(error, UnknownName | Refused):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
    text = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    if type(error).__module__.split(".")[0] in _ENGINES:
        return say("the question could not be answered ({fault}): {again}", fault=text, again=wording(AGAIN))
    if isinstance(error, ValueError):
        return say("{fault} – correct it, or {again}", fault=text, again=wording(AGAIN))
    kind = type(error).__name__
    return say("something unexpected happened ({kind}: {fault}): {again}", kind=kind, fault=text, again=wording(AGAIN))


def error_text(error: Exception) -> str:
    """What went wrong and what to do, on one line."""
    if not hasattr(error, "format_message"):
        return " ".join(_message(error).split())
    said = " ".join(error.format_message().split()).rstrip(".").replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    return say("{fault} – see `{command} --help`", fault=said, command=context.command_path) if context else said


class PlainErrors(TyperGroup):
    """The commands of the house: whatever goes wrong in one comes out as a sentence and an exit code."""

    def main(self, args: Sequence[str] | None = None, *unused: Any, **extra: Any) -> Any:
        """Run one command line and exit; `--debug` may stand anywhere."""
        given = list(sys.argv[1:] if args is None else args)
        debug = "--debug" in given
        words = ["--debug"] * debug + [word for word in given if word != "--debug"]
        try:
            code = self._run(words, extra)
        except Exception as error:
            if debug:
                raise
            typer.echo(error_text(error), err=True)
            sys.exit(getattr(error, "exit_code", 1))
        sys.exit(code if isinstance(code, int) else 0)

    def _run(self, words: list[str], extra: dict[str, Any]) -> Any:
        """Run the command in the language that is asked for, which then holds for as long as this process lives."""
        ask_reader(lambda: language_of(os.environ))
        language, rest = spoken_language(words)
        ask_reader(lambda: language)
        if language != LANGUAGES[0]:
            translate_help(self)
        return super().main(rest, **{**extra, "prog_name": "customary", "standalone_mode": False})
