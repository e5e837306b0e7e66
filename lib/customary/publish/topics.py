"""What customers write, as topics: found while a snapshot is built, because the texts themselves never reach one."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import ibis.expr.types as ir
import pyarrow as pa

from customary.models.topics import TopicRule, find_topics, names_spoken_to, words_of
from customary.rules.book import RuleBook

TEXTS = {"ticket": ("tickets", "ticket_id", "message"), "response": ("responses", "response_id", "comment")}
BOOK = pa.schema(
    [
        ("kind", pa.string()),
        ("text_id", pa.string()),
        ("topic_no", pa.int32()),
        ("words", pa.string()),
        ("weight", pa.float64()),
    ]
)
Fetch = Callable[[str, Callable[[], ir.Table]], pa.Table]  # the rows of an expression that bears a name


def _texts(kind: str, tables: Mapping[str, ir.Table], frames: Mapping[str, ir.Table]) -> ir.Table:
    """The texts of rows that count: who refused analysis, and what is a test, is not read."""
    name, key, text = TEXTS[kind]
    table, frame = tables[name], frames[name]
    counted = frame.filter(frame.left_out_because.isnull()).select(key)
    said = table.semi_join(counted, key).filter(table[text].strip() != "")
    return said.select("customer_id", text_id=said[key], text=said[text]).order_by("text_id")


def _customer_names(tables: Mapping[str, ir.Table], fetch: Fetch) -> list[str]:
    def compose() -> ir.Table:
        customers = tables["customers"]
        return customers.filter(customers.name.notnull()).select("name").distinct()

    return [str(name) for name in fetch("topics: names", compose).column(0).to_pylist()]


def _parts(names: list[str]) -> frozenset[str]:
    """The words that a topic could have from these names."""
    whole = {part.lower() for name in names for part in name.split()}
    return frozenset(whole | {word for words in words_of(names) for word in words})


def _rule(names: frozenset[str], shop_rules: RuleBook) -> TopicRule:
    told = shop_rules["voice"]
    stop = {word for words in told["stop_words"].values() for word in words}
    asked = told["topics"]
    return TopicRule(
        count=asked["count"],
        fewest_texts=asked["fewest_texts"],
        fewest_authors=max(asked["fewest_customers"], shop_rules["privacy"]["groups"]["fewest"]),
        words=asked["words"],
        most_share=asked["most_share"],
        left_out=names | stop,
    )


def _rows(kind: str, texts: pa.Table, rule: TopicRule) -> Iterable[dict[str, object]]:
    """One row per text, with its topic or none; nothing where no topics could be found."""
    found = find_topics(texts["text"].to_pylist(), texts["customer_id"].to_pylist(), rule)
    if found is None:
        return
    for text_id, topic, weight in zip(texts["text_id"].to_pylist(), found.topic, found.weight, strict=True):
        named = (
            {"topic_no": int(topic) + 1, "words": found.labels[topic], "weight": float(weight)} if topic >= 0 else {}
        )
        yield {"kind": kind, "text_id": text_id, **named}


def book(
    tables: Mapping[str, ir.Table], frames: Mapping[str, ir.Table], fetch: Fetch, shop_rules: RuleBook
) -> pa.Table:
    """The book `topics`: one row per text with its topic's number and words, and no text.

    `tables` are the canonical ones, whose texts are read; `frames` say which rows count. No topic bears the name of a
    customer, of somebody whom the shop names as its staff, or of whom the texts themselves address by name.
    """
    fewest = shop_rules["voice"]["topics"]["fewest_texts"]
    texts = {kind: fetch(f"topics: {kind}", partial(_texts, kind, tables, frames)) for kind in TEXTS}
    enough = {kind: said for kind, said in texts.items() if said.num_rows >= fewest}
    rows: list[dict[str, object]] = []
    if enough:
        names = _customer_names(tables, fetch) + shop_rules["voice"]["staff"]["names"]
        spoken_to = names_spoken_to([text for said in enough.values() for text in said["text"].to_pylist()])
        rule = _rule(_parts(names) | spoken_to, shop_rules)
        rows = [row for kind, said in enough.items() for row in _rows(kind, said, rule)]
    return pa.Table.from_pylist(rows, schema=BOOK)
