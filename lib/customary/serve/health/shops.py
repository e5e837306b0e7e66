"""What is looked at of the shops: room on the disk, who may read and write, snapshots byte for byte."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from customary.errors import Refused
from customary.fingerprints import verify_file
from customary.places import shop_path, shops
from customary.serve.health.findings import Health, fault, good, note
from customary.serve.health.machine import PATIENCE
from customary.shop import current_snapshot, fitting, now

LEAST_FREE = 1_000_000_000  # bytes: a build of a shop of some hundred thousand orders, with what it spills
# What only the shop's owner may read: it says whose a pseudonym is, how a customer is reached, or lets people in.
SECRET = ("pseudonyms*", "contacts*", "campaigns*", "access.key", "passwords.txt")


def disk_health(folder: Path, least: int = LEAST_FREE) -> Health:
    """Whether there is room to build a shop anew beside the snapshots that readers have."""
    here = next(up for up in (folder, *folder.parents) if up.is_dir())
    free = shutil.disk_usage(here).free
    if free < least:
        mend = "make room: customary prune removes old snapshots"
        return fault("{free:,.1f} GB are free in {folder}", mend, free=free / 1e9, folder=str(folder))
    return good("{free:,.1f} GB are free in {folder}", free=free / 1e9, folder=str(folder))


def folder_health(folder: Path) -> Health:
    """Whether the folder of shops can be read, and whether builds could write there."""
    if not folder.is_dir():
        return fault("there is no folder {folder}", "customary build demo makes it", folder=str(folder))
    if not os.access(folder, os.R_OK | os.X_OK):
        return fault("{folder} cannot be read", "let the server's user read it", folder=str(folder))
    if not os.access(folder, os.W_OK):
        return note("{folder} is only read: builds need another user", folder=str(folder))
    return good("{folder} can be read and written", folder=str(folder))


def shop_health(name: str) -> Iterator[Health]:
    """Whether a shop has a snapshot that this code reads, whether it is whole, and who may read what is secret."""
    try:
        folder = shop_path(name)
        snapshot = current_snapshot(folder)
        if snapshot is None:
            yield fault("shop {shop} was never built", "customary build {shop}", shop=name)
            return
        verify_file(fitting(snapshot))
    except (Refused, LookupError) as error:
        yield fault("{fault}", "customary build {shop}", fault=str(error), shop=name)
        return
    if snapshot.built_at > now() + PATIENCE:
        told = "shop {shop} was built in the future, by this clock"
        yield fault(told, "set the clock, then run customary build {shop}", shop=name)
    told = "shop {shop}: snapshot {version} is whole, fingerprint {print}"
    yield good(told, shop=name, version=snapshot.version, print=snapshot.sha256[:12])
    yield from _open_secrets(folder)


def _open_secrets(folder: Path) -> Iterator[Health]:
    """Secret files that more people than their owner may read, on systems where that can be told."""
    if sys.platform == "win32":
        return
    for path in sorted(path for pattern in SECRET for path in folder.glob(pattern)):
        if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield fault("{file} can be read by others", "chmod 600 {file}", file=str(path))


def shop_names(name: str) -> tuple[str, ...]:
    """The shop that is asked about, or all there are."""
    return (name,) if name else shops()
