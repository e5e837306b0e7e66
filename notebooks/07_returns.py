# chapter: Returns and complaints
# 中文: 退货与投诉
# question: What comes back, why, and what do customers complain about?
# goal: Drive product and service innovation
# needs: orders, returns, order_items, products, tickets

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Returns and complaints")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, metrics, open_shop, page
    from customary.declare import STUDIES
    from customary.page.chapters import chapters
    from customary.standard import tables
    from customary.units import COUNT, DAYS, MONEY, RATE, RATIO

    shop = open_shop()
    values = page.varied(shop, "country", "region", "channel")
    offer = page.offered(shop, splits=values, wheres=values)
    rows = shop.snapshot.rows
    better = {"goal": "Drive product and service innovation"}


@app.cell(hide_code=True)
def question(choice):
    _asked = page.question(
        "What comes back, why, and what do customers complain about?",
        "Returns and complaints are the window to problems of product and service (A-074…A-078). An order of yesterday has "
        "had no time to come back: rates are read off orders that are old enough.",
        serves="drive product and service innovation",
        needs=("orders", "returns", "order_items", "products", "tickets"),
    )
    mo.vstack([page.header(shop, "07_returns", chapters(mo.notebook_dir()), query=choice.query), _asked])
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
    facts = page.measured(shop, choice, metrics.order_count, metrics.returned_revenue, metrics.complaint_count).row
    orders = int(facts.order_count)
    sent, heard = orders and rows["returns"], orders and rows["tickets"]
    return choice, facts, heard, orders, sent, when, window


@app.cell(hide_code=True)
def headline(choice, facts, orders, sent, when):
    mo.stop(not orders, page.empty("orders"))
    mo.stop(not sent, page.missing("returns table", tables()["returns"].adds))
    _said = page.sentence(
        "{worth} were refunded in this time: {when}.",
        worth=MONEY.text(facts.returned_revenue, shop.currency),
        when=when,
    )
    _tiles = (metrics.returned_revenue, metrics.return_rate_by_order, metrics.return_rate_by_unit)
    mo.vstack([_said, page.headline(shop, choice, *_tiles, metrics.complaints_per_thousand_orders)])
    return


@app.cell(hide_code=True)
def finding_basis(sent, window):
    mo.stop(not sent)
    _rates = page.studied(shop, "return_rates", **window)
    _by, _days = _rates.frame.set_index("basis"), int(_rates.row.window_days)
    mo.stop(not _rates.row.order_count, page.sentence("No order here has had {days} days to come back.", days=_days))
    page.finding(
        "By order, by piece, by value",
        "Of orders with {days} days behind them something came back of {orders} (95 %: {low} to {high}; n = {n}); of the "
        "pieces {units}, of the value {value}. All orders together, those of yesterday included, would say {naive}.",
        days=_days,
        orders=RATE.text(_by.return_rate["orders"]),
        low=RATE.text(_by.low_rate["orders"]),
        high=RATE.text(_by.high_rate["orders"]),
        n=int(_by.order_count["orders"]),
        units=RATE.text(_by.return_rate["units"]),
        value=RATE.text(_by.return_rate["value"]),
        naive=RATE.text(_by.naive_rate["orders"]),
    )
    return


@app.cell(hide_code=True)
def finding_rates(choice, sent, when, window):
    mo.stop(not sent)
    _months = page.studied(shop, "returns", **window)
    _rows = _months.frame.assign(
        rate=_months.frame.return_rate.fillna(_months.frame.expected_rate), is_complete=_months.frame.is_mature
    )
    _fresh = _rows[~_rows.is_mature]
    _last = None if _fresh.empty else _fresh.iloc[-1]
    _said = "Every month has had its time to come back"
    _lag = f"{choice.during[1]:%B}" if _last is None else f"{_last.month_on:%B %Y}"
    _months.figure(
        _said
        if _last is None
        else f"{_lag} shows {RATE.text(_last.naive_rate)} so far; {RATE.text(_last.expected_rate)} are to be expected",
        charts.line_over_time(
            *(_rows, "month_on", "rate"),
            **{"unit": RATE, "n": "order_count", "compare": "naive_rate", "low": "low_rate", "high": "high_rate"},
        ),
        f"Orders of which something came back, by month of the order, with 95 % interval, {when}; "
        f"n = {_rows.order_count.sum():,} orders sent. Dashed: as counted today. Dotted: months younger than "
        f"{_rows.window_days.max():,} days, raised by how far their orders are (Kaplan–Meier).",
        **better,
    )
    return


