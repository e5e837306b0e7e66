"""Two groups of customers side by side: what each is and does, and which differences chance would not make."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.errors import Refused
from customary.frames.calendar import epoch_day
from customary.rules.book import RuleBook
from customary.stats.intervals import share, wilson
from customary.studies.shared.labels import label_named, segment_named

# attributes of customers whose values are compared as shares
ATTRIBUTES = (
    "acquisition_channel",
    "first_channel",
    "gender",
    "age_band",
    "occupation",
    "country",
    "favourite_category",
    "last_payment_method",
    "last_device",
)
# behaviour as one number per customer, with its name in words and whether purchases define it
BEHAVIOUR = {
    "order_value": ("average order value", "笔单价", False),
    "first_order_value": ("value of the first order", "首单金额", False),
    "first_order_discounted": ("first order with a discount", "首单折扣", False),
    "first_order_returned": ("first order brought back", "首单退货", False),
    "discount_share": ("share of spend given as discount", "折扣占比", False),
    "returns_per_order": ("returned lines per order", "单均退货", False),
    "visits": ("visits", "访问次数", False),
    "days_to_first_order": ("days from registration to the first order", "首购天数", False),
    "days_since_last_order": ("days since the last order", "最近消费间隔", True),
    "order_count": ("orders placed", "订单数", True),
    "ordered_spend": ("spend after discounts", "折后消费", True),
}
OTHERS = "all others"


def _firsts(orders: ir.Table) -> ir.Table:
    """Customer → what the first order ever was like."""
    t = orders.filter(orders.is_first_order)
    return t.select(
        first_id="customer_id",
        first_order_value=t.net_amount.cast("float64"),
        first_order_discounted=(t.discount_amount > 0).cast("float64"),
        first_order_returned=t.is_returned.cast("float64"),
        first_day="day",
    )


def _both_groups(customers: ir.Table, orders: ir.Table, label: ir.StringValue, first: str, second: str) -> ir.Table:
    """The customers of both groups, `is_first` those of the first, with every behaviour as a number."""
    t = customers.mutate(label=label)
    t = t.filter(t.label.isin([first] if second == OTHERS else [first, second]) | ibis.literal(second == OTHERS))
    firsts = _firsts(orders)
    t = t.drop("first_day") if "first_day" in t.columns else t
    t = t.left_join(firsts, t.customer_id == firsts.first_id).drop("first_id")
    registered_day = epoch_day(t.registered_at)
    spend, gross = t.ordered_spend.cast("float64"), t.gross_spend.cast("float64")
    waited = (t.first_day - registered_day).cast("float64")
    return t.mutate(
        is_first=t.label == first,
        order_value=share(spend, t.order_count),
        discount_share=1 - share(spend, gross),
        returns_per_order=share(t.return_count, t.order_count),
        visits=t.visit_count.cast("float64"),
        days_to_first_order=ibis.cases((waited >= 0, waited)),
        days_since_last_order=t.days_since_last_order.cast("float64"),
        order_count=t.order_count.cast("float64"),
        ordered_spend=spend,
    )


def _verdict(low: ir.FloatingValue, high: ir.FloatingValue) -> ir.StringValue:
    return ibis.cases((low > 0, "higher"), (high < 0, "lower"), else_="not clear")


def _means(t: ir.Table, z: float) -> ir.Table:
    """Behaviour: the two means, their difference and its interval (Welch 1947, normal for large n)."""
    parts = []
    for position, (name, (words, zh, defines)) in enumerate(BEHAVIOUR.items()):
        value = t[name]
        sums = t.agg(
            **{
                f"{fact}_{side}": getattr(value, fact)(where=where)
                for side, where in (("first", t.is_first), ("second", ~t.is_first))
                for fact in ("mean", "count")
            },
            var_first=value.var(where=t.is_first, how="sample"),
            var_second=value.var(where=~t.is_first, how="sample"),
        )
        gap = sums.mean_first - sums.mean_second
        half = z * (share(sums.var_first, sums.count_first) + share(sums.var_second, sums.count_second)).sqrt()
        parts.append(
            sums.select(
                position=ibis.literal(position, "int32"),
                kind=ibis.literal("behaviour"),
                name=ibis.literal(words),
                zh=ibis.literal(zh),
                label=ibis.null("string"),
                is_defining=ibis.literal(defines),
                first_value=sums.mean_first,
                second_value=sums.mean_second,
                first_count=sums.count_first,
                second_count=sums.count_second,
                difference=gap,
                low_difference=gap - half,
                high_difference=gap + half,
            )
        )
    return ibis.union(*parts)


def _shares(t: ir.Table, z: float) -> ir.Table:
    """Attributes: the two shares of each value, their difference and its interval (Newcombe 1998, method 10)."""
    names = ibis.array(list(ATTRIBUTES)).unnest().name("name").as_table()
    t = t.cross_join(names)
    t = t.mutate(label=ibis.cases(*((t.name == name, t[name]) for name in ATTRIBUTES)))
    t = t.filter(t.label.notnull())
    t = t.group_by("name", "label").agg(hits_first=_.is_first.sum(), hits_second=(~_.is_first).sum())
    t = t.mutate(n_first=t.hits_first.sum().over(group_by=t.name), n_second=t.hits_second.sum().over(group_by=t.name))
    one, two = share(t.hits_first, t.n_first), share(t.hits_second, t.n_second)
    (low_one, high_one), (low_two, high_two) = wilson(t.hits_first, t.n_first, z), wilson(t.hits_second, t.n_second, z)
    below = ((one - low_one) * (one - low_one) + (high_two - two) * (high_two - two)).sqrt()
    above = ((high_one - one) * (high_one - one) + (two - low_two) * (two - low_two)).sqrt()
    return t.select(
        position=ibis.literal(len(BEHAVIOUR), "int32"),
        kind=ibis.literal("attribute"),
        name=t.name.replace("_", " "),
        zh=ibis.literal(""),
        label=t.label,
        is_defining=ibis.literal(False),
        first_value=one,
        second_value=two,
        first_count=t.n_first,
        second_count=t.n_second,
        difference=one - two,
        low_difference=one - two - below,
        high_difference=one - two + above,
    )


@study(zh="忠诚与流失客户对比", source="C-016")
def contrast(
    customers: ir.Table,
    named_orders: ir.Table,
    shop_rules: RuleBook,
    *,
    segment: str = "rfm_tier",
    first: str = "",
    second: str = "",
    fewest: int = 30,
    z: float = 2.58,
) -> ir.Table:
    """What sets two groups of customers apart: shares of attributes and means of behaviour, side by side.

    By default the first label of the segment against all others; RFM's loyal against those at risk of churn is
    `--first loyal --second "churn risk"`. From `low_difference` to `high_difference` is the interval of the
    difference: with dozens of lines some differ by chance, so it is the wider one of 99 %. `is_defining` marks what
    the groups are sorted by: that difference says nothing new. Lines with fewer than `fewest` known people on a side,
    and facts in which nobody differs from anybody, are not here.
    """
    found = segment_named(segment)
    one = label_named(first, found, shop_rules, 0)
    two = OTHERS if second in ("", OTHERS) else label_named(second, found, shop_rules, 0)
    if one == two:
        raise Refused("“{one}” is compared with itself: name another label as second", one=one)
    t = _both_groups(customers, named_orders, found.label(customers, shop_rules), one, two)
    t = ibis.union(_means(t, z), _shares(t, z))
    # Where nobody differs from anybody the shop has no such facts: no visits, no discounts.
    nothing = (t["difference"] == 0) & (t.low_difference == 0) & (t.high_difference == 0)
    t = t.filter((t.first_count >= fewest) & (t.second_count >= fewest) & ~nothing.fill_null(False))
    t = t.mutate(
        first=ibis.literal(one), second=ibis.literal(two), verdict=_verdict(t.low_difference, t.high_difference)
    )
    return t.order_by("position", ibis.desc(t["difference"].abs()), "name", "label").drop("position")
