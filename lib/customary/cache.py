"""Answers that many viewers want: each is worked out once per process, and the least wanted are forgotten first."""

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, Concatenate

from customary import standard


def _weight(found: Any) -> int:
    """Roughly how many bytes an answer holds; frames and Arrow tables know their own."""
    parts = found if isinstance(found, tuple | list) else [found]
    return sum(sys.getsizeof(part) for part in parts)


class Results:
    """A store of answers bounded by their bytes; one that is being worked out is waited for, not asked again."""

    def __init__(self, limit_bytes: int = 256 << 20) -> None:
        self._limit, self._held = limit_bytes, 0
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._guard = threading.Lock()
        self._asking: dict[Hashable, threading.Lock] = {}

    def answer(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        """The stored answer, or `ask()` once, however many viewers want it at the same moment."""
        with self._guard:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            turn = self._asking.setdefault(key, threading.Lock())
        with turn:
            with self._guard:
                if key in self._answers:
                    return self._answers[key]
            try:
                found = ask()
            finally:
                with self._guard:
                    self._asking.pop(key, None)
            self._keep(key, found)
        return found

    def _keep(self, key: Hashable, found: Any) -> None:
        with self._guard:
            self._answers[key] = found
            self._held += _weight(found)
            while self._held > self._limit and len(self._answers) > 1:
                self._held -= _weight(self._answers.popitem(last=False)[1])


def _frozen(value: Any) -> Hashable:
    """A question's part as a key: what is equal is asked once."""
    if isinstance(value, Mapping):
        return tuple(sorted((name, _frozen(part)) for name, part in value.items()))
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(_frozen(part) for part in value)
    if is_dataclass(value):
        return type(value), tuple(_frozen(getattr(value, field.name)) for field in fields(value))
    return type(value), value  # 1, 1.0 and True are equal, and different questions


_questions = Results()


def once[S, **P, A](question: Callable[Concatenate[S, P], A]) -> Callable[Concatenate[S, P], A]:
    """Remember a function's answers per snapshot of its first argument, a shop; they must not be changed.

    Composing and compiling a query costs far more than running it, so the question itself is the key. So are the
    rules in force: whoever edits a tier, in this process or another, is never answered by the old one.
    """

    @wraps(question)
    def asked(shop: S, /, *args: P.args, **options: P.kwargs) -> A:
        about = str(shop.snapshot.path), standard.rules_stamp()  # type: ignore[attr-defined]  # this room knows no shop
        key = (about, question.__module__, question.__qualname__, _frozen(args), _frozen(options))
        found: A = _questions.answer(key, lambda: question(shop, *args, **options))
        return found

    return asked
