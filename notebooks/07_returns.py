# chapter: Returns and complaints
# 中文: 退货与投诉
# question: What comes back, why, and what do customers complain about?
# goal: Drive product and service innovation
# needs: returns, orders, order_items, products, tickets
# figure: return_rate_by_order

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Returns and complaints")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page.superlatives import highest
    from customary.standard import tables
    from customary.units import DAYS, RATE

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "channel")
    rows = shop.snapshot.rows
    goal = "Drive product and service innovation"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "07_returns",
        "What comes back, why, and what do customers complain about?",
        "Returns and complaints are the window to problems of product and service. An order of yesterday has had no time "
        "to come back: rates are read off orders that are old enough.",
        serves="drive product and service innovation",
        needs="orders, returns, order_items, products, tickets",
        choice=choice,
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def chosen(bar):
    choice = page.choose(offer, bar.value)
    asked, when = choice.query_options, choice.during_text
    sums = measure(shop, "order_count", "returned_revenue", "complaint_count", **asked)
    orders = int(sums.first["order_count"] or 0)
    sent, heard = orders and rows["returns"], orders and rows["tickets"]
    return asked, choice, heard, orders, sent, sums, when


@app.cell(hide_code=True)
def answers(asked):
    bases = study(shop, "return_rates", **asked)
    months = study(shop, "returns", **asked)
    curve, links = study(shop, "return_curve", **asked), study(shop, "return_delays", **asked)
    reasons, goods = study(shop, "return_reasons", **asked), study(shop, "product_returns", **asked)
    odd = study(shop, "odd_refunds", **asked)
    complaint_months = study(shop, "complaints", by="month_on", **asked)
    topics, times = study(shop, "complaints", **asked), study(shop, "resolution_times", **asked)
    return bases, complaint_months, curve, goods, links, months, odd, reasons, times, topics


@app.cell(hide_code=True)
def headline(choice, orders, sent, sums, when):
    mo.stop(not orders, page.empty("orders"))
    mo.stop(not sent, page.missing("returns table", tables()["returns"].adds))
    _worth = sums.text("returned_revenue")
    _said = page.sentence("{worth} were refunded in this time: {when}.", sums, worth=_worth, when=when)
    _rates = ("refunds_per_revenue", "return_rate_by_order", "return_rate_by_unit")
    _tiles = ("returned_revenue", *_rates, "complaints_per_thousand_orders")
    mo.vstack([_said, page.headline(shop, choice, *_tiles)])
    return


