"""The books: where every record went, and how the figures bridge from the files to net revenue."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.frames.orders import GIFT_CARD


def _outcomes(table: ir.Table, frame: str, amount: ir.Value) -> ir.Table:
    t = table.mutate(amount=amount, reason=table.left_out_because)
    t = t.group_by("reason").agg(row_count=_.count(), amount=t.amount.sum().cast("float64"))
    outcome = ibis.cases((t.reason.isnull(), "counted"), else_="left out")
    return t.select(frame=ibis.literal(frame), outcome=outcome, reason="reason", row_count="row_count", amount="amount")


def _part_of_rows(amounts: ir.Column, outcome: str, reason: str) -> ir.Table:
    """What a part of the returns' amounts comes to, where there is any: no row of its own."""
    t = amounts.name("part").as_table()
    found = t.filter(t.part != 0).agg(amount=_.part.sum().cast("float64"))
    return found.filter(found.amount.notnull()).select(
        frame=ibis.literal("returns"),
        outcome=ibis.literal(outcome),
        reason=ibis.literal(f"{reason} (a part of a row)"),
        row_count=ibis.literal(0, "int64"),
        amount="amount",
    )


@study(zh="数据对账", source="A-091")
def accounts(all_items: ir.Table, all_orders: ir.Table, all_returns: ir.Table, quarantine: ir.Table) -> ir.Table:
    """Every row of orders, lines and returns, counted or left out and why, with its amount; and the quarantine."""
    set_aside = quarantine.group_by(frame=_.table_name.fill_null("unreadable"), reason=_.reason).agg(
        row_count=_.count()
    )
    set_aside = set_aside.select(
        "frame",
        outcome=ibis.literal("quarantined"),
        reason="reason",
        row_count="row_count",
        amount=ibis.null("float64"),
    )
    parts = [
        _outcomes(all_items, "items", all_items.gross_amount),
        _outcomes(all_orders, "orders", all_orders.gross_amount),
        _outcomes(all_returns, "returns", all_returns.refund_amount),
        _part_of_rows(all_returns.excess_amount, "left out", "refund beyond the order"),
        _part_of_rows(all_returns.fee_refund_amount, "counted", "refund of shipping and tax"),
        set_aside,
    ]
    return ibis.union(*parts).order_by("frame", "outcome", ibis.desc("row_count"), "reason")


@study(zh="重复行", source="B-033")
def repeated_lines(all_items: ir.Table) -> ir.Table:
    """Lines that repeat an earlier line exactly: how many count, how many were left out, and what they amount to."""
    t = all_items.filter(all_items.is_repeated.fill_null(False))
    t = t.mutate(outcome=ibis.cases((t.left_out_because.isnull(), "counted"), else_=t.left_out_because))
    return (
        t.group_by("outcome").agg(line_count=_.count(), amount=_.gross_amount.sum().cast("float64")).order_by("outcome")
    )


@study(zh="非商品收费", source="A-052")
def charges(all_items: ir.Table) -> ir.Table:
    """Lines that charge for something that is no product – postage, fees, discounts –, counted or left out and why.

    The source or the shop lists such codes. What counts of them is in sales and in no figure of products or pieces.
    """
    t = all_items.filter(all_items.charge.notnull())
    t = t.mutate(outcome=ibis.cases((t.left_out_because.isnull(), "counted"), else_=t.left_out_because))
    t = t.group_by("charge", "outcome").agg(line_count=_.count(), amount=_.gross_amount.sum().cast("float64"))
    return t.order_by("charge", "outcome")


def _sum(amount: ir.Column) -> ir.Scalar:
    """The sum of the amounts that are known: 0 over no row at all, unknown where no row says one."""
    return ibis.cases((amount.isnull().count() == 0, 0), else_=amount.sum())


def _step(position: int, label: str, amount: ir.Value) -> ir.Table:
    return (
        amount.cast("float64")
        .name("amount")
        .as_table()
        .mutate(position=ibis.literal(position, "int8"), step=ibis.literal(label))
    )


@study(zh="销售额口径对照", source="M1", rests_on="amounts")
def revenue_bridge(all_items: ir.Table, all_returns: ir.Table, orders: ir.Table, returns: ir.Table) -> ir.Table:
    """From all that the files say was sold and returned to gross, net and total revenue; the steps add up exactly.

    A step of which the files say nothing is unknown, and so is the total where neither shipping nor tax is known.
    """
    sold_aside = all_items.filter(all_items.left_out_because.notnull() & (all_items.left_out_because != GIFT_CARD))
    cards = all_items.filter(all_items.left_out_because == GIFT_CARD)
    back_aside = all_returns.filter(all_returns.left_out_because.notnull())
    aside, beyond = _sum(back_aside.refund_amount), _sum(all_returns.excess_amount)
    returned = _sum(returns.refund_amount)
    back = _sum(all_returns.refund_amount + all_returns.fee_refund_amount + all_returns.excess_amount)
    fees_back = _sum(returns.fee_refund_amount)
    net = _sum(orders.net_amount) - returned.as_scalar()
    itemless = orders.filter(orders.line_count == 0)
    whole, unlisted = _sum(all_items.gross_amount).as_scalar(), _sum(itemless.gross_amount).as_scalar()
    shipping, tax = orders.shipping_amount, orders.tax_amount
    charged = _sum(ibis.coalesce(shipping + tax, shipping, tax))
    steps = [
        _step(1, "all sales lines in the files", _sum(all_items.gross_amount)),
        _step(2, "sales of orders without lines", _sum(itemless.gross_amount)),
        _step(3, "sales lines left out", -_sum(sold_aside.gross_amount)),
        _step(4, "gift cards sold, which are no revenue", -_sum(cards.gross_amount)),
        _step(5, "gross revenue", _sum(orders.gross_amount)),
        _step(6, "discounts", -_sum(orders.discount_amount)),
        _step(7, "returns, on their own date", -returned),
        _step(8, "net revenue", net),
        _step(9, "shipping", _sum(shipping)),
        _step(10, "tax", _sum(tax)),
        _step(11, "shipping and tax refunded", -fees_back),
        _step(12, "total revenue", net + charged.as_scalar() - fees_back.as_scalar()),
        _step(13, "returns left out or beyond their order (not in the figures above)", -aside - beyond.as_scalar()),
        _step(14, "everything in the files, returns in", whole + unlisted - back.as_scalar()),
    ]
    return ibis.union(*(step.select("position", "step", "amount") for step in steps)).order_by("position")
