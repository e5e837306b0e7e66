"""Files that survive a power cut: what is written is on the disk, and readers see the old file or the new one."""

import os
import shutil
import sys
import uuid
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file, or the list of a folder's files, is on the disk."""
    if sys.platform == "win32":
        return  # there a folder cannot be opened, nor a file synced that is open for reading
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(path: Path, text: str) -> None:
    """Replace a small file in one step: readers see the old one or the new one, never half.

    What stands there and is no file, such as a folder, is no use to anybody and goes.
    """
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    aside.write_text(text, "utf-8")
    sync(aside)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    aside.replace(path)
    sync(path.parent)


def replace_private(path: Path, content: bytes) -> None:
    """Replace a file that nobody else on the machine may read, not even while it is written."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)
    sync(aside)
    aside.replace(path)
    sync(path.parent)


def size(path: Path) -> int:
    """The bytes of a file, or of all files in a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.lstat().st_size for file in files if not file.is_dir())
