# chapter: Lifecycle
# 中文: 客户生命周期
# question: Where do customers stand, who stays, and who is about to leave?
# goal: Strengthen stickiness and loyalty
# needs: orders, customers, events, order_items

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Lifecycle")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.declare import SEGMENTS
    from customary.units import DAYS, RATE

    shop = open_shop()
    rules = shop.rules["stages"]
    stages = list(SEGMENTS["lifecycle_stage"].labels(shop.rules))
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    tiles = ("retention_rate", "churn_rate", "repeat_purchase_rate", "cross_purchase_rate")
    few = page.offer(shop, "acquisition_channel", "gender", "age_band", frame="customers").wheres
    keep = "Strengthen stickiness and loyalty"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "08_lifecycle",
        "Where do customers stand, who stays, and who is about to leave?",
        "Five stages from the first contact to the last purchase, each steered by its own figures, and a warning before a "
        "customer is gone.",
        serves="strengthen stickiness and loyalty",
        needs="orders, customers, events, order_items",
        query=choice.query,
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
    standing = study(shop, "stages", **who)
    buyers = int(standing.to_pandas().buyer_count.sum())
    return asked, buyers, choice, standing, when, who


@app.cell(hide_code=True)
def answers(asked, choice, who):
    every = choice.every if choice.every in ("quarter", "year") else "month"
    waits, variants = study(shop, "intervals", **who), study(shop, "stage_variants", **who)
    flow = study(shop, "lifecycle_flow", every=every, **asked)
    within = study(shop, "repeat_within", days=90, **asked)
    channels = study(shop, "first_purchase_conversion", **asked)
    groups, warned = study(shop, "engagement_groups", **who), study(shop, "early_warning", **who)
    return channels, every, flow, groups, variants, waits, warned, within


@app.cell(hide_code=True)
def headline(buyers, choice, standing, waits):
    mo.stop(not buyers, page.empty("buyers"))
    _at, _wait = standing.to_pandas().set_index("stage").buyer_count, waits.first["km_median_days"]
    _said = page.sentence(
        "Of {buyers} buyers {on} are on pace, {late} are late or visit less, {lost} are lost. Half of all waits for the next "
        "purchase end within {wait}.",
        standing,
        waits,
        buyers=buyers,
        on=RATE.text((_at["growth"] + _at["maturity"]) / buyers),
        late=RATE.text(_at["decline"] / buyers),
        lost=RATE.text(_at["lost"] / buyers),
        wait="more days than were observed" if _wait is None else DAYS.text(_wait),
    )
    mo.vstack([_said, page.headline(shop, choice, *tiles)])
    return


