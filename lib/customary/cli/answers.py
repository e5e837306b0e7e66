"""Commands that answer: measure, study, passport, goals."""

from typing import Annotated, Any

import typer

from customary.cli.files import answer_of_file
from customary.cli.options import (
    AnswerForm,
    AnswerFormat,
    Compare,
    During,
    Form,
    Format,
    Limit,
    Out,
    Selection,
    ShopName,
    Where,
    own_options,
    selection,
    splits,
    window,
)
from customary.cli.output import check_out, finish, note_no_effect, write, write_csv, write_json
from customary.cli.progress import working
from customary.cli.sentences import usage_error

Metrics = Annotated[
    list[str], typer.Argument(metavar="METRIC", help="Metrics by name; `customary metrics` lists them.")
]
By = Annotated[
    list[str],
    typer.Option(metavar="COLUMN,…", help="Split by columns of the rows or customers, or by segments."),
]
Every = Annotated[str | None, typer.Option(metavar="PERIOD", help="day, week, month, quarter or year.")]


def _with_bases(shop: Any, names: list[str]) -> list[Any]:
    """The metrics by name, each rate followed by the metric it is a share of."""
    from customary.declare import metric_named

    found: dict[str, Any] = {}
    for name in names:
        metric = metric_named(name, shop.snapshot.own.metrics)
        found[name] = metric
        if metric.per and metric.per not in names:
            found[metric.per] = metric_named(metric.per, shop.snapshot.own.metrics)
    return list(found.values())


def measure(
    shop: ShopName,
    metrics: Metrics,
    by: By = [],  # noqa: B006  (typer makes a new list for each call)
    every: Every = None,
    during: During = None,
    where: Where = [],  # noqa: B006
    compare: Compare = None,
    form: AnswerForm = AnswerFormat.table,
    out: Out = None,
    limit: Limit = None,
) -> None:
    """Figures of a shop, split, by period, in a window or selection.

    A rate brings along the metric it is a share of.
    """
    check_out(form, out)
    with working("measuring"):
        from customary.cli.asking import has_profiles, is_empty, parse_selection
        from customary.cli.opening import open_asked
        from customary.metrics.aggregate import bases_of
        from customary.query.measure import measure as ask

        opened, period = open_asked(shop), window(during)
        wanted = _with_bases(opened, metrics)
        frames = bases_of(wanted, opened.snapshot.own.metrics)
        chosen = parse_selection(opened, frames, selection(where))
        answer = ask(opened, *wanted, by=splits(by), every=every, during=period, where=chosen, compare=compare)
        empty = is_empty(answer)
    if period and has_profiles(frames):
        note_no_effect("--during on customers", f"they are told as they stand as of {opened.as_of}")
    finish(answer, form, limit, empty, out)


def study(
    ctx: typer.Context,
    shop: ShopName,
    name: Annotated[str, typer.Argument(metavar="STUDY", help="A study; `customary studies` lists them.")],
    during: During = None,
    where: Where = [],  # noqa: B006
    form: AnswerForm = AnswerFormat.table,
    out: Out = None,
    limit: Limit = None,
) -> None:
    """A study, such as retention, a funnel or RFM.

    The study's own options, which `customary studies` lists, follow its name: --bins 10.
    """
    if shop.startswith("-") or name.startswith("-"):
        raise usage_error("write the study's own options after its name: customary study SHOP STUDY --option value")
    check_out(form, out)
    with working("studying"):
        answer = _ask_study(shop, name, window(during), selection(where), own_options(ctx.args))
        empty = not answer.rows_total
    finish(answer, form, limit, empty, out)


def _ask_study(shop: str, name: str, period: Any, given: Selection, options: dict[str, Any]) -> Any:
    """The answer of a study to what was typed."""
    from customary.cli.asking import frames_to_cut, parse_selection
    from customary.cli.opening import open_asked
    from customary.query.study import study as ask
    from customary.query.study import study_named

    opened, found = open_asked(shop), study_named(name)
    frames = frames_to_cut(found, bool(period or given))
    chosen = parse_selection(opened, frames, given)
    return ask(opened, name, during=period, where=chosen or None, **options)


def passport(
    ctx: typer.Context,
    shop: ShopName,
    name: Annotated[str, typer.Argument(metavar="METRIC|STUDY", help="A metric's or a study's name.")] = "",
    during: During = None,
    where: Where = [],  # noqa: B006
    form: Form = Format.table,
) -> None:
    """What a figure is made of: definition, SQL and all its rows.

    A study's own options follow its name, as in `customary study`. In place of shop and name a file that was
    downloaded (XLSX, CSV, PNG, SVG) may be given: its figure is asked again.
    """
    with working("gathering"):
        if not name:
            answer = answer_of_file(shop)
        else:
            answer = _find_answer(shop, name, window(during), selection(where), own_options(ctx.args))
        from customary.query.passport import passport_of

        found = passport_of(answer)
    if form is Format.json:
        write_json(found.to_dict())
        return
    from customary.cli.card import reasons, show_passport

    if form is Format.csv:
        write_csv(*reasons(found))
    else:
        show_passport(answer, found)


def _find_answer(shop: str, name: str, period: Any, given: Selection, options: dict[str, Any]) -> Any:
    """The answer behind a passport: of the metric of that name, else of the study."""
    from customary.cli.asking import parse_selection
    from customary.cli.opening import open_asked
    from customary.declare import METRICS, STUDIES
    from customary.errors import unknown_name
    from customary.metrics.aggregate import bases_of
    from customary.query import measure as measures
    from customary.query import study as _studies  # noqa: F401  (fills the list of studies)

    opened = open_asked(shop)
    known = {**opened.snapshot.own.metrics, **METRICS}
    if name in known:
        metric = known[name]
        chosen = parse_selection(opened, bases_of([metric], opened.snapshot.own.metrics), given)
        return measures.measure(opened, metric, during=period, where=chosen)
    if name not in STUDIES:
        raise unknown_name(name, [*known, *STUDIES], "metric or study")
    return _ask_study(shop, name, period, given, options)


def kpis(shop: ShopName, form: Form = Format.table) -> None:
    """The method's KPIs: formula, baseline, today, and what they need."""
    with working("measuring"):
        from customary.cli.opening import open_asked
        from customary.query.kpis import kpis as ask

        answer = ask(open_asked(shop))
    write(answer, AnswerFormat(form), 0)


def goals(shop: ShopName, during: During = None, form: Form = Format.table) -> None:
    """The scorecard: every aim against target and period before."""
    with working("measuring"):
        from customary.cli.opening import open_asked
        from customary.query.goals import goals as ask

        opened, period = open_asked(shop), window(during)
        answer = ask(opened, period)
    write(answer, AnswerFormat(form), 0)
