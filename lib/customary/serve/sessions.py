"""Whose a session is, and how many there may be. marimo itself gives a session to whoever knows its number."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from customary.serve.downloads import downloads_in
from customary.serve.kernels import KernelRegister
from customary.serve.replies import RequestRefused

SOCKETS_EACH = 40  # open pages of one browser: every chapter in a tab of its own, twice
SOCKETS_IN_ALL = 200  # on two cores 100 readers at once are served within seconds (see the README)
SESSIONS_EACH = 60  # with those that were closed and are kept a while for a phone that slept
SESSIONS_IN_ALL = 300
BODIES_EACH = 8  # controls being sent at the same moment
BODIES_IN_ALL = 64
FILES = 2_000  # files that one session may fetch; a page has a few dozen
LEAVE_SECONDS = 5.0  # a page that lost its socket for a moment is given its answer all the same
SPARE = 30  # seconds that a session is remembered longer than marimo keeps it
_FILE = re.compile(r"@file/(\d+-[\w-]+\.\w+)")
Key = tuple[str, str]  # a chapter and the session's number


@dataclass
class PageSession:
    """One page of one visitor: how many sockets it has, when it lost the last one, and which files it was told of."""

    visitor: str
    sockets: int = 0
    left_at: float = 0.0
    files: dict[str, None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # number of a file or of its button → the file's name

    def remember_files(self, said: str) -> None:
        """Note the files that a message to the page names; of too many the oldest are forgotten."""
        self.files.update(dict.fromkeys(_FILE.findall(said)))
        self.names.update(downloads_in(said))
        for known in (self.files, self.names):
            while len(known) > FILES:
                del known[next(iter(known))]


@dataclass
class Sessions:
    """All sessions of the server. `seconds` is how long marimo keeps one after its page was closed."""

    kernels: KernelRegister
    seconds: float
    clock: Callable[[], float] = time.monotonic
    known: dict[Key, PageSession] = field(default_factory=dict)
    bodies: Counter[str] = field(default_factory=Counter)

    def check_room(self, visitor: str) -> None:
        """Refuse with 429 a visitor who has too many pages open, with 503 anybody while the server is full."""
        open_pages = [session for session in self.known.values() if session.sockets]
        if sum(session.sockets for session in open_pages if session.visitor == visitor) >= SOCKETS_EACH:
            raise RequestRefused(429)
        if sum(session.sockets for session in open_pages) >= SOCKETS_IN_ALL:
            raise RequestRefused(503)

    @contextmanager
    def socket(self, key: Key, visitor: str) -> Iterator[PageSession]:
        """The session as one socket's, while it is open. Refused: who has no cookie, and who is not its owner."""
        self._forget()
        if not visitor or self.known.get(key, PageSession(visitor)).visitor != visitor:
            raise RequestRefused(403)
        self.check_room(visitor)
        if key not in self.known:
            self._make_room(visitor)
        session = self.known.setdefault(key, PageSession(visitor))
        session.sockets += 1
        try:
            yield session
        finally:
            session.sockets -= 1
            session.left_at = self.clock()

    def leave(self, key: Key) -> None:
        """Stop what a page waits for, unless somebody has come back to it."""
        session = self.known.get(key)
        if session is not None and not session.sockets:
            self.kernels.leave(*key)

    def check_owner(self, key: Key, visitor: str) -> None:
        """Answer 404, whether there is no such session or it is somebody else's: nobody learns which."""
        session = self.known.get(key)
        if session is None or not visitor or session.visitor != visitor or not self.kernels.is_running(*key):
            raise RequestRefused(404)

    def check_file(self, stem: str, name: str, visitor: str) -> None:
        """Answer 404 unless a page of this visitor was told of the file."""
        mine = (session for (page, _), session in self.known.items() if page == stem and session.visitor == visitor)
        if not visitor or not any(name in session.files for session in mine):
            raise RequestRefused(404)

    def file_name(self, stem: str, number: str, visitor: str) -> str:
        """What a file is called, by its number or by that of its button, on a page of this visitor; "" for none."""
        mine = (session for (page, _), session in self.known.items() if page == stem and session.visitor == visitor)
        return next((session.names[number] for session in mine if number in session.names), "")

    @contextmanager
    def body(self, visitor: str) -> Iterator[None]:
        """Room for one body while it arrives."""
        if self.bodies[visitor] >= BODIES_EACH:
            raise RequestRefused(429)
        if self.bodies.total() >= BODIES_IN_ALL:
            raise RequestRefused(503)
        self.bodies[visitor] += 1
        try:
            yield
        finally:
            self.bodies[visitor] -= 1
            self.bodies += Counter()  # drops those at nought

    def _forget(self) -> None:
        """Drop what marimo ended by itself; only then may the number be somebody else's."""
        until = self.clock() - self.seconds - SPARE
        for key in [key for key, session in self.known.items() if not session.sockets and session.left_at < until]:
            self._end(key)

    def _make_room(self, visitor: str) -> None:
        """End closed pages, the one closed longest ago first, until one more session fits in."""
        closed = sorted((session.left_at, key) for key, session in self.known.items() if not session.sockets)
        mine = [key for _, key in closed if self.known[key].visitor == visitor]
        of_mine = sum(session.visitor == visitor for session in self.known.values())
        for key in mine[: max(0, of_mine - SESSIONS_EACH + 1)]:
            self._end(key)
        rest = [key for _, key in closed if key in self.known]
        for key in rest[: max(0, len(self.known) - SESSIONS_IN_ALL + 1)]:
            self._end(key)

    def _end(self, key: Key) -> None:
        self.kernels.end(*key)
        del self.known[key]
