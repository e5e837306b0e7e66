"""Who is one person: a shared key ties accounts where names and birthdays agree, and never chains strangers."""

import random
from datetime import date, datetime
from itertools import count

import duckdb
import pytest
from given import sold, value

import customary as c
from customary import demo, intake, standard
from customary.errors import Refused, UnknownName
from customary.intake import identity
from customary.intake.load import BOOKS
from customary.intake.matching import (
    AGREEMENT,
    EXACT_KEYS,
    MATCHERS,
    NO_MERGE,
    Account,
    Key,
    are_alike,
    by_agreement,
    by_keys_alone,
    words_of,
)
from customary.intake.settings import read_settings

_numbers = count(1)


def people(*told):
    """(accounts, keys) of `("a1", "Wang Wei", {"email": "x"}, …further fields of an account)`."""
    accounts, keys = [], []
    for account, name, shared, *others in told:
        accounts.append(Account(account, name, **(others[0] if others else {})))
        keys += [Key(account, kind, one) for kind, one in shared.items()]
    return accounts, keys


def merged(*told, by=by_agreement):
    """Account → person of these people."""
    return {merge.account_id: merge.customer_id for merge in by(*people(*told))}


def test_five_guest_accounts_under_one_email_are_one_person():
    """However many there are, and whether or not each says a name."""
    guests = [(f"g{n}", "Ann Lee" if n % 2 else None, {"email": "ann@x.example"}) for n in range(1, 6)]
    assert merged(*guests) == {"g2": "g1", "g3": "g1", "g4": "g1", "g5": "g1"}


def test_a_tills_phone_ties_nobody():
    """Twelve customers gave the shop's number, in one city: different names or none are different people."""
    till = [(f"t{n}", name, {"phone": "2155501"}, {"city": "Bonn"}) for n, name in enumerate(["Ann", "Bo", None, "Cy"])]
    assert merged(*till) == {}
    assert len(merged(*till, by=by_keys_alone)) == 3


def test_a_phone_ties_who_has_the_same_name_or_birthday():
    """Two of the twelve are the same person twice."""
    born = {"birth_on": date(1990, 5, 1)}
    shared = {"phone": "2155501"}
    assert merged(("t1", "Ann Lee", shared), ("t2", "Bo", shared), ("t3", "LEE, Ann", shared)) == {"t3": "t1"}
    assert merged(("t1", None, shared, born), ("t2", None, shared, born)) == {"t2": "t1"}


def test_a_family_under_one_email_stays_a_family():
    """Different names contradict each other; who gives no name there is tied to nobody."""
    shared = {"email": "the.lees@x.example"}
    assert merged(("f1", "Ann Lee", shared), ("f2", "Bo Lee", shared), ("f3", None, shared)) == {}
    assert merged(("f1", "Ann Lee", shared), ("f2", "Bo Lee", shared), ("f4", "Ann Lee", shared)) == {"f4": "f1"}


def test_father_and_son_of_one_name_are_two():
    """The same name and the same telephone, born thirty years apart."""
    born = [{"birth_on": date(year, 1, 1)} for year in (1960, 1990)]
    shared = {"phone": "2155501", "email": "lee@x.example"}
    assert merged(("s1", "Bo Lee", shared, born[0]), ("s2", "Bo Lee", shared, born[1])) == {}


def test_strangers_are_not_chained_by_phone_and_email():
    """Twelve people, each sharing a phone with the one and an e-mail with the next: nobody is anybody else."""
    names = ["Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo", "Kit", "Lou"]
    keys = [{"phone": f"p{n // 2}", "email": f"e{(n + 1) // 2}"} for n in range(12)]
    chain = [(f"c{n:02}", names[n], keys[n]) for n in range(12)]
    assert merged(*chain) == {}
    assert set(merged(*chain, by=by_keys_alone).values()) == {"c00"}


def test_accounts_without_a_name_are_not_chained_through_different_addresses():
    """One e-mail ties two; the second of them shares another one with a third, of whom nothing is known."""
    accounts, keys = people(("a", None, {"email": "1"}), ("b", None, {"email": "1"}), ("d", None, {"email": "2"}))
    merges = by_agreement(accounts, [*keys, Key("b", "email", "2")])
    assert [(merge.account_id, merge.customer_id) for merge in merges] == [("b", "a")]


