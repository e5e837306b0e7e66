# chapter: Start
# 中文: 开始
# question: How does the shop stand, what changed, and what is to be done?
# goal: Every analysis starts from a clear, measurable goal
# needs: orders

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Start")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page.totals import sum_text
    from customary.query.goals import missed_goals
    from customary.wording import word

    shop = open_shop()
    offer = page.offer(shop, period="last quarter")


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "00_start",
        "How does the shop stand, what changed, and what is to be done?",
        "Analysis serves decisions: first the state, then what moved it, then what to do about it.",
        choice=choice,
        serves="all five goals",
        needs="orders",
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def answers(bar):
    choice = page.choose(offer, bar.value)
    tiles = ("net_revenue", "order_count", "buyer_count", "average_order_value", "repeat_purchase_rate")
    asked = choice.query_options
    now = measure(shop, *tiles, "gross_revenue", "total_revenue", **asked)
    bridge, refunds = study(shop, "revenue_bridge", **asked), study(shop, "refund_views", **asked)
    drivers = study(shop, "driver_tree", during=choice.during, against=choice.against)
    months = measure(shop, "net_revenue", "order_count", every="month")
    missed = missed_goals(shop, choice.during, choice.against)
    quality = study(shop, "data_quality")
    return bridge, choice, drivers, missed, months, now, quality, refunds, tiles


@app.cell(hide_code=True)
def headline(choice, now, quality, tiles):
    _rows = quality.to_pandas()
    _said = page.sentence(
        "{net_revenue} net revenue from {order_count} orders of {buyer_count} customers: {during}. The data go to {as_of}; "
        "{met} of {tables} tables meet their standard.",
        now,
        quality,
        met=int(_rows.is_met.sum()),
        tables=len(_rows),
    )
    mo.vstack([_said, page.headline(shop, choice, *tiles)])
    return


@app.cell(hide_code=True)
def finding_trend(months):
    _rows = months.to_pandas()
    _whole = _rows[_rows.is_complete]
    mo.stop(len(_whole) < 2, page.empty("complete months"))
    mo.stop(_whole.net_revenue.isna().all(), page.missing("order amounts", "net revenue by month"))
    _last = _whole.iloc[-1]
    page.figure(
        months,
        charts.line_over_time(_rows, "month", "net_revenue", n="order_count"),
        "The last complete month brought {amount}",
        "Net revenue by month, {currency}, all history until {as_of}; n = {n:,} orders. Dotted: months that are not "
        "complete.",
        amount=months.text("net_revenue", _last.net_revenue),
        n=sum_text(months, _rows.order_count),
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_drivers(choice, drivers):
    mo.stop(choice.against is None, page.sentence("There is no earlier period to compare net revenue with.", drivers))
    _rows = drivers.to_pandas()
    mo.stop(_rows.empty, page.sentence("There is no change to explain.", drivers))
    _total, _parts = _rows[_rows.driver == "net_revenue"].iloc[0], _rows[_rows.driver != "net_revenue"]
    page.figure(
        drivers,
        charts.waterfall(
            _parts,
            "driver",
            "contribution",
            start=_total.before,
            start_label="compared period",
            end_label="this period",
        ),
        "Net revenue moved by {change} against the compared period",
        "Change of net revenue = buyers × orders per buyer × average order value − returns, without a remainder; "
        "{currency}, {when}.",
        change=drivers.text("contribution", _total.contribution),
        when=choice.text,
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_bridge(bridge, now):
    _rows, _rates = bridge.to_pandas(), shop.snapshot.facts.get("rates")
    _short = {3: "left out", 4: "gift cards", 6: "discounts", 7: "returns", 9: "shipping", 10: "tax"}
    _parts = _rows[_rows.position.isin(_short) & _rows.amount.fillna(0).ne(0)]
    _parts = _parts.assign(part=[word(_short[position]) for position in _parts.position])
    _start = float(_rows.amount[_rows.position <= 2].sum())
    page.figure(
        bridge,
        charts.waterfall(_parts, "part", "amount", start=_start, start_label="in files", end_label="total revenue"),
        "Gross revenue {gross_revenue}, net revenue {net_revenue}, total revenue {total_revenue}",
        (
            "All sales in the files; less what does not count and gift cards sold: gross; less discounts and returns: "
            "net; plus shipping and tax: total. {currency}, {during}; n = {order_count} orders. The steps add up exactly.",
            "Other currencies are converted by the rate table {rates}." if _rates else "",
        ),
        rates=_rates,
        beside=[now],
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_returns(refunds):
    mo.stop(not shop.snapshot.rows["returns"], page.missing("returns", "what came back, and net revenue after it"))
    mo.stop(not refunds.rows_total)  # of so few people that nothing is told
    _amount = refunds.to_pandas().amount
    page.finding(
        "When a return counts",
        "By the day on which goods came back net revenue is {ledger}; with every refund taken from the order it "
        "belongs to, whenever it came back, it is {cohort}: {during}. Between the two stand {elsewhere} refunds "
        "of orders of another period, {unknown} refunds that no order bears, and {later} refunds of these orders at "
        "other times.",
        refunds,
        ledger=refunds.text("amount", _amount.iloc[0]),
        elsewhere=refunds.text("amount", _amount.iloc[1]),
        unknown=refunds.text("amount", _amount.iloc[2]),
        later=refunds.text("amount", -_amount.iloc[3]),
        cohort=refunds.text("amount", _amount.iloc[4]),
    )
    return


@app.cell(hide_code=True)
def so_what(choice, missed):
    page.action(
        "Start with what is missed",
        "Each aim below is short of its target ({when}), the furthest first; the chapters show where it is lost.",
        missed,
        columns=("goal", "metric", "value", "before", "target", "distance"),
        most=10,
        file_name="missed-goals",
        when=choice.text,
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Compare with the same period of last year instead of the one before. Which driver changes its sign, and what in the
    calendar explains it?
    """)
    return


@app.cell(hide_code=True)
def definitions(bridge, drivers, missed, months, now, refunds):
    page.definitions(now, months, drivers, bridge, refunds, missed)
    return


if __name__ == "__main__":
    app.run()
