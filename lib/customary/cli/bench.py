"""Commands of the analyst's bench: the chapters in the editor, and what became of each."""

from typing import TYPE_CHECKING, Annotated

import typer

from customary.cli.options import ShopName
from customary.cli.sentences import usage_error
from customary.wording import say, word

if TYPE_CHECKING:
    from customary.serve.bench import BenchReport, ChapterCopy

EditPort = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")]


def edit(
    shop: ShopName,
    chapter: Annotated[
        str, typer.Argument(metavar="CHAPTER", help="The chapter to open, such as 04_visits; else the list of all.")
    ] = "",
    port: EditPort = 2719,
) -> None:
    """Open a shop's chapters in the notebook editor.

    You change copies of your own, in the shop's folder `chapters`; viewers keep reading the shipped chapters.
    `customary chapters SHOP` says what you changed, shows the difference and puts a shipped chapter back.
    """
    from customary.cli.ready import ensure_snapshot
    from customary.serve import bench, run

    ensure_snapshot(shop, None)
    name = bench.chapter_copy(shop, chapter).name if chapter else ""
    report = bench.set_up(shop)
    for line in _setup_lines(shop, report):
        typer.echo(line)
    raise typer.Exit(run.edit(shop, report.folder, port=port, chapter=name))


def _setup_lines(shop: str, report: "BenchReport") -> list[str]:
    """What was copied, refreshed and kept, where the copies are, and that viewers read others."""
    lines = [say("your copies of the chapters are in {folder}", folder=report.folder)]
    if report.copied:
        lines.append(say("copied: {names}", names=say(", ").join(report.copied)))
    if report.refreshed:
        template = "refreshed, as you had not changed them and a newer version is shipped: {names}"
        lines.append(say(template, names=say(", ").join(report.refreshed)))
    for name in report.kept:
        template = (
            "{name}: you changed it and a newer version is shipped; yours is kept – "
            "`customary chapters {shop} --diff {name}` shows the difference"
        )
        lines.append(say(template, name=name, shop=shop))
    return [*lines, say("viewers keep reading the shipped chapters: `customary serve {shop}`", shop=shop)]


def chapters(
    shop: ShopName,
    diff: Annotated[
        str, typer.Option("--diff", metavar="CHAPTER", help="Show how your copy differs from the shipped chapter.")
    ] = "",
    restore: Annotated[
        str, typer.Option("--restore", metavar="CHAPTER", help="Put the shipped chapter back; yours is kept beside it.")
    ] = "",
) -> None:
    """What an analyst changed in a shop's chapters, and the way back."""
    from customary.serve import bench

    if diff and restore:
        raise usage_error("ask for --diff or for --restore, not for both")
    if diff:
        _show_difference(bench.chapter_copy(shop, diff))
    elif restore:
        _put_back(bench.chapter_copy(shop, restore))
    else:
        _show_list(shop, list(bench.chapter_copies(shop).values()))


def _show_difference(copy: "ChapterCopy") -> None:
    """A patch on stdout and nothing else; where there is none, a sentence beside it."""
    from customary.cli.progress import note

    if not copy.own.is_file() or not copy.shipped.is_file():
        template = "{chapter} is {state}: there are no two versions to compare"
        note(say(template, chapter=copy.name, state=word(copy.state)))
    elif not (text := copy.difference()):
        note(say("{chapter} is as shipped", chapter=copy.name))
    else:
        typer.echo(text, nl=False)


def _put_back(copy: "ChapterCopy") -> None:
    from customary.serve import bench

    aside = bench.restore(copy)
    typer.echo(say("{chapter} is as shipped again; reload it where the editor has it open", chapter=copy.name))
    if aside:
        typer.echo(say("yours is kept in {aside}", aside=aside))


def _show_list(shop: str, copies: list["ChapterCopy"]) -> None:
    from customary.cli.tables import grid

    grid(
        tuple(map(word, ("chapter", "state", "lines added", "removed"))),
        [_line(copy) for copy in copies],
        (False, False, True, True),
    )
    typer.echo(say("{shown:,} of {total:,} rows", shown=len(copies), total=len(copies)))
    if any(copy.own.is_file() for copy in copies):
        typer.echo(say("next: customary chapters {shop} --diff CHAPTER, or --restore CHAPTER", shop=shop))
    else:
        typer.echo(say("next: customary edit {shop}", shop=shop))


def _line(copy: "ChapterCopy") -> tuple[str, str, str, str]:
    if not copy.own.is_file() or not copy.shipped.is_file() or copy.state == "as shipped":
        return copy.name, word(copy.state), "", ""
    added, removed = copy.line_counts()
    return copy.name, word(copy.state), f"+{added:,}", f"-{removed:,}"
