# chapter: Retention
# 中文: 客户留存
# question: Who comes back, how soon, and for how long?
# goal: Strengthen stickiness and loyalty
# needs: orders, customers, events
# figure: retention_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Retention")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.superlatives import highest
    from customary.page.totals import sum_text
    from customary.units import DAYS, RATE
    from customary.wording import say, word, wording

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    few = page.offer(shop, "acquisition_channel", "gender", "age_band", frame="customers").wheres
    keep = "Strengthen stickiness and loyalty"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "17_retention",
        "Who comes back, how soon, and for how long?",
        "A first purchase is an introduction. Whether a second one follows, and how many customers are still there months "
        "later, tells whether the shop keeps what it wins.",
        serves="strengthen stickiness and loyalty",
        needs="orders, customers, events",
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
    who, when, asked = {"where": choice.where}, choice.during_text, choice.query_options
    every = choice.every if choice.every in ("quarter", "year") else "month"
    flow = study(shop, "lifecycle_flow", every=every, **asked)
    return asked, choice, every, flow, when, who


@app.cell(hide_code=True)
def answers(asked, who):
    waits, within = study(shop, "intervals", **who), study(shop, "repeat_within", days=90, **asked)
    channels, everybody = study(shop, "first_purchase_conversion", **asked), study(shop, "second_purchase", **asked)
    groups = study(shop, "repeat_within", days=90, by=next(iter(few), ""), **asked)
    buyers = int(within.first.get("customer_count") or 0)
    return buyers, channels, everybody, groups, waits, within


@app.cell(hide_code=True)
def headline(buyers, choice, waits, when, within):
    mo.stop(not buyers, page.empty("first orders"))
    _wait = waits.first["km_median_days"]
    _said = page.sentence(
        "Of {customer_count} customers who first bought in this time, {km_rate} buy a second time within 90 days: {when}. "
        "Half of all waits for the next purchase end within {wait}.",
        within,
        waits,
        when=when,
        wait=say("more days than were observed") if _wait is None else DAYS.text(_wait),
    )
    _tiles = ("retention_rate", "repeat_purchase_rate", "returning_buyer_rate", "new_buyer_count")
    mo.vstack([_said, page.headline(shop, choice, *_tiles)])
    return


