"""Files that came through a page: nothing of them is believed, neither their names nor what they say they are."""

import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path, PurePosixPath

from customary.errors import Refused
from customary.intake.unpack.naming import SUFFIXES, place_for
from customary.wording import say, wording

# An upload is held in memory, twice on its way; larger files are for `customary adopt`, which copies them.
MOST_BYTES, MOST_TOGETHER, MOST_FILES = 100_000_000, 300_000_000, 40
LONGEST_NAME = 100


def plain_name(told: str) -> str:
    """The last part of a name, without folders and without what is not printed.

    Raises `Refused` for a name that does not end as files of tables do.
    """
    last = unicodedata.normalize("NFC", told.replace("\\", "/").rsplit("/", 1)[-1])
    own = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    suffix = PurePosixPath(own).suffix
    if suffix.lower() not in SUFFIXES:
        known = say(", ").join(SUFFIXES)
        raise Refused(say("“{file}” is no file of tables: {known} are", file=own[:LONGEST_NAME], known=known))
    return own.removesuffix(suffix)[:LONGEST_NAME].lstrip(".") + suffix.lower()


def keep_uploads(uploads: Iterable[tuple[str, bytes]], scratch: Path) -> list[Path]:
    """Uploaded files, (name, bytes) each, written below `scratch` under names that stay there; equal ones once.

    Raises `Refused` where there are too many, one is too large or empty, or a name is that of no table.
    """
    given = [(plain_name(name), content) for name, content in uploads]
    _check_sizes(given)
    once = {sha256(content).digest(): (name, content) for name, content in reversed(given)}
    return [_write(name, content, scratch) for name, content in reversed(once.values())]


def _check_sizes(given: list[tuple[str, bytes]]) -> None:
    if len(given) > MOST_FILES:
        raise Refused(say("these are {n} files: drop at most {most}, or a .zip of them", n=len(given), most=MOST_FILES))
    for name, content in given:
        if not content:
            raise Refused(say("{file} is empty", file=name))
        if len(content) > MOST_BYTES:
            told = say("{file} has {n:,} bytes and a page takes {most:,}", file=name, n=len(content), most=MOST_BYTES)
            raise Refused(say("{name}: {text}", name=told, text=wording(_LARGER)))
    if sum(len(content) for _, content in given) > MOST_TOGETHER:
        told = say("these files have more than {most:,} bytes together", most=MOST_TOGETHER)
        raise Refused(say("{name}: {text}", name=told, text=wording(_LARGER)))


_LARGER = "pack it as .gz or .zip, or take it in with `customary adopt`"


def _write(name: str, content: bytes, scratch: Path) -> Path:
    path = place_for(scratch, Path(name).stem, "", Path(name).suffix)
    path.write_bytes(content)
    return path
