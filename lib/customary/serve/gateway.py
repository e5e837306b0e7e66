"""What a viewer may ask for; everything else is refused before marimo sees it.

marimo trusts whoever can reach it: any origin may open a session, anybody who knows its number may read it, and about
a dozen routes beyond viewing answer. So this is a list of what is open, not of what is closed.
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from customary.language import LANGUAGES
from customary.page.reader import HTML, LINK
from customary.serve.assets import FONT_OPEN, FONT_PREFIX, OPEN, PREFIX
from customary.serve.audit import Audit, reader_name
from customary.serve.bodies import button_of, check_body, replay, whole_body
from customary.serve.downloads import KINDS, figure_in, known_figure
from customary.serve.languages import asked_language, preferred_language
from customary.serve.languages import cookie_of as language_cookie
from customary.serve.names import check_host, check_origin
from customary.serve.replies import Reply, RequestRefused, nothing, redirect, refusal, send_page
from customary.serve.scopes import headers_of, person_of, query_of
from customary.serve.sessions import LEAVE_SECONDS, PageSession, Sessions
from customary.serve.static import files
from customary.serve.static.store import StaticPage
from customary.serve.visitors import cookie_of, new_visitor, visitor_of

log = logging.getLogger(__name__)

BODY_SECONDS = 10.0
LARGEST_MESSAGE = 4_096  # bytes a viewer may send over the socket; marimo needs none
# They choose another notebook, another role or a token.
CLOSED_QUERY = frozenset({"file", "kiosk", "access_token"})
SESSION = re.compile(r"s_[0-9a-z]{6,64}\Z")
SESSION_HEADER = b"marimo-session-id"
OWNER = "customary.owner"  # in a scope: whose request it is, for what is behind the gateway
FindPage = Callable[[str, str], StaticPage | None]


def no_page(stem: str, language: str) -> None:
    """For a server that has drawn none: every page is live."""


def everybody(person: str) -> bool:
    """For a server that asks nobody who they are: all see what is drawn for all."""
    return True


@dataclass
class Gateway:
    """ASGI middleware in front of the whole server.

    `stems` are the chapters' places in the address; `sessions` says whose each session is; `hosts` are the names the
    server answers to beside addresses and this machine's own; `hidden` maps server paths to what a page shows instead;
    `drawn` finds the page of a chapter in a language that needs no session; `sees_drawn` says of a person whether it is
    what that one may see, no more and no less; `audit` notes who saw and took what.
    """

    app: ASGIApp
    stems: Collection[str]
    sessions: Sessions
    hosts: Collection[str] = ()
    hidden: dict[str, str] = field(default_factory=dict)
    drawn: FindPage = no_page
    sees_drawn: Callable[[str], bool] = everybody
    audit: Audit = field(default_factory=lambda: Audit(None))

    def __post_init__(self) -> None:
        page = f"/(?:{'|'.join(map(re.escape, self.stems)) or '(?!)'})"
        page_parts = r"/?|/health|/favicon\.ico|/public-files-sw\.js|/@file/\d+-[\w-]+\.\w+"
        kept = rf"{re.escape(PREFIX)}/{OPEN}|{re.escape(FONT_PREFIX)}/{FONT_OPEN}|{files.PLACE}/{files.OPEN}"
        told = rf"taken/({'|'.join(KINDS)})/([a-z][a-z0-9_]{{0,79}})"
        read = rf"/|/healthz|/readyz|{kept}|{page}(?:{page_parts})|{page}/{told}"
        self._open = {
            "GET": re.compile(read),
            "HEAD": re.compile(read),
            "POST": re.compile(rf"{page}/api/kernel/(?:set_ui_element_value|function_call)"),
            "websocket": re.compile(rf"{page}/ws"),
        }
        self._page = re.compile(rf"{page}/")
        self._told = re.compile(rf"{page}/{told}")
        self._spoken = re.compile(rf"/|{page}/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is viewing, answer the rest with its status and nothing else."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        headers = headers_of(scope)
        try:
            self.admit(scope, headers)
            if scope["type"] == "websocket":
                await self._open_socket(scope, receive, send, owner_of(scope, headers))
            else:
                await self._answer(scope, receive, send, headers)
        except RequestRefused as refused:
            await refusal(scope, send, refused.status)

    def admit(self, scope: Scope, headers: dict[bytes, str]) -> None:
        """Raise RequestRefused unless host, origin, route and query are a viewer's."""
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        check_host(headers.get(b"host", ""), self.hosts)
        check_origin(headers, self.hosts, changes)
        allowed = self._open.get(scope["method"] if scope["type"] == "http" else "websocket")
        if allowed is None or not allowed.fullmatch(scope["path"]):
            raise RequestRefused(404)
        if CLOSED_QUERY & query_of(scope).keys():
            raise RequestRefused(403)

    async def _open_socket(self, scope: Scope, receive: Receive, send: Send, owner: str) -> None:
        numbers = query_of(scope).get("session_id", [])
        # Of two numbers marimo would take the last.
        if len(numbers) != 1 or not SESSION.match(numbers[0]):
            raise RequestRefused(403)
        with self.sessions.socket((_stem(scope), numbers[0]), owner) as session:
            self._note("open", scope, headers_of(scope))
            try:
                await self.app({**scope, OWNER: owner}, _short_messages(receive), _note_files(send, session))
            except Exception as error:
                log_failure(scope, error)
        self._note("close", scope, headers_of(scope))
        asyncio.get_running_loop().call_later(LEAVE_SECONDS, self.sessions.leave, (_stem(scope), numbers[0]))

    async def _answer(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, str]) -> None:
        owner, cookies = owner_of(scope, headers), []
        visitor = visitor_of(headers) or new_visitor()
        asked = asked_language(query_of(scope)) if self._spoken.fullmatch(scope["path"]) else ""
        if self._goes_elsewhere(scope, headers, asked):
            return await redirect(send, _with_language(scope, preferred_language(headers)))
        if scope["method"] == "POST":
            receive = await self._check_post(scope, receive, headers, owner)
        elif "/@file/" in scope["path"]:
            number = scope["path"].rsplit("/", 1)[-1]
            self.sessions.check_file(_stem(scope), number, owner)
            self._note(
                "file", scope, headers, kind=number.rsplit(".", 1)[-1], figure=self._figure(scope, number, owner)
            )
        elif found := self._told.fullmatch(scope["path"]):
            self._note("passport" if found[1] == "passport" else "file", scope, headers, **_told_facts(found))
            return await nothing(send)
        else:
            cookies = [b"" if owner else cookie_of(visitor, headers), language_cookie(asked, headers)]
            if self._page.fullmatch(scope["path"]):
                self._note("page", scope, headers, choices=sorted(query_of(scope)))
            if page := self._page_of(scope):
                return await send_page(scope, send, page, headers, [one for one in cookies if one])
            if self._page.fullmatch(scope["path"]):
                self.sessions.check_room(owner)
        reply = Reply(scope, send, self.hidden, [cookie for cookie in cookies if cookie], HTML.get(asked, ""))
        try:
            await self.app({**scope, OWNER: f"{person_of(scope)}/{visitor}"}, receive, reply)
        except Exception as error:
            if "/@file/" in scope["path"] and not reply.has_begun:
                raise RequestRefused(404) from None  # the page has another one since
            log_failure(scope, error)
            if not reply.has_begun:
                raise RequestRefused(500) from None

    def _goes_elsewhere(self, scope: Scope, headers: dict[bytes, str], asked: str) -> bool:
        """Whether a page is asked for without a language by a reader who prefers another one than English."""
        is_page = scope["method"] == "GET" and self._spoken.fullmatch(scope["path"]) is not None
        return is_page and not asked and preferred_language(headers) != LANGUAGES[0]

    def _page_of(self, scope: Scope) -> StaticPage | None:
        """The page of a link without filters, if it is drawn."""
        asked = query_of(scope)
        languages = asked.pop(LINK, [LANGUAGES[0]])
        if asked or len(languages) != 1 or not self._page.fullmatch(scope["path"]):
            return None
        if not self.sees_drawn(person_of(scope)):
            return None
        return self.drawn(_stem(scope), languages[0]) if languages[0] in LANGUAGES else None

    def _note(self, event: str, scope: Scope, headers: dict[bytes, str], **facts: str | list[str]) -> None:
        """Write down what a reader did; of a link's choices the names alone."""
        who = reader_name(person_of(scope), visitor_of(headers))
        self.audit.note(event, who, page=_stem(scope), **facts)

    async def _check_post(self, scope: Scope, receive: Receive, headers: dict[bytes, str], owner: str) -> Receive:
        """`receive` for the app: the body of a visitor's own session, read and checked first."""
        if not headers.get(b"content-type", "").startswith("application/json"):
            raise RequestRefused(415)
        # Of two numbers we would check one and marimo might take the other.
        if sum(name == SESSION_HEADER for name, _ in scope["headers"]) > 1:
            raise RequestRefused(400)
        self.sessions.check_owner((_stem(scope), headers.get(SESSION_HEADER, "")), owner)
        with self.sessions.body(owner):
            try:
                body = await asyncio.wait_for(whole_body(receive), BODY_SECONDS)
            except TimeoutError:
                raise RequestRefused(408) from None
        if button := button_of(check_body(scope, body)):  # a file that is written when somebody wants it
            figure = self._figure(scope, button, owner)
            self._note("file", scope, headers, kind="list", figure=figure)
        return replay(body, receive)

    def _figure(self, scope: Scope, number: str, owner: str) -> str:
        """Which figure a file of a page is, for the log; "" where its page was told of no name."""
        name = self.sessions.file_name(_stem(scope), number, owner)
        return figure_in(name, _stem(scope)) if name else ""


