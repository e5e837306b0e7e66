"""Tables of a database by name, each looked at only when asked for: a build that knows its SQL asks for none."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import ibis.expr.types as ir


class Tables(Mapping[str, ir.Table]):
    """The tables called `names`, of the schema `place`, its database before it, or of the backend's own."""

    def __init__(self, backend: Any, names: Iterable[str], place: tuple[str, str] | str | None = None) -> None:
        self._backend, self._names, self._place = backend, tuple(names), place
        self._known: dict[str, ir.Table] = {}

    def __getitem__(self, name: str) -> ir.Table:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = self._backend.table(name, database=self._place)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
