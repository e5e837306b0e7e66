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
    from customary.columns import find
    from customary.language import format_percent, format_quarter, is_nothing
    from customary.page.offers import NO_FIGURE
    from customary.units import RATE
    from customary.wording import join_sentences, say, word

    shop = open_shop()
    _by = ("country", "region", "acquisition_channel")
    offer = page.offer(shop, *_by, frame="customers", splits=False, dated=NO_FIGURE)
    goal = "Raise customer value contribution"
    spans = {"week": (13, 26, 52, 104), "month": (3, 6, 12, 24), "day": (91, 182, 364, 728)}
    titles = {"bgnbd": "BG/NBD", "mbgnbd": "MBG/NBD", "paretonbd": "Pareto/NBD", "mbgcnbd": "MBG/CNBD-k"}
    groups = [*({"acquisition_channel"} & set(offer.wheres)), "cohort_month", "cohort_quarter", "value_tier"]
    groups += ["first_category", "first_product"] if shop.snapshot.rows["items"] else []


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "11_lifetime_value",
        "What is a customer worth, so far and from now on?",
        "Lifetime value is what a customer has brought, by age, and what is to be expected: who is still a customer, how "
        "often each will buy, what a purchase brings. A forecast stands beside its back-test. All figures stand as of the "
        "end of the data, whatever the period in the bar.",
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
    unit = mo.ui.dropdown({word(name): name for name in spans}, word("week"), label=say("Count in"))
    _named = {"best": say("Recommended by the back-test"), **titles, "naive": say("Own rate continued")}
    _named["seasonal"] = say("Own rate by season")
    spoken = {name: str(title) for name, title in _named.items()}  # a control takes plain texts
    return spoken, unit


@app.cell(hide_code=True)
def forecast_controls(spoken, unit):
    _ahead = [str(text) for text in (say("a quarter"), say("half a year"), say("a year"), say("two years"))]
    horizon = mo.ui.dropdown(dict(zip(_ahead, spans[unit.value], strict=True)), _ahead[2], label=say("Look ahead"))
    model = mo.ui.dropdown({spoken[name]: name for name in spoken}, spoken["best"], label=say("Forecast by"))
    margin = mo.ui.slider(0.05, 1, 0.05, value=1, show_value=True, label=say("Margin (1 = revenue)"))
    discount = mo.ui.slider(0, 0.3, 0.01, value=0.1, show_value=True, label=say("Discount a year"))
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
    far = say("{n} {units}", n=horizon.value, units=word(f"{unit.value}s"))
    _part = say("{share} of revenue net of returns", share=format_percent(margin.value))
    what = say("revenue net of returns") if margin.value == 1 else _part
    return ahead, buyers, choice, far, what, who, whole, worth


@app.cell(hide_code=True)
def answers(ahead, split, who, whole, worth):
    by_group = study(shop, "lifetime_value", by=split.value, **worth)
    tested = study(shop, "lifetime_value_backtest", **ahead)
    history = study(shop, "historic_value", margin=worth["margin"], **who)
    course = study(shop, "lifetime_value_tracking", model=whole.first.get("model", "best"), **ahead)
    spread, risk = study(shop, "lifetime_value_spread", **worth), study(shop, "value_at_risk", **worth)
    active = study(shop, "alive_share", **ahead)
    return active, by_group, course, history, risk, spread, tested


@app.cell(hide_code=True)
def headline(active, buyers, choice, far, model, spoken, tested, whole):
    mo.stop(not buyers, page.empty("buyers"))
    _test = tested.to_pandas().set_index("model").error_rate.get(whole.first["model"])
    _used, _asked = spoken[whole.first["model"]], spoken[model.value]
    _is_other = model.value not in ("best", whole.first["model"])
    _said = page.sentence(
        "From here on {buyers} buyers are expected to bring {lifetime_value} each in {far} (95% interval over customers "
        "{low} to {high}), {lifetime_value_total} together, in today’s money. In the back-test this forecast, {model}, "
        "expected {error} of what came.",
        whole,
        tested,
        buyers=buyers,
        far=far,
        model=say("{used}, in place of {asked}", used=_used, asked=_asked) if _is_other else _used,
        error=say("an unknown share") if is_nothing(_test) else RATE.text(1 + _test),
    )
    _tiles = [(whole, name) for name in ("net_spend", "lifetime_value", "expected_purchases")]
    mo.vstack([_said, page.headline(shop, choice, facts=[*_tiles, (active, "alive_share")])])
    return


@app.cell(hide_code=True)
def finding_active(active, buyers, spoken):
    mo.stop(not buyers)
    _none = "How many of {customer_count} buyers are still customers is unknown: the data identify no model of leaving."
    mo.stop(not active.first["is_recommended"], page.sentence(_none, active))
    page.finding(
        "Who is still a customer",
        "By the models that the data identify between {low_alive_share} and {high_alive_share} of {customer_count} buyers are "
        "still customers; by {model}, recommended by likelihood and by how many it foresaw, {alive_share}. Of {tested_count} "
        "known before the time held out it expected {expected_bought_rate} to buy in it; {bought_rate} did.",
        active,
        model=spoken.get(active.first["model"], titles["mbgcnbd"]),
    )
    return


