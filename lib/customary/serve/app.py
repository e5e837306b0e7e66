"""One ASGI app: the gateway and what it answers by itself, in front of the rooms with the index and the chapters."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from customary.page.chapters import Chapter, chapters
from customary.serve.access.desk import AccessDesk
from customary.serve.access.door import Door
from customary.serve.access.viewers import Readership
from customary.serve.assets import FONT_FOLDER, FONT_OPEN, FONT_PREFIX, PREFIX, Assets
from customary.serve.audit import Audit
from customary.serve.base import BelowBase
from customary.serve.gateway import FindPage, Gateway, no_page
from customary.serve.health.readiness import Readiness, shop_readiness
from customary.serve.kernels import Kernels
from customary.serve.memory import return_memory_after_crowds
from customary.serve.rooms import pages_of, rooms
from customary.serve.sessions import Sessions
from customary.serve.static.files import PLACE, SERVER, answer_script
from customary.serve.storefront import ShopSummary, storefront_of
from customary.serve.workers.fleet import Fleet

SESSION_TTL = 120  # seconds a closed tab keeps its session; a phone that slept for a moment finds it again


def app(
    notebooks: Path,
    shop_name: str,
    *,
    show: Callable[[str], ShopSummary] | None = None,
    hosts: Collection[str] = (),
    drawn: FindPage = no_page,
    session_ttl: int = SESSION_TTL,
    ready: Callable[[], Readiness] | None = None,
    desk: AccessDesk | None = None,
    audit: Audit | None = None,
    fleet: Fleet | None = None,
) -> Starlette:
    """The server for `shop_name` with every `notebooks/NN_*.py` as a chapter at /NN_name/.

    `show` is asked at each visit of the front page, so a new snapshot shows without a restart; by default the store.
    `drawn` finds a chapter's page that needs no session yet; `ready` says what /readyz tells, by default of the shop.
    `desk` says who may read and what they see, nobody is asked without one; `audit` notes who saw and took what.
    `hosts` are the names (without port) the server answers to, beside addresses and this machine's own.
    Chapters added to the folder later need a restart; edited ones do not.
    """
    listed, seen, noted = chapters(notebooks), Readership(desk), audit or Audit(None)
    show = show or storefront_of(listed)
    kernels, inside = (fleet, fleet) if fleet else _rooms_here(listed, session_ttl, shop_name, show, seen)
    asked = {"workers": fleet.is_alive} if fleet else {}
    gateway = Middleware(
        Gateway,
        stems=[page.stem for page in listed],
        sessions=Sessions(kernels, session_ttl),
        hosts=hosts,
        hidden=hidden_paths(notebooks),
        drawn=drawn,
        sees_drawn=seen.sees_drawn,
        audit=noted,
    )
    door = [Middleware(Door, desk=desk, audit=noted, hosts=hosts)] if desk else []
    return Starlette(
        routes=_routes(listed, ready or shop_readiness(shop_name, asked), inside),
        middleware=[Middleware(BelowBase), Middleware(GZipMiddleware, minimum_size=1000), *door, gateway],
        lifespan=_with_shutdown(kernels),
    )


def _rooms_here(
    listed: tuple[Chapter, ...],
    session_ttl: int,
    shop_name: str,
    show: Callable[[str], ShopSummary],
    seen: Readership,
) -> tuple[Kernels, ASGIApp]:
    """The chapters in this process, and their kernels."""
    pages = pages_of(listed, session_ttl)
    kernels = Kernels(pages)
    return_memory_after_crowds(kernels)
    return kernels, rooms(pages, listed, shop_name, show, seen)


def _routes(listed: tuple[Chapter, ...], ready: Callable[[], Readiness], inside: ASGIApp) -> list[BaseRoute]:
    """What the server answers by itself, and the rooms for all else."""
    return [
        Route("/healthz", _healthy),
        Route("/readyz", _readiness_route(ready)),
        Route(PREFIX + "/{path:path}", Assets()),
        Route(FONT_PREFIX + "/{path:path}", Assets(FONT_FOLDER, FONT_OPEN)),
        Route(PLACE + "/{path:path}", answer_script),
        *(Route(f"/{chapter.stem}", _with_slash) for chapter in listed),
        Mount("/", inside),
    ]


def hidden_paths(notebooks: Path) -> dict[str, str]:
    """Server paths that marimo writes into a page, each with what stands there instead; longest first."""
    project = next((up for up in notebooks.parents if (up / "pyproject.toml").exists()), notebooks.parent)
    hidden = {}
    for folder, shown in ((notebooks, "/notebooks"), (notebooks.parent, "/shop"), (project, "/shop")):
        for path in (folder.absolute(), folder.resolve()):
            hidden[str(path)] = shown
            hidden[quote(str(path), safe="")] = quote(shown, safe="")
    return dict(sorted(hidden.items(), key=lambda pair: -len(pair[0])))


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


def _with_shutdown(kernels: Kernels | Fleet) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """A lifespan that ends viewers' sessions with the server; Starlette does not run a mounted app's own."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await kernels.end_all()

    return lifespan
