# chapter: Orders
# 中文: 交易行为
# question: What was sold, to how many, and how often do they buy?
# goal: Raise customer value contribution
# needs: orders, order_items, returns, products
# figure: average_order_value

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Orders")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page.superlatives import first_of, highest
    from customary.units import DAYS

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
        "How many purchases, how far apart, how much each, on what, how orders end, are paid and delivered.",
        choice=choice,
        serves="raise customer value contribution",
        needs="orders, order_items, returns, products",
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
    split = next((name for name in (*choice.by, *offer.splits) if name != "currency"), "channel")
    return asked, choice, split, when


@app.cell(hide_code=True)
def answers_on_sales(asked, choice, split):
    sums = measure(shop, "order_count", "net_revenue", "buyer_count", "average_order_value", **asked)
    sales = measure(shop, "net_revenue", every=choice.every, compare=choice.comparison, **asked)
    sizes, medians = study(shop, "order_values", **asked), measure(shop, "median_order_value", **asked)
    splits = study(shop, "order_value_intervals", by=split, **asked)
    products, fees = study(shop, "products", **asked), study(shop, "charges", **asked)
    return fees, medians, products, sales, sizes, splits, sums


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
def headline(choice, sums, when):
    mo.stop(not sums.first["order_count"], page.empty("orders"))
    basis = f"{when}; n = {sums.text('order_count')} orders"
    _template = "{buyer_count} buyers placed {order_count} orders worth {net_revenue} net of returns: {when}."
    _tiles = ("net_revenue", "buyer_count", "average_order_value", "purchase_days_per_buyer")
    mo.vstack([page.sentence(_template, sums, when=when), page.headline(shop, choice, *_tiles)])
    return (basis,)


