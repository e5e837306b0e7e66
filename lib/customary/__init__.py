"""customary – know your customers. Open a shop, measure it, see what every number is made of."""

import sys
from importlib import import_module, util
from types import ModuleType
from typing import Any

_FACE = dict(Shop="shop", measure="measure", metric="words", open_shop="shop", passport="passport", study="study")


class _Face(ModuleType):  # names are fetched when first asked for: `customary --help` need not wait for Ibis
    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return [*_FACE, *import_module("customary.metrics").__all__]
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in _FACE and util.find_spec(f"customary.{name}"):
            return import_module(f"customary.{name}")
        return getattr(import_module(f"customary.{_FACE.get(name, 'metrics')}"), name)

    def __setattr__(self, name: str, value: Any) -> None:  # an imported room never hides the verb it is named after
        super().__setattr__(name, getattr(value, name, value) if _FACE.get(name) == name else value)


sys.modules[__name__].__class__ = _Face
