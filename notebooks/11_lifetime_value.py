# chapter: Lifetime value
# 中文: 客户终身价值
# question: What is a customer worth, so far and from now on?
# goal: Raise customer value contribution
# needs: orders, returns, order_items, customers
# figure: revenue_per_buyer

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
    models |= {"MBG/CNBD-k": "mbgcnbd", "Own rate continued": "naive", "Own rate by season": "seasonal"}
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
    tested, history = (
        study(shop, "lifetime_value_backtest", **ahead),
        study(shop, "historic_value", margin=worth["margin"], **who),
    )
    course = study(shop, "lifetime_value_tracking", model=whole.first.get("model", "best"), **ahead)
    spread, risk = study(shop, "lifetime_value_spread", **worth), study(shop, "value_at_risk", **worth)
    active = study(shop, "alive_share", **ahead)
    return active, course, history, risk, spread, tested


@app.cell(hide_code=True)
def headline(active, buyers, choice, far, model, tested, whole):
    mo.stop(not buyers, page.empty("buyers"))
    _test = tested.to_pandas().set_index("model").error_rate.get(whole.first["model"])
    _asked = "" if model.value in ("best", whole.first["model"]) else f", in place of {spoken[model.value]}"
    _said = page.sentence(
        "From here on {buyers} buyers are expected to bring {lifetime_value} each {far} (95% interval over customers {low} to {high}), "
        "{lifetime_value_total} together, in today’s money. In the back-test this forecast, {model}, expected {error} of what came.",
        whole,
        tested,
        buyers=buyers,
        far=far,
        model=spoken[whole.first["model"]] + _asked,
        error="an unknown share" if _test != _test else RATE.text(1 + _test),
    )
    _tiles = [(whole, name) for name in ("net_spend", "lifetime_value", "expected_purchases")]
    mo.vstack([_said, page.headline(shop, choice, facts=[*_tiles, (active, "alive_share")])])
    return


@app.cell(hide_code=True)
def finding_active(active, buyers):
    mo.stop(not buyers)
    _none = "How many of {customer_count} buyers are still customers is unknown: the data identify no model of leaving."
    mo.stop(not active.first["is_recommended"], page.sentence(_none, active))
    page.finding(
        "Who is still a customer",
        "By the models that the data identify between {low_alive_share} and {high_alive_share} of {customer_count} buyers are "
        "still customers; by {model}, recommended by likelihood and by how many it foresaw, {alive_share}. Of {tested_count} "
        "known before the time held out it expected {expected_bought_rate} to buy in it; {bought_rate} did.",
        active,
        model=spoken.get(active.first["model"], "MBG/CNBD-k"),
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
def finding_backtest(buyers, course, tested):
    mo.stop(not buyers)
    mo.stop(not course.rows_total, page.empty("time to hold out"))
    _line, _cut = course.to_pandas(), tested.first
    _end = _line.iloc[-1]
    page.figure(
        course,
        charts.tracking_lines(_line, "ends_on", "expected_purchases", "actual_purchases", "is_holdout"),
        f"In the end {RATE.text(abs(_end.error_rate))} {'more' if _end.error_rate > 0 else 'fewer'} expected than came",
        f"Repeat purchase days so far by {spoken[course.first['model']]}, which learned to {_cut['calibrated_until']} and was held "
        f"against the {_cut['holdout_days']} days since; n = {_cut['customer_count']:,} customers known by then. “Forecast "
        "check” compares all forecasts.",
        beside=[tested],
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
    _names = [by_group.text(split.value, name) for name in _all[split.value]]
    _rows = _all.assign(label=["unknown" if name == "–" else name for name in _names])
    _many = _rows.nlargest(12, "customer_count")
    _mean = whole.first["lifetime_value"]
    _apart = {"above": _many[_many.low > _mean].label, "below": _many[_many.high < _mean].label}
    _said = [f"significantly {side} the average: {', '.join(names)}" for side, names in _apart.items() if len(names)]
    _title = "; ".join(_said) or "no group is significantly above or below the average"
    page.figure(
        by_group,
        charts.ranked_intervals(_many, "label", "lifetime_value", "low", "high", n="customer_count", average=_mean),
        f"{_title[:1].upper()}{_title[1:]}",
        f"Lifetime value per customer by {split.selected_key}, {horizon.value} {unit.value}s ahead, {what}, {shop.currency}, "
        f"discounted; bars: 95% interval over customers, the model’s own error not in it; dashed: all n = {buyers:,}. "
        f"{len(_many)} of {len(_rows)} groups drawn, the biggest.",
        beside=[whole],
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
def so_what(buyers, risk, whole):
    mo.stop(not buyers)
    _total = risk.whole.rows_total
    mo.stop(not _total, page.empty("customers on their way out"))
    _why = f"No model is identified, so P(alive) is unknown: these {_total:,} have been silent longer than they usually are."
    if whole.first["p_alive"] is not None:
        _why = f"The chance that they are still customers fell in the last 90 days for {_total:,}."
    page.action(
        "Speak to those worth much who are falling silent",
        f"{_why} Write to them before they are gone, and leave a random half alone: only the difference is the message’s "
        "doing.",
        risk,
        beside=[whole],
        most=25,
        file_name="value-at-risk",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    A buyer with one purchase of 500 and one with ten of 50 each: whose lifetime value is greater? Say what the model
    takes a single purchase for, and why it must not multiply 500.

    Set the margin to what your goods really leave. Which customers are then worth less than it costs to win them?
    """)
    return


@app.cell(hide_code=True)
def definitions(active, course, history, risk, spread, tested, whole):
    page.definitions(whole, active, tested, history, course, spread, risk)
    return


if __name__ == "__main__":
    app.run()
