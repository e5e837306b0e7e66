"""The command that fits a model: customary fit SHOP bgnbd."""

from datetime import date
from typing import Annotated, Any

import typer

from customary.cli.options import Form, Format, ShopName, Where, day, selection
from customary.cli.output import write_csv, write_json
from customary.cli.progress import working
from customary.wording import say, word

Model = Annotated[str, typer.Argument(metavar="MODEL", help="bgnbd, mbgnbd, paretonbd or gammagamma.")]
Until = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DAY", help="The last day observed; by default the last one in the data."),
]
Unit = Annotated[str, typer.Option(metavar="UNIT", help="What alpha and beta are told in: day, week or month.")]


_AGES = {"day": "ages in days", "week": "ages in weeks", "month": "ages in months"}


def fit(
    shop: ShopName,
    model: Model,
    until: Until = None,
    unit: Unit = "week",
    where: Where = [],  # noqa: B006  (typer makes a new list for each call)
    form: Form = Format.table,
) -> None:
    """A model of buying, leaving or spending, fitted to a shop.

    Parameters by their letters with standard errors, and whether the data identify them.
    """
    with working("fitting"):
        from customary.cli.asking import parse_selection
        from customary.cli.opening import open_asked
        from customary.dates import day_of_number
        from customary.query import fit as fits

        opened = open_asked(shop)
        last = day_of_number(fits.last_day(opened, until))
        chosen = parse_selection(opened, ["orders"], selection(where))
        found = fits.fit(opened, model, until=until, unit=unit, where=chosen)
        truncated = fits.count_left_truncated(opened, until=until, where=chosen)
    told = {
        "shop": opened.name,
        "as_of": opened.as_of,
        "snapshot": str(opened.snapshot),
        "model": found.model,
        "unit": unit,
        "until": last,
        "parameters": found.parameters,
        "standard_errors": found.standard_errors,
        "log_likelihood": found.log_likelihood,
        "customers": found.customers,
        "identified": found.identified,
        "why": found.why or None,
        "left_truncated": truncated,
    }
    if form is Format.json:
        write_json(told)
    else:
        _show(opened, told, form, tuple(where))


def _show(shop: Any, told: dict[str, Any], form: Format, where: tuple[str, ...]) -> None:
    """The parameters as a table, under whatever keeps them from being sound."""
    rows = [
        {"parameter": letter, "value": value, "standard_error": told["standard_errors"][letter]}
        for letter, value in told["parameters"].items()
    ]
    columns = ["parameter", "value", "standard_error"]
    if form is Format.csv:
        write_csv(columns, rows)
        return
    from customary.cli.tables import console, grid

    out = console()
    if not told["identified"]:
        out.print(say("not identified: {why} – do not use these parameters", why=told["why"]))
    ages = [say(_AGES[told["unit"]])] if "alpha" in told["parameters"] else []
    out.print(shop.name, told["model"], say("until {day}", day=told["until"]), *ages, *where, sep=" · ")
    cells = [[row["parameter"], _figure_text(row["value"], 5), _figure_text(row["standard_error"], 3)] for row in rows]
    grid(tuple(word(name.replace("_", " ")) for name in columns), cells, (False, True, True))
    likelihood = told["log_likelihood"]
    said = [say("log-likelihood {value:,.2f}", value=likelihood)] if likelihood == likelihood else []
    out.print(" · ".join([*said, say("{n:,} customers", n=told["customers"])]))
    if told["left_truncated"]:
        template = "{n:,} registered before the log begins: their first purchases may be missing"
        out.print(say(template, n=told["left_truncated"]))


def _figure_text(value: float, digits: int) -> str:
    """A figure with so many digits that count; a dash where there is none."""
    return f"{value:.{digits}g}" if value == value else "–"
