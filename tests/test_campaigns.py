"""Lists that go out: drawn once, a part held out by lot, delivered once, and found again among the assignments."""

import csv
import hmac
import http.server
import io
import json
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from shutil import copytree

import numpy as np
import openpyxl
import pytest
from given import told
from typer.testing import CliRunner

from customary import demo, intake, open_shop, publish
from customary.campaigns import Ledger, deliver, draw
from customary.campaigns.drawing import hold_out
from customary.campaigns.due import due_plays, hours_after_data, send_due
from customary.campaigns.forgetting import forget
from customary.campaigns.formats import FORMS, XLSX, as_csv, as_workbook, rows
from customary.campaigns.ledger import DrawnList, Member
from customary.campaigns.targets import WAITS, Folder, Webhook
from customary.cli import app
from customary.declare import SEGMENTS
from customary.errors import Refused, UnknownName
from customary.models.design import Baseline, power_of
from customary.models.experiments import Arm, compare
from customary.places import shops_folder
from customary.publish.contacts import contacts
from customary.publish.forgetting import remember
from customary.query.playbook import Play, play_named, plays
from customary.query.study import study

NOW = datetime(2026, 2, 1, 10, tzinfo=UTC)
CALL = Play("call", "致电", "action_list", {}, "net_spend", "a call", "telephone", 2.0, 0.25, 100, 30)


def held(members):
    """The places that are held out."""
    return [member.place for member in members if member.arm == "hold-out"]


# --- the lot -------------------------------------------------------------------------------------

TWENTY = [{"customer_id": f"c{n}", "net_spend": 100 - n} for n in range(20)]


