"""How somebody comes in: by a link, by name and password; and goes out again."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope

from customary.page.reader import writing_for
from customary.serve.access.desk import AccessDesk
from customary.serve.access.pages import answer_page, sign_in_page
from customary.serve.access.passwords import is_password
from customary.serve.access.tokens import LINK, BadToken, EarlyToken, ExpiredToken, read_token
from customary.serve.audit import Audit
from customary.serve.base import BASE
from customary.serve.languages import preferred_language
from customary.serve.replies import RequestRefused
from customary.serve.scopes import peer_of, query_of
from customary.wording import say

LARGEST_FORM = 4_096  # bytes
FORM_SECONDS = 10.0
HASHING, WAITING = 2, 16  # passwords that are proved at a time, 64 MB each, and that wait for their turn
_AIM = re.compile(r"/(?![/\\])[\w./-]*(?:\?[^\s#\\]*)?", re.ASCII)


@dataclass(frozen=True)
class DoorReply:
    """What is answered: a page or a way on; `session` is a cookie to set, "" to take it away, None to leave it."""

    status: int
    page: str = ""
    location: str = ""
    session: str | None = None
    wait: int = 0


@dataclass
class SignIn:
    """The desk beside the door."""

    desk: AccessDesk
    audit: Audit
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HASHING))
    _waiting: int = 0

    async def answer(self, scope: Scope, receive: Receive, headers: Mapping[bytes, str]) -> DoorReply:
        """DoorReply /sign-in, /sign-in/link and /sign-out, in the language of whoever asks."""
        language = preferred_language(headers)
        with writing_for(language):
            if scope["path"] == "/sign-out":
                return DoorReply(303, location=f"{BASE}/sign-in", session="")
            if scope["path"] == "/sign-in/link":
                return self._by_link(scope)
            if scope["method"] == "POST":
                return await self._by_password(scope, receive, headers)
            return DoorReply(200, sign_in_page(self.desk.book.ways, _aim(query_of(scope))))

    def _by_link(self, scope: Scope) -> DoorReply:
        given = "".join(query_of(scope).get("token", []))
        try:
            if "link" not in self.desk.book.ways:
                raise BadToken
            person = read_token(given, LINK, self.desk.key, self.desk.clock()).person
            if self.desk.book.viewer_of(person) is None:
                raise BadToken
        except ExpiredToken:
            return self._no_entry("link expired", 410, say("This link has expired"), say(_EXPIRED))
        except EarlyToken:
            return self._no_entry("link early", 403, say("This link does not hold yet"), say(_EARLY))
        except BadToken:
            return self._no_entry("link refused", 403, say("This link lets nobody in"), say(_REFUSED))
        return self._let_in(person, "link", "/")

    def _no_entry(self, event: str, status: int, title: str, text: str) -> DoorReply:
        self.audit.note(event)
        return DoorReply(status, answer_page(title, text))

    def _let_in(self, person: str, way: str, aim: str) -> DoorReply:
        self.audit.note("sign-in", person, way=way)
        return DoorReply(303, location=BASE + aim, session=self.desk.session_for(person))

    async def _by_password(self, scope: Scope, receive: Receive, headers: Mapping[bytes, str]) -> DoorReply:
        if "password" not in self.desk.book.ways:
            raise RequestRefused(404)
        if not headers.get(b"content-type", "").startswith("application/x-www-form-urlencoded"):
            raise RequestRefused(415)
        form = parse_qs((await _form(receive)).decode("utf-8", "replace"))
        person, password = ("".join(form.get(name, [])[:1]) for name in ("person", "password"))
        aim, peer = _aim(form), peer_of(scope)
        if wait := self.desk.attempts.wait_seconds(person, peer):
            said = say("Too many wrong attempts. Try again in {n} minutes.", n=-(-wait // 60))
            return DoorReply(429, sign_in_page(self.desk.book.ways, aim, said), wait=wait)
        if not await self._is_right(person, password):
            self.desk.attempts.note_wrong(person, peer)
            self.audit.note("sign-in refused", person if person in self.desk.book.people else "", way="password")
            return DoorReply(403, sign_in_page(self.desk.book.ways, aim, say("Name or password is wrong.")))
        self.desk.attempts.forgive(person)
        return self._let_in(person, "password", aim)

    async def _is_right(self, person: str, password: str) -> bool:
        """Proved aside, a few at a time: a flood of guesses must not take memory and processor from readers."""
        if self._waiting >= WAITING:
            raise RequestRefused(503)
        self._waiting += 1
        try:
            async with self._turn:
                return await run_in_threadpool(is_password, password, self.desk.kept_password(person))
        finally:
            self._waiting -= 1


_EXPIRED = "It was made for a time that is over. Ask whoever sent it for a new one."
_EARLY = "By the clock of this server it begins later. Tell whoever runs it that the clock may be wrong."
_REFUSED = "It is not whole, or it was withdrawn. Ask whoever sent it for a new one."


def cookie_header(name: str, value: str, headers: Mapping[bytes, str]) -> bytes:
    """The header that sets a cookie until the browser is closed, or takes it away; by https only where it is used."""
    secure = "; Secure" if headers.get(b"x-forwarded-proto", "").strip().lower() == "https" else ""
    ends = "" if value else "; Max-Age=0"
    return f"{name}={value}; Path={BASE}/; HttpOnly; SameSite=Lax{ends}{secure}".encode()


def _aim(given: Mapping[str, list[str]]) -> str:
    """Where to go afterwards: a place of this server, or its front page."""
    aim = "".join(given.get("next", [])[:1])
    return aim if _AIM.fullmatch(aim) and not aim.startswith("/sign-") else "/"


async def _form(receive: Receive) -> bytes:
    async def read() -> bytes:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), bool(message.get("more_body"))
            if message["type"] == "http.disconnect" or len(body) > LARGEST_FORM:
                raise RequestRefused(413)
        return body

    try:
        return await asyncio.wait_for(read(), FORM_SECONDS)
    except TimeoutError:
        raise RequestRefused(408) from None
