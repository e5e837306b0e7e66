"""Public names that are imported when they are first used, so that importing the package costs nothing."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def lazy_names(
    package: str, homes: Mapping[str, Sequence[str]], whole: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The `__getattr__` and `__dir__` (PEP 562) of a package whose public names are defined in its modules.

    `homes` maps a module of the package to the names that it defines; all names in the `__all__` of the module
    `whole` are public as well. Nothing is stored: a module that is loaded again shows its new definitions at once.
    """
    home_of = {name: f"{package}.{module}" for module, names in homes.items() for name in names}

    def public() -> list[str]:
        return [*home_of, *import_module(f"{package}.{whole}").__all__]

    def attribute(name: str) -> Any:
        if name in home_of:
            return getattr(import_module(home_of[name]), name)
        if name == "__all__":
            return public()
        if name == "__version__":
            return installed_version(package)
        if not name.startswith("_"):
            if find_spec(f"{package}.{name}"):  # `from package import module` asks here before it imports
                return import_module(f"{package}.{name}")
            if name in public():
                return getattr(import_module(f"{package}.{whole}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return attribute, lambda: sorted([*public(), "__all__", "__version__"])


def installed_version(package: str) -> str:
    """The version of an installed package, as its metadata has it; `PackageNotFoundError` if it is not installed."""
    from importlib.metadata import version  # costs as much as all of `customary --help`

    return version(package)
