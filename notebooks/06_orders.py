# chapter: Orders
# 中文: 交易行为
# question: What was sold, to how many, and how often do they buy?
# goal: Raise customer value contribution
# needs: orders, order_items, returns, products

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Orders")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, metrics, open_shop, page
    from customary.declare import STUDIES
    from customary.page.chapters import chapters
    from customary.units import DAYS, MONEY, RATE

    shop = open_shop()
    values = page.varied(shop, "country", "region", "channel", "device", "currency")
    offer = page.offered(shop, splits=values, wheres=values)
    money = {"unit": MONEY, "currency": shop.currency}


@app.cell(hide_code=True)
def question(choice):
    _asked = page.question(
        "What was sold, to how many, and how often do they buy?",
        "Transaction behaviour: how many purchases, how far apart, how much each, on what, how orders end, how they "
        "are paid and delivered (A-063…A-073). What comes back has a chapter of its own.",
        serves="raise customer value contribution",
        needs=("orders", "order_items", "returns", "products"),
    )
    mo.vstack([page.header(shop, "06_orders", chapters(mo.notebook_dir()), query=choice.query), _asked])
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def chosen(bar):
    choice = page.chosen(offer, bar.value)
    window = {"during": choice.during, "where": choice.where}
    when = page.spoken(choice.during)
    sales = page.over_time(shop, choice, metrics.net_revenue)
    _asked = (metrics.net_revenue, metrics.buyer_count, metrics.average_order_value, metrics.median_order_value)
    facts = page.measured(shop, choice, metrics.order_count, *_asked).row
    orders, dashed = int(facts.order_count), "compared" if choice.against else None
    return choice, dashed, facts, orders, sales, when, window


@app.cell(hide_code=True)
def headline(choice, facts, orders, when):
    mo.stop(not orders, page.empty("orders"))
    _said = page.sentence(
        "{buyers} buyers placed {orders} orders worth {revenue} net of returns: {when}.",
        buyers=int(facts.buyer_count),
        orders=orders,
        revenue=MONEY.text(facts.net_revenue, shop.currency),
        when=when,
    )
    _tiles = (metrics.net_revenue, metrics.buyer_count, metrics.average_order_value)
    mo.vstack([_said, page.headline(shop, choice, *_tiles, metrics.purchase_days_per_buyer)])
    return


@app.cell(hide_code=True)
def finding_time(choice, dashed, orders, sales, when):
    mo.stop(not orders)
    _best = sales.frame.loc[sales.frame.net_revenue.idxmax()]
    _notes = [f"Dashed: the {choice.compare}."] if choice.against else []
    _notes += [] if sales.frame.is_complete.all() else ["Dotted: periods that are not whole."]
    sales.figure(
        f"Best {choice.every}, from {_best[choice.every]:%Y-%m-%d}: {MONEY.text(_best.net_revenue, shop.currency)}",
        charts.line_over_time(sales.frame, choice.every, "net_revenue", **money, compare=dashed),
        f"Net revenue by {choice.every}, {shop.currency}, {when}; n = {orders:,} orders. {' '.join(_notes)}",
    )
    return


