"""Which table of a shop a file is, by the meanings of its columns and by how its keys repeat."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from customary.intake.recognise.clocks import with_clock
from customary.intake.recognise.day_parts import because, day_parts, with_day
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import SURE, TIMES, Meaning, by_values, meanings, plain, values_of
from customary.intake.recognise.no_days import kind_without_days
from customary.intake.recognise.receipts import as_receipts, bare_day, number_parts, with_anew
from customary.intake.recognise.systems import NONE, System, system_of
from customary.intake.recognise.tables import KEYS, KINDS
from customary.standard import rules
from customary.wording import say

PEOPLE = ("customer_id", "email", "phone")
PRODUCTS = ("product_id", "product_name")
WHEN = ("order_time", "paid_time", "time", "event_time")
TRAITS = ("gender", "birth_day", "registered_time", "city")
FEW_COLUMNS = 4  # person and day alone are a purchase; a wide table without amounts is something else
LINES = ("quantity", "unit_price", "line_amount", "line_id", "line_number")
_SPENT = re.compile(r"spen[dt]|cost|betrag|amount|gasto|dépens|消耗|花费|费用|支出", re.IGNORECASE)
TITLES = {
    "orders": "orders",
    "lines": "order lines",
    "mixed": "orders with their lines",
    "purchases": "purchases without order numbers",
    "returns": "refunds",
    "customers": "customers",
    "products": "products",
    "events": "events",
    "responses": "answers of a survey",
    "spend": "advertising spend",
    "tickets": "tickets",
    "assignments": "arms of an experiment or campaign",
    "steps": "people who reached a page",
    "payments": "payments of a provider",
    "shipments": "parcels of a carrier",
}


@dataclass(frozen=True)
class Recognition:
    """A file, which table it is, and what its columns mean; `kind` is "" where nothing fits.

    `is_told` where the shop said what the file is. `dated_by` are the name of another file and the SELECT of it that
    dates a file whose records have no time of their own. `numbered_by` are the columns that name an order together with
    its number, and `day_parts` those of year, month and day that are its time: the look has the day in the first.
    """

    look: Look
    kind: str
    meanings: Mapping[str, Meaning]
    system: System | None = None
    is_told: bool = False
    dated_by: tuple[str, str] = ("", "")
    numbered_by: tuple[str, ...] = ()
    day_parts: tuple[str, ...] = ()

    def column(self, *names: str) -> str | None:
        """The column that has the first of these meanings that any has."""
        return next((self.meanings[name].column for name in names if name in self.meanings), None)

    def order_numbers(self) -> list[str]:
        """The number of each row's order, with what names it beside; "" in a row without one."""
        number, *beside = (self.look.columns.index(one) for one in (str(self.column("order_id")), *self.numbered_by))
        rows = ((row[number].strip(), *(bare_day(row[n]) for n in beside)) for row in self.look.rows)
        return [" ".join(row) if row[0] else "" for row in rows]

    @property
    def spare_columns(self) -> list[str]:
        """The columns that mean nothing here."""
        taken = {one.column for one in self.meanings.values()} | {*self.day_parts}
        return [column for column in self.look.columns if column and column not in taken]

    @property
    def select(self) -> System | None:
        """The system whose own SELECTs read this file, if they do."""
        return self.system if self.system and self.system.select else None


def _is_sure(found: Mapping[str, Meaning], *names: str) -> bool:
    """Whether a column with one of these meanings is called by its very name."""
    return any(name in found and found[name].confidence >= SURE for name in names)


def _has(found: Mapping[str, Meaning], *names: str) -> bool:
    return any(name in found for name in names)


def _repeats(look: Look, found: Mapping[str, Meaning], name: str) -> bool:
    """Whether a key stands in several rows."""
    values = values_of(look, found[name].column)
    return values.distinct < len(values.given)


def _is_survey(look: Look, found: Mapping[str, Meaning]) -> bool:
    if "score" not in found or not _has(found, *WHEN):
        return False
    if "person_name" in found and not _is_sure(found, "score"):
        return False  # a list of people may rate them: MEMBER_RATING
    numbers = [float(v) for v in look.values(found["score"].column) if v.replace(".", "").isdigit()]
    return bool(numbers) and max(numbers) <= 10


def _is_events(look: Look, found: Mapping[str, Meaning]) -> bool:
    if not (_has(found, "event_name") and _has(found, *WHEN) and _has(found, "visitor_id", *PEOPLE)):
        return False
    return not _sells_in_every_row(look, found)


