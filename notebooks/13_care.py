# chapter: Customer care
# 中文: 客户经营
# question: Whom do we look after, how, and what may it cost?
# goal: Raise customer value contribution
# needs: orders, customers, returns, order_items, tickets

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Customer care")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.declare import SEGMENTS
    from customary.units import RATE

    shop = open_shop()
    goal = "Raise customer value contribution"
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    best = SEGMENTS["value_tier"].labels(shop.rules)[0]
    pairs = {
        "loyal against lost, by lifecycle stage": ("lifecycle_stage", "maturity", "lost"),
        "loyal against churn risk, by RFM": ("rfm_tier", "loyal", "churn risk"),
        "the best value tier against all others": ("value_tier", "", ""),
    }
    pairs = {said: pair for said, pair in pairs.items() if pair[0] in SEGMENTS}


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "13_care",
        "Whom do we look after, how, and what may it cost?",
        "Tiers serve marketing, service and the use of what there is: on how few the revenue depends, what loyal customers do "
        "differently, which service each tier gets, and who needs care today.",
        serves="raise customer value contribution",
        needs="orders, customers, returns, order_items, tickets",
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
    who = {"where": choice.where}
    rich, curve = study(shop, "concentration", **who), study(shop, "lorenz", **who)
    buyers = int(rich.first["buyer_count"] or 0)
    return buyers, choice, curve, rich, who


@app.cell(hide_code=True)
def answers(choice, who):
    fresh, worry = study(shop, "first_time_buyers", **who), study(shop, "high_value_care", **who)
    mix = study(shop, "tier_categories", **choice.query_options)
    classes = {of: study(shop, "abc", of=of, **choice.query_options) for of in ("customers", "products")}
    together, offered = study(shop, "product_pairs", **who), study(shop, "services", **who)
    return classes, fresh, mix, offered, together, worry


@app.cell(hide_code=True)
def headline(buyers, choice, fresh, rich, worry):
    mo.stop(not buyers, page.empty("buyers"))
    _said = page.sentence(
        "The biggest fifth of {buyers} buyers brings {fifth} of all spend. Today {new} first-time buyers and {worry} customers "
        "of the best tier want attention.",
        rich,
        fresh,
        worry,
        buyers=buyers,
        fifth=rich.text("top_20_share"),
        new=fresh.rows_total,
        worry=worry.rows_total,
    )
    _tiles = ("returning_buyer_rate", "repeat_purchase_rate", "revenue_per_buyer", "net_promoter_score")
    mo.vstack([_said, page.headline(shop, choice, *_tiles)])
    return


