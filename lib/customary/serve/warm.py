"""What is done once, before the first viewer comes.

Imports cost seconds that the first viewer would otherwise wait for; with `customary.page` come Altair's theme and
transformer, which are globals of the process. And marimo's kernels ask some things at every turn that never change.
"""

from __future__ import annotations

import gc
import importlib
import logging
from collections.abc import Callable
from copy import copy, deepcopy
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from customary.serve.echoes import skip_echoes
from customary.serve.memory import share_pools

log = logging.getLogger(__name__)

LIBRARIES = ("pandas", "pyarrow", "altair", "ibis", "duckdb")
ASKED_BY_CHAPTERS = ("customary.engine", "customary.page", "customary.query.passport", "customary.query.study")


def warm() -> None:
    """Import what every page needs, and spare marimo's kernels needless work. Safe to call more than once."""
    for name in (*LIBRARIES, *ASKED_BY_CHAPTERS):
        importlib.import_module(name)
    remember_notebooks()
    remember_places()
    remember_plugins()
    skip_echoes()
    share_pools()
    look_less_for_garbage()


def look_less_for_garbage() -> None:
    """Keep the collector from looking through all that was imported, dozens of times for each question compiled.

    Measured on chapters 03 and 06: a tenth less CPU, 3 % more memory.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def remember_notebooks() -> bool:
    """Let marimo remember what it read of a chapter's file; False if it has moved that.

    It parses the file and compiles its cells for every page and once more for every viewer, who runs none of these:
    half of the CPU of a page whose answers are all known. Each viewer has a list of cells of his own.
    """
    try:
        from marimo._ast import load
        from marimo._ast.app import App

        wanted = ("_config", "_cell_manager", "_graph", "_initialized")
        if not all(hasattr(App(), name) for name in wanted):
            raise AttributeError(wanted)
        read = getattr(load.load_app, "__wrapped__", load.load_app)
        load.load_app = _remember(read)  # type: ignore[assignment]  # marimo names its function's own type
    except (ImportError, AttributeError):
        log.warning("marimo has moved its reading of notebooks: pages will start more slowly")
        return False
    return True


def _remember(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The reader of a notebook's file, which reads one again only when it was written since."""

    @lru_cache(maxsize=64)
    def read_as_of(path: Path, _written: int, _size: int) -> Any:
        return read(path)

    @wraps(read)
    def load_app(path: str | Path | None) -> Any:
        if path is None or not Path(path).is_file():
            return read(path)
        state = Path(path).stat()
        app = read_as_of(Path(path), state.st_mtime_ns, state.st_size)
        return app and _own_copy(app)

    return load_app


def _own_copy(app: Any) -> Any:
    """A notebook for one session: its settings and its list of cells are its own, the compiled cells are not."""
    own, cells = copy(app), copy(app._cell_manager)
    cells._document, cells._compiled_cells = deepcopy(cells._document), dict(cells._compiled_cells)
    own._config, own._cell_manager, own._graph = copy(app._config), cells, type(app._graph)()
    own._initialized = False
    return own


def remember_places() -> bool:
    """Let marimo remember where the cells of every chapter stand; False if it has moved that.

    It remembers one file's only: with viewers on two chapters each cell of either parses its whole file again.
    """
    try:
        from marimo._ast import compiler

        compiler._build_source_position_map = lru_cache(maxsize=64)(compiler._build_source_position_map.__wrapped__)
    except (ImportError, AttributeError):
        log.warning("marimo has moved its map of cells: pages will start more slowly")
        return False
    return True


def remember_plugins() -> bool:
    """Let marimo remember which plugins are installed; False if it has moved that.

    It reads the metadata of every installed package, at every change of a field.
    """
    try:
        from marimo._entrypoints import registry

        ask = registry.get_entry_points
        registry.get_entry_points = lru_cache(getattr(ask, "__wrapped__", ask))
    except (ImportError, AttributeError):
        log.warning("marimo has moved its list of plugins: filters will take longer")
        return False
    return True
