"""Signed tokens: a link that lets somebody in until a day, and the cookie of whoever is in.

A token says who it is for and from when until when it holds, and is signed by HMAC-SHA256 (RFC 2104) with a key that
lies in the shop's folder for its owner alone. It holds no secret besides, and nothing of it is stored: who is taken out
of `access.toml` is out, and a new key ends all tokens at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FILE = "access.key"
KEY_BYTES = 32
LONGEST = 2_048  # letters of a token that are looked at
CLOCK_SECONDS = 300  # by which the clocks of two machines may differ
LINK, SESSION = "link", "session"


class BadToken(ValueError):
    """Not signed by us, of another kind, or no token at all."""


class ExpiredToken(BadToken):
    """It held once."""


class EarlyToken(BadToken):
    """It holds later, by this clock: one of two clocks is wrong."""


@dataclass(frozen=True)
class Token:
    """Who somebody is, from when until when, in seconds since 1970."""

    kind: str
    person: str
    begins: int
    ends: int


def access_key(folder: Path) -> bytes:
    """The key of a shop's folder, made with the first token; only its owner can read the file."""
    file = folder / FILE
    with (
        suppress(FileExistsError),
        os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out,
    ):
        out.write(secrets.token_bytes(KEY_BYTES))
    return file.read_bytes()


def write_token(token: Token, key: bytes) -> str:
    """The token as text for an address or a cookie."""
    said = json.dumps([token.kind, token.person, token.begins, token.ends], ensure_ascii=False).encode()
    return f"{_text(said)}.{_text(_mark(said, key))}"


def read_token(text: str, kind: str, key: bytes, now: float) -> Token:
    """The token that a text is; raises BadToken, ExpiredToken or EarlyToken. Whose it is must be looked up anew."""
    said, _point, mark = text[:LONGEST].partition(".")
    try:
        signed, given = _bytes(said), _bytes(mark)
    except ValueError:
        raise BadToken from None
    if len(key) < KEY_BYTES or not hmac.compare_digest(_mark(signed, key), given):
        raise BadToken
    token = Token(*json.loads(signed))  # what we signed is what we wrote
    if token.kind != kind:
        raise BadToken
    if now >= token.ends:
        raise ExpiredToken
    if now < token.begins - CLOCK_SECONDS:
        raise EarlyToken
    return token


def _mark(said: bytes, key: bytes) -> bytes:
    return hmac.new(key, said, hashlib.sha256).digest()


def _text(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    """Only what `_text` writes: a second spelling of the same bytes would be a second token."""
    found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(found) != text:
        raise ValueError(text)
    return found
