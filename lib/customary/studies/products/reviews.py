"""Reviews by product, and products that returns, complaints and reviews agree on."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike, day_number
from customary.declare import study
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.stats.intervals import Z, clamp, share
from customary.stats.shrinkage import shrink
from customary.studies.shared.windows import inside


def _product_names(items: ir.Table) -> ir.Table:
    """Product → name and category, as the order lines know them."""
    t = items.group_by(named_id=items.product_id)
    return t.agg(product_name=_.product_name.max(), category=_.category.max())


def _star_averages(responses: ir.Table, items: ir.Table, among: str | None = None) -> ir.Table:
    """Products with reviews: how many, their average and what is left of it when few are not believed."""
    names = _product_names(items)
    t = responses.filter((responses.survey == "review") & responses.score.notnull() & responses.product_id.notnull())
    t = t.left_join(names, t.product_id == names.named_id).drop("named_id")
    t = t.mutate(product_name=ibis.coalesce(t.product_name, t.product_id))
    t = t.group_by("product_id", "product_name", "category").agg(
        review_count=_.count(), mean_score=_.score.mean(), squares=(_.score * _.score).cast("float64").sum()
    )
    whole = ibis.window()
    n = t.review_count.cast("float64")
    t = t.mutate(inner=t.squares - n * t.mean_score**2, total=n.sum().over(whole), groups=n.count().over(whole))
    within = share(t.inner.sum().over(whole), t.total - t.groups)
    t = t.mutate(within=within.fill_null(1.0))
    t = shrink(t, "mean_score", "review_count", t.within, among=among)
    return t.drop("squares", "inner", "total", "groups", "within")


@study(zh="商品评价", source="A-059", shown=50)
def review_products(responses: ir.Table, items: ir.Table, *, first: str = "low") -> ir.Table:
    """Products by their reviews: the average stars, drawn toward the shop's average the fewer reviews there are.

    `verdict` is “truly low” or “truly high” where the interval of the drawn `score` leaves the shop's average out.
    `first` (low or high) says which end comes first; `product_total` says how many products have reviews.
    """
    if first not in ("low", "high"):
        raise Refused("products are sorted with the “low” or the “high” ones first, not “{first}”", first=first)
    t = _star_averages(responses, items)
    low, high = t.mean_score_drawn - Z * t.mean_score_sd, t.mean_score_drawn + Z * t.mean_score_sd
    t = t.mutate(score=t.mean_score_drawn, low_score=low, high_score=high, shop_score=t.mean_score_all)
    verdict = ibis.cases(
        (t.high_score < t.shop_score - 1e-9, "truly low"),
        (t.low_score > t.shop_score + 1e-9, "truly high"),
        else_="not clear",
    )
    t = t.mutate(verdict=verdict, product_total=t.count().over(ibis.window()))
    t = t.order_by(t.score if first == "low" else ibis.desc(t.score), "product_id")
    return t.select(
        *("product_id", "product_name", "category", "review_count", "mean_score", "score", "low_score", "high_score"),
        *("shop_score", "verdict", "product_total"),
    )


def _signals(sold: ir.Table, returns: ir.Table, tickets: ir.Table, not_about_goods: list[str]) -> ir.Table:
    """Product → mature orders, those of which it came back, and those somebody complained of."""
    back = (
        returns.filter(returns.order_id.notnull()).select(back_order="order_id", back_product="product_id").distinct()
    )
    about = tickets.topic.isnull() | ~tickets.topic.isin(not_about_goods)
    angry = tickets.filter((tickets.kind == "complaint") & tickets.order_id.notnull() & about)
    angry = angry.select(angry_order="order_id").distinct()
    t = sold.left_join(back, (sold.order_id == back.back_order) & (sold.product_id == back.back_product))
    t = t.left_join(angry, t.order_id == angry.angry_order)
    t = t.group_by("product_id").agg(
        order_count=_.count(),
        returned_order_count=_.back_order.notnull().sum(),
        complaint_order_count=_.angry_order.notnull().sum(),
    )
    # Where nobody writes down returns or cases, that none is known is no sign of goodness.
    t = t.cross_join(returns.agg(known_returns=_.count())).cross_join(tickets.agg(known_cases=_.count()))
    return t.mutate(
        returned_order_count=ibis.cases((t.known_returns > 0, t.returned_order_count)),
        complaint_order_count=ibis.cases((t.known_cases > 0, t.complaint_order_count)),
    ).drop("known_returns", "known_cases")


def _judge(t: ir.Table, name: str, hits: str, among: str | None) -> ir.Table:
    """Add the share `name` of the orders, its drawn value and whether it is truly above the usual one."""
    whole = ibis.window(group_by=[t[among]] if among else None)
    usual = share(t[hits].sum().over(whole), t.order_count.sum().over(whole))
    t = t.mutate(usual=usual, **{name: share(t[hits], t.order_count)})
    t = shrink(t, name, "order_count", t.usual * (1 - t.usual), is_share=True, among=among)
    low = clamp(t[f"{name}_drawn"] - Z * t[f"{name}_sd"], 0.0, 1.0)
    short = name.removesuffix("_rate")
    told = {f"{short}_shrunk_rate": t[f"{name}_drawn"], f"{short}_low_rate": low, f"{short}_usual_rate": t.usual}
    t = t.mutate(**told, **{f"is_{short}_high": (low > t.usual + 1e-9).fill_null(False)})
    return t.drop("usual", f"{name}_drawn", f"{name}_sd", f"{name}_all")


def _beside_stars(t: ir.Table, stars: ir.Table) -> ir.Table:
    """Add the reviews of each product, and whether they are truly below the usual ones; no review is no sign."""
    stars = stars.select(
        *("review_count", "mean_score"),
        starred_id="product_id",
        review_score=stars.mean_score_drawn,
        usual_score=stars.mean_score_all,
        is_review_low=stars.mean_score_drawn + Z * stars.mean_score_sd < stars.mean_score_all - 1e-9,
    )
    t = t.left_join(stars, t.product_id == stars.starred_id).drop("starred_id")
    return t.mutate(review_count=t.review_count.fill_null(0), is_review_low=t.is_review_low.fill_null(False))


@study(zh="问题商品", source="A-078, C-049", shown=50, rests_on="dates")
def problem_products(
    items: ir.Table,
    returns: ir.Table,
    tickets: ir.Table,
    responses: ir.Table,
    as_of: date,
    shop_rules: RuleBook,
    *,
    during: WindowLike | None = None,
    against: str = "category",
) -> ir.Table:
    """Products by three signals – returns, complaints, reviews – each judged with chance taken out.

    Of the orders placed in the window that are old enough, the share of which the product came back and the share with
    a complaint about the goods (counted for every product of the order); of the reviews in the window the stars. A
    signal is bad where the interval of its drawn value leaves the usual one out, that of the product's category (or of
    the whole shop, with `against` shop); a product with two bad signals or more `is_problem`. Sorted by bad signals,
    then by returns beyond the usual; `product_total` says how many products were judged, `signal_total` how many
    have a bad signal.
    """
    if against not in ("category", "shop"):
        raise Refused("products are judged against their “category” or the “shop”, not “{against}”", against=against)
    rule, among = shop_rules["voice"]["problems"], "category" if against == "category" else None
    lines = inside(items, during).filter(_.day + rule["mature_days"] <= day_number(as_of))
    sold, names = (
        lines.filter(_.product_id.notnull()).select("order_id", "product_id").distinct(),
        _product_names(items),
    )
    t = _signals(sold, returns, tickets, rule["not_about_goods"]).filter(_.order_count >= rule["least_orders"])
    t = t.left_join(names, t.product_id == names.named_id).drop("named_id")
    t = _judge(t, "return_rate", "returned_order_count", among)
    t = _judge(t, "complaint_rate", "complaint_order_count", among)
    t = _beside_stars(t, _star_averages(inside(responses, during), items, among))
    bad = sum(t[name].cast("int32") for name in ("is_return_high", "is_complaint_high", "is_review_low"))
    whole, t = ibis.window(), t.mutate(bad_signal_count=bad)
    t = t.mutate(
        is_problem=t.bad_signal_count >= rule["bad_signals"],
        signal_total=(t.bad_signal_count > 0).sum().over(whole),
        product_total=t.count().over(whole),
    )
    front = ("product_id", "product_name", "category", "is_problem", "bad_signal_count", "order_count")
    t = t.select(*front, *(name for name in t.columns if name not in front))
    beyond = t.return_shrunk_rate - t.return_usual_rate
    return t.order_by(ibis.desc("bad_signal_count"), ibis.desc(beyond), "product_id")
