"""Nobody's address is published: keys that are one get a pseudonym, others are masked; the analyst looks them up."""

import sys

import duckdb
import pytest
from conftest import built_from_rows
from given import line, returned, sold, value
from typed import refused, say

import customary as c
from customary import standard
from customary.errors import Refused
from customary.places import shop_path
from customary.publish import masks, pseudonyms
from customary.shop import current_snapshot

SETTINGS = {"title": "Keys", "source": "template", "currency": "EUR", "time_zone": "UTC", "week_start": "monday"}
ANN, BEN, CEM, DORA = "Ann@mail.example", "ben.o'neil+shop@mail.example", "13812345678", "+49 171 2345678"
EVA = "0301234567"  # mere digits, which may be any shop's number; it is her own phone's, so it is personal
PLAIN = ("c17", "00012345", "20250101", "8613", "0001234567")
PEOPLE = (ANN, BEN, CEM, DORA, EVA)


def at(day):
    """An hour of a day in January 2025."""
    return f"2025-01-{day:02} 10:00"


def event(n, who, **more):
    """A look at a page."""
    seen = {"event_id": f"e{n}", "customer_id": who, "visitor_id": who, "occurred_at": at(n), "event_name": "page_view"}
    return {**seen, **more}


def with_addresses(table, row):
    """The row with an address in every text of the standard that it leaves open."""
    texts = [c.name for c in standard.tables()[table].columns if c.type == "string" and not c.allowed]
    return {name: f"{name} of ann@mail.example" for name in texts if name != "currency"} | row


# An address in every table and in every kind of place; a new column of the standard is among them by itself.
ROWS = {
    "orders": [sold(f"o{n}", who, at(n), 10) for n, who in enumerate((*PEOPLE, *PLAIN), 1)],
    "order_items": [line("l1:ann@mail.example", "o1", "p1", 1, 10)],
    "products": [{"product_id": "p1"}],
    "customers": [
        {"customer_id": ANN, "registered_at": at(1), "phone": "1", "email": "ann@home.example"},
        {"customer_id": BEN, "registered_at": at(1), "phone": "2", "email": "b", "referred_by": ANN},
        {"customer_id": EVA, "registered_at": at(1), "phone": "030 1234567", "email": "e"},
    ],
    "events": [event(1, ANN, search_term="Ann@Mail.Example mug"), event(2, BEN, search_term=None)],
    "returns": [returned("r1", "o1", ANN, at(6), 5)],
    "tickets": [{"ticket_id": "t1", "customer_id": BEN, "opened_at": at(3)}],
    "responses": [{"response_id": "r1", "customer_id": ANN, "survey": "nps", "answered_at": at(4), "score": 9}],
    "consents": [{"customer_id": ANN, "purpose": "analytics", "is_granted": True, "recorded_at": at(1)}],
}
TABLES = {table: [with_addresses(table, row) for row in rows] for table, rows in ROWS.items()}


@pytest.fixture(scope="module")
def canary(shops):
    """A shop in which addresses stand wherever one can."""
    return built_from_rows("canary", SETTINGS, TABLES)


def texts(shop):
    """All texts of all tables of the snapshot, by table and column, enumerations included."""
    con, found = shop._backend.con, {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns() where not internal and schema_name = 'main'"
    ).fetchall():
        rows = con.execute(f'select distinct "{column}"::varchar from "{table}"').fetchall()
        found[table, column] = {row[0] for row in rows if row[0] is not None}
    return found


def test_no_address_is_in_any_file_of_a_snapshot(canary):
    """Neither in a table nor in a byte of any file beside it: the shop's folder holds them, its snapshots do not."""
    said = texts(canary)
    assert said
    for place, values in said.items():
        assert [text for text in values if "@" in text or text in PEOPLE] == [], place
    files = [path for path in canary.snapshot.path.parent.rglob("*") if path.is_file()]
    assert len(files) == 2
    for path in files:
        whole = path.read_bytes().lower()
        assert [
            word for word in (b"@mail.example", b"@home.example", CEM.encode(), b"171 2345678") if word in whole
        ] == []