@app.cell(hide_code=True)
def finding_books(orders, when, window):
    mo.stop(not orders)
    books = page.studied(shop, "revenue_bridge", **window)
    step = {row.step: MONEY.text(row.amount, shop.currency) for row in books.frame.itertuples()}
    _short = {3: "left out", 4: "gift cards", 6: "discounts", 7: "returns", 9: "shipping", 10: "tax"}
    _parts = books.frame[books.frame.position.isin(_short) & (books.frame.amount != 0)]
    _start, _table = books.frame.amount[:2].sum(), shop.snapshot.facts.get("rates")
    _rated = f" Other currencies are converted by the rate table {_table}." if _table else ""
    books.figure(
        f"Gross {step['gross revenue']}, net {step['net revenue']}, total {step['total revenue']}",
        charts.waterfall(
            *(_parts.assign(part=_parts.position.map(_short)), "part", "amount"),
            **{"start": _start, "start_label": "in files", "end_label": "total revenue", **money},
        ),
        "All sales of the files; less what does not count and gift cards sold: gross; less discounts and returns: net; "
        f"plus shipping and tax: total. {shop.currency}, {when}; the steps add up exactly; n = {orders:,} orders. With "
        f"everything in the files, returns in: {step['everything in the files, returns in']}.{_rated}",
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_returns(orders, when, window):
    mo.stop(not orders or not shop.snapshot.rows["returns"])
    _views = page.studied(shop, "refund_views", **window)
    _amounts = _views.frame.amount
    _ledger, _cohort = (MONEY.text(_amounts.iloc[n], shop.currency) for n in (0, -1))
    _gap = _amounts.iloc[-1] - _amounts.iloc[0]
    _parts = _views.frame.iloc[1:-1].assign(part=("of other orders", "of no order", "at other times"))
    _views.figure(
        f"Refunds taken with their orders make net revenue {MONEY.text(abs(_gap), shop.currency)} "
        f"{'lower' if _gap < 0 else 'higher'} than refunds on their own day",
        charts.ranked_bars(_parts, "part", "amount", **money, as_given=True, height=160),
        f"From {_ledger} by the ledger (退款日口径: returns on the day they came back) to {_cohort} by these orders (下单口径: "
        f"what came back of them, whenever; a refund never exceeds its order). {shop.currency}, {when}; n = {orders:,} orders.",
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_accounts(orders, when, window):
    mo.stop(not orders)
    _all = page.studied(shop, "accounts", **window)
    _out = _all.frame[(_all.frame.outcome == "left out") & (_all.frame["frame"] == "orders")]
    _why = (
        f"{_out.row_count.sum():,} orders are left out, most of them for “{_out.reason.iloc[0]}”" if len(_out) else ""
    )
    _all.figure(
        _why or "Every order counts",
        page.table(_all.told(most=40)),
        f"Every row: counted, left out or quarantined, with its amount, {shop.currency}, {when}. Quarantined records "
        "are those of the whole snapshot; rows without a day are in no period.",
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_repeats(orders, window):
    mo.stop(not orders or not shop.snapshot.rows["items"])
    _lines = page.studied(shop, "repeated_lines", **window).frame
    _kept = _lines[_lines.outcome == "counted"]
    page.sentence(
        "{lines} order lines repeat an earlier one exactly ({worth}); {kept} of them count ({amount}). "
        "What this shop decided about them: {decision}.",
        lines=int(_lines.line_count.sum()),
        worth=MONEY.text(_lines.amount.sum(), shop.currency),
        kept=int(_kept.line_count.sum()),
        amount=MONEY.text(_kept.amount.sum(), shop.currency),
        decision=shop.snapshot.facts["decisions"].get("duplicates", "nothing, so the source’s default holds"),
    )
    return


@app.cell(hide_code=True)
def finding_size(facts, orders, when, window):
    mo.stop(not orders)
    _sizes = page.studied(shop, "order_values", **window)
    _drawn = _sizes.frame.dropna(subset="high")
    _mean, _median = facts.average_order_value, facts.median_order_value
    _sizes.figure(
        f"{MONEY.text(_mean, shop.currency)} an order on average, yet half stay below {MONEY.text(_median, shop.currency)}",
        charts.histogram(
            _drawn, "low", "high", "order_count", median=_median, mean=_mean, x_title="order value", **money
        ),
        f"Orders by value after discounts, {shop.currency}, {when}; n = {orders:,} orders, the "
        f"{orders - int(_drawn.order_count.sum()):,} biggest beyond the right edge.",
        goal="Raise customer value contribution – average order value",
    )
    return


@app.cell(hide_code=True)
def finding_split(choice, orders, when, window):
    mo.stop(not orders)
    _by = next(iter(choice.by or offer.splits), None)
    mo.stop(not _by or _by == "currency", page.sentence("There is nothing else here to split order values by."))
    _parts = page.studied(shop, "order_value_intervals", by=_by, **window)
    _rows = _parts.frame.fillna({_by: "unknown"})
    _drawn, _all = _rows.head(12), (_rows.average_order_value * _rows.order_count).sum() / orders
    _apart = _drawn[(_drawn.low > _all) | (_drawn.high < _all)]
    _parts.figure(
        f"{len(_apart)} of {len(_drawn)} by {_by} differ surely from the average order of {MONEY.text(_all, shop.currency)}",
        charts.ranked_intervals(
            *(_drawn, _by, "average_order_value", "low", "high"),
            **{**money, "n": "order_count", "average": _all},
        ),
        f"Average order value (笔单价) by {_by} with its 95 % interval, clustered by customer, {shop.currency}, {when}; "
        f"n = {orders:,} orders; {len(_drawn)} of {len(_rows)} drawn; dashed: all. “Split by” above chooses another.",
        frame=_rows,
        goal="Raise customer value contribution – average order value",
    )
    return


@app.cell(hide_code=True)
def finding_merge(choice, orders):
    mo.stop(not orders)
    _asked = (metrics.orders_per_buyer, metrics.purchase_days_per_buyer, metrics.average_order_value)
    _more = (metrics.average_occasion_value, metrics.repeat_purchase_rate, metrics.repeat_purchase_rate_by_orders)
    _one = page.measured(shop, choice, *_asked, *_more).row
    page.finding(
        "Orders, or purchases?",
        "Who orders twice on one day has bought once, as we read it. A buyer has {days} purchase days (购买频次) and {orders} "
        "orders; a purchase is worth {occasion}, an order {order}; {merged} bought again on another day, {plain} ordered "
        "again at all.",
        days=f"{_one.purchase_days_per_buyer:.2f}",
        orders=f"{_one.orders_per_buyer:.2f}",
        occasion=MONEY.text(_one.average_occasion_value, shop.currency),
        order=MONEY.text(_one.average_order_value, shop.currency),
        merged=RATE.text(_one.repeat_purchase_rate),
        plain=RATE.text(_one.repeat_purchase_rate_by_orders),
    )
    return


@app.cell(hide_code=True)
def finding_gaps(orders, when, window):
    mo.stop(not orders)
    _gaps = page.studied(shop, "intervals", **window)
    _seen, _one = page.studied(shop, "purchase_intervals", **window).frame, _gaps.row
    mo.stop(not len(_seen), page.sentence("Nobody bought on two days in this selection: there is no interval to show."))
    _open = "not reached" if _one.isna().km_median_days else DAYS.text(_one.km_median_days)
    _weeks = _seen.assign(low=7.0 * _seen.week, high=7.0 * _seen.week + 7)
    _gaps.figure(
        f"Half of the gaps seen are over in {DAYS.text(_one.median_days)}; with open gaps weighed in: {_open}",
        charts.histogram(
            *(_weeks, "low", "high", "gap_count"),
            unit=DAYS,
            median=_one.median_days,
            mean=_one.mean_days,
            x_title="days between purchase days",
        ),
        f"Days between a customer’s purchase days, {when}; n = {int(_one.gap_count):,} gaps seen. {int(_one.open_count):,} "
        "last gaps are still open and not drawn: what is drawn is biased short (the other median is Kaplan–Meier’s).",
        goal="Strengthen stickiness and loyalty – repeat purchase rate",
    )
    return


@app.cell(hide_code=True)
def finding_status(orders, when, window):
    mo.stop(not orders)
    _status = page.studied(shop, "order_status", **window)
    _rows = _status.frame
    _status.figure(
        f"{RATE.text(_rows.order_share[_rows.order_status == 'successful'].sum())} of all orders went through and stayed",
        charts.ranked_bars(
            *(_rows.assign(status=_rows.order_status.str.replace("payment", "paying")), "status", "order_share"),
            **{"unit": RATE, "n": "order_count", "height": 180},
        ),
        f"Share of orders by how they ended, {when}; n = {_rows.order_count.sum():,} orders, those not counted included.",
        goal="Drive product and service innovation",
    )
    return


@app.cell(hide_code=True)
def finding_ways(choice, orders, when):
    mo.stop(not orders)
    _ways = page.varied(shop, "payment_method", "delivery_method")
    mo.stop(not _ways, page.missing("payment and delivery method", "how customers like to pay and to be served"))
    _asked = (metrics.order_count, metrics.average_order_value, metrics.cancelled_order_rate)
    _found = {way: page.measured(shop, choice, *_asked, metrics.return_rate_by_order, by=way) for way in _ways}
    page.two_up(
        *(
            found.figure(
                f"{way.capitalize().replace('_', ' ')}: most choose {found.most(way)}",
                charts.ranked_bars(found.frame, way, "order_count", height=200),
                f"Orders by {way.replace('_', ' ')}, {when}; n = {orders:,} orders, unknown included.",
                goal="Optimise the conversion path",
            )
            for way, found in _found.items()
        )
    )
    return


@app.cell(hide_code=True)
def finding_delivery(orders, when, window):
    mo.stop(not orders)
    _asked = {way: page.studied(shop, "deliveries", by=way, **window) for way in ("delivery_method", "region")}
    _late = {way: found for way, found in _asked.items() if found.frame.late_count.sum() and found.frame[way].any()}
    mo.stop(not _late, page.missing("promised day of delivery", "how many orders came late, by method and region"))
    page.two_up(
        *(
            found.figure(
                f"By {way.replace('_', ' ')}, late most often: {found.frame.loc[found.frame.late_rate.idxmax(), way]}",
                charts.ranked_intervals(
                    *(found.frame.dropna(subset="late_rate").fillna({way: "unknown"}).head(10), way, "late_rate"),
                    **{"low": "low_rate", "high": "high_rate", "unit": RATE, "n": "delivered_count"},
                ),
                f"Share of arrived orders that came after the promised day, 95 % interval, {when}; n = "
                f"{found.frame.delivered_count.sum():,}; {found.frame.other_count.sum():,} have no promise or not arrived.",
                goal="Drive product and service innovation",
            )
            for way, found in _late.items()
        )
    )
    return


@app.cell(hide_code=True)
def finding_products(orders, when, window):
    mo.stop(not orders)
    mo.stop(not shop.snapshot.rows["items"], page.missing("order_items", "products, categories and price bands"))
    _top = page.studied(shop, "products", n=15, **window)
    mo.stop(not len(_top.frame), page.empty("order lines"))
    _rows = _top.frame.assign(product=_top.frame.product_name.fillna(_top.frame.product_id).str.slice(0, 30))
    _top.figure(
        f"“{_rows['product'].iloc[0]}” sells most: {MONEY.text(_rows.revenue.iloc[0], shop.currency)}",
        charts.ranked_bars(_rows, "product", "revenue", **money, n="order_count", height=360),
        f"Products by revenue of their lines, {shop.currency}, {when}; {len(_rows)} of {_rows.product_total.iloc[0]:,} "
        "products.",
        of=int(_rows.product_total.iloc[0]),
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_prices(orders, when, window):
    mo.stop(not orders or not shop.snapshot.rows["items"])
    _bands = page.studied(shop, "price_bands", **window)
    mo.stop(not len(_bands.frame))
    _price = [
        f"{MONEY.text(r.low, shop.currency)} – {'' if r.high != r.high else MONEY.text(r.high, shop.currency)}"
        for r in _bands.frame.itertuples()
    ]
    _rows = _bands.frame.assign(price=_price).fillna({"category": "unknown"})
    _bands.figure(
        f"The dearest band takes {RATE.text(_rows.spend_share[_rows.band == _rows.band.max()].sum())} of the spend; "
        f"{_rows.category.iloc[0]} leads with {RATE.text(_rows.category_share.iloc[0])}",
        charts.heatmap(
            *(_rows, "price", "category", "spend_share"),
            unit=RATE,
            n="line_count",
            x_order=list(dict.fromkeys(_rows.sort_values("band").price)),
        ),
        f"Share of all spend (%) by category and price band of one piece ({_rows.basis.iloc[0]}), {when}; "
        f"n = {_rows.line_count.sum():,} lines.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def so_what(orders, window):
    mo.stop(not orders)
    _gaps = page.studied(shop, "purchase_intervals", **window)
    page.action(
        "Remind before the gap is over",
        "Half of those who come back do so before the median line above: a reminder later than that comes late.",
        _gaps.told(),
        file_name="gaps-between-purchases",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Which of the two readings would you put into an annual report, which into a weekly one? Say what the other hides.

    Shorten the period to the last 30 days. Why does the median of the gaps seen fall, while customers are no quicker?
    """)
    return


@app.cell(hide_code=True)
def definitions():
    _sums = (metrics.gross_revenue, metrics.net_revenue, metrics.net_revenue_of_orders, metrics.total_revenue)
    _values = (metrics.average_order_value, metrics.median_order_value, metrics.average_net_order_value)
    _days = (metrics.average_occasion_value, metrics.purchase_days_per_buyer, metrics.orders_per_buyer)
    _rates = (metrics.repeat_purchase_rate, metrics.repeat_purchase_rate_by_orders, metrics.late_delivery_rate)
    _more = (metrics.order_count, metrics.buyer_count, metrics.gift_card_payment_total, metrics.cancelled_order_rate)
    _asked = ("revenue_bridge", "refund_views", "order_value_intervals", "intervals", "order_status")
    _studies = (STUDIES[name] for name in (*_asked, "deliveries", "price_bands", "repeated_lines"))
    page.definitions([*_sums, *_values, *_days, *_rates, *_more, *_studies])
    return


if __name__ == "__main__":
    app.run()
