"""An inspection on the terminal: tables against their standards, earlier months, reasons that drift."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from customary.cli.tables import grid, without_controls
from customary.intake.report_words import reason_in_words, table_text
from customary.wording import say, word, wording

if TYPE_CHECKING:
    from customary.publish.inspections import Inspection

MONTHS = 12
TOLD = ("example", "nearest", "owner", "plan_version")  # what is said of a fault besides what it is


def _rate(count: int, of: int) -> str:
    """A share with its 95 % interval by Wilson (1927); – of nothing."""
    from scipy.stats import binomtest

    if not of:
        return "–"
    low, high = binomtest(count, of).proportion_ci(method="wilson")
    return f"{count / of:.1%} [{low:.1%}, {high:.1%}]"


def show_tables(found: "Inspection") -> None:
    """Every table: how complete and accurate it is, what is wanted, when its last record is."""
    names = ("table", "records", "complete", "wanted", "accurate", "wanted", "last record")
    headings = (*map(word, names), say("standard"))
    lines = [_table(name, facts) for name, facts in found.tables.items()]
    typer.echo(
        say(
            "inspected {built_at:%Y-%m-%d %H:%M} UTC, as of {as_of}: {records:,} records",
            built_at=found.built_at,
            as_of=found.as_of,
            records=found.records,
        )
    )
    grid(headings, lines, (False, True, True, True, True, True, False, False))


def _table(name: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    judged = facts["judged_count"]
    return (
        table_text(name),
        f"{judged:,}",
        _rate(judged - facts["missing_count"], judged),
        f"{facts['completeness_wanted']:.0%}",
        _rate(judged - facts["faulty_count"], judged),
        f"{facts['accuracy_wanted']:.0%}",
        (facts["latest"] or "–")[:10],
        word("met") if facts["is_met"] else word("missed"),
    )


def show_months(found: Sequence["Inspection"]) -> None:
    """The last inspection of each of the last twelve months."""
    from customary.publish.inspections import by_month

    months = by_month(found)
    headings = tuple(map(word, ("month", "as of", "records", "set aside", "standards missed by")))
    lines = [
        (
            f"{one.built_at:%Y-%m}",
            one.as_of.isoformat(),
            f"{one.records:,}",
            f"{sum(one.reasons.values()):,}",
            say(", ").join(map(table_text, one.misses)) or word("none"),
        )
        for one in months[-MONTHS:]
    ]
    grid(headings, lines, (False, False, True, True, False))
    typer.echo(say("{n} of {total} months with an inspection", n=len(lines), total=len(months)))


def show_drifts(found: Sequence["Inspection"]) -> bool:
    """Say which reasons set a larger share of the records aside than the time before; whether there are any."""
    from customary.publish.inspections import drifts

    if len(found) < 2:
        typer.echo(wording("no earlier inspection: nothing to compare the reasons with"))
        return False
    grown = list(drifts(found[-2], found[-1]))
    for one in grown:
        before, now = one.before / max(one.of_before, 1), one.now / one.of_now
        template = "drift: {reason} – {n:,} of {total:,} records ({share:.1%}), before {before:,} ({before_share:.1%})"
        said = say(
            template,
            reason=reason_in_words(one.reason),
            n=one.now,
            total=one.of_now,
            share=now,
            before=one.before,
            before_share=before,
        )
        typer.echo(without_controls(said))
    if not grown:
        typer.echo(wording("no reason sets more records aside than before"))
    return bool(grown)


def show_plan(shop: str) -> None:
    """The log against its instrumentation plan: each fault with its share, an example and who answers for it."""
    from customary.publish.tracking import held_against_plan
    from customary.shop import open_shop

    held = held_against_plan(open_shop(shop))
    if held is None:
        return
    rows = held.to_pylist()
    planned = [row["state"] for row in rows if row["property"] is None and row["state"] in ("missing", "as planned")]
    told = [row for row in rows if row["state"] != "as planned"]
    faults = sum(row["state"] != "new event" for row in told)
    counts = {"came": planned.count("as planned"), "planned": len(planned), "faults": faults}
    typer.echo(say("instrumentation plan: {came} of {planned} planned events came; faults: {faults}", **counts))
    names = ("state", "event_name", "property", "event_share", *TOLD)
    if told:
        grid([held.column(name).label() for name in names], [_fault(row) for row in told], [n == 3 for n in range(8)])


def _fault(row: Mapping[str, Any]) -> tuple[str, ...]:
    """A fault of the log; its share is of the events of that name where a property is meant, else of all events."""
    part = row["faulty_share"] if row["faulty_count"] else row["event_share"] if row["event_count"] else None
    share = "–" if part is None else f"{part:.1%}"
    texts = [without_controls(row[name] or "–") for name in ("event_name", "property", *TOLD)]
    return word(row["state"]), *texts[:2], share, *texts[2:]


def show_equations(found: Sequence[Mapping[str, Any]] | None) -> None:
    """What the build proved between chapters: each equation by its name, with both sides, added up over its places."""
    from customary.query.equations.entries import EQUATIONS
    from customary.query.equations.proof import number_text

    if found is None:
        typer.echo(wording("no equations between chapters were proved when this snapshot was built"))
        return
    names = {one.name: one for one in EQUATIONS}
    headings = (word("equation"), word("places"), word("one side"), "", word("other side"), "")
    lines = [
        (
            wording(one["name"]),
            f"{one['place_count']:,}",
            wording(names[one["name"]].here),
            number_text(one["here"]),
            wording(names[one["name"]].there),
            number_text(one["there"]),
        )
        for one in found
        if one["name"] in names
    ]
    grid(headings, lines, (False, True, False, True, False, True))
    rest = len(names) - len(lines)
    template = "{n} equations between chapters hold; {rest} rest on what this shop’s files do not say"
    typer.echo(say(template, n=len(lines), rest=rest))


def manual(shop: str, language: str, *, is_html: bool) -> str:
    """The customer data standards manual as text, with today's state where a shop is named."""
    from customary.errors import unknown_name
    from customary.places import shop_path
    from customary.publish.inspections import inspections
    from customary.publish.manual import LANGUAGES, as_html, as_markdown, sections, title_of
    from customary.shop import open_shop

    if language not in LANGUAGES:
        raise unknown_name(language, LANGUAGES, "language")
    opened = open_shop(shop) if shop else None
    found = inspections(shop_path(shop))[-1] if opened else None
    folder, currency = (shop_path(shop), opened.currency) if opened else (None, "")
    parts = list(sections(folder, found, language, currency))
    title = title_of(opened.snapshot.title if opened else "", found, language)
    return as_html(title, parts, language) if is_html else as_markdown(title, parts)
