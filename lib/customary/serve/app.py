"""One ASGI app: the index, every chapter as a read-only marimo app, and the gateway in front of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import cast
from urllib.parse import quote

import marimo
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from customary.page.chapters import Chapter, chapters
from customary.page.reader import LINK, writing_for
from customary.serve.access.desk import Desk
from customary.serve.access.door import Door
from customary.serve.access.viewers import Readership
from customary.serve.assets import FONT_FOLDER, FONT_LINKS, FONT_OPEN, FONT_PREFIX, PREFIX, Assets
from customary.serve.audit import Audit
from customary.serve.base import BASE, BelowBase
from customary.serve.gateway import FindPage, Gateway, no_page
from customary.serve.health.readiness import Readiness, shop_readiness
from customary.serve.index import index_page
from customary.serve.kernels import Kernels
from customary.serve.languages import asked_language
from customary.serve.scopes import person_of
from customary.serve.sessions import Sessions
from customary.serve.static.files import PLACE, SERVER, answer_script, script_tag
from customary.serve.storefront import ShopSummary, storefront_of, unchanged, without_figures

# The pages' style sheet is not here: marimo takes it from the project's settings, as the editor does.
_META = '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
HEAD = f"{_META}{FONT_LINKS}"
SESSION_TTL = 120  # seconds a closed tab keeps its session; a phone that slept for a moment finds it again


def _index(request: Request, write: Callable[[], str]) -> Response:
    """The front page in the language that the request asks for."""
    with writing_for(asked_language({LINK: request.query_params.getlist(LINK)})):
        return HTMLResponse(write())


def app(
    notebooks: Path,
    shop_name: str,
    *,
    show: Callable[[str], ShopSummary] | None = None,
    hosts: Collection[str] = (),
    drawn: FindPage = no_page,
    session_ttl: int = SESSION_TTL,
    ready: Callable[[], Readiness] | None = None,
    desk: Desk | None = None,
    audit: Audit | None = None,
) -> Starlette:
    """The server for `shop_name` with every `notebooks/NN_*.py` as a chapter at /NN_name/.

    `show` is asked at each visit of the front page, so a new snapshot shows without a restart; by default the store.
    `drawn` finds a chapter's page that needs no session yet; `ready` says what /readyz tells, by default of the shop.
    `desk` says who may read and what they see, nobody is asked without one; `audit` notes who saw and took what.
    `hosts` are the names (without port) the server answers to, beside addresses and this machine's own.
    Chapters added to the folder later need a restart; edited ones do not.
    """
    listed = chapters(notebooks)
    pages = _pages(listed, session_ttl)
    kernels = Kernels(pages)
    ask, noted = show or storefront_of(listed), audit or Audit(None)
    seen = Readership(desk)

    async def index(request: Request) -> Response:
        summary = without_figures if seen.has_rules(person_of(request.scope)) else unchanged
        return _index(request, lambda: index_page(summary(ask(shop_name)), listed))

    return Starlette(
        routes=[
            Route("/", index),
            Route("/healthz", _healthy),
            Route("/readyz", _readiness_route(ready or shop_readiness(shop_name))),
            Route(PREFIX + "/{path:path}", Assets()),
            Route(FONT_PREFIX + "/{path:path}", Assets(FONT_FOLDER, FONT_OPEN)),
            Route(PLACE + "/{path:path}", answer_script),
            *(Route(f"/{chapter.stem}", _with_slash) for chapter in listed),
            Mount("/", pages),
        ],
        middleware=[
            Middleware(BelowBase),
            Middleware(GZipMiddleware, minimum_size=1000),
            *([Middleware(Door, desk=desk, audit=noted, hosts=hosts)] if desk else []),
            Middleware(
                Gateway,
                stems=[page.stem for page in listed],
                sessions=Sessions(kernels, session_ttl),
                hosts=hosts,
                hidden=hidden_paths(notebooks),
                drawn=drawn,
                sees_drawn=seen.sees_drawn,
                audit=noted,
            ),
        ],
        lifespan=_with_shutdown(kernels),
    )


def hidden_paths(notebooks: Path) -> dict[str, str]:
    """Server paths that marimo writes into a page, each with what stands there instead; longest first."""
    project = next((up for up in notebooks.parents if (up / "pyproject.toml").exists()), notebooks.parent)
    hidden = {}
    for folder, shown in ((notebooks, "/notebooks"), (notebooks.parent, "/shop"), (project, "/shop")):
        for path in (folder.absolute(), folder.resolve()):
            hidden[str(path)] = shown
            hidden[quote(str(path), safe="")] = quote(shown, safe="")
    return dict(sorted(hidden.items(), key=lambda pair: -len(pair[0])))


def _pages(listed: tuple[Chapter, ...], session_ttl: int) -> Starlette:
    """marimo's run-mode apps, one per chapter, sharing one address for scripts and styles."""
    builder = marimo.create_asgi_app(
        quiet=True,
        include_code=False,
        session_ttl=session_ttl,
        asset_url=BASE + PREFIX,
        skew_protection=True,
        show_tracebacks=False,
        html_head=HEAD + script_tag(SERVER),
    )
    for chapter in listed:
        builder = builder.with_app(path=f"/{chapter.stem}", root=str(chapter.path))
    return cast(Starlette, builder.build())


async def _healthy(request: Request) -> Response:
    return JSONResponse({"status": "ok", "server": SERVER})


def _readiness_route(ready: Callable[[], Readiness]) -> Callable[[Request], Awaitable[Response]]:
    """What /readyz answers: 200 where everything is so that must be, else 503; names and truth, nothing of the shop."""

    async def answer(request: Request) -> Response:
        found = await run_in_threadpool(ready)
        is_ready = all(found.values())
        told = {"status": "ready" if is_ready else "not ready", **found}
        return JSONResponse(told, status_code=200 if is_ready else 503, headers={"cache-control": "no-store"})

    return answer


async def _with_slash(request: Request) -> Response:
    """marimo's own redirect drops the query, and with it a reader's filters."""
    query = f"?{request.url.query}" if request.url.query else ""
    # Relative, so that it also holds below a proxy's prefix.
    return RedirectResponse(request.url.path.rsplit("/", 1)[-1] + "/" + query, status_code=308)


def _with_shutdown(kernels: Kernels) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """A lifespan that ends viewers' sessions with the server; Starlette does not run a mounted app's own."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await kernels.end_all()

    return lifespan
