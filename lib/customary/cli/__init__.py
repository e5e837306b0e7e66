"""The command line: `customary --help`. Commands import what they need when they run, so that help comes at once."""

import contextlib
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Annotated

import typer

from customary.cli import answers, columns, fits, lists, reference, rules, shops
from customary.cli.sentences import Speaking

__all__ = ["app", "main"]

app = typer.Typer(
    cls=Speaking,
    add_completion=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help comes in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def customary(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="On an error, show the whole traceback.")] = False,
) -> None:
    """Know your customers: build a shop from its files, look at its chapters, ask for its figures."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


# A study's options are its own; they are checked once the study is known.
_OPEN = {"ignore_unknown_options": True, "allow_extra_args": True}
_COMMANDS: tuple[Callable[..., None], ...] = (
    *(lists.sources, shops.adopt, shops.build, shops.serve, shops.edit, shops.shops),
    *(lists.metrics, answers.measure, lists.studies, answers.study, fits.fit),
    *(answers.passport, answers.goals, columns.columns, columns.values, rules.rules, reference.reference, lists.method),
)
for command in _COMMANDS:
    app.command(context_settings=_OPEN if command in (answers.study, answers.passport) else None)(command)


def main() -> None:
    """Run the command line of this process; exits with 0, 1 (no answer) or 2 (not understood)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Files and pipes are UTF-8 everywhere; a terminal that lacks a character shows "?" for it.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has enough; Python's own flush at exit must not complain either.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