def test_the_same_share_is_held_out_in_each_part_of_a_list():
    """Of twenty a quarter is five: one or two of each five from the top down, never five of the best."""
    members = hold_out(TWENTY, CALL, b"secret")
    assert [(m.place, m.customer_id, m.score) for m in members[:2]] == [(1, "c0", 100.0), (2, "c1", 99.0)]
    parts = Counter((place - 1) // 5 for place in held(members))
    assert len(held(members)) == 5 and all(parts[part] in (1, 2) for part in range(4))
    assert [m.stratum for m in members] == [1] * 5 + [2] * 5 + [3] * 5 + [4] * 5


def test_a_lot_stays_what_it_was_and_nobody_can_tell_it_without_the_secret():
    """Drawn again it is the same; under another secret, which is another list's too, it is another one."""
    assert held(hold_out(TWENTY, CALL, b"secret")) == held(hold_out(TWENTY, CALL, b"secret"))
    others = {tuple(held(hold_out(TWENTY, CALL, b"%d" % n))) for n in range(20)}
    assert len(others) > 15


def test_each_customer_is_as_likely_to_be_held_out():
    """Over four hundred lots every place is held out about a hundred times: within four standard deviations."""
    counts = Counter(place for n in range(400) for place in held(hold_out(TWENTY, CALL, b"%d" % n)))
    assert all(abs(counts[place] - 100) < 4 * (400 * 0.25 * 0.75) ** 0.5 for place in range(1, 21))


# --- what the hold-out proves ----------------------------------------------------------------------


def replays(times, lift, share, customers=1200):
    """The effects that so many lots find on one list, of which a tenth buys anyway and `lift` more if contacted."""
    rng, rows = np.random.default_rng(9), [{"customer_id": f"c{n}", "net_spend": 0} for n in range(customers)]
    play = Play(**{**vars(CALL), "hold_out": share})
    buys, moved = rng.random(customers) < 0.1, rng.random((times, customers)) < lift / 0.9
    for number in range(times):
        is_held = np.zeros(customers, bool)
        is_held[[place - 1 for place in held(hold_out(rows, play, b"%d" % number))]] = True
        bought = buys | (moved[number] & ~is_held)
        yield compare(share_arm(bought[is_held]), share_arm(bought[~is_held]))


def share_arm(bought):
    """An arm of those who bought, or did not."""
    return Arm(len(bought), float(bought.mean()), float(bought.var(ddof=1)), is_share=True)


@pytest.mark.parametrize(("times", "within"), [(150, 0.05), pytest.param(600, 0.02, marks=pytest.mark.slow)])
def test_a_list_without_effect_is_told_apart_from_none_as_rarely_as_was_said(times, within):
    """Of so many lots on one list that changes nothing 95 % of the intervals hold zero, within so much."""
    effects = list(replays(times, 0.0, 0.25))
    assert np.mean([effect.low <= 0 <= effect.high for effect in effects]) == pytest.approx(0.95, abs=within)


@pytest.mark.slow
def test_a_list_that_moves_five_in_a_hundred_is_found_as_often_as_was_said():
    """A tenth becomes fifteen in a hundred, a quarter of 1,200 is held out: the stated power, within four points."""
    effects = list(replays(500, 0.05, 0.25))
    stated = power_of(Baseline(0.1, 0.09, is_share=True), 0.5, 0.25, 1200)
    assert np.mean([effect.low > 0 for effect in effects]) == pytest.approx(stated, abs=0.04)
    assert np.mean([effect.difference for effect in effects]) == pytest.approx(0.05, abs=0.005)


# --- the playbook --------------------------------------------------------------------------------


def test_every_play_of_the_documents_is_there_and_asks_a_list(full):
    """Twenty plays; each one's study lists customers and has the column that is kept as their score."""
    found = plays(full.rules)
    assert len(found) == 20 and len({play.study for play in found}) == 8
    columns = {play.name: {one.name for one in study(full, play.study, **play.options).columns} for play in found}
    assert [play.name for play in found if play.score not in columns[play.name]] == []
    with pytest.raises(UnknownName, match="did you mean second purchase"):
        play_named(full.rules, "secnd purchase")


# --- drawing and delivering ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def full(shops, tmp_path_factory):
    """A small demo shop, adopted and built as anybody would."""
    folder = tmp_path_factory.mktemp("campaigns")
    demo.generate(folder, customers=300)
    files = [folder / "files" / name for name in demo.RAW_FILES]
    intake.adopt(files, intake.source_named("demo"), shops_folder() / "campaigns", {"as_of": str(demo.AS_OF)})
    publish.build("campaigns", accepted="demo")
    return open_shop("campaigns")


@pytest.fixture
def ledger(full, tmp_path):
    """A ledger of its own for each test."""
    return Ledger(tmp_path)


def newcomers(shop):
    """The play for newcomers, for whom a quarter is held out."""
    return Play(**{**vars(play_named(shop.rules, "newcomer pack")), "hold_out": 0.25})


def test_a_list_holds_whom_its_study_lists_in_that_order(full, ledger):
    """All of the study's customers, the consent applied there; and what the list was made of."""
    drawn = draw(full, newcomers(full), ledger, NOW)
    listed = [row["customer_id"] for row in told(full, "service_list", service="newcomer pack")]
    assert [member.customer_id for member in drawn.members] == listed
    assert abs(len(drawn.of_arm("hold-out")) - len(listed) / 4) < 1
    assert (drawn.snapshot, drawn.as_of) == (full.snapshot.version, str(full.as_of))
    assert drawn.candidates == len(listed) + drawn.left_off["refused marketing"]
    assert ledger.find(drawn.list_id) == drawn


def test_a_score_that_the_list_does_not_have_is_refused(full, ledger):
    """And nothing is written down."""
    with pytest.raises(UnknownName, match="did you mean year_net_spend"):
        draw(full, Play(**{**vars(newcomers(full)), "score": "year_net_spen"}), ledger, NOW)
    assert ledger.lists() == []


def test_nobody_is_on_two_lists_at_once_nor_soon_after(full, ledger):
    """While a list is open its customers are on no other; after the days of rest they are again."""
    play = newcomers(full)
    first = draw(full, play, ledger, NOW)
    with pytest.raises(Refused, match=f"{len(first.members)} on another list lately"):
        draw(full, play, ledger, NOW)
    ledger.begin(first.list_id, "x", NOW)
    ledger.finish(first.list_id, "x", 1, {}, NOW)
    days = timedelta(days=play.rest_days)
    with pytest.raises(Refused, match="on another list lately"):
        draw(full, play, ledger, NOW + days - timedelta(hours=1))
    assert len(draw(full, play, ledger, NOW + days + timedelta(hours=1)).members) == len(first.members)


def test_of_two_lists_drawn_at_once_one_is_drawn_again(full, ledger):
    """The second was chosen before the first was written down: nothing of it is, so that nobody is on both."""
    first = draw(full, newcomers(full), ledger, NOW)
    ledger.drop(first.list_id)
    other = draw(full, play_named(full.rules, "VIP service"), ledger, NOW)
    with pytest.raises(Refused, match="another list of the shop was drawn meanwhile"):
        ledger.add(first, 0)
    assert [each.list_id for each in ledger.lists()] == [other.list_id]


def test_who_may_not_be_addressed_any_more_is_left_off_at_delivery(full, ledger, tmp_path):
    """A list of everybody who is known: those whom the newest snapshot does not let address are counted, not sent."""
    drawn = draw(full, Play(**{**vars(newcomers(full)), "hold_out": 0.0}), ledger, NOW)
    refused = full.fetch(full.frame("customers").filter(lambda t: t.marketing_consent == "refused")).to_pylist()
    members = [*drawn.members, Member(refused[0]["customer_id"], len(drawn.members) + 1, 0.0, 4, "contacted")]
    drawn = DrawnList(**{**vars(drawn), "members": members})
    sent, left_off = deliver(full, ledger, drawn, FORMS["plain"], Folder(tmp_path), "here", NOW)
    assert left_off == {"not to be addressed any more": 1} and sent == len(members) - 1


def test_a_list_that_was_dropped_frees_its_customers(full, ledger):
    """Before anything was delivered; a delivered list stays."""
    drawn = draw(full, newcomers(full), ledger, NOW)
    ledger.drop(drawn.list_id)
    again = draw(full, newcomers(full), ledger, NOW)
    assert again.list_id == drawn.list_id
    ledger.begin(again.list_id, "x", NOW)
    with pytest.raises(Refused, match="stays in the ledger"):
        ledger.drop(again.list_id)


def test_the_most_of_a_play_are_its_first_and_the_others_are_counted(full, ledger):
    """Three are taken of all."""
    play = Play(**{**vars(newcomers(full)), "most": 3, "hold_out": 0.0})
    drawn = draw(full, play, ledger, NOW)
    assert [member.place for member in drawn.members] == [1, 2, 3]
    listed = told(full, "service_list", service="newcomer pack")
    assert drawn.left_off["beyond the most of the play"] == len(listed) - 3


def test_suppressed_customers_are_on_no_list_and_leave_one_that_is_not_delivered(full, ledger, tmp_path):
    """One before the list is drawn, one between drawing and delivery."""
    first, second, *_others = [row["customer_id"] for row in told(full, "service_list", service="newcomer pack")]
    assert ledger.suppress([first], "asked for it", NOW) == 1 and ledger.suppress([first], "again", NOW) == 0
    play = Play(**{**vars(newcomers(full)), "hold_out": 0.0})
    drawn = draw(full, play, ledger, NOW)
    assert drawn.left_off["suppressed"] == 1 and drawn.members[0].customer_id == second
    ledger.suppress([second], "asked for it", NOW)
    sent, left_off = deliver(full, ledger, drawn, FORMS["plain"], Folder(tmp_path), "here", NOW)
    assert left_off == {"suppressed": 1} and sent == len(drawn.members) - 1


def test_a_delivered_file_names_whom_to_contact_and_nobody_held_out(full, ledger, tmp_path):
    """With e-mail addresses joined from the shop's own store, none of them in the snapshot."""
    drawn = draw(full, newcomers(full), ledger, NOW)
    sent, left_off = deliver(full, ledger, drawn, FORMS["mailchimp"], Folder(tmp_path), "here", NOW)
    with (tmp_path / f"{drawn.list_id}.csv").open(encoding="utf-8-sig", newline="") as lines:
        found = list(csv.DictReader(lines))
    reached = {row["customer_id"]: row["email"] for row in contacts(full.snapshot.folder).to_pylist()}
    assert len(found) == sent and sent + left_off.get("without an e-mail address", 0) == len(drawn.of_arm("contacted"))
    assert all(row["Email Address"] == reached[row["Customer ID"]] for row in found)
    assert not {row["Customer ID"] for row in found} & {member.customer_id for member in drawn.of_arm("hold-out")}
    assert ((tmp_path / f"{drawn.list_id}.csv").stat().st_mode & 0o777) == 0o600


def test_nobody_is_contacted_twice(full, ledger, tmp_path):
    """A list that arrived is not delivered there again; that it arrived is when its customers count as contacted."""
    drawn = draw(full, newcomers(full), ledger, NOW)
    assert ledger.find(drawn.list_id).delivered_at is None
    deliver(full, ledger, drawn, FORMS["plain"], Folder(tmp_path), "here", NOW)
    with pytest.raises(Refused, match="went to here already: nobody is contacted twice"):
        deliver(full, ledger, drawn, FORMS["plain"], Folder(tmp_path), "here", NOW)
    assert ledger.find(drawn.list_id).delivered_at == NOW.isoformat()


def test_a_list_of_whom_all_are_held_out_is_done_and_sends_nothing(full, ledger, tmp_path):
    """The lot held out its only customer: the list is delivered as far as there is anything, and no file is written."""
    drawn = draw(full, Play(**{**vars(newcomers(full)), "most": 1, "hold_out": 0.0}), ledger, NOW)
    (only,) = drawn.members
    drawn = DrawnList(**{**vars(drawn), "members": [Member(only.customer_id, 1, only.score, 1, "hold-out")]})
    assert deliver(full, ledger, drawn, FORMS["plain"], Folder(tmp_path), "here", NOW) == (0, {})
    assert ledger.find(drawn.list_id).delivered_at == NOW.isoformat() and [*tmp_path.glob("*.csv")] == []


def test_no_cell_of_a_delivered_file_is_a_formula():
    """A name that a spreadsheet would run is written as text."""
    drawn = DrawnList("l", "p", "=1+1", "e-mail", 1.0, 0.0, "", "", "", "", "", 1, {})
    contact = {"a": {"name": "=cmd()", "email": "a@x.org", "phone": None, "birth_on": None}}
    text = as_csv(rows(FORMS["klaviyo"], drawn, [Member("a", 1, 1.0, 1, "contacted")], contact)).decode("utf-8-sig")
    assert text.splitlines()[1] == "a@x.org,,'=cmd(),,a,l,'=1+1"


def test_a_list_goes_out_as_a_workbook(full, tmp_path):
    """As its import takes it, one row a customer, in a file for its owner alone."""
    ledger = Ledger(tmp_path)
    drawn = draw(full, newcomers(full), ledger, NOW)
    sent, _left_off = deliver(full, ledger, drawn, FORMS["mailchimp.xlsx"], Folder(tmp_path), "here", NOW)
    (file,) = tmp_path.glob("*.xlsx")
    assert (file.name, file.stat().st_mode & 0o777) == (f"{drawn.list_id}.xlsx", 0o600)
    head, *lines = openpyxl.load_workbook(file)["list"].iter_rows(values_only=True)
    assert head == ("Email Address", "Name", "Phone Number", "Birthday", "Tags", "Customer ID") and len(lines) == sent
    assert all("@" in line[0] for line in lines)


def test_a_workbook_keeps_zeros_and_runs_nothing():
    """A phone number is text, a score a number, and “=1+1” is what it says."""
    drawn = DrawnList("l", "p", "=1+1", "e-mail", 1.0, 0.0, "", "", "", "", "", 1, {})
    contact = {"a": {"name": "=cmd()", "email": None, "phone": "007", "birth_on": None}}
    book = as_workbook(rows(FORMS["plain.xlsx"], drawn, [Member("a", 1, 2.5, 1, "contacted")], contact))
    (_head, line) = openpyxl.load_workbook(io.BytesIO(book))["list"].iter_rows()
    told = {"=1+1": "s", "=cmd()": "s", "007": "s", 2.5: "n"}
    assert {cell.value: cell.data_type for cell in line if cell.value in told} == told


def test_whoever_is_forgotten_leaves_the_ledger(full, tmp_path):
    """By an e-mail address, which no list holds: the customer behind it is on none any more."""
    folder = tmp_path / "shop"
    copytree(full.snapshot.folder, folder, ignore=lambda _folder, names: {"snapshots", "files", "extracts"} & {*names})
    ledger = Ledger(folder)
    drawn = draw(full, newcomers(full), ledger, NOW)
    reached = {row["customer_id"]: row["email"] for row in contacts(folder).to_pylist() if row["email"]}
    gone = next(member.customer_id for member in drawn.members if member.customer_id in reached)
    remember(folder, reached[gone])
    assert forget(folder) == 1
    assert gone not in {member.customer_id for member in ledger.find(drawn.list_id).members}


# --- webhooks ------------------------------------------------------------------------------------


@contextmanager
def receiver(*answers):
    """A server on this machine that answers as it is told, one after the other, and what it was sent."""
    seen, left = [], list(answers)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            status, body = left.pop(0) if len(left) > 1 else left[0]
            if status is None:  # it hangs up
                return
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_parts):
            """Nothing is written to the terminal."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook?x=1", seen
        server.shutdown()


def webhook(url, waits=None):
    """A webhook whose waits are noted and not waited for, at the thousandth second of the clock."""
    noted = [] if waits is None else waits
    return Webhook(url, b"secret", wait=noted.append, clock=lambda: 1000.0)


def test_a_webhook_is_signed_and_bears_the_lists_name():
    """Whoever knows the secret can tell that time and body are ours; the name says whether it is here already."""
    with receiver((200, b"")) as (url, seen):
        webhook(url).send("list-1", b"body", 1)
    ((headers, body),) = seen
    signature = hmac.digest(b"secret", b"1000.body", "sha256").hex()
    assert (headers["X-Customary-Signature"], headers["Idempotency-Key"]) == (f"t=1000,v1={signature}", "list-1")
    assert body == b"body"


def test_a_webhook_hears_which_kind_of_file_comes():
    """Text, or a workbook."""
    with receiver((200, b"")) as (url, seen):
        webhook(url).send("list-1", b"body", 1)
        webhook(url).send("list-2", b"body", 1, XLSX)
    kinds = [headers["Content-Type"] for headers, _body in seen]
    assert kinds[0] == "text/csv; charset=utf-8" and kinds[1].endswith("spreadsheetml.sheet")


def test_a_webhook_that_fails_is_asked_again_with_the_same_key():
    """It hangs up, then it is down, then it is too busy, then it takes it."""
    waits: list[float] = []
    with receiver((None, b""), (503, b""), (429, b""), (200, b"ok")) as (url, seen):
        webhook(url, waits).send("list-1", b"body", 1)
    assert len(seen) == 4 and {headers["Idempotency-Key"] for headers, _body in seen} == {"list-1"}
    assert waits == [0.0, *WAITS[:3]]


def test_a_webhook_that_stays_down_did_not_take_the_list(full, ledger):
    """The list is not delivered; when the webhook is up again the same delivery goes on, and is one."""
    drawn = draw(full, newcomers(full), ledger, NOW)
    with receiver((500, b"")) as (url, seen):
        with pytest.raises(Refused, match=r"did not take the list \(HTTP 500\): deliver it again later"):
            deliver(full, ledger, drawn, FORMS["plain"], webhook(url), "hook", NOW)
        assert len(seen) == 1 + len(WAITS) and ledger.find(drawn.list_id).delivered_at is None
    with receiver((200, b"")) as (url, seen):
        deliver(full, ledger, drawn, FORMS["plain"], webhook(url), "hook", NOW)
    assert ledger.find(drawn.list_id).delivered_at and ledger.delivery(drawn.list_id, "hook")["ended_at"]


@pytest.mark.parametrize("status", [301, 400, 401, 404])
def test_an_answer_that_will_not_change_is_not_asked_for_again(status):
    """Nor is a redirect followed: it would carry people's addresses elsewhere."""
    with receiver((status, b"")) as (url, seen):
        with pytest.raises(Refused, match=f"HTTP {status}"):
            webhook(url).send("list-1", b"body", 1)
        assert len(seen) == 1