def _sells_in_every_row(look: Look, found: Mapping[str, Meaning]) -> bool:
    """Whether each row has an order and an amount: a till's payments and refunds, which no log of events is."""
    has_amounts = _has(found, "total", "goods", "unit_price", "line_amount")
    return has_amounts and "order_id" in found and values_of(look, found["order_id"].column).fill == 1.0


def _is_lines(look: Look, found: Mapping[str, Meaning]) -> bool:
    if "order_id" not in found or not (_has(found, *LINES) and _has(found, *PRODUCTS)):
        return False
    return not _has(found, *WHEN)


def _is_mixed(look: Look, found: Mapping[str, Meaning]) -> bool:
    if "order_id" not in found or not _has(found, *WHEN):
        return False
    return _has(found, *PRODUCTS) and (_has(found, *LINES) or _repeats(look, found, "order_id"))


def _is_returns(look: Look, found: Mapping[str, Meaning]) -> bool:
    """A table of refunds has numbers or dates of refunds; a column of refunds beside an order's total is none.

    Without any date it has to name the orders, whose days then stand for it, and nothing of their lines.
    """
    if not _has(found, *WHEN, "refund_time"):
        return _has(found, "refund") and _has(found, "order_id") and not _has(found, "total", "goods", *LINES)
    return _has(found, "refund_id", "refund_time") or (_has(found, "refund") and not _has(found, "total", "goods"))


def _is_orders(look: Look, found: Mapping[str, Meaning]) -> bool:
    if "order_id" not in found or not _has(found, *WHEN):
        return False
    return _is_sure(found, "order_id") or _has(found, "total", "goods", *PEOPLE)


def _is_purchases(look: Look, found: Mapping[str, Meaning]) -> bool:
    if not _has(found, *PEOPLE) or not _has(found, *WHEN) or "order_id" in found:
        return False
    if _has(found, "total", "goods", "quantity"):
        return True
    return not _has(found, *TRAITS) and len(look.columns) <= FEW_COLUMNS


def _is_spend(look: Look, found: Mapping[str, Meaning]) -> bool:
    return "cost" in found and _has(found, *WHEN) and not _has(found, "order_id", *PEOPLE)


def _is_tickets(look: Look, found: Mapping[str, Meaning]) -> bool:
    return "ticket_id" in found and _has(found, *WHEN)


def _is_customers(look: Look, found: Mapping[str, Meaning]) -> bool:
    key = next((name for name in PEOPLE if name in found), None)
    if key is None or _has(found, "order_id", "event_name") or _repeats(look, found, key):
        return False
    told = _has(found, "person_name", *TRAITS) or len(look.columns) > FEW_COLUMNS
    return told and (_is_sure(found, "customer_id", "email") or _has(found, "person_name", "gender", "birth_day"))


def _is_products(look: Look, found: Mapping[str, Meaning]) -> bool:
    key = next((name for name in PRODUCTS if name in found), None)
    if key is None or _has(found, "order_id", "line_id", "quantity", *WHEN) or _repeats(look, found, key):
        return False
    return _is_sure(found, key) and _has(found, *{"product_name", "category", "unit_price"} - {key})


def _is_steps(look: Look, found: Mapping[str, Meaning]) -> bool:
    """People who reached one page or step: a person, a column that says its own name in every row, and no more."""
    if not _has(found, "customer_id", "visitor_id") or len(look.columns) != 2 or _has(found, *WHEN):
        return False
    who = {found[name].column for name in ("customer_id", "visitor_id") if name in found}
    other = next((column for column in look.columns if column not in who), None)
    values = set(look.values(other)) if other else set()
    return len(values) == 1 and plain(values.pop()) == plain(str(other))


def _is_assignments(look: Look, found: Mapping[str, Meaning]) -> bool:
    """Who was in which arm: few arms, each of many rows, and nothing that was bought or done beside them."""
    if not _is_sure(found, "arm") or _has(found, "order_id", "event_name", *PRODUCTS):
        return False
    values = values_of(look, found["arm"].column)
    return 2 <= values.distinct <= 20 and values.distinct * 2 <= len(values.given)


_KINDS: Mapping[str, Callable[[Look, Mapping[str, Meaning]], bool]] = {
    "tickets": _is_tickets,
    "steps": _is_steps,
    "events": _is_events,
    "responses": _is_survey,
    "spend": _is_spend,
    "returns": _is_returns,
    "lines": _is_lines,
    "mixed": _is_mixed,
    "orders": _is_orders,
    "assignments": _is_assignments,
    "purchases": _is_purchases,
    "customers": _is_customers,
    "products": _is_products,
}


