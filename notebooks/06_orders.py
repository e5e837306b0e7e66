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

    from customary import charts, measure, metrics, open_shop, page
    from customary.page.chapters import chapters
    from customary.shop import WEEKDAYS
    from customary.words import COUNT, DAYS, MONEY, RATE

    shop = open_shop()
    offer = page.offered(
        shop,
        splits=page.varied(shop, "country", "region", "channel", "device"),
        wheres=page.varied(shop, "country", "region", "channel"),
    )


@app.cell(hide_code=True)
def question(choice):
    mo.vstack([
        page.header(shop, "06_orders", chapters(mo.notebook_dir()), query=choice.query),
        page.question(
            "What was sold, to how many, and how often do they buy?",
            "Transaction behaviour: number of purchases, the interval between them, the average amount, what it is "
            "spent on, how orders end, how they are paid and delivered, and what comes back (A-063…A-075).",
            serves="raise customer value contribution",
            needs=("orders", "order_items", "returns", "products"),
        ),
    ])
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
    sales = page.over_time(shop, choice, metrics.net_revenue)
    facts = page.measured(shop, choice, metrics.order_count, metrics.net_revenue, metrics.average_order_value,
                          metrics.median_order_value, metrics.buyer_count).row
    orders = int(facts.order_count or 0)
    return choice, facts, orders, sales, window


@app.cell(hide_code=True)
def headline(choice, facts, orders):
    mo.stop(not orders, page.empty("orders"))
    mo.vstack([
        page.sentence(
            "{buyers} buyers placed {orders} orders worth {revenue} net of returns: {period}.",
            buyers=int(facts.buyer_count), orders=orders, period=choice.text,
            revenue=MONEY.text(facts.net_revenue, shop.currency),
        ),
        page.headline(shop, choice, metrics.net_revenue, metrics.order_count, metrics.buyer_count,
                      metrics.average_order_value, metrics.repeat_purchase_rate),
    ])
    return


@app.cell(hide_code=True)
def finding_time(choice, orders, sales):
    mo.stop(not orders)
    _best = sales.frame.loc[sales.frame.net_revenue.idxmax()]
    _running = "" if sales.frame.is_complete.all() else " Dotted: periods that are not whole."
    _before = f" Dashed: the {choice.compare}." if choice.against else ""
    page.figure(
        f"Net revenue peaked in the {choice.every} of {_best[choice.every]:%Y-%m-%d}: "
        f"{MONEY.text(_best.net_revenue, shop.currency)}",
        charts.line_over_time(sales.frame, choice.every, "net_revenue", unit=MONEY, currency=shop.currency,
                              compare="compared" if choice.against else None),
        f"Net revenue by {choice.every}, {shop.currency}, {choice.text}; n = {orders:,} orders.{_before}{_running}",
        passport=sales.passport,
        table=page.sheet(sales.frame, units={"compared": MONEY}, currency=shop.currency),
        goal="net revenue, quarter on quarter",
        file_name="net-revenue-over-time",
    )
    return


@app.cell(hide_code=True)
def finding_books(orders, window):
    mo.stop(not orders)
    books = page.studied(shop, "revenue_bridge", **window)
    step = dict(zip(books.frame.step, books.frame.amount, strict=True))
    page.finding(
        "The books: from the files to net revenue",
        "Two readings of one shop. As everybody counts them, clean sales lines alone, it sold {gross} (gross "
        "revenue). With discounts and with returns taken off on the day they came back, {net} remain (net revenue, "
        "used on this page). Everything in the files, returns in, is {all}.",
        gross=MONEY.text(step["gross revenue"], shop.currency),
        net=MONEY.text(step["net revenue"], shop.currency),
        all=MONEY.text(step["everything in the files, returns in"], shop.currency),
    )
    return books, step


@app.cell(hide_code=True)
def finding_bridge(books, orders, step):
    mo.stop(not orders)
    _names = {"sales of orders without lines": "orders without lines", "sales lines left out": "lines left out",
              "discounts": "discounts", "returns, on their own date": "returns"}
    _parts = books.frame[books.frame.step.isin(_names) & (books.frame.amount != 0)].assign(
        part=lambda frame: frame.step.map(_names))
    _lost = step["sales lines left out"]
    page.figure(
        f"{MONEY.text(-_lost, shop.currency)} of sales lines do not count" if _lost else "Every sales line counts",
        charts.waterfall(_parts, "part", "amount", start=step["all sales lines in the files"],
                         start_label="in files", end_label="net revenue", currency=shop.currency),
        f"From all sales lines to net revenue, {shop.currency}, chosen period and selection; the steps add up exactly. "
        "Rows whose day nobody knows are in no period.",
        passport=books.passport,
        table=page.sheet(books.frame[["step", "amount"]], units={"amount": MONEY}, currency=shop.currency),
        goal="figures that can be trusted",
        file_name="revenue-bridge",
    )
    return


