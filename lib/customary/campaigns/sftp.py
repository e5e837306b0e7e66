"""A list goes to a server by SFTP, through the OpenSSH client of this machine: its keys, its agent, its known hosts."""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from customary.campaigns.formats import CSV, FileKind
from customary.campaigns.targets import SECONDS, WAITS
from customary.errors import Refused
from customary.publish import files

LONGEST = 600  # seconds that a transfer may take in all
# What asking again does not mend: a server that is not the one that is known, or does not know us.
FINAL = ("Host key verification failed", "Permission denied", "REMOTE HOST IDENTIFICATION HAS CHANGED")
CONNECTION = 255  # the client's exit code where it came to no session
_WORD = re.compile(r"[\w][\w.-]*")


@dataclass(frozen=True)
class Sftp:
    """A folder of a server, `sftp://user@host:port/folder`; what follows the host begins at the root.

    The host must be among the known hosts, and the user come in by a key: nobody is asked for a password, and none is
    part of an address. The file is sent under a name that nobody reads and then renamed, so that it is there whole or
    not at all; sent again under the same key it replaces itself. `options` are further ones of the client.
    """

    url: str
    attempt: Callable[[], None] = lambda: None  # told before each attempt
    wait: Callable[[float], None] = time.sleep
    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        names = [parts.hostname or "", *([parts.username] if parts.username else [])]
        if parts.password is not None:
            raise Refused("no password belongs into an address: SFTP goes by a key")
        if not all(_WORD.fullmatch(name) for name in names) or not unquote(parts.path).isprintable():
            raise Refused("{url} is no address that a list can go to", url=self.url)

    def send(self, key: str, content: bytes, count: int, kind: FileKind = CSV) -> None:
        """Send the file and rename it; after the last attempt the fault is told."""
        program = shutil.which("sftp")
        if program is None:
            raise Refused("the program sftp of OpenSSH is not installed")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "list"
            files.replace_private(file, content)
            fault = self._send([program, *self._words()], self._batch(file, f"{key}{kind.suffix}"))
        if fault:
            raise Refused("{url} did not take the list ({fault}): deliver it again later", url=self.url, fault=fault)

    def _send(self, command: list[str], batch: str) -> str:
        """Run the client until the file is there; why it is not, in the words of the client, or nothing."""
        fault = ""
        for pause in (0.0, *WAITS):
            self.wait(pause)
            self.attempt()
            code, fault = _run(command, batch)
            if not code:
                return ""
            if code != CONNECTION or any(text in fault for text in FINAL):
                break
        return fault

    def _words(self) -> list[str]:
        parts = urlsplit(self.url)
        given = {"BatchMode": "yes", "StrictHostKeyChecking": "yes", "ConnectTimeout": str(SECONDS)}
        options = [word for name, value in given.items() for word in ("-o", f"{name}={value}")]
        port = ["-P", str(parts.port)] if parts.port else []
        user = f"{parts.username}@" if parts.username else ""
        return [*options, *self.options, *port, "-b", "-", f"{user}{parts.hostname}"]

    def _batch(self, file: Path, name: str) -> str:
        """What the client does, step by step until one fails; the rename takes the place of a file that is there."""
        folder = unquote(urlsplit(self.url).path).rstrip("/")
        aside, there = _quote(f"{folder}/.{name}.part"), _quote(f"{folder}/{name}")
        return f"put -p {_quote(str(file))} {aside}\nrename {aside} {there}\n"  # -p: for its owner alone, as here


def _quote(path: str) -> str:
    """A path as one word of the client's, in which no sign means anything else."""
    return '"' + re.sub(r'([\\"])', r"\\\1", path) + '"'


def _run(command: list[str], batch: str) -> tuple[int, str]:
    """The exit code of the client and the last that it said."""
    try:
        done = subprocess.run(command, input=batch, capture_output=True, text=True, check=False, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return CONNECTION, "timeout"
    said = [line.strip() for line in done.stderr.splitlines() if line.strip() not in ("", "Connection closed")]
    return done.returncode, said[-1] if said else f"sftp: {done.returncode}"
