"""Times as shops write them, as SQL: what says itself what it is is read; 03/04/2024 is asked.

A written offset, `Z` or zone is honoured; without one the clock of the table holds.
"""

from dataclasses import dataclass

DAY_FIRST, MONTH_FIRST = "day first", "month first"
PLAIN = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_CLOCK = r"(?:[T, ]+.*)?"
_PAIRS = rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}})({_CLOCK})"
_OFFSET = (
    r"(:\d{2}(?:[.,]\d+)?(?:\s*[AaPp][Mm])?)\s*"
    r"(?:(Z|UTC|GMT|(?:UTC|GMT)[+-]\d{1,2}(?::\d{2})?|[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Z]{3,4}))$"
)
# A zone by its name behind a time, in brackets that no file has: written by SELECTs of files with a column of zones.
_NAMED_ZONE = r"\s*⟦([A-Za-z]+(?:/[A-Za-z0-9_+-]+)*)⟧$"
# Abbreviations that mean one offset; CST does not (Chicago, Shanghai), nor does IST.
_NAMED = {"PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "EST": -5, "EDT": -4, "CET": 1, "CEST": 2, "JST": 9, "HKT": 8}
# How months begin in English, German, French, Spanish, Portuguese and Italian, and their number.
_MONTHS = {
    **{"jan": 1, "ene": 1, "gen": 1, "feb": 2, "fév": 2, "fev": 2, "mar": 3, "mär": 3, "apr": 4, "avr": 4, "abr": 4},
    **{"may": 5, "mai": 5, "mag": 5, "juin": 6, "juil": 7, "jun": 6, "giu": 6, "jul": 7, "lug": 7, "aug": 8, "aoû": 8},
    **{"ago": 8, "sep": 9, "set": 9, "oct": 10, "okt": 10, "out": 10, "ott": 10, "nov": 11, "dec": 12, "dez": 12},
    **{"déc": 12, "dic": 12},
}
MONTH = "(" + "|".join(_MONTHS) + r")[a-zçäéû]*\.?"
_AFTER = rf"(?:[ ,-]+| de )(\d{{4}}|\d{{2}})({_CLOCK})"
_WIDE, _NARROW = "０１２３４５６７８９：－／．　", "0123456789:-/. "
_EPOCH = r"(?:\d{10}|\d{13}|\d{16}|\d{19})"
_SERIAL = r"[3-6]\d{4}(?:\.\d+)?"
_COMPACT = r"(?:19|20)\d{6}(?:[T ]?\d{2}:?\d{2}(?::?\d{2})?)?"
# Digits alone: seconds, milliseconds, microseconds or nanoseconds since 1970, between the years 1995 and 2100.
_EPOCHS = {10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}


@dataclass(frozen=True)
class DayEvidence:
    """What dates such as 03/04/2024 say: how many can only begin with the day, only with the month, with either."""

    day_first: int
    month_first: int
    either: int
    with_dots: int


def is_plain(text: str) -> str:
    """SQL: whether a value is a year, a month and a day with or without a time, and no offset."""
    return f"regexp_full_match({text}, '{PLAIN}')"


def is_doubtful(text: str, wall: str) -> str:
    """SQL: whether a value is not plain; `wall` is the same value cast to a time, which tells faster where it can.

    What the engine would write just so for a time of years 1 to 9999 is plain.
    """
    is_written_so = f"{wall} between '0001-01-01' and '9999-12-31 23:59:59.999999' and {wall}::VARCHAR = {text}"
    return f"case when {is_written_so} then false else not {is_plain(text)} end"


def is_pair(text: str) -> str:
    """SQL: whether a value is a date that begins with a day or a month in digits."""
    return f"regexp_full_match({text}, '{_PAIRS}')"


def evidence(text: str) -> str:
    """SQL for the counts of `DayEvidence` over a column."""
    pair = is_pair(text)
    first, second = (f"try_cast(regexp_extract({text}, '^{_PAIRS}$', {n}) as INTEGER)" for n in (1, 2))
    return f"""count(*) filter (where {pair} and {first} > 12 and {second} <= 12),
        count(*) filter (where {pair} and {second} > 12 and {first} <= 12),
        count(*) filter (where {pair} and {first} <= 12 and {second} <= 12),
        count(*) filter (where {pair} and {text} similar to '[0-9]+[.][0-9]+[.].*')"""


def let(value: str, name: str, body: str) -> str:
    """SQL for `body` in which `name` stands for `value`, so that a long expression is written once.

    No column may be called like that, or it would be hidden: the names begin with an underscore.
    """
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def _part(text: str, pattern: str, number: int) -> str:
    return f"regexp_extract({text}, '^(?:{pattern})$', {number})"


def _year(text: str) -> str:
    """SQL for a year of four digits; of two digits, 00 to 69 are of this century."""
    return f"(case when length({text}) = 4 then {text} when {text} < '70' then '20' || {text} else '19' || {text} end)"


def _of_pairs(text: str, reading: str) -> str:
    day, month = (1, 2) if reading == DAY_FIRST else (2, 1)
    pieces = [_part(text, _PAIRS, part) for part in (3, month, day)]
    return f"{_year(pieces[0])} || '-' || {pieces[1]} || '-' || {pieces[2]} || {_part(text, _PAIRS, 4)}"


def _of_month_names(text: str) -> str:
    """SQL for “5 Mar 2024 …”, “Mar 5, 2024 …” and “Jul-21-25 …” with the month as a number."""
    names, numbers = ", ".join(f"'{name}'" for name in _MONTHS), list(_MONTHS.values())
    forms = ((rf"(\d{{1,2}})\.?(?:[ -]| de ){MONTH}{_AFTER}", 1, 2), (rf"{MONTH}[ -](\d{{1,2}}){_AFTER}", 2, 1))
    branches = [
        f"when regexp_full_match({text}, '{form}') then {_year(_part(text, form, 3))} || '-' || "
        f"{numbers}[list_position([{names}], {_part(text, form, month)})] || '-' || "
        f"{_part(text, form, day)} || {_part(text, form, 4)}"
        for form, day, month in forms
    ]
    return f"case {' '.join(branches)} end"


def _tidy(text: str) -> str:
    """SQL that writes 2024年3月5日 下午3时5分 as 2024-3-5 3:5 PM and 9:05pm as 9:05 PM."""
    steps = (
        (r"^(\d{4})年(\d{1,2})月(\d{1,2})[日号]?\s*", r"\1-\2-\3 "),
        (r"(\d{1,2})[时点](\d{1,2})分(?:(\d{1,2})秒)?", r"\1:\2:\3"),
        (r"(上午|下午)\s*(\d{1,2}:\d{1,2}(?::\d{1,2})?)", r"\2 \1"),
        (r":?\s*上午", " AM"),
        (r":?\s*下午", " PM"),
        (r"\s*([AaPp])\.?[Mm]\.?(\s|$)", r" \1M\2"),
        (r"[: ]+(?:hs?\.?)?$", ""),
    )
    for pattern, replacement in steps:
        text = f"regexp_replace({text}, '{pattern}', '{replacement}')"
    return text


def _wall(text: str) -> str:
    """SQL for the wall clock of a value that begins with its year; NULL where it is none."""
    halves = "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p']"
    dashes = f"trim(regexp_replace({text}, '^(\\d{{4}})[-/.](\\d{{1,2}})[-/.](\\d{{1,2}})[T, ]*', '\\1-\\2-\\3 '))"
    body = f"""case when not regexp_full_match(_w, '\\d{{4}}-\\d{{1,2}}-\\d{{1,2}}(?: \\d.*)?') then null
        when _w ilike '%m' then try_strptime(upper(_w), {halves})
        else try_cast(replace(_w, ',', '.') as TIMESTAMP) end"""
    return let(dashes, "_w", body)


def _seconds_east(mark: str) -> str:
    """SQL for the seconds that a written offset lies east of Greenwich; NULL where none is written."""
    named = " ".join(f"when '{name}' then {hours * 3600}" for name, hours in _NAMED.items())
    sign = "case when _o like '-%' then -1 else 1 end"
    hours, minutes = "try_cast(_o[2:3] as INTEGER)", "coalesce(try_cast(nullif(_o[4:5], '') as INTEGER), 0)"
    bare = f"regexp_replace({mark}, '^(?:UTC|GMT)([+-])', '\\1')"
    plain = f"replace(regexp_replace({bare}, '^([+-])(\\d)(:|$)', '\\10\\2\\3'), ':', '')"  # +1 and +5:30 as +01, +0530
    return f"""case {mark} when '' then null when 'Z' then 0 when 'UTC' then 0 when 'GMT' then 0 {named}
        else {let(plain, "_o", f"{sign} * ({hours} * 3600 + {minutes} * 60)")} end"""


def _epoch(text: str) -> str:
    branches = " ".join(
        f"when length({text}) = {length} then make_timestamp((try_cast({text} as HUGEINT) * 1000000 // {unit})::BIGINT)"
        for length, unit in _EPOCHS.items()
    )
    return f"case {branches} end"


def _compact(text: str) -> str:
    return f"try_strptime({text}, ['%Y%m%d', '%Y%m%d%H%M%S', '%Y%m%dT%H%M%S', '%Y%m%d %H:%M:%S', '%Y%m%d %H:%M'])"


def _serial(text: str) -> str:
    """SQL for a spreadsheet's day number, 1 being 1 January 1900, as it stands where dates became numbers."""
    return f"TIMESTAMP '1899-12-30' + to_seconds(round(try_cast({text} as DOUBLE) * 86400)::BIGINT)"


def utc(wall: str, zone: str) -> str:
    """SQL for a wall clock of a zone in UTC."""
    return wall if zone == "UTC" else f"timezone('UTC', timezone('{zone}', {wall}))"


def instant(text: str, zone: str, reading: str = "") -> str:
    """SQL for the instant in UTC that a text means; `zone` holds where it says none. NULL where it is no time."""
    return f"""case when {is_plain(text)} then {utc(f"try_cast({text} as TIMESTAMP)", zone)}
        when regexp_full_match({text}, '{_EPOCH}') then {_epoch(text)}
        when regexp_full_match({text}, '{_SERIAL}') then {utc(_serial(text), zone)}
        when regexp_full_match({text}, '{_COMPACT}') then {utc(_compact(text), zone)}
        when {text} is not null then {_careful(text, zone, reading)} end"""


def _careful(text: str, zone: str, reading: str) -> str:
    """SQL for values in other forms: without their offset first, then by form."""
    text = f"translate({text}, '{_WIDE}', '{_NARROW}')"
    name, text = f"regexp_extract({text}, '{_NAMED_ZONE}', 1)", f"regexp_replace({text}, '{_NAMED_ZONE}', '')"
    tidy = _tidy(f"regexp_replace({text}, '{_OFFSET}', '\\1')")
    pairs = f"when regexp_full_match(_t, '{_PAIRS}') then {_of_pairs('_t', reading)}" if reading else ""
    named = f"when regexp_matches(lower(_t), '{MONTH}') then {_of_month_names('lower(_t)')}"
    wall = _wall(f"case {pairs} {named} else _t end")
    east = _seconds_east(f"regexp_extract({text}, '{_OFFSET}', 2)")
    moved = f"case when {east} is not null then _u - to_seconds(({east})::BIGINT) when {_has_zone(text)} then null"
    in_zone = f"when {name} <> '' then timezone('UTC', timezone({name}, _u))"
    return let(tidy, "_t", let(wall, "_u", f"{moved} {in_zone} else {utc('_u', zone)} end"))


def with_zone(text: str, zone: str) -> str:
    """SQL for a time with a zone behind it, both given in SQL, where it has a time of day and says no offset itself."""
    has_clock = f"regexp_matches({text}, '\\d:\\d\\d')"
    return (
        f"case when {has_clock} and {zone} is not null and not {has_offset(text)} then {text} || {zone} else {text} end"
    )


def has_offset(text: str) -> str:
    """SQL: whether a value says itself which instant it is: by an offset or as seconds since 1970."""
    return f"({_has_zone(text)} or regexp_full_match({text}, '{_EPOCH}'))"


def _has_zone(text: str) -> str:
    """SQL: whether a zone is written that means more than one offset, or none that is known."""
    return f"regexp_extract({text}, '{_OFFSET}', 2) not in ('', 'AM', 'PM')"
