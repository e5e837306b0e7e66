# chapter: Orders
# 中文: 交易行为
# question: What was sold, to how many, and how often do they buy?
# goal: Raise customer value contribution
# needs: orders, returns
# figure: average_order_value

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Orders")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page.superlatives import first_of, highest
    from customary.page.totals import sum_text
    from customary.units import DAYS
    from customary.wording import say, word

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "channel", "device", "currency")
    ways = page.offer(shop, "payment_method", "delivery_method").splits
    goal = "Raise customer value contribution"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "06_orders",
        "What was sold, to how many, and how often do they buy?",
        "How many purchases, how far apart, how much each, how orders end, are paid and delivered.",
        choice=choice,
        serves="raise customer value contribution",
        needs="orders, returns",
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
    split = next((name for name in (*choice.by, *offer.splits) if name != "currency"), "channel")
    return asked, choice, split


@app.cell(hide_code=True)
def answers_on_sales(asked, split):
    sums = measure(shop, "order_count", "net_revenue", "buyer_count", "average_order_value", **asked)
    sizes, medians = study(shop, "order_values", **asked), measure(shop, "median_order_value", **asked)
    splits = study(shop, "order_value_intervals", by=split, **asked)
    return medians, sizes, splits, sums


@app.cell(hide_code=True)
def answers_over_time(asked, choice):
    sales = measure(shop, "net_revenue", every=choice.every, compare=choice.comparison, **asked)
    return (sales,)


@app.cell(hide_code=True)
def answers_on_habits(asked):
    _often = ("purchase_days_per_buyer", "orders_per_buyer", "repeat_purchase_rate", "repeat_purchase_rate_by_orders")
    repeats = measure(shop, *_often, "average_occasion_value", "average_order_value", **asked)
    gaps, weeks = study(shop, "intervals", **asked), study(shop, "purchase_intervals", **asked)
    ends = study(shop, "order_status", **asked)
    facts = ("order_count", "average_order_value", "cancelled_order_rate", "return_rate_by_order")
    choices = {way: measure(shop, *facts, by=way, **asked) for way in ways}
    arrivals = {way: study(shop, "deliveries", by=way, **asked) for way in ("delivery_method", "region")}
    return arrivals, choices, ends, gaps, repeats, weeks


@app.cell(hide_code=True)
def headline(choice, sums):
    mo.stop(not sums.first["order_count"], page.empty("orders"))
    basis = say("{during}; n = {n} orders", during=choice.during_text, n=sums.text("order_count"))
    _template = "{buyer_count} buyers placed {order_count} orders worth {net_revenue} net of returns: {during}."
    _tiles = ("net_revenue", "buyer_count", "average_order_value", "purchase_days_per_buyer")
    mo.vstack([page.sentence(_template, sums), page.headline(shop, choice, *_tiles)])
    return (basis,)


