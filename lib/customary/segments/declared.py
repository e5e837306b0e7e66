"""Sets of rules as data/*.toml declares them: read when they are needed, proved once, read again when edited."""

from collections.abc import Iterable
from functools import cache

from customary import standard
from customary.segments.lint import proved
from customary.segments.rules import Rules, read
from customary.words import Refused


@cache
def _proved(file: str, name: str, columns: tuple[str, ...] | None, _changed_at: int) -> Rules:
    text = standard.rules_path(file).read_text("utf-8")
    try:
        return proved(read(standard.rules(file), name, columns, text))
    except (Refused, LookupError) as error:
        raise Refused(f"{file}.toml: {error}") from error


def declared(file: str, name: str, columns: Iterable[str] | None = None) -> Rules:
    """The rules called `name` of data/<file>.toml, proved total and exclusive; a fault is an error with its place.

    `columns` are those that exist, if a rule about another one shall be refused.
    """
    known = None if columns is None else tuple(columns)
    return _proved(file, name, known, standard.rules_path(file).stat().st_mtime_ns)
