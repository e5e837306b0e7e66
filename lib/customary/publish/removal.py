"""A shop removed, or its old snapshots: never while somebody builds it, and never half in the eyes of a reader."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from customary.places import shop_path
from customary.publish.files import size
from customary.publish.lock import build_lock
from customary.publish.sweep import leftovers, old_versions

# What adopting and building made.
OURS = ("files", "extracts", "rates", "snapshots", "current", "inspections.jsonl", "build.lock")
LAST = ("shop.toml", "build.lock")  # what makes a folder a shop, and what keeps others away: they go last


@dataclass(frozen=True)
class Part:
    """Something that a shop's folder holds: its names, in how many files, of how many bytes."""

    name: str
    count: int
    bytes: int


def holdings(name: str) -> list[Part]:
    """What would go with the shop: adopted files, snapshots, and by name what its people wrote beside them.

    Raises `UnknownName` for another name and `Refused` while a build of the shop runs.
    """
    folder = shop_path(name)
    with build_lock(folder):
        own = [path for path in sorted(folder.iterdir()) if path.name not in OURS]
        return [
            _part("adopted files", [folder / "files", folder / "rates"]),
            Part("snapshots", len(_versions(folder)), size(folder / "snapshots")),
            _part(", ".join(path.name for path in own), own),
        ]


def _part(name: str, paths: list[Path]) -> Part:
    there = [path for path in paths if path.exists()]
    count = sum(1 for path in there for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file())
    return Part(name, count, sum(map(size, there)))


def _versions(folder: Path) -> list[Path]:
    return [path for path in (folder / "snapshots").glob("*") if path.is_dir()]


def remove(name: str) -> int:
    """Remove a shop with all that its folder holds; returns the bytes that are free again.

    First nobody can open it any longer, and last it is no shop: a removal that was cut off can be repeated.
    """
    folder = shop_path(name)
    freed = size(folder)
    with build_lock(folder):
        (folder / "current").unlink(missing_ok=True)
        for path in [path for path in folder.iterdir() if path.name not in LAST]:
            _delete(path)
        (folder / "shop.toml").unlink()
    shutil.rmtree(folder)
    return freed


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def prune(name: str, keep: int, *, dry_run: bool = False) -> list[Part]:
    """Remove what crashed builds left and the snapshots beyond the newest `keep`; returns what goes.

    The current snapshot and the one before it always stay, since readers may have either. With `dry_run` nothing goes.
    """
    folder = shop_path(name)
    with build_lock(folder):
        found = [*leftovers(folder), *old_versions(folder, keep)]
        parts = [Part(path.name, 1, size(path)) for path in found]
        for path in [] if dry_run else found:
            _delete(path)
    return parts
