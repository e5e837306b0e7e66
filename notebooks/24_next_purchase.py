# chapter: Next purchase
# 中文: 下次购买
# question: What will customers want next, and can that be foretold?
# goal: Raise customer value contribution
# needs: order_items, orders, products, events
# figure: recommendation_quality.recall_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Next purchase")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.offers import NO_FIGURE
    from customary.page.superlatives import first_of
    from customary.page.switches import Switch, read_switches, switch_bar, with_switches
    from customary.units import RATIO
    from customary.wording import say, word, wording

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
        "24_next_purchase",
        "What will customers want next, and can that be foretold?",
        "What somebody bought and looked at says what they may want next. How well it says so is tried on orders that were kept "
        "back, beside what needs no model at all.",
        serves="raise customer value contribution",
        needs="order_items, orders, products, events",
        choice=choice,
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def switches():
    _kept = {"keep": wording("are offered again"), "leave out": wording("are left out")}
    fields = (Switch("owned", wording("Products that a customer has"), _kept),) if rows["items"] else ()
    rules = switch_bar(fields)
    rules if fields else None
    return fields, rules


@app.cell(hide_code=True)
def chosen(bar, fields, rules):
    picked = read_switches(fields, rules.value)
    choice = with_switches(page.choose(offer, bar.value), fields, picked)
    who = {"where": choice.where}
    return choice, picked, who


@app.cell(hide_code=True)
def answers(picked, who):
    quality = study(shop, "recommendation_quality", **who)
    _best = quality.to_pandas().query("is_chosen")
    # What the trial chose is not chosen a second time.
    asked = {"method": _best.method.iloc[0] if len(_best) else "", "owned": picked.get("owned", "keep"), **who}
    listed, counted = study(shop, "next_product", **asked), study(shop, "recommended_products", **asked)
    baskets, demand = study(shop, "basket_pairs", **who), study(shop, "rising_demand", **who)
    return baskets, counted, demand, listed, quality


@app.cell(hide_code=True)
def finding_quality(quality):
    mo.stop(not rows["items"], page.missing("order_items", "what customers may want next"))
    mo.stop(not quality.rows_total, page.empty("customers with three orders or more"))
    _rows = quality.to_pandas()
    _rows = _rows[_rows.trial == "test"]
    tested = _rows.assign(label=[quality.text("method", way) for way in _rows.method])
    _best, _again = tested[tested.is_chosen].iloc[0], tested[tested.method == "bought again"].iloc[0]
    page.figure(
        quality,
        charts.ranked_intervals(
            tested, "label", "recall_rate", "low_recall_rate", "high_recall_rate", highlight=[_best.label]
        ),
        "Ten recommendations hold {recall} of a customer’s last order: {times} times as much as the ten most popular products",
        "Recall with 95% intervals; n = {n:,} customers with three orders or more, at most the 2,000 who bought last. “{way}” was "
        "chosen by the order before the last; the last, shown here, chose nothing. {hits} of customers find one product or "
        "more ({low} to {high}); their own products once more hold {again}.",
        recall=quality.text("recall_rate", _best.recall_rate),
        times=RATIO.text(_best.against_popular),
        n=int(_best.customer_count),
        way=_best.label,
        hits=quality.text("hit_rate", _best.hit_rate),
        low=quality.text("hit_rate", _best.low_hit_rate),
        high=quality.text("hit_rate", _best.high_hit_rate),
        again=quality.text("recall_rate", _again.recall_rate),
        frame=tested.drop(columns="label"),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_most(counted):
    mo.stop(not counted.rows_total, page.empty("recommendations"))
    _rows = counted.to_pandas(12)
    page.figure(
        counted,
        charts.ranked_bars(_rows, "product_name", "customer_share", n="customer_total"),
        first_of(_rows, "product_name", "customer_share").say(
            "“{names}” is recommended most: to {value} of customers", "Several products are recommended most"
        ),
        "Share of customers to whom a product is one of five recommended next; n = {customer_total} customers who bought or "
        "looked at anything; {shown} of {total_rows:,} products. {stock}",
        shown=len(_rows),
        stock=say("Products that are sold out are not among them.")
        if counted.to_pandas().is_in_stock.notna().any()
        else say("The shop does not say what is in stock: sold-out products may be among them."),
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_baskets(baskets):
    mo.stop(not rows["items"])
    mo.stop(not baskets.rows_total, page.empty("pairs of products in twenty orders"))
    _shown = ["first_name", "second_name", "both_orders", "both_rate", "low_rate", "high_rate", "usual_rate", "lift"]
    page.figure(
        baskets,
        None,
        "{both_rate} of the orders with {first_name} also hold {second_name}",
        "Pairs in twenty orders or more, of the 200 products in the most orders, those closest to each other first: nothing is "
        "ranked by lift, which is highest where two products were sold once, together. n = {order_total} orders, "
        "{total_rows:,} pairs.",
        frame=baskets.to_pandas()[_shown],
        most=8,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_demand(demand):
    mo.stop(not rows["events"], page.missing("events", "demand that sales do not follow"))
    mo.stop(not demand.rows_total, page.empty("categories that people searched or looked at"))
    _rows = demand.to_pandas()
    mo.stop(
        (_rows.verdict == "too early").all(), page.sentence("Log and orders do not reach back far enough yet.", demand)
    )
    _rising = list(_rows.label[_rows.verdict == "above"])
    page.figure(
        demand,
        charts.ranked_intervals(
            _rows,
            "label",
            "lead_ratio",
            "low_lead_ratio",
            "high_lead_ratio",
            unit=RATIO,
            average=1.0,
            highlight=_rising,
        ),
        "Interest outgrew orders in {names}" if _rising else "In no category did interest clearly outgrow orders",
        "Growth of the people who searched or looked, over the growth of orders, the last 90 days against the 90 before; the "
        "dashed line is no difference, the whole shop is at {shop}. The intervals hold for all {groups} categories "
        "together. Before buying in, look at price, stock and page.",
        names=say(", ").join(map(word, _rising)),
        shop=RATIO.text(_rows.shop_ratio.iloc[0]),
        groups=len(_rows),
        frame=_rows,
        goal="Drive product and service innovation",
    )
    return


@app.cell(hide_code=True)
def so_what(counted, listed):
    mo.stop(not counted.rows_total)
    page.action(
        "Offer each customer what speaks for itself",
        "{customer_total} customers have a list, each place with the purchase or look that it comes from. Offer it to a random "
        "half of them: only the difference is the offer’s doing.",
        listed,
        beside=[counted],
        columns=["customer_id", "position", "product_name", "reason", "because_name", "is_owned", "is_in_stock"],
        most=12,
        file_name="next-products",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    A list of what everybody buys is right for many and new to nobody. Compare recall and novelty of the ways: which would you
    send to somebody who came back after a year?

    Leave out what customers have. What becomes of the list, and for which goods is that right?
    """)
    return


@app.cell(hide_code=True)
def definitions(baskets, counted, demand, listed, quality):
    page.definitions(quality, counted, listed, baskets, demand)
    return


if __name__ == "__main__":
    app.run()
