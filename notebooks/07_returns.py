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
    from customary.page.totals import sum_text
    from customary.standard import tables
    from customary.units import DAYS, RATE
    from customary.wording import all_of, say, word

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
    asked = choice.query_options
    sums = measure(shop, "order_count", "returned_revenue", "complaint_count", **asked)
    orders = int(sums.first["order_count"] or 0)
    sent, heard = orders and rows["returns"], orders and rows["tickets"]
    return asked, choice, heard, orders, sent, sums


@app.cell(hide_code=True)
def answers(asked):
    bases, months = study(shop, "return_rates", **asked), study(shop, "returns", **asked)
    curve, links = study(shop, "return_curve", **asked), study(shop, "return_delays", **asked)
    reasons, goods = study(shop, "return_reasons", **asked), study(shop, "product_returns", **asked)
    odd, complaint_months = study(shop, "odd_refunds", **asked), study(shop, "complaints", by="month_on", **asked)
    topics, times = study(shop, "complaints", **asked), study(shop, "resolution_times", **asked)
    return bases, complaint_months, curve, goods, links, months, odd, reasons, times, topics


@app.cell(hide_code=True)
def headline(choice, orders, sent, sums):
    mo.stop(not orders, page.empty("orders"))
    mo.stop(not sent, page.missing("returns table", tables()["returns"].adds))
    _said = page.sentence("{returned_revenue} were refunded in this time: {during}.", sums)
    _tiles = ("returned_revenue", "refunds_per_revenue", "return_rate_by_order", "return_rate_by_unit")
    mo.vstack([_said, page.headline(shop, choice, *_tiles, "complaints_per_thousand_orders")])
    return


@app.cell(hide_code=True)
def finding_basis(bases, sent):
    mo.stop(not sent)
    mo.stop(not bases.first["order_count"], page.sentence("No order here is {window_days} old yet.", bases))
    _by = bases.to_pandas().set_index("basis")
    page.finding(
        "By order, by piece, by value",
        "Of orders at least {window_days} old something came back of {return_rate} (95% confidence interval {low_rate} to "
        "{high_rate}; n = {order_count}); of the pieces {units}, of the value {value}. Counting all orders, those of "
        "yesterday included, would give {naive_rate}.",
        bases,
        units=RATE.text(_by.return_rate["units"]),
        value=RATE.text(_by.return_rate["value"]),
    )
    return


