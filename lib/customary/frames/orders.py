"""Orders, their lines and their returns: each row counts or says why it does not."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import frame
from customary.frames.calendar import epoch_day, with_calendar
from customary.frames.consents import people
from customary.frames.products import name_products

UNNAMED = "no customer"
GIFT_CARD = "sale of a gift card"  # the shop holds the money until the card is redeemed: no revenue yet
NO_LINE = ("no line of it counts", "only gift cards were sold")
_OF_ORDER = ("customer_id", "ordered_at", "ordered_local", "country", "region", "channel", "is_first_order")
_CALENDAR = ("ts_s", "day", "month_idx", "hour", "weekday", "day_on", "week_on", "month_on", "quarter_on", "year_on")
_SUMS = ("lines_amount", "lines_discount", "written_count", "card_count", "refund_sum", "return_count", "returned_sum")
_INNER = (*_SUMS, "first_return", "person_id", "refunded_id", "excluded_because", "is_test_account", "refuses")


def line_fault(lines: ir.Table) -> ir.StringValue:
    """Why an order line cannot count by itself, whatever its order: the source's reason, gift card, quantity, price."""
    return ibis.cases(
        (lines.excluded_because.notnull(), lines.excluded_because),
        (lines.is_gift_card.fill_null(False), GIFT_CARD),
        (lines.quantity <= 0, "quantity is not above zero"),
        (lines.unit_price <= 0, "price is not above zero"),
    )


def _amounts(order_items: ir.Table) -> ir.Table:
    """Order → sums of its lines that count by themselves, and how many lines it has at all."""
    lines = order_items.mutate(counts=line_fault(order_items).isnull(), amount=_.quantity * _.unit_price)
    return lines.group_by("order_id").agg(
        lines_amount=lines.amount.sum(where=lines.counts),
        lines_discount=lines.discount_amount.sum(where=lines.counts),
        line_count=lines.counts.sum(),
        unit_count=lines.quantity.sum(where=lines.counts & lines.charge.isnull()),
        written_count=lines.count(),
        card_count=lines.is_gift_card.fill_null(False).sum(),
    )


def _is_given(given_columns: ir.Table, column: str, *tables: str) -> ir.BooleanValue:
    """Whether the source gives a column of one of these tables at all, be it blank in every row."""
    found = given_columns.filter(_.column_name == column, _.table_name.isin(tables))
    return found.count().as_scalar() > 0


def _or_nothing(amount: ir.Value, is_given: ir.BooleanValue) -> ir.Value:
    """An amount that is 0 where the source leaves it blank, and unknown where the source never speaks of it."""
    return ibis.cases((is_given, amount.fill_null(0))).cast("decimal(18, 4)")


def _with_amounts(orders: ir.Table, order_items: ir.Table) -> ir.Table:
    """Orders with their lines added up, and gross and net: from the lines where there are some, else as given.

    An order of which neither says what it was worth has no amount; it was not worth 0.
    """
    amounts = _amounts(order_items)
    t = orders.left_join(amounts, orders.order_id == amounts.order_id).drop("order_id_right")
    gross = ibis.coalesce(t.lines_amount, t.gross_amount).cast("decimal(18, 4)")
    discount = ibis.coalesce(t.discount_amount, t.lines_discount).cast("decimal(18, 4)")
    return t.mutate(gross_amount=gross, discount_amount=discount, net_amount=gross - discount.fill_null(0))


def refundable(orders: ir.Table, order_items: ir.Table) -> ir.Table:
    """Order → what can be refunded of it at most: its goods after discounts, never less than nothing, and its fees.

    `refundable` is NULL where nobody knows what it was worth; `fees` are its shipping and tax as far as they are known.
    """
    t = _with_amounts(orders, order_items)
    most = ibis.cases((t.net_amount > 0, t.net_amount), (t.net_amount <= 0, 0))
    most, fees = most.cast("decimal(18, 4)"), _fees(t).cast("decimal(18, 4)")
    return t.select(priced_id="order_id", refundable=most, fees=fees)


def _fees(orders: ir.Table) -> ir.Value:
    """Shipping and tax, as far as they are known."""
    return orders.shipping_amount.fill_null(0) + orders.tax_amount.fill_null(0)


