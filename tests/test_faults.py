"""What may go wrong while a shop is built or kept: readers have the old state or the new one, never another.

A build is killed at random moments, or its files may not grow beyond some size, as on a full disk; a published file has
bytes changed. `make faults` tries many more than `make test`.
"""

import os
import random
import subprocess
import sys
import time

import pytest
from typed import say

from customary import measure
from customary.errors import Refused
from customary.places import shop_path
from customary.shop import current_snapshot, open_shop

INVOICES = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n" + "".join(
    f"{536000 + n},85123A,LANTERN,6,2010-12-{1 + n % 20:02} 08:26:00,2.55,{17000 + n % 60},United Kingdom\n"
    for n in range(200)
)
SMALL, MANY = {"kills": 2, "levels": 2, "damages": 20}, {"kills": 1_000, "levels": 50, "damages": 1_000}
LIMITED = (
    "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    "size = int(sys.argv.pop(1)); resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)); "
    "from customary.cli import main; main()"
)
many = pytest.mark.slow
pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills and limits as POSIX knows them")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The name of a shop of 200 invoices, built once, and how long that took."""
    file = tmp_path_factory.mktemp("faults") / "online_retail.csv"
    file.write_text(INVOICES, "utf-8")
    say("adopt", str(file), "--source", "online_retail", "--name", "faults")
    begun = time.monotonic()
    assert build([]).wait() == 0
    return "faults", time.monotonic() - begun


def build(words):
    """A process that builds the shop."""
    command = [sys.executable, *(words or ["-m", "customary"]), "build", "faults"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def state():
    """What readers have: a version whose file is whole, and its revenue, which every version has."""
    opened = open_shop("faults")
    return opened.snapshot.version, round(float(measure(opened, "net_revenue").first["net_revenue"]), 2)


def kill_builds(seconds, count):
    """Kill a build at each of `count` random moments; what readers had afterwards, without the version."""
    chance, revenues = random.Random(3), set()
    for _ in range(count):
        process = build([])
        time.sleep(chance.random() * seconds)
        process.kill()
        process.wait()
        revenues.add(state()[1])
    return revenues


def fill_disks(count):
    """Build with files that may not grow beyond each of `count` sizes; how it ended, and what readers had."""
    chance = random.Random(4)
    for _ in range(count):
        before, size = state(), int(2 ** (10 + chance.random() * 13))
        code = build(["-c", LIMITED, str(size)]).wait()
        after = state()
        yield code, after[0] != before[0], after[1]


def is_served():
    """Whether readers are given the published file."""
    try:
        open_shop("faults")
    except Refused:
        return False
    return True


def damage_files(count):
    """Change some bytes of the published file, `count` times over; how often readers were given an answer."""
    path, chance, served = current_snapshot(shop_path("faults")).path, random.Random(5), 0
    whole, mode = path.read_bytes(), path.stat().st_mode
    path.chmod(0o600)
    try:
        for number in range(count):
            spoiled = bytearray(whole)
            for _ in range(chance.randint(1, 4)):
                spoiled[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            path.write_bytes(spoiled if spoiled != whole else whole[:-1])
            os.utime(path, ns=(number, number))  # a clock that stands still must not hide it
            served += is_served()
    finally:
        path.write_bytes(whole)
        path.chmod(mode)
    return served


def test_a_killed_build_leaves_a_whole_state(shop):
    """At any moment: what readers have is whole, and says what it said."""
    assert kill_builds(shop[1], SMALL["kills"]) == {state()[1]}
    assert build([]).wait() == 0, "what was left lying about does not hinder the next build"


def test_a_full_disk_leaves_a_whole_state(shop):
    """A build that ended well published a version; one that did not left the old one; both have the same revenue."""
    revenue, found = state()[1], list(fill_disks(SMALL["levels"]))
    assert [each for each in found if (each[0] == 0) != each[1]] == []
    assert {each[2] for each in found} == {revenue}


def test_a_damaged_file_is_not_served(shop):
    """One to four bits are others: nobody gets an answer."""
    assert damage_files(SMALL["damages"]) == 0
    assert state()[1] > 0


@many
def test_builds_killed_a_thousand_times(shop):
    """The same, a thousand times."""
    assert kill_builds(shop[1], MANY["kills"]) == {state()[1]}


@many
def test_disks_full_at_fifty_levels(shop):
    """Fifty sizes between a kilobyte and eight megabytes: some are too small, and none leaves anything half done."""
    revenue, found = state()[1], list(fill_disks(MANY["levels"]))
    assert [each for each in found if (each[0] == 0) != each[1]] == [] and {each[2] for each in found} == {revenue}
    assert any(code for code, *_ in found)


@many
def test_a_thousand_damaged_files(shop):
    """A thousand files, none served."""
    assert damage_files(MANY["damages"]) == 0
