"""Customers as they stand at the as-of date, and their months."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import YEAR
from customary.declare import frame
from customary.frames.calendar import epoch_day
from customary.frames.consents import people as standing
from customary.frames.consents import with_marketing_consent
from customary.frames.rhythm import rhythm
from customary.rules.book import RuleBook

AGES = ((18, "under 18"), (25, "18–24"), (35, "25–34"), (45, "35–44"), (55, "45–54"), (65, "55–64"))
_INTERMEDIATE = (
    *("last_visit_day", "refunds", "year_refunds", "year_spend"),
    *("seen_country", "seen_region", "is_test_account", "refuses"),
)
SECRET = ("name", "email", "phone", "birth_on", "is_test", "excluded_because")


def _everybody(customers: ir.Table, orders: ir.Table) -> ir.Table:
    """Everybody the shop knows: its customer list and whoever stands on an order."""
    unlisted = orders.filter(orders.customer_id.notnull()).select("customer_id").distinct()
    unlisted = unlisted.anti_join(customers, "customer_id")
    blank = {c: ibis.null(customers[c].type()) for c in customers.columns if c != "customer_id"}
    return ibis.union(customers, unlisted.mutate(**blank).select(customers.columns))


def _purchase_facts(orders: ir.Table, as_of_day: ir.IntegerValue) -> ir.Table:
    """Customer → what counted orders say: when, how often, how much, ever and in the trailing 365 days."""
    t = orders.filter(orders.left_out_because.isnull() & orders.customer_id.notnull())
    recent = t.day >= as_of_day - YEAR
    return t.group_by(buyer_id=t.customer_id).agg(
        first_order_on=t.day_on.min(),
        last_order_on=t.day_on.max(),
        days_since_last_order=(as_of_day - t.day.max()).cast("int32"),
        first_day=t.day.min(),
        order_count=t.count(),
        purchase_day_count=t.day.nunique(),
        gross_spend=t.gross_amount.sum(),
        ordered_spend=t.net_amount.sum(),
        year_spend=t.net_amount.sum(where=recent),
        year_order_count=t.count(where=recent),
        year_purchase_day_count=t.day.nunique(where=recent),
        last_payment_method=_at_end(t, t.payment_method, t.payment_method.argmax(t.order_number)),
        first_channel=_at_end(t, t.channel, t.channel.argmin(t.order_number)),
        seen_country=_at_end(t, t.country, t.country.argmax(t.order_number)),
        seen_region=_at_end(t, t.region, t.region.argmax(t.order_number)),
    )


def _at_end(t: ir.Table, value: ir.Value, found: ir.Value) -> ir.Value:
    """What the first or last order says, `found`; of orders without dates what all say, if they say one thing."""
    return ibis.cases((t.order_number.count() > 0, found), (value.nunique() == 1, value.max()))


def _return_facts(returns: ir.Table, as_of_day: ir.IntegerValue) -> ir.Table:
    t = returns.filter(returns.left_out_because.isnull() & returns.customer_id.notnull())
    recent = t.day >= as_of_day - YEAR
    return t.group_by(returner_id=t.customer_id).agg(
        refunds=t.refund_amount.sum(), year_refunds=t.refund_amount.sum(where=recent), return_count=t.count()
    )


def _visit_facts(sessions: ir.Table, as_of_day: ir.IntegerValue, days: int) -> ir.Table:
    """Customer → visits ever, in the last `days` and in as many before, with what they were made on.

    Of visits that say no time nobody knows which were lately.
    """
    t = sessions.filter(sessions.left_out_because.isnull() & sessions.customer_id.notnull())
    latest = {f"last_{name}": t[name].argmax(t.ts_s) for name in ("device", "os", "browser", "network", "platform")}
    recent, is_dated = t.day >= as_of_day - days, t.day.notnull().any()
    earlier = ~recent & (t.day >= as_of_day - 2 * days)
    return t.group_by(seen_id=t.customer_id).agg(
        visit_count=t.count(),
        last_visit_on=t.day_on.max(),
        last_visit_day=t.day.max(),
        recent_visit_count=ibis.cases((is_dated, t.count(where=recent))),
        earlier_visit_count=ibis.cases((is_dated, t.count(where=earlier))),
        **latest,
    )


def _favourite(items: ir.Table) -> ir.Table:
    """Customer → categories bought, and the one with the most spend; equal spend goes to the first name."""
    t = items.filter(items.left_out_because.isnull() & items.category.notnull() & items.customer_id.notnull())
    spent = t.group_by("customer_id", "category").agg(amount=t.net_amount.sum())
    rank = ibis.row_number().over(group_by=spent.customer_id, order_by=[ibis.desc(spent.amount), spent.category])
    t = spent.mutate(rank=rank, category_count=spent.count().over(group_by=spent.customer_id)).filter(_.rank == 0)
    return t.select("category_count", fan_id="customer_id", favourite_category="category")


def _age(t: ir.Table, as_of: ir.DateValue) -> ir.IntegerValue:
    had_birthday = (t.birth_on.month() * 100 + t.birth_on.day()) <= as_of.month() * 100 + as_of.day()
    years = as_of.year() - t.birth_on.year() - ibis.cases((had_birthday, 0), else_=1)
    return ibis.cases(((years >= 0) & (years <= 110), years.cast("int32")))


def _activity(t: ir.Table, as_of_day: ir.IntegerValue, fewest: int) -> ir.Table:
    """How visits changed, when the customer was last seen, and spend against the average buyer of the year.

    A change of visits is unknown where there were fewer than `fewest` before.
    """
    before = t.earlier_visit_count.cast("float64")
    year_buyer = t.year_net_spend.cast("float64").mean(where=t.year_order_count > 0).over(ibis.window())
    visited = as_of_day - t.last_visit_day
    bought = t.days_since_last_order
    return t.mutate(
        visit_drop=ibis.cases((t.earlier_visit_count >= fewest, 1 - t.recent_visit_count / before)),
        days_since_last_seen=ibis.cases((visited.isnull() | (bought < visited), bought), else_=visited).cast("int32"),
        year_spend_ratio=t.year_net_spend.cast("float64") / ibis.cases((year_buyer > 0, year_buyer)),
    )


def _spends(t: ir.Table, orders: ir.Table) -> dict[str, ir.Value]:
    """What was spent, ever and in the trailing year: 0 without an order, unknown where no order of it has an amount.

    A shop that tells no amount at all tells nobody's spend, be it that of somebody who never bought.
    """
    tells_money = orders.filter(orders.left_out_because.isnull(), orders.net_amount.notnull()).count().as_scalar() > 0

    def of(spend: ir.Value, order_count: ir.Value) -> ir.Value:
        return ibis.cases((order_count.fill_null(0) > 0, spend), (tells_money, 0)).cast("decimal(18, 4)")

    year = of(t.year_spend, t.year_order_count)
    ever = {name: of(t[name], t.order_count) for name in ("gross_spend", "ordered_spend")}
    return {
        **ever,
        "net_spend": (ever["ordered_spend"] - t.refunds.fill_null(0)).cast("decimal(18, 4)"),
        "year_net_spend": (year - t.year_refunds.fill_null(0)).cast("decimal(18, 4)"),
    }


def _counts(t: ir.Table) -> dict[str, ir.Value]:
    """How often something was done, 0 where nothing was; on how many days, unknown where no order is dated.

    Of a customer whose visits say no time the late and the earlier ones stay unknown.
    """
    named = ("order_count", "visit_count", "category_count")
    late = ("recent_visit_count", "earlier_visit_count")
    has_late = t.visit_count.isnull() | t.recent_visit_count.notnull()
    dated = ("purchase_day_count", "year_order_count", "year_purchase_day_count", "gap_count")
    is_dated = _is_dated(t)
    return {
        **{name: t[name].fill_null(0) for name in named},
        **{name: ibis.cases((is_dated, t[name].fill_null(0))) for name in dated},
        **{name: ibis.cases((has_late, t[name].fill_null(0))) for name in late},
        "repurchase_count": ibis.cases((is_dated, ibis.greatest(t.purchase_day_count.fill_null(0) - 1, 0))),
        "year_repurchase_count": ibis.cases((is_dated, ibis.greatest(t.year_purchase_day_count.fill_null(0) - 1, 0))),
    }


def _is_dated(t: ir.Table) -> ir.BooleanValue:
    """Whether somebody's orders say when they were; of who has none it is known that there were none at any time."""
    return t.order_count.isnull() | (t.purchase_day_count > 0)


