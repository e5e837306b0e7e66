"""Passwords: what is kept of one, and whether somebody knows it.

Kept is scrypt (RFC 7914; Percival and Josefsson, 2016) with N = 2^17, r = 8, p = 1, which takes 128 MB for each guess
and needs no package beside Python. A file of Argon2 hashes is told apart and refused in a sentence.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from customary.errors import Refused

FILE = "passwords.txt"
COST, BLOCK, LANES = 17, 8, 1  # log2 of N, r, p
MEMORY = 132 * BLOCK * (1 << COST) + (1 << 20)
SHORTEST, LONGEST = 12, 200  # letters
_HEAD = f"$scrypt$ln={COST},r={BLOCK},p={LANES}$"


def hash_password(password: str) -> str:
    """The line that is kept of a password, in the form of PHC strings; raises Refused for one that is too short."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused("a password has {least} to {most} letters", least=SHORTEST, most=LONGEST)
    salt = secrets.token_bytes(16)
    return f"{_HEAD}{_text(salt)}${_text(_scrypt(password, salt))}"


def is_password(password: str, kept: str) -> bool:
    """Whether this password was kept. Of nobody's ("") it never is, and takes as long to say."""
    _head, _mark, rest = kept.rpartition(_HEAD)
    salt, _dollar, digest = (rest or "AAAAAAAAAAAAAAAAAAAAAA$AA").partition("$")
    found = _text(_scrypt(password[: LONGEST + 1], _bytes(salt)))
    return hmac.compare_digest(found, digest) and bool(kept)


def read_passwords(folder: Path) -> dict[str, str]:
    """Person → what is kept of the password, of the file `passwords.txt` with a line `person:hash` for each."""
    file = folder / FILE
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    found = {}
    for number, line in enumerate(lines, 1):
        person, _colon, kept = line.strip().partition(":")
        if kept.startswith("$argon2"):
            told = "{file}, line {line}: Argon2 hashes are not read here: set this one anew with customary access"
            raise Refused(told, file=FILE, line=number)
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


def _scrypt(password: str, salt: bytes) -> bytes:
    given = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(given, salt=salt, n=1 << COST, r=BLOCK, p=LANES, maxmem=MEMORY, dklen=32)


def _text(said: bytes) -> str:
    return base64.b64encode(said).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