def test_a_receipt_that_names_another_number_is_no_receipt():
    """Two were sent, and one was received."""
    with (
        receiver((200, json.dumps({"received": 1}).encode())) as (url, _seen),
        pytest.raises(Refused, match="2 customers were sent, but the receiver says that it received 1"),
    ):
        webhook(url).send("list-1", b"body", 2)


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "ftp://127.0.0.1/x", "https://u:p@example.org/x", "https:///x"]
)
def test_a_list_does_not_go_to_others_in_the_clear(url):
    """Only by https, or to this very machine; never with a password in the address."""
    with pytest.raises(Refused):
        Webhook(url, b"secret")


# --- the whole way -------------------------------------------------------------------------------


@pytest.fixture
def in_june(full):
    """The same shop as it stood in June; afterwards it stands where it stood before."""
    publish.build("campaigns", as_of="2025-06-15", accepted="demo")
    yield
    publish.build("campaigns", accepted="demo")


def test_a_delivered_list_is_found_again_after_the_next_build(in_june, full, tmp_path):
    """Drawn in June and delivered by its commands in July; half a year later its arms are compared."""
    run = CliRunner().invoke
    said = run(app, ["lists", "draw", "campaigns", "newcomer pack"])
    assert said.exit_code == 0, said.output
    (drawn,) = Ledger(full.snapshot.folder).lists()
    assert f"next: customary lists deliver campaigns {drawn.list_id} --to FOLDER" in said.output
    words = ["lists", "deliver", "campaigns", drawn.list_id, "--to", str(tmp_path), "--on"]
    early = run(app, [*words, "2025-06-14"])
    assert early.exit_code == 1 and "was drawn from data until 2025-06-15" in early.output
    words = [*words, "2025-07-01"]
    assert run(app, words).exit_code == 0
    assert run(app, words).exit_code == 1
    publish.build("campaigns", accepted="demo")
    (row,) = told(open_shop("campaigns"), "list_results")
    members = Ledger(full.snapshot.folder).find(drawn.list_id)
    assert (row["experiment"], str(row["sent_on"])) == (drawn.list_id, "2025-07-01")
    counts = (row["contacted_count"], row["held_count"])
    assert counts == (len(members.of_arm("contacted")), len(members.of_arm("hold-out")))
    assert row["contact_amount"] == pytest.approx(members.contact_cost * counts[0])
    assert drawn.list_id in run(app, ["lists", "report", "campaigns"]).output


