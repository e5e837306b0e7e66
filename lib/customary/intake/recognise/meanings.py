"""What a column means: its name in eight languages proposes, its values must agree."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import inf

from customary.intake.recognise.look import Look
from customary.intake.recognise.systems import System
from customary.intake.recognise.tables import own_names
from customary.intake.recognise.values import Values
from customary.standard import rules
from customary.wording import say

SURE = 0.9  # from this confidence on a column is called by its very name
AGREE = 0.8  # the share of values that must be what a meaning asks for
# What is only expected, or says of a name that it is something else.
_NOT_YET = re.compile("estimated|promised|expected|limit|due|length|lenght|count|prefix|code$")
TIMES = (
    *("order_time", "paid_time", "delivered_time", "shipped_time", "cancelled_time", "refund_time"),
    *("time", "event_time", "registered_time", "birth_day", "closed_time", "promised_day"),
)
AMOUNTS = (
    "unit_price",
    "line_amount",
    "discount",
    "line_discount",
    "goods",
    "tax",
    "shipping",
    "total",
    "refund",
    "cost",
    "payment_amount",
    "fee",
)
PARENT = "parent_id"  # what unpacking calls the key of the record around a list of rows
ZONE = "zone"  # in which time zone a row's times are
CLOCK = "clock"  # a time of day, which belongs to the day in another column
KEYS = ("order_id", "customer_id", "product_id", "visitor_id", "line_id", "ticket_id")
WHOLES = ("quantity", "score", "impressions", "clicks")


@dataclass(frozen=True)
class Meaning:
    """A column, what it is taken for, and why."""

    column: str
    name: str
    because: str
    confidence: float


def plain(name: str) -> str:
    """A column's name as names are compared: lower case, without blanks and marks."""
    return re.sub(r"[\s_\-./()（）:#]+", "", name.lower()) or name.lower()


CODES = (
    "USD|EUR|GBP|CHF|CNY|RMB|JPY|KRW|INR|BRL|CAD|AUD|NZD|MXN|SEK|NOK|DKK|PLN|CZK|HUF|HKD|TWD|SGD|THB|IDR|TRY|ZAR|AED"
)
CURRENCY_IN_NAME = re.compile(rf"\s*[(（\[]\s*(?:([A-Z]{{3}})|[$€£¥￥元])\s*[)）\]]\s*$|[\s_-]+(?i:({CODES}))$")


_TAX_IN_NAME = re.compile(
    r"\s*[(（\[]\s*(?:net|gross|netto|brutto|ht|ttc|(?:inc|ex)\w*[. ]+(?:tax|vat|gst)|含税|不含税|税込|税抜)"
    r"\s*[)）\]]\s*$",
    re.IGNORECASE,
)


def without_currency(column: str) -> str:
    """A column's name without the currency at its end, or what of taxes: Total (USD), amount_eur, Betrag (netto)."""
    return CURRENCY_IN_NAME.sub("", _TAX_IN_NAME.sub("", column))


def meaning_names() -> list[str]:
    """All that a column can mean: in the tables of a shop, and in what others report of its orders."""
    told = rules("recognition")
    return list(dict.fromkeys([*told["names"], *(name for names in told["feeds"].values() for name in names)]))


@cache
def _spellings() -> Mapping[str, tuple[str, ...]]:
    """Plain spelling → the meanings that bear it, in the order of the file."""
    found: dict[str, list[str]] = {}
    for meaning, names in rules("recognition")["names"].items():
        for name in (*names, meaning):
            found.setdefault(plain(name), []).append(meaning)
    return {name: tuple(dict.fromkeys(meanings)) for name, meanings in found.items()}


@cache
def _rank(meaning: str) -> Mapping[str, int]:
    """Plain spelling of a meaning → its first place: of two columns that mean one thing the earlier spelling holds."""
    spellings = dict.fromkeys(map(plain, rules("recognition")["names"].get(meaning, ())))
    return {name: place for place, name in enumerate(spellings)}


def _ends(column: str) -> Iterable[str]:
    """The last words of a longer name, the longest run first; of Chinese and Japanese, without blanks, its tails."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W_A-Z]+", column)
    yield from (plain(" ".join(words[n:])) for n in range(1, len(words)))
    if re.search("[\u3040-\u9fff]", column):
        yield from (plain(column)[n:] for n in range(1, len(plain(column)) - 1))


def _proposals(column: str) -> Iterable[tuple[str, float, str]]:
    """(meaning, confidence, why) by a column's name: the whole name, else its last words."""
    known = _spellings()
    bare = without_currency(column)
    for meaning in known.get(plain(bare), ()) if bare != column else ():
        if meaning in AMOUNTS:
            yield meaning, 0.95, say("“{column}” is called so", column=bare)
    for meaning in known.get(plain(column), ()):
        yield meaning, 0.95, say("“{column}” is called so", column=column)
    if column.startswith("_") or _NOT_YET.search(column.lower()):
        return
    for end in _ends(column):
        for meaning in known.get(end, ()):
            if not _is_false_friend(meaning, column, end):
                yield meaning, 0.6, say("“{column}” ends so", column=column)