@app.cell(hide_code=True)
def finding_basis(bases, sent):
    mo.stop(not sent)
    _by, _days = bases.to_pandas().set_index("basis"), int(bases.first["window_days"])
    mo.stop(not bases.first["order_count"], page.sentence("No order here is {days} days old yet.", bases, days=_days))
    page.finding(
        "By order, by piece, by value",
        "Of orders at least {days} days old something came back of {orders} (95% confidence interval {low} to {high}; "
        "n = {n}); of the pieces {units}, of the value {value}. Counting all orders, those of yesterday included, would "
        "give {naive}.",
        bases,
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
def finding_rates(months, sent, when):
    mo.stop(not sent)
    _all = months.to_pandas()
    _rows = _all.assign(return_rate=_all.return_rate.fillna(_all.expected_rate), is_complete=_all.is_mature)
    _young = _all[~_all.is_mature]
    _title = "Every month has been watched long enough for its returns"
    if len(_young):
        _last = _young.iloc[-1]
        _month = months.text("month_on", _last.month_on)
        _title = f"{_month} shows {RATE.text(_last.naive_rate)} so far; {RATE.text(_last.expected_rate)} are expected"
    page.figure(
        months,
        charts.line_over_time(
            _rows, "month_on", "return_rate", compare="naive_rate", low="low_rate", high="high_rate", n="order_count"
        ),
        _title,
        f"Orders of which something came back, by month of the order, with 95% confidence interval, {when}; "
        f"n = {_rows.order_count.sum():,} orders sent. Dashed: as counted today. Dotted: months younger than "
        f"{_rows.window_days.max():,} days, raised by how far their orders are (Kaplan–Meier).",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_delays(curve, links, sent, when):
    mo.stop(not sent)
    _rows = curve.to_pandas()
    _seen = _rows[_rows.returned_count > 0]
    mo.stop(_seen.empty, page.empty("returns"))
    _end = _rows.returned_rate.max()
    _drawn = _seen[_seen.returned_rate <= 0.97 * _end].assign(high=lambda rows: rows.days + 1)
    _half = float(_rows[_rows.returned_rate >= _end / 2].days.min())
    _how = ", ".join(f"{row.return_count:,} {row.link}" for row in links.to_pandas().itertuples())
    page.figure(
        curve,
        charts.histogram(
            _drawn, "days", "high", "returned_count", median=_half, x_title="days from order to return", height=240
        ),
        f"Half of what comes back is there after {DAYS.text(_half)}",
        f"Orders by days until something came back, {when}; n = {_seen.returned_count.sum():,} orders, the slowest not "
        f"drawn; in the end {RATE.text(_end)} come back (Kaplan–Meier). Orders the returned lines belong to: {_how}.",
        beside=[links],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_reasons(reasons, sent, when):
    mo.stop(not sent)
    _rows = reasons.to_pandas().fillna({"reason": "unknown"})
    mo.stop(set(_rows.reason) <= {"unknown"}, page.sentence("The returns of this shop name no reason.", reasons))
    page.figure(
        reasons,
        charts.ranked_bars(_rows, "reason", "return_count", as_given=True, height=220),
        f"“{_rows.reason.iloc[0]}” is the reason of {RATE.text(_rows.return_share.iloc[0])} of the returns",
        f"Returned lines by reason, on the day they came back, {when}; n = {_rows.return_count.sum():,} returned lines.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_products(goods, sent):
    mo.stop(not sent or not rows["items"])
    _top = goods.to_pandas(12)
    mo.stop(_top.shrunk_rate.isna().all(), page.sentence("No product was returned often enough to compare.", goods))
    _first = _top.iloc[0]
    page.figure(
        goods,
        charts.ranked_intervals(
            _top, "product_name", "shrunk_rate", "low_rate", "high_rate", average=_first.shop_rate, height=400
        ),
        f"“{_first.product_name}” comes back in at least {RATE.text(_first.low_rate)} of its orders, all goods in "
        f"{RATE.text(_first.shop_rate)}",
        f"Share of orders with the product that brought it back, drawn towards that of all products (dashed), 95% "
        f"interval; orders older than {_first.window_days} days; {len(_top)} of {goods.rows_total:,} products, those "
        "whose interval lies highest first. A list by raw rates would be led by products sold a few times.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_odd(odd, sent, when):
    mo.stop(not sent)
    _rows = odd.to_pandas()
    _rows = _rows[_rows.return_count > 0].sort_values("return_count")
    _none = "No refund is dated before its order, goes beyond it or lacks one: {when}."
    mo.stop(_rows.empty, page.sentence(_none, odd, when=when))
    page.figure(
        odd,
        None,
        f"{_rows.return_count.sum():,} refunds look wrong: "
        + highest(_rows, "kind", "return_count").say("most often “{names}”", "no kind is clearly the commonest"),
        f"Refunds before, beyond or without their order, {shop.currency}, {when}.",
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_complaints(complaint_months, heard, topics, when):
    mo.stop(not heard, page.missing("tickets table", tables()["tickets"].adds))
    mo.stop(not topics.rows_total, page.sentence("Nobody complained: {when}.", topics, when=when))
    _months, _rows = complaint_months.to_pandas(), topics.to_pandas()
    _n, _none = int(_rows.complaint_count.sum()), "No month has clearly more complaints than the others"
    _worst = highest(_months, "month_on", "per_thousand_orders")
    page.two_up(
        page.figure(
            complaint_months,
            charts.line_over_time(
                _months, "month_on", "per_thousand_orders", low="low_per_thousand", high="high_per_thousand"
            ),
            _worst.say("Most complaints in {names}: {value} per 1,000 orders", _none),
            f"Complaints per 1,000 orders by month, 95% confidence interval, {when}; n = {_n:,} complaints.",
            beside=[topics],
            goal=goal,
        ),
        page.figure(
            topics,
            charts.ranked_bars(_rows, "topic", "per_thousand_orders"),
            f"“{topics.first['topic'] or 'unknown'}” is the topic of {topics.text('complaint_share')} of complaints",
            f"Complaints per 1,000 orders by topic, {when}; n = {_n:,} complaints.",
            goal=goal,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_resolution(heard, times, when):
    mo.stop(not heard)
    mo.stop(not times.rows_total, page.empty("tickets"))
    _rows = times.to_pandas()
    _slow = _rows[_rows.ticket_count >= 30].dropna(subset="nine_in_ten_hours").sort_values("nine_in_ten_hours")
    mo.stop(_slow.empty, page.sentence("Too few cases are closed to tell how long they take.", times))
    _quick, _last = _slow.iloc[0], _slow.iloc[-1]
    page.figure(
        times,
        charts.ranked_bars(_slow, "topic", "nine_in_ten_hours", n="ticket_count", height=280),
        f"One case in ten is open after {_last.nine_in_ten_hours:,.0f} hours for “{_last.topic}”, after "
        f"{_quick.nine_in_ten_hours:,.0f} for “{_quick.topic}”",
        f"{len(_slow)} topics with at least 30 cases: hours until nine in ten cases of a topic are closed, those still open weighed in (Kaplan–Meier), {when}; "
        f"n = {_rows.ticket_count.sum():,} cases, {_rows.open_count.sum():,} still open.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def so_what(goods, sent):
    mo.stop(not sent or not rows["items"])
    _rows = goods.to_pandas()
    _high = int(_rows.is_high.sum())
    mo.stop(not _high, page.sentence("No product’s return rate is significantly above the shop’s.", goods))
    page.action(
        f"Mend or drop the {_high:,} products that come back significantly more often",
        "Even the low end of their intervals lies above the shop’s own rate; they stand first. Read their reasons and "
        "reviews, compare them with their category, mend size, picture or packing, and look again when the usual time "
        "for returns has passed.",
        goods,
        columns=["product_name", "category", "order_count", "revenue", "shrunk_rate", "low_rate", "high_rate"],
        most=max(min(_high, 20), 3),
        file_name="products-that-come-back",
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
def definitions(bases, complaint_months, curve, goods, links, months, odd, reasons, sums, times):
    page.definitions(sums, bases, months, curve, links, reasons, goods, odd, complaint_months, times)
    return


if __name__ == "__main__":
    app.run()