def test_commands_typed_wrongly_say_what_is_meant(full, tmp_path):
    """A list, a form, a day that are none."""
    run = CliRunner().invoke
    for words, answer in (
        (["draw", "campaigns", "newcomr pack"], "did you mean newcomer pack"),
        (["deliver", "campaigns", "nothing", "--to", str(tmp_path)], "no list is called “nothing”"),
        (["deliver", "campaigns", "nothing", "--to", str(tmp_path), "--format", "mailchmp"], "did you mean mailchimp"),
        (["drop", "campaigns", "nothing"], "no list is called “nothing”"),
        (["report", "campagns"], "did you mean campaigns"),
    ):
        said = run(app, ["lists", *words])
        assert said.exit_code and answer in said.output, said.output


# --- by itself -------------------------------------------------------------------------------------


def sent(shop, ledger, deliveries):
    """What became of the plays of these settings, run now."""
    return list(send_due(shop, ledger, due_plays(shop, {"deliveries": deliveries}), lambda: NOW))


def test_a_play_goes_out_once_as_of_a_day(full, ledger, tmp_path):
    """Run a second time nothing is drawn and nothing is sent; one whose place is gone keeps no other back."""
    there = {"second purchase": str(tmp_path), "newcomer pack": f"{tmp_path}/nowhere as mailchimp"}
    first, gone = sent(full, ledger, there)
    assert first.is_new and first.count == len(ledger.find(first.list_id).of_arm("contacted"))
    assert "is no folder" in gone.why_not
    (tmp_path / "nowhere").mkdir()
    again, now_there = sent(full, ledger, there)
    assert not again.is_new and (again.list_id, again.count) == (first.list_id, first.count)
    assert now_there.is_new and len(ledger.lists()) == 2
    assert {path.stem for path in tmp_path.rglob("*.csv")} == {first.list_id, now_there.list_id}