@app.cell(hide_code=True)
def finding_concentration(buyers, curve, rich):
    mo.stop(not buyers)
    _titles = {"people_title": "share of buyers, smallest spender first", "value_title": "share of spend"}
    page.figure(
        rich,
        charts.lorenz(curve.to_pandas(), "buyer_share", "spend_share", mark_at=0.8, **_titles),
        f"The top 1 % of the buyers bring {rich.text('top_1_share')} of the spend, the top 10 % {rich.text('top_10_share')}, "
        f"the top 20 % {rich.text('top_20_share')}",
        f"Spend after discounts, all of the data to {shop.as_of}; n = {buyers:,} buyers. On the dashed line all would spend the "
        f"same; the Gini coefficient is {rich.first['gini']:.2f} (0 there, near 1 if one spent everything).",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_abc(buyers, choice, classes):
    mo.stop(not buyers)
    mo.stop(not all(found.rows_total for found in classes.values()), page.empty("orders"))
    _figures = []
    for _of, _abc in classes.items():
        _rows = _abc.to_pandas()
        _n = int(_rows.thing_count.sum())
        _drawn = charts.ranked_bars(_rows, "abc", "thing_share", n="thing_count", as_given=True, height=160)
        _said = f"Share of the {_of} in class A, B and C of revenue after discounts, {choice.during_text}; n = {_n:,}. "
        _title = f"{_abc.text('thing_count')} of {_n:,} {_of} bring {_abc.text('revenue_share')} of the revenue"
        _figures.append(page.figure(_abc, _drawn, _title, _said + "Equal values share a class.", goal=goal))
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def pair():
    against = mo.ui.dropdown(pairs, next(iter(pairs)), label="Compare", allow_select_none=False)
    against
    return (against,)


@app.cell(hide_code=True)
def contrasts(against, who):
    _segment, _first, _second = against.value
    apart = study(shop, "contrast", segment=_segment, first=_first, second=_second, **who)
    return (apart,)


@app.cell(hide_code=True)
def finding_contrast(apart, buyers):
    mo.stop(not buyers)
    mo.stop(not apart.rows_total, page.empty("groups of enough customers"))
    _rows = apart.to_pandas()
    _first, _second = str(_rows["first"].iloc[0]), str(_rows["second"].iloc[0])
    _ways = _rows[_rows.kind == "behaviour"]
    _clear = _ways[~_ways.is_defining & (_ways.verdict != "not clear")]
    _said = "; ".join(
        f"{row.name_} {row.verdict}" for row in _clear.rename(columns={"name": "name_"}).head(3).itertuples()
    )
    _columns = ["name", "zh", "first_value", "first_count", "second_value", "second_count", "difference", "verdict"]
    page.figure(
        apart,
        None,
        f"{_first.capitalize()} against {_second}: {_said}" if _said else f"{_first.capitalize()} act like {_second}",
        f"Means per customer of {_first} (first) and {_second} (second), as of {shop.as_of}; significant is what its 99 % "
        "interval keeps apart from nothing (Welch). What the groups are sorted by says nothing new.",
        frame=_ways[[*_columns, "is_defining"]],
        most=30,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_traits(apart, buyers):
    mo.stop(not buyers or not apart.rows_total)
    _all = apart.to_pandas()
    _first, _second, _rows = str(_all["first"].iloc[0]), str(_all["second"].iloc[0]), _all[_all.kind == "attribute"]
    _clear = _rows[_rows.verdict != "not clear"]
    _clear = _clear.assign(trait=_clear.name + ": " + _clear.value.astype(str))
    _none = f"No attribute sets {_first} significantly apart from {_second}."
    mo.stop(not len(_clear), page.sentence(_none, apart))
    _drawn, _height = _clear.head(12), max(180, 30 * len(_clear.head(12)))
    page.figure(
        apart,
        charts.ranked_intervals(
            _drawn,
            "trait",
            "difference",
            "low_difference",
            "high_difference",
            unit=RATE,
            n="first_count",
            average=0,
            height=_height,
        ),
        f"{_first.capitalize()} against {_second}: {_clear.trait.iloc[0]} differs most",
        f"Share among {_first} minus share among {_second}, points of per cent with the 99 % interval (Newcombe); "
        f"{len(_drawn)} of {len(_clear)} significant ones of {len(_rows)} values, as of {shop.as_of}.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_taste(buyers, choice, mix):
    mo.stop(not buyers)
    _tiers, _rows = list(SEGMENTS["value_tier"].labels(shop.rules)), mix.to_pandas()
    mo.stop(set(_rows.category) <= {"unknown"}, page.missing("products with categories", "what each tier prefers"))
    _named = _rows[_rows.category != "others"].sort_values("spend_share")
    _first = _named.drop_duplicates("value_tier", keep="last").set_index("value_tier")
    _said = ", ".join(f"{_first.category[tier]} ({tier})" for tier in _tiers if tier in _first.index)
    page.figure(
        mix,
        charts.heatmap(_rows, "value_tier", "category", "spend_share", x_order=_tiers),
        f"First category: {_said}",
        f"Share (%) of a tier’s spend by category, biggest first, {choice.during_text}; n = {buyers:,} buyers so far.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_pairs(buyers, together):
    mo.stop(not buyers)
    mo.stop(not together.rows_total, page.empty("products that enough customers bought together"))
    _top = together.first
    _shown = [
        "first_name",
        "second_name",
        "both_count",
        "open_count",
        "both_rate",
        "low_rate",
        "high_rate",
        "usual_rate",
        "lift",
    ]
    page.figure(
        together,
        None,
        f"{_top['open_count']:,} buyers of {_top['first_name']} have not bought {_top['second_name']}, which goes with it",
        f"Pairs that at least as many customers bought as the study asks for, the lift whose interval lies highest first; n = "
        f"{buyers:,} buyers, {together.rows_total:,} pairs. Past purchases, not a cause: an offer to a random half tells "
        "whether it works.",
        frame=together.to_pandas()[_shown],
        most=8,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def budget_controls():
    _plan = shop.rules["budget"]["budget"]
    budget = mo.ui.number(0, 10_000_000, value=_plan["total"], step=500, label=f"Budget ({shop.currency})")
    margin = mo.ui.slider(5, 80, value=round(100 * _plan["gross_margin"]), show_value=True, label="Gross margin %")
    response = mo.ui.slider(25, 200, value=100, step=25, show_value=True, label="Response, % of what is assumed")
    mo.hstack([budget, margin, response], justify="start", wrap=True)
    return budget, margin, response


@app.cell(hide_code=True)
def finding_budget(budget, buyers, margin, response, who):
    mo.stop(not buyers)
    _assumed = {"budget": float(budget.value or 0), "margin": margin.value / 100, "response": response.value / 100}
    plan = study(shop, "tier_budget", **_assumed, **who)
    _rows = plan.to_pandas()
    _spent, _profit = (plan.text(name, _rows[name].sum()) for name in ("expected_spend", "expected_profit"))
    _low, _high = (plan.text("expected_profit", _rows[name].sum()) for name in ("low", "high"))
    page.figure(
        plan,
        charts.ranked_intervals(
            _rows, "value_tier", "expected_profit", "low", "high", n="contacted_count", average=0, height=200
        ),
        f"{_spent} spent on {_rows.contacted_count.sum():,} contacts may bring {_profit} after all costs",
        f"Expected profit by tier; from both response and order value at their low end ({_low} in all) to both at their high end "
        f"({_high}). n = {_rows.customer_count.sum():,} customers. Response and costs are assumptions, in the table; only the "
        "value of an order is measured. The money goes where a unit of cost brings most, and nowhere at a loss.",
        goal=goal,
    )
    return (plan,)


@app.cell(hide_code=True)
def finding_services(buyers, offered):
    mo.stop(not buyers)
    _rows = offered.to_pandas()
    _widest = _rows.loc[_rows.customer_count.idxmax()]
    page.figure(
        offered,
        None,
        f"{len(_rows)} services for {_rows.label.nunique()} groups; “{_widest['name']}” goes to {_widest.customer_count:,} "
        "customers",
        f"Who is to get which service, as of {shop.as_of}; a customer may be in several groups.",
        frame=_rows[["label", "name", "zh", "customer_count", "act"]],
        most=40,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_first_time(buyers, fresh):
    mo.stop(not buyers)
    mo.stop(not fresh.rows_total, page.empty("recent first-time buyers"))
    _trouble = fresh.text("trouble_total")
    page.figure(
        fresh,
        None,
        f"{fresh.rows_total:,} first-time buyers have not come back yet; {_trouble} began with a late or returned order",
        f"Customers whose only purchase is recent, as of {shop.as_of}; trouble first, then the newest.",
        most=8,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_high_value(buyers, worry):
    mo.stop(not buyers)
    mo.stop(not worry.rows_total, page.empty(f"“{best}” customers with a sign of trouble"))
    page.figure(
        worry,
        None,
        f"{worry.rows_total:,} of {worry.text('tier_total')} {best} customers show a sign of trouble",
        f"Overdue by their own rhythm, or lately a complaint, a return or a late delivery, as of {shop.as_of}; most signs and "
        "most spend first. Tables that the shop lacks give no sign.",
        most=8,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def service_choice(offered):
    _names = {f"{row['name']} {row['zh']}": row["name"] for row in offered.to_pylist()}
    service = mo.ui.dropdown(_names, next(iter(_names)), label="List for", allow_select_none=False)
    service
    return (service,)


@app.cell(hide_code=True)
def so_what(buyers, service, who):
    mo.stop(not buyers)
    listed = study(shop, "service_list", service=service.value, **who)
    mo.stop(not listed.rows_total, page.empty(f"customers for {service.selected_key}"))
    page.action(
        f"Hand on the list for {service.selected_key}",
        f"{listed.rows_total:,} customers are to get it, the biggest spenders of the year first. Give it to a random half where "
        "that is fair, and keep the other half as it is: only the difference is the service’s doing. Shop numbers, no person.",
        listed,
        most=10,
        file_name=f"service-{service.value}",
    )
    return (listed,)


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Halve the response rate. Which tier loses its contacts first, and is that the tier you would give up?

    Loyal customers bring more back. Does that make returns good? Say what else would have to be true.

    Find a class-A product that nobody of the best tier buys. Is it a gateway or a dead end?
    """)
    return


@app.cell(hide_code=True)
def definitions(classes, curve, fresh, mix, offered, rich, together, worry):
    page.definitions(rich, curve, *classes.values(), mix, together, offered, fresh, worry)
    return


if __name__ == "__main__":
    app.run()
