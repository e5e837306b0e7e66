# chapter: Action
# 中文: 行动与成效
# question: What goes out today, and did what went out change anything?
# goal: Raise customer value contribution
# needs: orders
# figure: list_results.incremental_orders

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Action")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.offers import NO_FIGURE
    from customary.page.playbook import playbook
    from customary.query.open_plays import open_plays
    from customary.units import RATIO

    shop = open_shop()
    rows = shop.snapshot.rows
    goal = "Raise customer value contribution"
    offer = page.offer(
        shop, "country", "region", "acquisition_channel", frame="customers", splits=False, dated=NO_FIGURE
    )


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "25_action",
        "What goes out today, and did what went out change anything?",
        "A list is worth what its customers buy because of it. Many would have bought anyway: so a part of every list, drawn by "
        "lot, gets nothing, and the list is held against them.",
        serves="raise customer value contribution",
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
def chosen(bar):
    choice = page.choose(offer, bar.value)
    return (choice,)


@app.cell(hide_code=True)
def answers(choice):
    mo.stop(not rows["orders"], page.missing("orders", "lists of customers and what they brought"))
    open_now = open_plays(shop, choice.where)
    results = study(shop, "list_results", where=choice.where) if rows["assignments"] else None
    return open_now, results


@app.cell(hide_code=True)
def finding_playbook(open_now):
    _able = [each for each in open_now if each.answer and each.answer.rows_total]
    page.finding(
        "What could go out today",
        "Of {total} plays {n} have customers to address today. Who refused marketing is on none of these lists; who stands on "
        "two goes out with the first that is drawn.",
        *(each.answer for each in _able),
        total=len(open_now),
        n=len(_able),
    )
    return


@app.cell(hide_code=True)
def plays_today(open_now):
    playbook(open_now)
    return


@app.cell(hide_code=True)
def delivered(results):
    _none = page.sentence("No list was delivered before the last build, so there is no effect to tell yet.")
    found = results.to_pandas() if results and results.rows_total else None
    _none if found is None else None
    return (found,)


@app.cell(hide_code=True)
def finding_results(found, results):
    mo.stop(found is None or found.incremental_orders.isna().all())
    _told = found.dropna(subset=["incremental_orders"])
    _more, _fewer = (_told[_told.verdict == verdict] for verdict in ("more", "fewer"))
    _value, _low, _high = "incremental_orders", "low_incremental_orders", "high_incremental_orders"
    _clear = [*_more.experiment, *_fewer.experiment]
    page.figure(
        results,
        charts.ranked_intervals(_told, "experiment", _value, _low, _high, unit=RATIO, average=0.0, highlight=_clear),
        "Of {n} lists with a hold-out {more} clearly brought orders and {fewer} clearly cost some"
        if _clear
        else "No list clearly brought more orders than its hold-out, or fewer",
        "Orders within 30 days beyond those of the customers held out, with 95% intervals; the dashed line is no effect.",
        n=len(_told),
        more=len(_more),
        fewer=len(_fewer),
        frame=_told,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_untold(found, results):
    mo.stop(found is None)
    _reasons = ("not attributable", "too young", "too few")
    _none, _young, _few = (int((found.verdict == reason).sum()) for reason in _reasons)
    mo.stop(not (_none or _young or _few))
    page.finding(
        "What cannot be told",
        "Of {n} delivered lists {none} held nobody out, so nothing can be attributed to them; of {young} no customer was watched "
        "for 30 days yet; in {few} too few bought for a verdict.",
        results,
        n=len(found),
        none=_none,
        young=_young,
        few=_few,
    )
    return


@app.cell(hide_code=True)
def finding_messages(found, results):
    mo.stop(found is None)
    _back, _none = (
        found.dropna(subset=["delivered_count"]),
        "Nothing came back of messages: who opened them is not known.",
    )
    mo.stop(_back.empty, page.sentence(_none, results))
    _columns = ["experiment", "delivered_count", "opened_rate", "clicked_rate", "contacted_rate", "incremental_orders"]
    page.figure(
        results,
        None,
        "Messages of {n} lists came back as delivered, opened or clicked",
        "Shares of those to whom the message came. Mail programs that protect privacy open messages that nobody reads, so "
        "opens say more than people did; neither opens nor clicks say what a list brought: its hold-out does.",
        n=len(_back),
        frame=_back[_columns],
        most=12,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_pace(found, results):
    mo.stop(found is None)
    _hours = found.hours_after_data.dropna()
    mo.stop(_hours.empty)
    page.finding(
        "From data to customer",
        "Of {n} lists {quick} arrived within 12 hours of the data that they were drawn from; none took longer than {longest}.",
        results,
        n=len(_hours),
        quick=int((_hours <= 12).sum()),
        longest=results.text("hours_after_data", _hours.max()),
    )
    return


@app.cell(hide_code=True)
def so_what(found, results):
    mo.stop(found is None)
    _best = found.dropna(subset=["cost_per_order"]).sort_values("cost_per_order").head(1)
    _names = ("experiment", "cost_per_order", "high_cost_per_order")
    _list, _cost, _most = (_best[name].iloc[0] for name in _names) if len(_best) else ("", None, None)
    page.action(
        "Send again what brought orders, and hold out again"
        if len(_best)
        else "Spend no more before an effect is seen",
        "“{name}” brought an incremental order for {cost} in contacts, at most {most_cost}. Draw it again with a part held out: "
        "offers wear off."
        if len(_best)
        else "No list clearly brought more orders than its hold-out. A larger hold-out, or more customers, narrows the interval.",
        results,
        columns=["experiment", "play", "contacted_count", "contacted_rate", "held_rate", "verdict", "cost_per_order"],
        most=12,
        file_name="effects-of-lists",
        name=_list,
        cost=results.text("cost_per_order", _cost),
        most_cost=results.text("cost_per_order", _most),
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Of a list 12 % bought, and of all customers 4 %. Why does that say nothing about the list?

    A fifth of a list of fifty is held out. How large would the effect have to be before you could see it?
    """)
    return


@app.cell(hide_code=True)
def definitions(open_now, results):
    page.definitions(results, *(each.answer for each in open_now))
    return


if __name__ == "__main__":
    app.run()
