# chapter: Who will leave
# 中文: 流失预测
# question: Who will buy again, and whom are we about to lose?
# goal: Strengthen stickiness and loyalty
# needs: orders, customers, returns, events, tickets

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Who will leave")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, metrics, open_shop, page, study
    from customary.declare import STUDIES
    from customary.units import MONEY, RATE, RATIO

    shop = open_shop()
    scoring = shop.rules["churn"]["score"]
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    keep = "Strengthen stickiness and loyalty"


@app.cell(hide_code=True)
def question(choice):
    mo.vstack(
        [
            page.header(shop, "15_churn", chapters(mo.notebook_dir()), query=choice.query),
            page.question(
                "Who will buy again, and whom are we about to lose?",
                "A model finds the customers at high risk of leaving by itself, from what they bought and how they behave, "
                "so that somebody can call them in time (B-097, B-099, A-085). Here it is graded before it is believed.",
                serves="strengthen stickiness and loyalty",
                needs="orders, customers, returns, events, tickets",
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
def chosen(bar):
    choice = page.choose(offer, bar.value)
    who = {"where": choice.where}
    scored = study(shop, "churn_score", **who)
    buyers = int(scored.to_pandas().churn_risk.notna().sum())
    return buyers, choice, scored, who


@app.cell(hide_code=True)
def headline(buyers, choice, scored):
    _why = str(scored.first["why"]) if len(scored.to_pandas()) else "nobody in this selection has bought"
    mo.stop(
        not buyers,
        mo.vstack([page.empty("buyers with a score"), page.sentence("No score can be told: {why}.", why=_why)]),
    )
    _risky = scored.to_pandas()[scored.to_pandas().is_churn_risk.astype(bool)]
    mo.vstack(
        [
            page.sentence(
                "Within {days} days {share} of {buyers} buyers are expected to buy again. {risky} are churn-risk customers; "
                "they spent {money} in the last year.",
                days=scoring["horizon"],
                share=RATE.text(scored.to_pandas().p_repurchase.mean()),
                buyers=buyers,
                risky=len(_risky),
                money=MONEY.text(_risky.value_at_stake.sum(), shop.currency),
            ),
            page.headline(shop, choice, metrics.repeat_purchase_rate, metrics.returning_buyer_rate, metrics.churn_rate),
        ]
    )
    return


@app.cell(hide_code=True)
def finding_score(buyers, who):
    mo.stop(not buyers)
    _row, _bins = study(shop, "churn_backtest", **who).row, study(shop, "churn_reliability", **who)
    mo.stop(not len(_bins.to_pandas()), page.sentence("The score cannot be graded yet: {why}.", why=str(_row.why)))
    page.figure(
        _bins,
        charts.reliability(
            _bins.to_pandas(),
            "predicted_rate",
            "bought_rate",
            "low_rate",
            "high_rate",
            n="buyer_count",
            said_title="foretold to buy again",
            came_title="bought again",
        ),
        f"Of {_row.buyer_count:,} buyers {RATE.text(_row.predicted_rate)} were foretold to buy again, "
        f"{RATE.text(_row.bought_rate)} did",
        f"Tenths of the buyers by their chance, told on {_row.scored_on} and held against the {_row.horizon} days since; n = "
        f"{_row.buyer_count:,}, bands are 95 % intervals. On average {100 * _row.calibration_error:.1f} points beside the "
        f"dashed line. Who came back stood above who did not {RATE.text(_row.area_under_curve)} of the time; by silence over "
        f"{scoring['inactive_days']} days alone, {RATE.text(_row.naive_area_under_curve)}."
        + (f" Today’s score also reads what was not there to be graded: {_row.not_graded}." if _row.not_graded else ""),
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_weights(buyers, who):
    mo.stop(not buyers)
    _weights = study(shop, "churn_weights", **who)
    _rows = (
        _weights.to_pandas()
        .assign(said=_weights.to_pandas().feature.str.replace("_", " ").str.removesuffix(" count"))
        .head(10)
    )
    page.figure(
        _weights,
        charts.ranked_bars(_rows, "said", "weight", as_given=True, height=300),
        f"What tells buyers apart most is “{_rows.iloc[0].said}”",
        f"What one standard deviation more of it adds to the log-odds of buying again within {scoring['horizon']} days; the "
        f"{len(_rows)} strongest of {len(_weights.to_pandas())}; n = {buyers:,} buyers. Columns that say nearly the same share their weight.",
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def contact_costs(buyers):
    mo.stop(not buyers)
    cost = mo.ui.number(0, 1_000_000, value=scoring["cost"], label=f"A contact costs ({shop.currency})")
    saved = mo.ui.slider(1, 30, value=round(100 * scoring["saved_rate"]), show_value=True, label="Wins back (%)")
    mo.hstack([cost, saved], justify="start", wrap=True)
    return cost, saved


@app.cell(hide_code=True)
def gains(buyers, cost, saved, who):
    mo.stop(not buyers)
    _cost = study(shop, "churn_cost", cost=float(cost.value or 0), saved_rate=saved.value / 100, **who)
    mo.stop(not len(_cost.to_pandas()))
    _best = _cost.to_pandas()[_cost.to_pandas().is_best].iloc[0]
    gained = page.figure(
        _cost,
        charts.curve(
            _cost.to_pandas(),
            "list_share",
            "net_gain",
            x_title="share of buyers contacted",
            mark="is_best",
            n="contact_count",
        ),
        f"Calling the first {RATE.text(_best.list_share)} would have paid most: {MONEY.text(_best.net_gain, shop.currency)}"
        if _best.contact_count
        else f"At {MONEY.text(float(cost.value or 0), shop.currency)} a contact no list would have paid",
        f"Revenue kept less contacts, most revenue at risk first, if {saved.value} % of the lost are won back at what they used "
        f"to spend: an assumption until a hold-out tells; n = {_cost.to_pandas().contact_count.max():,} buyers.",
        goal=keep,
    )
    return (gained,)


@app.cell(hide_code=True)
def finding_lift(gained, who):
    _lift = study(shop, "churn_lift", **who)
    _rows = _lift.to_pandas().assign(size=[f"first {100 * share:.0f} %" for share in _lift.to_pandas().list_share])
    _lost = _rows[_rows.list == "most likely lost"]
    page.two_up(
        page.figure(
            _lift,
            charts.ranked_intervals(
                _lost,
                "size",
                "hit_rate",
                "low_rate",
                "high_rate",
                n="buyer_count",
                average=_lost.iloc[0].base_rate,
                as_given=True,
            ),
            f"Of the {_lost.iloc[1].buyer_count:,} most likely lost, {RATE.text(_lost.iloc[1].hit_rate)} did not come back",
            f"Share that did not buy again, by length of the list, 95 % intervals; dashed: all buyers, "
            f"{RATE.text(_lost.iloc[0].base_rate)}.",
            goal=keep,
        ),
        gained,
    )
    return


@app.cell(hide_code=True)
def so_what(buyers, scored):
    mo.stop(not buyers)
    _all = scored.to_pandas()
    _risky = _all[_all.is_churn_risk.astype(bool)]
    _shown = ["customer_id", "churn_risk", "value_at_stake", "revenue_at_risk", "reason_1", "reason_2", "reason_3"]
    page.action(
        "Call those with the most to lose first",
        f"{len(_risky):,} of {len(_all):,} buyers are churn-risk customers: a risk of {RATE.text(scoring['high_risk'])} or more "
        f"and an order within the year. They hold {MONEY.text(_risky.value_at_stake.sum(), shop.currency)} of the year’s "
        f"{MONEY.text(_all.value_at_stake.sum(), shop.currency)}. A reason with “+” raises the risk above the average buyer’s, "
        "one with “−” lowers it. Leave a random tenth uncalled: only the difference is the call’s doing.",
        page.sheet(
            _risky[_shown].head(200).dropna(axis="columns", how="all"),
            units={"churn_risk": RATE, "value_at_stake": MONEY, "revenue_at_risk": MONEY},
            names={"value_at_stake": "Spent in a year", "customer_id": "Customer"},
            currency=shop.currency,
            of=len(_risky),
            most=12,
        ),
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
def definitions():
    _studies = ("churn_score", "churn_backtest", "churn_reliability", "churn_lift", "churn_cost", "churn_weights")
    page.definitions(
        [
            *(STUDIES[name] for name in _studies),
            *(metrics.repeat_purchase_rate, metrics.returning_buyer_rate, metrics.churn_rate),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
