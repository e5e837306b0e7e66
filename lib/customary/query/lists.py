"""Who may see single customers, and whom a shop may address: two rules that no study and no page decides for itself."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.errors import Refused
from customary.frames.consents import GRANTED, NO_ANSWER, REFUSED, UNKNOWN
from customary.query.recipes import Recipe, fetch_rows
from customary.shop import Shop

ANALYST = "analyst"
KEY = "customer_id"
REASONS = {REFUSED: "refused marketing", NO_ANSWER: "never answered about marketing"}


def labels_to_list(shop: Shop) -> tuple[str, ...]:
    """The words on marketing with which a customer may be on a list, by the shop's privacy.toml."""
    lists_no_answer = shop.rules["privacy"]["lists"]["no_answer"] == "list"
    return (GRANTED, UNKNOWN, NO_ANSWER) if lists_no_answer else (GRANTED, UNKNOWN)


def cut_to_list(shop: Shop, table: ir.Table) -> ir.Table:
    """The rows of customers who may be addressed, in the order they had."""
    customers = shop.frame("customers")
    allowed = customers.filter(customers.marketing_consent.isin(labels_to_list(shop)))
    t = table.mutate(place=ibis.row_number())
    return t.filter(t[KEY].isin(allowed[KEY])).order_by("place").drop("place")


def count_omissions(shop: Shop, everybody: Recipe) -> dict[str, int]:
    """Why customers are not on a list → how many people of `everybody` they are; empty where nobody was left off."""
    found = fetch_rows(shop, everybody.then("omissions", lambda t: omissions_of(shop, t))).to_pylist()
    return {REASONS[row["marketing_consent"]]: row["n"] for row in found}


def omissions_of(shop: Shop, table: ir.Table) -> ir.Table:
    """One row per word on marketing for which customers of `table` are not on a list, with how many people they are."""
    words = shop.frame("customers").select(worded_id=KEY, marketing_consent="marketing_consent")
    t = table.select(KEY).inner_join(words, [_[KEY] == words.worded_id])
    t = t.filter(t.marketing_consent.notin(labels_to_list(shop))).group_by("marketing_consent").agg(n=_[KEY].nunique())
    return t.order_by(ibis.desc("n"), "marketing_consent")


def check_audience(shop: Shop, name: str, is_about_single_people: bool) -> None:
    """Refuse an answer with a row about one person to everybody but analysts."""
    if shop.audience != ANALYST and is_about_single_people:
        raise Refused("{name} shows single customers, which only analysts see: ask for groups", name=name)
