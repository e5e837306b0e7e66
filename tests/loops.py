"""Coroutines in tests run in a thread of their own: a browser of another test may keep a loop in this one."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_apart[T](begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What the coroutine that `begin` starts gives, seen to its end in a thread that has no loop yet."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(begin())).result()
