"""A reader's query ends: after its time, or when the reader has left; others go on meanwhile."""

import threading
import time
from pathlib import Path

import duckdb
import pytest
from given import sold
from live_server import TESTS, live_server, wait_for
from websocket_viewer import Viewer

from customary.patience import Patience, Stopped, without_limit

FOR_EVER = "select sum(a.n * b.n % 7) from range(1000000) a(n), range(1000000) b(n)"
PAGES = TESTS / "fixtures" / "slow_pages"
SERVE = (
    "import pathlib, sys; from customary.serve.run import serve; "
    "serve(sys.argv[1], port=0, notebooks=pathlib.Path(sys.argv[2]), query_seconds=float(sys.argv[3]))"
)


def test_a_query_that_takes_too_long_is_stopped():
    """Half a second is allowed and looked at every quarter; the cursor can be used again."""
    patience, cursor, begun = Patience(), duckdb.connect(), time.monotonic()
    patience.limit(0.5)
    with pytest.raises(Stopped, match=r"longer than 0\.5 seconds and was stopped"), patience.watch(cursor):
        cursor.execute(FOR_EVER).fetchall()
    assert time.monotonic() - begun < 5
    with patience.watch(cursor):
        assert cursor.execute("select 1").fetchall() == [(1,)]


def test_what_is_prepared_for_all_takes_its_time():
    """The same limit, and a query of more than a second within `without_limit`."""
    patience, cursor = Patience(), duckdb.connect()
    patience.limit(0.1)
    begun, found = time.monotonic(), set()
    with without_limit(), patience.watch(cursor):
        while time.monotonic() < begun + 1:
            found.update(cursor.execute("select sum(n) from range(1000000) a(n)").fetchall())
    assert found == {(499_999_500_000,)}


def test_only_the_leavers_query_is_stopped():
    """Two threads wait; one leaves. The other's answer comes, and the leaver's error says why."""
    patience, said = Patience(), {}

    def ask(name, sql):
        cursor = duckdb.connect()
        try:
            with patience.watch(cursor):
                said[name] = cursor.execute(sql).fetchall()
        except Stopped as error:
            said[name] = str(error)

    other = "select sum(a.n * b.n % 7) from range(20000) a(n), range(10000) b(n)"
    threads = {
        name: threading.Thread(target=ask, args=(name, sql)) for name, sql in (("leaver", FOR_EVER), ("other", other))
    }
    for thread in threads.values():
        thread.start()
    wait_for(lambda: patience.leave(threads["leaver"].ident) == 1, 30)
    for thread in threads.values():
        thread.join(60)
    assert said["leaver"] == "this question was stopped, as nobody waited for its answer"
    assert isinstance(said["other"], list)


def test_nothing_is_left_behind():
    """An error of the query's own passes as it is, and no query is watched after its end."""
    patience, cursor = Patience(), duckdb.connect()
    with pytest.raises(duckdb.BinderException), patience.watch(cursor):
        cursor.execute("select nothing").fetchall()
    assert patience.leave(threading.get_ident()) == 0


@pytest.fixture(scope="module")
def slow_shop(tiny_shop):
    """The name of a shop of one order."""
    return tiny_shop(orders=[sold("a", "c", "2025-01-01 10:00", 5)], as_of="2025-02-01", name="slow").name


def processor_seconds(process):
    """What a process has used of the processors so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def switch(viewer, value, wait=True):
    """Turn the page's switch; the answer is waited for, or not."""
    values = {viewer.controls("switch")[0]: value}
    if wait:
        return viewer.set(values)
    return viewer._post("set_ui_element_value", {"objectIds": list(values), "values": list(values.values())})


def test_a_runaway_question_ends_and_says_so(slow_shop, tmp_path):
    """Two seconds are allowed: the page says why there is no figure within ten, and answers the next question."""
    with live_server(["-c", SERVE, slow_shop, str(PAGES), "2"], {}, tmp_path / "log") as server:
        viewer = Viewer(server.address + "01_slow/").open()
        quick, begun = viewer.cell("answer"), time.monotonic()
        switch(viewer, True)
        assert time.monotonic() - begun < 10
        assert viewer.cell("answer") != quick
        switch(viewer, False)
        assert viewer.cell("answer") == quick
        viewer.close()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads what Linux says of processes")
def test_a_question_ends_with_its_reader(slow_shop, tmp_path):
    """An hour is allowed, and the reader closes the page: ten seconds later the server is at rest."""
    with live_server(["-c", SERVE, slow_shop, str(PAGES), "3600"], {}, tmp_path / "log") as server:
        viewer = Viewer(server.address + "01_slow/").open()
        before = processor_seconds(server.process)
        switch(viewer, True, wait=False)
        wait_for(lambda: processor_seconds(server.process) > before + 1, 60)
        viewer.close()

        def is_at_rest():
            used = processor_seconds(server.process)
            time.sleep(1)
            return processor_seconds(server.process) - used < 0.2

        wait_for(is_at_rest, 20)
        assert is_at_rest(), "and it stays so"
