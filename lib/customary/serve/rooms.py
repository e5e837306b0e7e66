"""What is behind the gateway: the front page, and every chapter as a read-only marimo app."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import marimo
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from customary.page.chapters import Chapter
from customary.page.reader import LINK, writing_for
from customary.serve.access.viewers import Readership
from customary.serve.assets import FONT_LINKS, PREFIX
from customary.serve.base import BASE
from customary.serve.index import index_page
from customary.serve.languages import asked_language
from customary.serve.scopes import person_of
from customary.serve.static.files import SERVER, script_tag
from customary.serve.storefront import ShopSummary, as_it_is, without_figures

# The pages' style sheet is not here: marimo takes it from the project's settings, as the editor does.
_META = '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
HEAD = f"{_META}{FONT_LINKS}"


def rooms(
    pages: Starlette,
    listed: tuple[Chapter, ...],
    shop_name: str,
    show: Callable[[str], ShopSummary],
    seen: Readership,
) -> Starlette:
    """The front page at / and the chapters below it; whoever sees a part of the shop has no figures on the first."""

    async def index(request: Request) -> Response:
        summary = without_figures if seen.has_rules(person_of(request.scope)) else as_it_is
        with writing_for(asked_language({LINK: request.query_params.getlist(LINK)})):
            return HTMLResponse(index_page(summary(show(shop_name)), listed))

    return Starlette(routes=[Route("/", index), Mount("/", pages)])


def pages_of(listed: tuple[Chapter, ...], session_ttl: int, server: str = SERVER) -> Starlette:
    """marimo's run-mode apps, one per chapter, sharing one address for scripts and styles.

    `server` is the name of this start, by which an open page sees that its session is gone.
    """
    builder = marimo.create_asgi_app(
        quiet=True,
        include_code=False,
        session_ttl=session_ttl,
        asset_url=BASE + PREFIX,
        skew_protection=True,
        show_tracebacks=False,
        html_head=HEAD + script_tag(server),
    )
    for chapter in listed:
        builder = builder.with_app(path=f"/{chapter.stem}", root=str(chapter.path))
    return cast(Starlette, builder.build())
