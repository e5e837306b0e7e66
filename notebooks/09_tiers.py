# chapter: Value tiers
# 中文: 价值分层
# question: Who is worth what, and who could be worth more?
# goal: Raise customer value contribution
# needs: orders, customers, returns, order_items
# figure: tiers.spend_share

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Value tiers")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.declare import SEGMENTS
    from customary.units import RATE

    shop = open_shop()
    goal = "Raise customer value contribution"
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    known = ("value_tier", "lifecycle_stage", "engagement_group", "rfm_tier", "rfm_segment")
    segmentations = {name.replace("_", " "): name for name in known if name in SEGMENTS}
    measures = {"spend of the year before": "year_net_spend_before", "customers": "customer_count"}


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "09_tiers",
        "Who is worth what, and who could be worth more?",
        "Customers differ in value: tiers by yearly spend and repurchases, so that marketing and service go where they pay.",
        serves="raise customer value contribution",
        needs="orders, customers, returns, order_items",
        choice=choice,
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def renewed():
    edition, renew = mo.state(0)  # a saved rule makes the page answer anew
    return edition, renew


@app.cell(hide_code=True)
def chosen(bar, edition):
    edition()
    choice = page.choose(offer, bar.value)
    who = {"where": choice.where}
    sizes = study(shop, "tiers", **who)
    rich, rule = study(shop, "concentration", **who), study(shop, "tier_rule", **who)
    readings = study(shop, "tier_readings", **who)
    buyers = int(rich.first["buyer_count"] or 0)
    tiers = list(SEGMENTS["value_tier"].labels(shop.rules))
    return buyers, choice, readings, rich, rule, sizes, tiers, who


@app.cell(hide_code=True)
def headline(buyers, choice, rich, sizes):
    mo.stop(not buyers, page.empty("buyers"))
    _said = page.sentence(
        "The biggest tenth of {buyers} buyers brings {tenth} of all spend, the biggest fifth {fifth}; {count} customers are "
        "{tier} today and hold {share} of the last year’s spend.",
        rich,
        sizes,
        buyers=buyers,
        tenth=rich.text("top_10_share"),
        fifth=rich.text("top_20_share"),
        count=sizes.text("customer_count"),
        tier=sizes.first["value_tier"],
        share=sizes.text("spend_share"),
    )
    mo.vstack([_said, page.headline(shop, choice, "revenue_per_buyer", "repeat_purchase_rate", "buyer_rate")])
    return


@app.cell(hide_code=True)
def segmentation():
    by = mo.ui.dropdown(segmentations, "value tier", label="Segmentation", allow_select_none=False)
    by
    return (by,)


@app.cell(hide_code=True)
def finding_tiers(buyers, by, edition, who):
    edition()
    segment, held = SEGMENTS[by.value], study(shop, "tiers", segment=by.value, **who)
    mo.stop(not buyers or not held.rows_total, page.empty("customers"))
    _rows = held.to_pandas()
    _bars = {"colour": by.value, "as_given": True, "height": 40 + 40 * len(_rows)}
    _said = f"by {by.selected_key}, last 365 days to {shop.as_of}; n = "
    _top = str(_rows[by.value].iloc[0]).capitalize()
    page.two_up(
        page.figure(
            held,
            charts.ranked_bars(_rows, by.value, "customer_share", **_bars),
            f"{_top}: {held.text('customer_share')} of the customers",
            f"Share of customers {_said}{_rows.customer_count.sum():,} customers. {segment.definition}",
            goal=goal,
        ),
        page.figure(
            held,
            charts.ranked_bars(_rows, by.value, "spend_share", **_bars),
            f"{_top}: {held.text('spend_share')} of the net spend",
            f"Share of net spend {_said}{int(_rows.year_buyer_count.sum()):,} buyers of the year.",
            goal=goal,
        ),
    )
    return (held,)