def _with_question(look: Look, found: dict[str, Meaning]) -> dict[str, Meaning]:
    """With the question of a survey whose whole answers up to 10 are a recommendation, else a satisfaction."""
    if "score" in found and found["score"].confidence >= SURE:
        return found
    for asked, pieces in rules("recognition")["questions"].items():
        for column in look.columns:
            values = look.values(column)
            asks = any(piece in column.lower() for piece in pieces)
            scores = [int(value) for value in values if value.isdigit()]
            # Some tools write a second row of headers, so one value may be none.
            if asks and scores and len(scores) >= len(values) - 1 and max(scores) <= 10:
                because = say("asks for a recommendation, 0 to 10") if asked == "nps" else say("asks for satisfaction")
                return {**found, "score": Meaning(column, "score", because, 0.9)}
    return found


def recognise(look: Look, given: Mapping[str, str] | None = None, told: str = "") -> Recognition:
    """What a file is; what the shop says – `given`, meaning → column, and `told`, the kind – is not doubted.

    A meaning that is given no column, "", has none.
    """
    system = system_of(look)
    if system and system.kind == NONE and not told and not given:
        return Recognition(look, NONE, {}, system)
    if system and _is_overruled(system, given, told):
        system = None
    said = {name: Meaning(column, name, say("you say so"), 1.0) for name, column in (given or {}).items() if column}
    taken = {one.column for one in said.values()}
    found = {name: one for name, one in meanings(look, system).items() if one.column not in taken} | said
    if not (system and system.kind):
        found = _with_question(look, {**found, **by_values(look, found)})
    found = {name: one for name, one in found.items() if (given or {}).get(name) != ""}
    parts = () if system or _has(found, *TIMES) else day_parts(look)
    look = with_day(look, parts)
    found |= {"time": Meaning(parts[0], "time", because(parts), SURE)} if parts else {}
    found = found if system and system.select else with_clock(look, _with_spend(found))
    found = found if system and system.kind else as_receipts(look, found, told)
    kind = told or (system.kind if system else "")
    kind = kind or _by_table(look, found) or next((name for name, fits in _KINDS.items() if fits(look, found)), "")
    kind = kind or kind_without_days(look, found)
    kind, found = _with_own_number(look, kind, found) if not told else (kind, found)
    beside = () if system and system.kind else _number_parts(look, kind, found)
    is_told = bool(told or given)
    return Recognition(look, kind, with_anew(found, beside), system, is_told, numbered_by=beside, day_parts=parts)


def _with_spend(found: dict[str, Meaning]) -> dict[str, Meaning]:
    """With the amount of a table of campaigns as their cost, where it is called spend and nobody bought anything."""
    total = found.get("total")
    is_of_ads = _has(found, "campaign", "impressions", "clicks") and not _has(found, "order_id", "cost", *PEOPLE)
    if total is None or not is_of_ads or not _SPENT.search(total.column):
        return found
    return {**{name: one for name, one in found.items() if name != "total"}, "cost": replace(total, name="cost")}


def _by_table(look: Look, found: Mapping[str, Meaning]) -> str:
    """What a table is whose name says whose key its `id` is; "" for orders and all that their columns tell."""
    return next((KINDS[name] for name, one in found.items() if name in KINDS and one.column.lower() in KEYS), "")


def _with_own_number(look: Look, kind: str, found: dict[str, Meaning]) -> tuple[str, dict[str, Meaning]]:
    """Purchases whose every row has an `id` of its own as orders of that number, with their lines where they tell."""
    free = [
        column for column in look.columns if column.lower() in KEYS and column not in {m.column for m in found.values()}
    ]
    if kind != "purchases" or not free or not values_of(look, free[0]).is_unique:
        return kind, found
    because = say("every row has its own")
    has_lines = _has(found, *PRODUCTS) and _has(found, *LINES)
    return "mixed" if has_lines else "orders", {**found, "order_id": Meaning(free[0], "order_id", because, SURE)}


def _number_parts(look: Look, kind: str, found: Mapping[str, Meaning]) -> tuple[str, ...]:
    return number_parts(look, found) if kind in ("orders", "mixed") else ()


def _is_overruled(system: System, given: Mapping[str, str] | None, told: str) -> bool:
    """Whether what the shop says leaves nothing of what a system's own SELECTs make of a file."""
    return system.kind == NONE or bool(system.select and (given or (told and told != system.kind)))
