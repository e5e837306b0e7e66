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
    from customary.page.chapters import chapters
    from customary.shop import WEEKDAYS
    from customary.words import DAYS, MONEY, RATE, STUDIES

    shop = open_shop()
    values = page.varied(shop, "country", "region", "channel", "device")
    offer = page.offered(shop, splits=values, wheres=values)
    money = {"unit": MONEY, "currency": shop.currency}


@app.cell(hide_code=True)
def question(choice):
    _asked = page.question(
        "What was sold, to how many, and how often do they buy?",
        "Transaction behaviour: how many purchases, how far apart, how much each, on what, how orders end, how they "
        "are paid and delivered, and what comes back (A-063…A-075).",
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
    _tiles = (metrics.net_revenue, metrics.order_count, metrics.buyer_count, metrics.average_order_value)
    mo.vstack([_said, page.headline(shop, choice, *_tiles, metrics.repeat_purchase_rate)])
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
def finding_books(orders, window):
    mo.stop(not orders)
    books = page.studied(shop, "revenue_bridge", **window)
    step = {row.step: MONEY.text(row.amount, shop.currency) for row in books.frame.itertuples()}
    page.finding(
        "The books: from the files to net revenue",
        "One shop, two readings. Clean sales lines alone, as everybody counts them, come to {gross}: gross revenue. "
        "Less discounts, and less returns on the day they came back, {net} remain: net revenue, the one used here. "
        "Everything in the files, returns in, is {files}.",
        gross=step["gross revenue"],
        net=step["net revenue"],
        files=step["everything in the files, returns in"],
    )
    return books, step


@app.cell(hide_code=True)
def finding_bridge(books, orders, step, when):
    mo.stop(not orders)
    _short = {3: "lines left out", 5: "discounts", 6: "returns"}
    _parts = books.frame[books.frame.position.isin(_short) & (books.frame.amount != 0)]
    _parts, _start = _parts.assign(part=_parts.position.map(_short)), books.frame.amount[:2].sum()
    _ends = {"start": _start, "start_label": "in files", "end_label": "net revenue"}
    books.figure(
        f"From {MONEY.text(_start, shop.currency)} in the files to {step['net revenue']}",
        charts.waterfall(_parts, "part", "amount", **_ends, **money),
        f"All sales to net revenue, {shop.currency}, {when}; the steps add up exactly. n = {orders:,} orders counted.",
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
def finding_hours(orders, when, window):
    mo.stop(not orders)
    _hours = page.studied(shop, "hours", **window)
    _days = [day.capitalize() for day in WEEKDAYS]
    _grid = _hours.frame.assign(weekday=[_days[day] for day in _hours.frame.weekday])
    _top, _timed = _grid.loc[_grid.order_count.idxmax()], _grid.hour.nunique() > 1
    _clock = [str(hour) for hour in range(24)]
    _hours.figure(
        f"Busiest: {_top.weekday}{f' at {_top.hour}:00' if _timed else ''}, {_top.order_count:,} orders",
        charts.heatmap(_grid, "hour", "weekday", "order_count", x_order=_clock, y_order=_days)
        if _timed
        else charts.ranked_bars(_grid, "weekday", "order_count", as_given=True, height=220),
        f"Orders by weekday and hour, {shop.time_zone}, {when}; n = {orders:,} orders."
        + ("" if _timed else " The files know the day of an order, not its hour."),
        frame=_grid,
        goal="Optimise the conversion path",
    )
    return


@app.cell(hide_code=True)
def finding_split(choice, orders, when):
    mo.stop(not orders)
    _by = next(iter(choice.by or offer.splits), None)
    mo.stop(not _by, page.sentence("The files name no country, region, channel or device: nothing to split by."))
    _asked = (metrics.order_count, metrics.buyer_count, metrics.average_order_value, metrics.repeat_purchase_rate)
    _parts = page.measured(shop, choice, metrics.net_revenue, *_asked, by=_by)
    _rows = _parts.frame.sort_values("net_revenue", ascending=False).fillna({_by: "unknown"})
    _parts.figure(
        f"{_rows[_by].iloc[0]} brings {RATE.text(_rows.net_revenue.iloc[0] / _rows.net_revenue.sum())} of net revenue",
        charts.ranked_bars(_rows.head(12), _by, "net_revenue", **money, n="order_count"),
        f"Net revenue by {_by}, {shop.currency}, {when}; n = {orders:,} orders; {len(_rows.head(12))} of {len(_rows)} "
        "drawn. “Split by” above chooses another.",
        frame=_rows,
    )
    return


@app.cell(hide_code=True)
def finding_status(orders, when, window):
    mo.stop(not orders)
    _status = page.studied(shop, "order_status", **window)
    _rows = _status.frame
    _status.figure(
        f"{RATE.text(_rows.order_share[_rows.order_status == 'successful'].sum())} of all orders went through and stayed",
        charts.ranked_bars(_rows, "order_status", "order_share", unit=RATE, n="order_count", height=180),
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
def finding_returns(choice, dashed, orders, when, window):
    mo.stop(not orders)
    mo.stop(not shop.snapshot.rows["returns"], page.missing("returns", "return rates, reasons and net revenue"))
    _rate = page.over_time(shop, choice, metrics.return_rate_by_order)
    _all = page.measured(shop, choice, metrics.return_rate_by_order, metrics.return_rate_by_value).row
    _links = page.studied(shop, "return_delays", **window).frame
    _how = ", ".join(f"{row.return_count:,} {row.link}" for row in _links.itertuples())
    _rate.figure(
        f"{RATE.text(_all.return_rate_by_order)} of the orders and {RATE.text(_all.return_rate_by_value)} of their value "
        "came back",
        charts.line_over_time(
            _rate.frame, choice.every, "return_rate_by_order", unit=RATE, n="order_count", compare=dashed
        ),
        f"Orders with a return, by {choice.every} of the order, {when}; n = {orders:,} orders. Nine in ten returns come "
        f"within {_links.most_days.max():.0f} days, so younger orders are not done. Orders the returns belong to: {_how}.",
    )
    return


@app.cell(hide_code=True)
def finding_reasons(choice, orders, when):
    mo.stop(not orders or not shop.snapshot.rows["returns"])
    _why = page.measured(shop, choice, metrics.return_count, metrics.returned_revenue, by="reason")
    _rows = _why.frame.fillna({"reason": "unknown"}).sort_values("return_count", ascending=False)
    mo.stop(not _rows.return_count.sum())
    _why.figure(
        f"Reason “{_rows.reason.iloc[0]}” stands for {RATE.text(_rows.return_count.iloc[0] / _rows.return_count.sum())} "
        "of the returns",
        charts.ranked_bars(_rows, "reason", "return_count", height=200),
        f"Returned lines by reason, on the day they came back, {when}; n = {_rows.return_count.sum():,} returned lines.",
        frame=_rows,
        goal="Drive product and service innovation",
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
        f"{MONEY.text(r.low, shop.currency)} – {MONEY.text(r.high, shop.currency)}" for r in _bands.frame.itertuples()
    ]
    _rows = _bands.frame.assign(price=_price).fillna({"category": "unknown"})
    _bands.figure(
        f"The dearest quarter of the lines takes {RATE.text(_rows.spend_share[_rows.band == 4].sum())} of the spend; "
        f"{_rows.category.iloc[0]} leads with {RATE.text(_rows.category_share.iloc[0])}",
        charts.heatmap(
            *(_rows, "price", "category", "spend_share"),
            unit=RATE,
            n="line_count",
            x_order=list(dict.fromkeys(_rows.sort_values("band").price)),
        ),
        f"Share of all spend (%) by category and price band, {when}; four bands of unit price hold a quarter of the lines "
        f"each, equal prices share one; n = {_rows.line_count.sum():,} lines.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def so_what(orders, window):
    mo.stop(not orders)
    _gaps = page.studied(shop, "purchase_intervals", **window)
    _due = "Half of those who come back do so before the line above: a reminder later than that comes late."
    mo.stop(not shop.snapshot.rows["returns"], page.action("Remind before the gap is over", _due, _gaps.told()))
    _goods = page.studied(shop, "product_returns", **window)
    mo.stop(not len(_goods.frame), page.empty("products with 20 orders"))
    page.action(
        "Mend or drop what keeps coming back",
        "These products lose the most of their revenue to refunds. Read their reasons and reviews, mend size, picture or "
        "packing, and look here again when the usual time for returns has passed.",
        _goods.told(_goods.frame.drop(columns="product_total"), of=int(_goods.row.product_total)),
        file_name="products-that-come-back",
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
    _metrics = (
        *(metrics.net_revenue, metrics.gross_revenue, metrics.order_count, metrics.buyer_count),
        *(metrics.average_order_value, metrics.median_order_value, metrics.repeat_purchase_rate),
        *(
            metrics.cancelled_order_rate,
            metrics.return_rate_by_order,
            metrics.return_rate_by_value,
            metrics.return_count,
        ),
    )
    _studies = ("intervals", "price_bands", "order_status", "return_delays", "product_returns", "repeated_lines")
    page.definitions([*_metrics, *(STUDIES[name] for name in _studies)])
    return


if __name__ == "__main__":
    app.run()