def _names_buyers(orders: ir.Table) -> ir.BooleanValue:
    """Whether who is on no order did not buy: not where there are orders, and none of them names anybody."""
    counted = orders.filter(orders.left_out_because.isnull())
    named = counted.filter(counted.customer_id.notnull())
    return (named.count().as_scalar() > 0) | (counted.count().as_scalar() == 0)


def _profile(t: ir.Table, orders: ir.Table, returns: ir.Table, as_of: ir.DateValue) -> ir.Table:
    age, spends = _age(t, as_of), _spends(t, orders)
    spends["year_net_spend"] = ibis.cases((_is_dated(t), spends["year_net_spend"]))
    names_returners = returns.filter(returns.customer_id.notnull()).count().as_scalar() > 0
    return t.mutate(
        return_count=ibis.cases((names_returners, t.return_count.fill_null(0))),
        **spends,
        **_counts(t),
        country=ibis.coalesce(t.country, t.seen_country),
        region=ibis.coalesce(t.region, t.seen_region),
        age=age,
        birth_month=t.birth_on.month().cast("int32"),  # the day itself would tell one person from all others
        age_band=ibis.cases(
            (age.isnull(), ibis.null("string")),
            *((age < top, name) for top, name in AGES),
            else_="65 and over",
        ),
        is_buyer=ibis.cases((t.order_count.fill_null(0) > 0, True), (_names_buyers(orders), False)),
        left_out_because=ibis.cases(
            (t.is_test_account.fill_null(False), "test account"),
            (t.refuses.fill_null(False), "no consent to analysis"),
        ),
    )


