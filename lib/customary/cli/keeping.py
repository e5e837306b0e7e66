"""Commands for a shop that goes on: what is new at its places, what a build changed, the last adoption taken back."""

import tempfile
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer

from customary.cli.options import ShopName
from customary.cli.progress import progress
from customary.cli.sentences import usage_error
from customary.errors import Refused
from customary.language import reader_language
from customary.wording import say, word, wording

SHOWN = 12
Old = Annotated[str, typer.Option(metavar="SNAPSHOT", help="The older one; by default the one before.")]
New = Annotated[str, typer.Option(metavar="SNAPSHOT", help="The newer one; by default the current one.")]


def refresh(
    shop: ShopName,
    accept: Annotated[
        str, typer.Option(metavar="REASON", help="Publish what misses its standards, and show this reason on pages.")
    ] = "",
    watch: Annotated[
        float | None,
        typer.Option(
            min=1, metavar="SECONDS", help="Do not build: look so often for new files, and send cart reminders."
        ),
    ] = None,
    batches: Annotated[int, typer.Option(min=0, help="With --watch: end after so many looks; 0: at Ctrl-C.")] = 0,
) -> None:
    """Take in what is new at a shop's places, build it, send its lists.

    Folders, addresses and databases that were adopted are looked at again. Files that are there already change nothing;
    a database is read as it stands now. Late records restate history: what moved is said. Plays under [deliveries] of
    shop.toml go out once as of a day. Whatever a refresh was cut off at, the next one goes on there.
    """
    from customary.campaigns.runs import begin
    from customary.cli import chain, watching
    from customary.intake.origins import origins_of
    from customary.places import shop_path
    from customary.shop import now

    if watch:
        return watching.watch(shop, watch, batches)
    folder, run = shop_path(shop), begin(now())
    with run.step(chain.FILES, monotonic), tempfile.TemporaryDirectory() as scratch:
        new = _adopt_again(folder, origins_of(folder), Path(scratch))
    run.new_files = len(new)
    with run.step(chain.FEEDBACK, monotonic):
        chain.take_feedback(shop, folder)
    with run.step(chain.BUILD, monotonic):
        _build_new(shop, folder, new, accept)
    with run.step(chain.LISTS, monotonic):
        outcomes = chain.send_lists(shop)
    chain.finish(shop, run, outcomes)
    if any(one.is_fault for one in outcomes):
        raise typer.Exit(1)


def _build_new(shop: str, folder: Path, new: list[str], accept: str) -> None:
    """Build the shop where something is new, and say what that changed."""
    if not new and _is_built(folder):
        typer.echo(wording("nothing is new: the shop stays as it is"))
        return
    for line in new:
        typer.echo(say("new: {line}", line=line))
    from customary.cli.shops import build

    build(shop, accept=accept)
    if _has_predecessor(folder):
        compare(shop)


def _is_built(folder: Path) -> bool:
    """Whether the current snapshot was built from the files and the feedback that the shop counts now."""
    from customary.intake.contacted import feedback_count
    from customary.intake.settings import read_settings
    from customary.shop import current_snapshot

    snapshot = current_snapshot(folder)
    listed = [file["sha256"] for file in read_settings(folder).get("files", [])]
    if snapshot is None or snapshot.facts.get("files") != listed:
        return False
    return int(snapshot.facts.get("feedback", 0)) == feedback_count(folder)


def _has_predecessor(folder: Path) -> bool:
    from customary.shop import kept_snapshots

    return len(kept_snapshots(folder)) > 1


def _adopt_again(folder: Path, origins: list[str], scratch: Path) -> list[str]:
    """The names of files that were not there before, after they were adopted."""
    from customary import intake
    from customary.intake.origins import drop_older, without_taken_back
    from customary.intake.recognise.shipped import fits
    from customary.intake.settings import read_settings
    from customary.intake.unpack import gather_again

    with progress(wording("looking for what is new")) as tell:
        paths = without_taken_back(folder, gather_again(origins, scratch))
        source = intake.source_of(folder, read_settings(folder)["source"])
        if strange := [path.name for path in paths if not fits(source, [path])]:
            raise Refused(
                "{names} is of a kind that the shop had not: `customary adopt … --name {shop}` looks "
                "at all of its files again",
                names=strange,
                shop=folder.name,
            )
        tell(wording("recognising and copying files"))
        outcome = intake.adopt(paths, source, folder)
        drop_older(folder, [one.path for one in outcome if one.is_new and one.path.is_relative_to(scratch)])
    return [one.path.name for one in outcome if one.is_new]


def undo(
    shop: ShopName,
    files: Annotated[int, typer.Option(min=1, metavar="N", help="How many files, counted from the last.")] = 1,
) -> None:
    """Take back the last file that a shop adopted.

    It is no longer counted from the next build on; its copy stays in the shop's folder.
    """
    from customary.intake.origins import tables_without_files, take_back
    from customary.places import shop_path

    folder = shop_path(shop)
    for path in take_back(folder, files):
        typer.echo(say("{path} is no longer counted", path=path))
    if lacking := tables_without_files(folder):
        told = say(", ").join(word(name.replace("_", " ")) for name in lacking)
        typer.echo(say("no file brings {tables} any more: the shop has none until one is adopted", tables=told))
    typer.echo(say("next: customary build {shop}", shop=shop))


