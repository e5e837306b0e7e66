"""Who comes in, by which way, and what each then sees: a server over a shop with a book of people."""

import json
import re
import time

import httpx
import pytest
from given import sold
from live_server import TESTS, LiveServer, live_server, wait_for
from typed import refused, say
from typer.testing import CliRunner
from websocket_viewer import Viewer

from customary.cli import app
from customary.errors import Refused
from customary.places import shop_path
from customary.serve.access import tokens
from customary.serve.access.attempts import SECONDS, WRONG_EACH_NAME, Attempts
from customary.serve.access.book import read_access
from customary.serve.access.passwords import hash_password, is_password, read_passwords
from customary.serve.access.tokens import BadToken, EarlyToken, ExpiredToken, Token, access_key, read_token, write_token

BOOK = """
[sign_in]
ways = ["link", "password", "proxy"]
proxy_header = "x-forwarded-user"
proxy_peers = ["127.0.0.1"]

[audiences.germany]
rows = { country = ["DE"] }

[people]
reader = "stakeholder"
keeper = "analyst"
berlin = "germany"
"""
PASSWORD = "correct horse battery"
PAGES = TESTS / "fixtures" / "shop_pages"
COUNT = "01_count/"
HTML = {"accept": "text/html"}
SERVE = (
    "import pathlib, sys; from customary.serve.run import serve; "
    "serve(sys.argv[1], port=0, notebooks=pathlib.Path(sys.argv[2]), audit_file=pathlib.Path(sys.argv[3]))"
)


# Tokens, passwords and the book --------------------------------------------------------------------------


def test_a_token_holds_from_its_beginning_to_its_end():
    """And five minutes early, for clocks that differ; before and after there is a word for each."""
    key = b"k" * 32
    text = write_token(Token("link", "reader", 1_000, 2_000), key)
    assert (
        read_token(text, "link", key, 1_000)
        == read_token(text, "link", key, 1_999)
        == read_token(text, "link", key, 701)
    )
    with pytest.raises(ExpiredToken):
        read_token(text, "link", key, 2_000)
    with pytest.raises(EarlyToken):
        read_token(text, "link", key, 699)


def test_a_token_is_nobody_elses():
    """Another key, another kind, another person, each letter changed, a letter more or less: refused."""
    key = b"k" * 32
    text = write_token(Token("link", "reader", 0, 100), key)
    other = write_token(Token("link", "keeper", 0, 100), key)
    forged = f"{other.partition('.')[0]}.{text.partition('.')[2]}"
    spoiled = [text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :] for place in range(len(text))]
    for each in ("", ".", forged, text + "A", text + "=", text[:-1], text.replace(".", ""), *spoiled):
        with pytest.raises(BadToken):
            read_token(each, "link", key, 50)
    with pytest.raises(BadToken):
        read_token(text, "link", b"j" * 32, 50)
    with pytest.raises(BadToken):
        read_token(text, "session", key, 50)
    with pytest.raises(BadToken):
        read_token(write_token(Token("link", "reader", 0, 100), b""), "link", b"", 50)


def test_a_key_is_made_once_and_is_its_owners(tmp_path):
    """The second asker gets the first one's key; nobody else reads the file."""
    first = access_key(tmp_path)
    assert access_key(tmp_path) == first and len(first) == 32
    assert (tmp_path / tokens.FILE).stat().st_mode & 0o077 == 0


def test_a_password_is_known_by_its_hash_alone():
    """Two hashes of one password differ, and both know it; another one, and nobody's, are no password."""
    one, two = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one != two and PASSWORD not in one
    assert is_password(PASSWORD, one) and is_password(PASSWORD, two)
    assert not is_password(PASSWORD + " ", one) and not is_password("", one) and not is_password(PASSWORD, "")
    with pytest.raises(Refused, match="12 to 200"):
        hash_password("short")


def test_a_hash_that_another_program_wrote_is_known(tmp_path):
    """Argon2id by the command `argon2` with a salt of its own; one that was spoiled lets nobody in."""
    kept = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
    (tmp_path / "passwords.txt").write_text(f"reader:{kept}\n", "utf-8")
    assert is_password("password", read_passwords(tmp_path)["reader"])
    assert not is_password("password", kept[:-1] + "d") and not is_password("password", "$argon2id$spoiled")


def test_a_hash_of_another_kind_is_said(tmp_path):
    """It has its line."""
    (tmp_path / "passwords.txt").write_text("\nreader:plain-password\n", "utf-8")
    with pytest.raises(Refused, match="line 2: not a hash"):
        read_passwords(tmp_path)