def owner_of(scope: Scope, headers: dict[bytes, str]) -> str:
    """Whose a session is: the browser's, and in it the person's who signed in; "" for a browser without a secret.

    Whoever signs in after somebody else in the same browser does not find that one's pages.
    """
    visitor = visitor_of(headers)
    return visitor and f"{person_of(scope)}/{visitor}"


def _with_language(scope: Scope, language: str) -> str:
    """The same page with the same filters in that language; relative, so that it holds below a proxy's prefix."""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return "?" + urlencode([*((name, value) for name, value in pairs if name != LINK), (LINK, language)])


def _stem(scope: Scope) -> str:
    return str(scope["path"]).split("/", 2)[1]


def log_failure(scope: Mapping[str, Any], error: Exception) -> None:
    """One line: what failed and where; not what with, which may be a customer's."""
    *_, place = traceback.extract_tb(error.__traceback__)
    where = f"{place.filename}:{place.lineno}"
    log.error("%s %r failed: %s at %s", scope.get("method", "socket"), scope["path"], type(error).__name__, where)


def _told_facts(found: re.Match[str]) -> dict[str, str]:
    """What a browser tells of a picture that it made, or of a passport that was opened."""
    kind, name = found[1], known_figure(found[2])
    return {"figure": name} if kind == "passport" else {"kind": kind, "figure": name}


def _note_files(send: Send, session: PageSession) -> Send:
    """`send` for one socket, which remembers the files that its page is told of."""

    async def pass_on(message: Message) -> None:
        if message["type"] == "websocket.send":
            session.remember_files(message.get("text") or (message.get("bytes") or b"").decode("utf-8", "replace"))
        await send(message)

    return pass_on


def _short_messages(receive: Receive) -> Receive:
    async def short() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            said = message.get("text") or message.get("bytes") or ""
            if len(said) > LARGEST_MESSAGE:
                return {"type": "websocket.disconnect", "code": 1009}
        return message

    return short