def test_one_person_is_followed_through_different_keys_by_name():
    """Phone to the one account, e-mail to the other, the same name in all three."""
    told = [
        ("a", "Ann Lee", {"phone": "1"}),
        ("b", "Ann Lee", {"phone": "1", "email": "e"}),
        ("d", "A. Lee", {"email": "e"}),
    ]
    assert merged(*told) == {"b": "a", "d": "a"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Wang Wei", "wei WANG", True),
        ("Ann Lee", "A. Lee", True),
        ("Ann Maria Lee", "Ann Lee", True),
        ("Mr. Bo Lee", "Bo Lee", True),
        ("王伟", "王 伟", True),
        ("王伟", "王伟", True),
        ("Ann Lee", "Bo Lee", False),
        ("Ann", "Anna", False),
    ],
)
def test_names_that_can_be_one_persons(one, other, alike):
    """Order, case, titles, initials and second names do not matter; another first name does."""
    assert are_alike(words_of(one), words_of(other)) is alike


@pytest.mark.parametrize("name", [None, "", "Guest", "匿名", "王**", "test account"])
def test_what_is_no_name_names_nobody(name):
    """Placeholders and masked names are as good as none."""
    assert words_of(name) == ()


def test_the_earliest_account_gives_the_name():
    """Accounts that join later rename nobody; without a day of joining the shorter and smaller number holds."""
    shared = {"email": "x"}
    first, then = ({"registered_at": datetime(2024, month, 1)} for month in (1, 2))
    assert merged(("z", None, shared, first), ("b", None, shared, then)) == {"b": "z"}
    assert merged(("z", None, shared, first), ("b", None, shared, then), ("a", None, shared)) == {"b": "z", "a": "z"}
    assert merged(("c10", None, shared), ("c9", None, shared)) == {"c10": "c9"}


def test_the_order_of_accounts_does_not_matter():
    """The same merges, with the same evidence, from any order of the same accounts and keys."""
    accounts, keys = people(
        *((f"a{n}", ("Ann", "Bo", None)[n % 3], {"email": f"e{n % 4}", "phone": f"p{n % 5}"}) for n in range(30))
    )
    expected = by_agreement(accounts, keys)
    for seed in range(5):
        dice = random.Random(seed)
        mixed = (dice.sample(accounts, len(accounts)), dice.sample(keys, len(keys)))
        assert by_agreement(*mixed) == expected


def test_a_merge_has_evidence_and_no_personal_data():
    """Which kinds of keys and what agrees; never an address, a number or a name."""
    born = {"birth_on": date(1990, 5, 1)}
    shared = {"email": "ann@x.example", "phone": "2155501"}
    (merge,) = by_agreement(*people(("a", "Ann Lee", shared, born), ("b", "Ann Lee", shared, born)))
    assert merge.because == "email, same birthday, same name"


def test_ten_thousand_at_one_till_take_no_time():
    """A number that everybody gives costs no comparison of all with all."""
    started = datetime.now()
    assert merged(*((f"t{n}", f"name{chr(97 + n % 26)}{'x' * (n // 26)}", {"phone": "1"}) for n in range(10_000))) == {}
    assert (datetime.now() - started).total_seconds() < 20


# --- keys ----------------------------------------------------------------------------------------


def keys_of(kind, *values):
    """The comparable keys of a kind when two accounts each give these values."""
    con = duckdb.connect()
    con.execute("create table customers (customer_id VARCHAR, name VARCHAR, birth_on DATE, city VARCHAR, "
                "registered_at TIMESTAMP, email VARCHAR, phone VARCHAR)")  # fmt: skip
    con.execute("create table identities (customer_id VARCHAR, kind VARCHAR, value VARCHAR)")
    for one in values:
        con.executemany("insert into identities values (?, ?, ?)", [(f"{next(_numbers)}", kind, one) for _ in "ab"])
    return sorted({key.value for key in identity._found(con)[1]})


@pytest.mark.parametrize(
    "junk",
    ["00000000", "13800000000", "1.38888888E+10", "138****0001", "138xxxx0001", "12345678", "12345", "none", "1111111",
     "unknown", "0", "1" * 20, ""],
)  # fmt: skip
def test_a_junk_phone_is_no_key(junk):
    """Zeros, numbers in a row, masks, scientific notation, too few or too many digits."""
    assert keys_of("phone", junk) == []


