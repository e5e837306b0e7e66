"""Ibis for DuckDB alone: other engines' compilers are imported if somebody asks for them; it leaves SELECTs unmerged.

The package of all compilers imports every one of them with the first, a seventh of what `customary measure` costs.
"""

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any

_COMPILERS = "ibis.backends.sql.compilers"


def postpone_compilers() -> None:
    """Put the package of compilers in its place without running it: it runs when a name of it is missing.

    Nothing happens where it was imported already. Whoever asks for another engine finds it as ever, a little later.
    """
    spec = None if _COMPILERS in sys.modules else find_spec(_COMPILERS)
    if spec is None or spec.loader is None:
        return
    package, run = module_from_spec(spec), spec.loader.exec_module

    def attribute(name: str) -> Any:
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        if find_spec(f"{_COMPILERS}.{name}"):
            return import_module(f"{_COMPILERS}.{name}")
        vars(package).pop("__getattr__", None)
        run(package)
        return getattr(package, name)

    vars(package)["__getattr__"] = attribute
    sys.modules[_COMPILERS] = package
    vars(sys.modules[_COMPILERS.rpartition(".")[0]])["compilers"] = package


postpone_compilers()

import ibis  # noqa: E402  (only now, see above)
from ibis.backends.duckdb import Backend  # noqa: E402

# To write one SELECT where two follow each other takes Ibis 40 % of all compiling, and DuckDB does it itself: over all
# studies and metrics the same rows, in no more of the engine's time, from a text that is a tenth longer.
ibis.options.sql.fuse_selects = False

from customary.compiler import Compiler, install  # noqa: E402  (on the backend that was imported above)

install()

__all__ = ["Backend", "Compiler"]
