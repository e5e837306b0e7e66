"""Time zones in a column of their own, as Square and PayPal write them, or in the name of a column of times.

They say where a row's times are written.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from zoneinfo import available_timezones

from customary.intake import instants
from customary.intake.readers import quote
from customary.intake.recognise.composition import sql_text
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.meanings import TIMES, ZONE
from customary.standard import rules
from customary.wording import all_of, say

# What means one offset wherever it is written; CST is of Chicago and of Shanghai.
_FIXED = ("UTC", "GMT", "Z", "PST", "PDT", "MST", "MDT", "EST", "EDT", "CET", "CEST", "JST", "HKT")
_OFFSET = re.compile(r"(?:(?:UTC|GMT) ?)?([+-]\d{2}:?\d{2})", re.IGNORECASE)
_HOURS = re.compile(r"(?:UTC|GMT) ?([+-])(\d{1,2})", re.IGNORECASE)  # UTC+8
_IN_NAME = re.compile(r"[(\[（]([^()\[\]（）]+)[)\]）]\s*$|[\s_-](UTC|GMT)\s*$", re.IGNORECASE)  # Order date (UTC+8)
_SEVERAL = ("CST", "IST", "BST", "AST")  # each is of two or three parts of the world
_BEFORE = re.compile(r"^\((?:GMT|UTC)[^)]*\)\s*", re.IGNORECASE)  # (GMT-05:00) Eastern Time


@cache
def _names() -> dict[str, str]:
    """Name of a zone in small letters → the IANA's."""
    own = {zone.lower(): zone for zone in available_timezones() if "/" in zone}
    return own | {name: zone for zone, names in rules("recognition")["zones"].items() for name in names}


def mark(text: str) -> str:
    """What stands behind a time for a zone that a file names so; "" for one that is not known, or is several."""
    bare = _BEFORE.sub("", text.strip())
    if zone := _names().get(bare.lower()):
        return f" ⟦{zone}⟧"
    if offset := _OFFSET.fullmatch(bare):
        return f" {offset[1]}"
    if hours := _HOURS.fullmatch(bare):
        return f" {hours[1]}{int(hours[2]):02}:00"
    return f" {bare.upper()}" if bare.upper() in _FIXED else ""


def _counts(one: Recognition) -> Counter[str]:
    """How many of the first rows are in each zone that a file names."""
    column = one.column(ZONE)
    return Counter(one.look.values(column)) if column and not one.select else Counter()


def _named_zones(one: Recognition) -> dict[str, str]:
    """Column of times → the zone that its own name says, as the file has it; nothing of a system's own export."""
    times = [] if one.select else [meaning.column for name, meaning in one.meanings.items() if name in TIMES]
    found = {time: named[1] or named[2] for time in times if (named := _IN_NAME.search(time))}
    return {time: zone for time, zone in found.items() if mark(zone) or zone.strip().upper() in _SEVERAL}


def _zones_of_times(one: Recognition) -> dict[str, str]:
    """Column of times → SQL for what stands behind them: the row's own zone, else that of the column's name."""
    column, counts = one.column(ZONE), _counts(one)
    times = [meaning.column for name, meaning in one.meanings.items() if name in TIMES]
    if not column or not counts:
        return {time: sql_text(mark(zone)) for time, zone in _named_zones(one).items()}
    branches = " ".join(f"when {sql_text(text.strip())} then {sql_text(mark(text))}" for text in sorted(counts))
    text = f"trim({quote(column)}::VARCHAR)"
    return dict.fromkeys(times, f"case {text} {branches} else case when {text} <> '' then ' ⟦?⟧' end end")


def with_row_zones(one: Recognition, raw: str) -> tuple[str, str]:
    """SQL for a raw table, given in SQL, with the zone behind its times, and the decision; "" twice without a zone.

    A zone that the first rows do not have is not known: the row's times are none then.
    """
    zones = _zones_of_times(one)
    if not zones:
        return "", ""
    times = {time: instants.with_zone(f"{quote(time)}::VARCHAR", zone) for time, zone in zones.items()}
    changed = ", ".join(f"{sql} as {quote(time)}" for time, sql in times.items())
    said = f"“{one.column(ZONE)}” says in which time zone the times of a row are"
    if not _counts(one):
        said = f"{' and '.join(f'“{time}”' for time in times)}: the name says in which time zone the times are"
    return f"(select * replace ({changed}) from {raw})", said


def zone_by_column(found: Sequence[Recognition]) -> str:
    """The zone in which most rows of the files are by their own word, by its IANA name; "" where they say none."""
    counts = sum((_counts(one) for one in found), Counter[str]())
    if not counts:
        counts = Counter(zone for one in found for zone in _named_zones(one).values())
    known = Counter({zone: n for text, n in counts.items() if (zone := _place(mark(text)))})
    return known.most_common(1)[0][0] if known else ""


def _place(marked: str) -> str:
    """The IANA's name of a zone; of whole hours beside UTC one that always keeps them; "" for any other."""
    zone = marked.strip(" ⟦⟧")
    hours = re.fullmatch(r"([+-])(\d{2}):?00", zone)
    if hours and int(hours[2]):
        return f"Etc/GMT{'-' if hours[1] == '+' else '+'}{int(hours[2])}"  # by name of the other sign (POSIX)
    return zone if "/" in zone else ""


def unknown_zones(found: Sequence[Recognition]) -> Iterator[str]:
    """A question for each file that names a zone which is not known, or means several."""
    for one in found:
        odd = sorted(text for text in _counts(one) if not mark(text))
        if odd:
            yield say(
                "“{column}” in {file} names time zones, and {names} is none that is known: pass it over with "
                "--columns '{file}:zone=' and say the shop's with --time-zone, or write names such as Europe/Berlin",
                column=one.column(ZONE),
                file=one.look.path.name,
                names=all_of(odd[:3]),
            )
        yield from (
            say(
                "“{column}” in {file} may mean several time zones: name it without, or write one such as UTC+8 there",
                column=time,
                file=one.look.path.name,
            )
            for time, zone in _named_zones(one).items()
            if not mark(zone) and not _counts(one)
        )
