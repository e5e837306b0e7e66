"""Topics of what customers write: found while a shop is built, of words that many used, and without any text."""

from random import Random

import pytest
from given import sold, told

from customary.models.topics import TopicRule, find_topics, names_spoken_to, vocabulary, words_of
from customary.places import shops_folder

RULE = TopicRule(count=2, fewest_texts=20, fewest_authors=5, words=3, most_share=0.9)
PARCEL = ("parcel still not here", "where is the parcel, courier late", "late parcel, courier lost it", "courier late")
SHIRT = ("shirt too small, wrong size", "size of the shirt is wrong", "small size", "wrong size, shirt too small")


def letters(n=40):
    """Texts about parcels and shirts by turns, each from another customer."""
    return [(PARCEL if i % 2 else SHIRT)[i // 2 % 4] for i in range(n)], [f"c{i}" for i in range(n)]


# --- words ---------------------------------------------------------------------------------------


def test_addresses_links_and_numbers_are_no_words():
    """What could name a person or an order is not looked at: e-mails, links, anything with a digit."""
    (words,) = words_of(["Mail ann.lee@mail.example or https://x.example/ann about order SO10000155, parcel late!"])
    assert words == ["mail", "about", "order", "parcel", "late"]


def test_chinese_falls_into_words_and_unknown_names_fall_apart():
    """Chinese has no spaces; single characters, such as those of a name no dictionary knows, are dropped."""
    (words,) = words_of(["快递三天没有更新物流，王晗玥13800000000"])
    assert {"快递", "物流", "更新"} <= set(words)
    assert not any("晗" in word or "玥" in word or word.isdigit() for word in words)


def test_two_languages_in_one_text_both_speak():
    """A Chinese sentence with an English word keeps both."""
    (words,) = words_of(["包裹还没有收到 tracking 没更新"])
    assert {"包裹", "收到", "tracking"} <= set(words)


# --- privacy -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("authors", "is_known"), [(5, True), (4, False)])
def test_a_word_counts_when_five_customers_used_it(authors, is_known):
    """A word of four customers could tell who they are; a word of five is common."""
    known = vocabulary([["secret"]] * authors + [["other"]] * 10, [f"c{i}" for i in range(authors + 10)], RULE)
    assert ("secret" in known) is is_known


def test_one_customer_who_repeats_a_word_is_one_customer():
    """Ten texts of one person, or of nobody known, make no word common."""
    words = [["mine"]] * 10 + [["nobody's"]] * 10 + [["other"]] * 10
    assert vocabulary(words, ["ann"] * 10 + [None] * 10 + [f"c{i}" for i in range(10)], RULE) == ["other"]


def test_a_word_in_nearly_every_text_says_nothing():
    """“Hello” in all texts names no topic."""
    words = [["hello", "parcel" if i % 2 else "shirt"] for i in range(20)]
    assert vocabulary(words, [f"c{i}" for i in range(20)], RULE) == ["parcel", "shirt"]


# --- topics --------------------------------------------------------------------------------------


def test_two_matters_are_two_topics():
    """Every text about parcels is in one topic, every one about shirts in the other, and the words say which."""
    found = find_topics(*letters(), RULE)
    assert len(found.labels) == 2 and len(set(found.topic[0::2])) == len(set(found.topic[1::2])) == 1
    assert "size" in found.labels[found.topic[0]] and "parcel" in found.labels[found.topic[1]]
    assert ((found.weight >= 0) & (found.weight <= 1)).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_texts_does_not_matter(seed):
    """The same texts shuffled have the same topics, each text its own."""
    texts, authors = letters()
    once = find_topics(texts, authors, RULE)
    order = list(range(len(texts)))
    Random(seed).shuffle(order)
    again = find_topics([texts[i] for i in order], [authors[i] for i in order], RULE)
    assert again.labels == once.labels
    assert [int(t) for t in again.topic] == [int(once.topic[i]) for i in order]


def test_the_biggest_topic_is_the_first():
    """Topics are numbered by how many texts are theirs."""
    texts, authors = letters()
    found = find_topics([*texts, *PARCEL], [*authors, "d1", "d2", "d3", "d4"], RULE)
    assert "parcel" in found.labels[0] or "courier" in found.labels[0]
    assert (found.topic == 0).sum() > (found.topic == 1).sum()


@pytest.mark.parametrize("texts", [[], ["late parcel"] * 19, ["?"] * 50])
def test_too_few_texts_have_no_topics(texts):
    """Nineteen texts, or fifty without a word, are no ground for topics: nothing, and no error."""
    assert find_topics(texts, [f"c{i}" for i in range(len(texts))], RULE) is None


def test_a_text_of_rare_words_has_no_topic():
    """Who wrote only words that nobody else did belongs to none."""
    texts, authors = letters()
    assert find_topics([*texts, "zxqv wqqk"], [*authors, "odd"], RULE).topic[-1] == -1


# --- in a snapshot -------------------------------------------------------------------------------


def shop_of(tiny_shop, texts, *, names=(), **more):
    """A shop with one service case per text, each of another customer."""
    tickets = [
        {
            "ticket_id": f"t{i:02}",
            "customer_id": f"c{i}",
            "opened_at": "2025-01-05 10:00",
            "kind": "question",
            "message": m,
        }
        for i, m in enumerate(texts)
    ]
    customers = [{"customer_id": f"c{i}", "name": names[i] if i < len(names) else None} for i in range(len(texts))]
    orders = [sold("o1", "c9", "2025-01-01 10:00", 5)]
    return tiny_shop(orders=orders, customers=customers, tickets=tickets, as_of="2025-02-01", **more)


def book(shop):
    """The stored topics, by text."""
    return sorted(shop.fetch(shop.frame("topics")).to_pylist(), key=lambda row: row["text_id"])


def test_a_snapshot_keeps_topics_and_no_text(tiny_shop):
    """The book names each case's topic; the whole file holds no sentence of any customer."""
    shop = shop_of(tiny_shop, letters()[0])
    assert len(book(shop)) == 40 and {row["kind"] for row in book(shop)} == {"ticket"}
    assert b"courier lost it" not in shop.snapshot.path.read_bytes()
    rows = told(shop, "voice_topics")
    assert sum(row["text_count"] for row in rows) == rows[0]["text_total"] == 40


def test_names_of_customers_are_never_words(tiny_shop):
    """Thirty people may write “Parcel”; if that is somebody's name it is left out."""
    shop = shop_of(tiny_shop, letters()[0], names=["Lee Parcel"])
    assert not any("parcel" in (row["words"] or "") for row in book(shop))


def test_who_refused_analysis_is_not_read(tiny_shop):
    """Consent is asked before a text is looked at."""
    no = [{"customer_id": "c0", "purpose": "analytics", "is_granted": False, "recorded_at": "2025-01-02 10:00"}]
    shop = shop_of(tiny_shop, letters()[0], consents=no)
    assert [row["text_id"] for row in book(shop)] == [f"t{i:02}" for i in range(1, 40)]


@pytest.mark.parametrize(("authors", "is_shown"), [(9, False), (10, True)])
def test_in_a_snapshot_a_word_needs_ten_customers(tiny_shop, authors, is_shown):
    """Nine people who write “zipper” could be told by it; ten are a group, as for every other figure."""
    texts = [f"{text} zipper broken" if i < authors else text for i, text in enumerate(letters(60)[0])]
    shop = shop_of(tiny_shop, texts)
    assert any("zipper" in (row["words"] or "") for row in book(shop)) is is_shown


def test_the_shops_own_smallest_group_holds_for_words(tiny_shop):
    """Where a shop shows no group below twenty, a word of fifteen customers is not shown either."""
    texts = [f"{text} zipper broken" if i < 15 else text for i, text in enumerate(letters(60)[0])]
    (shops_folder() / "strict").mkdir()
    (shops_folder() / "strict" / "privacy.toml").write_text("[groups]\nfewest = 20\n", "utf-8")
    shop = shop_of(tiny_shop, texts, name="strict")
    assert book(shop) and not any("zipper" in (row["words"] or "") for row in book(shop))


@pytest.mark.parametrize("said", ["maria was rude", "Thanks to Maria, at last", "spoke with Maria twice"])
def test_names_of_staff_are_never_words(tiny_shop, said):
    """However many write them: those whom the shop names, and those who are spoken to by name."""
    texts = [f"{text}, {said}" if i % 3 == 0 else text for i, text in enumerate(letters(60)[0])]
    (shops_folder() / f"staffed{len(said)}").mkdir()
    if said.islower():
        own = '[staff]\nnames = ["Maria Lopez"]\n'
        (shops_folder() / f"staffed{len(said)}" / "voice.toml").write_text(own, "utf-8")
    shop = shop_of(tiny_shop, texts, name=f"staffed{len(said)}")
    assert book(shop) and not any("maria" in (row["words"] or "") for row in book(shop))


def test_a_name_is_what_is_spoken_to_often_enough():
    """One “Dear Parcel” in twenty texts with a parcel makes no name; three “Frau Meier” in three do."""
    texts = ["parcel late"] * 19 + ["Dear Parcel service"] + ["Danke Frau Meier!"] * 3 + ["hello there"]
    assert names_spoken_to(texts) == {"meier", "frau"}


def test_few_texts_are_told_kindly(tiny_shop):
    """Nineteen cases: the shop is built, its topics are empty."""
    shop = shop_of(tiny_shop, letters(19)[0])
    assert book(shop) == told(shop, "voice_topics") == told(shop, "topic_months") == []


def test_chinese_texts_have_chinese_topics(tiny_shop):
    """Cases about delivery and about sizes part, in words of their language."""
    matters = ("快递一直没有更新物流，包裹没收到", "这件衣服尺码偏大，尺寸怎么选")
    shop = shop_of(tiny_shop, [matters[i % 2] for i in range(40)])
    topic_of = {row["text_id"]: row["topic_no"] for row in book(shop)}
    assert (
        len({topic_of[f"t{i:02}"] for i in range(0, 40, 2)})
        == len({topic_of[f"t{i:02}"] for i in range(1, 40, 2)})
        == 1
    )
    assert {"快递", "尺码"} & {word for row in book(shop) for word in row["words"].split(" · ")}


def test_planted_topics_are_found_again(big_demo):
    """The demo knows what each case is about: nine in ten texts stand with others of their matter (purity ≥ .85)."""
    cases = big_demo.frame("tickets").select("ticket_id", "kind", "topic")
    matter = {
        row["ticket_id"]: "praise" if row["kind"] == "praise" else row["topic"]
        for row in big_demo.fetch(cases).to_pylist()
    }
    groups: dict[int, list[str]] = {}
    for row in book(big_demo):
        if row["kind"] == "ticket" and row["topic_no"]:
            groups.setdefault(row["topic_no"], []).append(matter[row["text_id"]])
    right = sum(max(group.count(one) for one in set(group)) for group in groups.values())
    assert right / sum(map(len, groups.values())) >= 0.85
