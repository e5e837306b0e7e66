"""Passwords: what is kept of one, and whether somebody knows it.

Kept is Argon2id (RFC 9106; Biryukov, Dinu and Khovratovich, 2016) by argon2-cffi, in its profile for little memory:
64 MB and three passes for each guess.
"""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from customary.errors import Refused

FILE = "passwords.txt"
SHORTEST, LONGEST = 12, 200  # letters
_HEAD = "$argon2id$"


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    """What is kept of a password that nobody knows, so that a name without one takes as long to refuse."""
    return _hasher().hash(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """The line that is kept of a password, in the form of PHC strings; raises Refused for one that is too short."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused("a password has {least} to {most} letters", least=SHORTEST, most=LONGEST)
    return _hasher().hash(_letters(password))


def is_password(password: str, kept: str) -> bool:
    """Whether this password was kept. Of nobody's ("") it never is, and takes as long to say."""
    try:
        return _hasher().verify(kept or _nobodys(), _letters(password[: LONGEST + 1])) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def _letters(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def read_passwords(folder: Path) -> dict[str, str]:
    """Person → what is kept of the password, of the file `passwords.txt` with a line `person:hash` for each."""
    file = folder / FILE
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    found = {}
    for number, line in enumerate(lines, 1):
        person, _colon, kept = line.strip().partition(":")
        if kept and not kept.startswith(_HEAD):
            raise Refused("{file}, line {line}: not a hash that customary access wrote", file=FILE, line=number)
        if kept:
            found[person] = kept
    return found


def keep_password(folder: Path, person: str, password: str) -> Path:
    """Write what is kept of a person's password, in place of an earlier one; the file is its owner's alone."""
    kept = {**read_passwords(folder), person: hash_password(password)}
    file, aside = folder / FILE, folder / f".{FILE}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write("".join(f"{name}:{each}\n" for name, each in sorted(kept.items())))
    aside.replace(file)
    return file