def test_personal_keys_get_pseudonyms_and_others_stay(canary):
    """Five of ten; a key that is mere digits is the shop's own number, unless it is the customer's phone."""
    keys = texts(canary)["orders", "customer_id"]
    hidden = {key for key in keys if pseudonyms.SHAPE.match(key)}
    assert (len(hidden), keys - hidden) == (5, set(PLAIN))


def test_a_person_stays_one_person_over_all_tables(canary):
    """Ann's order, visit, return and answer are still hers, and Ben is still recommended by her."""
    ann = pseudonyms.look_up(shop_path("canary"), ANN)
    said = texts(canary)
    for table in ("orders", "customers", "events", "returns", "responses"):
        assert ann in said[table, "customer_id"], table
    assert value(canary, c.order_count) == 10
    assert value(canary, c.order_count, where={"customer_id": ann}) == 1


def test_what_is_masked_in_a_text_is_the_address_alone(canary):
    """The rest of what somebody searched for stays."""
    assert texts(canary)["events", "search_term"] == {"(e-mail) mug"}


PHONES = ("+49 171 2345678", "(212) 555-0100", "030/1234567", "138-1234-5678", "13812345678", "2125550100")


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("place", sorted(masks.WRITTEN), ids=".".join)
def test_a_phone_in_what_people_write_is_masked(phone, place):
    """However it is set, with nothing or a Chinese character before it; the words around it stay."""
    assert masks.mask_phones(f"broken, call {phone}!", place) == "broken, call (phone)!"
    assert masks.mask_phones(f"请拨打{phone}", place) == "请拨打(phone)"


@pytest.mark.parametrize("text", ["bought 2025-03-01", "on 01.03.2025", "size 4711", "2 of 12", "model AX1234567"])
def test_dates_and_short_numbers_stay(text):
    """What is no phone says what was wrong."""
    assert masks.mask_phones(text, ("returns", "reason")) == text


def test_a_shops_own_codes_stay_and_phones_among_them_go():
    """Ten digits are a campaign's code; a number with its country's code is a phone. In a page it follows an “=”."""
    own, page = ("orders", "campaign"), ("events", "page")
    assert masks.mask_phones("2025110101", own) == "2025110101"
    assert masks.mask_phones("by +49 171 2345678", own) == "by (phone)"
    assert masks.mask_phones("/item/13812345678", page) == "/item/13812345678"
    assert masks.mask_phones("/login?m=13812345678&x=1", page) == "/login?m=(phone)&x=1"


def test_no_phone_that_somebody_wrote_is_in_a_snapshot(shops):
    """In a reason, a topic, a search, a page, a case, a comment: in no table and in no byte of the file."""
    said = [f"call {phone} please" for phone in PHONES]
    tables = {
        "orders": [sold("o1", "c1", at(1), 10)],
        "returns": [returned(f"r{n}", "o1", "c1", at(6), 1, reason=text) for n, text in enumerate(said)],
        "tickets": [
            {"ticket_id": f"t{n}", "customer_id": "c1", "opened_at": at(3), "topic": text, "message": text}
            for n, text in enumerate(said)
        ],
        "responses": [
            {
                "response_id": f"a{n}",
                "customer_id": "c1",
                "survey": "nps",
                "answered_at": at(4),
                "score": 9,
                "comment": t,
            }
            for n, t in enumerate(said)
        ],
        "events": [event(n, "c1", search_term=text) for n, text in enumerate(said, 1)]
        + [event(9, "c1", page="/login?m=13812345678")],
    }
    shop = built_from_rows("written", SETTINGS, tables)
    found = texts(shop)
    for place in masks.WRITTEN:
        assert found[place] == {"call (phone) please"}, place
    assert [text for values in found.values() for text in values if any(phone in text for phone in PHONES)] == []
    whole = b"".join(path.read_bytes() for path in shop.snapshot.path.parent.rglob("*") if path.is_file())
    assert [phone for phone in PHONES if phone.encode() in whole] == []


def test_pseudonyms_are_the_same_in_every_build_and_differ_from_shop_to_shop(canary):
    """One secret per shop: who reads two shops cannot tell that a customer is in both."""
    again = built_from_rows("canary", SETTINGS, TABLES)
    assert again.snapshot.version != canary.snapshot.version
    assert texts(again)["orders", "customer_id"] == texts(canary)["orders", "customer_id"]
    other = built_from_rows("canary_too", SETTINGS, TABLES)
    shared = texts(other)["orders", "customer_id"] & texts(canary)["orders", "customer_id"]
    assert shared == set(PLAIN)


