"""Whether a shipped source knows files as they are: all of them, and everything that it needs."""

from collections.abc import Sequence
from pathlib import Path

from customary.errors import Refused
from customary.intake.adopt import recognise
from customary.intake.source import Source, source_named, sources

NOT_OFFERED = ("template", "demo", "demo_scale")  # one to copy, two whose files are made


def fits(source: Source, paths: Sequence[Path]) -> bool:
    """Whether a source knows every file."""
    return _raws(source, paths) is not None


def _raws(source: Source, paths: Sequence[Path]) -> set[str] | None:
    """The raw tables of a source that the files are, None where one of them is none of its files."""
    try:
        return {recognise(path, source).name for path in paths}
    except Refused:
        return None


def _is_complete(source: Source, paths: Sequence[Path]) -> bool:
    raws = _raws(source, paths)
    return raws is not None and all(raw.name in raws for raw in source.raw if raw.required)


def fitting_source(paths: Sequence[Path]) -> Source | None:
    """The shipped source that recognises every file and has all it requires, if there is exactly one."""
    fitting = [
        source for name in sources() if name not in NOT_OFFERED and _is_complete(source := source_named(name), paths)
    ]
    return fitting[0] if len(fitting) == 1 else None