@app.cell(hide_code=True)
def finding_delays(sent, when, window):
    mo.stop(not sent)
    _curve = page.studied(shop, "return_curve", **window)
    _seen = _curve.frame[_curve.frame.returned_count > 0]
    mo.stop(_seen.empty, page.empty("returns"))
    _end = _curve.frame.returned_rate.max()
    _drawn = _seen[_seen.returned_rate <= 0.97 * _end]
    _half = _curve.frame[_curve.frame.returned_rate >= _end / 2].days.min()
    _delays = page.studied(shop, "return_delays", **window).frame
    _how = ", ".join(f"{row.return_count:,} {row.link}" for row in _delays.itertuples())
    _curve.figure(
        f"Half of what comes back is there after {DAYS.text(float(_half))}",
        charts.histogram(
            *(_drawn.assign(high=_drawn.days + 1), "days", "high", "returned_count"),
            **{"unit": DAYS, "median": float(_half), "x_title": "days from order to return", "height": 240},
        ),
        f"Orders by days until something came back, {when}; n = {_seen.returned_count.sum():,} orders, the slowest not drawn; in the end "
        f"{RATE.text(_end)} come back (Kaplan–Meier). Orders the returned lines belong to: {_how}.",
        **better,
    )
    return


@app.cell(hide_code=True)
def finding_reasons(sent, when, window):
    mo.stop(not sent)
    _why = page.studied(shop, "return_reasons", **window)
    _rows = _why.frame.fillna({"reason": "unknown"})
    mo.stop(
        not len(_rows) or set(_rows.reason) == {"unknown"}, page.sentence("The returns of this shop name no reason.")
    )
    _why.figure(
        f"“{_rows.reason.iloc[0]}” stands for {RATE.text(_rows.return_share.iloc[0])} of the returns",
        charts.ranked_bars(_rows, "reason", "return_count", height=220),
        f"Returned lines by reason, on the day they came back, {when}; n = {_rows.return_count.sum():,} returned lines.",
        frame=_rows,
        **better,
    )
    return


@app.cell(hide_code=True)
def finding_products(sent, window):
    mo.stop(not sent or not rows["items"])
    goods = page.studied(shop, "product_returns", n=10_000, **window)
    mo.stop(
        goods.frame.shrunk_rate.isna().all(), page.sentence("No product here was returned often enough to compare.")
    )
    _named = goods.frame.assign(product=goods.frame.product_name.fillna(goods.frame.product_id).str.slice(0, 30))
    _top, _first = _named.head(12), _named.iloc[0]
    goods.figure(
        f"“{_first['product']}” comes back most surely: {RATE.text(_first.low_rate)} at least, the shop {RATE.text(_first.shop_rate)}",
        charts.ranked_intervals(
            *(_top, "product", "shrunk_rate", "low_rate", "high_rate"),
            **{"unit": RATE, "n": "order_count", "average": _first.shop_rate, "height": 400},
        ),
        f"Share of orders with the product that brought it back, drawn towards the shop’s own (dashed), 95 % interval; orders "
        f"older than {_first.window_days} days; {len(_top)} of {_first.product_total:,} products, surest first. A raw list "
        "would be led by products sold a few times.",
        of=int(_first.product_total),
        **better,
    )
    return (goods,)


