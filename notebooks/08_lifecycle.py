# chapter: Lifecycle
# 中文: 客户生命周期
# question: Where do customers stand, and who is about to leave?
# goal: Strengthen stickiness and loyalty
# needs: orders, customers, events, order_items
# figure: repeat_within.repeat_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Lifecycle")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.declare import SEGMENTS
    from customary.page.offers import TILES
    from customary.page.superlatives import highest
    from customary.page.totals import sum_text
    from customary.units import DAYS, RATE
    from customary.wording import say, word

    shop = open_shop()
    rules = shop.rules["stages"]
    stages = list(SEGMENTS["lifecycle_stage"].labels(shop.rules))
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False, dated=TILES)
    tiles = ("retention_rate", "churn_rate", "repeat_purchase_rate", "cross_purchase_rate")
    keep = "Strengthen stickiness and loyalty"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "08_lifecycle",
        "Where do customers stand, and who is about to leave?",
        "Five stages from the first contact to the last purchase, each steered by its own figures, and a warning before a "
        "customer is gone.",
        serves="strengthen stickiness and loyalty",
        needs="orders, customers, events, order_items",
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
    who = {"where": choice.where}
    standing = study(shop, "stages", **who)
    counted = study(shop, "concentration", **who)
    buyers = int(counted.first["buyer_count"] or 0)
    return buyers, choice, counted, standing, who


@app.cell(hide_code=True)
def answers(who):
    waits, variants = study(shop, "intervals", **who), study(shop, "stage_variants", **who)
    groups, warned = study(shop, "engagement_groups", **who), study(shop, "early_warning", **who)
    return groups, variants, waits, warned


@app.cell(hide_code=True)
def headline(buyers, choice, counted, standing, waits):
    mo.stop(not buyers, page.empty("buyers"))
    _at, _wait = standing.to_pandas().set_index("stage").reindex(stages).buyer_count, waits.first["km_median_days"]
    _said = page.sentence(
        "Of {buyers} buyers {on} are on pace, {late} are late or visit less, {lost} are lost. Half of all waits for the next "
        "purchase end within {wait}.",
        standing,
        waits,
        counted,
        buyers=buyers,
        on=RATE.text((_at["growth"] + _at["maturity"]) / buyers),
        late=RATE.text(_at["decline"] / buyers),
        lost=RATE.text(_at["lost"] / buyers),
        wait=say("more days than were observed") if _wait is None else DAYS.text(_wait),
    )
    mo.vstack([_said, page.headline(shop, choice, *tiles)])
    return


@app.cell(hide_code=True)
def finding_stages(buyers, standing):
    mo.stop(not buyers)
    _rows = standing.to_pandas().rename(columns={"stage": "lifecycle_stage"})
    _once = _rows.set_index("lifecycle_stage").single_purchase_count.get("growth")
    page.figure(
        standing,
        charts.ranked_bars(_rows, "lifecycle_stage", "customer_count", colour="lifecycle_stage", as_given=True),
        highest(_rows, "lifecycle_stage", "customer_count").say(
            "Biggest stage: {names}, {value} customers", "No stage clearly leads"
        ),
        "By each buyer’s own intervals, as of {as_of}; n = {n:,} customers. {once} in growth bought once: the written "
        "stages begin with several purchases and have no place for them.",
        n=sum_text(standing, _rows.customer_count),
        once=standing.text("single_purchase_count", _once),
        frame=_rows,
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_core(buyers, counted, standing):
    mo.stop(not buyers)
    _rows = standing.to_pandas()
    _spend = "Maturity holds {maturity} of last year’s spend, decline {decline}"
    _heads = "Maturity holds {maturity} of the customers, decline {decline}"
    _has_spend = _rows.spend_share.notna().any()
    _share = _rows.set_index("stage")["spend_share" if _has_spend else "customer_share"].fillna(0).reindex(stages)
    _shown = ["stage", "customer_count", "average_order_value", "orders_per_buyer", "usual_gap_days"]
    _shown += ["cross_purchase_rate", "recent_visits"]
    page.figure(
        standing,
        None,
        _spend if _has_spend else _heads,
        "Core figures as of {as_of}; n = {buyers:,} buyers; the interval is the median, visits are of {days} days. "
        "Acquisition is steered by conversion, growth by cross-purchase, maturity by repeats, decline and loss by the "
        "warning below.",
        maturity=RATE.text(_share["maturity"]),
        decline=RATE.text(_share["decline"]),
        buyers=buyers,
        days=rules["interactions"]["days"],
        beside=[counted],
        frame=_rows[_shown].dropna(axis="columns", how="all").rename(columns={"stage": "lifecycle_stage"}),
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_variants(buyers, variants):
    mo.stop(not buyers)
    _rows, _own, _fixed = variants.to_pandas(), "lifecycle_stage", "lifecycle_stage_by_days"
    _matrix = page.figure(
        variants,
        charts.heatmap(
            _rows,
            _fixed,
            _own,
            "customer_count",
            x_title="by fixed days",
            x_order=stages,
            y_order=stages,
            height=240,
        ),
        "A rule of fixed days would put {moved:,} customers elsewhere",
        "Stage by the customer’s own intervals (down) and by fixed days (across), as of {as_of}; n = {n:,} customers.",
        moved=sum_text(variants, _rows[~_rows.is_same].customer_count),
        n=sum_text(variants, _rows.customer_count),
        goal=keep,
    )
    page.two_up(_matrix, more=say("The same customers by fixed days"))
    return


@app.cell(hide_code=True)
def finding_engagement(buyers, groups):
    mo.stop(not buyers)
    _rows, _none = groups.to_pandas(), "engagement groups, which look at spend"
    mo.stop(_rows.engagement_group.isna().all(), page.missing("order amounts", _none))
    _label, _nobody = "engagement_group", None if groups.withheld_text else 0
    _loyal, _named = (
        _rows.set_index(_label).reindex(["loyal"], fill_value=_nobody).iloc[0],
        [word("loyal", column=_label)],
    )
    _bars = page.figure(
        groups,
        charts.ranked_bars(_rows, _label, "customer_count", highlight=_named, as_given=True, height=160),
        "The loyal are {customers} of the customers and {spend} of the spend",
        (
            "Customers by engagement group – activity, frequency, spend –, as of {as_of}; n = {n:,} customers; spend is "
            "the last year’s, net.",
            "" if shop.snapshot.rows["sessions"] else "Without visits, activity is purchases alone.",
        ),
        customers=RATE.text(_loyal.customer_share),
        spend=RATE.text(_loyal.spend_share),
        n=sum_text(groups, _rows.customer_count),
        goal=keep,
    )
    page.two_up(_bars, more=say("Customers by engagement"))
    return


@app.cell(hide_code=True)
def so_what(buyers, warned):
    mo.stop(not buyers)
    mo.stop(not warned.whole.rows_total, page.empty("customers with a warning"))
    page.action(
        "Call them before they are gone",
        "{n} buyers are not lost yet but late by their own rhythm, slower than they were, or visit half as often; the "
        "biggest spenders first, with the day each signal appeared. Write to a random half of them and leave the other half "
        "alone: only the difference is the letter’s doing.",
        warned,
        n=warned.whole.size_text,
        most=25,
        file_name="early-warning",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Change `shop_weight` in data/stages.toml from 1 to 10 and build again. Which customers change stage: those with many
    purchases or those with few?
    """)
    return


@app.cell(hide_code=True)
def definitions(groups, standing, variants, waits, warned):
    page.definitions(standing, variants, waits, groups, warned)
    return


if __name__ == "__main__":
    app.run()