@app.cell(hide_code=True)
def finding_accounts(orders, window):
    mo.stop(not orders)
    _accounts = page.studied(shop, "accounts", **window)
    _left = _accounts.frame[_accounts.frame.outcome == "left out"]
    _worst = _left[_left.frame == "orders"].head(1)
    _said = (f"Most orders are left out because of “{_worst.reason.iloc[0]}”: {_worst.row_count.iloc[0]:,}"
             if len(_worst) else "No order is left out")
    page.figure(
        _said,
        page.table(page.sheet(_accounts.frame, units={"amount": MONEY}, currency=shop.currency, most=40,
                              names={"frame": "Table", "row_count": "Rows"})),
        f"Every row of the files: counted, left out, or set aside before it was read, with its amount ({shop.currency}). "
        "Quarantined records are those of the whole snapshot: many have no day to choose them by.",
        passport=_accounts.passport,
        goal="figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_repeats(orders, window):
    mo.stop(not orders)
    _lines = page.studied(shop, "repeated_lines", **window).frame
    _kept = _lines[_lines.outcome == "counted"]
    _decided = shop.snapshot.facts["decisions"].get("duplicates")
    page.sentence(
        "{count} order lines repeat an earlier line exactly, worth {amount}; {kept} of them, worth {kept_amount}, "
        "count. Decision of this shop: {decision}.",
        count=int(_lines.line_count.sum()), amount=MONEY.text(_lines.amount.sum(), shop.currency),
        kept=int(_kept.line_count.sum()), kept_amount=MONEY.text(_kept.amount.sum(), shop.currency),
        decision=_decided.replace("_", " ") if _decided else "none taken, the source's own default holds",
    )
    return


@app.cell(hide_code=True)
def finding_size(choice, facts, orders, window):
    mo.stop(not orders)
    _sizes = page.studied(shop, "order_values", **window)
    _drawn = _sizes.frame[_sizes.frame.high.notna()]
    _over = orders - int(_drawn.order_count.sum())
    _aov, _median = (MONEY.text(v, shop.currency) for v in (facts.average_order_value, facts.median_order_value))
    page.figure(
        f"An order brings {_aov} on average, but half stay below {_median}",
        charts.histogram(_drawn, "low", "high", "order_count", currency=shop.currency,
                         median=facts.median_order_value, mean=facts.average_order_value, x_title="order value"),
        f"Orders by value after discounts, {shop.currency}, {choice.text}; n = {orders:,} orders, "
        f"of which the {_over:,} biggest are beyond the right edge.",
        passport=_sizes.passport,
        table=page.sheet(_sizes.frame, units={"low": MONEY, "high": MONEY}, currency=shop.currency),
        goal="average order value",
        file_name="order-values",
    )
    return


@app.cell(hide_code=True)
def finding_gaps(choice, orders):
    mo.stop(not orders)
    _asked = {"during": choice.during, "where": choice.where}
    gaps = page.studied(shop, "purchase_gaps", **_asked)
    _seen = page.studied(shop, "purchase_intervals", **_asked).frame
    mo.stop(not len(_seen), page.sentence("Nobody bought on a second day in this selection: no interval to show."))
    _g, _weeks = gaps.row, _seen.assign(low=_seen.week * 7.0, high=_seen.week * 7.0 + 7.0)
    _honest = DAYS.text(_g.honest_median_days)
    page.figure(
        f"The gaps we saw take {DAYS.text(_g.median_days)} in the middle; with the open ones it is {_honest}"
        if _g.honest_median_days == _g.honest_median_days else "Fewer than half of the purchases were followed by another",
        charts.histogram(_weeks, "low", "high", "gap_count", unit=DAYS, median=_g.median_days, mean=_g.mean_days,
                         x_title="days between purchase days"),
        f"Days between one customer's consecutive purchase days, {choice.text}; n = {int(_g.gap_count):,} gaps seen. "
        f"{int(_g.open_count):,} last gaps are still open and not drawn, so what is drawn is biased short.",
        passport=gaps.passport,
        table=page.sheet(gaps.frame, units={"honest_median_days": DAYS, "mean_days": DAYS, "median_days": DAYS},
                         names={"honest_median_days": "Median with open gaps (Kaplan–Meier)"}),
        goal="repeat purchase rate",
        file_name="purchase-gaps",
    )
    return (gaps,)


@app.cell(hide_code=True)
def finding_hours(choice, orders, window):
    mo.stop(not orders)
    _hours = page.studied(shop, "hours", **window)
    _names = [name.capitalize() for name in WEEKDAYS]
    _grid = _hours.frame.assign(weekday=[_names[day] for day in _hours.frame.weekday])
    _top = _grid.loc[_grid.order_count.idxmax()]
    _timed = _grid.hour.nunique() > 1
    page.figure(
        f"{_top.weekday}, {_top.hour}:00 is the busiest hour: {_top.order_count:,} orders"
        if _timed else f"{_top.weekday} is the busiest day: {_top.order_count:,} orders",
        charts.heatmap(_grid, "hour", "weekday", "order_count", y_order=_names, x_order=[str(h) for h in range(24)])
        if _timed else charts.ranked_bars(_grid, "weekday", "order_count"),
        f"Orders by weekday{' and hour' if _timed else ''}, {shop.time_zone}, {choice.text}; n = {orders:,} orders."
        + ("" if _timed else " The files know the day of an order, not its hour."),
        passport=_hours.passport,
        table=_grid,
        goal="average order value",
        file_name="orders-by-hour",
    )
    return


@app.cell(hide_code=True)
def finding_split(choice, orders):
    mo.stop(not orders)
    _by = next(iter(choice.by or offer.splits), None)
    mo.stop(_by is None, page.sentence("The files name no country, region or channel, so nothing can be split here."))
    _parts = page.measured(shop, choice, metrics.net_revenue, metrics.order_count, metrics.buyer_count,
                           metrics.average_order_value, metrics.repeat_purchase_rate, by=_by)
    _ranked = _parts.frame.sort_values("net_revenue", ascending=False)
    _first = _ranked.iloc[0]
    page.figure(
        f"{_first[_by] or 'Unknown'} brings the most: {RATE.text(_first.net_revenue / _ranked.net_revenue.sum())} "
        f"of net revenue",
        charts.ranked_bars(_ranked.head(12), _by, "net_revenue", unit=MONEY, currency=shop.currency, n="order_count"),
        f"Net revenue by {_by}, {shop.currency}, {choice.text}; n = {orders:,} orders; "
        f"{min(12, len(_ranked))} of {len(_ranked)} drawn, unknown included.",
        passport=_parts.passport,
        table=page.sheet(_ranked, currency=shop.currency),
        goal="net revenue, quarter on quarter",
        file_name=f"revenue-by-{_by}",
    )
    return


@app.cell(hide_code=True)
def finding_status(choice, orders, window):
    mo.stop(not orders)
    _status = page.studied(shop, "order_status", **window)
    _rows = _status.frame
    _good = _rows[_rows.order_status == "successful"].order_share.sum()
    page.figure(
        f"{RATE.text(_good)} of all orders went through and stayed",
        charts.ranked_bars(_rows, "order_status", "order_share", unit=RATE, n="order_count", height=200),
        f"Share of orders by how they ended, {choice.text}; n = {_rows.order_count.sum():,} orders, those not counted "
        "included.",
        passport=_status.passport,
        table=page.sheet(_rows, units={"amount": MONEY, "order_share": RATE}, currency=shop.currency),
        goal="fewer cancelled and returned orders",
        file_name="order-status",
    )
    return


@app.cell(hide_code=True)
def finding_ways(choice, orders):
    mo.stop(not orders)
    _found = [
        (way, page.measured(shop, choice, metrics.order_count, metrics.average_order_value,
                            metrics.cancelled_order_rate, metrics.return_rate_by_order, by=way))
        for way in page.varied(shop, "payment_method", "delivery_method")
    ]
    mo.stop(not _found, page.missing("payment and delivery method", "how customers like to pay and to be served"))
    page.two_up(*(
        page.figure(
            f"Most orders: {found.frame.loc[found.frame.order_count.idxmax(), way] or 'unknown'}",
            charts.ranked_bars(found.frame, way, "order_count", height=220),
            f"Orders by {way.replace('_', ' ')}, {choice.text}; n = {orders:,} orders, unknown included.",
            passport=found.passport, table=page.sheet(found.frame, currency=shop.currency), file_name=way,
            goal="an order that is easy to place",
        )
        for way, found in _found
    ))
    return


@app.cell(hide_code=True)
def finding_returns(choice, orders, window):
    mo.stop(not orders)
    mo.stop(not shop.snapshot.rows["returns"], page.missing("returns", "return rates, reasons and net revenue"))
    _rate = page.over_time(shop, choice, metrics.return_rate_by_order)
    _all = page.measured(shop, choice, metrics.return_rate_by_order, metrics.return_rate_by_value).row
    _links = page.studied(shop, "return_delays", **window).frame
    _known = _links.dropna(subset="most_days")
    _late = f" Nine in ten come within {_known.most_days.max():.0f} days: younger orders are not done." if len(_known) else ""
    _how = ", ".join(f"{r.return_count:,} {r.link}" for r in _links.itertuples())
    page.figure(
        f"Something came back from {RATE.text(_all.return_rate_by_order)} of the orders, "
        f"{RATE.text(_all.return_rate_by_value)} of their value",
        charts.line_over_time(_rate.frame, choice.every, "return_rate_by_order", unit=RATE, n="order_count",
                              compare="compared" if choice.against else None),
        f"Return rate by the {choice.every} of the order, {choice.text}; n = {orders:,} orders.{_late} "
        f"Returns and the order they belong to: {_how}.",
        passport=_rate.passport,
        table=page.sheet(_rate.frame, units={"compared": RATE}),
        goal="return rate by order",
        file_name="return-rate",
    )
    return


@app.cell(hide_code=True)
def finding_reasons(choice, orders):
    mo.stop(not orders or not shop.snapshot.rows["returns"])
    _why = page.measured(shop, choice, metrics.return_count, metrics.returned_revenue, by="reason")
    _rows = _why.frame.fillna({"reason": "unknown"}).sort_values("return_count", ascending=False)
    _n = int(_rows.return_count.sum())
    mo.stop(not _n)
    _first = _rows.iloc[0]
    _share = RATE.text(_first.return_count / _n)
    page.figure(
        f"The files give no reason for {_share} of the returns" if _first.reason == "unknown"
        else f"“{_first.reason.capitalize()}” is behind {_share} of the returns",
        charts.ranked_bars(_rows, "reason", "return_count", height=220),
        f"Returned lines by reason, on the day they came back, {choice.text}; n = {_n:,} returned lines.",
        passport=_why.passport,
        table=page.sheet(_rows, currency=shop.currency),
        goal="fewer returned orders",
        file_name="return-reasons",
    )
    return


@app.cell(hide_code=True)
def finding_products(choice, orders, window):
    mo.stop(not orders)
    mo.stop(not shop.snapshot.rows["items"], page.missing("order_items", "products, categories and price bands"))
    _goods = page.studied(shop, "products", n=15, **window)
    _rows = _goods.frame.assign(product=lambda frame: frame.product_name.fillna(frame.product_id).str.slice(0, 28))
    mo.stop(not len(_rows), page.empty("order lines"))
    page.figure(
        f"“{_rows['product'].iloc[0]}” sells the most: {MONEY.text(_rows.revenue.iloc[0], shop.currency)}",
        charts.ranked_bars(_rows, "product", "revenue", unit=MONEY, currency=shop.currency, n="order_count", height=360),
        f"Products by revenue of their lines, {shop.currency}, {choice.text}; "
        f"{len(_rows)} of {_rows.product_total.iloc[0]:,} products.",
        passport=_goods.passport,
        table=page.sheet(_rows.drop(columns=["product", "product_total"]), units={"revenue": MONEY},
                         currency=shop.currency, of=int(_rows.product_total.iloc[0])),
        goal="net revenue, quarter on quarter",
        file_name="top-products",
    )
    return


@app.cell(hide_code=True)
def finding_prices(choice, orders, window):
    mo.stop(not orders or not shop.snapshot.rows["items"])
    _bands = page.studied(shop, "price_bands", **window)
    _rows = _bands.frame.assign(
        category=_bands.frame.category.fillna("unknown"),
        price=[f"{MONEY.text(r.low, shop.currency)}–{MONEY.text(r.high, shop.currency)}" for r in _bands.frame.itertuples()])
    mo.stop(not len(_rows))
    _first = _rows.iloc[0]
    _dear = _rows[_rows.band == _rows.band.max()].spend_share.sum()
    page.figure(
        f"The dearest quarter of the lines takes {RATE.text(_dear)} of the spend; "
        f"{_first.category} is the first category with {RATE.text(_first.category_share)}",
        charts.heatmap(_rows, "price", "category", "spend_share", unit=RATE, n="line_count",
                       x_order=list(dict.fromkeys(_rows.sort_values("band").price))),
        f"Share of all spend (%) by category and price band, {choice.text}; bands cut the lines into quarters by unit "
        f"price, equal prices share one; n = {_rows.line_count.sum():,} lines.",
        passport=_bands.passport,
        table=page.sheet(_rows, units={"low": MONEY, "high": MONEY, "spend": MONEY, "spend_share": RATE,
                                       "category_share": RATE}, currency=shop.currency),
        goal="revenue per buyer",
        file_name="category-by-price",
    )
    return
