"""Time zones in a column of their own, as Square and PayPal write them: they say where a row's times are written."""

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
    return f" {bare.upper()}" if bare.upper() in _FIXED else ""


def _counts(one: Recognition) -> Counter[str]:
    """How many of the first rows are in each zone that a file names."""
    column = one.column(ZONE)
    return Counter(one.look.values(column)) if column and not one.select else Counter()


def with_row_zones(one: Recognition, raw: str) -> tuple[str, str]:
    """SQL for a raw table, given in SQL, with the zone behind its times, and the decision; "" twice without a column.

    A zone that the first rows do not have is not known: the row's times are none then.
    """
    column, counts = one.column(ZONE), _counts(one)
    times = [meaning.column for name, meaning in one.meanings.items() if name in TIMES]
    if not column or not counts or not times:
        return "", ""
    branches = " ".join(f"when {sql_text(text.strip())} then {sql_text(mark(text))}" for text in sorted(counts))
    text = f"trim({quote(column)}::VARCHAR)"
    zone = f"case {text} {branches} else case when {text} <> '' then ' ⟦?⟧' end end"
    changed = ", ".join(f"{instants.with_zone(f'{quote(time)}::VARCHAR', zone)} as {quote(time)}" for time in times)
    return f"(select * replace ({changed}) from {raw})", f"“{column}” says in which time zone the times of a row are"


def zone_by_column(found: Sequence[Recognition]) -> str:
    """The zone in which most rows of the files are by their own word, by its IANA name; "" where they say none."""
    counts = sum((_counts(one) for one in found), Counter[str]())
    known = Counter({zone: n for text, n in counts.items() if (zone := mark(text).strip(" ⟦⟧")) and "/" in zone})
    return known.most_common(1)[0][0] if known else ""


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
