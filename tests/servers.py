"""Servers for tests, on loopback and in a temporary folder: PostgreSQL, MariaDB and OpenSSH from Debian's packages."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
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


def _owner(user: str) -> list[str]:
    """As root a database server has to run as somebody else; Debian's packages bring that somebody.

    A program in between changes the user: Python's own way copies the whole process first, and a worker that
    has run ten thousand tests may be too big to be copied.
    """
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"] if os.geteuid() == 0 else []


@contextmanager
def _folder_of(user: str) -> Iterator[Path]:
    """An empty folder that the server's user may enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="customary-server-") as folder:
        if os.geteuid() == 0:
            known = pwd.getpwnam(user)
            os.chown(folder, known.pw_uid, known.pw_gid)  # groups by name are not found in a process of many libraries
        yield Path(folder)


def _wait(port: int, server: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, log.read_text("utf-8", "replace")[-2000:]
        time.sleep(0.1)
    pytest.fail("the server did not start")


@contextmanager
def _running(command: list[str], port: int, folder: Path, user: str) -> Iterator[None]:
    """A server in the foreground until the tests are done with it."""
    log = folder / "log"
    with log.open("wb") as said:
        server = subprocess.Popen([*_owner(user), *command], stdout=said, stderr=said, cwd=folder)
        try:
            _wait(port, server, log)
            yield
        finally:
            server.terminate()
            server.wait(30)


def _set_up(command: list[str], folder: Path, user: str) -> None:
    run = subprocess.run([*_owner(user), *command], capture_output=True, text=True, cwd=folder, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def _wait_for_answer(address: str) -> None:
    """A server that listens may still be starting up."""
    for _ in range(100):
        try:
            psycopg.connect(address).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    pytest.fail("the database server answers no question")


@contextmanager
def postgres(*options: str) -> Iterator[str]:
    """A PostgreSQL server with an empty database `postgres`, made with these options; gives its address."""
    port, user = free_port(), "postgres"
    initdb, server = program("initdb"), program("postgres")
    with _folder_of(user) as folder:
        data = str(folder / "data")
        _set_up([initdb, "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync", *options], folder, user)
        with _running([server, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"], port, folder, user):
            address = f"postgres://owner@127.0.0.1:{port}/postgres"
            _wait_for_answer(address)
            yield address


@contextmanager
def mariadb() -> Iterator[str]:
    """A MariaDB server with its own database `mysql`; gives its address."""
    port, user = free_port(), "mysql"
    install, server = program("mariadb-install-db"), program("mariadbd")
    with _folder_of(user) as folder:
        common = ["--no-defaults", f"--datadir={folder}/data"]
        _set_up([install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"], folder, user)
        told = [server, *common, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/socket"]
        with _running(told, port, folder, user):
            yield f"mysql://root@127.0.0.1:{port}/mysql"


@dataclass(frozen=True)
class SshServer:
    """An SSH server: a folder of its own, the address of one in it, and the client's options that get one in."""

    folder: Path
    inbox: Path
    address: str
    options: tuple[str, ...]


def _key(folder: Path, name: str) -> Path:
    done = subprocess.run(
        [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=False
    )
    assert done.returncode == 0
    return folder / name


def _sshd_settings(folder: Path, port: int) -> str:
    told = {"Port": port, "ListenAddress": "127.0.0.1", "HostKey": _key(folder, "host"), "PidFile": "none"}
    told |= {"AuthorizedKeysFile": f"{_key(folder, 'mine')}.pub", "StrictModes": "no", "UsePAM": "no"}
    told |= {"PasswordAuthentication": "no", "KbdInteractiveAuthentication": "no", "PermitRootLogin": "yes"}
    return "".join(f"{name} {value}\n" for name, value in told.items()) + "Subsystem sftp internal-sftp\n"


@contextmanager
def sshd() -> Iterator[SshServer]:
    """An OpenSSH server that runs as whoever runs the tests, lets one key in and hands out files."""
    port, server, user = free_port(), program("sshd"), pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # Debian's service makes it when it starts
    with tempfile.TemporaryDirectory(prefix="customary-server-") as name:
        folder, inbox = Path(name), Path(name) / "in box"
        inbox.mkdir()
        (folder / "settings").write_text(_sshd_settings(folder, port))
        (folder / "known").write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text()}")
        with (folder / "log").open("wb") as said:
            running = subprocess.Popen([server, "-D", "-e", "-f", str(folder / "settings")], stderr=said)
            try:
                _wait(port, running, folder / "log")
                files = {
                    "IdentityFile": folder / "mine",
                    "UserKnownHostsFile": folder / "known",
                    "IdentityAgent": "none",
                }
                options = tuple(word for name, value in files.items() for word in ("-o", f"{name}={value}"))
                address = f"sftp://{user}@127.0.0.1:{port}{folder}/in%20box"
                yield SshServer(folder, inbox, address, ("-F", "none", *options))
            finally:
                running.terminate()
                running.wait(30)