STEPS = ("lists_drawn", "begun", "sent")


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_same_list_goes_out_once(full, ledger, tmp_path, monkeypatch, step):
    """After the draw, after the delivery began, after it left: run again, the members are those drawn, in one file."""

    def kill(*_parts):
        raise KeyboardInterrupt

    there = {"newcomer pack": str(tmp_path)}
    place = {"lists_drawn": (Ledger, "begin"), "begun": (Folder, "send"), "sent": (Ledger, "finish")}[step]
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(*place, kill)
        sent(full, ledger, there)
    (drawn,) = ledger.lists()
    members = ledger.find(drawn.list_id).members
    (one,) = sent(full, ledger, there)
    assert one.is_new and one.list_id == drawn.list_id and ledger.find(drawn.list_id).members == members
    (file,) = tmp_path.glob("*.csv")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        found = [row["customer_id"] for row in csv.DictReader(lines)]
    assert found == [member.customer_id for member in members if member.arm == "contacted"]


def test_how_long_after_its_data_a_list_arrived(full, ledger):
    """The data end with the first second of the as-of date in Shanghai, eight hours before that of Greenwich."""
    drawn = draw(full, newcomers(full), ledger, NOW)
    assert hours_after_data(full, drawn) is None
    at = datetime.combine(full.as_of, time(), UTC) + timedelta(hours=2)
    ledger.begin(drawn.list_id, "x", at)
    ledger.finish(drawn.list_id, "x", 1, {}, at)
    assert hours_after_data(full, ledger.find(drawn.list_id)) == 10


