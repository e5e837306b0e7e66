# chapter: Seasons
# 中文: 季节与节日
# question: When do they buy, what do seasons and discounts bring, and who buys only then?
# goal: Raise customer value contribution
# needs: orders
# figure: order_count

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Seasons")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.language import format_weekday
    from customary.page.superlatives import highest
    from customary.page.totals import sum_text
    from customary.units import RATE
    from customary.wording import say, word

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "channel", period="all")
    value = "Raise customer value contribution"
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "14_seasons",
        "When do they buy, what do seasons and discounts bring, and who buys only then?",
        "Months, weekdays, selling seasons (Double Eleven, 618, Black Friday, Chinese New Year) and public holidays move "
        "orders; a season’s peak is partly bought from the days around it, and discounts go with both.",
        serves="raise customer value contribution",
        needs="orders",
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
    sums = measure(shop, "order_count", **asked)
    orders = int(sums.first["order_count"] or 0)
    days, hours = [format_weekday(day) for day in range(7)], [str(hour) for hour in range(24)]
    return asked, choice, days, hours, orders, sums


@app.cell(hide_code=True)
def answers(asked):
    festive, holidays = study(shop, "seasons", **asked), study(shop, "seasons", kind="public holiday", **asked)
    grid, clock = study(shop, "season_grid", **asked), study(shop, "hours", **asked)
    only = study(shop, "season_buyers", **asked)
    bands, weeks = study(shop, "discount_bands", **asked), study(shop, "discount_weeks", **asked)
    return bands, clock, festive, grid, holidays, only, weeks


@app.cell(hide_code=True)
def headline(choice, festive, orders):
    mo.stop(not orders, page.empty("orders"))
    _rows = festive.to_pandas()
    _rows = _rows[_rows.is_whole & _rows.uplift.notna()].sort_values("uplift_low")
    _said = page.sentence("No selling season lies whole in this time: {during}.", festive)
    _none = "None of {count} selling seasons had significantly more orders than the days around it: {during}."
    if len(_rows) and _rows.uplift_low.max() <= 1:
        _said = page.sentence(_none, festive, count=len(_rows))
    elif len(_rows):
        _best = _rows.iloc[-1]
        _said = page.sentence(
            "{event} of {year} had {ratio:.1f} times the orders of the days around it (95% interval {low:.1f} to "
            "{high:.1f}).",
            festive,
            event=word(_best.event),
            year=str(_best.starts_on.year),
            ratio=_best.uplift,
            low=_best.uplift_low,
            high=_best.uplift_high,
        )
    _tiles = ("order_count", "net_revenue", "discount_rate", "average_order_value")
    mo.vstack([_said, page.headline(shop, choice, *_tiles)])
    return


@app.cell(hide_code=True)
def finding_months(days, grid, orders):
    mo.stop(not orders)
    _all = grid.to_pandas()
    _rows = _all.assign(
        day_name=[days[n] for n in _all.weekday], month_name=[word(months[n - 1]) for n in _all.month_no]
    )
    _once = _rows[_rows.year_count < 2].month_name.unique()
    _pairs = zip(_rows.day_name, _rows.month_name, strict=True)
    _rows = _rows.assign(at=[say("{day}s in {month}", day=day, month=month) for day, month in _pairs])
    _top = highest(_rows, "at", "season_index", n="order_count")
    _order = {"x_order": [word(name) for name in months], "y_order": days}
    page.figure(
        grid,
        charts.heatmap(_rows, "month_name", "day_name", "season_index", n="day_count", x_title=say("Month"), **_order),
        _top.say("Busiest: {names}, {value} times the average day", "No weekday of a month is clearly the busiest"),
        (
            "Orders a day by month and weekday as an index, 1 is the average day, {zone}, {during}; n = {n:,} orders.",
            "Seen in one year only: {once}." if len(_once) else "",
        ),
        zone=shop.time_zone,
        n=orders,
        once=say(", ").join(_once),
        goal=value,
    )
    return


