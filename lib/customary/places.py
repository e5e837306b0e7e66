"""Where things lie: the data, queries and notebooks that come with the code, and the shops."""

import os
from pathlib import Path

from customary.errors import Refused, unknown_name

_PACKAGE = Path(__file__).resolve().parent
_IN_WHEEL = _PACKAGE / "_content"  # .ci/backend.py fills it when a wheel is built; a checkout has none
_CHECKOUT = _PACKAGE.parents[1]

CONTENT = _IN_WHEEL if _IN_WHEEL.is_dir() else _CHECKOUT
DATA = CONTENT / "data"
QUERIES = CONTENT / "queries"
NOTEBOOKS = CONTENT / "notebooks"


def shops_folder() -> Path:
    """Where shops live: the folder that CUSTOMARY_SHOPS names, else a checkout's data/shops, else ./shops."""
    usual = DATA / "shops" if CONTENT == _CHECKOUT else Path("shops")
    return Path(os.environ.get("CUSTOMARY_SHOPS") or usual).resolve()


def base_path() -> str:
    """Under which path of its name the server is reached, `/analytics`; "" at the top. A command line sets it first."""
    return os.environ.get("CUSTOMARY_BASE_PATH", "").rstrip("/")


def shops() -> tuple[str, ...]:
    """The names of all shops that were adopted or built here."""
    return tuple(sorted(path.parent.name for path in shops_folder().glob("*/shop.toml")))


def shop_path(name: str) -> Path:
    """The folder of the shop called `name`; otherwise an error with the nearest names."""
    if name not in shops():
        raise (
            unknown_name(name, shops(), "shop")
            if shops()
            else Refused(
                "there is no shop “{name}” yet: `customary build demo` makes one, `customary adopt` brings yours",
                name=name,
            )
        )
    return shops_folder() / name
