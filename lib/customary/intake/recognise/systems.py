"""Files of well-known systems, known by columns that only they have: what their columns mean there is no guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from customary.errors import Refused
from customary.intake.readers import quote
from customary.intake.recognise.look import Look
from customary.places import QUERIES
from customary.standard import rules

SELECTS = QUERIES / "systems"  # a folder of SELECTs for each system whose records need more than new names
NONE = "none"


@dataclass(frozen=True)
class System:
    """What data/systems.toml says of one file of a well-known system.

    `kind` forces what the file is; "none" leaves it, with `because`. Where there is a kind, columns without a meaning
    have none: nothing is guessed beside what is known.
    """

    name: str
    columns: tuple[str, ...]
    files: tuple[str, ...] = ("*",)
    kind: str = ""
    because: str = ""
    select: str = ""
    becomes: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    means: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    beside: str = ""
    currency: str = ""
    time_zone: str = ""

    def fits(self, look: Look) -> bool:
        """Whether a file has all the columns that only this system has, and a name such as its files have."""
        own_name = look.path.name.lower()
        return any(fnmatchcase(own_name, name.lower()) for name in self.files) and all(
            column_like(look.columns, pattern) for pattern in self.columns
        )

    def column(self, meaning: str, columns: Sequence[str]) -> str | None:
        """The column that has a meaning here: the first spelling that the file has; None where it has none."""
        told = self.means.get(meaning, ())
        spellings = [told] if isinstance(told, str) else told
        return next((found for one in spellings if (found := column_like(columns, one))), None)

    def sql(self, meaning: str, columns: Sequence[str]) -> str:
        """SQL for what has a meaning here, as text: a column, a text of the system's own, else NULL."""
        told = self.means[meaning]
        if isinstance(told, str) and told.startswith("="):
            return "'" + told[1:].replace("'", "''") + "'"
        column = self.column(meaning, columns)
        return f"cast({quote(column) if column else 'null'} as varchar)"

    def tables(self, columns: Sequence[str]) -> list[str]:
        """The tables that a file with these columns carries or feeds."""
        told = (*self.becomes, *self.feeds)
        return [one for one in told if one not in self.needs or self.column(self.needs[one], columns)]


def column_like(columns: Sequence[str], pattern: str) -> str | None:
    """The column called so, small and capital letters alike; `*` in the pattern stands for anything."""
    wanted = pattern.strip().casefold().replace("[", "[[]")
    return next((one for one in columns if wanted and fnmatchcase(one.strip().casefold(), wanted)), None)


def _system(told: Mapping[str, Any]) -> System:
    lists = {name: tuple(told[name]) for name in ("columns", "files", "becomes", "feeds") if name in told}
    return System(**{**told, **lists})


def systems() -> tuple[System, ...]:
    """All well-known systems; of two that fit a file the earlier holds."""
    return tuple(_system(one) for one in rules("systems")["systems"])


def system_of(look: Look) -> System | None:
    """The well-known system that a file comes from, if it comes from one."""
    return next((one for one in systems() if one.fits(look)), None)


def selects_of(system: System) -> Mapping[str, str]:
    """Canonical table → the SELECT, from a table called `export`, by which this system's records become its rows."""
    found = {path.stem: path.read_text("utf-8") for path in sorted((SELECTS / system.select).glob("*.sql"))}
    if set(found) != {*system.becomes, *system.feeds}:
        raise Refused(
            "queries/systems/{file} has not one SELECT for each of {tables}",
            file=system.select,
            tables=system.becomes + system.feeds,
        )
    return found
