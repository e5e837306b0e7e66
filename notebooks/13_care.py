# chapter: Customer care
# 中文: 客户经营
# question: Whom do we look after, how, and what may it cost?
# goal: Raise customer value contribution
# needs: orders, customers, returns, order_items, tickets

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Customer care")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, metrics, open_shop, page, study
    from customary.declare import SEGMENTS, STUDIES
    from customary.units import MONEY, RATE

    shop = open_shop()
    goal = {"goal": "Raise customer value contribution"}
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)
    best = SEGMENTS["value_tier"].labels(shop.rules)[0]
    pairs = {
        "loyal against lost, by lifecycle stage": ("lifecycle_stage", "maturity", "lost"),
        "loyal against churn risk, by RFM": ("rfm_tier", "loyal", "churn risk"),
        "the best value tier against all others": ("value_tier", "", ""),
    }
    pairs = {said: pair for said, pair in pairs.items() if pair[0] in SEGMENTS}


@app.cell(hide_code=True)
def question(choice):
    mo.vstack(
        [
            page.header(shop, "13_care", chapters(mo.notebook_dir()), query=choice.query),
            page.question(
                "Whom do we look after, how, and what may it cost?",
                "Tiers serve marketing, service and the use of what there is: on how few the revenue hangs, what loyal "
                "customers do differently, which service each tier gets, and who needs care today (A-016, B-067…B-072, "
                "C-016…C-036, C-044, C-052, C-053).",
                serves="raise customer value contribution",
                needs="orders, customers, returns, order_items, tickets",
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
    rich = study(shop, "concentration", **who)
    buyers = int(rich.first["buyer_count"])
    return buyers, choice, rich, who


@app.cell(hide_code=True)
def headline(buyers, choice, rich, who):
    mo.stop(not buyers, page.empty("buyers"))
    _new = study(shop, "first_time_buyers", **who).frame
    _worry = study(shop, "high_value_care", **who).frame
    mo.vstack(
        [
            page.sentence(
                "The biggest fifth of {buyers} buyers brings {fifth} of all spend. Today {new} first-time buyers and "
                "{worry} customers of the best tier want attention.",
                buyers=buyers,
                fifth=RATE.text(rich.first["top_20_share"]),
                new=int(_new.customer_total.iloc[0]) if len(_new) else 0,
                worry=int(_worry.customer_total.iloc[0]) if len(_worry) else 0,
            ),
            page.headline(
                shop,
                choice,
                metrics.returning_buyer_rate,
                metrics.repeat_purchase_rate,
                metrics.revenue_per_buyer,
                metrics.net_promoter_score,
            ),
        ]
    )
    return


@app.cell(hide_code=True)
def finding_concentration(buyers, rich, who):
    mo.stop(not buyers)
    _curve = study(shop, "lorenz", **who)
    _told = {"mark_at": 0.8, "people_title": "share of buyers, smallest spender first", "value_title": "share of spend"}
    page.figure(
        rich,
        charts.lorenz(_curve.to_pandas(), "buyer_share", "spend_share", **_told),
        f"The top 1 % of the buyers bring {RATE.text(rich.first['top_1_share'])} of the spend, the top 10 % "
        f"{RATE.text(rich.first['top_10_share'])}, the top 20 % {RATE.text(rich.first['top_20_share'])}",
        f"Spend after discounts, all of the data to {shop.as_of}; n = {buyers:,} buyers. On the dashed line all would "
        f"spend the same; the Gini coefficient is {rich.first['gini']:.2f} (0 there, near 1 if one spent everything).",
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_abc(buyers, choice, who):
    mo.stop(not buyers)
    _asked = {"during": choice.during, **who}
    _figures = []
    for _of in ("customers", "products"):
        _abc = study(shop, "abc", of=_of, **_asked)
        mo.stop(not len(_abc.to_pandas()), page.empty("orders"))
        _a, _n = _abc.row, int(_abc.to_pandas().thing_count.sum())
        _figures.append(
            page.figure(
                _abc,
                charts.ranked_bars(_abc.to_pandas(), "abc", "thing_share", n="thing_count", as_given=True, height=160),
                f"{_a.thing_count:,} of {_n:,} {_of} bring {RATE.text(_a.revenue_share)} of the revenue",
                f"Share of the {_of} in class A, B and C of revenue after discounts, {choice.during_text}; "
                f"n = {_n:,}. The bounds stand in data/care.toml; equals share a class.",
                **goal,
            )
        )
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def pair():
    against = mo.ui.dropdown(pairs, next(iter(pairs)), label="Compare", allow_select_none=False)
    against
    return (against,)


@app.cell(hide_code=True)
def finding_contrast(against, buyers, who):
    mo.stop(not buyers)
    _segment, _first, _second = against.value
    _answer = study(shop, "contrast", segment=_segment, first=_first, second=_second, **who)
    _traits, _ways = page.contrasted(_answer, f"{SEGMENTS[_segment].zh}, as of {shop.as_of}.", **goal)
    mo.vstack([_ways, _traits])
    return


@app.cell(hide_code=True)
def finding_taste(buyers, choice):
    mo.stop(not buyers)
    _tiers = list(SEGMENTS["value_tier"].labels(shop.rules))
    _mix = study(shop, "tier_categories", during=choice.during, where=choice.where)
    mo.stop(
        set(_mix.to_pandas().category) <= {"unknown"},
        page.missing("products with categories", "what each tier prefers"),
    )
    _named = _mix.to_pandas()[_mix.to_pandas().category != "others"].sort_values("spend_share")
    _first = _named.drop_duplicates("value_tier", keep="last").set_index("value_tier")
    page.figure(
        _mix,
        charts.heatmap(_mix.to_pandas(), "value_tier", "category", "spend_share", x_order=_tiers),
        "First category: " + ", ".join(f"{_first.category[tier]} ({tier})" for tier in _tiers if tier in _first.index),
        f"Share (%) of a tier’s spend by category, biggest first, {choice.during_text}; n = {buyers:,} buyers so far.",
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_pairs(buyers, who):
    mo.stop(not buyers)
    _pairs = study(shop, "product_pairs", **who)
    mo.stop(not len(_pairs.to_pandas()), page.empty("products that enough customers bought together"))
    _top, _names = _pairs.row, {"first_name": "Who bought", "second_name": "May like", "open_count": "Not yet"}
    _shown = [
        "first_name",
        "second_name",
        "both_count",
        "open_count",
        "both_rate",
        "low_rate",
        "high_rate",
        "usual_rate",
        "lift",
    ]
    page.figure(
        _pairs,
        None,
        f"{_top.open_count:,} buyers of {_top.first_name} have not bought {_top.second_name}, which goes with it",
        f"Pairs that the same customers bought, the surest lift over all buyers first; n = {buyers:,} buyers. Past "
        "purchases, not a cause: an offer to a random half tells whether it works.",
        **goal,
    )
    return


@app.cell(hide_code=True)
def budget_controls():
    _plan = shop.rules["budget"]["budget"]
    budget = mo.ui.number(0, 10_000_000, value=_plan["total"], step=500, label=f"Budget ({shop.currency})")
    margin = mo.ui.slider(5, 80, value=round(100 * _plan["gross_margin"]), show_value=True, label="Gross margin %")
    response = mo.ui.slider(25, 200, value=100, step=25, show_value=True, label="Response, % of what is assumed")
    mo.hstack([budget, margin, response], justify="start", wrap=True)
    return budget, margin, response


@app.cell(hide_code=True)
def finding_budget(budget, buyers, margin, response, who):
    mo.stop(not buyers)
    _told = {"budget": float(budget.value), "margin": margin.value / 100, "response": response.value / 100}
    _plan = study(shop, "tier_budget", **_told, **who)
    _rows, _money = _plan.to_pandas(), shop.currency
    page.figure(
        _plan,
        charts.ranked_intervals(
            _rows, "value_tier", "expected_profit", "low", "high", n="contacted_count", average=0, height=200
        ),
        f"{MONEY.text(_rows.expected_spend.sum(), _money)} spent on {_rows.contacted_count.sum():,} contacts may bring "
        f"{MONEY.text(_rows.expected_profit.sum(), _money)} after all costs",
        f"Expected profit by tier; from both response and order value at their bad end ({MONEY.text(_rows.low.sum(), _money)} "
        f"in all) to both at their good end ({MONEY.text(_rows.high.sum(), _money)}). n = {_rows.customer_count.sum():,} "
        "customers. Response and costs are the assumptions of data/budget.toml, in the table; only the value of an order "
        "is measured. The money goes where a unit of cost brings most, and nowhere at a loss.",
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_services(buyers, who):
    mo.stop(not buyers)
    _list = study(shop, "services", **who)
    _rows = _list.to_pandas()
    _widest = _rows.loc[_rows.customer_count.idxmax()]
    _named = {"zh": "中文", "name": "Service", "act": "What to do", "customer_count": "Customers"}
    _shown = _rows[["label", "name", "zh", "customer_count", "act", "source"]]
    page.figure(
        _list,
        None,
        f"{len(_rows)} services for {_rows.label.nunique()} groups; the widest, {_widest['name']} {_widest.zh}, goes to "
        f"{_widest.customer_count:,} customers",
        f"Who is to get which service, as of {shop.as_of}. The list stands in data/services.toml; a customer may be in several.",
        frame=_rows.drop(columns="position"),
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_first_time(buyers, who):
    mo.stop(not buyers)
    _list = study(shop, "first_time_buyers", **who)
    mo.stop(not len(_list.to_pandas()), page.empty("recent first-time buyers"))
    _all, _trouble = int(_list.first["customer_total"]), int(_list.first["trouble_total"])
    page.figure(
        _list,
        None,
        f"{_all:,} first-time buyers are waiting for a second reason; {_trouble:,} of them began with a late or returned order",
        f"Customers whose only purchase is recent (data/care.toml says how recent), as of {shop.as_of}; trouble first, then "
        "the newest.",
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_high_value(buyers, who):
    mo.stop(not buyers)
    _list = study(shop, "high_value_care", **who)
    mo.stop(not len(_list.to_pandas()), page.empty(f"“{best}” customers with a sign of trouble"))
    _all, _tier = int(_list.first["customer_total"]), int(_list.first["tier_total"])
    _shown = _list.to_pandas().drop(columns=["customer_total", "tier_total"]).dropna(axis="columns", how="all")
    page.figure(
        _list,
        None,
        f"{_all:,} of {_tier:,} {best} customers show a sign of trouble",
        f"Overdue by their own rhythm, or lately a complaint, a return or a late delivery, as of {shop.as_of}; most signs "
        "and most spend first. Tables that the shop lacks give no sign.",
        frame=_shown,
        **goal,
    )
    return


@app.cell(hide_code=True)
def service_choice(who):
    _names = study(shop, "services", **who).frame
    _offered = {f"{row['name']} {row.zh}": row["name"] for _, row in _names.iterrows()}
    service = mo.ui.dropdown(_offered, next(iter(_offered)), label="List for", allow_select_none=False)
    service
    return (service,)


@app.cell(hide_code=True)
def so_what(buyers, service, who):
    mo.stop(not buyers)
    _list = study(shop, "service_list", service=service.value, **who)
    mo.stop(not len(_list.to_pandas()), page.empty(f"customers for {service.selected_key}"))
    _all = int(_list.first["customer_total"])
    page.action(
        f"Hand on the list for {service.selected_key}",
        f"{_all:,} customers are to get it, the biggest spenders of the year first. Give it to a random half where that is "
        "fair, and keep the other half as it is: only the difference is the service’s doing. Shop numbers, no person.",
        _list.told(_list.to_pandas().drop(columns=["customer_total", "service", "zh"]), of=_all, most=10),
        file_name=f"service-{service.value}",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Halve the response rate. Which tier loses its contacts first, and is that the tier you would give up?

    Loyal customers bring more back. Does that make returns good? Say what else would have to be true.

    Find a class-A product that nobody of the best tier buys. Is it a gateway or a dead end?
    """)
    return


@app.cell(hide_code=True)
def definitions():
    _names = "concentration lorenz abc contrast tier_categories product_pairs tier_budget services service_list first_time_buyers"
    page.definitions(
        [
            *(SEGMENTS[segment] for segment, _first, _second in pairs.values()),
            *(STUDIES[name] for name in [*_names.split(), "high_value_care"]),
            metrics.returning_buyer_rate,
            metrics.repeat_purchase_rate,
            metrics.revenue_per_buyer,
            metrics.net_promoter_score,
        ]
    )
    return


if __name__ == "__main__":
    app.run()