@app.cell(hide_code=True)
def finding_time(basis, choice, sales):
    _rows = sales.to_pandas()
    _period, _whole = word(choice.every), _rows.is_complete.all()
    _nothing = say("net revenue by {period}", period=_period)
    mo.stop(_rows.net_revenue.isna().all(), page.missing("order amounts", _nothing))
    _best = first_of(_rows, choice.every, "net_revenue")
    _compare = "net_revenue_before" if choice.comparison else None
    page.figure(
        sales,
        charts.line_over_time(_rows, choice.every, "net_revenue", compare=_compare),
        _best.say("{names} brought the most of all {period}s shown: {value}", "All brought the same", period=_period),
        (
            "Net revenue by {period}, {currency}, {basis}.",
            "Dashed: the {compared}." if _compare else "",
            "" if _whole else "Dotted: periods that are not complete.",
        ),
        period=_period,
        basis=basis,
        compared=word(choice.compare),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def drawn_sizes(basis, medians, sizes, sums):
    _drawn = sizes.to_pandas().dropna(subset="high")
    _mean, _median = sums.first["average_order_value"], medians.first["median_order_value"]
    size_figure = page.figure(
        sizes,
        charts.histogram(_drawn, "low", "high", "order_count", median=_median, mean=_mean),
        "{average_order_value} an order on average, half of them below {median_order_value}",
        "Orders by value after discounts, {currency}, {basis}; {n:,} are drawn, the others are beyond the right edge.",
        basis=basis,
        n=sum_text(sizes, _drawn.order_count),
        frame=_drawn,
        beside=[medians, sums],
        goal=goal,
    )
    return (size_figure,)


@app.cell(hide_code=True)
def finding_size(basis, size_figure, split, splits, sums):
    _none = page.sentence("There is nothing here to split order values by.", splits)
    mo.stop(splits.rows_total < 2, mo.vstack([size_figure, _none]))
    _rows, _average = splits.to_pandas(12), sums.first["average_order_value"]
    _apart = _rows[(_rows.low > _average) | (_rows.high < _average)]
    _figure = page.figure(
        splits,
        charts.ranked_intervals(_rows, split, "average_order_value", "low", "high", average=_average),
        "By {split}, {n} of {shown} groups differ significantly from the average order of {average}",
        "Average order value by {split} with its 95% confidence interval, orders of one customer taken together, "
        "{currency}, {basis}; {shown} of {total_rows} groups; dashed: all orders. About one group in twenty differs by chance. "
        "“Split by” above chooses another.",
        split=splits.column(split).label().lower(),
        n=len(_apart),
        shown=len(_rows),
        basis=basis,
        average=sums.text("average_order_value"),
        frame=_rows,
        beside=[sums],
        goal=goal,
    )
    page.two_up(size_figure, _figure)
    return


@app.cell(hide_code=True)
def finding_merge(basis, repeats):
    page.finding(
        "Orders, or purchases?",
        "Several orders of one customer on one day are one purchase. A buyer has {purchase_days_per_buyer} purchase days "
        "and {orders_per_buyer} orders; a purchase is worth {average_occasion_value}, an order {average_order_value}; "
        "{repeat_purchase_rate} bought again on another day, {repeat_purchase_rate_by_orders} ordered again at all: "
        "{basis}.",
        repeats,
        basis=basis,
    )
    return


@app.cell(hide_code=True)
def finding_gaps(gaps, weeks):
    _one, _rows = gaps.first, weeks.to_pandas()
    _marks = {"median": _one["median_days"], "mean": _one["mean_days"]}
    mo.stop(_rows.empty, page.sentence("Nobody here bought on two days: there is no interval to show.", gaps))
    _rows = _rows.assign(low=7 * _rows.week_no, high=7 * _rows.week_no + 7)
    _open = say("not reached") if _one["km_median_days"] is None else gaps.text("km_median_days")
    page.figure(
        weeks,
        charts.histogram(_rows, "low", "high", "gap_count", unit=DAYS, **_marks),
        "Median of the completed intervals: {median_days}; with those still open: {open}",
        "Days between a customer’s purchase days, {during}; n = {n} completed intervals. The last one of {open_count} "
        "customers is still open and not drawn, so what is drawn is too short; the second median counts them "
        "(Kaplan–Meier). The last bar holds all of a year and more.",
        beside=[gaps],
        open=_open,
        n=gaps.text("gap_count"),
        goal="Strengthen stickiness and loyalty – repeat purchase rate",
    )
    return


@app.cell(hide_code=True)
def finding_status(ends):
    _rows = ends.to_pandas()
    _kept, _known = _rows.order_share[_rows.order_status == "successful"].sum(), shop.snapshot.rows["returns"]
    page.figure(
        ends,
        charts.ranked_bars(_rows, "order_status", "order_share", height=180),
        "{share} of all orders were paid and kept" if _known else "{share} of all orders were paid",
        (
            "Share of orders by how they ended, {during}; n = {n:,} orders, with those that count nowhere else.",
            "" if _known else "What came back is not known: the shop has no returns.",
        ),
        share=ends.text("order_share", _kept),
        n=sum_text(ends, _rows.order_count),
        goal="Drive product and service innovation",
    )
    return


@app.cell(hide_code=True)
def finding_ways(basis, choices):
    mo.stop(not choices, page.missing("payment and delivery method", "how customers like to pay and to be served"))
    _rows = {way: found.to_pandas().fillna({way: "unknown"}) for way, found in choices.items()}
    _figures = [
        page.figure(
            choices[way],
            charts.ranked_bars(rows, way, "order_count", height=200),
            highest(rows, way, "order_count").say("Most often {names}", "None of them is clearly the commonest"),
            "Orders by {way}, {basis}, unknown included.",
            way=choices[way].column(way).label().lower(),
            basis=basis,
            goal="Optimise the conversion path",
        )
        for way, rows in _rows.items()
    ]
    page.two_up(*_figures, more=say("How orders are paid and handed over"))
    return


@app.cell(hide_code=True)
def finding_delivery(arrivals):
    _rows = {way: found.to_pandas().dropna(subset=["late_rate", way]) for way, found in arrivals.items()}
    _late = {way: rows.nlargest(10, "late_rate") for way, rows in _rows.items() if rows.late_count.sum()}
    mo.stop(not _late, page.missing("promised day of delivery", "how many orders came late, by method and region"))
    _figures = [
        page.figure(
            arrivals[way],
            charts.ranked_intervals(rows, way, "late_rate", "low_rate", "high_rate"),
            highest(rows, way, "late_rate").say("Most often late: {names}, {value}", "None is clearly late most often"),
            "Share of delivered orders that came after the promised day, by {way}, with its 95% confidence interval, "
            "{during}; n = {n:,} delivered orders in the {shown} of {total} groups that are drawn.",
            frame=rows,
            way=arrivals[way].column(way).label().lower(),
            n=rows.delivered_count.sum(),
            shown=len(rows),
            total=len(_rows[way]),
            goal="Drive product and service innovation",
        )
        for way, rows in _late.items()
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def so_what(basis, gaps, weeks):
    mo.stop(not weeks.rows_total)
    page.action(
        "Remind customers before the interval is over",
        "Half of those who came back did so within {median_days} ({basis}): a later reminder is too late for them.",
        weeks,
        beside=[gaps],
        most=6,
        file_name="intervals-between-purchases",
        basis=basis,
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Which of the two readings would you put into an annual report, which into a weekly one? Say what the other hides.

    Shorten the period to the last 30 days. Why does the median of completed intervals fall, though nobody is quicker?
    """)
    return


@app.cell(hide_code=True)
def definitions(arrivals, choices, ends, gaps, medians, repeats, sales, splits, sums):
    _facts = (sums, sales, medians, repeats, *choices.values())
    page.definitions(*_facts, splits, gaps, ends, *arrivals.values())
    return


if __name__ == "__main__":
    app.run()
