"""Several processes behind one gateway: each reader stays with one, what is drawn is drawn once, one may die."""

import asyncio
import os
import signal
from pathlib import Path

import httpx
import pytest
from given import sold
from live_server import TESTS, is_drawn, live_server, wait_for
from loops import run_apart
from websocket_viewer import Viewer, crowd

from customary.serve.workers.fleet import Fleet
from customary.serve.workers.wire import plain_scope, read_message, write_message

PAGES = TESTS / "fixtures" / "slow_pages"
SERVE = (
    "import pathlib, sys; from customary.serve.run import serve; "
    "serve(sys.argv[1], port=0, notebooks=pathlib.Path(sys.argv[2]), query_seconds=2, workers=2)"
)
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads what Linux says of processes")


def children(process):
    """The processes that a process started and that still run."""
    folder = Path(f"/proc/{process.pid}/task")
    found = {int(pid) for task in folder.iterdir() for pid in (task / "children").read_text("utf-8").split()}
    return sorted(found)


@pytest.fixture(scope="module")
def server(tiny_shop, tmp_path_factory):
    """A shop of one order behind two workers; a question may take two seconds."""
    shop = tiny_shop(orders=[sold("a", "c", "2025-01-01 10:00", 5)], as_of="2025-02-01", name="workers")
    log = tmp_path_factory.mktemp("workers") / "log"
    with live_server(["-c", SERVE, shop.name, str(PAGES)], {}, log) as found:
        yield found


def test_readers_are_shared_out_and_stay():
    """Four readers, two workers: two each; asked again each has the one it had. A busy worker gets nobody new."""
    fleet = Fleet(2, {}, Path())
    first = [fleet.worker_of(name) for name in "abcd"]
    assert sorted(first) == [0, 0, 1, 1]
    assert [fleet.worker_of(name) for name in "abcd"] == first
    fleet.workers[0].busy = 3
    assert fleet.worker_of("e") == 1


def test_messages_arrive_as_they_were_sent(tmp_path):
    """Bytes stay bytes and texts texts; a connection that ends amid a message gives none."""
    said = {"type": "http.request", "body": b"\x00\xff", "more_body": False, "headers": [(b"a", b"b")], "n": 1.5}

    class Pipe:
        def __init__(self):
            self.sent = b""

        def write(self, part):
            self.sent += part

    async def through(cut):
        pipe, reader = Pipe(), asyncio.StreamReader()
        write_message(pipe, said)
        reader.feed_data(pipe.sent[:cut])
        reader.feed_eof()
        return await read_message(reader)

    assert run_apart(lambda: through(None)) == said
    assert run_apart(lambda: through(-1)) is None
    assert run_apart(lambda: through(0)) is None


def test_a_scope_leaves_behind_what_belongs_to_its_process():
    """Headers and the person go over; the app and its state do not."""
    scope = {"type": "http", "headers": [(b"host", b"x")], "app": object(), "state": {}, "user": {"name": "reader"}}
    assert plain_scope(scope) == {"type": "http", "headers": [(b"host", b"x")], "user": {"name": "reader"}}


def test_twelve_readers_of_two_workers_see_the_same(server):
    """Pages and controls work in both processes, whichever a reader has, and no worker is idle."""
    assert len(children(server.process)) == 2
    viewers = crowd(server.address + "01_slow/", 12)
    try:
        assert [error for viewer in viewers for error in viewer.errors()] == []
        assert {viewer.cell("answer") for viewer in viewers} == {viewers[0].cell("answer")}
        for viewer in viewers[:4]:
            viewer.set({viewer.controls("switch")[0]: False})
            assert viewer.cell("answer") == viewers[0].cell("answer")
    finally:
        for viewer in viewers:
            viewer.close()


def test_what_is_drawn_is_answered_by_the_gateway(server):
    """The first worker draws; then a link without filters needs no session, and the server is ready."""
    wait_for(lambda: is_drawn(server.address + "01_slow/"))
    ready = httpx.get(server.address + "readyz")
    assert ready.json() == {"status": "ready", "snapshot": True, "workers": True}
    assert "Slow" in httpx.get(server.address).text


def test_a_session_is_still_its_readers_alone(server):
    """Another browser may neither open nor change the page, whichever worker it would reach."""
    mine, other = Viewer(server.address + "01_slow/").open(), Viewer(server.address + "01_slow/").open()
    assert other.socket_status(f"session_id={mine.session}", other.cookie()) == 403
    headers = {"marimo-session-id": mine.session, "marimo-server-token": other.token}
    address = f"{server.address}01_slow/api/kernel/set_ui_element_value"
    assert other.http.post(address, json={"objectIds": [], "values": []}, headers=headers).status_code == 404
    mine.close()
    other.close()


def test_a_worker_that_dies_is_started_again(server):
    """Both are killed at once; a minute later at the most pages open again, and the log says what happened."""
    before = children(server.process)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: httpx.get(server.address + "readyz").status_code == 503 or children(server.process) != before)
    wait_for(lambda: len(children(server.process)) == 2 and httpx.get(server.address + "readyz").status_code == 200)
    viewer = Viewer(server.address + "01_slow/").open()
    assert "total" in viewer.cell("answer")
    viewer.close()
    assert "is started again" in server.said()


def test_workers_end_with_the_server(server):
    """After Ctrl-C, and after a `kill -9` of the gateway, no process is left. Last: the server is gone then."""
    left = children(server.process)
    server.process.kill()
    server.process.wait()
    assert left, "there were workers"
    running = lambda: [pid for pid in left if Path(f"/proc/{pid}").exists()]  # noqa: E731
    wait_for(lambda: not running(), 20)
    assert running() == []