@app.cell(hide_code=True)
def finding_holes(buyers, rule):
    mo.stop(not buyers)
    _all = rule.to_pandas()
    _rows = _all[_all.customer_count > 0].sort_values("cell")
    _holes = _rows[_rows.is_fault]
    _part = RATE.text(_holes.year_net_spend.sum() / _rows.year_net_spend.sum())
    page.figure(
        rule,
        charts.heatmap(
            _rows,
            "of_year_repurchase_count",
            "of_year_net_spend",
            "customer_count",
            y_order=list(dict.fromkeys(_rows.of_year_net_spend))[::-1],
            marked="is_fault",
            x_title="repurchases of the year",
            height=240,
        ),
        f"The written rule names no tier for {_holes.customer_count.sum():,} customers",
        f"Customers by net spend (down) and repurchases (across), last 365 days to {shop.as_of}; n = "
        f"{_all.customer_count.sum():,} customers. Amber: holes, where the written rule is silent and the lower of the two "
        f"levels counts here. They hold {_part} of the spend.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_readings(buyers, readings, tiers):
    mo.stop(not buyers)
    _all = readings.to_pandas()
    _rows = _all.assign(moved=_all.moved_up + _all.moved_down)
    _orders = _rows[_rows.reading == "orders after the first"].moved.sum()
    page.figure(
        readings,
        charts.ranked_bars(_rows.iloc[1:], "reading", "moved", as_given=True, height=200),
        f"Read “repurchases” as orders, not purchase days, and {_orders:,} customers change tier",
        f"Customers whose tier would change, up or down, under another reading of the rule; as of {shop.as_of}, "
        f"n = {int(_rows.iloc[0][tiers].sum()):,} customers.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def rule_text(edition, sizes, tiers):
    edition()
    _said = "{n} tiers, the best first; a customer is in exactly one."
    editor = page.rules.editor(shop, "value_tier")
    mo.vstack(
        [
            page.finding("The rule in words", _said, sizes, n=len(tiers)),
            page.rules.in_words(shop, "value_tier"),
            page.rules.currency_notice(shop),
            mo.accordion({"Edit the rules" if shop.audience == "analyst" else "The rules as written": editor}),
        ]
    )
    return (editor,)


@app.cell(hide_code=True)
def finding_effect(editor, who):
    change = page.rules.check(shop, "value_tier", editor.value, who["where"])
    buttons = page.rules.buttons(shop, change)
    mo.vstack([change.effect, *([buttons.hstack(justify="start")] if shop.audience == "analyst" else [])])
    return buttons, change


@app.cell(hide_code=True)
def saving(buttons, change, renew):
    page.rules.save(shop, change, buttons.value, lambda: renew(lambda n: n + 1))
    return


@app.cell(hide_code=True)
def finding_apart(buyers, choice, edition, tiers):
    mo.stop(not buyers)
    edition()
    _names = ("average_order_value", "orders_per_buyer", "revenue_per_buyer", "discount_rate", "return_rate_by_order")
    _more = ("visits_per_visitor", "pages_per_visit", "complaints_per_thousand_orders", "buyer_count")
    apart_by = measure(shop, *_names, *_more, by="value_tier", **choice.query_options)
    _rows = apart_by.to_pandas().dropna(axis="columns", how="all").set_index("value_tier").reindex(tiers)
    _rows = _rows.dropna(how="all").reset_index()
    mo.stop(not len(_rows), page.empty("orders"))
    _first, _last = _rows.iloc[0], _rows.iloc[-1]
    _against = f", against {_last.orders_per_buyer:.1f} in {_last.value_tier}" if len(_rows) > 1 else ""
    page.figure(
        apart_by,
        None,
        f"{_first.value_tier.capitalize()}: {_first.orders_per_buyer:.1f} orders a buyer{_against}",
        f"What sets the tiers apart, {choice.during_text}; n = {int(_rows.buyer_count.sum()):,} buyers. Columns that this "
        "shop’s files cannot fill are not shown.",
        frame=_rows,
        goal=goal,
    )
    return (apart_by,)


@app.cell(hide_code=True)
def way_up(tiers):
    tier = mo.ui.dropdown(tiers[1:], value=tiers[1], label="Who is nearest to the tier above", allow_select_none=False)
    tier
    return (tier,)


@app.cell(hide_code=True)
def so_what(buyers, tier, who):
    mo.stop(not buyers)
    nearest = study(shop, "next_tier", tier=tier.value, **who)
    mo.stop(not nearest.rows_total, page.empty(f"“{tier.value}” customers with an order in the last year"))
    page.action(
        f"Invite the {tier.value} customers who lack the least",
        f"{nearest.whole.size_text} {tier.value} customers bought within the year; those nearest to the tier above stand "
        "first. An offer for one more purchase costs least with them. Give it to a random half and keep the other half as it "
        "is: only the difference is the offer’s doing.",
        nearest,
        most=25,
        file_name="nearest-to-next-tier",
    )
    return (nearest,)


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Change a bound in the rule. Predict how many customers move before you look at the matrix.

    Who would pay for a tier that half of its members reached by one big order? Look at the amber fields and argue.
    """)
    return


@app.cell(hide_code=True)
def definitions(readings, rich, rule, sizes):
    page.definitions(sizes, rich, rule, readings)
    return


if __name__ == "__main__":
    app.run()
