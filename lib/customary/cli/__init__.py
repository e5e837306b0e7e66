"""The command line: `customary --help`. Commands import what they need when they run, so that help comes at once."""

import contextlib
import gc
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Annotated

import typer

from customary.cli import (
    access,
    adoption,
    answers,
    audiences,
    bench,
    certifying,
    columns,
    doctor,
    fits,
    keeping,
    lists,
    reference,
    removal,
    rules,
    shops,
    views,
)
from customary.cli.sentences import PlainErrors

__all__ = ["app", "main"]

app = typer.Typer(
    cls=PlainErrors,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help comes in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from customary.lazy import installed_version

        typer.echo(" ".join(["customary", installed_version("customary")]))
        raise typer.Exit


@app.callback()
def customary(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="On an error, show the whole traceback.")] = False,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="en|zh", help="The language of answers; else that of LANG.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Know your customers: build a shop from its files, look at its chapters, ask for its figures."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


# A study's options are its own; they are checked once the study is known.
_OPEN = {"ignore_unknown_options": True, "allow_extra_args": True}
_COMMANDS: tuple[Callable[..., None], ...] = (
    *(lists.sources, adoption.adopt, shops.demo, shops.build, shops.serve, bench.edit, bench.chapters, shops.shops),
    *(doctor.doctor, certifying.certify),
    *(keeping.refresh, keeping.inspect, keeping.compare, keeping.undo, keeping.forget),
    *(shops.pseudonym, removal.prune, removal.remove),
    *(lists.metrics, answers.measure, lists.studies, answers.study, fits.fit),
    *(
        answers.passport,
        answers.goals,
        answers.kpis,
        columns.columns,
        columns.values,
        views.views,
        rules.rules,
        reference.reference,
        keeping.standards,
        lists.method,
    ),
)
for command in _COMMANDS:
    app.command(context_settings=_OPEN if command in (answers.study, answers.passport) else None)(command)
app.add_typer(audiences.lists, name="lists")
app.add_typer(access.access, name="access")


def main() -> None:
    """Run the command line of this process; exits with 0, 1 (no answer) or 2 (not understood)."""
    # What a command imports stays until it ends: to look for garbage among it takes a third of its time, here …
    gc.set_threshold(100_000)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Files and pipes are UTF-8 everywhere; a terminal that lacks a character shows "?" for it.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    try:
        try:
            app()
        finally:
            gc.freeze()  # … and once more when the interpreter ends
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has enough; Python's own flush at exit must not complain either.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