def _names_nobody(t: ir.Table, orders: ir.Table, unnamed_orders: str) -> ir.BooleanValue:
    """Whether an order stays out because it names no customer: not where the shop counts such orders.

    Where no order of the shop names anybody, its source knows no buyers at all, and its orders are orders all the same.
    """
    if unnamed_orders == "count":
        return ibis.literal(False)
    names_some = orders.filter(orders.customer_id.notnull()).count().as_scalar() > 0
    return t.customer_id.isnull() & names_some


def _order_fault(t: ir.Table, names_nobody: ir.BooleanValue, tells_time: ir.BooleanValue) -> ir.StringValue:
    # Of orders without any time nobody knows when they were paid; that one was not is then in `excluded_because`.
    # A valid order is paid, not a test and not cancelled before payment; refunds do not remove it. Of several faults
    # "no customer" is named last: what it alone leaves out is what the shop sold beside its figures.
    return ibis.cases(
        (t.excluded_because.notnull(), t.excluded_because),
        (t.is_test.fill_null(False), "test order"),
        (t.is_test_account.fill_null(False), "test account"),
        (t.refuses.fill_null(False), "no consent to analysis"),
        (
            (t.cancelled_at <= t.paid_at).fill_null(t.cancelled_at.notnull() & t.paid_at.isnull()),
            "cancelled before payment",
        ),
        (t.paid_at.isnull() & tells_time, "not paid"),
        ((t.written_count > 0) & (t.card_count == t.written_count), NO_LINE[1]),
        ((t.written_count.fill_null(0) > 0) & (t.line_count.fill_null(0) == 0), NO_LINE[0]),
        (names_nobody, UNNAMED),
    )


def _firsts(t: ir.Table) -> ir.Table:
    """First-ever facts and the days to the next purchase day, over all history and counted orders only.

    No window changes them. Of an order that names nobody, or no time, they are unknown.
    """
    days = t.filter(t.left_out_because.isnull() & t.customer_id.notnull()).select("customer_id", "day").distinct()
    following = days.day.lead().over(group_by=days.customer_id, order_by=days.day)
    after = days.select(same_id="customer_id", same_day="day", next_day=following)
    t = t.left_join(after, [t.customer_id == after.same_id, t.day == after.same_day]).drop("same_id", "same_day")
    counts = t.left_out_because.isnull()
    has_buyer = counts & t.customer_id.notnull()
    has_time = has_buyer & t.ordered_at.notnull()
    counted = ibis.window(group_by=[t.customer_id, counts], order_by=[t.ordered_at, t.order_id])
    number = ibis.row_number().over(counted) + 1
    return t.mutate(
        order_number=ibis.cases((has_time, number.cast("int32"))),
        is_first_order=ibis.cases((~counts, False), (has_time, number == 1)),
        cohort_on=ibis.cases((has_buyer, t.month_on.min().over(group_by=[t.customer_id, counts]))),
        days_to_next=ibis.cases((has_buyer, (t.next_day - t.day).cast("int32"))),
    ).drop("next_day")


def _refunds(returns: ir.Table) -> ir.Table:
    known = returns.filter(returns.order_id.notnull() & returns.excluded_because.isnull())
    return known.group_by(refunded_id=known.order_id).agg(
        refund_sum=known.order_refund_amount.sum(),
        return_count=known.charge.isnull().sum(),
        returned_sum=known.quantity.sum(where=known.charge.isnull()),
        first_return=known.returned_local.min(where=known.charge.isnull() & ~known.is_undated.fill_null(False)),
    )


def _what_came_back(t: ir.Table, refunds: ir.Table) -> dict[str, ir.Value]:
    """Refunds and returns of each order; unknown for all of them where no return of the shop belongs to an order."""
    known = refunds.count().as_scalar() > 0
    units = ibis.least(t.returned_sum.fill_null(0), t.unit_count.fill_null(0))
    return {
        "refund_amount": ibis.cases((known, t.refund_sum.fill_null(0))).cast("decimal(18, 4)"),
        "is_returned": ibis.cases((known, t.return_count.fill_null(0) > 0)),
        "is_refunded_in_full": ibis.cases((known, (t.refund_sum >= t.net_amount).fill_null(False))),
        "returned_unit_count": ibis.cases((known, units.cast("int64"))),
    }