@app.cell(hide_code=True)
def finding_rates(months, sent):
    mo.stop(not sent)
    _all = months.to_pandas()
    _rows = _all.assign(return_rate=_all.return_rate.fillna(_all.expected_rate), is_complete=_all.is_mature)
    _last = (_all[~_all.is_mature] if len(_all[~_all.is_mature]) else _all).iloc[-1]
    _more = {"low": "low_rate", "high": "high_rate", "n": "order_count", "compare": "naive_rate"}
    _whole = "Every month has been watched long enough for its returns"
    page.figure(
        months,
        charts.line_over_time(_rows, "month_on", "return_rate", **_more),
        _whole if _all.is_mature.all() else "{month} shows {shown} so far; {expected} are expected",
        "Orders of which something came back, by month of the order, with 95% confidence interval, {during}; n = {n:,} "
        "orders sent. Dashed: as counted today. Dotted: months younger than {window_days}, raised by how far their orders "
        "are (Kaplan–Meier).",
        month=months.text("month_on", _last.month_on),
        shown=RATE.text(_last.naive_rate),
        expected=RATE.text(_last.expected_rate),
        n=sum_text(months, _rows.order_count),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_reasons(reasons, sent):
    mo.stop(not sent)
    _rows = reasons.to_pandas().fillna({"reason": "unknown"})
    mo.stop(set(_rows.reason) <= {"unknown"}, page.sentence("The returns of this shop name no reason.", reasons))
    _first = reasons.text("reason", _rows.reason.iloc[0])
    page.figure(
        reasons,
        charts.ranked_bars(_rows, "reason", "return_count", as_given=True, highlight=[_first]),
        "“{first}” is the reason of {return_share} of the returns",
        "Returned lines by reason, on the day they came back, {during}; n = {n:,} returned lines.",
        first=_first,
        n=sum_text(reasons, _rows.return_count),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_products(goods, sent):
    mo.stop(not sent or not rows["items"])
    _top = goods.to_pandas(12)
    mo.stop(_top.shrunk_rate.isna().all(), page.sentence("No product was returned often enough to compare.", goods))
    _low, _high, _mean, _lit = "low_rate", "high_rate", _top.shop_rate.iloc[0], list(_top.product_name[:1])
    page.figure(
        goods,
        charts.ranked_intervals(_top, "product_name", "shrunk_rate", _low, _high, average=_mean, highlight=_lit),
        "“{product_name}” comes back in at least {low_rate} of its orders, all goods in {shop_rate}",
        "Share of orders with the product that brought it back, drawn towards that of all products (dashed), 95% interval; "
        "orders older than {window_days}; {shown} of {total_rows:,} products, those whose interval lies highest first. A "
        "list by raw rates would be led by products sold a few times.",
        shown=len(_top),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_complaints(complaint_months, heard, topics):
    mo.stop(not heard, page.missing("tickets table", tables()["tickets"].adds))
    mo.stop(not topics.rows_total, page.sentence("Nobody complained: {during}.", topics))
    _months, _rows, _rate = complaint_months.to_pandas(), topics.to_pandas(), "per_thousand_orders"
    _low, _high, _none = "low_per_thousand", "high_per_thousand", "No month has clearly more complaints than the others"
    page.figure(
        complaint_months,
        charts.line_over_time(_months, "month_on", _rate, low=_low, high=_high),
        highest(_months, "month_on", _rate).say("Most complaints in {names}: {value} per 1,000 orders", _none),
        "Complaints per 1,000 orders by month, 95% confidence interval, {during}; n = {n:,} complaints.",
        n=sum_text(topics, _rows.complaint_count),
        beside=[topics],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def drawn_topics(heard, topics):
    mo.stop(not heard or not topics.rows_total)
    _rows, _named = topics.to_pandas(), topics.to_pandas().query("topic.notna() and topic != 'other'").head(1)
    _said = {name: topics.text(name, value) for name, value in _named.iloc[0].items()} if len(_named) else {}
    topic_figure = page.figure(
        topics,
        charts.ranked_bars(_rows, "topic", "per_thousand_orders", highlight=[_said.get("topic")]),
        "“{topic}” is the topic of {complaint_share} of complaints" if _said else "Each topic is too rare to be named",
        "Complaints per 1,000 orders by topic, {during}; n = {n:,} complaints.",
        **_said,
        n=sum_text(topics, _rows.complaint_count),
        goal=goal,
    )
    return (topic_figure,)


@app.cell(hide_code=True)
def finding_topics(times, topic_figure):
    mo.stop(not times.rows_total, mo.vstack([topic_figure, page.empty("tickets")]))
    _rows, _none = times.to_pandas(), page.sentence("Too few cases are closed to tell how long they take.", times)
    _slow = _rows[_rows.ticket_count >= 30].dropna(subset="nine_in_ten_hours").sort_values("nine_in_ten_hours")
    mo.stop(_slow.empty, mo.vstack([topic_figure, _none]))
    _last = times.text("topic", _slow.topic.iloc[-1])
    _figure = page.figure(
        times,
        charts.ranked_bars(_slow, "topic", "nine_in_ten_hours", n="ticket_count", highlight=[_last]),
        "One case in ten about “{topic}” is still open after {slow:,.0f} hours",
        "{shown} topics with at least 30 cases: hours until nine in ten cases of a topic are closed, those still open "
        "weighed in (Kaplan–Meier), {during}; n = {n:,} cases, {open:,} still open.",
        slow=_slow.nine_in_ten_hours.iloc[-1],
        topic=_last,
        shown=len(_slow),
        n=sum_text(times, _rows.ticket_count),
        open=sum_text(times, _rows.open_count),
        goal=goal,
    )
    page.two_up(topic_figure, _figure)
    return


@app.cell(hide_code=True)
def finding_delays(curve, links, sent):
    mo.stop(not sent)
    _rows = curve.to_pandas()
    _seen, _end = _rows[_rows.returned_count > 0], _rows.returned_rate.max()
    mo.stop(_seen.empty, page.sentence("No return here tells how long it took: {during}.", curve))
    _drawn = _seen[_seen.returned_rate <= 0.97 * _end].assign(high=lambda rows: rows.days + 1)
    _half = float(_rows[_rows.returned_rate >= _end / 2].days.min())
    _figure = page.figure(
        curve,
        charts.histogram(_drawn, "days", "high", "returned_count", median=_half, x_title="days from order to return"),
        "Half of what comes back is there after {half}",
        "Orders by days until something came back, {during}; n = {n:,} orders, the slowest not drawn; in the end {end} come "
        "back (Kaplan–Meier). Orders the returned lines belong to: {how}.",
        half=DAYS.text(_half),
        n=sum_text(curve, _seen.returned_count),
        end=RATE.text(_end),
        how=all_of(say("{n:,} {link}", n=row["return_count"], link=word(row["link"])) for row in links.to_pylist()),
        beside=[links],
        goal=goal,
    )
    page.two_up(_figure, more=say("How long it takes until goods come back"))
    return


@app.cell(hide_code=True)
def finding_odd(odd, sent):
    mo.stop(not sent)
    _rows, _none = odd.to_pandas(), "No refund is dated before its order, goes beyond it or lacks one: {during}."
    _rows = _rows[_rows.return_count > 0].sort_values("return_count")
    mo.stop(_rows.empty, page.sentence(_none, odd))
    _figure = page.figure(
        odd,
        None,
        highest(_rows, "kind", "return_count").say(
            "Refunds that look wrong are most often “{names}”", "No kind of wrong refund is clearly the commonest"
        ),
        "Refunds before, beyond or without their order, {currency}, {during}.",
        goal="Figures that can be trusted",
    )
    page.two_up(_figure, more=say("{n:,} refunds look wrong", n=sum_text(odd, _rows.return_count)))
    return


@app.cell(hide_code=True)
def so_what(goods, sent):
    mo.stop(not sent or not rows["items"])
    _high = int(goods.to_pandas().is_high.sum())
    mo.stop(not _high, page.sentence("No product’s return rate is significantly above the shop’s.", goods))
    page.action(
        "Mend or drop the {high:,} products that come back significantly more often",
        "Even the low end of their intervals lies above the shop’s own rate; they stand first. Read their reasons and "
        "reviews, compare them with their category, mend size, picture or packing, and look again when the usual time "
        "for returns has passed.",
        goods,
        columns=["product_name", "category", "order_count", "revenue", "shrunk_rate", "low_rate", "high_rate"],
        most=max(min(_high, 12), 3),
        file_name="products-that-come-back",
        high=_high,
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
