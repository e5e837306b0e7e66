"""Where things lie: the data that comes with the code, and the shops."""

import os
from pathlib import Path

from customary.errors import Refused, nearest

DATA = Path(__file__).resolve().parents[2] / "data"
NOTEBOOKS = DATA.parent / "notebooks"


def shops_folder() -> Path:
    """Where shops live: data/shops, or the folder that CUSTOMARY_SHOPS names."""
    return Path(os.environ.get("CUSTOMARY_SHOPS") or DATA / "shops").resolve()


def shops() -> tuple[str, ...]:
    """The names of all shops that were adopted or built here."""
    return tuple(sorted(path.parent.name for path in shops_folder().glob("*/shop.toml")))


def shop_path(name: str) -> Path:
    """The folder of the shop called `name`; otherwise an error with the nearest names."""
    if name not in shops():
        raise (
            nearest(name, shops(), "shop")
            if shops()
            else Refused(
                f"there is no shop “{name}” yet: `customary build demo` makes one, `customary adopt` brings yours"
            )
        )
    return shops_folder() / name