@app.cell(hide_code=True)
def finding_time(basis, choice, sales):
    _rows = sales.to_pandas()
    mo.stop(_rows.net_revenue.isna().all(), page.missing("order amounts", f"net revenue by {choice.every}"))
    _best = first_of(_rows, choice.every, "net_revenue")
    _compare = "net_revenue_before" if choice.comparison else None
    _notes = [f"Dashed: the {choice.compare}."] if _compare else []
    _notes += [] if _rows.is_complete.all() else ["Dotted: periods that are not complete."]
    page.figure(
        sales,
        charts.line_over_time(_rows, choice.every, "net_revenue", compare=_compare),
        _best.say(
            f"Of the {choice.every}s shown, {{names}} brought the most: {{value}}", "All periods brought the same"
        ),
        f"Net revenue by {choice.every}, {shop.currency}, {basis}. {' '.join(_notes)}",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_size(basis, medians, sizes, sums):
    _drawn = sizes.to_pandas().dropna(subset="high")
    _mean, _median = sums.first["average_order_value"], medians.first["median_order_value"]
    page.figure(
        sizes,
        charts.histogram(_drawn, "low", "high", "order_count", median=_median, mean=_mean),
        f"{sums.text('average_order_value')} an order on average, half of them below {medians.text('median_order_value')}",
        f"Orders by value after discounts, {shop.currency}, {basis}, of which "
        f"{_drawn.order_count.sum():,} are drawn; the others are beyond the right edge.",
        frame=_drawn,
        beside=[medians, sums],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_split(basis, split, splits, sums):
    mo.stop(splits.rows_total < 2, page.sentence("There is nothing here to split order values by.", splits))
    _rows, _average = splits.to_pandas(12), sums.first["average_order_value"]
    _apart = _rows[(_rows.low > _average) | (_rows.high < _average)]
    _name = split.replace("_", " ")
    page.figure(
        splits,
        charts.ranked_intervals(_rows, split, "average_order_value", "low", "high", average=_average),
        f"By {_name}, {len(_apart)} of {len(_rows)} groups differ significantly from the average order of "
        f"{sums.text('average_order_value')}",
        f"Average order value (笔单价) by {_name} with its 95% confidence interval, orders of one customer taken together, "
        f"{shop.currency}, {basis}; {len(_rows)} of {splits.rows_total} groups; dashed: all orders. About one group in "
        "twenty differs by chance. “Split by” above chooses another.",
        frame=_rows,
        beside=[sums],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_merge(basis, repeats):
    page.finding(
        "Orders, or purchases?",
        "Several orders of one customer on one day are one purchase. A buyer has {purchase_days_per_buyer} purchase days "
        "(购买频次) and {orders_per_buyer} orders; a purchase is worth {average_occasion_value}, an order "
        "{average_order_value}; {repeat_purchase_rate} bought again on another day, {repeat_purchase_rate_by_orders} "
        "ordered again at all: {basis}.",
        repeats,
        basis=basis,
    )
    return


@app.cell(hide_code=True)
def finding_gaps(basis, gaps, weeks, when):
    _one, _rows = gaps.first, weeks.to_pandas()
    mo.stop(
        _rows.empty, page.sentence("Nobody bought on two days in this selection: there is no interval to show.", gaps)
    )
    _rows = _rows.assign(low=7 * _rows.week_no, high=7 * _rows.week_no + 7)
    _open = "not reached" if _one["km_median_days"] is None else gaps.text("km_median_days")
    page.figure(
        weeks,
        charts.histogram(
            _rows, "low", "high", "gap_count", unit=DAYS, median=_one["median_days"], mean=_one["mean_days"]
        ),
        f"Median of the completed intervals: {gaps.text('median_days')}; with those still open: {_open}",
        f"Days between a customer’s purchase days, {when}; n = {gaps.text('gap_count')} completed intervals. The last one of "
        f"{gaps.text('open_count')} customers is still open and not drawn, so what is drawn is too short; the second median "
        "counts them (Kaplan–Meier). The last bar holds all of a year and more.",
        beside=[gaps],
        goal="Strengthen stickiness and loyalty – repeat purchase rate",
    )
    return


@app.cell(hide_code=True)
def finding_status(ends, when):
    _rows = ends.to_pandas()
    _kept, _known = _rows.order_share[_rows.order_status == "successful"].sum(), shop.snapshot.rows["returns"]
    page.figure(
        ends,
        charts.ranked_bars(_rows, "order_status", "order_share", height=180),
        f"{ends.text('order_share', _kept)} of all orders were paid{' and kept' if _known else ''}",
        f"Share of orders by how they ended, {when}; n = {_rows.order_count.sum():,} orders, those that do not count in "
        f"other figures included.{'' if _known else ' What came back is not known: the shop has no returns.'}",
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
            f"{way.capitalize().replace('_', ' ')}: " + highest(rows, way, "order_count").say("most often {names}"),
            f"Orders by {way.replace('_', ' ')}, {basis}, unknown included.",
            goal="Optimise the conversion path",
        )
        for way, rows in _rows.items()
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_delivery(arrivals, when):
    _rows = {way: found.to_pandas().dropna(subset=["late_rate", way]) for way, found in arrivals.items()}
    _late = {way: rows.nlargest(10, "late_rate") for way, rows in _rows.items() if rows.late_count.sum()}
    mo.stop(not _late, page.missing("promised day of delivery", "how many orders came late, by method and region"))
    _figures = [
        page.figure(
            arrivals[way],
            charts.ranked_intervals(rows, way, "late_rate", "low_rate", "high_rate"),
            f"Late by {way.replace('_', ' ')}: " + highest(rows, way, "late_rate").say("most often {names}, {value}"),
            f"Share of delivered orders that came after the promised day, with its 95% confidence interval, {when}; n = "
            f"{rows.delivered_count.sum():,} delivered orders in the {len(rows)} of {len(_rows[way])} groups that are drawn.",
            frame=rows,
            goal="Drive product and service innovation",
        )
        for way, rows in _late.items()
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_products(basis, fees, products):
    mo.stop(not shop.snapshot.rows["items"], page.missing("order_items", "which products sell most"))
    _rows, _fees = products.to_pandas(15), fees.to_pandas()
    mo.stop(_rows.empty, page.empty("order lines"))
    _in_sales = fees.text("amount", _fees.amount[_fees.outcome == "counted"].sum())
    _apart = f" {_fees.line_count.sum():,} lines of postage, fees and the like are no products" if len(_fees) else ""
    _apart += f"; what counts of them, {_in_sales}, is in sales." if _apart else ""
    page.figure(
        products,
        charts.ranked_bars(_rows, "product_name", "net_revenue", n="order_count", height=360),
        first_of(_rows, "product_name", "net_revenue").say("“{names}” sells most: {value}", "Several products lead"),
        f"Products by revenue of their lines less what of these orders came back so far, {shop.currency}, {basis}; "
        f"{len(_rows)} of {products.rows_total:,} products.{_apart}",
        beside=[fees],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def so_what(basis, gaps, weeks):
    mo.stop(not weeks.rows_total)
    page.action(
        "Remind customers before the interval is over",
        f"Half of those who came back did so within {gaps.text('median_days')} ({basis}): a reminder sent later comes "
        "too late for them.",
        weeks,
        beside=[gaps],
        most=10,
        file_name="intervals-between-purchases",
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
def definitions(arrivals, choices, ends, fees, gaps, medians, products, repeats, sales, splits, sums):
    _facts = (sums, sales, medians, repeats, *choices.values())
    page.definitions(*_facts, splits, products, fees, gaps, ends, *arrivals.values())
    return


if __name__ == "__main__":
    app.run()
