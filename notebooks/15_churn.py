# chapter: Who will leave
# 中文: 流失预测
# question: Who will buy again, and whom are we about to lose?
# goal: Strengthen stickiness and loyalty
# needs: orders, customers, returns, events, tickets
# figure: churn_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Who will leave")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.offers import TILES
    from customary.reasons import reason_text
    from customary.units import RATE
    from customary.wording import say, word

    shop = open_shop()
    scoring = shop.rules["churn"]["score"]
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False, dated=TILES)
    keep = "Strengthen stickiness and loyalty"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "15_churn",
        "Who will buy again, and whom are we about to lose?",
        "A model finds the customers at high risk of leaving from what they bought and how they behave, so that somebody can "
        "call them in time. Here it is graded before it is believed.",
        serves="strengthen stickiness and loyalty",
        needs="orders, customers, returns, events, tickets",
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
    totals, scored = study(shop, "churn_totals", **who), study(shop, "churn_score", **who)
    backtest, bins = study(shop, "churn_backtest", **who), study(shop, "churn_reliability", **who)
    weights, lift = study(shop, "churn_weights", **who), study(shop, "churn_lift", **who)
    buyers = int(totals.first["customer_total"] or 0) if totals.first["season_seen"] else 0
    is_told = totals.first["p_repurchase"] is not None  # else the season ahead is unknown: ranks and a range alone
    return backtest, bins, buyers, choice, is_told, lift, scored, totals, weights, who


@app.cell(hide_code=True)
def headline(buyers, choice, is_told, totals):
    _is_empty = totals.first["customer_total"] == 0  # unknown where a viewer may not see so few
    _nobody = "nobody in this selection has bought" if _is_empty else "too few customers to be shown"
    _why = totals.first["why"] or _nobody
    _none = page.sentence("No score can be given: {why}.", totals, why=reason_text(_why))
    mo.stop(not buyers, mo.vstack([page.empty("buyers with a score"), _none]))
    _told = (
        "Within {days} days {p_repurchase} of {customer_total} buyers are expected to buy again, between {low_p_repurchase} and "
        "{high_p_repurchase}; a forecast like it is expected to be off by {expected_error}. {churn_risk_count} are "
        "churn-risk customers (between {low_churn_risk_count} and {high_churn_risk_count}); they spent {value_at_stake} in "
        "the last year. The season ahead was {season_seen}."
    )
    _range = (
        "How many of {customer_total} buyers buy again within {days} days cannot be told as one number: {why}. If this season "
        "differs as those seen did, between {low_p_repurchase} and {high_p_repurchase} will. The score still says who "
        "comes before whom."
    )
    _said = page.sentence(_told if is_told else _range, totals, days=scoring["horizon"])
    mo.vstack([_said, page.headline(shop, choice, "repeat_purchase_rate", "returning_buyer_rate", "churn_rate")])
    return


@app.cell(hide_code=True)
def season_words(backtest, buyers, totals):
    mo.stop(not buyers)
    # A season that nobody had seen was taken to be like the one before it: what came says as much of the season.
    is_seen = backtest.first["season_seen"] != "not seen"
    graded = (
        "Of {graded:,} buyers {predicted} were predicted to buy again, {bought} did"
        if is_seen
        else "Of {graded:,} buyers {predicted} were expected, had the season stayed as it was, to buy again, {bought} did"
    )
    _off = "These days were another season than the days ahead, for which {expected_error} are expected."
    caveat = _off if totals.first["season_seen"] != "scored a year ago" else ""
    return caveat, graded


@app.cell(hide_code=True)
def newer_facts(backtest):
    # What today's score reads and yesterday's could not: each theme in the reader's language.
    themes = say(", ").join(word(one) for one in (backtest.first.get("not_graded") or "").split(", "))
    newer = "Today’s score also reads what was not there to be graded: {themes}." if themes else ""
    return newer, themes


@app.cell(hide_code=True)
def graded_bins(backtest, bins, buyers):
    mo.stop(not buyers)
    _none = page.sentence(
        "The score cannot be graded yet: {why}.", backtest, why=reason_text(backtest.first.get("why") or "")
    )
    mo.stop(not bins.rows_total, _none)
    _frame, _said, _came = bins.to_pandas(), say("predicted to buy again"), say("bought again")
    _ends = ("predicted_rate", "bought_rate", "low_rate", "high_rate")
    reliability = charts.reliability(_frame, *_ends, said_title=_said, came_title=_came, n="buyer_count")
    return (reliability,)