def test_five_wrong_attempts_and_a_wait():
    """For the name wherever they come from; after a quarter of an hour it may be tried again."""
    now = [0.0]
    attempts = Attempts(clock=lambda: now[0])
    for number in range(WRONG_EACH_NAME):
        assert attempts.wait_seconds("reader", "10.0.0.1") == 0
        attempts.note_wrong("reader", f"10.0.0.{number}")
    assert attempts.wait_seconds("reader", "10.9.9.9") == SECONDS + 1
    assert attempts.wait_seconds("keeper", "10.9.9.9") == 0
    now[0] = SECONDS + 1
    assert attempts.wait_seconds("reader", "10.0.0.1") == 0


def test_an_address_that_guesses_for_all_names_waits():
    """Twenty names, each tried once from one address; others are not kept waiting."""
    attempts = Attempts(clock=lambda: 0.0)
    for number in range(20):
        attempts.note_wrong(f"name{number}", "10.0.0.1")
    assert attempts.wait_seconds("another", "10.0.0.1") and not attempts.wait_seconds("another", "10.0.0.2")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('[sign_in]\nways = ["key"]', "no way to sign in is called “key”"),
        ("[sign_in]\n", "how people sign in"),
        ('[sign_in]\nways = ["proxy"]\nproxy_header = "x-user"', "proxy_header and proxy_peers"),
        ('[sign_in]\nways = ["proxy"]\nproxy_header = "x-user"\nproxy_peers = ["home"]', "“home” is no address"),
        ('[sign_in]\nways = ["link"]\nhours = 0', "hours is a number"),
        ('[sign_in]\nways = ["link"]\n[people]\nreader = "germny"', "no audience is called “germny”"),
        ('[sign_in]\nways = ["link"]\n[people]\n"a b" = "analyst"', "no name to sign in by"),
        ('[sign_in]\nways = ["link"]\n[audiences.analyst]\n', "no name of ours"),
        ('[sign_in]\nways = ["link"]\n[audiences.x]\nrow = {}', "no setting is called “row”"),
        ('[sign_in]\nways = ["link"]\n[audiences.x]\nhidden_columns = ["customer_id"]', "cannot be hidden"),
        ('[sign_in]\nways = ["link"]\n[audiences.x]\nrows = { country = "DE" }', "country is a list"),
        ('[sign-in]\nways = ["link"]', "did you mean sign_in"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, wrong, said):
    """A slip of the pen is a sentence with the file's name, never a door that stands open."""
    (tmp_path / "access.toml").write_text(wrong, "utf-8")
    with pytest.raises(Refused, match=re.escape(said)) as error:
        read_access(tmp_path)
    assert str(error.value).startswith("access.toml: ")


def test_without_a_book_nobody_is_asked(tmp_path):
    """A shop without access.toml is read by whoever reaches the server."""
    assert read_access(tmp_path).ways == ()


