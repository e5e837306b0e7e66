"""The daily chain behind `customary refresh`: what is new comes in, is built and published, and lists go out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from customary.cli.progress import progress
from customary.wording import say, word, wording

if TYPE_CHECKING:
    from customary.campaigns.due import Sent
    from customary.campaigns.runs import Run
    from customary.shop import Shop

FILES, FEEDBACK, BUILD, LISTS = "files", "feedback", "build", "lists"


def take_feedback(shop: str, folder: Path) -> None:
    """Take in what came back of lists, from the folder that the shop's settings name (`feedback`), and say how much."""
    from customary.campaigns.feedback import feedback_files
    from customary.intake.settings import read_settings
    from customary.shop import current_snapshot

    named = read_settings(folder).get("feedback")
    if named and current_snapshot(folder):
        tell_feedback(shop, feedback_files(folder, named))


def tell_feedback(shop: str, paths: Sequence[Path]) -> None:
    """Take in files of feedback, and say how many rows are new and which were set aside."""
    from customary.campaigns import Ledger
    from customary.campaigns.feedback import read_feedback
    from customary.cli.opening import open_asked

    opened = open_asked(shop)
    new, aside = read_feedback(opened, Ledger(opened.snapshot.folder), paths)
    typer.echo(say("feedback of lists: {n:,} new rows", n=new))
    for reason, n in aside.items():
        typer.echo(say("set aside: {n:,} {reason}", n=n, reason=word(reason)))


def send_lists(shop: str) -> list["Sent"]:
    """Draw and deliver every play that is due, and say what became of it."""
    from customary.campaigns import Ledger
    from customary.campaigns.due import due_plays, send_due
    from customary.cli.opening import open_asked
    from customary.intake.settings import read_settings
    from customary.shop import now

    opened = open_asked(shop)
    due = due_plays(opened, read_settings(opened.snapshot.folder))
    if not due:
        return []
    with progress(wording("delivering the lists")):
        outcomes = list(send_due(opened, Ledger(opened.snapshot.folder), due, now))
    for one in outcomes:
        typer.echo(outcome_text(one))
    return outcomes


def outcome_text(one: "Sent") -> str:
    """What became of a play that was due, in a sentence."""
    if one.why_not:
        return say("{play}: not sent, {why}", play=one.play, why=one.why_not)
    if not one.is_new:
        return say("{play}: {name} went out already, to {n:,} customers", play=one.play, name=one.list_id, n=one.count)
    return say("{play}: {name} went to {n:,} customers", play=one.play, name=one.list_id, n=one.count)


def finish(shop: str, run: "Run", outcomes: list["Sent"]) -> None:
    """Remember a run, and say how long its steps took and how old the data were when figures and lists were there."""
    from customary.campaigns.runs import remember
    from customary.cli.opening import open_asked

    opened = open_asked(shop)
    run.snapshot, run.as_of = opened.snapshot.version, opened.as_of.isoformat()
    run.lists = {one.list_id: one.count for one in outcomes if one.is_new}
    remember(opened.snapshot.folder, run)
    typer.echo(steps_text(run))
    for line in pace_lines(opened, outcomes):
        typer.echo(line)


def steps_text(run: "Run") -> str:
    """The seconds of each step in one line."""
    names = {
        FILES: say("looking for what is new"),
        FEEDBACK: say("feedback"),
        BUILD: say("building"),
        LISTS: say("lists"),
    }
    told = [say("{step} {n:.1f} s", step=names[name], n=seconds) for name, seconds in run.seconds.items()]
    return say("took: {steps}", steps=say(", ").join(told))


def pace_lines(opened: "Shop", outcomes: list["Sent"]) -> list[str]:
    """Hours from the end of the data to the figures and to each delivered list, each against what is wanted."""
    from customary.campaigns import Ledger
    from customary.campaigns.due import hours_after_data
    from customary.query.pace import pace_of_figures, pace_of_list

    figures = pace_of_figures(opened)
    if figures.hours is None:
        return [wording("the day of the data is fixed by hand: how soon figures and lists came cannot be told")]
    template = "figures: there {hours} after the end of the data, {wanted:.0f} hours are wanted: {verdict}"
    lines: list[str] = [say(template, hours=figures.text, wanted=figures.wanted, verdict=figures.verdict)]
    ledger = Ledger(opened.snapshot.folder)
    for one in outcomes:
        hours = hours_after_data(opened, ledger.find(one.list_id)) if one.list_id else None
        if hours is None:
            continue
        pace = pace_of_list(opened, hours)
        template = "{name}: delivered {hours} after the end of the data, {wanted:.0f} hours are wanted: {verdict}"
        lines.append(say(template, name=one.list_id, hours=pace.text, wanted=pace.wanted, verdict=pace.verdict))
    return lines
