"""One bounded store of answers that many readers want: each is worked out once, the least wanted go first."""

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, Concatenate

LIMIT_BYTES = 256 << 20


def weight(found: Any) -> int:
    """How many bytes an answer holds: frames, arrays and Arrow tables say it themselves, containers add up theirs."""
    if hasattr(found, "memory_usage") and hasattr(found, "columns"):
        return int(found.memory_usage(index=True, deep=True).sum())
    if isinstance(size := getattr(found, "nbytes", None), int):
        return size + sys.getsizeof(found, 0)
    parts = _parts(found)
    return sys.getsizeof(found) + sum(weight(part) for part in parts)


def _parts(found: Any) -> list[Any]:
    """What lies inside a container or a dataclass."""
    if isinstance(found, Mapping):
        return [*found.keys(), *found.values()]
    if isinstance(found, Sequence | Set) and not isinstance(found, str | bytes):
        return list(found)
    return [getattr(found, field.name) for field in fields(found)] if is_dataclass(found) else []


class Cache:
    """Answers by key, bounded by their bytes; one that is being worked out is waited for, not asked again."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit, self._held = limit_bytes, 0
        self._answers: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._guard = threading.Lock()
        self._asking: dict[Hashable, threading.Lock] = {}

    @property
    def held_bytes(self) -> int:
        """What all its answers weigh together."""
        return self._held

    def answer(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        """The stored answer, or `ask()` once, however many readers want it at the same moment."""
        with self._guard:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key][0]
            turn = self._asking.setdefault(key, threading.Lock())
        with turn:
            with self._guard:
                if key in self._answers:
                    return self._answers[key][0]
            try:
                found = ask()
            finally:
                with self._guard:
                    self._asking.pop(key, None)
            self._keep(key, found)
        return found

    def _keep(self, key: Hashable, found: Any) -> None:
        size = weight(found)
        with self._guard:
            self._answers[key] = found, size
            self._held += size
            while self._held > self._limit and len(self._answers) > 1:
                self._held -= self._answers.popitem(last=False)[1][1]


def as_key(value: Any) -> Hashable:
    """A question's part as a key: what is equal is asked once."""
    if isinstance(value, Mapping):
        return tuple(sorted((name, as_key(part)) for name, part in value.items()))
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(as_key(part) for part in value)
    if is_dataclass(value):
        return type(value), tuple(as_key(getattr(value, field.name)) for field in fields(value))
    return type(value), value  # 1, 1.0 and True are equal, and different questions


shared = Cache()


def cached_per_snapshot[S, **P, A](question: Callable[Concatenate[S, P], A]) -> Callable[Concatenate[S, P], A]:
    """Remember a function's answers per snapshot of its first argument, a shop; they must not be changed.

    Composing and compiling a query costs far more than running it, so the question itself is the key. So are the
    viewer and the rules in force: whoever edits a tier is never answered by the old rules, no viewer by an analyst's.
    """

    @wraps(question)
    def ask(shop: S, /, *args: P.args, **options: P.kwargs) -> A:
        about = str(shop.snapshot.path), shop._viewer, shop.rules.hash  # type: ignore[attr-defined]  # knows no shop
        key = (about, question.__module__, question.__qualname__, as_key(args), as_key(options))
        found: A = shared.answer(key, lambda: question(shop, *args, **options))
        return found

    return ask
