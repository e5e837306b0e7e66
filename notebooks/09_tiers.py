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

    from customary import charts, metrics, open_shop, page, standard
    from customary.page.chapters import chapters
    from customary.words import MONEY, RATE, SEGMENTS, STUDIES

    shop = open_shop()
    levels = standard.rules("tiers")["value_tier"]["levels"]
    tiers = [level["name"] for level in reversed(levels)]
    offer = page.offered(shop, wheres=page.varied(shop, "country", "region", "acquisition_channel", frame="customers"))


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
                needs=("orders", "customers", "returns", "order_items"),
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
    sizes = page.studied(shop, "tiers", **who)
    groups = page.studied(shop, "rfm_segments", **who)
    buyers = int(groups.frame.buyer_count.sum())
    return buyers, choice, groups, sizes, who


@app.cell(hide_code=True)
def headline(buyers, choice, sizes, who):
    mo.stop(not buyers, page.empty("buyers"))
    _rich = page.studied(shop, "concentration", **who).frame
    _tier = sizes.row
    mo.vstack(
        [
            page.sentence(
                "The biggest tenth of {buyers} buyers brings {tenth} of all spend, the biggest fifth {fifth}; "
                "{count} customers are {tier} today and hold {share} of the last year’s spend.",
                buyers=buyers,
                tenth=RATE.text(_rich.spend_share[_rich.buyer_share <= 0.11].max()),
                fifth=RATE.text(_rich.spend_share[_rich.buyer_share <= 0.21].max()),
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
    mo.hstack([bins, frequency, spend], justify="start", wrap=True)
    return bins, frequency, spend


@app.cell(hide_code=True)
def finding_rfm(bins, buyers, frequency, spend, who):
    mo.stop(not buyers)
    _asked = {"bins": bins.value, "frequency": frequency.value, "spend": spend.value, **who}
    _grid = page.studied(shop, "rfm_grid", **_asked)
    _ties = page.studied(shop, "rfm_ties", **_asked).frame.set_index("part").split_count
    _scores = [str(score) for score in range(bins.value, 0, -1)]
    _best = _grid.frame[_grid.frame.r_score + _grid.frame.f_score == 2 * bins.value]
    _grid.figure(
        f"{_best.buyer_count.sum():,} buyers score highest on both: {RATE.text(_best.buyer_count.sum() / buyers)} of "
        f"the buyers, {RATE.text(_best.spend.sum() / _grid.frame.spend.sum())} of the spend",
        charts.heatmap(
            _grid.frame.rename(columns={"f_score": "frequency score"}),
            "frequency score",
            "r_score",
            "buyer_count",
            x_order=_scores[::-1],
            y_order=_scores,
        ),
        f"Buyers by recency score (down, {bins.value} = latest) and frequency score (across, {frequency.selected_key}); "
        f"as of {shop.as_of}, n = {buyers:,} buyers. Equal values share a score: ranking (NTILE) would have split "
        f"{_ties['frequency']:,} buyers from their equals by frequency, {_ties['recency']:,} by recency and "
        f"{_ties['spend']:,} by spend. A score that nobody reaches stays empty.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_groups(buyers, groups):
    mo.stop(not buyers)
    _rows = groups.frame
    _top = _rows.iloc[0]
    groups.figure(
        f"“{_top.rfm_segment.capitalize()}” is {RATE.text(_top.buyer_share)} of the buyers and "
        f"{RATE.text(_top.spend_share)} of the spend",
        charts.ranked_bars(_rows, "rfm_segment", "spend_share", unit=RATE, n="buyer_count", as_given=True, height=220),
        f"Share of net spend so far by RFM group (five scores of orders), as of {shop.as_of}; n = {buyers:,} buyers.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_tiers(buyers, sizes):
    mo.stop(not buyers)
    _rows = sizes.frame
    _told = "; ".join(
        f"{level['name']} ({level['zh']}) from {MONEY.text(level['spend'], shop.currency)} and "
        f"{level['repurchases']} repurchases"
        for level in levels
    )
    _alone = "" if len(_rows) > 1 else " – nobody reaches the next bound"
    page.two_up(
        *(
            sizes.figure(
                f"{_rows.iloc[0].value_tier.capitalize()}: {RATE.text(_rows.iloc[0][share])} of the {of}{_alone}",
                charts.ranked_bars(
                    _rows, "value_tier", share, unit=RATE, n=n, colour="value_tier", as_given=True, height=160
                ),
                f"Share of {of} by value tier, last 365 days to {shop.as_of}; n = {_rows[n].sum():,} customers. {_told}.",
                goal="Raise customer value contribution",
            )
            for share, of, n in (
                ("customer_share", "customers", "customer_count"),
                ("spend_share", "net spend", "year_buyer_count"),
            )
        )
    )
    return


@app.cell(hide_code=True)
def finding_holes(buyers, who):
    mo.stop(not buyers)
    _rule = page.studied(shop, "tier_rule", **who)
    _holes = _rule.frame[_rule.frame.is_hole]
    _rule.figure(
        f"The written rule names no tier for {_holes.customer_count.sum():,} customers",
        charts.heatmap(
            _rule.frame,
            "repurchase_level",
            "spend_level",
            "customer_count",
            x_order=tiers[::-1],
            y_order=tiers,
            marked="is_hole",
            height=240,
        ),
        f"Customers by spend level (down) and repurchase level (across), last 365 days to {shop.as_of}; "
        f"n = {_rule.frame.customer_count.sum():,} customers. Amber: the two levels differ, so the rule of B-056…B-058 "
        f"is silent; here the lower of the two counts. They hold "
        f"{RATE.text(_holes.year_net_spend.sum() / _rule.frame.year_net_spend.sum())} of the spend.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_readings(buyers, who):
    mo.stop(not buyers)
    _readings = page.studied(shop, "tier_readings", **who)
    _rows = _readings.frame.assign(moved=_readings.frame.moved_up + _readings.frame.moved_down)
    _orders = _rows[_rows.reading == "orders after the first"].moved.sum()
    _readings.figure(
        f"Read “repurchases” as orders, not purchase days, and {_orders:,} customers change tier",
        charts.ranked_bars(_rows.iloc[1:], "reading", "moved", as_given=True, height=200),
        f"Customers whose tier would change, up or down, under another reading of the rule; as of {shop.as_of}, "
        f"n = {_rows.iloc[0][tiers].sum():,} customers.",
        frame=_rows.drop(columns=["position", "moved"]),
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_concentration(buyers, who):
    mo.stop(not buyers)
    _curve = page.studied(shop, "lorenz", **who)
    _small = _curve.frame.iloc[(_curve.frame.buyer_share - 0.8).abs().argmin()]
    _curve.figure(
        f"The biggest {RATE.text(1 - _small.buyer_share)} of the buyers bring {RATE.text(1 - _small.spend_share)} of "
        "the spend",
        charts.lorenz(
            _curve.frame,
            "buyer_share",
            "spend_share",
            mark_at=0.8,
            people_title="share of buyers, smallest spender first",
            value_title="share of spend",
        ),
        f"Spend after discounts, all of the data to {shop.as_of}; n = {buyers:,} buyers. On the dashed line all would "
        "spend the same.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_apart(buyers, choice):
    mo.stop(not buyers)
    _apart = page.measured(
        shop,
        choice,
        metrics.average_order_value,
        metrics.orders_per_buyer,
        metrics.revenue_per_buyer,
        metrics.discount_rate,
        metrics.return_rate_by_order,
        metrics.visits_per_visitor,
        metrics.pages_per_visit,
        metrics.complaints_per_thousand_orders,
        metrics.buyer_count,
        by="value_tier",
    )
    _rows = _apart.frame.dropna(axis="columns", how="all").set_index("value_tier").reindex(tiers).dropna(how="all")
    mo.stop(not len(_rows), page.empty("orders"))
    _apart.figure(
        f"{_rows.index[0].capitalize()}: {_rows.orders_per_buyer.iloc[0]:.1f} orders a buyer"
        + (f", against {_rows.orders_per_buyer.iloc[-1]:.1f} in {_rows.index[-1]}" if len(_rows) > 1 else ""),
        page.table(_apart.told(_rows.reset_index())),
        f"What sets the tiers apart, {page.spoken(choice.during)}; n = {int(_rows.buyer_count.sum()):,} buyers. Columns that "
        "this shop's files cannot fill are not shown.",
    )
    return


@app.cell(hide_code=True)
def finding_taste(buyers, choice):
    mo.stop(not buyers)
    _mix = page.studied(shop, "tier_categories", during=choice.during, where=choice.where)
    mo.stop(set(_mix.frame.category) <= {"unknown"}, page.missing("products with categories", "what each tier prefers"))
    _named = _mix.frame[_mix.frame.category != "others"].sort_values("spend_share")
    _first = _named.drop_duplicates("value_tier", keep="last").set_index("value_tier")
    _mix.figure(
        "First category: " + ", ".join(f"{_first.category[tier]} ({tier})" for tier in tiers if tier in _first.index),
        charts.heatmap(_mix.frame, "value_tier", "category", "spend_share", unit=RATE, x_order=tiers),
        f"Share (%) of a tier’s spend by category, biggest first, {page.spoken(choice.during)}; "
        f"n = {buyers:,} buyers so far.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def way_up():
    tier = mo.ui.dropdown(tiers[1:], value=tiers[1], label="Who is nearest to the tier above")
    tier
    return (tier,)


@app.cell(hide_code=True)
def so_what(buyers, tier, who):
    mo.stop(not buyers)
    _next = page.studied(shop, "next_tier", tier=tier.value, **who)
    mo.stop(not len(_next.frame), page.empty(f"“{tier.value}” customers with an order in the last year"))
    _all = int(_next.row.customer_total)
    _near = int((_next.frame.distance <= 0.1).sum())
    page.action(
        f"Invite the {tier.value} customers who lack the least",
        f"{_near:,} of the {len(_next.frame):,} nearest ({_all:,} in all) are within a tenth of the tier above. An offer "
        "for one more purchase costs least with them. Give it to a random half and keep the other half as it is: only "
        "the difference is the offer’s doing. The list names shop numbers, no person.",
        _next.told(_next.frame.drop(columns=["customer_total", "distance"]).dropna(axis="columns", how="all"), of=_all),
        file_name="nearest-to-next-tier",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Set the scores to three and to seven. Which group changes more, and why does the lowest frequency score stay so full?

    Change a bound in data/tiers.toml. Predict how many customers move before you look at the sensitivity figure.

    Who would pay for a tier that half of its members reached by one big order? Look at the amber fields and argue.
    """)
    return


@app.cell(hide_code=True)
def definitions():
    page.definitions(
        [
            *(SEGMENTS[name] for name in ("value_tier", "spend_level", "repurchase_level", "rfm_segment")),
            *(STUDIES[name] for name in ("rfm_ties", "tier_rule", "tier_readings", "lorenz", "next_tier")),
            metrics.revenue_per_buyer,
            metrics.repeat_purchase_rate,
            metrics.buyer_rate,
            metrics.average_order_value,
            metrics.orders_per_buyer,
            metrics.discount_rate,
            metrics.return_rate_by_order,
            metrics.visits_per_visitor,
            metrics.pages_per_visit,
            metrics.complaints_per_thousand_orders,
        ]
    )
    return


if __name__ == "__main__":
    app.run()
