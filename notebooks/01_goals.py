# chapter: Goals
# 中文: 分析目标
# question: What are we trying to reach, and how far off are we?
# goal: Every analysis starts from a clear, measurable goal
# needs: orders
# figure: goals.is_met

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Goals")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page import served_goals
    from customary.page.superlatives import first_of
    from customary.page.totals import sum_text
    from customary.query.goals import goals, missed_goals
    from customary.query.pace import LISTS, pace_of_figures, wanted_hours

    shop = open_shop()
    offer = page.offer(shop, period="last quarter")


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "01_goals",
        "What are we trying to reach, and how far off are we?",
        "Every analysis starts from a clear, measurable business goal; no goal, no analysis.",
        choice=choice,
        serves="all five goals",
        needs="orders",
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def answers(bar):
    choice = page.choose(offer, bar.value)
    board = goals(shop, choice.during, choice.against)
    missed = missed_goals(shop, choice.during, choice.against)
    drivers = study(shop, "driver_tree", during=choice.during, against=choice.against)
    quarters = measure(shop, "net_revenue", "order_count", every="quarter")
    rows = shop.snapshot.rows
    actions, lists = [
        study(shop, name) if rows["assignments"] and rows["orders"] else None
        for name in ("goal_actions", "list_results")
    ]
    return actions, board, choice, drivers, lists, missed, quarters


@app.cell(hide_code=True)
def headline(board, choice):
    _rows = board.to_pandas()
    _known, _lacking = _rows[_rows.value.notna()].metric, _rows.value.isna() | _rows.target.isna()
    _wanted = ("net_revenue", "new_buyer_count", "repeat_purchase_rate", "average_order_value", "visit_conversion_rate")
    _said = page.sentence(
        "{reached} of {known} aims that can be judged are reached: {when}; {lacking} lack data or a target, {young} are too "
        "young to be judged.",
        board,
        reached=int(_rows.is_met.eq(True).sum()),
        known=int(_rows.is_met.notna().sum()),
        when=choice.text,
        lacking=int(_lacking.sum()),
        young=int((_rows.is_met.isna() & ~_lacking).sum()),
    )
    mo.vstack([_said, page.headline(shop, choice, *[name for name in _wanted if name in set(_known)])])
    return


@app.cell(hide_code=True)
def finding_scorecard(board, choice):
    _rows = board.to_pandas().dropna(subset=["distance"]).sort_values("distance")
    mo.stop(_rows.empty, page.sentence("No aim has both a value and a target in this period.", board))
    _rows = _rows.assign(aim=[board.text("metric", name).replace("_", " ") for name in _rows.metric])
    _judged, _short = _rows[_rows.is_met.notna()], _rows[_rows.is_met.eq(False)]
    _said = "{short} of {judged} aims that can be judged stand short of their target, {aim} by {gap}"
    _title = _said if len(_short) else "No aim that can be judged is short of its target"
    _worst = _short if len(_short) else _rows
    page.figure(
        board,
        charts.ranked_bars(_rows, "aim", "distance", as_given=True, highlight=list(_short.aim[:1])),
        _title,
        "Distance beyond the target, or short of it (−), as a share of the target, {when}; {drawn} of {total_rows} aims, "
        "those without data or target left out; {young} of them still move and are not judged yet.",
        short=len(_short),
        judged=len(_judged),
        drawn=len(_rows),
        young=len(_rows) - len(_judged),
        aim=_worst.aim.iloc[0],
        gap=board.text("distance", abs(_worst.distance.iloc[0])),
        when=choice.text,
        frame=_rows.drop(columns="aim"),
        goal="all five goals",
    )
    return


@app.cell(hide_code=True)
def finding_drivers(choice, drivers):
    mo.stop(choice.against is None, page.sentence("There is no earlier period to compare net revenue with.", drivers))
    _rows = drivers.to_pandas()
    mo.stop(_rows.empty, page.sentence("There is no change to explain.", drivers))
    _total, _parts = _rows[_rows.driver == "net_revenue"].iloc[0], _rows[_rows.driver != "net_revenue"]
    _parts = _parts.assign(part=[drivers.text("driver", name).replace("_", " ") for name in _parts.driver])
    _main = _parts.loc[_parts.contribution.abs().idxmax()]
    page.figure(
        drivers,
        charts.waterfall(
            _parts, "part", "contribution", start=_total.before, start_label="compared period", end_label="this period"
        ),
        "Net revenue moved by {change}, by {share} through {driver} alone",
        "Change of net revenue = buyers × orders per buyer × average order value − returns, without a remainder; "
        "{currency}, {when}.",
        change=drivers.text("contribution", _total.contribution),
        share=drivers.text("contribution", _main.contribution),
        driver=_main.part,
        when=choice.text,
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_trend(quarters):
    _rows = quarters.to_pandas()
    _complete = _rows[_rows.is_complete.eq(True)]
    mo.stop(_complete.empty, page.empty("complete quarters"))
    mo.stop(_complete.net_revenue.isna().all(), page.missing("order amounts", "net revenue by quarter"))
    _best = first_of(_complete, "quarter", "net_revenue")
    page.figure(
        quarters,
        charts.line_over_time(_rows, "quarter", "net_revenue", n="order_count"),
        _best.say(
            "{names} brought the most of {n} complete quarters: {value}", "No quarter leads", n=str(len(_complete))
        ),
        "Net revenue by quarter, {currency}, all history until {as_of}; n = {n:,} orders. Dotted: quarters that are not "
        "complete.",
        n=sum_text(quarters, _rows.order_count),
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_actions(actions):
    served_goals.served_goals_figure(actions)
    return


@app.cell(hide_code=True)
def finding_pace(board, lists):
    _figures, _wanted = pace_of_figures(shop), wanted_hours(shop, LISTS)
    _hours = lists.to_pandas().hours_after_data.dropna() if lists and _figures.hours is not None else []
    _soon = "Figures were there {hours} after the end of the data; {wanted:.0f} hours are wanted: {verdict}."
    _fixed = "The day of this shop’s data is fixed by hand: how soon its figures came cannot be told."
    _quick = "Of {n} lists {quick} were delivered within {wanted:.0f} hours of the end of their data, all of them within {slowest}."
    _said = page.finding(
        "How soon after the data",
        _fixed if _figures.hours is None else _soon,
        board,
        hours=_figures.text,
        wanted=_figures.wanted,
        verdict=_figures.verdict,
    )
    mo.stop(not lists, _said)
    _of_lists = page.sentence(
        _quick if len(_hours) else "No delivered list tells how long it took.",
        lists,
        n=len(_hours),
        quick=int(sum(hours <= _wanted for hours in _hours)),
        wanted=_wanted,
        slowest=lists.text("hours_after_data", max(_hours)) if len(_hours) else "",
    )
    mo.vstack([_said, _of_lists])
    return


@app.cell(hide_code=True)
def so_what(choice, missed):
    page.action(
        "Start with what is missed",
        "Each aim below is short of its target ({when}), the furthest first. The next chapters show where it is lost.",
        missed,
        columns=("goal", "metric", "value", "before", "target", "distance", "n"),
        most=10,
        file_name="aims-missed",
        when=choice.text,
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Set the comparison to the same period last year. Which driver changes its sign, and what does that say about the
    season? Then write down the one aim you would drop, and the decision that nobody could take any more.
    """)
    return


@app.cell(hide_code=True)
def definitions(actions, board, drivers, lists, quarters):
    page.definitions(board, drivers, quarters, actions, lists)
    return


if __name__ == "__main__":
    app.run()
