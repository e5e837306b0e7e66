# chapter: Best customers
# 中文: 核心客户
# question: On whom does the revenue depend, and what sets them apart?
# goal: Raise customer value contribution
# needs: orders, customers, order_items, products
# figure: concentration.top_20_share

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Best customers")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.declare import SEGMENTS
    from customary.page.superlatives import first_of
    from customary.units import RATE

    shop = open_shop()
    goal = "Raise customer value contribution"
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
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
        "20_best_customers",
        "On whom does the revenue depend, and what sets them apart?",
        "A few customers bring much of the revenue. What they do, who they are and what they buy shows whom else to win over, "
        "and with what.",
        serves="raise customer value contribution",
        needs="orders, customers, order_items, products",
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
    rich, curve = study(shop, "concentration", **who), study(shop, "lorenz", **who)
    buyers = int(rich.first["buyer_count"] or 0)
    return buyers, choice, curve, rich, who


@app.cell(hide_code=True)
def answers(choice, who):
    mix, together = study(shop, "tier_categories", **choice.query_options), study(shop, "product_pairs", **who)
    classes = {of: study(shop, "abc", of=of, **choice.query_options) for of in ("customers", "products")}
    return classes, mix, together


@app.cell(hide_code=True)
def headline(buyers, choice, rich):
    mo.stop(not buyers, page.empty("buyers"))
    _said = page.sentence(
        "The biggest tenth of {buyer_count} buyers brings {top_10_share} of all spend so far, the biggest fifth "
        "{top_20_share}.",
        rich,
    )
    _tiles = ("revenue_per_buyer", "orders_per_buyer", "average_order_value", "returning_buyer_rate")
    mo.vstack([_said, page.headline(shop, choice, *_tiles)])
    return


@app.cell(hide_code=True)
def finding_concentration(buyers, curve, rich):
    mo.stop(not buyers)
    _titles = {"people_title": "share of buyers, smallest spender first", "value_title": "share of spend"}
    page.figure(
        rich,
        charts.lorenz(curve.to_pandas(), "buyer_share", "spend_share", mark_at=0.8, **_titles),
        f"The top 1% of the buyers bring {rich.text('top_1_share')} of the spend, the top 10% {rich.text('top_10_share')}, "
        f"the top 20% {rich.text('top_20_share')}",
        f"Spend after discounts, all of the data to {shop.as_of}; n = {buyers:,} buyers. On the dashed line all would spend the "
        f"same; the Gini coefficient is {rich.first['gini']:.2f} (0 there, near 1 if one spent everything).",
        beside=[curve],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_abc(buyers, choice, classes):
    mo.stop(not buyers)
    _figures, _known = [], {of: found for of, found in classes.items() if found.rows_total}
    mo.stop(not _known, page.empty("orders"))
    for _of, _abc in _known.items():
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
        f"Means per customer of {_first} (first) and {_second} (second), as of {shop.as_of}; significant is what its 99% "
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
    _clear = _clear.assign(trait=_clear.label.astype(str) + " – " + _clear.name)
    _none = f"No attribute sets {_first} significantly apart from {_second}."
    mo.stop(not len(_clear), page.sentence(_none, apart))
    _drawn, _ends = _clear.head(12), ("low_difference", "high_difference")
    page.figure(
        apart,
        charts.ranked_intervals(_drawn, "trait", "difference", *_ends, unit=RATE, n="first_count", average=0),
        f"{_first.capitalize()} against {_second}: {_clear.trait.iloc[0]} differs significantly",
        f"Share among {_first} minus share among {_second}, points of per cent with the 99% interval (Newcombe); "
        f"{len(_drawn)} of {len(_clear)} significant ones of {len(_rows)} values, as of {shop.as_of}.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_taste(buyers, choice, mix):
    mo.stop(not buyers)
    _tiers, _rows = list(SEGMENTS["value_tier"].labels(shop.rules)), mix.to_pandas()
    mo.stop(set(_rows.category) <= {"unknown"}, page.missing("products with categories", "what each tier prefers"))
    _named = {tier: _rows[(_rows.value_tier == tier) & (_rows.category != "others")] for tier in _tiers}
    _tops = {tier: first_of(part, "category", "spend_share").say("{names}", "") for tier, part in _named.items()}
    _said = ", ".join(f"{name} ({tier})" for tier, name in _tops.items() if name)
    _one = set(filter(None, _tops.values()))
    page.figure(
        mix,
        charts.heatmap(_rows, "value_tier", "category", "spend_share", x_order=_tiers),
        f"First category by spend in every tier: {min(_one)}"
        if len(_one) == 1
        else f"First category by spend: {_said}",
        f"Share (%) of a tier’s spend by category, biggest first, {choice.during_text}; n = {buyers:,} buyers so far.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_pairs(buyers, together):
    mo.stop(not buyers)
    mo.stop(not shop.snapshot.rows["items"], page.missing("order_items", "which products go together"))
    mo.stop(not together.rows_total, page.empty("products that enough customers bought together"))
    _top = together.first
    _shown = ["first_name", "second_name", "both_count", "open_count", "both_rate", "low_rate", "high_rate"]
    _shown += ["usual_rate", "lift"]
    page.figure(
        together,
        None,
        f"{together.text('open_count')} buyers of {_top['first_name']} have not bought {_top['second_name']}, which goes with it",
        f"Pairs that at least as many customers bought as the study asks for, the lift whose interval lies highest first; n = "
        f"{buyers:,} buyers, {together.rows_total:,} pairs. Past purchases, not a cause: an offer to a random half tells "
        "whether it works.",
        frame=together.to_pandas()[_shown],
        most=8,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def so_what(buyers, together):
    mo.stop(not buyers or not together.rows_total)
    page.action(
        "Offer what goes together to those who have half of it",
        f"{together.rows_total:,} pairs of products were bought by enough customers to compare. Begin with the first: offer "
        f"{together.first['second_name']} to those who have only {together.first['first_name']}, to a random half of them, for "
        "only the difference is the offer’s doing.",
        together,
        columns=["first_name", "second_name", "both_count", "open_count", "usual_rate", "both_rate"],
        most=10,
        file_name="products-that-go-together",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Loyal customers bring more back. Does that make returns good? Say what else would have to be true.

    Find a class-A product that nobody of the best tier buys. Is it a gateway or a dead end?
    """)
    return


@app.cell(hide_code=True)
def definitions(apart, classes, curve, mix, rich, together):
    page.definitions(rich, curve, *classes.values(), apart, mix, together)
    return


if __name__ == "__main__":
    app.run()
