"""Memory given back once a crowd has left: Python and its libraries keep what they once had, unless they are asked."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time

from customary.serve.kernels import Kernels

LOOK_SECONDS = 20.0
_ARENAS, _FEWEST = -8, 2  # M_ARENA_MAX of glibc's malloc: a pool for each thread of a crowd is never empty again


def share_pools() -> bool:
    """Let all threads take memory from two pools; False where the system's library is another one."""
    libc = _libc()
    return bool(libc and libc.mallopt(_ARENAS, _FEWEST))


def return_memory() -> bool:
    """Collect what is garbage and give free pages back to the system; False where it cannot be asked to."""
    gc.collect()
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    libc = _libc()
    return bool(libc and libc.malloc_trim(0) >= 0)


def return_memory_after_crowds(kernels: Kernels) -> threading.Thread:
    """Look from time to time whether pages were closed since, and give back what they held; the thread that does."""
    watcher = threading.Thread(target=_watch, args=(kernels,), name="memory", daemon=True)
    watcher.start()
    return watcher


def _watch(kernels: Kernels) -> None:
    before = 0
    while True:
        time.sleep(LOOK_SECONDS)
        running = kernels.count()
        if running < before:
            return_memory()
        before = running


def _libc() -> ctypes.CDLL | None:
    """glibc, which alone has these two; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "gnu_get_libc_version") else None
