# chapter: Products
# 中文: 商品口碑与新品
# question: Which products please, which disappoint, and are new ones tried?
# goal: Drive product and service innovation
# needs: order_items, orders, products, returns, tickets, responses
# figure: product_count

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Products")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.superlatives import first_of, lowest
    from customary.wording import say, word

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "channel", splits=False)
    has = shop.snapshot.rows
    goal = "Drive product and service innovation"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "16_products",
        "Which products please, which disappoint, and are new ones tried?",
        "What sells most. Reviews, returns and complaints judge a product with chance taken out; new products are tried or "
        "not; categories grow or shrink.",
        serves="drive product and service innovation",
        needs="orders, order_items, products, returns, tickets, responses",
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
    asked = choice.query_options
    goods, stars = study(shop, "problem_products", **asked), study(shop, "review_products", **asked)
    launches, trial = study(shop, "product_launches", **asked), study(shop, "new_product_trial", **asked)
    trend, bands = study(shop, "category_growth", **asked), study(shop, "price_bands", **asked)
    products, fees = study(shop, "products", **asked), study(shop, "charges", **asked)
    return bands, choice, fees, goods, launches, products, stars, trend, trial


@app.cell(hide_code=True)
def headline(choice, goods):
    mo.stop(not has["items"], page.missing("order_items", "which products please and which disappoint"))
    mo.stop(not goods.rows_total, page.empty("products in 20 orders that are 30 days old"))
    _said = page.sentence(
        "{signal_total} of {total_rows:,} products that were bought often enough have a bad signal – returns, complaints "
        "or reviews beyond chance.",
        goods,
    )
    _tiles = ("product_count", "item_revenue", "return_rate_by_unit", "average_review_score")
    mo.vstack([_said, page.headline(shop, choice, *_tiles)])
    return


