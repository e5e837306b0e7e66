"""Whether what a list offers can be bought: goods that are out of stock suspend a play or leave customers off it.

A play names its goods as "product=ID", "category=NAME", or "favourite_category", which is each customer's own.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ibis.expr.types as ir
from ibis import _

from customary.errors import Refused, unknown_name
from customary.query.audiences import People
from customary.query.playbook import FAVOURITE, Play
from customary.shop import Shop
from customary.wording import say

IN_STOCK, OUT_OF_STOCK, NOT_KNOWN = "in stock", "out of stock", "stock not known"
FAVOURITE_GONE = "whose favourite category is out of stock"


def check_stock(shop: Shop, play: Play, found: People) -> tuple[People, tuple[str, ...]]:
    """The people without those whose goods are out of stock, and in sentences what stock is not known.

    Raises `Refused` where goods that the offer names are out of stock: the play is suspended. Stock that the shop does
    not tell is unknown and not nothing: nobody is left off for it.
    """
    notes: list[str] = []
    for good in play.goods:
        if good == FAVOURITE:
            found, note = _without_gone(shop, found)
        else:
            note = _note_on(shop, *good.split("=", 1))
        notes += [note] if note else []
    return found, tuple(notes)


def stock_states(shop: Shop, column: str) -> dict[str, str]:
    """Value of a column of products → whether any of its products is in stock, none is, or that is not known.

    What is left of a group whose known products are all gone is unknown where one of them does not say.
    """
    products = shop.frame("products")
    t = products.filter(products[column].notnull())
    rows = shop.fetch(_counts(t, column)).to_pylist()
    return {row["name"]: _state(row) for row in rows}


def _counts(t: ir.Table, column: str) -> ir.Table:
    has_stock = "stock_count" in t.columns  # snapshots that were built before there was
    there = (t.stock_count > 0).fill_null(False) if has_stock else t[column].isnull()
    unknown = t.stock_count.isnull() if has_stock else t[column].notnull()
    t = t.mutate(name=t[column].cast("string"), is_there=there, is_unknown=unknown)
    return t.group_by("name").agg(is_there=_.is_there.any(), is_unknown=_.is_unknown.any())


def _state(row: Mapping[str, Any]) -> str:
    if row["is_there"]:
        return IN_STOCK
    return NOT_KNOWN if row["is_unknown"] else OUT_OF_STOCK


def _note_on(shop: Shop, column: str, name: str) -> str:
    """What is to be said of goods that the offer names by product or category."""
    states = stock_states(shop, f"{column}_id" if column == "product" else column)
    if name not in states:
        raise unknown_name(name, states, column)
    if states[name] == OUT_OF_STOCK:
        raise Refused("the offer names {name}, of which nothing is in stock: the play is suspended", name=name)
    return say("the stock of {name} is not known", name=name) if states[name] == NOT_KNOWN else ""


def _without_gone(shop: Shop, found: People) -> tuple[People, str]:
    """The people without those whose favourite category is gone, and how many favourites' stock is not known."""
    states, customers = stock_states(shop, "category"), shop.frame("customers")
    asked = customers.select("customer_id", "favourite_category").filter(_.favourite_category.notnull())
    favourite = {row["customer_id"]: row["favourite_category"] for row in shop.fetch(asked).to_pylist()}
    state = {row["customer_id"]: states.get(favourite.get(row["customer_id"], ""), NOT_KNOWN) for row in found.rows}
    kept = [row for row in found.rows if state[row["customer_id"]] != OUT_OF_STOCK]
    left_off = found.left_off.copy()
    if len(kept) < len(found.rows):
        left_off[FAVOURITE_GONE] = len(found.rows) - len(kept)
    unknown = sum(state[row["customer_id"]] == NOT_KNOWN for row in kept)
    told = say("the stock of the favourite category of {n:,} customers is not known", n=unknown) if unknown else ""
    return replace(found, rows=kept, left_off=left_off), told