@pytest.mark.parametrize(
    "junk",
    ["none", "a@b", "foo@@mail.example", "n/a", "unknown@x.example", "guest@shop.example", "a***@x.example", "@"],
)
def test_a_junk_address_is_no_key(junk):
    """What is no address, nobody's or masked."""
    assert keys_of("email", junk) == []


def test_one_number_in_many_spellings_is_one_key():
    """With and without the country, blanks and dashes; an e-mail in capitals; an account as it is."""
    assert keys_of("phone", "+86 140-1965-9384", "0086 14019659384", "14019659384", "86 140 1965 9384") == [
        "4019659384"
    ]
    assert keys_of("phone", "+49 171 2345098", "0171 2345098") == ["1712345098"]
    assert keys_of("email", "Ann@X.example ", "ann@x.example") == ["ann@x.example"]
    assert keys_of("account", "wechat:ab", "wechat:AB") == ["wechat:AB", "wechat:ab"]


# --- the demo's truth ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """(accounts, keys, account → person) of the demo with 5,000 customers."""
    folder = tmp_path_factory.mktemp("people")
    demo.generate(folder, customers=5_000)
    con = duckdb.connect()
    for name in ("crm_customers", "loyalty_accounts", "referrals"):
        path = folder / "files" / f"{name}.csv"
        con.execute(f"create table {name} as select *, 0 as _record from read_csv('{path}', all_varchar = true)")
    queries = intake.source_named("demo").queries
    con.execute(f"create table customers as from ({queries['customers']}) qualify "
                "row_number() over (partition by customer_id) = 1")  # fmt: skip
    con.execute("alter table customers alter column birth_on type DATE using try_cast(birth_on as DATE)")
    con.execute("alter table customers alter column registered_at type TIMESTAMP")
    con.execute(f"create table identities as {queries['identities']}")
    truth = con.execute(f"select cust_no, person from '{folder / 'truth' / 'people.parquet'}'").fetchall()
    return (*identity._found(con), dict(truth))


