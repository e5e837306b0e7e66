"""What a build says of the shop that it loaded: its people, orders that are without them, events, standards, the day.

Each gives at most one line, in the reader's language, and none where there is nothing to say.
"""

from collections.abc import Iterator

import duckdb

from customary.intake.events import vocabulary
from customary.intake.report_words import SHOWN, count_of, reason_in_words, rows, table_text
from customary.intake.undated import LEFT_OUT
from customary.language import format_days, format_percent
from customary.wording import say, word

WHALE = 0.05  # the share of all orders from which on one customer is said to have them


def merges(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """How many accounts are whose, by what evidence, and how the number of buyers moves with it."""
    ((accounts, people),) = rows(con, "select count(*), count(distinct customer_id) from merges")
    if not accounts:
        return
    why = rows(con, "select because, count(*) as n from merges group by 1 order by n desc, 1")
    moves = rows(con, "select rule, buyer_count from identity_moves")
    yield say(
        "{accounts} merged into {customers} ({reasons}); buyers: {moves}",
        accounts=say("{n:,} account" if accounts == 1 else "{n:,} accounts", n=accounts),
        customers=say("{n:,} customer" if people == 1 else "{n:,} customers", n=people),
        reasons=say("; ").join(say("{reason}: {n:,}", reason=_evidence(one), n=n) for one, n in why[:SHOWN]),
        moves=say(", ").join(say("{n:,} by {rule}", n=n, rule=word(rule)) for rule, n in moves),
    )


def _evidence(because: str) -> str:
    """What two accounts have in common, each part in the reader's language."""
    return say(", ").join(word(part, column="meaning") for part in because.split(", "))


def orphans(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Lines whose order no file brings."""
    ((lines, amount, example),) = rows(
        con,
        "select count(*), coalesce(sum(quantity * unit_price), 0)::DOUBLE, min(order_id) from order_items "
        "where order_id not in (select order_id from orders)",
    )
    if lines:
        template = "{lines} ({amount:,.2f}) of no known order, such as {example}: left out"
        yield say(
            template,
            lines=count_of(lines, "{n:,} order line", "{n:,} order lines"),
            amount=amount,
            example=example,
        )


def undated_refunds(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Refunds that stand on a day which no file gives, and how the shop says otherwise."""
    ((count, amount, days, left),) = rows(
        con,
        f"""select count(*), coalesce(sum(refund_amount), 0)::DOUBLE,
            max(date_diff('day', ordered_local, returned_local)),
            coalesce(bool_or(r.excluded_because = '{LEFT_OUT}'), false)
        from returns r join orders using (order_id) where is_undated""",
    )
    template = "{refunds} without a date: they count on the days of their orders; adopt --undated-refunds changes it"
    if days:
        template = (
            "{refunds} without a date: they count up to {days} after their orders, as you said; "
            "adopt --undated-refunds changes it"
        )
    if left:
        template = "{refunds} without a date: left out, as you said"
    if count:
        refunds = "{n:,} refund ({amount:,.2f})" if count == 1 else "{n:,} refunds ({amount:,.2f})"
        yield say(template, refunds=say(refunds, n=count, amount=amount), days=format_days(days or 0))


def events(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Names of events that the vocabulary has not."""
    known = ", ".join(f"'{name}'" for name in vocabulary())
    found = rows(
        con,
        f"select event_name, count(*) from events where event_name not in ({known}) group by 1 order by 2 desc, 1",
    )
    told = say(", ").join(say("{name} ({n:,})", name=name, n=count) for name, count in found[:SHOWN])
    template = "event names outside the vocabulary, kept as they are: {names}"
    if len(found) > SHOWN:
        template = "event names outside the vocabulary, kept as they are: {names} and {n:,} more"
    if found:
        yield say(template, names=told, n=len(found) - SHOWN)


def accounts(con: duckdb.DuckDBPyConnection, unnamed_orders: str) -> Iterator[str]:
    """The account with an odd share of the orders, and the orders without one."""
    if lines := [*_whale(con), *_without_customer(con, unnamed_orders)]:
        yield say("; ").join(lines)


def _without_customer(con: duckdb.DuckDBPyConnection, unnamed_orders: str) -> Iterator[str]:
    """What becomes of orders that name no customer, and what would change it."""
    ((without, orders),) = rows(con, "select count(*) filter (where customer_id is null), count(*) from orders")
    if not without:
        return
    template = (
        "{n:,} of {orders} without a customer: beside sales and outside all customer figures; "
        'unnamed_orders = "count" counts them in sales'
    )
    if unnamed_orders == "count":
        template = (
            '{n:,} of {orders} without a customer: in sales, as unnamed_orders = "count" says, '
            "and outside all customer figures"
        )
    if without == orders:
        template = "{n:,} of {orders} without a customer: orders and sales count, all customer figures are unknown"
    yield say(template, n=without, orders=count_of(orders, "{n:,} order", "{n:,} orders"))


def _whale(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = rows(
        con,
        "select count(*) as n, sum(count(*)) over () as total from orders where customer_id is not null "
        "group by customer_id order by n desc limit 1",
    )
    if found and found[0][0] > max(3, WHALE * found[0][1]):
        n, total = found[0]
        yield say("one customer has {n:,} of {total:,} orders, as tills and guests do", n=n, total=total)


def standards(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Which tables miss their standard."""
    found = rows(con, "select table_name, completeness, accuracy, is_met, judged_count from quality order by 1")
    template = "{table} (complete {complete}, accurate {accurate} of {n:,})"
    unmet = [
        say(template, table=table_text(name), complete=_share(complete), accurate=_share(accurate), n=n)
        for name, complete, accurate, is_met, n in found
        if not is_met
    ]
    if unmet:
        yield say("data standards not met by {tables}", tables=say(", ").join(unmet))
    elif found:
        all_met = "data standards met by the one table" if len(found) == 1 else "data standards met by all {n:,} tables"
        yield say(all_met, n=len(found))


def _share(value: float) -> str:
    return format_percent(value, least=1)


def last_day(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The day before which everything counts, why, and the longest gap between two days."""
    ((as_of, because, gap, ends_on),) = rows(con, "from horizon")
    template = "as of {as_of}: {reason}"
    if gap and gap > 1:
        template = "as of {as_of}: {reason}; longest gap {days}, until {day}"
    yield say(template, as_of=as_of, reason=reason_in_words(because), days=format_days(gap or 0), day=ends_on)
