"""What came back of lists: messages delivered, opened and clicked, beside what the list brought; nothing made up."""

from datetime import UTC, datetime

import duckdb
import pytest
from given import sold, told

from customary import standard
from customary.campaigns import Ledger
from customary.campaigns.feedback import read_feedback
from customary.campaigns.ledger import DrawnList, Member
from customary.columns import find
from customary.errors import Refused
from customary.intake import contacted
from customary.intake.conform import empty
from customary.intake.load import BOOKS

SENT = datetime(2025, 5, 2, 8, tzinfo=UTC)
HEAD = "list_id,customer_id,event,occurred_at\n"


def ledger_of(folder):
    """A ledger with one list, sent on the second of May at eight: Ann and Bob contacted, Cy held out."""
    ledger = Ledger(folder)
    arms = {"ann": "contacted", "bob": "contacted", "cy": "hold-out"}
    members = [Member(who, place, 1.0, 1, arm) for place, (who, arm) in enumerate(arms.items(), 1)]
    facts = {"play": "come back", "offer": "a coupon", "sent_by": "e-mail", "contact_cost": 1.0, "hold_out": 0.3}
    about = {"drawn_at": SENT.isoformat(), "as_of": "2025-05-02", "snapshot": "", "definition": "", "question": ""}
    ledger.add(DrawnList("one", **facts, **about, candidates=3, left_off={}, members=members), 0)
    ledger.begin("one", "there", SENT)
    ledger.finish("one", "there", 2, {}, SENT)
    return ledger


@pytest.fixture(scope="module")
def shop(tiny_shop):
    """A shop in Shanghai that knows Ann's and Bob's addresses."""
    people = [{"customer_id": who, "email": f"{who}@x.example"} for who in ("ann", "bob", "cy")]
    return tiny_shop(customers=people, orders=[sold("o", "ann", "2025-05-01", 10)], as_of="2025-06-01")


def taken(shop, ledger, folder, *lines, head=HEAD):
    """What becomes of a file with these lines."""
    (folder / "back.csv").write_text(head + "".join(f"{line}\n" for line in lines), "utf-8")
    return read_feedback(shop, ledger, [folder / "back.csv"])


def test_what_came_back_is_written_down_once(shop, tmp_path):
    """Three rows, of which the third is the first again; read a second time none is new."""
    ledger = ledger_of(tmp_path)
    rows = ("one,ann,delivered,2025-05-02T09:00:00Z", "one,ann,opened,2025-05-02T10:00:00Z")
    assert taken(shop, ledger, tmp_path, *rows, rows[0]) == (2, {"there already": 1})
    assert taken(shop, ledger, tmp_path, *rows) == (0, {"there already": 2})
    assert contacted.feedback_count(tmp_path) == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("two,ann,opened,2025-05-03", "of a list that was not delivered"),
        ("one,dee,opened,2025-05-03", "of somebody who was not on it"),
        ("one,cy,opened,2025-05-03", "of somebody held out"),
        ("one,ann,bounced,2025-05-03", "of another event"),
        ("one,ann,opened,soon", "without a time that can be read"),
        ("one,ann,opened,2025-05-02T15:59:00", "before the list was delivered"),  # 7:59 in Greenwich
    ],
)
def test_what_cannot_be_is_set_aside_with_its_reason(shop, tmp_path, line, why):
    """Nothing of it is written down; a time without a zone is the shop's, eight hours before Greenwich."""
    assert taken(shop, ledger_of(tmp_path), tmp_path, line) == (0, {why: 1})
    assert contacted.feedback_count(tmp_path) == 0


def test_a_customer_may_be_named_by_address(shop, tmp_path):
    """However it is written; an address that nobody has is nobody's."""
    head = "event,email,list_id,occurred_at\n"
    rows = ("clicked, BOB@x.example ,one,2025-05-02T16:00:00", "clicked,who@x.example,one,2025-05-03")
    said = taken(shop, ledger_of(tmp_path), tmp_path, *rows, head=head)
    assert said == (1, {"of somebody who was not on it": 1})


