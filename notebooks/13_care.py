# chapter: Customer care
# 中文: 客户经营
# question: Whom do we look after, how, and what may it cost?
# goal: Raise customer value contribution
# needs: orders, customers, returns, tickets
# figure: complaints_per_thousand_orders

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Customer care")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.declare import SEGMENTS
    from customary.page.offers import TILES
    from customary.page.totals import sum_text
    from customary.wording import say, word

    shop = open_shop()
    goal = "Raise customer value contribution"
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False, dated=TILES)
    best = SEGMENTS["value_tier"].labels(shop.rules)[0]


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "13_care",
        "Whom do we look after, how, and what may it cost?",
        "Tiers serve marketing, service and the use of what there is: which service each tier gets, what it may cost, "
        "and who needs care today.",
        serves="raise customer value contribution",
        needs="orders, customers, returns, tickets",
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
    who = {"where": choice.where}
    fresh, worry = study(shop, "first_time_buyers", **who), study(shop, "high_value_care", **who)
    offered, rich = study(shop, "services", **who), study(shop, "concentration", **who)
    buyers, sizes = int(rich.first["buyer_count"] or 0), study(shop, "tiers", **who)
    return buyers, choice, fresh, offered, rich, sizes, who, worry


@app.cell(hide_code=True)
def headline(buyers, choice, fresh, rich, worry):
    mo.stop(not buyers, page.empty("buyers"))
    _said = page.sentence(
        "Today {new} first-time buyers and {worry} customers of the tier “{best}” want attention; the biggest fifth of "
        "{buyer_count} buyers brings {top_20_share} of all spend.",
        rich,
        fresh,
        worry,
        new=fresh.whole.size_text,
        worry=worry.whole.size_text,
        best=word(best),
    )
    _tiles = ("returning_buyer_rate", "repeat_purchase_rate", "revenue_per_buyer", "net_promoter_score")
    mo.vstack([_said, page.headline(shop, choice, *_tiles)])
    return


@app.cell(hide_code=True)
def finding_services(buyers, offered):
    mo.stop(not buyers)
    _rows = offered.to_pandas()
    _widest = _rows.loc[_rows.customer_count.idxmax()]
    page.figure(
        offered,
        None,
        "{services} services for {groups} groups; “{widest}” goes to {most_customers:,} customers",
        "Who is to get which service, as of {as_of}; a customer may be in several groups.",
        services=len(_rows),
        groups=_rows.label.nunique(),
        widest=word(_widest["name"]),
        most_customers=_widest.customer_count,
        frame=_rows[["label", "name", "customer_count", "act"]],
        most=40,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def budget_controls():
    _plan = shop.rules["budget"]["budget"]
    budget = mo.ui.number(
        0, 10_000_000, value=_plan["total"], step=500, label=say("Budget ({currency})", currency=shop.currency)
    )
    margin = mo.ui.slider(5, 80, value=round(100 * _plan["gross_margin"]), show_value=True, label=say("Gross margin %"))
    _told = say("Response, % of what is assumed")
    response = mo.ui.slider(25, 200, value=100, step=25, show_value=True, label=_told)
    mo.hstack([budget, margin, response], justify="start", wrap=True)
    return budget, margin, response


@app.cell(hide_code=True)
def budget_plan(budget, buyers, margin, response, who):
    mo.stop(not buyers)
    _is_given = budget.value is not None and 0 <= budget.value <= budget.stop
    mo.stop(not _is_given, page.sentence("Type a budget between 0 and 10,000,000: without one nothing can be planned."))
    _assumed = {"budget": float(budget.value), "margin": margin.value / 100, "response": response.value / 100}
    plan = study(shop, "tier_budget", **_assumed, **who)
    return (plan,)


@app.cell(hide_code=True)
def finding_budget(plan):
    _rows, _none = plan.to_pandas(), "No contact would pay for itself at these costs"
    _paid = "{spent} spent on {contacts:,} contacts may bring {profit} after all costs"
    _some = "In the tiers that can be shown {spent} spent on contacts may bring {profit} after all costs"
    _profit, _low, _high = (plan.text(name, _rows[name].sum()) for name in ("expected_profit", "low", "high"))
    page.figure(
        plan,
        charts.ranked_intervals(_rows, "value_tier", "expected_profit", "low", "high", n="contacted_count", average=0),
        _some if plan.withheld_text else _paid if _rows.contacted_count.sum() else _none,
        "Expected profit by tier; from both response and order value at their low end ({low_total} in all) to both at "
        "their high end ({high_total}). n = {n:,} customers. Response and costs are assumptions, in the table; only "
        "the value of an order is measured. The money goes where a unit of cost brings most, and nowhere at a loss.",
        spent=plan.text("expected_spend", _rows.expected_spend.sum()),
        contacts=sum_text(plan, _rows.contacted_count),
        profit=_profit,
        low_total=_low,
        high_total=_high,
        n=sum_text(plan, _rows.customer_count),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_first_time(buyers, fresh):
    mo.stop(not buyers)
    mo.stop(not fresh.whole.rows_total, page.empty("recent first-time buyers"))
    page.figure(
        fresh,
        None,
        "{size} first-time buyers have not come back yet",
        "Customers whose only purchase is recent, as of {as_of}; a late or returned order first, then the newest.",
        size=fresh.whole.size_text,
        most=8,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_high_value(buyers, sizes, worry):
    mo.stop(not buyers)
    _none = page.sentence("No customer of the tier “{best}” shows a sign of trouble.", worry, best=word(best))
    mo.stop(not worry.whole.rows_total, _none)
    _all = sizes.to_pandas().set_index("value_tier").customer_count.get(best)
    page.figure(
        worry,
        None,
        "{size} of {all} customers of the tier “{best}” show a sign of trouble",
        "Overdue by their own rhythm, or lately a complaint, a return or a late delivery, as of {as_of}; most signs and "
        "most spend first. Tables that the shop lacks give no sign.",
        size=worry.whole.size_text,
        all=sizes.text("customer_count", _all),
        best=word(best),
        beside=[sizes],
        most=8,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def service_choice(offered):
    _names = {word(row["name"]): row["name"] for row in offered.to_pylist()}
    mo.stop(not _names)
    service = mo.ui.dropdown(_names, next(iter(_names)), label=say("List for"), allow_select_none=False)
    service
    return (service,)


@app.cell(hide_code=True)
def so_what(buyers, service, who):
    mo.stop(not buyers)
    listed = study(shop, "service_list", service=service.value, **who)
    _none = page.sentence("Nobody in this selection is to get “{service}”.", listed, service=service.selected_key)
    mo.stop(not listed.whole.rows_total, _none)
    page.action(
        "Hand on the list for “{service}”",
        "{size} customers are to get it, the biggest spenders of the year first. Give it to a random half where that is "
        "fair, and keep the other half as it is: only the difference is the service’s doing.",
        listed,
        service=service.selected_key,
        size=listed.whole.size_text,
        most=10,
        file_name=f"service-{service.value}",
    )
    return (listed,)


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Halve the response rate. Which tier loses its contacts first, and is that the tier you would give up?

    Give every service to a random half only. Which of them could you afford to be wrong about?
    """)
    return


@app.cell(hide_code=True)
def definitions(fresh, offered, rich, worry):
    page.definitions(offered, fresh, worry, rich)
    return


if __name__ == "__main__":
    app.run()
