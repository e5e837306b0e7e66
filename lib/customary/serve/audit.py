"""Who saw and took what, and when: one line of JSON for each, without a word about the shop's customers.

A line names the reader and the page. Of a link's choices only the names are kept: a value may be a customer's.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from customary.shop import now

log = logging.getLogger(__name__)

FILE = "audit.jsonl"
MOST_BYTES = 64 << 20  # then it goes on in a new file, and the full one is kept beside it
type Fact = str | int | list[str]


@dataclass
class Audit:
    """A file that is only written on; a disk that is full is said once in the log, and readers are served."""

    file: Path | None
    clock: Callable[[], datetime] = now
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _is_broken: bool = False

    def note(self, event: str, person: str = "", **facts: Fact) -> None:
        """One line: when, what, who and the facts, which must be the server's own words."""
        if self.file is None:
            return
        told = {"at": self.clock().isoformat(timespec="milliseconds"), "event": event, "who": person or None, **facts}
        line = json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"
        with self._guard:
            try:
                self._append(line.encode())
                self._is_broken = False
            except OSError as error:
                if not self._is_broken:
                    log.error("the audit log cannot be written: %s", error.strerror)
                self._is_broken = True

    def _append(self, line: bytes) -> None:
        """One write for a line, so that two processes never mix theirs."""
        assert self.file is not None
        if self.file.exists() and self.file.stat().st_size > MOST_BYTES:
            stamp = self.clock().strftime("%Y%m%dT%H%M%S%f")
            self.file.rename(self.file.with_name(f"{self.file.stem}-{stamp}{self.file.suffix}"))
        out = os.open(self.file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(out, line)
        finally:
            os.close(out)


def reader_name(person: str, visitor: str) -> str:
    """Who a line is about: a person who signed in, else a browser by letters that lead back to no cookie."""
    if person or not visitor:
        return person
    return f"browser {hashlib.sha256(visitor.encode()).hexdigest()[:10]}"
