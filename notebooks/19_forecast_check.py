# chapter: Forecast check
# 中文: 预测检验
# question: Can the forecast of lifetime value be trusted?
# goal: Figures that can be trusted
# needs: orders, customers
# figure: lifetime_value_backtest.error_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Forecast check")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.offers import TILES
    from customary.query.reasons import reason_in
    from customary.units import RATE
    from customary.wording import say, word

    shop = open_shop()
    goal = "Figures that can be trusted"
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False, dated=TILES)
    spans = {"week": (13, 26, 52, 104), "month": (3, 6, 12, 24), "day": (91, 182, 364, 728)}
    titles = {"bgnbd": "BG/NBD", "mbgnbd": "MBG/NBD", "paretonbd": "Pareto/NBD", "mbgcnbd": "MBG/CNBD-k"}


@app.cell(hide_code=True)
def question(choice):
    _passage = say(
        "A forecast is worth what it would have foreseen. Every model learns from an earlier time and is held against what "
        "came; what the data cannot bound makes no forecast. All figures stand as of {as_of}.",
        as_of=shop.as_of,
    )
    page.question(
        shop,
        "19_forecast_check",
        "Can the forecast of lifetime value be trusted?",
        _passage,
        serves="figures that can be trusted",
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
def unit_control():
    unit = mo.ui.dropdown({str(word(name)): name for name in spans}, str(word("week")), label=say("Count in"))
    _named = {**titles, "gammagamma": say("Gamma-Gamma (spend)")}
    _named |= {"naive": say("Own rate continued"), "seasonal": say("Own rate by season")}
    spoken = {name: str(title) for name, title in _named.items()}
    return spoken, unit


@app.cell(hide_code=True)
def forecast_controls(unit):
    _ahead = [str(text) for text in (say("a quarter"), say("half a year"), say("a year"), say("two years"))]
    horizon = mo.ui.dropdown(dict(zip(_ahead, spans[unit.value], strict=True)), _ahead[2], label=say("Look ahead"))
    mo.hstack([horizon, unit], justify="start", wrap=True)
    return (horizon,)


@app.cell(hide_code=True)
def chosen(bar, horizon, unit):
    choice = page.choose(offer, bar.value)
    who = {"where": choice.where}
    ahead = {"unit": unit.value, "horizon": horizon.value, **who}
    whole = study(shop, "lifetime_value", by="everybody", **ahead)
    tested = study(shop, "lifetime_value_backtest", **ahead)
    buyers = int(whole.first.get("customer_count") or 0)
    return ahead, buyers, choice, tested, who, whole


@app.cell(hide_code=True)
def answers(ahead, tested, who, whole):
    fits, independence = study(shop, "lifetime_value_fits", **ahead), study(shop, "spend_independence", **who)
    parts = study(shop, "lifetime_value_conditional", model=whole.first.get("model", "best"), **ahead)
    best = tested.to_pandas().query("is_recommended")
    return best, fits, independence, parts


@app.cell(hide_code=True)
def headline(best, buyers, choice, spoken, tested, whole):
    mo.stop(not buyers, page.empty("buyers"))
    _used = spoken[whole.first["model"]]
    _none = page.sentence("No forecast is recommended; {used} is used.", tested, whole, used=_used)
    _error = best.error_rate.iloc[0] if len(best) else 0
    _said = page.sentence(
        "{used} is used: in the {days} days held out it came nearest customer by customer, and expected {error} of the purchase "
        "days that came; n = {customer_count} customers.",
        tested,
        whole,
        used=_used,
        days=tested.first.get("holdout_days"),
        error=RATE.text(1 + _error),
    )
    mo.vstack(
        [_said if len(best) else _none, page.headline(shop, choice, "repeat_purchase_rate", "returning_buyer_rate")]
    )
    return


@app.cell(hide_code=True)
def finding_identified(buyers, fits, spoken):
    mo.stop(not buyers)
    _models = fits.to_pandas().drop_duplicates("model")
    _bad = _models[~_models.is_identified]
    _said = [say("{name}: {text}", name=spoken[row.model], text=reason_in(row.why)) for row in _bad.itertuples()]
    page.finding(
        "Can these data carry a model?",
        "{bad} of {all} models are not identified, and are not used: {why}."
        if len(_bad)
        else "All {all} models are identified: the data bound every parameter.",
        fits,
        bad=len(_bad),
        all=len(_models),
        why=say("; ").join(_said),
    )
    return


@app.cell(hide_code=True)
def finding_models(best, buyers, spoken, tested):
    mo.stop(not buyers)
    _rows = tested.to_pandas()
    _rows = _rows.assign(model=_rows.model.map(spoken), why=_rows.why.map(reason_in, na_action="ignore"))
    _shown = ["model", "error_rate", "tracked_error_rate", "rmse", "mae", "auc"]
    _shown += ["is_identified", "is_recommended", "why"]
    page.figure(
        tested,
        None,
        "{model} came nearest, customer by customer" if len(best) else "No forecast is recommended",
        "Purchase days expected against those that came in the time held out. Recommended: the least root mean squared error "
        "per customer; what is not identified makes no forecast; n = {customer_count} customers. Own rate continued: repeats "
        "per time so far. By season: the same, times how the season ahead compared with the whole year a year ago.",
        model=spoken[best.model.iloc[0]] if len(best) else "",
        frame=_rows[_shown].dropna(axis="columns", how="all"),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_groups(buyers, parts, spoken, tested):
    mo.stop(not buyers)
    mo.stop(not parts.rows_total, page.empty("time to hold out"))
    _groups = parts.to_pandas().assign(model=lambda each: each.model.map(spoken))
    _means = ("repeats_before", "expected_purchases", "actual_purchases", "lower", "upper")
    page.figure(
        parts,
        charts.expected_and_actual(_groups, *_means, n="customer_count", x_title="repeat purchases before"),
        "{inside} of {all} groups lie within chance of what came",
        "Purchase days per customer in the {days} days held out, by repeat purchases before; bars: 95% intervals. {model}, "
        "learned to {calibrated_until}; n = {people} customers known by then.",
        inside=int(_groups.is_inside.eq(True).sum()),
        all=len(_groups),
        days=tested.first["holdout_days"],
        model=spoken[parts.first["model"]],
        people=tested.text("customer_count"),
        frame=_groups,
        beside=[tested],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_spend(buyers, independence):
    mo.stop(not buyers)
    _one = independence.first
    _few = "Too few buyers came back to test whether spend and frequency go together."
    mo.stop(_one["correlation"] is None, page.finding("Spend and frequency", _few, independence))
    page.finding(
        "Spend and frequency",
        "The spend model assumes that how often somebody buys says nothing of how much each time. Here {held}: a correlation "
        "of {correlation} (95% interval {lower} to {upper}), which explains {explained_share} of the differences; n = "
        "{customer_count} repeat buyers.",
        independence,
        held=say("no link shows") if _one["is_independent"] else say("the two are linked"),
    )
    return


@app.cell(hide_code=True)
def finding_parameters(buyers, fits, spoken, whole):
    mo.stop(not buyers)
    _rows = fits.to_pandas().assign(model=lambda each: each.model.map(spoken))
    _sound = _rows[_rows.is_identified]  # cut last: pandas fills a frame without rows up with what it is assigned
    mo.stop(not len(_sound))
    page.figure(
        fits,
        None,
        "Parameters that the data bound: {models}",
        "With standard errors and 95% intervals. Customers registered before the log began: {left_truncated_count}; of these "
        "the log may not know the first purchase.",
        models=say(", ").join(_sound.model.unique()),
        frame=_sound[["model", "letter", "estimate", "standard_error", "lower", "upper", "log_likelihood"]],
        beside=[whole],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def so_what(best, buyers):
    mo.stop(not buyers)
    page.action(
        "Plan with the forecast that came nearest, and only as far as it was tested",
        "Budget with what is recommended above, keep the error it made in mind, and look again after the next build."
        if len(best)
        else "Nothing here is recommended: plan with what customers have brought so far, and look again when more time has been "
        "observed.",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Choose “own rate continued” in the chapter on lifetime value. Which customers does it value more than the model does,
    and what does it not know?

    Shorten the look ahead to a quarter. Does the recommended forecast change? The back-test holds out as long as it
    looks ahead: why does that matter?
    """)
    return


@app.cell(hide_code=True)
def definitions(fits, independence, parts, tested, whole):
    page.definitions(whole, tested, fits, parts, independence)
    return


if __name__ == "__main__":
    app.run()
