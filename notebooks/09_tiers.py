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
    from customary.columns import find
    from customary.declare import SEGMENTS
    from customary.language import translate
    from customary.page.totals import sum_text
    from customary.units import RATE
    from customary.wording import say, word

    shop = open_shop()
    goal = "Raise customer value contribution"
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    known = ("value_tier", "lifecycle_stage", "engagement_group", "rfm_tier", "rfm_segment")
    segmentations = [name for name in known if name in SEGMENTS]


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
    _names = ("average_order_value", "orders_per_buyer", "revenue_per_buyer", "discount_rate", "return_rate_by_order")
    _more = ("visits_per_visitor", "pages_per_visit", "complaints_per_thousand_orders", "buyer_count")
    apart_by = measure(shop, *_names, *_more, by="value_tier", **choice.query_options)
    buyers = int(rich.first["buyer_count"] or 0)
    tiers = list(SEGMENTS["value_tier"].labels(shop.rules))
    return apart_by, buyers, choice, readings, rich, rule, sizes, tiers, who


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
        tier=sizes.text("value_tier"),
        share=sizes.text("spend_share"),
    )
    mo.vstack([_said, page.headline(shop, choice, "revenue_per_buyer", "repeat_purchase_rate", "buyer_rate")])
    return


@app.cell(hide_code=True)
def segmentation():
    _names = {find(name).label(): name for name in segmentations}
    by = mo.ui.dropdown(_names, next(iter(_names)), label=say("Segmentation"), allow_select_none=False)
    by
    return (by,)


