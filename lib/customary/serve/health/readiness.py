"""What a monitor may ask without signing in: whether the server runs, and whether it can show the shop's figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from customary.errors import Refused
from customary.fingerprints import verify_file
from customary.places import shop_path
from customary.shop import fitting, readers_snapshot

Readiness = Mapping[str, bool]  # what must be so → whether it is


def shop_readiness(shop_name: str, more: Mapping[str, Callable[[], bool]]) -> Callable[[], Readiness]:
    """A question for `/readyz`: whether the shop has a snapshot that this code reads, whole and sound, and `more`."""

    def ask() -> Readiness:
        return {"snapshot": _has_sound_snapshot(shop_name), **{name: is_so() for name, is_so in more.items()}}

    return ask


def _has_sound_snapshot(shop_name: str) -> bool:
    """The file is read once per process, and again only when it was written since."""
    try:
        snapshot = readers_snapshot(shop_path(shop_name))
        return snapshot is not None and verify_file(fitting(snapshot)) is snapshot
    except (Refused, LookupError):
        return False
