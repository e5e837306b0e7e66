"""What is said of files that no column dates: what stays unknown, and which flag would name the time."""

from collections.abc import Iterator, Sequence

from customary.intake.recognise.day_parts import lacks_day
from customary.intake.recognise.kinds import WHEN, Recognition
from customary.intake.recognise.meanings import TIMES
from customary.intake.recognise.no_days import UNDATED
from customary.wording import say

_NO_TIME = (
    "{file}: no column says when, so figures by day, month or period stay unknown; --columns '{file}:time=…' names one"
)
_NO_DAY = (
    "{file}: a year and a month stand there and no day, which is not invented, so figures by day, month or period stay "
    "unknown; export it with the day"
)


def files_without_days(found: Sequence[Recognition]) -> Iterator[str]:
    """What is said of each file that says no time, and of the day on which all stands where no file says one."""
    undated = [one for one in found if one.kind in UNDATED and not one.select and not one.column(*WHEN)]
    for one in undated:
        yield say(_NO_DAY if lacks_day(one.look) else _NO_TIME, file=one.look.path.name)
    if undated and not any(one.column(*TIMES) or one.select for one in found):
        yield say("no file says when: all stands as of today, the day of adoption, unless --as-of DAY says another")