@app.cell(hide_code=True)
def finding_hours(clock, days, hours, orders):
    mo.stop(not orders)
    _all = clock.to_pandas()
    _rows, _has_hours = _all.assign(day_name=[days[day] for day in _all.weekday], at=""), _all.hour.nunique() > 1
    _drawn = charts.ranked_bars(_rows, "day_name", "order_count", as_given=True)
    if _has_hours:
        _drawn = charts.heatmap(_rows, "hour", "day_name", "order_count", x_order=hours, y_order=days)
        _rows["at"] = [say("{day} at {hour}:00", day=row.day_name, hour=row.hour) for row in _rows.itertuples()]
    _names = "at" if _has_hours else "day_name"
    page.figure(
        clock,
        _drawn,
        highest(_rows, _names, "order_count").say("Busiest: {names}, {value} orders", "No time is clearly the busiest"),
        (
            "Orders by weekday and hour, {zone}, {during}; n = {n:,} orders.",
            "" if _has_hours else "The files know the day of an order, not its hour.",
        ),
        zone=shop.time_zone,
        n=orders,
        goal="Optimise the conversion path",
    )
    return


@app.cell(hide_code=True)
def finding_seasons(festive, orders):
    mo.stop(not orders or not festive.rows_total)
    _all = festive.to_pandas()
    _rows = _all[_all.is_whole & _all.uplift.notna()]
    mo.stop(_rows.empty, page.sentence("No selling season lies whole in this time: {during}.", festive))
    _pairs = zip(_rows.event, _rows.starts_on, strict=True)
    _rows = _rows.assign(season=[say("{event} {year}", event=word(event), year=day.year) for event, day in _pairs])
    _extra, _aside = _rows.extra_orders.sum(), len(_all) - len(_rows)
    page.figure(
        festive,
        charts.ranked_intervals(_rows, "season", "uplift", "uplift_low", "uplift_high", n="order_count", average=1.0),
        "Seasons had {extra:,} orders more than as many of the days around them"
        if _extra > 0
        else "Seasons had {extra:,} orders fewer than as many of the days around them",
        (
            "Orders a day in a season, as a multiple of the {around} days around it that are in none (dashed: as many), 95% "
            "interval, {during}; n = {n:,} orders.",
            "{aside} at the edge of the data are in the table only." if _aside else "",
        ),
        extra=round(abs(_extra)),
        around=_rows.around_count.max(),
        aside=_aside,
        n=_rows.order_count.sum(),
        goal=value,
    )
    return


@app.cell(hide_code=True)
def finding_holidays(holidays, orders):
    mo.stop(not orders)
    _all = holidays.to_pandas()
    _rows = _all[_all.is_whole & _all.uplift.notna()].tail(16)
    _none = "No public holiday of this shop’s country lies in this time: {during}."
    mo.stop(_rows.empty, page.sentence(_none, holidays))
    _events = [word(event).split(" (")[0] for event in _rows.event]
    _rows = _rows.assign(holiday=_rows.starts_on.map("{:%Y-%m-%d} ".format) + _events)
    _quiet = _rows[_rows.uplift_high < 1]
    _lows, _highs, _spoken = "uplift_low", "uplift_high", tuple(_quiet.holiday)
    _figure = page.figure(
        holidays,
        charts.ranked_intervals(
            _rows, "holiday", "uplift", _lows, _highs, n="order_count", average=1.0, highlight=_spoken
        ),
        "{quiet} of {shown} public holidays are significantly quieter than the days around them",
        "Orders a day on public holidays, as a multiple of the days around (dashed: as many), 95% interval, {during}; the "
        "latest {shown} of {total_rows}; n = {n:,} orders.",
        quiet=len(_quiet),
        shown=len(_rows),
        n=_rows.order_count.sum(),
        goal=value,
    )
    page.two_up(_figure, more=say("Public holidays"))
    return


