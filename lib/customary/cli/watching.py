"""`customary refresh --watch`: micro-batches of new files between two builds, and how fresh they were."""

import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from customary.cli.progress import note
from customary.errors import Refused
from customary.wording import say, wording

if TYPE_CHECKING:
    from customary.campaigns.due import Due
    from customary.intake.recent import Fingerprints, MicroBatch
    from customary.shop import Shop


def watch(shop: str, every: float, batches: int = 0) -> None:
    """Look for new files every so many seconds, `batches` times or until Ctrl-C, and send what their carts trigger.

    A shop without a play of carts is refused at once: no later batch would find one.
    """
    from customary.cli.opening import open_asked
    from customary.intake.recent import Fingerprints

    _triggers(open_asked(shop))
    known, count = Fingerprints(), 0
    while True:
        began = time.monotonic()
        try:
            for line in one_batch(shop, known):
                typer.echo(line)
        except Refused as error:  # a place that is down is there again at the next batch
            note(str(error))
        count += 1
        if batches and count >= batches:
            return
        time.sleep(max(0.0, every - (time.monotonic() - began)))


def one_batch(shop: str, known: "Fingerprints") -> Iterator[str]:
    """Read what is new and not built yet, send what it triggers, and say how old its latest record was by then."""
    from customary.campaigns import Ledger
    from customary.campaigns.runs import begin, remember
    from customary.campaigns.watching import send_waiting
    from customary.cli.opening import open_asked
    from customary.shop import now

    opened, run = open_asked(shop), begin(now())
    with run.step("batch", time.monotonic):
        count, batch = _new_batch(opened, known)
        for due in _triggers(opened):
            outcome = send_waiting(opened, Ledger(opened.snapshot.folder), due, batch, now())
            run.lists |= outcome.sent
            for fault in outcome.faults:
                note(fault)
    if not (count or run.lists):
        return
    run.new_files, run.snapshot, run.as_of = count, opened.snapshot.version, opened.as_of.isoformat()
    run.lag_seconds = (now() - batch.until).total_seconds() if batch.until else None
    remember(opened.snapshot.folder, run)
    for name, n in run.lists.items():
        yield say("{name} went to {n:,} customers", name=name, n=n)
    yield freshness_text(opened, batch.until, run.lag_seconds)


def _triggers(opened: "Shop") -> "list[Due]":
    """The plays under [deliveries] that carts trigger; a shop without one is refused."""
    from customary.campaigns.due import due_plays
    from customary.campaigns.watching import TRIGGER
    from customary.intake.settings import read_settings

    found = [due for due in due_plays(opened, read_settings(opened.snapshot.folder)) if due.play.study == TRIGGER]
    if not found:
        raise Refused("no play of carts stands under [deliveries] of shop.toml: there is nothing to watch for")
    return found


def _new_batch(opened: "Shop", known: "Fingerprints") -> "tuple[int, MicroBatch]":
    """How many files at the shop's places are in no build yet, and what they say."""
    from customary.intake.origins import origins_of
    from customary.intake.recent import read_batch
    from customary.intake.settings import read_settings
    from customary.intake.unpack import gather_again

    folder = opened.snapshot.folder
    told = read_settings(folder)
    there = {*opened.snapshot.facts.get("files", []), *told.get("taken_back", [])}
    with tempfile.TemporaryDirectory() as scratch:
        paths = [path for path in gather_again(origins_of(folder), Path(scratch)) if known.of(path) not in there]
        return len(paths), read_batch(folder, paths)


def freshness_text(opened: "Shop", until: datetime | None, seconds: float | None) -> str:
    """How old the latest record of a micro-batch was when it had been acted on, against what is wanted."""
    from customary.query.pace import RECORDS, TABLE

    if until is None or seconds is None:
        return wording("new files without a time: how fresh they are cannot be told")
    wanted = float(opened.rules["goals"][TABLE][RECORDS])
    verdict = say("in time") if seconds <= wanted else say("too late")
    template = "records until {until}, {n:,.0f} s old when they had been acted on, {wanted:.0f} s are wanted: {verdict}"
    return say(template, until=f"{until:%Y-%m-%d %H:%M:%S} UTC", n=seconds, wanted=wanted, verdict=verdict)
