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
    from customary.page.superlatives import first_of
    from customary.query.goals import goals, missed_goals

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
    return board, choice, drivers, missed, quarters


@app.cell(hide_code=True)
def headline(board, choice):
    _rows = board.to_pandas()
    _known = _rows[_rows.value.notna()].metric
    _wanted = ("net_revenue", "new_buyer_count", "repeat_purchase_rate", "average_order_value", "visit_conversion_rate")
    _said = page.sentence(
        "{reached} of {known} aims that can be measured are reached: {during}; {unknown} lack data or a target.",
        board,
        reached=int(_rows.is_met.eq(True).sum()),
        known=int(_rows.is_met.notna().sum()),
        during=choice.text,
        unknown=int(_rows.is_met.isna().sum()),
    )
    mo.vstack([_said, page.headline(shop, choice, *[name for name in _wanted if name in set(_known)])])
    return


@app.cell(hide_code=True)
def finding_scorecard(board, choice):
    _rows = board.to_pandas().dropna(subset=["distance"]).sort_values("distance")
    mo.stop(_rows.empty, page.sentence("No aim has both a value and a target in this period.", board))
    _rows = _rows.assign(aim=_rows.metric.str.replace("_", " "))
    _worst = _rows.iloc[0]
    page.figure(
        board,
        charts.ranked_bars(_rows, "aim", "distance", as_given=True, height=max(160, 26 * len(_rows))),
        f"{(_rows.distance < 0).sum()} of {len(_rows)} aims stand short of their target so far, {_worst.aim} by "
        f"{board.text('distance', abs(_worst.distance))}"
        if _worst.distance < 0
        else "Every aim that can be measured is reached",
        f"Distance beyond the target, or short of it (−), as a share of the target, {choice.text}; {len(_rows)} of "
        f"{board.rows_total} aims, those without data or target left out.",
        frame=_rows.drop(columns="aim"),
        goal="all five",
    )
    return


@app.cell(hide_code=True)
def finding_drivers(choice, drivers):
    mo.stop(choice.against is None, page.sentence("There is no earlier period to compare net revenue with.", drivers))
    _rows = drivers.to_pandas()
    _parts = _rows[_rows.driver != "net_revenue"]
    _parts = _parts.assign(part=_parts.driver.str.replace("_", " "))
    _total, _main = _rows[_rows.driver == "net_revenue"].iloc[0], _parts.loc[_parts.contribution.abs().idxmax()]
    page.figure(
        drivers,
        charts.waterfall(
            _parts,
            "part",
            "contribution",
            start=_total.before,
            start_label="compared period",
            end_label="this period",
        ),
        f"Net revenue moved by {drivers.text('contribution', _total.contribution)}, by "
        f"{drivers.text('contribution', _main.contribution)} through {_main.part} alone",
        "Change of net revenue = buyers × orders per buyer × average order value − returns, without a remainder; "
        f"{shop.currency}, {choice.text}.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def finding_trend(quarters):
    _rows = quarters.to_pandas()
    _complete = _rows[_rows.is_complete]
    mo.stop(_complete.empty, page.empty("complete quarters"))
    mo.stop(_complete.net_revenue.isna().all(), page.missing("order amounts", "net revenue by quarter"))
    _best = first_of(_complete, "quarter", "net_revenue")
    page.figure(
        quarters,
        charts.line_over_time(_rows, "quarter", "net_revenue", n="order_count"),
        _best.say(f"Of {len(_complete)} complete quarters, {{names}} brought the most: {{value}}", "No quarter leads"),
        f"Net revenue by quarter, {shop.currency}, all history until {shop.as_of}; n = {_rows.order_count.sum():,} orders. "
        "Dotted: quarters that are not complete.",
        goal="Raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def so_what(choice, missed):
    page.action(
        "Start with what is missed",
        f"Each aim below is short of its target ({choice.text}), the furthest first. The next chapters show where it is lost.",
        missed,
        most=20,
        file_name="aims-missed",
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
def definitions(board, drivers, quarters):
    page.definitions(board, drivers, quarters)
    return


if __name__ == "__main__":
    app.run()
