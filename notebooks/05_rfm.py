# chapter: RFM scores
# 中文: RFM模型
# question: Who bought lately, often and much?
# goal: Raise customer value contribution
# needs: orders, customers
# figure: rfm_segments.spend_share

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="RFM scores")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.offers import TILES
    from customary.units import RATE
    from customary.wording import say

    shop = open_shop()
    goal = "Raise customer value contribution"
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False, dated=TILES)


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "05_rfm",
        "Who bought lately, often and much?",
        "Recency, frequency and money: three scores that order customers by what they did, before any rule names a tier.",
        serves="raise customer value contribution",
        needs="orders, customers",
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
    groups = study(shop, "rfm_segments", **who)
    counted = study(shop, "concentration", **who)
    buyers = int(counted.first["buyer_count"] or 0)
    return buyers, choice, counted, groups, who


@app.cell(hide_code=True)
def headline(buyers, choice, counted, groups):
    mo.stop(not buyers, page.empty("buyers"))
    _said = page.sentence(
        "The group “{rfm_segment}” is {buyer_share} of {buyers} buyers and has brought {spend_share} of all spend.",
        groups,
        counted,
        buyers=buyers,
    )
    mo.vstack([_said, page.headline(shop, choice, "buyer_count", "revenue_per_buyer", "repeat_purchase_rate")])
    return


@app.cell(hide_code=True)
def rfm_controls():
    bins = mo.ui.slider(3, 7, value=5, show_value=True, label=say("Scores from 1 to"))
    _counts = {say("orders"): "order_count", say("purchase days"): "purchase_day_count"}
    _spends = (
        (say("after discounts"), "ordered_spend"),
        (say("net of returns"), "net_spend"),
        (say("gross"), "gross_spend"),
    )
    _amounts = {say("all of it"): "sum", say("per order"): "mean"}
    frequency = mo.ui.dropdown(_counts, next(iter(_counts)), label=say("Count"))
    spend = mo.ui.dropdown(dict(_spends), _spends[0][0], label=say("Spend"))
    amount = mo.ui.dropdown(_amounts, next(iter(_amounts)), label=say("as"))
    mo.hstack([bins, frequency, spend, amount], justify="start", wrap=True)
    return amount, bins, frequency, spend


@app.cell(hide_code=True)
def rfm_answers(amount, bins, buyers, frequency, spend, who):
    mo.stop(not buyers)
    _asked = {"bins": bins.value, "frequency": frequency.value, "spend": spend.value, "amount": amount.value, **who}
    grid, ties = study(shop, "rfm_grid", **_asked), study(shop, "rfm_ties", **_asked)
    split = {row["part"]: ties.text("split_count", row["split_count"]) for row in ties.to_pylist()}
    return grid, split, ties


@app.cell(hide_code=True)
def finding_rfm(bins, buyers, counted, frequency, grid, split, ties):
    _rows, _scores = grid.to_pandas(), [str(score) for score in range(bins.value, 0, -1)]
    _best, _spend = _rows[_rows.r_score + _rows.f_score == 2 * bins.value], _rows.spend.sum()
    _few = "{best:,} buyers have the top score on both: {people} of the buyers"
    _none = "Those with the top score on both are too few to be shown, or nobody is there"
    _shown = "{best:,} buyers have the top score on both: {people} of the buyers, {worth} of the spend"
    page.figure(
        grid,
        charts.heatmap(_rows, "f_score", "r_score", "buyer_count", x_order=_scores[::-1], y_order=_scores),
        _shown if not grid.withheld_text else _few if len(_best) else _none,
        "Buyers by recency score (down, {top} = latest) and frequency score (across, {what}); as of {as_of}, n = "
        "{buyers:,} buyers. Equal values share a score: ranking (NTILE) would have split {by_frequency} buyers from their "
        "equals by frequency, {by_recency} by recency and {by_spend} by spend. A score that nobody reaches stays empty.",
        best=_best.buyer_count.sum(),
        people=RATE.text(_best.buyer_count.sum() / buyers),
        worth=RATE.text(_best.spend.sum() / _spend if _spend else None),
        top=bins.value,
        what=frequency.selected_key,
        buyers=buyers,
        by_frequency=split["frequency"],
        by_recency=split["recency"],
        by_spend=split["spend"],
        beside=[ties, counted],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_groups(buyers, counted, groups):
    mo.stop(not buyers)
    _first = groups.text("rfm_segment")
    page.figure(
        groups,
        charts.ranked_bars(groups.to_pandas(), "rfm_segment", "spend_share", as_given=True, highlight=[_first]),
        "“{rfm_segment}” is {buyer_share} of the buyers, {spend_share} of the spend",
        "Share of net spend so far by RFM group, as of {as_of}; n = {buyers:,} buyers.",
        beside=[counted],
        buyers=buyers,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def weight_controls():
    _offered = {say("Money ×"): 2, say("Frequency ×"): 1, say("Recency ×"): 1}
    weights = mo.ui.array([mo.ui.slider(0, 5, value=v, show_value=True, label=name) for name, v in _offered.items()])
    weights.hstack(justify="start", wrap=True)
    return (weights,)


@app.cell(hide_code=True)
def finding_composite(buyers, counted, weights, who):
    mo.stop(not buyers or not any(weights.value))
    _money, _often, _lately = weights.value
    bands = study(shop, "composite_bands", weights=f"{_money},{_often},{-_lately}", **who)
    page.figure(
        bands,
        charts.ranked_bars(bands.to_pandas(), "band", "spend_share", as_given=True, highlight=[bands.text("band")]),
        "The top band of the weighted score holds {spend_share} of the spend",
        "Share of net spend by fifth of your own weighted score (5 = best): percentile ranks of spend × {money}, orders × "
        "{often}, recency × {lately}; n = {buyers:,} buyers.",
        money=_money,
        often=_often,
        lately=_lately,
        beside=[counted],
        buyers=buyers,
        goal=goal,
    )
    return (bands,)


@app.cell(hide_code=True)
def so_what(buyers, who):
    mo.stop(not buyers)
    best = study(shop, "composite_score", **who)
    page.action(
        "Thank the best, ask the next",
        "The buyers with the highest weighted score are known to everybody in the shop; those just below them are not. Give "
        "the second hundred what the first get, to a random half of them, and see whether it changes what they do.",
        best,
        most=25,
        file_name="highest-scores",
    )
    return (best,)


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Set the scores to three and to seven. Which group changes more, and why does the lowest frequency score stay so full?

    Turn the weight of money to 0. Who leaves the best band, and would you miss them?
    """)
    return


@app.cell(hide_code=True)
def definitions(groups, who):
    page.definitions(groups, *(study(shop, name, **who) for name in ("rfm_grid", "rfm_ties", "composite_bands", "rfm")))
    return


if __name__ == "__main__":
    app.run()
