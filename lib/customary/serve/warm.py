"""What is done once, before the first viewer comes.

Two reasons. Imports cost seconds that the first viewer would otherwise wait for. And Altair keeps its
transformers and its theme in globals of the process: a viewer's session that switches them races with
the others, so they are switched here, once, and never again.
"""

from __future__ import annotations

import importlib
import logging
from functools import lru_cache

from customary.serve.echoes import skip_echoes

log = logging.getLogger(__name__)

LIBRARIES = ("pandas", "pyarrow", "altair", "ibis", "duckdb")
ASKED_BY_CHAPTERS = ("customary.engine", "customary.page", "customary.query.passport", "customary.query.study")


def warm() -> None:
    """Import what every page needs and fix Altair's globals. Safe to call more than once."""
    for name in (*LIBRARIES, *ASKED_BY_CHAPTERS):
        importlib.import_module(name)
    fix_chart_data()
    install_chart_theme()
    remember_places()
    remember_plugins()
    skip_echoes()


def fix_chart_data() -> bool:
    """Make marimo's CSV transformer the process's only one; False if marimo has moved it.

    `mo.ui.altair_chart` honours an active `marimo*` transformer; with any other it enables its own for
    a moment, and a second session drawn in that moment gets the wrong data address.
    """
    import altair

    try:
        # Private: marimo registers its transformers only when a kernel starts, which is too late here.
        from marimo._plugins.ui._impl.charts.altair_transformer import register_transformers
    except ImportError:
        log.warning("marimo has moved its Altair transformers: viewers' charts may race")
        return False
    register_transformers()
    altair.data_transformers.enable("marimo_csv")
    return True


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


def install_chart_theme() -> bool:
    """Install the charts' theme for the process; False while the charts room has none."""
    try:
        theme = importlib.import_module("customary.charts.theme")
    except ModuleNotFoundError:
        return False
    theme.install()
    return True