# The server ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(tiny_shop):
    """A shop of 30 Chinese and 12 German orders, whose book knows three people; its name."""
    orders = [sold(f"c{n}", f"c{n}", "2025-01-01 10:00", 5, country="CN") for n in range(30)]
    orders += [sold(f"d{n}", f"d{n}", "2025-01-01 10:00", 5, country="DE") for n in range(12)]
    shop = tiny_shop(orders=orders, as_of="2025-02-01", name="guarded")
    (shop_path(shop.name) / "access.toml").write_text(BOOK, "utf-8")
    done = CliRunner().invoke(app, ["access", "password", shop.name, "reader"], input=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    return shop.name


@pytest.fixture(scope="module")
def server(guarded, tmp_path_factory):
    """The shop's one page, served, with an audit log beside it."""
    folder = tmp_path_factory.mktemp("guarded")
    with live_server(["-c", SERVE, guarded, str(PAGES), str(folder / "audit.jsonl")], {}, folder / "log") as found:
        yield found


def audit_of(server: LiveServer):
    """What the server has noted so far."""
    file = server.log.parent / "audit.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def link_for(person, server, days=7, **options):
    """A link as the command line makes it."""
    said = say("access", "link", "guarded", person, "--days", str(days), "--address", server.address, **options)
    return said.stdout.strip()


def signed_in(server, person):
    """A viewer's browser after its link was opened."""
    viewer = Viewer(server.address + COUNT)
    reply = viewer.http.get(link_for(person, server))
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    return viewer


def test_who_is_not_signed_in_sees_the_form_and_nothing_else(server):
    """A page leads to the form, whatever is asked; files, scripts, sockets and posts are refused with 401."""
    for path in ("", COUNT, f"{COUNT}?during=2025", "nothing"):
        reply = httpx.get(server.address + path, headers=HTML)
        assert (reply.status_code, reply.headers["location"].split("?")[0]) == (303, "/sign-in"), path
        assert httpx.get(server.address + path).status_code == 401, path
    origin = {"origin": server.address.rstrip("/")}
    assert httpx.post(f"{server.address}{COUNT}api/kernel/function_call", json={}, headers=origin).status_code == 401
    assert Viewer(server.address + COUNT).socket_status("session_id=s_abcdef", {}) in (401, 403)
    form = httpx.get(f"{server.address}sign-in", headers=HTML)
    assert form.status_code == 200 and "guarded" not in form.text and "orders" not in form.text
    assert "form-action 'self'" in form.headers["content-security-policy"]
    assert httpx.get(f"{server.address}healthz").status_code == httpx.get(f"{server.address}readyz").status_code == 200


def test_a_link_lets_its_person_in(server):
    """The reader sees the page as a stakeholder, all 42 orders."""
    viewer = signed_in(server, "reader").open()
    assert "42 orders for a stakeholder" in viewer.cell("question")
    viewer.close()


def test_an_analyst_is_one_on_the_page(server):
    """The keeper is an analyst; the page that was drawn for stakeholders is not what is answered."""
    viewer = signed_in(server, "keeper").open()
    assert "42 orders for a analyst" in viewer.cell("question")
    assert "data-static" not in viewer.http.get(server.address + COUNT).text
    viewer.close()


def test_rules_on_rows_hold_on_the_page(server):
    """Berlin sees 12 orders, live and by every link; the drawn page with 42 is for those who see all."""
    wait_for(lambda: is_drawn_for(server, "reader"))
    viewer = signed_in(server, "berlin").open()
    assert "12 orders for a stakeholder" in viewer.cell("question")
    for path in (COUNT, f"{COUNT}?lang=en", ""):
        assert "42 orders" not in viewer.http.get(server.address + path).text
    assert not any("42 orders" in message for message in viewer.messages)
    viewer.close()


def is_drawn_for(server, person):
    """Whether a person is answered with the page that was drawn."""
    return "data-static" in signed_in(server, person).http.get(server.address + COUNT).text


def test_somebody_else_in_the_same_browser_does_not_find_the_page(server):
    """The keeper leaves a page open and signs out; Berlin signs in: the keeper's session is not Berlin's."""
    viewer = signed_in(server, "keeper").open()
    secret = viewer.http.cookies["customary_visitor"]
    assert viewer.http.get(f"{server.address}sign-out").headers["location"] == "/sign-in"
    viewer.http.get(link_for("berlin", server))
    assert viewer.http.cookies["customary_visitor"] == secret
    assert viewer.socket_status(f"session_id={viewer.session}", viewer.cookie()) == 403
    viewer.close()


def test_a_password_lets_its_person_in(server):
    """A wrong one does not, and says no more than that; the right one leads to the page that was wanted."""
    client = httpx.Client(base_url=server.address, headers={"origin": server.address.rstrip("/")})
    form = {"person": "reader", "next": f"/{COUNT}?during=2025"}
    for given in ({"person": "nobody", "password": PASSWORD}, {**form, "password": "wrong horse battery"}):
        reply = client.post("/sign-in", data=given)
        assert reply.status_code == 403 and "Name or password is wrong." in reply.text
    reply = client.post("/sign-in", data={**form, "password": PASSWORD})
    assert (reply.status_code, reply.headers["location"]) == (303, f"/{COUNT}?during=2025")
    assert {"HttpOnly", "SameSite=Lax"} <= set(reply.headers["set-cookie"].split("; "))
    assert client.get(f"/{COUNT}").status_code == 200


@pytest.mark.parametrize(
    "aim", ["//evil.example/", "https://evil.example", "/\\evil.example", "/sign-out", "x", "/a#b"]
)
def test_nobody_is_led_elsewhere(server, aim):
    """Where the sign-in leads to is a place of this server."""
    client = httpx.Client(base_url=server.address, headers={"origin": server.address.rstrip("/")})
    reply = client.post("/sign-in", data={"person": "reader", "password": PASSWORD, "next": aim})
    assert (reply.status_code, reply.headers["location"]) == (303, "/")


def test_another_site_cannot_sign_anybody_in(server):
    """A form of another site, a body of another kind, one that is too long."""
    data = {"person": "reader", "password": PASSWORD}
    ours = {"origin": server.address.rstrip("/")}
    assert httpx.post(f"{server.address}sign-in", data=data).status_code == 403
    assert (
        httpx.post(f"{server.address}sign-in", data=data, headers={"origin": "https://evil.example"}).status_code == 403
    )
    assert httpx.post(f"{server.address}sign-in", json=data, headers=ours).status_code == 415
    assert httpx.post(f"{server.address}sign-in", data={"person": "x" * 5_000}, headers=ours).status_code == 413
    assert httpx.get(f"{server.address}sign-in", headers={"host": "evil.example"}).status_code == 421


def test_an_expired_link_has_an_answer(server, monkeypatch):
    """It says so, in the reader's language, and what to do; 410, and nobody is in."""
    day = time.time
    monkeypatch.setattr(time, "time", lambda: day() - 3 * 86_400)
    link = link_for("reader", server, days=2)
    monkeypatch.undo()
    reply = httpx.get(link)
    assert reply.status_code == 410 and "Ask whoever sent it for a new one" in reply.text
    assert "set-cookie" not in reply.headers
    assert "链接已过期" in httpx.get(link, headers={"accept-language": "zh"}).text


def test_a_link_of_tomorrow_is_a_clock_that_is_wrong(server, monkeypatch):
    """Made by a machine whose clock is a day ahead."""
    day = time.time
    monkeypatch.setattr(time, "time", lambda: day() + 86_400)
    link = link_for("reader", server)
    monkeypatch.undo()
    reply = httpx.get(link)
    assert reply.status_code == 403 and "the clock may be wrong" in reply.text


def test_a_spoiled_link_lets_nobody_in(server):
    """A letter less, or a session's token in a link's place."""
    link = link_for("reader", server)
    for wrong in (link[:-2], link.replace("token=", "token=x"), f"{server.address}sign-in/link"):
        reply = httpx.get(wrong)
        assert reply.status_code == 403 and "lets nobody in" in reply.text


def test_a_proxy_says_who_it_is(server):
    """Its header counts from the address that is trusted; a name the book lacks is nobody, and so are two names."""
    client = httpx.Client(base_url=server.address, headers={"x-forwarded-user": "berlin", **HTML})
    assert client.get(f"/{COUNT}").status_code == 200
    assert client.get(f"/{COUNT}", headers={"x-forwarded-user": "stranger"}).status_code == 303
    two = [("x-forwarded-user", "keeper"), ("x-forwarded-user", "berlin"), ("accept", "text/html")]
    assert httpx.get(server.address + COUNT, headers=two).status_code == 303


def test_who_is_taken_out_of_the_book_is_out(server, guarded):
    """With the next request, and without a restart; a book that cannot be read lets nobody in."""
    viewer = signed_in(server, "berlin")
    assert viewer.http.get(server.address + COUNT).status_code == 200
    book = shop_path(guarded) / "access.toml"
    try:
        book.write_text(BOOK.replace('berlin = "germany"', ""), "utf-8")
        assert viewer.http.get(server.address + COUNT, headers=HTML).status_code == 303
        book.write_text(BOOK.replace("[people]", "[peple]"), "utf-8")
        assert viewer.http.get(server.address + COUNT, headers=HTML).status_code == 500
    finally:
        book.write_text(BOOK, "utf-8")
    assert viewer.http.get(server.address + COUNT).status_code == 200


def test_what_was_read_is_noted(server):
    """Who opened which page with which choices, and when: names of choices alone, and nobody's address or cookie."""
    viewer = signed_in(server, "reader")
    viewer.address += "?customer=mrs-secret@shop.example"
    viewer.open().close()
    wait_for(lambda: audit_of(server)[-1]["event"] == "close")
    ours = [each for each in audit_of(server) if each["who"] == "reader"][-4:]
    assert [each["event"] for each in ours] == ["sign-in", "page", "open", "close"]
    assert ours[1]["page"] == "01_count" and ours[1]["choices"] == ["customer", "live"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", each["at"]) for each in ours)
    text = (server.log.parent / "audit.jsonl").read_text("utf-8")
    assert "secret" not in text and "127.0.0.1" not in text
    assert all(cookie not in text for cookie in viewer.http.cookies.values())


def test_too_many_wrong_attempts_wait(server):
    """After five wrong words for a name the right one waits as well; last, since it is the server's own memory."""
    client = httpx.Client(base_url=server.address, headers={"origin": server.address.rstrip("/")})
    for _ in range(WRONG_EACH_NAME):
        client.post("/sign-in", data={"person": "keeper", "password": "wrong horse battery"})
    reply = client.post("/sign-in", data={"person": "keeper", "password": PASSWORD})
    assert reply.status_code == 429 and "Try again in 15 minutes" in reply.text
    assert 0 < int(reply.headers["retry-after"]) <= SECONDS + 1


# The command line ----------------------------------------------------------------------------------------


def test_the_shell_shows_who_may_read(guarded):
    """Each person with the audience and its rules; a name that is not there is refused with the nearest."""
    said = say("access", "show", guarded).stdout
    assert "berlin" in said and "country = DE" in said
    assert "did you mean reader" in refused("access", "link", guarded, "readr")


def test_the_shell_makes_no_link_without_a_book(worked_shop):
    """A shop whose book lets nobody in by link says so."""
    assert "does not let people in by link" in refused("access", "link", worked_shop.name, "reader")
    assert "nobody is asked" in say("access", "show", worked_shop.name).stdout
