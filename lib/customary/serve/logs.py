"""The server's log as lines of JSON, for whoever collects them, without a word that may be a customer's.

What we say ourselves names no data. What libraries say may quote a value, so of theirs only who spoke, how grave it is
and which error it was at which place are kept.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

OURS = "customary"
OTHERS = ("marimo", "uvicorn", "uvicorn.error", "asyncio")  # they have handlers of their own, or may get some


class JsonLines(logging.Formatter):
    """One line for each record: at, level, from, said, and of an error its kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
        }
        if record.name.split(".")[0] == OURS:
            told["said"] = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            *_, place = traceback.extract_tb(record.exc_info[2]) or [None]
            told["error"] = record.exc_info[0].__name__
            told["where"] = f"{place.filename}:{place.lineno}" if place else ""
        return json.dumps(told, ensure_ascii=False)


def write_json_lines() -> None:
    """Let everything that this process logs be lines of JSON on its standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in OTHERS:
        other = logging.getLogger(name)
        other.handlers, other.propagate = [], True
