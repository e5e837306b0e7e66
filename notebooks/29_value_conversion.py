# chapter: Value conversion
# 中文: 价值转化
# question: What was decided, what was done about it, and what did it bring?
# goal: Drive product and service innovation
# needs: orders
# figure: net_revenue

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Value conversion")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page import served_goals
    from customary.page.offers import NO_FIGURE
    from customary.query.kpis import JUDGED, kpis
    from customary.units import POINTS
    from customary.wording import say, word

    shop = open_shop()
    rows = shop.snapshot.rows
    offer = page.offer(shop, "country", "region", "channel", splits=False, dated=NO_FIGURE)
    goal, sell = "Drive product and service innovation", "Raise customer value contribution"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "29_value_conversion",
        "What was decided, what was done about it, and what did it bring?",
        "An analysis is worth what it changes. Here each decision stands with its action and its effect: what customers want "
        "changed, what was changed, which lists served which goal, and what the method’s KPIs stand at.",
        serves="all five goals",
        needs="orders",
        choice=choice,
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
    mo.stop(not rows["orders"], page.missing("orders", "what decisions brought"))
    asked = {"where": choice.where}
    wanted, changes = study(shop, "what_to_change", **asked), study(shop, "change_effects", **asked)
    served = study(shop, "goal_actions") if rows["assignments"] else None
    budget, board = study(shop, "tier_budget"), kpis(shop)
    return board, budget, changes, choice, served, wanted


@app.cell(hide_code=True)
def headline(board, changes, wanted):
    _told, _effects, _kpis = wanted.to_pandas(), changes.to_pandas(), board.to_pandas()
    _judged = _kpis[_kpis.verdict.isin(JUDGED)]
    _worked = _effects[_effects.verdict.isin(["more", "fewer"])]
    page.sentence(
        "{open:,} products and topics have a sign beyond the usual that nobody answers for; of {done} changes made, {moved} "
        "clearly moved something; {reached} of {kpis} KPIs that can be judged are reached, {untold} cannot be attributed.",
        wanted,
        changes,
        board,
        open=int(((_told.sign_count > 0) & (_told.change_state == "open")).sum()),
        done=_effects.change_name[_effects.change_state == "done"].nunique(),
        moved=_worked.change_name.nunique(),
        reached=int((_kpis.verdict == "reached").sum()),
        kpis=len(_judged),
        untold=int((_kpis.verdict == "not attributable").sum()),
    )
    return