def test_whoever_unsubscribed_is_on_no_list_any_more(shop, tmp_path):
    """Bob is suppressed, and Ann is not."""
    ledger = ledger_of(tmp_path)
    taken(shop, ledger, tmp_path, "one,bob,unsubscribed,2025-05-03", "one,ann,opened,2025-05-03")
    assert ledger.suppressions() == {"bob"}


def test_a_file_that_is_laid_out_otherwise_is_refused(shop, tmp_path):
    """It says which columns it must have."""
    with pytest.raises(Refused, match=r"back\.csv is no feedback: it has the columns list_id"):
        taken(shop, ledger_of(tmp_path), tmp_path, head="campaign,who,what\n")


def test_the_next_build_finds_the_first_of_each_event(shop, tmp_path):
    """Ann opened twice, first at ten in Greenwich; of Bob nothing came back, and that is not known and not never."""
    ledger = ledger_of(tmp_path)
    taken(shop, ledger, tmp_path, "one,ann,opened,2025-05-04T10:00:00Z", "one,ann,opened,2025-05-03T10:00:00Z")
    con = duckdb.connect()
    con.execute(BOOKS)
    empty(con, standard.tables()["assignments"])
    contacted.add_lists(con, tmp_path, "Asia/Shanghai")
    found = con.execute("select customer_id, message_opened_at, message_opened_local from assignments order by 1")
    ann = (datetime(2025, 5, 3, 10), datetime(2025, 5, 3, 18))
    assert found.fetchall() == [("ann", *ann), ("bob", None, None), ("cy", None, None)]


def on_list(customer, arm="contacted", **events):
    """A customer of a delivered list, with the days on which its message came, was opened and clicked."""
    facts = {"experiment": "one", "play": "come back", "assigned_at": "2025-05-01 10:00"}
    times = {f"message_{name}_at": day for name, day in events.items()}
    return {**facts, "customer_id": customer, "arm": arm, **times}


def test_rates_are_of_those_to_whom_the_message_came(tiny_shop):
    """Of five contacted it came to four – one of them only clicked – two opened and one clicked: a half, a quarter."""
    day = "2025-05-02"
    rows = [on_list("a", delivered=day, opened=day), on_list("b", delivered=day, opened="2025-05-03")]
    rows += [on_list("c", delivered=day), on_list("d", clicked=day), on_list("e"), on_list("h", "hold-out")]
    asked = {"assignments": rows, "orders": [sold("o", "a", "2025-05-02", 10)]}
    (row,) = told(tiny_shop(**asked, as_of="2025-07-01"), "list_results")
    counts = (row["contacted_count"], row["delivered_count"], row["opened_count"], row["clicked_count"])
    assert (counts, row["opened_rate"], row["clicked_rate"]) == ((5, 4, 2, 1), 0.5, 0.25)
    (early,) = told(tiny_shop(**asked, as_of="2025-05-03"), "list_results")
    assert early["opened_count"] == 1  # what was opened on the third is not known on that morning


def test_of_a_list_of_which_nothing_came_back_nothing_is_said(tiny_shop):
    """Opens alone have no rate: to how many the message came is not known; without any there is no count either."""
    orders = [sold("o", "a", "2025-05-05", 10)]
    rows = [on_list("a", opened="2025-05-02"), on_list("b"), {**on_list("c"), "experiment": "two"}]
    opens, nothing = sorted(
        told(tiny_shop(assignments=rows, orders=orders, as_of="2025-07-01"), "list_results"),
        key=lambda row: row["experiment"],
    )
    assert (opens["delivered_count"], opens["opened_count"], opens["opened_rate"]) == (None, 1, None)
    assert (nothing["delivered_count"], nothing["opened_count"], nothing["clicked_count"]) == (None, None, None)


def test_opens_say_that_programs_open_too():
    """Wherever the count or the rate stands, its meaning bears the caveat, and that of clicks does not."""
    for name in ("opened_count", "opened_rate"):
        assert "open by themselves" in find(name, "list_results").meaning
    assert "open by themselves" not in find("clicked_rate", "list_results").meaning
