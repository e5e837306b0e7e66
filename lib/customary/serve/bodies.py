"""The body of a request: read whole up to a bound, held against what a page may ask, and handed on as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.types import Message, Receive, Scope

from customary.serve.replies import RequestRefused

LARGEST_BODY = 64_000  # bytes; a control's value is a few hundred
# What tables and charts call back for while being read; download_as would hand out whole tables.
FUNCTIONS = frozenset(
    {"search", "get_column_summaries", "get_row_ids", "get_size_bytes", "calculate_top_k_rows", "load"}
)


def check_body(scope: Scope, body: bytes) -> dict[str, Any]:
    """What a body asks, where it asks for nothing but one of the functions that may be called."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestRefused(400) from None
    if not isinstance(asked, dict):
        raise RequestRefused(400)
    is_call = scope["path"].endswith("/function_call")
    if is_call and str(asked.get("functionName")) not in FUNCTIONS:
        raise RequestRefused(403)
    return asked if is_call else {}


def button_of(asked: Mapping[str, Any]) -> str:
    """The number of the button whose file a call wants written; "" for any other call."""
    return str(asked.get("namespace")) if asked.get("functionName") == "load" else ""


async def whole_body(receive: Receive) -> bytes:
    """All of a body; raises RequestRefused for one that is too large, or whose sender has gone."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestRefused(400)
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise RequestRefused(413)
        if not message.get("more_body"):
            return body


def replay(body: bytes, receive: Receive) -> Receive:
    """`receive` for an app, to which a body that was read arrives once more."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