def inspect(shop: ShopName) -> None:
    """Say whether a shop's data meet their standards.

    Each table against its thresholds, with the interval that chance leaves; the log against its instrumentation plan;
    month by month what earlier builds found; reasons that set more records aside than before; the equations between
    chapters that the build proved. The exit code is 1 where a standard is missed or a reason drifts.
    """
    from customary.cli.inspecting import show_drifts, show_equations, show_months, show_plan, show_tables
    from customary.places import shop_path
    from customary.publish.inspections import inspections
    from customary.shop import current_snapshot

    found = inspections(shop_path(shop))
    show_tables(found[-1])
    show_plan(shop)
    show_months(found)
    if snapshot := current_snapshot(shop_path(shop)):
        show_equations(snapshot.facts.get("equations"))
    is_drifting = show_drifts(found)
    if found[-1].misses or is_drifting:
        raise typer.Exit(1)


def forget(
    shop: ShopName,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A customer's key, e-mail address or phone number.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget a person: out of every snapshot, for good.

    The shop is built without them, and all older snapshots are removed. Their visits, tickets, answers and consents go;
    their orders stay as sums without a customer. Only a keyed print is remembered, so that later files do not bring
    them back. The shop's copies of its files are not rewritten: which still hold the person is said.
    """
    from customary.campaigns.forgetting import forget as forget_in_ledger
    from customary.cli.removal import ask_to_confirm
    from customary.cli.shops import build
    from customary.places import shop_path
    from customary.publish.forgetting import remember

    folder = shop_path(shop)
    if not (yes or ask_to_confirm(say("forget this person in shop {shop} for good?", shop=shop))):
        typer.echo(wording("nobody was forgotten"))
        raise typer.Exit(1)
    if not remember(folder, person):
        typer.echo(wording("this person was to be forgotten already"))
    if places := forget_in_ledger(folder):
        typer.echo(say("places in drawn lists from which the person is gone: {places:,}", places=places))
    build(shop, accept="a person was forgotten")


def standards(
    shop: Annotated[str, typer.Argument(metavar="SHOP", help="A shop, to say how its data stand today.")] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where it is written: .html or .md; else to the terminal.")
    ] = None,
    lang: Annotated[str, typer.Option(metavar="en|zh", help="The manual's language; else the reader's.")] = "",
) -> None:
    """Write the customer data standards manual.

    Every table and field: meaning, type, unit, counting basis, key, who keeps it, how often it is updated, what is
    wanted and, with a shop, how it stands today and where its files come from.
    """
    from customary.cli.inspecting import manual

    text = manual(shop, lang or reader_language(), is_html=out is not None and out.suffix == ".html")
    if out is None:
        typer.echo(text, nl=False)
        return
    if out.suffix not in (".html", ".md"):
        raise usage_error("“{out}” is neither .html nor .md", out=out)
    out.write_text(text, "utf-8")
    typer.echo(say("{out} · {n:,} lines", out=out, n=len(text.splitlines())))


def compare(shop: ShopName, old: Old = "", new: New = "") -> None:
    """Say what differs between two snapshots of a shop.

    Rows, records that were set aside, and the figures of the time that both know: in all and month by month.
    """
    from customary.publish.comparison import compare as difference

    found = difference(shop, old, new)
    typer.echo(" → ".join([found.old.version, found.new.version]))
    _show(say("rows"), found.rows, "")
    _show(say("records"), found.records, "")
    until = min(found.old.facts["as_of"], found.new.facts["as_of"])
    said = say("figures before {day}, which both know", day=until)
    _show(said, found.figures, found.new.facts["currency"])


def _show(title: str, differences: Any, currency: str) -> None:
    """The largest differences as a table, and how many there are."""
    from customary.cli.tables import grid, without_controls

    if not differences:
        typer.echo(say("{title}: no difference", title=title))
        return
    shown = sorted(differences, key=lambda one: -abs(one.change / (one.old or one.new or 1)))[:SHOWN]
    lines = [(without_controls(one.what), *_texts(one, currency)) for one in shown]
    grid((title, say("before"), say("now"), say("change")), lines, (False, True, True, True))
    typer.echo(say("{n} of {total} differences", n=len(shown), total=len(differences)))


def _texts(one: Any, currency: str) -> tuple[str, str, str]:
    from customary.units import UNITS

    unit = UNITS[one.unit]
    before, now = ("–" if value is None else unit.text(value, currency) for value in (one.old, one.new))
    sign = "+" if one.change > 0 else ""
    return before, now, f"{sign}{unit.text(one.change, currency)}"
