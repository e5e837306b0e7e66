"""Zip archives: the tables in them, unpacked under names that stay inside the folder."""

import shutil
import zipfile
import zlib
from pathlib import Path

from customary.errors import Refused
from customary.intake.unpack.naming import SUFFIXES, place_for

# As for .gz: what grows this much is no export.
MOST_BYTES, MOST_TIMES, LEAST_BYTES, MOST_MEMBERS = 1 << 36, 200, 1 << 28, 2_000


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive of files and no workbook, which is one inside."""
    if path.suffix.lower() == ".parquet" or not zipfile.is_zipfile(path):
        return False
    try:
        return "[Content_Types].xml" not in zipfile.ZipFile(path).namelist()
    except zipfile.BadZipFile as error:
        raise Refused("{file} is a damaged zip archive: export or copy it again", file=path.name) from error


def tables(path: Path, scratch: Path) -> list[Path]:
    """The tables of an archive as files; refused where it is locked, damaged or far larger than it looks."""
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if Path(one.filename).suffix.lower() in SUFFIXES]
        members = [one for one in members if not one.filename.startswith("__MACOSX/")]
        _check(path, archive.infolist(), members)
        return [_unpack(archive, one, path, scratch) for one in members]


def _check(path: Path, everything: list[zipfile.ZipInfo], members: list[zipfile.ZipInfo]) -> None:
    if not members:
        kinds = ", ".join(sorted({Path(one.filename).suffix or one.filename for one in everything}))
        raise Refused("{file} holds no table: {kinds}" if kinds else "{file} is empty", file=path.name, kinds=kinds)
    if any(one.flag_bits & 1 for one in members):
        raise Refused("{file} is locked with a password: unpack it first", file=path.name)
    size, packed = sum(one.file_size for one in members), path.stat().st_size
    if size > min(MOST_BYTES, max(LEAST_BYTES, MOST_TIMES * packed)) or len(members) > MOST_MEMBERS:
        raise Refused(
            "{file} unpacks to {size:,} bytes in {n:,} files: that is no export",
            file=path.name,
            size=size,
            n=len(members),
        )


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, scratch: Path) -> Path:
    """One member under its own name without folders; what it says of its size is not believed but held to."""
    own = Path(member.filename.replace("\\", "/")).name
    target = place_for(scratch, Path(own).stem, "", Path(own).suffix)
    try:
        with archive.open(member) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise Refused(
            "{file}: {member} is damaged or packed in a way that is not read", file=path.name, member=member.filename
        ) from error
    return target