def quality_of(merges, truth):
    """(precision, recall) over pairs of accounts: one person's of those found, and found of those that are there."""
    found = {merge.account_id: merge.customer_id for merge in merges}
    groups, persons, both = {}, {}, {}
    for account, person in truth.items():
        one = found.get(account, account)
        for table, key in ((groups, one), (persons, person), (both, (one, person))):
            table[key] = table.get(key, 0) + 1
    right, said, there = (sum(n * (n - 1) // 2 for n in table.values()) for table in (both, groups, persons))
    return (right / said if said else 1, right / there)


def test_the_demos_people_are_found_and_kept_apart(known):
    """At least 99 of 100 merged pairs are one person, at least 80 of 100 such pairs are merged."""
    accounts, keys, truth = known
    precision, recall = quality_of(by_agreement(accounts, keys), truth)
    assert precision >= 0.99 and recall >= 0.80
    assert quality_of(by_keys_alone(accounts, keys), truth)[0] < precision


def test_the_demos_people_are_kept_apart_when_strangers_share_phones(known):
    """Every twentieth account gives the phone of another person: keys alone go wrong, agreement does not."""
    accounts, keys, truth = known
    dice = random.Random(9)
    phones = [key for key in keys if key.kind == "phone"]
    strangers = [Key(dice.choice(accounts).account_id, "phone", dice.choice(phones).value) for _ in accounts[::20]]
    told = [*keys, *strangers]
    assert quality_of(by_keys_alone(accounts, told), truth)[0] < 0.9
    precision, recall = quality_of(by_agreement(accounts, told), truth)
    assert precision >= 0.99 and recall >= 0.80


# --- in a shop -----------------------------------------------------------------------------------

TWO = [
    {"customer_id": "a", "name": "Ann Lee", "email": "ann@x.example", "registered_at": "2025-01-01"},
    {"customer_id": "b", "name": "Ann Lee", "email": "ANN@x.example", "registered_at": "2025-01-02"},
    {"customer_id": "d", "name": "Bo Lee", "email": "ann@x.example", "registered_at": "2025-01-03"},
]
ORDERS = [sold(f"o{who}", who, "2025-02-01 10:00", 10) for who in "abd"]


def resolved(customers=TWO, **told):
    """A connection with these accounts resolved under a shop's settings."""
    con = duckdb.connect()
    con.execute(BOOKS)
    for name, table in standard.tables().items():
        kept = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
        con.execute(f"create table {name} ({kept}, excluded_because VARCHAR, _record BIGINT)")
    for number, row in enumerate(customers, 1):
        con.execute(f"insert into customers ({', '.join(row)}, _record) values ({'?, ' * len(row)}{number})",
                    list(row.values()))  # fmt: skip
        con.execute("insert into orders (order_id, customer_id) values (?, ?)", [f"o{number}", row["customer_id"]])
    identity.resolve(con, told, lambda step, amount: None)
    return con


def test_facts_point_to_the_person():
    """Ann's two accounts are one customer with two orders; the other name under her address is another one."""
    con = resolved()
    assert con.execute("select customer_id, count(*) from orders group by 1 order by 1").fetchall() == [
        ("a", 2),
        ("d", 1),
    ]
    assert con.execute("select customer_id from customers order by 1").fetchall() == [("a",), ("d",)]
    assert con.execute("from merges").fetchall() == [("b", "a", "email, same name")]


def test_a_shop_keeps_an_account_apart_or_merges_otherwise():
    """[apart] forbids one merge, `identity` chooses another rule: each merge can be taken back."""
    assert resolved(apart={"b": "a cousin of the same name"}).execute("from merges").fetchall() == []
    assert resolved(identity=NO_MERGE).execute("from merges").fetchall() == []
    assert len(resolved(identity=EXACT_KEYS).execute("from merges").fetchall()) == 2
    with pytest.raises(UnknownName, match="agreeing evidence"):
        resolved(identity="agreeing")


def test_how_the_headlines_move_is_told():
    """Three accounts, three orders: three buyers without merging, one by keys alone, two by agreement."""
    told = identity.moves(resolved())
    assert [(row["rule"], row["merged_count"], row["customer_count"], row["buyer_count"]) for row in told] == [
        (NO_MERGE, 0, 3, 3),
        (EXACT_KEYS, 2, 1, 1),
        (AGREEMENT, 1, 2, 2),
    ]
    assert [row["repeat_buyer_count"] for row in told] == [0, 1, 1]
    assert [row["orders_per_buyer"] for row in told] == [1, 3, 1.5]
    assert list(MATCHERS) == [row["rule"] for row in told]


def test_a_build_tells_its_merges(tiny_shop):
    """The ledger counts the merged account as merged and not as quarantined; the snapshot tells the three rules."""
    shop = tiny_shop(customers=TWO, orders=ORDERS, as_of="2025-03-01")
    assert value(shop, c.buyer_count) == 2
    ledger = shop.fetch(shop.frame("ledger")).to_pylist()
    assert [row["record_count"] for row in ledger if row["outcome"] == "merged"] == [1]
    assert not [row for row in ledger if row["outcome"] == "quarantined"]
    assert shop.fetch(shop.frame("quarantine")).num_rows == 0
    assert [row["buyer_count"] for row in shop.snapshot.facts["identity"]] == [3, 1, 2]
    assert (
        "1 account merged into 1 customer (email, same name: 1); "
        "buyers: 3 by no merge, 1 by exact keys, 2 by agreeing evidence"
    ) in shop.snapshot.facts["report"]


def test_a_later_account_renames_nobody(tiny_shop):
    """A third account of Ann's, of a smaller name, joins in March: she stays who she was."""
    later = {"customer_id": "A", "name": "Ann Lee", "email": "ann@x.example", "registered_at": "2025-02-15"}
    for customers in (TWO, [*TWO, later]):
        shop = tiny_shop(customers=customers, orders=ORDERS, as_of="2025-03-01")
        assert {row["customer_id"] for row in shop.fetch(shop.frame("merges")).to_pylist()} == {"a"}


def test_settings_of_merging_are_read(tmp_path):
    """`identity` and [apart] stand in shop.toml; anything but texts is refused."""
    (tmp_path / "shop.toml").write_text('identity = "no merge"\n[apart]\nb = "a cousin"\n', "utf-8")
    assert read_settings(tmp_path)["apart"] == {"b": "a cousin"}
    (tmp_path / "shop.toml").write_text("[apart]\nb = 1\n", "utf-8")
    with pytest.raises(Refused, match="apart"):
        read_settings(tmp_path)
