"""People who asked to be forgotten: nothing of them in any snapshot, and no later file brings them back."""

import pytest
from typer.testing import CliRunner

from customary.cli import app
from customary.intake.erasure import print_of
from customary.intake.settings import read_settings
from customary.places import shops_folder

CANARY = "canary-7f3a"
ORDERS = f"""order_id,customer_id,created_at,total,region,email
1,{CANARY},2024-01-05 10:00:00,10,{CANARY}-land,{CANARY}@example.org
2,bob,2024-01-06 10:00:00,20,north,bob@example.org
{CANARY}-3,{CANARY},2024-01-07 10:00:00,30,{CANARY}-land,{CANARY}@example.org
"""
PEOPLE = f"customer_id,city,email,phone\n{CANARY},{CANARY}-town,{CANARY}@example.org,+49 170 1234567\nbob,Bonn,,\n"
EVENTS = f"""visitor_id,customer_id,event,timestamp,page
{CANARY}-device,{CANARY},view,2024-01-05 09:00:00,/{CANARY}
{CANARY}-device,,view,2024-01-05 08:00:00,/{CANARY}
d2,bob,view,2024-01-05 09:00:00,/home
"""
TICKETS = f"ticket_id,customer_id,created,subject\nt1,{CANARY},2024-01-08,{CANARY} asks\nt2,bob,2024-01-08,late\n"
FILES = {"orders": ORDERS, "people": PEOPLE, "events": EVENTS, "tickets": TICKETS}


def say(*words):
    """What a command writes; it must end well."""
    run = CliRunner().invoke(app, list(words))
    assert run.exit_code == 0, run.output
    return run.output


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop with two people, one of them with a canary in everything that is known of them; built twice."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text)
    say("adopt", *(str(tmp_path / f"{name}.csv") for name in FILES), "--name", "kind", "--yes")
    say("build", "kind")
    say("build", "kind")
    return shops_folder() / "kind"


def places(folder):
    """Where in what the shop publishes and keeps the canary stands, its own copies of the files apart."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "files"]
    return sorted(str(path.relative_to(folder)) for path in files if CANARY.encode() in path.read_bytes())


@pytest.mark.parametrize("named", [CANARY, f"{CANARY}@EXAMPLE.org", "0170/123 45 67"], ids=["key", "e-mail", "phone"])
def test_nothing_of_a_forgotten_person_is_left(shop, named):
    """By key, address or number: no byte of the canary in any snapshot, store or setting; it was there before."""
    assert any("shop.duckdb" in place for place in places(shop))
    said = say("forget", "kind", named, "--yes")
    assert places(shop) == [] and CANARY not in said
    assert len(list((shop / "snapshots").iterdir())) == 1


def test_orders_of_a_forgotten_person_stay_as_sums(shop):
    """Three orders came in: one has a customer, two have none; the files that still hold the person are said."""
    said = say("forget", "kind", CANARY, "--yes")
    assert "orders.csv (2 records)" in said and "events.csv (2 records)" in said
    assert "2 of 3 orders without a customer" in said
    assert '"buyer_count": 1' in say("measure", "kind", "buyer_count", "--format", "json")


def test_a_later_file_does_not_bring_them_back(shop, tmp_path):
    """February's orders name the person again."""
    say("forget", "kind", CANARY, "--yes")
    (tmp_path / "february.csv").write_text(ORDERS.replace("2024-01", "2024-02").replace("\n2,", "\n22,"))
    say("adopt", str(tmp_path / "february.csv"), "--name", "kind")
    say("build", "kind", "--accept", "a test")
    assert places(shop) == []


def test_only_a_print_is_remembered(shop):
    """Sixty-four digits that another shop's secret makes differently; twice the same person is once."""
    say("forget", "kind", CANARY, "--yes")
    assert "already" in say("forget", "kind", f" {CANARY.upper()} ", "--yes")
    (told,) = read_settings(shop)["forgotten"]
    assert len(told) == 64 and told != print_of(b"another", CANARY)


def test_nobody_is_forgotten_without_a_word(shop):
    """Where nobody answers, nothing happens."""
    run = CliRunner().invoke(app, ["forget", "kind", CANARY])
    assert run.exit_code == 1 and "nobody was forgotten" in run.output
    assert "forgotten" not in read_settings(shop)