def _charged_besides(t: ir.Table, given_columns: ir.Table) -> dict[str, ir.Value]:
    """Discount, shipping, tax and gift cards of each order."""
    places = {"discount_amount": ("orders", "order_items")}
    names = ("discount_amount", "shipping_amount", "tax_amount", "gift_card_amount")
    return {
        name: _or_nothing(t[name], _is_given(given_columns, name, *places.get(name, ("orders",)))) for name in names
    }


@frame("one row per order", key="order_id")
def orders(
    orders: ir.Table,
    order_items: ir.Table,
    linked_returns: ir.Table,
    customers: ir.Table,
    consents: ir.Table,
    given_columns: ir.Table,
    week_start: int,
    unnamed_orders: str,
) -> ir.Table:
    """Orders with their amounts, first-ever facts and what came back, dated by the shop's own calendar.

    `unnamed_orders` is "count" or "apart": whether orders that name no customer count where others name theirs. What
    the source cannot say is NULL: an amount, a discount, whether an order was cancelled, what came back of it.
    """
    who, refunds = people(customers, consents), _refunds(linked_returns)
    t = _with_amounts(orders, order_items).left_join(who, _.customer_id == who.person_id)
    t = t.left_join(refunds, t.order_id == refunds.refunded_id)
    t = t.mutate(
        left_out_because=_order_fault(
            t, _names_nobody(t, orders, unnamed_orders), _is_given(given_columns, "ordered_at", "orders")
        ),
        total_amount=t.net_amount + _fees(t),
        is_cancelled=ibis.cases((_is_given(given_columns, "cancelled_at", "orders"), t.cancelled_at.notnull())),
        line_count=t.line_count.fill_null(0),
        unit_count=t.unit_count.fill_null(0),
        **_charged_besides(t, given_columns),
        **_what_came_back(t, refunds),
    )
    t = _firsts(with_calendar(t, "ordered_at", week_start))
    t = t.mutate(return_delay_days=(epoch_day(t.first_return.date()) - t.day).cast("int32"))
    return t.drop(*_INNER).order_by("ordered_at", "order_id")


def _first_returns(linked_returns: ir.Table) -> ir.Table:
    """Order and product → how often it came back, and the first day of which the source tells one."""
    known = linked_returns.filter(_.order_id.notnull() & _.product_id.notnull() & _.excluded_because.isnull())
    return known.group_by(back_order=known.order_id, back_product=known.product_id).agg(
        product_return_count=known.count(),
        first_return=known.returned_local.min(where=~known.is_undated.fill_null(False)),
    )


@frame("one row per order line", key="order_item_id")
def items(
    order_items: ir.Table, orders: ir.Table, products: ir.Table, linked_returns: ir.Table, given_columns: ir.Table
) -> ir.Table:
    """Order lines with product, category and price, dated and placed by their order, and whether they came back."""
    its_order = orders.select(*_OF_ORDER, *_CALENDAR, order_fault="left_out_because", known_id="order_id")
    t = order_items.left_join(its_order, order_items.order_id == its_order.known_id)
    t = name_products(t, products)
    back = _first_returns(linked_returns)
    t = t.left_join(back, [t.order_id == back.back_order, t.product_id == back.back_product])
    amount = (t.quantity * t.unit_price).cast("decimal(18, 4)")
    own, gives_discount = line_fault(t), _is_given(given_columns, "discount_amount", "order_items")
    knows_returns = back.count().as_scalar() > 0
    why = ibis.cases(
        (t.known_id.isnull(), "its order is unknown"),
        (t.order_fault.notnull() & ~t.order_fault.isin((*NO_LINE, UNNAMED)), t.order_fault),
        (own.notnull(), own),
        (t.order_fault == UNNAMED, UNNAMED),
    )
    t = t.mutate(
        gross_amount=amount,
        net_amount=amount - t.discount_amount.fill_null(0),
        discount_amount=_or_nothing(t.discount_amount, gives_discount),
        is_returned=ibis.cases((knows_returns, t.product_return_count.notnull())),
        return_delay_days=(epoch_day(t.first_return.date()) - t.day).cast("int32"),
        left_out_because=why,
    )
    dropped = ["order_fault", "known_id", "excluded_because", "product_return_count"]
    return t.drop(*dropped, "back_order", "back_product", "first_return").order_by("ts_s", "order_id", "order_item_id")