@frame("one row per customer, as of the as-of date", key="customer_id", time=False)
def customers(
    customers: ir.Table,
    orders: ir.Table,
    returns: ir.Table,
    items: ir.Table,
    sessions: ir.Table,
    consents: ir.Table,
    as_of: date | ir.DateValue,
    shop_rules: RuleBook,
) -> ir.Table:
    """Who they are, what they bought, how they visit, as it stood at the as-of date."""
    known_until = ibis.date(as_of)
    as_of_day = epoch_day(known_until)
    stages = shop_rules["stages"]
    lately = stages["interactions"]
    t = _everybody(customers, orders)
    bought, back = _purchase_facts(orders, as_of_day), _return_facts(returns, as_of_day)
    seen, fan = _visit_facts(sessions, as_of_day, lately["days"]), _favourite(items)
    for other, key in (
        (bought, "buyer_id"),
        (rhythm(orders, as_of_day, stages["pace"]), "pacer_id"),
        (back, "returner_id"),
        (seen, "seen_id"),
        (fan, "fan_id"),
        (standing(customers, consents), "person_id"),
    ):
        t = t.left_join(other, t.customer_id == other[key]).drop(key)
    t = _activity(_profile(t, orders, returns, known_until), as_of_day, lately["fewest"])
    t = with_marketing_consent(t, consents)
    return t.drop(*_INTERMEDIATE, *SECRET).order_by("customer_id")


@frame("one row per customer and month with a purchase", key=("customer_id", "month_on"))
def months(orders: ir.Table, as_of: date | ir.DateValue, shop_rules: RuleBook) -> ir.Table:
    """The months in which a customer bought, whether the next month brought a purchase, and the age of the customer.

    `bought_next` is NULL while the next month is not over, `is_retained` while those of stages.toml are not:
    an immature month is in no denominator.
    """
    t = orders.filter(orders.left_out_because.isnull() & orders.customer_id.notnull())
    t = t.filter(t.month_idx.notnull())
    m = t.group_by("customer_id", "month_idx", "month_on", "quarter_on", "year_on", "cohort_on").agg(
        order_count=t.count(), ordered_amount=t.net_amount.sum()
    )
    per_customer = ibis.window(group_by=m.customer_id, order_by=m.month_idx)
    end = ibis.date(as_of)
    last_whole = end.year() * 12 + end.month() - 2  # the last month that is over; as_of itself is not in the data
    next_idx = m.month_idx.lead().over(per_customer)
    follows = (next_idx == m.month_idx + 1).fill_null(False)
    age = m.month_idx - m.month_idx.min().over(group_by=m.customer_id)
    watched = shop_rules["stages"]["retention"]["months"]
    m = m.mutate(
        is_retained=ibis.cases(
            (m.month_idx + watched <= last_whole, (next_idx <= m.month_idx + watched).fill_null(False))
        ),
        bought_next=ibis.cases((m.month_idx + 1 <= last_whole, follows)),
        age_months=age.cast("int32"),
        day_on=m.month_on,
        day=epoch_day(m.month_on),
        left_out_because=ibis.null("string"),
    )
    return m.order_by("month_idx", "customer_id")


@frame("one row per person who bought in the window", key="customer_id", derived=True)
def buyers(orders: ir.Table, keys: tuple[str, ...]) -> ir.Table:
    """The people behind the orders of a window, per group asked for: how often and how much they bought there."""
    t = orders.filter(orders.customer_id.notnull())
    return t.group_by(*dict.fromkeys(("customer_id", *keys))).agg(
        order_count=t.count(),
        purchase_day_count=t.day.nunique().nullif(0),
        priced_day_count=t.day.nunique(where=t.net_amount.notnull()),
        net_amount=t.net_amount.sum(),
        is_new=t.is_first_order.any(),
    )


@frame("one row per person who bought goods of a known category in the window", key="customer_id", derived=True)
def shoppers(items: ir.Table, keys: tuple[str, ...]) -> ir.Table:
    """The people behind the order lines of a window, per group asked for: from how many categories they bought."""
    t = items.filter(items.category.notnull() & items.customer_id.notnull())
    return t.group_by(*dict.fromkeys(("customer_id", *keys))).agg(category_count=t.category.nunique())
