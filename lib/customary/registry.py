"""Lists of definitions that are never found half filled: what a name is missing from, is filled before it says so."""

from collections.abc import Iterator, MutableMapping
from importlib import import_module


class Registry[T](MutableMapping[str, T]):
    """Definitions by name, as decorators put them in.

    The module `home` makes all of them. It is imported when all are listed or a name is missing, so a command that
    knows its metric never loads the studies. It is named here, not imported: it stands on a higher floor.
    """

    def __init__(self, home: str) -> None:
        self._home = home
        self._made: dict[str, T] = {}

    def _all(self) -> dict[str, T]:
        import_module(self._home)  # while it is being imported itself, this is what it has made so far
        return self._made

    @property
    def so_far(self) -> dict[str, T]:
        """Those that were put in already; nothing is imported to find more."""
        return self._made

    def has_made(self, name: str) -> bool:
        """Whether a definition of that name was put in already; nothing is imported to find out."""
        return name in self._made

    def __getitem__(self, name: str) -> T:
        return self._made[name] if name in self._made else self._all()[name]

    def __setitem__(self, name: str, made: T) -> None:
        self._made[name] = made

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
