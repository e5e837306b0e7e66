"""Lists that go to a server by SFTP: whole or not at all, once by key, to a known server, without a password."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import servers

from customary.campaigns import Ledger
from customary.campaigns.due import place_of
from customary.campaigns.formats import XLSX
from customary.campaigns.sftp import Sftp
from customary.campaigns.targets import WAITS
from customary.errors import Refused


@pytest.fixture(scope="module")
def server() -> Iterator[servers.SshServer]:
    """A server that lets one key in; without OpenSSH its tests are skipped and say so, or fail where it is required."""
    servers.program("sftp")
    with servers.sshd() as found:
        yield found


@pytest.fixture
def inbox(server):
    """The server's folder, empty."""
    for path in server.inbox.iterdir():
        path.unlink()
    return server.inbox


def place(server, address="", **more):
    """The target; what it waits between attempts is noted and not waited for."""
    return Sftp(address or server.address, options=server.options, wait=more.pop("waits", []).append, **more)


def test_a_file_is_there_whole_under_its_name_and_for_its_owner_alone(server, inbox):
    """In a folder whose name has a space, and nothing beside it that is half sent."""
    place(server).send("list-1", b"a,b\n1,2\n", 1)
    place(server).send("list-2", b"workbook", 1, XLSX)
    found = {path.name: (path.read_bytes(), path.stat().st_mode & 0o777) for path in inbox.iterdir()}
    assert found == {"list-1.csv": (b"a,b\n1,2\n", 0o600), "list-2.xlsx": (b"workbook", 0o600)}


def test_what_was_cut_off_is_sent_again_and_is_one_file(server, inbox):
    """A half file of the last attempt lies there, and the file itself, whose arrival was never noted."""
    (inbox / ".list-1.csv.part").write_bytes(b"a,")
    (inbox / "list-1.csv").write_bytes(b"a,b\n1,2\n")
    place(server).send("list-1", b"a,b\n1,2\n", 1)
    assert [(path.name, path.read_bytes()) for path in inbox.iterdir()] == [("list-1.csv", b"a,b\n1,2\n")]


def test_a_name_is_no_pattern(server, inbox):
    """A list called “a*[b]?” is that one file, and others that it would match stay as they are."""
    (inbox / "axb.csv").write_bytes(b"theirs")
    place(server).send("a*[b]?", b"ours", 1)
    assert {path.name: path.read_bytes() for path in inbox.iterdir()} == {"axb.csv": b"theirs", "a*[b]?.csv": b"ours"}


def test_a_server_that_is_not_the_known_one_gets_nothing(server, inbox, tmp_path):
    """Its key is not among the known hosts: refused at once, and not asked again."""
    (tmp_path / "known").write_text("")
    strange = [word.replace(str(server.folder / "known"), str(tmp_path / "known")) for word in server.options]
    waits: list[float] = []
    with pytest.raises(Refused, match="Host key verification failed"):
        Sftp(server.address, options=tuple(strange), wait=waits.append).send("list-1", b"body", 1)
    assert [*inbox.iterdir()] == [] and waits == [0.0]


def test_nobody_is_asked_for_a_password(server, inbox):
    """A key that the server does not know: it says so, instead of waiting for somebody to type."""
    stranger = [word.replace("mine", "host") for word in server.options]
    with pytest.raises(Refused, match="Permission denied"):
        Sftp(server.address, options=tuple(stranger), wait=lambda _pause: None).send("list-1", b"body", 1)
    assert [*inbox.iterdir()] == []


def test_a_folder_that_is_not_there_is_a_fault_that_does_not_mend(server, inbox):
    """Said in the client's words, once."""
    waits: list[float] = []
    with pytest.raises(Refused, match="No such file"):
        place(server, f"{server.address}/gone", waits=waits).send("list-1", b"body", 1)
    assert waits == [0.0] and [*inbox.iterdir()] == []


@pytest.mark.skipif(shutil.which("sftp") is None, reason="OpenSSH's client is not installed")
def test_a_server_that_is_down_is_asked_again():
    """Nobody listens: each attempt is counted, after the pauses of a webhook, and then the fault is told."""
    waits: list[float] = []
    attempts: list[int] = []
    target = Sftp(f"sftp://127.0.0.1:{servers.free_port()}/x", lambda: attempts.append(1), waits.append, ("-F", "none"))
    with pytest.raises(Refused, match="did not take the list"):
        target.send("list-1", b"body", 1)
    assert waits == [0.0, *WAITS] and len(attempts) == 1 + len(WAITS)


@pytest.mark.parametrize(
    "url", ["sftp://me:secret@host/x", "sftp:///x", "sftp://-oProxyCommand=x/x", "sftp://-x@host/x", "sftp://h/a%0Ab"]
)
def test_an_address_is_a_host_a_user_and_a_folder(url):
    """No password, no option of the client, no line of its own; none of it is repeated in the refusal of a password."""
    with pytest.raises(Refused) as told:
        Sftp(url)
    assert "secret" not in str(told.value)


def test_a_play_may_go_out_by_sftp(tmp_path):
    """The address of the settings is the place, each attempt is counted in the ledger under it."""
    ledger, address = Ledger(tmp_path), "sftp://me@host.example/lists"
    shop = SimpleNamespace(snapshot=SimpleNamespace(folder=tmp_path))
    target, where = place_of(shop, ledger, "list-1", address)
    ledger.begin("list-1", where, datetime(2025, 6, 1, tzinfo=UTC))
    target.attempt()
    assert (target.url, where, ledger.delivery("list-1", address)["attempts"]) == (address, address, 1)
