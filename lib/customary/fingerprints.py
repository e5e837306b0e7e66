"""Whether a snapshot's file is, byte for byte, what was published: read once per process."""

import hashlib
import threading
from pathlib import Path
from typing import Any

from customary.engine import damage_error

_verified: set[tuple[Path, str, int, int]] = set()
_verifying = threading.Lock()


def verify_file[Published: Any](snapshot: Published) -> Published:
    """The snapshot itself if its file is, byte for byte, what was published; otherwise the error that it is damaged.

    The file is read once per process, and again when it was written since.
    """
    if not snapshot.path.is_file():
        raise damage_error(snapshot.path)
    state = snapshot.path.stat()
    key = (snapshot.path, snapshot.sha256, state.st_size, state.st_mtime_ns)
    with _verifying:  # twelve viewers who come at once wait for one reading
        if key not in _verified:
            _verified.add(_checked_key(key))
    return snapshot


def _checked_key(key: tuple[Path, str, int, int]) -> tuple[Path, str, int, int]:
    path, published, *_ = key
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise damage_error(path) from error
    if found != published:
        raise damage_error(path)
    return key
