# chapter: Lifetime value
# 中文: 客户终身价值
# question: What is a customer worth, so far and from now on?
# goal: Raise customer value contribution
# needs: orders, returns, order_items, customers

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Lifetime value")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.units import RATE

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    goal = "Raise customer value contribution"
    spans = {"week": (13, 26, 52, 104), "month": (3, 6, 12, 24), "day": (91, 182, 364, 728)}
    models = {"Recommended by the back-test": "best", "BG/NBD": "bgnbd", "MBG/NBD": "mbgnbd", "Pareto/NBD": "paretonbd"}
    models |= {"Own rate continued": "naive", "Own rate by season": "seasonal"}
    spoken = {value: name for name, value in models.items()}
    groups = {name.replace("_", " "): name for name in offer.wheres if name == "acquisition_channel"}
    groups |= {"cohort (month)": "cohort_month", "cohort (quarter)": "cohort_quarter", "value tier": "value_tier"}
    groups |= (
        {"first category": "first_category", "first product": "first_product"} if shop.snapshot.rows["items"] else {}
    )


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "11_lifetime_value",
        "What is a customer worth, so far and from now on?",
        "Lifetime value is what a customer has brought, by age, and what is to be expected: who is still a customer, how "
        "often each will buy, what a purchase brings. A forecast stands beside its back-test. All figures stand as of "
        f"{shop.as_of}, whatever the period in the bar.",
        serves="raise customer value contribution",
        needs="orders, returns, order_items, customers",
        query=choice.query,
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def unit_control():
    unit = mo.ui.dropdown(list(spans), value="week", label="Count in")
    return (unit,)


@app.cell(hide_code=True)
def forecast_controls(unit):
    _ahead = ("a quarter", "half a year", "a year", "two years")
    horizon = mo.ui.dropdown(dict(zip(_ahead, spans[unit.value], strict=True)), value="a year", label="Look ahead")
    model = mo.ui.dropdown(models, value="Recommended by the back-test", label="Forecast by")
    margin = mo.ui.slider(0.05, 1, 0.05, value=1, show_value=True, label="Margin (1 = revenue)")
    discount = mo.ui.slider(0, 0.3, 0.01, value=0.1, show_value=True, label="Discount a year")
    mo.hstack([horizon, unit, model, margin, discount], justify="start", wrap=True)
    return discount, horizon, margin, model


@app.cell(hide_code=True)
def chosen(bar, discount, horizon, margin, model, unit):
    choice = page.choose(offer, bar.value)
    who = {"where": choice.where}
    ahead = {"unit": unit.value, "horizon": horizon.value, **who}
    worth = {**ahead, "model": model.value, "margin": margin.value, "discount": discount.value}
    whole = study(shop, "lifetime_value", by="everybody", **worth)
    buyers = int(whole.first.get("customer_count") or 0)
    far = f"in {horizon.value} {unit.value}s"
    what = "revenue net of returns" if margin.value == 1 else f"{margin.value:.0%} of revenue net of returns"
    return ahead, buyers, choice, far, what, who, whole, worth


@app.cell(hide_code=True)
def answers(ahead, who, whole, worth):
    tested, fits = study(shop, "lifetime_value_backtest", **ahead), study(shop, "lifetime_value_fits", **ahead)
    history = study(shop, "historic_value", margin=worth["margin"], **who)
    _model = {"model": whole.first.get("model", "best")}
    course = study(shop, "lifetime_value_tracking", **ahead, **_model)
    parts = study(shop, "lifetime_value_conditional", **ahead, **_model)
    spread, independence = study(shop, "lifetime_value_spread", **worth), study(shop, "spend_independence", **who)
    risk = study(shop, "value_at_risk", **worth)
    return course, fits, history, independence, parts, risk, spread, tested


@app.cell(hide_code=True)
def headline(buyers, choice, far, tested, whole):
    mo.stop(not buyers, page.empty("buyers"))
    _test = tested.to_pandas().set_index("model").error_rate.get(whole.first["model"])
    _said = page.sentence(
        "From here on {buyers} buyers are expected to bring {each} each {far} (95 % interval over customers {low} to {high}), "
        "{total} together, in today’s money. In the back-test {model} expected {error} of what came.",
        whole,
        tested,
        buyers=buyers,
        far=far,
        each=whole.text("lifetime_value"),
        low=whole.text("low"),
        high=whole.text("high"),
        total=whole.text("lifetime_value_total"),
        model=spoken[whole.first["model"]],
        error="an unknown share" if _test != _test else RATE.text(1 + _test),
    )
    _tiles = ("net_spend", "lifetime_value", "expected_purchases", "p_alive")
    mo.vstack([_said, page.headline(shop, choice, facts=[(whole, name) for name in _tiles])])
    return


