"""How often somebody may try to sign in: a few wrong passwords, then a wait, for a name as for an address."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

WRONG_EACH_NAME = 5
WRONG_EACH_ADDRESS = 20
SECONDS = 900.0
MOST_KEPT = 10_000


@dataclass
class Attempts:
    """Wrong attempts of the last quarter of an hour, by name and by address."""

    clock: Callable[[], float] = time.monotonic
    _wrong: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def wait_seconds(self, person: str, address: str) -> int:
        """How long somebody has to wait; 0 for who may try now."""
        waits = (self._wait(("name", person), WRONG_EACH_NAME), self._wait(("address", address), WRONG_EACH_ADDRESS))
        return max(waits)

    def note_wrong(self, person: str, address: str) -> None:
        """Remember a wrong attempt."""
        for key in (("name", person), ("address", address)):
            self._wrong.setdefault(key, deque(maxlen=WRONG_EACH_ADDRESS)).append(self.clock())
        while len(self._wrong) > MOST_KEPT:
            del self._wrong[next(iter(self._wrong))]

    def forgive(self, person: str) -> None:
        """Forget the wrong attempts for a name: its own person is here. Those of an address stay."""
        self._wrong.pop(("name", person), None)

    def _wait(self, key: tuple[str, str], most: int) -> int:
        times = [each for each in self._wrong.get(key, ()) if each > self.clock() - SECONDS]
        return 0 if len(times) < most else int(times[-most] + SECONDS - self.clock()) + 1