def test_plays_and_forms_that_are_none_are_refused(full):
    """With the nearest that there is."""
    with pytest.raises(UnknownName, match="did you mean second purchase"):
        due_plays(full, {"deliveries": {"second purchas": "x"}})
    with pytest.raises(UnknownName, match="did you mean mailchimp"):
        due_plays(full, {"deliveries": {"second purchase": "x as mailchmp"}})


def test_the_command_tells_what_went_out(full):
    """Without a setting it says where one stands."""
    said = CliRunner().invoke(app, ["lists", "run", "campaigns"])
    assert said.exit_code == 0 and "name some under [deliveries]" in said.output


# --- the documents' plays --------------------------------------------------------------------------


def profile_of(shop, name):
    """The customers of a play's list, as the shop knows them."""
    play = play_named(shop.rules, name)
    keys = [row["customer_id"] for row in told(shop, play.study, **play.options)]
    customers = shop.frame("customers")
    assert keys, f"the demo has nobody for {name}"
    return shop.fetch(customers.filter(customers.customer_id.isin(keys))).to_pylist()


def test_who_registered_and_never_bought_is_led_to_a_first_purchase(full):
    """Nobody on this list has an order."""
    assert {row["order_count"] for row in profile_of(full, "first purchase after registration")} == {0}