@app.cell(hide_code=True)
def finding_tiers(buyers, by, edition, who):
    edition()
    held = study(shop, "tiers", segment=by.value, **who)
    mo.stop(not buyers or not held.rows_total, page.empty("customers"))
    _rows, _parts = held.to_pandas(), ("customer_share", "spend_share")
    _dots = _rows.assign(label=[held.text(by.value, name) for name in _rows[by.value]])
    _dots = _dots.melt("label", _parts, "of", "share").replace(
        {"of": {name: held.column(name).label() for name in _parts}}
    )
    page.figure(
        held,
        charts.dot_plot(_dots, "label", "share", "of", height=60 + 40 * len(_rows)),
        "{top}: {customer_share} of the customers, {spend_share} of the net spend",
        "Share of the customers and of their net spend by {by}, last 365 days to {as_of}; n = {people:,} customers, of "
        "whom {year:,} bought in the year. {meaning}",
        top=held.text(by.value).capitalize(),
        by=held.column(by.value).label().lower(),
        people=sum_text(held, _rows.customer_count),
        year=sum_text(held, _rows.year_buyer_count),
        meaning=translate(f"segment:{by.value}", SEGMENTS[by.value].definition),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_apart(apart_by, buyers, tiers):
    mo.stop(not buyers)
    _rows = apart_by.to_pandas().set_index("value_tier").dropna(axis="columns", how="all").reindex(tiers)
    _rows = _rows.dropna(how="all").reset_index()
    mo.stop(not len(_rows), page.empty("orders"))
    _first, _last = _rows.iloc[0], _rows.iloc[-1]
    _both = "{first}: {high:.1f} orders a buyer, against {low:.1f} in {last}"
    page.figure(
        apart_by,
        None,
        _both if len(_rows) > 1 else "{first}: {high:.1f} orders a buyer",
        "What sets the tiers apart, {during}; n = {n:,} buyers. Columns that this shop’s files cannot fill are not shown.",
        first=apart_by.text("value_tier", _first.value_tier).capitalize(),
        high=_first.orders_per_buyer,
        last=apart_by.text("value_tier", _last.value_tier),
        low=_last.orders_per_buyer,
        n=sum_text(apart_by, apart_by.to_pandas().buyer_count),
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def rule_text(edition, sizes, tiers):
    edition()
    _said = "{n} tiers, the best first; a customer is in exactly one."
    editor = page.rules.editor(shop, "value_tier")
    _folded = say("Edit the rules") if shop.audience == "analyst" else say("The rules as written")
    mo.vstack(
        [
            page.finding("The rule in words", _said, sizes, n=len(tiers)),
            page.rules.in_words(shop, "value_tier"),
            page.rules.currency_notice(shop),
            mo.accordion({_folded: editor}),
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
def finding_holes(buyers, rule):
    mo.stop(not buyers)
    _written, _x, _y = "value_tier_as_written", "of_year_repurchase_count", "of_year_net_spend"
    _texts = {name: page.rules.stretch_texts(shop, _written, name.removeprefix("of_")) for name in (_x, _y)}
    _all = rule.to_pandas().replace(_texts)
    _rows = _all[_all.customer_count > 0].sort_values("cell")
    _whole = _rows.year_net_spend.sum()
    _holes, _order, _across = _rows[_rows.is_fault], list(dict.fromkeys(_rows[_y]))[::-1], "repurchases of the year"
    holes = page.figure(
        rule,
        charts.heatmap(_rows, _x, _y, "customer_count", y_order=_order, marked="is_fault", x_title=_across, height=240),
        "The written rule names no tier for {holes:,} customers",
        (
            "Customers by net spend (down) and repurchases (across), last 365 days to {as_of}; n = {people:,} customers. "
            "Amber: holes, where the written rule is silent and the lower of the two levels counts here.",
            "They hold {part} of the spend." if _whole and _all.customer_count.notna().all() else "",
        ),
        holes=sum_text(rule, _all[_all.is_fault].customer_count),
        people=sum_text(rule, _all.customer_count),
        part=RATE.text(_holes.year_net_spend.sum() / _whole if _whole else None),
        frame=_all.drop(columns="values"),
        goal=goal,
    )
    return (holes,)


@app.cell(hide_code=True)
def finding_readings(buyers, holes, readings, tiers):
    mo.stop(not buyers)
    _all = readings.to_pandas()
    _rows = _all.assign(moved=_all.moved_up + _all.moved_down)
    _read = "orders after the first"
    _other = page.figure(
        readings,
        charts.ranked_bars(_rows.iloc[1:], "reading", "moved", highlight=[word(_read)], as_given=True, height=200),
        "Read “repurchases” as orders, not purchase days, and {moved:,} customers change tier",
        "Customers whose tier would change, up or down, under another reading of the rule; as of {as_of}, n = {people:,} "
        "customers.",
        moved=sum_text(readings, _rows[_rows.reading == _read].moved),
        people=sum_text(readings, _rows.iloc[0][tiers]),
        goal=goal,
    )
    page.two_up(holes, _other, more=say("What the written rule leaves open, and how else it can be read"))
    return


@app.cell(hide_code=True)
def way_up(tiers):
    _below = {word(name, column="value_tier"): name for name in tiers[1:]}
    tier = mo.ui.dropdown(
        _below, next(iter(_below)), label=say("Who is nearest to the tier above"), allow_select_none=False
    )
    tier
    return (tier,)


@app.cell(hide_code=True)
def so_what(buyers, tier, who):
    mo.stop(not buyers)
    nearest = study(shop, "next_tier", tier=tier.value, **who)
    _none = "No “{tier}” customer placed an order in the last year."
    mo.stop(not nearest.rows_total, page.sentence(_none, nearest, tier=tier.selected_key))
    page.action(
        "Invite the {tier} customers who lack the least",
        "{n} {tier} customers bought within the year; those nearest to the tier above stand first. An offer for one more "
        "purchase costs least with them. Give it to a random half and keep the other half as it is: only the difference is "
        "the offer’s doing.",
        nearest,
        n=nearest.whole.size_text,
        tier=tier.selected_key,
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
def definitions(apart_by, readings, rich, rule, sizes):
    page.definitions(sizes, rich, rule, readings, apart_by)
    return


if __name__ == "__main__":
    app.run()
