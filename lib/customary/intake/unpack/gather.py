"""Everything that was named, as files of one table each; a file that is one already stays where it is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from customary.errors import Refused
from customary.intake.unpack import archives, databases, documents, downloads, nested, sheets, stacked, wrapped
from customary.intake.unpack.naming import SUFFIXES

MOST_FILES = 500  # a folder with more is somebody's home, not an export

# How a file that holds tables is known, and what gives them as files of their own; the first that fits holds.
_OPENERS: Mapping[Callable[[Path], bool], Callable[[Path, Path], list[Path]]] = {
    archives.is_archive: archives.tables,
    databases.is_sqlite: databases.sqlite_tables,
    databases.is_duckdb: databases.duckdb_tables,
    sheets.has_many: sheets.tables,
    stacked.is_stacked: sheets.tables,
    documents.is_document: documents.tables,
    nested.is_nested: nested.tables,
    wrapped.is_wrapped: wrapped.tables,
}


def gather(named: Sequence[str], scratch: Path) -> list[Path]:
    """The tables of what was named – files, folders, archives, workbooks, databases, http(s) addresses – as files.

    What has to be unpacked is written below `scratch`. Raises `Refused` where something is not there, holds no table
    or cannot be read.
    """
    return [table for place in named for table in _tables(place, scratch)]


def gather_again(places: Sequence[str], scratch: Path) -> list[Path]:
    """The tables that stand now at places that were adopted: a folder that was emptied since has none to bring."""
    return gather([place for place in places if not (Path(place).is_dir() and not _files_in(Path(place)))], scratch)


def _tables(place: str, scratch: Path) -> Iterator[Path]:
    if downloads.is_address(place):
        yield from _open_boxes(downloads.fetch(place, scratch), scratch)
    elif databases.is_server(place):
        yield from databases.server_tables(place, scratch)
    elif "://" in place:
        raise Refused(
            "{scheme}:// is no address that is read: http, https, postgres and mysql are", scheme=place.split("://")[0]
        )
    elif Path(place).is_dir():
        for file in _files_below(Path(place)):
            yield from _open_boxes(file, scratch)
    else:
        yield from _open_boxes(Path(place), scratch)


def _open_boxes(path: Path, scratch: Path) -> Iterator[Path]:
    """The tables in a file; those of an archive are opened in turn."""
    if not path.is_file():
        raise Refused("there is no file {path}", path=path)
    tables = next((tables for fits, tables in _OPENERS.items() if fits(path)), None)
    if tables is None:
        yield path
        return
    for found in tables(path, scratch):
        if tables is archives.tables:
            yield from _open_boxes(found, scratch)
        else:
            yield found


def _files_below(folder: Path) -> list[Path]:
    """The files of a folder that can hold a table; raises `Refused` for a folder without any, and for a whole home."""
    found = _files_in(folder)
    if not found:
        raise Refused("there is no {names} file in {folder}", names=SUFFIXES, folder=folder)
    if len(found) > MOST_FILES:
        raise Refused("{folder} holds {n:,} files: name the folder of one export", folder=folder, n=len(found))
    return found


def _files_in(folder: Path) -> list[Path]:
    """The files of a folder and of those in it that can hold a table, hidden ones apart."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