@app.cell(hide_code=True)
def finding_flow(every, flow, when):
    _rows = flow.to_pandas()
    _complete = _rows[_rows.is_complete]
    _whole = {"month": "complete months", "quarter": "complete quarters", "year": "complete years"}
    mo.stop(not len(_complete), page.empty(_whole[every]))
    _last, _period = _complete.iloc[-1], word(every)
    _up = {"returning_count": "returning", "resurrecting_count": "resurrecting", "new_count": "new"}
    page.figure(
        flow,
        charts.flow_bars(_rows, "period_on", _up, {"dormant_count": "dormant"}),
        "Last complete {period}: {came} bought – {new} new, {back} returning, {again} back after a pause; {away} stayed away",
        "Buyers by {period}, {when}; n = {came} in the last complete one. Below the line: bought the {period} before, not "
        "this one. Lighter: not over, or at the log’s beginning, where old customers look new.",
        period=_period,
        came=flow.text("active_count", _last.active_count),
        new=flow.text("new_count", _last.new_count),
        back=flow.text("returning_count", _last.returning_count),
        again=flow.text("resurrecting_count", _last.resurrecting_count),
        away=flow.text("dormant_count", _last.dormant_count),
        when=when,
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def switches():
    _kinds = {wording("in that month"): "exact", wording("in it or later"): "on_or_after"}
    _clocks = {wording("by the calendar"): "calendar", wording("of 30 days"): "rolling"}
    _known = {name.replace("_", " "): name for name, values in few.items() if len(values) < 6}
    _splits = {word("everybody"): ""} | {word(said): name for said, name in _known.items()}
    kind = mo.ui.dropdown(_kinds, next(iter(_kinds)), label=wording("Bought"))
    clock = mo.ui.dropdown(_clocks, next(iter(_clocks)), label=wording("Months"))
    split = mo.ui.dropdown(_splits, next(iter(_splits)), label=wording("Curve for"))
    mo.hstack([kind, clock, split], justify="start", wrap=True)
    return clock, kind, split


@app.cell(hide_code=True)
def retentions(asked, clock, kind, split):
    grid = study(shop, "retention", by="cohort", kind=kind.value, clock=clock.value, **asked)
    overall = study(shop, "retention", kind=kind.value, clock=clock.value, **asked)
    curve = study(shop, "second_purchase", by=split.value, **asked)
    return curve, grid, overall


@app.cell(hide_code=True)
def finding_retention(buyers, grid, kind, overall, when):
    mo.stop(not buyers)
    mo.stop(not grid.rows_total, page.empty("first orders"))
    _all = overall.to_pandas().set_index("age_months")
    _at = min(3, int(_all.index.max()))
    _one = _all.loc[_at]
    page.figure(
        grid,
        charts.cohort_heatmap(grid.to_pandas(), "label", "age_months", "retention_rate", "label_size"),
        "After {at} months {rate} bought ({kind}), between {low} and {high}",
        "Share (%) of customers whose first order fell into {when} who bought so many months later; n = {n:,} customers whose "
        "month {at} is over, 95% confidence interval. Months that are not over are empty.",
        at=_at,
        rate=RATE.text(_one.retention_rate),
        kind=kind.selected_key,
        low=RATE.text(_one.low_rate),
        high=RATE.text(_one.high_rate),
        when=when,
        n=int(_one.customer_count),
        beside=[overall],
        goal="Strengthen stickiness and loyalty – retention rate",
    )
    return


@app.cell(hide_code=True)
def waiting(curve):
    _rows, _title = curve.to_pandas(), "days since the first purchase"
    waited = charts.waiting_curve(
        _rows,
        "days",
        "bought_again_rate",
        split="label",
        low="low_rate",
        high="high_rate",
        at_risk="at_risk",
        marks=(30, 90, 180),
        days_title=_title,
    )
    return (waited,)


@app.cell(hide_code=True)
def finding_second(buyers, curve, waited, when, within):
    mo.stop(not buyers)
    mo.stop(not curve.rows_total, page.empty("first orders"))
    page.figure(
        curve,
        waited,
        "Within 90 days {km_rate} of first-time buyers buy a second time",
        "Share who have bought again, Kaplan–Meier with 95% band, first purchases {when}; n = {customer_count}. The log begins "
        "with {truncated_count} of them, who may be older customers. Counting the {immature_count} not yet observed for 90 "
        "days as lost would give {naive_rate}.",
        when=when,
        km_rate=within.text("km_rate"),
        customer_count=within.text("customer_count"),
        beside=[within],
        goal="Strengthen stickiness and loyalty – repeat purchase rate",
    )
    return


@app.cell(hide_code=True)
def finding_channels(buyers, channels, when):
    mo.stop(not buyers)
    mo.stop(not shop.snapshot.rows["sessions"], page.missing("events", "which channel turns visitors into buyers"))
    _rows = channels.to_pandas()
    _rows = _rows[_rows.visitor_count > 0]
    mo.stop(not len(_rows), page.empty("visitors observed for 30 days"))
    _rows, _n = _rows.fillna({"channel": "unknown"}), sum_text(channels, _rows.visitor_count)
    _best = highest(_rows, "channel", "first_purchase_rate")
    _none = "No channel clearly turns more new visitors into buyers"
    _named = [channels.text("channel", name) for name in _best.labels]
    page.figure(
        channels,
        charts.ranked_intervals(
            _rows, "channel", "first_purchase_rate", "low_rate", "high_rate", highlight=_named, height=260
        ),
        _best.say("Most new visitors become buyers by {names}: {value}", _none),
        "Share of new visitors who first bought within 30 days, by channel of the first visit, 95% interval, {when}; n = "
        "{n:,} visitors observed that long.",
        when=when,
        n=_n,
        frame=_rows,
        goal="Raise acquisition efficiency",
    )
    return


@app.cell(hide_code=True)
def so_what(buyers, everybody, groups, when):
    mo.stop(not buyers)
    _rows = everybody.to_pandas().set_index("days").bought_again_rate
    _early, _late = (everybody.text("bought_again_rate", _rows[_rows.index <= days].max()) for days in (30, 180))
    page.action(
        "Ask for the second purchase early",
        "{early} have bought again after 30 days, {late} after 180: {when}. Write to a random half of the new buyers in their "
        "first weeks and leave the other half alone: only the difference is the letter’s doing. The list has the groups by how "
        "many came back.",
        groups,
        beside=[everybody],
        early=_early,
        late=_late,
        when=when,
        columns=["label", "customer_count", "mature_count", "repeat_rate", "low_rate", "high_rate"],
        most=12,
        file_name="second-purchase-by-group",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Switch retention to “in it or later”. Every cell rises; which ones will still rise when next month’s orders come in,
    and why must the two never stand in one sentence?
    """)
    return


@app.cell(hide_code=True)
def definitions(channels, curve, flow, grid, waits, within):
    page.definitions(flow, grid, curve, within, waits, channels)
    return


if __name__ == "__main__":
    app.run()
