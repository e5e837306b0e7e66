"""Where a list goes: a folder, or a webhook that is signed and asked again until it answers."""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from customary.campaigns.formats import CSV, FileKind
from customary.errors import Refused
from customary.publish import files

SECONDS = 20  # how long a webhook may take to answer
WAITS = (0.5, 2.0, 8.0, 30.0)  # seconds before each further attempt
AGAIN = (408, 409, 425, 429)  # besides faults of the server, answers after which the same may be asked again
LOCAL = ("localhost", "127.0.0.1", "::1")


class Target(Protocol):
    """A place that takes a list once: the same content under the same key is the same delivery."""

    def send(self, key: str, content: bytes, count: int, kind: FileKind = CSV) -> None:
        """Hand over the content; returns when it has arrived, raises `Refused` when it has not."""


@dataclass(frozen=True)
class Folder:
    """A folder on this machine; the file is there whole or not at all, and readable for its owner alone."""

    path: Path

    def send(self, key: str, content: bytes, count: int, kind: FileKind = CSV) -> None:
        """Write KEY.csv or KEY.xlsx, over what an interrupted delivery of the same list left."""
        if not self.path.is_dir():
            raise Refused("{path} is no folder", path=str(self.path))
        files.replace_private(self.path / f"{key}{kind.suffix}", content)


@dataclass(frozen=True)
class Webhook:
    """An address that takes the list as CSV or a workbook by POST, over HTTPS or on this very machine.

    `X-Customary-Signature` is `t=SECONDS,v1=HEX`, the HMAC-SHA-256 of "SECONDS." and the body under the shop's secret;
    `Idempotency-Key` is the list's name: whoever has seen it has the list. It counts as arrived with an answer 2xx; one
    that says in JSON how many it `received` must have received all. Redirects are not followed.
    """

    url: str
    secret: bytes
    attempt: Callable[[], None] = lambda: None  # told before each attempt
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
            raise Refused("a list goes to a webhook by https, or to this machine by http, not to {url}", url=self.url)
        if parts.username or not parts.hostname:
            raise Refused("{url} is no address that a list can go to", url=self.url)

    def send(self, key: str, content: bytes, count: int, kind: FileKind = CSV) -> None:
        """Post the content until it is taken; after the last attempt the fault is told."""
        fault = ""
        for pause in (0.0, *WAITS):
            self.wait(pause)
            self.attempt()
            try:
                status, said = self._post(key, content, kind.media_type)
            except (OSError, HTTPException) as error:
                fault = str(error) or type(error).__name__
                continue
            if 200 <= status < 300:
                return _check_receipt(said, count)
            fault = f"HTTP {status}"
            if status < 500 and status not in AGAIN:
                break
        raise Refused("{url} did not take the list ({fault}): deliver it again later", url=self.url, fault=fault)

    def _post(self, key: str, content: bytes, media_type: str) -> tuple[int, bytes]:
        parts, now = urlsplit(self.url), str(int(self.clock()))
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        con = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        signature = hmac.digest(self.secret, now.encode() + b"." + content, "sha256").hex()
        headers = {
            "Content-Type": media_type,
            "Idempotency-Key": key,
            "X-Customary-Signature": f"t={now},v1={signature}",
        }
        try:
            con.request("POST", f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}", content, headers)
            answer = con.getresponse()
            return answer.status, answer.read(65_536)
        finally:
            con.close()


def _check_receipt(said: bytes, count: int) -> None:
    """Refuse a receipt that names another number of customers than were sent."""
    try:
        told = json.loads(said)
    except ValueError:
        return
    received = told.get("received") if isinstance(told, dict) else None
    if received is not None and received != count:
        raise Refused(
            "{count:,} customers were sent, but the receiver says that it received {received}: look there first, then "
            "deliver it again",
            count=count,
            received=str(received),
        )
