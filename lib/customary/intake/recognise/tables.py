"""What a table's own name says of its columns: the `id` in `orders` is the order's, the `name` in `products` is its.

Databases and programs call the key of every table `id`; which thing it numbers only the table says.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from customary.intake.recognise.look import Look

KEYS = ("id", "_id", "uuid", "pk")
NAMES: Mapping[str, str] = {"product_id": "product_name", "customer_id": "person_name", "event": "event_name"}
KINDS: Mapping[str, str] = {"customer_id": "customers", "product_id": "products"}
_ENDS = (("ies", "y"), ("en", ""), ("es", ""), ("s", ""), ("", ""))


def table_words(look: Look) -> list[str]:
    """The words of a table's name, small: shop.order_items.csv is of order items."""
    stem = re.sub(r"(\.(csv|txt|tsv|gz|parquet|xlsx?|jsonl?|ndjson))+$", "", look.path.name, flags=re.IGNORECASE)
    last = re.sub(r"\s*\(\d+\)$", "", stem).split(".")[-1]
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+", last)
    return [word.lower() for word in words if word.lower() not in ("export", "table", "tbl", "dim", "fact")]


def _ones(word: str) -> Iterator[str]:
    """A word in the plural as it may be in the singular."""
    yield from (word.removesuffix(end) + instead for end, instead in _ENDS if word.endswith(end))


def owner(look: Look, spellings: Mapping[str, Sequence[str]]) -> str:
    """The meaning of the key of a table's rows, by its name; "" where that says nothing.

    `spellings` are the known names of columns, plain, with what they mean.
    """
    words = table_words(look)
    for count in (2, 1):
        if len(words) < count:
            continue
        *before, last = words[-count:]
        for one in _ones(last):
            if found := spellings.get("".join([*before, one, "id"])):
                return found[0]
    return "event" if words and "event" in _ones(words[-1]) else ""


def own_names(look: Look, spellings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Column → meaning of what only the table's name can tell: its key, where every row has its own, and its name."""
    of = owner(look, spellings)
    keys = [column for column in look.columns if column.lower() in KEYS]
    values = look.values(keys[0]) if keys else []
    is_key = bool(values) and len(set(values)) == len(values) == len(look.rows)
    found = {keys[0]: of} if is_key and of not in ("", "event") else {}
    if (is_key or of == "event") and of in NAMES:
        found |= {column: NAMES[of] for column in look.columns if column.lower() == "name"}
    return found