@app.cell(hide_code=True)
def finding_score(backtest, bins, caveat, graded, newer, reliability, themes, totals):
    _one = backtest.first
    page.figure(
        bins,
        reliability,
        graded,
        (
            "Tenths of the buyers by their chance, scored on {scored_on} and held against the {days} days since; "
            "n = {graded:,}, bands are 95% intervals. On average {points:.1f} points beside the dashed line. A buyer who "
            "came back had the higher score {area_under_curve} of the time; by silence over {silence} days alone, "
            "{naive_area_under_curve}.",
            newer,
            caveat,
        ),
        graded=_one["buyer_count"],
        predicted=backtest.text("predicted_rate"),
        bought=backtest.text("bought_rate"),
        days=_one["horizon"],
        points=100 * _one["calibration_error"],
        silence=scoring["inactive_days"],
        themes=themes,
        beside=[backtest, totals],
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_weights(buyers, weights):
    mo.stop(not buyers)
    _facts = weights.to_pandas()
    _plain = _facts.feature.str.replace("_count$", "s", regex=True).str.replace("_", " ")
    # "spend" as a word of ours is the table of marketing costs.
    _names, _themes = ([say("spend") if x == "spend" else word(x) for x in xs] for xs in (_plain, _facts.theme))
    _facts = _facts.assign(feature=_names, theme=_themes)
    _rows = _facts.head(10)
    page.figure(
        weights,
        charts.ranked_bars(_rows, "feature", "weight", as_given=True, height=300),
        "“{strongest}” moves the score by {weight}",
        "How far each fact moves the score of buying again within {days} days, up or down, all on one scale (one standard "
        "deviation more of it); the {shown} strongest of {total_rows}; n = {buyers:,} buyers. Facts that say nearly the "
        "same share their weight.",
        strongest=_rows.iloc[0].feature,
        days=scoring["horizon"],
        shown=len(_rows),
        buyers=buyers,
        frame=_facts,
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def contact_costs(buyers):
    mo.stop(not buyers)
    _label = say("A contact costs ({currency})", currency=shop.currency)
    cost = mo.ui.number(0, 1_000_000, value=scoring["cost"], label=_label)
    saved = mo.ui.slider(1, 30, value=round(100 * scoring["saved_rate"]), show_value=True, label=say("Wins back (%)"))
    mo.hstack([cost, saved], justify="start", wrap=True)
    return cost, saved


@app.cell(hide_code=True)
def gains(buyers, cost, saved, who):
    mo.stop(not buyers)
    _is_given = cost.value is not None and 0 <= cost.value <= cost.stop
    mo.stop(not _is_given, page.sentence("Type what a contact costs, 0 to 1,000,000: without it no gain can be told."))
    gain = study(shop, "churn_cost", cost=float(cost.value), saved_rate=saved.value / 100, **who)
    mo.stop(not gain.to_pandas().is_best.any(), page.empty("lists"))
    return (gain,)


@app.cell(hide_code=True)
def finding_gain(cost, gain, saved):
    _rows = gain.to_pandas()
    _best, _across, _n = _rows[_rows.is_best].iloc[0], say("share of buyers contacted"), "contact_count"
    page.figure(
        gain,
        charts.curve(_rows, "list_share", "net_gain", currency=shop.currency, x_title=_across, mark="is_best", n=_n),
        "Calling the first {first} would have paid {paid}"
        if _best.contact_count
        else "At {cost} a contact no list would have paid",
        "Revenue kept less contacts, most revenue at risk first, if {saved}% of the lost are won back at what they used "
        "to spend: an assumption until a hold-out tells; n = {n:,} buyers.",
        first=RATE.text(_best.list_share),
        paid=gain.text("net_gain", _best.net_gain),
        cost=gain.text("net_gain", float(cost.value)),
        saved=saved.value,
        n=_rows.contact_count.max(),
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_lift(buyers, lift):
    mo.stop(not buyers or not lift.rows_total)
    _lost = lift.to_pandas().query("list == 'most likely lost'")
    _one, _shares = _lost.iloc[min(1, len(_lost) - 1)], _lost.list_share
    _drawn = _lost.assign(list_share=[say("first {share:.0%}", share=share) for share in _shares])
    _ends = ("hit_rate", "low_rate", "high_rate")
    page.figure(
        lift,
        charts.ranked_intervals(_drawn, "list_share", *_ends, n="buyer_count", average=_one.base_rate, as_given=True),
        "Of the {n:,} most likely lost, {lost} did not come back"
        if _one.hit_rate >= 0  # unknown where a viewer may not see so few
        else "How many of the most likely lost did not come back",
        "Share that did not buy again, by length of the list, 95% intervals; dashed: all buyers, {base}.",
        n=_one.buyer_count,
        lost=RATE.text(_one.hit_rate),
        base=RATE.text(_one.base_rate),
        frame=_lost,
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def so_what(buyers, is_told, scored, totals):
    mo.stop(not buyers)
    _risk = (
        "{churn_risk_count} of {buyers:,} buyers ({low_churn_risk_count} to {high_churn_risk_count}) are churn-risk "
        "customers: a risk of {high_risk} or more and an order within the year. They hold {at_stake} of the year’s "
        "{value_total}."
    )
    _ranks = "The list ranks {buyers:,} buyers; how many of them are lost is not known, so nobody is called a churn-risk customer."
    page.action(
        "Call those first whom a call may still keep",
        (
            _risk if is_told else _ranks,
            "A reason with “+” raises the risk above the average buyer’s, one with “−” lowers it. Leave a random tenth "
            "uncalled: only the difference is the call’s doing.",
        ),
        scored,
        buyers=buyers,
        high_risk=RATE.text(scoring["high_risk"]),
        at_stake=totals.text("value_at_stake"),
        beside=[totals],
        most=12,
        file_name="churn-risk-customers",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    The list of those most likely lost is nearly always right. Why is that no reason to call all of them?

    A colleague adds “days until the next order” and reaches an area of 1.00. Another adds the refund of each order, and
    reaches a little more than before. Which of the two would you have noticed, and how does the proof notice both?

    Set the cost of a contact to fifty times what it is. Predict where the best list ends before you look.
    """)
    return


@app.cell(hide_code=True)
def definitions(backtest, bins, lift, scored, totals, weights):
    page.definitions(totals, scored, backtest, bins, lift, weights)
    return


if __name__ == "__main__":
    app.run()
