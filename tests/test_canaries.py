"""Fifty customers whose every word is a canary: none is heard in anything that a reader, or a log, is given."""

import shutil

import pytest
from given import sold
from live_server import REAL_PAGES, live_server
from typed import say
from websocket_viewer import Viewer

from customary.places import shop_path

CANARIES = 50
CHAPTERS = ("03_attributes", "06_orders", "10_customers")
HIDDEN_LAND, HIDDEN_REGION = "Hiddenland", "canary-region"
BOOK = """
[sign_in]
ways = ["link"]

[audiences.north]
rows = { country = ["CN"] }
hidden_columns = ["region"]

[people]
whole = "stakeholder"
part = "north"
"""
SERVE = (
    "import pathlib, sys; from customary.serve.run import serve; "
    "serve(sys.argv[1], port=0, notebooks=pathlib.Path(sys.argv[2]), audit_file=pathlib.Path(sys.argv[3]))"
)


def people():
    """Fifty customers: key, name, address and number of each are canaries; every fifth lives in the hidden land."""
    for number in range(CANARIES):
        yield {
            "customer_id": f"canary-key-{number:02}",
            "name": f"canary-name-{number:02}",
            "email": f"canary.mail.{number:02}@shop.example",
            "phone": f"1390001{number:04}",
            "country": HIDDEN_LAND if number % 3 == 0 else "CN",
            "region": HIDDEN_REGION,
        }


PEOPLE = list(people())
WORDS = [str(one[name]) for one in PEOPLE for name in ("customer_id", "name", "email", "phone")]


@pytest.fixture(scope="module")
def server(tiny_shop, tmp_path_factory):
    """Three real chapters over the shop of canaries, for those whom its book names."""
    orders = [
        sold(f"canary-order-{n}", one["customer_id"], "2025-01-05 10:00", 10, country=one["country"])
        for n, one in enumerate(PEOPLE)
    ]
    shop = tiny_shop(customers=PEOPLE, orders=orders, as_of="2025-02-01", name="canaries")
    (shop_path(shop.name) / "access.toml").write_text(BOOK, "utf-8")
    folder = tmp_path_factory.mktemp("canaries")
    (folder / "pages").mkdir()
    for stem in CHAPTERS:
        shutil.copyfile(REAL_PAGES / f"{stem}.py", folder / "pages" / f"{stem}.py")
    command = ["-c", SERVE, shop.name, str(folder / "pages"), str(folder / "audit.jsonl")]
    with live_server(command, {}, folder / "log") as found:
        yield found


def heard_by(server, person):
    """All that a person is given: bodies, messages of the socket, files, and what the server writes down."""
    link = say("access", "link", "canaries", person, "--address", server.address).stdout.strip()
    texts = {}
    for stem in CHAPTERS:
        viewer = Viewer(f"{server.address}{stem}/")
        viewer.http.get(link)
        viewer.open()
        texts |= {f"{stem} body": viewer.page, f"{stem} drawn": viewer.http.get(viewer.address).text}
        texts |= {f"{stem} messages": "\n".join(viewer.messages), f"{stem} files": "\n".join(viewer.files().values())}
        texts["front"] = viewer.http.get(server.address).text
        assert [each for each in viewer.errors() if "ancestor-stopped" not in each] == [], stem
        viewer.close()
    return texts | {"log": server.said(), "audit": (server.log.parent / "audit.jsonl").read_text("utf-8")}


def singing(texts, words):
    """The words that stand somewhere, each with where."""
    return [(word, where) for where, text in texts.items() for word in words if word in text]


def test_no_stakeholder_hears_a_canary(server):
    """Two hundred words of fifty people, in no body, message, file or log; the land of many is a figure like others."""
    texts = heard_by(server, "whole")
    assert singing(texts, [*WORDS, "canary-order"]) == []
    assert singing(texts, [HIDDEN_LAND])


def test_rules_hide_what_they_hide(server):
    """Whoever sees China alone reads on three chapters neither the other land nor the region, which is hidden."""
    assert singing(heard_by(server, "part"), [*WORDS, "canary", HIDDEN_LAND, HIDDEN_REGION]) == []
