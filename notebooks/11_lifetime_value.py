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

    from customary import charts, open_shop, page
    from customary.declare import STUDIES
    from customary.units import MONEY, RATE, RATIO

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    goal = "Raise customer value contribution"
    money = {"unit": MONEY, "currency": shop.currency}
    spans = {"week": (13, 26, 52, 104), "month": (3, 6, 12, 24), "day": (91, 182, 364, 728)}
    models = {"Recommended by the back-test": "best", "BG/NBD": "bgnbd", "MBG/NBD": "mbgnbd", "Pareto/NBD": "paretonbd"}
    models |= {"Own rate continued": "naive", "Own rate by season": "seasonal"}
    spoken = {value: name for name, value in models.items()}
    groups = {name.replace("_", " "): name for name in (*page.varied(shop, "acquisition_channel", frame="customers"),)}
    groups |= {"cohort (month)": "cohort_month", "cohort (quarter)": "cohort_quarter", "value tier": "value_tier"}
    groups |= (
        {"first category": "first_category", "first product": "first_product"} if shop.snapshot.rows["items"] else {}
    )


@app.cell(hide_code=True)
def question(choice):
    mo.vstack(
        [
            page.header(shop, "11_lifetime_value", chapters(mo.notebook_dir()), query=choice.query),
            page.question(
                "What is a customer worth, so far and from now on?",
                "Lifetime value is what a customer has brought, by age, and what is to be expected: who is still a "
                "customer, how often each will buy, what a purchase brings (A-017, A-079, C-038). A forecast stands "
                f"beside its back-test. All figures stand as of {shop.as_of}, whatever the period in the bar.",
                serves="raise customer value contribution",
                needs="orders, returns, order_items, customers",
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
    tested = study(shop, "lifetime_value_backtest", **ahead)
    buyers = 0 if whole.to_pandas().empty else int(whole.first["customer_count"])
    what = "revenue net of returns" if margin.value == 1 else f"{margin.value:.0%} of revenue net of returns"
    return ahead, buyers, choice, tested, what, who, whole, worth


@app.cell(hide_code=True)
def headline(buyers, horizon, tested, unit, whole):
    mo.stop(not buyers, page.empty("buyers"))
    _all, _test = whole.row, tested.to_pandas()[tested.to_pandas().model == whole.first["model"]].iloc[0]
    _far = f"in {horizon.value} {unit.value}s"
    _n, _span = f"n {buyers:,}", f"{MONEY.text(_all.low, shop.currency)} – {MONEY.text(_all.high, shop.currency)}"
    _sure = "mean P(alive)" if _all.notna().p_alive else "no model is identified"
    _net, _off = "revenue net of returns", "expected less actual purchases"
    _tiles = (
        ("Value so far, per buyer", "历史价值", MONEY.text(_all.net_spend, shop.currency), _net, _n),
        ("Lifetime value, per buyer", "终身价值", MONEY.text(_all.lifetime_value, shop.currency), _far, _span),
        ("Expected purchases", "预期购买次数", RATIO.text(_all.expected_purchases), f"purchase days {_far}", _n),
        ("Still customers", "存活概率", RATE.text(_all.p_alive), _sure, _n),
        ("Back-test error", "回测误差", RATE.text(_test.error_rate), _off, spoken[_all.model]),
    )
    _said = page.sentence(
        "From here on {buyers} buyers are expected to bring {each} each {far}, {total} together, in today’s money.",
        buyers=buyers,
        far=_far,
        each=MONEY.text(_all.lifetime_value, shop.currency),
        total=MONEY.text(_all.lifetime_value_total, shop.currency),
    )
    _made = [page.Tile(name, zh, text, against_text=note, n_text=n) for name, zh, text, note, n in _tiles]
    mo.vstack([_said, page.tiles(_made)])
    return


@app.cell(hide_code=True)
def finding_identified(ahead, buyers, model, whole):
    mo.stop(not buyers)
    fits = study(shop, "lifetime_value_fits", **ahead)
    _models = fits.to_pandas().drop_duplicates("model")
    _bad = _models[~_models.is_identified]
    _names = {**spoken, "gammagamma": "Gamma-Gamma (spend)"}
    _why = "; ".join(f"{_names[row.model]}: {row.why}" for row in _bad.itertuples())
    _asked = model.value not in ("best", whole.first["model"])
    _held = f"{_why}. Parameters of such a fit mean nothing, so none of them is used." if len(_bad) else ""
    page.finding(
        "Can these data carry a forecast?",
        f"{{verdict}} {_held} The forecast here is made by {{used}}.",
        verdict=f"Not identified: {', '.join(_names[name] for name in _bad.model)}."
        if len(_bad)
        else "All models are identified: the data set a bound to every parameter.",
        used=spoken[whole.first["model"]] + (f", in place of {spoken[model.value]}" if _asked else ""),
    )
    return (fits,)


@app.cell(hide_code=True)
def finding_history(buyers, what, who, worth):
    mo.stop(not buyers)
    _past = study(shop, "historic_value", margin=worth["margin"], **who)
    _year = _past.to_pandas()[_past.to_pandas().is_complete & (_past.to_pandas().age_months <= 12)]
    _age = _year.age_months.max()
    _old, _new = _year[_year.age_months == _age].iloc[0], _year[_year.age_months == _age].iloc[-1]
    _latest = MONEY.text(_new.value_per_customer, shop.currency)
    _rows = _past.to_pandas()[_past.to_pandas().age_months.isin([0, 1, 2, 3, 4, 6, 9, 12, 15, 18, 21, 24, 30, 36])]
    page.figure(
        _past,
        charts.cohort_heatmap(_rows, "cohort_quarter", "age_months", "value_per_customer", "group_size", **money),
        f"After {_age} months buyers of {_old.cohort_quarter:%b %Y} and the two months after had brought "
        f"{MONEY.text(_old.value_per_customer, shop.currency)} each"
        + (f", those of {_new.cohort_quarter:%b %Y} {_latest}" if _new.cohort_quarter != _old.cohort_quarter else ""),
        f"Cumulative {what} per buyer, {shop.currency}, by quarter of the first order and age in months (0 = first day); "
        f"returns on the day they came back; n = {buyers:,} buyers. Only ages that the whole cohort has reached are shown.",
        frame=_past.to_pandas(),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_backtest(ahead, buyers, tested, whole):
    mo.stop(not buyers)
    _drawn = {**ahead, "model": whole.first["model"]}
    _course = study(shop, "lifetime_value_tracking", **_drawn)
    _parts = study(shop, "lifetime_value_conditional", **_drawn)
    mo.stop(not len(_course.to_pandas()) or not len(_parts.to_pandas()), page.empty("time to hold out"))
    _cut, _end, _name, _groups = (
        tested.row,
        _course.to_pandas().iloc[-1],
        spoken[_course.first["model"]],
        _parts.to_pandas(),
    )
    _means = ("repeats_before", "expected_purchases", "actual_purchases", "lower", "upper")
    _told = f"{_name}, learned to {_cut.calibrated_until:%Y-%m-%d}, held out {_cut.holdout_days} days; n = {_cut.customer_count:,}"
    page.two_up(
        page.figure(
            _course,
            charts.tracked(_course.to_pandas(), "ends_on", "expected_purchases", "actual_purchases", "is_holdout"),
            f"In the end {RATE.text(abs(_end.error_rate))} {'more' if _end.error_rate > 0 else 'fewer'} expected than came",
            f"Repeat purchase days so far. {_told} customers known by then.",
            goal=goal,
        ),
        page.figure(
            _parts,
            charts.expected_and_actual(_groups, *_means, n="customer_count", x_title="repeat purchases before"),
            f"{_groups.is_inside.eq(True).sum()} of {len(_groups)} groups lie where chance would put them",
            f"Purchase days per customer in the time held out, bars: 95 % intervals. {_told} customers.",
            goal=goal,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_models(buyers, tested):
    mo.stop(not buyers)
    _rows = tested.to_pandas().assign(model=tested.to_pandas().model.map(spoken))
    _best = _rows[_rows.is_recommended]
    _errors = ["error_rate", "tracked_error_rate", "rmse", "mae", "auc"]
    _shown = _rows[["model", *_errors, "is_identified", "is_recommended", "why"]].dropna(axis="columns", how="all")
    page.figure(
        tested,
        None,
        f"{_best.model.iloc[0]} came nearest, customer by customer" if len(_best) else "No forecast can be recommended",
        "Purchase days expected against those that came in the time held out. Recommended: the least root mean squared "
        f"error per customer; what is not identified makes no forecast; n = {int(_rows.customer_count.iloc[0]):,} customers. Own rate "
        "continued: repeats per time so far. By season: the same, times how the season ahead compared with the whole year "
        "a year ago.",
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
    _by = study(shop, "lifetime_value", by=split.value, **worth)
    _rows = _by.to_pandas().assign(label=_by.to_pandas()[split.value].astype("string").fillna("unknown"))
    _many = _rows.nlargest(12, "customer_count")
    _top, _low = _many.iloc[_many.lifetime_value.argmax()], _many.iloc[_many.lifetime_value.argmin()]
    page.figure(
        _by,
        charts.ranked_intervals(
            _many,
            "label",
            "lifetime_value",
            "low",
            "high",
            **money,
            n="customer_count",
            average=whole.first["lifetime_value"],
            height=max(160, 34 * len(_many)),
        ),
        f"Most valuable: {_top.label}, {MONEY.text(_top.lifetime_value, shop.currency)} a customer"
        + (f"; least: {_low.label}, {MONEY.text(_low.lifetime_value, shop.currency)}" if len(_many) > 1 else ""),
        f"Lifetime value per customer by {split.selected_key}, {horizon.value} {unit.value}s ahead, {what}, {shop.currency}, "
        f"discounted; bars: 95 % of chance between customers, the model’s own error not in it; dashed: all n = {buyers:,}. "
        f"{len(_many)} of {len(_rows)} groups drawn, the biggest.",
        frame=_by.to_pandas(),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_spread(buyers, horizon, unit, what, worth):
    mo.stop(not buyers)
    _spread = study(shop, "lifetime_value_spread", **worth)
    _drawn, _one = _spread.to_pandas().dropna(subset="high"), _spread.row
    page.figure(
        _spread,
        charts.histogram(
            _drawn,
            "low",
            "high",
            "customer_count",
            median=_one.median_value,
            mean=_one.mean_value,
            x_title="lifetime value",
            **money,
        ),
        f"Half of the customers are worth less than {MONEY.text(_one.median_value, shop.currency)}; the mean is "
        f"{MONEY.text(_one.mean_value, shop.currency)}",
        f"Customers by lifetime value, {horizon.value} {unit.value}s ahead, {what}, {shop.currency}; n = {buyers:,}, the "
        f"{buyers - int(_drawn.customer_count.sum()):,} most valuable beyond the right edge.",
        frame=_spread.to_pandas(),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_assumptions(buyers, fits, whole, who):
    mo.stop(not buyers)
    _spend = study(shop, "spend_independence", **who).row
    _known = _spend.notna().correlation
    _sound = fits.to_pandas()[fits.to_pandas().is_identified].replace(
        {"model": {**spoken, "gammagamma": "Gamma-Gamma"}}
    )
    _shown = _sound[["model", "letter", "estimate", "standard_error", "lower", "upper", "log_likelihood"]]
    _held = "" if not _known else "it holds" if _spend.is_independent else "it does not hold"
    page.figure(
        fits,
        None,
        f"Spend and frequency: correlation {_spend.correlation:.3f}, {_held}"
        if _known
        else "Too few repeat buyers to test",
        "The spend model takes it that how often somebody buys says nothing of how much each time. "
        + (
            f"Correlation of repeats and mean spend: {_spend.correlation:.3f}, 95 % interval {_spend.lower:.3f} to "
            f"{_spend.upper:.3f}; it explains {RATE.text(_spend.explained_share)} of the differences, "
            f"n = {int(_spend.customer_count):,} repeat buyers. "
            if _known
            else ""
        )
        + f"Customers registered before the log began: {int(whole.first['left_truncated_count']):,}. The table holds the "
        "parameters of what is identified, with standard errors and 95 % intervals.",
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def so_what(buyers, whole, worth):
    mo.stop(not buyers)
    _risk = study(shop, "value_at_risk", **worth)
    mo.stop(not len(_risk.to_pandas()), page.empty("customers on their way out"))
    _total, _sure = int(_risk.first["customer_total"]), whole.first["notna"]().p_alive
    _sum = MONEY.text(_risk.to_pandas().value_at_risk.sum(), shop.currency)
    _why = (
        f"Their chance of still being customers fell in the last 90 days; {_sum} of the lifetime value counted on hangs on "
        f"these {len(_risk.to_pandas()):,} of {_total:,}."
        if _sure
        else f"No model is identified, so nobody’s P(alive) is known: these {len(_risk.to_pandas()):,} of {_total:,} have been "
        "silent for longer than they usually are."
    )
    _cut = _risk.to_pandas().drop(columns=["customer_total", "model"]).dropna(axis="columns", how="all")
    page.action(
        "Speak to those worth much who are falling silent",
        f"{_why} Write to them before they are gone, and leave a random half alone: only the difference is the message’s "
        "doing. The list names shop numbers, no person.",
        _risk.told(_cut, of=_total, names={"p_alive": "P(alive)", "p_alive_before": "P(alive) before"}),
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
def definitions():
    _names = ("historic_value", "lifetime_value", "lifetime_value_backtest", "lifetime_value_tracking")
    _more = ("lifetime_value_conditional", "lifetime_value_spread", "lifetime_value_fits", "spend_independence")
    page.definitions([STUDIES[name] for name in (*_names, *_more, "value_at_risk")])
    return


if __name__ == "__main__":
    app.run()
