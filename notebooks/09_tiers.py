# chapter: Value tiers
# 中文: 价值分层
# question: Who is worth what, and who could be worth more?
# goal: Raise customer value contribution
# needs: orders, customers, returns, order_items

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Value tiers")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, metrics, open_shop, page, study
    from customary.declare import SEGMENTS, STUDIES
    from customary.units import RATE

    shop = open_shop()
    goal = {"goal": "Raise customer value contribution"}
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    known = ("value_tier", "lifecycle_stage", "engagement_group", "rfm_tier", "rfm_segment")
    segmentations = {name.replace("_", " "): name for name in known if name in SEGMENTS}


@app.cell(hide_code=True)
def question(choice):
    mo.vstack(
        [
            page.header(shop, "09_tiers", chapters(mo.notebook_dir()), query=choice.query),
            page.question(
                "Who is worth what, and who could be worth more?",
                "Customers differ in value: recency, frequency and money (RFM), and tiers by yearly spend and "
                "repurchases, so that marketing and service go where they pay (A-080…A-086, B-047…B-058, C-032…C-034).",
                serves="raise customer value contribution",
                needs="orders, customers, returns, order_items",
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
def renewed():
    edition, renew = mo.state(0)  # a saved rule makes the page answer anew
    return edition, renew


@app.cell(hide_code=True)
def chosen(bar, edition):
    edition()
    choice = page.choose(offer, bar.value)
    who = {"where": choice.where}
    sizes = study(shop, "tiers", **who)
    groups = study(shop, "rfm_segments", **who)
    buyers = int(groups.to_pandas().buyer_count.sum())
    tiers = list(SEGMENTS["value_tier"].labels(shop.rules))
    return buyers, choice, groups, sizes, tiers, who


@app.cell(hide_code=True)
def headline(buyers, choice, sizes, who):
    mo.stop(not buyers, page.empty("buyers"))
    _rich = study(shop, "concentration", **who).row
    _tier = sizes.row
    mo.vstack(
        [
            page.sentence(
                "The biggest tenth of {buyers} buyers brings {tenth} of all spend, the biggest fifth {fifth}; "
                "{count} customers are {tier} today and hold {share} of the last year’s spend.",
                buyers=buyers,
                tenth=RATE.text(_rich.top_10_share),
                fifth=RATE.text(_rich.top_20_share),
                count=int(_tier.customer_count),
                tier=_tier.value_tier,
                share=RATE.text(_tier.spend_share),
            ),
            page.headline(shop, choice, metrics.revenue_per_buyer, metrics.repeat_purchase_rate, metrics.buyer_rate),
        ]
    )
    return


@app.cell(hide_code=True)
def rfm_controls():
    bins = mo.ui.slider(3, 7, value=5, show_value=True, label="Scores from 1 to")
    frequency = mo.ui.dropdown(
        {"orders": "order_count", "purchase days": "purchase_day_count"}, "orders", label="Count"
    )
    spend = mo.ui.dropdown(
        {"after discounts": "ordered_spend", "net of returns": "net_spend", "gross": "gross_spend"},
        "after discounts",
        label="Spend",
    )
    amount = mo.ui.dropdown({"all of it": "sum", "per order": "mean"}, "all of it", label="as")
    mo.hstack([bins, frequency, spend, amount], justify="start", wrap=True)
    return amount, bins, frequency, spend


@app.cell(hide_code=True)
def finding_rfm(amount, bins, buyers, frequency, spend, who):
    mo.stop(not buyers)
    _asked = {"bins": bins.value, "frequency": frequency.value, "spend": spend.value, "amount": amount.value, **who}
    _grid = study(shop, "rfm_grid", **_asked)
    _ties = study(shop, "rfm_ties", **_asked).frame.set_index("part").split_count
    _scores = [str(score) for score in range(bins.value, 0, -1)]
    _best = _grid.to_pandas()[_grid.to_pandas().r_score + _grid.to_pandas().f_score == 2 * bins.value]
    _order = {"x_order": _scores[::-1], "y_order": _scores}
    _rows = _grid.to_pandas().rename(columns={"f_score": "frequency score"})
    page.figure(
        _grid,
        charts.heatmap(_rows, "frequency score", "r_score", "buyer_count", **_order),
        f"{_best.buyer_count.sum():,} buyers score highest on both: {RATE.text(_best.buyer_count.sum() / buyers)} of "
        f"the buyers, {RATE.text(_best.spend.sum() / _grid.to_pandas().spend.sum())} of the spend",
        f"Buyers by recency score (down, {bins.value} = latest) and frequency score (across, {frequency.selected_key}); "
        f"as of {shop.as_of}, n = {buyers:,} buyers. Equal values share a score: ranking (NTILE) would have split "
        f"{_ties['frequency']:,} buyers from their equals by frequency, {_ties['recency']:,} by recency and "
        f"{_ties['spend']:,} by spend. A score that nobody reaches stays empty.",
        **goal,
    )
    return


@app.cell(hide_code=True)
def weight_controls():
    _offered = {"Money ×": 2, "Frequency ×": 1, "Recency ×": 1}
    weights = mo.ui.array([mo.ui.slider(0, 5, value=v, show_value=True, label=name) for name, v in _offered.items()])
    weights.hstack(justify="start", wrap=True)
    return (weights,)


@app.cell(hide_code=True)
def finding_composite(buyers, groups, weights, who):
    mo.stop(not buyers or not any(weights.value))
    _money, _often, _lately = weights.value
    _bands = study(shop, "composite_bands", weights=f"{_money},{_often},{-_lately}", **who)
    _best, _top = _bands.row, groups.row
    _bars = {"unit": RATE, "n": "buyer_count", "as_given": True, "height": 220}
    page.two_up(
        page.figure(
            groups,
            charts.ranked_bars(groups.to_pandas(), "rfm_segment", "spend_share", **_bars),
            f"“{_top.rfm_segment.capitalize()}” is {RATE.text(_top.buyer_share)} of the buyers, "
            f"{RATE.text(_top.spend_share)} of the spend",
            f"Share of net spend so far by RFM group, as of {shop.as_of}; n = {buyers:,} buyers.",
            **goal,
        ),
        page.figure(
            _bands,
            charts.ranked_bars(_bands.to_pandas(), "band", "spend_share", **_bars),
            f"The best band of the weighted score holds {RATE.text(_best.spend_share)} of the spend",
            f"Share of net spend by fifth of your own weighted score (5 = best): percentile ranks of spend × {_money}, "
            f"orders × {_often}, recency × {_lately}; n = {buyers:,} buyers.",
            **goal,
        ),
    )
    return


@app.cell(hide_code=True)
def segmentation():
    by = mo.ui.dropdown(segmentations, "value tier", label="Segmentation", allow_select_none=False)
    by
    return (by,)


@app.cell(hide_code=True)
def finding_tiers(buyers, by, edition, who):
    mo.stop(not buyers)
    edition()
    page.group_sizes(study(shop, "tiers", segment=by.value, **who), SEGMENTS[by.value], shop.as_of)
    return


@app.cell(hide_code=True)
def finding_holes(buyers, edition, who):
    mo.stop(not buyers)
    edition()
    _rule = study(shop, "tier_rule", **who)
    _rows, _all = (
        _rule.to_pandas()[_rule.to_pandas().customer_count > 0].sort_values("cell"),
        _rule.to_pandas().customer_count.sum(),
    )
    _holes = _rows[_rows.is_fault]
    _named = {"of_year_repurchase_count": "repurchases in the year"}
    page.figure(
        _rule,
        charts.heatmap(
            _rows.rename(columns=_named),
            "repurchases in the year",
            "of_year_net_spend",
            "customer_count",
            y_order=list(dict.fromkeys(_rows.of_year_net_spend))[::-1],
            marked="is_fault",
            height=240,
        ),
        f"The written rule names no tier for {_holes.customer_count.sum():,} customers",
        f"Customers by net spend (down) and repurchases (across), last 365 days to {shop.as_of}; n = {_all:,} customers. "
        f"Amber: holes, where the rule of B-056…B-058 is silent and the lower of the two levels counts here. They hold "
        f"{RATE.text(_holes.year_net_spend.sum() / _rows.year_net_spend.sum())} of the spend.",
        frame=_rule.to_pandas().drop(columns=["cell", "of_year_net_spend", "of_year_repurchase_count", "cell_total"]),
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_readings(buyers, edition, tiers, who):
    mo.stop(not buyers)
    edition()
    _readings = study(shop, "tier_readings", **who)
    _rows = _readings.to_pandas().assign(moved=_readings.to_pandas().moved_up + _readings.to_pandas().moved_down)
    _orders = _rows[_rows.reading == "orders after the first"].moved.sum()
    page.figure(
        _readings,
        charts.ranked_bars(_rows.iloc[1:], "reading", "moved", as_given=True, height=200),
        f"Read “repurchases” as orders, not purchase days, and {_orders:,} customers change tier",
        f"Customers whose tier would change, up or down, under another reading of the rule; as of {shop.as_of}, "
        f"n = {_rows.iloc[0][tiers].sum():,} customers.",
        frame=_rows.drop(columns=["position", "moved"]),
        **goal,
    )
    return


@app.cell(hide_code=True)
def rule_text(edition, tiers):
    edition()
    editor = page.rule_editor(shop, "value_tier")
    mo.vstack(
        [
            page.finding("The rule in words", "{n} tiers, the best first; a customer is in exactly one.", n=len(tiers)),
            page.table(page.rules_sheet(shop, "value_tier")),
            page.currency_notice(shop),
            mo.accordion({"Edit the rules" if shop.audience == "analyst" else "The rules as written": editor}),
        ]
    )
    return (editor,)


@app.cell(hide_code=True)
def finding_effect(editor, who):
    proposal = page.proposed(shop, "value_tier", editor.value, who["where"])
    buttons = page.rule_buttons(shop, proposal)
    mo.vstack([proposal.shown, *([buttons.hstack(justify="start")] if shop.audience == "analyst" else [])])
    return buttons, proposal


@app.cell(hide_code=True)
def saving(buttons, proposal, renew):
    page.rule_saved(shop, proposal, buttons.value, lambda: renew(lambda n: n + 1))
    return


@app.cell(hide_code=True)
def migration_controls():
    _named = {name.replace("_", " "): name for name in ("value_tier", "rfm_tier", "rfm_segment")}
    moving = mo.ui.dropdown(_named, "value tier", label="Who moved between")
    apart = mo.ui.dropdown({"a year": 365, "half a year": 182, "a quarter": 90}, "a year", label="in")
    width = mo.ui.dropdown(list(page.MEASURES), next(iter(page.MEASURES)), label="Bands show")
    mo.hstack([moving, apart, width], justify="start", wrap=True)
    return apart, moving, width


@app.cell(hide_code=True)
def finding_migration(apart, buyers, edition, moving, who, width):
    mo.stop(not buyers)
    edition()
    _moves = study(shop, "migration", segment=moving.value, days=apart.value, **who)
    page.migrated(_moves, SEGMENTS[moving.value], SEGMENTS[moving.value].labels(shop.rules), width.value)
    return


@app.cell(hide_code=True)
def finding_outcomes(apart, buyers, edition, moving, who):
    mo.stop(not buyers)
    edition()
    _later = study(shop, "tier_outcomes", segment=moving.value, days=apart.value, **who)
    mo.stop(not len(_later.to_pandas()), page.empty("customers who were known at the earlier date"))
    _rows, _last = _later.to_pandas(), _later.to_pandas().iloc[-1]
    _against = f", against {RATE.text(_last.bought_rate)} of {_last.label}" if len(_rows) > 1 else ""
    _ends = {"unit": RATE, "n": "customer_count", "height": 60 + 40 * len(_rows)}
    page.figure(
        _later,
        charts.ranked_intervals(_rows, "label", "bought_rate", "low_rate", "high_rate", **_ends),
        f"Of “{_rows.label.iloc[0]}” customers {RATE.text(_rows.bought_rate.iloc[0])} bought in the time after{_against}",
        f"Share of each group of {str(_rows.first_on.iloc[0])[:10]} who bought before {str(_rows.second_on.iloc[0])[:10]}, "
        f"with 95 % intervals (Wilson); n = {_rows.customer_count.sum():,} customers. While the groups stand apart here, "
        "the rule still tells who buys.",
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_apart(buyers, choice, edition, tiers):
    mo.stop(not buyers)
    edition()
    _names = ("average_order_value", "orders_per_buyer", "revenue_per_buyer", "discount_rate", "return_rate_by_order")
    _names += ("visits_per_visitor", "pages_per_visit", "complaints_per_thousand_orders", "buyer_count")
    _apart = measure(shop, *(getattr(metrics, name) for name in _names), by="value_tier", **choice.asked)
    _rows = (
        _apart.to_pandas().dropna(axis="columns", how="all").set_index("value_tier").reindex(tiers).dropna(how="all")
    )
    mo.stop(not len(_rows), page.empty("orders"))
    page.figure(
        _apart,
        None,
        f"{_rows.index[0].capitalize()}: {_rows.orders_per_buyer.iloc[0]:.1f} orders a buyer"
        + (f", against {_rows.orders_per_buyer.iloc[-1]:.1f} in {_rows.index[-1]}" if len(_rows) > 1 else ""),
        f"What sets the tiers apart, {choice.during_text}; n = {int(_rows.buyer_count.sum()):,} buyers. Columns that "
        "this shop’s files cannot fill are not shown.",
    )
    return


@app.cell(hide_code=True)
def way_up(tiers):
    tier = mo.ui.dropdown(tiers[1:], value=tiers[1], label="Who is nearest to the tier above", allow_select_none=False)
    tier
    return (tier,)


@app.cell(hide_code=True)
def so_what(buyers, tier, who):
    mo.stop(not buyers)
    _next = study(shop, "next_tier", tier=tier.value, **who)
    mo.stop(not len(_next.to_pandas()), page.empty(f"“{tier.value}” customers with an order in the last year"))
    _all = int(_next.first["customer_total"])
    _near = int((_next.to_pandas().distance <= 0.1).sum())
    page.action(
        f"Invite the {tier.value} customers who lack the least",
        f"{_near:,} of the {len(_next.to_pandas()):,} nearest ({_all:,} in all) are within a tenth of the tier above. An offer "
        "for one more purchase costs least with them. Give it to a random half and keep the other half as it is: only "
        "the difference is the offer’s doing. The list names shop numbers, no person.",
        _next.told(
            _next.to_pandas().drop(columns=["customer_total", "distance"]).dropna(axis="columns", how="all"), of=_all
        ),
        file_name="nearest-to-next-tier",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Set the scores to three and to seven. Which group changes more, and why does the lowest frequency score stay so full?

    Change a bound in the rule. Predict how many customers move before you look at the matrix.

    Who would pay for a tier that half of its members reached by one big order? Look at the amber fields and argue.
    """)
    return


@app.cell(hide_code=True)
def definitions():
    _studies = "rfm rfm_ties composite_score composite_bands tiers tier_rule tier_readings rule_moves rule_effect"
    _studies += " migration tier_outcomes next_tier"
    _names = "revenue_per_buyer repeat_purchase_rate buyer_rate average_order_value orders_per_buyer discount_rate"
    _names += " return_rate_by_order visits_per_visitor pages_per_visit complaints_per_thousand_orders"
    page.definitions(
        [
            *(SEGMENTS[name] for name in segmentations.values()),
            *(STUDIES[name] for name in _studies.split()),
            *(getattr(metrics, name) for name in _names.split()),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
