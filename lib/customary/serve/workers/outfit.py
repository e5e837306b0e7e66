"""What a worker is made of, from what the gateway tells it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from customary.page.chapters import chapters
from customary.patience import patience
from customary.places import shop_path
from customary.serve.access.desk import AccessDesk
from customary.serve.access.viewers import Readership, viewer_of_page
from customary.serve.app import hidden_paths
from customary.serve.kernels import Kernels
from customary.serve.logs import write_json_lines
from customary.serve.memory import return_memory_after_crowds
from customary.serve.rehearsal import shorten_thread_turns
from customary.serve.rooms import pages_of, rooms
from customary.serve.static.renewal import StaticPages
from customary.serve.storefront import storefront_of
from customary.serve.warm import warm
from customary.serve.workers.drawer import Drawer
from customary.shop import use_shop
from customary.sight import ask_viewer


def outfit(told: Mapping[str, Any]) -> tuple[ASGIApp, Kernels, Drawer]:
    """The chapters, their kernels, and what draws; sets this process up as a server's."""
    notebooks, shop = Path(told["notebooks"]), str(told["shop"])
    os.chdir(notebooks.parent)  # marimo reads its settings from the pyproject.toml above
    desk = AccessDesk(shop_path(shop))
    use_shop(shop, audience="stakeholder")
    ask_viewer(viewer_of_page(desk))
    patience.limit(float(told["query_seconds"]))
    shorten_thread_turns()
    warm()
    if told["json_logs"]:
        write_json_lines()
    listed = chapters(notebooks)
    pages = pages_of(listed, int(told["session_ttl"]), str(told["server"]))
    kernels = Kernels(pages)
    return_memory_after_crowds(kernels)
    inside = rooms(pages, listed, shop, storefront_of(listed), Readership(desk))
    return inside, kernels, Drawer(StaticPages(notebooks, shop, hidden_paths(notebooks)), told["number"] == 0)