@app.cell(hide_code=True)
def finding_stages(buyers, standing, variants):
    mo.stop(not buyers)
    _rows, _both = standing.to_pandas(), variants.to_pandas()
    _people, _differ = int(_rows.customer_count.sum()), int(_both[~_both.is_same].customer_count.sum())
    _most, _once = _rows.loc[_rows.customer_count.idxmax()], _rows.set_index("stage").single_purchase_count["growth"]
    page.two_up(
        page.figure(
            standing,
            charts.ranked_bars(_rows, "stage", "customer_count", colour="stage", as_given=True, height=240),
            f"{_most.stage.capitalize()} is the biggest stage: {RATE.text(_most.customer_share)} of the customers",
            f"By each buyer’s own intervals, as of {shop.as_of}; n = {_people:,} customers. {int(_once):,} in growth bought "
            "once: the written stages begin with several purchases and have no place for them.",
            goal=keep,
        ),
        page.figure(
            variants,
            charts.heatmap(
                _both,
                "lifecycle_stage_by_days",
                "lifecycle_stage",
                "customer_count",
                x_order=stages,
                y_order=stages,
                height=240,
            ),
            f"A rule of fixed days would put {_differ:,} customers elsewhere",
            f"Own rhythm (down) against fixed days (across), as of {shop.as_of}; n = {_people:,} customers.",
            goal=keep,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_core(buyers, standing):
    mo.stop(not buyers)
    _rows, _days = standing.to_pandas(), rules["interactions"]["days"]
    _spent = _rows.set_index("stage").spend_share.fillna(0)
    _shown = ["stage", "customer_count", "average_order_value", "orders_per_buyer", "usual_gap_days"]
    _shown += ["cross_purchase_rate", "recent_visits"]
    page.figure(
        standing,
        None,
        f"Maturity holds {RATE.text(_spent['maturity'])} of the last year’s spend, decline {RATE.text(_spent['decline'])}",
        f"Core figures as of {shop.as_of}; n = {buyers:,} buyers; the interval is the median, visits are of {_days} days. "
        "Acquisition is steered by conversion, growth by cross-purchase, maturity by repeats, decline and loss by the "
        "warning below.",
        frame=_rows[_shown].dropna(axis="columns", how="all"),
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_flow(buyers, every, flow, when):
    mo.stop(not buyers)
    _rows = flow.to_pandas()
    _complete = _rows[_rows.is_complete]
    mo.stop(not len(_complete), page.empty(f"complete {every}"))
    _last = _complete.iloc[-1]
    _came = _last.new_count + _last.returning_count + _last.resurrecting_count
    _up = {"returning_count": "returning", "resurrecting_count": "resurrecting", "new_count": "new"}
    page.figure(
        flow,
        charts.flow_bars(_rows, "period_on", _up, {"dormant_count": "dormant"}),
        f"Last complete {every}: {_came:,} bought – {_last.new_count:,} new, {_last.returning_count:,} returning, "
        f"{_last.resurrecting_count:,} back after a pause; {_last.dormant_count:,} stayed away",
        f"Buyers by {every}, {when}; n = {_last.active_count:,} in the last complete one. Below the line: bought the {every} "
        "before, not this one. Lighter: not over, or at the log’s beginning, where old customers look new.",
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def switches():
    kind = mo.ui.dropdown({"in that month": "exact", "in it or later": "on_or_after"}, "in that month", label="Bought")
    clock = mo.ui.dropdown({"calendar": "calendar", "30 days": "rolling"}, "calendar", label="Months")
    _known = {name.replace("_", " "): name for name, values in few.items() if len(values) < 6}
    split = mo.ui.dropdown({"everybody": "", **_known}, "everybody", label="Curve for")
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
        f"After {_at} months {RATE.text(_one.retention_rate)} bought ({kind.selected_key}), between "
        f"{RATE.text(_one.low_rate)} and {RATE.text(_one.high_rate)}",
        f"Share (%) of customers whose first order fell into {when} who bought k months later; n = "
        f"{int(_one.customer_count):,} customers whose month {_at} is over, 95 % confidence interval. Months that are not "
        "over are empty.",
        goal=f"{keep} – retention rate",
    )
    return


@app.cell(hide_code=True)
def finding_second(buyers, curve, when, within):
    mo.stop(not buyers)
    mo.stop(not curve.rows_total, page.empty("first orders"))
    _in90 = within.first
    _drawn = charts.waiting_curve(
        curve.to_pandas(),
        "days",
        "bought_again_rate",
        split="label",
        low="low_rate",
        high="high_rate",
        at_risk="at_risk",
        marks=(30, 90, 180),
        days_title="days since the first purchase",
    )
    page.figure(
        curve,
        _drawn,
        f"Within 90 days {within.text('km_rate')} of first-time buyers buy a second time",
        f"Share who have bought again, Kaplan–Meier with 95 % band, first purchases {when}; n = {_in90['customer_count']:,}, "
        f"{_in90['truncated_count']:,} of them at the log’s beginning, so perhaps not first. Of the {_in90['mature_count']:,} "
        f"observed for 90 days {within.text('repeat_rate')} did; counting the {_in90['immature_count']:,} others as lost would "
        f"give {within.text('naive_rate')}.",
        goal=f"{keep} – repeat purchase rate",
    )
    return


@app.cell(hide_code=True)
def finding_channels(buyers, channels, when):
    mo.stop(not buyers)
    mo.stop(not shop.snapshot.rows["sessions"], page.missing("events", "which channel turns visitors into buyers"))
    _rows = channels.to_pandas()
    _rows = _rows[_rows.visitor_count > 0]
    mo.stop(not len(_rows), page.empty("visitors observed for 30 days"))
    _best, _n = _rows.loc[_rows.first_purchase_rate.idxmax()], int(_rows.visitor_count.sum())
    _name = (_best.channel or "unknown").capitalize()
    page.figure(
        channels,
        charts.ranked_intervals(_rows, "channel", "first_purchase_rate", "low_rate", "high_rate", height=260),
        f"{_name} turns {RATE.text(_best.first_purchase_rate)} of its new visitors into buyers",
        f"Share of new visitors who first bought within 30 days, by channel of the first visit, 95 % interval, {when}; n = "
        f"{_n:,} visitors observed that long.",
        frame=_rows,
        goal="Raise acquisition efficiency",
    )
    return


@app.cell(hide_code=True)
def finding_engagement(buyers, groups):
    mo.stop(not buyers)
    _rows = groups.to_pandas()
    _loyal = _rows.set_index("engagement_group").reindex(["loyal"]).fillna(0).iloc[0]
    _seen = "" if shop.snapshot.rows["sessions"] else " Without visits, activity is purchases alone."
    page.figure(
        groups,
        charts.ranked_bars(_rows, "engagement_group", "customer_count", as_given=True, height=160),
        f"The loyal are {RATE.text(_loyal.customer_share)} of the customers and {RATE.text(_loyal.spend_share)} of the spend",
        f"Customers by engagement group – activity, frequency, spend –, as of {shop.as_of}; n = "
        f"{_rows.customer_count.sum():,} customers; spend is the last year’s, net.{_seen}",
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def so_what(buyers, warned):
    mo.stop(not buyers)
    mo.stop(not warned.rows_total, page.empty("customers with a warning"))
    page.action(
        "Call them before they are gone",
        f"{warned.rows_total:,} buyers are not lost yet but late by their own rhythm, slower than they were, or visit half as "
        "often; the biggest spenders first, with the day each signal appeared. Write to a random half of them and leave the "
        "other half alone: only the difference is the letter’s doing. The list names shop numbers, no person.",
        warned,
        most=25,
        file_name="early-warning",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Switch retention to “in it or later”. Every cell rises; which ones will still rise when next month’s orders come in,
    and why must the two never stand in one sentence?

    Change `shop_weight` in data/stages.toml from 1 to 10 and build again. Which customers change stage: those with many
    purchases or those with few?
    """)
    return


@app.cell(hide_code=True)
def definitions(channels, curve, flow, grid, groups, standing, variants, waits, warned, within):
    page.definitions(standing, variants, flow, grid, curve, within, waits, channels, groups, warned)
    return


if __name__ == "__main__":
    app.run()