@app.cell(hide_code=True)
def finding_history(buyers, history, what):
    mo.stop(not buyers)
    _all, _value = history.to_pandas(), "value_per_customer"
    _year = _all[_all.is_complete & (_all.age_months <= 12)]
    mo.stop(_year.empty, page.empty("cohorts of a known age"))
    _age = int(_year.age_months.max())
    _at = _year[_year.age_months == _age]
    _old, _new = _at.iloc[0], _at.iloc[-1]
    _drawn = _all[_all.age_months.isin([0, 1, 2, 3, 4, 6, 9, 12, 15, 18, 21, 24, 30, 36])]
    _two = "After {age} months buyers of {old} had brought {first} each, those of {new} {later}"
    page.figure(
        history,
        charts.cohort_heatmap(_drawn, "cohort_quarter", "age_months", _value, "group_size"),
        _two if len(_at) > 1 else "After {age} months buyers of {old} had brought {first} each",
        "Cumulative {what} per buyer, {currency}, by quarter of the first order and age in months (0 = first day); returns "
        "on the day they came back; n = {buyers:,} buyers. Only ages that the whole cohort has reached are shown.",
        age=_age,
        old=format_quarter(_old.cohort_quarter),
        first=history.text(_value, _old.value_per_customer),
        new=format_quarter(_new.cohort_quarter),
        later=history.text(_value, _new.value_per_customer),
        what=what,
        buyers=buyers,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_backtest(buyers, course, spoken, tested):
    mo.stop(not buyers)
    mo.stop(not course.rows_total, page.empty("time to hold out"))
    _line, _cut = course.to_pandas(), tested.first
    _end = _line.iloc[-1]
    mo.stop(is_nothing(_end.error_rate) or not tested.rows_total, page.empty("time to hold out"))
    page.figure(
        course,
        charts.tracking_lines(_line, "ends_on", "expected_purchases", "actual_purchases", "is_holdout"),
        "In the end {share} more expected than came"
        if _end.error_rate > 0
        else "In the end {share} fewer expected than came",
        "Repeat purchase days so far by {model}, which learned to {calibrated_until} and was held against the {days} days "
        "since; n = {people} customers known by then. “Forecast check” compares all forecasts.",
        share=RATE.text(abs(_end.error_rate)),
        model=spoken[course.first["model"]],
        days=_cut["holdout_days"],
        people=tested.text("customer_count"),
        beside=[tested],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def split_control():
    _names = {find(name).label(): name for name in groups}
    split = mo.ui.dropdown(_names, find(groups[0]).label(), label=say("Lifetime value by"))
    return (split,)


@app.cell(hide_code=True)
def group_lines(buyers, by_group, split, whole):
    mo.stop(not buyers)
    _rows, _mean = by_group.to_pandas(), whole.first["lifetime_value"]
    _texts = [by_group.text(split.value, name) for name in _rows[split.value]]
    _rows = _rows.assign(label=[word("unknown") if text == "–" else text for text in _texts])
    many = _rows.nlargest(12, "customer_count")
    above, below = many[many.low > _mean].label, many[many.high < _mean].label
    return above, below, many


@app.cell(hide_code=True)
def finding_groups(above, below, buyers, by_group, far, many, split, what, whole):
    _mean = whole.first["lifetime_value"]
    _both = "Significantly above the average: {above}; significantly below: {below}"
    _one = "Significantly above the average: {above}" if len(above) else "Significantly below the average: {below}"
    _none = "No group is significantly above or below the average"
    _figure = page.figure(
        by_group,
        charts.ranked_intervals(many, "label", "lifetime_value", "low", "high", n="customer_count", average=_mean),
        _both if len(above) and len(below) else _one if len(above) or len(below) else _none,
        "Lifetime value per customer by {by}, {far} ahead, {what}, {currency}, discounted; bars: 95% interval over "
        "customers, the model’s own error not in it; dashed: all n = {buyers:,}. {shown} of {total_rows} groups drawn, "
        "the biggest.",
        above=say(", ").join(above),
        below=say(", ").join(below),
        by=by_group.column(split.value).label().lower(),
        far=far,
        what=what,
        buyers=buyers,
        shown=len(many),
        beside=[whole],
        goal=goal,
    )
    mo.vstack([split, _figure])
    return


@app.cell(hide_code=True)
def finding_spread(buyers, far, spread, what):
    mo.stop(not buyers)
    _rows = spread.to_pandas().dropna(subset=["high", "customer_count"])
    _median, _mean, _across = spread.first["median_value"], spread.first["mean_value"], "lifetime value"
    _bars = page.figure(
        spread,
        charts.histogram(_rows, "low", "high", "customer_count", x_title=_across, median=_median, mean=_mean),
        "Half of the customers are worth less than {median_value}; the mean is {mean_value}",
        "Customers by lifetime value, {far} ahead, {what}, {currency}; n = {buyers:,}; {beyond:,} are not drawn: worth more "
        "than the right edge, or too few in a bar to be shown.",
        far=far,
        what=what,
        buyers=buyers,
        beyond=buyers - int(_rows.customer_count.sum()),
        goal=goal,
    )
    page.two_up(_bars, more=say("How lifetime value is spread over the customers"))
    return


@app.cell(hide_code=True)
def so_what(buyers, risk, whole):
    mo.stop(not buyers)
    _total = risk.whole.rows_total
    mo.stop(not _total, page.empty("customers on their way out"))
    _silent = (
        "No model is identified, so P(alive) is unknown: these {n:,} have been silent longer than they usually are."
    )
    _fell = "The chance that they are still customers fell in the last 90 days for {n:,}."
    _write = (
        "Write to them before they are gone, and leave a random half alone: only the difference is the message’s doing."
    )
    page.action(
        "Speak to those worth much who are falling silent",
        join_sentences((say(_silent if whole.first["p_alive"] is None else _fell, n=_total), say(_write))),
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
def definitions(active, by_group, course, history, risk, spread, tested, whole):
    page.definitions(whole, by_group, active, tested, history, course, spread, risk)
    return


if __name__ == "__main__":
    app.run()
