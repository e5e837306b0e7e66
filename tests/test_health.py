"""Whether a server could run, and whether one that runs can show its shop: doctor, /healthz and /readyz."""

import os
import time
from importlib.metadata import version

import httpx
import pytest
from given import sold
from live_server import SERVE_SHOP, live_server
from typed import say

from customary.places import shop_path
from customary.serve.health import machine
from customary.serve.health.findings import HealthState
from customary.serve.health.machine import clock_health, font_health, package_health, port_health
from customary.serve.health.shops import disk_health, folder_health, shop_health
from customary.serve.run import bind_socket
from customary.shop import current_snapshot

PAGE = "# chapter: Empty\nimport marimo\napp = marimo.App()\n\n\n@app.cell\ndef one():\n    return\n"


def verdicts(found):
    """How all that was found stands."""
    return [str(each.verdict) for each in found]


def test_packages_that_differ_from_the_lock_are_named(tmp_path):
    """One of another version, one that is missing; one that only another system needs may be missing."""
    lock = tmp_path / "app.txt"
    pins = [f"duckdb=={version('duckdb')} \\", "ibis-framework==0.0.1 \\", "nothing-of-the-kind==1.0 \\"]
    lock.write_text("\n".join([*pins, "other-system==2 ; sys_platform == 'os2' \\"]), encoding="utf-8")
    found = list(package_health(lock))
    assert [each.said.split()[0] for each in found] == ["ibis-framework", "nothing-of-the-kind"]
    assert verdicts(found) == ["fault", "fault"] and all(each.mend for each in found)


def test_packages_of_the_lock_are_well(tmp_path):
    """A lock that says what is installed has no fault, and a folder without one is no fault either."""
    lock = tmp_path / "app.txt"
    lock.write_text(f"duckdb=={version('duckdb')} \\\n", encoding="utf-8")
    assert verdicts(package_health(lock)) == ["good"]
    assert verdicts(package_health(tmp_path / "none.txt")) == ["note"]


def test_a_missing_font_is_named(tmp_path):
    """The style sheet names two fonts, one of which is there."""
    (tmp_path / "fonts.css").write_text("src: url(here.woff2); src: url(gone.woff2);", encoding="utf-8")
    (tmp_path / "here.woff2").write_bytes(b"")
    found = font_health(tmp_path)
    assert found.verdict is HealthState.fault and "gone.woff2" in found.said and "here.woff2" not in found.said


def test_a_clock_before_the_code_is_wrong(monkeypatch):
    """In 1970 nobody had written this."""
    early = machine.now().replace(year=1970)
    monkeypatch.setattr(machine, "now", lambda: early)
    assert clock_health().verdict is HealthState.fault


def test_a_taken_port_is_said():
    """Somebody listens there: it may be the server itself, so it is a note."""
    with bind_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert port_health("127.0.0.1", port).verdict is HealthState.note
    assert port_health("127.0.0.1", port).verdict is HealthState.good


def test_little_room_on_the_disk_is_a_fault(tmp_path):
    """No disk has as many bytes free as all of them together would need."""
    assert disk_health(tmp_path, least=1).verdict is HealthState.good
    assert disk_health(tmp_path, least=1 << 62).verdict is HealthState.fault
    assert disk_health(tmp_path / "not" / "there", least=1).verdict is HealthState.good
    assert folder_health(tmp_path / "not" / "there").verdict is HealthState.fault


@pytest.fixture
def shop(tiny_shop):
    """A shop of one order, which a test may spoil."""
    return tiny_shop(orders=[sold("a", "c", "2025-01-01 10:00", 5)], as_of="2025-02-01", name="health")


def test_a_sound_shop_has_its_fingerprint_told(shop):
    """The first letters of the sha256 with which it was published."""
    (found,) = shop_health(shop.name)
    assert found.verdict is HealthState.good and shop.snapshot.sha256[:12] in found.said


def test_a_damaged_shop_is_a_fault_with_its_mend(shop):
    """One byte is another: `doctor` says so, exits with 1 and names the command that mends it."""
    file = shop.snapshot.path
    file.chmod(0o600)
    with file.open("r+b") as bytes_of_it:
        bytes_of_it.seek(5_000)
        bytes_of_it.write(b"\xff\x00\xff")
    os.utime(file, (time.time() + 9, time.time() + 9))
    (found,) = shop_health(shop.name)
    assert found.verdict is HealthState.fault
    said = say("doctor", shop.name, code=1).stdout
    assert "is damaged" in said and f"→ customary build {shop.name}" in said and "1 to mend" in said


def test_a_shop_from_the_future_is_a_clock_that_is_wrong(shop):
    """The pointer says a day in ten years: either it was wrong then, or it is now."""
    pointer = shop_path(shop.name) / "current"
    built = current_snapshot(shop_path(shop.name)).built_at
    pointer.chmod(0o600)
    pointer.write_text(pointer.read_text("utf-8").replace(f"{built.year}-", "2099-", 1), encoding="utf-8")
    said = [each.said for each in shop_health(shop.name)]
    assert "shop health was built in the future, by this clock" in said


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_secret_that_others_can_read_is_a_fault(shop):
    """Who may read the key may make links for anybody."""
    key = shop_path(shop.name) / "access.key"
    key.write_bytes(b"0" * 32)
    key.chmod(0o644)
    assert verdicts(shop_health(shop.name)) == ["good", "fault"]
    key.chmod(0o600)
    assert verdicts(shop_health(shop.name)) == ["good"]
    key.unlink()


def test_a_running_server_says_whether_it_is_ready(shop, tmp_path):
    """200 with a whole snapshot and 503 once its file is gone; neither says anything of the shop."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "00_empty.py").write_text(PAGE, encoding="utf-8")
    with live_server(["-c", SERVE_SHOP, shop.name, str(tmp_path / "pages")], {}, tmp_path / "log") as server:
        alive, ready = (httpx.get(server.address + path) for path in ("healthz", "readyz"))
        assert (alive.status_code, ready.status_code) == (200, 200)
        assert ready.json() == {"status": "ready", "snapshot": True}
        assert set(alive.json()) == {"status", "server"}
        shop.snapshot.path.unlink()
        ready = httpx.get(server.address + "readyz", headers={"accept": "text/html"})
        assert (ready.status_code, ready.json()) == (503, {"status": "not ready", "snapshot": False})
        assert httpx.get(server.address + "healthz").status_code == 200
