"""All that `customary doctor` looks at, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from customary.places import shops_folder
from customary.serve.health.findings import Health
from customary.serve.health.machine import (
    clock_health,
    font_health,
    open_files_health,
    package_health,
    port_health,
    python_health,
)
from customary.serve.health.shops import disk_health, folder_health, shop_health, shop_names


def examine(shop: str = "", host: str = "127.0.0.1", port: int = 2718) -> Iterator[Health]:
    """The machine first, then the folder of shops, then the shop or all of them."""
    yield python_health()
    yield from package_health()
    yield font_health()
    yield clock_health()
    yield open_files_health()
    yield port_health(host, port)
    folder = shops_folder()
    yield folder_health(folder)
    yield disk_health(folder)
    for name in shop_names(shop):
        yield from shop_health(name)
