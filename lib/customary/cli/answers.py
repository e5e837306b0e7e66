"""Commands that answer: measure, study, passport, goals."""

from typing import Annotated, Any

import typer

from customary.cli.options import During, Form, Format, Limit, ShopName, Where, own_options, selection, splits, window
from customary.cli.output import Answer, finish, unread, write, write_json
from customary.cli.progress import note, working
from customary.cli.sentences import usage

Metrics = Annotated[
    list[str], typer.Argument(metavar="METRIC", help="Metrics by name; `customary metrics` lists them.")
]
By = Annotated[
    list[str],
    typer.Option(metavar="COLUMN,…", help="Split by columns of the rows or customers, or by segments."),
]
Every = Annotated[str | None, typer.Option(metavar="PERIOD", help="day, week, month, quarter or year.")]


def _with_bases(names: list[str]) -> list[Any]:
    """The metrics by name, each rate followed by the metric it is a share of."""
    from customary.declare import METRICS, metric_named

    asked = {name: metric_named(name) for name in names}
    found: dict[str, Any] = {}
    for metric in asked.values():
        found[metric.name] = metric
        if metric.per and metric.per not in asked:
            found[metric.per] = METRICS[metric.per]
    return list(found.values())


def measure(
    shop: ShopName,
    metrics: Metrics,
    by: By = [],  # noqa: B006  (typer makes a new list for each call)
    every: Every = None,
    during: During = None,
    where: Where = [],  # noqa: B006
    form: Form = Format.table,
    limit: Limit = 50,
) -> None:
    """Figures of a shop, split, by period, in a window or selection.

    A rate brings along the metric it is a share of.
    """
    with working("measuring"):
        from customary.cli.asking import bases, is_empty, typed, unheard, unwindowed
        from customary.query.measure import measure as ask
        from customary.shop import open_shop

        opened, wanted, period = open_shop(shop), _with_bases(metrics), window(during)
        frames = bases(wanted)
        chosen = typed(opened, frames, selection(where))
        names = splits(by)
        answer = ask(opened, *wanted, by=names, every=every, during=period, where=chosen)
        rows = opened.fetch(answer).to_pylist()
        empty = is_empty(opened, frames, rows, [m.name for m in wanted], period, chosen)
    for remark in unheard(opened, frames, chosen) if empty else ():
        note(remark)
    if period and unwindowed(frames):
        unread("--during on customers", f"they are told as they stand as of {opened.as_of}")
    keys = len(names) + bool(every)
    units = {metric.name: metric.unit for metric in wanted}
    finish(Answer(opened, tuple(answer.columns), rows, period, keys, units, empty, tuple(where)), form, limit)


def study(
    ctx: typer.Context,
    shop: ShopName,
    name: Annotated[str, typer.Argument(metavar="STUDY", help="A study; `customary studies` lists them.")],
    during: During = None,
    where: Where = [],  # noqa: B006
    form: Form = Format.table,
    limit: Limit = 50,
) -> None:
    """A question of another shape, such as cohorts or a funnel.

    The study's own options, which `customary studies` lists, follow its name: --bins 10.
    """
    if shop.startswith("-") or name.startswith("-"):
        raise usage("write the study's own options after its name: customary study SHOP STUDY --option value")
    with working("studying"):
        from customary.cli.asking import cuttable, typed, unheard
        from customary.declare import METRICS
        from customary.query.study import beside, study_named
        from customary.query.study import study as ask
        from customary.shop import open_shop

        opened, found, period = open_shop(shop), study_named(name), window(during)
        frames = cuttable(found, bool(period or where))
        chosen = typed(opened, frames, selection(where))
        asked: dict[str, Any] = {"during": period, "where": chosen or None, **own_options(ctx.args)}
        answer = ask(opened, found, **asked)
        rows = opened.fetch(answer).to_pylist()
        companions = {key: opened.fetch(table).to_pylist() for key, table in beside(opened, found, **asked).items()}
    units = {column: METRICS[column].unit for column in answer.columns if column in METRICS}
    for remark in unheard(opened, frames, chosen) if not rows else ():
        note(remark)
    told = Answer(opened, tuple(answer.columns), rows, period, 1, units, where=tuple(where), beside=companions)
    finish(told, form, limit)


def passport(
    shop: ShopName,
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="A metric's name.")],
    during: During = None,
    where: Where = [],  # noqa: B006
    form: Form = Format.table,
) -> None:
    """What a figure is made of: definition, SQL and all its rows."""
    with working("gathering"):
        from customary.cli.asking import bases, typed
        from customary.declare import metric_named
        from customary.query.passport import passport as issue
        from customary.shop import open_shop

        opened, wanted, period = open_shop(shop), metric_named(metric), window(during)
        chosen = typed(opened, bases([wanted]), selection(where))
        found = issue(opened, wanted, during=period, where=chosen)
    if form is Format.json:
        write_json(found.told())
        return
    from customary.cli.card import reasons, show_passport

    if form is Format.csv:
        write(Answer(opened, *reasons(found)), form, 0)
    else:
        show_passport(Answer(opened, (), [], period, where=tuple(where)), wanted, found)


def goals(shop: ShopName, during: During = None, form: Form = Format.table) -> None:
    """The scorecard: every aim against its target and the period before."""
    with working("measuring"):
        from customary.query.goals import scorecard
        from customary.shop import open_shop

        opened, period = open_shop(shop), window(during)
        scores = scorecard(opened, period)
    if form is Format.table:
        from customary.query.goals import board

        rows = board(scores, opened.currency).drop(columns=["zh", "distance"]).to_dict("records")
    else:
        rows = [score.told() for score in scores]
    write(Answer(opened, tuple(rows[0]), rows, period, 2), form, 0)
