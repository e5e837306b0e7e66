"""Requests that no reader makes, against a running server: refused, in no more words than the status."""

import pytest
from attacks import Attack, attacks
from live_server import LiveServer

ALL = list(attacks())
SAID = (b"Traceback", b"/etc/passwd", b"root:", b"site-packages", b"import marimo", b"notebooks/")


def test_there_are_enough_of_them():
    """At least 250, no two of one name."""
    assert len(ALL) >= 250
    assert len({attack.name for attack in ALL}) == len(ALL)


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.name[:60])
def test_an_attack_is_refused(stand_in_server: LiveServer, attack: Attack):
    """A status of 400 and more, or a hang-up; nothing of the server's own is said, and no other site is invited."""
    status, headers, body = attack.send(stand_in_server.address)
    assert status == 0 or 400 <= status < 500, (status, body[:200])
    assert not any(word in body for word in SAID) and len(body) < 1_000
    assert "access-control-allow-origin" not in headers and "server" not in headers


def test_the_server_is_as_it_was(stand_in_server: LiveServer):
    """After all of it a page is answered, and the log has no traceback."""
    status, _headers, body = Attack("a reader", "GET", "/").send(stand_in_server.address)
    assert status == 200 and b"01_one_chart" in body
    assert "Traceback" not in stand_in_server.said()
