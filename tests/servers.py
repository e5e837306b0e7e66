"""Database servers for tests, on loopback and in a temporary folder: PostgreSQL and MariaDB from Debian's packages."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def program(name: str) -> str:
    """The path of a server's program; without it a test is skipped, or fails where servers are required."""
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin")), Path("/usr/sbin"), Path("/usr/bin")]
    found = shutil.which(name) or next((str(place / name) for place in places if (place / name).exists()), None)
    if found is None:
        if "servers" in os.environ.get("CUSTOMARY_REQUIRE", ""):
            pytest.fail(f"{name} is required and not installed")
        pytest.skip(f"{name} is not installed")
    return found


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _owner(user: str) -> dict[str, str]:
    """As root a database server has to run as somebody else; Debian's packages bring that somebody."""
    return {"user": user, "group": user} if os.geteuid() == 0 else {}


def _own(folder: Path, user: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, user, user)
        for parent in folder.parents[:2]:
            parent.chmod(parent.stat().st_mode | 0o055)


def _wait(port: int, server: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, log.read_text("utf-8", "replace")[-2000:]
        time.sleep(0.1)
    pytest.fail("the database server did not start")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server with an empty database `shop`; gives its address."""
    initdb, server_program = program("initdb"), program("postgres")
    data, port, log = folder / "data", free_port(), folder / "log"
    _own(data, "postgres")
    owner = _owner("postgres")
    told = [initdb, "-D", str(data), "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(told, check=True, capture_output=True, cwd=data, **owner)
    run = [server_program, "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"]
    with log.open("wb") as said, subprocess.Popen(run, stdout=said, stderr=said, cwd=data, **owner) as server:
        try:
            _wait(port, server, log)
            yield f"postgres://owner@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()


@contextmanager
def mariadb(folder: Path) -> Iterator[str]:
    """A MariaDB server with an empty database `shop`; gives its address."""
    install, server_program = program("mariadb-install-db"), program("mariadbd")
    data, port, log = folder / "data", free_port(), folder / "log"
    _own(data, "mysql")
    owner = _owner("mysql")
    common = ["--no-defaults", f"--datadir={data}"]
    told = [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(told, check=True, capture_output=True, cwd=data, **owner)
    run = [server_program, *common, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={data}/s"]
    with log.open("wb") as said, subprocess.Popen(run, stdout=said, stderr=said, cwd=data, **owner) as server:
        try:
            _wait(port, server, log)
            yield f"mysql://root@127.0.0.1:{port}/mysql"
        finally:
            server.terminate()