def test_a_newcomer_pack_is_for_who_bought_once_at_most(full):
    """Nobody on this list bought on two days."""
    assert {row["purchase_day_count"] for row in profile_of(full, "newcomer pack")} <= {0, 1}


@pytest.mark.parametrize(
    ("name", "segment", "label"),
    [
        ("VIP service", "value_tier", "high value"),
        ("VIP discount", "value_tier", "high value"),
        ("early access for VIPs", "value_tier", "high value"),
        ("coupon to the next tier", "value_tier", "potential"),
        ("new products first", "value_tier", "potential"),
        ("entry products for the basic tier", "value_tier", "basic"),
        ("points and rights for the loyal", "rfm_tier", "loyal"),
        ("a reason to come again", "rfm_tier", "general"),
        ("favourite category on offer", "rfm_tier", "promising"),
        ("wake up the lost", "rfm_tier", "churn risk"),
        ("personal picks and member events", "engagement_group", "active"),
        ("points and VIP events", "engagement_group", "loyal"),
        ("come-back offer", "lifecycle_stage", "decline"),
    ],
)
def test_a_play_is_for_its_group_drawn_and_written_down(full, ledger, name, segment, label):
    """Everybody drawn bears the label that the documents name; who, what and by which way stands in the ledger."""
    customers, play = full.frame("customers"), play_named(full.rules, name)
    labels = customers.select("customer_id", label=SEGMENTS[segment].label(customers, full.rules))
    bears = {row["customer_id"]: row["label"] for row in full.fetch(labels).to_pylist()}
    drawn = ledger.find(draw(full, play, ledger, NOW).list_id)
    assert {bears[member.customer_id] for member in drawn.members} == {label}
    assert (drawn.play, drawn.offer, drawn.sent_by) == (play.name, play.offer, play.sent_by)


def test_birthdays_are_greeted_in_their_month(full):
    """One month, that after the as-of date."""
    assert {row["birth_month"] for row in profile_of(full, "birthday greeting")} == {full.as_of.month % 12 + 1}
