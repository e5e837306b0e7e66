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

    from customary import charts, metrics, open_shop, page
    from customary.declare import SEGMENTS, STUDIES
    from customary.page.chapters import chapters
    from customary.units import DAYS, RATE

    shop = open_shop()
    rules = shop.rules["stages"]
    stages = list(SEGMENTS["lifecycle_stage"].labels(shop.rules))
    offer = page.offered(shop, wheres=page.varied(shop, "country", "region", "acquisition_channel", frame="customers"))
    tiles = (metrics.retention_rate, metrics.churn_rate, metrics.repeat_purchase_rate, metrics.cross_purchase_rate)
    keep = "Strengthen stickiness and loyalty"


@app.cell(hide_code=True)
def question(choice):
    mo.vstack(
        [
            page.header(shop, "08_lifecycle", chapters(mo.notebook_dir()), query=choice.query),
            page.question(
                "Where do customers stand, who stays, and who is about to leave?",
                "Five stages from the first contact to the last purchase, each steered by its own figures, and a warning "
                "before a customer is gone (B-073…B-086, A-088, A-089, C-066…C-073).",
                serves="strengthen stickiness and loyalty",
                needs=("orders", "customers", "events", "order_items"),
            ),
        ]
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def chosen(bar):
    choice = page.chosen(offer, bar.value)
    who = {"where": choice.where}
    when = page.spoken(choice.during)
    standing = page.studied(shop, "stages", **who)
    buyers = int(standing.frame.buyer_count.sum())
    return buyers, choice, standing, when, who


@app.cell(hide_code=True)
def headline(buyers, choice, standing, who):
    mo.stop(not buyers, page.empty("buyers"))
    _at = standing.frame.set_index("stage").buyer_count
    _wait = page.studied(shop, "intervals", **who).row.km_median_days
    mo.vstack(
        [
            page.sentence(
                "Of {buyers} buyers {on} are on pace, {late} are late or visit less, {lost} are lost. Half of all waits for "
                "the next purchase end within {wait}.",
                buyers=buyers,
                on=RATE.text((_at["growth"] + _at["maturity"]) / buyers),
                late=RATE.text(_at["decline"] / buyers),
                lost=RATE.text(_at["lost"] / buyers),
                wait=DAYS.text(_wait) if _wait == _wait else "more days than were watched",
            ),
            page.headline(shop, choice, *tiles),
        ]
    )
    return


@app.cell(hide_code=True)
def finding_stages(buyers, standing, who):
    mo.stop(not buyers)
    _rows, _both = standing.frame, page.studied(shop, "stage_variants", **who)
    _people = int(_rows.customer_count.sum())
    _differ = int(_both.frame[~_both.frame.is_same].customer_count.sum())
    _most, _home = _rows.loc[_rows.customer_count.idxmax()], _rows.set_index("stage").single_purchase_count["growth"]
    page.two_up(
        standing.figure(
            f"{_most.stage.capitalize()} ({_most.zh}) is the biggest stage: {RATE.text(_most.customer_share)} of the customers",
            charts.ranked_bars(_rows, "stage", "customer_count", colour="stage", as_given=True, height=240),
            f"By each buyer’s own intervals, as of {shop.as_of}; n = {_people:,} customers. {int(_home):,} in growth bought "
            "once: the written stages begin with several purchases and have no place for them.",
            goal=keep,
        ),
        _both.figure(
            f"A rule of fixed days would put {_differ:,} customers elsewhere",
            charts.heatmap(
                *(_both.frame.rename(columns={"lifecycle_stage_by_days": "by fixed days"}), "by fixed days"),
                *("lifecycle_stage", "customer_count"),
                **{"x_order": stages, "y_order": stages, "height": 240},
            ),
            f"Own rhythm (down) against fixed days (across), as of {shop.as_of}; n = {_people:,} customers.",
            goal=keep,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_core(buyers, standing):
    mo.stop(not buyers)
    _rows = standing.frame.set_index("stage")
    _shown = ["customer_count", "average_order_value", "orders_per_buyer", "usual_gap_days"]
    _shown += ["cross_purchase_rate", "recent_visits"]
    _short = {"customer_count": "customers", "orders_per_buyer": "orders_each", "recent_visits": "visits"}
    _table = _rows[_shown].dropna(axis="columns", how="all").rename(columns=_short).reset_index()
    _spent, _days = _rows.spend_share.fillna(0), rules["interactions"]["days"]
    standing.figure(
        f"Maturity holds {RATE.text(_spent['maturity'])} of the last year’s spend, decline {RATE.text(_spent['decline'])}",
        page.table(standing.told(_table)),
        f"Core figures as of {shop.as_of}; n = {buyers:,} buyers; the gap is the median, visits are of {_days} days. "
        "Acquisition is steered by conversion, growth by cross-purchase, maturity by repeats, decline and loss by the warning below.",
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_flow(buyers, choice, when, who):
    mo.stop(not buyers)
    _every = choice.every if choice.every in ("quarter", "year") else "month"
    _flow = page.studied(shop, "lifecycle_flow", every=_every, during=choice.during, **who)
    _whole = _flow.frame[_flow.frame.is_complete]
    mo.stop(not len(_whole), page.empty(f"whole {_every}"))
    _last = _whole.iloc[-1]
    _came = _last.new_count + _last.returning_count + _last.resurrecting_count
    _flow.figure(
        f"Last whole {_every}: {_came:,} bought – {_last.new_count:,} new, {_last.returning_count:,} returning, "
        f"{_last.resurrecting_count:,} back after a pause; {_last.dormant_count:,} stayed away",
        charts.flow_bars(
            _flow.frame,
            "period_on",
            {"returning_count": "returning", "resurrecting_count": "resurrecting", "new_count": "new"},
            {"dormant_count": "dormant"},
        ),
        f"Buyers by {_every}, {when}; n = {_last.active_count:,} in the last whole one. Below the line: bought the {_every} "
        "before, not this one. Lighter: not over, or at the log’s beginning, where old customers look new.",
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def switches():
    kind = mo.ui.dropdown({"in that month": "exact", "in it or later": "on_or_after"}, "in that month", label="Bought")
    clock = mo.ui.dropdown({"calendar": "calendar", "30 days": "rolling"}, "calendar", label="Months")
    _few = page.varied(shop, "acquisition_channel", "gender", "age_band", frame="customers")
    _known = {name.replace("_", " "): name for name, values in _few.items() if len(values) < 6}
    split = mo.ui.dropdown({"everybody": "", **_known}, "everybody", label="Curve for")
    mo.hstack([kind, clock, split], justify="start", wrap=True)
    return clock, kind, split


@app.cell(hide_code=True)
def finding_retention(buyers, choice, clock, kind, when, who):
    mo.stop(not buyers)
    _asked = {"kind": kind.value, "clock": clock.value, "during": choice.during, **who}
    _grid = page.studied(shop, "retention", by="cohort", **_asked)
    mo.stop(not len(_grid.frame), page.empty("first orders"))
    _all = page.studied(shop, "retention", **_asked).frame.set_index("age_months")
    _at = min(3, int(_all.index.max()))
    _one = _all.loc[_at]
    _grid.figure(
        f"After {_at} months {RATE.text(_one.retention_rate)} bought ({kind.selected_key}), between "
        f"{RATE.text(_one.low_rate)} and {RATE.text(_one.high_rate)}",
        charts.cohort_heatmap(_grid.frame, "label", "age_months", "retention_rate", "label_size"),
        f"Share (%) of customers whose first order fell into {when} who bought k months later; n = "
        f"{int(_one.customer_count):,} customers whose month {_at} is over, 95 % interval. Months that are not over are empty.",
        goal=f"{keep} – retention rate",
    )
    return


@app.cell(hide_code=True)
def finding_second(buyers, choice, split, when, who):
    mo.stop(not buyers)
    _asked = {"during": choice.during, **who}
    _curve = page.studied(shop, "second_purchase", by=split.value, **_asked)
    mo.stop(not len(_curve.frame), page.empty("first orders"))
    _in90 = page.studied(shop, "repeat_within", days=90, **_asked).row
    _curve.figure(
        f"Within 90 days {RATE.text(_in90.km_rate)} of first-time buyers buy a second time",
        charts.waiting_curve(
            *(_curve.frame, "days", "bought_again_rate"),
            split="label",
            low="low_rate",
            high="high_rate",
            at_risk="at_risk",
            marks=(30, 90, 180),
            days_title="days since the first purchase",
        ),
        f"Share who have bought again, Kaplan–Meier with 95 % band, first purchases {when}; n = {int(_in90.customer_count):,}, "
        f"{int(_in90.truncated_count):,} of them at the log’s beginning, so perhaps not first. Of the "
        f"{int(_in90.mature_count):,} watched for 90 days {RATE.text(_in90.repeat_rate)} did; counting the "
        f"{int(_in90.immature_count):,} others as lost would say {RATE.text(_in90.naive_rate)}.",
        goal=f"{keep} – repeat purchase rate",
    )
    return


@app.cell(hide_code=True)
def finding_channels(buyers, choice, when, who):
    mo.stop(not buyers)
    mo.stop(not shop.snapshot.rows["sessions"], page.missing("events", "which channel turns visitors into buyers"))
    _channels = page.studied(shop, "first_purchase_conversion", during=choice.during, **who)
    _rows = _channels.frame[_channels.frame.visitor_count > 0]
    mo.stop(not len(_rows), page.empty("visitors watched for 30 days"))
    _best = _rows.loc[_rows.first_purchase_rate.idxmax()]
    _channels.figure(
        f"{_best.channel.capitalize()} turns {RATE.text(_best.first_purchase_rate)} of its new visitors into buyers",
        charts.ranked_intervals(
            *(_rows, "channel", "first_purchase_rate", "low_rate", "high_rate"),
            unit=RATE,
            n="visitor_count",
            height=260,
        ),
        f"Share of new visitors who first bought within 30 days, by channel of the first visit, 95 % interval, {when}; n = "
        f"{_rows.visitor_count.sum():,} visitors watched that long.",
        goal="Raise acquisition efficiency",
    )
    return


@app.cell(hide_code=True)
def finding_engagement(buyers, who):
    mo.stop(not buyers)
    _groups = page.studied(shop, "engagement_groups", **who)
    _loyal = _groups.frame.set_index("engagement_group").reindex(["loyal"]).fillna(0).iloc[0]
    _seen = "" if shop.snapshot.rows["sessions"] else " Without visits, activity is purchases alone."
    _groups.figure(
        f"The loyal are {RATE.text(_loyal.customer_share)} of the customers and {RATE.text(_loyal.spend_share)} of the spend",
        charts.ranked_bars(_groups.frame, "engagement_group", "customer_count", as_given=True, height=160),
        f"Customers by engagement group – activity, frequency, spend –, as of {shop.as_of}; n = "
        f"{_groups.frame.customer_count.sum():,} customers; spend is the last year’s, net.{_seen}",
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def so_what(buyers, who):
    mo.stop(not buyers)
    _warned = page.studied(shop, "early_warning", n=200, **who)
    mo.stop(not len(_warned.frame), page.empty("customers with a warning"))
    _all, _rows = int(_warned.row.customer_total), _warned.frame
    _shown = ["customer_id", "lifecycle_stage", "year_net_spend", "usual_gap_days", "days_since_last_order"]
    _shown += ["late_on", "slowed_on", "quiet_on"]
    page.action(
        "Call them before they are gone",
        f"{_all:,} buyers are not lost yet but late by their own rhythm, slower than they were, or visit half as often. The "
        f"{len(_rows):,} who spent most are listed with the day each signal appeared. Write to a random half of them and "
        "leave the other half alone: only the difference is the letter’s doing. The list names shop numbers, no person.",
        _warned.told(_rows[_shown].dropna(axis="columns", how="all"), of=_all),
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
def definitions():
    _studies = ("stages", "stage_variants", "lifecycle_flow", "retention", "second_purchase", "repeat_within")
    _studies += ("intervals", "first_purchase_conversion", "early_warning", "customer_intervals")
    page.definitions(
        [
            *(SEGMENTS[name] for name in ("lifecycle_stage", "lifecycle_stage_by_days", "engagement_group")),
            *(*tiles, metrics.acquisition_cost, metrics.watched_month_count, metrics.shopper_count),
            *(STUDIES[name] for name in _studies),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
