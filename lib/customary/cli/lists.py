"""Commands that list what there is: sources, metrics, studies, and how much of the method is there."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from customary.cli.progress import working
from customary.language import translate
from customary.wording import say, word, wording

Search = Annotated[str, typer.Option(help="Only those whose name, definition, 中文 or source mentions this.")]


def _entry(title: str, facts: Iterable[str], lines: Iterable[str]) -> None:
    """A name with its facts, and indented below it what there is to say."""
    from rich.padding import Padding
    from rich.text import Text

    from customary.cli.tables import console, without_controls

    out = console()
    out.print(Text.assemble((title, "bold"), *(f"  {without_controls(fact)}" for fact in facts if fact)))
    for line in lines:
        out.print(Padding(Text(without_controls(line)), (0, 0, 0, 4), expand=False))


def _mentions(search: str, *texts: str) -> bool:
    return any(search.casefold() in text.casefold() for text in texts)


def _ending(shown: int, known: int, what: str, search: str) -> None:
    if not shown:
        typer.echo(
            say(
                "no {what} mentions “{search}”: leave out --search to see all {known}",
                what=word(what),
                search=search,
                known=known,
            )
        )
    typer.echo(say("{shown:,} of {total:,} rows", shown=shown, total=known))


def sources() -> None:
    """The kinds of shop system that files can come from."""
    from customary.intake.source import source_named
    from customary.intake.source import sources as names

    for name in names():
        source = source_named(name)
        _entry(name, (source.title,), (word(source.about), *_files(source), *_decisions(source)))
    typer.echo(wording("next: customary adopt FILES… --source NAME --name SHOP"))


def _files(source: Any) -> Iterable[str]:
    for raw in source.raw:
        template = "file {name}, such as {example}: {columns}"
        if not raw.required:
            template = "file {name} (optional), such as {example}: {columns}"
        yield say(template, name=raw.name, example=raw.files[0], columns=say(", ").join(raw.columns))


def _decisions(source: Any) -> Iterable[str]:
    for decision in source.decisions:
        yield f"--decide {decision.name}={'|'.join(decision.options)} – {word(decision.why)}".rstrip(" –")


def metrics(search: Search = "") -> None:
    """Every metric: its name, 中文, unit, source and definition."""
    with working("reading the metrics"):
        import customary.metrics  # noqa: F401  (fills the list)
        from customary.declare import METRICS
    found = [
        m for m in METRICS.values() if _mentions(search, m.name, m.name.replace("_", " "), m.definition, m.zh, m.source)
    ]
    for metric in sorted(found, key=lambda m: m.name):
        per = (say("per {one}", one=word(metric.per)),) if metric.per else ()
        _entry(
            metric.name,
            (metric.zh, word(metric.unit.name), metric.source, *per),
            (translate(f"metric:{metric.name}", metric.definition),),
        )
    _ending(len(found), len(METRICS), "metric", search)


def _default(option: str, value: Any) -> Any:
    """The default of an option; where it has none, what is written: two days for a window, else a number."""
    if value is not None:
        return value
    return "DAY..DAY" if option in ("during", "against") else "NUMBER"


def studies(search: Search = "") -> None:
    """Every study: its name, 中文, source, definition and options."""
    with working("reading the studies"):
        import customary.studies  # noqa: F401  (fills the list)
        from customary.declare import STUDIES
    found = [
        s for s in STUDIES.values() if _mentions(search, s.name, s.name.replace("_", " "), s.definition, s.zh, s.source)
    ]
    for study in sorted(found, key=lambda s: s.name):
        options = [f"--{name.replace('_', '-')} {_default(name, value)}" for name, value in study.options.items()]
        _entry(
            study.name,
            (study.zh, study.source),
            (translate(f"study:{study.name}", study.definition), *filter(None, ["  ".join(options)])),
        )
    _ending(len(found), len(STUDIES), "study", search)


def method() -> None:
    """How much of the method is covered, chapter by chapter."""
    from customary.cli.tables import grid
    from customary.query.method import coverage

    rows = list(coverage())
    lines = [
        (row.chapter, row.title, row.zh, f"{row.met:,}", f"{row.partly:,}", f"{row.lines:,}", f"{row.met_rate:.0%}")
        for row in rows
    ]
    names = tuple(map(word, ("chapter", "title", "中文", "met", "partly", "lines", "share met")))
    grid(names, lines, (False, False, False, True, True, True, True))
    met, partly, known = (sum(getattr(row, name) for row in rows) for name in ("met", "partly", "lines"))
    typer.echo(
        say(
            "{met:,} of {known:,} lines met, {partly:,} more in part; data/method/checklist.csv says what is missing",
            met=met,
            known=known,
            partly=partly,
        )
    )
