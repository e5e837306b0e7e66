"""A viewer without a browser: opens a page as its script would and speaks marimo's protocol.

GET the live page for its token, open the socket with an own session id, collect each cell's last output until
the run is over; a control is set by POST. In run mode the server starts the run itself.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

TOKEN = re.compile(r'"serverToken": "([^"]*)"')
ERROR = "application/vnd.marimo+error"
# What may differ between two viewers of the same numbers.
PASSING = (
    (re.compile(r"random-id=\\?['\"][\w-]+\\?['\"]"), "random-id"),
    (re.compile(r"@file/(\d+)-\d+-\w{8}"), r"@file/\1"),
)


@dataclass
class Viewer:
    """One viewer of one page. `outputs` holds each cell's last output, `names` each cell's name."""

    address: str
    page: str = ""
    names: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    socket: ClientConnection | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.session = "s_" + secrets.token_hex(3)
        self.leaving = ExitStack()
        self.http = self.leaving.enter_context(httpx.Client(headers={"origin": self.origin}, timeout=30))
        self.token = ""

    def open(self, seconds: float = 150) -> Viewer:
        """Load the page, connect, and wait for the first run to end."""
        # A link without filters is answered by the page that was drawn, which has no session.
        self.page = (
            self.http.get(self.address + ("&" if "?" in self.address else "?") + "live=1").raise_for_status().text
        )
        found = TOKEN.search(self.page)
        self.token = found[1] if found else ""
        ws = self.address.replace("http", "ws", 1).split("?")[0] + f"ws?session_id={self.session}"
        asked = {"origin": self.origin, "additional_headers": self.cookie(), "open_timeout": 30}
        self.socket = self.leaving.enter_context(connect(ws, max_size=None, **asked))
        self._collect(seconds)
        return self

    def cookie(self) -> dict[str, str]:
        """The header by which the server knows this viewer again, as his browser sends it."""
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())}

    def socket_status(self, query: str, headers: dict[str, str]) -> int:
        """The HTTP status with which another socket to the page is refused; 101 where it opens."""
        address = self.address.replace("http", "ws", 1).split("?")[0] + f"ws?{query}"
        try:
            with connect(address, origin=self.origin, additional_headers=headers):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    def set(self, values: dict[str, Any], seconds: float = 150) -> None:
        """Set controls by object id and wait for the run this starts."""
        self._post("set_ui_element_value", {"objectIds": list(values), "values": list(values.values())})
        self._collect(seconds)

    def _post(self, what: str, body: dict[str, Any]) -> None:
        headers = {"marimo-session-id": self.session, "marimo-server-token": self.token}
        address = self.address.split("?")[0] + f"api/kernel/{what}"
        self.http.post(address, json=body, headers=headers).raise_for_status()

    def close(self) -> None:
        """Leave; the server keeps the session for its time to live."""
        self.leaving.close()

    def cell(self, name: str) -> str:
        """The last output of the cell called `name`: its HTML, mostly."""
        return str(self.outputs[next(key for key, said in self.names.items() if said == name)]["data"])

    def controls(self, kind: str) -> list[str]:
        """Object ids of the shown controls of one kind: "slider", "dropdown", …"""
        pattern = re.compile(rf"<marimo-ui-element object-id='([^']+)'[^>]*>\s*<marimo-{kind}\b")
        return [found for output in self.outputs.values() for found in pattern.findall(str(output.get("data")))]

    def errors(self) -> list[str]:
        """Outputs that are errors, with the name of their cell."""
        return [
            f"{self.names.get(cell, cell)}: {output['data']}"
            for cell, output in self.outputs.items()
            if output.get("mimetype") == ERROR or "marimo-error" in str(output.get("channel"))
        ]

    def shown(self) -> dict[str, str]:
        """Each cell's output without what may differ between viewers, to compare viewers by."""
        return {cell: _plain(json.dumps(output.get("data"))) for cell, output in self.outputs.items()}

    def file_names(self) -> list[str]:
        """The files that the outputs point to."""
        return [name for said in self.outputs.values() for name in re.findall(r"@file/[\w.-]+", str(said.get("data")))]

    def files(self) -> dict[str, str]:
        """The content of every file the outputs point to, by cell and order of appearance."""
        found = {}
        for cell, output in self.outputs.items():
            for place, name in enumerate(re.findall(r"@file/[\w.-]+", str(output.get("data")))):
                found[f"{cell}/{place}"] = self.http.get(f"{self.address.split('?')[0]}{name}").raise_for_status().text
        return found

    def _collect(self, seconds: float) -> None:
        assert self.socket is not None
        until = time.monotonic() + seconds
        while True:
            raw = self.socket.recv(timeout=max(0.0, until - time.monotonic()))
            text = raw if isinstance(raw, str) else raw.decode()
            self.messages.append(text)
            message = json.loads(text)
            if message["op"] == "completed-run":
                return
            self._take(message["op"], message["data"])

    def _take(self, op: str, said: dict[str, Any]) -> None:
        if op == "kernel-ready":
            self.names = dict(zip(said["cell_ids"], said["names"], strict=True))
        elif op == "cell-op" and said.get("output"):
            self.outputs[said["cell_id"]] = said["output"]
        elif op == "kernel-startup-error":
            raise AssertionError(f"the page did not start: {said}")


def crowd(address: str, count: int) -> list[Viewer]:
    """`count` viewers that open the page at the same time, each with its first run over."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: Viewer(address).open(), range(count)))


def _plain(text: str) -> str:
    for pattern, instead in PASSING:
        text = pattern.sub(instead, text)
    return text