@app.cell(hide_code=True)
def finding_buyers(only, orders):
    mo.stop(not orders)
    _rows = only.to_pandas()
    _then = _rows[_rows.bought == "only in seasons"]
    mo.stop(_then.empty, page.sentence("Nobody bought in selling seasons only: {during}.", only))
    _again = _then[_then.purchase_days == "several purchase days"]
    page.figure(
        only,
        charts.stacked_bars(_rows, "purchase_days", "buyer_count", "bought", height=160),
        "{buyers:,} buyers ({share}) bought in seasons only and spent {spend} of all"
        if _rows.spend_share.notna().any()
        else "{buyers:,} buyers ({share}) bought in seasons only",
        (
            "Buyers by when they bought, {during}; n = {n:,} buyers. Chance alone gives {chance:,.0f} in seasons only.",
            "On several days {again:,} did, where chance gives {again_chance:,.0f}." if len(_again) else "",
        ),
        buyers=sum_text(only, _then.buyer_count),
        share=RATE.text(_then.buyer_share.sum()),
        spend=RATE.text(_then.spend_share.sum()),
        n=sum_text(only, _rows.buyer_count),
        chance=_then.expected_count.sum(),
        again=_again.buyer_count.sum(),
        again_chance=_again.expected_count.sum(),
        goal="Strengthen stickiness and loyalty – repeat purchase rate",
    )
    return


@app.cell(hide_code=True)
def finding_discounts(bands, orders, weeks):
    mo.stop(not bands.rows_total, page.sentence("No order of this selection can be shown.", bands) if orders else None)
    mo.stop(bands.rows_total < 2, page.sentence("All orders that are shown have one discount: {discount}.", bands))
    _rows, _linked = bands.to_pandas(), weeks.to_pandas().correlation.dropna()
    _none, _deep = _rows.iloc[0], _rows.iloc[-1]
    _drawn, _low, _high = _rows[_rows.high_rate - _rows.low_rate < 0.5], "low_rate", "high_rate"
    page.figure(
        bands,
        charts.ranked_intervals(_drawn, "discount", "followed_rate", _low, _high, n="mature_count", as_given=True),
        "Another purchase within 90 days follows {none_rate} of orders with {none_band}, {deep_rate} of those {deep_band}",
        (
            "Orders by depth of discount, 95% interval, {during}; n = {n:,} orders observed for 90 days; bands of a few "
            "orders are in the table only.",
            "By week, discount and conversion correlate at r = {r:.2f}." if len(_linked) else "",
            "This is correlation: discounts are not given by lot, and seasons move both.",
        ),
        none_rate=RATE.text(_none.followed_rate),
        none_band=word(_none.discount),
        deep_rate=RATE.text(_deep.followed_rate),
        deep_band=word(_deep.discount),
        n=sum_text(bands, _rows.mature_count),
        r=_linked.iloc[0] if len(_linked) else 0,
        beside=[weeks],
        goal=value,
    )
    return


@app.cell(hide_code=True)
def so_what(festive, orders):
    mo.stop(not orders or not festive.rows_total)
    page.action(
        "Plan stock, staff and reminders by the last round",
        "What a season brought last time, beyond the days around it, is the plainest guess for the next. Write to those who "
        "bought only then shortly before it, and see in an experiment whether they come at another time.",
        festive,
        columns=["event", "starts_on", "day_count", "order_count", "orders_per_day", "uplift", "extra_orders"],
        file_name="seasons",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Take the fortnight after a season apart: are its orders missing there that came in the season? What would tell a shift from
    a gain?

    Of buyers with one purchase day some met a season by chance. Compare how many there are with how many chance would give,
    and say whether “season hunters” exist in this shop.
    """)
    return


@app.cell(hide_code=True)
def definitions(bands, clock, festive, grid, only, sums, weeks):
    page.definitions(sums, grid, clock, festive, only, bands, weeks)
    return


if __name__ == "__main__":
    app.run()