@app.cell(hide_code=True)
def finding_sales(choice, fees, products):
    mo.stop(not products.rows_total)
    _rows, _fees = products.to_pandas(15), fees.to_pandas()
    _apart = "{lines:,} lines of postage, fees and the like are no products; {amount} of them counts in sales."
    page.figure(
        products,
        charts.ranked_bars(_rows, "product_name", "net_revenue", n="order_count", height=360),
        first_of(_rows, "product_name", "net_revenue").say("“{names}” sells most: {value}", "Several products lead"),
        (
            "Products by revenue of their lines less what of these orders came back so far, {currency}, {during}; {shown} "
            "of {total_rows:,} products.",
            _apart if len(_fees) else "",
        ),
        shown=len(_rows),
        lines=_fees.line_count.sum(),
        amount=fees.text("amount", _fees.amount[_fees.outcome == "counted"].sum()),
        beside=[fees],
        during=choice.during_text,
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_problems(goods):
    mo.stop(not has["items"] or not goods.rows_total)
    _rows = goods.to_pandas()
    _bad = _rows[_rows.bad_signal_count > 0]
    _sure = int(_bad.is_problem.sum())
    _shown = ["product_name", "bad_signal_count", "order_count", "return_shrunk_rate", "return_usual_rate"]
    _shown += ["complaint_shrunk_rate", "complaint_usual_rate", "review_score"]
    page.figure(
        goods,
        None,
        "Products with two bad signals or more of returns, complaints, reviews: {sure:,}"
        if _sure
        else "No product has two bad signals or more of returns, complaints, reviews",
        "Products by bad signals, then returns beyond the usual of their category, {during}; chance taken out; orders "
        "younger than 30 days are left out. {signal_total} of {total_rows:,} products have a bad signal.",
        sure=_sure,
        frame=(_bad if len(_bad) else _rows)[_shown].dropna(axis="columns", how="all"),
        most=12,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_reviews(stars):
    mo.stop(not stars.rows_total, page.missing("reviews by product", "which products please and which disappoint"))
    _rows = stars.to_pandas(12)
    _low, _one = _rows[_rows.verdict == "truly low"], _rows.iloc[0]
    _spoken = tuple(_low.product_name)
    _lowest = lowest(_rows, "product_name", "score").say("Lowest: “{names}”, {value} stars.", "")
    page.figure(
        stars,
        charts.ranked_intervals(
            _rows, "product_name", "score", "low_score", "high_score", average=_one.shop_score, highlight=_spoken
        ),
        "{low_count} of the {shown} lowest are significantly below the shop’s {stars:.2f} stars",
        (
            _lowest,
            "Average stars by product, drawn toward the shop’s average (dashed) the fewer the reviews, 95% intervals, "
            "{during}; the {shown} lowest of {total_rows:,} products. Raw averages stand in the table.",
        ),
        low_count=len(_low),
        shown=len(_rows),
        stars=_one.shop_score,
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_new(launches, trial):
    mo.stop(not has["items"])
    _table = "products with a launch date in the period"
    mo.stop(not launches.rows_total, page.missing(_table, "who tries new products"))
    _old = launches.to_pandas().query("is_mature")
    _mature, _unsold = _old.head(12), (_old.buyer_count == 0).sum()
    _young = "The new products are all younger than 90 days: too early to judge."
    mo.stop(not len(_mature), page.sentence(_young, launches))
    _low, _high = "low_rate", "high_rate"
    _drawn = charts.ranked_intervals(_mature, "product_name", "trial_rate", _low, _high, n="active_count")
    page.figure(
        launches,
        _drawn if _mature.trial_rate.notna().any() else None,  # a viewer is not shown rates of a few people
        "{tried} of the active customers tried a new product within 90 days of its launch",
        "Of the customers active before the launch (a purchase in 180 days), the share that bought it, {during}, 95% "
        "intervals; n = {active} active customers, {launch_count} launches old enough, those tried most: {shown} of "
        "{total_rows} drawn; of those old enough {unsold} had no buyer at all in that time.",
        tried=trial.text("trial_rate"),
        active=trial.text("active_count"),
        shown=len(_mature),
        unsold=_unsold,
        frame=_mature,
        beside=[trial],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def price_rows(bands):
    mo.stop(not has["items"])
    _rows = bands.to_pandas().fillna({"category": word("unknown")})
    mo.stop(_rows.empty)
    _ends = [(bands.text("low", row.low), bands.text("low", row.high)) for row in _rows.itertuples()]
    prices = _rows.assign(
        price=[say("from {low}", low=low) if high == "–" else f"{low} – {high}" for low, high in _ends]
    )
    return (prices,)


@app.cell(hide_code=True)
def finding_prices(bands, prices):
    _title = say("Price of one piece")
    _order = list(dict.fromkeys(prices.sort_values("band").price))
    _top, _is_split = prices.spend_share[prices.band == prices.band.max()].sum(), prices.category.nunique() > 1
    _names = list(dict.fromkeys(prices.category))[:15]  # those with most spend come first
    _drawn = prices[prices.category.isin(_names)]
    page.figure(
        bands,
        charts.heatmap(_drawn, "price", "category", "spend_share", n="line_count", x_order=_order, x_title=_title),
        "{top} of spend is on the top price band; {category} has {category_share}"
        if _is_split
        else "{top} of spend is on the top price band",
        "Share of all spend (%) by category and price band of one piece ({basis} bands), {during}; n = {n:,} lines; {shown} of "
        "{total:,} categories.",
        top=bands.text("spend_share", _top),
        category=word(prices.category.iloc[0]),
        basis=word(prices.basis.iloc[0]),
        shown=len(_names),
        total=prices.category.nunique(),
        frame=_drawn,
        n=prices.line_count.sum(),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_market(trend):
    mo.stop(not has["items"])
    _rows = trend.to_pandas().fillna({"category": "unknown"})
    _rows = _rows[_rows.growth_rate.notna() & (_rows.buyer_count >= 30)].head(12)
    mo.stop(_rows.empty, page.empty("categories with 30 buyers and sales a year before"))
    mo.stop(set(_rows.category) <= {"unknown"}, page.missing("categories over two years", "the trend"))
    _first = first_of(_rows, "category", "growth_rate")
    _grown = _first.say("Of the categories shown, {names} grew most: {value}", "Of the categories shown, none leads")
    _gain = first_of(_rows, "category", "moved_share").say("{names} gained the most share of sales: {value}.", "")
    page.figure(
        trend,
        charts.ranked_bars(_rows, "category", "growth_rate", n="buyer_count", highlight=_first.labels),
        _grown,
        (
            _gain,
            "Growth of sales by category against the same days a year before, {during}; the {shown} biggest with 30 buyers "
            "of {total_rows} categories; n = {sold} of sales in all.",
            "" if _rows.is_whole.all() else "The data begin inside that earlier window, so growth is too high.",
        ),
        shown=len(_rows),
        sold=trend.text("revenue", trend.to_pandas().revenue.sum()),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def so_what(goods):
    mo.stop(not has["items"])
    mo.stop(not goods.first.get("signal_total"), page.sentence("No product has a bad signal in this period.", goods))
    _bad = int(goods.first["signal_total"])
    page.action(
        "Open the box of these products first",
        "Take one from the shelf, read its reviews and cases, and decide: mend, describe better, or drop. Measure again after "
        "the usual time for returns; the list stands on signals beyond chance, not on the loudest voice.",
        goods,
        columns=[
            "product_name",
            "category",
            "bad_signal_count",
            "order_count",
            "return_shrunk_rate",
            "complaint_shrunk_rate",
        ],
        most=min(_bad, 12),
        file_name="products-to-check",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Sort the products by their raw average stars. How many of the lowest ten have fewer than five reviews? What would you
    have told the buyer of those goods?
    """)
    return


@app.cell(hide_code=True)
def definitions(bands, fees, goods, launches, products, stars, trend, trial):
    page.definitions(products, fees, goods, stars, launches, trial, bands, trend)
    return


if __name__ == "__main__":
    app.run()
