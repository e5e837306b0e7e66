"""A try of the intake right after adoption: what only the shop can answer is asked there, and not first at a build."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from customary.engine import working_database
from customary.intake.load import Order, load
from customary.intake.readings import Undecided
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.meanings import AMOUNTS, TIMES, values_of
from customary.intake.recognise.values import is_open
from customary.intake.settings import read_settings
from customary.intake.source import source_of

SMALL = 20_000_000  # bytes of files up to which a try takes about as long as reading what was adopted


def question(folder: Path, found: Sequence[Recognition]) -> Undecided | None:
    """The first question that a build of the shop would ask, with the flag that answers it; None where it asks none.

    Small files are taken in as a build does, into a database that is thrown away, and so are larger ones of which the
    first rows, in `found`, leave open how an amount or a day is read. Other faults are left to the build to tell.
    """
    settings = read_settings(folder)
    if not _is_worth_it(folder, settings, found):
        return None
    order = Order(source_of(folder, settings["source"]), settings, folder)
    with tempfile.TemporaryDirectory() as aside, working_database(Path(aside) / "shop.duckdb") as con:
        try:
            load(con, order, lambda _step, _amount: None)
        except Undecided as asked:
            return asked
        except ValueError:  # a build says what is wrong with it, and where
            return None
    return None


def _is_worth_it(folder: Path, settings: Mapping[str, Any], found: Sequence[Recognition]) -> bool:
    paths = [folder / file["path"] for file in settings.get("files", [])]
    return sum(path.stat().st_size for path in paths if path.exists()) <= SMALL or any(map(_leaves_open, found))


def _leaves_open(one: Recognition) -> bool:
    """Whether the first rows of a file leave open how an amount or a day of it is read."""
    columns = [meaning.column for name, meaning in one.meanings.items() if name in (*AMOUNTS, *TIMES, "quantity")]
    return any(is_open(values_of(one.look, column).given) for column in columns)