@app.cell(hide_code=True)
def finding_wanted(wanted):
    mo.stop(not wanted.rows_total, page.empty("returns, complaints or reviews of five orders"))
    _rows = wanted.to_pandas()
    _rows = _rows[(_rows.sign_count > 0) | (_rows.change_state != "open")]
    mo.stop(_rows.empty, page.sentence("No product or topic has a sign beyond the usual.", wanted))
    _first = _rows.sort_values("sign_count", ascending=False, kind="stable").iloc[0]
    _rows = _rows.sort_values("change_state", key=lambda state: state == "open", kind="stable")
    _shown = ["subject_name", "change_about", "sign_count", "evidence_count", "returned_count", "complaint_count"]
    _shown += ["low_review_count", "detractor_count", "change_state", "change_owner"]
    page.figure(
        wanted,
        None,
        "“{name}” heads the list: signs beyond the usual, {evidence} pieces of evidence",
        "Products and service topics whose returns, complaints or low reviews are beyond the usual of their category, or whose "
        "complaints came in three months or more, and those with a change: {shown} of {total_rows:,} with five signs. "
        "Topics that recur are worth preventing.",
        name=word(_first.subject_name),
        evidence=wanted.text("evidence_count", _first.evidence_count),
        shown=len(_rows),
        frame=_rows[_shown].dropna(axis="columns", how="all"),
        most=12,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_changes(changes):
    _none = (
        "No change is written down: what stands in the shop’s changes.toml is held here against what was left alone."
    )
    mo.stop(not changes.rows_total, page.sentence(_none, changes))
    _told = changes.to_pandas().query("verdict in ('more', 'fewer', 'no difference shown')")
    _names = [say("{name}: {text}", name=each.change_name, text=word(each.figure)) for each in _told.itertuples()]
    _told = _told.assign(what=_names)
    _clear = list(_told.what[_told.verdict != "no difference shown"])
    _value, _low, _high = "effect_points", "low_effect_points", "high_effect_points"
    _drawn = charts.ranked_intervals(_told, "what", _value, _low, _high, unit=POINTS, average=0.0, highlight=_clear)
    page.figure(
        changes,
        _drawn if len(_told) else None,
        "{n} figures clearly moved with a change" if _clear else "No change has clearly moved anything yet",
        "Returns, complaints and next orders of orders after a change less those before, less the same of what was left alone; "
        "95% intervals, dashed: no effect. What else happened to these goods alone is in it: it is no experiment.",
        n=len(_clear),
        frame=_told if len(_told) else None,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_goals(served):
    served_goals.served_goals_figure(served)
    return


@app.cell(hide_code=True)
def finding_budget(budget):
    mo.stop(not budget.rows_total)
    _rows = budget.to_pandas()
    _paid = _rows[_rows.contacted_count > 0]
    page.figure(
        budget,
        None,
        "The budget reaches {n:,} customers, of the tier “{tier}” first"
        if len(_paid)
        else "No tier is expected to bring more than its contacts cost",
        "Customers by tier whom the budget pays for, and what they are expected to bring; rates and costs are the assumptions of "
        "budget.toml until lists with a hold-out tell better. Draw the list of the tier from the playbook.",
        n=int(_paid.contacted_count.sum()),
        tier=word(_paid.value_tier.iloc[0]) if len(_paid) else "",
        frame=_rows[
            ["value_tier", "customer_count", "contacted_count", "expected_spend", "expected_profit", "low", "high"]
        ],
        most=8,
        goal=sell,
    )
    return


@app.cell(hide_code=True)
def finding_kpis(board):
    _rows = board.to_pandas()
    _judged = _rows[_rows.verdict.isin(JUDGED)]
    page.figure(
        board,
        None,
        "{reached} of {n} KPIs that can be judged are reached; {untold} cannot be attributed to analysis"
        if len(_judged)
        else "No KPI can be judged yet",
        "The method’s KPIs: today’s value against its baseline, and what it would take to say that analysis did it. Where nothing "
        "is known, nothing is claimed.",
        reached=int((_judged.verdict == "reached").sum()),
        n=len(_judged),
        untold=int((_rows.verdict == "not attributable").sum()),
        frame=_rows[["kpi_name", "kpi_formula", "baseline_rate", "today_rate", "wanted_rate", "verdict", "needed"]],
        most=12,
        goal="all five goals",
    )
    return


@app.cell(hide_code=True)
def so_what(wanted):
    _open = wanted.to_pandas().query("sign_count > 0 and change_state == 'open'")
    mo.stop(_open.empty, page.sentence("Somebody answers for every sign beyond the usual.", wanted))
    page.action(
        "Give each sign an owner, and write down what is changed and when",
        "{n:,} products and topics wait for a decision, first in the list of all. Write it into changes.toml with its first day: "
        "from then on returns, complaints and next orders are held against what was left alone.",
        wanted,
        columns=["subject_name", "change_about", "category", "sign_count", "evidence_count", "change_state"],
        most=12,
        file_name="to-decide",
        n=len(_open),
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Returns of a product fall after a change, and those of its whole category fall as much. What did the change bring?

    Which of the KPIs could you reach by counting otherwise? What would you write beside each, so that nobody can?
    """)
    return


@app.cell(hide_code=True)
def definitions(board, budget, changes, served, wanted):
    page.definitions(wanted, changes, served, budget, board)
    return


if __name__ == "__main__":
    app.run()