@app.cell(hide_code=True)
def finding_identified(buyers, fits, model, whole):
    mo.stop(not buyers)
    _models = fits.to_pandas().drop_duplicates("model")
    _bad, _names = _models[~_models.is_identified], {**spoken, "gammagamma": "Gamma-Gamma (spend)"}
    _why = "; ".join(f"{_names[row.model]}: {row.why}" for row in _bad.itertuples())
    _verdict = "All models are identified: the data bound every parameter."
    if len(_bad):
        _verdict = f"Not identified: {', '.join(_names[name] for name in _bad.model)}. {_why}. Such a fit is not used."
    _instead = f", in place of {spoken[model.value]}" if model.value not in ("best", whole.first["model"]) else ""
    page.finding(
        "Can these data carry a forecast?",
        "{verdict} The forecast here is made by {used}.",
        fits,
        whole,
        verdict=_verdict,
        used=spoken[whole.first["model"]] + _instead,
    )
    return


@app.cell(hide_code=True)
def finding_history(buyers, history, what):
    mo.stop(not buyers)
    _all = history.to_pandas()
    _year = _all[_all.is_complete & (_all.age_months <= 12)]
    mo.stop(_year.empty, page.empty("cohorts of a known age"))
    _age = int(_year.age_months.max())
    _at = _year[_year.age_months == _age]
    _old, _new = _at.iloc[0], _at.iloc[-1]
    _drawn = _all[_all.age_months.isin([0, 1, 2, 3, 4, 6, 9, 12, 15, 18, 21, 24, 30, 36])]
    _later = history.text("value_per_customer", _new.value_per_customer)
    _against = f", those of {_new.cohort_quarter:%b %Y} {_later}" if len(_at) > 1 else ""
    page.figure(
        history,
        charts.cohort_heatmap(_drawn, "cohort_quarter", "age_months", "value_per_customer", "group_size"),
        f"After {_age} months buyers of {_old.cohort_quarter:%b %Y} and the two months after had brought "
        f"{history.text('value_per_customer', _old.value_per_customer)} each{_against}",
        f"Cumulative {what} per buyer, {shop.currency}, by quarter of the first order and age in months (0 = first day); "
        f"returns on the day they came back; n = {buyers:,} buyers. Only ages that the whole cohort has reached are shown.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_backtest(buyers, course, parts, tested):
    mo.stop(not buyers)
    mo.stop(not course.rows_total or not parts.rows_total, page.empty("time to hold out"))
    _line, _groups, _cut = course.to_pandas(), parts.to_pandas(), tested.first
    _end, _name = _line.iloc[-1], spoken[course.first["model"]]
    _known = f"{_name}, learned to {_cut['calibrated_until']}, held out {_cut['holdout_days']} days; n = "
    _known += f"{_cut['customer_count']:,}"
    _means = ("repeats_before", "expected_purchases", "actual_purchases", "lower", "upper")
    page.two_up(
        page.figure(
            course,
            charts.tracking_lines(_line, "ends_on", "expected_purchases", "actual_purchases", "is_holdout"),
            f"In the end {RATE.text(abs(_end.error_rate))} {'more' if _end.error_rate > 0 else 'fewer'} expected than came",
            f"Repeat purchase days so far. {_known} customers known by then.",
            goal=goal,
        ),
        page.figure(
            parts,
            charts.expected_and_actual(_groups, *_means, n="customer_count", x_title="repeat purchases before"),
            f"{_groups.is_inside.eq(True).sum()} of {len(_groups)} groups lie within chance of what came",
            f"Purchase days per customer in the time held out, bars: 95 % intervals. {_known} customers.",
            goal=goal,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_models(buyers, tested):
    mo.stop(not buyers)
    _rows = tested.to_pandas()
    _best, _n = _rows[_rows.is_recommended], int(_rows.customer_count.iloc[0])
    _shown = [
        "model",
        "error_rate",
        "tracked_error_rate",
        "rmse",
        "mae",
        "auc",
        "is_identified",
        "is_recommended",
        "why",
    ]
    page.figure(
        tested,
        None,
        f"{spoken[_best.model.iloc[0]]} came nearest, customer by customer"
        if len(_best)
        else "No forecast is recommended",
        "Purchase days expected against those that came in the time held out. Recommended: the least root mean squared error "
        f"per customer; what is not identified makes no forecast; n = {_n:,} customers. Own rate continued: repeats per time "
        "so far. By season: the same, times how the season ahead compared with the whole year a year ago.",
        frame=_rows[_shown].assign(model=_rows.model.map(spoken)).dropna(axis="columns", how="all"),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def split_control():
    split = mo.ui.dropdown(groups, value=next(iter(groups)), label="Lifetime value by")
    split
    return (split,)


@app.cell(hide_code=True)
def finding_groups(buyers, horizon, split, unit, what, whole, worth):
    mo.stop(not buyers)
    by_group = study(shop, "lifetime_value", by=split.value, **worth)
    _all = by_group.to_pandas()
    _rows = _all.assign(label=_all[split.value].astype("string").fillna("unknown"))
    _many = _rows.nlargest(12, "customer_count")
    _top, _low = _many.iloc[_many.lifetime_value.argmax()], _many.iloc[_many.lifetime_value.argmin()]
    _least = f"; least: {_low.label}, {by_group.text('lifetime_value', _low.lifetime_value)}" if len(_many) > 1 else ""
    _drawn = charts.ranked_intervals(
        _many,
        "label",
        "lifetime_value",
        "low",
        "high",
        n="customer_count",
        average=whole.first["lifetime_value"],
        height=max(160, 34 * len(_many)),
    )
    page.figure(
        by_group,
        _drawn,
        f"Highest: {_top.label}, {by_group.text('lifetime_value', _top.lifetime_value)} a customer{_least}",
        f"Lifetime value per customer by {split.selected_key}, {horizon.value} {unit.value}s ahead, {what}, {shop.currency}, "
        f"discounted; bars: 95 % interval over customers, the model’s own error not in it; dashed: all n = {buyers:,}. "
        f"{len(_many)} of {len(_rows)} groups drawn, the biggest.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_spread(buyers, horizon, spread, unit, what):
    mo.stop(not buyers)
    _rows = spread.to_pandas().dropna(subset="high")
    _beyond = buyers - int(_rows.customer_count.sum())
    _ends = {"median": spread.first["median_value"], "mean": spread.first["mean_value"]}
    page.figure(
        spread,
        charts.histogram(_rows, "low", "high", "customer_count", x_title="lifetime value", **_ends),
        f"Half of the customers are worth less than {spread.text('median_value')}; the mean is {spread.text('mean_value')}",
        f"Customers by lifetime value, {horizon.value} {unit.value}s ahead, {what}, {shop.currency}; n = {buyers:,}, the "
        f"{_beyond:,} most valuable beyond the right edge.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_assumptions(buyers, fits, independence, whole):
    mo.stop(not buyers)
    _one, _rows = independence.first, fits.to_pandas()
    _names = {**spoken, "gammagamma": "Gamma-Gamma"}
    _sound = _rows[_rows.is_identified].assign(model=_rows.model.map(_names))
    _title, _said = "Too few repeat buyers to test", ""
    if _one["correlation"] is not None:
        _held = "no significant link" if _one["is_independent"] else "they are linked"
        _title = f"Spend and frequency: correlation {_one['correlation']:.3f}, {_held}"
        _said = (
            f" 95 % interval {_one['lower']:.3f} to {_one['upper']:.3f}; it explains "
            f"{independence.text('explained_share')} of the differences, n = {_one['customer_count']:,} repeat buyers."
        )
    page.figure(
        fits,
        None,
        _title,
        f"The spend model assumes that how often somebody buys says nothing of how much each time.{_said} Customers "
        f"registered before the log began: {int(whole.first['left_truncated_count']):,}. The table holds the parameters of "
        "what is identified, with standard errors and 95 % intervals.",
        frame=_sound[["model", "letter", "estimate", "standard_error", "lower", "upper", "log_likelihood"]],
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def so_what(buyers, risk, whole):
    mo.stop(not buyers)
    mo.stop(not risk.rows_total, page.empty("customers on their way out"))
    _total, _sum = risk.rows_total, risk.text("value_at_risk", risk.to_pandas().value_at_risk.sum())
    _why = f"No model is identified, so P(alive) is unknown: these {_total:,} have been silent longer than they usually are."
    if whole.first["p_alive"] is not None:
        _why = f"Their chance of still being customers fell in the last 90 days; {_sum} of lifetime value depends on {_total:,}."
    page.action(
        "Speak to those worth much who are falling silent",
        f"{_why} Write to them before they are gone, and leave a random half alone: only the difference is the message’s "
        "doing. The list names shop numbers, no person.",
        risk,
        most=25,
        file_name="value-at-risk",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Choose “own rate continued”. Which customers does it value more than the model does, and what does it not know?

    A buyer with one purchase of 500 and one with ten of 50 each: whose lifetime value is greater? Say what the model
    takes a single purchase for, and why it must not multiply 500.

    Shorten the look ahead to a quarter. Does the recommended forecast change? The back-test holds out as long as it
    looks ahead: why does that matter?
    """)
    return


@app.cell(hide_code=True)
def definitions(course, fits, history, independence, parts, risk, spread, tested, whole):
    page.definitions(whole, tested, fits, history, course, parts, spread, independence, risk)
    return


if __name__ == "__main__":
    app.run()
