"""What the door looks things up in: the book of a shop, its passwords and its key, as the files stand now."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from customary.serve.access import book, passwords, tokens
from customary.serve.access.attempts import Attempts
from customary.serve.access.book import AccessBook, read_access
from customary.serve.access.tokens import SESSION, BadToken, Token, access_key, read_token, write_token

FILES = (book.FILE, passwords.FILE, tokens.FILE)


@dataclass
class AccessDesk:
    """The files of a shop's folder that say who may read; read again when one of them has changed."""

    folder: Path
    clock: Callable[[], float] = time.time
    attempts: Attempts = field(default_factory=Attempts)
    _read_at: tuple[int, ...] = ()
    _book: AccessBook = field(default_factory=AccessBook)
    _passwords: dict[str, str] = field(default_factory=dict)
    _key: bytes = b""

    @property
    def book(self) -> AccessBook:
        """The book of now. Raises Refused while it cannot be understood: then nobody is let in."""
        self._look()
        return self._book

    @property
    def key(self) -> bytes:
        """The key that signs tokens."""
        self._look()
        return self._key

    def kept_password(self, person: str) -> str:
        """What is kept of a person's password; "" for nobody, and for whoever the book does not name."""
        self._look()
        return self._passwords.get(person, "") if person in self._book.people else ""

    def person_with(self, cookie: str) -> str:
        """The person whom a session's cookie names, if it still holds and the book still does; else ""."""
        try:
            person = read_token(cookie, SESSION, self.key, self.clock()).person if cookie else ""
        except BadToken:
            return ""
        return person if person in self._book.people else ""

    def session_for(self, person: str) -> str:
        """A fresh cookie's value for somebody who was let in."""
        begins = int(self.clock())
        ends = begins + int(self.book.hours * 3600)
        return write_token(Token(SESSION, person, begins, ends), self.key)

    def _look(self) -> None:
        stamps = tuple(_stamp(self.folder / name) for name in FILES)
        if stamps == self._read_at:
            return
        found = read_access(self.folder)
        self._passwords = passwords.read_passwords(self.folder) if found.ways else {}
        self._key = access_key(self.folder) if found.ways else b""
        self._book = found
        self._read_at = tuple(_stamp(self.folder / name) for name in FILES)


def _stamp(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