@app.cell(hide_code=True)
def finding_odd(sent, when, window):
    mo.stop(not sent)
    _odd = page.studied(shop, "odd_refunds", **window)
    _rows = _odd.frame[_odd.frame.return_count > 0]
    mo.stop(
        _rows.empty, page.sentence("No refund is dated before its order, goes beyond it or lacks one: {w}.", w=when)
    )
    _odd.figure(
        f"{_rows.return_count.sum():,} refunds look wrong: most are “{_rows.sort_values('return_count').kind.iloc[-1]}”",
        page.table(_odd.told(_rows)),
        f"Refunds before, beyond or without their order, {shop.currency}, {when}.",
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_complaints(heard, when, window):
    mo.stop(not heard, page.missing("tickets table", tables()["tickets"].adds))
    _months = page.studied(shop, "complaints", by="month_on", **window)
    _topics = page.studied(shop, "complaints", **window)
    mo.stop(_topics.frame.empty, page.sentence("Nobody complained: {w}.", w=when))
    _worst = _months.frame.loc[_months.frame.per_thousand_orders.idxmax()]
    _n, _per = _topics.frame.complaint_count.sum(), {"unit": RATIO}
    page.two_up(
        _months.figure(
            f"Most complaints in {_worst.month_on:%B %Y}: {_worst.per_thousand_orders:.0f} per 1,000 orders",
            charts.line_over_time(
                *(_months.frame, "month_on", "per_thousand_orders"),
                **{**_per, "n": "complaint_count", "low": "low_per_thousand", "high": "high_per_thousand"},
            ),
            f"Complaints per 1,000 orders (每千单投诉数) by month, 95 % interval, {when}; n = {_n:,} complaints.",
            **better,
        ),
        _topics.figure(
            f"“{_topics.row.topic}” is the topic of {RATE.text(_topics.row.complaint_share)}",
            charts.ranked_bars(_topics.frame.fillna({"topic": "unknown"}), "topic", "per_thousand_orders", **_per),
            f"Complaints per 1,000 orders by topic, {when}; n = {_n:,} complaints.",
            **better,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_resolution(heard, when, window):
    mo.stop(not heard)
    _times = page.studied(shop, "resolution_times", **window)
    mo.stop(_times.frame.empty, page.empty("tickets"))
    _slow = _times.frame.sort_values("nine_in_ten_hours").dropna(subset="nine_in_ten_hours")
    _last = _slow.iloc[-1] if len(_slow) else _times.frame.iloc[0]
    _times.figure(
        f"“{_last.topic}” takes longest: one case in ten is open after {_last.nine_in_ten_hours:,.0f} hours",
        charts.ranked_bars(_slow, "topic", "nine_in_ten_hours", unit=COUNT, n="ticket_count", height=280),
        f"Hours until nine in ten cases of a topic are closed, those still open weighed in (Kaplan–Meier), {when}; "
        f"n = {_times.frame.ticket_count.sum():,} cases, {_times.frame.open_count.sum():,} still open.",
        **better,
    )
    return


@app.cell(hide_code=True)
def so_what(goods, window):
    _high = goods.frame[goods.frame.is_high]
    mo.stop(
        _high.empty, page.sentence("No product’s return rate lies surely above the shop’s own: nothing to mend here.")
    )
    _named = ("product_name", "category", "order_count", "returned_count")
    page.action(
        "Mend or drop what surely comes back",
        "Even the low end of these products’ intervals lies above the shop’s own rate. Read their reasons and reviews, compare "
        "them with their category, mend size, picture or packing, and look again when the usual time for returns has passed.",
        goods.told(_high[[*_named, "raw_rate", "shrunk_rate", "low_rate", "category_rate"]]),
        file_name="products-that-surely-come-back",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Shorten the period to the last 30 days and compare the rate as counted today with the one to be expected. Which one would
    you report, and what would you write beside it?

    Sort the products by their raw rate. How many of the first ten were sold less than thirty times? What does drawing them
    towards the shop’s rate cost, and whom does it protect?
    """)
    return


@app.cell(hide_code=True)
def definitions():
    _metrics = (
        *(metrics.returned_revenue, metrics.return_rate_by_order, metrics.return_rate_by_unit),
        *(metrics.return_rate_by_value, metrics.return_count, metrics.complaint_count),
        *(metrics.complaints_per_thousand_orders, metrics.complaining_customers_per_buyer),
    )
    _studies = ("returns", "return_rates", "return_curve", "return_delays", "return_reasons", "product_returns")
    _more = ("odd_refunds", "complaints", "resolution_times")
    page.definitions([*_metrics, *(STUDIES[name] for name in (*_studies, *_more))])
    return


if __name__ == "__main__":
    app.run()