def test_a_pseudonym_is_the_standard_code_of_the_key():
    """HMAC-SHA-256 with key “Jefe” (RFC 4231, test case 2), its first 24 digits."""
    assert pseudonyms.pseudonym(b"Jefe", "what do ya want for nothing?") == "p_5bdcc146bf60754e6a042426"


def test_the_analyst_looks_up_either_way(canary):
    """From the key to the pseudonym, whatever its case, and back; of a stranger neither is known."""
    hidden = say("pseudonym", "canary", ANN).stdout.strip()
    assert say("pseudonym", "canary", ANN.upper()).stdout.strip() == hidden
    assert say("pseudonym", "canary", hidden).stdout.strip() == ANN
    for unknown in ("zoe@mail.example", "p_" + "0" * 24, "c17"):
        assert "no pseudonym for this key" in refused("pseudonym", "canary", unknown)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
def test_secret_and_list_are_their_owners_alone(canary):
    """As the raw files are: nobody else on the machine reads them."""
    for name in (pseudonyms.SECRET, pseudonyms.LIST):
        assert (shop_path("canary") / name).stat().st_mode & 0o077 == 0


def test_a_damaged_secret_stops_the_build(shops):
    """Silently made anew it would give every customer a new pseudonym."""
    built_from_rows("hurt_key", SETTINGS, {"orders": [sold("o1", ANN, at(1), 1)]})
    (shop_path("hurt_key") / pseudonyms.SECRET).write_text("half", "ascii")
    with pytest.raises(Refused, match=r"pseudonym\.key is damaged"):
        built_from_rows("hurt_key", SETTINGS, {"orders": [sold("o1", ANN, at(1), 1)]})


def test_a_shop_without_personal_keys_needs_no_secret(shops):
    """Then nothing is written; and who has left the files leaves the list with the next build."""
    built_from_rows("leaving", SETTINGS, {"orders": [sold("o1", ANN, at(1), 1), sold("o2", "c17", at(2), 1)]})
    assert pseudonyms.look_up(shop_path("leaving"), ANN)
    built_from_rows("leaving", SETTINGS, {"orders": [sold("o2", "c17", at(2), 1)]})
    assert pseudonyms.look_up(shop_path("leaving"), ANN) is None
    assert not (shop_path("leaving") / pseudonyms.LIST).exists()
    built_from_rows("no_keys", SETTINGS, {"orders": [sold("o2", "c17", at(2), 1)]})
    assert not (shop_path("no_keys") / pseudonyms.SECRET).exists()


@pytest.mark.parametrize(
    ("key", "is_personal"),
    [
        ("ann@mail.example", True), ("ANN@MAIL.EXAMPLE", True), ("用户@例子.公司", True), ("ann@shop", False),
        ("+4917123456789", True), ("0049 171 2345678", True), ("0171 2345678", True), ("0171-2345678", True),
        ("13812345678", True), ("8613812345678", True), ("+86 13812345678", True), ("138****5678", False),
        ("12345678901", False), ("23812345678", False), ("0001234567", False), ("2025-01-01", False), ("C-0042", False),
    ],
)  # fmt: skip
def test_which_keys_are_personal(key, is_personal):
    """Addresses, and numbers that are written as phones are; a shop's own running numbers are not."""
    con = duckdb.connect()
    con.execute("create table orders (customer_id text); create table customers (customer_id text, phone text)")
    con.execute("insert into orders values (?)", [key])
    found = pseudonyms._personal_keys(con, [("orders", "customer_id")])
    assert found == ([key] if is_personal else [])


def test_the_manifest_tells_the_number_and_nobody(canary):
    """How many keys are hidden is a fact of the snapshot; whose they are is not."""
    facts = current_snapshot(shop_path("canary")).facts
    listed = (shop_path("canary") / pseudonyms.LIST).read_text("utf-8").splitlines()[1:]
    assert facts["pseudonyms"] == len(listed) > len(PEOPLE)  # with the keys of lines, answers, … that hold an address
    assert "@" not in repr(facts)
