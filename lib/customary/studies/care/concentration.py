"""How much of the spend hangs on few: shares of the top, Gini, the Lorenz curve, A, B and C."""

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.declare import study
from customary.errors import Refused, unknown_name
from customary.rules.book import RuleBook
from customary.stats.intervals import share, share_of_all
from customary.studies.shared.facts import SPENDS

TOPS = (1, 10, 20)
THINGS = {"customers": "customer_id", "products": "product_id"}


def _spenders(customers: ir.Table, spend: str) -> ir.Table:
    """Buyers with what they spent, as far as it is known; who brought back more than that holds nothing, not less."""
    if spend not in SPENDS:
        raise Refused("spend is one of {names}", names=SPENDS)
    t = customers.filter(customers.is_buyer & customers[spend].notnull())
    return t.select("customer_id", spend=ibis.greatest(t[spend].cast("float64"), 0.0))


@study(zh="消费集中度", source="A-016", rests_on="amounts")
def concentration(customers: ir.Table, *, spend: str = "ordered_spend") -> ir.Table:
    """What share of all spend the biggest 1, 10 and 20 % of the buyers bring, and the Gini coefficient.

    Gini is 0 where all spend the same and near 1 where one spends everything. A share of few people counts the one on
    the edge in part: of 50 buyers the top 1 % is half of the biggest. Equal spenders may stand in any order.
    """
    t = _spenders(customers, spend)
    whole = ibis.window()
    t = t.mutate(
        place=ibis.row_number().over(order_by=[ibis.desc(t.spend), t.customer_id]).cast("float64"),
        n=t.count().over(whole).cast("float64"),
    )
    tops = {
        f"top_{top}_spend": (ibis.greatest(ibis.least(t.n * top / 100 - t.place, 1.0), 0.0) * t.spend).sum()
        for top in TOPS
    }
    # Gini over values x from the greatest down, i = 1…n: (n + 1 − 2 Σ i·x / Σ x) / n, negated (Gini 1912).
    sums = t.agg(buyer_count=t.count(), spend=t.spend.sum(), weighted=((t.place + 1) * t.spend).sum(), **tops)
    n, total = sums.buyer_count.cast("float64"), sums.spend.nullif(0)
    return sums.select(
        "buyer_count",
        spend=sums.spend.fill_null(0.0),
        gini=share(n + 1 - 2 * sums.weighted / total, n),
        **{f"top_{top}_share": sums[f"top_{top}_spend"] / total for top in TOPS},
    )


@study(zh="洛伦兹曲线", source="A-016", rests_on="amounts")
def lorenz(customers: ir.Table, *, steps: int = 100, spend: str = "ordered_spend") -> ir.Table:
    """Buyers from the smallest spender up, in equal steps: the share of all spend that they hold together."""
    t = _spenders(customers, spend)
    n = t.count().over(ibis.window())
    place = ibis.row_number().over(order_by=[t.spend, t.customer_id])
    t = t.mutate(position=(place * steps // n).cast("int32") + 1)
    t = t.group_by("position").agg(buyer_count=_.count(), spend=_.spend.sum())
    so_far, everything = ibis.cumulative_window(order_by=t.position), ibis.window()
    return t.select(
        "position",
        "buyer_count",
        buyer_share=share(t.buyer_count.sum().over(so_far), t.buyer_count.sum().over(everything)),
        spend_share=share(t.spend.sum().over(so_far), t.spend.sum().over(everything)),
    ).order_by("position")


@study(zh="ABC分类", source="A-016", rests_on="amounts")
def abc(
    items: ir.Table,
    orders: ir.Table,
    shop_rules: RuleBook,
    *,
    of: str = "customers",
    a: float = 0.0,
    b: float = 0.0,
) -> ir.Table:
    """Few A, some B, many C: which customers or products bring the first, the next and the last of the revenue.

    The bounds `a` and `b` are shares of revenue after discounts, by default those of care.toml. Whoever crosses
    one still belongs to the class above it, and equals share a class.
    """
    bounds = shop_rules["care"]["abc"]
    a, b = a or bounds["a"], b or bounds["b"]
    if of not in THINGS:
        raise unknown_name(of, THINGS, "thing to sort into A, B and C")
    if not 0 < a < b < 1:
        raise Refused("the bounds are shares in order, 0 < a < b < 1, not {a:g} and {b:g}", a=a, b=b)
    rows = orders if of == "customers" else items
    t = rows.filter(rows[THINGS[of]].notnull()).group_by(thing=THINGS[of]).agg(revenue=_.net_amount.sum())
    t = t.filter(t.revenue.notnull()).mutate(revenue=ibis.greatest(_.revenue.cast("float64"), 0.0))
    # Equals together: the class is a matter of the value alone.
    t = t.group_by("revenue").agg(thing_count=_.count())
    t = t.mutate(sum=t.revenue * t.thing_count)
    above = ibis.cumulative_window(order_by=ibis.desc(t.revenue))
    before = share(t["sum"].sum().over(above) - t["sum"], t["sum"].sum().over(ibis.window()))
    # A sum of floats may miss its bound by its last digits.
    edge = 1e-9
    t = t.mutate(abc=ibis.cases((before < a - edge, "A"), (before < b - edge, "B"), else_="C"))
    t = t.group_by("abc").agg(thing_count=_.thing_count.sum(), revenue=_["sum"].sum(), least_revenue=_.revenue.min())
    return t.mutate(
        customer_count=t.thing_count if of == "customers" else ibis.null("int64"),
        thing_share=share_of_all(t.thing_count),
        revenue_share=share_of_all(t.revenue),
    ).order_by("abc")
