"""What may go: what crashed builds left, and snapshots that are old."""

import shutil
from contextlib import suppress
from pathlib import Path

from customary.errors import Refused
from customary.shop import pointer

KEEP = 5  # snapshots that stay when a new one is built


def leftovers(folder: Path) -> list[Path]:
    """What builds left that never ended: databases half made, small files never put in their place."""
    return [*(folder / "snapshots").glob(".build-*"), *folder.glob(".*.tmp")]


def old_versions(folder: Path, keep: int) -> list[Path]:
    """The snapshots beyond the newest `keep`, oldest first; never the current one or its predecessor."""
    versions = sorted(path for path in (folder / "snapshots").glob("[!.]*") if path.is_dir())
    told = pointer(folder) or {}
    kept = {told.get("version"), told.get("facts", {}).get("previous")}
    return [path for path in versions[: max(len(versions) - keep, 0)] if path.name not in kept]


def sweep(folder: Path) -> None:
    """Remove both from a shop's folder; for who has the shop's build lock, or a running build would lose its work.

    Where the pointer cannot be read, nobody knows which snapshot is in use: then none of them goes.
    """
    for left in leftovers(folder):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    with suppress(Refused):
        for old in old_versions(folder, KEEP):
            shutil.rmtree(old)


def remove_others(folder: Path, version: str) -> None:
    """Remove every snapshot but one: those of before hold somebody who is to be forgotten.

    Whoever reads one now keeps it open until the end; nobody opens it any longer.
    """
    for path in (folder / "snapshots").glob("[!.]*"):
        if path.is_dir() and path.name != version:
            shutil.rmtree(path)