# Words that alone are a meaning and at the end of a longer name are not: sort_order, applies_once_per_customer.
_ALONE = re.compile(
    "orders?|invoice|receipt|docket|bestellung|auftrag|rechnung|beleg|bon|pedido|recibo|factura|commande|facture|reçu"
    "|订单|单号|流水号|小票|customer|client|cliente|kunde|buyer|shopper|客户|买家|会员|card(?:number|no)|note"
)
# Part of what an order cost, however its name ends: Shipping total, 优惠合计.
_PART = re.compile(
    r"discount|rebate|coupon|voucher|tax|vat|shipping|freight|delivery|fee|tip|refund|points|loyalty|优惠|折扣|运费|邮费|税|积分|退款"
    r"|rabatt|steuer|mwst|versand|gutschein|erstattung|descuento|impuesto|envío|desconto|imposto|frete|remise|taxe|livraison",
    re.IGNORECASE,
)
_WHOLE_AMOUNTS = ("total", "goods", "line_amount", "unit_price")
_STAFF = re.compile(r"api|app|staff|employee|agent|seller|vendor|admin|device|location|sender|author|parent")
_WHO = ("customer_id", "email", "phone")


def _is_false_friend(meaning: str, column: str, end: str) -> bool:
    """Whether a name only ends like a key: of a person who is no customer, or a word that is no number."""
    if meaning == CLOCK:
        return True  # a delivery time may last 14:33 minutes
    if meaning in ("order_id", "score", *_WHO) and _ALONE.fullmatch(end):
        return True
    if meaning in _WHOLE_AMOUNTS and _PART.search(column):
        return True
    return meaning in _WHO and bool(_STAFF.search(column.lower()))


def _agrees(meaning: str, values: Values) -> bool:
    """Whether the values of a column can be of this meaning; one without values in the sample can be anything."""
    if meaning == ZONE:
        return max(values.clocks, values.times) < AGREE
    if meaning == CLOCK:
        return max(values.clocks, values.hours) >= AGREE
    if not values.given:
        return True
    if meaning in TIMES:
        return max(values.times, values.serials) >= AGREE
    if meaning in ("discount", "line_discount") and values.percents:
        return values.amounts + values.percents >= AGREE
    if meaning in AMOUNTS:
        return values.amounts >= AGREE and values.times < AGREE
    if meaning in WHOLES:
        return values.amounts + values.pieces >= AGREE
    if meaning == "email":
        return values.emails >= AGREE
    return meaning not in KEYS or values.flags < AGREE


def _pays(meaning: str, column: str, look: Look) -> bool:
    """Whether a card that would name the customer is one of a bank, of which many people share the last digits."""
    return meaning in _WHO and "card" in plain(column) and values_of(look, column).bank_cards >= 0.5


def meanings(look: Look, system: System | None) -> dict[str, Meaning]:
    """Meaning → the column of a table that has it: by its system, the surest, then the better-known name."""
    found = _of_system(look, system)
    if system and system.kind:
        return found
    silent = set(system.means) - set(found) if system else set()
    taken = {one.column for one in found.values()}
    # Pieces of which nothing can be read are faults to be said; without the column every line would be one piece.
    of_table = own_names(look, _spellings())
    proposals = [
        Meaning(column, meaning, why, confidence)
        for column in look.columns
        for meaning, confidence, why in (*_of_table(column, of_table), *_proposals(column))
        if meaning not in silent and not _pays(meaning, column, look)
        if _agrees(meaning, values_of(look, column)) or (meaning == "quantity" and confidence >= SURE)
    ]
    for one in sorted(proposals, key=lambda m: (-m.confidence, _rank(m.name).get(plain(m.column), inf))):
        if one.name not in found and one.column not in taken:
            found[one.name] = one
            taken.add(one.column)
    return _with_parent(look, found)


def _of_table(column: str, of_table: Mapping[str, str]) -> Iterable[tuple[str, float, str]]:
    """(meaning, confidence, why) by the name of the table."""
    if column in of_table:
        yield of_table[column], 0.9, say("the table's name says whose “{column}” it is", column=column)


def _with_parent(look: Look, found: dict[str, Meaning]) -> dict[str, Meaning]:
    """With the key of the record that rows were nested in: lines of products stand in orders."""
    is_line = bool({"quantity", "unit_price", "line_amount"} & set(found)) and bool(
        {"product_id", "product_name"} & set(found)
    )
    if "order_id" in found or PARENT not in look.columns or not is_line:
        return found
    return {**found, "order_id": Meaning(PARENT, "order_id", say("the record around these rows"), 0.7)}


def _of_system(look: Look, system: System | None) -> dict[str, Meaning]:
    """The meanings that the file's system gives its columns."""
    if system is None:
        return {}
    told = {meaning: system.column(meaning, look.columns) for meaning in system.means}
    said = say("{system} calls it so", system=system.name)
    return {m: Meaning(column, m, said, 1.0) for m, column in told.items() if column}


def values_of(look: Look, column: str) -> Values:
    """What the values of a column look like."""
    return Values(look.values(column), len(look.rows))


def by_values(look: Look, found: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """Meanings of a table without a header, or with names nobody knows, where only one column can have them."""
    taken = {one.column for one in found.values()}
    free = [column for column in look.columns if column not in taken and not column.startswith("_")]
    seen = {column: values_of(look, column) for column in free}
    guesses = {
        "time": [c for c, v in seen.items() if v.times >= AGREE],
        "email": [c for c, v in seen.items() if v.emails >= AGREE],
    }
    return {
        name: Meaning(columns[0], name, say("no other column has such values"), 0.7)
        for name, columns in guesses.items()
        if len(columns) == 1 and name not in found and not (name == "time" and set(found) & set(TIMES))
    }
