# chapter: Goals
# 中文: 分析目标
# question: What are we trying to reach, and how far off are we?
# goal: Every analysis starts from a clear, measurable goal
# needs: orders

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Goals")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import metrics, open_shop, page, passport
    from customary.charts import line_over_time, ranked_bars, waterfall
    from customary.query import goals
    from customary.units import RATE


@app.cell(hide_code=True)
def setup():
    shop = open_shop()
    chapters = page.chapters(mo.notebook_dir())
    offer = page.offered(shop, period="last quarter")
    return chapters, offer, shop


@app.cell(hide_code=True)
def question(bar, chapters, offer, shop):
    choice = page.chosen(offer, bar.value)
    scores = goals.scorecard(shop, choice.during, choice.against)
    board = goals.board(scores, shop.currency)
    known = [score for score in scores if score.is_met is not None]
    reached = [score for score in known if score.is_met]
    mo.vstack(
        [
            page.header(shop, "01_goals", chapters, query=choice.query),
            page.question(
                "What are we trying to reach, and how far off are we?",
                "Every analysis starts from a clear, measurable business goal; no goal, no analysis (A-003).",
                "all five goals of A-004…A-024",
                ["orders"],
            ),
            page.sentence(
                "{reached} of {known} aims that can be measured are reached in {during}; {unknown} lack data.",
                reached=len(reached),
                known=len(known),
                during=choice.text,
                unknown=len(scores) - len(known),
            ),
        ]
    )
    return board, choice, known, scores


@app.cell(hide_code=True)
def controls(offer):
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def headline(choice, scores, shop):
    _wanted = ("net_revenue", "new_buyer_count", "repeat_purchase_rate", "average_order_value", "visit_conversion_rate")
    page.tiles(
        page.tile(
            score.aim.metric,
            score.value,
            score.before,
            currency=shop.currency,
            wanted=score.aim.direction,
            against=choice.against_text,
            target=score.target,
            n=score.n,
        )
        for score in scores
        if score.aim.metric.name in _wanted and score.value is not None
    )
    return


@app.cell(hide_code=True)
def finding_scorecard(board, choice, known, shop):
    _worst = min(known, key=lambda score: score.distance or 0, default=None)
    mo.stop(_worst is None, page.empty("orders"))
    page.figure(
        f"{_worst.aim.metric.name.replace('_', ' ').capitalize()} is furthest from its target"
        if (_worst.distance or 0) < 0
        else "Every aim that can be measured is reached",
        ranked_bars(
            board.dropna(subset=["distance"]).sort_values("distance"), "metric", "distance", unit=RATE, as_given=True
        ),
        f"Distance beyond (+) or short of (−) the target, as a share of it · {choice.text}",
        passport=passport(shop, _worst.aim.metric, during=choice.during).told(),
        table=page.sheet(
            board[["goal", "metric", "zh", "value", "before", "target", "better", "verdict", "n"]],
            names={"zh": "中文", "before": "compared period"},
            most=40,
        ),
        goal="all five",
    )
    return


@app.cell(hide_code=True)
def finding_drivers(choice, shop):
    drivers = page.studied(shop, "driver_tree", during=choice.during, against=choice.against).frame
    _parts = drivers[drivers.driver != "net_revenue"].assign(
        driver=lambda t: t.driver.map(
            {
                "buyer_count": "buyers",
                "orders_per_buyer": "orders per buyer",
                "average_order_value": "order value",
                "returned_revenue": "returns",
            }
        )
    )
    _total = drivers[drivers.driver == "net_revenue"].iloc[0]
    _main = _parts.loc[_parts.contribution.abs().idxmax()]
    page.figure(
        f"{_main.driver.capitalize()} moved net revenue most: {metrics.net_revenue.unit.text(_main.contribution, shop.currency)}",
        waterfall(_parts, "driver", "contribution", start=_total.before, currency=shop.currency),
        "Change of net revenue = buyers × orders per buyer × average order value − returns, without a remainder · "
        + choice.text,
        passport=passport(shop, metrics.net_revenue, during=choice.during).told(),
        table=page.sheet(drivers.drop(columns="position"), names={"before": "compared period", "after": "this period"}),
        goal="raise customer value contribution",
    )
    return (drivers,)


@app.cell(hide_code=True)
def finding_trend(shop):
    quarters = page.values(shop, metrics.net_revenue, metrics.order_count, every="quarter")
    _whole = quarters[quarters.is_complete]
    mo.stop(_whole.empty, page.empty("whole quarters"))
    _best = _whole.loc[_whole.net_revenue.idxmax()]
    page.figure(
        f"The best whole quarter so far began on {_best.quarter:%Y-%m-%d} with "
        f"{metrics.net_revenue.unit.text(_best.net_revenue, shop.currency)}",
        line_over_time(quarters, "quarter", "net_revenue", currency=shop.currency, unit=metrics.net_revenue.unit),
        f"Net revenue per quarter, all history to {shop.as_of}; quarters that are not whole are dotted",
        passport=passport(shop, metrics.net_revenue).told(),
        table=page.sheet(quarters, currency=shop.currency),
        goal="raise customer value contribution",
    )
    return


@app.cell(hide_code=True)
def so_what(board):
    page.action(
        "Start with what is missed",
        "Each aim below is short of its target in this period. The chapters after this one show where it is lost.",
        page.sheet(
            board[board.verdict == "▼ missed"].sort_values("distance")[["goal", "metric", "value", "target", "n"]],
            most=40,
        ),
        "aims-missed",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise(
        "Set the comparison to the same period last year. Which driver changes its sign, and what does that say about "
        "the season? Then write down the one aim you would drop, and the decision that nobody could take any more."
    )
    return


@app.cell(hide_code=True)
def definitions(scores):
    page.definitions([score.aim.metric for score in scores])
    return


if __name__ == "__main__":
    app.run()
